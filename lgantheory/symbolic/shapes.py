"""Monotone, convex, strictly convex, balanced: the shape of a function, as sign proofs on its smooth pieces.

At a kink the statement concerns one-sided slopes: a function is increasing when both are positive, and convex when the
right one is not smaller than the left one. All expressions are continuous, being built from continuous functions.
"""

from fractions import Fraction
from itertools import pairwise

import sympy
from flint import arb

from lgantheory.claims import Verdict
from lgantheory.errors import InvalidExpression
from lgantheory.symbolic import T
from lgantheory.symbolic.algebra import Cut, sign_table
from lgantheory.symbolic.balls import between, enclose, precision
from lgantheory.symbolic.covers import Budget, TooHard, sign_at
from lgantheory.symbolic.pieces import KINKS, Piece, cut_at_kinks, point_inside
from lgantheory.symbolic.programs import program_of
from lgantheory.symbolic.proofs import Proof, conjunction, prove_on

_BITS = 256


def pieces_of(expression: sympy.Expr, budget: Budget) -> list[Piece] | Proof:
    """The smooth pieces, or the proof that is UNDECIDED because they could not be found."""
    try:
        return cut_at_kinks(expression, budget)
    except (TooHard, InvalidExpression) as error:
        return Proof(Verdict.UNDECIDED, f"the kinks could not be located: {error}")


def derived(piece: Piece, order: int = 1) -> Piece:
    """The derivative of a piece on the same stretch."""
    return Piece(piece.low, piece.high, sympy.diff(piece.formula, T, order))


def prove_increasing(expression: sympy.Expr, *, strictly: bool) -> Proof:
    """``f' > 0`` (strictly) or ``f' >= 0`` everywhere, one-sided slopes at kinks included."""
    budget = Budget()
    pieces = pieces_of(expression, budget)
    if isinstance(pieces, Proof):
        return pieces
    return conjunction([prove_on(derived(piece), ">" if strictly else ">=", budget) for piece in pieces])


def prove_convex(expression: sympy.Expr) -> Proof:
    """``f'' >= 0`` on every piece, and no kink bends downwards."""
    budget = Budget()
    pieces = pieces_of(expression, budget)
    if isinstance(pieces, Proof):
        return pieces
    proofs = [prove_on(derived(piece, 2), ">=", budget) for piece in pieces]
    proofs += [_prove_jump(left, right) for left, right in pairwise(pieces)]
    return conjunction(proofs)


def _prove_jump(left: Piece, right: Piece) -> Proof:
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
    if cut.exact is not None and sympy.expand(expression.subs(T, cut.exact)) == 0:
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
    pieces = pieces_of(expression, Budget())
    assert not isinstance(pieces, Proof)
    return conjunction([convex, *[_prove_curved(piece) for piece in pieces]])


def _prove_curved(piece: Piece) -> Proof:
    second = derived(piece, 2).formula
    at = point_inside(*piece.inner)
    if second == 0 or sympy.expand(second) == 0:
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
    if expression == 0 or sympy.expand(expression) == 0:
        return Proof(Verdict.PROVED, "the two expressions are the same")
    above, below = prove_sign(expression, ">="), prove_sign(-expression, ">=")
    if above.is_proved and below.is_proved:
        return Proof(Verdict.PROVED, "the difference is neither positive nor negative anywhere")
    if exact_sign_at(expression, Fraction(0)) == 0:
        slope = [prove_increasing(sign * expression, strictly=False) for sign in (1, -1)]
        if all(proof.is_proved for proof in slope):
            return Proof(Verdict.PROVED, "the difference has derivative 0 everywhere and is 0 at t = 0")
    return next((p for p in (above, below) if p.verdict is Verdict.REFUTED), Proof(Verdict.UNDECIDED, "not decided"))


def slope_sign(expression: sympy.Expr, t: Fraction) -> int | None:
    """Sign of the derivative at a rational point: 0 when 0 lies between the one-sided slopes, ``None`` if unclear."""
    for bits in (96, 384, 1536):
        with precision(bits):
            slopes = [enclose(program_of(expression), _point(t), 1, side)[1] for side in (-1, 1)]
        if all(s > 0 for s in slopes) or all(s < 0 for s in slopes):
            return 1 if slopes[0] > 0 else -1
        if slopes[0] < 0 < slopes[1] or all(s.is_exact() and s == 0 for s in slopes):
            return 0
        if slopes[0] <= 0 <= slopes[1]:
            return 0
    return None


def _point(t: Fraction) -> arb:
    return between(t, t)


def find_balance(expression: sympy.Expr) -> "Balance":
    """A point where 0 lies between the one-sided slopes of ``f`` (``fake + real``), and an interval that holds one.

    PROVED by a point of slope 0, or by a change of sign; REFUTED when the slope has one sign everywhere.
    """
    exact = _exact_balance(expression)
    if exact is not None:
        text = f"the slope of fake + real is 0 at a = {exact}"
        return Proof(Verdict.PROVED, text, exact.witness, sympy.Integer(0)), (exact.low, exact.high)
    return _balance_by_search(expression) or _balance_by_exclusion(expression)


Balance = tuple[Proof, tuple[Fraction, Fraction] | None]


def _balance_by_search(expression: sympy.Expr) -> Balance | None:
    """A point of slope 0 among simple numbers, or a change of sign between two of them."""
    signs: list[tuple[Fraction, int]] = []
    for k in (0, *[s * 2**e for e in range(-3, 21) for s in (1, -1)]):
        at = Fraction(k)
        sign = slope_sign(expression, at)
        if sign == 0 or (sign is None and _is_flat_at(expression, at)):
            witness = sympy.Rational(at.numerator, at.denominator)
            return Proof(Verdict.PROVED, f"0 is a slope of fake + real at a = {witness}", witness, sympy.Integer(0)), (
                at,
                at,
            )
        if sign is not None:
            signs.append((at, sign))
    signs.sort()
    for (a, left), (b, right) in pairwise(signs):
        if left != right:
            low, high = _narrow(expression, a, b, left)
            text = f"the slope of fake + real changes sign in [{float(low):.17g}, {float(high):.17g}]"
            return Proof(Verdict.PROVED, text, sympy.Rational(low.numerator, low.denominator), None), (low, high)
    return None


def _balance_by_exclusion(expression: sympy.Expr) -> Balance:
    """No balance point, when the slope has one sign everywhere."""
    for sign, word in ((1, "positive"), (-1, "negative")):
        proof = prove_increasing(sign * expression, strictly=True)
        if proof.is_proved:
            return Proof(Verdict.REFUTED, f"the slope of fake + real is {word} everywhere: {proof.argument}"), None
    return Proof(
        Verdict.UNDECIDED, "no change of sign of the slope of fake + real was found, and none was excluded"
    ), None


def _exact_balance(expression: sympy.Expr) -> Cut | None:
    """A zero of the slope in closed form, when the function is smooth and its slope rational in t or e^(c t)."""
    if expression.has(*KINKS):
        return None
    table = sign_table(sympy.diff(expression, T))
    if table is not None and table.signs == (0,):
        return Cut.at(Fraction(0))
    return next((zero for zero in table.zeros if zero.exact is not None), None) if table is not None else None


def _is_flat_at(expression: sympy.Expr, at: Fraction) -> bool:
    pieces = pieces_of(expression, Budget())
    if isinstance(pieces, Proof):
        return False
    for piece in pieces:
        low, high = piece.inner
        if (low is None or low <= at) and (high is None or at <= high):
            return sign_at_cut(derived(piece).formula, Cut.at(at)) == 0
    return False


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
