"""DRAGAN: the gradient penalty around real samples."""

from typing import ClassVar

import torch
from torch import Tensor

from lgantheory.neural.regularisers.options import Number, positive
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser


class DRAGAN(Regulariser):
    """``lam E (|grad f(y + e)| - 1)^2`` over real samples y and noise e.

    * by default, as in the paper: e normal with independent coordinates, of standard deviation
      ``noise`` times that of all numbers of the batch;
    * ``one_signed``, as in the authors' code: ``e = a noise std v`` with v uniform in [0, 1) for each coordinate and a
      uniform in [0, 1) for each sample. It only ever moves samples up.

    Says nothing about slopes far from real samples: on two Diracs, where a batch has no spread, an unrestricted critic
    is not bounded. A linear one has the slope ``1 + d / (2 lam)`` of WGAN-GP.

    Source: Kodali, Abernethy, Hays, Kira, arXiv 1705.07215, Algorithm 1; lam = 10 and noise = 0.5 as in their code. The
    paper leaves the size of the noise to the user.
    """

    name: ClassVar[str] = "dragan"
    source: ClassVar[str] = "DRAGAN, arXiv 1705.07215; defaults of its authors' code, its noise two-sided"
    target: ClassVar[str] = "slope"

    def __init__(self, *, lam: Number = 10.0, noise: Number = 0.5, one_signed: bool = False) -> None:
        super().__init__()
        self.lam = positive("lam", lam)
        self.noise = positive("noise", noise)
        self.one_signed = one_signed

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor:
        """Noisy real samples, (b, ...)."""
        real = batches.real
        size = self.noise * real.std(correction=0)
        like = {"generator": rng, "device": real.device, "dtype": real.dtype}
        if not self.one_signed:
            return real + size * torch.randn(real.shape, **like)
        share = torch.rand(len(real), *(1,) * (real.ndim - 1), **like)
        return real + share * size * torch.rand(real.shape, **like)

    def charge(self, slopes: Tensor) -> Tensor:
        """``lam mean (s - 1)^2``."""
        return self.lam * (slopes - 1.0).square().mean()


REGULARISER = DRAGAN
