"""Files in and out: a table becomes its measure or one line that names the place; writing is all or nothing."""

import csv
import io
import json
import math
import os
import pickle  # noqa: TID251  # to show that a pickle is not opened
import re
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lgantheory.errors import UnreadableFile, UnwritableFile
from lgantheory.files import read_measure, read_pair, require_writable, write_solution
from lgantheory.files.writing import replace_file
from lgantheory.losses import get_loss
from lgantheory.measures import DiscreteMeasure
from lgantheory.problem import LipschitzProblem, Solution


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the examples of one property share."""
    return tmp_path_factory.mktemp("files")


def written(path: Path, content: str | bytes) -> Path:
    _ = path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(path: Path, weights: str | int | None = None) -> str:
    """The message with which a file is refused: one line that starts with the path."""
    with pytest.raises(UnreadableFile) as caught:
        _ = read_measure(path, weights)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert message.isprintable(), "one line"
    return message.removeprefix(f"{path}: ")


# -- tables: what is accepted ------------------------------------------------------------------------------------------

SAME_MEASURE = {
    "plain": "1,2\n3,4.5\n",
    "no newline at the end": "1,2\n3,4.5",
    "header": "x,y\n1,2\n3,4.5\n",
    "semicolons": "1;2\n3;4.5\n",
    "tabs": "x\ty\n1\t2\n3\t4.5\n",
    "crlf": "x,y\r\n1,2\r\n3,4.5\r\n",
    "old mac": "1,2\r3,4.5\r",
    "byte order mark": "\ufeff1,2\n3,4.5\n",
    "byte order mark and header": "\ufeffx,y\n1,2\n3,4.5\n",
    "quotes": '"x","y"\n"1","2"\n"3","4.5"\n',
    "spaces": " 1 , 2 \n3,  4.5\n",
    "comments": "# made by hand\n1,2\n  # and more; with marks\n3,4.5\n# end\n",
    "blank ends": "\n\n1,2\n3,4.5\n\n  \n",
    "exponents": "1e0,2E+0\n.3e1,+4.5\n",
    "weights": "x,y,weight\n1,2,0.5\n3,4.5,.5\n",
    "weights first": "Weights;x;y\n0.5;1;2\n0.5;3;4.5\n",
}


@pytest.mark.parametrize("content", SAME_MEASURE.values(), ids=SAME_MEASURE)
def test_tables_in_every_usual_shape_are_read(folder, content):
    measure = read_measure(written(folder / "a.csv", content))
    assert measure.points.tolist() == [[1.0, 2.0], [3.0, 4.5]]
    assert measure.weights.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".CSV"])
def test_one_column_is_points_on_the_line(folder, suffix):
    assert read_measure(written(folder / f"a{suffix}", "1\n2\n3\n")).points.tolist() == [[1.0], [2.0], [3.0]]


@pytest.mark.parametrize("place", ["mass", "2", 1, -2])
def test_weights_may_stand_in_a_column_of_another_name(folder, place):
    measure = read_measure(written(folder / "a.csv", "x,mass,y\n1,0.25,2\n3,0.75,4\n"), place)
    assert measure.points.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert measure.weights.tolist() == [0.25, 0.75]


def test_a_name_goes_before_a_number(folder):
    measure = read_measure(written(folder / "a.csv", "x,1\n".replace("1", "one") + "1,1\n"), "one")
    assert measure.points.tolist() == [[1.0]]


@given(
    points=hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(-1e150, 1e150)),
    delimiter=st.sampled_from(",;\t"),
    header=st.booleans(),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_in_full_comes_back_to_the_last_bit(scratch, points, delimiter, header, ending):
    rows = [[repr(float(x)) for x in row] for row in points]
    rows = [[f"x{i}" for i in range(points.shape[1])], *rows] if header else rows
    path = written(scratch / "again.csv", ending.join(delimiter.join(row) for row in rows))
    assert np.array_equal(read_measure(path).points, points)


@pytest.mark.timeout(60)  # a reader of quadratic time would take hours; this one takes a second
def test_a_table_of_a_million_numbers_is_read(folder):
    points = np.random.default_rng(0).normal(size=(100_000, 10))
    path = written(folder / "large.csv", "\n".join(",".join(map(repr, row)) for row in points.tolist()))
    assert np.array_equal(read_measure(path).points, points)


# -- tables: what is refused, and where --------------------------------------------------------------------------------

REFUSED_TABLES = {
    "empty": ("", "got no rows"),
    "only comments": ("# nothing\n\n", "got no rows"),
    "only a header": ("x,y\n", "got a header and no rows"),
    "ragged": ("# c\n1,2\n3\n", "row 3: got 1 columns; needed 2"),
    "too long": ("1,2\n3,4\n5,6,7\n", "row 3: got 3 columns"),
    "header too short": ("x\n1,2\n", "row 2: got 2 columns; needed 1"),
    "text": ("1,2\n3,four\n", "row 2, column 2: got 'four'; needed a number."),
    "text in the first row": ("1,two\n3,4\n", "row 1, column 2: got 'two' beside numbers"),
    "row numbers of a table tool": (",x,y\n0,1,2\n", "row 1, column 1: got an empty cell"),
    "hole": ("1,2\n,4\n", "row 2, column 1: got an empty cell; needed a number; remove the row"),
    "separator at the end": ("1,2,\n3,4,\n", "row 1, column 3: got an empty cell"),
    "decimal comma": ("1,5;2\n3;4\n", "row 1, column 1: got '1,5' beside numbers"),
    "decimal comma later": ("1;2\n3;4,5\n", "row 2, column 2: got '4,5'; needed a number; write the decimals"),
    "nan": ("x,y\n1,2\nnan,4\n", "row 3, column 1: got nan; needed a finite number"),
    "infinity": ("1,2\n3,-inf\n", "row 2, column 2: got -inf"),
    "overflow": ("1,1e999\n", "row 1, column 2: got inf"),
    "huge": ("1\n2e150\n", "row 2, column 1: got 2e+150; needed at most 1e+150"),
    "blank in the middle": ("1\n\n2\n", "row 2: got a blank line"),
    "open quote": ('1,2\n"3,4\n', "row 2: got a row that is not csv"),
    "negative weight": ("x,weight\n1,1.5\n2,-0.5\n", "row 3, column 2: got -0.5; needed a weight"),
    "weights that sum to two": ("x,weight\n1,1\n2,1\n", "column 2: got weights that sum to 2; needed 1. Divide"),
    "nan weight": ("x,weight\n1,nan\n", "row 2, column 2: got nan"),
    "only weights": ("weight\n1\n", "got a column of weights and no other"),
    "two columns of weights": ("weight,Weights,x\n1,1,1\n", "got 2 columns of weights"),
    "long cell": ("1\n" + "a" * 500 + "\n", "row 2, column 1: got '" + "a" * 30 + "'...;"),
    "control characters": ("1\n\x1b[31m\x00\n", "row 2, column 1: got '\\x1b[31m\\x00'"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED_TABLES.values(), ids=REFUSED_TABLES)
def test_tables_that_say_no_measure_are_refused_with_row_and_column(folder, content, message):
    assert refusal(written(folder / "a.csv", content)).startswith(message)


def test_bytes_that_are_not_utf8_are_refused_with_their_row(folder):
    assert refusal(written(folder / "a.csv", b"1,2\n3,\xff\n")).startswith("row 2: got bytes that are not UTF-8")


@pytest.mark.parametrize("place", ["mass", "0", "4", "", 3, -4])
def test_a_column_of_weights_that_is_not_there_is_refused(folder, place):
    message = refusal(written(folder / "a.csv", "x,y,z\n1,2,3\n"), place)
    assert message == f"got no column {place!r} for the weights; the file has the columns 'x', 'y', 'z'."
    assert "3 columns without names" in refusal(written(folder / "b.csv", "1,2,3\n"), place)


def test_files_that_are_not_there_are_refused(folder):
    assert refusal(folder / "none.csv") == "got no such file; needed the path of an existing file."
    (folder / "folder.csv").mkdir()
    assert refusal(folder / "folder.csv").startswith("got a folder")
    assert refusal(written(folder / "a.xlsx", "")).startswith("got the suffix '.xlsx'; needed .csv, .tsv, .npy or .npz")
    assert refusal(folder / "none").startswith("got the suffix ''")


def test_names_that_would_break_the_line_are_shown_escaped(folder):
    for name in ("new\nline.csv", "null\0byte.csv", "sur\udcffrogate.csv"):
        with pytest.raises(UnreadableFile) as caught:
            _ = read_measure(folder / name)
        assert str(caught.value).isprintable()


def test_a_pair_must_live_in_one_space(folder):
    line, plane = written(folder / "line.csv", "1\n"), written(folder / "plane.csv", "1,2\n")
    with pytest.raises(UnreadableFile, match=r"plane.csv: got points of dimension 2, but .*line.csv has dimension 1"):
        _ = read_pair(line, plane)
    assert [measure.dimension for measure in read_pair(line, line)] == [1, 1]


# -- arrays ------------------------------------------------------------------------------------------------------------


def saved(path: Path, array: object, **named: object) -> Path:
    buffer = io.BytesIO()
    if path.suffix == ".npy":
        np.save(buffer, array, allow_pickle=True)  # type: ignore[arg-type]
    else:
        np.savez(buffer, **named)  # type: ignore[arg-type]
    return written(path, buffer.getvalue())


def test_arrays_are_read(folder):
    points = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert np.array_equal(read_measure(saved(folder / "a.npy", points)).points, points)
    assert np.array_equal(read_measure(saved(folder / "b.npy", points[:, 0])).points, points[:, :1])
    weights = np.array([0.25, 0.75])
    measure = read_measure(saved(folder / "a.npz", None, points=points, weights=weights))
    assert np.array_equal(measure.points, points)
    assert np.array_equal(measure.weights, weights)
    assert np.array_equal(read_measure(saved(folder / "b.npz", None, points=points)).weights, [0.5, 0.5])


@pytest.mark.parametrize("place", ["mass", "3", 2, -1])
def test_weights_may_be_another_array_or_a_column(folder, place):
    points = np.array([[1.0, 2.0, 0.25], [3.0, 4.0, 0.75]])
    measure = read_measure(saved(folder / "a.npz", None, points=points, mass=points[:, 2]), place)
    assert measure.weights.tolist() == [0.25, 0.75]
    assert measure.dimension == (3 if place == "mass" else 2)


REFUSED_ARRAYS = {
    "objects": (np.array([{}, 1], dtype=object), "pickle"),
    "complex": (np.array([1j]), "complex"),
    "text": (np.array(["a"]), "text"),
    "records": (np.zeros(3, dtype=[("x", float)]), "of type"),
    "nan": (np.array([[1.0], [np.nan]]), "nan at row 1, column 0"),
    "empty": (np.zeros((0, 2)), r"shape \(0, 2\)"),
    "three axes": (np.zeros((1, 2, 3)), r"shape \(1, 2, 3\)"),
}


@pytest.mark.parametrize(("array", "message"), REFUSED_ARRAYS.values(), ids=REFUSED_ARRAYS)
def test_arrays_that_say_no_measure_are_refused(folder, array, message):
    for path in (saved(folder / "a.npy", array), saved(folder / "a.npz", None, points=array)):
        assert re.search(message, refusal(path))


def test_damaged_archives_are_refused(folder):
    whole = saved(folder / "a.npz", None, points=np.arange(500.0)).read_bytes()
    for content in (
        b"",
        b"PK",
        whole[:-30],
        whole[:200],
        whole[50:],
        whole.replace(b"<f8", b"<z8"),
        b"\x93NUMPY" + bytes(range(99)),
    ):
        assert "needed" in refusal(written(folder / "b.npz", content))
        assert "needed" in refusal(written(folder / "b.npy", content))
    assert "got 'x'; needed an array named points" in refusal(saved(folder / "c.npz", None, x=np.zeros(2)))
    assert "Rename the file" in refusal(written(folder / "d.npz", saved(folder / "d.npy", np.zeros(2)).read_bytes()))
    assert "got an archive" in refusal(written(folder / "e.npy", whole))
    assert "no array or column 'w'" in refusal(written(folder / "f.npz", whole), "w")


class _Bomb:
    """A pickle that leaves a mark when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def test_a_pickle_is_refused_and_not_run(folder):
    mark = folder / "was run"
    bomb = pickle.dumps(_Bomb(mark))
    for path in (
        written(folder / "a.npy", bomb),
        written(folder / "a.npz", bomb),
        saved(folder / "b.npy", np.array([_Bomb(mark)], dtype=object)),
        saved(folder / "b.npz", None, points=np.array([_Bomb(mark)], dtype=object)),
    ):
        assert "pickle" in refusal(path)
    assert not mark.exists()
    pickle.loads(bomb)  # the bomb does work
    assert mark.exists()


