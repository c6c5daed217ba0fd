r"""Disjoint compact supports admit a discriminator that is always right and constant near both: no gradient is left.

Let delta be the distance of the supports, rho the distance from the fake one, and S the smooth step 3 t^2 - 2 t^3 of
t = 3 rho / delta - 1, cut at 0 and 1. D = S is zero within delta / 3 of fake points and one within delta / 3 of real
ones, so its gradient vanishes there, with it that of any generator's loss made of D; D is 9 / (2 delta)-Lipschitz.
Where the supports share mass, no discriminator is right more often than (1 + TV) / 2 < 1.

Supports are finite sets of integer places, so squared distances are integers and D is exact where it is 0 or 1. Two
routes to the accuracy: that of D, and (1 + TV) / 2. (Compact sets behave alike; manifolds that cross are not decided.)

Source: Arjovsky, Bottou, "Towards principled methods for training GANs" (2017), Theorem 2.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.neighbours.matrices import PRECISION

ACCURATE = "the discriminator is right at every point"
BEST = "(1 + TV) / 2, the best accuracy there is, is one"
FLAT = "it is constant within a third of the distance of each point"
STEADY = "it changes by at most 9 / (2 delta) times the distance"

# The smallest error of an accuracy or of a value that counts. Arbitrary.
RESOLUTION = 1e-9

Place = tuple[Fraction, Fraction]

# Directions in which a point is moved by a third of the distance, and less: rational points of the unit circle.
AROUND = [(Fraction(a, 5), Fraction(b, 5)) for a, b in ((5, 0), (-3, 4), (0, -5))]


@dataclass(frozen=True)
class Supports:
    """Real and fake places, each with equal mass."""

    real: tuple[Place, ...]
    fake: tuple[Place, ...]

    @cached_property
    def square_distance(self) -> Fraction:
        """The square of delta."""
        return min(self.square_rho(y) for y in self.real)

    def square_rho(self, z: Place) -> Fraction:
        """The square of the distance from the fake support."""
        return min((z[0] - x[0]) ** 2 + (z[1] - x[1]) ** 2 for x in self.fake)

    def __call__(self, z: Place) -> arb:
        """The discriminator, exact where it is 0 or 1."""
        square, delta = self.square_rho(z), self.square_distance
        if 9 * square <= delta:
            return arb(0)
        if 9 * square >= 4 * delta:
            return arb(1)
        with ctx.workprec(PRECISION):
            t = 3 * exact(square / delta).sqrt() - 1
            return 3 * t * t - 2 * t * t * t

    def __str__(self) -> str:
        return f"{len(self.real)} real and {len(self.fake)} fake points at distance^2 {self.square_distance}"


def instances(request: Request) -> Iterator[Supports]:
    """Up to six integer places a side, none shared."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        places = [(Fraction(int(k) // 9), Fraction(int(k) % 9)) for k in rng.choice(81, 12, replace=False)]
        n, m = (int(k) for k in rng.integers(1, 7, 2))
        yield Supports(tuple(places[:m]), tuple(places[m : m + n]))


def checks(case: Supports) -> list[Check]:
    sides = [(case.real, arb(1)), (case.fake, arb(0))]
    wrong = max(abs(case(z) - side) for places, side in sides for z in places) if case.square_distance else arb(1)
    near = [z for places, _ in sides for point in places for z in _around(case, point)]
    moved = max(abs(case(z) - case(point)) for places, _ in sides for point in places for z in _around(case, point))
    shares = {
        z: case.real.count(z) * len(case.fake) - case.fake.count(z) * len(case.real) for z in case.real + case.fake
    }
    variation = Fraction(sum(abs(x) for x in shares.values()), 2 * len(case.real) * len(case.fake))
    return [
        at_most(ACCURATE, wrong, 0, RESOLUTION),
        equal(BEST, (1 + variation) / 2, 1, RESOLUTION),
        at_most(FLAT, moved, 0, RESOLUTION),
        *([_steady(case, near)] if case.square_distance else []),
    ]


def _around(case: Supports, point: Place) -> list[Place]:
    """Places within delta / 3: delta itself may be irrational, so a rational number below it is taken."""
    reach = Fraction(int(1000 * float(case.square_distance) ** 0.5), 3000)
    return [
        (point[0] + share * reach * a, point[1] + share * reach * b) for a, b in AROUND for share in (1, Fraction(1, 2))
    ]


def _steady(case: Supports, near: list[Place]) -> Check:
    """Between the points near the supports, and half-way points of the plane between them."""
    middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(near, near[::-1], strict=True)]
    with ctx.workprec(PRECISION):
        delta = exact(case.square_distance).sqrt()
        worst = arb(-1)
        for a, b in zip([*near, *middle], [*middle, *near], strict=True):
            apart = exact((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2).sqrt()
            worst = worst.max(abs(case(a) - case(b)) - 9 * apart / (2 * delta))
    return at_most(STEADY, worst, 0, RESOLUTION)


def _place(x: int, y: int) -> Place:
    return Fraction(x), Fraction(y)


CLAIM = Claim(
    ref="neighbours.perfect_critic",
    statement=r"supports at distance \delta > 0: some D has accuracy 1 and \nabla D = 0 within \delta/3 of both",
    source="Arjovsky, Bottou 2017, Theorem 2.1",
    hypotheses={"disjoint": "the supports share no point"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="disjoint",
            instance=lambda: Supports((_place(0, 0), _place(1, 0)), (_place(0, 0), _place(0, 1))),
            check=BEST,
            witness="two points a side, one of them shared: no discriminator is right more often than 3/4",
        ),
    ),
    settles=("neighbour arjovsky-bottou",),
)

if __name__ == "__main__":
    main((CLAIM,))
