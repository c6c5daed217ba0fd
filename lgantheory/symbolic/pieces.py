"""Cut the line at the kinks of an expression, so that each piece is one smooth formula.

A kink is where the two sides of a ``Max``, ``Min`` or ``Abs`` are equal. Every zero of their difference is found and
isolated (exactly for rational functions of ``t`` or of ``e^(c t)``, by covers and tails otherwise), or the cutting
fails as a whole.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from lgantheory.symbolic.algebra import Cut, sign_table, simplest_between
from lgantheory.symbolic.covers import Budget, TooHard, sign_at, zeros_on
from lgantheory.symbolic.tails import sign_at_infinity

# Arbitrary: more pieces than this are not looked at one by one.
_MOST_PIECES = 64
KINKS = (sympy.Max, sympy.Min, sympy.Abs)


@dataclass(frozen=True)
class Piece:
    """A smooth formula between two cuts; ``None`` is infinity."""

    low: Cut | None
    high: Cut | None
    formula: Any

    @property
    def inner(self) -> tuple[Fraction | None, Fraction | None]:
        """An interval certainly inside the piece."""
        return None if self.low is None else self.low.high, None if self.high is None else self.high.low

    @property
    def outer(self) -> tuple[Fraction | None, Fraction | None]:
        """An interval that certainly contains the piece."""
        return None if self.low is None else self.low.low, None if self.high is None else self.high.high

    def __str__(self) -> str:
        low = "-oo" if self.low is None else str(self.low)
        return f"({low}, {'oo' if self.high is None else self.high})"


def cut_at_kinks(expression: sympy.Expr, budget: Budget) -> list[Piece]:
    """The pieces from left to right. Raises ``TooHard`` when a kink cannot be located."""
    pieces = _cut(Piece(None, None, expression), budget)
    merged = [pieces[0]]
    for piece in pieces[1:]:
        if piece.formula == merged[-1].formula:
            merged[-1] = Piece(merged[-1].low, piece.high, piece.formula)
        else:
            merged.append(piece)
    return merged


def _cut(piece: Piece, budget: Budget) -> list[Piece]:
    node = _innermost_kink(piece.formula)
    if node is None:
        return [piece]
    first, second = (node.args[0], -node.args[0]) if isinstance(node, sympy.Abs) else node.args[:2]
    difference = first - second
    cuts = [piece.low, *_zeros_inside(difference, piece, budget), piece.high]
    if len(cuts) > _MOST_PIECES:
        raise TooHard(f"there are more than {_MOST_PIECES} kinks")
    pieces = []
    for low, high in pairwise(cuts):
        part = Piece(low, high, piece.formula)
        is_first = _sign_inside(difference, part) >= 0
        larger = first if is_first != isinstance(node, sympy.Min) else second
        rest = node.args[2:] if not isinstance(node, sympy.Abs) else ()
        winner = type(node)(larger, *rest) if rest else larger
        pieces += _cut(Piece(low, high, piece.formula.xreplace({node: winner})), budget)
    return pieces


def _innermost_kink(expression: Any) -> Any:
    """A kink whose own arguments are smooth; the same one on every run."""
    for node in sympy.postorder_traversal(expression):
        if isinstance(node, KINKS):
            return node
    return None


def _sign_inside(difference: sympy.Expr, piece: Piece) -> int:
    sign = sign_at(difference, point_inside(*piece.inner))
    if sign is None:
        raise TooHard("the larger side of a Max could not be told")
    return sign


def point_inside(low: Fraction | None, high: Fraction | None) -> Fraction:
    """A simple rational strictly between two ends, ``None`` being infinity."""
    if low is None and high is None:
        return Fraction(0)
    if low is None:
        return Fraction(math.ceil(high or 0) - 1)
    if high is None:
        return Fraction(math.floor(low) + 1)
    quarter = (high - low) / 4
    return simplest_between(low + quarter, high - quarter)


def _zeros_inside(difference: sympy.Expr, piece: Piece, budget: Budget) -> list[Cut]:
    if difference == 0:
        return []
    table = sign_table(difference)
    zeros = list(table.zeros) if table is not None else _zeros_by_cover(difference, piece, budget)
    return [cut for cut in zeros if _is_inside(cut, piece)]


def _is_inside(cut: Cut, piece: Piece) -> bool:
    return not (
        (piece.low is not None and _is_at_or_before(cut, piece.low))
        or (piece.high is not None and _is_at_or_before(piece.high, cut))
    )


def _is_at_or_before(a: Cut, b: Cut) -> bool:
    """Whether ``a <= b``; raises ``TooHard`` when two isolating intervals overlap without being the same point."""
    if a.high < b.low or b.high < a.low:
        return a.high < b.low
    if a.is_same_as(b):
        return True
    raise TooHard(f"two kinks near t = {float(a.low):.6g} could not be told apart")


def _zeros_by_cover(difference: sympy.Expr, piece: Piece, budget: Budget) -> list[Cut]:
    low, high = bounded(difference, piece)
    return zeros_on(difference, low, high, budget) if low < high else []


def bounded(expression: sympy.Expr, piece: Piece) -> tuple[Fraction, Fraction]:
    """The bounded part of a piece outside of which the expression has no zero, by its tails."""
    low, high = piece.outer
    ends = {-1: low, 1: high}
    for direction, end in ends.items():
        if end is None:
            tail = sign_at_infinity(expression, direction)
            if tail is None or tail[0] == 0:
                raise TooHard(f"the behaviour for t -> {'-' if direction < 0 else ''}oo could not be expanded")
            ends[direction] = direction * tail[1]
    left, right = ends[-1], ends[1]
    assert left is not None
    assert right is not None
    return left, right
