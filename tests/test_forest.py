"""The forest solver: against oracles, closed forms and itself; and its parts against what they are meant to compute."""

import hashlib
import itertools
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import lgantheory as lg
from lgantheory.errors import UncertifiedSolution, UnsupportedLoss
from lgantheory.losses import get_loss
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.problem import LipschitzProblem, Solution
from lgantheory.solvers import forest, solve
from tests.strategies import CLOUDS, PAIRS, STRICT, Recipe, recipe, recipes

ROOT = Path(__file__).parents[1]
EPS = np.finfo(float).eps

# The relative gap that is demanded wherever float64 can tell J apart to it.
TIGHT = 1e-12
DIGITS = 50


def forested(problem: LipschitzProblem, start: Solution | None = None) -> Solution:
    return solve(problem, solver="forest", start=start)


def assert_optimal(s: Solution) -> None:
    """A gap of at most 1e-12; where the terms of J cancel to less than that, of what rounding does to them."""
    assert s.solver == "forest"
    assert s.gap <= max(TIGHT, s.rounding / max(1.0, abs(s.primal)))


def assert_same_value(a: Solution, b: Solution) -> None:
    """Both certify an interval [dual, primal] that contains J*, so the intervals must meet; likewise those of k."""
    bar = a.rounding + b.rounding
    assert a.primal >= b.dual - bar
    assert b.primal >= a.dual - bar


def assert_same_slope(a: Solution, b: Solution) -> None:
    """Both enclosures contain every optimal k, so they meet; and each k lies in its own."""
    one, other = a.enclosure, b.enclosure
    assert one.k_lower <= other.k_upper
    assert other.k_lower <= one.k_upper
    assert one.k_lower <= a.k <= one.k_upper


def rebuilt(s: LipschitzProblem, y: np.ndarray, x: np.ndarray) -> LipschitzProblem:
    """The same problem at other points."""
    return LipschitzProblem(DiscreteMeasure(y, s.real.weights), DiscreteMeasure(x, s.fake.weights), s.loss, s.lam)


def test_the_helpers_can_fail() -> None:
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    a, b = (forested(LipschitzProblem(real, fake, get_loss("softplus"), lam)) for lam in (1.0, 1.1))
    with pytest.raises(AssertionError):
        assert_same_value(a, b)
    with pytest.raises(AssertionError):
        assert_same_slope(a, b)
    with pytest.raises(AssertionError):
        assert_optimal(a.problem.certify(a.f + 1e-3, a.support_flow, k=a.k, solver="forest"))


# -- against other solvers -------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)  # newton takes seconds on some formulas
@given(recipes())
def test_agrees_with_every_solver_that_accepts(recipe: Recipe) -> None:
    ours = forested(recipe.problem)
    assert_optimal(ours)
    for name in ("newton", "conic", "line"):
        try:
            other = solve(ours.problem, solver=name)
        except (UnsupportedLoss, UncertifiedSolution):  # the conic solver gives up on a few of these
            continue
        assert_same_value(ours, other)
        assert_same_slope(ours, other)


@pytest.mark.parametrize("cloud", CLOUDS)
@settings(max_examples=10)
@given(data=st.data())
def test_every_kind_of_cloud_is_solved(cloud: str, data: st.DataObject) -> None:
    assert_optimal(forested(data.draw(recipes(most=30, clouds=(cloud,))).problem))


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("power", [-2, 0, 6])
def test_one_sided_curvature_is_enough(pair: tuple[str, str], power: int) -> None:
    """Weights and distances such that no tree of a few points need have a balance of its own."""
    rng = np.random.default_rng(11)
    loss = Loss.from_expressions(*pair)
    for n, m in ((1, 1), (2, 1), (5, 3), (3, 5), (20, 30)):
        real, fake = (DiscreteMeasure(rng.normal(size=(size, 2)), rng.dirichlet(np.ones(size))) for size in (m, n))
        assert_optimal(forested(LipschitzProblem(real, fake, loss, 10.0**power)))


