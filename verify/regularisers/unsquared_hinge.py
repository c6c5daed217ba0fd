r"""The unsquared hinge is no soft penalty: it is exact above lam = d, worthless below, and undecided at d.

For P = delta_d, Q = delta_0 and points uniform on the segment, the objective

    d E s - lam E max(0, |s| - 1)

has, at the constant slope 1 + t with t >= 0, the value d + (d - lam) t. Hence

    lam < d:  no maximum, the value grows without bound;
    lam = d:  the value d = W1 at every slope >= 1, so that the critic is not determined;
    lam > d:  the value W1 at the slope 1 alone, the Lipschitz bound being met exactly (an exact penalty).

For lam >= d the value d less the gain is the mean of (lam - d) (|s| - 1) + d (|s| - s) where |s| >= 1, and of d (1 - s)
elsewhere: no term is negative. The squared hinge behaves otherwise (``around_one``): one finite optimum for every lam,
off by d^2 / 4 lam.

Printed is that the penalty is that of WGAN-GP, which it is not; and, above it, an integral dx in place of the mean.
That this is a finite charge is a reading, and false: over [-R, R] a linear critic of slope 1 + t costs 2 R lam t, which
no R bounds; even on the segment alone it is d times the mean, so that the threshold is lam = 1 instead of lam = d.

Source: lecture, "Improved WGAN (WGAN-GP)", the two printed objectives.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.regularisers import around_one
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

UNBOUNDED = "lam < d: the slope 1 + t gains d + (d - lam) t, more than any number"
FLAT = "lam = d: every slope from 1 on gains d"
ELSEWHERE = "lam > d: every steeper slope gains less than d"
AS_GP = "the objective has the maximum of WGAN-GP, d + d^2 / 4 lam"
SETTLED = "the integral over [-2R, 2R] is the one over [-R, R]: beyond R nothing is charged"

# Excess slopes at which the value is read; arbitrary, from small to far beyond every rival.
EXCESSES = (Fraction(1, 8), Fraction(1), Fraction(2) ** 10, Fraction(2) ** 40)


def instances(request: Request) -> Iterator[TwoDiracs]:
    """Weights lam below, at and above d in turn."""
    for index, drawn in enumerate(random_problems(request)):
        ratio = (Fraction(1, 2), Fraction(1), Fraction(5, 4))[index % 3]
        yield drawn if request.lam is not None else replace(drawn, lam=ratio * drawn.d)


def checks(case: TwoDiracs) -> list[Check]:
    """What lam and d decide."""
    d, lam, unit, paid = case.d, case.lam, case.resolution, charge(case)
    gains = [case.gain(constant(1 + t), paid) for t in EXCESSES]
    if lam < d and not case.without:
        off = max(abs(gain - d - (d - lam) * t) for gain, t in zip(gains, EXCESSES, strict=True))
        return [equal(UNBOUNDED, off, 0, unit)]
    found = [check for check in decided(case, paid, Answer(Fraction(1), d), _rest(case)) if lam > d or _weak(check)]
    if lam == d:
        return [*found, equal(FLAT, max(abs(gain - d) for gain in gains), 0, unit)]
    return [*found, at_most(ELSEWHERE, max(gains) - d, 0, unit, strict=True)]


def _weak(check: Check) -> bool:
    """At and below the threshold the slope 1 is not singled out, so nothing strict is claimed."""
    return not check.strict


def charge(case: TwoDiracs) -> Charge:
    """The charge lam E max(0, |s| - 1); the integral dx over the segment is d times that."""
    mass = case.d if "normalised" in case.without else Fraction(1)
    return lambda slopes: mass * case.lam * mean(tuple(positive(abs(s) - 1) for s in slopes))


def _rest(case: TwoDiracs) -> Remainder:
    def rest(s: Fraction) -> Fraction:
        if abs(s) >= 1:
            return (case.lam - case.d) * (abs(s) - 1) + case.d * (abs(s) - s)
        return case.d * (1 - s)

    def total(slopes: Slopes) -> Fraction:
        return mean(tuple(map(rest, slopes)))

    return total


CLAIM = Claim(
    ref="regularisers.unsquared_hinge",
    statement=r"\delta_d, \delta_0: the largest d E s - \lambda E [|s| - 1]_+ is infinite for \lambda < d, "
    r"W_1 = d for \lambda \geq d",
    source="lecture, Improved WGAN (WGAN-GP), corrected",
    hypotheses={
        "weight_at_least_d": "lam >= d, for the value W1",
        "normalised": "the penalty is a mean, over a probability measure on the segment",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="weight_at_least_d",
            instance=lambda: problem(3, 1, 2).dropping("weight_at_least_d"),
            check=BEST,
            witness="d = 3, lam = 1: the slope 2 gains 5, and W1 is 3",
        ),
        Break(
            drops="normalised",
            instance=lambda: problem("1/2", "3/4", 2).dropping("normalised"),
            check=BEST,
            witness="d = 1/2, lam = 3/4 > d, the integral over the segment in place of the mean: the slope 2 "
            "gains 5/8, and W1 is 1/2",
        ),
    ),
    settles=("E9", "lecture 23", "regulariser hinge"),
)


@dataclass(frozen=True)
class Truncated:
    """A linear critic, charged by the integral of lam max(0, |s| - 1) over [-radius, radius]."""

    slope: Fraction
    lam: Fraction
    radius: Fraction

    def paid(self, radius: Fraction) -> Fraction:
        return 2 * radius * self.lam * positive(abs(self.slope) - 1)

    def __str__(self) -> str:
        return f"f(x) = {self.slope} x on the line, lam = {self.lam}, R = {self.radius}"


def lebesgue(case: Truncated) -> list[Check]:
    """The integral, truncated at R and at twice R."""
    excess = case.paid(2 * case.radius) - case.paid(case.radius)
    return [equal(SETTLED, excess, 0, float(case.lam) * 2.0**-20)]


def as_gradient_penalty(case: TwoDiracs) -> list[Check]:
    """The printed objective against the maximum that WGAN-GP has."""
    stated = around_one.answer(case.d, case.lam)
    best = max(case.gain(constant(1 + t), charge(case)) for t in EXCESSES)
    return [equal(AS_GP, best, stated.value, case.resolution)]


AS_PRINTED = (
    Claim(
        ref="regularisers.unsquared_hinge/wgan-gp",
        statement=r"WGAN-GP charges \lambda E [\|\nabla D\| - 1]_+, unsquared",
        source="lecture, Improved WGAN (WGAN-GP), all three objectives (a square in a picture may be lost in the text)",
        hypotheses={},
        instances=lambda _: [problem(3, 1)],
        checks=as_gradient_penalty,
        expected=Verdict.REFUTED,
        settles=("E9",),
    ),
    Claim(
        ref="regularisers.unsquared_hinge/lebesgue",
        statement=r"\lambda \int [\|\nabla D(x)\| - 1]_+ dx, over all x, is a finite penalty",
        source="a reading of the lecture, Improved WGAN (WGAN-GP), first objective: as a finite charge",
        hypotheses={},
        instances=lambda _: [Truncated(Fraction(2), Fraction(1), Fraction(1))],
        checks=lebesgue,
        expected=Verdict.REFUTED,
        settles=("E10",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
