"""Off the support: the McShane-Whitney extensions of a k-Lipschitz function, and the gradients they force.

A k-Lipschitz function on finitely many points extends to all of R^d with the same constant (McShane 1934, Whitney
1934). The extensions form an interval: everything between ``lower`` and ``upper`` is optimal, nothing outside is.
Where the two envelopes meet, the value is forced, and so is the gradient: this is Theorem 3 of the LGAN paper.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lgantheory.arrays import Array, Mask, QueryPoints, QueryValues, SupportPoints, SupportValues
from lgantheory.envelopes import Cones
from lgantheory.measures import euclidean

# Distances held at once where gradients are asked for: eight megabytes. Bounds the memory, changes no result.
DISTANCES = 2**20

# Unit vectors closer than this are one direction: a few thousand roundings of a unit vector, arbitrary above that.
SAME_DIRECTION = 1e-12

HeldPairs = Mapping[int, Sequence[tuple[int, float]]]


@dataclass(frozen=True)
class LipschitzFunction:
    """Values ``f`` at support points with constant ``k``: a k-Lipschitz function known on its support."""

    points: SupportPoints
    f: SupportValues
    k: float

    def lower(self, points: QueryPoints) -> QueryValues:
        """``max_v f_v - k |x - v|``, the smallest k-Lipschitz extension."""
        return -Cones(self.points, -self.f, self.k).lowest(points)

    def upper(self, points: QueryPoints) -> QueryValues:
        """``min_v f_v + k |x - v|``, the largest k-Lipschitz extension."""
        return Cones(self.points, self.f, self.k).lowest(points)

    def middle(self, points: QueryPoints) -> QueryValues:
        """The mean of both envelopes; k-Lipschitz too, and symmetric under f -> -f."""
        return 0.5 * (self.lower(points) + self.upper(points))

    def gradients(self, points: QueryPoints, error_bar: float, held: HeldPairs = MappingProxyType({})) -> "Gradients":
        """Gradients that every k-Lipschitz extension with these values must have; see ``Gradients``.

        Args:
            error_bar: slack up to which two support points count as tied.
            held: for support points with pairs that a certificate holds, the other ends and the bars of those pairs.
        """
        found = [self._directions(x, d, self._bars(d, error_bar, held)) for x, d in self._rows(points)]
        vectors = np.full(points.shape, np.nan)
        for row, directions in zip(vectors, found, strict=True):
            if len(directions) == 1:
                row[:] = directions[0]
        counts = np.array([len(directions) for directions in found], dtype=int)
        return Gradients(points, vectors, tuple(found), counts == 1, counts > 1)

    def _bars(self, d: Array, error_bar: float, held: HeldPairs) -> Array:
        """The bar of every node as seen from a query at distances d: at a support point its own pairs have theirs."""
        bars = np.full(len(d), error_bar)
        for c in np.flatnonzero(d == 0.0).tolist():
            for v, bar in held.get(c, ()):
                bars[v] = max(bars[v], bar)
        return np.where(bars >= self.k * d, error_bar, bars)  # as wide as a whole rise, a bar says nothing

    def _directions(self, x: Array, d: Array, bars: Array) -> Array:
        """Distinct vectors k * (unit vector): up towards the nodes that press from below, away from those above.

        None where the value is not forced, or where the bar is as wide as a whole rise, so that anything would tie.
        """
        low, high = self.f - self.k * d, self.f + self.k * d
        away = d > 0.0
        up = away & (low >= low.max() - bars)
        down = away & (high <= high.min() + bars)
        ends = up | down
        if high.min() - low.max() > 2.0 * bars.min() or np.any(bars[ends] >= self.k * d[ends]):
            return np.empty((0, x.size))
        units = [(self.points[v] - x) / d[v] for v in np.flatnonzero(up)]
        units += [(x - self.points[v]) / d[v] for v in np.flatnonzero(down)]
        return self.k * _distinct(units, x.size)

    def _rows(self, points: QueryPoints) -> Iterator[tuple[Array, Array]]:
        """Queries with their distances to the support, computed some at a time."""
        step = max(1, DISTANCES // len(self.points))
        for start in range(0, len(points), step):
            block = points[start : start + step]
            yield from zip(block, euclidean(block, self.points), strict=True)


@dataclass(frozen=True)
class Gradients:
    """Gradients of every k-Lipschitz extension at some points; nothing is invented where they are not forced.

    * ``vectors`` (p, d): the gradient where exactly one direction is forced, NaN elsewhere;
    * ``directions``: for each point an array (c, d) with the c distinct forced steepest slopes, each of norm k;
    * ``single`` (p,): exactly one direction. Between a fake point and its tight real point f* is differentiable there
      and ``vectors`` is its gradient. At the support point itself it is the only gradient f* can have, and the
      one-sided slope towards the partner in any case;
    * ``ties`` (p,): several directions, so f* is *not* differentiable at that point.

    Where both are False the value itself is not forced, and the gradient depends on the extension.
    """

    points: QueryPoints
    vectors: QueryPoints
    directions: tuple[Array, ...]
    single: Mask
    ties: Mask


def _distinct(units: list[Array], dimension: int) -> Array:
    """Unit vectors without repetitions, in order of first appearance."""
    kept: list[Array] = []
    for u in units:
        if all(np.linalg.norm(u - v) > SAME_DIRECTION for v in kept):
            kept.append(u)
    return np.array(kept).reshape(len(kept), dimension)
