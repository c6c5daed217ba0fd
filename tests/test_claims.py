"""The words themselves: when a check holds, when a claim is vacuous, and what a report says."""

import json
import math
from dataclasses import replace

import pytest

from lgantheory.claims import Break, Check, Claim, Request, Verdict


@pytest.mark.parametrize(
    ("excess", "bar", "resolution", "strict", "verdict"),
    [
        (0.0, 0.0, 0.0, False, Verdict.HOLDS),
        (-5.0, 0.1, 1.0, False, Verdict.HOLDS),
        (0.05, 0.1, 1.0, False, Verdict.HOLDS),
        (0.2, 0.1, 1.0, False, Verdict.REFUTED),
        (0.2, 0.5, 0.1, False, Verdict.UNDECIDED),
        (2.0, 0.5, 0.1, False, Verdict.REFUTED),
        (-9.0, 0.5, 0.1, False, Verdict.UNDECIDED),
        (math.nan, 0.1, 1.0, False, Verdict.UNDECIDED),
        (0.0, math.nan, 1.0, False, Verdict.UNDECIDED),
        (0.0, -1.0, 1.0, False, Verdict.UNDECIDED),
        (0.0, math.inf, 1.0, False, Verdict.UNDECIDED),
        (-1.0, 0.1, 1.0, True, Verdict.HOLDS),
        (-0.05, 0.1, 1.0, True, Verdict.REFUTED),
        (0.0, 0.0, 0.0, True, Verdict.REFUTED),
        (-0.05, 0.1, 0.01, True, Verdict.UNDECIDED),
    ],
)
def test_verdict_of_a_check(excess: float, bar: float, resolution: float, strict: bool, verdict: Verdict) -> None:
    assert Check("x", excess, bar, resolution, strict).verdict is verdict


def test_symbolic_verdicts_become_checks() -> None:
    assert Check.of_verdict("c", Verdict.PROVED).verdict is Verdict.HOLDS
    assert Check.of_verdict("c", Verdict.REFUTED).verdict is Verdict.REFUTED
    assert Check.of_verdict("c", Verdict.UNDECIDED).verdict is Verdict.UNDECIDED


def test_exit_statuses_are_the_documented_ones() -> None:
    assert {v.value: v.exit_status for v in Verdict} == {
        "HOLDS": 0,
        "PROVED": 0,
        "REFUTED": 1,
        "UNDECIDED": 3,
        "VACUOUS": 4,
    }


def _claim(excesses: list[float], broken: float, expected: Verdict = Verdict.HOLDS) -> Claim[float]:
    """'Every number of the list is at most zero', with one break."""
    return Claim(
        ref="toy",
        statement="x <= 0",
        source="nowhere",
        hypotheses={"negative": "x is negative"},
        instances=lambda request: iter(excesses[: request.number]),
        checks=lambda x: [Check("x is at most zero", x, 0.01, 0.1)],
        breaks=(Break("negative", lambda: broken, "x is at most zero", "x = 1"),),
        expected=expected,
    )


def test_a_claim_holds_when_all_checks_do_and_its_breaks_are_noticed() -> None:
    report = _claim([-1.0, 0.0], broken=1.0).decide(Request())
    assert report.verdict is Verdict.HOLDS
    assert report.as_documented
    assert report.instances == 2
    assert report.worst is not None
    assert report.worst.excess == 0.0
    assert [b.noticed for b in report.breaks] == [True]


def test_a_break_that_goes_unnoticed_makes_a_claim_vacuous() -> None:
    assert _claim([-1.0], broken=-1.0).decide(Request()).verdict is Verdict.VACUOUS


def test_a_claim_without_breaks_is_vacuous() -> None:
    assert replace(_claim([-1.0], broken=1.0), breaks=()).decide(Request()).verdict is Verdict.VACUOUS


def test_one_bad_instance_refutes_and_is_named() -> None:
    report = _claim([-1.0, 0.5, -1.0], broken=1.0).decide(Request())
    assert report.verdict is Verdict.REFUTED
    assert report.worst_instance == "0.5"
    assert not report.as_documented


def test_no_instances_decide_nothing() -> None:
    assert _claim([], broken=1.0).decide(Request()).verdict is Verdict.UNDECIDED


def test_an_undecided_check_is_not_a_pass() -> None:
    claim = replace(_claim([-1.0], broken=1.0), checks=lambda x: [Check("x is at most zero", x, 0.5, 0.1)])
    assert claim.decide(Request()).verdict is Verdict.UNDECIDED


def test_a_break_must_name_a_hypothesis_and_a_check_that_runs() -> None:
    with pytest.raises(AssertionError, match="not listed"):
        _ = replace(_claim([-1.0], 1.0), hypotheses={})
    odd = replace(_claim([-1.0], 1.0), breaks=(Break("negative", lambda: 1.0, "no such check", ""),))
    with pytest.raises(AssertionError, match="did not run"):
        _ = odd.decide(Request())


def test_json_has_the_documented_keys_and_no_infinities() -> None:
    claim = replace(_claim([1.0], broken=1.0), checks=lambda x: [Check("x is at most zero", x, math.inf, 0.1)])
    text = json.dumps(claim.decide(Request()).as_json(), allow_nan=False)
    document = json.loads(text)
    assert set(document) >= {
        "ref", "statement", "source", "verdict", "expected", "instances", "seconds", "worst", "breaks"
    }  # fmt: skip
    assert set(document["worst"]) >= {"check", "excess", "error_bar"}
    assert document["worst"]["error_bar"] == "inf"
    assert set(document["breaks"][0]) >= {"drops", "check", "verdict", "witness"}
