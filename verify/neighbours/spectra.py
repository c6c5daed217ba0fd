r"""Gradient steps contract near an equilibrium exactly below h = min 2 |Re lambda| / |lambda|^2.

For simultaneous steps x <- x + h v(x) with Jacobian J at the equilibrium, 1 + h lambda is in the unit circle exactly
if 2 h Re lambda + h^2 |lambda|^2 < 0, so the real part must be negative and h < -2 Re lambda / |lambda|^2. An
eigenvalue -a +- i b bounds the step by 2 a / (a^2 + b^2): the more the game turns against its pull, the smaller the
step, which is why games need smaller steps than minimisation; a pure rotation allows none.

J is block diagonal with known a, b, in coordinates changed by integer matrices of determinant one, so that nothing of
it shows, and the bound is rational. Two routes: the roots of the characteristic polynomial of I + h J as proved balls,
and Stein's equation in rational numbers, both just below the bound and just above it.

Source: Mescheder, Nowozin, Geiger, "The numerics of GANs" (2017).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most
from verify.command import main
from verify.neighbours.matrices import identity, matrix, rational, spectral_radius, stein

BELOW = "below the bound every eigenvalue of the step is inside the unit circle"
STEIN_BELOW = "below the bound Stein's equation has a positive definite solution"
ABOVE = "above the bound an eigenvalue of the step is outside the unit circle"
STEIN_ABOVE = "above the bound Stein's equation has no positive definite solution"

# The smallest distance of an eigenvalue from the unit circle that counts. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Linear:
    """Eigenvalues -a +- i b as (a, b), integer shears (i, j, factor), and the step as a share of the bound."""

    eigenvalues: tuple[tuple[int, int], ...]
    shears: tuple[tuple[int, int, int], ...] = ()
    share: Fraction = Fraction(9, 10)

    @property
    def bound(self) -> Fraction:
        """The least 2 a / (a^2 + b^2); for a rotation, which has none, the inverse of its speed takes its place."""
        return min(Fraction(2 * a, a * a + b * b) if a > 0 else Fraction(1, abs(b)) for a, b in self.eigenvalues)

    @property
    def jacobian(self) -> fmpq_mat:
        size = 2 * len(self.eigenvalues)
        rows = [[0] * size for _ in range(size)]
        for k, (a, b) in enumerate(self.eigenvalues):
            for i, j, value in ((0, 0, -a), (0, 1, -b), (1, 0, b), (1, 1, -a)):
                rows[2 * k + i][2 * k + j] = value
        found = matrix(rows)
        for i, j, factor in self.shears:
            change, back = identity(size), identity(size)
            change[i, j], back[i, j] = rational(factor), rational(-factor)
            found = change * found * back
        return found

    def step(self, share: Fraction) -> fmpq_mat:
        """I + h J at a share of the bound."""
        jacobian = self.jacobian
        return identity(jacobian.nrows()) + jacobian * rational(share * self.bound)

    def __str__(self) -> str:
        told = ", ".join(f"-{a} ± {b}i" for a, b in self.eigenvalues)
        return f"eigenvalues {told}, {self.share} of the step {self.bound}"


def instances(request: Request) -> Iterator[Linear]:
    """One or two pairs of eigenvalues, up to three shears, steps at 1/16 to 15/16 of the bound."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        pairs = tuple((int(rng.integers(1, 9)), int(rng.integers(0, 9))) for _ in range(1 + index % 2))
        shears = []
        for _ in range(int(rng.integers(0, 4))):
            i, j = rng.choice(2 * len(pairs), 2, replace=False)
            shears.append((int(i), int(j), int(rng.integers(-2, 3))))
        yield Linear(pairs, tuple(shears), Fraction(int(rng.integers(1, 16)), 16))


def checks(case: Linear) -> list[Check]:
    below, above = case.step(case.share), case.step(2 - case.share)
    return [
        at_most(BELOW, spectral_radius(below), 1, RESOLUTION, strict=True),
        Check.of_verdict(STEIN_BELOW, Verdict.REFUTED if stein(below) is None else Verdict.PROVED),
        at_most(ABOVE, 1, spectral_radius(above), RESOLUTION, strict=True),
        Check.of_verdict(STEIN_ABOVE, Verdict.PROVED if stein(above) is None else Verdict.REFUTED),
    ]


CLAIM = Claim(
    ref="neighbours.spectra",
    statement=r"x \leftarrow x + h v(x) contracts \Leftrightarrow h < 2 |Re \lambda| / |\lambda|^2 "
    r"for each eigenvalue \lambda",
    source="Mescheder, Nowozin, Geiger 2017",
    hypotheses={
        "short_step": "h is below the bound",
        "attracting": "every eigenvalue has a negative real part",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="short_step",
            instance=lambda: Linear(((1, 3),), share=Fraction(1)),
            check=BELOW,
            witness="eigenvalues -1 ± 3i, h = 2/10: the size of 1 + h lambda is one",
        ),
        Break(
            drops="attracting",
            instance=lambda: Linear(((0, 1),), share=Fraction(1, 100)),
            check=BELOW,
            witness="eigenvalues ±i, h = 1/100: |1 + h i|^2 = 1.0001, and so for every h",
        ),
    ),
    settles=("neighbour numerics-of-gans",),
)

if __name__ == "__main__":
    main((CLAIM,))
