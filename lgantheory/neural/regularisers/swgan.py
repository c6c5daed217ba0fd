"""SWGAN: the mean of the squared slopes along the segment of each pair is held below 1."""

from typing import ClassVar

import torch
from torch import Tensor

from lgantheory.neural.regularisers.between import Between
from lgantheory.neural.regularisers.options import Memory, Number, count, positive
from lgantheory.neural.regularisers.regulariser import Batches, interpolates


class SWGAN(Between):
    """A charge of ``h = mean_i max(0, Omega_i - 1)^2``, Omega_i the mean of ``|grad f|^2`` over K points of pair i.

    * the penalty ``lam h``; with ``squared_again``, ``lam h^2``, as in the "gp" mode of the authors' code;
    * ``augmented``: ``mu h + rho / 2 h^2`` in its place, then ``mu <- mu + rho h`` once a step, mu = 0 at first.

    Two Diracs at distance d, loss t: the slope s solves ``d = 4 lam s (s^2 - 1)``, or ``d = 8 lam s (s^2 - 1)^3``. As h
    has no derivative where it vanishes, no finite multiplier holds a critic at 1: under ``augmented`` mu grows without
    end and s decreases to 1 like ``1 + d / (8 mu)``.

    In the authors' code the K points of a pair are tiled batch by batch and then grouped pair by pair: its Omega_i is a
    mean over one point each of K different pairs. Here, as in the paper, they are K points of one pair.

    Args:
        lam: weight of the penalty.
        samples: K.
        squared_again, augmented: see above.
        rho: weight of the square, and step of the multiplier.

    Source: Xu, Zhou, Lu et al., "Towards generalized implementation of Wasserstein distance in GANs", AAAI 2021;
    defaults of their toy script (CIFAR: lam = 10, rho = 1e-5).
    """

    name: ClassVar[str] = "swgan"
    source: ClassVar[str] = "SWGAN, AAAI 2021, arXiv 2012.03420; defaults of its authors' toy script"
    target: ClassVar[str] = "slope"

    def __init__(
        self,
        *,
        lam: Number = 0.1,
        samples: int = 8,
        squared_again: bool = False,
        augmented: bool = False,
        rho: Number = 1e-4,
    ) -> None:
        super().__init__(lam=lam)
        self.samples = count("samples", samples)
        self.squared_again = squared_again
        self.augmented = augmented
        self.rho = positive("rho", rho)
        self.multiplier = Memory(torch.zeros(()))

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor:
        """K points for each pair, (K b, ...): a point for every pair, K times."""
        repeats = (self.samples, *(1,) * (batches.real.ndim - 1))
        return interpolates(Batches(batches.real.repeat(repeats), batches.fake.repeat(repeats)), rng)

    def charge(self, slopes: Tensor) -> Tensor:
        """The penalty, or the augmented Lagrangian at the present multiplier."""
        h = self._excess(slopes)
        if self.augmented:
            return self.multiplier.value.to(slopes) * h + 0.5 * self.rho * h.square()
        return self.lam * (h.square() if self.squared_again else h)

    @torch.no_grad()
    def observe(self, points: Tensor, slopes: Tensor) -> None:
        """Move the multiplier."""
        del points
        if self.augmented:
            self.multiplier.value = self.multiplier.value.to(slopes) + self.rho * self._excess(slopes)

    def _excess(self, slopes: Tensor) -> Tensor:
        energies = slopes.reshape(self.samples, -1).square().mean(dim=0)
        return (energies - 1.0).clamp_min(0.0).square().mean()


REGULARISER = SWGAN
