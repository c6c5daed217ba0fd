"""The statements on f-divergences: golden values by balls, rigorous quadrature, and a twin for every break."""

import math
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from types import SimpleNamespace

import pytest
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st

import lgantheory as lg
from lgantheory.claims import Request, Verdict
from verify.balls import exact
from verify.fdivergences import conjugates, duals, gan_row, generators, integrals, proofs, singular, variational
from verify.fdivergences.pairs import Pair, fractions, integral, is_infinite, library_agrees, naive, pairs, value
from verify.fdivergences.rows import GAN, IDS, KL, NEYMAN, PEARSON, ROWS, TOTAL_VARIATION, WEIGHTED, Balls, weighted
from verify.fdivergences.suprema import supremum

STATEMENTS = (generators, conjugates, integrals, singular, duals, variational, gan_row)
P, Q = fractions("1/2", "1/3", "1/6"), fractions("1/5", "3/10", "1/2")

GOLDEN = dict(
    zip(
        IDS,
        (
            (0.3333333333, 0.3829249225, 0.3900656601),
            (0.3101634897, 0.5, 0.4431471806),
            (0.3344398433, 0.5, 1.3068528194),
            (0.6759259259, 1.7182818285, 0.7440263415),
            (0.8500000000, 1.7182818285, math.inf),
            (0.1577386667, 0.2350061948, 0.2983890757),
            (0.6446033330, 1.0, 1.75),
            (0.1544999368, 0.2228429644, 0.2563499461),
            (0.0643881910, 0.0949104739, 0.0997461236),
            (-1.2317944244, -1.1634513968, -1.1299444150),
        ),
        strict=True,
    )
)
"""Per row: the discrete pair, N(0, 1) against N(1, 1), N(0, 1) against N(1, 4); the weighted row at 3/10."""

LAST_DIGIT = 5.1e-11  # golden values are rounded at the tenth digit


def is_within(ball: arb, golden: float) -> bool:
    """The whole ball, not only its middle."""
    return bool(abs(ball - arb(golden)) < LAST_DIGIT)


@st.composite
def rational_pairs(draw: st.DrawFn, zeros: bool = False) -> Pair:
    size, row = draw(st.integers(1, 4)), draw(st.sampled_from(ROWS))
    whole = st.lists(st.integers(0 if zeros else 1, 9), min_size=size, max_size=size).filter(any)
    p, q = draw(whole), draw(whole)
    return Pair(row, tuple(Fraction(k, sum(p)) for k in p), tuple(Fraction(k, sum(q)) for k in q))


def holds(checks) -> bool:
    return all(check.verdict is Verdict.HOLDS for check in checks)


# -- golden values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "name"), list(zip(ROWS, IDS, strict=True)), ids=IDS)
def test_discrete_golden_values_by_three_routes(row, name):
    pair, golden = Pair(row, P, Q), GOLDEN[name][0]
    assert is_within(value(row.generator, P, Q), golden)
    assert is_within(integral(pair, row.integrand), golden)
    assert lg.f_divergence(row.library, [float(a) for a in P], [float(b) for b in Q]) == pytest.approx(
        golden, abs=1e-10
    )


# Beyond 24 on either side, each integrand is below 24^2 times the largest of p, q, p^2/q and q^2/p (where that is
# integrable), hence below e^-60.
FAR = 24


def gaussian_integral(row, deviation: int) -> arb:
    """The row's integral for N(0, 1) against N(1, deviation^2), as a ball, tails left out."""
    norm = (2 * arb.pi()).sqrt()

    def integrand(x, analytic):
        p = (-x * x / 2).exp() / norm
        q = (-(x - 1) * (x - 1) / (2 * deviation**2)).exp() / (deviation * norm)

        # logarithms and roots say where they are not analytic, as the quadrature needs to know
        functions = SimpleNamespace(
            number=lambda v: acb(Balls.number(v)),
            log=lambda z: z.log(analytic=analytic),
            sqrt=lambda z: z.sqrt(analytic=analytic),
            times_log=lambda z, y: z * y.log(analytic=analytic),
        )
        return row.integrand(p, q, functions)

    found = acb.integral(integrand, -FAR, FAR).real
    return found + (0 if row.constant is None else row.constant(Balls))


