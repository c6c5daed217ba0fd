r"""The earth mover's distance: the least mean distance of a plan, on the line the area between distribution functions.

A plan gamma moves mass gamma(u, v) >= 0 from u to v; its sums are the two piles. With F, G the distribution functions
of P and Q on the line,

    W1(P, Q) = min sum gamma(u, v) |u - v| = integral |F - G| dx,

and for one place each, W1(delta_a, delta_b) = |a - b|. The critic that rises with slope 1 where F < G and falls with
slope 1 where F > G is 1-Lipschitz and gains integral |F - G|: so no plan is cheaper, and the plan found reaches it.

Three routes: a linear program (rounded to integers, then checked), the plan that moves mass in order from left to
right, and the integral with its critic. Masses and places are integers; nothing is rounded.

Source: lecture, "Earth Mover's Distance".
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lgantheory.arrays import Array
from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.transport.piles import Piles, drawn, least_plan

MARGINALS = "the plan's sums are the two piles"
LEAST = "the plan in order from left to right costs what the linear program's does"
AREA = "the least cost is the area between the distribution functions"
CRITIC = "the critic that follows the sign of G - F is 1-Lipschitz and gains as much"
TWO_PLACES = "between one place each the cost is the distance times the mass"

# Costs are integers: half a unit is the smallest violation there could be.
HALF = 0.5


def instances(request: Request) -> Iterator[Piles]:
    """Two to seven places on the line; every fourth instance one place each."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        piles = drawn(rng, 2 + index % 6, dimension=1, reach=16)
        yield replace(piles, places=piles.places[:2], p=(12, 0), q=(0, 12)) if index % 4 == 0 else piles


def checks(case: Piles) -> list[Check]:
    """The ordered plan against the linear program, the area and the critic."""
    plan, area = _plan(case), area_between(case)
    cost = int((plan * case.cost).sum())
    sums = np.abs(plan.sum(axis=1) - case.q).sum() + np.abs(plan.sum(axis=0) - case.p).sum()
    found = [equal(MARGINALS, int(sums), 0, HALF), equal(AREA, cost, area, HALF), _critic(case, area)]
    if sum(case.q) == case.total:
        found.append(equal(LEAST, int((least_plan(case) * case.cost).sum()), cost, HALF))
    held = [index for index in range(len(case.places)) if case.p[index] or case.q[index]]
    if max(case.p) == case.total and max(case.q) == case.total and len(held) == 2:
        length = abs(case.places[held[0]][0] - case.places[held[1]][0])
        found.append(equal(TWO_PLACES, cost, length * case.total, HALF))
    return found


def _plan(case: Piles) -> Array:
    """Mass moved in order; each pile divided evenly among the others' places where that is what a break asks for."""
    if "least" in case.without:
        return np.outer(case.q, case.p) // case.total
    return ordered_plan(case)


def ordered_plan(case: Piles) -> Array:
    """The leftmost fake mass goes to the leftmost real mass, and so on."""
    order = sorted(range(len(case.places)), key=case.places.__getitem__)
    have, want = list(case.q), list(case.p)
    plan = np.zeros((len(order), len(order)), dtype=np.int64)
    for u in order:
        for v in order:
            moved = min(have[u], want[v])
            plan[u, v] += moved
            have[u] -= moved
            want[v] -= moved
    return plan


def area_between(case: Piles) -> int:
    """The integral of |F - G|, times the total mass."""
    return int(sum(abs(height) * width for height, width in _steps(case)))


def _steps(case: Piles) -> list[tuple[int, int]]:
    """The height F - G on each interval between neighbouring places, and the interval's length."""
    order = sorted(range(len(case.places)), key=case.places.__getitem__)
    heights = np.cumsum(case.excess[order])[:-1]
    widths = np.diff([case.places[index][0] for index in order])
    return list(zip(heights.tolist(), widths.tolist(), strict=True))


def _critic(case: Piles, area: int) -> Check:
    """Values f that rise by -sign(F - G) times the width of each interval."""
    order = sorted(range(len(case.places)), key=case.places.__getitem__)
    rises = [-int(np.sign(height)) * width for height, width in _steps(case)]
    f = np.zeros(len(order), dtype=np.int64)
    f[order] = np.concatenate([[0], np.cumsum(rises)])
    steep = int((f[None, :] - f[:, None] - np.abs(np.subtract.outer(*[np.ravel(case.places)] * 2))).max())
    return at_most(CRITIC, max(abs(int(case.excess @ f) - area), steep), 0, HALF)


def _line(p: tuple[int, ...], q: tuple[int, ...], **options: int | frozenset[str]) -> Piles:
    return replace(Piles(tuple((x,) for x in range(len(p))), p, q), **options)


CLAIM = Claim(
    ref="transport.earth_mover",
    statement=r"W_1(P, Q), the least \sum\gamma(u, v) |u - v|, is \int |F - G| dx; between two points their distance",
    source="lecture, Earth Mover's Distance",
    hypotheses={
        "equal_mass": "both piles have the same mass",
        "least": "the plan is one of least cost",
        "distance": "a move costs its length",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="equal_mass",
            instance=lambda: _line((2, 0), (0, 1)),
            check=MARGINALS,
            witness="real mass 2 at 0, fake mass 1 at 1: no plan has both sums, one unit is missing",
        ),
        Break(
            drops="least",
            instance=lambda: _line((0, 2, 2, 0), (2, 0, 0, 2), without=frozenset({"least"})),
            check=AREA,
            witness="fakes 0 and 3, reals 1 and 2, two units each: pairs drawn independently cost 6, the least is 4",
        ),
        Break(
            drops="distance",
            instance=lambda: _line((1, 0, 0), (0, 0, 1), power=2),
            check=TWO_PLACES,
            witness="one unit from 2 to 0 at squared distance: 4, and the distance is 2",
        ),
    ),
    settles=("lecture 17",),
)

if __name__ == "__main__":
    main((CLAIM,))
