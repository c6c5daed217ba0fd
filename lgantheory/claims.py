"""What it means to decide a statement: Verdict, Check, Break, Claim, Report. This module knows no mathematics.

A *check* is one inequality ``excess <= 0`` together with the error bar of the computed excess and the resolution at
which the answer would stop meaning anything. A *claim* is a statement with its hypotheses, a source of instances, the
checks to run on each, and one *break* per hypothesis: an instance that drops that hypothesis alone, on which a named
check must come out REFUTED. A claim whose breaks go unnoticed proves nothing and is VACUOUS.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

I = TypeVar("I")


class Verdict(StrEnum):
    """Every answer the project gives. The values are the words people and programs read."""

    HOLDS = "HOLDS"
    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    VACUOUS = "VACUOUS"

    @property
    def exit_status(self) -> int:
        """Status of ``python -m verify.<claim>``; 2 is reserved for usage errors."""
        return {"HOLDS": 0, "PROVED": 0, "REFUTED": 1, "UNDECIDED": 3, "VACUOUS": 4}[self.value]


@dataclass(frozen=True)
class Check:
    """The inequality ``excess <= 0``, known up to ``error_bar``.

    * REFUTED when the excess is positive beyond its error bar;
    * HOLDS when it is not, and the error bar is no wider than ``resolution``;
    * UNDECIDED otherwise: the numbers cannot tell. A NaN anywhere is UNDECIDED too.

    With ``strict`` the inequality is ``excess < 0`` and must be visible: HOLDS when the excess is negative beyond its
    error bar, REFUTED when it is not although anything below ``-resolution`` would have been seen.

    ``resolution`` is the size of the smallest violation that matters, in the unit of ``excess``; it is chosen from
    the scale of the instance, never from the result.
    """

    name: str
    excess: float
    error_bar: float
    resolution: float
    strict: bool = False

    @property
    def verdict(self) -> Verdict:
        numbers = (self.excess, self.error_bar, self.resolution)
        if any(math.isnan(x) for x in numbers) or self.error_bar < 0:
            return Verdict.UNDECIDED
        if self.strict:
            if self.excess < -self.error_bar:
                return Verdict.HOLDS
            return Verdict.REFUTED if self.error_bar <= self.resolution else Verdict.UNDECIDED
        if self.excess > self.error_bar:
            return Verdict.REFUTED
        return Verdict.HOLDS if self.error_bar <= self.resolution else Verdict.UNDECIDED

    @property
    def severity(self) -> tuple[int, float]:
        """Orders checks from comfortable to damning: first by verdict, then by excess in units of resolution."""
        rank = {Verdict.HOLDS: 0, Verdict.UNDECIDED: 1, Verdict.REFUTED: 2}[self.verdict]
        scale = self.resolution if self.resolution > 0 else 1.0
        ratio = self.excess / scale
        return rank, -math.inf if math.isnan(ratio) else ratio

    @staticmethod
    def of_verdict(name: str, verdict: Verdict) -> "Check":
        """A check decided symbolically: excess 0 when PROVED, 1 when REFUTED, an infinite bar when UNDECIDED."""
        excess = {Verdict.PROVED: 0.0, Verdict.HOLDS: 0.0}.get(verdict, 1.0)
        bar = 0.0 if verdict in (Verdict.PROVED, Verdict.HOLDS, Verdict.REFUTED) else math.inf
        return Check(name, excess, bar, resolution=0.5)


@dataclass(frozen=True)
class Request:
    """What a user asks a claim to be decided on. ``None`` means: the claim's own choice."""

    number: int = 20
    seed: int = 0
    loss: Any = None
    lam: float | None = None
    data: Any = None


@dataclass(frozen=True)
class Break(Generic[I]):
    """An instance that drops one hypothesis and nothing else.

    ``check`` names the check that must be REFUTED on ``instance()``; ``witness`` says in words what the smallest known
    instance is and by how much it fails.
    """

    drops: str
    instance: Callable[[], I]
    check: str
    witness: str


@dataclass(frozen=True)
class BreakOutcome:
    """A break after it was run: whether the check noticed."""

    drops: str
    check: str
    verdict: Verdict
    witness: str
    excess: float
    error_bar: float

    @property
    def noticed(self) -> bool:
        return self.verdict is Verdict.REFUTED


