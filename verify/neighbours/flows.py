"""The Dirac-GAN in continuous time, in steps that are proved: Taylor sums with a remainder over a box.

A step of length h from x starts with a box B that holds the whole step, which is so if x + [0, h] v(B) lies in B
(Picard). The Taylor coefficients of order K over B then contain the one of the remainder (Lagrange), so

    x(h)  lies in  sum_{k < K} x_k h^k + [x_K](B) h^K.

Coefficients come from recurrences: with u = theta psi and g = f'(u) = 1 / (1 + e^u) the slope obeys g' = -g (1 - g) u',
and f'(-u) = 1 - g.
"""

from fractions import Fraction

from flint import arb, ctx

from verify.balls import exact
from verify.neighbours.diracs import Dirac, Point

# Order of the remainder, the longest step, and the bits of the balls. Arbitrary: a step leaves about (h / 3)^order.
ORDER = 14
LONGEST = Fraction(1, 8)
PRECISION = 128

Series = list[arb]


def flow(game: Dirac, duration: Fraction) -> Point:
    """Where the logistic game's flow is after ``duration``, as proved balls.

    Raises:
        ArithmeticError: a box that holds a step was not found.
    """
    steps = -(-duration // LONGEST)
    with ctx.workprec(PRECISION):
        at, h = game.start, exact(duration / steps)
        for _ in range(int(steps)):
            at = _step(game, at, h)
    return at


def _step(game: Dirac, at: Point, h: arb) -> Point:
    box = _holding(game, at, h)
    near, far = _coefficients(game, at, ORDER), _coefficients(game, box, ORDER + 1)
    ends = []
    for known, remainder in zip(near, far, strict=True):
        total = remainder[ORDER]
        for coefficient in reversed(known):
            total = total * h + coefficient
        ends.append(total)
    return ends[0], ends[1]


def _holding(game: Dirac, at: Point, h: arb) -> Point:
    """A box that the flow does not leave within h: guessed from the velocity over the last guess, then verified."""
    span, box = h * arb(0.5, 0.5), at
    for _ in range(12):
        velocity = game.generator(box), game.critic(box)
        moved = at[0] + span * velocity[0], at[1] + span * velocity[1]
        if box[0].contains(moved[0]) and box[1].contains(moved[1]):
            return moved
        reach = [arb(0, 1.25) * h * abs(x).upper() + arb(0, 2.0**-20) for x in velocity]
        box = at[0] + reach[0], at[1] + reach[1]
    raise ArithmeticError(f"no box holds a step of length {h} from {at}")


def _coefficients(game: Dirac, at: Point, order: int) -> tuple[Series, Series]:
    """Taylor coefficients of theta and psi, ``order`` of each."""
    theta, psi = [at[0]], [at[1]]
    u, slope, spread = [at[0] * at[1]], [1 / (1 + (at[0] * at[1]).exp())], list[arb]()
    for k in range(order - 1):
        if k > 0:
            u.append(_product(theta, psi, k))
            slope.append(-sum((j * u[j] * spread[k - j] for j in range(1, k + 1)), arb(0)) / k)
        spread.append(slope[k] - _product(slope, slope, k))
        mirrored = slope if game.saturating else [1 - slope[0], *(-x for x in slope[1:])]
        theta.append(-_product(psi, mirrored, k) / (k + 1))
        psi.append((_product(theta, slope, k) - exact(game.gamma) * psi[k]) / (k + 1))
    return theta, psi


def _product(a: Series, b: Series, k: int) -> arb:
    """The coefficient k of the product of two series."""
    return sum((a[i] * b[k - i] for i in range(k + 1)), arb(0))
