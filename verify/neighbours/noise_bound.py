r"""W1 is bounded by what noise moves and by the Jensen-Shannon divergence after it.

Let the same noise of variance V be added to both laws, and C be the diameter of what the sums can reach. Then

    W1(P, Q) <= 2 sqrt(V) + 2 C sqrt(JS(P + eps, Q + eps)),

and C sqrt(2 JS) is enough in the second place: each law moves by E |eps| <= sqrt(V), the sums are at most C TV apart,
and TV^2 <= 2 JS. So the divergence says something once noise has been added, if its variance is paid for.

Laws and noise live on integers with rational weights: sums are convolutions, W1 the integral of |F - G|, logarithms
balls. The error bars are their radii.

Source: Arjovsky, Bottou, "Towards principled methods for training GANs" (2017), Theorem 3.3; sqrt 2 is derived here.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, exact
from verify.command import main
from verify.neighbours.lines import Line, distance
from verify.neighbours.matrices import PRECISION
from verify.neighbours.order_of_distances import jensen_shannon

PRINTED = "W1 is at most 2 sqrt V + 2 C sqrt JS"
SHARPER = "W1 is at most 2 sqrt V + C sqrt(2 JS)"
MOVED = "the noisy laws are at most 2 sqrt V nearer to each other than the laws"

# The smallest violation that counts; places are integers. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Noisy:
    """Two laws and the noise; the diameter and the variance as the bound is told them, where they are not the own."""

    p: Line
    q: Line
    noise: Line
    diameter: int | None = None
    variance: int | None = None

    @property
    def sums(self) -> tuple[Line, Line]:
        """The laws of P + eps and Q + eps."""
        return convolved(self.p, self.noise), convolved(self.q, self.noise)

    @property
    def v(self) -> Fraction:
        """The variance V of the noise, which is centred."""
        return self.noise.mean(lambda x: x * x) if self.variance is None else Fraction(self.variance)

    @property
    def c(self) -> Fraction:
        """The diameter C of both sums together."""
        if self.diameter is not None:
            return Fraction(self.diameter)
        places = [x for law in self.sums for x in law.places]
        return max(places) - min(places)

    def __str__(self) -> str:
        return f"{self.p}; {self.q}; noise of variance {float(self.v):.3g}, diameter {self.c}"


def convolved(law: Line, noise: Line) -> Line:
    """The law of the sum of independent numbers."""
    mass = dict[Fraction, Fraction]()
    for x, a in zip(law.places, law.masses, strict=True):
        for e, b in zip(noise.places, noise.masses, strict=True):
            mass[x + e] = mass.get(x + e, Fraction(0)) + a * b
    return Line(tuple(sorted(mass)), tuple(mass[x] for x in sorted(mass)))


def binomial_noise(trials: int, reach: int) -> Line:
    """2 m trials of a fair coin, less m, kept within the reach: nearly normal with variance m / 2."""
    m = trials // 2
    return Line.of(list(range(-reach, reach + 1)), [math.comb(2 * m, m + k) for k in range(-reach, reach + 1)])


def instances(request: Request) -> Iterator[Noisy]:
    """Laws on up to four integers in [0, 12]; noise from none to a variance of 10."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        laws = [Line.of(rng.integers(0, 13, 4).tolist(), rng.integers(1, 5, 4).tolist()) for _ in range(2)]
        m = int(rng.integers(0, 21))
        yield Noisy(laws[0], laws[1], binomial_noise(2 * m, m))


def checks(case: Noisy) -> list[Check]:
    w1, sums = distance(case.p, case.q), case.sums
    with ctx.workprec(PRECISION):
        js = jensen_shannon(*sums).max(arb(0))
        moved, c = 2 * exact(case.v).sqrt(), exact(case.c)
        printed, sharper = moved + 2 * c * js.sqrt(), moved + c * (2 * js).sqrt()
        after = exact(distance(*sums)) + moved
    return [
        at_most(PRINTED, w1, printed, RESOLUTION),
        at_most(SHARPER, w1, sharper, RESOLUTION),
        at_most(MOVED, w1, after, RESOLUTION),
    ]


CLAIM = Claim(
    ref="neighbours.noise_bound",
    statement=r"W_1(P, Q) \leq 2\sqrt{V} + 2C\sqrt{JS(P + \epsilon, Q + \epsilon)}, "
    r"even with C\sqrt{2 JS} in the second place",
    source="Arjovsky, Bottou 2017, Theorem 3.3",
    hypotheses={
        "diameter": "C is the diameter of what the sums can reach",
        "variance": "V is the variance of the noise",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="diameter",
            instance=lambda: Noisy(Line.of([0]), Line.of([10]), Line.of([0]), diameter=5),
            check=PRINTED,
            witness="points 0 and 10 without noise, C said to be 5: W1 is 10, the bound 10 sqrt(log 2) = 8.33",
        ),
        Break(
            drops="variance",
            instance=lambda: Noisy(Line.of([0]), Line.of([-1, 1]), binomial_noise(400, 50), variance=0),
            check=PRINTED,
            witness="the point 0 and a fair sign, noise of variance 100, V said to be 0: W1 is 1, the bound 0.5",
        ),
    ),
    settles=("neighbour arjovsky-bottou",),
)

if __name__ == "__main__":
    main((CLAIM,))
