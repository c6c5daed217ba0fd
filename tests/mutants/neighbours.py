"""Mutants of the neighbouring theorems."""

from tests.mutants.mutant import Mutant


def _row(module: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"verify/neighbours/{module}.py", old, new, f"test_neighbours.py::{test}")


TWINS = "test_the_twin_of_a_break_passes_the_check_that_the_break_fails"

MUTANTS = [
    # shared: the game, its flow, stability, measures on the line
    _row(
        "diracs",
        "return -at[1] * SLOPES[self.loss](u if self.saturating else -u)",
        "return -at[1] * SLOPES[self.loss](u)",
        "test_one_step_of_each_game_by_hand",
    ),
    _row(
        "diracs",
        "self.critic((theta, at[1]) if self.alternate else at)",
        "self.critic((theta, at[1]))",
        "test_a_simultaneous_step_multiplies_the_square_by_the_factor_told",
    ),
    _row(
        "diracs",
        "- exact(self.gamma) * at[1]",
        "- exact(self.gamma) * at[1] / 2",
        "test_radii_after_two_thousand_steps_with_r1",
    ),
    _row("flows", "total = remainder[ORDER]", "total = arb(0)", "test_a_coarse_flow_contains_the_fine_one"),
    _row(
        "flows",
        "[1 - slope[0], *(-x for x in slope[1:])]",
        "[1 - slope[0], *slope[1:]]",
        "test_the_proved_flow_is_what_an_integrator_finds",
    ),
    _row(
        "matrices",
        "_kronecker(one, a.transpose()) + _kronecker(a.transpose(), one)",
        "_kronecker(one, a) + _kronecker(a, one)",
        "test_the_lyapunov_matrix_solves_its_equation",
    ),
    _row(
        "matrices",
        "return found if all(minor.det() > 0 for minor in minors) else None",
        "return found if next(minors).det() > 0 else None",
        "test_lyapunov_and_the_roots_agree_about_stability",
    ),
    _row(
        "matrices",
        "_kronecker(a.transpose(), a.transpose()) - identity(size * size)",
        "_kronecker(a.transpose(), a.transpose()) + identity(size * size)",
        "test_the_lyapunov_matrix_solves_its_equation",
    ),
    _row(
        "lines",
        "here += _mass(fake, left) - _mass(real, left)",
        "here += _mass(fake, left) + _mass(real, left)",
        "test_on_the_line_three_routes_give_w1",
    ),
    _row("lines", "taken[j] -= mass", "taken[j] -= 0", "test_on_the_line_three_routes_give_w1"),
    # training
    _row(
        "dirac_gan",
        '"instance noise": self.gamma * self.curvature',
        '"instance noise": self.gamma * self.curvature / 2',
        "test_the_eigenvalues_of_every_regulariser",
    ),
    _row(
        "dirac_gan",
        "-self.gamma * self.slope**2 if self.kind",
        "-self.gamma * self.slope if self.kind",
        "test_the_eigenvalues_of_every_regulariser",
    ),
    _row("simultaneous", "before / after - 1", "after / before - 1", TWINS),
    _row(
        "alternating",
        "before, now = now, trace * now - det * before",
        "before, now = now, trace * now + det * before",
        "test_alternating_steps_stay_on_the_circle_up_to_four_and_not_beyond",
    ),
    _row(
        "r1_steps",
        "return h * a**2, 2 / h + h * a**2 / 2",
        "return h * a**2, 2 / h",
        "test_r1_steps_have_radius_one_at_both_ends_of_their_range",
    ),
    _row(
        "continuous_ns",
        "high + ((1 + w) * duration + 1) / (8 * (1 - w))",
        "high + ((1 + w) * duration + 1) / (9 * (1 - w))",
        "test_the_window_of_the_non_saturating_flow_contains_what_integrators_find",
    ),
    _row(
        "continuous_ns",
        "((1 - w) * duration - 1) / (8 * (1 + w))",
        "((1 - w) * duration - 1) / (16 * (1 + w))",
        "test_the_window_closes_on_eight",
    ),
    _row(
        "bilinear",
        "game.eta * (2 * u - u0), y + game.eta * (2 * v - v0)",
        "game.eta * u, y + game.eta * v",
        "test_optimistic_steps_come_in_up_to_the_inverse_root_of_three",
    ),
    _row(
        "spectra",
        "Fraction(2 * a, a * a + b * b)",
        "Fraction(2 * a, a * a)",
        "test_at_the_bound_of_the_spectrum_the_step_turns_on_the_circle",
    ),
    _row("clipping_orbit", "max(-self.clip, min(self.clip, moved))", "moved", "test_clipped_steps_keep_swinging"),
    _row(
        "wgan_gp_orbit",
        "follow = (1 - kept) / self.lam",
        "follow = (1 - kept) * self.lam * 9",
        "test_the_penalised_orbit_freezes_where_it_should_not",
    ),
    _row("consensus_gradient", "mixed = exact(case.factor) *", "mixed = 2 * exact(case.factor) *", TWINS),
    _row(
        "two_time_scales",
        "matrix([[0, -a], [kappa * a, -kappa * self.gamma]])",
        "matrix([[0, -a], [kappa * a, -self.gamma]])",
        "test_a_faster_critic_leaves_the_generators_own_eigenvalue",
    ),
    _row(
        "full_rank",
        "[-x for x in column] for column in columns",
        "[*column] for column in columns",
        "test_a_square_coupling_of_full_rank_attracts_and_its_shape_is_right",
    ),
    # penalties and critics
    _row("unit_gradient", "(direction * slope - 1) ** 2", "(slope - 1) ** 2", TWINS),
    _row(
        "two_sided_penalty",
        "(1 - abs(case.c)) ** 2 * (Fraction(g, a + g) + Fraction(g, g + b)) / 4",
        "(1 - abs(case.c)) ** 2 * (Fraction(g, a + g) + Fraction(g, g + b)) / 2",
        "test_the_flat_critic_of_four_points_is_charged_a_quarter",
    ),
    _row(
        "two_sided_penalty",
        "unequal = 1 - sum(mass**2 for mass in case.real.masses)",
        "unequal = 1",
        "test_the_constant_is_charged_for_pairs_of_different_points_only",
    ),
    _row(
        "penalty_bias",
        "else abs(over)",
        "else max(over, Fraction(0))",
        "test_without_the_square_the_penalty_still_charges_slopes_on_both_sides_of_one",
    ),
    _row(
        "penalty_bias",
        "return d + d**2 / (4 * lam), d + d**2 / (2 * lam)",
        "return d + d**2 / (2 * lam), d + d**2 / (2 * lam)",
        "test_the_penalty_turns_d_into_more",
    ),
    _row("mean_square_slope", "return max(self.mean_squares(self.critic))", "return Fraction(1, 9)", TWINS),
    _row("minfunnel", "best = best.min(other)", "best = best.max(other)", "test_transport_agrees_with_the_funnel"),
    _row(
        "moment_matching",
        "case.clip * w * x**i for i, w in enumerate(weights, 1)",
        "case.clip * w * x**i for i, w in enumerate(weights)",
        "test_moments_of_even_and_odd_binomial_weights_agree",
    ),
    _row(
        "few_points",
        "found[j] = -fraction(echelon[i, free])",
        "found[j] = fraction(echelon[i, free])",
        "test_few_points_keep_every_moment",
    ),
    # distances and samples
    _row(
        "minibatch_bias",
        "2 ** (2 * n - 1) * math.factorial(n) ** 2",
        "2 ** (2 * n) * math.factorial(n) ** 2",
        "test_small_batches_of_the_uniform_law_by_hand",
    ),
    _row(
        "minibatch_bias",
        "return 4 * _beta(n + 1) * total / (n * (n + 1))",
        "return 2 * _beta(n + 1) * total / (n * (n + 1))",
        "test_small_batches_of_the_uniform_law_by_hand",
    ),
    _row(
        "minibatch_bias",
        "ways = math.factorial(n) // math.prod(math.factorial(c) for c in counts)",
        "ways = 1",
        "test_two_draws_of_a_coin_by_hand",
    ),
    _row(
        "prefers_mean",
        "above -= math.comb(d, k - 1)",
        "above -= math.comb(d, k)",
        "test_batches_of_corners_are_enclosed_by_their_bounds",
    ),
    _row(
        "biased_gradients",
        "return 2 * (theta - s)",
        "return (theta - s)",
        "test_sample_gradients_by_hand",
    ),
    _row(
        "biased_gradients",
        "return 2 * mean(p, q) - mean(p, p) - mean(q, q)",
        "return mean(p, q) - mean(p, p) - mean(q, q)",
        "test_sample_gradients_by_hand",
    ),
    _row(
        "perfect_critic",
        "return 3 * t * t - 2 * t * t * t",
        "return t",
        "test_a_perfect_critic_is_one_half_in_the_middle",
    ),
    _row(
        "inf_convolution",
        "return (_logit(case.p) - _logit(case.q)).max(-reach).min(reach)",
        "return (_logit(case.p) - _logit(case.q)).max(-reach)",
        "test_the_relaxed_divergence_is_the_least_that_a_minimiser_finds",
    ),
    _row(
        "vanishing_gradient",
        "own = [1 - v if self.saturating else v for v in self.values]",
        "own = [1 + v if self.saturating else v for v in self.values]",
        "test_the_bound_of_the_vanishing_gradient_is_attained",
    ),
    _row(
        "noise_bound",
        "mass.get(x + e, Fraction(0)) + a * b",
        "a * b",
        "test_noise_adds_up_and_no_noise_leaves_equality",
    ),
    _row(
        "order_of_distances",
        "exact(x) * exact(2 * x / (a + b)).log() for x in (a, b) if x), arb(0)) / 2",
        "exact(x) * exact(2 * x / (a + b)).log() for x in (a, b) if x), arb(0))",
        "test_the_divergences_of_the_shared_pair",
    ),
    _row(
        "order_of_distances",
        "kl(tilted, even) / exact(2 * near**2)",
        "kl(tilted, even) / exact(near**2)",
        "test_divergences_reach_their_bounds",
    ),
    _row(
        "cauchy",
        "there = -(t * y) * (t * y) / (2 * c * c)",
        "there = -(t * y) * (t * y) / (c * c)",
        "test_the_density_of_a_ratio_is_scipys",
    ),
    _row(
        "principal_component",
        "- 2 * exact(variance * case.along(v)).sqrt()",
        "- exact(variance * case.along(v)).sqrt()",
        "test_the_principal_component_is_the_least_on_a_grid",
    ),
]
