# ruff: noqa: E402  # imports wait until torch has been found
"""Comparisons: what is crossed with what, what a row says, and what is kept when somebody stops it."""

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import lgantheory as lg
from lgantheory.__main__ import app
from lgantheory.commands.compare import _rivals
from lgantheory.commands.running import run
from lgantheory.errors import InvalidExpression, InvalidParameter, UnknownName, UnwritableFile
from lgantheory.neural.comparison import Plan, compare, exact_optimum, get_method, list_methods
from lgantheory.neural.experiments import comparison_picture, problems, results, scoring
from lgantheory.neural.experiments.problems import Problem, Request, get_problem
from lgantheory.neural.experiments.published import OURS, published

SMALL = Plan(
    methods=("exact", "maxgp", "gp"), losses=("softplus",), lams=("unit", "0.1"), dimensions=(2,), samples=12, fresh=20,
    seeds=2, steps=20, width=8, depth=2, batch=None,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


# -- the plan ----------------------------------------------------------------------------------------------------------


def test_methods_that_weigh_a_penalty_are_trained_for_each_lam_and_others_once():
    cells = SMALL.cells()
    lams = {name: [cell["lams"] for cell in cells if cell["method"] == name] for name in SMALL.methods}
    assert lams == {
        "exact": [["unit", "0.1"]] * 2,
        "maxgp": [["unit"]] * 2 + [["0.1"]] * 2,
        "gp": [["unit", "0.1"]] * 2,
    }
    assert len({results.digest(cell) for cell in cells}) == len(cells)


def test_everything_that_rows_depend_on_is_in_the_hash_of_a_cell():
    base = results.digest(SMALL.cells()[0])
    for name, value in {"samples": 13, "fresh": 21, "steps": 21, "width": 9, "batch": 4, "learning_rate": 1e-4}.items():
        assert results.digest(replace(SMALL, **{name: value}).cells()[0]) != base


@pytest.mark.parametrize("name", list_methods())
def test_every_method_says_what_it_aims_at(name):
    method = get_method(name)
    assert method.target in ("penalty", "slope", "none")
    assert name not in ("maxgp", "zero_centred", "exact") or method.target == "penalty"
    assert name not in ("gp", "lp", "groupsort", "spectral_norm") or method.target == "slope"


def test_a_method_may_have_options():
    assert get_method("maxgp:buffer=0.125,prepend=true").options == {"buffer": 0.125, "prepend": True}
    for text, error in {
        "maxgpp": UnknownName,
        "maxgp:bufer=1": InvalidParameter,
        "exact:a=1": InvalidParameter,
    }.items():
        with pytest.raises(error):
            _ = get_method(text)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"methods": ("gpp",)}, UnknownName),
        ({"losses": ("import os",)}, InvalidExpression),
        ({"lams": ("-1",)}, InvalidParameter),
        ({"lams": ("nan",)}, InvalidParameter),
        ({"samples": 0}, InvalidParameter),
        ({"steps": 0}, InvalidParameter),
        ({"learning_rate": math.nan}, InvalidParameter),
        ({"dimensions": (0,)}, InvalidParameter),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(change, error):
    with pytest.raises(error):
        _ = replace(SMALL, **change)


# -- the pairs ---------------------------------------------------------------------------------------------------------


def request(data: str, **change) -> Request:
    return Request(**{"data": data, "dimension": 2, "samples": 30, "fresh": 40, "seed": 0, **change})


@pytest.mark.parametrize("data", ["gaussians", "minfunnel", "digits"])
def test_equal_requests_give_equal_points_and_seeds_differ(data):
    dimension = 64 if data == "digits" else 2
    first, again, other = (get_problem(request(data, dimension=dimension, seed=s)) for s in (0, 0, 1))
    assert first.real.is_same_as(again.real)
    assert first.fake.is_same_as(again.fake)
    assert not first.real.is_same_as(other.real)
    assert (first.real.size, first.fake.size, first.real.dimension) == (30, 30, dimension)
    assert first.fresh is not None
    assert [measure.size for measure in first.fresh] == [40, 40]
    trained, fresh = {tuple(x) for x in first.real.points}, {tuple(x) for x in first.fresh[0].points}
    assert not trained & fresh


