r"""From samples: D of empirical measures is too large on average, ever less so, and at P_r = P_g by 1/n at most.

J*(P_r, P_g) is an infimum of functions that are linear in (P_r, P_g): it is concave. With P_r^n, P_g^n the measures
of n independent draws from each,

    E J*(P_r^n, P_g^n)  <=  E J*(P_r^(n+1), P_g^(n+1))  <=  J*(P_r, P_g).

The right side is Jensen's inequality, as E P^n = P. The left: leaving out one of n + 1 draws, the same number on both
sides, gives n draws; the average of these n + 1 pairs of measures is (P_r^(n+1), P_g^(n+1)), and J* is concave. So the
divergence D = fake(a) + real(a) - J* has a positive bias that decreases in n. For P_r = P_g on m places of diameter B,
D <= (c W1)^2 / (4 lam), W1 <= B TV and E TV^2 <= (m/4) sum 2 p (1 - p) / n <= (m - 1) / (2 n) give

    E D(P^n, P'^n)  <=  c^2 B^2 (m - 1) / (8 lam n),

so an LGAN sees a difference where there is none, of order 1/n at most.

Expectations are exact: all multisets of n draws from m places, with multinomial weights, one certified problem each.
Decided for n = 1, 2, 3 on two places, n = 1, 2 on three; the proofs above are for every n.

Source: the objective of slides eq. (3) on samples in place of distributions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement, pairwise
from math import factorial, gcd, prod

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.measures import DiscreteMeasure
from verify.balls import at_most, exact
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import GRID, Instance, instance
from verify.lgan.certified import diameter, optimum
from verify.lgan.curves import CURVES, asked

BIASED = "the mean of J* over samples is at most J*"
RISING = "the mean of J* over samples does not decrease from one size to the next"
RATE = "P_r = P_g: the mean of D is at most c^2 B^2 (m - 1) / (8 lam n)"

LOSSES = ("wasserstein", "softplus", "exponential", "sqrt")

# The largest samples; fewer on three places, of which there are many more samples.
MOST, MOST_OF_THREE = 3, 2

Atoms = tuple[int, ...]


@dataclass(frozen=True)
class Population:
    """Places on the line in eighths; integer weights of P_r and P_g there; ``drawn`` are the weights samples come from.

    ``lams``: lam for samples of one, two, three, and for the population; one number unless a hypothesis is dropped.
    """

    places: tuple[int, ...]
    real: Atoms
    fake: Atoms
    loss: str
    lams: tuple[float, ...]
    drawn: tuple[Atoms, Atoms]

    @property
    def sizes(self) -> range:
        """The sizes of samples that are enumerated."""
        return range(1, (MOST if len(self.places) <= 2 else MOST_OF_THREE) + 1)

    def problem(self, real: Atoms, fake: Atoms, lam: float) -> Instance:
        """The LGAN of measures with these integer weights; places without weight are left out."""
        measures = []
        for weights in (real, fake):
            kept = [(place / GRID, w) for place, w in zip(self.places, weights, strict=True) if w]
            points, counts = (np.array(column, dtype=float) for column in zip(*kept, strict=True))
            measures.append(DiscreteMeasure(points, counts / counts.sum()))
        return instance(measures[0], measures[1], self.loss, lam)

    def __str__(self) -> str:
        return f"{self.loss}, lam = {self.lams}, places {self.places} / 8, real {self.real}, fake {self.fake}"


def population(places: Atoms, real: Atoms, fake: Atoms, loss: str, lam: float) -> Population:
    """Samples drawn from P_r and P_g themselves, one lam for all."""
    return Population(places, real, fake, loss, (lam,) * (MOST + 1), (real, fake))


def instances(request: Request) -> Iterator[Population]:
    """Two places, now and then three; every third population has P_r = P_g."""
    names = asked(request, LOSSES, own_samples=True)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        places = tuple(sorted(rng.choice(33, 3 if index % 4 == 3 else 2, replace=False).tolist()))
        real, fake = (tuple(rng.integers(1, 5, len(places)).tolist()) for _ in range(2))
        lam = 2.0 ** float(rng.integers(-3, 4)) if request.lam is None else request.lam
        yield population(places, real, real if index % 3 == 2 else fake, names[index % len(names)], lam)


def samples(weights: Atoms, size: int) -> list[tuple[Atoms, Fraction]]:
    """Counts of every sample of this size, with its probability."""
    total, found = sum(weights), []
    for draw in combinations_with_replacement(range(len(weights)), size):
        counts = tuple(draw.count(place) for place in range(len(weights)))
        ways = Fraction(factorial(size), prod(map(factorial, counts)))
        found.append((counts, ways * prod(Fraction(w, total) ** c for w, c in zip(weights, counts, strict=True))))
    return found


def mean_value(case: Population, size: int) -> arb:
    """``E J*`` over samples of ``size`` draws from each side, exact but for the radius of each J*."""
    lam = case.lams[size - 1]
    total = arb(0)
    for real, p in samples(case.drawn[0], size):
        for fake, q in samples(case.drawn[1], size):
            total += exact(p * q) * _optimal(case, _reduced(real), _reduced(fake), lam)
    return total


def _reduced(counts: Atoms) -> Atoms:
    return tuple(c // gcd(*counts) for c in counts)


@lru_cache(maxsize=64)
def _optimal(case: Population, real: Atoms, fake: Atoms, lam: float) -> arb:
    """A ball with J* of these weights; samples of different sizes have laws in common."""
    return optimum(case.problem(real, fake, lam).solution)[0]


def checks(case: Population) -> list[Check]:
    whole = case.problem(case.real, case.fake, case.lams[-1])
    value, curve = optimum(whole.solution)[0], CURVES[case.loss]
    means = [mean_value(case, size) for size in case.sizes]
    found = [at_most(BIASED, mean, value, RESOLUTION) for mean in means]
    found += [at_most(RISING, fewer, more, RESOLUTION) for fewer, more in pairwise(means)]
    if case.real == case.fake and case.real == case.drawn[0] == case.drawn[1]:
        reach = (curve.pull * diameter(whole.real, whole.fake)) ** 2 * (len(case.places) - 1) / (8 * arb(case.lams[0]))
        found += [at_most(RATE, curve.level - mean, reach / n, RESOLUTION) for n, mean in enumerate(means, start=1)]
    return found


CLAIM = Claim(
    ref="lgan.sample_complexity",
    statement=r"E J^*(P_r^n, P_g^n) \le E J^*(P_r^{n+1}, P_g^{n+1}) \le J^*(P_r, P_g); "
    r"E D \le c^2 B^2 (m - 1) / (8 \lambda n) at P_r = P_g on m places of diameter B",
    source="the objective of slides eq. (3) on samples in place of distributions",
    hypotheses={
        "unbiased": "samples are drawn from P_r and P_g themselves",
        "lam_fixed": "lam does not depend on the size of the sample",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="unbiased",
            instance=lambda: replace(population((0, 8), (0, 1), (1, 0), "softplus", 1.0), drawn=((1, 1), (1, 1))),
            check=BIASED,
            witness="fake 0, real 1, and both samples drawn evenly from the two: often they do not differ at all, and "
            "the mean of J* is above J*",
        ),
        Break(
            drops="lam_fixed",
            instance=lambda: replace(
                population((0, 8), (1, 2), (2, 1), "softplus", 1.0), lams=(1.0, *[2.0**-8] * MOST)
            ),
            check=RISING,
            witness="lam 1 for one draw and 1/256 for more: the larger sample is told apart better",
        ),
    ),
)

if __name__ == "__main__":
    main((CLAIM,))
