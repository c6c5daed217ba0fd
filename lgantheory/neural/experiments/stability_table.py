"""The stability talk's table again: default or improved networks, n_cr critic steps per generator step, scored fairly.

The budget is the talk's: a number of critic updates, shared out as n_cr for each update of the generator, so that a
larger n_cr means fewer generator updates and a shorter epoch. Data on the line:

* "printed": the mixture on the talk's slide, N(-.5, .18^2), N(0, .14^2), N(.75, .12^2), equal shares;
* "scaled": N(2, .4^2), N(0, .55^2), N(5, .25^2), min-max scaled to [-1, 1], as in the code behind its table.

Measured at the end on ``scored`` new samples of each side, on the training scale, fixed beforehand: the
Kolmogorov-Smirnov statistic and exact W1 (and what two real samples of that size have), ``converged``: W1 below 0.1
(the talk states no criterion; this one is ours), ``slope``: the largest |f'| on a grid of [-1, 1], ``dead``: that it is
zero, so that the generator learns nothing; and the seconds of an epoch of 782 batches.

The slide says that n_cr barely affects the improved networks, and that they converge where the default ones do not.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.neural.experiments.experiment import Experiment, Settings
from lgantheory.neural.experiments.results import Cell, Row
from lgantheory.neural.experiments.spreads import sign_test, spread

MIXTURES = {
    "printed": ((-0.5, 0.18), (0.0, 0.14), (0.75, 0.12)),
    "scaled": ((2.0, 0.4), (0.0, 0.55), (5.0, 0.25)),
}
CONVERGED = 0.1
"""W1 below which a run counts as converged; ours, the talk has no criterion."""

BATCHES = 782
"""Of an epoch in the talk: 50 000 points in batches of 64."""

GRID = np.linspace(-1.0, 1.0, 2001)[:, None]


def cells(settings: Settings) -> list[Cell]:
    """One for each data set, network, n_cr and seed."""
    shared = {name: settings[name] for name in ("points", "critic_updates", "log_every", "scored")}
    return [
        {**shared, "data": data, "networks": networks, "n_cr": n_cr, "seed": seed}
        for data in settings["data"]
        for networks in settings["networks"]
        for n_cr in settings["critic_steps"]
        for seed in range(settings["seeds"])
    ]


def mixture(name: str, size: int, seed: int) -> Array:
    """``size`` points (size, 1) of a mixture; "scaled" by the least and the largest of 50 000 points of its own."""
    points = _drawn(name, size, np.random.default_rng([seed, 0]))
    if name == "scaled":
        reference = _drawn(name, 64 * BATCHES, np.random.default_rng(0))
        low, high = reference.min(), reference.max()
        points = 2.0 * (points - low) / (high - low) - 1.0
    return points[:, None]


def _drawn(name: str, size: int, rng: np.random.Generator) -> Array:
    means, deviations = np.array(MIXTURES[name]).T
    part = rng.integers(len(means), size=size)
    return means[part] + deviations[part] * rng.standard_normal(size)


def w1_on_the_line(x: Array, y: Array) -> float:
    """Exact W1 of two samples of one size on the line: the mean of ``|x_(i) - y_(i)|`` over the sorted samples."""
    return float(np.abs(np.sort(x, axis=None) - np.sort(y, axis=None)).mean())


def work(cell: Cell) -> list[Row]:
    """Train one GAN and score it: one row."""
    from lgantheory.neural.evaluation import evaluated
    from lgantheory.neural.gan import train_gan
    from lgantheory.neural.scores import ks_statistics
    from lgantheory.neural.settings import TrainingSettings, preset_values

    own = {"steps": max(1, cell["critic_updates"] // cell["n_cr"]), "critic_steps": cell["n_cr"]}
    own |= {"seed": cell["seed"], "log_every": cell["log_every"], "device": "cpu"}
    settings = TrainingSettings.of({**preset_values(cell["networks"], (1,)), **own})
    trained = train_gan(mixture(cell["data"], cell["points"], cell["seed"]), settings)
    fake = np.asarray(trained.sample(cell["scored"], seed=cell["seed"]), dtype=np.float64).reshape(-1, 1)
    fresh, other = (mixture(cell["data"], cell["scored"], 1000 * k + cell["seed"]) for k in (1, 2))
    slope = float(np.abs(evaluated(trained.critic, 1).gradients(GRID)).max())
    w1 = w1_on_the_line(fresh, fake)
    per_update = trained.history[-1]["seconds"] / (own["steps"] * own["critic_steps"])
    return [
        {
            **{name: cell[name] for name in ("data", "networks", "n_cr", "seed")},
            "ks": float(ks_statistics(fresh, fake)[0]),
            "w1": w1,
            "ks_real": float(ks_statistics(fresh, other)[0]),
            "w1_real": w1_on_the_line(fresh, other),
            "converged": w1 < CONVERGED,
            "slope": slope,
            "dead": slope == 0.0,
            "epoch_seconds": per_update * BATCHES,
        }
    ]


def conclude(rows: Sequence[Row]) -> list[str]:
    """Each line of the table; then how often the slide's two sentences are right."""
    sentences = []
    for key in dict.fromkeys(_key(row) for row in rows):
        of = [row for row in rows if _key(row) == key]
        sentences.append(
            f"{key[0]}, {key[1]}, n_cr = {key[2]}: W1 {spread([r['w1'] for r in of]).text()}, KS "
            f"{spread([r['ks'] for r in of]).text()}, converged {sum(r['converged'] for r in of)} of {len(of)}, dead "
            f"{sum(r['dead'] for r in of)}, slope {spread([r['slope'] for r in of]).text()}, an epoch takes "
            f"{spread([r['epoch_seconds'] for r in of]).text()} s"
        )
    real = spread([row["w1_real"] for row in rows])
    sentences.append(f"two real samples: W1 {real.text()}")
    return sentences + [s for data in dict.fromkeys(row["data"] for row in rows) for s in _decided(rows, data)]


