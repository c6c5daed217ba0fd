# ruff: noqa: E402  # imports wait until torch has been found
"""Regularisers: on two Diracs each of them has an answer on paper, which training must reach; and one objective.

P = delta at d (real), Q = delta at 0 (fake), loss t: minimise ``f(0) - f(d) + charge``. For a linear critic f = w x the
slope is w everywhere, and so the objective is ``-w d + charge(w)``, a convex function whose minimiser is written beside
each case. Tolerances follow from the gradient that training ended with: where the objective is m-strongly convex along
the way to its minimiser, ``|w - w*| <= |gradient| / m`` and ``0 <= J - J* <= |gradient|^2 / (2 m)``.
"""

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.optimize import brentq, linprog

torch = pytest.importorskip("torch")

import lgantheory as lg
from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.losses.loss import Loss
from lgantheory.neural.networks import get_network
from lgantheory.neural.objective import objective
from lgantheory.neural.regularisers import Batches, Regulariser, get_regulariser, interpolates, list_regularisers

NAMES = [
    "alr", "clipping", "dragan", "gp", "lp", "maxal", "maxgp", "none", "r1", "r2", "spectral_norm", "swgan",
    "zero_centred",
]  # fmt: skip
OF_SLOPES = [name for name in NAMES if name not in {"alr", "clipping", "none", "spectral_norm"}]
DISTANCE = 3.0
LAMS = (0.1, 1.0, 10.0)
DEVICES = ["cpu", *["cuda"] * torch.cuda.is_available(), *["mps"] * torch.backends.mps.is_available()]
EPS = float(np.finfo(float).eps)
WASSERSTEIN = lg.get_loss("wasserstein")


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)
    torch.set_warn_always(True)  # warnings are errors, and some come once in a process only
    yield
    torch.set_warn_always(False)


@pytest.fixture
def stratified(monkeypatch: pytest.MonkeyPatch):
    """Uniform random numbers become the midpoints of equal parts of [0, 1]: a mean over cells becomes an integral."""

    def midpoints(*size: int, **_):
        total = math.prod(size)
        return ((torch.arange(total, dtype=torch.float64) + 0.5) / total).reshape(size)

    monkeypatch.setattr(torch, "rand", midpoints)


def diracs(size: int = 4) -> Batches:
    """``size`` real points at d and as many fake ones at 0."""
    real = torch.full((size, 1), DISTANCE, dtype=torch.float64)
    return Batches(real, torch.zeros_like(real))


def new_network(name: str, shape: tuple[int, ...], **options: Any) -> Any:
    """``get_network``, of a type that lets tests reach into its layers."""
    return get_network(name, shape, **options)


def new_regulariser(name: str | Regulariser, **options: Any) -> Any:
    """``get_regulariser``, of a type that lets tests reach into its memory."""
    return get_regulariser(name, **options)


def evaluate(critic: Any, batches: Batches, regulariser: Regulariser, loss: Loss = WASSERSTEIN, seed: int = 0) -> Any:
    rng = torch.Generator(batches.real.device).manual_seed(seed)
    return objective(critic, batches, loss=loss, regulariser=regulariser, rng=rng)


def linear(slope: float = 2.0) -> Any:
    critic = new_network("linear", (1,), seed=0).double()
    _ = torch.nn.init.constant_(critic.layer.weight, slope)
    return critic


class Trained(NamedTuple):
    value: float
    gradient: float


