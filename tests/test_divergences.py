"""The f-divergences of the library: formulas against definitions at fifty digits, inequalities with twins."""

import math
import pickle  # noqa: TID251  # to show that a row travels
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import lgantheory as lg
from lgantheory.divergences.divergence import log_ratio, relative_entropy
from lgantheory.errors import InvalidMeasure, InvalidParameter, UnknownName

NAMES = [*lg.list_divergences(), "jensen_shannon_weighted(0.3)", "jensen_shannon_weighted(15/16)"]
EPS = float(np.finfo(float).eps)

# Golden values: the discrete pair of the theory notes, to ten digits.
P, Q = (1 / 2, 1 / 3, 1 / 6), (1 / 5, 3 / 10, 1 / 2)
GOLDEN = {
    "total_variation": 0.3333333333,
    "kl": 0.3101634897,
    "reverse_kl": 0.3344398433,
    "pearson": 0.6759259259,
    "neyman": 0.85,
    "squared_hellinger": 0.1577386667,
    "jeffreys": 0.6446033330,
    "jensen_shannon": 0.1544999368,
    "jensen_shannon_weighted": 0.0772499684,
    "jensen_shannon_weighted(0.3)": 0.0643881910,
    "gan": -1.2317944244,
}
LOG2 = math.log(2.0)
DISJOINT = {
    "total_variation": 1.0,
    "kl": math.inf,
    "reverse_kl": math.inf,
    "pearson": math.inf,
    "neyman": math.inf,
    "squared_hellinger": 2.0,
    "jeffreys": math.inf,
    "jensen_shannon": 2 * LOG2,
    "jensen_shannon_weighted": LOG2,
    "jensen_shannon_weighted(0.3)": -0.3 * math.log(0.3) - 0.7 * math.log(0.7),
    "gan": 0.0,
}
PRINTED_DOMAINS = {
    "total_variation": 0.5,
    "kl": math.inf,
    "reverse_kl": 0.0,
    "pearson": math.inf,
    "neyman": 1.0,
    "squared_hellinger": 1.0,
    "jeffreys": math.inf,
    "jensen_shannon": LOG2,
    "jensen_shannon_weighted": LOG2 / 2,
    "gan": 0.0,
}


class Exact:
    """The functions that a formula asks for, at the working precision of mpmath."""

    log = staticmethod(mpmath.log)
    sqrt = staticmethod(mpmath.sqrt)


def rows():
    return [pytest.param(lg.get_divergence(name), id=name) for name in NAMES]


@st.composite
def weight_pairs(draw, zeros=True):
    """Two probability vectors from small integers, on common atoms."""
    size = draw(st.integers(2, 5))
    least = 0 if zeros else 1

    def vector():
        whole = draw(st.lists(st.integers(least, 9), min_size=size, max_size=size).filter(any))
        return np.array(whole) / sum(whole)

    return vector(), vector()


def term_at_fifty_digits(row, p, q):
    """``q (f(p/q) - f(1) - f'(1) (p/q - 1))`` of two doubles, by the definition."""
    with mpmath.workdps(300):  # as many as cancel between 1 and the square of the largest ratio
        a, b, one = mpmath.mpf(p), mpmath.mpf(q), mpmath.mpf(1)
        slope = {"kl": 1, "reverse_kl": -1, "gan": -mpmath.log(2)}.get(row.name, 0)
        return b * (row.formula(a / b, Exact) - row.formula(one, Exact)) - slope * (a - b)


def value_at_fifty_digits(row, p, q):
    with mpmath.workdps(80):
        return mpmath.fsum(
            mpmath.mpf(b) * row.formula(mpmath.mpf(a) / mpmath.mpf(b), Exact) for a, b in zip(p, q, strict=True)
        )


# -- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "golden"), GOLDEN.items())
def test_golden_values_of_the_discrete_pair(name, golden):
    assert lg.f_divergence(name, P, Q) == pytest.approx(golden, abs=6e-11)


@pytest.mark.parametrize(("name", "value"), DISJOINT.items())
def test_without_a_common_atom_the_value_is_the_sum_of_both_ends(name, value):
    assert lg.f_divergence(name, [0.25, 0.75, 0, 0], [0, 0, 0.5, 0.5]) == pytest.approx(value, rel=1e-15, abs=1e-15)
    assert lg.get_divergence(name).disjoint == pytest.approx(value, rel=1e-15)


