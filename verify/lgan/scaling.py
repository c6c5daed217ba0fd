r"""What an LGAN does not see, and what it cannot gain: rigid motions, scale, order; and maps that bring points closer.

Only distances enter. So for a map T of the points

    |T x - T y| = s |x - y| for all x, y   =>   J*(s^2 lam; T P_r, T P_g) = J*(lam; P_r, P_g),   k* scales by 1 / s;
    |T x - T y| <= |x - y| for all x, y    =>   J*(lam; T P_r, T P_g) >= J*(lam; P_r, P_g).

The first: f on the one side is f o T on the other. The second: if f is k-Lipschitz, so is f o T, hence every value that
is reached after T is reached before: what cannot be told apart cannot be won. With mirrored losses f -> -f exchanges
P_r and P_g.

Exact in float64: coordinates are multiples of 1/8, T is a shift, a change of order and signs, one more coordinate, or
5 times the rotation with cosine 3/5, an integer matrix. The rounding of s^2 lam is in the bar.

Source: the objective of slides eq. (3), in which only distances enter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from flint import arb

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.measures import DiscreteMeasure
from verify.balls import at_most, equal
from verify.command import main
from verify.evidence import EPS, RESOLUTION
from verify.instances import Instance, expression, instance, lgan_losses, random_instances
from verify.lgan.certified import optimum

SAME_VALUE = "J* is unchanged when lengths are multiplied by s and lam by s^2"
SAME_SLOPE = "k* is divided by s when lengths are multiplied by s and lam by s^2"
CONTRACTED = "J* is no smaller after a map that brings no two points farther apart"
EXCHANGED = "J* is unchanged when P_r and P_g are exchanged"

SHIFT = 2.625


def _rotated(points: Array) -> Array:
    """Five times the rotation by the angle of cosine 3/5 in the first two coordinates; five times the rest."""
    turned = 5.0 * points
    turned[:, 0] = 3.0 * points[:, 0] - 4.0 * points[:, 1]
    turned[:, 1] = 4.0 * points[:, 0] + 3.0 * points[:, 1]
    return turned


def _flat(points: Array) -> Array:
    return np.concatenate([points, np.zeros((len(points), 1))], axis=1)


# name -> (map, factor s of all lengths)
SIMILAR: dict[str, tuple[Callable[[Array], Array], float]] = {
    "rotated, times 5": (lambda x: _rotated(_flat(x)), 5.0),
    "times 8": (lambda x: 8.0 * x, 8.0),
    "moved": (lambda x: x + SHIFT, 1.0),
    "turned round": (lambda x: -x[:, ::-1], 1.0),
    "in one more dimension": (_flat, 1.0),
}
# Exact for all doubles; the others are so on the grid of our own samples.
EXACT = ["times 8", "turned round", "in one more dimension"]
SHEARED = "sheared"
CLOSER: dict[str, Callable[[Array], Array]] = {
    "on the first axis": lambda x: x[:, :1],
    "halved": lambda x: 0.5 * x,
    "folded": np.abs,
    "doubled": lambda x: 2.0 * x,
}


@dataclass(frozen=True)
class Moved:
    """A problem, a similarity and a map that brings points closer, by name; ``without`` drops a hypothesis."""

    first: Instance
    similar: str
    closer: str
    without: frozenset[str] = frozenset()

    def image(self, function: Callable[[Array], Array], factor: float = 1.0) -> Instance:
        real, fake = (DiscreteMeasure(function(m.points), m.weights) for m in (self.first.real, self.first.fake))
        return Instance(real, fake, self.first.loss, self.first.lam * factor**2)

    def __str__(self) -> str:
        return f"{self.first}; {self.similar}; {self.closer}"


def instances(request: Request) -> Iterator[Moved]:
    similar, closer = list(SIMILAR) if request.data is None else EXACT, [name for name in CLOSER if name != "doubled"]
    for index, case in enumerate(random_instances(request, lgan_losses(request))):
        yield Moved(case, similar[index % len(similar)], closer[index % len(closer)])


def checks(case: Moved) -> list[Check]:
    value, k = optimum(case.first.solution)
    function, factor = _sheared if case.similar == SHEARED else SIMILAR[case.similar]
    charged = 1.0 if "lam_scales" in case.without else factor
    other, slope = optimum(case.image(function, charged).solution)
    other += arb(0, EPS) * case.first.lam * k**2  # s^2 lam is rounded, and dJ*/dlam = k*^2
    near, _ = optimum(case.image(CLOSER[case.closer]).solution)
    swapped, _ = optimum(Instance(case.first.fake, case.first.real, case.first.loss, case.first.lam).solution)
    unit = RESOLUTION * max(1.0, float(abs(value).upper()))
    return [
        equal(SAME_VALUE, other, value, unit),
        equal(SAME_SLOPE, factor * slope, k, RESOLUTION * max(float(k.upper()), RESOLUTION)),
        at_most(CONTRACTED, value, near, unit),
        equal(EXCHANGED, swapped, value, unit),
    ]


def _shear(x: Array) -> Array:
    return x @ np.array([[1.0, 0.0], [1.0, 1.0]])


_sheared = (_shear, 1.0)


def _pair(similar: str, closer: str, **options: frozenset[str]) -> Moved:
    """Fake (0, 0), real (0, 1), softplus, lam 1."""
    return Moved(instance([[0.0, 1.0]], [[0.0, 0.0]], "softplus", 1.0), similar, closer, **options)


CLAIM = Claim(
    ref="lgan.scaling",
    statement=r"J^*(s^2\lambda; s X) = J^*(\lambda; X), k^* scales by 1/s; "
    r"rigid motions change nothing, contractions gain nothing",
    source="the objective of slides eq. (3), in which only distances enter",
    hypotheses={
        "similar": "all distances are multiplied by one factor",
        "lam_scales": "lam is multiplied by the square of that factor",
        "contraction": "no two points are brought farther apart",
        "mirrored": "real(t) = fake(-t) (for exchanging P_r and P_g)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="similar",
            instance=lambda: _pair(SHEARED, "halved"),
            check=SAME_VALUE,
            witness="fake (0, 0), real (0, 1), sheared to (1, 1): their distance grows to sqrt 2, J* falls",
        ),
        Break(
            drops="lam_scales",
            instance=lambda: _pair("times 8", "halved", without=frozenset({"lam_scales"})),
            check=SAME_VALUE,
            witness="softplus, lengths times 8 with lam left at 1: J* falls from 1.327 to 0.504",
        ),
        Break(
            drops="contraction",
            instance=lambda: _pair("moved", "doubled"),
            check=CONTRACTED,
            witness="lengths doubled: J* falls from 1.327 to 1.187",
        ),
        Break(
            drops="mirrored",
            instance=lambda: Moved(
                instance([[0.0]], [[1.0], [3.0]], expression("exp(t)", "-t"), 1.0), "moved", "halved"
            ),
            check=EXCHANGED,
            witness="fake e^t, real -t, real 0, fakes 1 and 3, lam 1: exchanged, J* is another",
        ),
    ),
    settles=("lgan T7",),
)

if __name__ == "__main__":
    main((CLAIM,))
