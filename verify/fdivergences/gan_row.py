r"""The objective of the original GAN is the f-GAN objective of the row GAN, with the critic T = log D.

With f*(t) = -log(1 - e^t), t < 0, and T = log D, 0 < D < 1:

    E_P T - E_Q f*(T) = E_P log D + E_Q log(1 - D) = V(G, D)        identically in D,

so that the lecture's "original GAN has different V(G, D)" is true of formulas in D (that of the row itself is E_P D +
E_Q log(1 - e^D)) and not of the objective: both are one up to T = log D. Its largest value is D_f(P || Q) = 2 JSD -
log 4, at D* = p / (p + q), that is at T* = f'(p/q); and -log 4 where P = Q.

Decided. f*(log D) = -log(1 - D) by sympy; both objectives, and the divergence by its generator and by JSD, as balls at
rational weights and rational D.

Source: lecture on GAN theory, slide "Connection with GAN", and rows GAN of both tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact
from verify.command import main
from verify.fdivergences.pairs import (
    RESOLUTION,
    Pair,
    Weights,
    drawn,
    fractions,
    library_agrees,
    same,
    scale,
    shown,
    total,
    value,
)
from verify.fdivergences.proofs import Symbols, positive, proved, vanishes
from verify.fdivergences.rows import GAN, Balls, weighted

SYMBOLIC = "f*(log D) = -log(1 - D)"
IDENTICAL = "V(G, D) is E_P T - E_Q f*(T) at T = log D"
LARGEST = "V(G, D) is at most D_f"
ATTAINED = "V(G, D) = D_f at D = p / (p + q)"
JSD = "D_f = 2 JSD - log 4"
EQUAL = "D_f(P || P) = -log 4"
LIBRARY = "lgantheory.f_divergence('gan') is the largest V(G, D)"
DIFFERENT = "V(G, D) is not E_P T - E_Q f*(T)"

# Discriminators are drawn as multiples of one over this.
PARTS = 32


@dataclass(frozen=True)
class Case:
    """Two measures on common atoms and a discriminator on them."""

    p: Weights
    q: Weights
    d: Weights
    without: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"p = {shown(self.p)}, q = {shown(self.q)}, D = {shown(self.d)}"


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(1, 6))
        d = tuple(Fraction(int(k), PARTS) for k in rng.integers(1, PARTS, size))
        yield Case(drawn(rng, size), drawn(rng, size), d)


def objective(case: Case, d: Weights) -> arb:
    """``V(G, D) = E_P log D + E_Q log(1 - D)``."""
    atoms = zip(case.p, case.q, d, strict=True)
    return total([exact(a) * exact(x).log() + exact(b) * exact(1 - x).log() for a, b, x in atoms])


def critic_objective(case: Case) -> arb:
    """``E_P T - E_Q f*(T)`` at ``T = log D``; without ``log``, at ``T = 2 log D``."""
    times = 2 if "log" in case.without else 1
    critics = [exact(x).log() * times for x in case.d]
    atoms = zip(case.p, case.q, critics, strict=True)
    return total([exact(a) * t - exact(b) * GAN.conjugate(t, Balls) for a, b, t in atoms])


def best(case: Case) -> Weights:
    """``p / (p + q)``; without ``bayes``, ``q / (p + q)``."""
    top = case.q if "bayes" in case.without else case.p
    return tuple(x / (a + b) for x, a, b in zip(top, case.p, case.q, strict=True))


def checks(case: Case) -> list[Check]:
    pair, half = Pair(GAN, case.p, case.q), weighted(Fraction(1, 2)).generator
    v, most = objective(case, case.d), value(GAN.generator, case.p, case.q)
    return [
        Check.of_verdict(SYMBOLIC, proved(_symbolic())),
        same(IDENTICAL, critic_objective(case), v),
        at_most(LARGEST, v, most, RESOLUTION * scale(v)),
        same(ATTAINED, objective(case, best(case)), most),
        same(JSD, 2 * value(half, case.p, case.q) - exact(4).log(), most),
        same(EQUAL, value(GAN.generator, case.p, case.p), -exact(4).log()),
        library_agrees(LIBRARY, pair, most),
    ]


def _symbolic() -> bool:
    """With D = 1 / (1 + w), w > 0, so that both logarithms are real."""
    d = 1 / (1 + positive("w"))
    symbols = Symbols()
    return vanishes(GAN.conjugate(symbols.log(d), symbols) + symbols.log(1 - d))


P, Q = fractions("1/2", "1/2"), fractions("1/4", "3/4")

CLAIM = Claim(
    ref="fdivergences.gan_row",
    statement=r"with T = \log D: E_P T - E_Q f^*(T) = E_P \log D + E_Q \log(1 - D) = V(G, D) for every D; largest "
    r"2 JSD - \log 4, at D = p/(p + q)",
    source="lecture on GAN theory, slide 'Connection with GAN', corrected; rows GAN of both tables",
    hypotheses={
        "log": "T is the logarithm of D",
        "bayes": "D is p / (p + q) (for the largest value)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="log",
            instance=lambda: Case(fractions(1), fractions(1), fractions("1/2"), frozenset({"log"})),
            check=IDENTICAL,
            witness="one atom, D = 1/2, T = 2 log D: log 1/4 + log 3/4 = -1.674, and V = -1.386",
        ),
        Break(
            drops="bayes",
            instance=lambda: Case(P, Q, P, frozenset({"bayes"})),
            check=ATTAINED,
            witness="p = (1/2, 1/2), q = (1/4, 3/4), D = q / (p + q): V falls short by 0.275",
        ),
    ),
    settles=("row gan", "E7"),
)


def printed(request: Request) -> Iterator[Case]:
    """One atom, one discriminator: as small as it gets."""
    yield Case(fractions(1), fractions(1), fractions("1/2"))


def differs(case: Case) -> list[Check]:
    """That the objectives are apart, by anything that could be seen."""
    apart = abs(critic_objective(case) - objective(case, case.d))
    return [at_most(DIFFERENT, 0, apart, RESOLUTION, strict=True)]


AS_PRINTED = (
    Claim(
        ref="fdivergences.gan_row/different",
        statement=r"the original GAN has a V(G, D) other than E_P T - E_Q f^*(T)",
        source="a reading of the lecture on GAN theory, slide 'Connection with GAN': \"Original GAN has different "
        'V(G, D)"; the two are the same up to T = log D',
        hypotheses={},
        instances=printed,
        checks=differs,
        expected=Verdict.REFUTED,
        settles=("E7",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
