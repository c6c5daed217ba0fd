"""``python -m verify``: every statement, a table of verdicts, and exit status 0 only if each is the documented one."""

import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from lgantheory.claims import Claim, Report

import verify
from lgantheory.commands.running import application, output, run

# Instances of each statement with --quick; arbitrary.
QUICK = 3

app = application("Decide statements about GANs on samples, with certificates.")


@app.command()
def decide(
    instances: Annotated[int, typer.Option(min=1, help="Instances per statement.")] = 20,
    quick: Annotated[bool, typer.Option("--quick", help="Few instances: a first look in a minute.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the instances.")] = 0,
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0 means one per core.")] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the reports to this file.")] = None,
) -> int:
    """Decide every statement on seeded instances and print the table of verdicts; status 0 if each is as documented."""
    from lgantheory.claims import Request
    from lgantheory.files import require_place
    from verify.command import write_json
    from verify.presentation import show

    if json_file is not None:
        require_place(json_file)
    request = Request(min(instances, QUICK) if quick else instances, seed)
    reports = sorted(_decided(request, jobs or os.cpu_count() or 1), key=lambda report: in_order(report.ref))
    show(reports)
    if json_file is not None:
        write_json(json_file, reports, seed)
    off = [report.ref for report in reports if not report.as_documented]
    agree = f"{len(reports) - len(off)} of {len(reports)} verdicts are the documented ones"
    output().print(agree + (f"; not: {', '.join(off)}" if off else ""))
    return 1 if off else 0


def in_order(ref: str) -> tuple[str, str]:
    """Sorts references by folder, the theorems of the LGAN paper, which lie in none, first."""
    folder, _, name = ref.rpartition(".")
    return folder, name


def statements() -> list[str]:
    """Names of the modules of this package that define a CLAIM, those of its folders as ``folder.module``."""
    return [name for name in modules() if hasattr(import_module(f"verify.{name}"), "CLAIM")]


def modules() -> list[str]:
    """Names of all modules of this package and its folders; none of them is imported."""
    return list(_modules(verify.__path__, ""))


def _modules(path: Iterable[str], folder: str) -> Iterator[str]:
    for info in iter_modules(path):
        name = folder + info.name
        if info.ispkg:
            yield from _modules(import_module(f"verify.{name}").__path__, f"{name}.")
        elif not info.name.startswith("_"):
            yield name


def claims_of(name: str) -> "tuple[Claim[Any], ...]":
    """The claims of one module: what is true first, then what is printed wrongly."""
    module = import_module(f"verify.{name}")
    return (*([module.CLAIM] if hasattr(module, "CLAIM") else []), *getattr(module, "AS_PRINTED", ()))


def _decided(request: Any, jobs: int) -> "Iterator[Report]":
    """Reports as they finish, with a progress bar on a terminal."""
    from lgantheory.parallel import in_parallel

    tasks = [(name, index, request) for name in statements() for index in range(len(claims_of(name)))]
    yield from in_parallel(_decide, tasks, jobs=jobs, unit="claim", ordered=False)


def _decide(name: str, index: int, request: Any) -> "Report":
    return claims_of(name)[index].decide(request)


if __name__ == "__main__":
    sys.exit(run(app, name="python -m verify"))
