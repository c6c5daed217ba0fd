"""What a discriminator pays for its Lipschitz constant k: four penalties, each with its conjugate.

The LGAN theory is about ``lam * k**2`` and no other; the rest exist because its theorems break without it, and a claim
must be able to show that (LGAN paper, Theorem 2 (d), and the remarks on gradient penalties in section 5).

Three of them never decrease in k >= 0. For those, letting k be any bound of the Lipschitz constant changes nothing, the
problem is convex, and the conjugate over k >= 0 is what its dual charges for the cost ``<flow, distance>`` of a flow.
The fourth pulls k up to its target: there k must be the constant of f itself, the problem is not convex, and no solver
here takes it. It can be evaluated, which is enough to show what it breaks.
"""

import math
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lgantheory.errors import InvalidParameter

# A cost this much above lam, relatively, still counts as lam: what rounding a sum of costs can do.
ROUNDING = 64.0 * sys.float_info.epsilon


class Kind(StrEnum):
    """The four functions of k; see ``Penalty``."""

    SQUARED = "squared"
    LINEAR = "linear"
    TARGET = "target"
    ONE_SIDED = "one-sided"


@dataclass(frozen=True)
class Penalty:
    """A charge ``value(k)`` on the Lipschitz constant, in the unit of the objective.

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

    @property
    def is_monotone(self) -> bool:
        """Whether a larger k never costs less."""
        return self.kind is not Kind.TARGET

    def conjugate(self, cost: float) -> float:
        """``sup_{k >= 0} (cost * k - value(k))`` for cost >= 0; monotone penalties only."""
        match self.kind:
            case Kind.SQUARED:
                return (0.5 * cost / math.sqrt(self.lam)) ** 2  # the square of a tiny cost alone would underflow
            case Kind.LINEAR:
                return 0.0 if cost <= self.lam * (1.0 + ROUNDING) else math.inf
            case Kind.ONE_SIDED:
                return cost + (0.5 * cost / math.sqrt(self.lam)) ** 2
            case Kind.TARGET:
                raise _no_dual()

    def affordable(self, cost: float) -> float:
        """The largest share (at most one) of a flow of this cost whose conjugate is finite."""
        return min(1.0, self.lam / cost) if self.kind is Kind.LINEAR and cost > 0.0 else 1.0

    def enclosure(self, cost: float, error: float) -> tuple[float, float]:
        """All k >= 0 with ``value(k) + conjugate(cost) - cost * k <= error``: where the optimal k can be."""
        radius = math.sqrt(error / self.lam)
        match self.kind:
            case Kind.SQUARED:
                centre = cost / (2.0 * self.lam)
                return max(0.0, centre - radius), centre + radius
            case Kind.LINEAR:
                return 0.0, error / (self.lam - cost) if cost < self.lam else math.inf
            case Kind.ONE_SIDED:
                centre = 1.0 + cost / (2.0 * self.lam)
                if cost / (2.0 * self.lam) >= radius:
                    return centre - radius, centre + radius
                # below 1 nothing is charged, and what is lost is cost * (1 + cost / (4 lam) - k)
                low = 1.0 + cost / (4.0 * self.lam) - error / cost if cost > 0.0 else 0.0
                return max(0.0, low), centre + radius
            case Kind.TARGET:
                raise _no_dual()

    def atom(self, k: Any) -> Any:
        """The same charge as a cvxpy expression of the variable ``k``."""
        import cvxpy as cp

        match self.kind:
            case Kind.SQUARED:
                return self.lam * cp.square(k)
            case Kind.LINEAR:
                return self.lam * k
            case Kind.ONE_SIDED:
                return self.lam * cp.square(cp.pos(k - 1.0))
            case Kind.TARGET:
                raise _no_dual()

    def rescaled(self, unit: float) -> "Penalty":
        """The penalty when lengths are measured in ``unit`` and slopes multiply by it; for the square only."""
        assert self.kind is Kind.SQUARED, "only lam k^2 is covariant under scaling"
        return Penalty(self.lam / unit / unit, self.kind)


def _no_dual() -> InvalidParameter:
    return InvalidParameter(
        "got lam * (k - 1)^2, which decreases below k = 1, so that the problem is not convex and has no dual here; "
        "needed a penalty that never decreases. Take squared, linear or one-sided."
    )
