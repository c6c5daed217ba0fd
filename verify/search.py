"""The smallest counterexample when a hypothesis is dropped: ``python -m verify.search --claim theorem2 --drop NAME``.

hypothesis draws LGAN problems in small exact numbers that drop this hypothesis and no other (``dropping``), until a
check of the claim is refuted, and shrinks what it found: fewer points, smaller coordinates, a simpler loss. What is
left is written to a file (``witness``) and decided again from that file alone, in a new problem with a new solution:
only then is it a counterexample. ``--replay FILE`` does the last step for anybody else.

A search that finds nothing proves nothing.
"""

import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lgantheory.claims import Check, Claim, Verdict
from lgantheory.commands.running import application, output, run
from lgantheory.errors import InvalidParameter, LGANTheoryError, UnknownName
from verify.dropping import Freedom, freedom
from verify.witness import Found, Witness

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from lgantheory.losses.loss import Loss

# Weights of the penalty to draw from, simplest first: arbitrary, a decade around 1.
LAMS = tuple(map(Fraction, ("1", "1/2", "2", "1/3", "1/4", "3", "4", "1/10", "10")))

# Coordinates are integers up to this, weights up to the other; arbitrary.
FARTHEST, HEAVIEST = 5, 3

NONE_FOUND = 3

app = application("Search for the smallest counterexample of a claim without one of its hypotheses.")


@app.command()
def search(  # noqa: PLR0917 (one parameter per option; Typer calls it by name)
    claim: Annotated[str, typer.Option(help="Reference of the claim, such as theorem2.")] = "",
    drop: Annotated[str, typer.Option(help="The hypothesis to drop.")] = "",
    loss: Annotated[str | None, typer.Option(help="Only this loss: a name or an expression in t.")] = None,
    check: Annotated[str | None, typer.Option(help="Only checks whose name contains this.")] = None,
    dimension: Annotated[int, typer.Option(min=1, max=3, help="Dimension of the points.")] = 1,
    most: Annotated[int, typer.Option(min=1, max=8, help="Most atoms of each measure.")] = 3,
    examples: Annotated[int, typer.Option(min=1, help="How many problems of each size to try.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write the counterexample to this file.")] = None,
    replay: Annotated[Path | None, typer.Option(help="Decide a stored counterexample again; search nothing.")] = None,
) -> int:
    """Search, print what was found and store it; status 0 if a counterexample stands, 3 if none was found."""
    from lgantheory.files import require_place
    from lgantheory.losses import parse_loss

    if replay is not None:
        return _replayed(Found.read(replay))
    if not (claim and drop):
        raise InvalidParameter("got no claim or no hypothesis; needed both: --claim theorem2 --drop real_decreasing.")
    place = out or Path(f"counterexample-{claim.replace('/', '-')}-{drop}.json")
    require_place(place)
    found = counterexample(
        claim,
        drop,
        loss=None if loss is None else parse_loss(loss),
        check=check or "",
        space=(dimension, most),
        examples=examples,
        seed=seed,
    )
    if found is None:
        output().print(
            f"No counterexample among {examples} problems of each size. That proves nothing; try --examples or --most."
        )
        return NONE_FOUND
    found.write(place)
    status = _replayed(Found.read(place))
    output().print(f"stored in {place}; again: python -m verify.search --replay {place}", soft_wrap=True)
    return status


def counterexample(
    ref: str,
    drop: str,
    *,
    loss: "Loss | None" = None,
    check: str = "",
    space: tuple[int, int] = (1, 3),
    examples: int = 400,
    seed: int = 0,
) -> Found | None:
    """The smallest problem found that drops one hypothesis of a claim, and on which a check is refuted.

    Args:
        ref: reference of a claim; ``drop``: one of its hypotheses.
        loss: draw no other; the search does not ask which of the conditions it fails.
        check: part of the name of the checks that count.
        space: dimension of the points, most atoms of a measure.

    Raises:
        UnknownName: there is no such claim or hypothesis.
        InvalidParameter: the hypothesis is not dropped by an LGAN problem, or hypothesis is not installed.
    """
    claim = claim_of(ref)
    free = freedom(claim, drop, loss)
    if not free.losses:
        raise InvalidParameter(f"got no pair of formulas that fails {drop!r} alone; needed one. Give it with --loss.")
    dimension, most = space
    for largest in range(1, most + 1):  # shrinking alone may stop where every single step makes the example valid
        problems = _problems(free, dimension, largest)
        smallest = _smallest(problems, lambda case: _refuted(claim, case, check) is not None, examples, seed)
        if smallest is not None:
            failed = _refuted(claim, smallest, check)
            assert failed is not None
            return Found(ref, drop, failed.name, failed.excess, failed.error_bar, smallest)
    return None


