"""Mutants of the room that checks what is printed."""

from tests.mutants.mutant import Mutant

TEST = "test_paper_checks.py::"
ENTRY = TEST + "test_what_is_printed_gets_its_documented_verdict"

MUTANTS = [
    # formulas
    Mutant(
        "paper_checks/divergences.py",
        "return (kl(p, middle) + kl(q, middle)) / 2",
        "return kl(p, middle) + kl(q, middle)",
        TEST + "test_divergences_reach_their_extremes",
    ),
    Mutant(
        "paper_checks/divergences.py",
        "fake = [exact(b) * exact(1 - x).log() for b, x in zip(q, d, strict=True) if b]",
        "fake = [exact(b) * exact(x).log() for b, x in zip(q, d, strict=True) if b]",
        ENTRY,
    ),
    Mutant(
        "paper_checks/divergences.py",
        "abs(ball - exact(Fraction(printed))), exact(unit / 2)",
        "abs(ball - exact(Fraction(printed))), exact(unit * 2)",
        TEST + "test_a_number_is_refuted_when_its_last_digit_is_wrong",
    ),
    Mutant(
        "paper_checks/divergences.py",
        "if reduced(difference) == 0:",
        "if reduced(difference) is not None:",
        TEST + "test_an_identity_is_proved_refuted_or_left_open",
    ),
    Mutant(
        "paper_checks/gan_lecture/rows.py",
        '"(1 - w)*log((1 - w)/(1 - w*exp(t/w)))"',
        '"(1 - w)*log((1 - w)/(1 - w*exp(t)))"',
        ENTRY,
    ),
    Mutant(
        "paper_checks/gan_lecture/rows.py",
        '"(sqrt(p) - sqrt(q))**2"',
        '"(sqrt(p) - sqrt(q))**2/2"',
        TEST + "test_integrals_are_right_as_printed_or_as_corrected",
    ),
    Mutant(
        "paper_checks/gan_lecture/rows.py",
        '"-(u + 1)*log((1 + u)/2) + u*log(u)"',
        '"(-(u + 1)*log((1 + u)/2) + u*log(u))/2"',
        TEST + "test_generators_give_the_tabulated_divergences",
    ),
    Mutant(
        "paper_checks/gan_lecture/tables.py",
        "found.append(equal(\"f*(f'(u)) = u f'(u) - f(u)\", star(t), u * t - f(u), RESOLUTION))",
        "pass",
        TEST + "test_a_wrong_conjugate_is_noticed_on_either_side",
    ),
    Mutant(
        "paper_checks/gan_lecture/constraints.py",
        "return slope - lam * max(Fraction(0), slope - 1) ** power",
        "return slope - lam * max(Fraction(0), slope - 1) * power",
        ENTRY,
    ),
    Mutant(
        "paper_checks/poster_and_code.py",
        "return (x / arb(2).sqrt()).erfc() / 2",
        "return (x / arb(2).sqrt()).erfc()",
        ENTRY,
    ),
    Mutant(
        "paper_checks/stability_talk/theorems.py",
        "smoothness = 2 / arb.pi()",
        "smoothness = 4 / arb.pi()",
        ENTRY,
    ),
    Mutant(
        "paper_checks/lgan_slides.py",
        "best = [c for c, cost in costs.items() if cost == min(costs.values())]",
        "best = [min(costs)]",
        ENTRY,
    ),
    Mutant(
        "paper_checks/gan_lecture/distances.py",
        "sum((p * (1 - Fraction(k, n)) ** 3 for k, p in taken.items()), Fraction())",
        "sum((p * (1 - Fraction(k, 100)) ** 3 for k, p in taken.items()), Fraction())",
        ENTRY,
    ),
    # errata and readings
    Mutant(
        "paper_checks/printed.py",
        'return "reading" if self.reading else "erratum"',
        'return "erratum"',
        TEST + "test_readings_have_words_of_their_own",
    ),
    Mutant(
        "paper_checks/latex.py",
        'if one.entry.kind == "erratum"]',
        "if one.entry.fails]",
        TEST + "test_the_sheet_of_errata_is_well_formed",
    ),
    Mutant(
        "paper_checks/presentation.py",
        '", a reading" if one.entry.kind == "reading" else ""',
        '""',
        TEST + "test_readings_have_words_of_their_own",
    ),
    Mutant(
        "paper_checks/__main__.py",
        'for one in outcomes[source.name] if one.entry.kind != "reading"]',
        "for one in outcomes[source.name]]",
        TEST + "test_readings_have_words_of_their_own",
    ),
    Mutant(
        "paper_checks/gan_lecture/fgan.py",
        """        ids=("E7",),
        expected=Verdict.REFUTED,
        reading=True,
""",
        """        ids=("E7",),
        expected=Verdict.REFUTED,
""",
        TEST + "test_no_source_is_charged_with_what_it_does_not_print",
    ),
    Mutant(
        "verify/transport/spectral.py",
        'source="a reading of the lecture, Spectrum Norm, with Algorithm 1 of Miyato et al. 2018"',
        'source="lecture, Spectrum Norm, with Algorithm 1 of Miyato et al. 2018"',
        TEST + "test_claims_say_whether_their_source_prints_what_they_refute",
    ),
    # how it is shown
    Mutant(
        "paper_checks/presentation.py",
        '"decided by": {"ratio": 2, "overflow": "fold"},',
        '"decided by": {"ratio": 2},',
        TEST + "test_nothing_is_cut_off_at_any_width",
    ),
    Mutant(
        "paper_checks/presentation.py",
        "readable(entry.right or entry.undecidable), _evidence(one)):",
        "readable(entry.right or entry.undecidable)):",
        TEST + "test_nothing_is_cut_off_at_any_width",
    ),
    Mutant(
        "paper_checks/latex.py",
        "({'|'.join(WORDS)})(?![A-Za-z])",
        "({'|'.join(WORDS)})",
        TEST + "test_special_characters_survive_outside_formulas_alone",
    ),
    # what decides
    Mutant(
        "paper_checks/deciding.py",
        "return next((each for each in verdicts if each is not documented), documented)",
        "return documented if documented in verdicts else verdicts[0]",
        TEST + "test_one_claim_that_dissents_decides",
    ),
    Mutant(
        "paper_checks/deciding.py",
        "return self.verdict is self.entry.expected and self.right in (None, Verdict.HOLDS)",
        "return self.verdict is self.entry.expected",
        TEST + "test_a_right_value_that_is_wrong_fails",
    ),
    Mutant(
        "paper_checks/deciding.py",
        "        return Verdict.UNDECIDED\n    return next(",
        "        return documented\n    return next(",
        TEST + "test_what_nothing_decides_is_open_and_what_nothing_can_is_not_judged",
    ),
    Mutant(
        "paper_checks/deciding.py",
        "printed = tuple(claim for claim in speaking if claim.expected is entry.expected)",
        "printed = tuple(speaking)",
        TEST + "test_claims_speak_for_entries_of_their_own_verdict_and_for_what_is_right",
    ),
    Mutant(
        "paper_checks/deciding.py",
        "needed = dict.fromkeys(claim for one in speaking.values() for claim in (*one.printed, *one.right))",
        "needed = [claim for one in speaking.values() for claim in (*one.printed, *one.right)]",
        TEST + "test_each_claim_runs_once_on_its_own_request",
    ),
    Mutant(
        "paper_checks/__main__.py",
        "return 1 if off else 0",
        "return 0",
        TEST + "test_one_entry_that_is_off_gives_status_one",
    ),
    Mutant(
        "paper_checks/deciding.py",
        "    if entry.refs:\n",
        "    if not entry.ids:\n",
        TEST + "test_an_entry_that_names_its_claims_takes_no_others",
    ),
    # numbers and outputs
    Mutant(
        "paper_checks/coverage.py",
        "if claim.expected is Verdict.REFUTED and claim.ref not in listed]",
        "if claim.expected is Verdict.HOLDS and claim.ref not in listed]",
        TEST + "test_every_refuted_claim_is_listed_as_erratum_or_reading",
    ),
    Mutant(
        "paper_checks/coverage.py",
        "if number not in found and number not in UNCHECKED]",
        "if number in found and number not in UNCHECKED]",
        TEST + "test_a_number_that_nobody_settles_is_missed",
    ),
    Mutant(
        "paper_checks/inventory.py",
        '    "Z9c": "a squared norm plotted",\n',
        "",
        TEST + "test_no_number_is_used_that_the_inventory_does_not_have",
    ),
    Mutant(
        "paper_checks/latex.py",
        "piece if i % 2 == 0 else _formula(piece)",
        "piece",
        TEST + "test_special_characters_survive_outside_formulas_alone",
    ),
    Mutant(
        "paper_checks/latex.py",
        '    "&": r"\\&",\n',
        "",
        TEST + "test_special_characters_survive_outside_formulas_alone",
    ),
]
