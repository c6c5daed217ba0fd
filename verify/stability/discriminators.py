r"""Optimal discriminators Phi_mu of four GANs, with value, slope and bend in x, as balls.

Phi_mu is a subgradient of mu -> J(mu), large where mu has too much mass (the generator minimises). Against mu_0:

* ``Kernel``: J = MMD^2 / 2, Phi(x) = \int K(x, y) d(mu - mu_0)(y), K(x, y) = exp(-(x - y)^2 / (2 s^2));
* ``Kantorovich``: J = W1, Phi' = -sign(F_mu - F_mu_0) where the distribution functions differ;
* ``Shifted``: mu = N(theta, 1), mu_0 = N(0, 1), log-ratio u = theta x - theta^2 / 2. Minimax, J = JSD:
  Phi = log(mu / (mu + mu_0)) / 2 = -log(1 + e^-u) / 2. Non-saturating, J = KL((mu + mu_0)/2 | mu_0):
  Phi = -log(mu_0 / (mu + mu_0)) / 2 = log(1 + e^u) / 2.

Each can also be read off its power series, which knows no formula for a derivative.

Source: Chu, Minami, Fukumizu, "Smoothness and Stability in GANs", the table of losses.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from flint import arb, arb_series

from verify.stability.atoms import Atoms, ball, gaps

ORDER = 3  # coefficients of a power series: value, slope, half the bend


class Critic(Protocol):
    """A discriminator that can be differentiated twice."""

    def jet(self, x: arb) -> tuple[arb, arb, arb]:
        """Phi(x), Phi'(x), Phi''(x) by their formulas."""
        ...

    def series(self, x: arb_series) -> arb_series:
        """Phi of a power series."""
        ...


def expanded(critic: Critic, x: arb) -> tuple[arb, arb, arb]:
    """Phi(x), Phi'(x), Phi''(x) from the power series of Phi at x."""
    a = critic.series(variable(x))
    return a[0], a[1], 2 * a[2]


def variable(x: arb, slope: arb | int = 1) -> arb_series:
    """The power series ``x + slope h`` in h."""
    return arb_series([x, arb(slope)], prec=ORDER)


@dataclass(frozen=True)
class Kernel:
    """The discriminator of MMD^2 / 2 for a Gaussian kernel of width s."""

    mu: Atoms
    real: Atoms
    s: Fraction

    def __str__(self) -> str:
        return f"MMD of width {self.s}, mu = {self.mu}, mu_0 = {self.real}"

    @property
    def signed(self) -> Atoms:
        """Mu - mu_0."""
        return Atoms(self.mu.places + self.real.places, self.mu.weights + tuple(-w for w in self.real.weights))

    def jet(self, x: arb) -> tuple[arb, arb, arb]:
        s = ball(self.s)
        value, slope, bend = arb(0), arb(0), arb(0)
        for place, weight in self.signed.pairs:
            u = (x - ball(place)) / s
            k = ball(weight) * (-u * u / 2).exp()
            value, slope, bend = value + k, slope - k * u / s, bend + k * (u * u - 1) / s**2
        return value, slope, bend

    def series(self, x: arb_series) -> arb_series:
        pieces = [
            ball(w) * (-((x - ball(y)) * (x - ball(y))) / (2 * ball(self.s) ** 2)).exp() for y, w in self.signed.pairs
        ]
        return sum(pieces, arb_series([0], prec=ORDER))


@dataclass(frozen=True)
class Shifted:
    """The minimax or the non-saturating discriminator between N(theta, 1) and N(0, 1)."""

    theta: Fraction
    saturating: bool

    def __str__(self) -> str:
        return f"{'minimax' if self.saturating else 'non-saturating'}, N({self.theta}, 1) against N(0, 1)"

    @property
    def sign(self) -> int:
        """Phi = sign * log(1 + exp(sign * u)) / 2."""
        return -1 if self.saturating else 1

    def jet(self, x: arb) -> tuple[arb, arb, arb]:
        theta = ball(self.theta)
        u = self.sign * (theta * x - theta**2 / 2)
        sigma = 1 / (1 + (-u).exp())
        return (
            self.sign * u.exp().log1p() / 2,
            theta / 2 * sigma,
            self.sign * theta**2 / 2 * sigma * (1 - sigma),
        )

    def series(self, x: arb_series) -> arb_series:
        theta = ball(self.theta)
        u = self.sign * (theta * x - theta**2 / 2)
        return self.sign * (1 + u.exp()).log() / 2


@dataclass(frozen=True)
class Kantorovich:
    """A potential of W1 between atoms: exact, and zero at the first place."""

    mu: Atoms
    real: Atoms

    def __str__(self) -> str:
        return f"W1, mu = {self.mu}, mu_0 = {self.real}"

    def slope(self, x: Fraction) -> int:
        """Phi'(x) beside the atoms; 0, which is one choice of many, where the distribution functions agree."""
        for left, right, ahead in gaps(self.mu, self.real):
            if left < x < right:
                return _uphill(ahead)
        return 0

    def value(self, x: Fraction) -> Fraction:
        """The integral of the slope from the first place up to x."""
        climb = Fraction(0)
        for left, right, ahead in gaps(self.mu, self.real):
            climb += max(min(x, right) - left, Fraction(0)) * _uphill(ahead)
        return climb


def slope_at(critic: Critic | Kantorovich, x: Fraction) -> arb:
    """Phi'(x)."""
    return arb(critic.slope(x)) if isinstance(critic, Kantorovich) else critic.jet(ball(x))[1]


def _uphill(ahead: Fraction) -> int:
    """The sign of -(F_mu - F_mu_0)."""
    return (ahead < 0) - (ahead > 0)


def moved(critic: Kernel, mu: Atoms) -> Kernel:
    """The discriminator at another generated measure."""
    return replace(critic, mu=mu)
