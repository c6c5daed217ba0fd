"""LGANs beyond the four theorems: golden values, bounds with their equality twins, and the edges of hypotheses."""

import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from lgantheory.claims import Check, Claim, Request, Verdict
from lgantheory.losses import get_loss
from lgantheory.losses.conditions import check_conditions
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from lgantheory.solvers.pointwise import unrestricted_discriminator
from tests.strategies import MONOTONE, losses, measure_pairs, moderate_lams
from verify.instances import Instance, instance
from verify.kantorovich import line_distance
from verify.lgan import (
    adding_losses,
    divergence,
    duality,
    extension,
    far_failure,
    infinity,
    max_slope,
    noncompact,
    other_norms,
    particle_flow,
    path,
    penalty_forms,
    sample_complexity,
    scaling,
    slope_bounds,
    weakly_increasing,
    zero,
)
from verify.lgan.certified import diameter, distance, optimal_slope, optimal_value, optimum, place_weights
from verify.lgan.curves import CURVES, STRICT

MODULES: list[Any] = [
    adding_losses,
    divergence,
    duality,
    extension,
    far_failure,
    infinity,
    max_slope,
    noncompact,
    other_norms,
    particle_flow,
    path,
    penalty_forms,
    sample_complexity,
    scaling,
    slope_bounds,
    weakly_increasing,
    zero,
]
CLAIMS = [claim for module in MODULES for claim in (module.CLAIM, *getattr(module, "AS_PRINTED", ()))]


def named(checks: list[Check], name: str) -> Check:
    """The worst check of that name."""
    return max((check for check in checks if check.name == name), key=lambda check: check.severity)


def holds(ball: arb, number: float, width: float) -> bool:
    """Whether a ball lies within ``width`` of a number."""
    return bool(abs(ball - number) < width)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.ref)
def test_every_claim_comes_out_as_documented(claim: Claim[Any]) -> None:
    report = claim.decide(Request(number=3, seed=3))
    assert report.verdict is claim.expected, (report.worst, report.worst_instance)
    assert all(b.noticed for b in report.breaks)
    assert {b.drops for b in report.breaks} == set(claim.hypotheses)


# -- what the statements stand on --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(CURVES))
def test_the_curves_are_the_losses_of_the_library(name: str) -> None:
    curve, fake = CURVES[name], get_loss(name).fake
    for t in np.linspace(-7.0, 7.0, 29):
        assert holds(curve.value(arb(t)), float(fake(t)), 1e-12 * max(1.0, abs(float(fake(t)))))
        assert holds(curve.slope(arb(t)), float(fake.derivative(t)), 1e-12 * max(1.0, abs(float(fake.derivative(t)))))
    radius = 3.0
    bends = fake.second_derivative(np.linspace(-radius, radius, 601))
    most = float(curve.bend(arb(radius)).mid())
    assert float(bends.max()) <= most * (1.0 + 1e-12)
    assert float(bends.max()) >= most * 0.99  # the bound is the least one, not any


@given(measure_pairs(4))
def test_the_ball_of_w1_holds_the_distance_of_the_distribution_functions(
    pair: tuple[DiscreteMeasure, DiscreteMeasure],
) -> None:
    real, fake = (DiscreteMeasure(m.points[:, :1], m.weights) for m in pair)
    ball = distance(real, fake)
    assert holds(ball, line_distance(real, fake), 1e-12 * float(1 + diameter(real, fake).upper()))


@given(measure_pairs(4))
def test_the_weights_at_all_places_add_up_to_one_exactly(pair: tuple[DiscreteMeasure, DiscreteMeasure]) -> None:
    weights = place_weights(*pair)
    assert sum(p for p, _ in weights) == 1
    assert sum(q for _, q in weights) == 1


def test_the_balls_hold_what_an_independent_solver_finds() -> None:
    from lgantheory.solvers import solve

    case = instance([[1.0, 0.0], [3.0, 1.0]], [[0.0, 0.0], [2.0, 2.0]], "softplus", 0.3)
    value, k = optimum(case.solution)
    other = solve(case.problem, solver="conic")
    assert holds(value, other.primal, 1e-6)
    assert holds(k, other.k, 1e-4)


