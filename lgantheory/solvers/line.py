"""Points on a line: only neighbours constrain each other.

A function on sorted points of R is k-Lipschitz when it is between neighbours, so N - 1 pairs of constraints replace the
(n, m) ones, whatever the loss. The flow follows from the values: it is an optimal transport plan between the net
supplies and demands (LGAN theory, the W1 identity), and on a line the plan in sorted order is one.
"""

import numpy as np
from scipy import sparse

from lgantheory.arrays import Array, SupportValues
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers import conic, newton
from lgantheory.solvers.network import Arcs, Network
from lgantheory.solvers.polish import newton_on_forest, spanning_forest

NAME = "line"


def refusal(problem: LipschitzProblem) -> str | None:
    if problem.real.dimension != 1:
        return "points on a line (dimension 1)"
    if newton.refusal(problem) is None:
        return None
    return conic.refusal(problem)


def solve(problem: LipschitzProblem) -> Solution:
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


def sorted_plan(network: Network, outflow: SupportValues) -> sparse.csr_array:
    """Supplies matched to demands from left to right: an optimal plan on the line, at most N - 1 entries."""
    order = np.argsort(network.problem.points[network.nodes, 0], kind="stable")
    supply, demand = np.maximum(outflow, 0.0), np.maximum(-outflow, 0.0)
    senders, receivers = order[supply[order] > 0.0], order[demand[order] > 0.0]
    ends = [np.cumsum(supply[senders]), np.cumsum(demand[receivers])]
    cuts = np.unique(np.concatenate(ends))
    mass = np.diff(cuts, prepend=0.0)
    middle = cuts - 0.5 * mass
    at = [np.minimum(np.searchsorted(end, middle), len(end) - 1) for end in ends]
    keep = mass > 0.0
    entries = (senders[at[0]][keep], receivers[at[1]][keep]) if senders.size and receivers.size else ([], [])
    return sparse.csr_array(
        sparse.coo_array((mass[keep] if senders.size and receivers.size else [], entries), shape=(network.size,) * 2)
    )
