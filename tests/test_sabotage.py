"""Mutants of the code (``mutants/``, a file for each room), each with the test that must kill it.

A test that no mutant can fail proves nothing. Each row copies the tree, makes one change, and runs one test there,
which must go red. That takes most of an hour, so it has its own command: ``./dev test -m mutants``. That each row still
fits the code is checked in every run.
"""

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant

ROOT = Path(__file__).parents[1]


def _mutants() -> list[Mutant]:
    """The rows of every file of ``tests/mutants``."""
    names = sorted(path.stem for path in (ROOT / "tests" / "mutants").glob("*.py"))
    return [row for name in names for row in getattr(import_module(f"tests.mutants.{name}"), "MUTANTS", [])]


def _copied(folder: Path) -> Path:
    for name in ("lgantheory", "verify", "paper_checks", "figures", "benchmarks", "tests"):
        _ = shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        _ = shutil.copy(ROOT / name, folder / name)
    return folder


def _run(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"tests/{test}"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "mutant",
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_each_mutant_has_its_line() -> None:
    texts = {mutant.file: (ROOT / mutant.file).read_text() for mutant in _mutants()}
    stale = [str(mutant) for mutant in _mutants() if texts[mutant.file].count(mutant.old) != 1]
    assert stale == [], "the line to change is not there exactly once: bring these rows up to date"


@pytest.mark.mutants
@pytest.mark.timeout(400)
@pytest.mark.parametrize("mutant", _mutants(), ids=str)
def test_each_mutant_is_killed(mutant: Mutant, tmp_path: Path) -> None:
    folder = _copied(tmp_path / "tree")
    file = folder / mutant.file
    text = file.read_text()
    assert text.count(mutant.old) == 1
    _ = file.write_text(text.replace(mutant.old, mutant.new))
    done = _run(folder, mutant.test)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert "1 failed" in done.stdout


@pytest.mark.slow
def test_the_copy_is_what_runs_and_passes_unchanged(tmp_path: Path) -> None:
    """The control: without a change the same harness is green, and it imports the copy."""
    folder = _copied(tmp_path / "tree")
    _ = (folder / "tests" / "test_where.py").write_text(
        "import lgantheory, paper_checks, verify\n\n\ndef test_where():\n"
        "    for package in (lgantheory, paper_checks, verify):\n"
        f"        assert package.__file__.startswith({str(folder)!r})\n"
    )
    assert _run(folder, "test_where.py").returncode == 0
    assert _run(folder, "test_claims.py").returncode == 0