# -- whatever a file holds ---------------------------------------------------------------------------------------------


def assert_measure_or_refusal(path: Path) -> None:
    try:
        measure = read_measure(path)
    except UnreadableFile as error:
        message = str(error)
    else:
        message = "fine"
        assert np.isfinite(measure.points).all()
        assert abs(math.fsum(measure.weights) - 1) <= 4 * np.finfo(float).eps
    assert message.isprintable()


@settings(max_examples=150)
@given(st.binary(max_size=200), st.sampled_from([".csv", ".npy", ".npz", ".tsv"]))
def test_any_bytes_become_a_measure_or_a_refusal(scratch, content, suffix):
    assert_measure_or_refusal(written(scratch / f"bytes{suffix}", content))


CELLS = st.sampled_from(
    ["1", "-2.5", "0.5", "nan", "1e400", "", " ", "x", "weight", '"', '"1"', "#", "１", "1_0", "0x1"]
)


@settings(max_examples=200)
@given(st.lists(st.lists(CELLS, max_size=3), max_size=5), st.sampled_from(",;\t"), st.sampled_from("\n\r"))
def test_any_table_becomes_a_measure_or_a_refusal(scratch, rows, delimiter, ending):
    assert_measure_or_refusal(written(scratch / "table.csv", ending.join(delimiter.join(row) for row in rows)))


