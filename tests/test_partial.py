"""Hinges solved by partial transport: closed forms, the conic oracle, linear programs, and every degeneracy at hand."""

import math

import cvxpy
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.spatial.distance import cdist

import lgantheory as lg
from lgantheory.errors import InvalidParameter, UncertifiedSolution, UnsupportedLoss
from lgantheory.losses import parse_loss
from lgantheory.losses.loss import Loss, LossFunction
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers import partial, solve
from lgantheory.symbolic import T
from tests.strategies import measure_pairs, moderate_lams

EPS = float(np.finfo(float).eps)


def hinge(p: float, alpha: float, q: float, beta: float) -> Loss:
    """``p max(0, t + alpha)`` and ``q max(0, beta - t)`` with conjugates in closed form, which are fast and exact."""
    fake, real = _multiple(p, alpha), _multiple(q, beta).mirrored()
    return Loss(f"{p} hinge({alpha}), {q} hinge({beta})", fake=fake, real=real)


def _multiple(slope: float, shift: float) -> LossFunction:
    return LossFunction(
        expression=sympy.Rational(slope) * sympy.Max(0, T + sympy.Rational(shift)),
        value=lambda t: slope * np.maximum(0.0, t + shift),
        derivative=lambda t: np.where(t > -shift, slope, 0.0),
        right_derivative=lambda t: np.where(t >= -shift, slope, 0.0),
        second_derivative=np.zeros_like,
        conjugate=lambda s: np.where((s >= 0.0) & (s <= slope), 0.0 - shift * s, np.inf),
        conjugate_domain=(0.0, slope),
        cvxpy_atoms=lambda expr: slope * cvxpy.pos(expr + shift),
        is_smooth=False,
    )


HINGES = [
    parse_loss("hinge"),
    parse_loss("hinge(0.1)"),
    hinge(2.0, 0.5, 2.0, 0.5),
    hinge(1.0, 1.0, 3.0, 0.5),
    hinge(5.0, -1.0, 1.0, 3.0),
]
WITHOUT_MARGIN = [parse_loss("hinge(0)"), hinge(1.0, -1.0, 1.0, 0.5)]

wide_lams = st.floats(-6.0, 6.0).map(lambda power: float(f"{10.0**power:.2g}"))


def solved(real: DiscreteMeasure, fake: DiscreteMeasure, loss: Loss, lam: float) -> Solution:
    return solve(LipschitzProblem(real, fake, loss, lam), solver="partial")


def assert_closed(s: Solution) -> None:
    """Primal and dual meet: every height of f is off by at most 8 units in the last place of what it is made from.

    That is kinks, values and k d. The weights of a side sum to one, and a loss multiplies a height by its slope.
    """
    sides = partial.hinges(s.problem)
    assert sides is not None
    sizes = [np.abs(s.f).max(), s.k * s.problem.distances.max(), *(abs(side.kink) for side in sides)]
    assert abs(s.primal - s.dual) <= 8.0 * EPS * sum(side.slope for side in sides) * max(sizes)


def assert_same_slope(a: Solution, b: Solution) -> None:
    """The intervals that the gap leaves for the optimal k have a point in common."""
    ends = [s.problem.penalty.enclosure(s.problem.cost(s.support_flow), s.error) for s in (a, b)]
    assert max(low for low, _ in ends) <= min(high for _, high in ends)


def test_the_helpers_can_fail() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    problem = LipschitzProblem(real, fake, HINGES[0], 1.0)
    assert_closed(problem.certify(np.array([-0.25, 0.25]), np.array([[1.0]])))
    with pytest.raises(AssertionError):
        assert_closed(problem.certify(np.array([-0.25, 0.25 - 1e-6]), np.array([[1.0]])))  # J is flat at its minimum
    other = solve(LipschitzProblem(real, fake, HINGES[0], 1.01))
    with pytest.raises(AssertionError):
        assert_same_slope(solve(problem), other)


# --- what is known in closed form -------------------------------------------------------------------------------------