@pytest.mark.parametrize("text", [("log(1 + exp(-t))", "exp(t)"), ("t", "-t"), ("t**2", "t**2")], ids=str)
def test_what_the_trees_cannot_carry_is_refused(text: tuple[str, str]) -> None:
    """Falling, without curvature, and not monotone: ``transport`` and ``newton`` have the latter two."""
    real, fake = DiscreteMeasure([1.0]), DiscreteMeasure([0.0])
    with pytest.raises(UnsupportedLoss, match="solver 'forest' needs"):
        _ = lg.optimal_discriminator(real, fake, Loss.from_expressions(*text), 1.0, solver="forest")


# -- against closed forms --------------------------------------------------------------------------------------------


def _logit(p):
    return mpmath.log(p / (1 - p))


def _root(p):
    return (p - 1) / mpmath.sqrt(1 - (p - 1) ** 2)


# The value at which a side sends the mass p: fake'(f) = p, and -real'(g) = p.
VALUES = {
    "softplus": (_logit, lambda p: -_logit(p)),
    "exponential": (mpmath.log, lambda p: -mpmath.log(p)),
    "sqrt": (_root, lambda p: -_root(p)),
    ("t + sqrt(t**2 + 1)", "exp(-t)"): (_root, lambda p: -mpmath.log(p)),
}


def loss_of(name: str | tuple[str, str]) -> Loss:
    return get_loss(name) if isinstance(name, str) else Loss.from_expressions(*name)


def slope_of_two_points(name: str | tuple[str, str], distance: float, lam: float):
    """k between one fake and one real point: 2 lam k = p d with ``g(p) - f(p) = k d``, whose left side falls in p."""
    fake, real = VALUES[name]
    ratio = mpmath.mpf(distance) ** 2 / (2 * mpmath.mpf(lam))
    low, high = mpmath.mpf(0), mpmath.mpf(1)  # the mass at the balance point, where k = 0, is at most 1
    for _ in range(4 * DIGITS):
        p = (low + high) / 2
        low, high = (p, high) if real(p) - fake(p) > p * ratio else (low, p)
    return low * mpmath.mpf(distance) / (2 * mpmath.mpf(lam))


def negligible(s: Solution) -> float:
    """The violation at which the solver stops: see ``negligible`` of the kernel."""
    from lgantheory.solvers.forest import ascent

    p, values = s.problem, s.f - float(s.problem.loss.balance_point or 0.0)
    bend = np.concatenate([p.loss.fake.second_derivative(s.f_fake), p.loss.real.second_derivative(s.f_real)])
    scale = float(p.weights @ np.abs(p.derivatives(s.f))) / float(p.weights @ bend)
    return ascent.VALUE_ROUNDINGS * float(np.abs(values).max()) + ascent.SCALE_ROUNDINGS * scale


@pytest.mark.parametrize("name", VALUES, ids=str)
@pytest.mark.parametrize(("distance", "lam"), [(1.0, 1.0), (3.0, 0.25), (0.5, 64.0)])
def test_two_points_and_a_square_at_fifty_digits(name: str | tuple[str, str], distance: float, lam: float) -> None:
    """On a square with fake and real points in turn every pair is at one distance: by symmetry it is two points again.

    The solver stops where no value would move by more than ``negligible``, that is when k d is right to that much.
    """
    with mpmath.workdps(DIGITS):
        exact = slope_of_two_points(name, distance, lam)
    loss = loss_of(name)
    pair = LipschitzProblem(DiscreteMeasure([distance]), DiscreteMeasure([0.0]), loss, lam)
    corner = distance / math.sqrt(2.0)
    square = LipschitzProblem(
        DiscreteMeasure([[0.0, corner], [0.0, -corner]]), DiscreteMeasure([[corner, 0.0], [-corner, 0.0]]), loss, lam
    )
    for problem in (pair, square):
        s = forested(problem)
        assert_optimal(s)
        assert s.enclosure.k_lower <= exact <= s.enclosure.k_upper
        assert abs(s.k - float(exact)) * distance <= negligible(s)


