"""What is timed: our solver as its users call it, and rivals that compute something comparable.

A contender is a frozen description, small enough to be sent to another process. ``prepared()`` makes the points, warms
up (code is compiled or loaded, lazy imports are done) and returns the call that goes under the stopwatch. The call
returns the relative gap that it ended with, the widest one where it solves several problems, infinity where nothing
was proved. The certificate is part of our time; the rivals that have none are not charged for one.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.distance import cdist

import lgantheory as lg
from benchmarks.points import Points
from lgantheory.errors import UncertifiedSolution
from lgantheory.losses import parse_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.problem import LipschitzProblem, Solution

# Most points on each side of the problem that a contender warms up on. Arbitrary: beyond the paths for tiny inputs.
WARM_UP = 500

# Pivots after which the network simplex gives up, as in ``lgantheory.solvers.transport``; its default is too few.
PIVOTS = 100_000_000

Call = Callable[[], float]
Pair = tuple[DiscreteMeasure, DiscreteMeasure]


@dataclass(frozen=True, kw_only=True)
class Contender(ABC):
    """Something that can be prepared before the stopwatch starts.

    Args:
        points: the samples; one call takes those of ``count`` seeds from ``points.seed`` on, one after the other.
    """

    points: Points
    count: int = 1

    @property
    @abstractmethod
    def name(self) -> str:
        """What the table calls it."""

    @abstractmethod
    def call(self) -> Call:
        """The work, ready to be timed."""

    @property
    def problems(self) -> int:
        """How many problems one call solves; times are per problem."""
        return self.count

    @property
    def warm_up(self) -> int:
        """Most points on each side to warm up on."""
        return WARM_UP

    def prepared(self) -> Call:
        """The work, ready to be timed, after one turn on fewer points."""
        _ = replace(self, points=self.points.fewer(self.warm_up)).call()()
        return self.call()

    def pairs(self) -> list[Pair]:
        """``(real, fake)`` for each seed."""
        seeds = range(self.points.seed, self.points.seed + self.count)
        return [replace(self.points, seed=seed).samples() for seed in seeds]


@dataclass(frozen=True, kw_only=True)
class Transport(Contender):
    """``ot.emd`` with its distance matrix: W1 between the same samples, the easier problem, by network simplex."""

    @property
    def name(self) -> str:
        """The function's name."""
        return "ot.emd"

    def call(self) -> Call:
        """One plan for each pair."""
        pairs = self.pairs()
        return lambda: max(plan_gap(real, fake) for real, fake in pairs)


@dataclass(frozen=True, kw_only=True)
class Discriminator(Contender):
    """One solution for each pair of samples, by the solver named."""

    loss: str
    lam: float
    solver: str

    @property
    def name(self) -> str:
        """The solver's name."""
        return self.solver

    @property
    def warm_up(self) -> int:
        """The conic oracle compiles nothing, and takes seconds where others take milliseconds."""
        return 10 if self.solver == "conic" else WARM_UP

    def call(self) -> Call:
        """Each problem by a call of its own."""
        pairs, loss = self.pairs(), parse_loss(self.loss)
        return lambda: widest(self.solution(pair, loss) for pair in pairs)

    def solution(self, pair: Pair, loss: Loss) -> Solution | None:
        """With whatever gap was reached: the row is judged by it, so the solver need not be."""
        try:
            return lg.optimal_discriminator(*pair, loss, self.lam, solver=self.solver, gap=math.inf)
        except UncertifiedSolution as failure:
            return failure.solution


@dataclass(frozen=True, kw_only=True)
class Batch(Discriminator):
    """The same problems in one call of ``optimal_discriminators``."""

    def call(self) -> Call:
        """The problems are put together under the stopwatch too, as a user would do it."""
        pairs, loss = self.pairs(), parse_loss(self.loss)
        return lambda: gap_of(
            lambda: lg.optimal_discriminators([LipschitzProblem(*pair, loss, self.lam) for pair in pairs])
        )


@dataclass(frozen=True, kw_only=True)
class Warm(Discriminator):
    """A solution started from that of the points before they moved, at ``lam_before``."""

    lam_before: float

    @property
    def name(self) -> str:
        """Told apart from the same solver without a start."""
        return f"{self.solver}, warm"

    def call(self) -> Call:
        """The start is solved for outside the stopwatch."""
        loss = parse_loss(self.loss)
        before = replace(self, points=replace(self.points, moved=0.0), lam=self.lam_before)
        starts = [before.solution(pair, loss) for pair in before.pairs()]
        jobs = list(zip(self.pairs(), starts, strict=True))
        return lambda: widest(self.continued(pair, loss, start) for pair, start in jobs)

    def continued(self, pair: Pair, loss: Loss, start: Solution | None) -> Solution | None:
        """As ``solution``, with a start."""
        try:
            return lg.optimal_discriminator(*pair, loss, self.lam, solver=self.solver, gap=math.inf, start=start)
        except UncertifiedSolution as failure:
            return failure.solution


@dataclass(frozen=True, kw_only=True)
class Restarts(Discriminator):
    """Every lam of a path from the beginning, ending at ``lam``."""

    lams: tuple[float, ...]

    @property
    def problems(self) -> int:
        """One for each lam."""
        return len(self.lams) * self.count

    def call(self) -> Call:
        """A cold solution for each lam."""
        pairs, loss = self.pairs(), parse_loss(self.loss)
        stages = [replace(self, lam=lam) for lam in self.lams]
        return lambda: widest(stage.solution(pair, loss) for pair in pairs for stage in stages)


@dataclass(frozen=True, kw_only=True)
class Path(Restarts):
    """The same lams in one call of ``lambda_path``."""

    @property
    def name(self) -> str:
        """Told apart from the same solver without a path."""
        return f"{self.solver}, path"

    def call(self) -> Call:
        """One path for each pair."""
        pairs, loss = self.pairs(), parse_loss(self.loss)
        return lambda: max(
            (gap_of(lambda pair=pair: lg.lambda_path(*pair, loss, self.lams)) for pair in pairs), key=severity
        )


def gap_of(solve: Callable[[], list[Solution]]) -> float:
    """The widest gap of several solutions; that of the one refused, where one is."""
    try:
        return widest(solve())
    except UncertifiedSolution as failure:
        return widest([failure.solution])


def widest(solutions: Iterable[Solution | None]) -> float:
    """The gap farthest from zero, with its sign; infinite where there is no solution."""
    return max((math.inf if one is None else one.gap for one in solutions), key=severity)


def severity(gap: float) -> float:
    """A gap far below zero is as wrong as one far above, and a gap that is no number is the worst."""
    return math.inf if math.isnan(gap) else abs(gap)


def plan_gap(real: DiscreteMeasure, fake: DiscreteMeasure) -> float:
    """Relative difference between the cost of ``ot.emd``'s plan and of its dual variables; infinite if it gave up."""
    import ot

    d = cdist(fake.points, real.points)
    _, log = ot.emd(fake.weights, real.weights, d, numItermax=PIVOTS, numThreads=1, log=True)
    if log["warning"] is not None:
        return math.inf
    dual = float(np.dot(fake.weights, log["u"]) + np.dot(real.weights, log["v"]))
    return (float(log["cost"]) - dual) / max(1.0, abs(dual))
