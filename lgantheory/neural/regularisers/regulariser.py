"""What every regulariser is: a place for slopes, a charge for them, and whatever it does to the weights.

A critic f is trained to minimise ``E_fake fake(f) + E_real real(f) + charge``. Most charges are functions of slopes
``|grad f(z)|`` at some points z. Those points go through the critic together with the two batches, so that one forward
pass and one backward pass to the inputs serve all; see ``objective``.
"""

from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter


class Batches(NamedTuple):
    """Real and fake samples of one step: (b, ...) each, of the same shape."""

    real: Tensor
    fake: Tensor


class Regulariser(nn.Module):
    """The identity: no point, no charge, no change of the weights. Others override what they need.

    A module, so that what it remembers (a buffer of points, a multiplier) is stored and restored with ``state_dict``
    and moves to a device with ``to``.

    * ``name``: how it is chosen; ``source``: the paper, and whose defaults the arguments are.
    * ``target``: "slope" where the Lipschitz constant is driven towards 1; "penalty" where ``lam`` weighs its square,
      as in an LGAN; "none" else.
    * ``only_steepest``: the charge depends on the largest slope alone. Then ``charge`` is given that one, and the
      others cost no graph.
    """

    name: ClassVar[str] = "none"
    source: ClassVar[str] = "LGAN paper, section 2.1: an unrestricted critic"
    target: ClassVar[str] = "none"
    only_steepest: ClassVar[bool] = False

    def prepare(self, critic: nn.Module) -> nn.Module:
        """The critic to train, changed in place: parametrised, say. Called once, before the optimiser is made."""
        return critic

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor | None:
        """Where the slopes are wanted, (p, ...); None for nowhere. One of the batches itself saves a pass over it."""
        del batches, rng
        return None

    def charge(self, slopes: Tensor) -> Tensor:
        """What slopes (p,) cost: a scalar that is added to the objective."""
        return slopes.new_zeros(())

    def extra(self, critic: nn.Module, batches: Batches, rng: torch.Generator) -> Tensor | None:
        """A charge that is no function of slopes alone; None for none."""
        del critic, batches, rng
        return None

    def observe(self, points: Tensor, slopes: Tensor) -> None:
        """What this step's slopes (p,) at points (p, ...) were, detached; called after the optimiser's step."""

    def constrain(self, critic: nn.Module) -> None:
        """Change weights after the optimiser's step: clipping, say."""


def interpolates(batches: Batches, rng: torch.Generator) -> Tensor:
    """``u y + (1 - u) x`` with u uniform in [0, 1], one for each pair of the batches."""
    real, fake = batches
    if real.shape != fake.shape:
        raise InvalidParameter(
            f"got batches of shapes {tuple(real.shape)} and {tuple(fake.shape)}; needed equal ones, since points "
            "between real and fake samples take one of each. Draw as many fake samples as real ones."
        )
    u = torch.rand(len(real), *(1,) * (real.ndim - 1), generator=rng, device=real.device, dtype=real.dtype)
    return u * real + (1.0 - u) * fake
