r"""Which penalties keep the equilibrium: k* = 0 exactly if c W1 <= p'(0), for every convex penalty p.

Let p be convex with right slope p'(0) at k = 0, and let the losses be strictly convex with the slope
c = fake'(a) = -real'(a) > 0 at the balance point a. Then

    k* = 0  <=>  c W1(P_r, P_g) <= p'(0).

*If*: strictly convex losses lie above their tangents, so J(f) > fake(a) + real(a) - c k W1 + p(k) for every f that is
not constant, and p(k) >= p(0) + p'(0) k. *Only if*: f = a + t u with a Kantorovich potential u gains c W1 t to first
order and pays p'(0) t. So

=====================  ======  ==========================================================================
penalty                p'(0)   k* = 0 for
=====================  ======  ==========================================================================
lam k^2                0       P_r = P_g alone
lam max(0, k - 1)^2    0       P_r = P_g alone
lam k                  lam     all pairs with c W1 <= lam: spurious equilibria around the true one
lam (k - 1)^2          -2 lam  nothing. On uniform {0, 1} = P_r = P_g, softplus, k* is the root of
                               tanh(k/4)/2 = 2 lam (1 - k): the equilibrium is destroyed
lam log(1 + k)         lam     not decided by p'(0): concave, it lets steep discriminators off
=====================  ======  ==========================================================================

"If" is decided by the certified optimum, which costs what the constant costs, and by rivals t (|x - x_0| - mean), of
slope t, which cost more, in balls; "only if" by the optimum, which costs less. W1 = d on two points is exact. lam k is
tried just below and just above its threshold, at 4/5 and 5/4 of it. The optimum of lam (k - 1)^2, which has no
certificate, is the root of its derivative on two places; there the library's J is compared, ``ULPS`` units in the last
place for each of its terms.

Source: LGAN paper, Theorem 2 (d); slides, "Penalize the Lipschitz constant of f".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.losses import parse_loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import ULPS
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.evidence import EPS, RESOLUTION
from verify.instances import Instance, random_instances
from verify.lgan.certified import distance, optimal_value
from verify.lgan.curves import CURVES, STRICT, Curve, asked
from verify.lgan.far_failure import root

STILL = "c W1 <= p'(0): the optimum costs what the constant costs"
ALONE = "c W1 <= p'(0): discriminators with a positive slope cost more than the constant"
GAINS = "c W1 > p'(0): some discriminator gains on the constant"
TARGET_ROOT = "lam (k - 1)^2, P_r = P_g uniform on 0 and 1: the library's J at the root of the derivative"
CONSTANT = "P_r = P_g: no discriminator costs less than the constant"

# How far from its threshold lam k is tried, and the slopes of rivals. Arbitrary.
BESIDE = (0.8, 1.25)
SLOPES = (-4, Fraction(-1, 4), Fraction(1, 4), 4)

# The concave penalty lam log(1 + k), of which the library knows nothing.
LOG = "log(1 + k)"

# Strictly convex, kinked at its balance point: the slopes of fake there are 0 and 1, and 1 is taken for c.
KINKED = Curve("t**2 + Max(0, t)", lambda t: t * t + t.max(arb(0)), lambda t: 2 * t + 1, lambda _: arb(2))
LINEAR_LOSSES = "wasserstein"


@dataclass(frozen=True)
class Charged:
    """Two measures, a loss by name, and what is charged for the slope: a Kind of the library, or LOG."""

    real: DiscreteMeasure
    fake: DiscreteMeasure
    loss: str
    lam: float
    penalty: str

    @property
    def as_instance(self) -> Instance:
        return Instance(self.real, self.fake, parse_loss(self.loss), self.lam, penalty=Kind(self.penalty))

    @property
    def curve(self) -> Curve:
        return KINKED if self.loss == KINKED.name else CURVES[self.loss]

    @property
    def slope_at_zero(self) -> float:
        """p'(0+)."""
        return {Kind.LINEAR: self.lam, Kind.TARGET: -2.0 * self.lam, LOG: self.lam}.get(self.penalty, 0.0)

    def charge(self, k: arb) -> arb:
        """p(k)."""
        match self.penalty:
            case Kind.LINEAR:
                return self.lam * k
            case Kind.TARGET:
                return self.lam * (k - 1) ** 2
            case Kind.ONE_SIDED:
                return self.lam * (k - 1).max(arb(0)) ** 2
            case _:
                return self.lam * (k.log1p() if self.penalty == LOG else k**2)

    def cost(self, slope: arb) -> arb:
        """J of ``slope`` times the distance from the first fake point, less what this is between both means."""
        sides = [(self.fake, _exact_weights(self.fake)), (self.real, _exact_weights(self.real))]
        heights = [[_length(x, self.fake.points[0]) for x in measure.points] for measure, _ in sides]
        fake, real = ([*zip(weights, above, strict=True)] for (_, weights), above in zip(sides, heights, strict=True))
        middle = sum((w * u for w, u in [*fake, *real]), arb(0)) / 2
        lost = sum((w * self.curve.value(slope * (u - middle)) for w, u in fake), arb(0))
        lost += sum((w * self.curve.value(slope * (middle - u)) for w, u in real), arb(0))
        return lost + self.charge(abs(slope))

    def __str__(self) -> str:
        return f"{self.loss}, {self.penalty} penalty, lam = {self.lam:g}, {self.fake.size} + {self.real.size} points"


