r"""KL bounds TV, TV and JS bound each other, and TV bounds W1 where distances are bounded. No arrow turns back.

On a space of diameter D, with TV = half the mass that differs and logarithms natural,

    2 TV^2 <= KL(P || Q),   TV^2 / 2 <= JS <= log(2) TV,   W1 <= D TV.

So convergence in KL, either way round, gives convergence in TV, that is in JS, and that in W1. Turned back, each fails
along a sequence: points of mass one moving together have W1 -> 0 and TV = 1; mass 1/n that Q lacks gives TV = 1/n and
KL(P || Q) = infinity, while KL(Q || P) = -log(1 - 1/n) -> 0: not even the two directions of KL follow each other.

Masses are rational, logarithms balls; W1 is the integral of |F - G| on integers. No factor can be better: two separate
points at distance D have JS = log(2) TV and W1 = D TV, and with U = (1/2 + e, 1/2 - e), e <= 1/4, both

    KL(U || (1/2, 1/2)) = sum_j (2 e)^(2j) / (2 j (2j - 1)) <= 2 e^2 (1 + e^2),   TV = e,

and JS of U and its mirror image, the same sum with TV = 2 e, come as near to 2 TV^2 and TV^2 / 2 as e is small.

Source: Arjovsky, Chintala, Bottou, "Wasserstein GAN" (2017), Theorem 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.neighbours.lines import Line, distance
from verify.neighbours.matrices import PRECISION

PINSKER = "2 TV^2 is at most KL, both ways round"
JS_BELOW = "TV^2 / 2 is at most JS"
JS_ABOVE = "JS is at most log(2) TV"
W1_BELOW_TV = "W1 is at most the diameter times TV"
MOVING = "two points of mass one at distance 1/n: W1 is 1/n, TV is one, JS is log 2"
SHARP = "(1/2 + e, 1/2 - e): KL to (1/2, 1/2) and JS to the mirror image are 2 e^2, up to a factor 1 + e^2"
MISSING = "mass 1/n that one law lacks: TV is 1/n, one KL is infinite, the other -log(1 - 1/n)"

# The smallest violation that counts. Arbitrary; divergences are of size one.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Laws:
    """Two laws on integers, and the diameter that the space is said to have."""

    p: Line
    q: Line
    diameter: int

    def __str__(self) -> str:
        return f"{self.p}; {self.q}; diameter {self.diameter}"


def instances(request: Request) -> Iterator[Laws]:
    """Two to five integers in [0, 9], counts up to 6, some of them zero."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(2, 6))
        places = rng.choice(10, size, replace=False).tolist()
        counts = [rng.integers(index % 2, 7, size) for _ in range(2)]
        p, q = (Line.of(places, [*count[:-1].tolist(), int(count[-1]) + 1]) for count in counts)
        yield Laws(p, q, max(places) - min(places))


def checks(case: Laws) -> list[Check]:
    tv, w1 = total_variation(case.p, case.q), distance(case.p, case.q)
    with ctx.workprec(PRECISION):
        js = jensen_shannon(case.p, case.q)
        least = min((kl(case.p, case.q), kl(case.q, case.p)), key=lambda ball: float(ball.mid()))
        most = arb.const_log2() * exact(tv)
    found = [
        at_most(JS_BELOW, tv**2 / 2, js, RESOLUTION),
        at_most(JS_ABOVE, js, most, RESOLUTION),
        at_most(W1_BELOW_TV, w1, case.diameter * tv, RESOLUTION),
        *_no_way_back(case.diameter + 2),
        *_sharp(Fraction(1, 2 * (case.diameter + 2))),
    ]
    return found + [at_most(PINSKER, 2 * tv**2, least, RESOLUTION)] if least.is_finite() else found


