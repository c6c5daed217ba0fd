r"""lam to infinity: every LGAN turns into a Wasserstein GAN, and at which rate.

Let c = fake'(a) = -real'(a) > 0 at the balance point and x(lam) = 2 lam k*(lam) / (c W1), the slope in units of that of
the Wasserstein GAN. Under (A), with M and D as in ``slope_bounds``,

    1 / (1 + M D^2 / (2 lam))  <=  x(lam)  <=  1,    x does not decrease in lam,    x -> 1;
    1 / (1 + M D^2 / (4 lam))  <=  4 lam (fake(a) + real(a) - J*) / (c W1)^2  <=  1.

So the limit is reached as 1/lam, not slower. x rises because C = 2 lam k* is the cost at which the dual, a concave
function of C less C^2 / (4 lam), is largest: the charge falls as lam grows, so C grows. The printed statement says that
x -> 1; the bounds say it at each lam.

At a kink of the loss at its balance point there is no c, and the limit is another: with fake t + max(0, t), mirrored,
reals 1, 2, 3 and fakes 0, 1, 2, a real and a fake point that share a place both cost more wherever f is not 0.

Source: the objective of slides eq. (3) as lam grows; slides, WGAN: phi(x) = psi(-x) = x.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.losses import get_loss
from lgantheory.penalties import Kind
from verify.balls import at_most
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import Instance, expression, instance, random_instances
from verify.lgan.certified import diameter, distance, optimum
from verify.lgan.curves import CURVES, Curve, asked

SLOPE_ABOVE = "2 lam k* is at most c W1"
SLOPE_BELOW = "2 lam k* is at least c W1 / (1 + M D^2 / (2 lam))"
RISING = "lam k* does not decrease as lam grows"
GAIN_BELOW = "4 lam D is at least (c W1)^2 / (1 + M D^2 / (4 lam))"

# lam starts at LARGEST at most and grows by FACTOR from step to step; arbitrary. The bar of the slope grows as the root
# of lam.
LARGEST = 16.0
FACTOR = 16.0
STEPS = 4

# A kink at the balance point; c is its left slope there, and nowhere else does it bend.
KINKED = Curve("t + Max(0, t)", lambda t: t + t.max(arb(0)), lambda _: arb(1), lambda _: arb(0), floor=None)


@dataclass(frozen=True)
class Ladder:
    """One pair of measures and one loss, at lam, 16 lam, 256 lam, ..."""

    first: Instance
    curve: Curve

    @property
    def rungs(self) -> list[Instance]:
        return [replace(self.first, lam=self.first.lam * FACTOR**step) for step in range(STEPS)]

    def __str__(self) -> str:
        return f"{self.first}, then {STEPS - 1} times {FACTOR:g} times lam"


def instances(request: Request) -> Iterator[Ladder]:
    for case in random_instances(request, [get_loss(name) for name in asked(request, CURVES)]):
        lam = case.lam if request.lam is not None else min(case.lam, LARGEST)
        yield Ladder(replace(case, lam=lam), CURVES[case.loss.name])


def checks(case: Ladder) -> list[Check]:
    first, curve = case.first, case.curve
    reach = curve.pull * distance(first.real, first.fake)
    if not reach > 0:
        return []
    size, found, before = diameter(first.real, first.fake), [], arb(0)
    for rung in case.rungs:
        lam, bend = arb(rung.lam), curve.bend(arb((reach * size / (2 * arb(rung.lam))).upper()))
        value, slope = optimum(rung.solution)
        slope, gain = 2 * lam * slope / reach, 4 * lam * (curve.level - value) / reach**2
        found += [
            at_most(SLOPE_ABOVE, slope, 1, RESOLUTION),
            at_most(SLOPE_BELOW, 1 / (1 + bend * size**2 / (2 * lam)), slope, RESOLUTION),
            at_most(GAIN_BELOW, 1 / (1 + bend * size**2 / (4 * lam)), gain, RESOLUTION),
            at_most(RISING, before, slope, RESOLUTION),
        ]
        before = slope
    return found


CLAIM = Claim(
    ref="lgan.infinity",
    statement=r"1/(1 + M D^2/(2\lambda)) \le 2\lambda k^*/(\phi'(a) W_1) \le 1, nondecreasing in \lambda",
    source="the objective of slides eq. (3) as lam grows",
    hypotheses={
        "smooth_at_balance": "the losses have no kink at the balance point",
        "squared_penalty": "the penalty is lam k^2",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="smooth_at_balance",
            instance=lambda: Ladder(
                instance([1.0, 2.0, 3.0], [0.0, 1.0, 2.0], expression("t + Max(0, t)"), 1.0), KINKED
            ),
            check=SLOPE_BELOW,
            witness="fake t + max(0, t), reals 1, 2, 3, fakes 0, 1, 2: 2 lam k* / W1 is 2/3 for every lam",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: Ladder(instance([1.0], [0.0], "softplus", 1.0, penalty=Kind.LINEAR), CURVES["softplus"]),
            check=SLOPE_BELOW,
            witness="softplus with lam k, fake 0, real 1: k* = 0 from lam = 1/2 on",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: Ladder(
                instance([1.0], [0.0], "softplus", 1.0, penalty=Kind.ONE_SIDED), CURVES["softplus"]
            ),
            check=SLOPE_ABOVE,
            witness="softplus with lam max(0, k - 1)^2: k* tends to 1, and 2 lam k* grows without bound",
        ),
    ),
    settles=("P3",),
)

if __name__ == "__main__":
    main((CLAIM,))
