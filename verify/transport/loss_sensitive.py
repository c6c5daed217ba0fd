r"""A loss-sensitive GAN's margin term wants a margin and nothing else; with slope nu = 1 it is a Wasserstein critic.

With C_nu(a) = max(a, nu a), 0 <= nu <= 1, a margin Delta(x, y) >= 0 and independent x ~ P, y ~ Q, the critic's loss is

    S(L) = gamma E_P L(x) + E C_nu(Delta(x, y) + L(x) - L(y)).

Decided here is gamma = 0. With gamma > 0 the losses of real points are charged as well: the best L >= 0 then keeps the
margin from L = 0 on the data, and among all L there is no best one.

* nu = 0, P and Q with disjoint finite supports: min S = 0, reached exactly where L(y) - L(x) >= Delta(x, y) for all
  pairs with weight; so it is whatever the supports' distance: S is no divergence by itself. For two points that is a
  margin of Delta at least, however large.
* nu = 1: S(L) = E Delta + E_P L - E_Q L, the Wasserstein critic's loss up to a constant.
* Delta = 0, nu < 1, any P, Q: S(L) >= nu (E_P L - E_Q L), with equality where L(y) >= L(x) on all pairs.

Exact in fractions; S is summed over all pairs, and for nu = 1 over the two marginals as well.

Source: Qi, "Loss-sensitive GANs on Lipschitz densities" (2017), the LS-GAN without its term gamma E_P L and the
generalised GLS-GAN; lecture, "Loss-sensitive GAN".
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, equal
from verify.command import main
from verify.transport.weights import RESOLUTION, Pair, Weights, expected, pair, random_pairs

NO_LOSS = "nu = 0: a loss that keeps the margin on all pairs pays nothing"
NOT_NEGATIVE = "nu = 0: no loss pays less than nothing"
EXACTLY = "nu = 0: a loss that misses a margin pays at least that pair's share"
LINEAR = "nu = 1: the loss is E Delta + E_P L - E_Q L"
BELOW = "without a margin the loss is at least nu (E_P L - E_Q L)"

# Slopes below zero at which inequalities in nu are read.
SLOPES = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1))


def instances(request: Request) -> Iterator[Pair]:
    """Random pairs brought onto disjoint supports: where both have weight, the point is the heavier one's."""
    for drawn in random_pairs(request):
        p, q = list(drawn.p), list(drawn.q)
        for index, (a, b) in enumerate(zip(drawn.p, drawn.q, strict=True)):
            p[index], q[index] = (a, Fraction(0)) if index % 2 else (Fraction(0), b)
        p[1], q[0] = 1 - sum(p) + p[1], 1 - sum(q) + q[0]
        yield replace(drawn, p=tuple(p), q=tuple(q))


def checks(case: Pair) -> list[Check]:
    """Points are 0, 1, 2, ... on the line, and the margin is the level times the distance."""
    kept = keeping(case)
    own, unit = case.critic, RESOLUTION
    nu = Fraction(1, 2) if "hinge" in case.without else Fraction(0)
    slope = Fraction(0) if "slope_one" in case.without else Fraction(1)
    paid = total(case, kept, nu) + (expected(case.p, kept) if "margin_alone" in case.without else 0)
    flat = expected(case.p, own) - expected(case.q, own)
    average = sum((a * b * margin(case, i, j) for i, a, j, b in _pairs(case)), Fraction(0))
    bare = replace(case, level=Fraction(0))
    return [
        equal(NO_LOSS, paid, 0, unit),
        at_most(NOT_NEGATIVE, -total(case, own, nu), 0, unit),
        at_most(EXACTLY, _worst_share(case, own) - total(case, own, Fraction(0)), 0, unit),
        equal(LINEAR, total(case, own, slope) - average - flat, 0, unit),
        at_most(BELOW, max(k * flat - total(bare, own, k) for k in SLOPES), 0, unit),
    ]


def margin(case: Pair, i: int, j: int) -> Fraction:
    """Delta between points i and j."""
    return case.level * abs(i - j)


def keeping(case: Pair) -> Weights:
    """A loss that keeps every margin twice over: some level on real points, twice the largest margin more elsewhere."""
    least, most = case.critic[0], 2 * case.level * len(case.p)
    return tuple(least if weight else least + most for weight in case.p)


def total(case: Pair, values: Weights, nu: Fraction) -> Fraction:
    """S(L), summed over all pairs with weight."""
    found = Fraction(0)
    for i, a, j, b in _pairs(case):
        excess = margin(case, i, j) + values[i] - values[j]
        found += a * b * max(excess, nu * excess)
    return found


def _worst_share(case: Pair, values: Weights) -> Fraction:
    """The most that one pair pays by itself."""
    return max(a * b * (margin(case, i, j) + values[i] - values[j]) for i, a, j, b in _pairs(case))


def _pairs(case: Pair) -> Iterator[tuple[int, Fraction, int, Fraction]]:
    for i, a in enumerate(case.p):
        for j, b in enumerate(case.q):
            if a and b:
                yield i, a, j, b


_TWO = pair(("0", "1"), ("1", "0"), 0, 0)

CLAIM = Claim(
    ref="transport.loss_sensitive",
    statement=r"\gamma = 0: E [\Delta + L(x) - L(y)]_+ has minimum 0 on disjoint supports, at any margin \geq \Delta; "
    r"with slope \nu = 1 below zero it is E\Delta + E_P L - E_Q L",
    source="Qi 2017, LS-GAN at gamma = 0 and GLS-GAN; lecture, Loss-sensitive GAN",
    hypotheses={
        "disjoint": "no point carries weight of both",
        "margin_alone": "gamma = 0: the losses of real points are not charged, for any level being as good",
        "hinge": "nu = 0, for any larger margin being as good",
        "slope_one": "nu = 1, for the Wasserstein critic's loss",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="disjoint",
            instance=lambda: pair(("1/2", "1/2"), ("1/2", "1/2"), 0, 0),
            check=NO_LOSS,
            witness="P = Q on two points at distance 1: the margin cannot be kept both ways, "
            "every loss pays 1/2 at least",
        ),
        Break(
            drops="margin_alone",
            instance=lambda: pair(("0", "1"), ("1", "0"), 1, 0, without=frozenset({"margin_alone"})),
            check=NO_LOSS,
            witness="two points, Delta = 1, gamma = 1: a margin of 4 above the loss 1 of the real point pays 1",
        ),
        Break(
            drops="hinge",
            instance=lambda: replace(_TWO, without=frozenset({"hinge"})),
            check=NO_LOSS,
            witness="two points, Delta = 1, nu = 1/2: a margin of 4 pays -3/2",
        ),
        Break(
            drops="slope_one",
            instance=lambda: pair(("0", "1"), ("1", "0"), 4, 0, without=frozenset({"slope_one"})),
            check=LINEAR,
            witness="two points, Delta = 1, a margin of 4, nu = 0: the loss is 0, and -3 is stated",
        ),
    ),
    settles=("lecture 27", "regulariser loss_sensitive"),
)

if __name__ == "__main__":
    main((CLAIM,))
