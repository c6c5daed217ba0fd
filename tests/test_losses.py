"""The named losses: every implementation against its definition, every inequality with its equality."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from lgantheory.errors import InvalidParameter, UnknownName, UnsupportedLoss
from lgantheory.losses import Loss, get_loss, list_losses, parse_loss
from lgantheory.symbolic import T

NAMES = [*list_losses(), "hinge(0.1)", "hinge(0)", "least_squares(2.5)", "least_squares(0.1)"]
SIZES = np.logspace(-8, 4, 49)
POINTS = np.concatenate([-SIZES[::-1], [0.0], SIZES])
# Each formula has at most five roundings and two library calls of one ulp each on its longest path (sqrt'' is the
# longest: hypot, power). Margins that are not doubles add the rounding of the split, below one more.
ULPS = 8

reals = st.floats(-1e4, 1e4)
moderate = st.floats(-30, 30)


def functions(name):
    loss = get_loss(name)
    return {"fake": loss.fake, "real": loss.real}


def every_function():
    return [pytest.param(f, id=f"{name}-{role}") for name in NAMES for role, f in functions(name).items()]


def distance_in_ulps(computed: float, exact) -> float:
    """How many units in the last place (of the computed number) lie between the two."""
    if math.isinf(computed):
        return 0.0 if abs(exact) > mpmath.mpf(2) ** 1023 and (exact > 0) == (computed > 0) else math.inf
    unit = max(mpmath.mpf(float(np.spacing(abs(computed)))), mpmath.mpf(5e-324))
    return float(abs(mpmath.mpf(computed) - exact) / unit)


def exact_values(expression, points):
    """The definition at enough digits that cancellation between numbers as far apart as e^10000 leaves fifty."""
    with mpmath.workdps(4500 if expression.has(sympy.exp) else 120):
        definition = sympy.lambdify(T, expression, "mpmath")
        return [definition(mpmath.mpf(float(t))) for t in points]


def smooth_derivative(f, order):
    """The definition's derivative, with the hinge's written as the indicator of its open half-line."""
    if f.is_smooth:
        return sympy.diff(f.expression, T, order)
    inside = f.expression.args[1]
    slope = sympy.diff(inside, T)
    active = inside > 0 if slope > 0 else inside >= 0  # at the kink itself the left slope counts
    return sympy.Piecewise((slope, active), (0, True)) if order == 1 else sympy.Integer(0)


@pytest.mark.parametrize("f", every_function())
def test_value_is_the_definition_to_a_few_ulps(f):
    points = POINTS[::7] if f.expression.has(sympy.exp) else POINTS
    errors = [distance_in_ulps(v, e) for v, e in zip(f.value(points), exact_values(f.expression, points), strict=True)]
    assert max(errors) <= ULPS


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("f", every_function())
def test_derivatives_are_those_of_the_definition_to_a_few_ulps(f, order):
    points = POINTS[::7] if f.expression.has(sympy.exp) else POINTS
    computed = (f.derivative if order == 1 else f.second_derivative)(points)
    exact = exact_values(smooth_derivative(f, order), points)
    assert max(distance_in_ulps(v, e) for v, e in zip(computed, exact, strict=True)) <= ULPS


def test_a_wrong_formula_would_be_many_ulps_away():
    """The naive square-root loss loses all its digits at -1e4: the measure of the tests above sees it."""
    t = -1e4
    naive = t + math.sqrt(t * t + 1)
    assert distance_in_ulps(naive, exact_values(T + sympy.sqrt(T**2 + 1), [t])[0]) > 1e6


@pytest.mark.parametrize("f", every_function())
@given(t=reals)
@settings(max_examples=15)
def test_shape_of_the_answer_is_the_shape_of_the_question(f, t):
    grid = np.array([[t, 0.0], [1.0, -t]])
    assert f(grid).shape == (2, 2)
    assert f(grid)[0, 0] == f(t)
    assert isinstance(f(t), float)


def rounding(f, t, s):
    """The rounding of ``f(t) + f*(s) - s t``: ulps of its terms, and of the slope times the curvature around it."""
    size = abs(float(f(t))) + abs(s * t) + abs(float(f.conjugate(s))) + abs(float(f.second_derivative(t))) + abs(s)
    return 16 * np.finfo(float).eps * size + 1e-300


@pytest.mark.parametrize("f", every_function())
@given(t=moderate, s=st.floats(-3, 3))
@settings(max_examples=15)
def test_fenchel_young_inequality(f, t, s):
    """f(t) + f*(s) >= s t for every t and s."""
    bound = float(f.conjugate(s))
    assert math.isinf(bound) or f(t) + bound - s * t >= -rounding(f, t, s)


@pytest.mark.parametrize("f", every_function())
@given(t=moderate, side=st.sampled_from([0, 1]))
@settings(max_examples=15)
def test_fenchel_young_equality_at_the_slope(f, t, side):
    """f(t) + f*(s) = s t at s = f'(t), on either side of a kink."""
    s = float(f.slopes(t)[side])
    assert abs(f(t) + f.conjugate(s) - s * t) <= rounding(f, t, s) * (1 + abs(t))


