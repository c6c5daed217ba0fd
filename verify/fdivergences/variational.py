r"""The bound that makes a critic: D_f(P || Q) >= E_P T - E_Q f*(T) for every T with values in dom f*.

u t <= f(u) + f*(t) at u = p/q, times q, summed; where q = 0, T <= f'(oo) is the same inequality in the limit. Equality
at T* = f'(p/q), since Fenchel and Young's inequality is one there. Outside dom f* the right side is -oo, and a formula
that still returns a number there "beats" the divergence: with total variation and f* = t, without bound.

For KL, log is concave, so log y <= y / e at y = E_Q e^T, and

    E_P T - E_Q e^(T - 1)  <=  E_P T - log E_Q e^T  <=  KL(P || Q):

Donsker and Varadhan's bound is the tighter one, and is attained at log(p/q) plus any constant.

Decided. Finite sums of closed forms at rational weights and critics, as balls.

Source: lecture on GAN theory, slides "Connection with GAN"; Nguyen, Wainwright and Jordan 2010; Donsker and Varadhan.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact
from verify.command import main
from verify.fdivergences.pairs import (
    HIGHEST,
    PARTS,
    RESOLUTION,
    Pair,
    Weights,
    fractions,
    highest,
    is_infinite,
    naive,
    pairs,
    same,
    scale,
    shown,
    total,
    value,
)
from verify.fdivergences.rows import KL, SQUARED_HELLINGER, TOTAL_VARIATION, Balls, Row

BOUND = "E_P T - E_Q f*(T) is at most D_f"
ATTAINED = "E_P T - E_Q f*(T) = D_f at T = f'(p/q)"
TIGHTER = "Donsker and Varadhan's bound is at least the conjugate's"
DONSKER = "Donsker and Varadhan's bound is at most KL"
DONSKER_ATTAINED = "Donsker and Varadhan's bound is KL at log(p/q) plus a constant"


@dataclass(frozen=True)
class Case:
    """A pair with a critic's values on its atoms."""

    pair: Pair
    critic: Weights

    def __str__(self) -> str:
        return f"{self.pair}, T = {shown(self.critic)}"


