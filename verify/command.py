"""The command line of a single statement."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import lgantheory
from lgantheory.claims import Claim, Report, Request
from lgantheory.commands.running import application, output, run
from lgantheory.errors import InvalidParameter
from lgantheory.files import read_pair, require_place, write_text
from verify.presentation import show

# What a user may choose instead of the claim.
OWN = ("loss", "lam", "data")


def main(claims: Sequence[Claim[Any]]) -> NoReturn:
    """``python -m verify.<claim>``: decide ``claims``; the first one gives the exit status."""
    app = application(f"Decide: {claims[0].statement}")

    @app.command()
    def run_claims(  # noqa: PLR0917 (one parameter per option; Typer calls it by name)
        loss: Annotated[
            str | None, typer.Option(help="Name of a loss or an expression in t for its fake side.")
        ] = None,
        lam: Annotated[float | None, typer.Option(help="Weight of the squared Lipschitz constant.")] = None,
        data: Annotated[
            tuple[Path, Path] | None, typer.Option(help="Your own samples: real, then fake (csv, npy, npz).")
        ] = None,
        instances: Annotated[int, typer.Option(min=1, help="How many instances to draw.")] = 20,
        seed: Annotated[int, typer.Option(min=0, help="Seed of the instances.")] = 0,
        json_file: Annotated[Path | None, typer.Option("--json", help="Also write the report to this file.")] = None,
    ) -> int:
        """Decide this statement on seeded instances, or on a loss, a lam and samples of your own."""
        request = Request(instances, seed, loss, lam, None if data is None else read_pair(*data))
        own = loss is not None or lam is not None or data is not None
        return decide(claims[:1] if own else claims, request, json_file, documented=not own)

    sys.exit(run(app, name=f"python -m verify.{claims[0].ref}"))


def decide(claims: Sequence[Claim[Any]], request: Request, json_file: Path | None, *, documented: bool = True) -> int:
    """Decide claims one after the other, print their table, and return the exit status of the first."""
    from tqdm import tqdm

    if json_file is not None:
        require_place(json_file)
    reports = []
    watched = _Watched(request)
    for claim in claims:
        with tqdm(desc=claim.ref, unit="instance", disable=None, leave=False) as bar:

            def advance(shown: Any = bar) -> None:
                shown.update()

            reports.append(claim.decide(watched, advance))
    _require_read(watched, claims[0])
    show(reports, documented=documented)
    if not documented:
        _note_scope(request, claims[0])
    if json_file is not None:
        write_json(json_file, reports, request.seed)
    return reports[0].verdict.exit_status


class _Watched(Request):
    """A request that knows what was asked of it: many statements are not about a loss, a lam or samples."""

    def __init__(self, request: Request) -> None:
        self.__dict__.update(vars(request), seen=set())

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name in OWN:
            super().__getattribute__("__dict__")["seen"].add(name)
        return value


def _require_read(request: _Watched, claim: Claim[Any]) -> None:
    """Refuse an option that a statement has not looked at: its verdict would seem to be about it."""
    seen = set(vars(request)["seen"])
    unread = [f"--{name}" for name in OWN if vars(request)[name] is not None and name not in seen]
    if unread:
        raise InvalidParameter(f"got {' and '.join(unread)}; needed nothing of the kind: {claim.ref} is not about it.")


def _note_scope(request: Request, claim: Claim[Any]) -> None:
    """Say so when a user's loss lies outside the assumption of the theorems: a refutation is then no news."""
    from lgantheory.losses.conditions import check_conditions

    missing = None if request.loss is None else check_conditions(request.loss).first_failure
    if missing is not None:
        where = "" if missing.witness is None else f" (t = {missing.witness})"
        output().print(
            f"Note: this loss does not meet assumption (A): {missing.name} is {missing.verdict}{where}. {claim.ref} "
            "does not cover it; the verdict is about its conclusion."
        )


def write_json(path: Path, reports: Sequence[Report], seed: int) -> None:
    """The machine-readable report, written whole or not at all."""
    document = {"version": lgantheory.__version__, "seed": seed, "claims": [report.as_json() for report in reports]}
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
