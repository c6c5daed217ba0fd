"""Mutants of the statements about regularisers."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "verify/regularisers/two_diracs.py",
        "return self.d * mean(slopes) - charge(slopes)",
        "return self.d * max(slopes) - charge(slopes)",
        "test_regularisers.py::test_no_profile_beats_the_stated_values_and_the_best_slope_reaches_them",
    ),
    Mutant(
        "verify/regularisers/two_diracs.py",
        "at_most(BEST, max(gains) - answer.value, 0, unit)",
        "at_most(BEST, min(gains) - answer.value, 0, unit)",
        "test_regularisers.py::test_a_wrong_answer_is_refuted",
    ),
    Mutant(
        "verify/regularisers/two_diracs.py",
        "at_most(FALLS, max(aside) - there, 0, unit, strict=True)",
        "at_most(FALLS, min(aside) - there, 0, unit, strict=True)",
        "test_regularisers.py::test_a_wrong_answer_is_refuted",
    ),
    Mutant(
        "verify/regularisers/hard.py",
        "norm(positive) ** 2 - (a * a + c * c)",
        "norm(positive) ** 2 - (b * b + e * e)",
        "test_regularisers.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/regularisers/hard.py",
        "product((-case.bound, case.bound), repeat=count)",
        "product((-case.bound, case.bound / 2), repeat=count)",
        "test_regularisers.py::test_clipped_critics_between_two_points",
    ),
    Mutant(
        "verify/regularisers/hard.py",
        "objective = np.eye(len(rises) + 1)[0] - np.eye(len(rises) + 1)[-1]",
        "objective = np.eye(len(rises) + 1)[0] - np.eye(len(rises) + 1)[-2]",
        "test_regularisers.py::test_the_steepest_critic_takes_every_gap_whole",
    ),
    Mutant(
        "verify/regularisers/hard.py",
        "(image[0] / scale, image[1] / scale)",
        "(image[0] * scale, image[1] * scale)",
        "test_regularisers.py::test_a_normalised_net_by_hand",
    ),
    Mutant(
        "verify/regularisers/around_one.py",
        "return Answer(1 + d / (2 * lam), d + d * d / (4 * lam))",
        "return Answer(1 + d / (2 * lam), d + d * d / (2 * lam))",
        "test_regularisers.py::test_answers_at_distance_three_and_weight_one",
    ),
    Mutant(
        "verify/regularisers/around_one.py",
        "mean(tuple(_power(case, positive(abs(s) - 1)) for s in seen(case, slopes)))",
        "mean(tuple(_power(case, positive(s - 1)) for s in seen(case, slopes)))",
        "test_regularisers.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/regularisers/around_zero.py",
        "return Answer(d / (2 * lam), d * d / (4 * lam))",
        "return Answer(d / lam, d * d / (4 * lam))",
        "test_regularisers.py::test_answers_at_distance_three_and_weight_one",
    ),
    Mutant(
        "verify/regularisers/around_zero.py",
        "return lambda slopes: case.lam * max(_charged(case, slopes))",
        "return lambda slopes: case.lam * min(_charged(case, slopes))",
        "test_regularisers.py::test_no_profile_beats_the_stated_values_and_the_best_slope_reaches_them",
    ),
    Mutant(
        "verify/regularisers/unsquared_hinge.py",
        "mass = case.d if",
        "mass = Fraction(1) if",
        "test_regularisers.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/regularisers/unsquared_hinge.py",
        "return (case.lam - case.d) * (abs(s) - 1) + case.d * (abs(s) - s)",
        "return (case.lam - case.d) * (abs(s) - 1)",
        "test_regularisers.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/regularisers/augmented_lagrangian.py",
        "multipliers.append(multipliers[-1] + self.eta * (slopes[-1] - 1))",
        "multipliers.append(multipliers[-1] - self.eta * (slopes[-1] - 1))",
        "test_regularisers.py::test_the_first_multiplier_steps_by_hand",
    ),
    Mutant(
        "verify/regularisers/augmented_lagrangian.py",
        "shrink, start = 1 - case.eta / (2 * case.w)",
        "shrink, start = 1 - case.eta / (4 * case.w)",
        "test_regularisers.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/regularisers/augmented_lagrangian.py",
        "drawn.d - 4 * drawn.lam**2 / swing",
        "drawn.d - 5 * drawn.lam**2 / swing",
        "test_regularisers.py::test_multipliers_are_drawn_on_both_sides_of_one_swing",
    ),
    Mutant(
        "verify/regularisers/sobolev.py",
        "square ** (power - 1) - fmpq_poly",
        "square**power - fmpq_poly",
        "test_regularisers.py::test_sobolev_slopes_at_distance_three",
    ),
    Mutant(
        "verify/regularisers/sobolev.py",
        "positive(mean(tuple(s * s for s in seen)) - 1) ** case.power",
        "positive(mean(tuple(s * s for s in seen)) - 1)",
        "test_regularisers.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/regularisers/at_the_points.py",
        "return case.lam / 2 * slopes[-1] ** 2",
        "return case.lam / 2 * slopes[len(slopes) // 2] ** 2",
        "test_regularisers.py::test_a_critic_out_of_reach_is_free_and_one_within_reach_is_not",
    ),
    Mutant(
        "verify/regularisers/at_the_points.py",
        "steps = (mean(slopes[: case.reach]), mean(slopes[CELLS - case.reach :]))",
        "steps = (slopes[0], slopes[-1])",
        "test_regularisers.py::test_a_critic_out_of_reach_is_free_and_one_within_reach_is_not",
    ),
    Mutant(
        "verify/regularisers/consistency.py",
        "return 2 * (1 + HIDDEN) * self.weight * (self.d - self.anchor) ** 2",
        "return (1 + HIDDEN) * self.weight * (self.d - self.anchor) ** 2",
        "test_regularisers.py::test_consistency_is_free_where_both_passes_agree_and_costs_elsewhere",
    ),
    Mutant(
        "verify/regularisers/consistency.py",
        "return (positive(agree) + positive(differ)) / 2",
        "return positive(agree) + positive(differ)",
        "test_regularisers.py::test_consistency_is_free_where_both_passes_agree_and_costs_elsewhere",
    ),
]
