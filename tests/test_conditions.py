"""The conditions of the LGAN paper: known answers, exact witnesses, and what follows for the theorems."""

import pytest
import sympy
from sympy import Rational, log

from lgantheory.claims import Verdict
from lgantheory.losses import Loss, check_conditions, get_loss, list_losses
from lgantheory.symbolic import T

NAMES = (
    "fake_increasing",
    "fake_convex",
    "real_decreasing",
    "real_convex",
    "strictly_convex",
    "balance_point",
    "mirror_symmetry",
)

# One letter per condition, in the order of NAMES: Proved, Refuted, Undecided. Worked out by hand.
KNOWN = {
    "wasserstein": "PPPPRPP",
    "softplus": "PPPPPPP",
    "exponential": "PPPPPPP",
    "sqrt": "PPPPPPP",
    "least_squares": "RPRPPPP",
    "least_squares(0)": "RPRPPPP",
    "hinge": "RPRPRPP",
    "hinge(0)": "RPRPRPP",
    "sigmoid(t)": "PRPRRPP",
    "relu(t)": "RPRPRPP",
    "2*t - 3": "PPPPRPP",
    "t**3": "RRRRRPP",
    "t + t**2/1000": "RPRPPPP",
    "softplus(t) - log(2)": "PPPPPPP",
    "max(0, t + 1) + exp(t)": "PPPPPPP",
    "exp(t) - t/1000000": "RPRPPPP",
    "exp(t) - 1/1000*t": "RPRPPPP",
    "(t + 1)**2 + t/10**9": "RPRPPPP",
    "t + sqrt(t**2 + 1) + softplus(t)/3 + exp(t)/1000": "PPPPPPP",
    "softplus(2*t) + max(0, t + 1)": "PPPPPPP",
    "t + atan(t)/2": "PRPRRPP",
    "t*tanh(t) + 2*t": "PRPRRPP",
    "t + log(cosh(t))*0.999999": "PPPPPPP",
    "t + log(cosh(t))*1.000001": "RPRPPPP",
    "t + abs(t)/2": "PPPPRPP",
    "min(t, 2*t)": "PRPRRRP",
    "exp(exp(t))": "PPPPPPP",
    "-t": "RPRPRPP",
}


def letters(report):
    return "".join(report[name].verdict.value[0] for name in NAMES)


@pytest.mark.parametrize("loss", KNOWN)
def test_known_answers(loss):
    report = check_conditions(loss)
    assert tuple(report) == NAMES
    assert letters(report) == KNOWN[loss]
    assert report.holds is (KNOWN[loss][:4] + KNOWN[loss][5] == "PPPPP")
    assert (report.first_failure is None) is report.holds
    assert all(result.statement and result.argument for result in report.values())


@pytest.mark.parametrize(
    ("fake", "real", "expected"),
    [
        ("softplus(t)", "-t", "PPPPPRR"),
        ("t", "-2*t", "PPPPRRR"),
        ("t", "softplus(-t)/2", "PPPPPRR"),
        ("softplus(t)", "2*softplus(-t)", "PPPPPPR"),
        ("softplus(t)", "softplus(t) - t", "PPPPPPP"),
        ("exp(t)", "max(0, 1 - t)", "PPRPPPR"),
        ("exp(t)", "exp(-2*t)", "PPPPPPR"),
        ("t + sqrt(t**2 + 1)", "-t", "PPPPPPR"),
        ("exp(t)", "exp(t)", "PPRPPRR"),
    ],
)
def test_known_answers_for_two_formulas(fake, real, expected):
    """``t + sqrt(t^2+1)`` with ``-t``: the slopes sum to ``t/sqrt(t^2+1)``, so a = 0 although nothing is mirrored."""
    assert letters(check_conditions(Loss.from_expressions(fake, real))) == expected


@pytest.mark.parametrize(
    ("fake", "real", "kink"),
    [("t - abs(t)", "-t", "0"), ("min(t, 2*t)", "-3*t/2", "0"), ("min(t, 3*t - 2/3)", "-2*t", "1/3")],
)
def test_a_kink_that_bends_down_is_no_balance_point(fake, real, kink):
    """The sum is ``-|t - kink|`` up to factors: its slope changes sign, and no slope of it is 0."""
    loss = Loss.from_expressions(fake, real)
    result = check_conditions(loss)["balance_point"]
    assert result.verdict is Verdict.REFUTED
    assert f"positive before the kink t = {kink}, negative after it" in result.argument
    assert loss.balance_point is None


@pytest.mark.parametrize(
    ("fake", "real", "point"),
    [
        ("2*abs(t - 1/3)", "-t", Rational(1, 3)),
        ("min(t, t**2)", "-t/3", Rational(1, 6)),
        ("-t**2", "t - abs(t)/10", Rational(9, 20)),
        ("-max(0, t - 1/3)**2", "2*max(0, 1/3 - t)**3", Rational(1, 3)),
        ("2*abs(exp(t) - 3)", "-t", log(3)),
    ],
)
def test_the_twin_of_kinks_that_bend_down(fake, real, point):
    """Kinks that bend up, and slopes that fall through 0 where they are continuous; the witness is the point."""
    loss = Loss.from_expressions(fake, real)
    result = check_conditions(loss)["balance_point"]
    assert result.verdict is Verdict.PROVED
    assert loss.balance_point == pytest.approx(float(point), rel=1e-15)
    assert result.witness == point or result.witness.contains(point)


