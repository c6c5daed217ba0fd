"""Figures of the LGAN paper and ours: tables against closed forms, other routes and each other; nothing is cut."""

import itertools
import math
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from figures import drawing, four_kinds, particle_flow, real_images, two_points, uniqueness_width
from figures import gradient_uninformativeness as uninformative_figure
from figures.catalogue import get_figure
from figures.figure import WHOLE, Size, select
from figures.style import style
from lgantheory.claims import Check
from lgantheory.errors import InvalidParameter
from lgantheory.measures import toy_case
from lgantheory.solvers import optimal_discriminator
from lgantheory.solvers.transport import wasserstein

NAMES = (
    "discriminator",
    "fields_by_loss",
    "gradient_uninformativeness",
    "real_images",
    "four_kinds",
    "lam_path",
    "two_points",
    "forest_growth",
    "uniqueness_width",
    "particle_flow",
    "counterexamples",
    "solver_scaling",
)
PHOTOGRAPHS = {"real_images"}


@cache
def tables(name: str, *, quick: bool = False):
    if name in PHOTOGRAPHS:
        _ = pytest.importorskip("skimage")
        _ = pytest.importorskip("sklearn")
    return get_figure(name).data(Size(quick=quick))


def read_back(table) -> dict[str, np.ndarray]:
    """The table as a reader of its csv file has it."""
    lines = drawing.as_csv(table).splitlines()
    rows = [line.split(",") for line in lines[1:]]
    return {name: np.array(column) for name, column in zip(lines[0].split(","), zip(*rows, strict=True), strict=True)}


def cut(picture) -> float:
    """How far anything reaches beyond the picture, in inches; the labels of ticks off their axis do not count."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(picture)
    picture.draw_without_rendering()
    whole, drawn = picture.bbox_inches, picture.get_tightbbox(canvas.get_renderer())
    return max(whole.x0 - drawn.x0, whole.y0 - drawn.y0, drawn.x1 - whole.x1, drawn.y1 - whole.y1)


# -- all of them -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_quick_picture_is_cut(name):
    found = tables(name, quick=True)
    with style():
        picture = get_figure(name).draw(found)
        assert cut(picture) < 1 / 72


def test_a_text_beyond_the_edge_is_noticed():
    from matplotlib.figure import Figure as Canvas

    picture = Canvas()
    _ = picture.text(0.95, 0.5, "too long for what is left of this picture")
    assert cut(picture) > 1.0


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_names_its_source_and_what_differs(name):
    figure = get_figure(name)
    assert figure.name == name
    assert min(len(figure.title), len(figure.source), len(figure.differs)) > 3
    assert figure.source.startswith("ours") or "LGAN" in figure.source


# -- fields ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["discriminator", "fields_by_loss", "gradient_uninformativeness"])
def test_each_arrow_lies_along_a_tight_pair(name):
    """Both columns of the csv alone: the unit vector of an arrow is that of an arc which starts at the same point."""
    shown = tables(name)
    series = "" if name == "discriminator" else str(next(iter(shown["arrows"])))
    for word in np.unique(shown["arrows"][series]) if series else [None]:
        arrows, arcs = (
            shown[key] if word is None else select(shown[key], **{series: word}) for key in ("arrows", "arcs")
        )
        rays = np.stack([arcs["to_x"] - arcs["x"], arcs["to_y"] - arcs["y"]], axis=1)
        units = rays / np.linalg.norm(rays, axis=1, keepdims=True)
        for x, y, u, v in zip(*(np.asarray(arrows[key]) for key in ("x", "y", "u", "v")), strict=True):
            here = (np.asarray(arcs["x"]) == x) & (np.asarray(arcs["y"]) == y)
            assert np.linalg.norm(units[here] - (u, v), axis=1).min() < 1e-6


def test_forced_directions_are_counted():
    shown = tables("discriminator")
    counts = np.asarray(shown["points"]["directions"])
    assert counts[np.asarray(shown["points"]["side"]) == "fake"].sum() == len(shown["arrows"]["x"])
    assert np.any(counts > 1)  # several real points tie: no gradient there
    assert np.all(counts[np.asarray(shown["points"]["side"]) == "real"] == -1)


def test_the_surface_meets_f_at_the_points_and_is_k_lipschitz():
    shown, slopes = (tables("fields_by_loss")[key] for key in ("values", "slopes"))
    for loss, k in zip(slopes["loss"], slopes["k"], strict=True):
        here = select(shown, loss=loss)
        across, up = np.unique(here["x"]), np.unique(here["y"])
        f = here["f"].reshape(len(up), len(across))
        steepest = max(
            np.abs(np.diff(f, axis=1)).max() / np.diff(across)[0], np.abs(np.diff(f, axis=0)).max() / np.diff(up)[0]
        )
        assert 0.9 * k < steepest <= k * (1.0 + 1e-9)


def test_the_slope_of_each_loss_is_that_of_another_solver():
    slopes = tables("fields_by_loss", quick=True)["slopes"]
    real, fake = toy_case(3, np.random.default_rng(1), 8)
    assert slopes["k"][0] == pytest.approx(wasserstein(real, fake).value / 0.2, rel=1e-9)
    for loss, k in list(zip(slopes["loss"], slopes["k"], strict=True))[1:]:
        assert k == pytest.approx(optimal_discriminator(real, fake, loss, 0.1, solver="conic", gap=1e-6).k, rel=1e-4)


# -- gradient uninformativeness ----------------------------------------------------------------------------------------


def test_the_unrestricted_discriminator_is_that_of_the_densities():
    """The library's bisection against (p - q)/(p + q), and what that is in cases 1 and 2."""
    shown = tables("gradient_uninformativeness")["unrestricted"]
    for case in (1, 2, 3):
        here = select(shown, case=f"case {case}")
        places = np.stack([here["x"], here["y"]], axis=1)
        p, q = (density(places) for density in uninformative_figure.DENSITIES[case])
        known = p + q > 0.0
        assert np.array_equal(np.isnan(here["f"]), ~known)
        assert here["f"][known] == pytest.approx(((p - q)[known] / (p + q)[known]), abs=1e-12)
    ones = select(shown, case="case 1")["f"]
    assert (np.sum(ones == -1.0), np.sum(ones == 1.0)) == (21**2 + 16, 41**2)
    sixths = np.round(np.unique(select(shown, case="case 2")["f"]), 12)
    assert sorted(sixths[np.isfinite(sixths)]) == [-0.6, 0.6]


