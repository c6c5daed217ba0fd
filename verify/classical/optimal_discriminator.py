r"""The optimal discriminator: D* = p / (p + q) at every point, and nothing else where p + q > 0.

At a point with weights a = p(x) and b = q(x) the discriminator's share of V is f(D) = a log D + b log(1 - D), concave
with f'(D) = a/D - b/(1-D), which vanishes at D* = a/(a+b) alone. What another D loses is a relative entropy of coins,

    f(D*) - f(D) = (a + b) KL(Bernoulli(D*), Bernoulli(D)) >= 2 (a + b) (D - D*)^2    (Pinsker's inequality),

so D* is the only maximiser wherever a + b > 0, and D arbitrary where a = b = 0. It lies strictly between 0 and 1 where
both weights are positive; with b = 0 < a it is 1, with a = 0 < b it is 0.

D* is found once by formula and once by bisection of the derivative, whose sign is rational and known exactly; the loss
of another D once as a difference of values and once as relative entropy, and sympy proves the stationarity.

Source: lecture, "max_D V(G, D)", four slides; the last prints 0 < D* < 1 without saying where.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.classical.measures import RESOLUTION, Pair, Weights, best_discriminator, kl, pair, random_pairs, show, value
from verify.classical.proofs import identity
from verify.command import main

FORMULA = "the maximiser that bisection finds is p / (p + q)"
UNIQUE = "every other discriminator gives strictly less"
LOSS = "what another discriminator loses is at least 2 (p + q) (D - D*)^2"
ENTROPY = "what another discriminator loses is the relative entropy of two coins"
INSIDE = "D* is strictly between 0 and 1"
PROOF = "the derivative vanishes at a / (a + b), and the second one is negative (sympy)"

# Halvings of [0, 1]: the bisection's error is 2^-HALVINGS, far below the resolution.
HALVINGS = 40


@dataclass(frozen=True)
class Case:
    """A pair, and another discriminator ``other``, inside (0, 1) and not D*. ``tied``: D takes one value everywhere."""

    pair: Pair
    other: Weights
    tied: bool = False

    def __str__(self) -> str:
        return f"{self.pair}, against D = {show(self.other)}"


def instances(request: Request) -> Iterator[Case]:
    for index, drawn in enumerate(random_pairs(request, common=True)):
        rng = np.random.default_rng([request.seed, index, 1])
        yield case_of(drawn, [Fraction(int(k), 12) for k in rng.integers(1, 12, len(drawn.p))])


def case_of(drawn: Pair, other: list[Fraction], *, tied: bool = False) -> Case:
    """The discriminator ``other``, moved where it happens to be D*."""
    best = best_discriminator(drawn.p, drawn.q)
    return Case(drawn, tuple(d / 2 if d == b else d for d, b in zip(other, best, strict=True)), tied)


def checks(case: Case) -> list[Check]:
    found = [check for index in range(len(case.pair.p)) for check in _at(case, index)]
    return [*found, _proof()]


def _at(case: Case, index: int) -> Iterator[Check]:
    """The checks at one atom, the weights being normalised nowhere: they are the statement at a point."""
    a, b, other = case.pair.p[index], case.pair.q[index], case.other[index]
    (best,) = best_discriminator((a,), (b,))
    low, high = bisected(case.pair.p, case.pair.q) if case.tied else bisected((a,), (b,))
    middle, half = (low + high) / 2, float(high - low) / 2
    yield Check(FORMULA, float(abs(middle - best)), half, RESOLUTION)
    lost = value((a,), (b,), (best,)) - value((a,), (b,), (other,))
    yield at_most(UNIQUE, -lost, 0, RESOLUTION, strict=True)
    yield at_most(LOSS, 2 * (a + b) * (other - best) ** 2, lost, RESOLUTION)
    yield equal(ENTROPY, lost, exact(a + b) * kl((best, 1 - best), (other, 1 - other)), RESOLUTION)
    yield at_most(INSIDE, max(-best, best - 1), 0, RESOLUTION, strict=True)


def bisected(p: Weights, q: Weights) -> tuple[Fraction, Fraction]:
    """An interval with the maximiser of sum p log D + sum q log(1 - D): the derivative's sign is P (1 - D) - Q D."""
    low, high, mass, other = Fraction(0), Fraction(1), sum(p, Fraction(0)), sum(q, Fraction(0))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if mass * (1 - middle) >= other * middle:
            low = middle
        else:
            high = middle
    return low, high


@cache
def _proof() -> Check:
    """f'(a / (a + b)) = 0; and f'' = -a/D^2 - b/(1-D)^2, a sum of negative terms."""
    import sympy

    a, b, d = sympy.symbols("a b D", positive=True)
    f = a * sympy.log(d) + b * sympy.log(1 - d)
    stationary = sympy.simplify(sympy.diff(f, d).subs(d, a / (a + b)))
    concave = sympy.diff(f, d, 2) + a / d**2 + b / (1 - d) ** 2
    return identity(PROOF, stationary**2 + concave**2)


def _one(a: int, b: int, other: Fraction) -> Case:
    return Case(Pair((Fraction(a),), (Fraction(b),)), (other,))


HALF = Fraction(1, 2)


def _half_covered(request: Request) -> Iterator[Case]:
    yield case_of(pair([1, 0], [1, 1]), [HALF, HALF])


CLAIM = Claim(
    ref="classical.optimal_discriminator",
    statement=r"D^* = p/(p+q) maximises p\,\log D + q\,\log(1-D), alone where p+q > 0; 0 < D^* < 1 where p, q > 0",
    source="lecture, 'max_D V(G, D)'",
    hypotheses={
        "common_support": "both densities are positive (for 0 < D* < 1 alone)",
        "seen": "one of the two densities is positive, so that D counts (for uniqueness)",
        "any_function": "D may take any value at any point",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="common_support",
            instance=lambda: _one(1, 0, HALF),
            check=INSIDE,
            witness="one point that only the data reach: a = 1, b = 0, and D* = 1",
        ),
        Break(
            drops="seen",
            instance=lambda: _one(0, 0, Fraction(1, 3)),
            check=UNIQUE,
            witness="a point that neither measure reaches: a = b = 0, and every D gives 0",
        ),
        Break(
            drops="any_function",
            instance=lambda: case_of(pair([1, 1], [1, 3]), [Fraction(1, 3)] * 2, tied=True),
            check=FORMULA,
            witness="p = (1/2, 1/2), q = (1/4, 3/4), D the same at both points: 1/2 is best, not 2/3 and 2/5",
        ),
    ),
    settles=("lecture 3",),
)

AS_PRINTED = (
    Claim(
        ref="classical.optimal_discriminator/always-inside",
        statement=r"0 < D^*(x) = P_d(x)/(P_d(x) + P_G(x)) < 1 for all x",
        source="lecture, 'max_D V(G, D)', the box at the end of the derivation",
        hypotheses={},
        instances=_half_covered,
        checks=checks,
        expected=Verdict.REFUTED,
        settles=("E13",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
