"""One exact discriminator: its values over the plane, where its gradients lead, and which pairs are tight.

``python -m figures.discriminator --data real.csv fake.csv --loss softplus --lam 0.1`` draws it for samples of the
user's own; without ``--data`` for the third toy case of the LGAN paper.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from figures import fields
from figures.figure import Figure, Size, Tables
from figures.style import COLUMN, panels
from lgantheory.commands.running import application, output, run
from lgantheory.errors import InvalidParameter
from lgantheory.problem import Solution

LOSS, LAM, SEED = "softplus", 0.1, 0
POINTS, QUICK_POINTS = 40, 12
CELLS, QUICK_CELLS = 120, 24


def data(size: Size) -> Tables:
    """The third toy case, from a fixed seed."""
    import numpy as np

    from lgantheory.measures import toy_case
    from lgantheory.solvers import optimal_discriminator

    real, fake = toy_case(3, np.random.default_rng(SEED), QUICK_POINTS if size.quick else POINTS)
    return fields.tables(optimal_discriminator(real, fake, LOSS, LAM), QUICK_CELLS if size.quick else CELLS)


def draw(tables: Tables) -> Any:
    """Values as colours, tight pairs as lines, gradients as arrows."""
    width = 1.5 * COLUMN
    figure, axes = panels(1, 1, width=width, height=fields.height(tables["values"], width - 1.2) + 0.65)
    fields.panel(axes[0, 0], tables, label="f*", legend=True)
    figure.legend(loc="outside upper center", ncols=2, markerscale=1.5)
    return figure


FIGURE = Figure(
    name="discriminator",
    title="f* of the third toy case: values, gradients at the fake points, tight pairs",
    source="LGAN paper and slides, the figure of the gradients of f* (one loss)",
    differs="exact f* on samples, where the source trains a network; arrows show directions alone, each one "
    "where real points tie",
    data=data,
    draw=draw,
)


def of_samples(solution: Solution, cells: int = CELLS) -> Any:
    """The picture of a user's own solution in the plane.

    Raises:
        InvalidParameter: the points are not in the plane.
    """
    if solution.problem.real.dimension != 2:
        raise InvalidParameter(
            f"got points in {solution.problem.real.dimension} dimensions; needed 2, which can be drawn. "
            "Choose two columns, or project the points."
        )
    return draw(fields.tables(solution, cells))


app = application("Draw the exact discriminator of two samples in the plane.")


@app.command()
def own(
    *,
    data: Annotated[tuple[Path, Path] | None, typer.Option(help="Real, then fake points: csv, npy or npz.")] = None,
    loss: Annotated[str, typer.Option(help="A name, or fake's expression in t.")] = LOSS,
    lam: Annotated[float, typer.Option(help="Weight of k^2.")] = LAM,
    out: Annotated[Path, typer.Option(help="The picture: a name that ends in .png, .pdf or .svg.")] = Path(
        "discriminator.png"
    ),
) -> int:
    """Solve, certify, draw; the picture's title is what was certified."""
    import numpy as np

    from figures.drawing import FORMATS
    from figures.style import style
    from lgantheory.files import read_pair, require_place
    from lgantheory.losses import parse_loss
    from lgantheory.measures import toy_case
    from lgantheory.solvers import optimal_discriminator

    if out.suffix[1:] not in FORMATS:
        raise InvalidParameter(f"got --out {out}; needed a name that ends in one of .{', .'.join(FORMATS)}.")
    require_place(out)
    pair = toy_case(3, np.random.default_rng(SEED), POINTS) if data is None else read_pair(*data)
    solution = optimal_discriminator(*pair, parse_loss(loss), lam)
    with style():
        figure = of_samples(solution)
        figure.suptitle(f"k = {solution.k:.4g},  J* = {solution.primal:.6g},  gap {solution.gap:.0e}", fontsize=8)
        figure.savefig(out)
    output().print(
        f"{out}: k = {solution.k:.6g}, J* = {solution.primal:.9g}, relative gap {solution.gap:.1e}", soft_wrap=True
    )
    return 0


if __name__ == "__main__":
    sys.exit(run(app, name="python -m figures.discriminator"))
