r"""MaxGP looks at slopes between real and generated samples: never above k, and k itself where the flow goes.

MaxGP replaces k(f) by the largest |grad f| at points z = t x + (1 - t) y between generated x and real y. With the slope
along the segment, (f(z + h u) - f(z - h u)) / (2 h), u the direction from x to y:

* every such slope is at most k(f): f is k-Lipschitz. So the estimate is never too large;
* if the optimal flow sends mass from x to y, then f*(y) - f*(x) = k* |y - x|, f* rises with slope k* all along, and the
  estimate is k* as soon as that segment is among those looked at. Real-fake segments suffice, since no mass flows
  between two reals or two fakes.

What is looked at decides: segments between reals alone, or a batch that has drawn the wrong pairs, give less, and the
penalty then acts on a slope that is not the largest.

Error bar: a pair that carries the mass p has a slack of at most gap / p, so over 2 h the rise is off by that at most;
values of f carry rounding.

Source: LGAN paper, section on MaxGP.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.problem import ULPS, Solution
from verify.command import main
from verify.evidence import EPS, RESOLUTION, spread
from verify.instances import DISJOINT, Instance, instance, lgan_losses, random_instances

NEVER_ABOVE = "no slope between a real and a generated sample exceeds k"
ATTAINED = "the largest slope between real and generated samples is k"

# Where on each segment the slope is taken, and over which share of its length on either side; arbitrary.
SHARES = (0.25, 0.5, 0.75)
HALF_STEP = 0.125


@dataclass(frozen=True)
class Batch:
    """A solved problem and the segments that are looked at: pairs (start, end) of support points, and shares."""

    first: Instance
    pairs: tuple[tuple[int, int], ...] | None = None
    shares: tuple[float, ...] = SHARES

    @property
    def segments(self) -> Array:
        """Indices (2, s) into the support points; all real-fake pairs unless some are given."""
        problem = self.first.problem
        if self.pairs is not None:
            return np.array(self.pairs).T
        i, j = np.nonzero(problem.distances > 0.0)
        return np.stack([i, problem.n + j])

    def __str__(self) -> str:
        return f"{self.first}, {'all real-fake segments' if self.pairs is None else f'segments {self.pairs}'}"


def instances(request: Request) -> Iterator[Batch]:
    kinds = None if request.data is not None else list(DISJOINT)
    for case in random_instances(request, lgan_losses(request), kinds=kinds):
        yield Batch(case)


def slopes(solution: Solution, segments: Array, shares: tuple[float, ...]) -> tuple[Array, Array]:
    """Slopes of f* (middle extension) along segments (2, s), shape (shares, s), and the rounding of each."""
    points = solution.problem.points
    start, rays = points[segments[0]], points[segments[1]] - points[segments[0]]
    lengths = np.linalg.norm(rays, axis=1)
    ends = [solution(start + (t + side * HALF_STEP) * rays) for t in shares for side in (1.0, -1.0)]
    rises = np.array([ahead - behind for ahead, behind in zip(ends[::2], ends[1::2], strict=True)])
    size = float(np.abs(solution.f).max()) + spread(solution)
    far = float(solution.problem.support_distances.max()) * solution.k
    return np.abs(rises) / (2.0 * HALF_STEP * lengths), ULPS * EPS * (size + far) / (HALF_STEP * lengths)


def checks(case: Batch) -> list[Check]:
    solution, segments = case.first.solution, case.segments
    if solution.k == 0.0 or segments.size == 0:
        return []
    found, rounding = slopes(solution, segments, case.shares)
    unit, bars = RESOLUTION * solution.k, np.broadcast_to(rounding, found.shape)
    worst = np.unravel_index((found - bars).argmax(), found.shape)
    best = np.unravel_index((found + bars).argmax(), found.shape)
    return [
        Check(NEVER_ABOVE, float(found[worst]) - solution.k, float(bars[worst]), unit),
        Check(ATTAINED, solution.k - float(found[best]), float(bars[best]) + _slack(solution), unit),
    ]


def _slack(solution: Solution) -> float:
    """How far from k the certificate lets the slope be on the best of the pairs that carry mass."""
    flow, problem = solution.support_flow, solution.problem
    lengths = problem.arc_lengths(flow)
    far = lengths > 0.0
    return float((solution.error / flow.mass[far] / (2.0 * HALF_STEP * lengths[far])).min(initial=np.inf))


CLAIM = Claim(
    ref="lgan.max_slope",
    statement=r"\max |\nabla f^*(t x + (1 - t) y)| over real y and generated x is k(f^*), and never more",
    source="LGAN paper, section on MaxGP",
    hypotheses={"joined": "the segments that carry the optimal flow are among those that are looked at"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="joined",
            instance=lambda: Batch(instance([[1.0, 1.0], [1.0, -1.0]], [[0.0, 0.0]], "softplus", 1.0), ((1, 2),)),
            check=ATTAINED,
            witness="fake (0, 0), reals (1, 1) and (1, -1): between the two reals no slope reaches 0.86 k",
        ),
    ),
    settles=("P14",),
)


def _batch(request: Request) -> Iterator[Batch]:
    yield Batch(instance([1.0, 2.0], [0.0, 3.0], "softplus", 1.0), ((0, 3),), (0.75,))


AS_PRINTED = (
    Claim(
        ref="lgan.max_slope/any-batch",
        statement=r"the largest slope on a batch of segments is the Lipschitz constant that MaxGP penalises",
        source="a reading of the LGAN paper, section on MaxGP, without its remark on approximation",
        hypotheses={},
        instances=_batch,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
