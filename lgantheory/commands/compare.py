"""``compare``: neural critics of many methods against the exact optimum of the same samples."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from lgantheory.commands.running import output
from lgantheory.errors import InvalidParameter

WIDTH = 200
"""Letters of a line that holds medians with their spreads, mostly; a narrower terminal is shown medians alone."""

UNFOLDED = 400
"""More letters than any line of a table has."""

QUICK = {"methods": "exact,maxgp,gp,lp", "losses": "softplus", "lams": "unit", "dimensions": "2"}
QUICK |= {"samples": 32, "fresh": 128, "seeds": 2, "steps": 150, "width": 32}
"""Replaces what the command line leaves open under --quick: enough to see that everything works, not to conclude."""

COLUMNS = {
    "gap": "gap",
    "shape_left": "shape left",
    "arc_cosine": "cosine on arcs",
    "direction_cosine": "cosine at fakes",
    "k_error": "k error",
    "w1_share": "fresh W1 share",
}
POPULATION = {
    "fresh_cosine": "population cos",
    "population_l2": "population L2",
    "population_estimate": "W1 estimate",
}

LEGEND = """\
gap: J(f) - J* in the objective's unit, with the critic's own k; lower is better. It is meant for methods that aim at
"penalty" (lam k^2, as an LGAN), and for all methods where lam is such that k* = 1. Methods that aim at "slope" 1 are
judged by their shape. shape left: what the best multiple and shift of the critic leaves of J(constant) - J*: 0 is
the exact optimum's shape, 1 no better than a constant. cosine on arcs: between grad f and the direction that every
optimal discriminator has halfway along the pairs that the optimal flow couples. cosine at fakes: at the fake points
with one exact direction (how many stands behind the slash). k error: k / k* - 1 on the support; k - 1 for "slope".
fresh W1 share: (E_real f - E_fake f) / k on samples that nobody was trained on, over their exact W1: at most 1.
"exact" is f* of the training samples, extended between them by the mean of its McShane envelopes, which has kinks at
its points: hence a cosine at fakes below 1 where f* may have several gradients; its seconds are the solver's.
Numbers are medians over seeds, each with its own samples; in brackets, where there is room, least and largest."""


def compare(
    out: Annotated[Path, typer.Option(help="Folder of the rows; finished ones in it are not done again.")],
    real: Annotated[Path | None, typer.Argument(help="Real points, with --data files.")] = None,
    fake: Annotated[Path | None, typer.Argument(help="Fake points, likewise.")] = None,
    *,
    methods: Annotated[str | None, typer.Option(help="Names with commas between; maxgp:buffer=0.125; or all.")] = None,
    losses: Annotated[str | None, typer.Option(help="Losses, with commas between.")] = None,
    lams: Annotated[str | None, typer.Option(help="Weights of k^2, or unit: such that the exact k* is 1.")] = None,
    dimensions: Annotated[str | None, typer.Option(help="With commas between.")] = None,
    samples: Annotated[int | None, typer.Option(help="Points of each side to train on.")] = None,
    fresh: Annotated[int | None, typer.Option(help="Points of each side to score on.")] = None,
    seeds: Annotated[int | None, typer.Option(help="How many: samples and networks of their own.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps of each critic.")] = None,
    width: Annotated[int | None, typer.Option(help="Units of a hidden layer, of which there are three.")] = None,
    data: Annotated[str | None, typer.Option(help="gaussians, minfunnel, digits, or files.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Processes: one on each core unless said, one with --quick.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A look at everything in seconds.")] = False,
) -> None:
    """Train critics by every method on the same samples and measure each against the exact optimum."""
    from lgantheory.neural.comparison import Plan, compare
    from lgantheory.neural.experiments.comparison_picture import draw_comparison
    from lgantheory.neural.experiments.results import carry_out, write_tables

    said = {"methods": methods, "losses": losses, "lams": lams, "dimensions": dimensions, "samples": samples}
    said |= {"fresh": fresh, "seeds": seeds, "steps": steps, "width": width, "data": data}
    known = {**(QUICK if quick else {}), **{name: value for name, value in said.items() if value is not None}}
    plan = Plan(**{**_read(known), **_files(known.get("data"), real, fake)})
    jobs = jobs if jobs is not None else 1 if quick else -1  # processes take seconds to start
    rows = carry_out(compare, plan.cells(), out, jobs=jobs, unit="critic")
    written = write_tables(
        out, rows, {"command": "compare", "settings": asdict(plan), "seeds": list(range(plan.seeds))}
    )
    written += draw_comparison(rows, out)
    _show(rows, written)


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """What the options say, as a plan has it."""
    from lgantheory.neural.comparison import list_methods

    read = dict(said)
    for name in ("methods", "losses", "lams", "dimensions"):
        if name in read:
            read[name] = _listed(name, read[name])
    if read.get("methods") == ("all",):
        read["methods"] = tuple(list_methods())
    if "dimensions" in read:
        read["dimensions"] = tuple(_dimension(text) for text in read["dimensions"])
    return read


def _listed(name: str, text: str) -> tuple[str, ...]:
    """Entries between commas; commas inside a method's options or a loss's brackets stay."""
    parts: list[str] = []
    for part in text.split(","):
        inside = bool(parts) and (
            parts[-1].count("(") > parts[-1].count(")") or (":" in parts[-1] and "=" in part and ":" not in part)
        )
        parts[-1:] = [f"{parts[-1]},{part}"] if inside else [*parts[-1:], part]
    found = tuple(part.strip() for part in parts if part.strip())
    if not found or len(set(found)) < len(found):
        raise InvalidParameter(f"got --{name} {text!r}; needed one or more, none of them twice, with commas between.")
    return found


def _dimension(text: str) -> int:
    if not text.isdecimal():
        raise InvalidParameter(f"got --dimensions with {text!r}; needed whole numbers with commas between.")
    return int(text)


def _files(data: str | None, real: Path | None, fake: Path | None) -> dict[str, Any]:
    """The user's samples, named and hashed, so that rows of other samples are other rows."""
    if real is None and fake is None and data != "files":
        return {}
    if real is None or fake is None or data not in (None, "files"):
        raise InvalidParameter(
            f"got --data {data} with files {real} and {fake}; needed --data files REAL FAKE, or none."
        )
    from lgantheory.files import read_pair
    from lgantheory.files.opening import file_bytes

    pair = read_pair(real, fake, None)
    contents = hashlib.sha256(b"".join(hashlib.sha256(file_bytes(path)).digest() for path in (real, fake))).hexdigest()
    place = {"files": (str(real.resolve()), str(fake.resolve())), "contents": contents}
    return {"data": "files", "dimensions": (pair[0].dimension,), **place}


