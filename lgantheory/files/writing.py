"""Solutions into files: npz for programs, json for other languages, csv for a person with a spreadsheet.

Each holds what is needed to check the certificate again: points, weights, values, the flow, and the loss as text.
"""

import csv
import io
import json
import math
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.errors import UnwritableFile
from lgantheory.files.opening import printable
from lgantheory.problem import Solution


def write_solution(path: str | Path, solution: Solution) -> Path:
    """Store a solution under the format that the suffix names, whole or not at all; returns the path.

    * ``.npz``: arrays ``f_real`` (m,), ``f_fake`` (n,), ``points_real``, ``weights_real``, ``points_fake``,
      ``weights_fake``; the flow as ``flow_fake``, ``flow_real``, ``flow_mass`` (mass ``flow_mass[e]`` goes from fake
      point ``flow_fake[e]`` to real point ``flow_real[e]``); ``other_from``, ``other_to``, ``other_mass`` for flow
      between points of the support (fake first, then real) that does not go from fake to real, which only losses
      that are not monotone have; scalars ``k``, ``primal``, ``dual``, ``gap``, ``lam``; texts ``loss``,
      ``fake_expression``, ``real_expression``, ``penalty``, ``solver``.
    * ``.json``: the same, ``flow`` and ``other_flow`` as triples. What is not finite is written as a word.
    * ``.csv``: one row per support point; the scalars stand above the table as comments.

    Raises:
        UnwritableFile: another suffix, or a place that cannot be written; an existing file is then as it was.
    """
    place = Path(path)
    replace_file(place, _format(place)(solution))
    return place


def write_text(path: str | Path, text: str) -> Path:
    """Store a text as UTF-8, whole or not at all; returns the path.

    Raises:
        UnwritableFile: it could not be done; an existing file is then as it was.
    """
    replace_file(Path(path), text.encode())
    return Path(path)


def require_writable(path: str | Path) -> None:
    """Refuse a place that ``write_solution`` would refuse later, before an hour of work depends on it.

    Raises:
        UnwritableFile: another suffix, a folder, or a folder around it that does not exist or cannot be written.
    """
    _ = _format(Path(path))
    require_place(path)


def require_place(path: str | Path) -> None:
    """Refuse a place that no file can be written to, whatever its format.

    Raises:
        UnwritableFile: a folder, or a folder around it that does not exist or cannot be written.
    """
    place = Path(path)
    target = Path(os.path.realpath(place))
    if target.is_dir():
        raise _refusal(f"{place}: got a folder; needed the name of a file.")
    if not target.parent.is_dir():
        raise _refusal(f"{place}: got a folder that does not exist; needed one that does. Create it first.")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise _refusal(f"{place}: got a folder without permission to write; needed another place.")


def replace_file(path: Path, content: bytes) -> None:
    """Make ``path`` hold ``content``, atomically: written beside it, forced to disk, then renamed over it.

    Raises:
        UnwritableFile: it could not be done; nothing is left behind.
    """
    try:
        target = Path(os.path.realpath(path))  # through a link, so that the link survives
        draft = target.parent / f".lgantheory-{secrets.token_hex(8)}.tmp"
        try:
            _write_through(draft, content)
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        reason = getattr(error, "strerror", None) or error
        raise _refusal(
            f"{path}: could not be written ({reason}); needed a folder that exists, with room and permission."
        ) from None


