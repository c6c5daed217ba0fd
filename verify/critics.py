"""Critics from linear programs: optima of the compact dual, of the dual of all pairs, and decoys.

Functions of a problem's supports and weights and of a cost between all support points, (N, N); the loss plays no part.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from lgantheory.arrays import Array, QueryPoints, QueryValues, SupportValues
from lgantheory.errors import UncertifiedSolution
from lgantheory.problem import ULPS, LipschitzProblem
from verify.evidence import EPS
from verify.kantorovich import optimal_coupling

# Slope of the decoy; arbitrary. In the example with one real and one fake it is M - 1.
DECOY_SLOPE = 10.0

# Optima are looked for in this many directions, and values kept within this many diameters; arbitrary.
DIRECTIONS = 3
BOX = 10.0

# Pairs with a larger share of the largest mass count as joined by the coupling; arbitrary. Losing a pair only makes the
# optima that are found worse, which ``eps`` then measures.
JOINED = 1e-9


@dataclass(frozen=True)
class Critic:
    """Values (N,) that meet the compact constraints and miss the optimal value by ``eps`` at most."""

    f: SupportValues
    eps: float


@dataclass(frozen=True)
class Decoy:
    """A function on R^d with prescribed values and gradients at finitely many places, zero away from them."""

    places: Array
    values: Array
    gradients: Array
    radius: float

    def __call__(self, points: QueryPoints) -> QueryValues:
        offset = points[:, None, :] - self.places[None, :, :]
        fade = np.clip(2.0 - 2.0 * np.linalg.norm(offset, axis=2) / self.radius, 0.0, 1.0)
        return (fade * (self.values + np.einsum("pvd,vd->pv", offset, self.gradients))).sum(axis=1)


def compact_optima(problem: LipschitzProblem, cost: Array) -> list[Critic]:
    """Optima of the compact dual that go far in some directions: fakes up and reals down, then at random.

    On the pairs that an optimal coupling joins every optimum is tight; that, and feasibility, make it optimal.
    """
    n, m = problem.n, problem.m
    cost = cost[:n, n:]
    coupling = optimal_coupling(problem.real, problem.fake, cost)
    tight = (coupling.plan > coupling.plan.max() * JOINED).ravel()
    i, j = np.divmod(np.arange(n * m), m)
    rng = np.random.default_rng([n, m])
    directions = [np.repeat([1.0, -1.0], [n, m]), *rng.normal(size=(DIRECTIONS - 1, n + m))]
    least = coupling.mean(cost)
    found = [_farthest(direction, (i, j + n), cost.ravel(), tight) for direction in directions]
    return [_feasible(problem, f, cost, least) for f in found]


def _farthest(direction: Array, pairs: tuple[Array, Array], cost: Array, tight: Array) -> Array:
    """Maximise direction . f under f_t - f_s <= cost, with equality where tight, and f_0 = 0."""
    from scipy.optimize import linprog

    differences = _differences(pairs, len(direction))
    width = BOX * (float(cost.max()) or 1.0)
    bounds = np.tile([-width, width], (len(direction), 1))
    bounds[0] = 0.0
    equal = {"A_eq": differences[tight], "b_eq": cost[tight]} if tight.any() else {}
    found = linprog(-direction, A_ub=differences[~tight], b_ub=cost[~tight], bounds=bounds, method="highs", **equal)
    if found.x is None:
        raise UncertifiedSolution(f"the linear program of the compact dual found no point: {found.message}")
    return found.x


def _differences(pairs: tuple[Array, Array], size: int) -> sparse.csr_array:
    """Rows f_t - f_s."""
    s, t = pairs
    rows = np.arange(len(s))
    data = np.repeat([1.0, -1.0], len(s))
    return sparse.csr_array(sparse.coo_array((data, (np.tile(rows, 2), np.concatenate([t, s]))), (len(s), size)))


def _feasible(problem: LipschitzProblem, f: Array, cost: Array, least: float) -> Critic:
    """F with the reals lowered until it meets the constraints; what a solver's tolerance costs is measured."""
    n = problem.n
    f[n:] -= max(0.0, float((f[n:][None, :] - f[:n][:, None] - cost).max()))
    size = float(np.abs(f).max() + cost.max())
    return Critic(f, max(least - gain(problem, f), 0.0) + ULPS * EPS * size)


