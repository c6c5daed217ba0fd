"""Pairs of distributions whose Wasserstein distance, critic and gradients are known for the population, not a sample.

Let ``u(z) = min_k (|z - a_k| + b_k)``: funnels with centres ``a_k`` and heights ``b_k``. It is 1-Lipschitz, and rises
with slope one along the ray from a centre through every place z that this centre owns (it attains the minimum there).
A real point y is uniform in a box. Let l(y) be the distance from its centre a along the ray through y to the end of
what the centre owns, or to the wall of the box. The fake point is y pulled towards its centre on the same ray:

    x = a + l t^p (y - a) / |y - a|,   t = |y - a| / l in [0, 1],   p >= 1.

Each x lies between its y and the centre, so ``E u(y) - E u(x) = E |y - x|``: a dual value is the cost of a coupling.
Hence ``W1 = E |y - x|``, with u as an optimal critic (real points up), for the whole population. Checked with exact
arithmetic by ``python -m verify``, statement ``neighbours.minfunnel``.

Source: Korotin, Kolesov, Burnaev, "Kantorovich strikes back!" (2022), section 4, and the published code of its
benchmark: centres uniform in the box [-2.5, 2.5]^d, heights 0.1 N(0, 1), p = 8. Their centres were drawn by another
generator, so a pair drawn here is another member of the same family. Here the end of a ray is solved for from its
centre in double precision. The published code solves for it from y in single precision and leaves y's own funnel in the
minimum, where the equation reads 0/0 and rounding now and then shortens a ray: a few in a thousand in the plane, too
few to move W1 in its fourth digit.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from lgantheory.arrays import Array, FakePoints, Indices, QueryPoints, QueryValues, RealPoints
from lgantheory.errors import InvalidParameter

HALF = 2.5
"""Half the side of the published benchmark's box."""

POWER = 8.0
"""The published benchmark's p."""

HEIGHT = 0.1
"""Deviation of the published benchmark's heights."""

BLOCK = 4096
"""Points that a Monte Carlo mean treats at once; arbitrary, and without influence on the result."""


class Estimate(NamedTuple):
    """A mean and its standard error; the error is zero where the value is a closed form."""

    value: float
    error: float


