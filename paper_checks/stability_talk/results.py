"""Training set, results and conclusion."""

from fractions import Fraction
from itertools import pairwise

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, digits
from paper_checks.printed import Printed
from paper_checks.stability_talk.theorems import descent
from verify.balls import at_most, equal, exact

# Means and variances of the printed mixture: N(-1/2, 0.18^2), N(0, 0.14^2), N(3/4, 0.12^2), a third each.
MIXTURE = tuple((Fraction(m), Fraction(s) ** 2) for m, s in (("-1/2", "0.18"), ("0", "0.14"), ("3/4", "0.12")))
# The table of the conclusion: seconds per epoch and their +- for n_cr = 2, 4, 6.
TIMES = {
    "Default": (("2.92", "0.04"), ("2.77", "0.04"), ("2.62", "0.03")),
    "Improved": (("4.59", "0.04"), ("4.26", "0.05"), ("4.12", "0.02")),
}


def _moments() -> tuple[Fraction, Fraction]:
    """Mean and variance of the mixture."""
    mean = sum((m for m, _ in MIXTURE), Fraction()) / 3
    return mean, sum((v + m * m for m, v in MIXTURE), Fraction()) / 3 - mean**2


def _sum_of_normals() -> list[Check]:
    """The literal sum has the sum of the means and of the variances."""
    mean, variance = _moments()
    return [
        equal("the sum has the mean of the mixture", sum((m for m, _ in MIXTURE), Fraction()), mean, RESOLUTION),
        equal(
            "the sum has the variance of the mixture", sum((v for _, v in MIXTURE), Fraction()), variance, RESOLUTION
        ),
    ]


def _mixture_moments() -> list[Check]:
    """Route two: the variance as the mean variance and the spread of the means, pair by pair."""
    mean, variance = _moments()
    apart = sum(((a - b) ** 2 for a, _ in MIXTURE for b, _ in MIXTURE), Fraction()) / 18
    return [
        equal("the mean is 1/12", mean, Fraction(1, 12), RESOLUTION),
        equal(
            "the variance is within and between",
            variance,
            sum((v for _, v in MIXTURE), Fraction()) / 3 + apart,
            RESOLUTION,
        ),
        digits("the standard deviation is", exact(variance).sqrt(), "0.53481"),
    ]


def _mass_outside() -> arb:
    """Mass of the mixture beyond -1 and 1."""
    return sum((_tail(exact(1 - m) / _root(v)) + _tail(exact(1 + m) / _root(v)) for m, v in MIXTURE), arb(0)) / 3


def _root(variance: Fraction) -> arb:
    return exact(variance).sqrt()


def _tail(x: arb) -> arb:
    return (x / arb(2).sqrt()).erfc() / 2


def _reach() -> list[Check]:
    return [
        at_most(
            "a generator into [-1, 1] reaches all of the training set: no mass is outside",
            _mass_outside(),
            0,
            RESOLUTION,
        )
    ]


def _outside() -> list[Check]:
    return [digits("the mass outside [-1, 1] is", _mass_outside(), "0.00712")]


def _two_cycle() -> list[Check]:
    """J(theta) = W(point masses at 0 and theta) = |theta| from 3/10 with the step 1/4: 3/10, 1/20, -1/5, 1/20, ..."""
    theta, h = Fraction(3, 10), Fraction(1, 4)
    for _ in range(100):
        theta -= h * ((theta > 0) - (theta < 0))
    slope = abs((theta > 0) - (theta < 0))
    return [at_most("after 100 steps the gradient of J is below 1/2", slope, Fraction(1, 2), RESOLUTION)]


def _falling() -> list[Check]:
    """More than the printed deviations add up to, from row to row."""
    return [
        at_most(
            f"{name}: the time falls from row to row",
            Fraction(after) + Fraction(b),
            Fraction(before) - Fraction(a),
            1e-3,
            strict=True,
        )
        for name, rows in TIMES.items()
        for (before, a), (after, b) in pairwise(rows)
    ]


RESULTS = (
    Printed(
        "Training set, Figure 3",
        "linear combination of normal distributions",
        ids=("talk 35", "Z1"),
        expected=Verdict.REFUTED,
        decide=_sum_of_normals,
        right="a mixture: a third of the points from each",
        decide_right=_mixture_moments,
        witness="the sum would be one normal law with mean 0.25 and deviation 0.258; the mixture has 0.083 and 0.535",
    ),
    Printed(
        "Training set, Figure 3",
        "the target of a generator that ends in tanh, as in the authors' code",
        ids=("Z11",),
        expected=Verdict.REFUTED,
        decide=_reach,
        right="0.712% of the mass is out of reach",
        decide_right=_outside,
        witness="the mass beyond -1 and 1",
    ),
    Printed(
        "Results",
        "figures of training, and p-values by epoch",
        undecidable="the networks, seeds and samples behind the figures",
    ),
    Printed(
        "Conclusion",
        "the gradient step size of the theorem guarantees convergence (for the WGAN metric of the talk)",
        ids=("Z6",),
        expected=Verdict.REFUTED,
        decide=_two_cycle,
        right="for J that meets (D1) to (D3), which W does not; the experiments use Adam, and L was not computed",
        decide_right=descent,
        witness=r"$J(\theta) = |\theta|$, step 1/4 from 0.3: 0.05 and -0.2 in turn, gradient 1 for ever",
    ),
    Printed(
        "Conclusion, table",
        r"epoch times 2.92, 2.77, 2.62 and 4.59, 4.26, 4.12 for $n_{cr}$ = 2, 4, 6: they fall",
        ids=("talk 36",),
        decide=_falling,
        right="by more than their deviations; Algorithm 1 as printed makes more critic steps, not fewer",
    ),
    Printed(
        "Conclusion, table",
        "the times themselves, in c (seconds) and without a unit",
        ids=("Z8",),
        undecidable="the code that was timed, on the machine it was timed on",
    ),
    Printed(
        "Conclusion",
        r"$n_{cr}$ barely affects Improved GAN",
        ids=("Z7",),
        undecidable="ten seeds or more for each row; the table's own mark at 6 says otherwise",
    ),
)
