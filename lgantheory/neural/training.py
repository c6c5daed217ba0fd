"""The loop that every run goes through, and the critic on two fixed samples.

    for each step:  advance, watch for numbers that are not finite, log, make a checkpoint

All randomness comes from generators whose states are in the checkpoints, and the step size from the step's number, so
that a run which was killed and resumed is, on a CPU, the same run bit by bit.

``torch.compile`` has no part in it: it cannot differentiate a slope once more (torch 2.13: "torch.compile with
aot_autograd does not currently support double backward"), which most regularisers need.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from lgantheory.errors import Diverged, InvalidParameter
from lgantheory.neural import devices
from lgantheory.neural.checkpoints import Checkpoint, require_fit
from lgantheory.neural.critics import CriticPart, loss_of, named, part_of
from lgantheory.neural.logs import Journal, Row
from lgantheory.neural.sampling import FixedPair, Minibatches, Points, Sample, as_sample, generator, require_one_shape
from lgantheory.neural.settings import CriticSettings, Settings

State = dict[str, Tensor]
Numbers = dict[str, Tensor | None]


class Trainee(ABC):
    """What the loop drives: something with a state that advances by steps."""

    @abstractmethod
    def advance(self, step: int) -> Numbers:
        """Do step number ``step``, counted from 1; the numbers to log, as scalars. One that is not finite ends it."""

    @abstractmethod
    def state(self) -> State:
        """All that the next steps depend on. Only names that begin with ``optimiser.`` may appear later."""

    @abstractmethod
    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""

    @abstractmethod
    def weights(self) -> list[Tensor]:
        """What must stay finite."""


def run(trainee: Trainee, settings: Settings, journal: Journal) -> list[Row]:
    """Take a trainee through its steps; the rows that were logged.

    Raises:
        Diverged: a number is not finite; the last checkpoint is as it was.
        InvalidParameter, UnreadableFile, UnwritableFile: as ``Journal.open`` says.
    """
    checkpoint = _restored(trainee, settings, journal)
    rows = journal.rewind(checkpoint, settings)
    done, before = (checkpoint.step, float(checkpoint.notes["seconds"])) if checkpoint else (0, 0.0)
    start, watch = time.perf_counter() - before, Watch(journal)
    for step in range(done + 1, settings.steps + 1):
        numbers = trainee.advance(step)
        saves, logs = (_due(step, every, settings.steps) for every in (settings.checkpoint_every, settings.log_every))
        watch.see(step, numbers)
        if saves or logs:
            watch.require_finite(step, trainee.weights())
        if logs:
            row = {name: None if value is None else float(value) for name, value in numbers.items()}
            rows.append({"step": step, **row, "seconds": round(time.perf_counter() - start, 3)})
            journal.write(rows[-1])
        if saves:
            notes = {"rows": len(rows), "seconds": time.perf_counter() - start}
            journal.save(Checkpoint(step, trainee.state(), settings.config_hash, notes))
    journal.close(rows)
    return rows


def _due(step: int, every: int, last: int) -> bool:
    return step % every == 0 or step == last


def _restored(trainee: Trainee, settings: Settings, journal: Journal) -> Checkpoint | None:
    """The checkpoint to go on from, already loaded; everything is looked at before anything is."""
    checkpoint = journal.open(settings)
    if checkpoint is None:
        return None
    if checkpoint.step > settings.steps:
        raise InvalidParameter(f"got steps {settings.steps} for a run that has done {checkpoint.step}; needed more.")
    path = journal.checkpoints / f"step-{checkpoint.step:08d}"
    require_fit(path, _fixed(checkpoint.state), _fixed(trainee.state()))
    trainee.load(dict(checkpoint.state))
    return checkpoint


def _fixed(state: Mapping[str, Tensor]) -> State:
    """What must have the same names, shapes and types; of what a regulariser remembers, the names alone."""
    kept = {name: tensor for name, tensor in state.items() if not name.startswith("optimiser.")}
    return {name: torch.zeros(()) if name.startswith("regulariser.") else t for name, t in kept.items()}


class Watch:
    """Remembers the first step at which each number was not finite, without waiting for the device at every step."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.first: Tensor | None = None
        self.names: list[str] = []

    def see(self, step: int, numbers: Numbers) -> None:
        """Look at a step's numbers. On a CPU, where reading costs nothing, the run ends here."""
        named = {name: value for name, value in numbers.items() if value is not None}
        finite = torch.isfinite(torch.stack([value.detach().reshape(()) for value in named.values()]))
        if self.first is None or self.names != list(named):
            self._require()
            self.names, self.first = list(named), torch.zeros(len(named), dtype=torch.int64, device=finite.device)
        self.first = torch.where(finite | (self.first > 0), self.first, step)
        if finite.device.type == "cpu":
            self._require()

    def require_finite(self, step: int, weights: list[Tensor]) -> None:
        """Refuse to go on, or to store anything, with what is not finite.

        Raises:
            Diverged: with step and cause.
        """
        self._require()
        if not all(torch.stack([torch.isfinite(w).all() for w in weights]).tolist()):
            self._stop(step, "a weight")

    def _require(self) -> None:
        firsts = [] if self.first is None else self.first.tolist()
        bad = [(step, name) for step, name in zip(firsts, self.names, strict=True) if step > 0]
        if bad:
            step = min(bad)[0]
            self._stop(step, " and ".join(name for first, name in bad if first == step))

    def _stop(self, step: int, cause: str) -> None:
        kept = self.journal.last_checkpoint()
        raise Diverged(
            f"got {cause} that is not finite at step {step}; needed finite numbers. "
            f"{f'The last good checkpoint is {kept}. ' if kept else 'There is no checkpoint yet. '}"
            "Lower learning_rate, or choose a loss that is smaller far out.",
            step,
            cause,
        )


