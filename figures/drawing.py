"""Draw figures into a folder: pictures, the tables they show, and a digest that tells next time what has changed."""

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lgantheory
from figures.digests import digest_of, of_bytes
from figures.figure import WHOLE, Figure, Size, Table, Tables
from figures.style import style
from lgantheory.errors import InvalidParameter, LGANTheoryError, UnwritableFile
from lgantheory.files.writing import replace_file, write_text

FORMATS = ("pdf", "png", "svg")

# Nothing that tells the day or the machine, so that the same figure has the same bytes.
_METADATA = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {"Software": None}}


@dataclass(frozen=True)
class Drawn:
    """What became of a figure: ``state`` is drawn, unchanged, missing or refused; ``note`` says what to do then."""

    figure: Figure
    state: str
    files: tuple[Path, ...]
    note: str = ""

    @property
    def there(self) -> bool:
        """Whether the folder now holds the figure."""
        return self.state in ("drawn", "unchanged")


def draw(figure: Figure, folder: Path, *, formats: Sequence[str] = ("pdf", "png"), size: Size = WHOLE) -> Drawn:
    """Draw one figure, unless what is in the folder came from the same code, results and options.

    Raises:
        UnwritableFile: the folder cannot be written to.
    """
    missing = [(path, command) for path, command in figure.stored if not path.is_file()]
    if missing:
        path, command = missing[0]
        return Drawn(figure, "missing", (), f"needs {path}; make it with: {command}")
    stamp, digest = folder / f"{figure.name}.json", digest_of(figure, formats, size)
    recorded = _recorded(stamp)
    if recorded.get("digest") == digest and all(_holds(folder / name, what) for name, what in _files(recorded)):
        return Drawn(figure, "unchanged", tuple(folder / name for name, _ in _files(recorded)))
    try:
        files = _draw(figure, figure.data(size), folder, formats)
    except UnwritableFile:
        raise
    except LGANTheoryError as error:
        return Drawn(figure, "refused", (), str(error))
    _remove_tables(folder, recorded, files)
    record = {
        "name": figure.name,
        "title": figure.title,
        "source": figure.source,
        "differs": figure.differs,
        "version": lgantheory.__version__,
        "quick": size.quick,
        "digest": digest,
        "files": {path.name: of_bytes(path.read_bytes()) for path in files},
    }
    _ = write_text(stamp, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    return Drawn(figure, "drawn", tuple(files))


def _draw(figure: Figure, tables: Tables, folder: Path, formats: Sequence[str]) -> list[Path]:
    files = [write_text(folder / f"{figure.name}-{name}.csv", as_csv(table)) for name, table in tables.items()]
    with style():
        picture = figure.draw(tables)
        for suffix in formats:
            memory = io.BytesIO()
            picture.savefig(memory, format=suffix, metadata=_METADATA[suffix])
            path = folder / f"{figure.name}.{suffix}"
            replace_file(path, memory.getvalue())
            files.append(path)
    return files


def as_csv(table: Table) -> str:
    """A table as text; numbers to all their digits, an empty cell where there is none.

    Raises:
        InvalidParameter: columns of different lengths.
    """
    columns = {name: list(values) for name, values in table.items()}
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidParameter(f"got columns of lengths {lengths}; needed equal ones. Fill the short ones with nan.")
    memory = io.StringIO()
    writer = csv.writer(memory, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in zip(*columns.values(), strict=True))
    return memory.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    number = float(value)
    return (
        "" if math.isnan(number) else repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    )


def _recorded(stamp: Path) -> dict[str, Any]:
    """What an earlier run wrote of itself; nothing if that cannot be read."""
    try:
        record = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    whole = isinstance(record, dict) and isinstance(record.get("files"), dict)
    return record if whole and all(Path(name).name == name for name in record["files"]) else {}


def _files(recorded: dict[str, Any]) -> list[tuple[str, str]]:
    return list(recorded.get("files", {}).items())


def _holds(path: Path, digest: str) -> bool:
    try:
        return of_bytes(path.read_bytes()) == digest
    except OSError:
        return False


def _remove_tables(folder: Path, recorded: dict[str, Any], files: Sequence[Path]) -> None:
    """Tables of the earlier run that the figure no longer has would be taken for tables of this one."""
    for name, what in _files(recorded):
        path = folder / name
        if path.suffix == ".csv" and path not in files and _holds(path, what):
            path.unlink()
