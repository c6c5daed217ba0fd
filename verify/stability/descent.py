r"""Gradient descent with step 1/L on an L-smooth function that is bounded below: the gradients vanish.

    sum_{k < K} |grad f(x_k)|^2 <= 2 L (f(x_0) - f(x_K)) <= 2 L (f(x_0) - inf f),   x_{k+1} = x_k - grad f(x_k) / L,

hence min_{k < K} |grad f(x_k)|^2 <= 2 L (f(x_0) - inf f) / K and |grad f(x_k)| -> 0.

Proof. L-smoothness gives f(x - g / L) <= f(x) - |g|^2 / L + |g|^2 / (2 L) = f(x) - |g|^2 / (2 L); add up. Equality for
f = L x^2 / 2, whose first step lands at the minimum.

Decided on f(x) = sum_i w_i h(a_i . x - b_i) with exact w, a, b, where h is log cosh, sqrt(1 + t^2), t^2 / 2, or 1 -
exp(-t^2 / 2), the last not convex and, at one point of mass, MMD^2 / 2 between it and the data. All |h''| <= 1, so L =
sum_i w_i |a_i|^2, and h >= m gives inf f >= m sum_i w_i. The iterates are balls; a step multiplies their radius by at
most 1 + sqrt(d) < 4, so two bits of precision per step are kept in hand. Slopes come from formulas and, a second time,
from power series of h.

The theorem is about stationary points, not minima: ``descent/convergence`` is the reading that a step size "guarantees
convergence". One generated point that starts at -4 and is pulled to -4 and 4 with weights 1/4 and 3/4 (MMD, width 1)
stays in [-5, -3] for ever, because x - J'(x) / L is increasing in x and points inwards at both ends; there
J >= inf J + 1/2 - 10^-9.

Source: talk "Research on the stability of GANs", slide "Theoretical insights", first theorem; slide "Conclusion".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_series, ctx

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import ball, random_weights
from verify.stability.discriminators import variable
from verify.stability.generators import log_cosh
from verify.stability.written import written

SUMMED = "the squared gradients add up to at most 2 L times what f has lost"
FLOORED = "the squared gradients add up to at most 2 L (f(x_0) - inf f)"
EACH = "each step loses at least |grad f|^2 / (2 L)"
SERIES = "slopes are those of the power series"
REACHED = "the descent ends within 1/4 of the least value"

STEPS = 24
WORKING_BITS = 128

# The smallest violation that counts, in units of L (f(x_0) - inf f); arbitrary.
RESOLUTION = 1e-6

Profile = tuple[Callable[[arb], arb], Callable[[arb], arb], Callable[[arb_series], arb_series], int]


# name: h, h', h of a power series, a lower bound of h
PROFILES: dict[str, Profile] = {
    "log cosh": (lambda t: t.cosh().log(), lambda t: t.tanh(), log_cosh, 0),
    "sqrt(1 + t^2)": (lambda t: (1 + t * t).sqrt(), lambda t: t / (1 + t * t).sqrt(), lambda t: (1 + t * t).sqrt(), 1),
    "1 - exp(-t^2/2)": (
        lambda t: -(-t * t / 2).expm1(),
        lambda t: t * (-t * t / 2).exp(),
        lambda t: 1 - (-(t * t) / 2).exp(),
        0,
    ),
    "t^2 / 2": (lambda t: t * t / 2, lambda t: t, lambda t: t * t / 2, 0),
    # two that the theorem is not about: no L, and no lower bound
    "|t|": (abs, lambda t: t.sgn(), lambda t: t * t[0].sgn(), 0),
    "t": (lambda t: t, lambda _t: arb(1), lambda t: t, -1),
}
SMOOTH = ("log cosh", "sqrt(1 + t^2)", "1 - exp(-t^2/2)", "t^2 / 2")

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Descent:
    """``f(x) = sum_i weights[i] h(rows[i] . x - shifts[i])`` from ``start``, with step ``stretch / L``."""

    profile: str
    rows: tuple[Row, ...]
    shifts: Row
    weights: Row
    start: Row
    stretch: Fraction = Fraction(1)

    def __str__(self) -> str:
        return f"{self.profile}, {len(self.rows)} terms in R^{len(self.start)} from {', '.join(map(str, self.start))}"

    @property
    def L(self) -> Fraction:
        """``sum_i w_i |a_i|^2``, since |h''| <= 1."""
        return sum((w * _dot(a, a) for w, a in zip(self.weights, self.rows, strict=True)), Fraction(0))

    @property
    def floor(self) -> Fraction:
        return PROFILES[self.profile][3] * sum(self.weights, Fraction(0))

    def terms(self, x: list[arb]) -> list[arb]:
        """The arguments of h."""
        return [
            sum((ball(c) * v for c, v in zip(a, x, strict=True)), -ball(b))
            for a, b in zip(self.rows, self.shifts, strict=True)
        ]

    def value(self, x: list[arb]) -> arb:
        h = PROFILES[self.profile][0]
        return sum((ball(w) * h(t) for w, t in zip(self.weights, self.terms(x), strict=True)), arb(0))

    def gradient(self, x: list[arb]) -> list[arb]:
        slope = PROFILES[self.profile][1]
        pulls = [ball(w) * slope(t) for w, t in zip(self.weights, self.terms(x), strict=True)]
        return [
            sum((p * ball(a[j]) for p, a in zip(pulls, self.rows, strict=True)), arb(0)) for j in range(len(self.start))
        ]

    def orbit(self, steps: int) -> list[list[arb]]:
        """x_0, ..., x_steps."""
        points, step = [[ball(c) for c in self.start]], ball(self.stretch / self.L)
        for _ in range(steps):
            x = points[-1]
            points.append([c - step * g for c, g in zip(x, self.gradient(x), strict=True)])
        return points


def _dot(a: Row, b: Row) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def instances(request: Request) -> Iterator[Descent]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        d, size = int(rng.integers(1, 4)), int(rng.integers(1, 5))
        rows, shifts = rng.integers(-8, 9, (size, d)), rng.integers(-8, 9, size)
        rows[:, 0] = np.where(rows[:, 0] == 0, 8, rows[:, 0])
        yield Descent(
            SMOOTH[index % len(SMOOTH)],
            tuple(_eighths(row) for row in rows),
            _eighths(shifts),
            random_weights(rng, size),
            _eighths(rng.integers(-16, 17, d)),
        )


def _eighths(numbers: np.ndarray) -> Row:
    return tuple(Fraction(int(n), 8) for n in numbers)


def checks(case: Descent) -> list[Check]:
    with ctx.workprec(WORKING_BITS):
        points = case.orbit(STEPS)
        values = [case.value(x) for x in points]
        squares = [sum((g * g for g in case.gradient(x)), arb(0)) for x in points[:-1]]
        twice, summed = 2 * ball(case.L), sum(squares, arb(0))
        unit = RESOLUTION * float(case.L * (1 + abs(case.floor)))
        drops = [values[k + 1] - values[k] + squares[k] / twice for k in range(STEPS)]
        return [
            at_most(SUMMED, summed, twice * (values[0] - values[-1]), unit),
            at_most(FLOORED, summed, twice * (values[0] - ball(case.floor)), unit),
            *(at_most(EACH, drop, 0, unit) for drop in drops),
            equal(SERIES, _series_gap(case, points[0]), 0, unit),
        ]


def _series_gap(case: Descent, x: list[arb]) -> arb:
    """How far formulas and power series of h differ, added up over the terms at x; kinks are left out."""
    _, slope, series, _ = PROFILES[case.profile]
    return sum((abs(series(variable(t))[1] - slope(t)) for t in case.terms(x) if not t.contains(0)), arb(0))


def line(profile: str, start: str, *, stretch: int = 1) -> Descent:
    """``f(x) = h(x)`` on the line, from ``start``."""
    return Descent(profile, ((Fraction(1),),), (Fraction(0),), (Fraction(1),), (Fraction(start),), Fraction(stretch))


CLAIM = Claim(
    ref="stability.descent",
    statement=r"f L-smooth, inf f > -\infty, x_{k+1} = x_k - \nabla f(x_k)/L \Rightarrow "
    r"\sum_k |\nabla f(x_k)|^2 \le 2 L (f(x_0) - inf f)",
    source="talk on the stability of GANs, 'Theoretical insights', first theorem, with its rate",
    hypotheses={
        "smooth": "grad f is L-Lipschitz",
        "bounded_below": "inf f is finite",
        "step": "the step is 1 / L",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="smooth",
            instance=lambda: line("|t|", "1/2"),
            check=SUMMED,
            witness="|x| from 1/2 with step 1: the iterates are 1/2, -1/2, 1/2, ..., |f'| = 1 for ever, f loses "
            "nothing",
        ),
        Break(
            drops="bounded_below",
            instance=lambda: line("t", "0"),
            check=FLOORED,
            witness="f(x) = x from 0 with step 1: after 24 steps the sum is 24, and no floor survives: 2 (0 + 1) = 2",
        ),
        Break(
            drops="step",
            instance=lambda: line("t^2 / 2", "1", stretch=3),
            check=SUMMED,
            witness="x^2 / 2 from 1 with step 3 / L: x_k = (-2)^k",
        ),
    ),
    settles=("talk 29",),
)

# One generated point, pulled to -4 and to 4 with weights 1/4 and 3/4: J(x) differs from MMD^2 / 2 by a constant.
TRAPPED = Descent(
    "1 - exp(-t^2/2)",
    ((Fraction(1),), (Fraction(1),)),
    (Fraction(-4), Fraction(4)),
    (Fraction(1, 4), Fraction(3, 4)),
    (Fraction(-4),),
)
TRAP = Fraction(-5), Fraction(-3)


def _ends_at_the_minimum(case: Descent) -> list[Check]:
    """What every iterate keeps above the value at 4, if the ends of the trap turn the descent round."""
    left, right = (case.gradient([ball(end)])[0] for end in TRAP)
    held = bool(left < 0) and bool(right > 0)
    # on the trap only the lighter pull is near: h >= 0 there, and the heavier h is at least its value at the right end
    h = PROFILES[case.profile][0]
    least = ball(case.weights[1]) * h(ball(TRAP[1] - case.shifts[1]))
    kept = least - case.value([arb(4)]) if held else arb(0)
    return [at_most(REACHED, kept, Fraction(1, 4), RESOLUTION)]


AS_PRINTED = (
    Claim(
        ref="stability.descent/convergence",
        statement=r"the step size of the theorem guarantees convergence (to \mu_0 )",
        source="a reading of the talk, 'Conclusion', first item; only |grad J| -> 0 is guaranteed: from -4, targets -4 "
        "and 4 with weights 1/4 and 3/4, J stays 1/2 above its minimum",
        hypotheses={},
        instances=written(TRAPPED),
        checks=_ends_at_the_minimum,
        expected=Verdict.REFUTED,
        settles=("Z6",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
