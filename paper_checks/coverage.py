"""Which numbers of the inventory are settled, by whom, and which nothing decides yet."""

from collections.abc import Iterable, Mapping, Sequence

from lgantheory.claims import Verdict
from paper_checks.deciding import Known, evidence
from paper_checks.inventory import INVENTORY
from paper_checks.printed import Document
from paper_checks.unchecked import UNCHECKED


def settled(claims: Iterable[Known], documents: Iterable[Document]) -> dict[str, list[str]]:
    """Number -> who settles it: claims of ``verify`` by name, entries by source and place."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        for number in claim.settles:
            found.setdefault(number, []).append(claim.ref)
    for document in documents:
        for entry in document.entries:
            for number in entry.ids if entry.decide or entry.refs else ():
                found.setdefault(number, []).append(f"{document.name}: {entry.place}")
    return found


def unknown(claims: Iterable[Known], documents: Iterable[Document]) -> dict[str, list[str]]:
    """Numbers that somebody uses and the inventory does not have."""
    used = settled(claims, documents)
    for document in documents:
        for entry in document.entries:
            for number in entry.ids:
                used.setdefault(number, []).append(f"{document.name}: {entry.place}")
    return {number: users for number, users in used.items() if number not in INVENTORY}


def unlisted(claims: Sequence[Known], documents: Iterable[Document]) -> list[str]:
    """Refuted claims that no entry lists: neither errata nor readings would have them."""
    entries = [entry for document in documents for entry in document.entries]
    listed = {claim.ref for entry in entries for claim in evidence(entry, claims).printed}
    return [claim.ref for claim in claims if claim.expected is Verdict.REFUTED and claim.ref not in listed]


def missing(found: Mapping[str, Sequence[str]]) -> list[str]:
    """Numbers that nothing settles although they could be."""
    return [number for number in INVENTORY if number not in found and number not in UNCHECKED]


def unchecked(found: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What would decide them -> the numbers that are not checked here."""
    grouped: dict[str, list[str]] = {}
    for number, reason in UNCHECKED.items():
        if number not in found:
            grouped.setdefault(reason, []).append(number)
    return grouped
