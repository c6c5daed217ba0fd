"""A real point at d > 0, a fake one at 0, and critics given by their slopes on equal cells of [0, d].

A critic with slopes s_1, ..., s_N rises by ``f(d) - f(0) = d mean(s)`` and gains ``d mean(s) - charge(s)``. A
regulariser is its charge. Its answer is a best slope and a gain; both are rational here, and so is every check.

Two routes lead to each answer. One evaluates charges only: the stated slope reaches the stated gain, the gain falls to
both sides of it, and no rival (a lattice of constant slopes of both signs, seeded profiles, ripples on the best slope)
does better. The other is a remainder: a sum of terms that are visibly at least zero and that equals stated gain minus
gain of any critic, identically. The remainder proves the bound; that it is the right one is checked on every rival.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lgantheory.claims import Check, Request
from verify.balls import at_most, equal

Slopes = tuple[Fraction, ...]
Charge = Callable[[Slopes], Fraction]
Remainder = Callable[[Slopes], Fraction]

REACHED = "the stated slope gains the stated value"
FALLS = "the gain falls to both sides of the stated slope"
BEST = "no rival critic gains more than the stated value"
PROVED = "the stated value less any gain is the remainder, a sum of terms that are at least zero"

# The smallest violation that matters, as a share of d, the unit of values: arithmetic is exact, and breaks miss by a
# tenth or more, but for those of strict checks, whose sides come out equal. ASIDE is the share of the best slope by
# which FALLS leaves it. Both arbitrary.
RESOLUTION = Fraction(1, 10**6)
ASIDE = Fraction(1, 2**10)

CELLS = 8


@dataclass(frozen=True)
class TwoDiracs:
    """Distance d, weight lam of the charge, and the slopes of a rival critic; ``without`` names dropped hypotheses."""

    d: Fraction
    lam: Fraction
    rival: Slopes
    without: frozenset[str] = frozenset()

    @property
    def resolution(self) -> float:
        return float(RESOLUTION * (self.d + 1))

    def gain(self, slopes: Slopes, charge: Charge) -> Fraction:
        return self.d * mean(slopes) - charge(slopes)

    def dropping(self, *names: str) -> "TwoDiracs":
        return replace(self, without=frozenset(names))

    def __str__(self) -> str:
        slopes = ", ".join(map(str, self.rival))
        return f"d = {self.d}, lam = {self.lam}, rival slopes ({slopes})"


@dataclass(frozen=True)
class Answer:
    """What a regulariser is said to do: the best slope and the gain there."""

    slope: Fraction
    value: Fraction


def mean(numbers: Slopes) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


def positive(x: Fraction) -> Fraction:
    return max(x, Fraction(0))


def problem(d: str | int, lam: str | int, *rival: str | int) -> TwoDiracs:
    """A problem written out by hand; fractions as text."""
    return TwoDiracs(Fraction(d), Fraction(lam), tuple(map(Fraction, rival)) or (Fraction(0),))


def random_problems(request: Request) -> Iterator[TwoDiracs]:
    """Distances and weights between 1/16 and 16, rivals with slopes between -4 and 4; ``--lam`` fixes the weight."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        d, lam = (Fraction(2) ** int(rng.integers(-2, 3)) * Fraction(int(rng.integers(1, 17)), 4) for _ in range(2))
        lam = lam if request.lam is None else Fraction(request.lam)
        yield TwoDiracs(d, lam, tuple(Fraction(int(s), 8) for s in rng.integers(-32, 33, CELLS)))


def constant(slope: Fraction) -> Slopes:
    """A linear critic, as slopes on the cells."""
    return (slope,) * CELLS


def rivals(case: TwoDiracs, best: Fraction) -> Iterator[Slopes]:
    """The seeded profile, ripples of two sizes on the best slope, and a lattice of constant slopes of both signs."""
    yield case.rival
    for ripple in (Fraction(1, 4), Fraction(2)):
        yield tuple(best + (ripple if cell % 2 else -ripple) for cell in range(CELLS))
    reach = 2 * max(abs(best), Fraction(1))
    yield from (constant(reach * step / 8) for step in range(-8, 9))


def decided(case: TwoDiracs, charge: Charge, answer: Answer, remainder: Remainder | None = None) -> list[Check]:
    """The four checks of this module's docstring; without a remainder the fourth is left out."""
    unit, others = case.resolution, list(rivals(case, answer.slope))
    gains = [case.gain(slopes, charge) for slopes in others]
    there = case.gain(constant(answer.slope), charge)
    aside = [case.gain(constant(answer.slope * (1 + step)), charge) for step in (-ASIDE, ASIDE)]
    found = [
        equal(REACHED, there - answer.value, 0, unit),
        at_most(FALLS, max(aside) - there, 0, unit, strict=True),
        at_most(BEST, max(gains) - answer.value, 0, unit),
    ]
    if remainder is not None:
        off = max(abs(answer.value - gain - remainder(slopes)) for gain, slopes in zip(gains, others, strict=True))
        least = min(map(remainder, others))
        found.append(at_most(PROVED, max(off, -least), 0, unit))
    return found
