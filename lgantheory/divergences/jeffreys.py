"""Jeffreys' divergence, ``f(u) = (u - 1) log u``: KL in both directions, added.

Its conjugate, in the lecture ``W(e^(1-t)) + 1/W(e^(1-t)) + t - 2`` with Lambert's W, overflows for small ``t`` when
computed so. With ``w = W(e^(1-t))``, which is Wright's omega of ``1 - t``: ``w + log w = 1 - t``, and the conjugate is
``1/w - 1 - log w``.
"""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence, log_ratio


def formula(u: Any, functions: Any) -> Any:
    """The definition."""
    return (u - 1) * functions.log(u)


def inside(u: Values) -> Values:
    """``(u - 1) log u``."""
    return (u - 1.0) * np.log(u)


def term(p: Values, q: Values) -> Values:
    """``(p - q) log(p/q)``."""
    return (p - q) * log_ratio(p, q)


def slope(u: Values) -> Values:
    """``log u + 1 - 1/u``."""
    return np.where(u > 0.0, np.log(u) + (u - 1.0) / u, -math.inf)


def conjugate(t: Values) -> Values:
    """``1/w - 1 - log w`` with Wright's omega ``w`` of ``1 - t``; its logarithm is ``1 - t - w`` where w is tiny."""
    from scipy.special import wrightomega

    w = wrightomega(1.0 - t)
    log = np.where(w < 1e-3, 1.0 - t - w, np.log(w))
    return np.exp(-log) - 1.0 - log


def output(v: Values) -> Values:
    """``v``."""
    return v


DIVERGENCE = FDivergence(
    name="jeffreys",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="jeffreys",
    at_zero=math.inf,
    slope_at_infinity=math.inf,
)
