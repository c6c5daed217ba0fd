"""The named regularisers: one file of this folder each, found by scanning it, never listed by hand."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.neural.regularisers.regulariser import Regulariser


@cache
def _catalogue() -> Mapping[str, type[Regulariser]]:
    folder = importlib.import_module(__package__ or "lgantheory.neural.regularisers")
    modules = [importlib.import_module(f"{folder.__name__}.{m.name}") for m in pkgutil.iter_modules(folder.__path__)]
    found = [module.REGULARISER for module in modules if hasattr(module, "REGULARISER")]
    return MappingProxyType({kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)})


def list_regularisers() -> list[str]:
    """Names that :func:`get_regulariser` knows, in alphabetical order."""
    return list(_catalogue())


def get_regulariser(regulariser: str | Regulariser, **options: Any) -> Regulariser:
    """A new regulariser of that name, such as ``get_regulariser("maxgp", lam=0.1)``; defaults are its authors'.

    A :class:`Regulariser` is returned as it is. Raises ``UnknownName`` with the nearest name, and ``InvalidParameter``
    for an option that the regulariser does not have or a value outside its range.
    """
    kind = type(regulariser) if isinstance(regulariser, Regulariser) else _catalogue().get(regulariser)
    if kind is None:
        raise UnknownName(_unknown(str(regulariser)))
    given = isinstance(regulariser, Regulariser)
    known = [] if given else [p.name for p in inspect.signature(kind).parameters.values() if p.kind is p.KEYWORD_ONLY]
    wrong = sorted(set(options) - set(known))
    if wrong:
        what = f"it takes {', '.join(known)}" if known else "it takes no option" + " any more" * given
        raise InvalidParameter(f"regulariser {kind.name!r} got the option {wrong[0]!r}; {what}. Leave it out.")
    return regulariser if isinstance(regulariser, Regulariser) else kind(**options)


def _unknown(name: str) -> str:
    close = get_close_matches(name[:60], list_regularisers(), n=1)
    nearest = f" Did you mean {close[0]!r}?" if close else ""
    return f"got the regulariser {name[:60]!r}; needed one of: {', '.join(list_regularisers())}.{nearest}"
