"""Text to expression: a small grammar, read by a whitelist. Text is never executed.

    numbers   t   pi   e   + - * / **
    exp log sqrt abs max min tanh sinh cosh atan asinh sigmoid softplus relu log1p expm1

Decimals become exact fractions. Sizes are capped before anything is computed, so that hostile text is refused at once,
and whatever is not shown to be finite and smooth between its kinks for *every* real ``t`` is refused too: a loss is a
function on the whole line.
"""

import ast
import re
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy

from lgantheory.claims import Verdict
from lgantheory.errors import InvalidExpression
from lgantheory.symbolic import T
from lgantheory.symbolic.balls import ball, enclose
from lgantheory.symbolic.covers import Budget
from lgantheory.symbolic.programs import program_of
from lgantheory.symbolic.proofs import prove_sign

# All of these are arbitrary. They are far above any loss in the literature and far below what costs time.
LONGEST_TEXT = 1000
MOST_NODES = 120
DEEPEST = 24
MOST_DIGITS = 40
LARGEST_EXPONENT = 30
LARGEST_NUMBER_BITS = 600
MOST_KINKS = 8
LARGEST_ARGUMENT = 700
_CELLS = 400

_FORBIDDEN = re.compile(r"[^0-9A-Za-z_.+\-*/(), \t]")
_DECIMAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", flags=re.ASCII)

ONE_ARGUMENT: dict[str, Callable[[Any], Any]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": sympy.Abs,
    "Abs": sympy.Abs,
    "tanh": sympy.tanh,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "atan": sympy.atan,
    "asinh": sympy.asinh,
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
    "relu": lambda u: sympy.Max(0, u),
    "log1p": lambda u: sympy.log(1 + u),
    "expm1": lambda u: sympy.exp(u) - 1,
}
SEVERAL_ARGUMENTS: dict[str, Callable[..., Any]] = {
    "max": sympy.Max,
    "Max": sympy.Max,
    "min": sympy.Min,
    "Min": sympy.Min,
}
CONSTANTS = {"t": T, "pi": sympy.pi, "e": sympy.E, "E": sympy.E}
_NOT_REAL = (sympy.I, sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)


def parse_expression(text: Any) -> sympy.Expr:
    """The exact expression of a text in ``t``. Raises ``InvalidExpression`` with the column where there is one."""
    body = _as_tree(text)
    expression = _Reader(text).read(body, 0)
    if not expression.free_symbols:
        raise InvalidExpression(
            f"got the constant {_short(text)}; a loss is a function of t. Write for instance t + {_short(text)}."
        )
    _ = program_of(expression)  # nothing outside the grammar may come out of sympy's own rewriting
    return expression


