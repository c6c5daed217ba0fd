"""Exact solvers. Each is one module with ``NAME``, ``refusal(problem)`` and ``solve(problem) -> Solution``.

=========  ========================================  ===================================================
solver     accepts                                   how
=========  ========================================  ===================================================
constant   equal measures, any convex loss           f* = a, k = 0: the equilibrium itself
transport  linear losses (wasserstein)               one transport plan (POT), k = W1 / (2 lam)
forest     smooth convex losses, strictly monotone   convex network simplex on a forest of arcs, no matrices
newton     smooth convex losses                      quadratic programs on few constraints, then a polish
partial    multiples of max(0, t + alpha)            a few transport plans that may leave mass at home
conic      losses with cvxpy atoms, every penalty    one conic program (Clarabel): the oracle
line       points on a line, convex losses           adjacent constraints only
=========  ========================================  ===================================================

``auto`` takes the first that accepts, in that order (``line`` is there by name), and tries the next ones on small
problems whose certificate came out too wide. Whatever a solver returns has been
certified by the problem, and a certificate wider than asked for raises ``UncertifiedSolution``.
"""

import difflib
import numbers
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from lgantheory.errors import InvalidParameter, UnknownName, UnsupportedLoss
from lgantheory.losses import parse_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import Samples, as_measure
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution

AUTO = ("constant", "transport", "forest", "newton", "partial", "conic")

# Relative duality gap below which a solution counts as solved; results carry their own gap in any case.
GAP = 1e-8

# Up to so many arcs ``auto`` goes on to the next solver that accepts when the gap is wider than that. Arbitrary: the
# others hold matrices, and take seconds at this size.
RETRIED = 100_000


def list_solvers() -> list[str]:
    """Names that ``solver=`` accepts, besides "auto"."""
    return sorted(_solvers())


@cache
def _solvers() -> dict[str, ModuleType]:
    """The modules of this folder that are solvers."""
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return {module.NAME: module for module in modules if hasattr(module, "NAME")}


def optimal_discriminator(  # noqa: PLR0913 (the one call that users make; options are keyword-only)
    real: Samples,
    fake: Samples,
    loss: Loss | str,
    lam: Any,
    *,
    solver: str = "auto",
    gap: float = GAP,
    penalty: Kind | str = Kind.SQUARED,
    start: Solution | None = None,
) -> Solution:
    """The exact optimal discriminator f* of a Lipschitz GAN on two samples, with its certificate.

    Minimises ``E_fake[loss.fake(f)] + E_real[loss.real(f)] + lam k(f)^2`` over all functions on R^d.

    Args:
        real, fake: measures, or arrays of points (then with uniform weights).
        loss: a ``Loss``, the name of one, or an expression in ``t`` for its fake side.
        lam: weight of the squared Lipschitz constant, positive.
        solver: "auto" or a name from ``list_solvers()``.
        gap: relative duality gap that must be certified.
        penalty: what is charged for k; the theory is about "squared".
        start: a solution of a problem that differs little (lam changed, points moved, in the same order). It saves time
            where the solver can use it, and changes the result by no more than the gap.

    Raises:
        UncertifiedSolution: the gap could not be certified; carries the best solution found.
        UnsupportedLoss: the solver lacks something that the loss or penalty needs.
        NotAttained: the loss has no balance point, so there is no optimal discriminator.
        UnknownName, InvalidMeasure, InvalidParameter: bad arguments.
    """
    if not (isinstance(gap, int | float) and gap > 0.0):
        raise InvalidParameter(f"gap must be a positive number, such as 1e-8; got {gap!r}.")
    problem = LipschitzProblem(
        as_measure(real), as_measure(fake), parse_loss(loss), number(lam), penalty_kind=_kind(penalty)
    )
    return solve(problem, solver=solver, start=start).require(gap)


def number(lam: Any) -> float:
    """A weight of the penalty as a float; whether it is positive is asked by the problem."""
    if isinstance(lam, bool) or not isinstance(lam, numbers.Real):
        raise InvalidParameter(f"lam must be a positive number; got {lam!r}.")
    return float(lam)


def solve(problem: LipschitzProblem, *, solver: str = "auto", start: Solution | None = None) -> Solution:
    """Certified, but with whatever gap the solver reached; ``optimal_discriminator`` also demands a small one."""
    if not problem.penalty.is_monotone:
        raise UnsupportedLoss(
            f"the solvers need a penalty that never decreases in k; got {problem.penalty_kind.value!r}, with which the "
            "problem is not convex. Its objective can be evaluated with LipschitzProblem.primal."
        )
    if solver != "auto":
        module = _module(solver)
        lack = module.refusal(problem)
        if lack is not None:
            raise UnsupportedLoss(_refused(problem, solver, lack))
        return _solved(module, problem, start)
    accepting = (_module(name) for name in AUTO if _module(name).refusal(problem) is None)
    for first in accepting:
        solution = _solved(first, problem, start)
        return solution if solution.gap <= GAP else _better(solution, accepting)
    if problem.loss.fake.conjugate_domain[1] <= 0.0 <= problem.loss.real.conjugate_domain[0]:
        raise UnsupportedLoss(
            f"the losses need fake' > 0 and real' < 0; got {problem.loss.name!r} with the opposite signs. Swap "
            "real and fake in the loss, and the two samples with them."
        )
    if not problem.loss.is_convex:
        raise UnsupportedLoss(
            f"the solvers need losses proved convex; got {problem.loss.name!r}. check_conditions says where it fails."
        )
    lacks = "; ".join(f"{name} needs {_module(name).refusal(problem)}" for name in AUTO)
    raise UnsupportedLoss(
        f"no solver accepts loss {problem.loss.name!r} with the {problem.penalty_kind} penalty: {lacks}."
    )


def _solved(module: ModuleType, problem: LipschitzProblem, start: Solution | None) -> Solution:
    return module.solve(problem, start) if getattr(module, "TAKES_START", False) else module.solve(problem)


def _better(solution: Solution, others: Iterable[ModuleType]) -> Solution:
    """The narrowest certificate, where the first solver's is too wide and the problem small enough to try again."""
    problem = solution.problem
    if problem.n * problem.m > RETRIED:
        return solution
    for module in others:
        other = module.solve(problem)
        if not other.gap >= solution.gap:
            solution = other
        if solution.gap <= GAP:
            break
    return solution


def _refused(problem: LipschitzProblem, solver: str, lack: str) -> str:
    accepting = [name for name in list_solvers() if _module(name).refusal(problem) is None]
    others = ", ".join(accepting) if accepting else "none"
    return (
        f"solver {solver!r} needs {lack}; the problem with loss {problem.loss.name!r} has not. "
        f"Others that accept it: {others}."
    )


def _module(name: str) -> ModuleType:
    names = list_solvers()
    if name not in names:
        close = difflib.get_close_matches(str(name), names, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UnknownName(f"solver must be 'auto' or one of {', '.join(names)}; got {name!r}.{hint}")
    return _solvers()[name]


def _kind(penalty: Kind | str) -> Kind:
    try:
        return Kind(penalty)
    except ValueError:
        raise UnknownName(f"penalty must be one of {', '.join(Kind)}; got {penalty!r}.") from None
