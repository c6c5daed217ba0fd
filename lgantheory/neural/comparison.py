"""Neural critics by every method, on the same samples, each held against the exact optimum.

A *method* is a way to keep a critic's slope in hand: a regulariser of the catalogue, or a network that has slope one by
construction ("groupsort"). Methods do not aim at the same function, and the comparison says so in ``target``:

* "penalty": E_fake fake(f) + E_real real(f) + lam * (something that is slope^2), as in an LGAN. It is trained for each
  lam, and its own ``gap`` to the LGAN optimum counts.
* "slope": slope one. It is trained once; its shape counts, ``gap_rescaled``: after the best multiple and shift.
* "none": whatever slope comes out; likewise.

With the rule ``lam = "unit"`` all of them aim at one function: lam is chosen such that the exact optimum has k* = 1.
Then f* also minimises E_fake fake(f) + E_real real(f) over the functions with slope at most one, for which the penalty
is lam at most. Raw gaps are comparable there.

"exact" is a method too: f* of the training samples between its points, extended by the mean of both McShane envelopes.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import Any

from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.losses import parse_loss
from lgantheory.neural.evaluation import Critic
from lgantheory.neural.experiments.problems import DIGITS, Problem, Request, get_problem, list_problems
from lgantheory.neural.experiments.scoring import Row, scored
from lgantheory.problem import Solution

EXACT, GROUPSORT, UNIT = "exact", "groupsort", "unit"

UNIT_TOLERANCE = 1e-9
"""Relative accuracy to which lam of the rule "unit" is sought; the row shows the k* that came out."""

FARTHEST = 30.0
"""How far from W1 / 2, in powers of e, that lam is sought. Arbitrary; no loss of the catalogue needs a third of it."""


@dataclass(frozen=True)
class Method:
    """``regulariser`` with ``options``, on ``network``; ``target`` as in the module's docstring."""

    name: str
    target: str
    regulariser: str = "none"
    network: str = "mlp"
    options: Mapping[str, Any] = field(default_factory=dict)


def list_methods() -> list[str]:
    """Every name that a plan's ``methods`` may hold; "exact" first."""
    from lgantheory.neural.regularisers import list_regularisers

    return [EXACT, *sorted({*list_regularisers(), GROUPSORT})]


