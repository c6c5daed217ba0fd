"""The critic's objective on one pair of batches: one scalar, and one backward pass to the weights for all its terms.

    E_fake fake(f(x)) + E_real real(f(y)) + charge(slopes at the regulariser's points) + extra

The two batches go through the critic together. The points at which slopes are wanted go through it alone: in one batch
with the others, the pass back to the points and its own derivative would also run over the others' rows, all zeros.
Where only the steepest slope is charged, all slopes are found without a graph and that one point is evaluated again.
Parametrised weights (spectral norm, orthonormal layers) are computed once and serve every pass.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from lgantheory.losses.loss import Loss
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser


class Step(NamedTuple):
    """What one evaluation of the objective saw.

    * ``objective``: the scalar to differentiate; ``loss``: without the regulariser's charge;
    * ``fake``, ``real`` (b,): the critic's values, detached; their means' difference is the W1 estimate times a slope;
    * ``points`` (p, ...), ``slopes`` (p,): detached; empty where the regulariser asks for none.
    """

    objective: Tensor
    loss: Tensor
    fake: Tensor
    real: Tensor
    points: Tensor
    slopes: Tensor


class _Values(NamedTuple):
    """The critic on both batches, and on that batch whose slopes are charged, if one is."""

    fake: Tensor
    real: Tensor
    charged: Tensor | None


def objective(
    critic: nn.Module, batches: Batches, *, loss: Loss, regulariser: Regulariser, rng: torch.Generator
) -> Step:
    """Evaluate it. The graph is kept for a backward pass to the weights.

    Raises:
        UnsupportedLoss: the loss has no torch form.
    """
    with parametrize.cached():
        points = regulariser.points(batches, rng)
        at = None if points is None else points.detach().requires_grad_(True)
        values = _values(critic, batches, points, at)
        fit = loss.fake.torch(values.fake).mean() + loss.real.torch(values.real).mean()
        total, slopes = fit, fit.new_zeros(0)
        if at is not None:
            charged, slopes = _slopes(critic, at, values.charged, only_steepest=regulariser.only_steepest)
            total = total + regulariser.charge(charged)
        extra = regulariser.extra(critic, batches, rng)
        if extra is not None:
            total = total + extra
    seen = batches.fake[:0] if at is None else at
    return Step(total, fit.detach(), values.fake.detach(), values.real.detach(), seen.detach(), slopes.detach())


def _values(critic: nn.Module, batches: Batches, points: Tensor | None, at: Tensor | None) -> _Values:
    """``points is batches.real`` says that the slopes are wanted there: that batch then needs no second pass."""
    real, fake = batches
    if at is not None and (points is real or points is fake):
        on_real = critic(at if points is real else real).reshape(-1)
        on_fake = critic(fake if points is real else at).reshape(-1)
        return _Values(on_fake, on_real, on_real if points is real else on_fake)
    both = critic(torch.cat([fake, real])).reshape(-1)
    return _Values(both[: len(fake)], both[len(fake) :], None)


def _slopes(critic: nn.Module, at: Tensor, values: Tensor | None, *, only_steepest: bool) -> tuple[Tensor, Tensor]:
    """The slopes to charge, with their graph, and all slopes (p,) at the points ``at``."""
    if values is not None or not only_steepest:
        slopes = slopes_of(critic(at).reshape(-1) if values is None else values, at)
        return slopes, slopes
    slopes = slopes_of(critic(at).reshape(-1), at, create_graph=False)
    steepest = at[slopes.argmax()].detach().unsqueeze(0).requires_grad_(True)
    return slopes_of(critic(steepest).reshape(-1), steepest), slopes


def slopes_of(values: Tensor, points: Tensor, *, create_graph: bool = True) -> Tensor:
    """|grad f| at points (p, ...) from f there, (p,): differentiable with respect to the weights, given a graph.

    The root of a sum of squares has no gradient at 0, where torch would give NaN: there the slope counts as constant.
    """
    (gradients,) = torch.autograd.grad(values.sum(), points, create_graph=create_graph)
    squares = gradients.flatten(1).square().sum(dim=1)
    still = squares == 0.0
    return torch.where(still, squares, torch.sqrt(torch.where(still, torch.ones_like(squares), squares)))
