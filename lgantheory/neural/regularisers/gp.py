"""The two-sided gradient penalty of WGAN-GP."""

from typing import ClassVar

from torch import Tensor

from lgantheory.neural.regularisers.between import Between
from lgantheory.neural.regularisers.options import Number


class GradientPenalty(Between):
    """``lam E (|grad f| - 1)^2`` between real and fake samples.

    Two Diracs at distance d, loss t: the slope is ``1 + d / (2 lam)`` and the objective ``-(d + d^2 / (4 lam))``, so
    that the difference of the means overestimates W1 = d. A critic flatter than 1 is charged as well: where real and
    fake samples agree, the constant critic is no longer optimal.

    Source: WGAN-GP, arXiv 1704.00028, eq. (3); lam = 10 there and in its authors' code (0.1 in their toy script).
    """

    name: ClassVar[str] = "gp"
    source: ClassVar[str] = "WGAN-GP, arXiv 1704.00028, eq. (3); defaults of its authors' code"
    target: ClassVar[str] = "slope"

    def __init__(self, *, lam: Number = 10.0) -> None:
        super().__init__(lam=lam)

    def charge(self, slopes: Tensor) -> Tensor:
        """``lam mean (s - 1)^2``."""
        return self.lam * (slopes - 1.0).square().mean()


REGULARISER = GradientPenalty
