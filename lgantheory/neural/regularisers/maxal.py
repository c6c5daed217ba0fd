"""MaxAL: the largest slope is held at 1, or below it, by an augmented Lagrangian."""

from typing import ClassVar

import torch
from torch import Tensor

from lgantheory.neural.regularisers.between import Between
from lgantheory.neural.regularisers.options import Memory, Number, positive
from lgantheory.neural.regularisers.regulariser import Batches, interpolates
from lgantheory.neural.regularisers.steepest import SteepestPoints


class MaxAL(Between):
    """An augmented Lagrangian of ``c = max |grad f| - 1`` over points between real and fake samples.

    With a multiplier mu, which is 0 at first:

    * equality, c = 0: ``lam c^2 + mu c``, then ``mu <- mu + rate c``;
    * one-sided, c <= 0: ``lam (c - s)^2 + mu (c - s)`` with the slack ``s = min(c + mu / (2 lam), 0)``, then
      ``mu <- max(mu + rate c, 0)``.

    The multiplier moves once a step, by the slopes of that step. In the authors' code the one-sided version never gets
    its update, so that mu stays 0 there and the version is a penalty like any other; here it moves.

    Two Diracs at distance d, loss t: at a fixed mu the slope is ``1 + (d - mu) / (2 lam)``; at convergence mu = d, the
    slope is 1 and the objective is -d, for any lam.

    Args:
        lam: weight of the square, which decides how fast it converges and not where to.
        rate: step of the multiplier; None for ``2 lam``, the method of multipliers.
        one_sided: the inequality.
        buffer: the fraction of the batch that is kept, see ``SteepestPoints``.

    Source: the LGAN authors' code for MaxGP and MaxAL, options "al" and "ali"; lam = 1 and rate = 0.001 there.
    """

    name: ClassVar[str] = "maxal"
    source: ClassVar[str] = "LGAN authors' MaxGP-MaxAL code, 'al' and 'ali' (whose multiplier it forgot to update)"
    target: ClassVar[str] = "slope"
    only_steepest: ClassVar[bool] = True

    def __init__(
        self, *, lam: Number = 1.0, rate: Number | None = 1e-3, one_sided: bool = False, buffer: Number = 0.0
    ) -> None:
        super().__init__(lam=lam)
        self.rate = 2.0 * self.lam if rate is None else positive("rate", rate)
        self.one_sided = one_sided
        self.buffer = SteepestPoints(buffer, prepend=False)
        self.multiplier = Memory(torch.zeros(()))

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor:
        """Points between pairs, and the steepest ones of past steps."""
        return self.buffer.joined(interpolates(batches, rng), batches)

    def charge(self, slopes: Tensor) -> Tensor:
        """The augmented Lagrangian at the present multiplier."""
        excess, mu = slopes.max() - 1.0, self.multiplier.value.to(slopes)
        if self.one_sided:
            # minimised over slacks s <= 0: no charge is left where c < -mu / (2 lam), but the constant
            excess = torch.maximum(excess, -mu / (2.0 * self.lam))
        return self.lam * excess.square() + mu * excess

    @torch.no_grad()
    def observe(self, points: Tensor, slopes: Tensor) -> None:
        """Move the multiplier, and keep the steepest points."""
        mu = self.multiplier.value.to(slopes) + self.rate * (slopes.max() - 1.0)
        self.multiplier.value = mu.clamp_min(0.0) if self.one_sided else mu
        self.buffer.keep(points, slopes)


REGULARISER = MaxAL
