"""What may vary when a claim loses one hypothesis: losses that fail that condition alone, penalties, or places.

Losses are pairs of simple formulas, one for each role, simplest first. A pair may serve when exactly the conditions
that belong to the dropped hypothesis are refuted for it and all others of the LGAN assumption are proved (strict
convexity only where the claim asks for it), so that nothing else can be blamed for the counterexample.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from lgantheory.claims import Claim, Verdict
from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.losses.loss import Loss
from lgantheory.penalties import Kind
from verify.instances import Instance

FAKES = (
    "t",
    "2*t",
    "exp(t)",
    "log(1 + exp(t))",
    "t + sqrt(t**2 + 1)",
    "max(0, t)",
    "max(0, t + 1)",
    "(t + 1)**2",
    "t**2",
    "1/(1 + exp(-t))",
    "t + 1/(1 + exp(-t))",
)
REALS = (
    "-t",
    "-2*t",
    "exp(-t)",
    "log(1 + exp(-t))",
    "sqrt(t**2 + 1) - t",
    "max(0, -t)",
    "max(0, 1 - t)",
    "(t - 1)**2",
    "t**2",
    "1/(1 + exp(t))",
    "-t - 1/(1 + exp(-t))",
)

INCREASING, DECREASING, CONVEX = "fake_increasing", "real_decreasing", "convex"
BALANCED, STRICT, LINEAR = "balance_point", "strictly_convex", "linear"

# Which conditions on a pair of losses a hypothesis stands for; those of the same tuple may fail together.
OF_LOSSES: dict[str, tuple[str, ...]] = {
    "fake_increasing": (INCREASING,),
    "real_decreasing": (DECREASING,),
    "monotone": (INCREASING, DECREASING),
    "slope_at_balance": (INCREASING, DECREASING, STRICT),
    "fake_convex": (CONVEX,),
    "real_convex": (CONVEX,),
    "convex": (CONVEX,),
    "balance_point": (BALANCED,),
    "strictly_convex": (STRICT,),
    "linear": (LINEAR, STRICT),
}
PENALTY = "squared_penalty"


@dataclass(frozen=True)
class Freedom:
    """Losses, penalties and dropped restrictions to draw from."""

    losses: tuple[tuple[str, str], ...]
    penalties: tuple[Kind, ...] = (Kind.SQUARED,)
    without: tuple[str, ...] = ()


def freedom(claim: Claim[Any], drop: str, loss: Loss | None = None) -> Freedom:
    """What to draw from when ``drop`` is dropped; with a loss of the user's own, that loss alone.

    Raises:
        UnknownName: the claim has no such hypothesis.
        InvalidParameter: it is not about an LGAN problem, so that another one would not drop it.
    """
    if drop not in claim.hypotheses:
        raise UnknownName(f"{claim.ref} has no hypothesis {drop!r}; needed one of: {', '.join(claim.hypotheses)}.")
    examples = [broken.instance() for broken in claim.breaks if broken.drops == drop]
    if not all(isinstance(example, Instance) for example in examples):
        raise InvalidParameter(
            f"got {claim.ref} without {drop!r}, which is dropped by other means than an LGAN problem; needed one of: "
            f"{', '.join(_searchable(claim)) or 'none'}."
        )
    pairs = ((str(loss.fake.expression), str(loss.real.expression)),) if loss is not None else None
    if drop in OF_LOSSES:
        return Freedom(pairs or _pairs(claim, OF_LOSSES[drop]))
    if drop == PENALTY:
        return Freedom(pairs or _pairs(claim, ()), (Kind.LINEAR, Kind.ONE_SIDED))
    if all(drop in example.without for example in examples):
        return Freedom(pairs or _pairs(claim, ()), without=(drop,))
    raise InvalidParameter(
        f"got {claim.ref} without {drop!r}, which no other loss, penalty or place drops; needed one of: "
        f"{', '.join(_searchable(claim)) or 'none'}."
    )


def _searchable(claim: Claim[Any]) -> list[str]:
    """The hypotheses that ``freedom`` knows how to drop."""
    names = []
    for broken in claim.breaks:
        example = broken.instance()
        known = broken.drops in OF_LOSSES or broken.drops == PENALTY
        if isinstance(example, Instance) and (known or broken.drops in example.without):
            names.append(broken.drops)
    return list(dict.fromkeys(names))


def _pairs(claim: Claim[Any], failing: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs that fail at least one of these conditions and no other that counts for the claim."""
    counts = {INCREASING, DECREASING, CONVEX, BALANCED}
    counts |= {name for held in claim.hypotheses for name in OF_LOSSES.get(held, ())} - set(failing)
    found = [pair for pair in product(FAKES, REALS) if _serves(pair, counts - set(failing), failing)]
    return tuple(sorted(found, key=lambda pair: sum(map(len, pair))))


def _serves(pair: tuple[str, str], holding: set[str], failing: tuple[str, ...]) -> bool:
    if not all(_verdict(name, pair) is Verdict.PROVED for name in sorted(holding)):
        return False
    return not failing or any(_verdict(name, pair) is Verdict.REFUTED for name in failing)


def _verdict(name: str, pair: tuple[str, str]) -> Verdict:
    return CONDITIONS[name](*pair)


@cache
def _increasing(text: str, sign: int) -> Verdict:
    from lgantheory.symbolic.shapes import prove_increasing

    return prove_increasing(sign * _formula(text), strictly=True).verdict


@cache
def _convex(text: str) -> Verdict:
    from lgantheory.symbolic.shapes import prove_convex

    return prove_convex(_formula(text)).verdict


@cache
def _strictly_convex(text: str) -> Verdict:
    from lgantheory.symbolic.shapes import prove_strictly_convex

    return prove_strictly_convex(_formula(text)).verdict


@cache
def _balanced(fake: str, real: str) -> Verdict:
    from lgantheory.symbolic.balance import find_balance

    return find_balance(_formula(fake) + _formula(real))[0].verdict


def _linear(text: str) -> bool:
    return text.replace("2*", "") in ("t", "-t")


@cache
def _formula(text: str) -> Any:
    from lgantheory.symbolic.expressions import parse_expression

    return parse_expression(text)


def _both(one: Verdict, other: Verdict) -> Verdict:
    return one if other is Verdict.PROVED else other


def _either(one: Verdict, other: Verdict) -> Verdict:
    return Verdict.PROVED if Verdict.PROVED in (one, other) else one


CONDITIONS: dict[str, Callable[[str, str], Verdict]] = {
    INCREASING: lambda fake, _: _increasing(fake, 1),
    DECREASING: lambda _, real: _increasing(real, -1),
    CONVEX: lambda fake, real: _both(_convex(fake), _convex(real)),
    BALANCED: _balanced,
    STRICT: lambda fake, real: _either(_strictly_convex(fake), _strictly_convex(real)),
    LINEAR: lambda fake, real: Verdict.PROVED if _linear(fake) and _linear(real) else Verdict.REFUTED,
}
"""How each condition is decided for a pair of formulas."""
