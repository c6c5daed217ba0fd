r"""Hinge and exponential critics: 2 (1 - TV) and twice the Bhattacharyya coefficient.

    min over D of E_P max(0, 1 - D) + E_Q max(0, 1 + D) = 2 sum min(p, q) = 2 (1 - TV),     D* = sign(p - q);
    inf over f of E_P e^-f + E_Q e^f = 2 sum sqrt(p q) = 2 - H^2,                      f* = 1/2 log(p / q),

H^2 = sum (sqrt p - sqrt q)^2 without a factor. At a point the hinge loss is convex and piecewise linear with corners
at -1 and 1; p e^-f + q e^f - 2 sqrt(p q) is the square of sqrt(p) e^(-f/2) - sqrt(q) e^(f/2). Where p or q is zero
the second infimum is approached as f goes to infinity and not reached, so there f* is cut at some height; what that
leaves is counted.

Hinge values are exact fractions, exponential ones balls.

Source: Lim and Ye, "Geometric GAN" (the hinge loss); both minima are pointwise.
"""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Break, Check, Claim
from verify.balls import at_most, equal, exact
from verify.classical.measures import total_variation
from verify.command import main
from verify.transport.weights import RESOLUTION, Pair, Weights, expected, golden, pair, random_pairs

HINGE = "the hinge loss of the sign of p - q is 2 (1 - TV)"
HINGE_LEAST = "no critic has a smaller hinge loss"
BHATTACHARYYA = "the exponential loss of 1/2 log(p / q) is 2 sum sqrt(p q)"
EXPONENTIAL_LEAST = "no critic has a smaller exponential loss"
SQUARES = "what a critic's exponential loss exceeds is a sum of squares"
HELLINGER = "2 sum sqrt(p q) is 2 - H^2"

# f* is infinite where one weight is zero; there it is cut at this height, which leaves e^-64 times a weight.
CUT = 64

instances = random_pairs


def checks(case: Pair) -> list[Check]:
    """Optimal critics against closed forms and against the pair's own critic."""
    tv, own = total_variation(case.p, case.q), case.critic
    sign = tuple(_clipped(case, Fraction((p > q) - (p < q))) for p, q in zip(case.p, case.q, strict=True))
    coefficient = 2 * _overlap(case)
    left = arb(-CUT).exp() * len(case.p)
    rival = [exact(value) for value in own]
    squares = sum((_square(p, q, f) for p, q, f in zip(case.p, case.q, rival, strict=True)), arb(0))
    hellinger = sum((_squared(_root(p) - _root(q)) for p, q in zip(case.p, case.q, strict=True)), arb(0))
    return [
        equal(HINGE, hinge_loss(case, sign), 2 * (1 - tv), RESOLUTION),
        at_most(HINGE_LEAST, 2 * (1 - tv), hinge_loss(case, own), RESOLUTION),
        at_most(BHATTACHARYYA, abs(exponential_loss(case, _half_logs(case)) - coefficient), left, RESOLUTION),
        at_most(EXPONENTIAL_LEAST, coefficient, exponential_loss(case, rival), RESOLUTION),
        equal(SQUARES, exponential_loss(case, rival) - coefficient, squares, RESOLUTION),
        equal(HELLINGER, coefficient, 2 - hellinger, RESOLUTION),
    ]


def hinge_loss(case: Pair, critic: Weights) -> Fraction:
    """E_P max(0, 1 - D) + E_Q max(0, 1 + D)."""
    zero = Fraction(0)
    real, fake = (tuple(max(zero, 1 + sign * d) for d in critic) for sign in (-1, 1))
    return expected(case.p, real) + expected(case.q, fake)


def exponential_loss(case: Pair, critic: list[arb]) -> arb:
    """E_P e^-f + E_Q e^f."""
    terms = (exact(p) * (-f).exp() + exact(q) * f.exp() for p, q, f in zip(case.p, case.q, critic, strict=True))
    return sum(terms, arb(0))


def _clipped(case: Pair, value: Fraction) -> Fraction:
    return value / 2 if "unrestricted" in case.without else value


def _half_logs(case: Pair) -> list[arb]:
    return [_half_log(case, p, q) for p, q in zip(case.p, case.q, strict=True)]


def _half_log(case: Pair, p: Fraction, q: Fraction) -> arb:
    """1/2 log(p / q), within [-CUT, CUT]; clipped to [-1/2, 1/2] where that is what a break asks for."""
    value = (exact(p) / exact(q)).log() / 2 if p and q else arb(CUT * ((p > 0) - (q > 0)))
    half = exact(Fraction(1, 2))
    return value.min(half).max(-half) if "unrestricted" in case.without else value


def _overlap(case: Pair) -> arb:
    return sum((_root(p) * _root(q) for p, q in zip(case.p, case.q, strict=True)), arb(0))


def _square(p: Fraction, q: Fraction, f: arb) -> arb:
    return _squared(_root(p) * (-f / 2).exp() - _root(q) * (f / 2).exp())


def _squared(x: arb) -> arb:
    """The product x * x; the power of a ball around zero would go through its logarithm."""
    return x * x


def _root(x: Fraction) -> arb:
    return exact(x).sqrt()


CLAIM = Claim(
    ref="transport.hinge_exponential",
    statement=r"the least E_P [1 - D]_+ + E_Q [1 + D]_+ is 2 (1 - TV); "
    r"the least E_P e^{-f} + E_Q e^f is 2\sum\sqrt{pq} = 2 - H^2",
    source="Lim and Ye, Geometric GAN; pointwise minimisation",
    hypotheses={
        "unrestricted": "the critic takes any values",
        "probabilities": "p and q sum to one",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="unrestricted",
            instance=lambda: golden(frozenset({"unrestricted"})),
            check=HINGE,
            witness="p = (1/2, 1/3, 1/6), q = (1/5, 3/10, 1/2), |D| <= 1/2: the loss is 5/3, and 4/3 is stated",
        ),
        Break(
            drops="unrestricted",
            instance=lambda: pair(("1", "0"), ("0", "1"), without=frozenset({"unrestricted"})),
            check=BHATTACHARYYA,
            witness="disjoint points, |f| <= 1/2: the loss is 2 e^(-1/2) = 1.21, and 0 is stated",
        ),
        Break(
            drops="probabilities",
            instance=lambda: pair(("2",), ("1",)),
            check=HINGE,
            witness="mass 2 against 1 at one point: the loss is 2, and 2 (1 - TV) is 1",
        ),
        Break(
            drops="probabilities",
            instance=lambda: pair(("2",), ("1",)),
            check=HELLINGER,
            witness="the same: 2 sqrt 2, and 2 - H^2 is 2 sqrt 2 - 1",
        ),
    ),
    settles=("lecture 28",),
)

if __name__ == "__main__":
    main((CLAIM,))
