r"""Unbounded supports: what needs a first moment, and where a partner is lost at infinity.

(a) P_g = delta_0, P_r = sum_n w_n delta_n with w_n proportional to n^-s, cut off at n <= N. Then W1 = mean of P_r,
and for the linear losses J*_N = -W1^2 / (4 lam). For s >= 3 the first moment is finite: cutting off at M >= N in
place of N raises W1 by at most 1/N (the tail sum of n^(1-s), divided by a total of at least 1), so J* converges. For
s = 2, the tail of the Cauchy distribution, W1_N = H_N / H_N^(2) grows as log N, J*_N falls without bound, and for the
untruncated P_r there is no optimal discriminator. Losses bounded below need no moment: J* >= inf fake + inf real, lam
k*^2 <= level.

(b) Fakes x_n = (1/n, 0), reals y_n = (1/n, n), weights 2^-n, linear losses. f(x_n) = 0, f(y_n) = k n is k-Lipschitz
and gains k sum 2^-n n = k W1 with the plan x_n -> y_n: optimal. (0, 0) lies in the closed support of P_g and of no
other measure; the slope to y_m is k m / (m^2 + 1/m^2)^(1/2) < k for every m, and to x_m it is 0: no partner. The slack
1 - m^2 / (m^2 + 1/m^2) = 1 / (m^4 + 1) of the squares is positive for each m; its infimum, 0, is not attained. So "for
every x in exactly one support there is a tight y" fails without compactness; P_g-almost everywhere it holds, at each
x_n.

The power sums of (a) are balls, and the solver is asked as well; (b) is in exact rationals, by squared lengths, for the
first m; that no m makes 1 / (m^4 + 1) zero is seen from the formula.

Source: LGAN paper, Theorems 1 and 2 (b), beyond compact supports.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.measures import DiscreteMeasure
from verify.balls import at_most, equal
from verify.command import main
from verify.evidence import EPS, RESOLUTION
from verify.instances import Instance, instance
from verify.lgan.certified import optimum
from verify.lgan.curves import CURVES, STRICT, asked

CONVERGES = "cutting off at M in place of N raises W1 by at most 1 / N"
EXACT_VALUE = "linear losses: J* is -W1^2 / (4 lam), with W1 a ratio of power sums"
BOUNDED = "losses bounded below: lam k*^2 is at most the cost of the constant"
PARTNER = "every point of the support that carries mass has a tight partner"
LIMIT_PARTNER = "the limit point (0, 0) of the generated support has a tight partner among the first points"
LIMIT_SLACK = "the slack of squares from (0, 0) to y_m is 1 / (m^4 + 1)"

# Where the tails are cut off: the solver sees SHORT points, exact sums go on to LONG.
SHORT, LONG = 12, 400

Point = tuple[Fraction, Fraction, Fraction]
"""A place in the plane, and the value of f there."""


@dataclass(frozen=True)
class Tail:
    """Weights proportional to n^-exponent on n = 1, ..., N, against delta_0."""

    exponent: int
    lam: float
    loss: str

    def weights(self, size: int) -> list[arb]:
        """A ball for each weight."""
        raw = [1 / arb(n) ** self.exponent for n in range(1, size + 1)]
        total = sum(raw, arb(0))
        return [w / total for w in raw]

    def mean(self, size: int) -> arb:
        """W1 of the truncation at ``size``."""
        return sum((n * w for n, w in enumerate(self.weights(size), start=1)), arb(0))

    @property
    def cut_off(self) -> Instance:
        real = DiscreteMeasure(np.arange(1.0, SHORT + 1.0), [float(w.mid()) for w in self.weights(SHORT)])
        return instance(real, [0.0], self.loss, self.lam)

    def __str__(self) -> str:
        return f"{self.loss}, lam = {self.lam:g}, weights n^-{self.exponent} on 1, 2, ... against 0"


def instances(request: Request) -> Iterator[Tail]:
    names = asked(request, ("wasserstein", *STRICT), own_samples=True)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        lam = 2.0 ** float(rng.integers(-3, 4)) if request.lam is None else request.lam
        yield Tail(int(rng.integers(3, 7)), lam, names[index % len(names)])


def checks(case: Tail) -> list[Check]:
    """The doubles that the solver is given are within a unit in the last place, and the radius, of each weight."""
    short, long = case.mean(SHORT), case.mean(LONG)
    found = [at_most(CONVERGES, long, short + arb(1) / SHORT, RESOLUTION)]
    value, k = optimum(case.cut_off.solution)
    if case.loss == "wasserstein":
        weighed = short + arb(0, 4.0 * EPS * SHORT)
        found.append(equal(EXACT_VALUE, value, -(weighed**2) / (4 * arb(case.lam)), RESOLUTION / case.lam))
    else:
        found.append(at_most(BOUNDED, arb(case.lam) * k**2, CURVES[case.loss].level, RESOLUTION))
    return [*found, *_partners(SHORT)]


def _partners(size: int) -> list[Check]:
    """Part (b), cut off: f is 1-Lipschitz between all points (squares), and x_n and y_n are tight partners."""
    points = _spikes(size)
    worst = max((f - g) ** 2 - (x - u) ** 2 - (y - v) ** 2 for x, y, f in points for u, v, g in points)
    off = max(1 - steepness(fake, real) for fake, real in zip(points[::2], points[1::2], strict=True))
    return [at_most(PARTNER, worst, 0, RESOLUTION), equal(PARTNER, off, 0, RESOLUTION)]


def _spikes(size: int) -> list[Point]:
    """x_1, y_1, x_2, y_2, ..., each with the value of f there."""
    return [(Fraction(1, n), Fraction(side * n), Fraction(side * n)) for n in range(1, size + 1) for side in (0, 1)]


def steepness(first: Point, second: Point) -> Fraction:
    """The square of the slope of f between two points."""
    (x, y, f), (u, v, g) = first, second
    return (f - g) ** 2 / ((x - u) ** 2 + (y - v) ** 2)


def limit_slacks(size: int) -> list[Fraction]:
    """1 - slope^2 from (0, 0) to each of x_1, y_1, ..., x_size, y_size."""
    origin = Fraction(0), Fraction(0), Fraction(0)
    return [1 - steepness(origin, point) for point in _spikes(size)]


def _limit_point(case: Tail) -> list[Check]:
    """The least of the first slacks, which would be zero at a tight partner, and what the slacks are for every m."""
    slacks = limit_slacks(SHORT)
    off = max(abs(slack - Fraction(1, m**4 + 1)) for m, slack in enumerate(slacks[1::2], start=1))
    smallest = RESOLUTION / SHORT**4
    return [equal(LIMIT_SLACK, off, 0, smallest), at_most(LIMIT_PARTNER, min(slacks), 0, smallest)]


CLAIM = Claim(
    ref="lgan.noncompact",
    statement=r"with a finite first moment J^* converges along truncations; losses bounded below need none",
    source="LGAN paper, Theorems 1 and 2 (b), beyond compact supports",
    hypotheses={"first_moment": "the first moments of P_r and P_g are finite (for linear losses)"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="first_moment",
            instance=lambda: Tail(2, 1.0, "wasserstein"),
            check=CONVERGES,
            witness="weights n^-2, the tail of a Cauchy distribution: W1 is 1.98 cut off at 12, 4.00 cut off at 400",
        ),
    ),
    settles=("lgan 2.4", "lgan 2.5"),
)


def _any(request: Request) -> Iterator[Tail]:
    yield Tail(3, 1.0, "wasserstein")


AS_PRINTED = (
    Claim(
        ref="lgan.noncompact/closed-supports",
        statement=r"every x in exactly one (closed, unbounded) support has a y with |f^*(y) - f^*(x)| = k\|y - x\|",
        source="a reading of the LGAN paper, Theorem 2 (b): of supports that are not compact too",
        hypotheses={},
        instances=_any,
        checks=_limit_point,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
