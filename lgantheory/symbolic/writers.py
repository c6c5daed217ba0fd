"""An expression in the languages of other libraries: cvxpy atoms and torch operations.

For cvxpy only forms that are convex by its own rules are written: sums, positive multiples, ``exp`` and ``softplus`` of
convex forms, ``max``, and of affine arguments ``abs``, even powers and ``sqrt(u^2 + c)``.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from lgantheory.symbolic import T
from lgantheory.symbolic.programs import program_of, run


@dataclass(frozen=True)
class TorchFunction:
    """The expression of a torch tensor; differentiable by torch."""

    expression: sympy.Expr

    def __call__(self, tensor: Any) -> Any:
        return run(program_of(self.expression), _Torch(tensor), [tensor])[0]


@dataclass(frozen=True)
class _Torch:
    """The arithmetic of tensors; see ``programs.Arithmetic``."""

    like: Any

    def constant(self, name: str, value: Fraction | None) -> Any:
        import torch

        return torch.full_like(self.like, float(value) if value is not None else float(getattr(torch, name)))

    def add(self, a: Any, b: Any) -> Any:
        return a + b

    def multiply(self, a: Any, b: Any) -> Any:
        return a * b

    def power(self, a: Any, exponent: Fraction) -> Any:
        return a.sqrt() if exponent == Fraction(1, 2) else a ** float(exponent)

    def unary(self, name: str, a: Any) -> Any:
        import torch

        if name == "softplus":
            return torch.logaddexp(a, torch.zeros_like(a))
        return getattr(torch, name)(a)

    def larger(self, a: list[Any], b: list[Any], _: int) -> list[Any]:
        import torch

        return [torch.maximum(a[0], b[0])]


@dataclass(frozen=True)
class CvxpyFunction:
    """The expression of a cvxpy expression, elementwise."""

    expression: sympy.Expr

    def __call__(self, expr: Any) -> Any:
        import cvxpy

        return _write(self.expression, expr, cvxpy)


def has_convex_form(e: Any) -> bool:
    """Whether cvxpy's rules see that the expression is convex in ``t``."""
    if _affine(e) is not None:
        return True
    if isinstance(e, (sympy.Add, sympy.Max)):
        return all(has_convex_form(a) for a in e.args)
    if isinstance(e, sympy.Mul):
        number, rest = e.as_coeff_Mul()
        return bool(number > 0 and rest != e and has_convex_form(rest))
    if isinstance(e, sympy.exp):
        return has_convex_form(e.args[0])
    if isinstance(e, sympy.Abs):
        return _affine(e.args[0]) is not None
    return _softplus_argument(e) is not None or _square(e) is not None or _length(e) is not None


def _affine(e: Any) -> tuple[float, float] | None:
    """``(slope, offset)`` when ``e`` is affine in ``t``."""
    slope = sympy.diff(e, T) if not e.has(sympy.Max, sympy.Min, sympy.Abs) else T
    if slope.free_symbols:
        return None
    return float(slope), float(e.subs(T, 0))


def _softplus_argument(e: Any) -> Any:
    if isinstance(e, sympy.log) and isinstance(e.args[0], sympy.Add) and len(e.args[0].args) == 2:
        one, power = e.args[0].args
        if one == 1 and isinstance(power, sympy.exp) and has_convex_form(power.args[0]):
            return power.args[0]
    return None


def _square(e: Any) -> tuple[Any, int] | None:
    """``(u, p)`` when ``e`` is an even power of something affine."""
    if e.is_Pow and e.args[1].is_Integer and e.args[1] > 0 and e.args[1] % 2 == 0 and _affine(e.args[0]) is not None:
        return e.args[0], int(e.args[1])
    return None


def _length(e: Any) -> tuple[Any, Any] | None:
    """``(u, c)`` with ``e = sqrt(u^2 + c^2)`` and ``u`` affine, by completing the square."""
    if not (e.is_Pow and e.args[1] == sympy.Rational(1, 2) and e.args[0].is_polynomial(T)):
        return None
    inner = sympy.Poly(e.args[0], T)
    if inner.degree() != 2 or inner.LC() <= 0:
        return None
    a, b, c = inner.all_coeffs()
    rest = c - b**2 / (4 * a)
    return (sympy.sqrt(a) * (T + b / (2 * a)), sympy.sqrt(rest)) if rest >= 0 else None


def _write(e: Any, expr: Any, cp: Any) -> Any:
    affine = _affine(e)
    if affine is not None:
        return affine[0] * expr + affine[1]
    if isinstance(e, sympy.Add):
        return sum((_write(a, expr, cp) for a in e.args[1:]), _write(e.args[0], expr, cp))
    if isinstance(e, sympy.Max):
        return cp.maximum(*[_write(a, expr, cp) for a in e.args])
    if isinstance(e, sympy.Mul):
        number, rest = e.as_coeff_Mul()
        return float(number) * _write(rest, expr, cp)
    if isinstance(e, (sympy.exp, sympy.Abs)):
        atom = cp.exp if isinstance(e, sympy.exp) else cp.abs
        return atom(_write(e.args[0], expr, cp))
    return _write_special(e, expr, cp)


def _write_special(e: Any, expr: Any, cp: Any) -> Any:
    inner, square, length = _softplus_argument(e), _square(e), _length(e)
    if inner is not None:
        return cp.logistic(_write(inner, expr, cp))
    if square is not None:
        return cp.power(_write(square[0], expr, cp), square[1])
    assert length is not None
    flat = cp.reshape(_write(length[0], expr, cp), (1, expr.size), order="F")
    constant = cp.reshape(0.0 * expr + float(length[1]), (1, expr.size), order="F")
    return cp.reshape(cp.norm(cp.vstack([flat, constant]), 2, axis=0), expr.shape, order="F")
