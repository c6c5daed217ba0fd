"""The rules of ``tracing``: what each operation of a network does to the Lipschitz constant of what flows through it.

Each is a theorem of one line: a composition multiplies, a sum adds, values side by side add in squares, an arrangement
keeps, a repetition r times multiplies by sqrt(r), a mean over N values divides by sqrt(N). An operation that is absent,
or has arguments that the theorem does not cover, is refused; a new one is one more function and its names in the table.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from lgantheory.neural.spectra import convolution_norm, matrix_norm
from lgantheory.neural.tracing import Bound, Call, Traced, UnknownOperationError

# Steepest slopes of activations without parameters, rounded up: selu's is scale * alpha; silu's, gelu's, mish's and
# hardswish's are maxima of their derivatives.
STEEPEST = MappingProxyType({
    "relu": 1.0, "relu6": 1.0, "hardtanh": 1.0, "tanh": 1.0, "softplus": 1.0, "logsigmoid": 1.0, "softsign": 1.0,
    "sigmoid": 0.25, "celu": 1.0, "hardsigmoid": 0.17, "abs": 1.0, "sin": 1.0, "cos": 1.0, "clamp": 1.0,
    "selu": 1.7580994, "silu": 1.09984, "gelu": 1.12905, "mish": 1.0885, "hardswish": 1.5,
})  # fmt: skip

# Those whose slope lies in [0, 1] everywhere, which is what the semidefinite bound needs.
MONOTONE = frozenset({
    "relu", "relu6", "hardtanh", "tanh", "softplus", "softsign", "sigmoid", "celu", "hardsigmoid", "clamp", "logsigmoid"
})  # fmt: skip

# The same numbers in another arrangement; the batch must stay the first axis, which is checked.
KEEPING = frozenset({
    "reshape", "view", "flatten", "squeeze", "unsqueeze", "unflatten", "contiguous", "clone", "detach", "to", "double",
    "float", "view_as", "reshape_as",
})  # fmt: skip


def bound_of(call: Call) -> Bound:
    """The bound of a call's result. Raises ``UnknownOperationError`` where there is no rule."""
    if call.name not in RULES:
        raise UnknownOperationError(f"no rule for the operation {call.name!r}")
    return RULES[call.name](call)


def _keeping(call: Call) -> Bound:
    return Bound(call.operand.bound.slope, call.operand.bound.chain)


def _moving(call: Call) -> Bound:
    """Axes change places; none of them may be the batch."""
    axes = call.args[1] if isinstance(call.args[1], list | tuple) else call.args[1:]
    ndim = call.operand.ndim
    moved = [axis % ndim for axis in axes]
    if (call.name == "permute" and moved[0] != 0) or (call.name == "transpose" and 0 in moved):
        raise call.unknown("that moves the batch")
    return Bound(call.operand.bound.slope)


def _along_one_axis(call: Call) -> Bound:
    """Sorting along an axis, and extrema along one, bring no two points further apart."""
    dim = call.argument(1, "dim", -1 if call.name == "sort" else None)
    if not isinstance(dim, int) or dim % call.operand.ndim == 0:
        raise call.unknown("over the batch")
    return Bound(call.operand.bound.slope)


def _selecting(call: Call) -> Bound:
    index = call.args[1] if isinstance(call.args[1], tuple) else (call.args[1],)
    if index[0] != slice(None) or not all(isinstance(part, int | slice) or part is None for part in index):
        raise call.unknown("that selects samples, or by a tensor")
    return Bound(call.operand.bound.slope)


def _linear(call: Call) -> Bound:
    before, weight = call.operand.bound, call.argument(1, "weight").detach()
    matrix = np.asarray(weight.to("cpu", torch.float64))
    matrix = matrix if call.name == "linear" else matrix.T
    if matrix.ndim != 2:
        raise call.unknown("by a tensor that is no matrix")
    flat = call.operand.ndim == 2
    return Bound(
        before.slope * matrix_norm(matrix), None if before.chain is None or not flat else (*before.chain, matrix)
    )


