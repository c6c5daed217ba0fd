"""What a generator feels as it moves away from the data: JSD stays where it is, W1 grows.

On two parallel lines that do not touch D* is 1 on one and 0 on the other, JSD is log 2 and total variation 1 at every
distance; only at distance 0 they jump to 0. W1 is the distance. Between N(0, 1) and N(theta, 1), which overlap, the
same happens smoothly: D* flattens where the generated points are, and the slope of 2 JSD falls like exp(-theta^2 / 8).
"""

from typing import Any

from figures.curves import curves, joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import FAINT, FAKE, FAKE_POINTS, INK, REAL, REAL_POINTS, SERIES, panels

ON_LINE, QUICK_ON_LINE = 24, 4
DISTANCES, QUICK_DISTANCES = 17, 5
FARTHEST = 2.0

SHIFTS, QUICK_SHIFTS = 65, 5
FARTHEST_SHIFT = 8.0
SHOWN = (1.0, 3.0, 6.0)
PLACES = 401


def data(size: Size) -> Tables:
    """Two lines; two normal laws; D* between these."""
    import numpy as np

    distances = np.linspace(0.0, FARTHEST, QUICK_DISTANCES if size.quick else DISTANCES)
    shifts = np.linspace(0.0, FARTHEST_SHIFT, QUICK_SHIFTS if size.quick else SHIFTS)
    on_line = QUICK_ON_LINE if size.quick else ON_LINE
    return {
        "lines": joined(*(_lines(float(theta), on_line) for theta in distances)),
        "slopes": _slopes(shifts),
        "critic": joined(*(_critic(theta) for theta in SHOWN)),
    }


def _lines(theta: float, size: int) -> Table:
    """Samples of [0, 1] on the lines x = 0 and x = theta: W1 from a transport plan, divergences from their weights."""
    import numpy as np

    from lgantheory import f_divergence, wasserstein

    along = np.linspace(0.0, 1.0, size)
    real, fake = np.stack([0.0 * along, along], axis=1), np.stack([0.0 * along + theta, along], axis=1)
    places = np.unique(np.concatenate([real, fake]), axis=0)
    p, q = ((places[:, None] == side[None]).all(axis=2).sum(axis=1) / size for side in (real, fake))
    return {
        "theta": [theta] * 3,
        "series": ["W1", "TV", "JSD"],
        "value": [
            wasserstein(real, fake).value,
            f_divergence("total_variation", p, q),
            f_divergence("jensen_shannon_weighted", p, q),
        ],
    }


def _slopes(shifts: Any) -> Table:
    """The slope in theta of 2 JSD, which is that of max V, and of W1 = theta."""
    from verify.classical.gaussians import shifted_jsd, shifted_slope

    felt = rows_of(
        theta=shifts,
        series="2 JSD",
        slope=[float(shifted_slope(float(theta))) for theta in shifts],
        value=[2.0 * float(shifted_jsd(float(theta))) for theta in shifts],
    )
    return joined(felt, rows_of(theta=shifts, series="W1", slope=1.0, value=shifts))


def _critic(theta: float) -> Table:
    """D* = p / (p + q) for the data N(0, 1) and the generated N(theta, 1)."""
    import numpy as np
    from scipy.special import expit

    x = np.linspace(-3.0, SHOWN[-1] + 3.0, PLACES)
    return rows_of(theta=theta, x=x, D=expit(0.5 * theta * theta - theta * x))


def draw(tables: Tables) -> Any:
    """The three panels."""
    figure, axes = panels(1, 3, height=2.3)
    _draw_lines(axes[0, 0], tables["lines"])
    _draw_slopes(axes[0, 1], tables["slopes"])
    _draw_critic(axes[0, 2], tables["critic"])
    return figure


def _draw_lines(axes: Any, table: Table) -> None:
    """The divergences jump, so their lines begin with an open circle, and their values at 0 are filled ones."""
    import numpy as np

    apart = {name: np.asarray(values)[np.asarray(table["theta"]) > 0.0] for name, values in table.items()}
    together = select(table, theta=0.0)
    for index, word in enumerate(("W1", "TV", "JSD")):
        rows, level = select(apart, series=word), index and float(select(apart, series=word)["value"][0])
        colour = SERIES[(2, 0, 1)[index]]
        axes.plot([0.0, *rows["theta"]], [level, *rows["value"]], color=colour, linestyle=("-", "--", "-.")[index])
        axes.annotate(
            ("$W_1 = \\theta$", "TV = 1", "JSD = log 2")[index],
            (rows["theta"][-1], rows["value"][-1]),
            xytext=((-42, -14), (-3, 4), (-3, 4))[index],
            textcoords="offset points",
            ha="right",
            color=INK,
        )
        if index:
            axes.plot(0.0, level, "o", color=colour, markerfacecolor="white", clip_on=False, zorder=5)
    axes.plot(0.0, float(together["value"].max()), "o", color=INK, clip_on=False, zorder=5)
    named(axes, "a", "two parallel lines")
    axes.set(xlabel="distance θ", ylabel="distance of the two laws", xlim=(0, None), ylim=(0, None))


def _draw_slopes(axes: Any, table: Table) -> None:
    felt = {name: values[1:] for name, values in select(table, series="2 JSD").items()}  # at 0 there is no slope
    curves(axes, felt, "theta", "slope", color=SERIES[1], label="2 JSD (from D*)")
    curves(axes, select(table, series="W1"), "theta", "slope", color=SERIES[2], label="$W_1$")
    axes.set_yscale("log")
    axes.set(xlabel="mean θ of the generated N(θ, 1)", ylabel="slope that the generator feels", ylim=(1e-4, 3.0))
    axes.legend(loc="lower left")
    named(axes, "b", "N(0, 1) against N(θ, 1)")


def _draw_critic(axes: Any, table: Table) -> None:
    for index, theta in enumerate(SHOWN):
        rows = select(table, theta=theta)
        axes.plot(rows["x"], rows["D"], color=INK, linestyle=("-", "--", ":")[index], label=f"θ = {theta:g}")
        axes.scatter(theta, float(rows["D"][abs(rows["x"] - theta).argmin()]), **FAKE_POINTS, zorder=5)
    axes.scatter(0.0, 1.03, **REAL_POINTS, zorder=5)
    axes.text(0.0, 1.09, "data", color=REAL, ha="center", fontsize=7)
    axes.text(9.0, 0.14, "generated", color=FAKE, ha="right", fontsize=7)
    axes.axhline(0.5, color=FAINT, linewidth=0.8)
    axes.set(xlabel="x", ylabel="D*(x)", ylim=(-0.05, 1.2), yticks=[0, 0.5, 1])
    axes.legend(loc="center right", bbox_to_anchor=(1.02, 0.62))
    named(axes, "c", "D* flattens under the fake")


FIGURE = Figure(
    name="saturation",
    title="JSD and D* saturate as two laws move apart; W1 does not",
    source="lecture, 'What is the problem of JS divergence?' and 'Why Earth Mover's Distance?'",
    differs="the same two lines, with values for every distance in place of three sketches; the slope that the "
    "generator feels and D* between overlapping laws are added, since on lines there is no slope at all",
    data=data,
    draw=draw,
)
