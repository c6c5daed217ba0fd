"""A GAN: a generator trained against a critic, with the critic's steps before each of its own.

The generator minimises ``E_z role(f(G(z)))``; ``generator_role`` lists the roles. The fakes of the critic's steps are
made in training mode without gradients. Scores and pictures use the running mean of the generator's weights, if there
is one, in evaluation mode.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter
from lgantheory.losses import Loss
from lgantheory.neural import devices
from lgantheory.neural.critics import CriticPart, loss_of, named, part_of
from lgantheory.neural.logs import Journal, Row
from lgantheory.neural.networks import get_generator
from lgantheory.neural.optimisers import (
    build_optimiser,
    load_optimiser_tensors,
    optimiser_tensors,
    remaining,
    scale_learning_rate,
)
from lgantheory.neural.regularisers.regulariser import Batches
from lgantheory.neural.sampling import Drawing, Points, Sample, as_sample, generator
from lgantheory.neural.settings import TrainingSettings
from lgantheory.neural.training import Numbers, State, Trainee, run

BLOCK = 512  # samples made at once for scores; bounds the memory, changes nothing else


def generator_role(name: str, loss: Loss) -> Callable[[Tensor], Tensor]:
    """What the generator pays for the critic's values on its samples, elementwise.

    * "own": ``loss.generator``, which is ``-f`` unless the loss says otherwise; "linear": ``-f``;
    * "non_saturating": ``loss.real(f)``, as if the samples were real; "saturating": ``-loss.fake(f)``, a zero-sum game;
    * anything else: an expression in ``t``.

    Raises:
        InvalidExpression: it is none of them.
    """
    match name:
        case "own":
            return loss.generator.torch
        case "linear":
            return torch.neg
        case "non_saturating":
            return loss.real.torch
        case "saturating":
            return lambda values: -loss.fake.torch(values)
    return Loss.from_expressions("t", generator=name).generator.torch


@dataclass(frozen=True)
class GeneratorPart:
    """``generator`` holds the weights, ``average`` their running mean; ``network`` is in the run's precision."""

    generator: nn.Module
    average: nn.Module
    network: nn.Module
    optimiser: torch.optim.Optimizer
    rng: torch.Generator
    settings: TrainingSettings

    @classmethod
    def of(cls, settings: TrainingSettings, sample: Sample, given: nn.Module | None) -> "GeneratorPart":
        """A generator of points like those of the sample, before its first step."""
        device, dtype = sample.points.device, sample.points.dtype
        name, options = settings.generator, settings.generator_options
        if given is None:
            given = get_generator(name, settings.latent, sample.shape, seed=settings.seed, **options)
        made = given.to(device=device, dtype=dtype).train()
        network = devices.in_precision(made, settings, device)
        optimiser = build_optimiser(made.parameters(), settings, settings.generator_learning_rate)
        average = copy.deepcopy(made).eval().requires_grad_(False)
        return cls(made, average, network, optimiser, generator(settings.seed, "latent", device), settings)

    def latent(self, count: int) -> Tensor:
        """Normal inputs, (count, latent)."""
        first = next(iter(self.generator.parameters()))
        size = (count, self.settings.latent)
        return torch.randn(size, generator=self.rng, device=first.device, dtype=first.dtype)

    def fakes(self, count: int) -> Tensor:
        """Samples for the critic, without gradients."""
        with torch.no_grad():
            return self.network(self.latent(count))

    def descend(self, critic: nn.Module, loss: Loss, step: int) -> Tensor:
        """One step of the optimiser against this critic; what was paid."""
        settings = self.settings
        scale_learning_rate(self.optimiser, remaining(settings, step))
        values = critic(self.network(self.latent(settings.generator_batch or settings.batch or 1))).reshape(-1)
        paid = generator_role(settings.generator_loss, loss)(values).mean()
        self.optimiser.zero_grad(set_to_none=True)
        paid.backward(inputs=list(self.generator.parameters()))
        self.optimiser.step()
        self.follow()
        return paid.detach()

    @torch.no_grad()
    def follow(self) -> None:
        """Take the running mean one step on; what is no weight (a batch norm's statistics) is copied."""
        decay = self.settings.ema or 0.0
        for mean, weight in zip(self.average.parameters(), self.generator.parameters(), strict=True):
            mean.lerp_(weight, 1.0 - decay)
        for copied, buffer in zip(self.average.buffers(), self.generator.buffers(), strict=True):
            copied.copy_(buffer)

    def state(self) -> State:
        """Weights, their mean, optimiser, and the generator of latent points."""
        return {
            **named("generator.", self.generator.state_dict()),
            **named("average.", self.average.state_dict()),
            **named("optimiser.generator.", optimiser_tensors(self.optimiser)),
            "random.latent": self.rng.get_state(),
        }

    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""
        load_optimiser_tensors(self.optimiser, part_of(state, "optimiser.generator."))
        self.generator.load_state_dict(part_of(state, "generator."))
        self.average.load_state_dict(part_of(state, "average."))
        self.rng.set_state(state["random.latent"].cpu())


