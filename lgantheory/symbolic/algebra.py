"""Exact signs of rational functions of ``t``, and of rational functions of ``u = e^(c t)``.

The zeros are isolated over the rationals, so nothing is missed and multiple zeros are no harder than simple ones. This
layer answers completely or not at all.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import sympy
from flint import arb

from lgantheory.symbolic import T
from lgantheory.symbolic.balls import ball, precision

# Arbitrary limits that keep every call in this module in the milliseconds.
_LARGEST_DEGREE = 40
_LARGEST_SIZE = 250
_WIDTH = Fraction(1, 2**60)
_U = sympy.Symbol("u", positive=True)
_U_POLYNOMIAL = sympy.Poly(_U, _U, domain="QQ")


@dataclass(frozen=True)
class Cut:
    """A point of the line: inside ``[low, high]``, and equal to ``exact`` where a closed form is known.

    Two cuts with equal intervals and equal ``source`` (the function whose only zero there it is) are the same point.
    """

    low: Fraction
    high: Fraction
    exact: Any = None
    source: Any = None

    @property
    def witness(self) -> Any:
        """The point as a sympy number: exact when possible, else a rational within ``2^-60``."""
        middle = (self.low + self.high) / 2
        return self.exact if self.exact is not None else sympy.Rational(middle.numerator, middle.denominator)

    def is_same_as(self, other: "Cut | None") -> bool:
        """Whether both are certainly the same point."""
        if other is None:
            return False
        if self.exact is not None and self.exact == other.exact:
            return True
        ends = (self.low, self.high, self.source) == (other.low, other.high, other.source)
        return ends and self.source is not None

    @staticmethod
    def at(value: Fraction) -> "Cut":
        return Cut(value, value, sympy.Rational(value.numerator, value.denominator))

    def __str__(self) -> str:
        return str(self.exact) if self.exact is not None else f"{float(self.low):.17g}"


@dataclass(frozen=True)
class SignTable:
    """Zeros in increasing order, and the sign left of the first, between each two, and right of the last."""

    zeros: tuple[Cut, ...]
    signs: tuple[int, ...]


def sign_table(g: Any) -> SignTable | None:
    """The sign table of ``g`` on the whole line, or ``None`` when ``g`` is not rational in ``t`` or in ``e^(c t)``."""
    reduced = _as_polynomial(g)
    if reduced is None:
        return None
    polynomial, unit = reduced
    if polynomial.is_zero:
        return SignTable((), (0,))
    if unit is not None:
        while polynomial.eval(0) == 0:
            polynomial = polynomial.quo(_U_POLYNOMIAL)
    square_free = polynomial.sqf_part()
    roots = _isolate(square_free)
    if unit is not None:
        roots = [root for root in map(_positive_part, roots) if root is not None]
    return _table(polynomial, roots, unit)


@dataclass(frozen=True)
class Root:
    """The only zero of ``function`` in ``[low, high]``: that point, or inside with a change of sign between."""

    function: Any
    low: Fraction
    high: Fraction

    def halved(self) -> "Root":
        middle = (self.low + self.high) / 2
        at_middle = _value(self.function, middle)
        if at_middle == 0:
            return Root(self.function, middle, middle)
        if (at_middle > 0) == (_value(self.function, self.high) > 0):
            return Root(self.function, self.low, middle)
        return Root(self.function, middle, self.high)


def _isolate(square_free: Any) -> list[Root]:
    """All real roots. Those given as points are divided out, so that no end of another interval is a root."""
    if square_free.degree() < 1:
        return []
    intervals = [(_fraction(a), _fraction(b)) for a, b in square_free.intervals(sqf=True)]
    points = [a for a, b in intervals if a == b]
    rest = square_free
    for a in points:
        rest = rest.quo(sympy.Poly(rest.gen - sympy.Rational(a.numerator, a.denominator), rest.gen, domain="QQ"))
    roots = [Root(square_free if a == b else rest, a, b) for a, b in intervals]
    for root in roots:
        changes = _value(root.function, root.low) * _value(root.function, root.high) < 0
        assert changes or root.low == root.high, "an isolating interval without a change of sign"
    return roots


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _as_polynomial(g: Any) -> tuple[Any, Fraction | None] | None:
    """A polynomial with the sign of ``g``, in ``t`` (and ``None``) or in ``e^(unit t)`` (and ``unit``)."""
    if sympy.count_ops(g) > _LARGEST_SIZE:
        return None
    g = g.rewrite(sympy.exp) if g.has(sympy.tanh, sympy.sinh, sympy.cosh) else g
    unit = None
    if g.has(sympy.exp):
        unit = _unit(g)
        if unit is None:
            return None
        # A huge power of u would be handed to sympy, which multiplies some of them out.
        if any(abs(e.args[0] / T) > _LARGEST_DEGREE * unit for e in g.atoms(sympy.exp) if e.has(T)):
            return None
        rate = sympy.Rational(unit.numerator, unit.denominator)
        g = g.replace(lambda e: isinstance(e, sympy.exp) and e.has(T), lambda e: _U ** (e.args[0] / (rate * T)))
    variable = T if unit is None else _U
    if g.free_symbols - {variable} or not _is_small_rational(g, variable):
        return None
    above, below = sympy.fraction(sympy.together(g))
    try:
        polynomial = sympy.Poly(above, variable, domain="QQ") * sympy.Poly(below, variable, domain="QQ")
    except (sympy.PolynomialError, sympy.CoercionFailed):
        return None
    return polynomial, unit


def _unit(g: Any) -> Fraction | None:
    """The largest ``c`` such that every exponential of ``g`` is ``e^(n c t)`` with an integer ``n``."""
    unit = Fraction(0)
    for e in g.atoms(sympy.exp):
        rate = e.args[0] / T
        if not rate.is_Rational:
            return None
        step = abs(Fraction(int(rate.p), int(rate.q)))
        unit = Fraction(gcd(unit.numerator, step.numerator), lcm(unit.denominator, step.denominator)) if unit else step
    return unit or None


def _is_small_rational(g: Any, variable: Any) -> bool:
    """Whether ``g`` is rational in the variable and cannot explode when brought over one denominator."""
    try:
        return (
            bool(g.is_rational_function(variable)) and not g.atoms(sympy.NumberSymbol) and _degree(g) <= _LARGEST_DEGREE
        )
    except (TypeError, ValueError):
        return False


def _degree(e: Any) -> int:
    """A bound on the degree of numerator and denominator together."""
    return sum(_degrees(e))


def _degrees(e: Any) -> tuple[int, int]:
    """Bounds on the degrees of numerator and denominator."""
    if e.is_Pow:
        above, below = _degrees(e.args[0])
        n = int(e.args[1]) if e.args[1].is_Integer else _LARGEST_DEGREE + 1
        return (n * above, n * below) if n >= 0 else (-n * below, -n * above)
    parts = [_degrees(a) for a in e.args]
    below = sum(b for _, b in parts)
    if e.is_Add:
        return max(a + below - b for a, b in parts), below
    return (sum(a for a, _ in parts), below) if parts else (int(e.is_Symbol), 0)


def _positive_part(root: Root) -> Root | None:
    """The same root in an interval that does not reach below 0; ``None`` when it is negative. No root is 0 here."""
    if root.high <= 0:
        return None
    if root.low >= 0:
        return root
    at_zero, at_high = _value(root.function, Fraction(0)), _value(root.function, root.high)
    return Root(root.function, Fraction(0), root.high) if (at_zero > 0) != (at_high > 0) else None


def _value(polynomial: Any, x: Fraction) -> Fraction:
    """Horner's rule with fractions."""
    value = Fraction(0)
    for c in polynomial.all_coeffs():
        value = value * x + Fraction(int(c.p), int(c.q))
    return value


