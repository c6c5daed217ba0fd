"""Kantorovich and Rubinstein: the Wasserstein critic rises by k times the distance along every optimal coupling.

For the Wasserstein losses fake(t) = t, real(t) = -t, an optimal discriminator f* with constant k and *any* optimal
coupling pi* of x ~ P_g and y ~ P_r,

    P_{(x, y) ~ pi*} [f*(y) - f*(x) = k |y - x|] = 1,   E_r f* - E_g f* = k W1(P_g, P_r),   k = W1 / (2 lam).

All pairs obey f(y) - f(x) <= k |y - x|, so the first statement says that the expected slack k |y - x| - (f(y) - f(x))
is zero. It depends on the coupling by the mean distance alone. Its error bar: let that be at most ``doubt`` above W1,
and let J(f) - J* <= ``error``. Since J(f) - J* = lam (k - k*)^2 + (k W1 - (E_r f - E_g f)), the claim leaves at most
k doubt + error to the expected slack. Where another coupling takes the place of the optimal one, ``doubt`` is how much
less the mean distance of the coupling that is meant can be than that of the one at hand.

The two sides are computed apart: f by the library (network simplex), the coupling by a linear program of its own
(HiGHS), mended to exact marginals and certified by its own potential, W1 on the line from the distribution functions.
``--loss`` is accepted: with a loss that is not linear the statement is false, and the verdict says so.

Source: WGAN-GP paper, Proposition 1; LGAN paper, section 2.2; lecture, "Earth Mover's Distance".
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.spatial.distance import cdist

from lgantheory.arrays import Array, Distances
from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.errors import UncertifiedSolution
from lgantheory.flows import Box, Flow, into_domain
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import ULPS, Solution
from lgantheory.solvers.transport import wasserstein
from verify.command import main
from verify.evidence import EPS, RESOLUTION, spread
from verify.instances import Instance, instance, lgan_losses, random_instances

TIGHT = "f* rises by k times the distance on every pair that an optimal coupling joins"
SAME_COST = "the coupling costs W1, as the network simplex and, on the line, the distribution functions give it"
SLOPE = "k is W1 / (2 lam) times the slope of the loss"

# How far the linear program may miss a marginal or a bound: the least that HiGHS accepts. ``Coupling.doubt`` measures
# what that costs.
TOLERANCE = 1e-10


# How much dearer than a unit of distance a unit of squared distance is made, to find the least distance among the
# couplings of least squared cost. Arbitrary: a larger one brings the bound closer, and multiplies its rounding.
PRICE = 1e3


@dataclass(frozen=True)
class Coupling:
    """Mass ``plan`` (n, m) from fake to real; ``doubt`` bounds how much less the coupling that is meant can cost.

    For an optimal coupling that is how far its cost is above the least one.
    """

    plan: Array
    doubt: float

    def mean(self, table: Distances) -> float:
        return math.fsum((self.plan * table).ravel())


def instances(request: Request) -> Iterator[Instance]:
    """Wasserstein problems, unless another loss is asked for."""
    return random_instances(request, lgan_losses(request, ("wasserstein",)))


def checks(case: Instance) -> list[Check]:
    """The expected slack, W1 by other routes, and k."""
    solution, coupling = case.solution, _coupling(case)
    return [_tight(solution, coupling), _same_cost(case, coupling), _slope(solution, coupling)]


def optimal_coupling(real: DiscreteMeasure, fake: DiscreteMeasure, cost: Distances) -> Coupling:
    """A coupling of least mean cost by linear programming, with exact marginals and a certified doubt.

    Raises:
        UncertifiedSolution: the linear program did not finish.
    """
    from scipy.optimize import linprog

    n, m = cost.shape
    rows = sparse.kron(sparse.eye_array(n), np.ones((1, m)))
    cols = sparse.kron(np.ones((1, n)), sparse.eye_array(m))
    sums = np.concatenate([fake.weights, real.weights])
    exact = {"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE}
    matrix = sparse.vstack([rows, cols]).tocsr()
    found = linprog(cost.ravel(), A_eq=matrix, b_eq=sums, method="highs", options=exact)
    if found.x is None:
        raise UncertifiedSolution(f"the linear program of the coupling found no point: {found.message}")
    plan = _mended(found.x.reshape(n, m), real, fake)
    least = _dual_value(real, fake, cost, -np.asarray(found.eqlin.marginals)[:n])
    mean = math.fsum((plan * cost).ravel())
    return Coupling(plan, max(mean - least, 0.0) + _missed(plan, real, fake, cost) + ULPS * EPS * float(cost.max()))


def _missed(plan: Array, real: DiscreteMeasure, fake: DiscreteMeasure, cost: Distances) -> float:
    """What the marginals of a plan, measured, leave open: mass astray costs twice the largest distance at most."""
    astray = np.abs(plan.sum(axis=1) - fake.weights).sum() + np.abs(plan.sum(axis=0) - real.weights).sum()
    return 2.0 * float(astray) * float(cost.max())


def _mended(plan: Array, real: DiscreteMeasure, fake: DiscreteMeasure) -> Array:
    """The plan with its marginals put right, which a solver meets only up to its own tolerance."""
    n, m = plan.shape
    i, j = np.divmod(np.arange(n * m), m)
    sums = np.concatenate([fake.weights, -real.weights])
    return into_domain(Flow.of(n + m, i, j + n, plan.ravel()), n, Box(sums, sums)).matrix(n).toarray()


def _dual_value(real: DiscreteMeasure, fake: DiscreteMeasure, cost: Distances, u: Array) -> float:
    """``E_real v - E_fake u`` for v = min_i u_i + c_ij: by weak duality at most the mean cost of any coupling."""
    v = (u[:, None] + cost)[fake.weights > 0.0].min(axis=0)
    alive = real.weights > 0.0
    u = (v[None, :] - cost)[:, alive].max(axis=1)
    return math.fsum(real.weights * v) - math.fsum(fake.weights * u)


def line_distance(real: DiscreteMeasure, fake: DiscreteMeasure) -> float:
    """W1 on the line, the integral of |F - G|, in rational arithmetic and rounded once."""
    steps: dict[Fraction, Fraction] = {}
    for sign, measure in ((1, fake), (-1, real)):
        total = sum(map(Fraction, measure.weights.tolist()))
        for x, w in zip(measure.points[:, 0].tolist(), measure.weights.tolist(), strict=True):
            steps[Fraction(x)] = steps.get(Fraction(x), Fraction(0)) + sign * Fraction(w) / total
    places, height, area = sorted(steps), Fraction(0), Fraction(0)
    for left, right in pairwise(places):
        height += steps[left]
        area += abs(height) * (right - left)
    return float(area)


def _coupling(case: Instance) -> Coupling:
    """An optimal coupling, or what takes its place when the hypothesis is dropped."""
    distances = case.problem.distances
    if "optimal_coupling" in case.without:
        plan = case.fake.weights[:, None] * case.real.weights[None, :]
        return Coupling(plan, _missed(plan, case.real, case.fake, distances) + ULPS * EPS * float(distances.max()))
    if "metric" in case.without:
        return _least_squares(case)
    return optimal_coupling(case.real, case.fake, distances)


def _least_squares(case: Instance) -> Coupling:
    """A coupling of least mean squared distance; ``doubt`` compares its mean distance with that of every other one.

    Let v be the least squared cost. A coupling that reaches it has the mean distance <pi, d + M d^2> - M v, which is at
    least the least cost for d + M d^2, less M v.
    """
    d = case.problem.distances
    found, priced = (optimal_coupling(case.real, case.fake, cost) for cost in (d**2, d + PRICE * d**2))
    least = priced.mean(d + PRICE * d**2) - priced.doubt - PRICE * found.mean(d**2)
    return Coupling(found.plan, max(found.mean(d) - least, 0.0) + ULPS * EPS * PRICE * float((d**2).max()))


def _tight(solution: Solution, coupling: Coupling) -> Check:
    problem, k = solution.problem, solution.k
    slack = k * problem.distances - (solution.f_real[None, :] - solution.f_fake[:, None])
    size = float(np.abs(solution.f).max()) + spread(solution)
    bar = _value_bar(solution, coupling) + ULPS * EPS * size
    return Check(TIGHT, coupling.mean(slack), bar, RESOLUTION * spread(solution))


def _value_bar(solution: Solution, coupling: Coupling) -> float:
    """What the claim leaves to the expected slack of our f: see the module's docstring for linear losses.

    For other losses every optimum lies in the enclosure, and the expected slack moves with f and k at most as far.
    """
    loss, box = solution.problem.loss, solution.enclosure
    if loss.fake.is_linear and loss.real.is_linear:
        return solution.k * coupling.doubt + solution.error / _unit_slope(solution)
    alive = solution.problem.alive
    reach = np.maximum(box.upper - solution.f, solution.f - box.lower)[alive]
    moved = float(solution.problem.weights[alive] @ reach)
    return (
        moved + (box.k_upper - box.k_lower) * coupling.mean(solution.problem.distances) + box.k_upper * coupling.doubt
    )


def _unit_slope(solution: Solution) -> float:
    """The slope of the fake loss where both sides balance: 1 for the Wasserstein loss."""
    loss = solution.problem.loss
    return float(loss.fake.derivative(0.0 if loss.balance_point is None else loss.balance_point))


def _same_cost(case: Instance, coupling: Coupling) -> Check:
    plan = wasserstein(case.real, case.fake)
    others = [plan.value] if case.real.dimension > 1 else [plan.value, line_distance(case.real, case.fake)]
    cost, size = coupling.mean(case.problem.distances), float(case.problem.distances.max())
    bar = coupling.doubt + max(plan.value - plan.lower, 0.0) + ULPS * EPS * size
    return Check(SAME_COST, max(abs(cost - other) for other in others), bar, RESOLUTION * size)


def _slope(solution: Solution, coupling: Coupling) -> Check:
    """Every optimal k lies within sqrt(error / lam) of ours, since J grows by lam (k - k*)^2."""
    lam, c = solution.problem.lam, _unit_slope(solution)
    wanted = c * coupling.mean(solution.problem.distances) / (2.0 * lam)
    bar = math.sqrt(solution.error / lam) + c * coupling.doubt / (2.0 * lam) + ULPS * EPS * wanted
    largest = abs(c) * float(cdist(solution.problem.fake.points, solution.problem.real.points).max()) / (2.0 * lam)
    return Check(SLOPE, abs(solution.k - wanted), bar, RESOLUTION * largest)


CLAIM = Claim(
    ref="kantorovich",
    statement=r"P_{(x,y)\sim\pi^*}[f^*(y) - f^*(x) = k\,\|y - x\|] = 1 for any optimal coupling; k = W_1/(2\lambda)",
    source="WGAN-GP paper, Proposition 1; LGAN paper, section 2.2",
    hypotheses={
        "linear": "f* is optimal for the Wasserstein losses, so its potential belongs to P_g and P_r themselves",
        "optimal_coupling": "x and y are drawn together, from a coupling of least cost",
        "metric": "the cost of a coupling is the distance itself",
        "squared_penalty": "lam k^2 is charged (for k = W1 / (2 lam) alone)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="linear",
            instance=lambda: instance([1.0, 4.0, 5.0], [0.0, 2.0], "softplus", 1.0),
            check=TIGHT,
            witness="softplus, fakes 0 and 2, reals 1, 4, 5, lam 1: its flow carries other masses than P_g and P_r; "
            "an optimal coupling of those leaves a slack of 3.6% of the spread",
        ),
        Break(
            drops="linear",
            instance=lambda: instance([0.0], [1.0], "softplus", 1.0),
            check=SLOPE,
            witness="softplus, real 0, fake 1, lam 1: k = 0.235, and half of W1 / (2 lam) is 0.25",
        ),
        Break(
            drops="optimal_coupling",
            instance=lambda: instance(
                [1.0, 2.0], [0.0, 3.0], "wasserstein", 0.5, without=frozenset({"optimal_coupling"})
            ),
            check=TIGHT,
            witness="fakes 0 and 3, reals 1 and 2, lam 1/2: k = 1, and pairs drawn independently, as gradient "
            "penalties draw them, have slack 1/2 on average",
        ),
        Break(
            drops="metric",
            instance=lambda: instance(
                [[0.0, 0.0], [2.0, 0.0]],
                [[0.0, 0.0], [-1.0, 2.0]],
                "wasserstein",
                1.0,
                without=frozenset({"metric"}),
            ),
            check=TIGHT,
            witness="fakes (0,0) and (-1,2), reals (0,0) and (2,0): the squared distance prefers to move both fakes "
            "(4 + 5 < 0 + 13), the distance leaves one where it is (sqrt 13 < 2 + sqrt 5)",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: instance([0.0], [1.0], "wasserstein", 1.0, penalty=Kind.ONE_SIDED),
            check=SLOPE,
            witness="lam max(0, k - 1)^2 charged, real 0, fake 1, lam 1: k = 1 + W1 / (2 lam) = 3/2",
        ),
    ),
    settles=("lgan 2.2",),
)

if __name__ == "__main__":
    main((CLAIM,))
