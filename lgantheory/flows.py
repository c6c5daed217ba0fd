"""Mass flows: what makes a list of numbers a legal dual point.

A flow carries mass between support points, fake ones first and then real: entry e takes ``mass[e]`` from ``s[e]`` up to
``t[e]``. Any flow bounds the optimal value from below as long as the net outflow of each point, divided by its weight,
stays within the domain of the conjugate loss there. ``into_domain`` brings a flow that a solver left slightly outside
back in, by lowering what carries too much and adding what is missing; it never needs to be optimal, only legal.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lgantheory.arrays import Array, Indices
from lgantheory.errors import InvalidParameter

# s slightly outside a conjugate's domain counts as its end: what rounding a sum of marginals can produce.
MARGIN = 64.0 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Flow:
    """Mass on ordered pairs (s, t) of ``size`` support points; one entry per pair, mass > 0."""

    size: int
    s: Indices
    t: Indices
    mass: Array

    @staticmethod
    def of(size: int, s: Array, t: Array, mass: Array) -> "Flow":
        """The flow with these entries: repeated pairs are added up, and what is not a positive number is left out."""
        keep = np.isfinite(mass) & (mass > 0.0)
        pair, inverse = np.unique(s[keep].astype(np.int64) * size + t[keep], return_inverse=True)
        total = np.bincount(inverse, mass[keep], len(pair))
        rows, cols = np.divmod(pair, size)
        return Flow(size, rows, cols, total.astype(np.float64))

    @staticmethod
    def from_matrix(matrix: Any, n: int, m: int) -> "Flow":
        """A dense or scipy sparse matrix, (n, m) from fake to real or (n + m, n + m) over the support.

        Raises:
            InvalidParameter: the shape is neither.
        """
        from scipy import sparse

        entries, size = sparse.coo_array(matrix), n + m
        s, t = (np.asarray(index) for index in entries.coords)
        shape = np.shape(matrix)
        if shape not in ((n, m), (size, size)):
            raise InvalidParameter(
                f"a flow is a matrix ({n}, {m}) from fake to real, or ({size}, {size}) over the support; got {shape}."
            )
        return Flow.of(size, s, t + n if shape == (n, m) else t, np.asarray(entries.data, dtype=float))

    @property
    def outflow(self) -> Array:
        """Mass out minus mass in, at every point."""
        return self._sent - self._received

    @property
    def throughput(self) -> Array:
        """Mass out plus mass in, at every point."""
        return self._sent + self._received

    @cached_property
    def _sent(self) -> Array:
        return _sums(self.s, self.mass, self.size)

    @cached_property
    def _received(self) -> Array:
        return _sums(self.t, self.mass, self.size)

    def times(self, factor: float) -> "Flow":
        """Every mass multiplied by a positive factor."""
        return Flow(self.size, self.s, self.t, self.mass * factor)

    def between(self, alive: Array) -> "Flow":
        """The part between points that carry weight; the others can neither send nor receive."""
        keep = alive[self.s] & alive[self.t]
        return Flow(self.size, self.s[keep], self.t[keep], self.mass[keep])

    def matrix(self, n: int) -> Any:
        """The part from the first n points to the others, as a scipy csr array (n, size - n)."""
        from scipy import sparse

        keep = (self.s < n) & (self.t >= n)
        shape = (n, self.size - n)
        return sparse.csr_array(sparse.coo_array((self.mass[keep], (self.s[keep], self.t[keep] - n)), shape=shape))


def _sums(ends: Indices, mass: Array, size: int) -> Array:
    """Mass by end, as floats: counting nothing gives integers otherwise."""
    return np.bincount(ends, mass, size).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Box:
    """Bounds of the outflow of every point, ``lower <= outflow <= upper``: weights times the conjugate's domain."""

    lower: Array
    upper: Array


def shrunk(flow: Flow, box: Box) -> Flow:
    """The largest multiple (at most one) of the flow whose outflow lies in a box that contains zero."""
    u = flow.outflow
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = np.where(u > 0.0, box.upper / u, np.where(u < 0.0, box.lower / u, np.inf))
    return flow.times(min(1.0, max(0.0, float(limits.min(initial=1.0)))))