@settings(max_examples=200)
@given(st.data(), st.sampled_from([".npy", ".npz", ".csv"]))
def test_any_damage_leaves_a_measure_or_a_refusal(scratch, data, suffix):
    path = scratch / f"damaged{suffix}"
    if suffix == ".csv":
        content = b"x,y,weight\n1,2,0.5\n3,4,0.5\n"
    else:
        content = saved(path, np.arange(6.0).reshape(3, 2), points=np.arange(6.0).reshape(3, 2)).read_bytes()
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start, min(start + 8, len(content))))
    assert_measure_or_refusal(written(path, content[:start] + data.draw(st.binary(max_size=6)) + content[end:]))


# -- writing -----------------------------------------------------------------------------------------------------------


def solved(loss: str = "wasserstein") -> Solution:
    """Two fake points, three real ones (one of weight zero); worked by hand for the linear loss.

    Mass 3/4 goes from 1 to 0 and 1/4 from 3 to 0, split over the two real points there: W1 = 3/2, so at lam = 1 the
    optimum is k = 3/4, f = -k x.
    """
    real = DiscreteMeasure([[0.0], [9.0], [0.0]], [0.625, 0.0, 0.375])
    problem = LipschitzProblem(real, DiscreteMeasure([[1.0], [3.0]], [0.75, 0.25]), get_loss(loss), 1.0)
    flow = np.array([[0.625, 0.0, 0.125], [0.0, 0.0, 0.25]])
    return problem.certify(np.array([-0.75, -2.25, 0.0, 0.0, 0.0]), flow, k=0.75, solver="by hand")


