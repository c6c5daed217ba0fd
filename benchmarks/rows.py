"""One line of a result, and the file that keeps them.

A ratio exists only beside a certificate: ``Row.ratio`` is empty where the gap is wider than ``CERTIFIED``, where the
rival gave up, and where there was no rival.
"""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from lgantheory.files import write_text

# Relative gap, either way, up to which a row counts as proved: what the solver promises wherever float64 allows it.
CERTIFIED = 1e-12

# Sizes that a growth exponent is fitted to, the largest of a series: the small ones measure the cost of a call.
FITTED = 3


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was measured: medians of ``repeats`` runs, per problem.

    Args:
        benchmark, case: the file and the line of its table.
        n, d: points on each side, and their dimension.
        rival: empty where the solver ran alone.
        seconds, rival_seconds: medians of the same rounds.
        spread: slowest over fastest run, of ours or the rival's, whichever is larger.
        gap, rival_gap: the widest relative gaps, in all runs.
        peak, rival_peak: growth of the resident memory in MiB, where each had a process of its own.
        growth, rival_growth: exponent of n in the seconds, over the largest sizes of the series.
    """

    benchmark: str
    case: str
    n: int
    d: int
    loss: str
    lam: float
    solver: str
    rival: str
    repeats: int
    seconds: float
    rival_seconds: float | None = None
    spread: float
    gap: float
    rival_gap: float | None = None
    peak: float | None = None
    rival_peak: float | None = None
    growth: float | None = None
    rival_growth: float | None = None

    @property
    def certified(self) -> bool:
        """Whether the gap proves the solution; one far below zero proves that something is wrong."""
        return abs(self.gap) <= CERTIFIED

    @property
    def ratio(self) -> float | None:
        """Our seconds over the rival's; below 1 is faster."""
        if not self.certified or self.rival_seconds is None or not math.isfinite(self.rival_gap or 0.0):
            return None
        return self.seconds / self.rival_seconds

    @property
    def verdict(self) -> str:
        """The ratio as text, or why there is none."""
        if not self.certified:
            return "UNCERTIFIED"
        if not self.rival:
            return "alone"
        return "rival gave up" if self.ratio is None else f"{self.ratio:.3g}"

    @property
    def series(self) -> tuple[Any, ...]:
        """Rows that differ in n alone have this in common."""
        return self.benchmark, self.case, self.d, self.loss, self.lam, self.solver, self.rival


def with_growth(rows: Sequence[Row]) -> list[Row]:
    """The rows with their exponents: every row of a series carries those of the whole series."""
    series: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        series.setdefault(row.series, []).append(row)
    fitted = {key: _exponents([row for row in members if row.certified]) for key, members in series.items()}
    return [replace(row, growth=fitted[row.series][0], rival_growth=fitted[row.series][1]) for row in rows]


def _exponents(members: list[Row]) -> tuple[float | None, float | None]:
    ours = {row.n: row.seconds for row in members}
    rivals = {row.n: row.rival_seconds for row in members if row.rival_seconds is not None and row.ratio is not None}
    return exponent(ours), exponent(rivals)


def exponent(seconds: dict[int, float]) -> float | None:
    """Slope of log seconds in log n, by least squares over the ``FITTED`` largest n; None where there are fewer."""
    import numpy as np

    largest = sorted(seconds)[-FITTED:]
    if len(largest) < FITTED:
        return None
    slope, _ = np.polyfit(np.log(largest), np.log([seconds[n] for n in largest]), 1)
    return float(slope)


# -- files -------------------------------------------------------------------------------------------------------------

COLUMNS = (*(field.name for field in fields(Row)), "ratio", "certified")


def write_rows(path: Path, rows: Iterable[Row], about: dict[str, str]) -> None:
    """A csv table below comments that say what it was measured on, whole or not at all."""
    text = io.StringIO(newline="")
    for name, value in about.items():
        text.write(f"# {name}: {value}\n")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow([_cell(getattr(row, column)) for column in COLUMNS])
    _ = write_text(path, text.getvalue())


def read_rows(path: Path) -> tuple[list[Row], dict[str, str]]:
    """What ``write_rows`` wrote: the rows, and what they were measured on."""
    lines = path.read_text().splitlines()
    head = [line.removeprefix("# ").partition(": ") for line in lines if line.startswith("# ")]
    table = csv.DictReader(line for line in lines if not line.startswith("# "))
    return [Row(**_values(record)) for record in table], {name: value for name, _, value in head}


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return repr(value)  # to the last bit: a gap must not become certified by being written down
    return "" if value is None else str(value)


def _values(record: dict[str, str]) -> dict[str, Any]:
    return {field.name: _value(field.type, record[field.name]) for field in fields(Row)}


def _value(kind: Any, text: str) -> Any:
    if float in get_args(kind):  # a number or nothing
        return float(text) if text else None
    return kind(text)
