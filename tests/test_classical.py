"""The room of classical GAN theory: printed numbers, equality twins of every bound, and breaks just missed."""

from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from itertools import product
from math import exp, log, sqrt

import numpy as np
import pytest
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st

from lgantheory.claims import Check, Claim, Request, Verdict
from lgantheory.symbolic.balls import precision
from verify.balls import Number, exact
from verify.classical import (
    covering,
    cross_entropy,
    curves,
    danskin,
    disjoint,
    diverging_critic,
    frozen_step,
    gaussians,
    likelihood,
    measures,
    nonsaturating,
    optimal_discriminator,
    proofs,
    restricted,
    saturation,
    value,
    wgan_step,
)
from verify.classical.measures import LOG_2, Pair, Weights, pair, weights

MODULES = (
    covering,
    cross_entropy,
    danskin,
    disjoint,
    diverging_critic,
    frozen_step,
    likelihood,
    nonsaturating,
    optimal_discriminator,
    restricted,
    saturation,
    value,
    wgan_step,
)

# The pair of the project's table of divergences.
P, Q = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))
HALF = Fraction(1, 2)


def assert_reads(found: Number, printed: str) -> None:
    """``found`` rounds to the printed digits: it is within half a unit of the last one."""
    unit = 10.0 ** int(Decimal(printed).as_tuple().exponent)
    ball = exact(found)
    assert float(abs(ball - float(printed)).upper()) <= 0.5 * unit * (1.0 + 1e-6), f"{ball} is not {printed}"


def assert_equal(left: Number, right: Number, within: float = 1e-12) -> None:
    """Both balls overlap and are narrow."""
    difference = exact(left) - exact(right)
    assert difference.contains(0), f"{left} is not {right}"
    assert float(difference.rad()) <= within


def verdicts(checks: list[Check], name: str) -> set[Verdict]:
    return {check.verdict for check in checks if check.name == name}


def worst(checks: list[Check]) -> Check:
    return max(checks, key=lambda check: check.severity)


def drawn_weights(most: int = 4, least: int = 1) -> st.SearchStrategy[tuple[Weights, Weights]]:
    """Two measures on the same two to ``most`` atoms."""
    entries = st.integers(least, 12)
    rows = st.lists(st.tuples(entries, entries), min_size=2, max_size=most)
    return rows.filter(lambda r: all(sum(side) for side in zip(*r, strict=True))).map(
        lambda r: (weights(*(a for a, _ in r)), weights(*(b for _, b in r)))
    )


def test_helpers_raise() -> None:
    with pytest.raises(AssertionError):
        assert_reads(0.1234, "0.1236")
    with pytest.raises(AssertionError):
        assert_equal(1, 2)
    with pytest.raises(AssertionError):
        assert_equal(arb(0, 1), 0)


# --- the statements as a whole ------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_each_file_is_named_after_its_claim_and_says_what_it_settles(module: object) -> None:
    claims: list[Claim] = [getattr(module, "CLAIM"), *getattr(module, "AS_PRINTED", ())]  # noqa: B009
    name = str(getattr(module, "__name__")).removeprefix("verify.")  # noqa: B009
    assert claims[0].ref == name
    assert all(claim.ref.startswith(f"{name}/") for claim in claims[1:])
    assert {claim.expected for claim in claims[1:]} <= {Verdict.REFUTED}


def test_the_room_settles_its_part_of_the_lecture() -> None:
    claims = [claim for module in MODULES for claim in (module.CLAIM, *getattr(module, "AS_PRINTED", ()))]
    settled = {number for claim in claims for number in claim.settles}
    assert settled == {*(f"lecture {n}" for n in (*range(1, 12), 20)), "E8", "E11", "E12", "E13", "E17"}


def test_the_table_of_the_room_lists_every_file() -> None:
    text = import_module("verify.classical").__doc__ or ""
    for module in MODULES:
        assert f"``{module.__name__.rpartition('.')[2]}``" in text


@pytest.mark.parametrize("seed", [5, 6])
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_other_seeds_give_the_same_verdict(module: object, seed: int) -> None:
    claim: Claim = getattr(module, "CLAIM")  # noqa: B009
    report = claim.decide(Request(number=8, seed=seed))
    assert report.verdict is Verdict.HOLDS, (report.worst, report.worst_instance, report.breaks)


