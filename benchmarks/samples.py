"""Does it hold on real samples? Digits in 64 and 784 dimensions, and patches of photographs in 3072.

Real samples have what normal clouds lack: repeated values, clusters, directions in which nothing varies.
"""

from collections.abc import Iterator

from benchmarks.contenders import Discriminator, Transport
from benchmarks.plans import Benchmark, Group, Place, Scale
from benchmarks.points import Points
from benchmarks.transport import LARGE, STRICT

DIGITS = Points("digits", 174, 64)

# Samples, losses, lams and rounds at each scale.
PLANS: dict[Scale, tuple[tuple[Points, ...], tuple[str, ...], tuple[float, ...], int]] = {
    Scale.TOY: ((Points("digits", 8, 64),), STRICT[:1], (0.1,), 1),
    Scale.QUICK: ((DIGITS,), STRICT[:1], (0.1,), 3),
    Scale.DEFAULT: (
        (DIGITS, Points("MNIST", 2000, 784), Points("patches", 1000, 3072)),
        STRICT[:1],
        (1e-3, 0.1, 10.0),
        3,
    ),
    Scale.FULL: (
        (DIGITS, *(Points("MNIST", n, 784) for n in (500, 1000, 2500)), Points("patches", 2000, 3072)),
        STRICT,
        (1e-3, 0.1, 10.0),
        3,
    ),
}


def groups(scale: Scale, solver: str) -> Iterator[Group]:
    """One group for each pair of samples."""
    samples, losses, lams, rounds = PLANS[scale]
    for points in samples:
        yield Group(
            [
                (points.name, Discriminator(points=points, loss=loss, lam=lam, solver=solver))
                for loss in losses
                for lam in lams
            ],
            Transport(points=points),
            rounds,
            Place.APART if points.n >= LARGE else Place.HERE,
        )


BENCHMARK = Benchmark("samples", "real samples, against ot.emd", groups)
