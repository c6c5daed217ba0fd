"""R1: slopes at the real samples."""

from typing import ClassVar

import torch
from torch import Tensor

from lgantheory.neural.regularisers.options import Number, positive
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser


class R1(Regulariser):
    """``gamma / 2 E_real |grad f|^2``.

    With the half, as in the paper. The authors' code leaves it out and multiplies by reg_param = 10, which is
    gamma = 20 here and twice the gamma = 10 that the paper prints.

    Two Diracs at distance d, loss t, f linear: the slope is ``d / gamma`` and the objective ``-d^2 / (2 gamma)``. With
    an unrestricted critic nothing is bounded: flat at the real points, it may be as steep as it likes elsewhere.

    Source: Mescheder, Geiger, Nowozin, arXiv 1801.04406, eq. (9); gamma = 20 as in their code.
    """

    name: ClassVar[str] = "r1"
    source: ClassVar[str] = (
        "Mescheder et al., arXiv 1801.04406, eq. (9); gamma of their code, whose penalty has no half"
    )

    def __init__(self, *, gamma: Number = 20.0) -> None:
        super().__init__()
        self.gamma = positive("gamma", gamma)

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor:
        """The real samples."""
        del rng
        return batches.real

    def charge(self, slopes: Tensor) -> Tensor:
        """``gamma / 2 mean s^2``."""
        return 0.5 * self.gamma * slopes.square().mean()


REGULARISER = R1