def _short(text: Any) -> str:
    text = str(text)
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _as_tree(text: Any) -> ast.expr:
    if not isinstance(text, str):
        raise InvalidExpression(f"got {type(text).__name__} for an expression; needed text such as 't + exp(t)'.")
    if len(text) > LONGEST_TEXT:
        raise InvalidExpression(
            f"got an expression of {len(text)} characters; at most {LONGEST_TEXT} are read. Shorten it."
        )
    bad = _FORBIDDEN.search(text)
    if bad:
        hint = " (powers are written **)" if bad.group() == "^" else ""
        raise InvalidExpression(
            f"got {bad.group()!r} at column {bad.start() + 1} of {_short(text)}; needed numbers, t, + - * / ** and "
            f"functions{hint}. Remove it."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        column = getattr(error, "offset", None)
        where = f" at column {column}" if column else ""
        raise InvalidExpression(
            f"got {_short(text)}, which does not read as a formula{where}; needed e.g. 't + exp(t)'."
        ) from None


_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


_KINDS = {
    ast.Attribute: "an attribute",
    ast.IfExp: "a condition",
    ast.Tuple: "several values",
    ast.BoolOp: "a logical operator",
    ast.Compare: "a comparison",
    ast.Starred: "a star",
    ast.UnaryOp: "a logical operator",
}


class _Reader:
    """One walk over the syntax tree, counting as it goes."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.nodes = 0
        self.kinks = 0

    def refuse(self, node: ast.expr, got: str, do: str) -> InvalidExpression:
        return InvalidExpression(f"got {got} at column {node.col_offset + 1} of {_short(self.text)}; {do}")

    def read(self, node: ast.expr, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > DEEPEST:
            raise InvalidExpression(
                f"got an expression with more than {MOST_NODES} parts or {DEEPEST} levels: {_short(self.text)}; "
                "needed something a person can check. Simplify it."
            )
        value = self._read(node, depth)
        self._check(node, value)
        return value

    def _read(self, node: ast.expr, depth: int) -> Any:
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            if node.id not in CONSTANTS:
                raise self.refuse(
                    node, f"the name {_short(node.id)}", "the only variable is t, constants are pi and e."
                )
            return CONSTANTS[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            operand = self.read(node.operand, depth + 1)
            return -operand if isinstance(node.op, ast.USub) else operand
        if isinstance(node, ast.BinOp):
            return self._binary(node, self.read(node.left, depth + 1), self.read(node.right, depth + 1))
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        raise self.refuse(
            node, f"{_KINDS.get(type(node), 'something else')}", "needed numbers, t, + - * / ** and functions."
        )

    def _number(self, node: ast.Constant) -> sympy.Expr:
        literal = self.text[node.col_offset : node.end_col_offset].replace("_", "")
        if not _DECIMAL.fullmatch(literal) or sum(c.isdigit() for c in literal) > MOST_DIGITS:
            raise self.refuse(
                node, f"the number {_short(literal)}", f"needed a decimal of at most {MOST_DIGITS} digits."
            )
        mantissa, _, power = literal.lower().partition("e")
        if power and abs(int(power)) > MOST_DIGITS:
            raise self.refuse(node, f"the number {_short(literal)}", f"needed an exponent up to {MOST_DIGITS}.")
        exact = Fraction(mantissa) * Fraction(10) ** int(power or 0)
        return sympy.Rational(exact.numerator, exact.denominator)  # type: ignore[return-value]

    def _binary(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        if isinstance(node.op, ast.Pow):
            return self._power(node, left, right)
        if type(node.op) not in _BINARY:
            raise self.refuse(node, f"the operator {type(node.op).__name__.lower()}", "needed + - * / or **.")
        if isinstance(node.op, ast.Div):
            self._require(node, right, "a denominator", "zero")
        return _BINARY[type(node.op)](left, right)

    def _power(self, node: ast.BinOp, base: Any, exponent: Any) -> Any:
        if exponent.free_symbols:
            if base.free_symbols:
                raise self.refuse(node, "a power with t in base and exponent", "write it as exp(... * log(...)).")
            self._require(node, base, "the base of a power", "positive")
            self._require_moderate(node, base)
            return base**exponent
        if not exponent.is_Rational or max(abs(exponent.p), exponent.q) > LARGEST_EXPONENT:
            raise self.refuse(node, f"the exponent {_short(exponent)}", f"needed a fraction up to {LARGEST_EXPONENT}.")
        if not exponent.is_Integer:
            self._require(node, base, "the base of a fractional power", "positive")
        elif exponent < 0:
            self._require(node, base, "the base of a negative power", "zero")
        return base**exponent

    def _call(self, node: ast.Call, depth: int) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if node.keywords or (name not in ONE_ARGUMENT and name not in SEVERAL_ARGUMENTS):
            known = ", ".join(sorted({*ONE_ARGUMENT, *SEVERAL_ARGUMENTS}))
            raise self.refuse(
                node, f"a call of {_short(name or 'something that is not a function')}", f"the functions are {known}."
            )
        args = [self.read(arg, depth + 1) for arg in node.args]
        if (name in ONE_ARGUMENT and len(args) != 1) or not args:
            raise self.refuse(node, f"{name} with {len(args)} arguments", "needed one (max and min: one or more).")
        self._count_kinks(node, str(name))
        if name in ("exp", "expm1", "sinh", "cosh", "sigmoid", "softplus"):
            self._require_moderate(node, args[0])
        if name in ("log", "sqrt"):
            self._require(node, args[0], f"the argument of {name}", "positive")
        if name == "log1p":
            self._require(node, 1 + args[0], "1 + the argument of log1p", "positive")
        return ONE_ARGUMENT[str(name)](args[0]) if name in ONE_ARGUMENT else SEVERAL_ARGUMENTS[str(name)](*args)

    def _count_kinks(self, node: ast.Call, name: str) -> None:
        if name in (*SEVERAL_ARGUMENTS, "abs", "Abs", "relu"):
            self.kinks += max(1, len(node.args) - 1)
        if self.kinks > MOST_KINKS:
            raise self.refuse(node, f"more than {MOST_KINKS} kinks (max, min, abs, relu)", "needed fewer.")

    def _require_moderate(self, node: ast.expr, value: Any) -> None:
        """Constants beyond the doubles are refused before anything tries to compute them."""
        if value.free_symbols:
            return
        size = enclose(program_of(value), ball(0))[0]
        if not (size.is_finite() and abs(size) < LARGEST_ARGUMENT):
            raise self.refuse(node, "a constant that is too large", "needed numbers that a double can hold.")

    def _require(self, node: ast.expr, value: Any, what: str, kind: str) -> None:
        """``kind`` is ``"positive"``, or ``"zero"`` for something that must not vanish."""
        self._check(node, value)
        positive = prove_sign(value, ">", Budget(_CELLS))
        if positive.is_proved or (kind == "zero" and prove_sign(-value, ">", Budget(_CELLS)).is_proved):
            return
        wish = "not to be zero" if kind == "zero" else "to be positive"
        known = (
            f" (it fails at t = {positive.witness})" if kind != "zero" and positive.verdict is Verdict.REFUTED else ""
        )
        raise self.refuse(
            node,
            f"{what} that could not be shown {wish} for every t{known}",
            "a loss must be finite on the whole line.",
        )

    def _check(self, node: ast.expr, value: Any) -> None:
        """Sizes after each step, before the next one can make them explode."""
        if not isinstance(value, sympy.Expr) or value.has(*_NOT_REAL) or value.is_extended_real is False:
            raise self.refuse(node, "something that is not a real number", "a loss must be real and finite.")
        for atom in value.atoms(sympy.Rational):
            if atom.p.bit_length() + atom.q.bit_length() > LARGEST_NUMBER_BITS:
                raise self.refuse(node, "a number that is too large", "needed numbers that a double can hold.")
        for power in value.atoms(sympy.Pow):
            if power.exp.is_Rational and abs(power.exp) > LARGEST_EXPONENT:
                raise self.refuse(node, f"the power {_short(power.exp)}", f"needed at most {LARGEST_EXPONENT}.")
