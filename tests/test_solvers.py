"""Two routes to every number: solvers against each other, closed forms, and what must not change the answer."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import lambertw

import lgantheory as lg
from lgantheory.errors import NotAttained, UnknownName, UnsupportedLoss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers import GAP, list_solvers, solve
from tests.strategies import EVERY, MONOTONE, STRICT, Drawn, lams, measure_pairs, moderate_lams, problems

ONE_SIDED = (("exp(t)", "-t"), ("t", "2*log(1 + exp(-t))"))


def assert_same_value(a: Solution, b: Solution) -> None:
    """Both certify an interval [dual, primal] that contains J*, so the intervals must meet."""
    bar = a.rounding + b.rounding
    assert a.primal >= b.dual - bar
    assert b.primal >= a.dual - bar


def assert_same_discriminator(a: Solution, b: Solution, order: np.ndarray | None = None) -> None:
    """The optimum lies in the enclosures of both, so f differs by no more than both widths; so does k."""
    f = b.f if order is None else b.f[order]
    widths = a.enclosure.width + (b.enclosure.width if order is None else b.enclosure.width[order])
    alive = a.problem.alive
    assert np.all(np.abs(a.f - f)[alive] <= widths[alive])
    widest = (a.enclosure.k_upper - a.enclosure.k_lower) + (b.enclosure.k_upper - b.enclosure.k_lower)
    assert abs(a.k - b.k) <= widest


def test_the_helpers_can_fail() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    a, b = (lg.optimal_discriminator(real, fake, "softplus", lam) for lam in (1.0, 1.1))
    with pytest.raises(AssertionError):
        assert_same_value(a, b)
    with pytest.raises(AssertionError):
        assert_same_discriminator(a, b)


@given(problems(lam=lams))
def test_every_solver_that_accepts_agrees_with_auto(drawn: Drawn) -> None:
    first = solve(drawn.problem)
    for name in list_solvers():
        try:
            other = solve(drawn.problem, solver=name)
        except UnsupportedLoss:
            continue
        assert other.solver == name
        assert_same_value(first, other)
        assert_same_discriminator(first, other)


@pytest.mark.parametrize("pair", ONE_SIDED)
@settings(max_examples=10)  # a numeric conjugate is slow
@given(measures=measure_pairs(most=4), lam=moderate_lams)
def test_losses_of_the_users_own_agree_with_the_oracle(
    pair: tuple[str, str], measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float
) -> None:
    real, fake = measures
    ours = solve(LipschitzProblem(real, fake, Loss.from_expressions(*pair), lam))
    assert_same_value(ours, solve(ours.problem, solver="conic"))


@given(problems(names=(*STRICT, "least_squares"), lam=lams), st.randoms(use_true_random=False))
def test_the_order_of_the_points_does_not_matter(drawn: Drawn, random) -> None:
    real, fake = drawn.real, drawn.fake
    i, j = list(range(fake.size)), list(range(real.size))
    random.shuffle(i)
    random.shuffle(j)
    shuffled = Drawn(
        DiscreteMeasure(real.points[j], real.weights[j]), DiscreteMeasure(fake.points[i], fake.weights[i]), drawn.loss,
        drawn.lam,
    )  # fmt: skip
    back = np.argsort(np.concatenate([i, fake.size + np.array(j)]))
    assert_same_discriminator(solve(drawn.problem), solve(shuffled.problem), back)


@given(problems(names=(*STRICT, "least_squares"), lam=lams))
def test_splitting_every_point_in_two_does_not_matter(drawn: Drawn) -> None:
    def split(measure: DiscreteMeasure) -> DiscreteMeasure:
        share = np.concatenate([0.25 * measure.weights, 0.75 * measure.weights])
        return DiscreteMeasure(np.tile(measure.points, (2, 1)), share)

    whole = solve(drawn.problem)
    halves = solve(Drawn(split(drawn.real), split(drawn.fake), drawn.loss, drawn.lam).problem)
    n, m = drawn.fake.size, drawn.real.size
    assert_same_value(whole, halves)
    assert_same_discriminator(whole, halves, np.concatenate([np.arange(n), 2 * n + np.arange(m)]))


@given(problems(names=(*STRICT, "least_squares"), lam=lams), st.floats(0.0, 6.28))
def test_a_rigid_motion_does_not_matter(drawn: Drawn, angle: float) -> None:
    d = drawn.real.dimension
    turn = np.eye(d)
    if d > 1:
        turn[:2, :2] = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    y, x = (DiscreteMeasure(side.points @ turn.T + 3.0, side.weights) for side in (drawn.real, drawn.fake))
    here, there = solve(drawn.problem), solve(Drawn(y, x, drawn.loss, drawn.lam).problem)
    # turning moves points by a few ulps of their size, and J* by at most the slope of J in the points: k times that
    moved_by = 64 * np.finfo(float).eps * 30.0 * (here.k + there.k)
    assert abs(here.primal - there.primal) <= here.error + there.error + moved_by


@pytest.mark.parametrize("factor", [2.0**-27, 2.0**27])
@given(drawn=problems(names=(*STRICT, "least_squares"), lam=moderate_lams))
def test_lengths_and_lam_scale_together(factor: float, drawn: Drawn) -> None:
    """From 1e-8 to 1e8: the solver works in the problem's own unit, so a power of two changes no bit that matters."""
    scaled = Drawn(drawn.real.scaled(factor), drawn.fake.scaled(factor), drawn.loss, drawn.lam * factor**2)
    here, there = solve(drawn.problem), solve(scaled.problem)
    assert_same_value(here, there)
    box = here.enclosure
    assert abs(here.k - factor * there.k) <= 2.0 * (box.k_upper - box.k_lower) + 1e-9 * here.k


