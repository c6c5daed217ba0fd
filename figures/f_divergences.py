"""The ten generators of the lecture's tables, their conjugates, and where these are finite.

The printed formula of a conjugate is drawn on where it still gives a number outside its domain: there the number is
wrong, and the conjugate infinite (or -1/2 and -1, where u >= 0 stops it from falling).
"""

import math
from typing import Any

from figures.curves import joined, rows_of
from figures.figure import Figure, Size, Table, Tables, column, select
from figures.style import FAINT, INK, REAL, SERIES, panels

PLACES, QUICK_PLACES = 241, 13
RATIOS = (0.0, 4.0)
SLOPES = (-4.0, 2.0)
HIGHEST = 4.0
WEIGHT = "jensen_shannon_weighted(0.25)"

TITLES = {
    "total_variation": "total variation",
    "kl": "KL",
    "reverse_kl": "reverse KL",
    "pearson": "Pearson χ²",
    "neyman": "Neyman χ²",
    "squared_hellinger": "squared Hellinger",
    "jeffreys": "Jeffreys",
    "jensen_shannon": "2 JSD (row JS)",
    WEIGHT: "weighted JS, π = ¼",
    "gan": "GAN",
}


def data(size: Size) -> Tables:
    """f, f* and what is printed for f*, on grids; the ends of the domains."""
    import numpy as np

    from lgantheory import get_divergence

    count = QUICK_PLACES if size.quick else PLACES
    u = np.linspace(*RATIOS, count)
    rows = {name: get_divergence(name) for name in TITLES}
    slopes = {name: _slopes(row.slope_at_infinity, count) for name, row in rows.items()}
    return {
        "generators": joined(*(rows_of(row=name, u=u, f=_finite(row.generator(u))) for name, row in rows.items())),
        "conjugates": joined(
            *(
                rows_of(row=name, t=t, conjugate=_finite(rows[name].conjugate(t)), printed=_finite(_printed(name, t)))
                for name, t in slopes.items()
            )
        ),
        "ends": {
            "row": list(rows),
            "f_at_0": [_number(row.at_zero) for row in rows.values()],
            "slope_at_infinity": [_number(row.slope_at_infinity) for row in rows.values()],
            "slope_at_1": [float(row.derivative(1.0)) for row in rows.values()],
        },
    }


def _slopes(last: float, count: int) -> Any:
    """A grid of slopes t, denser towards the end of the domain, where most conjugates grow without bound."""
    import numpy as np

    towards = last - np.geomspace(1e-9, 0.1, count // 4) if math.isfinite(last) else []
    return np.unique(np.concatenate([np.linspace(*SLOPES, count), towards]))


def _printed(name: str, t: Any) -> Any:
    """The lecture's second table, at every t for which the formula gives a number."""
    import numpy as np
    from scipy.special import lambertw

    w = np.real(lambertw(np.exp(1.0 - t)))
    with np.errstate(all="ignore"):
        return {
            "total_variation": t,
            "kl": np.exp(t - 1.0),
            "reverse_kl": -1.0 - np.log(-t),
            "pearson": 0.25 * t * t + t,
            "neyman": 2.0 - 2.0 * np.sqrt(1.0 - t),
            "squared_hellinger": t / (1.0 - t),
            "jeffreys": w + 1.0 / w + t - 2.0,
            "jensen_shannon": -np.log(2.0 - np.exp(t)),
            WEIGHT: 0.75 * np.log(0.75 / (1.0 - 0.25 * np.exp(4.0 * t))),
            "gan": -np.log(1.0 - np.exp(t)),
        }[name]


def _finite(values: Any) -> Any:
    """Infinite values as nan: an empty cell, and no line."""
    import numpy as np

    return np.where(np.isfinite(values), values, np.nan)


def _number(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def draw(tables: Tables) -> Any:
    """Each generator above its conjugate, five rows of the table beside each other."""
    figure, axes = panels(4, 5, height=1.45)
    for index, (name, title) in enumerate(TITLES.items()):
        across, down = index % 5, 2 * (index // 5)
        above, below = axes[down, across], axes[down + 1, across]
        _draw_generator(above, select(tables["generators"], row=name))
        _draw_conjugate(below, select(tables["conjugates"], row=name), select(tables["ends"], row=name))
        above.set_title(title)
        if not across:
            above.set_ylabel("f(u)")
            below.set_ylabel("f*(t)")
    figure.legend(*axes[1, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _draw_generator(axes: Any, rows: Table) -> None:
    axes.plot(rows["u"], rows["f"], color=SERIES[0])
    axes.plot(1.0, float(_at(rows, 1.0)), "o", color=INK, markersize=3)
    axes.set(xlim=RATIOS, ylim=(-3.0, HIGHEST), xlabel="u", xticks=[0, 1, 2, 3, 4])
    axes.xaxis.labelpad = 1


def _at(rows: Table, u: float) -> float:
    import numpy as np

    return float(np.interp(u, column(rows, "u"), column(rows, "f")))


def _draw_conjugate(axes: Any, rows: Table, ends: Table) -> None:
    import numpy as np

    last = float(ends["slope_at_infinity"][0])
    if math.isfinite(last):
        axes.axvspan(last, SLOPES[1], color=FAINT, linewidth=0, label="f* = +∞")
        axes.axvline(last, color=INK, linewidth=0.6)
    t, shown, printed = column(rows, "t"), column(rows, "conjugate"), column(rows, "printed")
    wrong = np.isfinite(printed) & ~(np.abs(printed - shown) <= 1e-9 * (1.0 + np.abs(printed)))
    axes.plot(
        t,
        np.where(wrong, printed, np.nan),
        color=SERIES[1],
        linestyle=(0, (1.5, 1)),
        label="printed formula, not f* here",
    )
    axes.plot(t, shown, color=REAL, label="f*")
    axes.set(xlim=SLOPES, ylim=(-3.0, HIGHEST), xlabel="t", xticks=[-4, -2, 0, 2])
    axes.xaxis.labelpad = 1


FIGURE = Figure(
    name="f_divergences",
    title="Ten generators, their conjugates, and where the conjugates are infinite",
    source="lecture, the two tables of f-divergences ('f-divergence', 'Connection with GAN')",
    differs="the formulas of both tables as curves; the tables print no domains: grey is where f* is infinite, dotted "
    "where the printed formula still returns a number that is not f*",
    data=data,
    draw=draw,
)
