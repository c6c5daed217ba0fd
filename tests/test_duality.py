"""The problem and its certificate: bounds for anything, equality at the optimum."""

import math
import tracemalloc

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, sparse

from lgantheory.envelopes import Cones
from lgantheory.errors import InvalidMeasure, InvalidParameter, UncertifiedSolution
from lgantheory.flows import Flow
from lgantheory.losses import get_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure, euclidean
from lgantheory.penalties import Kind, Penalty
from lgantheory.problem import LipschitzProblem
from lgantheory.solvers import optimal_discriminator, solve
from lgantheory.solvers.pointwise import unrestricted_discriminator
from lgantheory.solvers.transport import wasserstein
from tests.strategies import EVERY, MONOTONE, Drawn, lams, problems

# Two points at distance 1 with lam = 1: f* = -+t with t (1 + e^t) = 1/4.
SOFTPLUS_HEIGHT = float(mpmath.findroot(lambda t: t * (1 + mpmath.exp(t)) - 0.25, 0.1))

seeds = st.integers(0, 2**32 - 1)


def _some_f(drawn: Drawn, rng: np.random.Generator) -> np.ndarray:
    """Any function on the support: one value per place, so that its slope is finite."""
    p = drawn.problem
    _, place = np.unique(p.points, axis=0, return_inverse=True)
    return rng.normal(size=int(place.max()) + 1)[place.reshape(-1)] * 2.0


def _some_flow(drawn: Drawn, rng: np.random.Generator) -> np.ndarray:
    p = drawn.problem
    shape = (p.n, p.m) if p.pairs == "real-fake" else (p.n + p.m, p.n + p.m)
    return rng.exponential(size=shape) * (rng.random(shape) < 0.5) / max(shape)


@given(problems(), seeds)
def test_any_flow_bounds_any_discriminator(drawn: Drawn, seed: int) -> None:
    """Weak duality, for discriminators and flows that have nothing to do with each other."""
    rng = np.random.default_rng(seed)
    solution = drawn.problem.certify(_some_f(drawn, rng), _some_flow(drawn, rng))
    assert solution.primal - solution.dual >= -solution.rounding


@given(problems(lam=lams))
def test_at_the_optimum_both_sides_meet(drawn: Drawn) -> None:
    """The equality twin of weak duality: the gap closes, to the accuracy that the solver states."""
    s = solve(drawn.problem)
    assert s.gap <= (1e-8 if drawn.loss.name == "hinge" else 1e-10)
    assert s.primal - s.dual >= -s.rounding


@given(problems(names=EVERY, lam=lams), seeds)
def test_no_discriminator_beats_the_dual_value_of_the_optimum(drawn: Drawn, seed: int) -> None:
    best = solve(drawn.problem)
    other = drawn.problem.primal(_some_f(drawn, np.random.default_rng(seed)))
    assert other >= best.dual - best.rounding


