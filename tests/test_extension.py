"""Off the support: envelopes are k-Lipschitz and interpolate; gradients are forced, tied, or not invented."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lgantheory as lg
from lgantheory.errors import InvalidMeasure, UnknownName
from lgantheory.measures import DiscreteMeasure
from lgantheory.solvers import solve
from tests.strategies import MONOTONE, Drawn, problems

seeds = st.integers(0, 2**32 - 1)
EXTENSIONS = ["lower", "upper", "middle"]


def _queries(drawn: Drawn, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(6, drawn.real.dimension)) * 5.0


@pytest.mark.parametrize("extension", EXTENSIONS)
@given(drawn=problems(), seed=seeds)
def test_extensions_are_k_lipschitz_and_interpolate(extension: str, drawn: Drawn, seed: int) -> None:
    s = solve(drawn.problem)
    alive = drawn.problem.alive
    at = np.concatenate([_queries(drawn, seed), drawn.problem.points[alive]])
    f = s(at, extension=extension)
    bar = 2.0 * s.value_error + 1e-9 * (drawn.loss.name == "hinge")
    assert np.abs(f[6:] - s.f[alive]).max() <= bar
    d = np.linalg.norm(at[:, None] - at[None, :], axis=2)
    assert np.all(np.abs(f[:, None] - f[None, :]) <= s.k * d + bar)


@given(drawn=problems(), seed=seeds)
def test_lower_is_below_middle_is_below_upper(drawn: Drawn, seed: int) -> None:
    s, at = solve(drawn.problem), _queries(drawn, seed)
    low, middle, high = (s(at, extension=e) for e in ("lower", "middle", "upper"))
    assert np.all(low <= middle + s.value_error)
    assert np.all(middle <= high + s.value_error)


def test_the_envelopes_are_the_textbook_ones() -> None:
    """Two points at 0 and 1 with f = -t, t and k = 2t: at x = 3 the cones give t + 4t above and t - 4t below."""
    s = lg.optimal_discriminator(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), "softplus", 1.0)
    t = s.k / 2.0
    assert s([3.0], extension="upper")[0] == pytest.approx(5.0 * t, abs=1e-14)
    assert s([3.0], extension="lower")[0] == pytest.approx(-3.0 * t, abs=1e-14)
    assert s([3.0])[0] == pytest.approx(t, abs=1e-14)
    assert s([0.25], extension="upper")[0] == pytest.approx(s([0.25], extension="lower")[0], abs=1e-14)


def test_gradient_points_from_fake_to_real_with_norm_k() -> None:
    real, fake = DiscreteMeasure([[3.0, 4.0]]), DiscreteMeasure([[0.0, 0.0]])
    s = lg.optimal_discriminator(real, fake, "sqrt", 0.5)
    field = s.gradient([[0.0, 0.0], [1.5, 2.0], [3.0, 4.0], [1.0, 0.0], [-3.0, -4.0]])
    assert field.single.tolist() == [True, True, True, False, False]
    assert not field.ties.any()
    for row in field.vectors[:3]:
        assert row.tolist() == pytest.approx([0.6 * s.k, 0.8 * s.k], abs=1e-12)
    assert np.isnan(field.vectors[3:]).all()
    assert [len(d) for d in field.directions] == [1, 1, 1, 0, 0]


def test_several_tight_partners_are_told_and_no_gradient_is_invented() -> None:
    """P_g = delta_0, P_r = (delta_-1 + delta_1) / 2: f* rises with slope k on both sides of 0."""
    s = lg.optimal_discriminator(DiscreteMeasure([-1.0, 1.0]), DiscreteMeasure([0.0]), "softplus", 0.5)
    field = s.gradient([0.0])
    assert field.ties.tolist() == [True]
    assert np.isnan(field.vectors).all()
    assert sorted(field.directions[0].ravel().tolist()) == pytest.approx([-s.k, s.k], abs=1e-12)
    assert len(s.tight_pairs()) == 2


def test_two_real_points_in_one_direction_are_one_gradient() -> None:
    s = lg.optimal_discriminator(DiscreteMeasure([1.0, 2.0]), DiscreteMeasure([0.0]), "wasserstein", 1.0)
    assert sorted(s.tight_pairs()) == [(0, 0), (0, 1)]
    assert s.gradient([0.0]).vectors[0, 0] == pytest.approx(s.k)


def test_equal_measures_have_no_gradient_to_speak_of() -> None:
    s = lg.optimal_discriminator(DiscreteMeasure([0.0, 1.0]), DiscreteMeasure([1.0, 0.0]), "softplus", 1.0)
    assert not s.gradient([0.0, 0.5, 1.0]).single.any()


@given(problems(names=MONOTONE))
def test_every_pair_that_carries_real_mass_is_tight(drawn: Drawn) -> None:
    s = solve(drawn.problem)
    tight = set(s.tight_pairs())
    n = drawn.problem.n
    share = float(s.support_flow.mass.sum()) / max(n, drawn.problem.m)
    for i, j, mass in zip(s.support_flow.s, s.support_flow.t - n, s.support_flow.mass, strict=True):
        if mass >= share:
            assert (int(i), int(j)) in tight


def test_a_pair_with_slack_is_not_tight() -> None:
    """The twin: far pairs of two well separated couples are slack by far more than the error bar."""
    s = lg.optimal_discriminator(DiscreteMeasure([1.0, 101.0]), DiscreteMeasure([0.0, 100.0]), "softplus", 1.0)
    assert sorted(s.tight_pairs()) == [(0, 0), (1, 1)]


def test_a_pair_without_mass_may_be_tight() -> None:
    """Fakes 0 and 1, reals 2 and 3: a transport plan needs two pairs, and all four lie on the line that f is."""
    s = lg.optimal_discriminator(DiscreteMeasure([2.0, 3.0]), DiscreteMeasure([0.0, 1.0]), "wasserstein", 1.0)
    tight = s.tight_pairs()
    assert list(tight) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert np.count_nonzero(tight.mass) == s.flow.nnz == 2
    assert tight.mass.reshape(2, 2).tolist() == s.flow.toarray().tolist()


@given(drawn=problems())
def test_the_tight_pairs_are_those_of_the_dense_formula(drawn: Drawn) -> None:
    s = solve(drawn.problem)
    p, tight = s.problem, s.tight_pairs()
    slack = s.k * p.distances - (s.f_real[None, :] - s.f_fake[:, None])
    bar = s.slack_error(s.flow.toarray())
    found = np.zeros(slack.shape, dtype=bool)
    found[tight.i, tight.j] = True
    weighs = p.alive[: p.n, None] & p.alive[None, p.n :]
    unsure = np.abs(slack - bar) <= 4 * np.finfo(float).eps * (np.abs(s.f).max() + s.k * p.distances)
    assert np.array_equal(found | unsure, ((slack <= bar) & weighs) | unsure)
    assert not np.any(found & ~weighs)


@pytest.mark.parametrize("points", [[[1.0, 2.0]], [[np.nan]], np.zeros((2, 2, 2))])
def test_queries_of_the_wrong_shape_are_refused(points: object) -> None:
    s = lg.optimal_discriminator(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), "softplus", 1.0)
    with pytest.raises(InvalidMeasure, match=r"points must be finite with shape \(p, 1\); got"):
        _ = s(np.array(points))


def test_an_unknown_extension_is_refused() -> None:
    s = lg.optimal_discriminator(DiscreteMeasure([1.0]), DiscreteMeasure([0.0]), "softplus", 1.0)
    with pytest.raises(UnknownName, match="'lower', 'upper' or 'middle'"):
        _ = s([0.0], extension="best")


def test_a_pair_of_little_mass_is_tight_by_its_own_certificate() -> None:
    """At lam = 1000 the pair from (0, 0) to (1, 0) carries 3e-5: its slack is certified, and the kink is told."""
    real = DiscreteMeasure([[1.0, 0.0], [0.0, 3.0]])
    fake = DiscreteMeasure([[0.0, 0.0], [0.9, 0.1]])
    s = lg.optimal_discriminator(real, fake, "softplus", 1000.0)
    tight = s.tight_pairs()
    assert (0, 0) in set(tight)
    assert np.all(tight.slack <= tight.error_bar)
    assert s.gradient(fake.points[:1]).ties.tolist() == [True]


def test_where_the_bar_is_as_wide_as_the_rise_nothing_is_said() -> None:
    real = DiscreteMeasure([[1.0, 0.0], [0.0, 3.0]])
    fake = DiscreteMeasure([[0.0, 0.0], [0.9, 0.1]])
    field = lg.optimal_discriminator(real, fake, "hinge", 1e9, solver="conic").gradient(fake.points)
    assert not field.ties.any()
    assert not field.single.any()
