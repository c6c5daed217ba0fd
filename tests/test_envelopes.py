"""Envelopes of cones: three ways to one result, whatever the points, and never a matrix of all distances."""

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lgantheory import envelopes
from lgantheory.envelopes import EPS, Cones, lengths, steepest_slope
from lgantheory.measures import euclidean

WAYS = ("dense", "kernel", "products")

# Clouds as (scale, offset, noise): unit size, far from the origin, nearly coincident, tiny and huge.
CLOUDS = ((1.0, 0.0), (1e-3, 1e6), (1e-12, 1.0), (1e-8, 0.0), (1e8, 0.0))
seeds = st.integers(0, 2**32 - 1)


@contextmanager
def only(way: str, tile: int = 16) -> Iterator[None]:
    """One way serves every input, in tiles so small that a few points need several."""
    import numba  # noqa: F401 (once it is loaded, the kernel is used)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(envelopes, "FEW", 0)
        patch.setattr(envelopes, "TILE", tile)
        patch.setattr(envelopes, "COORDINATES", 64)
        patch.setattr(envelopes, "KERNEL_DIMENSION", 10**6 if way == "kernel" else 0)
        patch.setattr(envelopes, "DENSE_DIMENSION", 10**6 if way == "dense" else 0)
        yield


@st.composite
def drawn_cones(draw: st.DrawFn, most: int = 60) -> tuple[Cones, np.ndarray]:
    """Cones and queries: some at nodes, some repeated, one cluster or two that are far apart."""
    rng = np.random.default_rng(draw(seeds))
    scale, offset = draw(st.sampled_from(CLOUDS))
    d, size, asked = draw(st.sampled_from((1, 2, 3, 5, 8, 33))), draw(st.integers(1, most)), draw(st.integers(1, most))
    points, queries = (scale * rng.normal(size=(rows, d)) + offset for rows in (size, asked))
    if draw(st.booleans()):
        queries[: min(size, asked)] = points[: min(size, asked)]
    if draw(st.booleans()):
        far = 1e6 * scale * (rng.random((size, 1)) < 0.5)
        points = points + far
    k = draw(st.sampled_from((1e-6, 1.0, 1e6))) / scale
    values = rng.normal(size=size) * draw(st.sampled_from((0.0, 1e-3, 1.0, 1e6)))
    return Cones(points, values, k), queries


def dense(cones: Cones, queries: np.ndarray) -> np.ndarray:
    return cones.values + cones.k * euclidean(queries, cones.points)


def few_ulps(cones: Cones, heights: np.ndarray) -> np.ndarray:
    """What a sum of d squares, taken in another order, and the height made of it may be off by."""
    d = cones.points.shape[1]
    return (d + 4) * EPS * (np.abs(heights) + np.abs(cones.values).max())


@pytest.mark.parametrize("way", WAYS)
@given(drawn=drawn_cones())
def test_every_way_gives_the_dense_formula(way: str, drawn: tuple[Cones, np.ndarray]) -> None:
    with only(way):
        cones, queries = drawn
        heights = dense(cones, queries).min(axis=1)
        assert np.all(np.abs(cones.lowest(queries) - heights) <= few_ulps(cones, heights))


@pytest.mark.parametrize("way", WAYS)
@given(drawn=drawn_cones(), seed=seeds)
def test_a_bound_holds_and_changes_nothing_else(way: str, drawn: tuple[Cones, np.ndarray], seed: int) -> None:
    """Bounds below, above and exactly at the envelope: the answer is the lower of the two."""
    with only(way):
        cones, queries = drawn
        heights = cones.lowest(queries)
        bounds = heights + np.random.default_rng(seed).integers(-1, 2, size=len(heights)) * (1.0 + np.abs(heights))
        assert np.array_equal(cones.lowest(queries, bounds), np.minimum(heights, bounds))
        assert np.array_equal(cones.lowest(queries, heights), heights)


@pytest.mark.parametrize("way", WAYS)
@given(drawn=drawn_cones(most=30), seed=seeds)
def test_the_pairs_below_a_bound_are_those_of_the_dense_formula(
    way: str, drawn: tuple[Cones, np.ndarray], seed: int
) -> None:
    """Every pair that is below by more than rounding is found, and none that is above by more."""
    with only(way):
        cones, queries = drawn
        heights = dense(cones, queries)
        bounds = np.quantile(heights, np.random.default_rng(seed).random(), axis=1)
        q, v = cones.below(queries, bounds)
        assert np.array_equal(np.lexsort((v, q)), np.arange(len(q)))
        found = np.zeros(heights.shape, dtype=bool)
        found[q, v] = True
        excess, bar = heights - bounds[:, None], few_ulps(cones, heights)
        assert np.all(found[excess < -bar])
        assert not np.any(found[excess > bar])


@pytest.mark.parametrize("way", WAYS)
@given(drawn=drawn_cones(most=30))
def test_a_pair_exactly_at_its_bound_is_below_it(way: str, drawn: tuple[Cones, np.ndarray]) -> None:
    """The equality twin: with the envelope itself for a bound, each query keeps the cone that makes it."""
    with only(way):
        cones, queries = drawn
        assert set(cones.below(queries, cones.lowest(queries))[0].tolist()) == set(range(len(queries)))