@given(problems(), seeds)
def test_repair_gives_the_slope_asked_for_between_all_support_points(drawn: Drawn, seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, k = drawn.problem, float(rng.exponential())
    f = p.repaired(rng.normal(size=p.n + p.m), k)
    rise, d = np.abs(f[:, None] - f[None, :]), p.support_distances
    assert np.all(rise <= k * d + 16 * np.finfo(float).eps * (np.abs(f).max() + k * d.max()))


@given(problems(names=MONOTONE), seeds)
def test_repair_never_costs_when_the_slope_admits_f(drawn: Drawn, seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, f = drawn.problem, _some_f(drawn, rng)
    k = p.lipschitz_constant(f) * (1.0 + float(rng.random()))
    before, after = p.primal(f, k), p.primal(p.repaired(f, k), k)
    assert after <= before + 1e-13 * (1.0 + abs(before))


@given(problems(names=MONOTONE))
def test_repair_changes_nothing_at_the_optimum(drawn: Drawn) -> None:
    """The equality twin: the optimum is its own pair of c-transforms."""
    s = solve(drawn.problem)
    assert np.abs(drawn.problem.repaired(s.f, s.k) - s.f).max() <= 4 * s.value_error


def _slack(p: LipschitzProblem, f: np.ndarray, k: float) -> tuple[np.ndarray, float]:
    """Slack of every ordered pair of support points, and what rounding may do to it."""
    d = p.support_distances
    return k * d - (f[None, :] - f[:, None]), 32 * np.finfo(float).eps * float(np.abs(f).max() + k * d.max())


def _tight_flow(p: LipschitzProblem, f: np.ndarray, k: float, rng: np.random.Generator) -> np.ndarray:
    """Some of the pairs that k holds, with a little mass; and some that it does not hold."""
    slack, rounding = _slack(p, f, k)
    slack = slack[: p.n, p.n :]
    return np.where((slack <= rounding) | (rng.random(slack.shape) < 0.1), 1e-3 * rng.random(slack.shape), 0.0)


@given(problems(), seeds, st.sampled_from((0.0, 1e-9, 1e-3, -1e-3)))
def test_a_constant_is_believed_only_where_the_values_bear_it(drawn: Drawn, seed: int, moved: float) -> None:
    """Whatever arcs are given for hints: with one value moved, the constant is the one that the values have."""
    rng = np.random.default_rng(seed)
    p, k = drawn.problem, float(rng.exponential())
    f = p.repaired(rng.normal(size=p.n + p.m), k)
    flow = _tight_flow(p, f, k, rng)
    assert p.certify(f, flow, k=k).k == k
    f[rng.integers(len(f))] += moved
    s = p.certify(f, flow, k=k)
    if math.isfinite(s.k):
        slack, rounding = _slack(p, f, s.k)
        assert np.all(slack >= -rounding)


@given(problems(), seeds)
def test_a_repair_that_is_given_arcs_is_the_same_repair(drawn: Drawn, seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, k = drawn.problem, float(rng.exponential())
    rough = rng.normal(size=p.n + p.m)
    f = p.repaired(rough, k)
    for flow in (_tight_flow(p, f, k, rng), _some_flow(drawn, rng)):
        s = p.certify(rough, flow, k=k, repair=True)
        assert s.k == k
        assert np.abs(s.f - f).max() <= _slack(p, f, k)[1]


def test_a_fake_value_that_no_arc_holds_is_looked_at_all_the_same() -> None:
    """Fakes 0 and 5, a real 1, and k = 1 with an arc from 0 alone: at 5 the value -3 belongs to k, and 20 does not."""
    problem = LipschitzProblem(DiscreteMeasure([1.0]), DiscreteMeasure([0.0, 5.0]), get_loss("softplus"), 1.0)
    arc, slack_arc = np.array([[0.1], [0.0]]), np.array([[0.1], [0.1]])
    for flow in (arc, slack_arc):
        assert problem.certify(np.array([0.0, -3.0, 1.0]), flow, k=1.0).k == 1.0
        assert problem.certify(np.array([0.0, 20.0, 1.0]), flow, k=1.0).k == pytest.approx(19.0 / 4.0, rel=1e-15)
        assert problem.certify(np.array([0.0, 20.0, 9.0]), flow, k=1.0, repair=True).f.tolist() == [0.0, -3.0, 1.0]


def test_two_fakes_at_one_place_do_not_hold_each_other() -> None:
    """Arcs from one to the other and back have length zero, and say nothing about the real point."""
    problem = LipschitzProblem(DiscreteMeasure([1.0]), DiscreteMeasure([0.0, 5.0, 5.0]), get_loss("softplus"), 1.0)
    flow = np.zeros((4, 4))
    flow[0, 3] = flow[1, 2] = flow[2, 1] = 0.1
    assert problem.certify(np.array([0.0, -3.0, -3.0, 1.0]), flow, k=1.0).k == 1.0
    assert problem.certify(np.array([0.0, 20.0, 20.0, 1.0]), flow, k=1.0).k == pytest.approx(19.0 / 4.0, rel=1e-15)


@pytest.mark.parametrize("k", [None, -1.0, math.nan, math.inf])
def test_without_a_constant_there_is_nothing_to_repair_with(k: float | None) -> None:
    problem = LipschitzProblem(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), get_loss("softplus"), 1.0)
    with pytest.raises(InvalidParameter, match="repair needs the constant to repair with"):
        _ = problem.certify(np.zeros(2), np.zeros((1, 1)), k=k, repair=True)


def _with_its_optimum(size: int, d: int, seed: int) -> tuple[LipschitzProblem, np.ndarray, Flow]:
    """A softplus problem made from its optimum: values, k = 1, a tight arc for every real; weights and lam to match.

    Mass b_j |real'(f_j)| on the arc of real j is stationary for the reals; a_i = outflow / fake'(f_i) makes it so for
    the fakes, a shift of f makes these sum to one, and 2 lam k = <flow, d> fixes lam. A fake without an arc weighs 0.
    """
    rng, loss = np.random.default_rng(seed), get_loss("softplus")
    x, y, f = rng.normal(size=(size, d)), rng.normal(size=(size, d)) + 1.0, 0.3 * rng.normal(size=size)
    heights = f + euclidean(y, x)
    i, g = heights.argmin(axis=1), heights.min(axis=1)

    def mass(shift: float) -> np.ndarray:
        return -loss.real.derivative(g + shift) / size

    def weights(shift: float) -> np.ndarray:
        return np.bincount(i, mass(shift), size) / loss.fake.derivative(f + shift)

    shift = optimize.root_scalar(lambda c: float(weights(c).sum()) - 1.0, bracket=(-20.0, 20.0), xtol=1e-15).root
    lam = 0.5 * float(mass(shift) @ euclidean(y, x)[np.arange(size), i])
    fake = DiscreteMeasure(x, weights(shift) / weights(shift).sum())
    flow = Flow.of(2 * size, i, size + np.arange(size), mass(shift))
    return LipschitzProblem(DiscreteMeasure(y), fake, loss, lam), np.concatenate([f, g]) + shift, flow


@pytest.mark.parametrize("d", [2, 40])
def test_a_certificate_of_many_points_holds_no_matrix(d: int) -> None:
    """1200 points on each side, optimal by construction: all that a solution shows, in less than one matrix of them."""
    problem, f, flow = _with_its_optimum(1200, d, seed=0)
    _ = problem.certify(np.zeros(2400), flow).primal  # what is loaded and kept once does not count
    tracemalloc.start()
    s = problem.certify(f, flow, k=1.0, repair=True)
    assert abs(s.gap) <= 1e-14
    assert s.require(1e-12).error <= 1e-12
    assert s.enclosure.k_lower <= 1.0 <= s.enclosure.k_upper
    tight = s.tight_pairs()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1200 * 1200 * 8
    assert set(zip(flow.s.tolist(), (flow.t - 1200).tolist(), strict=True)) <= set(tight)
    assert len(tight) < 2 * len(flow.mass)
    d_all, found = problem.distances, np.zeros((1200, 1200), dtype=bool)
    found[tight.i, tight.j] = True
    slack = s.k * d_all - (s.f_real[None, :] - s.f_fake[:, None])
    weighs = problem.fake.weights[:, None] > 0.0
    assert not np.any(weighs & ~found & (slack < 0.5 * s.value_error))
    assert not np.any(found & (slack > s.slack_error(s.flow.toarray())))


def test_a_point_without_weight_lies_in_the_interval_that_its_neighbours_leave() -> None:
    """A weightless real at distance 8 from the other one: between the two cones over it, and no narrower than that."""
    real = DiscreteMeasure([[1.0, 0.0], [1.0, 8.0]], [1.0, 0.0])
    s = optimal_discriminator(real, DiscreteMeasure([[0.0, 0.0]]), "softplus", 1.0)
    low, high = (Cones(s.problem.points[:2], sign * s.f[:2], s.k).lowest(real.points[1:])[0] for sign in (-1.0, 1.0))
    assert s.enclosure.upper[2] == pytest.approx(high, abs=1e-5)
    assert s.enclosure.lower[2] == pytest.approx(-low, abs=1e-5)


@given(problems(), seeds)
def test_a_flow_made_legal_is_a_dual_point(drawn: Drawn, seed: int) -> None:
    flow = _some_flow(drawn, np.random.default_rng(seed))
    dual = drawn.problem.dual(drawn.problem.legal_flow(flow * 50.0))
    assert math.isfinite(dual)


@given(problems(lam=lams))
def test_the_enclosure_contains_what_an_independent_solver_finds(drawn: Drawn) -> None:
    """Both solvers' intervals contain every optimum, so they must overlap wherever both are tight."""
    if not drawn.loss.fake.has_atoms:
        return
    ours, oracle = solve(drawn.problem), solve(drawn.problem, solver="conic")
    a, b = ours.enclosure, oracle.enclosure
    alive = drawn.problem.alive
    slack = 8 * np.finfo(float).eps * (1.0 + np.abs(ours.f[alive]))
    assert np.all(a.lower[alive] <= b.upper[alive] + slack)
    assert np.all(b.lower[alive] <= a.upper[alive] + slack)
    assert a.k_lower <= b.k_upper
    assert b.k_lower <= a.k_upper


def test_the_enclosure_of_a_free_shift_is_unbounded_and_of_a_strict_loss_is_narrow() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    assert np.isinf(optimal_discriminator(real, fake, "wasserstein", 1.0).enclosure.width).all()
    box = optimal_discriminator(real, fake, "softplus", 1.0).enclosure
    assert 0.0 < box.width.max() < 1e-5
    assert box.k_lower <= 2.0 * SOFTPLUS_HEIGHT <= box.k_upper


def test_a_wrong_flow_of_the_right_size_shows_as_a_gap() -> None:
    real, fake = DiscreteMeasure([1.0, 4.0]), DiscreteMeasure([0.0, 3.0])
    good = optimal_discriminator(real, fake, "softplus", 0.1)
    crossed = sparse.csr_array(good.flow.toarray()[:, ::-1])
    assert good.problem.certify(good.f, crossed).gap > 1e-3


def test_a_light_point_with_a_linear_loss_gets_its_mass_to_the_last_bit() -> None:
    """A linear fake loss sends exactly its weight; a rounding error of the others must not fall on the lightest."""
    weights = np.array([4.76190023e-07, 4.76190023e-02, 4.76190023e-07, 4.76190023e-01, 4.76190023e-01])
    fake = DiscreteMeasure([-0.125, -1.875, 1.25, 0.375, -2.0], weights / weights.sum())
    loss = Loss.from_expressions("t", "2*log(1 + exp(-t))")
    s = optimal_discriminator(DiscreteMeasure([-0.125]), fake, loss, 2.2, solver="newton")
    assert s.flow.sum(axis=1) == pytest.approx(fake.weights, rel=1e-14, abs=0.0)
    assert abs(s.gap) <= 1e-13


def test_a_flow_between_fakes_is_measured_along_its_own_arcs() -> None:
    """Reals 10 and 0, fakes 0 and 10: the flow goes through a fake point, and 0.4 of it over distance 10."""
    problem = LipschitzProblem(
        DiscreteMeasure([10.0, 0.0], [0.9, 0.1]), DiscreteMeasure([0.0, 10.0], [0.9, 0.1]), get_loss("softplus"), 0.1
    )
    flow = np.zeros((4, 4))
    flow[0, 1], flow[1, 2], flow[0, 3] = 0.4, 0.45, 0.05
    through = problem.certify(np.zeros(4), flow)
    assert problem.cost(through.support_flow) == pytest.approx(4.0)
    assert through.dual <= solve(problem).primal
    flow[2, 0] = 0.1
    assert problem.certify(np.zeros(4), flow).dual <= solve(problem).primal


def test_a_critic_pays_for_every_slope_between_support_points_not_only_for_those_that_help() -> None:
    """Two fakes 0.001 apart whose values differ by 0.1: k(f) is 100, whatever the real-fake pairs say."""
    problem = LipschitzProblem(DiscreteMeasure([0.0]), DiscreteMeasure([1.0, 1.001]), get_loss("softplus"), 1.0)
    best = solve(problem)
    f = best.f.copy()
    f[1] += 0.1
    poor = problem.certify(f, best.support_flow)
    assert poor.k == pytest.approx(100.0, rel=0.01)
    assert poor.error == pytest.approx(poor.primal - best.primal, rel=1e-9)
    twice = LipschitzProblem(DiscreteMeasure([0.0]), DiscreteMeasure([1.0, 1.0]), get_loss("softplus"), 1.0)
    assert twice.lipschitz_constant(np.array([0.0, 0.5, 1.0])) == math.inf


def test_penalties_at_the_edge_of_float64() -> None:
    assert Penalty(1e18, Kind.ONE_SIDED).enclosure(1e-15, 1e-15)[0] == 0.0
    assert Penalty(1e-300).conjugate(1e-175) == pytest.approx(2.5e-51, rel=1e-12)


def test_distances_do_not_underflow() -> None:
    problem = LipschitzProblem(DiscreteMeasure([3e-170]), DiscreteMeasure([1e-170]), get_loss("softplus"), 1.0)
    assert problem.distances[0, 0] == pytest.approx(2e-170, rel=1e-15)
    with pytest.raises(InvalidParameter, match=r"lam / distance\^2 must lie between"):
        _ = solve(problem)


def test_a_linear_penalty_is_certified_although_its_cost_sits_on_the_edge() -> None:
    for place in (0.3, 1.0, 3.0, 7.0):
        s = optimal_discriminator(
            DiscreteMeasure([place]), DiscreteMeasure([0.0]), "softplus", 0.1, penalty="linear", gap=1e-8
        )
        assert math.isfinite(s.gap)


def test_equal_measures_at_a_kink_get_a_slope_that_both_sides_share() -> None:
    loss = Loss.from_expressions("max(0, t)", "exp(-t)")
    s = optimal_discriminator(DiscreteMeasure([0.0]), DiscreteMeasure([0.0]), loss, 1.0)
    assert s.gap <= 1e-12


def test_samples_may_be_arrays_and_losses_text_and_what_is_neither_is_refused() -> None:
    s = optimal_discriminator([1.0], np.array([0.0]), "exp(t) + t", 1.0)
    assert s.k > 0.0
    assert repr(s).startswith("<Solution of exp(t) + t, lam = 1, 1 fake and 1 real points in R^1: k = ")
    assert wasserstein([1.0], [0.0]).value == 1.0
    assert unrestricted_discriminator([1.0], [1.0], "exp(t) + t").f.tolist() == pytest.approx([0.0], abs=1e-15)
    for lam in (None, "a", True, [1.0]):
        with pytest.raises(InvalidParameter, match="lam must be a positive number"):
            _ = optimal_discriminator([1.0], [0.0], "softplus", lam)
    with pytest.raises(InvalidParameter, match="gap must be a positive number"):
        _ = optimal_discriminator([1.0], [0.0], "softplus", 1.0, gap=math.nan)


def test_a_discriminator_with_two_values_at_one_place_costs_infinity() -> None:
    problem = LipschitzProblem(DiscreteMeasure([0.0]), DiscreteMeasure([0.0]), get_loss("softplus"), 1.0)
    assert problem.primal(np.array([0.0, 1.0])) == math.inf


def test_weightless_points_change_nothing_but_their_own_value() -> None:
    plain = optimal_discriminator(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), "softplus", 1.0)
    real, fake = DiscreteMeasure([1.0, 9.0], [1.0, 0.0]), DiscreteMeasure([0.0, -5.0], [1.0, 0.0])
    padded = optimal_discriminator(real, fake, "softplus", 1.0)
    assert padded.primal == pytest.approx(plain.primal, abs=1e-15)
    assert padded.k == pytest.approx(plain.k, abs=1e-12)
    assert padded.flow[1, :].sum() == padded.flow[:, 1].sum() == 0.0
    assert np.isfinite(padded.f).all()


@pytest.mark.parametrize("lam", [0.0, -1.0, math.nan, math.inf])
def test_lam_must_be_positive_and_finite(lam: float) -> None:
    with pytest.raises(InvalidParameter, match="lam must be positive and finite; got"):
        _ = optimal_discriminator(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), "softplus", lam)


