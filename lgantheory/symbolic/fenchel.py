"""Conjugates of convex expressions, bounded from above by proof, at exact rational slopes.

``f*(s) = sup_t (s t - f(t))`` is convex itself, and at every slope ``p`` that ``f`` has at some ``t`` it is known
without a supremum: ``f*(p) = p t - f(t)`` (Fenchel-Young with equality). Between two such slopes convexity bounds it by
the chord,

    f*(s) <= ((q - s) f*(p) + (s - p) f*(q)) / (q - p),        p <= s <= q,

and ``f*(s) >= s t - f(t)`` says how far that can be off. Nothing is trusted about where the maximiser is: a poor guess
costs evaluations. A kink whose slopes enclose ``s`` gives equality. At the ends of the domain, where no ``t`` has the
slope, ``f*`` is a limit, taken from expansions at infinity; where that is unknown the domain ends at a slope that is
attained far out. Everything is computed in balls, and every comparison that decides anything is one of balls.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import sympy
from flint import arb

from lgantheory.errors import UnsupportedLoss
from lgantheory.symbolic import T
from lgantheory.symbolic.algebra import rational_end
from lgantheory.symbolic.balls import ball, between, enclose, precision
from lgantheory.symbolic.expansions import as_ball
from lgantheory.symbolic.programs import LEFT, RIGHT, program_of
from lgantheory.symbolic.proofs import Proof
from lgantheory.symbolic.shapes import pieces_of, prove_convex
from lgantheory.symbolic.tails import limit_at_infinity

BITS = 256
"""Precision of every ball here. Arbitrary: ``t + sqrt(t^2 + 1)`` at ``t = -2^64`` still has 128 correct bits."""

Interval = tuple[Fraction | None, Fraction | None]
"""A closed interval of slopes; ``None`` is infinity."""

# Arbitrary: the first radius around the guess, relatively, and how the next ones grow. With f'' = 1 the first chord is
# off by 2^-70 at most.
_START, _GROWTH = 2.0**-35, 16.0
# Arbitrary: beyond this |t| nothing is evaluated.
_FARTHEST = 2.0**64
_FAR_OUT = (2.0**64, 2.0**32, 2.0**16, 2.0**8, 2.0**4, 1.0, 0.0)
# Arbitrary: a slope outside this range is not written as a fraction.
_SMALLEST = arb(2) ** -2048
# A chord this close to f*, relatively, is not improved; a double holds 53 bits.
_TIGHT = 2.0**-66
# Arbitrary: limits of two searches that end much sooner.
_TURNS, _LEVEL_TURNS = 200, 60
# Arbitrary: the end of a level set is found up to this factor of its distance from the guess.
_SLACK = 1.25


@dataclass(frozen=True)
class Touch:
    """``f`` at ``t``, with its one-sided slopes, as balls; not finite where nothing is known."""

    t: arb
    value: arb
    left: arb
    right: arb


@dataclass(frozen=True)
class Node:
    """A point of the graph of ``f*``; ``t`` is where ``f`` has that slope, ``None`` at infinity."""

    slope: arb
    conjugate: arb
    t: arb | None = None

    @staticmethod
    def of(touch: Touch, slope: arb) -> "Node":
        """The node of a slope between the one-sided slopes of a touch."""
        return Node(slope, slope * touch.t - touch.value, touch.t)


@dataclass(frozen=True)
class End:
    """One end of the domain of ``f*``: the last legal slope, and a node no further in than that.

    ``is_limit`` says that no slope of ``f`` lies beyond.
    """

    slope: Fraction | None
    node: Node | None
    is_limit: bool


@dataclass(frozen=True)
class ProvedConjugate:
    """Upper bounds of ``f*`` for one expression ``f``.

    Raises:
        UnsupportedLoss: ``f`` is not proved to be convex.
    """

    expression: sympy.Expr

    def __post_init__(self) -> None:
        if not self.convexity.is_proved:
            raise UnsupportedLoss(
                f"got the loss function {str(self.expression)[:60]}, not shown to be convex "
                f"({self.convexity.argument[:120]}); needed a convex one, since only that has a dual. "
                "Choose another loss."
            )

    @property
    def convexity(self) -> Proof:
        """The proof that everything here rests on."""
        return prove_convex(self.expression)

    @property
    def domain(self) -> Interval:
        """Slopes at which ``bound`` is finite: the domain of ``f*``, or a known part of it."""
        return self._ends[0].slope, self._ends[1].slope

    def value(self, t: float) -> arb:
        """``f(t)`` at one double."""
        with precision(BITS):
            return enclose(program_of(self.expression), arb(t))[0]

    def bound(self, s: Fraction, near: float) -> arb | None:
        """A ball whose upper end is no less than ``f*(s)``; ``None`` where nothing is known, or infinity.

        Args:
            s: the slope.
            near: a guess of the maximiser, which matters for speed alone.
        """
        with precision(BITS):
            known = self._known(s)
            return self._by_chord(ball(s), near) if known is None else known

    def level_set(self, s: Fraction, level: arb, near: float) -> tuple[arb | None, arb | None]:
        """Balls below and above every ``t`` with ``f(t) - s t <= level``; ``None`` where nothing is shown."""
        with precision(BITS):
            low, high = (self._level_end(s, level, near, direction) for direction in (-1, 1))
            return low, high

    # -- what is known at once ---------------------------------------------------------------------------------------

    @cached_property
    def _pieces(self) -> Any:
        return pieces_of(self.expression)

    @cached_property
    def _kinks(self) -> tuple[Touch, ...]:
        """The kinks, each side evaluated by the smooth formula of that side, so that a kink need not be a double."""
        with precision(BITS):
            return tuple(_kink(left, right) for left, right in pairwise(self._pieces))

    @cached_property
    def _ends(self) -> tuple[End, End]:
        with precision(BITS):
            return self._end(-1), self._end(1)

    def _end(self, direction: int) -> End:
        """``s t - f(t)`` is monotone where s is the limit of the slopes, so its supremum is its limit as well."""
        formula = self._pieces[0 if direction < 0 else -1].formula
        slope = limit_at_infinity(sympy.diff(formula, T), direction)
        if isinstance(slope, float):
            return End(None, None, False)
        if isinstance(slope, Fraction):
            value = limit_at_infinity(sympy.Rational(slope.numerator, slope.denominator) * T - formula, direction)
            if isinstance(value, Fraction | arb):
                return End(slope, Node(ball(slope), as_ball(value)), True)
        return self._far_end(direction)

    def _far_end(self, direction: int) -> End:
        for size in _FAR_OUT:
            touch = self._touch(direction * size)
            slope = touch.right if direction < 0 else touch.left
            if touch.value.is_finite() and (slope == 0 or _SMALLEST < abs(slope) < 1 / _SMALLEST):
                return End(rational_end(slope, -direction), Node.of(touch, slope), False)
        return End(Fraction(0), None, False)

    def _known(self, s: Fraction) -> arb | None:
        for end in self._ends:
            if end.is_limit and end.slope == s and end.node is not None:
                return end.node.conjugate
        slope = ball(s)
        for kink in self._kinks:
            if kink.left <= slope <= kink.right:
                return Node.of(kink, slope).conjugate
        return None

    def _touch(self, t: float) -> Touch:
        program, x = program_of(self.expression), arb(t)
        value, left = enclose(program, x, 1, LEFT)
        right = enclose(program, x, 1, RIGHT)[1] if program.has_kinks else left
        return Touch(x, value, left, right)

    # -- chords ------------------------------------------------------------------------------------------------------

    def _by_chord(self, s: arb, near: float) -> arb | None:
        below, above = self._beyond(s, near, -1), self._beyond(s, near, 1)
        if below is None or above is None:
            return None
        for turn in range(_TURNS):
            t = _between(below, above, s, by_halves=turn % 2 == 1)
            if t is None or _is_tight(below, above, s):
                break
            touch = self._touch(t)
            if touch.right <= s:
                below = Node.of(touch, touch.right)
            elif touch.left >= s:
                above = Node.of(touch, touch.left)
            else:
                break  # nearer to s than the precision can tell
        return _chord(below, above, s)

    def _beyond(self, s: arb, near: float, direction: int) -> Node | None:
        """A node whose slope is certainly not on the near side of ``s``."""
        radius = _START * (1.0 + abs(near))
        while radius <= _FARTHEST:
            touch = self._touch(near + direction * radius)
            slope = touch.right if direction < 0 else touch.left
            if _passes(slope, s, direction):
                return Node.of(touch, slope)
            radius *= _GROWTH
        node = self._ends[0 if direction < 0 else 1].node
        return node if node is not None and _passes(node.slope, s, direction) else None

    # -- level sets --------------------------------------------------------------------------------------------------

    def _level_end(self, s: Fraction, level: arb, near: float, direction: int) -> arb | None:
        """The tangent at any point bounds the level set of a convex function; the search finds a good point."""
        end = self._ends[0 if direction < 0 else 1]
        if end.is_limit and end.slope == s:
            return None
        inner, outer, radius = 0.0, math.inf, self._first_radius(s, level, near)
        best: arb | None = None
        for _ in range(_LEVEL_TURNS):
            touch = self._touch(near + direction * radius)
            end_here = _tangent_end(touch, ball(s), level, direction)
            if end_here is not None:
                reach = direction * (end_here - arb(near))
                best = reach if best is None else best.min(reach)
                outer = min(outer, float(reach.mid()))
            is_outside = not touch.value.is_finite() or outer < radius
            inner, outer = (inner, min(outer, radius)) if is_outside else (max(inner, radius), outer)
            if outer <= _SLACK * inner or outer <= 0.0 or not inner < _FARTHEST:
                break
            radius = 4.0 * inner if outer == math.inf else outer / 64.0 if inner == 0.0 else math.sqrt(inner * outer)
        return None if best is None else arb(near) + direction * best

    def _first_radius(self, s: Fraction, level: arb, near: float) -> float:
        """Where a parabola with the value and curvature at the guess nearly reaches the level."""
        value, _, bend = enclose(program_of(self.expression), arb(near), 2)
        if not bend > 0:
            return 1.0
        room = (level - value + ball(s) * arb(near)).abs_upper()
        return min(max(0.9 * float((2 * room / bend).sqrt().mid()), _START**2 * (1.0 + abs(near))), _FARTHEST)


@lru_cache(maxsize=64)
def proved_conjugate(expression: sympy.Expr) -> ProvedConjugate:
    """The bounds for an expression; kinks and ends are found once."""
    return ProvedConjugate(expression)


def _kink(left: Any, right: Any) -> Touch:
    cut = left.high
    t = between(cut.low, cut.high)
    value, before = enclose(program_of(left.formula), t, 1)
    return Touch(t, value, before, enclose(program_of(right.formula), t, 1)[1])


def _passes(slope: arb, s: arb, direction: int) -> bool:
    return bool(slope <= s if direction < 0 else slope >= s)


def _chord(below: Node, above: Node, s: arb) -> arb:
    rise = above.slope - below.slope
    if not rise > 0:
        return below.conjugate  # both slopes are s itself
    return ((above.slope - s) * below.conjugate + (s - below.slope) * above.conjugate) / rise


def _is_tight(below: Node, above: Node, s: arb) -> bool:
    bound = _chord(below, above, s)
    attained = [node.conjugate + (s - node.slope) * node.t for node in (below, above) if node.t is not None]
    missing = min(float((bound - value).mid()) for value in attained)
    return missing <= _TIGHT * max(1.0, abs(float(bound.mid())))


def _between(below: Node, above: Node, s: arb, *, by_halves: bool) -> float | None:
    """Where to look next, by the chord of the slopes or in the middle; ``None`` when there is no double between."""
    if below.t is None or above.t is None or not above.slope > below.slope:
        return None
    share = arb(1) / 2 if by_halves else (s - below.slope) / (above.slope - below.slope)
    t = float((below.t + share * (above.t - below.t)).mid())
    low, high = float(below.t.mid()), float(above.t.mid())
    t = min(max(t, math.nextafter(low, math.inf)), math.nextafter(high, -math.inf))
    return t if low < t < high else None


def _tangent_end(touch: Touch, s: arb, level: arb, direction: int) -> arb | None:
    """Where the tangent of ``f(t) - s t`` at a touch meets the level, if it rises in that direction.

    From inside the level set it is followed onward, from outside back. At a kink it is the steeper one, which is the
    right one for going onward, and for going back takes off less than the other would.
    """
    missing = level - (touch.value - s * touch.t)
    slope = direction * ((touch.right if direction > 0 else touch.left) - s)
    return touch.t + direction * missing / slope if slope > 0 and missing.is_finite() else None
