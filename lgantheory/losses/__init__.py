"""Losses: what the discriminator is paid for its values on fake and on real points.

====================================  =========================================
the shape of a loss, in its roles     ``loss`` (LossFunction, Loss)
the named ones, one file each         ``wasserstein``, ``softplus``, ... found by ``catalogue``
with a margin alpha                   ``family``
what the theorems ask of a loss       ``conditions`` (check_conditions)
====================================  =========================================

To add a loss, write ``lgantheory/losses/<name>.py`` with a ``LOSS``; nothing else changes.
"""

from lgantheory.losses.catalogue import get_loss, list_losses, parse_loss
from lgantheory.losses.conditions import ConditionResult, ConditionsReport, check_conditions
from lgantheory.losses.loss import Loss, LossFunction

__all__ = [
    "ConditionResult",
    "ConditionsReport",
    "Loss",
    "LossFunction",
    "check_conditions",
    "get_loss",
    "list_losses",
    "parse_loss",
]
