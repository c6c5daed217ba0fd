"""Scalar jets: both derivatives of every loss at one number, as compiled kernels ask for them."""

import inspect
import math
import os
import subprocess
import sys
import textwrap
from functools import cache

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from numba import njit, types
from numba.core.caching import CacheImpl

from lgantheory.losses import Loss, get_loss, jets, list_losses
from lgantheory.losses.jets import JET, function_at, jet_of, jet_of_tape
from lgantheory.symbolic import T
from lgantheory.symbolic.compiled import Compiled
from lgantheory.symbolic.expressions import parse_expression

HAND_WRITTEN = ["softplus", "exponential", "sqrt", "least_squares", "least_squares(0.1)", "wasserstein"]
NAMED = [*list_losses(), "least_squares(0.1)", "least_squares(2.5)", "hinge(0.25)"]
# In each the steps that are special somewhere: nested, asymmetric, with values that are needed and that are not.
FORMULAS = [
    "log(1 + exp(2*t))/2 + exp(t)",
    "asinh(t) + sqrt(t**2 + 1)",
    "t + sqrt(t**2 + 4)",
    "exp(t) + t",
    "exp(sqrt(t**2 + 1) + t/2)",
    "3*t + tanh(t)*2",
    "2*t + atan(t)",
    "t*atan(t) + 2*t",
    "asinh(exp(t)) + t/pi",
    "exp(atan(t)) + log(2)*t",
    "log(1 + exp(t))**2 + t",
    "log(2 + exp(t))**2",
    "log(1 + exp(t + tanh(t)))",
    "sigmoid(t) + t",
    "(t**2 + 1)**(3/2) + t",
    "t**3 + 4*t",
    "1/(t**2 + 3) + t",
    "cosh(t) + sinh(t/3)",
    "max(0, t + 1, 2*t) + abs(t - 2)",
    "max(t, exp(t) - 1)",
    "min(t, 3) + sqrt(2)*t",
    "t**2",
    "t/2",
]
KINKS = np.array([-3.0, -2.0, -1.0, -0.1, 0.0, 0.1, 1.0, 2.0, 3.0])
# No formula leaves the range of doubles on the first; some do on the second.
MODERATE = np.concatenate([-np.logspace(1.3, -8, 11), KINKS, np.logspace(-8, 1.3, 11)])
TAILS = np.array([60.0, 400.0, 709.0, 740.0, 800.0, 1e4])
WIDE = np.concatenate([-TAILS, MODERATE[::3], KINKS, TAILS])
# The longest path of a hand-written function (softplus'') has eight relative errors of 2^-53: the exponential counts
# for two, the sum for two, the division for two, the products for two; each is an ulp at most.
ULPS = 8


@njit(types.float64[:, ::1](JET, types.float64, types.intp, types.intp, types.float64[::1]), cache=True)
def sweep(function, sign, code, work, points):
    slopes = np.empty((2, len(points)))
    for i in range(len(points)):
        slope, bend = function(sign * points[i], code, work)
        slopes[0, i] = sign * slope
        slopes[1, i] = bend
    return slopes


@njit(types.float64[:, ::1](types.intp, types.float64, types.intp, types.intp, types.float64[::1]), cache=True)
def sweep_at(address, sign, code, work, points):
    return sweep(function_at(address), sign, code, work, points)


def derivatives(jet: jets.Jet, points):
    """Both derivatives at the points, (2, p), by a compiled kernel."""
    return sweep_at(*jet.arguments, points)


def exactly(f, order, points):
    """The double nearest to the derivative of the definition, by balls."""
    definition = Compiled(f.expression, order)
    return np.array([definition.nearest(float(t)) for t in points])


@cache
def sides(text):
    loss = get_loss(text) if text in NAMED else Loss.from_expressions(text)
    return loss.fake, loss.real


def functions(texts):
    return [
        pytest.param(f, id=f"{x}-{side}") for x in texts for side, f in zip(("fake", "real"), sides(x), strict=True)
    ]


def assert_ulps_apart(computed, exact, ulps):
    with np.errstate(invalid="ignore"):
        far = ~((computed == exact) | (np.abs(computed - exact) <= ulps * np.spacing(np.abs(exact))))
    assert not far.any(), (computed[far], exact[far])


@pytest.mark.parametrize("f", functions(HAND_WRITTEN))
@pytest.mark.parametrize("order", [1, 2])
def test_hand_written_jets_are_exact_to_a_few_ulps_into_the_deepest_tails(f, order):
    far = np.array([745.0] if f.expression.has(sympy.exp) else [1e7, 1.3e8, 2.0**27, 1e100, 1e105, 1e160])
    points = np.concatenate([-far, WIDE, far])
    assert jet_of(f).function.__name__ != "machine"
    assert_ulps_apart(derivatives(jet_of(f), points)[order - 1], exactly(f, order, points), ULPS)


