"""Fixtures of every test, and the rule that CI skips no test."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling, LoadScopeScheduling

pytest_plugins = [
    "tests.integration.cognito_server",
    "tests.integration.scripted_cognito",
    "tests.integration.web_sites",
    "tests.integration.shell",
    "tests.strict.fixture",
]

# Hundreds of tests start a Python of their own: without cached bytecode, each would compile everything again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SKIP_NO_TEST = "COGNITUI_SKIP_NO_TEST"
"""Set if everything that the tests need is installed: then a skipped test fails."""


def pytest_xdist_auto_num_workers() -> int:
    """Half as many workers again as there are cores: many tests wait for another program."""
    return -(-(os.cpu_count() or 1) * 3 // 2)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Give a worker a whole file of quick tests at a time: a word with it after each of thousands costs seconds."""
    return QuickFilesTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


class QuickFilesTogether(LoadGroupScheduling):  # type: ignore[misc]  # it has no types
    """Keep groups together as `loadgroup` does, and the files of unit tests, each of which takes a second at most."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        is_quick = scope == nodeid and nodeid.startswith("tests/unit/")
        return nodeid.partition("::")[0] if is_quick else scope


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Take what was collected out of what the garbage collector looks through: it lives as long as the process.

    And let it look less often: a test of the TUI makes and drops tens of thousands of objects, few of them in circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure if nothing may be skipped."""
    report = yield
    if report.skipped and os.environ.get(SKIP_NO_TEST):
        report.outcome = "failed"
        report.longrepr = f"skipped, though {SKIP_NO_TEST} is set: {call.excinfo.value if call.excinfo else item.name}"
    return report
