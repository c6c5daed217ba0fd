r"""The WGAN algorithm: both steps are about one difference of means, and no logarithm is left in it.

The critic ascends, and the generator descends,

    V~ = (1/m) sum_i D(x_i) - (1/m) sum_j D(G(z_j)).

It does not change when a constant is added to D, as it must not: 1-Lipschitz critics are only defined up to one. The
first mean does not depend on the generator, whose gradient is that of -(1/m) sum_j D(G(z_j)) alone. With log D(x_i) in
the first mean, as one of the slides prints for the generator, the objective depends on the constant, and is undefined
as soon as the critic is not positive on a data point.

Values of D are rational and the means exact; logarithms are balls.

Source: lecture, "Algorithm of WGAN".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import equal, exact
from verify.classical.measures import RESOLUTION, Weights, show
from verify.command import main

SHIFT = "the objective stays as it is when a constant is added to the critic"
DEFINED = "the objective is defined"
GENERATOR = "moving generated points changes it by the change of -(1/m) sum D(G(z))"


@dataclass(frozen=True)
class Case:
    """Values of the critic on ``real`` and ``fake`` points and, after a generator step, on the ``moved`` ones."""

    real: Weights
    fake: Weights
    moved: Weights
    shift: Fraction
    logarithm: bool = False

    def __str__(self) -> str:
        return f"D(x) = {show(self.real)}, D(G(z)) = {show(self.fake)}, then {show(self.moved)}, shift {self.shift}"

    def objective(self, fake: Weights, shift: Fraction = Fraction(0)) -> arb:
        """The generator's objective, with D or log D in the first mean."""
        seen = [exact(d + shift) for d in self.real]
        first = [d.log() for d in seen] if self.logarithm else seen
        return sum(first, arb(0)) / len(seen) - exact(sum(fake, Fraction(0)) / len(fake) + shift)


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        m = int(rng.integers(1, 6))
        rows = [tuple(Fraction(int(k), 4) for k in rng.integers(-12, 13, m)) for _ in range(3)]
        yield Case(rows[0], rows[1], rows[2], Fraction(int(rng.integers(1, 9)), 2))


def checks(case: Case) -> list[Check]:
    found = [_defined(case)]
    if all(not case.logarithm or (d > 0 and d + case.shift > 0) for d in case.real):
        found.append(equal(SHIFT, case.objective(case.fake, case.shift), case.objective(case.fake), RESOLUTION))
        change = sum(case.fake, Fraction(0)) - sum(case.moved, Fraction(0))
        rise = case.objective(case.moved) - case.objective(case.fake)
        found.append(equal(GENERATOR, rise, change / len(case.fake), RESOLUTION))
    return found


def _defined(case: Case) -> Check:
    """How far the critic's least value on data is below what a logarithm accepts; nothing where there is none."""
    lowest = min(case.real)
    return Check(DEFINED, float(case.logarithm and lowest <= 0), 0.0, RESOLUTION)


ONE, TWO, ZERO = Fraction(1), Fraction(2), Fraction(0)

CLAIM = Claim(
    ref="classical.wgan_step",
    statement=r"\tilde{V} = E D(x) - E D(G(z)) in both steps of WGAN: free of a constant in D, and only the second "
    r"mean moves \theta_g",
    source="lecture, 'Algorithm of WGAN', with the first mean as in the critic's step",
    hypotheses={"no_logarithm": "the first mean is of D, not of log D"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="no_logarithm",
            instance=lambda: Case((ONE,), (ZERO,), (ONE,), ONE, logarithm=True),
            check=SHIFT,
            witness="D(x) = 1, D(G(z)) = 0: log 1 - 0 = 0, and after adding 1 to D it is log 2 - 1",
        ),
        Break(
            drops="no_logarithm",
            instance=lambda: Case((ZERO,), (-ONE,), (ZERO,), ONE, logarithm=True),
            check=DEFINED,
            witness="the same critic lower by 1: D(x) = 0 has no logarithm",
        ),
    ),
)


def _printed(request: Request) -> Iterator[Case]:
    yield Case((ONE,), (ZERO,), (ONE,), ONE, logarithm=True)


AS_PRINTED = (
    Claim(
        ref="classical.wgan_step/log",
        statement=r"the generator's step of WGAN descends E \log D(x) - E D(G(z)), for the critic of the other step",
        source="lecture, 'Algorithm of WGAN', 'Learning G'",
        hypotheses={},
        instances=_printed,
        checks=checks,
        expected=Verdict.REFUTED,
        settles=("E8",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
