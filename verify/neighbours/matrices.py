"""Rational matrices, and whether a linear flow or a linear iteration they drive dies out: decided, not estimated.

Two routes that share nothing: the roots of the characteristic polynomial as proved balls, and Lyapunov's theorem. That
says: the flow x' = A x dies out exactly if A^T P + P A = -I has one solution P and P is positive definite; the
iteration x <- A x dies out exactly if A^T P A - P = -I has. The equation is linear, so P is a rational matrix, and
Sylvester's criterion (leading minors) decides.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq, fmpq_mat

# Bits that balls are computed with here. Arbitrary: radii come out far below every resolution.
PRECISION = 128

Rows = Sequence[Sequence[int | Fraction]]


def rational(x: int | Fraction) -> fmpq:
    """The same number as FLINT holds it."""
    return fmpq(x.numerator, x.denominator)


def fraction(x: fmpq) -> Fraction:
    """The same number as Python holds it."""
    return Fraction(int(x.p), int(x.q))


def matrix(rows: Rows) -> fmpq_mat:
    """A rational matrix from its rows."""
    return fmpq_mat([[rational(x) for x in row] for row in rows])


def identity(size: int) -> fmpq_mat:
    """The unit matrix."""
    return matrix([[int(i == j) for j in range(size)] for i in range(size)])


def roots(a: fmpq_mat) -> list[acb]:
    """Eigenvalues as proved balls, each as often as its multiplicity; multiple ones are told apart exactly."""
    with ctx.workprec(PRECISION):
        found: Any = a.charpoly().complex_roots()  # pairs of a root and its multiplicity
        return [acb(root) for root, times in found for _ in range(times)]


def spectral_radius(a: fmpq_mat) -> arb:
    """The largest size of an eigenvalue: below one exactly if x <- A x dies out."""
    with ctx.workprec(PRECISION):
        return _largest([abs(root) for root in roots(a)])


def spectral_abscissa(a: fmpq_mat) -> arb:
    """The largest real part of an eigenvalue: below zero exactly if x' = A x dies out."""
    with ctx.workprec(PRECISION):
        return _largest([arb(root.real) for root in roots(a)])


def _largest(balls: Sequence[arb]) -> arb:
    best = balls[0]
    for ball in balls[1:]:
        best = best.max(ball)
    return best


def lyapunov(a: fmpq_mat) -> fmpq_mat | None:
    """The positive definite P with A^T P + P A = -I, or None where there is none: x' = A x dies out where there is."""
    one = identity(a.nrows())
    return _positive_solution(_kronecker(one, a.transpose()) + _kronecker(a.transpose(), one))


def stein(a: fmpq_mat) -> fmpq_mat | None:
    """The positive definite P with A^T P A - P = -I, or None where there is none: x <- A x dies out where there is."""
    size = a.nrows()
    return _positive_solution(_kronecker(a.transpose(), a.transpose()) - identity(size * size))


def _kronecker(a: fmpq_mat, b: fmpq_mat) -> fmpq_mat:
    p, q = a.nrows(), b.nrows()
    rows = [[a[i // q, j // q] * b[i % q, j % q] for j in range(p * q)] for i in range(p * q)]
    return fmpq_mat(rows)


def _positive_solution(operator: fmpq_mat) -> fmpq_mat | None:
    """The one P with ``operator vec(P) = -vec(I)``, if it is positive definite."""
    if operator.det() == 0:
        return None
    size = math.isqrt(operator.nrows())
    right = fmpq_mat(size * size, 1, [fmpq(-int(i // size == i % size)) for i in range(size * size)])
    sought = operator.solve(right)
    found = fmpq_mat([[sought[i * size + j, 0] for j in range(size)] for i in range(size)])
    minors = (fmpq_mat([row[:m] for row in found.tolist()[:m]]) for m in range(1, size + 1))
    return found if all(minor.det() > 0 for minor in minors) else None
