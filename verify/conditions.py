"""Which losses the theorems are about: assumption (A), decided symbolically.

(A): fake' > 0, real' < 0, fake'' >= 0, real'' >= 0, and a balance point a with fake'(a) + real'(a) = 0. The paper's
four losses meet it, and all but the linear one are strictly convex. The slides ask for "any increasing function with
non-decreasing derivative", which is not the same: if both sides are chosen separately they may have no balance point,
and an increasing function may be flat somewhere.

    python -m verify.conditions --fake "exp(t)" --real "-t"

prints the verdict on a loss of your own, with the proof or the witness of each condition and what each theorem then
gives.

Source: LGAN paper, assumption in front of Theorem 1; slides, "We require phi and psi to satisfy".
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from lgantheory.commands.conditions import chosen_loss, show_conditions
from lgantheory.commands.running import application, output, run
from lgantheory.files import write_text
from lgantheory.losses import get_loss, parse_loss
from lgantheory.losses.conditions import ASSUMPTION_A, ConditionsReport, check_conditions
from lgantheory.losses.loss import Loss
from verify.command import decide
from verify.evidence import EPS
from verify.instances import LGAN_LOSSES, expression

NO_SAMPLE_DISAGREES = "no sample contradicts the proof"

# Where the float64 implementations are looked at beside the proof, and how far from zero their signs count.
SAMPLES = np.linspace(-30.0, 30.0, 601)
ULPS = 64.0


@dataclass(frozen=True)
class Case:
    """A loss, and which of its conditions the claim is about."""

    loss: Loss
    asked: tuple[str, ...] = ASSUMPTION_A

    @cached_property
    def report(self) -> ConditionsReport:
        return check_conditions(self.loss)

    def __str__(self) -> str:
        return self.loss.name


def condition(name: str) -> str:
    """The name of the check that decides one condition."""
    return f"condition {name}"


def instances(request: Request) -> Iterator[Case]:
    if request.loss is not None:
        yield Case(parse_loss(request.loss))
        return
    for name in LGAN_LOSSES:
        strict = () if name == "wasserstein" else ("strictly_convex",)
        yield Case(get_loss(name), (*ASSUMPTION_A, *strict, "mirror_symmetry"))


def checks(case: Case) -> list[Check]:
    found = [Check.of_verdict(condition(name), case.report[name].verdict) for name in case.asked]
    if case.report.holds:
        found.append(_samples(case.loss))
    return found


def _samples(loss: Loss) -> Check:
    """The least of fake', -real', fake'', real'' on a grid, which a true proof makes non-negative."""
    slopes = loss.fake.derivative(SAMPLES), -loss.real.derivative(SAMPLES)
    bends = loss.fake.second_derivative(SAMPLES), loss.real.second_derivative(SAMPLES)
    least = min(float(np.min(values)) for values in (*slopes, *bends))
    return Check(NO_SAMPLE_DISAGREES, -least, ULPS * EPS, 1e-9)


CLAIM = Claim(
    ref="conditions",
    statement=r"x, \log(1 + e^x), e^x and x + \sqrt{x^2 + 1} meet assumption (A); the last three are strictly convex",
    source="LGAN paper, assumption in front of Theorem 1, and its list of losses",
    hypotheses={
        "fake_increasing": "fake' > 0, not only >= 0",
        "fake_convex": "fake'' >= 0",
        "real_decreasing": "real' < 0, not only <= 0",
        "real_convex": "real'' >= 0",
        "balance_point": "fake' and real' cancel somewhere",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="fake_increasing",
            instance=lambda: Case(expression("Max(0, t)", "-t")),
            check=condition("fake_increasing"),
            witness="fake max(0, t), real -t: the slope is 0 at t = -1",
        ),
        Break(
            drops="fake_increasing",
            instance=lambda: Case(get_loss("least_squares")),
            check=condition("fake_increasing"),
            witness="(t + 1)^2: the slope is 0 at t = -1, exactly",
        ),
        Break(
            drops="fake_convex",
            instance=lambda: Case(expression("t + sigmoid(t)", "-11*t/10")),
            check=condition("fake_convex"),
            witness="fake t + sigmoid(t), real -1.1 t: increasing with a balance point, but bends down for t > 0",
        ),
        Break(
            drops="real_decreasing",
            instance=lambda: Case(expression("t", "Max(0, -t)")),
            check=condition("real_decreasing"),
            witness="fake t, real max(0, -t): the slope of real is 0 at t = 1",
        ),
        Break(
            drops="real_convex",
            instance=lambda: Case(expression("11*t/10", "-t - sigmoid(t)")),
            check=condition("real_convex"),
            witness="fake 1.1 t, real -t - sigmoid(t): bends down for t < 0",
        ),
        Break(
            drops="balance_point",
            instance=lambda: Case(expression("log(1 + exp(t))", "-t")),
            check=condition("balance_point"),
            witness="fake softplus, real -t: the slopes sum to -1 / (1 + e^t) < 0 everywhere",
        ),
    ),
)


def _separately(request: Request) -> Iterator[Case]:
    """Two losses that each fit the sentence of the slides: softplus for the fake side, the identity mirrored."""
    yield Case(expression("log(1 + exp(t))", "-t"), ("fake_increasing", "fake_convex", "balance_point"))


def _flat(request: Request) -> Iterator[Case]:
    """An increasing function with non-decreasing derivative, flat on a half-line; its real side mirrored."""
    yield Case(get_loss("hinge(0)"), ("fake_convex", "balance_point", "fake_increasing"))


AS_PRINTED = (
    Claim(
        ref="conditions/any-increasing-function",
        statement=r"\phi and \psi(-\cdot) may be any increasing functions with non-decreasing derivative",
        source="a reading of the slides, 'Any increasing function with non-decreasing derivative': not mirrored",
        hypotheses={},
        instances=_separately,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
    Claim(
        ref="conditions/weakly-increasing",
        statement=r"\phi increasing may mean non-decreasing",
        source="a reading of the slides, the same sentence; with max(0, x), f = 0 is optimal for all P_r and P_g",
        hypotheses={},
        instances=_flat,
        checks=checks,
        expected=Verdict.REFUTED,
    ),
)


def conditions(
    fake: Annotated[str | None, typer.Option(help="The loss on fake points, an expression in t.")] = None,
    real: Annotated[str | None, typer.Option(help="The loss on real points; fake(-t) when left out.")] = None,
    loss: Annotated[str | None, typer.Option(help="A loss by name, instead of --fake.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the result to this file.")] = None,
) -> int:
    """Decide which conditions a loss of yours meets; without a loss, decide the claim about the paper's losses."""
    if fake is None and real is None and loss is None:
        return decide((CLAIM, *AS_PRINTED), Request(), json_file)
    chosen = chosen_loss(fake, real, loss)
    report = check_conditions(chosen)
    if json_file is not None:
        write_text(json_file, json.dumps({"loss": chosen.name, "conditions": _document(report)}, indent=2) + "\n")
    return show_conditions(report, output())


def _document(report: ConditionsReport) -> dict[str, dict[str, str | None]]:
    return {
        name: {
            "statement": result.statement,
            "verdict": result.verdict.value,
            "argument": result.argument,
            "witness": None if result.witness is None else str(result.witness),
        }
        for name, result in report.items()
    }


if __name__ == "__main__":
    app = application("Assumption (A) of the LGAN theorems")
    app.command()(conditions)
    sys.exit(run(app, name="python -m verify.conditions"))
