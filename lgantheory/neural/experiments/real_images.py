"""Do gradients at noise point at real images? Squares of photographs against images of noise, 3072 numbers each.

The exact discriminator's gradient at a noise image x points at a real image y, so that x + |y - x| grad f / |grad f|
is y. Neural critics are measured by the same numbers, at every noise image:

* ``cosine``: the largest cosine between the gradient and y - x over the real images y; ``target`` is that y;
* ``step``: the multiple of the gradient's direction that comes nearest to the target, and ``missed``: how far off that
  point is, over |y - x|: the sine of the angle;
* ``coupled``: whether the optimal flow sends mass from x to the target at all;
* ``chance``: the largest cosine of a direction drawn at random, beside.

The experiment's source takes the target of largest cosine too, which is not the nearest one. Where f* has several
gradients at x (x is coupled with several y) the exact row takes the direction that carries most mass.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.measures import DiscreteMeasure
from lgantheory.neural.experiments.experiment import Experiment, Settings
from lgantheory.neural.experiments.results import Cell, Row
from lgantheory.neural.experiments.spreads import spread
from lgantheory.problem import Solution

SHAPE = (3, 32, 32)
SAMPLE = 0
"""Seed of the images."""

SHOWN = 5
"""Noise images in the picture."""


def cells(settings: Settings) -> list[Cell]:
    """The exact discriminator, then one cell for each regulariser and network."""
    shared = {name: value for name, value in settings.items() if name not in ("regularisers", "networks")}
    neural = [(name, seed) for name in settings["regularisers"] for seed in range(settings["networks"])]
    return [{**shared, "critic": name, "seed": seed} for name, seed in [("exact", 0), *neural]]


def work(cell: Cell) -> list[Row]:
    """One row for each noise image."""
    exact = _exact(cell["images"], cell["loss"], cell["lam"])
    x, y = exact.problem.fake.points, exact.problem.real.points
    gradients = _exact_directions(exact) if cell["critic"] == "exact" else _neural_gradients(cell, exact)
    chance = np.random.default_rng([SAMPLE, cell["seed"]]).standard_normal(x.shape)
    flow = exact.flow.toarray()
    rows = []
    for i in range(len(x)):
        found = pointed_at(x[i], y, gradients[i])
        coupled = found["target"] is not None and bool(flow[i, found["target"]] > 0.0)
        best = pointed_at(x[i], y, chance[i])["cosine"]
        pixels = {"_gradient": _bytes(gradients[i]), "_count": cell["images"]} if cell["seed"] == 0 else {}
        known = {"critic": cell["critic"], "seed": cell["seed"], "image": i}
        rows.append({**known, **found, "coupled": coupled, "chance": best, **pixels})
    return rows


def _bytes(gradient: Array) -> list[int]:
    """A gradient for the picture: whole numbers from -127 to 127, the largest in size being one of the two."""
    largest = float(np.abs(gradient).max())
    return np.rint(127.0 * gradient / largest if largest > 0.0 else gradient).astype(int).tolist()


def pointed_at(x: Array, y: Array, gradient: Array) -> Row:
    """Which of the points y (m, d) a gradient at x (d,) points at; nothing where it is zero."""
    size = float(np.linalg.norm(gradient))
    if size == 0.0:
        return {"cosine": 0.0, "target": None, "step": None, "missed": None, "slope": 0.0}
    moves = y - x
    lengths = np.linalg.norm(moves, axis=1)
    cosines = moves @ (gradient / size) / lengths
    target = int(np.argmax(cosines))
    cosine = float(np.clip(cosines[target], -1.0, 1.0))
    step, missed = cosine * float(lengths[target]), float(np.sqrt(1.0 - cosine**2))
    return {"cosine": cosine, "target": target, "step": step, "missed": missed, "slope": size}


@cache
def images(count: int) -> tuple[Array, Array]:
    """(real, fake), (count, 3072): squares from as many photographs as there are, and uniform noise in [-1, 1]."""
    from lgantheory.neural.data import get_dataset

    patches = get_dataset("patches")
    rng = np.random.default_rng(SAMPLE)
    order = rng.permutation(patches.size)
    labels = np.zeros(patches.size, dtype=int) if patches.labels is None else patches.labels[order]
    turn = np.empty(len(order), dtype=int)  # of a square within its photograph: the first of each come first
    for label in np.unique(labels):
        turn[labels == label] = np.arange(np.sum(labels == label))
    chosen = order[np.argsort(turn, kind="stable")[:count]]
    real = patches.real[chosen].reshape(count, -1).astype(np.float64)
    return real, rng.uniform(-1.0, 1.0, real.shape)


@cache
def _exact(count: int, loss: str, lam: float) -> Solution:
    from lgantheory.solvers import optimal_discriminator

    real, fake = images(count)
    return optimal_discriminator(DiscreteMeasure(real), DiscreteMeasure(fake), loss, lam=lam)


def _exact_directions(exact: Solution) -> Array:
    """At every noise image, k times the direction of the pair that carries most of its mass; 0 where it sends none."""
    x, y, flow = exact.problem.fake.points, exact.problem.real.points, exact.flow.toarray()
    moves = y[flow.argmax(axis=1)] - x
    sends = flow.max(axis=1) > 0.0
    return np.where(sends[:, None], exact.k * moves / np.linalg.norm(moves, axis=1, keepdims=True), 0.0)


def _neural_gradients(cell: Cell, exact: Solution) -> Array:
    return _neural(cell["critic"], cell["seed"], tuple(sorted((k, v) for k, v in cell.items())), exact)


def _neural(regulariser: str, seed: int, options: tuple[tuple[str, Any], ...], exact: Solution) -> Array:
    from lgantheory.neural.evaluation import evaluated
    from lgantheory.neural.settings import CriticSettings
    from lgantheory.neural.training import train_critic

    chosen = dict(options)
    settings = CriticSettings.of(
        {
            "loss": chosen["loss"],
            "regulariser": regulariser,
            "regulariser_options": {"lam": chosen["lam"]} if regulariser == "maxgp" else {},
            "network": "mlp",
            "network_options": {"width": chosen["width"], "depth": 4},
            "learning_rate": chosen["learning_rate"],
            "steps": chosen["steps"],
            "batch": None,
            "seed": seed,
            "device": "cpu",
        }
    )
    critic = train_critic(exact.problem.real, exact.problem.fake, settings).critic
    return evaluated(critic, exact.problem.real.dimension).gradients(exact.problem.fake.points)


def conclude(rows: Sequence[Row]) -> list[str]:
    """Cosine, miss and coupling of each critic, over all noise images and networks."""
    sentences = []
    for critic in dict.fromkeys(row["critic"] for row in rows):
        of = [row for row in rows if row["critic"] == critic]
        steps = spread([row["step"] for row in of])
        sentences.append(
            f"{critic}: cosine to the real image pointed at {spread([r['cosine'] for r in of]).text()}, coupled with "
            f"it in {sum(r['coupled'] for r in of)} of {len(of)}; nearest after a step of {steps.text()}, missing it "
            f"by {spread([r['missed'] for r in of]).text()} of the way; {len({r['seed'] for r in of})} networks"
        )
    chance = spread([row["chance"] for row in rows])
    return [*sentences, f"a direction at random: largest cosine {chance.text()}"]


def draw(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Largest cosines, a dot for each noise image and network; and the images that the gradients of seed 0 lead to."""
    from matplotlib.figure import Figure

    critics = list(dict.fromkeys(row["critic"] for row in rows))
    figure = Figure(figsize=(5.0, 0.8 + 0.4 * (len(critics) + 1)), layout="constrained")
    panel: Any = figure.subplots()
    groups = {name: [row["cosine"] for row in rows if row["critic"] == name] for name in critics}
    groups["at random"] = [row["chance"] for row in rows]
    rng = np.random.default_rng(0)
    for place, values in enumerate(groups.values()):
        heights = place + rng.uniform(-0.2, 0.2, len(values))
        panel.plot(values, heights, "o", color="#0072B2", markersize=3, alpha=0.6, markeredgewidth=0)
    panel.set_yticks(range(len(groups)), list(groups))
    panel.set_ylim(len(groups) - 0.5, -0.5)
    panel.set_xlabel("largest cosine between the gradient at a noise image and the way to a real one")
    panel.spines[["top", "right"]].set_visible(False)
    paths = [folder / "real_images_cosines.png", folder / "real_images.png"]
    figure.savefig(paths[0], dpi=150)
    _grid(rows, critics).savefig(paths[1], dpi=150)
    return paths


