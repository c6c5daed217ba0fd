"""Pairs of samples that critics are compared on, with fresh samples of the same populations where there are any.

* ``gaussians``: N(0, I) fake, N(s, I) real, |s| = 2. The population's optimal critic rises along s for every LGAN loss:
  the mean of f over the directions orthogonal to s has no larger constant, and by Jensen no larger objective; it
  never decreases, as the likelihood ratio does not. For the linear loss it is z.s / |s|, and W1 is 2.
* ``minfunnel``: the benchmark's pairs with known critic and W1, for the linear loss; see ``lgantheory.funnels``.
* ``digits``: scikit-learn's 8x8 digits real; fake: a normal distribution with the digits' mean and covariance.
* ``files``: the user's own samples; what is not used for training is fresh.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from lgantheory.arrays import Array, QueryPoints
from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.measures import DiscreteMeasure

Pair = tuple[DiscreteMeasure, DiscreteMeasure]

DIGITS = "digits"

SHIFT = 2.0
"""Distance between the two normal distributions; arbitrary."""

FUNNELS = {2: 4, 8: 16, 16: 16, 32: 16, 64: 64, 128: 4}
"""How many funnels in which dimension: rows of the published table. Elsewhere ``OTHER_FUNNELS``."""

OTHER_FUNNELS = 16
POPULATION = 20_000
"""Monte Carlo samples for a population's W1; arbitrary."""


@dataclass(frozen=True, eq=False)
class Problem:
    """``real`` and ``fake`` to train on, and what is known beyond them.

    * ``fresh``: real and fake samples of the same populations that nobody has trained on;
    * ``gradient(z)``: directions (p, d) of the population's optimal critic, of length one; for the linear loss its
      gradient at slope one;
    * ``for_all_losses``: whether those are the directions for every LGAN loss;
    * ``w1``: of the population; ``w1_error``: its standard error, 0 for a closed form.
    """

    real: DiscreteMeasure
    fake: DiscreteMeasure
    fresh: Pair | None = None
    gradient: Callable[[QueryPoints], QueryPoints] | None = None
    for_all_losses: bool = False
    w1: float | None = None
    w1_error: float = 0.0

    def directions(self, loss: str) -> Callable[[QueryPoints], QueryPoints] | None:
        """``gradient`` where it holds for this loss."""
        return self.gradient if self.for_all_losses or loss == "wasserstein" else None


@dataclass(frozen=True, kw_only=True)
class Request:
    """Which pair: everything that its points depend on. ``files`` is (real, fake), for "files" only."""

    data: str
    dimension: int
    samples: int
    fresh: int
    seed: int
    files: tuple[str, str] | None = None


def list_problems() -> list[str]:
    """Names that a request may have."""
    return sorted(_KINDS)


def get_problem(request: Request) -> Problem:
    """The pair of a request.

    Raises:
        UnknownName: no such data. InvalidParameter: sizes below one, or more digits than there are.
        UnreadableFile: the user's files are no tables.
    """
    if request.data not in _KINDS:
        raise UnknownName(f"got the data {request.data!r}; needed one of {', '.join(list_problems())}.")
    if min(request.dimension, request.samples) < 1 or request.fresh < 2:
        raise InvalidParameter(
            f"got dimension {request.dimension}, {request.samples} samples and {request.fresh} fresh ones; needed at "
            "least 1, 1 and 2."
        )
    return _KINDS[request.data](request)


def _gaussians(request: Request) -> Problem:
    d = request.dimension
    direction = np.full(d, d**-0.5)
    rng = np.random.default_rng([request.seed, 1])

    def drawn(size: int) -> Pair:
        real = rng.standard_normal((size, d)) + SHIFT * direction
        return _measures((real, rng.standard_normal((size, d))))

    def gradient(z: QueryPoints) -> QueryPoints:
        return np.broadcast_to(direction, z.shape)

    train, fresh = drawn(request.samples), drawn(request.fresh)
    return Problem(*train, fresh, gradient, for_all_losses=True, w1=SHIFT)


def _minfunnel(request: Request) -> Problem:
    from lgantheory.funnels import Funnels

    count = FUNNELS.get(request.dimension, OTHER_FUNNELS)
    funnels = Funnels.draw(request.dimension, count, rng=np.random.default_rng([request.seed, 0]))
    rng = np.random.default_rng([request.seed, 1])
    train, fresh = (funnels.sample(size, rng) for size in (request.samples, request.fresh))
    w1 = funnels.w1(POPULATION, np.random.default_rng([request.seed, 2]))
    return Problem(*_measures(train), fresh=_measures(fresh), gradient=funnels.gradient, w1=w1.value, w1_error=w1.error)


def _digits(request: Request) -> Problem:
    images, root, mean = _images()
    if request.samples + request.fresh > len(images):
        raise InvalidParameter(
            f"got {request.samples} + {request.fresh} samples of {len(images)} digits; needed fewer, since none is "
            "used twice."
        )
    rng = np.random.default_rng([request.seed, 1])
    order = rng.permutation(len(images))[: request.samples + request.fresh]
    fake = mean + rng.standard_normal((len(order), len(mean))) @ root
    parts = [(images[order][rows], fake[rows]) for rows in (slice(request.samples), slice(request.samples, None))]
    return Problem(*_measures(parts[0]), _measures(parts[1]))


def _files(request: Request) -> Problem:
    from lgantheory.files import read_pair

    if request.files is None:
        raise InvalidParameter("got no files to compare on; needed real.csv and fake.csv.")
    real, fake = read_pair(Path(request.files[0]), Path(request.files[1]), None)
    rng = np.random.default_rng([request.seed, 1])
    chosen = [_divided(measure, request, rng) for measure in (real, fake)]
    rest = [part[1] for part in chosen]
    fresh = (rest[0], rest[1]) if rest[0] is not None and rest[1] is not None else None
    return Problem(chosen[0][0], chosen[1][0], fresh=fresh)


def _divided(
    measure: DiscreteMeasure, request: Request, rng: np.random.Generator
) -> tuple[DiscreteMeasure, DiscreteMeasure | None]:
    """Points to train on, and others; all to train on where they carry different weights, or are few."""
    order = rng.permutation(measure.size)
    if np.ptp(measure.weights) > 0.0 or measure.size < request.samples + 2:
        return measure, None
    train, rest = order[: request.samples], order[request.samples :][: request.fresh]
    return DiscreteMeasure(measure.points[train]), DiscreteMeasure(measure.points[rest])


@cache
def _images() -> tuple[Array, Array, Array]:
    """All digits flattened, a root of their covariance, and their mean."""
    from lgantheory.neural.data import get_dataset

    images = get_dataset("digits").real.reshape(-1, 64).astype(np.float64)
    values, vectors = np.linalg.eigh(np.cov(images.T))
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return images, root, images.mean(axis=0)


def _measures(pair: tuple[Array, Array]) -> Pair:
    return DiscreteMeasure(pair[0]), DiscreteMeasure(pair[1])


_KINDS = {"gaussians": _gaussians, "minfunnel": _minfunnel, DIGITS: _digits, "files": _files}
