"""Mutants of the f-divergences and of the statements on them."""

from tests.mutants.mutant import Mutant

LIBRARY = "lgantheory/divergences"
ROOM = "verify/fdivergences"

MUTANTS = [
    # the library
    Mutant(
        f"{LIBRARY}/divergence.py",
        "values[q == 0.0] = self.slope_at_infinity - self.slope_at_one",
        "values[q == 0.0] = 0.0",
        "test_divergences.py::test_without_a_common_atom_the_value_is_the_sum_of_both_ends",
    ),
    Mutant(
        f"{LIBRARY}/divergence.py",
        "defined = (t <= self.slope_at_infinity) & np.isfinite(t)",
        "defined = np.isfinite(t)",
        "test_divergences.py::test_conjugates_where_printed_formulas_fail",
    ),
    Mutant(
        f"{LIBRARY}/divergence.py",
        "return np.where(np.abs(delta) <= 0.4, near, p * log_ratio(p, q) - gap)",
        "return p * log_ratio(p, q) - gap",
        "test_divergences.py::test_relative_entropy_keeps_its_digits_next_to_equality",
    ),
    Mutant(
        f"{LIBRARY}/divergence.py",
        "_SERIES = [1.0 / (2 * k + 3) for k in range(12)]",
        "_SERIES = [1.0 / (2 * k + 3) for k in range(5)]",
        "test_divergences.py::test_relative_entropy_keeps_its_digits_next_to_equality",
    ),
    Mutant(
        f"{LIBRARY}/divergence.py",
        "power = np.minimum(np.frexp(np.maximum(p, q)[both])[1], 0)",
        "power = np.zeros(int(both.sum()), dtype=int)",
        "test_divergences.py::test_nothing_is_lost_where_weights_are_tiny_or_nearly_equal",
    ),
    Mutant(
        f"{LIBRARY}/discrete.py",
        "weights[1, index[a.size :]] = b.weights",
        "weights[1, : b.size] = b.weights",
        "test_divergences.py::test_measures_are_compared_on_their_common_places",
    ),
    Mutant(
        f"{LIBRARY}/pearson.py",
        "return (p - q) * ((p - q) / q)",
        "return (p - q) * ((p - q) / p)",
        "test_divergences.py::test_golden_values_of_the_discrete_pair",
    ),
    Mutant(
        f"{LIBRARY}/jensen_shannon.py",
        "high = -LOG2 - np.log(-np.expm1((t - LOG2) - LOG2_REST))",
        "high = -LOG2 - np.log(-np.expm1(t - LOG2))",
        "test_divergences.py::test_only_two_conjugates_are_finite_at_the_end_of_their_domain",
    ),
    Mutant(
        f"{LIBRARY}/jeffreys.py",
        "log = np.where(w < 1e-3, 1.0 - t - w, np.log(w))",
        "log = np.log(w) * w",
        "test_divergences.py::test_fenchel_young_equality_at_the_slope",
    ),
    Mutant(
        f"{LIBRARY}/total_variation.py",
        "return np.maximum(t, -0.5)",
        "return t",
        "test_divergences.py::test_conjugates_where_printed_formulas_fail",
    ),
    Mutant(
        f"{LIBRARY}/jensen_shannon_weighted.py",
        "dual=DIVERGENCE.title(1 - pi),",
        "dual=name,",
        "test_divergences.py::test_the_dual_is_the_same_number_with_the_measures_exchanged",
    ),
    Mutant(
        f"{LIBRARY}/gan.py",
        "    at_one=-2.0 * LOG2,\n",
        "",
        "test_divergences.py::test_golden_values_of_the_discrete_pair",
    ),
    # the table, as the statements have it
    Mutant(
        f"{ROOM}/rows.py",
        "critic=lambda u, m: 1 + m.log(u),",
        "critic=lambda u, m: m.log(u),",
        "test_fdivergences.py::test_statements_hold_on_other_seeds_and_breaks_are_noticed",
    ),
    Mutant(
        f"{ROOM}/rows.py",
        "return w + 1 / w + t - 2",
        "return w + 1 / w + t - 1",
        "test_fdivergences.py::test_statements_hold_on_other_seeds_and_breaks_are_noticed",
    ),
    Mutant(
        f"{ROOM}/rows.py",
        "    critic=lambda u, _: 2 * (u - 1),\n    bottom=Fraction(-2),\n",
        "    critic=lambda u, _: 2 * (u - 1),\n",
        "test_fdivergences.py::test_conjugates_twins",
    ),
    Mutant(
        f"{ROOM}/rows.py",
        "printed=lambda p, q, m: _to_the_mean(p, q, m) / 2,",
        "printed=_to_the_mean,",
        "test_fdivergences.py::test_what_is_printed_wrongly_is_refuted",
    ),
    # what decides
    Mutant(
        f"{ROOM}/pairs.py",
        "return naive(generator, p, q) + (exact(alone) * generator.far() if alone else 0)",
        "return naive(generator, p, q)",
        "test_fdivergences.py::test_singular_and_dual_statements_hold_on_whatever_is_drawn",
    ),
    Mutant(
        f"{ROOM}/pairs.py",
        "bar = rounding + float(off.rad()) * (1.0 + EPS)",
        "bar = 1e-6",
        "test_fdivergences.py::test_the_library_check_sees_the_smallest_difference_that_counts",
    ),
    Mutant(
        f"{ROOM}/suprema.py",
        "return start.union(start + slope(arb(low)) * (arb(high) - arb(low)))",
        "return start",
        "test_fdivergences.py::test_a_supremum_is_enclosed_narrowly",
    ),
    Mutant(
        f"{ROOM}/proofs.py",
        "return opened == 0 or sympy.simplify(opened) == 0",
        "return True",
        "test_fdivergences.py::test_proofs_close_for_every_row_and_for_no_wrong_formula",
    ),
    Mutant(
        f"{ROOM}/proofs.py",
        "gap = sympy.factor(sympy.simplify(short))",
        "gap = sympy.Integer(1)",
        "test_fdivergences.py::test_what_is_printed_wrongly_is_refuted",
    ),
    Mutant(
        f"{ROOM}/variational.py",
        "terms += [-b * c for (_, b), c in zip(pair.atoms, conjugates, strict=True) if b > 0]",
        "terms += [-b * b * c for (_, b), c in zip(pair.atoms, conjugates, strict=True) if b > 0]",
        "test_fdivergences.py::test_measures_twins",
    ),
    Mutant(
        f"{ROOM}/variational.py",
        "return mean - total([b * t.exp() for (_, b), t in zip(pair.atoms, critic, strict=True)]).log()",
        "return mean - total([b * t.exp() for (_, b), t in zip(pair.atoms, critic, strict=True)]) + 1",
        "test_fdivergences.py::test_statements_hold_on_other_seeds_and_breaks_are_noticed",
    ),
    Mutant(
        f"{ROOM}/gan_row.py",
        'top = case.q if "bayes" in case.without else case.p',
        "top = case.p",
        "test_fdivergences.py::test_statements_hold_on_other_seeds_and_breaks_are_noticed",
    ),
]
