"""Pearson's chi-square, ``f(u) = (u - 1)^2``: the integral of ``(p - q)^2 / q``.

The table of the lecture prints ``/ p``, which is Neyman's; its earlier slide on the chi-square has it right.
"""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence


def formula(u: Any, _functions: Any) -> Any:
    """The definition."""
    return (u - 1) * (u - 1)


def inside(u: Values) -> Values:
    """``(u - 1)^2``."""
    return (u - 1.0) ** 2


def term(p: Values, q: Values) -> Values:
    """``(p - q)^2 / q``, the square never formed: it could underflow."""
    return (p - q) * ((p - q) / q)


def slope(u: Values) -> Values:
    """``2 (u - 1)``."""
    return 2.0 * (u - 1.0)


def conjugate(t: Values) -> Values:
    """``t + t^2 / 4`` for ``t >= -2`` and -1 below, where the supremum is at u = 0."""
    high = np.maximum(t, -2.0)
    return high * (1.0 + 0.25 * high)


def output(v: Values) -> Values:
    """``v``."""
    return v


DIVERGENCE = FDivergence(
    name="pearson",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="neyman",
    at_zero=1.0,
    slope_at_infinity=math.inf,
)
