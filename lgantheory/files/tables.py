"""Points from tables of text: csv and tsv. Rows and columns in messages count from one, as an editor shows them."""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import InvalidMeasure
from lgantheory.files.opening import WeightColumn, column_index, file_bytes, refuse
from lgantheory.measures import LARGEST_COORDINATE, DiscreteMeasure

WEIGHT_NAMES = ("weight", "weights")


# A first row 0, 1, 2, ... counts as column numbers from this many columns on; arbitrary.
FEWEST_NUMBERED = 4


@dataclass(frozen=True)
class Table:
    """A csv file in which every cell has proved to be a finite number. ``lines[i]`` is where row i stands."""

    path: Path
    names: tuple[str, ...]
    lines: list[int]
    values: Array

    @staticmethod
    def read(path: Path) -> "Table":
        rows = _Rows(path, _text(path))
        first = next(iter(rows), None)
        if first is None:
            refuse(path, "got no rows; needed one point per row.")
        names = _header(path, *first)
        lines, values = _numbers(rows, skip=1 if names else 0, width=len(first[1]))
        if not values:
            refuse(path, "got a header and no rows below it; needed one point per row.")
        table = Table(path, names, lines, np.array(values))
        table.refuse_first(~np.isfinite(table.values), "a finite number")
        table.refuse_first(
            np.abs(table.values) > LARGEST_COORDINATE,
            f"at most {LARGEST_COORDINATE:g} in size, or distances overflow; rescale both files by one factor",
        )
        return table

    def measure(self, weights: WeightColumn) -> DiscreteMeasure:
        column = self.weight_column(weights)
        if column is None:
            return DiscreteMeasure(self.values)
        if self.values.shape[1] == 1:
            refuse(self.path, "got a column of weights and no other; needed at least one column of coordinates.")
        negative = np.zeros(self.values.shape, dtype=bool)
        negative[:, column] = self.values[:, column] < 0
        self.refuse_first(negative, "a weight, which is never negative")
        try:
            return DiscreteMeasure(np.delete(self.values, column, axis=1), self.values[:, column])
        except InvalidMeasure:
            total = math.fsum(self.values[:, column])
            refuse(
                self.path,
                f"column {column + 1}: got weights that sum to {total:.12g}; needed 1. "
                "Divide the column by its sum, with all digits kept.",
            )

    def weight_column(self, weights: WeightColumn) -> int | None:
        """Index of the column of weights, from zero."""
        width = self.values.shape[1]
        if weights is None:
            named = [i for i, name in enumerate(self.names) if name.lower() in WEIGHT_NAMES]
        else:
            named = [i for i, name in enumerate(self.names) if name == weights]
        if len(named) > 1:
            refuse(self.path, f"got {len(named)} columns of weights; needed one.")
        column = named[0] if named else column_index(weights, width)
        if column is None and weights is not None:
            has = f"the columns {', '.join(map(_cell, self.names))}" if self.names else f"{width} columns without names"
            refuse(self.path, f"got no column {weights!r} for the weights; the file has {has}.")
        return column

    def refuse_first(self, bad: Array, needed: str) -> None:
        if bad.any():
            row, column = np.argwhere(bad)[0]
            found = self.values[row, column]
            refuse(self.path, f"row {self.lines[row]}, column {column + 1}: got {found}; needed {needed}.")


class _Rows:
    """Iterates over ``(line, cells)``: comments left out, blank lines allowed at the start and the end only."""

    def __init__(self, path: Path, text: str) -> None:
        numbered = [(i, line) for i, line in enumerate(io.StringIO(text, newline=None), 1) if line.lstrip()[:1] != "#"]
        filled = [i for i, (_, line) in enumerate(numbered) if line.strip()]
        self.path = path
        self.numbered = numbered[filled[0] : filled[-1] + 1] if filled else []
        first = self.numbered[0][1] if filled else ""
        self.delimiter = next((mark for mark in "\t;" if mark in first), ",")

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader((line for _, line in self.numbered), delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                line = self.numbered[reader.line_num - 1][0]
                if not cells or (len(cells) == 1 and not cells[0].strip()):
                    refuse(self.path, f"row {line}: got a blank line between rows; needed a point. Remove the line.")
                yield line, cells
        except csv.Error as error:
            line = self.numbered[max(reader.line_num, 1) - 1][0]
            refuse(self.path, f"row {line}: got a row that is not csv ({error}); needed numbers between separators.")


def _text(path: Path) -> str:
    data = file_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse(path, f"row {line}: got bytes that are not UTF-8 text; needed a text table. Save the file as UTF-8 csv.")


def _header(path: Path, line: int, cells: list[str]) -> tuple[str, ...]:
    """The column names when the first row has no number in it, else nothing."""
    names = [cell.strip() for cell in cells]
    numeric = [_is_number(name) for name in names]
    if names in _column_numbers(len(names)):
        refuse(
            path,
            f"row {line}: got {', '.join(names[:3])}, ..., {names[-1]}, which are column numbers; needed points, or a "
            "header of names. Remove the row; if it is a point, put another row first.",
        )
    if all(numeric):
        return ()
    if any(numeric) and all(names):
        column = numeric.index(False)
        refuse(
            path,
            f"row {line}, column {column + 1}: got {_cell(names[column])} beside numbers; "
            "needed numbers only, or a header of names only.",
        )
    if not all(names):
        refuse(
            path,
            f"row {line}, column {names.index('') + 1}: got an empty cell; needed a number or a name. "
            "If the column numbers the rows, save the table without it.",
        )
    return tuple(names)


def _column_numbers(width: int) -> list[list[str]]:
    """What a table without column names is often written with; few columns count as a point."""
    if width < FEWEST_NUMBERED:
        return []
    return [[str(first + i) for i in range(width)] for first in (0, 1)]


def _numbers(rows: _Rows, *, skip: int, width: int) -> tuple[list[int], list[list[float]]]:
    lines: list[int] = []
    values: list[list[float]] = []
    for number, (line, cells) in enumerate(rows):
        if number < skip:
            continue
        if len(cells) != width:
            refuse(rows.path, f"row {line}: got {len(cells)} columns; needed {width}, as in the first row.")
        try:
            values.append([_float(cell) for cell in cells])
        except ValueError:
            _refuse_cell(rows.path, line, cells)
        lines.append(line)
    return lines, values


def _refuse_cell(path: Path, line: int, cells: list[str]) -> NoReturn:
    column = next(i for i, cell in enumerate(cells) if not _is_number(cell))
    cell = cells[column].strip()
    advice = "."
    if not cell:
        advice = "; remove the row, or the separator at its end."
    elif _is_number(cell.replace(",", ".")):
        advice = "; write the decimals with a point."
    refuse(path, f"row {line}, column {column + 1}: got {_cell(cell)}; needed a number{advice}")


def _cell(text: str) -> str:
    """A cell as it can be shown: on one line, and not all of it when it is long."""
    return repr(text[:30]) + ("..." if len(text) > 30 else "") if text else "an empty cell"


def _is_number(text: str) -> bool:
    try:
        _ = _float(text)
    except ValueError:
        return False
    return True


def _float(text: str) -> float:
    """A number as a spreadsheet writes it; Python would also read 1_0 as ten."""
    if "_" in text:
        raise ValueError
    return float(text)
