"""Identities that sympy proves: a difference that simplifies to zero is zero; one that does not, proves nothing."""

from typing import Any

from lgantheory.claims import Check, Verdict


def identity(name: str, difference: Any) -> Check:
    """PROVED if the sympy expression ``difference`` is identically zero, else UNDECIDED."""
    import sympy

    expanded = sympy.expand(sympy.expand_log(sympy.factor(difference), force=True))
    zero = sympy.simplify(expanded) == 0
    return Check.of_verdict(name, Verdict.PROVED if zero else Verdict.UNDECIDED)
