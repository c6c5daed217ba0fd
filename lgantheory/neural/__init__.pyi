from .certificates import CriticReport, certify_critic
from .data import get_dataset, list_datasets
from .gan import train_gan
from .networks import get_network, list_networks
from .regularisers import get_regulariser, list_regularisers
from .settings import CriticSettings, TrainingSettings
from .training import train_critic

__all__ = [
    "CriticReport",
    "CriticSettings",
    "TrainingSettings",
    "certify_critic",
    "get_dataset",
    "get_network",
    "get_regulariser",
    "list_datasets",
    "list_networks",
    "list_regularisers",
    "train_critic",
    "train_gan",
]
