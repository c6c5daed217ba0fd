r"""Weight clipping measures c times the difference of means with a linear critic, and a power of c with a deep one.

(a) Linear critics D(x) = w x with |w_i| <= c:  max E_P D - E_Q D = c |E_P x - E_Q x|_1. Equal means give 0, though P
    != Q.
(b) ReLU nets of depth L (L weight matrices) and width n on the line, weights and biases in [-c, c]: every such net has
    |f(x) - f(y)| <= c^L n^(L-1) |x - y|, and with all weights c (biases 0) that slope is reached on x > 0. There are
    n^(L-1) paths through the net, each a product of L weights, and a ReLU's slope lies in [0, 1].

So clipping restricts the Lipschitz constant, by a bound that falls or rises exponentially with depth as n c < 1 or >
1, but it is not the class of all K-Lipschitz functions: a linear critic has K = c |1|_2 or less, and gains nothing
where a K-Lipschitz function gains K W1.

(a) is decided by closed form and by going through all corners of the cube of weights, on which a linear function has
    its maximum; (b) by evaluating nets at two points. Everything is rational.

Source: WGAN paper, Algorithm 1 and section 3; lecture, "Weight Clipping".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main

LINEAR = "the best critic gains c times the sum of differences of means"
BOUND = "a clipped net rises at most c^L n^(L-1) times the distance"
REACHED = "the net whose weights are all c has the slope c^L n^(L-1)"
ALL_LIPSCHITZ = "the best clipped critic gains as much as the best function with its Lipschitz bound"

# The smallest violation that matters, relative to the bound; arithmetic is exact. Arbitrary.
RESOLUTION = 2.0**-20

Points = tuple[tuple[Fraction, ...], ...]
Layer = tuple[tuple[tuple[Fraction, ...], ...], tuple[Fraction, ...]]


@dataclass(frozen=True)
class Clipped:
    """Clip c, equally weighted real and fake points, a clipped net on the line, and the slope of its activation."""

    c: Fraction
    real: Points
    fake: Points
    layers: tuple[Layer, ...]
    steepness: int = 1
    without: frozenset[str] = frozenset()

    @property
    def width(self) -> int:
        return len(self.layers[0][1]) if len(self.layers) > 1 else 1

    @property
    def bound(self) -> Fraction:
        """c^L n^(L - 1)."""
        return self.c ** len(self.layers) * Fraction(self.width) ** (len(self.layers) - 1)

    def __str__(self) -> str:
        samples = f"{len(self.real)} real, {len(self.fake)} fake points"
        return f"c = {self.c}, {samples}, depth {len(self.layers)}, width {self.width}"


def instances(request: Request) -> Iterator[Clipped]:
    """Points in one to three dimensions, nets of depth one to four; every third pair of samples has equal means."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        c = Fraction(int(rng.integers(1, 17)), 8)
        real, fake = (_fractions(rng.integers(-8, 9, (3, 1 + index % 3)), Fraction(1, 4)) for _ in range(2))
        if index % 3 == 2:
            fake = tuple(tuple(2 * mean - x for x, mean in zip(point, means(real), strict=True)) for point in real)
        yield Clipped(c, real, fake, _net(rng, c, depth=1 + index % 4, width=1 + int(rng.integers(1, 4))))


def checks(case: Clipped) -> list[Check]:
    """(a) and (b)."""
    size = float(case.bound)
    stated = case.c * sum(abs(x - y) for x, y in zip(means(case.real), means(case.fake), strict=True))
    at = [Fraction(k, 4) for k in (-9, -2, 1, 7)]
    values = [evaluated(case, case.layers, x) for x in at]
    steep = max(
        abs(u - v) - case.bound * abs(x - y)
        for x, u in zip(at, values, strict=True)
        for y, v in zip(at, values, strict=True)
    )
    full = full_net(case)
    slope = evaluated(case, full, Fraction(2)) - evaluated(case, full, Fraction(1))
    return [
        equal(LINEAR, best_gain(case), stated, RESOLUTION * float(case.c)),
        at_most(BOUND, steep, 0, RESOLUTION * size),
        equal(REACHED, slope, case.bound, RESOLUTION * size),
    ]


def means(points: Points) -> tuple[Fraction, ...]:
    return tuple(sum(column, Fraction(0)) / len(points) for column in zip(*points, strict=True))