# ---------------------------------------------------------------------------------------------------------------------
# A critic on two fixed samples


@dataclass(frozen=True)
class TrainedCritic:
    """A critic, (b, *shape) -> (b,), in evaluation mode; the rows of its training; the settings."""

    critic: nn.Module
    history: list[Row]
    settings: CriticSettings


def train_critic(
    real: Points,
    fake: Points,
    settings: CriticSettings,
    *,
    critic: nn.Module | None = None,
    journal: Journal | None = None,
) -> TrainedCritic:
    """Train a critic on two fixed samples: minimise E_fake fake(f) + E_real real(f) + charge.

    Args:
        real, fake: measures, whose weights count, or points (n, *shape) with equal weights.
        critic: a network to train in place of the one that the settings name; the hash of the settings misses it.
        journal: where to log and to make checkpoints; nowhere unless given.

    Raises:
        Diverged: a number is not finite.
        InvalidMeasure, InvalidParameter, UnknownName, UnsupportedLoss: bad arguments.
    """
    device = devices.choose_device(settings.device)
    dtype = devices.choose_dtype(settings, device)
    samples = as_sample(real, device, dtype), as_sample(fake, device, dtype)
    require_one_shape(*samples)
    with devices.surroundings(settings, device):
        trainee = CriticTrainee.of(settings, samples, critic)
        rows = run(trainee, settings, journal or Journal())
    return TrainedCritic(trainee.part.critic.eval(), rows, settings)


@dataclass(frozen=True)
class CriticTrainee(Trainee):
    """A critic with its optimiser, and the two samples that its batches come from."""

    settings: CriticSettings
    part: CriticPart
    batches: Minibatches | FixedPair
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @classmethod
    def of(cls, settings: CriticSettings, samples: tuple[Sample, Sample], critic: nn.Module | None) -> "CriticTrainee":
        """Everything as it is before the first step."""
        real, fake = samples
        device = real.points.device
        rng = generator(settings.seed, "data", device)
        if settings.batch is not None:
            part = CriticPart.of(settings, real, critic)
            return cls(settings, part, Minibatches(real, fake, batch=settings.batch, rng=rng), device)
        pair = FixedPair(real, fake, rng=rng)
        part = CriticPart.of(settings, real, critic, pair=pair)
        return cls(settings, part, pair, device)

    def advance(self, step: int) -> Numbers:
        """One step of the critic's optimiser."""
        self.part.set_step(step)
        batches = self.batches.draw()
        weights = self.batches.weights if isinstance(self.batches, FixedPair) else None
        return self.part.descend(batches, loss_of(self.settings), weights)

    def state(self) -> State:
        """Critic, optimiser, regulariser, and all generators of random numbers."""
        everywhere = named("random.", devices.global_states(self.device))
        return {**self.part.state(), **self.batches.state(), **everywhere}

    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""
        self.part.load(state)
        self.batches.load(state)
        devices.set_global_states(part_of(state, "random."), self.device)

    def weights(self) -> list[Tensor]:
        """The critic's."""
        return list(self.part.critic.state_dict().values())
