"""Divergences of finite measures as balls, and identities that sympy proves.

Weights are fractions, so they are exact; a sum over places is a ball, and its radius is the error bar of whatever is
concluded from it. A place without weight contributes the limit of its term: ``0 log 0 = 0``.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from lgantheory.claims import Check, Verdict
from verify.balls import at_most, exact

Weights = Sequence[Fraction | int]

# The pair of measures on which the formulas are compared, and the smallest violation that counts: far above the radius
# of any ball here, far below the least that a wrong formula is off by.
P: Weights = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
Q: Weights = (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))
RESOLUTION = 1e-6
LOG2 = arb(2).log()


def total(terms: Sequence[arb]) -> arb:
    """The sum of balls, a ball also where there are none."""
    return sum(terms, arb(0))


def kl(p: Weights, q: Weights) -> arb:
    """``sum p log(p / q)``; infinite where q misses what p has."""
    return total(
        [exact(a) * (exact(a) / exact(b)).log() if b else arb.pos_inf() for a, b in zip(p, q, strict=True) if a]
    )


def jensen_shannon(p: Weights, q: Weights) -> arb:
    """``KL(p || m) / 2 + KL(q || m) / 2`` with m = (p + q) / 2."""
    middle = [Fraction(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (kl(p, middle) + kl(q, middle)) / 2


def best(p: Weights, q: Weights) -> list[Fraction]:
    """``D* = p / (p + q)``, place by place."""
    return [Fraction(a) / (a + b) for a, b in zip(p, q, strict=True)]


def value(p: Weights, q: Weights, d: Weights) -> arb:
    """``V(G, D) = E_p log D + E_q log(1 - D)``."""
    real = [exact(a) * exact(x).log() for a, x in zip(p, d, strict=True) if a]
    fake = [exact(b) * exact(1 - x).log() for b, x in zip(q, d, strict=True) if b]
    return total(real) + total(fake)


def digits(name: str, ball: arb, printed: str) -> Check:
    """A number printed to so many decimals: the ball is within half a unit of the last of them."""
    unit = Fraction(1, 10 ** len(printed.partition(".")[2]))
    return at_most(f"{name} {printed}", abs(ball - exact(Fraction(printed))), exact(unit / 2), float(unit))


def compiled(text: str, *names: str) -> Callable[..., arb]:
    """A formula in sympy's notation as a function of balls; its constants must be floats without error."""
    import sympy

    symbols = {name: sympy.Symbol(name, positive=True) for name in names}
    functions: dict[str, Any] = {
        "log": lambda x: arb(x).log(),
        "exp": lambda x: arb(x).exp(),
        "sqrt": lambda x: arb(x).sqrt(),
        "LambertW": lambda x: arb(x).lambertw(),
        "sign": lambda x: arb(x).sgn(),
    }
    return sympy.lambdify(list(symbols.values()), formula(text, symbols), modules=functions)


def formula(text: str, names: dict[str, Any]) -> Any:
    """A formula of ours as sympy reads it; what has a name in it is given."""
    import sympy

    read: Any = sympy.sympify  # the stub of sympy does not know that names may be symbols
    return read(text, locals=names)


def identity(name: str, difference: Any, at: Mapping[str, Fraction]) -> Check:
    """``difference = 0`` in positive symbols: PROVED where sympy reduces it to zero, REFUTED where a ball excludes it.

    ``at`` gives the rational point of the ball.
    """
    if reduced(difference) == 0:
        return Check.of_verdict(name, Verdict.PROVED)
    found = compiled(str(difference), *at)(*(exact(x) for x in at.values()))
    excluded = not arb(found).contains(0)
    return Check.of_verdict(name, Verdict.REFUTED if excluded else Verdict.UNDECIDED)


def reduced(expression: Any) -> Any:
    """An expression in positive symbols after sympy has split its logarithms and simplified."""
    import sympy

    split = expression.replace(sympy.log, lambda x: sympy.log(sympy.factor(x)))
    return sympy.simplify(sympy.expand_log(split, force=True))
