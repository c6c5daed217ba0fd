"""Results on a terminal: a table for each benchmark, and one of the targets."""

import sys
from collections.abc import Callable, Sequence

from rich.table import Table

from benchmarks.plans import Benchmark
from benchmarks.rows import Row
from benchmarks.targets import Outcome, outcomes
from lgantheory.commands.running import ResultConsole

# Width of what goes to a file or another program, which has none of its own; and the least for all columns. Arbitrary.
PIPED_WIDTH = 200
WIDE = 180

LEGEND = (
    "seconds: medians, per problem. ratio: seconds over the rival's in the same rounds, where the gap certifies ours. "
    "gap: relative, the widest of all runs, recomputed by problem.certify. MiB: growth of the resident memory. "
    "growth: exponent of n. spread: slowest over fastest run."
)


def number(x: float | None) -> str:
    """Three digits, or nothing."""
    return "" if x is None else f"{x:.3g}"


def power(x: float | None) -> str:
    """A gap: one digit and its power of ten, or nothing."""
    return "" if x is None else f"{x:.0e}" if x else "0"


def whole(x: float | None) -> str:
    """A number without decimals, or nothing."""
    return "" if x is None else f"{x:.0f}"


# Name of each column, whether narrow terminals have it too, and its cell.
COLUMNS: tuple[tuple[str, bool, Callable[[Row], str]], ...] = (
    ("case", True, lambda row: row.case),
    ("n", True, lambda row: str(row.n)),
    ("d", True, lambda row: str(row.d)),
    ("loss", True, lambda row: row.loss),
    ("lam", True, lambda row: f"{row.lam:g}"),
    ("solver", False, lambda row: row.solver),
    ("seconds", True, lambda row: number(row.seconds)),
    ("rival", False, lambda row: row.rival),
    ("its seconds", True, lambda row: number(row.rival_seconds)),
    ("ratio", True, lambda row: row.verdict),
    ("gap", True, lambda row: power(row.gap)),
    ("its gap", False, lambda row: power(row.rival_gap)),
    ("MiB", False, lambda row: whole(row.peak)),
    ("its MiB", False, lambda row: whole(row.rival_peak)),
    ("growth", False, lambda row: number(row.growth)),
    ("its growth", False, lambda row: number(row.rival_growth)),
    ("spread", False, lambda row: number(row.spread)),
)
WORDS = ("case", "loss", "solver", "rival", "target", "verdict")


def show(benchmark: Benchmark, rows: Sequence[Row]) -> None:
    """One benchmark, with as many columns as there is room for."""
    console = _console()
    columns = [column for column in COLUMNS if column[1] or console.width >= WIDE]
    table = _table(f"{benchmark.name}: {benchmark.question}", [name for name, _, _ in columns])
    for row in rows:
        table.add_row(*(cell(row) for _, _, cell in columns), style=None if row.certified else "red")
    console.print(table)


def show_targets(rows: Sequence[Row]) -> None:
    """What was to be reached, and what was."""
    console = _console()
    console.print(LEGEND, highlight=False, markup=False)
    table = _table("targets", TARGET_COLUMNS)
    for outcome in outcomes(rows):
        table.add_row(*target_cells(outcome))
    console.print(table)


TARGET_COLUMNS = ("target", "at most", "worst", "rows", "verdict")


def target_cells(outcome: Outcome) -> tuple[str, ...]:
    """One line of the table of targets."""
    target = outcome.target
    return target.text, f"{target.most:g}", number(outcome.worst), str(outcome.rows), outcome.verdict


def _console() -> ResultConsole:
    return ResultConsole() if sys.stdout.isatty() else ResultConsole(width=PIPED_WIDTH)


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in WORDS else "right", no_wrap=name not in WORDS)
    return table
