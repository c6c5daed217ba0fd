r"""Moving generated points along the optimal flow: what decreases at every step, what need not, and who is stuck.

Let pi be the optimal flow of the current problem, m_i = sum_j pi_ij what fake i sends, and move it by

    x_i  <-  x_i + eta g_i,    g_i = sum_j pi_ij (y_j - x_i) / |y_j - x_i| / m_i

(the direction of the gradient of f* where that exists). The same flow is a dual point of the next problem: only its
cost C = sum pi_ij d_ij changes, to C'. So by weak duality

    D(next)  <=  D - (C^2 - C'^2) / (4 lam),    C - C'  >=  eta sum m_i |g_i|^2 (1 - eta / (2 (d_min - eta)))

with d_min the least distance that the flow crosses: a step eta g along or across a ray of length d > eta changes it by
-eta u . g, and eta^2 (|g|^2 - (u . g)^2) / (2 (d - eta)) at most on top. So D decreases for eta < 2/3 d_min, at rate
k* sum m_i |g_i|^2. For the linear losses D = (c W1)^2 / (4 lam), and W1 decreases as well. Mass that stays at its place
(d = 0) spoils this: to move it costs eta |g|.

W1 need not decrease for the other losses: their flow transports fake'(f*) P_g to -real'(f*) P_r. With reals -1 and 10
and fakes 0 and -1, W1 joins 0 to 10. For small lam f* is far below 0 at -1, as it is at 0, and far above at 10: there
the loss is flat, and the real point -1 takes up more of what 0 sends. The fake moves away from 10, and W1 grows.

Stuck: P_g = delta_0 between reals -1 and 1 has g = 0, and D > 0. Fake 0 with reals 0 (three quarters) and 1: most of
the fake is right already, and D rises when it moves.

Source: slides, "For each generated sample, the gradient directly points towards a real sample", for some steps.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from flint import arb

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.measures import DiscreteMeasure, euclidean
from lgantheory.problem import ULPS, LipschitzProblem, Solution
from lgantheory.solvers import solve
from verify.balls import at_most
from verify.command import main
from verify.evidence import EPS, RESOLUTION
from verify.instances import Instance, instance, lgan_losses, random_instances
from verify.lgan.certified import distance, optimal_value

BY_THE_FLOW = "D falls at least as much as the old flow proves"
FALLS = "D falls at every step"
W1_FALLS = "W1 falls at every step"
STAYS = "a generated sample that is real already stays where it is"

# A step is this share of the least distance that the flow crosses, then half of it, ...; arbitrary, below one.
SHARE = 0.125
STEPS = 4


@dataclass(frozen=True)
class Swarm:
    """A problem whose fake points are moved ``steps`` times."""

    first: Instance
    steps: int = STEPS

    def __str__(self) -> str:
        return f"{self.first}, {self.steps} steps"


@dataclass(frozen=True)
class Step:
    """One step: the solutions before and after, and a ball for the cost of the old flow at both places.

    ``fair``: something is pulled, and no mass stays at its place, so that the divergence must fall.
    """

    before: Solution
    after: Solution
    cost: arb
    moved_cost: arb
    fair: bool


def instances(request: Request) -> Iterator[Swarm]:
    losses = lgan_losses(request)
    if request.data is not None:
        yield from map(Swarm, random_instances(request, losses))
        return
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        n, m, d = int(rng.integers(1, 6)), int(rng.integers(1, 6)), int(rng.integers(1, 3))
        y, x = rng.integers(-16, 17, (m, d)) / 8.0 + 2.0, rng.integers(-16, 17, (n, d)) / 8.0 - 2.5625
        lam = float(f"{4.0 ** rng.uniform(-2.0, 2.0):.3g}") if request.lam is None else request.lam
        yield Swarm(instance(y, x, losses[index % len(losses)], lam))


def directions(solution: Solution) -> tuple[Array, Array]:
    """``g`` (n, d), zero where nothing leaves; and the distances that the flow crosses."""
    problem, flow = solution.problem, solution.flow.tocoo()
    (i, j), mass = flow.coords, flow.data
    rays = problem.real.points[j] - problem.fake.points[i]
    lengths = np.linalg.norm(rays, axis=1)
    far = lengths > 0.0
    units = np.divide(rays, lengths[:, None], out=np.zeros_like(rays), where=far[:, None])
    g, sent = np.zeros_like(problem.fake.points), np.bincount(i, mass, problem.n)
    np.add.at(g, i, mass[:, None] * units)
    g = np.divide(g, sent[:, None], out=np.zeros_like(g), where=sent[:, None] > 0.0)
    return g, lengths


def step(before: Solution) -> Step:
    """Move the fakes, and solve again from the solution before."""
    problem = before.problem
    g, lengths = directions(before)
    eta = SHARE * float(lengths[lengths > 0.0].min(initial=np.inf)) if lengths.any() else 0.0
    fake = DiscreteMeasure(problem.fake.points + eta * g, problem.fake.weights)
    after = solve(LipschitzProblem(problem.real, fake, problem.loss, problem.lam), start=before)
    fair = bool(np.all(lengths > 0.0) and np.abs(g).max() > RESOLUTION)
    return Step(before, after, _cost(before, problem), _cost(before, after.problem), fair)


def _cost(solution: Solution, problem: LipschitzProblem) -> arb:
    """``<flow, d>`` of a flow at the points of another problem, to rounding."""
    flow = solution.flow.tocoo()
    lengths = euclidean(problem.fake.points, problem.real.points)[flow.coords]
    return arb(float(flow.data @ lengths), ULPS * EPS * float(flow.data.sum()) * float(lengths.max(initial=0.0)))


def checks(case: Swarm) -> list[Check]:
    found, at = [], case.first.solution
    for _ in range(case.steps):
        taken = step(at)
        found += _decided(taken, asked=taken.fair or bool(case.first.without))
        at = taken.after
    return found


def _decided(taken: Step, *, asked: bool) -> list[Check]:
    """J* rises where D falls; the old flow is optimal but for the certified error."""
    lam = arb(taken.before.problem.lam)
    before, after = optimal_value(taken.before), optimal_value(taken.after)
    proved = (taken.cost**2 - taken.moved_cost**2) / (4 * lam) - arb(0, taken.before.error)
    unit = RESOLUTION * max(float(proved.upper()), RESOLUTION**2)
    found = [at_most(BY_THE_FLOW, before + proved, after, unit)]
    if asked:
        found.append(at_most(FALLS, before, after, unit, strict=True))
    if asked and taken.before.problem.loss.fake.is_linear:
        found.append(_w1_falls(taken))
    return found


def _w1_falls(taken: Step) -> Check:
    fars = [distance(s.problem.real, s.problem.fake) for s in (taken.before, taken.after)]
    return at_most(W1_FALLS, fars[1], fars[0], RESOLUTION * float(fars[0].upper()), strict=True)


CLAIM = Claim(
    ref="lgan.particle_flow",
    statement=r"a step of P_g along the optimal flow lowers \phi(a) + \varphi(a) - J^*, and W_1 for linear losses",
    source='slides, "the gradient directly points towards a real sample", followed step by step',
    hypotheses={
        "pulled": "some generated point is pulled more to one side: not every mean direction is 0",
        "apart": "the flow joins no two points at one place",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="pulled",
            instance=lambda: Swarm(instance([-1.0, 1.0], [0.0], "softplus", 1.0, without=frozenset({"pulled"})), 1),
            check=FALLS,
            witness="fake 0 between reals -1 and 1: both pull alike, nothing moves, and P_g != P_r",
        ),
        Break(
            drops="apart",
            instance=lambda: Swarm(
                instance(
                    DiscreteMeasure([0.0, 1.0], [0.75, 0.25]), [0.0], "softplus", 1.0, without=frozenset({"apart"})
                ),
                1,
            ),
            check=FALLS,
            witness="fake 0, reals 0 and 1 of weights 3/4 and 1/4: moved towards 1, the fake leaves more than it gains",
        ),
    ),
    settles=("lgan 2.7",),
)


def _crossing(request: Request) -> Iterator[Swarm]:
    yield Swarm(instance([-1.0, 10.0], [0.0, -1.0], "softplus", 0.25), 1)


def _w1(case: Swarm) -> list[Check]:
    return [_w1_falls(step(case.first.solution))]


def _wrong_way(request: Request) -> Iterator[Swarm]:
    yield Swarm(instance([0.0], [0.0, 1.0], "softplus", 0.5), 1)


def by_gradient(solution: Solution, eta: float) -> Solution:
    """One step along the gradient that every extension of f* has, where there is one."""
    problem, gradients = solution.problem, solution.gradient(solution.problem.fake.points)
    moved = np.where(gradients.single[:, None], gradients.vectors, 0.0)
    fake = DiscreteMeasure(problem.fake.points + eta * moved, problem.fake.weights)
    return solve(replace(problem, fake=fake))


def _right_ones_stay(case: Swarm) -> list[Check]:
    """The fake that sits on the real point, moved along the gradient."""
    before = case.first.solution
    after = by_gradient(before, SHARE)
    gone = float(abs(after.problem.fake.points[0, 0] - before.problem.fake.points[0, 0]))
    return [Check(STAYS, gone, ULPS * EPS, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="lgan.particle_flow/wasserstein",
        statement=r"moving P_g along the optimal flow brings it nearer to P_r in W_1, for every loss of the family",
        source='a reading of the slides, "Do not suffer from gradient uninformativeness": as progress in W_1',
        hypotheses={},
        instances=_crossing,
        checks=_w1,
        expected=Verdict.REFUTED,
    ),
    Claim(
        ref="lgan.particle_flow/right-ones-stay",
        statement=r"moving each sample along the gradient of f^* leaves those that are real where they are",
        source='a reading of the slides, "the gradient directly points towards a real sample", as a rule for moves',
        hypotheses={},
        instances=_wrong_way,
        checks=_right_ones_stay,
        expected=Verdict.REFUTED,
        settles=("P13",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
