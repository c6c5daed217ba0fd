"""What is printed in a source, what decides it, and what is right where it is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lgantheory.claims import Check, Verdict

Decide: TypeAlias = Callable[[], Sequence[Check]]


@dataclass(frozen=True)
class Printed:
    """One formula, number, row or sentence of a source.

    Texts may hold formulas between dollar signs, in the part of LaTeX that needs no package.

    * ``place``: title of the slide, or section; ``printed``: the formula, or the sentence in our words;
    * ``ids``: numbers that it settles, see ``inventory``; every claim of ``verify`` with one of them is evidence too:
      one with the same documented verdict for what is printed, one that holds for what is right instead;
    * ``refs``: where a number is about more than this entry, the claims that are evidence, by name;
    * ``decide``: checks of what is printed; a refuted entry needs ``right`` (what is true) and ``witness`` (the
      smallest instance and by how much it fails), and ``decide_right`` checks what is true;
    * ``right`` of an entry that holds: what a reader must add, such as the domain of a formula;
    * ``undecidable``: what would decide an entry that nothing here can; it then has no verdict.
    """

    place: str
    printed: str
    ids: tuple[str, ...] = ()
    expected: Verdict = Verdict.HOLDS
    decide: Decide | None = None
    right: str = ""
    decide_right: Decide | None = None
    witness: str = ""
    refs: tuple[str, ...] = ()
    undecidable: str = ""

    def __post_init__(self) -> None:
        assert self.expected in (Verdict.HOLDS, Verdict.REFUTED), f"{self.place}: a source is right or wrong"
        if self.expected is Verdict.REFUTED:
            assert self.right, f"{self.place}: an erratum needs its right value"
            assert self.witness, f"{self.place}: an erratum needs a witness"
        assert not (self.undecidable and (self.decide or self.refs)), f"{self.place}: decided and not decidable"

    @property
    def is_erratum(self) -> bool:
        return self.expected is Verdict.REFUTED and not self.undecidable


@dataclass(frozen=True)
class Document:
    """A source: ``name`` on the command line, ``title`` as it has it itself, and its entries in the order of print."""

    name: str
    title: str
    entries: tuple[Printed, ...]
