"""The table of verdicts as the README shows it: ``python -m verify.table`` prints it from the claims themselves."""

import sys
from collections.abc import Iterable
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from lgantheory.claims import Claim
from verify.__main__ import claims_of, in_order, statements
from verify.presentation import plain

HEADER = ("| claim | statement | source | verdict |", "|---|---|---|---|")


def table() -> str:
    """Markdown rows, one per claim, with the documented verdict (a run fails where it is another); a table per room."""
    claims = sorted(
        (claim for name in statements() for claim in claims_of(name)), key=lambda claim: in_order(claim.ref)
    )
    return "\n\n".join(_room(*group) for group in groupby(claims, key=lambda claim: in_order(claim.ref)[0]))


def _room(folder: str, claims: Iterable[Claim[Any]]) -> str:
    rows = [
        f"| `{claim.ref}` | {_cell(plain(claim.statement))} | {_cell(claim.source)} | {claim.expected} |"
        for claim in claims
    ]
    if not folder:
        return "\n".join((*HEADER, *rows))
    summary = f"<details><summary><code>{folder}</code>: {_title(folder)} ({len(rows)})</summary>"
    return "\n".join((summary, "", *HEADER, *rows, "", "</details>"))


def _title(folder: str) -> str:
    """What the folder's documentation begins with."""
    text = import_module(f"verify.{folder}").__doc__ or folder
    return _cell(text.split("\n\n", maxsplit=1)[0].strip().rstrip(".").replace("\n", " "))


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("*", r"\*").replace("_", r"\_")


def updated(readme: str) -> str:
    """The README's text with its table made anew between the two markers."""
    before, _, rest = readme.partition("<!-- verdicts -->")
    _, _, after = rest.partition("<!-- /verdicts -->")
    return f"{before}<!-- verdicts -->\n{table()}\n<!-- /verdicts -->{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    sys.stdout.write(table() + "\n") if path is None else path.write_text(updated(path.read_text()))
