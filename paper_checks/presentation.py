"""How the entries are shown: one table per source, then what failed, and what nothing here can decide."""

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lgantheory.claims import Verdict
from lgantheory.commands.running import ResultConsole, output
from paper_checks.coverage import missing, unchecked
from paper_checks.deciding import Outcome
from paper_checks.printed import Document
from verify.presentation import PIPED_WIDTH, STYLES, TABLE_WIDTH, margin, plain

COLUMNS: dict[str, dict[str, Any]] = {
    "no.": {"max_width": 12, "overflow": "fold"},
    "place": {"ratio": 2, "overflow": "fold"},
    "printed": {"ratio": 3, "overflow": "fold"},
    "verdict": {"no_wrap": True},
    "right, or to be added": {"ratio": 3, "overflow": "fold"},
    "decided by": {"ratio": 2, "overflow": "fold"},
}


def show(documents: Sequence[Document], outcomes: Mapping[str, Sequence[Outcome]]) -> None:
    """Print every entry of every source, a table where there is room for one."""
    console = ResultConsole() if sys.stdout.isatty() else ResultConsole(width=PIPED_WIDTH)
    for document in documents:
        found = outcomes[document.name]
        console.print(f"[bold]{escape(document.title)}[/bold]  ({document.name})", highlight=False)
        if console.width >= TABLE_WIDTH:
            _show_table(console, found)
        else:
            _show_list(console, found)
        for one in found:
            if not one.as_documented:
                console.print(complaint(one), highlight=False, markup=False)


def show_coverage(found: Mapping[str, Sequence[str]]) -> None:
    """Print what cannot be decided here, with what would, and which numbers nothing settles yet."""
    console = output()
    console.print("Not checked here, and what would decide it:")
    for reason, numbers in unchecked(found).items():
        console.print(Padding(Text(f"{', '.join(numbers)}: {reason}"), (0, 0, 0, 4)))
    if numbers := missing(found):
        console.print(f"Not settled yet: {', '.join(numbers)}")


def _show_table(console: Console, outcomes: Sequence[Outcome]) -> None:
    table = Table(header_style="bold", pad_edge=False, show_lines=False)
    for name, options in COLUMNS.items():
        table.add_column(name, **options)
    for one in outcomes:
        entry = one.entry
        table.add_row(
            "\n".join(entry.ids),
            escape(readable(entry.place)),
            escape(readable(entry.printed)),
            verdict(one),
            escape(readable(entry.right or entry.undecidable)),
            escape(_evidence(one)),
        )
    console.print(table)


def _show_list(console: Console, outcomes: Sequence[Outcome]) -> None:
    for one in outcomes:
        entry = one.entry
        numbers = f"  ({', '.join(entry.ids)})" if entry.ids else ""
        console.print(f"[bold]{escape(readable(entry.place))}[/bold]{numbers}  {verdict(one)}", highlight=False)
        for line in (readable(entry.printed), readable(entry.right or entry.undecidable), _evidence(one)):
            if line:
                console.print(Padding(Text(line), (0, 0, 0, 4)))


def verdict(one: Outcome) -> str:
    """The verdict in colour; what is documented as refuted is good news, and a reading is not the source's fault."""
    if one.verdict is None:
        return "[dim]not checked here[/dim]"
    if one.as_documented and one.verdict is Verdict.REFUTED:
        return "[cyan]REFUTED[/cyan]" + (", a reading" if one.entry.kind == "reading" else "")
    style = STYLES[one.verdict]
    mark = "" if one.as_documented else " !"
    return f"[{style}]{one.verdict}[/{style}]{mark}"


def _evidence(one: Outcome) -> str:
    own = "" if one.worst is None else margin(one.worst)
    return ", ".join([own, *one.claims] if own else one.claims)


def complaint(one: Outcome) -> str:
    """Why an entry is not as documented: who decided what, and that nobody did."""
    entry, place = one.entry, readable(one.entry.place)
    if one.verdict is entry.expected:
        return f"{place}: what is said to be right instead came out {one.right}: {readable(entry.right)}"
    if one.worst is None:
        return f"{place}: nothing decides it yet; no claim settles {', '.join(entry.ids) or 'it'}"
    found = f"{one.worst.excess:.3g} ± {one.worst.error_bar:.1e}"
    return f"{place}: documented {entry.expected}, found {one.verdict}: '{one.worst.name}' exceeds by {found}"


def readable(text: str) -> str:
    """Text with formulas between dollar signs as a terminal can show it."""
    parts = text.split("$")
    parts[1::2] = [_formula(part) for part in parts[1::2]]
    return "".join(parts)


def _formula(latex: str) -> str:
    shown = plain(
        latex.replace(r"\exp", "exp").replace(r"\cosh", "cosh").replace(r"\min", "min").replace(r"\to", r"\rightarrow")
    )
    return re.sub(r"([_^])\{([^{}]*)\}", r"\1\2", shown).replace("{", "").replace("}", "")
