"""Theorem 2: every point that is pulled hangs on a tight pair.

Printed form: f* optimal, fake' > 0, real' < 0; then (b) every point x of exactly one support has a y != x in the
supports with |f*(y) - f*(x)| = k |y - x|, and (c) if P_r != P_g some pair is tight at a point where the force does not
vanish. The force is nu(x) = q fake'(f*) + p real'(f*), the derivative of the pointwise cost in f(x).

What the paper's text uses is stronger, and true for discrete measures: every generated x with nu(x) > 0 has a *real* y
with nu(y) < 0 straight *uphill*, f*(y) - f*(x) = + k |y - x|. The reason is the dual: nu is the net supply of an
optimal flow, mass leaves where nu > 0 and arrives where nu < 0, and every pair that carries mass is tight.

Source: LGAN paper, Theorem 2; slides, "Theoretically guaranteed properties".
"""

from collections.abc import Iterator

import numpy as np

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.measures import DiscreteMeasure
from lgantheory.problem import Solution
from verify.command import main
from verify.evidence import RESOLUTION, Places, another_optimum, between, places, slack_bounds, spread
from verify.instances import Instance, expression, instance, lgan_losses, random_instances

HAS_PARTNER = "every point of exactly one support has a tight partner"
UPHILL = "every generated point with positive force has a real point straight uphill"
PULLED = "some tight pair ends at a point with nonzero force"


def instances(request: Request) -> Iterator[Instance]:
    return random_instances(request, lgan_losses(request))


def checks(case: Instance) -> list[Check]:
    solution = case.solution
    at, resolution = places(solution), RESOLUTION * spread(solution)
    lower, upper = slack_bounds(solution, at)
    found = [
        _partner(case, at, *_either_way(lower, upper), resolution),
        _uphill(at, lower, upper, resolution),
        _pulled(at, case, *_either_way(lower, upper), resolution),
    ]
    return [check for check in found if check is not None]


def _either_way(lower: Array, upper: Array) -> tuple[Array, Array]:
    """Slack of |f_v - f_u| = k d: the better of both directions; a point is no partner of itself."""
    low, high = np.minimum(lower, lower.T), np.minimum(upper, upper.T)
    np.fill_diagonal(low, np.inf)
    np.fill_diagonal(high, np.inf)
    return low, high


def _partner(case: Instance, at: Places, lower: Array, upper: Array, resolution: float) -> Check | None:
    """Where the certificate shows no partner, and the force may vanish, another optimum is looked for that has none.

    Where the force surely does not vanish the point does carry mass in every optimal flow, if only a little.
    """
    rows = _single(at, case)
    if len(at.f) < 2:
        return None
    idle = (at.force_lower <= 0.0) & (at.force_upper >= 0.0)
    for v in np.flatnonzero(rows & idle & (upper.min(axis=1) > resolution)):
        for other in _relaxed(case.solution, at.points[v]):
            found = places(other)
            loose, _ = _either_way(*slack_bounds(other, found))
            lower[v] = max(lower[v], loose[v], key=lambda row: row.min())
    return _tightest(HAS_PARTNER, lower, upper, rows, resolution)


def _relaxed(solution: Solution, point: Array) -> Iterator[Solution]:
    """Optima in which the value at a point is as high, and as low, as it can be."""
    here = np.all(solution.problem.points == point, axis=1).astype(float)
    yield another_optimum(solution, here)
    yield another_optimum(solution, -here)


def _single(at: Places, case: Instance) -> Array:
    return np.ones(len(at.f), dtype=bool) if "one_support" in case.without else ~at.shared


def _tightest(name: str, lower: Array, upper: Array, rows: Array, resolution: float) -> Check | None:
    """Each of the rows has a column of slack zero; the worst row decides."""
    if not rows.any() or lower.shape[1] < 2:
        return None
    found = [between(name, lo, hi, resolution) for lo, hi in zip(lower[rows].min(1), upper[rows].min(1), strict=True)]
    return max(found, key=lambda check: check.severity)


