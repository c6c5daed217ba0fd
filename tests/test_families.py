"""Paths in lam, starts from an earlier solution, and batches: each member certified, and what a cold solve finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lgantheory as lg
from lgantheory.errors import InvalidParameter, UncertifiedSolution, UnsupportedLoss
from lgantheory.losses import get_loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers import GAP, solve
from lgantheory.solvers.families import lambda_path, optimal_discriminators
from tests.strategies import STRICT, Drawn, problems


def clouds(n: int, m: int, seed: int = 0) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    """(real, fake) in the plane."""
    rng = np.random.default_rng([seed, 17])
    return DiscreteMeasure(rng.normal(size=(m, 2)) + 1.0), DiscreteMeasure(rng.normal(size=(n, 2)))


def assert_same_optimum(a: Solution, b: Solution) -> None:
    """Of one problem: the certified intervals of J* and of k* meet, and f differs by no more than both enclosures."""
    bar = a.rounding + b.rounding
    assert a.primal >= b.dual - bar
    assert b.primal >= a.dual - bar
    assert a.enclosure.k_lower <= b.enclosure.k_upper
    assert b.enclosure.k_lower <= a.enclosure.k_upper
    alive = a.problem.alive
    assert np.all(np.abs(a.f - b.f)[alive] <= (a.enclosure.width + b.enclosure.width)[alive])


def test_the_helper_can_fail() -> None:
    a, b = (lg.optimal_discriminator(*clouds(5, 6), "softplus", lam) for lam in (1.0, 1.1))
    with pytest.raises(AssertionError):
        assert_same_optimum(a, b)


# -- paths -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(7, 5), (90, 100)])
@pytest.mark.parametrize("name", STRICT)
def test_a_path_is_in_the_order_asked_for_and_agrees_with_cold_solves(name: str, sizes: tuple[int, int]) -> None:
    real, fake = clouds(*sizes)
    lams = [1.0, 1e-3, 10.0, 0.1, 1.0]
    path = lambda_path(real, fake, name, lams)
    assert [s.problem.lam for s in path] == lams
    assert path[4] is path[0]  # solved once
    for s in path:
        assert s.gap <= GAP
        assert_same_optimum(s, lg.optimal_discriminator(real, fake, name, s.problem.lam))


def test_paths_of_every_kind_of_loss_and_of_arrays() -> None:
    real, fake = clouds(6, 5)
    for loss in ("least_squares", "hinge", "wasserstein", "exp(t)"):
        path = lambda_path(real.points, fake.points, loss, [1, 0.5])
        assert [s.problem.lam for s in path] == [1.0, 0.5]
        assert all(s.gap <= GAP for s in path)


def test_a_path_without_stations_is_empty() -> None:
    assert lambda_path(*clouds(3, 3), "softplus", []) == []
    assert len(lambda_path(*clouds(3, 3), "softplus", [1.0])) == 1


@pytest.mark.parametrize(("lams", "message"), [([1.0, 0.0], "positive and finite"), ([1.0, "2"], "positive number")])
def test_a_station_that_is_no_weight_is_refused(lams: list, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        _ = lambda_path(*clouds(3, 3), "softplus", lams)


def test_a_path_ends_at_the_first_station_that_fails() -> None:
    """A gap that no rounding allows is refused, with the solution of the least lam."""
    real, fake = clouds(30, 20)
    with pytest.raises(UncertifiedSolution) as refused:
        _ = lambda_path(real, fake, "softplus", [1.0, 0.1], gap=-1.0)
    assert refused.value.solution.problem.lam == 0.1


# -- starts ----------------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(problems(names=STRICT), st.floats(-3.0, 3.0), st.sampled_from((0.0, 1e-9, 1e-3, 1.0)), st.integers(0, 9))
def test_a_start_changes_nothing_but_the_time(drawn: Drawn, power: float, moved: float, seed: int) -> None:
    """Points moved, by nothing to their own size, and lam by up to three decades."""
    first = solve(drawn.problem, solver="forest")
    noise = [np.random.default_rng([seed, 1]).normal(size=side.points.shape) for side in (drawn.real, drawn.fake)]
    real = DiscreteMeasure(drawn.real.points + moved * noise[0], drawn.real.weights)
    fake = DiscreteMeasure(drawn.fake.points + moved * noise[1], drawn.fake.weights)
    problem = LipschitzProblem(real, fake, drawn.loss, drawn.lam * 10.0**power)
    warm = solve(problem, solver="forest", start=first)
    assert warm.problem is problem
    assert warm.gap <= 1e-12
    assert_same_optimum(warm, solve(problem, solver="forest"))


@pytest.mark.parametrize("size", [20, 120])
def test_a_start_is_used_above_and_below_the_size_that_is_refined(size: int) -> None:
    """From its own solution the same optimum; and from a start whose points have moved by a tenth."""
    real, fake = clouds(size, size - 3)
    cold = lg.optimal_discriminator(real, fake, "softplus", 0.1)
    again = lg.optimal_discriminator(real, fake, "softplus", 0.1, start=cold)
    assert_same_optimum(again, cold)
    shaken = fake.points + 0.1 * np.random.default_rng(4).normal(size=fake.points.shape)
    moved = lg.optimal_discriminator(real, shaken, "softplus", 0.2, start=cold)
    assert moved.gap <= 1e-12
    assert_same_optimum(moved, lg.optimal_discriminator(real, shaken, "softplus", 0.2))


def test_a_start_that_does_not_fit_is_left_aside() -> None:
    """Of other sizes, with k = 0, or whose arcs miss points that weigh something now: the bits of a cold solve."""
    real, fake = clouds(8, 6)
    cold = lg.optimal_discriminator(real, fake, "softplus", 0.1)
    other = lg.optimal_discriminator(*clouds(7, 6), "softplus", 0.1)
    flat = lg.optimal_discriminator(fake, fake, "softplus", 0.1)
    light = DiscreteMeasure(fake.points, [0.0, *[1.0 / 7.0] * 7])
    partial = lg.optimal_discriminator(real, light, "softplus", 0.1)
    assert flat.k == 0.0
    for start in (other, flat, partial):
        s = lg.optimal_discriminator(real, fake, "softplus", 0.1, start=start)
        assert s.f.tobytes() == cold.f.tobytes()
        assert s.k == cold.k
    used = lg.optimal_discriminator(real, light, "softplus", 0.1, start=cold)  # the twin: it fits, and is used
    assert used.gap <= 1e-12


def test_other_solvers_take_no_notice_of_a_start() -> None:
    real, fake = clouds(5, 4)
    start = lg.optimal_discriminator(real, fake, "softplus", 0.1)
    for loss in ("least_squares", "wasserstein"):
        warm, cold = (lg.optimal_discriminator(real, fake, loss, 0.1, start=s) for s in (start, None))
        assert warm.f.tobytes() == cold.f.tobytes()


# -- batches ---------------------------------------------------------------------------------------------------------


def batch() -> list[LipschitzProblem]:
    """Sizes, losses and lam mixed, equal measures among them."""
    mixed = [
        LipschitzProblem(*clouds(n, m, n), get_loss(name), lam)
        for (n, m), name, lam in (
            ((1, 1), "softplus", 1.0),
            ((5, 9), "wasserstein", 0.1),
            ((16, 16), "exponential", 0.01),
            ((3, 4), "least_squares", 2.0),
            ((100, 90), "sqrt", 0.1),
            ((4, 4), "hinge", 0.3),
        )
    ]
    return [*mixed, LipschitzProblem(mixed[2].fake, mixed[2].fake, get_loss("softplus"), 1.0)]


def test_a_batch_is_each_problem_by_itself() -> None:
    given_problems = batch()
    solutions = optimal_discriminators(iter(given_problems))
    assert len(solutions) == len(given_problems)
    for problem, s in zip(given_problems, solutions, strict=True):
        assert s.problem is problem
        assert s.gap <= GAP
        assert s.f.tobytes() == solve(problem).f.tobytes()
    assert optimal_discriminators([]) == []


def test_a_batch_may_name_its_solver() -> None:
    assert {s.solver for s in optimal_discriminators(batch()[2:3], solver="newton")} == {"newton"}
    assert {s.solver for s in optimal_discriminators(batch()[2:3])} == {"forest"}
    with pytest.raises(UnsupportedLoss, match="solver 'forest' needs"):
        _ = optimal_discriminators(batch(), solver="forest")


def test_what_is_no_problem_is_refused_by_its_place() -> None:
    with pytest.raises(InvalidParameter, match=r"LipschitzProblem.*got str at 1"):
        _ = optimal_discriminators([batch()[0], "softplus"])  # pyright: ignore[reportArgumentType]


def test_a_gap_too_small_is_told_with_its_place_and_solution() -> None:
    with pytest.raises(UncertifiedSolution, match=r"problem 0: .*certified a relative gap") as refused:
        _ = optimal_discriminators(batch()[:1], gap=-1.0)
    assert refused.value.solution.problem.n == 1
