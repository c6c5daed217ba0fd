"""The lecture's two tables of f-divergences, each formula written once, for balls, power series and symbols alike.

A formula takes its numbers and ``functions``, which knows ``log``, ``sqrt``, ``lambertw``, ``number`` (an exact
rational) and ``times_log(x, y) = x log y``, which is 0 where x is. The generators come from ``lgantheory.divergences``;
integrals, conjugates, critics and limits are stated here on their own, so that the two can be held against each other.

Source: lecture on GAN theory, the slides "Name, D_f(P || Q), Generator f(u)" and "Name, Conjugate f*(t)".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from lgantheory.divergences import FDivergence, get_divergence

Formula = Callable[..., Any]

PI = Fraction(3, 10)
"""The weight at which the weighted row is decided; arbitrary, not 1/2, so that nothing is symmetric by accident."""


class Balls:
    """Elementary functions of balls, and of power series with balls for coefficients."""

    @staticmethod
    def number(x: Fraction | int) -> Any:
        return arb(fmpq(x.numerator, x.denominator))

    @staticmethod
    def log(x: Any) -> Any:
        return x.log()

    @staticmethod
    def sqrt(x: Any) -> Any:
        return x.sqrt()

    @staticmethod
    def exp(x: Any) -> Any:
        return x.exp()

    @staticmethod
    def lambertw(x: Any) -> Any:
        return x.lambertw()

    @staticmethod
    def times_log(x: Any, y: Any) -> Any:
        return x * y.log() if x != 0 else arb(0)


@dataclass(frozen=True)
class Generator:
    """A function f on (0, oo) with its limits: ``at_zero = f(0)`` and ``end = f'(oo)``, ``None`` where infinite."""

    name: str
    formula: Formula
    at_zero: Formula | None
    end: Formula | None

    def __call__(self, u: Any) -> Any:
        """``f(u)`` as a ball, for a ball ``u > 0``."""
        return self.formula(u, Balls)

    def zero(self) -> Any:
        """``f(0)`` as a ball; only where it is finite."""
        return None if self.at_zero is None else self.at_zero(Balls)

    def far(self) -> Any:
        """``f'(oo)`` as a ball; only where it is finite."""
        return None if self.end is None else self.end(Balls)


@dataclass(frozen=True)
class Row:
    """One row of both tables.

    * ``integrand(p, q, functions)``: what belongs under the integral; ``printed``: what the table has there;
    * ``constant(functions)``: what the table adds to the integral;
    * ``conjugate(t, functions)``: as printed; right for ``bottom <= t``, below which f* is ``-f(0)``;
    * ``critic(u, functions)``: f'(u), not in the table.
    """

    generator: Generator
    integrand: Formula
    printed: Formula
    conjugate: Formula
    critic: Formula
    bottom: Fraction | None = None
    constant: Formula | None = None

    @property
    def name(self) -> str:
        return self.generator.name

    @property
    def library(self) -> FDivergence:
        return get_divergence(self.name)

    def conjugate_at(self, t: Fraction) -> Any:
        """``f*(t)`` as a ball, for a ``t`` where it is finite: the formula, and -f(0) below f'(0)."""
        if self.bottom is not None and t < self.bottom:
            return -self.generator.zero()
        return self.conjugate(Balls.number(t), Balls)

    @property
    def is_symmetric(self) -> bool:
        return self.library.is_symmetric


def _squared(x: Any) -> Any:
    """Written as a product: a ball that holds 0 has no power in Arb unless the exponent is known to be whole."""
    return x * x


def _zero(functions: Any) -> Any:
    return functions.number(0)


def _one(functions: Any) -> Any:
    return functions.number(1)


def _half(functions: Any) -> Any:
    return functions.number(Fraction(1, 2))


def _log2(functions: Any) -> Any:
    return functions.log(functions.number(2))


def _generator(name: str, at_zero: Formula | None, end: Formula | None) -> Generator:
    return Generator(name, get_divergence(name).formula, at_zero, end)


def _row(generator: Generator, integrand: Formula, *, conjugate: Formula, critic: Formula, **more: Any) -> Row:
    """A row whose printed integral is the right one, unless ``printed`` is among ``more``."""
    return Row(generator, integrand, more.pop("printed", integrand), conjugate, critic, **more)


# -- rows whose formulas are algebraic --------------------------------------------------------------------------------


def _sign(u: Any, _functions: Any) -> Any:
    """Slopes of total variation as a ball: all of [-1/2, 1/2] where ``u`` may be 1."""
    if u > 1 or u < 1:
        return arb(0.5) if u > 1 else arb(-0.5)
    return arb(0, 0.5)


