"""The search for counterexamples: what it may draw, what it finds, and the files it leaves."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from lgantheory.claims import Verdict
from lgantheory.errors import InvalidParameter, UnknownName, UnreadableFile
from lgantheory.losses import check_conditions
from lgantheory.losses.loss import Loss
from lgantheory.penalties import Kind
from tests.test_verify import _run
from verify import theorem1, theorem2, theorem4
from verify.dropping import freedom
from verify.search import claim_of, counterexample
from verify.witness import Found, Witness

POINT = (((0,), 1),)


@pytest.mark.parametrize(
    ("claim", "drop", "failing"),
    [
        (theorem1.CLAIM, "fake_increasing", {"fake_increasing"}),
        (theorem1.CLAIM, "real_decreasing", {"real_decreasing"}),
        (theorem1.CLAIM, "balance_point", {"balance_point"}),
        (theorem1.CLAIM, "strictly_convex", {"strictly_convex"}),
        (theorem1.CLAIM, "convex", {"fake_convex", "real_convex"}),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_only_the_dropped_condition_fails(claim, drop: str, failing: set[str]) -> None:
    """Asked of the library's own report, not of the parts that the pool is made with."""
    free = freedom(claim, drop)
    assert free.losses
    for pair in free.losses[:4]:
        report = check_conditions(Loss.from_expressions(*pair))
        wrong = {name for name in report if report[name].verdict is Verdict.REFUTED} - {"mirror_symmetry"}
        if drop == "convex":
            wrong -= {"strictly_convex"}  # which asks for convexity first
        assert wrong, pair
        assert wrong <= failing, pair


def test_without_a_penalty_to_drop_nothing_else_changes() -> None:
    free = freedom(theorem4.CLAIM, "squared_penalty")
    assert Kind.SQUARED not in free.penalties
    assert free.without == ()
    assert freedom(theorem2.CLAIM, "one_support").without == ("one_support",)


@pytest.mark.parametrize(
    ("ref", "drop", "most", "atoms"),
    [
        ("theorem1", "strictly_convex", 2, 2),  # one fake and one real, at one place: every constant
        ("theorem2", "real_decreasing", 2, 3),
        ("theorem4", "squared_penalty", 1, 2),
    ],
)
def test_the_smallest_counterexamples_are_found(ref: str, drop: str, most: int, atoms: int) -> None:
    found = counterexample(ref, drop, space=(1, most), examples=150)
    assert found is not None
    assert len(found.witness.real) + len(found.witness.fake) == atoms
    checks = claim_of(ref).checks(found.witness.instance())
    assert any(check.name == found.check and check.verdict is Verdict.REFUTED for check in checks)


def test_nothing_is_found_where_the_claim_is_true() -> None:
    """The loss meets all conditions, so dropping one in name only leaves a theorem."""
    loss = Loss.from_expressions("log(1 + exp(t))")
    assert counterexample("theorem2", "fake_increasing", loss=loss, space=(1, 2), examples=30) is None


def test_a_file_is_read_back_to_the_same_counterexample(tmp_path: Path) -> None:
    witness = Witness((((0, 1), 2), ((3, 4), 1)), POINT, ("t", "-t"), Fraction(1, 3), Kind.LINEAR, ("disjoint",))
    found = Found("theorem2", "distinct", "a check", 0.1 + 0.2, 1e-300, witness)
    found.write(tmp_path / "found.json")
    assert Found.read(tmp_path / "found.json") == found
    assert witness.instance().real.weights.tolist() == [2 / 3, 1 / 3]


@pytest.mark.parametrize(
    "change",
    [
        {"witness": {}},
        {"excess": "much"},
        {"unknown": 1},
        {"witness": {"real": [], "fake": [[[0], 1]], "losses": ["t", "-t"], "lam": "1", "penalty": "squared"}},
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path: Path, change: dict) -> None:
    found = Found("theorem2", "distinct", "a check", 1.0, 0.0, Witness(POINT, POINT, ("t", "-t"), Fraction(1)))
    found.write(tmp_path / "found.json")
    data = json.loads((tmp_path / "found.json").read_text())
    _ = (tmp_path / "found.json").write_text(json.dumps({**data, **change}))
    with pytest.raises(UnreadableFile, match="found"):
        _ = Found.read(tmp_path / "found.json")
    _ = (tmp_path / "found.json").write_text("[1, 2")
    with pytest.raises(UnreadableFile, match="found"):
        _ = Found.read(tmp_path / "found.json")


def test_formulas_of_a_file_are_parsed_and_never_run(tmp_path: Path) -> None:
    witness = Witness(POINT, POINT, ("__import__('os').getcwd()", "-t"), Fraction(1))
    Found("theorem2", "distinct", "a check", 1.0, 0.0, witness).write(tmp_path / "found.json")
    done = _run("verify.search", "--replay", str(tmp_path / "found.json"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_cannot_be_dropped_is_said() -> None:
    with pytest.raises(UnknownName, match="strictly_convex"):
        _ = freedom(theorem1.CLAIM, "no_such_hypothesis")
    unknown = replace(theorem1.CLAIM.breaks[0], drops="penalised")  # by an instance that says nothing of it
    with pytest.raises(InvalidParameter, match="strictly_convex"):
        _ = freedom(replace(theorem1.CLAIM, breaks=(theorem1.CLAIM.breaks[0], unknown)), "penalised")
    with pytest.raises(UnknownName, match="theorem2"):
        _ = counterexample("no_such_claim", "convex")


def test_the_command_searches_stores_and_replays(tmp_path: Path) -> None:
    out = tmp_path / "c.json"
    done = _run(
        "verify.search", "--claim", "theorem4", "--drop", "squared_penalty", "--most", "1",
        "--examples", "60", "--out", str(out),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "REFUTED" in done.stdout
    again = _run("verify.search", "--replay", str(out))
    assert again.returncode == 0
    assert "REFUTED" in again.stdout
    data = json.loads(out.read_text())
    data["witness"]["penalty"] = "squared"  # with the hypothesis back in place
    _ = out.write_text(json.dumps(data))
    assert _run("verify.search", "--replay", str(out)).returncode == 1
    assert _run("verify.search", "--claim", "theorem4").returncode == 2
    assert _run("verify.search", "--replay", str(tmp_path / "missing.json")).returncode == 2
