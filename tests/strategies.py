"""Where the tests' randomness comes from: measures, losses and weights as hypothesis draws and shrinks them.

Coordinates are small multiples of 1/8, so that ties, shared points and collinear points are exact and common, and a
failing example is short enough to read.
"""

from dataclasses import dataclass

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
    return st.sampled_from(names).map(get_loss)


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