TOTAL_VARIATION = _row(
    _generator("total_variation", _half, _half),
    lambda p, q, _: abs(p - q) / 2,
    conjugate=lambda t, _: t,
    critic=_sign,
    bottom=Fraction(-1, 2),
)
PEARSON = _row(
    _generator("pearson", _one, None),
    lambda p, q, _: _squared(p - q) / q,
    printed=lambda p, q, _: _squared(q - p) / p,
    conjugate=lambda t, _: t * t / 4 + t,
    critic=lambda u, _: 2 * (u - 1),
    bottom=Fraction(-2),
)
NEYMAN = _row(
    _generator("neyman", None, _one),
    lambda p, q, _: _squared(p - q) / p,
    printed=lambda p, q, _: _squared(p - q) / q,
    conjugate=lambda t, m: 2 - 2 * m.sqrt(1 - t),
    critic=lambda u, _: 1 - 1 / (u * u),
)
SQUARED_HELLINGER = _row(
    _generator("squared_hellinger", _one, _one),
    lambda p, q, m: _squared(m.sqrt(p) - m.sqrt(q)),
    conjugate=lambda t, _: t / (1 - t),
    critic=lambda u, m: 1 - 1 / m.sqrt(u),
)

# -- rows with logarithms ---------------------------------------------------------------------------------------------


def _jeffreys_conjugate(t: Any, functions: Any) -> Any:
    w = functions.lambertw(functions.exp(1 - t))
    return w + 1 / w + t - 2


def _to_the_mean(p: Any, q: Any, functions: Any) -> Any:
    """``p log(2p / (p + q)) + q log(2q / (p + q))``."""
    return functions.times_log(p, 2 * p / (p + q)) + functions.times_log(q, 2 * q / (p + q))


KL = _row(
    _generator("kl", _zero, None),
    lambda p, q, m: m.times_log(p, p / q),
    conjugate=lambda t, m: m.exp(t - 1),
    critic=lambda u, m: 1 + m.log(u),
)
REVERSE_KL = _row(
    _generator("reverse_kl", None, _zero),
    lambda p, q, m: m.times_log(q, q / p),
    conjugate=lambda t, m: -1 - m.log(-t),
    critic=lambda u, _: -1 / u,
)
JEFFREYS = _row(
    _generator("jeffreys", None, None),
    lambda p, q, m: (p - q) * m.log(p / q),
    conjugate=_jeffreys_conjugate,
    critic=lambda u, m: m.log(u) + 1 - 1 / u,
)
JENSEN_SHANNON = _row(
    _generator("jensen_shannon", _log2, _log2),
    _to_the_mean,
    printed=lambda p, q, m: _to_the_mean(p, q, m) / 2,
    conjugate=lambda t, m: -m.log(2 - m.exp(t)),
    critic=lambda u, m: m.log(2 * u / (1 + u)),
)
GAN = _row(
    _generator("gan", _zero, _zero),
    _to_the_mean,
    constant=lambda m: -m.log(m.number(4)),
    conjugate=lambda t, m: -m.log(1 - m.exp(t)),
    critic=lambda u, m: m.log(u / (1 + u)),
)


def weighted(pi: Fraction) -> Row:
    """The row "Jensen-Shannon-weighted" at an exact weight."""
    rest = 1 - pi

    def integrand(p: Any, q: Any, m: Any) -> Any:
        a, b = m.number(pi), m.number(rest)
        return m.times_log(a * p, p / (a * p + b * q)) + m.times_log(b * q, q / (a * p + b * q))

    def conjugate(t: Any, m: Any) -> Any:
        a, b = m.number(pi), m.number(rest)
        return b * m.log(b / (1 - a * m.exp(t / a)))

    def critic(u: Any, m: Any) -> Any:
        a, b = m.number(pi), m.number(rest)
        return a * m.log(u / (b + a * u))

    def at_zero(m: Any) -> Any:
        return -m.number(rest) * m.log(m.number(rest))

    def end(m: Any) -> Any:
        return -m.number(pi) * m.log(m.number(pi))

    name = get_divergence("jensen_shannon_weighted", pi=pi).name
    return _row(_generator(name, at_zero, end), integrand, conjugate=conjugate, critic=critic)


WEIGHTED = weighted(PI)
ROWS = (
    TOTAL_VARIATION,
    KL,
    REVERSE_KL,
    PEARSON,
    NEYMAN,
    SQUARED_HELLINGER,
    JEFFREYS,
    JENSEN_SHANNON,
    WEIGHTED,
    GAN,
)

IDS = ("tv", "kl", "rkl", "pearson", "neyman", "hellinger", "jeffreys", "js", "js_weighted", "gan")
"""What the inventory of the sources calls the rows, in the order of ``ROWS``."""


def unconvex() -> Generator:
    """``-(u - 1)^2``: f(1) = 0 without convexity. Its f'(oo) is -oo, which no instance asks for."""
    return Generator("-(u - 1)^2", lambda u, _: -_squared(u - 1), lambda m: m.number(-1), None)


def flat_at_one() -> Generator:
    """``max(0, u - 2)``: convex, f(1) = 0, but straight through 1."""

    def formula(u: Any, _functions: Any) -> Any:
        return u - 2 if u > 2 else arb(0)

    return Generator("max(0, u - 2)", formula, _zero, _one)


def renamed(row: Row, name: str, formula: Formula) -> Row:
    """A row with another generator of the same limits."""
    return replace(row, generator=replace(row.generator, name=name, formula=formula))