@pytest.mark.parametrize("name", EVERY)
def test_two_points_at_distance_one_with_lam_one(name: str) -> None:
    """T6 with d = lam = 1, s = 1/4; k to the digits that the closed forms give."""
    solution = lg.optimal_discriminator(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), name, 1.0)
    exact = {
        "wasserstein": 0.5,
        "softplus": 2.0 * float(mpmath.findroot(lambda t: t * (1 + mpmath.exp(t)) - 0.25, 0.1)),
        "exponential": 2.0 * float(lambertw(0.25).real),
        "least_squares": 2.0 / 3.0,
        "hinge": 0.5,
    }
    if name == "sqrt":
        t = solution.k / 2.0
        assert t - 0.25 * (1.0 - t / math.sqrt(1.0 + t * t)) == pytest.approx(0.0, abs=1e-9)
    else:
        assert solution.k == pytest.approx(exact[name], abs=1e-9 if name == "hinge" else 1e-13)


def test_least_squares_witness_is_exact() -> None:
    """P_r = delta_0, P_g = (delta_1 + delta_3) / 2, lam = 1/3: f* = (2/3, -1/3, -1), k = 1, J* = 2/3."""
    s = lg.optimal_discriminator(DiscreteMeasure([0.0]), DiscreteMeasure([1.0, 3.0]), "least_squares", 1.0 / 3.0)
    assert s.f_real.tolist() == pytest.approx([2.0 / 3.0], abs=1e-12)
    assert s.f_fake.tolist() == pytest.approx([-1.0 / 3.0, -1.0], abs=1e-12)
    assert s.k == pytest.approx(1.0, abs=1e-12)
    assert s.primal == pytest.approx(2.0 / 3.0, abs=1e-14)


@pytest.mark.parametrize("name", EVERY)
@given(measures=measure_pairs(), lam=lams)
def test_equal_measures_give_the_constant_exactly(
    name: str, measures: tuple[DiscreteMeasure, DiscreteMeasure], lam: float
) -> None:
    measure = measures[0]
    s = lg.optimal_discriminator(measure, DiscreteMeasure(measure.points[::-1], measure.weights[::-1]), name, lam)
    assert s.k == 0.0
    assert np.all(s.f == 0.0)
    assert abs(s.gap) <= 1e-15


@pytest.mark.parametrize("name", STRICT)
def test_nearly_equal_measures_are_solved_by_iteration_to_a_small_slope(name: str) -> None:
    """The twin of the exact case: one weight moved by 1e-6 gives a slope of about that size, not zero."""
    real, fake = DiscreteMeasure([0.0, 1.0], [0.5 + 1e-6, 0.5 - 1e-6]), DiscreteMeasure([0.0, 1.0])
    s = lg.optimal_discriminator(real, fake, name, 1.0)
    assert 1e-8 < s.k < 1e-6


