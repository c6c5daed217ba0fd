r"""The value of the discriminator's game: V(G, D*) = -2 log 2 + 2 JSD(P_data, P_G).

V(G, D) = E_P log D + E_Q log(1 - D), at D* = p/(p+q), is sum p log(p/(p+q)) + q log(q/(p+q)); taking a factor 1/2 out
of both logarithms leaves KL(P, M) + KL(Q, M) - 2 log 2 with M = (P+Q)/2. With r = (p - q)/(p + q) the divergence is the
mean under M of phi(r) = ((1+r) log(1+r) + (1-r) log(1-r)) / 2, between r^2/2 and |r| log 2. Hence, with TV = E_M |r|,

    -log 4 + TV^2 <= V(G, D*) <= -log 4 (1 - TV):

the least value -log 4 is reached by P = Q alone, and 0, the largest, by disjoint supports alone.

V is summed from D*, the divergence from two relative entropies, TV is rational; sympy proves the identity
at an atom. Error bars are radii of balls.

Source: lecture, "max_D V(G, D)", the three slides from D* to the divergence. The algorithm's slides then call
V(G_0, D_0*) itself the divergence, which it is only up to a factor and a constant.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.classical.measures import (
    LOG_2,
    RESOLUTION,
    Pair,
    Weights,
    best_discriminator,
    jsd,
    pair,
    random_pairs,
    show,
    total_variation,
    value,
)
from verify.classical.proofs import identity
from verify.command import main

IDENTITY = "V(G, D) is -2 log 2 + 2 JSD"
LEAST = "V(G, D) is at least -log 4 + TV^2"
LARGEST = "V(G, D) is at most -log 4 (1 - TV)"
PROOF = "the identity holds atom by atom (sympy)"
ABOVE = "V(G, D) is more than -log 4"
DIVERGENCE = "V(G, D) is the Jensen-Shannon divergence"


@dataclass(frozen=True)
class Case:
    """A pair and a discriminator; D* unless a break puts another in its place."""

    pair: Pair
    d: Weights

    def __str__(self) -> str:
        return f"{self.pair}, D = {show(self.d)}"


def instances(request: Request) -> Iterator[Case]:
    return map(_optimal, random_pairs(request))


def _optimal(case: Pair) -> Case:
    return Case(case, best_discriminator(case.p, case.q))


def checks(case: Case) -> list[Check]:
    p, q = case.pair.p, case.pair.q
    reached, tv = value(p, q, case.d), exact(total_variation(p, q))
    found = [
        equal(IDENTITY, reached, -2 * LOG_2 + 2 * jsd(p, q), RESOLUTION),
        at_most(LEAST, -2 * LOG_2 + tv * tv, reached, RESOLUTION),
        at_most(LARGEST, reached, -2 * LOG_2 * (1 - tv), RESOLUTION),
        _proof(),
    ]
    if p != q or "distinct" in case.pair.without:
        found.append(at_most(ABOVE, -2 * LOG_2, reached, RESOLUTION, strict=True))
    return found


@cache
def _proof() -> Check:
    """What an atom adds to V(G, D*), to 2 JSD and to -2 log 2 = -(P + Q) log 2."""
    import sympy

    p, q = sympy.symbols("p q", positive=True)
    middle = (p + q) / 2
    reached = p * sympy.log(p / (p + q)) + q * sympy.log(1 - p / (p + q))
    twice_jsd = p * sympy.log(p / middle) + q * sympy.log(q / middle)
    return identity(PROOF, reached + (p + q) * sympy.log(2) - twice_jsd)


def _as_divergence(case: Case) -> list[Check]:
    p, q = case.pair.p, case.pair.q
    return [equal(DIVERGENCE, value(p, q, case.d), jsd(p, q), RESOLUTION)]


SAME = pair([1], [1])
HALF = Fraction(1, 2)


def _same(request: Request) -> Iterator[Case]:
    yield _optimal(SAME)


CLAIM = Claim(
    ref="classical.value",
    statement=r"V(G, D^*) = -2\,\log 2 + 2\,JSD, in [-\log 4 + TV^2, -\log 4 (1 - TV)]; "
    r"V = -\log 4 \Leftrightarrow P = Q, V = 0 \Leftrightarrow TV = 1",
    source="lecture, 'max_D V(G, D)'; the bounds are added",
    hypotheses={
        "optimal": "the discriminator is D*",
        "normalised": "both measures have mass one",
        "distinct": "P_data and P_G differ (for V > -log 4 alone)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="optimal",
            instance=lambda: Case(pair([1, 0], [0, 1]), (HALF, HALF)),
            check=IDENTITY,
            witness="two points, D = 1/2 at both: V = -log 4, and the divergence is log 2, for which V would be 0",
        ),
        Break(
            drops="normalised",
            instance=lambda: _optimal(Pair((Fraction(2),), (Fraction(2),))),
            check=IDENTITY,
            witness="one point of mass 2 on both sides: V = -4 log 2",
        ),
        Break(
            drops="distinct",
            instance=lambda: _optimal(replace(SAME, without=frozenset({"distinct"}))),
            check=ABOVE,
            witness="P = Q at one point: D* = 1/2 and V = -log 4 exactly",
        ),
    ),
    settles=("lecture 4",),
)

AS_PRINTED = (
    Claim(
        ref="classical.value/is-the-divergence",
        statement=r"V(G_0, D_0^*) is the JS divergence between P_d and the measure of G_0",
        source="lecture, 'Algorithm', both boxes beside 'Using Gradient Ascent'",
        hypotheses={},
        instances=_same,
        checks=_as_divergence,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
