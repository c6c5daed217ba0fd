"""Gradient uninformativeness, row by row: which discriminators tell a generated sample where the real ones are.

The table of the slides, with the row that it overstates corrected:

=============================  ==================================================================================
f is                           its gradient at generated samples
=============================  ==================================================================================
unrestricted                   says nothing about S_r **on disjoint supports**: f*(x) depends on p(x) and q(x) alone
restricted, not to Lipschitz   may say nothing: |f| <= 1, or E_mu f^2 <= 1 (mu-Fisher), and disjoint supports
dual of W1, compact            may say nothing, and may point away: only values at the samples are constrained
LGAN, lam k(f)^2               leads to a real sample: every generated sample off S_r has one straight uphill
=============================  ==================================================================================

"Says nothing" is tested by moving the real samples: nothing changes at the generated ones. The middle rows say *may*,
and one optimum is enough for that: sign(p - q), which gains sum |p - q|, the most that Hoelder's inequality allows;
(p - q) / (F mu), which gains F = (sum (p - q)^2 / mu)^(1/2), the most that the one of Cauchy and Schwarz allows; and a
decoy (see ``compact_dual``). That each is an optimum is measured too.

As printed the first row has no condition, and is wrong: for P_r = N(m_r, I) and P_g = N(m_g, I) the unrestricted
softplus optimum is log(p / q) = (m_r - m_g) . x + const: its gradient leads from the generated mean to the real one.

Source: LGAN paper, section 2.2 (gradient uninformativeness) and Table 1; slides, table of four families.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import ULPS
from lgantheory.solvers.pointwise import PointwiseDiscriminator, unrestricted_discriminator
from verify.command import main
from verify.critics import DECOY_SLOPE, compact_optima, decoy_fall
from verify.evidence import EPS, RESOLUTION, another_optimum, between, places, slack_bounds, spread
from verify.instances import Instance, instance, lgan_losses, random_instances

UNMOVED = "unrestricted: moving the real samples changes f* at no generated sample"
FLAT = "unrestricted: f* takes one value at all generated samples"
BOUNDED = "|f| <= 1: an optimum does not change at the generated samples when the real ones move"
FISHER = "E_mu f^2 <= 1: the optimum does not change at the generated samples when the real ones move"
DECOY_OPTIMAL = "compact dual of W1: the decoy is an optimum"
DECOY = "compact dual of W1: the decoy falls from each generated sample towards the nearest real one"
MOVED = "LGAN: moving the real samples changes the slope of f*"
UPHILL = "LGAN: every generated sample has a real one straight uphill"
BLIND = "unrestricted: nowhere does f* rise in the direction of the real mean"

# Grid of the two Gaussians of the counterexample; arbitrary.
GRID = np.arange(-2.0, 3.0)
REAL_MEAN, FAKE_MEAN = np.array([0.75, 0.5]), np.array([-0.75, -0.5])


def instances(request: Request) -> Iterator[Instance]:
    """Random problems with every LGAN loss, or the user's."""
    return random_instances(request, lgan_losses(request))


def checks(case: Instance) -> list[Check]:
    """One row of the table after the other; places that belong to both supports are left out."""
    return [*_unrestricted(case), *_restricted(case), *_decoy(case), _moved(case), *_uphill(case)]


def _with_moved_reals(case: Instance) -> Instance:
    """The real samples moved so far that they meet no generated one, and that each is farther off than all were."""
    points = case.problem.points
    far = 1.0 + 2.0 * float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
    return replace(case, real=case.real.translated(far * np.eye(case.real.dimension)[0]))


# -- without the Lipschitz constraint ---------------------------------------------------------------------------------


def _unrestricted(case: Instance) -> list[Check]:
    before, after = (_fakes_of(one, case) for one in (case, _with_moved_reals(case)))
    common = [place for place in before if place in after]
    if not common:
        return []
    change = max(_distance(before[place], after[place]) for place in common)
    width = max(_distance(before[place], before[common[0]]) for place in common)
    size = max([abs(v) for v in before.values() if math.isfinite(v)], default=0.0)
    bar = ULPS * EPS * size
    return [Check(UNMOVED, change, bar, RESOLUTION), Check(FLAT, width, bar, RESOLUTION)]


def _fakes_of(one: Instance, case: Instance) -> dict[tuple[float, ...], float]:
    """The unrestricted f* at generated places, those of both supports only where the hypothesis is dropped."""
    found = unrestricted_discriminator(one.real, one.fake, one.loss)
    rows = (found.fake_weights > 0.0) & ((found.real_weights == 0.0) | ("disjoint" in case.without))
    return dict(zip(map(tuple, found.points[rows].tolist()), found.f[rows].tolist(), strict=True))


