r"""The two-sided penalty on two points makes d + d^2 / (4 lam) of W1 = d, and d + d^2 / (2 lam) of the critic's gap.

Real point d, fake point 0, penalty lam E (|f'(z)| - 1)^2 with z uniform in between. The critic maximises

    f(d) - f(0) - lam E (|f'| - 1)^2 = E [d s - lam (|s| - 1)^2],   s = f'(z),

and a slope can be chosen at each z by itself: since d s - lam (|s| - 1)^2 <= d + d^2 / (4 lam) - lam (|s| - 1 - d / (2
lam))^2, the best is s = 1 + d / (2 lam) throughout. Both the value and the gap f(d) - f(0) overestimate W1, and tend to
it as lam grows. (One-sided penalties give the same, their optimal slope being above one.)

Two routes: the closed form against the objective at random slopes on random pieces, none of which is better, and at the
optimal slope, where it is attained. All numbers are rational; the error bar is that of writing them as floats.

Source: derived here; the penalty is that of the WGAN-GP paper (Gulrajani et al. 2017).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.neighbours.lines import Critic, Line, along, independent_coupling, rise

ATTAINED = "the slope 1 + d / (2 lam) attains the value d + d^2 / (4 lam)"
GAP = "its gap is d + d^2 / (2 lam)"
BEST = "no other critic does better"
OVER = "both overestimate W1 = d"
VANISHES = "at ten times the weight the overestimate is a tenth"

# The smallest improvement that counts. Arbitrary; values are of size d.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Points:
    """Distance d, weight lam, a rival's slopes on equal pieces, and what a slope and a place are charged."""

    d: Fraction
    lam: Fraction
    slopes: tuple[Fraction, ...]
    squared: bool = True
    everywhere: bool = True

    def critic(self, slopes: tuple[Fraction, ...]) -> Critic:
        """The critic with these slopes on equal pieces of [0, d]."""
        pieces = len(slopes)
        return Critic(tuple(self.d * Fraction(k, pieces) for k in range(pieces + 1)), slopes)

    def objective(self, slopes: tuple[Fraction, ...]) -> Fraction:
        """f(d) - f(0), less the penalty; that leaves the last piece out where it is not charged everywhere."""
        real, fake, critic = Line.of([self.d]), Line.of([0]), self.critic(slopes)
        charged = along(independent_coupling(real, fake), critic, lambda slope, _: self._charge(slope))
        if not self.everywhere:
            charged -= self._charge(slopes[-1]) / len(slopes)
        return rise(critic, real, fake) - self.lam * charged

    def _charge(self, slope: Fraction) -> Fraction:
        over = abs(slope) - 1
        return over * over if self.squared else abs(over)

    def __str__(self) -> str:
        return f"d = {self.d}, lam = {self.lam}, rival slopes {', '.join(map(str, self.slopes))}"


def instances(request: Request) -> Iterator[Points]:
    """Distances and weights in eighths, rivals with up to five pieces."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        d, lam = (Fraction(int(rng.integers(1, 41)), 8) for _ in range(2))
        slopes = tuple(Fraction(int(i), 4) for i in rng.integers(-12, 25, int(rng.integers(1, 6))))
        yield Points(d, lam, slopes)


def checks(case: Points) -> list[Check]:
    d, lam = case.d, case.lam
    value, gap = told(d, lam)
    best = (1 + d / (2 * lam),) * max(len(case.slopes), 2)
    over = told(d, 10 * lam)[0] - d
    return [
        equal(ATTAINED, case.objective(best), value, RESOLUTION),
        equal(GAP, rise(case.critic(best), Line.of([d]), Line.of([0])), gap, RESOLUTION),
        at_most(BEST, case.objective(case.slopes), value, RESOLUTION),
        at_most(OVER, d - min(value, gap), 0, RESOLUTION, strict=True),
        equal(VANISHES, 10 * over, value - d, RESOLUTION),
    ]


def told(d: Fraction, lam: Fraction) -> tuple[Fraction, Fraction]:
    """The optimal value and the gap of the optimal critic."""
    return d + d**2 / (4 * lam), d + d**2 / (2 * lam)


CLAIM = Claim(
    ref="neighbours.penalty_bias",
    statement=r"\max_f f(d) - f(0) - \lambda E(|f'| - 1)^2 = d + d^2/(4\lambda), at a gap of d + d^2/(2\lambda)",
    source="derived here, for the penalty of Gulrajani et al. 2017",
    hypotheses={
        "squared": "the excess of the slope is squared",
        "charged_everywhere": "the penalty sees the whole segment between the points",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="squared",
            instance=lambda: Points(Fraction(2), Fraction(1), (Fraction(10),), squared=False),
            check=BEST,
            witness="d = 2, lam = 1, penalty ||s| - 1| without the square: slope 10 gives 11, slope 100 gives 101, and "
            "the formula 3",
        ),
        Break(
            drops="charged_everywhere",
            instance=lambda: Points(Fraction(2), Fraction(1), (Fraction(1), Fraction(10)), everywhere=False),
            check=BEST,
            witness="d = 2, lam = 1, the right half not charged: slope 10 there gives 11, and the formula 3",
        ),
    ),
    settles=("neighbour gp-biases",),
)

if __name__ == "__main__":
    main((CLAIM,))
