"""A problem as solvers see it: points that carry weight, in a unit of length in which the farthest pair is 1 apart.

The LGAN problem is covariant under scaling (J*(lam; s X) = J*(lam / s^2; X), and k scales by 1/s), so a solver that
works in this unit sees distances in [0, 1] whatever the user's are. Values of f do not depend on the unit.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lgantheory.arrays import Array, Indices, SupportValues
from lgantheory.errors import InvalidParameter, NotAttained
from lgantheory.flows import Flow
from lgantheory.penalties import Kind, Penalty
from lgantheory.problem import LipschitzProblem, Solution

# Beyond this ratio of scales the products that solvers form would leave the range of float64. Arbitrary, with room.
TINIEST = 1e-100


def balance_point(problem: LipschitzProblem) -> float:
    """The balance point a: the constant that is optimal when both measures agree.

    Raises:
        NotAttained: there is none.
    """
    loss = problem.loss
    if loss.balance_point is None:
        raise NotAttained(
            f"loss {loss.name!r} has no balance point (no a with fake'(a) + real'(a) = 0), so no discriminator "
            "attains the infimum on any data. Rescale fake or real so that their slopes can cancel."
        )
    return loss.balance_point


def lam_in_unit(problem: LipschitzProblem, unit: float) -> float:
    """Weight of the penalty when lengths are measured in ``unit``.

    Raises:
        InvalidParameter: it is beyond the numbers that products of it leave room for.
    """
    lam = problem.penalty.rescaled(unit).lam if problem.penalty_kind is Kind.SQUARED else problem.lam
    if not TINIEST < lam < 1.0 / TINIEST:
        raise InvalidParameter(
            f"lam / distance^2 must lie between {TINIEST:.0e} and {1.0 / TINIEST:.0e}; got {lam:.3g}. Rescale lam "
            "or the points: the problem is the same for (c x, c^2 lam)."
        )
    return lam


@dataclass(frozen=True)
class Arcs:
    """Ordered pairs of nodes with their distance: the constraints ``f_t - f_s <= k d``, and later their multipliers."""

    s: Indices
    t: Indices
    d: Array

    def __len__(self) -> int:
        return len(self.s)

    def subset(self, keep: Array) -> "Arcs":
        return Arcs(self.s[keep], self.t[keep], self.d[keep])

    def violation(self, f: SupportValues, k: float) -> Array:
        return f[self.t] - f[self.s] - k * self.d


@dataclass(frozen=True)
class Network:
    """Nodes 0..n-1 are fake points with weight, the rest real points with weight."""

    problem: LipschitzProblem

    def __post_init__(self) -> None:
        balance_point(self.problem)

    @cached_property
    def nodes(self) -> Indices:
        """Positions of the nodes among the support points."""
        return np.flatnonzero(self.problem.alive)

    @cached_property
    def n(self) -> int:
        return int(np.sum(self.problem.alive[: self.problem.n]))

    @property
    def size(self) -> int:
        return len(self.nodes)

    @cached_property
    def weights(self) -> SupportValues:
        return self.problem.weights[self.nodes]

    @cached_property
    def unit(self) -> float:
        """The largest distance that counts; 1 when all points coincide or the penalty has a scale of its own."""
        if self.problem.penalty_kind is not Kind.SQUARED:
            return 1.0  # the other penalties have a scale of their own: slope 1 in the user's unit
        longest = float(self._raw.max(initial=0.0))
        return longest if longest > 0.0 else 1.0

    @cached_property
    def _raw(self) -> Array:
        p = self.problem
        if p.pairs == "all":
            return p.support_distances[np.ix_(self.nodes, self.nodes)]
        return p.distances[np.ix_(self.nodes[: self.n], self.nodes[self.n :] - p.n)]

    @cached_property
    def distances(self) -> Array:
        """(fakes, reals) or (nodes, nodes), in the network's unit, as ``problem.pairs`` says."""
        return self._raw / self.unit

    @cached_property
    def lam(self) -> float:
        """Weight of the penalty in the network's unit."""
        return lam_in_unit(self.problem, self.unit)

    @cached_property
    def penalty(self) -> Penalty:
        """The charge as a function of the slope in the network's unit."""
        penalty = self.problem.penalty
        return penalty.rescaled(self.unit) if penalty.kind is Kind.SQUARED else penalty

    @property
    def centre(self) -> float:
        """The balance point a: the constant that is optimal when both measures agree."""
        return balance_point(self.problem)

    @cached_property
    def step(self) -> float:
        """Scale of ``f - a``: the bound k <= fake'(a) W1 / (2 lam) with W1 <= 1, capped at one."""
        if self.penalty.kind is not Kind.SQUARED:
            return 1.0
        slope = abs(float(self.problem.loss.fake.derivative(self.centre)))
        return min(1.0, max(slope, 1e-3) / (2.0 * self.lam))

    def gradient(self, f: SupportValues) -> SupportValues:
        loss, n = self.problem.loss, self.n
        return self.weights * np.concatenate([loss.fake.derivative(f[:n]), loss.real.derivative(f[n:])])

    def curvature(self, f: SupportValues) -> SupportValues:
        loss, n = self.problem.loss, self.n
        return self.weights * np.concatenate([loss.fake.second_derivative(f[:n]), loss.real.second_derivative(f[n:])])

    def objective(self, f: SupportValues, k: float) -> float:
        loss, n = self.problem.loss, self.n
        values = np.concatenate([loss.fake(f[:n]), loss.real(f[n:])])
        return float(self.weights @ values) + self.lam * k * k

    @property
    def arcs_in_all(self) -> int:
        """How many constraints the problem has."""
        return self.distances.size - (self.size if self.problem.pairs == "all" else 0)

    @cached_property
    def all_arcs(self) -> Arcs:
        """Every constraint of the problem."""
        rows, cols = self.distances.shape
        s, t = np.divmod(np.arange(rows * cols), cols)
        if self.problem.pairs == "all":
            keep = s != t
            return Arcs(s[keep], t[keep], self.distances.ravel()[keep])
        return Arcs(s, t + self.n, self.distances.ravel())

    def certified(self, f: SupportValues, k: float, flow: Flow, solver: str) -> Solution:
        """The solution with these values at the nodes, this slope (network's unit) and this support flow."""
        p = self.problem
        slope = max(k, 0.0) / self.unit
        whole = np.full(p.n + p.m, self.centre)
        whole[self.nodes] = f
        return p.certify(whole, flow, k=slope, repair=True, solver=solver)

    def flow(self, s: Array, t: Array, mass: Array) -> Flow:
        """Mass on pairs of nodes, as a flow over the support points."""
        return Flow.of(self.problem.n + self.problem.m, self.nodes[s], self.nodes[t], mass)
