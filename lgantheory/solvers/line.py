"""Points on a line: only neighbours constrain each other.

A function on sorted points of R is k-Lipschitz when it is between neighbours, so N - 1 pairs of constraints replace the
(n, m) ones, whatever the loss. The flow follows from the values: it is an optimal transport plan between the net
supplies and demands (LGAN theory, the W1 identity), and on a line the plan in sorted order is one.
"""

import numpy as np

from lgantheory.arrays import Array, SupportValues
from lgantheory.flows import Flow
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers import conic, newton
from lgantheory.solvers.network import Arcs, Network
from lgantheory.solvers.polish import newton_on_forest, spanning_forest

NAME = "line"


def refusal(problem: LipschitzProblem) -> str | None:
    """What the solver lacks for the problem, or None."""
    if problem.real.dimension != 1:
        return "points on a line (dimension 1)"
    if newton.refusal(problem) is None:
        return None
    return conic.refusal(problem)


def solve(problem: LipschitzProblem) -> Solution:
    """Adjacent constraints by quadratic programs, or by one conic program where the loss has kinks."""
    network = Network(problem)
    arcs = neighbours(network)
    if newton.refusal(problem) is None:
        f, k, arcs, mass = newton.minimised(network, arcs, price=False)
        f, k = _settled(network, f, k, arcs, mass)
        outflow = network.gradient(f)
    else:
        f, k, mass = conic.conic_program(network, arcs)
        outflow = np.bincount(arcs.s, mass, network.size) - np.bincount(arcs.t, mass, network.size)
    return network.certified(f, k, sorted_plan(network, outflow), NAME)


def neighbours(network: Network) -> Arcs:
    """Both directions between every two points that are next to each other, ties in any order."""
    x = network.problem.points[network.nodes, 0]
    order = np.argsort(x, kind="stable")
    low, high = order[:-1], order[1:]
    d = (x[high] - x[low]) / network.unit
    return Arcs(np.concatenate([low, high]), np.concatenate([high, low]), np.concatenate([d, d]))


def _settled(network: Network, f: SupportValues, k: float, arcs: Arcs, mass: Array) -> tuple[SupportValues, float]:
    """Newton on the chains of neighbours that carry mass; the approximate values where that does not improve them."""
    best = network.objective(f, k), f, k
    for threshold in (1e-3, 1e-5, 1e-7, 1e-9):
        held = arcs.subset(mass > threshold * mass.max(initial=0.0))
        weight = mass[mass > threshold * mass.max(initial=0.0)]
        found = newton_on_forest(network, spanning_forest(network.size, held, weight), f, k) if len(held) else None
        if found is not None and arcs.violation(*found).max(initial=0.0) <= 1e-9 * network.step:
            best = min(best, (network.objective(*found), *found), key=lambda entry: entry[0])
    return best[1], best[2]


def sorted_plan(network: Network, outflow: SupportValues) -> Flow:
    """Supplies matched to demands from left to right: an optimal plan on the line, at most N - 1 entries."""
    order = np.argsort(network.problem.points[network.nodes, 0], kind="stable")
    supply, demand = np.maximum(outflow, 0.0), np.maximum(-outflow, 0.0)
    ends = order[supply[order] > 0.0], order[demand[order] > 0.0]
    if not (ends[0].size and ends[1].size):
        return network.flow(np.empty(0, int), np.empty(0, int), np.empty(0))
    sums = np.cumsum(supply[ends[0]]), np.cumsum(demand[ends[1]])
    cuts = np.unique(np.concatenate(sums))
    mass = np.diff(cuts, prepend=0.0)
    middle = cuts - 0.5 * mass
    s, t = (
        end[np.minimum(np.searchsorted(total, middle), len(end) - 1)] for end, total in zip(ends, sums, strict=True)
    )
    return network.flow(s, t, mass)
