"""What is printed in a source, what decides it, and what is right where it is wrong.

An entry is one of three: what is printed is right; it is wrong, an *erratum*; or a *reading* of it is wrong: folklore,
an extension, or more than what is printed says. A reading is no fault of its source and never on the sheet of errata.
"""

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
    * ``reading``: what is refuted is not what the source prints, only a reading of it that goes too far;
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
    reading: bool = False

    def __post_init__(self) -> None:
        assert self.expected in (Verdict.HOLDS, Verdict.REFUTED), f"{self.place}: a source is right or wrong"
        if self.expected is Verdict.REFUTED:
            assert self.right, f"{self.place}: what is refuted needs what is right"
            assert self.witness, f"{self.place}: what is refuted needs a witness"
        assert self.expected is Verdict.REFUTED or not self.reading, f"{self.place}: a reading goes too far"
        assert not (self.undecidable and (self.decide or self.refs)), f"{self.place}: decided and not decidable"

    @property
    def kind(self) -> str:
        """``right``, ``erratum``, ``reading``, or ``not checked``."""
        if self.undecidable:
            return "not checked"
        if self.expected is Verdict.HOLDS:
            return "right"
        return "reading" if self.reading else "erratum"

    @property
    def fails(self) -> bool:
        """The entry says something false, be it printed or read into what is printed."""
        return self.kind in ("erratum", "reading")


@dataclass(frozen=True)
class Document:
    """A source: ``name`` on the command line, ``title`` as it has it itself, and its entries in the order of print."""

    name: str
    title: str
    entries: tuple[Printed, ...]
