"""``experiment``: an experiment of the sources, from its own settings, with rows, pictures and conclusions."""

from pathlib import Path
from typing import Annotated

import typer

from lgantheory.commands.running import output
from lgantheory.errors import InvalidParameter


def experiment(
    name: Annotated[str | None, typer.Argument(help="Which one; --list says what there is.")] = None,
    *,
    out: Annotated[Path | None, typer.Option(help="Folder of the rows; finished work in it is not done again.")] = None,
    full: Annotated[bool, typer.Option("--full", help="The source's size: hours, not minutes.")] = False,
    changes: Annotated[list[str] | None, typer.Option("--set", help="name=value over the settings; repeat.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes; -1 for one on each core.")] = -1,
    listed: Annotated[bool, typer.Option("--list", help="Say what there is.")] = False,
) -> None:
    """Run an experiment of the sources and say what follows from it."""
    from lgantheory.neural.experiments.experiment import get_experiment, list_experiments, run_experiment

    console = output()
    if listed:
        for known in list_experiments():
            console.print(f"{known:<20}{get_experiment(known).question}", soft_wrap=True)
        return
    if name is None or out is None:
        raise InvalidParameter("got no name or no --out; needed both, or --list to see which experiments there are.")
    outcome = run_experiment(name, out, full=full, changes=tuple(changes or ()), jobs=jobs)
    console.print(get_experiment(name).question, soft_wrap=True)
    for sentence in outcome.conclusions:
        console.print(f"- {sentence}", soft_wrap=True)
    console.print("written: " + ", ".join(map(str, outcome.written)), soft_wrap=True)
