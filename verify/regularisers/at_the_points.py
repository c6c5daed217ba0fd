r"""Penalties that look near the data alone bind linear critics and no others: R1, R2, ALP, DRAGAN on two points.

For P = delta_d, Q = delta_0 and *linear* critics of slope s the charges and answers are

    R1, R2   gamma / 2 s^2            slope d / gamma        value d^2 / 2 gamma;
    ALP      lam max(0, |s| - 1)^2    slope 1 + d / 2 lam    value d + d^2 / 4 lam;
    DRAGAN   lam (|s| - 1)^2          the same as ALP's, and as WGAN-GP's.

For other critics there is no bound. R1 reads the slope at d, R2 at 0, ALP the rise over a step of length r from 0
upwards and from d downwards, DRAGAN the slopes within r of d; noise made of the spread of one point is zero, which is
r = 0. If some interval of the segment lies out of reach, a critic with the slope 1 within reach and T elsewhere
costs lam / 2 at most and rises by more than any number as T grows. So the reach of the step, not lam, decides: with
r = d ALP sees the rise itself, and every critic is bound.

Critics are slopes on eight equal cells, r is a whole number of cells; all numbers are rational.

Source: Mescheder et al. (2018) (R1, R2); Terjek (2020) (ALP); Kodali et al. (2017) (DRAGAN). The
statements about unrestricted critics are derived here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.regularisers import around_one
from verify.regularisers.two_diracs import (
    ASIDE,
    CELLS,
    RESOLUTION,
    Answer,
    Slopes,
    constant,
    mean,
    positive,
    random_problems,
)

REACHED = "linear critics: the stated slope gains the stated value"
FALLS = "linear critics: the gain falls to both sides of the stated slope"
BEST = "no rival gains more than the stated value"
UNBOUNDED = "a critic that is steep on the middle cells gains d / 8 times its slope there, whatever that is"

# How steep the critic is that goes unseen. Arbitrary: far above every stated value.
STEEP = Fraction(2) ** 20


@dataclass(frozen=True)
class AtThePoints:
    """Penalty ``kind`` of weight lam, the number of cells within its reach, and a rival (linear unless a break's)."""

    kind: str
    d: Fraction
    lam: Fraction
    reach: int
    rivals: tuple[Slopes, ...]

    def gain(self, slopes: Slopes) -> Fraction:
        return self.d * mean(slopes) - CHARGES[self.kind](self, slopes)

    def __str__(self) -> str:
        return f"{self.kind}, d = {self.d}, lam = {self.lam}, reach {self.reach} of {CELLS} cells"


def instances(request: Request) -> Iterator[AtThePoints]:
    """Each kind in turn; reach of one to three cells out of eight."""
    for index, drawn in enumerate(random_problems(request)):
        rng = np.random.default_rng([request.seed, index, 1])
        kind = list(CHARGES)[index % len(CHARGES)]
        lines = tuple(constant(s) for s in (*drawn.rival, *(Fraction(k, 2) for k in range(-8, 9))))
        yield AtThePoints(kind, drawn.d, drawn.lam, int(rng.integers(1, 4)), lines)


def checks(case: AtThePoints) -> list[Check]:
    """The answer among linear critics, and the critic that is not seen."""
    stated = answer(case)
    unit = float(RESOLUTION * (case.d + 1))
    there = case.gain(constant(stated.slope))
    aside = max(case.gain(constant(stated.slope * (1 + step))) for step in (-ASIDE, ASIDE))
    unseen = case.gain(plateau(min(case.reach, CELLS // 2 - 1), STEEP))
    return [
        equal(REACHED, there - stated.value, 0, unit),
        at_most(FALLS, aside - there, 0, unit, strict=True),
        at_most(BEST, max(map(case.gain, case.rivals)) - stated.value, 0, unit),
        at_most(UNBOUNDED, case.d * STEEP / CELLS - unseen, 0, unit),
    ]


def answer(case: AtThePoints) -> Answer:
    """Slope and value among linear critics."""
    if case.kind in ("R1", "R2"):
        return Answer(case.d / case.lam, case.d**2 / (2 * case.lam))
    return around_one.answer(case.d, case.lam)


def plateau(reach: int, steep: Fraction) -> Slopes:
    """The slope 1 within reach of either end, which costs R1 and R2 lam / 2, the others nothing; else ``steep``."""
    calm = (Fraction(1),) * reach
    return (*calm, *(steep,) * (CELLS - 2 * reach), *calm)


def _at_real(case: AtThePoints, slopes: Slopes) -> Fraction:
    return case.lam / 2 * slopes[-1] ** 2


def _at_fake(case: AtThePoints, slopes: Slopes) -> Fraction:
    return case.lam / 2 * slopes[0] ** 2


def _adversarial(case: AtThePoints, slopes: Slopes) -> Fraction:
    """Half the charge from each point: |f(x) - f(x + r)| / r is the mean slope over the step."""
    steps = (mean(slopes[: case.reach]), mean(slopes[CELLS - case.reach :]))
    return case.lam * mean(tuple(positive(abs(s) - 1) ** 2 for s in steps))


def _around_real(case: AtThePoints, slopes: Slopes) -> Fraction:
    return case.lam * mean(tuple((abs(s) - 1) ** 2 for s in slopes[CELLS - case.reach :]))


CHARGES: dict[str, Callable[[AtThePoints, Slopes], Fraction]] = {
    "R1": _at_real,
    "R2": _at_fake,
    "ALP": _adversarial,
    "DRAGAN": _around_real,
}

_SMALLEST = AtThePoints("R1", Fraction(1), Fraction(1), 1, (constant(Fraction(0)),))

CLAIM = Claim(
    ref="regularisers.at_the_points",
    statement=r"\delta_d, \delta_0, linear critics: R1, R2 give d/\gamma and d^2/2\gamma; ALP, DRAGAN 1 + d/2\lambda "
    r"and d + d^2/4\lambda; other critics are not bounded",
    source="Mescheder et al. 2018; Terjek 2020; Kodali et al. 2017; unrestricted critics derived here",
    hypotheses={
        "linear": "the critic is linear, for the closed forms",
        "out_of_reach": "some interval between the points is out of reach of the penalty, for there being no bound",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="linear",
            instance=lambda: replace(_SMALLEST, rivals=(plateau(1, Fraction(9)),)),
            check=BEST,
            witness="R1, d = gamma = 1: slope 1 near the points and 9 between gains 13/2, and 1/2 is stated",
        ),
        Break(
            drops="out_of_reach",
            instance=lambda: replace(_SMALLEST, kind="ALP", reach=CELLS),
            check=UNBOUNDED,
            witness="ALP with a step of the length d, d = lam = 1: it sees the whole rise, and no critic "
            "gains more than 5/4",
        ),
    ),
    settles=("regulariser alp", "regulariser r1_r2", "regulariser dragan"),
)

if __name__ == "__main__":
    main((CLAIM,))
