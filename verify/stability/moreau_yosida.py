r"""JSD made (D3): inf_nu JSD(nu, mu_0) + MMD^2(mu, nu) / (2 lam) has a discriminator that is Lipschitz in mu.

With a Gaussian kernel of width s on a grid, |m|_K^2 = m . K m,

    F(mu) = inf_nu J(nu) + |mu - nu|_K^2 / (2 lam) = sup { sum mu phi - J*(phi) - lam |phi|_H^2 / 2 : phi = K a },

where |phi|_H^2 = a . K a. F is a Moreau envelope in the norm |.|_K, so its gradient Phi_mu = K (mu - nu) / lam obeys
|Phi_mu - Phi_mu'|_H <= |mu - mu'|_K / lam. A function of H rises by at most |x - y| / s times its norm, and
|mu - mu'|_K <= W1(mu, mu') / s; so

    |(Phi_mu - Phi_mu')(x) - (Phi_mu - Phi_mu')(y)| <= |x - y| W1(mu, mu') / (lam s^2):   beta2 = 1 / (lam s^2),

whatever the convex J. J = JSD, which has no beta2 of its own, is extended to measures nu >= 0 of any mass by its
formula; J*(phi) = -sum mu_0 log(2 - e^{2 phi}) / 2.

Decided by pairs: a from Newton's method for lam a = mu - mu_0 e^{2 phi} / (2 - e^{2 phi}), phi = K a, in float64, and
nu = mu - lam a exactly. Both values are recomputed in balls. The dual is lam-strongly concave in |.|_H, so a gap g
leaves the optimal phi within sqrt(2 g / lam) of phi in that norm, hence its rise from x to y within |x - y| / s times
that.

Source: Chu, Minami, Fukumizu (2020), infimal convolution with a squared MMD, behind (D3) of the talk on stability.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, of_ball
from verify.command import main
from verify.stability.atoms import Atoms, ball, random_weights, transport

DUALITY = "the infimum over nu is the supremum over phi"
MOVE = "rises of the discriminator move by at most |x - y| W1(mu, mu') / (lam s^2)"

RESOLUTION = 1e-6  # the smallest violation that counts, values and rises being of order one; arbitrary
SIZE = 7  # points of the grid
ROUNDS = 60  # Newton steps at most; arbitrary, it needs a few
WORKING_BITS = 128

Weights = tuple[Fraction, ...]


@dataclass(frozen=True)
class Smoothed:
    """The problem at one mu, on ``i h``, i = 0, ..., N - 1; ``plain`` leaves the MMD away."""

    mu: Weights
    real: Weights
    h: Fraction
    s: Fraction
    lam: Fraction
    plain: bool = False

    @cached_property
    def gram(self) -> list[list[arb]]:
        places = range(len(self.mu))
        return [[(-ball(((i - j) * self.h / self.s) ** 2 / 2)).exp() for j in places] for i in places]

    @cached_property
    def a(self) -> Weights:
        """The coefficients of phi, as Newton's method leaves them."""
        mu, real = (np.array([float(w) for w in side]) for side in (self.mu, self.real))
        gram, lam = np.array([[float(k) for k in row] for row in self.gram]), float(self.lam)

        def missing(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            u = np.exp(2.0 * gram @ a)
            off = lam * a + real * u / (2.0 - u) - mu
            return off, lam * np.eye(len(mu)) + (4.0 * real * u / (2.0 - u) ** 2)[:, None] * gram

        a = np.zeros(len(mu))
        for _ in range(ROUNDS):
            off, slope = missing(a)
            step = np.linalg.solve(slope, off)
            while (gram @ (a - step)).max() >= 0.5 * math.log(2.0) * (1.0 - 1e-6):
                step = 0.5 * step
            a = a - step
        return tuple(Fraction(c) for c in a)

    @cached_property
    def phi(self) -> list[arb]:
        """The discriminator on the grid: ``K a``, or JSD's own."""
        if self.plain:
            return [ball(2 * p / (p + r)).log() / 2 for p, r in zip(self.mu, self.real, strict=True)]
        return [sum((k * ball(c) for k, c in zip(row, self.a, strict=True)), arb(0)) for row in self.gram]

    @property
    def charge(self) -> arb:
        """``lam |phi|_H^2 / 2``, which is ``|mu - nu|_K^2 / (2 lam)`` for nu = mu - lam a."""
        return ball(self.lam / 2) * sum((ball(c) * v for c, v in zip(self.a, self.phi, strict=True)), arb(0))

    @property
    def gain(self) -> arb:
        rows = zip(self.mu, self.real, self.phi, strict=True)
        return sum((ball(p) * v + ball(r) * (2 - (2 * v).exp()).log() / 2 for p, r, v in rows), -self.charge)

    @property
    def cost(self) -> arb:
        total = self.charge
        for p, r, c in zip(self.mu, self.real, self.a, strict=True):
            n, q = ball(p - self.lam * c), ball(r)
            total += n * (2 * n / (n + q)).log() / 2 + q * (2 * q / (n + q)).log() / 2
        return total

    @property
    def gap(self) -> arb:
        return (self.cost - self.gain).nonnegative_part().upper()

    @property
    def doubt(self) -> arb:
        """How far a rise over a distance of 1 may be from that of the optimal discriminator."""
        return arb(0) if self.plain else (2 * self.gap / ball(self.lam)).sqrt() / ball(self.s)


@dataclass(frozen=True)
class Case:
    """Two generated measures against the same data."""

    first: Smoothed
    second: Smoothed

    def __str__(self) -> str:
        shown = (", ".join(map(str, side.mu)) for side in (self.first, self.second))
        return f"lam = {self.first.lam}, s = {self.first.s}, mu = ({next(shown)}), mu' = ({next(shown)})"

    @property
    def distance(self) -> Fraction:
        places = tuple(i * self.first.h for i in range(len(self.first.mu)))
        return transport(Atoms(places, self.first.mu), Atoms(places, self.second.mu))


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        mu, other, real = (random_weights(rng, SIZE) for _ in range(3))
        s, lam = Fraction(int(rng.integers(2, 9)), 4), Fraction(int(rng.integers(1, 9)), 8)
        first = Smoothed(mu, real, Fraction(1, 4), s, lam)
        share = Fraction(1, int(rng.choice([1, 8, 64])))
        near = tuple((1 - share) * p + share * q for p, q in zip(mu, other, strict=True))
        yield Case(first, replace(first, mu=near))


def checks(case: Case) -> list[Check]:
    with ctx.workprec(WORKING_BITS):
        found = [] if case.first.plain else [_duality(side) for side in (case.first, case.second)]
        return [*found, *_moves(case)]


def _duality(side: Smoothed) -> Check:
    """The infimum less the supremum lies between 0 and cost - gain."""
    return of_ball(DUALITY, arb(0).union(side.gap), RESOLUTION)


def _moves(case: Case) -> Iterator[Check]:
    side, doubt = case.first, case.first.doubt + case.second.doubt
    moved = [v - w for v, w in zip(case.first.phi, case.second.phi, strict=True)]
    for i in range(len(moved)):
        for j in range(i):
            apart = (i - j) * side.h
            allowed = ball(apart * case.distance / (side.lam * side.s**2))
            turned = abs(moved[i] - moved[j]) + (ball(apart) * doubt).union(-ball(apart) * doubt)
            yield at_most(MOVE, turned, allowed, RESOLUTION)


def _thin(plain: bool) -> Case:
    """Mass 1/1000 or 1/100 at one of two places."""
    sides = [(1 - eta, eta) for eta in (Fraction(1, 1000), Fraction(1, 100))]
    half = Fraction(1, 2)
    first = Smoothed(sides[0], (half, half), Fraction(1), Fraction(1), Fraction(1), plain)
    return Case(first, replace(first, mu=sides[1]))


CLAIM = Claim(
    ref="stability.moreau_yosida",
    statement=r"inf_\nu J(\nu) + MMD^2(\mu, \nu)/(2\lambda) = sup \int \phi d\mu - J^*(\phi) - \lambda |\phi|_H^2/2; "
    r"\beta_2 \le 1/(\lambda s^2)",
    source="Chu, Minami, Fukumizu, infimal convolutions, behind (D3) of the talk on the stability of GANs; J = JSD",
    hypotheses={"smoothed": "MMD^2 / (2 lam) is added by infimal convolution"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="smoothed",
            instance=lambda: _thin(plain=True),
            check=MOVE,
            witness="JSD alone, data 1/2 at 0 and at 1, mass 1/1000 or 1/100 at 1: Phi's rise moves by 1.1, W1 = 0.009",
        ),
    ),
    settles=("talk 3.4",),
)

if __name__ == "__main__":
    main((CLAIM,))
