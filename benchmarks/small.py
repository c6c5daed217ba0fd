"""What does one small problem cost, alone and among thousands? Against ``ot.emd`` on the same points.

Seconds are per problem, the mean over many problems in a loop, the median over rounds; the gap is the widest of all.
"""

from collections.abc import Iterator

from benchmarks.contenders import Batch, Discriminator, Transport
from benchmarks.plans import Benchmark, Group, Scale
from benchmarks.points import OVERLAPPING, Points

ONE = "one call each"
BATCH = "one call for all"

# Sizes, lams, number of problems and rounds at each scale.
PLANS: dict[Scale, tuple[tuple[int, ...], tuple[float, ...], int, int]] = {
    Scale.TOY: ((4,), (0.1,), 3, 1),
    Scale.QUICK: ((8, 16, 32, 64), (0.1,), 100, 3),
    Scale.DEFAULT: ((8, 16, 32, 64), (0.1,), 1000, 5),
    Scale.FULL: ((8, 16, 32, 64), (1e-3, 0.1, 10.0), 5000, 5),
}


def groups(scale: Scale, solver: str) -> Iterator[Group]:
    """Both ways of calling share the rival."""
    sizes, lams, count, rounds = PLANS[scale]
    for lam in lams:
        for n in sizes:
            points = Points(OVERLAPPING, n, 2)
            one = Discriminator(points=points, count=count, loss="softplus", lam=lam, solver=solver)
            batch = Batch(points=points, count=count, loss="softplus", lam=lam, solver=solver)
            yield Group([(ONE, one), (BATCH, batch)], Transport(points=points, count=count), rounds)


BENCHMARK = Benchmark("small", "small problems, seconds for each, against ot.emd", groups, every_size=True)