# ---------------------------------------------------------------------------------------------------------------------
# The table


def _show(rows: Sequence[dict[str, Any]], written: Sequence[Path]) -> None:
    console = output()
    narrow = console.is_terminal and console.width < WIDTH
    if not narrow:
        console.width = UNFOLDED
    for key in dict.fromkeys(_group(row) for row in rows):
        group = [row for row in rows if _group(row) == key]
        console.print(_title(group), soft_wrap=True)
        console.print(_table(group, narrow=narrow))
        for sentence in _rivals(group):
            console.print(sentence, soft_wrap=True)
        console.print()
    console.print(LEGEND, soft_wrap=True)
    console.print("\nwritten: " + ", ".join(map(str, written)), soft_wrap=True)


def _group(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("data", "dimension", "loss", "lam_rule"))


def _table(rows: Sequence[dict[str, Any]], *, narrow: bool) -> Any:
    from rich.table import Table

    from lgantheory.neural.experiments.spreads import Spread, spread

    def text(values: Sequence[float | int | None]) -> str:
        found = spread(values)
        return (
            Spread(found.median, found.median, found.median, min(found.count, 1)).text(2) if narrow else found.text(2)
        )

    shown = COLUMNS | ({} if all(row.get("population_l2") is None for row in rows) else POPULATION)
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    for name in ("method", "aims at", *shown.values(), "seconds"):
        table.add_column(name, no_wrap=True)
    by_method = {
        name: [row for row in rows if row["method"] == name] for name in dict.fromkeys(r["method"] for r in rows)
    }
    for name, group in sorted(by_method.items(), key=lambda item: spread([r["shape_left"] for r in item[1]]).median):
        cells = [text([row.get(column) for row in group]) + _count(column, group) for column in shown]
        table.add_row(name, group[0]["target"], *cells, f"{spread([row['train_seconds'] for row in group]).median:.2g}")
    for other in _published(rows):
        table.add_row(*other)
    return table


def _rivals(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The paper's penalty against the two that it is said to beat, on the same samples; ties and failures left out."""
    from lgantheory.neural.experiments.spreads import sign_test

    found = {(row["method"], row["seed"]): row for row in rows}
    seeds = sorted({row["seed"] for row in rows})
    sentences = []
    for other in ("gp", "lp"):
        pairs = [(found["maxgp", s], found[other, s]) for s in seeds if ("maxgp", s) in found and (other, s) in found]
        counts = []
        for name, sign in (("shape_left", 1.0), ("arc_cosine", -1.0), ("w1_share", -1.0)):
            both = [(sign * b[name], sign * a[name]) for a, b in pairs if None not in (a[name], b[name])]
            test = sign_test([b for b, _ in both], [a for _, a in both])
            counts.append(f"{COLUMNS[name]} in {test.wins} of {test.count} (p = {test.p:.2g})")
        if pairs:
            sentences.append(f"maxgp is better than {other} by " + ", ".join(counts) + " seeds; one-sided sign tests")
    return sentences


def _title(rows: Sequence[dict[str, Any]]) -> str:
    from lgantheory.neural.experiments.spreads import spread

    first, lam = rows[0], spread([row["lam"] for row in rows]).text()
    rule = "such that k* = 1: " if first["lam_rule"] == "unit" else ""
    known = [row["population_w1"] for row in rows if row.get("population_w1") is not None]
    return (
        f"{first['data']}, dimension {first['dimension']}, loss {first['loss']}, lam {rule}{lam}; "
        f"{first['n']} fake and {first['m']} real points, {len({row['seed'] for row in rows})} seeds, "
        f"{first['steps']} steps" + (f"; W1 of the population {spread(known).text()}" if known else "")
    )


def _count(column: str, rows: Sequence[dict[str, Any]]) -> str:
    """How many directions the cosine is over."""
    from lgantheory.neural.experiments.spreads import spread

    counts = {"direction_cosine": "direction_points", "arc_cosine": "arcs"}
    return f" /{spread([row[counts[column]] for row in rows]).median:.0f}" if column in counts else ""


def _published(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Printed numbers for pairs of the same kind, marked as such."""
    from lgantheory.neural.experiments.problems import FUNNELS, OTHER_FUNNELS
    from lgantheory.neural.experiments.published import published

    first = rows[0]
    if (first["data"], first["loss"]) != ("minfunnel", "wasserstein"):
        return []
    d = first["dimension"]
    gone = [""] * len(COLUMNS)
    return [
        [f"{p.method} (published)", "", *gone, *("–" if x is None else f"{x:.3g}" for x in (p.cosine, p.l2, p.w1)), ""]
        for p in published(d, FUNNELS.get(d, OTHER_FUNNELS))
    ]
