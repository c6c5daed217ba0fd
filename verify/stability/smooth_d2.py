r"""(D2): which GANs have optimal discriminators whose gradients are Lipschitz in x.

* MMD^2 / 2 with a Gaussian kernel of width s: |Phi''| <= (1 + 2 e^{-3/2}) / s^2 = 1.4463 / s^2, since K'' lies between
  -1 / s^2 (at 0) and 2 e^{-3/2} / s^2 (at sqrt 3 s). Attained at x by mu_0 = delta_x and mu = delta_{x + sqrt 3 s}; the
  triangle inequality alone would give 2 / s^2.
* W1: no beta1. mu = (delta_-1 + delta_1) / 2 against mu_0 = delta_0 leaves no choice on [-1, 1]: Phi(x) = |x| + c.
  Between -h and h the slope turns by 2 over a distance of 2 h.
* Minimax and non-saturating: no beta1. Between N(theta, 1) and N(0, 1), |Phi''| = sigma (1 - sigma) theta^2 / 2, which
  is theta^2 / 8 at x = theta / 2.

So the talk's own objective W1 does not meet its theorem's conditions: ``smooth_d2/wasserstein``.

Source: talk on the stability of GANs, condition (D2); Chu, Minami, Fukumizu (2020), table of losses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import atoms, ball, dirac, random_atoms
from verify.stability.discriminators import Critic, Kantorovich, Kernel, Shifted, expanded, slope_at
from verify.stability.generators import kernel_constants
from verify.stability.lipschitz_d1 import places

BEND = "no second derivative exceeds beta1"
TURN = "no turn of the slope exceeds beta1 times the distance"
ATTAINED = "beta1 is attained"
FORMULA = "second derivatives by formula are those of the power series"
ESCAPE = "some second derivative of N(theta, 1) against N(0, 1) exceeds beta1"

# The smallest violation that counts, in units of beta1; arbitrary.
RESOLUTION = 1e-6


@dataclass(frozen=True)
class Case:
    """A discriminator, the beta1 claimed for it, places to look at, and whether beta1 is attained at zero."""

    critic: Critic | Kantorovich
    beta: arb
    places: tuple[Fraction, ...]
    attained: bool = False

    def __str__(self) -> str:
        return f"{self.critic}, beta1 = {float(self.beta):.4g}"

    def slope(self, x: Fraction) -> arb:
        return slope_at(self.critic, x)


@dataclass(frozen=True)
class Escape:
    """Any beta1 = b^2: at theta = 4 b the minimax and the non-saturating discriminator bend by theta^2 / 8 = 2 b^2."""

    root: Fraction
    saturating: bool

    def __str__(self) -> str:
        return f"{'minimax' if self.saturating else 'non-saturating'}, beta1 = {self.root**2}"

    @property
    def critic(self) -> Shifted:
        return Shifted(4 * self.root, self.saturating)


@dataclass(frozen=True)
class Attaining:
    """mu = delta_{sqrt 3 s} against mu_0 = delta_0, whose first place is no fraction."""

    s: Fraction

    def __str__(self) -> str:
        return f"MMD of width {self.s}, mu at sqrt(3) s, mu_0 at 0"

    def jet(self, x: arb) -> tuple[arb, arb, arb]:
        s, values = ball(self.s), (arb(0), arb(0), arb(0))
        for place, weight in ((arb(3).sqrt() * s, 1), (arb(0), -1)):
            u = (x - place) / s
            k = weight * (-u * u / 2).exp()
            values = (values[0] + k, values[1] - k * u / s, values[2] + k * (u * u - 1) / s**2)
        return values

    def series(self, x: arb_series) -> arb_series:
        s = ball(self.s)
        near, far = ((x - place) * (x - place) / (-2 * s * s) for place in (arb(0), arb(3).sqrt() * s))
        return far.exp() - near.exp()


def instances(request: Request) -> Iterator[Case | Escape]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        mu, real = (random_atoms(rng, int(rng.integers(1, 5))) for _ in range(2))
        s = Fraction(int(rng.integers(1, 17)), 4)
        beta = kernel_constants(s)[1]
        yield Case(Kernel(mu, real, s), beta, places(rng, 4))
        yield Case(Attaining(s), beta, places(rng, 2), True)
        yield Escape(Fraction(int(rng.integers(1, 100)), 4), bool(index % 2))


def checks(case: Case | Escape) -> list[Check]:
    if isinstance(case, Escape):
        return _escape(case)
    unit = RESOLUTION * float(case.beta)
    found = [_turn(case, x, y, unit) for x, y in zip(case.places, case.places[1:], strict=False)]
    if isinstance(case.critic, Kantorovich):
        return found
    found += [at_most(BEND, abs(case.critic.jet(ball(x))[2]), case.beta, unit) for x in case.places]
    found += [equal(FORMULA, case.critic.jet(ball(x))[2], expanded(case.critic, ball(x))[2], unit) for x in case.places]
    if case.attained:
        found.append(equal(ATTAINED, abs(case.critic.jet(arb(0))[2]), case.beta, unit))
    return found


def _turn(case: Case, x: Fraction, y: Fraction, unit: float) -> Check:
    return at_most(TURN, abs(case.slope(x) - case.slope(y)), case.beta * ball(abs(x - y)), unit)


def _escape(case: Escape) -> list[Check]:
    beta, middle = ball(case.root) ** 2, ball(case.critic.theta / 2)
    unit = RESOLUTION * float(beta)
    bend = abs(case.critic.jet(middle)[2])
    return [
        at_most(ESCAPE, beta, bend, unit, strict=True),
        equal(FORMULA, bend, abs(expanded(case.critic, middle)[2]), unit),
    ]


@dataclass(frozen=True)
class LaplaceKernel:
    """K(x, y) = exp(-|x - y|), mu = delta_0: the gradient of Phi = K(x, 0) - K(x, 4) jumps at 0."""

    def __str__(self) -> str:
        return "MMD with the kernel exp(-|x - y|), mu at 0, mu_0 at 4"

    def jet(self, x: arb) -> tuple[arb, arb, arb]:
        near, far = (-abs(x)).exp(), (-abs(x - 4)).exp()
        return near - far, -x.sgn() * near + (x - 4).sgn() * far, near - far

    def series(self, x: arb_series) -> arb_series:
        return (-x[0].sgn() * x).exp() - (-(x[0] - 4).sgn() * (x - 4)).exp()


def kink(h: Fraction, beta: int) -> Case:
    """Phi(x) = |x|, the one potential between +-1 and 0, beside its kink."""
    halves = atoms(("-1", "1/2"), ("1", "1/2"))
    return Case(Kantorovich(halves, dirac(0)), arb(beta), (-h, h))


CLAIM = Claim(
    ref="stability.smooth_d2",
    statement=r"Lip(\nabla\Phi_\mu) \le (1 + 2 exp(-3/2))/s^2 for MMD^2/2; "
    r"unbounded for minimax and non-saturating",
    source="talk on the stability of GANs, (D2); Chu, Minami, Fukumizu, table of losses",
    hypotheses={
        "kernel_metric": "J is half a squared MMD",
        "smooth_kernel": "the kernel has bounded second derivatives",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="kernel_metric",
            instance=lambda: kink(Fraction(1, 16), 2),
            check=TURN,
            witness="W1, (delta_-1 + delta_1) / 2 against delta_0: between -1/16 and 1/16 the slope turns by 2, "
            "beta1 = 2 allows 1/4",
        ),
        Break(
            drops="kernel_metric",
            instance=lambda: Case(Shifted(Fraction(8), True), arb(2), (Fraction(4),)),
            check=BEND,
            witness="minimax, N(8, 1) against N(0, 1): |Phi''(4)| = 8 = theta^2 / 8",
        ),
        Break(
            drops="smooth_kernel",
            instance=lambda: Case(LaplaceKernel(), arb(2), (Fraction(-1, 16), Fraction(1, 16))),
            check=TURN,
            witness="kernel exp(-|x - y|), delta_0 against delta_4: beside 0 the slope turns by 1.88 over 1/8",
        ),
    ),
    settles=("talk 31", "talk 3.2", "talk 3.6"),
)


def _kinks(request: Request) -> Iterator[Case]:
    """beta1 = 1, 10, 100, ...: a turn of 2 over 1 / (4 beta1)."""
    for power in range(4):
        yield kink(Fraction(1, 8 * 10**power), 10**power)


AS_PRINTED = (
    Claim(
        ref="stability.smooth_d2/wasserstein",
        statement=r"the optimal discriminator of W_1 satisfies (D2), so the theorem applies to it",
        source="a reading of the talk, 'Regularity conditions', with its 'Wasserstein-GAN metric' as J; for +-1 "
        "against 0 it is |x|",
        hypotheses={},
        instances=_kinks,
        checks=checks,
        expected=Verdict.REFUTED,
        settles=("talk 3.5",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
