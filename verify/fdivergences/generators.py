r"""What makes D_f a divergence: f convex with f(1) = 0; and what it takes for D_f = 0 to mean P = Q.

    D_f(P || Q) = sum q f(p/q) >= f(sum q p/q) = f(1) = 0,   equality if P = Q,

by Jensen's inequality (with the singular part of ``singular`` where q = 0). If f is strictly convex at 1, that is below
every chord that spans 1, then D_f = 0 only if P = Q; max(0, u - 2) is not, and calls different measures equal. Adding
c (u - 1) to f adds c (P(all) - Q(all)) = 0.

Decided. f'' > 0 by sympy for nine rows, and for total variation two straight pieces with the kink at 1. The rest are
finite sums of closed forms at rational weights, as balls: their radius is the error bar. The row of the GAN has
f(1) = -log 4 and takes part as f + log 4, whose conjugate is -log(1 - e^t) - log 4.

Source: lecture on GAN theory, slides "f-divergence".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.fdivergences.pairs import RESOLUTION, Weights, drawn, fractions, is_infinite, same, shown, value
from verify.fdivergences.proofs import convexity
from verify.fdivergences.rows import GAN, KL, ROWS, Generator, flat_at_one, unconvex

CONVEX = "f is convex on (0, oo)"
NORMALISED = "f(1) = 0"
NONNEGATIVE = "D_f(P || Q) is not negative"
ZERO = "D_f(P || P) = 0"
POSITIVE = "D_f(P || Q) > 0 where P is not Q"
SHIFTED = "f + c (u - 1) has the same D_f as f"


@dataclass(frozen=True)
class Case:
    """A generator, two measures, a number c; ``index``: the row whose convexity is proved."""

    generator: Generator
    p: Weights
    q: Weights
    c: Fraction = Fraction(1)
    index: int | None = None

    def __str__(self) -> str:
        return f"f = {self.generator.name}, p = {shown(self.p)}, q = {shown(self.q)}, c = {self.c}"


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size, row = int(rng.integers(2, 6)), index % len(ROWS)
        p, q = (drawn(rng, size, zeros=index % 3 == 2) for _ in range(2))
        generator = normalised(ROWS[row].generator) if ROWS[row] is GAN else ROWS[row].generator
        yield Case(generator, p, q, Fraction(int(rng.integers(-24, 25)), 8), row)


def normalised(generator: Generator) -> Generator:
    """``f + log 4`` for the f of the GAN row."""

    def formula(u: Any, functions: Any) -> Any:
        return generator.formula(u, functions) + functions.log(functions.number(4))

    return replace(generator, name="gan + log 4", formula=formula, at_zero=lambda m: m.log(m.number(4)))


def shifted(generator: Generator, c: Fraction) -> Generator:
    """``f + c (u - 1)``."""
    zero, end = generator.at_zero, generator.end
    return Generator(
        f"{generator.name} + {c} (u - 1)",
        lambda u, m: generator.formula(u, m) + m.number(c) * (u - 1),
        None if zero is None else lambda m: zero(m) - m.number(c),
        None if end is None else lambda m: end(m) + m.number(c),
    )


def checks(case: Case) -> list[Check]:
    f, one = case.generator, arb(1)
    found = [equal(NORMALISED, f(one), 0, RESOLUTION), same(ZERO, value(f, case.p, case.p), arb(0))]
    if case.index is not None:
        found.append(Check.of_verdict(CONVEX, convexity(case.index)))
    if is_infinite(f, case.p, case.q):
        return found
    divergence = value(f, case.p, case.q)
    found.append(at_most(NONNEGATIVE, 0, divergence, RESOLUTION))
    found.append(same(SHIFTED, value(shifted(f, case.c), case.p, case.q), divergence))
    if case.p != case.q:
        found.append(at_most(POSITIVE, 0, divergence, RESOLUTION, strict=True))
    return found


HALF, QUARTER = fractions("1/2", "1/2"), fractions("1/4", "3/4")

CLAIM = Claim(
    ref="fdivergences.generators",
    statement=r"f convex, f(1) = 0: D_f(P, Q) \geq 0, and = 0 at P = Q (only there if f is strictly convex at 1); "
    r"f + c(u - 1) gives the same D_f",
    source="lecture on GAN theory, slides 'f-divergence'",
    hypotheses={
        "convex": "f is convex",
        "normalised": "f(1) = 0",
        "strict_at_one": "f is strictly convex at 1 (for: D_f = 0 only at P = Q)",
        "equal_masses": "P and Q have the same total mass",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="convex",
            instance=lambda: Case(unconvex(), QUARTER, HALF),
            check=NONNEGATIVE,
            witness="f = -(u - 1)^2, p = (1/4, 3/4), q = (1/2, 1/2): D_f = -1/4",
        ),
        Break(
            drops="normalised",
            instance=lambda: Case(GAN.generator, HALF, HALF),
            check=ZERO,
            witness="the row of the GAN at P = Q: D_f = -log 4 = -1.386",
        ),
        Break(
            drops="strict_at_one",
            instance=lambda: Case(flat_at_one(), QUARTER, HALF),
            check=POSITIVE,
            witness="f = max(0, u - 2), p = (1/4, 3/4), q = (1/2, 1/2): D_f = 0, since p/q is at most 3/2",
        ),
        Break(
            drops="equal_masses",
            instance=lambda: Case(KL.generator, HALF, fractions(1, 1)),
            check=SHIFTED,
            witness="p = (1/2, 1/2), q = (1, 1), c = 1: D_f falls by 1, the mass that Q has in excess",
        ),
        Break(
            drops="equal_masses",
            instance=lambda: Case(KL.generator, HALF, fractions(1, 1)),
            check=NONNEGATIVE,
            witness="the same: sum p log(p/q) = -log 2",
        ),
    ),
    settles=("lecture 12",),
)


def printed(request: Request) -> Iterator[Case]:
    """The row of the GAN, one atom."""
    yield Case(GAN.generator, fractions(1), fractions(1), index=ROWS.index(GAN))


def axioms(case: Case) -> list[Check]:
    """What the slide asks of every f of its table."""
    return [equal(NORMALISED, case.generator(exact(1)), 0, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="fdivergences.generators/gan",
        statement=r"f(1) = 0 for f = u \log u - (u + 1)\log(u + 1), and so D_f(P, P) = 0",
        source="lecture on GAN theory, slide 'f is convex, f(1) = 0' with the row GAN of its table",
        hypotheses={},
        instances=printed,
        checks=axioms,
        expected=Verdict.REFUTED,
        settles=("E3",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
