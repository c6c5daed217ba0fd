"""Mutants of the figures of the lecture and the talk, and of the command that draws."""

from tests.mutants.mutant import Mutant


def _row(module: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"figures/{module}.py", old, new, f"test_figures_lecture.py::{test}")


def _command(module: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"figures/{module}.py", old, new, f"test_figures.py::{test}")


MUTANTS = [
    # the command and what it writes
    _command(
        "drawing",
        'recorded.get("digest") == digest and ',
        "",
        "test_other_options_code_or_texts_draw_again",
    ),
    _command(
        "drawing",
        "all(_holds(folder / name, what) for name, what in _files(recorded))",
        "bool(recorded)",
        "test_what_was_touched_is_drawn_again",
    ),
    _command(
        "style",
        '    "svg.hashsalt": "lgantheory",\n',
        "",
        "test_the_same_figure_has_the_same_bytes",
    ),
    _command(
        "drawing",
        "and path not in files and _holds(path, what)",
        "and path not in files",
        "test_tables_that_a_figure_no_longer_has_are_removed_unless_somebody_edited_them",
    ),
    _command(
        "drawing", "else repr(number)", 'else f"{number:.6g}"', "test_a_csv_file_holds_its_table_to_the_last_digit"
    ),
    _command(
        "digests",
        "[path.read_bytes() for path, _ in figure.stored]",
        "[]",
        "test_stored_results_are_named_when_missing_and_count_when_they_change",
    ),
    _command(
        "digests",
        "ahead |= set(_imports(path)) - found",
        "ahead |= set()",
        "test_a_digest_follows_imports_and_no_more",
    ),
    _command(
        "__main__",
        "return 0 if not names or there == len(drawn) else 2",
        "return 0",
        "test_a_figure_that_cannot_be_drawn_is_said_so_and_ends_with_two_if_it_was_named",
    ),
    _command(
        "__main__",
        'require_place(out / "figure.csv")',
        "_ = require_place",
        "test_a_folder_without_permission_is_refused_before_any_work",
    ),
    _command(
        "sources",
        'cell.replace("|", "\\\\|")',
        "cell",
        "test_the_table_escapes_what_would_end_a_cell",
    ),
    # saturation
    _row(
        "saturation",
        "2.0 * float(shifted_jsd(float(theta)))",
        "float(shifted_jsd(float(theta)))",
        "test_the_slope_felt_is_that_of_twice_the_divergence",
    ),
    _row(
        "saturation",
        "expit(0.5 * theta * theta - theta * x)",
        "expit(theta * theta - theta * x)",
        "test_the_discriminator_is_the_share_of_the_data",
    ),
    _row(
        "saturation",
        'f_divergence("jensen_shannon_weighted", p, q)',
        'f_divergence("jensen_shannon", p, q)',
        "test_on_two_lines_divergences_jump_and_w1_is_the_distance",
    ),
    # covering and seeking
    _row(
        "covering_and_seeking",
        "-0.5 - np.log(s) - log_p @ weights",
        "0.5 - np.log(s) - log_p @ weights",
        "test_the_landscape_of_reverse_kl_is_that_of_another_quadrature",
    ),
    _row(
        "covering_and_seeking",
        'near if fits["mean"][1] > 1.0 else math.nan',
        "near",
        "test_the_minima_are_minima_and_their_order_turns_at_2_80",
    ),
    _row(
        "covering_and_seeking",
        "descend(mixture, float(c)), descend(mixture, 0.0)",
        "descend(mixture, 0.0), descend(mixture, 0.0)",
        "test_fits_of_one_gaussian_to_two_modes_have_the_known_values",
    ),
    # f-divergences
    _row(
        "f_divergences",
        '"squared_hellinger": t / (1.0 - t)',
        '"squared_hellinger": t / (1.0 + t)',
        "test_printed_formulas_are_the_conjugates_where_they_are_right",
    ),
    _row(
        "f_divergences",
        "conjugate=_finite(rows[name].conjugate(t))",
        "conjugate=_finite(_printed(name, t))",
        "test_a_conjugate_is_the_supremum_over_ratios",
    ),
    # earth movers, generator losses, penalty regions, value shapes
    _row(
        "earth_movers",
        "np.outer(q, p)",
        "np.outer(p, q)",
        "test_every_plan_moves_one_pile_onto_the_other_and_costs_what_is_written",
    ),
    _row(
        "earth_movers",
        "(best, np.outer(q, p), _crossed(q, p))",
        "(np.outer(q, p), np.outer(q, p), _crossed(q, p))",
        "test_the_best_plan_costs_the_area_between_the_distribution_functions",
    ),
    _row(
        "generator_losses",
        "slope=-expit(-a)",
        "slope=-expit(a)",
        "test_slopes_of_the_generator_losses_are_their_derivatives_and_in_the_ratio_of_the_odds",
    ),
    _row(
        "penalty_regions", "_between(*best, rng)", "_between(*pairs, rng)", "test_penalties_look_where_they_are_said_to"
    ),
    _row("value_shapes", "value=(p - q) / (p + q)", "value=p / (p + q)", "test_critics_are_best_at_each_place"),
    _row(
        "value_shapes",
        "np.where(p > q, 0.0, MARGIN)",
        "np.where(p > q, MARGIN, 0.0)",
        "test_critics_are_best_at_each_place",
    ),
    _row(
        "value_shapes",
        "nu * (MARGIN - lead)",
        "nu * (lead - MARGIN)",
        "test_the_loss_sensitive_margin_is_kept_and_just_kept",
    ),
    # conjugate lines, the frozen step
    _row(
        "conjugate_lines",
        "float(np.exp(t - 1.0))",
        "float(np.exp(t))",
        "test_lines_stay_below_their_function_and_touch_where_told",
    ),
    _row(
        "conjugate_lines",
        "height=x * t - f(x)",
        "height=x * t",
        "test_lines_stay_below_their_function_and_touch_where_told",
    ),
    _row(
        "frozen_step",
        "return -float(real) - float(fake)",
        "return -float(real) + float(fake)",
        "test_the_frozen_value_is_below_the_maximum_and_touches_it_at_the_start",
    ),
    _row(
        "frozen_step",
        "after = START - rates * slope",
        "after = START - 0.5 * rates * slope",
        "test_short_steps_lower_the_divergence_and_long_ones_raise_it",
    ),
    # the talk
    _row(
        "dirac_gan",
        "float(square_radius(at)) ** 0.5",
        "float(square_radius(at))",
        "test_orbits_of_the_dirac_gan_end_where_they_are_known_to",
    ),
    _row(
        "dirac_gan",
        "GAMMA = Fraction(3, 10)",
        "GAMMA = Fraction(3, 5)",
        "test_orbits_follow_the_field_in_floating_point",
    ),
    _row(
        "smoothness",
        "abs(2.0 * float(made.along(at, direction)[2]))",
        "abs(float(made.along(at, direction)[2]))",
        "test_curvature_at_spikes_is_the_second_moment_and_the_printed_constant_is_one",
    ),
    _row(
        "smoothness",
        "made.constants.repaired if repaired else made.constants.printed",
        "made.constants.repaired",
        "test_the_printed_step_cycles_and_the_repaired_one_arrives",
    ),
    _row(
        "wgan_two_cycle",
        "float(min(r, h - r))",
        "float(max(r, h - r))",
        "test_iterates_end_in_the_two_places_told_and_no_nearer",
    ),
    _row(
        "talk_data",
        "summed=name == SUM",
        "summed=name == MIXTURE",
        "test_the_mixture_has_three_humps_and_the_known_moments_and_the_sum_has_one",
    ),
    _row(
        "talk_data",
        "BANDWIDTH = 0.1\n",
        "BANDWIDTH = 0.2\n",
        "test_the_kernel_estimate_is_the_mixture_made_wider",
    ),
    _row(
        "talk_data",
        "(OWN_RANGE, _stretched(real, real))",
        "(OWN_RANGE, real)",
        "test_p_values_of_a_perfect_generator_are_uniform_until_reals_are_rescaled_by_their_own_range",
    ),
    _row(
        "talk_data",
        "np.abs(counts[0] - counts[1]).max()",
        "(counts[0] - counts[1]).max()",
        "test_the_distance_behind_a_p_value_is_that_of_scipy",
    ),
]
