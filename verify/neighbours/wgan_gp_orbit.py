r"""A gradient penalty with target g0 > 0 has no equilibrium on the Dirac-GAN, and a spurious point of rest.

With the penalty (lam / 2) (|psi| - g0)^2 the Wasserstein players follow

    v = (-psi, theta - lam (|psi| - g0) sign psi).

At theta = 0, where both points coincide, |v|^2 = psi^2 + lam^2 (|psi| - g0)^2 >= lam^2 g0^2 / (1 + lam^2), reached at
|psi| = lam^2 g0 / (1 + lam^2): nowhere on that line do the players rest. But |v| -> 0 at (-lam g0, psi -> 0+), where
the points are apart by lam g0. Alternating descent with n_d steps of the critic goes there: on psi > 0 a round is
affine,

    theta <- theta - h psi,   psi <- q^n_d psi + (1 - q^n_d)(g0 + theta / lam),   q = 1 - h lam,

with the fixed point (-lam g0, 0), determinant q^n_d and trace 1 + q^n_d - (h / lam)(1 - q^n_d). Its eigenvalues are
real and between 0 and 1 exactly if the critic takes enough steps:

    (1 - s) / (1 + s) >= h / lam,   s = q^(n_d / 2).

Then psi stays positive and falls to zero: the kink at psi = 0 is never crossed, and the orbit ends at the point of
rest. With lam (|psi| - g0)^2, read 2 lam for lam.

Squares are rational, eigenvalues proved balls. The orbit is followed in balls for a while, then for ever by the formula
that the two eigenvalues give.

Source: Mescheder, Geiger, Nowozin (2018), section 3 (WGAN-GP does not converge); the point of rest is derived here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb, ctx, fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, exact
from verify.command import main
from verify.neighbours.diracs import PRECISION, Point
from verify.neighbours.matrices import matrix, roots

NO_REST = "where the points coincide, the players are driven by lam g0 / sqrt(1 + lam^2) at least"
DRIVEN = "where the points coincide, the players do not rest"
SPURIOUS = "at (-lam g0, e) the field is at most e sqrt(1 + lam^2)"
REAL_ROOTS = "the round's eigenvalues are real and between 0 and 1"
ENOUGH = "with one step of the critic less than enough, they are not real"
FREEZES = "the alternating orbit comes within a millionth of theta = -lam g0"
POSITIVE = "psi stays positive for ever"

# Rounds that are followed one by one, the round at which the orbit's formula is looked at, and its start. Arbitrary.
FOLLOWED, ROUNDS = 60, 1500
START = (Fraction(1), Fraction(1, 10))

# How near to the point of rest the orbit must have come, and the smallest violation that counts. Arbitrary.
NEAR, RESOLUTION = 1e-6, 1e-7


@dataclass(frozen=True)
class Target:
    """Weight lam, target slope g0, step h, and the critic's steps in a round."""

    lam: Fraction
    target: Fraction
    step: Fraction = Fraction(1, 5)
    critic_steps: int = 20

    def square_speed(self, theta: Fraction, psi: Fraction) -> Fraction:
        """|v|^2 for psi >= 0, at psi = 0 its limit from above."""
        return psi**2 + (theta - self.lam * (psi - self.target)) ** 2

    @property
    def keeps(self) -> Fraction:
        """q^n_d: what the critic's steps leave of its distance from where they lead."""
        return (1 - self.step * self.lam) ** self.critic_steps

    @property
    def enough(self) -> bool:
        """Whether (1 - s) / (1 + s) >= h / lam: squared, (1 + q^n_d - (h / lam)(1 - q^n_d))^2 >= 4 q^n_d."""
        kept = self.keeps
        return (1 + kept - self.step / self.lam * (1 - kept)) ** 2 >= 4 * kept

    @property
    def round(self) -> fmpq_mat:
        """The linear part of a round on psi > 0: theta first, then the critic from there."""
        kept, h = self.keeps, self.step
        follow = (1 - kept) / self.lam
        return matrix([[1, -h], [follow, kept - h * follow]])

    def __str__(self) -> str:
        return f"lam = {self.lam}, g0 = {self.target}, h = {self.step}, {self.critic_steps} steps of the critic"


def instances(request: Request) -> Iterator[Target]:
    """Weights from 1/2 to 2, targets from 1/8 to 1, at least as many steps of the critic as are enough."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        lam, target = Fraction(int(rng.integers(4, 17)), 8), Fraction(int(rng.integers(1, 9)), 8)
        yield _least(Target(lam, target, Fraction(1, 5), 1), more=int(rng.integers(0, 11)))


def _least(case: Target, more: int) -> Target:
    """The least number of the critic's steps that is enough, and some more."""
    while not case.enough:
        case = replace(case, critic_steps=case.critic_steps + 1)
    return replace(case, critic_steps=case.critic_steps + more)