def test_a_root_is_enclosed_to_the_precision() -> None:
    found = far_failure.root(lambda t: t * t - 2, arb(2))
    assert found.contains(arb(2).sqrt().mid())
    assert float(found.rad()) < 1e-14


# -- golden values of the theory ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "k"),
    [
        ("wasserstein", 0.5),
        ("softplus", 0.2353),
        ("exponential", 0.4078),
        ("sqrt", 0.4016),
        ("least_squares", 0.6667),
        ("hinge", 0.5),
    ],
)
def test_slopes_on_two_points_at_distance_one(name: str, k: float) -> None:
    assert holds(2 * far_failure.height(name, arb(1) / 4), k, 1e-4)
    case = instance([1.0], [0.0], name, 1.0)
    assert holds(optimal_slope(case.solution), k, 1e-4)


def test_least_squares_with_a_margin_follows_its_closed_form() -> None:
    d, lam = 3.0, 0.7
    case = instance([d], [0.0], "least_squares(2)", lam)
    assert holds(optimal_slope(case.solution), 2 * 2 * d / (d * d + 2 * lam), 1e-7)


def test_heights_grow_as_the_table_says() -> None:
    s = arb(10) ** 8
    for name in ("softplus", "exponential", "sqrt"):
        most = far_failure.bound(name, s)
        assert most is not None
        share = float((far_failure.height(name, s) / most).mid())
        assert 0.8 < share <= 1.0, (name, share)  # not any bound: the leading term


@pytest.mark.parametrize(("lam", "k"), [(0.1, 0.617), (1.0, 0.942), (10.0, 0.994)])
def test_a_target_of_one_destroys_the_equilibrium_by_so_much(lam: float, k: float) -> None:
    assert holds(penalty_forms.target_slope("softplus", lam), k, 1e-3)
    problem = replace(penalty_forms.uniform(lam, Kind.TARGET).as_instance).problem
    slopes = np.linspace(0.0, 1.5, 1501)
    costs = [problem.primal(np.where(problem.points[:, 0] > 0.5, s / 2, -s / 2)) for s in slopes]
    assert abs(slopes[int(np.argmin(costs))] - k) < 2e-3


@pytest.mark.parametrize(("name", "threshold"), [("softplus", 0.5), ("exponential", 1.0)])
def test_the_first_power_kills_the_slope_from_its_threshold_on(name: str, threshold: float) -> None:
    for factor, check in ((0.8, penalty_forms.GAINS), (1.25, penalty_forms.STILL)):
        case = penalty_forms.Charged(
            DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), name, factor * threshold, Kind.LINEAR
        )
        found = penalty_forms.checks(case)
        assert named(found, check).verdict is Verdict.HOLDS
        assert {c.name for c in found} <= {penalty_forms.GAINS} or check == penalty_forms.STILL


def test_a_concave_penalty_lets_steep_discriminators_off_and_its_tangent_does_not() -> None:
    steep = penalty_forms.apart("softplus", penalty_forms.LOG, 0.625)
    assert holds(steep.cost(arb(0)), math.log(4.0), 1e-14)
    assert holds(steep.cost(arb(4)), 2.0 * math.log1p(math.exp(-2.0)) + 0.625 * math.log(5.0), 1e-14)
    tangent = replace(steep, penalty=Kind.LINEAR)
    assert steep.slope_at_zero == tangent.slope_at_zero
    assert {check.verdict for check in penalty_forms.checks(tangent)} == {Verdict.HOLDS}


def test_linear_losses_at_the_threshold_let_every_slope_be_optimal() -> None:
    case = penalty_forms.apart("wasserstein", Kind.LINEAR, 1.0)
    assert case.cost(arb(4)).overlaps(arb(0))
    assert case.cost(arb(-4)).overlaps(arb(8))
    bent = replace(case, loss="sqrt")
    assert {check.verdict for check in penalty_forms.checks(bent)} == {Verdict.HOLDS}


