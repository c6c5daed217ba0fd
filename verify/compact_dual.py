"""The compact dual: constraints between real and generated samples alone lose nothing on the supports, all off them.

With c = the Euclidean distance, and f_j - f_i <= c_ij imposed for real j and fake i only (the *compact* constraints),

(a) sup E_r f - E_g f is W1, as under the constraints between all pairs;
(b) every optimum of the compact problem is 1-Lipschitz on the supports;
(c) for every LGAN with monotone losses the compact problem and the problem of all pairs have one optimal value J* and
    one k*. Monotone on the range that matters is enough: if fake falls only left of A and real rises only right of some
    B >= A, clipping f to [A, B] costs nothing. least_squares and hinge are of this kind;
(d) off the supports an optimum of the compact dual is free: some optimum has, at each generated sample that is no real
    one, a gradient that points straight away from the nearest real sample.

(d) is what the paper's "compact dual may also suffer" needs. P_r = delta_0, P_g = delta_1: the critic
f(x) = (1 - x) + M x (x - 1) is optimal for each M, and f'(1) = M - 1. In general, with disjoint balls around the
places, let f be f_v plus a linear function within half a ball, and fade to zero at its rim: only f_v counts.

Error bar of (b). Let f meet the compact constraints, within eps of the optimal value. Lowering f at a fake x to
max_y f_y - c_xy, or raising it at a real y to min_x f_x + c_xy, keeps it feasible and gains weight times step: so each
step is at most eps / weight. Two triangle inequalities then give
f_t - f_s - c_st <= (eps / w_t if t is fake) + (eps / w_s if s is real). Where a weight is zero nothing bounds the left
side. To refute (b) there, an excess must outlive the step from f to an exact optimum g: on points with weight both are
1-Lipschitz, so that g = f + const is off by two largest costs at most, and where nothing weighs g may equal f.

Source: LGAN paper, section 2.3 (compact dual); slides; (c) extends it from the Wasserstein loss to every LGAN.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.extension import LipschitzFunction
from lgantheory.measures import DiscreteMeasure
from lgantheory.problem import ULPS
from verify.command import main
from verify.critics import DECOY_SLOPE, Critic, all_pairs_optimum, compact_optima, decoy_fall, gain, shortest_paths
from verify.evidence import EPS, RESOLUTION, between
from verify.instances import Instance, expression, instance, lgan_losses, random_instances
from verify.kantorovich import optimal_coupling
from verify.reductions import compact_enclosed, compact_flow, every_pair_enclosed, natural_units

SAME_W1 = "the compact constraints allow no more than the constraints between all pairs"
LIPSCHITZ = "every optimum of the compact dual is 1-Lipschitz on the supports"
SAME_VALUE = "the LGAN under compact constraints has the optimal value of the LGAN under all"
SAME_SLOPE = "the LGAN under compact constraints has the k of the LGAN under all"
DECOY_OPTIMAL = "a decoy critic is optimal for the compact dual"
DECOY_AWAY = "at each generated sample the decoy critic falls towards the nearest real sample"
INFORMATIVE = "no optimum of the compact dual points from a generated sample to a real one"

# Length of a difference, as a share of the distance to the nearest real point; arbitrary.
DIFFERENCE = 1e-4


def instances(request: Request) -> Iterator[Instance]:
    """Random problems with every LGAN loss, or the user's."""
    return random_instances(request, lgan_losses(request))


def checks(case: Instance) -> list[Check]:
    """(a), (b) and (d) do not depend on the loss, (c) does."""
    case = case if "positive_weights" in case.without else replace(case, real=_alive(case.real), fake=_alive(case.fake))
    critics = compact_optima(case.problem, _cost(case))
    compared = [] if case.without else _compared(case)
    return [_same_w1(case), _lipschitz(case, critics), *_decoyed(case, critics[0]), *compared]


