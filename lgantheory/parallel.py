"""Many calls of one function on several cores, with a progress bar; ctrl-C ends them without a word from workers."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def in_parallel(
    function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, jobs: int, unit: str, ordered: bool = True
) -> Iterator[Any]:
    """``function(*task)`` for each task: as a generator in their order, or as they finish.

    Args:
        jobs: processes at once; 1 stays in this one.
        unit: what the progress bar counts; it is shown on terminals alone.
    """
    from joblib import Parallel, delayed
    from tqdm import tqdm

    if not tasks:
        return
    kind = "generator" if ordered else "generator_unordered"
    with _workers_deaf_to_interrupts():
        # joblib is typed for its default, a list
        results: Any = Parallel(n_jobs=min(jobs, len(tasks)), return_as=kind)(
            delayed(function)(*task) for task in tasks
        )
    yield from tqdm(results, total=len(tasks), unit=unit, disable=None, leave=False)


@contextmanager
def _workers_deaf_to_interrupts() -> Iterator[None]:
    """Processes that start here never see ctrl-C: they inherit that it is ignored. Who started them ends them.

    A worker that is still importing when the signal comes would print a traceback of its own. For the moment of the
    start, some hundredths of a second, nobody hears ctrl-C; a blocked signal would wait, but joblib unblocks it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        _ = signal.signal(signal.SIGINT, before)
