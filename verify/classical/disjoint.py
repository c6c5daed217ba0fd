r"""Disjoint supports: the Jensen-Shannon divergence is log 2 however far they are, and the Wasserstein distance is not.

With r = (p - q)/(p + q) and M = (P + Q)/2, TV = E_M |r| and JSD = E_M phi(r), where
phi(r) = ((1+r) log(1+r) + (1-r) log(1-r))/2 is even, convex, zero at 0 and log 2 at 1. Jensen's inequality on one side,
the chord on the other, and phi(r) >= r^2/2:

    TV^2 / 2 <= phi(TV) <= JSD <= log 2 TV.

The second is an equality where |r| is the same everywhere, the third where r takes the values 0, 1 and -1 alone. On
disjoint supports TV = 1: JSD = log 2, V(G, D*) = 0, and moving the generated points changes neither while they stay
apart, so the gradient is zero. The classifier D* > 1/2, right with probability (1 + TV)/2, is always right. W1 moves
with the points, one to one where all of them lie on one side.

Places and weights are rational: TV and W1 are exact, W1 by distribution functions and by the monotone coupling; the
error bars of the divergences are radii of balls.

Source: lecture, "JS divergence is not suitable", "What is the problem of JS divergence?"; the bounds are added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.classical.measures import (
    LOG_2,
    RESOLUTION,
    Weights,
    best_discriminator,
    draw_weights,
    jsd,
    show,
    total_variation,
    value,
    weights,
)
from verify.classical.proofs import identity
from verify.command import main

CONSTANT = "JSD is log 2"
ZERO = "max_D V is 0"
STILL = "JSD stays as it is when the generated points move"
MOVES = "W1 grows by as much as the generated points move away"
ACCURATE = "the classifier D* > 1/2 is always right"
ROUTES = "W1 by distribution functions is the cost of the monotone coupling"
LOWER = "JSD is at least phi(TV), and that at least TV^2 / 2"
SHAPE = "phi and phi(r) - r^2 / 2 are convex, with slope 0 at 0 (sympy)"
UPPER = "JSD is at most log 2 TV"


@dataclass(frozen=True)
class Case:
    """Data ``p`` at ``y`` and generated ``q`` at ``x`` on the line; the latter move by ``shift``."""

    y: Weights
    p: Weights
    x: Weights
    q: Weights
    shift: Fraction

    def __str__(self) -> str:
        return f"data {show(self.p)} at {show(self.y)}, generated {show(self.q)} at {show(self.x)}, moved {self.shift}"

    @property
    def moved(self) -> "Case":
        return Case(self.y, self.p, tuple(x + self.shift for x in self.x), self.q, self.shift)

    @property
    def merged(self) -> tuple[Weights, Weights]:
        """Both measures on the union of the places."""
        places = sorted({*self.y, *self.x})
        return tuple(_mass(self.y, self.p, z) for z in places), tuple(_mass(self.x, self.q, z) for z in places)


def _mass(places: Weights, masses: Weights, at: Fraction) -> Fraction:
    return sum((m for z, m in zip(places, masses, strict=True) if z == at), Fraction(0))


def instances(request: Request) -> Iterator[Case]:
    """Generated points to the right of the data, moved further right."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        n, m = rng.integers(1, 5, 2).tolist()
        y, x = rng.integers(-8, 0, m), rng.integers(1, 9, n)
        shift = Fraction(int(rng.integers(1, 9)), 4)
        yield case_of(y.tolist(), draw_weights(rng, m), x.tolist(), draw_weights(rng, n), shift)


def case_of(y: list[int], p: Weights, x: list[int], q: Weights, shift: Fraction) -> Case:
    return Case(tuple(map(Fraction, y)), p, tuple(map(Fraction, x)), q, shift)


def checks(case: Case) -> list[Check]:
    p, q = case.merged
    before, after = jsd(p, q), jsd(*case.moved.merged)
    distance = line_distance(case)
    return [
        equal(CONSTANT, before, LOG_2, RESOLUTION),
        equal(ZERO, value(p, q, best_discriminator(p, q)), 0, RESOLUTION),
        equal(ACCURATE, accuracy(p, q), 1, RESOLUTION),
        equal(STILL, after, before, RESOLUTION),
        equal(MOVES, line_distance(case.moved) - distance, case.shift, RESOLUTION),
        equal(ROUTES, distance, coupling_cost(case), RESOLUTION),
        *bounds(case.merged),
        *bounds(_mixed(case)),
        _shape(),
    ]


