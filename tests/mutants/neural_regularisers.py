"""Mutants of regularisers, networks and the objective that joins them."""

from tests.mutants.mutant import Mutant

_R, _N = "lgantheory/neural/regularisers", "lgantheory/neural/networks"
_LINEAR = "test_neural_regularisers.py::test_a_linear_critic_reaches_the_closed_form"
_FREE = "test_neural_regularisers.py::test_a_free_critic_reaches_the_same_slope_in_every_cell"
_LARGEST = "test_neural_regularisers.py::test_a_free_critic_and_the_largest_slope"
_MULTIPLIER = "test_neural_regularisers.py::test_the_multiplier_takes_a_linear_critic_to_slope_one"
_PASSES = "test_neural_regularisers.py::test_the_objective_is_that_of_three_separate_passes"
_ROWS = "test_neural_regularisers.py::test_how_many_points_pass_through_the_critic"

MUTANTS = [
    # charges
    Mutant(f"{_R}/gp.py", "(slopes - 1.0).square().mean()", "(slopes - 1.0).abs().mean()", _LINEAR),
    Mutant(f"{_R}/gp.py", "(slopes - 1.0).square().mean()", "(slopes.mean() - 1.0).square()", _FREE),
    Mutant(f"{_R}/lp.py", "(slopes - 1.0).clamp_min(0.0)", "slopes.clamp_min(1.0)", _LINEAR),
    Mutant(f"{_R}/zero_centred.py", "self.lam * slopes.square().mean()", "self.lam * slopes.mean()", _LINEAR),
    Mutant(f"{_R}/maxgp.py", "slopes.max().square()", "slopes.max()", _LINEAR),
    Mutant(
        f"{_R}/dragan.py",
        "return self.lam * (slopes - 1.0).square().mean()",
        "return self.lam * slopes.mean()",
        _LINEAR,
    ),
    Mutant(f"{_R}/r1.py", "0.5 * self.gamma", "self.gamma", _LINEAR),
    Mutant(
        f"{_R}/r1.py",
        "return batches.real",
        "return batches.fake",
        "test_neural_regularisers.py::test_r1_looks_at_real_samples_and_r2_at_fake_ones",
    ),
    Mutant(f"{_R}/r2.py", "0.5 * self.gamma", "self.gamma", _LINEAR),
    Mutant(
        f"{_R}/swgan.py", "return self.lam * (h.square() if self.squared_again else h)", "return self.lam * h", _LINEAR
    ),
    Mutant(
        f"{_R}/swgan.py",
        "(energies - 1.0).clamp_min(0.0).square().mean()",
        "(energies - 1.0).clamp_min(0.0).mean()",
        _LINEAR,
    ),
    Mutant(
        f"{_R}/swgan.py",
        "slopes.reshape(self.samples, -1).square().mean(dim=0)",
        "slopes.reshape(-1, self.samples).square().mean(dim=1)",
        "test_neural_regularisers.py::test_swgan_takes_its_points_on_one_pair_and_means_over_that_pair",
    ),
    Mutant(f"{_R}/alr.py", "(quotients - 1.0)", "(quotients - 0.9)", _LINEAR),
    Mutant(
        f"{_R}/alr.py",
        "q = _normalised(gradient, q.detach())",
        "q = q.detach()",
        "test_neural_regularisers.py::test_the_adversarial_direction_follows_the_gradient",
    ),
    Mutant(
        f"{_R}/alr.py",
        "vectors / torch.where(norms > 0.0, norms, 1.0), otherwise)",
        "vectors / torch.where(norms > 0.0, norms, 1.0), 0.0 * otherwise)",
        "test_neural_regularisers.py::test_quotients_over_long_steps_charge_a_bounded_critic_less_than_a_linear_one",
    ),
    Mutant(
        f"{_R}/alr.py",
        "lengths = _norms(ahead - samples).flatten()",
        "lengths = (self.smallest + (self.largest - self.smallest) * u).flatten()",
        "test_neural_regularisers.py::test_adversarial_steps_stay_within_the_limit_and_are_measured_after_it",
    ),
    # multipliers
    Mutant(
        f"{_R}/maxal.py",
        "self.multiplier.value = mu.clamp_min(0.0) if self.one_sided else mu",
        "self.multiplier.value = mu if not self.one_sided else self.multiplier.value",
        _MULTIPLIER,
    ),
    Mutant(
        f"{_R}/maxal.py",
        "mu.clamp_min(0.0) if self.one_sided",
        "mu if self.one_sided",
        "test_neural_regularisers.py::test_one_sided_multipliers_leave_a_flatter_critic_alone",
    ),
    Mutant(f"{_R}/maxal.py", "2.0 * self.lam if rate is None", "self.lam if rate is None", _MULTIPLIER),
    Mutant(
        f"{_R}/maxal.py",
        "-mu / (2.0 * self.lam)",
        "-mu / self.lam",
        "test_neural_regularisers.py::test_the_one_sided_charge_is_the_smallest_over_slacks",
    ),
    Mutant(
        f"{_R}/swgan.py",
        "self.rho * self._excess(slopes)",
        "self.lam * self._excess(slopes)",
        "test_neural_regularisers.py::test_no_finite_multiplier_holds_swgan_at_slope_one",
    ),
    # weights
    Mutant(
        f"{_R}/clipping.py",
        "weight.clamp_(-self.c, self.c)",
        "weight.clamp_(-1.0, 1.0)",
        "test_neural_regularisers.py::test_a_clipped_linear_critic_reaches_slope_c",
    ),
    Mutant(
        f"{_R}/clipping.py",
        "        self.constrain(critic)\n        return critic",
        "        return critic",
        "test_neural_regularisers.py::test_clipping_holds_from_the_first_step",
    ),
    Mutant(
        f"{_R}/spectral_norm.py",
        'and not parametrize.is_parametrized(layer, "weight")',
        "",
        "test_neural_regularisers.py::test_layers_that_are_parametrised_already_are_left_alone",
    ),
    # points and what is remembered
    Mutant(
        f"{_R}/regulariser.py",
        "u * real + (1.0 - u) * fake",
        "u * real + u * fake",
        "test_neural_regularisers.py::test_points_lie_between_the_members_of_each_pair",
    ),
    Mutant(
        f"{_R}/dragan.py",
        "torch.randn(real.shape, **like)",
        "torch.rand(real.shape, **like)",
        "test_neural_regularisers.py::test_dragans_noise_is_two_sided_as_printed_and_one_sided_as_coded",
    ),
    Mutant(
        f"{_R}/steepest.py",
        "slopes.topk(",
        "(-slopes).topk(",
        "test_neural_regularisers.py::test_the_steepest_points_come_back",
    ),
    Mutant(
        f"{_R}/steepest.py",
        "fresh if self.prepend else fresh[len(kept) :]",
        "fresh",
        "test_neural_regularisers.py::test_the_steepest_points_come_back",
    ),
    Mutant(
        f"{_R}/options.py",
        "        module.value = torch.empty_like(stored, device=module.value.device)",
        "        pass",
        "test_neural_regularisers.py::test_what_a_regulariser_remembers_is_restored",
    ),
    Mutant(
        f"{_R}/options.py",
        "not isinstance(value, bool) and math.isfinite(value)",
        "not isinstance(value, bool)",
        "test_neural_regularisers.py::test_numbers_outside_their_range_are_refused",
    ),
    # the objective
    Mutant("lgantheory/neural/objective.py", "slopes.argmax()", "slopes.argmin()", _PASSES),
    Mutant("lgantheory/neural/objective.py", "only_steepest=regulariser.only_steepest", "only_steepest=True", _PASSES),
    Mutant(
        "lgantheory/neural/objective.py",
        "both[: len(fake)], both[len(fake) :]",
        "both[: len(real)], both[len(fake) - 1 :]",
        _PASSES,
    ),
    Mutant("lgantheory/neural/objective.py", "on_real if points is real else on_fake)", "on_real)", _PASSES),
    Mutant("lgantheory/neural/objective.py", "(points is real or points is fake)", "False", _ROWS),
    Mutant(
        "lgantheory/neural/objective.py",
        "torch.sqrt(torch.where(still, torch.ones_like(squares), squares))",
        "torch.sqrt(squares)",
        "test_neural_regularisers.py::test_a_constant_critic_has_no_gradient_that_is_not_a_number",
    ),
    Mutant(
        "lgantheory/neural/objective.py",
        "    with parametrize.cached():",
        "    if True:",
        "test_neural_regularisers.py::test_parametrised_weights_are_computed_once_for_all_passes",
    ),
    # networks
    Mutant(
        f"{_N}/groupsort.py",
        "return q if tall else q.mT",
        "return 1.01 * q if tall else q.mT",
        "test_neural_networks.py::test_groupsort_attains_slope_one_on_the_line",
    ),
    Mutant(
        f"{_N}/groupsort.py",
        "return q if tall else q.mT",
        "return weight",
        "test_neural_networks.py::test_groupsort_has_slope_one_at_most_whatever_its_weights",
    ),
    Mutant(
        f"{_N}/groupsort.py",
        "torch.where(torch.diagonal(r) < 0.0, -q, q)",
        "q",
        "test_neural_networks.py::test_orthonormal_factors",
    ),
    Mutant(
        f"{_N}/activations.py",
        "torch.stack([torch.minimum(first, second), torch.maximum(first, second)], dim=-1)",
        "torch.stack([torch.maximum(first, second), torch.maximum(first, second)], dim=-1)",
        "test_neural_networks.py::test_groupsort_of_pairs",
    ),
    Mutant(
        f"{_N}/activations.py",
        '"selu": Activation(nn.SELU, 1.0)',
        '"selu": Activation(nn.SELU, 0.5)',
        "test_neural_networks.py::test_a_perceptron_takes_every_activation_and_passes_a_signal_through_many_layers",
    ),
    Mutant(
        f"{_N}/catalogue.py",
        "    with torch.random.fork_rng(devices=[]):",
        "    if True:",
        "test_neural_networks.py::test_a_seed_decides_the_weights_and_nothing_else",
    ),
    Mutant(
        f"{_N}/dcgan.py",
        "nn.Conv2d(narrow, wide, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]",
        "nn.Conv2d(narrow, wide, 4, stride=2, padding=1), nn.BatchNorm2d(wide), nn.LeakyReLU(0.2)]",
        "test_neural_networks.py::test_a_critic_gives_each_sample_a_number_of_its_own",
    ),
    Mutant(
        f"{_N}/resnet.py",
        "CRITIC_BLOCKS, CRITIC_HALVINGS = 4, 2",
        "CRITIC_BLOCKS, CRITIC_HALVINGS = 4, 3",
        "test_neural_networks.py::test_sizes_and_numbers_of_blocks",
    ),
    Mutant(
        f"{_N}/resnet.py",
        "return self.shortcut(x) + self.inner(x)\n\n\nclass FirstBlock",
        "return self.inner(x)\n\n\nclass FirstBlock",
        "test_neural_networks.py::test_every_weight_matters",
    ),
]