@pytest.mark.parametrize("name", [*STRICT, "least_squares", "wasserstein"])
def test_extremes_of_scale_weights_and_dimension(name: str) -> None:
    rng = np.random.default_rng(3)
    tiny = np.array([1.0, 1e-12, 1e-6])
    cases = [
        (DiscreteMeasure(rng.normal(size=(3, 3072))), DiscreteMeasure(rng.normal(size=(4, 3072))), 1.0),
        (DiscreteMeasure(rng.normal(size=(1, 2))), DiscreteMeasure(rng.normal(size=(30, 2))), 0.1),
        (DiscreteMeasure(rng.normal(size=(3, 2)), tiny / tiny.sum()), DiscreteMeasure(rng.normal(size=(4, 2))), 0.1),
        (DiscreteMeasure([0.0, 1e-8, 1e8]), DiscreteMeasure([1.0, 2e-8]), 1e4),
        (DiscreteMeasure([1e8]), DiscreteMeasure([1e-8]), 1e-4),
    ]
    for real, fake, lam in cases:
        assert lg.optimal_discriminator(real, fake, name, lam).gap <= GAP


def test_a_thousand_constraints_and_more_are_generated_as_needed() -> None:
    """90 + 80 points exceed what is held at once, so constraints come by pricing; the oracle holds all 7200."""
    rng = np.random.default_rng(5)
    real, fake = DiscreteMeasure(rng.normal(size=(80, 2)) + 1.0), DiscreteMeasure(rng.normal(size=(90, 2)))
    ours = lg.optimal_discriminator(real, fake, "softplus", 0.1, gap=1e-12, solver="newton")
    assert_same_value(ours, lg.optimal_discriminator(real, fake, "softplus", 0.1, solver="conic"))


def test_the_polish_takes_the_quadratic_programs_to_the_last_bit() -> None:
    """The slope of the closed form, which the programs alone miss in the tenth digit."""
    s = lg.optimal_discriminator([1.0], [0.0], "softplus", 1.0, solver="newton", gap=1e-15)
    mass = 1.0 / (1.0 + np.exp(0.5 * s.k))  # 2 lam k = <flow, d>, and f = -k / 2 at the fake point
    assert abs(2.0 * s.k - mass) <= 4.0 * np.finfo(float).eps


@given(problems(names=MONOTONE, lam=moderate_lams))
def test_the_same_input_gives_the_same_bits(drawn: Drawn) -> None:
    a, b = solve(drawn.problem), solve(drawn.problem)
    assert a.f.tobytes() == b.f.tobytes()
    assert a.k == b.k
    assert a.flow.toarray().tobytes() == b.flow.toarray().tobytes()


def test_linear_penalty_has_its_spurious_equilibrium_from_one_half_on() -> None:
    """delta_0 against delta_1 with lam * k: softplus is flat from lam = 1/2, exponential from lam = 1."""
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])

    def slope(name: str, lam: float) -> float:
        return lg.optimal_discriminator(real, fake, name, lam, penalty=Kind.LINEAR, gap=1e-7).k

    for name, edge in (("softplus", 0.5), ("exponential", 1.0)):
        assert slope(name, 1.02 * edge) < 1e-6
        assert slope(name, 0.98 * edge) > 1e-2


def test_one_sided_penalty_is_free_up_to_slope_one() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    s = lg.optimal_discriminator(real, fake, "wasserstein", 2.0, penalty="one-sided", solver="conic")
    assert s.k == pytest.approx(1.0 + 1.0 / 4.0, abs=1e-6)


def test_refusals_name_what_is_missing_and_who_accepts() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    with pytest.raises(UnsupportedLoss, match=r"two continuous derivatives.*Others that accept it:.*conic"):
        _ = lg.optimal_discriminator(real, fake, "hinge", 1.0, solver="newton")
    with pytest.raises(UnsupportedLoss, match=r"penalty that never decreases"):
        _ = lg.optimal_discriminator(real, fake, "softplus", 1.0, penalty="target")
    with pytest.raises(UnknownName, match="Did you mean 'newton'"):
        _ = lg.optimal_discriminator(real, fake, "softplus", 1.0, solver="newtown")
    with pytest.raises(UnknownName, match="penalty must be one of"):
        _ = lg.optimal_discriminator(real, fake, "softplus", 1.0, penalty="cubic")
    with pytest.raises(NotAttained, match="no balance point"):
        _ = lg.optimal_discriminator(real, fake, Loss.from_expressions("log(1 + exp(t))", "-t"), 1.0)
    with pytest.raises(UnsupportedLoss):
        _ = lg.optimal_discriminator(real, fake, Loss.from_expressions("sigmoid(t)"), 1.0)