@pytest.mark.parametrize("f", functions([*NAMED, *FORMULAS]))
def test_jets_are_the_derivatives_of_the_loss_function(f):
    """Up to what is claimed for either: ``LossFunction`` is good to 1e-13, and the jet to a running error analysis."""
    computed = derivatives(jet_of(f), MODERATE)
    for order, reference in ((1, f.derivative), (2, f.second_derivative)):
        expected = reference(MODERATE)
        allowed = running_error(f, order, MODERATE) + 1e-13 * np.abs(expected)
        assert (np.abs(computed[order - 1] - expected) <= allowed).all()


@pytest.mark.parametrize("text", [*NAMED, *FORMULAS])
def test_tapes_of_all_formulas_err_by_no_more_than_a_running_error_analysis_says(text):
    """Also of the formulas that have a function of their own; half an ulp is for the rounding of the exact value."""
    f, _ = sides(text)
    computed = derivatives(jet_of_tape(f.expression), MODERATE)
    for order in (1, 2):
        exact = exactly(f, order, MODERATE)
        allowed = running_error(f, order, MODERATE) + 0.5 * np.spacing(np.abs(exact))
        assert (np.abs(computed[order - 1] - exact) <= allowed).all()


def running_error(f, order, points):
    _, error = Compiled(f.expression, order).approximate(points)
    assert np.isfinite(error).all() or not f.is_smooth  # next to a kink nothing is claimed
    return error


# Nothing cancels in these, and no path has more than sixteen relative errors of 2^-53 (atan'' has fifteen).
STEADY = ["log(1 + exp(2*t))/2 + exp(t)", "exp(t) + t", "2*t + atan(t)", "3*t + tanh(t)*2", "(t**2 + 1)**(3/2) + t"]


@pytest.mark.parametrize("f", functions(STEADY))
@pytest.mark.parametrize("order", [1, 2])
def test_tapes_of_sums_that_do_not_cancel_keep_their_accuracy_in_the_tails(f, order):
    assert_ulps_apart(derivatives(jet_of(f), WIDE)[order - 1], exactly(f, order, WIDE), 16)


@pytest.mark.parametrize(
    ("text", "t", "expected"),
    [
        ("t + exp(-exp(t))", 800.0, [1.0, 0.0]),
        ("log(1 + exp(exp(t)))", 800.0, [math.inf, math.inf]),
        ("asinh(exp(t)) + t", 400.0, [2.0, 0.0]),
        ("atan(exp(t)) + t", 400.0, [1.0 + math.exp(-400.0), -math.exp(-400.0)]),
    ],
)
def test_vanished_exponentials_win_over_infinities(text, t, expected):
    """The first two would be 0 times infinity; the squares of the last two would overflow."""
    jet = jet_of_tape(parse_expression(text))
    assert derivatives(jet, np.array([t]))[:, 0] == pytest.approx(expected, rel=1e-13, abs=0.0)


def test_a_wrong_last_digit_is_seen():
    exact = np.array([1.0, -2.5, 0.0, math.inf])
    assert_ulps_apart(exact * (1 + 2 * 2.0**-52), exact, 4)
    for wrong in ([1.0 + 9 * 2.0**-52], [math.nan], [math.inf], [-1.0]):
        with pytest.raises(AssertionError):
            assert_ulps_apart(np.array(wrong), exact[:1], 4)


def test_a_formula_that_cancels_loses_digits_on_its_tape_and_not_in_the_loss_function():
    """``t + sqrt(t^2 + 4)`` at -1e4: 1 - 0.99999998 keeps half its digits, which is what the docstring warns of."""
    f = Loss.from_expressions("t + sqrt(t**2 + 4)").fake
    slope, exact = float(derivatives(jet_of(f), np.array([-1e4]))[0, 0]), Compiled(f.expression, 1).nearest(-1e4)
    assert 1e-13 < abs(slope - exact) / exact < 1e-8
    assert f.derivative(-1e4) == pytest.approx(exact, rel=1e-13)


@given(t=st.floats(allow_nan=False, allow_infinity=False))
def test_hand_written_derivatives_have_their_sign_everywhere(t):
    for name in HAND_WRITTEN:
        fake, real = (derivatives(jet_of(f), np.array([t]))[:, 0] for f in sides(name))
        assert fake[1] >= 0
        assert real[1] >= 0
        if get_loss(name).is_monotone:
            assert fake[0] >= 0 >= real[0]


def test_signs_are_attained_where_the_derivatives_vanish_and_overflow():
    far = np.array([-1e300, 1e300])
    assert derivatives(jet_of(get_loss("softplus").fake), far).tolist() == [[0.0, 1.0], [0.0, 0.0]]
    assert derivatives(jet_of(get_loss("softplus").real), far).tolist() == [[-1.0, 0.0], [0.0, 0.0]]
    assert derivatives(jet_of(get_loss("sqrt").fake), far).tolist() == [[0.0, 2.0], [0.0, 0.0]]
    assert derivatives(jet_of(get_loss("exponential").fake), far).tolist() == [[0.0, math.inf], [0.0, math.inf]]
    assert derivatives(jet_of(get_loss("exponential").real), far).tolist() == [[-math.inf, 0.0], [math.inf, 0.0]]
    assert derivatives(jet_of(get_loss("least_squares").fake), far).tolist() == [[-2e300, 2e300], [2.0, 2.0]]