def minimised(critic: Any, batches: Batches, regulariser: Regulariser, loss: Loss = WASSERSTEIN) -> Trained:
    """Train to a stationary point by L-BFGS; the objective there and the norm of its gradient."""
    weights = list(critic.parameters())
    # Many iterations are allowed and few needed; tolerances at 0 would go on until steps vanish in rounding.
    optimiser = torch.optim.LBFGS(
        weights, max_iter=500, tolerance_grad=1e-14, tolerance_change=0.0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimiser.zero_grad()
        value = evaluate(critic, batches, regulariser, loss).objective
        value.backward()
        return value

    _ = optimiser.step(closure)
    value = closure()
    gradient = math.sqrt(sum(float(w.grad.square().sum()) for w in weights if w.grad is not None))
    return Trained(float(value.detach()), gradient)


# -- closed forms ------------------------------------------------------------------------------------------------------


def root_of(function: Callable[[float], float], low: float, high: float, xtol: float) -> float:
    found: Any = brentq(function, low, high, xtol=xtol)
    return float(found)


def swgan_root(lam: float, d: float = DISTANCE) -> float:
    """``-d + d/ds lam (s^2 - 1)^2 = 0``, that is ``d = 4 lam s (s^2 - 1)``, on s > 1 where the right side increases."""
    return root_of(lambda s: 4.0 * lam * s * (s * s - 1.0) - d, 1.0, 1.0 + d + d / lam, xtol=1e-15)


def swgan_again_root(lam: float, d: float = DISTANCE) -> float:
    """``d = 8 lam s (s^2 - 1)^3``, from the charge ``lam (s^2 - 1)^4``."""
    return root_of(lambda s: 8.0 * lam * s * (s * s - 1.0) ** 3 - d, 1.0, 1.0 + d + d / lam, xtol=1e-15)


def above_one(lam: float) -> float:
    """``-d + 2 lam (s - 1) = 0``."""
    return 1.0 + DISTANCE / (2.0 * lam)


def from_zero(lam: float) -> float:
    """``-d + 2 lam s = 0``."""
    return DISTANCE / (2.0 * lam)


def r1_slope(gamma: float) -> float:
    """``-d + gamma s = 0``."""
    return DISTANCE / gamma


class Charge(NamedTuple):
    """``value(lam, s)`` of a critic with slope s everywhere, and how convex it is.

    ``second(lam, s)`` is the second derivative, which does not decrease in s where it is used. ``rich(lam, s)`` / n
    bounds the Hessian from below when n cells of the line have slopes of their own, all of at least s.
    """

    value: Callable[[float, float], float]
    second: Callable[[float, float], float]
    rich: Callable[[float, float], float] | None = None


def constant(lam: float, s: float) -> float:
    return 2 * lam


TWO_SIDED = Charge(lambda lam, s: lam * (s - 1) ** 2, constant, constant)
ONE_SIDED = Charge(
    lambda lam, s: lam * max(0.0, s - 1) ** 2, lambda lam, s: 2 * lam * (s > 1), lambda lam, s: 2 * lam * (s > 1)
)
FROM_ZERO = Charge(lambda lam, s: lam * s * s, constant, constant)
HALVED = Charge(lambda gamma, s: gamma / 2 * s * s, lambda gamma, s: gamma + 0 * s)
# With slopes v the charge is lam (mean v^2 - 1)^2; its Hessian is 8 lam v v' / n^2 + 4 lam (mean v^2 - 1) / n.
SOBOLEV = Charge(
    lambda lam, s: lam * (s * s - 1) ** 2,
    lambda lam, s: 4 * lam * (3 * s * s - 1) * (s > 1),
    lambda lam, s: 4 * lam * (s * s - 1),
)
SOBOLEV_AGAIN = Charge(
    lambda lam, s: lam * (s * s - 1) ** 4,
    lambda lam, s: 8 * lam * ((s * s - 1) ** 3 + 6 * s * s * (s * s - 1) ** 2),
)


class Case(NamedTuple):
    name: str
    charge: Charge
    slope: Callable[[float], float]
    weight: str = "lam"
    options: tuple[tuple[str, object], ...] = ()

    def regulariser(self, lam: float) -> Regulariser:
        return new_regulariser(self.name, **{self.weight: lam}, **dict(self.options))

    def value(self, lam: float) -> float:
        """The best objective."""
        return self.charge.value(lam, self.slope(lam)) - self.slope(lam) * DISTANCE


CASES = [
    Case("gp", TWO_SIDED, above_one),
    Case("lp", ONE_SIDED, above_one),
    Case("zero_centred", FROM_ZERO, from_zero),
    Case("maxgp", FROM_ZERO, from_zero),
    Case("maxal", TWO_SIDED, above_one),
    Case("dragan", TWO_SIDED, above_one),
    Case("alr", ONE_SIDED, above_one),
    Case("swgan", SOBOLEV, swgan_root),
    Case("swgan", SOBOLEV_AGAIN, swgan_again_root, options=(("squared_again", True),)),
    Case("r1", HALVED, r1_slope, "gamma"),
    Case("r2", HALVED, r1_slope, "gamma"),
]


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name + "-again" * len(case.options))
def test_a_linear_critic_reaches_the_closed_form(case: Case, lam: float) -> None:
    best, critic = case.slope(lam), linear()
    trained = minimised(critic, diracs(), case.regulariser(lam))
    slope = float(critic.layer.weight.detach())
    rounding = 64 * EPS * (DISTANCE + case.charge.second(lam, best) * best)
    modulus = case.charge.second(lam, min(slope, best))
    assert modulus > 0.0
    assert trained.gradient < 1e-6 * DISTANCE, "training came to rest"
    assert abs(slope - best) <= (trained.gradient + rounding) / modulus
    value = case.value(lam)
    assert abs(trained.value - value) <= (trained.gradient + rounding) ** 2 / (2 * modulus) + 64 * EPS * abs(value)


def test_the_closed_forms_of_the_lecture_in_digits() -> None:
    assert [round(swgan_root(lam), 5) for lam in LAMS] == [2.12733, 1.26255, 1.03558]
    assert [round(swgan_again_root(lam), 5) for lam in LAMS] == [1.53220, 1.28940, 1.14874]


# -- a critic that is free on the line ---------------------------------------------------------------------------------


