r"""LSGAN: the best critic interpolates its labels, and the generator's value is half the triangular discrimination.

With labels a (fake), b (real) for the critic and c for the generator, and T(p, q) = sum (p - q)^2 / (p + q),

    min over D of 1/2 E_P (D - b)^2 + 1/2 E_Q (D - a)^2 = 1/2 (b - a)^2 sum p q / (p + q)
                                                        = 1/4 (b - a)^2 (1 - T / 2),   at D* = (b p + a q) / (p + q),

since the loss of any D exceeds that by 1/2 sum (p + q) (D - D*)^2. The generator's value at D* is, for any labels,

    1/2 E_P (D* - c)^2 + 1/2 E_Q (D* - c)^2 = (a + b - 2 c)^2 / 4 + (b - a)^2 T / 8,

because sum p^2 / (p + q) = sum q^2 / (p + q) = 1/2 + T / 4 and sum p q / (p + q) = 1/2 - T / 4. With b - c = 1 and
b - a = 2 it is T / 2: 0 where p = q and 1 on disjoint supports. The labels (a, b, c) = (0, 1, 1) that are used in
practice give 1/4 + T / 8, which is not T / 2 but has the same minimum: the paper's two conditions only set the scale.
Without E_P, as the generator's step minimises, it is 1/2 sum q (p - q)^2 / (p + q)^2, no function of T.

Exact in fractions. As a second route D* is found by the normal equation at each point, the minimum by completing
squares.

The LSGAN paper calls T Pearson's chi^2 of p + q from 2 q. That is a convention: with sum (a - b)^2 / a, the integral
that the f-GAN table and the lecture print as Pearson's of A from B, it is right; with sum (a - b)^2 / b, which belongs
to the generator (u - 1)^2 of the same row, T would have 2 q in the denominator.

Source: Mao et al., "Least squares GANs" (ICCV 2017), section 3.2; lecture, "Least Square GAN".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.transport.weights import RESOLUTION, Pair, Weights, expected, golden, pair, random_pairs, triangular

STATIONARY = "the derivative of the critic's loss vanishes at D*, at every point"
SQUARES = "any critic's loss exceeds the minimum by 1/2 sum (p + q) (D - D*)^2"
MINIMUM = "the critic's minimal loss is 1/4 (b - a)^2 (1 - T / 2)"
ANY_LABELS = "the generator's value at D* is (a + b - 2 c)^2 / 4 + (b - a)^2 T / 8"
GENERATOR = "the generator's value at D* is half the triangular discrimination"
RANGE = "the generator's value is at most 1"
PEARSON = "twice the generator's value is Pearson's chi^2 of p + q from 2 q"


@dataclass(frozen=True)
class Labels:
    """A pair with the labels a (fake), b (real), c (generator)."""

    pair: Pair
    a: Fraction
    b: Fraction
    c: Fraction

    def optimal(self) -> Weights:
        """D*; any value where neither has weight."""
        return tuple(
            (self.b * p + self.a * q) / (p + q) if p + q else Fraction(0)
            for p, q in zip(self.pair.p, self.pair.q, strict=True)
        )

    def critic_loss(self, critic: Weights) -> Fraction:
        real, fake = (tuple((value - label) ** 2 for value in critic) for label in (self.b, self.a))
        return (expected(self.pair.p, real) + expected(self.pair.q, fake)) / 2

    def generator_loss(self, critic: Weights) -> Fraction:
        squares = tuple((value - self.c) ** 2 for value in critic)
        real = Fraction(0) if "both_sides" in self.pair.without else expected(self.pair.p, squares)
        return (real + expected(self.pair.q, squares)) / 2

    def __str__(self) -> str:
        return f"{self.pair}, labels a = {self.a}, b = {self.b}, c = {self.c}"


def instances(request: Request) -> Iterator[Labels]:
    """Labels (c - 1, c + 1, c) for c from the level of the pair, and labels from the values of its critic, in turn."""
    for index, drawn in enumerate(random_pairs(request)):
        c = drawn.level - 1
        a, b = (c - 1, c + 1) if index % 2 else drawn.critic[:2]
        yield Labels(drawn, a, b, c)


def checks(case: Labels) -> list[Check]:
    """Critic, its minimum, and the generator's value."""
    p, q, best = case.pair.p, case.pair.q, case.optimal()
    least, here, apart = case.critic_loss(best), case.critic_loss(case.pair.critic), case.b - case.a
    slopes = [w * (d - case.b) + v * (d - case.a) for w, v, d in zip(p, q, best, strict=True)]
    away = tuple((x - y) ** 2 for x, y in zip(case.pair.critic, best, strict=True))
    squares = (expected(p, away) + expected(q, away)) / 2
    value, t = case.generator_loss(best), triangular(p, q)
    found = [
        equal(STATIONARY, max(map(abs, slopes)), 0, RESOLUTION),
        equal(SQUARES, here - least - squares, 0, RESOLUTION),
        equal(MINIMUM, least - apart**2 / 4 * (1 - t / 2), 0, RESOLUTION),
        equal(ANY_LABELS, value - (case.a + case.b - 2 * case.c) ** 2 / 4 - apart**2 * t / 8, 0, RESOLUTION),
    ]
    if (case.b - case.c, apart) != (1, 2) and "labels" not in case.pair.without:
        return found
    return [
        *found,
        equal(GENERATOR, value - t / 2, 0, RESOLUTION),
        at_most(RANGE, value - 1, 0, RESOLUTION),
    ]


