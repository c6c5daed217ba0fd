"""Proved bounds: against closed forms at fifty digits and in fractions, from good solutions and from bad ones."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lgantheory import directed
from lgantheory.errors import UncertifiedSolution, UnsupportedLoss
from lgantheory.exact import arcs_between, into_boxes, net_outflow, shares
from lgantheory.flows import Flow
from lgantheory.losses import get_loss, parse_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.rigorous import RigorousCertificate, certified, outward
from lgantheory.solvers import solve
from lgantheory.symbolic.balls import precision
from lgantheory.symbolic.fenchel import BITS, proved_conjugate
from tests.strategies import Drawn, lams, points, problems, weights

DIGITS = 50
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=10)

# What the bounds may be apart for a solution that is optimal to the last bit, relative to all terms of J together: a
# few units per rounding (a distance in d <= 3 dimensions takes three EPS, and enters J from both sides).
WIDTH = 64 * directed.EPS


def two_points(loss: Loss | str, distance: float, lam: float, **options) -> LipschitzProblem:
    """One fake point at 0, one real point at that distance."""
    loss = parse_loss(loss)
    return LipschitzProblem(DiscreteMeasure([distance]), DiscreteMeasure([0.0]), loss, lam, **options)


def assert_contains(bounds: tuple[float, float], truth) -> None:
    """The truth is a fraction, or a number of fifty digits."""
    exact = Fraction if isinstance(truth, Fraction) else mpmath.mpf
    assert exact(bounds[0]) <= truth <= exact(bounds[1])


def assert_contains_optimum(c: RigorousCertificate, value, k, f: list | None = None) -> None:
    assert_contains(c.value, value)
    assert_contains(c.k, k)
    for v, truth in enumerate(f or []):
        assert_contains((float(c.f[0][v]), float(c.f[1][v])), truth)


def rounded_costs(lam: float, spread: float) -> float:
    """What C^2 / (4 lam) may be where C should be 0: masses of rounding size over the spread of the points.

    Where points coincide, d <= 3 squares may have been lost besides, a TINY each.
    """
    return (WIDTH * spread) ** 2 / lam + directed.TINY / lam


def assert_as_close_as_float64(c: RigorousCertificate) -> None:
    """As narrow as the gap of float64 with its error bar, and what moving f onto the safe side of rounding costs.

    A value moves by a few units of ``|f| + k d``, and J by that times the steeper slope of its loss.
    """
    s, p = c.solution, c.solution.problem
    slopes = [np.abs(side) for loss, f in ((p.loss.fake, s.f_fake), (p.loss.real, s.f_real)) for side in loss.slopes(f)]
    steepness = p.fake.weights @ np.maximum(*slopes[:2]) + p.real.weights @ np.maximum(*slopes[2:])
    alive = p.weights > 0.0
    spread = float(np.ptp(p.points, axis=0).sum())
    moved = WIDTH * steepness * (float(np.abs(s.f[alive]).max()) + s.k * spread)
    assert c.value[1] - c.value[0] <= 2.0 * s.error + moved + rounded_costs(p.lam, steepness * spread)


def test_the_helper_can_fail() -> None:
    for bounds in ((0.0, 0.1), (0.2, 1.0)):
        with pytest.raises(AssertionError):
            assert_contains(bounds, Fraction(1, 7))
        with pytest.raises(AssertionError):
            assert_contains(bounds, mpmath.mpf(1) / 7)


# -- closed forms ----------------------------------------------------------------------------------------------------


def _softplus(t):
    return mpmath.log1p(mpmath.exp(t))


# Mirrored losses h on two points: f = -+t, k = 2 t / D, and J = 2 h(-t) + 4 lam t^2 / D^2.
TRANSCENDENTAL: dict[str, tuple[Callable, Callable]] = {
    "softplus": (_softplus, lambda t: 1 / (1 + mpmath.exp(-t))),
    "exponential": (mpmath.exp, mpmath.exp),
    "sqrt": (lambda t: t + mpmath.sqrt(t * t + 1), lambda t: 1 + t / mpmath.sqrt(t * t + 1)),
    "exp(t) + t": (lambda t: mpmath.exp(t) + t, lambda t: mpmath.exp(t) + 1),
    "log(1 + exp(2*t))/2 + exp(t)": (
        lambda t: _softplus(2 * t) / 2 + mpmath.exp(t),
        lambda t: 1 / (1 + mpmath.exp(-2 * t)) + mpmath.exp(t),
    ),
}


@pytest.mark.parametrize(("distance", "lam"), [(1.0, 1.0), (3.7, 0.05), (2.0**-20, 1e-12), (1e8, 1e15)])
@pytest.mark.parametrize("name", TRANSCENDENTAL)
def test_two_points_at_fifty_digits(name: str, distance: float, lam: float) -> None:
    h, slope = TRANSCENDENTAL[name]
    problem = two_points(name, distance, lam)
    solution = solve(problem)
    c = certified(solution)
    with mpmath.workdps(DIGITS):
        ratio = 4 * mpmath.mpf(lam) / mpmath.mpf(distance) ** 2
        t = mpmath.findroot(lambda t: ratio * t - slope(-t), float(solution.f_real[0]))
        assert_contains_optimum(c, 2 * h(-t) + ratio * t * t, 2 * t / distance, [-t, t])
    assert_as_close_as_float64(c)


def _rational_optimum(name: str, ratio: Fraction) -> tuple[Fraction, Fraction]:
    """``(t, J)`` for ``J = 2 h(-t) + ratio t^2``, ratio = 4 lam / D^2."""
    t = {"least_squares": 1 / (1 + ratio / 2), "hinge": min(Fraction(1), 1 / ratio), "wasserstein": 1 / ratio}[name]
    loss = {"least_squares": (1 - t) ** 2, "hinge": max(Fraction(0), 1 - t), "wasserstein": -t}[name]
    return t, 2 * loss + ratio * t * t


@pytest.mark.parametrize("name", ["least_squares", "hinge", "wasserstein"])
@given(power=st.integers(-27, 27), distance=st.floats(1.0, 2.0), lam=st.floats(0.125, 8.0))
@few
def test_two_points_in_fractions(name: str, power: int, distance: float, lam: float) -> None:
    """From 1e-8 to 1e8, with the optimum given by hand: any pair may be certified, whoever found it."""
    distance, lam = distance * 2.0**power, lam * 4.0**power
    t, value = _rational_optimum(name, 4 * Fraction(lam) / Fraction(distance) ** 2)
    k = 2 * t / Fraction(distance)
    flow = 2 * Fraction(lam) * k / Fraction(distance)
    problem = two_points(name, distance, lam)
    c = certified(problem.certify(np.array([-float(t), float(t)]), np.array([[float(flow)]]), k=float(k)))
    assert_contains_optimum(c, value, k)
    assert c.relative_width <= WIDTH
    if name == "least_squares":
        assert_contains_optimum(c, value, k, [-t, t])


def test_the_two_witnesses_of_the_score_table_are_exact() -> None:
    """P_r at 0, P_g at 1 and 3, near lam = 1/3: k = 2 / (1 + 3 lam) for least squares, 1 / (4 lam) for hinge."""
    real, fake, lam = DiscreteMeasure([0.0]), DiscreteMeasure([1.0, 3.0]), Fraction(1 / 3)
    for name, k, value in (
        ("least_squares", 2 / (1 + 3 * lam), 4 * lam / (1 + 3 * lam)),
        ("hinge", 1 / (4 * lam), 1 - 1 / (16 * lam)),
    ):
        c = certified(solve(LipschitzProblem(real, fake, get_loss(name), float(lam))))
        assert_contains_optimum(c, value, k)
        assert_as_close_as_float64(c)


def _wasserstein(y: DiscreteMeasure, x: DiscreteMeasure) -> Fraction:
    """W1 on the line, exactly: the integral of |F - G|."""
    signed = [(Fraction(p), w) for p, w in zip(y.points[:, 0].tolist(), shares(y.weights), strict=True)]
    signed += [(Fraction(p), -w) for p, w in zip(x.points[:, 0].tolist(), shares(x.weights), strict=True)]
    signed.sort(key=lambda pair: pair[0])
    total, held = Fraction(0), Fraction(0)
    for (p, mass), (q, _) in pairwise(signed):
        held += mass
        total += abs(held) * (q - p)
    return total


@st.composite
def lines(draw: st.DrawFn) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    """(real, fake) on the line, near or far from the origin, with sums of weights that are not exactly 1."""
    offset, scale = draw(st.sampled_from((0.0, 1e6, -3e12))), draw(st.sampled_from((1e-8, 1e-3, 1.0, 1e8)))
    y, x = draw(points(1)) * scale + offset, draw(points(1)) * scale + offset
    return DiscreteMeasure(y, draw(weights(len(y)))), DiscreteMeasure(x, draw(weights(len(x))))


@given(lines(), lams)
def test_on_the_line_the_linear_loss_gives_minus_the_square_of_w1(
    measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float
) -> None:
    """The marginals must be met exactly here: the domain of the conjugate is one point."""
    real, fake = measures
    c = certified(solve(LipschitzProblem(real, fake, get_loss("wasserstein"), lam)))
    distance, exact = _wasserstein(real, fake), Fraction(lam)
    assert_contains_optimum(c, -(distance**2) / (4 * exact), distance / (2 * exact))
    # the terms of J are weights times values, and values go up to k times the diameter
    spread = float(np.ptp(np.concatenate([real.points, fake.points])))
    terms = float(distance**2 / (4 * exact)) + float(distance / (2 * exact)) * spread
    assert c.value[1] - c.value[0] <= WIDTH * terms + rounded_costs(lam, spread)


def test_a_linear_loss_with_sizes_that_have_no_common_binary_share() -> None:
    """500 against 501 equal weights sum to one only after an exact division; in float64 the totals differ."""
    x, y = np.arange(500.0), np.arange(501.0) + 0.5
    real, fake = DiscreteMeasure(y), DiscreteMeasure(x)
    problem = LipschitzProblem(real, fake, get_loss("wasserstein"), 1.0)
    k = float(_wasserstein(real, fake)) / 2.0
    north_west = arcs_between([*shares(fake.weights), *[-share for share in shares(real.weights)]])
    flow = np.zeros((500, 501))
    for i, j, mass in north_west:
        flow[i, j - 500] = float(mass)
    c = certified(problem.certify(np.concatenate([k * x, k * y]), flow, k=k))
    assert_contains(c.value, -(_wasserstein(real, fake) ** 2) / 4)
    assert c.relative_width <= 1e-10


def test_one_linear_side_fixes_half_of_the_problem() -> None:
    """fake = t, real = 2 softplus(-t): J* = 2 log 2 - D^2 / (4 lam), k = D / (2 lam), f = (-D k, 0)."""
    c = certified(solve(two_points(Loss.from_expressions("t", "2*log(1 + exp(-t))"), 1.5, 0.7)))
    with mpmath.workdps(DIGITS):
        lam = mpmath.mpf(0.7)
        assert_contains_optimum(c, 2 * mpmath.log(2) - 1.5**2 / (4 * lam), 1.5 / (2 * lam))
        assert_contains((float(c.f[0][1]), float(c.f[1][1])), mpmath.mpf(0))
    assert c.relative_width <= 1e-12


@pytest.mark.parametrize("lam", [0.0625, 1.0])
def test_a_kink_that_is_no_fraction(lam: float) -> None:
    """max(0, t + sqrt 2) on two points at distance 1: t = min(sqrt 2, 1 / (4 lam))."""
    with mpmath.workdps(DIGITS):
        root = mpmath.sqrt(2)
        t = min(root, 1 / (4 * mpmath.mpf(lam)))
        value = 2 * max(mpmath.mpf(0), root - t) + 4 * lam * t * t
        flow = min(1.0, 4 * lam * float(t))
        c = certified(
            two_points("max(0, t + sqrt(2))", 1.0, lam).certify(np.array([-float(t), float(t)]), np.array([[flow]]))
        )
        assert_contains_optimum(c, value, 2 * t)
    assert c.relative_width <= WIDTH


def test_equal_measures_cost_what_the_balance_point_costs() -> None:
    measure = DiscreteMeasure([0.0, 1.0, 5.0])
    c = certified(solve(LipschitzProblem(measure, measure, get_loss("softplus"), 1.0)))
    with mpmath.workdps(DIGITS):
        assert_contains_optimum(c, 2 * mpmath.log(2), mpmath.mpf(0), [mpmath.mpf(0)] * 6)
    assert c.relative_width <= WIDTH


@pytest.mark.parametrize("k", [1.25, 3.0])
def test_the_one_sided_penalty_charges_from_one_on(k: float) -> None:
    """fake = t, D = 1: k = 1 + 1 / (2 lam), J* = -1 - 1 / (4 lam)."""
    lam = 1.0 / (2.0 * (k - 1.0))
    problem = two_points("wasserstein", 1.0, lam, penalty_kind=Kind.ONE_SIDED)
    c = certified(problem.certify(np.array([0.0, k]), np.array([[1.0]]), k=k))
    assert_contains_optimum(c, -1 - 1 / (4 * Fraction(lam)), Fraction(k))
    assert c.relative_width <= WIDTH
    assert c.k[0] >= 1.0
    loose = certified(problem.certify(np.array([0.0, 0.1]), np.array([[1.0]]), k=0.1))
    assert_contains_optimum(loose, -1 - 1 / (4 * Fraction(lam)), Fraction(k))
    assert loose.k[0] < 1.0


# -- solutions that are not optimal ----------------------------------------------------------------------------------


def _spoiled(drawn: Drawn, seed: int) -> Solution:
    """A discriminator, a slope and a flow that have nothing to do with the problem or with each other."""
    rng, p = np.random.default_rng(seed), drawn.problem
    _, place = np.unique(p.points, axis=0, return_inverse=True)
    f = rng.normal(size=int(place.max()) + 1)[place.reshape(-1)] * 2.0
    size = p.n + p.m
    flow = rng.exponential(size=(size, size)) * (rng.random((size, size)) < 0.3) / size
    return Solution(p, f, float(rng.exponential()), Flow.from_matrix(flow, p.n, p.m))


@few
@given(problems(lam=lams), seeds)
def test_bounds_from_a_spoiled_solution_meet_those_from_a_good_one(drawn: Drawn, seed: int) -> None:
    """Both contain the optimal value, every optimal k and every optimal f."""
    good, poor = certified(solve(drawn.problem)), certified(_spoiled(drawn, seed))
    for a, b in ((good.value, poor.value), (good.k, poor.k)):
        assert max(a[0], b[0]) <= min(a[1], b[1])
    assert np.all(np.maximum(good.f[0], poor.f[0]) <= np.minimum(good.f[1], poor.f[1]))
    assert math.isfinite(poor.value[1])


@few
@given(problems(lam=lams))
def test_bounds_from_a_good_solution_are_close_and_hold_what_float64_found(drawn: Drawn) -> None:
    """The twin: what is proved is about as narrow as the float64 gap and its error bar."""
    s = solve(drawn.problem)
    c = certified(s)
    assert c.value[0] <= c.value[1]
    assert c.value[0] - s.rounding <= s.dual
    assert s.primal <= c.value[1] + s.rounding
    assert_as_close_as_float64(c)


@pytest.mark.parametrize("off", [1e-3, -1e-6])
@pytest.mark.parametrize("name", ["least_squares", "softplus"])
def test_a_flow_that_is_off_by_a_share_leaves_k_and_f_open_by_about_that_share(name: str, off: float) -> None:
    """The gap is the square of what is open: were the intervals linear in it, they would miss the optimum."""
    best = solve(two_points(name, 1.0, 1.0))
    true = certified(best)
    c = certified(best.problem.certify(best.f, best.support_flow.times(1.0 + off), k=best.k))
    assert c.k[0] <= true.k[0]
    assert true.k[1] <= c.k[1] <= true.k[1] + 10.0 * abs(off)
    assert np.all(c.f[0] <= true.f[0])
    assert np.all(true.f[1] <= c.f[1])
    assert np.all(c.f[1] - c.f[0] <= 10.0 * abs(off))


def _exact_value(problem: LipschitzProblem, f: list[Fraction]) -> Fraction:
    """J in fractions: points on the line, a loss that is piecewise polynomial, k from all pairs."""
    h = {
        "wasserstein": lambda t: t,
        "least_squares": lambda t: (t + 1) ** 2,
        "hinge": lambda t: max(Fraction(0), t + 1),
    }
    x = [Fraction(p) for p in problem.points[:, 0].tolist()]
    pairs = [(v, u) for v in range(len(x)) for u in range(v) if x[v] != x[u]]
    k = max((abs(f[v] - f[u]) / abs(x[v] - x[u]) for v, u in pairs), default=Fraction(0))
    side = [1] * problem.n + [-1] * problem.m
    weight = shares(problem.fake.weights) + shares(problem.real.weights)
    loss = h[problem.loss.name]
    return sum((w * loss(s * v) for w, s, v in zip(weight, side, f, strict=True)), Fraction(problem.lam) * k * k)


@given(lines(), st.sampled_from(("wasserstein", "least_squares", "hinge")), lams, seeds)
def test_no_discriminator_is_better_than_the_lower_bound(
    measures: tuple[DiscreteMeasure, DiscreteMeasure], name: str, lam: float, seed: int
) -> None:
    """Any function, any flow, no rounding: J in fractions on one side, the proved bound on the other."""
    drawn = Drawn(*measures, get_loss(name), lam)
    s = _spoiled(drawn, seed)
    c = certified(s)
    assert Fraction(c.value[0]) <= _exact_value(drawn.problem, [Fraction(v) for v in s.f.tolist()])


def test_a_float_gap_of_zero_or_less_is_no_proof_and_the_bounds_are_in_order_nevertheless() -> None:
    """Rounding may show a dual above the primal; the proved bounds contain the optimum at fifty digits."""
    attacked = 0
    for lam in np.linspace(0.5, 2.0, 40).tolist():
        s = solve(two_points("exponential", 1.0, lam))
        if s.gap > 0.0:
            continue
        attacked += 1
        c = certified(s)
        with mpmath.workdps(DIGITS):
            ratio = 4 * mpmath.mpf(lam)
            t = mpmath.lambertw(1 / ratio).real
            assert_contains(c.value, 2 * mpmath.exp(-t) + ratio * t * t)
        assert c.value[0] < c.value[1]
    assert attacked >= 5


def test_a_value_that_the_neighbours_forbid_is_lowered_not_believed() -> None:
    """Two equal points with different values, and a slope that is too small: J is that of what k admits."""
    problem = LipschitzProblem(DiscreteMeasure([0.0, 1.0]), DiscreteMeasure([0.0, 2.0]), get_loss("softplus"), 1.0)
    best = certified(solve(problem))
    flow = solve(problem).support_flow
    for f, k in (([0.0, 0.0, 9.0, 9.0], 0.5), ([-1.0, 1.0, 1.0, -1.0], 0.0), ([0.0, 0.0, 9.0, 9.0], math.inf)):
        c = certified(Solution(problem, np.array(f), k, flow))
        assert c.value[1] >= best.value[0]
        assert c.value[0] <= best.value[1]
        assert math.isfinite(c.value[1]) == math.isfinite(k)


@pytest.mark.parametrize("name", ["hinge", "wasserstein"])
@pytest.mark.parametrize("excess", [1e-15, 1e-13, -1e-3])
def test_an_outflow_beyond_the_domain_is_repaired_exactly(name: str, excess: float) -> None:
    """Every slope is 1 at the optimum. Rows and columns above that are put back, whatever the excess is due to."""
    problem = LipschitzProblem(DiscreteMeasure([2.0, 3.0]), DiscreteMeasure([0.0, 1.0]), get_loss(name), 10.0)
    s = problem.certify(np.array([-0.1, 0.0, 0.1, 0.2]), np.eye(2) / 2.0, k=0.1)
    flow = np.diag([0.5 * (1.0 + excess), 0.5 * (1.0 - 2.0 * excess)])
    c = certified(Solution(problem, s.f, s.k, Flow.from_matrix(flow, 2, 2)))
    moved = 3.0 * abs(excess)  # mass that is added at most, over a distance of 3 at most, or changes a conjugate by 1
    assert abs(s.gap) <= WIDTH
    assert s.dual - moved * (s.k * 3.0 + 1.0) - WIDTH <= c.value[0] <= s.dual + WIDTH
    assert s.primal - WIDTH <= c.value[1] <= s.primal + WIDTH


def test_an_empty_flow_proves_what_a_constant_proves() -> None:
    """Slope 0 everywhere: softplus* (0) = 0 at the open end of its domain, so J* >= 0 and no more."""
    problem = two_points("softplus", 1.0, 1.0)
    c = certified(problem.certify(np.zeros(2), np.zeros((1, 1))))
    assert c.value[0] == 0.0
    assert c.k[0] == 0.0
    assert c.f[0][0] == pytest.approx(
        c.f[0][1] - c.k[1], abs=1e-12
    )  # from below the fake value is held by the real one alone


def test_weightless_points_bound_nothing() -> None:
    plain = certified(solve(two_points("softplus", 1.0, 1.0)))
    real, fake = DiscreteMeasure([1.0, 9.0], [1.0, 0.0]), DiscreteMeasure([0.0, -5.0], [1.0, 0.0])
    padded = certified(solve(LipschitzProblem(real, fake, get_loss("softplus"), 1.0)))
    assert padded.value == pytest.approx(plain.value, abs=1e-15)
    assert padded.f[0][1] == pytest.approx(padded.f[0][0] - 5.0 * padded.k[1], abs=1e-12)


def test_lengths_that_underflow_are_bounded_too() -> None:
    """At 1e-200 every square is 0 in float64; the bounds say that they know nothing, and are true."""
    problem = two_points("wasserstein", 1e-200, 1.0)
    c = certified(problem.certify(np.array([0.0, 1e-200]), np.array([[1.0]]), k=1.0))
    assert_contains(c.value, -(Fraction(1e-200) ** 2) / 4)


# -- refusals and words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.LINEAR, Kind.TARGET])
def test_other_penalties_are_refused(kind: Kind) -> None:
    problem = two_points("softplus", 1.0, 1.0, penalty_kind=kind)
    with pytest.raises(UnsupportedLoss, match=r"got the penalty '\w+'; needed one of 'squared', 'one-sided'"):
        _ = certified(Solution(problem, np.zeros(2), 0.0, Flow.from_matrix(np.zeros((1, 1)), 1, 1)))


def test_a_loss_that_is_not_convex_is_refused() -> None:
    problem = two_points("1/(1 + exp(-t))", 1.0, 1.0)
    with pytest.raises(UnsupportedLoss, match=r"not shown to be convex .* needed a convex one"):
        _ = certified(Solution(problem, np.zeros(2), 0.0, Flow.from_matrix(np.zeros((1, 1)), 1, 1)))


def test_a_slope_that_no_fraction_has_leaves_no_lower_bound() -> None:
    """pi t: its conjugate is finite at pi alone, and no exact mass meets that."""
    problem = two_points("pi*t", 1.0, 1.0)
    c = certified(problem.certify(np.array([0.0, math.pi / 2]), np.array([[math.pi]])))
    assert c.value[0] == -math.inf
    assert c.value[1] == pytest.approx(-(math.pi**2) / 4, rel=1e-12)
    assert c.relative_width == math.inf
    assert c.k == (0.0, math.inf)


def test_require_and_repr_say_what_is_proved() -> None:
    s = solve(two_points("softplus", 1.0, 1.0))
    c = certified(s)
    assert c.require(1e-12) is c
    with pytest.raises(UncertifiedSolution, match="needed 1e-20") as caught:
        _ = c.require(1e-20)
    assert caught.value.solution is s
    assert repr(c).startswith(f"<RigorousCertificate: {c.value[0]!r} <= J* <= {c.value[1]!r}, relative width ")
    assert [fact.split(":")[0] for fact in c.facts] == [
        "fake is convex", "real is convex", "fake never decreases", "real never increases"
    ]  # fmt: skip
    assert len(certified(solve(two_points("least_squares", 1.0, 1.0))).facts) == 2
    assert not math.isnan(certified(Solution(s.problem, s.f, math.inf, s.support_flow)).relative_width)


# -- the parts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [1, 2, 3, 64])
@pytest.mark.parametrize("spread", [1.0, 1e-13, 1e-160, 1e150])
def test_lengths_lie_between_their_bounds(d: int, spread: float) -> None:
    """In fractions: the squares of the bounds on both sides of the sum of squares."""
    rng = np.random.default_rng(d)
    centre = 1.0 if spread == 1e-13 else 0.0
    x, y = (centre + spread * rng.uniform(-1.0, 1.0, size=(6, d)) for _ in range(2))
    low, high = directed.pair_lengths(x, y)
    for i in range(6):
        for j in range(6):
            exact = sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(x[i].tolist(), y[j].tolist(), strict=True))
            assert Fraction(low[i, j]) ** 2 <= exact <= Fraction(high[i, j]) ** 2
    if spread != 1e-160:
        assert np.all(high - low <= (2 * math.ceil((d + 8) / 4) + 3) * directed.EPS * high)
    i, j = np.arange(6), np.arange(6) + 6
    for rows, pairs in zip(directed.arc_lengths(np.concatenate([x, y]), i, j), (low, high), strict=True):
        assert rows.tolist() == np.diag(pairs).tolist()


@given(seeds, st.sampled_from((0.0, 0.3, 7.0, 1e12)))
def test_envelopes_lie_between_their_bounds(seed: int, k: float) -> None:
    rng = np.random.default_rng(seed)
    x, y, values = rng.normal(size=(7, 1)), rng.normal(size=(5, 1)), rng.normal(size=7)
    low, high = directed.envelope(values, k, x, y)
    for j in range(5):
        at = Fraction(float(y[j, 0]))
        exact = min(
            Fraction(v) + Fraction(k) * abs(Fraction(p) - at)
            for v, p in zip(values.tolist(), x[:, 0].tolist(), strict=True)
        )
        assert Fraction(float(low[j])) <= exact <= Fraction(float(high[j]))
    assert np.all(high - low <= 16 * directed.EPS * (np.abs(values).max() + k * 10.0))


def test_envelopes_do_not_depend_on_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    x, y, values = rng.normal(size=(50, 2)), rng.normal(size=(9, 2)), rng.normal(size=50)
    whole = directed.envelope(values, 1.3, x, y)
    monkeypatch.setattr(directed, "BLOCK", 27)
    for a, b in zip(whole, directed.envelope(values, 1.3, x, y), strict=True):
        assert a.tolist() == b.tolist()


def test_costs_lie_between_their_bounds() -> None:
    rng = np.random.default_rng(1)
    mass, d = rng.exponential(size=40), rng.exponential(size=40)
    least, most = directed.cost(mass, d, d)
    exact = sum(Fraction(a) * Fraction(b) for a, b in zip(mass.tolist(), d.tolist(), strict=True))
    assert Fraction(least) <= exact <= Fraction(most)
    assert most - least <= 4 * directed.EPS * most


CONJUGATES: dict[str, tuple[Callable, list[Fraction]]] = {
    "softplus": (
        lambda s: s * mpmath.log(s) + (1 - s) * mpmath.log(1 - s),
        [Fraction(1, 10**30), Fraction(1, 3), Fraction(1, 2), 1 - Fraction(1, 10**20)],
    ),
    "exponential": (lambda s: s * mpmath.log(s) - s, [Fraction(1, 10**40), Fraction(1), Fraction(10**9, 7)]),
    "sqrt": (lambda s: -mpmath.sqrt(s * (2 - s)), [Fraction(1, 10**12), Fraction(1), Fraction(5, 3)]),
    "least_squares": (lambda s: s * s / 4 - s, [Fraction(-7, 3), Fraction(0), Fraction(10**9)]),
    "hinge": (lambda s: -s, [Fraction(0), Fraction(1, 3), Fraction(1)]),
    "hinge(0.1)": (lambda s: -s / 10, [Fraction(0), Fraction(1, 3), Fraction(1)]),
    "wasserstein": (lambda _: mpmath.mpf(0), [Fraction(1)]),
    "max(0, t + sqrt(2))": (lambda s: -s * mpmath.sqrt(2), [Fraction(0), Fraction(1, 3), Fraction(1)]),
    "t**2 + max(-t, 2*t)": (lambda _: mpmath.mpf(0), [Fraction(-1), Fraction(0), Fraction(2)]),
}


@pytest.mark.parametrize("name", CONJUGATES)
@pytest.mark.parametrize("near", [None, -3.0, 50.0])
def test_conjugates_are_bounded_from_above_and_closely(name: str, near: float | None) -> None:
    """Whatever the guess of the maximiser: at least the closed form, and at most that and 2^-60 of its terms."""
    loss = parse_loss(name)
    conjugate = proved_conjugate(loss.fake.expression)
    formula, slopes = CONJUGATES[name]
    with mpmath.workdps(DIGITS):
        for s in slopes:
            truth = formula(mpmath.mpf(s.numerator) / s.denominator)
            bound = conjugate.bound(s, 0.25 if near is None else near)
            assert bound is not None
            upper = _upper(bound)
            assert truth <= upper + mpmath.mpf(10) ** -45 * max(1, abs(truth))
            assert upper - truth <= mpmath.mpf(2) ** -60 * max(1, abs(truth))


def _upper(x: arb):
    with precision(BITS):
        mantissa, exponent = x.upper().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


@pytest.mark.parametrize(("name", "low", "high"), [("softplus", 0, 0), ("exponential", 0, None), ("sqrt", 0, 0)])
def test_conjugates_at_the_ends_of_their_domains(name: str, low: int, high: int | None) -> None:
    """No t has these slopes; the supremum is a limit. Beyond them nothing is claimed."""
    conjugate = proved_conjugate(get_loss(name).fake.expression)
    first, last = conjugate.domain
    assert first == 0
    for end, value in ((first, low), (last, high)):
        bound = None if end is None else conjugate.bound(end, 0.0)
        assert (end is None) == (value is None)
        assert bound is None or bound == value
    assert conjugate.bound(Fraction(-1, 100), 0.0) is None
    assert last is None or conjugate.bound(last + Fraction(1, 100), 0.0) is None


def test_an_unknown_end_of_a_domain_is_replaced_by_a_slope_that_is_attained() -> None:
    """t*atan(t) has slopes between -pi/2 and pi/2, which are no fractions."""
    conjugate = proved_conjugate(parse_loss("t*atan(t)").fake.expression)
    low, high = conjugate.domain
    assert low is not None
    assert high is not None
    with mpmath.workdps(DIGITS):
        quarter = mpmath.pi / 2
        assert -quarter < mpmath.mpf(low.numerator) / low.denominator < mpmath.mpf("-1.5707963")
        assert mpmath.mpf("1.5707963") < mpmath.mpf(high.numerator) / high.denominator < quarter
    bound = conjugate.bound(high, 0.0)
    assert bound is not None
    assert bound.is_finite()


@example(-2.0, 1e-18, -2.0)
@given(st.floats(-3.0, 3.0), st.floats(1e-18, 100.0), st.floats(-5.0, 5.0))
def test_level_sets_of_a_parabola(s: float, room: float, near: float) -> None:
    """(t + 1)^2 - s t <= level: centre s/2 - 1, radius sqrt(room) above the minimum."""
    conjugate = proved_conjugate(get_loss("least_squares").fake.expression)
    slope, centre = Fraction(s), Fraction(s) / 2 - 1
    level = (centre + 1) ** 2 - slope * centre + Fraction(room)
    given_level = arb(level.numerator) / level.denominator
    low, high = conjugate.level_set(slope, given_level, near)
    assert low is not None
    assert high is not None
    radius, guess = math.sqrt(room), abs(near - float(centre))
    # the level is a ball, and its width is room as well
    widest = math.sqrt(room + 2.0 * float(given_level.rad()))
    assert outward(low, -1) <= float(centre) - radius * (1 - 1e-12) + 1e-15
    assert outward(high, 1) >= float(centre) + radius * (1 - 1e-12) - 1e-15
    assert float(high.mid()) - float(low.mid()) <= 4.0 * (widest + guess)


def test_level_sets_at_a_kink_and_at_an_end() -> None:
    conjugate = proved_conjugate(get_loss("hinge").fake.expression)
    low, high = conjugate.level_set(Fraction(1, 4), arb(1) / 4 + arb(2) ** -20, -1.0)
    assert outward(low, -1) == pytest.approx(-1.0 - 4 * 2.0**-20, abs=1e-15)
    assert outward(high, 1) == pytest.approx(-1.0 + 2.0**-20 / 0.75, abs=1e-15)
    low, high = conjugate.level_set(Fraction(0), arb(2) ** -20, -1.0)
    assert low is None
    assert outward(high, 1) == pytest.approx(-1.0 + 2.0**-20, abs=1e-15)


def test_outward_rounds_away_from_the_ball() -> None:
    third = arb(1) / 3
    assert Fraction(outward(third, -1)) < Fraction(1, 3) < Fraction(outward(third, 1))
    assert math.nextafter(outward(third, -1), 1.0) >= 1 / 3
    assert (outward(arb(2), -1), outward(arb(2), 1)) == (2.0, 2.0)
    assert (outward(None, -1), outward(None, 1)) == (-math.inf, math.inf)
    huge = arb(10) ** 400
    assert (outward(huge, -1), outward(huge, 1)) == (float(np.finfo(float).max), math.inf)
    assert (outward(1 / huge, -1), outward(1 / huge, 1)) == (0.0, 5e-324)


@given(seeds, st.integers(2, 6))
def test_outflows_are_made_legal_exactly(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.exponential(size=(size, size)) * 10.0 ** rng.integers(-18, 2, size=(size, size))
    u = net_outflow(Flow.from_matrix(matrix, size // 2, size - size // 2))
    assert sum(u) == 0
    entries = [[Fraction(x) for x in row] for row in matrix.tolist()]
    assert u == [sum(entries[v]) - sum(row[v] for row in entries) for v in range(size)]
    boxes: list = [(None, Fraction(1, 3)), (Fraction(-1, 7), None), *[(Fraction(-1, 9), Fraction(1, 9))] * (size - 2)]
    legal = into_boxes(u, boxes, [Fraction(1)] * size)
    assert legal is not None
    assert sum(legal) == 0
    for x, (low, high) in zip(legal, boxes, strict=True):
        assert low is None or low <= x
        assert high is None or x <= high
    change = [new - old for new, old in zip(legal, u, strict=True)]
    arcs = list(arcs_between(change))
    assert all(mass > 0 for _, _, mass in arcs)
    net = [sum(m for s, _, m in arcs if s == v) - sum(m for _, t, m in arcs if t == v) for v in range(size)]
    assert net == change


def test_outflows_that_cannot_be_legal_are_told() -> None:
    one, zero = Fraction(1), Fraction(0)
    assert into_boxes([zero, zero], [(one, one), (-one, -one)], [one, one]) == [one, -one]
    assert into_boxes([zero, zero], [(one, one), (zero, zero)], [one, one]) is None
    assert into_boxes([zero, zero], [(one, zero), (zero, one)], [one, one]) is None
    heavy = into_boxes([zero] * 3, [(one, one), (None, None), (None, None)], [one, one / 9, one / 3])
    assert heavy == [one, zero, -one]