def best_gain(case: Clipped) -> Fraction:
    """The largest gain at a corner of the cube of weights; c |x| joins in where the break asks for it."""
    apart = [x - y for x, y in zip(means(case.real), means(case.fake), strict=True)]
    corners = product((-case.c, case.c), repeat=len(apart))
    gains = [sum(w * x for w, x in zip(corner, apart, strict=True)) for corner in corners]
    if "linear" in case.without:
        real, fake = (tuple(tuple(map(abs, point)) for point in points) for points in (case.real, case.fake))
        gains.append(case.c * (sum(means(real)) - sum(means(fake))))
    return Fraction(max(gains))


def evaluated(case: Clipped, layers: tuple[Layer, ...], x: Fraction) -> Fraction:
    """The net at x; the activation is steepness * max(0, t), after every layer but the last."""
    hidden = (x,)
    for depth, (weights, biases) in enumerate(layers):
        before = [
            sum((w * h for w, h in zip(row, hidden, strict=True)), bias)
            for row, bias in zip(weights, biases, strict=True)
        ]
        last = depth + 1 == len(layers)
        hidden = tuple(before if last else [case.steepness * max(t, Fraction(0)) for t in before])
    return hidden[0]


def full_net(case: Clipped) -> tuple[Layer, ...]:
    """The net of the same shape with all weights c and no biases."""
    return tuple(
        (tuple((case.c,) * len(row) for row in weights), (Fraction(0),) * len(biases))
        for weights, biases in case.layers
    )


def _net(rng: np.random.Generator, c: Fraction, *, depth: int, width: int) -> tuple[Layer, ...]:
    sizes = [1, *[width] * (depth - 1), 1]
    unit = c / 8
    return tuple(
        (
            _fractions(rng.integers(-8, 9, (rows, columns)), unit),
            _fractions(rng.integers(-8, 9, (1, rows)), unit)[0],
        )
        for columns, rows in pairwise(sizes)
    )


def _fractions(numbers: np.ndarray, unit: Fraction) -> Points:
    return tuple(tuple(int(number) * unit for number in row) for row in numbers.tolist())


def all_lipschitz(case: Clipped) -> list[Check]:
    """Against the 1-D function c |x - mean|, which is c-Lipschitz: K W1 is no less than it gains."""
    centre = means(case.fake)[0]
    reached = case.c * sum((abs(x[0] - centre) for x in case.real), Fraction(0)) / len(case.real)
    return [equal(ALL_LIPSCHITZ, best_gain(case), reached, RESOLUTION * float(case.c))]


def _ones(*sizes: int) -> tuple[Layer, ...]:
    """A net with all weights one."""
    one, none = Fraction(1), Fraction(0)
    return tuple((((one,) * columns,) * rows, (none,) * rows) for columns, rows in pairwise(sizes))


_SPREAD = Clipped(Fraction(1), ((Fraction(-1),), (Fraction(1),)), ((Fraction(0),),), _ones(1, 2, 1))

CLAIM = Claim(
    ref="transport.weight_clipping",
    statement=r"|w| \leq c: linear critics gain c \|E_P x - E_Q x\|_1; ReLU nets have slope \leq c^L n^{L-1}, reached",
    source="WGAN paper, Algorithm 1; lecture, Weight Clipping",
    hypotheses={
        "linear": "the critic is linear, for (a)",
        "clipped": "every weight is at most c in size",
        "activation": "the activation has slopes in [0, 1]",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="linear",
            instance=lambda: replace(_SPREAD, without=frozenset({"linear"})),
            check=LINEAR,
            witness="reals -1 and 1, fake 0, c = 1: |x| gains 1, and the means are equal",
        ),
        Break(
            drops="clipped",
            instance=lambda: replace(_SPREAD, c=Fraction(1, 2)),
            check=BOUND,
            witness="depth 2, width 2, all weights 1, clip 1/2: the slope is 2, and 1/2 is stated",
        ),
        Break(
            drops="activation",
            instance=lambda: replace(_SPREAD, steepness=2),
            check=BOUND,
            witness="depth 2, width 2, all weights c = 1, activation 2 max(0, t): the slope is 4, and 2 is stated",
        ),
    ),
    settles=("lecture 21",),
)

AS_PRINTED = (
    Claim(
        ref="transport.weight_clipping/all-lipschitz",
        statement=r"\max over clipped critics equals \max over all functions of their Lipschitz bound",
        source="a reading of the lecture, Weight Clipping: as a way to the class of its WGAN slide",
        hypotheses={},
        instances=lambda _: [_SPREAD],
        checks=all_lipschitz,
        expected=Verdict.REFUTED,
        settles=("lecture 21",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
