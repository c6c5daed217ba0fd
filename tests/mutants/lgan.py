"""Mutants of ``verify/lgan``: one for each formula, with the test that must kill it."""

from tests.mutants.mutant import Mutant

DOCUMENTED = "test_lgan.py::test_every_claim_comes_out_as_documented"

MUTANTS = [
    # what the statements stand on
    Mutant(
        "verify/lgan/certified.py",
        "return between(*proved.value), between(*proved.k)",
        "return between(*proved.value), between(*proved.value)",
        "test_lgan.py::test_the_balls_hold_what_an_independent_solver_finds",
    ),
    Mutant(
        "verify/lgan/curves.py",
        "lambda _: arb(1) / 4",
        "lambda _: arb(1) / 2",
        "test_lgan.py::test_the_curves_are_the_losses_of_the_library",
    ),
    # bounds
    Mutant(
        "verify/lgan/slope_bounds.py",
        "bend(arb((most * size).upper())) * size**2)",
        "bend(arb((most * size).upper())) * size)",
        "test_lgan.py::test_no_drawn_problem_leaves_the_bounds",
    ),
    Mutant(
        "verify/lgan/slope_bounds.py",
        "return 2 * lam * most / (2 * lam +",
        "return 2 * lam * most / (4 * lam +",
        "test_lgan.py::test_both_slope_bounds_meet_for_linear_losses",
    ),
    Mutant(
        "verify/lgan/divergence.py",
        "room = 4 * lam +",
        "room = 2 * lam +",
        "test_lgan.py::test_least_squares_on_two_points_attains_the_lower_bound_of_the_divergence",
    ),
    Mutant(
        "verify/lgan/divergence.py",
        "return 2 - 4 * sum(",
        "return 2 - 2 * sum(",
        "test_lgan.py::test_the_unrestricted_divergence_is_the_one_of_the_pointwise_discriminator",
    ),
    # lam
    Mutant(
        "verify/lgan/infinity.py",
        "slope, gain = 2 * lam * slope / reach",
        "slope, gain = lam * slope / reach",
        f"{DOCUMENTED}[lgan.infinity]",
    ),
    Mutant(
        "verify/lgan/zero.py",
        "else (p / q).log() / 2",
        "else (p / q).log()",
        f"{DOCUMENTED}[lgan.zero]",
    ),
    Mutant(
        "verify/lgan/zero.py",
        "** arb(1.5)",
        "** arb(0.5)",
        "test_lgan.py::test_the_least_bend_is_that_of_the_library_at_the_ends",
    ),
    Mutant(
        "verify/lgan/path.py",
        "chord = (values[mu] - values[lam])",
        "chord = (values[lam] - values[mu])",
        f"{DOCUMENTED}[lgan.path]",
    ),
    Mutant(
        "verify/lgan/path.py",
        "reach = distance(case.first.real, case.first.fake) ** 2 / 4",
        "reach = distance(case.first.real, case.first.fake) ** 2 / 2",
        "test_lgan.py::test_the_path_of_linear_losses_is_in_closed_form",
    ),
    # losses and penalties
    Mutant(
        "verify/lgan/adding_losses.py",
        "return self.weight * self.scale * CURVES",
        "return self.weight * CURVES",
        "test_lgan.py::test_the_slopes_of_a_sum_are_those_of_its_expression",
    ),
    Mutant(
        "verify/lgan/adding_losses.py",
        "term.weight > 0 and term.scale > 0",
        "term.scale > 0",
        "test_lgan.py::test_negative_weights_and_losses_that_fall_are_no_members",
    ),
    Mutant(
        "verify/lgan/weakly_increasing.py",
        "level - min(tried) - rounding",
        "level - max(tried) - rounding",
        "test_lgan.py::test_flat_losses_gain_nothing_and_lifted_ones_something",
    ),
    Mutant(
        "verify/lgan/penalty_forms.py",
        "bent.slope(-k / 2)) / 2 + 2 * arb(lam)",
        "bent.slope(-k / 2)) + 2 * arb(lam)",
        "test_lgan.py::test_a_target_of_one_destroys_the_equilibrium_by_so_much",
    ),
    Mutant(
        "verify/lgan/penalty_forms.py",
        "{Kind.LINEAR: self.lam,",
        "{Kind.LINEAR: 0.0,",
        "test_lgan.py::test_the_first_power_kills_the_slope_from_its_threshold_on",
    ),
    Mutant(
        "verify/lgan/penalty_forms.py",
        "k.log1p() if self.penalty == LOG else",
        "k if self.penalty == LOG else",
        "test_lgan.py::test_a_concave_penalty_lets_steep_discriminators_off_and_its_tangent_does_not",
    ),
    Mutant(
        "verify/lgan/penalty_forms.py",
        "slope * (middle - u)",
        "slope * (u - middle)",
        "test_lgan.py::test_the_cost_in_balls_is_the_objective_of_the_library",
    ),
    # two points
    Mutant(
        "verify/lgan/far_failure.py",
        "return 2 * s / (1 + 2 * s)",
        "return s / (1 + s)",
        "test_lgan.py::test_slopes_on_two_points_at_distance_one",
    ),
    Mutant(
        "verify/lgan/far_failure.py",
        "(s / 2).root(3)",
        "s.root(3)",
        "test_lgan.py::test_heights_grow_as_the_table_says",
    ),
    Mutant(
        "verify/lgan/far_failure.py",
        "left = 2 * value(-t).max(arb(0)) + 4 *",
        "left = 0 * value(-t).max(arb(0)) + 0 *",
        f"{DOCUMENTED}[lgan.far_failure]",
    ),
    # geometry
    Mutant(
        "verify/lgan/extension.py",
        "return max(f - self.k",
        "return min(f - self.k",
        "test_lgan.py::test_the_envelopes_are_the_least_and_the_largest",
    ),
    Mutant(
        "verify/lgan/other_norms.py",
        "s if i == largest else",
        "s if i != largest else",
        "test_lgan.py::test_gradients_in_other_norms",
    ),
    Mutant(
        "verify/lgan/other_norms.py",
        "_norm(w, p / (p - 1))",
        "_norm(w, p)",
        f"{DOCUMENTED}[lgan.other_norms]",
    ),
    Mutant(
        "verify/lgan/scaling.py",
        "self.first.lam * factor**2",
        "self.first.lam * factor",
        f"{DOCUMENTED}[lgan.scaling]",
    ),
    Mutant(
        "verify/lgan/noncompact.py",
        "raw = [1 / arb(n) ** self.exponent",
        "raw = [1 / arb(n)",
        "test_lgan.py::test_truncated_tails",
    ),
    Mutant(
        "verify/lgan/noncompact.py",
        "(f - g) ** 2 / ((x - u) ** 2 + (y - v) ** 2)",
        "(f - g) ** 2 / (y - v) ** 2 if y != v else Fraction(0)",
        "test_lgan.py::test_the_limit_point_has_a_slack_to_every_point_that_no_bound_keeps_from_zero",
    ),
    Mutant(
        "verify/lgan/max_slope.py",
        "np.abs(rises) / (2.0 * HALF_STEP * lengths)",
        "np.abs(rises) / (HALF_STEP * lengths)",
        "test_lgan.py::test_slopes_along_the_flow_are_k_and_across_reals_less",
    ),
    # duality
    Mutant(
        "verify/lgan/duality.py",
        "exact(_area(steps)) ** 2 / (4 *",
        "exact(_area(steps)) ** 2 / (2 *",
        "test_lgan.py::test_the_distance_of_the_dual_is_the_area_between_distribution_functions",
    ),
    Mutant(
        "verify/lgan/duality.py",
        "-(s * (2 - s)).sqrt()",
        "(s * (2 - s)).sqrt()",
        "test_lgan.py::test_the_conjugates_are_those_of_the_library_and_meet_fenchel_young",
    ),
    # samples and flow
    Mutant(
        "verify/lgan/sample_complexity.py",
        "Fraction(factorial(size), prod(map(factorial, counts)))",
        "Fraction(1, prod(map(factorial, counts)))",
        "test_lgan.py::test_the_probabilities_of_all_samples_add_up_to_one",
    ),
    Mutant(
        "verify/lgan/sample_complexity.py",
        "/ (8 * arb(case.lams[0]))",
        "/ (16 * arb(case.lams[0]))",
        "test_lgan.py::test_the_bias_of_one_draw_is_the_mean_of_two_cases",
    ),
    Mutant(
        "verify/lgan/sample_complexity.py",
        "c // gcd(*counts) for c in counts",
        "min(c, 1) for c in counts",
        "test_lgan.py::test_the_bias_of_one_draw_is_the_mean_of_two_cases",
    ),
    Mutant(
        "verify/lgan/particle_flow.py",
        "problem.fake.points + eta * g",
        "problem.fake.points - eta * g",
        "test_lgan.py::test_a_swarm_closes_in",
    ),
    Mutant(
        "verify/lgan/particle_flow.py",
        "(taken.cost**2 - taken.moved_cost**2) / (4 * lam)",
        "(taken.cost**2 - taken.moved_cost**2) / lam",
        f"{DOCUMENTED}[lgan.particle_flow]",
    ),
]
