"""A formula as a tape of numbers, and the one compiled machine that runs every tape. Imports numba: import it late.

A tape is two arrays. Each step of the program (``programs``) has a row of ``work``, which holds its number, a factor or
an exponent, and then its jet ``f, f', f''``. Constants come first, with their jets written once and for all; then
``t``; then what remains to be computed, in order, the result last. ``code`` says which row is the first to be computed
and which is the last, and has a row for each of them: what to do, and with which rows of ``work``.

Compiled functions get both arrays as bare pointers, and whoever calls them passes two numbers. Arrays by value, with
shapes and strides, would be eighteen arguments, and the machine would run a third as fast.

The machine goes through ``code`` from top to bottom. It allocates nothing and never raises; what overflows is ``inf``,
or NaN where two infinities meet. It does not guard against cancellation: its error is that of the formula as written,
of the size that ``doubles`` bounds. ``Compiled`` goes on to balls where that is too much; whoever runs a tape relies on
a certificate instead, and must expect a second derivative a rounding below 0.

The compiled functions are marked ``no_type_check``, which keeps the checks of types that tests put around everything
away from them: numba compiles plain functions only. They share a file with the codes that they test for, because numba
keeps a compiled function for as long as its own file is the same.
"""

import math
from enum import IntEnum, auto
from typing import Any, no_type_check

import numpy as np
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from lgantheory.arrays import Array, Float, Int
from lgantheory.symbolic.balls import ball, enclose, precision
from lgantheory.symbolic.programs import Program, Step, program_of

Code = Int[Array, "s 3"]
Work = Float[Array, "r 4"]

# Arbitrary: far more bits than a double has, for constants such as log(2) - 1/2 that are computed once.
_BITS = 256

_PAIR = types.UniTuple(types.float64, 2)
SIGNATURE = _PAIR(types.float64, types.CPointer(types.int64), types.CPointer(types.float64))
JET = types.FunctionType(_PAIR(types.float64, types.intp, types.intp))


class Op(IntEnum):
    """What a row of code does. The machine tells the three groups apart by the last members of the first two."""

    ADD = 0
    MULTIPLY = auto()
    MAX = auto()
    SCALE = auto()

    SQRT = auto()
    POWER = auto()
    LOG = auto()
    ATAN = auto()
    ASINH = auto()

    EXP = auto()
    SOFTPLUS = auto()
    SIGMOID = auto()
    TANH = auto()
    SINH = auto()
    COSH = auto()


_OF_TWO = (Op.ADD, Op.MULTIPLY, Op.MAX)
_LINEAR = (Op.ADD, Op.SCALE)


def tape_of(expression: Any) -> tuple[Code, Work]:
    """``code`` and ``work`` of an expression in the grammar of ``expressions``; new arrays at each call."""
    return _Assembler(program_of(expression)).tape()


class _Assembler:
    """Gives every step of a program its row."""

    def __init__(self, program: Program) -> None:
        self.steps = program.steps[: program.result + 1]
        self.constants: list[int] = []
        self.active: list[int] = []
        for place, step in enumerate(self.steps):
            if step.operation != "t":
                is_constant = all(i in self.constants for i in step.arguments)
                (self.constants if is_constant else self.active).append(place)
        inputs = [place for place, step in enumerate(self.steps) if step.operation == "t"]
        self.rows = {place: row for row, place in enumerate([*self.constants, *inputs, *self.active])}
        self.first = len(self.rows) - len(self.active)
        self.work = np.zeros((len(self.rows), 4))

    def tape(self) -> tuple[Code, Work]:
        """Fill both arrays."""
        for row, place in enumerate(self.constants):
            self.work[row, 1] = self._constant(place)
        self.work[len(self.constants) : self.first, 2] = 1.0  # the slope of t
        code = [self._row(place) for place in self.active]
        self._mark_values(code)
        return np.array([[self.first, len(self.rows) - 1, 0], *code], dtype=np.int64), self.work

    def _constant(self, place: int) -> float:
        """The double nearest to a step that does not depend on ``t``."""
        with precision(_BITS):
            return float(enclose(Program(self.steps[: place + 1], place), ball(0))[0].mid())

    def _row(self, place: int) -> list[int]:
        """What a step does; its number, where it has one, goes to its row of ``work``."""
        step = self.steps[place]
        op, operands = _op(step), [self.rows[i] for i in step.arguments]
        if step.number is not None:
            self.work[self.rows[place], 0] = float(step.number)
        if op == Op.MULTIPLY and min(operands) < len(self.constants):
            self.work[self.rows[place], 0] = self.work[min(operands), 1]
            return [Op.SCALE, max(operands), 0]
        if op == Op.MULTIPLY and len(operands) == 1:  # the square
            return [op, *operands, *operands]
        return [op, *operands, 0][:3]

    def _mark_values(self, code: list[list[int]]) -> None:
        """Say, in the free operand of a function, whether anyone asks for its value.

        Of the result only the derivatives are asked for, and those of a sum need no values: in ``log(1 + e^t)`` the
        logarithm itself is never computed.
        """
        needed = [False] * len(self.rows)
        for row in reversed(range(len(code))):
            op, a, b = code[row]
            passed_on = needed[self.first + row] or op not in _LINEAR
            for operand in (a, b) if op in _OF_TWO else (a,):
                needed[operand] |= passed_on
            if op > Op.SCALE:
                code[row][2] = int(needed[self.first + row])


