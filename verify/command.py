"""The command line of a single statement, and the table that every statement is printed in."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lgantheory.claims import Claim, Report, Request, Verdict

STYLES = {
    Verdict.HOLDS: "green",
    Verdict.PROVED: "green",
    Verdict.REFUTED: "red",
    Verdict.UNDECIDED: "yellow",
    Verdict.VACUOUS: "magenta",
}


def command(claims: Sequence[Claim[Any]]) -> typer.Typer:
    """A Typer command that decides ``claims``; the first one gives the exit status."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

    @app.command(help=f"Decide: {claims[0].statement}")
    def decide(
        loss: Annotated[str | None, typer.Option(help="Name of a loss or an expression in t for its fake side.")] = None,
        lam: Annotated[float | None, typer.Option(help="Weight of the squared Lipschitz constant.")] = None,
        data: Annotated[
            tuple[Path, Path] | None, typer.Option(help="Your own samples: real, then fake (csv, npy, npz).")
        ] = None,
        instances: Annotated[int, typer.Option(min=1, help="How many instances to draw.")] = 20,
        seed: Annotated[int, typer.Option(min=0, help="Seed of the instances.")] = 0,
        json_file: Annotated[Path | None, typer.Option("--json", help="Also write the report to this file.")] = None,
    ) -> None:
        request = Request(instances, seed, loss, lam, None if data is None else read_samples(*data))
        own = loss is not None or lam is not None or data is not None
        reports = [claim.decide(request) for claim in (claims[:1] if own else claims)]
        show(reports, Console())
        if json_file is not None:
            write_json(json_file, reports, seed)
        raise typer.Exit(reports[0].verdict.exit_status)

    return app


def main(claims: Sequence[Claim[Any]]) -> None:
    """Entry point of ``python -m verify.<claim>``."""
    guarded(command(claims))


def guarded(app: Callable[[], None]) -> None:
    """Run a command so that a user sees one line where something is wrong, never a traceback."""
    from lgantheory.errors import LGANTheoryError

    try:
        app()
    except LGANTheoryError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def read_samples(real: Path, fake: Path) -> Any:
    """Two measures from files, real first."""
    from lgantheory.files import read_measure

    return read_measure(real), read_measure(fake)


def show(reports: Sequence[Report], console: Console) -> None:
    """The table of verdicts, then each statement that did not come out as documented, with its reason."""
    if not console.is_terminal:
        console = Console(width=160, no_color=True)
    table = Table(title=None, header_style="bold", show_lines=False, pad_edge=False)
    for name, options in _COLUMNS.items():
        table.add_column(name, **options)
    for report in reports:
        table.add_row(*_row(report))
    console.print(table)
    for report in reports:
        for line in explanation(report):
            console.print(line, highlight=False, markup=False)


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
        report.statement.replace("[", r"\["),
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
    for b in report.breaks:
        if not b.noticed:
            lines.append(f"{report.ref}: dropping {b.drops!r} went unnoticed by '{b.check}' ({b.verdict}): {b.witness}")
    return lines


def write_json(path: Path, reports: Sequence[Report], seed: int) -> None:
    """The machine-readable report, written whole or not at all."""
    from importlib.metadata import PackageNotFoundError, version

    from lgantheory.files import write_text

    try:
        number = version("lgantheory")
    except PackageNotFoundError:
        number = "unknown"
    document = {"version": number, "seed": seed, "claims": [report.as_json() for report in reports]}
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
