"""``python -m paper_checks``: what the sources print, computed again; exit status 0 if all is as documented."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lgantheory.commands.running import application, output, run

if TYPE_CHECKING:
    from paper_checks.deciding import Outcome
    from paper_checks.printed import Document

app = application(
    "Compute again what the sources print, and list errata and readings that go too far, with what is right."
)


@app.command()
def check(
    source: Annotated[str | None, typer.Option(help="One source, by the name of its file.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the outcomes to this file.")] = None,
    latex_file: Annotated[Path | None, typer.Option("--latex", help="Write a sheet of errata to this file.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Two instances for each claim, not seven.")] = False,
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0 means one per core.")] = 0,
) -> int:
    """Decide every entry, print the tables by source, and return 0 if each verdict is the documented one."""
    from lgantheory.files import require_place, write_text
    from paper_checks.coverage import settled
    from paper_checks.deciding import decide, documents, known_claims
    from paper_checks.latex import sheet
    from paper_checks.presentation import show, show_coverage

    for file in filter(None, (json_file, latex_file)):
        require_place(file)
    chosen = documents(source)
    outcomes = decide(chosen, quick=quick, jobs=jobs or os.cpu_count() or 1)
    show(chosen, outcomes)
    if source is None:
        show_coverage(settled(known_claims(), chosen))
    if json_file is not None:
        write_text(json_file, json.dumps(document(chosen, outcomes), indent=2, ensure_ascii=False) + "\n")
    if latex_file is not None:
        write_text(latex_file, sheet(chosen, outcomes))
    return _summary([one for found in outcomes.values() for one in found])


def _summary(outcomes: "Sequence[Outcome]") -> int:
    checked = [one for one in outcomes if one.verdict is not None]
    errata, readings = (
        sum(one.entry.kind == kind and one.as_documented for one in checked) for kind in ("erratum", "reading")
    )
    off = [one for one in checked if not one.as_documented]
    output().print(
        f"{len(checked) - len(off)} of {len(checked)} entries are as documented, {errata} of them errata and "
        f"{readings} readings that go too far, each with what is right; {len(outcomes) - len(checked)} not checked here"
        + (f"; off: {len(off)}" if off else "")
    )
    return 1 if off else 0


def document(chosen: "Sequence[Document]", outcomes: "Mapping[str, Sequence[Outcome]]") -> dict[str, Any]:
    """What ``--json`` writes: for each source its entries, and apart from them the readings that go too far."""
    import lgantheory
    from paper_checks.unchecked import UNCHECKED

    return {
        "version": lgantheory.__version__,
        "sources": [
            {
                "name": source.name,
                "title": source.title,
                "entries": [_entry(one) for one in outcomes[source.name] if one.entry.kind != "reading"],
                "readings": [_entry(one) for one in outcomes[source.name] if one.entry.kind == "reading"],
            }
            for source in chosen
        ],
        "unchecked": UNCHECKED,
    }


def _entry(one: "Outcome") -> dict[str, Any]:
    entry, worst = one.entry, one.worst
    return {
        "place": entry.place,
        "printed": entry.printed,
        "kind": entry.kind,
        "ids": list(entry.ids),
        "expected": None if entry.undecidable else entry.expected.value,
        "verdict": None if one.verdict is None else one.verdict.value,
        "as_documented": one.as_documented,
        "right": entry.right,
        "right_verdict": None if one.right is None else one.right.value,
        "witness": entry.witness,
        "undecidable": entry.undecidable,
        "claims": list(one.claims),
        "worst": None
        if worst is None
        else {"check": worst.name, "excess": str(worst.excess), "error_bar": str(worst.error_bar)},
    }


if __name__ == "__main__":
    sys.exit(run(app, name="python -m paper_checks"))
