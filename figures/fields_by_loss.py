"""The LGAN's exact f* on one pair of samples for four losses: where its gradients lead, and how steep it is."""

from typing import Any

from figures import fields
from figures.figure import Figure, Size, Tables, select
from figures.stacking import stacked_tables
from figures.style import PAGE, panels

LOSSES = {
    "wasserstein": r"wasserstein, $\phi(t) = t$",
    "softplus": r"softplus, $\phi(t) = \log(1 + e^t)$",
    "sqrt": r"sqrt, $\phi(t) = t + \sqrt{t^2 + 1}$",
    "exponential": r"exponential, $\phi(t) = e^t$",
}
LAM, SEED = 0.1, 1
POINTS, QUICK_POINTS = 30, 8
CELLS, QUICK_CELLS = 140, 24


def data(size: Size) -> Tables:
    """The third toy case, the same samples for each loss."""
    import numpy as np

    from lgantheory.measures import toy_case
    from lgantheory.solvers import optimal_discriminator

    real, fake = toy_case(3, np.random.default_rng(SEED), QUICK_POINTS if size.quick else POINTS)
    solved = {loss: optimal_discriminator(real, fake, loss, LAM) for loss in LOSSES}
    cells = QUICK_CELLS if size.quick else CELLS
    tables = stacked_tables({loss: fields.tables(solution, cells) for loss, solution in solved.items()}, "loss")
    tables["slopes"] = {
        "loss": list(solved),
        "k": [solution.k for solution in solved.values()],
        "gap": [solution.gap for solution in solved.values()],
    }
    return tables


def draw(tables: Tables) -> Any:
    """Four panels, each with its own scale of values: only shapes can be compared, and k is in the title."""
    first = select(tables["values"], loss="wasserstein")
    figure, axes = panels(2, 2, height=fields.height(first, PAGE / 2 - 0.85) + 0.55)
    for axis, (loss, title) in zip(axes.flat, LOSSES.items(), strict=True):
        shown = {name: select(tables[name], loss=loss) for name in ("values", "points", "arrows", "arcs")}
        fields.panel(axis, shown, legend=axis is axes[0, 0])
        axis.set_title(f"{title}:  k = {select(tables['slopes'], loss=loss)['k'][0]:.3g}")
    figure.legend(loc="outside upper center", ncols=2, markerscale=1.5)
    return figure


FIGURE = Figure(
    name="fields_by_loss",
    title="the exact f* of the third toy case for four losses: values, gradients, tight pairs",
    source="LGAN paper, the figure of the gradients of f* for x, softplus, sqrt and exp; slides, 'directly point "
    "towards real samples'",
    differs="matches: each arrow leads to a real sample. Exact f* of 30 + 30 samples, where the source trains networks "
    "on fresh ones. Most samples are tight with several real ones: there f* has no gradient and each direction is "
    "drawn; of the many optima of the linear loss a corner of their set is shown",
    data=data,
    draw=draw,
)
