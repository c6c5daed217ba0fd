"""The one-sided gradient penalty of WGAN-LP."""

from typing import ClassVar

from torch import Tensor

from lgantheory.neural.regularisers.between import Between
from lgantheory.neural.regularisers.options import Number


class LipschitzPenalty(Between):
    """``lam E max(0, |grad f| - 1)^2`` between real and fake samples: what is flatter than 1 is free.

    Two Diracs at distance d, loss t: slope and objective are those of the two-sided penalty.

    Source: Petzka, Fischer, Lukovnikov, "On the regularization of Wasserstein GANs", arXiv 1709.08894; lam = 5
    as in the public reproduction of its toy experiments.
    """

    name: ClassVar[str] = "lp"
    source: ClassVar[str] = "WGAN-LP, arXiv 1709.08894; default of the public reproduction of its toy experiments"
    target: ClassVar[str] = "slope"

    def __init__(self, *, lam: Number = 5.0) -> None:
        super().__init__(lam=lam)

    def charge(self, slopes: Tensor) -> Tensor:
        """``lam mean max(0, s - 1)^2``."""
        return self.lam * (slopes - 1.0).clamp_min(0.0).square().mean()


REGULARISER = LipschitzPenalty