def _key(row: Row) -> tuple[str, str, int]:
    return row["data"], row["networks"], row["n_cr"]


def _decided(rows: Sequence[Row], data: str) -> list[str]:
    table: dict[str, dict[int, list[float]]] = {}
    for row in (row for row in rows if row["data"] == data):
        table.setdefault(row["networks"], {}).setdefault(row["n_cr"], []).append(row["w1"])
    sentences = []
    for networks, by_n in table.items():
        few, many = min(by_n), max(by_n)
        if few < many:
            test = sign_test(by_n[few], by_n[many])
            sentences.append(
                f"{data}, {networks}: W1 is larger at n_cr = {few} than at {many} in {test.wins} of {test.count} seeds"
            )
    if len(table) == 2:
        (first, one), (second, two) = table.items()
        pairs = [(a, b) for n in one for a, b in zip(one[n], two.get(n, []), strict=False)]
        test = sign_test([a for a, _ in pairs], [b for _, b in pairs])
        sentences.append(
            f"{data}: W1 of {first} is larger than that of {second} in {test.wins} of {test.count} runs with the same "
            f"seed and n_cr, from {len(one[min(one)])} seeds"
        )
    return sentences


def draw(rows: Sequence[Row], folder: Path) -> list[Path]:
    """W1 at the end, a dot for each seed, and what two real samples have."""
    from matplotlib.figure import Figure

    sets = list(dict.fromkeys(row["data"] for row in rows))
    figure = Figure(figsize=(3.4 * len(sets) + 0.6, 2.8), layout="constrained")
    panels: Any = figure.subplots(1, len(sets), sharey=True, squeeze=False)
    for data, panel in zip(sets, panels[0], strict=True):
        of = [row for row in rows if row["data"] == data]
        keys = list(dict.fromkeys(_key(row)[1:] for row in of))
        for place, key in enumerate(keys):
            values = [row["w1"] for row in of if _key(row)[1:] == key]
            panel.plot([place] * len(values), values, "o", color="#0072B2", markersize=4, alpha=0.7, markeredgewidth=0)
        panel.axhline(spread([row["w1_real"] for row in of]).median, color="#222222", linewidth=1.0, linestyle="--")
        panel.set_xticks(
            range(len(keys)), [f"{name.removeprefix('stability-')}\nn_cr = {n}" for name, n in keys], fontsize=7
        )
        panel.set_yscale("log")
        panel.set_title(data, fontsize=9)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("W1 at the end (dashed: two real samples)")
    path = folder / "stability_table.png"
    figure.savefig(path, dpi=150)
    return [path]


EXPERIMENT = Experiment(
    question="Which conclusions of the stability talk's table survive seeds and a fair score?",
    source="Zubkov and Filatov, table of results and last slide",
    cells=cells,
    work=work,
    conclude=conclude,
    draw=draw,
)
