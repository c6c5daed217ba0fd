"""The named losses: one file of this folder each, found by scanning it, never listed by hand."""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from lgantheory.errors import InvalidExpression, InvalidParameter, UnknownName
from lgantheory.losses.family import LossFamily
from lgantheory.losses.loss import Loss

# "hinge", "hinge(0.1)" or "hinge(alpha=0.1)"; what stands in the brackets is read by the family.
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\(\s*(?:alpha\s*=\s*)?([^()=]*?)\s*\)\s*)?", flags=re.ASCII)


@cache
def _catalogue() -> Mapping[str, Loss | LossFamily]:
    folder = importlib.import_module(__package__ or "lgantheory.losses")
    modules = [importlib.import_module(f"{folder.__name__}.{m.name}") for m in pkgutil.iter_modules(folder.__path__)]
    found = [module.LOSS for module in modules if hasattr(module, "LOSS")]
    return MappingProxyType({loss.name: loss for loss in sorted(found, key=lambda loss: loss.name)})


def list_losses() -> list[str]:
    """Names that :func:`get_loss` knows, in alphabetical order."""
    return list(_catalogue())


def get_loss(loss: str | Loss, **parameters: Any) -> Loss:
    """The loss of that name, such as ``"softplus"``, ``"hinge(0.1)"`` or ``"hinge", alpha=0.1``.

    A :class:`Loss` is returned as it is. Raises ``UnknownName`` with the nearest name, and ``InvalidParameter``.
    """
    if isinstance(loss, Loss):
        _refuse_parameters(loss.name, parameters)
        return loss
    call = _CALL.fullmatch(loss) if isinstance(loss, str) else None
    name, margin = (call.group(1), call.group(2)) if call else (loss, None)
    entry = _catalogue().get(name) if isinstance(name, str) else None
    if entry is None:
        raise UnknownName(_unknown(loss))
    if margin is not None:
        parameters = {"alpha": margin, **parameters}
    if isinstance(entry, LossFamily):
        alpha = parameters.pop("alpha", None)
        _refuse_parameters(entry.name, parameters, known="alpha")
        return entry(alpha)
    _refuse_parameters(entry.name, parameters)
    return entry


def parse_loss(text: str | Loss) -> Loss:
    """A named loss, else the loss of an expression in ``t`` whose real side is mirrored.

    Raises ``InvalidExpression`` when the text is neither, and names both possibilities.
    """
    if isinstance(text, Loss):
        return text
    call = _CALL.fullmatch(text)
    entry = _catalogue().get(call.group(1)) if call else None
    if call and entry is not None and (call.group(2) is None or isinstance(entry, LossFamily)):
        return get_loss(text)
    if call and call.group(2) is None and call.group(1) != "t":
        raise UnknownName(_unknown(text))
    try:
        return Loss.from_expressions(text)
    except InvalidExpression as error:
        raise InvalidExpression(f"{error} (Or give the name of a loss: {', '.join(list_losses())}.)") from None


def _unknown(loss: Any) -> str:
    shown = repr(loss if not isinstance(loss, str) else loss[:60])[:80]
    close = get_close_matches(str(loss)[:60], list_losses(), n=1)
    nearest = f" Did you mean {close[0]!r}?" if close else ""
    return (
        f"got the loss {shown}, which has no file; needed one of: {', '.join(list_losses())}.{nearest} "
        "For an expression in t use Loss.from_expressions."
    )


def _refuse_parameters(name: str, parameters: Mapping[str, Any], known: str = "no parameters") -> None:
    if parameters:
        got = ", ".join(sorted(parameters))
        raise InvalidParameter(f"loss {name!r} got the parameter {got}; it takes {known}. Leave it out.")