def test_dimensions_must_agree() -> None:
    with pytest.raises(InvalidMeasure, match="dimension 1 and 2"):
        _ = optimal_discriminator(DiscreteMeasure([1.0]), DiscreteMeasure([[0.0, 0.0]]), "softplus", 1.0)


@pytest.mark.parametrize("f", [[0.0], [0.0, math.nan], [0.0, 1.0, 2.0]])
def test_certify_refuses_what_is_not_a_discriminator(f: list) -> None:
    problem = LipschitzProblem(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), get_loss("softplus"), 1.0)
    with pytest.raises(InvalidParameter, match="finite values, fake points first"):
        _ = problem.certify(np.array(f), sparse.csr_array((1, 1)))


def test_require_carries_the_solution_it_refuses() -> None:
    problem = LipschitzProblem(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), get_loss("softplus"), 1.0)
    poor = problem.certify(np.zeros(2), np.array([[0.5]]))
    with pytest.raises(UncertifiedSolution, match="was required") as caught:
        _ = poor.require(1e-9)
    assert caught.value.solution is poor


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TARGET])
@given(lam=st.floats(0.01, 10.0), k=st.floats(0.0, 10.0), cost=st.floats(0.0, 10.0))
def test_penalties_obey_fenchel_young(kind: Kind, lam: float, k: float, cost: float) -> None:
    penalty = Penalty(lam, kind)
    assert penalty.value(k) + penalty.conjugate(cost) - cost * k >= -1e-12 * (1.0 + k * cost)


