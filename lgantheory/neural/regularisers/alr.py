"""Adversarial Lipschitz regularisation: difference quotients in the direction that changes the critic most."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter
from lgantheory.neural.regularisers.options import Number, count, positive
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser


class AdversarialLipschitz(Regulariser):
    """``lam E max(0, |f(z) - f(z + r)| / |r| - 1)^2`` over all samples z, real and fake.

    ``r = e q`` with e uniform in ``radius`` for each sample and q the adversarial direction: from random noise, the
    normalised gradient in q of ``mean |f(z) - f(z + xi q)|``, ``power_iterations`` times. Where that gradient vanishes
    the direction stays as it was; dividing by it, as the authors' code does, gives r = 0 and no charge at all, so that
    a critic which is flat at distance xi escapes.

    Two Diracs at distance d, loss t, f linear: slope and objective are those of the one-sided penalty,
    ``1 + d / (2 lam)`` and ``-(d + d^2 / (4 lam))``. Other critics do better: quotients over long steps miss a short
    steep piece.

    Args:
        lam, xi, radius, power_iterations: see above.
        limit: keeps z + r in [-limit, limit]; 1 in the authors' code, whose images have that range.

    Source: Terjek, ICLR 2020, arXiv 1907.05681, section 3; defaults of his code.
    """

    name: ClassVar[str] = "alr"
    source: ClassVar[str] = "Terjek, arXiv 1907.05681; defaults of his code, without its clip to [-1, 1]"
    target: ClassVar[str] = "slope"

    def __init__(
        self,
        *,
        lam: Number = 10.0,
        xi: Number = 10.0,
        radius: Sequence[Number] = (0.1, 10.0),
        power_iterations: int = 1,
        limit: Number | None = None,
    ) -> None:
        super().__init__()
        self.lam, self.xi = positive("lam", lam), positive("xi", xi)
        self.smallest, self.largest = _interval(radius)
        self.power_iterations = count("power_iterations", power_iterations)
        self.limit = None if limit is None else positive("limit", limit)

    def extra(self, critic: nn.Module, batches: Batches, rng: torch.Generator) -> Tensor:
        """The whole charge."""
        samples = torch.cat([batches.real, batches.fake]).detach()
        directions = self._directions(critic, samples, rng)
        shape = (len(samples), *(1,) * (samples.ndim - 1))
        u = torch.rand(shape, generator=rng, device=samples.device, dtype=samples.dtype)
        ahead = self._moved(samples, (self.smallest + (self.largest - self.smallest) * u) * directions)
        near, far = critic(torch.cat([samples, ahead])).reshape(2, -1)
        lengths = _norms(ahead - samples).flatten()  # after the clip, which shortens some
        quotients = (near - far).abs() / lengths.clamp_min(torch.finfo(lengths.dtype).tiny)
        return self.lam * (quotients - 1.0).clamp_min(0.0).square().mean()

    def _directions(self, critic: nn.Module, samples: Tensor, rng: torch.Generator) -> Tensor:
        noise = torch.rand(samples.shape, generator=rng, device=samples.device, dtype=samples.dtype) - 0.5
        q = _normalised(noise, noise)
        here = critic(samples).detach().reshape(-1)
        for _ in range(self.power_iterations):
            q = q.detach().requires_grad_(True)
            change = (here - critic(self._moved(samples, self.xi * q)).reshape(-1)).abs().mean()
            (gradient,) = torch.autograd.grad(change, q)
            q = _normalised(gradient, q.detach())
        return q

    def _moved(self, samples: Tensor, by: Tensor) -> Tensor:
        moved = samples + by
        return moved if self.limit is None else moved.clamp(-self.limit, self.limit)


def _interval(radius: Sequence[Number]) -> tuple[float, float]:
    if len(radius) != 2 or positive("radius", radius[0]) > positive("radius", radius[1]):
        raise InvalidParameter(f"radius must be two numbers, the smaller one first; got {tuple(radius)!r}.")
    return float(radius[0]), float(radius[1])


def _norms(vectors: Tensor) -> Tensor:
    """Euclidean norms of (b, ...), shaped (b, 1, ...)."""
    return vectors.flatten(1).norm(dim=1).reshape(-1, *(1,) * (vectors.ndim - 1))


def _normalised(vectors: Tensor, otherwise: Tensor) -> Tensor:
    norms = _norms(vectors)
    return torch.where(norms > 0.0, vectors / torch.where(norms > 0.0, norms, 1.0), otherwise)


REGULARISER = AdversarialLipschitz
