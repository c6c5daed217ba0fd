r"""The game min_x max_y x y: gradient steps spiral out, extragradient and optimistic steps come in.

With z = x + i y the field is a quarter turn, so steps of size eta act by complex numbers:

* gradient descent and ascent   z <- (1 + i eta) z,                      growth sqrt(1 + eta^2) > 1 for every eta;
* extragradient                 z <- (1 + i eta - eta^2) z,              growth sqrt(1 - eta^2 + eta^4) < 1 for eta < 1;
* optimistic steps              z <- (1 + 2 i eta) z - i eta z_before,   growth < 1 exactly for eta < 1 / sqrt(3), and
                                                                         sqrt((1 + sqrt(1 - 4 eta^2)) / 2) up to 1/2.

A coupling sigma x y takes the place of eta by eta sigma. Two routes: the formulas; and the algorithm, run on rational
numbers as it is written, whose companion matrix is read off from its steps on unit vectors and whose roots are balls.
The error bars are their radii.

Source: Gidel et al. (2019) and Mokhtari et al. (2020) for the algorithms; the bounds are derived here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, ctx, fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal, exact
from verify.command import main
from verify.neighbours.matrices import PRECISION, matrix, spectral_radius

GROWTH = "the growth in a step is the one told"
COMES_IN = "the iterates come in"
SPIRALS_OUT = "gradient descent and ascent at the same step goes out"

# The smallest error of a growth factor that counts. Arbitrary.
RESOLUTION = 1e-9

State = tuple[Fraction, Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class Game:
    """min_x max_y sigma x y, an algorithm by name, and its step eta."""

    method: str
    eta: Fraction
    sigma: Fraction = Fraction(1)

    @property
    def turn(self) -> Fraction:
        """The step times the coupling, by which the steps act."""
        return self.eta * self.sigma

    def __str__(self) -> str:
        return f"{self.method}, eta = {self.eta}, sigma = {self.sigma}"


def _field(sigma: Fraction, x: Fraction, y: Fraction) -> tuple[Fraction, Fraction]:
    """Where the players are pushed: x down, y up."""
    return -sigma * y, sigma * x


def _gradient(game: Game, state: State) -> State:
    x, y, _, _ = state
    u, v = _field(game.sigma, x, y)
    return x + game.eta * u, y + game.eta * v, x, y


def _extragradient(game: Game, state: State) -> State:
    x, y, _, _ = state
    ahead = _gradient(game, state)
    u, v = _field(game.sigma, ahead[0], ahead[1])
    return x + game.eta * u, y + game.eta * v, x, y


def _optimistic(game: Game, state: State) -> State:
    """Twice the new gradient, less the one before."""
    x, y, x0, y0 = state
    (u, v), (u0, v0) = _field(game.sigma, x, y), _field(game.sigma, x0, y0)
    return x + game.eta * (2 * u - u0), y + game.eta * (2 * v - v0), x, y


METHODS: dict[str, Callable[[Game, State], State]] = {
    "gradient": _gradient,
    "extragradient": _extragradient,
    "optimistic": _optimistic,
}


def instances(request: Request) -> Iterator[Game]:
    """Extragradient and optimistic steps below their bounds, couplings from 1/4 to 4."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        method = ("extragradient", "optimistic")[index % 2]
        sigma = Fraction(int(rng.integers(1, 17)), 4)
        most = 63 if method == "extragradient" else 36  # 36/64 < 1 / sqrt(3) < 37/64
        yield Game(method, Fraction(int(rng.integers(1, most + 1)), 64) / sigma, sigma)


def checks(case: Game) -> list[Check]:
    growth = spectral_radius(companion(case))
    plain = Game("gradient", case.eta, case.sigma)
    with ctx.workprec(PRECISION):
        out = 1 - spectral_radius(companion(plain))
    return [
        equal(GROWTH, growth, told(case), RESOLUTION),
        equal(GROWTH, spectral_radius(companion(plain)), told(plain), RESOLUTION),
        at_most(COMES_IN, growth, 1, RESOLUTION, strict=True),
        at_most(SPIRALS_OUT, out, 0, RESOLUTION, strict=True),
    ]


def told(game: Game) -> arb:
    """The growth factor of the module's docstring."""
    with ctx.workprec(PRECISION):
        e = game.turn
        if game.method == "gradient":
            return exact(1 + e**2).sqrt()
        if game.method == "extragradient":
            return exact(1 - e**2 + e**4).sqrt()
        inner = exact(abs(1 - 4 * e**2)).sqrt()
        if 2 * e <= 1:
            return ((1 + inner) / 2).sqrt()
        return (exact(Fraction(1, 4)) + (exact(e) + inner / 2) ** 2).sqrt()


def companion(game: Game) -> fmpq_mat:
    """The matrix of one step on (x, y, x before, y before): the algorithm applied to the unit vectors."""
    unit = [tuple(Fraction(int(i == j)) for i in range(4)) for j in range(4)]
    columns = [METHODS[game.method](game, (e[0], e[1], e[2], e[3])) for e in unit]
    return matrix([[column[i] for column in columns] for i in range(4)])


CLAIM = Claim(
    ref="neighbours.bilinear",
    statement=r"min_x max_y xy: growth \sqrt{1+\eta^2} of gradient steps, \sqrt{1-\eta^2+\eta^4} of extragradient; "
    r"optimistic steps come in \Leftrightarrow \eta < 1/\sqrt{3}",
    source="Gidel et al. 2019; Mokhtari et al. 2020",
    hypotheses={
        "looks_ahead": "the step uses a second gradient, ahead of it or before it",
        "short_step": "eta sigma < 1 for extragradient",
        "short_optimistic_step": "eta sigma < 1 / sqrt(3) for optimistic steps",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="looks_ahead",
            instance=lambda: Game("gradient", Fraction(1, 10)),
            check=COMES_IN,
            witness="gradient descent and ascent, eta 1/10: growth 1.00499 in a step",
        ),
        Break(
            drops="short_step",
            instance=lambda: Game("extragradient", Fraction(1)),
            check=COMES_IN,
            witness="extragradient with eta 1: the factor is i, and the iterates go round in four steps",
        ),
        Break(
            drops="short_optimistic_step",
            instance=lambda: Game("optimistic", Fraction(3, 5)),
            check=COMES_IN,
            witness="optimistic steps with eta 3/5 > 0.5774: growth 1.057 in a step",
        ),
    ),
    settles=("neighbour bilinear",),
)

if __name__ == "__main__":
    main((CLAIM,))
