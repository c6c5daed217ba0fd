r"""Weight clipping keeps the Dirac-GAN outside a circle for ever: steps of the clipped Wasserstein GAN never converge.

One step is theta <- theta - h psi, psi <- clip(psi + h theta, -c, c). Let r^2 = theta^2 + psi^2. Where the clip does
not act, r^2 is multiplied by 1 + h^2; where it acts, |psi| = c and r >= c. So r grows until it is at least c, after at
most 1 + log(c / r_0) / log sqrt(1 + h^2) steps, and never falls below c again: an orbit that does not start at the
equilibrium stays away from it, and turns around it. With R1 in place of the clip the same steps converge.

Everything is rational: the orbit is followed exactly, and the number of steps is compared in balls.

Source: Mescheder, Geiger, Nowozin (2018), section 3, for the behaviour; the bound is derived here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, exact
from verify.command import main
from verify.neighbours.diracs import eighths
from verify.neighbours.matrices import PRECISION

STAYS_OUT = "an orbit that has left the disc of radius c does not come back into it"
IN_TIME = "it has left after 1 + log(c / r_0) / log sqrt(1 + h^2) steps"
TURNS = "theta changes its sign again and again"

# Steps that are followed: enough for several turns. Arbitrary; numbers grow by a few digits in each.
STEPS = 200

# How many changes of sign of theta count as turning. Arbitrary.
TURNINGS = 3

# The smallest distance below the circle that counts, as a share of c^2. Arbitrary.
RESOLUTION = 1e-9

State = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Clipped:
    """The start, the step h, the clip c (none: no clipping) and the weight of R1."""

    theta: Fraction
    psi: Fraction
    step: Fraction = Fraction(1, 5)
    clip: Fraction = Fraction(1)
    clipped: bool = True
    gamma: Fraction = Fraction(0)

    def next(self, state: State) -> State:
        """One simultaneous step."""
        theta, psi = state
        moved = psi + self.step * (theta - self.gamma * psi)
        return theta - self.step * psi, max(-self.clip, min(self.clip, moved)) if self.clipped else moved

    def orbit(self) -> list[State]:
        """The start and ``STEPS`` states after it."""
        found = [(self.theta, self.psi)]
        for _ in range(STEPS):
            found.append(self.next(found[-1]))
        return found

    def __str__(self) -> str:
        return f"from ({self.theta}, {self.psi}), h = {self.step}, c = {self.clip}, gamma = {self.gamma}"


def instances(request: Request) -> Iterator[Clipped]:
    """Starts on both sides of the circle, steps from 1/8 to 1, clips from 1/8 to 1."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        clip = eighths(rng, 1, 8)
        psi = max(-clip, min(clip, eighths(rng, -8, 8)))
        yield Clipped(eighths(rng, -8, 8), psi, eighths(rng, 1, 8), clip)


def checks(case: Clipped) -> list[Check]:
    squares = [theta * theta + psi * psi for theta, psi in case.orbit()]
    circle = case.clip**2
    left = next((k for k, square in enumerate(squares) if square >= circle), STEPS)
    deepest = max((circle - square) / circle for square in squares[left:])
    signs = [theta > 0 for theta, _ in case.orbit()[left:] if theta != 0]
    turnings = sum(now != before for before, now in pairwise(signs))
    found = [
        at_most(STAYS_OUT, deepest, 0, RESOLUTION),
        at_most(TURNS, TURNINGS - turnings, 0, RESOLUTION),
    ]
    if left and squares[0]:
        with ctx.workprec(PRECISION):
            most = exact(circle / squares[0]).log() / (1 + exact(case.step**2)).log()
        found.append(at_most(IN_TIME, left - 1, most, RESOLUTION))
    return found


_WITNESS = Clipped(Fraction(1), Fraction(1))

CLAIM = Claim(
    ref="neighbours.clipping_orbit",
    statement=r"clipped WGAN on two points, simultaneous steps: r_k \geq c from some k \leq "
    r"1 + 2\log(c/r_0)/\log(1 + h^2) on, for ever",
    source="Mescheder, Geiger, Nowozin 2018, section 3",
    hypotheses={
        "off_equilibrium": "the start is not the equilibrium",
        "clipping_alone": "clipping is the only regulariser",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="off_equilibrium",
            instance=lambda: Clipped(Fraction(0), Fraction(0)),
            check=STAYS_OUT,
            witness="from (0, 0): nothing moves",
        ),
        Break(
            drops="clipping_alone",
            instance=lambda: replace(_WITNESS, gamma=Fraction(1)),
            check=STAYS_OUT,
            witness="R1 with gamma 1 besides, h = 1/5, from (1, 1): r^2 falls to zero",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

if __name__ == "__main__":
    main((CLAIM,))
