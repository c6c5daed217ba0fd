r"""The p-value of a two-sample Kolmogorov-Smirnov test is no scale of quality: for a perfect generator it is uniform.

With n real and n fake points, all 2n independent from one continuous law, every order of the two kinds is equally
likely. D = max |F_n - G_n| is a multiple of 1/n, and by reflection

    P(D >= k / n) = 2 sum_{j >= 1} (-1)^{j - 1} C(2n, n - j k) / C(2n, n).

So P(p <= u) = u at every value u that p can take: p is uniform as far as a discrete number can be, and its median is
near 1/2; "larger is better" would rank perfect generators by luck.

Rescaling one sample by its own range, as the talk's authors' code does with the real points of an evaluation while the
generator has learned the scale of all training data, is another test. If the law is uniform, the least and the largest
of the rescaled points become 0 and 1 and the others are again uniform: the first and the last of the 2n points are
then always of that kind, and p is no longer uniform. ``ks_pvalue/own-range``: a law with probability 1 - 2/5000
uniform on [-1/2, 1/2], else beyond, within [-1, 1], and n = 250. With probability (1 - 2/5000)^250 no real point lies
beyond, and the reals are stretched to [-1, 1]: below -1/2 there is one and a number X with the binomial law (248,
1/4), and of fakes a number Y with (250, 1/5000). Hence, for a perfect generator,

    P(p < 0.01) >= (1 - 2/5000)^250 P(1 + X - Y >= k),   k / n the least D with p < 0.01.

All numbers are exact: orders are counted by the formula and, once more, one point at a time.

Source: talk on the stability of GANs, "Comparison of Improved GAN with different n_cr" (p-values); its authors' code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.written import written

LEVEL = "P(p <= u) = u at every value u of p"
MEDIAN = "p is at most 1/2 with probability at most 1/2"
NOMINAL = "p < 0.01 with probability at most 0.01"

RESOLUTION = 1e-9  # the smallest violation of a probability that counts; numbers are exact; arbitrary
LARGEST = 24  # points of each kind in random instances; arbitrary


@dataclass(frozen=True)
class Orders:
    """All orders of n reals and n fakes, or those that begin and end with a real, or the one with all reals first."""

    n: int
    kind: str = "free"

    def __str__(self) -> str:
        return f"n = {self.n}, {self.kind}"

    def reaching(self, k: int) -> Fraction:
        """P(D >= k / n) over these orders."""
        if self.kind == "apart":
            return Fraction(int(k <= self.n))
        if self.kind == "free":
            return 1 - Fraction(staying(self.n, self.n, k), comb(2 * self.n, self.n))
        inner = staying(self.n - 2, self.n, k, start=1) if k > 1 else 0  # the first and the last step are reals
        return 1 - Fraction(inner, comb(2 * self.n - 2, self.n))


def p_value(n: int, k: int) -> Fraction:
    """``P(D >= k / n)`` for two samples of n points from one continuous law, by reflection."""
    if k <= 0:
        return Fraction(1)
    terms = ((-1) ** (j - 1) * comb(2 * n, n - j * k) for j in range(1, n // k + 1))
    return Fraction(2 * sum(terms), comb(2 * n, n))


def staying(ups: int, downs: int, k: int, start: int = 0) -> int:
    """Paths from ``start`` with so many steps up and down that stay strictly between -k and k, step by step."""
    counts = {start: 1} if abs(start) < k else {}
    for _ in range(ups + downs):
        after: dict[int, int] = {}
        for height, number in counts.items():
            for there in (height - 1, height + 1):
                if abs(there) < k:
                    after[there] = after.get(there, 0) + number
        counts = after
    return counts.get(start + ups - downs, 0)


def instances(request: Request) -> Iterator[Orders]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        yield Orders(int(rng.integers(1, LARGEST)))


def checks(case: Orders) -> list[Check]:
    levels = [p_value(case.n, k) for k in range(1, case.n + 1)]
    found = [equal(LEVEL, case.reaching(k), u, RESOLUTION) for k, u in enumerate(levels, start=1)]
    below = max((case.reaching(k) for k, u in enumerate(levels, start=1) if u <= Fraction(1, 2)), default=Fraction(0))
    return [*found, at_most(MEDIAN, below, Fraction(1, 2), RESOLUTION)]


CLAIM = Claim(
    ref="stability.ks_pvalue",
    statement=r"fakes and reals from one continuous law: P(p \le u) = u at every value u of "
    r"p",
    source="talk on the stability of GANs, p-values of the last slide: what they are for a perfect generator",
    hypotheses={
        "one_law": "fakes and reals have the same law",
        "same_scale": "both are on one scale: none is rescaled by its own range",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="one_law",
            instance=lambda: Orders(3, "apart"),
            check=MEDIAN,
            witness="all reals below all fakes, n = 3: p = 1/10 with probability 1",
        ),
        Break(
            drops="same_scale",
            instance=lambda: Orders(4, "own range"),
            check=LEVEL,
            witness="uniform law, n = 4, reals rescaled by their own range: P(D >= 1/2) = 11/15, and p says 27/35",
        ),
    ),
    settles=("Z9",),
)


@dataclass(frozen=True)
class Stretched:
    """The law of ``ks_pvalue/own-range``: ``beyond`` on either side, n points of each kind."""

    n: int
    beyond: Fraction

    def __str__(self) -> str:
        return (
            f"{self.beyond} of the mass on either side of [-1/2, 1/2], n = {self.n}, reals rescaled by their own range"
        )

    def rejected(self, level: Fraction) -> Fraction:
        """A lower bound of P(p < level) for a perfect generator."""
        k = next(k for k in range(1, self.n + 1) if p_value(self.n, k) < level)
        few = [_binomial(self.n, self.beyond, y) for y in range(4)]
        many = [_binomial(self.n - 2, Fraction(1, 4), x) for x in range(self.n - 1)]
        enough = sum(
            (few[y] * sum(many[max(k - 1 + y, 0) :], Fraction(0)) for y in range(len(few))),
            Fraction(0),
        )
        return (1 - 2 * self.beyond) ** self.n * enough


def _binomial(n: int, share: Fraction, k: int) -> Fraction:
    return comb(n, k) * share**k * (1 - share) ** (n - k)


def _nominal(case: Stretched) -> list[Check]:
    level = Fraction(1, 100)
    return [at_most(NOMINAL, case.rejected(level), level, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.ks_pvalue/own-range",
        statement=r"p-values against reals rescaled by their own range tell a perfect generator: P(p < 0.01) \le "
        r"0.01",
        source="a reading of the code of the talk, which plots them; with rare far values P(p < 0.01) > 0.9",
        hypotheses={},
        instances=written(Stretched(250, Fraction(1, 5000))),
        checks=_nominal,
        expected=Verdict.REFUTED,
        settles=("Z9b",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
