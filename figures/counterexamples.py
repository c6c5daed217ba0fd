"""For each hypothesis of theorems 1 to 4 the smallest problem that fails without it: its points, and f* on them.

The problems are those that ``verify`` decides; each is solved again here. A bar is the set of optimal values at a
point; an arrow says that nothing is attained there, or that every value beyond is optimal.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from figures.figure import Figure, Size, Table, Tables, column, select
from figures.style import COLUMN, FAINT, FAKE, FAKE_POINTS, INK, PAGE, REAL, REAL_POINTS, panels
from lgantheory.arrays import Array
from lgantheory.claims import Break, Claim
from lgantheory.problem import LipschitzProblem

ACROSS, ALONG = 5, 61

# Wider than this share of the panel an interval is drawn as a bar. Arbitrary.
VISIBLE = 0.02


PENALTIES = {"squared": "k^2", "linear": "k", "target": "(k - 1)^2", "one-sided": "max(0, k - 1)^2"}


def breaks() -> Iterator[tuple[str, Claim[Any], Break[Any]]]:
    """Every break of the four theorems, with a word of its own."""
    from verify import theorem1, theorem2, theorem3, theorem4

    for module in (theorem1, theorem2, theorem3, theorem4):
        for number, broken in enumerate(module.CLAIM.breaks, start=1):
            yield f"{module.CLAIM.ref}.{number}", module.CLAIM, broken


def data(size: Size) -> Tables:
    """``problems`` in words, ``points`` with f* and the ends of the set of optimal values, ``lines`` between."""
    chosen = list(breaks())[: 4 if size.quick else None]
    points, lines, problems = [], [], []
    for word, claim, broken in chosen:
        case = broken.instance()
        rows = optimum(case)
        points += [{"break": word} | row for row in rows]
        lines += [{"break": word} | row for row in _between(case, rows)]
        about = {"loss": case.loss.name, "lam": case.lam, "penalty": PENALTIES[case.penalty.value]}
        problems.append(_in_words(word, claim, broken, case) | about)
    return {name: _columns(rows) for name, rows in (("problems", problems), ("points", points), ("lines", lines))}


def _columns(rows: list[dict[str, Any]]) -> Table:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _in_words(word: str, claim: Claim[Any], broken: Break[Any], case: Any) -> dict[str, Any]:
    """What the break drops, and by how much the check fails on it."""
    checks = [check for check in claim.checks(case) if check.name == broken.check]
    worst = max(checks, key=lambda check: check.severity)
    return {
        "break": word,
        "theorem": claim.ref,
        "drops": broken.drops.replace("_", " "),
        "check": broken.check,
        "verdict": str(worst.verdict),
        "excess": worst.excess,
        "error_bar": worst.error_bar,
        "witness": broken.witness,
    }


def optimum(case: Any) -> list[dict[str, Any]]:
    """Each support point with the value of one optimum (infinite where none is attained) and of all of them."""
    problem = case.problem
    sides = ["fake"] * problem.n + ["real"] * problem.m
    f, low, high = _values(case)
    rows = zip(sides, problem.points[:, 0].tolist(), f, low, high, strict=True)
    return [dict(zip(("side", "x", "f", "low", "high"), row, strict=True)) for row in rows]


def _values(case: Any) -> tuple[list[float], list[float], list[float]]:
    """What the solver certifies; by hand what no solver takes: see the branches."""
    from lgantheory.penalties import Kind

    size = len(case.problem.points)
    if "penalised" in case.without:
        return _twice(_unrestricted(case))
    if "convex" in case.without:  # fake + real is 1 everywhere
        return [0.0] * size, [-np.inf] * size, [np.inf] * size
    if case.loss.balance_point is None:
        far, step = np.full(size, 10.0), 1.0
        falls = case.problem.primal(far + step, 0.0) < case.problem.primal(far, 0.0)
        return _twice([np.inf if falls else -np.inf] * size)
    if case.penalty is Kind.TARGET:
        return _twice(list(steepest_cone(case.problem)))
    box = case.solution.enclosure
    return case.solution.f.tolist(), box.lower.tolist(), box.upper.tolist()


def _twice(f: list[float]) -> tuple[list[float], list[float], list[float]]:
    return f, f, f


def _unrestricted(case: Any) -> list[float]:
    from lgantheory.solvers.pointwise import unrestricted_discriminator

    found = unrestricted_discriminator(case.real, case.fake, case.loss)
    value = {tuple(place): f for place, f in zip(found.points.tolist(), found.f.tolist(), strict=True)}
    return [value[tuple(place)] for place in case.problem.points.tolist()]


def steepest_cone(problem: LipschitzProblem) -> Array:
    """The best f that is linear and 0 in the middle: on two places, with mirrored losses, an optimum."""
    from scipy.optimize import minimize_scalar

    cone = problem.points[:, 0] - problem.points[:, 0].mean()
    found = minimize_scalar(lambda k: problem.primal(k * cone), bounds=(0.0, 10.0), method="bounded")
    return float(found.x) * cone  # pyright: ignore[reportAttributeAccessIssue]


def _between(case: Any, rows: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Both envelopes of the optimum drawn, where it has finite values."""
    from lgantheory.extension import LipschitzFunction

    f = np.array([row["f"] for row in rows])
    if not np.isfinite(f).all():
        return []
    x = case.problem.points[:, 0]
    room = 0.35 * max(float(np.ptp(x)), 1.0)
    at = np.unique(np.append(np.linspace(x.min() - room, x.max() + room, ALONG), x))
    function = LipschitzFunction(case.problem.points, f, case.problem.lipschitz_constant(f))
    low, high = function.lower(at[:, None]), function.upper(at[:, None])
    return [{"x": a, "low": b, "high": c} for a, b, c in zip(at.tolist(), low.tolist(), high.tolist(), strict=True)]


