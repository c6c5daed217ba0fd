"""Mutants of the library and of the first statements."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    # certificates
    Mutant(
        "lgantheory/problem.py",
        "return -math.fsum([*self.conjugate_terms(flow).tolist(), self.penalty.conjugate(self.cost(flow))])",
        "return -math.fsum(self.conjugate_terms(flow).tolist())",
        "test_duality.py::test_at_the_optimum_both_sides_meet",
    ),
    Mutant(
        "lgantheory/problem.py",
        "return (self.primal - self.dual) / max(1.0, abs(self.primal))",
        "return 0.0",
        "test_duality.py::test_a_wrong_flow_of_the_right_size_shows_as_a_gap",
    ),
    Mutant(
        "lgantheory/repair.py",
        "f[reals] = Cones(points[fakes], f[fakes], k).lowest(points[reals], rises.bounds(f)[reals])",
        "f[reals] = Cones(points[fakes], f[fakes], 2 * k).lowest(points[reals], rises.bounds(f)[reals])",
        "test_duality.py::test_repair_never_costs_when_the_slope_admits_f",
    ),
    Mutant(
        "lgantheory/problem.py",
        'return "real-fake" if self.loss.is_monotone else "all"',
        'return "real-fake"',
        "test_solvers.py::test_least_squares_witness_is_exact",
    ),
    Mutant(
        "lgantheory/problem.py",
        "level = np.where(p.alive, self.error / p.weights, np.inf)",
        "level = np.where(p.alive, 0.0 * p.weights, np.inf)",
        "test_duality.py::test_the_enclosure_contains_what_an_independent_solver_finds",
    ),
    Mutant(
        "lgantheory/penalties.py",
        "return (0.5 * cost / math.sqrt(self.lam)) ** 2  # the square",
        "return (cost / math.sqrt(self.lam)) ** 2  # the square",
        "test_duality.py::test_penalties_reach_equality_at_their_derivative",
    ),
    Mutant(
        "lgantheory/flows.py",
        "return self._sent - self._received",
        "return self._received - self._sent",
        "test_solvers.py::test_a_thousand_constraints_and_more_are_generated_as_needed",
    ),
    Mutant(
        "lgantheory/flows.py",
        "entries += _matched(supply, _absorbed(math.fsum(supply), ceilings[1]))",
        "entries += []",
        "test_duality.py::test_a_light_point_with_a_linear_loss_gets_its_mass_to_the_last_bit",
    ),
    Mutant(
        "lgantheory/flows.py",
        "most = np.minimum(0.25 * MARGIN * ceiling[order], amount)",
        "most = np.minimum(ceiling[order], amount)",
        "test_solvers.py::test_a_linear_loss_is_certified_between_numbers_of_points_that_divide_one_differently",
    ),
    Mutant(
        "lgantheory/enclosure.py",
        "np.maximum.at(lower, arcs.t, lower[arcs.s] + least)",
        "np.maximum.at(lower, arcs.t, lower[arcs.s] + 1.001 * most)",
        "test_duality.py::test_the_enclosure_contains_what_an_independent_solver_finds",
    ),
    # solvers
    Mutant(
        "lgantheory/solvers/newton.py",
        "return _picked(network, worst & (excess > VIOLATED * network.step))",
        "return _picked(network, worst & (excess > 1e6))",
        "test_solvers.py::test_the_polish_takes_the_quadratic_programs_to_the_last_bit",
    ),
    Mutant(
        "lgantheory/solvers/transport.py",
        "k = slope * plan.value / (2.0 * problem.lam)",
        "k = slope * plan.value / problem.lam",
        "test_solvers.py::test_two_points_at_distance_one_with_lam_one",
    ),
    Mutant(
        "lgantheory/solvers/network.py",
        "slope = max(k, 0.0) / self.unit",
        "slope = max(k, 0.0)",
        "test_solvers.py::test_lengths_and_lam_scale_together",
    ),
    Mutant(
        "lgantheory/solvers/pointwise.py",
        "q = np.bincount(inverse[: fake.size], fake.weights, len(points))",
        "q = np.bincount(inverse[: fake.size], None, len(points))",
        "test_solvers.py::test_the_pointwise_optimum_of_known_losses",
    ),
    # the fast solver, its parts and its families
    Mutant(
        "lgantheory/repair.py",
        "return bool(np.abs(self.repaired(f, k, rises) - f).max() <= rises.rounding(f))",
        "return True",
        "test_duality.py::test_a_constant_is_believed_only_where_the_values_bear_it",
    ),
    Mutant(
        "lgantheory/repair.py",
        "(s < self.n) & (t >= self.n)",
        "(s < self.n) & (t >= 0)",
        "test_duality.py::test_two_fakes_at_one_place_do_not_hold_each_other",
    ),
    Mutant(
        "lgantheory/envelopes.py",
        "np.nextafter(bounds, np.inf), 4",
        "bounds, 4",
        "test_envelopes.py::test_a_pair_exactly_at_its_bound_is_below_it",
    ),
    Mutant(
        "lgantheory/directed.py",
        "return below(low), above(high)",
        "return low, high",
        "test_rigorous.py::test_envelopes_lie_between_their_bounds",
    ),
    Mutant(
        "lgantheory/exact.py",
        "return [weight / total for weight in exact]",
        "return exact",
        "test_rigorous.py::test_on_the_line_the_linear_loss_gives_minus_the_square_of_w1",
    ),
    Mutant(
        "lgantheory/rigorous.py",
        "(excess / posed.lam).sqrt()",
        "excess / posed.lam",
        "test_rigorous.py::test_a_flow_that_is_off_by_a_share_leaves_k_and_f_open_by_about_that_share",
    ),
    Mutant(
        "lgantheory/losses/loss.py",
        "replace(self, sign=-self.sign)",
        "self",
        "test_jets.py::test_hand_written_jets_are_exact_to_a_few_ulps_into_the_deepest_tails",
    ),
    Mutant(
        "lgantheory/symbolic/tapes.py",
        "slope = g[1] * u[1] if g[1] != 0.0 else 0.0",
        "slope = g[1] * u[1]",
        "test_jets.py::test_vanished_exponentials_win_over_infinities",
    ),
    Mutant(
        "lgantheory/solvers/partial.py",
        "SLOWEST = 0.5",
        "SLOWEST = 1e-9",
        "test_partial.py::test_where_all_mass_moves_the_slope_is_that_of_the_wasserstein_gan",
    ),
    Mutant(
        "lgantheory/solvers/families.py",
        "return [found[lam] for lam in wanted]",
        "return [found[lam] for lam in sorted(wanted)]",
        "test_families.py::test_a_path_is_in_the_order_asked_for_and_agrees_with_cold_solves",
    ),
    Mutant(
        "lgantheory/solvers/forest/equilibrium.py",
        "leaves = above == (0 if is_fake else 1)",
        "leaves = above == (1 if is_fake else 0)",
        "test_forest.py::test_equilibrium_is_the_optimum_on_the_arcs",
    ),
    Mutant(
        "lgantheory/solvers/forest/equilibrium.py",
        "value[v] = shift + k * place[s].offset",
        "value[v] = shift",
        "test_forest.py::test_equilibrium_is_the_optimum_on_the_arcs",
    ),
    Mutant(
        "lgantheory/solvers/forest/equilibrium.py",
        "nodes[v].flow = max(-place[s].gain if v < fakes else place[s].gain, 0.0)",
        "nodes[v].flow = max(place[s].gain, 0.0)",
        "test_forest.py::test_equilibrium_is_the_optimum_on_the_arcs",
    ),
    Mutant(
        "lgantheory/solvers/forest/trees.py",
        "if not (amount > 0.0 and high - low - length > bar):",
        "if not (amount > 0.0 and low - high + length > bar):",
        "test_forest.py::test_larger_problems_are_solved_to_the_last_digits",
    ),
    Mutant(
        "lgantheory/solvers/forest/trees.py",
        "nodes[high].offset -= pull / total if total > 0.0 else 0.0",
        "nodes[high].offset -= 0.0",
        "test_forest.py::test_trees_without_a_balance_reach_one_that_takes_their_mass",
    ),
    Mutant(
        "lgantheory/solvers/forest/equilibrium.py",
        "shift = started + math.copysign(FARTHEST * (1.0 + k), step)",
        "",
        "test_forest.py::test_trees_without_a_balance_reach_one_that_takes_their_mass",
    ),
    Mutant(
        "lgantheory/solvers/forest/equilibrium.py",
        "if relative <= accuracy and abs(step) <= limit:",
        "if relative <= accuracy:",
        "test_forest.py::test_trees_without_a_balance_reach_one_that_takes_their_mass",
    ),
    Mutant(
        "lgantheory/solvers/forest/ascent.py",
        "floor = worst\n            continue",
        "floor = 0.0",
        "test_forest.py::test_violations_that_no_flow_can_repair_do_not_hold_k_up",
    ),
    Mutant(
        "lgantheory/solvers/forest/ascent.py",
        "(drift <= MATTERS * target and step < k)",
        "drift <= MATTERS * target",
        "test_forest.py::test_a_first_slope_that_is_far_too_small_grows_to_its_place",
    ),
    Mutant(
        "lgantheory/solvers/transport.py",
        "(reals[None, :] - d).max(axis=1), reals",
        "(reals[None, :] - d).min(axis=1), reals",
        "test_solvers.py::test_wasserstein_meets_its_dual_and_the_formula_on_the_line",
    ),
    Mutant(
        "lgantheory/solvers/forest/ascent.py",
        "cost += nodes[v].flow * length",
        "cost += 2.0 * nodes[v].flow * length",
        "test_forest.py::test_two_points_and_a_square_at_fifty_digits",
    ),
    Mutant(
        "lgantheory/solvers/forest/pricing.py",
        "if k2 * away > r * r:",
        "if 1.5 * k2 * away > r * r:",
        "test_forest.py::test_scans_find_every_arc_below_the_threshold",
    ),
    Mutant(
        "lgantheory/solvers/forest/pricing.py",
        "self.error = 2.0 * (d + 16) * ROUNDING * (self.norms[0] + largest)",
        "self.error = -1e-3 * (self.norms[0] + largest)",
        "test_forest.py::test_scans_find_every_arc_below_the_threshold",
    ),
    Mutant(
        "lgantheory/solvers/forest/refinement.py",
        "of[chosen] = np.arange(kept)",
        "of[chosen] = of[chosen]",
        "test_forest.py::test_groups_keep_all_weight_and_every_chosen_point",
    ),
    # off the support
    Mutant(
        "lgantheory/extension.py",
        "return Cones(self.points, self.f, self.k).lowest(points)",
        "return Cones(self.points, self.f, 2 * self.k).lowest(points)",
        "test_extension.py::test_extensions_are_k_lipschitz_and_interpolate",
    ),
    Mutant(
        "lgantheory/extension.py",
        "units = [(self.points[v] - x) / d[v] for v in np.flatnonzero(up)]",
        "units = [(x - self.points[v]) / d[v] for v in np.flatnonzero(up)]",
        "test_extension.py::test_gradient_points_from_fake_to_real_with_norm_k",
    ),
    Mutant(
        "lgantheory/extension.py",
        "if len(directions) == 1:",
        "if len(directions) >= 1:",
        "test_extension.py::test_several_tight_partners_are_told_and_no_gradient_is_invented",
    ),
    # losses and conditions
    Mutant(
        "lgantheory/losses/softplus.py",
        "np.maximum(t, 0.0) + np.log1p(np.exp(-np.abs(t)))",
        "np.log(1.0 + np.exp(np.minimum(t, 500.0)))",
        "test_losses.py",
    ),
    Mutant(
        "lgantheory/losses/conditions.py",
        '"real_decreasing": prove_increasing(-real, strictly=True)',
        '"real_decreasing": prove_increasing(real, strictly=True)',
        "test_conditions.py",
    ),
    # statements: a check that has gone blind is VACUOUS, one with a wrong sign is REFUTED
    Mutant(
        "verify/identities.py",
        "value = float(self.force @ self.f) + 2.0 * s.problem.lam * s.k**2",
        "value = float(self.force @ self.f) - 2.0 * s.problem.lam * s.k**2",
        "test_verify.py::test_what_is_true_holds_and_every_break_is_noticed",
    ),
    Mutant(
        "verify/evidence.py",
        "lower = np.clip(ours, 0.0, upper)",
        "lower = np.zeros_like(ours)",
        "test_verify.py::test_what_is_true_holds_and_every_break_is_noticed",
    ),
    Mutant(
        "verify/theorem4.py",
        "Check(STEEP_ELSEWHERE, -centre, radius, RESOLUTION * unit, strict=True)",
        "Check(STEEP_ELSEWHERE, -centre, radius, RESOLUTION * unit)",
        "test_verify.py::test_what_is_true_holds_and_every_break_is_noticed",
    ),
    Mutant(
        "lgantheory/claims.py",
        "if verdict is Verdict.HOLDS and (not outcomes or not all(b.noticed for b in outcomes)):",
        "if False:",
        "test_claims.py::test_a_break_that_goes_unnoticed_makes_a_claim_vacuous",
    ),
    Mutant(
        "lgantheory/claims.py",
        "return Verdict.HOLDS if self.error_bar <= self.resolution else Verdict.UNDECIDED",
        "return Verdict.HOLDS",
        "test_claims.py::test_an_undecided_check_is_not_a_pass",
    ),
]
