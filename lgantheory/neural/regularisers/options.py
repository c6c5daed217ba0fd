"""Ranges of the regularisers' options, and what they remember between steps."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter

Number = int | float


def number(name: str, value: Any, *, least: float, most: float) -> float:
    """``value`` as a finite float with ``least <= value <= most``.

    Raises:
        InvalidParameter: it is not.
    """
    if not (_is_finite(value) and least <= value <= most):
        raise InvalidParameter(f"{name} must be a number from {least:g} to {most:g}; got {value!r}.")
    return float(value)


def positive(name: str, value: Any) -> float:
    """``value`` as a positive finite float. Raises ``InvalidParameter``."""
    if not (_is_finite(value) and value > 0.0):
        raise InvalidParameter(f"{name} must be a positive finite number; got {value!r}.")
    return float(value)


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def count(name: str, value: Any, *, least: int = 1) -> int:
    """``value`` if it is a whole number of at least ``least``. Raises ``InvalidParameter``."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InvalidParameter(f"{name} must be a whole number of at least {least}; got {value!r}.")
    return value


class Memory(nn.Module):
    """One tensor that outlives a step: part of ``state_dict``, from which its shape and type are taken as well.

    A batch decides the shape and the precision only when training starts, so that a plain buffer could not be restored.
    """

    value: Tensor

    def __init__(self, value: Tensor) -> None:
        super().__init__()
        self.register_buffer("value", value)
        _ = self.register_load_state_dict_pre_hook(_take_over)


def _take_over(module: nn.Module, state_dict: Any, prefix: str, *_: Any) -> None:
    """Make room for the stored tensor in front of ``load_state_dict``, which then copies it."""
    stored = state_dict.get(f"{prefix}value")
    if isinstance(module, Memory) and isinstance(stored, Tensor):
        module.value = torch.empty_like(stored, device=module.value.device)
