"""What does the first call of a process cost? With compiled code still to be made, and with it on the disk.

Seconds run from the call to its end, in a process that has imported ``lgantheory`` and made the points, and nothing
else: the solver's numba code is compiled or loaded, and ``ot.emd``, the rival, brings in POT.
"""

from collections.abc import Iterator

from benchmarks.contenders import Discriminator, Transport
from benchmarks.plans import Benchmark, Group, Place, Scale
from benchmarks.points import OVERLAPPING, Points

COLD = "nothing compiled yet"
WARM = "compiled earlier"

# A loss with hand-written code, and a formula of the user's.
NAMED, FORMULA = "softplus", "t + log(1 + exp(2*t))"

# Places, losses, points on each side and rounds at each scale; only the larger ones have the time to compile.
PLANS: dict[Scale, tuple[dict[str, Place], tuple[str, ...], int, int]] = {
    Scale.TOY: ({WARM: Place.WARM_CACHE}, (NAMED,), 5, 1),
    Scale.QUICK: ({WARM: Place.WARM_CACHE}, (NAMED,), 100, 1),
    Scale.DEFAULT: ({COLD: Place.COLD_CACHE, WARM: Place.WARM_CACHE}, (NAMED, FORMULA), 100, 3),
    Scale.FULL: ({COLD: Place.COLD_CACHE, WARM: Place.WARM_CACHE}, (NAMED, FORMULA), 100, 5),
}


def groups(scale: Scale, solver: str) -> Iterator[Group]:
    """Both losses share the rival of their place."""
    places, losses, n, rounds = PLANS[scale]
    points = Points(OVERLAPPING, n, 2)
    for case, place in places.items():
        entries = [(case, Discriminator(points=points, loss=loss, lam=0.1, solver=solver)) for loss in losses]
        yield Group(entries, Transport(points=points), rounds, place)


BENCHMARK = Benchmark("startup", "the first call of a fresh process, against that of ot.emd", groups)