def _convolution(call: Call) -> Bound:
    x = call.operand
    stride, padding, dilation = (_pair(call.argument(3 + i, key, i != 1)) for i, key in
                                 enumerate(("stride", "padding", "dilation")))  # fmt: skip
    weight = np.asarray(call.argument(1, "weight").detach().to("cpu", torch.float64))
    reach = [dilation[i] * (weight.shape[2 + i] - 1) for i in range(2)]
    before, torus = x.bound, tuple(x.shape[2 + i] + 2 * padding[i] for i in range(2))
    if before.torus is not None and [x.shape[2 + i] - before.torus[1][i] for i in range(2)] == reach:
        divides = all(before.torus[1][i] % stride[i] == 0 for i in range(2))
        before, torus = before.torus if padding == (0, 0) and divides else (before, torus)
    groups = int(call.argument(6, "groups", 1))
    norm = convolution_norm(weight, torus, stride=stride, dilation=dilation, groups=groups)
    return Bound(before.slope * norm)


def _padding(call: Call) -> Bound:
    """Zeros change no norm. A circular padding repeats each value at most four times, one from each side."""
    mode, x = call.argument(2, "mode", "constant"), call.operand
    if mode == "constant" and not call.argument(3, "value", 0.0):
        return Bound(x.bound.slope)
    if mode == "circular" and x.ndim == 4:
        return Bound(2.0 * x.bound.slope, torus=(x.bound, (x.shape[2], x.shape[3])))
    raise call.unknown(f"with mode {mode!r}")


def _activation(call: Call) -> Bound:
    steepest, monotone = _steepest(call)
    if steepest > 1.0 and call.kwargs.get("inplace"):
        raise call.unknown("in place: other names of the tensor would keep its old bound")
    before = call.operand.bound
    kept = before.chain is not None and monotone
    return Bound(before.slope * steepest, (*before.chain, None) if kept and before.chain is not None else None)


def _steepest(call: Call) -> tuple[float, bool]:
    """Steepest slope of an activation, and whether its slopes lie in [0, 1]."""
    match call.name:
        case "leaky_relu":
            slope = float(call.argument(1, "negative_slope", 0.01))
        case "elu":
            slope = float(call.argument(1, "alpha", 1.0))
        case "prelu":
            slopes = call.argument(1, "weight")
            slope = float(slopes.detach().abs().max()) * (1.0 if float(slopes.min()) >= 0.0 else -1.0)
        case name:
            return STEEPEST[name], name in MONOTONE
    return max(1.0, abs(slope)), 0.0 <= slope <= 1.0


def _sum_of_terms(call: Call) -> Bound:
    factor = abs(float(call.kwargs.get("alpha", 1.0)))
    terms = [factor * _spread(call, call.args[1]), _spread(call, call.args[0])]
    return Bound(sum(terms))


def _largest_of_two(call: Call) -> Bound:
    return Bound(math.hypot(*(_spread(call, part) for part in call.args[:2])))


def _spread(call: Call, operand: Any) -> float:
    """Slope of an operand after broadcasting: a value repeated r times has sqrt(r) times the norm."""
    if not isinstance(operand, Traced):
        return 0.0
    if operand.ndim != call.result.ndim:
        raise call.unknown("between tensors with different axes")
    return operand.bound.slope * math.sqrt(call.result.numel() / operand.numel())


def _scaling(call: Call) -> Bound:
    x, c = call.args[0], call.args[1]
    if isinstance(c, Traced) and call.name in ("mul", "__mul__", "__rmul__"):
        x, c = c, x
    if isinstance(c, Traced):
        raise call.unknown("of two tensors that depend on the input")
    size = torch.as_tensor(c, dtype=torch.float64).abs()
    return Bound(_spread(call, x) * (1.0 / float(size.min()) if "div" in call.name else float(size.max())))


