"""Between a fake and a real place: how exactly a difference of an extension can show the gradient there.

Let f be k-Lipschitz with f(y) - f(x) >= k |y - x| - sigma, z = (1 - t) x + t y, 0 < t < 1, rho the distance from z to
the nearer end, e a unit vector at the cosine c from y - x, and h < rho. With R = |z - x|,

    |z + h e - x| <= R + h c + h^2 / (2 (rho - h)),   and likewise towards y,

so f(z + h e) is at most tau above and sigma + tau below f(x) + k R + k h c, with tau = k h^2 / (2 (rho - h)). A
central difference is within tau / h + (sigma / 2 + rounding) / h of k c, and the two parts are about equal at
h = rho sqrt((sigma / 2 + rounding) / (k rho)).

At an end, z = x, an extension is a least (or a largest) of cones f_v + k |z - v|. Those that touch it at x, but for the
one that stands on x, all have the slope there, if it has one; tau bounds how far they leave it, with rho the distance
to the nearest apex. A cone that is ``gap`` off at x comes into play beyond gap / (2 k) only: rho is at most that.

Directions. If |z - x| + |y' - z| - |y' - x| <= delta, the unit vectors from x to z and from z to y' differ by at most
sqrt(2 delta (1 / |z - x| + 1 / |y' - z|)): this is how far the directions of ``Solution.gradient`` may be off.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lgantheory.arrays import Array
from lgantheory.extension import SAME_DIRECTION
from lgantheory.problem import ULPS, Solution
from verify.evidence import EPS

# A difference is taken over at most this share of rho; arbitrary, below one.
LONGEST_STEP = 0.125

# How far apart two unit vectors can be.
FARTHEST = 2.0


@dataclass(frozen=True)
class Segment:
    """A pair (x, y), fake to real; ``sigma`` is how far its rise may be misjudged.

    Where the pair carries mass its slack, in f and in every optimum, lies between 0 and sigma. See ``misjudged`` for
    other pairs.
    """

    solution: Solution
    x: Array
    y: Array
    sigma: float

    @cached_property
    def length(self) -> float:
        return float(np.linalg.norm(self.y - self.x))

    @property
    def direction(self) -> Array:
        return (self.y - self.x) / self.length

    @cached_property
    def rounding(self) -> float:
        """Of one value of an extension."""
        solution = self.solution
        return ULPS * EPS * (float(np.abs(solution.f).max()) + solution.k * _diameter(solution))

    @property
    def noise(self) -> float:
        """Of half a difference between two values, from the certificate and from rounding."""
        return 0.5 * self.sigma + self.rounding

    def at(self, t: float) -> Array:
        return (1.0 - t) * self.x + t * self.y

    def reach(self, t: float) -> float:
        """The rho of the module's docstring."""
        return self.length * min(t, 1.0 - t) if 0.0 < t < 1.0 else self._reach_of_end(self.at(t))

    def _reach_of_end(self, x: Array) -> float:
        known, k = self.solution.function, self.solution.k
        away = np.linalg.norm(known.points - x, axis=1)
        rise = known.f - float(known.f[away == 0.0][0])
        gaps = np.concatenate([(k * away + rise)[away > 0.0], (k * away - rise)[away > 0.0]])
        off = float(gaps[gaps > 2.0 * self.noise].min(initial=math.inf))
        return min(self.nearest(x), off / (2.0 * k))

    def nearest(self, z: Array) -> float:
        """Distance to the nearest support point that is not z."""
        away = np.linalg.norm(self.solution.function.points - z, axis=1)
        return float(away[away > 0.0].min())

    def step(self, t: float) -> float:
        """The length of a difference that balances truncation and noise."""
        rho = self.reach(t)
        return rho * min(math.sqrt(self.noise / (self.solution.k * rho)), LONGEST_STEP)

    def difference_bar(self, t: float) -> float:
        """Of a central difference, where the pair is as tight, and f as differentiable, as the statement has it."""
        h, rho = self.step(t), self.reach(t)
        return self.solution.k * h / (2.0 * (rho - h)) + self.noise / h

    def turn(self, z: Array, reach: float) -> float:
        """How far a unit vector that ``Solution.gradient`` reports at z may be from the segment's direction."""
        delta = (2.0 * self.solution.value_error + self.sigma + 2.0 * self.rounding) / self.solution.k
        turn = SAME_DIRECTION + math.sqrt(2.0 * delta * (1.0 / reach + 1.0 / self.nearest(z)))
        return SAME_DIRECTION if z.size == 1 and turn < FARTHEST else turn  # on the line there are two directions


def misjudged(solution: Solution) -> float:
    """How far a difference of two values of an extension may be from the same difference of an optimum.

    The optimum's values lie in the enclosure, and so does its k; an extension is a least or a largest of
    f_v + k |z - v|, so its values move no farther than these do.
    """
    box, alive = solution.enclosure, solution.problem.alive
    values = np.maximum(box.upper - solution.f, solution.f - box.lower)[alive]
    slope = max(box.k_upper - solution.k, solution.k - box.k_lower)
    return 2.0 * (float(values.max()) + slope * _diameter(solution))


def _diameter(solution: Solution) -> float:
    points = solution.problem.points
    return float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
