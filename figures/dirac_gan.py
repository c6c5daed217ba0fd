"""The Dirac-GAN: one real point at 0, one fake point at theta, the critic psi x; orbits of gradient descent.

Simultaneous steps spiral outwards at every step size h, alternating ones stay near a closed curve, R1 pulls inwards if
it is strong enough for the step. The non-saturating game comes in as well, but no faster than r^2 = 8 / t with t the
sum of the steps; taken simultaneously its steps push out as much at r^2 = 2 h, about, and stay there.
"""

from fractions import Fraction
from typing import Any

from figures.curves import curves, joined, named, rows_of
from figures.figure import Figure, Size, Tables, select
from figures.style import FAINT, INK, SERIES, panels, plane

STEP = Fraction(1, 5)
GAMMA = Fraction(3, 10)
START = (Fraction(1), Fraction(1))
STEPS, QUICK_STEPS = 2000, 60
SHOWN = 400  # steps of an orbit that are drawn; the radii are followed to the end

GAMES: dict[str, dict[str, Any]] = {
    "simultaneous": {},
    "alternating": {"alternate": True},
    "simultaneous, R1": {"gamma": GAMMA},
    "non-saturating, simultaneous": {"saturating": False},
    "non-saturating, alternating": {"saturating": False, "alternate": True},
}


def data(size: Size) -> Tables:
    """Orbits in ball arithmetic, by their midpoints."""
    steps = QUICK_STEPS if size.quick else STEPS
    return {"orbits": joined(*(_orbit(name, options, steps) for name, options in GAMES.items()))}


def _orbit(name: str, options: dict[str, Any], steps: int) -> Any:
    from verify.neighbours.diracs import Dirac, square_radius

    orbit = list(Dirac(*START, step=STEP, **options).orbit(steps))
    return rows_of(
        series=name,
        step=range(steps + 1),
        theta=[float(theta) for theta, _ in orbit],
        psi=[float(psi) for _, psi in orbit],
        radius=[float(square_radius(at)) ** 0.5 for at in orbit],
    )


def draw(tables: Tables) -> Any:
    """The first three orbits in the plane, and all radii."""
    figure, axes = panels(1, 4, height=2.2, width_ratios=(1, 1, 1, 1.25))
    for index, name in enumerate(list(GAMES)[:3]):
        rows = select(tables["orbits"], series=name)
        _draw_orbit(axes[0, index], {key: values[:SHOWN] for key, values in rows.items()}, SERIES[index])
        named(axes[0, index], "abc"[index], name)
    axes[0, 0].set_ylabel("critic's slope ψ")
    curves(axes[0, 3], tables["orbits"], "step", "radius")
    axes[0, 3].set(xlabel="step", ylabel="distance r from (0, 0)", yscale="log", xscale="log", ylim=(1e-3, 10))
    axes[0, 3].set_xlim(1, None)
    named(axes[0, 3], "d", "distances")
    figure.legend(*axes[0, 3].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _draw_orbit(axes: Any, rows: Any, colour: str) -> None:
    axes.plot(rows["theta"], rows["psi"], color=colour, linewidth=0.7, marker=".", markersize=1.5)
    axes.plot(rows["theta"][0], rows["psi"][0], "D", color=INK, markersize=4, zorder=5)
    axes.plot(0.0, 0.0, "+", color=INK, markersize=7, zorder=5)
    plane(axes)
    axes.grid(visible=True, color=FAINT)
    axes.set(xlim=(-3.1, 3.1), ylim=(-3.1, 3.1), xticks=[-2, 0, 2], yticks=[-2, 0, 2], xlabel="fake point θ")


FIGURE = Figure(
    name="dirac_gan",
    title="The Dirac-GAN under simultaneous and alternating steps, with R1, and non-saturating",
    source="talk, 'Training issues' (training that does not settle), by the simplest game of Mescheder et al. (2018)",
    differs="the talk only names the issue; the orbits are ours, computed in ball arithmetic from exact starts",
    data=data,
    draw=draw,
)