def test_the_worked_example_is_optimal():
    solution = solved()
    assert (solution.k, solution.primal, solution.dual) == (0.75, -0.5625, -0.5625)


def test_an_npz_holds_everything_that_certifies_the_solution(folder):
    solution = solved()
    assert write_solution(folder / "a.npz", solution) == folder / "a.npz"
    with np.load(folder / "a.npz", allow_pickle=False) as stored:
        content = {name: stored[name] for name in stored.files}
    side = {s: DiscreteMeasure(content[f"points_{s}"], content[f"weights_{s}"]) for s in ("real", "fake")}
    flow = np.zeros((side["fake"].size, side["real"].size))
    flow[content["flow_fake"], content["flow_real"]] = content["flow_mass"]
    problem = LipschitzProblem(side["real"], side["fake"], get_loss(str(content["loss"])), float(content["lam"]))
    again = problem.certify(np.concatenate([content["f_fake"], content["f_real"]]), flow, k=float(content["k"]))
    for name in ("k", "primal", "dual", "gap"):
        assert float(content[name]) == getattr(solution, name) == getattr(again, name)
    assert content["other_mass"].size == 0
    assert (str(content["solver"]), str(content["fake_expression"])) == ("by hand", "t")


def test_a_json_holds_the_same(folder):
    solution = solved()
    _ = write_solution(folder / "a.json", solution)
    content = json.loads((folder / "a.json").read_text())
    assert content["flow"] == [[0, 0, 0.625], [0, 2, 0.125], [1, 2, 0.25]]
    assert content["other_flow"] == []
    assert content["f_fake"] == [-0.75, -2.25]
    assert content["points_real"] == [[0.0], [9.0], [0.0]]
    assert {name: content[name] for name in ("k", "primal", "dual", "gap", "lam")} == {
        "k": 0.75,
        "primal": -0.5625,
        "dual": -0.5625,
        "gap": 0.0,
        "lam": 1.0,
    }


