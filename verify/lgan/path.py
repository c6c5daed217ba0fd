r"""Along lam: J* is concave and does not decrease, its slope is k*^2; k* falls, lam k* rises.

J*(lam) is the least of J(f) + lam k(f)^2 over all f, an infimum of affine functions of lam: concave. At its own optimum
each is tangent, so for 0 < lam < mu

    k*(mu)^2  <=  (J*(mu) - J*(lam)) / (mu - lam)  <=  k*(lam)^2,

and k* does not increase. Seen from the dual the charge is C^2 / (4 lam) for the cost C = 2 lam k* of the flow: C does
not decrease. So k* falls at most as 1/lam, the rate of the Wasserstein GAN, where all of this is equality:
J* = -(c W1)^2 / (4 lam) and 2 lam k* = c W1.

The path comes from ``lambda_path``, each lam started from the one before; each problem is solved afresh, too, and the
two certificates must overlap.

Source: the objective of slides eq. (3) as a function of lam.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from flint import arb

from lgantheory.claims import Break, Check, Claim, Request
from lgantheory.penalties import Kind
from lgantheory.problem import Solution
from lgantheory.solvers.families import lambda_path
from verify.balls import at_most, equal
from verify.command import main
from verify.evidence import RESOLUTION
from verify.instances import Instance, instance, lgan_losses, random_instances
from verify.lgan.certified import distance, optimum

STEEPER = "J* rises no faster than k*^2 at the smaller lam"
FLATTER = "J* rises at least as fast as k*^2 at the larger lam"
FALLING = "k* does not increase with lam"
COST_RISES = "lam k* does not decrease with lam"
SAME_VALUE = "a problem solved on the path has the optimal value of the problem solved afresh"
SAME_SLOPE = "a problem solved on the path has the k* of the problem solved afresh"
LINEAR = "linear losses: J* is -(c W1)^2 / (4 lam)"

FACTORS = (1.0, 1.5, 4.0, 64.0)


@dataclass(frozen=True)
class Path:
    """One problem with lam multiplied by each of ``FACTORS``."""

    first: Instance

    @property
    def steps(self) -> list[Instance]:
        return [replace(self.first, lam=self.first.lam * factor) for factor in FACTORS]

    def solutions(self) -> list[Solution]:
        """On the path, for the penalty that the path is about; one by one for another."""
        if self.first.penalty is not Kind.SQUARED:
            return [step.solution for step in self.steps]
        first, lams = self.first, [step.lam for step in self.steps]
        return lambda_path(first.real, first.fake, first.loss, lams, gap=1.0)

    def __str__(self) -> str:
        return f"{self.first}, lam times {', '.join(f'{factor:g}' for factor in FACTORS)}"


def instances(request: Request) -> Iterator[Path]:
    return map(Path, random_instances(request, lgan_losses(request)))


def checks(case: Path) -> list[Check]:
    path = case.solutions()
    lams = [arb(solution.problem.lam) for solution in path]
    optima = [optimum(solution) for solution in path]
    values, slopes = [value for value, _ in optima], [slope for _, slope in optima]
    unit = float(slopes[0].upper())
    if unit == 0.0:
        return []
    found = []
    for lam, mu in pairwise(range(len(path))):
        chord = (values[mu] - values[lam]) / (lams[mu] - lams[lam])
        square = RESOLUTION * max(unit**2, float(chord.rad()) / RESOLUTION)
        found += [
            at_most(STEEPER, chord, slopes[lam] ** 2, square),
            at_most(FLATTER, slopes[mu] ** 2, chord, square),
            at_most(FALLING, slopes[mu], slopes[lam], RESOLUTION * unit),
            at_most(COST_RISES, lams[lam] * slopes[lam], lams[mu] * slopes[mu], RESOLUTION * unit * float(lams[-1])),
        ]
    return [*found, *_afresh(case, values[-1], slopes[-1], unit), *_linear(case, values)]


def _afresh(case: Path, value: arb, slope: arb, unit: float) -> list[Check]:
    """The last problem of the path once more, from nothing."""
    alone_value, alone_slope = optimum(case.steps[-1].solution)
    return [
        equal(SAME_VALUE, alone_value, value, RESOLUTION),
        equal(SAME_SLOPE, alone_slope, slope, RESOLUTION * unit),
    ]


def _linear(case: Path, values: list[arb]) -> list[Check]:
    if case.first.loss.name != "wasserstein":
        return []
    reach = distance(case.first.real, case.first.fake) ** 2 / 4
    unit = RESOLUTION * float(reach.upper()) / case.first.lam
    return [equal(LINEAR, value, -reach / arb(step.lam), unit) for step, value in zip(case.steps, values, strict=True)]


CLAIM = Claim(
    ref="lgan.path",
    statement=r"J^*(\lambda) is concave with slope (k^*)^2; k^* does not increase and \lambda k^* does not decrease",
    source="the objective of slides eq. (3) as a function of lam",
    hypotheses={"squared_penalty": "the penalty is lam k^2"},
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="squared_penalty",
            instance=lambda: Path(instance([1.0], [0.0], "softplus", 0.1, penalty=Kind.LINEAR)),
            check=FLATTER,
            witness="softplus with lam k, lam 0.1, fake 0, real 1: J* rises with slope k*, which is above 1, so that "
            "k*^2 is more",
        ),
        Break(
            drops="squared_penalty",
            instance=lambda: Path(instance([1.0], [0.0], "softplus", 0.1, penalty=Kind.LINEAR)),
            check=COST_RISES,
            witness="the same: k* = 0 from lam = 1/2 on, so lam k* falls to 0",
        ),
    ),
    settles=("P3",),
)

if __name__ == "__main__":
    main((CLAIM,))
