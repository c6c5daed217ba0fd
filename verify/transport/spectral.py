r"""Spectral normalisation: layers of norm one make a 1-Lipschitz critic; the norm has to be the layer's own.

For f = v . s(W_2 s(W_1 x)) with 1-Lipschitz s, a unit vector v and |W|_2 = sigma(W),

    |f(x) - f(y)| <= sigma(W_1) sigma(W_2) |x - y|,       so with W / sigma(W):  |f(x) - f(y)| <= |x - y|.

The bound is loose: layers whose large directions do not meet can make f constant. And gradients of norm *smaller*
than one are not what comes out: x itself is such a net, and has slope one.

In practice sigma is estimated from below, by |W v| for the unit vector v = W'u / |W'u|, again and again with u = W v
/ |W v|: as long as the first v is defined, the estimates never fall and never exceed sigma. So the normalised layer
has norm sigma / estimate >= 1, until u has converged.

And for convolutions the kernel is reshaped to a matrix first. Miyato et al. concede in a footnote that the layer's own
norm depends on stride and padding and differs from the matrix's by some factor; this is how large it can be. For one
channel and T taps the matrix has the norm |k|_2, while the layer's is the largest |sum k_j w^j| over the N-th roots of
unity w (on a circle of N places). By Cauchy-Schwarz that is at most sqrt(T) |k|_2, reached by constant kernels: sqrt 3
times |k|_2 for k = (1, 1, 1). So "norm at most 1" is a reading, which forgets the footnote.

2 by 2 layers with integer entries: sigma^2 is the larger root of t^2 - |W|_F^2 t + det^2, an exact radical, confirmed
by the vector on which it is reached. All numbers are balls.

Source: Miyato et al., "Spectral normalization" (ICLR 2018), section 2, Algorithm 1, and section 4 with its footnote 3;
lecture, "Spectrum Norm".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import pairwise

import numpy as np
from flint import acb, arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.command import main

NORM = "sigma is reached, and no vector of a lattice is stretched by more"
LIPSCHITZ = "the normalised net rises at most by the distance"
BELOW = "the power iteration's estimates stay below sigma"
GROWS = "the power iteration's estimates never fall"
CONVOLUTION = "a circular convolution's norm is at most sqrt(T) times that of its kernel"
SMALLER = "the normalised net rises by less than the distance"
RESHAPED = "a circular convolution over the norm of its kernel has norm one at most"

# The smallest violation that matters; values are balls of radius near 2^-45. Arbitrary.
RESOLUTION = 2.0**-20
ITERATIONS = 6

Vector = tuple[arb, arb]
Matrix = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Net:
    """Two integer layers, the output vector, two points, a start of the power iteration, and a kernel on a circle."""

    layers: tuple[Matrix, ...]
    out: tuple[int, int]
    x: tuple[int, int]
    y: tuple[int, int]
    start: tuple[int, int]
    kernel: tuple[int, ...] = (1, 1, 1)
    circle: int = 3
    steepness: int = 1
    without: frozenset[str] = frozenset()

    def __str__(self) -> str:
        net = f"layers {self.layers}, output {self.out}, points {self.x} and {self.y}"
        return f"{net}, u = {self.start}, kernel {self.kernel}"


def instances(request: Request) -> Iterator[Net]:
    """Layers with entries between -4 and 4, none of them zero."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        first, second = (_matrix(rng) for _ in range(2))
        out, x, start = ((int(a), int(b)) for a, b in rng.integers(1, 6, (3, 2)))
        start = start if _moves(first, start) else (start[0] + 1, start[1])
        y = x[0] + int(rng.integers(1, 5)), x[1] - int(rng.integers(0, 9))
        kernel = tuple(int(k) or 1 for k in rng.integers(-4, 5, 3))
        yield Net((first, second), out, x, y, start, kernel, 3 + int(rng.integers(0, 6)))


def _matrix(rng: np.random.Generator) -> Matrix:
    (a, b), (c, d) = ((int(x) or 1 for x in row) for row in rng.integers(-4, 5, (2, 2)))
    return (a, b), (c, d)


def _moves(w: Matrix, u: tuple[int, int]) -> bool:
    """Whether W'u is not zero, so that the power iteration has a direction to start from."""
    return any(w[0][column] * u[0] + w[1][column] * u[1] for column in range(2))


