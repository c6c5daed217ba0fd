"""An expression as a short straight-line program, run in any arithmetic.

One walk serves four purposes, because only the arithmetic changes: doubles with an error bound (``doubles``), balls of
real numbers (``balls``), expansions at infinity (``tails``). A program is a tuple of steps; step ``i`` may use the
results of earlier steps, equal subexpressions are computed once, and ``log(1 + exp(u))`` and ``1/(1 + exp(u))`` are
single steps, because their parts cancel or overflow where they themselves do not.

Derivatives are carried along (forward mode): each step holds ``[f, f', f'']`` up to the order asked for. At a tie of
``Max`` the left slope is the smaller and the right slope the larger one.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

import sympy

from lgantheory.errors import InvalidExpression
from lgantheory.symbolic import T

LEFT, RIGHT = -1, 1

_LEAVES = {T: "t", sympy.pi: "pi", sympy.E: "e"}
_UNARY = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.tanh: "tanh",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.atan: "atan",
    sympy.asinh: "asinh",
}


class Arithmetic(Protocol):
    """What a program needs of numbers. ``larger(a, b, side)`` chooses between two jets, lists of ``f, f', ...``."""

    def constant(self, name: str, value: Fraction | None) -> Any: ...
    def add(self, a: Any, b: Any) -> Any: ...
    def multiply(self, a: Any, b: Any) -> Any: ...
    def power(self, a: Any, exponent: Fraction) -> Any: ...
    def unary(self, name: str, a: Any) -> Any: ...
    def larger(self, a: list[Any], b: list[Any], side: int) -> list[Any]: ...


@dataclass(frozen=True)
class Step:
    """One operation on earlier results; ``number`` is the constant or the exponent where there is one."""

    operation: str
    arguments: tuple[int, ...] = ()
    number: Fraction | None = None


@dataclass(frozen=True)
class Program:
    """The steps of one expression; step ``result`` is its value."""

    steps: tuple[Step, ...]
    result: int

    @property
    def has_kinks(self) -> bool:
        return any(step.operation == "max" for step in self.steps)


@lru_cache(maxsize=512)
def program_of(expression: Any) -> Program:
    """Translate an expression. Raises ``InvalidExpression`` for anything outside the grammar of ``expressions``."""
    writer = _Writer()
    result = writer.write(expression)
    return Program(tuple(writer.steps), result)


