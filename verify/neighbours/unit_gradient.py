r"""A Wasserstein critic has slope one, towards the real end, on the segments that an *optimal* coupling joins.

Let f be 1-Lipschitz with E_r f - E_g f = W1, pi an optimal coupling of fake x and real y. Then f(y) - f(x) = |y - x|
for pi-almost every pair; a 1-Lipschitz function that rises by the whole length of a segment rises evenly, so where it
is differentiable inside, its slope there is one in the direction of y. Pairs drawn independently need not be joined by
mass: there the slope can be anything of size up to one. That is what a gradient penalty on random pairs overlooks.

On the line all is rational: f from the sign of F_fake - F_real, its slope free where both are equal; pi monotone.
Optimality is reached by three routes, and they agree exactly: the integral of |F - G|, the cost of pi, and
E_r f - E_g f. In the plane and beyond, ``minfunnel`` has instances that carry their own certificate. The numbers have
no error; the error bar is that of writing them as floats.

Source: WGAN-GP paper (Gulrajani et al. 2017), Proposition 1 and Corollary 1.
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
    Pairs,
    along,
    cost,
    distance,
    independent_coupling,
    monotone_coupling,
    optimal_critic,
    rise,
)

THREE_ROUTES = "the critic's rise, the coupling's cost and the integral of |F - G| are one number"
WHOLE_RISE = "the critic rises by the whole length of every pair"
UNIT = "towards the real end, the slope is one everywhere on the segments"
LIPSCHITZ = "no slope is larger than one"

# The smallest mean slack, and the smallest mean square distance of a slope from one, that count. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Joined:
    """Two measures, a critic's slope where it is free, and which coupling and critic are looked at."""

    real: Line
    fake: Line
    free: Fraction = Fraction(0)
    optimal_coupling: bool = True
    optimal_critic: bool = True

    @property
    def pairs(self) -> Pairs:
        joined = monotone_coupling if self.optimal_coupling else independent_coupling
        return joined(self.real, self.fake)

    @property
    def critic(self) -> Critic:
        """An optimal critic, or half of it where that hypothesis is dropped."""
        best = optimal_critic(self.real, self.fake, self.free)
        return best if self.optimal_critic else Critic(best.knots, tuple(slope / 2 for slope in best.slopes))

    def __str__(self) -> str:
        return f"real {self.real}; fake {self.fake}; free slope {self.free}"


def instances(request: Request) -> Iterator[Joined]:
    """Integer places and counts; shared places and ties are common."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        real, fake = (drawn(rng) for _ in range(2))
        if len({*real.places, *fake.places}) > 1:
            yield Joined(real, fake, Fraction(int(rng.integers(-8, 9)), 8))


def drawn(rng: np.random.Generator) -> Line:
    """One to six integer places in [0, 12] with counts up to 4."""
    size = int(rng.integers(1, 7))
    return Line.of(rng.integers(0, 13, size).tolist(), rng.integers(1, 5, size).tolist())


def checks(case: Joined) -> list[Check]:
    pairs, critic = case.pairs, case.critic
    apart = tuple((x, y, mass) for x, y, mass in pairs if x != y)
    w1 = distance(case.real, case.fake)
    slack = sum((mass * (abs(y - x) - critic(y) + critic(x)) for x, y, mass in pairs), Fraction(0))
    off = along(apart, critic, lambda slope, direction: (direction * slope - 1) ** 2)
    return [
        equal(THREE_ROUTES, cost(pairs), w1, RESOLUTION),
        equal(THREE_ROUTES, rise(critic, case.real, case.fake), w1, RESOLUTION),
        at_most(WHOLE_RISE, slack, 0, RESOLUTION),
        at_most(UNIT, off, 0, RESOLUTION),
        at_most(LIPSCHITZ, max(abs(slope) for slope in critic.slopes), 1, RESOLUTION),
    ]


CLAIM = Claim(
    ref="neighbours.unit_gradient",
    statement=r"f'((1-t)x + ty) = sign(y - x) for (x, y) \sim \pi^* and 0 < t < 1, "
    r"f any critic with E_r f - E_g f = W_1",
    source="WGAN-GP paper (Gulrajani et al. 2017), Proposition 1 and Corollary 1",
    hypotheses={
        "optimal_coupling": "x and y are drawn together, from an optimal coupling",
        "optimal_critic": "the critic attains W1",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="optimal_coupling",
            instance=lambda: Joined(Line.of([1, 2]), Line.of([0, 3]), optimal_coupling=False),
            check=UNIT,
            witness="fakes 0 and 3, reals 1 and 2, the critic flat between 1 and 2: of two independent pairs in four, "
            "half the segment is flat; the mean square distance of the slope from one is 1/4",
        ),
        Break(
            drops="optimal_critic",
            instance=lambda: Joined(Line.of([1]), Line.of([0]), optimal_critic=False),
            check=UNIT,
            witness="fake 0, real 1, f(x) = x / 2: the slope is 1/2",
        ),
    ),
    settles=("neighbour gulrajani",),
)

if __name__ == "__main__":
    main((CLAIM,))
