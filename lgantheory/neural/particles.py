r"""A generator without a network against a critic without a network: fake points that climb the exact discriminator.

The value V of the exact problem depends on where the fake points are: the nearer to the real ones, the higher, since no
critic can then tell them apart. By Danskin's theorem its gradient is that of the dual with the optimal flow held fixed,

    dV/dx_i = k sum_j flow_ij (y_j - x_i) / |y_j - x_i| ,

so a point that sends mass moves along the mean, by its flow, of the steepest directions of f*: what f* would have as
its gradient at x_i, where it has one. A generator that minimises ``-f`` moves its samples just so. Each problem starts
from the solution of the one before.

Source: LGAN paper, section 2 (Theorems 2 and 3); the flow of particles is ours.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lgantheory.arrays import Array
from lgantheory.errors import InvalidParameter
from lgantheory.losses import Loss, parse_loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.neural.logs import Journal, Row
from lgantheory.neural.settings import ParticleSettings
from lgantheory.neural.training import Numbers, State, Trainee, run
from lgantheory.solvers import optimal_discriminator
from lgantheory.solvers.transport import wasserstein


@dataclass
class ParticleTrainee(Trainee):
    """Fake points, the real ones, and the last solution, which the next one starts from."""

    settings: ParticleSettings
    real: DiscreteMeasure
    loss: Loss
    points: Array
    solution: Any = field(default=None)

    def advance(self, step: int) -> Numbers:
        """Solve, record, move; after a checkpoint the solver starts from nothing, as a resumed run must."""
        settings = self.settings
        fake = DiscreteMeasure(self.points)
        start = None if (step - 1) % settings.checkpoint_every == 0 else self.solution
        found = optimal_discriminator(self.real, fake, self.loss, settings.lam, start=start)
        self.solution = found
        w1 = float(wasserstein(self.real, fake).value)
        self.points = self.points + settings.step_size * directions(found)
        numbers = {"objective": found.primal, "k": found.k, "gap": found.gap, "w1": w1}
        return {name: torch.tensor(float(value), dtype=torch.float64) for name, value in numbers.items()}

    def state(self) -> State:
        """The points; nothing here is random any more."""
        return {"points": torch.from_numpy(self.points.copy())}

    def load(self, state: State) -> None:
        """Put back what ``state`` gave."""
        self.points = state["points"].numpy().copy()

    def weights(self) -> list[Tensor]:
        """The points."""
        return [torch.from_numpy(self.points)]


def directions(solution: Any) -> Array:
    """For each fake point k times the mean unit vector towards the real points that it sends mass to, (n, d).

    Zero where a point sends none: it stays.
    """
    problem, flow = solution.problem, solution.flow.tocoo()
    fakes, reals = flow.coords
    steps = problem.real.points[reals] - problem.fake.points[fakes]
    lengths = np.linalg.norm(steps, axis=1)
    share = np.where(lengths > 0.0, flow.data / np.where(lengths > 0.0, lengths, 1.0), 0.0)
    sums, mass = np.zeros_like(problem.fake.points), np.zeros(problem.n)
    np.add.at(sums, fakes, share[:, None] * steps)
    np.add.at(mass, fakes, flow.data)
    return solution.k * sums / np.where(mass > 0.0, mass, 1.0)[:, None]


@dataclass(frozen=True)
class MovedParticles:
    """Where the fake points ended, (n, d), and the rows of the run: objective, k, gap and exact W1 at every step."""

    points: Array
    history: list[Row]
    settings: ParticleSettings


def move_particles(
    real: np.ndarray, settings: ParticleSettings, *, fake: np.ndarray | None = None, journal: Journal | None = None
) -> MovedParticles:
    """Let fake points climb the exact discriminator towards the real ones.

    Args:
        real: points (n, *shape), of which at most ``settings.reals`` are drawn.
        fake: where the particles start, (p, *shape), of which ``settings.particles`` are drawn; normal noise with the
            mean and deviation of all real coordinates unless given.

    Raises:
        InvalidParameter: fewer fake points than particles.
        UncertifiedSolution, UnsupportedLoss, NotAttained: as ``optimal_discriminator``.
    """
    rng = np.random.default_rng(settings.seed)
    reals = _drawn(_flat(real), settings.reals, rng)
    size = (settings.particles, reals.shape[1])
    start = (
        rng.normal(reals.mean(), reals.std(), size) if fake is None else _drawn(_flat(fake), settings.particles, rng)
    )
    if len(start) < settings.particles:
        raise InvalidParameter(
            f"got {len(start)} fake points for {settings.particles} particles; lower --set particles="
        )
    loss = parse_loss(settings.loss)
    if settings.loss_real is not None:
        loss = Loss.from_expressions(str(loss.fake.expression), settings.loss_real)
    trainee = ParticleTrainee(settings, DiscreteMeasure(reals), loss, start)
    rows = run(trainee, settings, journal or Journal())
    return MovedParticles(trainee.points, rows, settings)


def _flat(points: np.ndarray) -> Array:
    return np.asarray(points, dtype=np.float64).reshape(len(points), -1)


def _drawn(points: Array, count: int | None, rng: np.random.Generator) -> Array:
    """At most so many of them, without repetition."""
    if count is None or count >= len(points):
        return points
    return points[np.sort(rng.choice(len(points), count, replace=False))]
