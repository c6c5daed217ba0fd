"""Results in the README: three short tables between two marks, made from the stored rows and from nothing else.

softplus alone, and lam = 0.1 outside the first table; the csv files have the rest.
"""

from collections.abc import Callable, Iterable, Sequence

from benchmarks import transport
from benchmarks.contenders import severity
from benchmarks.plans import Benchmark
from benchmarks.presentation import TARGET_COLUMNS, number, power, target_cells, whole
from benchmarks.rows import Row
from benchmarks.targets import outcomes
from lgantheory.errors import InvalidParameter

MARKS = ("<!-- benchmarks -->", "<!-- /benchmarks -->")

LOSS, LAM = "softplus", 0.1

LARGE_COLUMNS = ("clouds", "d", "points", "`ot.emd`", *(f"lam {lam:g}" for lam in transport.LAMS), "gap", "MiB", "n^")
OTHER_COLUMNS = ("", "case", "points", "d", "seconds", "rival", "its seconds", "ratio", "gap")


def updated(text: str, digest: str) -> str:
    """The README's text with the digest between its two marks.

    Raises:
        InvalidParameter: a mark is missing.
    """
    start, end = MARKS
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise InvalidParameter(
            f"got a text without {start} and {end}; needed both, in this order, where the table goes."
        )
    return f"{before}{start}\n{digest}\n{end}{after}"


def digest(benchmarks: Sequence[Benchmark], rows: Sequence[Row], about: Sequence[str]) -> str:
    """The large problems against ``ot.emd`` by lam, one line for each of the others, and the targets."""
    others = [
        row for benchmark in benchmarks if benchmark is not transport.BENCHMARK for row in _chosen(benchmark, rows)
    ]
    parts = [
        *about,
        _markdown(LARGE_COLUMNS, _large([row for row in rows if row.benchmark == transport.BENCHMARK.name])),
        _markdown(OTHER_COLUMNS, map(_other, others)),
        _markdown(TARGET_COLUMNS, map(target_cells, outcomes(rows))),
    ]
    return "\n\n".join(parts)


def _large(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """For each kind of clouds and dimension the largest samples with a rival, and all without."""
    kept = [row for row in rows if row.loss == LOSS]
    largest = _largest(row for row in kept if row.rival)
    lines: dict[tuple[str, int, int], list[Row]] = {}
    for row in kept:
        if not row.rival or row.n == largest[row.case, row.d]:
            lines.setdefault((row.case, row.d, row.n), []).append(row)
    return [_line(line) for line in lines.values()]


def _line(rows: Sequence[Row]) -> tuple[str, ...]:
    """Ratios by lam, or seconds where there is no rival; the widest gap, the most memory, the steepest growth."""
    first, by_lam = rows[0], {row.lam: row for row in rows}
    return (
        first.case,
        str(first.d),
        f"{first.n:,}",
        "" if first.rival_seconds is None else f"{number(first.rival_seconds)} s",
        *(_ratio(by_lam.get(lam)) for lam in transport.LAMS),
        power(max((row.gap for row in rows), key=severity)),
        _pair([row.peak for row in rows], first.rival_peak, whole),
        _pair([row.growth for row in rows], first.rival_growth, lambda x: "" if x is None else f"{x:.1f}"),
    )


def _ratio(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{number(row.seconds)} s" if row.verdict == "alone" else row.verdict


def _pair(ours: Iterable[float | None], rival: float | None, text: Callable[[float | None], str]) -> str:
    """The largest of ours, and the rival's."""
    most = text(max((x for x in ours if x is not None), default=None))
    return f"{most} / {text(rival)}" if most and rival is not None else most


def _chosen(benchmark: Benchmark, rows: Sequence[Row]) -> list[Row]:
    """One benchmark's rows at the common loss and lam: the largest of each series, unless it shows every size."""
    kept = [row for row in rows if (row.benchmark, row.loss, row.lam) == (benchmark.name, LOSS, LAM)]
    largest = _largest(kept)
    return [row for row in kept if benchmark.every_size or row.n == largest[row.case, row.d]]


def _largest(rows: Iterable[Row]) -> dict[tuple[str, int], int]:
    """The largest n for each case and dimension."""
    found: dict[tuple[str, int], int] = {}
    for row in rows:
        found[row.case, row.d] = max(row.n, found.get((row.case, row.d), 0))
    return found


def _other(row: Row) -> tuple[str, ...]:
    ours, rival = (number(seconds) for seconds in (row.seconds, row.rival_seconds))
    return row.benchmark, row.case, f"{row.n:,}", str(row.d), ours, row.rival, rival, row.verdict, power(row.gap)


def _markdown(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    table = [columns, ["---"] * len(columns), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in table)
