"""Mutants of what is said about critics: gaps, distances, directions, bounds of slopes."""

from tests.mutants.mutant import Mutant

TESTS = "test_neural_certificates.py::"

MUTANTS = [
    # certificates
    Mutant(
        "lgantheory/neural/certificates.py",
        "return self.primal - self.dual",
        "return self.primal - self.exact.primal - 1e-3",
        TESTS + "test_a_constant_critic_has_the_gap_of_a_constant",
    ),
    Mutant(
        "lgantheory/neural/certificates.py",
        "low = self.primal - self.exact.primal - self.error_bar - self.exact.rounding",
        "low = self.primal - self.exact.primal + self.error_bar + self.exact.rounding",
        TESTS + "test_the_exact_solution_passes_for_a_perfect_critic",
    ),
    Mutant(
        "lgantheory/neural/certificates.py",
        "virial=_identity(pair, values, 2.0 * problem.lam * pair.k**2),",
        "virial=_identity(pair, values, problem.lam * pair.k**2),",
        TESTS + "test_the_identities_are_derivatives_of_the_objective",
    ),
    Mutant(
        "lgantheory/neural/certificates.py",
        "for side, at in enumerate((f - rounding, f + rounding)):",
        "for side, at in enumerate((f, f)):",
        TESTS + "test_at_the_optimum_the_identities_vanish",
    ),
    Mutant(
        "lgantheory/neural/certificates.py",
        "same = p.loss == problem.loss and p.lam == problem.lam and p.penalty_kind is Kind.SQUARED",
        "same = p.loss == problem.loss and p.penalty_kind is Kind.SQUARED",
        TESTS + "test_refusals",
    ),
    # the best scale and shift
    Mutant(
        "lgantheory/neural/rescaling.py",
        "return max(rise, 0.0) / (2.0 * problem.lam * k * k) if 0.0 < k < math.inf else 0.0",
        "return max(rise, 0.0) / (problem.lam * k * k) if 0.0 < k < math.inf else 0.0",
        TESTS + "test_a_wasserstein_critic_ten_per_cent_too_steep_has_the_exact_excess",
    ),
    Mutant(
        "lgantheory/neural/rescaling.py",
        "charge = np.array([2.0 * problem.lam * k * k, 0.0])",
        "charge = np.array([0.0, 0.0])",
        TESTS + "test_on_two_points_the_gap_is_in_closed_form",
    ),
    Mutant(
        "lgantheory/neural/rescaling.py",
        "return (float(z[0]), float(z[1])) if z[0] > 0.0 else (0.0, _best_shift(problem, np.zeros_like(f)))",
        "return (float(z[0]), float(z[1]))",
        TESTS + "test_a_critic_that_points_the_wrong_way_is_worth_a_constant",
    ),
    # the distance to the optimal set
    Mutant(
        "lgantheory/neural/optimal_sets.py",
        "c[t, s] = np.minimum(c[t, s], slack - rise)",
        "c[t, s] = np.minimum(c[t, s], slack + rise)",
        TESTS + "test_the_distance_to_the_polytope_is_that_of_a_linear_program",
    ),
    Mutant(
        "lgantheory/neural/optimal_sets.py",
        "np.minimum(c, c[:, via, None] + c[None, via, :], out=c)",
        "np.minimum(c, c[:, via, None] + c[via, via], out=c)",
        TESTS + "test_the_distance_to_the_polytope_is_that_of_a_linear_program",
    ),
    Mutant(
        "lgantheory/neural/optimal_sets.py",
        "functions = [c - c[:, -1:], c[-1, :, None] - c.T]",
        "functions = [c - c[:, -1:], c[-1:, :] - c.T]",
        TESTS + "test_inside_the_optimal_set_losses_with_kinks_have_fewer_ties",
    ),
    # directions
    Mutant(
        "lgantheory/neural/directions.py",
        "found = central(exact).gradient(problem.fake.points[sending])",
        "found = exact.gradient(problem.fake.points[sending])",
        TESTS + "test_the_report_compares_wherever_the_plan_forces_a_direction",
    ),
    Mutant(
        "lgantheory/neural/directions.py",
        "share = mass / mass.sum()",
        "share = np.full(len(mass), 1.0 / len(mass))",
        TESTS + "test_directions_weigh_by_the_mass_sent",
    ),
    Mutant(
        "lgantheory/neural/directions.py",
        "estimate = float(rise) / k if k > 0.0 else 0.0",
        "estimate = float(rise)",
        TESTS + "test_a_translation_is_scored_exactly",
    ),
    # bounds of slopes
    Mutant(
        "lgantheory/neural/operations.py",
        "return Bound(sum(terms))",
        "return Bound(max(terms))",
        TESTS + "test_rules_of_linear_operations",
    ),
    Mutant(
        "lgantheory/neural/operations.py",
        "return operand.bound.slope * math.sqrt(call.result.numel() / operand.numel())",
        "return operand.bound.slope",
        TESTS + "test_rules_of_linear_operations",
    ),
    Mutant(
        "lgantheory/neural/operations.py",
        "if not dims or any(dim % x.ndim == 0 for dim in dims):",
        "if not dims:",
        TESTS + "test_what_has_no_rule_has_no_bound",
    ),
    Mutant(
        "lgantheory/neural/spectra.py",
        "blocks = blocks.reshape(height // s, width // t, len(weight), -1) / math.sqrt(s * t)",
        "blocks = blocks.reshape(height // s, width // t, len(weight), -1) / (s * t)",
        TESTS + "test_norms_of_convolutions",
    ),
    Mutant(
        "lgantheory/neural/lipsdp.py",
        "form = crossed + crossed.T - 2.0 * (self.after.T * t) @ self.after + self.last",
        "form = crossed + crossed.T - 3.0 * (self.after.T * t) @ self.after + self.last",
        TESTS + "test_the_exact_constant_lies_in_the_sandwich",
    ),
    Mutant(
        "lgantheory/neural/lipsdp.py",
        "return min(rho + max(mu, 0.0) * program.layers, 1.0)",
        "return rho",
        TESTS + "test_a_proved_bound_does_not_trust_the_weights_it_is_given",
    ),
    Mutant(
        "lgantheory/neural/lipsdp.py",
        "hessian[:n, :n] = 2.0 * aa * bb + 2.0 * ba * ba.T - 4.0 * aa * (ba + ba.T) + 4.0 * aa * aa",
        "hessian[:n, :n] = 2.0 * aa * bb + 2.0 * ba * ba.T + 4.0 * aa * aa",
        TESTS + "test_the_semidefinite_bound_is_that_of_a_conic_solver",
    ),
    # evaluation
    Mutant(
        "lgantheory/neural/evaluation.py",
        "return module.to(device).to(torch.float64).eval()",
        "return module.to(device).to(torch.float64)",
        TESTS + "test_networks_are_left_as_they_are_and_evaluated_in_double_precision",
    ),
    Mutant(
        "lgantheory/neural/evaluation.py",
        "module = copy.deepcopy(critic)",
        "module = critic",
        TESTS + "test_networks_are_left_as_they_are_and_evaluated_in_double_precision",
    ),
]
