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
    """The coupling of a measure with itself that moves nothing.

    At each place the weights of its fake and of its real points are cut at the same levels, one after the other, so
    there are no more pairs than points.
    """
    n = problem.n
    _, index = distinct_places(problem.points)
    place, fakes, reals = index.tolist(), np.argsort(index[:n], kind="stable"), np.argsort(index[n:], kind="stable")
    i, j, mass = [], [], []
    s = t = 0
    left = np.concatenate([problem.fake.weights, problem.real.weights]).tolist()
    while s < n and t < problem.m:
        x, y = int(fakes[s]), n + int(reals[t])
        if place[x] == place[y]:
            moved = min(left[x], left[y])
            i.append(x)
            j.append(y)
            mass.append(moved)
            left[x] -= moved
            left[y] -= moved
        s, t = _advanced((s, t), (place[x], place[y]), (left[x], left[y]))
    return np.array(i, dtype=int), np.array(j, dtype=int), np.array(mass)


def _advanced(at: tuple[int, int], places: tuple[int, int], left: tuple[float, float]) -> tuple[int, int]:
    """Go on on the side whose place comes first, or at one place on the side that has less weight left."""
    behind = places if places[0] != places[1] else left
    return (at[0] + 1, at[1]) if behind[0] <= behind[1] else (at[0], at[1] + 1)
