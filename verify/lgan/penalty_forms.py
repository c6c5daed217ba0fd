r"""Which penalties keep the equilibrium: k* = 0 exactly if c W1 <= p'(0), for every penalty p that is least at 0.

Let p be convex and least at k = 0, with right slope p'(0) there, and let the losses be strictly convex with the slope
c = fake'(a) = -real'(a) > 0 at the balance point a. Then

    k* = 0  <=>  c W1(P_r, P_g) <= p'(0).

*If*: convex losses lie above their tangents, so J(f) >= fake(a) + real(a) - c k W1 + p(k), and p(k) >= p(0) + p'(0) k.
*Only if*: f = a + t u with a Kantorovich potential u gains c W1 t to first order and pays p'(0) t. What is decided is
whether J* is the cost of the constant; strictly convex losses have no other optimum then. So

=====================  ======  ==========================================================================
penalty                p'(0)   k* = 0 for
=====================  ======  ==========================================================================
lam k^2                0       P_r = P_g alone
lam max(0, k - 1)^2    0       P_r = P_g alone
lam k                  lam     all pairs with c W1 <= lam: spurious equilibria around the true one
lam (k - 1)^2          -2 lam  nothing: not least at 0. On uniform {0, 1} = P_r = P_g, softplus, k* is the
                               root of tanh(k/4)/2 = 2 lam (1 - k): the equilibrium is destroyed
=====================  ======  ==========================================================================

W1 = d on two points is exact. lam k is tried just below and just above its threshold, at 4/5 and 5/4 of it.

Source: LGAN paper, Theorem 2 (d); slides, "Penalize the Lipschitz constant of f".
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.losses import get_loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem
from verify.balls import at_most, equal
from verify.command import main
from verify.evidence import EPS, RESOLUTION
from verify.instances import Instance, random_instances
from verify.lgan.certified import distance, optimal_value
from verify.lgan.curves import CURVES, STRICT, asked
from verify.lgan.far_failure import root
from verify.lgan.slope_bounds import RELU

STILL = "c W1 <= p'(0): no discriminator gains on the constant"
GAINS = "c W1 > p'(0): some discriminator gains on the constant"
TARGET_ROOT = "lam (k - 1)^2, P_r = P_g uniform on 0 and 1: J at slope k is least at the root of its derivative"

# How far from its threshold lam k is tried.
BESIDE = (0.8, 1.25)


@dataclass(frozen=True)
class Charged:
    """Two measures, a loss by name, and what is charged for the slope."""

    real: DiscreteMeasure
    fake: DiscreteMeasure
    loss: str
    lam: float
    penalty: Kind

    @property
    def as_instance(self) -> Instance:
        return Instance(self.real, self.fake, get_loss(self.loss), self.lam, penalty=self.penalty)

    @property
    def slope_at_zero(self) -> float:
        """p'(0+)."""
        return {Kind.LINEAR: self.lam, Kind.TARGET: -2.0 * self.lam}.get(self.penalty, 0.0)

    def __str__(self) -> str:
        return f"{self.loss}, {self.penalty} penalty, lam = {self.lam:g}, {self.fake.size} + {self.real.size} points"