def _uphill(at: Places, lower: Array, upper: Array, resolution: float) -> Check | None:
    pulled = (at.q > 0.0) & (at.force_lower > 0.0)
    if not pulled.any():
        return None
    maybe, surely = (at.p > 0.0) & (at.force_lower < 0.0), (at.p > 0.0) & (at.force_upper < 0.0)
    low = np.where(maybe[None, :], lower, np.inf)
    high = np.where(surely[None, :], upper, np.inf)
    return _tightest(UPHILL, np.minimum(low, high), high, pulled, resolution)


def _pulled(at: Places, case: Instance, lower: Array, upper: Array, resolution: float) -> Check | None:
    """With P_r != P_g, the strongest force at the end of a certified tight pair, per unit of mass, is not zero."""
    alike = bool(np.array_equal(at.q, at.p))
    if alike and "distinct" not in case.without:
        return None
    tight = upper.min(axis=1, initial=np.inf) <= resolution
    mass = at.q + at.p
    least = np.maximum(np.maximum(at.force_lower, -at.force_upper), 0.0) / mass
    most = np.maximum(np.abs(at.force_lower), np.abs(at.force_upper)) / mass
    low, high = float(least[tight].max(initial=0.0)), float(most[tight].max(initial=0.0))
    return Check(PULLED, -0.5 * (low + high), 0.5 * (high - low), RESOLUTION, strict=True)


CLAIM = Claim(
    ref="theorem2",
    statement=r"\nu(x) > 0 \Rightarrow \exists y \in S_r:\ f^*(y) - f^*(x) = k(f^*)\,\|y - x\|; "
    r"points of one support are tight",
    source="LGAN paper, Theorem 2 (a)-(c), in the directed form",
    hypotheses={
        "fake_increasing": "fake' > 0 everywhere",
        "real_decreasing": "real' < 0 everywhere",
        "one_support": "the point lies in exactly one of the two supports (for the partner)",
        "distinct": "P_r != P_g (for a tight pair with force)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="fake_increasing",
            instance=lambda: instance([0.0], [1.0, 3.0], "least_squares", 1.0 / 3.0),
            check=HAS_PARTNER,
            witness="least_squares(1), real 0, fakes 1 and 3, lam 1/3: f* = (2/3, -1/3, -1), k = 1, and from 3 the "
            "slopes are 5/9 and 1/3, below k",
        ),
        Break(
            drops="fake_increasing",
            instance=lambda: instance([0.0], [1.0, 3.0], "hinge", 1.0 / 3.0),
            check=HAS_PARTNER,
            witness="hinge(1), same points: f*(3) is any number in [-5/4, -1], and only -5/4 is tight",
        ),
        Break(
            drops="real_decreasing",
            instance=lambda: instance([1.0, 3.0], [0.0], expression("2*t", "(t - 1)**2"), 1.0 / 3.0),
            check=HAS_PARTNER,
            witness="fake 2t, real (t-1)^2 (increasing beyond 1), fake 0, reals 1 and 3, lam 1/3: "
            "f* = (-4; -1, 1), k = 3, and the real point 3 sits at the bottom of its loss, with slopes 5/3 and 1",
        ),
        Break(
            drops="one_support",
            instance=lambda: instance([0.0, 5.0], [1.0, 5.0], "softplus", 1.0, without=frozenset({"one_support"})),
            check=HAS_PARTNER,
            witness="softplus, reals 0 and 5, fakes 1 and 5, lam 1: the shared point 5 is in balance at f* = 0 and "
            "hangs on nothing",
        ),
        Break(
            drops="distinct",
            instance=lambda: instance([0.0, 1.0], [0.0, 1.0], "softplus", 1.0, without=frozenset({"distinct"})),
            check=PULLED,
            witness="P_r = P_g on two points: no force anywhere",
        ),
    ),
    settles=("lgan 2.5", "P5"),
)


def _listed(request: Request) -> Iterator[Instance]:
    """The two losses of the score table that lie outside the theorem, on the smallest instance that shows it."""
    real, fake = DiscreteMeasure([0.0]), DiscreteMeasure([1.0, 3.0])
    for name in ("least_squares", "hinge"):
        yield instance(real, fake, name, 1.0 / 3.0)


AS_PRINTED = (
    Claim(
        ref="theorem2/score-table",
        statement=r"the tight partner also for (x+1)^2 and \max(0, x+1), which the paper trains as LGANs",
        source="a reading of the LGAN paper, list of losses in the experiments (Table 2)",
        hypotheses={},
        instances=_listed,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
