"""The figures of this folder, found by scanning it, never listed by hand."""

import importlib
import pkgutil
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from figures.figure import Figure
from lgantheory.errors import UnknownName


@cache
def _catalogue() -> Mapping[str, Figure]:
    folder = importlib.import_module("figures")
    names = [m.name for m in pkgutil.iter_modules(folder.__path__) if m.name != "__main__" and not m.ispkg]
    found = [
        module.FIGURE
        for module in (importlib.import_module(f"figures.{n}") for n in names)
        if hasattr(module, "FIGURE")
    ]
    return MappingProxyType({figure.name: figure for figure in sorted(found, key=lambda figure: figure.name)})


def list_figures() -> list[str]:
    """Names that :func:`get_figure` knows, in alphabetical order."""
    return list(_catalogue())


def get_figure(name: str) -> Figure:
    """The figure of that name. Raises ``UnknownName`` with the nearest one."""
    figures = _catalogue()
    if name not in figures:
        near = get_close_matches(name, figures, n=1)
        hint = f"Did you mean {near[0]}?" if near else "See: python -m figures --list"
        raise UnknownName(f"got the figure '{name}'; needed one of the {len(figures)} there are. {hint}")
    return figures[name]