def test_the_largest_exponential_is_finite_and_the_next_is_not():
    last = math.log(sys.float_info.max)
    slopes = derivatives(jet_of(get_loss("exponential").fake), np.array([last, math.nextafter(last, math.inf)]))[0]
    assert slopes.tolist() == [math.exp(last), math.inf]


@given(t=st.floats())
def test_tapes_run_to_the_end_whatever_they_are_given(t):
    """What goes wrong inside a compiled callback would be reported as unraisable, and pytest fails on that."""
    for text in FORMULAS:
        for f in sides(text):
            assert derivatives(jet_of(f), np.array([t])).shape == (2, 1)


@pytest.mark.parametrize("text", ["hinge", "max(0, t + 1, 2*t) + abs(t - 2)", "min(t, 3) + t", "max(t, exp(t) - 1)"])
def test_the_left_slope_counts_at_a_kink_on_both_sides(text):
    for f in sides(text):
        assert derivatives(jet_of(f), KINKS)[0].tolist() == f.derivative(KINKS).tolist()
    hinge = get_loss("hinge")
    assert derivatives(jet_of(hinge.fake), np.array([-1.0]))[0].tolist() == [0.0]
    assert derivatives(jet_of(hinge.real), np.array([1.0]))[0].tolist() == [-1.0]


def test_one_compiled_kernel_serves_all_losses():
    addresses = set()
    for name, expected in (("softplus", 0.5), ("exponential", 1.0), ("t + sqrt(t**2 + 4)", 1.0), ("exp(t) + t", 2.0)):
        jet = jet_of(sides(name)[0])
        assert derivatives(jet, np.zeros(1))[0, 0] == expected
        addresses.add(jet.arguments[0])
    assert len(addresses) == 3  # the two formulas share the machine
    assert len(sweep.signatures) == len(sweep_at.signatures) == 1


def test_jets_are_made_once_and_mirrored_losses_share_the_function():
    softplus = get_loss("softplus")
    assert jet_of(softplus.fake) is jet_of(Loss.from_expressions("log(1 + exp(t))").fake)
    assert jet_of(softplus.fake).function is jet_of(softplus.real).function
    assert (jet_of(softplus.fake).sign, jet_of(softplus.real).sign) == (1.0, -1.0)
    assert jet_of(softplus.real.mirrored()).sign == 1.0
    assert jet_of(get_loss("least_squares(0.1)").fake).work[0, 0] == 0.1
    assert jet_of(get_loss("least_squares").fake).work[0, 0] == 1.0


def test_values_that_nobody_asks_for_are_not_computed():
    jet = jet_of_tape(sympy.log(1 + sympy.exp(T)) / 2 + T)
    assert derivatives(jet, np.ones(1))[0, 0] > 1.3
    assert not jet.work[-3:-1, 1].any()
    square = jet_of_tape(parse_expression("log(1 + exp(t))**2"))
    assert derivatives(square, np.ones(1))[0, 0] > 1.9
    assert square.work[-2, 1] == pytest.approx(math.log1p(math.e))


def test_constants_are_folded_once():
    jet = jet_of_tape(parse_expression("log(3)*log(2) + t"))
    assert len(jet.code) == 1 + 1
    assert jet.work[-3, 1] == float((sympy.log(3) * sympy.log(2)).evalf(30))


def test_compiles_also_where_nothing_can_be_kept_on_disk(monkeypatch):
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    own = get_loss("softplus").fake.scalar_jet
    assert own is not None
    assert jets._compiled.__wrapped__(own.function).address > 0


def test_unknown_names_are_still_unknown():
    with pytest.raises(AttributeError, match="no attribute 'KET'"):
        _ = jets.KET


def test_losses_and_their_catalogue_load_no_numba():
    code = "import sys; from lgantheory.losses import get_loss, jets; get_loss('sqrt'); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.slow
def test_the_example_runs_and_the_second_process_finds_it_compiled(tmp_path):
    """The kernel with a function among its arguments, the functions it is given, and the machine."""
    lines = inspect.cleandoc(jets.__doc__ or "").partition("::\n")[2].splitlines()
    example = textwrap.dedent("\n".join(line for line in lines if not line or line.startswith("    ")))
    script = tmp_path / "example.py"
    report = "print(newton_step.stats.cache_hits.total(), jet.function.cache_hits)"
    tape = "print(jet_of(Loss.from_expressions('exp(t) + t').fake).function.cache_hits)"
    imports = "from lgantheory.losses import Loss, get_loss\nfrom lgantheory.losses.jets import jet_of\n"
    script.write_text(f"{imports}{example}\n{report}\n{tape}\n")
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    for expected in ("0 0\n0\n", "1 1\n1\n"):
        done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == expected
