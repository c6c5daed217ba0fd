r"""The non-saturating flow of the Dirac-GAN comes in like r^2 ~ 8 / t: it converges, but slower than any exponential.

Let R = r^2 = theta^2 + psi^2, alpha twice the polar angle, u = theta psi = (R / 2) sin alpha, T = tanh(u / 2). Then

    minimax:          R' = 0;
    non-saturating:   R' = -2 u T <= 0,   alpha' = 1 - T cos alpha > 0.

Averaging, with bounds. Let Q = 1 / R and R <= R_1 < 8 from some time on. There |T cos alpha| <= w, the smaller one of
tanh(R_1 / 4) and R_1 / 8, and since 1 - x^2 / 3 <= tanh(x) / x <= 1,

    (1 - R_1^2 / 48) sin^2(alpha) / 4 <= Q' <= sin^2(alpha) / 4,   (1 - w) dt <= d alpha <= (1 + w) dt.

The integral of sin^2 / 4 over an angle A lies within 1 / 8 of A / 8. So in a further time D the growth of Q is between
(1 - R_1^2 / 48) ((1 - w) D - 1) / (8 (1 + w)) and ((1 + w) D + 1) / (8 (1 - w)). Chained over stages of doubling
length this encloses r^2 t at any time; R_1 falls like 8 / t, so both bounds tend to t / 8 and the limit of r^2 t is 8.
Since Q' <= 1 / 4, r^2 >= 1 / (1 / r_0^2 + t / 4): no exponential rate.

Two routes: this window, evaluated at t = 2^40, where it is narrow; and the flow itself up to t = 4 in proved Taylor
steps, which must be inside the window. The differential equations of R and alpha are proved by sympy.

Source: Mescheder, Geiger, Nowozin (2018), section 3 (no linear convergence); rate and limit are derived here.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb, ctx

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact
from verify.command import main
from verify.neighbours.diracs import PRECISION, Dirac, eighths, square_radius
from verify.neighbours.flows import flow

POLAR = "the flow in polar coordinates, proved by sympy: minimax keeps r^2, non-saturating has R' = -2 u tanh(u / 2)"
LIMIT = "at t = 2^40, r^2 t is within a millionth of 8"
ABOVE = "at t = 4 the flow is not farther in than the window allows"
BELOW = "at t = 4 the flow is not farther out than the window allows"
SLOW = "r^2 is at least 1 / (1 / r_0^2 + t / 4)"

# When the window is looked at, and when the flow itself. Arbitrary, the first late enough for a narrow window.
LATE, EARLY = 2**40, Fraction(4)

# Length of the first stage; later ones take as long as all before. Arbitrary.
FIRST_STAGE = 16

# Steps that take the flow's place where the hypothesis of continuous time is dropped. Arbitrary.
STEPS = 1000

# How near to 8 is near at LATE: the window says 8 (1 + O(log t) / t), with 1 / r_0^2 in the constant. Arbitrary.
NEAR = 1e-6

# The smallest violation that counts, of r^2 t and of 1 / r^2. Arbitrary, far above the width of window and steps.
RESOLUTION = 1e-7

FLOW = Fraction(0)


def instances(request: Request) -> Iterator[Dirac]:
    """Starts with r <= 2 and theta, psi != 0 or not: axes are included."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        theta = Fraction(0) if index % 7 == 6 else eighths(rng, -11, 11)
        yield Dirac(theta, eighths(rng, -11, 11), FLOW, saturating=False)


def checks(case: Dirac) -> list[Check]:
    proof = Check.of_verdict(POLAR, Verdict.PROVED if polar_form() else Verdict.REFUTED)
    found = [proof, at_most(LIMIT, abs(_times_time(case) - 8), NEAR, RESOLUTION)]
    if case.saturating or case.step != FLOW:
        return found
    low, high = window(case, EARLY)
    with ctx.workprec(PRECISION):
        q = 1 / square_radius(flow(case, EARLY))
        slowest = 1 / square_radius(case.start) + exact(EARLY) / 4
    bounds = ((BELOW, low, q), (ABOVE, q, high), (SLOW, q, slowest))
    return found + [at_most(name, left, right, RESOLUTION) for name, left, right in bounds]


def window(case: Dirac, until: Fraction | int) -> tuple[arb, arb]:
    """Bounds of 1 / r^2 at time ``until``, for the non-saturating flow with r_0^2 < 8."""
    with ctx.workprec(PRECISION):
        low = high = 1 / square_radius(case.start)
        now = Fraction(0)
        while now < until:
            length = min(max(now, Fraction(FIRST_STAGE)), until - now)
            low, high = _stage(low, high, exact(length))
            now += length
    return low, high


def _stage(low: arb, high: arb, duration: arb) -> tuple[arb, arb]:
    """The bounds of Q after a stage: those of the module's docstring, Q never falling."""
    largest = 1 / low
    w = (largest / 4).tanh().min(largest / 8)
    least = (1 - largest**2 / 48) * ((1 - w) * duration - 1) / (8 * (1 + w))
    return low + least.max(arb(0)), high + ((1 + w) * duration + 1) / (8 * (1 - w))


def _times_time(case: Dirac) -> arb:
    """The ball of r^2 t: from the window, from r^2 being kept, or after steps in the flow's place."""
    with ctx.workprec(PRECISION):
        if case.step != FLOW:
            *_, last = case.orbit(STEPS)
            return square_radius(last) * exact(STEPS * case.step)
        if case.saturating:
            return square_radius(case.start) * LATE
        low, high = window(case, LATE)
        return (LATE / low).union(LATE / high)


@cache
def polar_form() -> bool:
    """The derivatives of R and alpha along both fields, identically in theta and psi."""
    import sympy

    theta, psi = sympy.symbols("theta psi", positive=True)
    u, square = theta * psi, theta**2 + psi**2
    exponential = sympy.exp(u)
    pull, push = 1 / (1 + exponential), exponential / (1 + exponential)  # f'(u), f'(-u)
    half_tanh = (exponential - 1) / (exponential + 1)  # tanh(u / 2)
    kept = 2 * theta * (-psi * pull) + 2 * psi * (theta * pull)
    falls = 2 * theta * (-psi * push) + 2 * psi * (theta * pull) + 2 * u * half_tanh
    cosine = (theta**2 - psi**2) / square
    turns = 2 * (theta * (theta * pull) - psi * (-psi * push)) / square - (1 - half_tanh * cosine)
    return all(sympy.simplify(x) == 0 for x in (kept, falls, turns))


_WITNESS = Dirac(Fraction(1), Fraction(1), FLOW, saturating=False)

CLAIM = Claim(
    ref="neighbours.continuous_ns",
    statement=r"non-saturating flow of the Dirac-GAN: r^2 t \to 8; minimax flow: r^2 constant",
    source="Mescheder, Geiger, Nowozin 2018, section 3; the limit is derived here",
    hypotheses={
        "non_saturating": "the generator climbs f(-theta psi), it does not descend f(theta psi)",
        "continuous_time": "the players follow the flow, they take no steps of fixed size",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="non_saturating",
            instance=lambda: replace(_WITNESS, saturating=True),
            check=LIMIT,
            witness="the minimax flow from (1, 1) keeps r^2 = 2, and r^2 t grows without bound",
        ),
        Break(
            drops="continuous_time",
            instance=lambda: replace(_WITNESS, step=Fraction(1, 5)),
            check=LIMIT,
            witness="steps of 1/5 from (1, 1): r^2 stays at 0.4, where h^2 r^2 / 4 of every step balances r^4 h / 8",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

if __name__ == "__main__":
    main((CLAIM,))
