"""Charges of the slopes at points drawn uniformly between a real and a fake sample; abstract."""

import torch
from torch import Tensor

from lgantheory.neural.regularisers.options import Number, positive
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser, interpolates


class Between(Regulariser):
    """``lam`` times a function of the slopes at ``u y + (1 - u) x``, u uniform in [0, 1] for each pair."""

    def __init__(self, *, lam: Number) -> None:
        super().__init__()
        self.lam = positive("lam", lam)

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor:
        """One point between each pair of the batches, (b, ...)."""
        return interpolates(batches, rng)