def draw(tables: Tables) -> Any:
    """A panel for each dropped hypothesis."""
    words = column(tables["problems"], "break")
    across = min(ACROSS, len(words))
    figure, axes = panels(
        -(-len(words) // across), across, width=PAGE if across == ACROSS else COLUMN * 1.6, height=1.62
    )
    for axis in axes.flat[len(words) :]:
        axis.set_axis_off()
    for word, axis in zip(words, axes.flat, strict=False):
        rows = {name: select(table, **{"break": word}) for name, table in tables.items()}
        _panel(axis, rows)
    handles = [axes.flat[0].scatter([], [], **REAL_POINTS), axes.flat[0].scatter([], [], **FAKE_POINTS)]
    figure.legend(handles, ["real", "fake"], loc="outside upper center", ncols=2, markerscale=1.5)
    return figure


def _panel(axes: Any, rows: dict[str, Any]) -> None:
    problem = {name: values[0] for name, values in rows["problems"].items()}
    lines, points = rows["lines"], rows["points"]
    if len(lines["x"]):
        axes.fill_between(lines["x"], lines["low"], lines["high"], color=FAINT, linewidth=0)
        axes.plot(lines["x"], 0.5 * (lines["low"] + lines["high"]), color=INK, linewidth=0.8)
    span = _frame(axes, points)
    x, f, low, high = _apart(axes, points), _heights(axes, points["f"]), points["low"], points["high"]
    for side, look, tone in (("fake", FAKE_POINTS, FAKE), ("real", REAL_POINTS, REAL)):
        here = points["side"] == side
        axes.scatter(x[here], f[here], **look, zorder=4)
        for place, bottom, top in zip(x[here], low[here], high[here], strict=True):
            _bar(axes, place, (bottom, top), span, tone)
    number = problem["theorem"].removeprefix("theorem")
    axes.set_title(f"theorem {number}, without\n{problem['drops']}", fontsize=7)
    axes.set_xlabel(_named(problem), fontsize=6, labelpad=1.5)
    axes.tick_params(labelsize=6)
    axes.locator_params(nbins=4)


def _named(problem: dict[str, Any]) -> str:
    from textwrap import fill

    name = problem["loss"].replace(" | ", ",  ")
    charge = "" if problem["penalty"] == "k^2" else f"$\\lambda\\,{problem['penalty']}$, "
    return f"{fill(name, 26)}\n{charge}$\\lambda$ = {problem['lam']:.3g}"


def _frame(axes: Any, points: Table) -> float:
    """Ends of both axes, with room for arrows; returns the span of the finite values."""
    x, values = column(points, "x"), np.concatenate([column(points, name) for name in ("f", "low", "high")])
    finite = np.append(values[np.isfinite(values)], [] if np.isfinite(values).any() else 0.0)
    span, middle = max(float(np.ptp(finite)), 0.5), 0.5 * float(finite.min() + finite.max())
    axes.set_ylim(middle - 0.85 * span, middle + 0.85 * span)
    room = 0.35 * max(float(np.ptp(x)), 1.0)
    axes.set_xlim(x.min() - room, x.max() + room)
    return span


def _apart(axes: Any, points: Table) -> Array:
    """Places, moved a little to the side where a real point covers a generated one."""
    x, side = column(points, "x"), np.where(column(points, "side") == "real", 1.0, -1.0)
    shared = [bool(np.any((x == place) & (side != own))) for place, own in zip(x, side, strict=True)]
    return x + 0.03 * float(np.ptp(axes.get_xlim())) * side * shared


def _heights(axes: Any, f: Array) -> Array:
    """Values; what is not attained starts on its way near the middle."""
    bottom, top = axes.get_ylim()
    return np.where(np.isfinite(f), f, 0.5 * (bottom + top) + 0.1 * np.sign(f) * (top - bottom))


def _bar(axes: Any, x: float, ends: tuple[float, float], span: float, tone: str) -> None:
    """A bar over a finite interval, an arrow where it has no end."""
    bottom, top = axes.get_ylim()
    low, high = max(ends[0], bottom), min(ends[1], top)
    if np.isfinite(ends).all() and ends[1] - ends[0] > VISIBLE * span:
        axes.plot([x, x], [low, high], color=tone, linewidth=3.0, alpha=0.5, solid_capstyle="butt", zorder=3)
    middle = 0.5 * (bottom + top)
    for end, edge in ((ends[0], bottom), (ends[1], top)):
        if end == (np.inf if edge == top else -np.inf):
            axes.annotate(
                "", xy=(x, edge), xytext=(x, middle), arrowprops={"arrowstyle": "->", "color": tone, "linewidth": 1.2}
            )


FIGURE = Figure(
    name="counterexamples",
    title="theorems 1 to 4: for each hypothesis the smallest problem that fails without it",
    source="ours; LGAN paper, theorems 1 to 4 and assumption (A)",
    differs="no source draws it. Grey: values that extensions of this optimum take off the support",
    data=data,
    draw=draw,
)
