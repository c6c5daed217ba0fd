r"""Too few discriminators give too little, too few samples give too much.

*Population.* If D may take only one value on each block of a partition, the best one is P(B)/(P(B) + Q(B)), and its
value is -log 4 + 2 JSD of the two measures of blocks: by the data processing inequality at most max V over all D, with
equality where p/q is constant on the blocks.

*Samples.* Training maximises V~ on m points of each kind. With D free, the maximum is -log 4 + 2 JSD of the
frequencies, and JSD is convex in both of them, so by Jensen's inequality its expectation is *at least* max V: a rich
discriminator remembers the samples. A discriminator that may not look at the point, D = 1/2, remembers nothing.

The expectation is exact: a sum over all counts with their multinomial probabilities, which are rational. The value on
blocks is computed from the merged measures and from V at the discriminator itself.

Source: lecture, "Algorithm": "can only find lower bound of max_D V(G, D)", beside a step that uses m samples.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from math import factorial, prod

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.classical.measures import (
    LOG_2,
    RESOLUTION,
    Pair,
    Weights,
    best_discriminator,
    draw_weights,
    jsd,
    pair,
    value,
)
from verify.command import main

LOWER = "what the restricted discriminator reaches is at most max V"
ATTAINED = "the discriminator P(B) / (P(B) + Q(B)) reaches the value of the measures of blocks"
RIVALS = "no discriminator of the class reaches more"
UPWARD = "on samples the expected maximum over all discriminators is at least max V"

# Sizes of the enumeration, which grows with the square of the number of counts.
MOST_SAMPLES = 3
MOST_PLACES = 3


@dataclass(frozen=True)
class Case:
    """A pair, the block of each atom, the size of the samples, and ``rivals``: discriminators of the class, by block.

    ``on_samples``: the restricted discriminator is judged by the samples it was fitted to. ``free``: the one that is
    fitted to samples may take any value at any atom.
    """

    pair: Pair
    blocks: tuple[int, ...]
    samples: int
    rivals: tuple[Weights, ...] = ()
    on_samples: bool = False
    free: bool = True

    def __str__(self) -> str:
        return f"{self.pair}, blocks {self.blocks}, {self.samples} sample(s) of each"


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(2, MOST_PLACES + 1))
        p, q = (draw_weights(rng, size) for _ in range(2))
        blocks = (0, *rng.integers(0, 2, size - 1).tolist())
        rivals = tuple(tuple(Fraction(int(k), 8) for k in rng.integers(1, 8, 2)) for _ in range(3))
        yield Case(Pair(p, q), blocks, int(rng.integers(1, MOST_SAMPLES + 1)), rivals)


def checks(case: Case) -> list[Check]:
    p, q = case.pair.p, case.pair.q
    everything = tuple(range(len(p))) if case.free else (0,) * len(p)
    reached = unrestricted(merge(p, case.blocks), merge(q, case.blocks))
    names = sorted(set(case.blocks))
    best = best_discriminator(merge(p, case.blocks), merge(q, case.blocks))
    found = [
        _lower(case),
        at_most(UPWARD, unrestricted(p, q), expected_maximum(case, everything), RESOLUTION),
        equal(ATTAINED, value(p, q, tuple(best[names.index(b)] for b in case.blocks)), reached, RESOLUTION),
    ]
    others = [tuple(rival[b] for b in case.blocks) for rival in case.rivals]
    return found + [at_most(RIVALS, value(p, q, d), reached, RESOLUTION) for d in others]


def _lower(case: Case) -> Check:
    p, q = case.pair.p, case.pair.q
    on_population = unrestricted(merge(p, case.blocks), merge(q, case.blocks))
    reached = expected_maximum(case, case.blocks) if case.on_samples else on_population
    return at_most(LOWER, reached, unrestricted(p, q), RESOLUTION)


def unrestricted(p: Weights, q: Weights) -> arb:
    """The largest V over all D: its value at D*."""
    return value(p, q, best_discriminator(p, q))


def merge(p: Weights, blocks: Sequence[int]) -> Weights:
    """The measure of each block."""
    return tuple(
        sum((a for a, b in zip(p, blocks, strict=True) if b == name), Fraction(0)) for name in sorted(set(blocks))
    )


def expected_maximum(case: Case, blocks: Sequence[int]) -> arb:
    """E max V~ over discriminators constant on ``blocks``, with m samples of each measure: a sum over all counts."""
    p, q, m = merge(case.pair.p, blocks), merge(case.pair.q, blocks), case.samples
    return sum(
        (
            exact(probability(p, n) * probability(q, k)) * (2 * _divergence(n, k) - 2 * LOG_2)
            for n in counts(len(p), m)
            for k in counts(len(q), m)
        ),
        arb(0),
    )


@cache
def counts(places: int, m: int) -> tuple[tuple[int, ...], ...]:
    """All ways in which m samples fall on the places."""
    return tuple(n for n in product(range(m + 1), repeat=places) if sum(n) == m)


def probability(p: Weights, n: tuple[int, ...]) -> Fraction:
    """Of the counts n in a sample of p: m! prod p_i^{n_i} / n_i!."""
    return factorial(sum(n)) * prod((a**k / factorial(k) for a, k in zip(p, n, strict=True)), start=Fraction(1))


@cache
def _divergence(n: tuple[int, ...], k: tuple[int, ...]) -> arb:
    """JSD of the frequencies of two samples of one size."""
    m = sum(n)
    return jsd(tuple(Fraction(a, m) for a in n), tuple(Fraction(b, m) for b in k))


# A fair coin imitated perfectly, and one toss of each.
COIN = Case(pair([1, 1], [1, 1]), (0, 1), 1, on_samples=True)


def _one_toss(request: Request) -> Iterator[Case]:
    yield COIN


CLAIM = Claim(
    ref="classical.restricted",
    statement=r"on measures \max V over a class of D is at most \max_D V; on samples E \max_D \tilde{V} \geq \max_D V",
    source="lecture, 'Algorithm', 'Can only find lower bound of max_D V(G, D)', for measures; for samples the reverse",
    hypotheses={
        "population": "the restricted discriminator is judged by the measures, not by the samples it was fitted to",
        "free": "the discriminator fitted to samples may take any value at any point",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="population",
            instance=lambda: COIN,
            check=LOWER,
            witness="P_data = P_G, a fair coin, one toss of each: half of the time they differ and V~ reaches 0, "
            "so -log 2 on average; max V is -log 4",
        ),
        Break(
            drops="free",
            instance=lambda: Case(pair([1, 3], [3, 1]), (0, 1), 1, free=False),
            check=UPWARD,
            witness="P = (1/4, 3/4), Q = (3/4, 1/4), D the same at both points: V~ reaches -log 4, max V is -1.12",
        ),
    ),
    settles=("lecture 8",),
)

AS_PRINTED = (
    Claim(
        ref="classical.restricted/minibatch",
        statement=r"the k steps of learning D on m samples can only find a lower bound of \max_D V(G, D)",
        source="a reading of the lecture, 'Algorithm': the note beside 'Learning D', of the mean over m samples there",
        hypotheses={},
        instances=_one_toss,
        checks=lambda case: [_lower(case)],
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
