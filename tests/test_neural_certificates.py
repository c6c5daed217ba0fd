"""Critics against the exact optimum, and the sandwich around their Lipschitz constants."""

import itertools
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

import lgantheory as lg
from lgantheory.errors import InvalidParameter
from lgantheory.measures import DiscreteMeasure, euclidean
from lgantheory.problem import Solution

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from lgantheory.neural import certify_critic  # noqa: E402
from lgantheory.neural.evaluation import STEP, evaluated  # noqa: E402
from lgantheory.neural.lipschitz import lower_bound, upper_bound  # noqa: E402
from lgantheory.neural.networks import get_network  # noqa: E402
from lgantheory.neural.operations import MONOTONE, STEEPEST  # noqa: E402
from lgantheory.neural.optimal_sets import central, distance_to_optima  # noqa: E402
from lgantheory.neural.spectra import _by_squaring  # noqa: E402
from lgantheory.neural.tracing import BATCH, Bound, Traced, UnknownOperationError, trace  # noqa: E402

LAM = 0.3
LOSSES = ("wasserstein", "softplus", "exponential", "sqrt", "hinge", "least_squares")
UNIQUE = ("softplus", "exponential", "sqrt")

EPS = float(np.finfo(float).eps)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@cache
def instance(case: int = 1, size: int = 12) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    return lg.toy_case(case, np.random.default_rng(5), size)


@cache
def solved(loss: str, case: int = 1, size: int = 12) -> Solution:
    real, fake = instance(case, size)
    return lg.optimal_discriminator(real, fake, loss, LAM)


def report_on(critic: Any, loss: str, case: int = 1, **options: Any) -> Any:
    real, fake = instance(case)
    return certify_critic(critic, real, fake, loss, LAM, exact=solved(loss, case), **options)


def mlp(*widths: int, seed: int = 0, inputs: int = 2, activation: Any = nn.ReLU) -> nn.Sequential:
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    for a, b in itertools.pairwise((inputs, *widths)):
        layers += [nn.Linear(a, b), activation()]
    return nn.Sequential(*layers, nn.Linear((inputs, *widths)[-1], 1)).double()


# -- the exact solution as a critic ----------------------------------------------------------------------------------


@cache
def exact_report(loss: str) -> Any:
    return report_on(solved(loss), loss)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_exact_solution_passes_for_a_perfect_critic(loss: str) -> None:
    sol = solved(loss)
    report = exact_report(loss)
    assert report.gap <= 1e-12
    assert report.k == pytest.approx(sol.k, rel=16.0 * EPS)  # the extension rounds the values once more
    assert report.lower.value == report.k
    assert report.distance.low == 0.0
    assert report.distance.nearest <= 4.0 * EPS * np.abs(sol.f).max()
    assert report.excess[0] == 0.0
    assert not report.is_surely_not_optimal
    assert "UNDECIDED" in str(report)


@pytest.mark.parametrize("loss", LOSSES)
def test_at_the_optimum_the_identities_vanish(loss: str) -> None:
    """Each is a derivative of J, so at most sqrt(2 C error) with C a bound of the second derivative."""
    report, sol = exact_report(loss), solved(loss)
    f, p = sol.f, sol.problem
    seconds = np.concatenate([p.loss.fake.second_derivative(f[: p.n]), p.loss.real.second_derivative(f[p.n :])])
    for identity, direction in ((report.shift, np.ones_like(f)), (report.virial, f)):
        curvature = 2.0 * float(p.weights @ (seconds * direction**2)) + 2.0 * LAM * sol.k**2
        assert abs(identity.residual) <= identity.error_bar + math.sqrt(2.0 * curvature * sol.error)
        assert identity.scale > 0.1


@pytest.mark.parametrize("loss", LOSSES)
def test_the_exact_direction_is_met_by_an_optimum_inside_the_optimal_set(loss: str) -> None:
    """Central differences are off by the third derivative of a cone: (step / distance)^2, less than that here."""
    sol, (real, fake) = solved(loss), instance()
    directions = report_on(lambda x: central(sol)(x, extension="lower"), loss).directions
    off = STEP * 1.5 / euclidean(fake.points, real.points).min()
    assert directions.cosine is not None
    assert directions.points > 0
    assert 1.0 - directions.cosine <= 4.0 * off**2
    assert directions.steepness == pytest.approx(1.0, abs=4.0 * off**2)
    assert directions.flat == 0