def test_it_is_level_at_every_fake_of_the_first_two_cases_alone():
    shown = tables("gradient_uninformativeness")
    arrows, points = shown["unrestricted_arrows"], shown["points"]
    assert set(np.unique(arrows["case"])) == {"case 3"}
    assert len(arrows["x"]) == np.sum(select(points, case="case 3")["side"] == "fake")


def test_its_gradient_is_that_of_the_logarithm_of_the_ratio():
    """f = tanh(l / 2) with l = log p / q, so grad f = (1 - f^2) / 2 grad l, by hand for the mixture."""
    arrows = tables("gradient_uninformativeness")["unrestricted_arrows"]
    x = np.stack([arrows["x"], arrows["y"]], axis=1)
    weight = 1.0 / (1.0 + np.exp((x[:, 0] + 0.125) * -2.25 / 0.15**2))  # of the right mode: |x+1.25|^2 - |x-1|^2
    pulled = np.stack([weight * 1.0 + (1.0 - weight) * -1.25 + 0.75, np.zeros(len(x))], axis=1) / 0.15**2
    p, q = (density(x) for density in uninformative_figure.DENSITIES[3])
    f = (p - q) / (p + q)
    gradient = 0.5 * (1.0 - f**2)[:, None] * pulled
    assert arrows["slope"] == pytest.approx(np.linalg.norm(gradient, axis=1), rel=1e-4, abs=1e-9)
    assert np.stack([arrows["u"], arrows["v"]], axis=1) == pytest.approx(
        gradient / np.linalg.norm(gradient, axis=1, keepdims=True), abs=1e-4
    )


# -- real images -------------------------------------------------------------------------------------------------------


def test_the_gradient_leads_to_a_photograph():
    pairs = tables("real_images")["pairs"]
    assert len(pairs["fake"]) == 10
    assert np.asarray(pairs["cosine"]) == pytest.approx(1.0, abs=1e-9)
    assert np.asarray(pairs["slope"]) == pytest.approx(pairs["k"], rel=1e-9)
    assert np.abs(pairs["gap"]).max() < 1e-12
    assert np.any(np.asarray(pairs["real"]) != np.asarray(pairs["nearest"]))  # which photograph: not the nearest
    assert np.any(np.asarray(pairs["tight"]) > 1)


