"""The exponential loss ``e^t``, Table 1 of the LGAN paper."""

import math
import sys
from typing import Any, no_type_check

import numpy as np
import sympy

from lgantheory.arrays import Values
from lgantheory.losses.loss import Loss, LossFunction, ScalarJet, Shape
from lgantheory.symbolic import T

_LARGEST = math.log(sys.float_info.max)


def conjugate(s: Values) -> Values:
    """``s log s - s`` on [0, inf), 0 at 0."""
    inside = np.maximum(s, 0.0)
    positive = np.where(inside > 0, inside, 1.0)
    return np.where(s < 0, np.inf, inside * (np.log(positive) - 1.0))


@no_type_check
def scalar_jet(t, _code, _work):
    """Both derivatives at one number."""
    value = math.exp(t) if t <= _LARGEST else math.inf
    return value, value


def atoms(expr: Any) -> Any:
    """The same function of a cvxpy expression."""
    import cvxpy

    return cvxpy.exp(expr)


def torch_function(tensor: Any) -> Any:
    """The same function of a torch tensor."""
    return tensor.exp()


FAKE = LossFunction(
    expression=sympy.exp(T),
    value=np.exp,
    derivative=np.exp,
    second_derivative=np.exp,
    conjugate=conjugate,
    conjugate_domain=(0.0, float("inf")),
    cvxpy_atoms=atoms,
    torch_function=torch_function,
    scalar_jet=ScalarJet(scalar_jet),
)
LOSS = Loss("exponential", fake=FAKE, real=FAKE.mirrored(), shape=Shape(monotone=True, convex=True))
