"""From a duality gap to intervals that contain *every* optimal discriminator.

The gap of a pair (f, flow) is a sum of non-negative terms, one for each way in which the pair could fail to be optimal:

    gap = sum_v w_v [l_v(f_v) + l_v*(u_v) - u_v f_v]          (Fenchel-Young, u_v = outflow / weight)
        + sum_st flow_st [k d_st - (f_t - f_s)]               (complementary slackness)
        + penalty(k) + penalty*(cost) - cost k                (Fenchel-Young in k)

The flow of an optimal pair is optimal for every optimal f, so with *our* flow and any optimal f the same sum is the
gap of that pair, at most ours. Each term alone is then at most the gap, and each gives an interval. Nothing here is
local or asymptotic: strict convexity shows up as a narrow interval, its absence as a wide or infinite one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array, Indices, SupportValues, Values

# The search for an end starts at this relative radius and doubles; past the last doubling (about 1e7) it is infinite.
# Halving then fixes the end to a billionth of its distance; what is returned always lies outside.
DOUBLINGS = 64
BISECTIONS = 30
START_RADIUS = 1e-12

# Sweeps over the flow arcs. Each carries bounds one arc further; stopping early leaves the intervals valid, only wider.
SWEEPS = 200


@dataclass(frozen=True)
class Enclosure:
    """Intervals containing every optimal discriminator: ``lower <= f* <= upper`` on the support, k* likewise."""

    lower: SupportValues
    upper: SupportValues
    k_lower: float
    k_upper: float

    @property
    def width(self) -> SupportValues:
        return self.upper - self.lower


@dataclass(frozen=True)
class Arcs:
    """Pairs (s, t) that carry mass: f_t - f_s lies between k d - slack and k d for every optimal f."""

    s: Indices
    t: Indices
    distance: Array
    slack: Array


def level_set(excess: "ExcessFunction", f: SupportValues, level: Values) -> tuple[SupportValues, SupportValues]:
    """Ends of ``{t : excess(t) <= level}`` around ``f``, for a convex excess that is at most ``level`` at ``f``."""
    return tuple(_edge(excess, f, level, side) for side in (-1.0, 1.0))  # type: ignore[return-value]


def _edge(excess: "ExcessFunction", f: SupportValues, level: Values, side: float) -> SupportValues:
    inside, outside = np.zeros_like(f), np.full_like(f, np.inf)
    radius = START_RADIUS * (1.0 + np.abs(f))
    for _ in range(DOUBLINGS):
        within = (excess(f + side * radius) <= level) & np.isinf(outside)
        inside = np.where(within, radius, inside)
        outside = np.where(~within & np.isinf(outside), radius, outside)
        if np.isfinite(outside).all():
            break
        radius = 2.0 * radius
    bounded = np.isfinite(outside)
    low, high = inside, np.where(bounded, outside, inside)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        within = excess(f + side * middle) <= level
        low, high = np.where(within, middle, low), np.where(within, high, middle)
    return np.where(bounded, f + side * high, side * np.inf)


class ExcessFunction:
    """``t -> l_v(t) + l_v*(u_v) - u_v t`` for all support points at once: zero at an optimal value, convex."""

    def __init__(
        self, value: Callable[[SupportValues], SupportValues], u: SupportValues, conjugate: SupportValues
    ) -> None:
        self._value, self._u, self._conjugate = value, u, conjugate

    def __call__(self, t: SupportValues) -> SupportValues:
        with np.errstate(invalid="ignore", over="ignore"):
            excess = self._value(t) + self._conjugate - self._u * t
        return np.where(np.isnan(excess), np.inf, excess)


def propagated(lower: Array, upper: Array, arcs: Arcs, k: tuple[float, float]) -> tuple[Array, Array]:
    """Carry the intervals along arcs that hold mass, until nothing moves."""
    far = arcs.distance > 0.0
    least = k[0] * arcs.distance - arcs.slack
    most = np.multiply(k[1], arcs.distance, out=np.zeros_like(arcs.distance), where=far)
    for _ in range(SWEEPS):
        before = lower, upper
        lower, upper = lower.copy(), upper.copy()
        np.maximum.at(lower, arcs.t, lower[arcs.s] + least)
        np.minimum.at(upper, arcs.t, upper[arcs.s] + most)
        np.maximum.at(lower, arcs.s, lower[arcs.t] - most)
        np.minimum.at(upper, arcs.s, upper[arcs.t] - least)
        if np.array_equal(lower, before[0]) and np.array_equal(upper, before[1]):
            break
    return lower, upper


def narrowed(k: tuple[float, float], lower: Array, upper: Array, arcs: Arcs) -> tuple[float, float]:
    """The interval of k, cut down by what the values at both ends of each arc with mass leave for the slope there."""
    far = arcs.distance > 0.0
    if not far.any():
        return k
    s, t, d = arcs.s[far], arcs.t[far], arcs.distance[far]
    least, most = (lower[t] - upper[s]) / d, (upper[t] - lower[s] + arcs.slack[far]) / d
    return max(k[0], float(least.max())), min(k[1], float(most.min()))
