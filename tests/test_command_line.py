"""The command line as its user meets it: what is printed where, which status it ends with, and never a traceback."""

import json
import math
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import mpmath
import numpy as np
import pytest
import typer

from lgantheory.__main__ import app
from lgantheory.commands import running
from lgantheory.commands.running import run
from lgantheory.commands.solve import floored
from lgantheory.errors import InvalidMeasure
from tests.processes import interruptible

COMMAND = [sys.executable, "-m", "lgantheory"]


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the two-point example, in which one fake point at distance 1 looks at one real point."""
    _ = (tmp_path / "real.csv").write_text("0\n")
    _ = (tmp_path / "fake.csv").write_text("1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of one command line."""
    status = run(app, arguments, name="python -m lgantheory")
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def solved(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status, out, err = ran(capsys, "solve", "real.csv", "fake.csv", "--lam", "1", *arguments)
    assert (status, err) == (0, "")
    return out


def assert_one_line_refusal(outcome: tuple[int, str, str], words: str) -> None:
    status, out, err = outcome
    assert status == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert words in err


def test_the_refusal_test_itself_can_fail():
    for outcome in ((0, "", "error: x\n"), (2, "x", "error: x\n"), (2, "", "error: x\ny\n"), (2, "", "error: y\n")):
        with pytest.raises(AssertionError):
            assert_one_line_refusal(outcome, "x")


# -- solve -------------------------------------------------------------------------------------------------------------

# At distance 1 and lam = 1 the optimum is f = t on the real point and -t on the fake one, k = 2t, where the force on
# either point balances: 4 t = fake'(-t), worked out by hand for each loss.
CLOSED_FORMS = {
    "wasserstein": 0.5,
    "exponential": 2 * float(mpmath.lambertw(0.25).real),  # t e^t = 1/4
    "softplus": 2 * float(mpmath.findroot(lambda t: t * (1 + mpmath.exp(t)) - 0.25, 0.1)),
}


@pytest.mark.parametrize(("loss", "k"), CLOSED_FORMS.items())
def test_the_two_point_example_has_its_closed_form(samples, capsys, loss, k):
    summary = json.loads(solved(capsys, "--loss", loss, "--json"))
    assert abs(summary["k"] - k) <= math.sqrt(summary["error"])  # J grows by (k - k*)^2 at least, as lam = 1
    assert (summary["n"], summary["m"], summary["d"], summary["tight_pairs"]) == (1, 1, 1, 1)
    assert summary["dual"] - summary["error"] <= summary["primal"] <= summary["dual"] + summary["error"]
    assert summary["gap"] <= 1e-8


def test_the_words_of_the_certificate_state_its_numbers(samples, capsys):
    summary = json.loads(solved(capsys, "--loss", "softplus", "--json"))
    words = " ".join(solved(capsys, "--loss", "softplus").split())
    assert f"has an objective below {floored(summary['lower_bound'])}, because" in words
    assert Decimal(floored(summary["lower_bound"])) <= Decimal(summary["lower_bound"])
    assert f"within {summary['error']:.1e} of the optimum" in words
    assert summary["lower_bound"] < summary["dual"]


def test_the_table_shows_every_number_and_says_what_they_mean(samples, capsys):
    out = solved(capsys, "--loss", "wasserstein", "--solver", "transport", "--out", "a.npz")
    shown = dict(line.split("  ", 1) for line in out.split("\n\n")[0].splitlines())
    assert {name: value.strip() for name, value in shown.items() if name != "seconds"} == {
        "fake points n": "1",
        "real points m": "1",
        "dimension d": "1",
        "loss": "wasserstein",
        "penalty weight lambda": "1",
        "Lipschitz constant k": "0.5",
        "optimal k lies in": shown["optimal k lies in"].strip(),
        "primal value J(f)": "-0.25",
        "dual value": "-0.25",
        "relative gap": shown["relative gap"].strip(),
        "tight pairs": "1",
        "solver": "transport",
        "stored in": "a.npz",
    }
    assert float(shown["relative gap"]) <= 1e-8
    assert "Certified: no discriminator whatsoever has an objective below -0.25000" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out


@pytest.mark.parametrize("name", ["a.npz", "a.json", "a.csv"])
def test_the_solution_is_stored_where_it_was_asked_for(samples, capsys, name):
    _ = solved(capsys, "--loss", "softplus", "--out", name)
    assert (samples / name).stat().st_size > 0
    if name == "a.npz":
        with np.load(name, allow_pickle=False) as stored:
            assert float(stored["primal"]) == json.loads(solved(capsys, "--loss", "softplus", "--json"))["primal"]


def test_weights_and_expressions_are_understood(samples, capsys):
    for name, rows in (("real", "x,mass\n0,1\n"), ("fake", "x,mass\n1,0.25\n1,0.75\n")):
        _ = Path(f"{name}.csv").write_text(rows)
    summary = json.loads(solved(capsys, "--loss", "t", "--weights", "mass", "--json"))
    assert abs(summary["k"] - 0.5) <= math.sqrt(summary["error"])
    assert summary["n"] == 2
    assert summary["d"] == 1


REFUSED = {
    "no arguments": (["solve"], "Missing argument"),
    "no loss": (["solve", "real.csv", "fake.csv", "--lam", "1"], "Missing option '--loss'"),
    "lam is text": (["--lam", "x", "--loss", "t"], "--lam"),
    "lam is zero": (["--lam", "0", "--loss", "softplus"], "lam must be positive"),
    "lam is nan": (["--lam", "nan", "--loss", "softplus"], "lam must be positive"),
    "unknown loss": (["--lam", "1", "--loss", "sofplus"], "softplus"),
    "code as loss": (["--lam", "1", "--loss", "__import__('os').system('true')"], "needed"),
    "unknown solver": (["--lam", "1", "--loss", "softplus", "--solver", "magic"], "magic"),
    "gap is nan": (["--lam", "1", "--loss", "softplus", "--gap", "nan"], "--gap nan"),
    "gap is negative": (["--lam", "1", "--loss", "softplus", "--gap", "-1"], "--gap -1"),
    "unknown suffix": (["--lam", "1", "--loss", "softplus", "--out", "a.xls"], "needed .npz, .json, .csv"),
    "no such folder": (["--lam", "1", "--loss", "softplus", "--out", "no/a.npz"], "does not exist"),
    "no such column": (["--lam", "1", "--loss", "softplus", "--weights", "mass"], "no column 'mass'"),
    "unknown option": (["--lam", "1", "--loss", "softplus", "--magic"], "--magic"),
    "unknown command": (["improve"], "No such command 'improve'"),
}


@pytest.mark.parametrize(("arguments", "words"), REFUSED.values(), ids=REFUSED)
def test_misuse_is_one_line_and_status_two(samples, capsys, arguments, words):
    if arguments[0].startswith("--"):
        arguments = ["solve", "real.csv", "fake.csv", *arguments]
    assert_one_line_refusal(ran(capsys, *arguments), words)


REFUSED_FILES = {
    "missing": ("none.csv", None, "no such file"),
    "text": ("bad.csv", "1\ntwo\n", "bad.csv: row 2, column 1: got 'two'"),
    "other dimension": ("bad.csv", "1,2\n", "needed the same number of coordinates"),
    "wrong kind": ("bad.txt", "1\n", "got the suffix '.txt'"),
}


@pytest.mark.parametrize(("name", "content", "words"), REFUSED_FILES.values(), ids=REFUSED_FILES)
def test_bad_files_are_one_line_and_status_two(samples, capsys, name, content, words):
    if content is not None:
        _ = Path(name).write_text(content)
    assert_one_line_refusal(ran(capsys, "solve", "real.csv", name, "--lam", "1", "--loss", "softplus"), words)


def test_a_refused_place_is_refused_before_any_file_is_read(samples, capsys):
    outcome = ran(capsys, "solve", "none.csv", "none.csv", "--lam", "1", "--loss", "softplus", "--out", "a.xls")
    assert_one_line_refusal(outcome, "a.xls")


# -- conditions --------------------------------------------------------------------------------------------------------

STATUSES = {
    "softplus": (["--loss", "softplus"], 0, "PROVED"),
    "not strictly convex": (["--loss", "wasserstein"], 0, "REFUTED"),
    "not increasing": (["--loss", "least_squares"], 1, "REFUTED"),
    "expression": (["--fake", "t + sqrt(t**2 + 1)"], 0, "PROVED"),
    "both sides": (["--fake", "log(1 + exp(t))", "--real", "-t"], 1, "balance_point"),
}


@pytest.mark.parametrize(("arguments", "status", "words"), STATUSES.values(), ids=STATUSES)
def test_conditions_says_what_is_proved_and_what_is_not(capsys, arguments, status, words):
    found, out, err = ran(capsys, "conditions", *arguments)
    assert (found, err) == (status, "")
    assert words in out
    assert "fake_increasing" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    "arguments", [[], ["--loss", "softplus", "--fake", "t"], ["--loss", "softplus", "--real", "t"]]
)
def test_conditions_needs_one_loss(capsys, arguments):
    assert_one_line_refusal(ran(capsys, "conditions", *arguments), "needed --loss NAME, or --fake EXPR")