# --- divergences --------------------------------------------------------------------------------------------------


def test_divergences_of_the_table() -> None:
    assert_reads(measures.total_variation(P, Q), "0.3333333333")
    assert_reads(measures.kl(P, Q), "0.3101634897")
    assert_reads(measures.kl(Q, P), "0.3344398433")
    assert_reads(measures.jsd(P, Q), "0.0772499684")
    assert_reads(measures.entropy(P), "1.0114043")
    assert_reads(value.CLAIM.breaks[0].instance().pair.p[0], "1")
    assert_reads(measures.value(P, Q, measures.best_discriminator(P, Q)), "-1.2317944244")


def test_mass_that_is_missed_costs_everything() -> None:
    assert measures.kl(weights(1, 1), weights(1, 0)) == arb(float("inf"))
    assert_equal(measures.kl(weights(1, 0), weights(1, 1)), LOG_2)
    assert measures.value(weights(1, 0), weights(1, 0), (Fraction(0), HALF)) == arb(float("-inf"))


@given(drawn_weights())
def test_terms_of_series_sum_to_the_divergences(drawn: tuple[Weights, Weights]) -> None:
    p, q = ([exact(a) for a in side] for side in drawn)
    assert_equal(measures.summed(measures.kl_term, p, q), measures.kl(*drawn))
    assert_equal(measures.summed(measures.twice_jsd_term, p, q), 2 * measures.jsd(*drawn))


@given(drawn_weights(), st.integers(-3, 3))
def test_slopes_of_series_are_limits_of_difference_quotients(drawn: tuple[Weights, Weights], step: int) -> None:
    p, q = drawn
    case = curves.curve(Pair(p, q), (step, -step, *(0 for _ in p[2:])))
    h = Fraction(1, 2**22)
    there = [tuple(b + sign * h * w for b, w in zip(q, case.v, strict=True)) for sign in (1, -1)]
    quotient = 2 * (measures.jsd(p, there[0]) - measures.jsd(p, there[1])) / (2 * exact(h))
    assert float(abs(quotient - curves.slope(measures.twice_jsd_term, case)).upper()) < 1e-6


def test_shifted_gaussians_of_the_table() -> None:
    assert_reads(gaussians.shifted_jsd(1), "0.1114214822")
    assert_reads(2 * gaussians.shifted_jsd(1) - 2 * LOG_2, "-1.1634513968")
    assert_reads(gaussians.shifted_slope(1), "0.39797")


def test_quadrature_knows_the_moments() -> None:
    square = gaussians.expectation(lambda x, _: x * x, 3, 2, growth=(18, 0, 8))
    assert_equal(square, 13)
    assert_equal(gaussians.expectation(lambda x, _: x.exp(), 0, 1, growth=(0, 0, 0)), arb(0.5).exp(), 1e-11)


def test_the_bound_of_the_tails_is_in_the_ball() -> None:
    """With enough bits the tails show: the ball contains the truth, and the quadrature alone would not."""
    with precision(200):
        found = gaussians.expectation(lambda x, _: 0 * x + 1, 0, 1)
        beyond = (arb(gaussians.REACH) / arb(2).sqrt()).erfc()
        assert found.contains(1)
        assert 1e-24 < float(beyond) < float(found.rad()) < 1.02 * float(beyond)


def test_the_tails_of_the_moments() -> None:
    density = exp(-50.0) / sqrt(6.283185307179586)
    assert float(gaussians._tail(0, 1, 0)) == pytest.approx(2.0 * density)
    quad_tail = 2.0 * (10.0 * density + float((arb(10) / arb(2).sqrt()).erfc()) / 2.0)
    assert quad_tail <= float(gaussians._tail(0, 0, 1)) <= 1.001 * quad_tail


# --- likelihood ---------------------------------------------------------------------------------------------------


@given(drawn_weights())
def test_the_likelihood_per_point_is_least_kl(drawn: tuple[Weights, Weights]) -> None:
    p, q = drawn
    expected = sum(float(a) * log(b) for a, b in zip(p, q, strict=True))
    assert expected == pytest.approx(-float(measures.entropy(p)) - float(measures.kl(p, q)), abs=1e-12)


