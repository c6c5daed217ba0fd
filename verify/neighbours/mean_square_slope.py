r"""A mean square slope of at most one between fake and real points is weaker than 1-Lipschitz, and still gives W1.

Let the critic obey, for every fake x and every real y,

    (integral over 0 < t < 1 of |f'((1 - t) x + t y)|^2)^(1/2) <= 1.

By Cauchy and Schwarz |f(y) - f(x)| <= |y - x| on these pairs, so E_r f - E_g f <= E |y - x| for every coupling, hence
at most W1; and 1-Lipschitz critics obey the constraint, so W1 is attained. The class is larger: slopes 7/5 and 1/5 on
the two halves of a segment have the mean square one. If the mean is taken over pairs as well, the bound is lost.

Critics are piecewise linear with rational slopes; instead of dividing by a root, squares are compared. W1 is the
integral of |F - G|, attained by the critic that has the sign of F - G as its slope: two routes.

Source: Xu, Zhou et al., "Towards generalized implementation of Wasserstein distance in GANs" (2021).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.neighbours.lines import (
    Critic,
    Line,
    along,
    distance,
    independent_coupling,
    optimal_critic,
    rise,
)

BOUND = "a critic of the class rises by at most W1"
PAIRS = "a critic of the class rises by at most the distance on every pair"
CONTAINS = "an optimal 1-Lipschitz critic is in the class"
ATTAINS = "and rises by W1"
WEAKER = "slopes 7/5 and 1/5 on the halves of a segment are in the class"

# The smallest excess of a squared rise that counts; places are integers. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Constrained:
    """Two measures, a critic's slopes between neighbouring places, and whether each pair is constrained."""

    real: Line
    fake: Line
    slopes: tuple[Fraction, ...]
    each_pair: bool = True

    @property
    def critic(self) -> Critic:
        """The critic before it is scaled into the class."""
        return Critic(tuple(sorted({*self.real.places, *self.fake.places})), self.slopes)

    def mean_squares(self, critic: Critic) -> list[Fraction]:
        """The mean square slope between each fake and each real place that differ."""
        pairs = independent_coupling(self.real, self.fake)
        return [along(((x, y, Fraction(1)),), critic, lambda s, _: s * s) for x, y, _ in pairs if x != y]

    @property
    def scale(self) -> Fraction:
        """The square of what the critic has to be divided by: the largest mean square, or their mean over pairs."""
        if self.each_pair:
            return max(self.mean_squares(self.critic))
        return along(independent_coupling(self.real, self.fake), self.critic, lambda s, _: s * s)

    def __str__(self) -> str:
        return f"real {self.real}; fake {self.fake}; slopes {', '.join(map(str, self.slopes))}"


def instances(request: Request) -> Iterator[Constrained]:
    """Up to five integer places a side, slopes from -4 to 4."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        real, fake = (_law(rng) for _ in range(2))
        number = len({*real.places, *fake.places}) - 1
        yield Constrained(
            real, fake, tuple(Fraction(int(s), 2) for s in rng.integers(1, 9, number) * rng.choice([-1, 1]))
        )


def _law(rng: np.random.Generator) -> Line:
    size = int(rng.integers(2, 6))
    return Line.of(rng.choice(12, size, replace=False).tolist(), rng.integers(1, 5, size).tolist())


def checks(case: Constrained) -> list[Check]:
    critic, scale, w1 = case.critic, case.scale, distance(case.real, case.fake)
    best = optimal_critic(case.real, case.fake)
    up = rise(critic, case.real, case.fake)
    over = max((critic(y) - critic(x)) ** 2 - scale * (y - x) ** 2 for x in case.fake.places for y in case.real.places)
    halves = Critic((Fraction(0), Fraction(1), Fraction(2)), (Fraction(7, 5), Fraction(1, 5)))
    half = Constrained(Line.of([2]), Line.of([0, 2]), halves.slopes)
    return [
        at_most(BOUND, up**2 - scale * w1**2, 0, RESOLUTION),
        at_most(PAIRS, over, 0, RESOLUTION),
        at_most(CONTAINS, max(case.mean_squares(best)), 1, RESOLUTION),
        equal(ATTAINS, rise(best, case.real, case.fake), w1, RESOLUTION),
        equal(WEAKER, max(half.mean_squares(halves)), 1, RESOLUTION),
    ]


CLAIM = Claim(
    ref="neighbours.mean_square_slope",
    statement=r"max E_r f - E_g f = W_1 under \int_0^1 |f'((1-t)x + ty)|^2 dt \leq 1 for every fake x and real y",
    source="Xu, Zhou et al. 2021",
    hypotheses={"every_pair": "each fake and each real point are constrained, not the mean over pairs"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="every_pair",
            instance=lambda: Constrained(
                Line.of([1, 101]),
                Line.of([0, 100]),
                (Fraction(1), Fraction(-1, 99), Fraction(1)),
                each_pair=False,
            ),
            check=BOUND,
            witness="fakes 0 and 100, reals 1 and 101, slope one between near ones: the mean over four pairs is about "
            "1/2, so the critic may be 1.4 times as steep, and rises by 1.4 where W1 is 1",
        ),
    ),
    settles=("neighbour sobolev-wgan",),
)

if __name__ == "__main__":
    main((CLAIM,))
