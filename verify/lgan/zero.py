r"""lam to zero: the optimal discriminator turns into the unrestricted one, where that one is attained.

On finite supports that share every place, with weights p, q > 0 there, the unrestricted optimum f_0 is finite, of
slope k_0 between the places, and J_0 is its value. For the strictly convex losses of the paper and every lam > 0

    J_0  <=  J*(lam)  <=  J_0 + lam k_0^2,
    k_0 - 8 lam k_0 / (m d^2)  <=  k*(lam)  <=  k_0,

where d is the distance of two places on which f_0 is steepest, and m a lower bound of q fake'' + p real'' at both
between the least and the largest f_0. *Value*: f_0 itself costs lam k_0^2. *Slope above*: f* cannot be steeper than
f_0, whose first part is least. *Below*: f* stays between the least and the largest f_0 (clipping helps), it misses
f_0 at the two places by (k_0 - k*) d together, hence by m (k_0 - k*)^2 d^2 / 4 in value, and what f* loses in value
is at most lam (k_0^2 - k*^2).

Where a place belongs to one support only, f_0 is infinite there, and there is nothing for f* to be near to: "small lam
gives the unrestricted f*" is right on common supports alone.

f_0 is in closed form: softplus log(p/q), exponential half of it, sqrt (p - q) / (2 sqrt(pq)); the weights are exact.

Source: slides, eq. (2) as the limit of eq. (3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.measures import DiscreteMeasure, euclidean
from lgantheory.problem import ULPS
from lgantheory.solvers.pointwise import unrestricted_discriminator
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.evidence import EPS, RESOLUTION
from verify.instances import GRID, Instance, instance
from verify.lgan.certified import optimum
from verify.lgan.curves import CURVES, STRICT, asked

VALUE_ABOVE = "J* is at most J_0 + lam k_0^2"
VALUE_BELOW = "J* is at least J_0"
SLOPE_ABOVE = "k* is at most k_0, the slope of the unrestricted optimum where it is finite"
SLOPE_BELOW = "k* is at least k_0 - 8 lam k_0 / (m d^2)"
SAME_VALUE = "J_0 in closed form is what bisection at each place finds"

LAMS = (1.0, 2.0**-8, 2.0**-24)
LARGEST_WEIGHT = 6


@dataclass(frozen=True)
class Shared:
    """Places (s, d) with integer real and fake weights p and q, not yet divided by their sums."""

    loss: str
    points: tuple[tuple[float, ...], ...]
    p: tuple[int, ...]
    q: tuple[int, ...]
    lams: tuple[float, ...] = LAMS

    def at(self, lam: float) -> Instance:
        real, fake = (
            DiscreteMeasure(np.array(self.points), np.array(weights) / sum(weights)) for weights in (self.p, self.q)
        )
        return instance(real, fake, self.loss, lam)

    @property
    def weights(self) -> list[tuple[Fraction, Fraction]]:
        """(p, q) as they are in the doubles of ``at``, divided by their exact sums."""
        measures = self.at(1.0).real, self.at(1.0).fake
        p, q = ([Fraction(w) / sum(map(Fraction, m.weights.tolist())) for w in m.weights.tolist()] for m in measures)
        return list(zip(p, q, strict=True))

    def __str__(self) -> str:
        return f"{self.loss}, places {self.points}, real {self.p}, fake {self.q}, lam = {self.lams}"


def instances(request: Request) -> Iterator[Shared]:
    names = asked(request, STRICT, own_samples=True)
    lams = LAMS if request.lam is None else (request.lam,)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size, d = int(rng.integers(2, 6)), int(rng.integers(1, 3))
        points = np.unique(rng.integers(-16, 17, (size, d)) / GRID, axis=0)
        p, q = (tuple(rng.integers(1, LARGEST_WEIGHT + 1, len(points)).tolist()) for _ in range(2))
        yield Shared(names[index % len(names)], tuple(map(tuple, points.tolist())), p, q, lams)


def free_value(name: str, p: arb, q: arb) -> arb:
    """``min_t q fake(t) + p real(t)`` at one place of both supports."""
    if name == "softplus":
        return p * ((p + q) / p).log() + q * ((p + q) / q).log()
    return 2 * (p * q).sqrt()


def free_height(name: str, p: arb, q: arb) -> arb:
    """Its minimiser f_0."""
    if name == "sqrt":
        return (p - q) / (2 * (p * q).sqrt())
    return (p / q).log() if name == "softplus" else (p / q).log() / 2


def least_bend(name: str, height: arb) -> arb:
    """The least fake'' on [-height, height]; the same for the real side."""
    if name == "sqrt":
        return 1 / (height**2 + 1) ** arb(1.5)
    curve = CURVES[name]
    return (-height).exp() if name == "exponential" else curve.slope(height) * curve.slope(-height)


def checks(case: Shared) -> list[Check]:
    both = [(index, exact(p), exact(q)) for index, (p, q) in enumerate(case.weights) if p and q and case.loss in STRICT]
    floor = sum((free_value(case.loss, p, q) for _, p, q in both), arb(0))
    k, least = _steepest(case, {index: free_height(case.loss, p, q) for index, p, q in both})
    unit = RESOLUTION * max(float(abs(k).upper()), RESOLUTION)
    found = []
    for lam in case.lams:
        solution, weight = case.at(lam).solution, arb(lam)
        value, slope = optimum(solution)
        found += [
            at_most(SLOPE_ABOVE, slope, k, unit),
            at_most(SLOPE_BELOW, k - 8 * weight * k * least, slope, unit),
        ]
        if case.loss in STRICT:
            found += [
                at_most(VALUE_BELOW, floor, value, RESOLUTION),
                at_most(VALUE_ABOVE, value, floor + weight * k**2, RESOLUTION),
            ]
    return [*found, *_bisected(case, floor)]


def _steepest(case: Shared, heights: dict[int, arb]) -> tuple[arb, arb]:
    """k_0, and 1 / (m d^2) for a pair on which it is attained; zeros where no two places have finite heights."""
    points = np.array(case.points)
    d = euclidean(points, points)
    top = max((arb(abs(height).upper()) for height in heights.values()), default=arb(0))
    slopes = [
        (abs(heights[i] - heights[j]) / arb(d[i, j], 4.0 * EPS * d[i, j]), i, j) for i, j in combinations(heights, 2)
    ]
    if not slopes:
        return arb(0), arb(0)
    k, i, j = max(slopes, key=lambda row: float(row[0].mid()))
    mass = min(float(sum(case.weights[v])) for v in (i, j)) * (1.0 - 4.0 * EPS)
    return k, 1 / (arb(mass) * least_bend(case.loss, top) * arb(d[i, j]) ** 2)


def _bisected(case: Shared, floor: arb) -> list[Check]:
    """The second route; its rounding is counted out, relative to the sum, as no term is negative.

    A weighted loss is off by ``ULPS`` units in the last place; one more for adding both sides at a place, and one for
    each place in the sum. The weights may sum to something near one; ``floor`` has divided by that. Bisection ends
    where the sign of the slope drowns in rounding, a few units from the minimiser: at second order that is nothing.
    """
    found = unrestricted_discriminator(case.at(1.0).real, case.at(1.0).fake, case.loss)
    if not found.attained.all():
        return []
    measures = case.at(1.0).real, case.at(1.0).fake
    off = max(abs(sum(map(Fraction, m.weights.tolist())) - 1) for m in measures)
    rounding = (ULPS + 1.0 + len(found.points)) * EPS + float(off) * (1.0 + EPS)
    return [equal(SAME_VALUE, arb(found.value, rounding * found.value), floor, RESOLUTION)]


CLAIM = Claim(
    ref="lgan.zero",
    statement=r"on common supports J_0 \le J^*(\lambda) \le J_0 + \lambda k_0^2 and "
    r"k_0 - 8\lambda k_0/(m d^2) \le k^* \le k_0",
    source="slides, eq. (2) as the limit of eq. (3)",
    hypotheses={
        "common_support": "every place has weight under P_r and under P_g",
        "strictly_convex": "the losses are strictly convex, so that f_0 is finite and unique",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="common_support",
            instance=lambda: Shared("softplus", ((0.0,), (1.0,)), (0, 1), (1, 0), (1.0,)),
            check=SLOPE_ABOVE,
            witness="softplus, fake 0, real 1: f_0 is finite nowhere, and k* = 0.235 at lam 1; it grows as lam falls",
        ),
        Break(
            drops="strictly_convex",
            instance=lambda: Shared("wasserstein", ((0.0,), (1.0,)), (1, 2), (2, 1), (1.0,)),
            check=SLOPE_ABOVE,
            witness="linear losses, weights 1/3, 2/3 against 2/3, 1/3 on 0 and 1: f_0 is finite nowhere, J_0 is minus "
            "infinity, and k* = 1/6 at lam 1",
        ),
    ),
    settles=("lgan 2.5",),
)


def _disjoint(request: Request) -> Iterator[Shared]:
    yield Shared("softplus", ((0.0,), (1.0,)), (0, 1), (1, 0), (2.0**-8,))


AS_PRINTED = (
    Claim(
        ref="lgan.zero/everywhere",
        statement=r"for small \lambda the optimal discriminator is near the unrestricted one, on all supports",
        source="a reading of the slides: eq. (2), whose argmin need not exist, as the limit of eq. (3)",
        hypotheses={},
        instances=_disjoint,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
