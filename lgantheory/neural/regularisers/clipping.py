"""Weight clipping: every weight is cut to [-c, c], which bounds the Lipschitz constant without saying at what."""

from typing import ClassVar

import torch
from torch import nn

from lgantheory.neural.regularisers.options import Number, positive
from lgantheory.neural.regularisers.regulariser import Regulariser


class Clipping(Regulariser):
    """``w <- min(max(w, -c), c)`` for every parameter, biases included.

    Done before the first step and after each one, so that every step starts from clipped weights (the authors' code
    clips in front of the step) and every step leaves them (their Algorithm 1 clips behind it).

    The set of critics is much smaller than a Lipschitz ball: with L weight matrices, inner width n and slope-one
    activations no slope exceeds ``c^L n^(L - 1)`` on the line.

    Source: WGAN, arXiv 1701.07875, Algorithm 1; c = 0.01 there and in its authors' code.
    """

    name: ClassVar[str] = "clipping"
    source: ClassVar[str] = "WGAN, arXiv 1701.07875, Algorithm 1; defaults of its authors' code"

    def __init__(self, *, c: Number = 0.01) -> None:
        super().__init__()
        self.c = positive("c", c)

    def prepare(self, critic: nn.Module) -> nn.Module:
        """The critic itself, clipped."""
        self.constrain(critic)
        return critic

    @torch.no_grad()
    def constrain(self, critic: nn.Module) -> None:
        """Clip in place."""
        for weight in critic.parameters():
            _ = weight.clamp_(-self.c, self.c)


REGULARISER = Clipping
