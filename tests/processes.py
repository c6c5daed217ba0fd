"""Processes that tests start and stop."""

import signal
import subprocess
from collections.abc import Sequence


def interruptible(command: Sequence[str], *, new_session: bool = False) -> subprocess.Popen[str]:
    """A process that ctrl-C stops, even where the tests themselves run in the background and ignore it."""
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=new_session,
        preexec_fn=_listen,  # noqa: PLW1509 (one call of signal, in a child that has no other thread)
    )


def _listen() -> None:
    _ = signal.signal(signal.SIGINT, signal.SIG_DFL)
