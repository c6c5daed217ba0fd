"""Text to loss: what is read, what is refused and how fast, and that the compiled functions are the formula."""

import functools
import math
from fractions import Fraction

import hypothesis.extra.numpy
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from lgantheory.errors import InvalidExpression, UnsupportedLoss
from lgantheory.losses import Loss, get_loss, parse_loss
from lgantheory.symbolic import T
from lgantheory.symbolic.compiled import Compiled
from lgantheory.symbolic.conjugates import NumericConjugate
from lgantheory.symbolic.expressions import parse_expression

REFUSED = [
    "__import__('os')",
    "t.__class__",
    "t.__class__.__bases__[0].__subclasses__()",
    "eval(t)",
    "10**10**10",
    "9**9**9 + t",
    "((((t + 1)**30)**30)**30)**30",
    "((((9**30)**30)**30)**30)*t",
    "1/0",
    "t + 0/0",
    "log(-1)",
    "log(0)",
    "log(t)",
    "sqrt(t)",
    "sqrt(-1)*t",
    "1/t",
    "1/(t**2 - 2)",
    "t**-1",
    "t**(1/2)",
    "t**t",
    "(-8)**(1/3) + t",
    "t**1000",
    "x + t",
    "True",
    "None",
    "1j*t",
    "t if t else 1",
    "t and 1",
    "not t",
    "t < 1",
    "t, t",
    "*t",
    "lambda: t",
    "lambda t: t",
    "[t for t in t]",
    "{t}",
    "f't'",
    "'t'",
    "t = 1",
    "(t := 1)",
    "t ^ 2",
    "t // 2",
    "t % 2",
    "t @ t",
    "t << 2",
    "~t",
    "t\n+t",
    "t;t",
    "t #",
    "0x10*t",
    "1if t else 2",
    "1e999*t",
    "9e41*t",
    "t*" + "9" * 60,
    "exp(10**30)*t",
    "exp(exp(exp(9)))*t",
    "exp()",
    "exp(t, t)",
    "exp(t=1)",
    "max()",
    "max(*t)",
    "t(t)",
    "exp(t)(t)",
    "",
    "   ",
    "3",
    "t - t",
    "\x00",
    "t\u00b2",
    "\uff54",
    "(" * 50_000 + "t",
    "-" * 900 + "t",
    "exp(" * 60 + "t" + ")" * 60,
    "+".join(["t"] * 400),
    "max(" + ",".join(f"{k}*t" for k in range(40)) + ")",
]


@pytest.mark.timeout(20)  # a hang would last for hours; it takes a tenth of a second
@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text)[:30])
def test_refused_in_one_line_at_once(text):
    with pytest.raises(InvalidExpression) as refusal:
        _ = Loss.from_expressions(text)
    message = str(refusal.value)
    assert "\n" not in message
    assert message.startswith("got ")
    assert len(message) < 400


def test_refusals_name_the_column():
    for text, column in (("t + x", 5), ("t + $", 5), ("t + log(t)", 5), ("exp(t) + t.real", 10)):
        with pytest.raises(InvalidExpression, match=f"column {column} "):
            _ = parse_expression(text)


def test_not_text_is_refused():
    for thing in (3, None, b"t", ["t"], T):
        with pytest.raises(InvalidExpression):
            _ = parse_expression(thing)


ACCEPTED = {
    "t": T,
    " t + exp( t ) ": T + sympy.exp(T),
    "0.1*t": T / 10,
    "1e-9*t + 2.50": T / 10**9 + sympy.Rational(5, 2),
    "1_000*t": 1000 * T,
    "softplus(t)": sympy.log(1 + sympy.exp(T)),
    "relu(t)": sympy.Max(0, T),
    "sigmoid(t)": 1 / (1 + sympy.exp(-T)),
    "-log(sigmoid(-t))": -sympy.log(1 / (1 + sympy.exp(T))),
    "log1p(exp(t))": sympy.log(1 + sympy.exp(T)),
    "expm1(t)": sympy.exp(T) - 1,
    "max(0, t, -t/2)": sympy.Max(0, T, -T / 2),
    "Min(1, t)": sympy.Min(1, T),
    "abs(t)": sympy.Abs(T),
    "2**t": sympy.Integer(2) ** T,
    "e**t": sympy.exp(T),
    "pi*t": sympy.pi * T,
    "log(t**2 + 1)": sympy.log(T**2 + 1),
    "(t**2 + 1)**(1/3)": (T**2 + 1) ** sympy.Rational(1, 3),
    "1/(exp(t) - t)": 1 / (sympy.exp(T) - T),
    "tanh(t) + sinh(t) + cosh(t) + atan(t) + asinh(t)": sum(
        g(T) for g in (sympy.tanh, sympy.sinh, sympy.cosh, sympy.atan, sympy.asinh)
    ),
}


