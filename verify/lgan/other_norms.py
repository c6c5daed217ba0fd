r"""Theorem 3 in other norms: the gradient has dual norm k and slope k towards y; it points at y in Euclid's norm alone.

Let f be k-Lipschitz for a norm |.| with dual norm |.|_*, f(y) - f(x) = k |y - x|, and f differentiable at a point z
strictly between x and y. Then

    grad f(z) . (y - x) = k |y - x|    and    |grad f(z)|_* = k:

f is affine along the segment, where slack can only be lost, and |grad f|_* <= k for every k-Lipschitz f. So the
gradient is k times a norming functional of u = y - x, and where that is unique it is forced:

=========  ==================================================  ==============
norm       gradient                                            dual norm
=========  ==================================================  ==============
p          k |u_i|^(p-1) sign(u_i) / |u|_p^(p-1)               q, 1/p + 1/q = 1
1          k sign(u_i), if no coordinate of u is 0             infinity
infinity   k sign(u_m) e_m, if u_m alone is largest            1
=========  ==================================================  ==============

For the norms 1 and infinity the set of points z with |z - x| + |y - z| = |y - x| has an interior, on which both
envelopes of f agree and are linear: difference quotients are exact rationals. For p = 3/2, 2, 3 the functional is
compared, in balls, with what it must satisfy. That the gradient points at y is printed for the Euclidean norm, and
needs it.

Source: LGAN paper, Theorem 3, which is about the Euclidean norm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.evidence import RESOLUTION
from verify.lgan.extension import NORMS, Norm, Point, Values

ALONG = "the slope towards y is k"
DUAL = "the gradient has dual norm k"
FORCED = "both envelopes have the norming functional for a gradient"
FUNCTIONAL = "the norming functional of norm p has dual norm 1 and slope 1 towards y"
POINTS = "the gradient points at y"

DUAL_NORMS: dict[str, Norm] = {"1": NORMS["infinity"], "infinity": NORMS["1"]}
POWERS = (Fraction(3, 2), Fraction(2), Fraction(3))

# Where on the segment the gradient is taken, and the length of a difference, as shares of it.
SHARE = Fraction(1, 3)
STEP = Fraction(1, 1024)


@dataclass(frozen=True)
class Pair:
    """Values at x = 0, at y and at other points, with k = 1 and a norm; ``at``: the share of the way from x to z."""

    known: Values
    y: Point
    at: Fraction = SHARE

    @property
    def z(self) -> Point:
        return tuple(self.at * c for c in self.y)

    def differences(self, envelope: str) -> Point:
        """Central difference quotients of one envelope at z, by coordinate."""
        function, h = getattr(self.known, envelope), STEP
        found = []
        for axis in range(len(self.y)):
            ahead, behind = (tuple(c + side * h * (i == axis) for i, c in enumerate(self.z)) for side in (1, -1))
            found.append((function(ahead) - function(behind)) / (2 * h))
        return tuple(found)

    def __str__(self) -> str:
        return f"{self.known}; towards ({', '.join(map(str, self.y))})"


def pair(y: tuple[int, ...], norm: str, *, others: tuple[Point, ...] = (), rise: int | None = None) -> Pair:
    """A pair with k = 1, f(0) = 0, f(y) = |y| (or ``rise``); at the others f is half-way between its envelopes."""
    end = tuple(map(Fraction, y))
    start = tuple(Fraction(0) for _ in y)
    top = NORMS[norm](end) if rise is None else Fraction(rise)
    values = Values((start, end), (Fraction(0), top), Fraction(1), (), norm, Fraction(1, 2))
    for other in others:
        values = values if other in values.points else values.with_value(other)
    return Pair(values, end)


def instances(request: Request) -> Iterator[Pair]:
    """Directions without a zero and without a tie for the largest coordinate; up to three other points."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        d, norm = 2 + index % 2, list(NORMS)[index // 2 % 2]
        y = rng.permutation(np.array([2, 3, 5])[:d] + rng.integers(0, 2)) * rng.choice([-1, 1], d)
        others = tuple(tuple(map(Fraction, row)) for row in rng.integers(-9, 10, (int(rng.integers(0, 4)), d)).tolist())
        yield pair(tuple(y.tolist()), norm, others=others)


