"""Identities and signs of the table, proved by sympy once per row, in positive symbols."""

from fractions import Fraction
from functools import cache
from typing import Any

from lgantheory.claims import Verdict
from verify.fdivergences.rows import ROWS, Generator, Row


class Symbols:
    """Elementary functions of sympy expressions; ``lambertw`` needs the value it should have, and checks it."""

    def __init__(self, omega: Any = None) -> None:
        self.omega = omega

    def number(self, x: Fraction | int) -> Any:
        import sympy

        return sympy.Rational(x.numerator, x.denominator)

    def log(self, x: Any) -> Any:
        import sympy

        return sympy.log(x)

    def sqrt(self, x: Any) -> Any:
        import sympy

        return sympy.sqrt(x)

    def exp(self, x: Any) -> Any:
        import sympy

        return sympy.exp(x)

    def times_log(self, x: Any, y: Any) -> Any:
        return x * self.log(y)

    def lambertw(self, x: Any) -> Any:
        """The one positive w with ``w e^w = x``: it is ``omega`` if that has the property."""
        assert self.omega is not None
        assert vanishes(self.omega * self.exp(self.omega) - x)
        return self.omega


def vanishes(expression: Any) -> bool:
    """Whether sympy reduces the expression to 0; ``False`` means that this was not seen.

    Logarithms of products are taken apart whatever their signs: in expressions that are real, that changes nothing.
    """
    import sympy

    opened = sympy.expand_log(sympy.powsimp(sympy.expand(expression)), force=True)
    return opened == 0 or sympy.simplify(opened) == 0


def proved(found: bool) -> Verdict:
    """What is not seen by sympy is open, not false."""
    return Verdict.PROVED if found else Verdict.UNDECIDED


def positive(name: str) -> Any:
    import sympy

    return sympy.Symbol(name, positive=True)


@cache
def convexity(index: int) -> Verdict:
    """``f'' > 0`` on (0, oo); total variation, a kink between two straight pieces: the slope rises at 1."""
    import sympy

    u, w = positive("u"), positive("w")
    row = ROWS[index]
    if row.name == "total_variation":
        left, right = (row.generator.formula(at, Symbols()) for at in (1 - w / (1 + w), 1 + w))
        return proved(vanishes(left - w / (1 + w) / 2) and vanishes(right - w / 2))
    bend = sympy.factor(sympy.simplify(sympy.diff(row.generator.formula(u, Symbols()), u, 2)))
    return proved(bool(bend.is_positive))


@cache
def conjugacy(index: int) -> Verdict:
    """``f*(f'(u)) = u f'(u) - f(u)``, with f' the derivative of f, for every u > 0 (total variation: on both sides)."""
    import sympy

    u, row = positive("u"), ROWS[index]
    if row.name == "total_variation":
        return proved(all(_on_one_side(row, side) for side in (1, -1)))
    symbols = Symbols(omega=1 / u)
    f, slope = row.generator.formula(u, symbols), row.critic(u, symbols)
    touches = vanishes(sympy.diff(f, u) - slope)
    return proved(touches and vanishes(row.conjugate(slope, symbols) - u * slope + f))


def _on_one_side(row: Row, side: int) -> bool:
    import sympy

    w = positive("w")
    u = 1 + w if side > 0 else 1 - w / (1 + w)
    slope = sympy.Rational(side, 2)
    return vanishes(row.conjugate(slope, Symbols()) - u * slope + row.generator.formula(u, Symbols()))


@cache
def limits(index: int) -> Verdict:
    """``f(u)`` tends to ``at_zero`` at 0 and ``f'(u)`` to ``end`` at infinity."""
    import sympy

    row, symbols = ROWS[index], Symbols()
    u, w = positive("u"), positive("w")
    if row.name == "total_variation":
        near, far = (row.generator.formula(at, symbols) for at in (1 - w / (1 + w), 1 + w))
        found = sympy.limit(near, w, sympy.oo), sympy.limit(sympy.diff(far, w), w, sympy.oo)
    else:
        f, slope = row.generator.formula(u, symbols), row.critic(u, symbols)
        if not vanishes(sympy.diff(f, u) - slope):
            return Verdict.UNDECIDED
        found = sympy.limit(f, u, 0, "+"), sympy.limit(slope, u, sympy.oo)
    known = row.generator.at_zero, row.generator.end
    return proved(all(_is_limit(*pair) for pair in zip(found, known, strict=True)))


def _is_limit(found: Any, known: Any) -> bool:
    import sympy

    return found == sympy.oo if known is None else vanishes(found - known(Symbols()))


@cache
def integrands(index: int) -> Verdict:
    """``q f(p/q)`` is the integrand, up to the constant, which is spread over p + q = 2."""
    row, symbols = ROWS[index], Symbols()
    p, q = positive("p"), positive("q")
    if row.name == "total_variation":
        return proved(all(_same_distance(row, bigger) for bigger in (True, False)))
    constant = 0 if row.constant is None else row.constant(symbols) * (p + q) / 2
    return proved(vanishes(row.integrand(p, q, symbols) + constant - q * row.generator.formula(p / q, symbols)))


def _same_distance(row: Row, bigger: bool) -> bool:
    """Where p = q + w, or q = p + w; the ratio is written as one plus or minus something positive."""
    x, w = positive("x"), positive("w")
    p, q, ratio = (x + w, x, 1 + w / x) if bigger else (x, x + w, 1 - w / (x + w))
    return vanishes(row.integrand(p, q, Symbols()) - q * row.generator.formula(ratio, Symbols()))


def unattained(row: Row, t: Fraction, supremum: Fraction) -> Verdict:
    """``u t - f(u)`` stays below ``supremum`` for every u > 0, and tends to it as u grows."""
    import sympy

    u, symbols = positive("u"), Symbols()
    short = symbols.number(supremum) - u * symbols.number(t) + row.generator.formula(u, symbols)
    gap = sympy.factor(sympy.simplify(short))
    return proved(bool(gap.is_positive) and sympy.limit(gap, u, sympy.oo) == 0)


def exchanged(generator: Generator, dual: Generator) -> Verdict:
    """``u f(1/u)`` is the generator of the other row."""
    u, symbols = positive("u"), Symbols()
    return proved(vanishes(u * generator.formula(1 / u, symbols) - dual.formula(u, symbols)))
