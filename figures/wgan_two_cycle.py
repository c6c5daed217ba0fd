"""W1 is not smooth: gradient descent on one generated point ends in a two-cycle, whatever the constant step.

J(theta) = W1(delta_theta, delta_0) = |theta| has slope one everywhere but at 0, so the iterates end at r and r - h in
turn, with r what is left of theta_0 when steps h are taken off. No step 1/L makes the gradient vanish; decreasing steps
bring the distance down, the gradient's size never.
"""

from fractions import Fraction
from typing import Any

from figures.curves import curves, joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import INK, panels

START = Fraction(5, 2)
STEPS = (Fraction(4, 5), Fraction(3, 10), Fraction(11, 100))
NUMBER = 40


def data(size: Size) -> Tables:  # noqa: ARG001 (small as it is)
    """Iterates, exact; J by the area between distribution functions; the two places of each cycle."""
    from verify.stability.two_cycle import Orbit

    orbits = {f"h = {float(h):g}": Orbit(START, h) for h in STEPS}
    orbits["h = 1 / (k + 1)"] = Orbit(START, Fraction(1), decreasing=True)
    rests = [START % h for h in STEPS]
    return {
        "iterates": joined(*(_iterates(name, orbit) for name, orbit in orbits.items())),
        "cycles": {
            "series": list(orbits)[: len(STEPS)],
            "step": [float(h) for h in STEPS],
            "high": [float(r) for r in rests],
            "low": [float(r - h) for r, h in zip(rests, STEPS, strict=True)],
            "least_J": [float(min(r, h - r)) for r, h in zip(rests, STEPS, strict=True)],
        },
    }


def _iterates(name: str, orbit: Any) -> Table:
    from verify.stability.atoms import dirac, transport
    from verify.stability.two_cycle import sign

    places = orbit.points(NUMBER)
    return rows_of(
        series=name,
        k=range(NUMBER + 1),
        theta=[float(x) for x in places],
        J=[float(transport(dirac(x), dirac(0))) for x in places],
        slope=[float(abs(sign(x))) for x in places],
    )


def draw(tables: Tables) -> Any:
    """Iterates, and the objective."""
    figure, axes = panels(1, 2, height=2.4)
    for axis, column in zip(axes[0], ("theta", "J"), strict=True):
        curves(axis, tables["iterates"], "k", column, marker=".", linewidth=0.9)
        axis.set_xlabel("step k")
    axes[0, 0].axhline(0.0, color=INK, linewidth=0.6)
    axes[0, 0].set_ylabel("generated point $θ_k$")
    axes[0, 1].set(ylabel="$J(θ_k) = W_1$", yscale="log")
    named(axes[0, 0], "a", "constant steps end in {r, r − h}")
    named(axes[0, 1], "b", "the gradient has size 1 throughout")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, [_label(name, tables["cycles"]) for name in names], loc="outside lower center", ncols=4)
    return figure


def _label(name: str, cycles: Table) -> str:
    """The step, and the two places that it ends at."""
    ends = select(cycles, series=name)
    return f"{name}: {ends['high'][0]:g}, {ends['low'][0]:g}".replace("-", "−") if len(ends["high"]) else name


FIGURE = Figure(
    name="wgan_two_cycle",
    title="Gradient descent on W1 ends in a two-cycle for every constant step",
    source="talk, 'Conclusion', first item (the step of the theorem), on its own 'Wasserstein-GAN metric'",
    differs="the talk shows no such curve; its own objective does not meet the theorem's conditions, and this is what "
    "happens then",
    data=data,
    draw=draw,
)
