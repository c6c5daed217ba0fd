"""How verdicts are shown: a table where there is room for one, a list where there is not, and the reasons below."""

import re
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lgantheory.claims import Check, Report, Verdict
from lgantheory.commands.running import ResultConsole

# Width of what goes to a file or another program, which has none of its own; and the least width of a table: less would
# leave statements and sources a word to the line. Arbitrary.
PIPED_WIDTH = 180
TABLE_WIDTH = 150

STYLES = {
    Verdict.HOLDS: "green",
    Verdict.PROVED: "green",
    Verdict.REFUTED: "red",
    Verdict.UNDECIDED: "yellow",
    Verdict.VACUOUS: "magenta",
}

COLUMNS: dict[str, dict[str, Any]] = {
    "claim": {"no_wrap": True},
    "statement": {"ratio": 3, "overflow": "fold"},
    "source": {"ratio": 2, "overflow": "fold"},
    "inst.": {"justify": "right"},
    "breaks": {"justify": "right"},
    "verdict": {},
    "worst excess ± bar (counts from)": {"no_wrap": True},
    "s": {"justify": "right", "no_wrap": True},
}


LEGEND = (
    "worst check of each claim: how far above zero its excess is, the error bar of that number, and in brackets the "
    "smallest violation that would count"
)


def show(reports: Sequence[Report], *, documented: bool = True) -> None:
    """Print the verdicts, then why statements came out as they did.

    Args:
        documented: compare with the documented verdicts; not where a user has chosen the loss or the samples.
    """
    console = ResultConsole() if sys.stdout.isatty() else ResultConsole(width=PIPED_WIDTH)
    if console.width >= TABLE_WIDTH:
        _show_table(console, reports, documented)
    else:
        _show_list(console, reports, documented)
    for report in reports:
        for line in explanation(report):
            console.print(line, highlight=False, markup=False)


def _show_table(console: Console, reports: Sequence[Report], documented: bool) -> None:
    table = Table(header_style="bold", pad_edge=False)
    for name, options in COLUMNS.items():
        table.add_column(name, **options)
    rooms = len({room(report) for report in reports}) > 1
    for before, report in zip((None, *reports), reports, strict=False):
        if rooms and room(report) and (before is None or room(before) != room(report)):
            table.add_section()
            table.add_row(f"[bold]{escape(room(report))}[/bold]")
        noticed = sum(b.noticed for b in report.breaks)
        table.add_row(
            escape(_name(report) if rooms else report.ref),
            escape(plain(report.statement)),
            escape(report.source),
            str(report.instances),
            f"{noticed}/{len(report.breaks)}" if report.breaks else "",
            verdict(report, documented),
            "" if report.worst is None else margin(report.worst),
            f"{report.seconds:.1f}",
        )
    console.print(table)
    console.print(LEGEND, highlight=False, markup=False)


def _name(report: Report) -> str:
    """The reference below the line that names its room, what is printed wrongly below the claim that is true."""
    place, _, name = report.ref.rpartition(".")
    claim, slash, printed = name.partition("/")
    return f"{'  ' if place else ''}{'  /' + printed if slash else claim}"


def _show_list(console: Console, reports: Sequence[Report], documented: bool) -> None:
    for report in reports:
        noticed = sum(b.noticed for b in report.breaks)
        console.print(f"[bold]{escape(report.ref)}[/bold]  {verdict(report, documented)}", highlight=False)
        breaks = f", breaks noticed {noticed}/{len(report.breaks)}" if report.breaks else ""
        worst = "" if report.worst is None else f", worst excess {margin(report.worst)}"
        counts = f"instances {report.instances}{breaks}{worst}, {report.seconds:.1f} s"
        for line in (plain(report.statement), report.source, counts):
            console.print(Padding(Text(line), (0, 0, 0, 4)))


def room(report: Report) -> str:
    """The folder of the claim's file; empty for the theorems of the LGAN paper."""
    return report.ref.rpartition(".")[0]


def verdict(report: Report, documented: bool) -> str:
    """The verdict in colour; a refutation that is documented is good news and says so."""
    if documented and report.as_documented and report.verdict is Verdict.REFUTED:
        return "[cyan]REFUTED[/cyan], as documented"
    mark = "" if report.as_documented or not documented else f" (documented: {report.expected})"
    style = STYLES[report.verdict]
    return f"[{style}]{report.verdict}[/{style}]{mark}"


def margin(check: Check) -> str:
    """The worst excess with its error bar, and the violation that would have been seen; ``exact`` where there is none.

    That is so for proofs, and for numbers that are equal as fractions.
    """
    if check.error_bar == 0.0 and check.excess in (0.0, 1.0):
        return "exact"
    return f"{check.excess:+.1e} ± {check.error_bar:.0e} ({check.resolution:.0e})"


def explanation(report: Report) -> list[str]:
    """Why a statement got its verdict, where a reader will ask: the deciding check, and breaks that went unnoticed."""
    lines: list[str] = []
    if report.verdict in (Verdict.REFUTED, Verdict.UNDECIDED) and report.worst is not None:
        lines.append(f"{report.ref}: '{report.worst.name}' {_reason(report.worst)}. Instance: {report.worst_instance}")
    return lines + [
        f"{report.ref}: dropping {b.drops!r} went unnoticed by '{b.check}' ({b.verdict}): {b.witness}"
        for b in report.breaks
        if not b.noticed
    ]


def _reason(check: Check) -> str:
    if check.verdict is Verdict.UNDECIDED:
        return (
            f"cannot be told: known to ±{check.error_bar:.1e}, and {check.resolution:.1e} is needed. A larger lam, or "
            "nearer points, give a narrower certificate"
        )
    if check.error_bar == 0.0 and check.excess == 1.0:
        return "fails, by proof"
    if check.strict:
        found = f"{0.0 - check.excess:.1e} ± {check.error_bar:.1e}"
        return f"fails: at least {check.resolution:.1e} was needed and {found} found"
    return f"fails by {check.excess:.3g} ± {check.error_bar:.1e}"


def plain(latex: str) -> str:
    """A statement as a terminal can show it: LaTeX commands as Unicode, spacing commands as spaces."""
    import unicodeit

    for command, text in ((r"\ ", " "), (r"\,", " "), (r"\log", "log"), (r"\max", "max")):
        latex = latex.replace(command, text)
    latex = re.sub(r"\\sqrt\{([^}]*)\}", r"√(\1)", latex)
    # a hyphen between letters is a hyphen, not a minus
    return re.sub(r"(?<=\w)−(?=[A-Za-z]{2})", "-", unicodeit.replace(latex))
