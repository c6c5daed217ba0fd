"""The hinge loss ``max(0, t + alpha)``: flat below ``-alpha``, so monotone only weakly and outside assumption (A)."""

from functools import partial
from typing import Any

import numpy as np
import sympy

from lgantheory.arrays import Values
from lgantheory.losses.family import LossFamily, Margin
from lgantheory.losses.loss import Loss, LossFunction, Shape
from lgantheory.symbolic import T


def value(t: Values, *, margin: Margin) -> Values:
    """The loss itself."""
    return np.maximum(0.0, margin.shift(t))


def left_derivative(t: Values, *, margin: Margin) -> Values:
    """Slope to the left of ``t``."""
    return np.where(margin.shift(t) > 0, 1.0, 0.0)


def right_derivative(t: Values, *, margin: Margin) -> Values:
    """Slope to the right of ``t``."""
    return np.where(margin.shift(t) >= 0, 1.0, 0.0)


def second_derivative(t: Values) -> Values:
    """Its second derivative."""
    return np.zeros_like(t)


def conjugate(s: Values, *, margin: Margin) -> Values:
    """``-alpha s`` on [0, 1]."""
    inside = np.clip(s, 0.0, 1.0)
    return np.where(inside == s, 0.0 - margin.high * inside, np.inf)


def atoms(expr: Any, *, margin: Margin) -> Any:
    """The same function of a cvxpy expression."""
    import cvxpy

    return cvxpy.pos(expr + margin.high)


def torch_function(tensor: Any, *, margin: Margin) -> Any:
    """The same function of a torch tensor."""
    return (tensor + margin.high).relu()


def build(name: str, alpha: sympy.Expr) -> Loss:
    """The loss with that margin."""
    margin = Margin.of(alpha)
    fake = LossFunction(
        expression=sympy.Max(0, T + alpha),
        value=partial(value, margin=margin),
        derivative=partial(left_derivative, margin=margin),
        right_derivative=partial(right_derivative, margin=margin),
        second_derivative=second_derivative,
        conjugate=partial(conjugate, margin=margin),
        conjugate_domain=(0.0, 1.0),
        cvxpy_atoms=partial(atoms, margin=margin),
        torch_function=partial(torch_function, margin=margin),
        is_smooth=False,
    )
    return Loss(name, fake=fake, real=fake.mirrored(), shape=Shape(monotone=True, convex=True))


LOSS = LossFamily("hinge", build)