def test_no_measure_is_likelier_than_the_data_and_they_reach_it() -> None:
    counts = (3, 2, 1)
    case = likelihood.Case(P, counts, (likelihood.Model(P, P), likelihood.Model(Q, Q)), (1, -1, 0))
    own, other = (check for check in likelihood.checks(case) if check.name == likelihood.OVERALL)
    assert abs(own.excess) <= own.error_bar
    assert other.excess < -0.05
    assert {check.verdict for check in likelihood.checks(case)} == {Verdict.HOLDS}


def test_many_tosses_come_near_what_one_toss_misses() -> None:
    """The twin of the break: as many heads as the coin has, and the likeliest coin is the fair one."""
    toss = likelihood.COIN
    fair = likelihood.Case(toss.p, (1, 1), toss.models, toss.direction)
    assert verdicts(likelihood.checks(toss), likelihood.BEST) == {Verdict.HOLDS, Verdict.REFUTED}
    assert verdicts(likelihood.checks(fair), likelihood.BEST) == {Verdict.HOLDS}


def test_the_slope_of_kl_is_the_difference_of_weights() -> None:
    case = likelihood.Case(P, (3, 2, 1), (likelihood.Model(Q, Q),), (1, 0, 0))
    (check,) = (c for c in likelihood.checks(case) if c.name == likelihood.GRADIENT)
    assert check.verdict is Verdict.HOLDS
    tilted = likelihood.Model(P, Q)
    wrong = likelihood.Case(P, (3, 2, 1), (likelihood.Model(Q, tilted.likelihood),), (1, 0, 0))
    assert worst(likelihood.checks(wrong)).verdict is Verdict.REFUTED


# --- covering -----------------------------------------------------------------------------------------------------


def test_the_fits_to_two_gaussians_at_distance_three() -> None:
    mean, deviation = covering.descend(covering.FAR, 3.0)
    assert_reads(mean, "2.98431")
    assert_reads(deviation, "1.02337")
    assert_reads(covering.reverse(covering.FAR, mean, deviation), "0.688769")
    low, high = covering.centre(covering.FAR)
    assert_reads((low + high) / 2, "2.74377")
    assert_reads(covering.least_at_centre(covering.FAR), "0.840621")
    assert_reads(1 / exact(low) ** 2, "0.1328")
    assert_reads(covering.forward(covering.FAR, 0, exact(10).sqrt()), "0.461995")


def test_the_lower_bound_at_the_centre_is_nearly_attained() -> None:
    low, high = covering.centre(covering.FAR)
    middle = covering.reverse(covering.FAR, 0.0, (low + high) / 2)
    gap = middle - covering.least_at_centre(covering.FAR)
    assert 0.0 <= float(gap.mid()) < 1e-9


def test_forward_kl_grows_away_from_the_moments_as_the_formula_says() -> None:
    """F(m, s) - F* = (log(s^2/v) + v/s^2 - 1 + m^2/s^2) / 2 with v = 1 + c^2."""
    m, s, v = Fraction(1, 2), Fraction(2), 10
    rise = (exact(s * s / v).log() + exact(v / s**2 - 1 + m * m / s**2)) / 2
    best = covering.forward(covering.FAR, 0, exact(v).sqrt())
    assert_equal(covering.forward(covering.FAR, m, s) - best, rise, 1e-11)


def test_derivatives_of_reverse_kl_are_those_of_its_values() -> None:
    mixture, s, h = covering.Mixture(Fraction(3), Fraction(3, 4)), 2.0, 2.0**-12
    rise = covering.reverse(mixture, 0.0, s + h) - covering.reverse(mixture, 0.0, s - h)
    assert float(rise / (2 * h)) == pytest.approx(s * float(covering.scale_slope(mixture, s)), abs=1e-5)
    across = covering.reverse(mixture, h, s) - covering.reverse(mixture, -h, s)
    assert float(across / (2 * h)) == pytest.approx(float(covering._mean_slope(mixture, s)), abs=1e-5)