def into_domain(flow: Flow, n: int, box: Box) -> Flow:
    """A legal flow near one that goes from the first n points to the others only.

    Args:
        box: bounds of the outflow; negative for points that receive.
    """
    r, c = flow.outflow[:n], -flow.outflow[n:]
    floors, ceilings = (box.lower[:n], -box.upper[n:]), (box.upper[:n], -box.lower[n:])
    r, c = np.clip(r, floors[0], ceilings[0]), np.clip(c, floors[1], ceilings[1])
    excess = math.fsum(r) - math.fsum(c)
    if excess > 0.0:
        r, excess = _lowered(r, floors[0], excess)
        c = _raised(c, ceilings[1], excess)
    else:
        c, excess = _lowered(c, floors[1], -excess)
        r = _raised(r, ceilings[0], excess)
    return _with_sums(flow, r, c, ceilings)


def _lowered(x: Array, floor: Array, amount: float) -> tuple[Array, float]:
    """Take ``amount`` off x in proportion to its room above the floor; returns what could not be taken."""
    room = math.fsum(x - floor)
    taken = min(amount, room)
    return (x - (x - floor) * (taken / room) if room > 0.0 else x), amount - taken


def _raised(x: Array, ceiling: Array, amount: float) -> Array:
    room = np.where(np.isfinite(ceiling), ceiling - x, 1.0)
    total = math.fsum(room)
    return x + room * (amount / total) if total > 0.0 and amount > 0.0 else x


def _with_sums(flow: Flow, r: Array, c: Array, ceilings: tuple[Array, Array]) -> Flow:
    """Scale rows, then columns, down to the sums wanted; then add what is missing.

    The totals of both sides agree up to rounding only, so something of that size finds no partner. It goes to or comes
    from the points with the most room, where it is a rounding error; for a light point it could be all of its mass.
    """
    n, mass, t = len(r), flow.mass, flow.t - len(r)
    for wanted, end in ((r, flow.s), (c, t)):
        have = _sums(end, mass, len(wanted))
        mass = mass * np.divide(wanted, have, out=np.ones_like(have), where=have > wanted)[end]
    supply, demand = (np.maximum(wanted - _sums(end, mass, len(wanted)), 0.0) for wanted, end in ((r, flow.s), (c, t)))
    entries = _matched(supply, demand)
    entries += _matched(supply, _absorbed(math.fsum(supply), ceilings[1]))
    entries += _matched(_absorbed(math.fsum(demand), ceilings[0]), demand)
    i, j, more = (np.array([entry[part] for entry in entries]) for part in range(3))
    return Flow.of(
        flow.size,
        np.concatenate([flow.s, i.astype(np.int64)]),
        np.concatenate([flow.t, j.astype(np.int64) + n]),
        np.concatenate([mass, more.astype(np.float64)]),
    )


def _matched(supply: Array, demand: Array) -> list[tuple[int, int, float]]:
    """Entries that use up one side, or both; what they carry is taken off supply and demand in place."""
    rows, cols = np.flatnonzero(supply).tolist(), np.flatnonzero(demand).tolist()
    entries: list[tuple[int, int, float]] = []
    while rows and cols:
        i, j = rows[-1], cols[-1]
        mass = min(float(supply[i]), float(demand[j]))
        entries.append((i, j, mass))
        supply[i] -= mass
        demand[j] -= mass
        if supply[i] <= 0.0:
            rows.pop()
        if demand[j] <= 0.0:
            cols.pop()
    return entries


def _absorbed(amount: float, ceiling: Array) -> Array:
    """How much of an amount each point takes over its sum: the largest first, each as much as counts as rounding.

    If that is not enough, the largest takes the rest.
    """
    order = np.argsort(-ceiling, kind="stable")
    most = np.minimum(0.25 * MARGIN * ceiling[order], amount)
    before = np.cumsum(most) - most
    taken = np.clip(amount - before, 0.0, most)
    taken[0] += max(amount - math.fsum(taken), 0.0)
    absorbed = np.empty_like(taken)
    absorbed[order] = taken
    return absorbed
