r"""McShane: values on a finite support extend to R^d with their own constant; the finite problem is the problem.

Let f_v be given at points v with |f_u - f_v| <= k |u - v|. Both envelopes

    lower(z) = max_v f_v - k |z - v|,    upper(z) = min_v f_v + k |z - v|

are k-Lipschitz on R^d and take the values f_v; a k-Lipschitz function with these values lies between them, and every
number between lower(z) and upper(z) is the value at z of one. So an LGAN over all functions on R^d is the program over
(f_v, k), and off the supports an optimal discriminator is free between the envelopes.

Nothing here needs the Euclidean norm: with the norms 1 and infinity all is rational, hence exact.

Source: McShane 1934, Whitney 1934; why slides eq. (3) is a program over finitely many numbers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.evidence import RESOLUTION

AGREE = "both envelopes take the given values"
LIPSCHITZ = "both envelopes are k-Lipschitz"
BETWEEN = "a k-Lipschitz function with these values lies between the envelopes"
EVERY_VALUE = "every number between the envelopes extends the values further"

Point = tuple[Fraction, ...]
Norm = Callable[[Point], Fraction]

NORMS: dict[str, Norm] = {
    "1": lambda z: sum(map(abs, z), Fraction(0)),
    "infinity": lambda z: max(map(abs, z)),
}


@dataclass(frozen=True)
class Values:
    """Values ``f`` at points with a constant ``k``; ``queries`` are looked at; ``share`` in [0, 1] picks a value."""

    points: tuple[Point, ...]
    f: tuple[Fraction, ...]
    k: Fraction
    queries: tuple[Point, ...]
    norm: str = "1"
    share: Fraction = Fraction(1, 3)

    def distance(self, u: Point, v: Point) -> Fraction:
        return NORMS[self.norm](tuple(a - b for a, b in zip(u, v, strict=True)))

    def lower(self, z: Point) -> Fraction:
        return max(f - self.k * self.distance(z, v) for v, f in zip(self.points, self.f, strict=True))

    def upper(self, z: Point) -> Fraction:
        return min(f + self.k * self.distance(z, v) for v, f in zip(self.points, self.f, strict=True))

    def with_value(self, z: Point) -> "Values":
        """One more point, with the value ``share`` of the way from the lower to the upper envelope."""
        value = (1 - self.share) * self.lower(z) + self.share * self.upper(z)
        return Values((*self.points, z), (*self.f, value), self.k, self.queries, self.norm, self.share)

    def __str__(self) -> str:
        values = ", ".join(f"f({', '.join(map(str, v))}) = {f}" for v, f in zip(self.points, self.f, strict=True))
        return f"{values}; k = {self.k}, norm {self.norm}"


def instances(request: Request) -> Iterator[Values]:
    """Distinct points in the plane; the values are those of the lower envelope of random ones, hence k-Lipschitz."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        grid = np.unique(rng.integers(-8, 9, (int(rng.integers(1, 5)), 2)), axis=0)
        points = tuple(tuple(map(Fraction, row)) for row in grid.tolist())
        free = tuple(Fraction(int(number), 2) for number in rng.integers(-20, 21, len(points)))
        k, norm = Fraction(int(rng.integers(1, 9)), 4), list(NORMS)[index % 2]
        queries = tuple(tuple(Fraction(c, 3) for c in row) for row in rng.integers(-40, 41, (4, 2)).tolist())
        raw = Values(points, free, k, queries, norm)
        yield Values(points, tuple(map(raw.upper, points)), k, queries, norm, Fraction(int(rng.integers(0, 5)), 4))


def checks(case: Values) -> list[Check]:
    unit = RESOLUTION * float(case.k)
    found = [
        equal(AGREE, envelope(v), f, unit)
        for v, f in zip(case.points, case.f, strict=True)
        for envelope in (case.lower, case.upper)
    ]
    looked_at = (*case.points, *case.queries)
    for u, v in combinations(looked_at, 2):
        reach = case.k * case.distance(u, v)
        found += [at_most(LIPSCHITZ, abs(side(u) - side(v)), reach, unit) for side in (case.lower, case.upper)]
    return [*found, *_between(case, unit)]


def _between(case: Values, unit: float) -> list[Check]:
    """The values at one query are extended to the others, twice: what comes out lies between the first envelopes."""
    more = case.with_value(case.queries[0])
    found = []
    for v, f in zip(more.points, more.f, strict=True):
        found.append(equal(EVERY_VALUE, more.lower(v), f, unit))
    for z in case.queries[1:]:
        found.append(at_most(BETWEEN, case.lower(z), more.lower(z), unit))
        found.append(at_most(BETWEEN, more.upper(z), case.upper(z), unit))
    return found


def _line(*numbers: int) -> tuple[Point, ...]:
    return tuple((Fraction(number),) for number in numbers)


CLAIM = Claim(
    ref="lgan.extension",
    statement=r"a k-Lipschitz f on a finite set extends to R^d, with any value at z between "
    r"the largest f_v - k|z - v| and the smallest f_v + k|z - v|",
    source="McShane 1934, Whitney 1934, for slides eq. (3)",
    hypotheses={"lipschitz": "the values are k-Lipschitz on the finite set"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="lipschitz",
            instance=lambda: Values(_line(0, 1), (Fraction(0), Fraction(2)), Fraction(1), _line(3, 4)),
            check=AGREE,
            witness="f(0) = 0, f(1) = 2, k = 1: the upper envelope is 1 at 1",
        ),
    ),
    settles=("lgan T1",),
)

if __name__ == "__main__":
    main((CLAIM,))
