"""How a command line runs and ends: results on standard output, one line on standard error, an exit status."""

import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console

from lgantheory.errors import LGANTheoryError

USAGE_STATUS = 2
INTERRUPTED_STATUS = 130  # 128 + SIGINT, as shells count
FAULT_STATUS = 70  # EX_SOFTWARE of sysexits.h: outside the statuses that mean a verdict
DEBUG = "LGANTHEORY_DEBUG"
CLOSED_PIPE_STATUS = 141  # 128 + SIGPIPE
OWN = ("lgantheory", "verify", "paper_checks", "figures", "benchmarks")  # if one of these is missing, it is our fault


def run(app: typer.Typer, arguments: Sequence[str] | None = None, *, name: str) -> int:
    """Run a Typer application and return its exit status.

    A command returns its status, or ``None`` for 0. Refusals and misuse become one line on standard error and status 2;
    a fault of the program becomes one line and a status that no verdict has.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Greek letters shows question marks
    try:
        status = typer.main.get_command(app).main(args=arguments, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED_STATUS
    except Exception as error:  # noqa: BLE001 (this is where every error ends)
        return _ended_by(error, name)
    return status if isinstance(status, int) else 0


def _ended_by(error: Exception, name: str) -> int:
    """The exit status, and where there is somebody to read it a line of explanation."""
    match error:
        case BrokenPipeError():  # whoever read our output has seen enough
            _silence()
            return CLOSED_PIPE_STATUS
        case LGANTheoryError() | ModuleNotFoundError() | MemoryError() if not _is_own(error):
            return _fail(_said(error))
        case OSError():  # a full disk behind standard output, say
            _silence()
            return _fail(f"got '{error.strerror}' while writing the results; needed an output that takes them.")
    if hasattr(error, "format_message"):  # Typer's usage errors; their class is private and moves
        return _fail(_usage(error, name))
    if os.environ.get(DEBUG):
        raise error
    _ = _fail(f"this is a fault of the program: {type(error).__name__}: {error}. Run again with {DEBUG}=1 for details.")
    return FAULT_STATUS


def _is_own(error: Exception) -> bool:
    """Whether a module of ours is missing, which is a fault of the program."""
    return isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] in OWN


def _said(error: Exception) -> str:
    match error:
        case ModuleNotFoundError():
            return (
                f"got no package {str(error.name).partition('.')[0]} in this environment; needed it for this command. "
                "Neural critics need the extra 'neural': pip install 'lgantheory[neural]', or ./dev train here."
            )
        case MemoryError():
            return "got more points than fit into memory; needed fewer. Take a random part of the rows."
    return str(error)


def _silence() -> None:
    """Nothing more can be written to standard output, not even what is left in its buffer."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def output() -> Console:
    """The console that results are printed on: plain when piped, and user text is never markup."""
    return ResultConsole(highlight=False, markup=False, emoji=False)


class ResultConsole(Console):
    """A console that reports a closed pipe as such; Rich would end the program with the status of a refutation."""

    def on_broken_pipe(self) -> None:
        """Called by Rich when nobody reads any more."""
        raise BrokenPipeError


def application(summary: str) -> typer.Typer:
    """An empty application in the house's manner: no completion options, no decorated tracebacks."""
    return typer.Typer(help=summary, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def _usage(error: Any, name: str) -> str:
    message = error.format_message().rstrip(". ")
    return f"{message}. See: {getattr(getattr(error, 'ctx', None), 'command_path', name)} --help"


def _fail(message: str) -> int:
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    return USAGE_STATUS