def _alive(measure: DiscreteMeasure) -> DiscreteMeasure:
    keep = measure.weights > 0.0
    return measure if keep.all() else DiscreteMeasure(measure.points[keep], measure.weights[keep])


# -- the dual of the Wasserstein distance -----------------------------------------------------------------------------


def _cost(case: Instance) -> Array:
    """Cost between all support points, (N, N)."""
    d = case.problem.support_distances
    return d**2 if "metric" in case.without else d


def _scale(cost: Array) -> float:
    """The largest cost; 1 when all points coincide."""
    return float(cost.max()) or 1.0


def _same_w1(case: Instance) -> Check:
    """Compact value: the least cost of a coupling. All pairs: a linear program in f, and the cost of shortest paths."""
    n, cost = case.problem.n, _cost(case)
    paths = shortest_paths(cost)
    compact = optimal_coupling(case.real, case.fake, cost[:n, n:])
    every = optimal_coupling(case.real, case.fake, paths[:n, n:])
    least, most = compact.mean(cost[:n, n:]), every.mean(paths[:n, n:])
    reached = gain(case.problem, all_pairs_optimum(case.problem, cost))
    rounding = ULPS * EPS * float(cost.max())
    lower = max(0.0, least - compact.doubt - most - rounding)
    upper = max(lower, least - reached + rounding)
    return between(SAME_W1, lower, upper, RESOLUTION * _scale(cost))


def _lipschitz(case: Instance, critics: list[Critic]) -> Check:
    """The worst pair of the worst critic; what it is allowed is derived in the module's docstring."""
    cost, weights = _cost(case), case.problem.weights
    fake = np.arange(len(weights)) < case.problem.n
    found = []
    for critic in critics:
        step = np.divide(critic.eps, weights, out=np.full_like(weights, 2.0 * cost.max()), where=weights > 0.0)
        share = np.where(fake, step, 0.0)[None, :] + np.where(fake, 0.0, step)[:, None]
        excess = critic.f[None, :] - critic.f[:, None] - cost
        bar = share + ULPS * EPS * float(np.abs(critic.f).max() + cost.max())
        worst = np.unravel_index((excess - bar).argmax(), excess.shape)
        found.append(Check(LIPSCHITZ, float(excess[worst]), float(bar[worst]), RESOLUTION * _scale(cost)))
    return max(found, key=lambda check: check.severity)


def _decoyed(case: Instance, critic: Critic) -> list[Check]:
    """Nothing is claimed where a place belongs to both supports."""
    cost = _cost(case)
    fall = decoy_fall(case.problem, critic, cost)
    if fall is None:
        return []
    return [
        Check(DECOY_OPTIMAL, fall.lost, fall.lost_bar, RESOLUTION * _scale(cost)),
        Check(DECOY_AWAY, fall.slope, fall.slope_bar, RESOLUTION * DECOY_SLOPE, strict=True),
    ]


# -- the same reduction for every LGAN --------------------------------------------------------------------------------


def _compared(case: Instance) -> list[Check]:
    """Both problems, each certified; there is nothing to compare where all points coincide.

    A flow of the compact problem is one of the other, which only has more of them.
    """
    if case.problem.distances.max() == 0.0:
        return []
    flow = compact_flow(case)
    compact, every = compact_enclosed(case, *flow), every_pair_enclosed(case, flow[1])
    lower, upper = max(0.0, every.lower - compact.upper), max(0.0, every.upper - compact.lower)
    apart = abs((every.k_lower + every.k_upper) - (compact.k_lower + compact.k_upper)) / 2.0
    bar = ((every.k_upper - every.k_lower) + (compact.k_upper - compact.k_lower)) / 2.0
    value, slope = natural_units(case)
    return [
        between(SAME_VALUE, lower, upper, RESOLUTION * value),
        Check(SAME_SLOPE, apart, bar, RESOLUTION * slope),
    ]


# -- what is claimed, and what is printed -----------------------------------------------------------------------------


