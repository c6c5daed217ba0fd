"""The supremum of a concave function of one variable, enclosed.

Where the slope at a point x is s, a concave g lies below g(x) + s (y - x). If the slope is positive at ``low`` and
negative at ``high``, the supremum over the whole domain is taken between, so it lies between g(low) and
g(low) + s(low) (high - low). Bisection makes this narrow; the signs are those of balls, so they are certain.
"""

import math
from collections.abc import Callable

from flint import arb

# A bracket of doubles cannot be halved more often, from 2^-200 to 2^200, than this.
_HALVINGS = 80

# Where a ball does not tell the sign of the slope, the bracket is cut elsewhere: at this share of it. Arbitrary.
_ELSEWHERE = 0.4


def supremum(value: Callable[[arb], arb], slope: Callable[[arb], arb], low: float, high: float) -> arb:
    """A ball that holds the supremum of a concave function, ``0 < low < high`` or any two numbers of few digits.

    The slope must be positive at ``low`` and negative at ``high``, or the supremum is that over ``[low, high]``.
    """
    if slope(arb(low)) <= 0:
        return value(arb(low))
    if slope(arb(high)) >= 0:
        return value(arb(high))
    for _ in range(_HALVINGS):
        middle = _cut(slope, low, high)
        if middle is None:
            break
        low, high = (middle, high) if slope(arb(middle)) > 0 else (low, middle)
    start = value(arb(low))
    return start.union(start + slope(arb(low)) * (arb(high) - arb(low)))


def _cut(slope: Callable[[arb], arb], low: float, high: float) -> float | None:
    """A number inside the bracket at which the sign of the slope is certain."""
    halfway = math.sqrt(low) * math.sqrt(high) if low > 0.0 and high > 2.0 * low else low + 0.5 * (high - low)
    for middle in (halfway, low + _ELSEWHERE * (high - low)):
        s = slope(arb(middle))
        if low < middle < high and (s > 0 or s < 0):
            return middle
    return None
