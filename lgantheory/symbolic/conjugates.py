"""Fenchel conjugates of convex expressions, always rounded towards safety.

``f*(s) = sup_t (s t - f(t))``. A dual value is built from ``-f*``, so an *upper* bound of ``f*`` keeps it a true lower
bound. With ``lo <= argmax <= hi`` and concavity of ``s t - f(t)``,

    f*(s) <= s lo - f(lo) + (s - f'(lo)) (hi - lo)     and the mirrored bound at hi,

where lo and hi end as neighbouring doubles. At the ends of its domain the conjugate is a limit, taken from expansions
at infinity; where that is unknown, and outside the domain, it is ``+inf``.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from lgantheory.arrays import Values
from lgantheory.errors import InvalidParameter, UnsupportedLoss
from lgantheory.symbolic import T
from lgantheory.symbolic.algebra import rational_end
from lgantheory.symbolic.compiled import TRUSTED, Compiled
from lgantheory.symbolic.doubles import SMALLEST, UNIT
from lgantheory.symbolic.programs import LEFT, RIGHT
from lgantheory.symbolic.proofs import Proof
from lgantheory.symbolic.shapes import pieces_of, prove_convex
from lgantheory.symbolic.tails import limit_at_infinity

SOURCE = "numeric, an upper bound; within about 1e-14 (|f(t)| + |s t|) where t is the maximiser"
# Arbitrary: brackets are searched up to this |t|.
_FARTHEST = 2.0**200


@dataclass(frozen=True)
class NumericConjugate:
    """The conjugate of a convex expression; raises ``UnsupportedLoss`` when convexity is not proved."""

    expression: sympy.Expr

    @cached_property
    def domain(self) -> tuple[float, float]:
        """The closure of the range of the derivative, rounded inwards; a known part of it when a limit is unknown."""
        return self._end(-1), self._end(1)

    def _end(self, direction: int) -> float:
        limit = self._slope_limit(direction)
        if isinstance(limit, float):
            return limit
        if limit is None:
            return self._farthest_slope(direction)
        exact = limit if isinstance(limit, Fraction) else rational_end(limit, -direction)
        nearest = float(exact)
        # slopes are compared as doubles, so an end that is none gives way to a double that they exceed
        return nearest if Fraction(nearest) == exact else math.nextafter(nearest, -direction * math.inf)

    def _farthest_slope(self, direction: int) -> float:
        """The slope as far out as it can be computed."""
        slope = Compiled(self.expression, 1, LEFT if direction > 0 else RIGHT)
        for size in (1e4, 1e3, 1e2, 1e1, 1.0):
            try:
                return slope.nearest(direction * size)
            except InvalidParameter:
                continue
        return slope.nearest(0.0)

    def _slope_limit(self, direction: int) -> Any:
        pieces = pieces_of(self.expression)
        if isinstance(pieces, Proof):
            return None
        formula = pieces[0 if direction < 0 else -1].formula
        return limit_at_infinity(sympy.diff(formula, T), direction)

    @cached_property
    def _end_values(self) -> tuple[float, float]:
        """``f*`` at the two ends of the domain."""
        return self._end_value(-1), self._end_value(1)

    def _end_value(self, direction: int) -> float:
        slope, pieces = self._slope_limit(direction), pieces_of(self.expression)
        if isinstance(pieces, Proof) or not isinstance(slope, Fraction):
            return math.inf
        if Fraction(self.domain[0 if direction < 0 else 1]) != slope:
            return math.inf
        formula = pieces[0 if direction < 0 else -1].formula
        limit = limit_at_infinity(sympy.Rational(slope.numerator, slope.denominator) * T - formula, direction)
        if limit is None or isinstance(limit, float):
            return math.inf
        ball: Any = limit
        exact = limit if isinstance(limit, Fraction) else rational_end(ball, 1)
        return math.nextafter(float(exact), math.inf) if Fraction(float(exact)) < exact else float(exact)

    def __call__(self, s: Values) -> Values:
        proof = self._convexity
        if not proof.is_proved:
            raise UnsupportedLoss(
                f"the loss function {str(self.expression)[:60]} is not shown to be convex ({proof.argument[:120]}); "
                "a conjugate, and so a dual certificate, needs a convex loss. Choose a convex one."
            )
        s = np.asarray(s, dtype=np.float64)
        low, high = self.domain
        result = np.full(s.shape, np.inf)
        inside = (s > low) & (s < high)
        if inside.any():
            result[inside] = self._interior(s[inside])
        result[s == low] = self._end_values[0]
        result[s == high] = self._end_values[1] if low < high else min(self._end_values)
        rounded = np.isinf(result) & (s >= low) & (s <= high)  # an end that was rounded inwards is not the end
        if rounded.any():
            result[rounded] = self._interior(s[rounded])
        return result

    @cached_property
    def _convexity(self) -> Any:
        return prove_convex(self.expression)

    def _interior(self, s: Values) -> Values:
        low, found_low = self._march(s, -1)
        high, found_high = self._march(s, 1)
        low, high = self._bisect(s, low, high)
        bound = np.minimum(self._bound(s, low, high), self._bound(s, high, low))
        return np.where(found_low & found_high, bound, np.inf)

    def _march(self, s: Values, direction: int) -> tuple[Values, Any]:
        """Points beyond the maximiser in one direction, by doubling."""
        slope = Compiled(self.expression, 1, LEFT if direction < 0 else RIGHT)
        at, done = np.full(s.shape, 0.0), np.zeros(s.shape, dtype=bool)
        step = 1.0
        while not done.all() and step <= _FARTHEST:
            at[~done] = direction * step
            try:
                done = done | (_exceeds(slope, at, s) if direction > 0 else ~_exceeds(slope, at, s))
            except InvalidParameter:
                break  # beyond what can be computed; what is not done stays unknown, hence +inf
            step *= 2.0
        return at, done

    def _bisect(self, s: Values, low: Values, high: Values) -> tuple[Values, Values]:
        """Halve in the order of the doubles, so that 64 steps end at neighbours whatever the scale."""
        slope = Compiled(self.expression, 1, LEFT)
        first, last = _rank(low), _rank(high)
        for _ in range(64):
            middle = (first & last) + ((first ^ last) >> 1)  # the average, without overflow
            rises = _exceeds(slope, _unrank(middle), s)
            first, last = np.where(rises, first, middle), np.where(rises, middle, last)
        return _unrank(first), _unrank(last)

    def _bound(self, s: Values, at: Values, other: Values) -> Values:
        """The upper bound from the tangent at one end of the bracket, rounded upwards."""
        value, error = _sharpened(Compiled(self.expression), at)
        right, above = _sharpened(Compiled(self.expression, 1, RIGHT), at)
        left, below = _sharpened(Compiled(self.expression, 1, LEFT), at)
        with np.errstate(all="ignore"):
            rise = np.where(other >= at, s - right + above, left - s + below)
            climb = np.maximum(rise, 0.0) * np.abs(other - at)
            bound = s * at - value + climb
            bound += error + 4.0 * UNIT * (np.abs(s * at) + np.abs(value)) + 8.0 * SMALLEST
        return np.where(np.isfinite(bound), bound, np.inf)


def _exceeds(slope: Compiled, t: Values, s: Values) -> Any:
    """Whether ``slope(t) > s``; balls are asked only where doubles cannot tell."""
    value, error = slope.approximate(t)
    return slope.repaired(t, value, np.abs(value - s) <= error) > s


def _sharpened(function: Compiled, t: Values) -> tuple[Values, Values]:
    """Values with error bounds, computed again by balls where the bound is wide."""
    value, error = function.approximate(t)
    doubtful = error > TRUSTED * np.abs(value)
    value = function.repaired(t, value, doubtful)
    return value, np.where(doubtful, 2.0 * UNIT * np.abs(value), error)


def _rank(x: Values) -> Any:
    """Integers in the order of the doubles."""
    bits = np.ascontiguousarray(x, dtype=np.float64).view(np.int64)
    return np.where(bits < 0, -(bits & np.int64(0x7FFFFFFFFFFFFFFF)), bits)


def _unrank(rank: Any) -> Values:
    magnitude = np.abs(rank).astype(np.int64).view(np.float64)
    return np.where(rank < 0, -magnitude, magnitude)