def checks(case: Target) -> list[Check]:
    lam, g0 = case.lam, case.target
    least = lam**2 * g0**2 / (1 + lam**2)
    places = [Fraction(k, 64) * (g0 + 1) for k in range(65)]
    slowest = min(case.square_speed(Fraction(0), psi) for psi in places)
    lowest = case.square_speed(Fraction(0), lam**2 * g0 / (1 + lam**2))
    excess = max(case.square_speed(-lam * g0, e) - e**2 * (1 + lam**2) for e in places)
    return [
        at_most(NO_REST, least, min(slowest, lowest), RESOLUTION),
        at_most(DRIVEN, -lowest, 0, RESOLUTION, strict=True),
        at_most(SPURIOUS, excess, 0, RESOLUTION),
        *_enough(case),
        *_orbit(case),
    ]


def _enough(case: Target) -> list[Check]:
    """The largest number of steps that is not enough, where one step is not: its roots have imaginary parts."""
    few = replace(case, critic_steps=1)
    if few.enough:
        return []
    while not replace(few, critic_steps=few.critic_steps + 1).enough:
        few = replace(few, critic_steps=few.critic_steps + 1)
    with ctx.workprec(PRECISION):
        width = abs(arb(roots(few.round)[0].imag))
    return [at_most(ENOUGH, -width, 0, RESOLUTION, strict=True)]


def _orbit(case: Target) -> list[Check]:
    found = roots(case.round)
    with ctx.workprec(PRECISION):
        outside = max((max(-arb(z.real), arb(z.real) - 1, abs(arb(z.imag)), key=_middle) for z in found), key=_middle)
        rounds = list(_rounds(case))
        least = min((psi for _, psi in rounds), key=_middle)
        if _middle(outside) > 0:
            return [at_most(REAL_ROOTS, outside, 0, RESOLUTION), at_most(POSITIVE, -least, 0, RESOLUTION)]
        small, large = sorted((arb(z.real) for z in found), key=_middle)
        (away, psi), (next_away, next_psi) = rounds[:2]
        # psi_N = p large^N + (psi_0 - p) small^N, so psi_N / large^N runs from psi_0 to p without turning
        p, t = ((after - small * before) / (large - small) for before, after in ((psi, next_psi), (away, next_away)))
        end = abs(t * large**ROUNDS + (away - t) * small**ROUNDS)
    return [
        at_most(REAL_ROOTS, outside, 0, RESOLUTION),
        at_most(POSITIVE, -min(least, p, key=_middle), 0, RESOLUTION),
        at_most(FREEZES, end, NEAR, RESOLUTION),
    ]


def _rounds(case: Target) -> Iterator[Point]:
    """(theta + lam g0, psi) at the start and after each of the first rounds."""
    theta, psi = exact(START[0]), exact(START[1])
    h, kept, lam = exact(case.step), exact(case.keeps), exact(case.lam)
    for _ in range(FOLLOWED):
        yield theta + exact(case.lam * case.target), psi
        theta -= h * psi
        psi = kept * psi + (1 - kept) * (exact(case.target) + theta / lam)


def _middle(ball: arb) -> float:
    return float(ball.mid())


CLAIM = Claim(
    ref="neighbours.wgan_gp_orbit",
    statement=r"penalty (\lambda/2)(|\psi| - g_0)^2: |v| \geq \lambda g_0 / \sqrt{1 + \lambda^2} where "
    r"the points coincide; v \to 0 at (-\lambda g_0, 0+)",
    source="Mescheder, Geiger, Nowozin 2018, section 3; the point of rest is derived here",
    hypotheses={
        "positive_target": "g0 > 0",
        "enough_critic_steps": "(1 - s) / (1 + s) >= h / lam, s = (1 - h lam)^(n_d / 2) (to end at the point of rest)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="positive_target",
            instance=lambda: Target(Fraction(1), Fraction(0)),
            check=DRIVEN,
            witness="g0 = 0, the zero-centred penalty: the players rest at (0, 0), the equilibrium",
        ),
        Break(
            drops="enough_critic_steps",
            instance=lambda: Target(Fraction(1), Fraction(3, 10), critic_steps=3),
            check=REAL_ROOTS,
            witness="lam 1, g0 3/10, h 1/5, three steps of the critic (four are enough): 0.71 ± 0.11i, so psi falls "
            "through zero",
        ),
        Break(
            drops="enough_critic_steps",
            instance=lambda: Target(Fraction(1), Fraction(3, 10), critic_steps=1),
            check=POSITIVE,
            witness="lam 1, g0 3/10, h 1/5, one step of the critic: psi falls to -0.1 and lower, the orbit goes round",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

if __name__ == "__main__":
    main((CLAIM,))