def test_an_optimum_inside_the_set_has_no_ties_where_a_vertex_has_some() -> None:
    """WGAN: the plan is a permutation, and optima exist whose gradients are forced by it alone."""
    sol, (_, fake) = solved("wasserstein"), instance()
    inside = central(sol)
    assert inside.error <= 4.0 * sol.error
    assert not inside.gradient(fake.points).ties.any()
    assert sol.gradient(fake.points).ties.any()


def test_inside_the_optimal_set_losses_with_kinks_have_fewer_ties() -> None:
    """Hinge: some values have intervals, and the mean of the extremes is inside all of them."""
    real, fake = lg.toy_case(3, np.random.default_rng(0), 30)
    sol = lg.optimal_discriminator(real, fake, "hinge", 0.1)
    inside = central(sol)
    assert inside is not sol
    assert inside.error <= 4.0 * sol.error
    assert inside.gradient(fake.points).single.sum() > sol.gradient(fake.points).single.sum()


def test_the_report_compares_wherever_the_plan_forces_a_direction() -> None:
    found = exact_report("wasserstein").directions
    assert (found.points, found.ties, found.unforced) == (12, 0, 0)
    assert found.share == 1.0


def test_where_several_directions_are_forced_the_point_is_left_out() -> None:
    """One fake point between two real ones: no optimal discriminator is differentiable at it."""
    found = certify_critic(lambda x: x[:, 0], np.array([-1.0, 1.0]), np.array([0.0]), "softplus", 1.0).directions
    assert (found.cosine, found.ties, found.points) == (None, 1, 0)
    assert "single" in found.reason


def test_directions_weigh_by_the_mass_sent() -> None:
    """Right for three quarters of the mass, against it for the rest: 3/4 - 1/4."""
    real = DiscreteMeasure([[0.0, 1.0], [9.0, 1.0]], [0.75, 0.25])
    fake = DiscreteMeasure([[0.0, 0.0], [9.0, 0.0]], [0.75, 0.25])
    critic = certify_critic(lambda x: np.where(x[:, 0] < 5.0, x[:, 1], -x[:, 1]), real, fake, "wasserstein", 1.0)
    assert critic.directions.cosine == pytest.approx(0.5, abs=1e-9)
    assert critic.directions.points == 2
    assert critic.directions.share == 1.0


# -- the gap ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
def test_a_constant_critic_has_the_gap_of_a_constant(loss: str) -> None:
    sol, c = solved(loss), 0.25
    report = report_on(lambda x: np.full(len(x), c), loss)
    of_constant = float(sol.problem.loss.fake(c) + sol.problem.loss.real(c))
    assert report.gap == pytest.approx(of_constant - sol.primal, abs=report.error_bar + sol.error)
    best = minimize(lambda t: float(sol.problem.loss.fake(t[0]) + sol.problem.loss.real(t[0])), [0.1], tol=1e-12).fun
    assert report.gap_rescaled == pytest.approx(best - sol.primal, abs=1e-9)
    assert report.k == 0.0
    assert report.is_surely_not_optimal
    assert report.directions.cosine == 0.0
    assert report.directions.flat == report.directions.points


def test_a_wasserstein_critic_ten_per_cent_too_steep_has_the_exact_excess() -> None:
    """J(s f*) - J* = lam k^2 (s - 1)^2; all of it is scale."""
    sol = solved("wasserstein")
    report = report_on(lambda x: 1.1 * sol(x), "wasserstein")
    excess, accuracy = 0.01 * LAM * sol.k**2, 4.0 * sol.error
    assert report.excess[0] <= excess + accuracy
    assert report.excess[1] >= excess - accuracy
    assert report.excess[1] - report.excess[0] <= 4.0 * (report.error_bar + sol.error)
    assert report.gap_rescaled <= 4.0 * sol.error
    assert report.rescaled.scale == pytest.approx(1.0 / 1.1, rel=1e-12)
    assert report.k == pytest.approx(1.1 * sol.k, rel=1e-13)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scale", [0.5, 1.1, 3.0])