class _Writer:
    """Collects steps, giving equal steps the same place."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.places: dict[Step, int] = {}

    def emit(self, operation: str, *arguments: int, number: Fraction | None = None) -> int:
        step = Step(operation, arguments, number)
        if step not in self.places:
            self.places[step] = len(self.steps)
            self.steps.append(step)
        return self.places[step]

    def number(self, value: Fraction | int) -> int:
        return self.emit("rational", number=Fraction(value))

    def write(self, e: Any) -> int:
        leaf = _LEAVES.get(e)
        if leaf is not None:
            return self.emit(leaf)
        if e.is_Rational:
            return self.number(Fraction(int(e.p), int(e.q)))
        if isinstance(e, (sympy.Add, sympy.Mul)):
            return self._fold("add" if isinstance(e, sympy.Add) else "multiply", e.args)
        if isinstance(e, sympy.Pow):
            return self._power(*e.args)
        return self._kink(e) if isinstance(e, (sympy.Max, sympy.Min, sympy.Abs)) else self._function(e)

    def _function(self, e: Any) -> int:
        if isinstance(e, sympy.log) and (inner := _after_one(e.args[0])) is not None:
            return self.emit("softplus", self.write(inner))
        if type(e) in _UNARY:
            return self.emit(_UNARY[type(e)], self.write(e.args[0]))
        raise InvalidExpression(f"got {str(e)[:60]}, which is outside the functions of a loss; use exp, log, sqrt, ...")

    def _fold(self, operation: str, args: tuple[Any, ...]) -> int:
        place = self.write(args[0])
        for other in args[1:]:
            place = self.emit(operation, place, self.write(other))
        return place

    def _power(self, base: Any, exponent: Any) -> int:
        if exponent.is_Integer and int(exponent) == -1 and (inner := _after_one(base)) is not None:
            return self.emit("sigmoid", self.write(-inner))
        if exponent.is_Rational:
            return self.emit("power", self.write(base), number=Fraction(int(exponent.p), int(exponent.q)))
        return self.emit("exp", self.write(exponent * sympy.log(base)))

    def _kink(self, e: Any) -> int:
        if isinstance(e, sympy.Abs):
            inner = self.write(e.args[0])
            return self.emit("max", inner, self.emit("multiply", self.number(-1), inner))
        sign = 1 if isinstance(e, sympy.Max) else -1
        args: tuple[Any, ...] = e.args
        places = [self.write(sign * arg) for arg in args]
        place = places[0]
        for other in places[1:]:
            place = self.emit("max", place, other)
        return place if sign == 1 else self.emit("multiply", self.number(-1), place)


def _after_one(e: Any) -> Any:
    """``u`` when ``e`` is ``1 + exp(u)``."""
    if isinstance(e, sympy.Add) and len(e.args) == 2 and e.args[0] == 1 and isinstance(e.args[1], sympy.exp):
        return e.args[1].args[0]
    return None


def run(program: Program, arithmetic: Any, jet: list[Any], side: int = LEFT) -> list[Any]:
    """The jet ``[f, f', ...]`` of the program at a jet of ``t``; as many entries as ``jet`` has."""
    results: list[list[Any]] = []
    for step in program.steps:
        results.append(_step(step, arithmetic, [results[i] for i in step.arguments], jet, side))
    return results[program.result]


def _step(step: Step, ar: Any, args: list[list[Any]], jet: list[Any], side: int) -> list[Any]:
    if step.operation == "t":
        return jet
    if not args:
        zero = ar.constant("rational", Fraction(0))
        return [ar.constant(step.operation, step.number)] + [zero] * (len(jet) - 1)
    if step.operation == "add":
        return [ar.add(a, b) for a, b in zip(*args, strict=True)]
    if step.operation == "multiply":
        return _product(ar, *args)
    if step.operation == "max":
        return ar.larger(args[0], args[1], side)
    return _chain(ar, _outer(step, ar, args[0][0], len(args[0])), args[0])


def _product(ar: Any, a: list[Any], b: list[Any]) -> list[Any]:
    result = [ar.multiply(a[0], b[0])]
    if len(a) > 1:
        result.append(ar.add(ar.multiply(a[1], b[0]), ar.multiply(a[0], b[1])))
    if len(a) > 2:
        cross = ar.multiply(ar.constant("rational", Fraction(2)), ar.multiply(a[1], b[1]))
        result.append(ar.add(ar.add(ar.multiply(a[2], b[0]), ar.multiply(a[0], b[2])), cross))
    return result


def _chain(ar: Any, g: list[Any], u: list[Any]) -> list[Any]:
    """``(g o u)' = g' u'`` and ``(g o u)'' = g'' u'^2 + g' u''``."""
    result = [g[0]]
    if len(u) > 1:
        result.append(ar.multiply(g[1], u[1]))
    if len(u) > 2:
        result.append(ar.add(ar.multiply(g[2], ar.power(u[1], Fraction(2))), ar.multiply(g[1], u[2])))
    return result


def _outer(step: Step, ar: Any, u: Any, length: int) -> list[Any]:
    """``[g(u), g'(u), g''(u)]`` of one elementary function, up to ``length`` entries."""
    if step.operation == "power":
        return _outer_power(ar, u, step.number or Fraction(0), length)
    g = [ar.unary(step.operation, u)]
    return g if length == 1 else (g + _SLOPES[step.operation](ar, u, g[0]))[:length]


def _outer_power(ar: Any, u: Any, p: Fraction, length: int) -> list[Any]:
    result, factor = [], Fraction(1)
    for order in range(length):
        term = ar.power(u, p - order) if factor != 0 else ar.constant("rational", Fraction(0))
        result.append(term if factor in (0, 1) else ar.multiply(ar.constant("rational", factor), term))
        factor *= p - order
    return result


def _minus(ar: Any, a: Any, times: int = 1) -> Any:
    return ar.multiply(ar.constant("rational", Fraction(-times)), a)


def _softplus_slopes(ar: Any, u: Any, _: Any) -> list[Any]:
    up = ar.unary("sigmoid", u)
    return [up, ar.multiply(up, ar.unary("sigmoid", _minus(ar, u)))]


def _sigmoid_slopes(ar: Any, u: Any, value: Any) -> list[Any]:
    down = ar.unary("sigmoid", _minus(ar, u))
    slope = ar.multiply(value, down)
    return [slope, ar.multiply(slope, ar.add(down, _minus(ar, value)))]


def _tanh_slopes(ar: Any, u: Any, value: Any) -> list[Any]:
    slope = ar.power(ar.unary("cosh", u), Fraction(-2))
    return [slope, _minus(ar, ar.multiply(value, slope), 2)]


def _atan_slopes(ar: Any, u: Any, _: Any) -> list[Any]:
    slope = ar.power(ar.add(ar.constant("rational", Fraction(1)), ar.power(u, Fraction(2))), Fraction(-1))
    return [slope, _minus(ar, ar.multiply(u, ar.power(slope, Fraction(2))), 2)]


def _asinh_slopes(ar: Any, u: Any, _: Any) -> list[Any]:
    slope = ar.power(ar.add(ar.constant("rational", Fraction(1)), ar.power(u, Fraction(2))), Fraction(-1, 2))
    return [slope, _minus(ar, ar.multiply(u, ar.power(slope, Fraction(3))))]


def _log_slopes(ar: Any, u: Any, _: Any) -> list[Any]:
    return [ar.power(u, Fraction(-1)), _minus(ar, ar.power(u, Fraction(-2)))]


_SLOPES = {
    "exp": lambda _ar, _u, value: [value, value],
    "log": _log_slopes,
    "softplus": _softplus_slopes,
    "sigmoid": _sigmoid_slopes,
    "tanh": _tanh_slopes,
    "sinh": lambda ar, u, value: [ar.unary("cosh", u), value],
    "cosh": lambda ar, u, value: [ar.unary("sinh", u), value],
    "atan": _atan_slopes,
    "asinh": _asinh_slopes,
}
