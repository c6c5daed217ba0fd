"""The statements on slopes and directions: Kantorovich-Rubinstein, compact dual, uninformativeness, Theorem 3."""

import itertools
import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgantheory.claims import Check, Request, Verdict
from lgantheory.extension import Gradients, LipschitzFunction
from lgantheory.losses import get_loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.solvers.pointwise import unrestricted_discriminator
from lgantheory.solvers.transport import wasserstein
from tests.strategies import MONOTONE, losses, measure_pairs, moderate_lams
from verify import compact_dual, critics, kantorovich, segments, theorem3, uninformative
from verify.evidence import EPS
from verify.instances import Instance, instance

STATEMENTS = (kantorovich, compact_dual, uninformative, theorem3)
PRINTED = [claim for module in STATEMENTS for claim in getattr(module, "AS_PRINTED", ())]


def verdicts(module: ModuleType, case: Instance) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in module.checks(case)}


def check_named(module: ModuleType, case: Instance, name: str) -> Check:
    return next(check for check in module.checks(case) if check.name == name)


# -- verdicts as documented -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", STATEMENTS, ids=lambda module: module.CLAIM.ref)
def test_each_statement_holds_and_each_dropped_hypothesis_is_noticed(module: ModuleType) -> None:
    report = module.CLAIM.decide(Request(number=4, seed=3))
    assert report.verdict is Verdict.HOLDS, report.worst
    assert {b.drops for b in report.breaks} == set(module.CLAIM.hypotheses)
    assert all(b.noticed for b in report.breaks)


@pytest.mark.parametrize("claim", PRINTED, ids=lambda claim: claim.ref)
def test_what_is_printed_wrongly_is_refuted(claim: Any) -> None:
    report = claim.decide(Request())
    assert report.verdict is Verdict.REFUTED
    assert report.as_documented


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("module", STATEMENTS, ids=lambda module: module.CLAIM.ref)
def test_each_statement_holds_on_more_instances(module: ModuleType, seed: int) -> None:
    report = module.CLAIM.decide(Request(number=28, seed=seed))
    assert report.verdict is Verdict.HOLDS, report.worst


@pytest.mark.parametrize("module", STATEMENTS, ids=lambda module: module.CLAIM.ref)
@pytest.mark.parametrize("loss", ["softplus", "wasserstein"])
def test_each_statement_runs_on_given_samples(module: ModuleType, loss: str) -> None:
    real, fake = DiscreteMeasure([[0.0, 1.0], [2.0, 2.0]]), DiscreteMeasure([[1.0, -1.0], [3.0, 0.5], [0.0, 0.0]])
    (case,) = module.CLAIM.instances(Request(loss=loss, lam=0.5, data=(real, fake)))
    refuted = module is kantorovich and loss != "wasserstein"
    assert max(check.severity for check in module.checks(case))[0] == (2 if refuted else 0)


@settings(max_examples=8)
@given(pair=measure_pairs(4), loss=losses(MONOTONE), lam=moderate_lams)
@pytest.mark.parametrize("module", [compact_dual, theorem3], ids=lambda module: module.CLAIM.ref)
def test_no_drawn_problem_refutes(module: ModuleType, pair: Any, loss: Any, lam: float) -> None:
    found = verdicts(module, Instance(pair[0], pair[1], loss, lam))
    assert Verdict.REFUTED not in found.values(), found


@settings(max_examples=8)
@given(pair=measure_pairs(4), lam=moderate_lams)
@pytest.mark.parametrize("module", [kantorovich, uninformative], ids=lambda module: module.CLAIM.ref)
def test_no_drawn_wasserstein_problem_refutes(module: ModuleType, pair: Any, lam: float) -> None:
    found = verdicts(module, Instance(pair[0], pair[1], get_loss("wasserstein"), lam))
    assert Verdict.REFUTED not in found.values(), found


def test_equal_measures_have_nothing_to_carry() -> None:
    case = instance([0.0, 1.0, 5.0], [5.0, 0.0, 1.0], "wasserstein", 1.0)
    assert set(verdicts(kantorovich, case).values()) == {Verdict.HOLDS}
    assert verdicts(theorem3, case) == {}


