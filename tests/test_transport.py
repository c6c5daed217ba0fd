"""Transport and its critics: golden values, independent routes, and the edges of hypotheses."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from lgantheory.claims import Check, Claim, Request, Verdict
from verify.classical.measures import total_variation
from verify.transport import (
    continuity,
    earth_mover,
    energy_based,
    gradient_bound,
    hinge_exponential,
    kr_duality,
    least_squares,
    loss_sensitive,
    spectral,
    weight_clipping,
)
from verify.transport.piles import Piles, best_critic, least_plan
from verify.transport.weights import Pair, expected, golden, pair, triangular

MODULES: list[Any] = [
    continuity,
    earth_mover,
    energy_based,
    gradient_bound,
    hinge_exponential,
    kr_duality,
    least_squares,
    loss_sensitive,
    spectral,
    weight_clipping,
]
CLAIMS = [claim for module in MODULES for claim in (module.CLAIM, *getattr(module, "AS_PRINTED", ()))]


def shares(size: int) -> st.SearchStrategy[tuple[Fraction, ...]]:
    """Weights that sum to one, some of them zero."""
    counts = st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any)
    return counts.map(lambda xs: tuple(Fraction(x, sum(xs)) for x in xs))


values = st.lists(st.integers(-24, 24), min_size=4, max_size=4).map(lambda xs: tuple(Fraction(x, 8) for x in xs))
pairs = st.builds(Pair, shares(4), shares(4), values, st.integers(1, 24).map(lambda x: Fraction(x, 8)))


def piles(dimension: int) -> st.SearchStrategy[Piles]:
    """Five places on a lattice, twelve units each."""
    place = st.tuples(*[st.integers(0, 6)] * dimension)
    masses = st.lists(st.integers(0, 4), min_size=12, max_size=12).map(
        lambda xs: tuple(np.bincount(xs, minlength=5).tolist())
    )
    return st.builds(Piles, st.lists(place, min_size=5, max_size=5, unique=True).map(tuple), masses, masses)


def check_of(checks: list[Check], name: str) -> Check:
    found = [check for check in checks if check.name == name]
    assert found, name
    return max(found, key=lambda check: check.severity)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.ref)
def test_every_claim_comes_out_as_documented(claim: Claim) -> None:
    report = claim.decide(Request(number=8, seed=3))
    assert report.verdict is claim.expected, (report.worst, report.worst_instance)
    assert all(b.noticed for b in report.breaks)


# -- transport ---------------------------------------------------------------------------------------------------------


@given(piles(1))
def test_on_the_line_plan_program_area_and_scipy_agree(case: Piles) -> None:
    from scipy.stats import wasserstein_distance

    plan = earth_mover.ordered_plan(case)
    assert plan.sum(axis=0).tolist() == list(case.p)
    assert plan.sum(axis=1).tolist() == list(case.q)
    cost = int((plan * case.cost).sum())
    assert cost == earth_mover.area_between(case) == int((least_plan(case) * case.cost).sum())
    at = [place[0] for place in case.places]
    assert cost / 12 == pytest.approx(wasserstein_distance(at, at, case.p, case.q), abs=1e-12)


@given(piles(2))
def test_the_best_critic_gains_what_the_least_plan_costs(case: Piles) -> None:
    plan, critic = least_plan(case), best_critic(case)
    assert int((plan * case.cost).sum()) == int(case.excess @ critic)
    assert (critic[None, :] - critic[:, None] <= case.cost).all()
    independent = np.outer(case.q, case.p)
    assert int((independent * case.cost).sum()) >= 12 * int((plan * case.cost).sum())


def test_equal_piles_cost_nothing_and_no_critic_gains() -> None:
    case = Piles(((0, 0), (1, 2), (5, 5)), (4, 4, 4), (4, 4, 4))
    assert int((least_plan(case) * case.cost).sum()) == 0
    assert int(case.excess @ best_critic(case)) == 0


def test_a_squared_cost_that_is_a_metric_on_two_places_leaves_no_gap() -> None:
    case = Piles(((0,), (3,)), (0, 2), (2, 0), power=2)
    assert check_of(kr_duality.checks(case), kr_duality.NO_GAP).verdict is Verdict.HOLDS


def test_two_point_masses_are_their_distance_apart_however_far() -> None:
    for length in (1, 7, 100):
        case = Piles(((0,), (length,)), (0, 5), (5, 0))
        assert earth_mover.area_between(case) == 5 * length
        assert check_of(earth_mover.checks(case), earth_mover.TWO_PLACES).excess == 0.0


def test_divergences_jump_and_the_distance_does_not() -> None:
    for exponent in (-40, 0, 3):
        tv, outside, jsd = continuity.divergences(continuity.Segments(3, Fraction(2) ** exponent))
        assert (tv, outside) == (1, 1)
        assert float(jsd) == pytest.approx(0.6931471805599453, abs=1e-15)
    tv, outside, jsd = continuity.divergences(continuity.Segments(3, Fraction(0)))
    assert (tv, outside) == (0, 0)
    assert float(jsd) == pytest.approx(0.0, abs=1e-15)
    cost, bar = continuity.least_cost(continuity.Segments(3, Fraction(1, 4)))
    assert cost == pytest.approx(0.25, abs=bar + 1e-15)


def test_jsd_of_the_golden_pair() -> None:
    terms = [
        continuity._against_middle(a, b) + continuity._against_middle(b, a)
        for a, b in zip(golden().p, golden().q, strict=True)
    ]
    assert float(sum(terms, arb(0))) == pytest.approx(0.0772499684, abs=1e-10)


# -- Lipschitz critics -------------------------------------------------------------------------------------------------


def test_the_slit_annulus_by_hand() -> None:
    case = gradient_bound._SLIT
    x, y = ((arb(float(point[0])), arb(float(point[1]))) for point in (case.x, case.y))
    rise = float(abs(case.function.value(x) - case.function.value(y)))
    assert rise == pytest.approx(6.2812, abs=1e-4)
    assert float(gradient_bound._length((x[0] - y[0], x[1] - y[1]))) == pytest.approx(0.002)


def test_a_plane_wave_has_its_own_lipschitz_constant() -> None:
    waves = gradient_bound.Waves(((Fraction(1), (1, 0)),))
    case = gradient_bound.Smooth("sine", waves, (Fraction(0), Fraction(0)), (Fraction(1, 2**12), Fraction(0)))
    found = gradient_bound.checks(case)
    assert check_of(found, gradient_bound.GRADIENT).excess == 0.0
    assert -1e-11 < check_of(found, gradient_bound.LIPSCHITZ).excess < 0.0
    assert all(check.verdict is Verdict.HOLDS for check in found)


@pytest.mark.parametrize(("depth", "slope"), [(2, 8e-4), (3, 6.4e-5), (4, 5.12e-6)])
def test_slopes_of_clipped_nets_of_width_eight(depth: int, slope: float) -> None:
    layers = weight_clipping._ones(1, *[8] * (depth - 1), 1)
    case = weight_clipping.Clipped(Fraction(1, 100), ((Fraction(0),),), ((Fraction(0),),), layers)
    full = weight_clipping.full_net(case)
    at = [weight_clipping.evaluated(case, full, Fraction(x)) for x in (1, 2)]
    assert at[1] - at[0] == case.bound
    assert float(case.bound) == pytest.approx(slope, rel=1e-14)


def test_a_linear_critic_sees_the_difference_of_means_alone() -> None:
    real, fake = ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(0))), ((Fraction(0), Fraction(4)),)
    case = weight_clipping.Clipped(Fraction(1, 2), real, fake, weight_clipping._ones(1, 1))
    assert weight_clipping.best_gain(case) == Fraction(1, 2) * (2 + 3)
    assert weight_clipping.best_gain(weight_clipping._SPREAD) == 0


@given(st.tuples(*[st.integers(-5, 5)] * 4))
def test_norms_and_estimates_agree_with_numpy(entries: tuple[int, ...]) -> None:
    a, b, c, d = entries
    w = ((a, b), (c, d))
    assert float(spectral.norm(w)) == pytest.approx(np.linalg.norm(w, 2), abs=1e-7)
    if a * d == b * c:
        return
    estimates = [float(x.mid()) for x in spectral.power_iteration(w, (3, 1), 30)]
    assert all(later >= sooner - 1e-9 for sooner, later in pairwise(estimates))
    assert estimates[-1] <= np.linalg.norm(w, 2) + 1e-9


def test_a_rotation_times_a_number_stretches_every_vector_alike() -> None:
    case = replace(spectral._LINE, layers=(((-3, 3), (-3, -3)),))
    found = check_of(spectral.checks(case), spectral.NORM)
    assert found.verdict is Verdict.HOLDS
    assert float(spectral.norm(case.layers[0])) == pytest.approx(18**0.5)


def test_one_power_iteration_by_hand() -> None:
    [estimate] = spectral.power_iteration(spectral._STRETCH, (1, 3), 1)
    assert float(estimate) == pytest.approx(5 / 13**0.5, rel=1e-14)
    later = spectral.power_iteration(spectral._STRETCH, (1, 3), 20)[-1]
    assert float(later) == pytest.approx(2.0, rel=1e-10)


def test_the_kernel_of_ones_on_a_circle() -> None:
    assert float(spectral.circular_norm(spectral._LINE)) == pytest.approx(3.0, rel=1e-14)
    other = replace(spectral._LINE, kernel=(1, -1, 0), circle=4)
    assert float(spectral.circular_norm(other)) == pytest.approx(2.0, rel=1e-14)
    matrix = sum(k * np.roll(np.eye(5), j, axis=1) for j, k in enumerate((2, -1, 3)))
    five = replace(spectral._LINE, kernel=(2, -1, 3), circle=5)
    assert float(spectral.circular_norm(five)) == pytest.approx(np.linalg.norm(matrix, 2), rel=1e-12)


def test_orthogonal_layers_keep_distances_and_others_can_lose_everything() -> None:
    swap, project, other = ((0, 1), (1, 0)), ((1, 0), (0, 0)), ((0, 0), (0, 1))
    rigid = replace(spectral._LINE, layers=(swap, swap))
    assert float(spectral.rise(rigid)) == pytest.approx(float(spectral.distance(rigid)))
    lost = replace(spectral._LINE, layers=(project, other))
    assert float(spectral.rise(lost)) == 0.0


# -- criteria without geometry -----------------------------------------------------------------------------------------


def test_the_golden_pair() -> None:
    case = golden()
    assert total_variation(case.p, case.q) == Fraction(1, 3)
    assert float(hinge_exponential._overlap(case)) * 2 == pytest.approx(2 - 0.1577386667, abs=1e-10)
    lsgan = least_squares.labels(case)
    assert lsgan.generator_loss(lsgan.optimal()) == triangular(case.p, case.q) / 2
    assert float(triangular(case.p, case.q)) == pytest.approx(0.2969924812, abs=1e-10)


@given(pairs)
def test_least_squares_at_its_extremes_and_with_the_practical_labels(case: Pair) -> None:
    lsgan = least_squares.labels(case)
    value = lsgan.generator_loss(lsgan.optimal())
    assert (value == 0) == (case.p == case.q)
    assert (value == 1) == all(a * b == 0 for a, b in zip(case.p, case.q, strict=True))
    practical = least_squares.labels(case, 0, 1, 1)
    halves = [b * b / (a + b) for a, b in zip(case.p, case.q, strict=True) if a + b]
    assert practical.generator_loss(practical.optimal()) == sum(halves) / 2 == Fraction(1, 4) + value / 4


@given(pairs)
def test_energies_and_hinge_critics_reach_their_minima(case: Pair) -> None:
    rest = 1 - total_variation(case.p, case.q)
    best = tuple(Fraction(0) if p > q else case.level for p, q in zip(case.p, case.q, strict=True))
    assert energy_based.loss(case, best) == case.level * rest
    assert energy_based.loss(case, tuple(map(abs, case.critic))) >= case.level * rest
    sign = tuple(Fraction((p > q) - (p < q)) for p, q in zip(case.p, case.q, strict=True))
    assert hinge_exponential.hinge_loss(case, sign) == 2 * rest
    assert hinge_exponential.hinge_loss(case, case.critic) >= 2 * rest


def test_at_equilibrium_any_energy_within_the_margin_is_optimal_but_only_constants_rest() -> None:
    case = pair(("1/2", "1/2"), ("1/2", "1/2"), 0, 1)
    assert energy_based.loss(case, case.critic) == 1
    assert expected(case.q, case.critic) > min(case.critic)
    assert check_of(energy_based.checks(case), energy_based.AT_REST).excess == 0.0


@given(pairs)
def test_rest_is_constancy_on_the_support_and_nowhere_lower(case: Pair) -> None:
    at = replace(case, q=case.p)
    energy = tuple(min(case.level, abs(d)) for d in case.critic)
    here = [d for weight, d in zip(at.q, energy, strict=True) if weight]
    assert energy_based.loss(at, energy) == case.level
    rests = len(set(here)) == 1 and min(energy) == here[0]
    assert (energy_based.gain(at, energy) == 0) == rests


def test_the_generators_gain_by_hand() -> None:
    """Weights 1/4 and 3/4 with energies 1 and 0, then with 0 and 1; and a third point, empty, lower than both."""
    case = pair(("1/4", "3/4", "0"), ("1/4", "3/4", "0"))
    energies = [tuple(map(Fraction, row)) for row in ((1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, 2))]
    gains = [energy_based.gain(case, energy) for energy in energies]
    assert gains == [Fraction(1, 4), Fraction(3, 4), Fraction(3, 4), 0]
    rival = replace(case, critic=energies[0])
    assert check_of(energy_based.checks(rival), energy_based.RESTLESS).excess == 0.0


def test_a_margin_of_exactly_delta_is_enough_and_less_is_not() -> None:
    case = pair(("0", "1"), ("1", "0"), 1, 0)
    assert loss_sensitive.total(case, case.critic, Fraction(0)) == 0
    assert loss_sensitive.total(case, (Fraction(9, 10), Fraction(0)), Fraction(0)) == Fraction(1, 10)
    assert loss_sensitive.total(case, (Fraction(9), Fraction(0)), Fraction(0)) == 0
    assert loss_sensitive.total(case, (Fraction(9), Fraction(0)), Fraction(1)) == -8


def test_with_its_data_term_the_level_counts() -> None:
    case = pair(("0", "1"), ("1", "0"), 1, 0)
    assert loss_sensitive.keeping(case) == (Fraction(5), Fraction(1))
    assert check_of(loss_sensitive.checks(case), loss_sensitive.NO_LOSS).excess == 0.0
    charged = replace(case, without=frozenset({"margin_alone"}))
    assert check_of(loss_sensitive.checks(charged), loss_sensitive.NO_LOSS).excess == 1.0


def test_where_both_have_weight_no_margin_can_be_kept_both_ways() -> None:
    case = pair(("1/2", "1/2"), ("1/2", "1/2"))
    losses = [loss_sensitive.total(case, (Fraction(0), Fraction(k, 4)), Fraction(0)) for k in range(-8, 9)]
    assert min(losses) == Fraction(1, 2)
