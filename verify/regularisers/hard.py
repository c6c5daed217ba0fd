r"""A bound K on the slopes gives K d: the hard constraint and spectral norms W1 itself, clipping a multiple of it.

For P = delta_d and Q = delta_0, over all critics with |f'| <= K on [0, d], max f(d) - f(0) = K d = K W1.

* hard constraint, K = 1: the value is W1 = d;
* spectral normalisation: f(x) = v . s(W s(u x + b) + b'), s = max(0, t), each layer over its own norm. It rises by at
  most d, the product of norms times the distance; and d is reached. If W has positive entries, its top singular
  vectors have them too, so with u = the right one and v = the left one no unit is ever cut off, and f(x) = x;
* weight clipping: a linear critic w x + b with |w|, |b| <= c has K = c, and the value is c d. Depth matters: a net of
  depth L and width n, all of whose weights are c, has the slope c^L n^(L-1) (``transport.weight_clipping``).

How it is decided. Hard: the critic comes from a linear program over its values at knots of [0, d], slopes being bounded
between neighbours alone, and W1 from a linear program over plans, with knots 0 to d as places. Both have integer
vertices: they are rounded and checked exactly. Clipping: a linear critic's rise is linear in its weights, so its
maximum over the cube of weights is at a corner, and all corners are evaluated. Spectral: nets of three layers, drawn at
random and as said above, evaluated in balls; error bars are radii.

Source: lecture, "WGAN", "Weight Clipping" and "Spectrum Norm"; WGAN paper, Algorithm 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise, product

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.transport.piles import Piles, least_plan
from verify.transport.spectral import Matrix, Vector, applied, length, norm
from verify.transport.weight_clipping import Clipped, Layer, evaluated

BOUNDED = "the critic of the linear program has slopes within K"
HARD = "the critic of the linear program rises by K W1"
DISTANCE = "the least plan between the points costs d"
CLIPPED = "the best clipped critic rises by c d"
WITHIN = "a spectrally normalised net rises by d at most"
ATTAINED = "a spectrally normalised net with positive weights along singular vectors rises by d"

# The smallest violation that matters, as a share of what is stated. Arbitrary: balls have radii near 2^-45, and breaks
# miss by as much as is stated, or more.
RESOLUTION = 2.0**-20

# Lengths are multiples of 1/UNITS. A program whose critic nothing bounds is stopped at MOST times the stated rise.
UNITS = 16
MOST = 9

NONE = Fraction(0), Fraction(0)

Two = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Net:
    """A net 1 -> 2 -> 2 -> 1 before it is normalised; biases are in units of the distance."""

    first: tuple[int, int]
    middle: Matrix
    last: tuple[int, int]
    biases: tuple[Two, Two]


@dataclass(frozen=True)
class Bounded:
    """Knots cut [0, d] into ``gaps``, in sixteenths; the ``bound`` K and c; a net. ``without``: dropped hypotheses."""

    gaps: tuple[int, ...]
    bound: Fraction
    net: Net
    without: frozenset[str] = frozenset()

    @property
    def d(self) -> Fraction:
        return Fraction(sum(self.gaps), UNITS)

    def __str__(self) -> str:
        layers = f"{self.net.first}, {self.net.middle}, {self.net.last}"
        return f"d = {self.d}, K = c = {self.bound}, gaps {self.gaps}, layers {layers}"


def instances(request: Request) -> Iterator[Bounded]:
    """Two to six gaps, K between 1/8 and 4, layers with integer entries none of which is zero."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        gaps = tuple(rng.integers(1, 33, rng.integers(2, 7)).tolist())
        bound = Fraction(int(rng.integers(1, 33)), 8)
        entries = (rng.integers(1, 6, 8) * rng.choice([-1, 1], 8)).tolist()
        b = [Fraction(int(k), 8) for k in rng.integers(-8, 9, 4)]
        middle = (entries[0], entries[1]), (entries[2], entries[3])
        net = Net((entries[4], entries[5]), middle, (entries[6], entries[7]), ((b[0], b[1]), (b[2], b[3])))
        yield Bounded(gaps, bound, net)


def checks(case: Bounded) -> list[Check]:
    """The hard constraint, then a clipped critic, then spectrally normalised nets."""
    d, stated = case.d, case.d * case.bound
    critic = steepest(case)
    rise = Fraction(critic[-1] - critic[0], UNITS) * case.bound
    excess = max(abs(b - a) - gap for (a, b), gap in zip(pairwise(critic), _asked(case), strict=True))
    unit = RESOLUTION * float(stated)
    return [
        at_most(BOUNDED, excess, 0, 0.5),
        equal(HARD, rise, case.bound * transport(case), unit),
        equal(DISTANCE, transport(case), d, RESOLUTION * float(d)),
        equal(CLIPPED, best_clipped(case), stated, unit),
        at_most(WITHIN, abs(normalised_rise(case, case.net)), d, RESOLUTION * float(d)),
        equal(ATTAINED, aligned_rise(case), d, RESOLUTION * float(d)),
    ]


def _asked(case: Bounded) -> tuple[int, ...]:
    """The most that the critic may rise over each gap, in units of K/16."""
    free = MOST * sum(case.gaps)
    return (free, *case.gaps[1:]) if "everywhere" in case.without else case.gaps


