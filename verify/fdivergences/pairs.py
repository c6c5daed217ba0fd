"""Two measures with rational weights on common atoms, and sums over them as balls.

Nothing is rounded on the way in, so the radius of a sum is all the error there is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from lgantheory.claims import Check, Request
from verify.balls import equal, exact
from verify.fdivergences.rows import ROWS, Balls, Generator, Row

# The smallest difference that counts, as a share of the size of the numbers compared. Arbitrary: a million times the
# rounding of a sum of doubles, and a million times below what any break brings about.
RESOLUTION = 1e-9

EPS = 2.0**-52

# Per term of a float64 sum: at most a dozen roundings on the longest path (the weighted row), two of them the weights'.
ULPS = 16.0

# Weights are drawn as integers up to this, over their sum.
MOST = 9

# Critics take multiples of one over PARTS, from -HIGHEST up to HIGHEST or to the last below f'(oo).
PARTS = 16
HIGHEST = 3

Weights = tuple[Fraction, ...]


@dataclass(frozen=True)
class Pair:
    """A row and two measures; ``without`` names what a break drops on this instance."""

    row: Row
    p: Weights
    q: Weights
    without: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.row.name}, p = {shown(self.p)}, q = {shown(self.q)}"

    @property
    def atoms(self) -> list[tuple[arb, arb]]:
        return [(exact(a), exact(b)) for a, b in zip(self.p, self.q, strict=True)]


def shown(weights: Sequence[Fraction]) -> str:
    return f"({', '.join(map(str, weights))})"


def fractions(*values: Any) -> Weights:
    """Weights written as ``"1/2"``, or as integers."""
    return tuple(Fraction(value) for value in values)


def drawn(rng: np.random.Generator, size: int, *, zeros: bool = False) -> Weights:
    """A probability vector of small rationals; with ``zeros`` about a third of the atoms carry nothing."""
    whole = [int(k) for k in rng.integers(1, MOST + 1, size)]
    if zeros:
        keep = [bool(b) for b in rng.random(size) < 2.0 / 3.0]
        keep[int(rng.integers(size))] = True
        whole = [k if kept else 0 for k, kept in zip(whole, keep, strict=True)]
    return tuple(Fraction(k, sum(whole)) for k in whole)


def pairs(request: Request, *, zeros: bool = False) -> list[Pair]:
    """``request.number`` pairs on two to five atoms, cycling through the rows."""
    found = []
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(2, 6))
        p, q = drawn(rng, size, zeros=zeros), drawn(rng, size, zeros=zeros)
        found.append(Pair(ROWS[index % len(ROWS)], p, q))
    return found


def highest(row: Row) -> int:
    """The largest k, up to HIGHEST PARTS, with k / PARTS below f'(oo)."""
    end = row.generator.far()
    return HIGHEST * PARTS if end is None else math.ceil(float(end.mid()) * PARTS) - 1


def total(values: Sequence[Any]) -> arb:
    """The sum as a ball."""
    result = arb(0)
    for value in values:
        result += value
    return result


def common_part(generator: Generator, p: Weights, q: Weights) -> arb:
    """``sum of q f(p/q)`` over the atoms that both measures have."""
    return total([exact(b) * generator(exact(a / b)) for a, b in zip(p, q, strict=True) if a > 0 and b > 0])


def naive(generator: Generator, p: Weights, q: Weights) -> arb:
    """``sum of q f(p/q)`` over ``q > 0``: what the integral over q literally says. Needs f(0) where p = 0."""
    alone = sum((b for a, b in zip(p, q, strict=True) if a == 0), Fraction(0))
    return common_part(generator, p, q) + (exact(alone) * generator.zero() if alone else 0)


def is_infinite(generator: Generator, p: Weights, q: Weights) -> bool:
    """Whether a part that only one measure has weighs infinitely much."""
    alone_p, alone_q = singular_masses(p, q)
    return bool((alone_p and generator.end is None) or (alone_q and generator.at_zero is None))


def value(generator: Generator, p: Weights, q: Weights) -> arb:
    """``D_f(P || Q)``, singular part included; only where it is finite."""
    alone, _ = singular_masses(p, q)
    return naive(generator, p, q) + (exact(alone) * generator.far() if alone else 0)


def singular_masses(p: Weights, q: Weights) -> tuple[Fraction, Fraction]:
    """``P(q = 0)`` and ``Q(p = 0)``."""
    atoms = list(zip(p, q, strict=True))
    return sum((a for a, b in atoms if b == 0), Fraction(0)), sum((b for a, b in atoms if a == 0), Fraction(0))


def integral(pair: Pair, integrand: Any) -> arb:
    """An integrand of the table, summed; atoms that neither measure has count for nothing."""
    row = pair.row
    parts = [integrand(a, b, Balls) for a, b in pair.atoms if a > 0 or b > 0]
    return total(parts) + (row.constant(Balls) if row.constant is not None else 0)


def scale(ball: arb) -> float:
    """The size of a number, at least one: the unit of a resolution."""
    return max(1.0, abs(float(ball.mid())))


def same(name: str, left: arb, right: arb) -> Check:
    """``left = right``, up to ``RESOLUTION`` of their size."""
    return equal(name, left, right, RESOLUTION * max(scale(left), scale(right)))


def library_value(pair: Pair) -> tuple[float, float]:
    """``lgantheory.f_divergence`` of the pair, and how far rounding may have taken it.

    term(p, q) has degree one, so it is p times its slope in p plus q times its slope in q, and a relative error eps in
    each number costs at most eps (p |d/dp| + q |d/dq|), d/dp = f'(u) - f'(1), d/dq = f(u) - u f'(u) - f(1) + f'(1).
    """
    from lgantheory.divergences import f_divergence

    row, one = pair.row, exact(1)
    level, rise = row.generator(one), row.critic(one, Balls)
    sizes = [abs(level)]
    for a, b in pair.atoms:
        if a > 0 and b > 0:
            u = a / b
            across = row.critic(u, Balls)
            sizes += [a * abs(across - rise), b * abs(row.generator(u) - u * across - level + rise)]
    alone_p, alone_q = singular_masses(pair.p, pair.q)
    if alone_p and row.generator.end is not None:
        sizes.append(exact(alone_p) * abs(row.generator.far() - rise))
    if alone_q and row.generator.at_zero is not None:
        sizes.append(exact(alone_q) * abs(row.generator.zero() - level + rise))
    size = float(abs(total(sizes)).upper())
    return f_divergence(row.library, [float(a) for a in pair.p], [float(b) for b in pair.q]), ULPS * EPS * size


def library_agrees(name: str, pair: Pair, right: arb) -> Check:
    """``lgantheory.f_divergence`` gives the same number, up to its rounding."""
    computed, rounding = library_value(pair)
    off = abs(exact(computed) - right)
    bar = rounding + float(off.rad()) * (1.0 + EPS)
    return Check(name, abs(float(off.mid())), bar, RESOLUTION * scale(right))
