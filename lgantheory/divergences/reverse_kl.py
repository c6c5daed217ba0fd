"""Reverse Kullback-Leibler divergence, KL(Q || P), ``f(u) = -log u``: it punishes samples where there are no data."""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence, relative_entropy


def formula(u: Any, functions: Any) -> Any:
    """The definition."""
    return -functions.log(u)


def inside(u: Values) -> Values:
    """``-log u``."""
    return -np.log(u)


def term(p: Values, q: Values) -> Values:
    """``q log(q/p) - q + p``."""
    return relative_entropy(q, p, q - p)


def slope(u: Values) -> Values:
    """``-1/u``."""
    return -1.0 / u


def conjugate(t: Values) -> Values:
    """``-1 - log(-t)`` for ``t < 0``; it grows without bound towards 0."""
    return -1.0 - np.log(-t)


def output(v: Values) -> Values:
    """``-e^(-v)``."""
    return -np.exp(-v)


DIVERGENCE = FDivergence(
    name="reverse_kl",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="kl",
    at_zero=math.inf,
    slope_at_infinity=0.0,
    slope_at_one=-1.0,
)
