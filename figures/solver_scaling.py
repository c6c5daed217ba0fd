"""How long the exact f* takes against the number of points: our solver, a transport plan, and a general cone solver.

Reads what ``python -m benchmarks`` stored; measures nothing.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from figures.figure import Figure, Size, Table, Tables, column, select
from figures.style import INK, SERIES, panels

RESULTS = Path(__file__).resolve().parent.parent / "benchmarks" / "results"
TRANSPORT, CONIC = RESULTS / "transport.csv", RESULTS / "conic.csv"
COMMAND = "python -m benchmarks {}"
LOSS = "softplus"

LINES = {
    0.001: (SERIES[0], "o", r"f*, $\lambda$ = 0.001"),
    0.1: (SERIES[2], "s", r"f*, $\lambda$ = 0.1"),
    10.0: (SERIES[1], "D", r"f*, $\lambda$ = 10"),
}
RIVALS = {"ot.emd": (INK, "--", "one transport plan (ot.emd)"), "conic": (SERIES[3], ":", "cone solver (clarabel)")}


def read(path: Path) -> dict[str, list[str]]:
    """A csv table whose head are comments, column by column."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {name: [row[name] for row in rows] for name in rows[0]}


def timings(path: Path) -> Table:
    """Rows of one loss that carry a certificate: what was measured, and how tight the certificate is."""
    table = {name: np.array(values) for name, values in read(path).items()}
    keep = (table["loss"] == LOSS) & (table["certified"] == "True")
    numbers = ("n", "d", "lam", "seconds", "rival_seconds", "gap")
    words = {name: table[name][keep] for name in ("case", "rival")}
    return words | {name: np.array([float(x or "nan") for x in table[name][keep]]) for name in numbers}


def data(_: Size) -> Tables:
    """All dimensions, both arrangements."""
    return {"transport": timings(TRANSPORT), "conic": timings(CONIC)}


def draw(tables: Tables) -> Any:
    """Seconds against points on each side, a panel for each dimension; overlapping clouds."""
    table = select(tables["transport"], case="overlapping")
    dimensions = np.unique(table["d"])
    figure, axes = panels(1, len(dimensions), height=2.6, sharex=True, sharey=True)
    for axis, d in zip(axes[0], dimensions, strict=True):
        rows = select(table, d=d)
        for lam, (colour, marker, label) in LINES.items():
            _line(axis, select(rows, lam=lam), "seconds", color=colour, marker=marker, label=label)
        _rival(axis, "ot.emd", select(rows, lam=0.1))
        cones = select(tables["conic"], d=d, case="overlapping", lam=0.1)
        if len(cones["n"]):
            _rival(axis, "conic", cones)
        axis.set(xscale="log", yscale="log", xlabel="points on each side", title=f"dimension {d:g}")
    axes[0, 0].set_ylabel("seconds")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure


def _line(axes: Any, rows: Table, name: str, **look: Any) -> None:
    order = np.argsort(column(rows, "n"))
    axes.plot(column(rows, "n")[order], column(rows, name)[order], **look)


def _rival(axes: Any, name: str, rows: Table) -> None:
    colour, dashes, label = RIVALS[name]
    _line(axes, rows, "rival_seconds", color=colour, linestyle=dashes, marker=".", label=label)


FIGURE = Figure(
    name="solver_scaling",
    title="seconds to the certified f* against the number of points, beside one transport plan and a cone solver",
    source="ours",
    differs="no source solves for f* exactly. Two overlapping normal clouds, softplus; each row carries a certificate",
    data=data,
    draw=draw,
    stored=tuple((path, COMMAND.format(path.stem)) for path in (TRANSPORT, CONIC)),
)
