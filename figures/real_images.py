"""Ten noise images against ten photographs in 3072 dimensions: the exact gradient of f* leads to a photograph."""

from typing import Any

import numpy as np

from figures.figure import Figure, Size, Table, Tables, column, select
from figures.style import INK, PAGE, panels
from lgantheory.arrays import Array
from lgantheory.errors import InvalidParameter
from lgantheory.problem import Solution

LOSS, LAM, SEED = "sqrt", 1.0, 0
IMAGES, SIDE = 10, 32

ROWS = {
    "noise": "fake x",
    "direction": "gradient",
    "half": "half way",
    "most": "nine tenths",
    "real": "real y",
}
PLACES = {"noise": 0.0, "half": 0.5, "most": 0.9, "real": 1.0}
"""How far along the segment from x to y."""


def photographs() -> Array:
    """The square of each of ten photographs in which pixels vary most: (10, 3, 32, 32) in [-1, 1].

    Raises:
        InvalidParameter: scikit-image or scikit-learn, which carry the photographs, are not installed.
    """
    from importlib.util import find_spec

    missing = [
        pip for module, pip in (("skimage", "scikit-image"), ("sklearn", "scikit-learn")) if not find_spec(module)
    ]
    if missing:
        raise InvalidParameter(
            f"got no {' and no '.join(missing)}; needed for the photographs of figure 'real_images', which come with "
            f"them. Do: pip install {' '.join(missing)}."
        )
    from lgantheory.neural.data.patches import load

    found = load(side=SIDE)
    assert found.labels is not None
    spread = found.real.reshape(found.size, -1).std(axis=1)
    best = [max(np.flatnonzero(found.labels == label), key=spread.__getitem__) for label in range(IMAGES)]
    return np.asarray(found.real[best], dtype=float)


def data(size: Size) -> Tables:
    """``pixels`` as bytes, channel by channel; ``pairs``: which photograph each noise image is led to."""
    from lgantheory.solvers import optimal_discriminator

    number = 2 if size.quick else IMAGES
    real = photographs()[:number]
    fake = np.random.default_rng(SEED).uniform(-1.0, 1.0, real.shape)
    flat = real.reshape(number, -1), fake.reshape(number, -1)
    solution = optimal_discriminator(*flat, LOSS, LAM)
    pairs = _pairs(solution)
    shown = {(i, row): image for i, j in enumerate(pairs["real"]) for row, image in _rows(fake[i], real[j]).items()}
    return {"pixels": _pixels(shown), "pairs": pairs}


def _pairs(solution: Solution) -> dict[str, Any]:
    """The real partner that receives most, and how the gradient half way to it lies to the ray that leads there."""
    problem, flow = solution.problem, solution.flow.toarray()
    target = flow.argmax(axis=1)
    x, y = problem.fake.points, problem.real.points[target]
    lengths = np.linalg.norm(y - x, axis=1)
    gradient = solution.gradient(0.5 * (x + y)).vectors
    forced = [len(found) for found in solution.gradient(x).directions]
    return {
        "fake": np.arange(len(x)),
        "real": target,
        "distance": lengths,
        "slope": np.linalg.norm(gradient, axis=1),
        "cosine": (gradient * (y - x)).sum(axis=1) / np.linalg.norm(gradient, axis=1) / lengths,
        "share": flow[np.arange(len(x)), target] / flow.sum(axis=1),
        "tight": forced,
        "nearest": problem.distances.argmin(axis=1),
        "k": np.full(len(x), solution.k),
        "gap": np.full(len(x), solution.gap),
    }


def _rows(x: Array, y: Array) -> dict[str, Array]:
    found = {row: (1.0 - t) * x + t * y for row, t in PLACES.items()}
    return found | {"direction": (y - x) / np.abs(y - x).max()}


def _pixels(shown: dict[tuple[int, str], Array]) -> Table:
    """Levels 0 to 255 of (3, h, w) images in [-1, 1], one line for each pixel."""
    levels = [np.clip(np.rint(127.5 * image + 127.5), 0, 255).reshape(3, -1) for image in shown.values()]
    each = levels[0].shape[1]
    colours = np.concatenate(levels, axis=1)
    return {
        "image": np.repeat([i for i, _ in shown], each),
        "row": np.repeat([row for _, row in shown], each),
        "red": colours[0],
        "green": colours[1],
        "blue": colours[2],
    }


def draw(tables: Tables) -> Any:
    """A column for each noise image: the image, its gradient, two places on the way, and where it leads."""
    pairs = tables["pairs"]
    number = len(column(pairs, "fake"))
    each = (PAGE - 0.6) / number
    figure, axes = panels(len(ROWS), number, height=each * 1.09)
    for (row, label), line in zip(ROWS.items(), axes, strict=True):
        for i, axis in enumerate(line):
            _show(axis, select(tables["pixels"], image=i, row=row))
        line[0].set_ylabel(label, fontsize=7)
    for i, axis in enumerate(axes[-1]):
        near = column(pairs, "real")[i] == column(pairs, "nearest")[i]
        axis.set_xlabel(f"{column(pairs, 'distance')[i]:.1f}" + ("" if near else "*"), fontsize=7, color=INK)
    figure.supxlabel("distance from x to y (*: another photograph is nearer)", fontsize=7)
    return figure


def _show(axes: Any, pixels: Table) -> None:
    side = int(np.sqrt(len(column(pixels, "red"))))
    channels = [column(pixels, name).astype(np.uint8).reshape(side, side) for name in ("red", "green", "blue")]
    axes.imshow(np.stack(channels, axis=-1), interpolation="nearest")
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


FIGURE = Figure(
    name="real_images",
    title="ten noise images and ten photographs: each gradient of the exact f* leads to a photograph",
    source="LGAN paper, the figure of gradients on real images (noise, gradient, noise + t gradient, the real image)",
    differs="matches: along the gradient a photograph is reached. Exact f*, and photographs that packages carry, not "
    "a network on CIFAR-10; uniform noise, as the authors' code has it; the real image is the one that receives most "
    "of the optimal flow. Where photographs tie, the gradient is that on the way to y: at x itself there is none",
    data=data,
    draw=draw,
)
