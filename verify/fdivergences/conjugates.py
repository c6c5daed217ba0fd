r"""The second table: f*(t) = sup over u >= 0 of u t - f(u), on which t the printed formulas are right, and f** = f.

Each formula g of the table satisfies g(f'(u)) = u f'(u) - f(u) for all u > 0, so by convexity g = f* on the range of
f', which ends at f'(oo). Beyond f'(oo), f* = oo: f(u) <= f(1) + f'(oo) (u - 1), so u t - f(u) grows without bound.
Below f'(0), where that is finite (total variation -1/2, Pearson -2), the supremum is at u = 0 and f* = -f(0). Printed
without domains, the table returns wrong finite numbers: t for total variation beyond 1/2, and t / (1 - t) for Hellinger
beyond 1 (-6 at t = 6/5); t + t^2/4 for Pearson below -2.

It is a supremum, not a maximum: for Neyman f*(1) = 2, and u - f(u) = 2 - 1/u is less at every u.

f** = f for closed convex f: one that jumps up at 0, convex nevertheless, is not recovered there.

Decided. g(f'(u)) by sympy (with W(e^(1-t)) = 1/u for Jeffreys, whose w e^w is checked); the supremum over u enclosed by
bisection and tangents (``suprema``), and so is the supremum over t, with slopes of g by power series; all as balls.

Source: lecture on GAN theory, second table and slides "Fenchel Conjugate".
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact
from verify.command import main
from verify.fdivergences.pairs import EPS, HIGHEST, PARTS, RESOLUTION, ULPS, highest, same, scale
from verify.fdivergences.proofs import conjugacy, limits, unattained
from verify.fdivergences.rows import IDS, NEYMAN, PEARSON, ROWS, SQUARED_HELLINGER, TOTAL_VARIATION, Balls, Row, renamed
from verify.fdivergences.suprema import supremum

SYMBOLIC = "f*(f'(u)) = u f'(u) - f(u)"
ENDS = "f' tends to f'(oo), f to f(0)"
SUPREMUM = "the formula of f*(t) is the supremum of u t - f(u)"
YOUNG = "u t is at most f(u) + f*(t)"
BELOW = "below f'(0) the supremum is -f(0)"
BEYOND = "beyond f'(oo) the supremum is infinite"
TWICE = "f** = f"
ATTAINED = "some u attains f*(t)"
LIBRARY = "conjugate() is the formula on its domain"
LIBRARY_BEYOND = "conjugate() is inf beyond f'(oo)"

# Suprema over u are looked for between these.
LOW, HIGH = 2.0**-200, 2.0**201

# How large u t - f(u) is shown to become, where it has no bound. Arbitrary.
LARGE = 2.0**100


@dataclass(frozen=True)
class Case:
    """A row, a point t for the conjugate, a point u for the generator."""

    row: Row
    t: Fraction
    u: Fraction

    def __str__(self) -> str:
        return f"{self.row.name}, t = {self.t}, u = {self.u}"

    @property
    def is_inside(self) -> bool:
        """Whether f*(t) is finite for certain."""
        end = self.row.generator.far()
        return end is None or exact(self.t) < end


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        row = ROWS[index % len(ROWS)]
        least = -HIGHEST * PARTS if row.bottom is None else int(row.bottom * PARTS)
        t = Fraction(int(rng.integers(least, highest(row), endpoint=True)), PARTS)
        yield Case(row, t, Fraction(int(rng.integers(1, 33)), 8))


def checks(case: Case) -> list[Check]:
    found = [_young(case), _twice(case)]
    if case.is_inside:
        found.append(_supremum(case))
    if case.row in ROWS:
        index = ROWS.index(case.row)
        found += [*_beyond(case), *_below(case), *_library(case)]
        found += [Check.of_verdict(SYMBOLIC, conjugacy(index)), Check.of_verdict(ENDS, limits(index))]
    return found


def _best(case: Case, t: Fraction) -> arb:
    """The supremum over u > 0 of ``u t - f(u)``, by bisection, without the formula."""
    row, at = case.row, exact(t)
    return supremum(lambda u: u * at - row.generator(u), lambda u: at - row.critic(u, Balls), LOW, HIGH)


def _supremum(case: Case) -> Check:
    return same(SUPREMUM, case.row.conjugate(exact(case.t), Balls), _best(case, case.t))


def _young(case: Case) -> Check:
    u, t, f = exact(case.u), exact(case.t), case.row.generator
    height = f(u) if case.u > 0 else f.zero()
    return at_most(YOUNG, u * t, height + case.row.conjugate(t, Balls), RESOLUTION * scale(u * t))


def _twice(case: Case) -> Check:
    """The supremum over t of ``u t - f*(t)``, between the slopes at u/4 and 4u; for u = 0 at 0 and 1."""
    row, u = case.row, exact(case.u)
    low, high = _slope_bracket(row, case.u)
    recovered = supremum(lambda t: u * t - row.conjugate(t, Balls), lambda t: u - _rise(row, t), low, high)
    return same(TWICE, recovered, row.generator(u) if case.u > 0 else row.generator.zero())


def _slope_bracket(row: Row, u: Fraction) -> tuple[float, float]:
    if row is TOTAL_VARIATION:
        return -0.5, 0.5  # all slopes there are
    ends = (u / 4, 4 * u) if u > 0 else (None, Fraction(1))
    low, high = (float(row.bottom or 0) if x is None else float(row.critic(exact(x), Balls).mid()) for x in ends)
    return low, high


def _rise(row: Row, t: arb) -> arb:
    """The slope of the formula of f* at t."""
    series: Any = row.conjugate(arb_series([t, 1], prec=2), Balls)
    return series[1]


def _beyond(case: Case) -> Iterator[Check]:
    """At f'(oo) + 1/8 the objective passes LARGE, and the library says inf."""
    end, f = case.row.generator.far(), case.row.generator
    if end is None:
        return
    t = Fraction(math.ceil(float(end.mid()) * PARTS) + 2, PARTS)
    u = arb(LARGE * 2 * PARTS)
    yield at_most(BEYOND, LARGE, u * exact(t) - f(u), RESOLUTION * LARGE)
    known = math.isinf(float(case.row.library.conjugate(float(t))))
    yield Check.of_verdict(LIBRARY_BEYOND, Verdict.HOLDS if known else Verdict.REFUTED)


