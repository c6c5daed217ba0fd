"""A loss from expressions: the exact formula first, implementations derived from it.

A formula that equals a named loss, or its mirror image, uses that loss's own hand-written implementations.
"""

from collections.abc import Iterator
from typing import Any

import sympy

from lgantheory.errors import InvalidExpression
from lgantheory.losses.catalogue import get_loss, list_losses
from lgantheory.losses.loss import Loss, LossFunction
from lgantheory.symbolic import T
from lgantheory.symbolic.compiled import Compiled
from lgantheory.symbolic.conjugates import SOURCE, NumericConjugate
from lgantheory.symbolic.expressions import parse_expression
from lgantheory.symbolic.identities import expanded, vanishes
from lgantheory.symbolic.pieces import KINKS
from lgantheory.symbolic.programs import LEFT, RIGHT
from lgantheory.symbolic.writers import CvxpyFunction, TorchFunction, has_convex_form

# Arbitrary: names are for tables.
_LONGEST_NAME = 60


def loss_from_expressions(fake: str, real: str | None, generator: str | None, name: str | None) -> Loss:
    """See ``Loss.from_expressions``."""
    for text in (fake, real or "", generator or ""):
        if not isinstance(text, str):
            raise InvalidExpression(f"got {text!r}; needed a formula in t as text. Write for instance 'exp(t) + t'.")
    texts = [fake if real is None else f"{fake} | {real}", *([f"generator {generator}"] if generator else [])]
    label = name or " ".join(", ".join(texts).split())
    label = label if len(label) <= _LONGEST_NAME else label[: _LONGEST_NAME - 3] + "..."
    on_fake = function_of(parse_expression(fake))
    on_real = on_fake.mirrored() if real is None else function_of(parse_expression(real))
    if generator is None:
        return Loss(label, fake=on_fake, real=on_real)
    return Loss(label, fake=on_fake, real=on_real, generator=function_of(parse_expression(generator)))


def function_of(expression: sympy.Expr) -> LossFunction:
    """The loss function of an expression that :func:`parse_expression` accepted."""
    for known in _named_functions(expression):
        if vanishes(known.expression - expression):
            return known
    conjugate = NumericConjugate(expression)
    has_kinks = expression.has(*KINKS)
    is_linear = not has_kinks and not expanded(sympy.diff(expression, T)).free_symbols
    return LossFunction(
        expression=expression,
        value=Compiled(expression),
        derivative=Compiled(expression, 1, LEFT),
        second_derivative=Compiled(expression, 2, LEFT),
        conjugate=conjugate,
        conjugate_domain=conjugate.domain,
        conjugate_source=SOURCE,
        right_derivative=Compiled(expression, 1, RIGHT) if has_kinks else None,
        is_linear=is_linear,
        cvxpy_atoms=CvxpyFunction(expression) if has_convex_form(expression) else None,
        torch_function=TorchFunction(expression),
        is_smooth=not has_kinks,
    )


def _named_functions(expression: Any) -> Iterator[LossFunction]:
    """Named functions that the expression may equal: the catalogue, and the margin losses at the margin it suggests."""
    for name in list_losses():
        loss = get_loss(name)
        yield from (loss.fake, loss.real)
    margin: Any = expression.args[-1].subs(T, 0) if expression.args and isinstance(expression, sympy.Max) else None
    if expression.is_Pow and expression.args[1] == 2:
        margin: Any = expression.args[0].subs(T, 0)
    if margin is not None and margin.is_Rational and margin >= 0:
        for name in ("hinge", "least_squares"):
            loss = get_loss(name, alpha=str(margin))
            yield from (loss.fake, loss.real)
