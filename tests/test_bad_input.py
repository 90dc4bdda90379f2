"""Bad input of each kind, through the command: one sentence that says where, what and what to do; nothing lost."""

import datetime
import shutil

import nbformat
import pandas as pd
import pytest

from helpers import cli, company, tables
from helpers.errors import DataError
from helpers.methods.lifetime_betageo import fit_bgnbd
from helpers.report import pool

ORDERS = "data/companies/acme/tidy/orders/part-0.parquet"


@pytest.fixture
def cmo(project, capsys):
    """Run the command in this process; gives exit code, standard output and standard error."""

    def run(*words: str):
        capsys.readouterr()
        code = cli._main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def kept(tmp_path_factory, new_project):
    """One report for all tests of this file: each works on a copy of it."""
    with pytest.MonkeyPatch.context() as patch:
        made = new_project(tmp_path_factory.mktemp("kept") / "project", patch)
        made.notebook("crm/01-a", parameters=PARAMETERS)
        assert made.run().exit_code == 0
    return made.root


@pytest.fixture
def published(kept, project):
    """A project with a report, and the bytes of all of its files."""
    shutil.rmtree(project.root)
    shutil.copytree(kept, project.root, symlinks=True)
    return project, files(project)


PARAMETERS = 'company: str = "acme"\nperiod: str = ""\nmarket: str = "ALL"\nlanguage: str = "en"\nhorizon_weeks: int = 13\n'


def files(project):
    """Every file that a reader of the reports can open, with its bytes, and where the report points."""
    found = {str(path): path.read_bytes() for path in project.report.rglob("*") if path.is_file()}
    assert found
    return found, project.report.resolve()


@pytest.fixture
def no_kernel(monkeypatch):
    """Nothing may be started for what is refused beforehand."""

    def refuse(*_, **__):
        raise AssertionError("something was about to run")

    monkeypatch.setattr(pool, "open_pool", refuse)


