r"""How steep the optimal discriminator is: k* between two multiples of W1, closer the larger lam is.

Let the losses be convex with fake'(a) = -real'(a) = c, and let fake'' and real'' be at most M within k* D of a, where D
is the diameter of both supports. With W1 the distance of P_g and P_r,

    c W1 / (2 lam + M D^2)  <=  k*  <=  c W1 / (2 lam).

*Above.* The forces weighted by f* - a sum to -2 lam k*^2 (they sum to zero, and to that when weighted by f*). fake' and
real' do not decrease, so each force times f* - a is at least what it is with the slopes at a:
2 lam k*^2 <= c (E_r f* - E_g f*) <= c k* W1, with equality for linear losses alone.

*Below.* Let u be a Kantorovich potential with values in [-D/2, D/2]. f* + t u has the constant k* + t at most and costs
no less than f*, so 2 lam k* >= E_r[-real'(f*) u] - E_g[fake'(f*) u]. With c in place of the slopes that is c W1. The
forces sum to zero, so f* - a changes sign (or every slope is c), and |f* - a| <= k* D everywhere: each slope is off by
M k* D at most, and 2 lam k* >= c W1 - 2 (D/2) (M k* D).

For softplus this is k* >= (W1/2) / (2 lam + D^2/4): twice as good, for large lam, as the bound with 4 lam in its place,
which follows from the gain alone. With k* D taken at its upper bound c W1 D / (2 lam), M is a number in closed form.

W1 comes from an optimal plan and its potentials, k* from the certificate of the solver: two routes, and every bar is
the radius of a ball.

Source: the objective of slides eq. (3): the size of k(f*).
"""

from collections.abc import Iterator

from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.losses import get_loss
from lgantheory.penalties import Kind
from verify.balls import at_most, equal
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import Instance, instance, random_instances
from verify.lgan.certified import diameter, distance, optimal_slope
from verify.lgan.curves import CURVES, Curve, asked

ABOVE = "k* is at most c W1 / (2 lam)"
BELOW = "k* is at least c W1 / (2 lam + M D^2)"
EQUAL = "linear losses: k* is c W1 / (2 lam)"

# What is left of hinge(0) at its balance point, if its right slope is taken for its slope there.
RELU = Curve("hinge(0)", lambda t: t.max(arb(0)), lambda _: arb(1), lambda _: arb(0))


def instances(request: Request) -> Iterator[Instance]:
    return random_instances(request, [get_loss(name) for name in asked(request, CURVES)])


def curve_of(case: Instance) -> Curve:
    return RELU if case.loss.name == RELU.name else CURVES[case.loss.name]


def steepest(case: Instance) -> arb:
    """``c W1 / (2 lam)``."""
    return curve_of(case).pull * distance(case.real, case.fake) / (2 * arb(case.lam))


def least(case: Instance) -> arb:
    """``c W1 / (2 lam + M D^2)``, with M on the interval that the upper bound of k* leaves."""
    most, size, lam = steepest(case), diameter(case.real, case.fake), arb(case.lam)
    return 2 * lam * most / (2 * lam + curve_of(case).bend(arb((most * size).upper())) * size**2)


def checks(case: Instance) -> list[Check]:
    most, k = steepest(case), optimal_slope(case.solution)
    unit = RESOLUTION * float((curve_of(case).pull * diameter(case.real, case.fake)).upper()) / case.lam
    if unit == 0.0:
        return []
    found = [at_most(ABOVE, k, most, unit), at_most(BELOW, least(case), k, unit)]
    if case.loss.fake.is_linear:
        found.append(equal(EQUAL, k, most, unit))
    return found


CLAIM = Claim(
    ref="lgan.slope_bounds",
    statement=r"\phi'(a) W_1/(2\lambda + M D^2) \le k^* \le \phi'(a) W_1/(2\lambda), "
    r"M a bound of \phi'' near a, D the diameter",
    source="the objective of slides eq. (3): the size of k(f*)",
    hypotheses={
        "squared_penalty": "the penalty is lam k^2",
        "smooth_at_balance": "fake'(a) = -real'(a): at a kink there is no one slope c",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="squared_penalty",
            instance=lambda: instance([1.0], [0.0], "softplus", 1.0, penalty=Kind.LINEAR),
            check=BELOW,
            witness="softplus with lam k, lam 1, fake 0, real 1: k* = 0, and the bound is 2/9",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: instance([1.0], [0.0], "wasserstein", 1.0, penalty=Kind.ONE_SIDED),
            check=ABOVE,
            witness="lam max(0, k - 1)^2, lam 1, fake 0, real 1, linear losses: k* = 3/2, and the bound is 1/2",
        ),
        Break(
            drops="smooth_at_balance",
            instance=lambda: instance([1.0], [0.0], "hinge(0)", 1.0),
            check=BELOW,
            witness="relu, slopes 0 and 1 at its balance point, fake 0, real 1, lam 1: k* = 0; with c = 1 the bound "
            "would be 1/2",
        ),
    ),
    settles=("lgan T5", "P4"),
)

if __name__ == "__main__":
    main((CLAIM,))