@pytest.mark.parametrize("deviation", [1, 2])
@pytest.mark.parametrize(("row", "name"), list(zip(ROWS, IDS, strict=True))[1:], ids=IDS[1:])
def test_gaussian_golden_values_by_rigorous_quadrature(row, name, deviation):
    golden = GOLDEN[name][deviation]
    if math.isinf(golden):
        assert (row, deviation) == (NEYMAN, 2)  # (p - q)^2 / p grows like e^(x^2 / 4)
        return
    assert is_within(gaussian_integral(row, deviation), golden)


def test_gaussian_golden_values_in_closed_form():
    """KL, chi-squares and Hellinger between N(0, 1) and N(1, s^2), and total variation by the crossing points."""
    half, two = exact(Fraction(1, 2)), exact(2)
    assert is_within(two.log() + two / 8 - half, GOLDEN["kl"][2])
    assert is_within(arb(1).exp() - 1, GOLDEN["pearson"][1])
    assert is_within(4 / arb(7).sqrt() * (arb(1) / 7).exp() - 1, GOLDEN["pearson"][2])
    assert is_within(2 - 2 * (arb(-1) / 8).exp(), GOLDEN["hellinger"][1])
    assert is_within(2 * normal(half) - 1, GOLDEN["tv"][1])
    low, high = ((-1 + side * (4 + 24 * two.log()).sqrt()) / 3 for side in (-1, 1))  # p = q there
    inside = normal(high) - normal(low) - normal((high - 1) / 2) + normal((low - 1) / 2)
    assert is_within(inside, GOLDEN["tv"][2])


def normal(x: arb) -> arb:
    """The distribution function of N(0, 1)."""
    return (1 + (x / arb(2).sqrt()).erf()) / 2


def test_printed_integrals_are_off_by_the_ratios_of_the_notes():
    for row, ratio in ((PEARSON, 1.257534), (NEYMAN, 0.795207)):
        pair = Pair(row, P, Q)
        off = integral(pair, row.printed) / value(row.generator, P, Q)
        assert float(off.mid()) == pytest.approx(ratio, abs=1e-6)
    half = Pair(ROWS[IDS.index("js")], P, Q)
    assert (integral(half, half.row.printed) / value(half.row.generator, P, Q)).contains(exact(Fraction(1, 2)))


def test_sums_over_positive_q_alone_on_disjoint_supports():
    apart = fractions(1, 0), fractions(0, 1)
    assert naive(KL.generator, *apart) == 0
    assert naive(TOTAL_VARIATION.generator, *apart) == exact(Fraction(1, 2))
    assert value(TOTAL_VARIATION.generator, *apart) == 1
    assert naive(ROWS[IDS.index("js")].generator, *apart).overlaps(arb(2).log())
    assert is_infinite(KL.generator, *apart)


# -- statements -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", STATEMENTS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_statements_hold_on_other_seeds_and_breaks_are_noticed(module):
    report = module.CLAIM.decide(Request(number=30, seed=11))
    assert report.verdict is Verdict.HOLDS, (report.worst, report.worst_instance)
    assert report.instances == 30
    assert all(b.noticed for b in report.breaks)
    assert {b.drops for b in module.CLAIM.breaks} == set(module.CLAIM.hypotheses)