def _distance(a: float, b: float) -> float:
    """Equal infinities, and two values of which every number is as good, are no distance apart."""
    return 0.0 if a == b or (math.isnan(a) and math.isnan(b)) else abs(a - b)


def _restricted(case: Instance) -> list[Check]:
    """``sign(p - q)`` and ``(p - q) / (F mu)``, mu = (p + q) / 2; F is global, so Fisher asks for disjoint supports."""
    found = [_weights(one) for one in (case, _with_moved_reals(case))]
    if not all(np.any(q * (p == 0.0)) for p, q in found):
        return []
    checks = [_same(BOUNDED, found, _bounded)]
    if not any(np.any(p * q) for p, q in found):
        checks.append(_same(FISHER, found, _fisher))
    return checks


def _weights(case: Instance) -> tuple[Array, Array]:
    """Weights p and q on the distinct places that carry weight."""
    stacked = np.concatenate([case.fake.points, case.real.points])
    _, place = np.unique(stacked, axis=0, return_inverse=True)
    at = np.split(place.reshape(-1), [case.fake.size])
    q, p = (np.bincount(ends, one.weights, len(stacked)) for ends, one in zip(at, (case.fake, case.real), strict=True))
    return p[p + q > 0.0], q[p + q > 0.0]


@dataclass(frozen=True)
class Candidate:
    """Values; what they use up of the restriction ``charge <= 1``; and the most that any f with that charge gains."""

    f: Array
    charge: float
    most: float


def _bounded(p: Array, q: Array) -> Candidate:
    """``|f| <= 1``, by Hoelder."""
    f = np.sign(p - q)
    return Candidate(f, float(np.abs(f).max()), math.fsum(np.abs(p - q)))


def _fisher(p: Array, q: Array) -> Candidate:
    """``E_mu f^2 <= 1``, by Cauchy and Schwarz."""
    mu = 0.5 * (p + q)
    most = math.sqrt(math.fsum((p - q) ** 2 / mu))
    f = (p - q) / (most * mu)
    return Candidate(f, math.fsum(mu * f**2), most)


def _same(name: str, weights: list[tuple[Array, Array]], maximiser: Callable[[Array, Array], Candidate]) -> Check:
    """Both are optimal, and all their values at places of fakes alone are the same number."""
    found = [maximiser(p, q) for p, q in weights]
    values = np.concatenate([one.f[(q > 0.0) & (p == 0.0)] for one, (p, q) in zip(found, weights, strict=True)])
    lost = [one.most - math.fsum((p - q) * one.f) for one, (p, q) in zip(found, weights, strict=True)]
    off = max(float(np.ptp(values)), *lost, *(one.charge - 1.0 for one in found))
    size = 1.0 + max(float(np.abs(one.f).max()) for one in found)
    return Check(name, off, ULPS * EPS * len(values) * size, RESOLUTION)


def _decoy(case: Instance) -> list[Check]:
    """Nothing is claimed where a place belongs to both supports."""
    problem, cost = case.problem, case.problem.support_distances
    fall = decoy_fall(problem, compact_optima(problem, cost)[0], cost)
    if fall is None:
        return []
    return [
        Check(DECOY_OPTIMAL, fall.lost, fall.lost_bar, RESOLUTION * float(cost.max())),
        Check(DECOY, fall.slope, fall.slope_bar, RESOLUTION * DECOY_SLOPE, strict=True),
    ]


# -- with it ----------------------------------------------------------------------------------------------------------


def _moved(case: Instance) -> Check:
    here, there = case.solution, _with_moved_reals(case).solution
    bar = sum(one.enclosure.k_upper - one.enclosure.k_lower for one in (here, there))
    pull = abs(float(case.loss.fake.derivative(case.loss.balance_point or 0.0)))
    largest = pull * float(case.problem.distances.max()) / (2.0 * case.lam)  # no k is above, by the W1 identity
    return Check(MOVED, -abs(here.k - there.k), bar, RESOLUTION * largest, strict=True)


def _uphill(case: Instance) -> list[Check]:
    """The least slack to a real place, for the worst generated place that is not one itself."""
    found = list(_slacks(case))
    return [max(found, key=lambda check: check.severity)] if found else []


