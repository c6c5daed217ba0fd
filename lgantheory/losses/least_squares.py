"""The least-squares loss ``(t + alpha)^2``: LSGAN. Not increasing below ``-alpha``, so outside assumption (A)."""

from functools import partial
from typing import Any, no_type_check

import numpy as np
import sympy

from lgantheory.arrays import Values
from lgantheory.losses.family import LossFamily, Margin
from lgantheory.losses.loss import Loss, LossFunction, ScalarJet, Shape
from lgantheory.symbolic import T


def value(t: Values, *, margin: Margin) -> Values:
    """The loss itself."""
    return margin.shift(t) ** 2


def derivative(t: Values, *, margin: Margin) -> Values:
    """Its first derivative."""
    return 2.0 * margin.shift(t)


def second_derivative(t: Values) -> Values:
    """Its second derivative."""
    return np.full_like(t, 2.0)


def conjugate(s: Values, *, margin: Margin) -> Values:
    """``s^2/4 - alpha s`` on the whole line."""
    return s * (s / 4.0 - margin.high)


@no_type_check
def scalar_jet(t, _code, work):
    """Both derivatives at one number; the two parts of the margin are the parameters."""
    return 2.0 * ((t + work[0]) + work[1]), 2.0


def atoms(expr: Any, *, margin: Margin) -> Any:
    """The same function of a cvxpy expression."""
    import cvxpy

    return cvxpy.square(expr + margin.high)


def torch_function(tensor: Any, *, margin: Margin) -> Any:
    """The same function of a torch tensor."""
    return (tensor + margin.high) ** 2


def build(name: str, alpha: sympy.Expr) -> Loss:
    """The loss with that margin."""
    margin = Margin.of(alpha)
    fake = LossFunction(
        expression=(T + alpha) ** 2,
        value=partial(value, margin=margin),
        derivative=partial(derivative, margin=margin),
        second_derivative=second_derivative,
        conjugate=partial(conjugate, margin=margin),
        conjugate_domain=(-float("inf"), float("inf")),
        cvxpy_atoms=partial(atoms, margin=margin),
        torch_function=partial(torch_function, margin=margin),
        scalar_jet=ScalarJet(scalar_jet, (margin.high, margin.low)),
    )
    return Loss(name, fake=fake, real=fake.mirrored(), shape=Shape(monotone=False, convex=True))


LOSS = LossFamily("least_squares", build)
