"""What every reader shares: getting the bytes of a file, and refusing in one line."""

from pathlib import Path
from typing import NoReturn

from lgantheory.errors import UnreadableFile

WeightColumn = str | int | None
"""Where the weights are: a name, an index from zero, or wherever the file's own words say."""


def refuse(path: Path, reason: str) -> NoReturn:
    """Raise UnreadableFile about this file."""
    raise UnreadableFile(printable(f"{path}: {reason}")) from None


def printable(text: str) -> str:
    """The text on one line that no terminal acts on: a name or a cell may hold anything."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def column_index(weights: WeightColumn, width: int) -> int | None:
    """Which of ``width`` columns ``weights`` counts out, from zero: an index as in numpy, or text from "1" upwards."""
    if isinstance(weights, str):
        return int(weights) - 1 if weights in map(str, range(1, width + 1)) else None
    return None if weights is None or not -width <= weights < width else weights % width


def file_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        UnreadableFile: it cannot be had.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        refuse(path, "got no such file; needed the path of an existing file.")
    except IsADirectoryError:
        refuse(path, "got a folder; needed a file.")
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        refuse(path, f"could not be opened ({getattr(error, 'strerror', None) or error}); needed a readable file.")