@pytest.mark.parametrize("text", ACCEPTED)
def test_read_as_the_exact_expression(text):
    assert sympy.expand(parse_expression(text) - ACCEPTED[text]) == 0


@given(st.text(max_size=60))
def test_any_text_is_a_loss_or_a_refusal(text):
    try:
        loss = Loss.from_expressions(text)
    except InvalidExpression:
        return
    assert math.isfinite(loss.fake(0.5))


@given(st.text(alphabet="t+-*/()0123456789.eExplogmaxsqr, ", max_size=40))
@settings(max_examples=300)
def test_any_text_of_the_grammar_s_letters_is_a_loss_or_a_refusal(text):
    try:
        _ = parse_expression(text)
    except InvalidExpression:
        return


LEAVES = st.sampled_from(["t", "1", "2", "1/3", "0.1", "pi", "-t"])


def grow(children):
    unary = st.sampled_from(
        ["exp", "softplus", "sigmoid", "tanh", "atan", "asinh", "relu", "abs", "cosh", "log", "sqrt"]
    )
    return st.one_of(
        st.tuples(children, st.sampled_from("+-*/"), children).map(lambda x: f"({x[0]} {x[1]} {x[2]})"),
        st.tuples(unary, children).map(lambda x: f"{x[0]}({x[1]})"),
        st.tuples(children, st.sampled_from([2, 3, -1])).map(lambda x: f"({x[0]})**{x[1]}"),
        st.tuples(children, children).map(lambda x: f"max({x[0]}, {x[1]})"),
    )


TREES = st.recursive(LEAVES, grow, max_leaves=6)


@given(text=TREES, t=st.floats(-3, 3))
@settings(max_examples=150)
def test_any_tree_is_a_loss_that_evaluates_or_a_refusal(text, t):
    try:
        f = Loss.from_expressions(text).fake
    except InvalidExpression:
        f = None
    if f is not None:
        reference = float(sympy.Float(f.expression.subs(T, sympy.Rational(t)).evalf(30)))
        assert f(t) == pytest.approx(reference, rel=1e-12, abs=1e-290)


FORMULAS = [
    "2*t + sqrt(4*t**2 + 1)",
    "softplus(2*t) + max(0, t + 1)",
    "t + exp(t)",
    "softplus(t) + softplus(2*t)/3",
    "abs(t) + t/2",
    "exp(t) - 1",
    "max(t, 2*t)",
    "t**4 + t",
    "3*t - 2",
    "t + log(cosh(t))",
    "max(t, 2*t - 1, 3*t - 5) + softplus(t)",
    "sqrt(t**2 + t + 1) + t",
    "2**t",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_compiled_functions_are_the_formula_at_high_precision(text):
    f = Loss.from_expressions(text).fake
    points = np.array([-1e4, -700.0, -31.7, -1.3, -1e-8, 1e-8, 0.7, 4.4, 300.0])
    for order, compiled in enumerate((f.value, f.derivative, f.second_derivative)):
        for t, computed in zip(points, compiled(points), strict=True):
            with mpmath.workdps(9000 if t == -1e4 else 700):
                exact = sympy.lambdify(T, sympy.diff(branch_at(f.expression, t), T, order), "mpmath")(mpmath.mpf(t))
                assert computed == pytest.approx(float(exact), rel=2e-13, abs=1e-320)


def branch_at(expression, t):
    return expression.replace(lambda e: isinstance(e, sympy.Max | sympy.Abs), lambda e: largest_at(e.args, t))


def largest_at(args, t):
    sides = (args[0], -args[0]) if len(args) == 1 else args
    return max(sides, key=lambda side: side.subs(T, sympy.Rational(t)))


def test_cancellation_does_not_reach_the_user():
    """In plain doubles the second loses every digit at -1e8 and the first is 0.0."""
    f = Loss.from_expressions("2*t + sqrt(4*t**2 + 1)").fake
    assert f(-1e8) == pytest.approx(2.5e-9, rel=1e-15)
    assert -2e8 + math.sqrt(4e16 + 1) == 0.0
    assert f.derivative(-1e4) == pytest.approx(2 - 4e4 / math.sqrt(4e8 + 1), rel=1e-6)
    assert f.derivative(-1e4) == Compiled(f.expression, 1).nearest(-1e4)


def test_one_sided_slopes_of_formulas():
    assert Loss.from_expressions("max(t, 2*t)").fake.slopes(0.0) == (1.0, 2.0)
    assert Loss.from_expressions("abs(t) - min(t, 2)").fake.slopes(0.0) == (-2.0, 0.0)
    assert Loss.from_expressions("abs(t) - min(t, 2)").fake.slopes(2.0) == (0.0, 1.0)
    assert Loss.from_expressions("exp(max(0, t)) + t").real.slopes(0.0) == (-2.0, -1.0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("t", "wasserstein"),
        ("log(1 + exp(t))", "softplus"),
        ("softplus(t)", "softplus"),
        ("exp(t)", "exponential"),
        ("t + sqrt(t**2 + 1)", "sqrt"),
        ("(t + 1)**2", "least_squares"),
        ("max(0, t + 0.3)", "hinge(0.3)"),
        ("relu(t)", "hinge(0)"),
    ],
)
def test_a_formula_that_is_a_named_loss_uses_its_implementation(text, name):
    loss = Loss.from_expressions(text)
    assert loss.fake == get_loss(name).fake
    assert loss.fake.conjugate_source == "closed form"
    assert loss.real == get_loss(name).real


