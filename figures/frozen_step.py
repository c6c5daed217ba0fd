"""The lecture's algorithm: the gradient of a maximum, and what a step does while the discriminator is frozen.

The slope of max(f1, f2, f3) is that of the highest one. So at G0 the frozen V(G, D0*) has the slope of the maximum
L(G) = max V = 2 JSD - log 4, and lies below it elsewhere: a small step lowers both, a long one raises the divergence.
For the data N(0, 1) and the generated N(theta, 1), theta = 1, steps longer than 5.03 do.
"""

import math
from typing import Any

from figures.curves import DASHES, curves, joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import INK, SERIES, panels

START = 1.0
PLACES, QUICK_PLACES = 121, 13
FARTHEST = 4.0
LONGEST = 20.0
STEPS, QUICK_STEPS = 41, 5  # so that the step lengths 5, 10 and 20 are among them


def data(size: Size) -> Tables:
    """Three functions and their maximum; L and the frozen V along theta; L after steps of several lengths."""
    import numpy as np

    from verify.classical.gaussians import shifted_jsd, shifted_slope

    count, steps = (QUICK_PLACES, QUICK_STEPS) if size.quick else (PLACES, STEPS)
    x, theta = np.linspace(-2.0, 2.0, count), np.linspace(-FARTHEST, FARTHEST, count)
    slope = float(shifted_slope(START))
    rates = np.linspace(0.0, LONGEST, steps)
    after = START - rates * slope
    return {
        "functions": _functions(x),
        "values": joined(
            rows_of(series="L(G) = max V", theta=theta, value=[_best(shift) for shift in theta]),
            rows_of(series="V(G, D0*)", theta=theta, value=[_frozen(shift) for shift in theta]),
        ),
        "steps": {
            "rate": rates,
            "theta": after,
            "JSD": [float(shifted_jsd(float(shift))) for shift in after],
            "value": [_best(shift) for shift in after],
        },
    }


def _functions(x: Any) -> Table:
    """Made up, in the manner of the slide."""
    import numpy as np

    made = (-1.2 * x, 0.3 * (x - 0.3) ** 2 + 0.5, 1.2 * x - 0.4)
    parts = [rows_of(series=f"f{i}", x=x, value=values) for i, values in enumerate(made, start=1)]
    return joined(*parts, rows_of(series="max", x=x, value=np.max(made, axis=0)))


def _best(theta: float) -> float:
    """The value at D*, 2 JSD - log 4."""
    from verify.classical.gaussians import shifted_jsd

    return 2.0 * float(shifted_jsd(abs(float(theta)))) - 2.0 * math.log(2.0)


def _frozen(theta: float) -> float:
    """E_P log D0 + E_theta log(1 - D0) with D0 the best discriminator at ``START``, whose logit is s^2 / 2 - s x."""
    from verify.classical.gaussians import expectation, softplus

    bend = 0.5 * START * START
    growth = (abs(bend) + START * abs(theta) + 1.0, START, 0)
    real = expectation(lambda x, analytic: softplus(START * x - bend, analytic), 0, 1, growth=growth)
    fake = expectation(lambda x, analytic: softplus(bend - START * x, analytic), theta, 1, growth=growth)
    return -float(real) - float(fake)


def draw(tables: Tables) -> Any:
    """The maximum; both values along theta; the divergence after each step."""
    figure, axes = panels(1, 3, height=2.4)
    _draw_functions(axes[0, 0], tables["functions"])
    _draw_values(axes[0, 1], tables)
    steps = tables["steps"]
    axes[0, 2].plot(steps["rate"], steps["JSD"], color=SERIES[1])
    axes[0, 2].axhline(steps["JSD"][0], color=INK, linewidth=0.6, linestyle=":")
    axes[0, 2].text(20.0, steps["JSD"][0] + 0.012, "before the step", ha="right", fontsize=7)
    axes[0, 2].set(xlabel="step length η", ylabel="JSD after one step", ylim=(0, 0.75))
    named(axes[0, 2], "c", "decrease JSD (?)")
    return figure


def _draw_functions(axes: Any, table: Table) -> None:
    every = select(table, series="max")
    axes.plot(every["x"], every["value"], color="#BBBBBB", linewidth=4.0, label="max")
    for index, word in enumerate(("f1", "f2", "f3")):
        rows = select(table, series=word)
        axes.plot(
            rows["x"],
            rows["value"],
            color=SERIES[index],
            linestyle=DASHES[index],
            linewidth=1.0,
            label=f"$f_{word[1]}$",
        )
    axes.set(xlabel="x", ylabel="f(x)")
    axes.legend(loc="lower center", ncols=2)
    named(axes, "a", "slope of the highest one")


def _draw_values(axes: Any, tables: Tables) -> None:
    curves(axes, tables["values"], "theta", "value")
    start = {name: values[:1] for name, values in tables["steps"].items()}
    axes.plot(start["theta"], start["value"], "D", color=INK, markersize=4, zorder=5)
    axes.annotate("$G_0$", (start["theta"][0], start["value"][0]), xytext=(5, -9), textcoords="offset points")
    axes.set(xlabel="generator N(θ, 1)", ylabel="value", ylim=(-4.0, 0.9))
    axes.legend(loc="upper left", borderaxespad=0.1)
    named(axes, "b", "they touch at $G_0$")


FIGURE = Figure(
    name="frozen_step",
    title="With the discriminator frozen a short step lowers JSD and a long one raises it",
    source="lecture, 'Algorithm' (max of three functions; 'Decrease JS divergence(?)')",
    differs="the sketches, computed for two normal laws; the question mark gets its answer: short steps do, long ones "
    "do not",
    data=data,
    draw=draw,
)
