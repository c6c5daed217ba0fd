"""A semidefinite bound of the Lipschitz constant of a small multilayer perceptron, proved however it was found.

If dy and dz are the changes before and after activations with slopes in [0, 1], then ``2 t dz (dy - dz) >= 0`` for
each neuron and any weight t >= 0. If the sum of these forms and of ``|df|^2 - rho |dx|^2`` is a form M that is never
positive, then ``|df|^2 <= rho |dx|^2``, and the network is sqrt(rho)-Lipschitz. The weights t and rho are found by a
barrier method on them alone: each form has rank two, so that a Newton step costs one inverse and a few products. That M
is never positive is not taken from the search but from an eigenvalue, with the rounding of that eigenvalue.

Source: Fazlyab et al., "Efficient and accurate estimation of Lipschitz constants for deep neural networks" (NeurIPS
2019), Theorem 2, with one weight for each neuron. (Weights between pairs of neurons, as printed there, prove nothing.)
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lgantheory.arrays import Array
from lgantheory.neural.spectra import matrix_norm

EPS = float(np.finfo(float).eps)

# Neurons in all hidden layers together, up to which the bound is computed: a tenth of a second.
NEURONS = 64

# The barrier's weight grows by this factor, up to the last one, where rho is this close to its infimum: size / weight.
GROWTH = 8.0
LAST = 1e9

# Newton steps for each weight; the method needs about five.
STEPS = 30


def lipsdp_bound(weights: Sequence[Array]) -> float:
    """Proved bound for ``x -> W_l a(... a(W_0 x))``, matrices in order, one activation between each two."""
    norms = [matrix_norm(w) for w in weights]
    if min(norms) == 0.0 or len(weights) == 1:
        return math.prod(norms)
    scaled = [w / norm for w, norm in zip(weights, norms, strict=True)]  # activations a(c t) / c have the same slopes
    if scaled[0].shape[1] > scaled[0].shape[0]:  # only the span of the rows of W_0 matters
        scaled[0] = np.asarray(np.linalg.qr(scaled[0].T, mode="r")).T
    program = _program(scaled)
    # Rounding of the scaling and of the span moves each matrix, of norm one, by this much; so does the slope of each.
    moved = len(weights) * 64.0 * max(max(w.shape) for w in weights) * EPS
    return math.prod(norms) * (math.sqrt(_proved(program, *_searched(program))) + moved)


@dataclass(frozen=True)
class _Program:
    """``M(t, rho) = sum_v t_v (b_v a_v' + a_v b_v' - 2 a_v a_v') + last - rho I_0`` on (x_0, ..., x_l).

    ``before`` and ``after`` (n, D) take the layers to each neuron's argument b_v and value a_v; the last layer's values
    give ``last``; I_0 is the identity of the inputs. ``start`` is a point at which M is negative.
    """

    before: Array
    after: Array
    last: Array
    inputs: int
    layers: int
    start: Array

    def form(self, t: Array, rho: float) -> Array:
        crossed = (self.before.T * t) @ self.after
        form = crossed + crossed.T - 2.0 * (self.after.T * t) @ self.after + self.last
        form[: self.inputs, : self.inputs] -= rho * np.eye(self.inputs)
        return form


def _program(weights: Sequence[Array]) -> _Program:
    """The program of matrices of norm one. With t falling by one at each layer, M is at most minus the identity."""
    inputs, hidden = weights[0].shape[1], [len(w) for w in weights[:-1]]
    size = inputs + sum(hidden)
    before, after = np.zeros((2, sum(hidden), size))
    row, column = 0, 0
    for w in weights[:-1]:
        before[row : row + len(w), column : column + w.shape[1]] = w
        row, column = row + len(w), column + w.shape[1]
    after[:, inputs:] = np.eye(sum(hidden))
    last = np.zeros((len(weights[-1]), size))
    last[:, size - weights[-1].shape[1] :] = weights[-1]
    start = np.repeat(np.arange(len(hidden) + 1.0, 1.0, -1.0), hidden)
    return _Program(before, after, last.T @ last, inputs, len(weights), start)


def _searched(program: _Program) -> tuple[Array, float]:
    """Weights t and rho near the optimum: the last point of the central path that was reached."""
    x = np.append(program.start, program.layers + 1.0)
    weight = 1.0
    while weight <= LAST:
        for _ in range(STEPS):
            step = _newton_step(program, x, weight)
            if step is None:
                return x[:-1], float(x[-1])
            x = x + step[0]
            if step[1] < 1e-6:
                break
        weight *= GROWTH
    return x[:-1], float(x[-1])


def _newton_step(program: _Program, x: Array, weight: float) -> tuple[Array, float] | None:
    """A damped step for ``weight rho - log det(-M)`` and its decrement; None where rounding leaves nothing to gain."""
    n, head = len(x) - 1, slice(0, program.inputs)
    try:
        inverse = np.linalg.inv(np.linalg.cholesky(-program.form(x[:-1], float(x[-1]))))
        inverse = inverse.T @ inverse
        ends = np.concatenate([program.before, program.after])
        products = ends @ inverse @ ends.T
        aa, bb, ba = products[n:, n:], products[:n, :n], products[:n, n:]
        through = ends @ inverse[:, head]
        gradient = np.append(2.0 * np.diag(ba) - 2.0 * np.diag(aa), weight - np.trace(inverse[head, head]))
        hessian = np.empty((n + 1, n + 1))
        hessian[:n, :n] = 2.0 * aa * bb + 2.0 * ba * ba.T - 4.0 * aa * (ba + ba.T) + 4.0 * aa * aa
        hessian[n, :n] = 2.0 * np.sum((through[n:] - through[:n]) * through[n:], axis=1)
        hessian[:n, n], hessian[n, n] = hessian[n, :n], np.sum(inverse[head, head] ** 2)
        step = -np.linalg.solve(hessian, gradient)
    except np.linalg.LinAlgError:
        return None
    decrement = float(-gradient @ step)
    if not decrement >= 0.0:
        return None
    size = math.sqrt(decrement)
    return step / (1.0 + size) if size > 0.25 else step, decrement


def _proved(program: _Program, t: Array, rho: float) -> float:
    """A rho that is proved for these weights: the one given, plus what an eigenvalue of M may be above zero.

    ``M <= mu I`` gives ``|df|^2 <= rho |dx_0|^2 + mu (|dx_0|^2 + ... + |dx_l|^2)``, and every layer has norm one.
    """
    t = np.maximum(t, 0.0)
    form = program.form(t, rho)
    rounding = 64.0 * len(form) * EPS * (float(np.linalg.norm(form)) + float(t.max()) + rho + 1.0)
    mu = float(np.linalg.eigvalsh(form).max()) + rounding
    return min(rho + max(mu, 0.0) * program.layers, 1.0)
