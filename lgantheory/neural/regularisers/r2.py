"""R2: slopes at the fake samples."""

from typing import ClassVar

import torch
from torch import Tensor

from lgantheory.neural.regularisers.options import Number, positive
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser


class R2(Regulariser):
    """``gamma / 2 E_fake |grad f|^2``; see ``r1`` for the half and for what is known on two Diracs.

    Source: Mescheder, Geiger, Nowozin, arXiv 1801.04406, eq. (10); gamma = 20 as in their code.
    """

    name: ClassVar[str] = "r2"
    source: ClassVar[str] = "Mescheder et al., arXiv 1801.04406, eq. (10); gamma as for r1"

    def __init__(self, *, gamma: Number = 20.0) -> None:
        super().__init__()
        self.gamma = positive("gamma", gamma)

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor:
        """The fake samples."""
        del rng
        return batches.fake

    def charge(self, slopes: Tensor) -> Tensor:
        """``gamma / 2 mean s^2``."""
        return 0.5 * self.gamma * slopes.square().mean()


REGULARISER = R2
