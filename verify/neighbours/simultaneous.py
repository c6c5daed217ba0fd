r"""Simultaneous gradient descent on the minimax Dirac-GAN leaves the equilibrium, at every step size h.

The field is a rotation, (-psi, theta) f'(theta psi), so one step is exactly

    r_{k+1}^2 = r_k^2 (1 + h^2 f'(theta_k psi_k)^2),   r^2 = theta^2 + psi^2.

r grows at every step. It cannot stay bounded either: f' falls and theta psi <= r^2 / 2, so while r^2 <= R^2 each step
multiplies r^2 by at least 1 + h^2 f'(R^2 / 2)^2. Hence r -> infinity from every start but (0, 0).

Two routes: the orbit itself in ball arithmetic against the product of the factors, and a proof of the one-step identity
by sympy. The error bars are the radii of the balls.

Source: Mescheder, Geiger, Nowozin (2018), section 2, near the equilibrium; the statement for all starts is derived
here.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.neighbours.diracs import PRECISION, SLOPES, Dirac, Point, eighths, square_radius

IDENTITY = "r^2 is multiplied by 1 + h^2 f'^2 exactly: sympy's proof"
FACTOR = "after all steps r^2 is the product of the factors 1 + h^2 f'^2"
GROWS = "r^2 falls at no step"
DIVERGES = "r^2 grows at least geometrically while it is bounded"

# Steps that an orbit is followed for. Arbitrary.
STEPS = 60

# The smallest error of r^2 that counts, as a fraction of it. Arbitrary.
RESOLUTION = 1e-9


def instances(request: Request) -> Iterator[Dirac]:
    """Starts in [-2, 2]^2, steps from 1/16 to 4, logistic and linear."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        step = Fraction(int(rng.integers(1, 65)), 16)
        yield Dirac(eighths(rng, -16, 16), eighths(rng, -16, 16), step, loss=("logistic", "linear")[index % 2])


def checks(case: Dirac) -> list[Check]:
    orbit = list(case.orbit(STEPS))
    squares = [square_radius(at) for at in orbit]
    with ctx.workprec(PRECISION):
        told = squares[0]
        for at in orbit[:-1]:
            told *= factor(case, at)
        growth = max((before / after - 1 for before, after in pairwise(squares)), key=lambda ball: float(ball.mid()))
        off = squares[-1] / told
        least = squares[0] * _least_factor(case, squares[-1]) ** STEPS / squares[-1]
    return [
        Check.of_verdict(IDENTITY, Verdict.PROVED if _rotation_identity() else Verdict.REFUTED),
        equal(FACTOR, off, 1, RESOLUTION),
        at_most(GROWS, growth, 0, RESOLUTION),
        at_most(DIVERGES, least, 1, RESOLUTION),
    ]


def factor(case: Dirac, at: Point) -> arb:
    """1 + h^2 f'(theta psi)^2."""
    return 1 + (exact(case.step) * SLOPES[case.loss](at[0] * at[1])) ** 2


def _least_factor(case: Dirac, largest: arb) -> arb:
    """The factor at theta psi = R^2 / 2: no point of the disc of radius R has a smaller one."""
    return 1 + (exact(case.step) * SLOPES[case.loss](largest / 2)) ** 2


@cache
def _rotation_identity() -> bool:
    """|x + h s J x|^2 = (1 + h^2 s^2) |x|^2 for the quarter turn J, whatever the slope s."""
    import sympy

    theta, psi, h, s = sympy.symbols("theta psi h s", real=True)
    moved = (theta - h * psi * s) ** 2 + (psi + h * theta * s) ** 2
    return sympy.expand(moved - (theta**2 + psi**2) * (1 + h**2 * s**2)) == 0


_WITNESS = Dirac(Fraction(1), Fraction(1))

CLAIM = Claim(
    ref="neighbours.simultaneous",
    statement=r"r_{k+1}^2 = r_k^2 (1 + h^2 f'(\theta_k\psi_k)^2): simultaneous steps diverge for every h",
    source="Mescheder, Geiger, Nowozin 2018, section 2",
    hypotheses={
        "simultaneous": "both players move at once, from the same point",
        "minimax": "the players' losses add up to zero",
        "unregularised": "gamma = 0",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="simultaneous",
            instance=lambda: replace(_WITNESS, alternate=True),
            check=GROWS,
            witness="alternating steps of 1/5 from (1, 1): r^2 swings, and falls by up to 1.9% in a step",
        ),
        Break(
            drops="minimax",
            instance=lambda: replace(_WITNESS, saturating=False),
            check=FACTOR,
            witness="non-saturating generator, steps of 1/5 from (1, 1): r^2 falls, the factors never do",
        ),
        Break(
            drops="unregularised",
            instance=lambda: replace(_WITNESS, gamma=Fraction(3, 10)),
            check=GROWS,
            witness="R1 with gamma 3/10, steps of 1/5 from (1, 1): r^2 falls by up to 11% in a step",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

if __name__ == "__main__":
    main((CLAIM,))
