"""The picture: seconds over those of ``ot.emd`` against the number of points, a panel for each dimension and distance.

Colours are three of Okabe and Ito's, which people with any colour vision tell apart; markers say the same again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import transport
from benchmarks.points import FAR_APART, OVERLAPPING
from benchmarks.rows import Row

LOSS = "softplus"
STYLES = {1e-3: ("#0072B2", "o"), 0.1: ("#D55E00", "s"), 10.0: ("#009E73", "^")}
FORMATS = ("png", "svg")

INK, FAINT = "#222222", "#DDDDDD"


def draw(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write the picture in every format; nothing where no ratio was measured."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    drawn = [row for row in rows if _belongs(row)]
    if not drawn:
        return []
    dimensions = sorted({row.d for row in drawn})
    clouds = [name for name in (OVERLAPPING, FAR_APART) if any(row.case == name for row in drawn)]
    with rc_context({"svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.size": 9, "text.color": INK}):
        size = (max(4.5, 1.2 + 2.1 * len(dimensions)), 1.3 + 2.0 * len(clouds))
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(clouds), len(dimensions), sharex=True, sharey=True, squeeze=False)
        for name, line in zip(clouds, panels, strict=True):
            for d, panel in zip(dimensions, line, strict=True):
                _fill(panel, [row for row in drawn if (row.case, row.d) == (name, d)], f"{name}, d = {d}")
        _finish(figure, panels, {row.lam for row in drawn})
        return [_saved(figure, folder / f"transport.{suffix}") for suffix in FORMATS]


def _belongs(row: Row) -> bool:
    return row.benchmark == transport.BENCHMARK.name and row.loss == LOSS and row.ratio is not None


def _fill(panel: Any, rows: Sequence[Row], title: str) -> None:
    """One line for each lam; the line at 1 is the rival."""
    for lam, (colour, marker) in STYLES.items():
        line = sorted((row.n, row.ratio) for row in rows if row.lam == lam)
        if line:
            panel.plot(*zip(*line, strict=True), color=colour, marker=marker, markersize=4, linewidth=1.4)
    panel.axhline(1.0, color=INK, linewidth=1.0, linestyle=(0, (4, 2)))
    panel.set_title(title, fontsize=9)
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.grid(color=FAINT, linewidth=0.6)
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)


def _finish(figure: Any, panels: Any, lams: set[float]) -> None:
    """Axes, and a legend of what is drawn."""
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FuncFormatter, NullFormatter

    for axis in (panels[0, 0].xaxis, panels[0, 0].yaxis):  # shared by all panels
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))
        axis.set_minor_formatter(NullFormatter())
    figure.supxlabel("points on each side, n", fontsize=10)
    figure.supylabel("seconds / seconds of ot.emd", fontsize=10)
    styles = [(lam, *STYLES[lam]) for lam in STYLES if lam in lams]
    handles = [Line2D([], [], color=c, marker=m, markersize=4, label=f"λ = {lam:g}") for lam, c, m in styles]
    rival = Line2D([], [], color=INK, linewidth=1.0, linestyle=(0, (4, 2)), label="ot.emd")
    figure.legend(handles=[*handles, rival], loc="outside upper center", ncols=len(handles) + 1, frameon=False)


def _saved(figure: Any, path: Path) -> Path:
    figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path
