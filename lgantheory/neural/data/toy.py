"""The planar examples of the LGAN paper: real and fake."""

import numpy as np

from lgantheory.arrays import Array
from lgantheory.measures import toy_case
from lgantheory.neural.data.dataset import Dataset, Source


def load(case: int = 1, size: int = 1024, seed: int = 0) -> Dataset:
    """``size`` real and as many fake points of case 1 (disjoint), 2 (overlapping) or 3 (Gaussian); not scaled.

    Source: LGAN paper, Figures 1 and 2; see `lgantheory.toy_case`.
    """

    def sampler(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
        real, fake = toy_case(case, rng, n)
        return real.points, fake.points

    real, fake = sampler(size, np.random.default_rng(seed))
    return Dataset(
        name=f"toy(case={case})",
        shape=(2,),
        real=real.astype(np.float32),
        source=f"LGAN paper, toy case {case}, seed {seed}, not scaled",
        fake=fake.astype(np.float32),
        sampler=sampler,
    )


DATASET = Source("toy", load, "The LGAN paper's cases 1, 2, 3 in the plane, real and fake.")
