r"""Norms of layers and smooth activations bound slope and bend of a deep critic: the methods for (D1) and (D2).

D(x) = v . sigma(W_L ... sigma(W_1 x + b_1) ... + b_L) with |sigma'| <= s1 and |sigma''| <= s2. Layer by layer, with
alpha_0 = 1 and beta_0 = 0 for x itself and n_l at least the spectral norm of W_l,

    alpha_l = s1 n_l alpha_{l-1},   beta_l = s1 n_l beta_{l-1} + s2 (n_l alpha_{l-1})^2,

and |grad D| <= |v| alpha_L, while grad D is |v| beta_L-Lipschitz. Proof: the chain rule; the second
derivative of sigma(u) in a direction is sigma'(u) u'' + sigma''(u) u'^2 in each place, and |(p_i^2)| <= |p|^2. So with
spectral norms of one every smooth activation gives (D1) and (D2); one with a kink gives (D1) alone.

Decided on networks with fractions for weights, along a line: slope and bend of t -> D(x + t e), |e| = 1, from a power
series, without any rule for derivatives. The spectral norm is bounded by the Frobenius norm; balls throughout.
Attained by one unit, D(x) = sigma(x) at the place where |sigma''| is largest, the first instances.

Source: talk on the stability of GANs, Figure 2: "Spectral Norm" for a Lipschitz discriminator, "Smooth activation
function, Spectral Norm" for a Lipschitz gradient.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most
from verify.command import main
from verify.stability.activations import SMOOTH, Activation, kinked
from verify.stability.atoms import ball
from verify.stability.discriminators import ORDER

STEEP = "the slope along a line is at most |v| alpha"
BENT = "the bend along a line is at most |v| beta"
TURN = "the slope along a line turns by at most |v| beta times the distance"

RESOLUTION = 1e-6  # the smallest violation that counts, in units of 1 + bound; arbitrary
DIRECTIONS = {1: (Fraction(1),), 2: (Fraction(3, 5), Fraction(4, 5))}

# The largest slope of each activation.
STEEPEST = {
    "ELU(1)": arb(1),
    "softplus": arb(1),
    "tanh": arb(1),
    "sigmoid": arb(1) / 4,
    "swish": arb(11) / 10,  # 1.0998
}

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Layer:
    """``sigma(W x + b)`` and a bound of W's spectral norm, the Frobenius norm unless one is ``claimed``."""

    W: tuple[Row, ...]
    b: Row
    claimed: int | None = None

    @property
    def norm(self) -> arb:
        return arb(self.claimed) if self.claimed is not None else length([w for row in self.W for w in row])


@dataclass(frozen=True)
class Critic:
    """A network, the place and the distance to another place to look at it from."""

    activation: Activation
    layers: tuple[Layer, ...]
    v: Row
    x: Row
    step: Fraction = Fraction(1, 50)

    def __str__(self) -> str:
        widths = " -> ".join(str(len(layer.W)) for layer in self.layers)
        return f"{self.activation.name}, R^{len(self.x)} -> {widths} -> 1 at ({', '.join(map(str, self.x))})"

    @property
    def bounds(self) -> tuple[arb, arb]:
        """``|v| alpha_L, |v| beta_L``."""
        s1, s2 = STEEPEST.get(self.activation.name, arb(1)), self.activation.rate
        alpha, beta = arb(1), arb(0)
        for layer in self.layers:
            n = layer.norm
            alpha, beta = s1 * n * alpha, s1 * n * beta + s2 * (n * alpha) ** 2
        return length(self.v) * alpha, length(self.v) * beta

    def along(self, shift: Fraction) -> arb_series:
        """``D(x + (shift + t) e)`` as a power series in t."""
        e = DIRECTIONS[len(self.x)]
        h = [arb_series([ball(c + shift * d), ball(d)], prec=ORDER) for c, d in zip(self.x, e, strict=True)]
        for layer in self.layers:
            h = [self.activation.series(_combined(row, h) + ball(b)) for row, b in zip(layer.W, layer.b, strict=True)]
        return _combined(self.v, h)


