"""Mutants of the room of classical GAN theory."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    # measures
    Mutant(
        "verify/classical/measures.py",
        "    return (kl(p, middle) + kl(q, middle)) / 2",
        "    return kl(p, middle) + kl(q, middle)",
        "test_classical.py::test_divergences_of_the_table",
    ),
    Mutant(
        "verify/classical/measures.py",
        'arb(float("inf")) if b == 0 else',
        "arb(0) if b == 0 else",
        "test_classical.py::test_mass_that_is_missed_costs_everything",
    ),
    Mutant(
        "verify/classical/measures.py",
        "    return tuple(a / (a + b) if a + b else Fraction(1, 2)",
        "    return tuple(b / (a + b) if a + b else Fraction(1, 2)",
        "test_classical.py::test_discriminator_of_the_table_and_of_gaussians",
    ),
    Mutant(
        "verify/classical/measures.py",
        "    return kl_term(a, middle) + kl_term(b, middle)",
        "    return kl_term(a, middle) + kl_term(middle, b)",
        "test_classical.py::test_terms_of_series_sum_to_the_divergences",
    ),
    # curves
    Mutant(
        "verify/classical/curves.py",
        "q = [arb_series([exact(b), w], prec=2)",
        "q = [arb_series([exact(b), abs(w)], prec=2)",
        "test_classical.py::test_slopes_of_series_are_limits_of_difference_quotients",
    ),
    Mutant(
        "verify/classical/curves.py",
        "    return -exact(d).log()",
        "    return exact(d).log()",
        "test_classical.py::test_nonsaturating_and_minimax_slopes_are_opposed_at_the_witness",
    ),
    # gaussians
    Mutant(
        "verify/classical/gaussians.py",
        "    return body + arb(0, 1) * _tail(*growth)",
        "    return body",
        "test_classical.py::test_the_bound_of_the_tails_is_in_the_ball",
    ),
    Mutant(
        "verify/classical/gaussians.py",
        "exact(c) * (REACH * density + beyond)",
        "exact(c) * beyond",
        "test_classical.py::test_the_tails_of_the_moments",
    ),
    Mutant(
        "verify/classical/gaussians.py",
        "    bend = t * t / 2\n",
        "    bend = t * t\n",
        "test_classical.py::test_shifted_gaussians_of_the_table",
    ),
    Mutant(
        "verify/classical/gaussians.py",
        "sigmoid(t * t / 2 - t * x, analytic), t, 1)",
        "sigmoid(t * t / 2 - t * x, analytic), 0, 1)",
        "test_classical.py::test_shifted_gaussians_of_the_table",
    ),
    # statements
    Mutant(
        "verify/classical/likelihood.py",
        "    best = max(case.models, key=case.likelihood)",
        "    best = min(case.models, key=case.likelihood)",
        "test_classical.py::test_many_tosses_come_near_what_one_toss_misses",
    ),
    Mutant(
        "verify/classical/likelihood.py",
        "rise = sum(((a - b) * v for",
        "rise = sum(((a + b) * v for",
        "test_classical.py::test_the_slope_of_kl_is_the_difference_of_weights",
    ),
    Mutant(
        "verify/classical/covering.py",
        "    return -entropy - _mean(mixture.log_density, mean, deviation, size)",
        "    return entropy - _mean(mixture.log_density, mean, deviation, size)",
        "test_classical.py::test_the_fits_to_two_gaussians_at_distance_three",
    ),
    Mutant(
        "verify/classical/covering.py",
        "    return 1 - _squeeze(mixture, deviation) - 1 / exact(deviation) ** 2",
        "    return 1 - _squeeze(mixture, deviation) - 1 / exact(deviation)",
        "test_classical.py::test_derivatives_of_reverse_kl_are_those_of_its_values",
    ),
    Mutant(
        "verify/classical/covering.py",
        "        return exact(self.w / (1 - self.w)).log() / 2",
        "        return exact(self.w / (1 - self.w)).log()",
        "test_classical.py::test_the_mixture_is_a_density_of_mass_one",
    ),
    Mutant(
        "verify/classical/covering.py",
        "reverse(mixture, 0.0, low) + exact(high)",
        "reverse(mixture, 0.0, low) + 10000 * exact(high)",
        "test_classical.py::test_the_lower_bound_at_the_centre_is_nearly_attained",
    ),
    Mutant(
        "verify/classical/optimal_discriminator.py",
        "if mass * (1 - middle) >= other * middle:",
        "if mass * middle >= other * (1 - middle):",
        "test_classical.py::test_a_tied_discriminator_is_best_where_the_ratio_is_constant",
    ),
    Mutant(
        "verify/classical/optimal_discriminator.py",
        "at_most(LOSS, 2 * (a + b) * (other - best) ** 2, lost, RESOLUTION)",
        "at_most(LOSS, 3 * (a + b) * (other - best) ** 2, lost, RESOLUTION)",
        "test_classical.py::test_pinsker_bounds_what_another_discriminator_loses",
    ),
    Mutant(
        "verify/classical/value.py",
        "        at_most(LARGEST, reached, -2 * LOG_2 * (1 - tv), RESOLUTION),",
        "        at_most(LARGEST, reached, 0, RESOLUTION),",
        "test_classical.py::test_the_bounds_of_the_value_are_attained",
    ),
    Mutant(
        "verify/classical/disjoint.py",
        "    return sum((exact(r) * exact(r).log() / 2 for r in ends if r > 0), arb(0))",
        "    return sum((exact(r) * exact(r).log() for r in ends if r > 0), arb(0))",
        "test_classical.py::test_the_bounds_by_total_variation_are_attained",
    ),
    Mutant(
        "verify/classical/disjoint.py",
        "        area += abs(height) * (right - left)",
        "        area += height * (right - left)",
        "test_classical.py::test_w1_by_two_routes_also_where_supports_cross",
    ),
    Mutant(
        "verify/classical/disjoint.py",
        "(a if x > Fraction(1, 2) else b for",
        "(b if x > Fraction(1, 2) else a for",
        "test_classical.py::test_the_accuracy_of_the_best_classifier_is_total_variation",
    ),
    Mutant(
        "verify/classical/danskin.py",
        "ends = [(right, max(slopes)), (left, min(slopes))]",
        "ends = [(right, min(slopes)), (left, max(slopes))]",
        "test_classical.py::test_a_maximum_has_the_slopes_of_its_active_functions",
    ),
    Mutant(
        "verify/classical/frozen_step.py",
        "    after = case.divergence(-exact(case.rate) * case.slope)",
        "    after = case.divergence(exact(case.rate) * case.slope)",
        "test_classical.py::test_the_discrete_step_is_too_long_past_reflection",
    ),
    Mutant(
        "verify/classical/frozen_step.py",
        "(w * w * a / ((b / 2) * (a + b / 2))",
        "(w * w * a / (4 * b * (a + b))",
        "test_classical.py::test_short_steps_keep_half_of_every_weight",
    ),
    Mutant(
        "verify/classical/value.py",
        "sympy.log(p / (p + q)) + q * sympy.log(1 - p / (p + q))",
        "sympy.log(p / (p + q)) + q * sympy.log(p / (p + q))",
        "test_classical.py::test_proofs_are_found_in_the_run",
    ),
    Mutant(
        "verify/classical/frozen_step.py",
        "sympy.diff(twice_jsd, q, 2) - p / (q * (p + q))",
        "sympy.diff(twice_jsd, q, 2) - q / (p * (p + q))",
        "test_classical.py::test_proofs_are_found_in_the_run",
    ),
    Mutant(
        "verify/classical/disjoint.py",
        "sympy.diff(phi, r, 2) - 1 / (1 - r**2)",
        "sympy.diff(phi, r, 2) - 1 / (1 + r**2)",
        "test_classical.py::test_proofs_are_found_in_the_run",
    ),
    Mutant(
        "verify/classical/saturation.py",
        "d = 1 / (1 + (-arb_series([logit, 1], prec=2)).exp())",
        "d = 1 / (1 + arb_series([logit, 1], prec=2).exp())",
        "test_classical.py::test_slopes_on_the_logit",
    ),
    Mutant(
        "verify/classical/nonsaturating.py",
        "    return 2 * kl(mixture(case.p, case.q), case.p)",
        "    return kl(mixture(case.p, case.q), case.p)",
        "test_classical.py::test_the_objective_of_the_nonsaturating_generator",
    ),
    Mutant(
        "verify/classical/nonsaturating.py",
        "    return [at_most(DESCENDS, -product, 0, RESOLUTION)]",
        "    return [at_most(DESCENDS, product, 0, RESOLUTION)]",
        "test_verify.py::test_what_is_printed_wrongly_is_refuted[classical.nonsaturating/descends-js]",
    ),
    Mutant(
        "verify/classical/restricted.py",
        "    return factorial(sum(n)) * prod(",
        "    return prod(",
        "test_classical.py::test_probabilities_of_counts_sum_to_one",
    ),
    Mutant(
        "verify/classical/restricted.py",
        "everything = tuple(range(len(p))) if case.free else (0,) * len(p)",
        "everything = (0,) * len(p)",
        "test_verify.py::test_what_is_true_holds_and_every_break_is_noticed[classical.restricted]",
    ),
    Mutant(
        "verify/classical/cross_entropy.py",
        "exact(Fraction(n + m, size)) * entropy(weights(n, m))",
        "entropy(weights(n, m))",
        "test_classical.py::test_cross_entropy_at_its_extremes",
    ),
    Mutant(
        "verify/classical/cross_entropy.py",
        "(d, high) if slope <= 0 else (low, d)",
        "(d, high) if slope >= 0 else (low, d)",
        "test_classical.py::test_bisection_finds_the_share_of_real_examples",
    ),
    Mutant(
        "verify/classical/covering.py",
        "    return exact(mean) - c * expectation(",
        "    return -c * expectation(",
        "test_classical.py::test_the_best_reverse_fit_is_near_a_mode_and_not_on_it",
    ),
    Mutant(
        "verify/classical/diverging_critic.py",
        "time / STEPS * (case.objective(up) - here)",
        "time * (case.objective(up) - here)",
        "test_classical.py::test_ascent_passes_every_bound_in_proportion_to_its_time",
    ),
    Mutant(
        "verify/classical/diverging_critic.py",
        "(int(2 * z),) for z in case.places",
        "(int(z),) for z in case.places",
        "test_classical.py::test_the_program_the_signs_and_the_coupling_agree",
    ),
    Mutant(
        "verify/classical/diverging_critic.py",
        "        sign = (height < 0) - (height > 0)",
        "        sign = (height > 0) - (height < 0)",
        "test_classical.py::test_the_lipschitz_critic_is_lipschitz_and_best_by_linear_programming",
    ),
    Mutant(
        "verify/classical/diverging_critic.py",
        "    return 2 * BOUND * case.diameter / rate if rate else BOUND",
        "    return BOUND",
        "test_classical.py::test_ascent_passes_every_bound_in_proportion_to_its_time",
    ),
    Mutant(
        "verify/classical/wgan_step.py",
        "first = [d.log() for d in seen] if self.logarithm else seen",
        "first = [d.log() for d in seen]",
        "test_classical.py::test_wgan_without_a_logarithm_ignores_constants",
    ),
    Mutant(
        "verify/classical/proofs.py",
        "Verdict.PROVED if zero else Verdict.UNDECIDED",
        "Verdict.PROVED",
        "test_classical.py::test_sympy_proves_identities_and_nothing_else",
    ),
]
