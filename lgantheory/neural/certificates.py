"""How far any critic is from the exact optimum: in the objective's own unit, in values, in directions, in slope.

A critic is evaluated on the supports of both samples. There it is a discriminator like any other: with the slope k that
it has between support points it has an objective, and the exact flow bounds the optimal objective from below, so that
``primal - dual`` bounds what training has left undone. Nothing is assumed on how the critic came about.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lgantheory.arrays import Array, SupportValues
from lgantheory.envelopes import EPS
from lgantheory.errors import InvalidParameter
from lgantheory.losses import parse_loss
from lgantheory.losses.loss import Loss
from lgantheory.neural.directions import Directions, OutOfSample, exact_directions, out_of_sample
from lgantheory.neural.evaluation import Critic, Evaluated, evaluated, samples_of
from lgantheory.neural.lipschitz import LowerBound, UpperBound, lower_bound, upper_bound
from lgantheory.neural.optimal_sets import Distance, distance_to_optima
from lgantheory.neural.rescaling import Rescaled, best_rescaling
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.repair import ULPS


@dataclass(frozen=True)
class Identity:
    """A number that is 0 at the optimum, how far rounding may have moved it, and the size of the terms it sums."""

    residual: float
    error_bar: float
    scale: float


@dataclass(frozen=True, eq=False)
class CriticReport:
    """A critic beside the exact optimum of the same problem; see the properties for what is derived.

    * ``critic``: the critic's values on the support, paired with the exact flow: a certified pair like any other;
    * ``exact``: the exact solution; ``rescaled``: the best ``s f + t``, s >= 0, of the critic's shape;
    * ``distance``: to the set of optimal discriminators; ``directions``: cosines at singly tight fake points;
    * ``lower``, ``upper``: bounds of the critic's Lipschitz constant on the whole space, ``k <= lower.value``;
    * ``shift``: ``sum_v nu_v`` and ``virial``: ``sum_v nu_v f_v + 2 lam k^2``, with ``nu_v = w_v l_v'(f_v)``. Both are
      zero at the optimum: derivatives of the objective along the shift and the scale of f;
    * ``fresh``: scores on samples that the training has not seen, if any were given.

    Source: duality, README; the identities are the stationarity of an LGAN's objective (LGAN paper, eq. (3)) under
    f -> f + t and f -> (1 + t) f.
    """

    critic: Solution
    exact: Solution
    rescaled: Rescaled
    distance: Distance
    directions: Directions
    lower: LowerBound
    upper: UpperBound
    shift: Identity
    virial: Identity
    fresh: OutOfSample | None = None

    @property
    def k(self) -> float:
        """The critic's steepest slope between support points: what its objective is charged for."""
        return self.critic.k

    @property
    def primal(self) -> float:
        """J of the critic: ``E_fake fake(f) + E_real real(f) + lam k^2``."""
        return self.critic.primal

    @property
    def dual(self) -> float:
        """The lower bound of J* that the exact flow gives."""
        return self.critic.dual

    @property
    def gap(self) -> float:
        """``primal - dual >= J(f) - J* >= 0``, in the unit of the objective; negative by ``error_bar`` at most."""
        return self.primal - self.dual

    @property
    def relative_gap(self) -> float:
        """``gap / max(1, |J*|)``, with the exact solution's value for J*."""
        return self.gap / max(1.0, abs(self.exact.primal))

    @property
    def error_bar(self) -> float:
        """How far rounding may have moved the gap, both ways."""
        return self.critic.rounding

    @property
    def excess(self) -> tuple[float, float]:
        """An interval of ``J(f) - J*``: from below by the exact primal, from above by the gap; never negative."""
        low = self.primal - self.exact.primal - self.error_bar - self.exact.rounding
        return float(max(low, 0.0)), float(max(self.gap + self.error_bar, 0.0))

    @property
    def is_surely_not_optimal(self) -> bool:
        """Whether the excess is positive for certain; where it is not, nothing is decided."""
        return self.excess[0] > 0.0

    @property
    def gap_rescaled(self) -> float:
        """The gap after the best change of scale and shift: what is wrong with the critic's shape."""
        return self.rescaled.primal - self.dual

    def as_row(self) -> dict[str, Any]:
        """One flat row of a table: numbers, text and None."""
        p = self.critic.problem
        low, high = self.excess
        row: dict[str, Any] = {"loss": p.loss.name, "lam": p.lam, "n": p.n, "m": p.m, "d": p.real.dimension}
        row |= {"primal": self.primal, "dual": self.dual, "optimum": self.exact.primal}
        row |= {"gap": self.gap, "gap_error": self.error_bar, "relative_gap": self.relative_gap}
        row |= {"excess_low": low, "excess_high": high, "gap_rescaled": self.gap_rescaled}
        row |= {"rescaled_scale": self.rescaled.scale, "rescaled_shift": self.rescaled.shift}
        row |= {"k": self.k, "k_exact": self.exact.k, "k_lower": self.lower.value, "k_upper": self.upper.value}
        row |= {"k_product": self.upper.product, "k_lipsdp": self.upper.lipsdp, "k_reason": self.upper.reason}
        row |= _prefixed("distance", asdict(self.distance))
        row |= _prefixed("direction", asdict(self.directions))
        row |= _prefixed("identity_shift", asdict(self.shift)) | _prefixed("identity_virial", asdict(self.virial))
        return row if self.fresh is None else row | _prefixed("fresh", asdict(self.fresh))

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def _prefixed(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}_{key}": value for key, value in values.items()}


