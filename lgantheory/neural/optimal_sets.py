"""How far a critic is from the set of all optimal discriminators on the support, in the sup norm.

For strictly convex losses that set is one function, enclosed by intervals. For others it is a polytope: optimal are
the functions that stay inside the intervals, have slope k* at most, and slope exactly k* on the arcs that carry mass.
All of these are bounds of differences, ``u_t - u_s <= c_st``, with 0 as one more node for the intervals. Let c* be the
lengths of the shortest paths. By the absence of negative cycles a function within delta of f exists if and only if

    delta >= (f_t - f_s - c*_st) / 2   for all s, t,   and   delta >= f_v - c*_0v,   delta >= -c*_v0 - f_v   for all v,

so that the distance is the largest of the right-hand sides: no linear program, and no vertex picked. A shift that costs
nothing is thereby free, as for WGANs.

The bounds c come from the certificate of the exact solution and hold for every optimal function, so that the distance
is never less than the one computed. Some function that the shortest paths give is certified in its turn; it shows how
near to optimal one can be at which distance.
"""

import math
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array, SupportValues
from lgantheory.envelopes import EPS
from lgantheory.problem import Solution

# Support points up to which the shortest paths between all pairs are computed; the time grows with the third power.
NODES = 400

# A function counts as optimal as the exact solution when its own gap is at most this many times as large as the error
# of that, rounding aside: it went through a few more roundings.
AS_GOOD = 4.0


@dataclass(frozen=True)
class Distance:
    """Sup-norm distance, on the points with weight, from a critic to the optimal discriminators.

    * ``low``: proved: every optimal discriminator is at least this far;
    * ``high``: proved: every optimal discriminator is at most this far; infinite where a shift is free, or nearly so;
    * ``nearest``: there is a function this far whose objective is within ``nearest_error`` of the optimal value;
    * ``reason``: why ``low`` takes no slopes into account and ``nearest`` is not the nearest, if that is so.
    """

    low: float
    high: float
    nearest: float
    nearest_error: float
    reason: str = ""


def distance_to_optima(f: SupportValues, exact: Solution) -> Distance:
    """The distance from values f (N,) to the optimal set of the problem that ``exact`` solves."""
    box, alive = exact.enclosure, exact.problem.alive
    low, high = (float(np.max(end[alive], initial=0.0)) for end in (_outside(f, exact), _across(f, exact)))
    witnesses, reason = [exact.f, _shifted(f, exact)], ""
    if alive.sum() <= NODES and math.isfinite(box.k_upper):
        delta, _, rounding = _projection(f[alive], _shortest(_bounds(exact, proved=True)))
        low = max(low, delta - rounding)
        whole = exact.f.copy()
        whole[alive] = _projection(f[alive], _shortest(_bounds(exact, proved=False)))[1]
        witnesses.append(whole)
    else:
        reason = f"more than {NODES} points with weight"
    certified = [exact, *(_certified(witness, exact) for witness in witnesses[1:])]
    as_good = [s for s in certified if _is_as_good(s, exact)]
    nearest, error = min((float(np.abs(f - s.f)[alive].max()), s.error) for s in as_good)
    return Distance(max(low, 0.0), high, nearest, error, reason)


def _outside(f: SupportValues, exact: Solution) -> SupportValues:
    box = exact.enclosure
    return np.maximum(box.lower - f, f - box.upper) - 4.0 * EPS * np.abs(f)


def _across(f: SupportValues, exact: Solution) -> SupportValues:
    box = exact.enclosure
    return np.maximum(f - box.lower, box.upper - f) * (1.0 + 4.0 * EPS)


def _shifted(f: SupportValues, exact: Solution) -> SupportValues:
    """The exact values, moved to the middle of f."""
    off = (f - exact.f)[exact.problem.alive]
    return exact.f + 0.5 * (float(off.min()) + float(off.max()))


def _certified(values: SupportValues, exact: Solution) -> Solution:
    return exact.problem.certify(values, exact.support_flow, solver="nearest")


