"""Abstract of arXiv 1807.00751, "Understanding the Effectiveness of Lipschitz-Continuity in GANs", and its history."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

from lgantheory.claims import Check
from paper_checks.divergences import RESOLUTION
from paper_checks.printed import Document, Printed
from verify.balls import at_most, equal

# versions as listed: weekday (Monday is 0), then the day
VERSIONS = (
    (0, date(2018, 7, 2)),
    (5, date(2018, 9, 29)),
    (4, date(2018, 10, 5)),
    (4, date(2018, 11, 16)),
    (0, date(2018, 11, 19)),
    (6, date(2018, 12, 23)),
)


def _flat_metric() -> list[Check]:
    """Total variation of point masses is 1 until they meet: a metric that is flat in the distance."""
    distances = [Fraction(8), Fraction(1), Fraction(1, 1000), Fraction(0)]
    found = [_variation(d) for d in distances]
    flat = [equal("TV of two different points is 1 at every distance", x, 1, RESOLUTION) for x in found[:-1]]
    return [*flat, equal("TV of a point and itself is 0", found[-1], 0, RESOLUTION)]


def _variation(d: Fraction) -> Fraction:
    p, q = {Fraction(0): Fraction(1)}, {d: Fraction(1)}
    return sum((abs(p.get(x, Fraction(0)) - q.get(x, Fraction(0))) for x in {*p, *q}), Fraction()) / 2


def _calendar() -> list[Check]:
    found = [
        equal("the weekday of each version is that of its date", day.weekday(), name, 0.5) for name, day in VERSIONS
    ]
    return found + [
        at_most("versions follow each other", 0, (b - a).days, 0.5, strict=True)
        for (_, a), (_, b) in pairwise(VERSIONS)
    ]


ENTRIES = (
    Printed(
        "Abstract",
        "in many GANs the gradient of the optimal discriminator is not reliable",
        ids=("lgan 2.1",),
        refs=("uninformative",),
    ),
    Printed(
        "Abstract",
        "this is the fundamental cause of failure in the training of GANs",
        undecidable="trained GANs with all other causes held fixed; which causes there are is not said",
    ),
    Printed(
        "Abstract",
        "a metric between distributions does not guarantee convergence",
        decide=_flat_metric,
        right="total variation and the root of JS are metrics with zero gradient between different points",
    ),
    Printed(
        "Abstract",
        "Lipschitz continuity makes the gradient of the optimal discriminator reliable",
        ids=("lgan 2.5",),
        refs=("theorem2", "theorem4"),
        right="for losses that meet the assumption",
    ),
    Printed(
        "Abstract",
        "the necessary condition under which Lipschitz continuity ensures convergence",
        undecidable="the text of version 6: which condition; that of the later paper is shown to be sufficient there",
    ),
    Printed(
        "Abstract",
        "a broad family of objectives, the Wasserstein distance among them",
        refs=("conditions", "identities"),
    ),
    Printed(
        "Abstract",
        "with the new objectives discriminators are more stable and samples consistently better",
        undecidable="training at full scale with several seeds for each loss, and scores with their spread over seeds",
    ),
    Printed(
        "Submission history",
        "six versions from Mon, 2 Jul 2018 to Sun, 23 Dec 2018",
        decide=_calendar,
    ),
)
DOCUMENT = Document("lgan_abstract", "Abstract of arXiv 1807.00751", ENTRIES)