def _exact_weights(measure: DiscreteMeasure) -> list[arb]:
    weights = [Fraction(w) for w in measure.weights.tolist()]
    return [exact(w / sum(weights)) for w in weights]


def _length(x: np.ndarray, y: np.ndarray) -> arb:
    """The distance of two points, whose coordinates are doubles."""
    return sum(((arb(a) - arb(b)) ** 2 for a, b in zip(x.tolist(), y.tolist(), strict=True)), arb(0)).sqrt()


def instances(request: Request) -> Iterator[Charged]:
    """Random pairs, every fifth one of two equal measures; lam k on either side of its threshold; lam (k - 1)^2."""
    penalties = (Kind.LINEAR, Kind.SQUARED, Kind.LINEAR, Kind.ONE_SIDED)
    for index, case in enumerate(random_instances(request, [parse_loss(name) for name in asked(request, STRICT)])):
        real = case.fake if index % 5 == 4 else case.real
        lam, penalty = case.lam, penalties[index % len(penalties)]
        reach = float((CURVES[case.loss.name].pull * distance(real, case.fake)).upper())
        if penalty is Kind.LINEAR and reach > 0.0 and request.lam is None:
            lam = reach / BESIDE[index // 2 % 2]
        if index % 7 == 6 and request.data is None:
            yield uniform(case.lam, Kind.TARGET, loss=case.loss.name)
        else:
            yield Charged(real, case.fake, case.loss.name, lam, penalty)


def checks(case: Charged) -> list[Check]:
    reach, start = case.curve.pull * _distance(case), case.cost(arb(0))
    if reach <= case.slope_at_zero:
        rivals = [at_most(ALONE, start, cost, RESOLUTION, strict=True) for cost in _rivals(case)]
        if case.penalty == LOG:
            return rivals
        return [equal(STILL, optimal_value(case.as_instance.solution), start, RESOLUTION), *rivals]
    if reach > case.slope_at_zero and case.penalty == Kind.TARGET:
        return [at_most(GAINS, target_cost(case), start, RESOLUTION, strict=True), _target_in_library(case)]
    if reach > case.slope_at_zero:
        return [at_most(GAINS, optimal_value(case.as_instance.solution), start, RESOLUTION, strict=True)]
    return []


def _distance(case: Charged) -> arb:
    """W1, without any rounding where both are equal, and where each is one point at a distance that is rational."""
    if case.real.is_same_as(case.fake):
        return arb(0)
    if case.real.size == case.fake.size == 1:
        return _length(case.real.points[0], case.fake.points[0])
    return distance(case.real, case.fake)


def _rivals(case: Charged) -> list[arb]:
    """Costs of discriminators of positive slope; none where there is one place in all."""
    places = np.unique(np.concatenate([case.fake.points, case.real.points]), axis=0)
    return [case.cost(exact(slope)) for slope in SLOPES] if len(places) > 1 else []


def target_slope(loss: str, lam: float) -> arb:
    """k* of lam (k - 1)^2 at P_r = P_g uniform on 0 and 1: where the slope that the losses resist meets the target."""
    bent = CURVES[loss]
    return root(lambda k: (bent.slope(k / 2) - bent.slope(-k / 2)) / 2 + 2 * arb(lam) * (k - 1), arb(1))


def target_cost(case: Charged) -> arb:
    """The least J on two places of equal weight, P_r = P_g: by convexity and symmetry f* goes from -k/2 to k/2."""
    return case.cost(target_slope(case.loss, case.lam))


def _target_in_library(case: Charged) -> Check:
    """The library's J at a double next to half the root, against the ball at that very slope."""
    problem, half = case.as_instance.problem, float(target_slope(case.loss, case.lam).mid()) / 2.0
    f = np.where(problem.points[:, 0] > 0.5, half, -half)
    found = problem.primal(f)
    rounding = ULPS * EPS * (float(np.abs(problem.loss_terms(f)).sum()) + problem.penalty.value(2.0 * half))
    return equal(TARGET_ROOT, arb(found, rounding), case.cost(arb(2.0 * half)), RESOLUTION)


def uniform(lam: float, penalty: str, *, loss: str = "softplus") -> Charged:
    """P_r = P_g, uniform on 0 and 1."""
    pair = DiscreteMeasure([0.0, 1.0])
    return Charged(pair, pair, loss, lam, penalty)


def apart(loss: str, penalty: str, lam: float) -> Charged:
    """A fake point at 0, a real one at 1: W1 is 1."""
    return Charged(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), loss, lam, penalty)


