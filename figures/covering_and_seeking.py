"""One Gaussian fitted to two modes: forward KL covers both; reverse KL has minima near the modes and one between.

Which of them is the best depends on how far apart the modes are: for the mixture of N(c, 1) and N(-c, 1) the fit at the
centre is the better one below c = 2.80, although the mixture has two modes from c = 1 on.
"""

import math
from fractions import Fraction
from typing import Any

from figures.curves import joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import INK, REAL, SERIES, panels

MODES = Fraction(3)
DISTANCES, QUICK_DISTANCES = 36, 4
NEAREST, FARTHEST = Fraction(9, 4), Fraction(4)

NODES = 401
CELLS, QUICK_CELLS = 61, 9
PLACES = 301

FITS = ("forward", "reverse, near a mode", "reverse, at the centre")


def data(size: Size) -> Tables:
    """The three fits and their densities; reverse KL over all Gaussians; both minima as the modes move apart."""
    import numpy as np

    steps = QUICK_DISTANCES if size.quick else DISTANCES
    distances = [NEAREST + (FARTHEST - NEAREST) * Fraction(i, steps - 1) for i in range(steps)]
    fits = _fits(MODES)
    return {
        "fits": fits,
        "densities": _densities(fits, np.linspace(-7.0, 7.0, PLACES)),
        "reverse": _reverse(QUICK_CELLS if size.quick else CELLS),
        "distances": joined(*(_minima(c) for c in distances)),
    }


def _fits(c: Fraction) -> Table:
    """Mean and deviation of each fit, and its divergence."""
    from verify.classical.covering import Mixture, descend, forward, reverse

    mixture = Mixture(c)
    near, centre = descend(mixture, float(c)), descend(mixture, 0.0)
    wide = math.sqrt(1.0 + float(c) ** 2)
    found = [forward(mixture, 0, wide), reverse(mixture, *near), reverse(mixture, *centre)]
    return {
        "fit": list(FITS),
        "mean": [0.0, near[0], centre[0]],
        "deviation": [wide, near[1], centre[1]],
        "KL": [float(one) for one in found],
    }


def _normal(x: Any, mean: float, deviation: float) -> Any:
    import numpy as np

    return np.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * math.sqrt(2.0 * math.pi))


def _densities(fits: Table, x: Any) -> Table:
    c = float(MODES)
    both = rows_of(series="data", x=x, density=0.5 * (_normal(x, c, 1.0) + _normal(x, -c, 1.0)))
    fitted = [
        rows_of(series=name, x=x, density=_normal(x, mean, deviation))
        for name, mean, deviation in zip(fits["fit"], fits["mean"], fits["deviation"], strict=True)
    ]
    return joined(both, *fitted)


def _reverse(cells: int) -> Table:
    """KL(N(m, s^2), P) over m and s, by quadrature: -h(N) - E log P."""
    import numpy as np

    c = float(MODES)
    z = np.linspace(-8.0, 8.0, NODES)
    weights = np.exp(-0.5 * z * z)
    weights /= weights.sum()
    m, s = (grid.ravel() for grid in np.meshgrid(np.linspace(-5.0, 5.0, cells), np.linspace(0.5, 4.5, cells)))
    x = m[:, None] + s[:, None] * z
    log_p = np.logaddexp(-0.5 * (x - c) ** 2, -0.5 * (x + c) ** 2) - math.log(2.0)
    return {"mean": m, "deviation": s, "KL": -0.5 - np.log(s) - log_p @ weights}


def _minima(c: Fraction) -> Table:
    """Reverse KL at both of its kinds of minima; nan where descent from the mode ends at the centre."""
    fits = _fits(c)
    near, centre = fits["KL"][1:]
    return {"c": [float(c)] * 2, "fit": list(FITS[1:]), "KL": [near if fits["mean"][1] > 1.0 else math.nan, centre]}


def draw(tables: Tables) -> Any:
    """Densities, the landscape of reverse KL, and which of its minima is the lower one."""
    figure, axes = panels(1, 3, height=2.5)
    _draw_densities(axes[0, 0], tables["densities"])
    _draw_landscape(axes[0, 1], tables["reverse"], tables["fits"])
    _draw_minima(axes[0, 2], tables["distances"])
    return figure


def _look(index: int) -> dict[str, Any]:
    return {"color": (SERIES[2], SERIES[0], SERIES[1])[index], "linestyle": ("-", "--", "-.")[index]}


def _draw_densities(axes: Any, table: Table) -> None:
    rows = select(table, series="data")
    axes.fill_between(rows["x"], rows["density"], color=REAL, alpha=0.25, linewidth=0, label="data")
    for index, name in enumerate(FITS):
        rows = select(table, series=name)
        axes.plot(rows["x"], rows["density"], **_look(index), label=name)
    axes.set(xlabel="x", ylabel="density", ylim=(0, 0.68))
    axes.legend(loc="upper left", fontsize=6.5, borderaxespad=0.1, labelspacing=0.3)
    named(axes, "a", "fits to N(±3, 1)")


def _draw_landscape(axes: Any, table: Table, fits: Table) -> None:
    import numpy as np

    m, s = np.unique(table["mean"]), np.unique(table["deviation"])
    heights = np.asarray(table["KL"]).reshape(len(s), len(m))
    levels = [0.7, 0.75, 0.8, 0.85, 0.9, 1.0, 1.2, 1.6, 2.4, 4.0]
    axes.contour(m, s, heights, levels=levels, colors=INK, linewidths=0.5, alpha=0.7)
    for index, name in enumerate(FITS[1:], start=1):
        at = select(fits, fit=name)
        for sign in (1, -1) if index == 1 else (1,):
            axes.plot(sign * at["mean"], at["deviation"], "os"[index - 1], color=_look(index)["color"], zorder=5)
        axes.annotate(
            f"{at['KL'][0]:.3f}",
            (at["mean"][0], at["deviation"][0]),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
        )
    axes.grid(visible=False)
    axes.set(xlabel="mean of the fit", ylabel="its standard deviation")
    named(axes, "b", "reverse KL of every fit")


def _draw_minima(axes: Any, table: Table) -> None:
    for index, name in enumerate(FITS[1:], start=1):
        rows = select(table, fit=name)
        axes.plot(rows["c"], rows["KL"], **_look(index), label=name)
    axes.axhline(math.log(2.0), color=INK, linewidth=0.6, linestyle=":")
    axes.text(2.26, math.log(2.0) + 0.012, "log 2", ha="left", va="bottom", fontsize=7)
    axes.set(xlabel="modes at ±c", ylabel="reverse KL at the minimum", ylim=(0.2, 1.25))
    axes.legend(loc="lower right", fontsize=6.5)
    named(axes, "c", "the better one")


FIGURE = Figure(
    name="covering_and_seeking",
    title="Forward KL covers both modes; reverse KL seeks one if they are far apart, and can stay between them",
    source="lecture, 'Flaw in Optimization?'",
    differs="the two sketched fits, computed; the source shows one minimum of reverse KL, and there are three: the "
    "one at the centre is local for every distance, and the best of them when the modes are near",
    data=data,
    draw=draw,
)
