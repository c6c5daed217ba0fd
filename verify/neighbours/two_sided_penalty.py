r"""The two-sided gradient penalty on independent pairs charges true Wasserstein critics, and at P = Q forces a slope.

Fakes at 0 and a + g + b, reals at a and a + g, all with mass 1/2: mass moves inwards over a and b, and no mass has to
pass between the reals. Every critic with slopes 1, c, -1, |c| <= 1, on the three intervals attains W1 = (a + b) / 2.
The penalty E (|f'(z)| - 1)^2, z uniform on the segment of an independently drawn pair, is

    (1 - |c|)^2 (g / (a + g) + g / (g + b)) / 4,

1/4 for a = g = b = 1, c = 0. So the penalty tells optimal critics apart, and prefers |c| = 1 (which is optimal too: on
the line some Wasserstein critic is always free of charge). One-sided, E max(0, |f'| - 1)^2, charges none of them. At
P = Q the constant critic is optimal, and costs lam P(x != y) with the two-sided penalty: lam for each pair of different
points, nothing where a pair is one point and there is no segment; f(z) = z costs nothing at all.

Two routes: the formula, and the mean over pairs and segments in rational numbers, with the critic's optimality by the
integral of |F - G|. The error bar is that of writing rational numbers as floats.

Source: Petzka, Fischer, Lukovnikov, "On the regularization of Wasserstein GANs" (2018); the instance is ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.neighbours.lines import (
    Critic,
    Line,
    along,
    distance,
    independent_coupling,
    monotone_coupling,
    optimal_critic,
    rise,
)

OPTIMAL = "the critic attains W1"
FORMULA = "the mean charge over independent pairs is (1 - |c|)^2 (g / (a + g) + g / (g + b)) / 4"
CHARGED = "an optimal critic is charged"
FREE = "the optimal critic with |c| = 1 is not charged"
FLAT_AT_EQUALITY = "at P = Q the constant costs P(x != y), in units of lam"
SLOPED_AT_EQUALITY = "at P = Q a critic of slope one costs less than the optimal constant"

# The smallest charge that counts; charges are of size one. Arbitrary.
RESOLUTION = 1e-9


@dataclass(frozen=True)
class Inwards:
    """Gaps a, g, b; the slope c between the reals; which penalty, on which pairs."""

    a: int
    g: int
    b: int
    c: Fraction
    two_sided: bool = True
    independent: bool = True

    @property
    def real(self) -> Line:
        return Line.of([self.a, self.a + self.g])

    @property
    def fake(self) -> Line:
        return Line.of([0, self.a + self.g + self.b])

    @property
    def critic(self) -> Critic:
        return optimal_critic(self.real, self.fake, self.c)

    def charge(self, slope: Fraction) -> Fraction:
        """What a slope s costs: (|s| - 1)^2, or max(0, |s| - 1)^2."""
        over = abs(slope) - 1
        return over**2 if self.two_sided else max(over, Fraction(0)) ** 2

    @property
    def penalty(self) -> Fraction:
        """The mean charge along the segments of the pairs."""
        pairs = (independent_coupling if self.independent else monotone_coupling)(self.real, self.fake)
        return along(pairs, self.critic, lambda slope, _: self.charge(slope))

    def cost_at_equality(self, slope: int) -> Fraction:
        """What f(z) = slope z costs for P = Q, the law of the reals: the penalty less a rise that is zero."""
        law, line = self.real, Critic(self.real.places, (Fraction(slope),))
        charged = along(independent_coupling(law, law), line, lambda found, _: self.charge(found))
        return charged - rise(line, law, law)

    def __str__(self) -> str:
        side, pairs = "two-sided" if self.two_sided else "one-sided", "independent" if self.independent else "optimal"
        return f"gaps {self.a}, {self.g}, {self.b}, slope {self.c} between the reals, {side}, {pairs} pairs"


def instances(request: Request) -> Iterator[Inwards]:
    """Gaps from 1 to 9, slopes inside (-1, 1)."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        a, g, b = (int(x) for x in rng.integers(1, 10, 3))
        yield Inwards(a, g, b, Fraction(int(rng.integers(-15, 16)), 16))


def checks(case: Inwards) -> list[Check]:
    w1 = Fraction(case.a + case.b, 2)
    found = [
        equal(OPTIMAL, rise(case.critic, case.real, case.fake), w1, RESOLUTION),
        equal(OPTIMAL, distance(case.real, case.fake), w1, RESOLUTION),
        at_most(CHARGED, -case.penalty, 0, RESOLUTION, strict=True),
        at_most(FREE, replace(case, c=Fraction(1)).penalty, 0, RESOLUTION),
        at_most(SLOPED_AT_EQUALITY, case.cost_at_equality(1), case.cost_at_equality(0), RESOLUTION, strict=True),
    ]
    if case.two_sided:
        unequal = 1 - sum(mass**2 for mass in case.real.masses)
        found.append(equal(FLAT_AT_EQUALITY, case.cost_at_equality(0), unequal, RESOLUTION))
    if case.two_sided and case.independent:
        found.append(equal(FORMULA, case.penalty, told(case), RESOLUTION))
    return found


def told(case: Inwards) -> Fraction:
    """The penalty by the formula of the module's docstring."""
    a, g, b = case.a, case.g, case.b
    return (1 - abs(case.c)) ** 2 * (Fraction(g, a + g) + Fraction(g, g + b)) / 4


_WITNESS = Inwards(1, 1, 1, Fraction(0))

CLAIM = Claim(
    ref="neighbours.two_sided_penalty",
    statement=r"E(|f'(z)| - 1)^2 > 0 for Wasserstein critics f that are flat where no mass passes, "
    r"and f = const costs \lambda P(x \neq y) at P = Q",
    source="Petzka, Fischer, Lukovnikov 2018",
    hypotheses={
        "two_sided": "slopes below one are charged as well as slopes above it",
        "independent_pairs": "the points of the penalty are drawn between independent pairs",
        "slack": "the critic's slope is below one somewhere between such pairs",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="two_sided",
            instance=lambda: replace(_WITNESS, two_sided=False),
            check=CHARGED,
            witness="fakes 0 and 3, reals 1 and 2, max(0, |f'| - 1)^2: no 1-Lipschitz critic is charged",
        ),
        Break(
            drops="two_sided",
            instance=lambda: replace(_WITNESS, two_sided=False),
            check=SLOPED_AT_EQUALITY,
            witness="P = Q, max(0, |f'| - 1)^2: the constant is as free of charge as slope one",
        ),
        Break(
            drops="independent_pairs",
            instance=lambda: replace(_WITNESS, independent=False),
            check=CHARGED,
            witness="fakes 0 and 3, reals 1 and 2, pairs (0, 1) and (3, 2): the slope is one wherever it is charged",
        ),
        Break(
            drops="slack",
            instance=lambda: replace(_WITNESS, c=Fraction(1)),
            check=CHARGED,
            witness="fakes 0 and 3, reals 1 and 2, slopes 1, 1, -1: optimal, and never below one",
        ),
    ),
    settles=("neighbour petzka",),
)

if __name__ == "__main__":
    main((CLAIM,))