def test_a_kinked_loss_keeps_its_equilibrium_where_a_smooth_one_does_not() -> None:
    kinked = penalty_forms.apart(penalty_forms.KINKED.name, Kind.SQUARED, 1.0)
    assert named(penalty_forms.checks(kinked), penalty_forms.GAINS).verdict is Verdict.REFUTED
    smooth = replace(kinked, loss="softplus")
    assert named(penalty_forms.checks(smooth), penalty_forms.GAINS).verdict is Verdict.HOLDS


def test_the_cost_in_balls_is_the_objective_of_the_library() -> None:
    real, fake = DiscreteMeasure([[0.0, 1.0], [2.0, 2.0]], [0.25, 0.75]), DiscreteMeasure([[1.0, 0.0], [0.0, 1.0]])
    for penalty in Kind:
        case = penalty_forms.Charged(real, fake, "sqrt", 0.7, penalty)
        lengths = np.linalg.norm(np.concatenate([fake.points, real.points]) - fake.points[0], axis=1)
        middle = 0.5 * (lengths[:2] @ fake.weights + lengths[2:] @ real.weights)
        told = case.as_instance.problem.primal(1.5 * (lengths - middle))
        assert holds(case.cost(arb(1.5)), told, 1e-12)


def test_the_wasserstein_limit_at_lam_one_thousand() -> None:
    case = instance([1.0], [0.0], "softplus", 1000.0)
    share = 2000 * optimal_slope(case.solution) / (arb(1) / 2)
    assert holds(share, 0.9999, 1e-4)
    lopsided = Loss.from_expressions("log(1 + exp(t))", "2*log(1 + exp(-t))")
    assert lopsided.balance_point == pytest.approx(math.log(2.0))
    case = instance([1.0, 4.0], [0.0], lopsided, 1e5)
    share = 2e5 * optimal_slope(case.solution) / (arb(2) / 3 * distance(case.real, case.fake))
    assert holds(share, 1.0, 1e-4)


def test_truncated_tails() -> None:
    tail = noncompact.Tail(2, 1.0, "wasserstein")
    harmonic = sum(Fraction(1, n) for n in range(1, 13)) / sum(Fraction(1, n * n) for n in range(1, 13))
    assert holds(tail.mean(12), float(harmonic), 1e-12)
    assert holds(tail.mean(400), 4.0, 1e-3)
    assert holds(sum(tail.weights(50), arb(0)), 1.0, 1e-13)
    assert float(tail.mean(4000).mid()) > 5.0


def test_the_limit_point_has_a_slack_to_every_point_that_no_bound_keeps_from_zero() -> None:
    slacks = noncompact.limit_slacks(9)
    assert slacks[0::2] == [1] * 9  # from (0, 0) to the fakes, where f is 0 as well
    assert slacks[1::2] == [Fraction(1, m**4 + 1) for m in range(1, 10)]
    found = list(noncompact.AS_PRINTED[0].checks(noncompact.Tail(3, 1.0, "wasserstein")))
    assert named(found, noncompact.LIMIT_SLACK).verdict is Verdict.HOLDS
    assert named(found, noncompact.LIMIT_PARTNER).verdict is Verdict.REFUTED
    nought, one = Fraction(0), Fraction(1)
    assert (
        noncompact.steepness((nought, nought, nought), (nought, one, one)) == 1
    )  # the twin: straight above, a partner


# -- bounds and their equality twins -----------------------------------------------------------------------------------


@settings(max_examples=12)
@given(pair=measure_pairs(4), loss=losses((*MONOTONE, "least_squares")), lam=moderate_lams)
def test_no_drawn_problem_leaves_the_bounds(pair: Any, loss: Loss, lam: float) -> None:
    case = Instance(pair[0], pair[1], loss, lam)
    for module in (slope_bounds, divergence):
        assert Verdict.REFUTED not in {check.verdict for check in module.checks(case)}, module.checks(case)