def _grid(rows: Sequence[Row], critics: Sequence[str]) -> Any:
    """A line for each of some noise images: itself; for each critic, gradient and arrival; the exact partner."""
    from matplotlib.figure import Figure

    stored = {(row["critic"], row["image"]): row for row in rows if "_gradient" in row}
    count = next(row["_count"] for row in stored.values())
    real, fake = images(count)
    lines = min(SHOWN, count)
    titles = ["noise", *(f"{name}: {what}" for name in critics for what in ("gradient", "arrival")), "coupled"]
    figure = Figure(figsize=(1.1 * len(titles), 1.15 * lines + 0.3), layout="constrained")
    panels: Any = figure.subplots(lines, len(titles), squeeze=False)
    for i, line in enumerate(panels):
        shown = [fake[i]]
        for name in critics:
            row = stored[name, i]
            gradient = np.array(row["_gradient"], dtype=float)
            unit = gradient / (np.linalg.norm(gradient) or 1.0)
            shown += [gradient / 127.0, fake[i] + (row["step"] or 0.0) * unit]
        target = stored["exact", i]["target"]
        for panel, image in zip(line, [*shown, real[target] if target is not None else fake[i]], strict=True):
            panel.imshow(np.clip((image.reshape(SHAPE).transpose(1, 2, 0) + 1.0) / 2.0, 0.0, 1.0))
            panel.axis("off")
    for panel, title in zip(panels[0], titles, strict=True):
        panel.set_title(title, fontsize=6)
    return figure


EXPERIMENT = Experiment(
    question="Do a critic's gradients at noise images point at real images, exactly and after training?",
    source="LGAN paper, Figure 3 (there ten CIFAR-10 images)",
    cells=cells,
    work=work,
    conclude=conclude,
    draw=draw,
)
