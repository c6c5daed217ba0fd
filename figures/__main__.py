"""``python -m figures``: every figure of the sources and ours, as pictures and as the data they plot."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lgantheory.commands.running import application, output, run
from lgantheory.errors import InvalidParameter

if TYPE_CHECKING:
    from figures.drawing import Drawn
    from figures.figure import Figure

app = application("The figures of the sources and ours, drawn from exact solutions, with the data they plot.")


@app.command()
def figures(
    names: Annotated[list[str] | None, typer.Argument(help="Which figures; all of them if none is named.")] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder for pictures and csv files; made if it is not there.")] = Path(
        "drawn"
    ),
    formats: Annotated[str, typer.Option("--format", help="Any of pdf, png, svg, with commas between.")] = "pdf,png",
    quick: Annotated[bool, typer.Option("--quick", help="Fewer points: a first look.")] = False,
    show: Annotated[bool, typer.Option("--list", help="Only list them: name, source, what differs from it.")] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Only the sources' figures with ours beside, in Markdown.")
    ] = False,
) -> int:
    """Draw figures, those alone that have changed since the last time; 2 if one that was named cannot be drawn."""
    from figures.catalogue import get_figure, list_figures

    if table:
        return _table()
    chosen = [get_figure(name) for name in dict.fromkeys(names or list_figures())]
    if show:
        return _list(chosen)
    drawn = _draw(chosen, _folder(out), _suffixes(formats), quick)
    console = output()
    for one in drawn:
        console.print(f"{one.state:<10}{one.figure.name:<28}{one.note or one.figure.title}", soft_wrap=True)
    there = sum(one.there for one in drawn)
    console.print(f"{there} of {len(drawn)} figures are in {out}", soft_wrap=True)
    return 0 if not names or there == len(drawn) else 2


def _suffixes(formats: str) -> tuple[str, ...]:
    from figures.drawing import FORMATS

    suffixes = tuple(dict.fromkeys(part.strip() for part in formats.split(",")))
    if any(suffix not in FORMATS for suffix in suffixes):
        raise InvalidParameter(f"got --format {formats}; needed any of {', '.join(FORMATS)}, with commas between.")
    return suffixes


def _folder(out: Path) -> Path:
    """The folder, made if need be, and refused before any work if nothing can be written there."""
    from lgantheory.files import require_place

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidParameter(f"got --out {out}, which cannot be made ({error.strerror}); needed a folder.") from None
    require_place(out / "figure.csv")
    return out


def _draw(chosen: "list[Figure]", out: Path, suffixes: tuple[str, ...], quick: bool) -> "list[Drawn]":
    from tqdm import tqdm

    from figures.drawing import draw
    from figures.figure import Size

    bar = tqdm(chosen, unit="figure", disable=None, leave=False)
    done = []
    for figure in bar:
        bar.set_postfix_str(figure.name)
        done.append(draw(figure, out, formats=suffixes, size=Size(quick=quick)))
    return done


def _list(chosen: "list[Figure]") -> int:
    console = output()
    for figure in chosen:
        console.print(f"{figure.name:<28}{figure.title}\n{'':<28}{figure.source}. {figure.differs}", soft_wrap=True)
    return 0


def _table() -> int:
    from figures.sources import markdown

    typer.echo(markdown(), nl=False)
    return 0


if __name__ == "__main__":
    sys.exit(run(app, name="python -m figures"))
