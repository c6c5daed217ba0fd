"""Measures on the line in rational numbers: W1, couplings, and critics that are linear between knots. Nothing rounds.

W1 is the integral of |F - G|; the monotone coupling attains it; and a critic whose slope is the sign of
F_fake - F_real, anything in [-1, 1] where both are equal, attains it from below. The last two prove each other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Number = int | Fraction
Pairs = tuple[tuple[Fraction, Fraction, Fraction], ...]
"""A coupling: fake place, real place, mass."""


@dataclass(frozen=True)
class Line:
    """Distinct places in order, each with its mass; masses are positive and sum to one."""

    places: tuple[Fraction, ...]
    masses: tuple[Fraction, ...]

    @staticmethod
    def of(places: Sequence[Number], counts: Sequence[int] | None = None) -> "Line":
        """The measure that gives each place a mass in proportion to its count (to one, when there are none)."""
        counts = [1] * len(places) if counts is None else counts
        total, mass = sum(counts), dict[Fraction, Fraction]()
        for place, count in zip(places, counts, strict=True):
            if count:
                mass[Fraction(place)] = mass.get(Fraction(place), Fraction(0)) + Fraction(count, total)
        return Line(tuple(sorted(mass)), tuple(mass[place] for place in sorted(mass)))

    def mean(self, function: Callable[[Fraction], Fraction]) -> Fraction:
        """The expectation of a function."""
        return sum((w * function(x) for x, w in zip(self.places, self.masses, strict=True)), Fraction(0))

    def __str__(self) -> str:
        return " + ".join(f"{w} at {x}" for x, w in zip(self.places, self.masses, strict=True))


@dataclass(frozen=True)
class Critic:
    """A continuous function that is 0 at the first knot and has ``slopes[i]`` from knot i to knot i + 1."""

    knots: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]

    def __call__(self, x: Fraction) -> Fraction:
        return sum((slope * length for slope, length in self.between(self.knots[0], x)), Fraction(0))

    def between(self, x: Fraction, y: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
        """The slopes between x and y, each with the length it holds for."""
        low, high = min(x, y), max(x, y)
        for (left, right), slope in zip(pairwise(self.knots), self.slopes, strict=True):
            length = min(right, high) - max(left, low)
            if length > 0:
                yield slope, length


def excess_mass(real: Line, fake: Line) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(left, right, F_fake - F_real) for each interval between neighbouring places."""
    places = sorted({*real.places, *fake.places})
    here, found = Fraction(0), []
    for left, right in pairwise(places):
        here += _mass(fake, left) - _mass(real, left)
        found.append((left, right, here))
    return found


def _mass(measure: Line, place: Fraction) -> Fraction:
    return measure.masses[measure.places.index(place)] if place in measure.places else Fraction(0)


def distance(real: Line, fake: Line) -> Fraction:
    """W1, the integral of |F_fake - F_real|."""
    return sum((abs(height) * (right - left) for left, right, height in excess_mass(real, fake)), Fraction(0))


def optimal_critic(real: Line, fake: Line, free: Number = 0) -> Critic:
    """A 1-Lipschitz critic with E_real f - E_fake f = W1; ``free`` is its slope where no mass has to pass."""
    pieces = excess_mass(real, fake)
    slopes = tuple(Fraction((h > 0) - (h < 0)) if h else Fraction(free) for _, _, h in pieces)
    return Critic((pieces[0][0], *(right for _, right, _ in pieces)), slopes)


def rise(critic: Critic, real: Line, fake: Line) -> Fraction:
    """E_real f - E_fake f."""
    return real.mean(critic) - fake.mean(critic)


def monotone_coupling(real: Line, fake: Line) -> Pairs:
    """The coupling that keeps the order: optimal for W1 on the line."""
    found, i, j = [], 0, 0
    sent, taken = list(fake.masses), list(real.masses)
    while i < len(sent) and j < len(taken):
        mass = min(sent[i], taken[j])
        found.append((fake.places[i], real.places[j], mass))
        sent[i] -= mass
        taken[j] -= mass
        i, j = i + (sent[i] == 0), j + (taken[j] == 0)
    return tuple(found)


def independent_coupling(real: Line, fake: Line) -> Pairs:
    """Both ends drawn apart, as gradient penalties draw them."""
    reals = tuple(zip(real.places, real.masses, strict=True))
    return tuple((x, y, p * q) for x, p in zip(fake.places, fake.masses, strict=True) for y, q in reals)


def cost(pairs: Pairs) -> Fraction:
    """The mean distance of a coupling."""
    return sum((mass * abs(y - x) for x, y, mass in pairs), Fraction(0))


def along(pairs: Pairs, critic: Critic, charge: Callable[[Fraction, int], Fraction]) -> Fraction:
    """The mean of ``charge(slope, direction)`` at a uniform point of the segment of a drawn pair with x != y."""
    total = Fraction(0)
    for x, y, mass in pairs:
        direction = 1 if y > x else -1
        for slope, length in critic.between(x, y):
            total += mass * charge(slope, direction) * length / abs(y - x)
    return total
