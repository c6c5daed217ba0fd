"""Mutants of how verdicts are shown, and of what the rooms share."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "verify/presentation.py",
        '"source": {"ratio": 2, "overflow": "fold"},',
        '"source": {"ratio": 2},',
        "test_verify.py::test_nothing_is_cut_off_at_any_width",
    ),
    Mutant(
        "verify/presentation.py",
        'counts = f"instances {report.instances}{breaks}{worst},',
        'counts = f"instances {report.instances}{breaks},',
        "test_verify.py::test_nothing_is_cut_off_at_any_width",
    ),
    Mutant(
        "verify/presentation.py",
        "if check.error_bar == 0.0 and check.excess in (0.0, 1.0):",
        "if check.excess in (0.0, 1.0):",
        "test_verify.py::test_numbers_that_are_equal_as_fractions_are_called_exact",
    ),
    Mutant(
        "verify/stability/discriminators.py",
        "else critic.jet(ball(x))[1]",
        "else critic.jet(ball(x))[2]",
        "test_verify.py::test_what_is_true_holds_and_every_break_is_noticed[stability.lipschitz_d1]",
    ),
]
