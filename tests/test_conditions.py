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
    "min(t, 2*t)": "PRPRRPP",
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
    assert "fake_increasing fails (t = -1)" in text
    no_balance = check_conditions(Loss.from_expressions("softplus(t)", "-t"))
    assert no_balance.first_failure is no_balance["balance_point"]
    assert "negative everywhere" in str(no_balance.consequences[0])
    assert "strictly_convex fails" in str(check_conditions("wasserstein").consequences[1])


def test_an_undecided_condition_is_never_a_pass():
    """2^t on both sides of an expansion that does not exist: the cover is not enough, and the report says so."""
    report = check_conditions("2**t + t + sqrt(t**2 + 1)")
    undecided = [name for name in NAMES if report[name].verdict is Verdict.UNDECIDED]
    assert undecided
    assert not report.holds
    assert report.first_failure is not None
    assert None in [c.holds for c in report.consequences]
