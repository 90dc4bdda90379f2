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