def test_on_two_points_the_gap_is_in_closed_form(loss: str, scale: float) -> None:
    """f = -+h at distance d: J = fake(-h) + real(h) + lam (2h / d)^2; every such f is a multiple of the optimum."""
    d, real, fake = 1.5, np.array([[1.5, 0.0]]), np.array([[0.0, 0.0]])
    sol = lg.optimal_discriminator(real, fake, loss, LAM)
    h = scale * 0.5 * sol.k * d
    report = certify_critic(lambda x: 2.0 * h * x[:, 0] / d - h, real, fake, loss, LAM, exact=sol)
    lg_loss = lg.get_loss(loss)
    value = float(lg_loss.fake(-h) + lg_loss.real(h)) + LAM * (2.0 * h / d) ** 2
    assert report.primal == pytest.approx(value, rel=1e-13)
    assert report.gap == pytest.approx(value - sol.primal, abs=1e-12)
    assert 0.0 <= report.gap_rescaled + report.error_bar <= 1e-10


@pytest.mark.parametrize("shift", [0.0, 3.0, -100.0])
def test_a_wasserstein_critic_may_be_shifted(shift: float) -> None:
    sol = solved("wasserstein")
    report = report_on(lambda x: sol(x) + shift, "wasserstein")
    assert abs(report.gap) <= 1e-13 * (1.0 + abs(shift))
    assert report.distance.nearest <= 1e-15 * (1.0 + abs(shift))
    assert report.distance.low == 0.0


@pytest.mark.parametrize("loss", LOSSES)
def test_rescaling_finds_the_least_of_two_parameters(loss: str) -> None:
    """Against Nelder and Mead from several starts; it may beat them, never lose by more than they err."""
    sol, rng = solved(loss), np.random.default_rng(3)
    direction = rng.normal(size=2)
    report = report_on(lambda x: 0.7 * sol(x) + 0.2 * np.tanh(x @ direction) + 1.3, loss)
    p, f, k = sol.problem, report.critic.f, report.k

    def value(z: Any) -> float:
        return p.primal(abs(z[0]) * f + z[1], abs(z[0]) * k)

    starts = [(1.0, 0.0), (0.3, 1.0), (2.0, -1.0)]
    least = min(minimize(value, s, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}).fun for s in starts)
    assert report.rescaled.primal <= least + 1e-9
    assert report.rescaled.primal == pytest.approx(value((report.rescaled.scale, report.rescaled.shift)), abs=1e-13)
    assert 0.0 < report.gap_rescaled < report.gap


def test_a_critic_that_points_the_wrong_way_is_worth_a_constant() -> None:
    sol = solved("softplus")
    report = report_on(lambda x: -sol(x), "softplus")
    assert report.rescaled.scale == pytest.approx(0.0, abs=1e-9)
    assert report.rescaled.primal == pytest.approx(2.0 * math.log(2.0), abs=1e-12)
    assert report.directions.cosine is not None
    assert report.directions.cosine < -0.9


@pytest.mark.parametrize("loss", LOSSES)
def test_the_identities_are_derivatives_of_the_objective(loss: str) -> None:
    report = report_on(lambda x: np.sin(3.0 * x[:, 0]) + x[:, 1], loss)
    p, f, h = report.critic.problem, report.critic.f, 1e-6
    shift = (p.primal(f + h) - p.primal(f - h)) / (2.0 * h)
    scale = (p.primal((1.0 + h) * f) - p.primal((1.0 - h) * f)) / (2.0 * h)
    assert report.shift.residual == pytest.approx(shift, abs=1e-8)
    assert report.virial.residual == pytest.approx(scale, abs=1e-8)


# -- the distance to the optimal set ---------------------------------------------------------------------------------


def distance_by_linear_program(f: np.ndarray, sol: Solution) -> float:
    """min delta over u with |f - u| <= delta, slope k*, tight on arcs with mass, and optimal values at each point."""
    p, flow, size = sol.problem, sol.support_flow, sol.problem.n + sol.problem.m
    d = p.support_distances
    rows, bounds = [], []
    for s, t in itertools.permutations(range(size), 2):
        rows.append([(t, 1.0), (s, -1.0)])
        bounds.append(sol.k * d[s, t])
    for s, t in zip(flow.s.tolist(), flow.t.tolist(), strict=True):
        rows.append([(s, 1.0), (t, -1.0)])
        bounds.append(-sol.k * d[s, t] + 1e-12)
    for v in range(size):
        rows += [[(v, 1.0), (size, -1.0)], [(v, -1.0), (size, -1.0)]]
        bounds += [f[v], -f[v]]
    matrix = np.zeros((len(rows), size + 1))
    for row, entries in enumerate(rows):
        for column, value in entries:
            matrix[row, column] = value
    box = [(low, high) for low, high in zip(sol.enclosure.lower, sol.enclosure.upper, strict=True)]
    found = linprog(np.eye(size + 1)[-1], A_ub=matrix, b_ub=bounds, bounds=[*box, (0.0, None)], method="highs")
    assert found.success, found.message
    return float(found.fun)


