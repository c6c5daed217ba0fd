"""Neyman's chi-square, ``f(u) = (1 - u)^2 / u``: the integral of ``(p - q)^2 / p`` (the lecture prints ``/ q``)."""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence


def formula(u: Any, _functions: Any) -> Any:
    """The definition."""
    return (1 - u) * (1 - u) / u


def inside(u: Values) -> Values:
    """``(1 - u)^2 / u``, the square never formed."""
    return (u - 1.0) * ((u - 1.0) / u)


def term(p: Values, q: Values) -> Values:
    """``(p - q)^2 / p``."""
    return (p - q) * ((p - q) / p)


def slope(u: Values) -> Values:
    """``1 - u^-2 = (1 - 1/u) (1 + 1/u)``."""
    return np.where(u > 0.0, (u - 1.0) / u * (1.0 + 1.0 / u), -math.inf)


def conjugate(t: Values) -> Values:
    """``2 - 2 sqrt(1 - t)`` for ``t <= 1``, as ``t (2 / (1 + sqrt(1 - t)))``."""
    return t * (2.0 / (1.0 + np.sqrt(1.0 - t)))


def output(v: Values) -> Values:
    """``1 - e^(-v)``."""
    return -np.expm1(-v)


DIVERGENCE = FDivergence(
    name="neyman",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="pearson",
    at_zero=math.inf,
    slope_at_infinity=1.0,
)
