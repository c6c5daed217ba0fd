"""Residual networks after WGAN-GP and the LGAN paper, for 8 x 8, 28 x 28, 32 x 32 and other images."""

from torch import Tensor, nn

from lgantheory.neural.networks.catalogue import require_size
from lgantheory.neural.networks.sizes import image_sizes

# Of the four blocks of a critic the first two halve, 32 -> 16 -> 8; all three blocks of a generator double, 4 -> 32.
CRITIC_BLOCKS, CRITIC_HALVINGS = 4, 2
GENERATOR_BLOCKS = 3


class ResNetCritic(nn.Module):
    """Four residual blocks of ``channels``, no normalisation, ReLU, the mean over pixels, one linear layer.

    The first two blocks halve the sides where the image allows it: 32 -> 16 -> 8, 28 -> 14 -> 7, 8 -> 4.

    Source: WGAN-GP, arXiv 1704.00028, appendix, and its authors' code for CIFAR-10; the LGAN paper's experiments.
    """

    def __init__(self, shape: tuple[int, ...], *, channels: int = 128) -> None:
        super().__init__()
        sizes, wide = image_sizes(shape), require_size("channels", channels)
        halvings = min(CRITIC_HALVINGS, sizes.halvings)
        rest = [Block(wide, change="halve" if i < halvings else "keep") for i in range(1, CRITIC_BLOCKS)]
        self.layers = nn.Sequential(FirstBlock(sizes.channels, wide), *rest, nn.ReLU())
        self.last = _glorot(nn.Linear(wide, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) to (b,)."""
        return self.last(self.layers(x).mean(dim=(2, 3))).squeeze(-1)


class ResNetGenerator(nn.Module):
    """A linear layer, three residual blocks with batch normalisation, ReLU, a convolution, tanh.

    The blocks double the sides as often as the image allows: 4 -> 8 -> 16 -> 32, 7 -> 14 -> 28, 4 -> 8; the others keep
    them. Source: as for the critic.
    """

    def __init__(self, latent: int, shape: tuple[int, ...], *, channels: int = 128) -> None:
        super().__init__()
        sizes, wide = image_sizes(shape), require_size("channels", channels)
        doublings = min(GENERATOR_BLOCKS, sizes.halvings)
        height, width = sizes.small(doublings)
        blocks = [
            Block(wide, change="double" if i < doublings else "keep", normalise=True) for i in range(GENERATOR_BLOCKS)
        ]
        self.layers = nn.Sequential(
            _glorot(nn.Linear(latent, wide * height * width)),
            nn.Unflatten(1, (wide, height, width)),
            *blocks,
            nn.BatchNorm2d(wide),
            nn.ReLU(),
            _glorot(nn.Conv2d(wide, sizes.channels, 3, padding=1)),
            nn.Tanh(),
        )

    def forward(self, z: Tensor) -> Tensor:
        """(b, latent) to (b, c, h, w), in [-1, 1]."""
        return self.layers(z)


class Block(nn.Module):
    """``shortcut(x) + conv(relu(norm(conv(relu(norm(x))))))``, sides halved, doubled or kept."""

    def __init__(self, channels: int, *, change: str = "keep", normalise: bool = False) -> None:
        super().__init__()
        first, second = (
            _he(nn.Conv2d(channels, channels, 3, padding=1)),
            _he(nn.Conv2d(channels, channels, 3, padding=1)),
        )
        up, down = (
            _doubled() if change == "double" else nn.Identity(),
            _halved() if change == "halve" else nn.Identity(),
        )
        self.inner = nn.Sequential(
            _norm(channels, normalise=normalise), nn.ReLU(), up, first,
            _norm(channels, normalise=normalise), nn.ReLU(), second, down,
        )  # fmt: skip
        # both resamplings commute with a 1 x 1 convolution, which is cheaper on the smaller image
        point = nn.Identity() if change == "keep" else _glorot(nn.Conv2d(channels, channels, 1))
        self.shortcut = nn.Sequential(point, up) if change == "double" else nn.Sequential(down, point)

    def forward(self, x: Tensor) -> Tensor:
        """(b, channels, h, w) to (b, channels, h', w')."""
        return self.shortcut(x) + self.inner(x)


class FirstBlock(nn.Module):
    """The critic's first block, which halves: no ReLU in front, since pixels are not to be rectified."""

    def __init__(self, inputs: int, channels: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            _he(nn.Conv2d(inputs, channels, 3, padding=1)),
            nn.ReLU(),
            _he(nn.Conv2d(channels, channels, 3, padding=1)),
            _halved(),
        )
        self.shortcut = nn.Sequential(_halved(), _glorot(nn.Conv2d(inputs, channels, 1)))

    def forward(self, x: Tensor) -> Tensor:
        """(b, inputs, h, w) to (b, channels, h / 2, w / 2)."""
        return self.shortcut(x) + self.inner(x)


def _halved() -> nn.Module:
    return nn.AvgPool2d(2)


def _doubled() -> nn.Module:
    return nn.Upsample(scale_factor=2, mode="nearest")


def _norm(channels: int, *, normalise: bool) -> nn.Module:
    return nn.BatchNorm2d(channels) if normalise else nn.Identity()


def _he(layer: nn.Conv2d) -> nn.Module:
    _ = nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    return _unbiased(layer)


def _glorot(layer: nn.Conv2d | nn.Linear) -> nn.Module:
    _ = nn.init.xavier_uniform_(layer.weight)
    return _unbiased(layer)


def _unbiased(layer: nn.Conv2d | nn.Linear) -> nn.Module:
    if layer.bias is not None:
        _ = nn.init.zeros_(layer.bias)
    return layer


NETWORK = ResNetCritic
GENERATOR = ResNetGenerator
