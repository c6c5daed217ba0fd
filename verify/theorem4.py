"""Theorem 4: the only equilibrium is P_r = P_g, with k(f*) = 0.

The discriminator minimises E_g fake(f) + E_r real(f) + lam k(f)^2; the generator, free to choose any distribution,
moves its mass to where f is higher. If P_r = P_g the optimum is the constant a, the balance point, and nobody has
anything to gain. If P_r != P_g then k(f*) > 0, and some generated point has a strictly higher real point straight
uphill, so the generator moves. (At the equilibrium f* is constant and the generator is indifferent: the equilibrium is
weak.)

The square matters. With lam * k the slope is zero for all close measures, and every such pair is a spurious
equilibrium; with lam * (k - 1)^2 the slope is not zero at P_r = P_g, and the equilibrium is destroyed.

Source: LGAN paper, Theorem 4 with Theorem 2 (d); slides, "There exists a unique Nash equilibrium where P_r = P_g and
k(f*) = 0".
"""

from collections.abc import Iterator

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.errors import NotAttained
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from verify.command import main
from verify.evidence import EPS, GAIN_RESOLUTION, RESOLUTION, between, places, shift_gain, spread, width_bounds
from verify.instances import STRICT_LOSSES, Instance, expression, instance, lgan_losses, random_instances

FLAT_AT_EQUALITY = "at P_r = P_g the slope k* is zero"
NO_SLOPE_HELPS = "at P_r = P_g no sloped discriminator improves on the constant"
BALANCED_AT_EQUALITY = "at P_r = P_g every optimal discriminator is the balance point"
ATTAINED_AT_EQUALITY = "at P_r = P_g some constant is optimal"
STEEP_ELSEWHERE = "at P_r != P_g the slope k* is positive"
GENERATOR_MOVES = "at P_r != P_g some generated point has a strictly higher real point"

# Slopes of the cones that are tried against the constant.
SLOPES = (0.01, 0.1, 0.5, 1.0, 2.0)


def instances(request: Request) -> Iterator[Instance]:
    """Pairs of different measures, and between them pairs of the same one, in another order and with repetitions."""
    for index, case in enumerate(random_instances(request, lgan_losses(request, STRICT_LOSSES))):
        yield case
        if index % 2 == 0:
            yield _equal(case, np.random.default_rng([request.seed, index]))


def _equal(case: Instance, rng: np.random.Generator) -> Instance:
    points, weights = case.fake.points, case.fake.weights
    order = rng.permutation(2 * len(points))
    twice = DiscreteMeasure(np.tile(points, (2, 1))[order], np.tile(weights / 2.0, 2)[order])
    return Instance(twice, case.fake, case.loss, case.lam, "P_r = P_g", case.penalty)


def checks(case: Instance) -> list[Check]:
    alike = case.real.is_same_as(case.fake)
    if not case.problem.penalty.is_monotone:
        return [_no_slope_helps(case)]
    try:
        return _at_equality(case) if alike else _elsewhere(case)
    except NotAttained:
        f = np.full(case.problem.n + case.problem.m, 1.0)
        gain = shift_gain(case.problem, f, 0.0)
        return [Check(ATTAINED_AT_EQUALITY, gain, 16.0 * EPS, GAIN_RESOLUTION)]


def _slope_unit(case: Instance) -> float:
    """``fake'(a) diam / (2 lam)``, the bound of k* with the diameter in place of W1 (1 when all points coincide)."""
    a = case.loss.balance_point or 0.0
    diameter = float(case.problem.support_distances.max()) or 1.0
    return abs(float(case.loss.fake.slopes(a)[1])) * diameter / (2.0 * case.lam)


def _at_equality(case: Instance) -> list[Check]:
    solution, a = case.solution, case.loss.balance_point
    box, unit = solution.enclosure, _slope_unit(case)
    off = float(np.max(np.abs(solution.f - (0.0 if a is None else a))))
    direction = np.zeros(len(solution.f))
    direction[0] = 1.0
    lower, upper = width_bounds(solution, direction)
    return [
        between(FLAT_AT_EQUALITY, box.k_lower, box.k_upper, RESOLUTION * unit),
        between(BALANCED_AT_EQUALITY, max(lower, off - upper, 0.0), off + upper, RESOLUTION),
        Check(ATTAINED_AT_EQUALITY, shift_gain(case.problem, solution.f, solution.k), solution.error, GAIN_RESOLUTION),
        _no_slope_helps(case),
    ]