def test_the_images_lie_on_the_way_in_the_csv():
    """From bytes alone: half way is the mean, and the direction is along the difference."""
    shown = tables("real_images", quick=True)
    pixels = shown["pixels"]
    for i in shown["pairs"]["fake"]:
        rows = {
            row: np.concatenate([select(pixels, image=i, row=row)[c] for c in ("red", "green", "blue")])
            for row in real_images.ROWS
        }
        assert all(len(values) == 3072 and values.min() >= 0.0 and values.max() <= 255.0 for values in rows.values())
        assert rows["half"] == pytest.approx(0.5 * (rows["noise"] + rows["real"]), abs=1.01)
        assert rows["most"] == pytest.approx(0.1 * rows["noise"] + 0.9 * rows["real"], abs=1.01)
        difference = rows["real"] - rows["noise"]
        assert rows["direction"] - 127.5 == pytest.approx(difference * 127.5 / np.abs(difference).max(), abs=1.6)


def test_without_the_photographs_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "skimage" else name)
    with pytest.raises(InvalidParameter, match=r"got no scikit-image; needed .* pip install scikit-image\."):
        _ = real_images.photographs()


# -- four kinds --------------------------------------------------------------------------------------------------------


def test_the_table_has_the_verdicts():
    verdicts = tables("four_kinds", quick=True)["verdicts"]
    assert list(verdicts["slides"]) == ["MUST suffer", "MAY suffer", "MAY suffer", "DO NOT suffer"]
    assert list(verdicts["verdict"]) == ["HOLDS"] * 4
    assert list(verdicts["printed"]) == ["REFUTED", "HOLDS", "HOLDS", "HOLDS"]


def test_a_refuted_row_shows_in_the_table(monkeypatch):
    from verify import uninformative

    honest = uninformative.checks
    refuted = Check("LGAN: every generated sample has a real one straight uphill", 1.0, 0.0, 1e-3)
    monkeypatch.setattr(uninformative, "checks", lambda case: [*honest(case), refuted])
    found, printed = four_kinds._decided(four_kinds.QUICK_INSTANCES)
    assert found == dict.fromkeys(("unrestricted", "restricted", "compact"), "HOLDS") | {"lipschitz": "REFUTED"}
    assert printed == "REFUTED"


def test_each_sketch_is_an_optimum_of_its_kind():
    sketches = tables("four_kinds", quick=True)["sketches"]
    for kind in four_kinds.KINDS:
        rows = select(sketches, kind=kind)
        assert np.all((rows["low"] <= rows["f"] + 1e-12) & (rows["f"] <= rows["high"] + 1e-12))
    compact = select(sketches, kind="compact")
    at = {place: float(compact["f"][np.isclose(compact["x"], place)][0]) for place in (0.0, 0.02, 2.0)}
    assert at[2.0] - at[0.0] == pytest.approx(2.0)  # W1 of the two points: the decoy gains all of it
    assert at[0.02] < at[0.0]  # and falls from the fake towards the real one
    lipschitz = select(sketches, kind="lipschitz")
    inside = (lipschitz["x"] > 0.36) & (lipschitz["x"] < 1.64)
    assert np.diff(lipschitz["f"][inside]) == pytest.approx(np.diff(lipschitz["f"][inside])[0])  # the slope is forced
    assert np.diff(lipschitz["f"][inside])[0] > 0.0
    assert np.abs(select(sketches, kind="restricted")["f"]).max() <= 1.0


# -- the path of lam ---------------------------------------------------------------------------------------------------


def test_the_value_is_concave_with_slope_k_squared_and_all_keep_their_bounds():
    path = tables("lam_path")["path"]
    for loss in ("softplus", "sqrt", "exponential"):
        rows = {
            name: np.asarray(values, dtype=float) for name, values in select(path, loss=loss).items() if name != "loss"
        }
        chord = np.diff(rows["J"]) / np.diff(rows["lam"])
        k = rows["k"]
        assert np.all(chord <= k[:-1] ** 2 * (1 + 1e-6) + 1e-12)
        assert np.all(chord >= k[1:] ** 2 * (1 - 1e-6) - 1e-12)
        for letter in ("J", "k"):
            assert np.all(rows[f"{letter}_least"] <= rows[letter] + 1e-12)
            assert np.all(rows[letter] <= rows[f"{letter}_most"] + 1e-12)


