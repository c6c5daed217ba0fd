r"""Which sums, multiples, shifts and rescalings of losses keep assumption (A).

(A) asks fake' > 0, real' < 0, both convex, and a balance point a with fake'(a) + real'(a) = 0. Let phi be a sum of
terms c_i phi_i(s_i t + b_i) with c_i, s_i > 0, each phi_i increasing and convex. Then phi is increasing and convex,
and

* mirrored, fake = phi and real(t) = phi(-t): (A) holds with a = 0, for all such sums;
* shifted on one side, fake(t) = phi(t + b) and real(t) = phi(-t), phi in C^1: (A) holds still. Let G(t) = phi'(t + b)
  - phi'(-t), which does not decrease and has the same limits at both ends as for b = 0, where it vanishes at 0. If G
  had no zero it would keep one sign, say < 0; its limit at +inf, >= 0 as for b = 0, would be 0, so phi'(t) = phi'(-t)
  for all t > 0, and phi' constant: then G = 0;
* rescaled on one side, or summed apart, (A) may fail: fake 2 t with real -t, or fake t with real log(1 + e^-t) / 2,
  whose slopes 1 and at most 1/2 never meet. J falls without bound even for P_r = P_g.

So "linear combinations, shifting and rescaling keep (A)" is right for the pair that is mirrored afterwards, right for
shifts of one side, and wrong for the other two.

Of each part it is proved symbolically that it increases and is convex; the balance point is decided by the signs of G
far left and far right, in balls, which with convexity is the whole of it. Samples of the sum are a second route.

Source: LGAN paper, appendix, remark on losses that satisfy the assumption.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from flint import arb

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.losses import get_loss
from lgantheory.symbolic.shapes import prove_convex, prove_increasing
from verify.balls import at_most, exact
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import LGAN_LOSSES
from verify.lgan.curves import CURVES, asked

CROSSES = "fake' + real' is at most 0 far left and at least 0 far right"
RISES = "fake' is positive at sampled points"
BENDS_UP = "fake' does not decrease from one sampled point to the next"
MEMBERS = "every term is a positive multiple of a function that is proved increasing and convex"

# Where the slopes are compared and sampled; arbitrary, far beyond every shift.
FAR = 64
SAMPLES = (-9, -2, 0, 1, 7)


@dataclass(frozen=True)
class Term:
    """``weight * phi(scale * t + shift)`` for a loss by name."""

    name: str
    weight: int = 1
    scale: int = 1
    shift: int = 0

    def slope(self, t: arb) -> arb:
        return self.weight * self.scale * CURVES[self.name].slope(self.scale * t + self.shift)

    def __str__(self) -> str:
        return f"{self.weight} {self.name}({self.scale} t + {self.shift})"


@cache
def is_member(name: str) -> bool:
    """Whether a loss is proved increasing and convex."""
    expression = get_loss(name).fake.expression
    return prove_increasing(expression, strictly=True).is_proved and prove_convex(expression).is_proved


@dataclass(frozen=True)
class Sum:
    """``fake(t)``, the sum of some terms, and ``real(t)``, the sum of others at -t, divided by ``divisor``."""

    fake: tuple[Term, ...]
    mirror: tuple[Term, ...]
    divisor: int = 1

    def slopes(self, t: int) -> tuple[arb, arb]:
        """fake'(t) and -real'(t)."""
        here, there = exact(t), exact(-t)
        rise = sum((term.slope(here) for term in self.fake), arb(0))
        return rise, sum((term.slope(there) for term in self.mirror), arb(0)) / self.divisor

    @property
    def parts_are_proved(self) -> bool:
        """Positive multiples, scales and any shifts of increasing convex functions: so are their sums."""
        return all(is_member(term.name) and term.weight > 0 and term.scale > 0 for term in (*self.fake, *self.mirror))

    def __str__(self) -> str:
        return (
            f"fake {' + '.join(map(str, self.fake))}; real(-t) ({' + '.join(map(str, self.mirror))}) / {self.divisor}"
        )


def instances(request: Request) -> Iterator[Sum]:
    """Sums of one to three terms; every second pair mirrored, the others shifted on the fake side."""
    names = asked(request, LGAN_LOSSES, own_samples=True)
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        terms = tuple(_drawn(rng, names) for _ in range(int(rng.integers(1, 4))))
        yield Sum(terms, terms) if index % 2 == 0 else Sum(_shifted(terms, int(rng.integers(1, 5))), terms)


def _drawn(rng: np.random.Generator, names: Sequence[str]) -> Term:
    weight, scale, shift = int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.integers(-3, 4))
    return Term(names[int(rng.integers(len(names)))], weight, scale, shift)


def _shifted(terms: tuple[Term, ...], b: int) -> tuple[Term, ...]:
    """The terms at t + b."""
    return tuple(Term(term.name, term.weight, term.scale, term.shift + term.scale * b) for term in terms)


def checks(case: Sum) -> list[Check]:
    left, right = case.slopes(-FAR), case.slopes(FAR)
    rises = [case.slopes(t)[0] for t in SAMPLES]
    return [
        Check.of_verdict(MEMBERS, Verdict.PROVED if case.parts_are_proved else Verdict.REFUTED),
        at_most(CROSSES, left[0], left[1], _unit(*left)),
        at_most(CROSSES, right[1], right[0], _unit(*right)),
        *(at_most(RISES, -rise, 0, RESOLUTION, strict=True) for rise in rises),
        *(at_most(BENDS_UP, first, second, _unit(first, second)) for first, second in pairwise(rises)),
    ]


def _unit(first: arb, second: arb) -> float:
    """The resolution of a comparison of two slopes."""
    return RESOLUTION * max(1.0, float(abs(first).upper()), float(abs(second).upper()))


CLAIM = Claim(
    ref="lgan.adding_losses",
    statement=r"positive sums \phi of (A)-losses keep (A) as \phi(t), \phi(-t), and as \phi(t + b), \phi(-t)",
    source="LGAN paper, appendix, remark on losses that satisfy the assumption",
    hypotheses={
        "mirrored": "real(t) = phi(-t) for the same phi, up to a shift of its argument",
        "positive_weights": "every term has a positive weight",
        "members": "every term is itself increasing and convex",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="mirrored",
            instance=lambda: Sum((Term("wasserstein"),), (Term("softplus"),), divisor=2),
            check=CROSSES,
            witness="fake t, real log(1 + e^-t) / 2: the slopes 1 and at most 1/2 never cancel"
            "; far left they still differ by 1/2",
        ),
        Break(
            drops="positive_weights",
            instance=lambda: Sum(
                (Term("exponential"), Term("wasserstein", -2)), (Term("exponential"), Term("wasserstein", -2))
            ),
            check=RISES,
            witness="e^t - 2 t has slope -1 at 0",
        ),
        Break(
            drops="members",
            instance=lambda: Sum(
                (Term("exponential"), Term("least_squares")), (Term("exponential"), Term("least_squares"))
            ),
            check=RISES,
            witness="e^t + (t + 1)^2 falls at t = -2",
        ),
    ),
    settles=("lgan 2.4",),
)


def _rescaled(request: Request) -> Iterator[Sum]:
    yield Sum((Term("wasserstein", 2),), (Term("wasserstein"),))


def _summed_apart(request: Request) -> Iterator[Sum]:
    yield Sum((Term("wasserstein"),), (Term("softplus"),), divisor=2)


AS_PRINTED = (
    Claim(
        ref="lgan.adding_losses/rescaling",
        statement=r"rescaling either loss keeps assumption (A)",
        source="a reading of the LGAN paper, appendix, remark on losses: each side by itself",
        hypotheses={},
        instances=_rescaled,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
    Claim(
        ref="lgan.adding_losses/different-classes",
        statement=r"linear combinations of losses of different classes, chosen for each side, keep assumption (A)",
        source="a reading of the LGAN paper, appendix, remark on losses: each side by itself",
        hypotheses={},
        instances=_summed_apart,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
)

if __name__ == "__main__":
    main((CLAIM, *AS_PRINTED))
