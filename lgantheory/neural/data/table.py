"""The user's own samples from csv, tsv, npy or npz files."""

import math
from pathlib import Path

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import InvalidParameter
from lgantheory.files import read_measure, read_pair
from lgantheory.measures import DiscreteMeasure
from lgantheory.neural.data.dataset import Dataset, Source

Shape = tuple[int, ...] | list[int] | str | None


def load(path: str | Path, fake: str | Path | None = None, shape: Shape = None) -> Dataset:
    """Real samples from ``path`` and, if given, fake ones from ``fake``, as they are: nothing is scaled.

    Args:
        path: a file as `lgantheory.read_measure` describes; a column or array of weights is kept as weights.
        fake: another such file with points in the same space.
        shape: of one sample, such as (1, 28, 28) or "1x28x28", where the columns are pixels.

    Raises:
        UnreadableFile: as `lgantheory.read_measure`. InvalidParameter: the shape has another number of entries than
        the files have coordinates.
    """
    measures = (read_measure(path), None) if fake is None else read_pair(path, fake)
    one = _shape(shape, measures[0].dimension)
    return Dataset(
        name=Path(path).stem,
        shape=one,
        real=_points(measures[0], one),
        source=f"{Path(path).name}{'' if fake is None else f' and {Path(fake).name}'}, not scaled",
        fake=None if measures[1] is None else _points(measures[1], one),
        weights=_weights(measures[0]),
        fake_weights=None if measures[1] is None else _weights(measures[1]),
    )


def _shape(shape: Shape, dimension: int) -> tuple[int, ...]:
    if shape is None:
        return (dimension,)
    try:
        sides = tuple(int(side) for side in (shape.split("x") if isinstance(shape, str) else shape))
    except ValueError:
        sides = ()
    if len(sides) not in (1, 3) or min(sides) < 1 or math.prod(sides) != dimension:
        raise InvalidParameter(
            f"got the shape {shape!r} for samples with {dimension} coordinates; needed (d,) or (channels, height, "
            f"width) with product {dimension}."
        )
    return sides


def _points(measure: DiscreteMeasure, shape: tuple[int, ...]) -> Array:
    with np.errstate(over="ignore"):  # infinities are refused by name
        return measure.points.astype(np.float32).reshape(-1, *shape)


def _weights(measure: DiscreteMeasure) -> Array | None:
    return None if np.all(measure.weights == measure.weights[0]) else measure.weights


DATASET = Source("table", load, "Your own points from csv, tsv, npy or npz files (path=, fake=).")
