r"""A differentiable function is 1-Lipschitz if and only if its gradients have norm at most one, on convex domains.

(=>) If f is 1-Lipschitz, the quotient along the gradient g = grad f(x) is at most 1, and it tends to |g|. For |f''|
<= M,

    | (f(x + t g / |g|) - f(x)) / t  -  |g| |  <=  M t / 2.

(<=) If |grad f| <= 1 on the segment from x to y, then |f(x) - f(y)| <= |x - y| by the mean value theorem. The segment
has to lie in the domain: that is where convexity enters. On the annulus |x| >= 1, slit along the negative axis, the
polar angle has gradients of norm 1 / |x| <= 1 and jumps by 2 pi across the slit. Being differentiable almost
everywhere is not enough: a step has gradient zero wherever it has one.

Functions: sums of waves a sin(k x) with sum a |k|_1 <= 1, on the plane, and the polar angle on the half-plane x >= 1.
All values are balls, at rational points, and gradients come from formulas of their own.

Source: lecture, "Improved WGAN (WGAN-GP)"; the counterexample is derived here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact
from verify.command import main

GRADIENT = "gradients have norm at most one"
LIPSCHITZ = "the function rises at most by the distance"
STEEPEST = "along the gradient the quotient is its norm, up to half the curvature times the step"

# The smallest violation that matters; values are balls with radii near 2^-50. Arbitrary.
RESOLUTION = 2.0**-30
# The length of the step along the gradient; arbitrary.
STEP = Fraction(1, 2**16)

Point = tuple[Fraction, Fraction]
Ball = tuple[arb, arb]


class Function(Protocol):
    """A function on a part of the plane with its gradient and a bound of its second derivatives."""

    def value(self, x: Ball) -> arb: ...
    def gradient(self, x: Ball) -> Ball: ...
    @property
    def curvature(self) -> Fraction: ...


@dataclass(frozen=True)
class Waves:
    """sum a sin(k x), with rational a >= 0 and integer k."""

    terms: tuple[tuple[Fraction, tuple[int, int]], ...]

    def value(self, x: Ball) -> arb:
        return sum((exact(a) * _phase(k, x).sin() for a, k in self.terms), arb(0))

    def gradient(self, x: Ball) -> Ball:
        slopes = [(exact(a) * _phase(k, x).cos(), k) for a, k in self.terms]
        return sum((s * k[0] for s, k in slopes), arb(0)), sum((s * k[1] for s, k in slopes), arb(0))

    @property
    def curvature(self) -> Fraction:
        return sum((a * (k[0] ** 2 + k[1] ** 2) for a, k in self.terms), Fraction(0))


@dataclass(frozen=True)
class Angle:
    """The polar angle in (-pi, pi], one or more from the origin: gradient 1 / r, second derivatives 1 / r^2."""

    curvature: Fraction = Fraction(1)

    def value(self, x: Ball) -> arb:
        return arb.atan2(x[1], x[0])

    def gradient(self, x: Ball) -> Ball:
        square = x[0] * x[0] + x[1] * x[1]
        return -x[1] / square, x[0] / square


@dataclass(frozen=True)
class Step:
    """0 left of the origin, 1 from there on: gradient zero wherever there is one."""

    curvature: Fraction = Fraction(0)

    def value(self, x: Ball) -> arb:
        return arb(1) if x[0] >= 0 else arb(0)

    def gradient(self, x: Ball) -> Ball:
        return 0 * x[0], 0 * x[1]


@dataclass(frozen=True)
class Smooth:
    """A function and two points of its domain."""

    name: str
    function: Function
    x: Point
    y: Point

    def __str__(self) -> str:
        return f"{self.name}, between ({self.x[0]}, {self.x[1]}) and ({self.y[0]}, {self.y[1]})"


def instances(request: Request) -> Iterator[Smooth]:
    """Waves on the plane and the angle on the half-plane right of 1, in turn."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        x, y = (tuple(Fraction(int(c), 8) for c in rng.integers(-32, 33, 2)) for _ in range(2))
        if index % 2:
            right, left = ((1 + abs(point[0]), point[1]) for point in (x, y))
            yield Smooth("angle on a half-plane", Angle(), right, left)
        else:
            yield Smooth("waves", _waves(rng), (x[0], x[1]), (y[0], y[1]))