def test_large_lam_is_the_wasserstein_gan():
    """2 lam k / (c W1) tends to one, with W1 from a transport plan and c by hand."""
    real, fake = toy_case(3, np.random.default_rng(0), 30)
    far = wasserstein(real, fake).value
    path = tables("lam_path")["path"]
    for loss, slope in (("softplus", 0.5), ("sqrt", 1.0), ("exponential", 1.0)):
        rows = select(path, loss=loss)
        assert 2.0 * rows["lam"] * rows["k"] / (slope * far) == pytest.approx(
            np.minimum(1.0, 2.0 * rows["lam"] * rows["k"] / (slope * far))
        )
        assert 2.0 * rows["lam"][-1] * rows["k"][-1] / (slope * far) == pytest.approx(1.0, abs=0.01)
        assert rows["k_most"] == pytest.approx(slope * far / (2.0 * rows["lam"]), rel=1e-9)


# -- two points --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "k"),
    [
        ("wasserstein", 0.5),
        ("softplus", 0.2353),
        ("exponential", 0.4078),
        ("sqrt", 0.4016),
        ("least_squares", 0.6667),
        ("hinge", 0.5),
    ],
)
def test_the_closed_form_has_the_known_slope(loss, k):
    """Distance 1, lam 1, to the digits that are known."""
    assert 2.0 * two_points.curve(loss, np.array([0.25]))[0] == pytest.approx(k, abs=5e-5)


def test_the_exponential_is_lambert_w():
    from scipy.special import lambertw

    s = np.logspace(-4.0, 5.0, 20)
    assert two_points.curve("exponential", s) == pytest.approx(np.real(lambertw(s)), rel=1e-12)


def test_the_solver_lies_on_the_closed_forms():
    shown = tables("two_points")
    for loss in two_points.INVERSES:
        solved = select(shown["solved"], loss=loss)
        t = two_points.curve(loss, solved["s"])
        bar = np.maximum(1e-9, np.sqrt(np.abs(solved["gap"])))
        assert np.all(np.abs(solved["t"] - t) <= 1e-5 * t + bar)
        assert solved["k"] == pytest.approx(2.0 * solved["t"] / solved["d"], rel=1e-6)
        assert set(np.unique(solved["lam"])) == set(two_points.LAMS)
        closed = select(shown["closed"], loss=loss)
        assert closed["k"] == pytest.approx(2.0 * closed["t"] / closed["d"])


# -- forests -----------------------------------------------------------------------------------------------------------


def test_tight_pairs_are_a_forest_that_carries_the_slope():
    """Pairs and trees add up to the points, and 2 lam k is the cost of the flow, both from the csv."""
    shown = tables("forest_growth")
    size = len(shown["points"]["x"])
    arcs = read_back(shown["arcs"])
    for lam, k, pairs, trees in zip(*(shown["counts"][key] for key in ("lam", "k", "pairs", "trees")), strict=True):
        here = arcs["lam"] == f"{lam:g}"
        assert pairs + trees == size
        assert pairs == here.sum()
        x, y, to_x, to_y, mass = (arcs[key][here].astype(float) for key in ("x", "y", "to_x", "to_y", "mass"))
        assert np.sum(mass * np.hypot(to_x - x, to_y - y)) == pytest.approx(2.0 * lam * k, rel=1e-6)


