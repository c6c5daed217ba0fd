"""Generators f_theta(z) on the line with finite noise, and functionals J of the law of f_theta(z), with constants.

A cloud is the law of f_theta(z): balls (weight, place). A functional gives the slope of its discriminator Phi_mu at a
point, by formula, and its own value as a power series, in which no Phi appears.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_series

from verify.stability.atoms import Atoms, ball
from verify.stability.discriminators import ORDER

Cloud = Sequence[tuple[arb, arb]]


def tanh(t: arb_series) -> arb_series:
    e = (2 * t).exp()
    return (e - 1) / (e + 1)


def log_cosh(t: arb_series) -> arb_series:
    return ((t.exp() + (-t).exp()) / 2).log()


@dataclass(frozen=True)
class Constants:
    """The numbers of the smoothness theorem; A1 and A2 are the Lipschitz constants in mean and in mean square."""

    alpha: arb | int
    beta1: arb | int
    beta2: arb | int
    A1: arb | int
    A2_squared: arb | int
    B: arb | int

    @property
    def repaired(self) -> arb:
        """``L = alpha B + beta1 A2^2 + beta2 A1^2``."""
        return arb(1) * self.alpha * self.B + self.beta1 * self.A2_squared + self.beta2 * self.A1 * self.A1

    @property
    def printed(self) -> arb:
        """``L = alpha B + A1^2 (beta1 + beta2)``."""
        return arb(1) * self.alpha * self.B + self.A1 * self.A1 * (self.beta1 + self.beta2)


@dataclass(frozen=True)
class Generator:
    """f_theta(z), its derivatives in theta, f of power series; ``(A1, A2^2, B)`` for noise z, on ``|theta| <= R``."""

    name: str
    dimension: int
    value: Callable[[list[arb], arb], arb]
    derivative: Callable[[list[arb], arb], list[arb]]
    series: Callable[[list[arb_series], arb], arb_series]
    constants: Callable[[Atoms, int], tuple[arb, arb, arb]]


def _scale_constants(noise: Atoms, radius: int) -> tuple[arb, arb, arb]:
    return noise.mean_ball(abs), noise.mean_ball(lambda z: z * z), arb(0)


def _tanh_constants(noise: Atoms, radius: int) -> tuple[arb, arb, arb]:
    """|Df|^2 <= 1 + R^2 z^2; |D^2 f| by its Frobenius norm, with t (1 - t^2) <= 2 / (3 sqrt 3) for t = tanh."""
    first = noise.mean_ball(lambda z: (1 + (radius * z) ** 2).sqrt())
    second = noise.mean_ball(lambda z: 1 + (radius * z) ** 2)
    bend = noise.mean_ball(lambda z: ((4 * radius * z * z / (3 * arb(3).sqrt())) ** 2 + 2 * z * z).sqrt())
    return first, second, bend


def _fixed(first: int, second: int, bend: int) -> Callable[[Atoms, int], tuple[arb, arb, arb]]:
    """Constants that depend on neither noise nor radius."""

    def constants(noise: Atoms, radius: int) -> tuple[arb, arb, arb]:
        return arb(first), arb(second), arb(bend)

    return constants


def _half_square_constants(noise: Atoms, radius: int) -> tuple[arb, arb, arb]:
    return arb(radius), arb(radius) ** 2, arb(1)


TRANSLATION = Generator(
    "theta + z", 1, lambda p, z: p[0] + z, lambda _p, _z: [arb(1)], lambda p, z: p[0] + z, _fixed(1, 1, 0)
)
SCALE = Generator("theta z", 1, lambda p, z: p[0] * z, lambda _p, z: [z], lambda p, z: p[0] * z, _scale_constants)
TANH = Generator(
    "theta_2 tanh(theta_1 z)",
    2,
    lambda p, z: p[1] * (p[0] * z).tanh(),
    lambda p, z: [p[1] * z * (1 - (p[0] * z).tanh() ** 2), (p[0] * z).tanh()],
    lambda p, z: p[1] * tanh(p[0] * z),
    _tanh_constants,
)
# Two on which a condition fails: |d/dtheta| is at most R for the first, and jumps for the second.
HALF_SQUARE = Generator(
    "theta^2 / 2",
    1,
    lambda p, _z: p[0] * p[0] / 2,
    lambda p, _z: [p[0]],
    lambda p, _z: p[0] * p[0] / 2,
    _half_square_constants,
)
ABSOLUTE = Generator(
    "|theta|",
    1,
    lambda p, _z: abs(p[0]),
    lambda p, _z: [p[0].sgn()],
    lambda p, _z: p[0] * p[0][0].sgn(),
    _fixed(1, 1, 0),
)


@dataclass(frozen=True)
class Functional:
    """J of a cloud: the slope of Phi_mu, J of power series, and ``(alpha, beta1, beta2)``."""

    name: str
    slope: Callable[[arb, Cloud], arb]
    series: Callable[[Sequence[tuple[arb, arb_series]]], arb_series]
    constants: tuple[arb, arb, arb]


def linear(
    name: str, slope: Callable[[arb], arb], series: Callable[[arb_series], arb_series], alpha: int, beta: int
) -> Functional:
    r"""``J(mu) = \int h dmu``: Phi_mu = h for every mu, hence beta2 = 0."""

    def value(cloud: Sequence[tuple[arb, arb_series]]) -> arb_series:
        return sum((w * series(y) for w, y in cloud), arb_series([0], prec=ORDER))

    return Functional(name, lambda x, _cloud: slope(x), value, (arb(alpha), arb(beta), arb(0)))


def half_mmd(s: Fraction, real: Atoms) -> Functional:
    r"""``J = MMD^2 / 2`` for exp(-t^2 / (2 s^2)), less its constant ``\int\int K dmu_0 dmu_0 / 2``."""
    width = ball(s)
    data = [(ball(w), ball(y)) for y, w in real.pairs]

    def pull(t: arb) -> arb:
        return -t / width**2 * (-(t * t) / (2 * width**2)).exp()

    def slope(x: arb, cloud: Cloud) -> arb:
        return sum((w * pull(x - y) for w, y in cloud), arb(0)) - sum((w * pull(x - y) for w, y in data), arb(0))

    def kernel(t: arb_series) -> arb_series:
        return (-(t * t) / (2 * width**2)).exp()

    def value(cloud: Sequence[tuple[arb, arb_series]]) -> arb_series:
        found = arb_series([0], prec=ORDER)
        for w, y in cloud:
            for v, x in cloud:
                found += w * v / 2 * kernel(y - x)
            for v, x in data:
                found -= w * v * kernel(y - x)
        return found

    return Functional(f"MMD^2 / 2 of width {s}", slope, value, kernel_constants(s))


def kernel_constants(s: Fraction) -> tuple[arb, arb, arb]:
    """(alpha, beta1, beta2) = ``(2 e^{-1/2} / s, (1 + 2 e^{-3/2}) / s^2, 1 / s^2)``.

    K' lies in [-e^{-1/2}/s, e^{-1/2}/s] and K'' in [-1/s^2, 2 e^{-3/2}/s^2], and mu - mu_0 has masses 1 and -1;
    beta2 = max |K''|.
    """
    width, half = ball(s), arb(1) / 2
    return 2 * (-half).exp() / width, (1 + 2 * (-3 * half).exp()) / width**2, 1 / width**2


LOG_COSH = linear("E log cosh", lambda x: x.tanh(), log_cosh, 1, 1)
# Functionals on which a condition fails, with the constants that it would have if it held.
SQUARE = linear("E x^2 / 2", lambda x: x, lambda x: x * x / 2, 1, 1)
ABSOLUTE_VALUE = linear("E |x|", lambda x: x.sgn(), lambda x: x * x[0].sgn(), 1, 0)


def _mean_slope(x: arb, cloud: Cloud) -> arb:
    return sum((w * y for w, y in cloud), arb(0)).sgn()


def _mean_size(cloud: Sequence[tuple[arb, arb_series]]) -> arb_series:
    mean = sum((w * y for w, y in cloud), arb_series([0], prec=ORDER))
    return mean * mean[0].sgn()


# W1(delta_y, delta_0) with the straight one of its potentials, Phi = sign(y) x.
DISTANCE_OF_DIRACS = Functional("W1 to delta_0", _mean_slope, _mean_size, (arb(1), arb(0), arb(0)))
