"""What the theorems of the LGAN paper ask of a loss, each decided with a proof or a witness.

Assumption (A), in front of Theorem 1: ``fake' > 0``, ``real' < 0``, both convex, and a balance point ``a`` exists with
``fake'(a) + real'(a) = 0`` (at a kink: 0 between the one-sided slopes). Strict convexity of one of the two is the extra
hypothesis for uniqueness. Mirror symmetry ``real(t) = fake(-t)`` is not needed by any theorem; it puts ``a`` at 0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lgantheory.claims import Verdict
from lgantheory.losses.catalogue import parse_loss
from lgantheory.losses.loss import Loss
from lgantheory.symbolic import T
from lgantheory.symbolic.balance import find_balance
from lgantheory.symbolic.proofs import Proof
from lgantheory.symbolic.shapes import (
    prove_convex,
    prove_increasing,
    prove_strictly_convex,
    prove_zero,
)

ASSUMPTION_A = ("fake_increasing", "fake_convex", "real_decreasing", "real_convex", "balance_point")
STATEMENTS = {
    "fake_increasing": "fake'(t) > 0 for every t",
    "fake_convex": "fake''(t) >= 0 for every t, and no kink bends down",
    "real_decreasing": "real'(t) < 0 for every t",
    "real_convex": "real''(t) >= 0 for every t, and no kink bends down",
    "strictly_convex": "fake or real is strictly convex (convex, and straight on no interval)",
    "balance_point": "there is a with 0 in the subdifferential of fake + real at a",
    "mirror_symmetry": "real(t) = fake(-t) for every t",
}


@dataclass(frozen=True)
class ConditionResult:
    """One condition: its statement, the verdict, the proof in words, and the point where it fails if it does."""

    name: str
    statement: str
    verdict: Verdict
    argument: str
    witness: Any = None


@dataclass(frozen=True)
class Consequence:
    """What a theorem gives for this loss; ``holds`` is ``None`` when a needed condition is undecided."""

    theorem: str
    holds: bool | None
    reason: str

    def __str__(self) -> str:
        word = {True: "applies", False: "does not apply", None: "is undecided"}[self.holds]
        return f"{self.theorem}: {word}{'; ' + self.reason if self.reason else ''}"


@dataclass(frozen=True)
class ConditionsReport(Mapping[str, ConditionResult]):
    """A mapping from the names of the conditions to their results."""

    loss: Loss
    results: Mapping[str, ConditionResult]

    def __getitem__(self, name: str) -> ConditionResult:
        return self.results[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    @property
    def holds(self) -> bool:
        """True when the five clauses of assumption (A) are all proved."""
        return self.first_failure is None

    @property
    def first_failure(self) -> ConditionResult | None:
        """The first clause of assumption (A) that is not proved."""
        return self._first_missing(ASSUMPTION_A)

    def _first_missing(self, names: tuple[str, ...]) -> ConditionResult | None:
        missing = [self[name] for name in names if self[name].verdict is not Verdict.PROVED]
        refuted = [result for result in missing if result.verdict is Verdict.REFUTED]
        return next(iter(refuted or missing), None)

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        """Which theorems of the LGAN paper apply to this loss, and what stands in the way of the others."""
        strict = (*ASSUMPTION_A, "strictly_convex")
        return (
            self._consequence("Theorem 1, existence: an optimal discriminator exists", ASSUMPTION_A),
            self._consequence("Theorem 1, uniqueness: it is unique on the supports", strict),
            self._consequence(
                "Theorem 2: every point where the forces do not cancel has a tight partner",
                ("fake_increasing", "real_decreasing"),
            ),
            self._consequence("Theorem 3: on a tight pair the gradient points from fake to real", ()),
            self._consequence("Theorem 4, equilibrium: only P_g = P_r, with k = 0, is an equilibrium", ASSUMPTION_A),
            self._consequence("Theorem 4, value: at the equilibrium f* = a, and a is unique", strict),
        )

    def _consequence(self, theorem: str, needs: tuple[str, ...]) -> Consequence:
        missing = self._first_missing(needs)
        if missing is None:
            return Consequence(theorem, True, "" if needs else "it asks nothing of the loss")
        where = "" if missing.witness is None else f" at t = {missing.witness}"
        if missing.verdict is Verdict.REFUTED:
            return Consequence(theorem, False, f"{missing.name} fails{where}")
        return Consequence(theorem, None, f"{missing.name} could not be decided")


def check_conditions(loss: Loss | str) -> ConditionsReport:
    """Decide every condition for a loss, a name, or an expression in ``t`` (its real side is then ``fake(-t)``).

    >>> check_conditions("softplus").holds
    True
    >>> print(check_conditions("least_squares")["fake_increasing"].witness)
    -1
    """
    loss = parse_loss(loss)
    fake, real = loss.fake.expression, loss.real.expression
    proofs = {
        "fake_increasing": prove_increasing(fake, strictly=True),
        "fake_convex": prove_convex(fake),
        "real_decreasing": prove_increasing(-real, strictly=True),
        "real_convex": prove_convex(real),
        "strictly_convex": _either_strictly_convex(fake, real),
        "balance_point": find_balance(fake + real)[0],
        "mirror_symmetry": prove_zero(real - fake.subs(T, -T)),
    }
    results = {
        name: ConditionResult(name, STATEMENTS[name], proof.verdict, proof.argument, proof.witness)
        for name, proof in proofs.items()
    }
    return ConditionsReport(loss, results)


def _either_strictly_convex(fake: Any, real: Any) -> Proof:
    """One of the two is enough; refuted when both are."""
    first = prove_strictly_convex(fake)
    if first.is_proved:
        return Proof(Verdict.PROVED, f"fake: {first.argument}")
    second = prove_strictly_convex(real)
    if second.is_proved:
        return Proof(Verdict.PROVED, f"real: {second.argument}")
    if first.verdict is Verdict.REFUTED and second.verdict is Verdict.REFUTED:
        argument = f"fake: {first.argument}; real: {second.argument}"
        return Proof(Verdict.REFUTED, argument, first.witness, first.value)
    undecided = first if first.verdict is Verdict.UNDECIDED else second
    return Proof(Verdict.UNDECIDED, undecided.argument)
