"""The default solver for smooth convex losses: sequential quadratic programs on the constraints that matter.

Each step replaces the losses by their second-order models at the current f and solves the resulting quadratic program,
with its constraints ``f_t - f_s <= k d``, by Clarabel; a line search on the true objective makes the steps safe, and
both ends of each step meet every constraint, so everything between does. Only a few constraints are held at a time:
the ones that the last answer violates most are added until none is violated. The polish then takes the result to the
last bit.

Nothing here is trusted: the certificate is computed afterwards from f and the flow alone.
"""

from typing import Any

import numpy as np
from scipy import sparse

from lgantheory.arrays import Array, SupportValues
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers.network import Arcs, Network
from lgantheory.solvers.polish import polished

NAME = "newton"

# With at most this many constraints all are held from the start; beyond, each node starts with its nearest partners.
ALL_AT_ONCE = 4000
NEAREST = 4

STEPS = 200
PRICING_ROUNDS = 60

# Tolerances asked of the quadratic programs, tightest first.
TOLERANCES = (1e-13, 1e-11, 1e-9, 1e-7)

# A constraint counts as violated beyond this, in units of the spread of f; the certificate judges the result, not this.
VIOLATED = 1e-10


def refusal(problem: LipschitzProblem) -> str | None:
    """What this solver lacks for the problem, or None."""
    loss = problem.loss
    if problem.penalty_kind is not Kind.SQUARED:
        return "the squared penalty"
    if not (loss.fake.is_smooth and loss.real.is_smooth):
        return "losses with two continuous derivatives"
    if not loss.is_convex:
        return "losses proved convex"
    if loss.fake.is_linear and loss.real.is_linear:
        return "curvature on at least one side"
    return None


def solve(problem: LipschitzProblem) -> Solution:
    """Quadratic programs on few constraints, then the polish."""
    network = Network(problem)
    arcs = _first_arcs(network)
    f, k, arcs, mass = minimised(network, arcs, price=len(arcs) < network.arcs_in_all)
    solution = network.certified(f, k, network.flow(arcs.s, arcs.t, mass), NAME)
    return polished(network, solution, arcs, mass)


def minimised(network: Network, arcs: Arcs, *, price: bool) -> tuple[SupportValues, float, Arcs, Array]:
    """Values, slope (network's unit), the arcs held at the end and the mass on them.

    Args:
        price: add violated constraints from all of the network's; otherwise ``arcs`` is the whole problem.
    """
    f, k = np.full(network.size, network.centre), 0.0
    value, mass = network.objective(f, k), np.zeros(len(arcs))
    least = np.inf
    for _ in range(STEPS):
        q, h = network.gradient(f), network.curvature(f)
        target, slope, arcs, mass = _model_minimum(network, arcs, (f, q, h), price)
        p, dk = target - f, slope - k
        decrease = -float(q @ p + 2.0 * network.lam * k * dk)
        if not decrease > 0.0 or (decrease < 1e-12 * network.step and decrease > 0.1 * least):
            break
        least = min(least, decrease)
        alpha, value = _line_search(network, (f, k, value), (p, dk), decrease)
        if alpha == 0.0:
            break
        f, k = f + alpha * p, k + alpha * dk
    return f, max(k, 0.0), arcs, mass


def _line_search(
    network: Network, at: tuple[SupportValues, float, float], step: tuple[SupportValues, float], decrease: float
) -> tuple[float, float]:
    """Backtracking to a sufficient decrease; a step of 0 says that rounding is all that is left."""
    f, k, value = at
    alpha = 1.0
    for _ in range(50):
        there = network.objective(f + alpha * step[0], k + alpha * step[1])
        if there <= value - 1e-4 * alpha * decrease:
            return alpha, there
        alpha *= 0.5
    return 0.0, value


def _model_minimum(
    network: Network, arcs: Arcs, model: tuple[SupportValues, SupportValues, SupportValues], price: bool
) -> tuple[SupportValues, float, Arcs, Array]:
    """Minimise the quadratic model, adding constraints until all hold."""
    f, k, mass = quadratic_program(network, arcs, model)
    for _ in range(PRICING_ROUNDS if price else 0):
        new = _violated(network, arcs, f, k)
        if len(new) == 0:
            break
        arcs = Arcs(np.concatenate([arcs.s, new.s]), np.concatenate([arcs.t, new.t]), np.concatenate([arcs.d, new.d]))
        f, k, mass = quadratic_program(network, arcs, model)
    return f, k, arcs, mass


