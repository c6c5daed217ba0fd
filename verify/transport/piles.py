"""Integer masses on lattice points, and the linear programs of transport solved in integers.

Distances are sums of coordinate differences, so costs are integers too, and transport programs with integer data have
integer vertices. A floating-point solver is asked for one, its answer is rounded to integers, and every property of it
is then checked exactly: nothing is believed because the solver said so.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import UncertifiedSolution

Masses = tuple[int, ...]


@dataclass(frozen=True)
class Piles:
    """Mass p (real) and q (fake) on lattice places (s, d); the cost of a move is its length to a power."""

    places: tuple[tuple[int, ...], ...]
    p: Masses
    q: Masses
    power: int = 1
    without: frozenset[str] = frozenset()

    @cached_property
    def cost(self) -> Array:
        """Integer cost between places, (s, s)."""
        points = np.array(self.places, dtype=np.int64)
        return np.abs(points[:, None, :] - points[None, :, :]).sum(axis=2) ** self.power

    @property
    def total(self) -> int:
        return sum(self.p)

    @property
    def excess(self) -> Array:
        """The differences p - q, (s,)."""
        return np.array(self.p, dtype=np.int64) - np.array(self.q, dtype=np.int64)

    def __str__(self) -> str:
        shown = "; ".join(f"{place}: {p}, {q}" for place, p, q in zip(self.places, self.p, self.q, strict=True))
        return f"place: real mass, fake mass = {shown}"


def drawn(rng: np.random.Generator, size: int, dimension: int, reach: int) -> Piles:
    """Distinct places in a cube and two divisions of twelve units of mass among them."""
    cube = rng.permutation(reach**dimension)[:size]
    places = tuple(tuple(int(c) // reach**axis % reach for axis in range(dimension)) for c in cube)
    p, q = (tuple(np.bincount(rng.integers(0, size, 12), minlength=size).tolist()) for _ in range(2))
    return Piles(places, p, q)


def least_plan(piles: Piles) -> Array:
    """Masses (s, s) moved from the fake place u to the real place v at least cost, by linear programming."""
    size = len(piles.places)
    sums = np.concatenate([piles.q, piles.p])
    rows = np.concatenate([np.kron(np.eye(size), np.ones(size)), np.kron(np.ones(size), np.eye(size))])
    found = _vertex(piles.cost.ravel(), A_eq=rows, b_eq=sums, bounds=(0, None))
    return found.reshape(size, size)


def best_critic(piles: Piles, *, cross_pairs: bool = False) -> Array:
    """Values f (s,) that maximise ``sum (p - q) f`` while f_v - f_u <= cost_uv, by linear programming.

    With ``cross_pairs`` only for u that carries fake mass and v that carries real mass. f is zero at the first place,
    and
    kept within a reach that no optimum needs to leave.
    """
    size = len(piles.places)
    asked = ~np.eye(size, dtype=bool)
    if cross_pairs:
        asked &= (np.array(piles.q) > 0)[:, None] & (np.array(piles.p) > 0)[None, :]
    u, v = np.nonzero(asked)
    rows = np.zeros((len(u), size))
    rows[np.arange(len(u)), v], rows[np.arange(len(u)), u] = 1.0, -1.0
    reach = int(piles.cost.max()) * size
    bounds = [(0, 0)] + [(-reach, reach)] * (size - 1)
    return _vertex(-piles.excess, A_ub=rows, b_ub=piles.cost[u, v], bounds=bounds)


def _vertex(objective: Array, **constraints: Any) -> Array:
    from scipy.optimize import linprog

    found = linprog(objective, method="highs-ds", **constraints)
    if found.x is None:
        raise UncertifiedSolution(f"a linear program of transport found no point: {found.message}")
    return np.rint(found.x).astype(np.int64)
