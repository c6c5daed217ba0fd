r"""The derivative of a maximum is the one of the active function: once for max f_i, once for max_D V.

For finitely many smooth functions and f = max_i f_i, the one-sided derivatives at x are the largest and the smallest
f_i'(x) over the functions that are active there, so the convex hull of those is [f'(x-), f'(x+)]; with one active
function f is differentiable and f' = f_i'. At a tie it is not, unless the active slopes agree.

The generator's objective L(G) = max_D V(G, D) is such a maximum over D. Since D* makes V stationary in D, the slope of
L along a curve of generators is that of V with D* frozen, and L = -log 4 + 2 JSD:

    d/dt V(G_t, D*_0) = d/dt 2 JSD(P_data, P_{G_t})    at t = 0.

Functions are quadratic polynomials with rational coefficients. For h so small that no inactive function overtakes, a
difference quotient differs from the slope by h |f_i''| / 2 at most, which is the error bar; the rest is exact. The
slope of the divergence is a coefficient of a power series, that of V a finite sum.

Source: lecture, "Algorithm", the slide with max{f_1(x), f_2(x), f_3(x)}, and the gradient step beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import equal
from verify.classical.curves import Curve, curve, frozen_slope, minimax_reward, random_curves, slope
from verify.classical.measures import RESOLUTION, pair, twice_jsd_term, weights
from verify.command import main

DIFFERENTIABLE = "f has one derivative, that of the active function"
HULL = "the one-sided derivatives are the extreme slopes of the active functions"
ENVELOPE = "V with D frozen has the slope of 2 JSD"

# The step of the difference quotients, halved until no inactive function overtakes. Arbitrary: its square is exact.
STEP = Fraction(1, 2**30)


@dataclass(frozen=True)
class Parabola:
    """c + b x + a x^2 with rational coefficients."""

    a: Fraction
    b: Fraction
    c: Fraction

    def __call__(self, x: Fraction) -> Fraction:
        return self.c + x * (self.b + x * self.a)

    def raised(self, by: Fraction) -> "Parabola":
        return replace(self, c=self.c + by)

    def slope(self, x: Fraction) -> Fraction:
        return self.b + 2 * self.a * x


@dataclass(frozen=True)
class Case:
    """Functions and a place; a curve of generators. ``smooth``: f is held to be differentiable at x."""

    functions: tuple[Parabola, ...]
    x: Fraction
    curve: Curve
    smooth: bool = True

    def __str__(self) -> str:
        forms = ", ".join(f"{f.a} x^2 + {f.b} x + {f.c}" for f in self.functions)
        return f"max({forms}) at {self.x}; {self.curve}"

    @property
    def active(self) -> list[Parabola]:
        return [f for f in self.functions if f(self.x) == self(self.x)]

    def __call__(self, x: Fraction) -> Fraction:
        return max(f(x) for f in self.functions)


def instances(request: Request) -> Iterator[Case]:
    for index, drawn in enumerate(random_curves(request)):
        rng = np.random.default_rng([request.seed, index, 2])
        functions = [Parabola(*map(Fraction, rng.integers(-6, 7, 3).tolist())) for _ in range(3)]
        x = Fraction(int(rng.integers(-16, 17)), 8)
        if index % 3 == 2:
            functions = [f.raised(functions[0](x) - f(x)) for f in functions[:2]] + [functions[2]]
        case = Case(tuple(functions), x, drawn)
        yield replace(case, smooth=len(case.active) == 1)


def checks(case: Case) -> list[Check]:
    return [*_maximum(case), _envelope(case)]


def _maximum(case: Case) -> Iterator[Check]:
    slopes = [f.slope(case.x) for f in case.active]
    right, left, bar = _quotients(case)
    ends = [(right, max(slopes)), (left, min(slopes))]
    yield Check(HULL, max(float(abs(found - meant)) for found, meant in ends), bar, RESOLUTION)
    away = max(float(abs(found - slopes[0])) for found in (right, left))
    if case.smooth:
        yield Check(DIFFERENTIABLE, max(away, float(abs(right - left))), 2.0 * bar, RESOLUTION)


def _quotients(case: Case) -> tuple[Fraction, Fraction, float]:
    """Difference quotients to the right and to the left, and how far they are from the one-sided derivatives."""
    h, now = STEP, case(case.x)
    while not all(max(f(z) for f in case.active) == case(z) for z in (case.x + h, case.x - h)):
        h /= 2
    bar = float(h * max(abs(f.a) for f in case.functions)) * (1.0 + 2.0**-50)
    return (case(case.x + h) - now) / h, (now - case(case.x - h)) / h, bar


def _envelope(case: Case) -> Check:
    frozen = frozen_slope(case.curve, minimax_reward)
    return equal(ENVELOPE, frozen, slope(twice_jsd_term, case.curve), RESOLUTION)


LINE = curve(pair([1, 1], [3, 1]), (1, -1))
KINK = (Parabola(Fraction(0), Fraction(1), Fraction(0)), Parabola(Fraction(0), Fraction(-1), Fraction(0)))


def _tie(request: Request) -> Iterator[Case]:
    yield Case(KINK, Fraction(0), LINE)


CLAIM = Claim(
    ref="classical.danskin",
    statement=r"(\max_i f_i)' = f_i' for the active f_i; "
    r"\nabla_\theta V(G_\theta, D^*) = \nabla_\theta 2\,JSD with D^* frozen",
    source="lecture, 'Algorithm', the slide with max{f_1, f_2, f_3}; with one active function",
    hypotheses={
        "one_active": "no two functions share the maximum at x",
        "optimal": "the frozen discriminator is D*",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="one_active",
            instance=lambda: Case(KINK, Fraction(0), LINE),
            check=DIFFERENTIABLE,
            witness="max(x, -x) at 0: slope 1 to the right and -1 to the left, the ends of the hull of both slopes",
        ),
        Break(
            drops="optimal",
            instance=lambda: Case(KINK[:1], Fraction(0), curve(pair([1, 1], [3, 1]), (1, -1), weights(1, 1))),
            check=ENVELOPE,
            witness="P = (1/2, 1/2), Q = (3/4, 1/4), D = 1/2: V does not change at all, 2 JSD has slope log(9/5)",
        ),
    ),
    settles=("lecture 7",),
)

AS_PRINTED = (
    Claim(
        ref="classical.danskin/everywhere",
        statement=r"f = \max\{f_1, f_2, f_3\} has the derivative f_i' of a maximal f_i at every x",
        source="a reading of the lecture, 'Algorithm', 'If f_i(x) is the max one': at ties too",
        hypotheses={},
        instances=_tie,
        checks=lambda case: list(_maximum(case)),
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
