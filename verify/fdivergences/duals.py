r"""Exchanging P and Q turns f into u f(1/u): D_f(P || Q) = D_g(Q || P) with g(u) = u f(1/u).

q f(p/q) = p (q/p) f(1 / (q/p)) = p g(q/p) term by term; g(0) = f'(oo) and g'(oo) = f(0), so that the singular parts
change places too. KL and reverse KL are each other's dual, and so are Pearson and Neyman; total variation, Hellinger,
Jeffreys, Jensen-Shannon and the row of the GAN are their own, hence symmetric. The weighted row at pi has the dual at
1 - pi.

Decided. u f(1/u) - g(u) = 0 by sympy; both sums as balls at rational weights, zeros among them.

Source: lecture on GAN theory, first table of f-divergences; Csiszar's dual generator.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.command import main
from verify.fdivergences.pairs import Pair, fractions, is_infinite, library_agrees, pairs, same, value
from verify.fdivergences.proofs import exchanged
from verify.fdivergences.rows import KL, PEARSON, PI, ROWS, WEIGHTED, Row, weighted

SYMBOLIC = "u f(1/u) is the generator of the dual row"
EXCHANGED = "D_f(P || Q) is the dual's D(Q || P)"
INFINITE = "both are infinite, or neither"
SYMMETRIC = "a row that is its own dual does not care for the order"
LIBRARY = "lgantheory.f_divergence of the dual, measures exchanged, is the same number"

MIRRORED = weighted(1 - PI)


def dual_of(row: Row) -> Row:
    """The row that ``lgantheory`` names as the dual."""
    return next(other for other in (*ROWS, MIRRORED) if other.name == row.library.dual)


@cache
def _symbolic(name: str) -> Verdict:
    row = next(row for row in ROWS if row.name == name)
    return exchanged(row.generator, dual_of(row).generator)


def instances(request: Request) -> list[Pair]:
    """Half of them with zeros."""
    full, holed = pairs(request), pairs(request, zeros=True)
    return [(full, holed)[index // len(ROWS) % 2][index] for index in range(request.number)]


def checks(case: Pair) -> list[Check]:
    """Without ``dual_generator``, f itself is kept; without ``exchanged``, the order of the measures is."""
    row = case.row if "dual_generator" in case.without else dual_of(case.row)
    q, p = (case.p, case.q) if "exchanged" in case.without else (case.q, case.p)
    other = Pair(row, q, p)
    infinite = is_infinite(case.row.generator, case.p, case.q)
    found = [_agree(infinite == is_infinite(row.generator, q, p))]
    if not case.without:
        found.append(Check.of_verdict(SYMBOLIC, _symbolic(case.row.name)))
    if infinite:
        return found
    here = value(case.row.generator, case.p, case.q)
    found.append(same(EXCHANGED, value(row.generator, q, p), here))
    if case.row.is_symmetric:
        found.append(same(SYMMETRIC, value(case.row.generator, case.q, case.p), here))
    return [*found, *([] if case.without else [library_agrees(LIBRARY, other, here)])]


def _agree(found: bool) -> Check:
    return Check.of_verdict(INFINITE, Verdict.HOLDS if found else Verdict.REFUTED)


def _without(row: Row, name: str) -> Callable[[], Pair]:
    p, q = fractions("1/2", "1/2"), fractions("1/4", "3/4")
    return lambda: Pair(row, p, q, frozenset({name}))


CLAIM = Claim(
    ref="fdivergences.duals",
    statement=r"D_f(P, Q) = D_g(Q, P), g(u) = u f(1/u): KL and reverse KL, Pearson and Neyman; TV, Hellinger, "
    r"Jeffreys, JS and GAN are symmetric, JS weighted by \pi goes to 1 - \pi",
    source="lecture on GAN theory, first table of f-divergences; Csiszar's dual generator",
    hypotheses={
        "dual_generator": "f becomes u f(1/u)",
        "exchanged": "P and Q change places",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="dual_generator",
            instance=_without(KL, "dual_generator"),
            check=EXCHANGED,
            witness="KL, p = (1/2, 1/2), q = (1/4, 3/4): 0.144 one way and 0.131 the other",
        ),
        Break(
            drops="dual_generator",
            instance=_without(WEIGHTED, "dual_generator"),
            check=EXCHANGED,
            witness=f"the weighted row at {Fraction(PI)}, same p and q: its order matters unless the weight is 1/2",
        ),
        Break(
            drops="exchanged",
            instance=_without(PEARSON, "exchanged"),
            check=EXCHANGED,
            witness="Pearson and Neyman in the same order, same p and q: 1/3 and 1/4",
        ),
    ),
    settles=("row kl", "row rkl", "row pearson", "row neyman"),
)

if __name__ == "__main__":
    main((CLAIM,))
