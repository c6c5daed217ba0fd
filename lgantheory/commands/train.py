"""``train``: a GAN, a critic alone, or particles under the exact critic; what the run leaves is in one folder."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from lgantheory.commands.running import output
from lgantheory.errors import InvalidParameter, UnknownName

KINDS = {"network": "gan", "alone": "critic", "exact": "particles"}
"""What ``--critic`` may be, and the kind of settings that goes with it."""

HASH_SHOWN = 32  # letters of a word in the table: a hash is known by fewer than all
SCORED = 500  # samples on each side of the exact W1 at the end; arbitrary: a second on one core


def train(
    out: Annotated[Path, typer.Option(help="Folder of the run: log, checkpoints, pictures.")],
    *,
    preset: Annotated[str | None, typer.Option(help="A source's settings, such as lgan or wgan-gp.")] = None,
    config: Annotated[Path | None, typer.Option(help="Settings in YAML or JSON, in place of a preset.")] = None,
    data: Annotated[str | None, typer.Option(help="Data set, such as digits or 'toy(case=3)', or a file.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps of the generator.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    critic: Annotated[str, typer.Option(help="network: a GAN. alone: no generator. exact: particles.")] = "network",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    changes: Annotated[list[str] | None, typer.Option("--set", help="name=value over the settings; repeat.")] = None,
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write the log for TensorBoard too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Train a GAN on data, or a critic between real and fake samples, and keep checkpoints to go on from."""
    from lgantheory.neural.logs import Journal

    named = {"data": data, "steps": steps, "seed": seed}
    said = [f"{name}={json.dumps(value)}" for name, value in named.items() if value is not None]
    texts = [*said, *(changes or [])]
    kind, base = _base(out, preset, config, critic=critic, resume=resume)
    settings, dataset = _settled(kind, base, texts)
    with closing(_Progress(settings.steps)) as progress:
        journal = Journal(out, resume, progress.show, tensorboard)
        rows, made = _RUNS[kind](settings, dataset, journal)
    summary = _summary(settings, rows, dataset, made)
    _leave(out, rows, dataset, made)
    output().print(json.dumps(summary, allow_nan=False), soft_wrap=True) if as_json else _print(summary, rows, out)


# ---------------------------------------------------------------------------------------------------------------------
# Settings: the base, then the data that a preset's variant depends on, then what the command line says


def _base(
    out: Path, preset: str | None, config: Path | None, *, critic: str, resume: bool
) -> tuple[str, dict[str, Any] | str]:
    """The kind of run, and values, or the name of a preset whose values wait for the data."""
    from lgantheory.neural.logs import stored_settings
    from lgantheory.neural.reading import read_mapping

    if critic not in KINDS:
        raise UnknownName(f"got --critic {critic}; needed one of {', '.join(KINDS)}.")
    if preset is not None and config is not None:
        raise InvalidParameter("got --preset and --config; needed one of them.")
    if resume and preset is None and config is None:
        stored = stored_settings(out)
        if stored["kind"] not in _RUNS or not isinstance(stored["settings"], dict):
            raise InvalidParameter(f"got --resume with {out}, which holds no run of this command; needed one.")
        return stored["kind"], stored["settings"]
    if config is not None:
        return KINDS[critic], read_mapping(config)
    return KINDS[critic], {} if critic == "exact" and preset is None else preset or "lgan"


def _settled(kind: str, base: dict[str, Any] | str, texts: list[str]) -> tuple[Any, Any]:
    """The settings and the data."""
    from lgantheory.neural import settings as room
    from lgantheory.neural.data import get_dataset

    models = {"gan": room.TrainingSettings, "critic": room.AloneSettings, "particles": room.ParticleSettings}
    model = models[kind]
    if kind == "particles" and isinstance(base, str):
        raise InvalidParameter("got --preset with --critic exact, which has no networks; use --set lam=0.5 and so on.")
    first = base if isinstance(base, dict) else _of_model(room.preset_values(base), model)
    chosen = room.overridden(first, texts)
    about = model.model_construct(**{**{n: f.default for n, f in model.model_fields.items()}, **chosen})
    dataset = get_dataset(_text(about.data), **_mapping(about.data_options))
    if isinstance(base, str):
        chosen = room.overridden(_of_model(room.preset_values(base, dataset.shape), model), texts)
    return model.of(chosen), dataset


def _of_model(values: dict[str, Any], model: Any) -> dict[str, Any]:
    """A preset is of a GAN; a critic alone takes what concerns it."""
    return {name: value for name, value in values.items() if name in model.model_fields}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidParameter(f"got data = {value!r}; needed the name of a data set, such as digits.")
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidParameter(f"got data_options = {value!r}; needed names with values: --set data_options.size=100.")
    return value


# ---------------------------------------------------------------------------------------------------------------------
# The three kinds of run: rows, and the samples that came out, if any did


