"""The steepest points of past steps, evaluated again: a maximum over a batch alone is biased low."""

import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter
from lgantheory.neural.regularisers.options import Memory, Number, number
from lgantheory.neural.regularisers.regulariser import Batches


class SteepestPoints(nn.Module):
    """Of all points that a step evaluated, the steepest stay for the next one; a point does not age.

    Args:
        fraction: how many are kept, as a part of the batch, from 0 (none) to 1.
        prepend: they come in front of the new points instead of in place of the first ones: a larger batch.

    Before the first step the midpoints of the first pairs stand in for them.

    Source: the LGAN authors' code, ``fBufferBatch``: positive prepends, negative replaces; 1/8 in their toy runs, 0 in
    their CIFAR runs.
    """

    def __init__(self, fraction: Number, *, prepend: bool) -> None:
        super().__init__()
        self.fraction = number("buffer", fraction, least=0.0, most=1.0)
        self.prepend = prepend
        self.kept = Memory(torch.zeros(0))
        self._size = 0

    def joined(self, fresh: Tensor, batches: Batches) -> Tensor:
        """The points to evaluate: the new ones (b, ...) and those kept.

        Raises:
            InvalidParameter: the kept points are of another shape than the new ones.
        """
        self._size = max(1, round(self.fraction * len(fresh))) if self.fraction > 0.0 else 0
        if not self._size:
            return fresh
        kept = self.kept.value[: len(fresh)]
        if not len(kept):
            kept = 0.5 * (batches.real + batches.fake)[: self._size]
        if kept.shape[1:] != fresh.shape[1:]:
            raise InvalidParameter(
                f"got points of shape {tuple(fresh.shape[1:])}; the regulariser's buffer holds points of shape "
                f"{tuple(kept.shape[1:])} from an earlier run. Make a new regulariser for other data."
            )
        kept = kept.to(fresh)
        return torch.cat([kept, fresh if self.prepend else fresh[len(kept) :]])

    def keep(self, points: Tensor, slopes: Tensor) -> None:
        """Choose the steepest of the points (p, ...) by their slopes (p,)."""
        if self._size:
            self.kept.value = points[slopes.topk(min(self._size, len(slopes))).indices].clone()
