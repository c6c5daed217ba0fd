r"""Near the perfect discriminator the minimax generator's gradient is at most M eps / (1 - eps).

Let D* be 0 with gradient 0 at every fake point, and D within eps of it there, in value and in slope: |D| <= eps < 1 and
|D'| <= eps. With J the derivative of the generator in its parameter and E |J|^2 <= M^2,

    |d/dtheta E log(1 - D(g(z)))| = |E D' J / (1 - D)| <= eps E |J| / (1 - eps) <= M eps / (1 - eps):

the better the discriminator, the less it teaches. The non-saturating loss has D' J / D in place of it, which eps does
not bound. The bound is attained where D = D' = eps and J = M throughout.

Values, slopes and derivatives at finitely many fake points are rational, M is a ball (the root of a mean).

Source: Arjovsky, Bottou, "Towards principled methods for training GANs" (2017), Theorem 2.4 (one parameter, fake points
on a line).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import ctx

from lgantheory.claims import Break, Check, Claim, Request
from verify.balls import at_most, exact
from verify.command import main
from verify.neighbours.matrices import PRECISION

BOUNDED = "the gradient of E log(1 - D) is at most M eps / (1 - eps)"
MEAN_BOUND = "it is at most eps E |J| / (1 - eps)"

# The smallest excess of a gradient that counts. Arbitrary; gradients are of size eps, 1/64 or more.
RESOLUTION = 1e-9

Values = tuple[Fraction, ...]


@dataclass(frozen=True)
class Fakes:
    """D, D' and the generator's derivative J at equally likely fake points; eps; whether the loss saturates."""

    values: Values
    slopes: Values
    jacobians: Values
    eps: Fraction
    saturating: bool = True

    @property
    def gradient(self) -> Fraction:
        """The derivative of E log(1 - D), or of E -log D, by the parameter."""
        own = [1 - v if self.saturating else v for v in self.values]
        rows = zip(self.slopes, self.jacobians, own, strict=True)
        return -sum((s * j / v for s, j, v in rows), Fraction(0)) / len(self.values)

    def mean(self, power: int) -> Fraction:
        """The mean of |J|^power."""
        return sum((abs(j) ** power for j in self.jacobians), Fraction(0)) / len(self.jacobians)

    def __str__(self) -> str:
        return f"{len(self.values)} fake points, eps = {self.eps}, gradient {float(self.gradient):.3g}"


def instances(request: Request) -> Iterator[Fakes]:
    """Up to eight points, eps from 1/64 to 63/64; every fourth instance attains the bound."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        eps, size = Fraction(int(rng.integers(1, 64)), 64), int(rng.integers(1, 9))
        if index % 4 == 3:
            yield Fakes((eps,) * size, (eps,) * size, (Fraction(int(rng.integers(1, 9))),) * size, eps)
            continue
        values, slopes = (tuple(eps * int(k) / 8 for k in rng.integers(low, 9, size)) for low in (0, -8))
        yield Fakes(values, slopes, tuple(Fraction(int(k), 4) for k in rng.integers(-8, 9, size)), eps)


def checks(case: Fakes) -> list[Check]:
    share = case.eps / (1 - case.eps)
    with ctx.workprec(PRECISION):
        most = exact(case.mean(2)).sqrt() * exact(share)
    return [
        at_most(BOUNDED, abs(case.gradient), most, RESOLUTION),
        at_most(MEAN_BOUND, abs(case.gradient), case.mean(1) * share, RESOLUTION),
    ]


_ONE, _EPS = (Fraction(1),), Fraction(1, 10)

CLAIM = Claim(
    ref="neighbours.vanishing_gradient",
    statement=r"|D| \leq \epsilon, |D'| \leq \epsilon at fake points: "
    r"|\nabla_\theta E \log(1 - D)| \leq M \epsilon / (1 - \epsilon)",
    source="Arjovsky, Bottou 2017, Theorem 2.4",
    hypotheses={
        "near_in_value": "|D| <= eps at the fake points",
        "near_in_slope": "|D'| <= eps there",
        "saturating": "the generator descends log(1 - D)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="near_in_value",
            instance=lambda: Fakes((Fraction(1, 2),), (_EPS,), _ONE, _EPS),
            check=BOUNDED,
            witness="eps = 1/10, but D = 1/2: the gradient is 1/5, the bound 1/9",
        ),
        Break(
            drops="near_in_slope",
            instance=lambda: Fakes((_EPS,), (Fraction(1, 2),), _ONE, _EPS),
            check=BOUNDED,
            witness="eps = 1/10, but D' = 1/2: the gradient is 5/9, the bound 1/9",
        ),
        Break(
            drops="saturating",
            instance=lambda: Fakes((Fraction(1, 100),), (_EPS,), _ONE, _EPS, saturating=False),
            check=BOUNDED,
            witness="-log D with D = 1/100, D' = 1/10 = eps: the gradient is 10, the bound 1/9",
        ),
    ),
    settles=("neighbour arjovsky-bottou",),
)

if __name__ == "__main__":
    main((CLAIM,))
