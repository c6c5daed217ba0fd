"""The optimal value between two numbers, by proof: a certificate in which no rounding is taken on trust.

``Solution`` carries a float64 certificate with an error analysis. Here the same pair (f, flow) is taken as a hint and
both bounds are made again from it, in exact rationals and FLINT's balls, and in float64 for the distances alone, where
each rounding is accounted for (``directed``).

**What is posed.** Points are the doubles they are. Weights are the doubles divided by their exact sum, so that both
measures are probability measures: ``1/3`` three times is uniform, although three times the double is not 1. ``lam`` is
the double it is, a loss is its formula.

**From above.** With monotone losses, keep the fake values and put every real value at a double below
``min_i f_i + k d_ij``; otherwise take the McShane envelope ``min_u f_u + k d_uv`` between two doubles. Either way the
Lipschitz condition holds by construction whatever f is, and J there is no less than J*.

**From below.** The masses of the flow are exact, and so are the net outflows u. Where u / weight leaves the domain of
the conjugate, arcs are added, exactly, until it does not. Conjugates are bounded from above (``symbolic.fenchel``),
distances too; then for every f and k, with C the cost of the flow and c = C / (2 lam),

    J(f, k) >= L + sum_v w_v [l_v(f_v) + l_v*(u_v / w_v) - u_v f_v / w_v] + lam (k - c)^2,      L the dual value,

and every bracket is >= 0 (README, the dual). So ``lower = L``, and at an optimum each term is at most ``upper - L``:
that gives the interval of k*, and for each value f*_v a level set of a convex function: narrow where the loss is curved
at f*_v, unbounded where it is straight there or the point has no weight, then cut down by what the slope k* leaves
from the other points. Every optimal discriminator lies within, on the support and with its own k.

**Facts used.** Convexity of both losses, and that ``fake`` never decreases and ``real`` never increases if the pairs
real-fake are to suffice: theorems about the formulas (``symbolic.proofs``), quoted in ``facts``. Trusted beyond that
are FLINT's balls, the integers of Python, and that float64 adds, multiplies and takes roots as IEEE 754 says.
"""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sympy
from flint import arb

from lgantheory import directed
from lgantheory.arrays import SupportValues
from lgantheory.errors import UncertifiedSolution, UnsupportedLoss
from lgantheory.exact import arcs_between, into_boxes, net_outflow, shares
from lgantheory.flows import Flow
from lgantheory.penalties import Kind
from lgantheory.symbolic.balls import ball, precision
from lgantheory.symbolic.fenchel import BITS, Interval, ProvedConjugate, proved_conjugate
from lgantheory.symbolic.proofs import Proof
from lgantheory.symbolic.shapes import prove_increasing

# lam max(0, k - threshold)^2: the penalties whose conjugate is finite everywhere, so that no cost must be met exactly.
THRESHOLDS = {Kind.SQUARED: 0, Kind.ONE_SIDED: 1}

# Above this many support points the intervals of f* are level sets alone, not cut down by all pairs. Arbitrary: time.
MOST_REACHED = 4000


@dataclass(frozen=True, eq=False, repr=False)
class RigorousCertificate:
    """Proved bounds of the optimal value J*, and of every optimal discriminator; see the module docstring.

    ``value``, ``k`` and ``f`` are pairs (lower, upper) of doubles, rounded outwards; those of ``f`` have shape (N,),
    fake points first. ``facts`` are the theorems about the loss that were used, with their proofs.
    """

    value: tuple[float, float]
    k: tuple[float, float]
    f: tuple[SupportValues, SupportValues]
    facts: tuple[str, ...]
    solution: Any = field(repr=False)

    @property
    def relative_width(self) -> float:
        """``(upper - lower) / max(1, |J*|)``, no less than that whatever J* is within the bounds."""
        lower, upper = self.value
        least = 0.0 if lower <= 0.0 <= upper else min(abs(lower), abs(upper))
        return math.nextafter(math.nextafter(upper - lower, math.inf) / max(1.0, least), math.inf)

    def require(self, width: float) -> "RigorousCertificate":
        """The certificate itself, if its relative width is at most ``width``.

        Raises:
            UncertifiedSolution: it is wider; the exception carries the solution that was given.
        """
        if self.relative_width <= width:
            return self
        raise UncertifiedSolution(
            f"got proved bounds of relative width {self.relative_width:.2e}, from a solution whose gap in float64 is "
            f"{self.solution.gap:.1e}; needed {width:.0e}. Solve to a smaller gap first, or merge points that nearly "
            "coincide.",
            self.solution,
        )

    def __repr__(self) -> str:
        return (
            f"<RigorousCertificate: {self.value[0]!r} <= J* <= {self.value[1]!r}, relative width "
            f"{self.relative_width:.1e}; {self.k[0]:.9g} <= k* <= {self.k[1]:.9g}; f* bounded at "
            f"{int(np.sum(np.isfinite(self.f[0]) & np.isfinite(self.f[1])))} of {len(self.f[0])} points>"
        )


