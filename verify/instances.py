"""Seeded problems to decide statements on: small, and degenerate in every way that samples are.

Coordinates are multiples of 1/8, so that ties, collinear points and shared points are exact and a printed instance can
be typed in again. The same shapes are drawn by the property tests with hypothesis, which also shrinks them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.claims import Request
from lgantheory.losses import get_loss, parse_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers import solve

GRID = 8.0
MOST_POINTS = 8

STRICT_LOSSES = ("softplus", "exponential", "sqrt")
LGAN_LOSSES = (*STRICT_LOSSES, "wasserstein")

# One side linear, the other strictly convex: enough for Theorem 1.
ONE_SIDED = (("exp(t)", "-t"), ("t", "2*log(1 + exp(-t))"))


@dataclass(frozen=True)
class Instance:
    """One LGAN problem, solved once.

    ``without`` names hypotheses that restrict *where* a conclusion is drawn and that a break drops on this instance.
    """

    real: DiscreteMeasure
    fake: DiscreteMeasure
    loss: Loss
    lam: float
    kind: str = ""
    penalty: Kind = Kind.SQUARED
    without: frozenset[str] = frozenset()

    @cached_property
    def problem(self) -> LipschitzProblem:
        return LipschitzProblem(self.real, self.fake, self.loss, self.lam, penalty_kind=self.penalty)

    @cached_property
    def solution(self) -> Solution:
        """Certified, with whatever gap was reached: the checks' error bars are made from it."""
        return solve(self.problem)

    def __str__(self) -> str:
        shape = f"{self.fake.size} fake, {self.real.size} real points in R^{self.real.dimension}"
        return f"{self.loss.name}, lam = {self.lam:g}, {shape}{', ' + self.kind if self.kind else ''}"


def instance(real: Any, fake: Any, loss: Loss | str, lam: float, **options: Any) -> Instance:
    """An instance for witnesses written out by hand; measures, or points with uniform weights.

    Options: ``penalty`` (a Kind), ``without`` (names of hypotheses).
    """
    y, x = (points if isinstance(points, DiscreteMeasure) else DiscreteMeasure(points) for points in (real, fake))
    return Instance(y, x, get_loss(loss), lam, **options)


def expression(fake: str, real: str | None = None) -> Loss:
    """A loss from text, named by it."""
    return Loss.from_expressions(fake, real)


def lgan_losses(request: Request, names: Sequence[str] = LGAN_LOSSES) -> list[Loss]:
    """The user's loss if one was asked for, else the named ones."""
    return [parse_loss(request.loss)] if request.loss is not None else [get_loss(name) for name in names]


def random_instances(
    request: Request, losses: Sequence[Loss], *, kinds: Sequence[str] | None = None
) -> Iterator[Instance]:
    """``request.number`` problems cycling through losses and kinds, or the user's own samples with each loss.

    lam is log-uniform in [0.01, 100] unless asked for.
    """
    if request.data is not None:
        real, fake = request.data
        for loss in losses:
            yield Instance(real, fake, loss, 1.0 if request.lam is None else request.lam, "your samples")
        return
    names = list(KINDS) if kinds is None else list(kinds)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        kind = names[index % len(names)]
        real, fake = KINDS[kind](rng)
        lam = float(f"{10.0 ** rng.uniform(-2.0, 2.0):.3g}") if request.lam is None else request.lam
        yield Instance(real, fake, losses[index % len(losses)], lam, kind)


def _sizes(rng: np.random.Generator) -> tuple[int, int, int]:
    n, m = rng.integers(1, MOST_POINTS + 1, 2)
    return int(n), int(m), int(rng.integers(1, 4))


def _grid(points: Array) -> Array:
    return np.round(points * GRID) / GRID


def _clustered(rng: np.random.Generator) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    n, m, d = _sizes(rng)
    return DiscreteMeasure(_grid(rng.normal(size=(m, d)) + 1.0)), DiscreteMeasure(_grid(rng.normal(size=(n, d))))


def _weighted(rng: np.random.Generator) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    real, fake = _clustered(rng)
    return _with_weights(rng, real), _with_weights(rng, fake)


def _with_weights(rng: np.random.Generator, measure: DiscreteMeasure) -> DiscreteMeasure:
    weights = rng.exponential(size=measure.size) ** 2 + 1e-3
    return DiscreteMeasure(measure.points, weights / weights.sum())


def _collinear(rng: np.random.Generator) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    n, m, _ = _sizes(rng)
    direction = np.array([3.0, 4.0])
    along = rng.integers(-8, 9, n + m)[:, None] / 4.0
    points = along * direction
    return DiscreteMeasure(points[n:]), DiscreteMeasure(points[:n])


def _duplicated(rng: np.random.Generator) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    real, fake = _clustered(rng)
    return DiscreteMeasure(np.repeat(real.points, 2, axis=0)), DiscreteMeasure(np.repeat(fake.points, 3, axis=0))


def _overlapping(rng: np.random.Generator) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    n, m, d = _sizes(rng)
    x, y = _grid(rng.normal(size=(n, d))), _grid(rng.normal(size=(m, d)))
    shared = min(n, m, 1 + int(rng.integers(0, 3)))
    y[:shared] = x[:shared]
    return _with_weights(rng, DiscreteMeasure(y)), DiscreteMeasure(x)


def _far_apart(rng: np.random.Generator) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    real, fake = _clustered(rng)
    return real.translated(np.full(real.dimension, 20.0)), fake


def _lattice(rng: np.random.Generator) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    n, m, _ = _sizes(rng)
    return DiscreteMeasure(rng.integers(0, 3, (m, 2)) + 0.5), DiscreteMeasure(rng.integers(0, 3, (n, 2)))


KINDS: dict[str, Callable[[np.random.Generator], tuple[DiscreteMeasure, DiscreteMeasure]]] = {
    "clustered": _clustered,
    "weighted": _weighted,
    "collinear": _collinear,
    "duplicated": _duplicated,
    "overlapping": _overlapping,
    "far apart": _far_apart,
    "lattice": _lattice,
}

DISJOINT = ("clustered", "weighted", "duplicated", "far apart", "lattice")
