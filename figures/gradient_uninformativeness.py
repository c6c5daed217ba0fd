"""Three toy cases: what the unrestricted f* tells a generated sample, and what the LGAN's does.

Above, the unrestricted least squares discriminator of the populations, place by place from the two densities there:
(p - q) / (p + q), and free where there is neither. Below, the LGAN's f* on samples of them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from figures import fields
from figures.figure import Figure, Size, Table, Tables, column, select
from figures.stacking import stacked_tables
from figures.style import DIVERGING, FAINT, PAGE, panels, plane
from lgantheory.arrays import Array

CASES = (1, 2, 3)
UNRESTRICTED, LOSS, LAM, SEED = "least_squares", "softplus", 0.1, 0
POINTS, QUICK_POINTS = 30, 8
CELLS, QUICK_CELLS = 120, 24

FRAME = (-2.0, 2.0, -1.0, 1.0)
STEP, QUICK_STEP = 0.025, 0.25  # divides 1/4, so that the 16 places of the first case are on the grid
DEVIATION = 0.15

# Below this slope f* counts as level: far above rounding, far below any slope that is drawn.
LEVEL = 1e-9


def square(x: Array, center: float, side: float) -> Array:
    """The density of the uniform distribution on a square around (center, 0)."""
    inside = np.abs(x - (center, 0.0)).max(axis=1) <= side / 2 + 1e-9
    return inside / side**2


def normal(x: Array, center: float) -> Array:
    """The density of a round normal distribution around (center, 0)."""
    squares = ((x - (center, 0.0)) ** 2).sum(axis=1)
    return np.exp(-0.5 * squares / DEVIATION**2) / (2.0 * np.pi * DEVIATION**2)


def frame_of_square(x: Array) -> Array:
    """The 16 places with mass of their own in the first case: 1 there, with no density to compare it to."""
    steps = (x + (1.0, 0.0)) * 4.0
    on = np.abs(steps - np.round(steps)).max(axis=1) < 1e-6
    return (on & (np.abs(np.abs(steps).max(axis=1) - 2.0) < 1e-6)).astype(float)


DENSITIES: dict[int, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    1: (
        lambda x: square(x, 1.0, 1.0),
        lambda x: 0.8 * square(x, -1.0, 0.5) + 0.2 * frame_of_square(x),
    ),
    2: (
        lambda x: 0.2 * square(x, -1.0, 1.0) + 0.8 * square(x, 1.0, 1.0),
        lambda x: 0.8 * square(x, -1.0, 1.0) + 0.2 * square(x, 1.0, 1.0),
    ),
    3: (
        lambda x: 0.5 * normal(x, 1.0) + 0.5 * normal(x, -1.25),
        lambda x: normal(x, -0.75),
    ),
}
"""Real and generated density of each case."""


def pointwise(case: int, step: float) -> Table:
    """The unrestricted f* at the places of a grid, nan where neither has mass: by the library, from weights there."""
    from lgantheory.measures import DiscreteMeasure
    from lgantheory.solvers.pointwise import unrestricted_discriminator

    x = np.arange(round(FRAME[0] / step), round(FRAME[1] / step) + 1) * step
    y = np.arange(round(FRAME[2] / step), round(FRAME[3] / step) + 1) * step
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    p, q = (density(places) for density in DENSITIES[case])
    # one factor for both, so that their ratio stays what it is; what is missing to one is far away
    far, most = np.full((1, 2), 1e3), 1.1 * max(p.sum(), q.sum())
    real, fake = (
        DiscreteMeasure(np.concatenate([places, sign * far]), np.append(w / most, 1.0 - w.sum() / most))
        for w, sign in ((p, 1.0), (q, -1.0))
    )
    found = unrestricted_discriminator(real, fake, UNRESTRICTED)
    value = {tuple(place): f for place, f in zip(found.points.tolist(), found.f.tolist(), strict=True)}
    f = [value.get(tuple(place), np.nan) for place in (places + 0.0).tolist()]
    return {"x": places[:, 0], "y": places[:, 1], "f": np.array(f)}


def slopes(case: int, x: Array, step: float = 1e-5) -> Array:
    """Gradients of (p - q) / (p + q) at points of mass, by central differences; a neighbour without mass is level."""
    p, q = DENSITIES[case]

    def ratio(at: Array) -> Array:
        top, bottom = p(at) - q(at), p(at) + q(at)
        return np.divide(top, bottom, out=np.full(len(at), np.nan), where=bottom > 0.0)

    rises = [(ratio(x + step * e) - ratio(x - step * e)) / (2.0 * step) for e in np.eye(2)]
    return np.nan_to_num(np.stack(rises, axis=1))


def _unrestricted(case: int, fake: Array, step: float) -> dict[str, Table]:
    along = slopes(case, fake)
    steep = np.linalg.norm(along, axis=1)
    moved = steep > LEVEL
    unit = along[moved] / steep[moved, None]
    return {
        "unrestricted": pointwise(case, step),
        "unrestricted_arrows": {
            "x": fake[moved, 0],
            "y": fake[moved, 1],
            "u": unit[:, 0],
            "v": unit[:, 1],
            "slope": steep[moved],
        },
    }


def data(size: Size) -> Tables:
    """Each case: the unrestricted f* of the populations, and samples with the LGAN's f*."""
    from lgantheory.measures import toy_case
    from lgantheory.solvers import optimal_discriminator

    parts = {}
    for case in CASES:
        real, fake = toy_case(case, np.random.default_rng(SEED), QUICK_POINTS if size.quick else POINTS)
        solution = optimal_discriminator(real, fake, LOSS, LAM)
        below = fields.tables(solution, QUICK_CELLS if size.quick else CELLS)
        where = fields.grid(FRAME, QUICK_CELLS if size.quick else CELLS)
        below["values"] = {"x": where[:, 0], "y": where[:, 1], "f": solution(where)}
        parts[f"case {case}"] = below | _unrestricted(case, fake.points, QUICK_STEP if size.quick else STEP)
    return stacked_tables(parts, "case")


