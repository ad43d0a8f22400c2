"""Fixtures of every test, and the rule that CI skips no test."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

pytest_plugins = [
    "tests.integration.cognito_server",
    "tests.integration.web_sites",
    "tests.integration.shell",
    "tests.strict.fixture",
]

SKIP_NO_TEST = "COGNITUI_SKIP_NO_TEST"
"""Set if everything that the tests need is installed: then a skipped test fails."""


def pytest_xdist_auto_num_workers() -> int:
    """Half as many workers again as there are cores: many tests wait for another program."""
    return -(-(os.cpu_count() or 1) * 3 // 2)


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