def test_parse_loss_takes_names_and_formulas():
    assert parse_loss("hinge(0.5)") == get_loss("hinge", alpha=0.5)
    assert parse_loss("sqrt(t**2 + 1) + t").fake == get_loss("sqrt").fake
    assert parse_loss("softplus(t)").fake == get_loss("softplus").fake
    with pytest.raises(InvalidExpression, match="Or give the name of a loss: exponential"):
        _ = parse_loss("t + y")
    with pytest.raises(ValueError, match="Did you mean 'softplus'"):
        _ = parse_loss("sofplus")


def test_roles_and_names():
    loss = Loss.from_expressions("softplus(t)", "2*softplus(-t)", generator="exp(-t)", name="mine")
    assert loss.name == "mine"
    assert not loss.is_mirrored
    assert loss.generator.expression == sympy.exp(-T)
    assert loss.balance_point == pytest.approx(math.log(2), rel=1e-15)
    assert Loss.from_expressions("softplus(t)", "-t").balance_point is None
    assert Loss.from_expressions("t + exp(t)").name == "t + exp(t)"


many = functools.partial(hypothesis.extra.numpy.arrays, np.float64, 6)


@pytest.mark.parametrize("text", FORMULAS)
@given(t=many(elements=st.floats(-8, 8)), s=many(elements=st.floats(-4, 8)))
@settings(max_examples=3)
def test_numeric_conjugate_is_an_upper_bound_and_tight(text, t, s):
    """f(t) + f*(s) >= s t always (but for the rounding of this very line), with equality at the slope."""
    f = LOSSES[text]
    assert (f(t) + f.conjugate(s) >= s * t - 4 * np.finfo(float).eps * (abs(f(t)) + abs(s * t))).all()
    slope = f.derivative(t)
    inside = (f.conjugate_domain[0] < slope) & (slope < f.conjugate_domain[1])
    size = 1 + abs(f(t)) + abs(slope * t)
    gap = (f(t) + f.conjugate(slope) - slope * t)[inside] / size[inside]
    assert (gap >= -4 * np.finfo(float).eps).all()
    assert (gap <= 1e-13).all()


LOSSES = {text: Loss.from_expressions(text).fake for text in FORMULAS}


def test_numeric_conjugates_meet_closed_forms():
    """a softplus(b t) has a h*(s / (a b)) with the binary entropy h*; and shifted exponentials likewise."""
    s = np.linspace(0.01, 5.99, 40)
    f = Loss.from_expressions("3*softplus(2*t)").fake
    assert f.conjugate_domain == (0.0, 6.0)
    assert f.conjugate(s) == pytest.approx(3 * get_loss("softplus").fake.conjugate(s / 6), rel=1e-12, abs=1e-12)
    assert list(f.conjugate([0.0, 6.0])) == [0.0, 0.0]
    assert list(f.conjugate([-1e-300, 6.0000000000000009])) == [math.inf, math.inf]
    g = Loss.from_expressions("exp(t) + t").fake
    assert g.conjugate_domain == (1.0, math.inf)
    assert g.conjugate(s + 1) == pytest.approx(get_loss("exponential").fake.conjugate(s), rel=1e-12, abs=1e-12)


