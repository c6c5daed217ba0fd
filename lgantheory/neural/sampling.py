"""Batches: points drawn from samples, by generators whose states can be stored.

Without weights a sample is gone through in a new random order each time; a batch may begin in one and end in the next,
so that all batches are full. With weights, points are drawn by them, with repetition: the mean over a batch is then an
unbiased estimate of the mean under the measure.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lgantheory.errors import InvalidMeasure
from lgantheory.measures import DiscreteMeasure
from lgantheory.neural.regularisers.regulariser import Batches

Points = DiscreteMeasure | Tensor | np.ndarray
State = dict[str, Tensor]


@dataclass(frozen=True)
class Sample:
    """Points (n, *shape) on the run's device; ``weights`` (n,), or ``None`` where all are equal."""

    points: Tensor
    weights: Tensor | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one point."""
        return tuple(self.points.shape[1:])


def as_sample(given: Points, device: torch.device, dtype: torch.dtype) -> Sample:
    """Points, with weights where they differ, as tensors.

    Raises:
        InvalidMeasure: no points, or one that is not finite.
    """
    if isinstance(given, DiscreteMeasure):
        equal = bool(np.all(given.weights == given.weights[0]))
        weights = None if equal else torch.as_tensor(np.array(given.weights), device=device, dtype=dtype)
        return Sample(torch.as_tensor(np.array(given.points), device=device, dtype=dtype), weights)
    points = torch.as_tensor(np.array(given) if isinstance(given, np.ndarray) else given.detach())
    points = points.to(device=device, dtype=dtype)
    points = points[:, None] if points.ndim == 1 else points
    if points.ndim < 2 or points.numel() == 0 or not bool(torch.isfinite(points).all()):
        raise InvalidMeasure(f"got points of shape {tuple(points.shape)}; needed (n, ...), one or more, all finite.")
    return Sample(points)


def require_one_shape(real: Sample, fake: Sample) -> None:
    """Refuse samples of different spaces.

    Raises:
        InvalidMeasure: real and fake points differ in shape.
    """
    if real.shape != fake.shape:
        raise InvalidMeasure(f"got real points of shape {real.shape} and fake ones of {fake.shape}; needed one shape.")


def generator(seed: int, stream: str, device: torch.device) -> torch.Generator:
    """A generator for one purpose of a run: equal seeds with different streams have nothing to do with each other."""
    number = int.from_bytes(hashlib.sha256(f"{seed} {stream}".encode()).digest()[:7], "big")
    return torch.Generator(device).manual_seed(number)


class Drawing:
    """Endless batches of indices of a sample."""

    def __init__(self, sample: Sample, *, batch: int, rng: torch.Generator) -> None:
        self.sample, self.batch, self.rng = sample, batch, rng
        self.order = torch.arange(len(sample.points), device=sample.points.device)
        self.position = len(sample.points)  # the order is used up

    def draw(self) -> Tensor:
        """The next batch, (batch, *shape)."""
        if self.sample.weights is not None:
            return self.sample.points[torch.multinomial(self.sample.weights, self.batch, True, generator=self.rng)]
        parts, missing = [], self.batch
        while missing:
            if self.position == len(self.order):
                self.order = torch.randperm(len(self.order), generator=self.rng, device=self.order.device)
                self.position = 0
            parts.append(self.order[self.position : self.position + missing])
            self.position += len(parts[-1])
            missing -= len(parts[-1])
        return self.sample.points[torch.cat(parts)]

    def state(self, name: str) -> State:
        """The rest of the order, and the generator, under this name."""
        position = torch.tensor(self.position)
        return {f"{name}.order": self.order, f"{name}.position": position, f"{name}.rng": self.rng.get_state()}

    def load(self, name: str, state: State) -> None:
        """Put back what ``state`` gave."""
        self.order = state[f"{name}.order"].to(self.order.device)
        self.position = int(state[f"{name}.position"])
        self.rng.set_state(state[f"{name}.rng"].cpu())


class Minibatches:
    """Batches of two samples, drawn independently."""

    def __init__(self, real: Sample, fake: Sample, *, batch: int, rng: torch.Generator) -> None:
        self.real, self.fake = (Drawing(sample, batch=batch, rng=rng) for sample in (real, fake))

    def draw(self) -> Batches:
        """The next pair."""
        return Batches(self.real.draw(), self.fake.draw())

    def state(self) -> State:
        """Positions in both samples, and the generator."""
        return {**self.real.state("data.real"), **self.fake.state("data.fake")}

    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""
        self.real.load("data.real", state)
        self.fake.load("data.fake", state)


class FixedPair:
    """All points of both samples at every step, and for the regularisers pairs of them that change.

    A regulariser that looks between real and fake points would otherwise see the same few segments at every step. The
    pairs are drawn independently: as many as the larger sample has points, by the weights where there are any.
    """

    def __init__(self, real: Sample, fake: Sample, *, rng: torch.Generator) -> None:
        self.real, self.fake, self.rng = real, fake, rng
        count = max(len(real.points), len(fake.points))
        self.pairs = Minibatches(real, fake, batch=count, rng=rng)

    @property
    def weights(self) -> tuple[Tensor | None, Tensor | None]:
        """Of the real and of the fake points."""
        return self.real.weights, self.fake.weights

    def draw(self) -> Batches:
        """All points."""
        return Batches(self.real.points, self.fake.points)

    def paired(self) -> Batches:
        """As many real as fake points, in new pairs."""
        return self.pairs.draw()

    def state(self) -> State:
        """Positions in both samples, and the generator."""
        return self.pairs.state()

    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""
        self.pairs.load(state)
