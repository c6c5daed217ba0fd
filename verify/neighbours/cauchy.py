r"""The ratio of two independent centred normal numbers is a Cauchy number: it has no mean.

For X of deviation s and Y of deviation r, c = s / r, the density of X / Y at t is

    integral of |y| n_s(t y) n_r(y) dy = c / (pi (c^2 + t^2)),

so the mean of |X / Y| over |X / Y| <= T is (c / pi) log(1 + T^2 / c^2), which grows by at least (c / pi) log(5/2) each
time T is doubled, from T = c on. This is the law of the generator's gradient when both the discriminator's value and
its gradient are off by independent noise: its expected step is not defined.

Two routes: sympy integrates, for all t; and the integral is enclosed by Arb, the tail beyond y = B bounded by
(1 + m) e^(-(B - m)^2 / 2), m the mean of Y, in units of its deviation.

Source: Arjovsky, Bottou, "Towards principled methods for training GANs" (2017), Theorem 2.6, of which this is the core.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from flint import acb, arb, ctx

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.command import main

SYMBOLIC = "sympy integrates the density to that of a Cauchy number"
DENSITY = "the density at t is c / (pi (c^2 + t^2))"
TRUNCATED = "the mean over |ratio| <= T is (c / pi) log(1 + T^2 / c^2)"
GROWS = "doubling T from c on adds at least (c / pi) log(5 / 2) to that mean"

# The smallest error of a density or of a mean that counts; both are of size one. Arbitrary.
RESOLUTION = 1e-9

# Where the integral over y is cut off, in deviations beyond the mean; and its precision. Arbitrary: e^-200 is left.
CUT, PRECISION = 20, 96


@dataclass(frozen=True)
class Ratio:
    """Deviation c of X, that of Y being one; the mean of Y; the place t; the bound T."""

    c: Fraction
    t: Fraction
    mean: Fraction = Fraction(0)
    bound: Fraction = Fraction(8)

    def __str__(self) -> str:
        return f"c = {self.c}, t = {self.t}, T = {self.bound}, mean of Y = {self.mean}"


def instances(request: Request) -> Iterator[Ratio]:
    """Deviations from 1/8 to 4, places in [-4, 4], bounds from c on."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        c = Fraction(int(rng.integers(1, 33)), 8)
        yield Ratio(c, Fraction(int(rng.integers(-32, 33)), 8), bound=c * int(rng.integers(1, 17)))


def checks(case: Ratio) -> list[Check]:
    with ctx.workprec(PRECISION):
        c, t = exact(case.c), exact(case.t)
        told = c / (arb.pi() * (c * c + t * t))
        least = c / arb.pi() * exact(Fraction(5, 2)).log()
        mean, twice = (truncated_mean(case.c, bound) for bound in (case.bound, 2 * case.bound))
    return [
        Check.of_verdict(SYMBOLIC, Verdict.PROVED if integrated() else Verdict.REFUTED),
        equal(DENSITY, density(case), told, RESOLUTION),
        equal(TRUNCATED, _integrated_mean(case), mean, RESOLUTION),
        at_most(GROWS, least, twice - mean, RESOLUTION),
    ]


def density(case: Ratio) -> arb:
    """The integral over y of |y| n_c(t y) n_1(y - mean), as a proved ball."""
    with ctx.workprec(PRECISION):
        c, t, m = exact(case.c), exact(case.t), exact(abs(case.mean))
        end = m + CUT

        def integrand(y: acb, _: Any) -> acb:
            there = -(t * y) * (t * y) / (2 * c * c)
            return y * ((there - (y - m) * (y - m) / 2).exp() + (there - (y + m) * (y + m) / 2).exp())

        body = arb(acb.integral(integrand, acb(0), acb(end)).real)
        tail = 2 * (1 + m) * (-arb(CUT * CUT) / 2).exp()
        return (body + arb(0.5, 0.5) * tail) / (2 * arb.pi() * c)


def truncated_mean(c: Fraction, bound: Fraction) -> arb:
    """(c / pi) log(1 + T^2 / c^2)."""
    return exact(c) / arb.pi() * (1 + exact((bound / c) ** 2)).log()


def _integrated_mean(case: Ratio) -> arb:
    """The mean of |t| c / (pi (c^2 + t^2)) over |t| <= T, integrated by Arb."""
    with ctx.workprec(PRECISION):
        c = exact(case.c)
        total = acb.integral(lambda t, _: 2 * t * c / (c * c + t * t), acb(0), acb(exact(case.bound)))
        return arb(total.real) / arb.pi()


@cache
def integrated() -> bool:
    """Whether sympy's integral of twice y n_s(t y) n_r(y) over y > 0 is the Cauchy density, for all s, r, t."""
    import sympy

    y, s, r, t = sympy.symbols("y s r t", positive=True)  # the density is even in t
    a = (t**2 / s**2 + 1 / r**2) / 2
    k = sympy.Symbol("k", positive=True)
    mean = sympy.integrate(y * sympy.exp(-k * y**2), (y, 0, sympy.oo)).subs(k, a)
    c = s / r
    return sympy.simplify(2 * mean / (2 * sympy.pi * s * r) - c / (sympy.pi * (c**2 + t**2))) == 0


CLAIM = Claim(
    ref="neighbours.cauchy",
    statement=r"X/Y has the density c/(\pi(c^2 + t^2)) for independent centred normal X, Y; E|X/Y| = \infty",
    source="Arjovsky, Bottou 2017, Theorem 2.6, its core",
    hypotheses={"centred": "both numbers have mean zero"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="centred",
            instance=lambda: Ratio(Fraction(1), Fraction(0), mean=Fraction(2)),
            check=DENSITY,
            witness="Y of mean 2: the density at 0 is 0.80, and a Cauchy number's is 0.32",
        ),
    ),
    settles=("neighbour arjovsky-bottou",),
)

if __name__ == "__main__":
    main((CLAIM,))
