"""How far apart optimal discriminators can be: a wide set for linear losses, one point under strict convexity.

On the four points reals 0 and 10, fakes 1 and 11, the optimal f of the Wasserstein GAN leave f(10) - f(0) anywhere in
[-10 k, 8 k]. Mixed with a little softplus there is one f*, and what is left is what a gap leaves open: discriminators
within epsilon of the optimal value, whose set shrinks like the root of epsilon.
"""

from typing import Any

import numpy as np

from figures.figure import Figure, Size, Tables, select
from figures.stacking import stacked
from figures.style import FAKE, REAL, SERIES, panels
from lgantheory.losses.loss import Loss
from lgantheory.problem import LipschitzProblem, Solution

REALS, FAKES, LAM = (0.0, 10.0), (1.0, 11.0), 0.5
SHARES = (0.0, 0.01, 0.1, 1.0)
"""Of softplus in the loss; the rest is linear, and the slope at 0 is 1 for all of them."""
EPSILONS = tuple(10.0 ** np.arange(-7.0, 0.1, 1.0))
QUICK_EPSILONS = (1e-4, 1e-2)
COLOURS = dict(zip(SHARES, (SERIES[4], SERIES[1], SERIES[2], SERIES[0]), strict=True))


def mixed(share: float) -> Loss:
    """``(1 - share) t + share 2 softplus(t)``."""
    if share == 0.0:
        return Loss.from_expressions("t")
    rest = f"{1.0 - share:g}*t + " if share < 1.0 else ""
    return Loss.from_expressions(f"{rest}{2.0 * share:g}*log(1 + exp(t))")


def farthest(problem: LipschitzProblem, share: float, most: float, sign: float) -> float:
    """The greatest ``sign (f(10) - f(0))`` among all f whose objective is at most ``most``: a cone program."""
    import cvxpy as cp

    f, k = cp.Variable(len(problem.points)), cp.Variable(nonneg=True)
    sides = cp.multiply(problem.weights, cp.hstack([f[: problem.n], -f[problem.n :]]))
    curved = cp.logistic(cp.hstack([f[: problem.n], -f[problem.n :]]))
    objective = (1.0 - share) * cp.sum(sides) + 2.0 * share * (problem.weights @ curved) + problem.lam * cp.square(k)
    s, t = np.nonzero(~np.eye(len(problem.points), dtype=bool))
    constraints = [f[t] - f[s] <= k * problem.support_distances[s, t], objective <= most]
    if share == 0.0:  # a constant may be added to f
        constraints.append(f[problem.n] == 0.0)
    found: Any = cp.Problem(cp.Maximize(sign * (f[problem.n + 1] - f[problem.n])), constraints)
    return float(found.solve("CLARABEL"))


def _extremes(problem: LipschitzProblem, solution: Solution) -> dict[str, Any]:
    """Where the optimal f can be at each point when f(0) = 0, at the ends of the optimal set."""
    from verify.evidence import another_optimum

    size, base = len(problem.points), problem.n
    ends = []
    for sign in (1.0, -1.0):
        direction = np.zeros(size)
        direction[base + 1], direction[base] = sign, -sign
        f = another_optimum(solution, direction).f
        ends.append(f - f[base])
    order = np.argsort(problem.points[:, 0])
    return {
        "x": problem.points[order, 0],
        "side": np.where(order < problem.n, "fake", "real"),
        "low": ends[1][order],
        "high": ends[0][order],
        "k": np.full(size, solution.k),
    }


def data(size: Size) -> Tables:
    """``optima``: both ends of the optimal set; ``widths``: of f(10) - f(0) within epsilon of the optimal value."""
    from lgantheory.measures import DiscreteMeasure
    from lgantheory.solvers import solve

    real, fake = DiscreteMeasure(REALS), DiscreteMeasure(FAKES)
    problems = {share: LipschitzProblem(real, fake, mixed(share), LAM) for share in SHARES}
    solved = {share: solve(problem) for share, problem in problems.items()}
    rows = []
    for share, problem in problems.items():
        for epsilon in QUICK_EPSILONS if size.quick else EPSILONS:
            most = solved[share].primal + epsilon
            width = sum(farthest(problem, share, most, sign) for sign in (1.0, -1.0))
            rows.append({"share": share, "epsilon": epsilon, "width": width, "k": solved[share].k})
    ends = {f"{share:g}": _extremes(problems[share], solved[share]) for share in (SHARES[0], SHARES[-1])}
    return {
        "optima": stacked(ends, "share"),
        "widths": {name: [row[name] for row in rows] for name in rows[0]},
    }


def draw(tables: Tables) -> Any:
    """Left: the two farthest optima for a linear and for a strictly convex loss. Right: width against epsilon."""
    figure, axes = panels(1, 2, height=2.5)
    left, right = axes[0]
    for share, label in (("0", "linear: two optima"), ("1", "softplus: one")):
        rows, colour = select(tables["optima"], share=share), COLOURS[float(share)]
        left.fill_between(rows["x"], rows["low"], rows["high"], color=colour, alpha=0.15, linewidth=0)
        for name in ("high", "low"):
            left.plot(rows["x"], rows[name], color=colour, label=label if name == "high" else None)
            for side, marker, tone in (("real", "o", REAL), ("fake", "^", FAKE)):
                here = rows["side"] == side
                left.plot(rows["x"][here], rows[name][here], marker=marker, color=tone, linestyle="none", zorder=4)
    left.set(xlabel="place", ylabel="$f - f(0)$")
    left.legend(loc="lower left")
    for share, colour in COLOURS.items():
        rows = select(tables["widths"], share=share)
        label = "linear (wasserstein)" if share == 0.0 else f"{100 * share:g}% softplus"
        right.plot(rows["epsilon"], rows["width"], color=colour, marker=".", label=label)
    right.set(
        xscale="log",
        yscale="log",
        xlabel=r"$\varepsilon$, distance from the optimal value",
        ylabel="width of $f(10) - f(0)$",
    )
    right.legend(loc="lower right")
    return figure


FIGURE = Figure(
    name="uniqueness_width",
    title="the set of optimal discriminators: wide for linear losses, a point under strict convexity",
    source="LGAN slides, 'Experiments: f* is Unique' (outputs of WGAN drift in training, those of LGAN do not)",
    differs="the source shows outputs of networks over training steps; here the set in which they may drift, exactly, "
    "for reals 0 and 10, fakes 1 and 11. Not even up to a constant is the optimum of linear losses unique",
    data=data,
    draw=draw,
)
