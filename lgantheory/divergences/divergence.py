"""An f-divergence: one convex function of the likelihood ratio, and everything that follows from it.

    D_f(P || Q) = sum_x q f(p / q),        P the data, Q the generated distribution,

with ``f`` convex on [0, oo) and ``+oo`` below. The ``formula`` of an :class:`FDivergence` is its definition, in any
arithmetic; the float64 functions beside it are implementations that lose no digits where the definition cancels.

Nothing asks that ``f(1) = 0``: the row of the original GAN has ``f(1) = -log 4``. Sums are over

    term(p, q) = q (f(p/q) - f(1) - f'(1) (p/q - 1)) >= 0,

which differs from ``q f(p/q)`` by ``f(1) q + f'(1) (p - q)``: nothing in the total but the constant ``f(1)``, and no
two terms cancel.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lgantheory.arrays import Array, Values
from lgantheory.errors import InvalidParameter

Function = Callable[..., Any]


@dataclass(frozen=True)
class FDivergence:
    """One row of the table of f-divergences; two of them are equal when their names are.

    * ``formula(u, functions)``: ``f`` at ``u > 0`` in the arithmetic of ``u``; ``functions`` has ``log`` and ``sqrt``;
    * ``inside``: ``f`` at ``0 < u < oo``, float64; ``term``: see the module, for ``p, q > 0``;
    * ``slope``: ``f'(u)``, the critic ``T* = f'(p/q)`` that attains the variational bound, at ``0 <= u < oo``;
    * ``conjugate_inside``: ``f*(t)`` for finite ``t`` in ``conjugate_domain``, whose upper end is ``f'(oo)``;
    * ``output``: ``g_f``, increasing from the real line into the domain of the conjugate: the last layer of a critic;
    * ``at_zero = f(0)``, ``slope_at_infinity = f'(oo)``, ``at_one = f(1)``, ``slope_at_one = f'(1)``;
    * ``dual``: name of the divergence with the two measures exchanged, whose generator is ``u f(1/u)``.

    Source: lecture on GAN theory, both tables of f-divergences; Nowozin et al. 2016, Tables 1, 2 and 6.
    """

    name: str
    formula: Function = field(compare=False, repr=False)
    inside: Function = field(compare=False, repr=False)
    term: Function = field(compare=False, repr=False)
    slope: Function = field(compare=False, repr=False)
    conjugate_inside: Function = field(compare=False, repr=False)
    output: Function = field(compare=False, repr=False)
    dual: str = field(compare=False)
    at_zero: float = field(compare=False)
    slope_at_infinity: float = field(compare=False)
    at_one: float = field(default=0.0, compare=False)
    slope_at_one: float = field(default=0.0, compare=False)

    @property
    def is_symmetric(self) -> bool:
        """Whether ``D_f(P || Q) = D_f(Q || P)``."""
        return self.dual == self.name

    @property
    def conjugate_domain(self) -> tuple[float, float]:
        """Infimum and supremum of where the conjugate is finite: ``(-oo, f'(oo))``.

        The upper end belongs to it for total variation and Neyman; the ends log 2 and -pi log pi are rounded.
        """
        return -math.inf, self.slope_at_infinity

    @property
    def disjoint(self) -> float:
        """The value on two measures without common atoms, ``f(0) + f'(oo)``."""
        return self.at_zero + self.slope_at_infinity

    @cached_property
    def expression(self) -> Any:
        """The generator as a sympy expression in the positive symbol ``u``."""
        import sympy

        return self.formula(sympy.Symbol("u", positive=True), sympy)

    def generator(self, u: Any) -> Any:
        """``f(u)``, elementwise: the limit at 0 and at infinity, ``+inf`` below 0."""
        return _elementwise(self._generator, u)

    def derivative(self, u: Any) -> Any:
        """``f'(u)`` for ``u >= 0``, elementwise; at 0 and at infinity the limits, at a kink a slope between both."""
        return _elementwise(self._derivative, u)

    def conjugate(self, t: Any) -> Any:
        """``f*(t) = sup over u >= 0 of u t - f(u)``, elementwise; ``+inf`` outside ``conjugate_domain``."""
        return _elementwise(self._conjugate, t)

    def activation(self, v: Any) -> Any:
        """``g_f(v)``, elementwise: any number in, a critic's value out, for which the conjugate is finite."""
        return _elementwise(self.output, v)

    def terms(self, p: Array, q: Array) -> Array:
        """``q (f(p/q) - f(1) - f'(1) (p/q - 1)) >= 0`` per atom, weights of shape (m,); their sum is D_f - f(1).

        Where q = 0 the limit is ``p (f'(oo) - f'(1))``, where p = 0 it is ``q (f(0) - f(1) + f'(1))``.
        """
        values, both = np.zeros(len(p)), (p > 0.0) & (q > 0.0)
        values[q == 0.0] = self.slope_at_infinity - self.slope_at_one
        values[p == 0.0] = self.at_zero - self.at_one + self.slope_at_one
        with np.errstate(all="ignore"):
            values = np.where(np.maximum(p, q) > 0.0, np.maximum(p, q) * values, 0.0)
            # a term has degree one, and with the larger weight near 1 nothing in it underflows; scaled up, never down
            power = np.minimum(np.frexp(np.maximum(p, q)[both])[1], 0)
            values[both] = np.ldexp(self.term(np.ldexp(p[both], -power), np.ldexp(q[both], -power)), power)
        return values

    def _generator(self, u: Values) -> Values:
        far = math.inf if self.slope_at_infinity > 0 else -math.inf
        middle = (u > 0) & (u < math.inf)
        ends = np.where(u > 0, far, np.where(u < 0, math.inf, self.at_zero))
        return np.where(middle, self.inside(np.where(middle, u, 1.0)), ends)

    def _derivative(self, u: Values) -> Values:
        if (u < 0).any():
            raise InvalidParameter(f"got the ratio {u.min():g}; the derivative of {self.name!r} needs u = p/q >= 0.")
        finite = u < math.inf
        return np.where(finite, self.slope(np.where(finite, u, 1.0)), self.slope_at_infinity)

    def _conjugate(self, t: Values) -> Values:
        # as t falls, the supremum moves to u = 0; at +inf it is infinite whatever f is
        defined = (t <= self.slope_at_infinity) & np.isfinite(t)
        safe = np.where(defined, t, min(0.0, self.slope_at_infinity) - 1.0)
        return np.where(defined, self.conjugate_inside(safe), np.where(t == -math.inf, 0.0 - self.at_zero, math.inf))


def _elementwise(function: Function, given: Any) -> Any:
    """Apply to an array of any shape, or to one number, quietly; refuse NaN."""
    array = np.asarray(given, dtype=np.float64)
    if np.isnan(array).any():
        raise InvalidParameter("got NaN; an f-divergence needs real numbers. Look for the NaN upstream.")
    with np.errstate(all="ignore"):
        values = np.asarray(function(array.reshape(-1)), dtype=np.float64)
    return values.reshape(array.shape)[()]


def log_ratio(p: Array, q: Array) -> Array:
    """``log(p / q)`` of positive numbers, to a few ulps also where they are close or the ratio is no double."""
    ratio = p / q
    representable = (ratio > np.finfo(float).tiny) & (ratio < math.inf)
    far = np.where(representable, np.log(ratio), np.log(p) - np.log(q))
    return np.where(np.abs(p - q) < 0.5 * q, np.log1p((p - q) / q), far)


# atanh(s) - s = s^3 (1/3 + s^2/5 + ...): as many terms as |s| <= 1/5 needs for the last bit.
_SERIES = [1.0 / (2 * k + 3) for k in range(12)]


def relative_entropy(p: Values, q: Values, gap: Values) -> Values:
    """``p log(p/q) - p + q >= 0`` of positive numbers with ``p - q = gap``, without cancellation where they are close.

    With delta = gap / q and s = delta / (2 + delta) = gap / (p + q), the value is
    ``q ((1 + delta) (log(1 + delta) - delta) + delta^2)`` and ``log(1 + delta) - delta = 2 (atanh s - s) - delta s``.
    """
    delta, s = gap / q, gap / (p + q)
    tail = s**3 * np.polynomial.polynomial.polyval(s * s, _SERIES)
    near = q * ((1.0 + delta) * (2.0 * tail - delta * s) + delta * delta)
    return np.where(np.abs(delta) <= 0.4, near, p * log_ratio(p, q) - gap)
