"""The table of verdicts as the README shows it: ``python -m verify.table`` prints it from the claims themselves."""

import sys
from pathlib import Path

from verify.__main__ import claims_of, statements
from verify.presentation import plain

HEADER = ("| claim | statement | source | verdict |", "|---|---|---|---|")


def table() -> str:
    """Markdown rows, one per claim, with the documented verdict (a run fails where it is another)."""
    rows = [
        f"| `{claim.ref}` | {_cell(plain(claim.statement))} | {_cell(claim.source)} | {claim.expected} |"
        for name in statements()
        for claim in claims_of(name)
    ]
    return "\n".join((*HEADER, *rows))


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