# -- Kantorovich-Rubinstein -------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(pair=measure_pairs(5))
def test_the_coupling_is_certified_and_costs_what_the_network_simplex_says(pair: Any) -> None:
    real, fake = pair
    cost = np.linalg.norm(fake.points[:, None] - real.points[None], axis=2)
    coupling, plan = kantorovich.optimal_coupling(real, fake, cost), wasserstein(real, fake)
    scale = 1.0 + float(cost.max())
    np.testing.assert_allclose(coupling.plan.sum(axis=1), fake.weights, rtol=0, atol=1e-15 * scale)
    np.testing.assert_allclose(coupling.plan.sum(axis=0), real.weights, rtol=0, atol=1e-15 * scale)
    assert coupling.doubt <= kantorovich.TOLERANCE * (real.size + fake.size) * scale
    assert abs(coupling.mean(cost) - plan.value) <= coupling.doubt + max(plan.value - plan.lower, 0.0) + 1e-14 * scale


def test_the_line_distance_is_exact() -> None:
    real, fake = DiscreteMeasure([0.0, 4.0], [0.25, 0.75]), DiscreteMeasure([1.0])
    assert kantorovich.line_distance(real, fake) == 0.25 * 1.0 + 0.75 * 3.0
    assert kantorovich.line_distance(real, real) == 0.0


def test_a_coupling_that_is_not_optimal_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The independent coupling, presented as an optimal one without doubt."""

    def independent(real: DiscreteMeasure, fake: DiscreteMeasure, _: Any) -> kantorovich.Coupling:
        return kantorovich.Coupling(fake.weights[:, None] * real.weights[None, :], 0.0)

    case = instance([1.0, 2.0], [0.0, 3.0], "wasserstein", 0.5)
    assert set(verdicts(kantorovich, case).values()) == {Verdict.HOLDS}
    monkeypatch.setattr(kantorovich, "optimal_coupling", independent)
    assert set(verdicts(kantorovich, case).values()) == {Verdict.REFUTED}


def test_a_dropped_hypothesis_that_holds_all_the_same_refutes_nothing() -> None:
    """The twin of the breaks: between two points one coupling alone exists, of least cost for every distance."""
    for name in ("optimal_coupling", "metric"):
        case = instance([1.0], [0.0], "wasserstein", 0.5, without=frozenset({name}))
        assert set(verdicts(kantorovich, case).values()) == {Verdict.HOLDS}


def test_mass_astray_is_charged_to_the_coupling() -> None:
    measure, cost = DiscreteMeasure([0.0, 3.0]), np.array([[0.0, 3.0], [3.0, 0.0]])
    assert kantorovich._missed(np.diag([0.5, 0.5]), measure, measure, cost) == 0.0
    assert kantorovich._missed(np.diag([0.5, 0.25]), measure, measure, cost) == 2.0 * (0.25 + 0.25) * 3.0


def test_the_doubt_of_a_coupling_of_least_square_covers_every_other_one() -> None:
    """On a square or a rectangle both couplings cost the same, or one is much dearer: the distance is known."""
    square = instance([[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]], "wasserstein", 0.5)
    assert kantorovich._least_squares(square).doubt <= 1e-9
    tied = instance([[3.0, 0.0], [0.0, 4.0]], [[0.0, 0.0], [3.0, 4.0]], "wasserstein", 0.5)
    found = kantorovich._least_squares(tied)
    assert found.mean(tied.problem.distances) == pytest.approx(3.0)
    assert found.doubt <= 1e-9


def test_where_couplings_of_least_square_differ_in_length_the_doubt_says_by_how_much() -> None:
    """Squared costs 0 + 4 and 2 + 2: lengths 0 + 2 and 2 sqrt 2, each with weight 1/2."""
    case = instance([[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, -1.0]], "wasserstein", 0.5)
    found, d = kantorovich._least_squares(case), case.problem.distances
    assert found.mean(d) - found.doubt == pytest.approx(1.0, abs=1e-6)
    assert found.doubt == pytest.approx(found.mean(d) - 1.0, abs=1e-6)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_wrong_slope_never_passes(factor: float) -> None:
    """Half and twice the optimum are certified as what they are: too far from optimal to conclude."""
    case = instance([1.0], [0.0], "wasserstein", 0.5)
    right = case.solution
    wrong = case.problem.certify(factor * right.f, right.support_flow, k=factor * right.k)
    object.__setattr__(case, "__dict__", {**case.__dict__, "solution": wrong})
    assert check_named(kantorovich, case, kantorovich.SLOPE).verdict is not Verdict.HOLDS
    assert check_named(kantorovich, case, kantorovich.TIGHT).verdict is not Verdict.HOLDS


def samples(size: int) -> list[list[float]]:
    return [list(one) for one in itertools.combinations((0.0, 1.0, 2.0, 3.0), size)]


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 1), (2, 2)])
def test_the_smallest_samples_on_which_independent_pairs_fail_have_two_points_on_each_side(
    sizes: tuple[int, int],
) -> None:
    """With one point on a side there is one coupling only, and it is optimal."""

    def fails(real: list[float], fake: list[float]) -> bool:
        case = instance(real, fake, "wasserstein", 0.5, without=frozenset({"optimal_coupling"}))
        return check_named(kantorovich, case, kantorovich.TIGHT).verdict is Verdict.REFUTED

    found = any(fails(*pair) for pair in itertools.product(samples(sizes[0]), samples(sizes[1])))
    assert found is (sizes == (2, 2))


# -- compact dual -----------------------------------------------------------------------------------------------------


def test_shortest_paths_leave_a_metric_and_shorten_its_square() -> None:
    points = np.array([[0.0], [1.0], [2.0]])
    d = np.abs(points - points.T)
    np.testing.assert_array_equal(critics.shortest_paths(d), d)
    assert critics.shortest_paths(d**2)[0, 2] == 2.0


def test_the_decoy_has_the_values_and_slopes_asked_for() -> None:
    case = instance([[0.0, 0.0], [3.0, 0.0]], [[0.0, 1.0], [1.0, 1.0]], "wasserstein", 1.0)
    critic = critics.compact_optima(case.problem, case.problem.support_distances)[0]
    units = np.array([[0.0, -1.0], [-1.0, 0.0]])
    decoy = critics.decoy_critic(case.problem, critic, units)
    np.testing.assert_allclose(decoy(case.problem.points), critic.f, atol=1e-15)
    h = 0.25 * decoy.radius
    for x, unit in zip(case.fake.points, units, strict=True):
        ahead, behind = decoy(np.array([x + h * unit, x - h * unit]))
        assert (ahead - behind) / (2.0 * h) == pytest.approx(-critics.DECOY_SLOPE, rel=1e-13)


@pytest.mark.parametrize("slope", [-3, 0, 11])
def test_the_parabola_is_optimal_for_the_compact_dual_and_points_anywhere(slope: int) -> None:
    """f(x) = (1 - x) + M x (x - 1), real 0, fake 1: f(0) - f(1) = 1 = W1, f'(1) = M - 1; all in exact integers."""

    def f(x: int) -> int:
        return (1 - x) + slope * x * (x - 1)

    assert f(0) - f(1) == 1 == wasserstein(DiscreteMeasure([0.0]), DiscreteMeasure([1.0])).value
    assert f(2) - f(0) == 2 * (slope - 1)  # the central difference of a parabola is its derivative, times two