# -- how a command ends ------------------------------------------------------------------------------------------------


def failing(error: BaseException) -> typer.Typer:
    """An application that does nothing but fail."""
    application = running.application("fails")

    @application.command()
    def fail() -> None:
        raise error

    return application


def test_a_refusal_of_several_lines_becomes_one(capsys):
    assert run(failing(InvalidMeasure("got\n  this;\n\nneeded that")), [], name="x") == 2
    assert capsys.readouterr().err == "error: got this; needed that\n"


def test_too_little_memory_is_said_so(capsys):
    assert run(failing(MemoryError()), [], name="x") == 2
    assert "got more points than fit into memory" in capsys.readouterr().err


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), typer.Abort()])
def test_an_interruption_is_silent_and_has_its_own_status(capsys, interruption):
    assert run(failing(interruption), [], name="x") == 130
    assert capsys.readouterr().err == ""


def test_a_fault_of_the_program_has_a_status_that_no_verdict_has(capsys, monkeypatch):
    monkeypatch.delenv("LGANTHEORY_DEBUG", raising=False)
    assert run(failing(ZeroDivisionError("zero")), [], name="x") == 70
    assert "fault of the program: ZeroDivisionError: zero" in capsys.readouterr().err
    monkeypatch.setenv("LGANTHEORY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        _ = run(failing(ZeroDivisionError()), [], name="x")


@pytest.mark.parametrize(("package", "status"), [("pydantic", 2), ("torch.nn", 2), ("lgantheory.neural", 70)])
def test_a_missing_package_is_named_unless_it_is_our_own(capsys, package, status):
    assert run(failing(ModuleNotFoundError(f"No module named '{package}'", name=package)), [], name="x") == status
    message = capsys.readouterr().err
    assert package.partition(".")[0] in message
    assert ("got no package" in message) == (status == 2)


def test_a_full_disk_behind_the_output_is_one_line():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "conditions", "--loss", "softplus"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "No space left" in done.stderr


def test_the_samples_themselves_are_never_overwritten(samples, capsys):
    before = Path("real.csv").read_text()
    arguments = ("real.csv", "fake.csv", "--lam", "1", "--loss", "softplus", "--out", "real.csv")
    assert_one_line_refusal(ran(capsys, "solve", *arguments), "which is one of the samples")
    assert Path("real.csv").read_text() == before


def test_help_is_what_no_arguments_mean():
    for arguments in ([], ["--help"]):
        done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "solve" in done.stdout
        assert "conditions" in done.stdout


def test_text_of_the_user_is_not_markup(samples, capsys):
    assert "[red]x.npz" in solved(capsys, "--loss", "wasserstein", "--out", "[red]x.npz")


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="needs POSIX signals")
def test_ctrl_c_ends_with_130_and_no_traceback(samples):
    os.mkfifo(samples / "endless.csv")  # reading it waits until somebody writes
    process = interruptible([*COMMAND, "solve", "endless.csv", "fake.csv", "--lam", "1", "--loss", "softplus"])
    writer = os.open(samples / "endless.csv", os.O_WRONLY)  # returns once the command has opened it to read
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    os.close(writer)
    assert (process.returncode, out, err) == (130, "", "")


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX pipes")
def test_a_reader_who_has_seen_enough_is_no_error(samples):
    line = f"'{sys.executable}' -m lgantheory solve real.csv fake.csv --lam 1 --loss softplus | true"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.stderr == ""
