r"""What an LGAN measures: D(P_r, P_g) = fake(a) + real(a) - J*(lam), a divergence that lives up to distance.

For losses that are convex with slope c = fake'(a) = -real'(a) > 0 at the balance point, fake'' and real'' at most M
between -c W1 D / (2 lam) and its negative around a, D the diameter of both supports:

    (c W1)^2 / (4 (lam + M D^2 / 4))  <=  D(P_r, P_g)  <=  min{ (c W1)^2 / (4 lam), the unrestricted divergence }.

So D = 0 only for P_r = P_g, and on a bounded set D tends to zero exactly when W1 does: disjoint supports are no
obstacle. *Above*: convex losses lie above their tangents at a, so J >= fake(a) + real(a) - c k W1 + lam k^2; the
second bound leaves the penalty out. *Below*: insert f = a + t u, u a Kantorovich potential with values in [-D/2,
D/2]; each side loses at most M t^2 D^2 / 8, and t = c W1 / (2 lam + M D^2 / 2) is best. With mirrored losses f -> -f
turns (P_r, P_g) into (P_g, P_r), so D is symmetric. The Wasserstein GAN reaches the upper bound.

The unrestricted divergence is a sum over places, in balls: softplus 2 JS, exponential and sqrt both 2 - 2 sum sqrt(p q)
(twice the squared Hellinger distance, in the normalisation with 1/2), least squares 2 - 4 sum p q / (p + q).

Source: the objective of slides eq. (3) at its optimum; LGAN paper, Table 1, for the unrestricted rows.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.losses import get_loss
from lgantheory.penalties import Kind
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import Instance, expression, instance, random_instances
from verify.lgan.certified import diameter, distance, optimal_value, place_weights
from verify.lgan.curves import CURVES, Curve, asked
from verify.lgan.slope_bounds import RELU

ABOVE = "D is at most (c W1)^2 / (4 lam)"
BELOW = "D is at least (c W1)^2 / (4 lam + M D^2)"
POINTWISE = "D is at most the unrestricted divergence"
SYMMETRIC = "D(P_r, P_g) = D(P_g, P_r)"
EQUAL = "linear losses: D is (c W1)^2 / (4 lam)"

# fake e^t, real -t: balance point 0, c = 1, fake'' = e^t. Convex, and not mirrored.
LOPSIDED = Curve("exp(t), -t", lambda t: t.exp() / 2, lambda _: arb(1), lambda r: r.exp())

CONSTANTS = {**CURVES, RELU.name: RELU}


def instances(request: Request) -> Iterator[Instance]:
    return random_instances(request, [get_loss(name) for name in asked(request, CURVES)])


def curve_of(case: Instance) -> Curve:
    return CONSTANTS.get(case.loss.name, LOPSIDED)


def gain(case: Instance) -> arb:
    """D: what the best discriminator gains on the best constant."""
    return curve_of(case).level - optimal_value(case.solution)


def pointwise(name: str, weights: list[tuple[Fraction, Fraction]]) -> arb | None:
    """The divergence that the loss has without any Lipschitz constraint, from the weights (p, q) at all places."""
    both = [(exact(p), exact(q)) for p, q in weights if p and q]
    if name in ("exponential", "sqrt"):
        return 2 - 2 * sum(((x * y).sqrt() for x, y in both), arb(0))
    if name == "least_squares":
        return 2 - 4 * sum((x * y / (x + y) for x, y in both), arb(0))
    if name == "softplus":
        lost = sum((x * ((x + y) / x).log() + y * ((x + y) / y).log() for x, y in both), arb(0))
        return 2 * arb(2).log() - lost
    return None


def checks(case: Instance) -> list[Check]:
    curve, lam, size = curve_of(case), arb(case.lam), diameter(case.real, case.fake)
    reach = curve.pull * distance(case.real, case.fake)
    gained, most = gain(case), reach**2 / (4 * lam)
    room = 4 * lam + curve.bend(arb((reach * size / (2 * lam)).upper())) * size**2
    unit = RESOLUTION * float((curve.pull * size).upper()) ** 2 / (4.0 * case.lam)
    unit = min(unit, RESOLUTION) if curve.floor is not None else unit
    if unit == 0.0:
        return []
    found = [at_most(ABOVE, gained, most, unit), at_most(BELOW, reach**2 / room, gained, unit)]
    found.append(equal(SYMMETRIC, gained, gain(replace(case, real=case.fake, fake=case.real)), unit))
    if case.loss.fake.is_linear:
        found.append(equal(EQUAL, gained, most, unit))
    bound = pointwise(case.loss.name, place_weights(case.real, case.fake))
    return found if bound is None else [*found, at_most(POINTWISE, gained, bound, unit)]


CLAIM = Claim(
    ref="lgan.divergence",
    statement=r"(c W_1)^2/(4\lambda + M D^2) \le \phi(a) + \varphi(a) - J^* \le (c W_1)^2/(4\lambda); "
    r"at most the unrestricted divergence; symmetric",
    source="the objective of slides eq. (3) at its optimum; LGAN paper, Table 1",
    hypotheses={
        "slope_at_balance": "fake'(a) > 0, and no kink at a",
        "squared_penalty": "the penalty is lam k^2",
        "mirrored": "real(t) = fake(-t) (for symmetry)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="slope_at_balance",
            instance=lambda: instance([1.0], [0.0], "hinge(0)", 1.0),
            check=BELOW,
            witness="relu, fake 0, real 1: f = 0 is optimal, D = 0 although P_r != P_g; with slope 1 it would be 1/4",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: instance([1.0], [0.0], "softplus", 1.0, penalty=Kind.LINEAR),
            check=BELOW,
            witness="softplus with lam k, lam 1, fake 0, real 1: k* = 0 and D = 0; the bound is 1/17",
        ),
        Break(
            drops="mirrored",
            instance=lambda: instance([0.0], [1.0, 3.0], expression("exp(t)", "-t"), 1.0),
            check=SYMMETRIC,
            witness="fake e^t, real -t, real 0, fakes 1 and 3, lam 1: the two divergences differ",
        ),
    ),
    settles=("lgan T4", "P4"),
)

if __name__ == "__main__":
    main((CLAIM,))