def _below(case: Case) -> Iterator[Check]:
    if case.row.bottom is not None:
        t = case.row.bottom - case.u - Fraction(1, 8)
        yield same(BELOW, _best(case, t), -case.row.generator.zero())


def _library(case: Case) -> Iterator[Check]:
    """Rounding: of t in every formula, worth the slope of f*, and of numbers no larger than 1, t and f*."""
    if not case.is_inside:
        return
    right = case.row.conjugate_at(case.t)
    slope = abs(_rise(case.row, exact(case.t)))
    size = 1 + abs(exact(case.t)) * (1 + slope) + abs(right)
    bar = ULPS * EPS * float(size.upper()) + float(right.rad()) * (1.0 + EPS)
    off = abs(exact(float(case.row.library.conjugate(float(case.t)))) - right)
    yield Check(LIBRARY, float(off.mid()), bar + float(off.rad()), RESOLUTION * scale(right))


def jumping() -> Row:
    """``(u - 1)^2`` for u > 0 with f(0) = 2: convex, not closed."""
    row = renamed(PEARSON, "(u - 1)^2, f(0) = 2", PEARSON.generator.formula)
    return replace(row, generator=replace(row.generator, at_zero=lambda m: m.number(2)))


def two_valleys() -> Row:
    """``min((u - 1)^2, (u - 3)^2)``, not convex, with its conjugate ``t^2/4 + t`` or ``+ 3 t``, the larger."""

    def formula(u: Any, _functions: Any) -> Any:
        return (u - 1) * (u - 1) if u < 2 else (u - 3) * (u - 3)

    def critic(u: Any, _functions: Any) -> Any:
        return 2 * (u - 1) if u < 2 else 2 * (u - 3)

    def larger(t: Any, _functions: Any) -> Any:
        middle = t[0] if isinstance(t, arb_series) else t
        return t * t / 4 + (3 * t if middle > 0 else t)

    row = renamed(PEARSON, "min((u - 1)^2, (u - 3)^2)", formula)
    return replace(row, conjugate=larger, critic=critic)


