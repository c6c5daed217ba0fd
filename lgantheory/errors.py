"""Every refusal of the library, on one page.

All of them are ``ValueError`` as well, so that a caller who knows nothing of this package still catches them, and
each message reads *got, needed, do*: what arrived, what would have been accepted, and the shortest way out. The
command line prints the message alone and exits with status 2.
"""

from typing import Any


class LGANTheoryError(Exception):
    """Base of every exception that this package raises on purpose."""


class InvalidMeasure(LGANTheoryError, ValueError):
    """Points or weights that do not describe a finitely supported probability measure."""


class UnreadableFile(LGANTheoryError, ValueError):
    """A file that is not the csv, npy or npz table it should be; the message names row and column."""


class UnwritableFile(LGANTheoryError, ValueError):
    """A result that could not be stored; nothing was left half written."""


class InvalidExpression(LGANTheoryError, ValueError):
    """Text that is not a loss: outside the grammar, too large, or not a function of ``t`` alone."""


class UnknownName(LGANTheoryError, ValueError):
    """A loss, solver, claim or option that does not exist; the message lists those that do."""


class InvalidParameter(LGANTheoryError, ValueError):
    """A number outside its range, such as a penalty weight that is not positive."""


class UnsupportedLoss(LGANTheoryError, ValueError):
    """A loss that lacks what a solver needs; the message names the lack and the solvers that accept the loss."""


class NotAttained(LGANTheoryError, ValueError):
    """The infimum has no minimiser: the loss has no balance point, so the discriminator drifts to infinity.

    Source: LGAN paper, assumption (A) in front of Theorem 1, whose last clause is the existence of a balance point.
    """


class UncertifiedSolution(LGANTheoryError, ValueError):
    """A solver ended without a certificate of the accuracy asked for.

    ``solution`` is the best certified solution so far (its gap is simply too wide), or ``None`` when there is none.
    """

    def __init__(self, message: str, solution: Any = None) -> None:
        super().__init__(message)
        self.solution = solution


class Diverged(LGANTheoryError, ValueError):
    """A training run met a number that is not finite and stopped; its last good checkpoint is as it was.

    ``step`` is where it was met, ``cause`` what it was: the objective, a slope, a weight.
    """

    def __init__(self, message: str, step: int | None = None, cause: str | None = None) -> None:
        super().__init__(message)
        self.step = step
        self.cause = cause
