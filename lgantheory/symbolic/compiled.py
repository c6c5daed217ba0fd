"""Expressions as float64 functions: doubles where they are good enough, balls where they are not.

Every value comes with a bound on its error. Where the bound exceeds one part in ``1e13`` (cancellation, overflow of an
intermediate result) the point is computed again with balls, at growing precision, until the double nearest to the
truth is known. Slow points are rare; wrong ones do not exist.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from flint import arb

from lgantheory.arrays import Values
from lgantheory.errors import InvalidParameter
from lgantheory.symbolic.balls import ball, enclose, precision
from lgantheory.symbolic.doubles import SMALLEST, Doubles, exact
from lgantheory.symbolic.programs import LEFT, program_of, run

# Arbitrary: the relative error up to which doubles are trusted.
TRUSTED = 1e-13
_PRECISIONS = (96, 192, 384, 768, 1536, 3072)
# A ball is good for a double when it has this many correct bits.
_ENOUGH_BITS = 60
_DOUBLES = Doubles()


@dataclass(frozen=True)
class Compiled:
    """The derivative of that order of an expression, as a function of float64 arrays; one-sided at kinks."""

    expression: sympy.Expr
    order: int = 0
    side: int = LEFT

    def __call__(self, t: Values) -> Values:
        value, error = self.approximate(t)
        return self.repaired(np.asarray(t, dtype=np.float64), value, error > TRUSTED * np.abs(value) + 4 * SMALLEST)

    def approximate(self, t: Values) -> tuple[Values, Values]:
        """Plain doubles with a bound on their error, which is infinite where nothing is known."""
        t = np.asarray(t, dtype=np.float64)
        with np.errstate(all="ignore"):
            jet = [exact(t), exact(np.ones_like(t)), exact(np.zeros_like(t))][: self.order + 1]
            result = run(program_of(self.expression), _DOUBLES, jet, self.side)[self.order]
            value = np.array(np.broadcast_to(result.value, t.shape), dtype=np.float64)
            known = np.isfinite(value) & np.isfinite(result.error)
            return np.where(known, value, 0.0), np.where(known, result.error, np.inf)

    def repaired(self, t: Values, value: Values, doubtful: Any) -> Values:
        """The values with the doubtful ones computed again by balls."""
        value = np.array(value)
        for where in np.argwhere(doubtful):
            value[tuple(where)] = self.nearest(float(t[tuple(where)]))
        return value

    def nearest(self, t: float) -> float:
        """The value at one double, correct to the last bit or so."""
        if not math.isfinite(t):
            raise InvalidParameter(f"a loss was evaluated at t={t}; it needs finite numbers. Look for the overflow.")
        found = arb.nan()
        for bits in _PRECISIONS:
            found = self.enclose(t, bits)
            if found.is_finite() and (found.rel_accuracy_bits() >= _ENOUGH_BITS or abs(found) < SMALLEST / 2):
                break
        if not found.is_finite():
            raise InvalidParameter(
                f"{str(self.expression)[:60]} cannot be computed at t={t:.6g}: it is beyond the numbers that even "
                "exact arithmetic reaches. Scale the loss or the data down."
            )
        with precision(_PRECISIONS[-1]):
            return float(found.mid())

    def enclose(self, t: float | Fraction, bits: int = 96) -> arb:
        """A ball that contains the exact value at one rational point."""
        with precision(bits):
            return enclose(program_of(self.expression), ball(Fraction(t)), self.order, self.side)[self.order]
