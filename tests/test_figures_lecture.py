"""What the figures of the lecture and the talk plot: closed forms, golden values, and facts, by another route each."""

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize

from figures.catalogue import get_figure
from figures.earth_movers import DATA, GENERATED, TOTAL
from figures.f_divergences import TITLES
from figures.figure import WHOLE, Size, Table, Tables, column, select
from figures.talk_data import FAIR, MIXTURE, OWN_RANGE, SUM, apart
from figures.value_shapes import FAKE_PLACES, MARGIN, REAL_PLACES, kept
from lgantheory import get_divergence

LOG2 = math.log(2.0)
PARTS = ((-0.5, 0.18), (0.0, 0.14), (0.75, 0.12))  # mean and deviation of the talk's components


@cache
def _tables(name: str, *, quick: bool = False) -> Tables:
    return get_figure(name).data(Size(quick=True) if quick else WHOLE)


def _close(found: Any, expected: Any, tolerance: float = 1e-9) -> bool:
    return bool(np.allclose(found, expected, rtol=tolerance, atol=tolerance))


def _only(table: Table, name: str, **equal: object) -> float:
    """The one value of a column in the rows with these words."""
    values = select(table, **equal)[name]
    assert len(values) == 1
    return float(values[0])


# -- saturation --------------------------------------------------------------------------------------------------------


def test_on_two_lines_divergences_jump_and_w1_is_the_distance() -> None:
    lines = _tables("saturation", quick=True)["lines"]
    theta = np.unique(column(lines, "theta"))
    apart_by = theta > 0.0
    assert theta[0] == 0.0
    assert _close(select(lines, series="W1")["value"], theta)
    assert _close(select(lines, series="JSD")["value"], np.where(apart_by, LOG2, 0.0))
    assert _close(select(lines, series="TV")["value"], np.where(apart_by, 1.0, 0.0))


def test_the_slope_felt_is_that_of_twice_the_divergence() -> None:
    felt = select(_tables("saturation")["slopes"], series="2 JSD")
    theta, value, slope = felt["theta"], felt["value"], felt["slope"]
    assert _close(_at(felt, 1.0, "value"), 2.0 * 0.1114214822, 1e-9)
    assert _close(_at(felt, 1.0, "slope"), 0.3979728672, 1e-8)
    by_differences = (value[2:] - value[:-2]) / (theta[2:] - theta[:-2])
    assert _close(slope[1:-1], by_differences, 3e-3)
    assert (np.diff(value) > 0.0).all()
    assert value[-1] < 2.0 * LOG2 < value[-1] + 1e-3
    assert slope.argmax() == np.abs(theta - 1.625).argmin(), "pulls hardest at 1.6 and ever less beyond"
    assert (slope[theta > 4.0] < 2.0 * np.exp(-(theta[theta > 4.0] ** 2) / 8.0)).all()


def _at(rows: Table, theta: float, name: str) -> float:
    return float(column(rows, name)[column(rows, "theta") == theta][0])


def test_the_discriminator_is_the_share_of_the_data() -> None:
    critic = _tables("saturation")["critic"]
    theta, x = column(critic, "theta"), column(critic, "x")
    p, q = stats.norm.pdf(x), stats.norm.pdf(x - theta)
    assert _close(critic["D"], p / (p + q))


# -- covering and seeking ----------------------------------------------------------------------------------------------


def test_fits_of_one_gaussian_to_two_modes_have_the_known_values() -> None:
    fits = _tables("covering_and_seeking", quick=True)["fits"]
    golden = {
        "forward": (0.0, math.sqrt(10.0), 0.461995),
        "reverse, near a mode": (2.98431, 1.02337, 0.688769),
        "reverse, at the centre": (0.0, 2.74377, 0.840621),
    }
    for fit, values in golden.items():
        found = [_only(fits, name, fit=fit) for name in ("mean", "deviation", "KL")]
        assert found == pytest.approx(values, abs=5e-6)


