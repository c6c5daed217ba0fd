r"""Simultaneous gradient descent with R1 contracts exactly for h / 4 < gamma < 2 / h + h / 8.

At the equilibrium of the logistic Dirac-GAN (a = f'(0) = 1/2) one step is

    M = [[1, -h a], [h a, 1 - h gamma]],   det M = 1 - h gamma + h^2 a^2,   tr M = 2 - h gamma.

Both eigenvalues are inside the unit circle exactly if det < 1 and |tr| < 1 + det (Jury): the first is gamma > h a^2,
the second, since 1 + det - tr = h^2 a^2 > 0 always, is gamma < 2 / h + h a^2 / 2. So R1 must be strong enough for the
step that is taken, and no stronger than twice its inverse: the flow alone would ask for gamma > 0 only.

Two routes: the proved roots of the characteristic polynomial, and Stein's equation M^T P M - P = -I, solved in rational
numbers. The nonlinear game is followed in balls besides: near the equilibrium x^T P x falls at every step.

Source: derived here; that the flow attracts is Mescheder, Geiger, Nowozin (2018), Theorem 4.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb, ctx, fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most
from verify.command import main
from verify.neighbours.diracs import PRECISION, SLOPE_AT_ZERO, Dirac, Point
from verify.neighbours.matrices import matrix, spectral_radius, stein

CONTRACTS = "both eigenvalues are inside the unit circle"
STEIN = "Stein's equation has a positive definite solution"
NEARER = "x^T P x falls at every step of the game itself, from (1/1000, 1/1000)"

# The smallest distance of an eigenvalue from the unit circle that counts. Arbitrary.
RESOLUTION = 1e-9

# The orbit of the game itself: how near it starts, and for how many steps it is followed. Arbitrary.
NEAR = Fraction(1, 1000)
FOLLOWED = 20


@dataclass(frozen=True)
class Steps:
    """R1 with weight gamma, gradient descent with step h."""

    gamma: Fraction
    step: Fraction
    loss: str = "logistic"

    @property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """The strengths between which the iteration contracts: h a^2 and 2 / h + h a^2 / 2."""
        a, h = SLOPE_AT_ZERO[self.loss], self.step
        return h * a**2, 2 / h + h * a**2 / 2

    @property
    def matrix(self) -> fmpq_mat:
        """One simultaneous step at the equilibrium."""
        a, h = SLOPE_AT_ZERO[self.loss], self.step
        return matrix([[1, -h * a], [h * a, 1 - h * self.gamma]])

    def __str__(self) -> str:
        low, high = self.bounds
        return f"{self.loss} Dirac-GAN, h = {self.step}, gamma = {self.gamma} (between {low} and {high})"


def instances(request: Request) -> Iterator[Steps]:
    """Strengths at all places between their bounds, steps h < 2 / a (beyond, the bounds have crossed)."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        loss = ("logistic", "linear")[index % 2]
        step = Fraction(int(rng.integers(1, 32)), 16) / SLOPE_AT_ZERO[loss]
        low, high = Steps(Fraction(1), step, loss).bounds
        yield Steps(low + Fraction(int(rng.integers(1, 64)), 64) * (high - low), step, loss)


def checks(case: Steps) -> list[Check]:
    weights = stein(case.matrix)
    return [
        at_most(CONTRACTS, spectral_radius(case.matrix), 1, RESOLUTION, strict=True),
        Check.of_verdict(STEIN, Verdict.REFUTED if weights is None else Verdict.PROVED),
        *([] if weights is None else [_nearer(case, weights)]),
    ]


def _nearer(case: Steps, weights: fmpq_mat) -> Check:
    """The largest ratio of x^T P x after and before a step."""
    game = Dirac(NEAR, NEAR, case.step, case.gamma, case.loss)
    with ctx.workprec(PRECISION):
        sizes = [_size(weights, at) for at in game.orbit(FOLLOWED)]
        ratios = [after / before for before, after in pairwise(sizes)]
    return at_most(NEARER, max(ratios, key=lambda ball: float(ball.mid())), 1, RESOLUTION, strict=True)


def _size(weights: fmpq_mat, at: Point) -> arb:
    """The square form x^T P x."""
    x, y = at
    return weights[0, 0] * (x * x) + 2 * weights[0, 1] * (x * y) + weights[1, 1] * (y * y)


CLAIM = Claim(
    ref="neighbours.r1_steps",
    statement=r"simultaneous steps with R1 contract \Leftrightarrow h f'(0)^2 < \gamma < 2/h + h f'(0)^2/2",
    source="derived here; Mescheder, Geiger, Nowozin 2018, Theorem 4.1, for the flow",
    hypotheses={
        "gamma_above": "gamma > h f'(0)^2",
        "gamma_below": "gamma < 2 / h + h f'(0)^2 / 2",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="gamma_above",
            instance=lambda: Steps(Fraction(1, 20), Fraction(1, 5)),
            check=CONTRACTS,
            witness="h = 1/5, gamma = h / 4 = 1/20: determinant 1, both eigenvalues on the unit circle",
        ),
        Break(
            drops="gamma_below",
            instance=lambda: Steps(Fraction(401, 40), Fraction(1, 5)),
            check=CONTRACTS,
            witness="h = 1/5, gamma = 2 / h + h / 8 = 401/40: an eigenvalue is -1",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

if __name__ == "__main__":
    main((CLAIM,))
