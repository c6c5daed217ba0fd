"""Colour photographs that scikit-image and scikit-learn ship, cut into squares that do not overlap.

Only one eye of the stereo pair is used: both show the same scene. Squares are cut from the top left corner; what is
left over at the right and at the bottom is not used. Squares in which every pixel has the same colour (such as the
mount of the retina) are left out. The label of a square is the number of its photograph, so that training and test can
be kept to different photographs.
"""

from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import InvalidParameter
from lgantheory.neural.data.dataset import Dataset, Source, first, package
from lgantheory.neural.data.pixels import SCALING, from_bytes

OF_SKIMAGE = ("astronaut", "cat", "coffee", "hubble_deep_field", "immunohistochemistry", "retina", "rocket")
STEREO = "stereo_motorcycle"
OF_SKLEARN = ("china.jpg", "flower.jpg")
PHOTOGRAPHS = (*OF_SKIMAGE, STEREO, *OF_SKLEARN)
"""In the order of the labels."""


def load(size: int | None = None, seed: int = 0, side: int = 32) -> Dataset:
    """Squares (3, side, side) of the ten photographs; ``size`` of them, drawn by ``seed``, if asked for."""
    if not 1 <= side <= 300:
        raise InvalidParameter(f"got squares of side {side}; needed 1 to 300, the height of the smallest photograph.")
    cut = [squares(photograph, side) for photograph in _photographs()]
    patches, labels = np.concatenate(cut), np.repeat(np.arange(len(cut)), [len(part) for part in cut])
    rows = first(patches, size, seed)
    return Dataset(
        name="patches",
        shape=(3, side, side),
        real=from_bytes(patches[rows]),
        source=f"{len(cut)} photographs of scikit-image and scikit-learn in squares without overlap, {SCALING}",
        labels=labels[rows].astype(np.int64),
    )


def squares(photograph: Array, side: int) -> Array:
    """(h, w, 3) bytes to the squares (q, 3, side, side) that are not of one colour, row by row."""
    rows, columns = photograph.shape[0] // side, photograph.shape[1] // side
    grid = photograph[: rows * side, : columns * side].reshape(rows, side, columns, side, 3)
    every = grid.transpose(0, 2, 4, 1, 3).reshape(-1, 3, side, side)
    flat = (every == every[:, :, :1, :1]).all(axis=(1, 2, 3))
    return every[~flat]


def _photographs() -> list[Array]:
    skimage: Any = package("skimage.data", dataset="patches", pip="scikit-image")
    sklearn: Any = package("sklearn.datasets", dataset="patches", pip="scikit-learn")
    found = [getattr(skimage, name)() for name in OF_SKIMAGE]
    found.append(getattr(skimage, STEREO)()[0])
    found += [sklearn.load_sample_image(name) for name in OF_SKLEARN]
    return [np.asarray(photograph)[..., :3] for photograph in found]


DATASET = Source("patches", load, "4000 and more colour squares, 32x32, of photographs that packages ship.")
