"""What a figure is: tables first, then a picture of these tables and of nothing else.

So the csv files beside a picture are what it shows, and a test of the tables is a test of the figure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lgantheory.arrays import Array

Table = Mapping[str, Any]
"""Columns of equal length: numbers, or words that name series."""

Tables = Mapping[str, Table]
"""The tables of a figure by name; each becomes a csv file."""


@dataclass(frozen=True)
class Size:
    """How much to compute: ``quick`` for a first look; a figure that has nothing to save ignores it."""

    quick: bool = False


WHOLE = Size()


@dataclass(frozen=True)
class Figure:
    """One figure of a source, or of ours.

    * ``name``: on the command line and of the files; ``title``: what a reader sees first.
    * ``source``: which figure of which source, or "ours"; ``differs``: what matches it, what does not, and why.
    * ``data``: computes the tables; ``draw``: a matplotlib figure of them.
    * ``stored``: results it reads, below the checkout, and the command that makes them; () where it computes all.
    """

    name: str
    title: str
    source: str
    differs: str
    data: Callable[[Size], Tables]
    draw: Callable[[Tables], Any]
    stored: tuple[tuple[Path, str], ...] = ()


def column(table: Table, name: str) -> Array:
    """A column as an array."""
    import numpy as np

    return np.asarray(table[name])


def select(table: Table, **equal: Any) -> dict[str, Array]:
    """The rows whose columns have these values."""
    import numpy as np

    columns = {name: np.asarray(values) for name, values in table.items()}
    keep = np.ones(len(next(iter(columns.values()))), dtype=bool)
    for name, value in equal.items():
        keep &= columns[name] == value
    return {name: values[keep] for name, values in columns.items()}
