"""Spectral normalisation: each layer's weight is divided by an estimate of its largest singular value."""

from typing import ClassVar

from torch import nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm

from lgantheory.neural.regularisers.options import count
from lgantheory.neural.regularisers.regulariser import Regulariser

LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


class SpectralNorm(Regulariser):
    """``W / sigma(W)`` for every linear and convolutional layer, by torch's own parametrisation.

    sigma is estimated from below by ``power_iterations`` steps of the power method a training step, from where the last
    step ended: a layer's norm may exceed 1 until that has converged. With activations of slope at most 1 the product of
    the layers' norms bounds the critic's slope. For a convolution it is the norm of the kernel reshaped to
    (channels out, rest) that becomes 1, not that of the convolution: the kernel (1, 1, 1) has the first at sqrt(3), the
    second at 3.

    Two Diracs at distance d, loss t: the slope is 1 and the objective -d.

    Source: Miyato, Kataoka, Koyama, Yoshida, arXiv 1802.05957, Algorithm 1; one iteration a step as there.
    """

    name: ClassVar[str] = "spectral_norm"
    source: ClassVar[str] = "SN-GAN, arXiv 1802.05957, Algorithm 1"
    target: ClassVar[str] = "slope"

    def __init__(self, *, power_iterations: int = 1) -> None:
        super().__init__()
        self.power_iterations = count("power_iterations", power_iterations)

    def prepare(self, critic: nn.Module) -> nn.Module:
        """The same critic, its layers normalised from now on. Layers that are parametrised already stay as they are."""
        for layer in list(critic.modules()):
            if isinstance(layer, LAYERS) and not parametrize.is_parametrized(layer, "weight"):
                _ = spectral_norm(layer, n_power_iterations=self.power_iterations)
        return critic


REGULARISER = SpectralNorm