def _waves(rng: np.random.Generator) -> Waves:
    """Three waves that share a gradient of norm at most one."""
    numbers = [(int(a), int(b)) for a, b in rng.integers(-4, 5, (3, 2))]
    shares = [int(share) for share in rng.integers(1, 9, 3)]
    total = sum(shares)
    return Waves(
        tuple((Fraction(s, total * max(abs(a) + abs(b), 1)), (a, b)) for s, (a, b) in zip(shares, numbers, strict=True))
    )


def checks(case: Smooth) -> list[Check]:
    """Both directions."""
    f, x, y = case.function, _ball(case.x), _ball(case.y)
    slope = f.gradient(x)
    found = [
        at_most(GRADIENT, _length(f.gradient(x)).max(_length(f.gradient(y))), 1, RESOLUTION),
        at_most(LIPSCHITZ, abs(f.value(x) - f.value(y)), _length((x[0] - y[0], x[1] - y[1])), RESOLUTION),
    ]
    return found if _length(slope).contains(0) else [*found, _steepest(f, x, slope)]


def _steepest(f: Function, x: Ball, slope: Ball) -> Check:
    size, step = _length(slope), exact(STEP)
    ahead = x[0] + step * slope[0] / size, x[1] + step * slope[1] / size
    quotient = (f.value(ahead) - f.value(x)) / step
    return at_most(STEEPEST, abs(quotient - size), exact(f.curvature) * step / 2, RESOLUTION)


def _phase(k: tuple[int, int], x: Ball) -> arb:
    return k[0] * x[0] + k[1] * x[1]


def _length(v: Ball) -> arb:
    return (v[0] * v[0] + v[1] * v[1]).sqrt()


def _ball(point: Point) -> Ball:
    return exact(point[0]), exact(point[1])


_NEAR = Fraction(1, 1000)
_SLIT = Smooth("angle on the slit annulus", Angle(), (Fraction(-1), _NEAR), (Fraction(-1), -_NEAR))

CLAIM = Claim(
    ref="transport.gradient_bound",
    statement=r"on a convex domain, f differentiable: f 1-Lipschitz if and only if \|\nabla f\| \leq 1 everywhere",
    source="lecture, Improved WGAN (WGAN-GP), with the domain added",
    hypotheses={
        "convex_domain": "the domain contains the segment between any two of its points",
        "differentiable": "the function has a gradient at every point",
        "bounded_gradient": "gradients have norm at most one",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="convex_domain",
            instance=lambda: _SLIT,
            check=LIPSCHITZ,
            witness="polar angle at (-1, 0.001) and (-1, -0.001), the slit between: 0.002 apart, it differs by 6.2812",
        ),
        Break(
            drops="differentiable",
            instance=lambda: Smooth("step", Step(), (Fraction(-1, 4), Fraction(0)), (Fraction(1, 4), Fraction(0))),
            check=LIPSCHITZ,
            witness="a step of height 1: gradient 0 but at one place, and it rises by 1 over 1/2",
        ),
        Break(
            drops="bounded_gradient",
            instance=lambda: replace(
                _SLIT,
                name="2 sin x",
                function=Waves(((Fraction(2), (1, 0)),)),
                x=(Fraction(0), Fraction(0)),
                y=(Fraction(1), Fraction(0)),
            ),
            check=LIPSCHITZ,
            witness="2 sin x between 0 and 1: 1.68 over the distance 1",
        ),
    ),
    settles=("lecture 22",),
)

AS_PRINTED = (
    Claim(
        ref="transport.gradient_bound/any-domain",
        statement=r"f differentiable: f 1-Lipschitz if and only if \|\nabla f\| \leq 1, on whatever domain",
        source="a reading of the lecture, Improved WGAN (WGAN-GP), which names no domain and means R^d",
        hypotheses={},
        instances=lambda _: [_SLIT],
        checks=checks,
        expected=Verdict.REFUTED,
        settles=("lecture 22",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