@settings(max_examples=6)
@given(pair=measure_pairs(3), loss=losses(MONOTONE), lam=st.sampled_from((0.25, 1.0, 8.0)))
def test_no_drawn_problem_refutes_the_path_or_the_limit(pair: Any, loss: Loss, lam: float) -> None:
    case = Instance(pair[0], pair[1], loss, lam)
    found = [*path.checks(path.Path(case)), *infinity.checks(infinity.Ladder(case, CURVES[loss.name]))]
    assert Verdict.REFUTED not in {check.verdict for check in found}, found


def test_both_slope_bounds_meet_for_linear_losses() -> None:
    case = instance([1.0, 5.0], [0.0, 2.0], "wasserstein", 0.7)
    assert slope_bounds.least(case).overlaps(slope_bounds.steepest(case))
    assert holds(optimal_slope(case.solution), 2.0 / 1.4, 1e-7)
    assert holds(slope_bounds.steepest(case), 2.0 / 1.4, 1e-12)


def test_the_lower_slope_bound_is_sharper_than_the_printed_one_and_still_a_bound() -> None:
    for lam in (0.01, 1.0, 100.0):
        case = instance([1.0], [0.0], "softplus", lam)
        printed = 0.5 / (4.0 * lam + 0.25)
        ours = float(slope_bounds.least(case).mid())
        assert ours == pytest.approx(0.5 / (2.0 * lam + 0.25))
        assert printed < ours < float(optimal_slope(case.solution).upper())


@pytest.mark.parametrize("lam", [0.05, 1.0, 30.0])
def test_least_squares_on_two_points_attains_the_lower_bound_of_the_divergence(lam: float) -> None:
    case = instance([3.0], [0.0], "least_squares", lam)
    wanted = 2.0 * 9.0 / (9.0 + 2.0 * lam)
    assert holds(divergence.gain(case), wanted, 1e-11)
    found = named(divergence.checks(case), divergence.BELOW)
    assert abs(found.excess) < 1e-11
    below = replace(case, real=DiscreteMeasure([3.0, 4.0]))
    assert named(divergence.checks(below), divergence.BELOW).excess < -1e-3


def test_linear_losses_attain_the_upper_bound_of_the_divergence_and_curved_ones_do_not() -> None:
    linear, curved = (instance([2.0], [0.0], name, 0.5) for name in ("wasserstein", "sqrt"))
    assert holds(divergence.gain(linear), 2.0, 1e-12)
    assert abs(named(divergence.checks(linear), divergence.EQUAL).excess) < 1e-12
    assert named(divergence.checks(curved), divergence.ABOVE).excess < -0.1


@pytest.mark.parametrize("name", [*STRICT, "least_squares"])
def test_the_unrestricted_divergence_is_the_one_of_the_pointwise_discriminator(name: str) -> None:
    real, fake = DiscreteMeasure([0.0, 1.0, 2.0], [0.5, 0.25, 0.25]), DiscreteMeasure([0.0, 1.0], [0.25, 0.75])
    free = unrestricted_discriminator(real, fake, name)
    bound = divergence.pointwise(name, place_weights(real, fake))
    assert bound is not None
    assert holds(bound, float(CURVES[name].level.mid()) - free.value, 1e-7)


def test_the_jensen_shannon_divergence_of_disjoint_measures_is_log_two() -> None:
    apart = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))]
    found = divergence.pointwise("softplus", apart)
    assert found is not None
    assert found.overlaps(2 * arb(2).log())
    assert divergence.pointwise("wasserstein", apart) is None


def test_the_divergence_reaches_the_unrestricted_one_as_lam_falls_on_common_supports() -> None:
    case = zero.Shared("softplus", ((0.0,), (1.0,)), (1, 3), (3, 1))
    floor = sum((zero.free_value("softplus", arb(p), arb(q)) for p, q in ((0.25, 0.75), (0.75, 0.25))), arb(0))
    value, k = optimum(case.at(1e-6).solution)
    assert holds(value, float(floor.mid()), 1e-5)
    assert holds(k, 2.0 * math.log(3.0), 1e-3)  # f_0 = log 3, -log 3


