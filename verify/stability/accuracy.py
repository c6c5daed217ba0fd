r"""A critic's accuracy at the threshold 1/2 says nothing where the loss does not see a constant.

The Wasserstein loss E D(fake) - E D(real) is the same for D and D + c. Accuracy, the mean share of fakes with D <= 1/2
and of reals with D > 1/2, is not: shifted up by c > 1/2 - min D every value is above 1/2, and the accuracy is 1/2;
shifted so that 1/2 is anywhere else it is anything in between. Values may stay in [0, 1] all the while: fakes at 3/5
and reals at 7/10 are told apart perfectly, at an accuracy of 1/2; lowered by 1/8, at an accuracy of 1, with the same
loss.

Exact: values are fractions.

Source: the metric reported with the talk on the stability of GANs (its authors' code), for its WGAN loss.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import equal
from verify.command import main
from verify.stability.atoms import ball
from verify.stability.written import written

SAME_LOSS = "the loss of D + c is that of D"
HALF = "the accuracy of D + c is 1/2"
PERFECT = "a critic that is higher on every real point than on any fake one has accuracy 1"

RESOLUTION = 1e-6  # the smallest violation that counts, shares being at least 1/16; arbitrary
THRESHOLD = Fraction(1, 2)


@dataclass(frozen=True)
class Case:
    """Values on fakes and on reals, and a shift; ``logistic`` has a classifier's loss instead of the difference."""

    fake: tuple[Fraction, ...]
    real: tuple[Fraction, ...]
    shift: Fraction
    logistic: bool = False

    def __str__(self) -> str:
        return f"fakes {', '.join(map(str, self.fake))}, reals {', '.join(map(str, self.real))}, c = {self.shift}"

    def loss(self, c: Fraction) -> arb:
        if not self.logistic:
            return ball(_mean(_up(self.fake, c)) - _mean(_up(self.real, c)))
        fakes, reals = ([ball(v) for v in _up(values, c)] for values in (self.fake, self.real))
        pushed = sum((v.exp().log1p() for v in fakes), arb(0)) / len(fakes)
        return pushed + sum(((-v).exp().log1p() for v in reals), arb(0)) / len(reals)

    def accuracy(self, c: Fraction) -> Fraction:
        """The mean over both kinds of the share on the right side of the threshold."""
        low = Fraction(sum(v <= THRESHOLD for v in _up(self.fake, c)), len(self.fake))
        high = Fraction(sum(v > THRESHOLD for v in _up(self.real, c)), len(self.real))
        return (low + high) / 2


def _up(values: Sequence[Fraction], c: Fraction) -> list[Fraction]:
    return [v + c for v in values]


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        fake, real = (tuple(Fraction(int(n), 16) for n in rng.integers(-32, 33, int(rng.integers(1, 9)))) for _ in "ab")
        room = THRESHOLD - min(*fake, *real)
        yield Case(fake, real, room + Fraction(1, int(rng.integers(1, 33))))


def checks(case: Case) -> list[Check]:
    return [
        equal(SAME_LOSS, case.loss(case.shift), case.loss(Fraction(0)), RESOLUTION),
        equal(HALF, case.accuracy(case.shift), Fraction(1, 2), RESOLUTION),
    ]


APART = Case((Fraction(3, 5),), (Fraction(7, 10),), Fraction(-1, 8))

CLAIM = Claim(
    ref="stability.accuracy",
    statement=r"\Psi(D + c) = \Psi(D) for the Wasserstein loss; the accuracy at 1/2 "
    r"is 1/2 for every c > 1/2 - min D",
    source="metric reported with the talk on the stability of GANs, for its WGAN loss",
    hypotheses={
        "wasserstein": "the loss is E D(fake) - E D(real)",
        "far_enough": "c lifts every value above 1/2",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="wasserstein",
            instance=lambda: Case((Fraction(0),), (Fraction(0),), Fraction(1), logistic=True),
            check=SAME_LOSS,
            witness="logistic loss, all values 0: 2 log 2 = 1.386, and 1.627 one higher",
        ),
        Break(
            drops="far_enough",
            instance=lambda: APART,
            check=HALF,
            witness="fake at 3/5, real at 7/10, lowered by 1/8: accuracy 1",
        ),
    ),
    settles=("Z13",),
)


def _perfect(case: Case) -> list[Check]:
    apart = max(case.fake) < min(case.real)
    return [equal(PERFECT, case.accuracy(Fraction(0)), int(apart), RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.accuracy/threshold",
        statement=r"accuracy at the threshold 1/2 measures how well a WGAN critic tells real from fake",
        source="a reading of the code of the talk, which logs it; fake at 3/5, real at 7/10: told apart, accuracy 1/2",
        hypotheses={},
        instances=written(APART),
        checks=_perfect,
        expected=Verdict.REFUTED,
        settles=("Z13",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