def test_conjugate_domains_of_formulas():
    domains = {text: LOSSES[text].conjugate_domain for text in FORMULAS}
    assert domains["softplus(2*t) + max(0, t + 1)"] == (0.0, 3.0)
    assert domains["3*t - 2"] == (3.0, 3.0)
    assert LOSSES["3*t - 2"].conjugate(3.0) == 2.0
    assert LOSSES["3*t - 2"].is_linear
    assert domains["max(t, 2*t)"] == (1.0, 2.0)
    assert domains["t**4 + t"] == (-math.inf, math.inf)
    # 5/3 is not a double: the domain ends at the double inside it, so nothing outside is ever called finite.
    end = domains["softplus(t) + softplus(2*t)/3"][1]
    assert Fraction(end) < Fraction(5, 3) < Fraction(math.nextafter(end, 2))


def test_a_loss_that_is_not_convex_has_no_conjugate():
    with pytest.raises(UnsupportedLoss, match="not shown to be convex"):
        _ = Loss.from_expressions("sigmoid(t)").fake.conjugate(0.1)
    assert Loss.from_expressions("sigmoid(t)").is_monotone
    assert not Loss.from_expressions("sigmoid(t)").is_convex


def test_the_bound_of_a_wide_bracket_is_still_above():
    """For e^t at s = 1 the maximiser is 0 and f* = -1; a bracket as wide as [-1, 1] must not claim less."""
    conjugate = NumericConjugate(sympy.exp(T))
    s, low, high = np.array([1.0]), np.array([-1.0]), np.array([1.0])
    assert conjugate._bound(s, low, high) == pytest.approx(-1 - math.exp(-1) + (1 - math.exp(-1)) * 2)
    assert conjugate._bound(s, high, low) == pytest.approx(1 - math.e + (math.e - 1) * 2)


def test_the_upper_bound_survives_subnormal_numbers():
    f = Loss.from_expressions("abs(t) + t/2").fake
    assert 0 <= f.conjugate(0.5) <= 1e-320
    assert 0 <= f.conjugate(1.25) <= 1e-300


@pytest.mark.parametrize("text", [f for f in FORMULAS if f not in ("2**t", "t + log(cosh(t))")])
def test_formulas_have_cvxpy_atoms_with_the_same_values(text):
    cvxpy = pytest.importorskip("cvxpy")
    f, t = LOSSES[text], np.array([-2.0, -0.5, 0.0, 1.0, 3.0])
    assert f.has_atoms
    assert f.atoms(cvxpy.Constant(t)).value == pytest.approx(f(t), rel=1e-12, abs=1e-12)
    assert f.atoms(cvxpy.Variable(4)).is_convex()
    assert float(f.atoms(cvxpy.Constant(0.5)).value) == pytest.approx(float(f(0.5)), rel=1e-12)


def test_what_cvxpy_cannot_see_to_be_convex_has_no_atoms():
    for text in ("sigmoid(t)", "t**3", "-exp(t)", "min(t, 2*t)", "t*tanh(t)", "-abs(t)", "t**2 - exp(t)"):
        assert not Loss.from_expressions(text).fake.has_atoms


@pytest.mark.parametrize("text", [*FORMULAS, "sigmoid(t) + tanh(t) + atan(t) + asinh(t) + sinh(t)"])
def test_torch_functions_of_formulas(text):
    torch = pytest.importorskip("torch")
    f = Loss.from_expressions(text).fake
    t = torch.tensor([-2.0, -0.5, 0.25, 1.5, 3.0], dtype=torch.float64, requires_grad=True)
    values = f.torch(t)
    values.sum().backward()
    points = t.detach().numpy()
    assert values.detach().numpy() == pytest.approx(f(points), rel=1e-12, abs=1e-12)
    assert t.grad is not None
    assert t.grad.numpy() == pytest.approx(f.derivative(points), rel=1e-12, abs=1e-12)