@dataclass(frozen=True)
class GanTrainee(Trainee):
    """Critic, generator, and where real points come from."""

    settings: TrainingSettings
    critic: CriticPart
    maker: GeneratorPart
    reals: Drawing

    def advance(self, step: int) -> Numbers:
        """The critic's steps, then one of the generator; the numbers of the last critic's step are logged."""
        loss = loss_of(self.settings)
        self.critic.set_step(step)
        numbers: Numbers = {}
        for _ in range(self.settings.critic_steps_before(step)):
            batches = Batches(self.reals.draw(), self.maker.fakes(self.reals.batch))
            numbers = self.critic.descend(batches, loss)
        return {**numbers, "generator_loss": self.maker.descend(self.critic.network, loss, step)}

    def state(self) -> State:
        """All parts, and all generators of random numbers."""
        everywhere = named("random.", devices.global_states(self.reals.sample.points.device))
        return {**self.critic.state(), **self.maker.state(), **self.reals.state("data.real"), **everywhere}

    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""
        self.critic.load(state)
        self.maker.load(state)
        self.reals.load("data.real", state)
        devices.set_global_states(part_of(state, "random."), self.reals.sample.points.device)

    def weights(self) -> list[Tensor]:
        """The critic's and the generator's."""
        return [*self.critic.critic.state_dict().values(), *self.maker.generator.state_dict().values()]


@dataclass(frozen=True)
class Networks:
    """Networks to train in place of the ones that the settings name; the hash of the settings misses them."""

    critic: nn.Module | None = None
    generator: nn.Module | None = None


@dataclass(frozen=True)
class TrainedGan:
    """The networks in evaluation mode, the rows of the training, and the settings.

    ``average`` is the generator with the running mean of its weights; without one it equals ``generator``.
    """

    generator: nn.Module
    average: nn.Module
    critic: nn.Module
    history: list[Row]
    settings: TrainingSettings

    def sample(self, count: int, seed: int = 0) -> np.ndarray:
        """``count`` points of ``average``, (count, *shape); equal seeds give equal points.

        Raises:
            InvalidParameter: a count below one.
        """
        if count < 1:
            raise InvalidParameter(f"got {count} samples; needed at least one.")
        first = next(iter(self.average.parameters()))
        rng = generator(seed, "samples", first.device)
        size = (count, self.settings.latent)
        latent = torch.randn(size, generator=rng, device=first.device, dtype=first.dtype)
        with torch.no_grad():
            made = [self.average(block).cpu() for block in latent.split(BLOCK)]
        return torch.cat(made).numpy()


def train_gan(
    real: Points,
    settings: TrainingSettings,
    *,
    networks: Networks | None = None,
    journal: Journal | None = None,
) -> TrainedGan:
    """Train a generator of points like the real ones against a critic.

    Args:
        real: a measure, whose weights count, or points (n, *shape).
        networks: to train in place of those that the settings name.
        journal: where to log and to make checkpoints; nowhere unless given.

    Raises:
        Diverged: a number is not finite.
        InvalidMeasure, InvalidParameter, UnknownName, UnsupportedLoss: bad arguments.
    """
    device = devices.choose_device(settings.device)
    sample = as_sample(real, device, devices.choose_dtype(settings, device))
    given = networks or Networks()
    with devices.surroundings(settings, device):
        critic = CriticPart.of(settings, sample, given.critic)
        maker = GeneratorPart.of(settings, sample, given.generator)
        reals = Drawing(sample, batch=settings.batch or 1, rng=generator(settings.seed, "data", device))
        rows = run(GanTrainee(settings, critic, maker, reals), settings, journal or Journal())
    return TrainedGan(maker.generator.eval(), maker.average, critic.critic.eval(), rows, settings)
