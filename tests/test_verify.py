"""The statements as documented, their breaks, and the command line that decides them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lgantheory.claims import Check, Claim, Report, Request, Verdict
from tests.processes import interruptible
from verify import presentation
from verify.__main__ import claims_of, statements
from verify.presentation import plain
from verify.table import updated

MODULES = statements()
CLAIMS = [claim for name in MODULES for claim in claims_of(name)]
TRUE = [claim for claim in CLAIMS if claim.expected is Verdict.HOLDS]
WRONG = [claim for claim in CLAIMS if claim.expected is not Verdict.HOLDS]


def _run(*arguments: str, cwd: Path | None = None, seconds: float = 110) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=cwd, check=False, timeout=seconds
    )


def test_every_statement_of_the_paper_has_its_file() -> None:
    assert [name for name in MODULES if "." not in name] == [
        "compact_dual",
        "conditions",
        "identities",
        "kantorovich",
        "theorem1",
        "theorem2",
        "theorem3",
        "theorem4",
        "uninformative",
    ]


@pytest.mark.parametrize("name", MODULES)
def test_a_reference_says_how_to_run_the_claim(name: str) -> None:
    """``python -m verify.<ref>``; what is printed wrongly has a further part after a slash."""
    first, *others = claims_of(name)
    assert first.ref == name
    assert all(claim.ref.startswith(f"{name}/") for claim in others)


@pytest.mark.parametrize("claim", TRUE, ids=lambda claim: claim.ref)
def test_what_is_true_holds_and_every_break_is_noticed(claim: Claim) -> None:
    report = claim.decide(Request(number=7, seed=1))
    assert report.verdict is Verdict.HOLDS, (report.worst, report.worst_instance, report.breaks)
    assert all(b.noticed for b in report.breaks)


def test_the_table_of_the_readme_is_the_one_that_the_claims_make() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    assert updated(readme) == readme, "run: python -m verify.table README.md"


@pytest.mark.parametrize("claim", TRUE, ids=lambda claim: claim.ref)
def test_every_hypothesis_has_a_break(claim: Claim) -> None:
    assert {b.drops for b in claim.breaks} == set(claim.hypotheses)


@pytest.mark.parametrize("claim", WRONG, ids=lambda claim: claim.ref)
def test_what_is_printed_wrongly_is_refuted(claim: Claim) -> None:
    report = claim.decide(Request())
    assert report.verdict is Verdict.REFUTED
    assert report.worst is not None
    assert report.worst_instance


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.ref)
def test_claims_say_what_and_where(claim: Claim) -> None:
    assert claim.statement
    assert claim.source
    assert "\\" not in plain(claim.statement)
    assert all(b.witness for b in claim.breaks)


@pytest.mark.parametrize(
    ("claim", "options", "status"),
    [
        ("theorem2", ["--loss", "softplus", "--instances", "3"], 0),
        ("theorem2", ["--loss", "t + sqrt(t**2 + 1)", "--lam", "0.5", "--instances", "3"], 0),
        ("theorem2", ["--loss", "least_squares", "--instances", "9"], 1),
        ("theorem1", ["--loss", "wasserstein", "--instances", "2"], 1),
        ("theorem2", ["--loss", "no such thing"], 2),
        ("theorem2", ["--lam", "-1"], 2),
        ("theorem2", ["--bogus"], 2),
        ("fdivergences.duals", ["--lam", "2", "--instances", "2"], 2),
        ("conditions", ["--fake", "exp(t)", "--real", "-t"], 0),
        ("conditions", ["--fake", "Max(0, t + 1)"], 1),
        ("conditions", ["--fake", "__import__('os')"], 2),
        ("conditions", ["--loss", "wasserstein"], 0),
    ],
)
def test_exit_statuses(claim: str, options: list[str], status: int) -> None:
    done = _run(f"verify.{claim}", *options)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    if status == 2:
        assert len(done.stderr.strip().splitlines()) == 1
        assert done.stdout == ""


def test_a_statement_is_decided_on_the_users_own_samples(tmp_path: Path) -> None:
    _ = (tmp_path / "real.csv").write_text("x,y\n0,0\n1,0\n0,1\n")
    _ = (tmp_path / "fake.csv").write_text("x,y\n3,3\n4,3\n")
    done = _run("verify.theorem2", "--data", "real.csv", "fake.csv", "--loss", "sqrt", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    broken = _run("verify.theorem2", "--data", "real.csv", "missing.csv", cwd=tmp_path)
    assert broken.returncode == 2
    assert "missing.csv" in broken.stderr


@pytest.mark.timeout(400)
def test_all_statements_in_one_run_with_json(tmp_path: Path) -> None:
    done = _run("verify", "--quick", "--jobs", "1", "--json", "report.json", cwd=tmp_path, seconds=390)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads((tmp_path / "report.json").read_text())
    assert set(document) == {"version", "seed", "claims"}
    assert {claim["ref"] for claim in document["claims"]} == {claim.ref for claim in CLAIMS}
    assert all(claim["verdict"] == claim["expected"] for claim in document["claims"])
    for claim in CLAIMS:
        # the table names the room once, above its claims
        assert claim.ref.rpartition(".")[2].rpartition("/")[2] in done.stdout


@pytest.mark.parametrize("width", [80, 120, 150, 180])
def test_nothing_is_cut_off_at_any_width(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "an_owner_of_some_name/and_a_repository_of_another"
    worst = Check("made up", 0.25, 1e-9, 1e-6)
    refs = ("room.first", "room.first/printed", "other.second")
    reports = [Report(ref, long, long, {}, Verdict.HOLDS, Verdict.HOLDS, 1, 0.0, worst, "") for ref in refs]
    monkeypatch.setattr(presentation, "PIPED_WIDTH", width)
    presentation.show(reports)
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= width
    assert shown.count("+2.5e-01 ± 1e-09 (1e-06)") == len(refs)
    assert all(ref.rpartition(".")[2].rpartition("/")[2] in shown for ref in refs)


def test_numbers_that_are_equal_as_fractions_are_called_exact() -> None:
    assert presentation.margin(Check("made up", 0.0, 0.0, 1e-6)) == "exact"
    assert presentation.margin(Check("made up", 0.0, 1e-16, 1e-6)) == "+0.0e+00 ± 1e-16 (1e-06)"


def test_the_same_seed_gives_the_same_report(tmp_path: Path) -> None:
    documents = []
    for name in ("a.json", "b.json"):
        assert _run("verify.theorem4", "--instances", "4", "--json", name, cwd=tmp_path).returncode == 0
        document = json.loads((tmp_path / name).read_text())
        for claim in document["claims"]:
            del claim["seconds"]
        documents.append(document)
    assert documents[0] == documents[1]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
@pytest.mark.parametrize("seconds", [3.0, 6.0])
def test_ctrl_c_leaves_no_traceback(seconds: float) -> None:
    """Also while workers are still being imported."""
    command = [sys.executable, "-m", "verify", "--instances", "2000", "--jobs", "2"]
    with interruptible(command, new_session=True) as process:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:  # it came while workers were started, when nobody hears it
            os.killpg(process.pid, signal.SIGINT)
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
