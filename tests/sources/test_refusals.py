"""What cannot be read right is refused in one sentence that names the file, the line or column, and the remedy."""

import io
import os
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from helpers import cli
from helpers.errors import DataError

HEAD = "Day,Campaign,Currency code,Cost,Clicks\n"
ROW = "2026-09-01,A,EUR,1.00,1\n"


def refusal(ads, content, **more):
    with pytest.raises(DataError) as caught:
        ads(content, **more)
    return str(caught.value)


BAD = {
    "an empty file": ("", "x.csv: the file is empty. Export it again"),
    "heads without rows": (
        HEAD,
        "x.csv: the header is there (line 1) but there are no data rows. Check the chosen dates",
    ),
    "a login page": (
        "<!DOCTYPE html><html>Sign in</html>",
        "x.csv: this is a web page, not an export: the download link probably needed a login.",
    ),
    "a login page after a BOM": ("\ufeff\n <html>", "x.csv: this is a web page"),
    "damaged accents": ("Jour,Campagne,CoÃ»t\nÃ©", "x.csv: accents are damaged ('Ã©' instead of 'é')"),
    "another report": (
        "Deal Name,Deal Stage,Amount,Clicks\nA,B,1,1\n",
        "x.csv: no line of it looks like an export that is known. `cmo new x.csv` writes a map",
    ),
    "a report that lacks its days": (
        '"September 1, 2026 - September 30, 2026"\nCampaign,Currency code,Cost\nA,EUR,1.00\n',
        "x.csv: it covers 2026-09-01 to 2026-09-30 in one row per line, without a column of days (Day, Jour). Export it again by day",
    ),
    "a report that lacks a column": (
        "Day,Campaign,Clicks\n2026-09-01,A,1\n",
        "the closest is line 1, which lacks cost (accepted names for cost: Cost, Coût)",
    ),
    "day or month": (
        HEAD + "03/04/2026,A,EUR,1.00,1\n04/03/2026,A,EUR,1.00,1\n",
        "x.csv, line 2: column 'Day' has dates such as '03/04/2026' that can be read day first or month first. Set date_order",
    ),
    "days of two kinds": (
        HEAD + "13/04/2026,A,EUR,1.00,1\n04/13/2026,A,EUR,1.00,1\n",
        "x.csv: '04/13/2026' (line 3) has the month first and '13/04/2026' (line 2) the day. Export the file again with one date format.",
    ),
    "a thousand or a decimal": (
        HEAD.replace(",", ";") + "2026-09-01;A;EUR;1,234;1\n",
        "x.csv, line 2: '1,234' in 'Cost' may mean one thousand or a decimal, and no other cell tells. Set decimal",
    ),
    "two decimal signs": (
        HEAD.replace(",", ";") + "2026-09-01;A;EUR;1,5;1\n2026-09-01;B;EUR;1.5;1\n",
        "x.csv: '1.5' (line 3) has a decimal point and '1,5' (line 2) a decimal comma.",
    ),
    "a comma in an unquoted name": (
        HEAD + ROW + "2026-09-02,A, B,EUR,1.00,1\n",
        "x.csv, line 3: 6 cells but the header has 5: a comma inside an unquoted name, or a file cut off?",
    ),
    "a line cut off": (HEAD + ROW + "2026-09-02,A,EU", "x.csv, line 3: 3 cells but the header has 5"),
    "a quotation mark that is never closed": (
        HEAD + '2026-09-01,"A,EUR,1.00,1\n' + ROW,
        "a quotation mark is not closed",
    ),
    "a text in a number": (
        HEAD + ROW + "2026-09-02,A,EUR,ten,1\n",
        "x.csv, line 3: 'ten' in 'Cost' is not a number.",
    ),
    "a formula in a number": (
        HEAD + "2026-09-01,A,EUR,=1+1,1\n",
        "x.csv, line 2: '=1+1' in 'Cost' is not a number.",
    ),
    "groups that are none": (
        HEAD + '2026-09-01,A,EUR,"1,23,4.00",1\n',
        "'1,23,4.00' in 'Cost' is not a number",
    ),
    "a fraction of a click": (
        HEAD + "2026-09-01,A,EUR,1.00,1.5\n",
        "x.csv, line 2: '1.5' in 'Clicks' is not a whole number.",
    ),
    "a day that is none": (
        HEAD + "31/02/2026,A,EUR,1.00,1\n",
        "x.csv, line 2: '31/02/2026' in 'Day' is no day that exists.",
    ),
    "an id that Excel shortened": (
        "Day,Campaign,Campaign ID,Currency code,Cost\n2026-09-01,A,1.22158E+17,EUR,1.00\n",
        "x.csv, line 2: '1.22158E+17' in 'Campaign ID' was shortened by Excel. Export again and do not open the file in Excel.",
    ),
    "spend below nothing": (
        HEAD + "2026-09-01,A,EUR,-5.00,1\n",
        "x.csv, line 2: -5 in 'Cost' is below 0. If it is a credit of the platform, set allow_credits",
    ),
}


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"%PDF-1.7\nplain text", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"PK\x05\x06" + bytes(18), "an empty ZIP"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_no_export_at_all_is_called_by_its_name(ads, start, what):
    assert f"this is {what}, in which no table can be read" in refusal(ads, start)


@pytest.mark.parametrize("bad", BAD)
def test_the_command_says_it_too_in_one_line_and_ends_with_3(bad, tmp_path, capsys):
    content, _ = BAD[bad]
    path = tmp_path / "x.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    assert cli._main(["check", str(path)]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("cmo: x.csv")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_one_sentence(ads, bad):
    content, said = BAD[bad]
    text = refusal(ads, content)
    assert said in text
    assert "\n" not in text


