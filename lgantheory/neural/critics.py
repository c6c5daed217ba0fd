"""A critic with everything that trains it: optimiser, regulariser, precision, and its own random numbers."""

from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor, nn

from lgantheory.losses import Loss, parse_loss
from lgantheory.losses.loss import LossFunction
from lgantheory.neural import devices
from lgantheory.neural.networks import get_network
from lgantheory.neural.objective import Step, objective
from lgantheory.neural.optimisers import (
    build_optimiser,
    load_optimiser_tensors,
    optimiser_tensors,
    remaining,
    scale_learning_rate,
)
from lgantheory.neural.regularisers import get_regulariser
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser
from lgantheory.neural.sampling import FixedPair, Sample, generator
from lgantheory.neural.settings import CriticSettings

State = dict[str, Tensor]


def loss_of(settings: CriticSettings) -> Loss:
    """The loss that the settings name; the same object every time."""
    return _loss(settings.loss, settings.loss_real)


@cache
def _loss(fake: str, real: str | None) -> Loss:
    return parse_loss(fake) if real is None else Loss.from_expressions(str(parse_loss(fake).fake.expression), real)


def weighted(loss: Loss, weights: tuple[Tensor | None, Tensor | None]) -> Loss:
    """The loss whose plain mean over all points is this one's mean under the weights of real and of fake points."""
    real, fake = weights
    return replace(loss, real=_times(loss.real, real), fake=_times(loss.fake, fake))


def _times(function: LossFunction, weights: Tensor | None) -> LossFunction:
    if weights is None:
        return function
    factors = len(weights) * weights
    return replace(function, torch_function=lambda values: factors * function.torch(values))


class OnPairs(Regulariser):
    """A regulariser that sees fresh pairs of two fixed samples in place of the samples; made by ``on_pairs``."""

    def __init__(self, inner: Regulariser, pair: FixedPair) -> None:
        super().__init__()
        self.inner = inner
        self.pair = pair

    def points(self, batches: Batches, rng: torch.Generator) -> Tensor | None:
        """Of pairs, not of the batches."""
        del batches
        return self.inner.points(self.pair.paired(), rng)

    def charge(self, slopes: Tensor) -> Tensor:
        """As the inner one."""
        return self.inner.charge(slopes)

    def extra(self, critic: nn.Module, batches: Batches, rng: torch.Generator) -> Tensor | None:
        """Of pairs, not of the batches."""
        del batches
        return self.inner.extra(critic, self.pair.paired(), rng)

    def observe(self, points: Tensor, slopes: Tensor) -> None:
        """As the inner one."""
        self.inner.observe(points, slopes)

    def constrain(self, critic: nn.Module) -> None:
        """As the inner one."""
        self.inner.constrain(critic)


def on_pairs(inner: Regulariser, pair: FixedPair) -> Regulariser:
    """The regulariser on pairs of ``FixedPair.paired``; what its class says of it stays true."""
    said = {name: getattr(inner, name) for name in ("name", "source", "target", "only_steepest")}
    return type(f"{type(inner).__name__}OnPairs", (OnPairs,), said)(inner, pair)


@dataclass(frozen=True)
class CriticPart:
    """``critic`` holds the weights; ``network`` is the same in the run's precision."""

    critic: nn.Module
    network: nn.Module
    regulariser: Regulariser
    optimiser: torch.optim.Optimizer
    rng: torch.Generator
    settings: CriticSettings

    @classmethod
    def of(
        cls, settings: CriticSettings, sample: Sample, critic: nn.Module | None, *, pair: FixedPair | None = None
    ) -> "CriticPart":
        """A critic for points like those of the sample, before its first step."""
        device, dtype = sample.points.device, sample.points.dtype
        name, options = settings.network, settings.network_options
        made = get_network(name, sample.shape, seed=settings.seed, **options) if critic is None else critic
        regulariser = get_regulariser(settings.regulariser, **settings.regulariser_options)
        made = regulariser.prepare(made.to(device=device, dtype=dtype)).to(device=device, dtype=dtype).train()
        regulariser = (regulariser if pair is None else on_pairs(regulariser, pair)).to(device=device, dtype=dtype)
        network = devices.in_precision(made, settings, device)
        optimiser = build_optimiser(made.parameters(), settings)
        return cls(made, network, regulariser, optimiser, generator(settings.seed, "regulariser", device), settings)

    def set_step(self, step: int) -> None:
        """The step size for step number ``step``."""
        scale_learning_rate(self.optimiser, remaining(self.settings, step))

    def descend(
        self, batches: Batches, loss: Loss, weights: tuple[Tensor | None, Tensor | None] | None = None
    ) -> dict[str, Tensor | None]:
        """One step of the optimiser; the numbers to log. Weights are of the batches' real and fake points."""
        charged = loss if weights is None else weighted(loss, weights)
        step = objective(self.network, batches, loss=charged, regulariser=self.regulariser, rng=self.rng)
        self.optimiser.zero_grad(set_to_none=True)
        step.objective.backward(inputs=list(self.critic.parameters()))
        self.optimiser.step()
        self.regulariser.observe(step.points, step.slopes)
        self.regulariser.constrain(self.critic)
        return _numbers(step, weights or (None, None))

    def state(self) -> State:
        """Weights, optimiser, regulariser and its generator."""
        return {
            **named("critic.", self.critic.state_dict()),
            **named("optimiser.critic.", optimiser_tensors(self.optimiser)),
            **named("regulariser.", self.regulariser.state_dict()),
            "random.regulariser": self.rng.get_state(),
        }

    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""
        load_optimiser_tensors(self.optimiser, part_of(state, "optimiser.critic."))
        self.critic.load_state_dict(part_of(state, "critic."))
        self.regulariser.load_state_dict(part_of(state, "regulariser."))
        self.rng.set_state(state["random.regulariser"].cpu())


def part_of(state: State, prefix: str) -> State:
    """The tensors whose names begin so, without the beginning."""
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def named(prefix: str, tensors: State) -> State:
    """The tensors under names that begin so."""
    return {prefix + name: tensor for name, tensor in tensors.items()}


def _numbers(step: Step, weights: tuple[Tensor | None, Tensor | None]) -> dict[str, Tensor | None]:
    real, fake = (_mean(values, w) for values, w in zip((step.real, step.fake), weights, strict=True))
    seen = step.slopes.numel() > 0
    return {
        "objective": step.objective.detach(),
        "loss": step.loss,
        "w1_estimate": real - fake,
        "slope_max": step.slopes.max() if seen else None,
        "slope_mean": step.slopes.mean() if seen else None,
    }


def _mean(values: Tensor, weights: Tensor | None) -> Tensor:
    return values.mean() if weights is None else weights @ values
