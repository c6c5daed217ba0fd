"""Strided convolutions after DCGAN, for 8 x 8, 28 x 28, 32 x 32 and other images with sides that can be halved."""

from torch import Tensor, nn

from lgantheory.neural.networks.catalogue import require_size
from lgantheory.neural.networks.sizes import image_sizes


class DCGANCritic(nn.Module):
    """Convolutions 4 x 4 of stride 2 with LeakyReLU(0.2), channels doubling from ``channels``, then one linear layer.

    Batch normalisation, which the source has here, is left out; He's initialisation stands in for it.

    Source: Radford, Metz, Chintala, arXiv 1511.06434, section 3, and the critic of WGAN-GP without normalisation.
    """

    def __init__(self, shape: tuple[int, ...], *, channels: int = 64) -> None:
        super().__init__()
        sizes = image_sizes(shape)
        height, width = sizes.small(sizes.halvings)
        layers: list[nn.Module] = []
        wide, narrow = require_size("channels", channels), sizes.channels
        for _ in range(sizes.halvings):
            layers += [nn.Conv2d(narrow, wide, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
            narrow, wide = wide, 2 * wide
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(narrow * height * width, 1))
        _ = self.apply(_he)

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) to (b,)."""
        return self.layers(x).squeeze(-1)


class DCGANGenerator(nn.Module):
    """A linear layer, then transposed convolutions 4 x 4 of stride 2 with batch normalisation and ReLU, then tanh.

    Source: Radford, Metz, Chintala, arXiv 1511.06434, section 3; weights normal with deviation 0.02 as there.
    """

    def __init__(self, latent: int, shape: tuple[int, ...], *, channels: int = 64) -> None:
        super().__init__()
        sizes = image_sizes(shape)
        height, width = sizes.small(sizes.halvings)
        wide = require_size("channels", channels) << (sizes.halvings - 1)
        layers: list[nn.Module] = [nn.Linear(latent, wide * height * width), nn.Unflatten(1, (wide, height, width))]
        for _ in range(sizes.halvings - 1):
            layers += [*_normalised(wide), nn.ConvTranspose2d(wide, wide // 2, 4, stride=2, padding=1)]
            wide //= 2
        layers += [*_normalised(wide), nn.ConvTranspose2d(wide, sizes.channels, 4, stride=2, padding=1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        _ = self.apply(_small)

    def forward(self, z: Tensor) -> Tensor:
        """(b, latent) to (b, c, h, w), in [-1, 1]."""
        return self.layers(z)


def _normalised(channels: int) -> tuple[nn.Module, nn.Module]:
    return nn.BatchNorm2d(channels), nn.ReLU()


def _he(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d):
        _ = nn.init.kaiming_normal_(layer.weight, a=0.2)


def _small(layer: nn.Module) -> None:
    if isinstance(layer, nn.ConvTranspose2d | nn.Linear):
        _ = nn.init.normal_(layer.weight, std=0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        _ = nn.init.normal_(layer.weight, mean=1.0, std=0.02)


NETWORK = DCGANCritic
GENERATOR = DCGANGenerator
