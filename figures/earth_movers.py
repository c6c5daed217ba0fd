"""Moving plans between two piles of earth: the best one and others, as arcs and as matrices.

A plan says how much mass goes from each place of the generated pile to each place of the data; its mean distance is
B(gamma), and the least one is W1. On the line the plan that keeps the order of the mass is a best one.
"""

from typing import Any

from figures.curves import joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import FAKE, FIELD, INK, REAL, panels

# Masses of the two piles at the places 0, 1, 2, ..., in units of the total below. Made up, to look like the slide's.
GENERATED = (5, 4, 1, 1, 0, 2, 1, 0)
DATA = (0, 1, 1, 2, 1, 1, 3, 5)
TOTAL = 14

# Masses are multiples of 1 / 196; one this small is what subtraction left. Arbitrary.
ROUNDING = 1e-12

PLANS = ("best", "independent", "crossed")


def data(size: Size) -> Tables:  # noqa: ARG001 (small as it is)
    """The piles, three plans as lists of moves, and their mean distances."""
    import numpy as np

    from lgantheory import DiscreteMeasure, wasserstein

    places = np.arange(len(DATA), dtype=float)
    p, q = np.array(DATA) / TOTAL, np.array(GENERATED) / TOTAL
    best = wasserstein(DiscreteMeasure(places, p), DiscreteMeasure(places, q)).plan.toarray()
    plans = dict(zip(PLANS, (best, np.outer(q, p), _crossed(q, p)), strict=True))
    distance = np.abs(places[:, None] - places)
    return {
        "piles": joined(rows_of(pile="generated", place=places, mass=q), rows_of(pile="data", place=places, mass=p)),
        "moves": joined(*(_moves(name, plan) for name, plan in plans.items())),
        "distances": {"plan": list(plans), "B": [float((plan * distance).sum()) for plan in plans.values()]},
    }


def _crossed(q: Any, p: Any) -> Any:
    """The leftmost mass goes to the rightmost place that still wants some."""
    import numpy as np

    have, want, plan = q.copy(), p.copy(), np.zeros((len(q), len(p)))
    for i in range(len(q)):
        for j in reversed(range(len(p))):
            plan[i, j] = min(have[i], want[j])
            have[i] -= plan[i, j]
            want[j] -= plan[i, j]
    return plan


def _moves(name: str, plan: Any) -> Table:
    """All entries of a plan; what is left of a move by rounding is none."""
    import numpy as np

    i, j = (index.ravel() for index in np.indices(plan.shape))
    return rows_of(plan=name, start=i, end=j, mass=np.where(plan > ROUNDING, plan, 0.0).ravel())


def draw(tables: Tables) -> Any:
    """For each plan: arcs between the piles, and the matrix."""
    figure, axes = panels(2, 3, height=2.25, height_ratios=(1.0, 1.15))
    highest, shown = max(tables["moves"]["mass"]), None
    for index, name in enumerate(PLANS):
        moves = select(tables["moves"], plan=name)
        length = float(select(tables["distances"], plan=name)["B"][0])
        _draw_arcs(axes[0, index], moves, tables["piles"])
        named(axes[0, index], "abc"[index], f"{name}: B = {length:.3f}")
        shown = _draw_matrix(axes[1, index], moves, highest)
        axes[1, index].set_xlabel("to the place (data)")
        if not index:
            axes[0, 0].set_ylabel("mass: data up, generated down")
            axes[1, 0].set_ylabel("from the place (generated)")
    figure.colorbar(shown, ax=axes[1, :], label="mass moved", shrink=0.9, pad=0.01)
    return figure


def _draw_arcs(axes: Any, moves: Table, piles: Table) -> None:
    """Bars up and down from a gap, and in the gap a line for each move, as wide as its mass."""
    gap = 0.16
    for pile, sign, colour in (("data", 1.0, REAL), ("generated", -1.0, FAKE)):
        rows = select(piles, pile=pile)
        axes.bar(rows["place"], sign * rows["mass"], bottom=sign * gap, color=colour, width=0.8)
    for start, end, mass in zip(moves["start"], moves["end"], moves["mass"], strict=True):
        if mass > 0.0:
            axes.plot([start, end], [-gap, gap], color=INK, linewidth=12.0 * mass, alpha=0.6, solid_capstyle="butt")
    axes.set(xlim=(-0.6, len(DATA) - 0.4), xticks=range(len(DATA)), ylim=(-0.56, 0.56))
    axes.set_yticks([sign * (gap + level) for sign in (-1, 1) for level in (0.0, 0.2)], ["0", "0.2"] * 2)
    axes.grid(visible=False)


def _draw_matrix(axes: Any, moves: Table, highest: float) -> Any:
    import numpy as np

    plan = np.asarray(moves["mass"]).reshape(len(GENERATED), len(DATA))
    shown = axes.imshow(np.where(plan > 0.0, plan, np.nan), cmap=f"{FIELD}_r", vmin=0.0, vmax=highest, origin="upper")
    axes.plot([-0.5, len(DATA) - 0.5], [-0.5, len(DATA) - 0.5], color=INK, linewidth=0.5, linestyle=":")
    axes.set(xticks=range(len(DATA)), yticks=range(len(GENERATED)))
    axes.grid(visible=False)
    return shown


FIGURE = Figure(
    name="earth_movers",
    title="Three plans that move the generated pile to the data; the best one's mean distance is W1",
    source="lecture, 'Earth Mover's Distance' (moving plans, best plan, plan as a matrix)",
    differs="piles of our own, since the slide prints no masses; the best plan comes from the transport solver, and "
    "each plan has its mean distance",
    data=data,
    draw=draw,
)
