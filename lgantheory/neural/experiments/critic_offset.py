"""Does a critic know where zero is? For an LGAN f* is unique; for a WGAN f* + c is as good, and training may drift.

Critics are trained on one pair of samples, from ``seeds`` initial networks with batches of their own. A critic's *rise*
is E_real f - E_fake f, its *offset* the mean of E_fake f and E_real f over the median rise of the second half of its
training: methods have different slopes. Fixed beforehand:

* ``drift``: largest minus least offset over the second half of the training;
* ``deviation``: |offset at the end - median over the seeds of that critic|: would another run have said the same?

Each other critic is compared with the LGAN's, the first one, seed by seed: a sign test, and a bootstrap interval of the
median of log10 of the ratio.
"""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.measures import toy_case
from lgantheory.neural.experiments.experiment import Experiment, Settings
from lgantheory.neural.experiments.results import Cell, Row
from lgantheory.neural.experiments.spreads import Number, median_interval, sign_test, spread
from lgantheory.problem import Solution

SAMPLE = 0
"""Seed of the one pair of samples."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")


def cells(settings: Settings) -> list[Cell]:
    """One for each critic and seed."""
    shared = {name: value for name, value in settings.items() if name not in ("critics", "seeds")}
    return [{**shared, "critic": c, "seed": s} for c in settings["critics"] for s in range(settings["seeds"])]


def work(cell: Cell) -> list[Row]:
    """The offsets of one training: a row for each logged step."""
    from lgantheory.neural.evaluation import evaluated
    from lgantheory.neural.logs import Journal
    from lgantheory.neural.networks import get_network
    from lgantheory.neural.settings import CriticSettings
    from lgantheory.neural.training import train_critic

    loss, _, regulariser = cell["critic"].partition("/")
    exact = _exact(cell["case"], cell["samples"], loss, cell["lam"])
    real, fake = exact.problem.real, exact.problem.fake
    network = get_network("mlp", (real.dimension,), seed=cell["seed"], width=cell["width"])
    rows: list[Row] = []

    def note(logged: Row) -> None:
        on_fake, on_real = (float(evaluated(network, real.dimension).values(m.points).mean()) for m in (fake, real))
        shown = {"centre": 0.5 * (on_fake + on_real), "rise": on_real - on_fake}
        rows.append({"critic": cell["critic"], "seed": cell["seed"], "step": logged["step"], **shown})

    options = {"lam": cell["lam"]} if regulariser == "maxgp" else {}
    chosen = {"loss": loss, "regulariser": regulariser, "regulariser_options": options, "device": "cpu"}
    same = {name: cell[name] for name in ("seed", "steps", "log_every", "batch", "learning_rate")}
    _ = train_critic(real, fake, CriticSettings.of({**chosen, **same}), critic=network, journal=Journal(on_row=note))
    unit = float(np.median([row["rise"] for row in rows if 2 * row["step"] > cell["steps"]]))
    unique = exact.problem.loss.name != "wasserstein"
    offset = float(exact.f_fake.mean() + exact.f_real.mean()) / float(exact.f_real.mean() - exact.f_fake.mean()) / 2.0
    return [{**row, "offset": row["centre"] / unit, "exact_offset": offset if unique else None} for row in rows]


@cache
def _exact(case: int, samples: int, loss: str, lam: float) -> Solution:
    from lgantheory.solvers import optimal_discriminator

    real, fake = toy_case(case, np.random.default_rng(SAMPLE), samples)
    return optimal_discriminator(real, fake, loss, lam=lam)


def drifts(rows: Sequence[Row]) -> dict[str, list[float]]:
    """``drift`` of every critic, in the order of its seeds."""
    found: dict[str, list[float]] = {}
    for critic, runs in _runs(rows).items():
        halves = [[row["offset"] for row in run if 2 * row["step"] > run[-1]["step"]] for run in runs]
        found[critic] = [max(half) - min(half) for half in halves]
    return found


def deviations(rows: Sequence[Row]) -> dict[str, list[float]]:
    """``deviation`` of every critic, in the order of its seeds."""
    found: dict[str, list[float]] = {}
    for critic, runs in _runs(rows).items():
        ends = np.array([run[-1]["offset"] for run in runs])
        found[critic] = np.abs(ends - np.median(ends)).tolist()
    return found


def conclude(rows: Sequence[Row]) -> list[str]:
    """Drift and deviation of each critic, and how they compare with the first one's."""
    sentences = []
    for name, measure in (("drift over the second half", drifts(rows)), ("deviation between runs", deviations(rows))):
        first, *others = measure
        sentences += [f"{c}: {name} {spread(measure[c]).text()} of the rise, {len(measure[c])} runs" for c in measure]
        sentences += [f"{c} against {first}, {name}: {_compared(measure[c], measure[first])}" for c in others]
    known = {r["critic"]: r["exact_offset"] for r in rows if r["exact_offset"] is not None}
    for critic, offset in known.items():
        ends = [run[-1]["offset"] for run in _runs(rows)[critic]]
        sentences.append(f"{critic}: offset at the end {spread(ends).text()}, exact {offset:.3g}")
    return sentences


def _compared(other: Sequence[Number], first: Sequence[Number]) -> str:
    test = sign_test(other, first)
    both = [(a, b) for a, b in zip(other, first, strict=True) if a > 0.0 and b > 0.0]
    larger = f"larger in {test.wins} of {test.count} pairs, one-sided sign test p = {test.p:.2g}"
    if not both:
        return larger
    ratio = median_interval([math.log10(a / b) for a, b in both])
    return f"{larger}; median ratio 10^{ratio.median:.2f}, 95 % interval 10^[{ratio.low:.2f}, {ratio.high:.2f}]"


def _runs(rows: Sequence[Row]) -> dict[str, list[list[Row]]]:
    """Rows by critic and seed, in the order of steps."""
    found: dict[str, dict[int, list[Row]]] = {}
    for row in rows:
        found.setdefault(row["critic"], {}).setdefault(row["seed"], []).append(row)
    return {critic: list(by_seed.values()) for critic, by_seed in found.items()}


def draw(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Offsets against steps: a panel for each critic, a line for each seed, the exact offset dashed."""
    from matplotlib.figure import Figure

    runs = _runs(rows)
    figure = Figure(figsize=(3.0 * len(runs), 2.8), layout="constrained")
    panels: Any = figure.subplots(1, len(runs), sharey=True, squeeze=False)
    for (critic, of), panel, colour in zip(runs.items(), panels[0], COLOURS, strict=False):
        for run in of:
            panel.plot([r["step"] for r in run], [r["offset"] for r in run], color=colour, linewidth=0.9, alpha=0.7)
        if of[0][0]["exact_offset"] is not None:
            panel.axhline(of[0][0]["exact_offset"], color="#222222", linewidth=1.0, linestyle=(0, (4, 2)))
        panel.set_title(critic, fontsize=9)
        panel.set_xlabel("step")
        panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("mean of E_fake f and E_real f\nover the rise")
    path = folder / "critic_offset.png"
    figure.savefig(path, dpi=150)
    return [path]


EXPERIMENT = Experiment(
    question="Is a critic's offset determined, as for an LGAN, or does it drift and differ between runs?",
    source="LGAN paper, Theorem 1 and Figure 4",
    cells=cells,
    work=work,
    conclude=conclude,
    draw=draw,
)
