"""How much faster is it than a general solver? Against cvxpy with Clarabel, the oracle ``solver="conic"``.

Both solve the same problem. The conic program has a constraint for each pair of points, and ends at a gap of about
1e-9, which the table shows beside the time.
"""

from collections.abc import Iterator

from benchmarks.contenders import Discriminator
from benchmarks.plans import Benchmark, Group, Scale
from benchmarks.points import OVERLAPPING, Points

LOSSES = ("softplus", "exponential", "sqrt")

# Sizes, losses and lams at each scale; 300 points are about what the rival can reach in seconds.
PLANS: dict[Scale, tuple[tuple[int, ...], tuple[str, ...], tuple[float, ...]]] = {
    Scale.TOY: ((5,), LOSSES[:1], (0.1,)),
    Scale.QUICK: ((50, 100), LOSSES[:1], (0.1,)),
    Scale.DEFAULT: ((30, 100, 300), LOSSES, (0.1,)),
    Scale.FULL: ((30, 100, 200, 300), LOSSES, (1e-3, 0.1, 10.0)),
}


def groups(scale: Scale, solver: str) -> Iterator[Group]:
    """A rival for each loss and lam."""
    sizes, losses, lams = PLANS[scale]
    for loss in losses:
        for lam in lams:
            for n in sizes:
                points = Points(OVERLAPPING, n, 2)
                ours, rival = (Discriminator(points=points, loss=loss, lam=lam, solver=s) for s in (solver, "conic"))
                yield Group([(points.name, ours)], rival, 3)


BENCHMARK = Benchmark("conic", "against cvxpy with Clarabel, the same problem", groups)
