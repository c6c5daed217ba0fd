r"""A faster discriminator keeps the Dirac-GAN with R1 stable, and its own step is all that the speed costs.

Let the generator take steps h_g and the critic h_d, at the same time; a = f'(0). The flow with speeds in the ratio
kappa = h_d / h_g has the characteristic polynomial x^2 + kappa gamma x + kappa a^2: it attracts for every kappa > 0,
and for kappa -> infinity one eigenvalue runs away while the other tends to -a^2 / gamma, that of the generator alone
against the critic's best answer psi = a theta / gamma. The steps contract exactly if

    gamma > h_g a^2   and   h_d gamma < 2 + h_g h_d a^2 / 2:

a slower generator needs less of R1, whatever the critic's step. For kappa > 4 a^2 / gamma^2 the slow eigenvalue is
between -a^2 / gamma (1 + 4 a^2 / (kappa gamma^2)) and -a^2 / gamma.

Two routes: the proved roots of the characteristic polynomials, and Lyapunov's and Stein's equations. What is decided is
the local statement; the theorem of the source is about noisy gradients in the limit of falling step sizes.

Source: Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter, "GANs trained by a two time-scale update rule converge to a
local Nash equilibrium" (2017), for the two time scales; the bounds are derived here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, ctx, fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact
from verify.command import main
from verify.neighbours.diracs import SLOPE_AT_ZERO
from verify.neighbours.matrices import PRECISION, lyapunov, matrix, roots, spectral_abscissa, spectral_radius, stein

FLOW = "at every ratio of speeds the flow attracts"
LYAPUNOV = "Lyapunov's equation has a positive definite solution"
STEPS = "the steps contract"
STEIN = "Stein's equation has a positive definite solution"
SLOW = "the slow eigenvalue is the generator's own, -a^2 / gamma, up to a share 4 a^2 / (kappa gamma^2)"

# The smallest distance of an eigenvalue from its bound that counts. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Speeds:
    """R1's weight gamma, the two steps, and the loss."""

    gamma: Fraction
    generator_step: Fraction
    critic_step: Fraction
    loss: str = "logistic"

    @property
    def slope(self) -> Fraction:
        """The slope a = f'(0)."""
        return SLOPE_AT_ZERO[self.loss]

    @property
    def kappa(self) -> Fraction:
        """The ratio of the speeds."""
        return self.critic_step / self.generator_step

    @property
    def flow(self) -> fmpq_mat:
        """The Jacobian of the flow in the generator's time."""
        a, kappa = self.slope, self.kappa
        return matrix([[0, -a], [kappa * a, -kappa * self.gamma]])

    @property
    def step(self) -> fmpq_mat:
        """One simultaneous step."""
        a, h, k = self.slope, self.generator_step, self.critic_step
        return matrix([[1, -h * a], [k * a, 1 - k * self.gamma]])

    def __str__(self) -> str:
        return f"{self.loss}, gamma = {self.gamma}, h_g = {self.generator_step}, h_d = {self.critic_step}"


def instances(request: Request) -> Iterator[Speeds]:
    """The critic's step within its bound, the generator's up to its own, in shares of 16ths."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        loss, gamma = ("logistic", "linear")[index % 2], Fraction(int(rng.integers(1, 33)), 8)
        share, other = (Fraction(int(rng.integers(1, 16)), 16) for _ in range(2))
        yield Speeds(gamma, share / 64 * gamma / SLOPE_AT_ZERO[loss] ** 2, 2 * other / gamma, loss)


def checks(case: Speeds) -> list[Check]:
    found = [
        at_most(FLOW, spectral_abscissa(case.flow), 0, RESOLUTION, strict=True),
        Check.of_verdict(LYAPUNOV, Verdict.REFUTED if lyapunov(case.flow) is None else Verdict.PROVED),
        at_most(STEPS, spectral_radius(case.step), 1, RESOLUTION, strict=True),
        Check.of_verdict(STEIN, Verdict.REFUTED if stein(case.step) is None else Verdict.PROVED),
    ]
    slack = 4 * case.slope**2 / (case.kappa * case.gamma**2) if case.gamma else Fraction(1)
    return found + _slow(case, slack) if slack < 1 else found


def _slow(case: Speeds, slack: Fraction) -> list[Check]:
    """Two inequalities; below a slack of one the eigenvalues are real and apart."""
    with ctx.workprec(PRECISION):
        slow = max((arb(z.real) for z in roots(case.flow)), key=lambda ball: float(ball.mid()))
        own = exact(-(case.slope**2) / case.gamma)
        return [
            at_most(SLOW, slow, own, RESOLUTION),
            at_most(SLOW, own * (1 + exact(slack)), slow, RESOLUTION),
        ]


CLAIM = Claim(
    ref="neighbours.two_time_scales",
    statement=r"Dirac-GAN with R1, steps h_g and h_d: contracts \Leftrightarrow \gamma > h_g f'(0)^2 and "
    r"h_d \gamma < 2 + h_g h_d f'(0)^2/2; the slow eigenvalue \to -f'(0)^2/\gamma",
    source="Heusel et al. 2017, on the Dirac-GAN",
    hypotheses={
        "regularised": "gamma > 0",
        "slow_generator": "h_g < gamma / a^2",
        "critic_step": "h_d gamma < 2 + h_g h_d a^2 / 2",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="regularised",
            instance=lambda: Speeds(Fraction(0), Fraction(1, 100), Fraction(1)),
            check=FLOW,
            witness="gamma 0, the critic a hundred times faster: the flow still turns around the equilibrium",
        ),
        Break(
            drops="slow_generator",
            instance=lambda: Speeds(Fraction(1, 20), Fraction(1, 5), Fraction(1)),
            check=STEPS,
            witness="gamma 1/20, h_g = 4 gamma = 1/5, h_d 1: both eigenvalues are on the unit circle",
        ),
        Break(
            drops="critic_step",
            instance=lambda: Speeds(Fraction(1), Fraction(1, 10), Fraction(5, 2)),
            check=STEPS,
            witness="gamma 1, h_g 1/10, h_d 5/2: an eigenvalue is -1.47",
        ),
    ),
    settles=("neighbour ttur",),
)

if __name__ == "__main__":
    main((CLAIM,))
