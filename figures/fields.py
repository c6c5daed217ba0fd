"""A discriminator over the plane: values on a grid, forced gradients at the generated points, tight arcs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from figures.figure import Table, column
from figures.style import FIELD, INK, plane, points
from lgantheory.arrays import Array
from lgantheory.problem import Solution

Frame = tuple[float, float, float, float]
"""Left, right, lower and upper end."""

# An arrow is this share of the frame's width, a colour bar this share of its panel's. Arbitrary.
ARROW = 0.05
BAR = 0.035


def box(*clouds: Array, margin: float = 0.12) -> Frame:
    """A frame around points (n, 2), with room on each side."""
    every = np.concatenate(clouds)
    low, high = every.min(axis=0), every.max(axis=0)
    room = margin * max(float(np.max(high - low)), 1e-9)
    return float(low[0] - room), float(high[0] + room), float(low[1] - room), float(high[1] + room)


def grid(frame: Frame, size: int) -> Array:
    """Places (p, 2) in the frame, row by row from below: ``size`` along its longer side, as close along the other."""
    wide, high = frame[1] - frame[0], frame[3] - frame[2]
    step = max(wide, high) / (size - 1)
    x = np.linspace(frame[0], frame[1], 1 + max(1, round(wide / step)))
    y = np.linspace(frame[2], frame[3], 1 + max(1, round(high / step)))
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def height(values: Table, width: float) -> float:
    """How high a panel of this width is when both axes have the same unit."""
    x, y = column(values, "x"), column(values, "y")
    return width * float(np.ptp(y) / np.ptp(x))


def tables(solution: Solution, size: int) -> dict[str, Table]:
    """What a picture of a solution shows.

    * ``values``: x, y, f (McShane-Whitney, the middle of both envelopes) on a grid;
    * ``points``: x, y, side, f on the support, and at a fake point how many directions are forced (-1 at a real one);
    * ``arrows``: x, y of fake points, and a unit vector u, v for each direction in which every extension rises at
      slope k there: one where f* has a gradient, several where real points tie, none where nothing is forced;
    * ``arcs``: from each fake point to the real points that it is tight with, and the mass that flows there.
    """
    real, fake = solution.problem.real.points, solution.problem.fake.points
    where = grid(box(real, fake), size)
    at, along = forced(solution)
    pairs = solution.tight_pairs()
    return {
        "values": {"x": where[:, 0], "y": where[:, 1], "f": solution(where, extension="middle")},
        "points": {
            "side": ["fake"] * len(fake) + ["real"] * len(real),
            "x": np.concatenate([fake[:, 0], real[:, 0]]),
            "y": np.concatenate([fake[:, 1], real[:, 1]]),
            "f": np.concatenate([solution.f_fake, solution.f_real]),
            "directions": np.concatenate([np.bincount(at, minlength=len(fake)), np.full(len(real), -1)]),
        },
        "arrows": {"x": fake[at, 0], "y": fake[at, 1], "u": along[:, 0], "v": along[:, 1]},
        "arcs": {
            "x": fake[pairs.i, 0],
            "y": fake[pairs.i, 1],
            "to_x": real[pairs.j, 0],
            "to_y": real[pairs.j, 1],
            "mass": pairs.mass,
        },
    }


def forced(solution: Solution) -> tuple[Array, Array]:
    """Numbers (c,) of fake points, and the unit vectors (c, d) of the steepest slopes that are forced there."""
    fake = solution.problem.fake.points
    directions = solution.gradient(fake).directions
    at = np.repeat(np.arange(len(fake)), [len(found) for found in directions])
    along = np.concatenate([found.reshape(-1, fake.shape[1]) for found in directions])
    return at, along / solution.k if solution.k > 0.0 else along


def surface(axes: Any, values: Table, *, levels: int = 15) -> Any:
    """Values on a grid as filled levels; what a colour bar needs."""
    x, y, f = (column(values, name) for name in ("x", "y", "f"))
    across, up = np.unique(x), np.unique(y)
    shown = axes.contourf(across, up, f.reshape(len(up), len(across)), levels=levels, cmap=FIELD)
    plane(axes)
    return shown


def colour_bar(axes: Any, shown: Any, label: str = "") -> None:
    """A colour bar as high as its panel, five ticks at most."""
    from matplotlib.ticker import MaxNLocator

    place = axes.inset_axes((1.02, 0.0, BAR, 1.0))
    bar = axes.figure.colorbar(shown, cax=place, label=label, ticks=MaxNLocator(5))
    bar.outline.set_linewidth(0.5)


def support(axes: Any, at: Table, arrows: Table, *, length: float, labels: bool = False) -> None:
    """Both samples, and an arrow of this length along each forced direction."""
    side, places = column(at, "side"), np.stack([column(at, "x"), column(at, "y")], axis=1)
    points(axes, places[side == "real"], places[side == "fake"], labels=labels)
    quiver(axes, arrows, length=length)


def quiver(axes: Any, arrows: Table, *, length: float) -> None:
    """White arrows with a dark rim, seen on any colour."""
    x, y, u, v = (column(arrows, name) for name in ("x", "y", "u", "v"))
    axes.quiver(
        x,
        y,
        length * u,
        length * v,
        angles="xy",
        scale_units="xy",
        scale=1.0,
        width=0.005,
        color="white",
        edgecolor=INK,
        linewidth=0.3,
        zorder=5,
    )


def tight_arcs(axes: Any, arcs: Table) -> None:
    """The pairs along which f* rises as steeply as it may."""
    x, y, to_x, to_y = (column(arcs, name) for name in ("x", "y", "to_x", "to_y"))
    axes.plot(np.stack([x, to_x]), np.stack([y, to_y]), color="white", linewidth=0.6, alpha=0.7, zorder=3)


def panel(axes: Any, shown: Mapping[str, Table], *, label: str = "", legend: bool = False) -> None:
    """One discriminator whole: values, tight arcs, both samples, arrows, colour bar."""
    filled = surface(axes, shown["values"])
    tight_arcs(axes, shown["arcs"])
    length = ARROW * float(np.ptp(column(shown["values"], "x")))
    support(axes, shown["points"], shown["arrows"], length=length, labels=legend)
    colour_bar(axes, filled, label)
