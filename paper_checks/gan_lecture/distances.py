"""Why not Jensen-Shannon, the earth mover's distance, and the game of WGAN."""

from fractions import Fraction
from itertools import pairwise, permutations

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import LOG2, RESOLUTION, best, jensen_shannon, value
from paper_checks.printed import Printed
from verify.balls import at_most, equal

HALF = Fraction(1, 2)
# Two samples of three points on the line; the first plan that comes to mind is not the best one.
REALS, FAKES = (Fraction(0), Fraction(1), Fraction(4)), (Fraction(3), Fraction(1, 2), Fraction(7))


def _disjoint() -> list[Check]:
    apart = ((HALF, HALF, 0, 0), (0, 0, HALF, HALF))
    accuracy = HALF + Fraction(sum(abs(a - b) for a, b in zip(*apart, strict=True))) / 4
    return [
        equal("JSD of disjoint measures is log 2", jensen_shannon(*apart), LOG2, RESOLUTION),
        equal("the value of the game is 0", value(*apart, best(*apart)), 0, RESOLUTION),
        equal("the best classifier is right with probability 1/2 + TV/2 = 1", accuracy, 1, RESOLUTION),
    ]


def _few_samples() -> list[Check]:
    """Three samples each of one uniform distribution on 2000 places; and all even against all odd places."""
    n, m = 2000, 1000
    weight = Fraction(1, m)
    combs = ((weight, 0) * m, (0, weight) * m)
    reals, fakes = ([Fraction(2 * i + j, n) for i in range(m)] for j in (0, 1))
    return [
        at_most("three samples each share no place with probability 0.995", 0.995, _share_no_place(n), RESOLUTION),
        equal("1000 points each that share none have JSD log 2", jensen_shannon(*combs), LOG2, RESOLUTION),
        equal("and the earth mover's distance 1/2000", _on_the_line(reals, fakes), Fraction(1, n), RESOLUTION / m),
    ]


def _share_no_place(n: int) -> Fraction:
    """Probability for three samples and three more of ``n`` places, by how many places the first three take."""
    taken = {1: Fraction(1, n * n), 2: Fraction(3 * (n - 1), n * n), 3: Fraction((n - 1) * (n - 2), n * n)}
    return sum((p * (1 - Fraction(k, n)) ** 3 for k, p in taken.items()), Fraction())


def _approaching() -> list[Check]:
    """Point masses at distance d: JSD says log 2 until they meet, W says d."""
    found = [equal("JS is log 2 while they do not meet", jensen_shannon((1, 0), (0, 1)), LOG2, RESOLUTION)]
    found.append(equal("JS is 0 where they meet", jensen_shannon((1,), (1,)), 0, RESOLUTION))
    distances = (Fraction(8), Fraction(1, 3), Fraction(0))
    return found + [equal("W is d", _on_the_line([Fraction(0)], [d]), d, RESOLUTION) for d in distances]


def _on_the_line(reals: list[Fraction], fakes: list[Fraction]) -> Fraction:
    """``int |F - G|`` of two samples of one size."""
    steps = sorted([(x, 1) for x in reals] + [(x, -1) for x in fakes])
    height, area = 0, Fraction(0)
    for (left, step), (right, _) in pairwise(steps):
        height += step
        area += abs(height) * (right - left)
    return area / len(reals)


def _plans() -> list[Fraction]:
    """B of the plans that move each point whole; the best plan of two samples of one size is among them (Birkhoff)."""
    return [sum((abs(x - y) for x, y in zip(REALS, each, strict=True)), Fraction()) / 3 for each in permutations(FAKES)]


def _best_plan() -> list[Check]:
    found = min(_plans())
    return [
        equal(
            "the least B over all plans is the integral of |F - G|",
            found,
            _on_the_line(list(REALS), list(FAKES)),
            RESOLUTION,
        ),
        at_most("some plan is worse", found, max(_plans()), RESOLUTION, strict=True),
    ]


def duality() -> list[Check]:
    """A 1-Lipschitz D with slope sign(G - F) between neighbours reaches W; smaller slopes gain less."""
    places = sorted({*REALS, *FAKES})
    d, height = {places[0]: Fraction(0)}, 0
    for left, right in pairwise(places):
        height += REALS.count(left) - FAKES.count(left)
        d[right] = d[left] - (right - left) * ((height > 0) - (height < 0))
    gain = (sum((d[x] for x in REALS), Fraction()) - sum((d[x] for x in FAKES), Fraction())) / 3
    steep = max(abs(d[y] - d[x]) / (y - x) for x, y in pairwise(places))
    return [
        at_most("D is 1-Lipschitz", steep, 1, RESOLUTION),
        equal("its gain is the least B over all plans", gain, min(_plans()), RESOLUTION),
    ]


def _bound_twice() -> list[Check]:
    """V(G, D) at D = 0 and at its maximum over D(x) = -s x, 0 <= s <= 1; real point 0, fake point 1."""
    gains = [(-s * 0) - (-s * 1) for s in (Fraction(0), HALF, Fraction(1))]
    return [equal("V(G, D) at D = 0 is the maximum over D", gains[0], max(gains), RESOLUTION)]


DISTANCES = (
    Printed(
        "JS divergence is not suitable",
        r"in most cases $P_G$ and $P_{data}$ do not overlap, or the overlap can be ignored",
        undecidable="the dimension of the data's support, and a proof that the generator's meets it transversally",
    ),
    Printed(
        "JS divergence is not suitable",
        "samples do not overlap if there are not enough of them",
        decide=_few_samples,
        right="nor do many: samples of densities share no point; their W tends to 0, their JS does not",
    ),
    Printed(
        "What is the problem of JS divergence?",
        r"$\log 2$ for distributions that do not overlap; a classifier is right always",
        ids=("lecture 5",),
        decide=_disjoint,
    ),
    Printed(
        "WGAN: Earth Mover's Distance",
        r"$W(P, Q) = \min_\gamma B(\gamma), B(\gamma) = \sum \gamma(x_p, x_q) \|x_p - x_q\|$",
        ids=("lecture 17",),
        decide=_best_plan,
    ),
    Printed(
        "Why Earth Mover's Distance?",
        r"$JS = \log 2, \log 2, 0$ and $W = d_0, d_{50}, 0$ along a training",
        ids=("lecture 18",),
        decide=_approaching,
    ),
    Printed(
        "WGAN",
        r"$W = \max_D (E_{P_{data}} D - E_{P_G} D)$ over 1-Lipschitz D",
        ids=("lecture 19", "talk 32"),
        decide=duality,
    ),
    Printed(
        "WGAN",
        r"$V(G, D) = \max_D (\ldots)$",
        ids=("E11",),
        expected=Verdict.REFUTED,
        decide=_bound_twice,
        right=r"D is free on the left and bound on the right: read $\max_D V(G, D)$, or W",
        decide_right=duality,
        witness="point masses at 0 and 1: V(G, 0) = 0, and the maximum is 1",
    ),
)
