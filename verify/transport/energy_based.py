r"""EBGAN: the energy's loss is m (1 - TV), and at equilibrium the energy is constant on the data.

For a margin m > 0, over all energies D >= 0,

    min E_P D + E_Q max(0, m - D) = m sum min(p, q) = m (1 - TV(P, Q)),

as p D + q max(0, m - D) is piecewise linear in D with its corners at 0 and m, where it is q m and p m. What another
energy pays more is, point by point, |p - q| times its distance from the better corner, plus p (D - m) beyond m: no
term is negative. So on disjoint supports the loss is 0, and the generator's best loss is at P = Q, where it is m.

At P = Q every energy with 0 <= D <= m is optimal, constant or not. But the generator is at rest only if no mass can
be moved to lower energy: E_Q' D >= E_Q D for all Q', that is, D takes its least value wherever Q has weight. Then D =
gamma on the support, for any gamma in [0, m]; and conversely, if D is nowhere lower. For an energy that is not constant
on the support the gain is at least the spread there times the least weight: that much goes from the top to the bottom.

Exact in fractions. The generator's best gain is found by making every move of all mass from one point to another; the
energies at P = Q are drawn, one constant on the support alone, one not.

Source: Zhao et al., "Energy-based GAN" (ICLR 2017), Theorems 1 and 2 and Lemma 1; lecture, "Energy-based GAN".
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.classical.measures import total_variation
from verify.command import main
from verify.transport.weights import RESOLUTION, Pair, Weights, expected, golden, pair, random_pairs

REACHED = "the energy that is 0 where p > q and m elsewhere pays m (1 - TV)"
LEAST = "no energy pays less than m (1 - TV)"
REMAINDER = "what an energy pays more is a sum of terms that are at least zero"
MARGIN_VALUE = "at P = Q an energy below the margin pays m, constant or not"
AT_REST = "no generator lowers the energy of its samples where D is constant on the support, and nowhere lower"
RESTLESS = "some generator gains at least the least weight times the spread of D on the support"
GAINS = "some generator gains where D is not constant on the support"


def instances(request: Request) -> Iterator[Pair]:
    """Random pairs; the rival energies are their critics' absolute values."""
    for drawn in random_pairs(request):
        yield replace(drawn, critic=tuple(map(abs, drawn.critic)))


def checks(case: Pair) -> list[Check]:
    """The pair as drawn, then an equilibrium P = Q = p with a constant energy."""
    m, tv = case.level, total_variation(case.p, case.q)
    best = tuple(Fraction(0) if p > q else m for p, q in zip(case.p, case.q, strict=True))
    paid, here, more = loss(case, best), loss(case, case.critic), surplus(case)
    return [
        equal(REACHED, paid - m * (1 - tv), 0, RESOLUTION),
        at_most(LEAST, m * (1 - tv) - here, 0, RESOLUTION),
        at_most(REMAINDER, max(abs(here - paid - sum(more)), -min(more)), 0, RESOLUTION),
        *_equilibrium(case),
    ]


def loss(case: Pair, energy: Weights) -> Fraction:
    """E_P D + E_Q max(0, m - D)."""
    return expected(case.p, energy) + expected(case.q, tuple(max(case.level - d, Fraction(0)) for d in energy))


def surplus(case: Pair) -> Weights:
    """Point by point, what the energy at hand pays above the better of 0 and m."""
    m = case.level

    def more(p: Fraction, q: Fraction, d: Fraction) -> Fraction:
        inside = min(d, m)
        off = inside if p > q else m - inside
        return abs(p - q) * off + p * (d - inside)

    return tuple(more(p, q, d) for p, q, d in zip(case.p, case.q, case.critic, strict=True))


def _equilibrium(case: Pair) -> list[Check]:
    """P = Q = p with an energy at rest, and with the rival energy cut at the margin."""
    at = replace(case, q=case.p)
    drawn = tuple(min(case.level, d) for d in case.critic)
    here = [d for weight, d in zip(at.q, drawn, strict=True) if weight]
    spread, least = max(here) - min(here), min(weight for weight in at.q if weight)
    gained = gain(at, drawn)
    found = [
        *(equal(MARGIN_VALUE, loss(at, energy) - case.level, 0, RESOLUTION) for energy in (drawn, resting(case))),
        at_most(AT_REST, gain(at, resting(case)), 0, RESOLUTION),
        at_most(RESTLESS, least * spread, gained, RESOLUTION),
    ]
    return [*found, at_most(GAINS, -gained, 0, RESOLUTION, strict=True)] if spread else found


def resting(case: Pair) -> Weights:
    """min(m, rival at 0) on the support, and no less elsewhere; the rival itself where one of the two is dropped."""
    if case.without & {"constant", "nowhere_lower"}:
        return case.critic
    gamma = min(case.level, case.critic[0])
    return tuple(gamma if weight else max(gamma, d) for weight, d in zip(case.p, case.critic, strict=True))


def gain(case: Pair, energy: Weights) -> Fraction:
    """The most by which the samples' energy falls when all mass of one point is moved to another; 0 if none does."""
    before, places = expected(case.q, energy), range(len(energy))
    return max(before - expected(_moved(case.q, i, j), energy) for i in places for j in places)


def _moved(q: Weights, source: int, target: int) -> Weights:
    """The weights after all of the mass at ``source`` has gone to ``target``."""
    emptied = [Fraction(0) if k == source else weight for k, weight in enumerate(q)]
    emptied[target] += q[source]
    return tuple(emptied)


CLAIM = Claim(
    ref="transport.energy_based",
    statement=r"EBGAN: the least E_P D + E_Q [m - D]_+ with D \geq 0 is m (1 - TV); "
    r"at P = Q the generator rests exactly if D is constant on the data and nowhere lower",
    source="Zhao et al. 2017, Theorems 1 and 2; lecture, Energy-based GAN",
    hypotheses={
        "non_negative": "energies are at least zero, as reconstruction errors are",
        "constant": "the energy is constant on the data, for the generator's rest",
        "nowhere_lower": "no other point has less energy than the data, for the generator's rest",
        "probabilities": "p and q sum to one",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="non_negative",
            instance=lambda: replace(golden(), critic=(Fraction(-1), Fraction(0), Fraction(1))),
            check=LEAST,
            witness="p = (1/2, 1/3, 1/6), q = (1/5, 3/10, 1/2), m = 1: the energy (-1, 0, 1) pays 11/30, "
            "and 2/3 is stated",
        ),
        Break(
            drops="constant",
            instance=lambda: pair(("1/2", "1/2"), ("1/2", "1/2"), 0, 1, without=frozenset({"constant"})),
            check=AT_REST,
            witness="P = Q on two points, m = 1, the optimal energy (0, 1): mass moved to the first point "
            "lowers 1/2 to 0",
        ),
        Break(
            drops="nowhere_lower",
            instance=lambda: pair(("1", "0"), ("1", "0"), 1, 0, without=frozenset({"nowhere_lower"})),
            check=AT_REST,
            witness="P = Q at the first of two points, m = 1, the optimal energy (1, 0): mass moved to the second "
            "point lowers 1 to 0",
        ),
        Break(
            drops="probabilities",
            instance=lambda: pair(("2",), ("1",)),
            check=REACHED,
            witness="mass 2 against 1 at one point, m = 1: the least loss is 1, and 1 - TV is 1/2",
        ),
    ),
    settles=("lecture 26",),
)

if __name__ == "__main__":
    main((CLAIM,))