def certified(solution: Any) -> RigorousCertificate:
    """Proved bounds from a ``Solution``, which need not be good, only finite: a poor one gives wide bounds.

    Raises:
        UnsupportedLoss: a loss is not proved to be convex, or the penalty is neither squared nor one-sided.
    """
    posed = Posed(solution.problem)
    with precision(BITS):
        upper = _above(posed, solution)
        dual = _dual(posed, solution)
        lower = None if dual is None else dual.value(posed)
        if dual is None or lower is None or upper is None:
            everything = np.full(len(posed.weights), math.inf)
            value, k, f = (outward(lower, -1), outward(upper, 1)), (0.0, math.inf), (-everything, everything)
        else:
            excess = (upper - lower).upper().max(arb(0))
            value, k = (outward(lower, -1), outward(upper, 1)), _slopes(posed, dual.cost, excess)
            f = _within_reach(posed, _level_sets(posed, dual, excess), k[1])
    return RigorousCertificate(value, k, f, posed.facts, solution)


@lru_cache(maxsize=64)
def never_decreases(expression: sympy.Expr) -> Proof:
    """The proof of that, or what was tried."""
    return prove_increasing(expression, strictly=False)


def outward(x: arb | None, direction: int) -> float:
    """The double next to the ball on that side of it; infinite for ``None``."""
    if x is None or not x.is_finite():
        return direction * math.inf
    end = x.lower() if direction < 0 else x.upper()
    nearest = float(end.mid())
    is_beyond = arb(nearest) <= end if direction < 0 else arb(nearest) >= end
    return nearest if is_beyond else math.nextafter(nearest, direction * math.inf)


@dataclass(frozen=True)
class Posed:
    """A problem in exact numbers, and what is proved about its loss."""

    problem: Any

    def __post_init__(self) -> None:
        if self.problem.penalty_kind not in THRESHOLDS:
            raise UnsupportedLoss(
                f"got the penalty {self.problem.penalty_kind.value!r}; needed one of "
                f"{', '.join(repr(kind.value) for kind in THRESHOLDS)}, whose duals have no constraint that rounding "
                "could break. Use Solution.gap, which is computed in float64."
            )

    @property
    def threshold(self) -> int:
        """The slope up to which nothing is charged."""
        return THRESHOLDS[self.problem.penalty_kind]

    @cached_property
    def lam(self) -> arb:
        """The weight of the penalty, as the double it is."""
        return arb(float(self.problem.lam))

    @cached_property
    def fake(self) -> ProvedConjugate:
        """The loss on fake points; refused when it is not proved to be convex."""
        return proved_conjugate(self.problem.loss.fake.expression)

    @cached_property
    def real(self) -> ProvedConjugate:
        """The loss on real points, likewise."""
        return proved_conjugate(self.problem.loss.real.expression)

    @cached_property
    def weights(self) -> list[Fraction]:
        """Probabilities of the fake points, then of the real ones."""
        return shares(self.problem.fake.weights) + shares(self.problem.real.weights)

    @cached_property
    def alive(self) -> list[int]:
        """Points that carry weight."""
        return [v for v, weight in enumerate(self.weights) if weight > 0]

    def loss(self, v: int) -> ProvedConjugate:
        """The loss of a support point."""
        return self.fake if v < self.problem.n else self.real

    @property
    def is_monotone(self) -> bool:
        """Whether the pairs real-fake suffice."""
        return never_decreases(self.fake.expression).is_proved and never_decreases(-self.real.expression).is_proved

    @property
    def facts(self) -> tuple[str, ...]:
        """What the bounds rest on, besides arithmetic."""
        rising, falling = never_decreases(self.fake.expression), never_decreases(-self.real.expression)
        facts = [f"fake is convex: {self.fake.convexity.argument}", f"real is convex: {self.real.convexity.argument}"]
        if self.is_monotone:
            facts += [f"fake never decreases: {rising.argument}", f"real never increases: {falling.argument}"]
        return tuple(facts)

    def box(self, v: int) -> Interval:
        """Legal outflows of a point: its weight times the domain of its conjugate."""
        weight = self.weights[v]
        low, high = (None if end is None else weight * end for end in self.loss(v).domain)
        return (low, high) if weight > 0 else (Fraction(0), Fraction(0))


# -- from above ------------------------------------------------------------------------------------------------------


def _above(posed: Posed, solution: Any) -> arb | None:
    """J at a discriminator that is k-Lipschitz by construction."""
    k = float(solution.k)
    if not 0.0 <= k < math.inf:
        return None
    low, high = _admissible(posed, solution.f, k)
    rise = (arb(k) - posed.threshold).max(arb(0))
    total = posed.lam * rise * rise
    for v in posed.alive:
        ends = {float(low[v]), float(high[v])}
        values = [posed.loss(v).value(end) for end in ends]
        worst = values[0] if len(values) == 1 else values[0].max(values[1])  # convex: largest at an end
        total += ball(posed.weights[v]) * worst
    return total if total.is_finite() else None


