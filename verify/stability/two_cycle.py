r"""W1 itself is not smooth: gradient descent on one generated point ends in a two-cycle, whatever the constant step.

J(theta) = W1(delta_theta, delta_0) = |theta|, so theta_{k+1} = theta_k - h sign(theta_k). If theta_0 is no multiple of
h, after K = floor(|theta_0| / h) steps theta_K = r sign(theta_0) with r = theta_0 mod h in (0, h), and then r, r - h,
r, ... for ever: |grad J| = 1 at every step, J never falls below min(r, h - r), and the sum of squared gradients passes
every 2 L (J(theta_0) - inf J) of the theorem.

Exact throughout: places, steps and W1 are fractions, W1 by the area between distribution functions and again as the
cost of the sorted plan.

Source: talk on the stability of GANs, "Conclusion": "Gradient step size, proposed in the theorem guarantees
convergence", with its "Wasserstein-GAN metric" for J.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import dirac, sorted_plan_cost, transport

CYCLE = "from K = floor(|theta_0| / h) on the iterates alternate between r and r - h"
STEEP = "the gradient has size one at every step"
AWAY = "J stays at or above min(r, h - r)"
DISTANCE = "J is W1 between the generated point and 0, by the area and by the plan"
SUMMED = "the squared gradients add up to at most 2 L (J(theta_0) - inf J)"

RESOLUTION = 1e-6  # the smallest violation that counts; numbers are exact and of order h; arbitrary
LONGER = 6  # steps after the cycle is reached


@dataclass(frozen=True)
class Orbit:
    """Gradient descent from ``start`` with step ``h``, or h / (k + 1) at step k if ``decreasing``."""

    start: Fraction
    h: Fraction
    decreasing: bool = False

    def __str__(self) -> str:
        return f"theta_0 = {self.start}, h = {self.h}{' / (k + 1)' if self.decreasing else ''}"

    @property
    def reached(self) -> int:
        """K, the number of steps before the cycle."""
        return int(abs(self.start) / self.h)

    def points(self, number: int) -> list[Fraction]:
        """theta_0, ..., theta_number."""
        found = [self.start]
        for k in range(number):
            step = self.h / (k + 1) if self.decreasing else self.h
            found.append(found[-1] - step * sign(found[-1]))
        return found


def sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


def instances(request: Request) -> Iterator[Orbit]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        h = Fraction(int(rng.integers(1, 40)), 32)
        rest = h * Fraction(int(rng.integers(1, 16)), 16)
        yield Orbit((int(rng.integers(0, 30)) * h + rest) * int(rng.choice([-1, 1])), h)


def checks(case: Orbit) -> list[Check]:
    points = case.points(case.reached + LONGER)
    r, facing = abs(case.start) % case.h, sign(case.start)
    cycle = [facing * (r if k % 2 == 0 else r - case.h) for k in range(LONGER + 1)]
    off = max(abs(x - y) for x, y in zip(points[case.reached :], cycle, strict=True))
    least = min(abs(x) for x in points)
    return [
        equal(CYCLE, off, 0, RESOLUTION),
        equal(STEEP, min(abs(sign(x)) for x in points), 1, RESOLUTION),
        at_most(AWAY, min(r, case.h - r), least, RESOLUTION),
        equal(DISTANCE, sum(_misread(x) for x in points), 0, RESOLUTION),
    ]


def _misread(x: Fraction) -> Fraction:
    return abs(transport(dirac(x), dirac(0)) - abs(x)) + abs(sorted_plan_cost(dirac(x), dirac(0)) - abs(x))


CLAIM = Claim(
    ref="stability.two_cycle",
    statement=r"J(\theta) = W_1(\delta_\theta, \delta_0): gradient descent with any constant step h "
    r"ends in a cycle \{r, r - h\}, |\nabla J| = 1",
    source="talk on the stability of GANs, its theorems applied to its 'Wasserstein-GAN metric'",
    hypotheses={
        "generic_start": "theta_0 is no multiple of h",
        "constant_step": "the step does not change",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="generic_start",
            instance=lambda: Orbit(Fraction(3), Fraction(1)),
            check=STEEP,
            witness="theta_0 = 3, h = 1: the third step lands on 0 and stays",
        ),
        Break(
            drops="constant_step",
            instance=lambda: Orbit(Fraction(5, 2), Fraction(1), decreasing=True),
            check=CYCLE,
            witness="theta_0 = 5/2, steps 1 / (k + 1): after two steps 1, not 1/2, and no cycle later",
        ),
    ),
    settles=("talk 3.5",),
)


def _claimed(case: Orbit) -> list[Check]:
    """The theorem's sum for a step h = 1 / L, after more than 2 L J(theta_0) steps."""
    most = 2 / case.h * abs(case.start)
    squares = sum(sign(x) ** 2 for x in case.points(int(most) + 2))
    return [at_most(SUMMED, squares, most, RESOLUTION)]


def _steps(request: Request) -> Iterator[Orbit]:
    """Steps 1, 1/10, 1/100, 1/1000: none is small enough."""
    for power in range(4):
        h = Fraction(1, 10**power)
        start = Fraction(1, 2) + h / 2 if power else Fraction(1, 2)
        yield Orbit(start, h)


AS_PRINTED = (
    Claim(
        ref="stability.two_cycle/guarantee",
        statement=r"gradient descent on the W_1 objective with some step 1/L "
        r"reaches \|\nabla J\| \to 0",
        source="a reading of the talk, 'Conclusion', first item, with its 'Wasserstein-GAN metric' as J; theta_0 = "
        "1/2, h = 1: 1/2, -1/2, 1/2, ...",
        hypotheses={},
        instances=_steps,
        checks=_claimed,
        expected=Verdict.REFUTED,
        settles=("talk 3.5", "Z6"),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
