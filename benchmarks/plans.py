"""What a benchmark is made of: groups of contenders, how often each takes its turn, and where.

===========  ===========================================================================================================
here         in this process
apart        each contender in a fresh process of its own, which lives through all rounds: nobody inherits another's
             memory, and how much resident memory a turn adds is known
cold cache   each turn in a fresh process with an empty folder for compiled code, and without warming up
warm cache   each turn in a fresh process, without warming up either, which finds the code that an earlier one compiled
===========  ===========================================================================================================
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.contenders import Contender, Discriminator


class Scale(StrEnum):
    """How much is measured: seconds (for the tests), a minute, ten minutes, hours."""

    TOY = "toy"
    QUICK = "quick"
    DEFAULT = "default"
    FULL = "full"


class Place(StrEnum):
    """Where a group is measured; see the module docstring."""

    HERE = "here"
    APART = "apart"
    COLD_CACHE = "cold cache"
    WARM_CACHE = "warm cache"


@dataclass(frozen=True)
class Group:
    """Contenders that share rounds with one rival.

    Args:
        entries: our contenders by the name of their case; the rival may be missing.
    """

    entries: Sequence[tuple[str, Discriminator]]
    rival: Contender | None
    repeats: int
    place: Place = Place.HERE

    @property
    def contenders(self) -> list[Contender]:
        """The rival first, if there is one."""
        return [*([] if self.rival is None else [self.rival]), *(contender for _, contender in self.entries)]

    @property
    def turns(self) -> int:
        return self.repeats * len(self.contenders)


@dataclass(frozen=True)
class Benchmark:
    """One question of the folder: its groups, at each scale, for the solver named.

    Args:
        every_size: whether the digest shows all n, or the largest of each series.
    """

    name: str
    question: str
    groups: Callable[[Scale, str], Iterator[Group]]
    every_size: bool = False
