r"""Where q = 0: D_f(P || Q) = sum over q > 0 of q f(p/q), plus f'(oo) P(q = 0).

q f(p/q) tends to f'(oo) p as q falls to 0, and to f(0) q as p does. So on measures without a common atom
D_f = f(0) + f'(oo): 1 for total variation, 2 for Hellinger, 2 log 2 for Jensen-Shannon, 0 for the row of the GAN, and
oo where either is infinite. A sum over q > 0 alone returns KL = 0, TV = 1/2, JS = log 2 there, and may be negative:
Jensen's inequality then ends at f(P(q > 0)), not at f(1).

Decided. f(0) and f'(oo) are limits by sympy. D_f is also an integral that needs no convention (|p - q| / 2 and the
like), and it bounds its own approximations: by convexity, with Q_e = (1 - e) Q + e P, all of whose atoms have weight,
D_f(P || Q_e) <= (1 - e) D_f(P || Q) + e f(1). All as balls at rational weights.

Source: lecture on GAN theory, slide "f-divergence", which divides by q(x) without a word; Csiszar 1967.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact
from verify.command import main
from verify.fdivergences.pairs import (
    RESOLUTION,
    Pair,
    fractions,
    integral,
    is_infinite,
    library_agrees,
    library_value,
    naive,
    pairs,
    same,
    scale,
    value,
)
from verify.fdivergences.proofs import limits
from verify.fdivergences.rows import KL, ROWS, TOTAL_VARIATION, Row

LIMITS = "f(0) and f'(oo) are the limits of f and of its slope"
PART = "D_f is the integral that needs no ratio"
MIXED = "mixing a little of P into Q does not raise D_f beyond the chord"
DISJOINT = "without a common atom D_f = f(0) + f'(oo)"
INFINITE = "lgantheory.f_divergence is inf where f(0) or f'(oo) is"
LIBRARY = "lgantheory.f_divergence is the integral that needs no ratio"
NONNEGATIVE = "D_f is at least f(1)"

# How much of P is mixed into Q: some, and very little. Arbitrary.
SHARES = (Fraction(1, 4), Fraction(1, 2**60))


def instances(request: Request) -> list[Pair]:
    return pairs(request, zeros=True)


def checks(case: Pair) -> list[Check]:
    found = _separated(case)
    if case.row in ROWS:
        found.append(Check.of_verdict(LIMITS, limits(ROWS.index(case.row))))
    if is_infinite(case.row.generator, case.p, case.q):
        return [*found, _infinite(case)]
    return [*found, *_finite(case)]


def _finite(case: Pair) -> Iterator[Check]:
    f, right = case.row.generator, integral(case, case.row.integrand)
    total = naive if "singular_part" in case.without else value
    yield same(PART, total(f, case.p, case.q), right)
    for share in SHARES:
        mixed = tuple((1 - share) * b + share * a for a, b in zip(case.p, case.q, strict=True))
        chord = exact(1 - share) * right + exact(share) * f(arb(1))
        yield at_most(MIXED, value(f, case.p, mixed), chord, RESOLUTION * scale(right))
    yield library_agrees(LIBRARY, case, right)


def _infinite(case: Pair) -> Check:
    return Check.of_verdict(INFINITE, Verdict.HOLDS if library_value(case)[0] == float("inf") else Verdict.REFUTED)


def _separated(case: Pair) -> list[Check]:
    """The two measures on atoms of their own."""
    apart = replace(case, p=case.p + (Fraction(0),) * len(case.q), q=(Fraction(0),) * len(case.p) + case.q)
    zero, far = case.row.generator.zero(), case.row.generator.far()
    if zero is None or far is None:
        return [_infinite(apart)]
    return [same(DISJOINT, zero + far, integral(apart, case.row.integrand))]


def _from_zero(row: Row) -> Row:
    """The row with f(0) = 0 in place of the limit."""
    return replace(row, generator=replace(row.generator, at_zero=lambda m: m.number(0)))


CLAIM = Claim(
    ref="fdivergences.singular",
    statement=r"D_f(P, Q) = \sum_{q > 0} q f(p/q) + f'(\infty) P(q = 0); f(0) + f'(\infty) without a common atom",
    source="lecture on GAN theory, slide 'f-divergence', completed; Csiszar 1967",
    hypotheses={
        "singular_part": "f'(oo) P(q = 0) is counted",
        "limit_at_zero": "f(0) is the limit of f at 0",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="singular_part",
            instance=lambda: Pair(TOTAL_VARIATION, *fractions_of((1, 0), (0, 1)), frozenset({"singular_part"})),
            check=PART,
            witness="total variation, p = (1, 0), q = (0, 1): the sum over q > 0 is 1/2, the distance 1",
        ),
        Break(
            drops="limit_at_zero",
            instance=lambda: Pair(_from_zero(TOTAL_VARIATION), *fractions_of((1, 0), ("1/2", "1/2"))),
            check=PART,
            witness="total variation with f(0) = 0, p = (1, 0), q = (1/2, 1/2): 1/4, and the distance is 1/2",
        ),
    ),
    settles=("lecture 16",),
)


def fractions_of(p: tuple[object, ...], q: tuple[object, ...]) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    return fractions(*p), fractions(*q)


def printed(request: Request) -> Iterator[Pair]:
    yield Pair(TOTAL_VARIATION, *fractions_of((1, 0), (0, 1)))
    yield Pair(KL, *fractions_of(("1/2", "1/2"), (1, 0)))


def as_printed(case: Pair) -> list[Check]:
    """The integral over q as it stands: it is called a divergence, so it is not below f(1) = 0."""
    found, f = naive(case.row.generator, case.p, case.q), case.row.generator
    checked = [at_most(NONNEGATIVE, f(arb(1)), found, RESOLUTION)]
    if not is_infinite(f, case.p, case.q):
        checked.append(same(PART, found, integral(case, case.row.integrand)))
    return checked


AS_PRINTED = (
    Claim(
        ref="fdivergences.singular/naive",
        statement=r"D_f(P, Q) = \int q f(p/q) \geq f(\int q (p/q)) = f(1) = 0 for all distributions P and Q",
        source="lecture on GAN theory, slide 'f-divergence', Jensen's inequality",
        hypotheses={},
        instances=printed,
        checks=as_printed,
        expected=Verdict.REFUTED,
        settles=("E6",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
