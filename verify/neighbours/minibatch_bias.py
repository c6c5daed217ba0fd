r"""W1 between two batches is on average at least W1 between their laws, and positive where both laws are one.

W1 is jointly convex, so E W1(P_n, Q_n) >= W1(P, Q) for the empirical laws P_n, Q_n of two independent batches of n; for
P = Q that is not one point, the left side is positive and falls with n. For the uniform law on [0, 1] it is

    E W1(P_n, P'_n) = 2^(2n-1) n!^2 / (2n + 1)!,

between sqrt(pi n) / (4 n + 2) and sqrt(pi) / (4 sqrt(n + 1/2)): about sqrt(pi) / (4 sqrt n).

Why: W1 is the integral over x of E |B - B'| / n with B, B' binomial (n, x), and x^s (1 - x)^(2n - s) integrates to
1 / ((2n + 1) binom(2n, s)); or it is the mean over i of E |X_(i) - Y_(i)|, the mean difference of the Beta law of the
i-th value, 4 B(n+1, n+1) / ((n + 1) B(i, i) B(n+1-i, n+1-i)), whose sum over i is a product of two power series
(1 - 4x)^(-3/2). The bounds are Wallis's, sqrt(n) < Gamma(n + 1) / Gamma(n + 1/2) < sqrt(n + 1/2).

Three routes for the uniform law, all rational: closed form, double sum, sum of Beta laws. Laws on few integers are
averaged over all batches, one by one. The error bar is that of writing rational numbers as floats.

Source: Mallasto, Montufar, Gerolin, "How well do WGANs estimate the Wasserstein metric?" (2019); the closed form is
derived here.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.neighbours.lines import Line, distance

SAME_NUMBER = "for the uniform law the closed form, the double sum and the sum of Beta laws agree"
WALLIS = "for the uniform law the mean is between its two bounds"
UPWARD = "the mean over batches is at least W1 of the laws"
BIASED = "the mean over batches of one and the same law is positive"
FALLS = "batches larger by one have a smaller mean where the laws are one"
ORDERED = "where one law lies left of the other, there is no bias"

# The smallest error of a mean distance that counts, in units of the diameter. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Batches:
    """Laws on integers and the size n of a batch; no laws means the uniform law on [0, 1]."""

    n: int
    laws: tuple[Line, Line] | None = None
    independent: bool = True

    def __str__(self) -> str:
        text = "both uniform on [0, 1]" if self.laws is None else f"{self.laws[0]}; {self.laws[1]}"
        return f"batches of {self.n}, {text}"


def instances(request: Request) -> Iterator[Batches]:
    """The uniform law, one law twice, two laws, and two laws apart, in turn."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        if index % 4 == 0:
            yield Batches(int(rng.integers(1, 41)))
            continue
        real, fake = _law(rng), _law(rng)
        moved = Line(tuple(x + 20 for x in real.places), real.masses)
        laws = ((real, real), (real, fake), (moved, fake))[index % 4 - 1]
        yield Batches(int(rng.integers(1, 4)), laws)


def _law(rng: np.random.Generator) -> Line:
    places = rng.choice(9, 3, replace=False)
    return Line.of(places.tolist(), rng.integers(1, 5, 3).tolist())


def checks(case: Batches) -> list[Check]:
    if case.laws is None:
        return _uniform(case)
    real, fake = case.laws
    mean, w1 = _mean(case), distance(real, fake)
    found = [at_most(UPWARD, w1, mean, RESOLUTION)]
    if real == fake:
        larger = _mean(Batches(case.n + 1, case.laws, case.independent))
        found += [at_most(BIASED, -mean, 0, RESOLUTION, strict=True)]
        found += [at_most(FALLS, larger - mean, 0, RESOLUTION, strict=True)]
    if min(real.places) >= max(fake.places):
        found.append(equal(ORDERED, mean, w1, RESOLUTION))
    return found