@pytest.mark.parametrize("loss", ["least_squares", "hinge"])
def test_losses_that_are_monotone_on_the_range_that_matters_need_no_more_pairs(loss: str) -> None:
    found = verdicts(compact_dual, instance([0.0, 2.0, 2.5], [1.0, 3.0, -1.0], loss, 0.3))
    assert set(found.values()) == {Verdict.HOLDS}


def test_a_critic_that_is_not_lipschitz_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def bent(problem: Any, cost: Any) -> list[critics.Critic]:
        found = critics.compact_optima(problem, cost)
        return [critics.Critic(critic.f * np.linspace(1.0, 2.0, len(critic.f)), 0.0) for critic in found]

    case = instance([1.0, 2.0], [0.0, 4.0], "wasserstein", 0.5)
    assert verdicts(compact_dual, case)[compact_dual.LIPSCHITZ] is Verdict.HOLDS
    monkeypatch.setattr(compact_dual, "compact_optima", bent)
    assert verdicts(compact_dual, case)[compact_dual.LIPSCHITZ] is Verdict.REFUTED


def test_a_decoy_that_is_none_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = instance([1.0, 2.0], [0.0, 4.0], "wasserstein", 0.5)
    for module in (critics, compact_dual):
        monkeypatch.setattr(module, "DECOY_SLOPE", -critics.DECOY_SLOPE)
    assert verdicts(compact_dual, case)[compact_dual.DECOY_AWAY] is not Verdict.HOLDS


