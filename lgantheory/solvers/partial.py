"""Hinges on both sides: for each slope k one partial transport plan, and the k at which two plans earn the same.

With fake(t) = p max(0, t + alpha) and real(t) = q max(0, beta - t) the conjugates are linear on [0, p] and [-q, 0]. So
the dual is over plans pi >= 0 with row sums at most p a_i and column sums at most q b_j, and with A = alpha + beta

    J*  =  max over pi   A <1, pi> - <pi, d>^2 / (4 lam)
        =  min over k >= 0   lam k^2 + max over pi   sum pi_ij (A - k d_ij).

Without a margin A > 0 a constant costs nothing. Otherwise let kappa = k / A and divide values by A min(p, q): a unit
of mass earns 1 - kappa d_ij on its way, and the best plan for a given kappa is a partial transport, in which mass may
stay at home. One dummy point on each side makes it an ordinary transport problem, solved by POT's network simplex. Its
dual variables are the heights of f above -alpha at fake points, and of beta above f at real points.

Each plan is a line ``mass - kappa cost`` that nowhere exceeds the convex, piecewise linear F = max over plans, and
touches it where the plan is best. The search holds two of them, ``left`` touching F to the left of the minimum of
charge kappa^2 + F, and ``right`` to the right of it; it asks for the best plan where the larger of the two lines, plus
charge kappa^2, is lowest, and lets the answer take the place of the line on its own side. It ends when the answer is no
higher there than the two lines: they attain the minimum, their mixture with <pi, d> = 2 lam k is an optimal flow, and
the dual variables are an optimal f.

It does end. The points of contact only move inwards, and of two lines that touch a convex function on one side the
inner one is the higher further in: so a line that was dropped is never higher than the two held. Every round but the
last thus brings a new line, and a network simplex has finitely many plans to bring.

In float64 the simplex leaves dual variables and masses with errors that grow with the number of points. The former are
solved for once more from the reduced costs, the latter are balanced along the trees of the plan; see ``refined`` and
``_balanced``. The certificate judges both.
"""

import math
import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import sympy
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order

from lgantheory.arrays import Array, Indices
from lgantheory.errors import InvalidParameter, UncertifiedSolution
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers.network import TINIEST, Network
from lgantheory.symbolic import T
from lgantheory.symbolic.identities import expanded
from lgantheory.symbolic.proofs import Proof
from lgantheory.symbolic.shapes import pieces_of

NAME = "partial"

# Plans asked for before the best mixture so far is returned; about ten are usual. Arbitrary.
ROUNDS = 100

# Pivots of the network simplex; far beyond what an instance that fits in memory needs.
PIVOTS = 100_000_000

# Up to kappa = 1 every pair earns something, the farthest being 1 apart, so the best plan does not depend on kappa. It
# is sought no lower than here: further down, distances would drown beside the price of staying at home.
SLOWEST = 0.5

# A line is higher than another by more than this part of the mass it earns and pays for, or it is rounding.
ROUNDING = 16.0 * float(np.finfo(float).eps)

# Reduced costs below this are resolved when a transport problem is solved for the second time; larger ones only keep
# their sign. Arbitrary between the errors of the first time (1e-16 times the number of points) and one.
ZOOM = 2.0**-20


@dataclass(frozen=True)
class Hinge:
    """Up to a constant ``slope * max(0, t - kink)``, or ``slope * max(0, kink - t)`` for a real loss."""

    kink: float
    slope: float


@dataclass(frozen=True)
class Plan:
    """Mass on pairs (fake s, real t), and the line that it earns as a function of kappa."""

    s: Indices
    t: Indices
    amount: Array
    mass: float
    cost: float

    def earns(self, kappa: float) -> float:
        return self.mass - kappa * self.cost


NOTHING = Plan(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), 0.0, 0.0)


@dataclass(frozen=True)
class Answer:
    """A best plan at kappa, and the dual variables of rows and columns that show it is one; dummies come first."""

    kappa: float
    plan: Plan
    rows: Array
    columns: Array


def refusal(problem: LipschitzProblem) -> str | None:
    """What the solver lacks for the problem, or None."""
    if problem.penalty_kind is not Kind.SQUARED:
        return "the squared penalty"
    smooth = problem.loss.fake.is_smooth or problem.loss.real.is_smooth
    if smooth or problem.pairs != "real-fake" or hinges(problem) is None:
        return "a multiple of max(0, t + alpha) as fake loss, and of max(0, beta - t) as real loss"
    return None


def hinges(problem: LipschitzProblem) -> tuple[Hinge, Hinge] | None:
    """The fake and the real loss as hinges; None when one of them is something else."""
    fake, real = problem.loss.fake, problem.loss.real
    kinks = _kink(fake.expression, 1), _kink(real.expression, -1)
    if kinks[0] is None or kinks[1] is None:
        return None
    return Hinge(kinks[0], fake.conjugate_domain[1]), Hinge(kinks[1], -real.conjugate_domain[0])


