"""The solve itself: coarse to fine, and at each level scans of all arcs in turn with ascents on the few they find."""

from typing import NamedTuple, no_type_check

import numpy as np

from lgantheory.arrays import Array, Indices
from lgantheory.solvers.forest.ascent import (
    ROUGH,
    Candidates,
    State,
    ascend,
    equilibrate_all,
    first_slope,
    negligible,
    new_scratch,
    settled,
)
from lgantheory.solvers.forest.compiling import compiled
from lgantheory.solvers.forest.equilibrium import Sides, new_work
from lgantheory.solvers.forest.pricing import Boxes, Products, all_arcs, lengths, pricing_of, threshold
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
        return Forest(*small_optimum(points.x, points.y, points.weights, lam, sides))
    pricing = pricing_of(points.x, points.y)
    if isinstance(pricing, Products):
        arcs, values, k = pricing.nearest(), np.zeros(n + m), 0.0
    else:
        arcs, values, k = _coarse(points, lam, sides)
    state = started(points, lam, sides, arcs, values)
    return Forest(state.nodes, state.values, solved(state, points, pricing, k or first_slope(state)))


def reoptimised(points: Points, lam: float, sides: Sides, start: tuple[Indices, Indices, Array, float]) -> Forest:
    """The same from arcs, values and k of an earlier solution."""
    low, high, values, k = start
    state = started(points, lam, sides, (low, high), values)
    if max(len(points.x), len(points.y)) <= SMALL:
        equilibrate_all(state, k, 0.0, ROUGH)
        k = settled(state, Candidates(*all_arcs(points.x, points.y)[0]), k)
    else:
        k = solved(state, points, pricing_of(points.x, points.y), k)
    return Forest(state.nodes, state.values, k)


def started(points: Points, lam: float, sides: Sides, arcs: tuple[Indices, Indices], values: Array) -> State:
    """A state with these arcs (cycles left out) and values, before any equilibrium."""
    n, m = len(points.x), len(points.y)
    nodes = new_nodes(n + m)
    low, high = arcs
    forest_of(nodes, low, high, lengths(points.x, points.y, low, high - n))
    return State(nodes, values, points.weights, n, lam, sides, new_work(n + m), new_scratch(n, n + m))


def solved(state: State, points: Points, pricing: Boxes | Products, k: float) -> float:
    """Scan and ascend until a scan of all arcs finds none violated; k, with the optimum in ``state``."""
    equilibrate_all(state, k, 0.0, ROUGH)
    waited, best, violated, done = 0, np.inf, np.inf, False
    for _ in range(SCANS):
        none = negligible(state)
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
        k, violation = ascend(state, candidates, k, (target, none))
        done = target <= none and violation <= none
    return k


@compiled
@no_type_check
def small_optimum(x, y, weights, lam, sides):
    """Nodes, values and k at the optimum of a small problem, all of whose arcs are candidates."""
    arcs, (low, high) = all_arcs(x, y)
    n = len(x)
    d = np.empty(len(low))
    for e in range(len(low)):
        d[e] = arcs[2][low[e] * len(y) + high[e] - n]
    nodes, values = new_nodes(len(weights)), np.zeros(len(weights))
    forest_of(nodes, low, high, d)
    state = State(nodes, values, weights, n, lam, sides, new_work(len(weights)), new_scratch(n, len(weights)))
    k = first_slope(state)
    equilibrate_all(state, k, 0.0, ROUGH)
    return nodes, values, settled(state, Candidates(*arcs), k)


def _coarse(points: Points, lam: float, sides: Sides) -> tuple[tuple[Indices, Indices], Array, float]:
    low, high = groups(points.x, points.a), groups(points.y, points.b)
    coarse = Points(points.x[low.chosen], points.y[high.chosen], low.weights, high.weights)
    nodes, values, k = optimum(coarse, lam, sides)
    arcs = refined_arcs(nodes, len(coarse.x), (low, high), points.weights)
    return arcs, np.concatenate([values[: len(coarse.x)][low.of], values[len(coarse.x) :][high.of]]), k
