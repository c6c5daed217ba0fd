"""CIFAR-10 from the binary batches that the user has. Nothing is downloaded, and no pickle is opened.

A file ``data_batch_1.bin`` to ``data_batch_5.bin`` or ``test_batch.bin`` holds 10000 records of 3073 bytes: the label,
0 to 9, then 1024 bytes of red, 1024 of green and 1024 of blue, row by row.
"""

from pathlib import Path

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import UnknownName
from lgantheory.files.opening import file_bytes, refuse
from lgantheory.neural.data.dataset import Dataset, Source, first
from lgantheory.neural.data.pixels import SCALING, from_bytes

RECORD = 1 + 3 * 32 * 32
RECORDS = 10000
FILES = {"train": tuple(f"data_batch_{i}.bin" for i in range(1, 6)), "test": ("test_batch.bin",)}
FOLDER = "cifar-10-batches-bin"


def load(
    path: str | Path, split: str = "train", size: int | None = None, seed: int = 0, records: int = RECORDS
) -> Dataset:
    """Images (3, 32, 32) with labels 0 to 9.

    Args:
        path: the folder ``cifar-10-batches-bin`` of the binary version, the folder around it, or one of its files.
        split: "train" or "test"; without meaning for one file.
        size: so many images, drawn by ``seed``; all for None.
        seed: for ``size``.
        records: how many images each file must hold.

    Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009); format of the binary version.

    Raises:
        UnknownName: another split. UnreadableFile: a file is missing, has another length, or holds another label.
    """
    if split not in FILES:
        raise UnknownName(f"got the split {split!r}; needed one of: {', '.join(FILES)}.")
    place = Path(path)
    batches = [_batch(file, records) for file in _files(place, split)]
    pixels, labels = (np.concatenate(part) for part in zip(*batches, strict=True))
    rows = first(labels, size, seed)
    return Dataset(
        name="cifar10",
        shape=(3, 32, 32),
        real=from_bytes(pixels[rows]),
        source=f"CIFAR-10, {place.name if place.is_file() else split}, {SCALING}",
        labels=labels[rows],
    )


def _files(place: Path, split: str) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        refuse(place, f"got no such file or folder; needed the folder {FOLDER}, or a file such as {FILES[split][0]}.")
    inside = place / FOLDER
    folder = inside if inside.is_dir() else place
    missing = [name for name in FILES[split] if not (folder / name).is_file()]
    if missing:
        other = (folder / "data_batch_1").is_file() or (folder / "batches.meta").is_file()
        kind = " This is the Python version, whose pickles are not opened; get the binary version." if other else ""
        refuse(folder, f"got a folder without {', '.join(missing)}; needed the files of the binary version.{kind}")
    return [folder / name for name in FILES[split]]


def _batch(file: Path, records: int) -> tuple[Array, Array]:
    data = file_bytes(file)
    if len(data) != records * RECORD:
        refuse(
            file,
            f"got {len(data)} bytes; needed {records * RECORD}, that is {records} images of {RECORD} bytes. "
            "The file is not a CIFAR-10 binary batch, or is cut off: fetch it again.",
        )
    table = np.frombuffer(data, dtype=np.uint8).reshape(records, RECORD)
    bad = np.flatnonzero(table[:, 0] > 9)
    if len(bad):
        refuse(
            file,
            f"image {bad[0] + 1}: got the label {table[bad[0], 0]}; needed 0 to 9. It is no CIFAR-10 binary batch.",
        )
    return table[:, 1:].reshape(-1, 3, 32, 32), table[:, 0].astype(np.int64)


DATASET = Source("cifar10", load, "Binary CIFAR-10 batches in a folder of yours (path=, split=train|test).")
