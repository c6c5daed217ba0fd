"""What was set out to be reached, as a table; a run reports which rows reach it, and fails for none but the last.

Ratios are to the rival in the same rounds. A row without a certificate reaches nothing, and a target that no row is
about is open.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import small, startup, transport
from benchmarks.points import OVERLAPPING
from benchmarks.rows import CERTIFIED, Row


@dataclass(frozen=True)
class Target:
    """``quantity(row) <= most`` for every row that ``about`` selects.

    Args:
        text: the target in words; ``unit`` follows the numbers.
        quantity: None where the row has no such number.
    """

    text: str
    about: Callable[[Row], bool]
    quantity: Callable[[Row], float | None]
    most: float
    unit: str = ""


@dataclass(frozen=True)
class Outcome:
    """How many rows a target is about, how many reach it, and the worst of them."""

    target: Target
    rows: int
    reached: int
    worst: float | None

    @property
    def verdict(self) -> str:
        """``open`` where no row is about it."""
        if self.rows == 0:
            return "open"
        return "reached" if self.reached == self.rows else f"missed by {self.rows - self.reached} of {self.rows}"


def outcomes(rows: Sequence[Row]) -> list[Outcome]:
    """Every target against the rows that it is about."""
    return [_outcome(target, [row for row in rows if target.about(row)]) for target in TARGETS]


def _outcome(target: Target, rows: list[Row]) -> Outcome:
    found = [_proved(target, row) for row in rows]
    return Outcome(target, len(rows), sum(value <= target.most for value in found), max(found, default=None))


def _proved(target: Target, row: Row) -> float:
    """The number under the target; infinite where the row has none or proves nothing."""
    value = target.quantity(row) if row.certified else None
    return math.inf if value is None else value


def _ratio(row: Row) -> float | None:
    return row.ratio


def _seconds(row: Row) -> float | None:
    return row.seconds


def _plain(n: int, d: int) -> Callable[[Row], bool]:
    """Overlapping clouds, softplus, lam 0.1."""
    wanted = ("transport", OVERLAPPING, n, d, "softplus", 0.1)
    return lambda row: (row.benchmark, row.case, row.n, row.d, row.loss, row.lam) == wanted


def _large(row: Row) -> bool:
    """Against ``ot.emd`` from 2000 points on; a linear loss is one ``ot.emd`` and cannot take less."""
    against = row.benchmark in ("transport", "samples") and bool(row.rival)
    return against and row.n >= 2000 and row.loss != transport.LINEAR


TARGETS = (
    Target("2-D, lam 0.1, 5000 points: ratio to ot.emd", _plain(5000, 2), _ratio, 0.25),
    Target("2-D, lam 0.1, 2000 points: ratio to ot.emd", _plain(2000, 2), _ratio, 0.4),
    Target("64-D, lam 0.1, 2000 points: ratio to ot.emd", _plain(2000, 64), _ratio, 0.08),
    Target("2000 points and more, any dimension, lam and distance: ratio to ot.emd", _large, _ratio, 1.0),
    Target(
        "300 points: ratio to cvxpy with Clarabel", lambda row: row.benchmark == "conic" and row.n == 300, _ratio, 0.01
    ),
    Target(
        "16 points, in a batch: seconds per problem",
        lambda row: row.benchmark == "small" and row.case == small.BATCH and row.n == 16,
        _seconds,
        3e-4,
    ),
    Target(
        "first call of a process, nothing compiled yet: seconds",
        lambda row: row.benchmark == "startup" and row.case == startup.COLD,
        _seconds,
        10.0,
    ),
    Target("every row: relative gap, either way", lambda _: True, lambda row: abs(row.gap), CERTIFIED),
)
