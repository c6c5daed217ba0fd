"""A run: the benchmarks that were asked for, one after the other, printed and stored as they go."""

import os
import platform
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import iter_modules

import benchmarks
from benchmarks import samples, transport
from benchmarks.digest import digest, updated
from benchmarks.measuring import measured
from benchmarks.picture import draw
from benchmarks.plans import Benchmark, Scale
from benchmarks.points import require_packages
from benchmarks.presentation import show, show_targets
from benchmarks.rows import Row, read_rows, with_growth, write_rows
from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.files import write_text

# Whose versions a time depends on.
PACKAGES = ("numpy", "scipy", "numba", "pot", "cvxpy", "clarabel")


def found() -> list[Benchmark]:
    """The benchmarks of this folder."""
    names = [info.name for info in iter_modules(benchmarks.__path__) if not info.name.startswith("_")]
    modules = [import_module(f"benchmarks.{name}") for name in names]
    return [module.BENCHMARK for module in modules if hasattr(module, "BENCHMARK")]


def chosen(names: Sequence[str]) -> list[Benchmark]:
    """Those named, or all.

    Raises:
        UnknownName: there is no such benchmark.
        InvalidParameter: real samples are asked for, and the packages that carry them are missing.
    """
    known = {benchmark.name: benchmark for benchmark in found()}
    for name in names:
        if name not in known:
            raise UnknownName(f"got the benchmark {name!r}; needed one of {', '.join(known)}.")
    wanted = [known[name] for name in names or known]
    if samples.BENCHMARK in wanted:
        require_packages()
    return wanted


def measure_all(wanted: Sequence[Benchmark], scale: Scale, solver: str, folder: Path | None) -> list[Row]:
    """The rows of all benchmarks wanted; printed, and stored in the folder if one is given."""
    about = machine(scale, solver)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    for benchmark in wanted:
        mine = measure_one(
            benchmark, scale, solver, None if folder is None else folder / f"{benchmark.name}.csv", about
        )
        show(benchmark, mine)
        rows += mine
        if folder is not None and benchmark is transport.BENCHMARK:
            _ = draw(mine, folder)
    show_targets(rows)
    return rows


def measure_one(benchmark: Benchmark, scale: Scale, solver: str, path: Path | None, about: dict[str, str]) -> list[Row]:
    """One benchmark; its file is rewritten after every group, so that hours of work survive an interruption."""
    from tqdm import tqdm

    groups = list(benchmark.groups(scale, solver))
    rows: list[Row] = []
    with tqdm(total=sum(group.turns for group in groups), desc=benchmark.name, disable=None, leave=False) as bar:
        for done, group in enumerate(groups, 1):
            rows = with_growth([*rows, *measured(benchmark.name, group, bar.update)])
            if path is not None:
                write_rows(path, rows, {**about, "complete": "yes" if done == len(groups) else "no"})
    return rows


def machine(scale: Scale, solver: str) -> dict[str, str]:
    """What the numbers depend on, in words."""
    return {
        "run": scale.value,
        "solver": solver,
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "system": platform.system(),
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    """The model where Linux tells it, else the architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def write_digest(readme: Path, folder: Path) -> None:
    """Make the tables of a README anew from the stored results.

    Raises:
        InvalidParameter: nothing is stored, or the README has no marks.
    """
    stored = {path.stem: read_rows(path) for path in sorted(folder.glob("*.csv"))}
    if not stored:
        raise InvalidParameter(f"got no csv file in {folder}; needed the results of a run: python -m benchmarks.")
    rows = [row for lines, _ in stored.values() for row in lines]
    heads: dict[str, list[str]] = {}
    for name, (_, head) in stored.items():
        heads.setdefault(", ".join(f"{key} {value}" for key, value in head.items()), []).append(name)
    about = [f"{', '.join(names)}: {head}." for head, names in heads.items()]
    _ = write_text(readme, updated(readme.read_text(), digest(found(), rows, about)))