@pytest.mark.parametrize(("kind", "slope"), [(Kind.SQUARED, 2.0), (Kind.ONE_SIDED, 2.0), (Kind.LINEAR, 0.0)])
def test_penalties_reach_equality_at_their_derivative(kind: Kind, slope: float) -> None:
    """At k = 2 with lam = 1: (k^2)' = 4, (max(0, k - 1)^2)' = 2, and k' = 1."""
    cost = {Kind.SQUARED: 4.0, Kind.ONE_SIDED: slope, Kind.LINEAR: 1.0}[kind]
    penalty = Penalty(1.0, kind)
    assert penalty.value(2.0) + penalty.conjugate(cost) - 2.0 * cost == 0.0


@pytest.mark.parametrize("kind", [Kind.SQUARED, Kind.ONE_SIDED])
@given(lam=st.floats(0.01, 10.0), cost=st.floats(0.0, 10.0), error=st.floats(1e-12, 1.0), k=st.floats(0.0, 20.0))
def test_the_interval_of_k_is_exactly_where_the_excess_is_small(
    kind: Kind, lam: float, cost: float, error: float, k: float
) -> None:
    penalty = Penalty(lam, kind)
    low, high = penalty.enclosure(cost, error)
    excess = penalty.value(k) + penalty.conjugate(cost) - cost * k
    slack = 1e-9 * (1.0 + cost * k + penalty.conjugate(cost) + penalty.value(k))
    if excess <= error - slack:
        assert low <= k <= high
    if excess >= error + slack:
        assert not low < k < high


def test_monotone_losses_need_real_fake_pairs_only_and_the_others_say_so() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    pairs = {name: LipschitzProblem(real, fake, get_loss(name), 1.0).pairs for name in EVERY}
    assert {name for name, used in pairs.items() if used == "all"} == {"least_squares"}
    assert LipschitzProblem(real, fake, Loss.from_expressions("t + t**2"), 1.0).pairs == "all"
