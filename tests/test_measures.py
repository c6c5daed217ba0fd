"""DiscreteMeasure: what it accepts, what it refuses, and what it promises about its arrays."""

import math
import pickle  # noqa: TID251  # the round trip through worker processes is what is tested
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lgantheory.errors import InvalidMeasure, InvalidParameter, UnknownName
from lgantheory.measures import LARGEST_COORDINATE, WEIGHT_SUM_TOLERANCE, WEIGHT_ULPS, DiscreteMeasure, toy_case

COORDINATES = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 1.0, LARGEST_COORDINATE, -LARGEST_COORDINATE, 5e-324])
CLOUDS = hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=COORDINATES)


@st.composite
def measures(draw: st.DrawFn, *, repeated: bool = False) -> DiscreteMeasure:
    points = draw(CLOUDS)
    if repeated:
        points = points[draw(st.lists(st.integers(0, len(points) - 1), min_size=1, max_size=12))]
    parts = draw(st.lists(st.integers(0, 1000), min_size=len(points), max_size=len(points)).filter(any))
    return DiscreteMeasure(points, np.array(parts) / sum(parts))


def exact_weights(measure: DiscreteMeasure) -> dict[tuple[float, ...], Fraction]:
    """The measure as a mapping from point to exact weight, by another route than the library's."""
    total: dict[tuple[float, ...], Fraction] = {}
    for point, weight in zip(measure.points.tolist(), measure.weights.tolist(), strict=True):
        total[tuple(point)] = total.get(tuple(point), Fraction(0)) + Fraction(weight)
    return total


# -- what is accepted --------------------------------------------------------------------------------------------------


@given(CLOUDS)
def test_points_are_kept_and_weights_are_uniform(points):
    measure = DiscreteMeasure(points)
    assert np.array_equal(measure.points, points)
    assert (measure.size, measure.dimension) == points.shape
    assert np.array_equal(measure.weights, np.full(len(points), 1 / len(points)))


def test_a_flat_list_is_points_on_the_line():
    assert DiscreteMeasure([3, 1, 2]).points.tolist() == [[3.0], [1.0], [2.0]]


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float16", "float32", ">f8", "longdouble"])
def test_every_real_dtype_becomes_float64(dtype):
    measure = DiscreteMeasure(np.arange(6).reshape(3, 2).astype(dtype))
    assert measure.points.dtype == measure.weights.dtype == np.float64
    assert measure.points.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]


