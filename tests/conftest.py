"""Fixtures that more than one part of the suite needs."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of the published data sets; a test that asks for it is skipped where there is none."""
    folder = os.environ.get("CMO_TEST_DATA")
    if not folder:
        pytest.skip("CMO_TEST_DATA is not set: the published data sets are not on this machine")
    return Path(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Where CMO_STRICT is set, a golden or browser test that is skipped has failed: nothing was proved."""
    report = yield
    must_run = item.get_closest_marker("golden") or item.get_closest_marker("browser")
    if os.environ.get("CMO_STRICT") and report.skipped and must_run:
        report.outcome = "failed"
        report.longrepr = f"CMO_STRICT: {item.nodeid} was skipped: {report.longrepr}"
    return report