def test_the_mixture_is_a_density_of_mass_one() -> None:
    mixture = covering.Mixture(Fraction(3), Fraction(1, 4))
    nodes = np.linspace(-15.0, 15.0, 6001)
    densities = [exp(float(mixture.log_density(acb(float(x)), False).real)) for x in nodes]
    assert np.trapezoid(densities, nodes) == pytest.approx(1.0, abs=1e-10)
    centres = np.trapezoid(np.array(densities) * nodes, nodes)
    assert centres == pytest.approx(3.0 * 0.25 - 3.0 * 0.75, abs=1e-9)


def test_the_best_reverse_fit_is_near_a_mode_and_not_on_it() -> None:
    mean, deviation = covering.descend(covering.FAR, 3.0)
    inside = [covering._mean_slope(covering.FAR, deviation, Fraction(mean) + step) for step in (-HALF / 64, HALF / 64)]
    assert float(inside[0]) < 0.0 < float(inside[1])
    assert float(covering._mean_slope(covering.FAR, 1.0, Fraction(3))) == pytest.approx(0.0124532392197, rel=1e-11)


def test_modes_just_far_enough_apart_are_sought_and_nearer_ones_covered() -> None:
    for c, meant in ((Fraction(57, 20), Verdict.HOLDS), (Fraction(55, 20), Verdict.REFUTED)):
        case = covering.Case(covering.Mixture(c), covering.RIVAL, c)
        assert verdicts(covering.checks(case), covering.SEEKS) == {meant}
        assert verdicts(covering.checks(case), covering.CENTRE) == {Verdict.HOLDS}


# --- the optimal discriminator and its value ----------------------------------------------------------------------


def test_discriminator_of_the_table_and_of_gaussians() -> None:
    assert measures.best_discriminator(P, Q) == (Fraction(5, 7), Fraction(10, 19), Fraction(1, 4))
    x = 0.3
    p, q = exp(-x * x / 2), exp(-((x - 1) ** 2) / 2)
    assert log(p / q) == pytest.approx(0.5 - x)


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 23))
def test_pinsker_bounds_what_another_discriminator_loses(a: int, b: int, k: int) -> None:
    case = optimal_discriminator.case_of(Pair((Fraction(a),), (Fraction(b),)), [Fraction(k, 24)])
    assert {check.verdict for check in optimal_discriminator.checks(case)} <= {Verdict.HOLDS, Verdict.PROVED}


def test_pinsker_is_sharp_near_the_optimum() -> None:
    near = HALF + Fraction(1, 1000)
    lost = measures.value((HALF,), (HALF,), (HALF,)) - measures.value((HALF,), (HALF,), (near,))
    assert float(lost / (2 * exact((near - HALF) ** 2))) == pytest.approx(1.0, abs=1e-5)


def test_a_trace_of_the_other_measure_keeps_d_inside() -> None:
    case = optimal_discriminator.case_of(pair([1000, 1], [1, 0]), [HALF, HALF])
    inside = verdicts(optimal_discriminator.checks(case), optimal_discriminator.INSIDE)
    assert inside == {Verdict.HOLDS, Verdict.REFUTED}
    shared = optimal_discriminator.case_of(pair([1000, 1], [1, 1]), [HALF, HALF])
    assert verdicts(optimal_discriminator.checks(shared), optimal_discriminator.INSIDE) == {Verdict.HOLDS}


def test_a_tied_discriminator_is_best_where_the_ratio_is_constant() -> None:
    case = optimal_discriminator.case_of(pair([1, 1], [1, 1]), [Fraction(1, 3)] * 2, tied=True)
    assert verdicts(optimal_discriminator.checks(case), optimal_discriminator.FORMULA) == {Verdict.HOLDS}


@given(drawn_weights(least=0))
def test_the_value_is_the_divergence_up_to_a_constant(drawn: tuple[Weights, Weights]) -> None:
    p, q = drawn
    reached = measures.value(p, q, measures.best_discriminator(p, q))
    assert_equal(reached + 2 * LOG_2, 2 * measures.jsd(p, q))


def test_the_bounds_of_the_value_are_attained() -> None:
    same, apart = (value._optimal(pair(*sides)) for sides in (([1, 2], [1, 2]), ([1, 0], [0, 1])))
    for case, name in product((same, apart), (value.LEAST, value.LARGEST)):
        (check,) = (c for c in value.checks(case) if c.name == name)
        assert check.verdict is Verdict.HOLDS
        tight = (case is same) or name == value.LARGEST
        assert (abs(check.excess) <= check.error_bar) == tight


