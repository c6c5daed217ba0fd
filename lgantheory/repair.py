"""From any values to a Lipschitz function on the support, and the check that a function has been made that way.

Where the losses are monotone, fake values x and real values y need only obey ``f_y - f_x <= k |x - y|``, and two
c-transforms give a function that is k-Lipschitz between *all* points, at no greater cost (README): every real value
rises to ``min_x f_x + k |x - y|``, then every fake value falls to ``max_y f_y - k |x - y|``. Otherwise every pair
counts, and the upper McShane envelope does it in one. Points without weight get the upper envelope in both cases.

The arcs of a flow that belongs to f save most of the work, since there the transforms are attained.

* They bound the first transform from above, so that nearly all other pairs can be excluded unseen.
* They save the second. Let g be the real values after the first: ``g_y <= f_x + k |x - y|`` for every pair, so no fake
  value is below its own transform. An arc with ``g_y - k |x - y| >= f_x - rounding`` says that it is not above it by
  more than rounding either, and the fake value at its foot is left as it is. Only the others are transformed.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lgantheory.arrays import Array, Indices, Mask, SupportPoints, SupportValues
from lgantheory.envelopes import EPS, Cones, lengths
from lgantheory.flows import Flow

# Units in the last place that one evaluated term (a loss, a conjugate, a distance) may be off; the implementations are
# tested to stay below it.
ULPS = 8.0

Place = slice | Indices


@dataclass(frozen=True)
class Rises:
    """Pairs of points, and how much a k-Lipschitz function may rise from s to t: k times their distance."""

    s: Indices
    t: Indices
    rise: Array

    @staticmethod
    def none() -> "Rises":
        """Nothing is known."""
        return Rises(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))

    def bounds(self, f: SupportValues) -> SupportValues:
        """The highest value that they allow at each upper end; infinite where no pair ends."""
        bounds = np.full(len(f), np.inf)
        np.minimum.at(bounds, self.t, f[self.s] + self.rise)
        return bounds

    def rounding(self, f: SupportValues) -> float:
        """What rounding can do to a value: units in the last place of the largest value and of the largest rise."""
        return ULPS * EPS * float(np.abs(f).max(initial=0.0) + self.rise.max(initial=0.0))


@dataclass(frozen=True)
class Support:
    """Points, the first n of them fake, those that carry weight, and whether every pair of these counts."""

    points: SupportPoints
    n: int
    alive: Mask
    all_pairs: bool

    @cached_property
    def all_alive(self) -> bool:
        return bool(self.alive.all())

    @cached_property
    def _places(self) -> tuple[Place, Place, Place]:
        """Fake points with weight, real points with weight, points without."""
        if self.all_alive:
            return slice(self.n), slice(self.n, None), slice(0)  # which copy nothing
        fakes, reals = np.flatnonzero(self.alive[: self.n]), self.n + np.flatnonzero(self.alive[self.n :])
        return fakes, reals, np.flatnonzero(~self.alive)

    def rises(self, flow: Flow, k: float) -> Rises:
        """Those along the arcs of a legal flow that count: from fake to real, or all of them."""
        s, t = flow.s, flow.t
        if not self.all_pairs:
            forward = (s < self.n) & (t >= self.n)
            s, t = s[forward], t[forward]
        return Rises(s, t, k * lengths(self.points, self.points, s, t))

    def repaired(self, f: SupportValues, k: float, rises: Rises) -> SupportValues:
        """A function that is k-Lipschitz up to rounding, near f; see the module docstring."""
        f, points = f.copy(), self.points
        fakes, reals, others = self._places
        feet = fakes
        if self.all_pairs:
            feet = self.alive
            f[feet] = Cones(points[feet], f[feet], k).lowest(points[feet], f[feet])
        else:
            f[reals] = Cones(points[fakes], f[fakes], k).lowest(points[reals], rises.bounds(f)[reals])
            loose = self._loose(f, rises)
            if len(loose):
                f[loose] = -Cones(points[reals], -f[reals], k).lowest(points[loose])
        if not self.all_alive:
            f[others] = Cones(points[feet], f[feet], k).lowest(points[others])
        return f

    def _loose(self, f: SupportValues, rises: Rises) -> Indices:
        """The fake points with weight that no arc holds."""
        loose = self.alive.copy()
        loose[self.n :] = False
        held = f[rises.t] - rises.rise >= f[rises.s] - rises.rounding(f[self.alive])
        loose[rises.s[held]] = False
        return np.flatnonzero(loose)

    def is_built_with(self, f: SupportValues, k: float, rises: Rises) -> bool:
        """Whether f is what ``repaired`` would make of it, up to rounding: it is then k-Lipschitz up to rounding."""
        return bool(np.abs(self.repaired(f, k, rises) - f).max() <= rises.rounding(f))
