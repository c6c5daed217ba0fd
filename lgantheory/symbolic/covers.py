"""Signs on a bounded interval, by adaptive covers: each cell is decided by an enclosure, or halved."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import sympy
from flint import arb

from lgantheory.symbolic import T
from lgantheory.symbolic.algebra import Cut
from lgantheory.symbolic.balls import ball, between, enclose, precision
from lgantheory.symbolic.programs import Program, program_of

# Arbitrary: the work one proof may spend; about a second. A long formula uses up several cells at each one.
CELLS = 3000
_STEPS_OF_A_CELL = 20
_BITS = 96
_ROOT_WIDTH = Fraction(1, 2**60)
_SMALLEST_CELL = Fraction(1, 2**30)


class TooHard(Exception):
    """The cover ran out of cells, or a zero could not be pinned down."""


@dataclass
class Budget:
    """Cells left to spend."""

    cells: int = CELLS

    def spend(self, program: Program) -> None:
        """Account for one more cell on which that program is run."""
        self.cells -= 1 + len(program.steps) // _STEPS_OF_A_CELL
        if self.cells < 0:
            raise TooHard("the interval cover used up its cells")


def sign_at(expression: sympy.Expr, t: Fraction, bits: int = 256) -> int | None:
    """The certain sign at one rational point; 0 only when the ball is exactly zero."""
    with precision(bits):
        return _sign_of(enclose(program_of(expression), ball(t))[0])


def _sign_of(value: arb) -> int | None:
    if not value.is_finite():
        return None
    if value > 0 or value < 0:
        return 1 if value > 0 else -1
    return 0 if value.is_exact() and value == 0 else None


def sign_on_cell(expression: sympy.Expr, low: Fraction, high: Fraction) -> int | None:
    """The sign on a whole cell when one enclosure shows it: directly, by mean value, or by Taylor to second order."""
    program, cell, middle = program_of(expression), between(low, high), (low + high) / 2
    direct = enclose(program, cell, order=2)
    sign = _sign_of(direct[0])
    if sign is not None or low == high:
        return sign
    step = cell - ball(middle)
    centre = enclose(program, ball(middle), order=1)
    sign = _sign_of(centre[0] + direct[1] * step)
    if sign is not None:
        return sign
    return _sign_of(centre[0] + centre[1] * step + direct[2] * (step.abs_upper() ** 2 / 2) * arb(0).union(arb(1)))


def cover(
    expression: sympy.Expr, low: Fraction, high: Fraction, budget: Budget
) -> Iterator[tuple[Fraction, Fraction, int]]:
    """Cells that make up ``[low, high]`` from left to right, each with its sign; 0 marks a cell too small to decide."""
    stack = [(low, high)]
    with precision(_BITS):
        while stack:
            a, b = stack.pop()
            budget.spend(program_of(expression))
            sign = sign_on_cell(expression, a, b)
            if sign is not None or b - a <= _SMALLEST_CELL:
                yield a, b, sign or 0
            else:
                stack += [((a + b) / 2, b), (a, (a + b) / 2)]


def zeros_on(expression: sympy.Expr, low: Fraction, high: Fraction, budget: Budget) -> list[Cut]:
    """All zeros in ``[low, high]``, each simple; raises ``TooHard`` when one is not, or cannot be isolated."""
    slope = sympy.diff(expression, T)
    zeros, stack = [], [(low, high)]
    with precision(_BITS):
        while stack:
            a, b = stack.pop()
            budget.spend(program_of(expression))
            if sign_on_cell(expression, a, b) in (1, -1):
                continue
            if sign_on_cell(slope, a, b) in (1, -1):
                zeros += _only_zero(expression, a, b)
            elif b - a <= _SMALLEST_CELL:
                raise TooHard(f"a zero near t = {float(a):.6g} could not be isolated")
            else:
                stack += [((a + b) / 2, b), (a, (a + b) / 2)]
    unique = {cut.low: cut for cut in zeros}
    return [unique[key] for key in sorted(unique)]


def _only_zero(expression: sympy.Expr, a: Fraction, b: Fraction) -> list[Cut]:
    """The zero of a function that is strictly monotone on the cell, if it has one."""
    left, right = sign_at(expression, a), sign_at(expression, b)
    if left is None or right is None:
        raise TooHard(f"a sign at the edge of a cell near t = {float(a):.6g} could not be told")
    if left == 0 or right == 0:
        return [Cut.at(a if left == 0 else b)]
    if left == right:
        return []
    while b - a > _ROOT_WIDTH:
        middle = (a + b) / 2
        sign = sign_at(expression, middle)
        if sign == 0:
            return [Cut.at(middle)]
        if sign is None:
            raise TooHard(f"a zero near t = {float(middle):.6g} could not be isolated")
        a, b = (middle, b) if sign == left else (a, middle)
    return [Cut(a, b)]