@pytest.mark.parametrize("q", [0.25, 0.5, 0.875])
def test_one_support_with_two_weights(q: float) -> None:
    """At two common places the zero distances make one value each: two unknowns, and k = |f_1 - f_0| / d.

    Equal weights are the twin in which nothing is left: k = 0.
    """
    d, lam, p = 2.0, 0.5, 0.5
    problem = LipschitzProblem(
        DiscreteMeasure([0.0, d], [q, 1.0 - q]), DiscreteMeasure([0.0, d], [p, 1.0 - p]), get_loss("softplus"), lam
    )
    s = forested(problem)
    assert_optimal(s)
    if p == q:
        assert s.k * d <= negligible(s)
        return

    def stationary(u, v):
        def slope(t, fake, real):
            return fake / (1 + mpmath.exp(-t)) - real / (1 + mpmath.exp(t))

        pull = 2 * mpmath.mpf(lam) * (v - u) / mpmath.mpf(d) ** 2
        return slope(u, p, q) - pull, slope(v, 1 - p, 1 - q) + pull

    with mpmath.workdps(DIGITS):
        u, v = mpmath.findroot(stationary, (0.1, -0.1))
    box = s.enclosure
    for place in (0, 2):
        assert box.lower[place] <= u <= box.upper[place]
        assert box.lower[place + 1] <= v <= box.upper[place + 1]
    assert abs(s.k * d - float(abs(v - u))) <= 2 * negligible(s)  # each value may be off by one


@pytest.mark.parametrize("name", STRICT)
@pytest.mark.parametrize("seed", range(4))
def test_large_lam_is_optimal_transport(name: str, seed: int) -> None:
    """2 lam k* tends to ``s W1``, s = fake'(a), from below, no slower than ``sqrt(c / lam)``.

    L(k), the least loss at constant k, is convex with L'(0) = -s W1, so 2 lam k* = -L'(k*) <= s W1. With psi an optimal
    potential, centred, ``|psi| <= D / 2``: a + k psi costs at most L(0) - s W1 k + c k^2, c = M D^2 / 4 for a bound M
    of both curvatures where |t - a| <= k D / 2. So lam k*^2 - s W1 k* <= -(s W1)^2 / (4 (lam + c)), which is
    2 lam k* >= s W1 (1 - sqrt(c / (lam + c))).
    """
    import ot

    rng = np.random.default_rng([seed, 7])
    real, fake = DiscreteMeasure(rng.normal(size=(17, 2)) + 1.0), DiscreteMeasure(rng.normal(size=(23, 2)))
    loss, d = get_loss(name), lg.problem.euclidean(fake.points, real.points)
    w1: Any = ot.emd2(fake.weights, real.weights, d)
    for lam in (1e4, 1e8):
        s = forested(LipschitzProblem(real, fake, loss, lam))
        assert_optimal(s)
        limit = float(loss.fake.derivative(np.array(loss.balance_point))) * w1
        points = np.concatenate([real.points, fake.points])
        diameter = float(lg.problem.euclidean(points, points).max())
        bend = {"softplus": 0.25, "sqrt": 1.0, "exponential": math.exp(limit / (2 * lam) * diameter / 2)}[name]
        c = bend * diameter**2 / 4
        share = math.sqrt(c / (lam + c))
        assert share < 0.05 * math.sqrt(1e4 / lam) * diameter  # the bound says something
        rounding = negligible(s) / (s.k * diameter) * limit + 64 * EPS * limit  # of k, and of the transport plan
        assert 2 * lam * s.k <= limit + rounding
        assert 2 * lam * s.k >= limit * (1 - share) - rounding


# -- against itself --------------------------------------------------------------------------------------------------