def spoilt(orders: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    """Orders with another value in the third row."""
    return orders.assign(**{column: orders[column].astype(object).mask(orders.index == 2, value)})


BAD_ORDERS = {
    "a missing column": (
        lambda t: t.rename(columns={"customer_id": "customer"}),
        "the column customer_id is missing",
        "The column customer may hold it. Map or add the column.",
    ),
    "a bad date": (
        lambda t: spoilt(t.assign(ordered_on=t["ordered_on"].astype(str)), "ordered_on", "31/02/2017"),
        '1 of 24 rows has no readable date in ordered_on (first: row 3, "31/02/2017")',
        "Write days as 2026-09-30.",
    ),
    "a day in the future": (
        lambda t: spoilt(t, "ordered_on", datetime.date(2099, 1, 1)),
        '1 of 24 rows has a day in the future in ordered_on (first: row 3, "2099-01-01")',
        "Check whether day and month are swapped.",
    ),
    "a negative value": (
        lambda t: t.assign(revenue_excl_vat=t["revenue_excl_vat"].mask(t.index == 2, -5.0)),
        '1 of 24 rows has a value below 0 in revenue_excl_vat (first: row 3, "-5.0")',
        "Give refunds as a status or in returned_value",
    ),
    "an empty table": (
        lambda t: t.head(0),
        "the table is empty",
        "Check that the export holds rows for the chosen dates.",
    ),
    "a duplicate order id": (
        lambda t: pd.concat([t, t.head(2)]),
        "2 of 26 rows repeat the order_id of an earlier row (first: row 25)",
        "Leave out the copies",
    ),
    "a text in a number": (
        lambda t: spoilt(t.astype({"revenue_excl_vat": str}), "revenue_excl_vat", "12,50 EUR"),
        '1 of 24 rows has something other than a number in revenue_excl_vat (first: row 3, "12,50 EUR")',
        "Write numbers with a decimal point",
    ),
    "a market that company.toml does not list": (
        lambda t: t.assign(market="DE"),
        'market "DE" is not in company.toml, which lists FR, BE',
        "Add it there or leave its rows out.",
    ),
}


@pytest.mark.parametrize("bad", BAD_ORDERS)
def test_a_bad_table_is_one_sentence_and_the_last_good_report_stays(published, cmo, no_kernel, bad):
    project, before = published
    spoil, what, remedy = BAD_ORDERS[bad]
    path = project.root / ORDERS
    spoil(pd.read_parquet(path)).to_parquet(path, index=False)
    for command in (("run",), ("reports",)):
        code, out, err = cmo(*command, "--company", "acme")
        assert (code, out) == (3, "")
        assert err.startswith("cmo: orders: ")
        assert what in err
        assert remedy in err
        assert len(err.strip().splitlines()) == 1
    assert files(project) == before
    code, out, _ = cmo("doctor", "--company", "acme")
    assert (code, next(line for line in out.splitlines() if what in line)[:8]) == (1, "problem ")


# An export is refused by its reader, which knows the line, or else by the contract.
BAD_EXPORTS = {
    "a missing column": ("orders: the column customer_id is missing", "Map or add the column."),
    "a bad date": (
        "orders.csv, line 4: '31/02/2017' in 'ordered_on' is no day that exists",
        "Check the date format of the export.",
    ),
    "a day in the future": (
        'orders: 1 of 24 rows has a day in the future in ordered_on (first: line 4 of orders.csv, "2099-01-01")',
        "Check whether day and month are swapped.",
    ),
    "a negative value": (
        'orders: 1 of 24 rows has a value below 0 in revenue_excl_vat (first: line 4 of orders.csv, "-5.0")',
        "Give refunds as a status or in returned_value",
    ),
    "an empty table": (
        "orders.csv: the header is there (line 1) but there are no data rows.",
        "Check the chosen dates and filters, then export it again.",
    ),
    "a duplicate order id": (
        "orders: 2 of 26 rows repeat the order_id of an earlier row (first: line 26 of orders.csv)",
        "Leave out the copies",
    ),
    "a text in a number": (
        "orders.csv: '10.0' (line 2) has a decimal point and '12,50 EUR' (line 4) a decimal comma.",
        "Export the file again in one language.",
    ),
    "a market that company.toml does not list": BAD_ORDERS["a market that company.toml does not list"][1:],
}


@pytest.mark.parametrize("bad", BAD_EXPORTS)
def test_a_bad_export_is_one_sentence_and_tables_and_report_stay(published, cmo, no_kernel, bad):
    project, before = published
    folder, tidy = project.root / "data/companies/acme", (project.root / ORDERS).read_bytes()
    spoil = BAD_ORDERS[bad][0]
    what, remedy = BAD_EXPORTS[bad]
    (folder / "raw").mkdir()
    spoil(pd.read_parquet(project.root / ORDERS)).to_csv(folder / "raw/orders.csv", index=False)
    for command in ("ingest", "reports"):
        code, _, err = cmo(command, "--company", "acme")
        assert (code, len(err.strip().splitlines())) == (3, 1)
        assert what in err
        assert remedy in err
    assert (project.root / ORDERS).read_bytes() == tidy
    assert files(project) == before


def test_a_table_that_is_no_parquet_is_one_sentence(published, cmo, no_kernel):
    project, before = published
    (project.root / ORDERS).write_text("order_id,customer_id\n1,2\n")
    code, _, err = cmo("run", "--company", "acme")
    assert (code, len(err.strip().splitlines())) == (3, 1)
    assert "orders: part-0.parquet cannot be read as Parquet" in err
    assert files(project) == before


def test_a_bad_second_table_takes_only_its_own_page_down(published, cmo):
    project, _ = published
    project.notebook("crm/02-b", tables={"campaigns": "what was sent"})
    path = project.table("campaigns")
    assert cmo("run", "--company", "acme")[0] == 0
    pd.read_parquet(path).assign(starts_on="soon").to_parquet(path, index=False)
    code, out, _ = cmo("run", "--company", "acme")
    assert code == 1
    assert project.statuses() == {"crm/01-a": "unchanged", "crm/02-b": "refused"}
    assert 'campaigns: 3 of 3 rows have no readable date in starts_on (first: row 1, "soon")' in out
    assert "not updated since" in (project.report / "crm/02-b.html").read_text().lower()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--market", "DE"], 2, 'market: "DE" is not a market of acme. Use one of ALL, FR, BE.'),
        (
            ["--period", "2019-03"],
            3,
            "acme has data from 2017-01-01 to 2017-12-31; 2019-03 has none. Use --period 2017-12.",
        ),
        (["--period", "2017-13"], 2, 'period: "2017-13" is not a period. Write it as "2026-09"'),
        (
            ["-p", "horizon_week=26"],
            2,
            'there is no parameter "horizon_week"; did you mean "horizon_weeks"?',
        ),
        (["-p", "horizon_weeks=many"], 2, "parameter \"horizon_weeks\" is int, and 'many' is not"),
        (["-p", "market=FR"], 2, 'parameter "market" is set with --market, not with -p.'),
    ],
)
def test_a_bad_request_is_one_sentence_and_the_last_good_report_stays(
    published, cmo, no_kernel, words, code, says
):
    project, before = published
    got, out, err = cmo("run", "--company", "acme", *words)
    assert (got, out, len(err.strip().splitlines())) == (code, "", 1)
    assert says in err
    assert files(project) == before


def test_a_market_without_rows_is_said_and_makes_no_report(published, cmo, no_kernel):
    project, _ = published
    path = project.root / ORDERS
    pd.read_parquet(path).query("market == 'FR'").to_parquet(path, index=False)
    before = files(project)
    code, out, _ = cmo("run", "--company", "acme", "--market", "BE")
    assert code == 3
    assert "acme has no orders for market BE; it has FR. Use --market with one of these or ALL." in out
    assert files(project) == before
    assert not (project.root / "reports/acme/2017-12/BE").exists()


