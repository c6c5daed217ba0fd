"""Linear losses: the LGAN is a Wasserstein GAN, and its optimum is one optimal transport plan.

With fake(t) = c t and real(t) = -c t the problem is ``min_k lam k^2 - c k W1``, so k = c W1 / (2 lam) and f* = k times
a Kantorovich potential. The plan comes from POT's network simplex; potentials are c-transformed afterwards, so that
points without weight carry honest values too.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from lgantheory.arrays import Array, FakeValues, RealValues
from lgantheory.errors import UncertifiedSolution
from lgantheory.measures import Samples, as_measure, euclidean, require_one_space
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers.network import Network

NAME = "transport"

# Pivots of the network simplex; far beyond what an instance that fits in memory needs.
PIVOTS = 100_000_000


@dataclass(frozen=True)
class Transport:
    """An optimal transport plan and its proof.

    * ``value``: W1, from the plan; ``lower``: from the potentials; their difference is the whole doubt.
    * ``plan`` (n, m): mass from fake i to real j;
    * ``potential_fake`` (n,), ``potential_real`` (m,): a 1-Lipschitz u with ``value = E_real u - E_fake u``.
    """

    value: float
    lower: float
    plan: sparse.csr_array
    potential_fake: FakeValues
    potential_real: RealValues

    @property
    def gap(self) -> float:
        return (self.value - self.lower) / max(1.0, abs(self.value))


def refusal(problem: LipschitzProblem) -> str | None:
    """What the solver lacks for the problem, or None."""
    fake, real = problem.loss.fake, problem.loss.real
    if problem.penalty_kind is not Kind.SQUARED:
        return "the squared penalty"
    if not (fake.is_linear and real.is_linear):
        return "linear losses on both sides"
    if problem.pairs != "real-fake":
        return "a fake loss that does not decrease"
    return None


def solve(problem: LipschitzProblem) -> Solution:
    """One optimal transport plan."""
    network = Network(problem)
    slope = float(problem.loss.fake.derivative(0.0))
    plan = wasserstein(problem.real, problem.fake)
    k = slope * plan.value / (2.0 * problem.lam)
    u = np.concatenate([plan.potential_fake, plan.potential_real])
    f = network.centre + k * (u - u.mean())
    return problem.certify(f, slope * plan.plan, k=k, repair=True, solver=NAME)


def wasserstein(real: Samples, fake: Samples) -> Transport:
    """W1 between two samples, with potentials and plan.

    Source: Kantorovich-Rubinstein duality; lecture, "Earth Mover's Distance".

    Raises:
        InvalidMeasure: the dimensions differ.
        UncertifiedSolution: the network simplex did not finish.
    """
    real, fake = as_measure(real), as_measure(fake)
    require_one_space(real, fake)
    import ot

    x, y = fake.weights > 0.0, real.weights > 0.0
    whole = euclidean(fake.points, real.points)
    d = whole[np.ix_(x, y)]
    unit = float(d.max(initial=0.0)) or 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # POT warns and returns; its status is read below instead
        dense, log = ot.emd(fake.weights[x], real.weights[y], d / unit, numItermax=PIVOTS, log=True)
    if log["warning"] is not None:
        raise UncertifiedSolution(f"the network simplex stopped early: {log['warning']}")
    plan = _spread(dense, x, y)
    potential = _potentials(whole, x, -np.asarray(log["u"]) * unit)
    lower = float(real.weights @ potential[1] - fake.weights @ potential[0])
    return Transport(float(np.sum(dense * d)), lower, plan, *potential)


def _spread(dense: Array, x: Array, y: Array) -> sparse.csr_array:
    i, j = np.nonzero(dense)
    at = np.flatnonzero(x)[i], np.flatnonzero(y)[j]
    return sparse.csr_array(sparse.coo_array((dense[i, j], at), shape=(x.size, y.size)))


def _potentials(d: Array, x: Array, u: Array) -> tuple[FakeValues, RealValues]:
    """Two c-transforms of the dual variables of the fake points with weight: from them to all reals, and back to all.

    The way back leaves points with weight their value, up to rounding: each has a tight arc.
    """
    reals = (u[:, None] + d[x]).min(axis=0)
    return (reals[None, :] - d).max(axis=1), reals
