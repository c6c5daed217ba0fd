r"""How smooth a GAN's objective is in the generator's parameters: L = alpha B + beta1 A2^2 + beta2 A1^2.

Let Phi_mu be the first variation of J and mu_theta the law of f_theta(z), with

    (D1) Phi_mu alpha-Lipschitz,  (D2) grad Phi_mu beta1-Lipschitz,  (D3) mu -> grad Phi_mu(x) beta2-Lipschitz in W1,
    (G1) E|f_1 - f_2| <= A1 |theta_1 - theta_2|  and  E|f_1 - f_2|^2 <= A2^2 |theta_1 - theta_2|^2,
    (G2) E|Df_1 - Df_2| <= B |theta_1 - theta_2|.

Then theta -> J(mu_theta) is L-smooth. Proof: its gradient is E[Df^T grad Phi_mu(f)], Phi frozen. Between two parameters
three things change: Df, which costs alpha B; the place, which costs beta1 E[|Df| |f_1 - f_2|] <= beta1 A2^2 by
Cauchy-Schwarz; Phi, which costs beta2 E|Df| W1(mu_1, mu_2) <= beta2 A1^2. Convexity of J is not used.

The talk has L = alpha B + A^2 (beta1 + beta2) with A = A1 alone. The middle term is a second moment: with Phi = log
cosh, f = theta z, z = 1/eps with probability eps and else 0, A1 = 1 and L would be 1, but J''(0) = E z^2 = 1/eps,
exactly. A Gaussian z will do: A1^2 = 2/pi < 1 = J''(0).

Decided on J = E log cosh and J = MMD^2 / 2 with f = theta + z, theta z, theta_2 tanh(theta_1 z), z of finitely many
values: gradients by the formula above, and curvatures from the power series of J along a line, in which no Phi occurs.
Where L holds for all theta, descent on J with step 1/L is run as well: what it spends is what J loses.
All numbers are balls. Attained by E log cosh and theta z at theta = 0, the first instance. Gaussian moments are
integrals in ball arithmetic, with int_T^inf t^2 phi <= (T + 1/T) phi(T) for the tails.

Source: talk on the stability of GANs, second theorem and "Regularity conditions", after Chu, Minami, Fukumizu (2020).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import acb, arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import Number, at_most, equal, exact
from verify.command import main
from verify.stability import generators as g
from verify.stability.atoms import Atoms, ball, dirac, random_atoms
from verify.stability.generators import Cloud, Constants, Functional, Generator
from verify.stability.written import written

KEY = "the gradient is that of E[Phi(f_theta(z))] with Phi frozen"
CURVED = "the curvature along a line is at most L"
QUOTIENT = "|grad J(theta) - grad J(theta')| is at most L |theta - theta'|"
SPENT = "with step 1/L the squared gradients add up to at most 2 L times what J has lost"

RADIUS = 2  # parameters are drawn from [-RADIUS, RADIUS]; arbitrary
RESOLUTION = 1e-6  # the smallest violation that counts, in units of 1 + L; arbitrary
STEPS = 5  # of gradient descent, where L holds for all theta; few, since each widens the balls

DIRECTIONS = ((Fraction(3, 5), Fraction(4, 5)), (Fraction(-4, 5), Fraction(3, 5)))

Point = tuple[Fraction, ...]


@dataclass(frozen=True)
class Case:
    """A functional, a generator with noise, the constants that are claimed, and two parameters."""

    functional: Functional
    generator: Generator
    noise: Atoms
    constants: Constants
    theta: Point
    other: Point

    def __str__(self) -> str:
        theta = ", ".join(map(str, self.theta))
        return f"{self.functional.name}, f = {self.generator.name}, z = {self.noise}, theta = ({theta})"

    def cloud(self, theta: list[arb]) -> Cloud:
        return [(ball(w), self.generator.value(theta, ball(z))) for z, w in self.noise.pairs]

    def gradient(self, at: Sequence[Number]) -> list[arb]:
        """``E[Df^T grad Phi_mu(f)]``."""
        theta = [exact(c) for c in at]
        cloud, found = self.cloud(theta), [arb(0)] * self.generator.dimension
        for (weight, place), z in zip(cloud, self.noise.places, strict=True):
            pull = weight * self.functional.slope(place, cloud)
            found = [c + pull * d for c, d in zip(found, self.generator.derivative(theta, ball(z)), strict=True)]
        return found

    def along(self, at: Sequence[Number], direction: Sequence[Fraction]) -> arb_series:
        """J(theta + h direction) as a power series in h."""
        theta = [arb_series([exact(c), ball(v)], prec=g.ORDER) for c, v in zip(at, direction, strict=True)]
        return self.functional.series([(ball(w), self.generator.series(theta, ball(z))) for z, w in self.noise.pairs])

    @property
    def directions(self) -> tuple[Point, ...]:
        return ((Fraction(1),),) if self.generator.dimension == 1 else DIRECTIONS


def case(functional: Functional, generator: Generator, noise: Atoms, theta: Point, other: Point) -> Case:
    """With the constants that are proved for |theta| <= RADIUS."""
    alpha, beta1, beta2 = functional.constants
    first, second, bend = generator.constants(noise, RADIUS)
    return Case(functional, generator, noise, Constants(alpha, beta1, beta2, first, second, bend), theta, other)


def instances(request: Request) -> Iterator[Case]:
    yield case(g.LOG_COSH, g.SCALE, spike(Fraction(1, 20)), (Fraction(0),), (Fraction(1),))
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        mmd = g.half_mmd(Fraction(int(rng.integers(1, 9)), 4), random_atoms(rng, int(rng.integers(1, 4))))
        functional = (g.LOG_COSH, mmd)[index % 2]
        generator = (g.TRANSLATION, g.SCALE, g.TANH)[index // 2 % 3]
        noise = random_atoms(rng, int(rng.integers(1, 4)))
        theta, other = rng.choice(np.arange(-8 * RADIUS, 8 * RADIUS + 1), (2, generator.dimension), replace=False)
        yield case(functional, generator, noise, _point(theta), _point(other))


def _point(eighths: np.ndarray) -> Point:
    return tuple(Fraction(int(n), 8) for n in eighths)


def spike(eps: Fraction) -> Atoms:
    """1/eps with probability eps, else 0: E|z| = 1, E z^2 = 1/eps."""
    return Atoms((1 / eps, Fraction(0)), (eps, 1 - eps))


def checks(case: Case) -> list[Check]:
    L = case.constants.repaired
    return _compared(case, L) + ([_spent(case, L.upper())] if case.generator.dimension == 1 and L > 0 else [])


def _spent(case: Case, L: arb) -> Check:
    """Gradient descent on J itself, for one parameter."""
    theta, squares = exact(case.theta[0]), arb(0)
    first = case.along([theta], (Fraction(1),))[0]
    for _ in range(STEPS):
        slope = case.gradient([theta])[0]
        theta, squares = theta - slope / L, squares + slope * slope
    last = case.along([theta], (Fraction(1),))[0]
    return at_most(SPENT, squares, 2 * L * (first - last), RESOLUTION * (1.0 + float(L)))


def _compared(case: Case, L: arb) -> list[Check]:
    unit = RESOLUTION * (1.0 + float(L))
    here, there = case.gradient(case.theta), case.gradient(case.other)
    found = []
    for v in case.directions:
        a = case.along(case.theta, v)
        frozen = sum((ball(c) * d for c, d in zip(v, here, strict=True)), arb(0))
        found += [equal(KEY, a[1], frozen, unit), at_most(CURVED, abs(2 * a[2]), L, unit)]
    squared = sum(((a - b) ** 2 for a, b in zip(here, there, strict=True)), arb(0))
    apart = sum((p - q) ** 2 for p, q in zip(case.theta, case.other, strict=True))
    found.append(at_most(QUOTIENT, squared, L * L * ball(apart), unit * (1.0 + float(L))))
    return found


def _broken(functional: Functional, generator: Generator, at: tuple[str, str], **claimed: arb | int) -> Case:
    """No noise, two parameters on the line, and some constants that are claimed rather than proved."""
    made = case(functional, generator, dirac(0), (Fraction(at[0]),), (Fraction(at[1]),))
    return replace(made, constants=replace(made.constants, **claimed))


def _first_moments(eps: Fraction) -> Case:
    made = case(g.LOG_COSH, g.SCALE, spike(eps), (Fraction(0),), (Fraction(1),))
    return replace(made, constants=replace(made.constants, A2_squared=made.constants.A1**2))


CLAIM = Claim(
    ref="stability.smoothness",
    statement=r"\theta \mapsto J(\mu_\theta) is L-smooth with "
    r"L = \alpha B + \beta_1 A_2^2 + \beta_2 A_1^2",
    source="talk on the stability of GANs, second theorem (after Chu, Minami, Fukumizu), with (G1) in mean square as "
    "well",
    hypotheses={
        "D1": "Phi_mu is alpha-Lipschitz",
        "D2": "grad Phi_mu is beta1-Lipschitz",
        "D3": "mu -> grad Phi_mu is beta2-Lipschitz in W1",
        "G1": "f_theta is Lipschitz in theta, in mean square",
        "G2": "D f_theta is B-Lipschitz in theta, in mean",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="D1",
            instance=lambda: _broken(g.SQUARE, g.HALF_SQUARE, ("2", "1"), A1=2, A2_squared=4),
            check=CURVED,
            witness="Phi = x^2 / 2 with alpha = 1 (true on [-1, 1] only), f = theta^2 / 2 on |theta| <= 2: L = 5, and "
            "J = theta^4 / 8 has J''(2) = 6",
        ),
        Break(
            drops="D2",
            instance=lambda: _broken(g.ABSOLUTE_VALUE, g.TRANSLATION, ("1/8", "-1/8")),
            check=QUOTIENT,
            witness="Phi = |x| with beta1 = 0, f = theta: J = |theta|, the slopes at 1/8 and -1/8 differ by 2, L = 0",
        ),
        Break(
            drops="D3",
            instance=lambda: _broken(g.DISTANCE_OF_DIRACS, g.TRANSLATION, ("1/8", "-1/8")),
            check=QUOTIENT,
            witness="J = W1(mu, delta_0) with Phi = sign(theta) x at delta_theta: alpha = 1, beta1 = 0, and Phi turns "
            "round "
            "at theta = 0; J = |theta|",
        ),
        Break(
            drops="G1",
            instance=lambda: _first_moments(Fraction(1, 20)),
            check=CURVED,
            witness="E log cosh(theta z), z = 20 with probability 1/20, else 0: E|z| = 1 says L = 1, J''(0) = 20",
        ),
        Break(
            drops="G1",
            instance=lambda: _broken(g.LOG_COSH, g.HALF_SQUARE, ("3/2", "1"), A1=arb(1) / 2, A2_squared=arb(1) / 4),
            check=CURVED,
            witness="E log cosh, f = theta^2 / 2 with A = 1/2 (true on |theta| <= 1/2 only): L = 5/4, J''(3/2) = 1.59",
        ),
        Break(
            drops="G2",
            instance=lambda: replace(
                _broken(g.LOG_COSH, g.ABSOLUTE, ("1/8", "-1/8")),
                functional=g.linear("E log cosh(x - 1)", lambda x: (x - 1).tanh(), lambda x: g.log_cosh(x - 1), 1, 1),
            ),
            check=QUOTIENT,
            witness="E log cosh(x - 1), f = |theta| with B = 0: the slopes at 1/8 and -1/8 differ by 2 tanh(7/8) = "
            "1.41, "
            "L = 1 allows 1/4",
        ),
    ),
    settles=("talk 30", "talk 3.1", "talk 3.3"),
)


def _spikes(request: Request) -> Iterator[Case]:
    for denominator in (2, 20):
        yield case(g.LOG_COSH, g.SCALE, spike(Fraction(1, denominator)), (Fraction(0),), (Fraction(1),))


def gaussian_moment(power: int, end: int = 12) -> arb:
    """``E |z|^power`` for z ~ N(0, 1) and power 1 or 2; beyond ``end`` lies at most 2 (end + 1/end) phi(end)."""
    norm = (2 * arb.pi()).sqrt()
    found = acb.integral(lambda z, _: z**power * (-z * z / 2).exp(), 0, end).real
    rest = 2 * (end + arb(1) / end) * (-(arb(end) ** 2) / 2).exp() / norm
    return 2 * found / norm + rest.union(arb(0))


def _gaussian_scale(name: str) -> list[Check]:
    """J = E log cosh(theta z) at theta = 0: J'' = E z^2 against L = (E|z|)^2."""
    return [at_most(CURVED, gaussian_moment(2), gaussian_moment(1) ** 2, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.smoothness/first-moment",
        statement=r"L = \alpha B + A^2 (\beta_1 + \beta_2) with E_z\|f_1 - f_2\| \le A \|\theta_1 - "
        r"\theta_2\|",
        source="talk, 'Regularity conditions', (G1) and the constant L; z = 1/eps with probability eps: L = 1, J'' = "
        "1/eps",
        hypotheses={},
        instances=_spikes,
        checks=lambda case: _compared(case, case.constants.printed),
        expected=Verdict.REFUTED,
        settles=("Z2",),
    ),
    Claim(
        ref="stability.smoothness/first-moment-gaussian",
        statement=r"L = \alpha B + A^2 (\beta_1 + \beta_2) for f_\theta(z) = \theta z, z \sim N(0, 1)",
        source="talk, 'Regularity conditions'; J = E log cosh(theta z) has J''(0) = E z^2 = 1, and L = (E|z|)^2 = 2/pi",
        hypotheses={},
        instances=written("E log cosh(theta z), z Gaussian, theta = 0"),
        checks=_gaussian_scale,
        expected=Verdict.REFUTED,
        settles=("Z2",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
