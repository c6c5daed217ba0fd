"""Curves of measures q(t) = q + t v, and derivatives along them.

A generator with one parameter moves its measure along a curve. Derivatives at t = 0 are first coefficients of power
series whose coefficients are balls: differentiation of the program, with proved errors, and no step size.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Request
from verify.balls import exact
from verify.classical.measures import Pair, Weights, best_discriminator, random_pairs, show, summed


@dataclass(frozen=True)
class Curve:
    """Data ``p`` and generated q(t) = ``q`` + t ``v``, all weights positive at t = 0, the entries of v summing to 0.

    ``d`` is the frozen discriminator: the optimal one at t = 0 unless a break puts another in its place.
    """

    p: Weights
    q: Weights
    v: tuple[int, ...]
    frozen: Weights | None = None

    def __str__(self) -> str:
        frozen = "" if self.frozen is None else f", D = {show(self.frozen)}"
        return f"p = {show(self.p)}, q(t) = {show(self.q)} + t {show(self.v)}{frozen}"

    @property
    def d(self) -> Weights:
        return best_discriminator(self.p, self.q) if self.frozen is None else self.frozen


def random_curves(request: Request) -> Iterator[Curve]:
    """Pairs of common support with an integer direction."""
    for index, case in enumerate(random_pairs(request, common=True)):
        rng = np.random.default_rng([request.seed, index, 1])
        v = rng.integers(-3, 4, len(case.p))
        v[0] -= v.sum()
        yield curve(case, v.tolist())


def curve(case: Pair, v: Sequence[int], frozen: Weights | None = None) -> Curve:
    assert case.common, "a curve needs positive weights, to move both ways"
    assert sum(v) == 0, "a curve of measures keeps their mass"
    return Curve(case.p, case.q, tuple(v), frozen)


def slope(term: Callable[[arb_series, arb_series], arb_series], case: Curve) -> arb:
    """d/dt at 0 of the divergence of ``case.p`` and q(t) whose atoms add ``term(p_i, q_i)``."""
    p = [arb_series([exact(a)], prec=2) for a in case.p]
    q = [arb_series([exact(b), w], prec=2) for b, w in zip(case.q, case.v, strict=True)]
    return summed(term, p, q)[1]


def frozen_slope(case: Curve, reward: Callable[[Fraction], arb]) -> arb:
    """d/dt of E_{q(t)} ``reward(D)`` with D frozen: sum v_i reward(D_i)."""
    return sum((w * reward(d) for w, d in zip(case.v, case.d, strict=True)), arb(0))


def minimax_reward(d: Fraction) -> arb:
    """log(1 - D), what the minimax generator minimises."""
    return exact(1 - d).log()


def nonsaturating_reward(d: Fraction) -> arb:
    """-log D, what the non-saturating generator minimises."""
    return -exact(d).log()