def get_method(text: str) -> Method:
    """The method of that name; a regulariser may have options: ``maxgp:buffer=0.125``, or several with commas.

    Raises:
        UnknownName: there is none; the nearest is named. InvalidParameter: an option that it does not have.
    """
    name, _, given = text.partition(":")
    if name not in list_methods():
        close = get_close_matches(name, list_methods(), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UnknownName(f"got the method {name!r}; needed one of {', '.join(list_methods())}.{hint}")
    if name in (EXACT, GROUPSORT):
        if given:
            raise InvalidParameter(f"got the method {text!r}; needed {name!r}, which has no options.")
        return Method(name, *_UNREGULARISED[name])
    from lgantheory.neural.regularisers import get_regulariser
    from lgantheory.neural.settings import overridden

    options = overridden({}, given.split(",") if given else [])
    return Method(text, get_regulariser(name, **options).target, regulariser=name, options=options)


_UNREGULARISED = {EXACT: ("penalty", "none", "mlp"), GROUPSORT: ("slope", "none", GROUPSORT)}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to compare. Everything is crossed with everything; seeds are 0, 1, ..., for samples and networks alike.

    * ``lams``: numbers as text, or "unit";
    * ``samples``: points of each side to train on; ``fresh``: of each side to score on;
    * ``dimensions``: of the space; digits have 64, whatever is said;
    * ``batch``: points of each side per step; None for all;
    * ``files``, ``contents``: the user's two files, and the hash of what is in them.

    Raises:
        UnknownName, InvalidParameter, InvalidExpression: a method, loss, lam or number that is none.
    """

    data: str = "gaussians"
    methods: tuple[str, ...] = (EXACT, "maxgp", "gp", "lp", "zero_centred", "spectral_norm", "clipping")
    losses: tuple[str, ...] = ("softplus", "wasserstein")
    lams: tuple[str, ...] = (UNIT, "0.1")
    dimensions: tuple[int, ...] = (2, 16)
    samples: int = 128
    fresh: int = 512
    seeds: int = 3
    steps: int = 2000
    batch: int | None = 64
    width: int = 64
    depth: int = 3
    learning_rate: float = 1e-3
    files: tuple[str, str] | None = None
    contents: str = field(default="")

    def __post_init__(self) -> None:
        if self.data not in list_problems():
            raise UnknownName(f"got the data {self.data!r}; needed one of {', '.join(list_problems())}.")
        if self.data == DIGITS:
            object.__setattr__(self, "dimensions", (64,))
        for name in self.methods:
            _ = get_method(name)
        for loss in self.losses:
            _ = parse_loss(loss)
        for lam in self.lams:
            _ = _number(lam)
        counts = (self.samples, self.seeds, self.steps, self.width, self.depth, self.batch or 1, *self.dimensions)
        if min(counts) < 1 or not self.learning_rate > 0.0:
            raise InvalidParameter(
                "got a number of samples, seeds, steps, points, dimensions or layers below 1, or a learning rate that "
                "is not positive; needed positive ones."
            )

    def cells(self) -> list[dict[str, Any]]:
        """One for each training: methods that do not look at lam have all lams in one."""
        shared = {name: value for name, value in asdict(self).items() if name not in _CROSSED}
        return [
            {**shared, "dimension": d, "loss": loss, "seed": seed, "method": name, "lams": list(lams)}
            for d in self.dimensions
            for loss in self.losses
            for name in self.methods
            for lams in self._lams(name)
            for seed in range(self.seeds)
        ]

    def _lams(self, name: str) -> list[tuple[str, ...]]:
        single = get_method(name).target == "penalty" and name != EXACT
        return [(lam,) for lam in self.lams] if single else [self.lams]


_CROSSED = ("methods", "losses", "lams", "dimensions", "seeds")


def _number(lam: str) -> float:
    """A lam as text; NaN for the rule "unit"."""
    if lam == UNIT:
        return math.nan
    try:
        value = float(lam)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0.0):
        raise InvalidParameter(f"got lam {lam!r}; needed a positive number or {UNIT!r}.")
    return value


# ---------------------------------------------------------------------------------------------------------------------
# One cell


def compare(cell: Mapping[str, Any]) -> list[Row]:
    """Train one critic and hold it against the exact optimum for each lam of the cell: one row each.

    ``train_seconds`` of "exact" are those of solving for it once more, with the solvers loaded and lam known.
    """
    files = None if cell["files"] is None else (cell["files"][0], cell["files"][1])
    request = Request(**{name: cell[name] for name in ("data", "dimension", "samples", "fresh", "seed")}, files=files)
    problem, method = get_problem(request), get_method(cell["method"])
    exacts = [exact_optimum(problem, cell["loss"], lam) for lam in cell["lams"]]
    start = time.perf_counter()
    critic = None if method.name == EXACT else trained(problem, method, cell, exacts[0].problem.lam)
    seconds = time.perf_counter() - start
    rows = []
    for rule, exact in zip(cell["lams"], exacts, strict=True):
        known = {
            **{name: cell[name] for name in _SHOWN},
            "target": method.target,
            "dimension": exact.problem.real.dimension,
            "lam_rule": rule,
            "lam": exact.problem.lam,
        }
        scores = scored(
            _extended(exact) if critic is None else critic, problem, exact, aims_at_one=known["target"] == "slope"
        )
        rows.append({**known, **scores, "train_seconds": _solving(exact) if critic is None else seconds})
    return rows


def _solving(exact: Solution) -> float:
    """Seconds that the exact optimum takes."""
    from lgantheory.solvers import optimal_discriminator

    p, start = exact.problem, time.perf_counter()
    _ = optimal_discriminator(p.real, p.fake, p.loss, lam=p.lam)
    return time.perf_counter() - start


_SHOWN = ("data", "loss", "method", "seed", "samples", "steps")


def exact_optimum(problem: Problem, loss: str, lam: str) -> Solution:
    """f* of the training samples, for a lam as a plan has it."""
    from lgantheory.solvers import optimal_discriminator

    value = _unit_lam(problem, loss) if lam == UNIT else _number(lam)
    return optimal_discriminator(problem.real, problem.fake, loss, lam=value)


def _unit_lam(problem: Problem, loss: str) -> float:
    """The lam with k*(lam) = 1; k* falls as lam grows, strictly where it is positive. In closed form W1 / 2 for t."""
    from scipy.optimize import root_scalar

    from lgantheory.solvers import optimal_discriminator
    from lgantheory.solvers.transport import wasserstein

    half = 0.5 * wasserstein(problem.real, problem.fake).value
    if loss == "wasserstein" or half == 0.0:
        return half

    def excess(log: float) -> float:
        return math.log(optimal_discriminator(problem.real, problem.fake, loss, lam=math.exp(log)).k)

    low = high = math.log(half)
    while excess(low) <= 0.0 and low > math.log(half) - FARTHEST:
        low -= 1.0
    while excess(high) >= 0.0 and high < math.log(half) + FARTHEST:
        high += 1.0
    return math.exp(root_scalar(excess, bracket=(low, high), method="brentq", xtol=UNIT_TOLERANCE).root)


def trained(problem: Problem, method: Method, cell: Mapping[str, Any], lam: float) -> Critic:
    """A critic of that method; lam counts for those that weigh a penalty with it, others have their authors' weight."""
    from lgantheory.neural.settings import CriticSettings
    from lgantheory.neural.training import train_critic

    size = {"width": cell["width"], "depth": cell["depth"]}
    settings = CriticSettings.of(
        {
            "loss": cell["loss"],
            "regulariser": method.regulariser,
            "regulariser_options": {**({"lam": lam} if method.target == "penalty" else {}), **method.options},
            "network": method.network,
            "network_options": size,
            "learning_rate": cell["learning_rate"],
            "decay": "linear",
            "steps": cell["steps"],
            "batch": cell["batch"],
            "seed": cell["seed"],
            "device": "cpu",
        }
    )
    return train_critic(problem.real, problem.fake, settings).critic


def _extended(exact: Solution) -> Critic:
    def values(points: Any) -> Any:
        return exact(points, extension="middle")

    return values
