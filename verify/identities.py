r"""Identities and bounds that every optimal discriminator obeys; each is a different route to the same numbers.

With nu_v = w_v loss'(f*_v) the net force at a support point, W1 the distance of the samples and a the balance point:

* shift      sum_v nu_v = 0;
* virial     sum_v nu_v f*_v = -2 lam k^2;
* W1         2 lam k = W1(nu+, nu-) = W1(fake'(f*) P_g, -real'(f*) P_r);
* T4         D = fake(a) + real(a) - J* is at most fake'(a)^2 W1^2 / (4 lam), with equality for the Wasserstein GAN; at
most
             what the unrestricted discriminator reaches; and for softplus at least (W1^2 / 4) / (4 lam + diam^2 / 4);
* T5         k <= fake'(a) W1 / (2 lam), with equality for linear losses; for softplus k >= (W1 / 2) / (4 lam + diam^2
/ 4);
* T6         closed forms for one fake point at distance d of one real point, s = d^2 / (4 lam);
* T7         J*(lam; c X) = J*(lam / c^2; X), and k scales by 1/c;
* envelope   J*(lam) is concave with slope k(lam)^2: for h > 0, k(lam + h)^2 <= (J*(lam + h) - J*(lam)) / h <= k(lam)^2.

At a kink of the loss the force is an interval, and where that is wide the answer is UNDECIDED. The first three follow
from stationarity in a shift, in a scaling, and from the optimality of the flow. All error bars come from the intervals
that contain every optimal f*.

Source: the stationarity conditions of the LGAN objective, slides eq. (3); LGAN paper, section 3.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import root_scalar
from scipy.special import lambertw

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.measures import DiscreteMeasure, distinct_places
from lgantheory.penalties import Kind
from lgantheory.problem import Solution
from lgantheory.solvers.pointwise import unrestricted_discriminator
from lgantheory.solvers.transport import wasserstein
from verify.command import main
from verify.evidence import EPS, RESOLUTION
from verify.instances import LGAN_LOSSES, Instance, instance, lgan_losses, random_instances

SHIFT = "the forces sum to zero"
VIRIAL = "the forces weighted by f* sum to -2 lam k^2"
NET_TRANSPORT = "2 lam k is the W1 distance from the pulled to the pushed mass"
GROSS_TRANSPORT = "2 lam k is the W1 distance from fake'(f*) P_g to -real'(f*) P_r"
GAIN_ABOVE = "the gain over the constant is at most fake'(a)^2 W1^2 / (4 lam)"
GAIN_POINTWISE = "the gain over the constant is at most that of the unrestricted discriminator"
GAIN_BELOW = "softplus: the gain is at least (W1^2 / 4) / (4 lam + diam^2 / 4)"
SLOPE_ABOVE = "k is at most fake'(a) W1 / (2 lam)"
SLOPE_BELOW = "softplus: k is at least (W1 / 2) / (4 lam + diam^2 / 4)"
LINEAR_SLOPE = "linear losses: k equals fake'(a) W1 / (2 lam)"
TWO_POINTS = "two points: the slope is the closed form"
SCALED_VALUE = "J* is unchanged when lengths are scaled by c and lam by c^2"
SCALED_SLOPE = "k scales by 1 / c when lengths are scaled by c and lam by c^2"
CONCAVE = "J*(lam) rises no faster than k(lam)^2"
ENVELOPE = "J*(lam) rises at least as fast as k(lam + h)^2"

# Lengths are scaled by this and lam is raised by this share; both arbitrary, exact in binary.
SCALE = 8.0
RAISE = 0.25


def instances(request: Request) -> Iterator[Instance]:
    """Random problems, and for each loss one with a fake and a real point."""
    losses = lgan_losses(request, LGAN_LOSSES)
    yield from random_instances(request, losses)
    if request.data is None:
        extra = [] if request.loss is not None else ["least_squares"]
        for loss in [*losses, *extra]:
            yield instance([0.0], [1.0], loss, 1.0 if request.lam is None else request.lam)


def checks(case: Instance) -> list[Check]:
    solution = case.solution
    forces = Forces(solution)
    found = [forces.shift(), forces.virial(), *forces.transport()]
    if case.penalty is Kind.SQUARED:
        found += [*_bounds(case), *_two_points(case)]
        found += [*_envelope(case)]
    found += _scaling(case)
    return found


class Forces:
    """The net force at every support point, as intervals over all optimal f*."""

    def __init__(self, solution: Solution) -> None:
        problem, box = solution.problem, solution.enclosure
        self.solution, self.alive = solution, problem.alive
        # an infinite interval (linear losses) is cut at f itself: the slope is the same everywhere
        low, high = (np.where(np.isfinite(end), end, solution.f) for end in (box.lower, box.upper))
        self.f, self.low, self.high = solution.f, low, high
        self.force = np.where(self.alive, problem.weights * problem.derivatives(solution.f), 0.0)
        ends = [np.where(self.alive, problem.weights * problem.derivatives(end), 0.0) for end in (low, high)]
        self.bar = np.abs(ends[1] - ends[0]) + 8.0 * EPS * np.abs(self.force)
        self.unit = RESOLUTION * max(float(np.abs(self.force).sum()), EPS)

    def shift(self) -> Check:
        return Check(SHIFT, abs(float(self.force.sum())), float(self.bar.sum()), self.unit)

    def virial(self) -> Check:
        s = self.solution
        reach = np.maximum(np.abs(self.low), np.abs(self.high))
        bar = float(self.bar @ reach + (np.abs(self.force) + self.bar) @ (self.high - self.low))
        k_bar = s.problem.lam * abs(s.enclosure.k_upper**2 - s.enclosure.k_lower**2) * 2.0
        value = float(self.force @ self.f) + 2.0 * s.problem.lam * s.k**2
        unit = RESOLUTION * (float(np.abs(self.force) @ np.abs(self.f)) + 2.0 * s.problem.lam * s.k**2)
        return Check(VIRIAL, abs(value), bar + k_bar, max(unit, RESOLUTION * bar))

    def transport(self) -> Iterator[Check]:
        """Both forms of the W1 identity; the plan is computed anew from the forces, on their own support."""
        p, s = self.solution.problem, self.solution
        reach = float(p.support_distances.max())
        bar = float(self.bar.sum()) * reach + 2.0 * p.lam * (s.enclosure.k_upper - s.enclosure.k_lower)
        slack = 16.0 * EPS * reach * float(np.abs(self.force).sum())
        unit = RESOLUTION * max(2.0 * p.lam * s.k, self.unit * reach, EPS)
        places, net = _by_place(p.points, self.force)
        yield Check(NET_TRANSPORT, abs(2.0 * p.lam * s.k - _distance(places, net, places, -net)), bar + slack, unit)
        if p.loss.is_monotone:
            up, down = self.force[: p.n], -self.force[p.n :]
            gross = _distance(p.points[: p.n], up, p.points[p.n :], down)
            yield Check(GROSS_TRANSPORT, abs(2.0 * p.lam * s.k - gross), bar + slack, unit)


def _by_place(points: Array, mass: Array) -> tuple[Array, Array]:
    places, index = distinct_places(points)
    return places, np.bincount(index, mass, len(places))


def _distance(x: Array, supply: Array, y: Array, demand: Array) -> float:
    """W1 between two masses given by their positive parts, whose totals agree up to the error bar of the forces."""
    supply, demand = np.maximum(supply, 0.0), np.maximum(demand, 0.0)
    total = float(supply.sum())
    if total == 0.0 or float(demand.sum()) == 0.0:
        return 0.0
    fake, real = DiscreteMeasure(x, supply / total), DiscreteMeasure(y, demand / demand.sum())
    return total * wasserstein(real, fake).value


def _bounds(case: Instance) -> Iterator[Check]:
    """T4 and T5."""
    solution, problem, a = case.solution, case.problem, case.loss.balance_point or 0.0
    w1 = wasserstein(case.real, case.fake).value
    slope, box = float(case.loss.fake.derivative(a)), solution.enclosure
    level = float(case.loss.fake(a) + case.loss.real(a))
    gain, bar = level - solution.primal, solution.error + 8.0 * EPS * abs(level)
    most, steepest = (slope * w1) ** 2 / (4.0 * case.lam), slope * w1 / (2.0 * case.lam)
    k_bar = box.k_upper - box.k_lower + 8.0 * EPS * steepest
    bar += 16.0 * EPS * most
    unit, k_unit = RESOLUTION * max(most, abs(level), EPS), RESOLUTION * max(steepest, k_bar)
    yield Check(GAIN_ABOVE, gain - most, bar, unit)
    yield Check(SLOPE_ABOVE, solution.k - steepest, k_bar, k_unit)
    if case.loss.fake.is_linear and case.loss.real.is_linear:
        yield Check(LINEAR_SLOPE, abs(solution.k - steepest), k_bar, k_unit)
    free = unrestricted_discriminator(case.real, case.fake, case.loss)
    if np.isfinite(free.value):
        yield Check(GAIN_POINTWISE, free.value - solution.primal, bar, unit)
    if case.loss.name == "softplus":
        room = 4.0 * case.lam + float(problem.support_distances.max()) ** 2 / 4.0
        yield Check(GAIN_BELOW, 0.25 * w1**2 / room - gain, bar, unit)
        yield Check(SLOPE_BELOW, 0.5 * w1 / room - solution.k, k_bar, k_unit)


def _root(function: Callable[[float], float], upper: float) -> float:
    """The root in [0, upper] to the last bit or so."""
    return float(root_scalar(function, bracket=(0.0, upper), method="brentq", xtol=1e-15, rtol=4.0 * EPS).root)


# Heights t = f*(real) = -f*(fake) of the two-point problem as functions of s = d^2 / (4 lam); k = 2 t / d.
CLOSED_FORMS: dict[str, Callable[[float], float]] = {
    "wasserstein": lambda s: s,
    "exponential": lambda s: float(lambertw(s).real),
    "softplus": lambda s: _root(lambda t: t * (1.0 + np.exp(t)) - s, max(1.0, s)),
    "sqrt": lambda s: _root(lambda t: t - s * (1.0 - t / np.hypot(1.0, t)), max(1.0, s)),
    # minimise 2 (1 - t)^2 + lam (2 t / d)^2: t (1 + 1 / (2 s)) = 1
    "least_squares": lambda s: 2.0 * s / (2.0 * s + 1.0),
}


def _two_points(case: Instance) -> Iterator[Check]:
    if case.fake.size != 1 or case.real.size != 1 or case.loss.name not in CLOSED_FORMS:
        return
    d, box = float(case.problem.distances[0, 0]), case.solution.enclosure
    if d == 0.0:
        return
    k = 2.0 * CLOSED_FORMS[case.loss.name](d**2 / (4.0 * case.lam)) / d
    yield Check(TWO_POINTS, abs(case.solution.k - k), box.k_upper - box.k_lower + 64.0 * EPS * k, RESOLUTION * k)


def _scaling(case: Instance) -> Iterator[Check]:
    solution = case.solution
    lam = case.lam if "lam_scales" in case.without else case.lam * SCALE**2
    other = Instance(case.real.scaled(SCALE), case.fake.scaled(SCALE), case.loss, lam, case.kind, case.penalty).solution
    unit = RESOLUTION * max(1.0, abs(solution.primal))
    yield Check(SCALED_VALUE, abs(other.primal - solution.primal), other.error + solution.error, unit)
    boxes = solution.enclosure, other.enclosure
    bar = boxes[0].k_upper - boxes[0].k_lower + SCALE * (boxes[1].k_upper - boxes[1].k_lower)
    unit = RESOLUTION * max(solution.k, bar / RESOLUTION if solution.k == 0.0 else 0.0)
    yield Check(SCALED_SLOPE, abs(SCALE * other.k - solution.k), bar, unit)


def _envelope(case: Instance) -> Iterator[Check]:
    solution, h = case.solution, RAISE * case.lam
    other = Instance(case.real, case.fake, case.loss, case.lam + h, case.kind).solution
    rise, bar = other.primal - solution.primal, other.error + solution.error
    bars = [h * (s.enclosure.k_upper**2 - s.enclosure.k_lower**2) for s in (solution, other)]
    unit = RESOLUTION * max(h * solution.k**2, bar + max(bars))
    yield Check(CONCAVE, rise - h * solution.k**2, bar + bars[0], unit)
    yield Check(ENVELOPE, h * other.k**2 - rise, bar + bars[1], unit)


CLAIM = Claim(
    ref="identities",
    statement=r"\sum\nu = 0,\ \sum\nu f^* = -2\lambda k^2,\ 2\lambda k = W_1(\nu^+, \nu^-); "
    r"bounds, closed forms, scaling, dJ^*/d\lambda = k^2",
    source="stationarity of slides eq. (3); LGAN paper, section 3",
    hypotheses={
        "squared_penalty": "the penalty is lam * k^2",
        "lam_scales": "lam is multiplied by c^2 when lengths are multiplied by c",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="squared_penalty",
            instance=lambda: instance([1.0], [0.0], "softplus", 0.1, penalty=Kind.LINEAR),
            check=VIRIAL,
            witness="softplus with lam * k, lam 0.1, fake 0, real 1: the forces weighted by f* sum to -lam k",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: instance([1.0], [0.0], "softplus", 0.1, penalty=Kind.LINEAR),
            check=SCALED_VALUE,
            witness="the same: lam * k scales with c, not with c^2",
        ),
        Break(
            drops="lam_scales",
            instance=lambda: instance([1.0], [0.0], "softplus", 1.0, without=frozenset({"lam_scales"})),
            check=SCALED_VALUE,
            witness="softplus, fake 0, real 1, lengths times 8 with lam left at 1: J* falls from 1.327 to 0.504",
        ),
    ),
    settles=("lgan T2", "lgan T4", "lgan T5", "lgan T6", "lgan T7", "P1", "P2", "P4"),
)

if __name__ == "__main__":
    main((CLAIM,))