def _reverse_kl(mean: float, deviation: float, c: float = 3.0) -> float:
    """KL of N(mean, deviation^2) from the mixture, by adaptive quadrature."""

    def integrand(x: float) -> float:
        density = stats.norm.pdf(x, mean, deviation)
        log_p = np.logaddexp(stats.norm.logpdf(x, c), stats.norm.logpdf(x, -c)) - LOG2
        return float(density * (stats.norm.logpdf(x, mean, deviation) - log_p))

    return quad(integrand, mean - 10 * deviation, mean + 10 * deviation, limit=200)[0]


def test_the_landscape_of_reverse_kl_is_that_of_another_quadrature() -> None:
    reverse = _tables("covering_and_seeking", quick=True)["reverse"]
    rows = list(zip(reverse["mean"], reverse["deviation"], reverse["KL"], strict=True))
    assert len(rows) == 81
    for mean, deviation, value in rows[::7]:
        assert value == pytest.approx(_reverse_kl(mean, deviation), rel=1e-6)


def test_the_minima_are_minima_and_their_order_turns_at_2_80() -> None:
    distances = _tables("covering_and_seeking")["distances"]
    near, centre = (select(distances, fit=f"reverse, {which}") for which in ("near a mode", "at the centre"))
    c = near["c"]
    assert np.isnan(near["KL"][c < 2.4]).all()
    assert not np.isnan(near["KL"][c > 2.5]).any()
    assert (c[near["KL"] > centre["KL"]] < 2.81).all()
    assert (c[near["KL"] < centre["KL"]] > 2.81).all()
    found = minimize(lambda z: _reverse_kl(z[0], math.exp(z[1]), 4.0), [4.0, 0.0], method="Nelder-Mead")
    assert near["KL"][-1] == pytest.approx(found.fun, abs=1e-6)
    assert near["KL"][-1] < LOG2 < near["KL"][-1] + 1e-4


def test_densities_of_the_fits_have_mass_one() -> None:
    densities = _tables("covering_and_seeking", quick=True)["densities"]
    for word in dict.fromkeys(densities["series"]):
        rows = select(densities, series=word)
        assert np.trapezoid(rows["density"], rows["x"]) == pytest.approx(1.0, abs=0.04), "the page cuts the tails"


# -- f-divergences -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TITLES)
def test_a_conjugate_is_the_supremum_over_ratios(name: str) -> None:
    conjugates = select(_tables("f_divergences")["conjugates"], row=name)
    u = np.geomspace(1e-8, 1e8, 4001)
    values = get_divergence(name).generator(u)
    end = _only(_tables("f_divergences")["ends"], "slope_at_infinity", row=name)
    for t, conjugate in zip(conjugates["t"][::9], conjugates["conjugate"][::9], strict=True):
        supremum = float((u * t - values).max())
        if np.isnan(conjugate):
            assert t > end - 1e-12, "infinite beyond the slope at infinity alone"
            assert supremum > 1.0
        elif t < (2.0 if math.isnan(end) else end) - 0.05:
            assert conjugate == pytest.approx(supremum, rel=2e-4, abs=2e-4)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("total_variation", (-4.0, 2.0)), ("pearson", (-4.0, -2.0)), ("squared_hellinger", (1.0, 2.0)), ("kl", None)],
)
def test_printed_formulas_are_the_conjugates_where_they_are_right(name: str, wrong: tuple[float, float] | None) -> None:
    rows = select(_tables("f_divergences")["conjugates"], row=name)
    t, difference = rows["t"], rows["printed"] - rows["conjugate"]
    differs = np.isfinite(rows["printed"]) & ~(np.abs(difference) < 1e-6)
    if wrong is None:
        assert not differs.any()
        return
    assert wrong[0] <= t[differs].min() <= wrong[0] + 0.1
    assert wrong[1] - 0.1 <= t[differs].max() <= wrong[1]
    assert name != "total_variation" or _close(t[~differs].clip(-0.5, 0.5), t[~differs], 0.02)


def test_generators_meet_the_known_numbers() -> None:
    ends = _tables("f_divergences")["ends"]
    assert [_only(ends, "slope_at_1", row=row) for row in ("kl", "reverse_kl", "gan", "jeffreys")] == pytest.approx(
        [1.0, -1.0, -LOG2, 0.0]
    )
    assert _only(ends, "slope_at_infinity", row="jensen_shannon") == pytest.approx(LOG2)
    generators = _tables("f_divergences")["generators"]
    for row in TITLES:
        at = select(generators, row=row, u=1.0)["f"]
        assert at.tolist() == pytest.approx([-2.0 * LOG2 if row == "gan" else 0.0])


