"""A company that brings its own tables, with the columns of docs/tables.md: from the file to the table."""

import pandas as pd
import pytest
import xlsxwriter

from helpers import company, ingest
from helpers.errors import DataError

TOML = 'title = "Mine"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\nsynthetic = true\n'
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


def orders():
    return pd.read_parquet(company.read("mine").tidy / "orders")


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEAD + ROWS,
        (HEAD + ROWS.replace("10.50", "10,50")).replace(",", ";").replace("10;50", "10,50"),
        HEAD + ROWS.replace("2026-01-05", "05/01/2026").replace("2026-01-06", "16/01/2026"),
    ],
    ids=["as we write it", "of a French spreadsheet", "with French days"],
)
def test_a_file_becomes_its_table_in_the_company_s_market_and_currency(raw, content):
    (raw / "orders.csv").write_text(content, encoding="utf-8")
    ingest.ingest("mine")
    made = orders()
    assert made[["market", "currency"]].drop_duplicates().to_numpy().tolist() == [["FR", "EUR"]]
    assert float(made["revenue_excl_vat"].sum()) == 17.5
    assert made["ordered_on"].min() == pd.Timestamp("2026-01-05").date()
    assert "e_mail" not in made.columns


def test_a_workbook_named_after_a_table_is_read_too(raw):
    with xlsxwriter.Workbook(raw / "orders.xlsx") as book:
        sheet = book.add_worksheet()
        for number, line in enumerate((HEAD + ROWS).splitlines()):
            sheet.write_row(number, 0, line.split(","))
    ingest.ingest("mine")
    assert float(orders()["revenue_excl_vat"].sum()) == 17.5


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("orders.csv", HEAD.replace(",status", ",state") + ROWS, "orders: the column status is missing"),
        (
            "orders.csv",
            HEAD + "1,a,2026-02-31,paid,10,\n",
            "orders.csv, line 2: '2026-02-31' in 'ordered_on' is no day that exists",
        ),
        ("orders.csv", HEAD + "1,a,05/01/2026,paid,10,\n", "that can be read day first or month first"),
        (
            "orders.csv",
            HEAD + "1,a,2026-01-05,paid,ten,\n",
            "orders.csv, line 2: 'ten' in 'revenue_excl_vat' is not a number",
        ),
        (
            "orders.csv",
            HEAD + "1,a,2026-01-05,payed,10,\n",
            '1 of 1 rows has an unknown value in status \\(first: line 2 of orders.csv, "payed"\\)',
        ),
        ("orders.csv", HEAD + "1,,2026-01-05,paid,10,\n", "customer_id"),
        (
            "orders.csv",
            HEAD + ROWS + ROWS,
            "repeat the order_id of an earlier row \\(first: line 4 of orders.csv\\)",
        ),
        ("orders.csv", HEAD, "orders.csv: the header is there \\(line 1\\) but there are no data rows"),
        (
            "orders.csv",
            HEAD + ROWS + "3,c,2026-01-07,paid,1,2,3,4,5,6\n",
            "orders.csv, line 4: 10 cells but the header has 6",
        ),
        ("sales.csv", "a,b\n1,2\n", "sales.csv: no line of it looks like an export that is known"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(raw, name, text, said):
    (raw / name).write_text(text)
    with pytest.raises(DataError, match=said) as refusal:
        ingest.ingest("mine")
    assert len(str(refusal.value).splitlines()) == 1
    assert not company.read("mine").tidy.exists()


def test_a_company_of_several_markets_has_to_say_which_order_is_whose(raw):
    (raw.parent / "company.toml").write_text(TOML.replace('["FR"]', '["FR", "BE"]'))
    (raw / "orders.csv").write_text(HEAD + ROWS, encoding="utf-8")
    with pytest.raises(
        DataError, match=r"orders.csv, line 2: neither the file nor taxonomy.csv says which market"
    ):
        ingest.ingest("mine")
    with_market = [
        line + end for line, end in zip((HEAD + ROWS).split(), (",market", ",BE", ",FR"), strict=True)
    ]
    (raw / "orders.csv").write_text("\n".join(with_market) + "\n", encoding="utf-8")
    ingest.ingest("mine")
    assert sorted(orders()["market"]) == ["BE", "FR"]
