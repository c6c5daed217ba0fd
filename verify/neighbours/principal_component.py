r"""The normal law of rank one that is nearest to N(0, K) in W2 is its principal component.

For a generator g(z) = s v z, |v| = 1, z standard normal, the square of W2 to the data N(0, K) is

    W2^2 = tr K + s^2 - 2 s sqrt(v^T K v):

with z = v^T x / sqrt(v^T K v) it is the cost of a coupling, and Gelbrich's formula, tr K + tr Q - 2 tr (Q^(1/2) K
Q^(1/2))^(1/2) with Q = s^2 v v^T, says that none is better. It is least at s^2 = v^T K v, where tr K - v^T K v is left,
and so at the eigenvector of the largest eigenvalue: W2^2 is the sum of the other ones.

In the plane, K = R diag(l1, l2) R^T with a rational rotation; roots are balls. Two routes: the formula, and the cost of
the coupling from its matrices, E |x - A x|^2 = tr (I - A) K (I - A)^T. Other directions and deviations do no better.

Source: Feizi, Farnia, Ginart, Tse, "Understanding GANs: the LQG setting" (2017), for rank one in the plane.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.neighbours.matrices import PRECISION

SAME_COST = "the formula is the cost of the coupling"
LEAST = "at the generator looked at, W2^2 is the smaller eigenvalue"
BEST = "no other generator of rank one is nearer"

# The smallest error of a squared distance that counts; eigenvalues are of size one. Arbitrary.
RESOLUTION = 1e-9

Direction = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Plane:
    """Eigenvalues l1 > l2, the direction of l1, and a rival direction with its variance s^2.

    ``direction`` and ``variance`` are the generator's; by default the principal component's own.
    """

    largest: Fraction
    smallest: Fraction
    axis: Direction
    rival: Direction
    rival_variance: Fraction
    direction: Direction | None = None
    variance: Fraction | None = None

    @property
    def covariance(self) -> tuple[Fraction, Fraction, Fraction]:
        """K as (K_11, K_12, K_22)."""
        (a, b), l1, l2 = self.axis, self.largest, self.smallest
        return l1 * a * a + l2 * b * b, (l1 - l2) * a * b, l1 * b * b + l2 * a * a

    def along(self, v: Direction) -> Fraction:
        """The variance v^T K v."""
        k11, k12, k22 = self.covariance
        return k11 * v[0] ** 2 + 2 * k12 * v[0] * v[1] + k22 * v[1] ** 2

    def __str__(self) -> str:
        return f"eigenvalues {self.largest}, {self.smallest} along {self.axis[0]}, {self.axis[1]}"


def instances(request: Request) -> Iterator[Plane]:
    """Eigenvalues in eighths, rational directions, rivals of any direction and variance."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        low = Fraction(int(rng.integers(1, 17)), 8)
        high = low + Fraction(int(rng.integers(1, 17)), 8)
        yield Plane(high, low, _direction(rng), _direction(rng), Fraction(int(rng.integers(1, 41)), 8))


def _direction(rng: np.random.Generator) -> Direction:
    """A rational point of the unit circle."""
    t = Fraction(int(rng.integers(-12, 13)), 4)
    return 2 * t / (1 + t * t), (1 - t * t) / (1 + t * t)


def checks(case: Plane) -> list[Check]:
    direction = case.axis if case.direction is None else case.direction
    variance = case.along(direction) if case.variance is None else case.variance
    rival = square_distance(case, case.rival, case.rival_variance)
    return [
        equal(SAME_COST, square_distance(case, direction, variance), coupled(case, direction, variance), RESOLUTION),
        equal(SAME_COST, rival, coupled(case, case.rival, case.rival_variance), RESOLUTION),
        equal(LEAST, square_distance(case, direction, variance), case.smallest, RESOLUTION),
        at_most(BEST, case.smallest, rival, RESOLUTION),
    ]


def square_distance(case: Plane, v: Direction, variance: Fraction) -> arb:
    """W2^2 between N(0, K) and N(0, s^2 v v^T)."""
    with ctx.workprec(PRECISION):
        return exact(case.largest + case.smallest + variance) - 2 * exact(variance * case.along(v)).sqrt()


def coupled(case: Plane, v: Direction, variance: Fraction) -> arb:
    """E |x - A x|^2 for A = s v v^T / sqrt(v^T K v), which maps N(0, K) to the generator's law."""
    k11, k12, k22 = case.covariance
    with ctx.workprec(PRECISION):
        gain = exact(variance / case.along(v)).sqrt()
        a11, a12, a22 = (1 - gain * exact(v[0] ** 2), -gain * exact(v[0] * v[1]), 1 - gain * exact(v[1] ** 2))
        first = a11 * a11 * exact(k11) + 2 * a11 * a12 * exact(k12) + a12 * a12 * exact(k22)
        second = a12 * a12 * exact(k11) + 2 * a12 * a22 * exact(k12) + a22 * a22 * exact(k22)
        return first + second


_WITNESS = Plane(Fraction(2), Fraction(1), (Fraction(1), Fraction(0)), (Fraction(3, 5), Fraction(4, 5)), Fraction(1))

CLAIM = Claim(
    ref="neighbours.principal_component",
    statement=r"min W_2^2(N(0, K), N(0, s^2 v v^T)) = tr K - \lambda_1, at v the first eigenvector, s^2 = \lambda_1",
    source="Feizi, Farnia, Ginart, Tse 2017, for rank one in the plane",
    hypotheses={
        "first_eigenvector": "v is the eigenvector of the largest eigenvalue",
        "own_variance": "s^2 is the variance of the data along v",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="first_eigenvector",
            instance=lambda: replace(_WITNESS, direction=(Fraction(0), Fraction(1))),
            check=LEAST,
            witness="K = diag(2, 1), v = (0, 1): W2^2 is 2, not 1",
        ),
        Break(
            drops="own_variance",
            instance=lambda: replace(_WITNESS, variance=Fraction(1)),
            check=LEAST,
            witness="K = diag(2, 1), v = (1, 0), s = 1: W2^2 is 4 - 2 sqrt 2 = 1.17, not 1",
        ),
    ),
    settles=("neighbour feizi",),
)

if __name__ == "__main__":
    main((CLAIM,))
