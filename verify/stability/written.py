"""Instances that are written out rather than drawn: the witnesses of what is printed wrongly."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from lgantheory.claims import Request

Case = TypeVar("Case")


def written(*cases: Case) -> Callable[[Request], Iterator[Case]]:
    """A source of instances that yields these, whatever the request."""

    def instances(request: Request) -> Iterator[Case]:
        yield from cases

    return instances
