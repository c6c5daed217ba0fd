"""Regularisers between two points: golden values, convex programs as a second opinion, and the edges of hypotheses."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lgantheory.claims import Check, Claim, Request, Verdict
from verify.instances import instance
from verify.regularisers import (
    around_one,
    around_zero,
    at_the_points,
    augmented_lagrangian,
    consistency,
    hard,
    sobolev,
    two_diracs,
    unsquared_hinge,
)
from verify.regularisers.two_diracs import CELLS, TwoDiracs, constant, mean, problem

MODULES: list[Any] = [
    around_one,
    around_zero,
    at_the_points,
    augmented_lagrangian,
    consistency,
    hard,
    sobolev,
    unsquared_hinge,
]
CLAIMS = [claim for module in MODULES for claim in (module.CLAIM, *getattr(module, "AS_PRINTED", ()))]

LAMS = ("1/10", "1", "10")

Answers = Callable[[Fraction, Fraction], tuple[float, float]]


def fractions(low: int, high: int) -> st.SearchStrategy[Fraction]:
    """Multiples of 1/8 between low and high."""
    return st.integers(8 * low, 8 * high).map(lambda k: Fraction(k, 8))


def positives(high: int) -> st.SearchStrategy[Fraction]:
    return fractions(0, high).map(lambda x: x + Fraction(1, 8))


profiles = st.lists(fractions(-6, 6), min_size=CELLS, max_size=CELLS).map(tuple)
problems = st.builds(TwoDiracs, positives(8), positives(8), profiles)


def check_of(checks: list[Check], name: str) -> Check:
    [found] = [check for check in checks if check.name == name]
    return found


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.ref)
def test_every_claim_comes_out_as_documented(claim: Claim) -> None:
    report = claim.decide(Request(number=8, seed=3))
    assert report.verdict is claim.expected, (report.worst, report.worst_instance)
    assert all(b.noticed for b in report.breaks)


# -- a second opinion: convex programs over the slopes of twenty cells -------------------------------------------------


def _program(charge: Callable[[Any, Any], Any], d: float, lam: float) -> tuple[float, np.ndarray]:
    import cvxpy as cp

    s = cp.Variable(20)
    solved = cp.Problem(cp.Maximize(d * cp.sum(s) / 20 - lam * charge(cp, s)))
    _ = solved.solve(solver=cp.CLARABEL)
    assert s.value is not None
    return float(solved.value), s.value  # type: ignore[arg-type]


def _squared(cp: Any, excess: Any) -> Any:
    return cp.square(cp.square(excess))


def _root(lam: Fraction, power: int) -> Fraction:
    return Fraction(float(sobolev.root(Fraction(3), lam, power).mid()))


def _sobolev_answer(power: int) -> Answers:
    def answer(d: Fraction, lam: Fraction) -> tuple[float, float]:
        s = _root(lam, power)
        return float(s), float(d * s - lam * (s * s - 1) ** power)

    return answer


def _stated(module: Any) -> Answers:
    def answer(d: Fraction, lam: Fraction) -> tuple[float, float]:
        stated = module.answer(d, lam)
        return float(stated.slope), float(stated.value)

    return answer


PROGRAMS: dict[str, tuple[Callable[[Any, Any], Any], Answers]] = {
    "one-sided": (lambda cp, s: cp.sum_squares(cp.pos(cp.abs(s) - 1)) / 20, _stated(around_one)),
    "zero-centred": (lambda cp, s: cp.sum_squares(s) / 20, _stated(around_zero)),
    "largest": (lambda cp, s: cp.square(cp.norm_inf(s)), _stated(around_zero)),
    "sobolev": (lambda cp, s: cp.square(cp.pos(cp.sum_squares(s) / 20 - 1)), _sobolev_answer(2)),
    "sobolev squared": (lambda cp, s: _squared(cp, cp.pos(cp.sum_squares(s) / 20 - 1)), _sobolev_answer(4)),
}


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_convex_program_finds_the_slope_and_the_value(name: str, lam: str) -> None:
    charge, answer = PROGRAMS[name]
    slope, value = answer(Fraction(3), Fraction(lam))
    found, slopes = _program(charge, 3.0, float(Fraction(lam)))
    assert found == pytest.approx(value, rel=1e-6)
    assert slopes == pytest.approx(slope, rel=1e-3)


def test_a_convex_program_finds_the_hinge_exact_above_d() -> None:
    found, slopes = _program(lambda cp, s: cp.sum(cp.pos(cp.abs(s) - 1)) / 20, 3.0, 3.5)
    assert found == pytest.approx(3.0, rel=1e-6)
    assert slopes == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize("lam", LAMS)
def test_a_search_finds_the_two_sided_optimum_although_it_is_not_convex(lam: str) -> None:
    weight, stated = float(Fraction(lam)), around_one.answer(Fraction(3), Fraction(lam))
    s = np.linspace(-40.0, 40.0, 800_001)
    gains = 3.0 * s - weight * (np.abs(s) - 1.0) ** 2
    assert s[gains.argmax()] == pytest.approx(float(stated.slope), abs=2e-4)
    assert gains.max() == pytest.approx(float(stated.value), abs=1e-6)


# -- golden values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("power", "roots"), [(2, (2.12733, 1.26255, 1.03558)), (4, (1.53220, 1.28940, 1.14874))])
def test_sobolev_slopes_at_distance_three(power: int, roots: tuple[float, ...]) -> None:
    for lam, root in zip(LAMS, roots, strict=True):
        assert float(sobolev.root(Fraction(3), Fraction(lam), power)) == pytest.approx(root, abs=6e-6)


def test_answers_at_distance_three_and_weight_one() -> None:
    assert around_one.answer(Fraction(3), Fraction(1)) == two_diracs.Answer(Fraction(5, 2), Fraction(21, 4))
    assert around_zero.answer(Fraction(3), Fraction(1)) == two_diracs.Answer(Fraction(3, 2), Fraction(9, 4))
    case = at_the_points.AtThePoints("R1", Fraction(3), Fraction(10), 1, ())
    assert at_the_points.answer(case) == two_diracs.Answer(Fraction(3, 10), Fraction(9, 20))
    assert at_the_points.answer(replace(case, kind="ALP")) == around_one.answer(Fraction(3), Fraction(10))


def test_another_slope_than_the_best_leaves_a_gap_in_the_library() -> None:
    posed = instance([3.0], [0.0], "wasserstein", 10.0).problem
    half = 1.5 * float(around_zero.answer(Fraction(3), Fraction(10)).slope)
    gaps = [posed.certify(np.array([-f, f]), np.array([[1.0]])).error for f in (half, 1.1 * half)]
    assert gaps[0] < 1e-13
    assert gaps[1] == pytest.approx(10.0 * (0.1 * 0.15) ** 2)


def test_the_first_multiplier_steps_by_hand() -> None:
    case = augmented_lagrangian.Multipliers(Fraction(1), Fraction(1), Fraction(1), Fraction(0))
    slopes, multipliers = case.run()
    assert slopes[:3] == [Fraction(3, 2), Fraction(5, 4), Fraction(9, 8)]
    assert multipliers[:3] == [Fraction(0), Fraction(1, 2), Fraction(3, 4)]


# -- equality where inequalities are tight -----------------------------------------------------------------------------


@given(problems)
def test_no_profile_beats_the_stated_values_and_the_best_slope_reaches_them(case: TwoDiracs) -> None:
    for module, charges in (
        (around_one, (around_one.two_sided(case), around_one.one_sided(case))),
        (around_zero, (around_zero.mean_square(case), around_zero.largest_square(case))),
    ):
        stated = module.answer(case.d, case.lam)
        for charge in charges:
            assert case.gain(case.rival, charge) <= stated.value
            assert case.gain(constant(stated.slope), charge) == stated.value


@given(problems)
def test_the_hinge_is_exact_flat_or_unbounded(case: TwoDiracs) -> None:
    for lam, sign in ((case.d / 2, 1), (case.d, 0), (2 * case.d, -1)):
        at = replace(case, lam=lam)
        gains = [at.gain(constant(Fraction(k)), unsquared_hinge.charge(at)) for k in (1, 2, 1000)]
        assert gains[0] == case.d
        assert np.sign(float(gains[1] - gains[0])) == sign
        assert np.sign(float(gains[2] - gains[1])) == sign
        if sign <= 0:
            assert at.gain(case.rival, unsquared_hinge.charge(at)) <= case.d


@given(positives(4), positives(4), profiles)
def test_jensen_leaves_constant_slopes_to_sobolev(slope: Fraction, lam: Fraction, rival: tuple[Fraction, ...]) -> None:
    for power in (2, 4):
        case = sobolev.Sobolev(1 + slope, lam, power, rival)
        paid = sobolev.charge(case)
        flat = constant(mean(rival))
        assert case.posed.gain(rival, paid) <= case.posed.gain(flat, paid)


def test_multipliers_at_the_edge_of_the_step_turn_for_ever() -> None:
    case = augmented_lagrangian.Multipliers(Fraction(1), Fraction(1), Fraction(4), Fraction(0))
    slopes, _ = case.run()
    assert slopes == [Fraction(3, 2) if n % 2 == 0 else Fraction(1, 2) for n in range(len(slopes))]
    assert check_of(augmented_lagrangian.checks(case), augmented_lagrangian.NEARER).excess == 0.0


def test_multipliers_that_end_their_first_swing_at_zero_are_not_cut_off_and_those_below_are() -> None:
    edge = augmented_lagrangian.Multipliers(Fraction(4), Fraction(1), Fraction(3), Fraction(0))
    assert edge.run()[0][:3] == [Fraction(3), Fraction(0), Fraction(3, 2)]
    for d, verdict in ((Fraction(4), Verdict.HOLDS), (Fraction(401, 100), Verdict.REFUTED)):
        found = augmented_lagrangian.checks(replace(edge, d=d))
        assert check_of(found, augmented_lagrangian.CLOSED_FORM).verdict is verdict
    cut = augmented_lagrangian.Multipliers(Fraction(8), Fraction(1), Fraction(39, 10), Fraction(0))
    slopes, _ = cut.run()
    assert slopes[:4] == [5, 0, 0, Fraction(11, 10)]
    assert abs(slopes[-1] - 1) < Fraction(7, 10)  # 19/20 of the distance with each step from there


def test_multipliers_are_drawn_on_both_sides_of_one_swing() -> None:
    drawn = list(augmented_lagrangian.instances(Request(number=60)))
    assert all(min(case.run()[0]) >= 0 for case in drawn)
    assert {case.eta > 2 * case.w for case in drawn} == {True, False}
    assert any(min(case.run()[0]) == 0 for case in drawn)  # the edge is reached, and the formula holds there
    assert all(case.best(a) == 1 + (case.d - a) / (2 * case.w) for case in drawn for a in case.run()[1])


def test_a_two_sided_penalty_has_two_best_slopes_where_nothing_is_to_be_told_apart() -> None:
    case = problem(0, 1)
    gains = [case.gain(constant(Fraction(s)), around_one.two_sided(case)) for s in (-1, 0, 1)]
    assert gains == [0, -1, 0]
    assert case.gain(constant(Fraction(0)), around_one.one_sided(case)) == 0


def test_a_critic_out_of_reach_is_free_and_one_within_reach_is_not() -> None:
    for kind in at_the_points.CHARGES:
        case = at_the_points.AtThePoints(kind, Fraction(1), Fraction(1), 3, ())
        assert case.gain(at_the_points.plateau(3, Fraction(2**20))) > 2**17
    bound = at_the_points.AtThePoints("ALP", Fraction(1), Fraction(1), CELLS, ())
    assert bound.gain(at_the_points.plateau(3, Fraction(2**20))) < 0
    assert bound.gain(constant(Fraction(3, 2))) == Fraction(5, 4)


def test_consistency_is_free_where_both_passes_agree_and_costs_elsewhere() -> None:
    case = consistency.Consistent(Fraction(1), Fraction(1), Fraction(1), Fraction(0), Fraction(1))
    assert case.gain(Fraction(3, 2)) == Fraction(5, 4)
    off = replace(case, anchor=Fraction(0))
    assert off.noise == Fraction(11, 5)
    assert off.gain(Fraction(3, 2)) == Fraction(5, 4) - Fraction(11, 5) * Fraction(9, 4)
    slope = Fraction(3) / (2 + 2 * off.noise)
    assert off.gain(slope) == Fraction(9) / (4 + 4 * off.noise) - 1


def test_a_wrong_answer_is_refuted() -> None:
    case = problem(3, 1, 0)
    charge = around_one.one_sided(case)
    low = two_diracs.decided(case, charge, two_diracs.Answer(Fraction(5, 2), Fraction(5)))
    assert check_of(low, two_diracs.BEST).verdict is Verdict.REFUTED
    assert check_of(low, two_diracs.REACHED).verdict is Verdict.REFUTED
    aside = two_diracs.decided(case, charge, two_diracs.Answer(Fraction(251, 100), Fraction(21, 4)))
    assert check_of(aside, two_diracs.FALLS).verdict is Verdict.REFUTED


# -- bounded slopes ----------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 32), min_size=1, max_size=6).map(tuple))
def test_the_steepest_critic_takes_every_gap_whole(gaps: tuple[int, ...]) -> None:
    case = replace(hard._HALVES, gaps=gaps)
    assert list(np.diff(hard.steepest(case))) == list(gaps)
    assert hard.transport(case) == case.d == Fraction(sum(gaps), 16)


def test_clipped_critics_between_two_points() -> None:
    case = replace(hard._HALVES, gaps=(16, 32), bound=Fraction(1, 4))
    assert hard.best_clipped(case) == Fraction(3, 4)
    deep = replace(case, without=frozenset({"one_layer"}))
    assert hard.best_clipped(deep) == Fraction(1, 4) ** 2 * 2 * 3


def test_a_normalised_net_by_hand() -> None:
    """u = v = (3, 4)/5, W = diag(2, 1) over 2: f(x) = (9/25 + 8/25) x, and 17/25 is below 1."""
    none = (Fraction(0), Fraction(0))
    net = hard.Net((3, 4), ((2, 0), (0, 1)), (3, 4), (none, none))
    assert float(hard.normalised_rise(hard._HALVES, net)) == pytest.approx(17 / 25, rel=1e-14)
    cut = replace(net, biases=(none, (Fraction(0), Fraction(-1, 5))))
    assert float(hard.normalised_rise(hard._HALVES, cut)) == pytest.approx(9 / 25 + 4 / 5 * 1 / 5, rel=1e-14)
    assert float(hard.aligned_rise(hard._HALVES)) == pytest.approx(1.0, rel=1e-14)