def test_the_shifted_gaussians_have_the_w1_and_the_gradient_that_are_stated():
    problem = get_problem(request("gaussians", dimension=5, samples=4000))
    assert problem.gradient is not None
    assert problem.w1 is not None
    direction = problem.gradient(np.zeros((1, 5)))[0]
    assert abs(np.linalg.norm(direction) - 1.0) <= 4 * np.finfo(float).eps
    rise = float(problem.real.points.mean(axis=0) @ direction - problem.fake.points.mean(axis=0) @ direction)
    error = math.sqrt(2.0 / 4000)  # of the difference of two means of unit variance
    assert abs(rise - problem.w1) <= 4 * error  # E_real u - E_fake u, which a translation attains as a cost


def test_a_funnel_is_a_critic_of_its_samples_with_the_stated_gradient():
    problem = get_problem(request("minfunnel", samples=200))
    assert problem.directions("wasserstein") is not None
    assert problem.directions("softplus") is None
    assert get_problem(request("gaussians")).directions("softplus") is not None
    assert problem.w1_error > 0.0


def test_files_are_divided_and_nothing_is_used_twice(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("real", "fake"):
        np.save(tmp_path / f"{name}.npy", rng.standard_normal((50, 3)))
    places = str(tmp_path / "real.npy"), str(tmp_path / "fake.npy")
    problem = get_problem(request("files", dimension=3, files=places))
    assert problem.fresh is not None
    assert (problem.real.size, problem.fresh[0].size) == (30, 20)
    assert not {tuple(x) for x in problem.real.points} & {tuple(x) for x in problem.fresh[0].points}
    whole = get_problem(request("files", dimension=3, samples=50, files=places))
    assert whole.fresh is None
    assert whole.real.size == 50


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"data": "gausians"}, UnknownName),
        ({"samples": 0}, InvalidParameter),
        ({"data": "digits", "samples": 1790}, InvalidParameter),
        ({"data": "files"}, InvalidParameter),
    ],
)
def test_requests_that_make_no_sense_are_refused(change, error):
    with pytest.raises(error):
        _ = get_problem(request(**{"data": "gaussians", **change}))


# -- one row -----------------------------------------------------------------------------------------------------------


def two_points(loss: str) -> Problem:
    return Problem(lg.DiscreteMeasure([[1.0, 0.0]]), lg.DiscreteMeasure([[0.0, 0.0]]))


@pytest.mark.parametrize("loss", ["softplus", "wasserstein", "exponential"])
def test_the_unit_rule_makes_the_exact_slope_one(loss):
    problem = get_problem(request("gaussians"))
    exact = exact_optimum(problem, loss, "unit")
    assert abs(exact.k - 1.0) <= 1e-6
    assert exact_optimum(problem, loss, "0.25").problem.lam == 0.25
    # on two points at distance 1 the optimum is f = t and -t with 2 lam * 2t = fake'(-t); k = 2t = 1 at t = 1/2
    closed = {"softplus": 0.5 / (1.0 + math.exp(0.5)), "wasserstein": 0.5, "exponential": 0.5 * math.exp(-0.5)}[loss]
    assert abs(exact_optimum(two_points(loss), loss, "unit").problem.lam - closed) <= 1e-8


@pytest.mark.parametrize("loss", ["softplus", "wasserstein"])
def test_the_exact_optimum_has_a_perfect_row(loss):
    problem = get_problem(request("gaussians"))
    exact = exact_optimum(problem, loss, "0.3")
    row = scoring.scored(lambda z: exact(z, extension="middle"), problem, exact, aims_at_one=False)
    assert abs(row["shape_left"]) <= 1e-9
    assert abs(row["k_error"]) <= 1e-9
    assert abs(row["arc_cosine"] - 1.0) <= 1e-6  # central differences of a cone, halfway along a segment
    assert row["arcs"] >= 30
    assert 0.0 < row["w1_share"] <= 1.0 + 1e-12