def _write_through(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _refusal(message: str) -> UnwritableFile:
    return UnwritableFile(printable(message))


# ---------------------------------------------------------------------------------------------------------------------
# The three formats


def _format(path: Path) -> Callable[[Solution], bytes]:
    content = _FORMATS.get(path.suffix.lower())
    if content is None:
        raise _refusal(f"{path}: got the suffix {path.suffix!r}; needed {', '.join(_FORMATS)}.")
    return content


def _scalars(solution: Solution) -> dict[str, float]:
    values = {name: float(getattr(solution, name)) for name in ("k", "primal", "dual", "gap")}
    return {**values, "lam": float(solution.problem.lam)}


def _texts(solution: Solution) -> dict[str, str]:
    problem = solution.problem
    return {
        "loss": problem.loss.name,
        "fake_expression": str(problem.loss.fake.expression),
        "real_expression": str(problem.loss.real.expression),
        "penalty": str(problem.penalty_kind),
        "solver": solution.solver,
    }


def _sides(solution: Solution) -> dict[str, Array]:
    real, fake = solution.problem.real, solution.problem.fake
    return {
        "points_real": real.points,
        "weights_real": real.weights,
        "f_real": solution.f_real,
        "points_fake": fake.points,
        "weights_fake": fake.weights,
        "f_fake": solution.f_fake,
    }


def _flow(solution: Solution) -> tuple[Array, Array, Array]:
    """Fake index, real index and mass of every pair that carries mass."""
    flow = solution.flow.tocoo()
    return flow.coords[0], flow.coords[1], flow.data


def _other_flow(solution: Solution) -> tuple[Array, Array, Array]:
    """The arcs that do not go from fake to real, over the support, fake points first."""
    n = solution.problem.n
    flow = solution.support_flow
    other = (flow.s >= n) | (flow.t < n)
    return flow.s[other], flow.t[other], flow.mass[other]


def _npz(solution: Solution) -> bytes:
    arrays: dict[str, Any] = {**_sides(solution), **_scalars(solution), **_texts(solution)}
    arrays |= dict(zip(("flow_fake", "flow_real", "flow_mass"), _flow(solution), strict=True))
    arrays |= dict(zip(("other_from", "other_to", "other_mass"), _other_flow(solution), strict=True))
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _json(solution: Solution) -> bytes:
    content: dict[str, Any] = {name: _number(value) for name, value in _scalars(solution).items()}
    content |= _texts(solution)
    content |= {name: _numbers(array) for name, array in _sides(solution).items()}
    content["flow"] = _triples(_flow(solution))
    content["other_flow"] = _triples(_other_flow(solution))
    return (json.dumps(content, allow_nan=False) + "\n").encode()


def _triples(flow: tuple[Array, Array, Array]) -> list[list[int | float]]:
    return [list(arc) for arc in zip(*(column.tolist() for column in flow), strict=True)]


def _numbers(array: Array) -> Any:
    return array.tolist() if np.isfinite(array).all() else [_number(value) for value in array.tolist()]


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _csv(solution: Solution) -> bytes:
    """Rows ``side, number, weight, f, partner, mass, partners, x1, ..., xd``; points are numbered from one.

    ``partner`` is the point on the other side with which the point exchanges most mass, ``mass`` that mass, and
    ``partners`` how many such points there are; empty, zero and zero for a point that exchanges none.
    """
    text = io.StringIO(newline="")
    for name, value in {**_scalars(solution), **_texts(solution)}.items():
        text.write(f"# {name}: {value}\r\n")
    table = csv.writer(text)
    coordinates = [f"x{i + 1}" for i in range(solution.problem.real.dimension)]
    table.writerow(["side", "number", "weight", "f", "partner", "mass", "partners", *coordinates])
    fake, real, mass = _flow(solution)
    table.writerows(_side_rows(solution, "fake", (fake, real, mass)))
    table.writerows(_side_rows(solution, "real", (real, fake, mass)))
    return text.getvalue().encode()


def _side_rows(solution: Solution, side: str, flow: tuple[Array, Array, Array]) -> list[list[Any]]:
    """The rows of one side; ``flow`` is (own index, other index, mass)."""
    measure = getattr(solution.problem, side)
    own, other, mass = flow
    partners = np.bincount(own, minlength=measure.size)
    best = np.full(measure.size, -1)
    order = np.argsort(mass, kind="stable")
    best[own[order]] = order  # the last to be assigned has the most mass
    values = getattr(solution, f"f_{side}").tolist()
    rows = []
    for i, (weight, point) in enumerate(zip(measure.weights.tolist(), measure.points.tolist(), strict=True)):
        partner, sent = (int(other[best[i]]) + 1, float(mass[best[i]])) if best[i] >= 0 else ("", 0.0)
        rows.append([side, i + 1, weight, values[i], partner, sent, int(partners[i]), *point])
    return rows


_FORMATS: dict[str, Callable[[Solution], bytes]] = {".npz": _npz, ".json": _json, ".csv": _csv}
