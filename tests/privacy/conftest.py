"""The small company of people.py, built once and copied for each test."""

import json
import runpy
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers import tables
from helpers.privacy import keys

people = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("people.py"))))


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The project's folder with the company, its tidy tables, what its imports kept, and its ledger; to be copied."""
    root = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CMO_HOME", str(root))
        patch.delenv("CMO_COMPANIES", raising=False)
        made = people.Shop(root)
        made.folder.mkdir(parents=True)
        (made.folder / "company.toml").write_text(people.TOML)
        acme, ledger = made.company, []
        for table, frame in people.tidy_tables().items():
            tables.write(frame, table, acme)
        for import_id, given in people.imported_tables().items():
            for table, frame in given.items():
                path = made.folder / ".imports" / import_id / f"0-{table}-0.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                facts = {"id": import_id[:8], "file": f"{import_id[9:]}.csv"}
                (path.parent / "import.json").write_text(json.dumps(facts))
                tables.write_file(frame, table, acme, path)
                ledger.append((import_id[:8], table, f"{import_id[9:]}.csv", "2023-05-01"))
        ledger.append(("20240101", "orders", "old-shop.csv", "2020-05-01"))  # an import that kept no rows
        frame = pd.DataFrame(ledger, columns=["import_id", "table", "file", "starts_on"])
        frame = frame.assign(starts_on=pd.to_datetime(frame["starts_on"]))
        frame.to_parquet(made.folder / "ledger.parquet", index=False)
    return root


@pytest.fixture
def shop(built, tmp_path, monkeypatch) -> people.Shop:
    """A copy of the company for one test."""
    monkeypatch.setenv("CMO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CMO_COMPANIES", raising=False)
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    shutil.copytree(built, tmp_path / "home")
    return people.Shop(tmp_path / "home")
