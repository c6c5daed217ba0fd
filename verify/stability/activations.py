r"""Which activations have Lipschitz slopes, as (D2) needs: ELU(a) only for a = 1.

ELU(a) is x for x > 0 and a (e^x - 1) below. Its slope at 0 is 1 from the right and a from the left: continuously
differentiable iff a = 1. The talk's networks have ELU(0.2), whose slope jumps by 0.8, and LeakyReLU(0.2), likewise;
with either, no beta1 exists. Slopes of smooth ones turn at most at the rate

    ELU(1) 1,   softplus 1/4,   tanh 4 / (3 sqrt 3),   sigmoid sqrt(3) / 18 = 0.0962250,   swish 1/2,

attained at 0, 0, artanh(1 / sqrt 3), log(2 + sqrt 3), 0 (for ELU(1): approached from below).

Decided on random pairs with exact arguments; slopes by formula in balls, and by power series; at the places above the
second derivative equals the rate.

Source: talk on the stability of GANs, Figure 2 ("Smooth activation function") with the activations of its authors'
code.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_series

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import ball
from verify.stability.discriminators import variable
from verify.stability.generators import tanh
from verify.stability.written import written

TURN = "the slope turns by at most its rate times the distance"
SERIES = "slopes are those of the power series"
ATTAINED = "the rate is the size of the second derivative at a known place"
JUMP = "the slope of ELU(a) at zero is 1 from the right and a from the left"

RESOLUTION = 1e-6  # the smallest violation that counts, slopes being of order one; arbitrary


@dataclass(frozen=True)
class Activation:
    """Its slope; itself on power series; the rate at which its slope turns; a place where that is attained, if any."""

    name: str
    slope: Callable[[arb], arb]
    series: Callable[[arb_series], arb_series]
    rate: arb
    place: arb | None = None


def _sigma(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def kinked(a: Fraction) -> Activation:
    """ELU(a), with the rate of ELU(1): a kink at zero unless a = 1."""
    below = ball(a)
    return Activation(
        f"ELU({a})",
        lambda x: arb(1) if x >= 0 else below * x.exp(),
        lambda x: x if x[0] >= 0 else below * (x.exp() - 1),
        arb(1),
    )


def _leaky(a: Fraction) -> Activation:
    below = ball(a)
    return Activation(
        f"LeakyReLU({a})", lambda x: arb(1) if x >= 0 else below, lambda x: x if x[0] >= 0 else below * x, arb(1)
    )


ROOT = arb(3).sqrt()

SMOOTH = (
    kinked(Fraction(1)),
    Activation("softplus", _sigma, lambda x: (1 + x.exp()).log(), arb(1) / 4, arb(0)),
    Activation("tanh", lambda x: 1 - x.tanh() ** 2, tanh, 4 / (3 * ROOT), (1 / ROOT).atanh()),
    Activation(
        "sigmoid", lambda x: _sigma(x) * (1 - _sigma(x)), lambda x: 1 / (1 + (-x).exp()), ROOT / 18, (2 + ROOT).log()
    ),
    Activation(
        "swish",
        lambda x: _sigma(x) * (1 + x * (1 - _sigma(x))),
        lambda x: x / (1 + (-x).exp()),
        arb(1) / 2,
        arb(0),
    ),
)


@dataclass(frozen=True)
class Case:
    """An activation and two arguments."""

    activation: Activation
    x: Fraction
    y: Fraction

    def __str__(self) -> str:
        return f"{self.activation.name} between {self.x} and {self.y}"


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        x, y = (Fraction(int(n), 16) for n in rng.choice(np.arange(-64, 65), 2, replace=False))
        yield Case(SMOOTH[index % len(SMOOTH)], x, y)


def checks(case: Case) -> list[Check]:
    act, x, y = case.activation, ball(case.x), ball(case.y)
    found = [
        at_most(TURN, abs(act.slope(x) - act.slope(y)), act.rate * abs(x - y), RESOLUTION),
        equal(SERIES, act.slope(x), act.series(variable(x))[1], RESOLUTION),
    ]
    if act.place is not None:
        found.append(equal(ATTAINED, abs(2 * act.series(variable(act.place))[2]), act.rate, RESOLUTION))
    return found


def beside_zero(activation: Activation) -> Case:
    return Case(activation, Fraction(-1, 100), Fraction(1, 100))


CLAIM = Claim(
    ref="stability.activations",
    statement=r"slopes of ELU(1), softplus, tanh, sigmoid, swish are Lipschitz: "
    r"1, 1/4, 4/(3\sqrt{3}), \sqrt{3}/18, 1/2",
    source="talk on the stability of GANs, Figure 2: 'Smooth activation function' for a Lipschitz gradient",
    hypotheses={"smooth": "the slope is continuous: ELU(a) with a = 1, no LeakyReLU"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="smooth",
            instance=lambda: beside_zero(kinked(Fraction(1, 5))),
            check=TURN,
            witness="ELU(0.2): between -1/100 and 1/100 the slope turns by 0.80, 40 times the distance",
        ),
        Break(
            drops="smooth",
            instance=lambda: beside_zero(_leaky(Fraction(1, 5))),
            check=TURN,
            witness="LeakyReLU(0.2): the same",
        ),
    ),
    settles=("talk 33",),
)


def _jump(a: Fraction) -> list[Check]:
    """Equal one-sided slopes of ELU(a) at zero, each from the power series of its branch."""
    right, left = variable(arb(0)), ball(a) * (variable(arb(0)).exp() - 1)
    return [equal(JUMP, right[1] - left[1], 0, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.activations/elu",
        statement=r"ELU(0.2) is a smooth activation (continuously differentiable)",
        source="a reading of the talk, Figure 2, with the activation in its authors' code; its slope jumps by 0.8",
        hypotheses={},
        instances=written(Fraction(1, 5)),
        checks=_jump,
        expected=Verdict.REFUTED,
        settles=("Z4",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