def _informative(case: Instance) -> list[Check]:
    """The lower McShane extension of an optimum, at each generated sample, against the directions of the reals."""
    critic, problem = compact_optima(case.problem, _cost(case))[0], case.problem
    function = LipschitzFunction(problem.points, critic.f, 1.0)
    off, bar = [], []
    for x in case.fake.points:
        rays = case.real.points - x
        lengths = np.linalg.norm(rays, axis=1)
        h, axes = DIFFERENCE * float(lengths.min()), np.eye(len(x))
        slopes = (function.lower(x + h * axes) - function.lower(x - h * axes)) / (2.0 * h)
        off.append(float(np.linalg.norm(rays / lengths[:, None] - slopes, axis=1).min()))
        bar.append(h / (lengths.min() - h) + (critic.eps + ULPS * EPS * float(np.abs(critic.f).max() + h)) / h)
    return [Check(INFORMATIVE, -min(off), float(bar[int(np.argmin(off))]), RESOLUTION, strict=True)]


CLAIM = Claim(
    ref="compact_dual",
    statement=r"real-fake constraints alone: same W_1, J^* and k^*; f is 1-Lipschitz on the supports, free off them",
    source="LGAN paper, section 2.3 (compact dual), extended to every LGAN with monotone losses",
    hypotheses={
        "metric": "the cost obeys the triangle inequality",
        "positive_weights": "every support point carries weight (for being 1-Lipschitz there)",
        "monotone": "fake falls only left of some A, real rises only right of some B >= A (for J* and k*)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="metric",
            instance=lambda: instance([1.0, 2.0], [0.0], "wasserstein", 1.0, without=frozenset({"metric"})),
            check=SAME_W1,
            witness="squared distance, fake 0, reals 1 and 2: the compact constraints allow f = (0, 1, 4), gain 5/2; "
            "all pairs allow f(2) = 2 only, gain 3/2",
        ),
        Break(
            drops="metric",
            instance=lambda: instance([1.0, 2.0], [0.0], "wasserstein", 1.0, without=frozenset({"metric"})),
            check=LIPSCHITZ,
            witness="the same: f(2) - f(1) = 3, and the cost from 1 to 2 is 1",
        ),
        Break(
            drops="positive_weights",
            instance=lambda: instance(
                DiscreteMeasure([1.0, 2.0], [1.0, 0.0]),
                [0.0],
                "wasserstein",
                1.0,
                without=frozenset({"positive_weights"}),
            ),
            check=LIPSCHITZ,
            witness="fake 0, real 1, and a real point 2 of weight 0: nothing holds f(2) from below",
        ),
        Break(
            drops="monotone",
            instance=lambda: instance([1.0], [0.0], expression("(t - 1)**2"), 1.0),
            check=SAME_VALUE,
            witness="fake (t-1)^2, real (t+1)^2, one point each, lam 1: f = 1 on the fake, -1 on the real costs "
            "nothing under the compact constraint f(real) - f(fake) <= k; all pairs cost 4/3",
        ),
        Break(
            drops="monotone",
            instance=lambda: instance([1.0], [0.0], expression("(t - 1)**2"), 1.0),
            check=SAME_SLOPE,
            witness="the same: k = 0 and k = 2/3",
        ),
    ),
    settles=("lgan T8", "lgan 2.3", "P6"),
)


def _two_points(request: Request) -> Iterator[Instance]:
    yield instance([0.0], [1.0], "wasserstein", 0.5 if request.lam is None else request.lam)


AS_PRINTED = (
    Claim(
        ref="compact_dual/always-uninformative",
        statement=r"the compact dual suffers from gradient uninformativeness: no optimum points to the real samples",
        source="a reading of the LGAN paper, first arXiv version, abstract: 'also suffers' (later: may), as always",
        hypotheses={},
        instances=_two_points,
        checks=_informative,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
