"""Fixtures of the tests of the reader."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import reader


@pytest.fixture
def ads(tmp_path):
    """Read a text (or bytes) as a file with the small ads map."""

    def of(content, *, name="x.csv", toml=reader.ADS, **settings):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        from dataclasses import replace

        return reader.read(path, maps=reader.of(toml), settings=replace(reader.SETTINGS, **settings))

    return of