def draw(tables: Tables) -> Any:
    """Cases from left to right; unrestricted above, LGAN below; one scale of colours for each row."""
    width = (PAGE - 1.15) / 3
    first = select(tables["values"], case="case 1")
    figure, axes = panels(2, 3, height=fields.height(first, width) + 0.4, sharex=True, sharey=True)
    length = fields.ARROW * float(np.ptp(column(first, "x")))
    coloured, filled = None, None
    for number, case in enumerate(CASES):
        shown = {name: select(table, case=f"case {case}") for name, table in tables.items()}
        top, bottom = axes[:, number]
        coloured = _map(top, shown["unrestricted"])
        fields.support(top, shown["points"], shown["unrestricted_arrows"], length=length, labels=number == 0)
        levelled = len(shown["unrestricted_arrows"]["x"]) == 0
        top.set_title(f"case {case}: " + ("level at every fake" if levelled else "to the near reals alone"))
        filled = fields.surface(bottom, shown["values"], levels=_levels(tables))
        fields.tight_arcs(bottom, shown["arcs"])
        fields.support(bottom, shown["points"], shown["arrows"], length=length)
    fields.colour_bar(axes[0, 2], coloured, "unrestricted f*")
    fields.colour_bar(axes[1, 2], filled, "LGAN f*")
    figure.legend(loc="outside upper center", ncols=2, markerscale=1.5)
    return figure


def _levels(tables: Tables) -> Any:
    f = column(tables["values"], "f")
    return np.linspace(f.min(), f.max(), 16)


def _map(axes: Any, values: Table) -> Any:
    """Cells of a grid, grey where nothing fixes f*."""
    x, y, f = (column(values, name) for name in ("x", "y", "f"))
    across, up = np.unique(x), np.unique(y)
    axes.set_facecolor(FAINT)
    cells = f.reshape(len(up), len(across))
    plane(axes)
    return axes.pcolormesh(across, up, cells, cmap=DIVERGING, vmin=-1.0, vmax=1.0, rasterized=True)


FIGURE = Figure(
    name="gradient_uninformativeness",
    title="what f* tells a generated sample: unrestricted (above), LGAN (below), toy cases 1 to 3",
    source="LGAN paper, the figure of gradient uninformativeness with its three toy cases; slides, 'Experiments: "
    "Gradient Uninformativeness'",
    differs="the source trains networks, whose gradients are noise; the exact unrestricted f* is level at the fakes of "
    "cases 1 and 2 (grey: free), so noise is all that a network can add. In case 3 the supports overlap and f* does "
    "point to the near half of the real samples, as little as (1 - f*^2): 'must suffer' needs disjoint supports",
    data=data,
    draw=draw,
)