# -- earth movers ------------------------------------------------------------------------------------------------------


def test_every_plan_moves_one_pile_onto_the_other_and_costs_what_is_written() -> None:
    tables = _tables("earth_movers")
    for name in ("best", "independent", "crossed"):
        moves = select(tables["moves"], plan=name)
        sent, got = (np.bincount(moves[end].astype(int), moves["mass"], len(DATA)) for end in ("start", "end"))
        assert _close(sent, np.array(GENERATED) / TOTAL)
        assert _close(got, np.array(DATA) / TOTAL)
        length = np.abs(moves["start"] - moves["end"]) @ moves["mass"]
        assert _only(tables["distances"], "B", plan=name) == pytest.approx(length)


def test_the_best_plan_costs_the_area_between_the_distribution_functions() -> None:
    distances = _tables("earth_movers")["distances"]
    between = np.abs(np.cumsum(np.array(GENERATED) - np.array(DATA))).sum() / TOTAL
    best, independent, crossed = distances["B"]
    assert best == pytest.approx(between)
    assert best < independent < crossed


# -- generator losses --------------------------------------------------------------------------------------------------


def test_slopes_of_the_generator_losses_are_their_derivatives_and_in_the_ratio_of_the_odds() -> None:
    losses = _tables("generator_losses")["losses"]
    minimax, other = (select(losses, series=name) for name in dict.fromkeys(losses["series"]))
    for rows, expected in ((minimax, np.log1p(-minimax["D"])), (other, -np.log(other["D"]))):
        assert _close(rows["loss"], expected)
        assert _close(np.gradient(rows["loss"], rows["logit"])[1:-1], rows["slope"][1:-1], 1e-4)
    assert _close(minimax["slope"] / other["slope"], minimax["D"] / (1.0 - minimax["D"]))
    assert _close(minimax["D"], 1.0 / (1.0 + np.exp(-minimax["logit"])))


# -- penalty regions ---------------------------------------------------------------------------------------------------


