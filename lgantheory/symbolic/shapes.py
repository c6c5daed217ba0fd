"""Monotone, convex, strictly convex, zero: the shape of a function, as sign proofs on its smooth pieces.

At a kink the statement concerns one-sided slopes: a function is increasing when both are positive, and convex when the
right one is not smaller than the left one. All expressions are continuous, being built from continuous functions.
"""

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import sympy

from lgantheory.claims import Verdict
from lgantheory.errors import InvalidExpression
from lgantheory.symbolic import T
from lgantheory.symbolic.algebra import Cut
from lgantheory.symbolic.balls import between, enclose, precision
from lgantheory.symbolic.covers import Budget, TooHard, sign_at
from lgantheory.symbolic.identities import vanishes, vanishes_at
from lgantheory.symbolic.pieces import Piece, cut_at_kinks, point_inside
from lgantheory.symbolic.programs import program_of
from lgantheory.symbolic.proofs import Proof, conjunction, prove_on

_BITS = 256


@lru_cache(maxsize=64)
def pieces_of(expression: sympy.Expr) -> tuple[Piece, ...] | Proof:
    """The smooth pieces, or the proof that is UNDECIDED because they could not be found."""
    try:
        return tuple(cut_at_kinks(expression, Budget()))
    except (TooHard, InvalidExpression) as error:
        return Proof(Verdict.UNDECIDED, f"the kinks could not be located: {error}")


def derived(piece: Piece, order: int = 1) -> Piece:
    """The derivative of a piece on the same stretch."""
    return Piece(piece.low, piece.high, sympy.diff(piece.formula, T, order))


def prove_increasing(expression: sympy.Expr, *, strictly: bool) -> Proof:
    """``f' > 0`` (strictly) or ``f' >= 0`` everywhere, one-sided slopes at kinks included."""
    budget = Budget()
    pieces = pieces_of(expression)
    if isinstance(pieces, Proof):
        return pieces
    return conjunction([prove_on(derived(piece), ">" if strictly else ">=", budget) for piece in pieces])


@lru_cache(maxsize=64)
def prove_convex(expression: sympy.Expr) -> Proof:
    """``f'' >= 0`` on every piece, and no kink bends downwards."""
    budget = Budget()
    pieces = pieces_of(expression)
    if isinstance(pieces, Proof):
        return pieces
    proofs = [prove_on(derived(piece, 2), ">=", budget) for piece in pieces]
    proofs += [prove_jump(left, right) for left, right in pairwise(pieces)]
    return conjunction(proofs)


def prove_jump(left: Piece, right: Piece) -> Proof:
    """The slope does not fall at the kink between two neighbouring pieces."""
    cut = left.high
    assert cut is not None
    jump = derived(right).formula - derived(left).formula
    sign = sign_at_cut(jump, cut)
    if sign is None:
        return Proof(Verdict.UNDECIDED, f"the jump of the slope at t = {cut} could not be signed")
    if sign < 0:
        return Proof(
            Verdict.REFUTED, f"the slope falls at the kink t = {cut}, by {jump}", cut.witness, _value(jump, cut)
        )
    return Proof(Verdict.PROVED, f"the slope does not fall at the kink t = {cut}")


def sign_at_cut(expression: sympy.Expr, cut: Cut) -> int | None:
    """The certain sign of an expression at a cut."""
    if cut.exact is not None and vanishes_at(expression, cut.exact):
        return 0
    with precision(_BITS):
        value = enclose(program_of(expression), between(cut.low, cut.high))[0]
    if not value.is_finite() or value.contains(0):
        return 0 if value.is_exact() and value == 0 else None
    return 1 if value > 0 else -1


def _value(expression: sympy.Expr, cut: Cut) -> float:
    with precision(_BITS):
        return float(enclose(program_of(expression), between(cut.low, cut.high))[0].mid())


def prove_strictly_convex(expression: sympy.Expr) -> Proof:
    """Convex, and straight on no interval.

    Each piece is analytic, so its second derivative either vanishes identically or has isolated zeros: one point with
    a positive value settles the piece.
    """
    convex = prove_convex(expression)
    if not convex.is_proved:
        return convex
    pieces = pieces_of(expression)
    assert not isinstance(pieces, Proof)
    return conjunction([convex, *[_prove_curved(piece) for piece in pieces]])


def _prove_curved(piece: Piece) -> Proof:
    second = derived(piece, 2).formula
    at = point_inside(*piece.inner)
    if vanishes(second):
        where = "everywhere" if piece.low is None and piece.high is None else f"on {piece}"
        witness = sympy.Rational(at.numerator, at.denominator)
        return Proof(Verdict.REFUTED, f"straight {where}: the second derivative is 0", witness, sympy.Integer(0))
    for candidate in (at, at + Fraction(1, 97), at - Fraction(1, 97)):
        low, high = piece.inner
        if (low is None or low < candidate) and (high is None or candidate < high) and sign_at(second, candidate) == 1:
            return Proof(Verdict.PROVED, f"analytic with f''({candidate}) > 0, so its zeros are isolated")
    return Proof(Verdict.UNDECIDED, f"no point of {piece} could be shown to be curved")


def prove_zero(expression: sympy.Expr) -> Proof:
    """``f = 0`` identically: its derivative vanishes identically and so does one value."""
    from lgantheory.symbolic.proofs import exact_sign_at, prove_sign, value_at

    for at in (Fraction(0), Fraction(1), Fraction(-3), Fraction(7, 2)):
        sign = exact_sign_at(expression, at)
        if sign in (1, -1):
            witness = sympy.Rational(at.numerator, at.denominator)
            return Proof(
                Verdict.REFUTED, f"the difference is not 0 at t = {witness}", witness, value_at(expression, at)
            )
    if vanishes(expression):
        return Proof(Verdict.PROVED, "the two expressions are the same")
    above, below = prove_sign(expression, ">="), prove_sign(-expression, ">=")
    if above.is_proved and below.is_proved:
        return Proof(Verdict.PROVED, "the difference is neither positive nor negative anywhere")
    if exact_sign_at(expression, Fraction(0)) == 0:
        slope = [prove_increasing(sign * expression, strictly=False) for sign in (1, -1)]
        if all(proof.is_proved for proof in slope):
            return Proof(Verdict.PROVED, "the difference has derivative 0 everywhere and is 0 at t = 0")
    return next((p for p in (above, below) if p.verdict is Verdict.REFUTED), Proof(Verdict.UNDECIDED, "not decided"))
