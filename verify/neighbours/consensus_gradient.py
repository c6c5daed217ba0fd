r"""The gradient of half the squared field of the Dirac-GAN, which consensus optimisation descends.

With u = theta psi, |v|^2 = (theta^2 + psi^2) f'(u)^2, so

    grad |v|^2 / 2 = (theta f'^2 + psi (theta^2 + psi^2) f' f'',   psi f'^2 + theta (theta^2 + psi^2) f' f'').

Published code that accompanies the paper has a further factor 1/2 before the second terms: the square's 2 cancels the
half in both terms alike, so that is not the gradient. The second terms are of third order at the equilibrium: its
eigenvalues do not show the slip, but at (1, 1) the entries are off by -f' f'' = 0.0528771.

Two routes: sympy derives the gradient from the square; and the field is run on dual numbers, whose second part carries
the derivative, in ball arithmetic. The error bars are the radii.

Source: Mescheder, Geiger, Nowozin (2018), section 3; LMescheder/GAN_stability, notebooks/diracgan/gans.py, class
GAN_Consensus.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import equal, exact
from verify.command import main
from verify.neighbours.diracs import eighths
from verify.neighbours.matrices import PRECISION

SYMBOLIC = "the gradient that sympy derives is the one told"
THETA = "the entry of theta is the derivative of |v|^2 / 2"
PSI = "the entry of psi is the derivative of |v|^2 / 2"

# The smallest error of an entry that counts; entries are of size 1/10 to 1. Arbitrary.
RESOLUTION = 1e-9

Jet = tuple[arb, arb]
"""A value and its derivative."""


@dataclass(frozen=True)
class Place:
    """Where the gradient is taken, the factor before its second terms, and which generator plays."""

    theta: Fraction
    psi: Fraction
    factor: Fraction = Fraction(1)
    saturating: bool = True

    def __str__(self) -> str:
        return f"({self.theta}, {self.psi}), factor {self.factor}"


def instances(request: Request) -> Iterator[Place]:
    """Places in [-2, 2]^2."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        yield Place(eighths(rng, -16, 16), eighths(rng, -16, 16))


def checks(case: Place) -> list[Check]:
    told, found = gradient(case), derivatives(case)
    return [
        Check.of_verdict(SYMBOLIC, Verdict.PROVED if derived(case.factor) else Verdict.REFUTED),
        equal(THETA, told[0], found[0], RESOLUTION),
        equal(PSI, told[1], found[1], RESOLUTION),
    ]


def gradient(case: Place) -> tuple[arb, arb]:
    """The two entries by formula, for f'(u) = 1 / (1 + e^u), f'' = -f' (1 - f')."""
    with ctx.workprec(PRECISION):
        theta, psi = exact(case.theta), exact(case.psi)
        slope = 1 / (1 + (theta * psi).exp())
        mixed = exact(case.factor) * (theta * theta + psi * psi) * slope * (-slope * (1 - slope))
        return theta * slope * slope + psi * mixed, psi * slope * slope + theta * mixed


def derivatives(case: Place) -> tuple[arb, arb]:
    """The derivatives of |v|^2 / 2 along theta and along psi, the field being run on dual numbers."""
    with ctx.workprec(PRECISION):
        theta, psi, one, none = exact(case.theta), exact(case.psi), arb(1), arb(0)
        along_theta = _half_square(case, (theta, one), (psi, none))
        along_psi = _half_square(case, (theta, none), (psi, one))
    return along_theta[1], along_psi[1]


def _half_square(case: Place, theta: Jet, psi: Jet) -> Jet:
    u = _times(theta, psi)
    first = _times(psi, _slope(u if case.saturating else (-u[0], -u[1])))
    second = _times(theta, _slope(u))
    squares = _times(first, first), _times(second, second)
    return (squares[0][0] + squares[1][0]) / 2, (squares[0][1] + squares[1][1]) / 2


def _times(a: Jet, b: Jet) -> Jet:
    return a[0] * b[0], a[0] * b[1] + a[1] * b[0]


def _slope(u: Jet) -> Jet:
    """1 / (1 + e^u), by the quotient rule."""
    grown = u[0].exp()
    return 1 / (1 + grown), -grown * u[1] / ((1 + grown) * (1 + grown))


@cache
def derived(factor: Fraction) -> bool:
    """Whether sympy's gradient of |v|^2 / 2 is the formula with this factor, at every place."""
    import sympy

    theta, psi, t = sympy.symbols("theta psi t", real=True)
    slope = 1 / (1 + sympy.exp(t))
    curvature = sympy.diff(slope, t)
    square = theta**2 + psi**2
    energy = square * slope.subs(t, theta * psi) ** 2 / 2
    mixed = sympy.Rational(factor.numerator, factor.denominator) * square * slope * curvature
    told = theta * slope**2 + psi * mixed, psi * slope**2 + theta * mixed
    gaps = (sympy.diff(energy, x) - entry.subs(t, theta * psi) for x, entry in zip((theta, psi), told, strict=True))
    return all(sympy.simplify(gap) == 0 for gap in gaps)


CLAIM = Claim(
    ref="neighbours.consensus_gradient",
    statement=r"\nabla |v|^2/2 = (\theta f'^2 + \psi r^2 f' f'', \psi f'^2 + \theta r^2 f' f'')",
    source="Mescheder, Geiger, Nowozin 2018, section 3",
    hypotheses={"minimax": "the field is that of the minimax game, a turn of (theta, psi) by f'(theta psi)"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="minimax",
            instance=lambda: Place(Fraction(1), Fraction(1), saturating=False),
            check=THETA,
            witness="the non-saturating field at (1, 1): its square has f'(-u)^2 as well; the entry is off by 0.20",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

AS_PRINTED = (
    Claim(
        ref="neighbours.consensus_gradient/half",
        statement=r"\nabla |v|^2/2 = (\theta f'^2 + \psi r^2 f' f''/2, \psi f'^2 + \theta r^2 f' f''/2)",
        source="LMescheder/GAN_stability, notebooks/diracgan/gans.py, GAN_Consensus",
        hypotheses={},
        instances=lambda _: [Place(Fraction(1), Fraction(1), Fraction(1, 2))],
        checks=lambda case: checks(case)[1:],
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