def test_measures_that_hardly_differ_are_above_the_least_value() -> None:
    near = value._optimal(pair([1000, 1001], [1001, 1000]))
    assert verdicts(value.checks(near), value.ABOVE) == {Verdict.HOLDS}


# --- disjoint supports --------------------------------------------------------------------------------------------


@given(drawn_weights(least=0))
def test_total_variation_bounds_the_divergence(drawn: tuple[Weights, Weights]) -> None:
    assert {check.verdict for check in disjoint.bounds(drawn)} == {Verdict.HOLDS}


def test_the_bounds_by_total_variation_are_attained() -> None:
    mirrored = weights(3, 1), weights(1, 3)
    assert_equal(measures.jsd(*mirrored), disjoint.sharp_bound(measures.total_variation(*mirrored)))
    partly = weights(1, 1, 0), weights(0, 1, 1)
    assert_equal(measures.jsd(*partly), LOG_2 * exact(measures.total_variation(*partly)))
    small = Fraction(1, 500)
    assert float(disjoint.sharp_bound(small) / (exact(small) ** 2 / 2)) == pytest.approx(1.0, abs=1e-5)


@given(drawn_weights(least=0))
def test_the_accuracy_of_the_best_classifier_is_total_variation(drawn: tuple[Weights, Weights]) -> None:
    assert disjoint.accuracy(*drawn) == (1 + measures.total_variation(*drawn)) / 2


def test_uniform_intervals_attain_the_upper_bound() -> None:
    """Cells of [0, 1] and [k/8, 1 + k/8]: TV = k/8, and JSD is log 2 times that, until they part."""
    cells = 8
    for k in range(2 * cells):
        p = weights(*(1 if i < cells else 0 for i in range(3 * cells)))
        q = weights(*(1 if k <= i < cells + k else 0 for i in range(3 * cells)))
        assert_equal(measures.jsd(p, q), LOG_2 * exact(min(Fraction(1), Fraction(k, cells))))


def test_w1_by_two_routes_also_where_supports_cross() -> None:
    case = disjoint.case_of([0, 3], weights(1, 2), [1, 2, 3], weights(1, 1, 2), Fraction(1))
    assert disjoint.line_distance(case) == disjoint.coupling_cost(case)
    assert disjoint.line_distance(disjoint.case_of([0], weights(1), [5], weights(1), HALF)) == 5


def test_almost_disjoint_is_not_log_two_and_a_shorter_move_keeps_it() -> None:
    touching = disjoint.case_of([0], weights(1), [1], weights(1), Fraction(-1))
    short = disjoint.case_of([0], weights(1), [1], weights(1), Fraction(-1, 2))
    assert verdicts(disjoint.checks(touching), disjoint.STILL) == {Verdict.REFUTED}
    assert verdicts(disjoint.checks(short), disjoint.STILL) == {Verdict.HOLDS}


# --- derivatives and steps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "after"), [(1, "0.04336"), (5, "0.10941"), (10, "0.52376"), (20, "0.69242")])
def test_one_step_of_a_gaussian(rate: int, after: str) -> None:
    step = frozen_step.Shift(Fraction(1), Fraction(rate))
    assert_reads(step.divergence(-rate * step.slope) / 2, after)


def test_a_gaussian_step_is_harmless_up_to_reflection() -> None:
    slope = Fraction(float(gaussians.shifted_slope(1)))
    edge = 2 / slope
    assert edge == pytest.approx(5.02553, abs=1e-4)
    for rate, meant in ((edge * Fraction(99, 100), Verdict.HOLDS), (edge * Fraction(101, 100), Verdict.REFUTED)):
        assert worst(frozen_step._direction(frozen_step.Shift(Fraction(1), rate))).verdict is meant


def test_the_discrete_step_is_too_long_past_reflection() -> None:
    """From 3/4 by log(9/5) eta; at eta = 1/(2 log(9/5)) = 0.8507 it ends at 1/4, where JSD is what it was."""
    assert_equal(frozen_step.LONG.slope, exact(Fraction(9, 5)).log())
    for rate, meant in ((Fraction(850, 1000), Verdict.HOLDS), (Fraction(852, 1000), Verdict.REFUTED)):
        step = frozen_step.Step(frozen_step.LONG.curve, rate)
        assert worst(frozen_step._direction(step)).verdict is meant


