"""Measures from files. A file is data: nothing in it is ever run."""

from pathlib import Path

from lgantheory.files.archives import load, load_archive, measure_of_arrays
from lgantheory.files.opening import WeightColumn, refuse
from lgantheory.files.tables import Table
from lgantheory.measures import DiscreteMeasure

TABLE_SUFFIXES = (".csv", ".tsv")


def read_measure(path: str | Path, weights: WeightColumn = None) -> DiscreteMeasure:
    """The measure stored in a csv, tsv, npy or npz file.

    * csv, tsv: one point per row, separated by commas, semicolons or tabs; a header row is recognised by having no
      number in it; lines that start with ``#`` are comments; a column named ``weight`` or ``weights`` is taken as such.
    * npy: an array of shape (m, d), or (m,) on the line.
    * npz: the arrays ``points`` and, if there is one, ``weights``.

    Args:
        path: the file; its suffix says what it is.
        weights: another place of the weights: a column by name, or by index from zero (negative from the end); in an
            npz the name of an array. Text that names nothing but is a number counts columns from one, as a
            spreadsheet does, so that a command line can say it.

    Raises:
        UnreadableFile: whatever is wrong, in one line.
    """
    place = Path(path)
    if place.suffix.lower() in TABLE_SUFFIXES:
        return Table.read(place).measure(weights)
    if place.suffix.lower() == ".npy":
        return measure_of_arrays(place, {"points": load(place)}, weights)
    if place.suffix.lower() == ".npz":
        return measure_of_arrays(place, load_archive(place), weights)
    refuse(place, f"got the suffix {place.suffix!r}; needed .csv, .tsv, .npy or .npz.")


def read_pair(
    real: str | Path, fake: str | Path, weights: WeightColumn = None
) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    """``(real, fake)`` from two files, which must live in the same space.

    Raises:
        UnreadableFile: as `read_measure`, or when the dimensions differ.
    """
    measures = read_measure(real, weights), read_measure(fake, weights)
    if measures[0].dimension != measures[1].dimension:
        refuse(
            Path(fake),
            f"got points of dimension {measures[1].dimension}, but {real} has dimension "
            f"{measures[0].dimension}; needed the same number of coordinates in both.",
        )
    return measures
