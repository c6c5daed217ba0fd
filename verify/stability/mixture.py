r"""The data of the talk's figure are a mixture of normal laws: combined are the distributions, not the variables.

A draw comes from one component, N(m_i, s_i^2) with probability w_i:

    mean = sum_i w_i m_i,   E x^2 = sum_i w_i (s_i^2 + m_i^2),   density = sum_i w_i phi((x - m_i) / s_i) / s_i.

xi + eta + zeta of independent components is normal with mean sum m_i and variance sum s_i^2; any linear combination is
normal, so its density is log-concave: p(a) p(b) <= p((a + b) / 2)^2. The poster's components N(-0.5, 0.18^2), N(0,
0.14^2), N(0.75, 0.12^2) with equal weights have mean 1/12 and standard deviation 0.53481 as a mixture, 0.25 and
0.25768 as a sum, and three humps.

Moments by the formulas above, exactly, and as integrals of the density in ball arithmetic over 12 standard deviations;
what lies beyond is at most 2 (|m| + s)^2 (12 + 1/12) phi(12) for each component.

Source: talk on the stability of GANs, Figure 3, "Linear combination of normal distributions", which is right of
distributions; the components are those of the talk's poster. A combination of variables is a reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import acb, arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import ball, random_weights
from verify.stability.written import written

MASS = "the density integrates to one"
MEAN = "the mean is sum w m"
SECOND = "the mean square is sum w (s^2 + m^2)"
LOG_CONCAVE = "the density is log-concave between -1/2 and 0"

RESOLUTION = 1e-6  # the smallest violation that counts, components being of order one; arbitrary
REACH = 12  # standard deviations integrated over; arbitrary, far into the tails


@dataclass(frozen=True)
class Normal:
    """N(mean, variance), drawn with probability ``weight``."""

    weight: Fraction
    mean: Fraction
    variance: Fraction

    @property
    def deviation(self) -> arb:
        return ball(self.variance).sqrt()

    def density(self, x: arb) -> arb:
        s = self.deviation
        return (-(((x - ball(self.mean)) / s) ** 2) / 2).exp() / (s * (2 * arb.pi()).sqrt())

    def moment(self, power: int) -> arb:
        """``E x^power``, power at most 2, as an integral."""
        m, s = ball(self.mean), self.deviation
        norm = (2 * arb.pi()).sqrt()
        found = acb.integral(lambda t, _: (m + s * t) ** power * (-t * t / 2).exp(), -REACH, REACH).real / norm
        beyond = 2 * (1 + abs(m) + s) ** 2 * (REACH + arb(1) / REACH) * (-(arb(REACH) ** 2) / 2).exp() / norm
        return found + beyond.union(-beyond)


@dataclass(frozen=True)
class Law:
    """Components, and how a draw is made of them: from one of them, or as the sum of one draw of each."""

    parts: tuple[Normal, ...]
    summed: bool = False

    def __str__(self) -> str:
        names = (f"{part.weight} N({part.mean}, {part.variance})" for part in self.parts)
        return f"{'sum' if self.summed else 'mixture'} of {', '.join(names)}"

    @property
    def drawn(self) -> tuple[Normal, ...]:
        """The components of the law of a draw."""
        if not self.summed:
            return self.parts
        mean = sum((part.mean for part in self.parts), Fraction(0))
        return (Normal(Fraction(1), mean, sum((part.variance for part in self.parts), Fraction(0))),)

    def moment(self, power: int) -> arb:
        return sum((ball(part.weight) * part.moment(power) for part in self.drawn), arb(0))

    def density(self, x: Fraction) -> arb:
        return sum((ball(part.weight) * part.density(ball(x)) for part in self.drawn), arb(0))

    @property
    def mean(self) -> Fraction:
        """``sum w m``."""
        return sum((part.weight * part.mean for part in self.parts), Fraction(0))

    @property
    def second(self) -> Fraction:
        """``sum w (s^2 + m^2)``."""
        return sum((part.weight * (part.variance + part.mean**2) for part in self.parts), Fraction(0))


def normals(*parts: tuple[str, str]) -> tuple[Normal, ...]:
    """Equal weights; (mean, standard deviation) each."""
    share = Fraction(1, len(parts))
    return tuple(Normal(share, Fraction(mean), Fraction(deviation) ** 2) for mean, deviation in parts)


PRINTED = normals(("-1/2", "0.18"), ("0", "0.14"), ("3/4", "0.12"))
"""The components on the talk's poster."""


def instances(request: Request) -> Iterator[Law]:
    yield Law(PRINTED)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        weights = random_weights(rng, int(rng.integers(1, 4)))
        means, widths = rng.integers(-16, 17, len(weights)), rng.integers(1, 9, len(weights))
        parts = zip(weights, means, widths, strict=True)
        yield Law(tuple(Normal(w, Fraction(int(m), 16), Fraction(int(s), 16) ** 2) for w, m, s in parts))


def checks(case: Law) -> list[Check]:
    return [
        equal(MASS, case.moment(0), 1, RESOLUTION),
        equal(MEAN, case.moment(1), ball(case.mean), RESOLUTION),
        equal(SECOND, case.moment(2), ball(case.second), RESOLUTION),
    ]


CLAIM = Claim(
    ref="stability.mixture",
    statement=r"a draw from one of several normal laws has mean \sum w_i m_i "
    r"and mean square \sum w_i (s_i^2 + m_i^2)",
    source="talk on the stability of GANs, Figure 3: what the picture shows",
    hypotheses={"one_component": "a draw comes from one component, not from adding up all of them"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="one_component",
            instance=lambda: Law(PRINTED, summed=True),
            check=MEAN,
            witness="xi + eta + zeta of the printed components: mean 1/4, and the mixture's is 1/12",
        ),
        Break(
            drops="one_component",
            instance=lambda: Law(PRINTED, summed=True),
            check=SECOND,
            witness="the same: mean square 0.129, and the mixture's is 0.293",
        ),
    ),
    settles=("talk 35",),
)


def _log_concave(case: Law) -> list[Check]:
    left, middle, right = (case.density(Fraction(n, 4)) for n in (-2, -1, 0))
    return [at_most(LOG_CONCAVE, left * right, middle**2, RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.mixture/sum",
        statement=r"\xi + \eta + \zeta \sim \mu_0",
        source="a reading of the talk's poster, xi + eta + zeta as a sum of variables; N(0.25, 0.2577^2) against "
        "a mixture with mean 1/12 and deviation 0.535",
        hypotheses={},
        instances=written(Law(PRINTED, summed=True)),
        checks=checks,
        expected=Verdict.REFUTED,
        settles=("Z1",),
    ),
    Claim(
        ref="stability.mixture/linear-combination",
        statement=r"\mu_0 is a linear combination of normal variables (hence normal, with a log-concave "
        r"density)",
        source="a reading of the talk, Figure 3, whose caption says distributions; the density has three humps: "
        "p(-1/2) p(0) = 0.71, p(-1/4)^2 = 0.23",
        hypotheses={},
        instances=written(Law(PRINTED)),
        checks=_log_concave,
        expected=Verdict.REFUTED,
        settles=("Z1",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
