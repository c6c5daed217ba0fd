"""Checkpoints: tensors in safetensors, the rest in JSON, and either all of it on the disk or nothing.

A checkpoint is the folder ``step-00000500`` with two files. ``state.safetensors``: weights, running mean, optimisers,
regulariser, generators of random numbers, position in the data. ``checkpoint.json``: step, hash of the settings,
versions, SHA-256 of the tensors. It is written beside its place, forced to the disk and renamed; the last two are kept.
Nothing here unpickles anything.
"""

import hashlib
import json
import os
import platform
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import safetensors
import torch
from safetensors.torch import load, save
from torch import Tensor

import lgantheory
from lgantheory.errors import UnreadableFile, UnwritableFile

FORMAT = "lgantheory checkpoint 1"
KEPT = 2  # the last one and the one before: a disk may lose the last
_TENSORS, _NOTES = "state.safetensors", "checkpoint.json"
_NAME = re.compile(r"step-(\d{8,})")


@dataclass(frozen=True)
class Checkpoint:
    """``state``: named tensors on the CPU; ``notes``: what the run wants to remember beside them."""

    step: int
    state: Mapping[str, Tensor]
    config_hash: str
    notes: Mapping[str, Any]


def list_checkpoints(folder: Path) -> list[Path]:
    """The checkpoints under a folder, oldest first."""
    found = folder.iterdir() if folder.is_dir() else ()
    named = [(int(match.group(1)), path) for path in found if (match := _NAME.fullmatch(path.name))]
    return [path for _, path in sorted(named)]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Store it under the folder, whole or not at all, and let go of all but the last two.

    Raises:
        UnwritableFile: it could not be done; the ones before are as they were.
    """
    place = folder / f"step-{checkpoint.step:08d}"
    draft = folder / f".draft-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for rest in (*folder.glob(".draft-*"), *folder.glob(".old-*")):
            shutil.rmtree(rest)  # of a run that was killed while it wrote
        draft.mkdir()
        for name, content in _contents(checkpoint).items():
            _write_through(draft / name, content)
        _sync_folder(draft)
        if place.exists():
            _drop(place)
        draft.rename(place)
        _sync_folder(folder)
        for old in list_checkpoints(folder)[:-KEPT]:
            _drop(old)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise UnwritableFile(
            f"{place}: could not be written ({error.strerror or error}); needed a folder with room and permission."
        ) from None
    return place


def read_checkpoint(path: Path, config_hash: str) -> Checkpoint:
    """The checkpoint in this folder, of a run with these settings.

    Raises:
        UnreadableFile: damaged, cut off, made by another program or by other settings.
    """
    notes = _read_notes(path)
    if notes["config_hash"] != config_hash:
        _refuse(
            path, "got the checkpoint of a run with other settings", "Give the settings of that run, or another --out"
        )
    content = _bytes(path / _TENSORS)
    if hashlib.sha256(content).hexdigest() != notes["sha256"]:
        _refuse(path, f"got a damaged {_TENSORS}: its SHA-256 is not the one in {_NOTES}", _advice(path))
    try:
        state = load(content)
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        _refuse(path, f"got a {_TENSORS} that is none ({error})", _advice(path))
    return Checkpoint(notes["step"], state, config_hash, notes["notes"])


def require_fit(path: Path, state: Mapping[str, Tensor], current: Mapping[str, Tensor]) -> None:
    """Refuse tensors that are not, name by name, of the shapes and types of the current ones.

    Raises:
        UnreadableFile: the first difference is named.
    """
    for name in sorted({*state, *current}):
        got, needed = (_kind(tensors.get(name)) for tensors in (state, current))
        if got != needed:
            _refuse(
                path, f"got {got} for {name}, where the run has {needed}", "Resume with what the run was started with"
            )


def versions() -> dict[str, str]:
    """What the bits of a run depend on besides its settings."""
    return {
        "lgantheory": lgantheory.__version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "threads": str(torch.get_num_threads()),
    }


def _kind(tensor: Tensor | None) -> str:
    return "nothing" if tensor is None else f"{str(tensor.dtype).removeprefix('torch.')}{list(tensor.shape)}"


def _contents(checkpoint: Checkpoint) -> dict[str, bytes]:
    tensors = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in checkpoint.state.items()}
    content = save(tensors, metadata={"program": FORMAT})
    notes = {
        "format": FORMAT,
        "step": checkpoint.step,
        "config_hash": checkpoint.config_hash,
        "sha256": hashlib.sha256(content).hexdigest(),
        "versions": versions(),
        "notes": dict(checkpoint.notes),
    }
    return {_TENSORS: content, _NOTES: json.dumps(notes, indent=1, sort_keys=True).encode()}


def _read_notes(path: Path) -> dict[str, Any]:
    try:
        notes = json.loads(_bytes(path / _NOTES))
    except (ValueError, RecursionError):
        _refuse(path, f"got a {_NOTES} that is no JSON", _advice(path))
    kinds = {"format": str, "step": int, "config_hash": str, "sha256": str, "notes": dict}
    if not isinstance(notes, dict) or any(not isinstance(notes.get(name), kind) for name, kind in kinds.items()):
        _refuse(path, f"got a {_NOTES} without {', '.join(kinds)}, made by another program", _advice(path))
    if notes["format"] != FORMAT or f"step-{notes['step']:08d}" != path.name:
        _refuse(
            path,
            f"got format {notes['format']!r} and step {notes['step']}",
            f"It should be {FORMAT!r}; {_advice(path)}",
        )
    return notes


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(path.parent, f"could not read {path.name} ({error.strerror})", _advice(path.parent))


def _advice(path: Path) -> str:
    others = [other.name for other in list_checkpoints(path.parent) if other != path]
    return f"Remove this folder to go on from {others[-1]}" if others else "Start anew in another folder"


def _refuse(path: Path, got: str, do: str) -> NoReturn:
    raise UnreadableFile(
        f"{path}: {got}; needed a whole checkpoint of this run. Nothing was loaded or changed. {do}."
    ) from None


def _drop(path: Path) -> None:
    """Remove a checkpoint; half removed, it no longer has a checkpoint's name."""
    gone = path.with_name(f".old-{secrets.token_hex(8)}")
    path.rename(gone)
    shutil.rmtree(gone)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
