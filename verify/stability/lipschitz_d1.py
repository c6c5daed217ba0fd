r"""(D1): which GANs have optimal discriminators with slopes bounded uniformly in mu.

* W1: |Phi'| <= 1, attained wherever the distribution functions differ, and the integral of Phi against mu - mu_0 is W1.
* MMD^2 / 2 with a Gaussian kernel of width s: |Phi'| <= 2 e^{-1/2} / s = 1.2131 / s, since K' lies within e^{-1/2} / s
  of zero and mu - mu_0 has masses 1 and -1. Attained halfway between mu = delta_{-s} and mu_0 = delta_s.
* Minimax and non-saturating: no alpha will do. Between N(theta, 1) and N(0, 1), |Phi'(x)| = sigma(-+u) theta / 2 with
  u = theta x - theta^2 / 2, which tends to theta / 2 far to one side: at theta = 4 alpha it exceeds alpha.

Decided on atoms with exact places and weights; slopes of the kernel's discriminator by formula and by power series, W1
as an area and as the cost of a plan. All of it exact, or balls.

Source: talk on the stability of GANs, condition (D1) and the Wasserstein objective; Chu, Minami, Fukumizu (2020),
table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import Atoms, ball, dirac, gaps, random_atoms, sorted_plan_cost, total, transport
from verify.stability.discriminators import Critic, Kantorovich, Kernel, Shifted, expanded, slope_at
from verify.stability.generators import kernel_constants

STEEPNESS = "no slope exceeds alpha"
RISE = "no rise exceeds alpha times the distance"
ATTAINED = "alpha is attained"
FORMULA = "slopes by formula are those of the power series"
DUALITY = "the potential of W1 integrates to W1, reached by a plan as well"
ESCAPE = "slopes of N(4 alpha, 1) against N(0, 1) exceed alpha"

# The smallest violation that counts, in units of alpha; arbitrary.
RESOLUTION = 1e-6

Point = Fraction


@dataclass(frozen=True)
class Case:
    """A discriminator, the alpha claimed for it, places to look at, and a place where alpha is attained, if any."""

    critic: Critic | Kantorovich
    alpha: arb
    places: tuple[Point, ...] = ()
    attained_at: Point | None = None

    def __str__(self) -> str:
        return f"{self.critic}, alpha = {float(self.alpha):.4g}"

    def value(self, x: Point) -> arb:
        return ball(self.critic.value(x)) if isinstance(self.critic, Kantorovich) else self.critic.jet(ball(x))[0]

    def slope(self, x: Point) -> arb:
        return slope_at(self.critic, x)


@dataclass(frozen=True)
class Escape:
    """Any alpha: the minimax and the non-saturating discriminator are steeper."""

    alpha: Fraction
    saturating: bool

    def __str__(self) -> str:
        return f"{'minimax' if self.saturating else 'non-saturating'}, alpha = {self.alpha}"

    @property
    def critic(self) -> Shifted:
        return Shifted(4 * self.alpha, self.saturating)

    @property
    def place(self) -> Fraction:
        """Where u = -+1: there the slope is sigma(1) theta / 2 = 1.46 alpha."""
        theta = self.critic.theta
        return theta / 2 + self.critic.sign / theta


def places(rng: np.random.Generator, number: int) -> tuple[Point, ...]:
    """Odd multiples of 1/16, which are no places of atoms."""
    return tuple(Fraction(2 * int(n) + 1, 16) for n in rng.integers(-24, 24, number))


def instances(request: Request) -> Iterator[Case | Escape]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        mu, real = (random_atoms(rng, int(rng.integers(1, 5))) for _ in range(2))
        s = Fraction(int(rng.integers(1, 17)), 4)
        alpha = kernel_constants(s)[0]
        yield Case(Kantorovich(mu, real), arb(1), places(rng, 4), _where_they_differ(mu, real))
        yield Case(Kernel(mu, real, s), alpha, places(rng, 4))
        yield Case(Kernel(dirac(-s), dirac(s), s), alpha, places(rng, 2), Fraction(0))
        yield Escape(Fraction(int(rng.integers(1, 100)), 4), bool(index % 2))


def _where_they_differ(mu: Atoms, real: Atoms) -> Point | None:
    found = [(left + right) / 2 for left, right, ahead in gaps(mu, real) if ahead]
    return found[0] if found else None


def checks(case: Case | Escape) -> list[Check]:
    if isinstance(case, Escape):
        slope, alpha = case.critic.jet(ball(case.place))[1], ball(case.alpha)
        unit = RESOLUTION * float(alpha)
        return [
            at_most(ESCAPE, alpha, slope, unit, strict=True),
            equal(FORMULA, slope, expanded(case.critic, ball(case.place))[1], unit),
        ]
    unit = RESOLUTION * float(case.alpha)
    found = [at_most(STEEPNESS, abs(case.slope(x)), case.alpha, unit) for x in case.places]
    for x, y in zip(case.places, case.places[1:], strict=False):
        rise = abs(case.value(x) - case.value(y))
        found.append(at_most(RISE, rise, case.alpha * ball(abs(x - y)), unit))
    if case.attained_at is not None:
        found.append(equal(ATTAINED, abs(case.slope(case.attained_at)), case.alpha, unit))
    if isinstance(case.critic, Kantorovich):
        return found + [_duality(case.critic)]
    gap = sum((abs(case.slope(x) - expanded(case.critic, ball(x))[1]) for x in case.places), arb(0))
    return found + [equal(FORMULA, gap, 0, unit)]


def _duality(critic: Kantorovich) -> Check:
    """Exact: the larger of what the potential and what the sorted plan differ by from the area."""
    area = transport(critic.mu, critic.real)
    gained = critic.mu.mean(critic.value) - critic.real.mean(critic.value)
    plan = sorted_plan_cost(critic.mu, critic.real)
    return equal(DUALITY, ball(total((abs(gained - area), abs(plan - area)))), 0, RESOLUTION)


@dataclass(frozen=True)
class LinearKernel:
    """K(x, y) = x y, whose gradient is unbounded: Phi(x) = x (mean of mu - mean of mu_0)."""

    mu: Atoms
    real: Atoms

    def __str__(self) -> str:
        return f"MMD with the kernel x y, mu = {self.mu}, mu_0 = {self.real}"

    def jet(self, x: arb) -> tuple[arb, arb, arb]:
        slope = ball(self.mu.mean() - self.real.mean())
        return slope * x, slope, arb(0)

    def series(self, x: arb_series) -> arb_series:
        return ball(self.mu.mean() - self.real.mean()) * x


CLAIM = Claim(
    ref="stability.lipschitz_d1",
    statement=r"Lip(\Phi_\mu) \le 1 for W_1, \le 2 exp(-1/2)/s for MMD^2/2; "
    r"unbounded for minimax and non-saturating",
    source="talk on the stability of GANs, (D1) and 'Wasserstein-GAN metric'; Chu, Minami, Fukumizu, table of losses",
    hypotheses={
        "integral_metric": "J compares means of functions of bounded slope",
        "bounded_kernel_gradient": "the kernel's gradient is bounded",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="integral_metric",
            instance=lambda: Case(Shifted(Fraction(8), True), arb(1), (Fraction(0),)),
            check=STEEPNESS,
            witness="minimax, N(8, 1) against N(0, 1): |Phi'(0)| = 4, and theta / 2 in general",
        ),
        Break(
            drops="bounded_kernel_gradient",
            instance=lambda: Case(LinearKernel(dirac(4), dirac(0)), kernel_constants(Fraction(1))[0], (Fraction(0),)),
            check=STEEPNESS,
            witness="kernel x y, delta_4 against delta_0: slope 4, above 1.2131, and |mean of mu - mean of mu_0| in "
            "general",
        ),
    ),
    settles=("talk 31", "talk 32", "talk 3.2", "talk 3.6"),
)

if __name__ == "__main__":
    main((CLAIM,))