@pytest.mark.parametrize("loss", ["wasserstein", "hinge"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_distance_to_the_polytope_is_that_of_a_linear_program(loss: str, seed: int) -> None:
    sol, rng = solved(loss), np.random.default_rng(seed)
    f = sol.f + rng.normal(size=len(sol.f)) * 0.3
    distance, program = distance_to_optima(f, sol), distance_by_linear_program(f, sol)
    box, highs = sol.enclosure, 1e-6  # HiGHS admits 1e-7 at every constraint
    room = (box.k_upper - box.k_lower) * sol.problem.support_distances.max()  # what is not known of k*
    assert program > 0.05
    assert distance.low - highs <= program <= distance.nearest + highs
    assert distance.nearest - distance.low <= len(f) * room
    assert distance.nearest <= program + highs


def test_the_distance_is_to_the_set_and_not_to_the_vertex_that_a_solver_returns() -> None:
    """Two pairs far apart are tied by no mass: one may move by k times the room between them."""
    real, fake = DiscreteMeasure([0.0, 10.0]), DiscreteMeasure([1.0, 11.0])
    sol = lg.optimal_discriminator(real, fake, "wasserstein", 0.5)
    assert sol.k == 1.0
    f = np.where(sol.problem.points[:, 0] > 5.0, 8.0, 0.0) - sol.problem.points[:, 0] % 10.0
    assert np.abs(f - sol.f - (f - sol.f).mean()).max() > 0.5
    assert distance_to_optima(f, sol).nearest <= 1e-12
    assert distance_to_optima(f + np.where(f > 4.0, 3.0, 0.0), sol).low == pytest.approx(
        1.5, abs=1e-6
    )  # 1 to 10: 12 for 9


@pytest.mark.parametrize("loss", UNIQUE)
def test_where_the_optimum_is_unique_the_distance_is_to_it(loss: str) -> None:
    sol = solved(loss)
    f = sol.f + 0.1 * np.cos(np.arange(len(sol.f)))
    distance = distance_to_optima(f, sol)
    to_it = float(np.abs(f - sol.f).max())
    assert distance.low <= to_it <= distance.high
    assert distance.high - distance.low <= 2.0 * sol.enclosure.width.max() + 1e-15
    assert distance.nearest == pytest.approx(to_it, abs=float(sol.enclosure.width.max()))


def test_a_large_support_falls_back_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lgantheory.neural.optimal_sets.NODES", 5)
    sol = solved("softplus")
    distance = distance_to_optima(sol.f + 0.5, sol)
    assert "more than 5" in distance.reason
    assert distance.low <= distance.nearest == pytest.approx(0.5, abs=1e-15)
    assert distance.low > 0.4
    assert central(sol) is sol


# -- the sandwich around k -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_for_linear_networks_all_bounds_are_the_norm(seed: int) -> None:
    net = mlp(4, 3, seed=seed, inputs=5, activation=nn.Identity)
    norm = matrix_of(net, (5,))
    points = np.random.default_rng(seed).normal(size=(8, 5))
    upper = upper_bound(net, (5,))
    assert lower_bound(net, points).value == pytest.approx(norm, rel=1e-13)
    assert upper.lipsdp == pytest.approx(norm, rel=1e-12)
    assert upper.product is not None
    assert upper.product >= norm
    one = upper_bound(nn.Linear(7, 1).double(), (7,))
    assert one.product == one.lipsdp


class GroupSort(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.unflatten(1, (-1, 2)).sort(dim=2).values.flatten(1)


def test_orthonormal_networks_have_constant_one() -> None:
    torch.manual_seed(0)
    layers = [nn.Linear(a, b, dtype=torch.float64) for a, b in ((2, 8), (8, 8), (8, 1))]
    layers = [nn.utils.parametrizations.orthogonal(layer) for layer in layers]
    net = nn.Sequential(layers[0], GroupSort(), layers[1], GroupSort(), layers[2])
    upper = upper_bound(net, (2,))
    assert upper.value == pytest.approx(1.0, abs=1e-12)
    assert upper.value is not None
    assert lower_bound(net, np.random.default_rng(0).normal(size=(20, 2))).value <= upper.value
    assert upper.lipsdp is None


@pytest.mark.parametrize(
    ("name", "shape"), [("linear", (3,)), ("mlp", (2,)), ("groupsort", (2,)), ("dcgan", (1, 8, 8))]
)
def test_networks_of_the_catalogue_have_a_sandwich(name: str, shape: tuple[int, ...]) -> None:
    net, points = get_network(name, shape=shape), np.random.default_rng(0).normal(size=(6, math.prod(shape)))
    upper = upper_bound(net, shape)
    assert upper.value is not None, upper.reason
    assert lower_bound(net, points, shape=shape).value <= upper.value
    assert name != "groupsort" or upper.value == pytest.approx(1.0, abs=1e-6)  # its weights are in single precision


def constants_by_enumeration(net: nn.Sequential) -> tuple[float, np.ndarray]:
    """Steepest gradient over all activation patterns that some open set of the plane has, and a point of that set."""
    layers = [(m.weight.detach().numpy(), m.bias.detach().numpy()) for m in net if isinstance(m, nn.Linear)]
    best, place = -1.0, np.zeros(2)
    for pattern in itertools.product((0.0, 1.0), repeat=sum(len(b) for _, b in layers[:-1])):
        slope, offset, start, rows, bounds = np.eye(2), np.zeros(2), 0, [], []
        for w, b in layers[:-1]:
            slope, offset = w @ slope, w @ offset + b
            on = np.array(pattern[start : start + len(b)])
            sign = 1.0 - 2.0 * on
            rows.append(np.column_stack([sign[:, None] * slope, np.linalg.norm(slope, axis=1)]))
            bounds.append(-sign * offset)
            slope, offset, start = on[:, None] * slope, on * offset, start + len(b)
        gradient = float(np.linalg.norm(layers[-1][0] @ slope))
        if gradient <= best:
            continue
        ball = linprog([0, 0, -1], A_ub=np.vstack(rows), b_ub=np.concatenate(bounds), bounds=[(-50, 50)] * 2 + [(0, 1)])
        if ball.success and ball.x[2] > 1e-6:
            best, place = gradient, ball.x[:2]
    return best, place


@pytest.mark.parametrize("widths", [(5,), (3, 3)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_exact_constant_lies_in_the_sandwich(widths: tuple[int, ...], seed: int) -> None:
    net = mlp(*widths, seed=seed)
    exact, place = constants_by_enumeration(net)
    upper = upper_bound(net, (2,))
    points = np.random.default_rng(seed).normal(size=(100, 2)) * 5.0
    assert upper.product is not None
    assert upper.lipsdp is not None
    assert lower_bound(net, points).value <= exact * (1.0 + 1e-12)
    assert exact <= upper.lipsdp <= upper.product
    assert lower_bound(net, place[None]).value == pytest.approx(exact, rel=1e-12)


def semidefinite_program(net: nn.Sequential) -> float:
    """The same bound for one hidden layer, written out and solved by Clarabel."""
    import cvxpy as cp

    w, v = (layer.weight.detach().numpy() for layer in net if isinstance(layer, nn.Linear))
    t, rho = cp.Variable(len(w), nonneg=True), cp.Variable(1)
    block = cp.bmat([[-rho[0] * np.eye(w.shape[1]), w.T @ cp.diag(t)], [cp.diag(t) @ w, v.T @ v - 2.0 * cp.diag(t)]])
    program: Any = cp.Problem(cp.Minimize(rho[0]), [block << 0])
    program.solve(solver=cp.CLARABEL)
    return math.sqrt(program.value)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_semidefinite_bound_is_that_of_a_conic_solver(seed: int) -> None:
    net = mlp(6, seed=seed, inputs=3)
    assert upper_bound(net, (3,)).lipsdp == pytest.approx(semidefinite_program(net), rel=1e-5)


@pytest.mark.parametrize("inputs", [2, 40])
def test_the_semidefinite_bound_improves_on_the_product(inputs: int) -> None:
    net = mlp(16, 16, 16, seed=7, inputs=inputs, activation=nn.Tanh)
    upper = upper_bound(net, (inputs,))
    lower = lower_bound(net, np.zeros((1, inputs)))
    assert upper.lipsdp is not None
    assert upper.product is not None
    assert lower.value <= upper.lipsdp < 0.7 * upper.product
    assert upper.value == upper.lipsdp


def test_a_proved_bound_does_not_trust_the_weights_it_is_given() -> None:
    """With useless weights the eigenvalue says so, and the bound falls back to the product of norms."""
    from lgantheory.neural.lipsdp import _program, _proved

    w = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    program = _program([w, w[:1]])
    assert _proved(program, np.zeros(4), 0.01) == 1.0
    assert _proved(program, np.full(4, 1.0), 0.5) == 1.0
    assert _proved(program, np.full(4, 1.0), 1.0) == 1.0


CONVOLUTIONS = {
    "zeros": {"padding": 1},
    "none": {},
    "circular": {"padding": 1, "padding_mode": "circular"},
    "circular, stride": {"padding": 1, "padding_mode": "circular", "stride": 2},
    "stride": {"padding": 1, "stride": 2},
    "dilated": {"padding": 2, "dilation": 2},
    "groups": {"padding": 1, "groups": 2},
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_norms_of_convolutions(name: str) -> None:
    """Against the matrix of the convolution; equal on a torus, a bound within its first fringe elsewhere."""
    torch.manual_seed(1)
    net = nn.Conv2d(2, 4, 3, dtype=torch.float64, **CONVOLUTIONS[name])
    norm = matrix_of(net, (2, 6, 6))
    bound = bound_of(net, (2, 6, 6))
    assert bound >= norm
    assert bound == pytest.approx(norm, rel=1e-10 if "circular" in name else 0.4)


def matrix_of(function: Callable[[Any], Any], shape: tuple[int, ...]) -> float:
    """Norm of the linear part of an affine function of one sample, by its values on a basis."""
    size = math.prod(shape)
    basis = torch.eye(size, dtype=torch.float64).reshape(size, *shape)
    with torch.no_grad():
        values = function(basis).reshape(size, -1) - function(torch.zeros_like(basis)).reshape(size, -1)
    return float(torch.linalg.matrix_norm(values, 2))


def bound_of(function: Callable[[Any], Any], shape: tuple[int, ...]) -> float:
    points = torch.zeros(BATCH, *shape, dtype=torch.float64)
    with torch.no_grad():
        return function(Traced.of(points, Bound(1.0))).bound.slope


def frozen_batch_norm(x: Any) -> Any:
    mean, variance = torch.zeros(2).double(), torch.tensor([0.5, 2.0]).double()
    return functional.batch_norm(x, mean, variance, torch.tensor([1.0, -3.0]).double(), None, False)


LINEAR = {
    "flatten": (lambda x: x.flatten(1), True),
    "reshape": (lambda x: x.reshape(len(x), -1), True),
    "permute": (lambda x: x.permute(0, 2, 3, 1), True),
    "mean": (lambda x: x.mean(dim=(2, 3)), True),
    "sum": (lambda x: x.sum(dim=1), True),
    "negative sum": (lambda x: -x.sum(-1), True),
    "average of tiles": (lambda x: functional.avg_pool2d(x, 2), True),
    "adaptive average": (lambda x: functional.adaptive_avg_pool2d(x, 1), True),
    "repetition": (lambda x: functional.interpolate(x, scale_factor=2), True),
    "zeros around": (lambda x: functional.pad(x, (1, 1, 1, 1)), True),
    "a circle around": (lambda x: functional.pad(x, (1, 1, 1, 1), mode="circular"), False),
    "batch normalisation": (frozen_batch_norm, True),
    "factor": (lambda x: 3.0 * x, True),
    "divisor": (lambda x: x / 4.0, True),
    "residual": (lambda x: x + 2.0 * x, True),
    "difference": (lambda x: x - 0.5 * x, False),
    "broadcast": (lambda x: x + x.mean(dim=(2, 3), keepdim=True), True),
    "beside": (lambda x: torch.cat([x, 2.0 * x], dim=1), True),
    "part": (lambda x: x[:, 1:], True),
    "matrix": (lambda x: x.flatten(1) @ torch.arange(32.0).double().reshape(32, 1), True),
}


@pytest.mark.parametrize("name", LINEAR)
def test_rules_of_linear_operations(name: str) -> None:
    """A bound for each, and the norm itself where the rule is exact."""
    function, is_exact = LINEAR[name]
    norm, bound = matrix_of(function, (2, 4, 4)), bound_of(function, (2, 4, 4))
    assert bound >= norm * (1.0 - 1e-14)
    assert not is_exact or bound == pytest.approx(norm, rel=1e-12)


@pytest.mark.parametrize("name", sorted(STEEPEST))
def test_slopes_of_activations(name: str) -> None:
    """By automatic differentiation on a fine grid: never above the table, and within a thousandth of it somewhere."""
    grid = torch.linspace(-6.0, 6.0, 40_001, dtype=torch.float64, requires_grad=True)
    function = getattr(functional, name, None) or getattr(torch, name)
    values = function(grid, -1.0, 1.0) if name == "clamp" else function(grid)
    (slopes,) = torch.autograd.grad(values.sum(), grid)
    assert float(slopes.abs().max()) <= STEEPEST[name] * (1.0 + 1e-12)
    assert float(slopes.abs().max()) >= STEEPEST[name] * 0.98
    if name in MONOTONE:
        assert float(slopes.min()) >= 0.0
        assert float(slopes.max()) <= 1.0


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (lambda x: nn.functional.layer_norm(x, (4,)), "layer_norm"),
        (lambda x: x * x, "two tensors"),
        (lambda x: x - x.mean(dim=0), "batch"),
        (lambda x: x[:, :BATCH].mean(dim=0), "batch"),
        (lambda x: x.sort(dim=0).values, "batch"),
        (lambda x: x.T @ x, "__get__"),
        (lambda x: x if x.sum(1).max() > 0 else -x, "max"),
        (lambda x: x * float(x[0, 0]), "__getitem__"),
        (lambda x: functional.selu(x, inplace=True), "in place"),
        (lambda x: functional.dropout(x, training=True), "training"),
        (lambda x: x.transpose(0, 1), "batch"),
        (lambda x: torch.cat([x, x]), "batch"),
    ],
)
def test_what_has_no_rule_has_no_bound(function: Callable[[Any], Any], named: str) -> None:
    with pytest.raises(UnknownOperationError, match=named):
        _ = bound_of(function, (4,))


def test_a_network_without_bound_says_why() -> None:
    upper = upper_bound(nn.Sequential(nn.Linear(2, 4), nn.LayerNorm(4), nn.Linear(4, 1)), (2,))
    assert upper.value is None
    assert "layer_norm" in upper.reason
    assert upper_bound(lambda x: x, (2,)).value is None
    with pytest.raises(UnknownOperationError, match="one traced number"):
        _ = trace(nn.Identity(), (2,))


def test_repeated_squaring_bounds_the_norm() -> None:
    matrices = np.random.default_rng(0).normal(size=(5, 30, 20)) * 1e-3
    norm = float(np.linalg.svd(matrices, compute_uv=False).max())
    assert norm <= _by_squaring(matrices) <= 1.02 * norm
    assert _by_squaring(np.zeros((1, 3, 3))) == 0.0


# -- evaluation ------------------------------------------------------------------------------------------------------


def test_networks_are_left_as_they_are_and_evaluated_in_double_precision() -> None:
    net = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 1)).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    report = report_on(net, "softplus")
    assert net.training
    assert all(torch.equal(value, net.state_dict()[name]) for name, value in before.items())
    (weight, bias), (last, end) = ((m.weight.detach().double().numpy(), m.bias.detach().double().numpy())
                                   for m in net if isinstance(m, nn.Linear))  # fmt: skip
    by_hand = np.maximum(report.critic.problem.points @ weight.T + bias, 0.0) @ last.T + end
    assert np.abs(by_hand[:, 0] - report.critic.f).max() <= 1e-14


def test_a_network_and_the_same_function_give_the_same_report() -> None:
    net = mlp(8, seed=3, activation=nn.Tanh)

    def function(x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return net(torch.from_numpy(x)).numpy()[:, 0]

    by_network, by_function = (report_on(critic, "sqrt") for critic in (net, function))
    assert by_network.gap == pytest.approx(by_function.gap, abs=1e-14)
    assert by_network.directions.cosine == pytest.approx(by_function.directions.cosine, abs=1e-9)
    assert by_network.upper.value is not None
    assert by_function.lower.value <= by_network.upper.value


def test_images_keep_their_shape() -> None:
    rng = np.random.default_rng(0)
    real, fake = torch.from_numpy(rng.random((4, 1, 4, 4))).float(), rng.random((3, 1, 4, 4))
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(48, 1))
    report = certify_critic(net, real, fake, "softplus", 1.0)
    assert (report.critic.problem.n, report.critic.problem.m, report.critic.problem.real.dimension) == (3, 4, 16)
    assert report.upper.value is not None
    assert report.k <= report.lower.value <= report.upper.value


def test_points_that_are_equal_get_one_value() -> None:
    net = mlp(64, 64, seed=1)
    points = np.repeat(np.random.default_rng(0).normal(size=(3, 2)), 700, axis=0)
    values = evaluated(net, 2).values(points)
    assert len(np.unique(values)) == 3


def test_a_critic_that_ignores_its_points_has_no_slope() -> None:
    class Constant(nn.Module):
        def forward(self, x: Any) -> Any:
            return torch.ones(len(x), dtype=x.dtype)

    report = report_on(Constant(), "softplus")
    assert report.k == report.lower.value == 0.0
    assert report.directions.flat == report.directions.points


# -- fresh samples ---------------------------------------------------------------------------------------------------


def test_a_translation_is_scored_exactly() -> None:
    """Real points are fake ones moved by v: W1 = |v|, and the linear critic along v attains it, at any slope."""
    rng, v = np.random.default_rng(0), np.array([0.6, 0.8])
    fake = rng.normal(size=(9, 2))
    report = report_on(lambda x: 3.0 * x @ v, "softplus", fresh=(fake + v, fake),
                       potential_gradient=lambda x: np.tile(v, (len(x), 1)))  # fmt: skip
    score = report.fresh
    assert score.w1 == pytest.approx(1.0, rel=1e-12)
    assert score.estimate == pytest.approx(1.0, rel=1e-12)
    assert score.cosine == pytest.approx(1.0, abs=1e-9)
    assert score.mean_cosine == pytest.approx(1.0, abs=1e-9)
    assert score.squared_error == pytest.approx(4.0, rel=1e-9)
    assert "out of sample" in str(report)


def test_no_critic_scores_more_than_the_distance() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        score = report_on(mlp(8, seed=seed), "softplus", fresh=(rng.normal(size=(7, 2)) + 1.0, rng.normal(size=(6, 2))))
        assert score.fresh.estimate <= score.fresh.w1 + 1e-14
        assert score.fresh.cosine is None


# -- refusals and form -----------------------------------------------------------------------------------------------


def test_refusals() -> None:
    with pytest.raises(InvalidParameter, match="not finite"):
        report_on(lambda x: np.full(len(x), np.nan), "softplus")
    with pytest.raises(InvalidParameter, match="needed one for each"):
        report_on(lambda x: x, "softplus")
    with pytest.raises(InvalidParameter, match="needed one value for each"):
        report_on(nn.Linear(2, 2), "softplus")
    real, fake = instance()
    with pytest.raises(InvalidParameter, match="another problem"):
        _ = certify_critic(lambda x: x[:, 0], real, fake, "softplus", 2.0 * LAM, exact=solved("softplus"))
    with pytest.raises(InvalidParameter, match="as many entries"):
        _ = evaluated(nn.Linear(2, 1), 2, (3,))


def test_a_row_is_flat() -> None:
    row = report_on(mlp(4), "softplus", fresh=instance()).as_row()
    assert all(value is None or isinstance(value, int | float | str) for value in row.values())
    assert row["gap"] > row["gap_error"] > 0.0
    assert {"k_lower", "k_upper", "distance_nearest", "direction_cosine", "fresh_w1"} <= set(row)


def test_the_package_does_not_import_torch_until_asked() -> None:
    code = "import sys, lgantheory.neural as n; assert 'torch' not in sys.modules; assert 'certify_critic' in dir(n)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
