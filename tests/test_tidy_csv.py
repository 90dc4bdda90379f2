"""A company that brings its own tables as CSV, from the file to the table."""

import pandas as pd
import pytest

from helpers import company, ingest
from helpers.errors import DataError

TOML = (
    'title = "Mine"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\nadapter = "tidy_csv"\n'
)
HEAD = "order_id,customer_id,ordered_on,status,revenue_excl_vat,e_mail\n"
ROWS = "1,a,2026-01-05,paid,10.50,x@example.com\n2,b,2026-01-06,cancelled,7,y@example.com\n"


@pytest.fixture
def raw(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    folder = tmp_path / "mine" / "raw"
    folder.mkdir(parents=True)
    (tmp_path / "mine" / "company.toml").write_text(TOML)
    return folder


def test_a_csv_becomes_its_table_in_the_company_s_market_and_currency(raw):
    (raw / "orders.csv").write_text("\ufeff" + HEAD + ROWS, encoding="utf-8")
    ingest.ingest("mine")
    made = pd.read_parquet(company.read("mine").tidy / "orders")
    assert made[["market", "currency"]].drop_duplicates().to_numpy().tolist() == [["FR", "EUR"]]
    assert float(made["revenue_excl_vat"].sum()) == 17.5
    assert "e_mail" not in made.columns


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("orders.csv", HEAD.replace(",status", ",state") + ROWS, "status"),
        ("orders.csv", HEAD + "1,a,05/01/2026,paid,10,\n", "have no readable date|has no readable date"),
        ("orders.csv", HEAD + "1,a,2026-01-05,paid,ten,\n", "revenue_excl_vat"),
        ("orders.csv", HEAD + ROWS + ROWS, "order_id"),
        ("orders.csv", HEAD, "the table is empty"),
        ("orders.csv", HEAD.replace(",", ";") + ROWS.replace(",", ";"), "separated by semicolons"),
        ("orders.csv", b"order_id,customer_id\n1,\xe9\n", "not a comma-separated file in UTF-8"),
        (
            "orders.csv",
            HEAD + ROWS + "3,c,2026-01-07,paid,1,2,3,4,5,6\n",
            "not a comma-separated file in UTF-8",
        ),
        ("sales.csv", HEAD + ROWS, "sales is not a table. Name the file after one of docs/tables.md"),
        ("orders.txt", HEAD, "no CSV file. Put orders.csv there"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(raw, name, text, said):
    (raw / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError, match=said) as refusal:
        ingest.ingest("mine")
    assert len(str(refusal.value).splitlines()) == 1
    assert not company.read("mine").tidy.exists()


def test_a_company_of_several_markets_has_to_say_which_order_is_whose(raw):
    (raw.parent / "company.toml").write_text(TOML.replace('["FR"]', '["FR", "BE"]'))
    (raw / "orders.csv").write_text(HEAD + ROWS, encoding="utf-8")
    with pytest.raises(
        DataError, match=r"orders.csv: there is no column market, and the company sells in several"
    ):
        ingest.ingest("mine")
    with_market = [
        line + end for line, end in zip((HEAD + ROWS).split(), (",market", ",BE", ",FR"), strict=True)
    ]
    (raw / "orders.csv").write_text("\n".join(with_market) + "\n", encoding="utf-8")
    ingest.ingest("mine")
    assert pd.read_parquet(company.read("mine").tidy / "orders")["market"].tolist() == ["BE", "FR"]
