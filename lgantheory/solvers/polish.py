"""From a good solution to one at machine precision.

At the optimum every value hangs on arcs that carry mass: along such an arc ``f_t - f_s = k d`` exactly. So, with the
arcs known, f is ``shift_T + k * offset`` on each tree T of a forest of them, and what is left is a smooth convex
problem in the shifts and k alone, which Newton's method solves to the last bit. The flow follows: the approximate one
already has the right support, and the little that its outflows miss is carried along the trees.

An interior-point method names the arcs reliably at one threshold or another; every threshold is tried and the pair with
the smallest certified gap wins, the approximate one included.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

from lgantheory.arrays import Array, Indices, SupportValues
from lgantheory.flows import Flow
from lgantheory.problem import Solution
from lgantheory.solvers.network import Arcs, Network

# Mass on an arc, relative to the lighter of its two ends, above which the arc is taken to be tight.
THRESHOLDS = (1e-3, 1e-5, 1e-7, 1e-2, 1e-9)

# Points whose mass, relative to the heaviest, is below this get their partner from the values: an interior-point method
# does not resolve their arcs.
NOISE = 1e-9

NEWTON_STEPS = 100

# A Newton step beyond this says that a tree has no curvature to hold it; arbitrary, far above any value that counts.
LONGEST_STEP = 1e12
ROUNDS = 8


@dataclass(frozen=True)
class Forest:
    """Rooted trees over the nodes: ``order`` visits parents first; ``offset`` is the height above the root."""

    tree: Indices
    order: Indices
    parent: Indices
    length: Array
    offset: Array


def polished(network: Network, solution: Solution, arcs: Arcs, mass: Array) -> Solution:
    """The best certified solution among the given one and its polished forms.

    Args:
        arcs, mass: constraints with their approximate multipliers (mass >= 0).
    """
    best = solution
    for threshold in THRESHOLDS:
        best = _settled(network, best, arcs, mass, threshold)
        if abs(best.primal - best.dual) <= best.rounding:
            break
    return best


def _settled(network: Network, best: Solution, arcs: Arcs, mass: Array, threshold: float) -> Solution:
    """Polish again from the polished values while that helps: points of little mass then find better partners.

    A gap at rounding level says nothing more, so there the polished pair is taken: its k and values solve the
    stationarity conditions to the last bit, while an interior-point method stops at the square root of that.
    """
    for _ in range(ROUNDS):
        candidate = _polish(network, best, arcs, mass, threshold)
        if candidate is None or not candidate.primal - candidate.dual <= max(best.primal - best.dual, best.rounding):
            break
        done = candidate.primal - candidate.dual <= candidate.rounding
        best = candidate
        if done:
            break
    return best


def _polish(network: Network, solution: Solution, arcs: Arcs, mass: Array, threshold: float) -> Solution | None:
    f, k = solution.f[network.nodes], solution.k * network.unit
    through = np.bincount(arcs.s, mass, network.size) + np.bincount(arcs.t, mass, network.size)
    carries = mass > threshold * np.minimum(through[arcs.s], through[arcs.t])
    carries &= np.minimum(through[arcs.s], through[arcs.t]) > NOISE * through.max(initial=0.0)
    held, mass = arcs.subset(carries), mass[carries]
    if network.problem.pairs == "real-fake":
        held, mass = _with_partners(network, f, k, held, mass)
    if len(held) == 0:
        return None
    forest = spanning_forest(network.size, held, mass)
    found = newton_on_forest(network, forest, f, k)
    if found is None:
        return None
    f, k = found
    flow = _balanced(forest, network, held, mass, network.gradient(f))
    return network.certified(f, k, flow, solution.solver)


def _with_partners(network: Network, f: SupportValues, k: float, held: Arcs, mass: Array) -> tuple[Arcs, Array]:
    """Give every node that holds no arc the one that is tightest for it: with a monotone loss each node has one."""
    lonely = np.ones(network.size, dtype=bool)
    lonely[held.s] = lonely[held.t] = False
    n, d = network.n, network.distances
    fakes, reals = np.flatnonzero(lonely[:n]), np.flatnonzero(lonely[n:])
    to = (f[n:][None, :] - k * d[fakes]).argmax(axis=1) if fakes.size else fakes
    free = reals[~np.isin(reals, to)]
    start = (f[:n][:, None] + k * d[:, free]).argmin(axis=0) if free.size else free
    s, t = np.concatenate([fakes, start]), np.concatenate([to, free])
    extra = Arcs(np.concatenate([held.s, s]), np.concatenate([held.t, t + n]), np.concatenate([held.d, d[s, t]]))
    return extra, np.concatenate([mass, np.zeros(len(s))])


def spanning_forest(size: int, arcs: Arcs, mass: Array) -> Forest:
    """A spanning forest of the arcs that keeps as much mass as possible on its own arcs."""
    rank = np.empty(len(arcs))
    rank[np.argsort(-mass, kind="stable")] = np.arange(1, len(arcs) + 1)
    cost = sparse.csr_array(sparse.coo_array((rank, (arcs.s, arcs.t)), shape=(size, size)))
    kept = minimum_spanning_tree(cost).tocoo()
    chosen = np.argsort(rank)[kept.data.astype(int) - 1]
    return _rooted(size, arcs.subset(chosen))


def _rooted(size: int, arcs: Arcs) -> Forest:
    """The trees that these arcs make, each hung from its first node."""
    rises = {(int(s), int(t)): float(d) for s, t, d in zip(arcs.s, arcs.t, arcs.d, strict=True)}
    # the entries only say that there is an arc; a length would not, since it may be zero
    joined = sparse.csr_array(sparse.coo_array((np.ones(len(arcs)), (arcs.s, arcs.t)), shape=(size, size)))
    tree = connected_components(joined, directed=False)[1].astype(np.int64)
    parent, length, offset = np.full(size, -1), np.zeros(size), np.zeros(size)
    order: list[Array] = []
    for root in np.unique(tree, return_index=True)[1]:
        visit, before = breadth_first_order(joined, root, directed=False)
        order.append(visit)
        for v in visit[1:]:
            p = before[v]
            rise = rises[p, v] if (p, v) in rises else -rises[v, p]
            parent[v], length[v], offset[v] = p, rise, offset[p] + rise
    return Forest(tree, np.concatenate(order).astype(np.int64), parent, length, offset)


def newton_on_forest(
    network: Network, forest: Forest, f: SupportValues, k: float
) -> tuple[SupportValues, float] | None:
    """Minimise the objective over the shifts of the trees and k >= 0; None where a tree has no curvature to hold it."""
    tree, o = forest.tree, forest.offset
    number = int(tree.max()) + 1
    shift = np.bincount(tree, f - k * o, number) / np.bincount(tree, minlength=number)
    value, last = network.objective(shift[tree] + k * o, k), np.inf
    for _ in range(NEWTON_STEPS):
        q, h = network.gradient(shift[tree] + k * o), network.curvature(shift[tree] + k * o)
        slope, bend, mixed = (np.bincount(tree, x, number) for x in (q, h, h * o))
        if not np.all(bend > 0.0):
            return None
        with np.errstate(all="ignore"):  # a curvature that underflows shows as a step that is no number, or too long
            dk = -(2.0 * network.lam * k + q @ o - mixed @ (slope / bend))
            dk /= 2.0 * network.lam + h @ (o * o) - mixed @ (mixed / bend)
            dk = max(float(dk), -k)
            ds = -(slope + mixed * dk) / bend
        size = max(float(np.abs(ds).max()), abs(dk))
        if not size < LONGEST_STEP:
            return None
        if size == 0.0 or (size >= last and size < 1e-6):
            break
        shift, k, value = _searched(network, forest, (shift, k, value), (ds, dk))
        last = size
    return shift[tree] + k * o, k


def _searched(
    network: Network, forest: Forest, at: tuple[Array, float, float], step: tuple[Array, float]
) -> tuple[Array, float, float]:
    """Halve the step until the objective does not rise; a step at rounding level is taken as it is."""
    shift, k, value = at
    alpha = 1.0
    for _ in range(60):
        trial, slope = shift + alpha * step[0], k + alpha * step[1]
        there = network.objective(trial[forest.tree] + slope * forest.offset, slope)
        if there <= value + 1e-15 * abs(value):
            return trial, slope, there
        alpha *= 0.5
    return at


def _balanced(forest: Forest, network: Network, arcs: Arcs, mass: Array, wanted: SupportValues) -> Flow:
    """The flow ``mass`` with its outflows corrected to ``wanted`` along the trees, leaves first."""
    missing = wanted - np.bincount(arcs.s, mass, network.size) + np.bincount(arcs.t, mass, network.size)
    # a fake end is lower than its real end even at distance zero, where the sign of the length says nothing
    rises = forest.length < 0.0
    if network.problem.pairs == "real-fake":
        rises = np.arange(network.size) < network.n
    for v in forest.order[::-1]:
        if forest.parent[v] >= 0:
            missing[forest.parent[v]] += missing[v]
    v = np.flatnonzero(forest.parent >= 0)
    p, up = forest.parent[v], rises[v]
    return network.flow(
        np.concatenate([arcs.s, np.where(up, v, p)]),
        np.concatenate([arcs.t, np.where(up, p, v)]),
        np.concatenate([mass, np.where(up, missing[v], -missing[v])]),
    )