def instances(request: Request) -> Iterator[Case]:
    """Every other round of the rows has zero weights."""
    common, holed = pairs(request), pairs(request, zeros=True)
    for index in range(request.number):
        pair = (common, holed)[index // 10 % 2][index]
        rng = np.random.default_rng([request.seed, index, 1])
        most = highest(pair.row)
        whole = rng.integers(-HIGHEST * PARTS, most, len(pair.p), endpoint=True)
        yield Case(pair, tuple(Fraction(int(k), PARTS) for k in whole))


def checks(case: Case) -> list[Check]:
    pair = case.pair
    if is_infinite(pair.row.generator, pair.p, pair.q):
        return []
    total_of = naive if "singular_part" in pair.without else value
    divergence = total_of(pair.row.generator, pair.p, pair.q)
    inside = "into_domain" not in pair.without
    terms = [pair.row.conjugate_at(t) if inside else pair.row.conjugate(exact(t), Balls) for t in case.critic]
    found = [at_most(BOUND, _bound(pair, [exact(t) for t in case.critic], terms), divergence, _unit(divergence))]
    if all(a > 0 and b > 0 for a, b in zip(pair.p, pair.q, strict=True)):
        found.append(same(ATTAINED, _at_the_slope(pair), divergence))
    return [*found, *(_donsker(case, divergence) if pair.row is KL else ())]


def _unit(divergence: arb) -> float:
    return RESOLUTION * scale(divergence)


def _bound(pair: Pair, critic: Sequence[arb], conjugates: Sequence[arb]) -> arb:
    """``E_P T - E_Q f*(T)``; where q = 0 nothing is subtracted."""
    terms = [a * t for (a, _), t in zip(pair.atoms, critic, strict=True)]
    terms += [-b * c for (_, b), c in zip(pair.atoms, conjugates, strict=True) if b > 0]
    return total(terms)


def _at_the_slope(pair: Pair) -> arb:
    """The bound at T = f'(p/q), with 0 at the kink of total variation; without ``derivative``, one less than that."""
    kink = pair.row is TOTAL_VARIATION
    ratios = [a / b for a, b in zip(pair.p, pair.q, strict=True)]
    slopes = [arb(0) if kink and u == 1 else pair.row.critic(exact(u), Balls) for u in ratios]
    slopes = [t - 1 for t in slopes] if "derivative" in pair.without else slopes
    return _bound(pair, slopes, [pair.row.conjugate(t, Balls) for t in slopes])


def _donsker(case: Case, divergence: arb) -> Iterator[Check]:
    pair, critic = case.pair, [exact(t) for t in case.critic]
    tighter = _donsker_bound(pair, critic)
    weaker = _bound(pair, critic, [KL.conjugate(t, Balls) for t in critic])
    yield at_most(TIGHTER, weaker, tighter, _unit(tighter))
    yield at_most(DONSKER, tighter, divergence, _unit(divergence))
    if all(a > 0 and b > 0 for a, b in zip(pair.p, pair.q, strict=True)):
        best = [exact(a / b).log() + critic[0] for a, b in zip(pair.p, pair.q, strict=True)]
        yield same(DONSKER_ATTAINED, _donsker_bound(pair, best), divergence)


def _donsker_bound(pair: Pair, critic: Sequence[arb]) -> arb:
    """``E_P T - log E_Q e^T``."""
    mean = total([a * t for (a, _), t in zip(pair.atoms, critic, strict=True)])
    return mean - total([b * t.exp() for (_, b), t in zip(pair.atoms, critic, strict=True)]).log()


P, Q = fractions("3/4", "1/4"), fractions("1/4", "3/4")


def broken(row: Row, critic: Weights, drops: str, *, q: Weights = Q) -> Case:
    """A case on P and Q = (1/4, 3/4), or another q."""
    return Case(Pair(row, P, q, frozenset({drops})), critic)


CLAIM = Claim(
    ref="fdivergences.variational",
    statement=r"E_P T - E_Q f^*(T) \leq D_f(P, Q) for T into the domain of f^*, = at T = f'(p/q); "
    r"E_P T - E_Q e^{T - 1} \leq E_P T - \log E_Q e^T \leq KL",
    source="lecture on GAN theory, slides 'Connection with GAN'; Nguyen, Wainwright and Jordan 2010",
    hypotheses={
        "into_domain": "T takes its values where f* is finite",
        "derivative": "T is f'(p/q) (for equality)",
        "singular_part": "D_f has its part f'(oo) P(q = 0)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="into_domain",
            instance=lambda: broken(TOTAL_VARIATION, fractions(2, -2), "into_domain"),
            check=BOUND,
            witness="total variation with f* = t everywhere, p = (3/4, 1/4), q = (1/4, 3/4), T = (2, -2): 2 > 1/2",
        ),
        Break(
            drops="into_domain",
            instance=lambda: broken(SQUARED_HELLINGER, fractions("6/5", "6/5"), "into_domain"),
            check=BOUND,
            witness="Hellinger with f* = t / (1 - t) at T = 6/5, where that is -6: 7.2 > 0.27",
        ),
        Break(
            drops="derivative",
            instance=lambda: broken(KL, fractions(0, 0), "derivative"),
            check=ATTAINED,
            witness="KL with T = log(p/q) in place of 1 + log(p/q): short of KL by 1/e",
        ),
        Break(
            drops="singular_part",
            instance=lambda: broken(TOTAL_VARIATION, fractions("-1/2", "1/2"), "singular_part", q=fractions(1, 0)),
            check=BOUND,
            witness="total variation, p = (3/4, 1/4), q = (1, 0), T = (-1/2, 1/2): 1/4, and the sum over q > 0 is 1/8",
        ),
    ),
    settles=("lecture 15",),
)


def printed(request: Request) -> Iterator[Case]:
    yield broken(TOTAL_VARIATION, fractions(2, -2), "into_domain")


AS_PRINTED = (
    replace(
        CLAIM,
        ref="fdivergences.variational/total_variation",
        statement=r"TV = max_T E_P T - E_Q T over all T, since f^*(t) = t",
        source="lecture on GAN theory, row Total variation of both tables, in slide 'Connection with GAN'",
        hypotheses={},
        instances=printed,
        breaks=(),
        expected=Verdict.REFUTED,
        settles=("E4",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
