r"""Alternating gradient descent on the Dirac-GAN: on the unit circle exactly if n_d h_g h_d f'(0)^2 <= 4.

One round is a step of the generator and n_d steps of the critic. Near the equilibrium it is the product of two shears,

    M = [[1, 0], [n_d h_d a, 1]] [[1, -h_g a], [0, 1]],   det M = 1,   tr M = 2 - n_d h_g h_d a^2,   a = f'(0),

so both eigenvalues are on the unit circle as long as |tr M| <= 2, and one is outside beyond. Inside that bound there is
no linear convergence at any step size, above it divergence.

Three routes: the trace against the Jacobian that sympy derives from the round itself, n_d steps deep; the proved roots;
and exact powers, since a matrix of determinant one has both eigenvalues on the circle only if no power has a trace
beyond +-2. The error bars are the radii of the roots.

Source: Mescheder, Geiger, Nowozin, "Which training methods for GANs do actually converge?" (2018), section 2 (which
has n_g steps of the generator as well: they enter in the same way).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

import numpy as np
from flint import fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most
from verify.command import main
from verify.neighbours.diracs import SLOPE_AT_ZERO
from verify.neighbours.matrices import fraction, identity, matrix, spectral_radius

DERIVED = "the round's Jacobian, derived step by step, has determinant 1 and trace 2 - n_d h_g h_d a^2"
ON_CIRCLE = "no eigenvalue is outside the unit circle"
POWERS = "no power of the round has a trace beyond two"
NOT_INSIDE = "no eigenvalue is inside the unit circle: nothing converges linearly"
LEAVES = "when n_d h_g h_d a^2 is raised above four, an eigenvalue leaves the unit circle"

# How many powers are looked at. Arbitrary: a trace of 2.01 in size is beyond 10^12 by then.
POWER = 300

# The smallest excess of an eigenvalue's size over one that counts. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Round:
    """Step sizes of both players, the number of the critic's steps, and whether the players take ``turns``."""

    generator_step: Fraction
    critic_step: Fraction
    critic_steps: int = 1
    loss: str = "logistic"
    turns: bool = True

    @property
    def product(self) -> Fraction:
        """n_d h_g h_d a^2."""
        return self.critic_steps * self.generator_step * self.critic_step * SLOPE_AT_ZERO[self.loss] ** 2

    @property
    def matrix(self) -> fmpq_mat:
        """The round, linear at the equilibrium: the critic's shear after the generator's, or both at once."""
        a = SLOPE_AT_ZERO[self.loss]
        pull, push = -self.generator_step * a, self.critic_steps * self.critic_step * a
        if not self.turns:
            return matrix([[1, pull], [push, 1]])
        return matrix([[1, 0], [push, 1]]) * matrix([[1, pull], [0, 1]])

    def __str__(self) -> str:
        kind = "alternating" if self.turns else "simultaneous"
        return (
            f"{self.loss} Dirac-GAN, {kind}, h_g = {self.generator_step}, h_d = {self.critic_step}, "
            f"n_d = {self.critic_steps}"
        )


def instances(request: Request) -> Iterator[Round]:
    """Rounds below the bound; every fifth is on it."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        loss, deep = ("logistic", "linear")[index % 2], int(rng.integers(1, 4))
        first = Fraction(int(rng.integers(1, 33)), 8)
        share = Fraction(1) if index % 5 == 4 else Fraction(int(rng.integers(1, 16)), 16)
        yield Round(first, 4 * share / (deep * first * SLOPE_AT_ZERO[loss] ** 2), deep, loss)


def checks(case: Round) -> list[Check]:
    inverse = spectral_radius(case.matrix.inv())
    steeper = replace(case, critic_step=case.critic_step * Fraction(17, 4) / case.product)
    return [
        Check.of_verdict(DERIVED, Verdict.PROVED if derived(case.critic_steps) else Verdict.REFUTED),
        at_most(ON_CIRCLE, spectral_radius(case.matrix), 1, RESOLUTION),
        at_most(POWERS, largest_trace(case.matrix), 2, RESOLUTION),
        at_most(NOT_INSIDE, inverse, 1, RESOLUTION),
        at_most(LEAVES, 1 - spectral_radius(steeper.matrix), 0, RESOLUTION, strict=True),
    ]


def largest_trace(a: fmpq_mat) -> Fraction:
    """The largest |tr A^k|, k <= ``POWER``, by t_{k+1} = t_1 t_k - det(A) t_{k-1}; stops where it is beyond 4."""
    trace, det = fraction(a[0, 0] + a[1, 1]), fraction(a.det())
    before, now, largest = fraction(identity(2)[0, 0]) * 2, trace, abs(trace)
    for _ in range(POWER):
        before, now = now, trace * now - det * before
        largest = max(largest, abs(now))
        if largest > 4:
            break
    return largest


@cache
def derived(deep: int) -> bool:
    """Whether the round of the logistic game has the Jacobian told, for all step sizes: differentiated by sympy."""
    import sympy

    theta, psi, h, k = sympy.symbols("theta psi h_g h_d", real=True)

    def slope(t: sympy.Expr) -> sympy.Expr:
        return 1 / (1 + sympy.exp(t))

    moved, critic = theta - h * psi * slope(theta * psi), psi
    for _ in range(deep):
        critic += k * moved * slope(moved * critic)
    # the chain rule at the origin, a fixed point: the linear part alone matters
    origin = {theta: 0, psi: 0}
    a, b, c, d = (sympy.diff(part, x).subs(origin) for part in (moved, critic) for x in (theta, psi))
    return sympy.expand(a + d - (2 - deep * h * k / 4)) == 0 and sympy.expand(a * d - b * c) == 1


CLAIM = Claim(
    ref="neighbours.alternating",
    statement=r"alternating steps: |\lambda| = 1 for both eigenvalues \Leftrightarrow n_d h_g h_d f'(0)^2 \leq 4",
    source="Mescheder, Geiger, Nowozin 2018, section 2",
    hypotheses={
        "small_steps": "n_d h_g h_d f'(0)^2 <= 4",
        "alternating": "the critic sees where the generator has moved to",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="small_steps",
            instance=lambda: Round(Fraction(5), Fraction(5)),
            check=ON_CIRCLE,
            witness="h_g = h_d = 5, n_d = 1: 25/4 > 4; the eigenvalues are -4 and -1/4",
        ),
        Break(
            drops="alternating",
            instance=lambda: Round(Fraction(1, 5), Fraction(1, 5), turns=False),
            check=POWERS,
            witness="simultaneous steps of 1/5: |lambda|^2 = 1 + h^2 / 4 = 1.01",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

if __name__ == "__main__":
    main((CLAIM,))
