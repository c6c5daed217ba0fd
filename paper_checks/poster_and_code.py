"""Poster and code of the talk on stability: what they add to its slides. Not a source of its own, see other_sources.

Neither is printed in the talk, so no entry here is an erratum of it: they are readings, with poster and code beside.
"""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, digits
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

POINTS = [Fraction(i, 4) for i in range(-16, 17)]
# Means and variances of the mixture on the poster: N(-1/2, 0.18^2), N(0, 0.14^2), N(3/4, 0.12^2), a third each.
MIXTURE = tuple((Fraction(m), Fraction(s) ** 2) for m, s in (("-1/2", "0.18"), ("0", "0.14"), ("3/4", "0.12")))


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


def mixture_moments() -> list[Check]:
    """A third of the points from each component.

    Route two: the variance as the mean variance and the spread of the means, pair by pair.
    """
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


def _elu() -> list[Check]:
    """Slope alpha e^x on the left of 0, 1 on its right."""
    return [equal("ELU(0.2) has one slope at 0", Fraction(1, 5), 1, RESOLUTION)]


def _elu_of_one() -> list[Check]:
    found = [at_most("the slope of ELU(1) is 1-Lipschitz", 1 - exact(-x).exp(), x, RESOLUTION) for x in POINTS if x > 0]
    return [*found, equal("ELU(1) has one slope at 0", arb(0).exp(), 1, RESOLUTION)]


def _penalty_target() -> list[Check]:
    """The squared distance from 1 to slopes of at most 1/4, a sigmoid on 1-Lipschitz layers."""
    return [at_most("(slope - 1)^2 reaches 0", (1 - Fraction(1, 4)) ** 2, 0, RESOLUTION)]


def _reachable() -> list[Check]:
    """The logistic function's slope s(1 - s) is at most 1/4, reached at 0."""
    half = Fraction(1, 2)
    return [equal("the largest slope of the sigmoid is 1/4", half * (1 - half), Fraction(1, 4), RESOLUTION)]


POSTER_AND_CODE = (
    Printed(
        "poster of the talk, training set",
        r"$\xi + \eta + \zeta$ of three normal laws, read as a sum of variables",
        ids=("Z1",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_sum_of_normals,
        refs=("stability.mixture/sum", "stability.mixture/linear-combination", "stability.mixture"),
        right="a mixture, as the talk's caption has it: a third of the points from each",
        decide_right=mixture_moments,
        witness="the sum would be one normal law with mean 0.25 and deviation 0.258; the mixture has 0.083 and 0.535",
    ),
    Printed(
        "code of the talk",
        "the smooth activation of the talk's table of methods, read as the ELU(0.2) of the code",
        ids=("Z4",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_elu,
        right="ELU(1), softplus, tanh",
        decide_right=_elu_of_one,
        witness="slopes 0.2 and 1 at zero",
    ),
    Printed(
        "code of the talk",
        "the gradient penalty with target 1 can be met by its sigmoid critic on spectrally normalised layers",
        ids=("Z5",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_penalty_target,
        right="out of reach: a sigmoid on spectrally normalised layers has slope 1/4 at most",
        decide_right=_reachable,
        witness="the penalty is 0.5625 at least, times its weight",
    ),
    Printed(
        "code of the talk, with the mixture of the poster",
        "a generator that ends in tanh can make the training set",
        ids=("Z11",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_reach,
        right="0.712% of the mass is out of reach",
        decide_right=_outside,
        witness="the mass beyond -1 and 1",
    ),
)
