"""What does an earlier solution save? A warm start, and a path in lam, against the same problems from the beginning."""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.contenders import Discriminator, Path, Restarts, Warm
from benchmarks.plans import Benchmark, Group, Scale
from benchmarks.points import OVERLAPPING, Points

LOSS, LAM = "softplus", 0.1

# What changes after the first solution: lam by a factor, fake points by normal steps (the clouds have deviation 1).
FACTORS = (1.1, 10.0)
STEPS = (1e-3, 1e-2)

# Ten lams to a path, over two decades.
LAMS = tuple(float(f"{LAM * 10.0 ** (i / 4.5 - 2.0):.3g}") for i in range(10))

# Sizes, dimensions and rounds at each scale.
PLANS: dict[Scale, tuple[tuple[int, ...], tuple[int, ...], int]] = {
    Scale.TOY: ((8,), (2,), 1),
    Scale.QUICK: ((300,), (2,), 3),
    Scale.DEFAULT: ((1000, 2000), (2, 64), 3),
    Scale.FULL: ((300, 1000, 2000, 5000), (2, 64), 5),
}


def groups(scale: Scale, solver: str) -> Iterator[Group]:
    """A cold rival for each case."""
    sizes, dimensions, rounds = PLANS[scale]
    for d in dimensions:
        for n in sizes:
            for case, ours, rival in _cases(Points(OVERLAPPING, n, d), solver):
                yield Group([(case, ours)], rival, rounds)


def _cases(points: Points, solver: str) -> Iterator[tuple[str, Discriminator, Discriminator]]:
    """Name, the warm solver, the cold one."""
    cold = Discriminator(points=points, loss=LOSS, lam=LAM, solver=solver)
    for factor in FACTORS:
        yield f"lam times {factor:g}", _warm(cold, LAM / factor), cold
    for step in STEPS:
        moved = replace(cold, points=replace(points, moved=step))
        yield f"points moved by {step:g}", _warm(moved, LAM), moved
    path, restarts = (kind(points=points, loss=LOSS, lam=LAM, solver=solver, lams=LAMS) for kind in (Path, Restarts))
    yield f"path of {len(LAMS)} lams", path, restarts


def _warm(cold: Discriminator, lam_before: float) -> Warm:
    """The same problem, with a start."""
    return Warm(points=cold.points, loss=cold.loss, lam=cold.lam, solver=cold.solver, lam_before=lam_before)


BENCHMARK = Benchmark("warm", "a warm start, against the same problem from the beginning", groups)