@given(
    st.sampled_from(HINGES + WITHOUT_MARGIN),
    st.floats(-3.0, 3.0).map(lambda power: 10.0**power),
    wide_lams,
)
def test_two_points(loss: Loss, d: float, lam: float) -> None:
    """All mass M = min(p, q) earns A - k d >= 0: k* = min(A / d, M d / (2 lam)) and J* = lam k^2 + M (A - k d)."""
    sides = partial.hinges(LipschitzProblem(DiscreteMeasure([d]), DiscreteMeasure([0.0]), loss, lam))
    assert sides is not None
    margin, mass = max(sides[1].kink - sides[0].kink, 0.0), min(side.slope for side in sides)
    s = solved(DiscreteMeasure([d]), DiscreteMeasure([0.0]), loss, lam)
    k = min(margin / d, mass * d / (2.0 * lam))
    assert s.k == pytest.approx(k, rel=8 * EPS)
    assert s.primal == pytest.approx(lam * k * k + mass * (margin - k * d), abs=8 * EPS * mass * margin)
    assert_closed(s)


def test_a_fake_point_without_a_partner() -> None:
    """Hinge(1), P_r = delta_0, P_g = (delta_1 + delta_3) / 2, lam = 1/3: k = 3/4, f(0) = 1, f(1) = 1/4, J* = 13/16."""
    s = solved(DiscreteMeasure([0.0]), DiscreteMeasure([1.0, 3.0]), HINGES[0], 1.0 / 3.0)
    assert s.k == pytest.approx(0.75, rel=4 * EPS)
    assert s.f_real.tolist() == pytest.approx([1.0], rel=4 * EPS)
    assert s.f_fake[0] == pytest.approx(0.25, rel=16 * EPS)
    assert -1.25 <= s.f_fake[1] <= -1.0
    assert s.primal == pytest.approx(13.0 / 16.0, rel=4 * EPS)
    assert s.flow.toarray() == pytest.approx(np.array([[0.5], [0.0]]), abs=4 * EPS)


def test_more_real_mass_than_needed_leaves_nothing_to_move() -> None:
    """P_g = delta_0, P_r = (delta_0 + delta_1) / 2: the real mass at 0 meets the fake one for slope 2, not 1.9."""
    fake, real = DiscreteMeasure([0.0]), DiscreteMeasure([0.0, 1.0])
    s = solved(real, fake, hinge(1.0, 1.0, 2.0, 1.0), 1.0)
    assert s.k == 0.0
    assert s.f.tolist() == [1.0, 1.0, 1.0]
    assert s.primal == 2.0 == s.dual
    moved = solved(real, fake, hinge(1.0, 1.0, 1.875, 1.0), 1.0)
    assert moved.k == 0.0625 / 2.0  # 1/16 of the fake mass finds no partner at 0


@given(measure_pairs(), wide_lams, st.sampled_from(WITHOUT_MARGIN))
def test_without_a_margin_a_constant_costs_nothing(
    measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float, loss: Loss
) -> None:
    s = solved(*measures, loss, lam)
    assert s.k == 0.0
    assert s.primal == 0.0 == s.dual
    assert s.flow.nnz == 0


def test_with_the_least_margin_something_moves() -> None:
    """The twin: from A = 0 to A = 1/8 the slope leaves zero."""
    s = solved(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), hinge(1.0, -1.0, 1.0, 1.125), 1.0)
    assert s.k == 0.125
    assert s.flow.nnz == 1


# --- against other routes ---------------------------------------------------------------------------------------------