def _projection(f: Array, c: Array) -> tuple[float, Array, float]:
    """Distance to the polytope of all bounds c*, a nearest function of it, and what rounding can have added."""
    rounding = 8.0 * EPS * float(np.abs(f).max() + np.abs(c[np.isfinite(c)]).max())
    between, above, below = c[:-1, :-1], c[-1, :-1], -c[:-1, -1]
    delta = max(
        float(0.5 * np.max(f[None, :] - f[:, None] - between)), float(np.max(f - above)), float(np.max(below - f)), 0.0
    )
    highest = np.minimum(above, np.min(f[:, None] + delta + between, axis=0))
    lowest = np.maximum(below, np.max(f[None, :] - delta - between, axis=1))
    return delta, 0.5 * (highest + lowest), rounding


def central(exact: Solution) -> Solution:
    """An optimal discriminator with no tight pair that others do not have: the mean of all shortest-path functions.

    A pair that is slack for some optimal function is slack for one of these, hence for their mean. The solution itself
    where the support is large, or where the mean is not certified to be nearly as good.
    """
    alive, box = exact.problem.alive, exact.enclosure
    if alive.sum() > NODES or not math.isfinite(box.k_upper):
        return exact
    c = _shortest(_bounds(exact, proved=False))
    if np.isfinite(c).all():  # fix the value at the last node, which is 0
        functions = [c - c[:, -1:], c[-1, :, None] - c.T]
        mean = 0.5 * (functions[0].mean(axis=0) + functions[1].mean(axis=0))[:-1]
    else:
        mean = 0.5 * (c[:-1, :-1].mean(axis=0) - c[:-1, :-1].mean(axis=1))
        mean += np.mean(exact.f[alive] - mean)
    values = exact.f.copy()
    values[alive] = mean
    solution = exact.problem.certify(values, exact.support_flow, solver="central")
    return solution if _is_as_good(solution, exact) else exact


def _is_as_good(solution: Solution, exact: Solution) -> bool:
    """Whether its gap is that of the exact solution, but for rounding: large values have more of that."""
    return bool(solution.primal - solution.dual <= AS_GOOD * exact.error + solution.rounding)


def _bounds(exact: Solution, *, proved: bool) -> Array:
    """``c[s, t]`` with ``u_t - u_s <= c[s, t]``; the last node stands for the value 0.

    ``proved`` bounds hold for every optimal u; the others leave no more room than the exact solution itself needs.
    """
    problem, box, flow = exact.problem, exact.enclosure, exact.support_flow
    nodes = np.flatnonzero(problem.alive)
    position = np.full(problem.n + problem.m, -1)
    position[nodes] = np.arange(len(nodes))
    most, least = (box.k_upper, box.k_lower) if proved else (exact.k, exact.k)
    c = np.zeros((len(nodes) + 1, len(nodes) + 1))
    c[:-1, :-1] = most * problem.support_distances[np.ix_(nodes, nodes)]
    c[-1, :-1], c[:-1, -1] = box.upper[nodes], -box.lower[nodes]
    s, t, rise = position[flow.s], position[flow.t], least * problem.arc_lengths(flow)
    with np.errstate(over="ignore"):
        slack = exact.error / flow.mass if proved else _own_slack(exact)
    c[t, s] = np.minimum(c[t, s], slack - rise)
    return c


def _own_slack(exact: Solution) -> Array:
    """Slack of the exact solution on its own arcs, and a few units in the last place, so that no cycle is negative."""
    f, flow = exact.f, exact.support_flow
    rise = exact.k * exact.problem.arc_lengths(flow)
    size = float(np.abs(f).max()) + float(rise.max(initial=0.0))
    return np.maximum(rise - (f[flow.t] - f[flow.s]), 0.0) + 4.0 * EPS * size


def _shortest(c: Array) -> Array:
    """Lengths of the shortest paths between all nodes. Floyd and Warshall; bounds may be negative, or infinite."""
    c = c.copy()
    for via in range(len(c)):
        np.minimum(c, c[:, via, None] + c[None, via, :], out=c)
    return c