def test_ten_rows():
    assert lg.list_divergences() == sorted(PRINTED_DOMAINS)


@pytest.mark.parametrize("row", rows())
def test_terms_are_the_definition_to_a_few_ulps_however_close_the_weights(row):
    """Relative accuracy: the definition loses all its digits where p/q - 1 is 1e-9, and the terms must not."""
    for gap in (1e-12, 1e-9, 1e-4, 0.03, 0.3, 0.39, 0.41, 0.9, 1.1, 30.0, 1e6, 1e100):
        for p, q in ((0.3 * (1 + gap), 0.3), (0.3, 0.3 * (1 + gap))):
            exact = term_at_fifty_digits(row, p, q)
            computed = float(row.terms(np.array([p]), np.array([q]))[0])
            assert abs(mpmath.mpf(computed) - exact) <= 40 * EPS * abs(exact)


@pytest.mark.parametrize("row", rows())
@given(pair=weight_pairs(zeros=False))
def test_value_is_the_definition(row, pair):
    p, q = pair
    exact = value_at_fifty_digits(row, p, q)
    size = 2.0 + sum(
        abs(float(row.derivative(a / b))) * a + abs(float(row.generator(a / b))) * b for a, b in zip(p, q, strict=True)
    )
    assert lg.f_divergence(row, p, q) == pytest.approx(float(exact), abs=32 * EPS * size)


@pytest.mark.parametrize("row", rows())
@given(pair=weight_pairs())
def test_not_below_the_value_at_equality_which_is_attained(row, pair):
    p, q = pair
    least = row.at_one
    assert lg.f_divergence(row, p, q) >= least
    assert lg.f_divergence(row, p, p) == least
    if np.abs(p - q).max() > 0:
        assert lg.f_divergence(row, p, q) > least


@pytest.mark.parametrize("row", rows())
@given(pair=weight_pairs())
def test_the_dual_is_the_same_number_with_the_measures_exchanged(row, pair):
    p, q = pair
    here, there = lg.f_divergence(row, p, q), lg.f_divergence(row.dual, q, p)
    assert here == pytest.approx(there, rel=64 * EPS, abs=64 * EPS)
    assert lg.get_divergence(row.dual).dual == row.name


def test_which_rows_are_symmetric():
    symmetric = {name for name in NAMES if lg.get_divergence(name).is_symmetric}
    assert symmetric == {
        "total_variation",
        "squared_hellinger",
        "jeffreys",
        "jensen_shannon",
        "jensen_shannon_weighted",
        "gan",
    }
    assert lg.f_divergence("kl", P, Q) != pytest.approx(lg.f_divergence("kl", Q, P), rel=1e-3)


@pytest.mark.parametrize("row", rows())
@given(pair=weight_pairs(), share=st.integers(1, 7))
def test_merging_atoms_does_not_raise_the_value_and_splitting_in_proportion_keeps_it(row, pair, share):
    p, q = pair
    merged = [np.append(w[2:], w[0] + w[1]) for w in (p, q)]
    split = [np.concatenate([w * share / 8, w * (8 - share) / 8]) for w in (p, q)]
    full = lg.f_divergence(row, p, q)
    assert lg.f_divergence(row, *merged) <= full + 64 * EPS * (1 + abs(full)) or math.isinf(full)
    assert lg.f_divergence(row, *split) == pytest.approx(full, rel=64 * EPS, abs=64 * EPS)


@given(pair=weight_pairs())
def test_jensen_shannon_lies_between_the_bounds_by_total_variation_and_reaches_the_upper(pair):
    p, q = pair
    distance, jsd = lg.f_divergence("total_variation", p, q), lg.f_divergence("jensen_shannon_weighted", p, q)
    assert 0.5 * distance**2 <= jsd + 8 * EPS
    assert jsd <= LOG2 * distance + 8 * EPS
    apart = [np.append(p, 0 * q), np.append(0 * p, q)]
    assert lg.f_divergence("total_variation", *apart) == pytest.approx(1.0, abs=8 * EPS)
    assert lg.f_divergence("jensen_shannon_weighted", *apart) == pytest.approx(LOG2, abs=8 * EPS)