def claim_of(ref: str) -> Claim[Any]:
    """The claim with this reference.

    Raises:
        UnknownName: there is none.
    """
    from verify.__main__ import claims_of, modules

    name = ref.partition("/")[0]
    claims = claims_of(name) if name in modules() else ()
    for claim in claims:
        if claim.ref == ref:
            return claim
    raise UnknownName(f"got the claim {ref!r}; needed a reference from the table of python -m verify, like 'theorem2'.")


def _refuted(claim: Claim[Any], case: Witness, check: str) -> Check | None:
    """The check that fails most clearly, if any does; problems that no solver takes refute nothing."""
    try:
        checks = claim.checks(case.instance())
    except LGANTheoryError:
        return None
    failed = [one for one in checks if one.verdict is Verdict.REFUTED and check in one.name]
    return max(failed, key=lambda one: one.severity, default=None)


def _problems(free: Freedom, dimension: int, most: int) -> "SearchStrategy[Witness]":
    from hypothesis import strategies as st

    points = st.tuples(*[st.integers(0, FARTHEST)] * dimension)
    atoms = st.tuples(points, st.integers(1, HEAVIEST))
    measures = st.lists(atoms, min_size=1, max_size=most, unique_by=lambda atom: atom[0]).map(tuple)
    return st.builds(
        Witness,
        real=measures,
        fake=measures,
        losses=st.sampled_from(free.losses),
        lam=st.sampled_from(LAMS),
        penalty=st.sampled_from(free.penalties),
        without=st.just(free.without),
    )


def _smallest(
    problems: "SearchStrategy[Witness]", fails: Callable[[Witness], bool], examples: int, seed: int
) -> Witness | None:
    try:
        from hypothesis import HealthCheck, Phase, find, settings
        from hypothesis.errors import NoSuchExample
    except ImportError:
        raise InvalidParameter(
            "got no package 'hypothesis', which searches and shrinks; needed it. Do: pip install hypothesis."
        ) from None
    from random import Random

    from tqdm import tqdm

    options = settings(
        max_examples=examples,
        phases=[Phase.generate, Phase.shrink],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        database=None,
    )
    with tqdm(desc="searching", unit="problem", disable=None, leave=False) as bar:

        def counted(case: Witness) -> bool:
            bar.update()
            return fails(case)

        try:
            return find(problems, counted, settings=options, random=Random(seed))
        except NoSuchExample:
            return None


def _replayed(found: Found) -> int:
    """Decide from the stored numbers alone, and print what they show."""
    claim = claim_of(found.claim)
    case = found.witness.instance()
    check = max(
        (one for one in claim.checks(case) if one.name == found.check), key=lambda one: one.severity, default=None
    )
    console = output()

    def print_(line: str) -> None:
        console.print(line, soft_wrap=True)

    print_(f"{claim.ref} without {found.drops}: {claim.hypotheses.get(found.drops, found.drops)}")
    print_(f"  problem: {found.witness}")
    if check is None:
        print_(f"  the check {found.check!r} does not run on it")
        return 1
    print_(f"  check: {check.name}")
    needed = "below zero" if check.strict else "at most zero"
    print_(f"  {check.verdict}: {check.excess:.6g}, error bar {check.error_bar:.1g}; needed {needed}")
    for line in _solved(found.witness):
        print_(f"  {line}")
    return 0 if check.verdict is Verdict.REFUTED else 1


def _solved(witness: Witness) -> list[str]:
    """The optimum, and between which numbers its value is proved to lie; nothing where no solver takes the problem."""
    try:
        solution = witness.instance().solution
        proof = solution.certify_rigorously()
    except LGANTheoryError:
        return []
    reals, fakes = (", ".join(f"{v:.6g}" for v in f) for f in (solution.f_real, solution.f_fake))
    return [
        f"f* on reals: {reals}; on fakes: {fakes}; k = {solution.k:.6g}",
        f"proved: the optimal value lies in [{proof.value[0]:.17g}, {proof.value[1]:.17g}]",
    ]


if __name__ == "__main__":
    sys.exit(run(app, name="python -m verify.search"))
