r"""Far away: "no gradient vanishing" means k* > 0, and not that k* stays away from zero as P_g moves off.

One fake and one real point at distance d, s = d^2 / (4 lam), f*(real) = t = -f*(fake), k* = 2 t / d:

=============  ======================  ==========================================
loss           t                       as d grows
=============  ======================  ==========================================
wasserstein    s                       k* = d / (2 lam) grows
softplus       t (1 + e^t) = s         k* <= 2 log(1 + s) / d
exponential    t e^t = s               k* <= 2 log(1 + s) / d
sqrt           t = s (1 - t/root)      k* <= 2 (s/2)^(1/3) / d, root = (1 + t^2)^(1/2)
least_squares  2 s / (1 + 2 s)         k* = 2 d / (d^2 + 2 lam) <= 2 / d
hinge          min(1, s)               k* <= 2 / d
=============  ======================  ==========================================

All of them fade but the first. The reason is not that the losses are bent: k* fades for all samples if fake + real is
bounded below. With m the sum of the infima of both, and d the least distance of a fake from a real point,

    lam k*^2  <=  J* - m  <=  fake(-t) + real(t) - m + 4 lam t^2 / d^2     for every t > 0,

and t = d^(1/2) sends the right side to zero. If fake' >= e > 0 everywhere, then t >= s e on two points, and k* is at
least e d / (2 lam), which grows: t + e^t, strictly convex, keeps up with the linear loss. So it is not the Wasserstein
GAN alone that does not fade. In between, with fake' = 1/|t| far left, t = s^(1/2), and k* tends to lam^(-1/2).

Roots are balls: an interval whose ends have opposite signs in an increasing function, cut by bisection.

Source: LGAN paper, Table 1, column on gradient vanishing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.losses import get_loss
from lgantheory.losses.loss import Loss
from verify.balls import at_most, equal
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import Instance, expression, instance
from verify.lgan.certified import distance, optimal_slope
from verify.lgan.curves import CURVES, asked

POSITIVE = "k* is positive: the gradient does not vanish"
CLOSED_FORM = "k* of two points is the closed form"
ENVELOPE = "k* of two points is below its asymptotic bound"
FADES = "k* is at most what bounded losses can gain from it at distance d"
GROWS = "two points: k* is at least e d / (2 lam) for a loss of slope at least e"
KEPT = "k* is no smaller at the larger distance"

BISECTIONS = 60


@dataclass(frozen=True)
class Far:
    """A fake and a real sample, the real one moved away by each of ``steps`` along the first axis."""

    loss: Loss
    lam: float
    real: tuple[tuple[float, ...], ...]
    fake: tuple[tuple[float, ...], ...]
    steps: tuple[float, ...]
    without: frozenset[str] = frozenset()

    def at(self, step: float) -> Instance:
        real = np.array(self.real)
        real[:, 0] += step
        return instance(real, np.array(self.fake), self.loss, self.lam)

    def __str__(self) -> str:
        return f"{self.loss.name}, lam = {self.lam:g}, real {self.real} moved by {self.steps}, fake {self.fake}"


NAMES = (*CURVES, "hinge")
BOUNDED = tuple(name for name in NAMES if name != "wasserstein")

# Strictly convex, and of slope at least one everywhere, like the linear loss.
STEADY = "t + exp(t)"


def two_points(name: str, distances: tuple[float, ...], lam: float = 1.0, *, without: str = "") -> Far:
    """Fake 0, real at each of the distances."""
    loss = expression(name) if name == STEADY else get_loss(name)
    return Far(loss, lam, ((0.0,),), ((0.0,),), distances, frozenset({without} - {""}))


def instances(request: Request) -> Iterator[Far]:
    """Pairs of points for each loss, then samples within unit boxes, moved to 8, 64 and 512 lengths."""
    names = asked(request, (*NAMES, STEADY), own_samples=True)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        name, lam = names[index % len(names)], 2.0 ** float(rng.integers(-3, 4))
        lam = lam if request.lam is None else request.lam
        if index % 2 == 0:
            start = float(rng.integers(1, 16)) / 8.0
            yield two_points(name, (start, 16.0 * start, 256.0 * start), lam)
            continue
        real, fake = (rng.integers(0, 9, (int(rng.integers(1, 5)), 2)) / 8.0 for _ in range(2))
        yield Far(
            two_points(name, (1.0,)).loss,
            lam,
            tuple(map(tuple, real.tolist())),
            tuple(map(tuple, fake.tolist())),
            (8.0, 64.0, 512.0),
        )


def root(function: Callable[[arb], arb], upper: arb) -> arb:
    """The root of an increasing function between 0 and ``upper``, as a ball whose ends it is between.

    Where the sign at a point cannot be told the bisection stops: the ball is then as narrow as the precision allows.
    """
    low, high = arb(0), arb(upper.upper())
    for _ in range(BISECTIONS):
        middle = arb(((low + high) / 2).mid())
        value = function(middle)
        if value > 0:
            high = middle
        elif value < 0:
            low = middle
        else:
            break
    return low.union(high)


def height(name: str, s: arb) -> arb:
    """f*(real) of the two-point problem, a ball."""
    match name:
        case "wasserstein":
            return s
        case "least_squares":
            return 2 * s / (1 + 2 * s)
        case "hinge":
            return s.min(arb(1))
        case _:
            slope = CURVES[name].slope
            return root(lambda t: t - s * slope(-t), 2 * s.max(arb(1)))


def bound(name: str, s: arb) -> arb | None:
    """What the table of the docstring puts above ``height``."""
    if name in ("softplus", "exponential"):
        return s.log1p()
    if name == "sqrt":
        return (s / 2).root(3)
    return arb(1) if name in ("least_squares", "hinge") else None


def checks(case: Far) -> list[Check]:
    found = []
    for step in case.steps:
        here = case.at(step)
        k, far = optimal_slope(here.solution), distance(here.real, here.fake)
        unit = RESOLUTION * max(float(far.upper()), RESOLUTION) / case.lam
        found.append(at_most(POSITIVE, -k, 0, unit, strict=True))
        found += _closed(case.loss.name, here, k)
        if case.loss.name in BOUNDED or "bounded_below" in case.without:
            found += _fading(here, k)
        elif here.real.size * here.fake.size == 1:
            found.append(at_most(GROWS, far / (2 * arb(case.lam)), k, unit))
    return found


def _closed(name: str, here: Instance, k: arb) -> list[Check]:
    if here.real.size * here.fake.size > 1 or name not in NAMES:
        return []
    d = arb(float(here.problem.distances[0, 0]))
    s = d**2 / (4 * arb(here.lam))
    exactly, most = 2 * height(name, s) / d, bound(name, s)
    unit = RESOLUTION * float(exactly.upper())
    found = [equal(CLOSED_FORM, k, exactly, unit)]
    return found if most is None else [*found, at_most(ENVELOPE, exactly, 2 * most / d, unit)]


def _fading(here: Instance, k: arb) -> list[Check]:
    """``lam k^2 <= fake(-t) + real(t) - m + 4 lam t^2 / d^2`` with t the square root of the least distance d.

    All the infima m are zero. Where the loss has none, the charge that the bound would allow is what is compared.
    """
    if here.loss.name == "hinge":
        return []
    d = arb(float(here.problem.distances.min()))
    value = CURVES[here.loss.name].value if here.loss.name in CURVES else _steady
    t = arb((d.sqrt()).mid())
    left = 2 * value(-t).max(arb(0)) + 4 * arb(here.lam) * t**2 / d**2
    if here.loss.name == "least_squares":  # its least value is at t = 1, beyond which it rises again
        left = 4 * arb(here.lam) / d**2
    return [at_most(FADES, k, (left / arb(here.lam)).sqrt(), RESOLUTION)]


def _steady(t: arb) -> arb:
    return t + t.exp()


CLAIM = Claim(
    ref="lgan.far_failure",
    statement=r"k^* > 0; as the samples move apart k^* \to 0 for losses bounded below, "
    r"k^* \ge e d/(2\lambda) on two points if \phi' \ge e",
    source="LGAN paper, Table 1, column on gradient vanishing",
    hypotheses={
        "bounded_below": "fake(-t) + real(t) has a lower bound (for fading)",
        "different": "P_r != P_g (for k* > 0)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="bounded_below",
            instance=lambda: two_points("wasserstein", (16.0,), without="bounded_below"),
            check=FADES,
            witness="linear losses, lam 1, distance 16: k* = 8, and bounded losses could pay for 1/2 at most",
        ),
        Break(
            drops="bounded_below",
            instance=lambda: two_points(STEADY, (16.0,), without="bounded_below"),
            check=FADES,
            witness="t + e^t, strictly convex and not bounded below, lam 1, distance 16: k* is more than 8",
        ),
        Break(
            drops="different",
            instance=lambda: two_points("softplus", (0.0,)),
            check=POSITIVE,
            witness="fake and real both at 0: k* = 0",
        ),
    ),
    settles=("lgan T6", "P2"),
)


def _printed(request: Request) -> Iterator[Far]:
    yield two_points("softplus", (16.0, 256.0))


def _kept(case: Far) -> list[Check]:
    near, far = (optimal_slope(case.at(step).solution) for step in case.steps)
    return [at_most(KEPT, near, far, RESOLUTION * float(near.upper()))]


AS_PRINTED = (
    Claim(
        ref="lgan.far_failure/never-vanishing",
        statement=r"the gradient of an LGAN does not vanish: k^* is no smaller when P_g is farther from P_r",
        source="a reading of the LGAN paper, Table 1, row LGAN, column on gradient vanishing: No",
        hypotheses={},
        instances=_printed,
        checks=_kept,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
