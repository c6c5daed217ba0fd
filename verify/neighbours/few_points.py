r"""A critic with k features takes a generator of k + 1 points for the law itself, however many points the law has.

Let phi have k entries. The moment E phi of a law lies in the convex hull of the values of phi on its support, so
(Carathéodory) at most k + 1 of its points, with other weights, have the same moment: every critic <w, phi>, and every
distance made of such critics, is zero between the two laws. A critic that is to notice that points are missing needs as
many features as there are points, less one. W1 notices: from the uniform law on N consecutive integers, any law on m of
them is at a distance of at least (N - m) / N, since mass 1 / N has to come from elsewhere to each point left out.

The reduction is run in rational numbers: while more than k + 1 points are left, a change that alters neither mass nor
moment is added until a weight is zero. The error bar is that of writing rational numbers as floats.

Source: Arora, Ge, Liang, Ma, Zhang, "Generalization and equilibrium in GANs" (2017): critics with p parameters, up to
an error; here linear ones, exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.neighbours.lines import Line, distance
from verify.neighbours.matrices import fraction, matrix

FOOLED = "every moment that the critic sees is that of the law"
FEW = "the generator has at most k + 1 points"
NOTICED = "W1 is at least the share of the points that are left out"

# The smallest gap of a moment that counts. Arbitrary; features are integers of size up to nine.
RESOLUTION = 1e-9

Row = tuple[int, ...]


@dataclass(frozen=True)
class Features:
    """k features of the uniform law on N consecutive integers, a row each, and how many points may be kept."""

    rows: tuple[Row, ...]
    points: int
    kept: int

    @property
    def reduced(self) -> list[Fraction]:
        """Weights on the N points, at most ``kept`` of them not zero; fewer than k + 1 only by force."""
        weights = [Fraction(1, self.points)] * self.points
        while sum(w > 0 for w in weights) > max(self.kept, len(self.rows) + 1):
            weights = self._fewer(weights)
        if self.kept <= len(self.rows):
            total = sum(sorted(weights)[-self.kept :])
            least = sorted(weights)[-self.kept]
            weights = [w / total if w >= least else Fraction(0) for w in weights]
        return weights

    def _fewer(self, weights: list[Fraction]) -> list[Fraction]:
        """A point less: along a change in the kernel of mass and moments, up to where a weight is zero."""
        alive = [i for i, w in enumerate(weights) if w > 0][: len(self.rows) + 2]
        change = kernel_vector(matrix([[1] * len(alive), *([row[i] for i in alive] for row in self.rows)]))
        step = min(weights[i] / -c for i, c in zip(alive, change, strict=True) if c < 0)
        moved = list(weights)
        for i, c in zip(alive, change, strict=True):
            moved[i] += step * c
        return moved

    def __str__(self) -> str:
        return f"{self.points} points, {len(self.rows)} features, {self.kept} kept"


def kernel_vector(a: fmpq_mat) -> list[Fraction]:
    """A vector that the matrix, which has more columns than rows, maps to zero: read off its echelon form."""
    echelon, rank = a.rref()
    pivots = [next(j for j in range(a.ncols()) if echelon[i, j] != 0) for i in range(rank)]
    free = next(j for j in range(a.ncols()) if j not in pivots)
    found = [Fraction(int(j == free)) for j in range(a.ncols())]
    for i, j in enumerate(pivots):
        found[j] = -fraction(echelon[i, free])
    return found


def instances(request: Request) -> Iterator[Features]:
    """Up to four integer features of up to 24 points."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        k = 1 + index % 4
        points = int(rng.integers(k + 2, 25))
        rows = tuple(tuple(int(x) for x in row) for row in rng.integers(-9, 10, (k, points)))
        yield Features(rows, points, k + 1)


def checks(case: Features) -> list[Check]:
    weights, number = case.reduced, case.points
    gaps = [sum((w - Fraction(1, number)) * x for w, x in zip(weights, row, strict=True)) for row in case.rows]
    law, few = Line.of(list(range(number))), _line(weights)
    support = len(few.places)
    return [
        at_most(FOOLED, max(abs(gap) for gap in gaps), 0, RESOLUTION),
        equal(FOOLED, sum(weights), 1, RESOLUTION),
        at_most(FEW, support, len(case.rows) + 1, RESOLUTION),
        at_most(NOTICED, Fraction(number - support, number), distance(law, few), RESOLUTION),
    ]


def _line(weights: list[Fraction]) -> Line:
    kept = [(Fraction(i), w) for i, w in enumerate(weights) if w > 0]
    return Line(tuple(i for i, _ in kept), tuple(w for _, w in kept))


CLAIM = Claim(
    ref="neighbours.few_points",
    statement=r"for k features \phi and any law P some Q on k + 1 points of P has E_Q \phi = E_P \phi, "
    r"while W_1(P, Q) \geq 1 - (k+1)/N for P uniform on N integers",
    source="Arora, Ge, Liang, Ma, Zhang 2017, for linear critics",
    hypotheses={
        "enough_points": "the generator may use k + 1 points",
        "few_features": "the critic has fewer features than the law has points, less one",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="enough_points",
            instance=lambda: Features(((0, 1),), 2, 1),
            check=FOOLED,
            witness="a fair coin, the feature x, one point: the mean 1/2 is neither 0 nor 1",
        ),
        Break(
            drops="few_features",
            instance=lambda: Features(((1, 0, 0), (0, 1, 0)), 3, 2),
            check=FOOLED,
            witness="three points and two features that tell them apart: a law on two of them is noticed",
        ),
    ),
    settles=("neighbour arora",),
)

if __name__ == "__main__":
    main((CLAIM,))
