r"""A bound K on the slopes gives K d: the hard constraint and the spectral norm W1 itself, clipping a multiple of it.

For P = delta_d and Q = delta_0, over all critics with |f'| <= K on [0, d],

    max f(d) - f(0) = K d,   reached by the slope K alone, since K d - d mean(s) = d mean(K - s).

* hard constraint, K = 1: the value is W1 = d;
* spectral normalisation: a net of one unit per layer with weights w_l / |w_l| has the slope +-1, so again K = 1. That
  wider nets stay below 1 is decided in ``transport.spectral``;
* weight clipping: a linear critic with |w| <= c has K = c, and the value is c d. A net of depth L and width n, all of
  whose weights are c, has the slope c^L n^(L-1) (``transport.weight_clipping``), so depth matters.

Decided in exact rational arithmetic; there is no error but that of turning a fraction into a number.

Source: lecture, "WGAN", "Weight Clipping" and "Spectrum Norm"; WGAN paper, Algorithm 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.regularisers.two_diracs import CELLS, RESOLUTION, Slopes, constant, mean, random_problems

REACHED = "the slope K rises by K d"
BEST = "no critic within the bound rises by more than K d"
REMAINDER = "what a critic misses of K d is d times the mean of K - s, none of them negative"
NET = "a critic of this kind has the slope K"

KINDS = ("hard", "spectral", "clipping")


@dataclass(frozen=True)
class Bounded:
    """Distance d, the bound K that ``kind`` puts on slopes, weights of a net with one unit per layer, and a rival."""

    kind: str
    d: Fraction
    bound: Fraction
    weights: tuple[Fraction, ...]
    rival: Slopes
    width: int = 1

    def __str__(self) -> str:
        return f"{self.kind}, d = {self.d}, K = {self.bound}, depth {len(self.weights)}, width {self.width}"


def instances(request: Request) -> Iterator[Bounded]:
    """Each kind in turn; rivals are clipped into the bound."""
    for index, drawn in enumerate(random_problems(request)):
        kind = KINDS[index % len(KINDS)]
        bound = drawn.lam if kind == "clipping" else Fraction(1)
        weights = tuple(s for s in drawn.rival if s)[:3] or (Fraction(1),)
        rival = tuple(max(-bound, min(bound, s)) for s in drawn.rival)
        yield Bounded(kind, drawn.d, bound, weights[:1] if kind == "clipping" else weights, rival)


def checks(case: Bounded) -> list[Check]:
    """Decided on the steepest critic, on the rival, and on a net of the kind."""
    d, bound, rival = case.d, case.bound, case.rival
    unit = float(RESOLUTION * d * bound)
    missed = tuple(bound - s for s in rival)
    return [
        equal(REACHED, d * mean(constant(bound)), d * bound, unit),
        at_most(BEST, d * mean(rival), d * bound, unit),
        at_most(REMAINDER, max(abs(d * bound - d * mean(rival) - d * mean(missed)), -min(missed)), 0, unit),
        equal(NET, _slope(case), bound, float(RESOLUTION * bound)),
    ]


def _slope(case: Bounded) -> Fraction:
    """The steepest slope of the net: all weights at the clip, or each weight over its own norm."""
    if case.kind == "hard":
        return case.bound
    slope = Fraction(case.width) ** (len(case.weights) - 1)
    for weight in case.weights:
        slope *= case.bound if case.kind == "clipping" else abs(weight / abs(weight))
    return slope


CLAIM = Claim(
    ref="regularisers.hard",
    statement=r"\delta_d, \delta_0: slopes bounded by K give K d; K = 1 for hard and spectral, c for clipped linear",
    source="lecture, Weight Clipping, Spectrum Norm; WGAN paper, Algorithm 1",
    hypotheses={
        "everywhere": "the bound holds on the whole segment between the points",
        "one_layer": "the clipped critic is linear",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="everywhere",
            instance=lambda: Bounded(
                "hard", Fraction(1), Fraction(1), (Fraction(1),), (Fraction(9),) + (Fraction(1),) * (CELLS - 1)
            ),
            check=BEST,
            witness="d = 1, slope 9 on an eighth of the segment, 1 elsewhere: the rise is 2, not 1",
        ),
        Break(
            drops="one_layer",
            instance=lambda: Bounded("clipping", Fraction(1), Fraction(1), (Fraction(1),) * 2, (Fraction(0),), width=2),
            check=NET,
            witness="two layers of width 2, all weights c = 1: the slope is 2, not 1",
        ),
    ),
    settles=("regulariser hard", "regulariser clipping", "regulariser spectral"),
)

if __name__ == "__main__":
    main((CLAIM,))
