"""Signs that can be read off an expression: ``exp`` is positive, an even power is not negative, and so on.

The cheapest layer of a proof, and one that no tail or cover needs. Each rule is a sentence; what no rule covers is
unknown. An answer holds wherever the expression is defined.
"""

from enum import Enum
from typing import Any

import sympy

from lgantheory.symbolic.balls import ball, enclose, precision
from lgantheory.symbolic.programs import program_of


class Sign(Enum):
    """What is known of a sign on the whole line; the value is (may be negative, may be zero, may be positive)."""

    NEGATIVE = (True, False, False)
    NOT_POSITIVE = (True, True, False)
    ZERO = (False, True, False)
    NOT_NEGATIVE = (False, True, True)
    POSITIVE = (False, False, True)
    NOT_ZERO = (True, False, True)
    UNKNOWN = (True, True, True)

    @property
    def flipped(self) -> "Sign":
        return Sign(self.value[::-1])


def read_sign(e: Any) -> Sign:
    """The sign of an expression by rules alone."""
    if e.is_Rational or not e.free_symbols:
        return _sign_of_constant(e)
    if isinstance(e, (sympy.exp, sympy.cosh)):
        return Sign.POSITIVE
    if isinstance(e, sympy.Abs):
        return Sign.POSITIVE if _is_never_zero(read_sign(e.args[0])) else Sign.NOT_NEGATIVE
    if isinstance(e, (sympy.tanh, sympy.sinh, sympy.atan, sympy.asinh)):
        return read_sign(e.args[0])
    if isinstance(e, sympy.log):
        return read_sign(e.args[0] - 1)
    rules = {sympy.Add: _sum, sympy.Mul: _product, sympy.Pow: _power, sympy.Max: _largest, sympy.Min: _smallest}
    return rules[type(e)](e) if type(e) in rules else Sign.UNKNOWN


def _is_never_zero(sign: Sign) -> bool:
    return not sign.value[1]


def _sign_of_constant(e: Any) -> Sign:
    if e.is_Rational:
        return Sign.POSITIVE if e > 0 else Sign.NEGATIVE if e < 0 else Sign.ZERO
    with precision(256):
        value = enclose(program_of(e), ball(0))[0]
    return Sign.POSITIVE if value > 0 else Sign.NEGATIVE if value < 0 else Sign.UNKNOWN


def _sum(e: Any) -> Sign:
    if len(e.args) == 2 and e.args[0] == -1 and isinstance(e.args[1], sympy.exp):
        return read_sign(e.args[1].args[0])
    signs = [read_sign(a).value for a in e.args]
    minus, plus = any(s[0] for s in signs), any(s[2] for s in signs)
    zero = all(s[1] for s in signs) or (minus and plus)
    return Sign((minus, zero, plus))


def _product(e: Any) -> Sign:
    result = Sign.POSITIVE
    for factor in e.args:
        result = _times(result, read_sign(factor))
    return result


def _times(a: Sign, b: Sign) -> Sign:
    (n, z, p), (m, y, q) = a.value, b.value
    return Sign(((n and q) or (p and m), z or y, (p and q) or (n and m)))


def _power(e: Any) -> Sign:
    base, exponent = e.args
    sign = read_sign(base)
    if sign is Sign.POSITIVE or not exponent.is_Integer:
        # A rational power is only ever taken of something positive.
        return Sign.POSITIVE
    if exponent % 2 == 0:
        return Sign.POSITIVE if _is_never_zero(sign) or exponent < 0 else Sign.NOT_NEGATIVE
    return Sign((sign.value[0], sign.value[1] and exponent > 0, sign.value[2]))


def _largest(e: Any) -> Sign:
    signs = [read_sign(a).value for a in e.args]
    minus, zero = all(s[0] for s in signs), all(s[0] or s[1] for s in signs) and any(s[1] for s in signs)
    return Sign((minus, zero, any(s[2] for s in signs)))


def _smallest(e: Any) -> Sign:
    return read_sign(sympy.Max(*[-a for a in e.args])).flipped if len(e.args) < 4 else Sign.UNKNOWN
