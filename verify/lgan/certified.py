"""Balls that hold what an LGAN problem proves about itself: the optimal value, the optimal slope, the distance W1.

What ``optimum`` gives is made from the rigorous certificate of a solution (exact rationals and balls,
see ``lgantheory.rigorous``), or from its float64 certificate where the penalty has no rigorous one. All arithmetic that
follows is ball arithmetic, so the error bars of the checks are radii.
"""

from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.measures import DiscreteMeasure, euclidean
from lgantheory.penalties import Kind
from lgantheory.problem import ULPS, Solution
from lgantheory.solvers.transport import wasserstein
from verify.evidence import EPS

RIGOROUS = (Kind.SQUARED, Kind.ONE_SIDED)


def between(lower: float, upper: float) -> arb:
    """The ball that holds both numbers and all between."""
    return arb(lower).union(arb(upper))


def optimum(solution: Solution) -> tuple[arb, arb]:
    """Balls that contain J*, and k*, the least constant of an optimal discriminator."""
    if solution.problem.penalty_kind in RIGOROUS:
        proved = solution.certify_rigorously()
        return between(*proved.value), between(*proved.k)
    box = solution.enclosure
    return arb(solution.primal, solution.error), between(box.k_lower, box.k_upper)


def optimal_value(solution: Solution) -> arb:
    """A ball that contains J*."""
    return optimum(solution)[0]


def optimal_slope(solution: Solution) -> arb:
    """A ball that contains k*."""
    return optimum(solution)[1]


def distance(real: DiscreteMeasure, fake: DiscreteMeasure) -> arb:
    """A ball that contains W1: what a plan costs from above, what its potentials gain from below, and rounding.

    Each is a sum of mass times length over at most n + m - 1 arcs: ``ULPS`` units in the last place of the longest.
    """
    plan = wasserstein(real, fake)
    rounding = ULPS * EPS * float(euclidean(fake.points, real.points).max())
    return between(min(plan.lower, plan.value) - rounding, max(plan.lower, plan.value) + rounding).max(arb(0))


def diameter(real: DiscreteMeasure, fake: DiscreteMeasure) -> arb:
    """The largest distance between two support points of either kind, to the rounding of its root."""
    points = np.concatenate([fake.points, real.points])
    longest = float(euclidean(points, points).max())
    return arb(longest, ULPS * EPS * longest)


def place_weights(real: DiscreteMeasure, fake: DiscreteMeasure) -> list[tuple[Fraction, Fraction]]:
    """Exact (p, q), real and fake weight, at every place of either support; each side adds up to one."""
    found: dict[tuple[float, ...], list[Fraction]] = {}
    for side, measure in enumerate((real, fake)):
        weights = [Fraction(w) for w in measure.weights.tolist()]
        total = sum(weights)
        for point, weight in zip(measure.points.tolist(), weights, strict=True):
            found.setdefault(tuple(point), [Fraction(0), Fraction(0)])[side] += weight / total
    return [(p, q) for p, q in found.values()]