def _no_way_back(n: int) -> list[Check]:
    near, far = Line.of([0]), Line.of([Fraction(1, n)])
    full, lacking = Line.of([0, 1], [n - 1, 1]), Line.of([0])
    with ctx.workprec(PRECISION):
        log = -(1 - exact(Fraction(1, n))).log()
        finite = 0 if kl(full, lacking).is_finite() else 1
        return [
            equal(MOVING, distance(near, far), Fraction(1, n), RESOLUTION),
            equal(MOVING, total_variation(near, far), 1, RESOLUTION),
            equal(MOVING, jensen_shannon(near, far), arb.const_log2(), RESOLUTION),
            equal(MISSING, total_variation(full, lacking), Fraction(1, n), RESOLUTION),
            equal(MISSING, finite, 1, RESOLUTION),
            equal(MISSING, kl(lacking, full), log, RESOLUTION),
        ]


def _sharp(e: Fraction) -> list[Check]:
    """Near laws: the divergence over its lower bound is between 1 and 1 + e^2."""
    ratios = sharpness(e)
    above = [at_most(SHARP, ratio, 1 + e**2, RESOLUTION) for ratio in ratios]
    return [*above, *(at_most(SHARP, 1, ratio, RESOLUTION) for ratio in ratios)]


def sharpness(e: Fraction) -> tuple[arb, arb]:
    """KL / (2 TV^2) of (1/2 + e, 1/2 - e) and even weights, and 2 JS / TV^2 of it and its mirror image; 1 / e whole."""
    even, tilted, mirrored = (Line.of([0, 1], [int((1 + s * 2 * e) / e), int((1 - s * 2 * e) / e)]) for s in (0, 1, -1))
    near, apart = total_variation(tilted, even), total_variation(tilted, mirrored)
    with ctx.workprec(PRECISION):
        return kl(tilted, even) / exact(2 * near**2), jensen_shannon(tilted, mirrored) / exact(apart**2 / 2)


def masses(p: Line, q: Line) -> list[tuple[Fraction, Fraction]]:
    """Both masses at each place of either law."""
    laws = [dict(zip(law.places, law.masses, strict=True)) for law in (p, q)]
    return [(laws[0].get(x, Fraction(0)), laws[1].get(x, Fraction(0))) for x in sorted({*p.places, *q.places})]


def total_variation(p: Line, q: Line) -> Fraction:
    """Half the sum of |p - q|."""
    return sum((abs(a - b) for a, b in masses(p, q)), Fraction(0)) / 2


def kl(p: Line, q: Line) -> arb:
    """KL(P || Q) = sum of p log(p / q), infinite where Q lacks mass of P."""
    with ctx.workprec(PRECISION):
        if any(b == 0 < a for a, b in masses(p, q)):
            return arb.pos_inf()
        return sum((exact(a) * exact(a / b).log() for a, b in masses(p, q) if a), arb(0))


def jensen_shannon(p: Line, q: Line) -> arb:
    """The mean of KL(P || M) and KL(Q || M), M = (P + Q) / 2."""
    with ctx.workprec(PRECISION):
        total = arb(0)
        for a, b in masses(p, q):
            total += sum((exact(x) * exact(2 * x / (a + b)).log() for x in (a, b) if x), arb(0)) / 2
        return total


CLAIM = Claim(
    ref="neighbours.order_of_distances",
    statement=r"2 TV^2 \leq KL, TV^2/2 \leq JS \leq \log 2 \cdot TV, W_1 \leq D \cdot TV; no arrow turns back",
    source="Arjovsky, Chintala, Bottou 2017, Theorem 2",
    hypotheses={"compact": "no distance is larger than D"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="compact",
            instance=lambda: Laws(Line.of([0]), Line.of([0, 100], [9, 1]), 1),
            check=W1_BELOW_TV,
            witness="one tenth of the mass at distance 100, D said to be 1: TV is 1/10 and W1 is 10",
        ),
    ),
    settles=("neighbour wgan-theorem-2",),
)

if __name__ == "__main__":
    main((CLAIM,))
