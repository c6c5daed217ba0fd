"""Expansions at infinity that hold from a stated point on: the arithmetic behind proofs about tails.

A quantity is a finite sum ``c_1(t) m_1(t) + c_2(t) m_2(t) + ...`` of monomials ``m = e^(q t) t^a (log t)^l`` with
rational ``q``, ``a``, ``l``, ordered by growth. A coefficient that is a fraction is that constant, so cancellation is
exact. A coefficient that is a ball is *some function of t with values in the ball, for every t >= R*; remainders are
balls around zero. All operations keep this meaning, hence a sign read off the leading term is a proof for all
``t >= R``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

from flint import arb

from lgantheory.symbolic.balls import ball

Coefficient = Fraction | arb

# Arbitrary: how many terms are kept, and how many terms of a Taylor series are used.
TERMS = 12
ORDER = 6


class Unknown(Exception):
    """The expansion does not exist in these monomials, or not from this ``R`` on."""


@dataclass(frozen=True, order=True)
class Monomial:
    """``e^(q t) t^a (log t)^l``; the order of the fields is the order of growth."""

    q: Fraction = Fraction(0)
    a: Fraction = Fraction(0)
    l: Fraction = Fraction(0)  # the exponent of the logarithm

    def times(self, other: "Monomial") -> "Monomial":
        return Monomial(self.q + other.q, self.a + other.a, self.l + other.l)

    def to_the(self, p: Fraction | int) -> "Monomial":
        return Monomial(self.q * p, self.a * p, self.l * p)

    def supremum(self, start: Fraction) -> arb:
        """Its largest value for ``t >= start``, of a monomial of growth at most 1; ``Unknown`` if it still rises."""
        if self == ONE:
            return arb(1)
        log = ball(start).log()
        # (log m)' = q + a/t + l/(t log t), largest at the start as far as its positive parts go.
        slope = ball(self.q) * ball(start) + (ball(max(self.a, Fraction(0))) if self.q else ball(self.a))
        slope += ball(max(self.l, Fraction(0)) if self.q or self.a else self.l) / log
        if self > ONE or not slope <= 0:
            raise Unknown
        return (ball(self.q) * ball(start) + ball(self.a) * log + ball(self.l) * log.log()).exp()


ONE = Monomial()
LINEAR = Monomial(a=Fraction(1))
LOGARITHM = Monomial(l=Fraction(1))


def as_ball(c: Coefficient) -> arb:
    """A coefficient as a ball."""
    return ball(c) if isinstance(c, Fraction) else c


def around_zero(bound: arb) -> arb:
    """The ball of radius ``bound`` around zero."""
    return (-bound).union(bound)


@dataclass(frozen=True)
class Expansion:
    """Terms from the largest to the smallest monomial; no term at all is exactly zero."""

    terms: tuple[tuple[Monomial, Coefficient], ...]
    start: Fraction

    @property
    def leading(self) -> tuple[Monomial, Coefficient]:
        """The leading term, whose coefficient is certainly not zero; raises ``Unknown`` when that cannot be told."""
        if not self.terms or as_ball(self.terms[0][1]).contains(0):
            raise Unknown
        return self.terms[0]

    def bound(self, monomial: Monomial) -> arb:
        """``B`` with ``|self| <= B monomial`` for ``t >= start``, for a monomial at least as large as each term."""
        ratios = (m.times(monomial.to_the(-1)).supremum(self.start) * abs(as_ball(c)) for m, c in self.terms)
        return sum(ratios, arb(0)).upper()

    def sign(self) -> int:
        """Sign for every ``t >= start``."""
        if not self.terms:
            return 0
        m, c = self.leading
        rest = Expansion(self.terms[1:], self.start)
        if not abs(as_ball(c)) > rest.bound(m):
            raise Unknown
        return 1 if as_ball(c) > 0 else -1


def collect(pairs: list[tuple[Monomial, Coefficient]], start: Fraction) -> Expansion:
    """Merge equal monomials, drop exact zeros, and fold what is beyond ``TERMS`` into the last term kept."""
    merged: dict[Monomial, Coefficient] = {}
    for m, c in pairs:
        merged[m] = _plus(merged[m], c) if m in merged else c
    terms = sorted(
        ((m, c) for m, c in merged.items() if not (isinstance(c, Fraction) and c == 0)), reverse=True, key=_first
    )
    if len(terms) > TERMS:
        m, c = terms[TERMS - 1]
        excess = Expansion(tuple(terms[TERMS:]), start).bound(m)
        terms = [*terms[: TERMS - 1], (m, _plus(c, around_zero(excess)))]
    if not all(as_ball(c).is_finite() for _, c in terms):
        raise Unknown
    return Expansion(tuple(terms), start)


def _first(term: tuple[Monomial, Coefficient]) -> Monomial:
    return term[0]


def _plus(a: Coefficient, b: Coefficient) -> Coefficient:
    return a + b if isinstance(a, Fraction) and isinstance(b, Fraction) else as_ball(a) + as_ball(b)


def _times(a: Coefficient, b: Coefficient) -> Coefficient:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    return as_ball(a) * as_ball(b)


def _ratio(a: Coefficient, b: Coefficient) -> Coefficient:
    return a / b if isinstance(a, Fraction) and isinstance(b, Fraction) else as_ball(a) / as_ball(b)


@dataclass(frozen=True)
class AtInfinity:
    """The arithmetic of expansions valid for ``t >= start``; see ``programs.Arithmetic``."""

    start: Fraction

    def variable(self, direction: int) -> Expansion:
        """``t`` itself, or ``-t`` for the other tail."""
        return Expansion(((LINEAR, Fraction(direction)),), self.start)

    def number(self, value: Coefficient) -> Expansion:
        return collect([(ONE, value)], self.start)

    def constant(self, name: str, value: Fraction | None) -> Expansion:
        if value is not None:
            return self.number(value)
        return self.number(arb.pi() if name == "pi" else arb.const_e())

    def add(self, a: Expansion, b: Expansion) -> Expansion:
        return collect([*a.terms, *b.terms], self.start)

    def multiply(self, a: Expansion, b: Expansion) -> Expansion:
        return collect([(m.times(k), _times(c, d)) for m, c in a.terms for k, d in b.terms], self.start)

    def scale(self, a: Expansion, m: Monomial, c: Coefficient = Fraction(1)) -> Expansion:
        return collect([(k.times(m), _times(c, d)) for k, d in a.terms], self.start)

    def negate(self, a: Expansion) -> Expansion:
        return self.scale(a, ONE, Fraction(-1))

    def larger(self, *_: Any) -> Any:
        raise Unknown  # kinks are cut away before expansions are taken

    def power(self, a: Expansion, exponent: Fraction) -> Expansion:
        if exponent.denominator == 1 and 0 <= exponent <= 8:
            result = self.number(Fraction(1))
            for _ in range(int(exponent)):
                result = self.multiply(result, a)
            return result
        m, c = a.leading
        if exponent.denominator != 1 and not as_ball(c) > 0:
            raise Unknown
        rest = self._relative_rest(a)
        binomials = [Fraction(1)]
        for j in range(ORDER):
            binomials.append(binomials[-1] * (exponent - j) / (j + 1))
        series = self._series(
            rest, binomials[:-1], lambda u: abs(ball(binomials[-1])) * _power(1 + u, exponent - ORDER)
        )
        return self.scale(series, m.to_the(exponent), _power(c, exponent))

    def unary(self, name: str, a: Expansion) -> Expansion:
        return getattr(self, "_" + name)(a)

    def _relative_rest(self, a: Expansion) -> Expansion:
        """``e`` with ``a = c m (1 + e)``."""
        m, c = a.leading
        return collect([(k.times(m.to_the(-1)), _ratio(d, c)) for k, d in a.terms[1:]], self.start)

    def _series(self, e: Expansion, coefficients: list[Any], remainder: Callable[[arb], arb]) -> Expansion:
        """``g(e)`` by Taylor at 0; ``remainder(u)`` encloses ``g^(n)(x)/n!`` for x in the ball ``u``."""
        if not e.terms:
            return self.number(coefficients[0])
        top = e.terms[0][0]
        size = e.bound(top)
        reach = size * top.supremum(self.start)
        if not reach < arb(1) / 2:
            raise Unknown
        result, power = self.number(coefficients[0]), self.number(Fraction(1))
        for c in coefficients[1:]:
            power = self.multiply(power, e)
            result = self.add(result, self.scale(power, ONE, c))
        n = len(coefficients)
        worst = abs(remainder(around_zero(reach.upper()))).upper() * size**n
        return self.add(result, collect([(top.to_the(n), around_zero(worst.upper()))], self.start))

    def _split(self, a: Expansion) -> tuple[Expansion, Coefficient, Expansion]:
        """The terms that grow, the constant, and the terms that vanish."""
        big = Expansion(tuple(x for x in a.terms if x[0] > ONE), self.start)
        small = Expansion(tuple(x for x in a.terms if x[0] < ONE), self.start)
        return big, next((c for m, c in a.terms if m == ONE), Fraction(0)), small

    def _exp(self, a: Expansion) -> Expansion:
        big, constant, small = self._split(a)
        exponents = dict(big.terms)
        if not set(exponents) <= {LINEAR, LOGARITHM} or not all(isinstance(c, Fraction) for c in exponents.values()):
            return self._vanishing_exp(a)
        factor = Monomial(Fraction(exponents.get(LINEAR, 0)), Fraction(exponents.get(LOGARITHM, 0)))  # type: ignore[arg-type]
        taylor = [Fraction(1, factorial(j)) for j in range(ORDER)]
        series = self._series(small, taylor, lambda u: u.exp() / factorial(ORDER))
        value = Fraction(1) if isinstance(constant, Fraction) and constant == 0 else as_ball(constant).exp()
        return self.scale(series, factor, value)

    def _vanishing_exp(self, a: Expansion) -> Expansion:
        """``exp`` of something that falls at least as fast as ``-Q t``: between 0 and ``e^(-Q t)``."""
        if a.sign() >= 0 or a.leading[0] < LINEAR:
            raise Unknown
        m, c = a.leading
        kept = abs(as_ball(c)) - Expansion(a.terms[1:], self.start).bound(m)
        rate = kept / LINEAR.times(m.to_the(-1)).supremum(self.start)
        whole = int(rate.lower().floor().unique_fmpz() or 0) if rate < 2**20 else 2**20
        if whole < 1:
            raise Unknown
        return collect([(Monomial(q=Fraction(-whole)), arb(0).union(arb(1)))], self.start)

    def _log(self, a: Expansion) -> Expansion:
        m, c = a.leading
        if not as_ball(c) > 0 or m.l != 0:
            raise Unknown
        taylor = [Fraction(0)] + [Fraction((-1) ** (j + 1), j) for j in range(1, ORDER)]
        series = self._series(self._relative_rest(a), taylor, lambda u: (1 + u) ** -ORDER / ORDER)
        constant = Fraction(0) if isinstance(c, Fraction) and c == 1 else as_ball(c).log()
        return self.add(series, collect([(LINEAR, m.q), (LOGARITHM, m.a), (ONE, constant)], self.start))

    def _diverges(self, a: Expansion) -> int:
        """1 or -1 when ``a`` tends to that infinity, else 0."""
        if not a.terms or a.terms[0][0] <= ONE:
            return 0
        return 1 if as_ball(a.leading[1]) > 0 else -1

    def _one_plus(self, a: Expansion) -> Expansion:
        return self.add(self.number(Fraction(1)), a)

    def _softplus(self, a: Expansion) -> Expansion:
        if self._diverges(a) > 0:
            return self.add(a, self._log(self._one_plus(self._exp(self.negate(a)))))
        return self._log(self._one_plus(self._exp(a)))

    def _sigmoid(self, a: Expansion) -> Expansion:
        if self._diverges(a) >= 0:
            return self.power(self._one_plus(self._exp(self.negate(a))), Fraction(-1))
        up = self._exp(a)
        return self.multiply(up, self.power(self._one_plus(up), Fraction(-1)))

    def _tanh(self, a: Expansion) -> Expansion:
        if self._diverges(a) < 0:
            return self.negate(self._tanh(self.negate(a)))
        down = self._exp(self.scale(a, ONE, Fraction(-2)))
        below = self.power(self._one_plus(down), Fraction(-1))
        return self.multiply(self._one_plus(self.negate(down)), below)

    def _sinh(self, a: Expansion) -> Expansion:
        return self.scale(self.add(self._exp(a), self.negate(self._exp(self.negate(a)))), ONE, Fraction(1, 2))

    def _cosh(self, a: Expansion) -> Expansion:
        return self.scale(self.add(self._exp(a), self._exp(self.negate(a))), ONE, Fraction(1, 2))

    def _atan(self, a: Expansion) -> Expansion:
        direction = self._diverges(a)
        if direction:
            quarter = self.number(arb.pi() * direction / 2)
            return self.add(quarter, self.negate(self._atan(self.power(a, Fraction(-1)))))
        _, constant, small = self._split(a)
        if constant != 0:
            raise Unknown
        # |g^(n)/n!| <= 1/n for the arctangent on the real line, since its derivative is Im 1/(t - i) up to sign.
        taylor = [Fraction((-1) ** (j // 2), j) if j % 2 else Fraction(0) for j in range(ORDER)]
        return self._series(small, taylor, lambda _: arb(1) / ORDER)

    def _asinh(self, a: Expansion) -> Expansion:
        if self._diverges(a) < 0:
            return self.negate(self._asinh(self.negate(a)))
        root = self.power(self._one_plus(self.power(a, Fraction(2))), Fraction(1, 2))
        return self._log(self.add(a, root))


def _power(c: Any, exponent: Fraction) -> Any:
    """A coefficient, or a ball, to a rational power; exact when both are rational and the root exists."""
    if isinstance(c, Fraction):
        if exponent.denominator == 1:
            return c ** int(exponent)
        root = Fraction(float(c) ** (1 / exponent.denominator)).limit_denominator(10**6)
        if root**exponent.denominator == c:
            return root ** int(exponent.numerator)
        c = ball(c)
    return c.pow(ball(exponent)) if hasattr(c, "pow") else c ** ball(exponent)