# -- uninformativeness ------------------------------------------------------------------------------------------------


def test_the_two_gaussians_have_the_constant_gradient_of_the_closed_form() -> None:
    """The equality twin of the refutation: differences of log(p / q) are m_r - m_g at every place."""
    case = next(iter(uninformative._gaussians(Request())))
    found = unrestricted_discriminator(case.real, case.fake, "softplus")
    closed = found.points @ (uninformative.REAL_MEAN - uninformative.FAKE_MEAN)
    np.testing.assert_allclose(found.f - closed, np.full(len(closed), (found.f - closed)[0]), atol=1e-13)


def test_a_discriminator_that_leaks_the_reals_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def leaky(real: DiscreteMeasure, fake: DiscreteMeasure, loss: Any) -> Any:
        found = unrestricted_discriminator(real, fake, loss)
        return replace(found, f=found.f + float(real.weights @ real.points[:, 0]))

    case = instance([0.0], [1.0, 2.0], "least_squares", 1.0)
    assert verdicts(uninformative, case)[uninformative.UNMOVED] is Verdict.HOLDS
    monkeypatch.setattr(uninformative, "unrestricted_discriminator", leaky)
    assert verdicts(uninformative, case)[uninformative.UNMOVED] is Verdict.REFUTED


def test_samples_that_were_not_moved_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = instance([0.0], [1.0, 2.0], "softplus", 1.0)
    assert verdicts(uninformative, case)[uninformative.MOVED] is Verdict.HOLDS
    monkeypatch.setattr(uninformative, "_with_moved_reals", lambda one: one)
    assert verdicts(uninformative, case)[uninformative.MOVED] is Verdict.REFUTED


