"""Training set, results and conclusion."""

from fractions import Fraction
from itertools import pairwise

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION
from paper_checks.poster_and_code import mixture_moments
from paper_checks.printed import Printed
from paper_checks.stability_talk.theorems import descent
from verify.balls import at_most

# The table of the conclusion: seconds per epoch and their +- for n_cr = 2, 4, 6.
TIMES = {
    "Default": (("2.92", "0.04"), ("2.77", "0.04"), ("2.62", "0.03")),
    "Improved": (("4.59", "0.04"), ("4.26", "0.05"), ("4.12", "0.02")),
}


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
        ids=("talk 35",),
        decide=mixture_moments,
        refs=("stability.mixture",),
        right="of distributions, convex: a mixture, not a combination of normal variables",
    ),
    Printed(
        "Results",
        "figures of training, and p-values by epoch",
        undecidable="the networks, seeds and samples behind the figures",
    ),
    Printed(
        "Conclusion",
        "the gradient step size of the theorem guarantees convergence, read with the WGAN metric of the talk as J",
        ids=("Z6",),
        expected=Verdict.REFUTED,
        reading=True,
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
