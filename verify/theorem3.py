"""Theorem 3: between a tight pair every optimal discriminator has the gradient k (y - x) / |y - x|.

Printed form: f is k-Lipschitz and differentiable, x != y, f(y) - f(x) = k |y - x|; then, for all 0 <= t <= 1,
grad f(x_t) = k (y - x) / |y - x| at x_t = (1 - t) x + t y. Inside, 0 < t < 1, differentiability need not be assumed,
and no extension off the supports is exempt: f lies between two cones, f(x) + k |z - x| from above and f(y) - k |z - y|
from below, which touch along the segment with the same gradient. At the ends differentiability is a real hypothesis,
and at the generated sample often false.

The error bars of differences and of directions are derived in ``segments``.

Source: LGAN paper, Theorem 3; slides, "Theoretically guaranteed properties".
"""

import math
from collections.abc import Iterator

import numpy as np

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.problem import Solution
from verify.command import main
from verify.evidence import RESOLUTION, Places, places
from verify.instances import Instance, instance, lgan_losses, random_instances
from verify.segments import LONGEST_STEP, Segment, misjudged

ENVELOPES = "inside a tight pair all extensions agree"
SLOPE = "along and across a tight pair, differences of every extension match the gradient k (y - x) / |y - x|"
GRADIENT = "Solution.gradient is k (y - x) / |y - x| inside a tight pair"
ONE_SIDED = "from a generated sample, every extension rises at slope k towards each tight partner"
POINTS = "at a generated sample the only gradient left points to a real sample"

EXTENSIONS = ("lower", "middle", "upper")

# Where on the segment from x to y; arbitrary, and away from the ends.
INTERIOR = (0.25, 0.5, 0.75)

# A pair counts as tight when its slack is certified to be at most this share of k |y - x|; arbitrary, and small enough
# that a difference over a part sqrt(KNOWN) of the segment resolves the slope.
KNOWN = 1e-7

# The same for a sample's own direction, as a share of k times the distance to the nearest other point: a slack of that
# size turns a direction by at most 2 sqrt(THIN), a fifth of the resolution.
THIN = (0.1 * RESOLUTION) ** 2


def instances(request: Request) -> Iterator[Instance]:
    """Random problems with every LGAN loss, or the user's."""
    return random_instances(request, lgan_losses(request))


def checks(case: Instance) -> list[Check]:
    """Nothing is claimed where k = 0: then no pair points anywhere."""
    segments = _segments(case)
    found = [
        *(_envelopes(s) for s in segments),
        *(_slope(s, t) for s in segments for t in _interior(case)),
        *(_gradient(s, t) for s in segments for t in INTERIOR if _resolved(s)),
        *(_one_sided(s) for s in segments),
        *_points(case),
    ]
    return _worst_of_each(found)


def _worst_of_each(found: list[Check]) -> list[Check]:
    worst: dict[str, Check] = {}
    for check in found:
        if check.name not in worst or check.severity > worst[check.name].severity:
            worst[check.name] = check
    return list(worst.values())


def _interior(case: Instance) -> tuple[float, ...]:
    return (0.0, *INTERIOR) if "interior" in case.without else INTERIOR


def _segments(case: Instance) -> list[Segment]:
    """Pairs that carry mass, hence tight up to error / mass; those for which that is a small part of k |y - x|.

    Without "tight": every pair from a fake to a real place; its rise is known as well as the values of f* are.
    """
    solution, problem = case.solution, case.problem
    if solution.k == 0.0:
        return []
    fakes, reals, lengths = problem.fake.points, problem.real.points, problem.distances
    if "tight" in case.without:
        i, j = np.nonzero(lengths > 0.0)
        sigma, known = np.full(len(i), misjudged(solution)), np.full(len(i), fill_value=True)
    else:
        coo = solution.flow.tocoo()
        i, j = coo.coords
        sigma = np.divide(solution.error, coo.data)
        known = (lengths[i, j] > 0.0) & (sigma <= KNOWN * solution.k * lengths[i, j])
    pairs = zip(i[known], j[known], sigma[known], strict=True)
    return [Segment(solution, fakes[a], reals[b], float(bar)) for a, b, bar in pairs]


