"""The lower boundary of a family of cones, ``min_v values_v + k |x - v|``, also known as a c-transform.

McShane's extensions, the repair of a discriminator and its certificate are all of this form, over every pair of a query
and a node. A pair costs time, but the matrix of all distances is never held, only tiles of it:

========  ==============================  ========================================================================
way       where                           how
========  ==============================  ========================================================================
dense     few pairs, few dimensions       tiles of distances
kernel    many pairs, few dimensions      pairs that cannot matter are seen without a root (``screening``, numba)
products  many pairs, many dimensions     tiles of matrix products, which bound the distances from below
========  ==============================  ========================================================================

The latter two only exclude pairs, by bounds with proofs; the others are computed as ``euclidean`` computes them. So the
way decides the time and not the result, and a bound known beforehand lets it exclude more.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from lgantheory.arrays import Array, Indices, QueryPoints, QueryValues, SupportPoints, SupportValues
from lgantheory.measures import SMALLEST_SQUARED, euclidean

EPS = float(np.finfo(float).eps)

# Rows and columns of a tile of distances: two megabytes, which stay in a cache. Arbitrary within a factor of four.
TILE = 512

# Coordinates held at once where pairs are listed: half a megabyte, which stays in a cache. Changes no result.
COORDINATES = 2**16

# Up to this many pairs there is nothing to gain: less than a millisecond.
FEW = 2**16

# Importing numba takes as long as this many pairs do without it, a few nanoseconds each.
IMPORT = 2**26

# Measured: the kernel beats matrix products up to about this dimension, and tiles of distances do up to the other.
KERNEL_DIMENSION = 24
DENSE_DIMENSION = 10

# Where the products leave more than this share of a tile open, its distances are computed instead, at a lower price per
# pair. It happens where points are far closer to each other than to their centre. Arbitrary within a factor of three.
OPEN = 0.1


@dataclass(frozen=True)
class Cones:
    """The cones ``values_v + k |x - points_v|``; values may be +inf, and k is finite and not negative."""

    points: SupportPoints
    values: SupportValues
    k: float

    def lowest(self, queries: QueryPoints, bounds: QueryValues | None = None) -> QueryValues:
        """The height of the lowest cone above each query, or its bound where that is lower."""
        lowest = np.full(len(queries), np.inf) if bounds is None else bounds.copy()
        if self.k == 0.0:
            return np.minimum(lowest, self.values.min(initial=np.inf))
        if len(queries) * len(self.points) <= FEW:
            return np.minimum(lowest, _Dense(self, queries).heights(slice(None), slice(None)).min(axis=1))
        if self._uses_kernel(queries):
            return self._lowest_by_kernel(queries, lowest)
        way = self._by_tiles(queries)
        for rows in blocks(len(queries)):
            for cols in blocks(len(self.points)):
                way.improve(lowest, rows, cols)
        return lowest

    def below(self, queries: QueryPoints, bounds: QueryValues) -> tuple[Indices, Indices]:
        """All pairs (query, node), in this order, for which the cone is at most as high as the query's bound."""
        if self.k > 0.0 and self._uses_kernel(queries):
            return self._below_by_kernel(queries, bounds)
        way, size = self._by_tiles(queries), len(self.points)
        pairs = [np.empty(0, dtype=np.int64)]
        for rows in blocks(len(queries)):
            found = [way.below(bounds, rows, cols) for cols in blocks(size)]
            pairs.append(np.sort(np.concatenate([q * size + v for q, v in found])))
        q, v = np.divmod(np.concatenate(pairs), size)
        return q, v

    def heights(self, queries: QueryPoints, q: Indices, v: Indices) -> Array:
        """Of cone v[e] above query q[e], for every e."""
        return self.values[v] + self.k * lengths(queries, self.points, q, v)

    # -- which way ---------------------------------------------------------------------------------------------------

    def _uses_kernel(self, queries: QueryPoints) -> bool:
        pairs = len(queries) * len(self.points)
        enough = pairs > FEW if "numba" in sys.modules else pairs > IMPORT
        return enough and queries.shape[1] <= KERNEL_DIMENSION and self._squares_are_normal(queries)

    def _by_tiles(self, queries: QueryPoints) -> "_Dense | _Products":
        pairs = len(queries) * len(self.points)
        if pairs <= FEW or queries.shape[1] <= DENSE_DIMENSION or not self._squares_are_normal(queries):
            return _Dense(self, queries)
        return _Products(self, queries)

    def _squares_are_normal(self, queries: QueryPoints) -> bool:
        """Whether ``euclidean`` computes the distances without scaling them first."""
        return max(float(np.abs(x).max(initial=0.0)) for x in (queries, self.points)) >= SMALLEST_SQUARED

    def _lowest_by_kernel(self, queries: QueryPoints, lowest: QueryValues) -> QueryValues:
        from lgantheory import screening

        nodes = screening.chunks(self.points, self.values)
        screening.lower_bounds(screening.even(queries), nodes, self.k, lowest)
        return lowest

    def _below_by_kernel(self, queries: QueryPoints, bounds: QueryValues) -> tuple[Indices, Indices]:
        from lgantheory import screening

        nodes = screening.chunks(self.points, self.values)
        above, count = np.nextafter(bounds, np.inf), 4 * (len(queries) + len(self.points))  # a guess, corrected if low
        found = np.empty((0, 2), dtype=np.int64)
        while count > len(found):
            found = np.empty((count, 2), dtype=np.int64)
            count = screening.list_pairs(screening.even(queries), nodes, self.k, above, found)
        return found[:count, 0], found[:count, 1]