@given(recipes(), st.randoms(use_true_random=False))
def test_neither_order_nor_splitting_matters(recipe: Recipe, random) -> None:
    here, p = forested(recipe.problem), recipe.problem
    i, j = list(range(p.n)), list(range(p.m))
    random.shuffle(i)
    random.shuffle(j)

    def halves(measure: DiscreteMeasure, order: list[int]) -> DiscreteMeasure:
        """Each point twice, with a quarter and three quarters of its weight: exact but for the last rounding."""
        w = measure.weights[order]
        return DiscreteMeasure(np.tile(measure.points[order], (2, 1)), np.concatenate([0.25 * w, 0.75 * w]))

    there = forested(LipschitzProblem(halves(p.real, j), halves(p.fake, i), p.loss, p.lam))
    assert_optimal(there)
    assert_same_value(here, there)
    assert_same_slope(here, there)


@given(recipes())
def test_exact_motions_do_not_matter(recipe: Recipe) -> None:
    """Coordinates reflected and in another order: distances change by the rounding of their sums alone.

    J moves by at most ``k <flow, change of d>`` on either side: d / 2 + 2 units of each distance.
    """
    p = recipe.problem
    here = forested(p)
    there = forested(rebuilt(p, -p.real.points[:, ::-1], -p.fake.points[:, ::-1]))
    moved = (recipe.dimension + 4) * EPS * sum(s.k * p.cost(s.support_flow) for s in (here, there))
    bar = here.rounding + there.rounding + moved
    assert abs(here.primal - there.primal) <= here.error + there.error + bar


@given(recipes(), st.sampled_from((2.0**-20, 2.0**-1, 2.0**20)))
def test_powers_of_two_change_no_bit(recipe: Recipe, factor: float) -> None:
    """The solver divides lengths by a power of two, so the unit of the points leaves all bits of f as they are."""
    p = recipe.problem
    scaled = LipschitzProblem(p.real.scaled(factor), p.fake.scaled(factor), p.loss, p.lam * factor**2)
    here, there = forested(p), forested(scaled)
    assert here.f.tobytes() == there.f.tobytes()
    assert here.k == there.k * factor


@given(recipes())
def test_mirrored_losses_swap_the_roles(recipe: Recipe) -> None:
    """real(t) = fake(-t): with real and fake swapped f becomes -f."""
    p = recipe.problem
    if not isinstance(recipe.loss, str):
        p = LipschitzProblem(p.real, p.fake, get_loss("sqrt"), p.lam)
    here, there = forested(p), forested(LipschitzProblem(p.fake, p.real, p.loss, p.lam))
    assert_same_value(here, there)
    assert_same_slope(here, there)
    back = -np.concatenate([there.f_real, there.f_fake])
    width = here.enclosure.width + np.concatenate([there.enclosure.width[p.m :], there.enclosure.width[: p.m]])
    assert np.all(np.abs(here.f - back)[p.alive] <= width[p.alive])


BITS = """
import hashlib, numpy as np
from lgantheory.losses import get_loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.problem import LipschitzProblem
from lgantheory.solvers import solve
rng = np.random.default_rng(0)
real, fake = (DiscreteMeasure(rng.integers(0, 9, size=(s, 2)).astype(float)) for s in (120, 90))
s = solve(LipschitzProblem(real, fake, get_loss("softplus"), 0.1), solver="forest")
print(hashlib.sha256(s.f.tobytes() + s.support_flow.mass.tobytes() + np.float64(s.k).tobytes()).hexdigest())
"""


def test_the_same_bits_in_every_run_and_process() -> None:
    rng = np.random.default_rng(0)
    real, fake = (DiscreteMeasure(rng.integers(0, 9, size=(s, 2)).astype(float)) for s in (120, 90))
    problem = LipschitzProblem(real, fake, get_loss("softplus"), 0.1)
    digests = set()
    for _ in range(2):
        s = forested(problem)
        bits = s.f.tobytes() + s.support_flow.mass.tobytes() + np.float64(s.k).tobytes()
        digests.add(hashlib.sha256(bits).hexdigest())
    done = subprocess.run(
        [sys.executable, "-c", BITS], cwd=ROOT, capture_output=True, text=True, check=True, timeout=100
    )
    assert digests == {done.stdout.strip()}


