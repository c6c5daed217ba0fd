r"""At a realisable equilibrium the flow attracts if the critic's loss is curved and the coupling has full rank.

Where the generator reproduces the data and the critic is flat, the Jacobian of the players' flow is

    J = [[0, -K^T], [K, -Q]],

Q symmetric, the curvature of the critic's loss, and K (critic's parameters by generator's) the coupling. If Q is
positive definite and K has full column rank, every eigenvalue has a negative real part: for J z = lambda z with
z = (x, y), the real part of lambda |z|^2 is -y* Q y, so an eigenvalue on the axis has y = 0, hence K x = 0, hence x =
0. Without rank the generator drifts along the kernel of K, without curvature the players turn for ever: there the
Wasserstein GAN is, whose critic's loss is linear.

Q = A A^T + I from integer matrices, K an integer matrix whose rank is checked. Two routes: the proved roots of the
characteristic polynomial, and Lyapunov's equation in rational numbers.

Source: Nagarajan, Kolter, "Gradient descent GAN optimization is locally stable" (2017), the lemma behind the theorem.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from flint import fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most
from verify.command import main
from verify.neighbours.matrices import lyapunov, matrix, spectral_abscissa

ATTRACTS = "every eigenvalue has a negative real part"
LYAPUNOV = "Lyapunov's equation has a positive definite solution"

# The smallest distance of an eigenvalue from the axis that counts. Arbitrary.
RESOLUTION = 1e-9

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Coupled:
    """The curvature Q and the coupling K as rows of integers."""

    curvature: Rows
    coupling: Rows

    @property
    def jacobian(self) -> fmpq_mat:
        """The block matrix of the module's docstring, the generator's parameters first."""
        columns = list(zip(*self.coupling, strict=True))
        upper = [[0] * len(columns) + [-x for x in column] for column in columns]
        lower = [[*k, *(-x for x in q)] for k, q in zip(self.coupling, self.curvature, strict=True)]
        return matrix(upper + lower)

    def __str__(self) -> str:
        return f"Q = {list(map(list, self.curvature))}, K = {list(map(list, self.coupling))}"


def instances(request: Request) -> Iterator[Coupled]:
    """One to three critic's parameters, no more of the generator's; K drawn until it has full rank."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        critic = 1 + index % 3
        generator = int(rng.integers(1, critic + 1))
        root = rng.integers(-2, 3, (critic, critic))
        coupling = rng.integers(-3, 4, (critic, generator))
        while matrix(coupling.tolist()).rank() < generator:
            coupling = rng.integers(-3, 4, (critic, generator))
        yield Coupled(_rows(root @ root.T + np.eye(critic, dtype=int)), _rows(coupling))


def _rows(a: np.ndarray) -> Rows:
    return tuple(tuple(int(x) for x in row) for row in a)


def checks(case: Coupled) -> list[Check]:
    jacobian = case.jacobian
    return [
        at_most(ATTRACTS, spectral_abscissa(jacobian), 0, RESOLUTION, strict=True),
        Check.of_verdict(LYAPUNOV, Verdict.REFUTED if lyapunov(jacobian) is None else Verdict.PROVED),
    ]


CLAIM = Claim(
    ref="neighbours.full_rank",
    statement=r"J = [[0, -K^T], [K, -Q]] with Q > 0 and K of full column rank: Re \lambda < 0",
    source="Nagarajan, Kolter 2017",
    hypotheses={
        "full_rank": "K has full column rank",
        "curved": "Q is positive definite",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="full_rank",
            instance=lambda: Coupled(((1,),), ((1, 1),)),
            check=ATTRACTS,
            witness="Q = 1, K = (1, 1): one critic's parameter for two of the generator; an eigenvalue is 0",
        ),
        Break(
            drops="curved",
            instance=lambda: Coupled(((0,),), ((1,),)),
            check=ATTRACTS,
            witness="Q = 0, K = 1, the Wasserstein GAN on two points: eigenvalues ±i",
        ),
    ),
    settles=("neighbour nagarajan-kolter",),
)

if __name__ == "__main__":
    main((CLAIM,))