def _admissible(posed: Posed, f: SupportValues, k: float) -> tuple[SupportValues, SupportValues]:
    """Bounds (N,) of values that k admits for certain, on the points that carry weight."""
    points, n = posed.problem.points, posed.problem.n
    low = np.array(f, dtype=float)
    high = low.copy()
    alive = np.array(posed.alive)
    if posed.is_monotone:
        x, y = alive[alive < n], alive[alive >= n]
        low[y], _ = directed.envelope(low[x], k, points[x], points[y])
        high[y] = low[y]
    else:
        low[alive], high[alive] = directed.envelope(low[alive], k, points[alive], points[alive])
    return low, high


# -- from below ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dual:
    """A dual point: slopes ``u_v / w_v`` of the points with weight, conjugates there, and the cost of the flow."""

    slopes: dict[int, Fraction]
    conjugates: dict[int, arb]
    guesses: SupportValues
    cost: arb

    def value(self, posed: Posed) -> arb | None:
        """The dual value, with every conjugate from above and with the cost as it is."""
        charge = posed.threshold * self.cost + self.cost * self.cost / (4 * posed.lam)
        total = sum((ball(posed.weights[v]) * bound for v, bound in self.conjugates.items()), charge)
        return -total if total.is_finite() else None


def _dual(posed: Posed, solution: Any) -> Dual | None:
    """The dual point that the flow gives; ``None`` when there is none near it."""
    flow, points = solution.support_flow, posed.problem.points
    flow = Flow.of(flow.size, flow.s, flow.t, flow.mass)  # leaves out what is not a positive number
    outflow = net_outflow(flow)
    legal = into_boxes(outflow, [posed.box(v) for v in range(len(outflow))], posed.weights)
    if legal is None:
        return None
    least, most = directed.cost(flow.mass, *directed.arc_lengths(points, flow.s, flow.t))
    total = arb(least).union(arb(most))
    added = list(arcs_between([new - old for new, old in zip(legal, outflow, strict=True)]))
    if added:
        s, t = (np.array([arc[end] for arc in added]) for end in (0, 1))
        low, high = directed.arc_lengths(points, s, t)
        for arc, a, b in zip(added, low.tolist(), high.tolist(), strict=True):
            total += ball(arc[2]) * arb(a).union(arb(b))
    slopes = {v: legal[v] / posed.weights[v] for v in posed.alive}
    bounds = {v: posed.loss(v).bound(s, float(solution.f[v])) for v, s in slopes.items()}
    conjugates = {v: bound for v, bound in bounds.items() if bound is not None}
    return Dual(slopes, conjugates, solution.f, total) if len(conjugates) == len(bounds) else None


# -- where the optimum is --------------------------------------------------------------------------------------------


def _slopes(posed: Posed, cost: arb, excess: arb) -> tuple[float, float]:
    """All k with ``penalty(k) + penalty*(cost) - cost k <= excess``.

    Above the threshold that is ``lam (k - threshold - c)^2`` with ``c = cost / (2 lam)``; everywhere it is at least
    ``threshold cost + cost^2 / (4 lam) - cost k``, which bounds k from below when the threshold is within reach.
    """
    centre, radius = cost / (2 * posed.lam), (excess / posed.lam).sqrt()
    high = posed.threshold + centre + radius
    if centre >= radius:
        low = posed.threshold + centre - radius
    else:
        low = posed.threshold + centre / 2 - excess / cost if cost > 0 else arb(0)
    return max(0.0, outward(low, -1)), outward(high, 1)


def _level_sets(posed: Posed, dual: Dual, excess: arb) -> tuple[SupportValues, SupportValues]:
    """For each point with weight, all values whose Fenchel-Young gap is at most the excess over the weight."""
    low, high = np.full(len(posed.weights), -math.inf), np.full(len(posed.weights), math.inf)
    for v in posed.alive:
        level = excess / ball(posed.weights[v]) - dual.conjugates[v]
        ends = posed.loss(v).level_set(dual.slopes[v], level, float(dual.guesses[v]))
        low[v], high[v] = outward(ends[0], -1), outward(ends[1], 1)
    return low, high


def _within_reach(
    posed: Posed, f: tuple[SupportValues, SupportValues], k: float
) -> tuple[SupportValues, SupportValues]:
    """The same intervals, cut down by the slope k that no optimum exceeds between any two points."""
    points = posed.problem.points
    if len(points) > MOST_REACHED or not math.isfinite(k):
        return f
    _, reach = directed.envelope(np.stack([-f[0], f[1]]), k, points, points)
    return np.maximum(f[0], -reach[0]), np.minimum(f[1], reach[1])