def test_the_least_bend_is_that_of_the_library_at_the_ends() -> None:
    for name in STRICT:
        bends = get_loss(name).fake.second_derivative(np.linspace(-2.0, 2.0, 401))
        assert holds(zero.least_bend(name, arb(2)), float(bends.min()), 1e-12)


def test_the_path_of_linear_losses_is_in_closed_form() -> None:
    case = path.Path(instance([2.0], [0.0], "wasserstein", 0.5))
    for solution, lam in zip(case.solutions(), (0.5, 0.75, 2.0, 32.0), strict=True):
        assert holds(optimal_value(solution), -4.0 / (4.0 * lam), 1e-12)
    assert named(path.checks(case), path.LINEAR).verdict is Verdict.HOLDS


# -- losses and penalties ----------------------------------------------------------------------------------------------


def test_sums_that_keep_the_assumption_are_proved_as_a_whole_too() -> None:
    assert check_conditions(Loss.from_expressions("exp(t) + log(1 + exp(t))")).holds
    assert check_conditions(Loss.from_expressions("t + exp(t + 2)", "-t + exp(-t)")).holds  # shifted on one side
    apart = check_conditions(Loss.from_expressions("t", "log(1 + exp(-t))/2"))
    assert apart["balance_point"].verdict is Verdict.REFUTED
    assert apart["fake_increasing"].verdict is Verdict.PROVED


def test_a_shift_of_one_side_moves_the_balance_point_and_does_not_lose_it() -> None:
    shifted = Loss.from_expressions("exp(t + 2)", "exp(-t)")
    assert shifted.balance_point == pytest.approx(-1.0)
    terms = (adding_losses.Term("exponential", shift=2),), (adding_losses.Term("exponential"),)
    assert all(check.verdict is Verdict.HOLDS for check in adding_losses.checks(adding_losses.Sum(*terms)))


def test_the_slopes_of_a_sum_are_those_of_its_expression() -> None:
    terms = adding_losses.Term("exponential", 3, 2, -1), adding_losses.Term("sqrt", 2, 3, 1)
    fake = Loss.from_expressions("3*exp(2*t - 1) + 2*(3*t + 1 + sqrt((3*t + 1)**2 + 1))").fake
    rise, fall = adding_losses.Sum(terms, terms, divisor=4).slopes(1)
    assert holds(rise, float(fake.derivative(1.0)), 1e-12)
    assert holds(fall, float(fake.derivative(-1.0)) / 4.0, 1e-12)


def test_negative_weights_and_losses_that_fall_are_no_members() -> None:
    good, negative, falling = (
        adding_losses.Term("exponential"),
        adding_losses.Term("wasserstein", -1),
        adding_losses.Term("least_squares"),
    )
    assert adding_losses.Sum((good,), (good,)).parts_are_proved
    assert not adding_losses.Sum((good, negative), (good,)).parts_are_proved
    assert not adding_losses.Sum((good,), (good, falling)).parts_are_proved


@pytest.mark.parametrize("name", weakly_increasing.FLAT)
def test_flat_losses_gain_nothing_and_lifted_ones_something(name: str) -> None:
    case = next(weakly_increasing.instances(Request(number=1, loss=name)))
    assert weakly_increasing.gain(case)[1] < 1e-6
    lifted = weakly_increasing.gain(instance([1.0], [0.0], "hinge(1)", 1.0))
    assert lifted[0] == pytest.approx(0.25)  # 2 - 7/4, at slope 1/2


# -- geometry ----------------------------------------------------------------------------------------------------------


fractions = st.integers(-24, 24).map(lambda number: Fraction(number, 3))