def checks(case: Net) -> list[Check]:
    """The norm, the net, the power iteration and the convolution."""
    found = [_norm(layer) for layer in case.layers]
    estimates = power_iteration(case.layers[0], case.start, ITERATIONS)
    sigma = norm(case.layers[0])
    falls = [sooner - later for sooner, later in pairwise(estimates)]
    kernel = exact(sum(k * k for k in case.kernel)).sqrt()
    return [
        *found,
        at_most(LIPSCHITZ, rise(case), distance(case), RESOLUTION),
        at_most(BELOW, _largest(estimates), sigma, RESOLUTION),
        at_most(GROWS, _largest(falls), 0, RESOLUTION),
        at_most(CONVOLUTION, circular_norm(case), exact(len(case.kernel)).sqrt() * kernel, RESOLUTION),
    ]


def norm(w: Matrix) -> arb:
    """The norm sigma(W), from the characteristic polynomial of W'W; the discriminant is an integer."""
    (a, b), (c, d) = w
    trace, determinant = a * a + b * b + c * c + d * d, a * d - b * c
    return ((trace + arb(trace * trace - 4 * determinant * determinant).sqrt()) / 2).sqrt()


def _norm(w: Matrix) -> Check:
    """The stated sigma against |W v| / |v| on a lattice of directions and on the eigenvector of W'W."""
    sigma = norm(w)
    lattice = [(arb(k), arb(4 - abs(k))) for k in range(-4, 5)]
    most = _largest(length(applied(w, v)) - sigma * length(v) for v in lattice)
    top = _top(w, sigma)
    reached = abs(length(applied(w, top)) - sigma * length(top))
    return at_most(NORM, most.max(reached), 0, RESOLUTION * (1 + float(length(top))))


def _top(w: Matrix, sigma: arb) -> Vector:
    """The eigenvector of W'W for sigma^2: (b, sigma^2 - a) or (sigma^2 - c, b), whichever is not zero, if any is."""
    (a, b), (c, d) = w
    first, mixed, second = a * a + c * c, a * b + c * d, b * b + d * d
    if mixed == 0 and first == second:
        return arb(1), arb(0)
    square = sigma * sigma
    return (arb(mixed), square - first) if first <= second else (square - second, arb(mixed))


def power_iteration(w: Matrix, start: tuple[int, int], times: int) -> list[arb]:
    """|W v| for v = W'u / |W'u|, u being renewed as W v / |W v|; ``times`` estimates of sigma.

    Lengths do not matter to directions, so v is carried as an integer vector, and the squares are exact fractions.
    """
    (a, b), (c, d) = w
    u, found = start, []
    for _ in range(times):
        v = a * u[0] + c * u[1], b * u[0] + d * u[1]
        u = a * v[0] + b * v[1], c * v[0] + d * v[1]
        found.append(exact(Fraction(u[0] ** 2 + u[1] ** 2, v[0] ** 2 + v[1] ** 2)).sqrt())
    return found


def rise(case: Net) -> arb:
    """|f(x) - f(y)| for the normalised net."""
    values = [_evaluated(case, point) for point in (case.x, case.y)]
    return abs(values[0] - values[1])


def distance(case: Net) -> arb:
    """|x - y|."""
    return length((arb(case.x[0] - case.y[0]), arb(case.x[1] - case.y[1])))


def _evaluated(case: Net, point: tuple[int, int]) -> arb:
    h: Vector = (arb(point[0]), arb(point[1]))
    for layer in case.layers:
        scale = power_iteration(layer, case.start, 1)[0] if "own_norm" in case.without else norm(layer)
        image = applied(layer, h)
        h = _activated(case, image[0] / scale), _activated(case, image[1] / scale)
    out = _unit((arb(case.out[0]), arb(case.out[1])))
    return out[0] * h[0] + out[1] * h[1]


def _activated(case: Net, t: arb) -> arb:
    return case.steepness * t.max(arb(0))


def circular_norm(case: Net) -> arb:
    """The largest |sum k_j w^j| over the N-th roots of unity w: the convolution is diagonal in that basis."""
    sizes = []
    for place in range(case.circle):
        waves = (acb(exact(Fraction(2 * place * j, case.circle))).exp_pi_i() for j in range(len(case.kernel)))
        sizes.append(abs(sum((k * w for k, w in zip(case.kernel, waves, strict=True)), acb(0))))
    return _largest(sizes)


