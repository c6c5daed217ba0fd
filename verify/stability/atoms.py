"""Measures with finitely many atoms on the line, exactly: places and weights are fractions.

W1 is computed twice, by formulas that share nothing: the area between the distribution functions, and the cost of the
plan that matches mass in sorted order. The distribution functions also give the slope of its potential, but where they
are level nothing determines it.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, fmpq

GRID = 8  # places of random measures are multiples of 1 / GRID; arbitrary


def fraction(text: str | int) -> Fraction:
    """A short name for exact numbers written out: ``fraction("2/3")``."""
    return Fraction(text)


def ball(x: Fraction | int) -> arb:
    """The tightest ball around an exact number."""
    x = Fraction(x)
    return arb(fmpq(x.numerator, x.denominator))


@dataclass(frozen=True)
class Atoms:
    """``sum_i weights[i] delta_{places[i]}``; signed weights are allowed, places may repeat."""

    places: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]

    def __str__(self) -> str:
        return " + ".join(f"{w} at {x}" for x, w in zip(self.places, self.weights, strict=True))

    @cached_property
    def pairs(self) -> tuple[tuple[Fraction, Fraction], ...]:
        return tuple(zip(self.places, self.weights, strict=True))

    def mean(self, function: Callable[[Fraction], Fraction] = lambda x: x) -> Fraction:
        """The exact integral of a function with exact values."""
        return sum((w * function(x) for x, w in self.pairs), Fraction(0))

    def mean_ball(self, function: Callable[[arb], arb]) -> arb:
        return sum((ball(w) * function(ball(x)) for x, w in self.pairs), arb(0))

    def below(self, x: Fraction) -> Fraction:
        """F(x), the mass at and below x."""
        return sum((w for place, w in self.pairs if place <= x), Fraction(0))

    def pushed(self, map_: Callable[[Fraction], Fraction]) -> "Atoms":
        """The law of ``map_(x)``."""
        return Atoms(tuple(map_(x) for x in self.places), self.weights)

    def mixed(self, other: "Atoms", share: Fraction) -> "Atoms":
        """``(1 - share) self + share other``."""
        return Atoms(
            self.places + other.places,
            tuple((1 - share) * w for w in self.weights) + tuple(share * w for w in other.weights),
        )


def dirac(x: Fraction | int) -> Atoms:
    return Atoms((Fraction(x),), (Fraction(1),))


def atoms(*pairs: tuple[str | int, str | int]) -> Atoms:
    """Atoms written out as (place, weight)."""
    return Atoms(tuple(Fraction(x) for x, _ in pairs), tuple(Fraction(w) for _, w in pairs))


def random_weights(rng: np.random.Generator, size: int) -> tuple[Fraction, ...]:
    """Positive, of small denominators, summing to one."""
    parts = [int(n) for n in rng.integers(1, 9, size)]
    return tuple(Fraction(n, sum(parts)) for n in parts)


def random_atoms(rng: np.random.Generator, size: int, reach: int = 2) -> Atoms:
    """``size`` atoms at distinct places of [-reach, reach]."""
    places = np.sort(rng.choice(np.arange(-reach * GRID, reach * GRID + 1), size, replace=False))
    return Atoms(tuple(Fraction(int(n), GRID) for n in places), random_weights(rng, size))


def gaps(mu: Atoms, nu: Atoms) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """(left, right, F_mu - F_nu) between neighbouring places of either measure."""
    places = sorted({*mu.places, *nu.places})
    for left, right in itertools.pairwise(places):
        yield left, right, mu.below(left) - nu.below(left)


def transport(mu: Atoms, nu: Atoms) -> Fraction:
    """W1 as the area between the distribution functions; masses must be equal."""
    return sum(((right - left) * abs(ahead) for left, right, ahead in gaps(mu, nu)), Fraction(0))


def sorted_plan_cost(mu: Atoms, nu: Atoms) -> Fraction:
    """W1 once more: the cost of matching mass in sorted order."""
    supply, demand = ([[x, w] for x, w in sorted(m.pairs) if w > 0] for m in (mu, nu))
    cost = Fraction(0)
    while supply and demand:
        mass = min(supply[0][1], demand[0][1])
        cost += mass * abs(supply[0][0] - demand[0][0])
        for side in (supply, demand):
            side[0][1] -= mass
            if side[0][1] == 0:
                _ = side.pop(0)
    return cost


def total(masses: Iterable[Fraction]) -> Fraction:
    return sum(masses, Fraction(0))