def quadratic_program(
    network: Network, arcs: Arcs, model: tuple[SupportValues, SupportValues, SupportValues]
) -> tuple[SupportValues, float, Array]:
    """``min q.(F - f) + (F - f).diag(h).(F - f) / 2 + lam k^2`` under the arcs' constraints: F, k and multipliers.

    The unknowns are ``(F - a) / step`` and ``k / step``, which are of order one at any lam.
    """
    import clarabel

    f, q, h = model
    a, step, size = network.centre, network.step, network.size
    scale = max(float(np.abs(q).sum()), 1e-300)
    quadratic = np.append(h * step, 2.0 * network.lam * step) / scale
    linear = np.append(q - h * (f - a), 0.0) / scale
    rows = np.arange(len(arcs))
    matrix = sparse.csc_array(
        (
            np.concatenate([np.ones(len(arcs)), -np.ones(len(arcs)), -arcs.d, [-1.0]]),
            (
                np.concatenate([rows, rows, rows, [len(arcs)]]),
                np.concatenate([arcs.t, arcs.s, np.full(len(arcs), size), [size]]),
            ),
        ),
        shape=(len(arcs) + 1, size + 1),
    )
    program = (
        sparse.csc_matrix(sparse.diags_array(quadratic)),
        linear,
        sparse.csc_matrix(matrix),
        np.zeros(len(arcs) + 1),
        [getattr(clarabel, "NonnegativeConeT")(len(arcs) + 1)],  # noqa: B009 (made by the extension, unseen by types)
    )
    answer = _solved(clarabel, program)
    x, z = np.array(answer.x), np.array(answer.z)
    return a + step * x[:size], step * max(x[size], 0.0), np.maximum(z[: len(arcs)], 0.0) * scale


def _solved(clarabel: Any, program: tuple[Any, ...]) -> Any:
    """The answer at the tightest tolerance that the interior-point method reaches; it may stall beyond that."""
    answer = None
    for tolerance in TOLERANCES:
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.max_threads = 1
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
        answer = clarabel.DefaultSolver(*program, settings).solve()
        if answer.status == clarabel.SolverStatus.Solved:
            break
    return answer


def _first_arcs(network: Network) -> Arcs:
    if network.arcs_in_all <= ALL_AT_ONCE:
        return network.all_arcs
    d = network.distances.copy()
    if network.problem.pairs == "all":
        np.fill_diagonal(d, np.inf)
    near = np.zeros(d.shape, dtype=bool)
    for axis in (0, 1):
        nearest = np.argpartition(d, min(NEAREST, d.shape[axis] - 1), axis=axis)
        np.put_along_axis(near, np.take(nearest, np.arange(min(NEAREST, d.shape[axis])), axis=axis), True, axis=axis)
    return _picked(network, near)


def _violated(network: Network, held: Arcs, f: SupportValues, k: float) -> Arcs:
    """For each row and column, the constraint violated most, where it is violated at all and not held yet."""
    low, high = (f, f) if network.problem.pairs == "all" else (f[: network.n], f[network.n :])
    excess = high[None, :] - low[:, None] - k * network.distances
    if network.problem.pairs == "all":
        np.fill_diagonal(excess, -np.inf)
        excess[held.s, held.t] = -np.inf
    else:
        excess[held.s, held.t - network.n] = -np.inf
    worst = np.zeros(excess.shape, dtype=bool)
    rows, cols = np.arange(excess.shape[0]), np.arange(excess.shape[1])
    worst[rows, excess.argmax(axis=1)] = True
    worst[excess.argmax(axis=0), cols] = True
    return _picked(network, worst & (excess > VIOLATED * network.step))


def _picked(network: Network, chosen: Array) -> Arcs:
    s, t = np.nonzero(chosen)
    return Arcs(s, t if network.problem.pairs == "all" else t + network.n, network.distances[s, t])