def test_the_arrays_of_the_caller_are_copied_and_ours_are_locked():
    points, weights = np.array([[0.0], [1.0]]), np.array([0.25, 0.75])
    measure = DiscreteMeasure(points, weights)
    points[0], weights[:] = 9.0, 0.5
    assert measure.points.tolist() == [[0.0], [1.0]]
    assert measure.weights.tolist() == [0.25, 0.75]
    for array in (measure.points, measure.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7.0


def test_fields_cannot_be_reassigned():
    with pytest.raises(AttributeError):
        _ = DiscreteMeasure([0.0]).points = np.zeros((1, 1))  # type: ignore[misc]


def test_negative_zero_is_zero():
    assert not np.signbit(DiscreteMeasure([[-0.0, 0.0]]).points).any()


# Divided by 110 these weights miss one by an ulp; divided by what they then sum to, they miss it on the other side.
@example(DiscreteMeasure([0, 1, 2, 3], np.array([9, 14, 58, 29]) / 110))
@given(measures(repeated=True))
def test_building_a_measure_from_its_own_arrays_changes_no_bit(measure):
    for again in (DiscreteMeasure(measure.points, measure.weights), pickle.loads(pickle.dumps(measure))):
        assert np.array_equal(again.points, measure.points)
        assert np.array_equal(again.weights, measure.weights)
        assert not again.weights.flags.writeable


@given(st.floats(-0.9, 0.9))
def test_weights_within_the_tolerance_are_normalised_and_those_beyond_refused(share):
    inside = DiscreteMeasure([0.0, 1.0], [0.5, 0.5 + share * WEIGHT_SUM_TOLERANCE])
    assert abs(math.fsum(inside.weights) - 1) <= 2 * np.finfo(float).eps
    with pytest.raises(InvalidMeasure, match=r"sum to .*; needed 1 within 1e-09\. Normalise"):
        _ = DiscreteMeasure([0.0, 1.0], [0.5, 0.5 + math.copysign(1.1 + abs(share), share) * WEIGHT_SUM_TOLERANCE])


def test_zero_weights_are_allowed_as_long_as_one_is_positive():
    assert DiscreteMeasure([0, 1, 2], [0, 1, 0]).weights.tolist() == [0.0, 1.0, 0.0]
    with pytest.raises(InvalidMeasure, match="sum to 0;"):
        _ = DiscreteMeasure([0, 1, 2], [0, 0, 0])


# -- what is refused ---------------------------------------------------------------------------------------------------


class Unreadable:
    """An object whose conversion fails in its own way, as that of a tensor that tracks gradients does."""

    def __array__(self, *_args: object, **_kwargs: object) -> np.ndarray:
        raise RuntimeError("call detach first\nand more")


REFUSED_POINTS = {
    "none": (None, "of type object"),
    "nothing": ([], r"shape \(0,\)"),
    "no columns": ([[]], r"shape \(1, 0\)"),
    "scalar": (5.0, r"shape \(\)"),
    "three axes": ([[[1.0]]], r"shape \(1, 1, 1\)"),
    "text": ("abc", "text"),
    "numbers as text": ([["1", "2"], ["3", "4"]], "text, first at row 0, column 0"),
    "a hole": ([[1, 2], [1, None]], r"row 1, column 1 \(None\)"),
    "complex": ([[1.0], [2j]], "complex, first at row 1, column 0"),
    "booleans": ([True, False], "booleans"),
    "dates": (np.array(["2020-01-01"], dtype="M8[D]"), "datetime64"),
    "ragged": ([[1, 2], [3]], r"row 1 has shape \(1,\) and row 0 has shape \(2,\)"),
    "ragged mix": ([[1, 2], 3], r"row 1 has shape \(\)"),
    "set": ({1, 2}, "of type object"),
    "nan": ([[0, 1], [2, math.nan]], r"nan at row 1, column 1; needed a finite number"),
    "infinity": ([[0, -math.inf], [2, 1]], r"-inf at row 0, column 1"),
    "huge": ([[0.0], [1e151]], r"1e\+151 at row 1, column 0; needed at most 1e\+150"),
    "huge integer": ([10**400], "object"),
    "integers beyond float": (np.array([2**60, 2**60 + 1]), "integers above"),
    "longdouble overflow": (np.array([np.longdouble("1e400")]), "inf at row 0"),
    "masked": (np.ma.masked_array([1.0, 2.0], [False, True]), "masked"),
    "failing object": (Unreadable(), r"\(call detach first\)"),
}


@pytest.mark.parametrize(("points", "message"), REFUSED_POINTS.values(), ids=REFUSED_POINTS)
def test_points_that_mean_nothing_are_refused_with_their_place(points, message):
    with pytest.raises(InvalidMeasure, match=message) as caught:
        _ = DiscreteMeasure(points)
    assert "needed" in str(caught.value) or "cannot tell apart" in str(caught.value)
    assert "\n" not in str(caught.value)


REFUSED_WEIGHTS = {
    "too many": ([0.5, 0.25, 0.25], r"shape \(3,\); needed shape \(2,\)"),
    "matrix": ([[0.5, 0.5]], r"shape \(1, 2\)"),
    "negative": ([1.5, -0.5], r"-0\.5 at row 1; needed non-negative"),
    "nan": ([math.nan, 1.0], "nan at row 0"),
    "infinity": ([1.0, math.inf], "inf at row 1"),
    "too much": ([0.5, 0.6], r"sum to 1\.1"),
    "overflow": ([1e308, 1e308], "sum to inf"),
    "text": (["a", "b"], "text"),
    "booleans": ([True, False], "booleans"),
    "single precision": (np.array([1 / 3, 2 / 3], dtype=np.float32), "double precision"),
}


@pytest.mark.parametrize(("weights", "message"), REFUSED_WEIGHTS.values(), ids=REFUSED_WEIGHTS)
def test_weights_that_are_no_probabilities_are_refused(weights, message):
    with pytest.raises(InvalidMeasure, match=message):
        _ = DiscreteMeasure([0.0, 1.0], weights)


def test_the_largest_coordinate_is_allowed_and_its_distances_are_finite():
    points = DiscreteMeasure([[LARGEST_COORDINATE, -LARGEST_COORDINATE]]).points
    assert math.isfinite(float(np.sum((2 * points) ** 2)))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.complex_numbers(), st.lists))
