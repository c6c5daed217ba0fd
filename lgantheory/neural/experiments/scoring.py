"""What a comparison says of one critic: its certificate, and a few ratios that can be set side by side."""

import math
import time
from typing import Any

import numpy as np

from lgantheory.neural.certificates import certify_critic
from lgantheory.neural.evaluation import Critic, Evaluated, evaluated
from lgantheory.neural.experiments.problems import Problem
from lgantheory.problem import LipschitzProblem, Solution

Row = dict[str, Any]

LINEAR = "wasserstein"
"""The loss whose optimum the benchmark's W1 and gradients are about."""


def scored(critic: Critic, problem: Problem, exact: Solution, *, aims_at_one: bool) -> Row:
    """The certificate of one critic, and what is made of it; a number that does not exist is None.

    * ``shape_left``: the share of ``J(best constant) - J*`` that the best multiple and shift of the critic leaves: 0
      for the optimum's shape, 1 for a critic that is of no more use than a constant;
    * ``k_error``: ``k / k* - 1`` on the support; for a critic that ``aims_at_one``, ``k - 1``;
    * ``arc_cosine``, ``arcs``: see ``_along_arcs``;
    * ``w1_share``: ``(E_real f - E_fake f) / k`` on fresh samples over their exact W1, with k the critic's slope there:
      at most 1 for any critic whatsoever;
    * ``population_*``: see ``_population``.
    """
    posed = exact.problem
    start = time.perf_counter()
    gradient = problem.directions(posed.loss.name)
    report = certify_critic(
        critic,
        posed.real,
        posed.fake,
        posed.loss,
        posed.lam,
        exact=exact,
        fresh=problem.fresh,
        potential_gradient=gradient,
    )
    f = evaluated(critic, posed.real.dimension)
    return {
        **report.as_row(),
        "shape_left": _ratio(report.gap_rescaled, _constant(posed) - exact.primal),
        "k_error": _error(report.k, 1.0 if aims_at_one else exact.k),
        **_along_arcs(f, exact),
        "w1_share": None if report.fresh is None else _ratio(report.fresh.estimate, report.fresh.w1),
        **(_population(f, problem, 1.0 if aims_at_one else report.lower.value) if posed.loss.name == LINEAR else {}),
        "certify_seconds": time.perf_counter() - start,
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0.0 else None


def _error(value: float, wanted: float) -> float | None:
    return value / wanted - 1.0 if wanted > 0.0 else None


def _constant(problem: LipschitzProblem) -> float:
    """The objective of the best constant; NaN where there is none."""
    best = problem.loss.balance_point
    return math.nan if best is None else problem.primal(np.full(problem.n + problem.m, best), 0.0)


def _along_arcs(f: Evaluated, exact: Solution) -> Row:
    """The mean cosine, by mass, between grad f halfway along each arc that carries mass and the arc's direction.

    There every optimal discriminator of every loss is differentiable, with the gradient ``k*`` times that direction:
    it is squeezed between two cones (LGAN paper, Theorem 3, inside the segment). So it is 1 for all of them, also where
    they are many and where points have several partners. A point where the critic is flat counts as 0.
    """
    flow, points = exact.support_flow, exact.problem.points
    moves = points[flow.t] - points[flow.s]
    lengths = np.linalg.norm(moves, axis=1)
    carries = (flow.mass > 0.0) & (lengths > 0.0)
    if exact.k == 0.0 or not carries.any():
        return {"arc_cosine": None, "arcs": 0}
    middle = 0.5 * (points[flow.s] + points[flow.t])[carries]
    gradients, units = f.gradients(middle), moves[carries] / lengths[carries, None]
    sizes = np.linalg.norm(gradients, axis=1)
    along = np.divide(np.sum(gradients * units, axis=1), sizes, out=np.zeros_like(sizes), where=sizes > 0.0)
    mass = flow.mass[carries]
    return {"arc_cosine": float(mass @ along / mass.sum()), "arcs": int(carries.sum())}


def _population(f: Evaluated, problem: Problem, unit: float) -> Row:
    """A critic of the linear loss against the population's u, by the benchmark's formulas, on fresh samples.

    * ``population_l2``: ``E_fake |grad f / unit - grad u|^2``;
    * ``population_estimate``: ``(E_real f - E_fake f) / unit``;
    * ``population_w1``, ``population_w1_error``: what the estimate should be.

    ``unit`` is 1 for methods that aim at slope one, as in the benchmark, and else the steepest slope that was seen. The
    cosine is ``fresh_cosine``.
    """
    if problem.fresh is None or problem.gradient is None or unit <= 0.0:
        return {}
    real, fake = problem.fresh
    difference = f.gradients(fake.points) / unit - problem.gradient(fake.points)
    rise = float(real.weights @ f.values(real.points) - fake.weights @ f.values(fake.points))
    return {
        "population_l2": float(fake.weights @ np.sum(difference**2, axis=1)),
        "population_estimate": rise / unit,
        "population_w1": problem.w1,
        "population_w1_error": problem.w1_error,
    }