def _uniform(case: Batches) -> list[Check]:
    n = case.n
    told = closed_form(n)
    return [
        equal(SAME_NUMBER, told, double_sum(n), RESOLUTION),
        equal(SAME_NUMBER, told, beta_sum(n), RESOLUTION),
        at_most(WALLIS, (arb.pi() * n).sqrt() / (4 * n + 2), exact(told), RESOLUTION),
        at_most(WALLIS, exact(told), arb.pi().sqrt() / (4 * exact(Fraction(2 * n + 1, 2)).sqrt()), RESOLUTION),
        at_most(BIASED, -told, 0, RESOLUTION, strict=True),
        at_most(FALLS, closed_form(n + 1) - told, 0, RESOLUTION, strict=True),
    ]


def closed_form(n: int) -> Fraction:
    """2^(2n-1) n!^2 / (2n + 1)!."""
    return Fraction(2 ** (2 * n - 1) * math.factorial(n) ** 2, math.factorial(2 * n + 1))


def double_sum(n: int) -> Fraction:
    """The sum over two binomial counts i, j, their common argument integrated out."""
    total = Fraction(0)
    for s in range(2 * n + 1):
        ways = range(max(0, s - n), min(n, s) + 1)
        apart = sum(abs(2 * i - s) * math.comb(n, i) * math.comb(n, s - i) for i in ways)
        total += Fraction(apart, math.comb(2 * n, s))
    return total / (n * (2 * n + 1))


def beta_sum(n: int) -> Fraction:
    """The mean over i of the mean difference of two Beta(i, n + 1 - i) numbers."""
    total = sum(1 / (_beta(i) * _beta(n + 1 - i)) for i in range(1, n + 1))
    return 4 * _beta(n + 1) * total / (n * (n + 1))


def _beta(i: int) -> Fraction:
    """B(i, i) = (i - 1)!^2 / (2i - 1)!."""
    return Fraction(math.factorial(i - 1) ** 2, math.factorial(2 * i - 1))


def _mean(case: Batches) -> Fraction:
    """E W1 over all pairs of batches with their probabilities; one batch for both where independence is dropped."""
    assert case.laws is not None
    first = batches(case.laws[0], case.n)
    if not case.independent:
        return sum((p * distance(batch, batch) for batch, p in first), Fraction(0))
    second = batches(case.laws[1], case.n)
    return sum((p * q * distance(x, y) for (x, p), (y, q) in product(first, second)), Fraction(0))


@cache
def batches(law: Line, n: int) -> tuple[tuple[Line, Fraction], ...]:
    """Every empirical law of n draws, with its multinomial probability."""
    found = []
    for counts in product(range(n + 1), repeat=len(law.places)):
        if sum(counts) == n:
            ways = math.factorial(n) // math.prod(math.factorial(c) for c in counts)
            probability = ways * math.prod(w**c for w, c in zip(law.masses, counts, strict=True))
            found.append((Line.of(law.places, counts), Fraction(probability)))
    return tuple(found)


_COIN = Line.of([0, 1])

CLAIM = Claim(
    ref="neighbours.minibatch_bias",
    statement=r"E W_1(P_n, Q_n) \geq W_1(P, Q), and > 0 at P = Q; "
    r"for the uniform law it is 2^{2n-1} n!^2 / (2n+1)! \approx \sqrt{\pi} / (4 \sqrt{n})",
    source="Mallasto, Montufar, Gerolin 2019; the closed form is derived here",
    hypotheses={
        "independent_batches": "the two batches are drawn independently",
        "not_one_point": "the law is not a single point (for the bias at P = Q)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="independent_batches",
            instance=lambda: Batches(2, (_COIN, _COIN), independent=False),
            check=BIASED,
            witness="a fair coin, the same two draws on both sides: W1 = 0 always (0.375 for independent draws)",
        ),
        Break(
            drops="not_one_point",
            instance=lambda: Batches(2, (Line.of([0]), Line.of([0]))),
            check=BIASED,
            witness="the law of the point 0: all batches are the law itself",
        ),
    ),
    settles=("neighbour mallasto",),
)

if __name__ == "__main__":
    main((CLAIM,))
