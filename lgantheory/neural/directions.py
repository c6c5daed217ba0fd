"""Which way a critic sends the generated samples, against the way of the exact optimum; and scores on fresh samples.

Where a fake point has one tight partner, every optimal discriminator that has a gradient there has the same one: k
times the unit vector to the partner. Where it has several in all of them, none is differentiable and there is nothing
to compare with; such points are counted and left out. Partners of one optimum that others do not have are not counted:
where optima are many, as for WGANs, one of them inside their set is asked, not a vertex.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array, QueryPoints
from lgantheory.envelopes import steepest_slope
from lgantheory.measures import DiscreteMeasure
from lgantheory.neural.evaluation import Evaluated, FunctionCritic
from lgantheory.neural.optimal_sets import central
from lgantheory.problem import Solution

# Queries of a critic that is only a function, for central differences of all its gradients. Above, they are left out.
QUERIES = 400_000


@dataclass(frozen=True)
class Directions:
    """Cosines between a critic's gradient and the exact direction at fake points that send mass.

    * ``cosine``: their mean, weighted by the mass that each point sends; 0 for points without gradient. None where
      there is nothing to compare, for the ``reason`` given;
    * ``points``: how many single directions were compared; ``flat`` of them have no gradient;
    * ``ties``: points with several exact directions; ``unforced``: points whose direction the certificate leaves open;
    * ``share``: mass sent by the points compared, of all mass sent;
    * ``steepness``: mean of ``|grad f| / k*``, weighted likewise.

    Source: LGAN paper, Theorem 3, at the singly tight points, where its hypothesis can hold at the sample itself.
    """

    cosine: float | None
    points: int = 0
    flat: int = 0
    ties: int = 0
    unforced: int = 0
    share: float = 0.0
    steepness: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class OutOfSample:
    """A critic on samples that were not used to train it, n of them fake and m real.

    * ``w1``: exact W1 between the fresh samples;
    * ``estimate``: ``(E_real f - E_fake f) / k`` with k the critic's steepest slope on them: never more than ``w1``;
    * ``cosine``, ``squared_error``: with a known potential u, over the fresh fake points, in L2:
      ``<grad f, grad u> / (|grad f| |grad u|)`` and ``E |grad f - grad u|^2``;
    * ``mean_cosine``: the mean over points of the cosine at each.

    ``cosine`` and ``squared_error`` are scores as in "Kantorovich strikes back" (arXiv 2206.07767), by these formulas.
    """

    n: int
    m: int
    w1: float
    estimate: float
    cosine: float | None = None
    squared_error: float | None = None
    mean_cosine: float | None = None


def exact_directions(f: Evaluated, exact: Solution) -> Directions:
    """Compare a critic with the exact direction at every fake point that sends mass and has one."""
    problem = exact.problem
    sent = exact.support_flow.outflow[: problem.n]
    sending = np.flatnonzero((sent > 0.0) & problem.alive[: problem.n])
    if len(sending) == 0 or exact.k == 0.0:
        return Directions(None, reason="no mass is sent: the exact optimum is constant")
    found = central(exact).gradient(problem.fake.points[sending])
    ties, unforced = int(found.ties.sum()), int(np.sum(~found.single & ~found.ties))
    single, mass = sending[found.single], sent[sending[found.single]]
    if len(single) == 0:
        return Directions(None, ties=ties, unforced=unforced, reason="no fake point has a single exact direction")
    if isinstance(f, FunctionCritic) and 2 * len(single) * problem.points.shape[1] > QUERIES:
        return Directions(
            None, ties=ties, unforced=unforced, reason="too many queries of a critic that gives no gradients"
        )
    gradients = f.gradients(problem.fake.points[single])
    cosines, sizes = _cosines(gradients, found.vectors[found.single])
    share = mass / mass.sum()
    return Directions(
        float(share @ cosines),
        len(single),
        int(np.sum(sizes == 0.0)),
        ties,
        unforced,
        share=float(mass.sum() / sent[sending].sum()),
        steepness=float(share @ sizes / exact.k),
    )


def _cosines(gradients: QueryPoints, targets: QueryPoints) -> tuple[Array, Array]:
    """Cosines row by row, 0 where a row of either is 0; and the norms of the gradients."""
    sizes, norms = np.linalg.norm(gradients, axis=1), np.linalg.norm(targets, axis=1)
    known = (sizes > 0.0) & (norms > 0.0)
    unit = gradients / np.where(known, sizes, 1.0)[:, None]  # first, so that no product underflows
    wanted = targets / np.where(known, norms, 1.0)[:, None]
    return np.where(known, np.sum(unit * wanted, axis=1), 0.0), sizes


def out_of_sample(
    f: Evaluated,
    real: DiscreteMeasure,
    fake: DiscreteMeasure,
    *,
    potential_gradient: Callable[[QueryPoints], QueryPoints] | None = None,
) -> OutOfSample:
    """Score a critic on fresh samples, and against the gradient of a known potential: points (p, d) to (p, d)."""
    from lgantheory.solvers.transport import wasserstein

    points = np.concatenate([fake.points, real.points])
    values = f.values(points)
    k, rise = steepest_slope(points, values), real.weights @ values[fake.size :] - fake.weights @ values[: fake.size]
    estimate = float(rise) / k if k > 0.0 else 0.0
    scores: dict[str, float] = {}
    if potential_gradient is not None:
        scores = _against(f.gradients(fake.points), np.asarray(potential_gradient(fake.points), float), fake.weights)
    return OutOfSample(fake.size, real.size, wasserstein(real, fake).value, estimate, **scores)


def _against(gradients: QueryPoints, targets: QueryPoints, weights: Array) -> dict[str, float]:
    inner = float(weights @ np.sum(gradients * targets, axis=1))
    norms = [float(np.sqrt(weights @ np.sum(g * g, axis=1))) for g in (gradients, targets)]
    return {
        "cosine": inner / (norms[0] * norms[1]) if min(norms) > 0.0 else 0.0,
        "squared_error": float(weights @ np.sum((gradients - targets) ** 2, axis=1)),
        "mean_cosine": float(weights @ _cosines(gradients, targets)[0]),
    }
