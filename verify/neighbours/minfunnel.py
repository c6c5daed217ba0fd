r"""Moved along the rays of a funnel, samples have a W1 that is known: the mean of how far they were moved.

Let u(z) = min_k (|z - a_k| + b_k). It is 1-Lipschitz, and falls with slope one along the ray from z to the centre a_k
that attains the minimum at z: nearer to a_k the same k attains it. So if every x is between its y and the centre of y,

    W1(law of x, law of y) = E u(y) - E u(x) = E |y - x|:

the middle is a dual value, the right side the cost of a coupling. Benchmarks of Wasserstein critics are made of this.

Centres, directions (stereographic) and lengths are rational, so places and E |y - x| are exact; u is computed in balls;
a linear program over the couplings (HiGHS) is the other route, its error bar what its own potential leaves open.

Source: Korotin, Kolesov, Burnaev, "Kantorovich strikes back!" (2022).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.measures import DiscreteMeasure, euclidean
from lgantheory.problem import ULPS
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.evidence import EPS
from verify.kantorovich import optimal_coupling
from verify.neighbours.matrices import PRECISION

DUAL = "the funnel's rise E u(y) - E u(x) is the mean distance moved"
LIPSCHITZ = "the funnel rises by at most the distance between any x and any y"
TRANSPORT = "W1 of the two samples is the mean distance moved"

# The smallest error of a mean distance that counts; distances are of size one. Arbitrary.
RESOLUTION = 1e-6

# How many samples are sought, and how often. Arbitrary.
SAMPLES, ATTEMPTS = 10, 200

Place = tuple[Fraction, ...]


@dataclass(frozen=True)
class Funnel:
    """Centres with heights, and pairs (x, y) of places."""

    centres: tuple[Place, ...]
    heights: tuple[Fraction, ...]
    pairs: tuple[tuple[Place, Place], ...]

    def rims(self, z: Place) -> list[arb]:
        """|z - a_k| + b_k for each centre."""
        with ctx.workprec(PRECISION):
            return [separation(z, a) + exact(b) for a, b in zip(self.centres, self.heights, strict=True)]

    def __call__(self, z: Place) -> arb:
        best, *others = self.rims(z)
        for other in others:
            best = best.min(other)
        return best

    def __str__(self) -> str:
        return f"{len(self.pairs)} samples in R^{len(self.centres[0])}, {len(self.centres)} funnels"


def separation(x: Place, y: Place) -> arb:
    """|x - y| from the exact square."""
    with ctx.workprec(PRECISION):
        return exact(sum(((s - t) ** 2 for s, t in zip(x, y, strict=True)), Fraction(0))).sqrt()


def instances(request: Request) -> Iterator[Funnel]:
    """One to four funnels in one to three dimensions."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        yield _drawn(rng, 1 + index % 3)


def _drawn(rng: np.random.Generator, dimension: int) -> Funnel:
    count = int(rng.integers(1, 5))
    centres = tuple(_eighths(rng, 20, dimension) for _ in range(count))
    empty = Funnel(centres, _eighths(rng, 2, count), ())
    pairs = []
    for _ in range(ATTEMPTS):
        k = int(rng.integers(count))
        direction, length = _direction(rng, dimension), Fraction(int(rng.integers(1, 25)), 8)
        y, x = (_along(centres[k], direction, length * share) for share in (1, Fraction(int(rng.integers(9)), 8) ** 8))
        rims = empty.rims(y)
        if all(bool(rims[k] <= rim) for j, rim in enumerate(rims) if j != k):
            pairs.append((x, y))
        if len(pairs) == SAMPLES:
            break
    return Funnel(centres, empty.heights, tuple(pairs))


def _eighths(rng: np.random.Generator, most: int, size: int) -> Place:
    return tuple(Fraction(int(i), 8) for i in rng.integers(-most, most + 1, size))


def _direction(rng: np.random.Generator, dimension: int) -> Place:
    """A rational unit vector: the stereographic image of a rational point; on the line a sign."""
    t = [Fraction(int(i), 4) for i in rng.integers(-8, 9, dimension - 1)]
    square = sum((s * s for s in t), Fraction(0))
    sign = 1 if rng.integers(2) else -1
    return tuple(sign * s / (1 + square) for s in (*(2 * s for s in t), 1 - square))


def _along(centre: Place, direction: Place, length: Fraction) -> Place:
    return tuple(a + length * e for a, e in zip(centre, direction, strict=True))


def checks(case: Funnel) -> list[Check]:
    pairs, number = case.pairs, len(case.pairs)
    with ctx.workprec(PRECISION):
        heights = [(case(x), case(y)) for x, y in pairs]
        rise = sum((v - u for u, v in heights), arb(0)) / number
        moved = sum((separation(x, y) for x, y in pairs), arb(0)) / number
        steepest = [
            v - u - separation(x, y)
            for (x, _), (u, _) in zip(pairs, heights, strict=True)
            for (_, y), (_, v) in zip(pairs, heights, strict=True)
        ]
    worst = max(steepest, key=lambda ball: float(ball.mid()))
    return [
        equal(DUAL, rise, moved, RESOLUTION),
        at_most(LIPSCHITZ, worst, 0, RESOLUTION),
        _transport(case, float(moved.mid())),
    ]


def _transport(case: Funnel, moved: float) -> Check:
    """Places are rounded to floats, by half a unit each; ``doubt`` is how much less the least cost may be."""
    fake, real = (DiscreteMeasure(_points([pair[side] for pair in case.pairs])) for side in (0, 1))
    table = euclidean(fake.points, real.points)
    coupling = optimal_coupling(real, fake, table)
    size = 1.0 + float(max(np.abs(real.points).max(), np.abs(fake.points).max()))
    return Check(TRANSPORT, abs(coupling.mean(table) - moved), coupling.doubt + ULPS * EPS * size, RESOLUTION)


def _points(places: Sequence[Place]) -> np.ndarray:
    return np.array([[float(s) for s in place] for place in places])


def _place(*coordinates: int) -> Place:
    return tuple(Fraction(x) for x in coordinates)


CLAIM = Claim(
    ref="neighbours.minfunnel",
    statement=r"W_1 = E u(y) - E u(x) = E\|y - x\| for u(z) = min_k(\|z - a_k\| + b_k), x between y and its centre",
    source="Korotin, Kolesov, Burnaev 2022",
    hypotheses={
        "along_the_ray": "x lies on the ray from y to the centre",
        "own_centre": "that centre attains the minimum at y",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="along_the_ray",
            instance=lambda: Funnel((_place(0, 0),), (Fraction(0),), ((_place(0, 1), _place(1, 0)),)),
            check=DUAL,
            witness="one funnel at (0, 0), y = (1, 0), x = (0, 1): as high as each other, sqrt 2 apart",
        ),
        Break(
            drops="own_centre",
            instance=lambda: Funnel((_place(-3), _place(3)), (Fraction(0), Fraction(0)), ((_place(1), _place(-1)),)),
            check=DUAL,
            witness="funnels at -3 and 3, y = -1 moved towards 3 as far as x = 1: as high as each other, 2 apart",
        ),
        Break(
            drops="along_the_ray",
            instance=lambda: Funnel((_place(0),), (Fraction(0),), ((_place(-1), _place(1)), (_place(1), _place(-1)))),
            check=TRANSPORT,
            witness="one funnel at 0, y = 1 and -1 moved past it to x = -1 and 1: by 2 each, and W1 is 0",
        ),
    ),
    settles=("neighbour korotin",),
)

if __name__ == "__main__":
    main((CLAIM,))
