"""Multi-layer perceptrons: equal hidden layers with one activation."""

import math
from itertools import pairwise

from torch import Tensor, nn

from lgantheory.errors import UnknownName
from lgantheory.neural.networks.activations import Activation, get_activation
from lgantheory.neural.networks.catalogue import require_size

_ENDS = {"none": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class MLP(nn.Module):
    """``depth`` hidden layers of ``width`` units on flattened samples.

    Args:
        shape: of one sample.
        width, depth: of the hidden part.
        activation: a name of ``activations.py``, such as "relu" or "elu(0.2)".
        output: what ends it: "none", or "sigmoid" as in the critics of the stability talk.

    Weights are normal with the activation's gain, biases torch's uniform ones: a network of 64 layers still passes a
    signal, and the kinks of a narrow one do not all start at the origin.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        *,
        width: int = 128,
        depth: int = 3,
        activation: str = "relu",
        output: str = "none",
    ) -> None:
        super().__init__()
        self.layers = _perceptron(math.prod(shape), 1, hidden=_hidden(width, depth), activation=activation)
        self.output = _end(output)

    def forward(self, x: Tensor) -> Tensor:
        """(b, *shape) to (b,)."""
        return self.output(self.layers(x.flatten(1))).squeeze(-1)


class MLPGenerator(nn.Module):
    """The same from (b, latent) to (b, *shape); ``output`` may be "tanh" for images in [-1, 1]."""

    def __init__(  # noqa: PLR0913 (options are keyword-only)
        self,
        latent: int,
        shape: tuple[int, ...],
        *,
        width: int = 128,
        depth: int = 3,
        activation: str = "relu",
        output: str = "none",
    ) -> None:
        super().__init__()
        self.shape = shape
        self.layers = _perceptron(latent, math.prod(shape), hidden=_hidden(width, depth), activation=activation)
        self.output = _end(output)

    def forward(self, z: Tensor) -> Tensor:
        """(b, latent) to (b, *shape)."""
        return self.output(self.layers(z)).unflatten(1, self.shape)


def _hidden(width: int, depth: int) -> list[int]:
    return [require_size("width", width)] * require_size("depth", depth)


def _perceptron(inputs: int, outputs: int, *, hidden: list[int], activation: str) -> nn.Sequential:
    kind = get_activation(activation)
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise([inputs, *hidden]):
        layers += [_initialised(nn.Linear(fan_in, fan_out), kind), kind.make()]
    return nn.Sequential(*layers, _initialised(nn.Linear(hidden[-1], outputs), Activation(nn.Identity, 1.0)))


def _initialised(layer: nn.Linear, kind: Activation) -> nn.Linear:
    _ = nn.init.normal_(layer.weight, std=kind.gain / math.sqrt(layer.in_features))
    return layer


def _end(output: str) -> nn.Module:
    if output not in _ENDS:
        raise UnknownName(f"got the output {output!r}; needed one of: {', '.join(_ENDS)}.")
    return _ENDS[output]()


NETWORK = MLP
GENERATOR = MLPGenerator
