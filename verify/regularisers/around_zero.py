r"""Penalties around zero replace W1 = d by d^2 / 4 lam: the mean squared slope and the largest one alike.

For P = delta_d, Q = delta_0, over all critics on the segment,

    max d E s - lam E s^2   (zero-centred)      and      max d E s - lam max s^2   (MaxGP, LGAN)

are both d^2 / 4 lam, at the constant slope d / 2 lam: d E s - lam E s^2 = d^2 / 4 lam - lam E (s - d / 2 lam)^2, and
the largest square is at least the mean one. The value is the square of W1, not W1, and vanishes with d to second
order.

A second route to the largest squared slope: the library's linear LGAN with two points, certified by the mass that its
one arc carries (primal minus dual is all there is to doubt).

Source: LGAN paper, section 4 (MaxGP); zero-centred gradient penalties, Thanh-Tung et al., section 5.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim
from lgantheory.problem import ULPS
from verify.command import main
from verify.evidence import EPS
from verify.instances import instance
from verify.regularisers.two_diracs import (
    BEST,
    REACHED,
    Answer,
    Charge,
    Remainder,
    Slopes,
    TwoDiracs,
    decided,
    mean,
    problem,
    random_problems,
)

MEAN = "mean: "
LARGEST = "largest: "
LIBRARY = "the certified optimum of the linear LGAN is minus the stated value"

instances = random_problems


def checks(case: TwoDiracs) -> list[Check]:
    """Both charges have one answer."""
    stated = answer(case.d, case.lam)
    pairs = ((MEAN, mean_square(case), _mean_rest), (LARGEST, largest_square(case), _largest_rest))
    found = [
        replace(check, name=kind + check.name)
        for kind, charge, rest in pairs
        for check in decided(case, charge, stated, rest(case, stated.slope))
    ]
    return [*found, _by_the_library(case, stated)]


def answer(d: Fraction, lam: Fraction) -> Answer:
    """Slope d / 2 lam, value d^2 / 4 lam."""
    return Answer(d / (2 * lam), d * d / (4 * lam))


def mean_square(case: TwoDiracs) -> Charge:
    """The charge lam E s^2."""
    return lambda slopes: case.lam * mean(_charged(case, slopes))


def largest_square(case: TwoDiracs) -> Charge:
    """The charge lam max s^2."""
    return lambda slopes: case.lam * max(_charged(case, slopes))


def _charged(case: TwoDiracs, slopes: Slopes) -> Slopes:
    visible = (slopes[0], slopes[-1]) if "whole_segment" in case.without else slopes
    return tuple(abs(s) if "squared" in case.without else s * s for s in visible)


def _mean_rest(case: TwoDiracs, best: Fraction) -> Remainder:
    return lambda slopes: case.lam * mean(tuple((s - best) ** 2 for s in slopes))


def _largest_rest(case: TwoDiracs, best: Fraction) -> Remainder:
    def rest(slopes: Slopes) -> Fraction:
        squares = tuple(s * s for s in slopes)
        return _mean_rest(case, best)(slopes) + case.lam * (max(squares) - mean(squares))

    return rest


def _by_the_library(case: TwoDiracs, stated: Answer) -> Check:
    """The optimum lies between dual and primal of any critic and any flow; ``error`` is the width and its rounding."""
    d, lam, value = float(case.d), float(case.lam), float(stated.value)
    posed = instance([d], [0.0], "wasserstein", lam).problem
    half = 0.5 * d * float(stated.slope)
    found = posed.certify(np.array([-half, half]), np.array([[1.0]]))
    bar = found.error + ULPS * EPS * value
    return Check(LIBRARY, abs(found.primal + value), bar, case.resolution)


CLAIM = Claim(
    ref="regularisers.around_zero",
    statement=r"\delta_d, \delta_0: penalties \lambda E s^2 and \lambda \max s^2: slope d/2\lambda, value d^2/4\lambda",
    source="LGAN paper, section 4 (MaxGP); zero-centred gradient penalties",
    hypotheses={
        "squared": "the slope is squared",
        "whole_segment": "slopes are charged on the whole segment between the points",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="squared",
            instance=lambda: problem(1, 1).dropping("squared"),
            check=MEAN + REACHED,
            witness="d = 1, lam = 1, the slope to the first power: slope 1/2 gains nothing, and 1/4 is stated",
        ),
        Break(
            drops="whole_segment",
            instance=lambda: problem(1, 1, *(0, 8, 8, 8, 8, 8, 8, 0)).dropping("whole_segment"),
            check=LARGEST + BEST,
            witness="d = 1, lam = 1, only the end cells charged: slope 0 there and 8 between gains 6, "
            "and 1/4 is stated",
        ),
    ),
    settles=("regulariser zero_centred", "regulariser maxgp"),
)

if __name__ == "__main__":
    main((CLAIM,))