class Grid(torch.nn.Module):
    """A piecewise linear function on equal cells of [0, d], a slope for each; linear beyond."""

    def __init__(self, cells: int = 8, slope: float = 2.0) -> None:
        super().__init__()
        self.slopes = torch.nn.Parameter(torch.full((cells,), slope, dtype=torch.float64))
        self.width = DISTANCE / cells

    def forward(self, x):
        x = x.squeeze(-1)
        cell = torch.floor(x.detach() / self.width).long().clamp(0, len(self.slopes) - 1)
        left = self.width * (torch.cumsum(self.slopes, 0) - self.slopes)
        return left[cell] + self.slopes[cell] * (x - self.width * cell)


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("case", [CASES[i] for i in (0, 1, 2, 7)], ids=lambda case: case.name)
@pytest.mark.usefixtures("stratified")
def test_a_free_critic_reaches_the_same_slope_in_every_cell(case: Case, lam: float) -> None:
    """Each charge is convex in the slopes and symmetric in the cells, so that equal slopes are best."""
    best, critic = case.slope(lam), Grid()
    critic.slopes.data += torch.linspace(0.0, 1.0, len(critic.slopes), dtype=torch.float64)  # they start unequal
    batches = diracs(1 if case.name == "swgan" else 8)  # swgan has eight points of its own on every pair
    trained = minimised(critic, batches, case.regulariser(lam))
    slopes = critic.slopes.detach().numpy()
    assert case.charge.rich is not None
    modulus = case.charge.rich(lam, min(best, float(slopes.min()))) / len(slopes)
    rounding = 64 * EPS * (DISTANCE + lam * best**3)
    assert modulus > 0.0
    assert trained.gradient < 1e-6 * DISTANCE, "training came to rest"
    assert np.linalg.norm(slopes - best) <= (trained.gradient + rounding) / modulus
    value = case.value(lam)
    assert abs(trained.value - value) <= (trained.gradient + rounding) ** 2 / (2 * modulus) + 64 * EPS * abs(value)


def bracketed(regulariser: Regulariser, *, low: float, high: float) -> tuple[float, float, np.ndarray]:
    """Kelley's cutting planes for an objective convex in three slopes: its minimum lies between the two numbers.

    Needed where the charge has kinks, at which no gradient vanishes. All cuts are the objective's own gradients.
    """
    critic, batches, cells = Grid(3), diracs(3), 3
    at, planes, heights = np.full(cells, 0.5 * (low + high)), [], []
    upper, lower, best = math.inf, -math.inf, at
    for _ in range(400):
        critic.slopes.data = torch.from_numpy(at.copy())
        critic.zero_grad()
        value = evaluate(critic, batches, regulariser).objective
        value.backward()
        gradient = critic.slopes.grad.numpy().copy()
        if float(value.detach()) < upper:
            upper, best = float(value.detach()), at.copy()
        planes.append([*gradient, -1.0])
        heights.append(float(gradient @ at) - float(value.detach()))
        box = [(low, high)] * cells + [(None, None)]
        found = linprog([0.0] * cells + [1.0], A_ub=planes, b_ub=heights, bounds=box, method="highs")
        lower, at = max(lower, float(found.fun)), found.x[:cells]
        if upper - lower <= 1e-7 * max(1.0, abs(upper)):
            break
    return lower, upper, best


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("case", [c for c in CASES if c.name in {"maxgp", "maxal"}], ids=lambda case: case.name)
@pytest.mark.usefixtures("stratified")
def test_a_free_critic_and_the_largest_slope(case: Case, lam: float) -> None:
    """``-h sum v + charge(max v) >= -d max v + charge(max v)``: equal slopes are best, and the largest one is known.

    MaxAL, whose target is 1, is convex from there on.
    """
    best = case.slope(lam)
    lower, upper, slopes = bracketed(case.regulariser(lam), low=float(case.name == "maxal"), high=2.0 * best + 2.0)
    value = case.value(lam)
    slack = 1e-7 * max(1.0, abs(value))  # of the linear programmes, whose feasibility tolerance is 1e-7
    assert upper - lower <= 2 * slack
    assert lower - slack <= value <= upper + slack
    assert abs(slopes.max() - best) <= math.sqrt((upper - lower + 2 * slack) / lam), "lam (max - best)^2 <= J - J*"


@pytest.mark.parametrize("name", ["r1", "r2", "dragan"])
@pytest.mark.parametrize("height", [1.0, 1e3, 1e6])
def test_charges_at_one_end_alone_do_not_bound_a_free_critic(name: str, height: float) -> None:
    """Steep in one inner cell: neither real nor fake samples see it, nor noise of no spread (DRAGAN wants slope 1)."""
    critic, wanted = Grid(), 1.0 if name == "dragan" else 0.0
    critic.slopes.data[:] = wanted
    critic.slopes.data[3] = height
    step = evaluate(critic, diracs(), new_regulariser(name))
    assert float(step.objective.detach()) == pytest.approx(-critic.width * (height + 7 * wanted), rel=8 * EPS)


def test_quotients_over_long_steps_charge_a_bounded_critic_less_than_a_linear_one() -> None:
    """ALR's closed form is that of linear critics. One that is flat beyond the two points has the same gap for less.

    It is flat at distance xi as well, where its adversarial direction vanishes: even so it is charged something.
    """

    class Bounded(torch.nn.Module):
        def forward(self, x):
            return 2.5 * x.squeeze(-1).clamp(0.0, DISTANCE)

    class Straight(torch.nn.Module):
        def forward(self, x):
            return 2.5 * x.squeeze(-1)

    regulariser = new_regulariser("alr", lam=1.0)
    bounded, straight = (evaluate(critic, diracs(256), regulariser) for critic in (Bounded(), Straight()))
    assert float(bounded.loss) == float(straight.loss)
    charges = [float((step.objective - step.loss).detach()) for step in (bounded, straight)]
    assert charges[1] == pytest.approx(1.5**2, rel=1e-12), "lam (w - 1)^2, whatever the directions are"
    assert 0.0 < charges[0] < charges[1]