def bounds(pair: tuple[Weights, Weights]) -> list[Check]:
    """The three inequalities between JSD and TV."""
    tv, divergence = total_variation(*pair), jsd(*pair)
    return [
        at_most(LOWER, sharp_bound(tv), divergence, RESOLUTION),
        at_most(LOWER, tv * tv / 2, sharp_bound(tv), RESOLUTION),
        at_most(UPPER, divergence, LOG_2 * exact(tv), RESOLUTION),
    ]


def _mixed(case: Case) -> tuple[Weights, Weights]:
    """The same data against three quarters of it and a quarter of what is generated: supports that overlap."""
    p, q = case.merged
    return p, tuple((3 * a + b) / 4 for a, b in zip(p, q, strict=True))


def accuracy(p: Weights, q: Weights) -> Fraction:
    """How often D* > 1/2 tells a real from a generated point, each being as likely: (1 + TV) / 2."""
    d = best_discriminator(p, q)
    return sum((a if x > Fraction(1, 2) else b for a, b, x in zip(p, q, d, strict=True)), Fraction(0)) / 2


def sharp_bound(tv: Fraction) -> arb:
    """phi(TV), the least JSD at this total variation."""
    ends = (1 + tv, 1 - tv)
    return sum((exact(r) * exact(r).log() / 2 for r in ends if r > 0), arb(0))


@cache
def _shape() -> Check:
    """Second derivatives 1 / (1 - r^2) and r^2 / (1 - r^2) on (-1, 1), first ones 0 at 0: all that the bounds use."""
    import sympy

    r = sympy.Symbol("r", real=True)
    phi = ((1 + r) * sympy.log(1 + r) + (1 - r) * sympy.log(1 - r)) / 2
    second = sympy.simplify(sympy.diff(phi, r, 2) - 1 / (1 - r**2))
    return identity(SHAPE, second**2 + sympy.diff(phi, r).subs(r, 0) ** 2)


def line_distance(case: Case) -> Fraction:
    """W1 = integral of |F - G|."""
    places = sorted({*case.y, *case.x})
    height, area = Fraction(0), Fraction(0)
    for left, right in pairwise(places):
        height += _mass(case.y, case.p, left) - _mass(case.x, case.q, left)
        area += abs(height) * (right - left)
    return area


def coupling_cost(case: Case) -> Fraction:
    """Mean distance under the coupling that keeps the order: quantile to quantile."""
    left = sorted(zip(case.y, case.p, strict=True))
    right = sorted(zip(case.x, case.q, strict=True))
    cost = Fraction(0)
    while left and right:
        (y, a), (x, b) = left.pop(), right.pop()
        amount = min(a, b)
        cost += amount * abs(y - x)
        left += [(y, a - amount)] if a > amount else []
        right += [(x, b - amount)] if b > amount else []
    return cost


ONE = weights(1)

CLAIM = Claim(
    ref="classical.disjoint",
    statement=r"disjoint supports: JSD = \log 2 and \max_D V = 0 wherever they are, and W_1 grows by the move; "
    r"TV^2/2 \leq \varphi(TV) \leq JSD \leq TV\,\log 2",
    source="lecture, 'JS divergence is not suitable' and 'What is the problem of JS divergence?'; the bounds are added",
    hypotheses={
        "disjoint": "the supports have no point in common",
        "stays_disjoint": "nor after the move",
        "one_side": "all generated points lie on one side of the data, and move away (for the growth of W1 alone)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="disjoint",
            instance=lambda: case_of([0, 1], weights(1, 1), [1, 2], weights(1, 1), Fraction(2)),
            check=CONSTANT,
            witness="data at 0 and 1, generated at 1 and 2: half of the mass is shared, and JSD is (log 2)/2",
        ),
        Break(
            drops="stays_disjoint",
            instance=lambda: case_of([0], ONE, [1], ONE, Fraction(-1)),
            check=STILL,
            witness="one generated point at 1 is moved onto the only data point, at 0: JSD falls from log 2 to 0",
        ),
        Break(
            drops="one_side",
            instance=lambda: case_of([-1, 1], weights(1, 1), [0], ONE, Fraction(1, 2)),
            check=MOVES,
            witness="data at -1 and 1, generated at 0 and moved by 1/2: W1 stays 1",
        ),
    ),
    settles=("lecture 5",),
)

if __name__ == "__main__":
    main((CLAIM,))
