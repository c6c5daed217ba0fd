"""Mutants of the figures of the LGAN paper and of ours, each with the test that must kill it."""

from tests.mutants.mutant import Mutant

TESTS = "test_figures_lgan.py::"

MUTANTS = [
    # what several figures share
    Mutant(
        "figures/fields.py",
        "return at, along / solution.k if",
        "return at, -along / solution.k if",
        TESTS + "test_each_arrow_lies_along_a_tight_pair",
    ),
    Mutant(
        "figures/fields.py",
        "np.full(len(real), -1)",
        "np.full(len(real), 1)",
        TESTS + "test_forced_directions_are_counted",
    ),
    Mutant(
        "figures/fields.py",
        '"f": solution(where, extension="middle")',
        '"f": 2.0 * solution(where, extension="middle")',
        TESTS + "test_the_surface_meets_f_at_the_points_and_is_k_lipschitz",
    ),
    Mutant(
        "figures/stacking.py",
        "np.repeat(list(parts), sizes)",
        "np.tile(list(parts), sum(sizes))[: sum(sizes)]",
        TESTS + "test_tables_of_the_same_columns_are_stacked",
    ),
    Mutant(
        "figures/fields_by_loss.py",
        '"k": [solution.k for',
        '"k": [2.0 * solution.k for',
        TESTS + "test_the_slope_of_each_loss_is_that_of_another_solver",
    ),
    # gradient uninformativeness
    Mutant(
        "figures/gradient_uninformativeness.py",
        "DiscreteMeasure(np.concatenate([places, sign * far]), np.append(w / most, 1.0 - w.sum() / most))",
        "DiscreteMeasure(np.concatenate([places, sign * far]), np.append(w / w.sum(), 0.0))",
        TESTS + "test_the_unrestricted_discriminator_is_that_of_the_densities",
    ),
    Mutant(
        "figures/gradient_uninformativeness.py",
        "return np.nan_to_num(np.stack(rises, axis=1))",
        "return np.nan_to_num(np.stack(rises, axis=1), nan=1.0)",
        TESTS + "test_it_is_level_at_every_fake_of_the_first_two_cases_alone",
    ),
    Mutant(
        "figures/gradient_uninformativeness.py",
        "top, bottom = p(at) - q(at), p(at) + q(at)",
        "top, bottom = p(at) - q(at), p(at) + 2.0 * q(at)",
        TESTS + "test_its_gradient_is_that_of_the_logarithm_of_the_ratio",
    ),
    # real images
    Mutant(
        "figures/real_images.py",
        "target = flow.argmax(axis=1)",
        "target = problem.distances.argmin(axis=1)",
        TESTS + "test_the_gradient_leads_to_a_photograph",
    ),
    Mutant(
        "figures/real_images.py",
        '"half": 0.5,',
        '"half": 0.55,',
        TESTS + "test_the_images_lie_on_the_way_in_the_csv",
    ),
    Mutant(
        "figures/real_images.py",
        '("skimage", "scikit-image")',
        '("skimage", "skimage")',
        TESTS + "test_without_the_photographs_the_refusal_says_what_to_install",
    ),
    # the four kinds
    Mutant(
        "figures/four_kinds.py",
        "key=lambda check: check.severity)",
        "key=lambda check: -check.severity[0])",
        TESTS + "test_a_refuted_row_shows_in_the_table",
    ),
    Mutant(
        "figures/four_kinds.py",
        "decoy = x - 1.0 + 2.0 * x * (x - 2.0)",
        "decoy = x - 1.0 - 2.0 * x * (x - 2.0)",
        TESTS + "test_each_sketch_is_an_optimum_of_its_kind",
    ),
    # lam
    Mutant(
        "figures/lam_path.py",
        "gain_most = lam * k_most**2",
        "gain_most = lam * k_most**2 / 4",
        TESTS + "test_the_value_is_concave_with_slope_k_squared_and_all_keep_their_bounds",
    ),
    Mutant(
        "figures/lam_path.py",
        '"k_most": float(k_most.upper())',
        '"k_most": 2.0 * float(k_most.upper())',
        TESTS + "test_large_lam_is_the_wasserstein_gan",
    ),
    # two points
    Mutant(
        "figures/two_points.py",
        "t * (1.0 + np.exp(t))",
        "t * (2.0 + np.exp(t))",
        TESTS + "test_the_closed_form_has_the_known_slope",
    ),
    Mutant(
        "figures/two_points.py",
        '"exponential": lambda t: t * np.exp(t)',
        '"exponential": lambda t: t * np.exp(1.01 * t)',
        TESTS + "test_the_exponential_is_lambert_w",
    ),
    Mutant(
        "figures/two_points.py",
        '"s": d**2 / (4.0 * lam)',
        '"s": d**2 / 4.0',
        TESTS + "test_the_solver_lies_on_the_closed_forms",
    ),
    # forests
    Mutant(
        "figures/forest_growth.py",
        "np.stack([pairs.i, fake.size + pairs.j], axis=1)",
        "np.stack([pairs.i, pairs.j], axis=1)",
        TESTS + "test_tight_pairs_are_a_forest_that_carries_the_slope",
    ),
    Mutant(
        "figures/forest_growth.py",
        '"mass": pairs.mass}',
        '"mass": pairs.mass + 1e-3}',
        TESTS + "test_tight_pairs_are_a_forest_that_carries_the_slope",
    ),
    Mutant(
        "figures/forest_growth.py",
        "LAMS = (1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e3)",
        "LAMS = (1e-3, 1e-2, 1e-1, 2e-1, 3e-1, 4e-1)",
        TESTS + "test_the_mass_gathers_in_a_matching",
    ),
    # width of the optimal set
    Mutant(
        "figures/uniqueness_width.py",
        '"low": ends[1][order]',
        '"low": ends[0][order]',
        TESTS + "test_the_linear_optima_reach_from_minus_ten_to_eight",
    ),
    Mutant(
        "figures/uniqueness_width.py",
        "most = solved[share].primal + epsilon",
        "most = solved[share].primal + 2.0 * epsilon",
        TESTS + "test_the_width_has_its_closed_form_and_shrinks_like_a_root",
    ),
    # particles
    Mutant(
        "figures/particle_flow.py",
        "+ STEP * along)",
        "+ 2.0 * STEP * along)",
        TESTS + "test_the_trace_is_that_of_the_places",
    ),
    Mutant(
        "figures/particle_flow.py",
        '"W1": left,',
        '"W1": left + 1e-3,',
        TESTS + "test_the_trace_is_that_of_the_places",
    ),
    Mutant(
        "figures/particle_flow.py",
        "LAM, SEED, STEP = 0.02, 0, 0.1",
        "LAM, SEED, STEP = 2.0, 0, 0.1",
        TESTS + "test_softplus_leaves_real_points_alone_for_a_small_lam",
    ),
    Mutant(
        "figures/particle_flow.py",
        "frames=range(last + 1)",
        "frames=range(last)",
        TESTS + "test_the_animation_has_a_frame_for_each_step",
    ),
    # counterexamples
    Mutant(
        "figures/counterexamples.py",
        "for module in (theorem1, theorem2, theorem3, theorem4):",
        "for module in (theorem1, theorem2, theorem4):",
        TESTS + "test_every_hypothesis_of_the_four_theorems_has_a_refuted_problem",
    ),
    Mutant(
        "figures/counterexamples.py",
        "found = minimize_scalar(lambda k: problem.primal(k * cone)",
        "found = minimize_scalar(lambda k: -problem.primal(k * cone)",
        TESTS + "test_the_drawn_optima_are_the_known_ones",
    ),
    Mutant(
        "figures/counterexamples.py",
        "return _twice([np.inf if falls else -np.inf] * size)",
        "return _twice([-np.inf if falls else np.inf] * size)",
        TESTS + "test_what_is_not_attained_or_free_has_no_end",
    ),
    Mutant(
        "figures/counterexamples.py",
        "function = LipschitzFunction(case.problem.points, f,",
        "function = LipschitzFunction(case.problem.points, 1.1 * f,",
        TESTS + "test_the_envelopes_pass_through_the_points",
    ),
    # scaling
    Mutant(
        "figures/solver_scaling.py",
        '(table["loss"] == LOSS) & (table["certified"] == "True")',
        '(table["loss"] == LOSS)',
        TESTS + "test_uncertified_rows_are_left_out",
    ),
    Mutant(
        "figures/solver_scaling.py",
        "(path, COMMAND.format(path.stem))",
        "(path, COMMAND.format(path.name))",
        TESTS + "test_missing_results_name_the_command",
    ),
    # layout
    Mutant(
        "figures/real_images.py",
        'another photograph is nearer)", fontsize=7)',
        'another photograph is nearer)", fontsize=40)',
        TESTS + "test_nothing_of_a_quick_picture_is_cut",
    ),
]
