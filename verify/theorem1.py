"""Theorem 1: the optimal discriminator exists, and is unique on the supports.

Under assumption (A) (fake' > 0, real' < 0, both convex, a balance point a with fake'(a) + real'(a) = 0) and lam > 0 the
minimiser exists; if one of the two losses is strictly convex, f* is unique on S_r and S_g, and so is k(f*). One is
enough: say it is ``fake``. Then f* is fixed on S_g, k by ``lam k^2``, and a real point, whose loss strictly decreases,
sits as high as the cones over S_g let it.

Off the supports f* is *not* unique: everything between the two McShane envelopes is optimal. And the Wasserstein GAN,
where neither loss is strictly convex, is not even unique up to a constant.

Evidence: uniqueness is bracketed from above by intervals that contain every optimal f* (see ``enclosure.py``) and from
below by two certified optima that a linear program drives apart.

Source: LGAN paper, Theorem 1; slides, "Theoretically guaranteed properties".
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.errors import NotAttained
from lgantheory.solvers.pointwise import unrestricted_discriminator
from verify.command import main
from verify.evidence import EPS, GAIN_RESOLUTION, RESOLUTION, between, shift_gain, spread, width_bounds
from verify.instances import ONE_SIDED, STRICT_LOSSES, Instance, expression, instance, lgan_losses, random_instances

ATTAINED = "the infimum is attained: no change of f improves on the discriminator found"
UNIQUE = "all optimal discriminators agree at every support point"
SLOPE_UNIQUE = "all optimal discriminators have the same Lipschitz constant"
UNIQUE_UP_TO_SHIFT = "all optimal discriminators agree up to a constant"
UNIQUE_EVERYWHERE = "all optimal discriminators agree off the supports"

# A discriminator that drifts to infinity is looked at here; arbitrary, and close enough for its slope to be visible.
DRIFTED = 10.0


def instances(request: Request) -> Iterator[Instance]:
    losses = lgan_losses(request, STRICT_LOSSES)
    if request.loss is None:
        losses += [expression(*pair) for pair in ONE_SIDED]
    for case in random_instances(request, losses):
        linear = case.loss.fake.is_linear or case.loss.real.is_linear
        yield _steadied(case) if linear and request.lam is None else case


def _steadied(case: Instance) -> Instance:
    """The same samples with lam at least the square of their diameter.

    A linear side pulls with the same force however far f has moved, so a small lam drives the other side deep into the
    tail of its loss, where it is strictly convex by an amount that float64 does not hold, and no certificate decides.
    """
    diameter = float(case.problem.support_distances.max())
    return replace(case, lam=float(f"{max(1.0, case.lam) * max(diameter, 1.0) ** 2:.3g}"))


def checks(case: Instance) -> list[Check]:
    if "penalised" in case.without:
        return [_attained_without_penalty(case)]
    if "convex" in case.without:
        return [_unique_at_one_place(case)]
    try:
        solution = case.solution
    except NotAttained:
        return [_drifting(case)]
    gain = shift_gain(case.problem, solution.f, solution.k)
    size = max(1.0, abs(solution.primal))
    return [
        Check(ATTAINED, gain, solution.error, GAIN_RESOLUTION * size),
        between(UNIQUE, *_widest(case), RESOLUTION * max(spread(solution), EPS / RESOLUTION)),
        _slope(case),
    ]


def _widest(case: Instance) -> tuple[float, float]:
    """Bounds of the widest spread of optimal values at one support point."""
    solution = case.solution
    width = np.where(case.problem.alive, solution.enclosure.width, 0.0)
    direction = np.zeros_like(width)
    direction[int(np.argmax(width))] = 1.0
    return width_bounds(solution, direction)


def _slope(case: Instance) -> Check:
    box, problem = case.solution.enclosure, case.problem
    unit = float(problem.distances.max()) or 1.0
    slope = abs(float(problem.loss.fake.derivative(problem.loss.balance_point or 0.0)))
    return between(SLOPE_UNIQUE, 0.0, box.k_upper - box.k_lower, RESOLUTION * slope * unit / case.lam)


def _drifting(case: Instance) -> Check:
    """No balance point: wherever a constant discriminator stands, a step further is better."""
    problem = case.problem
    f = np.full(problem.n + problem.m, DRIFTED)
    f = max((f, -f), key=lambda values: -problem.primal(values, 0.0))
    rounding = 16.0 * EPS * float(np.abs(problem.values(f)).max())
    return Check(ATTAINED, shift_gain(problem, f, 0.0), rounding, GAIN_RESOLUTION)


def _attained_without_penalty(case: Instance) -> Check:
    """Lam = 0: the pointwise optimum, held within reach where it is infinite; going further must not help."""
    free = unrestricted_discriminator(case.real, case.fake, case.loss)
    values = [_pointwise(case, free, np.clip(np.nan_to_num(free.f), -reach, reach)) for reach in (DRIFTED, 2 * DRIFTED)]
    return Check(ATTAINED, values[0] - values[1], 16.0 * EPS * abs(values[0]), GAIN_RESOLUTION)


def _pointwise(case: Instance, free, f) -> float:
    return float(free.fake_weights @ case.loss.fake(f) + free.real_weights @ case.loss.real(f))


def _unique_at_one_place(case: Instance) -> Check:
    """Both measures sit on one point, so a discriminator is one number t and the objective is fake(t) + real(t).

    Where that sum is proved constant, every number is optimal, and any two of them are two optima.
    """
    import sympy

    from lgantheory.symbolic import T
    from lgantheory.symbolic.proofs import prove_sign

    slope = sympy.diff(case.loss.fake.expression + case.loss.real.expression, T)
    flat = all(prove_sign(sign * slope, ">=").verdict is Verdict.PROVED for sign in (1, -1))
    return Check(UNIQUE, 1.0 if flat else 0.0, 0.0, RESOLUTION)


CLAIM = Claim(
    ref="theorem1",
    statement=r"under (A) and \lambda > 0, f^* exists; with one strictly convex loss it is unique on S_r \cup S_g, "
    r"and so is k(f^*)",
    source="LGAN paper, Theorem 1, with one strictly convex loss sufficing",
    hypotheses={
        "fake_increasing": "fake' > 0 everywhere (when only real is strictly convex)",
        "real_decreasing": "real' < 0 everywhere (when only fake is strictly convex)",
        "convex": "fake'' >= 0 and real'' >= 0",
        "balance_point": "some a has fake'(a) + real'(a) = 0",
        "strictly_convex": "at least one of fake, real is strictly convex",
        "penalised": "lam > 0",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="strictly_convex",
            instance=lambda: instance([1.0], [0.0], "wasserstein", 1.0),
            check=UNIQUE,
            witness="wasserstein, fake 0, real 1: f* + c is optimal for every c",
        ),
        Break(
            drops="real_decreasing",
            instance=lambda: instance([1.0, 3.0], [0.0], expression("exp(t)", "Max(0, 1 - t)"), 0.1),
            check=UNIQUE,
            witness="fake e^t, real max(0, 1 - t), fake 0, reals 1 and 3, lam 0.1: f*(3) is any number from 1 up to "
            "its cone",
        ),
        Break(
            drops="fake_increasing",
            instance=lambda: instance([0.0], [1.0, 3.0], expression("Max(0, t + 1)", "exp(-t)"), 0.1),
            check=UNIQUE,
            witness="fake max(0, t + 1), real e^-t, real 0, fakes 1 and 3, lam 0.1: f*(3) is any number from its cone "
            "up to -1",
        ),
        Break(
            drops="convex",
            instance=lambda: instance([0.0], [0.0], expression("sigmoid(t)"), 1.0, without=frozenset({"convex"})),
            check=UNIQUE,
            witness="fake sigmoid(t), real sigmoid(-t), P_r = P_g = delta_0: the sum is 1, all constants are optimal",
        ),
        Break(
            drops="balance_point",
            instance=lambda: instance([0.0], [0.0], expression("log(1 + exp(t))", "-t"), 1.0),
            check=ATTAINED,
            witness="fake softplus, real -t, P_r = P_g = delta_0: J(c) = log(1 + e^-c) falls to 0 and never gets there",
        ),
        Break(
            drops="penalised",
            instance=lambda: instance([1.0], [0.0], "softplus", 1.0, without=frozenset({"penalised"})),
            check=ATTAINED,
            witness="softplus without penalty, fake 0, real 1: f*(0) = -inf and f*(1) = +inf",
        ),
    ),
    settles=("lgan 2.4", "P9"),
)


def _four_points(request: Request) -> Iterator[Instance]:
    yield instance([0.0, 10.0], [1.0, 11.0], "wasserstein", 0.5)


def _up_to_shift(case: Instance) -> list[Check]:
    """Width of ``f(y_2) - f(y_1)``: what is left of f on the real points once a constant is taken off."""
    direction = np.zeros(case.problem.n + case.problem.m)
    direction[case.problem.n + 1], direction[case.problem.n] = 1.0, -1.0
    return [between(UNIQUE_UP_TO_SHIFT, *width_bounds(case.solution, direction), RESOLUTION * spread(case.solution))]


def _two_points(request: Request) -> Iterator[Instance]:
    yield instance([1.0], [0.0], "softplus", 1.0)


def _off_support(case: Instance) -> list[Check]:
    """Both McShane envelopes one unit beyond the real point: they differ by 2 k times that distance."""
    solution, beyond = case.solution, case.real.points[:1] + 1.0
    width = float((solution(beyond, extension="upper") - solution(beyond, extension="lower"))[0])
    return [Check(UNIQUE_EVERYWHERE, width, 2.0 * solution.value_error, RESOLUTION * spread(solution))]


AS_PRINTED = (
    Claim(
        ref="theorem1/up-to-a-constant",
        statement=r"the optimal discriminator of WGAN is unique up to a constant",
        source="folklore about WGAN critics; LGAN paper, Table 1, says only that f* is not unique",
        hypotheses={},
        instances=_four_points,
        checks=_up_to_shift,
        expected=Verdict.REFUTED,
        settles=("P7",),
    ),
    Claim(
        ref="theorem1/everywhere",
        statement=r"if \phi is strictly convex then f^* is unique, as a function on R^d",
        source="slides, 'If phi is strictly convex, then f* is unique'",
        hypotheses={},
        instances=_two_points,
        checks=_off_support,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
