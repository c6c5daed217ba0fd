"""The named networks: one file of this folder each, found by scanning it, never listed by hand."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import torch
from torch import nn

from lgantheory.errors import InvalidParameter, UnknownName


@cache
def _catalogue(role: str) -> Mapping[str, Callable[..., nn.Module]]:
    """Files of this folder that have a ``NETWORK`` or a ``GENERATOR``, by their names."""
    folder = importlib.import_module(__package__ or "lgantheory.neural.networks")
    modules = {
        m.name: importlib.import_module(f"{folder.__name__}.{m.name}") for m in pkgutil.iter_modules(folder.__path__)
    }
    return MappingProxyType({name: getattr(module, role) for name, module in modules.items() if hasattr(module, role)})


def list_networks() -> list[str]:
    """Names of critics that :func:`get_network` knows, in alphabetical order."""
    return sorted(_catalogue("NETWORK"))


def list_generators() -> list[str]:
    """Names of generators that :func:`get_generator` knows, in alphabetical order."""
    return sorted(_catalogue("GENERATOR"))


def get_network(name: str, shape: Sequence[int], *, seed: int | None = None, **options: Any) -> nn.Module:
    """A new critic: (b, *shape) to (b,).

    With a ``seed`` its weights depend on that alone and torch's own random numbers are left where they were; without
    one they come from those. Weights are made on the CPU in torch's default precision: move them with ``to``.

    Raises:
        UnknownName: no such critic; the nearest one is named.
        InvalidParameter: an option it does not have, or a shape or a value that it cannot take.
    """
    build = _builder("NETWORK", name, options)
    return _seeded(partial(build, require_shape(shape), **options), seed)


def get_generator(
    name: str, latent: int, shape: Sequence[int], *, seed: int | None = None, **options: Any
) -> nn.Module:
    """A new generator: (b, latent) to (b, *shape); the rest as for :func:`get_network`."""
    build = _builder("GENERATOR", name, options)
    return _seeded(partial(build, require_size("latent", latent), require_shape(shape), **options), seed)


def require_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """The shape of one sample: (d,) or (channels, height, width). Raises ``InvalidParameter``."""
    if len(shape) not in {1, 3}:
        raise InvalidParameter(f"the shape of a sample must be (d,) or (channels, height, width); got {tuple(shape)}.")
    return tuple(require_size("each entry of a shape", size) for size in shape)


def require_size(name: str, value: Any) -> int:
    """``value`` if it is a whole number from one. Raises ``InvalidParameter``."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidParameter(f"{name} must be a whole number of at least 1; got {value!r}.")
    return value


def _builder(role: str, name: str, options: Mapping[str, Any]) -> Callable[..., nn.Module]:
    known, noun = _catalogue(role), role.lower()
    if name not in known:
        close = get_close_matches(str(name)[:60], list(known), n=1)
        nearest = f" Did you mean {close[0]!r}?" if close else ""
        raise UnknownName(f"got the {noun} {str(name)[:60]!r}; needed one of: {', '.join(sorted(known))}.{nearest}")
    parameters = inspect.signature(known[name]).parameters.values()
    takes = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    wrong = sorted(set(options) - set(takes))
    if wrong:
        what = f"it takes {', '.join(takes)}" if takes else "it takes no option"
        raise InvalidParameter(f"{noun} {name!r} got the option {wrong[0]!r}; {what}. Leave it out.")
    return known[name]


def _seeded(build: Callable[[], nn.Module], seed: int | None) -> nn.Module:
    if seed is None:
        return build()
    with torch.random.fork_rng(devices=[]):
        # the CPU's generator alone: torch.manual_seed would also reset those of devices, which are not put back
        _ = torch.default_generator.manual_seed(seed)
        return build()
