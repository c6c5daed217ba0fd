"""Is f* cheaper than one optimal-transport plan? Against ``ot.emd`` with its distance matrix, on two normal clouds.

The rival solves the easier problem: W1 alone, at a slope that is given. All losses and all lam of the same points share
its rounds. wasserstein is one ``ot.emd`` itself, whatever lam is, so its row shows what the certificate costs. From
``LARGE`` points on everybody has a process of its own; beyond ``MATRIX`` the solver runs alone, for the rival would ask
for a distance matrix, and a plan, of several gigabytes each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.contenders import Discriminator, Transport
from benchmarks.plans import Benchmark, Group, Place, Scale
from benchmarks.points import FAR_APART, OVERLAPPING, Points

LARGE = 2000
MATRIX = 10_000

LAMS = (1e-3, 0.1, 10.0)
LINEAR, LINEAR_LAM = "wasserstein", 0.1  # lam merely scales a linear problem: one is enough
STRICT = ("softplus", "exponential", "sqrt")
OTHERS = ("exponential", "sqrt", LINEAR)

# Up to which size how many rounds; arbitrary, an odd number each, so that a median is a run.
ROUNDS = {500: 9, 1000: 5, MATRIX: 3}


@dataclass(frozen=True)
class Grid:
    """Every combination of these."""

    clouds: tuple[str, ...]
    sizes: tuple[int, ...]
    dimensions: tuple[int, ...]
    losses: tuple[str, ...] = ("softplus",)
    lams: tuple[float, ...] = LAMS

    def points(self) -> Iterator[Points]:
        """The samples, every size of one kind after the other."""
        for name in self.clouds:
            for d in self.dimensions:
                for n in self.sizes:
                    yield Points(name, n, d)

    def settings(self) -> Iterator[tuple[str, float]]:
        """Losses and lams."""
        for loss in self.losses:
            for lam in (LINEAR_LAM,) if loss == LINEAR else self.lams:
                yield loss, lam


BOTH = (OVERLAPPING, FAR_APART)
GRIDS: dict[Scale, tuple[Grid, ...]] = {
    Scale.TOY: (Grid(BOTH, (6, 8, 10), (2,), lams=(0.1,)), Grid((OVERLAPPING,), (10,), (2,), OTHERS, (0.1,))),
    Scale.QUICK: (
        Grid(BOTH, (100, 300, 1000), (2,), lams=(0.1, 10.0)),
        Grid((OVERLAPPING,), (300, 1000), (64,), lams=(0.1,)),
        Grid((OVERLAPPING,), (300,), (2,), OTHERS, (0.1,)),
    ),
    Scale.DEFAULT: (
        Grid((OVERLAPPING,), (100, 300, 1000, 2000, 5000), (2, 16, 64)),
        Grid((OVERLAPPING,), (100, 300, 1000, 2000), (784,)),
        Grid((FAR_APART,), (100, 300, 1000, 2000), (2, 16, 64, 784)),
        Grid((OVERLAPPING,), (1000, 2000), (2, 64), OTHERS, (0.1,)),
        Grid((OVERLAPPING,), (20_000,), (2,), lams=(0.1,)),
    ),
    Scale.FULL: (
        Grid(BOTH, (100, 300, 1000, 2000, 5000, 10_000), (2, 16, 64, 784)),
        Grid(BOTH, (100, 300, 1000, 2000, 5000), (2, 16, 64, 784), OTHERS),
        Grid(BOTH, (20_000,), (2, 64)),
        Grid((OVERLAPPING,), (50_000,), (2,), lams=(1e-3, 0.1)),
    ),
}


def groups(scale: Scale, solver: str) -> Iterator[Group]:
    """One group for each pair of samples."""
    settings: dict[Points, list[tuple[str, float]]] = {}
    for grid in GRIDS[scale]:
        for points in grid.points():
            settings.setdefault(points, []).extend(grid.settings())
    for points, wanted in settings.items():
        yield Group(
            [(points.name, _ours(points, loss, lam, solver)) for loss, lam in wanted],
            Transport(points=points) if points.n <= MATRIX else None,
            next((rounds for size, rounds in ROUNDS.items() if points.n <= size), 1),
            Place.APART if points.n >= LARGE else Place.HERE,
        )


def _ours(points: Points, loss: str, lam: float, solver: str) -> Discriminator:
    return Discriminator(points=points, loss=loss, lam=lam, solver="transport" if loss == LINEAR else solver)


BENCHMARK = Benchmark("transport", "against ot.emd with its distance matrix, on normal clouds", groups)
