"""A critic that is 1-Lipschitz whatever its weights: orthonormal layers with GroupSort2 between them."""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from lgantheory.errors import InvalidParameter
from lgantheory.neural.networks.activations import GroupSort2
from lgantheory.neural.networks.catalogue import require_size


class GroupSort(nn.Module):
    """``depth`` hidden layers of ``width`` units; each weight matrix has orthonormal rows or orthonormal columns.

    ``|f(x) - f(y)| <= |x - y|`` up to rounding, for all weights, at each moment of training: it needs no regulariser.

    Source: Anil, Lucas, Grosse, "Sorting out Lipschitz function approximation", arXiv 1811.05381.

    Raises:
        InvalidParameter: the width is odd: features are sorted in pairs.
    """

    def __init__(self, shape: tuple[int, ...], *, width: int = 128, depth: int = 3) -> None:
        super().__init__()
        if require_size("width", width) % 2:
            raise InvalidParameter(f"width must be even, since features are sorted in pairs; got {width}.")
        sizes = [math.prod(shape), *[width] * require_size("depth", depth)]
        hidden = [layer for pair in pairwise(sizes) for layer in (_orthonormal(*pair), GroupSort2())]
        self.layers = nn.Sequential(*hidden, _orthonormal(width, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(b, *shape) to (b,)."""
        return self.layers(x.flatten(1)).squeeze(-1)


class Orthonormal(nn.Module):
    """The orthonormal factor of a QR decomposition, of the transpose where the matrix is wide.

    Exact to a few ulps, with an exact gradient and no state, for a matrix of any shape. The alternatives were measured:
    torch's own maps are slower (matrix exponential, Householder) or square in the larger side (Cayley), and the Bjorck
    iteration of deel-torchlip 1.0.5 is slower, takes an approximate gradient, and diverges after large steps.
    """

    def forward(self, weight: Tensor) -> Tensor:
        """(m, n) to (m, n): ``Q`` with the signs that make it unique, a positive diagonal of ``R``."""
        tall = weight.shape[0] >= weight.shape[1]
        q, r = torch.linalg.qr(weight if tall else weight.mT)
        q = torch.where(torch.diagonal(r) < 0.0, -q, q)
        return q if tall else q.mT


def _orthonormal(inputs: int, outputs: int) -> nn.Module:
    layer = nn.Linear(inputs, outputs)
    # normal weights: their orthonormal factor is uniformly distributed, and their columns are far from parallel
    _ = nn.init.normal_(layer.weight)
    return parametrize.register_parametrization(layer, "weight", Orthonormal())


NETWORK = GroupSort
