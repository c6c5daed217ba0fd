"""What an expression does for large ``|t|``: its sign from some point on, and its limit, both proved."""

import math
from fractions import Fraction
from typing import Any

import sympy
from flint import arb

from lgantheory.errors import InvalidExpression
from lgantheory.symbolic.balls import precision
from lgantheory.symbolic.expansions import ONE, AtInfinity, Expansion, Unknown, as_ball
from lgantheory.symbolic.programs import program_of, run

# Arbitrary: where expansions are tried to hold from; early starts leave less to the interval cover.
STARTS = (4, 8, 16, 64, 512, 2**13, 2**18, 2**24)
_BITS = 128


def expand_at_infinity(expression: sympy.Expr, direction: int, start: int) -> Expansion:
    """The expansion of ``expression(direction * t)`` for ``t >= start``. Raises ``Unknown``."""
    arithmetic: Any = AtInfinity(Fraction(start))
    try:
        return run(program_of(expression), arithmetic, [arithmetic.variable(direction)])[0]
    except (InvalidExpression, OverflowError, ZeroDivisionError):
        raise Unknown from None


def sign_at_infinity(expression: sympy.Expr, direction: int) -> tuple[int, Fraction] | None:
    """``(sign, R)``: the sign of the expression for all ``direction * t >= R``; ``None`` when it cannot be shown."""
    with precision(_BITS):
        for start in STARTS:
            try:
                return expand_at_infinity(expression, direction, start).sign(), Fraction(start)
            except Unknown:
                continue
    return None


def limit_at_infinity(expression: sympy.Expr, direction: int) -> Fraction | arb | float | None:
    """The limit for ``direction * t -> inf``: a fraction when exact, an infinity, a ball that holds it, or ``None``."""
    with precision(_BITS):
        for start in STARTS:
            try:
                return _limit(expand_at_infinity(expression, direction, start))
            except Unknown:
                continue
    return None


def _limit(expansion: Expansion) -> Fraction | arb | float:
    if not expansion.terms or expansion.terms[0][0] < ONE:
        return Fraction(0)
    if expansion.terms[0][0] == ONE:
        return expansion.terms[0][1]
    return math.inf if as_ball(expansion.leading[1]) > 0 else -math.inf
