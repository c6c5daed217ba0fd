r"""The first table: the integral printed in each row is the D_f of the generator printed beside it.

    D_f(P || Q) = int q f(p/q),   row by row; three of ten rows are not so.

The chi-squares are exchanged: (u - 1)^2 gives int (p - q)^2 / q, and (1 - u)^2 / u gives int (p - q)^2 / p. The
integral of the Jensen-Shannon row is half of what its generator gives, which is KL(P || M) + KL(Q || M) = 2 JSD; the
weighted row, at 1/2, gives JSD itself. The constant of the GAN row is the total mass at work: its generator is that of
2 JSD less (u + 1) log 2, whose integral is log 4 for probabilities alone.

Decided. q f(p/q) is the integrand by sympy, in symbols p, q > 0; both sides as balls at rational weights; and
``lgantheory.f_divergence`` against them, its error bar derived in ``pairs.library_value``.

Source: lecture on GAN theory, first table of f-divergences, and slides 'KL, Reverse KL, Chi Square' (those are right).
"""

from collections.abc import Iterator
from dataclasses import replace

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.command import main
from verify.fdivergences.pairs import Pair, fractions, integral, library_agrees, naive, pairs, same
from verify.fdivergences.proofs import integrands
from verify.fdivergences.rows import GAN, IDS, JENSEN_SHANNON, NEYMAN, PEARSON, ROWS, TOTAL_VARIATION, Row

SYMBOLIC = "q f(p/q) is the integrand"
INTEGRAL = "the integral is D_f of the generator"
LIBRARY = "lgantheory.f_divergence is the integral"


def instances(request: Request) -> list[Pair]:
    return pairs(request)


def checks(case: Pair) -> list[Check]:
    right = integral(case, case.row.integrand)
    found = [same(INTEGRAL, naive(case.row.generator, case.p, case.q), right)]
    if sum(case.p) == sum(case.q) == 1:  # the library takes probabilities alone
        found.append(library_agrees(LIBRARY, case, right))
    return [*found, Check.of_verdict(SYMBOLIC, integrands(ROWS.index(case.row)))]


def as_printed(case: Pair) -> list[Check]:
    """The integral of the table beside the generator of the table."""
    return [same(INTEGRAL, naive(case.row.generator, case.p, case.q), integral(case, case.row.printed))]


CLAIM = Claim(
    ref="fdivergences.integrals",
    statement=r"D_f = \int q f(p/q) is the integral of the row; Pearson \int (p - q)^2/q, Neyman \int (p - q)^2/p, "
    r"and for the Jensen-Shannon generator 2 JSD",
    source="lecture on GAN theory, first table of f-divergences, corrected; slides 'KL', 'Reverse KL', 'Chi Square'",
    hypotheses={
        "common_support": "p > 0 exactly where q > 0",
        "probabilities": "P and Q have mass one (for the constant of the GAN row)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="common_support",
            instance=lambda: Pair(TOTAL_VARIATION, fractions(1, 0), fractions(0, 1)),
            check=INTEGRAL,
            witness="total variation, p = (1, 0), q = (0, 1): the integral is 1, the sum of q f(p/q) is 1/2",
        ),
        Break(
            drops="probabilities",
            instance=lambda: Pair(GAN, fractions(1, 1), fractions(1, 1)),
            check=INTEGRAL,
            witness="the row of the GAN, p = q = (1, 1): the integral is -log 4, the sum is -2 log 4",
        ),
    ),
    settles=("lecture 13", "lecture 16", *(f"row {name}" for name in IDS)),
)


def _wrong(row: Row, slug: str, statement: str, erratum: str) -> Claim[Pair]:
    def witness(request: Request) -> Iterator[Pair]:
        yield Pair(row, fractions("1/2", "1/2"), fractions("1/4", "3/4"))

    return replace(
        CLAIM,
        ref=f"fdivergences.integrals/{slug}",
        statement=statement,
        source=f"lecture on GAN theory, first table of f-divergences, row {row.name}",
        hypotheses={},
        instances=witness,
        checks=as_printed,
        breaks=(),
        expected=Verdict.REFUTED,
        settles=(erratum,),
    )


AS_PRINTED = (
    _wrong(PEARSON, "pearson", r"f = (u - 1)^2 gives \int (q - p)^2/p", "E1"),
    _wrong(NEYMAN, "neyman", r"f = (1 - u)^2/u gives \int (p - q)^2/q", "E1"),
    _wrong(
        JENSEN_SHANNON,
        "jensen_shannon",
        r"f = -(u + 1)\log((1 + u)/2) + u \log u gives (1/2) \int p \log(2p/(p + q)) + q \log(2q/(p + q))",
        "E2",
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
