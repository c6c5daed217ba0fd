"""The Dirac-GAN: one real point at 0, one fake point at theta, the critic D(x) = psi x. Orbits in ball arithmetic.

With L(theta, psi) = f(theta psi) + f(0), f(t) = -log(1 + e^-t), the players follow the field

    minimax          v = (-psi f'(theta psi),  theta f'(theta psi)),
    non-saturating   v = (-psi f'(-theta psi), theta f'(theta psi)),

and R1 with weight gamma subtracts gamma psi from the second entry. Where f is the identity it is the Wasserstein GAN.
The only equilibrium is (0, 0). Numbers start as exact fractions and travel as balls, so an orbit carries its own error.

Source: Mescheder, Geiger, Nowozin, "Which training methods for GANs do actually converge?" (2018), sections 2 and 3.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from verify.balls import exact

# Bits that orbits are computed with. Arbitrary: a step of size h loses about h of them.
PRECISION = 512

Point = tuple[arb, arb]


def _logistic(t: arb) -> arb:
    return 1 / (1 + t.exp())


def _linear(t: arb) -> arb:
    return arb(1)


SLOPES: dict[str, Callable[[arb], arb]] = {"logistic": _logistic, "linear": _linear}
"""f' by the name of f: -log(1 + e^-t), and t."""

SLOPE_AT_ZERO = {"logistic": Fraction(1, 2), "linear": Fraction(1)}
"""f'(0)."""


@dataclass(frozen=True)
class Dirac:
    """A Dirac-GAN, where it starts, and the step of gradient descent."""

    theta: Fraction
    psi: Fraction
    step: Fraction = Fraction(1, 5)
    gamma: Fraction = Fraction(0)
    loss: str = "logistic"
    saturating: bool = True
    alternate: bool = False

    @property
    def start(self) -> Point:
        with ctx.workprec(PRECISION):
            return exact(self.theta), exact(self.psi)

    def generator(self, at: Point) -> arb:
        """The field's first entry."""
        u = at[0] * at[1]
        return -at[1] * SLOPES[self.loss](u if self.saturating else -u)

    def critic(self, at: Point) -> arb:
        """The field's second entry."""
        return at[0] * SLOPES[self.loss](at[0] * at[1]) - exact(self.gamma) * at[1]

    def next(self, at: Point) -> Point:
        """One step of gradient descent; the critic sees the new theta where the players alternate."""
        h = exact(self.step)
        theta = at[0] + h * self.generator(at)
        return theta, at[1] + h * self.critic((theta, at[1]) if self.alternate else at)

    def orbit(self, steps: int) -> Iterator[Point]:
        """The start and ``steps`` points after it."""
        at = self.start
        yield at
        for _ in range(steps):
            with ctx.workprec(PRECISION):
                at = self.next(at)
            yield at

    def __str__(self) -> str:
        kind = "minimax" if self.saturating else "non-saturating"
        order = "alternating" if self.alternate else "simultaneous"
        return (
            f"{kind} {self.loss} Dirac-GAN from ({self.theta}, {self.psi}), {order} steps {self.step}, "
            f"gamma = {self.gamma}"
        )


def square_radius(at: Point) -> arb:
    """r^2 = theta^2 + psi^2."""
    with ctx.workprec(PRECISION):
        return at[0] * at[0] + at[1] * at[1]


def eighths(rng: np.random.Generator, low: int, high: int) -> Fraction:
    """A multiple of 1/8 between low/8 and high/8, but not zero."""
    found = int(rng.integers(low, high + 1))
    return Fraction(found or high, 8)
