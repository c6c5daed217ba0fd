"""The command line of a single statement, and the table that every statement is printed in."""

import json
import re
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from lgantheory.claims import Claim, Report, Request, Verdict
from lgantheory.commands.running import application, run
from lgantheory.files import read_pair, require_writable, write_text

# Columns of the table where it goes to a file or another program, which have no width of their own. Arbitrary.
PIPED_WIDTH = 160

STYLES = {
    Verdict.HOLDS: "green",
    Verdict.PROVED: "green",
    Verdict.REFUTED: "red",
    Verdict.UNDECIDED: "yellow",
    Verdict.VACUOUS: "magenta",
}


def main(claims: Sequence[Claim[Any]]) -> NoReturn:
    """``python -m verify.<claim>``: decide ``claims``; the first one gives the exit status."""
    app = application(f"Decide: {claims[0].statement}")

    @app.command()
    def run_claims(  # noqa: PLR0917 (one parameter per option; Typer calls it by name)
        loss: Annotated[
            str | None, typer.Option(help="Name of a loss or an expression in t for its fake side.")
        ] = None,
        lam: Annotated[float | None, typer.Option(help="Weight of the squared Lipschitz constant.")] = None,
        data: Annotated[
            tuple[Path, Path] | None, typer.Option(help="Your own samples: real, then fake (csv, npy, npz).")
        ] = None,
        instances: Annotated[int, typer.Option(min=1, help="How many instances to draw.")] = 20,
        seed: Annotated[int, typer.Option(min=0, help="Seed of the instances.")] = 0,
        json_file: Annotated[Path | None, typer.Option("--json", help="Also write the report to this file.")] = None,
    ) -> int:
        """Decide this statement on seeded instances, or on a loss, a lam and samples of your own."""
        request = Request(instances, seed, loss, lam, None if data is None else read_pair(*data))
        own = loss is not None or lam is not None or data is not None
        return decide(claims[:1] if own else claims, request, json_file)

    sys.exit(run(app, name=f"python -m verify.{claims[0].ref}"))


def decide(claims: Sequence[Claim[Any]], request: Request, json_file: Path | None) -> int:
    """Decide claims one after the other, print their table, and return the exit status of the first."""
    from tqdm import tqdm

    if json_file is not None:
        require_writable(json_file)
    reports = []
    for claim in claims:
        with tqdm(desc=claim.ref, unit="instance", disable=None, leave=False) as bar:

            def advance(shown: Any = bar) -> None:
                shown.update()

            reports.append(claim.decide(request, advance))
    show(reports)
    if json_file is not None:
        write_json(json_file, reports, request.seed)
    return reports[0].verdict.exit_status


def show(reports: Sequence[Report]) -> None:
    """The table of verdicts, then why statements came out as they did."""
    console = Console() if sys.stdout.isatty() else Console(width=PIPED_WIDTH)
    table = Table(title=None, header_style="bold", show_lines=False, pad_edge=False)
    for name, options in _COLUMNS.items():
        table.add_column(name, **options)
    for report in reports:
        table.add_row(*_row(report))
    console.print(table)
    for report in reports:
        for line in explanation(report):
            console.print(line, highlight=False, markup=False)


def plain(latex: str) -> str:
    """A statement as a terminal can show it: LaTeX commands as Unicode, spacing commands as spaces."""
    import unicodeit

    for command, text in ((r"\ ", " "), (r"\,", " "), (r"\log", "log"), (r"\max", "max")):
        latex = latex.replace(command, text)
    latex = re.sub(r"\\sqrt\{([^}]*)\}", r"√(\1)", latex)
    # a hyphen between letters is a hyphen, not a minus
    return re.sub(r"(?<=\w)−(?=[A-Za-z]{2})", "-", unicodeit.replace(latex))


_COLUMNS: dict[str, dict[str, Any]] = {
    "claim": {"no_wrap": True},
    "statement": {"ratio": 3},
    "source": {"ratio": 2},
    "inst.": {"justify": "right"},
    "breaks": {"justify": "right"},
    "verdict": {"no_wrap": True},
    "worst excess / error bar": {"no_wrap": True},
    "s": {"justify": "right", "no_wrap": True},
}


def _row(report: Report) -> list[str]:
    noticed = sum(b.noticed for b in report.breaks)
    margin = "" if report.worst is None else f"{report.worst.excess:+.1e} / {report.worst.error_bar:.0e}"
    mark = "" if report.as_documented else f" (expected {report.expected})"
    style = STYLES[report.verdict]
    return [
        report.ref,
        plain(report.statement).replace("[", r"\["),
        report.source.replace("[", r"\["),
        str(report.instances),
        f"{noticed}/{len(report.breaks)}",
        f"[{style}]{report.verdict}[/{style}]{mark}",
        margin,
        f"{report.seconds:.1f}",
    ]


def explanation(report: Report) -> list[str]:
    """Why a statement got its verdict, where a reader will ask: the deciding check, and breaks that went unnoticed."""
    lines = []
    if report.verdict in (Verdict.REFUTED, Verdict.UNDECIDED) and report.worst is not None:
        w = report.worst
        lines.append(
            f"{report.ref}: {w.verdict}: '{w.name}' is off by {w.excess:.3g} (error bar {w.error_bar:.1e}, "
            f"resolution {w.resolution:.1e}) on: {report.worst_instance}"
        )
    return lines + [
        f"{report.ref}: dropping {b.drops!r} went unnoticed by '{b.check}' ({b.verdict}): {b.witness}"
        for b in report.breaks
        if not b.noticed
    ]


def write_json(path: Path, reports: Sequence[Report], seed: int) -> None:
    """The machine-readable report, written whole or not at all."""
    try:
        number = version("lgantheory")
    except PackageNotFoundError:
        number = "unknown"
    document = {"version": number, "seed": seed, "claims": [report.as_json() for report in reports]}
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
