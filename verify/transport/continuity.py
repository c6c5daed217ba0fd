r"""Why the earth mover's distance: it follows a translation, where JSD, TV and KL jump.

Let P be uniform on n places of a segment and Q_theta the same, moved by theta across the segment. Then

    W1(P, Q_theta) = |theta|                      continuous in theta, with slope one;
    JSD(P, Q_theta) = log 2 for every theta != 0, and 0 for theta = 0;
    TV = 1 and KL = infinity for every theta != 0, and 0 for theta = 0.

The straight plan costs |theta|; the coordinate across the segment is 1-Lipschitz and gains |theta|. A linear program
over all plans is the second route; its error bar is what its own dual leaves open. For divergences the sums over all
places are taken: a place of both carries p and q, other places one of them, and KL is infinite when P has mass outside.
With n = 1 this is a pair of point masses, delta_0 and delta_theta.

The divergences are exact fractions or balls. theta is a power of two down to 2^-40: they do not tell it from 2^3.

Source: WGAN paper, Example 1; lecture, "JS divergence is not suitable", "Why Earth Mover's Distance?".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import equal, exact
from verify.command import main

SANDWICH = "the straight plan costs what the coordinate across the segment gains"
DISTANCE = "the least cost over all plans is |theta|"
FOLLOWS = "half the translation has half the distance"
JSD_JUMPS = "JSD is log 2 for every translation but none"
TV_JUMPS = "TV is 1 for every translation but none"
KL_JUMPS = "all real mass lies outside the fake support, for every translation but none"

# The smallest violation that matters, on segments whose places are one apart; arbitrary, far above what the linear
# programs leave open, which goes with their tolerance of 1e-10.
RESOLUTION = 2.0**-20

Place = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Segments:
    """n real places (0, j), and the fake ones: moved by theta across, or along, and stretched by a factor."""

    n: int
    theta: Fraction
    along: bool = False
    stretch: int = 1

    def real(self) -> list[Place]:
        return [(Fraction(0), Fraction(j)) for j in range(self.n)]

    def fake(self) -> list[Place]:
        across, up = (Fraction(0), self.theta) if self.along else (self.theta, Fraction(0))
        return [(across, self.stretch * j + up) for j in range(self.n)]

    def masses(self) -> dict[Place, list[Fraction]]:
        """Real and fake mass of every place."""
        found: dict[Place, list[Fraction]] = {}
        for side, points in enumerate((self.real(), self.fake())):
            for place in points:
                found.setdefault(place, [Fraction(0)] * 2)[side] += Fraction(1, self.n)
        return found

    def __str__(self) -> str:
        direction = "along" if self.along else "across"
        return f"{self.n} places, moved by {self.theta} {direction}, stretched by {self.stretch}"


def instances(request: Request) -> Iterator[Segments]:
    """One to six places; translations of either sign from 2^-40 to 2^3, and none at all."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        theta = Fraction(2) ** int(rng.integers(-40, 4)) * int(rng.integers(-1, 2))
        yield Segments(1 + index % 6, theta if index else Fraction(1, 2**40))


def checks(case: Segments) -> list[Check]:
    """Transport, then divergences."""
    tv, outside, jensen_shannon = divergences(case)
    moved = int(case.theta != 0)
    return [
        *_transport(case),
        equal(JSD_JUMPS, jensen_shannon, arb(2).log() * moved, RESOLUTION),
        equal(TV_JUMPS, tv, moved, RESOLUTION),
        equal(KL_JUMPS, outside, moved, RESOLUTION),
    ]


def _transport(case: Segments) -> list[Check]:
    theta = abs(case.theta)
    axis = int(case.along)
    rises = [y[axis] - x[axis] for x, y in zip(case.real(), case.fake(), strict=True)]
    gain = abs(sum(rises, Fraction(0))) / case.n
    lengths = [exact((y[0] - x[0]) ** 2 + (y[1] - x[1]) ** 2) for x, y in zip(case.real(), case.fake(), strict=True)]
    straight = sum((length.sqrt() for length in lengths), arb(0)) / case.n
    whole, half = least_cost(case), least_cost(Segments(case.n, case.theta / 2, case.along, case.stretch))
    follows = abs(whole[0] - 2.0 * half[0])
    return [
        equal(SANDWICH, straight, gain, RESOLUTION),
        Check(DISTANCE, abs(whole[0] - float(theta)), whole[1], RESOLUTION),
        Check(FOLLOWS, follows, whole[1] + 2.0 * half[1], RESOLUTION),
    ]


def least_cost(case: Segments) -> tuple[float, float]:
    """W1 by linear programming, and how much less the least cost can be, rounding included."""
    from scipy.spatial.distance import cdist

    from lgantheory.measures import DiscreteMeasure
    from lgantheory.problem import ULPS
    from verify.evidence import EPS
    from verify.kantorovich import optimal_coupling

    real, fake = (DiscreteMeasure(np.array(points, dtype=float)) for points in (case.real(), case.fake()))
    cost = cdist(fake.points, real.points)
    found = optimal_coupling(real, fake, cost)
    return found.mean(cost), found.doubt + ULPS * EPS * float(cost.max())


def divergences(case: Segments) -> tuple[Fraction, Fraction, arb]:
    """TV, the real mass outside the fake support, and JSD."""
    masses = list(case.masses().values())
    tv = sum((abs(p - q) for p, q in masses), Fraction(0)) / 2
    outside = sum((p for p, q in masses if q == 0), Fraction(0))
    return tv, outside, sum((_against_middle(p, q) + _against_middle(q, p) for p, q in masses), arb(0))


def _against_middle(p: Fraction, q: Fraction) -> arb:
    return exact(p / 2) * exact(2 * p / (p + q)).log() if p else arb(0)


CLAIM = Claim(
    ref="transport.continuity",
    statement=r"Q_\theta = P moved by \theta: W_1 = |\theta|; JSD = \log 2, TV = 1, KL = \infty for all \theta \neq 0",
    source="WGAN paper, Example 1; lecture, Why Earth Mover's Distance?",
    hypotheses={
        "disjoint": "the moved support meets the other only if nothing is moved (for the jumps)",
        "translation": "Q is P moved as a whole (for W1)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="disjoint",
            instance=lambda: Segments(4, Fraction(1), along=True),
            check=JSD_JUMPS,
            witness="four places moved by one along their own segment: three stay shared, JSD is a quarter of log 2",
        ),
        Break(
            drops="translation",
            instance=lambda: Segments(2, Fraction(1), stretch=2),
            check=DISTANCE,
            witness="two places moved by 1 and spread from 1 to 2 apart: W1 = (1 + sqrt 2) / 2 = 1.21, not 1",
        ),
    ),
    settles=("lecture 18",),
)

if __name__ == "__main__":
    main((CLAIM,))
