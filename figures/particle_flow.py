"""Generated points moved along the exact f*: frames of the way, and the distance that is left.

``python -m figures.particle_flow --out flow.gif`` makes an animation of the same tables.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from figures.figure import Figure, Size, Tables, column, select
from figures.forest_growth import ring_and_blob
from figures.style import PAGE, SERIES, panels, plane, points
from lgantheory.commands.running import application, output, run
from lgantheory.errors import InvalidParameter

LOSSES = ("wasserstein", "softplus")
COLOURS = {"wasserstein": SERIES[4], "softplus": SERIES[0]}
LAM, SEED, STEP = 0.02, 0, 0.1
POINTS, QUICK_POINTS = 24, 6
STEPS, QUICK_STEPS = 40, 6
FRAMES = 5


def data(size: Size) -> Tables:
    """``places`` of the fake points at each step, ``trace`` of what is left there, and the ``real`` points."""
    real, fake = ring_and_blob(np.random.default_rng(SEED), QUICK_POINTS if size.quick else POINTS)
    places, trace = [], []
    for loss in LOSSES:
        for step, solution in enumerate(_moving(real, fake, loss, QUICK_STEPS if size.quick else STEPS)):
            at = solution.problem.fake.points
            places.append(np.column_stack([np.full(len(at), step), at]))
            trace.append(_left(loss, step, solution))
    each, whole = sum(map(len, places)) // len(LOSSES), np.concatenate(places)
    return {
        "places": {"loss": np.repeat(LOSSES, each), "step": whole[:, 0], "x": whole[:, 1], "y": whole[:, 2]},
        "trace": {name: [row[name] for row in trace] for name in trace[0]},
        "real": {"x": real.points[:, 0], "y": real.points[:, 1]},
    }


def _moving(real: Any, fake: Any, loss: str, steps: int) -> Any:
    """Solutions along the way. Where several real points tie, the mean direction of what the flow sends."""
    from lgantheory.losses import get_loss
    from lgantheory.measures import DiscreteMeasure
    from lgantheory.problem import LipschitzProblem
    from lgantheory.solvers import solve
    from verify.lgan.particle_flow import directions

    solution = solve(LipschitzProblem(real, fake, get_loss(loss), LAM))
    yield solution
    for _ in range(steps):
        along, _ = directions(solution)
        moved = DiscreteMeasure(solution.problem.fake.points + STEP * along)
        solution = solve(replace(solution.problem, fake=moved), start=solution)
        yield solution


def _left(loss: str, step: int, solution: Any) -> dict[str, Any]:
    from lgantheory.solvers.transport import wasserstein

    problem = solution.problem
    level = float(problem.loss.fake(0.0) + problem.loss.real(0.0))
    left = wasserstein(problem.real, problem.fake).value
    return {"loss": loss, "step": step, "W1": left, "D": level - solution.primal, "k": solution.k}


def draw(tables: Tables) -> Any:
    """A strip of frames for each loss; W1 and D of both below."""
    steps = np.unique(column(tables["places"], "step"))
    chosen = steps[np.round(np.linspace(0.0, 1.0, FRAMES) ** 1.5 * (len(steps) - 1)).astype(int)]
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(PAGE, 2.0 * PAGE / FRAMES + 2.3), layout="constrained")
    parts: Any = figure.subfigures(2, 1, height_ratios=[2.0 * PAGE / FRAMES + 0.5, 1.8])
    above, below = parts
    axes = above.subplots(len(LOSSES), FRAMES, sharex=True, sharey=True, squeeze=False)
    for loss, line in zip(LOSSES, axes, strict=True):
        for step, axis in zip(chosen, line, strict=True):
            frame(axis, tables, loss, step, labels=axis is axes[0, 0])
            axis.tick_params(labelsize=6)
        line[0].set_ylabel(loss)
    for step, axis in zip(chosen, axes[0], strict=True):
        axis.set_title(f"step {step:g}")
    above.legend(loc="outside upper center", ncols=2, markerscale=1.5)
    _traces(below.subplots(1, 3), tables)
    return figure


def frame(axes: Any, tables: Tables, loss: str, step: float, *, labels: bool = False) -> None:
    """Both samples at one step, and the ways of the fake points so far."""
    from matplotlib.collections import LineCollection

    rows = select(tables["places"], loss=loss)
    number = int(np.sum(rows["step"] == 0))
    ways = np.stack([rows["x"], rows["y"]], axis=1).reshape(-1, number, 2)[: int(step) + 1]
    axes.add_collection(LineCollection(list(ways.transpose(1, 0, 2)), colors="#999999", linewidths=0.6, zorder=2))
    real = np.stack([column(tables["real"], "x"), column(tables["real"], "y")], axis=1)
    points(axes, real, ways[-1], labels=labels)
    plane(axes)


def _traces(axes: Any, tables: Tables) -> None:
    labels = {"W1": "$W_1$", "D": "$D = 2\\phi(0) - J^*$", "k": "$k^*$"}
    for axis, (name, label) in zip(axes, labels.items(), strict=True):
        for loss in LOSSES:
            rows = select(tables["trace"], loss=loss)
            axis.plot(rows["step"], rows[name], color=COLOURS[loss], label=loss)
        axis.set(xlabel=f"step (length {STEP:g})", title=label, yscale="log")
    axes[0].legend(loc="upper right")


FIGURE = Figure(
    name="particle_flow",
    title="generated points moved along the exact f*: frames, and W1, D and k* on the way",
    source="ours; slides, 'the gradient directly points towards a real sample', followed step by step",
    differs="no source draws it. Steps have one length, so at the end points jump around their targets. For a small "
    "lam softplus leaves some real points alone while others are shared: W1 stops falling",
    data=data,
    draw=draw,
)


def animate(tables: Tables, path: Path) -> None:
    """All steps as a gif, both losses side by side."""
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure, axes = panels(1, len(LOSSES), height=PAGE / 2 + 0.2, sharex=True, sharey=True)
    canvas = FigureCanvasAgg(figure)
    trace = tables["trace"]

    def show(step: int) -> list[Any]:
        for axis, loss in zip(axes[0], LOSSES, strict=True):
            axis.clear()
            frame(axis, tables, loss, step)
            axis.set(xlim=(-3.0, 3.0), ylim=(-3.0, 3.0))
            left = select(trace, loss=loss, step=step)["W1"][0]
            axis.set_title(f"{loss}, step {step}: W1 = {left:.3f}")
        return []

    show(0)
    canvas.draw()
    figure.set_layout_engine("none")  # all frames are alike, and one layout serves them
    last = int(column(trace, "step").max())
    FuncAnimation(figure, show, frames=range(last + 1)).save(path, writer=PillowWriter(fps=8), dpi=120)


app = application("Animate generated points that move along the exact discriminator.")


@app.command()
def gif(
    *,
    out: Annotated[Path, typer.Option(help="The animation: a name that ends in .gif.")] = Path("particle_flow.gif"),
    quick: Annotated[bool, typer.Option("--quick", help="Fewer points and steps.")] = False,
) -> int:
    """Compute the tables of the figure, and write all their steps as an animation."""
    from figures.style import style
    from lgantheory.files import require_place

    if out.suffix != ".gif":
        raise InvalidParameter(f"got --out {out}; needed a name that ends in .gif.")
    require_place(out)
    tables = data(Size(quick=quick))
    with style():
        animate(tables, out)
    output().print(f"{out}: {int(column(tables['trace'], 'step').max())} steps", soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(app, name="python -m figures.particle_flow"))
