"""No page of any edition holds a person: what is planted in the data is searched for in all that a run writes."""

import base64
import json
import os
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import nbformat
import nbformat.v4 as v4
import pandas as pd
import pytest

from helpers import charts, company, tables
from helpers.report import downloads, private, site
from helpers.report.forward import mail, onepage, slides

ROOT = Path(__file__).resolve().parents[2]
pages, reading = (
    SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name(name))))
    for name in ("pages.py", "reading.py")
)

PLANTED = {
    "an e-mail": "claire.martin@example.org",
    "a name": "Claire Martin-Lefèvre",
    "a telephone number": "+33 6 39 98 12 34",
    "an address": "12 rue des Lilas, 69003 Lyon",
    "an IP": "203.0.113.77",
    "a raw id": "crm-id-8841937",
}
SHAPES = {
    "an e-mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]{2,}"),
    "a telephone number": re.compile(r"(?<!\d)(?:\+33|0033|0)[ .]?[1-9](?:[ .]\d\d){4}(?!\d)"),
    "an IP": re.compile(
        r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.])"
    ),
}
CELLS = (
    "from helpers import charts, checks, kpi, tables\n"
    "here = tables.scope(company, period, market, language, grain='month')",
    "orders = tables.load('orders', here)\ntables.preview(orders)",
    "from IPython.display import Markdown\nMarkdown(tables.describe('orders', here))",
)
FIGURES = (
    """
from helpers.periods import parse
paid = orders.df()
monthly = paid.groupby(paid['ordered_on'].astype(str).str[:7])['revenue_excl_vat'].agg(['sum', 'count'])
monthly = monthly.reset_index(names='month')
monthly""",
    """
charts.theme('crm')
charts.show(charts.line(monthly, x='month', y='sum', title='Revenue is flat', subtitle='Revenue by month',
                        unit='currency', currency='EUR'))""",
    """
revenue = kpi.Kpi('revenue', 'Revenue', 'crm', 'currency', 'up', 'counted', 'Revenue.', 'sum', 0.05, relative=True,
                  headline=True)
rows = [kpi.row(revenue, here, m['sum'], n=m['count'], period=parse(m['month'])) for _, m in monthly.iterrows()]
kpi.show([kpi.compared(revenue, rows, here)])""",
    "checks.show([checks.sample_check('orders', len(paid), 'orders')])",
)


def for_leadership(path: Path) -> None:
    """Put every cell of a notebook on all editions of its page."""
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        cell.metadata["tags"] = sorted({*cell.metadata.get("tags", []), "leadership"})
    nbformat.write(nb, path)


MOST_TRAITS = 20  # different values of a trait such as a band of age; what tells people apart has many more


@pytest.fixture(scope="module")
def planted(new_project, tmp_path_factory):
    """A report on orders whose customers are what a careless export would call them, one page of it failing on them.

    The other shows a chart, figures with their downloads and tables of these orders, and goes out in every form.
    """
    with pytest.MonkeyPatch.context() as patch:
        project = new_project(tmp_path_factory.mktemp("planted"), patch)
        path = project.root / "data" / "companies" / "acme" / "tidy" / "orders" / "part-0.parquet"
        orders = pd.read_parquet(path)
        names = list(PLANTED.values())
        orders["customer_id"] = [names[i % len(names)] for i in range(len(orders))]
        orders.to_parquet(path, index=False)
        for_leadership(project.notebook("crm/01-a", *CELLS, *FIGURES))
        project.notebook("crm/02-b", *CELLS, "raise ValueError(orders.df()['customer_id'].iloc[0])")
        project.run(eml=True, pptx=True)
        yield reading.files_of(project.report)


def test_pages_of_all_editions_were_made(planted):
    assert {
        "index.html",
        "history.html",
        "crm/01-a.html",
        "crm/01-a.analyst.html",
        "crm/01-a.teaching.html",
        "pack.html",
        "report.eml",
        "report.pptx",
    } <= set(planted)


def test_what_was_shown_of_the_orders_is_found_in_every_form(planted):
    """The search sees the chart, the figures and their downloads: else that it finds no person would say nothing."""
    page = planted["crm/01-a.html"]
    for shown in ("<svg", "Revenue is flat", "xl/worksheets/sheet1.xml", "Figure,Period,Value"):
        assert shown in page, shown
    for name in ("index.html", "pack.html", "report.eml", "report.pptx", "kpis.json"):
        assert "Revenue" in planted[name], name
    for name in {"page.pdf", "pack.pdf"} & set(planted):
        assert reading.holds(planted[name], "Marketing report"), name


@pytest.mark.parametrize("what", PLANTED)
def test_no_file_of_a_report_holds(planted, what):
    assert [name for name, text in planted.items() if reading.holds(text, PLANTED[what])] == []


def tile(value: str) -> dict:
    """A headline figure whose name is a value that should never leave the house."""
    return pages.kpi(label=value, sentence=f"{value}, December 2017: 31.4%.")


