"""The LGAN problem on finite supports, and what counts as having solved it.

``LipschitzProblem`` owns both sides of the duality; ``Solution`` is a pair (discriminator, flow) that derives every
number it shows from its problem. Nothing that a solver says about its own result is kept.

    primal:  min over f, k >= 0   sum_i a_i fake(f(x_i)) + sum_j b_j real(f(y_j)) + lam k^2,   f_t - f_s <= k d_st
    dual:    max over flow >= 0  -sum_i a_i fake*(u_i / a_i) - sum_j b_j real*(u_j / b_j) - <flow, d>^2 / (4 lam)

with u_v the mass out of point v minus the mass into it. By McShane's extension the finite problem *is* the problem over
all functions on R^d. If ``fake`` never decreases and ``real`` never increases, the pairs (fake s, real t) suffice: for
any f that meets those, ``repaired(f, k)`` meets all of them and is no worse. Otherwise every ordered pair counts.

Source: LGAN paper, eq. (3) of the slides; duality and the reduction to real-fake pairs are proved in the README.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from lgantheory.arrays import (
    Array,
    Distances,
    FakeValues,
    Indices,
    QueryValues,
    RealValues,
    SupportPoints,
    SupportValues,
)
from lgantheory.enclosure import Arcs, Enclosure, ExcessFunction, level_set, narrowed, propagated
from lgantheory.envelopes import EPS, Cones, lengths, steepest_slope
from lgantheory.errors import InvalidMeasure, InvalidParameter, UncertifiedSolution, UnknownName
from lgantheory.extension import Gradients, LipschitzFunction
from lgantheory.flows import MARGIN, Box, Flow, into_domain, shrunk
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure, euclidean, require_one_space
from lgantheory.penalties import Kind, Penalty
from lgantheory.repair import ULPS, Rises, Support
from lgantheory.rigorous import RigorousCertificate, certified

# Above this many support points the enclosure uses the arcs that carry mass only, not all pairs (time, not validity).
ALL_PAIRS = 20_000


@dataclass(frozen=True)
class LipschitzProblem:
    """``min_f E_fake[loss.fake(f)] + E_real[loss.real(f)] + penalty(k(f))`` on two finite supports.

    Args:
        real, fake: measures in the same dimension d.
        lam: weight of the penalty, positive and finite.
        penalty: which function of k is charged; the theory is about ``"squared"``.

    Raises:
        InvalidMeasure: the dimensions differ.
        InvalidParameter: lam is not a positive finite number.
    """

    real: DiscreteMeasure
    fake: DiscreteMeasure
    loss: Loss
    lam: float
    penalty_kind: Kind = field(default=Kind.SQUARED, kw_only=True)

    def __post_init__(self) -> None:
        require_one_space(self.real, self.fake)
        if not (math.isfinite(self.lam) and self.lam > 0.0):
            raise InvalidParameter(
                f"lam must be positive and finite; got {self.lam}. Without a penalty nothing ties the points together."
            )

    @property
    def n(self) -> int:
        return self.fake.size

    @property
    def m(self) -> int:
        return self.real.size

    @property
    def penalty(self) -> Penalty:
        return Penalty(self.lam, self.penalty_kind)

    @property
    def pairs(self) -> Literal["real-fake", "all"]:
        """Which Lipschitz constraints are needed: decided by monotonicity of the loss, see the module docstring."""
        return "real-fake" if self.loss.is_monotone else "all"

    @cached_property
    def points(self) -> SupportPoints:
        return np.concatenate([self.fake.points, self.real.points])

    @cached_property
    def weights(self) -> SupportValues:
        return np.concatenate([self.fake.weights, self.real.weights])

    @cached_property
    def alive(self) -> Array:
        """Points that carry weight. The others take part in no term; their values are an extension."""
        return self.weights > 0.0

    @cached_property
    def support(self) -> Support:
        """The points as ``repaired`` sees them."""
        return Support(self.points, self.n, self.alive, all_pairs=self.pairs == "all")

    @cached_property
    def distances(self) -> Distances:
        """Euclidean distances from fake i to real j, shape (n, m). For solvers; no certificate needs the matrix."""
        return euclidean(self.fake.points, self.real.points)

    @cached_property
    def support_distances(self) -> Array:
        """Euclidean distances between all support points, shape (N, N). Likewise."""
        return euclidean(self.points, self.points)

    # -- primal side -------------------------------------------------------------------------------------------------

    def values(self, f: SupportValues) -> SupportValues:
        """The loss at every support point: ``fake(f_i)``, then ``real(f_j)``."""
        return np.concatenate([self.loss.fake(f[: self.n]), self.loss.real(f[self.n :])])

    def derivatives(self, f: SupportValues) -> SupportValues:
        return np.concatenate([self.loss.fake.derivative(f[: self.n]), self.loss.real.derivative(f[self.n :])])

    def lipschitz_constant(self, f: SupportValues) -> float:
        """k(f): the steepest slope between any two support points; infinite when two values at one point differ."""
        return steepest_slope(self.points, f)

    def primal(self, f: SupportValues, k: float | None = None) -> float:
        """The objective at f, with k the constant of f unless a larger one is given."""
        k = self.lipschitz_constant(f) if k is None else k
        return math.inf if math.isinf(k) else math.fsum([*self.loss_terms(f).tolist(), self.penalty.value(k)])

    def repaired(self, f: SupportValues, k: float) -> SupportValues:
        """A k-Lipschitz discriminator near f, and no worse than f when the loss is monotone and k admits f.

        See ``repair.py``: two c-transforms where the losses are monotone, the upper McShane envelope otherwise.
        """
        return self.support.repaired(np.array(f, dtype=float), k, Rises.none())

    # -- dual side ---------------------------------------------------------------------------------------------------

    def support_flow(self, flow: Any) -> Flow:
        """A flow over all support points; accepts a ``Flow``, or a matrix (N, N), or (n, m) from fake to real.

        Raises:
            InvalidParameter: a matrix of another shape.
        """
        return flow if isinstance(flow, Flow) else Flow.from_matrix(flow, self.n, self.m)

    def legal_flow(self, flow: Any) -> Flow:
        """The nearest simple flow that is a dual point: non-negative, outflows within the conjugates' domains."""
        whole = self.support_flow(flow)
        if not self.support.all_alive:
            whole = whole.between(self.alive)
        if not self._admits(whole):
            forward = bool(np.all(whole.s < self.n) and np.all(whole.t >= self.n))
            monotone = forward and self.pairs == "real-fake"
            whole = into_domain(whole, self.n, self._box).between(self.alive) if monotone else shrunk(whole, self._box)
        if self.penalty_kind is Kind.LINEAR:  # the others can afford any cost
            whole = whole.times(self.penalty.affordable(self.cost(whole)))
        return whole

    def _admits(self, flow: Flow) -> bool:
        """Whether every conjugate is finite at the outflow, which may be off by what rounding its sums can do."""
        s, (low, high) = self.scaled_outflow(flow), self._domain
        return bool(np.all((low <= s) & (s <= high)))

    def cost(self, flow: Flow) -> float:
        """``<flow, d>`` of a flow over the support."""
        return math.fsum((flow.mass * self.arc_lengths(flow)).tolist())

    def arc_lengths(self, flow: Flow) -> Array:
        """Distance along each entry of a support flow."""
        return lengths(self.points, self.points, flow.s, flow.t)

    def dual(self, flow: Flow) -> float:
        """The lower bound that a support flow gives; minus infinity when it is not a dual point."""
        return -math.fsum([*self.conjugate_terms(flow).tolist(), self.penalty.conjugate(self.cost(flow))])

    def scaled_outflow(self, flow: Flow) -> SupportValues:
        """``u_v / w_v``, put back onto the end of the conjugate's domain when rounding carried it across."""
        weights = (
            self.weights if self.support.all_alive else np.where(self.alive, self.weights, 1.0)
        )  # 1 where nothing flows
        s, slack = flow.outflow / weights, MARGIN * flow.throughput / weights
        low, high = self._domain
        nearest = np.minimum(np.maximum(s, low), high)
        return np.where(np.abs(s - nearest) <= slack, nearest, s)

    def conjugates(self, s: SupportValues) -> SupportValues:
        return np.concatenate([self.loss.fake.conjugate(s[: self.n]), self.loss.real.conjugate(s[self.n :])])

    def certify(
        self,
        f: SupportValues,
        flow: Any,
        *,
        k: float | None = None,
        repair: bool = False,
        solver: str = "",
    ) -> "Solution":
        """Pair a discriminator with a flow and measure how far from optimal both can be.

        Args:
            f: values (N,), fake points first, then real ones; anything finite, it need not be optimal.
            flow: a ``Flow`` or a matrix, (n, m) or (N, N); brought into the dual domain if it lies slightly outside.
            k: the constant f was built with. It is used where f is a fixed point of ``repaired`` at that constant,
                which makes f k-Lipschitz up to the rounding of its values; otherwise k is measured on f. The two differ
                where points nearly coincide, and rounding alone makes a steep slope.
            repair: take ``repaired(f, k)`` for f; to do it here costs no more than the check of k that it replaces.

        Raises:
            InvalidParameter: f has the wrong shape or is not finite, or there is no k to repair with.
        """
        f, legal = self._finite(f), self.legal_flow(flow)
        if repair:
            k = _slope(k)
            f = self.support.repaired(f, k, self.support.rises(legal, k))
        elif k is None or not self.support.is_built_with(f, k, self.support.rises(legal, k)):
            k = self.lipschitz_constant(f)
        return Solution(self, f, k, legal, solver)

    def _finite(self, f: SupportValues) -> SupportValues:
        f = np.array(f, dtype=float)
        if f.shape != (self.n + self.m,) or not np.isfinite(f).all():
            raise InvalidParameter(
                f"f must hold {self.n} + {self.m} finite values, fake points first; got shape {f.shape} with "
                f"{int(np.sum(~np.isfinite(f)))} non-finite."
            )
        return f

    # -- terms -------------------------------------------------------------------------------------------------------

    def loss_terms(self, f: SupportValues) -> Array:
        """Weight times loss, over the points that carry weight."""
        return self._weighted(self.values(f))

    def conjugate_terms(self, flow: Flow) -> Array:
        """Weight times conjugate of the scaled outflow, over the points that carry weight."""
        return self._weighted(self.conjugates(self.scaled_outflow(flow)))

    def _weighted(self, values: SupportValues) -> Array:
        return self.weights * values if self.support.all_alive else self.weights[self.alive] * values[self.alive]

    @cached_property
    def _domain(self) -> tuple[Array, Array]:
        """Lower and upper end of the conjugate's domain at every point."""
        lower, upper = np.empty((2, self.n + self.m))
        lower[: self.n], upper[: self.n] = self.loss.fake.conjugate_domain
        lower[self.n :], upper[self.n :] = self.loss.real.conjugate_domain
        return lower, upper

    @cached_property
    def _box(self) -> Box:
        """Bounds of the outflow: weight times domain, zero where nothing weighs."""
        w, alive = self.weights, self.alive
        lower, upper = (np.multiply(w, end, out=np.zeros_like(w), where=alive) for end in self._domain)
        return Box(lower, upper)