@lru_cache(maxsize=64)
def _kink(expression: sympy.Expr, direction: int) -> float | None:
    """Where a function that is constant so far starts to rise in a straight line, going in this direction; or None."""
    pieces = pieces_of(expression)
    if isinstance(pieces, Proof) or len(pieces) != 2:
        return None
    flat, steep = (piece.formula for piece in pieces[::direction])
    level, slope = (expanded(sympy.diff(formula, T)) for formula in (flat, steep))
    if level != 0 or slope.free_symbols or not direction * slope > 0:
        return None
    return float((flat - steep).subs(T, 0) / slope)


def solve(problem: LipschitzProblem) -> Solution:
    """Plans at a few slopes, then the mixture of the two that meet at the optimal one."""
    network, sides = Network(problem), hinges(problem)
    assert sides is not None, "refusal lets hinges through only"
    fake, real = sides
    margin, scale = real.kink - fake.kink, min(fake.slope, real.slope)
    if margin <= 0.0:
        flow = network.flow(NOTHING.s, NOTHING.t, NOTHING.amount)
        return network.certified(np.full(network.size, network.centre), 0.0, flow, NAME)
    transport = PartialTransport(network.distances, *_masses(network, fake.slope / scale, real.slope / scale))
    answer, plan = _optimum(transport, _charge(network.lam * margin / scale))
    above, below = transport.heights(answer)
    f = np.concatenate([fake.kink + margin * above, real.kink - margin * below])
    flow = network.flow(plan.s, plan.t + network.n, scale * plan.amount)
    return network.certified(f, margin * answer.kappa, flow, NAME)


def _masses(network: Network, p: float, q: float) -> tuple[Array, Array]:
    """What each fake can send and each real can take.

    No point exchanges more than the other side has in all. Twice that is no limit, then, and has no price either; but
    it keeps the masses of the two sides comparable in size, whatever p and q are.
    """
    supply, demand = p * network.weights[: network.n], q * network.weights[network.n :]
    return np.minimum(supply, 2.0 * math.fsum(demand)), np.minimum(demand, 2.0 * math.fsum(supply))


def _charge(charge: float) -> float:
    if not TINIEST < charge < 1.0 / TINIEST:
        raise InvalidParameter(
            f"lam (alpha + beta) / (slope distance^2) must lie between {TINIEST:.0e} and {1.0 / TINIEST:.0e}; got "
            f"{charge:.3g}. Rescale lam or the points: the problem is the same for (c x, c^2 lam)."
        )
    return charge


def _optimum(transport: "PartialTransport", charge: float) -> tuple[Answer, Plan]:
    """The answer at the optimal slope, and the mixture of plans that is optimal there."""
    left, right = transport.best(0.0).plan, NOTHING
    kappa = _lowest(left, right, charge)
    answer = transport.best(kappa)
    for _ in range(ROUNDS):
        if not _is_higher(answer, left, right):
            answer = transport.refined(answer)
            if not _is_higher(answer, left, right):
                break
        if answer.plan.cost > 2.0 * charge * kappa:
            left = answer.plan
        else:
            right = answer.plan
        kappa = _lowest(left, right, charge)
        answer = transport.best(kappa)
    return answer, _mixture(left, right, 2.0 * charge * kappa)


def _lowest(left: Plan, right: Plan, charge: float) -> float:
    """Where the larger of both lines, plus charge kappa^2, is lowest: where they cross, or where one becomes level."""
    if left.cost <= right.cost:
        return 0.5 * left.cost / charge
    crossing = (left.mass - right.mass) / (left.cost - right.cost)
    return min(max(crossing, 0.5 * right.cost / charge), 0.5 * left.cost / charge)


def _is_higher(answer: Answer, left: Plan, right: Plan) -> bool:
    """Whether a plan earns more, where it was found, than each of two others, beyond rounding."""
    kappa, plan = answer.kappa, answer.plan
    known = max(left.earns(kappa), right.earns(kappa))
    return plan.earns(kappa) > known + ROUNDING * (plan.mass + kappa * plan.cost)


def _mixture(left: Plan, right: Plan, cost: float) -> Plan:
    """The convex combination of two plans that has this cost, or comes nearest to it."""
    share = 1.0
    if left.cost > right.cost:
        share = min(1.0, max(0.0, (cost - right.cost) / (left.cost - right.cost)))
    return Plan(
        np.concatenate([left.s, right.s]),
        np.concatenate([left.t, right.t]),
        np.concatenate([share * left.amount, (1.0 - share) * right.amount]),
        share * left.mass + (1.0 - share) * right.mass,
        share * left.cost + (1.0 - share) * right.cost,
    )


