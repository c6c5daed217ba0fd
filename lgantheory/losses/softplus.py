"""The softplus loss ``log(1 + e^t)``: the original GAN's ``-log sigmoid(-t)``, Table 1 of the LGAN paper."""

import math
from typing import Any, no_type_check

import numpy as np
import sympy
from scipy.special import xlog1py, xlogy

from lgantheory.arrays import Values
from lgantheory.losses.loss import Loss, LossFunction, ScalarJet, Shape
from lgantheory.symbolic import T


def value(t: Values) -> Values:
    """The loss itself."""
    return np.maximum(t, 0.0) + np.log1p(np.exp(-np.abs(t)))


def derivative(t: Values) -> Values:
    """``1 / (1 + e^-t)``, with the exponential always of a negative number."""
    small = np.exp(-np.abs(t))
    return np.where(t >= 0, 1.0, small) / (1.0 + small)


def second_derivative(t: Values) -> Values:
    """Its second derivative."""
    small = np.exp(-np.abs(t))
    return small / (1.0 + small) ** 2


def conjugate(s: Values) -> Values:
    """``s log s + (1 - s) log(1 - s)`` on [0, 1]: the negative of the binary entropy."""
    inside = np.clip(s, 0.0, 1.0)
    entropy = xlogy(inside, inside) + xlog1py(1.0 - inside, -inside)
    return np.where(inside == s, entropy, np.inf)


@no_type_check
def scalar_jet(t, _code, _work):
    """Both derivatives at one number."""
    small = math.exp(-abs(t))
    share = 1.0 / (1.0 + small)
    return share if t >= 0.0 else small * share, small * share * share


def atoms(expr: Any) -> Any:
    """The same function of a cvxpy expression."""
    import cvxpy

    return cvxpy.logistic(expr)


def torch_function(tensor: Any) -> Any:
    """The same function of a torch tensor."""
    # torch's own softplus turns linear above a threshold, which is a different function in float64.
    import torch

    return torch.logaddexp(tensor, torch.zeros_like(tensor))


FAKE = LossFunction(
    expression=sympy.log(1 + sympy.exp(T)),
    value=value,
    derivative=derivative,
    second_derivative=second_derivative,
    conjugate=conjugate,
    conjugate_domain=(0.0, 1.0),
    cvxpy_atoms=atoms,
    torch_function=torch_function,
    scalar_jet=ScalarJet(scalar_jet),
)
LOSS = Loss("softplus", fake=FAKE, real=FAKE.mirrored(), shape=Shape(monotone=True, convex=True))
