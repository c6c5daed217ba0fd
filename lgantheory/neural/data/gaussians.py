"""Mixtures in the plane on which a generator shows which modes it misses."""

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import UnknownName
from lgantheory.neural.data.dataset import Dataset, Source, require_size

_ANGLES = np.arange(8) * (np.pi / 4.0)
_STEPS = np.arange(-2.0, 3.0)

# Centres, deviation, and the number by which samples are divided, as in the published code.
_KINDS = {
    "ring": (2.0 * np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)]), 0.02, 1.414),
    "grid": (2.0 * np.array([(x, y) for x in _STEPS for y in _STEPS]), 0.05, 2.828),
}


def load(kind: str = "ring", size: int = 2048, seed: int = 0) -> Dataset:
    """``size`` points of an equal mixture; a label is the number of the mode.

    * "ring": 8 modes on a circle of radius 2 with deviation 0.02, all divided by 1.414;
    * "grid": 25 modes two apart with deviation 0.05, all divided by 2.828.

    Either has a deviation of one along each axis, nearly.

    Source: Gulrajani et al., "Improved training of Wasserstein GANs" (2017), published code, ``gan_toy.py``.

    Raises:
        UnknownName: another kind.
    """
    if kind not in _KINDS:
        raise UnknownName(f"got Gaussians of kind {kind!r}; needed one of: {', '.join(_KINDS)}.")
    require_size(size)
    real, labels = drawn(kind, size, np.random.default_rng(seed))
    return Dataset(
        name=f"gaussians(kind={kind})",
        shape=(2,),
        real=real.astype(np.float32),
        source=f"{len(_KINDS[kind][0])} Gaussians ({kind}) as in WGAN-GP's toy code, seed {seed}",
        labels=labels,
        sampler=lambda n, rng: (drawn(kind, n, rng)[0], None),
    )


def modes(kind: str) -> Array:
    """Where the modes are, (8 or 25, 2), in the units of the samples."""
    centres, _, unit = _KINDS[kind]
    return centres / unit


def drawn(kind: str, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw n points, and the mode of each."""
    centres, deviation, unit = _KINDS[kind]
    labels = rng.integers(len(centres), size=n)
    return (centres[labels] + deviation * rng.standard_normal((n, 2))) / unit, labels


DATASET = Source("gaussians", load, "8 Gaussians on a ring or 25 on a grid, in the plane.")