# -- larger problems -------------------------------------------------------------------------------------------------


def _levels(rng: np.random.Generator, size: int, d: int) -> np.ndarray:
    return np.minimum(rng.integers(0, 9, size=(size, d)), 3) * (rng.random(d) < 0.2) / 4.0


LARGE = {
    "plane": lambda rng: (rng.normal(size=(150, 2)) + 0.5, rng.normal(size=(170, 2))),
    "plane, apart": lambda rng: (rng.normal(size=(110, 2)) + 50.0, rng.normal(size=(90, 2))),
    "20-D": lambda rng: (rng.normal(size=(120, 20)), rng.normal(size=(130, 20))),
    "100-D": lambda rng: (rng.normal(size=(131, 100)), rng.normal(size=(97, 100))),
    "grey levels": lambda rng: (_levels(rng, 120, 64), _levels(rng, 140, 64)[rng.integers(0, 60, size=140)]),
    "one against many": lambda rng: (rng.normal(size=(500, 3)), rng.normal(size=(1, 3))),
    "line": lambda _: (np.arange(300.0)[:, None], np.arange(0.0, 600.0, 2.0)[:, None]),
    "two places": lambda rng: (rng.integers(0, 2, size=(150, 1)) * 1.0, rng.integers(0, 2, size=(90, 1)) * 1.0),
    "3072-D": lambda rng: (rng.random((100, 3072)), rng.random((100, 3072))),
    "lattice": lambda rng: (rng.integers(0, 6, size=(200, 2)) * 1.0, rng.integers(0, 6, size=(150, 2)) * 1.0),
}


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("lam", [1e-3, 0.1, 10.0])
def test_larger_problems_are_solved_to_the_last_digits(name: str, lam: float) -> None:
    y, x = LARGE[name](np.random.default_rng(1))
    s = forested(LipschitzProblem(DiscreteMeasure(y), DiscreteMeasure(x), get_loss("softplus"), lam))
    assert_optimal(s)
    if max(s.problem.n, s.problem.m) < 160:
        assert_same_value(s, solve(s.problem, solver="newton"))


# -- the optimum on the arcs of a tree -------------------------------------------------------------------------------


def state_on(problem: LipschitzProblem, arcs: list[tuple[int, int]]):
    """A state of the solver with these arcs (fake, real), and what must be kept for as long as it is used."""
    from lgantheory.solvers.forest import driver

    sides, kept = forest._sides(problem, 0.0)
    points = driver.Points(problem.fake.points, problem.real.points, problem.fake.weights, problem.real.weights)
    low, high = (np.array(side, dtype=np.int64) for side in zip(*arcs, strict=True))
    values = np.zeros(problem.n + problem.m)
    return driver.started(points, problem.lam, sides, (low, problem.n + high), values), kept


def least_on(problem: LipschitzProblem, arcs: list[tuple[int, int]], k: float) -> float:
    """By trial of every set of arcs that may be tight: the least loss under the constraints of the arcs alone."""
    best = math.inf
    d, n = problem.distances, problem.n
    for kept in itertools.product((False, True), repeat=len(arcs)):
        offset = np.zeros(n + problem.m)
        piece = np.arange(n + problem.m)
        for (i, j), tight in zip(arcs, kept, strict=True):
            if tight:  # the arcs are a forest, so the piece of j hangs on i and moves as a whole
                moving = piece == piece[n + j]
                offset[moving] += offset[i] + k * d[i, j] - offset[n + j]
                piece[moving] = piece[i]
        f = offset.copy()
        for name in set(piece.tolist()):
            inside = piece == name

            def pull(t: float, inside: np.ndarray = inside, offset: np.ndarray = offset) -> float:
                return float((problem.weights * problem.derivatives(offset + t))[inside].sum())

            root: Any = brentq(pull, -60.0, 60.0, xtol=1e-14) if pull(-60.0) * pull(60.0) < 0.0 else math.nan
            f[inside] += root
        slack = np.array([k * d[i, j] - (f[n + j] - f[i]) for i, j in arcs])
        if np.isfinite(f).all() and np.all(slack >= -1e-12):
            best = min(best, math.fsum(problem.loss_terms(f).tolist()))
    return best