def certify_critic(  # noqa: PLR0913 (the call that users make; options are keyword-only)
    critic: Critic,
    real: Any,
    fake: Any,
    loss: Loss | str,
    lam: float,
    *,
    exact: Solution | None = None,
    fresh: tuple[Any, Any] | None = None,
    potential_gradient: Callable[[Array], Array] | None = None,
    rng: np.random.Generator | None = None,
) -> CriticReport:
    """Measure a critic against the exact optimal discriminator of ``E_fake fake(f) + E_real real(f) + lam k(f)^2``.

    Args:
        critic: a torch module (b, *shape) to (b,), or a function of arrays (p, d) to (p,). Networks are evaluated in
            float64 and in evaluation mode.
        real, fake: measures, or arrays or tensors of points; with more than two axes, those after the first are the
            shape of one sample.
        exact: the solution of this problem, if it is at hand; solved for otherwise.
        fresh: (real, fake) samples that were not trained on, for a score out of sample.
        potential_gradient: the gradient of a known optimal potential, points (p, d) to (p, d), for that score.
        rng: draws the places where slopes are looked for; the same ones every time by default.

    Raises:
        InvalidParameter: values that are not finite, an ``exact`` of another problem or with another penalty.
        UncertifiedSolution, UnsupportedLoss, NotAttained, InvalidMeasure: as ``optimal_discriminator``.
    """
    (real, shape), (fake, other) = samples_of(real), samples_of(fake)
    shape = shape or other
    exact = _solution(LipschitzProblem(real, fake, parse_loss(loss), lam), exact)
    problem = exact.problem
    f = evaluated(critic, real.dimension, shape)
    values = f.values(problem.points)
    pair = problem.certify(values, exact.support_flow, solver="critic")
    lower = lower_bound(critic, real.points, others=fake.points, shape=shape, rng=rng)
    return CriticReport(
        critic=pair,
        exact=exact,
        rescaled=best_rescaling(problem, values, pair.k),
        distance=distance_to_optima(values, exact),
        directions=exact_directions(f, exact),
        lower=lower if lower.value >= pair.k else LowerBound(pair.k, "pair", pair.k),
        upper=upper_bound(critic, shape or getattr(f, "shape", (real.dimension,))),
        shift=_identity(pair, np.ones_like(values), 0.0),
        virial=_identity(pair, values, 2.0 * problem.lam * pair.k**2),
        fresh=None if fresh is None else _fresh(f, fresh, potential_gradient),
    )


def _solution(problem: LipschitzProblem, exact: Solution | None) -> Solution:
    """The exact solution of the problem; a given one must be its own."""
    from lgantheory.solvers import optimal_discriminator

    if exact is None:
        return optimal_discriminator(problem.real, problem.fake, problem.loss, problem.lam)
    p = exact.problem
    same = p.loss == problem.loss and p.lam == problem.lam and p.penalty_kind is Kind.SQUARED
    for mine, theirs in ((problem.real, p.real), (problem.fake, p.fake)):
        same = same and np.array_equal(mine.points, theirs.points) and np.array_equal(mine.weights, theirs.weights)
    if not same:
        raise InvalidParameter(
            f"got an exact solution of another problem: {exact!r}; needed one of the same points in the same order, "
            f"loss {problem.loss.name!r}, lam = {problem.lam:g} and the squared penalty. Leave exact out to solve it."
        )
    return exact


