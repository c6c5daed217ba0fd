"""Points from numpy's files: npy and npz. No pickle is opened. Rows in messages count from zero, as in numpy."""

import io
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from lgantheory.errors import InvalidMeasure
from lgantheory.files.opening import WeightColumn, column_index, file_bytes, refuse
from lgantheory.measures import DiscreteMeasure


def load(path: Path) -> Any:
    """What numpy finds in the file, which is never a pickle."""
    data = io.BytesIO(file_bytes(path))
    try:
        return np.load(data, allow_pickle=False)
    except Exception as error:  # noqa: BLE001  # a damaged file fails in any of the zip, zlib, header and array parsers
        _refuse_array(path, error)


def load_archive(path: Path) -> dict[str, Any]:
    """The arrays of an npz file by name."""
    archive = load(path)
    if not isinstance(archive, np.lib.npyio.NpzFile):
        refuse(path, "got a single array; needed an npz archive. Rename the file to .npy.")
    with archive:
        try:
            return {name: archive[name] for name in archive.files}
        except Exception as error:  # noqa: BLE001  # as in _load, one array later
            _refuse_array(path, error)


def _refuse_array(path: Path, error: Exception) -> NoReturn:
    if "ickle" in str(error):
        refuse(path, "got Python objects (a pickle), which are never opened; needed an array of numbers.")
    reason = " ".join(str(error).split())[:100] or type(error).__name__
    refuse(path, f"got a file that is damaged or not numpy's ({reason}); needed an array of numbers.")


def measure_of_arrays(path: Path, arrays: dict[str, Any], weights: WeightColumn) -> DiscreteMeasure:
    """The measure on ``arrays["points"]``, with weights from the array or column that ``weights`` says."""
    if not isinstance(arrays.get("points"), np.ndarray):
        found = ", ".join(sorted(map(repr, arrays))) or "nothing"
        refuse(path, f"got {'an archive' if 'points' in arrays else found}; needed an array named points.")
    points, chosen = arrays["points"], _array_weights(path, arrays, weights)
    try:
        if isinstance(chosen, int):
            return DiscreteMeasure(np.delete(points, chosen, axis=1), points[:, chosen])
        return DiscreteMeasure(points, chosen)
    except InvalidMeasure as error:
        refuse(path, str(error))


def _array_weights(path: Path, arrays: dict[str, Any], weights: WeightColumn) -> Any:
    """The array of weights, or the index of their column in ``points``, or nothing."""
    if weights is None:
        return arrays.get("weights")
    if isinstance(weights, str) and weights in arrays and weights != "points":
        return arrays[weights]
    points = arrays["points"]
    column = column_index(weights, points.shape[1] if points.ndim == 2 else 0)
    if column is None:
        refuse(path, f"got no array or column {weights!r} for the weights; points have shape {points.shape}.")
    return column
