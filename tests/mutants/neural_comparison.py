"""Mutants of the comparison and of the experiments."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "lgantheory/neural/comparison.py",
        "return [(lam,) for lam in self.lams] if single else [self.lams]",
        "return [self.lams]",
        "test_neural_comparison.py::test_methods_that_weigh_a_penalty_are_trained_for_each_lam_and_others_once",
    ),
    Mutant(
        "lgantheory/neural/comparison.py",
        "half = 0.5 * wasserstein(problem.real, problem.fake).value",
        "half = wasserstein(problem.real, problem.fake).value",
        "test_neural_comparison.py::test_the_unit_rule_makes_the_exact_slope_one",
    ),
    Mutant(
        "lgantheory/neural/experiments/scoring.py",
        "_ratio(report.gap_rescaled, _constant(posed) - exact.primal)",
        "_ratio(report.gap, _constant(posed) - exact.primal)",
        "test_neural_comparison.py::test_a_critic_of_the_right_shape_at_the_wrong_scale_is_seen_as_such",
    ),
    Mutant(
        "lgantheory/neural/experiments/scoring.py",
        "_error(report.k, 1.0 if aims_at_one else exact.k)",
        "_error(report.k, exact.k)",
        "test_neural_comparison.py::test_a_critic_of_the_right_shape_at_the_wrong_scale_is_seen_as_such",
    ),
    Mutant(
        "lgantheory/neural/experiments/scoring.py",
        "moves = points[flow.t] - points[flow.s]",
        "moves = points[flow.s] - points[flow.t]",
        "test_neural_comparison.py::test_the_exact_optimum_has_a_perfect_row",
    ),
    Mutant(
        "lgantheory/neural/experiments/scoring.py",
        "difference = f.gradients(fake.points) / unit - problem.gradient(fake.points)",
        "difference = f.gradients(fake.points) - problem.gradient(fake.points)",
        "test_neural_comparison.py::test_the_population_of_the_gaussians_scores_itself_without_error",
    ),
    Mutant(
        "lgantheory/neural/experiments/problems.py",
        "train, rest = order[: request.samples], order[request.samples :][: request.fresh]",
        "train, rest = order[: request.samples], order[: request.fresh]",
        "test_neural_comparison.py::test_files_are_divided_and_nothing_is_used_twice",
    ),
    Mutant(
        "lgantheory/neural/experiments/results.py",
        "missing = [cell for cell in cells if kept(folder, cell) is None]",
        "missing = list(cells)",
        "test_neural_comparison.py::test_cells_that_are_done_are_kept_and_not_done_again",
    ),
    Mutant(
        "lgantheory/neural/experiments/results.py",
        'return content["rows"] if content["cell"] == json.loads(json.dumps(dict(cell))) else None',
        'return content["rows"]',
        "test_neural_comparison.py::test_a_damaged_or_foreign_cell_is_done_again",
    ),
    Mutant(
        "lgantheory/commands/compare.py",
        "for path in (real, fake))).hexdigest()",
        "for path in (fake, fake))).hexdigest()",
        "test_neural_comparison.py::test_the_users_files_are_compared_on_and_other_contents_are_other_rows",
    ),
    Mutant(
        "lgantheory/neural/experiments/spreads.py",
        "for i in range(wins, count + 1)",
        "for i in range(wins + 1, count + 1)",
        "test_neural_experiments.py::test_the_sign_test_counts_coins",
    ),
    Mutant(
        "lgantheory/neural/experiments/critic_offset.py",
        'if 2 * row["step"] > run[-1]["step"]]',
        'if row["step"] > 0]',
        "test_neural_experiments.py::test_drift_is_of_the_second_half_and_deviation_of_the_ends",
    ),
    Mutant(
        "lgantheory/neural/experiments/real_images.py",
        "moves = y - x\n    lengths",
        "moves = x - y\n    lengths",
        "test_neural_experiments.py::test_a_gradient_towards_a_point_reaches_it",
    ),
    Mutant(
        "lgantheory/neural/experiments/toy_gradients.py",
        "nearest = y[euclidean(x, y).argmin(axis=1)] - x",
        "nearest = y[euclidean(x, y).argmax(axis=1)] - x",
        "test_neural_experiments.py::test_exact_gradients_score_one_and_turned_ones_less",
    ),
    Mutant(
        "lgantheory/neural/experiments/stability_table.py",
        "np.abs(np.sort(x, axis=None) - np.sort(y, axis=None)).mean()",
        "np.abs(np.sort(x, axis=None) - y.reshape(-1)).mean()",
        "test_neural_experiments.py::test_w1_on_the_line_is_that_of_the_transport_solver",
    ),
    Mutant(
        "lgantheory/neural/experiments/digit_images.py",
        '"w1_real": exact_w1(held, other)',
        '"w1_real": exact_w1(held, held)',
        "test_neural_experiments.py::test_real_digits_in_place_of_generated_ones_score_what_the_row_says_beside",
    ),
]
