"""No Lipschitz constraint: f* is chosen at each point by itself, from the two weights there.

At a place with fake weight q and real weight p, f* minimises ``q fake(t) + p real(t)``. For a convex loss the
minimisers are an interval, found by bisection on the one-sided slopes; it may be a point, a half-line, everything or
empty, and then the infimum is approached only as t goes to infinity. This is the discriminator whose gradient is
uninformative (LGAN paper, eq. (2) of the slides).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array, Mask, SupportPoints, SupportValues
from lgantheory.claims import Verdict
from lgantheory.errors import UnsupportedLoss
from lgantheory.losses import parse_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure, Samples, as_measure, distinct_places, require_one_space

# Minimisers are looked for in [-REACH, REACH]; arbitrary, and beyond what weights of 1e-16 make of the losses here.
REACH = 1e8
BITS = 64

# A slope at REACH above this share of its terms means that the objective falls for ever.
FALLING = 1e-6


@dataclass(frozen=True)
class PointwiseDiscriminator:
    """The unrestricted optimum on the distinct support points (s, d) of both measures.

    * ``f`` (s,): a minimiser; -inf or +inf where the infimum is approached in that direction only, NaN where every
      number is optimal and none is singled out;
    * ``lower``, ``upper`` (s,): ends of the interval of minimisers (both equal to ``f`` where it is unique or
    infinite);
    * ``attained``, ``unique`` (s,): whether a minimiser exists, and only one;
    * ``real_weights``, ``fake_weights`` (s,): p and q;
    * ``value``: the infimum of the objective, a lower bound of every J*; may be -inf.
    """

    points: SupportPoints
    real_weights: SupportValues
    fake_weights: SupportValues
    f: SupportValues
    lower: SupportValues
    upper: SupportValues
    attained: Mask
    value: float

    @property
    def unique(self) -> Mask:
        return self.attained & (self.lower == self.upper)


def unrestricted_discriminator(real: Samples, fake: Samples, loss: Loss | str) -> PointwiseDiscriminator:
    """The optimal discriminator without any Lipschitz constraint, place by place.

    Raises:
        InvalidMeasure: the dimensions differ.
        UnsupportedLoss: the loss is not proved convex, so a stationary point need not be a minimiser.
    """
    real, fake, loss = as_measure(real), as_measure(fake), parse_loss(loss)
    require_one_space(real, fake)
    if not loss.is_convex:
        raise UnsupportedLoss(
            f"the pointwise minimiser needs convex losses; {loss.name!r} is not proved convex. See check_conditions."
        )
    points, p, q = _common_places(real, fake)
    low, high = _minimisers(loss, p, q)
    return _assembled(loss, (points, p, q), low, high)


def _common_places(real: DiscreteMeasure, fake: DiscreteMeasure) -> tuple[Array, Array, Array]:
    """Distinct points of both supports, with real weight p and fake weight q; points without any are left out."""
    points, inverse = distinct_places(np.concatenate([fake.points, real.points]))
    q = np.bincount(inverse[: fake.size], fake.weights, len(points))
    p = np.bincount(inverse[fake.size :], real.weights, len(points))
    keep = (p > 0.0) | (q > 0.0)
    return points[keep], p[keep], q[keep]


def _slopes(loss: Loss, p: Array, q: Array, t: Array) -> tuple[Array, Array]:
    """One-sided slopes of ``q fake + p real`` at t."""
    fake, real = loss.fake.slopes(t), loss.real.slopes(t)
    left, right = (_weighted(q, fake[end]) + _weighted(p, real[end]) for end in (0, 1))
    return left, right


def _weighted(weight: Array, value: Array) -> Array:
    """Weight * value, with 0 * inf = 0: a side without mass is not part of the objective."""
    return np.multiply(weight, value, out=np.zeros_like(weight), where=weight > 0.0)


def _minimisers(loss: Loss, p: Array, q: Array) -> tuple[Array, Array]:
    """Ends of ``{t : left slope <= 0 <= right slope}``; +-inf where an end lies beyond ``REACH``.

    An empty set shows as both ends equal to the same infinity.
    """

    def reaches_zero(t: Array) -> Array:
        return _slopes(loss, p, q, t)[1] >= 0.0

    def exceeds_zero(t: Array) -> Array:
        return _slopes(loss, p, q, t)[0] > 0.0

    lower, last = _first(reaches_zero, p.size), _first(exceeds_zero, p.size)
    # the set ends at the last float before the left slope turns positive
    upper = np.where(np.isfinite(last), np.nextafter(last, -np.inf), last)
    upper = np.where(lower > upper, lower, upper)
    from lgantheory.losses.conditions import check_conditions  # loads the proof machinery

    # A strictly monotone loss underflows to slope zero far out, which must not pass for a minimiser.
    conditions = check_conditions(loss)
    if conditions["fake_increasing"].verdict is Verdict.PROVED:
        upper = np.where(p == 0.0, -np.inf, upper)
    if conditions["real_decreasing"].verdict is Verdict.PROVED:
        lower = np.where(q == 0.0, np.inf, lower)
        upper = np.where(q == 0.0, np.inf, upper)
    return np.minimum(lower, upper), upper


def _first(holds: Callable[[Array], Array], size: int) -> Array:
    """The least float in [-REACH, REACH] at which a monotone predicate holds; -inf (+inf) if everywhere (nowhere)."""
    low, high = np.full(size, -_ordinal(REACH)), np.full(size, _ordinal(REACH))
    everywhere, somewhere = holds(_float(low)), holds(_float(high))
    for _ in range(BITS):
        middle = (low // 2) + (high // 2) + ((low % 2 + high % 2) // 2)
        passed = holds(_float(middle))
        low, high = np.where(passed, low, middle), np.where(passed, middle, high)
    return np.where(everywhere, -np.inf, np.where(somewhere, _float(high), np.inf))


def _ordinal(x: float) -> int:
    """The rank of a positive float among all floats, so that bisection on ranks ends at a neighbouring pair."""
    return int(np.float64(x).view(np.int64))


def _float(rank: Array) -> Array:
    return np.sign(rank) * np.abs(rank).astype(np.int64).view(np.float64)


def _assembled(loss: Loss, places: tuple[Array, Array, Array], low: Array, high: Array) -> PointwiseDiscriminator:
    points, p, q = places
    escaped = (low == high) & np.isinf(low)
    inner = np.isfinite(low) & np.isfinite(high)
    f = np.where(np.isinf(low), high, low)
    f[inner] = 0.5 * low[inner] + 0.5 * high[inner]
    f[np.isneginf(low) & np.isposinf(high)] = np.nan
    at = np.clip(np.nan_to_num(f, nan=0.0), -REACH, REACH)
    infimum = _weighted(q, loss.fake(at)) + _weighted(p, loss.real(at))
    alone = (p == 0.0) | (q == 0.0)
    infimum = np.where(
        escaped & alone,
        -_weighted(q, loss.fake.conjugate(np.zeros_like(q))) - _weighted(p, loss.real.conjugate(np.zeros_like(p))),
        infimum,
    )
    terms = [_weighted(q, loss.fake.derivative(at)), _weighted(p, loss.real.derivative(at))]
    falls = np.abs(terms[0] + terms[1]) > FALLING * (np.abs(terms[0]) + np.abs(terms[1]))
    infimum = np.where(escaped & ~alone & falls, -np.inf, infimum)
    return PointwiseDiscriminator(points, p, q, f, low, high, ~escaped, float(np.sum(infimum)))
