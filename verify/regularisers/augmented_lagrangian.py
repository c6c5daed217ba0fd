r"""Multiplier steps drive the slope to one, and leave no bias: the augmented Lagrangian between two points.

For P = delta_d, Q = delta_0, take turns of s <- argmax over s >= 0 of d s - w (s - 1)^2 - a (s - 1) and a <- a + eta
(s - 1), from a_0. As long as no argmax is cut off at 0, s_n = 1 + (d - a_n) / 2 w, and therefore

    d - a_n = (d - a_0) (1 - eta / 2 w)^n,        s_n - 1 = (d - a_0) / (2 w) (1 - eta / 2 w)^n -> 0

exactly when 0 < eta < 4 w (or a_0 = d). The critic's rise d s_n tends to W1 = d and the multiplier to d, whatever w: no
limit of the weight is needed, unlike for the penalties of ``around_one``. For eta <= 2 w and a_0 <= d the slope stays
above 1. For eta > 2 w it swings around 1, lowest at s_1: nothing is cut off if (d - a_0) (eta - 2 w) <= 4 w^2. An
argmax that is cut off answers s = 0, the multiplier falls by eta until the next slope is positive, and the formula
starts anew from there, with another a_0.

The closed form is checked against the iteration itself, in rational arithmetic, whose argmax is checked against a
lattice of rivals and by the remainder w (s - s_n)^2.

Source: the two-sided multiplier of Zhou et al.'s code and of Sobolev WGAN; lecture-level statement, own closed form.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.regularisers.two_diracs import RESOLUTION, positive, random_problems

CLOSED_FORM = "the slope after n steps is 1 + (d - a) / 2 w (1 - eta / 2 w)^n"
NEARER = "every step brings the slope nearer to one"
RISE = "the critic's rise after n steps is off W1 by d |s_n - 1|, within the geometric bound"
ARGMAX = "no slope of a lattice gains more than the slope that is taken"
PROVED = "what another slope misses is w (s - s_n)^2"
MULTIPLIER = "the multiplier tends to d as the slope tends to one"

STEPS = 12


@dataclass(frozen=True)
class Multipliers:
    """Distance d, weight w of the square, step eta, first multiplier; ``held`` stops the inner maximisation short."""

    d: Fraction
    w: Fraction
    eta: Fraction
    first: Fraction
    held: bool = False

    def gain(self, s: Fraction, a: Fraction) -> Fraction:
        return self.d * s - self.w * (s - 1) ** 2 - a * (s - 1)

    def best(self, a: Fraction) -> Fraction:
        """The argmax over s >= 0: half the way from 1 to it if held."""
        excess = (self.d - a) / (2 * self.w)
        return positive(1 + (excess / 2 if self.held else excess))

    def run(self) -> tuple[list[Fraction], list[Fraction]]:
        """Slopes s_0, ..., s_STEPS and the multipliers that they answer to."""
        multipliers, slopes = [self.first], [self.best(self.first)]
        for _ in range(STEPS):
            multipliers.append(multipliers[-1] + self.eta * (slopes[-1] - 1))
            slopes.append(self.best(multipliers[-1]))
        return slopes, multipliers

    def __str__(self) -> str:
        return f"d = {self.d}, w = {self.w}, eta = {self.eta}, a_0 = {self.first}"


def instances(request: Request) -> Iterator[Multipliers]:
    """Steps eta from w / 8 up to 4 w; multipliers from 0 or d / 2, or where the first swing down ends at 0 or above."""
    for index, drawn in enumerate(random_problems(request)):
        rng = np.random.default_rng([request.seed, index, 1])
        eta = drawn.lam * Fraction(int(rng.integers(1, 32)), 8)
        first = drawn.d * Fraction(int(rng.integers(0, 2)), 2)
        swing = positive(eta - 2 * drawn.lam)
        yield Multipliers(drawn.d, drawn.lam, eta, max(first, drawn.d - 4 * drawn.lam**2 / swing) if swing else first)


def checks(case: Multipliers) -> list[Check]:
    """The iteration against its closed form, and each argmax against rivals."""
    slopes, multipliers = case.run()
    unit = float(RESOLUTION * (1 + (case.d + abs(case.first)) / case.w))
    shrink, start = 1 - case.eta / (2 * case.w), (case.d - case.first) / (2 * case.w)
    off = max(abs(s - 1 - start * shrink**n) for n, s in enumerate(slopes))
    grown = [abs(later - 1) - abs(sooner - 1) for sooner, later in pairwise(slopes)]
    missed = abs(case.d * slopes[-1] - case.d) - case.d * abs(start * shrink**STEPS)
    return [
        equal(CLOSED_FORM, off, 0, unit),
        at_most(NEARER, max(grown), 0, unit),
        at_most(RISE, missed, 0, unit),
        equal(MULTIPLIER, case.d - multipliers[-1] - 2 * case.w * (slopes[-1] - 1), 0, unit),
        *_inner(case, slopes, multipliers, unit),
    ]


def _inner(case: Multipliers, slopes: list[Fraction], multipliers: list[Fraction], unit: float) -> list[Check]:
    lattice = [Fraction(k, 8) * (2 + slopes[0]) for k in range(9)]
    pairs = [(s, a, rival) for s, a in zip(slopes, multipliers, strict=True) for rival in lattice]
    lost = [case.gain(s, a) - case.gain(rival, a) for s, a, rival in pairs]
    apart = [case.w * (rival - s) ** 2 for s, _, rival in pairs]
    return [
        at_most(ARGMAX, -min(lost), 0, unit),
        equal(PROVED, max(abs(x - y) for x, y in zip(lost, apart, strict=True)), 0, unit),
    ]


_SMALLEST = Multipliers(Fraction(1), Fraction(1), Fraction(1), Fraction(0))

CLAIM = Claim(
    ref="regularisers.augmented_lagrangian",
    statement=r"\delta_d, \delta_0: s_n - 1 = (d - a_0)/(2w)\,(1 - \eta/2w)^n while all s_n \geq 0, so s_n \to 1 "
    r"and the rise tends to W_1",
    source="augmented Lagrangian of Sobolev WGAN and of Zhou et al.'s code; closed form derived here",
    hypotheses={
        "small_step": "0 < eta < 4 w",
        "not_cut_off": "no argmax is cut off at s = 0",
        "exact_critic": "each slope is the argmax for its multiplier",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="small_step",
            instance=lambda: replace(_SMALLEST, eta=Fraction(5), first=Fraction(99, 100)),
            check=NEARER,
            witness="d = w = 1, a_0 = 99/100, eta = 5 > 4: the slope is 1/200 off one, and half as much again with "
            "each step",
        ),
        Break(
            drops="not_cut_off",
            instance=lambda: Multipliers(Fraction(8), Fraction(1), Fraction(39, 10), Fraction(0)),
            check=CLOSED_FORM,
            witness="d = 8, w = 1, a_0 = 0, eta = 3.9 < 4: the slopes are 5, 0, 0, 1.1, and the formula gives -2.8 for "
            "the second",
        ),
        Break(
            drops="exact_critic",
            instance=lambda: replace(_SMALLEST, held=True),
            check=CLOSED_FORM,
            witness="d = w = eta = 1, the critic goes half the way: its first slope is 5/4, not 3/2",
        ),
    ),
    settles=("regulariser augmented_lagrangian", "lecture 23"),
)

if __name__ == "__main__":
    main((CLAIM,))
