"""Activations by name, each with the gain that keeps the size of a signal through random layers."""

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter, UnknownName

_CALL = re.compile(r"\s*(\w+)\s*(?:\(\s*([^()]+?)\s*\)\s*)?", flags=re.ASCII)


class GroupSort2(nn.Module):
    """Sorts neighbouring pairs of features: (b, 2 n) to (b, 2 n), 1-Lipschitz, and an isometry almost everywhere.

    Source: Anil, Lucas, Grosse, "Sorting out Lipschitz function approximation", arXiv 1811.05381, section 4.1.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Each pair, the smaller one first."""
        first, second = x.unflatten(-1, (-1, 2)).unbind(-1)
        return torch.stack([torch.minimum(first, second), torch.maximum(first, second)], dim=-1).flatten(-2)


class Activation(NamedTuple):
    """``make()`` gives the layer; random weights of variance ``gain^2 / fan in`` suit it."""

    make: Callable[[], nn.Module]
    gain: float


def _leaky(slope: float) -> Activation:
    return Activation(lambda: nn.LeakyReLU(slope), math.sqrt(2.0 / (1.0 + slope * slope)))


def _elu(alpha: float) -> Activation:
    return Activation(lambda: nn.ELU(alpha), math.sqrt(2.0))


# The gain of relu is He's; that of selu is 1, for which its constants were made; that of tanh is torch's, 5/3.
_PLAIN: dict[str, Activation] = {
    "relu": Activation(nn.ReLU, math.sqrt(2.0)),
    "selu": Activation(nn.SELU, 1.0),
    "tanh": Activation(nn.Tanh, 5.0 / 3.0),
    "softplus": Activation(nn.Softplus, math.sqrt(2.0)),
    "silu": Activation(nn.SiLU, math.sqrt(2.0)),
    "groupsort2": Activation(GroupSort2, 1.0),
}
# Those with a number, and its value when none is given.
_WITH_NUMBER: dict[str, tuple[Callable[[float], Activation], float]] = {"leaky_relu": (_leaky, 0.2), "elu": (_elu, 1.0)}


def get_activation(text: Any) -> Activation:
    """The activation of that name: ``"relu"``, ``"elu"``, ``"leaky_relu(0.1)"`` and so on.

    Raises:
        UnknownName: no such name.
        InvalidParameter: a number where none belongs, or none where one does.
    """
    call = _CALL.fullmatch(text) if isinstance(text, str) else None
    name, given = call.groups() if call else (text, None)
    if name in _WITH_NUMBER:
        make, number = _WITH_NUMBER[name]
        return make(number if given is None else _number(text, given))
    if name not in _PLAIN:
        names = ", ".join(sorted([*_PLAIN, *_WITH_NUMBER]))
        raise UnknownName(f"got the activation {str(text)[:60]!r}; needed one of: {names}.")
    if given is not None:
        raise InvalidParameter(f"activation {name!r} takes no number; got {text!r}. Leave the brackets out.")
    return _PLAIN[name]


def _number(text: str, given: str) -> float:
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0.0):
        raise InvalidParameter(f"got the activation {text!r}; what stands in the brackets must be a number from 0.")
    return value
