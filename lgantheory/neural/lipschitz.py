"""Lower and upper bounds of the Lipschitz constant of a critic: a sandwich around a number that nobody can compute.

From below: slopes between pairs of points and, for networks, norms of gradients at points and between them. From above:
a bound that travels through the network (``tracing``), and for small perceptrons a semidefinite one (``lipsdp``).
"""

from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from lgantheory.arrays import Array
from lgantheory.envelopes import steepest_slope
from lgantheory.neural.evaluation import Critic, NetworkCritic, evaluated
from lgantheory.neural.lipsdp import NEURONS, lipsdp_bound
from lgantheory.neural.networks.activations import GroupSort2
from lgantheory.neural.tracing import Chain, UnknownOperationError, trace

# Points on segments at which gradients are taken, at most; more find steeper places, and take longer.
SEGMENTS = 4096

# Without a rng the same points are drawn every time.
SEED = 0


@dataclass(frozen=True)
class LowerBound:
    """``value <= k(f)``, found at a "pair", "sample" or "segment"; ``pairs`` is what pairs alone give."""

    value: float
    where: str
    pairs: float


@dataclass(frozen=True)
class UpperBound:
    """``k(f) <= value``: the smaller of ``product`` and ``lipsdp``; all None where ``reason`` says why there is none.

    * ``product``: spectral norms times slopes of activations, added up over branches;
    * ``lipsdp``: the semidefinite bound; None above ``NEURONS`` hidden neurons, or for another form of network.
    """

    value: float | None
    product: float | None
    lipsdp: float | None
    reason: str = ""


def lower_bound(
    critic: Critic,
    points: Array,
    *,
    others: Array | None = None,
    shape: tuple[int, ...] | None = None,
    rng: np.random.Generator | None = None,
) -> LowerBound:
    """The steepest slope of a critic that was found: ``max |f(x) - f(y)| / |x - y|`` and ``max |grad f|``.

    Args:
        points: (p, d); slopes are taken between all pairs, and gradients at every point.
        others: (q, d), for slopes at random places between these and ``points``; without them, between ``points``.
        shape: of one sample as the network takes it; flat by default.
        rng: draws those places.

    A bound up to the rounding of the critic's own arithmetic in double precision; that of differences is taken off.
    """
    f = evaluated(critic, points.shape[1], shape)
    rng = np.random.default_rng(SEED) if rng is None else rng
    values = f.values(points)
    pairs = steepest_slope(points, values)
    found = [(pairs, "pair")]
    between = _between(points, points if others is None else others, rng)
    for name, places in (("sample", points), ("segment", between)):
        found.append((float(f.slopes(places).max(initial=0.0)), name))
    value, where = max(found, key=lambda item: item[0])
    return LowerBound(value, where, pairs)


def _between(x: Array, y: Array, rng: np.random.Generator) -> Array:
    """Random points on random segments from x to y."""
    count = min(SEGMENTS, 4 * (len(x) + len(y)))
    i, j, u = rng.integers(len(x), size=count), rng.integers(len(y), size=count), rng.random((count, 1))
    return u * x[i] + (1.0 - u) * y[j]


def upper_bound(critic: Critic, shape: tuple[int, ...]) -> UpperBound:
    """A proved bound of the Lipschitz constant on the whole space, in evaluation mode, of a network on ``shape``.

    Rounding of norms and eigenvalues is counted in; that of the network's own arithmetic is not: the bound is that of
    the function which its weights define in exact arithmetic.
    """
    if not isinstance(critic, nn.Module):
        return UpperBound(None, None, None, "the critic is a function, not a network")
    f = NetworkCritic(critic, shape)
    for module in f.module.modules():
        if isinstance(module, GroupSort2):
            module.forward = _sorted_pairs  # the same function, of which the rules know that it is 1-Lipschitz
    try:
        bound = trace(f.module, f.shape)
    except UnknownOperationError as why:
        return UpperBound(None, None, None, str(why))
    sdp = None if bound.chain is None else _semidefinite(bound.chain)
    value = bound.slope if sdp is None else min(bound.slope, sdp)
    return UpperBound(value, bound.slope, sdp)


def _sorted_pairs(x: Tensor) -> Tensor:
    return x.unflatten(-1, (-1, 2)).sort(dim=-1).values.flatten(-2)


def _semidefinite(chain: Chain) -> float | None:
    """The bound of ``lipsdp`` for a plain perceptron that is small enough; adjacent linear maps are one map."""
    weights: list[Array] = []
    open_ = False
    for part in chain:
        if part is None and not open_:
            return None  # two activations in a row: another form
        if part is not None:
            weights = [*weights[:-1], part @ weights[-1]] if open_ and weights else [*weights, part]
        open_ = part is not None
    if not open_ or sum(len(w) for w in weights[:-1]) > NEURONS:
        return None
    return lipsdp_bound(weights)