class _Dense:
    """Every height of a tile, from its distances."""

    def __init__(self, cones: Cones, queries: QueryPoints) -> None:
        self.cones, self.queries = cones, queries

    def heights(self, rows: slice | Indices, cols: slice) -> Array:
        heights = euclidean(self.queries[rows], self.cones.points[cols])
        heights *= self.cones.k
        heights += self.cones.values[cols]
        return heights

    def improve(self, lowest: QueryValues, rows: slice, cols: slice) -> None:
        lowest[rows] = np.minimum(lowest[rows], self.heights(rows, cols).min(axis=1))

    def below(self, bounds: QueryValues, rows: slice, cols: slice) -> tuple[Indices, Indices]:
        q, v = np.nonzero(self.heights(rows, cols) <= bounds[rows, None])
        return q + rows.start, v + cols.start


class _Products:
    """Lower bounds of the heights of a tile, from one matrix product; then the few heights that they leave open.

    With X, Y the points less a common centre, ``|X - Y|^2 = |X|^2 + |Y|^2 - 2 X.Y``, and one product of rows
    (-2 X, |X|^2, 1) and (Y, 1, |Y|^2) gives them all. In units of ``(|X| + |Y|)^2``, and with u half an epsilon: the
    product and the norms are off by at most (2d + 4) u, whatever the order of summation; taking off the centre by 2u;
    the distance that is compared by (d + 6) u, and slope times distance by 4u. Since ``(|X| + |Y|)^2`` is at most
    ``2 |X|^2 + 2 |Y|^2``, shrinking both norms by 2 (3d + 16) u pays for all of it. They are shrunk by twice that.
    """

    def __init__(self, cones: Cones, queries: QueryPoints) -> None:
        self.cones, self.queries, self.dense = cones, queries, _Dense(cones, queries)
        centre = cones.points.mean(axis=0)
        x, y = queries - centre, cones.points - centre
        slack = 2.0 * (3 * x.shape[1] + 16) * EPS
        norms = [(1.0 - slack) * np.einsum("id,id->i", z, z)[:, None] for z in (x, y)]
        self.left = np.concatenate([-2.0 * x, norms[0], np.ones_like(norms[0])], axis=1)
        self.right = np.concatenate([y, np.ones_like(norms[1]), norms[1]], axis=1)

    def bounds(self, rows: slice, cols: slice) -> Array:
        low = self.left[rows] @ self.right[cols].T
        np.sqrt(np.maximum(low, 0.0, out=low), out=low)
        low *= self.cones.k
        low += self.cones.values[cols]
        return low

    def improve(self, lowest: QueryValues, rows: slice, cols: slice) -> None:
        low = self.bounds(rows, cols)
        open_ = np.flatnonzero(low.min(axis=1) < lowest[rows])
        low, q = low[open_], open_ + rows.start
        # the most promising node of each query excludes nearly all others
        self._improve_at(lowest, q, low.argmin(axis=1) + cols.start)
        i, v = np.nonzero(low < lowest[q, None])
        if len(i) > low.size * OPEN:
            lowest[q] = np.minimum(lowest[q], self.dense.heights(q, cols).min(axis=1))
        else:
            self._improve_at(lowest, q[i], v + cols.start)

    def _improve_at(self, lowest: QueryValues, q: Indices, v: Indices) -> None:
        np.minimum.at(lowest, q, self.cones.heights(self.queries, q, v))

    def below(self, bounds: QueryValues, rows: slice, cols: slice) -> tuple[Indices, Indices]:
        low = self.bounds(rows, cols)
        q, v = np.nonzero(low <= bounds[rows, None])
        if len(q) > low.size * OPEN:
            return self.dense.below(bounds, rows, cols)
        q, v = q + rows.start, v + cols.start
        keep = self.cones.heights(self.queries, q, v) <= bounds[q]
        return q[keep], v[keep]


def lengths(x: Array, y: Array, i: Indices, j: Indices) -> Array:
    """Distances from x[i[e]] to y[j[e]], the same bits as ``euclidean(x, y)[i, j]``: squares are added in order."""
    step = max(1, COORDINATES // x.shape[1])
    if len(i) > step:
        starts = range(0, len(i), step)
        return np.concatenate([lengths(x, y, i[start : start + step], j[start : start + step]) for start in starts])
    z = x.take(i, axis=0) - y.take(j, axis=0)
    squares = np.cumsum(z * z, axis=1)[:, -1]
    if squares.min(initial=1.0) >= SMALLEST_SQUARED**2:
        return np.sqrt(squares)
    largest = float(np.abs(z).max())  # as in euclidean, for squares that may have lost bits
    unit = 2.0 ** math.frexp(largest)[1] if 0.0 < largest < SMALLEST_SQUARED else 1.0
    return np.sqrt(np.cumsum((z / unit) ** 2, axis=1)[:, -1]) * unit


def steepest_slope(points: SupportPoints, f: SupportValues) -> float:
    """``max |f_s - f_t| / |s - t|`` over all pairs; infinite when two values at one point differ."""
    steepest = 0.0
    for rows, cols in combinations_with_replacement(blocks(len(f)), 2):  # slopes have no direction
        rise, d = np.abs(f[rows, None] - f[None, cols]), euclidean(points[rows], points[cols])
        together = (d == 0.0) & (rise <= 4.0 * EPS * np.abs(f[rows, None]))
        slope = np.divide(rise, d, out=np.full(d.shape, np.inf), where=d > 0.0)
        steepest = max(steepest, float(np.where(together, 0.0, slope).max(initial=0.0)))
    return steepest


def blocks(size: int) -> Iterator[slice]:
    """The numbers below ``size``, at most ``TILE`` at a time."""
    return (slice(start, min(start + TILE, size)) for start in range(0, size, TILE))
