r"""What the non-saturating generator descends: not the Jensen-Shannon divergence, but 2 KL((P_G + P_data)/2, P_data).

With D* = p/(p+q) frozen, -sum_i q_i(t) log D*_i has the slope of KL(P_G, P_data) - 2 JSD, and

    KL(Q, P) - 2 JSD(P, Q) = sum (p + q) log((p + q) / (2 p)) = 2 KL((P + Q)/2, P) >= 0,

which is convex in Q and zero for Q = P alone. It is another objective than JSD: with r = q/p the slopes along v are
sum v_i log(1 + r_i) and sum v_i log(r_i / (1 + r_i)), the first convex and the second concave in log r. Along
v = (-1, 2, -1) with r = (1/2, 1, 2) one is -log(9/8) and the other log(9/8): there, every short enough non-saturating
step raises the Jensen-Shannon divergence.

Left: finite sums with D* frozen. Right: coefficients of power series. The identity is also proved atom by atom (sympy).

Source: lecture, "Objective Function for Generator in Real Implementation"; Arjovsky and Bottou, "Towards principled
methods for training generative adversarial networks", Theorem 2.5.
"""

from collections.abc import Iterator
from functools import cache

from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.classical.curves import Curve, curve, frozen_slope, nonsaturating_reward, random_curves, slope
from verify.classical.measures import (
    RESOLUTION,
    Pair,
    S,
    jsd,
    kl,
    kl_term,
    mixture,
    pair,
    twice_jsd_term,
    weights,
)
from verify.classical.proofs import identity
from verify.command import main

SLOPE = "with D frozen, E -log D has the slope of KL(P_G, P_data) - 2 JSD"
SAME = "KL(P_G, P_data) - 2 JSD is 2 KL((P_G + P_data)/2, P_data)"
CONVEX = "the objective is convex in P_G: half way to P_data it has at most half of its value"
PROOF = "the two objectives agree atom by atom (sympy)"
DESCENDS = "along the non-saturating gradient step the Jensen-Shannon divergence does not rise"


def instances(request: Request) -> Iterator[Curve]:
    return random_curves(request)


def checks(case: Curve) -> list[Check]:
    half = mixture(case.p, case.q)
    return [
        equal(SLOPE, frozen_slope(case, nonsaturating_reward), slope(_objective_term, case), RESOLUTION),
        equal(SAME, kl(case.q, case.p) - 2 * jsd(case.p, case.q), objective(Pair(case.p, case.q)), RESOLUTION),
        at_most(CONVEX, 2 * objective(Pair(case.p, half)), objective(Pair(case.p, case.q)), RESOLUTION),
        _proof(),
    ]


def objective(case: Pair) -> arb:
    """2 KL((P + Q)/2, P)."""
    return 2 * kl(mixture(case.p, case.q), case.p)


def _objective_term(a: S, b: S) -> S:
    """What an atom adds to KL(Q, P) - 2 JSD(P, Q)."""
    return kl_term(b, a) - twice_jsd_term(a, b)


@cache
def _proof() -> Check:
    import sympy

    p, q = sympy.symbols("p q", positive=True)
    middle = (p + q) / 2
    twice_jsd = p * sympy.log(p / middle) + q * sympy.log(q / middle)
    return identity(PROOF, q * sympy.log(q / p) - twice_jsd - 2 * middle * sympy.log(middle / p))


def _descent(case: Curve) -> list[Check]:
    """The step is -eta times the frozen slope, so to first order 2 JSD changes by -eta times the product of slopes."""
    product = frozen_slope(case, nonsaturating_reward) * slope(twice_jsd_term, case)
    return [at_most(DESCENDS, -product, 0, RESOLUTION)]


def _opposed(request: Request) -> Iterator[Curve]:
    yield curve(pair([2, 1, 1], [1, 1, 2]), (-1, 2, -1))


CLAIM = Claim(
    ref="classical.nonsaturating",
    statement=r"\nabla_\theta E_G[-\log D^*] = \nabla_\theta (KL(P_G \| P_d) - 2\,JSD) "
    r"= \nabla_\theta 2\,KL((P_G + P_d)/2 \| P_d)",
    source="Arjovsky and Bottou, Theorem 2.5; lecture, 'Objective Function for Generator in Real Implementation'",
    hypotheses={"optimal": "the frozen discriminator is D* of the generator that moves"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="optimal",
            instance=lambda: curve(pair([1, 1], [3, 1]), (1, -1), weights(1, 1)),
            check=SLOPE,
            witness="P = (1/2, 1/2), Q = (3/4, 1/4), D = 1/2 at both points: no slope at all, and log(5/3) is needed",
        ),
    ),
    settles=("lecture 11",),
)

AS_PRINTED = (
    Claim(
        ref="classical.nonsaturating/descends-js",
        statement=r"a small enough step on E_G[-\log D^*] does not raise JSD(P_d, P_G)",
        source="folklore about the non-saturating GAN; lecture, where it takes the place of V in an algorithm "
        "that is to decrease JSD",
        hypotheses={},
        instances=_opposed,
        checks=_descent,
        expected=Verdict.REFUTED,
        settles=("lecture 11",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
