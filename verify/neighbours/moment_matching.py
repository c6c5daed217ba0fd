r"""A linear critic under weight clipping compares moments, and nothing else.

On the line, with features phi and the critic <w, phi(x)>, |w_i| <= c, the critic's maximum is

    max_w <w, E_r phi - E_g phi> = c |E_r phi - E_g phi|_1,

zero exactly if all moments E phi agree: a generator that matches them has converged in the eyes of that critic, however
far it is from the data. For phi = (x, ..., x^k) the laws still differ where some higher moment does. So the distance of
a narrow critic is a weaker one than W1.

Two routes: the formula, and the maximum over the corners of the cube of weights. All numbers are rational.

Source: Farnia, Tse, "A convex duality framework for GANs" (2018): restricted critics match moments; Liu, Bousquet,
Chaudhuri (2017); lecture, "Weight clipping".
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.neighbours.lines import Line, distance

FORMULA = "the best clipped critic rises by c times the sum of the gaps of the moments"
BLIND = "laws with the same moments are at distance zero for that critic"
APART = "those laws are at a positive W1"
SEES = "one moment more tells them apart"

# The smallest distance that counts. Arbitrary; laws live on integers.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Moments:
    """Two laws, how many moments the critic sees, and the clip c."""

    real: Line
    fake: Line
    order: int
    clip: Fraction

    def __str__(self) -> str:
        return f"real {self.real}; fake {self.fake}; {self.order} moments, clip {self.clip}"


def instances(request: Request) -> Iterator[Moments]:
    """Even and odd binomial weights: their first ``order`` moments agree. A common law is mixed into both."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        order, start = 1 + index % 4, int(rng.integers(-4, 5))
        places = [start + k for k in range(order + 2)]
        common = [int(x) for x in rng.integers(0, 4, order + 2)]
        counts = [[math.comb(order + 1, k) * (k % 2 == odd) + x for k, x in enumerate(common)] for odd in (0, 1)]
        clip = Fraction(int(rng.integers(1, 9)), 8)
        yield Moments(Line.of(places, counts[0]), Line.of(places, counts[1]), order, clip)


def checks(case: Moments) -> list[Check]:
    seen = best_rise(case, case.order)
    return [
        equal(FORMULA, seen, told(case, case.order), RESOLUTION),
        equal(FORMULA, best_rise(case, case.order + 1), told(case, case.order + 1), RESOLUTION),
        at_most(BLIND, seen, 0, RESOLUTION),
        at_most(APART, -distance(case.real, case.fake), 0, RESOLUTION, strict=True),
        at_most(SEES, -best_rise(case, case.order + 1), 0, RESOLUTION, strict=True),
    ]


def gaps(case: Moments, order: int) -> list[Fraction]:
    """E_r x^i - E_g x^i for i = 1, ..., order."""
    return [case.real.mean(lambda x, i=i: x**i) - case.fake.mean(lambda x, i=i: x**i) for i in range(1, order + 1)]


def told(case: Moments, order: int) -> Fraction:
    """The clip times the sum of |gaps|."""
    return case.clip * sum((abs(gap) for gap in gaps(case, order)), Fraction(0))


def best_rise(case: Moments, order: int) -> Fraction:
    """The largest E_r f - E_g f over the corners of the cube, f the polynomial with those weights."""

    def rise(weights: tuple[int, ...]) -> Fraction:
        def critic(x: Fraction) -> Fraction:
            return sum((case.clip * w * x**i for i, w in enumerate(weights, 1)), Fraction(0))

        return case.real.mean(critic) - case.fake.mean(critic)

    return max(rise(weights) for weights in product((-1, 1), repeat=order))


CLAIM = Claim(
    ref="neighbours.moment_matching",
    statement=r"max_{|w_i| \leq c} E_r <w, \phi> - E_g <w, \phi> = c \|E_r \phi - E_g \phi\|_1: "
    r"zero \Leftrightarrow the moments agree",
    source="Farnia, Tse 2018; Liu, Bousquet, Chaudhuri 2017",
    hypotheses={
        "same_moments": "the moments that the critic sees agree",
        "different_laws": "the laws differ (for W1 to be positive)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="same_moments",
            instance=lambda: Moments(Line.of([0]), Line.of([1]), 1, Fraction(1)),
            check=BLIND,
            witness="points 0 and 1, a critic that sees the mean: distance c",
        ),
        Break(
            drops="different_laws",
            instance=lambda: Moments(Line.of([0, 1]), Line.of([0, 1]), 1, Fraction(1)),
            check=APART,
            witness="a fair coin twice: W1 is zero, as every distance",
        ),
    ),
    settles=("neighbour farnia-tse", "neighbour liu"),
)

if __name__ == "__main__":
    main((CLAIM,))