@pytest.mark.parametrize("module", STATEMENTS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_what_is_printed_wrongly_is_refuted(module):
    for claim in getattr(module, "AS_PRINTED", ()):
        assert claim.decide(Request()).verdict is Verdict.REFUTED
        assert claim.settles


def test_the_room_settles_what_it_should():
    claims = [claim for module in STATEMENTS for claim in (module.CLAIM, *getattr(module, "AS_PRINTED", ()))]
    assert len({claim.ref for claim in claims}) == len(claims)
    settled = {name for claim in claims for name in claim.settles}
    wanted = {f"lecture {k}" for k in range(12, 17)} | {f"row {name}" for name in IDS}
    assert settled == wanted | {f"E{k}" for k in range(1, 8)} | {"E16"}
    for module in STATEMENTS:
        name = module.__name__.removeprefix("verify.")
        assert import_module(module.__name__).CLAIM.ref == name


@given(pair=rational_pairs(zeros=True))
def test_singular_and_dual_statements_hold_on_whatever_is_drawn(pair):
    assert holds(singular.checks(pair))
    assert holds(duals.checks(pair))


@given(pair=rational_pairs(), c=st.fractions(-3, 3, max_denominator=8))
def test_integrals_and_generators_hold_on_whatever_is_drawn(pair, c):
    assert holds(integrals.checks(pair))
    if pair.row is not GAN:
        assert holds(generators.checks(generators.Case(pair.row.generator, pair.p, pair.q, c)))


@given(pair=rational_pairs(zeros=True), data=st.data())
def test_the_variational_bound_holds_for_whatever_critic_is_drawn(pair, data):
    end = pair.row.generator.far()
    most = 4 if end is None else Fraction(float(end.lower())) - Fraction(1, 1024)
    critic = [data.draw(st.fractions(-6, 4, max_denominator=64).map(lambda t: min(t, Fraction(most)))) for _ in pair.p]
    assert holds(variational.checks(variational.Case(pair, tuple(critic))))


@given(index=st.integers(0, 9), share=st.fractions(0, 1, max_denominator=50), u=st.fractions("1/20", 8))
def test_conjugates_hold_on_whatever_is_drawn(index, share, u):
    row = ROWS[index]
    low = Fraction(-3) if row.bottom is None else row.bottom
    end = row.generator.far()
    high = Fraction(3) if end is None else Fraction(float(end.lower())) - Fraction(1, 64)
    t = (low + share * (high - low)).limit_denominator(64)
    if low <= t <= high:
        assert holds(conjugates.checks(conjugates.Case(row, t, u.limit_denominator(40))))


# -- twins: with the hypothesis back, the very instance of the break is in order ---------------------------------------


def test_generators_twins():
    half, quarter = generators.HALF, generators.QUARTER
    twins = [
        generators.Case(PEARSON.generator, quarter, half),  # convex: (u - 1)^2 in place of its negative
        generators.Case(generators.normalised(GAN.generator), half, half),
        generators.Case(KL.generator, half, quarter),
    ]
    assert all(holds(generators.checks(twin)) for twin in twins)
    flat = generators.checks(generators.Case(generators.flat_at_one(), quarter, half))
    assert [check.name for check in flat if check.verdict is not Verdict.HOLDS] == [generators.POSITIVE]


def test_conjugates_twins():
    inside = replace(conjugates.HELLINGER_BEYOND, t=Fraction(4, 5))
    at_start = replace(conjugates.PEARSON_BELOW, t=Fraction(-2))
    closed = conjugates.Case(PEARSON, Fraction(1), Fraction(0))
    valley = replace(conjugates.Case(PEARSON, Fraction(1), Fraction(2)))
    assert all(holds(conjugates.checks(twin)) for twin in (inside, at_start, closed, valley))


def test_measures_twins():
    """Dropping nothing, the instances of the other breaks are fine."""
    apart = Pair(TOTAL_VARIATION, fractions(1, 0), fractions(0, 1))
    assert holds(singular.checks(apart))
    assert holds(integrals.checks(Pair(GAN, fractions("1/2", "1/2"), fractions("1/2", "1/2"))))
    for broken in (*duals.CLAIM.breaks, *variational.CLAIM.breaks):
        case = broken.instance()
        if isinstance(case, Pair):
            assert holds(duals.checks(replace(case, without=frozenset())))
        elif broken.drops != "into_domain":
            assert holds(variational.checks(replace(case, pair=replace(case.pair, without=frozenset()))))


def test_the_bound_of_total_variation_is_attained_within_its_domain():
    """T = (1/2, -1/2) gives 1/2, the distance; the break's T = (2, -2) gives four times that."""
    case = variational.broken(TOTAL_VARIATION, fractions("1/2", "-1/2"), "nothing")
    bound = next(check for check in variational.checks(case) if check.name == variational.BOUND)
    assert bound.verdict is Verdict.HOLDS
    assert abs(bound.excess) <= bound.error_bar < 1e-14


def test_gan_row_twins():
    for broken in gan_row.CLAIM.breaks:
        assert holds(gan_row.checks(replace(broken.instance(), without=frozenset())))


def test_the_weighted_row_is_symmetric_at_one_half_only():
    half = replace(duals.CLAIM.breaks[1].instance(), row=weighted(Fraction(1, 2)))
    first, second = value(half.row.generator, half.p, half.q), value(half.row.generator, half.q, half.p)
    assert first.overlaps(second)
    assert not value(WEIGHTED.generator, half.p, half.q).overlaps(value(WEIGHTED.generator, half.q, half.p))


# -- what the statements are decided with ------------------------------------------------------------------------------


@given(root=st.floats(0.01, 60.0), low=st.floats(1e-3, 5e-3), high=st.floats(100.0, 1e6))
def test_a_supremum_is_enclosed_narrowly(root, low, high):
    """-(x - r)^2 has supremum 0; where the bracket leaves r out, the supremum over the bracket."""
    r = exact(root)
    found = supremum(lambda x: -(x - r) * (x - r), lambda x: 2 * (r - x), low, high)
    assert found.contains(0)
    assert found.rad() < 1e-10
    left = supremum(lambda x: -(x - r) * (x - r), lambda x: 2 * (r - x), 2.0 * high, 3.0 * high)
    assert left.overlaps(-(exact(2.0 * high) - r) * (exact(2.0 * high) - r))


def test_a_supremum_at_a_kink_is_found():
    found = supremum(lambda x: -abs(x - 1), lambda x: arb(1) if x < 1 else arb(-1) if x > 1 else arb(0, 1), 0.25, 4.0)
    assert found.contains(0)
    assert found.rad() < 1e-12


@pytest.fixture
def _forget_proofs():
    """Proofs are remembered per index of a row; a test that replaces the rows must leave none behind."""
    yield
    for prove in (proofs.convexity, proofs.conjugacy, proofs.limits, proofs.integrands):
        prove.cache_clear()


@pytest.mark.usefixtures("_forget_proofs")
def test_proofs_close_for_every_row_and_for_no_wrong_formula(monkeypatch):
    for prove in (proofs.convexity, proofs.conjugacy, proofs.limits, proofs.integrands):
        assert all(prove(index) is Verdict.PROVED for index in range(len(ROWS)))
        prove.cache_clear()
    wrong = [
        replace(PEARSON, conjugate=lambda t, _: t * t / 4 - t, integrand=PEARSON.printed),
        replace(KL, critic=lambda u, m: m.log(u)),
        replace(ROWS[IDS.index("js")], integrand=ROWS[IDS.index("js")].printed, conjugate=GAN.conjugate),
        replace(GAN, constant=None),
        replace(TOTAL_VARIATION, conjugate=lambda t, _: 2 * t, integrand=lambda p, q, _: abs(p - q)),
    ]
    monkeypatch.setattr(proofs, "ROWS", tuple(wrong))
    assert [proofs.conjugacy(i) for i in (0, 1, 2, 4)] == [Verdict.UNDECIDED] * 4
    assert [proofs.integrands(i) for i in (0, 2, 3, 4)] == [Verdict.UNDECIDED] * 4
    off_by_one = replace(KL.generator, at_zero=lambda m: m.number(1))
    finite = replace(KL.generator, end=lambda m: m.number(1))
    bent = [replace(KL, generator=generator) for generator in (generators.unconvex(), off_by_one, finite)]
    monkeypatch.setattr(proofs, "ROWS", tuple(bent))
    assert proofs.convexity(0) is Verdict.UNDECIDED
    assert [proofs.limits(i) for i in (1, 2)] == [Verdict.UNDECIDED] * 2
    assert proofs.exchanged(KL.generator, KL.generator) is Verdict.UNDECIDED


def test_the_library_check_sees_the_smallest_difference_that_counts():
    pair = pairs(Request(number=4, seed=3))[3]
    right = value(pair.row.generator, pair.p, pair.q)
    assert library_agrees("same", pair, right).verdict is Verdict.HOLDS
    assert library_agrees("same", pair, right + 1e-12).verdict is Verdict.REFUTED


def test_instances_print_in_one_line():
    for module in STATEMENTS:
        lines = [str(case) for case in module.instances(Request(number=12))]
        assert all("\n" not in line and len(line) < 200 for line in lines)
        assert len(set(lines)) == 12
