"""Are the gradients of unrestricted critics uninformative in practice, and those of LGANs not? The planar examples.

For each case and critic several networks are trained on the same samples. At the fake points, fixed beforehand:

* ``to_tight``: cosine to the direction of the exact LGAN optimum, at the points that have one direction only;
* ``to_nearest``: cosine to the direction of the nearest real point;
* ``agreement``: cosine between the gradients of two networks that differ in nothing but their initial weights and
  batches, over all pairs of networks: what the samples do not decide, the initial weights do;
* ``flat``: share of fake points where the gradient is zero.

Unrestricted and on distinct points, least squares has its optimum at -alpha on fakes and alpha on reals, whatever the
distances; between the points it may be anything, so that its exact optimum has no gradient to compare with.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.measures import DiscreteMeasure, euclidean, toy_case
from lgantheory.neural.experiments.experiment import Experiment, Settings
from lgantheory.neural.experiments.results import Cell, Row
from lgantheory.neural.experiments.spreads import spread
from lgantheory.problem import Solution

SAMPLE = 0
"""Seed of the samples of each case."""

TARGET = "softplus"
"""The LGAN loss whose exact optimum gives the directions."""


def cells(settings: Settings) -> list[Cell]:
    """One for each case and critic; the networks of a cell are compared with each other."""
    shared = {name: value for name, value in settings.items() if name not in ("cases", "critics")}
    return [{**shared, "case": case, "critic": name} for case in settings["cases"] for name in settings["critics"]]


def work(cell: Cell) -> list[Row]:
    """One row for each network."""
    real, fake = _samples(cell["case"], cell["samples"])
    exact = _exact(cell["case"], cell["samples"], cell["lam"])
    found = [_gradients(cell, real, fake, seed) for seed in range(cell["networks"])]
    rows = []
    for seed, gradients in enumerate(found):
        others = [_cosines(gradients, other) for place, other in enumerate(found) if place != seed]
        agreement = None if not others else float(np.mean(others))
        row = {"case": cell["case"], "critic": cell["critic"], "seed": seed}
        arrows = {"_gradients": np.round(gradients, 6).tolist(), "_samples": cell["samples"]} if seed == 0 else {}
        rows.append({**row, **scores(gradients, exact), "agreement": agreement, **arrows})
    return rows


def scores(gradients: Array, exact: Solution) -> Row:
    """Of gradients at all fake points (n, 2); see the module's docstring."""
    x, y = exact.problem.fake.points, exact.problem.real.points
    forced = exact.gradient(x)
    nearest = y[euclidean(x, y).argmin(axis=1)] - x
    tight = _cosines(gradients[forced.single], forced.vectors[forced.single])
    return {
        "to_tight": float(tight.mean()) if tight.size else None,
        "points": int(forced.single.sum()),
        "to_nearest": float(_cosines(gradients, nearest).mean()),
        "flat": float(np.mean(np.linalg.norm(gradients, axis=1) == 0.0)),
    }


def _cosines(u: Array, v: Array) -> Array:
    """Row by row; 0 where a row of either is 0."""
    sizes = np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1)
    return np.divide(np.sum(u * v, axis=1), sizes, out=np.zeros_like(sizes), where=sizes > 0.0)


@cache
def _samples(case: int, size: int) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    return toy_case(case, np.random.default_rng([SAMPLE, case]), size)


@cache
def _exact(case: int, size: int, lam: float) -> Solution:
    from lgantheory.solvers import optimal_discriminator

    return optimal_discriminator(*_samples(case, size), TARGET, lam=lam)


def _gradients(cell: Cell, real: DiscreteMeasure, fake: DiscreteMeasure, seed: int) -> Array:
    from lgantheory.neural.evaluation import evaluated
    from lgantheory.neural.settings import CriticSettings
    from lgantheory.neural.training import train_critic

    loss, _, regulariser = cell["critic"].partition("/")
    settings = CriticSettings.of(
        {
            "loss": loss,
            "regulariser": regulariser,
            "regulariser_options": {"lam": cell["lam"]} if regulariser == "maxgp" else {},
            "network_options": {"width": cell["width"], "depth": cell["depth"]},
            "learning_rate": cell["learning_rate"],
            "steps": cell["steps"],
            "decay": "linear",
            "seed": seed,
            "device": "cpu",
        }
    )
    return evaluated(train_critic(real, fake, settings).critic, 2).gradients(fake.points)


def conclude(rows: Sequence[Row]) -> list[str]:
    """Of each case and critic: the three cosines."""
    sentences = []
    for case, critic in dict.fromkeys((row["case"], row["critic"]) for row in rows):
        of = [row for row in rows if (row["case"], row["critic"]) == (case, critic)]
        tight, nearest, agreement = (spread([r[n] for r in of]).text() for n in ("to_tight", "to_nearest", "agreement"))
        sentences.append(
            f"case {case}, {critic}: mean cosine to the exact LGAN direction {tight} at {of[0]['points']} points, to "
            f"the nearest real point {nearest}, between networks {agreement}; {len(of)} networks"
        )
    return sentences


def draw(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Gradients of the first network at the fake points, all arrows equally long: a line for each critic."""
    from matplotlib.figure import Figure

    stored = {(row["critic"], row["case"]): row for row in rows if "_gradients" in row}
    critics, cases = (list(dict.fromkeys(key[side] for key in stored)) for side in (0, 1))
    figure = Figure(figsize=(3.2 * len(cases), 1.5 * len(critics)), layout="constrained")
    panels: Any = figure.subplots(len(critics), len(cases), squeeze=False, sharex="col", sharey="col")
    for i, j in ((i, j) for i in range(len(critics)) for j in range(len(cases))):
        row = stored[critics[i], cases[j]]
        real, fake = _samples(cases[j], row["_samples"])
        gradients = np.array(row["_gradients"])
        sizes = np.linalg.norm(gradients, axis=1, keepdims=True)
        arrows = np.divide(gradients, sizes, out=np.zeros_like(gradients), where=sizes > 0.0)
        panels[i, j].plot(*real.points.T, "o", color="#009E73", markersize=2, alpha=0.6)
        panels[i, j].quiver(*fake.points.T, *arrows.T, color="#D55E00", width=0.004, scale=18)
        panels[i, j].set_title(f"case {cases[j]}, {critics[i]}", fontsize=8)
        panels[i, j].set_aspect("equal")
    path = folder / "toy_gradients.png"
    figure.savefig(path, dpi=150)
    return [path]


EXPERIMENT = Experiment(
    question="Are an unrestricted critic's gradients uninformative in practice, and an LGAN's not?",
    source="LGAN paper, Figures 1 and 2 and section 2.1",
    cells=cells,
    work=work,
    conclude=conclude,
    draw=draw,
)