def _distance_to_segments(places: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """From each place to the nearest of all segments between a start and an end."""
    along = (end - start)[None]
    share = ((places[:, None] - start) * along).sum(-1) / (along**2).sum(-1)
    return np.linalg.norm(places[:, None] - start - share.clip(0, 1)[..., None] * along, axis=-1).min(axis=1)


def test_penalties_look_where_they_are_said_to() -> None:
    tables = _tables("penalty_regions")
    real, fake = (_places(select(tables["samples"], side=side)) for side in ("real", "fake"))
    at = {name: _places(select(tables["places"], penalty=name)) for name in dict.fromkeys(tables["places"]["penalty"])}
    starts, ends = np.repeat(fake, len(real), axis=0), np.tile(real, (len(fake), 1))
    for name in ("segments of random pairs", "segments of the best plan"):
        assert (_distance_to_segments(at[name], starts, ends) < 1e-9).all()
    order = np.array(_assignment(real, fake))
    assert (_distance_to_segments(at["segments of the best plan"], fake, real[order]) < 1e-9).all()
    assert (_distance_to_segments(at["segments of random pairs"], fake, real[order]) > 1e-2).mean() > 0.5
    assert _close(at["real points"], real)
    assert _close(at["generated points"], fake)
    noise = at["data with noise"] - np.repeat(real, len(at["data with noise"]) // len(real), axis=0)
    assert (noise >= 0.0).all(), "the code's noise has one sign"
    assert noise.max() <= 0.5 * real.std()
    assert np.ptp(at["all places"], axis=0).min() > 0.9 * np.ptp(np.concatenate([real, fake]), axis=0).min()


def _places(rows: Table) -> np.ndarray:
    return np.stack([column(rows, "x"), column(rows, "y")], axis=1)


def _assignment(real: np.ndarray, fake: np.ndarray) -> Sequence[int]:
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment(np.linalg.norm(fake[:, None] - real, axis=2))[1]


# -- value shapes ------------------------------------------------------------------------------------------------------


def test_critics_are_best_at_each_place() -> None:
    tables = _tables("value_shapes")
    p, q = (select(tables["densities"], side=side)["density"] for side in ("real", "fake"))
    for name, low in (("least squares", -2.0), ("energy-based", 0.0)):
        value = select(tables["critics"], critic=name)["value"]
        rivals = np.linspace(low, 2.0, 401)[:, None]
        paid, least = _paid(name, value, p, q), _paid(name, rivals, p, q).min(axis=0)
        assert (paid <= least + 1e-12).all(), "no value pays less"
        assert (paid > least - 1e-4).all(), "and the rivals come near"


def _paid(name: str, value: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    if name == "least squares":
        return 0.5 * p * (value - 1.0) ** 2 + 0.5 * q * (value + 1.0) ** 2
    return p * value + q * np.maximum(MARGIN - value, 0.0)


def test_what_a_value_pays_is_what_is_drawn() -> None:
    losses = _tables("value_shapes")["losses"]
    for name in ("least squares", "energy-based"):
        for side, p, q in (("real", 1.0, 0.0), ("fake", 0.0, 1.0)):
            rows = select(losses, critic=name, side=side)
            assert _close(rows["loss"], _paid(name, rows["value"], np.array(p), np.array(q)))


def test_the_loss_sensitive_margin_is_kept_and_just_kept() -> None:
    leads = [float(kept(y) - kept(x)) for x in REAL_PLACES for y in FAKE_PLACES]
    assert min(leads) == pytest.approx(MARGIN)
    margins = _tables("value_shapes")["margins"]
    hinge, _, linear = (select(margins, series=name) for name in dict.fromkeys(margins["series"]))
    assert _close(hinge["loss"], np.maximum(MARGIN - hinge["value"], 0.0))
    assert _close(linear["loss"], MARGIN - linear["value"])


# -- Dirac-GAN ---------------------------------------------------------------------------------------------------------


def _radius(series: str, step: int) -> float:
    return _only(_tables("dirac_gan")["orbits"], "radius", series=series, step=step)


def test_orbits_of_the_dirac_gan_end_where_they_are_known_to() -> None:
    assert (_radius("simultaneous", 1) / _radius("simultaneous", 0)) ** 2 == pytest.approx(1.00289318, abs=1e-8)
    assert _radius("simultaneous", 2000) == pytest.approx(3.62, abs=5e-3)
    assert _radius("simultaneous, R1", 2000) < 1e-20
    alternating = select(_tables("dirac_gan")["orbits"], series="alternating")["radius"]
    assert 1.3 < alternating.min() < alternating.max() < 1.5
    assert _radius("non-saturating, alternating", 2000) ** 2 * 400 == pytest.approx(8.0, rel=0.05)
    assert _radius("non-saturating, simultaneous", 2000) ** 2 == pytest.approx(2 * 0.2, rel=0.05)


def test_orbits_follow_the_field_in_floating_point() -> None:
    rows = select(_tables("dirac_gan")["orbits"], series="simultaneous, R1")
    theta, psi = rows["theta"], rows["psi"]
    slope = 1.0 / (1.0 + np.exp(theta * psi))
    assert _close(theta[1:], (theta - 0.2 * psi * slope)[:-1])
    assert _close(psi[1:], (psi + 0.2 * (theta * slope - 0.3 * psi))[:-1])
    assert _close(rows["radius"], np.hypot(theta, psi))


# -- smoothness --------------------------------------------------------------------------------------------------------


def test_curvature_at_spikes_is_the_second_moment_and_the_printed_constant_is_one() -> None:
    spikes = _tables("smoothness", quick=True)["spikes"]
    for series in ("measured", "repaired L"):
        rows = select(spikes, series=series)
        assert _close(rows["value"], rows["second_moment"])
    assert _close(select(spikes, series="printed L")["value"], 1.0)


def test_no_measured_curvature_is_above_the_repaired_constant() -> None:
    cases = _tables("smoothness")["cases"]
    assert len(cases["measured"]) == 24
    assert (column(cases, "measured") <= column(cases, "repaired")).all()
    assert column(cases, "measured").max() > 0.1 * column(cases, "repaired")[column(cases, "measured").argmax()]
    assert (column(cases, "printed") < column(cases, "repaired") + 1e-12).all(), "a second moment is the larger one"


def test_the_printed_step_cycles_and_the_repaired_one_arrives() -> None:
    descent = _tables("smoothness")["descent"]
    for name, L in (("step 1 / printed L", 1.0), ("step 1 / repaired L", 20.0)):
        rows = select(descent, series=name)
        gradient = np.tanh(20.0 * rows["theta"])  # E z tanh(theta z) with z = 20 in one case of 20
        assert _close(rows["gradient"], np.abs(gradient))
        assert _close(rows["theta"][1:], (rows["theta"] - gradient / L)[:-1])
    assert _only(descent, "gradient", series="step 1 / repaired L", step=30) < 1e-6
    printed = select(descent, series="step 1 / printed L")
    assert printed["gradient"].min() > 0.999
    assert _close(printed["theta"][2:], printed["theta"][:-2], 1e-6)


# -- two-cycles --------------------------------------------------------------------------------------------------------


def test_iterates_end_in_the_two_places_told_and_no_nearer() -> None:
    tables = _tables("wgan_two_cycle")
    for series, high, low, least in zip(
        *(tables["cycles"][c] for c in ("series", "high", "low", "least_J")), strict=True
    ):
        rows = select(tables["iterates"], series=series)
        assert sorted(set(rows["theta"][-6:].tolist())) == pytest.approx([low, high])
        assert rows["J"].min() == pytest.approx(least)
        assert _close(rows["J"], np.abs(rows["theta"]))
        assert (rows["slope"] == 1.0).all()
    decreasing = select(tables["iterates"], series="h = 1 / (k + 1)")
    assert decreasing["J"][-10:].max() < 0.05
    assert _close(np.abs(np.diff(decreasing["theta"])), 1.0 / np.arange(1.0, len(decreasing["theta"])))


# -- the talk's data ---------------------------------------------------------------------------------------------------


def test_the_mixture_has_three_humps_and_the_known_moments_and_the_sum_has_one() -> None:
    tables = _tables("talk_data", quick=True)
    laws = _tables("talk_data")["laws"]
    for name, mean, deviation, humps in ((MIXTURE, 1.0 / 12.0, 0.53481, 3), (SUM, 0.25, 0.25768, 1)):
        rows = select(laws, series=name)
        x, density = rows["x"], rows["density"]
        assert np.trapezoid(density * x, x) == pytest.approx(mean, abs=1e-3)
        assert np.trapezoid(density * (x - mean) ** 2, x) ** 0.5 == pytest.approx(deviation, abs=1e-3)
        rising = np.diff(density) > 0.0
        assert (rising[:-1] & ~rising[1:]).sum() == humps
        assert _close(np.gradient(rows["below"], x)[1:-1], density[1:-1], 5e-3)
    parts = [stats.norm(m, s) for m, s in PARTS]
    outside = np.mean([part.sf(1.0) + part.cdf(-1.0) for part in parts])
    reach = np.linspace(1.0, 3.0, 20_001)
    floor = np.mean([np.trapezoid(part.sf(reach) + part.cdf(-reach), reach) for part in parts])
    assert _only(tables["outside"], "mass") == pytest.approx(outside) == pytest.approx(0.00711, abs=1e-5)
    assert _only(tables["outside"], "least_W1") == pytest.approx(floor, rel=1e-5) == pytest.approx(3.2e-4, abs=1e-6)


def test_the_kernel_estimate_is_the_mixture_made_wider() -> None:
    estimate = _tables("talk_data", quick=True)["estimate"]
    x = column(estimate, "x")
    wider = sum(stats.norm.pdf(x, m, math.hypot(s, 0.1)) / 3.0 for m, s in PARTS)
    assert np.abs(column(estimate, "density") - wider).max() < 0.03


def test_p_values_of_a_perfect_generator_are_uniform_until_reals_are_rescaled_by_their_own_range() -> None:
    p_values = _tables("talk_data")["p_values"]
    fair, own = (select(p_values, series=name) for name in (FAIR, OWN_RANGE))
    assert np.abs(fair["share"] - fair["p"]).max() < 0.1, "1.36 / sqrt(400) = 0.07 is the five per cent point"
    assert np.median(own["p"]) < 0.01
    assert (own["p"] < 0.01).mean() > 0.5
    assert (np.diff(fair["p"]) >= 0.0).all()


def test_the_distance_behind_a_p_value_is_that_of_scipy() -> None:
    rng = np.random.default_rng(3)
    for shift in (0.5, -0.5, 0.0):
        real, fake = rng.normal(size=40), rng.normal(size=40) + shift
        assert apart(real, fake) == round(40 * float(stats.ks_2samp(real, fake).statistic))  # pyright: ignore[reportAttributeAccessIssue]


# -- conjugate lines and the frozen step -------------------------------------------------------------------------------


def test_lines_stay_below_their_function_and_touch_where_told() -> None:
    tables = _tables("conjugate_lines")
    closed = {"f*": lambda t: np.exp(t - 1.0), "f": lambda x: x * np.log(x)}
    for name, function in closed.items():
        rows = select(tables["functions"], function=name)
        inside = slice(1, None)  # 0 log 0 is 0
        assert _close(rows["value"][inside], function(rows["at"][inside]))
        below = select(tables["lines"], below=name)
        for of in np.unique(below["of"]):
            line = select(below, of=of)
            assert (line["height"] <= rows["value"] + 1e-12).all()
            assert _close(np.diff(line["height"]), of * np.diff(line["at"])), "straight, with its own number as slope"
            where = line["touches"][0]
            assert np.interp(where, line["at"], line["height"]) == pytest.approx(float(function(where)))


def test_the_frozen_value_is_below_the_maximum_and_touches_it_at_the_start() -> None:
    values = _tables("frozen_step")["values"]
    best, frozen = (select(values, series=word) for word in dict.fromkeys(values["series"]))
    theta = best["theta"]
    assert (frozen["value"] <= best["value"] + 1e-12).all()
    touching = np.abs(theta - 1.0).argmin()
    assert theta[touching] == pytest.approx(1.0)
    assert frozen["value"][touching] == pytest.approx(best["value"][touching]) == pytest.approx(-1.1634513968)
    slopes = [np.gradient(rows["value"], theta)[touching] for rows in (best, frozen)]
    assert slopes == pytest.approx([0.39797, 0.39797], abs=5e-4)
    for at in (-3.0, 2.0):
        index = np.abs(theta - at).argmin()
        assert frozen["value"][index] == pytest.approx(_frozen_value(theta[index]), rel=1e-8)


def _frozen_value(theta: float) -> float:
    """E log D0 + E log(1 - D0) with D0 = p / (p + q) of N(0, 1) and N(1, 1), by adaptive quadrature."""

    def integrand(x: float) -> float:
        p, q = stats.norm.logpdf(x), stats.norm.logpdf(x, 1.0)
        both = np.logaddexp(p, q)
        return float(stats.norm.pdf(x) * (p - both) + stats.norm.pdf(x, theta) * (q - both))

    return quad(integrand, -13.0, 13.0, limit=300, epsabs=1e-12)[0]


def test_short_steps_lower_the_divergence_and_long_ones_raise_it() -> None:
    steps = _tables("frozen_step")["steps"]
    rate, divergence = column(steps, "rate"), column(steps, "JSD")
    for at, golden in ((0.0, 0.11142), (1.0, 0.04336), (5.0, 0.10941), (10.0, 0.52376), (20.0, 0.69242)):
        assert divergence[rate == at] == pytest.approx([golden], abs=5e-6)
    assert ((divergence < divergence[0]) == ((rate > 0.0) & (rate < 2.0 / 0.3979728672))).all()


def test_the_maximum_is_the_highest_of_three_each_of_which_is_it_somewhere() -> None:
    functions = _tables("frozen_step")["functions"]
    parts = np.stack([select(functions, series=f"f{i}")["value"] for i in (1, 2, 3)])
    assert _close(select(functions, series="max")["value"], parts.max(axis=0))
    assert set(parts.argmax(axis=0).tolist()) == {0, 1, 2}
