r"""EBGAN: the energy's loss is m (1 - TV), and at equilibrium the energy is constant on the data.

For a margin m > 0, over all energies D >= 0,

    min E_P D + E_Q max(0, m - D) = m sum min(p, q) = m (1 - TV(P, Q)),

as p D + q max(0, m - D) is piecewise linear in D with its corners at 0 and m, where it is q m and p m. What another
energy pays more is, point by point, |p - q| times its distance from the better corner, plus p (D - m) beyond m: no
term is negative. So on disjoint supports the loss is 0, and the generator's best loss is at P = Q, where it is m.

At P = Q every energy with 0 <= D <= m is optimal, constant or not. But the generator is at rest only if no mass can
be moved to lower energy: E_Q' D >= E_Q D for all Q', that is, D takes its least value wherever Q has weight. Then D =
gamma on the support, for any gamma in [0, m].

Exact in fractions.

Source: Zhao et al., "Energy-based GAN" (ICLR 2017), Theorems 1 and 2 and Lemma 1; lecture, "Energy-based GAN".
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.transport.weights import RESOLUTION, Pair, Weights, expected, golden, pair, random_pairs, total_variation

REACHED = "the energy that is 0 where p > q and m elsewhere pays m (1 - TV)"
LEAST = "no energy pays less than m (1 - TV)"
REMAINDER = "what an energy pays more is a sum of terms that are at least zero"
MARGIN_VALUE = "at P = Q a constant energy below the margin pays m"
AT_REST = "no generator lowers the energy of its samples at equilibrium"


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
    """P = Q = p with the energy min(m, level of the first point) everywhere, or the rival where that is dropped."""
    gamma = min(case.level, case.critic[0])
    energy = case.critic if "constant" in case.without else (gamma,) * len(case.p)
    at = replace(case, q=case.p)
    lowest = min(energy)
    return [
        equal(MARGIN_VALUE, loss(at, energy) - case.level, 0, RESOLUTION),
        at_most(AT_REST, expected(at.q, energy) - lowest, 0, RESOLUTION),
    ]


CLAIM = Claim(
    ref="transport.energy_based",
    statement=r"EBGAN: the least E_P D + E_Q [m - D]_+ with D \geq 0 is m (1 - TV); "
    r"at equilibrium D is constant on the data",
    source="Zhao et al. 2017, Theorems 1 and 2; lecture, Energy-based GAN",
    hypotheses={
        "non_negative": "energies are at least zero, as reconstruction errors are",
        "constant": "the energy is constant on the data, for the generator's rest",
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
