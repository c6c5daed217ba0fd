"""A loss: three functions of one real variable, in their roles.

The discriminator ``f`` minimises ``E_fake[loss.fake(f)] + E_real[loss.real(f)] + lam k(f)^2``. The sympy expression
of a :class:`LossFunction` is its definition; the float64 functions beside it are implementations, and the tests hold
each of them against the definition at fifty digits.

Everything is evaluated elementwise and quietly: overflow is ``inf``, underflow is ``0``, a NaN going in is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, no_type_check

import numpy as np
import sympy

from lgantheory.arrays import Values
from lgantheory.errors import InvalidParameter, UnsupportedLoss
from lgantheory.symbolic import T

Numbers = Values | float | int
"""What the functions of a loss take: an array of any shape, or one number."""


@dataclass(frozen=True)
class Pointwise:
    """An elementwise float64 function that is quiet about overflow and refuses NaN.

    Arrays give arrays of the same shape; a number gives a number.
    """

    function: Callable[..., Any]

    def __call__(self, t: Any) -> Any:
        array = np.asarray(t, dtype=np.float64)
        if np.isnan(array).any():
            raise InvalidParameter("a loss was evaluated at NaN; it needs real numbers. Look for the NaN upstream.")
        with np.errstate(all="ignore"):
            values = np.asarray(self.function(array.reshape(-1)), dtype=np.float64)
        return values.reshape(array.shape)[()]


@dataclass(frozen=True)
class _Reflected:
    """``sign * function(-t)``: how each piece of a loss changes when ``t`` is mirrored."""

    function: Callable[..., Any]
    sign: int = 1

    def __call__(self, t: Any) -> Any:
        value = self.function(-t)
        return value if self.sign > 0 else -value

    @staticmethod
    def of(function: Callable[..., Any], sign: int = 1) -> "Callable[..., Any]":
        """What a ``Pointwise`` function checks is checked once, whichever way round its argument comes in."""
        inner = function.function if isinstance(function, Pointwise) else function
        return _Reflected(inner, sign)


@dataclass(frozen=True)
class ScalarJet:
    """Both derivatives at one number, in plain Python with ``math``, for compiled solvers; see ``jets``.

    ``function(t, code, work)`` returns ``(f'(t), f''(t))`` and finds its ``parameters`` in ``work``. With
    ``sign = -1`` it stands for the mirror image: ``sign * function(sign * t)[0]`` and ``function(sign * t)[1]``. The
    function is marked ``no_type_check``, so that no check of types is put around it: numba compiles plain functions.
    """

    function: Callable[..., tuple[float, float]]
    parameters: Any = ()
    sign: float = 1.0

    def mirrored(self) -> "ScalarJet":
        return replace(self, sign=-self.sign)


def _same(t: Values) -> Values:
    return t


def _zero(t: Values) -> Values:
    return np.zeros_like(t)


@dataclass(frozen=True)
class LossFunction:
    """A function ``f`` of one real variable ``t``; two of them are equal when their expressions are.

    * ``value``, ``derivative``, ``second_derivative``: float64, any shape, to a few ulps for ``|t| <= 1e4``; at a kink
      ``derivative`` is the left derivative and ``right_derivative`` the right one.
    * ``conjugate``: ``f*(s) = sup_t (s t - f(t))``, ``+inf`` outside ``conjugate_domain``, which is the closure of the
      range of the derivative; ``conjugate_source`` says where it comes from and how accurate it is.
    * ``cvxpy_atoms`` and ``torch_function``: the same definition for those two libraries, or ``None``.
    * ``scalar_jet``: both derivatives once more, for a compiler; without it, compiled solvers run the expression.
    """

    expression: sympy.Expr
    value: Callable[[Any], Any] = field(compare=False, repr=False)
    derivative: Callable[[Any], Any] = field(compare=False, repr=False)
    second_derivative: Callable[[Any], Any] = field(compare=False, repr=False)
    conjugate: Callable[[Any], Any] = field(compare=False, repr=False)
    conjugate_domain: tuple[float, float] = field(compare=False)
    conjugate_source: str = field(default="closed form", compare=False, repr=False)
    right_derivative: Callable[[Any], Any] | None = field(default=None, compare=False, repr=False)
    is_linear: bool = field(default=False, compare=False)
    cvxpy_atoms: Callable[[Any], Any] | None = field(default=None, compare=False, repr=False)
    torch_function: Callable[[Any], Any] | None = field(default=None, compare=False, repr=False)
    is_smooth: bool = field(default=True, compare=False)
    scalar_jet: ScalarJet | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("value", "derivative", "second_derivative", "conjugate", "right_derivative"):
            function = getattr(self, name)
            if function is not None and not isinstance(function, Pointwise):
                object.__setattr__(self, name, Pointwise(function))

    def __call__(self, t: Any) -> Any:
        return self.value(t)

    def slopes(self, t: Any) -> tuple[Any, Any]:
        """Left and right derivative at ``t``; the subdifferential of a convex function is the interval between."""
        left = self.derivative(t)
        return left, left if self.right_derivative is None else self.right_derivative(t)

    @property
    def has_atoms(self) -> bool:
        """Whether :meth:`atoms` can write the function for cvxpy."""
        return self.cvxpy_atoms is not None

    def atoms(self, expr: Any) -> Any:
        """The function of a cvxpy expression, elementwise. Raises ``UnsupportedLoss`` when there is no convex form."""
        if self.cvxpy_atoms is None:
            raise UnsupportedLoss(
                f"the loss function {self.expression} has no cvxpy form, which a conic solver needs. "
                "Sums of t, exp, softplus, max, abs, even powers and sqrt(t**2 + c) have one; or choose another solver."
            )
        return self.cvxpy_atoms(expr)

    def torch(self, tensor: Any) -> Any:
        """The function of a torch tensor, elementwise and differentiable."""
        if self.torch_function is None:
            raise UnsupportedLoss(
                f"the loss function {self.expression} has no torch form, which a neural critic needs. "
                "Build it with Loss.from_expressions, or pass torch_function."
            )
        return self.torch_function(tensor)

    def mirrored(self) -> "LossFunction":
        """The function ``t -> f(-t)``; its conjugate is ``s -> f*(-s)``."""
        low, high = self.conjugate_domain
        right = self.derivative if self.right_derivative is None else self.right_derivative
        return LossFunction(
            expression=self.expression.subs(T, -T),
            value=_Reflected.of(self.value),
            derivative=_Reflected.of(right, -1),
            second_derivative=_Reflected.of(self.second_derivative),
            conjugate=_Reflected.of(self.conjugate),
            conjugate_domain=(-high + 0.0, -low + 0.0),
            conjugate_source=self.conjugate_source,
            right_derivative=None if self.right_derivative is None else _Reflected.of(self.derivative, -1),
            is_linear=self.is_linear,
            cvxpy_atoms=None if self.cvxpy_atoms is None else _Reflected(self.cvxpy_atoms),
            torch_function=None if self.torch_function is None else _Reflected(self.torch_function),
            is_smooth=self.is_smooth,
            scalar_jet=None if self.scalar_jet is None else self.scalar_jet.mirrored(),
        )


def identity() -> LossFunction:
    """``t -> t``, whose conjugate is 0 at the single slope 1."""
    return LossFunction(
        expression=T,
        value=_same,
        derivative=np.ones_like,
        second_derivative=_zero,
        conjugate=_indicator_of_one,
        conjugate_domain=(1.0, 1.0),
        is_linear=True,
        cvxpy_atoms=_same_object,
        torch_function=_same_object,
        scalar_jet=ScalarJet(_slope_of_one),
    )


def minus_identity() -> LossFunction:
    """``t -> -t``: what the generator minimises in all the experiments of the LGAN paper."""
    return identity().mirrored()


def _same_object(expr: Any) -> Any:
    return expr


@no_type_check
def _slope_of_one(_t, _code, _work):
    return 1.0, 0.0


def _indicator_of_one(s: Values) -> Values:
    return np.where(s == 1.0, 0.0, np.inf)


@dataclass(frozen=True)
class Shape:
    """What is known about a loss beforehand: both functions weakly monotone the right way, both convex."""

    monotone: bool
    convex: bool


@dataclass(frozen=True)
class Loss:
    """A loss of a GAN in its three roles; ``generator`` is ``-t`` unless given.

    ``shape`` is set by the built-in losses alone; for any other loss the same facts are proved on first use, and what
    cannot be proved counts as false.
    """

    name: str
    fake: LossFunction
    real: LossFunction
    generator: LossFunction = field(default_factory=minus_identity)
    shape: Shape | None = field(default=None, compare=False, repr=False)

    @cached_property
    def is_mirrored(self) -> bool:
        """Whether ``real(t) = fake(-t)`` as expressions."""
        from lgantheory.symbolic.identities import vanishes

        return vanishes(self.real.expression - self.fake.expression.subs(T, -T))

    @property
    def is_monotone(self) -> bool:
        """Whether ``fake`` is nondecreasing and ``real`` nonincreasing, weakly, for certain."""
        return self._shape.monotone

    @property
    def is_convex(self) -> bool:
        """Whether ``fake`` and ``real`` are both convex, for certain."""
        return self._shape.convex

    @cached_property
    def balance_point(self) -> float | None:
        """A number ``a`` with 0 in the subdifferential of ``fake + real`` at ``a``; ``None`` when there is none.

        Source: the last clause of assumption (A), LGAN paper, in front of Theorem 1.
        """
        if self.is_mirrored and self.is_convex:
            return 0.0
        from lgantheory.symbolic.balance import find_balance

        _, interval = find_balance(self.fake.expression + self.real.expression)
        return None if interval is None else float((interval[0] + interval[1]) / 2)

    @cached_property
    def _shape(self) -> Shape:
        if self.shape is not None:
            return self.shape
        from lgantheory.symbolic.shapes import prove_convex, prove_increasing

        fake, real = self.fake.expression, self.real.expression
        monotone = [prove_increasing(fake, strictly=False), prove_increasing(-real, strictly=False)]
        convex = [prove_convex(fake), prove_convex(real)]
        return Shape(all(p.is_proved for p in monotone), all(p.is_proved for p in convex))

    @staticmethod
    def from_expressions(
        fake: str, real: str | None = None, *, generator: str | None = None, name: str | None = None
    ) -> "Loss":
        """The loss with these formulas in ``t``; see ``lgantheory.symbolic.expressions`` for the grammar.

        ``real`` defaults to ``fake(-t)``, ``generator`` to ``-t``. The text is parsed, never executed. Raises
        ``InvalidExpression`` for anything that is not a finite real function of ``t`` on the whole line.
        """
        from lgantheory.losses.from_text import loss_from_expressions

        return loss_from_expressions(fake, real, generator, name)
