"""Squared Hellinger distance without the factor 1/2, ``f(u) = (sqrt(u) - 1)^2``: between 0 and 2.

For ``t > 1`` the formula ``t / (1 - t)`` still returns a finite number, and it is wrong: the conjugate is ``+oo``.
"""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence


def formula(u: Any, functions: Any) -> Any:
    """The definition."""
    root = functions.sqrt(u)
    return (root - 1) * (root - 1)


def inside(u: Values) -> Values:
    """``((u - 1) / (sqrt(u) + 1))^2``."""
    return ((u - 1.0) / (np.sqrt(u) + 1.0)) ** 2


def term(p: Values, q: Values) -> Values:
    """``((p - q) / (sqrt(p) + sqrt(q)))^2``."""
    return ((p - q) / (np.sqrt(p) + np.sqrt(q))) ** 2


def slope(u: Values) -> Values:
    """``1 - 1/sqrt(u)``."""
    root = np.sqrt(u)
    return np.where(u > 0.0, (u - 1.0) / (root * (root + 1.0)), -math.inf)


def conjugate(t: Values) -> Values:
    """``t / (1 - t)`` for ``t < 1``; it grows without bound towards 1."""
    return np.where(t < 1.0, t / (1.0 - t), math.inf)


def output(v: Values) -> Values:
    """``1 - e^(-v)``."""
    return -np.expm1(-v)


DIVERGENCE = FDivergence(
    name="squared_hellinger",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="squared_hellinger",
    at_zero=1.0,
    slope_at_infinity=1.0,
)
