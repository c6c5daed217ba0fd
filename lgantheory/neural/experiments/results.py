"""Work in cells: each is done once, kept under the hash of what it depends on, and never done again.

A cell is a mapping of names to plain values, and everything that its rows depend on. Its rows go to
``cells/<hash>.json``, whole or not at all, as soon as they are there: who stops a comparison loses the cells in work
and no other. The tables of a folder are made of the cells that were asked for.
"""

import hashlib
import json
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lgantheory import __version__
from lgantheory.errors import InvalidParameter, UnwritableFile
from lgantheory.files.writing import replace_file, write_text
from lgantheory.parallel import in_parallel

Row = dict[str, Any]
Cell = Mapping[str, Any]
Work = Callable[[Cell], list[Row]]

CELLS = "cells"
FORMAT = 1
"""Part of every hash: rows of another layout are other rows."""

PACKAGES = ("numpy", "scipy", "torch", "pot", "scikit-learn", "scikit-image", "mlxtend")


def digest(cell: Cell) -> str:
    """SHA-256 of a cell as JSON with sorted keys, of this library's version and of torch's: 32 hex digits.

    Raises:
        TypeError, ValueError: a value that is not plain, or not finite; a fault of the caller.
    """
    text = json.dumps([FORMAT, __version__, _version("torch"), cell], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def carry_out(work: Work, cells: Sequence[Cell], folder: Path, *, jobs: int = 1, unit: str = "cell") -> list[Row]:
    """The rows of all cells, in their order; those that are not kept yet are made, ``jobs`` cells at a time.

    Every process computes on one thread, so that rows do not depend on ``jobs``.

    Raises:
        InvalidParameter: jobs is zero. UnwritableFile: the folder cannot be written. Whatever ``work`` raises.
    """
    if jobs == 0:
        raise InvalidParameter("got 0 jobs; needed how many processes, or -1 for one on each core.")
    make_folder(folder / CELLS)
    missing = [cell for cell in cells if kept(folder, cell) is None]
    for _ in in_parallel(_do, [(work, cell, folder) for cell in missing], jobs=jobs, unit=unit, ordered=False):
        pass
    return [row for cell in cells for row in kept(folder, cell) or []]


def kept(folder: Path, cell: Cell) -> list[Row] | None:
    """The rows of a cell if it was done; None if not, or if its file is damaged and the work has to be done again."""
    try:
        content = json.loads((folder / CELLS / f"{digest(cell)}.json").read_text(encoding="utf-8"))
        return content["rows"] if content["cell"] == json.loads(json.dumps(dict(cell))) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def make_folder(folder: Path) -> Path:
    """The folder, made if need be.

    Raises:
        UnwritableFile: it cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableFile(
            f"{folder}: could not be made a folder ({error.strerror}); needed another place."
        ) from None
    return folder


def write_tables(folder: Path, rows: Sequence[Row], about: Mapping[str, Any]) -> list[Path]:
    """``rows.csv``, ``rows.parquet`` and ``manifest.json``: what was asked, with its hash, by which versions.

    Columns whose names begin with an underscore are for pictures, and are left out.

    Raises:
        UnwritableFile: the folder cannot be written.
    """
    import pandas as pd

    shown = [{name: value for name, value in row.items() if not name.startswith("_")} for row in rows]
    frame = pd.DataFrame(shown).convert_dtypes()
    manifest = {
        **about,
        "config_hash": digest(dict(about)),
        "versions": {
            "python": platform.python_version(),
            "lgantheory": __version__,
            **{name: _version(name) for name in PACKAGES},
        },
        "rows": len(rows),
        "columns": list(map(str, frame.columns)),
    }
    replace_file(folder / "rows.parquet", frame.to_parquet(index=False))
    return [
        write_text(folder / "rows.csv", frame.to_csv(index=False)),
        folder / "rows.parquet",
        write_text(folder / "manifest.json", json.dumps(manifest, indent=2, sort_keys=True, allow_nan=False) + "\n"),
    ]


def plain(value: Any) -> Any:
    """A number as JSON has it: None for what is not finite, Python's own types for numpy's."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _do(work: Work, cell: Cell, folder: Path) -> None:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = [{name: plain(value) for name, value in row.items()} for row in work(cell)]
    finally:
        torch.set_num_threads(threads)
    content = json.dumps({"cell": dict(cell), "rows": rows}, allow_nan=False)
    replace_file(folder / CELLS / f"{digest(cell)}.json", content.encode())


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
