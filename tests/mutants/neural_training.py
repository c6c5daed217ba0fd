"""Mutants of the trainer, its settings and its checkpoints."""

from tests.mutants.mutant import Mutant

TRAINING, CHECKPOINTS = "test_neural_training.py::", "test_neural_checkpoints.py::"

MUTANTS = [
    # settings
    Mutant(
        "lgantheory/neural/settings.py",
        'left_out = self.unhashed | ({"steps"} if values.get("decay", "constant") == "constant" else set())',
        'left_out = self.unhashed | {"steps"}',
        TRAINING + "test_a_run_with_constant_steps_may_go_on_and_one_that_decays_may_not",
    ),
    Mutant(
        "lgantheory/neural/settings.py",
        "if not outer and last in CHOICES and values.get(last) != value:",
        "if not outer and last in CHOICES:",
        TRAINING + "test_overrides_reach_inside_and_another_choice_drops_the_old_options",
    ),
    Mutant(
        "lgantheory/neural/settings.py",
        "again = self.boost_every is not None and step % self.boost_every == 0",
        "again = False",
        TRAINING + "test_presets_say_what_their_authors_did",
    ),
    Mutant(
        "lgantheory/neural/reading.py",
        "        if twice:",
        "        if False:",
        TRAINING + "test_yaml_has_no_traps",
    ),
    # batches and losses
    Mutant(
        "lgantheory/neural/critics.py",
        "factors = len(weights) * weights",
        "factors = weights",
        TRAINING + "test_the_loss_on_all_points_counts_their_weights",
    ),
    Mutant(
        "lgantheory/neural/critics.py",
        'for name in ("name", "source", "target", "only_steepest")',
        'for name in ("name", "source", "target")',
        TRAINING + "test_a_critic_on_all_points_sees_new_pairs_at_every_step",
    ),
    Mutant(
        "lgantheory/neural/sampling.py",
        "self.order = torch.randperm(len(self.order), generator=self.rng, device=self.order.device)",
        "self.order = torch.arange(len(self.order), device=self.order.device)",
        TRAINING + "test_every_point_is_drawn_equally_often_and_batches_are_full",
    ),
    Mutant(
        "lgantheory/neural/sampling.py",
        "if self.sample.weights is not None:",
        "if False:",
        TRAINING + "test_weighted_points_are_drawn_by_weight",
    ),
    # the loop
    Mutant(
        "lgantheory/neural/optimisers.py",
        'first = group.setdefault("first_lr", group["lr"])',
        'first = group["lr"]',
        TRAINING + "test_the_step_size_falls_to_nothing_linearly",
    ),
    Mutant(
        "lgantheory/neural/training.py",
        "torch.where(finite | (self.first > 0), self.first, step)",
        "self.first",
        TRAINING + "test_a_run_that_diverges_stops_and_says_where",
    ),
    Mutant(
        "lgantheory/neural/training.py",
        "if not all(torch.stack([torch.isfinite(w).all() for w in weights]).tolist()):",
        "if False:",
        TRAINING + "test_the_watch_remembers_the_first_step_and_looks_at_weights",
    ),
    Mutant(
        "lgantheory/neural/devices.py",
        "with torch.random.fork_rng(devices=indices):",
        "with contextlib.nullcontext():",
        TRAINING + "test_equal_seeds_give_equal_bits_and_leave_torch_alone",
    ),
    # the generator
    Mutant(
        "lgantheory/neural/gan.py",
        "mean.lerp_(weight, 1.0 - decay)",
        "mean.lerp_(weight, decay)",
        TRAINING + "test_the_running_mean_follows_the_weights_and_copies_statistics",
    ),
    Mutant(
        "lgantheory/neural/gan.py",
        "paid.backward(inputs=list(self.generator.parameters()))",
        "paid.backward()",
        TRAINING + "test_the_generator_moves_by_its_role_alone_and_the_critic_stays",
    ),
    Mutant(
        "lgantheory/neural/gan.py",
        "return lambda values: -loss.fake.torch(values)",
        "return lambda values: loss.fake.torch(-values)",
        TRAINING + "test_the_roles_of_the_generator",
    ),
    Mutant(
        "lgantheory/neural/particles.py",
        "return solution.k * sums / np.where(mass > 0.0, mass, 1.0)[:, None]",
        "return sums / np.where(mass > 0.0, mass, 1.0)[:, None]",
        TRAINING + "test_particles_follow_the_gradient_of_the_exact_value",
    ),
    Mutant(
        "lgantheory/neural/pictures.py",
        ".transpose(0, 3, 1, 4, 2)",
        ".transpose(1, 3, 0, 4, 2)",
        TRAINING + "test_a_grid_holds_every_image_in_its_place",
    ),
    # checkpoints
    Mutant(
        "lgantheory/neural/checkpoints.py",
        'if hashlib.sha256(content).hexdigest() != notes["sha256"]:',
        "if False:",
        CHECKPOINTS + "test_a_damaged_or_foreign_checkpoint_is_refused_and_nothing_changes[flip]",
    ),
    Mutant(
        "lgantheory/neural/checkpoints.py",
        'if notes["config_hash"] != config_hash:',
        "if False:",
        CHECKPOINTS + "test_a_damaged_or_foreign_checkpoint_is_refused_and_nothing_changes[other_hash]",
    ),
    Mutant(
        "lgantheory/neural/training.py",
        "    require_fit(path, _fixed(checkpoint.state), _fixed(trainee.state()))\n",
        "",
        CHECKPOINTS + "test_a_damaged_or_foreign_checkpoint_is_refused_and_nothing_changes[other_shape]",
    ),
    Mutant(
        "lgantheory/neural/checkpoints.py",
        "        draft.mkdir()\n",
        "        draft = place\n        draft.mkdir()\n",
        CHECKPOINTS + "test_no_checkpoint_has_its_name_before_it_is_whole",
    ),
    Mutant(
        "lgantheory/neural/checkpoints.py",
        "KEPT = 2",
        "KEPT = 1",
        CHECKPOINTS + "test_the_last_two_are_kept_and_drafts_of_killed_runs_go",
    ),
    Mutant(
        "lgantheory/neural/sampling.py",
        'self.position = int(state[f"{name}.position"])',
        "pass",
        CHECKPOINTS + "test_an_interrupted_run_goes_on_to_the_same_bits[batches]",
    ),
    Mutant(
        "lgantheory/neural/critics.py",
        'self.regulariser.load_state_dict(part_of(state, "regulariser."))',
        "pass",
        CHECKPOINTS + "test_an_interrupted_run_goes_on_to_the_same_bits[a multiplier]",
    ),
    Mutant(
        "lgantheory/neural/gan.py",
        'self.rng.set_state(state["random.latent"].cpu())',
        "pass",
        CHECKPOINTS + "test_an_interrupted_run_goes_on_to_the_same_bits[a gan]",
    ),
    Mutant(
        "lgantheory/neural/gan.py",
        'self.average.load_state_dict(part_of(state, "average."))',
        "pass",
        CHECKPOINTS + "test_an_interrupted_run_goes_on_to_the_same_bits[a gan]",
    ),
    Mutant(
        "lgantheory/neural/logs.py",
        'if row["step"] <= step]',
        "]",
        CHECKPOINTS + "test_an_interrupted_run_goes_on_to_the_same_bits[batches]",
    ),
    Mutant(
        "lgantheory/neural/particles.py",
        "start = None if (step - 1) % settings.checkpoint_every == 0 else self.solution",
        "start = self.solution",
        CHECKPOINTS + "test_an_interrupted_run_goes_on_to_the_same_bits[particles]",
    ),
]