def test_short_steps_keep_half_of_every_weight() -> None:
    for step in frozen_step.instances(Request(number=12, seed=3)):
        t = -float(step.rate) * float(step.slope)
        assert all(float(b) + t * w >= 0.5 * float(b) - 1e-12 for b, w in zip(step.curve.q, step.curve.v, strict=True))
        curvature = sum(w * w * a / (b * (a + b)) for a, b, w in zip(*_floats(step), strict=True))
        assert float(step.rate) * curvature <= 1.0


def _floats(step: frozen_step.Step) -> tuple[list[float], list[float], list[float]]:
    return [float(a) for a in step.curve.p], [float(b) for b in step.curve.q], [float(w) for w in step.curve.v]


def test_a_maximum_has_the_slopes_of_its_active_functions() -> None:
    line = danskin.LINE
    tie = danskin.Case(danskin.KINK, Fraction(0), line)
    assert verdicts(danskin.checks(tie), danskin.HULL) == {Verdict.HOLDS}
    assert verdicts(danskin.checks(tie), danskin.DIFFERENTIABLE) == {Verdict.REFUTED}
    beside = danskin.Case(danskin.KINK, Fraction(1, 10**6), line)
    assert {check.verdict for check in danskin.checks(beside)} == {Verdict.HOLDS}


def test_a_tie_of_equal_slopes_is_no_kink() -> None:
    flat = danskin.Parabola(Fraction(1), Fraction(0), Fraction(0)), danskin.Parabola(*[Fraction(0)] * 3)
    case = danskin.Case(flat, Fraction(0), danskin.LINE)
    assert verdicts(danskin.checks(case), danskin.DIFFERENTIABLE) == {Verdict.HOLDS}


def test_ties_are_among_the_instances() -> None:
    cases = list(danskin.instances(Request()))
    assert any(len(case.active) > 1 for case in cases)
    assert any(len(case.active) == 1 for case in cases)


def test_the_envelope_for_gaussians() -> None:
    h = Fraction(1, 2**10)
    quotient = (gaussians.shifted_jsd(1 + h) - gaussians.shifted_jsd(1 - h)) / exact(h)
    assert float(quotient) == pytest.approx(float(gaussians.shifted_slope(1)), abs=1e-6)


def test_slopes_on_the_logit() -> None:
    minimax, other = saturation.slopes(saturation.Case(Fraction(1, 100)))
    assert_reads(minimax / other, "0.0101")
    assert_equal(minimax / other, Fraction(1, 99))
    even = saturation.slopes(saturation.Case(HALF))
    assert_equal(even[0], even[1])
    edge = saturation.Case(Fraction(499, 1000))
    assert {check.verdict for check in saturation.checks(edge)} <= {Verdict.HOLDS, Verdict.PROVED}


def test_nonsaturating_and_minimax_slopes_are_opposed_at_the_witness() -> None:
    (case,) = nonsaturating._opposed(Request())
    assert_equal(curves.frozen_slope(case, curves.minimax_reward), exact(Fraction(9, 8)).log())
    assert_equal(curves.frozen_slope(case, curves.nonsaturating_reward), -exact(Fraction(9, 8)).log())


def test_the_witness_shows_in_a_real_step() -> None:
    (case,) = nonsaturating._opposed(Request())
    t = Fraction(1, 100)
    moved = tuple(b + t * w for b, w in zip(case.q, case.v, strict=True))
    assert float(nonsaturating.objective(Pair(case.p, moved)) - nonsaturating.objective(Pair(case.p, case.q))) < -1e-4
    assert float(measures.jsd(case.p, moved) - measures.jsd(case.p, case.q)) > 1e-4


@given(drawn_weights())
def test_the_objective_of_the_nonsaturating_generator(drawn: tuple[Weights, Weights]) -> None:
    p, q = drawn
    assert_equal(measures.kl(q, p) - 2 * measures.jsd(p, q), nonsaturating.objective(Pair(p, q)))
    assert_equal(nonsaturating.objective(Pair(p, p)), 0)


