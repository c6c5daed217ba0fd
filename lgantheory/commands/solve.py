"""``solve``: the exact discriminator of the user's own samples, and how sure it is."""

import json
import math
import time
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from lgantheory.commands.running import output
from lgantheory.errors import InvalidParameter

NAME_WIDTH = 24  # of the first column, in letters: the longest name and two spaces


def solve(
    real: Annotated[Path, typer.Argument(help="Real points: a csv, tsv, npy or npz file.")],
    fake: Annotated[Path, typer.Argument(help="Fake points, in the same dimension.")],
    *,
    loss: Annotated[str, typer.Option(help="A name, such as softplus or 'hinge(0.1)', or fake's expression in t.")],
    lam: Annotated[float, typer.Option(help="Weight of k^2 in the objective.")],
    solver: Annotated[str, typer.Option(help="Which solver, or auto.")] = "auto",
    weights: Annotated[str | None, typer.Option(help="Column of weights, by name or counted from 1.")] = None,
    gap: Annotated[float, typer.Option(help="Widest relative duality gap to accept.")] = 1e-8,
    out: Annotated[Path | None, typer.Option(help="Store the solution here: .npz, .json or .csv.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Find the optimal discriminator of two samples, with a certificate of its accuracy."""
    from lgantheory.files import read_pair, require_writable, write_solution
    from lgantheory.losses import parse_loss
    from lgantheory.solvers import optimal_discriminator

    if not (math.isfinite(gap) and gap > 0):
        raise InvalidParameter(f"got --gap {gap}; needed a positive number, such as 1e-8.")
    chosen = parse_loss(loss)
    if out is not None:
        require_writable(out)
        if out.resolve() in (real.resolve(), fake.resolve()):
            raise InvalidParameter(f"got --out {out}, which is one of the samples; needed another name.")
    measures = read_pair(real, fake, weights)
    start = time.perf_counter()
    solution = optimal_discriminator(*measures, chosen, lam=lam, solver=solver, gap=gap)
    summary = _summary(solution, seconds=time.perf_counter() - start)
    if out is not None:
        write_solution(out, solution)
    _print_json(summary) if as_json else _print_table(summary, out)


def _summary(solution: Any, *, seconds: float) -> dict[str, Any]:
    problem = solution.problem
    return {
        "n": problem.n,
        "m": problem.m,
        "d": problem.real.dimension,
        "loss": problem.loss.name,
        "lam": problem.lam,
        "k": float(solution.k),
        "primal": float(solution.primal),
        "dual": float(solution.dual),
        "gap": float(solution.gap),
        "lower_bound": float(solution.dual - solution.rounding),
        "error": float(solution.error),
        "k_lower": float(solution.enclosure.k_lower),
        "k_upper": float(solution.enclosure.k_upper),
        "tight_pairs": len(solution.tight_pairs()),
        "solver": solution.solver,
        "seconds": round(seconds, 3),
    }


def _print_json(summary: dict[str, Any]) -> None:
    output().print(json.dumps(summary, allow_nan=False), soft_wrap=True)


def _print_table(summary: dict[str, Any], out: Path | None) -> None:
    rows = {
        "fake points n": str(summary["n"]),
        "real points m": str(summary["m"]),
        "dimension d": str(summary["d"]),
        "loss": summary["loss"],
        "penalty weight lambda": f"{summary['lam']:.12g}",
        "Lipschitz constant k": f"{summary['k']:.12g}",
        "optimal k lies in": f"[{summary['k_lower']:.9g}, {summary['k_upper']:.9g}]",
        "primal value J(f)": f"{summary['primal']:.15g}",
        "dual value": f"{summary['dual']:.15g}",
        "relative gap": f"{summary['gap']:.2e}",
        "tight pairs": str(summary["tight_pairs"]),
        "solver": summary["solver"],
        "seconds": f"{summary['seconds']:.3f}",
    }
    if out is not None:
        rows["stored in"] = str(out)
    console = output()
    for name, value in rows.items():
        console.print(f"{name:<{NAME_WIDTH}}{value}", soft_wrap=True)  # a number is never broken in two
    console.print(
        f"\nCertified: no discriminator whatsoever has an objective below {floored(summary['lower_bound'])}, because "
        f"the flow proves it. The one found is within {summary['error']:.1e} of the optimum, rounding included."
    )


def floored(x: float, digits: int = 15) -> str:
    """A number in decimal, rounded down: a lower bound must stay one when it is printed."""
    exact = Decimal(x)
    if exact == 0:
        return "0"
    place = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return f"{exact.quantize(place, rounding=ROUND_FLOOR):g}"
