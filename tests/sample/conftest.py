"""One small world with its raw exports, for all tests of these."""

import csv
import io

import pytest

from helpers.sample import build, exports


class Exported:
    """A world's files as text and as rows, and what a right reader gets from them."""

    def __init__(self, folder):
        self.folder = folder
        self.truth = exports.truth(folder)

    def bytes(self, name):
        return (self.folder / "raw" / name).read_bytes()

    def text(self, name):
        return self.bytes(name).decode(exports.EXPORTS[name].encoding)

    def rows(self, name, *, skip=0, separator=","):
        """Lines below the first `skip` as one dict a row of the CSV."""
        return rows(self.text(name), skip=skip, separator=separator)


def rows(text, *, skip=0, separator=","):
    rest = "".join(text.splitlines(keepends=True)[skip:])
    return list(csv.DictReader(io.StringIO(rest), delimiter=separator))


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds") / "small"
    build.make(folder, seed=7, scale=0.05, with_exports=True)
    return Exported(folder)
