"""The command that draws figures: what it writes, and when again; and what every figure of the folder keeps to."""

import csv
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import figures.__main__ as command
from figures import digests, drawing
from figures.catalogue import get_figure, list_figures
from figures.curves import joined, rows_of, words
from figures.drawing import as_csv, draw
from figures.figure import Figure, Size, Table, Tables, select
from figures.sources import OURS, UNDRAWN, markdown
from figures.style import panels, style
from lgantheory.commands.running import run
from lgantheory.errors import InvalidParameter, LGANTheoryError, UnknownName, UnwritableFile

QUICK = Size(quick=True)
NAMES = list_figures()
SMALLEST_TEXT = 5.5  # points; below, a page at its own size cannot be read


def _tables(size: Size) -> Tables:
    """Two numbers, or three when not in haste."""
    x = [0.5, 1.0 / 3.0] if size.quick else [0.5, 1.0 / 3.0, math.nan]
    return {"values": {"word": ["one, with a comma", 'two "quoted"', "three"][: len(x)], "x": x}}


def _plot(tables: Tables) -> Any:
    figure, axes = panels(1, 1, width=2.0, height=1.5)
    _ = axes[0, 0].plot(tables["values"]["x"])
    _ = axes[0, 0].set(xlabel="row", ylabel="x")
    return figure


MADE_UP = Figure("made_up", "a title", "ours", "nothing to differ from", _tables, _plot)


def _run(*arguments: str) -> int:
    return run(command.app, arguments, name="python -m figures")


def _use(monkeypatch: pytest.MonkeyPatch, *made: Figure) -> None:
    """Let the command know these figures alone."""
    known = {figure.name: figure for figure in made}
    monkeypatch.setattr("figures.catalogue._catalogue", lambda: known)


def _read(path: Path) -> dict[str, list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {name: [row[index] for row in rows[1:]] for index, name in enumerate(rows[0])}


# -- every figure of the folder ----------------------------------------------------------------------------------------


def _computed(name: str) -> Tables:
    figure = get_figure(name)
    missing = [str(path) for path, _ in figure.stored if not path.is_file()]
    if missing:
        pytest.skip(f"needs stored results: {missing[0]}")
    try:
        return figure.data(QUICK)
    except LGANTheoryError as refusal:
        pytest.skip(str(refusal))


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_says_what_it_is_and_stands_in_the_file_of_its_name(name: str) -> None:
    figure = get_figure(name)
    assert Path(sys.modules[f"figures.{name}"].__file__ or "").stem == figure.name == name
    for text in (figure.title, figure.source, figure.differs):
        assert len(text.split()) > 1 or text == OURS
        assert "\n" not in text
    document = re.split(r"\W", figure.source)[0]
    assert document in (OURS, "LGAN", "lecture", "talk", "slides", "paper", "summary"), "a source that there is"


# All of them take half a minute; these are quick, and of each kind of panel.
SAMPLE = ("penalty_regions", "value_shapes")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in SAMPLE else pytest.mark.slow) for name in NAMES]
)
def test_a_figure_draws_tables_that_can_be_written_and_nothing_in_it_is_cut_or_too_small(name: str) -> None:
    tables = _computed(name)
    for label, table in tables.items():
        assert re.fullmatch(r"[A-Za-z0-9_]+", label)
        assert as_csv(table).count("\n") > 1, "a table without rows shows nothing"
    with style():
        assert faults(get_figure(name).draw(tables)) == []


def faults(picture: Any) -> list[str]:
    """What a reader would complain of: texts cut by the edge or too small, panels that show nothing."""
    texts, page = _drawn_texts(picture), picture.bbox
    found = [f"too small: {text.get_text()!r}" for text, _ in texts if text.get_fontsize() < SMALLEST_TEXT]
    for text, box in texts:
        inside = page.x0 - 1 <= box.x0 <= box.x1 <= page.x1 + 1 and page.y0 - 1 <= box.y0 <= box.y1 <= page.y1 + 1
        seen = text.axes is None or not text.get_clip_on() or box.overlaps(text.axes.bbox)
        if seen and not inside:
            found.append(f"cut: {text.get_text()!r}")
    return found + [f"nothing in panel {i}" for i, axes in enumerate(picture.axes) if axes.axison and _is_empty(axes)]


def _is_empty(axes: Any) -> bool:
    return not (axes.has_data() or axes.texts or axes.patches)


