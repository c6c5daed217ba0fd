"""How all figures look: one style sheet, colours that any colour vision tells apart, widths of a two-column page.

Real points are blue circles and fake points vermilion triangles everywhere; colours are Okabe and Ito's (2008). Text
stays text in svg and pdf, and LaTeX is not needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Okabe and Ito, "Color Universal Design" (2008).
REAL, FAKE = "#0072B2", "#D55E00"
SERIES = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
INK, FAINT = "#222222", "#D9D9D9"
FIELD = "cividis"  # colour map of values: monotone in lightness, for any colour vision
DIVERGING = "PuOr"

# Inches: one column and the page of ICML and NeurIPS styles; height follows from the content.
COLUMN, PAGE = 3.25, 6.75

REAL_POINTS: dict[str, Any] = {"color": REAL, "marker": "o", "s": 16, "linewidths": 0.5, "edgecolors": "white"}
FAKE_POINTS: dict[str, Any] = {"color": FAKE, "marker": "^", "s": 18, "linewidths": 0.5, "edgecolors": "white"}

SHEET: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.0,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 200,
    "svg.fonttype": "none",
    "svg.hashsalt": "lgantheory",
    "pdf.fonttype": 42,  # text as TrueType, which stays text
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house's style, whatever the user's own settings are."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SHEET)  # pyright: ignore[reportCallIssue, reportArgumentType]
        yield


def panels(rows: int, columns: int, *, width: float = PAGE, height: float = 2.2, **options: Any) -> tuple[Any, Any]:
    """A figure without a window, and its axes (rows, columns); ``height`` inches for each row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height * rows), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def plane(axes: Any) -> None:
    """An axes that shows places: equal units, no grid."""
    axes.set_aspect("equal")
    axes.grid(visible=False)


def points(axes: Any, real: Any, fake: Any, *, labels: bool = False) -> None:
    """Real (m, 2) and fake (n, 2) points."""
    axes.scatter(*real.T, **REAL_POINTS, zorder=4, label="real" if labels else None)
    axes.scatter(*fake.T, **FAKE_POINTS, zorder=4, label="fake" if labels else None)
