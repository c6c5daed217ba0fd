"""An upper bound of a network's Lipschitz constant, from one pass of a tensor that carries a bound along.

Every operation of the forward pass is met by name and multiplies, adds or keeps the bound: a linear map by its spectral
norm, an activation by its steepest slope, a sum of branches by the sum of theirs. So residual branches, flattening and
pooling need no knowledge of the module's class. What has no rule in ``operations``, or reads the numbers that flow
through the network, ends the pass: then there is no bound, and the reason names the operation.

Norms are Euclidean, of each sample flattened. Operations that could mix samples of a batch are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

# Samples in the batch of the pass; any number above one, so that mixing samples shows in a shape.
BATCH = 3

# Questions about a tensor that do not read its numbers.
SHAPE_ONLY = frozenset({"size", "dim", "__len__", "numel", "stride", "is_floating_point", "is_contiguous", "__get__"})

Chain = tuple[np.ndarray | None, ...]
"""Weights of a plain multilayer perceptron in order, with None for each activation between them."""


class UnknownOperationError(Exception):
    """An operation without a rule; its text is the reason why there is no bound."""


@dataclass(frozen=True)
class Bound:
    """What is known about a tensor as a function of the input: its slope, and its form if it is a plain chain."""

    slope: float
    chain: Chain | None = None
    torus: tuple["Bound", tuple[int, int]] | None = None  # before a circular padding, for the convolution after it


class Traced(Tensor):
    """A tensor with a ``Bound``; every torch function on it goes through the rules."""

    bound: Bound

    @staticmethod
    def of(tensor: Tensor, bound: Bound) -> "Traced":
        traced = tensor.as_subclass(Traced)
        traced.bound = bound
        return traced

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        from lgantheory.neural import operations  # which is written in terms of this class

        del types
        name, kwargs = func.__name__, dict(kwargs or {})
        with torch._C.DisableTorchFunctionSubclass():
            result = func(*args, **kwargs)
        if name in SHAPE_ONLY and not isinstance(result, Tensor):
            return result
        return _with_bound(result, operations.bound_of(Call(name, args, kwargs, result)))


@dataclass(frozen=True)
class Call:
    """One operation: its name, arguments and plain result."""

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    result: Any

    def argument(self, position: int, keyword: str, default: Any = None) -> Any:
        return self.args[position] if len(self.args) > position else self.kwargs.get(keyword, default)

    @property
    def operand(self) -> Traced:
        """The first argument, if it alone depends on the input."""
        first, *others = *self.args, *self.kwargs.values()
        if not isinstance(first, Traced) or any(isinstance(other, Traced) for other in others):
            raise self.unknown("with this choice of arguments that depend on the input")
        return first

    def unknown(self, why: str) -> UnknownOperationError:
        return UnknownOperationError(f"no rule for the operation {self.name!r} {why}")


def trace(critic: nn.Module, shape: tuple[int, ...]) -> Bound:
    """The bound of a network's output, one number for each sample of shape ``shape``.

    Raises:
        UnknownOperationError: an operation without a rule, or no dependence that the rules can see.
    """
    like = next((p for p in critic.parameters()), torch.zeros((), dtype=torch.float64))
    points = torch.zeros(BATCH, *shape, dtype=like.dtype, device=like.device)
    with torch.no_grad():
        values = critic(Traced.of(points, Bound(1.0, chain=())))
    if not isinstance(values, Traced) or values.numel() != BATCH:
        raise UnknownOperationError("the output is not one traced number for each sample")
    return values.bound


def _with_bound(result: Any, bound: Bound) -> Any:
    if isinstance(result, Tensor):
        if result.ndim == 0 or len(result) != BATCH:
            raise UnknownOperationError(
                f"an operation gave shape {tuple(result.shape)}, whose first axis is not the batch"
            )
        return Traced.of(result, bound) if result.is_floating_point() else result
    parts = [_with_bound(part, bound) for part in result]
    return tuple(parts) if type(result) in (tuple, list) else type(result)(parts)