def test_adversarial_steps_stay_within_the_limit_and_are_measured_after_it() -> None:
    seen = []

    class Straight(torch.nn.Module):
        def forward(self, x):
            seen.append(x.detach())
            return 3.0 * x.squeeze(-1)

    batches = Batches(torch.ones(8, 1, dtype=torch.float64) * 0.9, -torch.ones(8, 1, dtype=torch.float64) * 0.9)
    step = evaluate(Straight(), batches, new_regulariser("alr", lam=1.0, limit=1.0))
    assert max(float(x.abs().max()) for x in seen) == 1.0
    assert float((step.objective - step.loss).detach()) == pytest.approx(4.0, rel=1e-12)


def test_the_adversarial_direction_follows_the_gradient() -> None:
    """In the plane, f = (x1) / 2 + 2 (x2): only along the gradient is the quotient |grad f|, elsewhere it is less."""
    critic = new_network("linear", (2,), seed=0).double()
    critic.layer.weight.data = torch.tensor([[0.5, 2.0]], dtype=torch.float64)
    batches = Batches(torch.randn(16, 2, dtype=torch.float64), torch.randn(16, 2, dtype=torch.float64))
    step = evaluate(critic, batches, new_regulariser("alr", lam=1.0))
    assert float((step.objective - step.loss).detach()) == pytest.approx((math.hypot(0.5, 2.0) - 1.0) ** 2, rel=1e-10)


# -- multipliers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one_sided", [False, True], ids=["equality", "one-sided"])
@pytest.mark.parametrize("share", [1.0, 0.25])
@pytest.mark.parametrize("lam", LAMS)
def test_the_multiplier_takes_a_linear_critic_to_slope_one(lam: float, share: float, one_sided: bool) -> None:
    """At mu the best slope is ``1 + (d - mu) / (2 lam)``; ``d - mu`` shrinks by ``1 - rate / (2 lam)`` each round."""
    rate = None if share == 1.0 else share * 2 * lam
    regulariser = new_regulariser("maxal", lam=lam, rate=rate, one_sided=one_sided)
    critic, left, step = linear(), DISTANCE, None
    for _ in range(6):
        trained = minimised(critic, diracs(), regulariser)
        slope, bar = float(critic.layer.weight.detach()), (trained.gradient + 256 * EPS * (DISTANCE + lam)) / (2 * lam)
        assert abs(slope - (1.0 + left / (2 * lam))) <= bar * (1 + 6 * share)
        step = evaluate(critic, diracs(), regulariser)
        regulariser.observe(step.points, step.slopes)
        left *= 1.0 - share
        assert float(regulariser.multiplier.value) == pytest.approx(DISTANCE - left, abs=2 * lam * bar * 7)
    if share == 1.0 and step is not None:
        assert float(step.objective.detach()) == pytest.approx(-DISTANCE, abs=1e-9)


@pytest.mark.parametrize(("one_sided", "slope", "multiplier"), [(True, 0.5, 0.0), (False, 0.5, -0.5)])
def test_one_sided_multipliers_leave_a_flatter_critic_alone(one_sided: bool, slope: float, multiplier: float) -> None:
    regulariser, critic = new_regulariser("maxal", rate=1.0, one_sided=one_sided), linear(slope)
    step = evaluate(critic, diracs(), regulariser)
    step.objective.backward()
    pull = float(critic.layer.weight.grad) + DISTANCE  # what is left is the charge's
    assert pull == pytest.approx(0.0 if one_sided else 2.0 * (slope - 1.0), abs=1e-12)
    regulariser.observe(step.points, step.slopes)
    assert float(regulariser.multiplier.value) == multiplier


def test_the_one_sided_charge_is_the_smallest_over_slacks() -> None:
    """``min over s <= 0 of lam (c - s)^2 + mu (c - s)``, by brute force."""
    regulariser = new_regulariser("maxal", lam=0.7, one_sided=True)
    regulariser.multiplier.value = torch.tensor(0.9, dtype=torch.float64)
    slacks = np.linspace(-5.0, 0.0, 500_001)
    for slope in (0.0, 0.2, 0.5, 1.0, 1.7):
        rest = slope - 1.0 - slacks
        wanted = float((0.7 * rest**2 + 0.9 * rest).min())
        assert float(regulariser.charge(torch.tensor([slope], dtype=torch.float64))) == pytest.approx(wanted, abs=1e-9)


def test_no_finite_multiplier_holds_swgan_at_slope_one() -> None:
    """At mu the slope solves ``d = 4 (mu + rho h) s (s^2 - 1)``: it falls towards 1 as mu grows, and mu never stops."""
    regulariser, critic = new_regulariser("swgan", augmented=True, rho=5.0), linear()
    slopes, multipliers = [], []
    for _ in range(12):
        trained = minimised(critic, diracs(), regulariser)
        s, mu = float(critic.layer.weight.detach()), float(regulariser.multiplier.value)
        pull = 4.0 * (mu + 5.0 * (s * s - 1.0) ** 2) * s * (s * s - 1.0)
        assert abs(pull - DISTANCE) <= trained.gradient + 256 * EPS * DISTANCE
        step = evaluate(critic, diracs(), regulariser)
        regulariser.observe(step.points, step.slopes)
        slopes.append(s)
        multipliers.append(float(regulariser.multiplier.value))
        assert multipliers[-1] == pytest.approx(mu + 5.0 * (s * s - 1.0) ** 2, rel=1e-9)
    assert all(np.diff(slopes) < 0.0)
    assert all(np.diff(multipliers) > 0.0)
    assert slopes[-1] > 1.0


