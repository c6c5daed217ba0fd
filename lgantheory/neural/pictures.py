"""What a run looks like: its numbers over the steps, and the samples that came out; PNG files, without a screen."""

import io
import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from lgantheory.files.writing import replace_file
from lgantheory.neural.logs import Row

SHOWN = 64  # images in a grid: eight rows of eight
_DOTS = 120


def draw_curves(path: Path, rows: list[Row]) -> None:
    """The columns over the steps, one panel for each that has numbers; replaces the file."""
    names = [name for name in (rows[0] if rows else ()) if name not in ("step", "seconds")]
    names = [name for name in names if any(row[name] is not None for row in rows)]
    figure = Figure(figsize=(7.0, 0.6 + 1.5 * max(1, len(names))), layout="constrained")
    for place, name in enumerate(names):
        axes = figure.add_subplot(len(names), 1, place + 1)
        values = [math.nan if row[name] is None else row[name] for row in rows]
        axes.plot([row["step"] for row in rows], values, linewidth=1.0)
        axes.set_ylabel(name)
        axes.grid(visible=True, alpha=0.3)
        if place == len(names) - 1:
            axes.set_xlabel("step")
    _store(path, figure)


def draw_samples(path: Path, made: np.ndarray, real: np.ndarray) -> bool:
    """Images (n, c, h, w) in [-1, 1] as a grid, points of the plane beside the real ones; whether there was a way to.

    Replaces the file.
    """
    if made.ndim == 4:
        figure = Figure(figsize=(5.0, 5.0), layout="constrained")
        axes = figure.add_subplot()
        axes.imshow(grid_of(made[:SHOWN]), cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
        axes.set_axis_off()
    elif made.shape[1:] == (2,):
        figure = Figure(figsize=(5.0, 5.0), layout="constrained")
        axes = figure.add_subplot(aspect="equal")
        for points, label in ((real, "real"), (made, "generated")):
            axes.scatter(points[:, 0], points[:, 1], s=6.0, alpha=0.6, label=label)
        axes.legend()
    else:
        return False
    _store(path, figure)
    return True


def grid_of(images: np.ndarray) -> np.ndarray:
    """Images (n, c, h, w) in [-1, 1] as one picture in [0, 1], (rows h, columns w) when grey, else (..., 3)."""
    n, c, h, w = images.shape
    columns = math.ceil(math.sqrt(n))
    tiles = np.full((columns * math.ceil(n / columns), c, h, w), -1.0)
    tiles[:n] = images
    picture = tiles.reshape(-1, columns, c, h, w).transpose(0, 3, 1, 4, 2).reshape(-1, columns * w, c)
    picture = np.clip(0.5 * (picture + 1.0), 0.0, 1.0)
    return picture[:, :, 0] if c == 1 else picture[:, :, :3]


def _store(path: Path, figure: Figure) -> None:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=_DOTS)
    replace_file(path, content.getvalue())