@pytest.mark.parametrize("number", [1935, 3967, 6740, 9983, 19085])
def test_trees_without_a_balance_reach_one_that_takes_their_mass(number: int) -> None:
    """Linear fake losses send all of their weight; such trees used to take turns, or to run off the scale of floats."""
    assert_optimal(forested(recipe(number).problem))


def test_violations_that_no_flow_can_repair_do_not_hold_k_up() -> None:
    """With lam = 35,000 values are 1e-9 times what losses turn on; what they violate by asks for flows of 1e-15."""
    assert_optimal(forested(recipe(8248).problem))


def test_a_first_slope_that_is_far_too_small_grows_to_its_place() -> None:
    """Points of weight 1e-12 start at values of 3e5, where there is no mass, and k at 1e-22; 1e-5 is right."""
    assert_optimal(forested(recipe(14289).problem))


TREES = {
    "star": [(0, 0), (0, 1), (0, 2), (1, 0), (2, 1)],
    "path": [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)],
    "two trees": [(0, 0), (1, 0), (2, 1), (2, 2)],
}


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("loss", STRICT)
@pytest.mark.parametrize("seed", range(4))
def test_equilibrium_is_the_optimum_on_the_arcs(name: str, loss: str, seed: int) -> None:
    """Flows never negative, arcs with flow tight, masses balanced, no arc of the tree violated; and the value itself.

    The four are the conditions of optimality of a convex problem. Where a set of arcs has no balance (its pull keeps
    its sign) it is left out of the trial: such a set is never optimal, since every node must carry mass.
    """
    from lgantheory.solvers.forest.ascent import FINE, advance
    from lgantheory.solvers.forest.driver import NO_ARCS

    rng = np.random.default_rng([seed, 5])
    real = DiscreteMeasure(rng.normal(size=(3, 2)) + 0.5, rng.dirichlet(np.ones(3)))
    fake = DiscreteMeasure(rng.normal(size=(3, 2)), rng.dirichlet(np.ones(3)))
    problem, k = LipschitzProblem(real, fake, get_loss(loss), 1.0), 10.0 ** rng.uniform(-1.5, 0.5)
    state, kept = state_on(problem, TREES[name])
    _ = advance(state, NO_ARCS, k, (0.0, 0.0), FINE, 0)
    del kept
    f, nodes, n = state.values, state.nodes, problem.n
    child = np.flatnonzero(nodes["parent"] >= 0)
    parent, flow = nodes["parent"][child], nodes["flow"][child]
    assert np.all(flow >= 0.0)
    i, j = np.where(child < n, child, parent), np.where(child < n, parent, child)
    assert np.allclose(f[j] - f[i], k * problem.distances[i, j - n], rtol=0.0, atol=64 * EPS * np.abs(f).max())
    sent = np.bincount(i, flow, n + problem.m) + np.bincount(j, flow, n + problem.m)
    needed = np.abs(problem.weights * problem.derivatives(f))
    assert np.allclose(sent, needed, rtol=0.0, atol=4 * FINE * needed.sum())
    assert np.all(sent > 0.0)  # no node is left alone
    for a, b in TREES[name]:
        assert f[n + b] - f[a] <= k * problem.distances[a, b] + 1e-9 * k
    # the value is second order in FINE
    assert math.fsum(problem.loss_terms(f).tolist()) == pytest.approx(least_on(problem, TREES[name], k), rel=1e-13)