def leaky_page(value: str) -> str:
    row, told = tile(value), pages.told(title=value, kpis=[tile(value)])
    return site.index(pages.run(pages.entry("crm/01-a")), {"notebooks": {"crm/01-a": told | {"kpis": [row]}}})


def leaky_download(kind: str):
    def page(value: str) -> str:
        made = {"csv": downloads.as_csv, "xlsx": downloads.as_xlsx}[kind](
            [tile(value)], language="en", source=""
        )
        return f'<a href="data:application/x;base64,{base64.b64encode(made).decode()}">{kind}</a>'

    return page


def leaky_chart(value: str) -> str:
    charts.theme("crm")
    table = pd.DataFrame({"share": [0.3, 0.2], "who": [value, "others"]})
    svg = charts.svg(charts.bars(table, x="share", y="who", title="t", subtitle="s", unit="share"))
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" alt="">'


def forwarded(make):
    def made(value: str) -> bytes:
        told = pages.told(kpis=[tile(value)])
        return make(pages.run(pages.entry("crm/01-a")), {"notebooks": {"crm/01-a": told}})

    return made


def leaky_notebook(value: str) -> str:
    return nbformat.writes(v4.new_notebook(cells=[pages.code("x", [pages.words(value)])]))


CONTAINERS = {
    "page.html": leaky_page,
    "csv.html": leaky_download("csv"),
    "xlsx.html": leaky_download("xlsx"),
    "chart.html": leaky_chart,
    "kpis.json": lambda value: json.dumps({"label": value}),
    "page.ipynb": leaky_notebook,
    "report.eml": forwarded(mail.make),
    "report.pptx": forwarded(slides.make),
    "page.pdf": forwarded(onepage.make),
}


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize("name", CONTAINERS)
def test_the_search_finds_what_is_planted_in(tmp_path, name, what):
    for value, there in ((PLANTED[what], True), ("nobody", False)):
        made = CONTAINERS[name](value)
        (tmp_path / name).write_bytes(made if isinstance(made, bytes) else made.encode())
        assert reading.holds(reading.files_of(tmp_path)[name], PLANTED[what]) is there


def test_a_failed_page_says_which_error_it_was_and_where_to_see_it(planted):
    assert "ValueError" in planted["crm/02-b.analyst.html"]
    assert private.HIDDEN in planted["crm/02-b.analyst.html"] and private.HIDDEN in planted["run.json"]


def test_our_own_errors_and_names_of_code_are_kept():
    own = {"ename": "DataError", "evalue": "orders: 14 rows have no customer_id."}
    assert private.said(own) == "orders: 14 rows have no customer_id."
    assert (
        private.said({"ename": "NameError", "evalue": "name 'x' is not defined"})
        == "NameError: name 'x' is not defined"
    )
    assert "Claire" not in private.said({"ename": "KeyError", "evalue": "'Claire'"})


def test_a_chain_of_errors_keeps_no_message_of_any():
    lines = [
        "KeyError   Traceback (most recent call last)",
        "Cell In[3], line 1",
        "\x1b[31mKeyError\x1b[39m: 'Claire'",
    ]
    lines += [
        "During handling of the above exception, another exception occurred:",
        "ValueError: Claire\nMartin",
    ]
    cell = v4.new_code_cell(
        "x", outputs=[v4.new_output("error", ename="ValueError", evalue="Claire", traceback=lines)]
    )
    made = private.without_messages(v4.new_notebook(cells=[cell])).cells[0].outputs[0]
    assert "Claire" not in str(made) and "Cell In[3], line 1" in made.traceback


def test_no_page_of_the_sample_holds_an_id_of_a_person_or_what_looks_like_one(monkeypatch):
    monkeypatch.setenv("CMO_HOME", str(ROOT))
    report = ROOT / "reports" / "sample"
    runs = [reading.files_of(path) for path in report.glob("*/*/*") if (path / "index.html").is_file()]
    if not runs and not os.environ.get("CMO_STRICT"):
        pytest.skip("no report of the sample on this machine yet: make reports")
    sample = company.read("sample")
    ids = set()
    for table in sorted(tables.available(sample)):
        for column in tables.contract(table).columns:
            if column.person:
                values = (
                    tables.connect()
                    .sql(f"SELECT DISTINCT {column.name} FROM '{sample.tidy / table}/*.parquet'")
                    .df()
                    .iloc[:, 0]
                    .dropna()
                    .astype(str)
                )
                # A band of age or a region that thousands share names nobody, and pages may tell of such groups.
                ids |= set(values) if len(values) > MOST_TRAITS else set()
    assert len(ids) > 30_000
    for files in runs:
        for name, text in files.items():
            words = set(re.findall(r"[\w-]{6,}", text))
            assert not words & ids, f"{name}: {sorted(words & ids)[:3]}"
            for what, shape in SHAPES.items():
                assert not shape.search(text), f"{name} holds {what}: {shape.search(text)[0]}"