def test_the_witness_of_a_balance_point_holds_it():
    """``-e^t + 2 t - |t - 5| / 10``: its slope ``-e^t + 2.1`` is continuous where it falls through 0."""
    result = check_conditions(Loss.from_expressions("-exp(t)", "2*t - abs(t - 5)/10"))["balance_point"]
    assert isinstance(result.witness, sympy.Interval)
    assert result.witness.start < log(Rational(21, 10)) < result.witness.end
    assert result.witness.measure < Rational(1, 2**50)
    kink = check_conditions(Loss.from_expressions("max(exp(t), t + 2)", "-2*t"))["balance_point"]
    low, high = kink.witness.start, kink.witness.end
    assert (sympy.exp(low) - low - 2).evalf(40) < 0 < (sympy.exp(high) - high - 2).evalf(40)


NASTY = [
    "max(log(tanh(t)**2 + 2), exp(t*0.999999999999))",
    "t*3 + max(log(tanh(t)**2 + 2), exp(t*0.999999999999))",
    "tanh(t)**2 + exp(t*0.999999999999)",
    "((t**2 + 1)**30 + 1)**30",
    "((t + 1)**30 + (t + 2)**30)**30",
    "(t + exp(t) + sqrt(t**2 + 1) + tanh(t) + atan(t) + asinh(t) + log(t**2 + 2))**30",
    "exp(exp(-exp(exp(t)))) + t",
]


@pytest.mark.timeout(100)
@pytest.mark.parametrize("text", NASTY)
def test_nasty_expressions_are_answered(text):
    """Huge powers, huge numbers and scales far apart: verdicts, however few are decided, and no hanging."""
    report = check_conditions(text)
    assert report["mirror_symmetry"].verdict is Verdict.PROVED


def test_witnesses_are_exact():
    squares = check_conditions("least_squares")
    assert (squares["fake_increasing"].witness, squares["real_decreasing"].witness) == (-1, 1)
    tenth = check_conditions(get_loss("least_squares", alpha=0.1))
    assert tenth["fake_increasing"].witness == Rational(-1, 10)
    assert check_conditions("hinge")["fake_increasing"].witness < -1
    assert check_conditions("exp(t) - t/1000000")["fake_increasing"].witness == -log(10**6)
    assert check_conditions("(t + 1)**2 + t/10**9")["fake_increasing"].witness == Rational(-2000000001, 2 * 10**9)
    assert check_conditions("t + t**2/1000")["fake_increasing"].witness == -500
    sigmoid = check_conditions("sigmoid(t)")["fake_convex"]
    second = sympy.diff(1 / (1 + sympy.exp(-T)), T, 2)
    assert float(sympy.N(second.subs(T, sigmoid.witness))) < 0
    assert check_conditions(Loss.from_expressions("softplus(t)", "2*softplus(-t)"))["balance_point"].witness == log(2)


def test_a_loss_and_its_name_give_the_same_report():
    for name in list_losses():
        assert dict(check_conditions(name)) == dict(check_conditions(get_loss(name)))


def verdicts(loss):
    return [consequence.holds for consequence in check_conditions(loss).consequences]


def test_what_the_theorems_give():
    """Existence, uniqueness, tight partner, gradient, equilibrium, unique value at the equilibrium."""
    assert verdicts("softplus") == [True, True, True, True, True, True]
    assert verdicts("wasserstein") == [True, False, True, True, True, False]
    assert verdicts("least_squares") == [False, False, False, True, False, False]
    assert verdicts(Loss.from_expressions("softplus(t)", "-t")) == [False, False, True, True, False, False]


def test_consequences_name_what_fails_first_and_where():
    text = str(check_conditions("least_squares").consequences[0])
    assert "does not apply" in text
    assert "fake_increasing fails at t = -1" in text
    no_balance = check_conditions(Loss.from_expressions("softplus(t)", "-t"))
    assert no_balance.first_failure is no_balance["balance_point"]
    assert "balance_point fails" in str(no_balance.consequences[0])
    assert "negative everywhere" in no_balance["balance_point"].argument
    assert "strictly_convex fails" in str(check_conditions("wasserstein").consequences[1])


def test_an_undecided_condition_is_never_a_pass():
    """2^t on both sides of an expansion that does not exist: the cover is not enough, and the report says so."""
    report = check_conditions("2**t + t + sqrt(t**2 + 1)")
    undecided = [name for name in NAMES if report[name].verdict is Verdict.UNDECIDED]
    assert undecided
    assert not report.holds
    assert report.first_failure is not None
    assert None in [c.holds for c in report.consequences]
