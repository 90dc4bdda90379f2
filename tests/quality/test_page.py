"""The page on a company's data: what it says, in both languages, for every kind of company, and where it lies."""

import runpy
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers import company, i18n, tables
from helpers.report import history, publish, site
from helpers.report import quality as page
from helpers.report.quality import opening, place

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))
pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "report" / "pages.py")))
ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2026, 10, 2, 6, tzinfo=UTC)


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    monkeypatch.delenv("CMO_COMPANIES", raising=False)
    return tmp_path


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def text(element) -> str:
    return " ".join(element.get_text(" ").replace(i18n.NBSP, " ").split())


def table(soup: BeautifulSoup, caption: str) -> list[list[str]]:
    found = next(one for one in soup.select("table") if one.caption.get_text() == caption)
    return [[text(cell) for cell in row.select("th, td")] for row in found.select("tbody tr")]


@pytest.fixture(scope="module")
def acme(tmp_path_factory) -> BeautifulSoup:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("page")
        patch.setenv("CMO_HOME", str(root))
        patch.delenv("CMO_COMPANIES", raising=False)
        made.make(root)
        return read(page.write("acme", "en", made_at=WHEN))


def test_the_answer_comes_first_then_what_to_do(acme):
    assert text(acme.select_one(".answer")).startswith(
        "5 systems and 5 files, July 1, 2026 to September 30, 2026: 1 check fails"
    )
    first = acme.select_one(".decisions li")
    assert text(first.select_one(".what")) == "Export the file again" and "Fail" in text(first)
    assert len(acme.select(".decisions > li")) == 3
    assert acme.select_one("main .band h2").get_text() == "What to do first"


def test_every_check_stands_once_and_links_to_its_evidence(acme):
    links = [link["href"].lstrip("#") for link in acme.select("#first ~ * a[href^='#']")]
    ids = [heading["id"] for heading in acme.select("main h2")]
    assert len(links) == 8 and set(links) <= set(ids)
    assert len(acme.select(".checks > li")) == 8 - 3 + 3  # all but the first three, and those that pass


def test_a_source_has_its_days_how_far_behind_files_rows_map_and_vat(acme):
    found = table(acme, "Sources by table")
    assert [
        "meta_ads account 2 · media_spend",
        "Sep 1, 2026 – Sep 30, 2026",
        "0",
        "1",
        "56",
        "1",
        "map not proved, VAT unknown",
    ] in found
    assert [
        "linkedin_ads account 3 · media_spend",
        "Jul 1, 2026 – Jul 31, 2026",
        "61",
        "1",
        "31",
        "0",
        "map not proved, without VAT",
    ] in found
    assert table(acme, "Tables without an import")[0][:3] == [
        "finance_actuals",
        "Jul 1, 2026 – Sep 1, 2026",
        "29",
    ]


def test_gaps_totals_replaced_imports_and_rows_left_out_are_shown(acme):
    assert table(acme, "Stretches without rows, the longest first")[0] == [
        "meta account 2 · media_spend", "Sep 29, 2026 – Sep 30, 2026", "2 days", "by day", "a file without rows",
    ]  # fmt: skip
    totals = table(acme, "Stated totals against the rows kept")
    assert totals[0][3:] == ["€1,500.00", "€1,480.00", "−€20.00", "−1.33%"] and totals[1][5:] == ["none", "–"]
    assert table(acme, "Imports that a later one has replaced")[0][3:] == [
        "€2,950.00",
        "€3,000.00",
        "+€50.00",
    ]
    assert table(acme, "Imports of which not every row became a row")[0][2:] == [
        "31",
        "30",
        "1",
        "0",
        "1 total row left out: line 32",
    ]


def test_sums_can_be_held_against_the_tools(acme):
    assert table(acme, "Media spend before VAT by month and platform, EUR")[0] == [
        "Sep 2026",
        "€3,000.00",
        "–",
        "€1,480.00",
    ]
    assert table(acme, "Orders and revenue of paid orders by month, EUR")[-1] == [
        "Jul 2026",
        "31",
        "30",
        "€1,500.00",
    ]
    assert table(acme, "Conversions by platform")[0][-1] == "37.50"
    assert "never summed across platforms" in text(acme)
    assert table(acme, "Spend against the accounts, July 2026 to September 2026")[0] == [
        "all", "EUR", "€5,100", "€5,120", "−€20", "−0.4%",
    ]  # fmt: skip
    assert table(acme, "Campaigns without a channel, the largest first") == [["Campagne t", "meta", "€510"]]


def test_people_are_counted_and_small_groups_hidden(acme):
    assert "50.0% of 60 people are known in two systems or more." in text(acme)
    assert table(acme, "Consent by purpose, last choice of each customer") == [
        ["email", "50% 30", "25% 15", "hidden", "hidden", "60"]
    ]
    assert "fewer than 10 people" in text(acme)


