"""Shapes of critics and of what a value pays: least squares, energy-based with a margin, loss-sensitive.

Least squares: D* = (b p + a q) / (p + q), between its labels a and b. Energy-based: the best energy is 0 where p > q
and the margin m elsewhere, so the value -D is large in a limited region only. Loss-sensitive: a pair pays nothing once
the fake's loss exceeds the real's by the margin Delta; the more of the slope nu is added back, the more it pulls beyond
it, and with nu = 1 it is the Wasserstein critic, which never rests.
"""

from typing import Any

from figures.curves import curves, joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import FAKE, FAKE_POINTS, INK, REAL, REAL_POINTS, panels

PLACES, QUICK_PLACES = 321, 41
SHIFT = 2.5
MARGIN = 1.0
REAL_PLACES, FAKE_PLACES = (-1.2, -0.3, 0.6), (2.0, 2.8, 3.6)
NUS = (0.0, 0.25, 1.0)
REACH = 2.5

LEAST_SQUARES, ENERGY, SENSITIVE = "least squares", "energy-based", "loss-sensitive"


def data(size: Size) -> Tables:
    """Two densities, optimal critics between them, and what values pay."""
    import numpy as np

    count = QUICK_PLACES if size.quick else PLACES
    x = np.linspace(-4.0, SHIFT + 4.0, count)
    p, q = (np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) for z in (x, x - SHIFT))
    values = np.linspace(-REACH, REACH, count)
    energies = np.linspace(0.0, REACH, count)
    return {
        "densities": joined(rows_of(side="real", x=x, density=p), rows_of(side="fake", x=x, density=q)),
        "critics": joined(
            rows_of(critic=LEAST_SQUARES, x=x, value=(p - q) / (p + q)),  # labels a = -1, b = 1
            rows_of(critic=ENERGY, x=x, value=np.where(p > q, 0.0, MARGIN)),
            rows_of(critic=SENSITIVE, x=x, value=kept(x)),
        ),
        "points": joined(
            rows_of(side="real", x=REAL_PLACES, value=kept(REAL_PLACES)),
            rows_of(side="fake", x=FAKE_PLACES, value=kept(FAKE_PLACES)),
        ),
        "losses": joined(
            rows_of(critic=LEAST_SQUARES, side="real", value=values, loss=0.5 * (values - 1.0) ** 2),
            rows_of(critic=LEAST_SQUARES, side="fake", value=values, loss=0.5 * (values + 1.0) ** 2),
            rows_of(critic=ENERGY, side="real", value=energies, loss=energies),
            rows_of(critic=ENERGY, side="fake", value=energies, loss=np.maximum(MARGIN - energies, 0.0)),
        ),
        "margins": joined(
            *(rows_of(series=f"ν = {nu:g}", nu=nu, value=values, loss=_missed(values, nu)) for nu in NUS)
        ),
    }


def kept(x: Any) -> Any:
    """The loss with the least slope that keeps the margin on every pair: it rises between the two samples alone."""
    import numpy as np

    last, first = REAL_PLACES[-1], FAKE_PLACES[0]
    return MARGIN * np.clip((np.asarray(x) - last) / (first - last), 0.0, 1.0)


def _missed(lead: Any, nu: float) -> Any:
    """C_nu(Delta - lead) for the lead L(fake) - L(real) of one pair with Delta = ``MARGIN``."""
    import numpy as np

    return np.maximum(MARGIN - lead, nu * (MARGIN - lead))


def draw(tables: Tables) -> Any:
    """Above, critics over the line; below, what a value pays."""
    figure, axes = panels(2, 3, height=2.0)
    for index, (name, label) in enumerate(
        ((LEAST_SQUARES, "D*(x)"), (ENERGY, "energy D*(x)"), (SENSITIVE, "a loss L(x)"))
    ):
        above, critic = axes[0, index], select(tables["critics"], critic=name)
        above.plot(critic["x"], critic["value"], color=INK)
        if name == SENSITIVE:
            _draw_points(above, tables["points"])
        else:
            _draw_densities(above, critic, tables["densities"])
        above.set(xlabel="x", ylabel=label)
        named(above, "abc"[index], name)
    for index, (name, label) in enumerate(((LEAST_SQUARES, "value D"), (ENERGY, "energy D"))):
        _draw_losses(axes[1, index], select(tables["losses"], critic=name))
        axes[1, index].set(xlabel=label, ylabel="paid")
    axes[1, 1].legend(loc="upper center")
    curves(axes[1, 2], tables["margins"], "value", "loss")
    axes[1, 2].axvline(MARGIN, color=INK, linewidth=0.6, linestyle=":")
    axes[1, 2].text(MARGIN + 0.08, 3.4, "margin Δ", fontsize=7, va="top")
    axes[1, 2].set(xlabel="L(fake) − L(real)", ylabel="paid by the pair")
    axes[1, 2].legend(loc="lower left")
    return figure


def _draw_densities(axes: Any, critic: Table, densities: Table) -> None:
    """Both densities in the background, to a height of their own."""
    low, high = float(critic["value"].min()), float(critic["value"].max())
    for side, colour, centre in (("real", REAL, 0.0), ("fake", FAKE, SHIFT)):
        rows = select(densities, side=side)
        height = rows["density"] / rows["density"].max() * 0.5 * (high - low)
        axes.fill_between(rows["x"], low, low + height, color=colour, alpha=0.25, linewidth=0)
        axes.text(centre, low + 0.52 * (high - low), side, color=colour, ha="center", fontsize=7)


def _draw_points(axes: Any, points: Table) -> None:
    for side, look, up in (("real", REAL_POINTS, 7), ("fake", FAKE_POINTS, -12)):
        rows = select(points, side=side)
        axes.scatter(rows["x"], rows["value"], **look, zorder=5)
        middle = (float(rows["x"][1]), float(rows["value"][1]))
        axes.annotate(
            side, middle, xytext=(0, up), textcoords="offset points", ha="center", color=look["color"], fontsize=7
        )


def _draw_losses(axes: Any, losses: Table) -> None:
    for side, colour, dash in (("real", REAL, "-"), ("fake", FAKE, "--")):
        rows = select(losses, side=side)
        axes.plot(rows["value"], rows["loss"], color=colour, linestyle=dash, label=f"{side} point")
    axes.set_ylim(0.0, 3.0)


FIGURE = Figure(
    name="value_shapes",
    title="Least squares, energy-based and loss-sensitive critics: optimal shapes, and what a value pays",
    source="lecture, 'Least Square GAN', 'EBGAN' and 'Loss-sensitive GAN'",
    differs="the sketched shapes, for two normal laws from the proved optima; of the loss-sensitive GAN every loss "
    "that keeps the margins is optimal, whatever the distance: one of them is drawn, on points",
    data=data,
    draw=draw,
)
