r"""Algorithm 1 put right: n_cr critic steps per generator step, noise from the prior, and critics kept 1-Lipschitz.

* ``for t = 1, ..., n_cr``. The printed ``t = 0, ..., n_cr`` makes n_cr + 1 steps; what n_cr counts is not printed.
* z ~ omega, so that f_theta(z) ~ mu_theta. The printed z ~ mu_theta pushes the generated law through the generator
  again.
* The critic stays 1-Lipschitz. No printed line sees to that; gradient ascent on w (E_mu_0 x - E_mu x) with step alpha
  has w = K alpha (E_mu_0 x - E_mu x) after K steps, and the objective passes W1, which it should estimate, and every
  bound.

Decided exactly: laws with finitely many atoms, affine generators f_theta(z) = a z + b, linear critics w x.

Source: talk on the stability of GANs, Algorithm 1, lines 2, 4, 6 and 8.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import Atoms, atoms, dirac, random_atoms, sorted_plan_cost, transport
from verify.stability.written import written

COUNT = "there are n_cr critic steps for each generator step"
LAW = "f_theta(z) has the law of what is generated"
BOUND = "the critic's objective is at most W1"

RESOLUTION = 1e-6  # the smallest violation that counts; numbers are exact and of order one; arbitrary
ROUNDS = 40  # critic steps taken in all; arbitrary


@dataclass(frozen=True)
class Loop:
    """One problem, and how Algorithm 1 is run on it; the defaults are the corrected version.

    * ``first``: where t begins; it ends at ``n_cr``.
    * ``from_prior``: z is drawn from omega, not from mu_theta.
    * ``held``: after each step w is brought back to [-1, 1].
    """

    n_cr: int
    noise: Atoms
    a: Fraction
    b: Fraction
    real: Atoms
    step: Fraction = Fraction(1, 4)
    first: int = 1
    from_prior: bool = True
    held: bool = True

    def __str__(self) -> str:
        return f"n_cr = {self.n_cr}, f(z) = {self.a} z + {self.b}, omega = {self.noise}, mu_0 = {self.real}"

    def generator(self, z: Fraction) -> Fraction:
        return self.a * z + self.b

    @property
    def generated(self) -> Atoms:
        """mu_theta."""
        return self.noise.pushed(self.generator)

    @property
    def batch(self) -> Atoms:
        """The law of f_theta(z) in the loop."""
        return (self.noise if self.from_prior else self.generated).pushed(self.generator)

    def weights(self) -> Iterator[Fraction]:
        """The slope w after each critic step of a round."""
        w = Fraction(0)
        for _ in range(self.first, self.n_cr + 1):
            w += self.step * (self.real.mean() - self.generated.mean())
            w = max(Fraction(-1), min(w, Fraction(1))) if self.held else w
            yield w

    def objective(self, w: Fraction) -> Fraction:
        """``E_mu_0 w x - E_mu w x``."""
        return self.real.mean(lambda x: w * x) - self.generated.mean(lambda x: w * x)


def instances(request: Request) -> Iterator[Loop]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        noise, real = (random_atoms(rng, int(rng.integers(1, 5))) for _ in range(2))
        a, b = (Fraction(int(n), 8) for n in rng.integers(-16, 17, 2))
        yield Loop(int(rng.integers(1, ROUNDS)), noise, a, b, real, Fraction(int(rng.integers(1, 9)), 4))


def checks(case: Loop) -> list[Check]:
    weights = list(case.weights())
    twice = transport(case.batch, case.generated) + sorted_plan_cost(case.batch, case.generated)
    best = max(case.objective(w) for w in weights)
    return [
        equal(COUNT, len(weights), case.n_cr, RESOLUTION),
        equal(LAW, twice, 0, RESOLUTION),
        at_most(BOUND, best, transport(case.real, case.generated), RESOLUTION),
    ]


SMALL = Loop(2, atoms(("0", "1/2"), ("1", "1/2")), Fraction(1), Fraction(1), dirac(0), Fraction(1))

CLAIM = Claim(
    ref="stability.algorithm",
    statement=r"Algorithm 1 with t = 1, ..., n_{cr}, z \sim \omega and 1-Lipschitz critics: "
    r"n_{cr} steps, f_\theta(z) \sim \mu_\theta, objective \le W_1",
    source="talk on the stability of GANs, Algorithm 1, corrected",
    hypotheses={
        "from_one": "t runs from 1 to n_cr",
        "prior": "z is drawn from the prior omega",
        "lipschitz": "critics are kept 1-Lipschitz",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="from_one",
            instance=lambda: replace(SMALL, first=0),
            check=COUNT,
            witness="t = 0, 1, 2 are three steps, not n_cr = 2",
        ),
        Break(
            drops="prior",
            instance=lambda: replace(SMALL, from_prior=False),
            check=LAW,
            witness="f(z) = z + 1, omega on 0 and 1: from z ~ mu_theta come 2 and 3, not 1 and 2",
        ),
        Break(
            drops="lipschitz",
            instance=lambda: replace(SMALL, held=False),
            check=BOUND,
            witness="mu_0 at 0, mu_theta on 1 and 2: W1 = 3/2; after two ascent steps w = -3 and the objective is 9/2",
        ),
    ),
    settles=("talk 34",),
)


def _printed(slug: str, statement: str, source: str, case: Loop) -> Claim[Loop]:
    return Claim(
        ref=f"stability.algorithm/{slug}",
        statement=statement,
        source=source,
        hypotheses={},
        instances=written(case),
        checks=checks,
        expected=Verdict.REFUTED,
        settles=("Z10",),
    )


AS_PRINTED = (
    _printed(
        "count",
        r"for t = 0, ..., n_{cr}: n_{cr} critic steps",
        "a reading of the talk, Algorithm 1, line 2, with n_cr as their number; there are n_cr + 1",
        replace(SMALL, first=0),
    ),
    _printed(
        "prior",
        r"z \sim \mu_\theta, a batch of prior samples: f_\theta(z) \sim \mu_\theta",
        "talk, Algorithm 1, lines 4 and 8; f(z) = z + 1 on 0 and 1 gives 2 and 3, not 1 and 2",
        replace(SMALL, from_prior=False),
    ),
    _printed(
        "no-constraint",
        r"w \leftarrow w + \alpha \cdot step without a constraint keeps the critic an estimate of W_1",
        "a reading of the talk, Algorithm 1, line 6, as an estimate of W1; after two steps it is 9/2, and W1 3/2",
        replace(SMALL, held=False),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
