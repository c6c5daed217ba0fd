"""Runs what decides the entries: their own checks, and the claims of ``verify`` that settle the same numbers.

Every piece of evidence must say what is documented. One that says something else is the verdict of its entry.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

import paper_checks
from lgantheory.claims import Check, Report, Request, Verdict
from lgantheory.errors import UnknownName
from paper_checks.printed import Document, Printed
from verify.__main__ import claims_of, statements

# Instances for each claim that is true, in a quick run and otherwise. Arbitrary: ``python -m verify`` draws more.
QUICK_INSTANCES, INSTANCES = 2, 7


@dataclass(frozen=True)
class Known:
    """A claim of ``verify`` and where it is found."""

    module: str
    index: int
    ref: str
    expected: Verdict
    settles: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """An entry after it was decided; ``verdict`` is None where nothing here can decide it.

    ``right`` is the verdict on what is said to be true instead, ``claims`` names the claims that were evidence.
    """

    entry: Printed
    verdict: Verdict | None
    worst: Check | None = None
    right: Verdict | None = None
    claims: tuple[str, ...] = ()

    @property
    def as_documented(self) -> bool:
        if self.verdict is None:
            return bool(self.entry.undecidable)
        return self.verdict is self.entry.expected and self.right in (None, Verdict.HOLDS)


@dataclass(frozen=True)
class Evidence:
    """The claims that speak for what is printed, and those that speak for what is true instead."""

    printed: tuple[Known, ...]
    right: tuple[Known, ...]


def documents(name: str | None = None) -> list[Document]:
    """The sources, or the one that is asked for.

    Raises:
        UnknownName: no source is called so.
    """
    names = sorted(info.name for info in iter_modules(paper_checks.__path__) if not info.name.startswith("_"))
    modules = [import_module(f"paper_checks.{each}") for each in names]
    found = [module.DOCUMENT for module in modules if hasattr(module, "DOCUMENT")]
    chosen = [document for document in found if name in (None, document.name)]
    if not chosen:
        known = ", ".join(document.name for document in found)
        raise UnknownName(f"got the source '{name}', which has no file; needed one of: {known}.")
    return chosen


def known_claims() -> list[Known]:
    """Every claim of ``verify``."""
    return [
        Known(name, index, claim.ref, claim.expected, claim.settles)
        for name in statements()
        for index, claim in enumerate(claims_of(name))
    ]


def evidence(entry: Printed, claims: Sequence[Known]) -> Evidence:
    """Which claims decide an entry: those it names, else all that settle one of its numbers.

    Raises:
        UnknownName: the entry names a claim that does not exist.
    """
    missing = set(entry.refs) - {claim.ref for claim in claims}
    if missing:
        raise UnknownName(f"got the claims {sorted(missing)} in '{entry.place}'; needed claims of verify.")
    if entry.undecidable:
        return Evidence((), ())
    if entry.refs:
        speaking = [claim for claim in claims if claim.ref in entry.refs]
    else:
        speaking = [claim for claim in claims if set(claim.settles) & set(entry.ids)]
    printed = tuple(claim for claim in speaking if claim.expected is entry.expected)
    right = tuple(claim for claim in speaking if entry.fails and claim.expected is not Verdict.REFUTED)
    return Evidence(printed, right)


def decide(chosen: Iterable[Document], *, quick: bool = False, jobs: int = 1) -> dict[str, list[Outcome]]:
    """Outcomes by name of the source; each claim runs once, however many entries it speaks for."""
    from tqdm import tqdm

    chosen, claims = list(chosen), known_claims()
    speaking = {id(entry): evidence(entry, claims) for document in chosen for entry in document.entries}
    needed = dict.fromkeys(claim for one in speaking.values() for claim in (*one.printed, *one.right))
    reports = _reports(list(needed), QUICK_INSTANCES if quick else INSTANCES, jobs)
    pairs = [(document.name, entry) for document in chosen for entry in document.entries]
    found: dict[str, list[Outcome]] = {document.name: [] for document in chosen}
    for name, entry in tqdm(pairs, desc="checking", unit="entry", disable=None, leave=False):
        found[name].append(outcome(entry, speaking[id(entry)], reports))
    return found


def outcome(entry: Printed, speaking: Evidence, reports: Mapping[Known, Report]) -> Outcome:
    """Decide one entry from its own checks and the reports of the claims that speak for it."""
    if entry.undecidable:
        return Outcome(entry, None)
    own = None if entry.decide is None else _worst(entry.decide())
    printed = [reports[claim] for claim in speaking.printed]
    checks = [check for check in (own, *(report.worst for report in printed)) if check is not None]
    verdicts = [] if own is None else [own.verdict]
    return Outcome(
        entry,
        _joined([*verdicts, *(report.verdict for report in printed)], entry.expected),
        _worst(checks) if checks else None,
        _right(entry, [reports[claim] for claim in speaking.right]),
        tuple(claim.ref for claim in (*speaking.printed, *speaking.right)),
    )


def _right(entry: Printed, reports: Sequence[Report]) -> Verdict | None:
    verdicts = [] if entry.decide_right is None else [_worst(entry.decide_right()).verdict]
    verdicts += [report.verdict for report in reports]
    return _joined(verdicts, Verdict.HOLDS) if verdicts else None


def _joined(verdicts: Sequence[Verdict], documented: Verdict) -> Verdict:
    """What is documented if all say so, else what the first dissenter says; nothing said is nothing decided."""
    if not verdicts:
        return Verdict.UNDECIDED
    return next((each for each in verdicts if each is not documented), documented)


def _worst(checks: Sequence[Check]) -> Check:
    return max(checks, key=lambda check: check.severity)


def _reports(claims: Sequence[Known], number: int, jobs: int) -> dict[Known, Report]:
    return dict(zip(claims, _run(claims, number, jobs), strict=True))


def _run(claims: Sequence[Known], number: int, jobs: int) -> Iterator[Report]:
    from lgantheory.parallel import in_parallel

    yield from in_parallel(_report, [(claim, number) for claim in claims], jobs=jobs, unit="claim")


def _report(known: Known, number: int) -> Report:
    """What is printed wrongly is decided on its own request: its witness may be any of the instances."""
    claim = claims_of(known.module)[known.index]
    return claim.decide(Request() if known.expected is Verdict.REFUTED else Request(number))