@given(st.lists(st.tuples(fractions, fractions), min_size=2, max_size=4, unique=True), fractions, fractions)
def test_envelopes_of_lipschitz_values_are_lipschitz(points: Any, x: Fraction, y: Fraction) -> None:
    raw = extension.Values(tuple(points), tuple(p[0] for p in points), Fraction(1, 2), ((x, y), (y, x), (x, x)))
    case = replace(raw, f=tuple(map(raw.upper, points)))
    assert all(check.verdict is Verdict.HOLDS for check in extension.checks(case))
    middle = case.with_value((x, y))
    assert case.lower((x, y)) <= middle.f[-1] <= case.upper((x, y))


def test_the_envelopes_are_the_least_and_the_largest() -> None:
    case = extension.Values(((Fraction(0),), (Fraction(4),)), (Fraction(0), Fraction(2)), Fraction(1), ())
    assert (case.lower((Fraction(2),)), case.upper((Fraction(2),))) == (Fraction(0), Fraction(2))
    assert (case.lower((Fraction(-1),)), case.upper((Fraction(-1),))) == (Fraction(-1), Fraction(1))


@pytest.mark.parametrize(
    ("norm", "y", "gradient"),
    [("1", (2, 1), (1, 1)), ("1", (-3, 2), (-1, 1)), ("infinity", (2, -5), (0, -1)), ("infinity", (3, 1), (1, 0))],
)
def test_gradients_in_other_norms(norm: str, y: tuple[int, ...], gradient: tuple[int, ...]) -> None:
    case = other_norms.pair(y, norm)
    assert case.differences("lower") == case.differences("upper") == gradient
    assert other_norms.functional(case.y, norm) == gradient


def test_the_gradient_points_at_y_on_a_diagonal_even_in_norm_one() -> None:
    (found,) = other_norms._points(other_norms.pair((2, 2), "1"))
    assert found.verdict is Verdict.HOLDS


def test_a_projection_gains_nothing_and_an_isometry_loses_nothing() -> None:
    first = instance([[1.0, 1.0], [2.0, 0.0]], [[0.0, 0.0]], "softplus", 0.5)
    value = optimal_value(first.solution)
    case = scaling.Moved(first, "moved", "on the first axis")
    assert optimal_value(case.image(scaling.CLOSER["on the first axis"]).solution) > value
    assert optimal_value(case.image(scaling.CLOSER["folded"]).solution).overlaps(value)


def test_a_rotation_by_an_integer_matrix_is_exact() -> None:
    points = np.array([[1.0, 0.0, 2.0], [0.125, 3.0, -1.0]])
    turned = scaling.SIMILAR["rotated, times 5"][0](points)
    assert np.array_equal(((turned[0] - turned[1]) ** 2).sum(), 25.0 * ((points[0] - points[1]) ** 2).sum())


# -- duality -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["softplus", "exponential", "sqrt"])
def test_the_conjugates_are_those_of_the_library_and_meet_fenchel_young(name: str) -> None:
    fake, curve = get_loss(name).fake, CURVES[name]
    for s in (0.125, 0.5, 0.9):
        assert holds(duality.CONJUGATES[name](arb(s)), float(fake.conjugate(s)), 1e-12)
    t = arb(0.75)  # equality at the slope
    s = curve.slope(t)
    assert holds(duality.CONJUGATES[name](s) + curve.value(t) - s * t, 0.0, 1e-12)


def test_the_best_masses_of_two_points_are_the_slope_at_the_optimum() -> None:
    case = duality.Weighed((0,), (1,), "exponential", 1.0, (Fraction(1, 2),), (Fraction(1, 2),))
    height = far_failure.height("exponential", arb(1) / 4)
    best = Fraction(float((-height).exp().mid()))
    attained = duality.bound(case, (best,), (best,))
    assert attained.overlaps(optimal_value(case.as_instance.solution)) or holds(
        attained - optimal_value(case.as_instance.solution), 0.0, 1e-14
    )
    assert duality.bound(case, case.u, case.v) < attained