def _resolved(segment: Segment) -> bool:
    """``Solution.gradient`` speaks where the envelopes meet within its own error bar."""
    return segment.sigma + 2.0 * segment.rounding <= 2.0 * segment.solution.value_error


def _envelopes(s: Segment) -> Check:
    inside = np.array([s.at(t) for t in INTERIOR])
    width = s.solution(inside, extension="upper") - s.solution(inside, extension="lower")
    bar = s.sigma + 2.0 * s.rounding
    return Check(ENVELOPES, float(np.abs(width).max()), bar, RESOLUTION * s.solution.k * s.length)


def _slope(s: Segment, t: float) -> Check:
    """Central differences of each extension: along the segment k, across it 0."""
    h, k = s.step(t), s.solution.k
    frame = _frame(s.direction)
    wanted = k * (frame @ s.direction)
    ahead, behind = s.at(t) + h * frame, s.at(t) - h * frame
    rises = np.array([s.solution(ahead, extension=e) - s.solution(behind, extension=e) for e in EXTENSIONS])
    off = float(np.abs(rises - 2.0 * h * wanted).max()) / (2.0 * h)
    return Check(SLOPE, off, s.difference_bar(t), RESOLUTION * k)


def _frame(u: Array) -> Array:
    """An orthonormal basis whose first vector is u, as rows."""
    q = np.linalg.qr(np.column_stack([u, np.eye(len(u))]))[0].T
    q[0] = u
    return q


def _gradient(s: Segment, t: float) -> Check:
    """Each direction reported; none at all counts as not a number."""
    z, k = s.at(t), s.solution.k
    found = s.solution.gradient(z[None, :]).directions[0]
    off = float(np.linalg.norm(found - k * s.direction, axis=1).max()) if len(found) else math.nan
    return Check(GRADIENT, off, k * s.turn(z, s.reach(t)), RESOLUTION * k)


def _one_sided(s: Segment) -> Check:
    """Squeezed on both sides without truncation: f(x + h u) lies within [k h - sigma, k h] above f(x)."""
    h, k = LONGEST_STEP * s.length, s.solution.k
    ends = np.array([s.x, s.x + h * s.direction])
    rises = [np.diff(s.solution(ends, extension=e))[0] for e in EXTENSIONS]
    off = max(abs(rise - k * h) for rise in rises) / h
    return Check(ONE_SIDED, float(off), (s.sigma + 2.0 * s.rounding) / h, RESOLUTION * k)


def _points(case: Instance) -> list[Check]:
    """Where ``Solution.gradient`` leaves one direction at a generated place, it must be that of a real place.

    Drawn where the force q fake'(f*) + p real'(f*) is positive for sure; without "force", wherever fakes are.
    """
    solution = case.solution
    if solution.k == 0.0:
        return []
    at = places(solution)
    rows = (at.q > 0.0) & ((at.force_lower > 0.0) | ("force" in case.without))
    gradients = solution.gradient(at.points)
    asked = np.flatnonzero(rows & gradients.single)
    found = [_aim(solution, at, int(v), gradients.vectors[v]) for v in asked]
    return [check for check in found if check is not None]


def _loosest(solution: Solution, at: Places, v: int) -> float:
    """What the certificate leaves to the slack of the pair that holds v.

    A pulled place hangs on those at its height and above, of which the one that sends least decides; a place that is
    not pulled (without "force") is held by what it receives.
    """
    if at.force_lower[v] > 0.0:
        held = (at.force_lower > 0.0) & (at.f >= at.f[v])
        most = float(at.flow.max(axis=1)[held].min())
    else:
        most = float(max(at.flow[v].max(), at.flow[:, v].max()))
    return solution.error / most if most > 0.0 else math.inf


