"""Distances and c-transforms in float64, rounded so that the truth lies between two arrays.

What is assumed of float64 is the standard alone: ``+``, ``-``, ``*`` and the square root give the nearest double (IEEE
754), so each is off by a factor between ``1 - u`` and ``1 + u`` with ``u = 2^-53``, or by underflow. Sums and
differences do not underflow; a product does by less than the smallest normal number. One step of ``nextafter`` covers
one rounding, underflow included.
"""

import math
from collections.abc import Iterable

import numpy as np

from lgantheory.arrays import Array, Indices, SupportPoints

EPS = float(np.finfo(float).eps)
TINY = float(np.finfo(float).tiny)

# Pairs held at once; a few arrays of this size stay within the cache. Arbitrary.
BLOCK = 2**17


def below(x: Array) -> Array:
    """The next double below each entry."""
    return np.nextafter(x, -np.inf)


def above(x: Array) -> Array:
    """The next double above each entry."""
    return np.nextafter(x, np.inf)


def lengths(differences: Iterable[Array]) -> tuple[Array, Array]:
    """Bounds of Euclidean lengths, from rounded differences of coordinates: one array each, which is written over.

    With d coordinates a square carries three roundings (the difference counts twice) and the sum at most ``d - 1``
    more, in whatever order, so the sum of squares is right up to a factor ``(1 +- u)^(d + 2)`` and an underflow of
    ``d TINY``. The root halves the exponent. Taking off or putting on the underflow, the root itself and the factor
    below are three more roundings, the first one under the root: ``(d + 7) / 2`` units ``u`` in all, to first order;
    the factor spends ``(d + 8) / 2`` of them, rounded up to whole ``EPS = 2 u`` so that it is a double.
    """
    squares, d = np.zeros(()), 0
    for difference in differences:
        square = np.multiply(difference, difference, out=difference)
        squares = square if d == 0 else np.add(squares, square, out=squares)
        d += 1
    slack = math.ceil((d + 8) / 4) * EPS
    low = np.sqrt(np.maximum(squares - d * TINY, 0.0)) * (1.0 - slack)
    return low, np.sqrt(squares + d * TINY) * (1.0 + slack)


def pair_lengths(x: SupportPoints, y: Array) -> tuple[Array, Array]:
    """Bounds of the distances between rows of x (p, d) and rows of y (q, d), shape (p, q)."""
    rows, columns = np.ascontiguousarray(x.T), np.ascontiguousarray(y.T)
    return lengths(a[:, None] - b[None, :] for a, b in zip(rows, columns, strict=True))


def arc_lengths(points: SupportPoints, s: Indices, t: Indices) -> tuple[Array, Array]:
    """Bounds of the distances from points s to points t."""
    return lengths(points[s, c] - points[t, c] for c in range(points.shape[1]))


def envelope(values: Array, k: float, x: Array, y: Array) -> tuple[Array, Array]:
    """Bounds of ``min_i values_i + k |x_i - y_j|`` for every j, with k >= 0.

    Several functions at once cost the distances once: values (..., p), x (p, d), y (q, d) give two arrays (..., q).
    """
    low, high = (np.full((*values.shape[:-1], len(y)), np.inf) for _ in range(2))
    rows = max(1, BLOCK // len(y))
    with np.errstate(over="ignore"):
        for start in range(0, len(x), rows):
            part = slice(start, start + rows)
            near, far = pair_lengths(x[part], y)
            held = values[..., part, None]
            low = np.minimum(low, (held + below(k * near)).min(axis=-2))
            high = np.minimum(high, (held + above(k * far)).min(axis=-2))
        return below(low), above(high)  # one step each for the sums: rounding keeps the order, so min may come first


def cost(mass: Array, low: Array, high: Array) -> tuple[float, float]:
    """Bounds of ``sum mass * length`` for masses and lengths >= 0; ``math.fsum`` rounds the exact sum once."""
    if len(mass) == 0:
        return 0.0, 0.0
    with np.errstate(over="ignore"):
        least, most = math.fsum(below(mass * low)), math.fsum(above(mass * high))
    return max(math.nextafter(least, -math.inf), 0.0), math.nextafter(most, math.inf)
