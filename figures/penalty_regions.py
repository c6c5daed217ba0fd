"""Where each gradient penalty looks: the places at which it reads the critic's slope.

What decides is whether some path from a fake to a real point stays unseen: there a critic may rise at no cost.
Penalties at the data or at the generated points alone leave all segments unseen; so does noise around the data once the
other sample is farther away than the noise reaches.
"""

from typing import Any

from figures.curves import joined, rows_of
from figures.figure import Figure, Size, Table, Tables, column, select
from figures.style import FAINT, FAKE, INK, REAL, SERIES, panels, plane, points

SEED = 7
SAMPLE, QUICK_SAMPLE = 12, 4
PER_POINT, QUICK_PER_POINT = 14, 3

PENALTIES = {
    "segments of random pairs": "WGAN-GP, LP; MaxGP takes the steepest",
    "segments of the best plan": "where the optimal critic has slope k",
    "real points": "R1",
    "generated points": "R2",
    "data with noise": "DRAGAN, as its code draws the noise",
    "all places": "the lecture's first integral",
}


def data(size: Size) -> Tables:
    """Both samples, the best plan between them, and the places that each penalty reads."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    count, each = (QUICK_SAMPLE, QUICK_PER_POINT) if size.quick else (SAMPLE, PER_POINT)
    angle = 2.0 * np.pi * np.arange(count) / count
    real = np.stack([1.6 + 0.9 * np.cos(angle), 0.9 * np.sin(angle)], axis=1) + 0.08 * rng.standard_normal((count, 2))
    fake = np.array([-1.5, -0.2]) + 0.35 * rng.standard_normal((count, 2))
    read = _places(real, fake, each, rng)
    return {
        "samples": joined(
            rows_of(side="real", x=real[:, 0], y=real[:, 1]), rows_of(side="fake", x=fake[:, 0], y=fake[:, 1])
        ),
        "places": joined(*(rows_of(penalty=name, x=at[:, 0], y=at[:, 1]) for name, at in read.items())),
    }


def _places(real: Any, fake: Any, each: int, rng: Any) -> dict[str, Any]:
    """Places (r, 2) by penalty; segments are drawn uniformly, as the penalties draw them."""
    import numpy as np

    from lgantheory import wasserstein

    moves = wasserstein(real, fake).plan.tocoo()
    best = fake[np.repeat(moves.coords[0], each)], real[np.repeat(moves.coords[1], each)]
    pairs = fake[rng.integers(0, len(fake), each * len(fake))], real[rng.integers(0, len(real), each * len(fake))]
    spread = 0.5 * real.std() * rng.uniform(size=(each * len(real), 2))
    noisy = np.repeat(real, each, axis=0) + rng.uniform(size=(each * len(real), 1)) * spread
    everywhere = np.concatenate([real, fake])
    low, high = everywhere.min(axis=0) - 0.5, everywhere.max(axis=0) + 0.5
    found = (
        _between(*pairs, rng),
        _between(*best, rng),
        real,
        fake,
        noisy,
        rng.uniform(low, high, (2 * each * len(real), 2)),
    )
    return dict(zip(PENALTIES, found, strict=True))


def _between(start: Any, end: Any, rng: Any) -> Any:
    """One place on each segment, uniformly."""
    share = rng.uniform(size=(len(start), 1))
    return share * end + (1.0 - share) * start


def draw(tables: Tables) -> Any:
    """A panel for each penalty: the places under the points."""
    import numpy as np

    figure, axes = panels(2, 3, height=1.75, sharex=True, sharey=True)
    real, fake = (_pairs(select(tables["samples"], side=side)) for side in ("real", "fake"))
    for axis, (name, used) in zip(axes.ravel(), PENALTIES.items(), strict=True):
        at = select(tables["places"], penalty=name)
        plane(axis)
        axis.set(xticks=[], yticks=[])
        _ = [spine.set(visible=True, color=FAINT) for spine in axis.spines.values()]
        points(axis, real, fake, labels=axis is axes[0, 0])
        alone = name in ("real points", "generated points")
        look = {"s": 55, "facecolors": "none", "edgecolors": SERIES[0]} if alone else {"s": 4, "color": SERIES[0]}
        axis.scatter(at["x"], at["y"], linewidths=1.2 if alone else 0.0, zorder=3, **look)
        axis.set_title(name, color=REAL if name == "real points" else FAKE if name == "generated points" else INK)
        axis.set_xlabel(used, fontsize=7)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    handles.append(axes[0, 0].scatter([], [], s=8, color=SERIES[0]))
    figure.legend(handles, [*labels, "slope is read here"], loc="outside lower center", ncols=3)
    low, high = np.concatenate([real, fake]).min(axis=0), np.concatenate([real, fake]).max(axis=0)
    axes[0, 0].set(xlim=(low[0] - 0.6, high[0] + 0.6), ylim=(low[1] - 0.6, high[1] + 0.6))
    return figure


def _pairs(rows: Table) -> Any:
    import numpy as np

    return np.stack([column(rows, "x"), column(rows, "y")], axis=1)


FIGURE = Figure(
    name="penalty_regions",
    title="Where each gradient penalty reads the critic's slope",
    source="lecture, 'Improved WGAN (WGAN-GP)': the penalised region between P_data and P_G",
    differs="the slide's segments between random pairs, beside where other penalties look; the segments of the best "
    "plan are added, on which alone the optimal critic is known to have slope 1",
    data=data,
    draw=draw,
)