def steepest(case: Bounded) -> list[int]:
    """Values at the knots, in units of K/16, of the critic that rises most: a linear program, rounded to integers."""
    from scipy.optimize import linprog

    rises, reach = _asked(case), MOST * sum(case.gaps)
    steps = np.diff(np.eye(len(rises) + 1), axis=0)
    objective = np.eye(len(rises) + 1)[0] - np.eye(len(rises) + 1)[-1]
    bounds = [(0, 0)] + [(-reach, reach)] * len(rises)
    rows, limits = np.concatenate([steps, -steps]), np.tile(rises, 2)
    found = linprog(objective, A_ub=rows, b_ub=limits, bounds=bounds, method="highs-ds")
    return np.rint(found.x).astype(int).tolist()


def transport(case: Bounded) -> Fraction:
    """W1 between the ends of [0, d], from the least plan over all knots."""
    knots = tuple((x,) for x in accumulate(case.gaps, initial=0))
    zeros = (0,) * len(case.gaps)
    piles = Piles(knots, (*zeros, 1), (1, *zeros))
    return Fraction(int((least_plan(piles) * piles.cost).sum()), UNITS)


def best_clipped(case: Bounded) -> Fraction:
    """The largest rise of a linear critic at the corners of the cube of weights; of a net of width 2 where asked."""
    sizes = (1, 1) if "one_layer" not in case.without else (1, 2, 1)
    count = sum(rows * (columns + 1) for columns, rows in pairwise(sizes))
    corners = product((-case.bound, case.bound), repeat=count)
    return max(_clipped_rise(case, _layers(sizes, corner)) for corner in corners)


def _clipped_rise(case: Bounded, layers: tuple[Layer, ...]) -> Fraction:
    net = Clipped(case.bound, ((case.d,),), ((Fraction(0),),), layers)
    return evaluated(net, layers, case.d) - evaluated(net, layers, Fraction(0))


def _layers(sizes: tuple[int, ...], weights: tuple[Fraction, ...]) -> tuple[Layer, ...]:
    """Weights and biases of each layer, cut from one row of numbers."""
    left = iter(weights)
    return tuple(
        (tuple(tuple(next(left) for _ in range(columns)) for _ in range(rows)), tuple(next(left) for _ in range(rows)))
        for columns, rows in pairwise(sizes)
    )


def normalised_rise(case: Bounded, net: Net) -> arb:
    """f(d) - f(0) for a net of integers, each layer over its own norm."""
    (p, q), (r, s) = net.first, net.last
    return _rise(case, net, (arb(p), arb(q)), (arb(r), arb(s)))


def aligned_rise(case: Bounded) -> arb:
    """The rise of the net with W's entries made positive, between W's top singular vectors, without biases."""
    (a, b), (c, e) = (tuple(map(abs, row)) for row in case.net.middle)
    positive: Matrix = (a, b), (c, e)
    right = arb(a * b + c * e), norm(positive) ** 2 - (a * a + c * c)
    net = replace(case.net, middle=positive, biases=(NONE, NONE))
    return _rise(case, net, right, applied(positive, right))


def _rise(case: Bounded, net: Net, first: Vector, last: Vector) -> arb:
    ends = [_value(case, net, (first, last), x) for x in (Fraction(0), case.d)]
    return ends[1] - ends[0]


def _value(case: Bounded, net: Net, ends: tuple[Vector, Vector], x: Fraction) -> arb:
    """v/|v| . s(W/|W| s(u/|u| x + b) + b')."""
    (u, v), (b, c) = ends, net.biases
    hidden = _cut((u[0] * exact(x) / length(u), u[1] * exact(x) / length(u)), b, case.d)
    scale = arb(max(abs(w) for row in net.middle for w in row)) if "own_norm" in case.without else norm(net.middle)
    image = applied(net.middle, hidden)
    hidden = _cut((image[0] / scale, image[1] / scale), c, case.d)
    return (v[0] * hidden[0] + v[1] * hidden[1]) / length(v)


def _cut(image: Vector, biases: Two, unit: Fraction) -> Vector:
    """max(0, t) of a layer's image plus its biases."""
    left, right = (t + exact(b * unit) for t, b in zip(image, biases, strict=True))
    return left.max(arb(0)), right.max(arb(0))


_ONES = Net((1, 1), ((1, 1), (1, 1)), (1, 1), (NONE, NONE))
_HALVES = Bounded((8, 8), Fraction(1), _ONES)

CLAIM = Claim(
    ref="regularisers.hard",
    statement=r"\delta_d, \delta_0: slopes bounded by K give K d = K W_1; K = 1 for spectrally normalised ReLU nets, "
    r"and reached; K = c for clipped linear critics",
    source="lecture, Weight Clipping, Spectrum Norm; WGAN paper, Algorithm 1",
    hypotheses={
        "everywhere": "the bound holds on the whole segment between the points",
        "one_layer": "the clipped critic is linear",
        "own_norm": "each layer of a normalised net is divided by its own spectral norm",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="everywhere",
            instance=lambda: replace(_HALVES, without=frozenset({"everywhere"})),
            check=HARD,
            witness="d = 1, K = 1, slopes bounded on the upper half alone: the rise is whatever the program allows, "
            "here 9",
        ),
        Break(
            drops="one_layer",
            instance=lambda: replace(_HALVES, without=frozenset({"one_layer"})),
            check=CLIPPED,
            witness="d = 1, two layers of width 2, all weights and biases c = 1: the rise is 2, not 1",
        ),
        Break(
            drops="own_norm",
            instance=lambda: replace(_HALVES, without=frozenset({"own_norm"})),
            check=WITHIN,
            witness="d = 1, W of ones, of norm 2, over its largest entry: along (1, 1) the rise is 2, not 1",
        ),
    ),
    settles=("regulariser hard", "regulariser clipping", "regulariser spectral"),
)

if __name__ == "__main__":
    main((CLAIM,))
