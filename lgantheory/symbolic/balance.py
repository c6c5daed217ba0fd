"""Balance points: where 0 lies between the one-sided slopes, ``f'(a-) <= 0 <= f'(a+)``.

A slope that passes from - to + meets one wherever it changes sign, kink or not: ``f`` has a minimum there. A slope that
passes from + to - meets one only where it is continuous: at a kink that bends down, 0 is no subgradient.
"""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from lgantheory.claims import Verdict
from lgantheory.symbolic import T
from lgantheory.symbolic.algebra import Cut, sign_table, simplest_between
from lgantheory.symbolic.balls import ball, enclose, precision
from lgantheory.symbolic.covers import Budget
from lgantheory.symbolic.pieces import KINKS, Piece
from lgantheory.symbolic.programs import program_of
from lgantheory.symbolic.proofs import Proof, conjunction, prove_on
from lgantheory.symbolic.shapes import derived, pieces_of, prove_jump, sign_at_cut


def slope_sign(expression: sympy.Expr, t: Fraction) -> int | None:
    """Sign of the derivative at a rational point: 0 when 0 lies between the one-sided slopes, ``None`` if unclear."""
    for bits in (96, 384, 1536):
        with precision(bits):
            slopes = [enclose(program_of(expression), ball(t), 1, side)[1] for side in (-1, 1)]
        if all(s > 0 for s in slopes) or all(s < 0 for s in slopes):
            return 1 if slopes[0] > 0 else -1
        if slopes[0] < 0 < slopes[1] or all(s.is_exact() and s == 0 for s in slopes):
            return 0
        if slopes[0] <= 0 <= slopes[1]:
            return 0
    return None


Balance = tuple[Proof, tuple[Fraction, Fraction] | None]


def find_balance(expression: sympy.Expr) -> Balance:
    """A point ``a`` with ``f'(a-) <= 0 <= f'(a+)`` (``f`` is ``fake + real``), and an interval that holds one.

    PROVED by a point of slope 0, or by a change of sign that passes through such a point; its witness is that point, or
    an interval that holds it. REFUTED when the slope has one sign everywhere, or changes it only by falling at a kink.
    """
    exact = _exact_balance(expression)
    if exact is not None:
        text = f"the slope of fake + real is 0 at a = {exact}"
        return Proof(Verdict.PROVED, text, exact.witness, sympy.Integer(0)), (exact.low, exact.high)
    return _balance_by_search(expression) or _balance_by_pieces(expression)


def _balance_by_search(expression: sympy.Expr) -> Balance | None:
    """A point of slope 0 among simple numbers, or a change of sign between two of them."""
    signs: list[tuple[Fraction, int]] = []
    for k in (0, *[s * 2**e for e in range(-3, 21) for s in (1, -1)]):
        at = Fraction(k)
        sign = slope_sign(expression, at)
        if sign == 0 or (sign is None and _is_flat_at(expression, at)):
            return _balance_at(at)
        if sign is not None:
            signs.append((at, sign))
    signs.sort()
    for (a, left), (b, right) in pairwise(signs):
        if left != right:
            found = _balance_between(expression, _narrow(expression, a, b, left), left)
            if found is not None:
                return found
    return None


def _balance_at(at: Fraction) -> Balance:
    witness = sympy.Rational(at.numerator, at.denominator)
    return Proof(Verdict.PROVED, f"0 is a slope of fake + real at a = {witness}", witness, sympy.Integer(0)), (at, at)


def _balance_between(expression: sympy.Expr, ends: tuple[Fraction, Fraction], left: int) -> Balance | None:
    """The balance point that a change of sign of the slope encloses.

    From - to +: where ``f`` is smallest between the ends. From + to -: where ``f`` is largest, unless that is a kink
    that bends down, where no slope is 0.
    """
    simplest = simplest_between(*ends)
    if slope_sign(expression, simplest) == 0 or _is_flat_at(expression, simplest):
        return _balance_at(simplest)
    if left > 0 and not _bends_nowhere_down(expression, *ends):
        return None
    low, high = ends
    turn = "from + to -, without a kink that bends down," if left > 0 else "from - to +"
    text = f"the slope of fake + real changes {turn} within {float(high - low):.1g} of {float(low):.17g}"
    return Proof(Verdict.PROVED, text, _interval(low, high)), ends


def _interval(low: Fraction, high: Fraction) -> Any:
    """``[low, high]`` as a sympy set, which is the point alone when both are equal."""
    left, right = (sympy.Rational(end.numerator, end.denominator) for end in (low, high))
    return left if low == high else sympy.Interval(left, right)


