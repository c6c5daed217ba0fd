r"""Sobolev WGAN between two points: the slope is the root of d = 4 lam s (s^2 - 1), and of d = 8 lam s (s^2 - 1)^3.

For P = delta_d, Q = delta_0 let Omega be the mean of s^2 over the segment, h = max(0, Omega - 1). Over all critics,

    max d E s - lam h^2  is reached by the constant slope s > 1 with d = 4 lam s (s^2 - 1),
    max d E s - lam h^4  by the one with d = 8 lam s (s^2 - 1)^3.

Both charges are convex: h is a non-negative convex function of the slopes, so its powers are convex. Jensen, (E s)^2 <=
Omega, leaves constant slopes, and there the root of the derivative is the maximum. Each instance is drawn by its slope,
so that d, lam and the value are rational and nothing is rounded; the real root of the polynomial that d and lam make is
isolated by ball arithmetic, and has to be that slope: it is the only root with s > 1, where the left side increases.

Source: Xu, Zhou et al., "Towards generalized implementation of Wasserstein distance in GANs" (AAAI 2021), its code in
both modes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_poly

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import equal
from verify.command import main
from verify.regularisers.two_diracs import (
    BEST,
    Answer,
    Charge,
    Slopes,
    TwoDiracs,
    decided,
    mean,
    positive,
    random_problems,
)

ROOT = "the slope is the root of the polynomial that d and lam make"


@dataclass(frozen=True)
class Sobolev:
    """Slope s > 1 that the claim names, weight lam, power 2 or 4 of h, and a rival; d follows."""

    slope: Fraction
    lam: Fraction
    power: int
    rival: Slopes
    without: frozenset[str] = frozenset()

    @property
    def d(self) -> Fraction:
        """The distance at which ``slope`` is stationary."""
        power = 2 if "its_power" in self.without else self.power
        return 2 * power * self.lam * self.slope * (self.slope**2 - 1) ** (power - 1)

    @property
    def posed(self) -> TwoDiracs:
        return TwoDiracs(self.d, self.lam, self.rival, self.without)

    def __str__(self) -> str:
        return f"d = {self.d}, lam = {self.lam}, h^{self.power}, stated slope {self.slope}"


def instances(request: Request) -> Iterator[Sobolev]:
    """Slopes between 17/16 and 3, both powers in turn."""
    for index, drawn in enumerate(random_problems(request)):
        rng = np.random.default_rng([request.seed, index, 1])
        yield Sobolev(1 + Fraction(int(rng.integers(1, 33)), 16), drawn.lam, 2 if index % 2 else 4, drawn.rival)


def checks(case: Sobolev) -> list[Check]:
    """The answer against rivals, and its slope against the roots of a polynomial."""
    posed = case.posed
    value = case.d * case.slope - case.lam * (case.slope**2 - 1) ** case.power
    found = root(case.d, case.lam, case.power)
    return [
        *decided(posed, charge(case), Answer(case.slope, value)),
        equal(ROOT, found, case.slope, 2.0**-20),
    ]


def charge(case: Sobolev) -> Charge:
    """The charge lam max(0, mean s^2 - 1)^power."""

    def paid(slopes: Slopes) -> Fraction:
        seen = (slopes[0], slopes[-1]) if "whole_segment" in case.without else slopes
        return case.lam * positive(mean(tuple(s * s for s in seen)) - 1) ** case.power

    return paid


def root(d: Fraction, lam: Fraction, power: int) -> arb:
    """The only root s > 1 of 2 power lam s (s^2 - 1)^(power - 1) = d, isolated by ball arithmetic.

    The polynomial is a small one, in shifted form: with s = 1 + t all roots but one have t <= 0 or are not real.
    """
    t = fmpq_poly([0, 1])
    square = t * t + 2 * t
    polynomial = fmpq_poly([2 * power]) * _rational(lam) * (t + 1) * square ** (power - 1) - fmpq_poly([_rational(d)])
    numbers: Any = polynomial.numer().complex_roots()
    [positive_root] = [z.real for z, _ in numbers if z.imag == 0 and z.real > 0]
    return positive_root + 1


def _rational(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)


_SMALLEST = Sobolev(Fraction(2), Fraction(1), 2, (Fraction(0),))

CLAIM = Claim(
    ref="regularisers.sobolev",
    statement=r"\delta_d, \delta_0: penalty \lambda [E s^2 - 1]_+^2 has the slope s with d = 4\lambda s (s^2 - 1); "
    r"\lambda [E s^2 - 1]_+^4, d = 8\lambda s (s^2 - 1)^3",
    source="Xu, Zhou et al., Sobolev WGAN (AAAI 2021), both modes of its code",
    hypotheses={
        "its_power": "the power of h in the root is that in the charge",
        "whole_segment": "Omega is the mean over the whole segment",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="its_power",
            instance=lambda: replace(_SMALLEST, power=4, without=frozenset({"its_power"})),
            check=ROOT,
            witness="d = 24, lam = 1: the slope 2 belongs to h^2; under h^4 it is 1.50",
        ),
        Break(
            drops="whole_segment",
            instance=lambda: replace(
                _SMALLEST,
                rival=tuple(map(Fraction, (1, 9, 9, 9, 9, 9, 9, 1))),
                without=frozenset({"whole_segment"}),
            ),
            check=BEST,
            witness="d = 24, lam = 1, only the end cells charged: slope 1 there and 9 between gains 168, "
            "and 39 is stated",
        ),
    ),
    settles=("regulariser swgan", "lecture 23"),
)

if __name__ == "__main__":
    main((CLAIM,))
