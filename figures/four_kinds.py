"""Four kinds of GAN: what the slides say of their gradients, what was decided here, and which f each one allows.

The sketches have generated mass around 0 and real mass around 2. Shaded: values that some optimal f takes; line: one
such f. Where the shade fills the panel, nothing fixes f, and its slope at a generated sample can be anything.
"""

from typing import Any

import numpy as np

from figures.figure import Figure, Size, Table, Tables, column, select
from figures.stacking import stacked
from figures.style import FAINT, FAKE_POINTS, INK, PAGE, REAL_POINTS, SERIES
from lgantheory.arrays import Array

KINDS = {
    "unrestricted": ("Unrestricted GANs", "MUST suffer", "if no fake is a real one"),
    "restricted": ("Restricted GANs (here: |f| ≤ 1)", "MAY suffer", "some optimum does"),
    "compact": ("GANs with W-distance (compact dual)", "MAY suffer", "some optimum does"),
    "lipschitz": ("Lipschitz GANs", "DO NOT suffer", "each fake off the reals has a tight real one"),
}
"""Name, words of the slides, and how to read them."""

CHECKED = {"unrestricted": "unrestricted:", "restricted": "|f| <= 1:", "compact": "compact dual", "lipschitz": "LGAN:"}
"""How the checks of ``verify.uninformative`` begin that belong to each row."""

INSTANCES, QUICK_INSTANCES = 14, 4
WIDE, LEFT, RIGHT = 0.35, -0.7, 2.7
FAKE_AT, REAL_AT = 0.0, 2.0


def data(size: Size) -> Tables:
    """``verdicts``: rows of the table; ``sketches``: which values are allowed, and one f, for each kind."""
    x = np.linspace(LEFT, RIGHT, 171)
    sketches = {kind: sketch(kind, x) for kind in KINDS}
    verdicts, printed = _decided(QUICK_INSTANCES if size.quick else INSTANCES)
    return {
        "sketches": stacked(sketches, "kind"),
        "verdicts": {
            "kind": list(KINDS),
            "name": [name for name, _, _ in KINDS.values()],
            "slides": [slides for _, slides, _ in KINDS.values()],
            "read": [read for _, _, read in KINDS.values()],
            "verdict": [verdicts[kind] for kind in KINDS],
            "printed": [printed if kind == "unrestricted" else verdicts[kind] for kind in KINDS],
        },
    }


def _decided(number: int) -> tuple[dict[str, str], str]:
    """The worst verdict of the checks of each row, and that of the first row as printed."""
    from lgantheory.claims import Request
    from verify import uninformative

    request = Request(number=number)
    checks = [check for case in uninformative.CLAIM.instances(request) for check in uninformative.checks(case)]
    found = {}
    for kind, start in CHECKED.items():
        worst = max((check for check in checks if check.name.startswith(start)), key=lambda check: check.severity)
        found[kind] = str(worst.verdict)
    return found, str(uninformative.AS_PRINTED[0].decide(request).verdict)


def sketch(kind: str, x: Array) -> Table:
    """Least and greatest optimal value at each x, and one optimum; the supports are intervals around 0 and 2."""
    on_fake, on_real = (np.abs(x - at) <= WIDE for at in (FAKE_AT, REAL_AT))
    level = np.where(on_fake, -1.0, np.where(on_real, 1.0, np.nan))
    free = np.isnan(level)
    if kind == "lipschitz":
        return _lipschitz(x)
    if kind == "compact":
        at = np.isin(np.round(x, 9), (FAKE_AT, REAL_AT))
        decoy = x - 1.0 + 2.0 * x * (x - 2.0)
        return {"x": x, "low": np.where(at, decoy, -np.inf), "high": np.where(at, decoy, np.inf), "f": decoy}
    bound = 1.0 if kind == "restricted" else np.inf
    wave = np.sin(9.0 * x) if kind == "restricted" else 1.6 * np.sin(9.0 * x)
    return {
        "x": x,
        "low": np.where(free, -bound, level),
        "high": np.where(free, bound, level),
        "f": np.where(free, wave, level),
    }


def _lipschitz(x: Array) -> Table:
    """The exact f* of evenly spaced points on both intervals: softplus, as steep as the other sketches are high."""
    from lgantheory.solvers import optimal_discriminator

    spread = np.linspace(-WIDE, WIDE, 15)
    solution = optimal_discriminator(REAL_AT + spread, FAKE_AT + spread, "softplus", 0.3)
    low, high, f = (solution(x, extension=name) for name in ("lower", "upper", "middle"))
    return {"x": x, "low": low, "high": high, "f": f}


def draw(tables: Tables) -> Any:
    """A line for each kind: the sketch, the slides' word, and ours."""
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(PAGE, 0.85 * len(KINDS) + 0.35), layout="constrained")
    axes = figure.subplots(len(KINDS), 2, width_ratios=[1.0, 2.7], squeeze=False)
    for kind, (left, right) in zip(KINDS, axes, strict=True):
        _sketched(left, select(tables["sketches"], kind=kind))
        _written(right, {name: values[0] for name, values in select(tables["verdicts"], kind=kind).items()})
    for axis, text in zip(axes[0], ("an optimal f; grey: where others are", ""), strict=True):
        axis.set_title(text, loc="left", fontsize=7)
    for x, text in zip(TABS, ("kind of GAN", "slides say", "decided here"), strict=True):
        axes[0, 1].text(x, 1.08, text, transform=axes[0, 1].transAxes, fontsize=7)
    return figure


TABS = (0.0, 0.36, 0.56)


def _sketched(axes: Any, rows: Table) -> None:
    x, low, high, f = (column(rows, name) for name in ("x", "low", "high", "f"))
    top = 2.2
    axes.fill_between(x, np.clip(low, -top, top), np.clip(high, -top, top), color=FAINT, linewidth=0, step="mid")
    axes.plot(x, f, color=SERIES[0], linewidth=1.2)
    for at, kind in ((FAKE_AT, FAKE_POINTS), (REAL_AT, REAL_POINTS)):
        here = np.flatnonzero(np.isclose(x, at))
        axes.scatter(x[here], f[here], **kind, zorder=4)
    axes.set(ylim=(-top, top), xlim=(LEFT, RIGHT), xticks=[], yticks=[])
    axes.grid(visible=False)


def _written(axes: Any, row: dict[str, Any]) -> None:
    axes.set_axis_off()
    axes.text(TABS[0], 0.5, row["name"].replace(" (", "\n("), va="center", weight="bold", transform=axes.transAxes)
    axes.text(TABS[1], 0.5, row["slides"], va="center", transform=axes.transAxes)
    _chip(axes, row)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)


def _chip(axes: Any, row: dict[str, Any]) -> None:
    """The verdict in words, so that no colour is needed to read it."""
    from textwrap import fill

    lines = [f"{row['verdict']}: {row['read']}"]
    if row["printed"] != row["verdict"]:
        lines.append(f"as printed, without that: {row['printed']}")
    text = "\n".join(fill(line, 36) for line in lines)
    axes.text(TABS[2], 0.5, text, va="center", fontsize=7.5, transform=axes.transAxes, color=INK)


FIGURE = Figure(
    name="four_kinds",
    title="four kinds of GAN and gradient uninformativeness: the slides' table with verdicts",
    source="LGAN slides, 'The Gradient Uninformativeness' (table, printed twice)",
    differs="matches in three rows. The first holds where no fake is a real one, and is refuted as printed: for "
    "overlapping Gaussians the unrestricted f* leads from fake to real. Sketches and verdicts are ours",
    data=data,
    draw=draw,
)
