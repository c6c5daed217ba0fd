"""Do LGAN losses generate better images than a WGAN? Digits of 8x8, all runs of a grid, and no best one picked.

Generators and critics are perceptrons of one size, trained with one optimiser for the same number of steps. For the
penalty lam k^2 (MaxGP) lam is a weight of the objective; for GP it is the weight of the penalty. At the end ``scored``
samples of the averaged generator are held against digits that were kept out of the training, fixed beforehand:

* ``w1``: exact W1 in pixels; ``kid``: unbiased, in pixels; ``fd_lenet``: Frechet distance on features of a small
  classifier trained here, which is no FID. Beside each stands what other real digits have in place of generated ones.

For every lam an LGAN loss is compared with each critic of the linear loss, seed by seed.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.neural.experiments.experiment import Experiment, Settings
from lgantheory.neural.experiments.results import Cell, Row
from lgantheory.neural.experiments.spreads import sign_test, spread

SPLIT = 0
"""Seed of what is kept out of the training, and of the classifier."""

LINEAR = "wasserstein"


def cells(settings: Settings) -> list[Cell]:
    """One for each critic, lam and seed."""
    shared = {name: value for name, value in settings.items() if name not in ("critics", "lams", "seeds")}
    return [
        {**shared, "critic": critic, "lam": lam, "seed": seed}
        for critic in settings["critics"]
        for lam in settings["lams"]
        for seed in range(settings["seeds"])
    ]


def work(cell: Cell) -> list[Row]:
    """Train one GAN and score it: one row; without scores where the training diverged."""
    from lgantheory.errors import Diverged
    from lgantheory.neural.gan import train_gan
    from lgantheory.neural.settings import TrainingSettings

    train, _, _ = _parts(cell["scored"])
    loss, _, regulariser = cell["critic"].partition("/")
    options = {"width": cell["width"], "depth": 3}
    settings = TrainingSettings.of(
        {
            **{name: cell[name] for name in ("steps", "critic_steps", "batch", "learning_rate", "seed")},
            "loss": loss,
            "regulariser": regulariser,
            "regulariser_options": {"lam": cell["lam"]},
            "network_options": options,
            "generator_options": {**options, "output": "tanh"},
            "latent": 32,
            "log_every": cell["steps"],
            "device": "cpu",
        }
    )
    row: Row = {name: cell[name] for name in ("critic", "lam", "seed")}
    try:
        trained = train_gan(train, settings)
    except Diverged as why:
        return [{**row, "diverged": str(why)}]
    fake = np.asarray(trained.sample(cell["scored"], seed=cell["seed"]), dtype=np.float64)
    return [{**row, "diverged": None, **scores(fake, cell["scored"]), "seconds": trained.history[-1]["seconds"]}]


def scores(fake: Array, scored: int) -> Row:
    """Of generated digits, and of real ones in their place (``..._real``), against the digits kept out."""
    from lgantheory.neural.features import fd_lenet
    from lgantheory.neural.scores import exact_w1, kid

    _, held, other = _parts(scored)
    rng = np.random.default_rng(SPLIT)
    report = fd_lenet(_classifier(), held, fake, rng=rng)
    return {
        "w1": exact_w1(held, fake),
        "kid": kid(held, fake, rng=rng).value,
        "fd_lenet": report.fd_lenet,
        "w1_real": exact_w1(held, other),
        "kid_real": kid(held, other, rng=rng).value,
        "fd_lenet_real": report.baseline,
    }


@cache
def _parts(scored: int) -> tuple[Array, Array, Array]:
    """Digits to train on; ``scored`` kept out to score against; as many of the first, in place of generated ones."""
    from lgantheory.neural.data import get_dataset

    train, held = get_dataset("digits").split(scored, np.random.default_rng(SPLIT))
    return train.real, held.real, train.real[np.random.default_rng(SPLIT).permutation(train.size)[:scored]]


@cache
def _classifier() -> Any:
    from lgantheory.neural.data import get_dataset
    from lgantheory.neural.features import fit_lenet

    return fit_lenet(get_dataset("digits"))


def conclude(rows: Sequence[Row]) -> list[str]:
    """Scores of each critic and lam; then each LGAN loss against each linear one, by W1 of equal seeds."""
    sentences = []
    for critic, lam in dict.fromkeys((row["critic"], row["lam"]) for row in rows):
        of = [row for row in rows if (row["critic"], row["lam"]) == (critic, lam)]
        values = ", ".join(f"{name} {spread([r.get(name) for r in of]).text()}" for name in ("w1", "kid", "fd_lenet"))
        failed = sum(row["diverged"] is not None for row in of)
        sentences.append(f"{critic}, lam = {lam:g}: {values}; {len(of)} runs, {failed} diverged")
    real = ", ".join(f"{n} {spread([r.get(f'{n}_real') for r in rows]).text()}" for n in ("w1", "kid", "fd_lenet"))
    return [*sentences, f"real digits in place of generated ones: {real}", *_compared(rows)]


def _compared(rows: Sequence[Row]) -> list[str]:
    found = {(row["critic"], row["lam"], row["seed"]): row.get("w1") for row in rows}
    critics = list(dict.fromkeys(row["critic"] for row in rows))
    sentences = []
    for linear in (name for name in critics if name.startswith(LINEAR)):
        for other in (name for name in critics if not name.startswith(LINEAR)):
            keys = [key[1:] for key in found if key[0] == other]
            pairs = [(found[linear, *key], found[other, *key]) for key in keys if (linear, *key) in found]
            both = [(a, b) for a, b in pairs if a is not None and b is not None]
            test = sign_test([a for a, _ in both], [b for _, b in both])
            sentences.append(
                f"{other} has a smaller W1 than {linear} in {test.wins} of {test.count} runs with equal lam and seed, "
                f"from {len({key[1] for key in keys})} seeds"
            )
    return sentences


def draw(rows: Sequence[Row], folder: Path) -> list[Path]:
    """The three scores against lam, a dot for each seed, a line through medians for each critic; real digits dashed."""
    from matplotlib.figure import Figure

    from lgantheory.neural.experiments.comparison_picture import STYLES

    critics = list(dict.fromkeys(row["critic"] for row in rows))
    lams = sorted({row["lam"] for row in rows})
    figure = Figure(figsize=(10.0, 3.2), layout="constrained")
    panels: Any = figure.subplots(1, 3)
    for name, panel in zip(("w1", "kid", "fd_lenet"), panels, strict=True):
        for place, critic in enumerate(critics):
            colour, marker = STYLES[place % len(STYLES)]
            groups = [[r.get(name) for r in rows if (r["critic"], r["lam"]) == (critic, lam)] for lam in lams]
            for lam, values in zip(lams, groups, strict=True):
                known = [value for value in values if value is not None]
                panel.plot([lam * 1.05**place] * len(known), known, marker, color=colour, markersize=3, alpha=0.6)
            medians = [spread(values).median for values in groups]
            panel.plot([lam * 1.05**place for lam in lams], medians, color=colour, linewidth=1.2, label=critic)
        real = spread([row.get(f"{name}_real") for row in rows]).median
        panel.axhline(real, color="#222222", linestyle="--", linewidth=1.0)
        panel.set_xscale("log")
        panel.set_xlabel("λ")
        panel.set_title({"w1": "exact W1 in pixels", "kid": "KID in pixels", "fd_lenet": "FD_lenet"}[name], fontsize=9)
        panel.spines[["top", "right"]].set_visible(False)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(critics), fontsize=7)
    path = folder / "digit_images.png"
    figure.savefig(path, dpi=150)
    return [path]


EXPERIMENT = Experiment(
    question="Do LGAN losses generate better digits than a WGAN, over lam and seeds?",
    source="LGAN paper, Table 2 (there CIFAR-10 and Tiny ImageNet)",
    cells=cells,
    work=work,
    conclude=conclude,
    draw=draw,
)
