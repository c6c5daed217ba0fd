"""What may be said of a few runs: medians with spreads, a sign test, an interval by bootstrap."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lgantheory.errors import InvalidParameter

Number = float | int

RESAMPLES = 10_000
LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """Median, least and largest of ``count`` numbers."""

    median: float
    low: float
    high: float
    count: int

    def text(self, digits: int = 3) -> str:
        """``median [low, high]``; the median alone where there is one number, a dash where there is none."""
        if not self.count:
            return "–"
        one = f"{self.median:.{digits}g}"
        return one if self.count == 1 else f"{one} [{self.low:.{digits}g}, {self.high:.{digits}g}]"


def spread(values: Sequence[Number | None]) -> Spread:
    """Of the values that are there and finite."""
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    if not known:
        return Spread(math.nan, math.nan, math.nan, 0)
    return Spread(float(np.median(known)), min(known), max(known), len(known))


@dataclass(frozen=True)
class SignTest:
    """``wins`` of ``count`` pairs that differ favour the first; ``p``: chance of at least as many with a fair coin."""

    wins: int
    count: int
    p: float


def sign_test(first: Sequence[Number], second: Sequence[Number]) -> SignTest:
    """One-sided: are the first numbers larger than those they are paired with? Equal pairs are left out.

    ``p = 2^-c sum_{i >= wins} C(c, i)``.

    Raises:
        InvalidParameter: lengths that differ.
    """
    if len(first) != len(second):
        raise InvalidParameter(f"got {len(first)} and {len(second)} numbers; needed pairs.")
    wins = sum(a > b for a, b in zip(first, second, strict=True))
    count = sum(a != b for a, b in zip(first, second, strict=True))
    return SignTest(wins, count, sum(math.comb(count, i) for i in range(wins, count + 1)) / 2**count)


@dataclass(frozen=True)
class Interval:
    """A median and the percentile interval of its bootstrap at ``LEVEL``."""

    median: float
    low: float
    high: float
    count: int


def median_interval(values: Sequence[Number], seed: int = 0) -> Interval:
    """The median of independent numbers, with its bootstrap interval from ``RESAMPLES`` resamples.

    Raises:
        InvalidParameter: no numbers, or some that are not finite.
    """
    numbers = np.asarray(values, dtype=float)
    if not numbers.size or not np.isfinite(numbers).all():
        raise InvalidParameter(f"got {numbers.size} numbers, some not finite perhaps; needed at least one, all finite.")
    rows = np.random.default_rng(seed).integers(numbers.size, size=(RESAMPLES, numbers.size))
    medians = np.median(numbers[rows], axis=1)
    low, high = np.quantile(medians, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Interval(float(np.median(numbers)), float(low), float(high), int(numbers.size))