def test_nothing_is_lost_where_weights_are_tiny_or_nearly_equal():
    for row in map(lg.get_divergence, NAMES):
        for tiny in (5e-324, 1e-310, 1e-200):
            value = lg.f_divergence(row, [1.0, tiny], [tiny, 1.0])
            assert value == pytest.approx(row.disjoint, rel=1e-8, abs=1e-15) or math.isinf(row.disjoint)
            assert not math.isnan(value)
            assert row.terms(np.array([tiny]), np.array([tiny]))[0] == 0.0
    close = 2.0**-30
    assert lg.f_divergence("kl", [0.5 + close, 0.5 - close], [0.5, 0.5]) == pytest.approx(2 * close**2, rel=1e-14)


def test_measures_are_compared_on_their_common_places():
    p = lg.DiscreteMeasure([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [5.0, 5.0]], [0.25, 1 / 3, 0.25, 1 / 6])
    q = lg.DiscreteMeasure([[5.0, 5.0], [1.0, 0.0], [0.0, 0.0]], [0.5, 0.3, 0.2])
    for name, golden in GOLDEN.items():
        assert lg.f_divergence(name, p, q) == pytest.approx(golden, abs=6e-11)
    assert lg.f_divergence("total_variation", p, p.translated([9.0, 0.0])) == pytest.approx(1.0)


# -- functions --------------------------------------------------------------------------------------------------------

RATIOS = np.concatenate([np.logspace(-12, 12, 37), 1 + np.array([-0.3, -1e-3, -1e-9, 1e-9, 1e-3, 0.3])])


@pytest.mark.parametrize("row", rows())
def test_generator_and_slope_are_the_definition_at_fifty_digits(row):
    u = sympy.Symbol("u", positive=True)
    slope = sympy.lambdify(u, sympy.diff(row.expression, u), "mpmath")
    with mpmath.workdps(60):
        for ratio in RATIOS:
            at = mpmath.mpf(float(ratio))
            exact, rise = row.formula(at, Exact), slope(at)
            assert abs(mpmath.mpf(float(row.generator(ratio))) - exact) <= 40 * EPS * abs(exact)
            assert abs(mpmath.mpf(float(row.derivative(ratio))) - rise) <= 8 * EPS * (1 + abs(rise))


@pytest.mark.parametrize("row", rows())
def test_declared_values_at_one(row):
    assert row.generator(1.0) == pytest.approx(row.at_one, abs=1e-15)
    assert row.derivative(1.0) == pytest.approx(row.slope_at_one, abs=1e-15)


@pytest.mark.parametrize("row", rows())
def test_declared_ends_are_the_limits(row):
    assert row.generator(0.0) == row.at_zero
    assert row.derivative(math.inf) == row.slope_at_infinity
    near, far = 2.0**-200, 2.0**200
    for limit, seen, most in (
        (row.at_zero, row.generator(near), 100.0),
        (row.slope_at_infinity, row.derivative(far), 100.0),
    ):
        assert seen > most if math.isinf(limit) else seen == pytest.approx(limit, abs=1e-15)
    assert row.generator(-1.0) == math.inf
    assert row.generator(math.inf) in (math.inf, -math.inf)


@pytest.mark.parametrize("row", rows())
@given(ratio=st.floats(1e-6, 1e6), t=st.floats(-50, 50))
def test_fenchel_young_inequality(row, ratio, t):
    height, level = float(row.generator(ratio)), float(row.conjugate(t))
    room = 64 * EPS * (1 + abs(height) + abs(ratio * t) + (0.0 if math.isinf(level) else abs(level)))
    assert ratio * t <= height + level + room


@pytest.mark.parametrize("row", rows())
@given(power=st.floats(-6, 6))
def test_fenchel_young_equality_at_the_slope(row, power):
    """The error of f* at a slope is that of the slope, times u."""
    ratio = 10.0**power
    t = float(row.derivative(ratio))
    room = 64 * EPS * (1 + ratio) * (1 + abs(t)) + 64 * EPS * abs(float(row.generator(ratio)))
    assert abs(float(row.generator(ratio)) + float(row.conjugate(t)) - ratio * t) <= room