def _aim(solution: Solution, at: Places, v: int, gradient: Array) -> Check | None:
    """None where the flow through v is too thin for its partner to be certified.

    From a place that is real itself nothing is left to go: the gradient that points to it there is zero.
    """
    x, reals = at.points[v], at.points[at.p > 0.0]
    rays = reals - x
    lengths = np.linalg.norm(rays, axis=1)
    units = np.divide(rays, lengths[:, None], out=np.zeros_like(rays), where=lengths[:, None] > 0.0)
    off = np.linalg.norm(units - gradient / solution.k, axis=1)
    segment = Segment(solution, x, reals[off.argmin()], _loosest(solution, at, v))
    nearest = segment.nearest(x)
    if segment.sigma > THIN * solution.k * nearest:
        return None
    return Check(POINTS, float(off.min()), segment.turn(x, segment.length or nearest), RESOLUTION)


CLAIM = Claim(
    ref="theorem3",
    statement=r"f^*(y) - f^*(x) = k\,\|y - x\| \Rightarrow \nabla f^*(x_t) = k\,(y - x)/\|y - x\|, 0 < t < 1",
    source="LGAN paper, Theorem 3, inside the segment and for every extension",
    hypotheses={
        "tight": "f*(y) - f*(x) = k |y - x| for the pair (x, y)",
        "interior": "x_t lies strictly between x and y; at the ends f* need not be differentiable",
        "force": "the generated place is pulled, q fake'(f*) + p real'(f*) > 0 (for pointing at a real one)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="tight",
            instance=lambda: instance([1.0, 2.0], [0.0, 3.0], "softplus", 1.0, without=frozenset({"tight"})),
            check=SLOPE,
            witness="softplus, fakes 0 and 3, reals 1 and 2, lam 1: f*(1) = f*(2), so the pair (0, 2) is not tight: "
            "between 1 and 2 no extension rises",
        ),
        Break(
            drops="interior",
            instance=lambda: instance([1.0], [0.0], "softplus", 1.0, without=frozenset({"interior"})),
            check=SLOPE,
            witness="one fake 0, one real 1: at 0 the upper extension k |z| has a kink, the lower one k z has none",
        ),
        Break(
            drops="interior",
            instance=lambda: instance([-1.0, 1.0], [0.0], "softplus", 1.0, without=frozenset({"interior"})),
            check=SLOPE,
            witness="one fake 0 between the reals -1 and 1: at 0 every extension has slope -k on the left, k on the "
            "right, and the central difference 0",
        ),
        Break(
            drops="force",
            instance=lambda: instance([0.0], [0.0, 1.0], "softplus", 0.5, without=frozenset({"force"})),
            check=POINTS,
            witness="real 0, fakes 0 and 1, lam 1/2: reals outweigh fakes at 0, and the sample that is already "
            "right, where the gradient should be zero, is pushed away with slope k = 0.229",
        ),
    ),
    settles=("lgan 2.6", "P10"),
)


def _listed(request: Request) -> Iterator[Instance]:
    """The smallest samples whose gradient points nowhere (two reals, one fake), and away (one real, two fakes)."""
    name = "softplus" if request.loss is None else request.loss
    yield instance([-1.0, 1.0], [0.0], name, 1.0, without=frozenset({"interior"}))
    yield instance([0.0], [0.0, 1.0], name, 0.5, without=frozenset({"force"}))


AS_PRINTED = (
    Claim(
        ref="theorem3/each-sample",
        statement=r"for each generated sample x the gradient \nabla f^*(x) points directly towards a real sample",
        source='slides, "Theoretically guaranteed properties"; Theorem 3 of the paper asks for differentiability',
        hypotheses={},
        instances=_listed,
        checks=checks,
        expected=Verdict.REFUTED,
        settles=("P13",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
