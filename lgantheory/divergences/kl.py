"""Kullback-Leibler divergence of P from Q, ``f(u) = u log u``: what maximum likelihood minimises."""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence, relative_entropy


def formula(u: Any, functions: Any) -> Any:
    """The definition."""
    return u * functions.log(u)


def inside(u: Values) -> Values:
    """``u log u``."""
    return u * np.log(u)


def term(p: Values, q: Values) -> Values:
    """``p log(p/q) - p + q``."""
    return relative_entropy(p, q, p - q)


def slope(u: Values) -> Values:
    """``1 + log u``."""
    return 1.0 + np.log(u)


def conjugate(t: Values) -> Values:
    """``e^(t - 1)`` on the whole line."""
    return np.exp(t - 1.0)


def output(v: Values) -> Values:
    """``v``."""
    return v


DIVERGENCE = FDivergence(
    name="kl",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="reverse_kl",
    at_zero=0.0,
    slope_at_infinity=math.inf,
    slope_at_one=1.0,
)
