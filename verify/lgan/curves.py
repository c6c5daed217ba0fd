"""The losses of the LGAN paper as functions of balls, with the constants that the bounds of this room need.

A curve is the fake side ``phi`` of a mirrored loss, ``real(t) = phi(-t)``, so that the balance point is 0. Written
apart from ``lgantheory.losses``: the closed forms here and the solvers there are two routes to the same numbers.

=============  =================  ===========  ==============  =======================
name           phi(t)             c = phi'(0)  sup phi''       inf of phi + inf of real
=============  =================  ===========  ==============  =======================
wasserstein    t                  1            0               -inf
softplus       log(1 + e^t)       1/2          1/4             0
exponential    e^t                1            e^R on |t| < R  0
sqrt           t + sqrt(t^2 + 1)  1            1               0
least_squares  (t + 1)^2          2            2               0
=============  =================  ===========  ==============  =======================
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flint import arb

from lgantheory.claims import Request
from lgantheory.errors import InvalidParameter, UnknownName

Function = Callable[[arb], arb]


@dataclass(frozen=True)
class Curve:
    """``value``, ``slope`` and ``bend`` (the bound of phi'' on [-R, R]) of one loss; ``floor`` is inf phi, or None."""

    name: str
    value: Function
    slope: Function
    bend: Function
    floor: int | None = 0

    @property
    def level(self) -> arb:
        """``phi(0) + real(0)``: what the best constant costs."""
        return 2 * self.value(arb(0))

    @property
    def pull(self) -> arb:
        """``c = phi'(0)``: the force on a point at the balance point, per unit of mass."""
        return self.slope(arb(0))


def _root(t: arb) -> arb:
    return (t * t + 1).sqrt()


def _sqrt(t: arb) -> arb:
    """``t + sqrt(t^2 + 1)``, for negative t without cancellation."""
    return 1 / (_root(t) - t) if t < 0 else t + _root(t)


CURVES = {
    curve.name: curve
    for curve in (
        Curve("wasserstein", lambda t: t, lambda _: arb(1), lambda _: arb(0), floor=None),
        Curve("softplus", lambda t: t.exp().log1p(), lambda t: 1 / (1 + (-t).exp()), lambda _: arb(1) / 4),
        Curve("exponential", lambda t: t.exp(), lambda t: t.exp(), lambda r: r.exp()),
        Curve("sqrt", _sqrt, lambda t: 1 + t / _root(t), lambda _: arb(1)),
        Curve("least_squares", lambda t: (t + 1) ** 2, lambda t: 2 * (t + 1), lambda _: arb(2)),
    )
}
STRICT = ("softplus", "exponential", "sqrt")


def asked(request: Request, names: Iterable[str], *, own_samples: bool = False) -> list[str]:
    """The loss that the user asks for, or all of ``names`` if none.

    Raises:
        UnknownName: it is none of them; a statement in closed forms cannot be decided for another loss.
        InvalidParameter: samples are given to a statement that makes its own.
    """
    if own_samples and request.data is not None:
        raise InvalidParameter("this statement makes its own samples; got others. Leave --data out.")
    known = list(names)
    if request.loss is None:
        return known
    if request.loss in known:
        return [request.loss]
    raise UnknownName(
        f"this statement is decided by closed forms; got the loss {request.loss!r}, needed one of {', '.join(known)}."
    )