def test_the_pointwise_optimum_of_known_losses() -> None:
    """Weights p = 3/4 and q = 1/4 at one place: log 3, log(3)/2, and (p - q) / (2 sqrt(pq)); least squares 1/2."""
    real, fake = DiscreteMeasure([0.0, 1.0], [0.75, 0.25]), DiscreteMeasure([0.0, 2.0], [0.25, 0.75])
    expected = {
        "softplus": math.log(3.0),
        "exponential": 0.5 * math.log(3.0),
        "sqrt": 0.5 / (2.0 * math.sqrt(3.0 / 16.0)),
        "least_squares": 0.5,
    }
    for name, value in expected.items():
        free = lg.unrestricted_discriminator(real, fake, name)
        assert free.points.ravel().tolist() == [0.0, 1.0, 2.0]
        assert free.f[0] == pytest.approx(value, rel=1e-14)
        if name == "least_squares":
            assert free.f.tolist() == pytest.approx([0.5, 1.0, -1.0], rel=1e-14)
            assert free.attained.all()
        else:
            assert free.f[1:].tolist() == [math.inf, -math.inf]
            assert free.attained.tolist() == [True, False, False]


def test_the_pointwise_optimum_of_hinge_and_wasserstein_is_an_interval_or_runs_away() -> None:
    real, fake = DiscreteMeasure([0.0, 1.0]), DiscreteMeasure([0.0, 2.0])
    hinge = lg.unrestricted_discriminator(real, fake, "hinge")
    assert hinge.lower.tolist() == pytest.approx([-1.0, 1.0, -math.inf])
    assert hinge.upper.tolist() == pytest.approx([1.0, math.inf, -1.0])
    assert not hinge.unique.any()
    gan = lg.unrestricted_discriminator(real, fake, "wasserstein")
    assert math.isnan(gan.f[0])
    assert gan.f[1:].tolist() == [math.inf, -math.inf]
    assert gan.value == -math.inf


@given(problems(names=(*STRICT, "least_squares", "hinge"), lam=lams))
def test_no_lipschitz_discriminator_beats_the_unrestricted_one(drawn: Drawn) -> None:
    free = lg.unrestricted_discriminator(drawn.real, drawn.fake, drawn.loss)
    s = solve(drawn.problem)
    assert s.primal >= free.value - s.rounding - 1e-12


@pytest.mark.parametrize(("n", "m"), [(400, 401), (501, 500), (1000, 1001)])
def test_a_linear_loss_is_certified_between_numbers_of_points_that_divide_one_differently(n: int, m: int) -> None:
    """Its conjugate lives at one slope: what rounding leaves over must be rounding for the point that takes it."""
    rng = np.random.default_rng([n, m])
    s = lg.optimal_discriminator(rng.normal(size=(m, 2)), rng.normal(size=(n, 2)), "wasserstein", 1.0)
    assert s.gap <= 1e-12


WITHOUT_WEIGHT = DiscreteMeasure([[0.0, 0.0], [0.0, 0.125]], [1.0, 0.0])


@example((WITHOUT_WEIGHT, WITHOUT_WEIGHT))
@given(measure_pairs())
def test_wasserstein_meets_its_dual_and_the_formula_on_the_line(
    measures: tuple[DiscreteMeasure, DiscreteMeasure],
) -> None:
    from scipy.stats import wasserstein_distance

    real, fake = measures
    plan = lg.wasserstein(real, fake)
    assert abs(plan.gap) <= 1e-12
    d = np.abs(plan.potential_real[None, :] - plan.potential_fake[:, None])
    assert np.all(d <= LipschitzProblem(real, fake, lg.get_loss("wasserstein"), 1.0).distances + 1e-12)
    assert plan.plan.sum(axis=1) == pytest.approx(fake.weights, abs=1e-12)
    assert plan.plan.sum(axis=0) == pytest.approx(real.weights, abs=1e-12)
    if real.dimension == 1:
        line = wasserstein_distance(fake.points[:, 0], real.points[:, 0], fake.weights, real.weights)
        assert plan.value == pytest.approx(line, abs=1e-12)


def test_a_problem_without_any_distance_is_solved() -> None:
    real, fake = DiscreteMeasure([[2.0, 2.0]] * 3), DiscreteMeasure([[2.0, 2.0]] * 2)
    assert lg.optimal_discriminator(real, fake, "softplus", 1.0).k == 0.0


def test_solvers_are_found_by_folder() -> None:
    assert list_solvers() == ["conic", "constant", "forest", "line", "newton", "partial", "transport"]