# -- clipping and spectral normalisation -------------------------------------------------------------------------------


def descended(critic: Any, regulariser: Regulariser, steps: int) -> Any:
    critic = regulariser.prepare(critic)
    optimiser = torch.optim.Adam(critic.parameters(), lr=1e-3)
    for _ in range(steps):
        optimiser.zero_grad()
        step = evaluate(critic, diracs(), regulariser)
        step.objective.backward()
        optimiser.step()
        regulariser.observe(step.points, step.slopes)
        regulariser.constrain(critic)
    return critic


def test_a_clipped_linear_critic_reaches_slope_c() -> None:
    regulariser = new_regulariser("clipping")
    critic = descended(linear(-2.0), regulariser, 60)
    assert float(critic.layer.weight.detach()) == 0.01
    assert float(evaluate(critic, diracs(), regulariser).objective.detach()) == pytest.approx(
        -0.01 * DISTANCE, rel=1e-12
    )


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_clipped_network_reaches_the_corner_whose_slope_falls_off_with_depth(depth: int) -> None:
    """With L = depth + 1 matrices of entries c and width n each of n^(L - 1) paths adds c^L."""
    critic, width = new_network("mlp", (1,), width=8, depth=depth, seed=0).double(), 8
    for weight in critic.parameters():
        _ = weight.data.abs_()
    regulariser = new_regulariser("clipping")
    critic = descended(critic, regulariser, 40)
    wanted = 0.01 ** (depth + 1) * width**depth
    assert all(float(w.detach().min()) == 0.01 for name, w in critic.named_parameters() if name.endswith("weight"))
    loss = float(evaluate(critic, diracs(), regulariser).objective.detach())
    assert loss == pytest.approx(-DISTANCE * wanted, rel=1e-9)


def test_clipping_holds_from_the_first_step() -> None:
    critic = new_regulariser("clipping", c=0.05).prepare(new_network("mlp", (2,), seed=0))
    assert max(float(w.detach().abs().max()) for w in critic.parameters()) <= 0.05 * (1 + 1e-6)


def test_spectral_normalisation_gives_a_linear_critic_slope_one() -> None:
    regulariser = new_regulariser("spectral_norm")
    critic = descended(linear(0.3), regulariser, 3)
    assert float(evaluate(critic, diracs(), regulariser).objective.detach()) == pytest.approx(-DISTANCE, rel=1e-12)


def test_a_normalised_network_stays_within_its_layers_norms_and_can_reach_them() -> None:
    regulariser = new_regulariser("spectral_norm")
    critic = descended(new_network("mlp", (1,), width=8, depth=2, seed=1).double(), regulariser, 30)
    norms = math.prod(
        float(torch.linalg.matrix_norm(layer.weight.detach(), 2))
        for layer in critic.layers
        if isinstance(layer, torch.nn.Linear)
    )
    assert float(evaluate(critic, diracs(), regulariser).objective.detach()) >= -DISTANCE * norms * (1 + 1e-9)
    passing = new_network("mlp", (1,), width=2, depth=1, seed=0).double()
    for weight in passing.parameters():
        _ = weight.data.zero_()
    passing.layers[0].weight.data[0, 0] = 5.0  # one path, through a ReLU that is open on the right
    passing.layers[2].weight.data[0, 0] = 7.0
    value = float(evaluate(regulariser.prepare(passing), diracs(), regulariser).objective.detach())
    assert value == pytest.approx(-DISTANCE, rel=1e-12), "slope one, from weights 5 and 7"


def test_spectral_normalisation_of_a_convolution_is_that_of_its_reshaped_kernel() -> None:
    layer = torch.nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular", bias=False).double()
    _ = torch.nn.init.ones_(layer.weight)
    critic = new_regulariser("spectral_norm").prepare(torch.nn.Sequential(layer))
    constant = torch.ones(1, 1, 10, dtype=torch.float64)
    assert float(torch.linalg.vector_norm(layer.weight.detach())) == pytest.approx(1.0, rel=1e-12)
    assert float(critic(constant).detach().norm() / constant.norm()) == pytest.approx(math.sqrt(3.0), rel=1e-12)


def test_layers_that_are_parametrised_already_are_left_alone() -> None:
    regulariser = new_regulariser("spectral_norm", power_iterations=2)
    critic = regulariser.prepare(regulariser.prepare(new_network("mlp", (2,), width=4, depth=1, seed=0)))
    assert [len(layer.parametrizations["weight"]) for layer in critic.layers if hasattr(layer, "parametrizations")] == [
        1,
        1,
    ]
    orthonormal = regulariser.prepare(new_network("groupsort", (2,), width=4, depth=1, seed=0))
    assert "SpectralNorm" not in repr(orthonormal)


