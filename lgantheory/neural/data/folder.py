"""Images of the user: a folder of png and jpg files.

The rule by which a picture becomes a sample, in this order: turned as its EXIF data say; what is transparent laid over
white; made three colours, or one grey with ``channels=1``; the largest square in the middle kept (of two, the upper or
left one); that square resized to ``side``, across and then down with bytes in between, by averaging over boxes where it
shrinks and by cubic interpolation where it grows; bytes scaled to [-1, 1].
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import InvalidParameter, UnreadableFile
from lgantheory.files.opening import printable, refuse
from lgantheory.neural.data.dataset import Dataset, Source, first, package
from lgantheory.neural.data.pixels import SCALING, from_bytes

SUFFIXES = (".png", ".jpg", ".jpeg")
FORMATS = ("PNG", "JPEG")

MOST_PIXELS = 64_000_000
"""A larger picture is refused before it is decoded: a small file may unpack to fill the memory. Arbitrary."""

DEEP = ("I", "I;16", "I;16B", "I;16L", "F")  # more than eight bits a channel: Pillow would cut them off, not scale them


def load(path: str | Path, side: int = 32, channels: int = 3, size: int | None = None, seed: int = 0) -> Dataset:
    """Every png, jpg and jpeg under ``path``, in the order of their names, as (channels, side, side).

    Where all of them lie in subfolders, the label of a picture is the number of its first subfolder, in order of names.

    Raises:
        UnreadableFile: no folder, no picture in it, or one that is damaged, is of another format than its name says,
            is too large, or has sixteen bits a channel.
        InvalidParameter: a side below one, or channels other than 1 and 3.
    """
    if side < 1 or channels not in (1, 3):
        raise InvalidParameter(f"got side {side} and {channels} channels; needed a side >= 1 and 1 or 3 channels.")
    place = Path(path)
    files = _files(place)
    chosen = np.arange(len(files))[first(np.arange(len(files)), size, seed)]
    labels = _labels(place, files)
    return Dataset(
        name=place.name or "folder",
        shape=(channels, side, side),
        real=from_bytes(np.stack([picture(files[i], side, channels) for i in chosen])),
        source=printable(f"{len(files)} pictures of the folder {place.name}, {side}x{side}, {SCALING}"),
        labels=None if labels is None else labels[chosen],
    )


def picture(file: Path, side: int, channels: int) -> Array:
    """One picture by the rule above, (channels, side, side) bytes.

    Raises:
        UnreadableFile: as `load`.
    """
    pillow: Any = package("PIL.Image", dataset="folder", pip="pillow")
    operations: Any = package("PIL.ImageOps", dataset="folder", pip="pillow")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes and odd EXIF entries; both are dealt with here
            with pillow.open(file, formats=FORMATS) as image:
                _require_modest(file, image)
                image.load()
                upright = _flattened(pillow, operations.exif_transpose(image), channels)
    except UnreadableFile:
        raise
    except Exception as error:  # noqa: BLE001  # a damaged file fails in any of the decoders
        reason = printable(" ".join(str(error).split()))[:100]
        refuse(file, f"got a file that is damaged or no png or jpg ({reason}); needed a whole picture. Remove it.")
    square = _middle(upright)
    how = pillow.Resampling.BOX if square.width >= side else pillow.Resampling.BICUBIC
    pixels = np.asarray(square.resize((side, side), how))
    return pixels.reshape(side, side, channels).transpose(2, 0, 1)


def _require_modest(file: Path, image: Any) -> None:
    if image.width * image.height > MOST_PIXELS:
        refuse(file, f"got {image.width}x{image.height} pixels; needed at most {MOST_PIXELS}. Shrink it first.")
    if image.mode in DEEP:
        refuse(file, f"got more than eight bits a channel (mode {image.mode}); needed eight. Convert it first.")


def _flattened(pillow: Any, image: Any, channels: int) -> Any:
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = pillow.alpha_composite(pillow.new("RGBA", image.size, "white"), image)
    return image.convert("RGB" if channels == 3 else "L")


def _middle(image: Any) -> Any:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        refuse(place, "got no such folder; needed a folder of png or jpg files.")
    files = sorted(file for file in place.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not files:
        refuse(place, f"got a folder without pictures; needed files ending in {', '.join(SUFFIXES)}.")
    return files


def _labels(place: Path, files: list[Path]) -> Array | None:
    parts = [file.relative_to(place).parts for file in files]
    if any(len(part) == 1 for part in parts):
        return None
    return np.unique([part[0] for part in parts], return_inverse=True)[1].astype(np.int64)


DATASET = Source("folder", load, "Your own png and jpg files under a folder (path=, side=, channels=).")
