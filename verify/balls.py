"""Checks on numbers with proved errors: midpoint and radius from ball arithmetic (Arb, by python-flint).

Where a statement is an identity or an inequality between closed forms, both sides are computed as balls, and the radius
of their difference is the error bar: it is derived, never chosen. ``exact`` brings numbers in without any error.
"""

from fractions import Fraction

from flint import arb, fmpq

from lgantheory.claims import Check

# What a float loses when a ball is turned into one: half a unit in the last place, and the radius is rounded up.
FLOAT = 2.0**-52

Number = arb | int | float | Fraction


def exact(x: Number) -> arb:
    """The number itself: an int or a float without error, a fraction to within a unit in Arb's last place."""
    return arb(fmpq(x.numerator, x.denominator)) if isinstance(x, Fraction) else arb(x)


def at_most(name: str, left: Number, right: Number, resolution: float, *, strict: bool = False) -> Check:
    """``left <= right`` (``left < right`` if strict), the error bar being the radius of the difference."""
    return of_ball(name, exact(left) - exact(right), resolution, strict=strict)


def equal(name: str, left: Number, right: Number, resolution: float) -> Check:
    """``left = right``."""
    return of_ball(name, abs(exact(left) - exact(right)), resolution)


def of_ball(name: str, excess: arb, resolution: float, *, strict: bool = False) -> Check:
    """The check that a ball is at most zero."""
    middle = float(excess.mid())
    return Check(name, middle, float(excess.rad()) * (1.0 + FLOAT) + FLOAT * abs(middle), resolution, strict=strict)