# -- LGAN losses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("name", ["wasserstein", "softplus", "exponential", "sqrt"])
def test_a_trained_critic_has_the_slope_of_the_exact_optimum(name: str, lam: float) -> None:
    """``min over b of J(w, b)`` is 2 lam-strongly convex in w, and the exact dual bounds J from below."""
    loss, critic = lg.get_loss(name), linear(0.5)
    exact = lg.optimal_discriminator(np.array([[DISTANCE]]), np.array([[0.0]]), loss, lam=lam)
    trained = minimised(critic, diracs(), new_regulariser("maxgp", lam=lam), loss)
    assert trained.value >= exact.dual - 1e-12 * max(1.0, abs(exact.dual)), "no critic is better than the bound"
    rounding = 64 * EPS * max(1.0, abs(exact.primal), lam * exact.k**2)
    theirs = math.sqrt(max(0.0, exact.primal - exact.dual + rounding) / lam)
    ours = math.sqrt(max(0.0, trained.value - exact.dual + rounding) / lam)
    assert ours < 1e-3 * exact.k, "and this one is near enough for its slope to say something"
    assert abs(float(critic.layer.weight.detach()) - exact.k) <= ours + theirs


# -- where slopes are taken --------------------------------------------------------------------------------------------


def cloud(size: int = 6, shape: tuple[int, ...] = (2,)) -> Batches:
    rng = torch.Generator().manual_seed(5)
    real, fake = torch.randn(2, size, *shape, generator=rng, dtype=torch.float64)
    return Batches(real + 1.0, fake)


