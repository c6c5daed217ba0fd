"""What a run leaves behind: one row of numbers per logged step, as JSON lines while it runs and as CSV at its end.

=====================  ================================================================================
column                 what it is
=====================  ================================================================================
step                   counted from 1
objective, loss        with and without the regulariser's charge, on the step's own points
w1_estimate            E_real f - E_fake f: W1 times the slope of f, were f optimal; signed
slope_max, slope_mean  of f at the regulariser's points; null where it asks for none
seconds                of computing so far, checkpoints included; the one column that differs between equal runs
=====================  ================================================================================
"""

import csv
import importlib.util
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lgantheory.errors import InvalidParameter, UnreadableFile, UnwritableFile
from lgantheory.files.writing import write_text
from lgantheory.neural.checkpoints import Checkpoint, list_checkpoints, read_checkpoint, save_checkpoint, versions
from lgantheory.neural.settings import Settings

Row = dict[str, Any]

HISTORY, TABLE, SETTINGS, CHECKPOINTS = "history.jsonl", "history.csv", "settings.json", "checkpoints"


@dataclass(frozen=True)
class Journal:
    """Where a run writes, and who hears of it.

    * ``folder``: rows, settings and checkpoints go there; ``None`` keeps the rows in memory only.
    * ``resume``: go on from the folder's last checkpoint; without it a folder with a run in it is refused.
    * ``on_row``: called with each row. ``tensorboard``: write the rows for TensorBoard too (an extra package).
    """

    folder: Path | None = None
    resume: bool = False
    on_row: Callable[[Row], None] | None = None
    tensorboard: bool = False

    def open(self, settings: Settings) -> Checkpoint | None:
        """Make the folder ready; the checkpoint to go on from, if that is wanted.

        Raises:
            InvalidParameter: there is a run already and nobody said resume, or the other way round; no tensorboard.
            UnreadableFile: the last checkpoint is damaged or of another run.
            UnwritableFile: the folder cannot be made.
        """
        if self.folder is None:
            return None
        if self.tensorboard and importlib.util.find_spec("tensorboard") is None:
            raise InvalidParameter(
                "got tensorboard, which is not installed; needed the package. Do: pip install tensorboard"
            )
        made = list_checkpoints(self.checkpoints)
        if not self.resume:
            self._begin(settings)
            return None
        if not made and not (self.folder / SETTINGS).exists():
            raise InvalidParameter(f"got resume with {self.folder}, which holds no run; needed the folder of one.")
        if (self.folder / SETTINGS).exists():
            _require_same(stored_settings(self.folder), settings, self.folder)
        return read_checkpoint(made[-1], settings.config_hash) if made else None

    def rewind(self, checkpoint: Checkpoint | None, settings: Settings) -> list[Row]:
        """Forget the rows after the checkpoint; the ones before it. The settings are stored anew: steps may be added.

        Raises:
            UnreadableFile: rows are missing that the checkpoint knows of.
        """
        if self.folder is None or not self.resume:
            return []
        step, counted = (checkpoint.step, checkpoint.notes.get("rows", 0)) if checkpoint else (0, 0)
        rows = [row for row in read_history(self.folder) if row["step"] <= step]
        if len(rows) != counted:
            raise UnreadableFile(
                f"{self.folder / HISTORY}: got {len(rows)} rows up to step {step}; needed {counted}, as the checkpoint "
                "counted. Put the file back, or start anew in another folder."
            )
        write_text(self.folder / HISTORY, "".join(_line(row) for row in rows))
        _store_settings(self.folder, settings)
        return rows

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints."""
        return (self.folder or Path()) / CHECKPOINTS

    def write(self, row: Row) -> None:
        """Add one row; it is in the file when this returns, whatever happens to the process then."""
        if self.folder is not None:
            with (self.folder / HISTORY).open("a", encoding="utf-8") as file:
                file.write(_line(row))
        if self.on_row is not None:
            self.on_row(row)

    def save(self, checkpoint: Checkpoint) -> None:
        """Store a checkpoint where there is a folder."""
        if self.folder is not None:
            save_checkpoint(self.checkpoints, checkpoint)

    def last_checkpoint(self) -> Path | None:
        """Where the last one is; ``None`` for none."""
        made = [] if self.folder is None else list_checkpoints(self.checkpoints)
        return made[-1] if made else None

    def close(self, rows: list[Row]) -> None:
        """The table of all rows, for a spreadsheet."""
        if self.folder is None:
            return
        text = io.StringIO()
        table = csv.DictWriter(text, list(rows[0]) if rows else ["step"], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        write_text(self.folder / TABLE, text.getvalue())
        if self.tensorboard:
            write_tensorboard(self.folder, rows)

    def _begin(self, settings: Settings) -> None:
        folder = self.folder or Path()
        if (folder / SETTINGS).exists() or list_checkpoints(self.checkpoints):
            raise InvalidParameter(
                f"got {folder}, which holds a run already; needed a new folder, or --resume to go on with that run."
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnwritableFile(
                f"{folder}: could not be made ({error.strerror}); needed a place that can be written."
            ) from None
        write_text(folder / HISTORY, "")
        _store_settings(folder, settings)


def stored_settings(folder: Path) -> dict[str, Any]:
    """What ``settings.json`` of a run's folder holds: ``kind``, ``settings``, ``versions``, ``config_hash``.

    Raises:
        UnreadableFile: there is none, or something else.
    """
    path = folder / SETTINGS
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path}: could not be read ({error}); needed the folder of a run.") from None
    if not isinstance(content, dict) or not {"kind", "settings", "config_hash"} <= set(content):
        raise UnreadableFile(f"{path}: got no settings of a run; needed kind, settings and config_hash.")
    return content


def read_history(folder: Path) -> list[Row]:
    """The rows of a run; a last line that was cut off does not count."""
    path = folder / HISTORY
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path}: could not be read ({error}); needed the rows of a run.") from None
    try:
        return [json.loads(line) for line in lines if line.endswith("\n")]
    except ValueError:
        raise UnreadableFile(f"{path}: got a line that is no JSON; needed the rows of a run.") from None


def write_tensorboard(folder: Path, rows: list[Row]) -> None:
    """The rows as scalars for TensorBoard, under ``tensorboard``; needs that package."""
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(folder / "tensorboard")) as writer:
        for row in rows:
            for name, value in row.items():
                if name != "step" and value is not None:
                    writer.add_scalar(name, value, row["step"])


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, allow_nan=False) + "\n"


def _require_same(stored: Mapping[str, Any], settings: Settings, folder: Path) -> None:
    if stored["config_hash"] != settings.config_hash:
        theirs = {"kind": stored["kind"], **stored["settings"]}
        other = [name for name, value in settings.hashed.items() if theirs.get(name) != value]
        raise InvalidParameter(
            f"got resume of {folder} with other settings ({', '.join(other) or 'of another version'}); needed those of "
            "the run that it holds, which are in its settings.json."
        )


def _store_settings(folder: Path, settings: Settings) -> None:
    values = {"kind": settings.kind, "settings": settings.model_dump(mode="json"), "versions": versions()}
    write_text(folder / SETTINGS, json.dumps({**values, "config_hash": settings.config_hash}, indent=1))
