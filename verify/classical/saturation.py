r"""Minimax against non-saturating: their gradients on the logit are -D and -(1 - D).

The generator receives the derivative of its loss in the logit a of D = sigma(a) = 1/(1 + e^-a) at a generated point:

    minimax         d/da log(1 - sigma(a)) = -D,
    non-saturating  d/da (-log sigma(a))   = -(1 - D).

Both push the logit up. Where the discriminator recognises the fake, D near 0, the first vanishes like D and the second
does not: their ratio is D/(1 - D), 1/99 at D = 1/100, and the non-saturating one is larger exactly where D < 1/2. That
they vanish or not is a matter of the logit: in D itself the slopes are -1/(1 - D) and -1/D.

Slopes are coefficients of power series in a; sympy proves both formulas. D is rational, D = u/(1 + u) at a = log u.

Source: lecture, "Objective Function for Generator in Real Implementation": "slow at the beginning".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.classical.measures import RESOLUTION
from verify.classical.proofs import identity
from verify.command import main

MINIMAX = "the minimax slope is -D"
NONSATURATING = "the non-saturating slope is -(1 - D)"
SMALLER = "the minimax slope is the smaller one"
RATIO = "the slopes are in the ratio D / (1 - D)"
PROOF = "both slopes, for every logit (sympy)"


@dataclass(frozen=True)
class Case:
    """The discriminator's ``d`` at a generated point; ``logit``: slopes are taken in the logit, not in D."""

    d: Fraction
    logit: bool = True

    def __str__(self) -> str:
        return f"D = {self.d}, slopes in {'the logit' if self.logit else 'D'}"


def instances(request: Request) -> Iterator[Case]:
    """D between 1e-6 and 1/2: fakes that are recognised."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        yield Case(Fraction(int(rng.integers(1, 10)), 20 * 10 ** int(rng.integers(0, 6))))


def checks(case: Case) -> list[Check]:
    minimax, other = slopes(case)
    return [
        equal(MINIMAX, minimax, -case.d, RESOLUTION),
        equal(NONSATURATING, other, case.d - 1, RESOLUTION),
        equal(RATIO, minimax * exact(1 - case.d), other * exact(case.d), RESOLUTION),
        at_most(SMALLER, abs(minimax), abs(other), RESOLUTION, strict=True),
        _proof(),
    ]


def slopes(case: Case) -> tuple[arb, arb]:
    """Of log(1 - D) and of -log D, in the logit or in D."""
    if case.logit:
        logit = exact(case.d / (1 - case.d)).log()
        d = 1 / (1 + (-arb_series([logit, 1], prec=2)).exp())
    else:
        d = arb_series([exact(case.d), 1], prec=2)
    return (1 - d).log()[1], (-d.log())[1]


@cache
def _proof() -> Check:
    import sympy

    a = sympy.Symbol("a", real=True)
    d = 1 / (1 + sympy.exp(-a))
    first = sympy.simplify(sympy.diff(sympy.log(1 - d), a) + d)
    second = sympy.simplify(sympy.diff(-sympy.log(d), a) + 1 - d)
    return identity(PROOF, first**2 + second**2)


CLAIM = Claim(
    ref="classical.saturation",
    statement=r"\partial_a \log(1 - \sigma(a)) = -D, \partial_a (-\log \sigma(a)) = -(1 - D); "
    r"the first vanishes as D \to 0, the second does not",
    source="lecture, 'Objective Function for Generator in Real Implementation'",
    hypotheses={
        "logit": "the generator sees the slope in the logit of D",
        "recognised": "D < 1/2 on generated points (for the comparison alone)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="logit",
            instance=lambda: Case(Fraction(1, 100), logit=False),
            check=MINIMAX,
            witness="slope in D itself, D = 1/100: -1/(1 - D) = -1.01, which does not vanish",
        ),
        Break(
            drops="recognised",
            instance=lambda: Case(Fraction(3, 4)),
            check=SMALLER,
            witness="D = 3/4: the minimax slope is -3/4, the non-saturating one -1/4",
        ),
    ),
    settles=("lecture 10",),
)

if __name__ == "__main__":
    main((CLAIM,))
