"""Quantities that several statements are decided by, each with the error bar that the certificate gives it."""

import math
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array, SupportPoints, SupportValues
from lgantheory.claims import Check
from lgantheory.problem import Solution

EPS = float(np.finfo(float).eps)

# The smallest violation that counts, as a fraction of the natural scale of a quantity (of k d for a slope, of the spread
# of f for a value). Arbitrary: far above every error bar seen, far below every violation that a broken hypothesis causes.
RESOLUTION = 1e-3

# An objective whose second derivative along a direction is below this counts as flat there. Arbitrary, like RESOLUTION.
FLAT = 1e-6


@dataclass(frozen=True)
class Places:
    """The distinct places of both supports, with weights and certified values there.

    * ``points`` (s, d); ``q``, ``p`` (s,): fake and real weight;
    * ``lower``, ``upper`` (s,): every optimal f* lies between them; ``f`` (s,): ours;
    * ``force_lower``, ``force_upper`` (s,): the net force ``q fake'(f*) + p real'(f*)`` lies between them;
    * ``flow`` (s, s): mass carried from place to place.
    """

    points: SupportPoints
    q: SupportValues
    p: SupportValues
    f: SupportValues
    lower: SupportValues
    upper: SupportValues
    force_lower: SupportValues
    force_upper: SupportValues
    flow: Array

    @property
    def shared(self) -> Array:
        return (self.q > 0.0) & (self.p > 0.0)


def places(solution: Solution) -> Places:
    """Merge coinciding support points that carry weight; intervals of one place are intersected."""
    problem, box = solution.problem, solution.enclosure
    alive = np.flatnonzero(problem.alive)
    points, inverse = np.unique(problem.points[alive] + 0.0, axis=0, return_inverse=True)
    inverse, size = inverse.reshape(-1), len(points)
    fake = alive < problem.n
    q = np.bincount(inverse[fake], problem.weights[alive[fake]], size)
    p = np.bincount(inverse[~fake], problem.weights[alive[~fake]], size)
    lower, upper, f = np.full(size, -np.inf), np.full(size, np.inf), np.zeros(size)
    np.maximum.at(lower, inverse, box.lower[alive])
    np.minimum.at(upper, inverse, box.upper[alive])
    f[inverse] = solution.f[alive]
    force = [_force(solution, q, p, end) for end in (lower, upper)]
    place = np.zeros(len(problem.weights), dtype=int)
    place[alive] = inverse
    coo = solution.support_flow.tocoo()
    flow = np.zeros((size, size))
    np.add.at(flow, (place[coo.coords[0]], place[coo.coords[1]]), coo.data)
    return Places(points, q, p, f, lower, upper, *force, flow)


def _force(solution: Solution, q: Array, p: Array, f: Array) -> Array:
    """``q fake'(f) + p real'(f)``, nondecreasing in f for convex losses; at an infinite f, the end of the slopes' range."""
    total = np.zeros_like(f)
    for weight, function in ((q, solution.problem.loss.fake), (p, solution.problem.loss.real)):
        finite = np.where(np.isfinite(f), f, 0.0)
        ends = np.where(f > 0.0, function.conjugate_domain[1], function.conjugate_domain[0])
        slope = np.where(np.isfinite(f), function.derivative(finite), ends)
        total += np.where(weight > 0.0, weight * np.where(weight > 0.0, slope, 0.0), 0.0)
    return total


def slack_bounds(solution: Solution, at: Places) -> tuple[Array, Array]:
    """Bounds (s, s) of the slack ``k d_uv - (f*_v - f*_u)`` of going up from u to v, over every optimal f*.

    The upper bound is what complementary slackness gives on a pair that carries mass, or what the intervals give. The
    lower bound is at least zero, since f* is k-Lipschitz; beyond that it is our own slack, less ``flatness_bar``.
    """
    d = np.linalg.norm(at.points[:, None, :] - at.points[None, :, :], axis=2)
    box = solution.enclosure
    rounding = 2.0 * solution.value_error
    with np.errstate(divide="ignore", invalid="ignore"):
        carried = solution.error / at.flow
        apart = box.k_upper * d - (at.lower[None, :] - at.upper[:, None])
    upper = np.fmin(np.where(at.flow > 0.0, carried, np.inf), apart) + rounding
    ours = solution.k * d - (at.f[None, :] - at.f[:, None]) - rounding - 2.0 * flatness_bar(solution.error)
    lower = np.clip(ours, 0.0, upper)
    return lower, upper


def between(name: str, lower: float, upper: float, resolution: float) -> Check:
    """The check that a quantity known to lie in [lower, upper], 0 <= lower, vanishes."""
    return Check(name, 0.5 * (lower + upper), 0.5 * (upper - lower), resolution)


def flatness_bar(error: float) -> float:
    """How far apart two points may be whose objectives agree to ``error``, if the objective bends by ``FLAT`` at least.

    A convex function with second derivative >= c on a segment of length W, within ``error`` of its minimum at both ends,
    has c W^2 / 8 <= error. Beyond this bar the objective is flat: the two are both optimal.
    """
    return math.sqrt(8.0 * max(error, 0.0) / FLAT)


def spread(solution: Solution) -> float:
    """The largest rise that the slope allows, ``k`` times the largest distance: the natural unit of f."""
    return solution.k * float(solution.problem.distances.max())
