r"""Without a constraint the WGAN critic diverges: sup_D E_P D - E_Q D is +inf unless P = Q, and then it is 0.

The objective is linear in D with gradient p - q, so gradient ascent from 0 never turns: after time t it is at
D_t = t (p - q), where the objective is t sum (p - q)^2, above every bound when P and Q differ. The values of D_t run to
+inf where p > q and to -inf where p < q.

A 1-Lipschitz constraint stops this: |E_P D - E_Q D| <= W1 <= diameter, and the values of D spread over at most the
diameter of the places. So it is the *absence* of smoothness that sends D to both infinities.

Places and weights are rational and all sides exact. W1 on the line comes from the distribution functions; the
constraint's optimum is also attained, by the critic whose slope is the sign of the difference of them.

Source: lecture, "Evaluate wasserstein distance between P_data and P_G".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.classical.measures import RESOLUTION, Pair, Weights, pair, random_pairs, show
from verify.command import main

GROWS = "the critic reached by gradient ascent beats the bound"
NOTHING = "where P = Q a critic reaches 0"
LINEAR = "ascent twice as long reaches twice as much"
OPTIMUM = "the best 1-Lipschitz critic reaches the integral of |F - G|"
BOUNDED = "the values of the best 1-Lipschitz critic spread over at most the diameter"
SPREADS = "the values of the best 1-Lipschitz critic leave every bounded interval"
ANY_CRITIC = "V(G, D) is the maximum over all 1-Lipschitz critics"

# What ascent has to beat, in units of the diameter of the places: any number would do.
BOUND = Fraction(10**6)


@dataclass(frozen=True)
class Case:
    """A pair at increasing ``places`` of the line; ``smooth``: the critic must be 1-Lipschitz."""

    pair: Pair
    places: Weights
    smooth: bool = False

    def __str__(self) -> str:
        return f"{self.pair} at {show(self.places)}{', 1-Lipschitz critics' if self.smooth else ''}"

    @property
    def diameter(self) -> Fraction:
        return self.places[-1] - self.places[0]

    @property
    def difference(self) -> Weights:
        return tuple(a - b for a, b in zip(self.pair.p, self.pair.q, strict=True))

    def objective(self, d: Weights) -> Fraction:
        """E_P D - E_Q D."""
        return sum((a * x for a, x in zip(self.difference, d, strict=True)), Fraction(0))


def instances(request: Request) -> Iterator[Case]:
    for index, drawn in enumerate(random_pairs(request)):
        rng = np.random.default_rng([request.seed, index, 1])
        yield case_of(drawn, np.cumsum(rng.integers(1, 6, len(drawn.p))).tolist())


def case_of(drawn: Pair, places: list[int], *, smooth: bool = False) -> Case:
    return Case(drawn, tuple(Fraction(z, 2) for z in places), smooth)


def checks(case: Case) -> list[Check]:
    best = lipschitz_critic(case)
    found = [
        equal(OPTIMUM, case.objective(best), distribution_distance(case), RESOLUTION),
        at_most(BOUNDED, max(best) - min(best), case.diameter, RESOLUTION),
    ]
    if case.pair.p == case.pair.q and "distinct" not in case.pair.without:
        return [*found, equal(NOTHING, case.objective(case.places), 0, RESOLUTION)]
    once, twice = (case.objective(ascended(case, scale)) for scale in (1, 2))
    return [*found, equal(LINEAR, twice, 2 * once, RESOLUTION), _grows(case, once)]


def _grows(case: Case, reached: Fraction) -> Check:
    return at_most(GROWS, BOUND * case.diameter, reached, RESOLUTION, strict=True)


def ascended(case: Case, scale: int) -> Weights:
    """Where ascent is after a time that is enough to pass twice the bound; the best critic where D must be smooth."""
    if case.smooth:
        return lipschitz_critic(case)
    rate = sum((a * a for a in case.difference), Fraction(0))
    time = scale * 2 * BOUND * case.diameter / rate if rate else BOUND * scale
    return tuple(time * a for a in case.difference)


def lipschitz_critic(case: Case) -> Weights:
    """A 1-Lipschitz critic that is best: its slope between two places is the sign of G - F there."""
    values, height = [Fraction(0)], Fraction(0)
    for (left, right), mass in zip(pairwise(case.places), case.difference[:-1], strict=True):
        height += mass
        sign = (height < 0) - (height > 0)
        values.append(values[-1] + sign * (right - left))
    return tuple(values)


def distribution_distance(case: Case) -> Fraction:
    """W1, the integral of |F - G|."""
    total, height = Fraction(0), Fraction(0)
    for (left, right), mass in zip(pairwise(case.places), case.difference[:-1], strict=True):
        height += mass
        total += abs(height) * (right - left)
    return total


# All data at 1, all generated points at 0.
DIRACS = case_of(pair([0, 1], [1, 0]), [0, 2])


def _diracs(request: Request) -> Iterator[Case]:
    yield DIRACS


def _inverted(case: Case) -> list[Check]:
    best = lipschitz_critic(case)
    return [at_most(SPREADS, BOUND * case.diameter, max(best) - min(best), RESOLUTION, strict=True)]


def _bound_and_free(case: Case) -> list[Check]:
    """The left side at the 1-Lipschitz critic D = 0, which is as good an argument as any."""
    zero = tuple(Fraction(0) for _ in case.places)
    return [equal(ANY_CRITIC, case.objective(zero), distribution_distance(case), RESOLUTION)]


CLAIM = Claim(
    ref="classical.diverging_critic",
    statement=r"sup_D E_P D - E_Q D = +\infty unless P = Q; over 1-Lipschitz D it is W_1, and D stays within the "
    r"diameter",
    source="lecture, 'Without the constraint, the training of D will not converge'",
    hypotheses={
        "distinct": "P and Q differ",
        "unconstrained": "D may be any function",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="distinct",
            instance=lambda: case_of(pair([1, 1], [1, 1], "distinct"), [0, 2]),
            check=GROWS,
            witness="P = Q on two points: every critic reaches 0",
        ),
        Break(
            drops="unconstrained",
            instance=lambda: case_of(pair([0, 1], [1, 0]), [0, 2], smooth=True),
            check=GROWS,
            witness="data at 1, generated at 0: no 1-Lipschitz critic reaches more than 1",
        ),
    ),
    settles=("lecture 20",),
)

AS_PRINTED = (
    Claim(
        ref="classical.diverging_critic/smooth-forces-infinity",
        statement=r"keeping the D smooth forces D(x) to become +\infty and -\infty",
        source="lecture, 'Evaluate wasserstein distance between P_data and P_G': it says the opposite of its figure",
        hypotheses={},
        instances=_diracs,
        checks=_inverted,
        expected=Verdict.REFUTED,
        settles=("E12",),
    ),
    Claim(
        ref="classical.diverging_critic/bound-and-free",
        statement=r"V(G, D) = \max_D (E_P D - E_Q D) over 1-Lipschitz D, for the D on the left",
        source="lecture, the same slide and 'Improved WGAN': the maximum does not depend on D, the left side does",
        hypotheses={},
        instances=_diracs,
        checks=_bound_and_free,
        expected=Verdict.REFUTED,
        settles=("E11",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
