"""Exact zeros: whether an expression reduces to 0 by multiplying out.

Sympy does the reduction, and would do it for hours where a power of a long sum is to be written out, or run out of
memory where a number like ``e^(e^1000)`` is. Both are refused beforehand. ``False`` therefore means "not seen to be
zero", never "not zero".
"""

from fractions import Fraction
from math import comb
from typing import Any

import sympy

from lgantheory.symbolic import T
from lgantheory.symbolic.balls import ball, enclose, precision
from lgantheory.symbolic.programs import program_of

# Arbitrary: more terms than this are not multiplied out, and larger arguments of exp are not given to sympy as numbers.
_MOST_TERMS = 2000
_LARGEST_ARGUMENT = 10**4
_GROWING = (sympy.exp, sympy.sinh, sympy.cosh)


def vanishes(expression: Any) -> bool:
    """Whether the expression is seen to be 0 for every ``t``."""
    return expression == 0 or expanded(expression) == 0


def vanishes_at(expression: Any, point: Any) -> bool:
    """Whether the expression is seen to be 0 at an exact point, a sympy number."""
    if not _is_moderate_at(expression, point):
        return False
    return vanishes(expression.subs(T, point))


def expanded(expression: Any) -> Any:
    """The expression multiplied out, or as it is when that would be too long."""
    return sympy.expand(expression) if _most_terms(expression) <= _MOST_TERMS else expression


def _is_moderate_at(expression: Any, point: Any) -> bool:
    """Whether no number on the way to the value at the point is out of sympy's reach."""
    with precision(64):
        at = ball(Fraction(int(point.p), int(point.q))) if point.is_Rational else enclose(program_of(point), ball(0))[0]
        sizes = [enclose(program_of(e.args[0]), at)[0] for e in expression.atoms(*_GROWING)]
        return all(size.is_finite() and abs(size) < _LARGEST_ARGUMENT for size in sizes)


def _most_terms(e: Any) -> int:
    """A bound on the number of terms of any part of the expression, once it is multiplied out."""
    return max(_terms(part) for part in sympy.preorder_traversal(e))


def _terms(e: Any) -> int:
    if isinstance(e, sympy.Add):
        return min(sum(_terms(a) for a in e.args), _MOST_TERMS + 1)
    if isinstance(e, sympy.Mul):
        return _product([_terms(a) for a in e.args])
    if isinstance(e, sympy.log):
        return len(e.args[0].args) + 1 if e.args[0].is_Mul else 1  # log(a b) = log a + log b
    if e.is_Pow and e.args[1].is_Rational:
        base, times = _terms(e.args[0]), abs(int(e.args[1]))
        return min(comb(times + base - 1, times), _MOST_TERMS + 1)
    return 1


def _product(counts: list[int]) -> int:
    result = 1
    for count in counts:
        result = min(result * count, _MOST_TERMS + 1)
    return result