def gain(problem: LipschitzProblem, f: SupportValues) -> float:
    """``E_real f - E_fake f``."""
    n = problem.n
    return math.fsum(problem.real.weights * f[n:]) - math.fsum(problem.fake.weights * f[:n])


def all_pairs_optimum(problem: LipschitzProblem, cost: Array) -> Array:
    """An optimum under the constraints between all pairs; the last step makes it feasible to the last bit."""
    s, t = np.nonzero(~np.eye(len(cost), dtype=bool))
    weights = np.concatenate([-problem.fake.weights, problem.real.weights])
    f = _farthest(weights, (s, t), cost[s, t], np.zeros(len(s), dtype=bool))
    return (f[:, None] + shortest_paths(cost)).min(axis=0)


def shortest_paths(cost: Array) -> Array:
    """What the constraints along chains of points leave of the cost; of a metric, the cost itself."""
    paths = cost.copy()
    for v in range(len(cost)):
        paths = np.minimum(paths, paths[:, v, None] + paths[None, v, :])
    return paths


def decoy_critic(problem: LipschitzProblem, critic: Critic, units: Array) -> Decoy:
    """The values of the critic, and at each generated place the slope DECOY_SLOPE against ``units``."""
    n, f = problem.n, critic.f
    places, at = np.unique(problem.points, axis=0, return_inverse=True)
    at = at.reshape(-1)
    fakes, reals = np.full(len(places), -np.inf), np.full(len(places), np.inf)
    np.maximum.at(fakes, at[:n], f[:n])
    np.minimum.at(reals, at[n:], f[n:])
    gradients = np.zeros_like(places)
    gradients[at[:n]] = -DECOY_SLOPE * units
    apart = np.linalg.norm(places[:, None, :] - places[None, :, :], axis=2)
    return Decoy(places, np.where(np.isfinite(fakes), fakes, reals), gradients, 0.5 * float(apart[apart > 0.0].min()))


@dataclass(frozen=True)
class Fall:
    """A decoy against what it claims to be: as good as an optimum, and falling at each generated sample.

    ``lost``: the value that it misses, or the worst constraint that it breaks; ``slope``: the steepest (most positive)
    of its slopes towards the nearest real sample. Both with the error bar of an exact decoy.
    """

    lost: float
    lost_bar: float
    slope: float
    slope_bar: float


def decoy_fall(problem: LipschitzProblem, critic: Critic, cost: Array) -> Fall | None:
    """Build the decoy of a critic and measure it; None where a place belongs to both supports.

    Copies of one place have values within eps / weight of each other; taking one for all of them costs N eps at most.
    """
    n, points, distances = problem.n, problem.points, problem.support_distances
    if not (problem.alive.all() and np.all(distances[:n, n:] > 0.0)):
        return None
    nearest = points[n + distances[:n, n:].argmin(axis=1)] - points[:n]
    units = nearest / np.linalg.norm(nearest, axis=1, keepdims=True)
    decoy = decoy_critic(problem, critic, units)
    values, h = decoy(points), 0.25 * decoy.radius
    rounding = ULPS * EPS * float(np.abs(values).max() + distances.max() + DECOY_SLOPE * h)
    broken = float((values[n:] - values[:n, None] - cost[:n, n:]).max())
    lost = max(gain(problem, critic.f) - gain(problem, values), broken)
    slopes = (decoy(points[:n] + h * units) - decoy(points[:n] - h * units)) / (2.0 * h)
    return Fall(lost, (len(points) + 1) * critic.eps + rounding, float(slopes.max()), rounding / h)
