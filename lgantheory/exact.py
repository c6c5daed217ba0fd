"""Weights and flows as exact fractions: probabilities that sum to one, net outflows, and how to make them legal.

Doubles are fractions, so a flow has exact marginals; what float64 would only approximate (a row that carries exactly
its weight, a total that is exactly zero) can be had here. Any two support points may be joined by an arc, which makes
repair simple: a correction of the outflows that sums to zero is itself a sum of arcs, and adding arcs keeps every mass
non-negative.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from lgantheory.arrays import Array
from lgantheory.flows import Flow
from lgantheory.symbolic.fenchel import Interval


def shares(weights: Array) -> list[Fraction]:
    """Weights divided by their exact sum."""
    exact = [Fraction(weight) for weight in weights.tolist()]
    total = sum(exact)
    return [weight / total for weight in exact]


def net_outflow(flow: Flow) -> list[Fraction]:
    """Mass out minus mass in at every point: the masses are integers times one power of two."""
    mantissas, exponents = np.frexp(flow.mass)
    lowest = int(exponents.min(initial=0))
    whole = np.ldexp(mantissas, 53).astype(np.int64).tolist()
    net = [0] * flow.size
    for s, t, number, exponent in zip(flow.s.tolist(), flow.t.tolist(), whole, exponents.tolist(), strict=True):
        mass = number << (exponent - lowest)
        net[s] += mass
        net[t] -= mass
    unit = Fraction(2) ** (lowest - 53)
    return [unit * mass for mass in net]


def into_boxes(u: list[Fraction], boxes: list[Interval], weights: list[Fraction]) -> list[Fraction] | None:
    """Outflows near u, each within its box and of sum zero; ``None`` when there are none.

    What clipping leaves over goes to the points with the most room, the heaviest where room is infinite: there it
    changes the slope ``u / weight`` the least.
    """
    if any(low is not None and high is not None and low > high for low, high in boxes):
        return None
    legal = [_clipped(x, box) for x, box in zip(u, boxes, strict=True)]
    excess = sum(legal, Fraction(0))
    ends = [box[0] if excess > 0 else box[1] for box in boxes]
    rooms = [None if end is None else abs(x - end) for x, end in zip(legal, ends, strict=True)]
    keys = [(room is None, weight if room is None else room) for room, weight in zip(rooms, weights, strict=True)]
    for v in sorted(range(len(u)), key=keys.__getitem__, reverse=True):
        if excess == 0:
            break
        room = rooms[v]
        step = excess if room is None or abs(excess) <= room else room if excess > 0 else -room
        legal[v] -= step
        excess -= step
    return legal if excess == 0 else None


def _clipped(x: Fraction, box: Interval) -> Fraction:
    low, high = box
    if low is not None and x < low:
        return low
    return high if high is not None and x > high else x


def arcs_between(change: list[Fraction]) -> Iterator[tuple[int, int, Fraction]]:
    """Arcs ``(s, t, mass)`` whose net outflow is ``change``, which sums to zero."""
    supply = [(v, x) for v, x in enumerate(change) if x > 0]
    demand = [(v, -x) for v, x in enumerate(change) if x < 0]
    while supply and demand:
        (s, has), (t, wants) = supply.pop(), demand.pop()
        mass = min(has, wants)
        yield s, t, mass
        if has > mass:
            supply.append((s, has - mass))
        if wants > mass:
            demand.append((t, wants - mass))