def test_no_file_name_and_no_person_is_on_the_page(acme):
    html = str(acme)
    assert made.CANARY not in html and "i1.csv" not in html
    assert not any(one in html for one in ("c00", "c59", "sc01", "mc30"))


def test_the_page_is_sound_html(acme):
    levels = [int(tag.name[1]) for tag in acme.find_all(["h1", "h2", "h3", "h4"])]
    assert levels.count(1) == 1 and levels[0] == 1 and set(levels) <= {1, 2}
    assert acme.html["lang"] == "en" and not acme.select("link, [style], script, img:not([alt])")
    assert all(head["scope"] for head in acme.select("th")) and all(
        one.caption for one in acme.select("table")
    )
    ids = [tag["id"] for tag in acme.select("[id]")]
    assert len(ids) == len(set(ids))
    assert "default-src 'none'" in acme.select_one("meta[http-equiv]")["content"]
    assert len(str(acme).encode()) < 150_000


def test_the_chart_is_described_in_words(acme):
    alt = acme.select_one("figure img")["alt"].replace(i18n.NBSP, " ")
    assert alt.startswith("6 lines, from July 1, 2026 to September 30, 2026. 2 stretches without rows")
    assert "media_spend, meta, September 29, 2026 to September 30, 2026" in alt


def test_both_languages_link_to_each_other_and_french_leaves_no_english(root):
    acme, before = made.make(root), i18n.untranslated("fr")
    _, paths = page.write_all(acme)
    assert [path.name for path in paths] == ["quality.en.html", "quality.fr.html"]
    french = read(paths[1])
    assert french.html["lang"] == "fr" and french.h1.get_text() == "Peut-on se fier à ces données\u00a0?"
    assert text(french.select_one(".answer")).startswith(
        "5 systèmes et 5 fichiers, du 1er juillet 2026 au 30 septembre 2026 :"
    )
    assert [(a["href"], a["lang"]) for a in french.select("header nav a")] == [("quality.en.html", "en")]
    assert i18n.untranslated("fr") == before


def test_a_company_of_one_table_and_one_import(root):
    made.make(root, only="orders")
    soup = read(page.write("acme", "en"))
    assert text(soup.select_one(".answer")).startswith(
        "1 system and 1 file, July 1, 2026 to September 30, 2026: 1 check needs review"
    )
    assert [one["id"] for one in soup.select("main h2")] == [
        "first",
        "sources",
        "gaps",
        "totals",
        "copies",
        "sums",
    ]
    assert "Every row of every file became a row of a table" in text(soup)
    assert "1 import states no total" in text(soup)


def test_without_a_ledger_the_page_says_so_and_shows_the_tables(root):
    made.make(root, with_ledger=False)
    soup = read(page.write("acme", "en"))
    assert "There is no ledger." in text(soup.select_one(".notice"))
    assert text(soup.select_one(".answer")).startswith("7 tables, July 1, 2026")
    assert ["orders", "Jul 1, 2026 – Sep 30, 2026", "0", "90"] in table(soup, "Tables")
    assert not soup.select("#totals, #copies") and soup.select_one("#gaps")


def test_the_short_ledger_of_a_data_set_that_comes_whole(root):
    acme = made.make(root, with_ledger=False, only="orders")
    rows = {"table": ["orders"], "source": [made.CANARY], "rows_in": [95], "rows_kept": [90]}
    pd.DataFrame(rows).assign(imported_at=pd.Timestamp("2026-10-02", tz="UTC")).to_parquet(
        acme.folder / "ledger.parquet"
    )
    soup = read(page.write("acme", "en"))
    assert "A short ledger." in text(soup.select_one(".notice")) and made.CANARY not in str(soup)
    assert text(soup.select_one(".answer")).startswith("1 file, July 1, 2026")
    assert table(soup, "Sources by table") == [
        ["orders", "Jul 1, 2026 – Sep 30, 2026", "0", "1", "90", "5", "–"]
    ]
    assert not soup.select("#totals")


def test_a_company_without_tables_gets_a_page_that_says_what_to_do(root):
    made.make(root, with_ledger=False, only="nothing")
    soup = read(page.write("acme", "en"))
    assert text(soup.select_one(".answer")) == "There are no tables yet, so nothing can be said of the data."
    assert "cmo ingest --company acme" in text(soup.select_one(".notice"))
    assert not soup.select("section")


def test_a_table_that_breaks_its_contract_is_told_and_the_others_are_shown(root):
    acme = made.make(root, only="orders")
    path = acme.tidy / "stores" / "part-0.parquet"
    path.parent.mkdir()
    pd.DataFrame({"store_id": ["s1"], "market": ["France"]}).to_parquet(path)
    soup = read(page.write("acme", "en"))
    assert "has a value of another form in market" in text(soup.select_one(".notice.failed"))
    assert text(soup.select_one(".decisions li .what")) == "Mend the file or take it out of tidy/"
    assert table(soup, "Sources by table")