@given(measure_pairs(), moderate_lams, st.sampled_from(HINGES))
def test_the_conic_oracle_agrees(measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float, loss: Loss) -> None:
    """Both certify an interval [dual, primal] that contains J*; the oracle's is wide, ours is a point."""
    ours = solved(*measures, loss, lam)
    assert_closed(ours)
    oracle = solve(ours.problem, solver="conic")
    bar = ours.rounding + oracle.rounding
    assert oracle.dual - bar <= ours.primal <= oracle.primal + bar
    assert_same_slope(ours, oracle)


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 7), st.sampled_from((0.2, 1.0, 3.0, 30.0)))
def test_a_plan_earns_what_a_linear_program_finds(seed: int, n: int, m: int, kappa: float) -> None:
    rng = np.random.default_rng(seed)
    d = cdist(rng.integers(0, 5, (n, 2)), rng.integers(0, 5, (m, 2)))
    d /= d.max() or 1.0
    supply, demand = rng.random(n), rng.random(m)
    transport = partial.PartialTransport(d, supply, demand)
    sums = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    exact = linprog((kappa * d - 1.0).ravel(), A_ub=sums, b_ub=np.concatenate([supply, demand]), method="highs")
    for answer in (transport.best(kappa), transport.refined(transport.best(kappa))):
        plan = answer.plan
        assert plan.earns(kappa) == pytest.approx(-exact.fun, abs=1e-9)  # HiGHS promises 1e-7 and does far better
        assert plan.mass == pytest.approx(plan.amount.sum(), rel=1e-14)
        assert plan.cost == pytest.approx(float(plan.amount @ d[plan.s, plan.t]), rel=1e-14)
        above, below = transport.heights(answer)
        assert supply @ above + demand @ below == pytest.approx(-exact.fun, abs=1e-9)
        assert np.all(above[:, None] + below[None, :] >= 1.0 - kappa * d - 1e-9)


@pytest.mark.parametrize("lam", [1e2, 1e6, 1e12])
def test_where_all_mass_moves_the_slope_is_that_of_the_wasserstein_gan(lam: float) -> None:
    """With k d < A on every pair nothing stays at home: 2 lam k = W1, as for linear losses, to the last digits."""
    rng = np.random.default_rng(3)
    real, fake = DiscreteMeasure(rng.normal(size=(30, 2))), DiscreteMeasure(rng.normal(size=(40, 2)) + 1.0)
    s = solved(real, fake, HINGES[0], lam)
    assert s.k == pytest.approx(lg.wasserstein(real, fake).value / (2.0 * lam), rel=1e-13)
    assert np.abs(s.f).max() <= 2.0 * s.k * s.problem.distances.max()  # f is near 0, not near a kink
    assert_closed(s)


def test_masses_that_add_up_only_but_for_rounding_stay_within_their_limits() -> None:
    """All mass moves, and 54 times the double next to 1/54 is not one: what is left over may not burden one point."""
    rng = np.random.default_rng(0)
    light = 10.0 ** rng.uniform(-12.0, 0.0, 8)
    real, fake = (
        DiscreteMeasure(rng.normal(size=(54, 2))),
        DiscreteMeasure(rng.normal(size=(8, 2)), light / light.sum()),
    )
    s = solved(real, fake, HINGES[0], 1e6)
    assert_closed(s)
    assert np.all(np.asarray(s.flow.sum(axis=0)) <= real.weights * (1.0 + 16 * EPS))


@given(measure_pairs(), wide_lams)
def test_a_scaled_loss_is_the_loss_at_another_lam(
    measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float
) -> None:
    """max(0, 2 t + 1) = 2 max(0, t + 1/2), so J* doubles and k stays when lam does not double with it."""
    twice = solved(*measures, hinge(2.0, 0.5, 2.0, 0.5), lam)
    once = solved(*measures, parse_loss("hinge(0.5)"), lam / 2.0)
    assert twice.primal == pytest.approx(2.0 * once.primal, abs=twice.rounding + 2.0 * once.rounding + 4 * EPS)
    assert_same_slope(twice, once)


def test_a_constant_comes_on_top() -> None:
    real, fake = DiscreteMeasure([0.0, 1.0]), DiscreteMeasure([0.5, 4.0])
    plain = solved(real, fake, HINGES[0], 0.3)
    raised = solved(real, fake, Loss.from_expressions("max(2, t + 3)"), 0.3)
    assert raised.k == plain.k
    assert raised.primal == pytest.approx(plain.primal + 4.0, abs=8 * EPS)


@given(measure_pairs(), wide_lams)
def test_real_and_fake_change_places(measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float) -> None:
    """With real(t) = fake(-t) the problem is the same after f -> -f."""
    real, fake = measures
    here, there = solved(real, fake, HINGES[0], lam), solved(fake, real, HINGES[0], lam)
    assert here.primal == pytest.approx(there.primal, abs=16 * EPS)
    assert_same_slope(here, there)


