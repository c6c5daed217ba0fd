"""Total variation, ``f(u) = |u - 1| / 2``: half the L1 distance, between 0 and 1.

The conjugate is ``t`` on [-1/2, 1/2] alone: ``-1/2`` below, since u >= 0, and ``+oo`` above.
"""

from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.divergence import FDivergence


def formula(u: Any, _functions: Any) -> Any:
    """The definition."""
    return abs(u - 1) / 2


def inside(u: Values) -> Values:
    """``|u - 1| / 2``."""
    return 0.5 * np.abs(u - 1.0)


def term(p: Values, q: Values) -> Values:
    """``|p - q| / 2``."""
    return 0.5 * np.abs(p - q)


def slope(u: Values) -> Values:
    """``sign(u - 1) / 2``, with 0 from the interval [-1/2, 1/2] of slopes at the kink."""
    return 0.5 * np.sign(u - 1.0)


def conjugate(t: Values) -> Values:
    """``max(t, -1/2)`` for ``t <= 1/2``."""
    return np.maximum(t, -0.5)


def output(v: Values) -> Values:
    """``tanh(v) / 2``."""
    return 0.5 * np.tanh(v)


DIVERGENCE = FDivergence(
    name="total_variation",
    formula=formula,
    inside=inside,
    term=term,
    slope=slope,
    conjugate_inside=conjugate,
    output=output,
    dual="total_variation",
    at_zero=0.5,
    slope_at_infinity=0.5,
)
