"""Arithmetic of float64 arrays that knows how wrong it may be.

Each number is a pair (value, error bound). The bounds are those of a running error analysis to first order, with a
factor to spare; they are used to decide *where* doubles are not good enough and balls must take over, never as a proof.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

UNIT = 2.0**-53
# Arbitrary but generous: the functions of numpy are accurate to about one unit in the last place.
FUNCTION_UNITS = 4.0 * UNIT
SMALLEST = 5e-324


@dataclass(frozen=True)
class Approximate:
    """An array of doubles with a bound on the error of each."""

    value: Any
    error: Any


def exact(value: Any) -> Approximate:
    """Doubles that are what they say."""
    return Approximate(value, np.zeros_like(value))


def _rounded(value: Any, inherited: Any, units: float = UNIT) -> Approximate:
    return Approximate(value, inherited + units * np.abs(value))


class Doubles:
    """The arithmetic; see ``programs.Arithmetic``. Call it with numpy's floating point warnings off."""

    def constant(self, name: str, value: Fraction | None) -> Approximate:
        if value is None:
            number = np.pi if name == "pi" else np.e
            return Approximate(np.float64(number), np.float64(UNIT * number))
        nearest = _nearest(value)
        is_exact = np.isfinite(nearest) and Fraction(float(nearest)) == value
        return Approximate(nearest, np.float64(0.0) if is_exact else UNIT * abs(nearest))

    def add(self, a: Approximate, b: Approximate) -> Approximate:
        return _rounded(a.value + b.value, a.error + b.error)

    def multiply(self, a: Approximate, b: Approximate) -> Approximate:
        inherited = np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error
        value = a.value * b.value
        lost = np.where((value == 0) & (a.value != 0) & (b.value != 0), SMALLEST, 0.0)
        return _rounded(value, inherited + lost)

    def power(self, a: Approximate, exponent: Fraction) -> Approximate:
        if exponent == 1:
            return a
        if exponent == 0:
            return exact(np.ones_like(a.value))
        value = np.power(a.value, float(exponent))
        if exponent == Fraction(1, 2):
            value = np.sqrt(a.value)
        # |x^p| (|p| e / (|x| - e)), and infinite when zero is within reach.
        size = np.abs(a.value)
        relative = np.where(a.error > 0, abs(float(exponent)) * a.error / np.maximum(size - a.error, 0.0), 0.0)
        inherited = np.where(relative < 0.5, 2.0 * relative * np.abs(value), np.where(a.error > 0, np.inf, 0.0))
        return _rounded(value, inherited, FUNCTION_UNITS * (1.0 + abs(float(exponent))))

    def unary(self, name: str, a: Approximate) -> Approximate:
        value, slope = _FUNCTIONS[name](a.value)
        inherited = np.where(a.error > 0, 2.0 * slope * a.error, 0.0)
        # Beyond this the first-order bound below would not hold any more.
        inherited = np.where(a.error > 0.25 * _room(name, a.value), np.inf, inherited)
        return _rounded(value, inherited, FUNCTION_UNITS)

    def larger(self, a: list[Approximate], b: list[Approximate], side: int) -> list[Approximate]:
        gap, blur = a[0].value - b[0].value, a[0].error + b[0].error
        first = gap > 0
        if len(a) > 1:
            steeper = (a[1].value > b[1].value) if side > 0 else (a[1].value < b[1].value)
            first = first | ((gap == 0) & steeper)
        unsure = (np.abs(gap) <= blur) & (blur > 0)
        chosen = []
        for order, (p, q) in enumerate(zip(a, b, strict=True)):
            error = np.where(first, p.error, q.error)
            doubt = np.maximum(p.error, q.error) + blur if order == 0 else np.inf
            chosen.append(Approximate(np.where(first, p.value, q.value), np.where(unsure, doubt, error)))
        return chosen


def _nearest(value: Fraction) -> np.float64:
    try:
        return np.float64(float(value))
    except OverflowError:
        return np.float64(np.inf if value > 0 else -np.inf)


def _room(name: str, value: Any) -> Any:
    """How far the argument may move before the function behaves differently: to the singularity of a logarithm."""
    return np.abs(value) if name == "log" else np.ones_like(value)


def _exp(u: Any) -> tuple[Any, Any]:
    value = np.exp(u)
    return value, value


def _log(u: Any) -> tuple[Any, Any]:
    return np.log(u), 1.0 / np.abs(u)


def _sigmoid(u: Any) -> tuple[Any, Any]:
    small = np.exp(-np.abs(u))
    value = np.where(u >= 0, 1.0, small) / (1.0 + small)
    return value, value


def _softplus(u: Any) -> tuple[Any, Any]:
    small = np.exp(-np.abs(u))
    return np.maximum(u, 0.0) + np.log1p(small), np.where(u >= 0, 1.0, small)


def _tanh(u: Any) -> tuple[Any, Any]:
    return np.tanh(u), np.ones_like(u)


def _sinh(u: Any) -> tuple[Any, Any]:
    return np.sinh(u), np.cosh(u)


def _cosh(u: Any) -> tuple[Any, Any]:
    return np.cosh(u), np.cosh(u)


def _atan(u: Any) -> tuple[Any, Any]:
    return np.arctan(u), 1.0 / (1.0 + u * u)


def _asinh(u: Any) -> tuple[Any, Any]:
    return np.arcsinh(u), np.ones_like(u)


_FUNCTIONS = {
    "exp": _exp,
    "log": _log,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "tanh": _tanh,
    "sinh": _sinh,
    "cosh": _cosh,
    "atan": _atan,
    "asinh": _asinh,
}
