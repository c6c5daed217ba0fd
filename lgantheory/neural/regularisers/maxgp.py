"""MaxGP, the penalty of an LGAN: the largest slope, squared."""

from typing import ClassVar

import torch
from torch import Tensor

from lgantheory.neural.regularisers.between import Between
from lgantheory.neural.regularisers.options import Number
from lgantheory.neural.regularisers.regulariser import Batches, interpolates
from lgantheory.neural.regularisers.steepest import SteepestPoints


class MaxGP(Between):
    """``lam max |grad f|^2`` over points between real and fake samples: an estimate of ``lam k(f)^2`` from below.

    At the optimum the Lipschitz constant is attained on segments between real and fake points, so that the estimate
    becomes sharp as the segments fill. Its gradient comes from the one steepest point.

    Two Diracs at distance d, loss t: the slope is ``d / (2 lam)`` and the objective ``-d^2 / (4 lam)``.

    Args:
        lam: weight of the squared Lipschitz constant.
        buffer, prepend: see ``SteepestPoints``.

    Source: LGAN paper, arXiv 1902.05687, section 4 and appendix; lam = 0.1 and no buffer as in the code of its authors
    that reproduces the paper (their later code: lam = 1).
    """

    name: ClassVar[str] = "maxgp"
    source: ClassVar[str] = "LGAN paper, arXiv 1902.05687; defaults of its authors' reproducing code"
    target: ClassVar[str] = "penalty"
    only_steepest: ClassVar[bool] = True

    def __init__(self, *, lam: Number = 0.1, buffer: Number = 0.0, prepend: bool = False) -> None:
        super().__init__(lam=lam)
        self.buffer = SteepestPoints(buffer, prepend=prepend)

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor:
        """Points between pairs, and the steepest ones of past steps."""
        return self.buffer.joined(interpolates(batches, rng), batches)

    def charge(self, slopes: Tensor) -> Tensor:
        """``lam max s^2``."""
        return self.lam * slopes.max().square()

    def observe(self, points: Tensor, slopes: Tensor) -> None:
        """Keep the steepest points."""
        self.buffer.keep(points, slopes)


REGULARISER = MaxGP
