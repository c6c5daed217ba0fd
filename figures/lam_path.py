"""How J* and k* depend on lam: solved along a path, between the bounds that W1 and the diameter prove."""

from typing import Any

import numpy as np

from figures.figure import Figure, Size, Tables, column, select
from figures.style import FAINT, INK, SERIES, panels

LOSSES = ("softplus", "sqrt", "exponential")
COLOURS = dict(zip(LOSSES, SERIES, strict=False))
SEED = 0
POINTS, QUICK_POINTS = 30, 6
LAMS, QUICK_LAMS = 41, 7
LEAST, MOST = -2.5, 2.5  # powers of ten


def data(size: Size) -> Tables:
    """The third toy case: optimal value and slope for each lam, and their proved bounds.

    D = fake(a) + real(a) - J* is what the best discriminator gains on the best constant.
    """
    from lgantheory.measures import toy_case
    from lgantheory.solvers.families import lambda_path

    real, fake = toy_case(3, np.random.default_rng(SEED), QUICK_POINTS if size.quick else POINTS)
    lams = np.logspace(LEAST, MOST, QUICK_LAMS if size.quick else LAMS)
    rows: list[dict[str, Any]] = []
    for loss in LOSSES:
        for solution in lambda_path(real, fake, loss, lams.tolist()):
            rows.append({"loss": loss, "lam": solution.problem.lam, "J": solution.primal, "k": solution.k})
            rows[-1] |= _bounds(solution)
    return {"path": {name: [row[name] for row in rows] for name in rows[0]}}


def _bounds(solution: Any) -> dict[str, float]:
    """The bounds of ``verify.lgan.slope_bounds`` and ``verify.lgan.divergence``, at the ends of their balls."""
    from flint import arb

    from verify.instances import Instance
    from verify.lgan.certified import diameter
    from verify.lgan.slope_bounds import curve_of, least, steepest

    problem = solution.problem
    case = Instance(problem.real, problem.fake, problem.loss, problem.lam)
    curve, lam, size = curve_of(case), arb(problem.lam), diameter(problem.real, problem.fake)
    k_most = steepest(case)
    gain_most = lam * k_most**2
    gain_least = (2 * lam * k_most) ** 2 / (4 * lam + curve.bend(arb((k_most * size).upper())) * size**2)
    return {
        "k_least": float(least(case).lower()),
        "k_most": float(k_most.upper()),
        "J_least": float((curve.level - gain_most).lower()),
        "J_most": float((curve.level - gain_least).upper()),
    }


def draw(tables: Tables) -> Any:
    """J* above, k* below, a column for each loss; linear losses of the same slope at 0 reach the dashed bound."""
    figure, axes = panels(2, len(LOSSES), height=1.9, sharex=True, sharey="row")
    for (top, bottom), loss in zip(axes.T, LOSSES, strict=True):
        path = select(tables["path"], loss=loss)
        for axis, letter in ((top, "J"), (bottom, "k")):
            lam, here = column(path, "lam"), column(path, letter)
            low, high = column(path, f"{letter}_least"), column(path, f"{letter}_most")
            axis.fill_between(lam, low, high, color=FAINT, label="proved bounds", linewidth=0)
            ends = low if letter == "J" else high
            axis.plot(lam, ends, color=INK, linestyle=(0, (4, 2)), linewidth=1.0, label="reached by linear losses")
            axis.plot(lam, here, color=COLOURS[loss], label="exact")
            axis.set_xscale("log")
        top.set_title(loss)
        bottom.set_xlabel(r"$\lambda$")
    _scales(axes, tables)
    for axis, letter in ((axes[0, 0], "$J^*$"), (axes[1, 0], "$k^*$")):
        axis.set_ylabel(letter)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    handles[2] = tuple(axis.get_lines()[1] for axis in axes[0])
    from matplotlib.legend_handler import HandlerTuple

    figure.legend(handles, labels, loc="outside upper center", ncols=3, handler_map={tuple: HandlerTuple(None)})
    return figure


def _scales(axes: Any, tables: Tables) -> None:
    values, slopes = (column(tables["path"], letter) for letter in ("J", "k"))
    room = 0.08 * float(np.ptp(values))
    axes[0, 0].set_ylim(float(values.min()) - room, float(values.max()) + room)
    axes[1, 0].set_yscale("log")
    axes[1, 0].set_ylim(0.5 * float(slopes.min()), 3.0 * float(slopes.max()))


FIGURE = Figure(
    name="lam_path",
    title="J* and k* against lam: J* is concave with slope k*^2, and both keep within their proved bounds",
    source="ours; the objective of the LGAN slides, eq. (3), as a function of lam",
    differs="no source draws it. As lam grows each LGAN becomes the Wasserstein one: k* meets c W1 / (2 lam)",
    data=data,
    draw=draw,
)
