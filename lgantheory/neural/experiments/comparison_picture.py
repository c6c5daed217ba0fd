"""The picture of a comparison: a line of panels for each loss and lam, one panel for each measure, methods in rows.

Dots are seeds, a bar is their median. Colours and markers both tell dimensions apart; the colours are Okabe and Ito's.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.neural.experiments.results import Row
from lgantheory.neural.experiments.spreads import spread

MEASURES = {
    "shape_left": "shape left to improve\n(0: exact, 1: a constant)",
    "arc_cosine": "cosine on segments\nthat carry mass",
    "k_error": "k / wanted − 1",
    "w1_share": "share of W1 reached\non fresh samples",
    "fresh_cosine": "cosine to the population's\ngradient, fresh samples",
}
"""Columns that are drawn, where there is anything to draw, and what stands above them."""

STYLES = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#E69F00", "v"), ("#56B4E9", "P"))
FORMATS = ("png", "svg")
INK, FAINT = "#222222", "#DDDDDD"
HALF = 0.3
"""How far the dots of one row spread around its line."""


def draw_comparison(rows: Sequence[Row], folder: Path) -> list[Path]:
    """``comparison.png`` and ``.svg``; nothing where there are no rows."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    measures = [name for name in MEASURES if any(row.get(name) is not None for row in rows)]
    lines = sorted({(row["loss"], row["lam_rule"]) for row in rows})
    methods = list(dict.fromkeys(row["method"] for row in rows))
    if not measures or not lines:
        return []
    with rc_context({"svg.hashsalt": "comparison", "svg.fonttype": "none", "font.size": 8, "text.color": INK}):
        size = (1.6 + 2.2 * len(measures), 0.9 + len(lines) * (0.7 + 0.24 * len(methods)))
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(lines), len(measures), sharey=True, sharex="col", squeeze=False)
        for (loss, lam), line in zip(lines, panels, strict=True):
            chosen = [row for row in rows if (row["loss"], row["lam_rule"]) == (loss, lam)]
            for name, panel in zip(measures, line, strict=True):
                _fill(panel, chosen, name, methods)
            line[0].set_ylabel(f"{loss}\nλ {'with k* = 1' if lam == 'unit' else '= ' + lam}", fontsize=8)
        for name, panel in zip(measures, panels[0], strict=True):
            panel.set_title(MEASURES[name], fontsize=8)
        _legend(figure, rows)
        return [_saved(figure, folder / f"comparison.{suffix}") for suffix in FORMATS]


def _fill(panel: Any, rows: Sequence[Row], measure: str, methods: Sequence[str]) -> None:
    styles = _styles(rows)
    for place, method in enumerate(methods):
        for index, (dimension, (colour, marker)) in enumerate(styles.items()):
            of = [r[measure] for r in rows if (r["method"], r["dimension"]) == (method, dimension)]
            values = [value for value in of if value is not None]
            height = place + HALF * (index - (len(styles) - 1) / 2.0)
            panel.plot(
                values, [height] * len(values), marker, color=colour, markersize=3.5, markeredgewidth=0, alpha=0.75
            )
            if values:
                middle = spread(values).median
                panel.plot([middle, middle], [height - 0.13, height + 0.13], color=colour, linewidth=1.6)
    panel.set_yticks(np.arange(len(methods)), methods)
    panel.set_ylim(len(methods) - 0.4, -0.6)
    panel.grid(axis="x", color=FAINT, linewidth=0.6)
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)


def _styles(rows: Sequence[Row]) -> dict[int, tuple[str, str]]:
    dimensions = sorted({row["dimension"] for row in rows})
    return {d: STYLES[index % len(STYLES)] for index, d in enumerate(dimensions)}


def _legend(figure: Any, rows: Sequence[Row]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=4, linewidth=0, label=f"dimension {d}")
        for d, (colour, marker) in _styles(rows).items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), frameon=False)


def _saved(figure: Any, path: Path) -> Path:
    figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path
