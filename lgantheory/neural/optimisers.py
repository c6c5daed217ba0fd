"""Optimisers by name, the decay of their step size, and their memory as plain tensors."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter
from lgantheory.neural.settings import CriticSettings

_CLASSES: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}
_WITH_BETAS = ("adam", "adamw")


def build_optimiser(
    parameters: Iterable[nn.Parameter], settings: CriticSettings, learning_rate: float | None = None
) -> torch.optim.Optimizer:
    """The optimiser that the settings name; ``learning_rate`` goes before theirs.

    Raises:
        InvalidParameter: an option that the optimiser does not take.
    """
    options: dict[str, Any] = dict(settings.optimiser_options)
    if settings.optimiser in _WITH_BETAS:
        options = {"betas": settings.betas, **options}
    try:
        return _CLASSES[settings.optimiser](parameters, lr=learning_rate or settings.learning_rate, **options)
    except (TypeError, ValueError) as error:
        raise InvalidParameter(
            f"got optimiser_options {dict(settings.optimiser_options)}, which {settings.optimiser} refuses ({error}); "
            "needed torch's own names and ranges. Leave out what is not one of them."
        ) from None


def remaining(settings: CriticSettings, step: int) -> float:
    """Share of the step size that is left at step number ``step``, counted from 1: 1, or falling linearly to 0."""
    return 1.0 if settings.decay == "constant" else 1.0 - (step - 1) / settings.steps


def scale_learning_rate(optimiser: torch.optim.Optimizer, share: float) -> None:
    """Set the step size to a share of what it was at first."""
    for group in optimiser.param_groups:
        first = group.setdefault("first_lr", group["lr"])
        group["lr"] = share * first


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """What the optimiser remembers: ``"<parameter>.<name>"`` to a tensor. The rest of its state is in the settings."""
    state = optimiser.state_dict()["state"]
    return {
        f"{i}.{name}": torch.as_tensor(value)
        for i, held in state.items()
        for name, value in held.items()
        if value is not None
    }


def load_optimiser_tensors(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put back what ``optimiser_tensors`` gave.

    Raises:
        InvalidParameter: they belong to other parameters.
    """
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        number, _, name = key.partition(".")
        place = int(number) if number.isdecimal() else len(parameters)
        if place >= len(parameters) or tensor.shape not in ((), parameters[place].shape):
            raise InvalidParameter(
                f"got an optimiser's {key} of shape {tuple(tensor.shape)}; needed one per parameter."
            )
        state.setdefault(place, {})[name] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
