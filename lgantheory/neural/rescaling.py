"""The best multiple and shift of a critic: what its shape is worth once its slope and its offset are right.

``s f + t`` with s >= 0 has the objective ``E_fake fake(s f + t) + E_real real(s f + t) + lam (s k)^2``, convex in s and
t for convex losses. Any s and t give a true objective of a true discriminator: the search decides only how low it is.
For linear losses ``c t, -c t`` the best s is ``c E / (2 lam k^2)`` with ``E = E_real f - E_fake f``, and the optimum
``-(c E)^2 / (4 lam k^2)``; a critic that points the wrong way, E < 0, is worth no more than a constant.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array, SupportValues
from lgantheory.problem import LipschitzProblem

# Doublings of a bracket, and of its reach to the other side: from the unit of the values to 1e19 times that.
DOUBLINGS = 64

# The interval of a shift is cut into so many parts so many times, and that of a scale by golden sections, each to 1e-10
# of it. The value is flat around its minimum, and there the square of that is lost; at a kink, that itself.
PARTS, ROUNDS = 32, 9
SECTIONS = 50

# Newton steps, and halvings of each; a convex function of two variables needs some ten, and few.
STEPS, HALVINGS = 100, 40


@dataclass(frozen=True)
class Rescaled:
    """``scale * f + shift``, the best of the critic's shape; ``primal`` is its objective."""

    scale: float
    shift: float
    primal: float


def best_rescaling(problem: LipschitzProblem, f: SupportValues, k: float) -> Rescaled:
    """The best ``s f + t`` with s >= 0; never worse than f itself."""
    if problem.loss.fake.is_linear and problem.loss.real.is_linear:
        candidates = [(_linear_scale(problem, f, k), 0.0)]
    else:
        centre = float(problem.weights @ f) / 2.0
        candidates = [(s, t - s * centre) for s, t in _searched(problem, f - centre, k)]
    tried = [(1.0, 0.0), *candidates]
    primals = [problem.primal(s * f + t, _slope(s, k)) for s, t in tried]
    best = int(np.argmin(primals))
    return Rescaled(*tried[best], primals[best])


def _slope(s: float, k: float) -> float:
    """The constant of s f: s k, which is infinite with k unless s is zero."""
    return s * k if s > 0.0 else 0.0


def _linear_scale(problem: LipschitzProblem, f: SupportValues, k: float) -> float:
    rise = -float(problem.weights @ (problem.derivatives(f) * f))
    return max(rise, 0.0) / (2.0 * problem.lam * k * k) if 0.0 < k < math.inf else 0.0


def _searched(problem: LipschitzProblem, f: SupportValues, k: float) -> list[tuple[float, float]]:
    """The best constant, and the best scale and shift: by Newton's method, or by sections where losses have kinks."""
    candidates = [(0.0, _best_shift(problem, np.zeros_like(f)))]
    if not 0.0 < k < math.inf:
        return candidates
    if problem.loss.fake.is_smooth and problem.loss.real.is_smooth:
        return [*candidates, _newton(problem, f, k)]

    def value(s: float) -> float:
        return problem.primal(s * f + _best_shift(problem, s * f), s * k)

    s = _golden(value, _bracket(value, 1.0 / k))
    return [*candidates, (s, _best_shift(problem, s * f))]


def _newton(problem: LipschitzProblem, f: SupportValues, k: float) -> tuple[float, float]:
    """Damped Newton steps in (s, t) from f itself; a scale that ends below zero has zero for the best."""
    z = np.array([1.0, 0.0])
    design = np.column_stack([f, np.ones_like(f)])

    def value(z: Array) -> float:
        return problem.primal(design @ z, abs(float(z[0])) * k)

    at = value(z)
    for _ in range(STEPS):
        values = design @ z
        charge = np.array([2.0 * problem.lam * k * k, 0.0])
        gradient = design.T @ (problem.weights * problem.derivatives(values)) + charge * z
        hessian = (design.T * (problem.weights * _seconds(problem, values))) @ design + np.diag(charge)
        if not np.isfinite(hessian).all():
            break
        step = np.linalg.lstsq(hessian, -gradient, rcond=None)[0]
        shares = (0.5**halvings for halvings in range(HALVINGS))
        share = next((c for c in shares if value(z + c * step) < at), None)
        if share is None:
            break
        z = z + share * step
        at = value(z)
    return (float(z[0]), float(z[1])) if z[0] > 0.0 else (0.0, _best_shift(problem, np.zeros_like(f)))


def _seconds(problem: LipschitzProblem, values: SupportValues) -> SupportValues:
    fake, real = problem.loss.fake.second_derivative, problem.loss.real.second_derivative
    return np.concatenate([fake(values[: problem.n]), real(values[problem.n :])])


def _golden(value: Callable[[float], float], top: float) -> float:
    """A minimiser in [0, top] of a convex function, by golden sections."""
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    low, high = 0.0, top
    left, right = high - ratio * high, ratio * high
    at_left, at_right = value(left), value(right)
    for _ in range(SECTIONS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = value(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = value(right)
    return left if at_left <= at_right else right


def _bracket(value: Callable[[float], float], start: float) -> float:
    """A scale beyond which a convex function of the scale only rises."""
    top, at_top = start, value(start)
    for _ in range(DOUBLINGS):
        further = value(2.0 * top)
        if further >= at_top:
            return 2.0 * top
        top, at_top = 2.0 * top, further
    return top


def _best_shift(problem: LipschitzProblem, f: SupportValues) -> float:
    """A t at which ``sum_v w_v l_v'(f_v + t)`` changes sign; it never falls in t for convex losses."""
    reach = (1.0 + float(np.abs(f).max())) * 2.0 ** np.arange(DOUBLINGS)
    shifts = np.concatenate([-reach[::-1], [0.0], reach])
    for _ in range(ROUNDS):
        after = int(np.searchsorted(_forces(problem, f, shifts) > 0.0, True))
        if after in (0, len(shifts)):
            return float(shifts[min(after, len(shifts) - 1)])
        shifts = np.linspace(shifts[after - 1], shifts[after], PARTS + 1)
    return 0.5 * float(shifts[0] + shifts[-1])


def _forces(problem: LipschitzProblem, f: SupportValues, shifts: Array) -> Array:
    """The derivative of the objective along the shift, at each of them."""
    n, w, at = problem.n, problem.weights, f[None, :] + shifts[:, None]
    with np.errstate(invalid="ignore"):
        return problem.loss.fake.derivative(at[:, :n]) @ w[:n] + problem.loss.real.derivative(at[:, n:]) @ w[n:]