def test_the_mass_gathers_in_a_matching():
    shown = tables("forest_growth")
    shares = []
    for lam in shown["counts"]["lam"]:
        mass = np.sort(select(shown["arcs"], lam=f"{lam:g}")["mass"])[::-1]
        shares.append(mass[: len(shown["points"]["x"]) // 2].sum() / mass.sum())
    assert shares[-1] > 0.99
    assert shares[-1] > shares[2] > 0.5
    assert np.all(np.diff(shown["counts"]["k"]) < 0.0)


# -- width of the optimal set ------------------------------------------------------------------------------------------


def test_the_linear_optima_reach_from_minus_ten_to_eight():
    optima = tables("uniqueness_width", quick=True)["optima"]
    linear, strict = (select(optima, share=share) for share in ("0", "1"))
    far = linear["x"] == 10.0
    assert (linear["low"][far][0], linear["high"][far][0]) == pytest.approx((-10.0, 8.0), abs=1e-6)
    assert linear["k"][0] == pytest.approx(1.0)
    assert strict["high"] == pytest.approx(strict["low"], abs=1e-9)


def test_the_width_has_its_closed_form_and_shrinks_like_a_root():
    """Linear: (k - 1)^2 <= 2 epsilon leaves 8 k up and 10 k down, 18 (1 + (2 epsilon)^(1/2)) in all."""
    widths = tables("uniqueness_width")["widths"]
    linear = select(widths, share=0.0)
    assert linear["width"] == pytest.approx(18.0 * (1.0 + np.sqrt(2.0 * linear["epsilon"])), rel=1e-5)
    for share in uniqueness_width.SHARES[1:]:
        rows = select(widths, share=share)
        rate = np.polyfit(np.log(rows["epsilon"][:4]), np.log(rows["width"][:4]), 1)[0]
        assert rate == pytest.approx(0.5, abs=0.02)
    last = [select(widths, share=share)["width"] for share in uniqueness_width.SHARES]
    assert all(np.all(wider > narrower) for wider, narrower in itertools.pairwise(last))


# -- particles ---------------------------------------------------------------------------------------------------------


def test_the_trace_is_that_of_the_places():
    """W1 of equally many points is an assignment; for linear losses k = W1 / (2 lam) and D = lam k^2."""
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    shown = tables("particle_flow")
    real = np.stack([shown["real"]["x"], shown["real"]["y"]], axis=1)
    for loss in particle_flow.LOSSES:
        rows, trace = select(shown["places"], loss=loss), select(shown["trace"], loss=loss)
        ways = np.stack([rows["x"], rows["y"]], axis=1).reshape(-1, len(real), 2)
        assert np.linalg.norm(np.diff(ways, axis=0), axis=2).max() <= particle_flow.STEP * (1.0 + 1e-9)
        for step in (0, 7, len(ways) - 1):
            distances = cdist(ways[step], real)
            best = distances[linear_sum_assignment(distances)].mean()
            assert trace["W1"][step] == pytest.approx(best, rel=1e-9)
        assert np.all(np.diff(trace["D"][:12]) < 0.0)
    linear = select(shown["trace"], loss="wasserstein")
    assert linear["k"] == pytest.approx(linear["W1"] / (2.0 * particle_flow.LAM), rel=1e-9)
    assert linear["D"] == pytest.approx(particle_flow.LAM * linear["k"] ** 2, rel=1e-6)
    assert np.all(np.diff(linear["W1"][:12]) < 0.0)


def test_softplus_leaves_real_points_alone_for_a_small_lam():
    shown = tables("particle_flow")
    left = {loss: select(shown["trace"], loss=loss)["W1"][-1] for loss in particle_flow.LOSSES}
    assert left["wasserstein"] < particle_flow.STEP < 2.0 * particle_flow.STEP < left["softplus"]


def test_the_animation_has_a_frame_for_each_step(tmp_path: Path, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    monkeypatch.setattr(particle_flow, "QUICK_STEPS", 2)
    path = tmp_path / "flow.gif"
    assert particle_flow.gif(out=path, quick=True) == 0
    with image.open(path) as gif:
        assert gif.n_frames == 3
    with pytest.raises(InvalidParameter, match=r"needed a name that ends in \.gif"):
        _ = particle_flow.gif(out=tmp_path / "flow.mp4")


# -- counterexamples ---------------------------------------------------------------------------------------------------


def test_every_hypothesis_of_the_four_theorems_has_a_refuted_problem():
    problems = tables("counterexamples")["problems"]
    assert set(problems["verdict"]) == {"REFUTED"}
    claims = [import_module(f"verify.theorem{number}").CLAIM for number in (1, 2, 3, 4)]
    expected = {(claim.ref, drops) for claim in claims for drops in claim.hypotheses}
    shown = {
        (theorem, drops.replace(" ", "_"))
        for theorem, drops in zip(problems["theorem"], problems["drops"], strict=True)
    }
    assert shown == expected


def values_of(witness: str, name: str) -> dict[tuple[str, float], float]:
    shown = tables("counterexamples")
    word = next(
        word
        for word, text in zip(shown["problems"]["break"], shown["problems"]["witness"], strict=True)
        if witness in text
    )
    rows = select(shown["points"], **{"break": word})
    return {(side, float(x)): float(value) for side, x, value in zip(rows["side"], rows["x"], rows[name], strict=True)}


def test_the_drawn_optima_are_the_known_ones():
    squares = values_of("least_squares(1)", "f")
    assert squares == pytest.approx({("real", 0.0): 2 / 3, ("fake", 1.0): -1 / 3, ("fake", 3.0): -1.0}, abs=1e-6)
    assert values_of("hinge(1), same points", "low")["fake", 3.0] == pytest.approx(-1.25, abs=1e-5)
    assert values_of("hinge(1), same points", "high")["fake", 3.0] == pytest.approx(-1.0, abs=1e-5)
    assert values_of("f* = (-4; -1, 1)", "f") == pytest.approx(
        {("fake", 0.0): -4.0, ("real", 1.0): -1.0, ("real", 3.0): 1.0}, abs=1e-5
    )
    assert values_of("pushed away with slope k = 0.229", "f")["fake", 1.0] == pytest.approx(
        values_of("pushed away with slope k = 0.229", "f")["real", 0.0] - 0.2286, abs=1e-4
    )
    cone = values_of("(k - 1)^2", "f")
    assert cone["real", 1.0] - cone["real", 0.0] == pytest.approx(0.942, abs=5e-4)


def test_what_is_not_attained_or_free_has_no_end():
    assert values_of("softplus without penalty", "f") == {("fake", 0.0): -math.inf, ("real", 1.0): math.inf}
    assert set(values_of("J(c) = log(1 + e^-c) falls to 0", "f").values()) == {math.inf}
    for witness in ("all constants are optimal", "f* + c is optimal", "every constant is optimal"):
        assert set(values_of(witness, "low").values()) == {-math.inf}
        assert set(values_of(witness, "high").values()) == {math.inf}


def test_the_envelopes_pass_through_the_points():
    shown = tables("counterexamples")
    for word in shown["problems"]["break"]:
        points, lines = (select(shown[name], **{"break": word}) for name in ("points", "lines"))
        assert np.all(lines["low"] <= lines["high"] + 1e-12)
        for x, f in zip(points["x"], points["f"], strict=True):
            here = lines["x"] == x
            if math.isfinite(f):
                assert (lines["low"][here][0], lines["high"][here][0]) == pytest.approx((f, f), abs=1e-6)


# -- scaling -----------------------------------------------------------------------------------------------------------


def test_only_certified_rows_are_drawn():
    shown = tables("solver_scaling")
    for table in shown.values():
        assert np.abs(table["gap"]).max() <= 1e-12
        assert np.all(table["seconds"] > 0.0)
    large = select(shown["transport"], case="overlapping", lam=0.1, n=5000.0)
    assert len(large["n"]) >= 2
    assert np.all(large["seconds"] < large["rival_seconds"])


def test_uncertified_rows_are_left_out(tmp_path: Path):
    from figures.solver_scaling import timings

    path = tmp_path / "some.csv"
    head = "n,d,lam,loss,case,rival,seconds,rival_seconds,gap,certified"
    lines = ["# run: default", head, "10,2,0.1,softplus,a,b,1,,0,True", "20,2,0.1,softplus,a,b,1,2,1e-3,False"]
    _ = path.write_text("\n".join([*lines, "30,2,0.1,sqrt,a,b,1,2,0,True"]) + "\n")
    found = timings(path)
    assert found["n"].tolist() == [10.0]
    assert math.isnan(found["rival_seconds"][0])


def test_missing_results_name_the_command(tmp_path: Path):
    whole = get_figure("solver_scaling")
    stored = tuple((tmp_path / path.name, command) for path, command in whole.stored)
    other = replace(whole, stored=stored)
    drawn = drawing.draw(other, tmp_path, formats=("png",), size=WHOLE)
    assert drawn.state == "missing"
    assert drawn.note.endswith("make it with: python -m benchmarks transport")


def test_tables_of_the_same_columns_are_stacked():
    from figures.stacking import stacked

    found = stacked({"a": {"x": [1.0, 2.0]}, "b": {"x": [3.0]}}, "series")
    assert found["series"].tolist() == ["a", "a", "b"]
    assert found["x"].tolist() == [1.0, 2.0, 3.0]
