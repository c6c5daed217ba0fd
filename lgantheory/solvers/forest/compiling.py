"""How the kernel of this folder is compiled, and kept on disk between runs.

numba keeps the machine code of a function as long as the function's own file is unchanged, but that code contains the
functions that it calls, from other files. Here every file of the folder counts: when one changes, all are compiled
anew.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit

_SOURCES = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
_STAMP = hashlib.sha256(_SOURCES).hexdigest()


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled by numba, from the disk if nothing of this folder has changed since.

    Without a folder that can be written it is compiled in each process. Divisions follow IEEE 754 and never raise.
    """
    dispatcher = njit(error_model="numpy")(function)
    try:
        dispatcher.enable_caching()
    except RuntimeError:  # numba's way to say that there is no such folder
        return dispatcher
    stored: Any = getattr(dispatcher, "_cache")._cache_file  # noqa: B009 (private: numba has no other way to say it)
    stored._source_stamp = _STAMP
    return dispatcher


def part(function: Callable[..., Any]) -> Any:
    """A function that compiled ones call. It has no entry from Python, where calling it ends the process.

    It makes no arrays, so numba need not count references, which saves a tenth of the time to compile. Counters that
    are handed to it begin as ``np.int64(0)``: for a bare 0 numba would compile it a second time.
    """
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
    return njit(error_model="numpy", **options)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A part with a single caller, and put into it before anything is compiled."""
    return njit(error_model="numpy", inline="always")(function)


def summing(function: Callable[..., Any]) -> Any:
    """A part whose sums may be taken in any order, so that several terms are added at once; put in line."""
    return njit(error_model="numpy", fastmath={"reassoc"}, forceinline=True)(function)