def test_a_critic_of_the_right_shape_at_the_wrong_scale_is_seen_as_such():
    problem = get_problem(request("gaussians"))
    exact = exact_optimum(problem, "wasserstein", "0.3")
    row = scoring.scored(lambda z: 3.0 * exact(z, extension="middle") + 7.0, problem, exact, aims_at_one=False)
    gain = -exact.primal  # J(s f*) = -2 s gain + s^2 gain for the linear loss, so that s = 3 leaves 4 gain
    assert abs(row["gap"] - 4.0 * gain) <= 1e-6 * gain
    assert abs(row["shape_left"]) <= 1e-9
    assert abs(row["k_error"] - 2.0) <= 1e-9
    one = scoring.scored(lambda z: exact(z, extension="middle") / exact.k, problem, exact, aims_at_one=True)
    assert abs(one["k_error"]) <= 1e-9


def test_a_critic_that_points_away_is_worth_a_constant():
    problem = get_problem(request("gaussians"))
    exact = exact_optimum(problem, "softplus", "0.3")
    row = scoring.scored(lambda z: -exact(z, extension="middle"), problem, exact, aims_at_one=False)
    assert abs(row["shape_left"] - 1.0) <= 1e-6
    assert abs(row["arc_cosine"] + 1.0) <= 1e-6
    assert row["w1_share"] < 0.0


def test_the_population_of_the_gaussians_scores_itself_without_error():
    problem = get_problem(request("gaussians"))
    exact = exact_optimum(problem, "wasserstein", "unit")
    assert problem.gradient is not None
    direction = problem.gradient(np.zeros((1, 2)))[0]
    row = scoring.scored(lambda z: z @ direction, problem, exact, aims_at_one=True)
    assert row["population_l2"] <= 1e-9
    assert abs(row["fresh_cosine"] - 1.0) <= 1e-9
    assert problem.fresh is not None
    rise = (problem.fresh[0].points.mean(axis=0) - problem.fresh[1].points.mean(axis=0)) @ direction
    assert abs(row["population_estimate"] - rise) <= 1e-9
    assert row["population_w1"] == 2.0
    twice = scoring.scored(lambda z: 2.0 * (z @ direction), problem, exact, aims_at_one=True)
    assert abs(twice["population_l2"] - 1.0) <= 1e-6
    assert abs(twice["population_estimate"] - 2.0 * rise) <= 1e-9
    free = scoring.scored(lambda z: 2.0 * (z @ direction), problem, exact, aims_at_one=False)
    assert free["population_l2"] <= 1e-6


@pytest.mark.parametrize("method", ["maxgp", "gp", "groupsort", "exact"])
def test_a_cell_has_a_row_for_each_lam_and_repeats_bit_by_bit(method):
    cell = replace(SMALL, methods=(method,), seeds=1).cells()[0]
    first, again = compare(cell), compare(cell)
    assert [row["lam_rule"] for row in first] == cell["lams"]
    clocks = ("train_seconds", "certify_seconds")
    for row, other in zip(first, again, strict=True):
        assert {k: v for k, v in row.items() if k not in clocks} == {k: v for k, v in other.items() if k not in clocks}
        assert row["gap"] >= -row["gap_error"]
        assert row["gap_rescaled"] <= row["gap"] + row["gap_error"]
        assert row["k"] <= row["k_lower"] * (1 + 1e-12)


def test_the_slope_is_the_only_thing_that_a_trained_maxgp_critic_gets_wrong_on_two_points():
    cell = replace(SMALL, methods=("maxgp",), lams=("0.1",), seeds=1, steps=120, learning_rate=5e-3).cells()[0]
    row = compare(cell)[0]
    assert row["shape_left"] < 0.5  # far better than a constant: training trains


# -- many cells --------------------------------------------------------------------------------------------------------

CALLS: list[dict] = []


def counted(cell):
    CALLS.append(dict(cell))
    if cell["n"] == 2 and len(CALLS) == 3:
        raise KeyboardInterrupt
    return [{"n": cell["n"], "value": math.nan, "big": np.float64(cell["n"])}]


