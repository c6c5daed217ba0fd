"""Which pairs are tight as lam grows: a forest whose trees merge, and whose mass gathers in an optimal matching."""

from typing import Any

import numpy as np

from figures.figure import Figure, Size, Tables, column, select
from figures.stacking import stacked
from figures.style import INK, PAGE, panels, plane, points
from lgantheory.arrays import Array
from lgantheory.measures import DiscreteMeasure

LOSS, SEED = "softplus", 3
POINTS, QUICK_POINTS = 24, 6
LAMS = (1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e3)
RADIUS, DEVIATION = 2.0, 0.6


def ring_and_blob(rng: np.random.Generator, size: int) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    """Real points on a ring, generated ones in its middle."""
    angles = 2.0 * np.pi * (np.arange(size) + 0.5 * rng.random(size)) / size
    real = RADIUS * np.stack([np.cos(angles), np.sin(angles)], axis=1) + 0.1 * rng.normal(size=(size, 2))
    return DiscreteMeasure(real), DiscreteMeasure(rng.normal(scale=DEVIATION, size=(size, 2)))


def trees(arcs: Array, size: int) -> int:
    """Connected parts of a graph on ``size`` nodes with arcs (c, 2)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(arcs)), arcs.T), shape=(size, size))
    return int(connected_components(graph, directed=False)[0])


def data(size: Size) -> Tables:
    """The tight pairs for each lam, with the mass that the optimal flow sends along them."""
    from lgantheory.solvers.families import lambda_path

    real, fake = ring_and_blob(np.random.default_rng(SEED), QUICK_POINTS if size.quick else POINTS)
    arcs, counts = {}, []
    for solution in lambda_path(real, fake, LOSS, LAMS):
        pairs = solution.tight_pairs()
        lam = f"{solution.problem.lam:g}"
        start, end = fake.points[pairs.i], real.points[pairs.j]
        arcs[lam] = {"x": start[:, 0], "y": start[:, 1], "to_x": end[:, 0], "to_y": end[:, 1], "mass": pairs.mass}
        found = trees(np.stack([pairs.i, fake.size + pairs.j], axis=1), fake.size + real.size)
        counts.append({"lam": solution.problem.lam, "k": solution.k, "pairs": len(pairs), "trees": found})
    return {
        "arcs": stacked(arcs, "lam"),
        "counts": {name: [row[name] for row in counts] for name in counts[0]},
        "points": {
            "side": ["real"] * real.size + ["fake"] * fake.size,
            "x": np.concatenate([real.points[:, 0], fake.points[:, 0]]),
            "y": np.concatenate([real.points[:, 1], fake.points[:, 1]]),
        },
    }


def draw(tables: Tables) -> Any:
    """A strip of panels with lam from small to large; a line is as wide as the mass it carries."""
    lams = column(tables["counts"], "lam")
    figure, axes = panels(2, (len(lams) + 1) // 2, height=PAGE / 3 + 0.2, sharex=True, sharey=True)
    sides = [select(tables["points"], side=side) for side in ("real", "fake")]
    most = float(column(tables["arcs"], "mass").max())
    for number, (axis, lam) in enumerate(zip(axes.flat, lams, strict=True)):
        _strip(axis, select(tables["arcs"], lam=f"{lam:g}"), most)
        points(axis, *(np.stack([side["x"], side["y"]], axis=1) for side in sides), labels=number == 0)
        row = select(tables["counts"], lam=lam)
        axis.set_title(
            f"$\\lambda$ = {lam:g}, k = {row['k'][0]:.2g}\n{row['pairs'][0]} tight pairs, {row['trees'][0]} trees"
        )
    figure.legend(loc="outside upper center", ncols=2, markerscale=1.5)
    return figure


def _strip(axes: Any, arcs: Any, most: float) -> None:
    from matplotlib.collections import LineCollection

    ends = np.stack([[arcs["x"], arcs["y"]], [arcs["to_x"], arcs["to_y"]]]).transpose(2, 0, 1)
    widths = 0.4 + 2.0 * np.asarray(arcs["mass"], dtype=float) / most
    axes.add_collection(LineCollection(list(ends), linewidths=widths, colors=INK, alpha=0.55, zorder=2))
    plane(axes)


FIGURE = Figure(
    name="forest_growth",
    title="the tight pairs of f* as lam grows: trees merge, and the mass gathers in an optimal matching",
    source="ours; slides, 'the gradient directly points towards a real sample'",
    differs="no source draws it. A fake point that is tight with several real ones has no gradient. For large lam "
    "nearly all mass flows along an optimal matching (thick); thin pairs stay, which fix how high the trees stand",
    data=data,
    draw=draw,
)