def test_whatever_is_given_becomes_a_finite_measure_or_is_refused(anything):
    try:
        measure = DiscreteMeasure(anything)
    except InvalidMeasure:
        return
    assert np.isfinite(measure.points).all()
    assert measure.size >= 1


# -- merging and comparing ---------------------------------------------------------------------------------------------


@given(measures(repeated=True))
def test_merged_keeps_every_weight_and_the_order_of_first_appearance(measure):
    merged, index = measure.merged()
    assert np.array_equal(merged.points[index], measure.points)
    expected = exact_weights(measure)
    assert list(expected) == [tuple(p) for p in merged.points.tolist()]
    rounded = np.array([float(w) for w in expected.values()])
    assert np.all(np.abs(merged.weights - rounded) <= 2 * np.spacing(rounded))  # the sum, and one division at most


@given(measures(repeated=True), st.randoms(use_true_random=False))
def test_order_repetition_and_zero_weights_do_not_make_another_measure(measure, random):
    order = list(range(measure.size))
    random.shuffle(order)
    shuffled = DiscreteMeasure(measure.points[order], measure.weights[order])
    halves = np.concatenate([measure.weights, measure.weights]) / 2
    doubled = DiscreteMeasure(np.concatenate([measure.points, measure.points]), halves)
    ghost = DiscreteMeasure(
        np.concatenate([measure.points, np.full((1, measure.dimension), 0.125)]), np.append(measure.weights, 0.0)
    )
    for other in (shuffled, doubled, ghost, measure.merged()[0]):
        assert measure.is_same_as(other)
        assert other.is_same_as(measure)


def test_rounding_of_decimal_weights_does_not_make_another_measure():
    assert DiscreteMeasure([0, 1], [0.1 + 0.2, 0.7]).is_same_as(DiscreteMeasure([1, 0, 0], [0.7, 0.2, 0.1]))


@given(measures())
def test_a_moved_point_or_a_moved_weight_makes_another_measure(measure):
    point = measure.points[np.argmax(measure.weights)]
    away = np.where(point == 0.0, 1.0, -point)
    moved = measure.points.copy()
    moved[np.argmax(measure.weights)] = away
    assert not measure.is_same_as(DiscreteMeasure(moved, measure.weights)) or any(
        np.array_equal(away, p) for p in measure.points
    )
    assert not measure.is_same_as(DiscreteMeasure(np.pad(measure.points, ((0, 0), (0, 1))), measure.weights))


def test_weights_differ_from_one_unit_beyond_the_allowance():
    unit = np.spacing(0.5)
    halves = DiscreteMeasure([0.0, 1.0])
    assert halves.is_same_as(DiscreteMeasure([0.0, 1.0], [0.5 + WEIGHT_ULPS * unit, 0.5 - WEIGHT_ULPS * unit]))
    beyond = 2 * (WEIGHT_ULPS + 1) * unit
    assert not halves.is_same_as(DiscreteMeasure([0.0, 1.0], [0.5 + beyond, 0.5 - beyond]))


# -- moving ------------------------------------------------------------------------------------------------------------


@given(hnp.arrays(int, (3, 2), elements=st.integers(-1000, 1000)), st.integers(-50, 50), st.sampled_from([0.25, 2.0]))
def test_moving_and_scaling_act_on_every_coordinate(points, offset, factor):
    measure = DiscreteMeasure(points, [0.5, 0.0, 0.5])
    assert np.array_equal(measure.translated([offset, 1]).points, points + [offset, 1])
    assert np.array_equal(measure.scaled(factor).points, points * factor)
    assert np.array_equal(measure.scaled(factor).weights, measure.weights)


