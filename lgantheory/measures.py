"""Finitely supported probability measures, and the three planar examples that the experiments are drawn on.

A measure is a list of points with weights that sum to one. Points may repeat and weights may be zero: both occur in
real samples, and the theory does not mind. What arrays cannot mean is refused here, once, so that no solver needs to
look again: the arrays of a `DiscreteMeasure` are float64, finite, and never change.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from lgantheory.arrays import Array, Indices, RealPoints, RealValues
from lgantheory.errors import InvalidMeasure, InvalidParameter, UnknownName

WEIGHT_SUM_TOLERANCE = 1e-9
"""How far from one the weights may sum before they count as a mistake. Arbitrary: far above rounding, below a typo."""

LARGEST_COORDINATE = 1e150
"""Coordinates beyond this would overflow when a distance squares them (the square root of 1e308, with room for d)."""

SMALLEST_SQUARED = 1e-140
"""Coordinates below this are scaled up before a distance squares them; the square of 1e-150 is a normal number."""

WEIGHT_ULPS = 8
"""Weights that differ by this many units in the last place still describe the same measure.

Four roundings per side explain a difference: the weight as written, the total, the division by it, and the sum over
repeated points. Each is half an epsilon at most, and an epsilon is at most two units in the last place.
"""

_ROUNDING_OF_ONE = 2 * np.finfo(np.float64).eps  # normalised weights sum to one up to this; they are left alone
_REPR_NUMBERS = 12  # arbitrary: measures with at most this many coordinates are printed in full


@dataclass(frozen=True, init=False, eq=False, repr=False)
class DiscreteMeasure:
    """The probability measure ``sum_j weights[j] * delta(points[j])`` on R^d.

    Args:
        points: anything numpy reads as real numbers of shape (m, d), or (m,) for m points on the line.
        weights: shape (m,), non-negative, summing to one; uniform when ``None``. Zero weights are allowed.

    Both are copied to read-only float64 arrays; weights are divided by their exact sum.

    Raises:
        InvalidMeasure: no points, wrong shape, NaN or infinity, complex numbers, text or booleans, coordinates above
            `LARGEST_COORDINATE`, negative weights, or a sum further than `WEIGHT_SUM_TOLERANCE` from one.

    >>> DiscreteMeasure([0.0, 1.0, 3.0]).weights.sum()
    np.float64(1.0)
    """

    points: RealPoints
    weights: RealValues

    def __init__(self, points: Any, weights: Any = None) -> None:
        object.__setattr__(self, "points", _read_only(_valid_points(points)))
        object.__setattr__(self, "weights", _read_only(_valid_weights(weights, len(self.points))))

    @property
    def size(self) -> int:
        """Number of points m, counted with repetition."""
        return self.points.shape[0]

    @property
    def dimension(self) -> int:
        """Dimension d of the space."""
        return self.points.shape[1]

    def merged(self) -> tuple["DiscreteMeasure", Indices]:
        """The same measure on distinct points, and for each old point its new index (shape (m,)).

        Points merge only when equal to the last bit; they stay in order of first appearance.
        """
        _, first, inverse = np.unique(self.points, axis=0, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        index = rank[inverse.reshape(-1)]
        if len(first) == self.size:
            return self, index
        return DiscreteMeasure(self.points[first[order]], _sums_by_group(self.weights, index)), index

    def is_same_as(self, other: "DiscreteMeasure") -> bool:
        """Whether both are the same measure: order, repetition and points of weight zero do not matter.

        Points are compared exactly, weights up to `WEIGHT_ULPS` units in the last place.
        """
        if any(
            not np.array_equal(mine, theirs) for mine, theirs in zip(self._corners(), other._corners(), strict=True)
        ):
            return False
        mine, theirs = self._canonical(), other._canonical()
        if mine.points.shape != theirs.points.shape or not np.array_equal(mine.points, theirs.points):
            return False
        unit = np.spacing(np.maximum(mine.weights, theirs.weights))
        return bool(np.all(np.abs(mine.weights - theirs.weights) <= WEIGHT_ULPS * unit))

    def translated(self, offset: Any) -> "DiscreteMeasure":
        """The measure moved by ``offset``: shape (d,), or one number when d = 1."""
        vector = np.atleast_1d(_numbers(offset, "offset"))
        if vector.shape != (self.dimension,):
            raise InvalidMeasure(
                f"got an offset of shape {vector.shape}; needed shape ({self.dimension},), one number per coordinate."
            )
        return DiscreteMeasure(self.points + vector, self.weights)

    def scaled(self, factor: float) -> "DiscreteMeasure":
        """The measure with every coordinate multiplied by ``factor`` > 0."""
        if not (math.isfinite(factor) and factor > 0):
            raise InvalidParameter(f"got the factor {factor}; needed a positive finite number to scale by.")
        with np.errstate(over="ignore", under="ignore"):  # what overflows is refused with a sentence by the constructor
            return DiscreteMeasure(self.points * float(factor), self.weights)

    def _corners(self) -> Iterator[Array]:
        """Least, then largest coordinates of the points that carry weight; equal for equal measures."""
        points = self.points[self.weights > 0]
        yield points.min(axis=0)
        yield points.max(axis=0)

    def _canonical(self) -> "DiscreteMeasure":
        """Distinct points of positive weight, in lexicographic order."""
        measure, _ = self.merged()
        kept = np.flatnonzero(measure.weights > 0)
        order = kept[np.lexsort(measure.points[kept].T[::-1])]
        return DiscreteMeasure(measure.points[order], measure.weights[order])

    def __repr__(self) -> str:
        uniform = bool(np.all(self.weights == self.weights[0]))
        if self.points.size <= _REPR_NUMBERS:
            points = self.points[:, 0].tolist() if self.dimension == 1 else self.points.tolist()
            return f"DiscreteMeasure({points}{'' if uniform else f', {self.weights.tolist()}'})"
        weights = "uniform weights" if uniform else f"weights {self.weights.min():.3g} to {self.weights.max():.3g}"
        return f"<DiscreteMeasure: {self.size} points in R^{self.dimension}, {weights}>"

    def __reduce__(self) -> tuple[type["DiscreteMeasure"], tuple[Array, Array]]:
        # Arrays come back writeable from a pickle; the constructor locks them again and changes no bit.
        return DiscreteMeasure, (self.points, self.weights)


Samples = DiscreteMeasure | np.ndarray | Sequence[Any]
"""What stands for a measure: the measure itself, or its points, which then have equal weights."""


def require_one_space(real: DiscreteMeasure, fake: DiscreteMeasure) -> None:
    """Refuse two measures that do not live in one space.

    Raises:
        InvalidMeasure: the dimensions differ.
    """
    if real.dimension != fake.dimension:
        raise InvalidMeasure(
            f"real and fake points must live in one space; got dimension {real.dimension} and {fake.dimension}. "
            "Give both the same number of coordinates."
        )


def distinct_places(points: Array) -> tuple[Array, Indices]:
    """The distinct rows of an array of points, sorted, and for each point the index of its row; -0.0 is 0.0."""
    places, index = np.unique(points + 0.0, axis=0, return_inverse=True)
    return places, index.reshape(-1)


def euclidean(x: Array, y: Array) -> Array:
    """Distances between rows of x and rows of y, exact under scaling by powers of two, so that nothing underflows."""
    largest = max(float(np.abs(x).max(initial=0.0)), float(np.abs(y).max(initial=0.0)))
    unit = 2.0 ** math.frexp(largest)[1] if 0.0 < largest < SMALLEST_SQUARED else 1.0
    return cdist(x / unit, y / unit) * unit


def as_measure(samples: Samples) -> DiscreteMeasure:
    """The measure itself, or the one with equal weights on the points given."""
    return samples if isinstance(samples, DiscreteMeasure) else DiscreteMeasure(samples)


def _read_only(array: Array) -> Array:
    array.setflags(write=False)
    return array


def _sums_by_group(weights: Array, index: Array) -> list[float]:
    """Exact sums, rounded once, of the weights that share an index."""
    order = np.argsort(index, kind="stable")
    ends = np.cumsum(np.bincount(index))[:-1]
    return [math.fsum(group) for group in np.split(weights[order], ends)]


# ---------------------------------------------------------------------------------------------------------------------
# What may be a point, and what may be a weight


def _valid_points(given: Any) -> Array:
    points = _numbers(given, "points")
    if points.ndim == 1:
        points = points[:, None]
    if points.ndim != 2 or points.size == 0:
        raise InvalidMeasure(
            f"got points of shape {np.shape(given)}; needed shape (m, d), or (m,) on the line, with at least one point."
        )
    _refuse_first(~np.isfinite(points), points, "points", "a finite number; remove or repair that row")
    _refuse_first(
        np.abs(points) > LARGEST_COORDINATE,
        points,
        "points",
        f"at most {LARGEST_COORDINATE:g} in size, or squared distances overflow; rescale all points by one factor",
    )
    return np.ascontiguousarray(
        points + 0.0
    )  # a copy in which -0.0 has become 0.0, so that equal points are equal bits


def _valid_weights(given: Any, size: int) -> Array:
    if given is None:
        return np.full(size, 1.0 / size)
    weights = _numbers(given, "weights")
    if weights.shape != (size,):
        raise InvalidMeasure(f"got weights of shape {weights.shape}; needed shape ({size},), one weight per point.")
    _refuse_first(~np.isfinite(weights), weights, "weights", "a finite number")
    _refuse_first(weights < 0, weights, "weights", "non-negative; a weight is a probability")
    total = _exact_sum(weights)
    if abs(total - 1) > WEIGHT_SUM_TOLERANCE:
        raise InvalidMeasure(
            f"got weights that sum to {total:.12g}; needed 1 within {WEIGHT_SUM_TOLERANCE:g}. "
            "Normalise them in double precision first: w = w.astype(float); w / w.sum()."
        )
    return weights + 0.0 if abs(total - 1) <= _ROUNDING_OF_ONE else weights / total


def _exact_sum(weights: Array) -> float:
    try:
        return math.fsum(weights)
    except OverflowError:  # finite weights with an infinite sum
        return math.inf


def _numbers(given: Any, what: str) -> Array:
    """``given`` as a new float64 array; refuses whatever numpy would turn into numbers silently and wrongly."""
    array = _as_array(given, what)
    if array.dtype.kind not in "iuf":
        raise InvalidMeasure(f"got {what} {_describe_non_numbers(given, array)}; needed real numbers. {_ADVICE}")
    with np.errstate(over="ignore"):  # extended precision may overflow to infinity, which is refused by name
        numbers = array.astype(np.float64)
    if array.dtype.kind in "iu" and np.any(np.abs(numbers) > 2.0**53):
        raise InvalidMeasure(f"got {what} with integers above 2**53, which float64 cannot tell apart. {_ADVICE}")
    return numbers


_ADVICE = "Convert on purpose first: np.asarray(values, dtype=float)."


def _as_array(given: Any, what: str) -> Array:
    if np.ma.is_masked(given):
        raise InvalidMeasure(f"got {what} with masked entries; needed every entry. Drop the masked rows first.")
    try:
        return np.asarray(given)
    except Exception as error:  # noqa: BLE001  # objects run code of their own here, say a tensor that tracks gradients
        reason = _first_ragged_row(given) or f"that numpy cannot read ({str(error).splitlines()[0]})"
        raise InvalidMeasure(f"got {what} {reason}; needed a table of real numbers, shape (m, d) or (m,).") from None


def _first_ragged_row(given: Any) -> str | None:
    if not isinstance(given, Sequence) or not given:
        return None
    needed = np.shape(given[0]) if not isinstance(given[0], Sequence) else (len(given[0]),)
    for number, row in enumerate(given):
        found = (len(row),) if isinstance(row, Sequence) else np.shape(row)
        if found != needed:
            return f"whose row {number} has shape {found} and row 0 has shape {needed}"
    return None


def _describe_non_numbers(given: Any, array: Array) -> str:
    words = {"b": "that are booleans", "c": "that are complex", "U": "that are text", "S": "that are text"}
    kind = words.get(array.dtype.kind, f"of type {array.dtype}")
    objects = given if array.dtype.kind == "O" or isinstance(given, Array) else np.array(given, dtype=object)
    for place, entry in np.ndenumerate(np.asarray(objects)):
        if isinstance(entry, bool) or not isinstance(entry, (int, float, np.integer, np.floating)):
            return f"{kind}, first at {_place(place)} ({entry!s:.30})"
    return kind


def _refuse_first(bad: Array, values: Array, what: str, needed: str) -> None:
    """Raise for the first True of ``bad``, naming its place."""
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        raise InvalidMeasure(f"got {what} with {values[place]} at {_place(place)}; needed {needed}.")


def _place(place: tuple[int, ...]) -> str:
    names = ("row", "column", "layer")
    return ", ".join(f"{name} {index}" for name, index in zip(names, place, strict=False)) or "the only entry"


# ---------------------------------------------------------------------------------------------------------------------
# Examples in the plane


def toy_case(case: int, rng: np.random.Generator, size: int) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    """``(real, fake)``, ``size`` points each, of the planar example 1, 2 or 3 of the LGAN paper's toy figures.

    1. Disjoint. Real: the unit square around (1, 0). Fake: 80% in the square of side 1/2 around (-1, 0), 20% on the
       16 points, a quarter apart, of the boundary of the unit square around (-1, 0).
    2. Overlapping. Fake: 80% in the unit square around (-1, 0), 20% in the one around (1, 0). Real: 20% and 80%.
    3. Gaussian, deviation 0.15. Fake: around (-0.75, 0). Real: half around (1, 0), half around (-1.25, 0).

    Source: LGAN paper, Figures 1 and 2, with the constants of the authors' published code.

    Raises:
        UnknownName: another case. InvalidParameter: a size below one.
    """
    if case not in _TOY_CASES:
        raise UnknownName(f"got toy case {case!r}; needed one of {', '.join(map(str, _TOY_CASES))}.")
    if size < 1:
        raise InvalidParameter(f"got size {size}; needed at least one point.")
    real, fake = _TOY_CASES[case](rng, size)
    return DiscreteMeasure(real), DiscreteMeasure(fake)


def _disjoint(rng: np.random.Generator, size: int) -> tuple[Array, Array]:
    steps = np.linspace(-0.5, 0.5, 5)
    lattice = np.array([(x, y) for x in steps for y in steps if max(abs(x), abs(y)) == 0.5])
    inner = _square(rng, size, center=-1.0, side=0.5)
    fake = _mixture(rng, inner, lattice[rng.integers(len(lattice), size=size)] + (-1.0, 0.0), share=0.8)
    return _square(rng, size, center=1.0, side=1.0), fake


def _overlapping(rng: np.random.Generator, size: int) -> tuple[Array, Array]:
    def two_squares(left_share: float) -> Array:
        left, right = (_square(rng, size, center=c, side=1.0) for c in (-1.0, 1.0))
        return _mixture(rng, left, right, share=left_share)

    return two_squares(0.2), two_squares(0.8)


def _gaussian(rng: np.random.Generator, size: int) -> tuple[Array, Array]:
    def blob(center: float) -> Array:
        return rng.normal(scale=0.15, size=(size, 2)) + (center, 0.0)

    return _mixture(rng, blob(1.0), blob(-1.25), share=0.5), blob(-0.75)


def _square(rng: np.random.Generator, size: int, *, center: float, side: float) -> Array:
    return rng.uniform(-side / 2, side / 2, size=(size, 2)) + (center, 0.0)


def _mixture(rng: np.random.Generator, first: Array, second: Array, *, share: float) -> Array:
    """Row by row from ``first`` with probability ``share``, else from ``second``."""
    return np.where(rng.random((len(first), 1)) < share, first, second)


_TOY_CASES = {1: _disjoint, 2: _overlapping, 3: _gaussian}