def test_hostile_text_shows_as_text(root):
    acme = made.make(root, with_ledger=False)
    wild = pages.HOSTILE
    rows = made.ledger().assign(system=wild, export=wild, notes=wild, account_id=wild)
    rows.to_parquet(acme.folder / "ledger.parquet", index=False)
    tables.write(made.spend().assign(campaign=wild, channel=None), "media_spend", acme)
    soup = read(page.write("acme", "en"))
    assert not soup.select("script, main b, [onclick], meta[http-equiv=refresh]")
    assert '<script>alert("x")</script>' in soup.get_text()


def test_pages_that_can_run_come_first_and_the_others_say_what_would_open_them(root):
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    made.make(root, only="media_spend")
    found = opening.pages(company.read("acme"), there={"media_spend"}, language="en")
    assert {one.name for one in found} >= {"crm/01-retention-cohorts"}
    closed = next(one for one in found if one.name == "crm/01-retention-cohorts")
    assert "acme has no table orders" in closed.reason and "cmo ingest --company acme" in closed.reason
    assert [bool(one.reason) for one in found] == sorted(bool(one.reason) for one in found)
    assert opening.pages(company.read("acme"), there=set(tables.TABLES), language="fr")[0].reason == ""


def test_columns_that_pages_use_are_those_their_code_names(root):
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    made.make(root, only="orders")
    used = opening.columns(company.read("acme"))
    assert {"ordered_on", "revenue_excl_vat", "returned_value"} <= used["orders"]
    assert "area_m2" not in used["stores"] and "retention_rules" not in used


def test_the_page_lies_where_nothing_that_walks_the_reports_looks(root):
    made.make(root, only="orders")
    path = page.write("acme", "en")
    reports = root / "reports"
    assert path == reports / "acme" / "quality.en.html"
    assert publish.reports(reports / "acme") == [] and history.published_runs(reports) == set()
    assert history.prune(reports, keep=0) == [] and path.is_file()
    assert [one.name for one in (reports / "acme").iterdir()] == [
        "quality.en.html"
    ]  # and nothing half-written beside


def test_a_report_links_to_the_page_once_it_is_there(root):
    report = root / "reports" / "acme" / "2026-09" / "ALL" / "fr_CH"
    assert place.link(report) == ""
    made.make(root, only="orders")
    page.write_all("acme")
    href = place.link(report)
    report.mkdir(parents=True)
    assert href == "../../../quality.fr.html" and (report / href).resolve() == place.path("acme", "fr")


def test_the_index_shows_the_link_only_where_there_is_one():
    run = pages.run(pages.entry("crm/01-a"))
    bare = BeautifulSoup(site.index(run, {"notebooks": {}}), "html.parser")
    assert "Data behind this report" not in bare.get_text()
    linked = BeautifulSoup(
        site.index({**run, "data_page": "../../../quality.en.html"}, {"notebooks": {}}), "html.parser"
    )
    assert linked.find("a", string="Data behind this report")["href"] == "../../../quality.en.html"


def test_a_run_links_to_the_page_and_the_page_to_the_report(project):
    project.notebook("crm/01-a")
    page.write_all("acme")
    project.run()
    assert project.run_json()["data_page"] == "../../../quality.en.html"
    assert 'href="../../../quality.en.html"' in (project.report / "index.html").read_text()
    soup = read(page.write("acme", "en"))
    assert soup.find("a", string="Last report")["href"] == "2017-12/ALL/en/index.html"


def test_the_command_says_where_the_pages_are_and_what_does_not_pass(project, cmo):
    made.make(project.root)
    code, out, err = cmo("quality", "--company", "acme", "--language", "en")
    lines = out.replace(i18n.NBSP, " ").splitlines()
    assert (code, err) == (0, "") and lines[0].startswith("5 systems and 5 files")
    assert (
        lines[1].startswith("Fail: 1 of 2 stated totals")
        and sum(line.startswith("Review: ") for line in lines) == 7
    )
    assert [Path(line.removeprefix("page: ")).name for line in lines[-2:]] == [
        "quality.en.html",
        "quality.fr.html",
    ]


def test_the_command_speaks_the_language_asked_for_and_refuses_one_without_a_catalogue(project, cmo):
    made.make(project.root, only="orders")
    code, out, _ = cmo("quality", "--company", "acme")  # the company's own language is French
    assert code == 0 and out.replace(i18n.NBSP, " ").startswith("1 système et 1 fichier")
    code, _, err = cmo("quality", "--company", "acme", "--language", "de")
    assert code == 2 and '"de" has no catalogue' in err