@dataclass(frozen=True)
class Report:
    """A claim after it was decided; plain data, so it travels between processes and into JSON."""

    ref: str
    statement: str
    source: str
    hypotheses: Mapping[str, str]
    expected: Verdict
    verdict: Verdict
    instances: int
    seconds: float
    worst: Check | None
    worst_instance: str
    breaks: tuple[BreakOutcome, ...] = ()

    @property
    def as_documented(self) -> bool:
        return self.verdict is self.expected

    def as_json(self) -> dict[str, Any]:
        worst = None
        if self.worst is not None:
            worst = {
                "check": self.worst.name,
                "excess": _json_number(self.worst.excess),
                "error_bar": _json_number(self.worst.error_bar),
                "resolution": _json_number(self.worst.resolution),
                "instance": self.worst_instance,
            }
        return {
            "ref": self.ref,
            "statement": self.statement,
            "source": self.source,
            "hypotheses": dict(self.hypotheses),
            "verdict": self.verdict.value,
            "expected": self.expected.value,
            "instances": self.instances,
            "seconds": round(self.seconds, 3),
            "worst": worst,
            "breaks": [
                {
                    "drops": b.drops,
                    "check": b.check,
                    "verdict": b.verdict.value,
                    "witness": b.witness,
                    "excess": _json_number(b.excess),
                    "error_bar": _json_number(b.error_bar),
                }
                for b in self.breaks
            ],
        }


@dataclass(frozen=True)
class Claim(Generic[I]):
    """A statement of a source, in a form that can be decided.

    A claim that a source prints wrongly appears twice: as printed (``expected`` REFUTED, no breaks needed, since it is
    its own break) and as corrected (``expected`` HOLDS).
    """

    ref: str
    statement: str
    source: str
    hypotheses: Mapping[str, str]
    instances: Callable[[Request], Iterable[I]]
    checks: Callable[[I], Sequence[Check]]
    breaks: tuple[Break[I], ...] = ()
    expected: Verdict = Verdict.HOLDS
    settles: tuple[str, ...] = ()
    """Numbers of the sources' statements that are decided here, as ``paper_checks.inventory`` lists them."""

    def __post_init__(self) -> None:
        unknown = {b.drops for b in self.breaks} - set(self.hypotheses)
        assert not unknown, f"{self.ref}: breaks drop hypotheses that are not listed: {sorted(unknown)}"

    def decide(self, request: Request, on_instance: Callable[[], None] = lambda: None) -> Report:
        """Run every check on every instance, then every break. ``on_instance`` is called after each, for progress."""
        start = time.perf_counter()
        number, worst, worst_instance = 0, None, ""
        for instance, check in self._run(request, on_instance):
            if check is None:
                number += 1
            elif worst is None or check.severity > worst.severity:
                worst, worst_instance = check, str(instance)
        outcomes = tuple(self._run_break(b, on_instance) for b in self.breaks)
        verdict = Verdict.UNDECIDED if worst is None else worst.verdict
        if verdict is Verdict.HOLDS and (not outcomes or not all(b.noticed for b in outcomes)):
            verdict = Verdict.VACUOUS
        return Report(
            ref=self.ref,
            statement=self.statement,
            source=self.source,
            hypotheses=self.hypotheses,
            expected=self.expected,
            verdict=verdict,
            instances=number,
            seconds=time.perf_counter() - start,
            worst=worst,
            worst_instance=worst_instance,
            breaks=outcomes,
        )

    def _run(self, request: Request, on_instance: Callable[[], None]) -> Iterator[tuple[I, Check | None]]:
        """Yield (instance, check) for each check, and (instance, None) when the instance is done."""
        for instance in self.instances(request):
            for check in self.checks(instance):
                yield instance, check
            yield instance, None
            on_instance()

    def _run_break(self, broken: Break[I], on_instance: Callable[[], None]) -> BreakOutcome:
        named = [c for c in self.checks(broken.instance()) if c.name == broken.check]
        assert named, f"{self.ref}: the break of {broken.drops!r} names a check that did not run: {broken.check!r}"
        check = max(named, key=lambda c: c.severity)
        on_instance()
        return BreakOutcome(broken.drops, broken.check, check.verdict, broken.witness, check.excess, check.error_bar)


def _json_number(x: float) -> float | str:
    """JSON has no infinities; they travel as words."""
    return float(x) if math.isfinite(x) else str(float(x))
