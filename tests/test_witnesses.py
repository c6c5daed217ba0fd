"""The witnesses of the breaks are the smallest that a search finds.

For each break the loss, lam and penalty stay, and the points are searched for: hypothesis finds points on a line where
the named check is refuted, and shrinks them to the fewest. The witness that the claim states must be as small.
"""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from lgantheory.claims import Break, Verdict
from lgantheory.errors import LGANTheoryError
from lgantheory.measures import DiscreteMeasure
from verify import theorem1, theorem2, theorem4
from verify.instances import Instance

SEARCHED = [
    (theorem1.checks, theorem1.CLAIM.breaks[0]),  # wasserstein
    (theorem1.checks, theorem1.CLAIM.breaks[1]),  # e^t with max(0, 1 - t)
    (theorem1.checks, theorem1.CLAIM.breaks[2]),
    (theorem2.checks, theorem2.CLAIM.breaks[0]),  # least squares
    (theorem2.checks, theorem2.CLAIM.breaks[2]),  # 2t with (t - 1)^2
    (theorem4.checks, theorem4.CLAIM.breaks[0]),  # relu
    (theorem4.checks, theorem4.CLAIM.breaks[3]),  # lam * k
]

places = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=3, unique=True)


def _refuted(checks, broken: Break[Instance], real: list[float], fake: list[float]) -> bool:
    case = replace(broken.instance(), real=DiscreteMeasure(real), fake=DiscreteMeasure(fake))
    try:
        return any(c.name == broken.check and c.verdict is Verdict.REFUTED for c in checks(case))
    except LGANTheoryError:
        return False


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("checks", "broken"), SEARCHED, ids=lambda x: getattr(x, "drops", ""))
def test_no_smaller_witness_is_found(checks, broken: Break[Instance]) -> None:
    options = settings(
        max_examples=300, derandomize=True, phases=[Phase.generate, Phase.shrink], deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], database=None,
    )  # fmt: skip
    real, fake = find(st.tuples(places, places), lambda pair: _refuted(checks, broken, *pair), settings=options)
    stated = broken.instance()
    assert len(real) + len(fake) == stated.real.size + stated.fake.size
