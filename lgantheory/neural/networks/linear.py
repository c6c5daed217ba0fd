"""The linear critic: the smallest one, on which every regulariser has a closed form."""

import math

from torch import Tensor, nn


class Linear(nn.Module):
    """``f(x) = w x + b`` on flattened samples; its slope is |w| everywhere."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.layer = nn.Linear(math.prod(shape), 1)

    def forward(self, x: Tensor) -> Tensor:
        """(b, *shape) to (b,)."""
        return self.layer(x.flatten(1)).squeeze(-1)


NETWORK = Linear
