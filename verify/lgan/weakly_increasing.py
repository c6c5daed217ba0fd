r"""Weakly increasing is not enough, and what is: the slope at the balance point alone decides.

Let both losses be convex with a balance point a, fake'(a) + real'(a) = 0. If fake'(a) = 0, or if 0 belongs to both
subdifferentials at a kink, then a minimises fake and real at once: J(f) >= fake(a) + real(a) for every f, so the
constant a is optimal for *all* P_r and P_g, k* can be 0 and the generator learns nothing. relu, relu^2, (t + 1)^2 moved
to alpha = 0 and hinge(0) are of this kind; relu and relu^2 are increasing (weakly) with a non-decreasing derivative, as
the slides ask. The sentence, read in the weak sense, is refuted with them: P_g = delta_0 and P_r = delta_1 cost as much
as P_g = P_r.

If fake'(a) > 0, then for P_r != P_g a potential of W1 gains on the constant, however flat fake is elsewhere: hinge(1)
is flat left of -1, and (t + 1)^2 falls there.

No solver is asked. The flow that carries nothing proves J* >= -fake*(0) - real*(0); the constants and the multiples of
a Kantorovich potential that are tried prove that J* is at most the least of their values. Both in float64, where each
is a sum over the points: ``ULPS`` units in the last place of its terms.

Source: slides, "Any increasing function with non-decreasing derivative"; LGAN paper, assumption (A), phi' > 0.
"""

from collections.abc import Iterator

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.losses import parse_loss
from lgantheory.problem import ULPS
from lgantheory.solvers.transport import wasserstein
from verify.command import main
from verify.evidence import EPS, RESOLUTION, between
from verify.instances import Instance, instance, random_instances

IDLE = "no discriminator is better than the balance point"
LEARNS = "P_r != P_g: some discriminator is better than the balance point"

# Weakly increasing convex losses whose slope at the balance point 0 of the mirrored pair is zero.
FLAT = ("hinge(0)", "least_squares(0)", "Max(0, t)**2", "Max(0, t)**3")

# Constants, and slopes of the potential, that are tried; arbitrary.
TRIED = (-1.0, -0.5, 0.5, 1.0)


def instances(request: Request) -> Iterator[Instance]:
    return random_instances(request, [parse_loss(name) for name in (FLAT if request.loss is None else (request.loss,))])


def gain(case: Instance) -> tuple[float, float]:
    """Bounds of ``fake(0) + real(0) - J*`` (never negative, since the constant is a discriminator)."""
    problem, plan = case.problem, wasserstein(case.real, case.fake)
    u = np.concatenate([plan.potential_fake, plan.potential_real])
    u, size = u - u.mean(), problem.n + problem.m
    level = problem.primal(np.zeros(size), 0.0)
    tried = [problem.primal(np.full(size, t), 0.0) for t in TRIED] + [problem.primal(t * u) for t in TRIED]
    nothing = problem.dual(problem.support_flow(np.zeros((problem.n, problem.m)))) if case.loss.is_convex else -np.inf
    rounding = ULPS * EPS * (abs(level) + max(map(abs, tried)))
    return max(0.0, level - min(tried) - rounding), max(0.0, level - nothing) + rounding


def checks(case: Instance) -> list[Check]:
    return [between(IDLE, *gain(case), RESOLUTION)]


CLAIM = Claim(
    ref="lgan.weakly_increasing",
    statement=r"if \phi'(a) = 0 at the balance point of convex losses, f = a is optimal for all P_r and P_g",
    source="LGAN paper, assumption (A): why phi' > 0",
    hypotheses={
        "flat_at_balance": "fake'(a) = 0 = real'(a)",
        "convex": "fake and real are convex, so that a slope of zero is a minimum",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="flat_at_balance",
            instance=lambda: instance([1.0], [0.0], "hinge(1)", 1.0),
            check=IDLE,
            witness="max(0, t + 1), flat elsewhere, fake 0, real 1, lam 1: the constant costs 2, slope 1/2 costs 7/4",
        ),
        Break(
            drops="flat_at_balance",
            instance=lambda: instance([1.0], [0.0], "least_squares(1)", 1.0),
            check=IDLE,
            witness="(t + 1)^2, falling elsewhere, fake 0, real 1, lam 1: the constant costs 2, slope 1/2 costs 11/8",
        ),
        Break(
            drops="convex",
            instance=lambda: instance([1.0], [0.0], parse_loss("(t**2 - 1)**2"), 1.0),
            check=IDLE,
            witness="(t^2 - 1)^2 has slope 0 at 0, its top: the constant 0 costs 2, the constant 1 nothing",
        ),
    ),
    settles=("lgan 2.4",),
)


def _relu(request: Request) -> Iterator[Instance]:
    yield instance([1.0], [0.0], "hinge(0)", 1.0)


def _learns(case: Instance) -> list[Check]:
    """What the best discriminator gains must be positive."""
    lower, upper = gain(case)
    return [Check(LEARNS, -0.5 * (lower + upper), 0.5 * (upper - lower), RESOLUTION, strict=True)]


AS_PRINTED = (
    Claim(
        ref="lgan.weakly_increasing/slides",
        statement=r"with any increasing function with non-decreasing derivative, P_r \ne P_g is told from P_r = P_g",
        source='a reading of the slides, "Any increasing function with non-decreasing derivative": in the weak sense',
        hypotheses={},
        instances=_relu,
        checks=_learns,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
