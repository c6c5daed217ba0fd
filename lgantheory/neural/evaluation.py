"""Values and gradients of a critic in double precision, whatever it is: a network, or a function of arrays.

A network is copied, put into evaluation mode and into float64; where the device has no float64 (mps) the copy lives on
the cpu. Points go through in blocks. Points that are equal get one value, since the order in a batch can change the
last bit of a sum, and two values at one point would be an infinite slope.
"""

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lgantheory.arrays import Array, QueryPoints, QueryValues
from lgantheory.envelopes import EPS
from lgantheory.errors import InvalidParameter
from lgantheory.measures import DiscreteMeasure, as_measure, distinct_places

Critic = nn.Module | Callable[[Any], Any]
"""A network that maps (b, *shape) to (b,), or a function that maps an array (p, d) to (p,)."""

# Numbers that go through a network at once: eight megabytes of input. Changes time and memory only.
NUMBERS = 2**20

# Points at once, however small they are.
POINTS = 1024

# Step of a central difference, relative to the size of the points: it balances rounding against the third derivative.
STEP = EPS ** (1.0 / 3.0)


class NetworkCritic:
    """A network in double precision; see the module's docstring."""

    def __init__(self, critic: nn.Module, shape: tuple[int, ...]) -> None:
        self.module, self.shape = _double(critic), shape
        weight = next(self.module.parameters(), None)
        self.device = torch.device("cpu") if weight is None else weight.device

    def values(self, points: QueryPoints) -> QueryValues:
        places, index = distinct_places(points)
        with torch.no_grad():
            parts = [self._forward(torch.from_numpy(block)) for block in self._blocks(places)]
        return _finite(torch.cat(parts).cpu().numpy())[index]

    def gradients(self, points: QueryPoints) -> QueryPoints:
        return np.concatenate([self._gradient(block) for block in self._blocks(points)] or [points])

    def slopes(self, points: QueryPoints) -> QueryValues:
        """Norms of gradients. At a kink torch returns one of the slopes there or a number between them."""
        return np.linalg.norm(self.gradients(points), axis=1)

    def _forward(self, points: Tensor) -> Tensor:
        values = self.module(points.to(self.device).reshape(-1, *self.shape))
        if values.numel() != len(points):
            raise InvalidParameter(
                f"got {tuple(values.shape)} from the critic for {len(points)} points; needed one value for each."
            )
        return values.reshape(-1)

    def _gradient(self, block: QueryPoints) -> QueryPoints:
        with torch.enable_grad():
            points = torch.from_numpy(block).requires_grad_(True)
            values = self._forward(points)
            if not values.requires_grad:  # a critic that does not look at its points
                return np.zeros_like(block)
            (gradient,) = torch.autograd.grad(values.sum(), points, allow_unused=True)
        return np.zeros_like(block) if gradient is None else _finite(gradient.cpu().numpy())

    def _blocks(self, points: QueryPoints) -> Iterator[QueryPoints]:
        step = max(1, min(POINTS, NUMBERS // points.shape[1]))
        return (points[start : start + step].copy() for start in range(0, len(points), step))


def _double(critic: nn.Module) -> nn.Module:
    critic = getattr(critic, "_orig_mod", critic)  # what torch.compile wrapped
    try:
        module = copy.deepcopy(critic)
    except RuntimeError as error:
        raise InvalidParameter(
            f"got a critic that torch cannot copy ({str(error).splitlines()[0]}); needed a module whose weights are "
            "parameters or parametrised by torch.nn.utils.parametrizations. Or pass a function of arrays."
        ) from None
    weight = next(module.parameters(), None)
    device = "cpu" if weight is None or weight.device.type == "mps" else weight.device
    return module.to(device).to(torch.float64).eval()


class FunctionCritic:
    """A function of arrays; gradients are central differences, and slopes are those between pairs of points."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def values(self, points: QueryPoints) -> QueryValues:
        places, index = distinct_places(points)
        values = np.asarray(self._function(places), dtype=np.float64).reshape(-1)
        if len(values) != len(places):
            raise InvalidParameter(
                f"got {len(values)} values from the critic for {len(places)} points; needed one for each."
            )
        return _finite(values)[index]

    def gradients(self, points: QueryPoints) -> QueryPoints:
        """Central differences: at the apex of a cone, the slopes on both sides average out to the smooth part."""
        gradients, step = np.empty_like(points), self._step(points)
        for axis in range(points.shape[1]):
            move = np.zeros(points.shape[1])
            move[axis] = step
            gradients[:, axis] = (self.values(points + move) - self.values(points - move)) / (2.0 * step)
        return gradients

    def slopes(self, points: QueryPoints) -> QueryValues:
        """Slopes between the two ends of a step along the gradient, less what rounding can have added."""
        if len(points) == 0:
            return np.empty(0)
        gradients = self.gradients(points)
        sizes = np.linalg.norm(gradients, axis=1, keepdims=True)
        moves = self._step(points) * np.divide(gradients, sizes, out=np.zeros_like(gradients), where=sizes > 0.0)
        ahead, behind = points + moves, points - moves
        high, low = self.values(ahead), self.values(behind)
        lengths = np.linalg.norm(ahead - behind, axis=1)
        # A critic rounds in coordinates as well as in values: a few units in the last place of both, seen as a slope.
        size = np.abs(high) + np.abs(low) + np.abs(high - low) / np.maximum(lengths, EPS) * np.abs(points).max()
        rises = np.abs(high - low) - 16.0 * EPS * size
        return np.divide(rises, lengths, out=np.zeros_like(rises), where=lengths > 0.0).clip(min=0.0)

    def _step(self, points: QueryPoints) -> float:
        return STEP * max(float(np.abs(points).max(initial=0.0)), 1e-100)


Evaluated = NetworkCritic | FunctionCritic
"""A critic on float64 arrays (p, d): ``values`` (p,), ``gradients`` (p, d), ``slopes`` (p,) that k is at least."""


def evaluated(critic: Critic, dimension: int, shape: tuple[int, ...] | None = None) -> Evaluated:
    """The critic for arrays with that many columns; ``shape`` is one sample as a network takes it.

    Without ``shape`` the module's own attribute of that name is used if it fits, and (d,) otherwise.

    Raises:
        InvalidParameter: a shape that does not have d entries, a module that cannot be copied, or no function at all.
    """
    if isinstance(critic, nn.Module):
        return NetworkCritic(critic, _shape(critic, dimension, shape))
    if not callable(critic):
        raise InvalidParameter(
            f"got a critic of type {type(critic).__name__}; needed a torch module or a function of arrays (p, d)."
        )
    return FunctionCritic(critic)


def _shape(critic: nn.Module, dimension: int, shape: tuple[int, ...] | None) -> tuple[int, ...]:
    own = getattr(critic, "shape", None)
    if shape is None:
        fits = isinstance(own, tuple) and math.prod(own) == dimension
        return own if fits and own is not None else (dimension,)
    if math.prod(shape) != dimension:
        raise InvalidParameter(f"got shape {shape} for points with {dimension} coordinates; needed as many entries.")
    return tuple(shape)


def _finite(values: Array) -> Array:
    if not np.isfinite(values).all():
        raise InvalidParameter(
            f"got {int(np.sum(~np.isfinite(values)))} numbers from the critic that are not finite, of {values.size}; "
            "needed finite ones. The training has diverged, or points lie outside the critic's domain."
        )
    return values.astype(np.float64)


def samples_of(samples: Any) -> tuple[DiscreteMeasure, tuple[int, ...] | None]:
    """A measure on flat points, and the shape of one sample where an array or tensor with more axes says it."""
    if isinstance(samples, Tensor):
        samples = samples.detach().to("cpu", torch.float64).numpy()
    if isinstance(samples, np.ndarray) and samples.ndim > 2:
        return DiscreteMeasure(samples.reshape(len(samples), -1)), samples.shape[1:]
    return as_measure(samples), None