def test_no_currency_is_asked_for_and_never_guessed(ads):
    text = refusal(ads, "Day,Campaign,Cost\n2026-09-01,A,1.00\n", currency="")
    assert (
        text
        == 'x.csv: no currency column; say which: add currency = "EUR" for this file under [[exports]] in company.toml.'
    )


def test_a_head_that_contradicts_the_company_is_refused(ads):
    assert "its heads say CHF and [[exports]] in company.toml says EUR" in refusal(
        ads, "Day,Campaign,Cost (CHF)\n2026-09-01,A,1\n"
    )


def test_no_market_is_asked_for_where_several_are_sold_in(ads):
    assert "neither the file nor taxonomy.csv says which market" in refusal(
        ads, HEAD + ROW, market="", markets=("FR", "BE")
    )


def test_a_renamed_workbook_a_damaged_one_and_an_old_one_are_refused(ads, tmp_path):
    path = tmp_path / "w.xlsx"
    xlsxwriter.Workbook(path).close()
    assert "this is an Excel workbook or a ZIP renamed .csv" in refusal(ads, path.read_bytes())
    assert "the ZIP is damaged" in refusal(ads, b"PK\x03\x04" + b"0" * 50, name="x.zip")
    assert "this is an old Excel file or one with a password" in refusal(
        ads, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 50, name="x.xls"
    )
    assert "this is no text, no workbook" in refusal(ads, bytes(range(256)) * 4)


def test_letters_that_would_be_lost_are_refused(ads):
    assert "neither UTF-8 nor Windows text" in refusal(
        ads, (HEAD + "2026-09-01,A\x81,EUR,1,1\n").encode("latin-1")
    )


def test_a_formula_among_the_rows_of_a_workbook_is_refused(ads, tmp_path):
    path = tmp_path / "w.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Export")
        sheet.write_row(0, 0, ["Day", "Campaign", "Currency code", "Cost"])
        sheet.write_row(1, 0, ["2026-09-01", "A", "EUR"])
        sheet.write_formula(1, 3, "=1+1")
    assert "x.xlsx, sheet Export, row 2: the cell under 'Cost' is a formula" in refusal(
        ads, path.read_bytes(), name="x.xlsx"
    )


def test_a_line_of_300_megabytes_is_refused_in_little_memory(tmp_path):
    """In a process of its own, whose memory is held under what the line would need."""
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.write(HEAD.encode())
        for _ in range(300):
            file.write(b"a" * (1 << 20))
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (250 << 20, 250 << 20))\n"
        "from pathlib import Path; from helpers.sources import opening; from helpers.errors import DataError\n"
        f"try:\n  with opening.opened(Path({str(path)!r})): print('read')\nexcept DataError as fault: print(fault)\n"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "a line is longer than 2,097,152 bytes, which no export has" in made.stdout


def packed(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def test_a_zip_that_grows_without_end_is_refused_before_it_does(ads):
    bomb = packed(**{"a.csv": b"0" * (200 << 20)})
    assert len(bomb) < 1 << 20
    assert "a file of the ZIP would grow to 209,715,200 bytes" in refusal(ads, bomb, name="x.zip")


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "folder/../../a.csv", "C:\\a.csv", "..\\a.csv"])
def test_a_zip_that_wants_to_write_outside_its_folder_is_refused(ads, tmp_path, name):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, HEAD + ROW)
    before = set(tmp_path.rglob("*"))
    assert "wants to lie outside its folder" in refusal(ads, made.getvalue(), name="x.zip")
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "x.zip"}


def test_a_zip_in_a_zip_and_an_empty_zip_are_refused(ads):
    assert "a ZIP within a ZIP (b.zip)" in refusal(
        ads, packed(**{"b.zip": packed(**{"a.csv": HEAD})}), name="x.zip"
    )
    made = io.BytesIO()
    zipfile.ZipFile(made, "w").close()
    assert "this is an empty ZIP" in refusal(ads, made.getvalue(), name="x.zip")


@pytest.mark.parametrize("name", ["x.csv.crdownload", "x.csv.part", "~$x.xlsx"])
def test_a_file_that_is_still_coming_is_refused(ads, name):
    assert "still being downloaded or is open in Excel" in refusal(ads, HEAD + ROW, name=name)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    from helpers.sources import opening

    path = tmp_path / "x.csv"
    path.write_text(HEAD + ROW)
    with (
        pytest.raises(DataError, match="it is still being written"),
        opening.opened(path),
        path.open("a") as file,
    ):
        file.write(ROW)
        file.flush()


def test_a_file_that_this_account_may_not_read_is_refused(tmp_path):
    """As an ordinary user: root reads everything."""
    path = tmp_path / "x.csv"
    path.write_text(HEAD + ROW)
    path.chmod(0)
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom helpers.sources import opening\nfrom helpers.errors import DataError\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        f"try:\n  with opening.opened(Path({str(path)!r})): print('read')\nexcept DataError as fault: print(fault)\n"
    )
    for folder in (tmp_path, *tmp_path.parents):
        if os.access(folder, os.W_OK) and folder != folder.parent and str(folder).startswith("/tmp/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "x.csv: this account may not read it. Change its permissions" in made.stdout


def test_two_maps_that_fit_alike_are_named(tmp_path):
    import reader

    from helpers.sources import parsing

    twice = {
        name: parsing.of_text(reader.ADS.replace("Ads report", name), name, "m") for name in ("one", "two")
    }
    path = tmp_path / "x.csv"
    path.write_text(HEAD + ROW)
    with pytest.raises(DataError, match=r"it fits two \(two\) and one \(one\) alike. Say which with --map"):
        reader.read(path, maps=twice)