HELLINGER_BEYOND = Case(SQUARED_HELLINGER, Fraction(6, 5), Fraction(1))
PEARSON_BELOW = Case(PEARSON, Fraction(-3), Fraction(1))
TV_BEYOND = Case(TOTAL_VARIATION, Fraction(1), Fraction(4))

CLAIM = Claim(
    ref="fdivergences.conjugates",
    statement=r"f^*(t) of the table is sup_{u \geq 0} u t - f(u) for f'(0) \leq t \leq f'(\infty); f^* = \infty "
    r"beyond, = -f(0) below; f^{**} = f",
    source="lecture on GAN theory, second table and slides 'Fenchel Conjugate', with domains",
    hypotheses={
        "below_the_end": "t is at most f'(oo)",
        "above_the_start": "t is at least f'(0) (for the formulas of total variation and Pearson)",
        "convex": "f is convex (for f** = f)",
        "closed": "f is closed: f(0) is its limit (for f** = f)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="below_the_end",
            instance=lambda: HELLINGER_BEYOND,
            check=YOUNG,
            witness="Hellinger, t = 6/5, u = 1: the formula says -6, and u t - f(u) is 6/5",
        ),
        Break(
            drops="above_the_start",
            instance=lambda: PEARSON_BELOW,
            check=SUPREMUM,
            witness="Pearson, t = -3: the formula says -3/4, the supremum over u >= 0 is -1",
        ),
        Break(
            drops="convex",
            instance=lambda: Case(two_valleys(), Fraction(1), Fraction(2)),
            check=TWICE,
            witness="f = min((u - 1)^2, (u - 3)^2) at u = 2: f = 1, f** = 0",
        ),
        Break(
            drops="closed",
            instance=lambda: Case(jumping(), Fraction(1), Fraction(0)),
            check=TWICE,
            witness="f = (u - 1)^2 for u > 0, f(0) = 2: f**(0) = 1",
        ),
    ),
    settles=("lecture 14", "lecture 16", *(f"row {name}" for name in IDS)),
)


def _printed(cases: tuple[Case, ...], slug: str, statement: str, settles: str) -> Claim[Case]:
    def witnesses(request: Request) -> tuple[Case, ...]:
        return cases

    return Claim(
        ref=f"fdivergences.conjugates/{slug}",
        statement=statement,
        source="lecture on GAN theory, second table of f-divergences, slide 'Fenchel Conjugate'",
        hypotheses={},
        instances=witnesses,
        checks=as_printed,
        expected=Verdict.REFUTED,
        settles=(settles,),
    )


def as_printed(case: Case) -> list[Check]:
    """What a formula without a domain promises at every t, and f** = f for whatever is convex."""
    if case.u == 0:
        return [_twice(case)]
    return [_young(case), _supremum(case)] if case.is_inside else [_young(case)]


def maximum(case: Case) -> list[Check]:
    """That some u attains the supremum; at Neyman's t = 1 none does, by sympy."""
    attained = unattained(case.row, case.t, Fraction(2)) is not Verdict.PROVED
    return [Check.of_verdict(ATTAINED, Verdict.UNDECIDED if attained else Verdict.REFUTED)]


AS_PRINTED = (
    replace(
        _printed(
            (Case(NEYMAN, Fraction(1), Fraction(1)),),
            "maximum",
            r"f^*(t) = max_{u} u t - f(u): some u attains it",
            "lecture 14",
        ),
        checks=maximum,
    ),
    _printed((TV_BEYOND,), "total_variation", r"f = |u - 1|/2 has f^*(t) = t", "E4"),
    _printed(
        (HELLINGER_BEYOND, PEARSON_BELOW, TV_BEYOND), "no_domains", "the formulas of the table are f^* at every t", "E5"
    ),
    _printed(
        (Case(jumping(), Fraction(1), Fraction(0)),), "every_convex", r"f^{**} = f for every convex function f", "E16"
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
