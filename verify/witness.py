"""A counterexample as plain data: small exact numbers, written to a file and read back without loss.

Points are integers, weights are integers up to their sum, lam is a fraction and losses are formulas, so that what is
found can be typed in again, and decided again from the file alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from lgantheory.errors import InvalidParameter, LGANTheoryError, UnreadableFile
from lgantheory.losses.loss import Loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.penalties import Kind
from verify.instances import Instance

Atoms = tuple[tuple[tuple[int, ...], int], ...]
"""Atoms of a measure: a point, and its weight up to a common factor."""


@dataclass(frozen=True)
class Witness:
    """One LGAN problem in exact numbers; see ``Instance``, which ``instance`` makes of it."""

    real: Atoms
    fake: Atoms
    losses: tuple[str, str]
    lam: Fraction
    penalty: Kind = Kind.SQUARED
    without: tuple[str, ...] = ()

    def instance(self) -> Instance:
        """The problem, to be solved and checked."""
        return Instance(
            _measure(self.real),
            _measure(self.fake),
            _loss(*self.losses),
            float(self.lam),
            "found",
            self.penalty,
            frozenset(self.without),
        )

    def __str__(self) -> str:
        fake, real = self.losses
        places = f"reals {_listed(self.real)}, fakes {_listed(self.fake)}"
        charge = "" if self.penalty is Kind.SQUARED else f", penalty {self.penalty}"
        return f"fake {fake}, real {real}, lam {self.lam}{charge}; {places}"

    def as_json(self) -> dict[str, Any]:
        """Lists and texts; fractions as texts."""
        return {
            "real": [[list(point), weight] for point, weight in self.real],
            "fake": [[list(point), weight] for point, weight in self.fake],
            "losses": list(self.losses),
            "lam": str(self.lam),
            "penalty": self.penalty.value,
            "without": list(self.without),
        }

    @staticmethod
    def from_json(data: Any) -> "Witness":
        """The converse of ``as_json``.

        Raises:
            InvalidParameter: anything is missing or is not what ``as_json`` writes.
        """
        try:
            _require_keys(data, {field.name for field in fields(Witness)})
            return Witness(
                real=_atoms(data["real"]),
                fake=_atoms(data["fake"]),
                losses=(str(data["losses"][0]), str(data["losses"][1])),
                lam=Fraction(str(data["lam"])),
                penalty=Kind(data["penalty"]),
                without=tuple(str(name) for name in data["without"]),
            )
        except (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError) as error:
            raise InvalidParameter(f"got no counterexample: {error}. Give a file written by verify.search.") from None


@dataclass(frozen=True)
class Found:
    """What a search ends with: which check of which claim fails where a hypothesis is dropped."""

    claim: str
    drops: str
    check: str
    excess: float
    error_bar: float
    witness: Witness

    def write(self, path: Path) -> None:
        """As JSON, whole or not at all.

        Raises:
            UnwritableFile: it could not be done.
        """
        from lgantheory.files import write_text

        data = {name: getattr(self, name) for name in ("claim", "drops", "check", "excess", "error_bar")}
        _ = write_text(path, json.dumps({**data, "witness": self.witness.as_json()}, indent=2) + "\n")

    @staticmethod
    def read(path: Path) -> "Found":
        """From a file that ``write`` made.

        Raises:
            UnreadableFile: there is no such file, or it is not one of these.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            _require_keys(data, {field.name for field in fields(Found)})
            claim, drops, check = (str(data[name]) for name in ("claim", "drops", "check"))
            witness = Witness.from_json(data["witness"])
            return Found(claim, drops, check, float(data["excess"]), float(data["error_bar"]), witness)
        except OSError as error:
            raise UnreadableFile(
                f"got '{error.strerror}' for {path}; needed a file written by verify.search."
            ) from None
        except (TypeError, ValueError) as error:
            if isinstance(error, LGANTheoryError):
                raise UnreadableFile(f"{path}: {error}") from None
            raise UnreadableFile(f"{path} is not a counterexample of verify.search: {error}. Search again.") from None


@cache
def _loss(fake: str, real: str) -> Loss:
    """A search draws the same few again and again."""
    return Loss.from_expressions(fake, real)


def _measure(atoms: Atoms) -> DiscreteMeasure:
    total = sum(weight for _, weight in atoms)
    points = [[float(x) for x in point] for point, _ in atoms]
    return DiscreteMeasure(points, [weight / total for _, weight in atoms])


def _atoms(data: Sequence[Any]) -> Atoms:
    atoms = tuple((tuple(int(x) for x in point), int(weight)) for point, weight in data)
    if not atoms or min(weight for _, weight in atoms) < 1:
        raise ValueError("a measure needs atoms of positive weight")
    return atoms


def _listed(atoms: Atoms) -> str:
    alike = len({weight for _, weight in atoms}) == 1
    return ", ".join(_place(point) + ("" if alike else f" (weight {weight})") for point, weight in atoms)


def _place(point: tuple[int, ...]) -> str:
    return str(point[0]) if len(point) == 1 else str(point)


def _require_keys(data: Any, names: set[str]) -> None:
    if not isinstance(data, Mapping):
        raise TypeError("no mapping of names")
    if set(data) != names:
        raise ValueError(f"expected the names {', '.join(sorted(names))}")