@pytest.mark.parametrize("f", every_function())
def test_conjugate_ends_with_its_domain(f):
    """Finite (or the limit) at the ends, infinite just outside; outside means outside by one double."""
    low, high = f.conjugate_domain
    for end, direction in ((low, -math.inf), (high, math.inf)):
        if math.isfinite(end):
            assert math.isfinite(f.conjugate(end))
            assert f.conjugate(math.nextafter(end, direction)) == math.inf


def test_conjugates_at_the_ends_are_the_limits():
    assert [get_loss("softplus").fake.conjugate(s) for s in (0.0, 1.0)] == [0.0, 0.0]
    assert [get_loss("sqrt").fake.conjugate(s) for s in (0.0, 1.0, 2.0)] == [0.0, -1.0, 0.0]
    assert get_loss("exponential").fake.conjugate(0.0) == 0.0
    assert get_loss("hinge(0.25)").fake.conjugate(1.0) == -0.25
    assert get_loss("wasserstein").fake.conjugate(1.0) == 0.0
    assert get_loss("wasserstein").real.conjugate(-1.0) == 0.0
    assert get_loss("wasserstein").fake.conjugate(1.0 + 2**-52) == math.inf


@pytest.mark.parametrize("f", every_function())
@given(t=st.floats(-4, 4))
@settings(max_examples=15)
def test_biconjugate_is_the_function(f, t):
    """sup_s (s t - f*(s)) = f(t): never above on a grid of slopes, and attained at the slope of t."""
    low, high = (max(min(end, 60.0), -60.0) for end in f.conjugate_domain)
    grid = np.append(np.linspace(low, high, 101), f.derivative(t))
    values = grid * t - f.conjugate(grid)
    margin = 64 * np.finfo(float).eps * (1 + abs(f(t)) + np.abs(grid * t).max() + 60.0**2)
    assert values.max() <= f(t) + margin
    assert values[-1] >= f(t) - margin


@pytest.mark.parametrize("name", NAMES)
@given(t=reals)
@settings(max_examples=15)
def test_real_is_the_mirror_image_of_fake(name, t):
    loss = get_loss(name)
    assert loss.is_mirrored
    assert loss.real(t) == loss.fake(-t)
    left, right = loss.real.slopes(t)
    assert (-right, -left) == loss.fake.slopes(-t)


def test_left_and_right_slopes_at_the_kink():
    hinge = get_loss("hinge")
    assert hinge.fake.slopes(-1.0) == (0.0, 1.0)
    assert hinge.real.slopes(1.0) == (-1.0, 0.0)
    assert hinge.fake.derivative(-1.0) == 0.0


def test_declared_shapes():
    assert {n: (get_loss(n).is_monotone, get_loss(n).is_convex) for n in list_losses()} == {
        "exponential": (True, True),
        "hinge": (True, True),
        "least_squares": (False, True),
        "softplus": (True, True),
        "sqrt": (True, True),
        "wasserstein": (True, True),
    }
    assert [n for n in list_losses() if get_loss(n).fake.is_linear] == ["wasserstein"]
    assert [n for n in list_losses() if not get_loss(n).fake.is_smooth] == ["hinge"]


@pytest.mark.parametrize("name", NAMES)
def test_declared_shape_is_what_the_proofs_say(name):
    loss = get_loss(name)
    undeclared = Loss(loss.name, fake=loss.fake, real=loss.real)
    assert (undeclared.is_monotone, undeclared.is_convex) == (loss.is_monotone, loss.is_convex)
    assert undeclared.balance_point == loss.balance_point == 0.0


def test_generator_is_minus_t_unless_given():
    assert get_loss("softplus").generator.expression == -T
    assert get_loss("softplus").generator(3.0) == -3.0