def pearson(case: Labels) -> list[Check]:
    """Twice the generator's value against sum (a - b)^2 / b for a = p + q, b = 2 q."""
    chi = [(w - v) ** 2 / (2 * v) for w, v in zip(case.pair.p, case.pair.q, strict=True)]
    return [equal(PEARSON, 2 * case.generator_loss(case.optimal()) - sum(chi), 0, RESOLUTION)]


def labels(drawn: Pair, a: int = -1, b: int = 1, c: int = 0) -> Labels:
    """A case written out by hand; the LSGAN paper's labels unless others are given."""
    return Labels(drawn, Fraction(a), Fraction(b), Fraction(c))


_EQUAL = pair(("1",), ("1",), without=frozenset({"labels"}))

CLAIM = Claim(
    ref="transport.least_squares",
    statement=r"LSGAN: D^* = (bp + aq)/(p + q), the value (a + b - 2c)^2/4 + (b - a)^2 T/8, T = \sum (p - q)^2/(p + q)",
    source="Mao et al. 2017, section 3.2; lecture, Least Square GAN",
    hypotheses={
        "labels": "b - c = 1 and b - a = 2, for the value T / 2",
        "both_sides": "the value counts real points too",
        "probabilities": "p and q sum to one",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="labels",
            instance=lambda: labels(_EQUAL, 0, 1, 1),
            check=GENERATOR,
            witness="P = Q at one point, labels (0, 1, 1): the value is 1/4, and 0 is stated",
        ),
        Break(
            drops="both_sides",
            instance=lambda: labels(golden(frozenset({"both_sides"}))),
            check=GENERATOR,
            witness="p = (1/2, 1/3, 1/6), q = (1/5, 3/10, 1/2), E_Q alone: 0.081 in place of 0.148",
        ),
        Break(
            drops="probabilities",
            instance=lambda: labels(pair(("2",), ("1",))),
            check=MINIMUM,
            witness="mass 2 against 1 at one point: the critic's loss is 4/3, and 5/6 is stated",
        ),
    ),
    settles=("lecture 25",),
)

AS_PRINTED = (
    Claim(
        ref="transport.least_squares/pearson",
        statement=r"2 C(G) = \chi^2(p + q, 2q), Pearson's: \chi^2(a, b) = \sum (a - b)^2 / b",
        source="a reading of Mao et al. 2017, section 3.2, with this formula as Pearson's; theirs is sum (a - b)^2 / a",
        hypotheses={},
        instances=lambda _: [labels(pair(("1/4", "3/4"), ("3/4", "1/4")))],
        checks=pearson,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
