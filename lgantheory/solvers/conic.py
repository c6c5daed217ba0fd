"""The oracle: the whole problem as one conic program, written with cvxpy and solved by Clarabel.

Every constraint is there from the start and nothing is polished, so this solver shares no idea with the fast ones and
can be held against them. It takes every penalty, and losses with kinks. Interior-point methods stop at a gap of about
1e-9; the certificate says how far this one came.
"""

import warnings
from typing import Any

import numpy as np

from lgantheory.arrays import Array, SupportValues
from lgantheory.errors import UncertifiedSolution
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers.network import Arcs, Network

NAME = "conic"

# Tolerances asked of Clarabel, tightest first; at the tightest it often stalls and then reports an inaccurate answer.
TOLERANCES = (1e-11, 1e-9, 1e-8)


def refusal(problem: LipschitzProblem) -> str | None:
    """What the solver lacks for the problem, or None."""
    loss = problem.loss
    if not (loss.fake.has_atoms and loss.real.has_atoms):
        return "losses with cvxpy atoms"
    if not loss.is_convex:
        return "losses proved convex"
    return None


def solve(problem: LipschitzProblem) -> Solution:
    """One conic program on all constraints."""
    network = Network(problem)
    arcs = network.all_arcs
    f, k, mass = conic_program(network, arcs)
    return network.certified(f, k, network.flow(arcs.s, arcs.t, mass), NAME)


def conic_program(network: Network, arcs: Arcs) -> tuple[SupportValues, float, Array]:
    """Values, slope in the network's unit, and the multipliers of ``f_t - f_s <= k d``, under the given constraints.

    The unknowns are ``(f - a) / step`` and ``k / step``, which are of order one at any lam.
    """
    import cvxpy as cp

    a, step, n, loss = network.centre, network.step, network.n, network.problem.loss
    shape, slope = cp.Variable(network.size), cp.Variable(nonneg=True)
    f = a + step * shape
    losses = network.weights[:n] @ loss.fake.atoms(f[:n]) + network.weights[n:] @ loss.real.atoms(f[n:])
    charge = network.penalty.atom(step * slope)
    limits = shape[arcs.t] - shape[arcs.s] <= cp.multiply(arcs.d, slope * np.ones(len(arcs)))
    program = cp.Problem(cp.Minimize((losses + charge) / step), [limits])
    _run(cp, program)
    if shape.value is None or slope.value is None or limits.dual_value is None:
        raise UncertifiedSolution(
            f"the conic solver returned no point (status {program.status!r}). Try another solver, or rescale lam."
        )
    mass = np.maximum(np.asarray(limits.dual_value), 0.0)
    return a + step * shape.value, step * max(float(slope.value), 0.0), mass


def _run(cp: Any, program: Any) -> None:
    """Solve at the tightest tolerance that gives a clean status; the certificate judges what comes out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cvxpy warns that the answer may be inaccurate; the certificate measures it
        for tolerance in TOLERANCES:
            try:
                program.solve(
                    solver=cp.CLARABEL, tol_gap_abs=tolerance, tol_gap_rel=tolerance, tol_feas=tolerance, max_threads=1
                )
            except cp.SolverError:
                continue
            if program.status == cp.OPTIMAL:
                return
