"""What the sources print: every entry on its own, what failing means, the numbers of the inventory, the outputs."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from flint import arb

import paper_checks.__main__ as command
from lgantheory.claims import Check, Claim, Report, Request, Verdict
from lgantheory.commands.running import run
from lgantheory.errors import UnknownName
from paper_checks import deciding, presentation
from paper_checks.coverage import missing, settled, unchecked, unknown, unlisted
from paper_checks.divergences import P, Q, digits, identity, jensen_shannon, kl, value
from paper_checks.gan_lecture.rows import BY_SLUG, ROWS, Row, f_divergence, function
from paper_checks.gan_lecture.tables import conjugate, everywhere, integral
from paper_checks.inventory import INVENTORY
from paper_checks.latex import escaped, sheet
from paper_checks.presentation import complaint, readable
from paper_checks.presentation import verdict as shown
from paper_checks.printed import Document, Printed
from paper_checks.unchecked import UNCHECKED
from verify.__main__ import claims_of, statements

THEORY = Path(__file__).parents[2] / "shared" / "theory"
DOCUMENTS = deciding.documents()
CLAIMS = deciding.known_claims()
ENTRIES = [entry for document in DOCUMENTS for entry in document.entries]

# Golden values of the pair p = (1/2, 1/3, 1/6), q = (1/5, 3/10, 1/2), from tables of their own.
GOLDEN = {
    "tv": "0.3333333333",
    "kl": "0.3101634897",
    "rkl": "0.3344398433",
    "pearson": "0.6759259259",
    "neyman": "0.8500000000",
    "hellinger": "0.1577386667",
    "jeffreys": "0.6446033330",
    "js": "0.1544999368",
    "gan": "-1.2317944244",
}


def _worst(checks: Sequence[Check]) -> Check:
    return max(checks, key=lambda check: check.severity)


def _name(entry: Printed) -> str:
    return re.sub(r"\W+", "-", f"{entry.place} {entry.printed}")[:60]


def _check(excess: float) -> Check:
    return Check("made up", excess, 0.0, 0.1)


def _entry(**changes: object) -> Printed:
    return Printed(**{"place": "a slide", "printed": "1 = 2", "right": "1 = 1", "witness": "1", **changes})  # type: ignore[arg-type]


# -- the entries -------------------------------------------------------------------------------------------------------


def test_every_source_has_its_file_or_folder() -> None:
    assert [d.name for d in DOCUMENTS] == [
        "gan_lecture",
        "lgan_abstract",
        "lgan_slides",
        "lgan_summary",
        "other_sources",
        "stability_talk",
    ]


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.decide is not None], ids=_name)
def test_what_is_printed_gets_its_documented_verdict(entry: Printed) -> None:
    assert entry.decide is not None
    assert {check.verdict for check in entry.decide()} == {entry.expected}
    if entry.decide_right is not None:
        assert _worst(entry.decide_right()).verdict is Verdict.HOLDS


@pytest.mark.parametrize("entry", ENTRIES, ids=_name)
def test_texts_can_be_shown_everywhere(entry: Printed) -> None:
    for text in (entry.place, entry.printed, entry.right, entry.witness, entry.undecidable):
        assert text.isascii()
        assert text.count("$") % 2 == 0
        assert "\\" not in readable(text)
        assert _is_balanced(escaped(text))


@pytest.mark.parametrize("entry", ENTRIES, ids=_name)
def test_every_entry_can_be_decided_or_says_what_would(entry: Printed) -> None:
    found = deciding.evidence(entry, CLAIMS)
    assert entry.undecidable or entry.decide or found.printed


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.fails], ids=_name)
def test_what_is_said_to_be_right_is_decided_or_a_sentence(entry: Printed) -> None:
    """Formulas that replace others are checked; the few sentences that cannot be are listed here by number."""
    found = deciding.evidence(entry, CLAIMS)
    assert entry.decide_right or found.right or set(entry.ids) & {"E8", "E15"}


# Readings by source and number: nobody may charge the source with them. What else has the number must be right.
READINGS = (
    ("gan_lecture", "E7"), ("gan_lecture", "E10"), ("gan_lecture", "E15"), ("gan_lecture", "E17"),
    ("gan_lecture", "X5"), ("gan_lecture", "X10"), ("gan_lecture", "lecture 6"), ("gan_lecture", "lecture 21"),
    ("lgan_summary", "lgan 2.6"), ("lgan_slides", "P12"), ("lgan_slides", "P13"), ("lgan_slides", "X13"),
    ("other_sources", "P7"), ("other_sources", "Z1"), ("other_sources", "Z4"), ("other_sources", "Z5"),
    ("other_sources", "Z9b"), ("other_sources", "Z11"), ("other_sources", "Z13"),
    ("stability_talk", "Z3"), ("stability_talk", "Z6"), ("stability_talk", "talk 3.5"),
)  # fmt: skip


@pytest.mark.parametrize(("source", "number"), READINGS)
def test_no_source_is_charged_with_what_it_does_not_print(source: str, number: str) -> None:
    document = next(d for d in DOCUMENTS if d.name == source)
    found = {entry.kind for entry in document.entries if number in entry.ids}
    assert "reading" in found
    assert "erratum" not in found


def test_what_is_printed_and_wrong_is_still_an_erratum() -> None:
    printed = {number for entry in ENTRIES if entry.kind == "erratum" for number in entry.ids}
    assert {"E1", "E2", "E3", "E4", "E8", "E9", "E11", "E12", "E13", "E14", "X4", "X14", "P7", "Z2"} <= printed
    others = next(d for d in DOCUMENTS if d.name == "other_sources")
    assert [e.place for e in others.entries if e.kind == "erratum"] == [
        "code of GAN_stability, class of consensus optimisation"
    ]


def test_claims_say_whether_their_source_prints_what_they_refute() -> None:
    """Their sources begin with ``a reading of`` or ``folklore`` where no erratum rests on them, and nowhere else."""
    kinds: dict[str, set[str]] = {}
    for entry in ENTRIES:
        for claim in deciding.evidence(entry, CLAIMS).printed if entry.fails else ():
            kinds.setdefault(claim.ref, set()).add(entry.kind)
    charged = {ref for ref, found in kinds.items() if "erratum" in found}
    claims = [claim for name in statements() for claim in claims_of(name)]
    silent = {claim.ref for claim in claims if claim.source.startswith(("a reading of", "folklore"))}
    assert silent == kinds.keys() - charged


# Where a source has the words, they are looked up in it: (file of the seed, words that it must have, or must not have).
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.exists(), reason="the sources are not beside this checkout")
@pytest.mark.parametrize(
    ("seed", "has", "lacks"),
    [
        ("000", ("if the supports of two distributions are disjoint", r"k(f)^{2}]"), ("where they are", "leaves")),
        ("002", (r"\approx \arg \max", "Decrease JS divergence(?)", "If you do not have enough sampling"), ("hinge",)),
        ("004", ("Linear combination of normal distributions", r"J : \mu_\theta \rightarrow"), ("ELU", "tanh", r"\xi")),
    ],
)
def test_the_sources_say_what_the_readings_go_beyond(seed: str, has: Sequence[str], lacks: Sequence[str]) -> None:
    (file,) = SEEDS.glob(f"{seed}_*.txt")
    text = file.read_text()
    assert all(words in text for words in has)
    assert not any(words in text for words in lacks)


def test_readings_have_words_of_their_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    errs = {"expected": Verdict.REFUTED, "decide": lambda: [_check(1.0)]}
    entries = (_entry(decide=lambda: [_check(0.0)]), _entry(**errs), _entry(**errs, reading=True))
    assert [entry.kind for entry in entries] == ["right", "erratum", "reading"]
    document = Document("made_up", "Made up", entries)
    outcomes = [deciding.outcome(entry, deciding.Evidence((), ()), {}) for entry in entries]
    assert [shown(one).count(", a reading") for one in outcomes] == [0, 0, 1]
    (source,) = command.document([document], {"made_up": outcomes})["sources"]
    assert [e["kind"] for e in source["entries"]] == ["right", "erratum"]
    assert [e["kind"] for e in source["readings"]] == ["reading"]
    monkeypatch.setattr(deciding, "documents", lambda _name=None: [document])
    assert run(command.app, ["--source", "made_up", "--jobs", "1"], name="python -m paper_checks") == 0
    summary = " ".join(capsys.readouterr().out.split())
    assert "3 of 3 entries are as documented, 1 of them errata and 1 readings that go too far" in summary


# -- formulas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", GOLDEN)
def test_generators_give_the_tabulated_divergences(slug: str) -> None:
    assert digits("D_f is", f_divergence(BY_SLUG[slug]), GOLDEN[slug]).verdict is Verdict.HOLDS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slug)
def test_integrals_are_right_as_printed_or_as_corrected(row: Row) -> None:
    expected = Verdict.REFUTED if row.corrected else Verdict.HOLDS
    assert {check.verdict for check in integral(row, row.integrand)} == {expected}
    if row.corrected:
        assert {check.verdict for check in integral(row, row.corrected)} == {Verdict.HOLDS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slug)
def test_a_wrong_conjugate_is_noticed_on_either_side(row: Row) -> None:
    for shift in ("- 1/8", "+ 1/8"):
        moved = Row(**{**row.__dict__, "conjugate": f"({row.conjugate}) {shift}"})
        assert _worst(conjugate(moved)).verdict is Verdict.REFUTED


def test_outside_their_domain_formulas_give_finite_numbers_silently() -> None:
    assert function(BY_SLUG["hellinger"].conjugate, "t")(arb(6) / 5).overlaps(arb(-6))
    assert everywhere("hellinger", Fraction(6, 5), Fraction(4)).verdict is Verdict.REFUTED
    assert everywhere("hellinger", Fraction(1, 2), Fraction(4)).verdict is Verdict.HOLDS  # equality: f'(4) = 1/2


def test_divergences_reach_their_extremes() -> None:
    apart = ((1, 0), (0, 1))
    assert jensen_shannon(*apart).overlaps(arb(2).log())
    assert jensen_shannon(P, P).overlaps(arb(0))
    assert not kl(*apart).is_finite()
    assert digits("JSD is", jensen_shannon(P, Q), "0.0772499684").verdict is Verdict.HOLDS
    assert value(P, Q, (Fraction(1, 2),) * 3).overlaps(-2 * arb(2).log())


def test_a_number_is_refuted_when_its_last_digit_is_wrong() -> None:
    assert digits("2/3 is", arb(2) / 3, "0.6667").verdict is Verdict.HOLDS
    assert digits("2/3 is", arb(2) / 3, "0.6666").verdict is Verdict.REFUTED


def test_an_identity_is_proved_refuted_or_left_open() -> None:
    x = sympy.Symbol("x", positive=True)
    at = {"x": Fraction(1, 3)}
    assert identity("", sympy.log(x**2) - 2 * sympy.log(x), at).verdict is Verdict.HOLDS
    assert identity("", sympy.log(x**2) - sympy.log(x), at).verdict is Verdict.REFUTED
    hidden = sympy.LambertW(sympy.exp(1 / x) / x) - 1 / x  # zero, which sympy does not see
    assert identity("", hidden, at).verdict is Verdict.UNDECIDED


# -- what decides an entry ---------------------------------------------------------------------------------------------


def test_a_printed_error_that_is_no_longer_refuted_fails() -> None:
    entry = _entry(expected=Verdict.REFUTED, decide=lambda: [_check(0.0)])
    found = deciding.outcome(entry, deciding.Evidence((), ()), {})
    assert (found.verdict, found.as_documented) == (Verdict.HOLDS, False)
    assert "documented REFUTED, found HOLDS" in complaint(found)
    still = _entry(expected=Verdict.REFUTED, decide=lambda: [_check(1.0)])
    assert deciding.outcome(still, deciding.Evidence((), ()), {}).as_documented


def test_a_right_value_that_is_wrong_fails() -> None:
    entry = _entry(expected=Verdict.REFUTED, decide=lambda: [_check(1.0)], decide_right=lambda: [_check(1.0)])
    found = deciding.outcome(entry, deciding.Evidence((), ()), {})
    assert (found.verdict, found.right, found.as_documented) == (Verdict.REFUTED, Verdict.REFUTED, False)
    assert "said to be right" in complaint(found)


def test_what_nothing_decides_is_open_and_what_nothing_can_is_not_judged() -> None:
    orphan = deciding.outcome(_entry(ids=("E1",)), deciding.Evidence((), ()), {})
    assert (orphan.verdict, orphan.as_documented) == (Verdict.UNDECIDED, False)
    assert "no claim settles E1" in complaint(orphan)
    beyond = _entry(ids=("E1",), undecidable="an experiment")
    assert deciding.evidence(beyond, CLAIMS) == deciding.Evidence((), ())
    found = deciding.outcome(beyond, deciding.Evidence((), ()), {})
    assert (found.verdict, found.as_documented) == (None, True)


def _known(expected: Verdict, found: Verdict) -> tuple[deciding.Known, Report]:
    known = deciding.Known("nowhere", 0, f"claim {expected}", expected, ("E1",))
    report = Report(known.ref, "", "", {}, expected, found, 1, 0.0, _check(float(found is Verdict.REFUTED)), "")
    return known, report


def test_one_claim_that_dissents_decides() -> None:
    known, report = _known(Verdict.HOLDS, Verdict.UNDECIDED)
    entry = _entry(ids=("E1",), decide=lambda: [_check(0.0)])
    found = deciding.outcome(entry, deciding.evidence(entry, [known]), {known: report})
    assert (found.verdict, found.claims) == (Verdict.UNDECIDED, (known.ref,))


def test_claims_speak_for_entries_of_their_own_verdict_and_for_what_is_right() -> None:
    (true, report), (wrong, other) = _known(Verdict.HOLDS, Verdict.HOLDS), _known(Verdict.REFUTED, Verdict.REFUTED)
    entry = _entry(ids=("E1",), expected=Verdict.REFUTED)
    speaking = deciding.evidence(entry, [true, wrong])
    assert (speaking.printed, speaking.right) == ((wrong,), (true,))
    found = deciding.outcome(entry, speaking, {true: report, wrong: other})
    assert (found.verdict, found.right, found.as_documented) == (Verdict.REFUTED, Verdict.HOLDS, True)
    assert deciding.evidence(_entry(ids=("E1",)), [true, wrong]).printed == (true,)


def test_an_entry_that_names_its_claims_takes_no_others() -> None:
    (true, _), (wrong, _) = _known(Verdict.HOLDS, Verdict.HOLDS), _known(Verdict.REFUTED, Verdict.REFUTED)
    entry = _entry(ids=("E1",), expected=Verdict.REFUTED, refs=(wrong.ref,))
    assert deciding.evidence(entry, [true, wrong]) == deciding.Evidence((wrong,), ())


def test_names_of_claims_that_do_not_exist_are_refused() -> None:
    with pytest.raises(UnknownName, match="no_such"):
        _ = deciding.evidence(_entry(refs=("no_such",)), CLAIMS)
    with pytest.raises(AssertionError, match="goes too far"):
        _ = _entry(reading=True)
    with pytest.raises(AssertionError, match="witness"):
        _ = _entry(expected=Verdict.REFUTED, witness="")


def test_each_claim_runs_once_on_its_own_request(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Request] = []

    def checks(case: int) -> list[Check]:
        return [_check(0.0)]

    def instances(request: Request) -> list[int]:
        asked.append(request)
        return [1]

    claim = Claim("made.up", "", "", {}, instances, checks, settles=("E1",))
    monkeypatch.setattr(deciding, "statements", lambda: ["made"])
    monkeypatch.setattr(deciding, "claims_of", lambda _name: (claim,))
    document = Document("one", "One", (_entry(ids=("E1",)), _entry(refs=("made.up",))))
    found = deciding.decide([document], quick=True)
    assert asked == [Request(deciding.QUICK_INSTANCES)]
    assert [one.verdict for one in found["one"]] == [Verdict.VACUOUS] * 2  # no break: proves nothing


# -- the inventory -----------------------------------------------------------------------------------------------------


def test_no_number_is_used_that_the_inventory_does_not_have() -> None:
    assert unknown(CLAIMS, DOCUMENTS) == {}
    assert set(UNCHECKED) <= set(INVENTORY)


def test_every_number_is_settled_or_says_what_would_decide_it() -> None:
    assert missing(settled(CLAIMS, DOCUMENTS)) == []


def test_every_refuted_claim_is_listed_as_erratum_or_reading() -> None:
    assert unlisted(CLAIMS, DOCUMENTS) == []
    stray = deciding.Known("nowhere", 0, "stray/claim", Verdict.REFUTED, ())
    assert unlisted([*CLAIMS, stray], DOCUMENTS) == ["stray/claim"]


def test_a_number_that_nobody_settles_is_missed() -> None:
    found = settled(CLAIMS, DOCUMENTS)
    rest = {number: users for number, users in found.items() if number != "E1"}
    assert "E1" in missing(rest)
    stray = deciding.Known("nowhere", 0, "stray", Verdict.HOLDS, ("E99",))
    assert unknown([stray], []) == {"E99": ["stray"]}
    entry = _entry(ids=("E98",), undecidable="an experiment")
    assert set(unknown([], [Document("d", "D", (entry,))])) == {"E98"}


def test_what_is_settled_after_all_is_not_listed_as_unchecked() -> None:
    assert any("Z9" in numbers for numbers in unchecked({}).values())
    assert not any("Z9" in numbers for numbers in unchecked({"Z9": ["somebody"]}).values())


@pytest.mark.skipif(not THEORY.exists(), reason="the theory files are not beside this checkout")
def test_the_inventory_has_every_number_of_the_theory_files() -> None:
    lecture, lgan = ((THEORY / name).read_text() for name in ("lecture_and_talk.md", "lgan.md"))
    claims, rest = lecture.split("## 2. f-GAN", 1)
    listed, code = lgan.split("## 5. Code vs paper", 1)
    numbered = [int(n) for n in re.findall(r"^(\d+)\. ", claims, re.MULTILINE)]
    wanted = {f"lecture {n}" for n in numbered if n <= 28} | {f"talk {n}" for n in numbered if n > 28}
    wanted |= set(re.findall(r"\bE(?:1[0-7]|[1-9])\b", rest)) | set(re.findall(r"\bZ\d+[bc]?\b", rest))
    wanted |= {f"talk {n}" for n in re.findall(r"^### (3\.\d)", rest, re.MULTILINE)}
    wanted |= {f"lgan {n}" for n in re.findall(r"^### (2\.[1-7])", listed, re.MULTILINE)}
    wanted |= {f"lgan T{n}" for n in re.findall(r"^T(\d) ", listed, re.MULTILINE)}
    wanted |= set(re.findall(r"\bP(?:1[0-4]|[1-9])\b", code.split("## 6.", 1)[1]))
    wanted |= {f"code {n}" for n in re.findall(r"\s(\d{1,2}) (?=[A-Z+'])", code.split("## 6.", 1)[0])}
    assert len(wanted) > 28 + 8 + 17 + 13 + 6 + 7 + 8 + 14
    assert wanted <= set(INVENTORY)


# -- outputs -----------------------------------------------------------------------------------------------------------


def _is_balanced(latex: str) -> bool:
    bare = re.sub(r"\\[{}|]", "", latex)
    return bare.count("{") == bare.count("}") and len(re.findall(r"(?<!\\)\$", bare)) % 2 == 0


def test_the_sheet_of_errata_is_well_formed() -> None:
    document = next(d for d in DOCUMENTS if d.name == "gan_lecture")
    outcomes = [deciding.Outcome(e, None if e.undecidable else e.expected) for e in document.entries]
    text = sheet([document], {document.name: outcomes})
    assert text.isascii()
    assert _is_balanced(text)
    assert re.findall(r"\\begin\{(\w+)\}", text) == ["document", "center", "longtable"]
    assert re.findall(r"\\end\{(\w+)\}", text) == ["center", "longtable", "document"]
    rows = [line for line in text.splitlines() if line.endswith(r"\\[0.6ex]")]
    assert len(rows) == sum(entry.kind == "erratum" for entry in document.entries)
    readings = [entry for entry in document.entries if entry.kind == "reading"]
    assert readings
    assert not any(escaped(entry.printed) in text for entry in readings)
    assert all(len(re.findall(r"(?<!\\)&", row)) == 4 for row in rows)
    assert "not confirmed" not in text
    erratum = next(entry for entry in document.entries if entry.kind == "erratum")
    off = [deciding.Outcome(erratum, Verdict.HOLDS)]
    assert "not confirmed" in sheet([document], {document.name: off})


def test_special_characters_survive_outside_formulas_alone() -> None:
    assert escaped("50% of a_b, $a_b$") == r"50\% of a\_b, $a_b$"
    assert escaped("x < y & {z}") == r"x $<$ y \& \{z\}"
    assert escaped('the "word"') == "the ``word''"
    assert escaped("KL, $2 KL(P_{data})$") == r"KL, $2 \mathrm{KL}(P_{\mathrm{data}})$"
    assert escaped(r"$\argmin_t, argmin_t, KLM$") == r"$\argmin_t, \mathop{\mathrm{argmin}}_t, KLM$"
    assert readable(r"f of $\lambda \geq x^2$") == "f of λ ≥ x²"


@pytest.mark.parametrize("width", [80, 120, 160])
def test_nothing_is_cut_off_at_any_width(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = next(d for d in DOCUMENTS if d.name == "other_sources")
    outcomes = [deciding.Outcome(e, e.expected, _check(2.0), claims=e.refs) for e in document.entries]
    monkeypatch.setattr(presentation, "PIPED_WIDTH", width)
    presentation.show([document], {document.name: outcomes})
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= width
    assert shown.count("REFUTED") == len(document.entries)
    assert shown.count("+2.0e+00 ± 0e+00") == len(document.entries)


def test_json_latex_and_exit_status(tmp_path: Path) -> None:
    options = ["--source", "lgan_abstract", "--quick", "--jobs", "1", "--json", "o.json", "--latex", "o.tex"]
    done = subprocess.run(
        [sys.executable, "-m", "paper_checks", *options],
        capture_output=True, text=True, cwd=tmp_path, check=False, timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not checked here" in done.stdout
    document = json.loads((tmp_path / "o.json").read_text())
    assert set(document) == {"version", "sources", "unchecked"}
    (source,) = document["sources"]
    entries = source["entries"]
    assert source["readings"] == []
    assert len(entries) == len(next(d for d in DOCUMENTS if d.name == "lgan_abstract").entries)
    assert all(e["as_documented"] for e in entries)
    assert {e["verdict"] for e in entries} == {"HOLDS", None}
    assert "theorem2" in entries[3]["claims"]
    assert (tmp_path / "o.tex").read_text().startswith(r"\documentclass")


@pytest.mark.parametrize("options", [["--source", "no_such"], ["--json", "no/such/place.json"], ["--bogus"]])
def test_misuse_is_one_line_and_status_two(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command.app, options, name="python -m paper_checks") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_one_entry_that_is_off_gives_status_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def made_up(excess: float) -> list[Document]:
        entry = _entry(expected=Verdict.REFUTED, decide=lambda: [_check(excess)])
        return [Document("made_up", "Made up", (entry,))]

    for excess, status in ((1.0, 0), (0.0, 1)):
        monkeypatch.setattr(deciding, "documents", lambda _name=None, at=excess: made_up(at))
        assert run(command.app, ["--source", "made_up", "--jobs", "1"], name="python -m paper_checks") == status
        shown = capsys.readouterr().out
        assert ("documented REFUTED, found HOLDS" in shown) is (status == 1)


def test_help_loads_nothing_heavy() -> None:
    heavy = ("numpy", "sympy", "flint", "cvxpy", "torch")
    probe = f"import sys, paper_checks.__main__; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
