"""Mutants of the data sets, the funnels and the scores."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    # pairs with a known W1
    Mutant(
        "lgantheory/funnels.py",
        "(radius * share ** (self.power - 1.0))[:, None]",
        "(-radius * share ** (self.power - 1.0))[:, None]",
        "test_neural_data.py::test_the_exact_w1_of_coupled_samples_is_the_mean_move_and_the_rise_of_the_potential",
    ),
    Mutant(
        "lgantheory/funnels.py",
        "return cdist(z, self.centres) + self.heights",
        "return cdist(z, self.centres)",
        "test_neural_data.py::test_the_potential_is_the_least_of_the_funnels_and_its_gradient_its_difference_quotient",
    ),
    Mutant(
        "lgantheory/funnels.py",
        "ray = d / (d + 1.0) - d / (d + p)",
        "ray = 1.0 / (d + 1.0) - 1.0 / (d + p)",
        "test_neural_data.py::test_one_funnel_in_the_middle_of_a_square_has_a_closed_form",
    ),
    Mutant(
        "lgantheory/funnels.py",
        "return np.minimum(wall, ends.min(axis=1))",
        "return wall",
        "test_neural_data.py::test_a_ray_ends_where_another_funnel_is_as_low_or_at_the_wall",
    ),
    Mutant(
        "lgantheory/funnels.py",
        "gap**2 - h**2, np.inf)[k]",
        "gap**2, np.inf)[k]",
        "test_neural_data.py::test_a_ray_ends_where_another_funnel_is_as_low_or_at_the_wall",
    ),
    Mutant(
        "lgantheory/funnels.py",
        "POWER = 8.0",
        "POWER = 7.0",
        "test_neural_data.py::test_the_published_pairs_could_have_been_drawn_here",
    ),
    Mutant(
        "lgantheory/neural/data/catalogue.py",
        "isinstance(value, bool) != (bool in kinds)",
        "False",
        "test_neural_data.py::test_values_of_another_kind_are_refused_in_words",
    ),
    Mutant(
        "lgantheory/neural/scores.py",
        "weights_only=True",
        "weights_only=False",
        "test_neural_scores.py::test_a_file_that_holds_more_than_tensors_is_not_handed_on",
    ),
    Mutant(
        "lgantheory/funnels.py",
        "        _, fake = self.coupled(n, rng)\n        return real, fake",
        "        return real, self.pulled(real)",
        "test_neural_data.py::test_independent_samples_are_not_coupled_and_a_power_of_one_moves_nothing",
    ),
    Mutant(
        "lgantheory/funnels.py",
        "ray * np.sum(lengths**2) / (2.0 * self.half)",
        "ray * np.sum(lengths**2) / self.half",
        "test_neural_data.py::test_funnels_on_the_line_have_the_w1_of_their_two_densities",
    ),
    # samples
    Mutant(
        "lgantheory/neural/data/digits.py",
        "((images - LEVELS / 2) / (LEVELS / 2))",
        "((images - LEVELS / 2) / LEVELS)",
        "test_neural_data.py::test_shipped_images_have_the_shape_and_scale_they_say",
    ),
    Mutant(
        "lgantheory/neural/data/pixels.py",
        "np.clip(np.rint(samples * 127.5 + 127.5), 0.0, 255.0)",
        "np.clip(samples * 127.5 + 127.4, 0.0, 255.0)",
        "test_neural_data.py::test_bytes_survive_the_way_to_samples_and_back",
    ),
    Mutant(
        "lgantheory/neural/data/patches.py",
        "grid.transpose(0, 2, 4, 1, 3)",
        "grid.transpose(0, 2, 4, 3, 1)",
        "test_neural_data.py::test_squares_tile_the_photograph_without_overlap",
    ),
    Mutant(
        "lgantheory/neural/data/dataset.py",
        "self._taken(np.sort(order[held_out:]))",
        "self._taken(np.sort(order[: self.size - held_out]))",
        "test_neural_data.py::test_a_split_shares_no_sample",
    ),
    Mutant(
        "lgantheory/neural/data/dataset.py",
        "labels=None if self.labels is None else self.labels[rows]",
        "labels=self.labels",
        "test_neural_data.py::test_a_split_shares_no_sample",
    ),
    Mutant(
        "lgantheory/neural/data/gaussians.py",
        "deviation * rng.standard_normal((n, 2))) / unit",
        "deviation * rng.standard_normal((n, 2)))",
        "test_neural_data.py::test_gaussians_lie_around_their_modes",
    ),
    Mutant(
        "lgantheory/neural/data/minfunnel.py",
        "rng=np.random.default_rng([seed, 0])",
        "rng=np.random.default_rng([seed, size])",
        "test_neural_data.py::test_funnels_of_a_data_set_do_not_depend_on_its_size",
    ),
    Mutant(
        "lgantheory/neural/data/table.py",
        "weights=_weights(measures[0]),",
        "weights=None,",
        "test_neural_data.py::test_tables_keep_points_weights_and_the_shape_asked_for",
    ),
    Mutant(
        "lgantheory/neural/data/cifar10.py",
        "if len(data) != records * RECORD:",
        "if len(data) % RECORD:",
        "test_neural_data.py::test_other_files_are_not_taken_for_cifar",
    ),
    Mutant(
        "lgantheory/neural/data/cifar10.py",
        "table[:, 1:].reshape(-1, 3, 32, 32)",
        "table[:, 1:].reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2)",
        "test_neural_data.py::test_cifar_batches_are_read_as_the_format_says",
    ),
    Mutant(
        "lgantheory/neural/data/cifar10.py",
        "np.flatnonzero(table[:, 0] > 9)",
        "np.flatnonzero(table[:, 0] > 99)",
        "test_neural_data.py::test_other_files_are_not_taken_for_cifar",
    ),
    Mutant(
        "lgantheory/neural/data/folder.py",
        "operations.exif_transpose(image)",
        "image",
        "test_neural_data.py::test_a_picture_becomes_a_sample_by_the_documented_rule",
    ),
    Mutant(
        "lgantheory/neural/data/folder.py",
        "if image.mode in DEEP:",
        "if False:",
        "test_neural_data.py::test_other_files_are_not_taken_for_pictures",
    ),
    # scores
    Mutant(
        "lgantheory/neural/scores.py",
        "own[0] / (n * (n - 1))",
        "own[0] / (n * n)",
        "test_neural_scores.py::test_kid_is_the_unbiased_sum_over_pairs",
    ),
    Mutant(
        "lgantheory/neural/scores.py",
        "float(values.std(ddof=1) / math.sqrt(blocks))",
        "float(values.std(ddof=1) / blocks)",
        "test_neural_scores.py::test_kid_is_unbiased_and_its_error_covers_the_spread",
    ),
    Mutant(
        "lgantheory/neural/scores.py",
        "np.linalg.svd(_root(covariance) @ _root(others), compute_uv=False).sum()",
        "np.trace(_root(covariance) @ _root(others))",
        "test_neural_scores.py::test_the_frechet_distance_is_that_of_the_matrix_root",
    ),
    Mutant(
        "lgantheory/neural/scores.py",
        "np.maximum(values, 0.0)",
        "values",
        "test_neural_scores.py::test_gaussians_with_common_axes_have_a_closed_form_singular_ones_included",
    ),
    Mutant(
        "lgantheory/neural/scores.py",
        "real[order[n : 2 * n]], fake[rng.permutation(len(fake))[:n]]",
        "real[order[:n]], fake[rng.permutation(len(fake))[:n]]",
        "test_neural_scores.py::test_a_row_tells_a_good_generator_from_a_bad_one_and_shows_what_real_samples_get",
    ),
    # features
    Mutant(
        "lgantheory/neural/features.py",
        "_train(network.to(device), images[held:], classes[held:], recipe)",
        "_train(network.to(device), images, classes, recipe)",
        "test_neural_scores.py::test_the_held_out_samples_are_not_trained_on",
    ),
    Mutant(
        "lgantheory/neural/features.py",
        'if about.get("sha256") != _sum(weights):',
        "if False:",
        "test_neural_scores.py::test_damaged_and_foreign_weights_are_refused",
    ),
    Mutant(
        "lgantheory/neural/features.py",
        'nonlinearity="relu", generator=generator',
        'nonlinearity="relu"',
        "test_neural_scores.py::test_the_weights_depend_on_the_seed_alone",
    ),
    Mutant(
        "lgantheory/neural/features.py",
        "truth[order[:n]], truth[order[n : 2 * n]]",
        "truth[order[:n]], truth[order[:n]]",
        "test_neural_scores.py::test_fd_lenet_comes_with_what_real_samples_get",
    ),
]
