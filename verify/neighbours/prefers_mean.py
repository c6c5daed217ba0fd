r"""In high dimension a batch is nearer to the one-point law at the mean than to another batch of the same law.

Let P be uniform on the corners of [-1, 1]^d and P_n the empirical law of n draws. Every corner is at distance sqrt(d)
of the mean, so W1(P_n, delta_0) = sqrt(d). Two corners are at distance 2 sqrt(H), H binomial (d, 1/2). Each x of a
batch sends its mass to at least its nearest partner, and matching the batches as drawn is one coupling, so

    E min_{j <= n} 2 sqrt(H_j) <= E W1(P_n, P'_n) <= E 2 sqrt(H) <= sqrt(2 d);

diam * E TV(P_n, P'_n) is an upper bound as well, the better one in low dimension. Both ends of the first line are
finite sums. With Hoeffding the lower one is at least sqrt(2 d) sqrt(1 - sqrt(2 log(n d) / d)) (1 - 1/d), so the ratio
to the distance from the mean tends to sqrt 2 when log(n) / d -> 0: a generator that minimises the distance between
batches prefers to give the mean. It is the mean that does it: from a corner the batch is farther than from another
batch.

The expectation is enclosed by its two bounds, in ball arithmetic; half their distance is the error bar.

Source: Stanczuk, Etmann, Kreusser, Schönlieb, "Wasserstein GANs work because they fail (to approximate the Wasserstein
distance)" (2021), in its spirit; the law and the bounds are ours.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, exact
from verify.command import main
from verify.neighbours.matrices import PRECISION

PREFERS = "a batch is nearer to the one point than, on average, to another batch"
AT_MOST = "the mean distance of batches is at most sqrt 2 times the distance from the mean"
AT_LEAST = "the mean distance of batches is at least what Hoeffding's inequality leaves of sqrt 2"
NEAREST = "the mean distance to the nearest partner is at most the mean distance to any"

# The smallest violation that counts: as a share of sqrt(d) where bounds of expectations are compared, and where the
# expectation itself is, known between its two bounds only. Arbitrary.
RESOLUTION, COARSE = 1e-9, 0.25


@dataclass(frozen=True)
class Cube:
    """Dimension d, batch size n, and whether the one point is the mean or a corner."""

    d: int
    n: int
    at_mean: bool = True

    def __str__(self) -> str:
        return f"batches of {self.n} corners in dimension {self.d}, one point at {'0' if self.at_mean else 'a corner'}"


def instances(request: Request) -> Iterator[Cube]:
    """Batches of 1 to 64, in dimensions from 16 (1 + log2 n) on."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        power = index % 7
        yield Cube(16 * (1 + power) * int(rng.integers(1, 6)), 2**power)


def checks(case: Cube) -> list[Check]:
    low, high = bounds(case)
    any_partner, unit = pair_distance(case.d), math.sqrt(case.d)
    with ctx.workprec(PRECISION):
        root = exact(case.d).sqrt()
        one_point = root if case.at_mean else any_partner
        nearer = one_point - low.union(high)
        most = exact(2 * case.d).sqrt()
        least = most * _hoeffding(case)
    return [
        at_most(PREFERS, nearer, 0, COARSE * unit, strict=True),
        at_most(AT_MOST, high, most, RESOLUTION * unit),
        at_most(AT_LEAST, least, low, RESOLUTION * unit),
        at_most(NEAREST, low, any_partner, RESOLUTION * unit),
    ]


def bounds(case: Cube) -> tuple[arb, arb]:
    """Between which E W1(P_n, P'_n) lies."""
    with ctx.workprec(PRECISION):
        return nearest_distance(case.d, case.n), pair_distance(case.d).min(_by_total_variation(case))


@cache
def pair_distance(d: int) -> arb:
    """E 2 sqrt(H), H binomial (d, 1/2)."""
    return nearest_distance(d, 1)


@cache
def nearest_distance(d: int, n: int) -> arb:
    """E min_{j <= n} 2 sqrt(H_j): the sum over k of the k-th increment of 2 sqrt, times P(H >= k)^n."""
    with ctx.workprec(PRECISION):
        total, above = arb(0), 2**d
        for k in range(1, d + 1):
            above -= math.comb(d, k - 1)
            tail = exact(Fraction(above, 2**d))
            total += 2 * (exact(k).sqrt() - exact(k - 1).sqrt()) * tail**n
        return total


def _by_total_variation(case: Cube) -> arb:
    """Diam * E TV = sqrt(d) * sum over corners of E |B - B'| / n, B binomial (n, 2^-d)."""
    if case.d > 8:
        return arb.pos_inf()
    p = Fraction(1, 2**case.d)
    law = [math.comb(case.n, i) * p**i * (1 - p) ** (case.n - i) for i in range(case.n + 1)]
    apart = sum(abs(i - j) * x * y for i, x in enumerate(law) for j, y in enumerate(law))
    return exact(case.d).sqrt() * exact(apart * 2**case.d / case.n)


def _hoeffding(case: Cube) -> arb:
    """What is left of sqrt 2: sqrt(1 - sqrt(2 log(n d) / d)) (1 - 1/d), or zero."""
    inner = 1 - (2 * exact(case.n * case.d).log() / case.d).sqrt()
    return inner.max(arb(0)).sqrt() * (1 - exact(Fraction(1, case.d)))


CLAIM = Claim(
    ref="neighbours.prefers_mean",
    statement=r"W_1(P_n, \delta_0) < E W_1(P_n, P'_n) \leq \sqrt{2} W_1(P_n, \delta_0) in high dimension, "
    r"with ratio \to \sqrt{2}",
    source="Stanczuk, Etmann, Kreusser, Schönlieb 2021, in its spirit",
    hypotheses={
        "high_dimension": "d is large against log n",
        "at_the_mean": "the one point is the mean of the law",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="high_dimension",
            instance=lambda: Cube(2, 64),
            check=PREFERS,
            witness="batches of 64 corners of the square: at most 0.35 apart on average, and 1.41 from the mean",
        ),
        Break(
            drops="at_the_mean",
            instance=lambda: Cube(64, 1, at_mean=False),
            check=PREFERS,
            witness="batches of one corner of the cube in dimension 64: as far from a corner as from each other",
        ),
    ),
    settles=("neighbour stanczuk",),
)

if __name__ == "__main__":
    main((CLAIM,))
