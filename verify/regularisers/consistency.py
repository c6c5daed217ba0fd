r"""CT's consistency term never adds to WGAN-GP's value, and takes nothing from critics without noise at real points.

CT charges, besides lam (|s| - 1)^2, the two noisy passes D', D'' at real points: E max(0, lam2 c (D' - D'')^2 - M),
where c = 1.1 counts the hidden layer, taken here to be the output itself. Consider P = delta_d, Q = delta_0 and
linear critics with dropout on the one unit, D(x) = b + xi s (x - anchor), xi = 0 or 2 with equal chance; penalty and
rise are those of the mean critic. The passes differ by 2 s (d - anchor) half of the time, so the term is

    T(s) = 1/2 max(0, 4 c lam2 s^2 (d - anchor)^2 - M).

* T >= 0, so the value is at most d + d^2 / 4 lam, WGAN-GP's;
* anchor = d: both passes agree at the real point, T = 0, and the value is WGAN-GP's; so it is for critics without
  noise;
* M = 0: with q = 2 c lam2 (d - anchor)^2 the objective d s - lam (s - 1)^2 - q s^2 has the slope
  (d + 2 lam) / (2 lam + 2 q) and the value (d + 2 lam)^2 / (4 lam + 4 q) - lam, below WGAN-GP's unless q = 0.

So the value of CT depends on where a net's noise is centred, which a constant added to D does not change: it is not a
function of P and Q alone. Wider statements (dropout deep in a net) cannot be decided on two points. Rational
arithmetic.

Source: Wei et al., "Improving the improved training of Wasserstein GANs" (ICLR 2018).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.regularisers import around_one
from verify.regularisers.two_diracs import ASIDE, RESOLUTION, positive, random_problems

NO_MORE = "no slope gains more than WGAN-GP's value"
AGREES = "passes that agree at the real point leave WGAN-GP's value"
CLOSED_FORM = "with margin 0 the best slope gains (d + 2 lam)^2 / (4 lam + 4 q) - lam"
FALLS = "with margin 0 the gain falls to both sides of (d + 2 lam) / (2 lam + 2 q)"

# The share of the hidden layer's difference that is added, as in the paper's code.
HIDDEN = Fraction(1, 10)


@dataclass(frozen=True)
class Consistent:
    """Two points, the weight of the consistency term, its margin M, and where the noise of the critic vanishes."""

    d: Fraction
    lam: Fraction
    weight: Fraction
    margin: Fraction
    anchor: Fraction
    without: frozenset[str] = frozenset()

    @property
    def noise(self) -> Fraction:
        """q: the expected term is q s^2 where M = 0."""
        return 2 * (1 + HIDDEN) * self.weight * (self.d - self.anchor) ** 2

    def term(self, s: Fraction) -> Fraction:
        """The mean over both draws of the two masks: they agree half of the time."""
        agree, differ = -self.margin, 2 * self.noise * s * s - self.margin
        if "positive_part" in self.without:
            return (agree + differ) / 2
        return (positive(agree) + positive(differ)) / 2

    def gain(self, s: Fraction) -> Fraction:
        return self.d * s - self.lam * (abs(s) - 1) ** 2 - self.term(s)

    def __str__(self) -> str:
        return f"d = {self.d}, lam = {self.lam}, lam2 = {self.weight}, M = {self.margin}, noise-free at {self.anchor}"


def instances(request: Request) -> Iterator[Consistent]:
    """Noise-free at the real point, at the fake one and between, in turn; margins 0 and 1/4."""
    for index, drawn in enumerate(random_problems(request)):
        rng = np.random.default_rng([request.seed, index, 1])
        weight, margin = Fraction(int(rng.integers(1, 17)), 4), Fraction(int(rng.integers(0, 2)), 4)
        yield Consistent(drawn.d, drawn.lam, weight, margin, drawn.d * Fraction(2 - index % 3, 2))


def checks(case: Consistent) -> list[Check]:
    """Decided on a lattice of slopes, and by closed form where M = 0."""
    base, unit = around_one.answer(case.d, case.lam), float(RESOLUTION * (case.d + 1))
    lattice = [base.slope * Fraction(k, 16) for k in range(-32, 33)]
    found = [at_most(NO_MORE, max(map(case.gain, lattice)) - base.value, 0, unit)]
    if case.anchor == case.d or "agreement" in case.without:
        found.append(equal(AGREES, case.gain(base.slope), base.value, unit))
    return found + _closed_form(case, unit) if case.margin == 0 else found


def _closed_form(case: Consistent, unit: float) -> list[Check]:
    total = case.d + 2 * case.lam
    slope, value = total / (2 * case.lam + 2 * case.noise), total**2 / (4 * (case.lam + case.noise)) - case.lam
    there = case.gain(slope)
    aside = max(case.gain(slope * (1 + step)) for step in (-ASIDE, ASIDE))
    return [
        equal(CLOSED_FORM, there, value, unit),
        at_most(FALLS, aside - there, 0, unit * float(ASIDE), strict=True),
    ]


_SMALLEST = Consistent(Fraction(1), Fraction(1), Fraction(1), Fraction(0), Fraction(1))

CLAIM = Claim(
    ref="regularisers.consistency",
    statement=r"\delta_d, \delta_0: the CT term only lowers d + d^2/4\lambda; not at all if D' = D'' at real points",
    source="Wei et al. 2018 (CT-GAN); closed form derived here",
    hypotheses={
        "agreement": "both passes agree at the real point",
        "positive_part": "the term is cut off at zero below its margin",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="agreement",
            instance=lambda: replace(_SMALLEST, anchor=Fraction(0), without=frozenset({"agreement"})),
            check=AGREES,
            witness="d = lam = lam2 = 1, noise-free at the fake point: WGAN-GP's slope 3/2 costs 4.95 more",
        ),
        Break(
            drops="positive_part",
            instance=lambda: replace(_SMALLEST, margin=Fraction(1), without=frozenset({"positive_part"})),
            check=NO_MORE,
            witness="d = lam = lam2 = M = 1: without the cut the margin is a gift of 1",
        ),
    ),
    settles=("regulariser ct",),
)

if __name__ == "__main__":
    main((CLAIM,))
