"""Losses with one margin ``alpha``, and how that number is read.

``alpha`` must be finite and at least 0. With ``alpha = 0`` the loss is a counterexample (its derivative vanishes at the
balance point, so ``f = 0`` is optimal whatever the measures are); below 0 it penalises a margin on the wrong side.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from lgantheory.arrays import Values
from lgantheory.errors import InvalidParameter
from lgantheory.losses.loss import Loss


@dataclass(frozen=True)
class LossFamily:
    """A named loss for each margin ``alpha``; ``build(name, alpha)`` makes one."""

    name: str
    build: Callable[[str, Any], Loss]
    default: int = 1

    def __call__(self, alpha: Any = None) -> Loss:
        if alpha is None:
            alpha = self.default
        exact = exact_margin(self.name, alpha)
        name = self.name if exact == self.default else f"{self.name}({_decimal(exact)})"
        return self.build(name, exact)


def exact_margin(loss: str, alpha: Any) -> sympy.Expr:
    """The margin as an exact number: 0.1 means one tenth, as it was written, not the nearest double."""
    try:
        exact = alpha if isinstance(alpha, Fraction) else Fraction(str(alpha).strip())
        as_double = float(exact)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        exact, as_double = Fraction(0), math.nan
    if not (math.isfinite(as_double) and as_double >= 0):
        raise InvalidParameter(
            f"loss {loss!r} got alpha={str(alpha)[:40]!s}; it needs a finite number >= 0 "
            f"(> 0 for the equilibrium theorem). Write for instance {loss}(1)."
        )
    return sympy.Integer(exact.numerator) / sympy.Integer(exact.denominator)


@dataclass(frozen=True)
class Margin:
    """``t + alpha`` without cancellation: ``alpha`` as the sum of two doubles, so that one tenth stays one tenth."""

    high: float
    low: float

    @staticmethod
    def of(alpha: Any) -> "Margin":
        """Split an exact margin; what is lost is below ``2^-105 alpha``."""
        exact = Fraction(int(alpha.p), int(alpha.q))
        high = float(exact)
        return Margin(high, float(exact - Fraction(high)))

    def shift(self, t: Values) -> Values:
        """``t + alpha``, rounded almost correctly; the sign is right even next to the kink."""
        return (t + self.high) + self.low


def _decimal(exact: Any) -> str:
    """Short text that reads back as the same number."""
    text = repr(float(exact))
    return text.removesuffix(".0") if Fraction(text) == Fraction(int(exact.p), int(exact.q)) else f"{exact.p}/{exact.q}"
