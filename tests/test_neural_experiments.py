# ruff: noqa: E402  # imports wait until torch has been found
"""The sources' experiments: statistics by hand, measures on critics whose answer is known, and a small run of each."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import lgantheory as lg
from lgantheory.__main__ import app
from lgantheory.commands.running import run
from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.neural.experiments import critic_offset, digit_images, real_images, stability_table, toy_gradients
from lgantheory.neural.experiments.experiment import get_experiment, list_experiments, run_experiment, settings_of
from lgantheory.neural.experiments.results import digest
from lgantheory.neural.experiments.spreads import median_interval, sign_test, spread

SMALLEST = {
    "critic_offset": ("seeds=2", "steps=8", "log_every=2", "samples=10", "width=4"),
    "digit_images": ("seeds=1", "steps=2", "critic_steps=1", "width=4", "lams=[1.0]", "scored=40"),
    "real_images": ("networks=1", "steps=2", "images=3", "width=4", "regularisers=[maxgp]"),
    "stability_table": ("seeds=1", "critic_updates=8", "points=70", "scored=50", "critic_steps=[2, 4]"),
    "toy_gradients": ("networks=2", "steps=2", "samples=12", "width=4", "cases=[1, 3]"),
}
"""Settings with which every experiment takes a second; its rows mean nothing then."""


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


# -- statistics --------------------------------------------------------------------------------------------------------


def test_a_spread_is_of_the_numbers_that_are_there():
    found = spread([3.0, None, 1.0, math.nan, 2.0, math.inf])
    assert (found.median, found.low, found.high, found.count) == (2.0, 1.0, 3.0, 3)
    assert found.text() == "2 [1, 3]"
    assert spread([0.5]).text() == "0.5"
    assert spread([None]).text() == "–"


@pytest.mark.parametrize("count", [1, 4, 7])
def test_the_sign_test_counts_coins(count):
    for wins in range(count + 1):
        first = [1.0] * wins + [-1.0] * (count - wins)
        counted = sum(sum(coins) >= wins for coins in itertools.product((0, 1), repeat=count))
        found = sign_test([*first, 5.0], [0.0] * count + [5.0])  # the equal pair says nothing
        assert (found.wins, found.count) == (wins, count)
        assert abs(found.p - counted / 2**count) <= 1e-15
    with pytest.raises(InvalidParameter):
        _ = sign_test([1.0], [])


def test_the_bootstrap_interval_covers_the_median_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = 0
    trials = 100
    for _ in range(trials):
        found = median_interval(rng.standard_normal(25).tolist())
        covered += found.low <= 0.0 <= found.high
        assert found.low <= found.median <= found.high
    assert covered >= 85  # at a coverage of 0.95, fewer happen once in ten thousand times
    constant = median_interval([2.0, 2.0])
    assert (constant.low, constant.median, constant.high) == (2.0, 2.0, 2.0)
    for values in ([], [math.nan]):
        with pytest.raises(InvalidParameter):
            _ = median_interval(values)


# -- the catalogue -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list_experiments())
def test_every_experiment_has_settings_of_both_sizes_that_differ(name):
    small, full = settings_of(name), settings_of(name, full=True)
    assert set(small) == set(full)
    assert small != full
    experiment = get_experiment(name)
    assert experiment.question.endswith("?")
    digests = [digest(cell) for cell in experiment.cells(small)]
    assert len(set(digests)) == len(digests)
    assert not set(digests) & {digest(cell) for cell in experiment.cells(full)}


@pytest.mark.parametrize("change", ["stepps=3", "steps=0", "steps=1.5", "steps=true", "steps", "lam=nan", "lam=a"])
def test_settings_that_make_no_sense_are_refused(change):
    with pytest.raises(InvalidParameter):
        _ = settings_of("critic_offset", changes=(change,))


def test_an_unknown_experiment_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'critic_offset'"):
        _ = get_experiment("critic_ofset")


@pytest.mark.parametrize("name", list_experiments())
def test_a_small_run_of_each_leaves_rows_conclusions_and_pictures(name, tmp_path):
    outcome = run_experiment(name, tmp_path, changes=SMALLEST[name])
    assert outcome.rows
    assert outcome.conclusions
    assert all(path.stat().st_size > 0 for path in outcome.written)
    assert {"rows.csv", "rows.parquet", "manifest.json"} <= {path.name for path in outcome.written}
    assert any(path.suffix == ".png" for path in outcome.written)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["conclusions"] == outcome.conclusions
    assert "_" not in {column[0] for column in manifest["columns"]}
    again = run_experiment(name, tmp_path, changes=SMALLEST[name])
    assert again.rows == outcome.rows  # seconds included: nothing was done again


# -- the critic's offset -----------------------------------------------------------------------------------------------


def offsets(values: dict[str, list[list[float]]]) -> list[dict]:
    return [
        {"critic": critic, "seed": seed, "step": step + 1, "offset": value, "exact_offset": None}
        for critic, runs in values.items()
        for seed, one in enumerate(runs)
        for step, value in enumerate(one)
    ]


def test_drift_is_of_the_second_half_and_deviation_of_the_ends():
    rows = offsets({"a": [[9.0, 0.0, 1.0, 1.5], [0.0, 0.0, 2.0, 2.0], [5.0, 5.0, 1.0, -1.0]]})
    assert critic_offset.drifts(rows) == {"a": [0.5, 0.0, 2.0]}
    assert critic_offset.deviations(rows) == {"a": [0.0, 0.5, 2.5]}


def test_the_conclusion_counts_pairs_of_equal_seeds():
    rows = offsets({"lgan": [[0.0, 1.0, 1.1, 1.2]] * 4, "wgan": [[0.0, 0.0, 0.0, 1.0]] * 3 + [[0.0, 0.0, 0.0, 0.01]]})
    sentence = next(s for s in critic_offset.conclude(rows) if s.startswith("wgan against lgan, drift"))
    assert "larger in 3 of 4 pairs" in sentence
    assert "p = 0.31" in sentence  # 5 / 16
    assert "median ratio 10^1.00" in sentence


def test_the_offset_of_an_exact_critic_is_the_exact_offset():
    cell = get_experiment("critic_offset").cells(settings_of("critic_offset", changes=SMALLEST["critic_offset"]))[0]
    rows = critic_offset.work(cell)
    assert [row["step"] for row in rows] == [2, 4, 6, 8]
    real, fake = lg.toy_case(3, np.random.default_rng(critic_offset.SAMPLE), 10)
    exact = lg.optimal_discriminator(real, fake, "softplus", 0.1)
    expected = (exact.f_fake.mean() + exact.f_real.mean()) / (exact.f_real.mean() - exact.f_fake.mean()) / 2
    assert abs(rows[0]["exact_offset"] - expected) <= 1e-9


# -- gradients in the plane --------------------------------------------------------------------------------------------


def test_exact_gradients_score_one_and_turned_ones_less():
    real, fake = lg.toy_case(1, np.random.default_rng(0), 30)
    exact = lg.optimal_discriminator(real, fake, "softplus", 0.1)
    forced = exact.gradient(fake.points)
    perfect = toy_gradients.scores(forced.vectors, exact)
    assert abs(perfect["to_tight"] - 1.0) <= 1e-12
    assert perfect["points"] == forced.single.sum() > 0
    turned = toy_gradients.scores(forced.vectors[:, ::-1] * [1.0, -1.0], exact)
    assert abs(turned["to_tight"]) <= 1e-12
    none = toy_gradients.scores(np.zeros_like(fake.points), exact)
    assert (none["flat"], none["to_tight"]) == (1.0, 0.0)
    distances = np.linalg.norm(real.points[None] - fake.points[:, None], axis=2)
    nearest = real.points[distances.argmin(axis=1)] - fake.points
    assert abs(toy_gradients.scores(7.0 * nearest, exact)["to_nearest"] - 1.0) <= 1e-12


# -- real images -------------------------------------------------------------------------------------------------------


def test_a_gradient_towards_a_point_reaches_it():
    y = np.array([[3.0, 0.0], [0.0, 4.0]])
    found = real_images.pointed_at(np.zeros(2), y, np.array([0.0, 0.1]))
    assert found == {"cosine": 1.0, "target": 1, "step": 4.0, "missed": 0.0, "slope": 0.1}
    found = real_images.pointed_at(np.zeros(2), y, np.array([2.0, 2.0]))
    assert abs(found["cosine"] - math.sqrt(0.5)) <= 1e-15
    assert abs(found["missed"] - math.sqrt(0.5)) <= 1e-15
    best = np.linalg.norm(found["step"] * np.array([1.0, 1.0]) / math.sqrt(2) - y[found["target"]])
    for other in np.linspace(0.5, 1.5, 11) * found["step"]:
        assert np.linalg.norm(other * np.array([1.0, 1.0]) / math.sqrt(2) - y[found["target"]]) >= best - 1e-12
    assert abs(best / np.linalg.norm(y[found["target"]]) - found["missed"]) <= 1e-12
    assert real_images.pointed_at(np.zeros(2), y, np.zeros(2))["target"] is None


def test_exact_gradients_at_noise_arrive_at_real_images():
    cell = get_experiment("real_images").cells(settings_of("real_images", changes=("images=4",)))[0]
    rows = real_images.work(cell)
    assert cell["critic"] == "exact"
    assert [row["cosine"] for row in rows] == pytest.approx([1.0] * 4, abs=1e-12)
    assert all(row["coupled"] for row in rows)
    real, fake = real_images.images(4)
    assert real.shape == fake.shape == (4, 3072)
    assert max(np.abs(real).max(), np.abs(fake).max()) <= 1.0
    assert len(np.unique(real, axis=0)) == 4
    for row in rows:
        x, y = fake[row["image"]], real[row["target"]]
        assert abs(row["step"] - np.linalg.norm(y - x)) <= 1e-9
        assert row["chance"] < 0.2


# -- the stability table -----------------------------------------------------------------------------------------------


def test_w1_on_the_line_is_that_of_the_transport_solver():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((60, 1)), 2.0 * rng.standard_normal((60, 1)) + 1.0
    assert abs(stability_table.w1_on_the_line(x, y) - lg.wasserstein(x, y).value) <= 1e-12


def test_the_mixtures_have_the_stated_moments():
    for name, parts in stability_table.MIXTURES.items():
        means, deviations = np.array(parts).T
        points = stability_table.mixture(name, 40_000, seed=3)[:, 0]
        if name == "scaled":
            assert points.min() >= -1.2
            assert points.max() <= 1.2
            centre = points.mean()
            wide = 2.0 / (points.max() - points.min())
            assert abs(centre - 0.1) < 0.3 * wide
        else:
            variance = np.mean(deviations**2 + means**2) - means.mean() ** 2
            assert abs(points.mean() - means.mean()) <= 5 * math.sqrt(variance / 40_000)
            assert abs(points.var() - variance) <= 0.02 * variance


def test_the_table_says_who_is_better_by_pairs_of_equal_seeds():
    same = {"data": "printed", "ks": 0.1, "w1_real": 0.01, "dead": False, "slope": 1.0, "epoch_seconds": 2.0}
    rows = [
        {**same, "networks": net, "n_cr": n, "seed": s, "w1": w, "converged": w < 0.1}
        for net, ws in {"stability-default": (0.5, 0.4), "stability-improved": (0.05, 0.06)}.items()
        for n, w in zip((2, 6), ws, strict=True)
        for s in (0, 1, 2)
    ]
    sentences = stability_table.conclude(rows)
    assert any("stability-default is larger than that of stability-improved in 6 of 6" in s for s in sentences)
    assert any("stability-default: W1 is larger at n_cr = 2 than at 6 in 3 of 3" in s for s in sentences)
    assert any("stability-improved: W1 is larger at n_cr = 2 than at 6 in 0 of 3" in s for s in sentences)
    assert any("converged 3 of 3" in s for s in sentences)
    assert any("converged 0 of 3" in s for s in sentences)


# -- digits ------------------------------------------------------------------------------------------------------------


def test_real_digits_in_place_of_generated_ones_score_what_the_row_says_beside():
    _, held, other = digit_images._parts(60)
    found = digit_images.scores(other, 60)
    assert abs(found["w1"] - found["w1_real"]) <= 1e-12
    noise = digit_images.scores(np.random.default_rng(0).uniform(-1, 1, held.shape), 60)
    assert noise["w1"] > found["w1_real"]
    assert noise["kid"] > found["kid_real"]
    assert noise["fd_lenet"] > found["fd_lenet"]


def test_losses_are_compared_at_equal_lam_and_seed():
    values = {"softplus/maxgp": 1.0, "wasserstein/gp": 2.0}
    rows = [
        {"critic": c, "lam": lam, "seed": s, "diverged": None, "w1": w + 0.1 * s, "kid": w, "fd_lenet": w}
        for c, w in values.items()
        for lam in (0.1, 1.0)
        for s in (0, 1)
    ]
    sentences = digit_images.conclude(rows)
    assert any("softplus/maxgp has a smaller W1 than wasserstein/gp in 4 of 4" in s for s in sentences)
    rows[0] = {**rows[0], "w1": None, "diverged": "at step 3"}
    assert any("in 3 of 3" in s for s in digit_images.conclude(rows))
    assert any("1 diverged" in s for s in digit_images.conclude(rows))


# -- the command -------------------------------------------------------------------------------------------------------


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(app, arguments, name="python -m lgantheory")
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_command_lists_runs_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    status, out, _ = ran(capsys, "experiment", "--list")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list_experiments()
    changes = [word for change in SMALLEST["toy_gradients"] for word in ("--set", change)]
    status, out, _ = ran(capsys, "experiment", "toy_gradients", "--out", str(tmp_path / "a"), "--jobs", "1", *changes)
    assert status == 0
    assert "case 1, softplus/maxgp: mean cosine to the exact LGAN direction" in out
    for arguments, words in (
        (("toy_gradient", "--out", str(tmp_path / "b")), "Did you mean 'toy_gradients'?"),
        (("toy_gradients",), "needed both"),
        (("toy_gradients", "--out", str(tmp_path / "b"), "--set", "lams=1"), "Did you mean 'lam'?"),
    ):
        status, out, err = ran(capsys, "experiment", *arguments)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert words in err