CLAIM = Claim(
    ref="lgan.penalty_forms",
    statement=r"for a convex penalty p and strictly convex losses: k^* = 0 \Leftrightarrow \phi'(a) W_1 \le p'(0)",
    source="LGAN paper, Theorem 2 (d), for every penalty",
    hypotheses={
        "convex": "p is convex",
        "strictly_convex": "the losses are strictly convex",
        "slope_at_balance": "c = fake'(a) is the slope of the losses from both sides (no kink at a)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="convex",
            instance=lambda: apart("softplus", LOG, 0.625),
            check=ALONE,
            witness="softplus, fake 0, real 1, p = 5/8 log(1 + k): c W1 = 1/2 <= 5/8 = p'(0), yet slope 4 costs 1.260 "
            "and a constant 1.386",
        ),
        Break(
            drops="strictly_convex",
            instance=lambda: apart(LINEAR_LOSSES, Kind.LINEAR, 1.0),
            check=ALONE,
            witness="linear losses, fake 0, real 1, p = k: c W1 = 1 = p'(0), and every slope costs what the constant "
            "costs",
        ),
        Break(
            drops="slope_at_balance",
            instance=lambda: apart(KINKED.name, Kind.SQUARED, 1.0),
            check=GAINS,
            witness="fake t^2 + max(0, t), kinked at a = 0, fake 0, real 1, p = k^2: k* = 0, "
            "although W1 = 1 > 0 = p'(0)",
        ),
    ),
    settles=("P8",),
)


def _first_power(request: Request) -> Iterator[Charged]:
    yield apart("softplus", Kind.LINEAR, 1.0)


def _gradient_penalty(request: Request) -> Iterator[Charged]:
    yield uniform(1.0, Kind.TARGET)


def _only_equilibrium(case: Charged) -> list[Check]:
    """P_r != P_g, so k* must be positive: some discriminator gains."""
    return [at_most(GAINS, optimal_value(case.as_instance.solution), case.cost(arb(0)), RESOLUTION, strict=True)]


def _constant_at_equality(case: Charged) -> list[Check]:
    return [at_most(CONSTANT, case.cost(arb(0)), target_cost(case), RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="lgan.penalty_forms/any-power",
        statement=r"penalising the Lipschitz constant, by \lambda k as by \lambda k^2, "
        r"leaves P_r = P_g the only equilibrium",
        source="a reading of the slides, 'Penalize the Lipschitz constant of f', without the square of eq. (3)",
        hypotheses={},
        instances=_first_power,
        checks=_only_equilibrium,
        expected=Verdict.REFUTED,
    ),
    Claim(
        ref="lgan.penalty_forms/target-one",
        statement=r"with \lambda (k - 1)^2 the optimal discriminator at P_r = P_g is constant",
        source="a reading of the MaxGP-MaxAL code, whose default has WGAN-GP's target 1, as an LGAN",
        hypotheses={},
        instances=_gradient_penalty,
        checks=_constant_at_equality,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