def applied(w: Matrix, v: Vector) -> Vector:
    """W v."""
    return w[0][0] * v[0] + w[0][1] * v[1], w[1][0] * v[0] + w[1][1] * v[1]


def _largest(balls: Iterable[arb]) -> arb:
    """A ball around the largest of the numbers that the balls stand for."""
    return reduce(arb.max, balls)


def length(v: Vector) -> arb:
    """The Euclidean norm."""
    return (v[0] * v[0] + v[1] * v[1]).sqrt()


def _unit(v: Vector) -> Vector:
    return v[0] / length(v), v[1] / length(v)


_IDENTITY: Matrix = ((1, 0), (0, 1))
_STRETCH: Matrix = ((2, 0), (0, 1))
_LINE = Net((_IDENTITY,), (1, 0), (2, 1), (1, 1), (1, 3))

CLAIM = Claim(
    ref="transport.spectral",
    statement=r"|f(x) - f(y)| \leq \prod\sigma(W_l)\,|x - y|; power iteration grows and stays below \sigma",
    source="Miyato et al. 2018, section 2 and Algorithm 1; lecture, Spectrum Norm",
    hypotheses={
        "activation": "activations are 1-Lipschitz",
        "own_norm": "each layer is divided by its norm, not by an estimate",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="activation",
            instance=lambda: replace(_LINE, steepness=2),
            check=LIPSCHITZ,
            witness="the identity followed by 2 max(0, t): it rises by 2 over the distance 1",
        ),
        Break(
            drops="own_norm",
            instance=lambda: replace(_LINE, layers=(_STRETCH,), without=frozenset({"own_norm"})),
            check=LIPSCHITZ,
            witness="W = diag(2, 1), u = (1, 3): one iteration gives 5 / sqrt 13 = 1.39 for 2, and the slope 1.44",
        ),
    ),
    settles=("lecture 24", "E14"),
)


def strictly_smaller(case: Net) -> list[Check]:
    """The rise against the distance, strictly."""
    return [at_most(SMALLER, rise(case) - distance(case), 0, RESOLUTION, strict=True)]


def one_iteration(case: Net) -> list[Check]:
    """The net normalised by one power iteration."""
    return [at_most(LIPSCHITZ, rise(case), distance(case), RESOLUTION)]


def reshaped(case: Net) -> list[Check]:
    """The convolution over the norm of its reshaped kernel, and on the constant vector as a second route."""
    kernel = exact(sum(k * k for k in case.kernel)).sqrt()
    on_constants = equal(
        "a constant vector is stretched by the sum of the kernel", circular_norm(case), sum(case.kernel), 1.0
    )
    return [at_most(RESHAPED, circular_norm(case) / kernel, 1, RESOLUTION), on_constants]


AS_PRINTED = (
    Claim(
        ref="transport.spectral/strictly-smaller",
        statement=r"spectral normalisation keeps gradient norms smaller than 1 everywhere",
        source="lecture, Spectrum Norm",
        hypotheses={},
        instances=lambda _: [_LINE],
        checks=strictly_smaller,
        expected=Verdict.REFUTED,
        settles=("E14",),
    ),
    Claim(
        ref="transport.spectral/one-iteration",
        statement=r"one power iteration per step keeps gradient norms at most 1",
        source="a reading of the lecture, Spectrum Norm, with Algorithm 1 of Miyato et al. 2018",
        hypotheses={},
        instances=lambda _: [replace(_LINE, layers=(_STRETCH,), without=frozenset({"own_norm"}))],
        checks=one_iteration,
        expected=Verdict.REFUTED,
        settles=("E14",),
    ),
    Claim(
        ref="transport.spectral/reshaped-kernel",
        statement=r"dividing a kernel by the norm of its matrix gives a convolution of norm at most 1",
        source="a reading of the lecture, Spectrum Norm, with section 4 of Miyato et al. 2018 but not its footnote 3",
        hypotheses={},
        instances=lambda _: [_LINE],
        checks=reshaped,
        expected=Verdict.REFUTED,
        settles=("E14",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