@pytest.mark.parametrize("row", rows())
def test_the_conjugate_is_finite_inside_its_domain_and_infinite_outside(row):
    low, high = row.conjugate_domain
    assert low == -math.inf
    assert high == PRINTED_DOMAINS.get(row.name, high)
    if math.isfinite(high):
        outside = [math.nextafter(high, math.inf), high + 0.2, high + 1.0, 700.0, 1e300, math.inf]
        assert np.all(row.conjugate(outside) == math.inf)
        assert math.isfinite(row.conjugate(high - 1e-9 if high else -1e-9))
    inside = np.array([-1e300, -750.0, -3.0, -1.0, -1e-3, min(high, 1.0) - 1e-3])
    assert np.all(np.isfinite(row.conjugate(inside)))
    assert row.conjugate(-math.inf) == -row.at_zero


def test_only_two_conjugates_are_finite_at_the_end_of_their_domain():
    ends = {name: float(lg.get_divergence(name).conjugate(end)) for name, end in PRINTED_DOMAINS.items()}
    finite = {name: value for name, value in ends.items() if math.isfinite(value)}
    # the double nearest to log 2 is below it, and there the conjugate is finite
    assert finite.pop("jensen_shannon") == pytest.approx(-math.log(2 * 2.3190468138462996e-17), rel=1e-12)
    assert finite == {"total_variation": 0.5, "neyman": 2.0}


def test_conjugates_where_printed_formulas_fail():
    assert lg.get_divergence("squared_hellinger").conjugate(1.2) == math.inf  # t / (1 - t) = -6
    assert lg.get_divergence("total_variation").conjugate([-2.0, 0.25, 0.75]).tolist() == [-0.5, 0.25, math.inf]
    assert lg.get_divergence("pearson").conjugate([-3.0, -2.0, 2.0]).tolist() == [-1.0, -1.0, 3.0]
    # Lambert's W of e^1001 overflows; 1/w - 1 - log w with w + log w = 1001 does not
    w = float(mpmath.findroot(lambda x: x + mpmath.log(x) - 1001, 994))
    assert lg.get_divergence("jeffreys").conjugate(-1000.0) == pytest.approx(1 / w - 1 - math.log(w), rel=1e-14)


@pytest.mark.parametrize("row", rows())
def test_conjugates_increase_and_bend_upwards(row):
    top = min(row.slope_at_infinity, 4.0)
    t = np.linspace(-6.0, top - 1e-6, 400)
    steps = np.diff(row.conjugate(t))
    assert np.all(steps >= -1e-14)
    assert np.all(np.diff(steps) >= -1e-13)


@pytest.mark.parametrize("row", rows())
def test_the_last_layer_maps_the_line_increasingly_into_the_domain(row):
    v = np.linspace(-15.0, 15.0, 301)
    t = row.activation(v)
    assert np.all(np.diff(t) > 0)
    assert np.all(np.isfinite(row.conjugate(t)))
    end = float(row.activation(40.0))
    assert end == pytest.approx(row.slope_at_infinity, abs=1e-15) or math.isinf(row.slope_at_infinity)
    # from below, the layer reaches every slope that f has
    assert float(row.activation(-1e25)) <= float(row.derivative(1e-12)) + 1e-9


@pytest.mark.parametrize("row", rows())
def test_shape_of_the_answer_is_the_shape_of_the_question(row):
    grid = np.array([[0.5, 1.0, 2.0]])
    for function in (row.generator, row.derivative, row.conjugate, row.activation):
        assert function(grid).shape == (1, 3)
        assert isinstance(function(0.25), float)
        assert function(grid)[0, 0] == function(0.5)
        with pytest.raises(InvalidParameter, match="NaN"):
            _ = function([0.0, math.nan])


def test_slopes_at_negative_ratios_are_refused():
    with pytest.raises(InvalidParameter, match="needs u = p/q >= 0"):
        _ = lg.get_divergence("kl").derivative(-0.5)


def test_log_ratio_where_the_quotient_is_no_double():
    p, q = np.array([1.0, 5e-324, 1e-310, 0.5, 1.0]), np.array([5e-324, 1.0, 2e-310, 0.5, 1.0 + 2**-52])
    with np.errstate(all="ignore"):
        found = log_ratio(p, q)
    for value, a, b in zip(found, p, q, strict=True):
        with mpmath.workdps(60):
            assert abs(mpmath.mpf(float(value)) - mpmath.log(mpmath.mpf(a) / mpmath.mpf(b))) <= 4 * EPS * abs(value)