def test_flow_between_points_of_one_side_is_stored_too(folder):
    problem = LipschitzProblem(DiscreteMeasure([0.0]), DiscreteMeasure([1.0, 2.0]), get_loss("least_squares"), 1.0)
    flow = np.zeros((3, 3))
    flow[0, 2], flow[1, 0] = 0.25, 0.125
    _ = write_solution(folder / "a.json", problem.certify(np.zeros(3), flow))
    content = json.loads((folder / "a.json").read_text())
    assert content["flow"] == [[0, 0, 0.25]]
    assert content["other_flow"] == [[1, 0, 0.125]]


def test_what_is_not_finite_is_a_word_in_json(folder):
    problem = LipschitzProblem(DiscreteMeasure([0.0]), DiscreteMeasure([0.0]), get_loss("softplus"), 1.0)
    _ = write_solution(folder / "a.json", problem.certify(np.array([0.0, 1.0]), np.zeros((1, 1))))
    content = json.loads((folder / "a.json").read_text(), parse_constant=pytest.fail)
    assert (content["k"], content["primal"]) == ("inf", "inf")


def test_a_csv_is_a_table_for_a_person(folder):
    _ = write_solution(folder / "a.csv", solved())
    text = (folder / "a.csv").read_text()
    notes = dict(re.findall(r"(?m)^# (\w+): (.*?)\r?$", text))
    assert {"k": "0.75", "primal": "-0.5625", "gap": "0.0", "loss": "wasserstein"}.items() <= notes.items()
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert [row["side"] for row in rows] == ["fake"] * 2 + ["real"] * 3
    assert [row["number"] for row in rows] == ["1", "2", "1", "2", "3"]
    assert [(row["partner"], float(row["mass"]), row["partners"]) for row in rows] == [
        ("1", 0.625, "2"),
        ("3", 0.25, "1"),
        ("1", 0.625, "1"),
        ("", 0.0, "0"),
        ("2", 0.25, "2"),
    ]
    assert [float(row["f"]) for row in rows] == [-0.75, -2.25, 0.0, 0.0, 0.0]
    assert [float(row["x1"]) for row in rows] == [1.0, 3.0, 0.0, 9.0, 0.0]


