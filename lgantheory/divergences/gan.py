"""The row of the original GAN, ``f(u) = u log u - (u + 1) log(u + 1)``: ``2 JSD - log 4``, the optimum of V(G, D).

With the critic ``T = log D`` the bound ``E_P T - E_Q f*(T)`` *is* ``E_P log D + E_Q log(1 - D)``. Here
``f(1) = -log 4``, so the value at P = Q is ``-log 4``, not 0.
"""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences import jensen_shannon
from lgantheory.divergences.divergence import FDivergence

LOG2 = math.log(2.0)


def formula(u: Any, functions: Any) -> Any:
    """The definition."""
    return u * functions.log(u) - (u + 1) * functions.log(u + 1)


def inside(u: Values) -> Values:
    """``-u log(1 + 1/u) - log(1 + u)``."""
    return -u * np.where(u < 1.0, np.log1p(u) - np.log(u), np.log1p(1.0 / u)) - np.log1p(u)


def term(p: Values, q: Values) -> Values:
    """Less ``f(1) = -log 4`` and its slope, the generator is that of the Jensen-Shannon row."""
    return jensen_shannon.term(p, q)


def slope(u: Values) -> Values:
    """``log(u / (1 + u))``: the logarithm of the optimal discriminator ``p / (p + q)``."""
    return np.where(u < 1.0, np.log(u) - np.log1p(u), -np.log1p(1.0 / u))


def conjugate(t: Values) -> Values:
    """``-log(1 - e^t)`` for ``t < 0``, where it has no bound."""
    return np.where(t < -LOG2, -np.log1p(-np.exp(t)), -np.log(-np.expm1(t)))


def output(v: Values) -> Values:
    """``-log(1 + e^(-v))``: the logarithm of a sigmoid."""
    return -np.logaddexp(0.0, -v)


DIVERGENCE = FDivergence(
    name="gan",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="gan",
    at_zero=0.0,
    slope_at_infinity=0.0,
    at_one=-2.0 * LOG2,
    slope_at_one=-LOG2,
)
