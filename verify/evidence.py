"""Quantities that several statements are decided by, each with the error bar that the certificate gives it."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import sparse

from lgantheory.arrays import Array, SupportPoints, SupportValues
from lgantheory.claims import Check
from lgantheory.errors import UncertifiedSolution
from lgantheory.measures import distinct_places
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.symbolic.shapes import prove_strictly_convex

EPS = float(np.finfo(float).eps)

# The smallest violation that counts, as a fraction of the natural scale of a quantity (of k d for a slope, of the
# spread of f for a value). Arbitrary: far above every error bar seen, far below every violation that a broken
# hypothesis causes.
RESOLUTION = 1e-3

# Constraints of the linear program over the optimal set are loosened by this share of the spread, its solver's own
# tolerance; what it finds is certified afterwards.
LINEAR_PROGRAM_TOLERANCE = 1e-9

# The smallest improvement of an objective that counts, relative to its size. Arbitrary, like RESOLUTION.
GAIN_RESOLUTION = 1e-6


@dataclass(frozen=True)
class Places:
    """The distinct places of both supports, with weights and certified values there.

    * ``points`` (s, d); ``q``, ``p`` (s,): fake and real weight;
    * ``lower``, ``upper`` (s,): every optimal f* lies between them; ``f`` (s,): ours;
    * ``force_lower``, ``force_upper`` (s,): the net force ``q fake'(f*) + p real'(f*)`` lies between them;
    * ``flow`` (s, s): mass carried from place to place; ``bar`` (s,): see ``value_bar``.
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
    bar: SupportValues

    @property
    def shared(self) -> Array:
        return (self.q > 0.0) & (self.p > 0.0)


def places(solution: Solution) -> Places:
    """Merge coinciding support points that carry weight; intervals of one place are intersected."""
    problem, box = solution.problem, solution.enclosure
    alive = np.flatnonzero(problem.alive)
    points, inverse = distinct_places(problem.points[alive])
    size = len(points)
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
    arcs, flow = solution.support_flow, np.zeros((size, size))
    np.add.at(flow, (place[arcs.s], place[arcs.t]), arcs.mass)
    bar = np.zeros(size)
    np.maximum.at(bar, inverse, value_bar(solution)[alive])
    return Places(points, q, p, f, lower, upper, force[0], force[1], flow, bar)


def _force(solution: Solution, q: Array, p: Array, f: Array) -> Array:
    """``q fake'(f) + p real'(f)``, nondecreasing in f for convex losses; at infinity the end of the slopes' range."""
    total = np.zeros_like(f)
    for weight, function in ((q, solution.problem.loss.fake), (p, solution.problem.loss.real)):
        finite = np.where(np.isfinite(f), f, 0.0)
        ends = np.where(f > 0.0, function.conjugate_domain[1], function.conjugate_domain[0])
        slope = np.where(np.isfinite(f), function.derivative(finite), ends)
        total += np.where(weight > 0.0, weight * np.where(weight > 0.0, slope, 0.0), 0.0)
    return total


def slack_bounds(solution: Solution, at: Places) -> tuple[Array, Array]:
    """Bounds (s, s) of the slack ``k d_uv - (f*_v - f*_u)`` of going up from u to v.

    The upper bound holds for every optimal f*: it is what complementary slackness gives on a pair that carries mass, or
    what the intervals give. The lower bound is at least zero, since f* is k-Lipschitz; beyond that it is the slack of
    the solution at hand, less ``value_bar`` at both ends.
    """
    d = np.linalg.norm(at.points[:, None, :] - at.points[None, :, :], axis=2)
    box = solution.enclosure
    rounding = 2.0 * solution.value_error
    with np.errstate(divide="ignore", invalid="ignore"):
        carried = solution.error / at.flow
        apart = box.k_upper * d - (at.lower[None, :] - at.upper[:, None])
    upper = np.fmin(np.where(at.flow > 0.0, carried, np.inf), apart) + rounding
    ours = solution.k * d - (at.f[None, :] - at.f[:, None]) - rounding - (at.bar[None, :] + at.bar[:, None])
    lower = np.clip(ours, 0.0, upper)
    return lower, upper


def between(name: str, lower: float, upper: float, resolution: float) -> Check:
    """The check that a quantity known to lie in [lower, upper], 0 <= lower, vanishes."""
    if math.isinf(upper):
        return Check(name, lower, 0.0 if lower > 0.0 else math.inf, resolution)
    return Check(name, 0.5 * (lower + upper), 0.5 * (upper - lower), resolution)


