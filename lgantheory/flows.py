"""Mass flows: what makes a matrix of numbers a legal dual point.

A flow is a non-negative matrix over the support points, fake first and then real; entry (s, t) is mass carried from s
up to t. Any flow bounds the optimal value from below as long as the net outflow of each point, divided by its weight,
stays within the domain of the conjugate loss there. ``into_domain`` brings a flow that a solver left slightly outside
back in, by lowering rows and columns that carry too much and adding the mass that is missing along the cheapest
available pairs in order; it never needs to be optimal, only legal.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .arrays import Array

# s slightly outside a conjugate's domain counts as its end: what rounding a sum of marginals can produce.
MARGIN = 64.0 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Box:
    """Bounds of the outflow of every point, ``lower <= outflow <= upper``: weights times the conjugate's domain."""

    lower: Array
    upper: Array

    def contains(self, u: Array) -> bool:
        slack = MARGIN * np.maximum(np.abs(self.lower), np.abs(self.upper), where=np.isfinite(self.upper), out=np.abs(u))
        return bool(np.all(u >= self.lower - slack) and np.all(u <= self.upper + slack))


def outflow(flow: sparse.csr_array) -> Array:
    """Mass out minus mass in, at every point."""
    return np.asarray(flow.sum(axis=1)).ravel() - np.asarray(flow.sum(axis=0)).ravel()


def clipped(flow: sparse.sparray | sparse.spmatrix | Array) -> sparse.csr_array:
    """The flow as a clean csr matrix with finite, positive entries only."""
    matrix = sparse.coo_array(flow)
    keep = np.isfinite(matrix.data) & (matrix.data > 0.0)
    row, col = matrix.coords
    clean = sparse.coo_array((matrix.data[keep], (row[keep], col[keep])), shape=matrix.shape)
    return sparse.csr_array(clean)


def restricted(flow: sparse.csr_array, alive: Array) -> sparse.csr_array:
    """The flow between points that carry weight; the others can neither send nor receive."""
    if alive.all():
        return flow
    keep = sparse.diags_array(alive.astype(float))
    return clipped(keep @ flow @ keep)


def shrunk(flow: sparse.csr_array, box: Box) -> sparse.csr_array:
    """The largest multiple (at most one) of the flow whose outflow lies in a box that contains zero."""
    u = outflow(flow)
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = np.where(u > 0.0, box.upper / u, np.where(u < 0.0, box.lower / u, np.inf))
    return flow * min(1.0, max(0.0, float(limits.min(initial=1.0))))


def into_domain(flow: sparse.csr_array, fakes: Box, reals: Box) -> sparse.csr_array:
    """A legal flow near ``flow`` (n, m): row sums within ``fakes``, column sums within ``reals``.

    Args:
        fakes, reals: bounds of the mass that leaves a fake point and that reaches a real point.
    """
    r, c = _sums(flow)
    if fakes.contains(r) and reals.contains(c):
        return flow
    r, c = np.clip(r, fakes.lower, fakes.upper), np.clip(c, reals.lower, reals.upper)
    excess = math.fsum(r) - math.fsum(c)
    if excess > 0.0:
        r, excess = _lowered(r, fakes.lower, excess)
        c, _ = _raised(c, reals.upper, excess)
    else:
        c, excess = _lowered(c, reals.lower, -excess)
        r, _ = _raised(r, fakes.upper, excess)
    return _with_sums(flow, r, c)


def _sums(flow: sparse.csr_array) -> tuple[Array, Array]:
    return np.asarray(flow.sum(axis=1)).ravel(), np.asarray(flow.sum(axis=0)).ravel()


def _lowered(x: Array, floor: Array, amount: float) -> tuple[Array, float]:
    """Take ``amount`` off x in proportion to its room above the floor; returns what could not be taken."""
    room = math.fsum(x - floor)
    taken = min(amount, room)
    return (x - (x - floor) * (taken / room) if room > 0.0 else x), amount - taken


def _raised(x: Array, ceiling: Array, amount: float) -> tuple[Array, float]:
    room = np.where(np.isfinite(ceiling), ceiling - x, 1.0)
    total = math.fsum(room)
    return (x + room * (amount / total) if total > 0.0 and amount > 0.0 else x), 0.0


def _with_sums(flow: sparse.csr_array, r: Array, c: Array) -> sparse.csr_array:
    """Scale rows, then columns, down to the sums wanted; then add what is missing, northwest corner first."""
    for axis, wanted in ((1, r), (0, c)):
        have = np.asarray(flow.sum(axis=axis)).ravel()
        factor = np.divide(wanted, have, out=np.ones_like(have), where=have > wanted)
        scale = sparse.diags_array(factor)
        flow = sparse.csr_array(scale @ flow if axis == 1 else flow @ scale)
    row, col = _sums(flow)
    return clipped(flow + _northwest(np.maximum(r - row, 0.0), np.maximum(c - col, 0.0)))


def _northwest(supply: Array, demand: Array) -> sparse.csr_array:
    """A flow with these marginals (as far as their totals agree) and at most n + m - 1 entries."""
    supply, demand = supply.copy(), demand.copy()
    rows, cols = list(np.flatnonzero(supply)), list(np.flatnonzero(demand))
    entries: list[tuple[int, int, float]] = []
    while rows and cols:
        i, j = rows[-1], cols[-1]
        mass = min(supply[i], demand[j])
        entries.append((i, j, mass))
        supply[i] -= mass
        demand[j] -= mass
        if supply[i] <= 0.0:
            rows.pop()
        if demand[j] <= 0.0:
            cols.pop()
    i, j, mass = (np.array(part) for part in zip(*entries, strict=True)) if entries else (np.empty(0, int),) * 3
    return sparse.csr_array(sparse.coo_array((mass, (i, j)), shape=(supply.size, demand.size)))
