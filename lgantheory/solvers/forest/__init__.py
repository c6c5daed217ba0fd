"""The fast exact solver: a network simplex method with convex node costs, on a forest of transport arcs.

For monotone smooth convex losses, at least one of them curved; without kinks they are strictly monotone. At the
optimum every node sends or takes its whole mass ``w |loss'(f)|`` along arcs on which ``f_j - f_i = k d_ij``, and the
arcs may be chosen without cycles. The solver keeps such a forest, with a flow that is never negative: at any moment
that flow is a point of the dual.

==============  ======================================================================================
refinement      a quarter of the points is solved first; its flow, refined, is the first forest
pricing         scans all n m arcs for those of least slack, by boxes or products, without storing them
ascent          brings violated arcs in: between two trees by merging, inside a tree by a pivot; moves k
equilibrium     the exact optimum over all flows on the arcs of one tree: isotonic regression on a tree
trees           link, cut, reroot, merge, pivot
==============  ======================================================================================

**Why it ends.** Take k as fixed first. After an equilibrium the flow is optimal among all flows on the arcs of the
forest. An arc enters only if it is violated, which means that sending mass along it raises the dual: a merge adds it to
the arcs allowed; a pivot moves the least positive flow of its cycle, and is left out where that is zero (no degenerate
pivots, so no cycling). Arcs are cut only when they carry nothing. So each round raises the dual strictly, no forest
comes twice, and there are finitely many. An equilibrium ends because each division leaves smaller pieces and each shift
is found by Newton's method kept in a shrinking bracket. The optimal value is convex in k, and k moves only when the
largest violation is below a fixed share of what it was at the move before; in float64 that happens finitely often.
Rounding could break the strict rise in the last digits, so rounds and scans are limited as well (``LAST_ROUNDS``,
``SCANS``), and they stop when patience runs out. Whatever comes out is judged by ``LipschitzProblem.certify`` alone: a
gap that is too wide raises ``UncertifiedSolution``, with that solution in it.

Lengths are divided by a power of two above the diameter, so scaling the points changes no digit of f.

Source: the convex network simplex is the classical one (Rockafellar, "Network Flows and Monotropic Optimization", 1984,
chapter 8), here with blocks of entering arcs and exact equilibria; the LGAN dual is derived in the README.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from lgantheory.arrays import Array, Indices
from lgantheory.flows import Flow
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers.network import balance_point, lam_in_unit

if TYPE_CHECKING:
    from lgantheory.solvers.forest.equilibrium import Sides

NAME = "forest"

# ``solve`` can use an earlier solution.
TAKES_START = True


def refusal(problem: LipschitzProblem) -> str | None:
    """What this solver lacks for the problem, or None."""
    loss = problem.loss
    if problem.penalty_kind is not Kind.SQUARED:
        return "the squared penalty"
    if not (loss.fake.is_smooth and loss.real.is_smooth):
        return "losses with two continuous derivatives"
    if not (loss.is_convex and loss.is_monotone):
        return "losses proved convex and monotone"
    if loss.fake.is_linear and loss.real.is_linear:
        return "curvature on at least one side"
    return None


def solve(problem: LipschitzProblem, start: Solution | None = None) -> Solution:
    """From a coarse solution, or from the arcs, values and slope of an earlier solution if it has arcs at all points.

    Args:
        start: of a problem with as many points in the same order; anything near will do, it only saves time.
    """
    from lgantheory.solvers.forest import driver

    centre = balance_point(problem)
    nodes = np.flatnonzero(problem.alive)
    n = int(np.count_nonzero(problem.alive[: problem.n]))
    diameter = _unit(problem.points[nodes])
    unit = diameter or 1.0
    points = problem.points[nodes] / unit
    weights = problem.weights[nodes]
    data = driver.Points(points[:n], points[n:], weights[:n], weights[n:])
    lam = lam_in_unit(problem, unit) if diameter > 0.0 else 1.0  # at one place there is no unit, and lam plays no part
    sides, kept = _sides(problem, centre)
    warm = None if start is None else _arcs_of(start, problem, nodes)
    if warm is None:
        forest = driver.optimum(data, lam, sides)
    else:
        arcs, values, slope = warm
        forest = driver.reoptimised(data, lam, sides, (*arcs, values - centre, slope * unit))
    del kept
    f = np.full(problem.n + problem.m, centre)
    f[nodes] += forest.values
    k = forest.k / unit if diameter > 0.0 else 0.0  # at one place nothing can rise
    return problem.certify(f, _flow(forest.nodes, n, nodes, len(f)), k=k, repair=True, solver=NAME)


def _unit(points: Array) -> float:
    """A power of two above all distances, dividing by which rounds nothing; 0 where all points are at one place."""
    largest = float(np.max(points.max(axis=0) - points.min(axis=0)))
    return 2.0 ** math.frexp(largest * math.sqrt(points.shape[1]))[1] if largest > 0.0 else 0.0


def _sides(problem: LipschitzProblem, centre: float) -> tuple["Sides", Any]:
    """Both losses as the kernel takes them, and the objects that must live as long as the addresses are in use."""
    from lgantheory.losses.jets import jet_of
    from lgantheory.solvers.forest.equilibrium import Sides

    fake, real = jet_of(problem.loss.fake), jet_of(problem.loss.real)
    return Sides(*fake.arguments, *real.arguments, centre), (fake, real)


def _flow(trees: Array, n: int, nodes: Indices, size: int) -> Flow:
    child = np.flatnonzero(trees["parent"] >= 0)
    parent = trees["parent"][child]
    fakes, reals = np.where(child < n, child, parent), np.where(child < n, parent, child)
    return Flow.of(size, nodes[fakes], nodes[reals], trees["flow"][child])


def _arcs_of(
    start: Solution, problem: LipschitzProblem, nodes: Indices
) -> tuple[tuple[Indices, Indices], Array, float] | None:
    """Arcs between nodes, those with most mass first, values and slope; None where they cannot serve as a start."""
    old, flow = start.problem, start.support_flow
    if (old.n, old.m) != (problem.n, problem.m) or not start.k > 0.0:
        return None
    place = np.full(problem.n + problem.m, -1)
    place[nodes] = np.arange(len(nodes))
    use = np.flatnonzero((flow.s < problem.n) & (flow.t >= problem.n) & (place[flow.s] >= 0) & (place[flow.t] >= 0))
    use = use[np.argsort(-flow.mass[use], kind="stable")]
    fakes, reals = place[flow.s[use]], place[flow.t[use]]
    reached = np.bincount(np.concatenate([fakes, reals]), minlength=len(nodes))
    return ((fakes, reals), start.f[nodes], start.k) if reached.all() else None