def _bends_nowhere_down(expression: sympy.Expr, low: Fraction, high: Fraction) -> bool:
    """Whether the slope certainly falls at no kink between two points."""
    pieces = pieces_of(expression)
    if isinstance(pieces, Proof):
        return False
    return all(
        prove_jump(left, right).is_proved
        for left, right in pairwise(pieces)
        if left.high is not None and left.high.high >= low and left.high.low <= high
    )


def _balance_by_pieces(expression: sympy.Expr) -> Balance:
    """A kink with 0 between its slopes, or the slope has one sign on each piece and none is there, or nothing known."""
    pieces = pieces_of(expression)
    return (pieces, None) if isinstance(pieces, Proof) else _balance_at_kink(pieces) or _balance_excluded(pieces)


def _balance_at_kink(pieces: tuple[Piece, ...]) -> Balance | None:
    for left, right in pairwise(pieces):
        kink = right.low
        assert kink is not None
        if sign_at_cut(derived(left).formula, kink) in (-1, 0) and sign_at_cut(derived(right).formula, kink) in (0, 1):
            witness = kink.exact if kink.exact is not None else _interval(kink.low, kink.high)
            text = f"0 lies between the slopes of fake + real at the kink a = {kink}"
            return Proof(Verdict.PROVED, text, witness), (kink.low, kink.high)
    return None


def _balance_excluded(pieces: tuple[Piece, ...]) -> Balance:
    budget = Budget()
    signs, proofs = zip(*(_slope_on(piece, budget) for piece in pieces), strict=True)
    turns = [
        (before, piece.low)
        for before, after, piece in zip(signs, signs[1:], pieces[1:], strict=False)
        if before != after
    ]
    if None in signs or any(before < 0 for before, _ in turns):
        text = "no balance point was found: no change of sign of the slope of fake + real, and none was excluded"
        return Proof(Verdict.UNDECIDED, text), None
    text = f"the slope of fake + real is {'positive' if signs[0] > 0 else 'negative'} everywhere"
    if turns:
        text = f"the slope of fake + real is positive before the kink t = {turns[0][1]}, negative after it, and never 0"
    return Proof(Verdict.REFUTED, f"{text}: {conjunction(list(proofs)).argument}"), None


def _slope_on(piece: Piece, budget: Budget) -> tuple[int | None, Proof]:
    """The sign of the slope on a whole piece, its ends included, and the proof; ``None`` when it is not shown."""
    slope = derived(piece).formula
    rises = prove_on(Piece(piece.low, piece.high, slope), ">", budget)
    if rises.is_proved:
        return 1, rises
    falls = prove_on(Piece(piece.low, piece.high, -slope), ">", budget)
    return -1 if falls.is_proved else None, falls


def _exact_balance(expression: sympy.Expr) -> Cut | None:
    """A zero of the slope in closed form, when the function is smooth and its slope rational in t or e^(c t)."""
    if expression.has(*KINKS):
        return None
    table = sign_table(sympy.diff(expression, T))
    if table is not None and table.signs == (0,):
        return Cut.at(Fraction(0))
    return next((zero for zero in table.zeros if zero.exact is not None), None) if table is not None else None


def _is_flat_at(expression: sympy.Expr, at: Fraction) -> bool:
    """Whether ``f'(at-) <= 0 <= f'(at+)`` by the formulas on both sides, where a slope may reduce to 0 exactly."""
    pieces = pieces_of(expression)
    if isinstance(pieces, Proof):
        return False
    before = [piece for piece in pieces if _reaches(piece, at, -1)]
    after = [piece for piece in pieces if _reaches(piece, at, 1)]
    slopes = [sign_at_cut(derived(piece).formula, Cut.at(at)) for piece in (*before, *after)]
    return len(slopes) == 2 and slopes[0] in (-1, 0) and slopes[1] in (0, 1)


def _reaches(piece: Piece, at: Fraction, side: int) -> bool:
    """Whether the piece certainly holds ``at`` and what is next to it on that side."""
    low, high = piece.inner
    is_above = low is None or low < at or (low == at and side > 0)
    return is_above and (high is None or at < high or (at == high and side < 0))


def _narrow(expression: sympy.Expr, a: Fraction, b: Fraction, left: int) -> tuple[Fraction, Fraction]:
    """Halve until the ends are neighbouring doubles, or nearly so; the sign changes between them."""
    for _ in range(120):
        middle = (a + b) / 2
        sign = slope_sign(expression, middle)
        if sign == 0:
            return middle, middle
        if sign is None or b - a <= abs(middle) * Fraction(1, 2**54):
            break
        a, b = (middle, b) if sign == left else (a, middle)
    return a, b