def value_bar(solution: Solution) -> SupportValues:
    """How far each value of an optimum found may be from an exact optimum near it.

    Under a strictly convex loss that is the width of the interval which contains every optimal value. A value that is
    free moves with those it is tied to: it may be off by as much as the worst of them, and by the tolerance of the
    linear program.
    """
    fixed, width = _fixed(solution.problem), solution.enclosure.width
    tied = float(width[fixed].max(initial=0.0))
    loose = tied + 2.0 * solution.value_error + LINEAR_PROGRAM_TOLERANCE * max(spread(solution), EPS)
    return np.where(fixed, width, loose)


def spread(solution: Solution) -> float:
    """The largest rise that the slope allows, ``k`` times the largest distance: the natural unit of f."""
    return solution.k * float(solution.problem.distances.max())


def another_optimum(solution: Solution, direction: SupportValues) -> Solution:
    """The optimal discriminator that goes farthest in ``direction``, certified by the same flow.

    Complementary slackness with our flow confines every optimal f*: pairs that carry mass stay tight, values stay in
    the intervals of ``Solution.enclosure``, and the slope is k. That is a linear program. Points whose loss is proved
    strictly convex keep our value: two optima agree there, however flat the loss may look in float64. The others are
    kept within a box around ours, so that a free shift does not run away.

    Raises:
        UncertifiedSolution: the linear program failed, which a feasible start makes impossible but for rounding.
    """
    from scipy.optimize import linprog

    problem, box, k = solution.problem, solution.enclosure, solution.k
    size, length = len(solution.f), problem.arc_lengths(solution.support_flow)
    reach = np.where(_fixed(problem), solution.value_error, 1.0 + 10.0 * spread(solution))
    held = solution.support_flow
    s, t = np.nonzero(~np.eye(size, dtype=bool))
    lipschitz, tight = _rises(s, t, size), _rises(held.s, held.t, size)
    found = linprog(
        -direction,
        A_ub=sparse.vstack([lipschitz, -tight]),
        b_ub=np.concatenate([k * problem.support_distances[s, t], solution.error / held.mass - k * length])
        + LINEAR_PROGRAM_TOLERANCE * max(spread(solution), EPS),
        bounds=np.stack(
            [
                np.maximum(box.lower, solution.f - reach) - EPS,
                np.minimum(box.upper, solution.f + reach) + EPS,
            ],
            axis=1,
        ),
        method="highs",
    )
    if found.x is None:
        raise UncertifiedSolution(f"the linear program over the optimal set failed: {found.message}", solution)
    return problem.certify(_one_value_per_place(problem, found.x), solution.support_flow, k=k, solver="optimal set")


def _fixed(problem: LipschitzProblem) -> Array:
    """Points that carry weight under a loss that is proved strictly convex."""
    sides = (problem.loss.fake.expression, problem.n), (problem.loss.real.expression, problem.m)
    return problem.alive & np.concatenate([np.full(size, _strict(side)) for side, size in sides])


@cache
def _strict(expression: Any) -> bool:
    return prove_strictly_convex(expression).is_proved


def _one_value_per_place(problem: LipschitzProblem, f: SupportValues) -> SupportValues:
    """The mean over coinciding points: a linear program leaves them equal only to its own tolerance."""
    _, place = distinct_places(problem.points)
    return (np.bincount(place, f) / np.bincount(place))[place]


def _rises(s: Array, t: Array, size: int) -> sparse.csr_array:
    """The matrix that maps values f to the rises f_t - f_s."""
    rows = np.arange(len(s))
    entries = np.repeat([1.0, -1.0], len(s)), (np.tile(rows, 2), np.concatenate([t, s]))
    return sparse.csr_array(sparse.coo_array(entries, shape=(len(s), size)))


def width_bounds(solution: Solution, direction: SupportValues) -> tuple[float, float]:
    """Bounds of the width of the set of optimal f* in ``direction``, a combination of values such as f_v or f_u - f_v.

    Above: the intervals of the enclosure, each value by itself. Below: two certified optima, as far apart as the linear
    program over the optimal set finds them, less ``value_bar``. Points under a strictly convex loss cannot be driven
    apart there, so for them only the upper bound says anything.
    """
    ends = [another_optimum(solution, sign * direction) for sign in (1.0, -1.0)]
    bar = sum(float(np.abs(direction) @ np.where(direction != 0.0, value_bar(end), 0.0)) for end in ends)
    found = float(direction @ (ends[0].f - ends[1].f))
    upper = float(np.abs(direction) @ np.where(direction != 0.0, solution.enclosure.width, 0.0))
    lower = found - bar
    return min(max(lower, 0.0), upper), upper


def shift_gain(problem: LipschitzProblem, f: SupportValues, k: float) -> float:
    """How much a constant added to f lowers the objective: positive means that f is not optimal."""
    here = problem.primal(f, k)
    return max(here - problem.primal(f + c, k) for c in (-10.0, -1.0, -0.1, 0.1, 1.0, 10.0))