def _among(numbers: Indices, ordered: Indices) -> Array:
    """Which of the numbers occur in a rising array."""
    return np.searchsorted(ordered, numbers) < np.searchsorted(ordered, numbers, side="right")


def _slope(k: float | None) -> float:
    if k is None or not 0.0 <= k < math.inf:
        raise InvalidParameter(f"repair needs the constant to repair with, k >= 0 and finite; got {k}. Pass k=...")
    return k


@dataclass(frozen=True, eq=False)
class Solution:
    """A certified pair: values ``f`` with constant ``k``, and a flow. Everything else is derived from the problem.

    Made by ``LipschitzProblem.certify`` and by nothing else.
    """

    problem: LipschitzProblem
    f: SupportValues
    k: float
    support_flow: Flow
    solver: str = ""

    @property
    def f_fake(self) -> FakeValues:
        return self.f[: self.problem.n]

    @property
    def f_real(self) -> RealValues:
        return self.f[self.problem.n :]

    def __repr__(self) -> str:
        p = self.problem
        return (
            f"<Solution of {p.loss.name}, lam = {p.lam:g}, {p.n} fake and {p.m} real points in R^{p.real.dimension}: "
            f"k = {self.k:.9g}, primal = {self.primal:.15g}, gap = {self.gap:.1e}, by {self.solver or 'nobody'}>"
        )

    @cached_property
    def flow(self) -> Any:
        """Mass from fake i to real j: a scipy csr array (n, m).

        With all pairs in play (``problem.pairs``) mass may also go between other points; ``support_flow`` has it all.
        """
        return self.support_flow.matrix(self.problem.n)

    @cached_property
    def primal(self) -> float:
        """J at (f, k): an upper bound of the optimal value."""
        return self.problem.primal(self.f, self.k)

    @cached_property
    def dual(self) -> float:
        """The lower bound of the optimal value that the flow gives."""
        return self.problem.dual(self.support_flow)

    @cached_property
    def gap(self) -> float:
        """``(primal - dual) / max(1, |primal|)``; may be negative by rounding, and is shown as it is."""
        return (self.primal - self.dual) / max(1.0, abs(self.primal))

    @cached_property
    def rounding(self) -> float:
        """How far rounding may have moved primal minus dual: ``ULPS`` units in the last place of every term.

        A net outflow is off by units in the last place of the mass that passes through its point, in and out.
        """
        p, through = self.problem, self.support_flow.throughput
        terms = [p.loss_terms(self.f), p.conjugate_terms(self.support_flow), through * self._length]
        charges = abs(p.penalty.value(self.k)) + abs(p.penalty.conjugate(p.cost(self.support_flow)))
        return ULPS * EPS * (math.fsum(float(np.abs(part).sum()) for part in terms) + charges)

    @cached_property
    def error(self) -> float:
        """Bound of ``J(f) - J*`` and of ``J* - dual``, rounding included, in the unit of the objective."""
        return max(self.primal - self.dual, 0.0) + self.rounding

    def require(self, gap: float) -> "Solution":
        """The solution itself, if its relative gap is at most ``gap``; call it before drawing any conclusion.

        Raises:
            UncertifiedSolution: the gap is wider; the exception carries the solution.
        """
        if self.gap <= gap:
            return self
        raise UncertifiedSolution(
            f"solver {self.solver!r} certified a relative gap of {self.gap:.2e}; {gap:.0e} was required. Try another "
            "solver, rescale lam, or merge points that nearly coincide.",
            self,
        )

    def certify_rigorously(self) -> RigorousCertificate:
        """Proved intervals of the optimal value, of k* and of f* on the support: no rounding is taken on trust.

        Holds for any f and flow; poor ones only make the intervals wide. What is proved, from which facts about the
        loss, stands in ``rigorous``; half a second for 500 + 500 points in the plane.

        Raises:
            UnsupportedLoss: a loss that is not proved convex, or a penalty whose cost must be met exactly.
        """
        return certified(self)

    @cached_property
    def function(self) -> LipschitzFunction:
        """The values as a k-Lipschitz function known on the points that carry weight."""
        alive = self.problem.alive
        return LipschitzFunction(self.problem.points[alive], self.f[alive], self.k)

    def __call__(self, points: Any, *, extension: str = "middle") -> QueryValues:
        """An optimal discriminator at any points (p, d), by McShane-Whitney extension.

        Raises:
            UnknownName: the extension is none of "lower", "upper", "middle".
        """
        if extension not in ("lower", "upper", "middle"):
            raise UnknownName(f"extension must be 'lower', 'upper' or 'middle'; got {extension!r}.")
        return getattr(self.function, extension)(self._queries(points))

    def gradient(self, points: Any) -> Gradients:
        """The gradients that every extension of these values has at ``points`` (p, d), and where it has none.

        Where f* is unique on the supports these are the gradients of every optimal discriminator. See ``Gradients`` for
        how ties and unforced points are reported.

        Source: LGAN paper, Theorem 3.
        """
        p, alive = self.problem, np.flatnonzero(self.problem.alive)
        position = np.full(p.n + p.m, -1)
        position[alive] = np.arange(len(alive))
        arcs, bar = self.support_flow, self.slack_error(self.support_flow.mass)
        held: dict[int, list[tuple[int, float]]] = {}
        for s, t, error in zip(position[arcs.s].tolist(), position[arcs.t].tolist(), bar.tolist(), strict=True):
            held.setdefault(s, []).append((t, error))
            held.setdefault(t, []).append((s, error))
        return self.function.gradients(self._queries(points), self.value_error, held)

    @cached_property
    def value_error(self) -> float:
        """Error bar of a slack ``k d - (f_t - f_s)``: what the gap leaves open on a pair with a mean share of mass."""
        p = self.problem
        share = float(self.support_flow.mass.sum()) / max(p.n, p.m)
        return ULPS * EPS * self._length + (self.error / share if share > 0.0 else 0.0)

    @cached_property
    def _length(self) -> float:
        """Of what the values are sums: the largest of them, and the largest rise along an arc of the flow."""
        longest = self.problem.arc_lengths(self.support_flow).max(initial=0.0)
        return float(np.abs(self.f).max(initial=0.0) + self.k * longest)

    def tight_pairs(self) -> "TightPairs":
        """Pairs (fake i, real j) with ``f_j - f_i = k d_ij`` within the error bar."""
        p, flow = self.problem, self.support_flow
        forward = (flow.s < p.n) & (flow.t >= p.n)
        held, carried = flow.s[forward] * p.m + flow.t[forward] - p.n, flow.mass[forward]
        # a pair without mass has value_error for a bar; twice that misses none of them, whatever the rounding
        pairs = self._nearly_tight(2.0 * self.value_error)
        others = held[~_among(held, pairs)]
        pairs = np.sort(np.concatenate([pairs, others])) if len(others) else pairs
        mass = np.bincount(np.searchsorted(pairs, held), carried, len(pairs)).astype(np.float64)
        i, j = np.divmod(pairs, p.m)
        slack = self.k * lengths(p.fake.points, p.real.points, i, j) - (self.f_real[j] - self.f_fake[i])
        bar = self.slack_error(mass)
        keep = slack <= bar
        return TightPairs(i[keep], j[keep], slack[keep], mass[keep], bar[keep])

    def _nearly_tight(self, slack: float) -> Indices:
        """Pairs with weight on both sides whose slack is at most that, as numbers ``i m + j`` in rising order."""
        p = self.problem
        x, y = np.flatnonzero(p.alive[: p.n]), np.flatnonzero(p.alive[p.n :])
        i, j = Cones(p.real.points[y], -self.f_real[y], self.k).below(p.fake.points[x], slack - self.f_fake[x])
        return x[i] * p.m + y[j]

    def slack_error(self, mass: Array) -> Array:
        """Error bar of the slack of pairs that carry ``mass``: the gap over the mass, or ``value_error`` if larger."""
        with np.errstate(over="ignore"):
            certified = np.divide(self.error, mass, out=np.zeros_like(mass), where=mass > 0.0)
        return np.maximum(self.value_error, np.where(np.isfinite(certified), certified, 0.0))

    @cached_property
    def enclosure(self) -> Enclosure:
        """Intervals that contain every optimal discriminator and constant; see ``enclosure.py`` for the argument."""
        p, flow = self.problem, self.support_flow
        s = p.scaled_outflow(flow)
        excess = ExcessFunction(p.values, s, p.conjugates(s))
        with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 where nothing weighs and nothing is wrong
            level = np.where(p.alive, self.error / p.weights, np.inf)
        lower, upper = level_set(excess, self.f, level)
        arcs = Arcs(flow.s, flow.t, p.arc_lengths(flow), self.error / flow.mass)
        k = narrowed(p.penalty.enclosure(p.cost(flow), self.error), lower, upper, arcs)
        lower, upper = propagated(lower, upper, arcs, k)
        if p.n + p.m <= ALL_PAIRS and math.isfinite(k[1]):
            lower = -Cones(p.points, -lower, k[1]).lowest(p.points, -lower)
            upper = Cones(p.points, upper, k[1]).lowest(p.points, upper)
        return Enclosure(lower, upper, *k)

    def _queries(self, points: Any) -> Array:
        """Points as (p, d); a flat array is p points on the line, or one point of R^d."""
        x = np.asarray(points, dtype=float)
        d = self.problem.real.dimension
        if x.ndim < 2:
            x = x.reshape(-1, 1) if d == 1 else x.reshape(1, -1)
        if x.ndim != 2 or x.shape[1] != d or not np.all(np.isfinite(x)):
            raise InvalidMeasure(f"points must be finite with shape (p, {d}); got shape {np.shape(points)}.")
        return x


@dataclass(frozen=True)
class TightPairs:
    """Pairs (i, j), fake to real, whose constraint is tight; arrays of one length.

    ``slack`` is ``k d_ij - (f_j - f_i)``, ``mass`` the flow on the pair, ``error_bar`` the slack up to which the pair
    counts: a pair that carries mass has a slack of at most the gap over that mass. Iterating gives (i, j) tuples.
    """

    i: Array
    j: Array
    slack: Array
    mass: Array
    error_bar: Array

    def __len__(self) -> int:
        return len(self.i)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for i, j in zip(self.i, self.j, strict=True):
            yield int(i), int(j)