def _slacks(case: Instance) -> Iterator[Check]:
    """Where the place may be at rest and free, the optimum that is highest there is asked whether it has a partner."""
    solution = case.solution
    at, resolution = places(solution), RESOLUTION * spread(solution)
    lower, upper = slack_bounds(solution, at)
    reals = at.p > 0.0
    for v in np.flatnonzero((at.q > 0.0) & ~at.shared):
        low, high = float(lower[v, reals].min()), float(upper[v, reals].min())
        if high > resolution and at.force_lower[v] <= 0.0:
            here = np.all(case.problem.points == at.points[v], axis=1).astype(float)
            other = another_optimum(solution, here)
            if math.isfinite(other.k):  # copies of one place may differ within the tolerance of the linear program
                low = max(low, float(slack_bounds(other, places(other))[0][v, reals].min()))
        yield between(UPHILL, min(low, high), high, resolution)


# -- what is claimed, and what is printed -----------------------------------------------------------------------------

CLAIM = Claim(
    ref="uninformative",
    statement=r"disjoint supports: \nabla f^* says nothing about S_r if unrestricted, and leads there with \lambda k^2",
    source="LGAN paper, section 2.2 and Table 1; slides, table of four families, first row corrected",
    hypotheses={
        "disjoint": "no generated sample is a real one (for the unrestricted row)",
        "squared_penalty": "lam k^2 is charged (for the LGAN row)",
        "fake_increasing": "fake' > 0 everywhere (for the LGAN row)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="disjoint",
            instance=lambda: instance([0.0], [0.0, 1.0], "least_squares", 1.0, without=frozenset({"disjoint"})),
            check=UNMOVED,
            witness="least_squares, real 0, fakes 0 and 1: f*(0) = (p - q) / (p + q) = 1/3; -1 once the real is gone",
        ),
        Break(
            drops="disjoint",
            instance=lambda: instance([0.0], [0.0, 1.0], "least_squares", 1.0, without=frozenset({"disjoint"})),
            check=FLAT,
            witness="the same: f*(0) = 1/3, f*(1) = -1, so differences do lead to the real sample",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: instance([0.0], [1.0], "softplus", 2.0, penalty=Kind.LINEAR),
            check=MOVED,
            witness="softplus, lam k charged, lam 2, fake 1, real 0 or 3: k = 0 both times, f* is a constant",
        ),
        Break(
            drops="fake_increasing",
            instance=lambda: instance([0.0], [1.0, 3.0], "least_squares", 1.0 / 3.0),
            check=UPHILL,
            witness="least_squares, real 0, fakes 1 and 3, lam 1/3: f*(3) = -1 is the bottom of the loss; from 3 to "
            "0 the slope is 5/9, and k = 1",
        ),
    ),
    settles=("lgan 2.1", "P11"),
)


def _gaussians(request: Request) -> Iterator[Instance]:
    """N(m_r, I) and N(m_g, I) on the points of one grid, where log(p / q) is still exactly linear."""
    grid = np.stack(np.meshgrid(GRID, GRID, indexing="ij"), axis=-1).reshape(-1, 2)
    mass = [np.exp(-0.5 * ((grid - mean) ** 2).sum(axis=1)) for mean in (REAL_MEAN, FAKE_MEAN)]
    real, fake = (DiscreteMeasure(grid, w / w.sum()) for w in mass)
    yield instance(real, fake, "softplus", 1.0 if request.lam is None else request.lam, without=frozenset({"disjoint"}))


def _printed(case: Instance) -> list[Check]:
    return [*_unrestricted(case), _blind(unrestricted_discriminator(case.real, case.fake, case.loss))]


def _blind(found: PointwiseDiscriminator) -> Check:
    """Differences along both axes of the grid at every place, against the direction from mean to mean."""
    f = found.f.reshape(len(GRID), len(GRID))
    steps = np.stack(np.gradient(f, GRID, GRID), axis=-1)
    towards = REAL_MEAN - FAKE_MEAN
    off = np.linalg.norm(steps - towards, axis=-1) / np.linalg.norm(towards)
    bar = ULPS * EPS * float(np.abs(f).max() + 1.0) / float(np.linalg.norm(towards))
    return Check(BLIND, -float(off.min()), bar, RESOLUTION, strict=True)


AS_PRINTED = (
    Claim(
        ref="uninformative/unrestricted-must",
        statement=r"unrestricted GANs must suffer from gradient uninformativeness, whatever the supports",
        source="a reading of the slides, table of four families, first row, without the condition of the slide before",
        hypotheses={},
        instances=_gaussians,
        checks=_printed,
        expected=Verdict.REFUTED,
        settles=("P12",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