def length(values: list[Fraction] | Row) -> arb:
    """The Euclidean norm."""
    return sum((ball(w) ** 2 for w in values), arb(0)).sqrt()


def _combined(row: Row, h: list[arb_series]) -> arb_series:
    return sum((ball(w) * u for w, u in zip(row, h, strict=True)), arb_series([0], prec=ORDER))


def unit(activation: Activation, x: Fraction, *, weight: int = 1, claimed: int | None = None) -> Critic:
    """``D(x) = sigma(weight x)``."""
    layer = Layer(((Fraction(weight),),), (Fraction(0),), claimed)
    return Critic(activation, (layer,), (Fraction(1),), (x,))


def instances(request: Request) -> Iterator[Critic]:
    yield unit(SMOOTH[1], Fraction(0))
    yield unit(SMOOTH[3], Fraction(1317, 1000))  # near log(2 + sqrt 3), where |sigmoid''| is largest
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        sizes = [int(rng.integers(1, 3)), *(int(n) for n in rng.integers(1, 4, int(rng.integers(1, 4))))]
        layers = tuple(Layer(tuple(_row(rng, n) for _ in range(m)), _row(rng, m)) for n, m in pairwise(sizes))
        x, step = _row(rng, sizes[0]), Fraction(int(rng.integers(1, 100)), 50)
        yield Critic(SMOOTH[index % len(SMOOTH)], layers, _row(rng, sizes[-1]), x, step)


def _row(rng: np.random.Generator, size: int) -> Row:
    """Odd multiples of 1/16, so that no unit sits at its own zero by chance alone."""
    return tuple(Fraction(2 * int(n) + 1, 16) for n in rng.integers(-12, 12, size))


def checks(case: Critic) -> list[Check]:
    alpha, beta = case.bounds
    here, there = case.along(Fraction(0)), case.along(case.step)
    size = RESOLUTION * (1.0 + float(beta))
    return [
        at_most(STEEP, abs(here[1]), alpha, RESOLUTION * (1.0 + float(alpha))),
        at_most(BENT, abs(2 * here[2]), beta, size),
        at_most(TURN, abs(there[1] - here[1]), beta * ball(case.step), size),
    ]


CLAIM = Claim(
    ref="stability.deep_critic",
    statement=r"layers of norm n_l, |\sigma'| \le s_1, |\sigma''| \le s_2: "
    r"\alpha_l = s_1 n_l \alpha_{l-1} and \beta_l = s_1 n_l \beta_{l-1} + s_2 n_l^2 \alpha_{l-1}^2 "
    r"bound slope and bend of the critic",
    source="talk on the stability of GANs, Figure 2: spectral norm, smooth activation functions",
    hypotheses={
        "smooth": "the activation's slope is Lipschitz",
        "norms": "n_l is at least the spectral norm of W_l",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="smooth",
            instance=lambda: unit(kinked(Fraction(1, 5)), Fraction(-1, 100)),
            check=TURN,
            witness="D = ELU(0.2): from -1/100 to 1/100 the slope turns by 0.80, beta = 1 allows 1/50",
        ),
        Break(
            drops="norms",
            instance=lambda: unit(SMOOTH[1], Fraction(0), weight=2, claimed=1),
            check=BENT,
            witness="D = softplus(2 x), norm said to be 1: the bend at 0 is 1, not 1/4 at most",
        ),
        Break(
            drops="norms",
            instance=lambda: unit(SMOOTH[2], Fraction(0), weight=2, claimed=1),
            check=STEEP,
            witness="D = tanh(2 x), norm said to be 1: the slope at 0 is 2",
        ),
    ),
    settles=("talk 33", "talk 3.4"),
)

if __name__ == "__main__":
    main((CLAIM,))
