"""What a data set is, and what a file of this folder offers."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from lgantheory.arrays import Array, Indices, Values
from lgantheory.errors import InvalidParameter
from lgantheory.funnels import Funnels
from lgantheory.measures import DiscreteMeasure

Sampler = Callable[[int, np.random.Generator], tuple[Array, Array | None]]
"""``sampler(n, rng) -> (real, fake or None)``: fresh samples of the population, (n, *shape) each."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples of one shape.

    * ``name``, ``source``: which, and where from, scaling included; ``shape``: of one sample, (d,) or (c, h, w);
    * ``real`` (m, *shape), float32; ``fake`` (n, *shape) or None where a generator has to make them;
    * ``labels`` (m,): the class of each real sample, or the photograph that it is cut from; None where there is none;
    * ``weights`` (m,), ``fake_weights`` (n,): None for equal ones;
    * ``sampler``: draws fresh samples where the population is known; ``funnels``: then also its optimal critic and W1.

    The arrays cannot be written to.
    """

    name: str
    shape: tuple[int, ...]
    real: Values
    source: str
    labels: Indices | None = None
    fake: Values | None = None
    weights: Values | None = None
    fake_weights: Values | None = None
    sampler: Sampler | None = None
    funnels: Funnels | None = None

    def __post_init__(self) -> None:
        for side in ("real", "fake"):
            samples = getattr(self, side)
            if samples is not None:
                object.__setattr__(self, side, self._checked(samples))
        for name, samples, kind in (
            ("labels", self.real, np.int64),
            ("weights", self.real, np.float64),
            ("fake_weights", self.fake, np.float64),
        ):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, self._one_each(name, samples, kind))

    @property
    def size(self) -> int:
        """Number of real samples m."""
        return len(self.real)

    @property
    def is_image(self) -> bool:
        """Whether samples are (c, h, w)."""
        return len(self.shape) == 3

    def fresh(self, n: int, rng: np.random.Generator) -> tuple[Values, Values | None]:
        """``(real, fake)``, n new samples each from the population; fake is None where the data set has none.

        Raises:
            InvalidParameter: the data set is a fixed sample.
        """
        if self.sampler is None:
            raise InvalidParameter(
                f"got data set {self.name!r}, which is a fixed sample of {self.size}; needed one that draws fresh "
                "samples (gaussians, minfunnel, toy). Keep part of this one aside instead: split."
            )
        real, fake = self.sampler(n, rng)
        return self._checked(real), None if fake is None else self._checked(fake)

    def split(self, held_out: int, rng: np.random.Generator) -> "tuple[Dataset, Dataset]":
        """Two data sets without a common real sample: all but ``held_out`` of them, and those.

        Raises:
            InvalidParameter: nothing would be left on one side; or the real samples carry weights.
        """
        if not 1 <= held_out < self.size:
            raise InvalidParameter(f"got {held_out} samples to hold out of {self.size}; needed 1 to {self.size - 1}.")
        if self.weights is not None:
            raise InvalidParameter("got real samples with weights to split; needed equal ones.")
        order = rng.permutation(self.size)
        return self._taken(np.sort(order[held_out:])), self._taken(np.sort(order[:held_out]))

    def measures(self) -> tuple[DiscreteMeasure, DiscreteMeasure | None]:
        """``(real, fake)`` as measures on R^d, samples flattened."""
        real = DiscreteMeasure(_flat(self.real), self.weights)
        return real, None if self.fake is None else DiscreteMeasure(_flat(self.fake), self.fake_weights)

    def _taken(self, rows: Array) -> "Dataset":
        return replace(self, real=self.real[rows], labels=None if self.labels is None else self.labels[rows])

    def _one_each(self, name: str, samples: Array | None, kind: type) -> Array:
        numbers = np.array(getattr(self, name), dtype=kind)
        if samples is None or numbers.shape != samples.shape[:1]:
            count = 0 if samples is None else len(samples)
            raise InvalidParameter(f"got {name} of shape {numbers.shape}; needed ({count},), one for each sample.")
        numbers.setflags(write=False)
        return numbers

    def _checked(self, samples: Array) -> Array:
        samples = np.array(samples, dtype=np.float32)
        if samples.shape[1:] != self.shape or not len(samples):
            raise InvalidParameter(
                f"got samples of shape {samples.shape}; needed (m, {', '.join(map(str, self.shape))}) with m >= 1."
            )
        if not np.isfinite(samples).all():
            raise InvalidParameter(f"got samples of {self.name!r} that are not finite in single precision; rescale.")
        samples.setflags(write=False)
        return samples


@dataclass(frozen=True)
class Source:
    """What a file of this folder offers as ``DATASET``.

    * ``load(**options) -> Dataset``: its keyword parameters are the options; one named ``path`` is where the user's
      files are;
    * ``about``: one line for a list.
    """

    name: str
    load: Callable[..., Dataset]
    about: str


def package(name: str, *, dataset: str, pip: str) -> ModuleType:
    """An optional package that ships data.

    Raises:
        InvalidParameter: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InvalidParameter(
            f"got data set {dataset!r}, which reads {name}, and that is not installed ({error}); "
            f"needed the package {pip}: pip install {pip}"
        ) from None


def first(samples: Array, size: int | None, seed: int) -> Any:
    """Rows to keep: all for None, else ``size`` of them drawn without repetition, in their order in the data.

    Raises:
        InvalidParameter: fewer than one, or more than there are.
    """
    if size is None:
        return slice(None)
    require_size(size, most=len(samples))
    return np.sort(np.random.default_rng(seed).permutation(len(samples))[:size])


def require_size(size: int, most: int | None = None) -> None:
    """Refuse a number of samples that cannot be drawn."""
    if size < 1 or (most is not None and size > most):
        raise InvalidParameter(f"got size {size}; needed 1 to {most}." if most else f"got size {size}; needed >= 1.")


def _flat(samples: Array) -> Array:
    return samples.reshape(len(samples), -1).astype(np.float64)
