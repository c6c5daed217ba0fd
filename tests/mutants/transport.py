"""Mutants of the statements about transport."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "verify/transport/earth_mover.py",
        "moved = min(have[u], want[v])",
        "moved = min(have[u], want[v], 1)",
        "test_transport.py::test_on_the_line_plan_program_area_and_scipy_agree",
    ),
    Mutant(
        "verify/transport/earth_mover.py",
        "return int(sum(abs(height) * width for height, width in _steps(case)))",
        "return int(sum(max(height, 0) * width for height, width in _steps(case)))",
        "test_transport.py::test_on_the_line_plan_program_area_and_scipy_agree",
    ),
    Mutant(
        "verify/transport/earth_mover.py",
        "rises = [-int(np.sign(height)) * width",
        "rises = [int(np.sign(height)) * width",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/piles.py",
        "rows[np.arange(len(u)), v], rows[np.arange(len(u)), u] = 1.0, -1.0",
        "rows[np.arange(len(u)), v], rows[np.arange(len(u)), u] = 1.0, 1.0",
        "test_transport.py::test_the_best_critic_gains_what_the_least_plan_costs",
    ),
    Mutant(
        "verify/transport/kr_duality.py",
        "at_most(LIPSCHITZ, int((rises - case.cost).max()), 0, HALF)",
        "at_most(LIPSCHITZ, int((rises + case.cost).max()), 0, HALF)",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/continuity.py",
        "exact(p / 2) * exact(2 * p / (p + q)).log()",
        "exact(p) * exact(2 * p / (p + q)).log()",
        "test_transport.py::test_jsd_of_the_golden_pair",
    ),
    Mutant(
        "verify/transport/continuity.py",
        "outside = sum((p for p, q in masses if q == 0), Fraction(0))",
        "outside = sum((p for p, q in masses if q != 0), Fraction(0))",
        "test_transport.py::test_divergences_jump_and_the_distance_does_not",
    ),
    Mutant(
        "verify/transport/gradient_bound.py",
        "return -x[1] / square, x[0] / square",
        "return x[1] / square, x[0] / square",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/gradient_bound.py",
        "slopes = [(exact(a) * _phase(k, x).cos(), k) for a, k in self.terms]",
        "slopes = [(exact(a) * _phase(k, x).sin(), k) for a, k in self.terms]",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/weight_clipping.py",
        "* Fraction(self.width) ** (len(self.layers) - 1)",
        "* Fraction(self.width) ** len(self.layers)",
        "test_transport.py::test_slopes_of_clipped_nets_of_width_eight",
    ),
    Mutant(
        "verify/transport/weight_clipping.py",
        "corners = product((-case.c, case.c), repeat=len(apart))",
        "corners = product((case.c,), repeat=len(apart))",
        "test_transport.py::test_a_linear_critic_sees_the_difference_of_means_alone",
    ),
    Mutant(
        "verify/transport/spectral.py",
        "arb(trace * trace - 4 * determinant * determinant).sqrt()",
        "arb(trace * trace - determinant * determinant).sqrt()",
        "test_transport.py::test_norms_and_estimates_agree_with_numpy",
    ),
    Mutant(
        "verify/transport/spectral.py",
        "v = a * u[0] + c * u[1], b * u[0] + d * u[1]",
        "v = a * u[0] + b * u[1], c * u[0] + d * u[1]",
        "test_transport.py::test_norms_and_estimates_agree_with_numpy",
    ),
    Mutant(
        "verify/transport/spectral.py",
        "Fraction(2 * place * j, case.circle)",
        "Fraction(place * j, case.circle)",
        "test_transport.py::test_the_kernel_of_ones_on_a_circle",
    ),
    Mutant(
        "verify/transport/least_squares.py",
        "(self.b * p + self.a * q) / (p + q)",
        "(self.a * p + self.b * q) / (p + q)",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/least_squares.py",
        "** 2 / 4 - apart**2 * t / 8, 0, RESOLUTION)",
        "** 2 / 4 - apart**2 * t / 4, 0, RESOLUTION)",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/energy_based.py",
        "return abs(p - q) * off + p * (d - inside)",
        "return abs(p - q) * off + q * (d - inside)",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/energy_based.py",
        "emptied[target] += q[source]",
        "emptied[target] += q[target]",
        "test_transport.py::test_the_generators_gain_by_hand",
    ),
    Mutant(
        "verify/transport/energy_based.py",
        "at_most(RESTLESS, least * spread, gained, RESOLUTION)",
        "at_most(RESTLESS, (1 - least) * spread, gained, RESOLUTION)",
        "test_transport.py::test_the_generators_gain_by_hand",
    ),
    Mutant(
        "verify/transport/loss_sensitive.py",
        "expected(case.p, kept) if",
        "expected(case.q, kept) if",
        "test_transport.py::test_with_its_data_term_the_level_counts",
    ),
    Mutant(
        "verify/transport/loss_sensitive.py",
        "found += a * b * max(excess, nu * excess)",
        "found += a * b * max(excess, -nu * excess)",
        "test_transport.py::test_a_margin_of_exactly_delta_is_enough_and_less_is_not",
    ),
    Mutant(
        "verify/transport/hinge_exponential.py",
        "value = (exact(p) / exact(q)).log() / 2 if p and q",
        "value = (exact(p) / exact(q)).log() if p and q",
        "test_transport.py::test_every_claim_comes_out_as_documented",
    ),
    Mutant(
        "verify/transport/hinge_exponential.py",
        "for d in critic) for sign in (-1, 1))",
        "for d in critic) for sign in (1, -1))",
        "test_transport.py::test_energies_and_hinge_critics_reach_their_minima",
    ),
]
