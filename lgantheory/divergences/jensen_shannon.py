"""The table's Jensen-Shannon row, ``f(u) = u log u - (u + 1) log((1 + u) / 2)``: *twice* the divergence JSD.

It is KL(P || M) + KL(Q || M) with M = (P + Q) / 2, between 0 and 2 log 2. The integral printed beside that generator
has a factor 1/2; for JSD itself take ``jensen_shannon_weighted``.
"""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence, relative_entropy

LOG2 = math.log(2.0)
LOG2_REST = 2.3190468138462996e-17
"""What the double ``LOG2`` lacks to log 2."""


def formula(u: Any, functions: Any) -> Any:
    """The definition."""
    return u * functions.log(u) - (u + 1) * functions.log((1 + u) / 2)


def inside(u: Values) -> Values:
    """Both relative entropies to the mean."""
    return term(u, np.ones_like(u))


def term(p: Values, q: Values) -> Values:
    """``p log(p/m) + q log(q/m)`` with ``m = (p + q) / 2``."""
    mean, half = 0.5 * p + 0.5 * q, 0.5 * (p - q)
    return relative_entropy(p, mean, half) + relative_entropy(q, mean, -half)


def slope(u: Values) -> Values:
    """``log(2 u / (1 + u))``."""
    near = np.log1p((u - 1.0) / (u + 1.0))
    return np.where(u < 0.5, np.log(u) + LOG2 - np.log1p(u), near)


def conjugate(t: Values) -> Values:
    """``-log(2 - e^t)`` for ``t < log 2``, where it has no bound: ``-log 2 - log(1 - e^(t - log 2))`` up there."""
    low = np.minimum(t, 0.5)
    high = -LOG2 - np.log(-np.expm1((t - LOG2) - LOG2_REST))
    return np.where(t < 0.5, -np.log1p(-np.expm1(low)), high)


def output(v: Values) -> Values:
    """``log 2 - log(1 + e^(-v))``."""
    return LOG2 - np.logaddexp(0.0, -v)


DIVERGENCE = FDivergence(
    name="jensen_shannon",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="jensen_shannon",
    at_zero=LOG2,
    slope_at_infinity=LOG2,
)
