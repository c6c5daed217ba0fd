"""Is an expression positive, or not negative, on the whole real line? Proved, refuted with a witness, or undecided.

Three layers, from cheap to dear. *Rules* read a sign off the expression. *Algebra* isolates every zero of a rational
function of ``t`` or of ``e^(c t)``. *Analysis* proves both tails by an expansion with remainder and covers what is
between by enclosures; an exact zero inside is treated by Taylor's formula around it.

A refutation always carries a point at which the sign was evaluated with balls, never with plain floats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from lgantheory.claims import Verdict
from lgantheory.errors import InvalidExpression
from lgantheory.symbolic import T
from lgantheory.symbolic.algebra import Cut, SignTable, sign_table
from lgantheory.symbolic.balls import precision
from lgantheory.symbolic.covers import Budget, TooHard, cover, sign_at, sign_on_cell
from lgantheory.symbolic.identities import vanishes_at
from lgantheory.symbolic.pieces import Piece, cut_at_kinks, point_inside
from lgantheory.symbolic.signs import Sign, read_sign
from lgantheory.symbolic.tails import sign_at_infinity

# Arbitrary: where a counterexample is looked for first; the proof does not depend on it.
_SAMPLES = tuple(
    Fraction(s) for s in (0, 1, -1, 2, -2, "1/2", "-1/2", 3, -3, 5, -5, 8, -8, 20, -20, 100, -100, 1000, -1000)
)
# Arbitrary: up to which order Taylor's formula is tried at an exact zero.
_TAYLOR_ORDER = 6


@dataclass(frozen=True)
class Proof:
    """A verdict with its argument; ``witness`` is a point where the statement fails, ``value`` what is found there."""

    verdict: Verdict
    argument: str
    witness: Any = None
    value: Any = None

    @property
    def is_proved(self) -> bool:
        return self.verdict is Verdict.PROVED


def prove_sign(expression: sympy.Expr, relation: str, budget: Budget | None = None) -> Proof:
    """Whether ``expression > 0`` (relation ``">"``) or ``>= 0`` (``">="``) for every real ``t``."""
    budget = budget or Budget()
    try:
        pieces = cut_at_kinks(expression, budget)
    except (TooHard, InvalidExpression) as error:
        return Proof(Verdict.UNDECIDED, f"not decided: {error}")
    return conjunction([prove_on(piece, relation, budget) for piece in pieces])


def conjunction(proofs: list[Proof]) -> Proof:
    """All of them: refuted by the first refutation, else undecided by the first gap, else proved."""
    for verdict in (Verdict.REFUTED, Verdict.UNDECIDED):
        for proof in proofs:
            if proof.verdict is verdict:
                return proof
    return Proof(Verdict.PROVED, "; ".join(dict.fromkeys(proof.argument for proof in proofs)))


def prove_on(piece: Piece, relation: str, budget: Budget) -> Proof:
    """The same on one piece, ends included; the formula of the piece is smooth."""
    assert relation in (">", ">="), relation
    try:
        proof = _by_rules(piece, relation) or _by_algebra(piece, relation)
        return proof or _by_sample(piece, relation) or _by_analysis(piece, relation, budget)
    except (TooHard, InvalidExpression) as error:
        return Proof(Verdict.UNDECIDED, f"{_shown(piece)}: not decided by rules, algebra or covers: {error}")


def _shown(piece: Piece) -> str:
    text = str(piece.formula)
    text = text if len(text) <= 80 else text[:77] + "..."
    return text if piece.low is None and piece.high is None else f"{text} on {piece}"


def _refuted(piece: Piece, at: Fraction, sign: int) -> Proof:
    witness = sympy.Rational(at.numerator, at.denominator)
    word = "is 0" if sign == 0 else "is negative"
    return Proof(Verdict.REFUTED, f"{_shown(piece)} {word} at t = {witness}", witness, value_at(piece.formula, at))


def value_at(expression: sympy.Expr, at: Fraction) -> float:
    """The value at a rational point, as the nearest double."""
    from lgantheory.symbolic.compiled import Compiled

    with precision(256):
        ball = Compiled(expression).enclose(at, 256)
    return float(ball.mid())


def _by_rules(piece: Piece, relation: str) -> Proof | None:
    sign = read_sign(piece.formula)
    if sign is Sign.POSITIVE or (relation == ">=" and sign in (Sign.NOT_NEGATIVE, Sign.ZERO)):
        return Proof(
            Verdict.PROVED, f"{_shown(piece)} is {'positive' if sign is Sign.POSITIVE else 'not negative'} term by term"
        )
    if sign is Sign.NEGATIVE or (relation == ">" and sign in (Sign.ZERO, Sign.NOT_POSITIVE)):
        at = point_inside(*piece.inner)
        if sign is Sign.NOT_POSITIVE:
            return None
        return _refuted(piece, at, 0 if sign is Sign.ZERO else -1)
    return None


def _by_algebra(piece: Piece, relation: str) -> Proof | None:
    table = sign_table(piece.formula)
    if table is None:
        return None
    found = _zero_inside(piece, table) if relation == ">" else None
    if found is not None:
        about = "at" if found.exact is not None else "within 2^-60 of"
        return Proof(Verdict.REFUTED, f"{_shown(piece)} is 0 {about} t = {found}", found.witness, sympy.Integer(0))
    ends = [None, *table.zeros, None]
    is_complete = relation == ">=" or not any(_may_hold(piece, zero) for zero in table.zeros)
    for sign, low, high in zip(table.signs, ends[:-1], ends[1:], strict=True):
        if sign > 0 or (sign == 0 and relation == ">="):
            continue
        at = _common_point(piece, low, high)
        if at is not None:
            return _refuted(piece, at, sign)
        is_complete = is_complete and not _touches(piece, low, high)
    return Proof(Verdict.PROVED, f"{_shown(piece)}: {_count(table)}") if is_complete else None


def _count(table: SignTable) -> str:
    zeros = ", ".join(f"t = {zero}" for zero in table.zeros)
    return f"sign between its zeros ({zeros}), which were isolated exactly" if zeros else "no zero (exact root count)"


def _common_point(piece: Piece, low: Cut | None, high: Cut | None) -> Fraction | None:
    """A rational point certainly inside the piece and strictly between two zeros."""
    inner = piece.inner
    lows = [x for x in (inner[0], low and low.high) if x is not None]
    highs = [x for x in (inner[1], high and high.low) if x is not None]
    left, right = max(lows, default=None), min(highs, default=None)
    if left is not None and right is not None and left >= right:
        return None
    return point_inside(left, right)


def _touches(piece: Piece, low: Cut | None, high: Cut | None) -> bool:
    """Whether the stretch between two zeros might reach into the piece at more than an end point."""
    outer = piece.outer
    is_left = high is not None and outer[0] is not None and (high.high <= outer[0] or high.is_same_as(piece.low))
    is_right = low is not None and outer[1] is not None and (low.low >= outer[1] or low.is_same_as(piece.high))
    return not (is_left or is_right)


def _zero_inside(piece: Piece, table: SignTable) -> Cut | None:
    inner = piece.inner
    for zero in table.zeros:
        after = inner[0] is None or inner[0] <= zero.low or zero.is_same_as(piece.low)
        before = inner[1] is None or zero.high <= inner[1] or zero.is_same_as(piece.high)
        if after and before:
            return zero
    return None


def _may_hold(piece: Piece, zero: Cut) -> bool:
    outer = piece.outer
    return not ((outer[0] is not None and zero.high < outer[0]) or (outer[1] is not None and zero.low > outer[1]))


def _samples(piece: Piece) -> Iterator[Fraction]:
    low, high = piece.inner
    yield point_inside(low, high)
    for at in (*_SAMPLES, *(x for x in (low, high) if x is not None)):
        if (low is None or low <= at) and (high is None or at <= high):
            yield at


def exact_sign_at(expression: sympy.Expr, at: Fraction) -> int | None:
    """Sign at a rational point; 0 only when sympy reduces the value to 0 or the ball is exactly 0."""
    sign = sign_at(expression, at)
    if sign is None:
        return 0 if vanishes_at(expression, sympy.Rational(at.numerator, at.denominator)) else None
    return sign


def _by_sample(piece: Piece, relation: str) -> Proof | None:
    for at in _samples(piece):
        sign = sign_at(piece.formula, at)
        if sign == -1 or (relation == ">" and sign is None and exact_sign_at(piece.formula, at) == 0):
            return _refuted(piece, at, 0 if sign is None else -1)
        if sign == 0 and relation == ">":
            return _refuted(piece, at, 0)
    return None


def _by_analysis(piece: Piece, relation: str, budget: Budget) -> Proof:
    """Tails, then exact zeros by Taylor, then the cover of the rest."""
    low, high = piece.outer
    arguments = []
    for direction in (-1, 1):
        if (low if direction < 0 else high) is not None:
            continue
        tail = sign_at_infinity(piece.formula, direction)
        side = "-oo" if direction < 0 else "oo"
        if tail is None:
            raise TooHard(f"its behaviour for t -> {side} could not be expanded")
        if tail[0] < 0 or (tail[0] == 0 and relation == ">"):
            return _refuted(piece, _beyond(piece, direction, tail[1]), tail[0])
        arguments.append(f"expansion for {'-' if direction < 0 else ''}t >= {tail[1]}")
        low, high = (-tail[1], high) if direction < 0 else (low, tail[1])
    assert low is not None
    assert high is not None
    return _cover_between(piece, relation, (low, high), arguments, budget)


def _beyond(piece: Piece, direction: int, start: Fraction) -> Fraction:
    """A point of the piece in the tail that begins at ``start``."""
    other = piece.inner[0] if direction > 0 else piece.inner[1]
    return direction * (start if other is None else max(start, direction * other + 1))


def _cover_between(
    piece: Piece, relation: str, ends: tuple[Fraction, Fraction], arguments: list[str], budget: Budget
) -> Proof:
    low, high = ends
    gaps = _taylor_gaps(piece, low, high) if relation == ">=" else []
    cursor, cells = low, 0
    for left, right in [*gaps, (high, high)]:
        for a, b, sign in cover(piece.formula, cursor, left, budget) if cursor < left else ():
            cells += 1
            if sign < 0 and (at := _common_point(piece, Cut.at(a), Cut.at(b))) is not None:
                return _refuted(piece, at, -1)
            if sign <= 0:
                raise TooHard(f"no sign could be shown near t = {float(a):.6g}")
        cursor = max(cursor, right)
    if gaps:
        arguments.append(f"Taylor's formula at {len(gaps)} exact zero(s)")
    arguments.append(f"interval cover of [{float(low):g}, {float(high):g}] in {cells} cells")
    return Proof(Verdict.PROVED, f"{_shown(piece)}: {', '.join(arguments)}")


def _taylor_gaps(piece: Piece, low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Intervals around the exact zeros found among the samples, on which ``>= 0`` holds by Taylor's formula."""
    zeros = {at for at in _samples(piece) if low <= at <= high and exact_sign_at(piece.formula, at) == 0}
    gaps = [
        (max(low, at - width), min(high, at + width))
        for at in zeros
        if (width := _taylor_width(piece.formula, at, (low, high)))
    ]
    return sorted(gaps)


def _taylor_width(g: sympy.Expr, at: Fraction, ends: tuple[Fraction, Fraction]) -> Fraction | None:
    """``w`` with ``g >= 0`` within ``w`` of its zero, or ``None``.

    The first derivative that is not zero there must have even order (or the zero must be the left end) and be positive
    on all of that interval.
    """
    for order in range(1, _TAYLOR_ORDER + 1):
        g = sympy.diff(g, T)
        sign = exact_sign_at(g, at)
        if sign == 0:
            continue
        wanted = 1 if order % 2 == 0 or at == ends[0] else -1 if at == ends[1] else 0
        if sign is None or sign != wanted:
            return None
        for width in (Fraction(1, 2**k) for k in range(1, 12)):
            with precision(128):
                if sign_on_cell(g, max(at - width, ends[0]), min(at + width, ends[1])) == sign:
                    return width
    return None
