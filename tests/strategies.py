"""Where the tests' randomness comes from: measures, losses and weights as hypothesis draws and shrinks them.

Coordinates are small multiples of 1/8, so that ties, shared points and collinear points are exact and common, and a
failing example is short enough to read.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from hypothesis import strategies as st

from lgantheory.losses import get_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem

STRICT = ("softplus", "exponential", "sqrt")
MONOTONE = (*STRICT, "wasserstein")
EVERY = (*MONOTONE, "least_squares", "hinge")

coordinates = st.integers(-16, 16).map(lambda number: number / 8.0)
lams = st.floats(-4.0, 4.0).map(lambda power: float(f"{10.0**power:.2g}"))
"""Penalty weights from 1e-4 to 1e4."""

moderate_lams = st.floats(-2.0, 2.0).map(lambda power: float(f"{10.0**power:.2g}"))


@st.composite
def points(draw: st.DrawFn, dimension: int, most: int = 5) -> np.ndarray:
    """One to ``most`` points: free, on one line, or repeating each other."""
    size = draw(st.integers(1, most))
    shape = draw(st.sampled_from(("free", "collinear", "duplicated")))
    rows = [draw(st.lists(coordinates, min_size=dimension, max_size=dimension)) for _ in range(size)]
    array = np.array(rows)
    if shape == "collinear":
        return array[:, :1] * np.arange(1, dimension + 1)
    return array[[draw(st.integers(0, size - 1)) for _ in range(size)]] if shape == "duplicated" else array


@st.composite
def weights(draw: st.DrawFn, size: int) -> np.ndarray | None:
    """Uniform, or spread over decades, zeros included."""
    if draw(st.booleans()):
        return None
    raw = [draw(st.sampled_from((0.0, 1e-6, 0.1, 1.0, 3.0))) for _ in range(size)]
    raw[draw(st.integers(0, size - 1))] = 1.0
    array = np.array(raw)
    return array / array.sum()


@st.composite
def measure_pairs(draw: st.DrawFn, most: int = 5, weighted: bool = True) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    """(real, fake) in one space: apart, far apart, or sharing points."""
    dimension = draw(st.integers(1, 3))
    y, x = draw(points(dimension, most)), draw(points(dimension, most))
    kind = draw(st.sampled_from(("near", "far", "overlapping")))
    if kind == "far":
        y = y + 20.0
    if kind == "overlapping":
        shared = draw(st.integers(1, min(len(x), len(y))))
        y[:shared] = x[:shared]
    a, b = (draw(weights(len(p))) if weighted else None for p in (x, y))
    return DiscreteMeasure(y, b), DiscreteMeasure(x, a)


def losses(names: tuple[str, ...] = EVERY) -> st.SearchStrategy[Loss]:
    return st.sampled_from([get_loss(name) for name in names])


@dataclass(frozen=True)
class Drawn:
    """A problem as drawn, printed in a form that can be typed in again."""

    real: DiscreteMeasure
    fake: DiscreteMeasure
    loss: Loss
    lam: float
    penalty: Kind = Kind.SQUARED

    @property
    def problem(self) -> LipschitzProblem:
        return LipschitzProblem(self.real, self.fake, self.loss, self.lam, penalty_kind=self.penalty)

    def __repr__(self) -> str:
        parts = [f"{m.points.tolist()} x {m.weights.tolist()}" for m in (self.real, self.fake)]
        return f"{self.loss.name}, lam={self.lam}, {self.penalty}: real {parts[0]}, fake {parts[1]}"


@st.composite
def problems(
    draw: st.DrawFn, names: tuple[str, ...] = EVERY, lam: st.SearchStrategy[float] = moderate_lams, most: int = 5
) -> Drawn:
    real, fake = draw(measure_pairs(most))
    return Drawn(real, fake, draw(losses(names)), draw(lam))


# ---------------------------------------------------------------------------------------------------------------------
# Problems for solvers, with every degeneracy that a network simplex method can trip over. They are made from numbers
# that hypothesis draws or that a long run counts up, so that both meet the same kinds.

# Asymmetric pairs: curved on one side only, with different tails, and with curvature that dies out on both sides.
PAIRS = (
    ("exp(t)", "-t"),
    ("t", "2*log(1 + exp(-t))"),
    ("t + sqrt(t**2 + 1)", "exp(-t)"),
    ("log(1 + exp(2*t))/2 + exp(t)", "log(1 + exp(-2*t))/2 + exp(-t)"),
)


def _near(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = (rng.normal(size=(size, d)) for size in sizes)
    return y + rng.uniform(0.0, 2.0), x


def _apart(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = (rng.normal(size=(size, d)) for size in sizes)
    return y + 10.0 ** rng.uniform(1.0, 3.0), x


def _lattice(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = (rng.integers(0, 4, size=(size, d)).astype(float) for size in sizes)
    return y, x + rng.integers(0, 2)


def _collinear(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    direction = rng.integers(1, 4, size=d)
    y, x = (rng.integers(-8, 9, size=(size, 1)) * direction / 8.0 for size in sizes)
    return y, x


def _shared(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = _near(rng, sizes, d)
    common = rng.integers(1, min(sizes) + 1)
    y[:common] = x[:common]
    return y, x


def _same_places(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    _, x = _near(rng, sizes, d)
    return x[np.arange(sizes[0]) % len(x)], x


def _two_places(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    places = np.stack([np.zeros(d), rng.normal(size=d)])
    y, x = (places[rng.integers(0, 2, size=size)] for size in sizes)
    return y, x


def _duplicates(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = _near(rng, sizes, d)
    few = [rng.integers(0, 1 + len(side) // 3, size=len(side)) for side in (y, x)]
    return y[few[0]], x[few[1]]


def _clusters(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    """Points whose distances range over up to eight decades."""
    centres = rng.normal(size=(3, d))
    y, x = (
        centres[rng.integers(0, 3, size=size)] + 10.0 ** rng.uniform(-8.0, 0.0) * rng.normal(size=(size, d))
        for size in sizes
    )
    return y, x


def _sparse(rng: np.random.Generator, sizes: tuple[int, int], d: int) -> tuple[np.ndarray, np.ndarray]:
    """Like grey values: most coordinates are zero, the others among a few levels."""
    y, x = (rng.integers(0, 4, size=(size, d)) * (rng.random((size, d)) < 0.3) / 4.0 for size in sizes)
    return y, x


CLOUDS = {
    "near": _near,
    "apart": _apart,
    "lattice": _lattice,
    "collinear": _collinear,
    "shared": _shared,
    "same places": _same_places,
    "two places": _two_places,
    "duplicates": _duplicates,
    "clusters": _clusters,
    "sparse": _sparse,
}


def _uniform(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.full(size, 1.0 / size)


def _spread(rng: np.random.Generator, size: int) -> np.ndarray:
    raw = rng.exponential(size=size) + 1e-3
    return raw / raw.sum()


def _decades(rng: np.random.Generator, size: int) -> np.ndarray:
    """Weights down to 1e-12."""
    raw = 10.0 ** rng.uniform(-12.0, 0.0, size=size)
    raw[rng.integers(0, size)] = 1.0
    return raw / raw.sum()


def _zeros(rng: np.random.Generator, size: int) -> np.ndarray:
    raw = rng.integers(0, 3, size=size).astype(float)
    raw[rng.integers(0, size)] = 1.0
    return raw / raw.sum()


WEIGHTS = {"uniform": _uniform, "spread": _spread, "decades": _decades, "zeros": _zeros}


@cache
def _loss_of(fake: str, real: str) -> Loss:
    """Parsed, and its conditions proved, once."""
    return Loss.from_expressions(fake, real)


@dataclass(frozen=True)
class Recipe:
    """What a degenerate problem is made of; ``seed`` draws the rest. ``lam`` counts in the squared diameter."""

    cloud: str
    sizes: tuple[int, int]
    dimension: int
    weights: str
    scale: float
    lam: float
    loss: str | tuple[str, str]
    seed: int

    @property
    def drawn(self) -> Drawn:
        rng = np.random.default_rng(self.seed)
        y, x = CLOUDS[self.cloud](rng, self.sizes, self.dimension)
        b, a = (WEIGHTS[self.weights](rng, size) for size in self.sizes)
        loss = get_loss(self.loss) if isinstance(self.loss, str) else _loss_of(*self.loss)
        real, fake = DiscreteMeasure(self.scale * y, b), DiscreteMeasure(self.scale * x, a)
        points = np.concatenate([real.points[real.weights > 0.0], fake.points[fake.weights > 0.0]])
        diameter = float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
        return Drawn(real, fake, loss, self.lam * (diameter * diameter if diameter > 0.0 else 1.0))

    @property
    def problem(self) -> LipschitzProblem:
        return self.drawn.problem


def lam_powers(loss: str | tuple[str, str]) -> tuple[float, float]:
    """Decades of lam over the squared diameter that float64 allows: fewer where one side of the loss is straight.

    Nothing but the other side's tail then balances the masses, and f runs to where that tail holds no digits.
    """
    return (-3.0, 6.0) if "-t" in loss or "t" in loss else (-6.0, 6.0)


def recipe(seed: int, most: int = 40, large: int = 200) -> Recipe:
    """The recipe of a number: each kind of cloud, weights and loss in turn, one problem in fifty large."""
    rng = np.random.default_rng([seed, 20_000])
    losses_, clouds, kinds = (*STRICT, *PAIRS), tuple(CLOUDS), tuple(WEIGHTS)
    limit = large if rng.random() < 0.02 else most
    n, m = (int(size) for size in rng.integers(1, limit + 1, size=2))
    if rng.random() < 0.1:
        n = 1
    if rng.random() < 0.1:
        m = 1
    scale = float(10.0 ** rng.uniform(-8.0, 8.0)) if rng.random() < 0.5 else 1.0
    loss = losses_[int(rng.integers(len(losses_)))]
    return Recipe(
        cloud=clouds[seed % len(clouds)],
        sizes=(m, n),
        dimension=int(rng.integers(1, 6)),
        weights=kinds[int(rng.integers(len(kinds)))],
        scale=scale,
        lam=float(10.0 ** rng.uniform(*lam_powers(loss))),
        loss=loss,
        seed=seed,
    )


@st.composite
def recipes(draw: st.DrawFn, most: int = 7, clouds: tuple[str, ...] = tuple(CLOUDS)) -> Recipe:
    """Small recipes, to be shrunk: up to ``most`` points a side, at all scales."""
    loss = draw(st.sampled_from((*STRICT, *PAIRS)))
    return Recipe(
        cloud=draw(st.sampled_from(clouds)),
        sizes=(draw(st.integers(1, most)), draw(st.integers(1, most))),
        dimension=draw(st.integers(1, 5)),
        weights=draw(st.sampled_from(tuple(WEIGHTS))),
        scale=draw(st.sampled_from((1.0, 1e-8, 1e-3, 1e3, 1e8))),
        lam=draw(st.floats(*lam_powers(loss)).map(lambda power: float(f"{10.0**power:.2g}"))),
        loss=loss,
        seed=draw(st.integers(0, 2**16)),
    )
