r"""One real and one generated point at distance d: closed forms of f* and k* for six losses, and the solver on top.

By symmetry some f* is t at the real point and -t at the generated one, so k = 2 t / d, and with s = d^2 / (4 lam) the
optimal t solves s fake'(-t) = t: lam and d matter through s alone. The inverse of each curve, s at t, is elementary.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from figures.figure import Figure, Size, Tables, column, select
from figures.style import SERIES, panels
from lgantheory.arrays import Array

LAMS = (0.1, 1.0, 10.0)
POINTS, QUICK_POINTS = 121, 25
SOLVED, QUICK_SOLVED = 9, 3
LEAST, MOST = -1.0, 2.0  # powers of ten of d where lam = 1

INVERSES: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "wasserstein": lambda t: t,
        "softplus": lambda t: t * (1.0 + np.exp(t)),
        "exponential": lambda t: t * np.exp(t),
        "sqrt": lambda t: t * np.hypot(t, 1.0) * (np.hypot(t, 1.0) + t),
        "least_squares": lambda t: t / (2.0 * (1.0 - t)),
        "hinge": lambda t: t,
    }
)
"""s for which t is optimal; of ``hinge`` up to t = 1, where it stays, of ``least_squares`` below 1."""
BOUNDED = ("least_squares", "hinge")

# Softplus and exponential, sqrt and the others: colour and dashes both tell which.
STYLES = MappingProxyType(
    {
        "wasserstein": (SERIES[4], "-"),
        "softplus": (SERIES[0], "-"),
        "exponential": (SERIES[2], "--"),
        "sqrt": (SERIES[1], "-."),
        "least_squares": (SERIES[3], (0, (5, 1, 1, 1, 1, 1))),
        "hinge": ("#7F7F7F", ":"),
    }
)


def curve(loss: str, s: Array) -> Array:
    """The t that is optimal at each s: by bisection of the inverse between 0 and s, or 1."""
    low, high = np.zeros_like(s), np.minimum(2.0 * s, 1.0) if loss in BOUNDED else s.copy()
    for _ in range(80):
        middle = 0.5 * (low + high)
        with np.errstate(over="ignore", divide="ignore"):
            below = INVERSES[loss](middle) <= s
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low


def data(size: Size) -> Tables:
    """``closed``: t at each s, and k at lam = 1; ``solved``: what the solver certifies, t being half the rise."""
    d = np.logspace(LEAST, MOST, QUICK_POINTS if size.quick else POINTS)
    closed: dict[str, Any] = {"loss": np.repeat(list(INVERSES), len(d)), "d": np.tile(d, len(INVERSES))}
    closed["s"] = closed["d"] ** 2 / 4.0
    closed["t"] = np.concatenate([curve(loss, d**2 / 4.0) for loss in INVERSES])
    closed["k"] = 2.0 * closed["t"] / closed["d"]
    some = np.logspace(LEAST, MOST, len(LAMS) * (QUICK_SOLVED if size.quick else SOLVED))
    scaled = [(lam, x * lam**0.5) for first, lam in enumerate(LAMS) for x in some[first :: len(LAMS)]]
    solved = [_solved(loss, lam, x) for loss in INVERSES for lam, x in scaled]
    return {"closed": closed, "solved": {name: [row[name] for row in solved] for name in solved[0]}}


def _solved(loss: str, lam: float, d: float) -> dict[str, Any]:
    from lgantheory.solvers import optimal_discriminator

    found = optimal_discriminator([0.0], [d], loss, lam)
    t = 0.5 * float(found.f_real[0] - found.f_fake[0])
    return {"loss": loss, "lam": lam, "d": d, "s": d**2 / (4.0 * lam), "t": t, "k": found.k, "gap": found.gap}


def draw(tables: Tables) -> Any:
    """Half the rise against s, for three lam at once; and the slope against the distance for lam = 1."""
    figure, axes = panels(1, 2, height=2.7)
    for loss, (colour, dashes) in STYLES.items():
        closed, every = (select(tables[name], loss=loss) for name in ("closed", "solved"))
        for axis, x, y in ((axes[0, 0], "s", "t"), (axes[0, 1], "d", "k")):
            solved = every if y == "t" else select(every, lam=1.0)
            axis.plot(closed[x], closed[y], color=colour, linestyle=dashes, label=loss.replace("_", " "))
            axis.plot(solved[x], solved[y], color=colour, marker=".", markersize=5, linestyle="none")
    for axis in axes[0]:
        axis.set(xscale="log", yscale="log")
    s = column(tables["closed"], "s")
    axes[0, 0].set(xlabel=r"$s = d^2 / (4 \lambda)$", ylabel=r"half the rise of $f^*$", ylim=(8e-4, 30.0))
    axes[0, 0].set_xlim(0.7 * float(s.min()), 1.4 * float(s.max()))
    axes[0, 1].set(xlabel=r"distance $d$, at $\lambda = 1$", ylabel=r"$k^*$", ylim=(0.01, 8.0))
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=6, handlelength=2.8)
    return figure


FIGURE = Figure(
    name="two_points",
    title="one real and one fake point: closed forms (lines) and the solver (dots) for six losses",
    source="ours; the LGAN objective, slides eq. (3), on the smallest pair of samples",
    differs="no source draws it. k* falls to 0 with d for all of them, and for large d too, but for the linear loss: "
    "'no vanishing gradient' means k* > 0, not that k* is bounded below",
    data=data,
    draw=draw,
)
