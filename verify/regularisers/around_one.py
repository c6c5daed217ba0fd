r"""Gradient penalties around one overestimate W1 = d by d^2 / 4 lam, two-sided or one-sided.

For P = delta_d, Q = delta_0 and points drawn uniformly from the segment, over all critics on it,

    max d E s - lam E (|s| - 1)^2        (WGAN-GP)        and
    max d E s - lam E max(0, |s| - 1)^2  (WGAN-LP)

are both d + d^2 / 4 lam, at the constant slope 1 + d / 2 lam, where f(d) - f(0) = d + d^2 / 2 lam. The maximum is taken
for each x by itself, so it is the Fenchel conjugate of the charge at d; that WGAN-GP's charge is not convex does no
harm. With r = 1 + d / 2 lam, the stated value less the gain is the mean over x of

    two-sided:  lam (|s| - r)^2 + d (|s| - s),
    one-sided:  lam (|s| - r)^2 + d (|s| - s) where |s| >= 1,   d^2 / 4 lam + d (1 - s) where |s| < 1.

Rational arithmetic throughout. The bias d^2 / 4 lam falls like 1 / lam, and the critic is off by twice as much.

Source: WGAN-GP paper, eq. (3); WGAN-LP paper (Petzka et al.); lecture, "Improved WGAN (WGAN-GP)".
"""

from dataclasses import replace
from fractions import Fraction

from lgantheory.claims import Break, Check, Claim
from verify.balls import at_most, equal
from verify.command import main
from verify.regularisers.two_diracs import (
    BEST,
    Answer,
    Charge,
    Remainder,
    Slopes,
    TwoDiracs,
    constant,
    decided,
    mean,
    positive,
    problem,
    random_problems,
)

TWO_SIDED = "two-sided: "
ONE_SIDED = "one-sided: "
GAP = "the critic rises by d + d^2 / 2 lam, which overestimates W1 by twice the bias of the value"
HALVED = "twice the weight halves the bias"
FLAT = "two-sided: the opposite slope gains less"

instances = random_problems


def checks(case: TwoDiracs) -> list[Check]:
    """Both penalties have one answer."""
    stated, unit = answer(case.d, case.lam), case.resolution
    opposite = case.gain(constant(-stated.slope), two_sided(case))
    pairs = ((TWO_SIDED, two_sided, _two_sided_rest), (ONE_SIDED, one_sided, _one_sided_rest))
    found = [
        replace(check, name=side + check.name)
        for side, charge, rest in pairs
        for check in decided(case, charge(case), stated, rest(case, stated.slope))
    ]
    doubled = answer(case.d, 2 * case.lam)
    return [
        *found,
        equal(GAP, case.d * stated.slope - case.d - 2 * (stated.value - case.d), 0, unit),
        equal(HALVED, 2 * (doubled.value - case.d), stated.value - case.d, unit),
        at_most(FLAT, opposite - stated.value, 0, unit, strict=True),
    ]


def answer(d: Fraction, lam: Fraction) -> Answer:
    """Slope 1 + d / 2 lam, value d + d^2 / 4 lam."""
    return Answer(1 + d / (2 * lam), d + d * d / (4 * lam))


def seen(case: TwoDiracs, slopes: Slopes) -> Slopes:
    """The slopes that are charged: all cells, or the first and the last alone."""
    return (slopes[0], slopes[-1]) if "whole_segment" in case.without else slopes


def two_sided(case: TwoDiracs) -> Charge:
    """The charge lam E (|s| - 1)^2."""
    return lambda slopes: case.lam * mean(tuple(_power(case, abs(s) - 1) for s in seen(case, slopes)))


def one_sided(case: TwoDiracs) -> Charge:
    """The charge lam E max(0, |s| - 1)^2."""
    return lambda slopes: case.lam * mean(tuple(_power(case, positive(abs(s) - 1)) for s in seen(case, slopes)))


def _power(case: TwoDiracs, excess: Fraction) -> Fraction:
    return abs(excess) if "squared" in case.without else excess * excess


def _two_sided_rest(case: TwoDiracs, best: Fraction) -> Remainder:
    return lambda slopes: mean(tuple(case.lam * (abs(s) - best) ** 2 + case.d * (abs(s) - s) for s in slopes))


def _one_sided_rest(case: TwoDiracs, best: Fraction) -> Remainder:
    def rest(s: Fraction) -> Fraction:
        if abs(s) >= 1:
            return case.lam * (abs(s) - best) ** 2 + case.d * (abs(s) - s)
        return case.d**2 / (4 * case.lam) + case.d * (1 - s)

    return lambda slopes: mean(tuple(map(rest, slopes)))


CLAIM = Claim(
    ref="regularisers.around_one",
    statement=r"\delta_d, \delta_0: penalties \lambda E (s - 1)^2 and \lambda E [s - 1]_+^2: slope 1 + d/2\lambda, "
    r"value d + d^2/4\lambda > W_1 = d",
    source="WGAN-GP paper, eq. (3); WGAN-LP paper; lecture, Improved WGAN",
    hypotheses={
        "squared": "the excess slope is squared",
        "whole_segment": "points are drawn from the whole segment between the two",
        "apart": "the points differ: d > 0",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="squared",
            instance=lambda: problem(3, 1).dropping("squared"),
            check=ONE_SIDED + BEST,
            witness="d = 3, lam = 1, the excess to the first power: the slope 5 gains 11, and 5.25 is stated",
        ),
        Break(
            drops="whole_segment",
            instance=lambda: problem(1, 1, *(1, 9, 9, 9, 9, 9, 9, 1)).dropping("whole_segment"),
            check=TWO_SIDED + BEST,
            witness="d = 1, lam = 1, only the end cells charged: slope 1 there and 9 between gains 7, "
            "and 1.25 is stated",
        ),
        Break(
            drops="apart",
            instance=lambda: problem(0, 1),
            check=FLAT,
            witness="d = 0: the slopes 1 and -1 gain the same, nothing, and so the two-sided penalty wants a slope "
            "although P = Q",
        ),
    ),
    settles=("regulariser gp", "regulariser lp", "lecture 23"),
)

if __name__ == "__main__":
    main((CLAIM,))
