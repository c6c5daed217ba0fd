r"""Maximum likelihood: the model under which the data are likeliest is the one of least KL(P, P_G).

For weights p of the data and q of a model on the same atoms, the expected log-likelihood is

    E_P log q = -H(P) - KL(P, q),    that is    prod_i q_i^{p_i} = e^{-H(P)} e^{-KL(P, q)},

and H(P) does not depend on the model, so both sides order models alike, and with softmax weights q(t) along a direction
v of logits both have the slope sum_i (p_i - q_i) v_i up to sign. The second form stays true where a model misses mass
of P: both sides are zero. On a sample of m points with counts n_i = m p_i the left side is the m-th root of the
likelihood, a rational number.

Two things are assumed. The expectation is under P itself: the likelihood of *samples* is the same statement about
their own frequencies, and only approximately one about P. And models are weights, or densities, with respect to the
measure that P has one for: samples against a density have a likelihood, while KL(P, q) is +inf for every model.

Left: the likelihood as a rational number, and its slope by power series of softmax weights. Right: entropies as balls,
and exact differences of weights. Error bars are the radii of the balls.

Source: lecture, "Maximum Likelihood Estimation = Minimize KL Divergence", where the step from the sample to P_data is
an approximation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal, exact
from verify.classical.measures import RESOLUTION, Weights, draw_weights, entropy, kl, kl_term, show, summed, weights
from verify.command import main

IDENTITY = "the likelihood per point is exp(-H(P) - KL(P, P_G))"
BEST = "no model has less KL(P, P_G) than the one of largest likelihood"
OVERALL = "P itself has the largest likelihood of all measures"
GRADIENT = "likelihood and KL have opposite slopes along every direction of the logits"


@dataclass(frozen=True)
class Model:
    """What a model gives each atom: a ``likelihood`` (a weight, or the density there) and its mass."""

    likelihood: Weights
    mass: Weights


@dataclass(frozen=True)
class Case:
    """Data ``p``, the ``counts`` of the points whose likelihood is taken, the ``models`` compared, a direction."""

    p: Weights
    counts: tuple[int, ...]
    models: tuple[Model, ...]
    direction: tuple[int, ...]

    def __str__(self) -> str:
        models = ", ".join(show(model.mass) for model in self.models)
        return f"p = {show(self.p)}, counts {show(self.counts)}, models {models}"

    def likelihood(self, model: Model) -> Fraction:
        """prod_i q_i^{n_i}, exactly."""
        return prod((q**n for q, n in zip(model.likelihood, self.counts, strict=True)), start=Fraction(1))


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        size = int(rng.integers(2, 6))
        counts = tuple(rng.integers(0 if index % 3 == 2 else 1, 7, size).tolist())
        counts = (counts[0] + 1, *counts[1:])
        models = [draw_weights(rng, size) for _ in range(3)]
        if index % 2:
            models.append(weights(*counts))
        if index % 4 == 3:
            models.append(draw_weights(rng, size, least=0))
        yield _case(weights(*counts), counts, models, rng.integers(-3, 4, size).tolist())


def _case(p: Weights, counts: tuple[int, ...], models: list[Weights], direction: list[int]) -> Case:
    return Case(p, counts, tuple(Model(q, q) for q in models), tuple(direction))


def checks(case: Case) -> list[Check]:
    return [check for model in case.models for check in _of_model(case, model)] + _ordering(case)


def _ordering(case: Case) -> list[Check]:
    best = max(case.models, key=case.likelihood)
    least = _agreement(case.p, best.mass)
    return [at_most(BEST, _agreement(case.p, m.mass), least, RESOLUTION) for m in case.models]


def _agreement(p: Weights, q: Weights) -> arb:
    """exp(-KL(p, q)), in [0, 1]: zero where q misses mass of p."""
    if any(a > 0 and b == 0 for a, b in zip(p, q, strict=True)):
        return arb(0)
    return (-kl(p, q)).exp()


def _of_model(case: Case, model: Model) -> Iterator[Check]:
    per_point = _root(case.likelihood(model), sum(case.counts))
    yield equal(IDENTITY, per_point, (-entropy(case.p)).exp() * _agreement(case.p, model.mass), RESOLUTION)
    if all(model.likelihood) and all(model.mass):
        yield at_most(OVERALL, per_point, (-entropy(case.p)).exp(), RESOLUTION)
        rise = sum(((a - b) * v for a, b, v in zip(case.p, model.mass, case.direction, strict=True)), Fraction(0))
        yield equal(GRADIENT, -_kl_slope(case, model), rise, RESOLUTION)


def _root(x: Fraction, degree: int) -> arb:
    return arb(0) if x == 0 else (exact(x).log() / degree).exp()


def _kl_slope(case: Case, model: Model) -> arb:
    """d/dt at 0 of KL(p, softmax(log q + t v)), by power series."""
    raw = [exact(q) * arb_series([0, v], prec=2).exp() for q, v in zip(model.mass, case.direction, strict=True)]
    whole = sum(raw[1:], raw[0])
    seen = [(arb_series([exact(p)], prec=2), q / whole) for p, q in zip(case.p, raw, strict=True) if p]
    return summed(kl_term, [p for p, _ in seen], [q for _, q in seen])[1]


FAIR = weights(1, 1)
COIN = _case(FAIR, (1, 0), [FAIR, weights(1, 0)], [1, -1])
DENSITY = Case(FAIR, (1, 1), (Model((Fraction(1, 4), Fraction(1, 4)), (Fraction(0), Fraction(0))),), (1, -1))


def _one_toss(request: Request) -> Iterator[Case]:
    yield COIN


CLAIM = Claim(
    ref="classical.likelihood",
    statement=r"\prod_i q_i^{p_i} = exp(-H(P) - KL(P \| Q)): the largest likelihood under P is the least KL(P \| Q)",
    source="lecture, 'Maximum Likelihood Estimation = Minimize KL Divergence', with expectations for samples",
    hypotheses={
        "population": "the likelihood is the expected one under P_data, not that of a sample",
        "one_reference": "data and models have weights, or densities, with respect to the same measure",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="population",
            instance=lambda: COIN,
            check=BEST,
            witness="a fair coin tossed once, heads: the coin that always shows heads is likelier (1 > 1/2), and its "
            "KL from the fair coin is infinite, not zero",
        ),
        Break(
            drops="one_reference",
            instance=lambda: DENSITY,
            check=IDENTITY,
            witness="data at -1 and 1, the uniform density on [-2, 2]: 1/4 per point, and exp(-KL) is zero for every "
            "density, so KL tells no two of them apart",
        ),
    ),
    settles=("lecture 1",),
)

AS_PRINTED = (
    Claim(
        ref="classical.likelihood/of-the-sample",
        statement=r"argmax \prod_i P_G(x^i; \theta) = argmin KL(P_d \| P_G) over \theta, for a sample of P_d",
        source="a reading of the lecture, 'Maximum Likelihood Estimation = Minimize KL Divergence', without the sign "
        "of approximation that it prints",
        hypotheses={},
        instances=_one_toss,
        checks=_ordering,
        expected=Verdict.REFUTED,
        settles=("E17",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