def test_a_restricted_critic_that_is_no_optimum_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of an optimum does not change either when the reals move."""
    case = instance([0.0], [1.0, 2.0], "wasserstein", 1.0)
    assert verdicts(uninformative, case)[uninformative.FISHER] is Verdict.HOLDS
    for name, check in (("_bounded", uninformative.BOUNDED), ("_fisher", uninformative.FISHER)):
        right = getattr(uninformative, name)

        def halved(p: Any, q: Any, whole: Any = right) -> Any:
            return replace(whole(p, q), f=0.5 * whole(p, q).f)

        monkeypatch.setattr(uninformative, name, halved)
        assert verdicts(uninformative, case)[check] is Verdict.REFUTED


# -- Theorem 3 --------------------------------------------------------------------------------------------------------

lengths = st.floats(0.1, 10.0)


@given(distance=lengths, share=st.floats(1e-3, 0.9), angle=st.floats(0.0, math.pi))
def test_the_cone_leaves_its_tangent_no_faster_than_claimed(distance: float, share: float, angle: float) -> None:
    h, c = share * distance, math.cos(angle)
    there = math.hypot(distance + h * c, h * math.sin(angle))
    assert there - distance - h * c <= h * h / (2.0 * (distance - h)) + 1e-14 * distance


def test_across_and_close_the_bound_of_the_cone_is_attained() -> None:
    h = 1e-3
    assert (math.hypot(1.0, h) - 1.0) / (h * h / (2.0 * (1.0 - h))) == pytest.approx(1.0, abs=2 * h)


@given(before=lengths, after=lengths, turn=st.floats(0.0, math.pi))
def test_a_detour_bounds_the_turn(before: float, after: float, turn: float) -> None:
    detour = before + after - math.hypot(before + after * math.cos(turn), after * math.sin(turn))
    rounded = max(detour, 0.0) + 4 * EPS * (before + after)  # a difference of numbers of that size
    bound = math.sqrt(2.0 * rounded * (1.0 / before + 1.0 / after))
    assert 2.0 * math.sin(0.5 * turn) <= bound


def test_for_a_small_turn_the_bound_is_attained() -> None:
    turn = 1e-3
    detour = 2.0 - math.hypot(1.0 + math.cos(turn), math.sin(turn))
    assert math.sqrt(4.0 * detour) == pytest.approx(2.0 * math.sin(0.5 * turn), rel=1e-3)


def test_a_gradient_of_the_wrong_sign_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LipschitzFunction.gradients

    def reversed_(self: LipschitzFunction, points: Any, *bars: Any) -> Gradients:
        found = right(self, points, *bars)
        return replace(found, vectors=-found.vectors, directions=tuple(-one for one in found.directions))

    case = instance([[2.0, 1.0]], [[0.0, 0.0]], "softplus", 1.0)
    assert set(verdicts(theorem3, case).values()) == {Verdict.HOLDS}
    monkeypatch.setattr(LipschitzFunction, "gradients", reversed_)
    found = verdicts(theorem3, case)
    assert found[theorem3.GRADIENT] is found[theorem3.POINTS] is Verdict.REFUTED


@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_an_extension_of_the_wrong_slope_is_noticed(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    right = LipschitzFunction.upper
    case = instance([[2.0, 1.0]], [[0.0, 0.0]], "softplus", 1.0)
    monkeypatch.setattr(LipschitzFunction, "upper", lambda self, x: right(replace(self, k=factor * self.k), x))
    found = verdicts(theorem3, case)
    assert {found[name] for name in (theorem3.ENVELOPES, theorem3.SLOPE, theorem3.ONE_SIDED)} == {Verdict.REFUTED}


def test_every_check_of_theorem_3_runs() -> None:
    found = verdicts(theorem3, instance([[2.0, 1.0]], [[0.0, 0.0]], "softplus", 1.0))
    names = (theorem3.ENVELOPES, theorem3.SLOPE, theorem3.GRADIENT, theorem3.ONE_SIDED, theorem3.POINTS)
    assert set(found) == set(names)


def test_without_tightness_nothing_is_refuted_where_all_pairs_are_tight() -> None:
    """The twin of that break: its evidence is measured, so a pair that happens to be tight passes."""
    case = instance([1.0], [0.0], "softplus", 1.0, without=frozenset({"tight"}))
    found = check_named(theorem3, case, theorem3.SLOPE)
    assert found.excess <= found.error_bar < 0.01 * case.solution.k


def test_the_pair_that_breaks_tightness_has_slack_by_its_own_certificate() -> None:
    (case,) = [b.instance() for b in theorem3.CLAIM.breaks if b.drops == "tight"]
    solution = case.solution
    slack = solution.k * case.problem.distances - (solution.f_real[None, :] - solution.f_fake[:, None])
    assert float(slack.max()) > 0.1 * solution.k > 1e3 * segments.misjudged(solution)


def test_with_a_reach_of_the_end_no_other_cone_comes_into_play() -> None:
    """Fake 0, real 1 and a real 3 that lies lower than the cone over 0: the nearest apex is 1, at distance 1."""
    case = instance([1.0, 3.0], [0.0], "wasserstein", 1.0)
    bent = case.problem.certify(np.array([0.0, 1.0, 2.5]), case.solution.support_flow)
    segment = segments.Segment(bent, np.array([0.0]), np.array([1.0]), 1e-12)
    assert segment.reach(0.0) == pytest.approx(min(1.0, (3.0 - 2.5) / 2.0))
    assert segment.reach(0.25) == 0.25


def test_between_two_reals_the_one_sided_slopes_are_right_and_the_gradient_is_a_tie() -> None:
    """The printed endpoint fails, the robust form at the same point holds."""
    case = instance([-1.0, 1.0], [0.0], "softplus", 1.0)
    assert verdicts(theorem3, case)[theorem3.ONE_SIDED] is Verdict.HOLDS
    assert case.solution.gradient(np.array([[0.0]])).ties.tolist() == [True]


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 1)])
def test_the_smallest_sample_where_no_extension_has_a_gradient_is_one_fake_between_two_reals(
    sizes: tuple[int, int],
) -> None:
    """With a single real the lower extension has one; the upper one never does, whose cone stands on the sample."""

    def tied(real: list[float], fake: list[float]) -> bool:
        case = instance(real, fake, "softplus", 1.0)
        return bool(np.any(case.solution.gradient(case.fake.points).ties & ~np.isin(fake, real)))

    found = [(r, x) for r, x in itertools.product(samples(sizes[0]), samples(sizes[1])) if tied(r, x)]
    assert bool(found) is (sizes == (2, 1))