def test_cells_that_are_done_are_kept_and_not_done_again(tmp_path):
    CALLS.clear()
    cells = [{"n": n} for n in range(4)]
    with pytest.raises(KeyboardInterrupt):
        _ = results.carry_out(counted, cells, tmp_path)
    assert [results.kept(tmp_path, cell) is not None for cell in cells] == [True, True, False, False]
    rows = results.carry_out(counted, cells, tmp_path)
    assert [call["n"] for call in CALLS] == [0, 1, 2, 2, 3]
    assert rows == [{"n": n, "value": None, "big": float(n)} for n in range(4)]
    assert results.carry_out(counted, cells, tmp_path) == rows
    assert len(CALLS) == 5


def test_a_damaged_or_foreign_cell_is_done_again(tmp_path):
    cells = [{"n": 7}]
    rows = results.carry_out(counted, cells, tmp_path)
    file = next((tmp_path / results.CELLS).iterdir())
    for content in (b"", b'{"cell": {"n": 7}', b'{"cell": {"n": 8}, "rows": []}', b"\xff\xfe"):
        _ = file.write_bytes(content)
        assert results.kept(tmp_path, cells[0]) is None
        assert results.carry_out(counted, cells, tmp_path) == rows


@pytest.mark.slow
def test_several_processes_give_the_same_rows(tmp_path):
    plan = replace(SMALL, methods=("gp",), lams=("0.1",), steps=5)
    one, two = (results.carry_out(compare, plan.cells(), tmp_path / str(jobs), jobs=jobs) for jobs in (1, 2))
    for row, other in zip(one, two, strict=True):
        assert {k: v for k, v in row.items() if "seconds" not in k} == {
            k: v for k, v in other.items() if "seconds" not in k
        }


def test_no_jobs_and_no_folder_are_refused(tmp_path):
    with pytest.raises(InvalidParameter, match="0 jobs"):
        _ = results.carry_out(counted, [], tmp_path, jobs=0)
    _ = (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableFile):
        _ = results.carry_out(counted, [], tmp_path / "file")


def test_the_tables_hold_the_rows(tmp_path):
    pandas = pytest.importorskip("pandas")
    rows = [{"a": 1, "b": "x", "c": None, "_hidden": [1]}, {"a": 2, "b": "y", "c": 0.5}]
    _ = results.write_tables(tmp_path, rows, {"settings": {"a": [1, 2]}})
    for frame in (pandas.read_csv(tmp_path / "rows.csv"), pandas.read_parquet(tmp_path / "rows.parquet")):
        assert list(frame.columns) == ["a", "b", "c"]
        assert frame["a"].tolist() == [1, 2]
        assert frame["c"].isna().tolist() == [True, False]
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["versions"]["torch"] == torch.__version__
    assert manifest["versions"]["lgantheory"] == lg.__version__
    assert manifest["rows"] == 2
    assert manifest["settings"] == {"a": [1, 2]}


# -- what was published, and the command -------------------------------------------------------------------------------


def test_published_numbers_are_rows_of_their_own_and_never_ours():
    rows = published(2, 4)
    assert {row.method for row in rows} == set(OURS)
    assert next(row.cosine for row in rows if row.method == "gp") == 0.845
    assert published(3, 5) == []
    assert all(name in list_methods() for name in OURS.values())
    assert all(d in problems.FUNNELS for d in (2, 16, 64, 128))


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(app, arguments, name="python -m lgantheory")
    captured = capsys.readouterr()
    return status, captured.out, captured.err


TINY = ("--methods", "exact,gp", "--samples", "10", "--fresh", "12", "--seeds", "1", "--steps", "3", "--width", "4")


def test_the_command_prints_a_table_and_leaves_rows_and_a_picture(tmp_path, capsys):
    arguments = ("compare", *TINY, "--quick", "--jobs", "1", "--data", "minfunnel", "--losses", "wasserstein")
    status, out, _ = ran(capsys, *arguments, "--out", str(tmp_path / "a"))
    assert status == 0
    table = out.split("\n\n")[0]
    assert "minfunnel, dimension 2, loss wasserstein" in table
    assert [line.split()[:2] for line in table.splitlines()[2:4]] == [
        ["exact", "penalty"],
        ["gp", "slope"],
    ]  # the best first
    assert "gp (published)" in table
    assert "…" not in table
    assert "shape left: what the best multiple and shift" in out
    for name in ("rows.csv", "rows.parquet", "manifest.json", "comparison.png", "comparison.svg"):
        assert (tmp_path / "a" / name).stat().st_size > 0
    again = ran(capsys, *arguments, "--out", str(tmp_path / "a"))
    assert again[:2] == (0, out)  # seconds included: nothing was done again


