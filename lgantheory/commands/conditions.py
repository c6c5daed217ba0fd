"""``conditions``: which hypotheses of the theorems a loss meets, with the proof or the witness."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lgantheory.claims import Verdict
from lgantheory.commands.running import output
from lgantheory.errors import InvalidParameter


def conditions(
    *,
    fake: Annotated[str | None, typer.Option(help="The loss on fake points, an expression in t.")] = None,
    real: Annotated[str | None, typer.Option(help="The loss on real points; fake(-t) when left out.")] = None,
    loss: Annotated[str | None, typer.Option(help="A loss by name, instead of --fake.")] = None,
) -> int:
    """Decide which conditions of the LGAN theorems a loss meets. Status 0: all proved, 1: one refuted, 3: undecided."""
    chosen = chosen_loss(fake, real, loss)
    from lgantheory.losses.conditions import check_conditions

    return show_conditions(check_conditions(chosen), output())


def show_conditions(report: Any, console: Console) -> int:
    """Print a `ConditionsReport`: a table of verdicts with argument or witness, then what follows.

    Returns the exit status: 0 when assumption (A) is proved, 1 when one of its conditions is refuted, 3 otherwise.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("condition", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("because", overflow="fold")
    for name, result in report.items():
        table.add_row(name, str(result.verdict), _because(result))
    console.print(table)
    missing = report.first_failure
    answer = "is proved" if missing is None else f"is not met: {missing.name} is {missing.verdict}"
    console.print(f"\nAssumption (A) {answer}.")
    for line in report.consequences:
        console.print(f"- {line}")
    return _status(report)


def chosen_loss(fake: str | None, real: str | None, loss: str | None) -> Any:
    """The ``Loss`` that the options name: a name, or an expression for one side or both."""
    if (loss is None) == (fake is None) or (loss is not None and real is not None):
        raise InvalidParameter(
            "got neither or both of --loss and --fake; needed --loss NAME, or --fake EXPR [--real EXPR]."
        )
    from lgantheory.losses import Loss, parse_loss

    return Loss.from_expressions(fake, real) if fake is not None else parse_loss(loss or "")


def _because(result: Any) -> str:
    where = f"t = {result.witness}"
    shown = result.verdict is not Verdict.PROVED and result.witness is not None and where not in result.argument
    witness = f" ({where})" if shown else ""
    return f"{result.statement}: {result.argument}{witness}"


def _status(report: Any) -> int:
    if report.holds:
        return 0
    return (report.first_failure.verdict if report.first_failure else Verdict.UNDECIDED).exit_status