@pytest.mark.parametrize("d", [100, 784, 3072])
def test_many_dimensions_and_points_close_together(d: int) -> None:
    """At the real thresholds: a cloud whose points matrix products tell apart, a large and a small one where not."""
    rng = np.random.default_rng(d)
    points = rng.normal(size=(300, d)) + 3.0
    points[100:200] = 1e6 + 1e-6 * rng.normal(size=(100, d))
    points[200:210] = 3.0 + 1e-8 * rng.normal(size=(10, d))
    queries = points[:250] + 1e-7 * rng.normal(size=(250, d))
    queries[200:210] = points[200:210] + 1e-8 * rng.normal(size=(10, d))
    cones = Cones(points, 1e-8 * rng.normal(size=300), 1.0)
    assert len(points) * len(queries) > envelopes.FEW
    heights = dense(cones, queries).min(axis=1)
    assert np.all(np.abs(cones.lowest(queries) - heights) <= few_ulps(cones, heights))
    q, v = cones.below(queries, heights + 1e-6)
    assert np.array_equal(np.stack([q, v]), np.nonzero(dense(cones, queries) <= (heights + 1e-6)[:, None]))


@pytest.mark.parametrize("way", WAYS)
def test_cones_at_infinity_and_a_slope_of_zero(way: str) -> None:
    with only(way):
        points, queries = np.arange(40.0).reshape(20, 2), np.zeros((3, 2))
        values = np.full(20, np.inf)
        assert np.isinf(Cones(points, values, 1.0).lowest(queries)).all()
        assert len(Cones(points, values, 1.0).below(queries, np.full(3, 1e300))[0]) == 0
        values[7] = 2.0
        assert Cones(points, values, 1.0).lowest(queries).tolist() == pytest.approx([2.0 + np.hypot(14.0, 15.0)] * 3)
        assert Cones(points, values, 0.0).lowest(queries, np.array([1.0, 2.0, 3.0])).tolist() == [1.0, 2.0, 2.0]
        assert Cones(points, values, 0.0).below(queries, np.array([1.0, 2.0, 3.0]))[1].tolist() == [7, 7]


@given(seed=seeds, d=st.sampled_from((1, 2, 3, 17, 300)), scale=st.sampled_from((1e-170, 1e-8, 1.0, 1e140)))
def test_lengths_are_the_entries_of_the_matrix_of_distances(seed: int, d: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = scale * rng.normal(size=(4, d)), scale * rng.normal(size=(5, d))
    y[0] = x[0]
    i, j = (index.ravel() for index in np.indices((4, 5)))
    assert np.allclose(lengths(x, y, i, j), euclidean(x, y).ravel(), rtol=(d + 4) * EPS, atol=0.0)
    assert lengths(x, y, i[:0], j[:0]).shape == (0,)


@given(seed=seeds, size=st.integers(1, 40))
def test_the_steepest_slope_is_that_of_the_dense_formula(seed: int, size: int) -> None:
    """In tiles of three; and infinite as soon as one place has two values."""
    rng = np.random.default_rng(seed)
    points, f = rng.normal(size=(size, 2)), rng.normal(size=size)
    d = euclidean(points, points) + np.diag(np.full(size, np.inf))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(envelopes, "TILE", 3)
        assert steepest_slope(points, f) == pytest.approx(float((np.abs(f[:, None] - f) / d).max()), rel=1e-15)
        twice = np.concatenate([points, points[:1]])
        assert steepest_slope(twice, np.append(f, f[0])) == steepest_slope(points, f)
        assert steepest_slope(twice, np.append(f, f[0] + 1.0)) == np.inf


@pytest.mark.parametrize("way", WAYS)
def test_no_way_holds_all_distances(way: str) -> None:
    """A quarter of what the matrix would take is never reached, and the result is as always."""
    with only(way, tile=128):
        rng = np.random.default_rng(0)
        cones, queries = Cones(rng.normal(size=(1500, 12)), rng.normal(size=1500), 2.0), rng.normal(size=(1400, 12))
        expected = dense(cones, queries).min(axis=1)
        _ = cones.lowest(queries[:2])  # what is loaded once does not count
        tracemalloc.start()
        found = cones.lowest(queries)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert np.all(np.abs(found - expected) <= few_ulps(cones, expected))
        assert peak < 1400 * 1500 * 8 / 4


def test_numba_is_not_loaded_for_a_small_certificate() -> None:
    program = (
        "import sys, numpy as np, lgantheory as lg; from lgantheory.problem import LipschitzProblem as P\n"
        "x = np.random.default_rng(0).normal(size=(300, 2))\n"
        "p = P(lg.DiscreteMeasure(x), lg.DiscreteMeasure(x + 1.0), lg.get_loss('softplus'), 1.0)\n"
        "assert p.certify(np.zeros(600), np.zeros((300, 300)), k=1.0, repair=True).gap > 0.0\n"
        "assert 'numba' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