def _drawn_texts(picture: Any) -> list[tuple[Any, Any]]:
    """Texts with words that are drawn, with their boxes; tick labels beyond the limits exist, but are not drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    drawn, original = [], Text.draw

    def record(text: Any, renderer: Any) -> None:
        drawn.append(text)
        original(text, renderer)

    canvas = FigureCanvasAgg(picture)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", record)
        canvas.draw()
    boxes = [(text, text.get_window_extent(canvas.get_renderer())) for text in drawn if text.get_text().strip()]
    return [(text, box) for text, box in boxes if text.get_visible() and box.width > 0.0]


def _broken(change: Callable[[Any], object]) -> list[str]:
    figure, axes = panels(1, 1, width=2.0, height=1.5)
    figure.set_layout_engine("none")
    axes[0, 0].set_position((0.3, 0.3, 0.5, 0.5))
    _ = axes[0, 0].plot([0.0, 1.0])
    _ = change(axes[0, 0])
    return faults(figure)


def test_faults_are_found() -> None:
    assert _broken(lambda axes: axes.set_title("fine")) == []
    assert _broken(lambda axes: axes.text(0.9, 0.5, "far too long for this place")) == [
        "cut: 'far too long for this place'"
    ]
    assert _broken(lambda axes: axes.text(9.0, 9.0, "out of sight", clip_on=True)) == []
    assert _broken(lambda axes: axes.text(0.5, 0.5, "tiny", fontsize=4)) == ["too small: 'tiny'"]
    assert _broken(lambda axes: axes.clear()) == ["nothing in panel 0"]


# -- tables ------------------------------------------------------------------------------------------------------------


def test_a_csv_file_holds_its_table_to_the_last_digit(tmp_path: Path) -> None:
    table = {"word": ["a,b", 'c"d', "e"], "x": np.array([0.1, -1e-300, 1.0 / 3.0]), "n": [1, 2.0, math.nan]}
    path = tmp_path / "table.csv"
    _ = path.write_text(as_csv(table), encoding="utf-8")
    read = _read(path)
    assert read["word"] == table["word"]
    assert [float(cell) for cell in read["x"]] == table["x"].tolist()
    assert read["n"] == ["1", "2", ""], "a whole number stays whole, and what is missing is empty"


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"lengths \{'a': 2, 'b': 1\}"):
        _ = as_csv({"a": [1, 2], "b": [1]})


def test_rows_are_chosen_and_tables_joined() -> None:
    one: Table = rows_of(series="one", x=[1.0, 2.0], y=3.0)
    assert one == {"series": ["one", "one"], "x": [1.0, 2.0], "y": [3.0, 3.0]}
    both = joined(rows_of(series="two", x=[4.0], y=5.0), one)
    assert both["x"] == [4.0, 1.0, 2.0]
    assert words(both) == ["two", "one"], "in the order in which they come"
    assert select(both, series="one", x=2.0)["y"].tolist() == [3.0]


# -- what is written, and when -----------------------------------------------------------------------------------------


def test_a_figure_becomes_pictures_tables_and_a_record(tmp_path: Path) -> None:
    drawn = draw(MADE_UP, tmp_path, formats=("pdf", "png", "svg"))
    assert drawn.state == "drawn"
    names = {"made_up-values.csv", "made_up.pdf", "made_up.png", "made_up.svg"}
    assert {path.name for path in drawn.files} == names
    assert {path.name for path in tmp_path.iterdir()} == names | {"made_up.json"}
    assert (tmp_path / "made_up.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "made_up.png").read_bytes().startswith(b"\x89PNG")
    assert ">row</text>" in (tmp_path / "made_up.svg").read_text(), "text stays text"
    assert b"/Type3" not in (tmp_path / "made_up.pdf").read_bytes(), "no letters as pictures"
    record = json.loads((tmp_path / "made_up.json").read_text())
    assert (record["title"], record["source"], record["quick"]) == ("a title", "ours", False)


def test_the_csv_file_holds_what_is_drawn(tmp_path: Path) -> None:
    seen: list[Tables] = []

    def plot(tables: Tables) -> Any:
        seen.append(tables)
        return _plot(tables)

    _ = draw(replace(MADE_UP, draw=plot), tmp_path)
    assert (tmp_path / "made_up-values.csv").read_text(encoding="utf-8") == as_csv(seen[0]["values"])
    assert len(seen) == 1, "computed and drawn once, whatever the number of formats"


def test_the_same_figure_has_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        assert draw(get_figure("penalty_regions"), folder, formats=("pdf", "png", "svg"), size=QUICK).state == "drawn"
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert first == second


def test_what_has_not_changed_is_left_alone(tmp_path: Path) -> None:
    first = draw(MADE_UP, tmp_path)
    written = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = draw(MADE_UP, tmp_path)
    assert (first.state, again.state) == ("drawn", "unchanged")
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written
    assert again.files == first.files
    assert again.there
    assert first.there


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "made_up-values.csv").write_text("word,x\n"),
        lambda folder: (folder / "made_up.png").unlink(),
        lambda folder: (folder / "made_up.json").write_text("{"),
        lambda folder: (folder / "made_up.json").write_text("[1]"),
        lambda folder: (folder / "made_up.json").write_text('{"files": {"../made_up.png": ""}}'),
    ],
    ids=["table edited", "picture lost", "record cut", "record of another kind", "record that leaves the folder"],
)
def test_what_was_touched_is_drawn_again(change: Callable[[Path], object], tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in draw(MADE_UP, tmp_path, formats=("png",)).files}
    _ = change(tmp_path)
    assert draw(MADE_UP, tmp_path, formats=("png",)).state == "drawn"
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_other_options_code_or_texts_draw_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(figure: Figure = MADE_UP, **options: Any) -> str:
        return draw(figure, tmp_path, **options).state

    assert [drawn(), drawn()] == ["drawn", "unchanged"]
    assert [drawn(size=QUICK), drawn(size=QUICK)] == ["drawn", "unchanged"]
    assert [drawn(formats=("png",)), drawn(formats=("png",))] == ["drawn", "unchanged"]
    assert drawn(replace(MADE_UP, differs="in something")) == "drawn"
    monkeypatch.setattr(digests, "_library", lambda: b"another library")
    assert drawn(replace(MADE_UP, differs="in something")) == "drawn"


def test_stored_results_are_named_when_missing_and_count_when_they_change(tmp_path: Path) -> None:
    results = tmp_path / "results.csv"
    figure = replace(MADE_UP, stored=((results, "python -m benchmarks"),))
    missing = draw(figure, tmp_path)
    assert (missing.state, missing.files, missing.there) == ("missing", (), False)
    assert missing.note == f"needs {results}; make it with: python -m benchmarks"
    _ = results.write_text("1")
    assert [draw(figure, tmp_path).state for _ in range(2)] == ["drawn", "unchanged"]
    _ = results.write_text("2")
    assert draw(figure, tmp_path).state == "drawn"


def test_tables_that_a_figure_no_longer_has_are_removed_unless_somebody_edited_them(tmp_path: Path) -> None:
    def with_more(size: Size) -> Tables:
        return {**_tables(size), "old": {"x": [1]}, "edited": {"x": [1]}}

    _ = draw(replace(MADE_UP, data=with_more, title="with more"), tmp_path)
    _ = (tmp_path / "made_up-edited.csv").write_text("mine")
    _ = (tmp_path / "made_up-other.csv").write_text("mine")
    _ = draw(MADE_UP, tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == [
        "made_up-edited.csv",
        "made_up-other.csv",
        "made_up-values.csv",
    ]


def test_a_folder_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile):
        _ = draw(MADE_UP, tmp_path / "gone")


def test_a_digest_follows_imports_and_no_more() -> None:
    folder = Path(digests.__file__).parent
    found = {path.relative_to(folder.parent).as_posix() for path in digests.reached({folder / "talk_data.py"})}
    assert {"figures/talk_data.py", "figures/curves.py", "figures/style.py", "verify/stability/mixture.py"} <= found
    assert "verify/balls.py" in found, "imports of imports"
    assert not found & {"figures/saturation.py", "verify/theorem1.py"}
    assert {path.split("/")[0] for path in found} == {"figures", "verify"}


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_list_names_every_figure_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--list") == 0
    shown = capsys.readouterr().out
    for name in NAMES:
        assert re.search(rf"^{name} ", shown, re.MULTILINE)
        assert get_figure(name).source in shown
    assert _run("saturation", "--list") == 0
    assert capsys.readouterr().out.count("\n") == 2


def test_the_table_has_a_row_for_every_figure_and_for_what_is_not_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--table") == 0
    shown = capsys.readouterr().out
    assert shown == markdown()
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in shown.splitlines()]
    assert {len(row) for row in rows} == {3}, "three columns in each row"
    ours = [row[1].strip().strip("`") for row in rows[2:]]
    assert sorted(name for name in ours if name != "none") == NAMES
    assert ours.count("none") == len(UNDRAWN)


def test_the_table_escapes_what_would_end_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, replace(MADE_UP, source="lecture, |x|", differs="a | b"))
    rows = [line for line in markdown().splitlines() if "made_up" in line]
    assert rows == [r"| lecture, \|x\| | `made_up` | a \| b |"]


def test_figures_are_drawn_into_a_new_folder_and_the_second_time_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _use(monkeypatch, MADE_UP)
    out = tmp_path / "new" / "folder"
    assert _run("--quick", "--out", str(out), "--format", "svg, png,svg") == 0
    assert f"1 of 1 figures are in {out}" in capsys.readouterr().out
    assert sorted(path.suffix for path in out.iterdir()) == [".csv", ".json", ".png", ".svg"]
    assert len(_read(out / "made_up-values.csv")["x"]) == 2, "--quick"
    assert _run("made_up", "made_up", "--quick", "--out", str(out), "--format", "svg,png") == 0
    shown = capsys.readouterr().out
    assert shown.count("unchanged") == 1


def _refused(size: Size) -> Tables:
    raise InvalidParameter("got no package; needed one. Install it.")


def test_a_figure_that_cannot_be_drawn_is_said_so_and_ends_with_two_if_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = replace(MADE_UP, name="refused", data=_refused)
    missing = replace(MADE_UP, name="missing", stored=((tmp_path / "none", "make it"),))
    _use(monkeypatch, MADE_UP, refused, missing)
    assert _run("--out", str(tmp_path)) == 0
    shown = capsys.readouterr().out
    assert "got no package; needed one." in shown
    assert "make it with: make it" in shown
    assert "1 of 3 figures" in shown
    assert (tmp_path / "made_up.pdf").is_file(), "the others are drawn"
    for name, status in (("refused", 2), ("missing", 2), ("made_up", 0)):
        assert _run(name, "--out", str(tmp_path)) == status


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["saturatoin"], "Did you mean saturation?"),
        (["zzz"], "python -m figures --list"),
        (["--format", "jpeg"], "needed any of pdf, png, svg"),
        (["--format", ""], "needed any of pdf, png, svg"),
        (["--out", "FILE"], "which cannot be made"),
        (["--out", "FILE/below"], "which cannot be made"),
    ],
)
def test_misuse_is_one_line_and_status_two(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    _ = file.write_text("mine")
    given = [argument.replace("FILE", str(file)) for argument in arguments]
    given = given if "--out" in given else [*given, "--out", str(tmp_path)]
    assert _run(*given) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert file.read_text() == "mine"


def test_a_folder_without_permission_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(size: Size) -> Tables:
        pytest.fail("worked")

    def allowed(path: object, mode: int) -> bool:  # whoever runs the tests may be root
        return mode == os.R_OK

    _use(monkeypatch, replace(MADE_UP, data=work))
    monkeypatch.setattr("os.access", allowed)
    assert _run("--out", str(tmp_path)) == 2
    assert "without permission to write" in capsys.readouterr().err


def test_unknown_figures_are_an_error_of_their_own() -> None:
    with pytest.raises(UnknownName, match="one of the"):
        _ = get_figure("nothing")


@pytest.mark.slow
def test_the_command_starts_from_the_shell_and_needs_neither_torch_nor_a_window(tmp_path: Path) -> None:
    probe = (
        "import sys, figures.__main__ as m; from lgantheory.commands.running import run;"
        f"status = run(m.app, ['generator_losses', '--quick', '--out', {str(tmp_path)!r}], name='figures');"
        "assert not {'torch', 'cvxpy', 'ot', 'matplotlib.pyplot'} & set(sys.modules); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 figures" in done.stdout
    assert (tmp_path / "generator_losses.pdf").stat().st_size > 1000


def test_formats_are_those_with_metadata() -> None:
    assert set(drawing.FORMATS) == set(drawing._METADATA)


def test_the_readme_lists_the_figures_of_the_sources() -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text()
    shown = text.partition("<!-- figures -->\n")[2].partition("\n<!-- /figures -->")[0]
    assert shown == markdown().rstrip("\n"), "make it anew: python -m figures --table"
