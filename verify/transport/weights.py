"""Pairs of exact distributions on finitely many points: what criteria without any geometry are decided on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from lgantheory.claims import Request

Weights = tuple[Fraction, ...]

# The smallest violation that matters; values are of the size of one, and exact up to rounding a fraction. Arbitrary.
RESOLUTION = 2.0**-20

# The discrete pair on which the project's golden values are given.
GOLDEN_P = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
GOLDEN_Q = (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))


@dataclass(frozen=True)
class Pair:
    """Weights p (real) and q (fake) of the same points, values of some critic there, and a positive level."""

    p: Weights
    q: Weights
    critic: Weights = field(default=(), repr=False)
    level: Fraction = Fraction(1)
    without: frozenset[str] = frozenset()

    def __str__(self) -> str:
        p, q = (", ".join(map(str, weights)) for weights in (self.p, self.q))
        return f"p = ({p}), q = ({q}), level {self.level}"


def golden(without: frozenset[str] = frozenset()) -> Pair:
    """The golden pair, with the critic zero and level one."""
    return Pair(GOLDEN_P, GOLDEN_Q, (Fraction(0),) * 3, without=without)


def pair(p: tuple[str, ...], q: tuple[str, ...], *critic: int, without: frozenset[str] = frozenset()) -> Pair:
    """A pair written out by hand; fractions as text."""
    values = tuple(map(Fraction, critic)) or (Fraction(0),) * len(p)
    return Pair(tuple(map(Fraction, p)), tuple(map(Fraction, q)), values, without=without)


def random_pairs(request: Request) -> Iterator[Pair]:
    """Two to seven points; some weights are zero, every fifth pair is equal, every seventh disjoint."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = 2 + int(rng.integers(0, 6))
        p, q = (rng.integers(0, 9, size) + np.eye(size, dtype=int)[rng.integers(size)] for _ in range(2))
        if index % 5 == 4:
            q = p
        if index % 7 == 6:
            half = np.arange(size) < size // 2
            p, q = np.where(half, p + 1, 0), np.where(half, 0, q + 1)
        critic = tuple(Fraction(int(value), 8) for value in rng.integers(-24, 25, size))
        yield Pair(_shares(p), _shares(q), critic, Fraction(int(rng.integers(1, 25)), 8))


def _shares(weights: np.ndarray) -> Weights:
    total = int(weights.sum())
    return tuple(Fraction(weight, total) for weight in weights.tolist())


def triangular(p: Weights, q: Weights) -> Fraction:
    """``sum (p - q)^2 / (p + q)``, the triangular discrimination; points without weight count nothing."""
    return sum(((a - b) ** 2 / (a + b) for a, b in zip(p, q, strict=True) if a + b), Fraction(0))


def expected(weights: Weights, values: Weights) -> Fraction:
    """The sum of weights times values."""
    return sum((w * v for w, v in zip(weights, values, strict=True)), Fraction(0))