def _fresh(f: Evaluated, fresh: tuple[Any, Any], gradient: Callable[[Array], Array] | None) -> OutOfSample:
    (real, _), (fake, _) = (samples_of(samples) for samples in fresh)
    return out_of_sample(f, real, fake, potential_gradient=gradient)


def _identity(pair: Solution, direction: SupportValues, charge: float) -> Identity:
    """``sum_v w_v l_v'(f_v) direction_v + charge``, at kinks the number of that interval nearest to zero.

    A value is at a kink when it is within its own rounding of one.
    """
    p, f = pair.problem, pair.f
    slopes, rounding = [], ULPS * EPS * (1.0 + np.abs(f))
    for side, at in enumerate((f - rounding, f + rounding)):
        slopes.append(np.concatenate([p.loss.fake.slopes(at[: p.n])[side], p.loss.real.slopes(at[p.n :])[side]]))
    ends = [p.weights * slope * direction for slope in slopes]
    ends = [np.where(p.alive, end, 0.0) for end in ends]
    low, high = (math.fsum([*pick(*ends).tolist(), charge]) for pick in (np.minimum, np.maximum))
    residual = low if low > 0.0 else min(high, 0.0)
    scale = float(np.maximum(*(np.abs(end) for end in ends)).sum()) + charge
    return Identity(residual, ULPS * EPS * scale, scale)


# ---------------------------------------------------------------------------------------------------------------------
# The report as text


def _lines(report: CriticReport) -> list[str]:
    p, (low, high) = report.critic.problem, report.excess
    undecided = "" if report.is_surely_not_optimal else "  UNDECIDED: optimal up to the certificate's accuracy"
    s, d = report.rescaled, report.distance
    sizes = f"{p.n} fake and {p.m} real points in R^{p.real.dimension}"
    return [
        f"Critic against the exact optimum: {p.loss.name}, lam = {p.lam:g}, {sizes}",
        f"  objective      J(f) = {report.primal:.12g},  exact J* = {report.exact.primal:.12g}",
        f"  gap            {report.gap:.6e} +- {report.error_bar:.1e}   (relative {report.relative_gap:.3e})",
        f"  J(f) - J*      in [{low:.6e}, {high:.6e}]{undecided}",
        f"  its shape      {report.gap_rescaled:.6e} left by the best scale {s.scale:.6g} and shift {s.shift:.6g}",
        f"  distance       {d.nearest:.6e} to a function optimal up to {d.nearest_error:.1e}",
        f"                 to every optimum in [{d.low:.6e}, {d.high:.6e}]",
        f"  direction      {_direction(report.directions)}",
        f"  slope          {report.lower.value:.9g} ({report.lower.where}) <= k(f) <= {_upper(report.upper)}",
        f"                 {report.k:.9g} on the support; exact k* = {report.exact.k:.9g}",
        f"  identities     shift {_of(report.shift)},  virial {_of(report.virial)}",
        *([] if report.fresh is None else [_out_of_sample(report.fresh)]),
    ]


def _direction(found: Directions) -> str:
    counted = f"{found.ties} ties and {found.unforced} unforced left out"
    if found.cosine is None:
        return f"none: {found.reason} ({counted})"
    share = f"{found.share:.1%} of the mass sent"
    return f"cosine {found.cosine:.9f} over {found.points} single directions, {share}; {counted}"


def _upper(bound: UpperBound) -> str:
    if bound.value is None:
        return f"unknown: {bound.reason}"
    sdp = "none" if bound.lipsdp is None else f"{bound.lipsdp:.9g}"
    return f"{bound.value:.9g} (product {bound.product:.9g}, LipSDP {sdp})"


def _of(identity: Identity) -> str:
    return f"{identity.residual:.3e} +- {identity.error_bar:.1e} of {identity.scale:.3g}"


def _out_of_sample(score: OutOfSample) -> str:
    known = "" if score.cosine is None else f";  cosine {score.cosine:.6f}, squared error {score.squared_error:.6g}"
    return f"  out of sample  (E_real f - E_fake f) / k = {score.estimate:.6g} of W1 = {score.w1:.6g}{known}"
