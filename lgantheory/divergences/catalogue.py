"""The named f-divergences: one file of this folder each, found by scanning it, never listed by hand."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

from lgantheory.divergences.divergence import FDivergence
from lgantheory.errors import InvalidParameter, UnknownName

# "kl", "jensen_shannon_weighted(0.3)" or "jensen_shannon_weighted(pi=3/10)".
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\(\s*(?:pi\s*=\s*)?([^()=]*?)\s*\)\s*)?", flags=re.ASCII)


@dataclass(frozen=True)
class DivergenceFamily:
    """A named f-divergence for each weight ``pi`` in (0, 1) of the first measure; ``build(name, pi)`` makes one."""

    name: str
    build: Callable[[str, Fraction], FDivergence]
    default: Fraction

    def __call__(self, pi: Any = None) -> FDivergence:
        """The member at ``pi``, an exact number: 0.3 means three tenths, as it was written."""
        exact = self.default if pi is None else _exact(pi)
        if not (0 < exact < 1 and 0.0 < float(exact) < 1.0):  # as doubles, too, they must differ from 0 and 1
            raise InvalidParameter(
                f"divergence {self.name!r} got pi={str(pi)[:40]}; it needs a weight strictly between 0 and 1. "
                f"Write for instance {self.name}(0.3)."
            )
        return self.build(self.title(exact), exact)

    def title(self, pi: Fraction) -> str:
        """The name of a member, which reads back as the same number."""
        if pi == self.default:
            return self.name
        text = repr(float(pi))
        return f"{self.name}({text if Fraction(text) == pi else pi})"


def _exact(pi: Any) -> Fraction:
    """The number as it was written; 0 for whatever is none between 0 and 1."""
    if isinstance(pi, Fraction):
        return pi
    text = str(pi).strip()
    try:
        # the double first: a fraction of 10^(10^9) would be written out
        return Fraction(text) if "/" in text or 0.0 < float(text) < 1.0 else Fraction(0)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


@cache
def _catalogue() -> Mapping[str, FDivergence | DivergenceFamily]:
    folder = importlib.import_module(__package__ or "lgantheory.divergences")
    modules = [importlib.import_module(f"{folder.__name__}.{m.name}") for m in pkgutil.iter_modules(folder.__path__)]
    found = [module.DIVERGENCE for module in modules if hasattr(module, "DIVERGENCE")]
    return MappingProxyType({row.name: row for row in sorted(found, key=lambda row: row.name)})


def list_divergences() -> list[str]:
    """Names that :func:`get_divergence` knows, in alphabetical order."""
    return list(_catalogue())


def get_divergence(divergence: str | FDivergence, **parameters: Any) -> FDivergence:
    """The f-divergence of that name, such as ``"pearson"`` or ``"jensen_shannon_weighted(0.3)"`` (also ``pi=0.3``).

    An :class:`FDivergence` is returned as it is.

    Raises:
        UnknownName: no such file; the nearest name is given. InvalidParameter: a weight outside (0, 1), or none taken.

    >>> get_divergence("pearson").conjugate(2.0)
    np.float64(3.0)
    """
    if isinstance(divergence, FDivergence):
        _refuse(divergence.name, parameters)
        return divergence
    call = _CALL.fullmatch(divergence) if isinstance(divergence, str) else None
    entry = _catalogue().get(call.group(1)) if call else None
    if call is None or entry is None:
        raise UnknownName(_unknown(divergence))
    if call.group(2) is not None:
        parameters = {"pi": call.group(2), **parameters}
    if isinstance(entry, DivergenceFamily):
        pi = parameters.pop("pi", None)
        _refuse(entry.name, parameters, takes="pi")
        return entry(pi)
    _refuse(entry.name, parameters)
    return entry


def _unknown(divergence: Any) -> str:
    close = get_close_matches(str(divergence)[:60], list_divergences(), n=1)
    nearest = f" Did you mean {close[0]!r}?" if close else ""
    return (
        f"got the divergence {repr(divergence)[:60]}, which has no file; "
        f"needed one of: {', '.join(list_divergences())}.{nearest}"
    )


def _refuse(name: str, parameters: Mapping[str, Any], takes: str = "no parameters") -> None:
    if parameters:
        got = ", ".join(sorted(parameters))
        raise InvalidParameter(f"divergence {name!r} got the parameter {got}; it takes {takes}. Leave it out.")
