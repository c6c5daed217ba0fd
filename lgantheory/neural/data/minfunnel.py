"""Real and fake samples of a population whose optimal critic, gradients and W1 are known."""

import numpy as np

from lgantheory.funnels import POWER, Funnels
from lgantheory.neural.data.dataset import Dataset, Source, require_size


def load(dimension: int = 2, count: int = 4, size: int = 1024, seed: int = 0, power: float = POWER) -> Dataset:
    """``size`` independent real and fake points in the box [-2.5, 2.5]^dimension, not scaled, with ``funnels``.

    The funnels depend on ``(seed, 0)`` alone and the samples on ``(seed, 1)``: other sizes keep the population.

    Source: `lgantheory.funnels`.
    """
    require_size(size)
    funnels = Funnels.draw(dimension, count, rng=np.random.default_rng([seed, 0]), power=power)
    real, fake = funnels.sample(size, np.random.default_rng([seed, 1]))
    return Dataset(
        name=f"minfunnel(dimension={dimension}, count={count})",
        shape=(dimension,),
        real=real.astype(np.float32),
        source=f"{count} funnels in R^{dimension}, seed {seed}, after Korotin, Kolesov, Burnaev (2022), not scaled",
        fake=fake.astype(np.float32),
        sampler=funnels.sample,
        funnels=funnels,
    )


DATASET = Source("minfunnel", load, "Pairs with a known W1 and optimal critic, any dimension.")