# -- pricing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [1, 3, 12, 13, 40])
@pytest.mark.parametrize("m", [1, 31, 32, 33, 100])
@pytest.mark.parametrize("ties", [False, True], ids=["free", "ties"])
def test_scans_find_every_arc_below_the_threshold(d: int, m: int, *, ties: bool) -> None:
    """Against the dense matrix; arcs within rounding of the threshold may be told either way."""
    from lgantheory.solvers.forest.pricing import MOST, pricing_of

    rng = np.random.default_rng([d, m])
    n, k = 37, 0.7
    x, y = ((rng.integers(0, 3, size=(s, d)) / 4.0 if ties else rng.normal(size=(s, d))) / math.sqrt(d) for s in (n, m))
    values = rng.normal(size=n + m) * 0.2
    slack = k * lg.problem.euclidean(x, y) - (values[None, n:] - values[:n, None])
    room = 64 * EPS * (np.abs(slack).max() + np.abs(values).max())
    scanner = pricing_of(x, y)
    for share in (0.02, 0.2, 1.0):
        tau = float(np.quantile(slack, share))
        _ = scanner.scan(values, k, tau)
        found, least = scanner.scan(values, k, tau)  # uses what the first one kept
        for i in range(n):
            row = slice(found.start[i], found.start[i + 1])
            reals, length = found.real[row] - n, found.length[row]
            assert len(set(reals.tolist())) == len(reals)
            assert np.allclose(length, lg.problem.euclidean(x, y)[i, reals], rtol=8 * EPS, atol=0.0)
            wanted = np.sort(slack[i][slack[i] < tau - room])[:MOST]
            assert len(reals) <= MOST
            assert len(reals) >= len(wanted)
            assert np.all(np.sort(slack[i, reals])[: len(wanted)] <= wanted + room)
            assert np.all(slack[i, reals] <= tau + room)
        assert abs(least - min(float(slack.min()), tau)) <= room


def test_of_a_crowd_the_least_slack_is_kept() -> None:
    from lgantheory.solvers.forest.pricing import CROWD, MOST, pricing_of

    rng = np.random.default_rng(2)
    for d in (2, 30):
        x, y = rng.normal(size=(5, d)), rng.normal(size=(3 * CROWD, d))
        values = np.zeros(5 + len(y))
        slack = lg.problem.euclidean(x, y)
        found, least = pricing_of(x, y).scan(values, 1.0, 100.0)
        assert least == pytest.approx(slack.min(), rel=8 * EPS)
        for i in range(5):
            reals = found.real[found.start[i] : found.start[i + 1]] - 5
            assert sorted(reals.tolist()) == sorted(np.argsort(slack[i])[:MOST].tolist())


@pytest.mark.parametrize("size", [1, 32, 33, 64, 100, 1000])
def test_boxes_hold_neighbours(size: int) -> None:
    """A permutation; and on the line, where boxes are stretches, each box ends before the next begins."""
    from lgantheory.solvers.forest.pricing import BOX, neighbours_together

    points = np.random.default_rng(size).permutation(size)[:, None] * 1.0
    order = neighbours_together(points)
    assert sorted(order.tolist()) == list(range(size))
    boxes = [points[order[s : s + BOX], 0] for s in range(0, size, BOX)]
    assert all(a.max() < b.min() for a, b in itertools.pairwise(boxes))
    assert neighbours_together(np.zeros((size, 2))).shape == (size,)


def test_halves_are_whole_boxes() -> None:
    """Three clusters of one box each on the left, two on the right: cut anywhere else, boxes would mix clusters."""
    from lgantheory.solvers.forest.pricing import BOX, neighbours_together

    rng = np.random.default_rng(6)
    centres = np.array([[0.0, 0.0], [0.0, 1e3], [0.0, 2e3], [1e4, 0.0], [1e4, 1e3]])
    cluster = rng.permutation(np.repeat(np.arange(5), BOX))
    order = neighbours_together(centres[cluster] + rng.normal(size=(5 * BOX, 2)))
    assert all(len(set(cluster[order[s : s + BOX]].tolist())) == 1 for s in range(0, 5 * BOX, BOX))


