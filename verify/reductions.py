"""One LGAN under two sets of constraints, real-fake pairs alone and all pairs: bounds of J* and of k* for each.

A flow from fake to real bounds both values from below. What differs is the constant that a critic is charged for: its
steepest rise from fake to real, or its steepest slope between any two points.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from lgantheory.arrays import SupportValues
from lgantheory.flows import Flow
from lgantheory.losses.loss import Shape
from lgantheory.problem import ULPS, LipschitzProblem, Solution
from lgantheory.solvers import solve
from lgantheory.solvers.conic import conic_program
from lgantheory.solvers.network import Network
from verify.critics import all_pairs_optimum, gain
from verify.evidence import EPS
from verify.instances import Instance


@dataclass(frozen=True)
class Enclosed:
    """Certified: the optimal value lies in [lower, upper], the optimal k in [k_lower, k_upper]."""

    lower: float
    upper: float
    k_lower: float
    k_upper: float


def natural_units(case: Instance) -> tuple[float, float]:
    """Natural units of J and k: what a critic can gain on the best constant, and the slope that would cost as much.

    No gain is above c^2 D^2 / (4 lam), with c the slope of the loss at its balance point and D the largest distance,
    nor above what is left down to the infimum of the losses.
    """
    problem, balance = case.problem, case.loss.balance_point or 0.0
    reach = float(case.loss.fake.derivative(balance)) * float(problem.distances.max())
    idle = problem.dual(problem.support_flow(np.zeros((problem.n, problem.m))))
    value = min(reach**2 / (4.0 * case.lam), problem.primal(np.full(problem.n + problem.m, balance)) - idle)
    return value, math.sqrt(value / case.lam)


def _declared(case: Instance, *, monotone: bool) -> LipschitzProblem:
    """The problem with its loss declared monotone or not, which decides between compact constraints and all pairs."""
    shape = Shape(monotone=monotone, convex=case.loss.is_convex)
    return replace(case.problem, loss=replace(case.loss, shape=shape))


def compact_flow(case: Instance) -> tuple[SupportValues, Flow]:
    """Values, and a flow from fake to real, that are near optimal under compact constraints; who found them is open.

    A conic solver meets constraints up to a tolerance; at a place of both supports no k makes up for that.
    """
    if case.loss.is_monotone:
        return case.solution.f, case.solution.support_flow
    problem = _declared(case, monotone=True)
    network = Network(problem)
    f, _, mass = conic_program(network, network.all_arcs)
    together = np.where(problem.distances == 0.0, f[: problem.n, None], np.inf)
    f[problem.n :] = np.minimum(f[problem.n :], together.min(axis=0))
    return f, problem.legal_flow(network.flow(network.all_arcs.s, network.all_arcs.t, mass))


def compact_enclosed(case: Instance, f: SupportValues, flow: Flow) -> Enclosed:
    """Weak duality for the compact constraints, from their own k: the least that the rises from fake to real allow.

    ``certify`` cannot serve: its k is that of all pairs. Rounding is counted as in ``Solution.rounding``.
    """
    problem, n = case.problem, case.problem.n
    assert np.all((flow.s < n) & (flow.t >= n)), "a flow that the compact constraints do not carry"
    rises, d = f[n:] - f[:n, None], problem.distances
    slopes = np.divide(rises, d, out=np.where(rises > 0.0, np.inf, 0.0), where=d > 0.0)
    k, cost = max(0.0, float(slopes.max())), problem.cost(flow)
    upper, lower = problem.primal(f, k), problem.dual(flow)
    terms = [
        *np.abs(problem.loss_terms(f)),
        *np.abs(problem.conjugate_terms(flow)),
        *(flow.throughput * (float(np.abs(f).max()) + k * float(d.max()))),
        problem.penalty.value(k) + problem.penalty.conjugate(cost),
    ]
    rounding = ULPS * EPS * math.fsum(terms)
    error = max(upper - lower, 0.0) + rounding
    k_lower, k_upper = problem.penalty.enclosure(cost, error)
    return Enclosed(lower - rounding, upper + rounding, k_lower, k_upper)


def every_pair_enclosed(case: Instance, flow: Flow) -> Enclosed:
    """The better of two certificates: with the flow that its own solver found, and with that of the other problem."""
    own = _every_pair_solution(case)
    other = own.problem.certify(own.f, flow, k=own.k, solver=own.solver)
    best = min(own, other, key=lambda solution: solution.error)
    box = best.enclosure
    return Enclosed(best.dual - best.rounding, best.primal + best.rounding, box.k_lower, box.k_upper)


def _every_pair_solution(case: Instance) -> Solution:
    """Linear losses: k times the potential of a linear program, k = slope W1 / (2 lam). Others: solved as usual."""
    problem, cost = _declared(case, monotone=False), case.problem.support_distances
    if not (case.loss.fake.is_linear and case.loss.real.is_linear):
        return solve(problem)
    u = all_pairs_optimum(case.problem, cost)
    k = float(case.loss.fake.derivative(0.0)) * gain(case.problem, u) / (2.0 * case.lam)
    return problem.certify(k * (u - u.mean()), sparse.csr_array(problem.distances.shape), solver="linear program")
