"""What a reader takes away: the CSV and the workbook of a figure, its sentence, its address."""

import base64
import csv
import io
import re
import runpy
import zipfile
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers import display
from helpers.report import downloads, frame, takeaway, tiles

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))
SOURCE = "Acme, marketing report, “Do customers come back?”"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', " =1"]


def table(*rows: dict, language: str = "en") -> list[list[str]]:
    made = downloads.as_csv(list(rows), language=language, source=SOURCE)
    text = made.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "fr" else ","))


def sheets(*rows: dict, language: str = "en") -> dict[str, str]:
    made = downloads.as_xlsx(list(rows), language=language, source=SOURCE)
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def cells(xml: str) -> dict[str, tuple[str | None, str]]:
    """Return type and raw value of each cell of a sheet."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    found = ElementTree.fromstring(xml).iter(f"{name}c")
    return {cell.get("r"): (cell.get("t"), (cell.findtext(f"{name}v") or "")) for cell in found}


def test_one_figure_gives_a_line_a_period_with_shares_in_percent():
    head, *lines = table(pages.kpi())
    assert head == ["Figure", "Period", "Value", "Interval from", "Interval to", "n", "Unit", "Market", "Definition", "Source"]  # fmt: skip
    assert len(lines) == 12
    # 0.28 + 12 / 400 = 0.31
    assert lines[-1][:7] == ["Customers who order again", "December 2017", "31", "29", "33", "2310", "%"]
    assert lines[-1][-1] == SOURCE


def test_several_figures_give_a_line_each():
    _, *lines = table(pages.kpi(segment="FR"), pages.kpi(segment="BE", value=0.2, low=0.1, high=0.3))
    assert [(line[1], line[3]) for line in lines] == [("FR", "31.4"), ("BE", "20")]


def test_a_figure_without_history_or_value_keeps_its_line():
    row = pages.refusal(reason="Only 24 customers.")
    _, line = table(row)
    assert line[2:5] == ["", "", ""] and "Only 24 customers." in line


def test_french_excel_gets_semicolons_commas_and_the_mark_of_utf_8():
    row = pages.kpi(
        unit="currency", currency="EUR", value=-1234.5, low=None, high=None, decimals=2, history=[]
    )
    raw = downloads.as_csv([row], language="fr", source=SOURCE)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").splitlines()[1].split(";")[2] == "-1234,5"
    assert downloads.as_csv([row], language="en", source=SOURCE).startswith(b"\xef\xbb\xbf")
    assert table(row)[1][2] == "-1234.5"


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_a_spreadsheet_would_compute_is_led_by_an_apostrophe(text):
    row = pages.kpi(label=text, segment=text, definition=text, history=[])
    _, line = table(row)
    assert [line[0], line[1], line[-2]] == [f"'{text}"] * 3
    assert downloads.as_csv([row], language="en", source=text).decode().count("'") == 4


def test_a_negative_number_stays_a_number_in_both_files():
    row = pages.kpi(unit="ratio", value=-3.25, low=-4.0, high=-2.0, decimals=2, history=[])
    assert table(row)[1][2] == "-3.25"
    assert cells(sheets(row)["xl/worksheets/sheet1.xml"])["C2"] == (None, "-3.25")


def test_no_text_becomes_a_formula_in_the_workbook():
    row = pages.kpi(label="=1+1", segment="@x", definition="=2+2", history=[])
    made = sheets(row)
    assert not any("<f>" in xml for xml in made.values())
    assert "=1+1" in made["xl/sharedStrings.xml"]


def test_the_workbook_holds_real_numbers_with_their_formats_and_a_frozen_head():
    made = sheets(pages.kpi())
    sheet, styles = made["xl/worksheets/sheet1.xml"], made["xl/styles.xml"]
    kind, value = cells(sheet)["C13"]
    assert kind is None and float(value) == pytest.approx(0.31)
    assert 'formatCode="0.0%"' in styles and 'state="frozen"' in sheet and "<col " in sheet
    assert "further purchase day" in made["xl/sharedStrings.xml"] and SOURCE in made["xl/sharedStrings.xml"]


def test_equal_rows_give_equal_bytes():
    first = downloads.as_xlsx([pages.kpi()], language="fr", source=SOURCE)
    assert first == downloads.as_xlsx([pages.kpi()], language="fr", source=SOURCE)


@pytest.mark.parametrize(
    ("row", "language", "code"),
    [
        ({"unit": "share", "decimals": 1}, "fr", "0.0%"),
        ({"unit": "currency", "currency": "EUR", "decimals": 2}, "fr", '#,##0.00 "€"'),
        ({"unit": "currency", "currency": "EUR", "decimals": 0}, "en", '"€"#,##0'),
        ({"unit": "orders"}, "en", "#,##0"),
    ],
)
def test_number_formats_are_those_of_the_unit(row, language, code):
    assert downloads.number_format(row, language=language) == code


def test_the_sentence_has_interval_n_period_company_and_page():
    assert takeaway.quote(pages.kpi(), language="en", source=SOURCE) == (
        "Customers who order again, December 2017: 31.4% (90% interval 29.8% to 33.0%, n = 2,310; "
        "source: Acme, marketing report, “Do customers come back?”)."
    )
    counted = pages.kpi(kind="counted", unit="orders", value=12, low=None, high=None, decimals=0, market="FR")
    assert "December 2017, France: 12 orders (n = 2,310; source" in takeaway.quote(
        counted, language="en", source=SOURCE
    )
    assert "cannot be told" in takeaway.quote(pages.refusal(), language="en", source=SOURCE)


def test_every_tile_of_a_page_has_an_id_of_its_own():
    rows = [
        pages.kpi(),
        pages.kpi(),
        pages.kpi(segment="Côte d'Azur"),
        pages.kpi(segment="日本"),
        pages.kpi(),
    ]
    ids = takeaway.anchors(rows)
    assert ids[:3] == ["kpi-repurchase", "kpi-repurchase-again-2", "kpi-repurchase-cote-d-azur"]
    assert len(set(ids)) == 5 and all(re.fullmatch(r"[a-z0-9-]+", one) for one in ids)
    soup = BeautifulSoup(tiles.grid(rows, language="en", source=lambda row: SOURCE), "html.parser")
    assert [tile["id"] for tile in soup.select(".tile")] == ids
    assert [link["href"] for link in soup.select(".actions a:first-of-type")] == [f"#{one}" for one in ids]


def test_the_fold_of_a_tile_holds_the_files_that_its_links_name():
    soup = BeautifulSoup(tiles.tile(pages.kpi(), language="fr", source=SOURCE, anchor="kpi-a"), "html.parser")
    links = {link["download"]: link["href"] for link in soup.select("a[download]")}
    assert list(links) == ["repurchase-2017-12-all.csv", "repurchase-2017-12-all.xlsx"]
    held = [base64.b64decode(href.split(",", 1)[1]) for href in links.values()]
    assert held == [
        maker([pages.kpi()], language="fr", source=SOURCE) for maker, _ in takeaway.FILES.values()
    ]
    assert soup.select_one("button.copy").has_attr("hidden")


def test_hostile_text_in_a_fold_shows_as_text():
    row = pages.kpi(label=pages.HOSTILE, segment=pages.HOSTILE)
    soup = BeautifulSoup(tiles.tile(row, language="en", source=pages.HOSTILE, anchor="a"), "html.parser")
    assert not soup.select("script, b") and pages.HOSTILE in soup.select_one(".quote").get_text()


def test_a_policy_allows_the_scripts_it_is_asked_for_and_no_other():
    assert "script-src" not in frame.policy()
    one = frame.policy(("copy",))
    assert one.startswith(frame.policy()) and one.count("script-src 'sha256-") == 1
    assert "copy" in frame.script_names() and not any(
        "/*" in line for line in frame.script("copy").splitlines()
    )


def drawn(**values) -> dict:
    frame = pd.DataFrame({"indicator": ["waste <b>x</b>"], "value": ["1,234.5 kg"]})
    file = pd.DataFrame(
        {"indicator": ["waste"], "value": [1234.5], "audited": [True], "note": [None], **values}
    )
    return display.table(frame, file=file, name="csrd-2026", caption="Indicators").rows[0]


def taken(language: str, **values) -> tuple[BeautifulSoup, list[list[str]]]:
    made = takeaway.table_with_file([drawn(**values)], language=language, source=SOURCE)
    soup = BeautifulSoup(str(made), "html.parser")
    text = base64.b64decode(soup.a["href"].split("base64,")[1]).decode("utf-8-sig")
    return soup, list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "fr" else ","))


def test_a_table_of_a_page_is_shown_as_written_and_taken_away_as_raw_numbers():
    soup, lines = taken("en")
    assert [cell.text for cell in soup.table.find_all("td")][-1] == "1,234.5 kg" and soup.find("b") is None
    assert soup.a["download"] == "csrd-2026.csv" and soup.a.text == "Indicators, as CSV"
    assert lines == [
        ["indicator", "value", "audited", "note", "Source"],
        ["waste", "1234.5", "yes", "", SOURCE],
    ]


def test_a_table_of_a_page_has_semicolons_and_decimal_commas_in_french():
    assert taken("fr")[1][1][:3] == ["waste", "1234,5", "oui"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_of_a_table_becomes_a_formula(text):
    assert taken("en", note=[text])[1][1][3] == f"'{text}"


def test_a_name_that_is_none_of_a_file_is_refused():
    with pytest.raises(ValueError, match='name "../x" is no name of a file'):
        display.table(pd.DataFrame(), file=pd.DataFrame(), name="../x", caption="")
