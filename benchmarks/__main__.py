"""``python -m benchmarks``: measure, print, store; exit status 0 only if every row is certified."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lgantheory.commands.running import application, output, run

RESULTS = Path(__file__).parent / "results"

app = application("How fast the exact solver is, with a certificate beside every number.")


@app.command()
def measure(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks to run; all of them if none is named.")] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Under a minute; stored only where --results says.")] = False,
    full: Annotated[bool, typer.Option("--full", help="All sizes, losses and dimensions: hours.")] = False,
    solver: Annotated[str, typer.Option(help="Which solver to measure.")] = "forest",
    results: Annotated[Path | None, typer.Option(help="Folder of the csv files and the picture.")] = None,
    readme: Annotated[
        Path | None, typer.Option(help="Write the stored results between the marks of this file; measure nothing.")
    ] = None,
) -> int:
    """Measure the solver against its rivals, in about ten minutes; status 1 if any row is uncertified."""
    from benchmarks.plans import Scale
    from benchmarks.runs import chosen, measure_all, write_digest
    from lgantheory.errors import InvalidParameter

    if quick and full:
        raise InvalidParameter("got --quick and --full; needed one of them, or neither.")
    if readme is not None:
        write_digest(readme, results or RESULTS)
        return 0
    scale = Scale.QUICK if quick else Scale.FULL if full else Scale.DEFAULT
    rows = measure_all(chosen(names or []), scale, solver, results if quick else results or RESULTS)
    off = sum(not row.certified for row in rows)
    output().print(f"{len(rows) - off} of {len(rows)} rows are certified")
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(run(app, name="python -m benchmarks"))
