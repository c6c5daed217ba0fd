r"""Sample gradients of W1 are biased, and lead elsewhere; those of the Cramér distance are not.

Data are Bernoulli(p), the generator Bernoulli(theta), and p is replaced by the mean s of n draws. On {0, 1}

    W1 = |s - theta|,   Cramér's integral of (F - G)^2 = (s - theta)^2.

The mean of the sample gradient of W1 is P(s < theta) - P(s > theta) (theta no multiple of 1/n), a step function of
theta that differs from sign(theta - p); it vanishes, or changes its sign, at a median of s. For n = 1 that is 0 or 1,
whatever p < 1/2 or p > 1/2 was: minimising the sample loss makes the generator deterministic. The mean of the sample
gradient of the Cramér distance is 2 (theta - p) exactly, since it is linear in s.

All means are finite binomial sums of rational numbers. The two losses are computed from their definitions as well: W1
as the integral of |F - G|; the Cramér distance as that of (F - G)^2, and as half of the energy distance
2 E|x - y| - E|x - x'| - E|y - y'|.

Source: Bellemare et al., "The Cramer distance as a solution to biased Wasserstein gradients" (2017); Bińkowski et al.
(2018), for MMD.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.neighbours.lines import Line, distance, excess_mass

UNBIASED = "the mean sample gradient of the Cramér distance is its gradient"
BIASED = "the mean sample gradient of W1 differs from its gradient"
MEDIAN = "the mean sample gradient of W1 pushes towards the median of the sample mean"
DEFINITIONS = "both losses are what their definitions give"

# The smallest bias that counts. Arbitrary; gradients are of size one.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Coins:
    """p of the data, theta of the generator, the sample size n; an infinite sample is n = 0."""

    p: Fraction
    theta: Fraction
    n: int
    loss: str = "cramer"

    def over_samples(self, function: Callable[[Fraction], Fraction]) -> Fraction:
        """The mean of a function of the sample mean."""
        if self.n == 0:
            return function(self.p)
        weights = (math.comb(self.n, k) * self.p**k * (1 - self.p) ** (self.n - k) for k in range(self.n + 1))
        return sum((w * function(Fraction(k, self.n)) for k, w in enumerate(weights)), Fraction(0))

    def __str__(self) -> str:
        return f"Bernoulli data {self.p}, generator {self.theta}, samples of {self.n}"


def instances(request: Request) -> Iterator[Coins]:
    """Samples of 1 to 12; p and theta in 97ths and 101sts, so that theta is no multiple of 1 / n."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        yield Coins(Fraction(int(rng.integers(1, 97)), 97), Fraction(int(rng.integers(1, 101)), 101), 1 + index % 12)


def checks(case: Coins) -> list[Check]:
    p, theta = case.p, case.theta
    bias = abs(case.over_samples(lambda s: wasserstein_gradient(s, theta)) - wasserstein_gradient(p, theta))
    gradient = wasserstein_gradient if case.loss == "wasserstein" else cramer_gradient
    return [
        equal(UNBIASED, case.over_samples(lambda s: gradient(s, theta)), gradient(p, theta), RESOLUTION),
        at_most(BIASED, -bias, 0, RESOLUTION, strict=True),
        at_most(MEDIAN, _away_from_median(case), 0, RESOLUTION),
        equal(DEFINITIONS, distance(coin(p), coin(theta)), abs(p - theta), RESOLUTION),
        equal(DEFINITIONS, cramer(coin(p), coin(theta)), (p - theta) ** 2, RESOLUTION),
        equal(DEFINITIONS, energy(coin(p), coin(theta)), 2 * (p - theta) ** 2, RESOLUTION),
    ]


def coin(p: Fraction) -> Line:
    """Bernoulli(p)."""
    return Line.of([0, 1], [p.denominator - p.numerator, p.numerator])


def wasserstein_gradient(s: Fraction, theta: Fraction) -> Fraction:
    """The derivative of |s - theta| in theta."""
    return Fraction((theta > s) - (theta < s))


def cramer_gradient(s: Fraction, theta: Fraction) -> Fraction:
    """The derivative of (s - theta)^2 in theta."""
    return 2 * (theta - s)


def cramer(p: Line, q: Line) -> Fraction:
    """The integral of (F - G)^2."""
    return sum((height**2 * (right - left) for left, right, height in excess_mass(p, q)), Fraction(0))


def energy(p: Line, q: Line) -> Fraction:
    """2 E|x - y| - E|x - x'| - E|y - y'|, twice ``cramer`` on the line."""

    def mean(a: Line, b: Line) -> Fraction:
        return a.mean(lambda x: b.mean(lambda y: abs(x - y)))

    return 2 * mean(p, q) - mean(p, p) - mean(q, q)


def _away_from_median(case: Coins) -> Fraction:
    """The mean gradient times the direction of a median, positive where a step against it leads away."""
    if case.n == 0:
        return Fraction(0)
    median = next(
        Fraction(k, case.n)
        for k in range(case.n + 1)
        if 2 * case.over_samples(lambda s, k=k: Fraction(s <= Fraction(k, case.n))) >= 1
    )
    mean = case.over_samples(lambda s: wasserstein_gradient(s, case.theta))
    return mean * (-1 if case.theta > median else 1)


CLAIM = Claim(
    ref="neighbours.biased_gradients",
    statement=r"E \nabla_\theta (s_n - \theta)^2 = \nabla_\theta (p - \theta)^2, "
    r"but E \nabla_\theta |s_n - \theta| \neq \nabla_\theta |p - \theta|",
    source="Bellemare et al. 2017",
    hypotheses={
        "cramer": "the loss whose gradient is unbiased is the Cramér distance, half of the energy distance",
        "finite_sample": "the data enter by a sample of finite size (for the bias of W1)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="cramer",
            instance=lambda: Coins(Fraction(3, 5), Fraction(4, 5), 1, "wasserstein"),
            check=UNBIASED,
            witness="W1, p = 3/5, theta = 4/5, one draw: the mean gradient is 2/5 - 3/5 = -1/5, the gradient +1; the "
            "generator is pushed away from p, up to theta = 1",
        ),
        Break(
            drops="finite_sample",
            instance=lambda: Coins(Fraction(3, 5), Fraction(4, 5), 0),
            check=BIASED,
            witness="the law itself in place of a sample: there is no bias",
        ),
    ),
    settles=("neighbour bellemare-binkowski",),
)

if __name__ == "__main__":
    main((CLAIM,))
