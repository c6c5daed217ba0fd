"""Arithmetic of real balls: rigorous enclosures, on points and on wide intervals.

The balls are those of FLINT. Two things are added for wide arguments: a monotone function maps the two ends (a ball
around the middle would be far wider), and a function undefined somewhere on its argument returns a ball that is not
finite, so that the caller cannot mistake it for an answer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

import flint
from flint import arb, fmpq

from lgantheory.symbolic.programs import LEFT, Program, run

# Below this many correct bits an argument counts as an interval and its ends are mapped one by one.
_WIDE_BITS = 20
# Arbitrary: exp of anything beyond is not computed, since FLINT would need exponents of that many digits.
_LARGEST_EXPONENT = arb(2) ** 60


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work with ``bits`` bits inside the block."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def ball(value: Fraction | int) -> arb:
    """The tightest ball around a rational number."""
    exact = Fraction(value)
    return arb(fmpq(exact.numerator, exact.denominator))


def between(low: Fraction, high: Fraction) -> arb:
    """The ball that contains ``[low, high]``."""
    return ball(low).union(ball(high))


NOT_A_NUMBER = arb.nan()


def _is_wide(a: arb) -> bool:
    return not a.is_exact() and a.rel_accuracy_bits() < _WIDE_BITS


def _by_ends(function: Callable[[arb], arb], a: arb) -> arb:
    if not _is_wide(a):
        return function(a)
    return function(a.lower()).union(function(a.upper()))


def _exp(a: arb) -> arb:
    if not a.is_finite() or a > _LARGEST_EXPONENT:
        return NOT_A_NUMBER
    if a < -_LARGEST_EXPONENT:
        return arb(0).union((-_LARGEST_EXPONENT).exp())
    return a.exp()


def _log(a: arb) -> arb:
    return a.log() if a > 0 else NOT_A_NUMBER


def _softplus(a: arb) -> arb:
    if not a.is_finite():
        return NOT_A_NUMBER
    return _exp(a).log1p() if not a > 0 else a + _exp(-a).log1p()


def _sigmoid(a: arb) -> arb:
    if not a.is_finite():
        return NOT_A_NUMBER
    if a > 0:
        return 1 / (1 + _exp(-a))
    up = _exp(a)
    return up / (1 + up)


def _cosh(a: arb) -> arb:
    size = a.abs_lower().union(a.abs_upper()) if _is_wide(a) else a
    return _by_ends(lambda u: (_exp(u) + _exp(-u)) / 2, size)


_MONOTONE: dict[str, Callable[[arb], arb]] = {
    "exp": _exp,
    "log": _log,
    "softplus": _softplus,
    "sigmoid": _sigmoid,
    "tanh": lambda a: a.tanh(),
    "sinh": lambda a: a.sinh() if abs(a) < _LARGEST_EXPONENT else NOT_A_NUMBER,
    "atan": lambda a: a.atan(),
    "asinh": lambda a: a.asinh(),
}


class Balls:
    """The arithmetic; see ``programs.Arithmetic``."""

    def constant(self, name: str, value: Fraction | None) -> arb:
        if value is None:
            return arb.pi() if name == "pi" else arb.const_e()
        return ball(value)

    def add(self, a: arb, b: arb) -> arb:
        return a + b

    def multiply(self, a: arb, b: arb) -> arb:
        return a * b

    def power(self, a: arb, exponent: Fraction) -> arb:
        p = exponent.numerator
        if exponent.denominator == 1:
            return self._integer_power(a, p)
        if exponent.denominator != 1 and not a > 0:
            return NOT_A_NUMBER
        root = _by_ends(lambda u: u.root(exponent.denominator), a)
        return self._integer_power(root, p)

    def _integer_power(self, a: arb, p: int) -> arb:
        if p < 0:
            below = self._integer_power(a, -p)
            return _by_ends(lambda u: 1 / u, below) if below > 0 or below < 0 else NOT_A_NUMBER
        if p % 2 == 0 and _is_wide(a):
            return (a.abs_lower() ** p).union(a.abs_upper() ** p)
        return _by_ends(lambda u: u**p, a) if p > 1 else (a if p == 1 else arb(1))

    def unary(self, name: str, a: arb) -> arb:
        if not a.is_finite():
            return NOT_A_NUMBER
        if name == "cosh":
            return _cosh(a)
        if name == "log" and not a > 0:
            return NOT_A_NUMBER
        return _by_ends(_MONOTONE[name], a)

    def larger(self, a: list[arb], b: list[arb], side: int) -> list[arb]:
        gap = a[0] - b[0]
        if gap > 0 or gap < 0:
            return a if gap > 0 else b
        if gap.is_exact() and gap == 0 and len(a) > 1 and not (a[1] - b[1]).contains(0):
            return a if (a[1] > b[1]) == (side > 0) else b
        if gap.is_exact() and gap == 0 and len(a) == 1:
            return a
        top = [a[0].max(b[0])]
        return top + [p.union(q) for p, q in zip(a[1:], b[1:], strict=True)]


BALLS = Balls()


def enclose(program: Program, t: arb, order: int = 0, side: int = LEFT) -> list[arb]:
    """Balls that contain ``f, f', ...`` up to ``order`` at every point of ``t``; not finite where unknown.

    On an interval that holds a kink the enclosure of the slope contains both one-sided slopes.
    """
    jet = [t, arb(1), arb(0)][: order + 1]
    return run(program, BALLS, jet, side)