def test_the_users_files_are_compared_on_and_other_contents_are_other_rows(tmp_path, capsys):
    rng = np.random.default_rng(0)
    for name in ("real", "fake"):
        np.savetxt(tmp_path / f"{name}.csv", rng.standard_normal((15, 3)), delimiter=",")
    arguments = ("compare", str(tmp_path / "real.csv"), str(tmp_path / "fake.csv"), *TINY, "--quick", "--jobs", "1")
    status, out, _ = ran(capsys, *arguments, "--out", str(tmp_path / "a"))
    assert status == 0
    assert "files, dimension 3" in out
    assert len(list((tmp_path / "a" / "cells").iterdir())) == 2
    np.savetxt(tmp_path / "real.csv", rng.standard_normal((15, 3)), delimiter=",")
    _ = ran(capsys, *arguments, "--out", str(tmp_path / "a"))
    assert len(list((tmp_path / "a" / "cells").iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--methods", "gpp"), "Did you mean 'gp'?"),
        (("--methods", "gp,gp"), "none of them twice"),
        (("--lams", "0"), "positive number or 'unit'"),
        (("--dimensions", "two"), "whole numbers"),
        (("--data", "files"), "needed --data files REAL FAKE"),
        (("--data", "moons"), "needed one of digits, files, gaussians, minfunnel"),
        (("real.csv", "fake.csv", "--data", "digits"), "needed --data files REAL FAKE"),
        (("--losses", "softpuls"), "softplus"),
        (("--jobs", "0"), "0 jobs"),
    ],
)  # fmt: skip
def test_misuse_is_one_line_and_status_two(tmp_path, capsys, arguments, words):
    status, out, err = ran(capsys, "compare", *TINY[2:], "--quick", *arguments, "--out", str(tmp_path / "a"))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err


def test_maxgp_and_its_rivals_are_counted_on_the_same_samples():
    rows = [
        {"method": m, "seed": s, "shape_left": w, "arc_cosine": 1.0 - w, "w1_share": None if s == 2 else w}
        for m, w in (("maxgp", 0.1), ("gp", 0.2))
        for s in (0, 1, 2)
    ]
    (sentence,) = _rivals(rows)
    assert sentence == (
        "maxgp is better than gp by shape left in 3 of 3 (p = 0.12), cosine on arcs in 3 of 3 (p = 0.12), fresh W1 "
        "share in 0 of 2 (p = 1) seeds; one-sided sign tests"
    )
    assert _rivals([row for row in rows if row["method"] == "gp"]) == []


def test_the_command_line_itself_loads_no_torch():
    probe = "import sys, lgantheory.__main__; sys.exit('torch' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_options_with_commas_inside_stay_whole(tmp_path, capsys):
    status, _, err = ran(
        capsys, "compare", *TINY[2:], "--quick", "--methods", "maxgp:buffer=0.5,prepend=true,lp", "--jobs", "1",
        "--losses", "hinge(1),softplus", "--lams", "0.5", "--out", str(tmp_path / "a"),
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert len(list((tmp_path / "a" / "cells").iterdir())) == 4


def test_the_picture_shows_measures_that_exist_and_says_nothing_without_rows(tmp_path):
    assert comparison_picture.draw_comparison([], tmp_path) == []
    base = {"loss": "softplus", "lam_rule": "unit", "dimension": 2, "k_error": None}
    rows = [{**base, "method": m, "shape_left": 0.1, "seed": s} for m in ("gp", "lp") for s in (0, 1)]
    written = comparison_picture.draw_comparison(rows, tmp_path)
    assert [path.name for path in written] == ["comparison.png", "comparison.svg"]
    text = (tmp_path / "comparison.svg").read_text()
    assert "shape left to improve" in text
    assert "k / wanted" not in text
    assert Path(written[0]).stat().st_size > 0
