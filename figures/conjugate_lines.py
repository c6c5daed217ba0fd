"""The conjugate as the highest of many lines, and the lecture's example: x log x has the conjugate e^(t - 1).

Each x gives the line x t - f(x) in t; f*(t) is the highest of them at t, and the line of x touches it where t = f'(x).
Turned round, f is the highest of the lines t x - f*(t): (f*)* = f.
"""

from typing import Any

from figures.curves import joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import FAINT, INK, REAL, SERIES, panels

PLACES, QUICK_PLACES = 201, 11
SLOPES, RATIOS = (-2.0, 2.5), (0.0, 4.0)
LINES = (0.1, 0.4, 1.0, 2.0, 3.5)
TANGENTS = (-0.5, 0.5, 1.0, 1.5, 2.0)


def data(size: Size) -> Tables:
    """Both functions, and lines below each, with the places where they touch."""
    import numpy as np

    from lgantheory import get_divergence

    count = QUICK_PLACES if size.quick else PLACES
    t, u = np.linspace(*SLOPES, count), np.linspace(*RATIOS, count)
    kl = get_divergence("kl")
    f, slope, conjugate = kl.generator, kl.derivative, kl.conjugate
    lines = [rows_of(below="f*", of=x, at=t, height=x * t - f(x), touches=slope(x)) for x in LINES]
    tangents = [rows_of(below="f", of=s, at=u, height=s * u - conjugate(s), touches=_ratio(s)) for s in TANGENTS]
    return {
        "functions": joined(rows_of(function="f*", at=t, value=conjugate(t)), rows_of(function="f", at=u, value=f(u))),
        "lines": joined(*lines, *tangents),
    }


def _ratio(t: float) -> float:
    """The x with f'(x) = 1 + log x = t."""
    import numpy as np

    return float(np.exp(t - 1.0))


def draw(tables: Tables) -> Any:
    """Lines x t - f(x) below f*, and lines t x - f*(t) below f."""
    figure, axes = panels(1, 2, height=2.6)
    _draw(axes[0, 0], tables, "f*", "x = {:g}")
    axes[0, 0].set(xlabel="t", ylabel="$f*(t) = e^{t-1}$, and lines $x t - f(x)$", ylim=(-2.5, 4.5), xlim=SLOPES)
    named(axes[0, 0], "a", "f* is the highest of the lines")
    _draw(axes[0, 1], tables, "f", "t = {:g}")
    axes[0, 1].set(xlabel="x", ylabel="$f(x) = x$ log $x$, and lines $t x - f*(t)$", ylim=(-2.5, 5.5), xlim=RATIOS)
    named(axes[0, 1], "b", "and (f*)* = f")
    return figure


def _draw(axes: Any, tables: Tables, function: str, label: str) -> None:
    rows = select(tables["functions"], function=function)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    axes.plot(rows["at"], rows["value"], color=REAL, linewidth=2.2, label=function, zorder=3)
    below = select(tables["lines"], below=function)
    for index, of in enumerate(dict.fromkeys(below["of"].tolist())):
        line = select(below, of=of)
        axes.plot(
            line["at"], line["height"], color=SERIES[index], linewidth=0.9, label=label.format(of).replace("-", "−")
        )
        where = float(line["touches"][0])
        axes.plot(where, _height(line, where), "o", color=INK, markersize=3, zorder=4)
    axes.legend(loc="upper left", ncols=2, handlelength=1.4, columnspacing=1.0)


def _height(line: Table, where: float) -> float:
    """The line at a place, exactly: it is straight."""
    import numpy as np

    return float(np.polyval(np.polyfit(line["at"], line["height"], 1), where))


FIGURE = Figure(
    name="conjugate_lines",
    title="The conjugate of x log x is the highest of its lines, and the conjugate of that is x log x again",
    source="lecture, 'Fenchel Conjugate'",
    differs="the slides' lines, with the place where each touches; the way back to f is added, which the slide states",
    data=data,
    draw=draw,
)
