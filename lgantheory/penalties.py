"""What a discriminator pays for its Lipschitz constant k: four penalties, each with its conjugate.

The LGAN theory is about ``lam * k**2`` and no other; the rest exist because its theorems break without it, and a claim
must be able to show that (LGAN paper, Theorem 2 (d), and the remarks on gradient penalties in section 5).

Each penalty is convex in k >= 0. Its conjugate, taken over k >= 0, is what the dual problem charges for the cost
``<flow, distance>`` of a flow.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    SQUARED = "squared"
    LINEAR = "linear"
    TARGET = "target"
    ONE_SIDED = "one-sided"


@dataclass(frozen=True)
class Penalty:
    """A convex charge ``value(k)`` on the Lipschitz constant, in the unit of the objective.

    ============  =======================  ===========================================================
    kind          value(k)                 known as
    ============  =======================  ===========================================================
    squared       lam k^2                  LGAN, MaxGP
    linear        lam k                    the first power
    target        lam (k - 1)^2            two-sided gradient penalty, MaxGP with target 1
    one-sided     lam max(0, k - 1)^2      one-sided gradient penalty (LP)
    ============  =======================  ===========================================================
    """

    lam: float
    kind: Kind = Kind.SQUARED

    def value(self, k: float) -> float:
        match self.kind:
            case Kind.SQUARED:
                return self.lam * k * k
            case Kind.LINEAR:
                return self.lam * k
            case Kind.TARGET:
                return self.lam * (k - 1.0) ** 2
            case Kind.ONE_SIDED:
                return self.lam * max(0.0, k - 1.0) ** 2

    def conjugate(self, cost: float) -> float:
        """``sup_{k >= 0} (cost * k - value(k))`` for cost >= 0."""
        match self.kind:
            case Kind.SQUARED:
                return cost * cost / (4.0 * self.lam)
            case Kind.LINEAR:
                return 0.0 if cost <= self.lam else math.inf
            case Kind.TARGET | Kind.ONE_SIDED:
                return cost + cost * cost / (4.0 * self.lam)

    def enclosure(self, cost: float, error: float) -> tuple[float, float]:
        """All k >= 0 with ``value(k) + conjugate(cost) - cost * k <= error``: where the optimal k can be."""
        radius = math.sqrt(error / self.lam)
        match self.kind:
            case Kind.SQUARED:
                centre = cost / (2.0 * self.lam)
                return max(0.0, centre - radius), centre + radius
            case Kind.LINEAR:
                return 0.0, error / (self.lam - cost) if cost < self.lam else math.inf
            case Kind.TARGET:
                centre = 1.0 + cost / (2.0 * self.lam)
                return max(0.0, centre - radius), centre + radius
            case Kind.ONE_SIDED:
                centre = 1.0 + cost / (2.0 * self.lam)
                low = max(0.0, centre - radius)
                # below the target the charge vanishes, so the excess there is cost * (centre_value - k)
                if low < 1.0:
                    low = max(0.0, 1.0 + cost / (4.0 * self.lam) - error / cost) if cost > 0 else 0.0
                return min(low, centre), centre + radius

    def atom(self, k: Any) -> Any:
        """The same charge as a cvxpy expression of the variable ``k``."""
        import cvxpy as cp

        match self.kind:
            case Kind.SQUARED:
                return self.lam * cp.square(k)
            case Kind.LINEAR:
                return self.lam * k
            case Kind.TARGET:
                return self.lam * cp.square(k - 1.0)
            case Kind.ONE_SIDED:
                return self.lam * cp.square(cp.pos(k - 1.0))

    def rescaled(self, unit: float) -> "Penalty":
        """The penalty in a length unit ``unit`` times as long: slopes multiply by it. Only the square scales cleanly."""
        assert self.kind is Kind.SQUARED, "only lam k^2 is covariant under scaling"
        return Penalty(self.lam / unit**2, self.kind)
