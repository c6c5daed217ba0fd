"""The lock, the script of the README, and the wheel: what a visitor installs is what is tested here."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]


def plain(requirement: str) -> str:
    """The name of a requirement in the form that names are compared in."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


# -- the lock ----------------------------------------------------------------------------------------------------------


def test_every_declared_dependency_is_locked():
    groups = [PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"].values()]
    declared = {plain(requirement) for group in groups for requirement in group}
    assert declared <= {plain(line) for line in LOCK}


def test_every_line_of_the_lock_is_one_exact_version():
    for line in LOCK:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [^;]+)?", line), line


def test_torch_is_pinned_plainly_and_brings_no_gpu_libraries():
    assert "torch==2.13.0" in LOCK
    assert not [line for line in LOCK if re.match(r"nvidia|cuda|triton", line)]


def test_no_index_and_no_machine_is_named():
    for name in ("constraints.txt", "pyproject.toml", "dev", ".ci/run"):
        text = (ROOT / name).read_text()
        assert not re.search(r"://|index-url\s*=|/home/|/root/|\.org\b|\.com\b", text), name


# -- the script --------------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the script alone, and a folder ``bin`` that is the whole PATH besides the basic commands."""
    for name in ("dev", "pyproject.toml", "constraints.txt"):
        _ = shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for command in ("sh", "dirname", "uname", "cat", "rm"):
        found = shutil.which(command)
        assert found is not None
        (tmp_path / "bin" / command).symlink_to(found)
    return tmp_path


def dev(checkout: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    environment = {"PATH": str(checkout / "bin"), **variables}
    done = subprocess.run(
        [str(checkout / "dev"), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def fake_python(checkout: Path, name: str, script: str) -> None:
    path = checkout / name
    path.parent.mkdir(parents=True, exist_ok=True)
    _ = path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


pytestmark = pytest.mark.skipif(os.name == "nt", reason="the script is for POSIX shells")


def test_the_scripts_can_be_run():
    for name in ("dev", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), name


@pytest.mark.parametrize("arguments", [(), ("improve",)])
def test_the_script_says_what_it_can_do(checkout, arguments):
    status, message = dev(checkout, *arguments)
    assert status == 2
    assert message == "usage: " + " | ".join(
        f"./dev {command}" for command in ("verify [ARGS]", "train [ARGS]", "compare [ARGS]", "test [ARGS]", "lint\n")
    )


def test_an_old_python_is_refused(checkout):
    fake_python(checkout, "bin/python3", "exit 1")
    status, message = dev(checkout, "verify")
    assert status == 2
    assert message.startswith("error: got no Python 3.11 or newer")


def test_a_python_that_cannot_make_environments_is_refused_with_the_package_that_is_missing(checkout):
    fake_python(checkout, "bin/python3", 'case "$*" in *ensurepip*) exit 1;; esac; exit 0')
    status, message = dev(checkout, "verify")
    assert status == 2
    assert message.endswith("sudo apt-get install python3-venv\n")
    assert not (checkout / ".venv").exists()


def test_a_damaged_environment_is_refused_and_not_touched(checkout):
    (checkout / ".venv").mkdir()
    status, message = dev(checkout, "verify")
    assert status == 2
    assert "Remove it: rm -r .venv" in message
    assert list((checkout / ".venv").iterdir()) == []


# An interpreter that keeps a diary of what it is asked, gives a fixed fingerprint, and has no torch.
DIARY = """
printf '%s\\n' "$*" >>diary
case "$*" in
    *hashlib*) cat fingerprint ;;
    *find_spec*) exit "${TORCH:-1}" ;;
    *torch==*) exit 1 ;;
esac
"""


@pytest.fixture
def working(checkout: Path) -> Path:
    """A checkout whose environment is in place, with an interpreter that only pretends to install."""
    fake_python(checkout, ".venv/bin/python", DIARY)
    _ = (checkout / "fingerprint").write_text("first\n")
    return checkout


def installations(checkout: Path) -> list[str]:
    diary = checkout / "diary"
    lines = diary.read_text().splitlines() if diary.exists() else []
    diary.unlink(missing_ok=True)
    return [line for line in lines if line.startswith("-m pip install")]


def test_a_second_call_installs_nothing_and_a_changed_lock_does(working):
    assert dev(working, "verify")[0] == 0
    assert len(installations(working)) == 1
    assert dev(working, "verify") == (0, "")
    assert installations(working) == []
    _ = (working / "fingerprint").write_text("second\n")
    assert dev(working, "verify")[0] == 0
    assert len(installations(working)) == 1


def test_every_installation_obeys_the_lock(working):
    assert dev(working, "test")[0] == 0
    found = installations(working)
    assert len(found) == 2
    assert all("--constraint constraints.txt" in line for line in found)


def test_without_torch_the_tests_run_on_a_laptop_and_not_on_ci(working):
    status, message = dev(working, "test")
    assert status == 0
    assert "note: got no torch==2.13.0" in message
    status, message = dev(working, "test", CI="true")
    assert status == 2
    assert "CI may not skip" in message
    assert dev(working, "test", CI="true", TORCH="0") == (0, "installing --editable .[neural] (once)\n")
    assert dev(working, "test", CI="true", TORCH="0") == (0, "")


@pytest.mark.parametrize("command", ["train", "compare"])
def test_training_asks_for_torch_and_says_how_to_choose_a_build(working, command):
    status, message = dev(working, command)
    assert status == 2
    assert "pip install -c constraints.txt torch" in message
    assert "Traceback" not in message


def test_a_failed_installation_is_not_remembered(working):
    fake_python(working, ".venv/bin/python", DIARY.replace("*torch==*", "*editable*"))
    for _attempt in range(2):
        status, message = dev(working, "verify")
        assert status == 2
        assert "error: pip could not install --editable ." in message
    assert not list((working / ".venv").glob("stamp-*"))


# -- the wheel ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_wheel_holds_the_library_and_nothing_else(tmp_path):
    source = tmp_path / "source"
    for name in ("lgantheory", "verify", "paper_checks", "figures", "tests"):
        _ = shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        _ = shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("lgantheory", "verify", "paper_checks", "figures")
        for suffix in ("*.py", "*.pyi", "*.yaml", "py.typed")
        for path in (ROOT / folder).rglob(suffix)
        if "__pycache__" not in path.parts
    }
    assert packed == wanted