def _run_gan(settings: Any, dataset: Any, journal: Any) -> tuple[list[Any], Any]:
    from lgantheory.neural.gan import train_gan

    real = dataset.real if dataset.weights is None else dataset.measures()[0]
    trained = train_gan(real, settings, journal=journal)
    return trained.history, trained.sample(SCORED, seed=settings.seed)


def _run_critic(settings: Any, dataset: Any, journal: Any) -> tuple[list[Any], Any]:
    from lgantheory.neural.training import train_critic

    _require_fake(dataset)
    weighted = dataset.weights is not None or dataset.fake_weights is not None
    real, fake = dataset.measures() if weighted else (dataset.real, dataset.fake)
    return train_critic(real, fake, settings, journal=journal).history, None


def _run_particles(settings: Any, dataset: Any, journal: Any) -> tuple[list[Any], Any]:
    from lgantheory.neural.particles import move_particles

    moved = move_particles(dataset.real, settings, fake=dataset.fake, journal=journal)
    return moved.history, moved.points.reshape(-1, *dataset.shape)


_RUNS = {"gan": _run_gan, "critic": _run_critic, "particles": _run_particles}


def _require_fake(dataset: Any) -> None:
    if dataset.fake is None:
        raise InvalidParameter(
            f"got --critic alone with data {dataset.name!r}, which has no fake samples; needed toy or minfunnel."
        )


class _Progress:
    """A bar on standard error, where that is a terminal, with the numbers of the last logged step."""

    SHOWN = ("loss", "objective", "w1_estimate", "w1", "slope_max", "k", "gap")

    def __init__(self, steps: int) -> None:
        from tqdm import tqdm

        self.bar = tqdm(total=steps, disable=None, file=sys.stderr, leave=False, dynamic_ncols=True)

    def close(self) -> None:
        """Take the bar away."""
        self.bar.close()

    def show(self, row: dict[str, Any]) -> None:
        """A row of the log."""
        values = {name: f"{row[name]:.3g}" for name in self.SHOWN if row.get(name) is not None}
        self.bar.set_postfix(values, refresh=False)
        _ = self.bar.update(row["step"] - self.bar.n)


# ---------------------------------------------------------------------------------------------------------------------
# What is printed and left


def _summary(settings: Any, rows: list[Any], dataset: Any, made: Any) -> dict[str, Any]:
    last = {name: value for name, value in rows[-1].items() if value is not None} if rows else {}
    about = {"run": settings.kind, "data": dataset.name, "critic_loss": settings.loss, "seed": settings.seed}
    return {**about, "config_hash": settings.config_hash, **last, **_scores(dataset, made, settings.seed)}


def _scores(dataset: Any, made: Any, seed: int) -> dict[str, Any]:
    """Exact W1 of as many generated as real samples, and of real against other real ones, which is the floor."""
    import numpy as np

    from lgantheory.neural.scores import exact_w1

    if made is None or dataset.weights is not None or len(dataset.real) < 2:
        return {}
    count = min(SCORED, len(dataset.real) // 2, len(made))
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(dataset.real))
    first, second = (np.asarray(dataset.real)[order[k * count : (k + 1) * count]] for k in (0, 1))
    drawn = made[rng.permutation(len(made))[:count]]
    return {"scored": count, "w1_generated": exact_w1(first, drawn), "w1_real": exact_w1(first, second)}


def _leave(out: Path, rows: list[Any], dataset: Any, made: Any) -> None:
    from lgantheory.neural.pictures import draw_curves, draw_samples

    draw_curves(out / "curve.png", rows)
    if made is not None:
        _ = draw_samples(out / "samples.png", made, dataset.real)


_WORDS = {
    "run": "kind of run",
    "config_hash": "hash of the settings",
    "step": "steps done",
    "w1_estimate": "E_real f - E_fake f",
    "slope_max": "largest slope seen",
    "slope_mean": "mean slope seen",
    "k": "Lipschitz constant k",
    "gap": "relative gap",
    "w1": "exact W1 before the last step",
    "scored": "samples per side, below",
    "w1_generated": "exact W1, generated to real",
    "w1_real": "exact W1, real to real",
}


def _print(summary: dict[str, Any], rows: list[Any], out: Path) -> None:
    from rich.table import Table

    table = Table(title=None, box=None, pad_edge=False)
    for heading in ("", "at first", "at last"):
        table.add_column(heading, overflow="fold")
    for name, value in summary.items():
        before = rows[0].get(name) if rows and name in rows[0] else None
        table.add_row(_WORDS.get(name, name.replace("_", " ")), "" if before is None else _shown(before), _shown(value))
    console = output()
    console.print(table)
    files = [name for name in ("history.csv", "curve.png", "samples.png", "checkpoints") if (out / name).exists()]
    console.print(f"\nIn {out}: {', '.join(files)}.", soft_wrap=True)


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:HASH_SHOWN]
