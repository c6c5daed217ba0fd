"""Finite measures with rational weights, and their divergences as balls.

0 log 0 = 0 throughout, and a divergence that is infinite is the ball +inf. Each divergence is a sum over the atoms of
a term in (p_i, q_i); the terms accept balls and power series too, which is how ``curves`` differentiates them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Request
from verify.balls import exact

Weights = tuple[Fraction, ...]
S = TypeVar("S", arb, arb_series)

# The smallest violation that counts, in nats or as a probability. Arbitrary: balls have a radius near 1e-15 here, and
# broken hypotheses fail by half a hundredth or more, but for those of strict checks, whose sides come out equal.
RESOLUTION = 1e-6

# Weights are drawn as integers up to this one, so that an instance that is printed can be typed in again.
LARGEST_WEIGHT = 9
MOST_ATOMS = 5

LOG_2 = arb(2).log()


@dataclass(frozen=True)
class Pair:
    """Data ``p`` and generated ``q`` on the same atoms. ``without`` names hypotheses that a break drops here."""

    p: Weights
    q: Weights
    without: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"p = {show(self.p)}, q = {show(self.q)}"

    @property
    def common(self) -> bool:
        """Whether every atom carries both measures."""
        return all(self.p) and all(self.q)


def show(weights: Sequence[Fraction | int]) -> str:
    return "(" + ", ".join(str(w) for w in weights) + ")"


def weights(*numbers: int) -> Weights:
    """Integers as weights that sum to one."""
    return tuple(Fraction(number, sum(numbers)) for number in numbers)


def pair(p: Sequence[int], q: Sequence[int], *without: str) -> Pair:
    """A pair from integers in the ratio of the weights."""
    return Pair(weights(*p), weights(*q), frozenset(without))


def draw_weights(rng: np.random.Generator, size: int, *, least: int = 1) -> Weights:
    """Integers from ``least`` to LARGEST_WEIGHT, normalised; at least one is positive."""
    numbers = rng.integers(least, LARGEST_WEIGHT + 1, size)
    numbers[rng.integers(size)] += numbers.sum() == 0
    return weights(*numbers.tolist())


def random_pairs(request: Request, *, common: bool = False) -> Iterator[Pair]:
    """Pairs on 2 to MOST_ATOMS atoms: common support, overlapping supports, equal measures, disjoint supports.

    With ``common``, of the first kind alone.
    """
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(2, MOST_ATOMS + 1))
        kind = 0 if common else index % 4
        p = draw_weights(rng, size, least=0 if kind == 1 else 1)
        q = p if kind == 2 else draw_weights(rng, size, least=0 if kind == 1 else 1)
        none = (Fraction(0),) * size
        yield Pair(p + none, none + q) if kind == 3 else Pair(p, q)


def mixture(p: Weights, q: Weights) -> Weights:
    """(p + q) / 2."""
    return tuple((a + b) / 2 for a, b in zip(p, q, strict=True))


def log_ratio(a: Fraction, b: Fraction) -> arb:
    """What an atom adds to KL: a log(a / b), with 0 log 0 = 0."""
    if a == 0:
        return arb(0)
    return arb(float("inf")) if b == 0 else exact(a) * exact(a / b).log()


def total(terms: Iterator[arb]) -> arb:
    return sum(terms, arb(0))


def entropy(p: Weights) -> arb:
    """H(P) = -sum p log p."""
    return -total(log_ratio(a, Fraction(1)) for a in p)


def kl(p: Weights, q: Weights) -> arb:
    """KL(P, Q) = sum p log(p / q), +inf where Q misses mass of P."""
    return total(log_ratio(a, b) for a, b in zip(p, q, strict=True))


def jsd(p: Weights, q: Weights) -> arb:
    """JSD(P, Q) = (KL(P, M) + KL(Q, M)) / 2 with M = (P + Q) / 2; finite, at most log 2."""
    middle = mixture(p, q)
    return (kl(p, middle) + kl(q, middle)) / 2


def total_variation(p: Weights, q: Weights) -> Fraction:
    """TV(P, Q) = (1/2) sum |p - q|."""
    return sum((abs(a - b) for a, b in zip(p, q, strict=True)), Fraction(0)) / 2


def best_discriminator(p: Weights, q: Weights) -> Weights:
    """D* = p / (p + q); 1/2, which is as good as any number, where both are zero."""
    return tuple(a / (a + b) if a + b else Fraction(1, 2) for a, b in zip(p, q, strict=True))


def value(p: Weights, q: Weights, d: Weights) -> arb:
    """V(G, D) = E_P log D + E_Q log(1 - D), -inf where D is sure and wrong."""
    return total(
        _weighted_log(a, x) + _weighted_log(b, 1 - x) for a, b, x in zip(p, q, d, strict=True) if a > 0 or b > 0
    )


def _weighted_log(weight: Fraction, x: Fraction) -> arb:
    if weight == 0:
        return arb(0)
    return arb(float("-inf")) if x == 0 else exact(weight) * exact(x).log()


# Terms of divergences at one atom with p, q > 0, for balls and for power series.


def kl_term(a: S, b: S) -> S:
    """What an atom adds to KL(P, Q): a log(a / b)."""
    return a * (a / b).log()


def twice_jsd_term(a: S, b: S) -> S:
    """What an atom adds to 2 JSD(P, Q)."""
    middle = (a + b) / 2
    return kl_term(a, middle) + kl_term(b, middle)


def summed(term: Callable[[S, S], S], p: Sequence[S], q: Sequence[S]) -> S:
    """The divergence whose atoms add ``term(p_i, q_i)``."""
    parts = [term(a, b) for a, b in zip(p, q, strict=True)]
    return sum(parts[1:], parts[0])