def _no_slope_helps(case: Instance) -> Check:
    """Constants cost at least ``fake(a) + real(a) + penalty(0)``; cones over the first point are tried against that."""
    problem, a = case.problem, case.loss.balance_point or 0.0
    cone = problem.support_distances[0] - float(problem.support_distances[0].mean())
    level = problem.primal(np.full(problem.n + problem.m, a), 0.0)
    best = min(problem.primal(a + slope * cone) for slope in SLOPES)
    return Check(
        NO_SLOPE_HELPS, level - best, 32.0 * EPS * (abs(level) + abs(best)), GAIN_RESOLUTION * max(1.0, abs(level))
    )


def _elsewhere(case: Instance) -> list[Check]:
    solution = case.solution
    box, unit = solution.enclosure, _slope_unit(case)
    centre, radius = 0.5 * (box.k_upper + box.k_lower), 0.5 * (box.k_upper - box.k_lower)
    return [
        Check(STEEP_ELSEWHERE, -centre, radius, RESOLUTION * unit, strict=True),
        *_generator(case),
    ]


def _generator(case: Instance) -> list[Check]:
    """The highest certified climb from a generated point to a real one along a pair that carries mass."""
    solution = case.solution
    at = places(solution)
    climbs = (at.q > 0.0)[:, None] & (at.p > 0.0)[None, :] & (at.flow > 0.0)
    unit = RESOLUTION * max(spread(solution), EPS)
    if not climbs.any():
        return [Check(GENERATOR_MOVES, 0.0, 0.0, unit, strict=True)]
    rise = at.f[None, :] - at.f[:, None]
    bar = np.divide(solution.error, at.flow, out=np.full(at.flow.shape, np.inf), where=climbs)
    u, v = np.unravel_index(int(np.argmax(np.where(climbs, rise - bar, -np.inf))), rise.shape)
    return [Check(GENERATOR_MOVES, -float(rise[u, v]), float(bar[u, v]), unit, strict=True)]


CLAIM = Claim(
    ref="theorem4",
    statement=r"P_r = P_g \Leftrightarrow k(f^*) = 0; then f^* = a; otherwise the generator gains by moving",
    source="LGAN paper, Theorem 4 and Theorem 2 (d); slides, 'There exists a unique Nash equilibrium'",
    hypotheses={
        "slope_at_balance": "fake'(a) > 0 at the balance point (weakly increasing is not enough)",
        "balance_point": "some a has fake'(a) + real'(a) = 0",
        "strictly_convex": "one loss is strictly convex (for f* = a to be unique)",
        "squared_penalty": "the penalty is lam * k^2",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="slope_at_balance",
            instance=lambda: instance([1.0], [0.0], "hinge(0)", 1.0),
            check=STEEP_ELSEWHERE,
            witness="relu: fake max(0, t), real max(0, -t), fake 0, real 1: f = 0 costs nothing, so k* = 0",
        ),
        Break(
            drops="balance_point",
            instance=lambda: instance([0.0], [0.0], expression("log(1 + exp(t))", "-t"), 1.0),
            check=ATTAINED_AT_EQUALITY,
            witness="fake softplus, real -t, P_r = P_g = delta_0: J(c) = log(1 + e^-c) is never at its infimum",
        ),
        Break(
            drops="strictly_convex",
            instance=lambda: instance([0.0], [0.0], "wasserstein", 1.0),
            check=BALANCED_AT_EQUALITY,
            witness="wasserstein, P_r = P_g = delta_0: every constant is optimal",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: instance([1.0], [0.0], "softplus", 1.0, penalty=Kind.LINEAR),
            check=STEEP_ELSEWHERE,
            witness="softplus with lam * k, lam 1, fake 0, real 1: k* = 0 from lam = 1/2 on, a spurious equilibrium",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: instance([0.0, 1.0], [0.0, 1.0], "softplus", 1.0, penalty=Kind.TARGET),
            check=NO_SLOPE_HELPS,
            witness="softplus with lam * (k - 1)^2, lam 1, P_r = P_g uniform on 0 and 1: slope 1 costs 1.448 and a "
            "constant 2.386, so k* > 0 and the equilibrium is destroyed",
        ),
    ),
    settles=("P8",),
)

if __name__ == "__main__":
    main((CLAIM,))