@pytest.mark.parametrize("factor", [2.0**-27, 2.0**27])
@settings(max_examples=10)
@given(measures=measure_pairs(), lam=moderate_lams, loss=st.sampled_from(HINGES))
def test_lengths_and_lam_scale_together(
    factor: float, measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float, loss: Loss
) -> None:
    """From 1e-8 to 1e8 no bit changes: the solver works in the network's unit, and the factor is a power of two."""
    here = solved(*measures, loss, lam)
    there = solved(measures[0].scaled(factor), measures[1].scaled(factor), loss, lam * factor**2)
    assert there.f.tolist() == here.f.tolist()
    assert there.k * factor == here.k


# --- degeneracies -----------------------------------------------------------------------------------------------------


@given(measure_pairs(most=8), wide_lams, st.sampled_from(HINGES + WITHOUT_MARGIN))
def test_the_gap_closes_on_shared_repeated_and_light_points(
    measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float, loss: Loss
) -> None:
    assert_closed(solved(*measures, loss, lam))


@pytest.mark.parametrize("lam", [1e-6, 1e-3, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("loss", HINGES, ids=lambda loss: loss.name)
def test_the_gap_closes_on_extremes(loss: Loss, lam: float) -> None:
    rng = np.random.default_rng(7)
    light = 10.0 ** -np.arange(0.0, 13.0)
    cases = [
        (rng.normal(size=(1, 2)), None, rng.normal(size=(20, 2)), None),
        (rng.normal(size=(13, 2)), light / light.sum(), rng.normal(size=(13, 2)), None),
        (np.repeat(np.eye(3), 4, axis=0), None, np.tile(np.eye(3), (3, 1)), None),
        (rng.normal(size=(9, 3072)), None, rng.normal(size=(7, 3072)), None),
        (np.array([0.0, 1e-8, 1.0]), None, np.array([1e-8, 2.0]), None),
        (np.zeros((3, 2)), None, np.zeros((2, 2)), None),
    ]
    for y, b, x, a in cases:
        assert_closed(solved(DiscreteMeasure(y, b), DiscreteMeasure(x, a), loss, lam))


@pytest.mark.parametrize(("n", "m"), [(100, 100), (150, 70)])
def test_sums_and_prices_hold_to_the_last_bits_on_more_points(n: int, m: int) -> None:
    """The simplex alone leaves 1e-13 in both, and the gap with it."""
    rng = np.random.default_rng(2)
    d = cdist(rng.normal(size=(n, 2)), rng.normal(size=(m, 2)))
    transport = partial.PartialTransport(d / d.max(), np.full(n, 1.0 / n), np.full(m, 1.0 / m))
    first = transport.best(0.3)
    answer = transport.refined(first)
    for plan in (first.plan, answer.plan):
        assert np.bincount(plan.s, plan.amount, n) == pytest.approx(transport.supply, rel=16 * EPS)
        assert np.bincount(plan.t, plan.amount, m) == pytest.approx(transport.demand, rel=16 * EPS)
    costs = partial.SLOWEST * transport.d
    slack = costs - answer.rows[1:, None] - answer.columns[None, 1:]
    assert slack.min() >= -2 * EPS
    assert slack[answer.plan.s, answer.plan.t].max() <= 2 * EPS
    s = solved(DiscreteMeasure(rng.normal(size=(m, 2)) + 1.0), DiscreteMeasure(rng.normal(size=(n, 2))), HINGES[0], 0.1)
    assert abs(s.gap) <= 4 * EPS


def test_slopes_far_apart_do_not_spoil_the_masses() -> None:
    """Real points of slope 1 among fakes of slope 10^9, whose mass has no end: only the real side is used up."""
    rng = np.random.default_rng(4)
    real, fake = DiscreteMeasure(rng.normal(size=(12, 2))), DiscreteMeasure(rng.normal(size=(9, 2)))
    s = solved(real, fake, hinge(1e9, 0.0, 1.0, 1.0), 1e-3)
    assert_closed(s)
    taken = np.asarray(s.flow.sum(axis=0))
    served = s.f_real < 1.0 - 1e-9
    assert served.any()
    assert taken[served] == pytest.approx(real.weights[served], rel=1e-13)
    assert np.all(taken <= real.weights * (1.0 + 16 * EPS))


# --- what it says -----------------------------------------------------------------------------------------------------


def test_hinges_are_recognised_in_any_form_and_solved_by_it() -> None:
    real, fake = DiscreteMeasure([0.0, 1.0]), DiscreteMeasure([2.0, 3.0])
    expected = {
        "hinge": (-1.0, 1.0),
        "max(0, 4*t + 1)": (-0.25, 4.0),
        "(abs(t + 1) + t + 1)/2": (-1.0, 1.0),
        "max(1, t + 2)/2": (-1.0, 0.5),
        "max(0, t + 1, t + sqrt(2))": (-math.sqrt(2.0), 1.0),
    }
    for text, (kink, slope) in expected.items():
        problem = LipschitzProblem(real, fake, parse_loss(text), 0.5)
        assert partial.hinges(problem) == (partial.Hinge(kink, slope), partial.Hinge(-kink, slope))
        s = lg.optimal_discriminator(real, fake, text, 0.5)
        assert s.solver == "partial"
        assert_closed(s)


@pytest.mark.parametrize(
    ("fake", "real"),
    [
        ("log(1 + exp(t))", None),
        ("t", None),
        ("(t + 1)**2", None),
        ("t + max(0, t)", None),
        ("max(0, t)**2", None),
        ("max(0, t, 2*t - 1)", None),
        ("max(0, -t)", None),
        ("max(0, t + 1)", "log(1 + exp(-t))"),
        ("max(0, t + 1)", "abs(t)"),
    ],
)
def test_other_losses_are_refused_by_a_sentence(fake: str, real: str | None) -> None:
    problem = LipschitzProblem(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), Loss.from_expressions(fake, real), 1.0)
    with pytest.raises(UnsupportedLoss, match=r"needs a multiple of max\(0, t \+ alpha\) as fake loss, and of max"):
        _ = solve(problem, solver="partial")


def test_other_penalties_are_refused_and_left_to_the_oracle() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    problem = LipschitzProblem(real, fake, HINGES[0], 0.1, penalty_kind=Kind.ONE_SIDED)
    with pytest.raises(UnsupportedLoss, match=r"needs the squared penalty.*conic"):
        _ = solve(problem, solver="partial")
    assert solve(problem).solver == "conic"


def test_scales_beyond_float64_are_refused() -> None:
    loss = parse_loss("hinge(1e-90)")
    with pytest.raises(InvalidParameter, match="Rescale lam or the points"):
        _ = solved(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), loss, 1e-20)


def test_a_simplex_that_stops_early_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    real, fake = DiscreteMeasure(rng.normal(size=(30, 2))), DiscreteMeasure(rng.normal(size=(30, 2)))
    _ = solved(real, fake, HINGES[0], 0.1)
    monkeypatch.setattr(partial, "PIVOTS", 3)
    with pytest.raises(UncertifiedSolution, match="network simplex stopped early"):
        _ = solved(real, fake, HINGES[0], 0.1)


def test_a_search_cut_short_returns_an_honest_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    real, fake = DiscreteMeasure(rng.normal(size=(30, 2))), DiscreteMeasure(rng.normal(size=(30, 2)) + 1.0)
    best = solved(real, fake, HINGES[0], 0.01)
    assert abs(best.gap) <= 4 * EPS
    monkeypatch.setattr(partial, "ROUNDS", 2)
    short = solved(real, fake, HINGES[0], 0.01)
    assert short.gap > 1e-6
    assert short.dual <= best.primal <= short.primal
    with pytest.raises(UncertifiedSolution) as refused:
        _ = lg.optimal_discriminator(real, fake, HINGES[0], 0.01, solver="partial")
    assert refused.value.solution is not None
    assert refused.value.solution.gap == short.gap