@dataclass(frozen=True, eq=False)
class Funnels:
    """``u(z) = min_k (|z - centres[k]| + heights[k])`` and the two distributions made from it.

    Args:
        centres: (N, d), inside the box; heights: (N,).
        half: the box is [-half, half]^d.
        power: p, how strongly real points are pulled towards their centre; 1 leaves them where they are.

    Raises:
        InvalidParameter: no funnel, shapes that do not fit, numbers that are not finite, a centre outside the box, or
            a power below one.
    """

    centres: Array
    heights: Array
    half: float = HALF
    power: float = POWER

    def __post_init__(self) -> None:
        centres, heights = np.array(self.centres, dtype=np.float64), np.array(self.heights, dtype=np.float64)
        _require_places(centres, heights)
        _require_box(centres, self.half, self.power)
        for name, array in (("centres", centres), ("heights", heights)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @staticmethod
    def draw(
        dimension: int, count: int, *, rng: np.random.Generator, half: float = HALF, power: float = POWER
    ) -> "Funnels":
        """Centres uniform in the box, heights 0.1 N(0, 1): the published recipe, from a generator of our own.

        Raises:
            InvalidParameter: a dimension or a count below one; else as the class.
        """
        if dimension < 1 or count < 1:
            raise InvalidParameter(f"got {count} funnels in dimension {dimension}; needed at least one of each.")
        centres = rng.uniform(-1.0, 1.0, (count, dimension)) * half
        return Funnels(centres, HEIGHT * rng.standard_normal(count), half=half, power=power)

    @property
    def dimension(self) -> int:
        """Dimension d of the space."""
        return self.centres.shape[1]

    @property
    def count(self) -> int:
        """Number of funnels N."""
        return len(self.heights)

    def potential(self, z: QueryPoints) -> QueryValues:
        """``u(z)``, an optimal critic of the population with real points up and Lipschitz constant one."""
        return self._rims(z).min(axis=1)

    def owner(self, z: QueryPoints) -> Indices:
        """The funnel that attains the minimum at z; the first where several do."""
        return self._rims(z).argmin(axis=1)

    def gradient(self, z: QueryPoints) -> QueryPoints:
        """``grad u(z) = (z - a_k) / |z - a_k|`` of the owner k: away from the centre, of length one.

        u is not differentiable where two funnels meet (there, the first is taken) and at centres (there, zero).
        """
        return _units(z - self.centres[self.owner(z)])[0]

    def sample(self, n: int, rng: np.random.Generator) -> tuple[RealPoints, FakePoints]:
        """``(real, fake)``, n independent points each: what a critic is trained on."""
        real, _ = self.coupled(n, rng)
        _, fake = self.coupled(n, rng)
        return real, fake

    def coupled(self, n: int, rng: np.random.Generator) -> tuple[RealPoints, FakePoints]:
        """``(real, fake)``, n points each, from the optimal coupling: row i of fake is row i of real, pulled."""
        if n < 1:
            raise InvalidParameter(f"got {n} samples; needed at least one.")
        real = rng.uniform(-1.0, 1.0, (n, self.dimension)) * self.half
        return real, self.pulled(real)

    def pulled(self, y: QueryPoints) -> QueryPoints:
        """The fake point of each y in the box: on the ray from its centre, at ``l (|y - a| / l)^p``."""
        k = self.owner(y)
        direction, radius = _units(y - self.centres[k])
        length = np.maximum(self._lengths(k, direction), radius)  # y lies on the ray, whatever rounding says
        share = np.divide(radius, length, out=np.zeros_like(radius), where=length > 0.0)
        return self.centres[k] + (radius * share ** (self.power - 1.0))[:, None] * direction

    def w1(self, size: int, rng: np.random.Generator) -> Estimate:
        """W1 of the population: in closed form on the line, else by Monte Carlo with its standard error.

        A uniform y on a ray of length l has |y - a| / l distributed as the maximum of d uniform numbers. So

            E |y - x| = c E l(y),   c = d / (d + 1) - d / (d + p),

        and averaging c l(y) in place of |y - x| has no noise from where y is on its ray. On the line the rays are the
        intervals between a centre and the ends of what it owns, of length l and share l / (2 half), so
        ``W1 = c sum l^2 / (2 half)``.

        Raises:
            InvalidParameter: fewer than two samples, which leave the error unknown.
        """
        if size < 2:
            raise InvalidParameter(f"got {size} samples; needed at least two, for a standard error.")
        d, p = self.dimension, self.power
        ray = d / (d + 1.0) - d / (d + p)
        if d == 1:
            lengths = self._line()
            return Estimate(float(ray * np.sum(lengths**2) / (2.0 * self.half)), 0.0)
        values = ray * np.concatenate([self.reach(y) for y in self._blocks(size, rng)])
        return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(size)))

    def w1_by_moves(self, size: int, rng: np.random.Generator) -> Estimate:
        """W1 as the mean of ``|y - x|`` over the coupling, with its standard error: the other route."""
        if size < 2:
            raise InvalidParameter(f"got {size} samples; needed at least two, for a standard error.")
        moves = np.concatenate([np.linalg.norm(y - self.pulled(y), axis=1) for y in self._blocks(size, rng)])
        return Estimate(float(moves.mean()), float(moves.std(ddof=1) / np.sqrt(size)))

    def reach(self, y: QueryPoints) -> QueryValues:
        """``l(y)``: from the centre that owns y along the ray through y to where another takes over, or to the wall.

        At a centre itself, through which every ray goes, the one along the first axis. Samples drawn with the seed that
        drew the centres begin there.
        """
        k = self.owner(y)
        direction, radius = _units(y - self.centres[k])
        direction[radius == 0.0, 0] = 1.0
        return self._lengths(k, direction)

    def _blocks(self, size: int, rng: np.random.Generator) -> list[Array]:
        y = rng.uniform(-1.0, 1.0, (size, self.dimension)) * self.half
        return np.array_split(y, -(-size // BLOCK))

    def _rims(self, z: Array) -> Array:
        return cdist(z, self.centres) + self.heights

    def _lengths(self, k: Array, direction: Array) -> Array:
        """From centre k along a unit direction, (p,).

        With e = a_k - a_n and h = b_k - b_n, funnel n is as low at distance r where ``|r v + e| = r + h``, that is at
        ``r = (|e|^2 - h^2) / (2 (h - v.e))``: ahead if the denominator is positive and the centre is its own
        (h < |e|). Funnels that are nowhere the lowest (h <= -|e|) end no ray.
        """
        inside = np.where(direction == 0.0, np.inf, np.copysign(self.half, direction) - self.centres[k])
        steps = np.divide(inside, direction, out=np.full_like(inside, np.inf), where=direction != 0.0)
        wall = np.maximum(steps, 0.0).min(axis=1)
        gap = cdist(self.centres, self.centres)
        h = self.heights[:, None] - self.heights[None, :]
        numerator = np.where(np.abs(h) < gap, gap**2 - h**2, np.inf)[k]
        along = np.einsum("pd,pd->p", direction, self.centres[k])[:, None] - direction @ self.centres.T
        denominator = 2.0 * (h[k] - along)
        meets = (denominator > 0.0) & (np.arange(self.count) != k[:, None])  # never itself, where both are zero
        ends = np.divide(numerator, denominator, out=np.full_like(numerator, np.inf), where=meets)
        return np.minimum(wall, ends.min(axis=1))

    def _line(self) -> Array:
        """Lengths of all rays on the line: two for each centre that owns itself; copies count once."""
        first = np.flatnonzero(self.owner(self.centres) == np.arange(self.count))
        return np.concatenate([self._lengths(first, np.full((len(first), 1), side)) for side in (-1.0, 1.0)])


def _units(v: Array) -> tuple[Array, Array]:
    """Rows divided by their lengths, and the lengths; a row of zeros stays one."""
    length = np.linalg.norm(v, axis=1)
    return np.divide(v, length[:, None], out=np.zeros_like(v), where=length[:, None] > 0.0), length


def _require_places(centres: Array, heights: Array) -> None:
    if centres.ndim != 2 or centres.size == 0 or heights.shape != centres.shape[:1]:
        raise InvalidParameter(
            f"got centres of shape {centres.shape} and heights of shape {heights.shape}; needed (N, d) and (N,) with "
            "at least one funnel."
        )
    if not (np.isfinite(centres).all() and np.isfinite(heights).all()):
        raise InvalidParameter("got centres or heights that are not finite; needed finite numbers.")


def _require_box(centres: Array, half: float, power: float) -> None:
    if not (np.isfinite(half) and half > 0.0 and np.abs(centres).max() <= half):
        raise InvalidParameter(
            f"got centres up to {np.abs(centres).max():g} in size in a box of half side {half:g}; needed all of them "
            "inside, or a ray towards a centre would leave it. Enlarge half."
        )
    if not (np.isfinite(power) and power >= 1.0):
        raise InvalidParameter(f"got the power {power:g}; needed a finite number of at least 1.")