def _averaging(call: Call) -> Bound:
    """Disjoint sets of N values: their sums have sqrt(N) times the norm at most, their means 1 / sqrt(N)."""
    x = call.operand
    if call.name in ("mean", "sum"):
        dims = call.argument(1, "dim")
        dims = (dims,) if isinstance(dims, int) else dims
        if not dims or any(dim % x.ndim == 0 for dim in dims):
            raise call.unknown("over the batch")
    elif call.name in ("avg_pool2d", "max_pool2d"):
        _require_tiles(call)
    elif any(x.shape[-i] % call.result.shape[-i] for i in (1, 2)):
        raise call.unknown("onto tiles of different sizes")
    size = math.sqrt(x.numel() / call.result.numel())
    factor = {"sum": size, "max_pool2d": 1.0}.get(call.name, 1.0 / size)
    return Bound(x.bound.slope * factor)


def _require_tiles(call: Call) -> None:
    kernel, x = _pair(call.argument(1, "kernel_size")), call.operand
    stride = _pair(call.argument(2, "stride") or kernel)
    if (
        stride != kernel
        or _pair(call.argument(3, "padding", 0)) != (0, 0)
        or any(x.shape[2 + i] % kernel[i] for i in (0, 1))
    ):
        raise call.unknown("whose windows are not disjoint tiles")


def _joining(call: Call) -> Bound:
    if call.argument(1, "dim", 0) % call.result.ndim == 0:
        raise call.unknown("along the batch")
    return Bound(math.hypot(*(part.bound.slope for part in call.args[0] if isinstance(part, Traced))))


def _repeating(call: Call) -> Bound:
    if call.argument(3, "mode", "nearest") != "nearest" or any(
        call.result.shape[i] % call.operand.shape[i] for i in (2, 3)
    ):
        raise call.unknown("other than whole repetitions of pixels")
    return Bound(call.operand.bound.slope * math.sqrt(call.result.numel() / call.operand.numel()))


def _normalising(call: Call) -> Bound:
    """Batch normalisation with frozen statistics is one factor for each channel."""
    variance = call.argument(2, "running_var")
    if call.argument(5, "training", False) or variance is None:
        raise call.unknown("with the statistics of the batch")
    weight = call.argument(3, "weight")
    factor = 1.0 / torch.sqrt(variance.double() + call.argument(7, "eps", 1e-5))
    factor = factor if weight is None else factor * weight.detach().double().abs()
    return Bound(call.operand.bound.slope * float(factor.max()))


def _dropping(call: Call) -> Bound:
    if call.argument(2, "training", True):
        raise call.unknown("while training")
    return _keeping(call)


def _pair(value: Any) -> tuple[int, int]:
    if isinstance(value, str):
        raise UnknownOperationError(f"no rule for the padding {value!r}")
    return (int(value), int(value)) if isinstance(value, int | float) else (int(value[0]), int(value[-1]))


_BY_RULE: tuple[tuple[Callable[[Call], Bound], tuple[str, ...]], ...] = (
    (_keeping, tuple(sorted(KEEPING)) + ("neg", "__neg__", "pixel_shuffle", "pixel_unshuffle", "identity")),
    (_moving, ("permute", "transpose")),
    (_along_one_axis, ("sort", "amax", "amin", "max", "min")),
    (_selecting, ("__getitem__",)),
    (_linear, ("linear", "matmul", "__matmul__", "mm")),
    (_convolution, ("conv2d",)),
    (_padding, ("pad",)),
    (_activation, (*STEEPEST, "leaky_relu", "elu", "prelu")),
    (_sum_of_terms, ("add", "__add__", "__radd__", "sub", "__sub__", "__rsub__", "rsub")),
    (_largest_of_two, ("maximum", "minimum")),
    (_scaling, ("mul", "__mul__", "__rmul__", "div", "__truediv__", "true_divide")),
    (_averaging, ("mean", "sum", "avg_pool2d", "max_pool2d", "adaptive_avg_pool2d")),
    (_joining, ("cat", "stack")),
    (_repeating, ("interpolate",)),
    (_normalising, ("batch_norm",)),
    (_dropping, ("dropout", "dropout2d", "feature_dropout")),
)

RULES: Mapping[str, Callable[[Call], Bound]] = MappingProxyType({
    name: rule for rule, names in _BY_RULE for name in names
})  # fmt: skip
