"""Equal measures: the discriminator at the equilibrium is the balance point, exactly, and k = 0.

Solved by name rather than by iteration because k near zero is the least accurate number an iterative solver returns,
and this is the one case in which it is the whole point (LGAN paper, Theorem 2 (d): the unique equilibrium).
"""

import numpy as np

from lgantheory.arrays import Array
from lgantheory.flows import Flow
from lgantheory.measures import distinct_places
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers.network import Network

NAME = "constant"


def refusal(problem: LipschitzProblem) -> str | None:
    """What the solver lacks for the problem, or None."""
    if not problem.loss.is_convex:
        return "losses proved convex"
    if not problem.real.is_same_as(problem.fake):
        return "equal measures"
    return None


def solve(problem: LipschitzProblem) -> Solution:
    """F = a; the mass that every fake point sends goes to the real points at the same place."""
    network = Network(problem)
    slope = _common_slope(problem, network.centre)
    fake, real, mass = _in_place(problem)
    ends = (fake, real) if slope >= 0.0 else (real, fake)
    f = np.full(problem.n + problem.m, network.centre)
    return problem.certify(f, Flow.of(len(f), *ends, abs(slope) * mass), solver=NAME)


def _common_slope(problem: LipschitzProblem, a: float) -> float:
    """A slope of ``fake`` at a whose negative is one of ``real``: at kinks both have an interval of them."""
    fake, real = problem.loss.fake.slopes(a), problem.loss.real.slopes(a)
    return 0.5 * (max(float(fake[0]), -float(real[1])) + min(float(fake[1]), -float(real[0])))


def _in_place(problem: LipschitzProblem) -> tuple[Array, Array, Array]:
    """The coupling of a measure with itself that moves nothing: at each place, fake times real over the total."""
    _, place = distinct_places(problem.points)
    total = np.bincount(place[problem.n :], problem.real.weights, int(place.max()) + 1)
    i, j = np.nonzero(place[: problem.n, None] == place[None, problem.n :])
    share = np.divide(problem.real.weights[j], total[place[i]], out=np.zeros(len(j)), where=total[place[i]] > 0.0)
    return i, j + problem.n, problem.fake.weights[i] * share