@dataclass(frozen=True)
class PartialTransport:
    """Distances (n, m), at most 1; the mass that each fake can send (n,) and each real can take (m,).

    As ordinary transport: a fake pays ``min(kappa d, 1)`` per unit to a real, 1 to the dummy real, which is home; the
    dummy fake fills the reals up for nothing. A pair at price 1 earns nothing, so its mass counts as having stayed.
    """

    d: Array
    supply: Array
    demand: Array

    @cached_property
    def totals(self) -> tuple[float, float]:
        return math.fsum(self.supply), math.fsum(self.demand)

    def best(self, kappa: float) -> Answer:
        """A plan with the largest ``mass - kappa cost``."""
        costs = self._costs(kappa)
        amounts, rows, columns = self._transported(costs)
        return Answer(kappa, self._plan(amounts, costs), rows, columns)

    def refined(self, answer: Answer) -> Answer:
        """The same problem solved again in its reduced costs, magnified: dual variables to the last bit."""
        costs = self._costs(answer.kappa)
        reduced = costs - answer.rows[:, None] - answer.columns[None, :]
        amounts, rows, columns = self._transported(np.clip(reduced / ZOOM, -1.0, 1.0))
        plan = self._plan(amounts, costs)
        return Answer(answer.kappa, plan, answer.rows + ZOOM * rows, answer.columns + ZOOM * columns)

    def heights(self, answer: Answer) -> tuple[Array, Array]:
        """How far f lies above the kink at fakes, and below it at reals, in units of the margin.

        Below ``SLOWEST`` all that can move does, and each unit of it earns more than where the plan was sought by the
        same amount: a constant on the side that is used up, halved when both are.
        """
        above = np.maximum(1.0 - (answer.rows[1:] + answer.columns[0]), 0.0)
        below = np.maximum(-(answer.columns[1:] + answer.rows[0]), 0.0)
        ratio, (sent, taken) = answer.kappa / max(answer.kappa, SLOWEST), self.totals
        share = 0.5 if abs(sent - taken) <= ROUNDING else float(sent < taken)
        return ratio * above + share * (1.0 - ratio), ratio * below + (1.0 - share) * (1.0 - ratio)

    def _costs(self, kappa: float) -> Array:
        costs = np.zeros((self.supply.size + 1, self.demand.size + 1))
        costs[1:, 1:] = np.minimum(max(kappa, SLOWEST) * self.d, 1.0)
        costs[1:, 0] = 1.0
        return costs

    def _transported(self, costs: Array) -> tuple[Array, Array, Array]:
        """An optimal transport plan with its dual variables."""
        import ot

        sent, taken = self.totals
        ends = np.append(taken, self.supply), np.append(sent, self.demand)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # POT warns and returns; its status is read below instead
            amounts, log = ot.emd(*ends, costs, numItermax=PIVOTS, log=True, center_dual=False)
        if log["warning"] is not None:
            raise UncertifiedSolution(
                f"the network simplex stopped early: {log['warning']} Try solver 'conic', or rescale lam."
            )
        return np.asarray(amounts), np.asarray(log["u"]), np.asarray(log["v"])

    def _plan(self, amounts: Array, costs: Array) -> Plan:
        """The mass that travels, out of a transport plan."""
        rows, columns = np.nonzero(amounts)
        amount = self._balanced(rows, columns, amounts[rows, columns])
        travels = (rows > 0) & (columns > 0) & (costs[rows, columns] < 1.0) & (amount > 0.0)
        s, t = rows[travels] - 1, columns[travels] - 1
        amount = _limited(t, _limited(s, amount[travels], self.supply), self.demand)
        return Plan(s, t, amount, math.fsum(amount), math.fsum(amount * self.d[s, t]))

    def _balanced(self, rows: Indices, columns: Indices, amount: Array) -> Array:
        """Masses that add up at every point, corrected along the arcs of the plan, leaves first.

        A basic plan has no cycles. Home (node 0, both dummies) can keep anything, so the tree that reaches it is rooted
        there. The other trees add up as they are: what was left over in them would have gone home.
        """
        n, size = self.supply.size, 1 + self.supply.size + self.demand.size
        s, t = rows, np.where(columns > 0, n + columns, 0)
        joined = sparse.csr_array(sparse.coo_array((np.ones(len(s)), (s, t)), shape=(size, size)))
        order, parent = breadth_first_order(joined, 0, directed=False)
        wanted = np.concatenate([[0.0], self.supply, -self.demand])
        missing = (wanted - np.bincount(s, amount, size) + np.bincount(t, amount, size)).tolist()
        for v in order[:0:-1].tolist():
            missing[parent[v]] += missing[v]
        more = np.array(missing)
        return amount + np.where(parent[s] == t, more[s], np.where(parent[t] == s, -more[t], 0.0))


def _limited(ends: Indices, amount: Array, limit: Array) -> Array:
    """Less where the masses at an end exceed its limit, as they do by rounding; less is always a plan."""
    total = np.bincount(ends, amount, len(limit))
    return amount * np.divide(limit, total, out=np.ones_like(limit), where=total > limit)[ends]