def test_two_atoms_never_set_the_two_slopes_against_each_other() -> None:
    for case in curves.random_curves(Request(number=40, seed=2)):
        if len(case.p) == 2:
            slopes = [float(curves.frozen_slope(case, r)) for r in (curves.minimax_reward, curves.nonsaturating_reward)]
            assert slopes[0] * slopes[1] >= 0.0


# --- samples ------------------------------------------------------------------------------------------------------


def test_probabilities_of_counts_sum_to_one() -> None:
    for p, m in ((P, 3), (weights(1, 0, 2), 2), (weights(1, 1), 4)):
        assert sum(restricted.probability(p, n) for n in restricted.counts(len(p), m)) == 1


def test_the_expected_maximum_falls_to_the_value_as_samples_grow() -> None:
    p, q = weights(1, 3), weights(3, 1)
    means = [restricted.expected_maximum(restricted.Case(Pair(p, q), (0, 1), m), (0, 1)) for m in range(1, 7)]
    most = restricted.unrestricted(p, q)
    rest = [float(mean - most) for mean in means]
    assert rest == sorted(rest, reverse=True)
    assert rest[-1] > 0.0
    one_atom = restricted.expected_maximum(restricted.Case(pair([1], [1]), (0,), 2), (0,))
    assert_equal(one_atom, -2 * LOG_2)


def test_one_toss_of_a_fair_coin() -> None:
    assert_equal(restricted.expected_maximum(restricted.COIN, (0, 1)), -LOG_2)
    assert_equal(restricted.unrestricted(weights(1, 1), weights(1, 1)), -2 * LOG_2)


@given(drawn_weights(), st.lists(st.integers(0, 1), min_size=4, max_size=4))
def test_blocks_lose_information(drawn: tuple[Weights, Weights], blocks: list[int]) -> None:
    p, q = drawn
    merged = [restricted.merge(side, blocks[: len(p)]) for side in drawn]
    assert float((restricted.unrestricted(merged[0], merged[1]) - restricted.unrestricted(p, q)).lower()) <= 0.0


def test_blocks_of_constant_ratio_lose_nothing() -> None:
    p, q, blocks = weights(1, 2, 3), weights(2, 4, 0), (0, 0, 1)
    merged = [restricted.merge(side, blocks) for side in (p, q)]
    assert_equal(restricted.unrestricted(merged[0], merged[1]), restricted.unrestricted(p, q))


@pytest.mark.parametrize(("real", "fake", "least"), [((2, 0), (0, 2), 0.0), ((1, 1), (1, 1), log(2.0))])
def test_cross_entropy_at_its_extremes(real: tuple[int, ...], fake: tuple[int, ...], least: float) -> None:
    case = cross_entropy.Case(real, fake, (HALF, HALF))
    assert float(cross_entropy.label_entropy(case)) == pytest.approx(least)
    assert {check.verdict for check in cross_entropy.checks(case)} == {Verdict.HOLDS}


def test_cross_entropy_is_not_half_the_value_for_unequal_numbers() -> None:
    even = cross_entropy.Case((3,), (3,), (Fraction(1, 4),))
    odd = cross_entropy.Case((3,), (4,), (Fraction(1, 4),))
    assert verdicts(cross_entropy.checks(even), cross_entropy.HALF_VALUE) == {Verdict.HOLDS}
    assert verdicts(cross_entropy.checks(odd), cross_entropy.HALF_VALUE) == {Verdict.REFUTED}


@pytest.mark.parametrize(("real", "fake"), [(1, 3), (3, 3), (0, 2), (2, 0), (2, 5)])
def test_bisection_finds_the_share_of_real_examples(real: int, fake: int) -> None:
    case = cross_entropy.Case((real, 0), (fake, 0), (HALF, HALF))
    low, high = cross_entropy.trained(case, 0)
    assert low <= Fraction(real, real + fake) <= high
    assert high - low == Fraction(1, 2**cross_entropy.HALVINGS)


def test_unequal_numbers_train_another_discriminator() -> None:
    case = cross_entropy.Case((1,), (3,), (HALF,))
    found = cross_entropy.checks(case)
    assert verdicts(found, cross_entropy.SHARE) == {Verdict.HOLDS}
    assert verdicts(found, cross_entropy.SAME_D) == {Verdict.REFUTED}
    assert worst([check for check in found if check.name == cross_entropy.SAME_D]).excess == pytest.approx(0.25)