@pytest.mark.parametrize("f", every_function())
def test_cvxpy_atoms_are_the_same_function(f):
    cvxpy = pytest.importorskip("cvxpy")
    t = np.array([[-3.0, -1.0, -0.1], [0.0, 0.5, 7.0]])
    assert f.has_atoms
    assert f.atoms(cvxpy.Constant(t)).value == pytest.approx(f(t), rel=1e-13, abs=1e-15)
    assert f.atoms(cvxpy.Variable(5)).is_convex()
    assert f.atoms(cvxpy.Variable(5)).shape == (5,)
    assert float(f.atoms(cvxpy.Constant(0.5)).value) == pytest.approx(float(f(0.5)), rel=1e-13)


@pytest.mark.parametrize("f", every_function())
def test_torch_function_is_the_same_function_with_the_same_slope(f):
    torch = pytest.importorskip("torch")
    t = torch.tensor([-50.0, -3.0, -0.2, 0.0, 0.5, 7.0, 50.0], dtype=torch.float64, requires_grad=True)
    values = f.torch(t)
    values.sum().backward()
    points = t.detach().numpy()
    assert values.detach().numpy() == pytest.approx(f(points), rel=1e-13, abs=1e-15)
    at_kink = np.array([f.slopes(x)[0] != f.slopes(x)[1] for x in points])
    assert t.grad is not None
    assert t.grad.numpy()[~at_kink] == pytest.approx(f.derivative(points)[~at_kink], rel=1e-13)


def test_torch_square_root_has_a_finite_gradient_in_single_precision():
    torch = pytest.importorskip("torch")
    t = torch.tensor([-1e30, -1e4, 1e4, 1e30], dtype=torch.float32, requires_grad=True)
    get_loss("sqrt").fake.torch(t).sum().backward()
    assert t.grad is not None
    assert bool(torch.isfinite(t.grad).all())


def test_overflow_is_quiet_and_nan_is_refused():
    assert get_loss("exponential").fake(1e4) == math.inf
    assert get_loss("exponential").fake(-1e4) == 0.0
    with pytest.raises(InvalidParameter, match="NaN"):
        _ = get_loss("softplus").fake([0.0, math.nan])


def test_margin_is_the_decimal_that_was_written():
    """One tenth is 1/10: next to the kink at -0.1 the loss is the rounding of the double -0.1, not 0."""
    for loss in (get_loss("hinge", alpha=0.1), get_loss("hinge(0.1)"), get_loss("hinge( alpha = 1e-1 )")):
        assert loss.fake.expression == sympy.Max(0, T + sympy.Rational(1, 10))
        assert loss.name == "hinge(0.1)"
        assert parse_loss(loss.name) == loss
    gap = sympy.Rational(1, 10) + sympy.Rational(-0.1)
    assert get_loss("least_squares(0.1)").fake.derivative(-0.1) == float(2 * gap) != 0


def test_default_margin_is_one():
    assert get_loss("hinge") == get_loss("hinge", alpha=1) == get_loss("hinge(1.0)")
    assert get_loss("hinge").name == "hinge"


@pytest.mark.parametrize("alpha", [-1, "-0.1", math.nan, math.inf, "x", True, None.__class__, 1e400, "1e999"])
def test_bad_margins_are_refused_with_a_reason(alpha):
    with pytest.raises(InvalidParameter, match="it needs a finite number >= 0"):
        _ = get_loss("hinge", alpha=alpha)


def test_zero_margin_is_a_counterexample_that_may_be_asked_for():
    assert get_loss("hinge", alpha=0).fake.slopes(0.0) == (0.0, 1.0)


def test_unknown_names_list_what_exists_and_the_nearest():
    with pytest.raises(UnknownName, match=r"exponential, hinge.*Did you mean 'softplus'\?"):
        _ = get_loss("softpuls")
    with pytest.raises(InvalidParameter, match="takes no parameters"):
        _ = get_loss("softplus", alpha=1)
    with pytest.raises(InvalidParameter, match="beta"):
        _ = get_loss("hinge", beta=1)


def test_a_loss_is_returned_as_it_is():
    loss = get_loss("sqrt")
    assert get_loss(loss) is loss
    assert parse_loss(loss) is loss


def test_without_atoms_the_refusal_names_the_lack():
    loss = Loss.from_expressions("sigmoid(t)")
    assert not loss.fake.has_atoms
    with pytest.raises(UnsupportedLoss, match="no cvxpy form"):
        _ = loss.fake.atoms(None)
