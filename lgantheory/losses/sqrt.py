"""The square-root loss ``t + sqrt(t^2 + 1)``, Table 1 of the LGAN paper.

For negative ``t`` the two terms cancel; with ``R = sqrt(t^2 + 1)`` every formula below is written so that they do not:
``t + R = 1 / (R - t)``.
"""

import math
from typing import Any, no_type_check

import numpy as np
import sympy

from lgantheory.arrays import Values
from lgantheory.losses.loss import Loss, LossFunction, ScalarJet, Shape
from lgantheory.symbolic import T

# From here on 1 + t^2 rounds to t^2, and neither square may be formed: it could overflow.
_FAR = 2.0**27


def value(t: Values) -> Values:
    """The loss itself."""
    large = np.hypot(t, 1.0) + np.abs(t)
    return np.where(t >= 0, large, 1.0 / large)


def derivative(t: Values) -> Values:
    """``1 + t/R``, which is ``1/(R (R - t))`` below zero and, by symmetry about (0, 1), 2 minus that above."""
    root = np.hypot(t, 1.0)
    small = 1.0 / (root * (root + np.abs(t)))
    return np.where(t >= 0, 2.0 - small, small)


def second_derivative(t: Values) -> Values:
    """Its second derivative."""
    return np.hypot(t, 1.0) ** -3.0


def conjugate(s: Values) -> Values:
    """``-sqrt(s (2 - s))`` on [0, 2]: the maximum of ``(s - 1) t - sqrt(1 + t^2)``."""
    inside = np.clip(s, 0.0, 2.0)
    return np.where(inside == s, -np.sqrt(inside * (2.0 - inside)), np.inf)


@no_type_check
def scalar_jet(t, _code, _work):
    """Both derivatives at one number."""
    size, whole = abs(t), 1.0 + t * t
    if size < _FAR:
        root = math.sqrt(whole)
        small, bend = 1.0 / (root * (root + size)), 1.0 / (root * whole)
    else:
        inverse = 1.0 / size
        small, bend = 0.5 * inverse * inverse, inverse * inverse * inverse
    return 2.0 - small if t >= 0.0 else small, bend


def atoms(expr: Any) -> Any:
    """``sqrt(t^2 + 1)`` is the length of the vector (t, 1), one second-order cone per entry."""
    import cvxpy

    flat = cvxpy.reshape(expr, (1, expr.size), order="F")
    lengths = cvxpy.norm(cvxpy.vstack([flat, np.ones((1, expr.size))]), 2, axis=0)
    return expr + cvxpy.reshape(lengths, expr.shape, order="F")


def torch_function(tensor: Any) -> Any:
    """The same function of a torch tensor."""
    # Each branch of ``where`` is finite on both sides of zero, so no NaN leaks into the gradient.
    import torch

    root = torch.hypot(tensor, torch.ones_like(tensor))
    return torch.where(tensor >= 0, root + tensor.clamp(min=0.0), 1.0 / (root - tensor.clamp(max=0.0)))


FAKE = LossFunction(
    expression=T + sympy.sqrt(T**2 + 1),
    value=value,
    derivative=derivative,
    second_derivative=second_derivative,
    conjugate=conjugate,
    conjugate_domain=(0.0, 2.0),
    cvxpy_atoms=atoms,
    torch_function=torch_function,
    scalar_jet=ScalarJet(scalar_jet),
)
LOSS = Loss("sqrt", fake=FAKE, real=FAKE.mirrored(), shape=Shape(monotone=True, convex=True))