# -- all or nothing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.npz", "a.json", "a.csv"])
def test_writing_twice_gives_the_same_bytes_and_no_other_file(folder, name):
    _ = write_solution(folder / name, solved())
    first = (folder / name).read_bytes()
    _ = write_solution(folder / name, solved())
    assert (folder / name).read_bytes() == first
    assert names(folder) == [name]


@pytest.mark.parametrize("failing", ["fsync", "replace", "open"])
def test_a_failure_leaves_the_old_file_and_nothing_else(folder, monkeypatch, failing):
    path = written(folder / "a.npz", b"old")

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace"), "open": (Path, "open")}[failing], fail)
    with pytest.raises(UnwritableFile, match=r"could not be written \(No space left on device\)"):
        replace_file(path, b"new")
    monkeypatch.undo()
    assert names(folder) == ["a.npz"]
    assert path.read_bytes() == b"old"


def test_an_interruption_leaves_nothing_half_written(folder, monkeypatch):
    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(folder / "a.npz", b"new")
    assert names(folder) == []


def test_a_new_file_has_ordinary_permissions_and_an_old_one_keeps_its_own(folder):
    ordinary = written(folder / "ordinary", b"")
    replace_file(folder / "new.npz", b"new")
    assert (folder / "new.npz").stat().st_mode == ordinary.stat().st_mode
    (folder / "new.npz").chmod(0o640)
    replace_file(folder / "new.npz", b"newer")
    assert stat.S_IMODE((folder / "new.npz").stat().st_mode) == 0o640


def test_a_link_survives(folder):
    _ = written(folder / "real.npz", b"old")
    (folder / "link.npz").symlink_to(folder / "real.npz")
    replace_file(folder / "link.npz", b"new")
    assert (folder / "link.npz").is_symlink()
    assert (folder / "real.npz").read_bytes() == b"new"


def test_places_that_cannot_be_written_are_refused_before_the_work(folder):
    (folder / "folder.npz").mkdir()
    for name, message in {
        "a.txt": "got the suffix '.txt'; needed .npz, .json, .csv",
        "none/a.npz": "got a folder that does not exist",
        "folder.npz": "got a folder; needed the name of a file",
    }.items():
        with pytest.raises(UnwritableFile, match=re.escape(message)):
            require_writable(folder / name)
        with pytest.raises(UnwritableFile):
            _ = write_solution(folder / name, solved())
    require_writable(folder / "a.npz")
    assert names(folder) == ["folder.npz"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_is_refused(folder):
    folder.chmod(0o500)
    with pytest.raises(UnwritableFile, match="without permission"):
        require_writable(folder / "a.npz")
    with pytest.raises(UnwritableFile, match="could not be written"):
        _ = write_solution(folder / "a.npz", solved())
    folder.chmod(0o700)


@pytest.mark.parametrize("first", ["0,1,2,3", "1,2,3,4"])
def test_a_first_row_of_column_numbers_is_not_taken_for_a_point(tmp_path, first):
    path = tmp_path / "numbered.csv"
    _ = path.write_text(f"{first}\n5,6,7,8\n")
    with pytest.raises(UnreadableFile, match="column numbers"):
        _ = read_measure(path)
    _ = path.write_text(f"5,6,7,8\n{first}\n")
    assert read_measure(path).size == 2


def test_python_spellings_of_numbers_are_not_numbers(tmp_path):
    path = tmp_path / "odd.csv"
    _ = path.write_text("1,2\n1_0,3\n")
    with pytest.raises(UnreadableFile, match="row 2, column 1: got '1_0'"):
        _ = read_measure(path)