def instances(request: Request) -> Iterator[Charged]:
    """Random pairs, every fourth one of two equal measures; lam k on either side of its threshold."""
    penalties = (Kind.LINEAR, Kind.SQUARED, Kind.LINEAR, Kind.ONE_SIDED)
    for index, case in enumerate(random_instances(request, [get_loss(name) for name in asked(request, STRICT)])):
        real = case.fake if index % 5 == 4 else case.real
        lam, penalty = case.lam, penalties[index % len(penalties)]
        reach = float((CURVES[case.loss.name].pull * distance(real, case.fake)).upper())
        if penalty is Kind.LINEAR and reach > 0.0 and request.lam is None:
            lam = reach / BESIDE[index // 2 % 2]
        yield Charged(real, case.fake, case.loss.name, lam, penalty)


def checks(case: Charged) -> list[Check]:
    curve = RELU if case.loss == RELU.name else CURVES[case.loss]
    reach, level = curve.pull * distance(case.real, case.fake), curve.level
    if case.penalty is Kind.TARGET:
        return _target(case, level)
    value = optimal_value(case.as_instance.solution)
    alike = case.real.is_same_as(case.fake)
    if alike or reach <= case.slope_at_zero:
        return [equal(STILL, value, level, RESOLUTION)]
    if reach > case.slope_at_zero:
        return [at_most(GAINS, value, level, RESOLUTION, strict=True)]
    return []


def _target(case: Charged, level: arb) -> list[Check]:
    """J at the slope k between two places of equal weight, P_r = P_g; the rest by evaluation of the library's J."""
    lam, bent, k = arb(case.lam), CURVES[case.loss], target_slope(case.loss, case.lam)
    least = bent.value(k / 2) + bent.value(-k / 2) + lam * (k - 1) ** 2
    problem = LipschitzProblem(case.real, case.fake, get_loss(case.loss), case.lam, penalty_kind=Kind.TARGET)
    half = float(k.mid()) / 2.0
    found = problem.primal(np.where(problem.points[:, 0] > 0.5, half, -half))
    return [
        equal(STILL, least, level + lam, RESOLUTION),
        equal(TARGET_ROOT, arb(found, 64.0 * EPS * abs(found)), least, RESOLUTION),
    ]


def target_slope(loss: str, lam: float) -> arb:
    """k* of lam (k - 1)^2 at P_r = P_g uniform on 0 and 1: where the slope that the losses resist meets the target."""
    bent = CURVES[loss]
    return root(lambda k: (bent.slope(k / 2) - bent.slope(-k / 2)) / 2 + 2 * arb(lam) * (k - 1), arb(1))


def uniform(lam: float, penalty: Kind, *, loss: str = "softplus") -> Charged:
    """P_r = P_g, uniform on 0 and 1."""
    pair = DiscreteMeasure([0.0, 1.0])
    return Charged(pair, pair, loss, lam, penalty)


CLAIM = Claim(
    ref="lgan.penalty_forms",
    statement=r"for a penalty p that is least at 0: k^* = 0 \Leftrightarrow \phi'(a) W_1 \le p'(0)",
    source="LGAN paper, Theorem 2 (d), for every penalty",
    hypotheses={
        "least_at_zero": "p(k) >= p(0) for every k >= 0",
        "slope_at_balance": "c = fake'(a) is the slope of the losses from both sides (no kink at a)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="least_at_zero",
            instance=lambda: uniform(1.0, Kind.TARGET),
            check=STILL,
            witness="softplus with (k - 1)^2, P_r = P_g uniform on 0 and 1: slope 0.942 costs 1.443, a constant 2.386",
        ),
        Break(
            drops="slope_at_balance",
            instance=lambda: Charged(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), RELU.name, 1.0, Kind.SQUARED),
            check=GAINS,
            witness="relu, kinked at a, fake 0, real 1: k* = 0 although W1 = 1 > 0 = p'(0)",
        ),
    ),
    settles=("P8",),
)


def _first_power(request: Request) -> Iterator[Charged]:
    yield Charged(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), "softplus", 1.0, Kind.LINEAR)


def _gradient_penalty(request: Request) -> Iterator[Charged]:
    yield uniform(1.0, Kind.TARGET)


def _only_equilibrium(case: Charged) -> list[Check]:
    """P_r != P_g, so k* must be positive: some discriminator gains."""
    level = CURVES[case.loss].level
    return [at_most(GAINS, optimal_value(case.as_instance.solution), level, RESOLUTION, strict=True)]


AS_PRINTED = (
    Claim(
        ref="lgan.penalty_forms/any-power",
        statement=r"penalising the Lipschitz constant, by \lambda k as by \lambda k^2, "
        r"leaves P_r = P_g the only equilibrium",
        source="slides, conclusion: 'Penalize the Lipschitz constant of f', without the square",
        hypotheses={},
        instances=_first_power,
        checks=_only_equilibrium,
        expected=Verdict.REFUTED,
    ),
    Claim(
        ref="lgan.penalty_forms/target-one",
        statement=r"with \lambda (k - 1)^2 the optimal discriminator at P_r = P_g is constant",
        source="WGAN-GP penalty (target 1) in place of the LGAN's; MaxGP-MaxAL code, its default",
        hypotheses={},
        instances=_gradient_penalty,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