def test_the_distance_of_the_dual_is_the_area_between_distribution_functions() -> None:
    case = duality.Weighed((0, 2), (1,), "wasserstein", 0.25, (Fraction(1),) * 2, (Fraction(1),))
    assert holds(duality.bound(case, case.u, case.v), -1.0, 1e-14)  # W1 = 1, 4 lam = 1


# -- samples and flow --------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 5), min_size=2, max_size=3), st.integers(1, 3))
def test_the_probabilities_of_all_samples_add_up_to_one(weights: list[int], size: int) -> None:
    found = sample_complexity.samples(tuple(weights), size)
    assert sum(share for _, share in found) == 1
    mean = sum(share * counts[0] for counts, share in found)
    assert mean == Fraction(size * weights[0], sum(weights))


def test_samples_of_single_atoms_have_no_bias() -> None:
    case = sample_complexity.population((0, 8), (0, 1), (1, 0), "softplus", 1.0)
    whole = optimal_value(case.problem(case.real, case.fake, 1.0).solution)
    assert sample_complexity.mean_value(case, 2).overlaps(whole)


def test_the_bias_of_one_draw_is_the_mean_of_two_cases() -> None:
    case = sample_complexity.population((0, 8), (1, 1), (1, 1), "wasserstein", 1.0)
    assert holds(sample_complexity.mean_value(case, 1), -0.5 / 4.0, 1e-14)  # W1 is 0 or 1, half of the time each
    assert holds(sample_complexity.mean_value(case, 2), -(0.5 * 0.25 + 0.125) / 4.0, 1e-14)
    # six fair bits: the variance of the difference of two means of three is 1/6
    assert holds(sample_complexity.mean_value(case, 3), -(1.0 / 6.0) / 4.0, 1e-14)
    assert [len(replace(case, places=places).sizes) for places in ((0, 8), (0, 8, 16))] == [3, 2]
    checks = sample_complexity.checks(case)
    assert named(checks, sample_complexity.RATE).excess == pytest.approx(0.0, abs=1e-12)  # attained


def test_the_divergence_falls_while_the_distance_of_earth_movers_grows() -> None:
    (swarm,) = particle_flow.AS_PRINTED[0].instances(Request())
    taken = particle_flow.step(swarm.first.solution)
    assert distance(swarm.first.real, taken.after.problem.fake) > 5.01
    assert holds(distance(swarm.first.real, swarm.first.fake), 5.0, 1e-12)
    assert optimal_value(taken.after) > optimal_value(taken.before)
    assert taken.after.problem.fake.points[0, 0] < 0.0


@pytest.mark.parametrize("name", MONOTONE)
def test_a_swarm_closes_in(name: str) -> None:
    rng = np.random.default_rng(8)
    case = instance(rng.normal(size=(8, 2)) + 2.0, rng.normal(size=(8, 2)), name, 0.5)
    at = case.solution
    fars, values = [], []
    for _ in range(12):
        fars.append(float(distance(at.problem.real, at.problem.fake).mid()))
        values.append(float(optimal_value(at).mid()))
        at = particle_flow.step(at).after
    assert fars[-1] < 0.9 * fars[0]
    assert all(later > earlier for earlier, later in pairwise(values))


def test_directions_are_means_over_the_plan() -> None:
    g, lengths = particle_flow.directions(instance([-1.0, 2.0, 3.0], [0.0], "wasserstein", 1.0).solution)
    assert g[0, 0] == pytest.approx(1.0 / 3.0)
    assert sorted(lengths.tolist()) == [1.0, 2.0, 3.0]


def test_slopes_along_the_flow_are_k_and_across_reals_less() -> None:
    case = max_slope.Batch(instance([[1.0, 1.0], [1.0, -1.0]], [[0.0, 0.0]], "softplus", 1.0))
    solution = case.first.solution
    along, _ = max_slope.slopes(solution, case.segments, max_slope.SHARES)
    across, _ = max_slope.slopes(solution, np.array([[1], [2]]), max_slope.SHARES)
    assert np.allclose(along, solution.k, rtol=1e-6)
    assert across.max() < 0.87 * solution.k
