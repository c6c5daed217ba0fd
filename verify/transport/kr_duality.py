r"""Kantorovich-Rubinstein on finite sets, exactly: least plan, best 1-Lipschitz critic, best critic on cross pairs.

    min over plans of sum gamma(u, v) d(u, v)  =  max over 1-Lipschitz f of E_P f - E_Q f
                                               =  the same with f_v - f_u <= d(u, v) for fake u, real v only.

Weak duality makes any plan and any 1-Lipschitz critic bound each other: sum gamma (f_v - f_u) = E_P f - E_Q f for every
gamma with the marginals. So a plan and a critic of equal value prove each other best. Both come from linear programs of
their own, are rounded to integers and checked: marginals, every Lipschitz constraint, equality. The third value comes
from a third program. ``kantorovich`` decides the same for optimal LGAN critics in Euclidean distance with error bars,
``compact_dual`` cross pairs with error bars; here everything is an integer.

Source: Villani, "Optimal Transport", Theorem 5.10 and case 5.16; WGAN paper, eq. (2); lecture, "WGAN".
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.transport.piles import Piles, best_critic, drawn, least_plan

SHIFT = "a constant added to a critic changes nothing"
MARGINALS = "the plan is non-negative, and its sums are the two piles"
LIPSCHITZ = "the critic is 1-Lipschitz on all pairs"
NO_GAP = "the best critic gains what the least plan costs"
TIGHT = "the critic rises by the whole distance where the plan moves mass"
CROSS = "constraints on cross pairs alone allow no more"

# All values are integers: half a unit is the smallest violation there could be.
HALF = 0.5


def instances(request: Request) -> Iterator[Piles]:
    """Three to eight places on a lattice of dimension one to three."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        yield drawn(rng, 3 + index % 6, dimension=1 + index % 3, reach=9)


def checks(case: Piles) -> list[Check]:
    """Three programs, each answer checked by itself."""
    shift = equal(SHIFT, int(case.excess.sum()), 0, HALF)
    if sum(case.q) != case.total:
        return [shift]
    plan, critic = least_plan(case), best_critic(case)
    cost, gain = int((plan * case.cost).sum()), int(case.excess @ critic)
    rises = critic[None, :] - critic[:, None]
    astray = np.abs(plan.sum(axis=1) - case.q).sum() + np.abs(plan.sum(axis=0) - case.p).sum()
    cross = int(case.excess @ best_critic(case, cross_pairs=True))
    return [
        shift,
        at_most(MARGINALS, max(int(astray), -int(plan.min())), 0, HALF),
        at_most(LIPSCHITZ, int((rises - case.cost).max()), 0, HALF),
        equal(NO_GAP, cost, gain, HALF),
        equal(TIGHT, int((plan * (case.cost - rises)).sum()), 0, HALF),
        equal(CROSS, cross, gain, HALF),
    ]


_SMALLEST = Piles(((0,), (1,), (2,)), (0, 1, 1), (2, 0, 0))

CLAIM = Claim(
    ref="transport.kr_duality",
    statement=r"W_1 = \max E_P f - E_Q f over 1-Lipschitz f, in integers; constraints on cross pairs are enough",
    source="Villani, case 5.16; WGAN paper, eq. (2); lecture, WGAN",
    hypotheses={
        "metric": "the cost obeys the triangle inequality",
        "equal_mass": "both piles have the same mass",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="metric",
            instance=lambda: replace(_SMALLEST, power=2),
            check=NO_GAP,
            witness="squared distance, two fake units at 0, real units at 1 and 2: the plan costs 5, but f(1) <= 1 and "
            "f(2) <= f(1) + 1 allow a gain of 3",
        ),
        Break(
            drops="metric",
            instance=lambda: replace(_SMALLEST, power=2),
            check=CROSS,
            witness="the same: cross pairs allow f = (0, 1, 4), a gain of 5, and all pairs 3",
        ),
        Break(
            drops="equal_mass",
            instance=lambda: replace(_SMALLEST, q=(1, 0, 0)),
            check=SHIFT,
            witness="one fake unit against two real ones: a constant c gains c, so that there is no best critic",
        ),
    ),
    settles=("lecture 19",),
)

if __name__ == "__main__":
    main((CLAIM,))
