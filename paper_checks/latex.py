"""The sheet of errata: one file of LaTeX, class article, no package but those of every installation.

It holds what sources print. Readings that go too far are left out: nobody printed them.
"""

import re
from collections.abc import Mapping, Sequence

import lgantheory
from paper_checks.deciding import Outcome
from paper_checks.printed import Document

ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
}
OPERATORS = ("argmin", "argmax")
WORDS = ("cr", "data", "Div", "dom", "JS", "JSD", "KL", "penalty", "sign")
COLUMNS = "@{}p{0.07\\linewidth}p{0.17\\linewidth}p{0.24\\linewidth}p{0.24\\linewidth}p{0.2\\linewidth}@{}"
HEAD = rf"""\documentclass[10pt]{{article}}
\usepackage[a4paper,landscape,margin=18mm]{{geometry}}
\usepackage{{longtable}}
\setlength{{\parindent}}{{0pt}}
\raggedright
\begin{{document}}
\begin{{center}}
{{\Large Errata of sources on generative adversarial networks}}\\[1ex]
each row is refuted by its witness, and formulas given as right are checked, by lgantheory {lgantheory.__version__}
\end{{center}}
"""


def sheet(documents: Sequence[Document], outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """A table for each source that has errata: place, printed, right value, smallest witness."""
    parts = [HEAD]
    for document in documents:
        errata = [one for one in outcomes[document.name] if one.entry.kind == "erratum"]
        if errata:
            parts.append(_table(document, errata))
    return "\n".join([*parts, r"\end{document}", ""])


def _table(document: Document, errata: Sequence[Outcome]) -> str:
    rows = [_row(one) for one in errata]
    return "\n".join(
        [
            rf"\section*{{{escaped(document.title)}}}",
            rf"\begin{{longtable}}{{{COLUMNS}}}",
            r"\textbf{no.} & \textbf{place} & \textbf{printed} & \textbf{right} & \textbf{smallest witness} \\ \hline",
            r"\endhead",
            *rows,
            r"\end{longtable}",
        ]
    )


def _row(one: Outcome) -> str:
    entry = one.entry
    note = "" if one.as_documented else r" \textbf{(not confirmed in this run)}"
    cells = (", ".join(entry.ids), entry.place, entry.printed, entry.right, entry.witness)
    return " & ".join(map(escaped, cells)) + note + r" \\[0.6ex]"


def escaped(text: str) -> str:
    """Text with formulas between dollar signs: formulas stay, special characters of the rest are escaped.

    Straight quotes become pairs, and words in formulas are set upright.
    """
    parts = re.sub(r'"([^"]*)"', r"``\1''", text).split("$")
    plain = ["".join(ESCAPES.get(letter, letter) for letter in part) for part in parts[::2]]
    mixed = [piece for pair in zip(plain, [*parts[1::2], ""], strict=True) for piece in pair]
    return "".join(piece if i % 2 == 0 else _formula(piece) for i, piece in enumerate(mixed))


def _formula(piece: str) -> str:
    piece = re.sub(rf"(?<![\\A-Za-z])({'|'.join(OPERATORS)})(?![A-Za-z])", r"\\mathop{\\mathrm{\1}}", piece)
    piece = re.sub(rf"(?<![\\A-Za-z])({'|'.join(WORDS)})(?![A-Za-z])", r"\\mathrm{\1}", piece)
    return f"${piece}$" if piece else ""
