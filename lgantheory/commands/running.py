"""How a command line runs and ends: results on standard output, one line on standard error, an exit status."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console

from lgantheory.errors import LGANTheoryError

USAGE_STATUS = 2
INTERRUPTED_STATUS = 130  # 128 + SIGINT, as shells count
CLOSED_PIPE_STATUS = 141  # 128 + SIGPIPE


def run(app: typer.Typer, arguments: Sequence[str] | None = None, *, name: str) -> int:
    """Run a Typer application and return its exit status.

    A command returns its status, or ``None`` for 0. Refusals and misuse become one line on standard error and status 2.
    """
    try:
        status = typer.main.get_command(app).main(args=arguments, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except LGANTheoryError as error:
        return _fail(str(error))
    except MemoryError:
        return _fail("got more points than fit into memory; needed fewer. Take a random part of the rows.")
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE_STATUS
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED_STATUS
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's usage errors; their class is private and moves
            raise
        return _fail(_usage(error, name))
    return status if isinstance(status, int) else 0


def output() -> Console:
    """The console that results are printed on: plain when piped, and user text is never markup."""
    return Console(highlight=False, markup=False, emoji=False)


def application(summary: str) -> typer.Typer:
    """An empty application in the house's manner: no completion options, no decorated tracebacks."""
    return typer.Typer(help=summary, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def _usage(error: Any, name: str) -> str:
    message = error.format_message().rstrip(". ")
    return f"{message}. See: {getattr(getattr(error, 'ctx', None), 'command_path', name)} --help"


def _fail(message: str) -> int:
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    return USAGE_STATUS
