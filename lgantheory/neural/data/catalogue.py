"""The data sets by name: one file of this folder each, found by scanning it, never listed by hand."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_origin

from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.files.reading import TABLE_SUFFIXES
from lgantheory.neural.data.dataset import Dataset, Source

_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\(([^()]*)\)\s*)?", flags=re.ASCII)
_NUMBERS = {int: Integral, float: Real}
_OPTION = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*([^=,]+?)\s*", flags=re.ASCII)

FILE_SUFFIXES = (*TABLE_SUFFIXES, ".npy", ".npz")


@cache
def _catalogue() -> Mapping[str, Source]:
    folder = importlib.import_module("lgantheory.neural.data")
    modules = [importlib.import_module(f"{folder.__name__}.{m.name}") for m in pkgutil.iter_modules(folder.__path__)]
    found = [module.DATASET for module in modules if hasattr(module, "DATASET")]
    return MappingProxyType({source.name: source for source in sorted(found, key=lambda source: source.name)})


def list_datasets() -> list[str]:
    """Names that `get_dataset` knows, in alphabetical order."""
    return list(_catalogue())


def describe_datasets() -> dict[str, str]:
    """One line about each data set, with its options."""
    return {
        name: f"{source.about} Options: {', '.join(_parameters(source)) or 'none'}."
        for name, source in _catalogue().items()
    }


def get_dataset(name: str, path: str | Path | None = None, **options: Any) -> Dataset:
    """The data set of that name, such as ``"digits"``, ``"toy(case=3)"`` or ``"minfunnel", dimension=16``.

    The name of a csv, tsv, npy or npz file stands for ``"table"`` with that path. A seed among the options makes the
    same samples each time.

    Raises:
        UnknownName: no such data set; the message names the nearest. InvalidParameter: an option that it does not
        take, a value that it cannot use, or a package that is missing. UnreadableFile: the user's files are not what
        they should be.
    """
    if path is None and name.lower().endswith(FILE_SUFFIXES):
        name, path = "table", name
    call = _CALL.fullmatch(name)
    source = _catalogue().get(call.group(1)) if call else None
    if call is None or source is None:
        close = get_close_matches(name[:60], list_datasets(), n=1)
        nearest = f" Did you mean {close[0]!r}?" if close else ""
        raise UnknownName(f"got the data set {name[:60]!r}; needed one of: {', '.join(list_datasets())}.{nearest}")
    chosen = {**_written(source, call.group(2)), **options}
    if path is not None:
        chosen["path"] = path
    _require_options(source, chosen)
    return source.load(**chosen)


def _parameters(source: Source) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(source.load).parameters


def _require_options(source: Source, chosen: Mapping[str, Any]) -> None:
    known = _parameters(source)
    for option in chosen:
        if option not in known:
            close = get_close_matches(option, known, n=1)
            nearest = f" Did you mean {close[0]!r}?" if close else ""
            raise InvalidParameter(
                f"data set {source.name!r} got the option {option!r}; it takes {', '.join(known) or 'none'}.{nearest}"
            )
        _require_kind(f"data set {source.name!r}", option, chosen[option], known[option].annotation)
    lacking = [name for name, p in known.items() if p.default is p.empty and name not in chosen]
    if lacking:
        raise InvalidParameter(f"data set {source.name!r} got no {', '.join(lacking)}, which it needs.")


def _require_kind(what: str, option: str, value: Any, annotation: Any) -> None:
    """Refuse a value of another type than the parameter's annotation: what a command line passes on is only text."""
    kinds = [get_origin(kind) or kind for kind in get_args(annotation) or (annotation,)]
    fits = any(isinstance(value, _NUMBERS.get(kind, kind)) for kind in kinds)
    if not fits or isinstance(value, bool) != (bool in kinds) or (option == "seed" and value < 0):
        names = " or ".join(kind.__name__ for kind in kinds if kind is not NoneType)
        least = ", 0 or more" if option == "seed" else ""
        raise InvalidParameter(f"{what} got {option} = {str(value)[:60]!r}; needed {names}{least}.")


def _written(source: Source, text: str | None) -> dict[str, Any]:
    """Options written in brackets after the name: numbers, words, ``true`` and ``false``."""
    if text is None or not text.strip():
        return {}
    found = [(_OPTION.fullmatch(part), part) for part in text.split(",")]
    for option, part in found:
        if option is None:
            raise InvalidParameter(f"data set {source.name!r} got {part.strip()!r}; needed option=value.")
    return {option.group(1): _value(option.group(2)) for option, _ in found if option is not None}


def _value(word: str) -> Any:
    if word.lower() in {"true", "false"}:
        return word.lower() == "true"
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word