def _op(step: Step) -> Op:
    if step.operation == "power":
        return {"2": Op.MULTIPLY, "1/2": Op.SQRT}.get(str(step.number), Op.POWER)
    return Op[step.operation.upper()]


@intrinsic
@no_type_check
def function_at(_context, _address):
    """The function at an address, a ``JET``, which compiled code calls like any other: ``(t, code, work)``.

    To the caller the last two are addresses, to the function they are pointers; machines pass them alike.
    """

    def generate(context, builder, signature, arguments):
        function = cgutils.create_struct_proxy(signature.return_type)(context, builder)
        function.c_addr = builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))
        return function._getvalue()

    return JET(types.intp), generate


@no_type_check
def machine(t, code, work):
    """``f'(t)`` and ``f''(t)`` of the formula of a tape. ``work`` is written to: a tape cannot serve two threads."""
    first, last, at = 4 * code[0], 4 * code[1], 0
    work[first - 3] = t
    jet = (t, work[last + 2], work[last + 3])
    for row in range(first, last + 4, 4):
        at += 3
        op, a, b = code[at], 4 * code[at + 1], 4 * code[at + 2]
        u = (work[a + 1], work[a + 2], work[a + 3])
        if op <= Op.SCALE:
            jet = _arithmetic(op, u, (work[b + 1], work[b + 2], work[b + 3]), work[row])
        elif op <= Op.ASINH:
            jet = _algebraic(op, u, work[row], b != 0)
        else:
            jet = _chained(_exponential(op, u[0], b != 0), u)
        work[row + 1], work[row + 2], work[row + 3] = jet
    return jet[1], jet[2]


# Put in line by force: what remains a call may raise, for all that numba knows, and then each run counts references.
_part = njit(error_model="numpy", forceinline=True)


@_part
@no_type_check
def _arithmetic(op, u, v, number):
    if op == Op.ADD:
        return u[0] + v[0], u[1] + v[1], u[2] + v[2]
    if op == Op.SCALE:
        return number * u[0], number * u[1], number * u[2]
    if op == Op.MULTIPLY:
        return u[0] * v[0], u[1] * v[0] + u[0] * v[1], u[2] * v[0] + u[0] * v[2] + 2.0 * (u[1] * v[1])
    return u if u[0] > v[0] or (u[0] == v[0] and u[1] < v[1]) else v  # the left slope at a tie


@_part
@no_type_check
def _algebraic(op, u, number, is_value_needed):
    """Functions with algebraic derivatives, as quotients: ``t / sqrt(t^2 + c)`` is never above 1, not by rounding."""
    if op == Op.SQRT:
        root = math.sqrt(u[0])
        slope = 0.5 * u[1] / root
        return root, slope, (0.5 * u[2] - slope * slope) / root
    if op == Op.POWER:
        return _power(u, number)
    if op == Op.LOG:
        slope = u[1] / u[0]
        return math.log(u[0]) if is_value_needed else 0.0, slope, u[2] / u[0] - slope * slope
    root = math.hypot(1.0, u[0])
    leg, part = u[0] / root, u[1] / root
    if op == Op.ASINH:
        return math.asinh(u[0]) if is_value_needed else 0.0, part, (u[2] - leg * part * u[1]) / root
    slope = part / root
    return math.atan(u[0]) if is_value_needed else 0.0, slope, u[2] / root / root - 2.0 * leg * part * slope


@_part
@no_type_check
def _power(u, p):
    """``u^p`` by its logarithmic derivative. At ``u = 0`` all three vanish, since ``p`` is whole and above 2."""
    if u[0] == 0.0 and p > 2.0:
        return 0.0, 0.0, 0.0
    value, slope = u[0] ** p, u[1] / u[0]
    return value, p * value * slope, p * value * ((p - 1.0) * slope * slope + u[2] / u[0])


@_part
@no_type_check
def _exponential(op, u, is_value_needed):
    """``g, g', g''`` at a number ``u``, for functions made of exponentials, of a negative number where possible."""
    if op == Op.EXP:
        value = math.exp(u)
        return value, value, value
    if op == Op.SINH:
        return math.sinh(u), math.cosh(u), math.sinh(u)
    if op == Op.COSH:
        return math.cosh(u), math.sinh(u), math.cosh(u)
    if op == Op.TANH:
        small, value = math.exp(-2.0 * abs(u)), math.tanh(u)
        slope = 4.0 * small / ((1.0 + small) * (1.0 + small))
        return value, slope, -2.0 * value * slope
    small = math.exp(-abs(u))
    whole = 1.0 + small
    up, slope = (1.0 if u >= 0.0 else small) / whole, small / (whole * whole)
    if op == Op.SIGMOID:
        return up, slope, slope * math.copysign((1.0 - small) / whole, -u)
    return max(u, 0.0) + math.log1p(small) if is_value_needed else 0.0, up, slope


@_part
@no_type_check
def _chained(g, u):
    """``g o u``: an exponential that has vanished wins over any infinity, and so does a second derivative that is 0."""
    slope = g[1] * u[1] if g[1] != 0.0 else 0.0
    bend = g[2] * u[1] * u[1] if g[2] != 0.0 else 0.0
    return g[0], slope, bend + g[1] * u[2] if g[1] != 0.0 and u[2] != 0.0 else bend