def test_moving_and_scaling_refuse_what_would_leave_the_space():
    measure = DiscreteMeasure([[0.0, 1.0]])
    with pytest.raises(InvalidMeasure, match=r"offset of shape \(1,\); needed shape \(2,\)"):
        _ = measure.translated(1.0)
    for factor in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InvalidParameter, match="factor"):
            _ = measure.scaled(factor)
    with pytest.raises(InvalidMeasure, match="rescale"):
        _ = measure.scaled(1e308)


# -- showing -----------------------------------------------------------------------------------------------------------


def test_small_measures_are_shown_whole_and_large_ones_in_words():
    small = DiscreteMeasure([[0.0, 1.0], [2.0, 3.0]], [0.25, 0.75])
    assert repr(small) == "DiscreteMeasure([[0.0, 1.0], [2.0, 3.0]], [0.25, 0.75])"
    assert repr(DiscreteMeasure([1.0, 2.0])) == "DiscreteMeasure([1.0, 2.0])"
    assert repr(DiscreteMeasure(np.zeros((50, 3)))) == "<DiscreteMeasure: 50 points in R^3, uniform weights>"


# -- the examples in the plane -----------------------------------------------------------------------------------------

DRAWN = 4000


def share(points: np.ndarray, *, left_of: float) -> float:
    return float(np.mean(points[:, 0] < left_of))


def assert_share(found: float, expected: float) -> None:
    """Within five standard deviations of a binomial share; the seed is fixed, so this never changes its mind."""
    assert abs(found - expected) <= 5 * math.sqrt(expected * (1 - expected) / DRAWN)


def test_the_share_test_itself_can_fail():
    with pytest.raises(AssertionError):
        assert_share(0.55, 0.5)


def test_case_1_is_disjoint_squares_with_sixteen_lattice_points():
    real, fake = (measure.points for measure in toy_case(1, np.random.default_rng(1), DRAWN))
    assert np.abs(real - (1, 0)).max() <= 0.5
    assert np.abs(fake - (-1, 0)).max() <= 0.5
    on_lattice = np.abs(fake - (-1, 0)).max(axis=1) > 0.25
    assert_share(float(on_lattice.mean()), 0.2)
    assert len(np.unique(fake[on_lattice], axis=0)) == 16
    assert np.array_equal(fake[on_lattice] * 4, np.round(fake[on_lattice] * 4))


def test_case_2_is_overlapping_squares_with_opposite_shares():
    real, fake = (measure.points for measure in toy_case(2, np.random.default_rng(2), DRAWN))
    for points in (real, fake):
        assert np.abs(np.abs(points) - (1, 0)).max() <= 0.5
    assert_share(share(real, left_of=0.0), 0.2)
    assert_share(share(fake, left_of=0.0), 0.8)


def test_case_3_is_three_gaussians():
    real, fake = (measure.points for measure in toy_case(3, np.random.default_rng(3), DRAWN))
    assert_share(share(real, left_of=-0.125), 0.5)
    error = 5 * 0.15 / math.sqrt(DRAWN / 2)
    for points, center in ((fake, -0.75), (real[real[:, 0] > 0], 1.0), (real[real[:, 0] < 0], -1.25)):
        assert np.abs(points.mean(axis=0) - (center, 0)).max() <= error
        assert np.abs(points.std(axis=0) - 0.15).max() <= error


@pytest.mark.parametrize("case", [1, 2, 3])
def test_the_seed_decides_the_sample(case):
    first, again, other = (toy_case(case, np.random.default_rng(seed), 30) for seed in (5, 5, 6))
    for side in (0, 1):
        assert np.array_equal(first[side].points, again[side].points)
        assert not np.array_equal(first[side].points, other[side].points)
        assert first[side].size == 30


def test_examples_that_do_not_exist_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(UnknownName, match="needed one of 1, 2, 3"):
        _ = toy_case(4, rng, 10)
    with pytest.raises(InvalidParameter, match="at least one"):
        _ = toy_case(1, rng, 0)