# -- refinement ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 4, 50])
@pytest.mark.parametrize("places", [1, 1000])
def test_groups_keep_all_weight_and_every_chosen_point(size: int, places: int) -> None:
    from lgantheory.solvers.forest.refinement import RATIO, groups

    rng = np.random.default_rng(size)
    points, weights = rng.integers(0, places, size=(size, 2)) * 1.0, rng.dirichlet(np.ones(size))
    g = groups(points, weights)
    assert len(g.chosen) == max(1, size // RATIO)
    assert g.of[g.chosen].tolist() == list(range(len(g.chosen)))
    assert g.weights == pytest.approx([weights[g.of == c].sum() for c in range(len(g.chosen))], rel=4 * EPS)
    assert np.all(g.weights > 0.0)
    own = np.linalg.norm(points - points[g.chosen][g.of], axis=1)
    assert own == pytest.approx(lg.problem.euclidean(points, points[g.chosen]).min(axis=1), rel=8 * EPS)


@pytest.mark.parametrize("seed", range(3))
def test_staircases_reach_every_point(seed: int) -> None:
    """Between groups joined by a coarse flow; a node that no staircase reaches would have nothing to hold it."""
    from lgantheory.solvers.forest import driver
    from lgantheory.solvers.forest.refinement import groups, refined_arcs

    rng = np.random.default_rng([seed, 3])
    x, y = rng.normal(size=(60, 2)), rng.normal(size=(75, 2))
    a, b = rng.dirichlet(np.ones(60)), rng.dirichlet(np.ones(75))
    low, high = groups(x, a), groups(y, b)
    problem = LipschitzProblem(DiscreteMeasure(y, b), DiscreteMeasure(x, a), get_loss("softplus"), 0.1)
    sides, kept = forest._sides(problem, 0.0)
    coarse = driver.Points(x[low.chosen], y[high.chosen], low.weights, high.weights)
    nodes = driver.optimum(coarse, 0.1, sides)[0]
    del kept
    i, j = refined_arcs(nodes, len(low.chosen), (low, high), np.concatenate([a, b]))
    assert set(i.tolist()) == set(range(60))
    assert set(j.tolist()) == set(range(60, 135))
    joined = set()
    for child in np.flatnonzero(nodes["parent"] >= 0).tolist():
        joined.add(frozenset((child, int(nodes["parent"][child]))))
    of = np.concatenate([low.of, len(low.chosen) + high.of])
    assert all(frozenset((int(of[s]), int(of[t]))) in joined for s, t in zip(i, j, strict=True))


# -- the cache -------------------------------------------------------------------------------------------------------

SEND = """
import numpy as np
from lgantheory.solvers.forest.pricing import measure
one, length, index = np.ones((1, 1)), np.empty(1), np.zeros(1, np.int64)
measure(one, 4.0 * one, length, np.full(1, np.inf), index, index.copy())
print(length[0])
"""


@pytest.mark.slow
def test_a_callee_that_changes_is_compiled_anew(tmp_path: Path) -> None:
    """numba alone would keep a function whose own file is the same; here every file of the folder counts."""
    _ = shutil.copytree(ROOT / "lgantheory", tmp_path / "lgantheory", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "lgantheory" / "solvers" / "forest" / "compiling.py"

    def printed() -> str:
        command = [sys.executable, "-c", SEND]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=100).stdout

    def kept() -> set[str]:
        return {path.name for path in (tmp_path / "lgantheory/solvers/forest/__pycache__").glob("pricing.measure*.nbc")}

    assert printed() == "3.0\n"
    first = {path: path.stat().st_mtime_ns for path in (file.parent / "__pycache__").glob("pricing.measure*")}
    assert printed() == "3.0\n"
    assert first == {path: path.stat().st_mtime_ns for path in (file.parent / "__pycache__").glob("pricing.measure*")}
    assert len(kept()) == 1
    _ = (file.parent / "trees.py").write_text((file.parent / "trees.py").read_text() + "\n# another file\n")
    assert printed() == "3.0\n"
    assert first != {path: path.stat().st_mtime_ns for path in (file.parent / "__pycache__").glob("pricing.measure*")}