def generator(seed: int = 0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", ["gp", "lp", "zero_centred", "maxgp", "maxal"])
def test_points_lie_between_the_members_of_each_pair(name: str) -> None:
    batches = cloud(shape=(3, 2, 2))
    points = new_regulariser(name).points(batches, generator())
    assert points is not None
    along, whole = (points - batches.fake).flatten(1), (batches.real - batches.fake).flatten(1)
    shares = (along * whole).sum(1) / whole.square().sum(1)
    assert torch.allclose(along, shares[:, None] * whole, atol=1e-12)
    assert bool((shares > 0).all())
    assert bool((shares < 1).all())
    assert len(shares.unique()) == len(shares)


def test_r1_looks_at_real_samples_and_r2_at_fake_ones() -> None:
    batches = cloud()
    assert torch.equal(evaluate(new_network("mlp", (2,)).double(), batches, new_regulariser("r1")).points, batches.real)
    assert torch.equal(evaluate(new_network("mlp", (2,)).double(), batches, new_regulariser("r2")).points, batches.fake)


def test_swgan_takes_its_points_on_one_pair_and_means_over_that_pair() -> None:
    batches, regulariser = cloud(), new_regulariser("swgan", samples=3, lam=2.0)
    points = regulariser.points(batches, generator())
    assert points is not None
    whole = batches.real - batches.fake
    along = points.reshape(3, 6, 2) - batches.fake
    shares = (along * whole).sum(-1) / whole.square().sum(-1)
    assert torch.allclose(along, shares[..., None] * whole, atol=1e-12)
    slopes = torch.arange(18, dtype=torch.float64).reshape(3, 6) / 6
    energies = slopes.square().mean(0)
    wanted = 2.0 * (energies - 1.0).clamp_min(0).square().mean()
    assert float(regulariser.charge(slopes.flatten())) == pytest.approx(float(wanted), rel=1e-12)
    of_other_pairs = 2.0 * (slopes.flatten().reshape(6, 3).square().mean(1) - 1.0).clamp_min(0).square().mean()
    assert float(wanted) != pytest.approx(float(of_other_pairs), rel=1e-3), "the grouping can be told"


def test_dragans_noise_is_two_sided_as_printed_and_one_sided_as_coded() -> None:
    batches = cloud(4000)
    spread = float(batches.real.std(correction=0))
    normal, upward = (
        new_regulariser("dragan", one_signed=one).points(batches, generator()) - batches.real for one in (False, True)
    )
    deviation = float(normal.std(correction=0))
    assert deviation == pytest.approx(0.5 * spread, rel=4 / math.sqrt(2 * normal.numel()))
    assert abs(float(normal.mean())) <= 4 * deviation / math.sqrt(normal.numel())
    assert float(upward.min()) >= 0.0
    assert float(upward.max()) <= 0.5 * spread
    assert float(upward.mean()) == pytest.approx(0.125 * spread, rel=0.05), "half of half of the largest"


def test_pairs_of_unequal_batches_are_refused() -> None:
    real, fake = cloud()
    with pytest.raises(InvalidParameter, match="Draw as many"):
        _ = interpolates(Batches(real, fake[:3]), generator())


# -- the buffer of steepest points -------------------------------------------------------------------------------------


@pytest.mark.parametrize("prepend", [False, True])
@pytest.mark.parametrize("name", ["maxgp", "maxal"])
def test_the_steepest_points_come_back(name: str, prepend: bool) -> None:
    options = {"prepend": True} if prepend and name == "maxgp" else {}
    regulariser, batches = new_regulariser(name, buffer=1 / 3, **options), cloud()
    first = regulariser.points(batches, generator())
    midpoints = 0.5 * (batches.real + batches.fake)[:2]
    assert first is not None
    assert torch.equal(first[:2], midpoints)
    assert len(first) == (8 if options else 6)
    slopes = torch.arange(len(first), dtype=torch.float64).flip(0)
    slopes[4] = 99.0
    regulariser.observe(first, slopes)
    second = regulariser.points(batches, generator())
    assert second is not None
    assert torch.equal(second[:2], first[[4, 0]])
    assert len(second) == len(first)
    plain = new_regulariser("maxgp").points(batches, generator())
    assert plain is not None
    assert torch.equal(second[2:], plain if options else plain[2:])


def test_a_full_buffer_never_lets_the_largest_slope_sink_while_the_critic_stands_still() -> None:
    """Without one the maximum over fresh points goes up and down."""
    critic, largest = new_network("mlp", (2,), width=16, seed=3).double(), {0.0: [], 0.25: []}
    for fraction, seen in largest.items():
        regulariser = new_regulariser("maxgp", buffer=fraction)
        for seed in range(8):
            step = evaluate(critic, cloud(16), regulariser, seed=seed)
            regulariser.observe(step.points, step.slopes)
            seen.append(float(step.slopes.max()))
    assert min(np.diff(largest[0.25])) >= 0.0
    assert min(np.diff(largest[0.0])) < 0.0


def test_what_a_regulariser_remembers_is_restored() -> None:
    for name, options in [("maxgp", {"buffer": 0.5}), ("maxal", {"buffer": 0.5}), ("swgan", {"augmented": True})]:
        old, new = new_regulariser(name, **options), new_regulariser(name, **options)
        _ = new.load_state_dict(old.state_dict())  # before the first step as well
        step = evaluate(new_network("mlp", (2,), seed=0).double(), cloud(), old)
        old.observe(step.points, 2.0 + step.slopes)
        _ = new.load_state_dict(old.state_dict())
        for key, value in old.state_dict().items():
            assert torch.equal(new.state_dict()[key], value)
            assert new.state_dict()[key].dtype == value.dtype == torch.float64
        ours, theirs = old.points(cloud(), generator(1)), new.points(cloud(), generator(1))
        assert ours is not None
        assert theirs is not None
        assert torch.equal(ours, theirs)


def test_a_buffer_of_other_data_is_refused() -> None:
    regulariser = new_regulariser("maxgp", buffer=0.5)
    step = evaluate(new_network("linear", (2,), seed=0).double(), cloud(), regulariser)
    regulariser.observe(step.points, step.slopes)
    with pytest.raises(InvalidParameter, match="holds points of shape"):
        _ = regulariser.points(cloud(shape=(5,)), generator())


# -- the objective -----------------------------------------------------------------------------------------------------


def by_hand(critic: Any, batches: Batches, regulariser: Any, loss: Loss) -> Any:
    """Three passes, one for each group of points, and the plain formula of a slope."""
    points = regulariser.points(batches, generator())
    assert points is not None
    points = points.detach().clone().requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    slopes = gradients.flatten(1).norm(dim=1)
    fit = loss.fake.torch(critic(batches.fake)).mean() + loss.real.torch(critic(batches.real)).mean()
    return fit + regulariser.charge(slopes), slopes


@pytest.mark.parametrize("network", ["mlp", "groupsort", "dcgan", "resnet"])
@pytest.mark.parametrize("name", OF_SLOPES)
def test_the_objective_is_that_of_three_separate_passes(name: str, network: str) -> None:
    shape = (1, 8, 8) if network in {"dcgan", "resnet"} else (2,)
    options = {"channels": 4} if network in {"dcgan", "resnet"} else {"width": 16}
    if network == "mlp":
        options |= {"activation": "tanh"}
    critic, batches, loss = (
        new_network(network, shape, seed=0, **options).double(),
        cloud(5, shape),
        lg.get_loss("sqrt"),
    )
    wanted, slopes = by_hand(critic, batches, new_regulariser(name), loss)
    wanted.backward()
    gradients = [w.grad.clone() for w in critic.parameters()]
    critic.zero_grad()
    step = evaluate(critic, batches, new_regulariser(name), loss)
    step.objective.backward()
    assert float(step.objective.detach()) == pytest.approx(float(wanted.detach()), rel=1e-12)
    assert torch.allclose(step.slopes, slopes.detach(), rtol=1e-12, atol=1e-14)
    size = max(float(g.abs().max()) for g in gradients)
    for w, g in zip(critic.parameters(), gradients, strict=True):
        assert torch.allclose(w.grad, g, rtol=1e-10, atol=1e-12 * size)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"spectral_norm"}))  # which divides by the norm of a layer
def test_a_constant_critic_has_no_gradient_that_is_not_a_number(name: str) -> None:
    regulariser, critic = new_regulariser(name), new_network("mlp", (2,), width=8, seed=0).double()
    for weight in critic.parameters():
        _ = weight.data.zero_()
    step = evaluate(critic, cloud(), regulariser)
    step.objective.backward()
    assert all(bool(torch.isfinite(w.grad).all()) for w in critic.parameters() if w.grad is not None)
    assert float(step.slopes.sum()) == 0.0


def test_the_plain_formula_of_a_slope_does_give_such_a_gradient() -> None:
    """The twin of the test above."""
    critic = new_network("mlp", (2,), width=8, activation="tanh", seed=0).double()
    for weight in critic.parameters():
        _ = weight.data.zero_()
    points = cloud().real.requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    gradients.square().sum(1).sqrt().sum().backward()
    assert not all(bool(torch.isfinite(w.grad).all()) for w in critic.parameters() if w.grad is not None)


