r"""Without a constraint the WGAN critic diverges: sup_D E_P D - E_Q D is +inf unless P = Q, and then it is 0.

The objective is linear in D with gradient p - q, so gradient ascent from 0 never turns: after time t it is at
D_t = t (p - q), where the objective is t sum (p - q)^2, above every bound when P and Q differ. The values of D_t run to
+inf where p > q and to -inf where p < q.

A 1-Lipschitz constraint stops this: E_P D - E_Q D = sum gamma (D(y) - D(x)) <= sum gamma |y - x| for every plan gamma
that moves Q to P, so it is at most W1 <= diameter, and the values of D spread over at most the diameter of the places.
So it is the *absence* of smoothness that sends D to both infinities.

Places and weights are rational and all sides exact. The cost of the monotone coupling bounds all 1-Lipschitz critics.
It is reached by the critic that a linear program finds (rounded to integers, its slopes checked), by the critic whose
slope is the sign of the difference of the distribution functions, and is the area between these. Ascent is iterated
with a gradient from differences of values, and compared with t sum (p - q)^2.

Source: lecture, "Evaluate wasserstein distance between P_data and P_G".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.classical import disjoint
from verify.classical.measures import RESOLUTION, Pair, Weights, pair, random_pairs, show
from verify.command import main
from verify.transport.piles import Piles, best_critic

GROWS = "the critic reached by gradient ascent beats the bound"
NOTHING = "where P = Q ascent goes nowhere"
LINEAR = "ascent in several steps reaches what the formula says"
OPTIMUM = "the best 1-Lipschitz critic of the linear program reaches the cost of the monotone coupling"
SIGNS = "so does the critic whose slope is the sign of G - F"
AREA = "the cost of the monotone coupling is the integral of |F - G|"
LIPSCHITZ = "the critic of the linear program is 1-Lipschitz on all pairs of places"
BOUNDED = "its values spread over at most the diameter"
SPREADS = "the values of the best 1-Lipschitz critic leave every bounded interval"
ANY_CRITIC = "V(G, D) is the maximum over all 1-Lipschitz critics"

# What ascent has to beat, in units of the diameter of the places: any number would do.
BOUND = Fraction(10**6)

STEPS = 4


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
        real, fake = (sum((w * x for w, x in zip(m, d, strict=True)), Fraction(0)) for m in (self.pair.p, self.pair.q))
        return real - fake


def instances(request: Request) -> Iterator[Case]:
    for index, drawn in enumerate(random_pairs(request)):
        rng = np.random.default_rng([request.seed, index, 1])
        yield case_of(drawn, np.cumsum(rng.integers(1, 6, len(drawn.p))).tolist())


def case_of(drawn: Pair, places: list[int], *, smooth: bool = False) -> Case:
    return Case(drawn, tuple(Fraction(z, 2) for z in places), smooth)


def checks(case: Case) -> list[Check]:
    if case.pair.p == case.pair.q and "distinct" not in case.pair.without:
        moved = iterated(case, Fraction(1))
        return [*_bounded(case), equal(NOTHING, max(map(abs, moved)), 0, RESOLUTION)]
    time = enough(case)
    rate = sum((a * a for a in case.difference), Fraction(0))
    ascent = equal(LINEAR, case.objective(iterated(case, time)), time * rate, RESOLUTION)
    return [*_bounded(case), ascent, _grows(case, case.objective(ascended(case)))]


def _bounded(case: Case) -> list[Check]:
    """Over 1-Lipschitz critics: the coupling bounds them all, and two critics reach its cost."""
    best, cost = program_critic(case), coupling_cost(case)
    steep = max(abs(a - b) - abs(x - y) for a, x in _graph(case, best) for b, y in _graph(case, best))
    return [
        equal(OPTIMUM, case.objective(best), cost, RESOLUTION),
        equal(SIGNS, case.objective(lipschitz_critic(case)), cost, RESOLUTION),
        equal(AREA, distribution_distance(case), cost, RESOLUTION),
        at_most(LIPSCHITZ, steep, 0, RESOLUTION),
        at_most(BOUNDED, max(best) - min(best), case.diameter, RESOLUTION),
    ]


def _graph(case: Case, values: Weights) -> list[tuple[Fraction, Fraction]]:
    return list(zip(values, case.places, strict=True))


def _grows(case: Case, reached: Fraction) -> Check:
    return at_most(GROWS, BOUND * case.diameter, reached, RESOLUTION, strict=True)


def enough(case: Case) -> Fraction:
    """A time that takes ascent to twice the bound; where it goes nowhere, the bound itself."""
    rate = sum((a * a for a in case.difference), Fraction(0))
    return 2 * BOUND * case.diameter / rate if rate else BOUND


def ascended(case: Case) -> Weights:
    """Where ascent from 0 is after that time; the best critic where D must be 1-Lipschitz."""
    return program_critic(case) if case.smooth else iterated(case, enough(case))


def iterated(case: Case, time: Fraction) -> Weights:
    """Where ascent from 0 is after STEPS steps; each derivative is a difference of values of the objective."""
    d = (Fraction(0),) * len(case.places)
    for _ in range(STEPS):
        here = case.objective(d)
        raised = [tuple(x + (i == j) for j, x in enumerate(d)) for i in range(len(d))]
        d = tuple(x + time / STEPS * (case.objective(up) - here) for x, up in zip(d, raised, strict=True))
    return d


def coupling_cost(case: Case) -> Fraction:
    """The cost of moving Q to P in order, quantile to quantile."""
    return disjoint.coupling_cost(disjoint.Case(case.places, case.pair.p, case.places, case.pair.q, Fraction(0)))


def program_critic(case: Case) -> Weights:
    """A best 1-Lipschitz critic by linear programming, in integers: places are halves, weights share a denominator."""
    shared = lcm(*(w.denominator for w in (*case.pair.p, *case.pair.q)))
    p, q = (tuple(int(w * shared) for w in side) for side in (case.pair.p, case.pair.q))
    found = best_critic(Piles(tuple((int(2 * z),) for z in case.places), p, q))
    return tuple(Fraction(int(value), 2) for value in found)


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
