r"""Training D is minimising cross-entropy: the mean over real and generated examples is -V~/2.

With m real examples (label 1) and m generated ones (label 0), the mean binary cross-entropy of D over all 2 m is

    BCE(D) = -(1 / 2m) (sum_i log D(x_i) + sum_j log(1 - D(x~_j))) = -V~(D) / 2,

so max V~ = -2 min BCE at the same D. The minimum is the entropy that the label keeps when the point is known,

    min BCE = H(Y | X) = log 2 - JSD    (log 2 when D can learn nothing, 0 when the samples share no point).

With unequal numbers the mean over all examples weighs the two kinds unequally, and both the value and the minimiser
change: D = n p / (n p + m q).

Cross-entropy is computed from the examples one by one, V~ from frequencies, the minimum from the entropy of labels. The
minimiser of cross-entropy and the maximiser of V~ are each found by bisection, the one of the examples' derivative, the
other of V~'s, whose signs are rational; they are compared with each other, and the first with the formula. Error bars
are radii of balls, and half of the widths of the brackets.

Source: lecture, "In practice ...", "Minimize Cross-entropy".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import FLOAT, at_most, equal, exact
from verify.classical.measures import (
    LOG_2,
    RESOLUTION,
    Weights,
    best_discriminator,
    entropy,
    jsd,
    show,
    value,
    weights,
)
from verify.classical.optimal_discriminator import bisected
from verify.command import main

HALF_VALUE = "cross-entropy is -V~ / 2"
LEAST = "its minimum is the entropy of the label given the point"
DIVERGENCE = "its minimum is log 2 - JSD of the samples"
LARGEST = "the maximum of V~ is -2 times it"
SHARE = "cross-entropy is least where D is the share of real examples"
SAME_D = "cross-entropy is least where V~ is largest"
WORSE = "another discriminator has no less cross-entropy than the best"

# Halvings of [0, 1] for the minimiser of cross-entropy: an error of 2^-30, far below the resolution.
HALVINGS = 30


@dataclass(frozen=True)
class Case:
    """How often each point occurs among ``real`` and ``fake`` examples, and a discriminator inside (0, 1)."""

    real: tuple[int, ...]
    fake: tuple[int, ...]
    d: Weights

    def __str__(self) -> str:
        return f"real {show(self.real)}, generated {show(self.fake)}, D = {show(self.d)}"

    @property
    def frequencies(self) -> tuple[Weights, Weights]:
        return weights(*self.real), weights(*self.fake)

    @property
    def labelled(self) -> list[tuple[int, int, int]]:
        """(point, label, number of examples)."""
        ones = [(i, 1, n) for i, n in enumerate(self.real) if n]
        return ones + [(i, 0, n) for i, n in enumerate(self.fake) if n]


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size, m = (int(k) for k in rng.integers(2, 7, 2))
        drawn = [np.bincount(rng.integers(0, size, m), minlength=size).tolist() for _ in range(2)]
        d = tuple(Fraction(int(k), 12) for k in rng.integers(1, 12, size))
        yield Case(tuple(drawn[0]), tuple(drawn[1]), d)


def checks(case: Case) -> list[Check]:
    p, q = case.frequencies
    best = best_discriminator(p, q)
    reached = cross_entropy(case, case.d)
    least = label_entropy(case)
    return [
        equal(HALF_VALUE, reached, -value(p, q, case.d) / 2, RESOLUTION),
        equal(LEAST, cross_entropy(case, minimiser(case)), least, RESOLUTION),
        equal(DIVERGENCE, least, LOG_2 - jsd(p, q), RESOLUTION),
        equal(LARGEST, value(p, q, best), -2 * least, RESOLUTION),
        *(check for point in _seen(case) for check in _best_at(case, point)),
        at_most(WORSE, least, reached, RESOLUTION),
    ]


def cross_entropy(case: Case, d: Weights) -> arb:
    """-(1/N) sum over all N examples of log(D if the label is 1 else 1 - D)."""
    examples = case.labelled
    total = sum((n * exact(d[i] if label else 1 - d[i]).log() for i, label, n in examples), arb(0))
    return -total / sum(n for _, _, n in examples)


def minimiser(case: Case) -> Weights:
    """The share of label 1 among the examples at each point: where the derivative of their cross-entropy vanishes."""
    return tuple(Fraction(n, n + m) if n + m else Fraction(1, 2) for n, m in zip(case.real, case.fake, strict=True))


def label_entropy(case: Case) -> arb:
    """H(Y | X): the mean over points of the entropy of their labels."""
    size = sum(case.real) + sum(case.fake)
    pairs = [(n, m) for n, m in zip(case.real, case.fake, strict=True) if n + m]
    return sum((exact(Fraction(n + m, size)) * entropy(weights(n, m)) for n, m in pairs), arb(0))


def _seen(case: Case) -> list[int]:
    """Points with an example: elsewhere every D is as good."""
    return [i for i, (n, m) in enumerate(zip(case.real, case.fake, strict=True)) if n + m]


def _best_at(case: Case, point: int) -> Iterator[Check]:
    """Where cross-entropy is least and where V~ is largest at one point, as middles of brackets."""
    p, q = case.frequencies
    low, high = trained(case, point)
    bottom, top = bisected((p[point],), (q[point],))
    middle, other = (low + high) / 2, (bottom + top) / 2
    yield Check(SHARE, float(abs(middle - minimiser(case)[point])), _above(high - low), RESOLUTION)
    yield Check(SAME_D, float(abs(middle - other)), _above(high - low + top - bottom), RESOLUTION)


def _above(width: Fraction) -> float:
    """Half the width, and what a float of the compared number, at most 1, is off by."""
    return float(width) / 2 + FLOAT


def trained(case: Case, point: int) -> tuple[Fraction, Fraction]:
    """A bracket of the D with the least cross-entropy at a point, by the sign of the examples' summed derivatives."""
    low, high = Fraction(0), Fraction(1)
    for _ in range(HALVINGS):
        d = (low + high) / 2
        slope = sum(n * (-1 / d if label else 1 / (1 - d)) for i, label, n in case.labelled if i == point)
        low, high = (d, high) if slope <= 0 else (low, d)
    return low, high


def _unbalanced() -> Case:
    return Case((1,), (3,), (Fraction(1, 4),))


CLAIM = Claim(
    ref="classical.cross_entropy",
    statement=r"BCE(D) = -\tilde{V}(D)/2, \max_D \tilde{V} = -2 min_D BCE, min_D BCE = H(Y|X) = \log 2 - JSD",
    source="lecture, 'In practice ...', 'Minimize Cross-entropy'; the minimum is added",
    hypotheses={"balanced": "as many generated as real examples"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="balanced",
            instance=_unbalanced,
            check=HALF_VALUE,
            witness="one real and three generated examples at one point, D = 1/4: cross-entropy 0.562, -V~/2 = 0.837",
        ),
        Break(
            drops="balanced",
            instance=_unbalanced,
            check=SAME_D,
            witness="the same: cross-entropy is least at D = 1/4, V~ is largest at D = 1/2",
        ),
    ),
    settles=("lecture 9",),
)

if __name__ == "__main__":
    main((CLAIM,))