@pytest.mark.parametrize(
    ("name", "rows"), [("none", 12), ("r1", 12), ("r2", 12), ("gp", 18), ("maxgp", 19), ("swgan", 60)]
)
def test_how_many_points_pass_through_the_critic(name: str, rows: int) -> None:
    """Six real, six fake; R1 and R2 need no more; a steepest point is evaluated once again."""
    critic, seen = new_network("mlp", (2,), seed=0).double(), []
    _ = critic.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    _ = evaluate(critic, cloud(), new_regulariser(name))
    assert sum(seen) == rows


def test_parametrised_weights_are_computed_once_for_all_passes() -> None:
    critic, calls = new_network("groupsort", (2,), width=8, depth=2, seed=0).double(), []
    for layer in critic.layers:
        if hasattr(layer, "parametrizations"):
            _ = layer.parametrizations["weight"][0].register_forward_hook(lambda *_: calls.append(1))
    _ = evaluate(critic, cloud(), new_regulariser("maxgp"))
    assert len(calls) == 3


def test_what_a_step_reports() -> None:
    critic, batches, loss = new_network("mlp", (2,), seed=0).double(), cloud(), lg.get_loss("softplus")
    step = evaluate(critic, batches, new_regulariser("gp"), loss)
    with torch.no_grad():
        assert torch.allclose(step.real, critic(batches.real), rtol=1e-12)
        assert torch.allclose(step.fake, critic(batches.fake), rtol=1e-12)
        fit = loss.fake.torch(step.fake).mean() + loss.real.torch(step.real).mean()
    assert float(step.loss) == pytest.approx(float(fit), rel=1e-12)
    charge = new_regulariser("gp").charge(step.slopes)
    assert float(step.objective.detach()) == pytest.approx(float(fit + charge), rel=1e-12)
    assert not any(part.requires_grad for part in step[1:])


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", NAMES)
def test_every_regulariser_takes_a_step_on_every_device(name: str, device: str) -> None:
    for network, shape in (("mlp", (2,)), ("dcgan", (1, 8, 8))):
        regulariser = new_regulariser(name).to(device)
        critic = regulariser.prepare(new_network(network, shape, seed=0).to(device))
        batches = Batches(*(part.float().to(device) for part in cloud(shape=shape)))
        step = evaluate(critic, batches, regulariser)
        step.objective.backward()
        regulariser.observe(step.points, step.slopes)
        regulariser.constrain(critic)
        assert math.isfinite(float(step.objective.detach()))
        assert step.objective.device.type == device


# -- the catalogue -----------------------------------------------------------------------------------------------------


def test_the_catalogue() -> None:
    assert list_regularisers() == NAMES
    for name in NAMES:
        regulariser = new_regulariser(name)
        assert regulariser.name == name
        assert regulariser.target in {"none", "slope", "penalty"}
        assert len(regulariser.source) > 10
        assert new_regulariser(regulariser) is regulariser
        assert not list(regulariser.parameters()), "what it remembers is no weight"
    assert new_regulariser("gp") is not new_regulariser("gp")


def test_defaults_are_those_of_the_authors() -> None:
    assert new_regulariser("clipping").c == 0.01
    assert [new_regulariser(name).lam for name in ("gp", "lp", "maxgp", "maxal", "swgan", "dragan", "alr")] == [
        10.0, 5.0, 0.1, 1.0, 0.1, 10.0, 10.0,
    ]  # fmt: skip
    assert new_regulariser("r1").gamma == new_regulariser("r2").gamma == 20.0, "10 without the half"


def test_unknown_names_and_options_are_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'maxgp'"):
        _ = new_regulariser("maxgpp")
    with pytest.raises(InvalidParameter, match="takes lam, buffer, prepend"):
        _ = new_regulariser("maxgp", lambda_=1.0)
    with pytest.raises(InvalidParameter, match="takes no option"):
        _ = new_regulariser("none", lam=1.0)
    with pytest.raises(InvalidParameter, match="no option any more"):
        _ = new_regulariser(new_regulariser("gp"), lam=1.0)


def numeric_options() -> list[tuple[str, str, type]]:
    return [
        (name, p.name, type(p.default))
        for name in NAMES
        for p in inspect.signature(type(new_regulariser(name))).parameters.values()
        if p.kind is p.KEYWORD_ONLY and isinstance(p.default, int | float) and not isinstance(p.default, bool)
    ]


@pytest.mark.parametrize(("name", "option", "kind"), numeric_options())
def test_numbers_outside_their_range_are_refused(name: str, option: str, kind: type) -> None:
    for value in (-1, 0) if kind is int else (-1.0, math.nan, math.inf):
        with pytest.raises(InvalidParameter, match=option):
            _ = new_regulariser(name, **{option: value})


def test_further_ranges() -> None:
    for radius in [(2.0, 1.0), (0.0, 1.0), (1.0,)]:
        with pytest.raises(InvalidParameter, match="radius"):
            _ = new_regulariser("alr", radius=radius)
    for options in [{"limit": -1.0}, {"buffer": 1.5}, {"rate": 0.0}]:
        with pytest.raises(InvalidParameter):
            _ = new_regulariser({"limit": "alr", "buffer": "maxgp", "rate": "maxal"}[next(iter(options))], **options)
