r"""The optimal discriminator is a subgradient of the objective in mu: J(nu) >= J(mu) + int Phi_mu d(nu - mu).

On a finite grid, with m = (mu + mu_0) / 2,

    minimax         J = JSD(mu, mu_0),                     Phi_mu = log(mu / m) / 2;
    non-saturating  J = KL(m | mu_0),                      Phi_mu = log(m / mu_0) / 2;
    MMD             J = |mu - mu_0|_K^2 / 2,               Phi_mu = K (mu - mu_0);
    Wasserstein     J = W1(mu, mu_0),                      Phi_mu a potential.

Proof: J is convex, and for the first three Phi_mu is its derivative up to a constant, which integrates to zero against
nu - mu; W1 is a supremum of linear functions, of which a potential attains the supremum at mu. For MMD what is left
over is |nu - mu|_K^2 / 2, exactly.

Decided for measures with exact weights. The derivative of t -> J(mu + t (nu - mu)) at 0 is taken from its power series,
in which no Phi occurs; W1 is exact. The rest are balls.

The talk prints J convex as a function of mu. Convex in theta is a reading, and false:
``first_variation/convex-in-theta``, MMD^2 / 2 between delta_theta and delta_0, width 1, is 1 - exp(-theta^2 / 2).

Source: talk on the stability of GANs, second theorem ("Let J be a convex function, consider the optimal
discriminator").
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import Atoms, ball, random_weights, transport
from verify.stability.discriminators import Kantorovich
from verify.stability.written import written

SUBGRADIENT = "J(mu) + int Phi_mu d(nu - mu) is at most J(nu)"
DERIVATIVE = "the derivative of J from mu towards nu is int Phi_mu d(nu - mu)"
REMAINDER = "MMD: what is left over is |nu - mu|^2 / 2"
MIDPOINT = "J at the middle of two parameters is at most the mean of both"

RESOLUTION = 1e-6  # the smallest violation that counts, values being of order one; arbitrary

Weights = tuple[Fraction, ...]
Series = list[arb_series]


@dataclass(frozen=True)
class Objective:
    """J of weights on a grid, as a power series, and Phi_mu on the grid."""

    name: str
    series: Callable[[Series, list[arb]], arb_series]
    phi: Callable[[list[arb], list[arb]], list[arb]]


def _jsd(mu: Series, real: list[arb]) -> arb_series:
    terms = [p * (2 * p / (p + r)).log() / 2 + r * (2 * r / (p + r)).log() / 2 for p, r in zip(mu, real, strict=True)]
    return sum(terms[1:], terms[0])


def _mixed_kl(mu: Series, real: list[arb]) -> arb_series:
    terms = [(p + r) / 2 * ((p + r) / (2 * r)).log() for p, r in zip(mu, real, strict=True)]
    return sum(terms[1:], terms[0])


def _gram(size: int) -> list[list[arb]]:
    """A Gaussian kernel of width 1 on a grid of step 1/2."""
    return [[(-ball(Fraction((i - j) ** 2, 8))).exp() for j in range(size)] for i in range(size)]


def _half_mmd(mu: Series, real: list[arb]) -> arb_series:
    off = [p - r for p, r in zip(mu, real, strict=True)]
    terms = [k * p * q / 2 for row, p in zip(_gram(len(off)), off, strict=True) for k, q in zip(row, off, strict=True)]
    return sum(terms[1:], terms[0])


def _kernel_mean(mu: list[arb], real: list[arb]) -> list[arb]:
    off = [p - r for p, r in zip(mu, real, strict=True)]
    return [sum((k * c for k, c in zip(row, off, strict=True)), arb(0)) for row in _gram(len(off))]


MINIMAX = Objective("JSD", _jsd, lambda mu, real: [(2 * p / (p + r)).log() / 2 for p, r in zip(mu, real, strict=True)])
SATURATION_FREE = Objective(
    "KL of the mixture",
    _mixed_kl,
    lambda mu, real: [((p + r) / (2 * r)).log() / 2 for p, r in zip(mu, real, strict=True)],
)
HALF_MMD = Objective("MMD^2 / 2", _half_mmd, _kernel_mean)
CONCAVE = Objective(
    "-MMD^2 / 2", lambda mu, real: -_half_mmd(mu, real), lambda mu, real: [-c for c in _kernel_mean(mu, real)]
)


@dataclass(frozen=True)
class Case:
    """Weights of mu, nu and mu_0 on a grid of step 1/2; Phi is that of ``at``, mu unless said otherwise."""

    objective: Objective | None
    mu: Weights
    nu: Weights
    real: Weights
    at: Weights | None = None

    def __str__(self) -> str:
        name = "W1" if self.objective is None else self.objective.name
        return f"{name}, mu = {_shown(self.mu)}, nu = {_shown(self.nu)}, mu_0 = {_shown(self.real)}"

    def value(self, weights: Weights) -> arb:
        if self.objective is None:
            return ball(transport(_on_grid(weights), _on_grid(self.real)))
        return self.objective.series([arb_series([ball(w)], prec=2) for w in weights], self._data)[0]

    @property
    def _data(self) -> list[arb]:
        return [ball(w) for w in self.real]

    def integral(self) -> arb:
        """``int Phi_mu d(nu - mu)``."""
        at = self.mu if self.at is None else self.at
        change = [q - p for p, q in zip(self.mu, self.nu, strict=True)]
        if self.objective is None:
            critic = Kantorovich(_on_grid(at), _on_grid(self.real))
            return ball(sum((c * critic.value(x) for c, x in zip(change, _grid(len(at)), strict=True)), Fraction(0)))
        phi = self.objective.phi([ball(w) for w in at], self._data)
        return sum((ball(c) * v for c, v in zip(change, phi, strict=True)), arb(0))

    def derivative(self, objective: Objective) -> arb:
        """Of ``t -> J(mu + t (nu - mu))`` at 0."""
        path = [arb_series([ball(p), ball(q - p)], prec=2) for p, q in zip(self.mu, self.nu, strict=True)]
        return objective.series(path, self._data)[1]


def _shown(weights: Weights) -> str:
    return f"({', '.join(map(str, weights))})"


def _grid(size: int) -> list[Fraction]:
    return [Fraction(i, 2) for i in range(size)]


def _on_grid(weights: Weights) -> Atoms:
    return Atoms(tuple(_grid(len(weights))), weights)


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(2, 6))
        mu, nu, real = (random_weights(rng, size) for _ in range(3))
        objective = (MINIMAX, SATURATION_FREE, HALF_MMD, None)[index % 4]
        yield Case(objective, mu, nu, real)
        yield Case(objective, mu, tuple((63 * p + q) / 64 for p, q in zip(mu, nu, strict=True)), real)


def checks(case: Case) -> list[Check]:
    left, right = case.value(case.mu) + case.integral(), case.value(case.nu)
    found = [at_most(SUBGRADIENT, left, right, RESOLUTION)]
    if case.objective is not None:
        found.append(equal(DERIVATIVE, case.derivative(case.objective), case.integral(), RESOLUTION))
    if case.objective is HALF_MMD:
        apart = Case(HALF_MMD, case.nu, case.nu, case.mu).value(case.nu)
        found.append(equal(REMAINDER, right - left, apart, RESOLUTION))
    return found


HALVES, LEFT, RIGHT = (tuple(Fraction(n, 8) for n in numbers) for numbers in ((4, 4), (7, 1), (1, 7)))

CLAIM = Claim(
    ref="stability.first_variation",
    statement=r"J(\nu) \ge J(\mu) + \int \Phi_\mu d(\nu - \mu) for the optimal discriminator \Phi_\mu",
    source="talk on the stability of GANs, second theorem: J convex, Phi_mu optimal; for JSD, KL of the mixture, W1, "
    "MMD",
    hypotheses={
        "own_measure": "Phi is optimal at the mu from which one departs",
        "convex": "J is convex in mu",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="own_measure",
            instance=lambda: Case(MINIMAX, LEFT, HALVES, HALVES, at=RIGHT),
            check=SUBGRADIENT,
            witness="JSD, mu = (7/8, 1/8), mu_0 = nu = (1/2, 1/2), Phi of (1/8, 7/8): it points away from the data",
        ),
        Break(
            drops="own_measure",
            instance=lambda: Case(None, LEFT, HALVES, HALVES, at=RIGHT),
            check=SUBGRADIENT,
            witness="W1, the same weights at 0 and 1/2: 3/16 + 3/16 > 0",
        ),
        Break(
            drops="convex",
            instance=lambda: Case(CONCAVE, LEFT, RIGHT, HALVES),
            check=SUBGRADIENT,
            witness="J = -MMD^2 / 2: what is left over is -|nu - mu|^2 / 2",
        ),
    ),
    settles=("talk 3.1", "talk 3.2"),
)


@dataclass(frozen=True)
class Parameters:
    """Two parameters theta of MMD^2 / 2 between delta_theta and delta_0, width 1."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"theta = {self.low} and {self.high}"


def _midpoint(case: Parameters) -> list[Check]:
    """J = 1 - exp(-theta^2 / 2) at both and in the middle."""
    places = case.low, Fraction(case.low + case.high, 2), case.high
    low, middle, high = (-(-ball(Fraction(t**2, 2))).expm1() for t in places)
    return [at_most(MIDPOINT, middle, (low + high) / 2, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.first_variation/convex-in-theta",
        statement=r"J: \mu_\theta \to R convex makes \theta \mapsto J(\mu_\theta) convex",
        source="a reading of the talk's second theorem, which says convex in mu_theta; delta_1, delta_3, "
        "delta_5 against delta_0: 0.99 > 0.70",
        hypotheses={},
        instances=written(Parameters(1, 5), Parameters(2, 4)),
        checks=_midpoint,
        expected=Verdict.REFUTED,
        settles=("talk 3.5",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
