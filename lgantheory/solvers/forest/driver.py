"""The solve itself: coarse to fine, and at each level scans of all arcs in turn with ascents on the few they find."""

from typing import NamedTuple

import numpy as np

from lgantheory.arrays import Array, Indices
from lgantheory.solvers.forest.ascent import REPEATS, ROUGH, Candidates, State, advance, new_scratch
from lgantheory.solvers.forest.equilibrium import Sides, new_work
from lgantheory.solvers.forest.pricing import Boxes, Products, all_arcs, pricing_of, threshold
from lgantheory.solvers.forest.refinement import SMALL, groups, refined_arcs
from lgantheory.solvers.forest.trees import forest_of, new_nodes

# A phase ends when the largest violation has fallen to this share; the next scan finds arcs that matter more. Found by
# trial, like the numbers of ``ascent``.
SHARE = 0.2

# Once the largest violation is below this share of the largest value, ascents go on to the last bit.
CLOSE = 1e-7

# Slacks up to this share of the violations are candidates too, whatever the sample says.
AHEAD = 0.02

# Scans of one level; the most that was ever needed is about 60. And scans at the last bit without progress.
SCANS = 400
PATIENCE = 4

NO_ARCS = Candidates(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0))


class Points(NamedTuple):
    """Fake points x with weights a, real points y with weights b, in a unit in which no distance is above 1."""

    x: Array
    y: Array
    a: Array
    b: Array

    @property
    def weights(self) -> Array:
        return np.concatenate([self.a, self.b])


class Forest(NamedTuple):
    """The optimum: trees of arcs with their flows, values of f minus the balance point, and k in the points' unit."""

    nodes: Array
    values: Array
    k: float


def optimum(points: Points, lam: float, sides: Sides) -> Forest:
    """The optimum, from nothing but the points."""
    n, m = len(points.x), len(points.y)
    if max(n, m) <= SMALL:
        candidates, arcs = all_arcs(points.x, points.y)
        state = started(points, lam, sides, arcs, np.zeros(n + m))
        return Forest(state.nodes, state.values, settled(state, candidates, 0.0))
    pricing = pricing_of(points.x, points.y)
    if isinstance(pricing, Products):
        arcs, values, k = pricing.nearest(), np.zeros(n + m), 0.0
    else:
        arcs, values, k = _coarse(points, lam, sides)
    state = started(points, lam, sides, arcs, values)
    return Forest(state.nodes, state.values, solved(state, points, pricing, k))


def reoptimised(points: Points, lam: float, sides: Sides, start: tuple[Indices, Indices, Array, float]) -> Forest:
    """The same from arcs, values and k of an earlier solution."""
    low, high, values, k = start
    state = started(points, lam, sides, (low, high), values)
    if max(len(points.x), len(points.y)) <= SMALL:
        k = settled(state, all_arcs(points.x, points.y)[0], k)
    else:
        k = solved(state, points, pricing_of(points.x, points.y), k)
    return Forest(state.nodes, state.values, k)


def started(points: Points, lam: float, sides: Sides, arcs: tuple[Indices, Indices], values: Array) -> State:
    """A state with these arcs (cycles left out) and values, before any equilibrium."""
    low, high = arcs
    n, size = len(points.x), len(values)
    nodes = new_nodes(size)
    forest_of(nodes, low, high, np.sqrt(np.sum((points.x[low] - points.y[high - n]) ** 2, axis=1)))
    return State(nodes, values, points.weights, n, lam, sides, new_work(size), new_scratch(n, size))


def settled(state: State, candidates: Candidates, k: float) -> float:
    """Ascend until none of the candidates, which are all arcs, is violated; k, with the optimum in ``state``."""
    return advance(state, candidates, k, (0.0, 0.0), ROUGH, REPEATS)[0]


def solved(state: State, points: Points, pricing: Boxes | Products, k: float) -> float:
    """Scan and ascend until a scan of all arcs finds none violated; k, with the optimum in ``state``."""
    k, _, none = advance(state, NO_ARCS, k, (0.0, 0.0), ROUGH, 0)
    waited, best, violated, done = 0, np.inf, np.inf, False
    for _ in range(SCANS):
        spread = float(np.max(np.abs(state.values)))
        tau = threshold(points.x, points.y, state.values, k)
        tau = max(tau, AHEAD * min(violated, spread), none)
        candidates, slack = pricing.scan(state.values, k, tau)
        violated = max(-slack, 0.0)
        if violated <= none and done:
            break
        if violated > CLOSE * spread:
            target = max(SHARE * violated, none)
        else:
            target = none
            waited = 0 if violated < 0.5 * best else waited + 1
            best = min(best, violated)
            if waited > PATIENCE:
                break
        k, violation, none = advance(state, candidates, k, (target, none), 0.0, 1)
        done = target <= none and violation <= none
    return k


def _coarse(points: Points, lam: float, sides: Sides) -> tuple[tuple[Indices, Indices], Array, float]:
    low, high = groups(points.x, points.a), groups(points.y, points.b)
    coarse = Points(points.x[low.chosen], points.y[high.chosen], low.weights, high.weights)
    nodes, values, k = optimum(coarse, lam, sides)
    arcs = refined_arcs(nodes, len(coarse.x), (low, high), points.weights)
    return arcs, np.concatenate([values[: len(coarse.x)][low.of], values[len(coarse.x) :][high.of]]), k
