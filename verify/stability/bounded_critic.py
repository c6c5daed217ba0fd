r"""A critic sigmoid(g) with g 1-Lipschitz is 1/4-Lipschitz: its objective is at most W1 / 4, and no slope reaches 1.

|sigmoid'| = sigmoid (1 - sigmoid) <= 1/4, attained at 0, so

    E_mu_0 sigmoid(g) - E_mu sigmoid(g) <= W1(mu, mu_0) / 4,   (|D'| - 1)^2 >= (3/4)^2 = 9/16,

the second with equality where g = 0 and |g'| = 1. A gradient penalty with target 1 and weight lam costs at least 9 lam
/ 16, whatever the critic does. Values in [0, 1] alone also forbid W1: between two points at a distance of 2 a
1-Lipschitz critic with such values gains 1.

Decided on exact atoms with g piecewise linear between them; the logistic function in balls, W1 as an area.

Source: talk on the stability of GANs, second theorem ("Phi_mu: Y -> [0, 1]") with its "Wasserstein-GAN metric";
sigmoid, spectral normalisation and penalty as in its authors' code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import Atoms, ball, dirac, random_weights, transport
from verify.stability.written import written

OBJECTIVE = "the critic's objective is at most W1 / 4"
SLOPE = "the critic rises by at most a quarter of the distance"
PENALTY = "the penalty (|D'| - 1)^2 is at least 9/16"
ATTAINED = "the penalty is 9/16 where g = 0 and g' = 1"
ENOUGH = "critics with values in [0, 1] reach W1"
REACHED = "the penalty with target 1 can vanish"

RESOLUTION = 1e-6  # the smallest violation that counts, places being of order one; arbitrary


@dataclass(frozen=True)
class Case:
    """Places in order with g there, and two laws on them; ``bare`` leaves the sigmoid away."""

    places: tuple[Fraction, ...]
    g: tuple[Fraction, ...]
    mu: tuple[Fraction, ...]
    real: tuple[Fraction, ...]
    bare: bool = False

    def __str__(self) -> str:
        return f"g = {', '.join(f'{v} at {x}' for x, v in zip(self.places, self.g, strict=True))}"

    def output(self, value: Fraction) -> arb:
        return ball(value) if self.bare else 1 / (1 + (-ball(value)).exp())

    @property
    def objective(self) -> arb:
        rows = zip(self.g, self.mu, self.real, strict=True)
        return sum((ball(r - p) * self.output(v) for v, p, r in rows), arb(0))

    @property
    def distance(self) -> Fraction:
        return transport(Atoms(self.places, self.mu), Atoms(self.places, self.real))

    def slopes(self) -> Iterator[arb]:
        """D' halfway between neighbours."""
        rows = list(zip(self.places, self.g, strict=True))
        for (x, u), (y, v) in pairwise(rows):
            sigma = self.output((u + v) / 2)
            yield ball((v - u) / (y - x)) * (arb(1) if self.bare else sigma * (1 - sigma))


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(2, 7))
        places = tuple(Fraction(int(n), 8) for n in np.sort(rng.choice(np.arange(-32, 33), size, replace=False)))
        values = [Fraction(int(rng.integers(-8, 9)), 8)]
        for x, y in pairwise(places):
            values.append(values[-1] + (y - x) * Fraction(int(rng.integers(-4, 5)), 4))
        yield Case(places, tuple(values), random_weights(rng, size), random_weights(rng, size))


def checks(case: Case) -> list[Check]:
    found = [at_most(OBJECTIVE, case.objective, ball(case.distance) / 4, RESOLUTION)]
    for (x, u), (y, v) in combinations(zip(case.places, case.g, strict=True), 2):
        found.append(at_most(SLOPE, abs(case.output(u) - case.output(v)), ball(abs(x - y)) / 4, RESOLUTION))
    found += [at_most(PENALTY, arb(9) / 16, (abs(slope) - 1) ** 2, RESOLUTION) for slope in case.slopes()]
    sigma = case.output(Fraction(0))
    found.append(equal(ATTAINED, (arb(1) if case.bare else (sigma * (1 - sigma) - 1) ** 2), arb(9) / 16, RESOLUTION))
    return found


def two_points(reach: Fraction, steepness: int, *, bare: bool = False) -> Case:
    """Mu at -reach, mu_0 at reach, g = steepness x."""
    one, none = Fraction(1), Fraction(0)
    return Case((-reach, reach), (-steepness * reach, steepness * reach), (one, none), (none, one), bare)


CLAIM = Claim(
    ref="stability.bounded_critic",
    statement=r"D = \sigma(g), Lip(g) \le 1 \Rightarrow E_{\mu_0} D - E_\mu D \le W_1/4, (|D'| - 1)^2 \ge 9/16",
    source="talk on the stability of GANs, 'Phi: Y -> [0, 1]', with sigmoid, spectral norm and penalty of its code",
    hypotheses={
        "one_lipschitz": "g is 1-Lipschitz (spectral norms at most 1, activations 1-Lipschitz)",
        "sigmoid": "the last activation is a sigmoid",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="one_lipschitz",
            instance=lambda: two_points(Fraction(1, 8), 8),
            check=OBJECTIVE,
            witness="g = 8 x between -1/8 and 1/8: the objective is 0.462, W1 / 4 is 1/16",
        ),
        Break(
            drops="sigmoid",
            instance=lambda: two_points(Fraction(1, 2), 1, bare=True),
            check=OBJECTIVE,
            witness="D = x between -1/2 and 1/2: the objective is W1",
        ),
        Break(
            drops="sigmoid",
            instance=lambda: two_points(Fraction(1, 2), 1, bare=True),
            check=PENALTY,
            witness="D = x: the penalty is 0",
        ),
    ),
    settles=("Z3", "Z5"),
)


def _bounded_values(distance: Fraction) -> list[Check]:
    """Between two points: W1 = distance, and values in [0, 1] gain at most min(distance, 1)."""
    return [at_most(ENOUGH, transport(dirac(0), dirac(distance)), min(distance, Fraction(1)), RESOLUTION)]


def _target(weight: Fraction) -> list[Check]:
    """The least of weight (|D'| - 1)^2 over |D'| <= 1/4."""
    return [at_most(REACHED, weight * (1 - Fraction(1, 4)) ** 2, 0, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.bounded_critic/unit-interval",
        statement=r"\Phi_\mu: Y \to [0, 1] with J = \max_{Lip(\Phi) \le 1} E_{\mu_0}\Phi - E_\mu\Phi = "
        r"W_1",
        source="a reading of the talk, second theorem, with its 'Wasserstein-GAN metric'; points at a distance of 2: "
        "1 is reached, W1 = 2",
        hypotheses={},
        instances=written(Fraction(2)),
        checks=_bounded_values,
        expected=Verdict.REFUTED,
        settles=("Z3", "talk 3.5"),
    ),
    Claim(
        ref="stability.bounded_critic/penalty-target",
        statement=r"a gradient penalty with target 1 can be met by a spectrally normalised sigmoid critic",
        source="a reading of the code of the talk, improved network; the penalty is at least 0.5625 times 0.01",
        hypotheses={},
        instances=written(Fraction(1, 100)),
        checks=_target,
        expected=Verdict.REFUTED,
        settles=("Z5",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
