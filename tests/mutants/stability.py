"""Mutants of the statements on smoothness and stability."""

from tests.mutants.mutant import Mutant

ROOM = "verify/stability"
TESTS = "test_stability.py::"

MUTANTS = [
    # measures and discriminators
    Mutant(
        f"{ROOM}/atoms.py",
        "(right - left) * abs(ahead)",
        "(right - left) * ahead",
        f"{TESTS}test_area_and_plan_are_one_distance",
    ),
    Mutant(
        f"{ROOM}/discriminators.py",
        "return (ahead < 0) - (ahead > 0)",
        "return (ahead > 0) - (ahead < 0)",
        f"{TESTS}test_the_potential_reaches_the_distance_and_no_more",
    ),
    Mutant(
        f"{ROOM}/discriminators.py",
        "slope - k * u / s",
        "slope + k * u / s",
        f"{TESTS}test_formulas_and_power_series_of_discriminators_agree",
    ),
    Mutant(
        f"{ROOM}/discriminators.py",
        "bend + k * (u * u - 1) / s**2",
        "bend + k * (u * u + 1) / s**2",
        f"{TESTS}test_formulas_and_power_series_of_discriminators_agree",
    ),
    Mutant(
        f"{ROOM}/discriminators.py",
        "theta / 2 * sigma,",
        "theta * sigma,",
        f"{TESTS}test_slopes_of_gaussian_shifts_tend_to_half_the_shift",
    ),
    Mutant(
        f"{ROOM}/discriminators.py",
        "self.sign * theta**2 / 2 * sigma * (1 - sigma)",
        "self.sign * theta**2 * sigma * (1 - sigma)",
        f"{TESTS}test_slopes_of_gaussian_shifts_tend_to_half_the_shift",
    ),
    Mutant(
        f"{ROOM}/smooth_d2.py",
        "values[2] + k * (u * u - 1) / s**2",
        "values[2] + k * (u * u + 1) / s**2",
        f"{TESTS}test_the_bounds_of_the_kernel_are_attained",
    ),
    Mutant(
        f"{ROOM}/continuous_d3.py",
        "ball(case.first.s)) ** 2) / 2).exp()",
        "ball(case.first.s)) ** 2)).exp()",
        f"{TESTS}test_what_is_true_holds_on_other_seeds",
    ),
    # descent and smoothness
    Mutant(
        f"{ROOM}/descent.py",
        "ball(self.stretch / self.L)",
        "ball(self.stretch / (2 * self.L))",
        f"{TESTS}test_one_step_on_a_parabola_spends_everything",
    ),
    Mutant(
        f"{ROOM}/descent.py",
        "twice, summed = 2 * ball(case.L)",
        "twice, summed = 4 * ball(case.L)",
        f"{TESTS}test_one_step_on_a_parabola_spends_everything",
    ),
    Mutant(
        f"{ROOM}/descent.py",
        "least = ball(case.weights[1])",
        "least = ball(case.weights[0])",
        f"{TESTS}test_the_trapped_point_stays_trapped",
    ),
    Mutant(
        f"{ROOM}/generators.py",
        "self.beta1 * self.A2_squared",
        "self.beta1 * self.A1 * self.A1",
        f"{TESTS}test_constants_of_the_talk_and_of_the_repaired_theorem",
    ),
    Mutant(
        f"{ROOM}/generators.py",
        "2 * (-half).exp() / width,",
        "(-half).exp() / width,",
        f"{TESTS}test_kernel_constants",
    ),
    Mutant(
        f"{ROOM}/generators.py",
        "(1 + 2 * (-3 * half).exp())",
        "(1 + (-3 * half).exp())",
        f"{TESTS}test_kernel_constants",
    ),
    Mutant(
        f"{ROOM}/generators.py",
        "found += w * v / 2 * kernel(y - x)",
        "found += w * v * kernel(y - x)",
        f"{TESTS}test_the_repaired_constant_bounds_a_two_parameter_generator",
    ),
    Mutant(
        f"{ROOM}/smoothness.py",
        "pull = weight * self.functional.slope(place, cloud)",
        "pull = self.functional.slope(place, cloud)",
        f"{TESTS}test_the_repaired_constant_bounds_a_two_parameter_generator",
    ),
    Mutant(
        f"{ROOM}/smoothness.py",
        "return 2 * found / norm",
        "return found / norm",
        f"{TESTS}test_gaussian_moments_two_ways",
    ),
    Mutant(
        f"{ROOM}/smoothness.py",
        "theta, squares = theta - slope / L,",
        "theta, squares = theta - 3 * slope / L,",
        f"{TESTS}test_descent_on_an_objective_spends_what_it_loses",
    ),
    # the objective in mu
    Mutant(
        f"{ROOM}/first_variation.py",
        "r * (2 * r / (p + r)).log() / 2",
        "r * (2 * r / (p + r)).log()",
        f"{TESTS}test_values_of_the_shared_pair",
    ),
    Mutant(
        f"{ROOM}/first_variation.py",
        "(p + r) / 2 * ((p + r) / (2 * r)).log()",
        "(p + r) * ((p + r) / (2 * r)).log()",
        f"{TESTS}test_values_of_the_shared_pair",
    ),
    Mutant(
        f"{ROOM}/first_variation.py",
        "lambda mu, real: [(2 * p / (p + r)).log() / 2",
        "lambda mu, real: [(2 * p / (p + r)).log()",
        f"{TESTS}test_what_is_true_holds_on_other_seeds",
    ),
    Mutant(
        f"{ROOM}/inf_convolution.py",
        "r * (2 - (2 * v).exp()).log() / 2",
        "r * (2 - (2 * v).exp()).log()",
        f"{TESTS}test_a_conic_program_finds_the_same_value",
    ),
    Mutant(
        f"{ROOM}/inf_convolution.py",
        "ball(self.problem.alpha * self.problem.distance(self.nu))",
        "ball(self.problem.distance(self.nu))",
        f"{TESTS}test_a_conic_program_finds_the_same_value",
    ),
    Mutant(
        f"{ROOM}/inf_convolution.py",
        "bends.append(4 * ball(r)",
        "bends.append(400 * ball(r)",
        f"{TESTS}test_the_doubt_about_the_optimal_discriminator_is_no_less_than_its_error",
    ),
    Mutant(
        f"{ROOM}/moreau_yosida.py",
        "return ball(self.lam / 2) * sum(",
        "return ball(self.lam) * sum(",
        f"{TESTS}test_a_conic_program_finds_the_same_smoothed_value",
    ),
    Mutant(
        f"{ROOM}/moreau_yosida.py",
        "ball(p - self.lam * c), ball(r)",
        "ball(p - c), ball(r)",
        f"{TESTS}test_a_conic_program_finds_the_same_smoothed_value",
    ),
    Mutant(
        f"{ROOM}/moreau_yosida.py",
        "ball(apart * case.distance / (side.lam * side.s**2))",
        "ball(apart * case.distance / (2 * side.lam * side.s**2))",
        f"{TESTS}test_the_smoothed_constant_is_nearly_attained",
    ),
    Mutant(
        f"{ROOM}/moreau_yosida.py",
        "(2 * self.gap / ball(self.lam)).sqrt()",
        "(2 * self.gap / ball(self.lam))",
        f"{TESTS}test_the_doubt_about_a_smoothed_discriminator_is_no_less_than_its_error",
    ),
    # descent that does not end
    Mutant(
        f"{ROOM}/two_cycle.py",
        "else r - case.h)",
        "else r + case.h)",
        f"{TESTS}test_two_cycles",
    ),
    Mutant(
        f"{ROOM}/adam.py",
        "root = (v / (1 - b**t)).sqrt()",
        "root = v.sqrt()",
        f"{TESTS}test_adam_goes_to_and_fro_and_descent_does_not",
    ),
    # networks and the loop
    Mutant(
        f"{ROOM}/activations.py",
        "ROOT / 18",
        "ROOT / 17",
        f"{TESTS}test_rates_of_activations",
    ),
    Mutant(
        f"{ROOM}/deep_critic.py",
        "s1 * n * beta + s2 * (n * alpha) ** 2",
        "n * beta + s2 * (n * alpha) ** 2",
        f"{TESTS}test_bounds_of_two_layers_by_hand",
    ),
    Mutant(
        f"{ROOM}/deep_critic.py",
        "alpha, beta = s1 * n * alpha,",
        "alpha, beta = n * alpha,",
        f"{TESTS}test_bounds_of_two_layers_by_hand",
    ),
    Mutant(
        f"{ROOM}/bounded_critic.py",
        "ball(case.distance) / 4",
        "ball(case.distance) / 5",
        f"{TESTS}test_the_break_mended_holds",
    ),
    Mutant(
        f"{ROOM}/bounded_critic.py",
        "(1 - Fraction(1, 4)) ** 2",
        "(1 - Fraction(1, 4))",
        f"{TESTS}test_a_sigmoid_critic_nearly_reaches_a_quarter_of_the_distance",
    ),
    Mutant(
        f"{ROOM}/algorithm.py",
        "range(self.first, self.n_cr + 1)",
        "range(self.first, self.n_cr)",
        f"{TESTS}test_the_break_mended_holds",
    ),
    Mutant(
        f"{ROOM}/algorithm.py",
        "self.noise if self.from_prior else self.generated",
        "self.generated if self.from_prior else self.noise",
        f"{TESTS}test_the_break_mended_holds",
    ),
    # data and measures of success
    Mutant(
        f"{ROOM}/mixture.py",
        "part.variance + part.mean**2",
        "part.variance",
        f"{TESTS}test_moments_of_the_printed_mixture_and_of_the_sum",
    ),
    Mutant(
        f"{ROOM}/tanh_range.py",
        "(2 * arb.pi()).sqrt() - z * tail)",
        "(2 * arb.pi()).sqrt() + z * tail)",
        f"{TESTS}test_what_tanh_cannot_reach",
    ),
    Mutant(
        f"{ROOM}/ks_pvalue.py",
        "(-1) ** (j - 1) * comb(2 * n, n - j * k)",
        "comb(2 * n, n - j * k)",
        f"{TESTS}test_p_values_are_scipys",
    ),
    Mutant(
        f"{ROOM}/ks_pvalue.py",
        "staying(self.n - 2, self.n, k, start=1)",
        "staying(self.n - 2, self.n, k, start=0)",
        f"{TESTS}test_orders_are_counted_right",
    ),
    Mutant(
        f"{ROOM}/ks_pvalue.py",
        "(1 - 2 * self.beyond) ** self.n",
        "(1 - self.beyond) ** self.n",
        f"{TESTS}test_the_rejection_of_a_perfect_generator",
    ),
    Mutant(
        f"{ROOM}/accuracy.py",
        "sum(v <= THRESHOLD for v",
        "sum(v >= THRESHOLD for v",
        f"{TESTS}test_accuracy_and_loss_of_shifted_critics",
    ),
]
