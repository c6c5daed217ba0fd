r"""The theorem's step is not Adam's: Adam keeps moving by its learning rate however small the gradient is.

Adam without momentum (betas (0, b), as in the talk's code), learning rate lr and floor eps, moves by

    lr |g_t| / (sqrt(v_t / (1 - b^t)) + eps),   v_t = (1 - b) sum_{i <= t} b^{t - i} g_i^2.

* The first step is lr |g| / (|g| + eps), nearly lr whatever the slope and whatever L is; all are at most
  lr sqrt((1 - b^t) / (1 - b)), because v_t >= (1 - b) g_t^2.
* On f = x^2 / 2, which is 1-smooth and bounded below, x_0 = lr / 2 - eps is followed by -x_0, x_0, ...: g_t^2 = x_0^2
  never changes, nor does v_t / (1 - b^t), and the step is lr x_0 / (x_0 + eps) = 2 x_0. The gradient does not vanish.
  Plain descent with step 1 / L is at the minimum after one step.

So what the talk ran (Adam at 9e-5) is no test of its theorem, and the theorem is no guarantee for it. All numbers are
balls; steps are bounded on random gradients.

Source: talk on the stability of GANs, Algorithm 1 (Adam) and "Conclusion", first item.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, equal
from verify.command import main
from verify.stability.atoms import ball
from verify.stability.written import written

CYCLE = "x_{k+2} = x_k on x^2 / 2 from lr / 2 - eps"
ALIVE = "the gradient stays lr / 2 - eps"
FIRST = "the first step is lr |g| / (|g| + eps)"
BOUNDED = "no step exceeds lr sqrt((1 - b^t) / (1 - b))"
SUMMED = "the squared gradients add up to at most 2 L (f(x_0) - inf f)"

STEPS = 12
RESOLUTION = 1e-6  # the smallest violation that counts, in units of lr; arbitrary


@dataclass(frozen=True)
class Adam:
    """Adam with learning rate ``lr``, betas ``(momentum, decay)`` and floor ``eps``."""

    lr: Fraction
    decay: Fraction
    eps: Fraction
    momentum: Fraction = Fraction(0)

    def __str__(self) -> str:
        return f"lr = {float(self.lr):g}, betas = ({self.momentum}, {self.decay}), eps = {float(self.eps):g}"

    def moves(self, gradients: list[arb]) -> list[arb]:
        """What is subtracted at each step, for gradients given in advance."""
        m, v, found = arb(0), arb(0), []
        a, b = ball(self.momentum), ball(self.decay)
        for t, g in enumerate(gradients, start=1):
            m, v = a * m + (1 - a) * g, b * v + (1 - b) * g * g
            root = (v / (1 - b**t)).sqrt()
            found.append(ball(self.lr) * (m / (1 - a**t)) / (root + ball(self.eps)))
        return found

    def descent(self, start: arb, steps: int) -> list[arb]:
        """x_0, ..., x_steps on f(x) = x^2 / 2, whose gradient is x."""
        points = [start]
        for _ in range(steps):
            points.append(points[-1] - self.moves(points)[-1])
        return points


@dataclass(frozen=True)
class Case:
    """An Adam, gradients of some other function, and where x^2 / 2 is descended from."""

    adam: Adam
    gradients: tuple[Fraction, ...]
    start: Fraction

    def __str__(self) -> str:
        return f"{self.adam}, start {float(self.start):g}"


def fixed_start(adam: Adam) -> Fraction:
    """``lr / 2 - eps``."""
    return adam.lr / 2 - adam.eps


def instances(request: Request) -> Iterator[Case]:
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        lr = Fraction(int(rng.integers(1, 100)), 10 ** int(rng.integers(2, 7)))
        adam = Adam(lr, 1 - Fraction(1, int(rng.choice([10, 100, 1000]))), Fraction(1, 10**8))
        gradients = tuple(Fraction(int(n), 16) for n in rng.integers(1, 64, STEPS) * rng.choice([-1, 1], STEPS))
        yield Case(adam, gradients, fixed_start(adam))


def checks(case: Case) -> list[Check]:
    adam, unit = case.adam, RESOLUTION * float(case.adam.lr)
    points = adam.descent(ball(case.start), STEPS)
    level, size = ball(fixed_start(adam)), abs(ball(case.gradients[0]))
    moves = adam.moves([ball(g) for g in case.gradients])
    found = [equal(CYCLE, x, points[k % 2], unit) for k, x in enumerate(points)]
    found += [equal(ALIVE, abs(x), level, unit) for x in points]
    found.append(equal(FIRST, abs(moves[0]), ball(adam.lr) * size / (size + ball(adam.eps)), unit))
    for t, move in enumerate(moves, start=1):
        most = ball(adam.lr) * ((1 - ball(adam.decay) ** t) / (1 - ball(adam.decay))).sqrt()
        found.append(at_most(BOUNDED, abs(move), most, unit))
    return found


TALK = Adam(Fraction(9, 10**5), Fraction(9, 10), Fraction(1, 10**8))


def _with_momentum() -> Case:
    adam = Adam(TALK.lr, TALK.decay, TALK.eps, momentum=Fraction(9, 10))
    return Case(adam, (Fraction(1),), fixed_start(adam))


CLAIM = Claim(
    ref="stability.adam",
    statement=r"Adam with \beta_1 = 0 on x^2/2 from lr/2 - \epsilon alternates "
    r"between \pm(lr/2 - \epsilon) for ever",
    source="talk on the stability of GANs, Algorithm 1; betas (0, 0.9) and 9e-5 as its authors' code has them",
    hypotheses={
        "no_momentum": "beta_1 = 0",
        "start": "the descent begins at lr / 2 - eps",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="no_momentum",
            instance=_with_momentum,
            check=CYCLE,
            witness="lr 9e-5, betas (0.9, 0.9): the second step goes back by lr / 19, not by lr",
        ),
        Break(
            drops="start",
            instance=lambda: Case(TALK, (Fraction(1),), TALK.lr),
            check=CYCLE,
            witness="lr 9e-5 from x_0 = lr: the first step lands on 1e-8, not on -lr",
        ),
    ),
    settles=("Z6",),
)


def _summed(case: Case) -> list[Check]:
    squares = sum((x * x for x in case.adam.descent(ball(case.start), STEPS)[:-1]), arb(0))
    unit = float(case.start) ** 2
    return [at_most(SUMMED, squares / ball(case.start) ** 2, 1, RESOLUTION * max(1.0, unit))]


AS_PRINTED = (
    Claim(
        ref="stability.adam/guarantee",
        statement=r"the theorem guarantees convergence of Algorithm 1's Adam steps",
        source="a reading of the talk, 'Conclusion', first item, with Algorithm 1; on x^2 / 2 with lr = 9e-5 the sum "
        "of K squared gradients is K x_0^2, the theorem allows x_0^2",
        hypotheses={},
        instances=written(Case(TALK, (Fraction(1),), fixed_start(TALK))),
        checks=_summed,
        expected=Verdict.REFUTED,
        settles=("Z6",),
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
