"""The 1797 handwritten digits of 8x8 that scikit-learn ships."""

from typing import Any

import numpy as np

from lgantheory.neural.data.dataset import Dataset, Source, first, package

# Grey values are counts from 0 to 16.
LEVELS = 16


def load(size: int | None = None, seed: int = 0) -> Dataset:
    """1797 images (1, 8, 8) with labels 0 to 9; ``size`` of them, drawn by ``seed``, if asked for.

    Source: UCI "Optical recognition of handwritten digits", test set, as scikit-learn's ``load_digits``.
    """
    sklearn: Any = package("sklearn.datasets", dataset="digits", pip="scikit-learn")
    images, labels = sklearn.load_digits(return_X_y=True)
    rows = first(images, size, seed)
    return Dataset(
        name="digits",
        shape=(1, 8, 8),
        real=((images - LEVELS / 2) / (LEVELS / 2)).astype(np.float32).reshape(-1, 1, 8, 8)[rows],
        source="scikit-learn's load_digits (UCI), scaled to [-1, 1] by (v - 8) / 8",
        labels=labels.astype(np.int64)[rows],
    )


DATASET = Source("digits", load, "1797 grey 8x8 images of digits from scikit-learn.")
