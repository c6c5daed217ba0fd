"""Equal measures: the discriminator at the equilibrium is the balance point, exactly, and k = 0.

Solved by name rather than by iteration because k near zero is the least accurate number an iterative solver returns,
and this is the one case in which it is the whole point (LGAN paper, Theorem 2 (d): the unique equilibrium).
"""

import numpy as np
from scipy import sparse

from lgantheory.arrays import Array
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers.network import Network

NAME = "constant"


def refusal(problem: LipschitzProblem) -> str | None:
    if problem.penalty_kind is Kind.TARGET:
        return "a penalty that charges nothing at k = 0"
    if not problem.loss.is_convex:
        return "losses proved convex"
    if not problem.real.is_same_as(problem.fake):
        return "equal measures"
    return None


def solve(problem: LipschitzProblem) -> Solution:
    """f = a; the mass that every fake point sends goes to the real points at the same place."""
    network = Network(problem)
    slope = float(problem.loss.fake.derivative(network.centre))
    f = np.full(problem.n + problem.m, network.centre)
    flow = problem.support_flow(abs(slope) * _in_place(problem))
    return problem.certify(f, flow if slope >= 0.0 else sparse.csr_array(flow.T), solver=NAME)


def _in_place(problem: LipschitzProblem) -> sparse.csr_array:
    """The coupling of a measure with itself that moves nothing: at each place, fake times real over the total."""
    place: dict[bytes, list[list[int]]] = {}
    for side, measure in enumerate((problem.fake, problem.real)):
        for v, point in enumerate(measure.points + 0.0):  # + 0.0 makes -0.0 and 0.0 one place
            place.setdefault(point.tobytes(), [[], []])[side].append(v)
    i, j, mass = [], [], []
    for fakes, reals in place.values():
        total = float(np.sum(problem.real.weights[reals]))
        for row in fakes:
            for col in reals:
                share = problem.real.weights[col] / total if total > 0.0 else 0.0
                i.append(row), j.append(col), mass.append(problem.fake.weights[row] * share)
    data: Array = np.array(mass)
    return sparse.csr_array(sparse.coo_array((data, (i, j)), shape=(problem.n, problem.m)))