def test_a_month_without_rows_inside_the_data_is_said_and_makes_no_report(published, cmo, no_kernel):
    project, before = published
    path = project.root / ORDERS
    table = pd.read_parquet(path)
    table[pd.to_datetime(table["ordered_on"]).dt.month != 6].to_parquet(path, index=False)
    code, out, _ = cmo("run", "--company", "acme", "--period", "2017-06")
    assert code == 3
    assert "2017-06 has none. Use --period 2017-12." in out
    assert files(project) == before


def test_a_notebook_without_a_kernelspec_is_one_sentence(published, cmo, no_kernel):
    project, before = published
    path = project.root / "notebooks/crm/01-a.ipynb"
    nb = nbformat.read(path, as_version=4)
    del nb.metadata["kernelspec"]
    nbformat.write(nb, path)
    code, out, _ = cmo("run", "--company", "acme")
    assert (code, len(out.strip().splitlines())) == (3, 1)
    assert "crm/01-a: the notebook names no kernel (metadata.kernelspec is missing); open it in" in out
    assert files(project) == before


def test_a_negative_age_in_a_notebook_is_one_sentence_on_the_page_and_in_the_record(published, cmo):
    project, _ = published
    good = project.entry("crm/01-a")["finished_at"]
    project.notebook(
        "crm/01-a",
        "import pandas as pd\nfrom helpers.methods.lifetime_betageo import fit_bgnbd\n"
        "fit_bgnbd(pd.DataFrame({'frequency': [1, 2], 'recency': [1.0, 2.0], 'age': [4.0, -3.0]}))",
        parameters=PARAMETERS,
    )
    code, out, _ = cmo("run", "--company", "acme")
    says = "customer summary: age -3.0 in row 1 is negative; check the dates of the first purchase (1 such rows)."
    assert code == 1
    assert says in out
    assert project.entry("crm/01-a")["error"].endswith(says)
    assert project.entry("crm/01-a")["stale_since"] == good
    page = (project.report / "crm/01-a.html").read_text()
    assert "not updated since" in page.lower()
    assert "Question of crm/01-a" in page


def test_a_negative_age_is_refused_where_it_is_computed():
    summary = pd.DataFrame({"frequency": [1, 2], "recency": [1.0, 2.0], "age": [-4.0, 3.0]})
    with pytest.raises(DataError, match="age -4.0 in row 0 is negative; check the dates"):
        fit_bgnbd(summary)


def test_an_import_that_is_refused_leaves_tables_and_report(published, cmo):
    project, before = published
    toml = project.root / "data/companies/acme/company.toml"
    toml.write_text(toml.read_text() + 'adapter = "cdnow"\n')
    export = project.root / "data/companies/acme/raw/x_CDNOW_sample.txt"
    export.parent.mkdir()
    export.write_text("00001 0001 19970101 2 29.33\n00001 0001 19971341 1 9.99\n")
    tidy = (project.root / ORDERS).read_bytes()
    code, out, err = cmo("ingest", "--company", "acme")
    assert (code, out, len(err.strip().splitlines())) == (3, "", 1)
    assert "yyyymmdd" in err
    assert (project.root / ORDERS).read_bytes() == tidy
    assert files(project) == before


EMAIL, PHONE, TOKEN = "jane.doe@canary.example", "+33 6 39 98 12 34", "canary-parameter-7"


def test_what_is_about_a_person_reaches_no_page_no_record_and_no_log(project, cmo, caplog):
    path = project.root / ORDERS
    pd.read_parquet(path).assign(email=EMAIL, phone=PHONE).to_parquet(path, index=False)
    body = (
        "from helpers import tables\nhere = tables.scope(company, period, market, language, grain='month')\n"
        "orders = tables.load('orders', here)\n"
    )
    shown = "from IPython.display import display\ndisplay(tables.preview(orders)); print(tables.describe('orders', here))\n"
    shown += "display(orders.df())"
    parameters = PARAMETERS + 'token: str = ""\n'
    project.notebook("crm/01-a", body, shown, parameters=parameters)
    project.notebook(
        "crm/02-b", body, "raise ValueError(orders.df().to_string() + token)", parameters=parameters
    )
    with caplog.at_level(0):
        code, out, err = cmo("run", "--company", "acme", "-p", f"token={TOKEN}")
    assert code == 1
    everything = {
        str(path): path.read_text(errors="replace") for path in project.report.rglob("*") if path.is_file()
    }
    for canary in (EMAIL, PHONE, "jane.doe"):
        assert [name for name, text in everything.items() if canary in text] == []
        assert canary not in out + err + caplog.text
    with_code = (".ipynb", ".analyst.html", ".teaching.html")  # they show the parameters cell
    public = {name: text for name, text in everything.items() if not name.endswith(with_code)}
    assert len(public) >= 4
    assert [name for name, text in public.items() if TOKEN in text] == []
    assert TOKEN not in out + err + caplog.text


def test_columns_about_a_person_never_reach_a_tidy_table(project):
    chosen = company.read("acme")
    table = pd.read_parquet(project.root / ORDERS).assign(email=EMAIL, phone=PHONE)
    written = pd.read_parquet(tables.write(table, "orders", chosen))
    assert not {"email", "phone"} & set(written.columns)
    assert EMAIL not in written.to_string()