def _table(polynomial: Any, roots: list[Root], unit: Fraction | None) -> SignTable:
    # A rational root has a denominator that divides the leading integer coefficient; narrower than this it is unique.
    leading = abs(int(polynomial.sqf_part().clear_denoms()[1].LC()))
    width = min(_WIDTH, Fraction(1, 4 * leading**2))
    narrow = sorted((_narrowed(root, width) for root in roots), key=lambda root: root.low)
    first, last = Fraction(0) if unit else None, None
    ends = [first, *[x for root in narrow for x in (root.low, root.high)], last]
    signs = tuple(_sign(_value(polynomial, _inside(ends[i], ends[i + 1]))) for i in range(0, len(ends), 2))
    return SignTable(tuple(_cut(root, unit) for root in narrow), signs)


def _narrowed(root: Root, width: Fraction) -> Root:
    while root.high - root.low > width * min(abs(root.low), abs(root.high), 1):
        root = root.halved()
    return root


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _inside(low: Fraction | None, high: Fraction | None) -> Fraction:
    """A point strictly between, where ``None`` is infinity."""
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _cut(isolated: Root, unit: Fraction | None) -> Cut:
    """The root as a point ``t``, through the logarithm when the variable is ``e^(unit t)``."""
    a, b, source = isolated.low, isolated.high, (isolated.function.monic(), unit)
    simplest = simplest_between(a, b)
    root = simplest if _value(isolated.function, simplest) == 0 else None
    if unit is None:
        return Cut.at(root) if root is not None else Cut(a, b, source=source)
    if root == 1:
        return Cut.at(Fraction(0))
    exact = None
    if root is not None:
        exact = sympy.log(sympy.Rational(root.numerator, root.denominator)) / sympy.Rational(
            unit.numerator, unit.denominator
        )
    with precision(160):
        low, high = ball(a).log() / ball(unit), ball(b).log() / ball(unit)
    return Cut(rational_end(low, -1), rational_end(high, 1), exact, source)


def rational_end(x: arb, direction: int) -> Fraction:
    """A rational number just below (-1) or above (+1) the ball."""
    with precision(128):
        end = x.lower() if direction < 0 else x.upper()
        mantissa, exponent = end.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def simplest_between(a: Fraction, b: Fraction) -> Fraction:
    """The rational with the smallest denominator in ``[a, b]`` (Stern-Brocot)."""
    if a <= 0 <= b:
        return Fraction(0)
    if b < 0:
        return -simplest_between(-b, -a)
    whole = -(-a.numerator // a.denominator)
    if whole <= b:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / simplest_between(1 / (b - below), 1 / (a - below))