def functional(u: Point, norm: str) -> Point:
    """The unit vector of the dual norm that gains |u| on u; for the norm infinity, of the first largest coordinate."""
    signs = tuple(Fraction((c > 0) - (c < 0)) for c in u)
    if norm == "1":
        return signs
    largest = max(range(len(u)), key=lambda i: abs(u[i]))
    return tuple(s if i == largest else Fraction(0) for i, s in enumerate(signs))


def checks(case: Pair) -> list[Check]:
    u, norm = case.y, case.known.norm
    found = []
    for envelope in ("lower", "upper"):
        gradient = case.differences(envelope)
        slope = sum((g * c for g, c in zip(gradient, u, strict=True)), Fraction(0))
        off = max(abs(g - w) for g, w in zip(gradient, functional(u, norm), strict=True))
        found += [
            equal(ALONG, slope, NORMS[norm](u), RESOLUTION),
            equal(DUAL, DUAL_NORMS[norm](gradient), 1, RESOLUTION),
            at_most(FORCED, off, 0, RESOLUTION),
        ]
    return found + [check for p in POWERS for check in _powers(u, p)]


def _powers(u: Point, p: Fraction) -> list[Check]:
    """The functional of norm p in balls: its dual norm, and what it gains on u."""
    size = _norm([exact(c) for c in u], p)
    w = [exact(abs(c)) ** exact(p - 1) / size ** exact(p - 1) * (1 if c > 0 else -1) for c in u]
    gained = sum((a * exact(c) for a, c in zip(w, u, strict=True)), arb(0))
    return [
        equal(FUNCTIONAL, _norm(w, p / (p - 1)), 1, RESOLUTION),
        equal(FUNCTIONAL, gained, size, RESOLUTION),
    ]


def _norm(u: list[arb], p: Fraction) -> arb:
    return sum((abs(c) ** exact(p) for c in u), arb(0)) ** exact(1 / p)


def _points(case: Pair) -> list[Check]:
    """The sine of the angle between gradient and direction, squared, in the plane."""
    (a, b), (c, d) = case.differences("lower"), case.y
    sine = (a * d - b * c) ** 2 / ((a * a + b * b) * (c * c + d * d))
    return [at_most(POINTS, sine, 0, RESOLUTION)]


CLAIM = Claim(
    ref="lgan.other_norms",
    statement=r"on a tight pair \nabla f\cdot(y - x) = k\|y - x\| and \|\nabla f\|_* = k, in every norm",
    source="LGAN paper, Theorem 3, in any norm",
    hypotheses={
        "tight": "f(y) - f(x) = k |y - x|",
        "interior": "the gradient is taken strictly between x and y",
        "unique_functional": "one functional alone norms y - x (for the gradient to be forced)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="tight",
            instance=lambda: Pair(pair((3, 2), "1", rise=3).known, (Fraction(3), Fraction(2)), Fraction(1, 12)),
            check=ALONG,
            witness="norm 1, f(0, 0) = 0, f(3, 2) = 3 < 5: a twelfth of the way the lower envelope still falls",
        ),
        Break(
            drops="interior",
            instance=lambda: Pair(pair((3, 2), "1").known, (Fraction(3), Fraction(2)), Fraction(0)),
            check=ALONG,
            witness="norm 1, at x itself: the upper envelope has a kink there, its central differences are 0",
        ),
        Break(
            drops="unique_functional",
            instance=lambda: pair((2, 2), "infinity"),
            check=FORCED,
            witness="norm infinity, y - x = (2, 2): e_1, e_2 and all between them norm it, and the envelopes differ",
        ),
    ),
    settles=("lgan 2.6",),
)


def _leaning(request: Request) -> Iterator[Pair]:
    yield pair((2, 1), "1")


AS_PRINTED = (
    Claim(
        ref="lgan.other_norms/points-at-y",
        statement=r"on a tight pair the gradient points at y, whatever the norm",
        source="a reading of the LGAN paper, Theorem 3, extended to norms other than the Euclidean one",
        hypotheses={},
        instances=_leaning,
        checks=_points,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
