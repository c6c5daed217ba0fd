from .claims import Break, Check, Claim, Report, Request, Verdict
from .divergences import FDivergence, f_divergence, get_divergence, list_divergences
from .errors import (
    InvalidExpression,
    InvalidMeasure,
    InvalidParameter,
    LGANTheoryError,
    NotAttained,
    UncertifiedSolution,
    UnknownName,
    UnreadableFile,
    UnsupportedLoss,
    UnwritableFile,
)
from .files import read_measure, read_pair, write_solution
from .losses import get_loss, list_losses, parse_loss
from .losses.conditions import check_conditions
from .losses.loss import Loss, LossFunction
from .measures import DiscreteMeasure, toy_case
from .penalties import Penalty
from .problem import LipschitzProblem, Solution
from .solvers import optimal_discriminator
from .solvers.families import lambda_path, optimal_discriminators
from .solvers.pointwise import unrestricted_discriminator
from .solvers.transport import wasserstein

__version__: str

__all__ = [
    "Break",
    "Check",
    "Claim",
    "DiscreteMeasure",
    "FDivergence",
    "InvalidExpression",
    "InvalidMeasure",
    "InvalidParameter",
    "LGANTheoryError",
    "LipschitzProblem",
    "Loss",
    "LossFunction",
    "NotAttained",
    "Penalty",
    "Report",
    "Request",
    "Solution",
    "UncertifiedSolution",
    "UnknownName",
    "UnreadableFile",
    "UnsupportedLoss",
    "UnwritableFile",
    "Verdict",
    "check_conditions",
    "f_divergence",
    "get_divergence",
    "get_loss",
    "lambda_path",
    "list_divergences",
    "list_losses",
    "optimal_discriminator",
    "optimal_discriminators",
    "parse_loss",
    "read_measure",
    "read_pair",
    "toy_case",
    "unrestricted_discriminator",
    "wasserstein",
    "write_solution",
]