@given(power=st.floats(-14, -0.1), sign=st.sampled_from([-1, 1]))
def test_relative_entropy_keeps_its_digits_next_to_equality(power, sign):
    gap = sign * 10.0**power
    p, q = 1.0 + gap, 1.0
    with mpmath.workdps(80):
        a = mpmath.mpf(p)
        exact = a * mpmath.log(a) - a + 1
        found = float(relative_entropy(np.array([p]), np.array([q]), np.array([p - q]))[0])
        assert abs(mpmath.mpf(found) - exact) <= 24 * EPS * exact


# -- names and refusals -----------------------------------------------------------------------------------------------


def test_weights_are_read_as_they_are_written():
    row = lg.get_divergence("jensen_shannon_weighted", pi=0.3)
    assert row == lg.get_divergence("jensen_shannon_weighted(3/10)") == lg.get_divergence(row)
    assert row.name == "jensen_shannon_weighted(0.3)"
    assert row.dual == "jensen_shannon_weighted(0.7)"
    assert row.expression.subs(sympy.Symbol("u", positive=True), 1) == 0
    assert lg.get_divergence("jensen_shannon_weighted(1/3)").name == "jensen_shannon_weighted(1/3)"
    assert lg.get_divergence("jensen_shannon_weighted", pi=Fraction(1, 2)).name == "jensen_shannon_weighted"


@pytest.mark.parametrize("pi", [0, 1, -0.5, "x", math.nan, math.inf, True, "1/0", "1e-400", "1e999999"])
def test_bad_weights_are_refused(pi):
    with pytest.raises(InvalidParameter, match="strictly between 0 and 1"):
        _ = lg.get_divergence("jensen_shannon_weighted", pi=pi)


def test_unknown_names_list_what_exists_and_the_nearest():
    with pytest.raises(UnknownName, match=r"gan, jeffreys.*Did you mean 'pearson'\?"):
        _ = lg.get_divergence("perason")
    with pytest.raises(UnknownName, match="has no file"):
        _ = lg.f_divergence("kl + 1", P, Q)
    with pytest.raises(InvalidParameter, match="takes no parameters"):
        _ = lg.get_divergence("kl", pi=0.5)
    with pytest.raises(InvalidParameter, match=r"kl.*takes no parameters"):
        _ = lg.get_divergence("kl(0.5)")
    with pytest.raises(InvalidParameter, match="takes pi"):
        _ = lg.get_divergence("jensen_shannon_weighted", alpha=0.5)


@pytest.mark.parametrize(
    ("p", "q", "message"),
    [
        ([0.5, 0.6], [0.5, 0.5], r"^p: .*sum to 1\.1"),
        ([0.5, 0.5], [1.5, -0.5], r"^q: .*non-negative"),
        ([0.5, 0.5], [0.2, 0.3, 0.5], "2 weights p and 3 weights q"),
        ([[0.5, 0.5]], [0.5, 0.5], "^p: "),
        ([0.5, math.nan], [0.5, 0.5], "^p: .*finite"),
        ([], [], "^p: "),
        ("ab", [1.0], "^p: "),
        (1.0, 1.0, "^p: "),
    ],
)
def test_weights_that_are_no_probabilities_are_refused(p, q, message):
    with pytest.raises(InvalidMeasure, match=message):
        _ = lg.f_divergence("kl", p, q)


def test_measures_and_vectors_do_not_mix():
    measure = lg.DiscreteMeasure([0.0, 1.0])
    with pytest.raises(InvalidMeasure, match="two of a kind"):
        _ = lg.f_divergence("kl", measure, [0.5, 0.5])
    with pytest.raises(InvalidMeasure, match="one space"):
        _ = lg.f_divergence("kl", measure, lg.DiscreteMeasure([[0.0, 1.0]]))


@pytest.mark.parametrize("row", rows())
def test_a_row_travels_between_processes(row):
    again = pickle.loads(pickle.dumps(row))
    assert again == row
    assert again.conjugate(-0.5) == row.conjugate(-0.5)
