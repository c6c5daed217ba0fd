r"""Training D is minimising cross-entropy: the mean over real and generated examples is -V~/2.

With m real examples (label 1) and m generated ones (label 0), the mean binary cross-entropy of D over all 2 m is

    BCE(D) = -(1 / 2m) (sum_i log D(x_i) + sum_j log(1 - D(x~_j))) = -V~(D) / 2,

so max V~ = -2 min BCE at the same D. The minimum is the entropy that the label keeps when the point is known,

    min BCE = H(Y | X) = log 2 - JSD    (log 2 when D can learn nothing, 0 when the samples share no point).

With unequal numbers the mean over all examples weighs the two kinds unequally, and both the value and the minimiser
change: D = n p / (n p + m q).

Cross-entropy is computed from the examples one by one, V~ from frequencies, the minimum from the entropy of labels, and
by bisection of the derivative, whose sign is rational. Error bars are radii of balls.

Source: lecture, "In practice ...", "Minimize Cross-entropy".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
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
from verify.command import main

HALF_VALUE = "cross-entropy is -V~ / 2"
LEAST = "its minimum is the entropy of the label given the point"
DIVERGENCE = "its minimum is log 2 - JSD of the samples"
SAME_D = "both are best at the same discriminator"
WORSE = "another discriminator has no less cross-entropy than the best"


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
        Check(SAME_D, float(_apart(case, best)), 0.0, RESOLUTION),
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


def _apart(case: Case, best: Weights) -> Fraction:
    """The largest difference between the minimiser of cross-entropy and D* of the frequencies."""
    return max(abs(a - b) for a, b in zip(minimiser(case), best, strict=True))


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
