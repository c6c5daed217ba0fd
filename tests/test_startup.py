"""What a start costs: the modules that are loaded before anybody has asked for anything.

The lists name every third-party package that may be loaded; a new one must be put here on purpose.
"""

import json
import subprocess
import sys

import pytest

# Loads a module as ``python -m`` would, then reports what it brought along. Packages of our own are left out.
PROBE = """
import json, runpy, sys
before = set(sys.modules)
name, sys.argv = sys.argv[1], sys.argv[1:]
output, sys.stdout = sys.stdout, sys.stderr
status = 0
if name == "lgantheory":
    import lgantheory
else:
    try:
        runpy.run_module(name.removeprefix("-m "), run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code
loaded = {module.split(".")[0] for module in set(sys.modules) - before}
third = loaded - set(sys.stdlib_module_names) - {"lgantheory", "verify"}
print(json.dumps([status, sorted(package for package in third if not package.startswith("_"))]), file=output)
"""

TYPER = {
    "annotated_doc",
    "click",
    "lazy_loader",
    "markdown_it",
    "mdurl",
    "packaging",
    "pygments",
    "rich",
    "shellingham",
}
TYPER |= {"typer", "typing_extensions", "annotated_types", "pydantic", "pydantic_core", "typing_inspection"}
LOSSES = {"cython_runtime", "flint", "jaxtyping", "mpmath", "numpy", "scipy", "sympy", "wadler_lindig"}

ALLOWED = {
    ("lgantheory",): {"lazy_loader", "packaging"},
    ("-m lgantheory", "--help"): TYPER,
    ("-m lgantheory", "solve", "--help"): TYPER,
    ("-m lgantheory", "conditions", "--loss", "softplus"): TYPER | LOSSES,
    ("-m verify", "--help"): TYPER | LOSSES,
    ("-m verify.conditions", "--help"): TYPER | LOSSES,
    ("-m verify.conditions", "--fake", "exp(t)"): TYPER | LOSSES,
}
HEAVY = {"torch", "cvxpy", "ot", "numba", "sklearn", "matplotlib", "pandas", "clarabel", "jax"}


def loaded_by(*arguments: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    status, packages = json.loads(done.stdout)
    assert status in (0, None), done.stderr
    return set(packages)


@pytest.mark.parametrize("arguments", ALLOWED, ids=" ".join)
def test_nothing_is_loaded_before_it_is_needed(arguments):
    assert loaded_by(*arguments) <= ALLOWED[arguments]


def test_the_lists_themselves_are_light():
    assert not HEAVY & set().union(*ALLOWED.values())


def test_the_probe_notices_a_heavy_package():
    assert "scipy" in loaded_by("-m scipy.version")
