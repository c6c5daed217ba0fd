"""Rounds: all contenders of a group take their turn, one after the other, as often as asked; medians are kept.

Taking turns spreads whatever else the machine does over all of them.
"""

import gc
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.contenders import Call, Contender, Discriminator, severity
from benchmarks.plans import Group, Place
from benchmarks.rows import Row

MEBIBYTE = 2.0**20


@dataclass(frozen=True)
class Sample:
    """One turn: seconds per problem, relative gap, and MiB of resident memory that it added, where known."""

    seconds: float
    gap: float
    peak: float | None = None


Turn = Callable[[], Sample]


def measured(benchmark: str, group: Group, advance: Callable[[], Any]) -> list[Row]:
    """One row for each entry; ``advance`` is called after every turn."""
    with ExitStack() as stack:
        entered = [stack.enter_context(_PLACES[group.place](contender)) for contender in group.contenders]
        turns = [ready() for ready in entered]
        samples: list[list[Sample]] = [[] for _ in turns]
        for _ in range(group.repeats):
            for turn, taken in zip(turns, samples, strict=True):
                taken.append(turn())
                advance()
    rival = None if group.rival is None else samples.pop(0)
    return [_row(benchmark, group, entry, ours, rival) for entry, ours in zip(group.entries, samples, strict=True)]


def _row(
    benchmark: str, group: Group, entry: tuple[str, Discriminator], ours: list[Sample], rival: list[Sample] | None
) -> Row:
    case, contender = entry
    return Row(
        benchmark=benchmark,
        case=case,
        n=contender.points.n,
        d=contender.points.d,
        loss=contender.loss,
        lam=contender.lam,
        solver=contender.name,
        rival="" if group.rival is None else group.rival.name,
        repeats=group.repeats,
        seconds=_median(ours),
        rival_seconds=None if rival is None else _median(rival),
        spread=max(_spread(ours), 1.0 if rival is None else _spread(rival)),
        gap=_widest(ours),
        rival_gap=None if rival is None else _widest(rival),
        peak=_peak(ours),
        rival_peak=None if rival is None else _peak(rival),
    )


def _median(samples: list[Sample]) -> float:
    return statistics.median(sample.seconds for sample in samples)


def _spread(samples: list[Sample]) -> float:
    seconds = [sample.seconds for sample in samples]
    return max(seconds) / min(seconds)


def _widest(samples: list[Sample]) -> float:
    return max((sample.gap for sample in samples), key=severity)


def _peak(samples: list[Sample]) -> float | None:
    return max((sample.peak for sample in samples if sample.peak is not None), default=None)


# -- turns -------------------------------------------------------------------------------------------------------------


def timed(call: Call, problems: int) -> Sample:
    """One turn, without Python's garbage collector, as in ``timeit``: with POT loaded a collection takes 0.2 s."""
    gc.disable()
    try:
        start = time.perf_counter()
        gap = call()
        return Sample((time.perf_counter() - start) / problems, gap)
    finally:
        gc.enable()


@contextmanager
def _here(contender: Contender) -> Iterator[Callable[[], Turn]]:
    def ready() -> Turn:
        call = contender.prepared()
        return lambda: timed(call, contender.problems)

    yield ready


@contextmanager
def _apart(contender: Contender) -> Iterator[Callable[[], Turn]]:
    """All processes of a group prepare at the same time, and take their turns one by one."""
    with _process() as process:
        preparation = process.submit(_prepare, contender)

        def ready() -> Turn:
            _ = _unless_killed(preparation.result)
            return lambda: _unless_killed(lambda: process.submit(_turn_apart, contender).result())

        yield ready


@contextmanager
def _cold_cache(contender: Contender) -> Iterator[Callable[[], Turn]]:
    def turn() -> Sample:
        with tempfile.TemporaryDirectory() as cache:
            return _fresh_turn(contender, cache)

    yield lambda: turn


@contextmanager
def _warm_cache(contender: Contender) -> Iterator[Callable[[], Turn]]:
    def ready() -> Turn:
        _ = _fresh_turn(contender)
        return lambda: _fresh_turn(contender)

    yield ready


_PLACES: dict[Place, Callable[[Contender], AbstractContextManager[Callable[[], Turn]]]] = {
    Place.HERE: _here,
    Place.APART: _apart,
    Place.COLD_CACHE: _cold_cache,
    Place.WARM_CACHE: _warm_cache,
}


# -- other processes ---------------------------------------------------------------------------------------------------


def _process(cache: str | None = None) -> ProcessPoolExecutor:
    """One fresh process, with a folder of its own for compiled code if one is named."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_initialise, initargs=(cache,))


def _initialise(cache: str | None) -> None:
    """Ctrl-C ends the process without a word; numba reads where its cache is when it is imported."""
    _ = signal.signal(signal.SIGINT, signal.SIG_DFL)
    if cache is not None:
        os.environ["NUMBA_CACHE_DIR"] = cache


def _fresh_turn(contender: Contender, cache: str | None = None) -> Sample:
    with _process(cache) as process:
        return _unless_killed(lambda: process.submit(_first_turn, contender).result())


def _first_turn(contender: Contender) -> Sample:
    return timed(contender.call(), contender.problems)


def _unless_killed(result: Callable[[], Sample]) -> Sample:
    """A process that was killed, for its memory say, has proved nothing."""
    try:
        return result()
    except BrokenProcessPool:
        return Sample(float("inf"), float("inf"))


def _prepare(contender: Contender) -> Sample:
    _ = _prepared(contender)
    return Sample(0.0, 0.0)


def _turn_apart(contender: Contender) -> Sample:
    """One turn, with what it added to the memory that was resident once everything was prepared."""
    call, before = _prepared(contender)
    sample = timed(call, contender.problems)
    return Sample(sample.seconds, sample.gap, max(0.0, _memory("VmHWM") - before))


@lru_cache(maxsize=1)
def _prepared(contender: Contender) -> tuple[Call, float]:
    """What a process is there for, made once in its life: the call, and the resident memory before the first one."""
    call = contender.prepared()
    return call, _memory("VmRSS")


def _memory(kind: str) -> float:
    """Resident memory of this process in MiB: now (VmRSS) or at most so far (VmHWM).

    Linux keeps both for each program. Elsewhere only the most so far is known, and serves for both.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith(f"{kind}:"))
        return float(line.split()[1]) * 1024.0 / MEBIBYTE
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MEBIBYTE if sys.platform == "darwin" else most * 1024.0 / MEBIBYTE
