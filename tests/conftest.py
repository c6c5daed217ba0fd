"""Settings of every test run: how hypothesis searches, and what continuous integration may not skip."""

import importlib.util
import os

import pytest
from hypothesis import HealthCheck, Phase, settings

ON_CI = os.environ.get("CI") == "true"

# No deadline: a shared machine is slow at times, and a timeout of its own guards each test. On CI the same examples run
# every time, so that a red build can be seen again.
settings.register_profile(
    "house", deadline=None, max_examples=25, derandomize=ON_CI, suppress_health_check=[HealthCheck.too_slow]
)
# More examples for a long look: HYPOTHESIS_PROFILE=thorough ./dev test
settings.register_profile("thorough", settings.get_profile("house"), max_examples=400)
# For mutants, where any failure will do and the smallest one does not matter.
settings.register_profile("mutant", settings.get_profile("house"), max_examples=60, phases=[Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_configure(config: pytest.Config) -> None:
    """A missing torch skips tests on a laptop, with a reason. On CI it would hide them, so it ends the run."""
    if ON_CI and importlib.util.find_spec("torch") is None:
        raise pytest.UsageError("CI=true and torch is not installed: the tests that need it would be skipped unseen.")