# --- critics ------------------------------------------------------------------------------------------------------


def test_the_lipschitz_critic_is_lipschitz_and_best_by_linear_programming() -> None:
    from scipy.optimize import linprog

    case = diverging_critic.case_of(pair([3, 1, 2, 0], [1, 1, 1, 4]), [0, 1, 4, 6])
    best, places = diverging_critic.lipschitz_critic(case), case.places
    steps = [abs(a - b) <= y - x for a, b, x, y in zip(best, best[1:], places, places[1:], strict=False)]
    assert all(steps)
    rows = [[float((k == j) - (k == i)) for k in range(4)] for i in range(4) for j in range(4) if i != j]
    bounds = [float(abs(places[i] - places[j])) for i in range(4) for j in range(4) if i != j]
    found = linprog([-float(a) for a in case.difference], A_ub=rows, b_ub=bounds, bounds=[(0, 0)] + [(None, None)] * 3)
    assert -found.fun == pytest.approx(float(diverging_critic.distribution_distance(case)))
    assert case.objective(best) == diverging_critic.distribution_distance(case)


def test_ascent_passes_every_bound_in_proportion_to_its_time() -> None:
    case = diverging_critic.case_of(pair([1000, 1001], [1001, 1000]), [0, 2])
    assert case.objective(diverging_critic.ascended(case)) == 2 * diverging_critic.BOUND * case.diameter
    assert {check.verdict for check in diverging_critic.checks(case)} == {Verdict.HOLDS}


def test_the_program_the_signs_and_the_coupling_agree() -> None:
    """Half of the data at 0 and 3, all generated points at 1: W1 is 3/2, and no critic can do more."""
    case = diverging_critic.case_of(pair([1, 0, 1], [0, 1, 0]), [0, 2, 6])
    assert diverging_critic.coupling_cost(case) == Fraction(3, 2)
    assert case.objective(diverging_critic.program_critic(case)) == Fraction(3, 2)
    steep = (Fraction(2), Fraction(0), Fraction(4))
    assert case.objective(steep) > Fraction(3, 2)
    same = diverging_critic.case_of(pair([1, 2], [1, 2]), [0, 2])
    assert diverging_critic.coupling_cost(same) == 0
    assert set(diverging_critic.iterated(same, Fraction(5))) == {0}


def test_wgan_without_a_logarithm_ignores_constants() -> None:
    printed = wgan_step.Case((Fraction(1),), (Fraction(0),), (Fraction(1),), Fraction(1), logarithm=True)
    meant = wgan_step.Case((Fraction(1),), (Fraction(0),), (Fraction(1),), Fraction(1))
    assert verdicts(wgan_step.checks(printed), wgan_step.SHIFT) == {Verdict.REFUTED}
    assert verdicts(wgan_step.checks(printed), wgan_step.GENERATOR) == {Verdict.HOLDS}
    assert {check.verdict for check in wgan_step.checks(meant)} == {Verdict.HOLDS}
    assert meant.objective(meant.fake) == 1


# --- proofs -------------------------------------------------------------------------------------------------------


def test_sympy_proves_identities_and_nothing_else() -> None:
    import sympy

    x = sympy.Symbol("x", positive=True)
    assert proofs.identity("log", sympy.log(x**2) - 2 * sympy.log(x)).verdict is Verdict.HOLDS
    assert proofs.identity("not", sympy.log(x) - x).verdict is Verdict.UNDECIDED


def test_proofs_are_found_in_the_run() -> None:
    found = [
        frozen_step._curvature(),
        value._proof(),
        disjoint._shape(),
        saturation._proof(),
        nonsaturating._proof(),
        optimal_discriminator._proof(),
    ]
    assert {check.verdict for check in found} == {Verdict.HOLDS}
    assert {check.error_bar for check in found} == {0.0}


def test_kinds_of_random_measures() -> None:
    drawn = list(measures.random_pairs(Request(number=8, seed=4)))
    assert all(sum(case.p) == 1 and sum(case.q) == 1 for case in drawn)
    assert drawn[2].p == drawn[2].q
    assert measures.total_variation(drawn[3].p, drawn[3].q) == 1
