"""What an experiment is, which ones there are, and how one is run.

An experiment asks one question of a source. Its settings stand in the YAML file of the same name: ``default`` takes
minutes on two cores, ``full`` says what is larger at the source's size. What is measured, and which sentences are drawn
from it, is fixed in the code before anything is run: every run that was asked for is in the rows, and none is picked.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.neural.experiments.results import Cell, Row, Work, carry_out, write_tables
from lgantheory.neural.settings import overridden, read_mapping

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Experiment:
    """``question`` in one line and ``source`` with its place; the rest are functions.

    * ``cells(settings)``: the pieces of work; ``work(cell)``: their rows;
    * ``conclude(rows)``: what follows, one sentence each, with numbers of runs and their spread;
    * ``draw(rows, folder)``: the pictures, and where they are.
    """

    question: str
    source: str
    cells: Callable[[Settings], list[Cell]]
    work: Work
    conclude: Callable[[Sequence[Row]], list[str]]
    draw: Callable[[Sequence[Row], Path], list[Path]]


@dataclass(frozen=True)
class Outcome:
    """Rows, sentences, and the files that were written."""

    rows: list[Row]
    conclusions: list[str]
    written: list[Path]


@cache
def _catalogue() -> Mapping[str, Experiment]:
    folder = importlib.import_module(__package__ or "lgantheory.neural.experiments")
    modules = {
        m.name: importlib.import_module(f"{folder.__name__}.{m.name}") for m in pkgutil.iter_modules(folder.__path__)
    }
    found = {name: module.EXPERIMENT for name, module in modules.items() if hasattr(module, "EXPERIMENT")}
    return MappingProxyType(dict(sorted(found.items())))


def list_experiments() -> list[str]:
    """Names that ``get_experiment`` knows: those of the files."""
    return list(_catalogue())


def get_experiment(name: str) -> Experiment:
    """The experiment of that name.

    Raises:
        UnknownName: there is none; the nearest is named.
    """
    if name not in _catalogue():
        close = get_close_matches(name, list_experiments(), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UnknownName(f"got the experiment {name!r}; needed one of {', '.join(list_experiments())}.{hint}")
    return _catalogue()[name]


def settings_of(name: str, *, full: bool = False, changes: Sequence[str] = ()) -> dict[str, Any]:
    """The settings of an experiment, with ``name=value`` texts over them.

    Raises:
        UnknownName: no such experiment. InvalidParameter: a name that the file does not have, or another kind of value.
    """
    _ = get_experiment(name)
    content = read_mapping(Path(__file__).with_name(f"{name}.yaml"))
    settings = {**content["default"], **(content.get("full", {}) if full else {})}
    changed = overridden(settings, changes)
    for key, value in changed.items():
        if key not in settings:
            close = get_close_matches(key, settings, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise InvalidParameter(f"got the setting {key!r}; needed one of {', '.join(settings)}.{hint}")
        if not _alike(value, settings[key]):
            raise InvalidParameter(f"got {key} = {value!r}; needed something like {settings[key]!r}.")
    return changed


def _alike(value: Any, model: Any) -> bool:
    """Of one kind: counts are counts from 1, numbers are positive, lists hold what the model's holds, and something."""
    if isinstance(model, list):
        return isinstance(value, list) and bool(value) and all(_alike(entry, model[0]) for entry in value)
    if isinstance(model, bool | str):
        return type(value) is type(model)
    if isinstance(model, int):
        return type(value) is int and value >= 1
    return isinstance(value, int | float) and not isinstance(value, bool) and 0.0 < value < float("inf")


def run_experiment(
    name: str, folder: Path, *, full: bool = False, changes: Sequence[str] = (), jobs: int = 1
) -> Outcome:
    """Do what is missing of an experiment, and write rows, manifest, conclusions and pictures to the folder.

    Raises:
        UnknownName, InvalidParameter: as ``settings_of``. UnwritableFile: the folder cannot be written.
    """
    experiment, settings = get_experiment(name), settings_of(name, full=full, changes=changes)
    rows = carry_out(experiment.work, experiment.cells(settings), folder, jobs=jobs, unit="run")
    sentences = experiment.conclude(rows)
    about = {"experiment": name, "question": experiment.question, "source": experiment.source, "settings": settings}
    written = write_tables(folder, rows, {**about, "conclusions": sentences})
    return Outcome(rows, sentences, [*written, *experiment.draw(rows, folder)])
