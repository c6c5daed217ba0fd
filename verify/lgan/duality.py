r"""The dual of an LGAN: every way to weigh both measures with equal masses bounds J* from below, and one attains it.

For mirrored convex losses with conjugate phi*, and any u, v >= 0 with E_g u = E_r v,

    J*  >=  -E_g phi*(u) - E_r phi*(v) - W1(u P_g, v P_r)^2 / (4 lam),

by Fenchel-Young at every point, Kantorovich-Rubinstein for E_g u f - E_r v f >= -k W1, and the square completed in k.
Equality holds for the masses that the optimal flow sends and receives, which are u = fake'(f*), v = -real'(f*).

On the line W1 = integral of |F_u - F_v|, a finite sum; phi* is a closed form; masses are rational. Equality is tested
at the flow of the solver, whose value may miss J* by the gap that is certified: that is the bar.

Source: the objective of slides eq. (3), with Kantorovich-Rubinstein duality.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.measures import DiscreteMeasure
from verify.balls import at_most, exact
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import Instance, instance
from verify.lgan.certified import optimal_value
from verify.lgan.curves import asked

BOUND = "masses u P_g and v P_r bound J* from below"
ATTAINED = "the masses of the optimal flow attain J*"

Masses = tuple[Fraction, ...]


@dataclass(frozen=True)
class Weighed:
    """Fakes x and reals y on the line, uniform; u, v: densities to try, as fractions."""

    x: tuple[int, ...]
    y: tuple[int, ...]
    loss: str
    lam: float
    u: Masses
    v: Masses

    @property
    def as_instance(self) -> Instance:
        fake, real = (DiscreteMeasure(np.array(points, dtype=float)) for points in (self.x, self.y))
        return instance(real, fake, self.loss, self.lam)

    def __str__(self) -> str:
        return f"{self.loss}, lam = {self.lam:g}, fakes {self.x} times {self.u}, reals {self.y} times {self.v}"


def _xlogx(s: arb) -> arb:
    return arb(0) if s == 0 else s * s.log()


CONJUGATES = {
    "softplus": lambda s: _xlogx(s) + _xlogx(1 - s),
    "exponential": lambda s: _xlogx(s) - s,
    "sqrt": lambda s: -(s * (2 - s)).sqrt(),
    "wasserstein": lambda _: arb(0),  # finite at s = 1 alone
}
# Slopes are tried in sixteenths up to these; the linear loss knows the slope 1 only.
SIXTEENTHS = {"softplus": 15, "exponential": 40, "sqrt": 31}


def instances(request: Request) -> Iterator[Weighed]:
    names = asked(request, CONJUGATES, own_samples=True)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        name, n, m = names[index % len(names)], int(rng.integers(1, 5)), int(rng.integers(1, 5))
        x, y = rng.integers(-6, 7, n), rng.integers(-6, 7, m)
        lam = 2.0 ** float(rng.integers(-3, 6)) if request.lam is None else request.lam
        yield Weighed(tuple(x.tolist()), tuple(y.tolist()), name, lam, *_equal_masses(rng, name, n, m))


def _equal_masses(rng: np.random.Generator, name: str, n: int, m: int) -> tuple[Masses, Masses]:
    """Random densities of equal mean: the side with the larger mean is scaled down."""
    if name == "wasserstein":
        return (Fraction(1),) * n, (Fraction(1),) * m
    u, v = ([Fraction(int(k), 16) for k in rng.integers(1, SIXTEENTHS[name] + 1, size)] for size in (n, m))
    ratio = (sum(v, Fraction(0)) / m) / (sum(u, Fraction(0)) / n)
    return tuple(s * min(Fraction(1), ratio) for s in u), tuple(s * min(Fraction(1), 1 / ratio) for s in v)


def bound(case: Weighed, u: Masses, v: Masses) -> arb:
    """The dual value of densities u and v."""
    n, m, conjugate = len(u), len(v), CONJUGATES[case.loss]
    paid = sum((conjugate(exact(s)) for s in u), arb(0)) / n + sum((conjugate(exact(s)) for s in v), arb(0)) / m
    steps = [(Fraction(x), s / n) for x, s in zip(case.x, u, strict=True)]
    steps += [(Fraction(y), -s / m) for y, s in zip(case.y, v, strict=True)]
    return -paid - exact(_area(steps)) ** 2 / (4 * arb(case.lam))


def _area(steps: list[tuple[Fraction, Fraction]]) -> Fraction:
    """The integral of the absolute value of the step function with these jumps."""
    height, area = Fraction(0), Fraction(0)
    for (left, jump), (right, _) in pairwise(sorted(steps)):
        height += jump
        area += abs(height) * (right - left)
    return area


def checks(case: Weighed) -> list[Check]:
    solution = case.as_instance.solution
    value = optimal_value(solution)
    unit = RESOLUTION * max(1.0, float(abs(value).upper()))
    attained = bound(case, *_sent(case)) + arb(0, solution.error)
    return [at_most(BOUND, bound(case, case.u, case.v), value, unit), at_most(ATTAINED, value, attained, unit)]


def _sent(case: Weighed) -> tuple[Masses, Masses]:
    """Densities of what the solver's flow sends and receives, exact; of the linear loss 1, which its flow rounds."""
    flow, n, m = case.as_instance.solution.support_flow, len(case.x), len(case.y)
    if case.loss == "wasserstein":
        return (Fraction(1),) * n, (Fraction(1),) * m
    u, v = [Fraction(0)] * n, [Fraction(0)] * m
    for s, t, mass in zip(flow.s.tolist(), flow.t.tolist(), flow.mass.tolist(), strict=True):
        u[s] += n * Fraction(mass)
        v[t - n] += m * Fraction(mass)
    return tuple(u), tuple(v)


CLAIM = Claim(
    ref="lgan.duality",
    statement=r"J^* = \max_{u, v} -E_g\phi^*(u) - E_r\phi^*(v) - W_1(u P_g, v P_r)^2/(4\lambda), equal masses",
    source="the objective of slides eq. (3), with Kantorovich-Rubinstein duality",
    hypotheses={"equal_masses": "u P_g and v P_r have one mass, so that W1 is a transport distance"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="equal_masses",
            instance=lambda: Weighed((0,), (1,), "softplus", 2.0**-6, (Fraction(1, 16),), (Fraction(1, 2),)),
            check=BOUND,
            witness="softplus, fake 0, real 1, lam 1/64: mass 1/16 leaves and 1/2 is asked for; the sum is 0.865, "
            "and J* is 0.504",
        ),
    ),
    settles=("lgan T3",),
)

if __name__ == "__main__":
    main((CLAIM,))
