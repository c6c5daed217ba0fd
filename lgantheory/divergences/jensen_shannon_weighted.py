"""Jensen-Shannon divergence with weight ``pi`` on P, at ``pi = 1/2`` (the default) the divergence JSD itself.

``f(u) = pi u log u - (1 - pi + pi u) log(1 - pi + pi u)``, that is pi KL(P || M) + (1 - pi) KL(Q || M) with
M = pi P + (1 - pi) Q. Exchanging P and Q turns ``pi`` into ``1 - pi``.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from lgantheory.arrays import Values
from lgantheory.divergences.catalogue import DivergenceFamily
from lgantheory.divergences.divergence import FDivergence, relative_entropy


@dataclass(frozen=True)
class Weights:
    """``pi`` and ``1 - pi`` as doubles, each rounded from the exact number."""

    pi: float
    rest: float


def formula(pi: Fraction, u: Any, functions: Any) -> Any:
    """The definition, with ``pi = a/b`` and ``mean = 1 - pi + pi u``."""
    a, b = pi.numerator, pi.denominator
    mean = (b - a + a * u) / b
    return a * u * functions.log(u) / b - mean * functions.log(mean)


def inside(w: Weights, u: Values) -> Values:
    """Both relative entropies to the mean."""
    return term(w, u, np.ones_like(u))


def term(w: Weights, p: Values, q: Values) -> Values:
    """``pi p log(p/m) + (1 - pi) q log(q/m)`` with ``m = pi p + (1 - pi) q``."""
    mean = w.pi * p + w.rest * q
    above, below = w.rest * (p - q), w.pi * (q - p)
    return w.pi * relative_entropy(p, mean, above) + w.rest * relative_entropy(q, mean, below)


def slope(w: Weights, u: Values) -> Values:
    """``pi log(u / (1 - pi + pi u))``."""
    mean = w.rest + w.pi * u
    return w.pi * np.where(u < 0.5, np.log(u) - np.log(mean), np.log1p(w.rest * ((u - 1.0) / mean)))


def conjugate(w: Weights, t: Values) -> Values:
    """``(1 - pi) log((1 - pi) / (1 - pi e^(t/pi)))`` for ``t < -pi log pi``, where it has no bound."""
    s, top = t / w.pi, -math.log(w.pi)
    low = -np.log1p(-w.pi / w.rest * np.expm1(np.minimum(s, 0.5 * top)))
    high = math.log(w.rest) - np.log(-np.expm1(np.minimum(s - top, 0.0)))
    return w.rest * np.where(s < 0.5 * top, low, high)


def output(w: Weights, v: Values) -> Values:
    """``-pi log pi - log(1 + e^(-v))``."""
    return -w.pi * math.log(w.pi) - np.logaddexp(0.0, -v)


def build(name: str, pi: Fraction) -> FDivergence:
    """The member at an exact weight."""
    w = Weights(float(pi), float(1 - pi))
    return FDivergence(
        name=name,
        formula=partial(formula, pi),
        inside=partial(inside, w),
        term=partial(term, w),
        slope=partial(slope, w),
        conjugate_inside=partial(conjugate, w),
        output=partial(output, w),
        dual=DIVERGENCE.title(1 - pi),
        at_zero=-w.rest * math.log(w.rest),
        slope_at_infinity=-w.pi * math.log(w.pi),
    )


DIVERGENCE = DivergenceFamily("jensen_shannon_weighted", build, default=Fraction(1, 2))
