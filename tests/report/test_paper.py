"""Paper: one page that is one page whatever the report holds, and the whole report as a tagged document."""

import os
import re
import runpy
import subprocess
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from helpers.errors import NotMadeError
from helpers.report.digest import digest, moves
from helpers.report.forward import onepage, pdf

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))


@pytest.fixture(autouse=True)
def _libraries():
    try:
        pdf.weasyprint()
    except NotMadeError as missing:
        pytest.skip(str(missing))


def report(
    tiles: int = 2, decisions: int = 1, doubts: int = 1, *, text: str = "", **values
) -> tuple[dict, dict]:
    """Return run and rows of a report with so many of each."""
    rows = pages.told(
        kpis=[pages.kpi(id=f"k{i}", label=f"Figure {i}{text}") for i in range(tiles)],
        decisions=[pages.decision(sentence=f"Decide thing {i}{text}.") for i in range(decisions)],
        checks=[pages.check(text=f"Doubt {i}{text}.") for i in range(doubts)] + [pages.check("pass")],
    )
    run = pages.run(pages.entry("crm/01-a", pages={"leadership": "crm/01-a.html"}), **values)
    return run, {"notebooks": {"crm/01-a": rows}}


def laid_out(*arguments, **options) -> tuple[int, str]:
    """Return the number of pages and their words."""
    made, html = onepage.layout(*report(*arguments, **options))
    return len(made.pages), " ".join(BeautifulSoup(html, "html.parser").body.get_text(" ").split())


def inside(made: bytes) -> bytes:
    """Return what a PDF holds, its streams unpacked."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", made, flags=re.DOTALL)
    return made + b"".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"x")


def test_a_small_report_is_on_the_page_as_a_whole():
    n, said = laid_out(2, 1, 1)
    assert n == 1 and "more on the first page" not in said
    for part in ("Complete Journey", "December 2017", "All markets", "Figure 0", "31.4%", "90% interval 29.8% to 33.0%", "Better than",
                 "Decide thing 0", "+$61,000", "90% interval $22,000 to $103,000", "Head of CRM", "January 31, 2018",
                 "Review Doubt 0.", "Ask the shop.", "The other check passes.", "Data until December 31, 2017"):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize("sizes", [(0, 0, 0), (12, 6, 6), (30, 20, 40), (4, 40, 0), (1, 0, 60)], ids=str)
def test_the_page_is_one_page_and_what_is_left_out_is_counted(sizes):
    n, said = laid_out(*sizes)
    assert n == 1
    shown = [len(set(re.findall(rf"{word} \d+", said))) for word in ("Figure", "Decide thing", "Doubt")]
    left = [number - seen for number, seen in zip(sizes, shown, strict=True)]
    counts = re.findall(r"And (one|\d+) more on the first page of the report", said)
    assert sum(1 if one == "one" else int(one) for one in counts) == sum(left)


@pytest.mark.parametrize("length", [60, 400, 3000])
def test_long_texts_are_shown_whole_or_left_out_and_counted(length):
    text = " " + "word " * (length // 5)
    n, said = laid_out(6, 4, 4, text=text)
    assert n == 1
    whole = " ".join(text.split())
    for kind in ("Figure", "Decide thing", "Doubt"):
        for number in re.findall(rf"{kind} (\d+)", said):
            assert f"{kind} {number} {whole}" in said


def test_a_company_with_a_name_of_ten_thousand_letters_still_has_one_page():
    n, said = laid_out(2, 1, 1, company_title="x" * 10_000)
    assert n == 1 and "x…" in said


def test_markup_in_a_text_stays_text():
    _, html = onepage.layout(*report(company_title=pages.HOSTILE, text=pages.HOSTILE))
    assert "<script" not in html and pages.HOSTILE in BeautifulSoup(html, "html.parser").body.get_text()


def test_the_page_is_tagged_and_equal_reports_give_equal_bytes():
    first = onepage.make(*report())
    assert first.startswith(b"%PDF-1.7") and first == onepage.make(*report())
    held = inside(first)
    assert all(name in held for name in (b"pdfuaid", b"/StructTreeRoot", b"/Marked true", b"/Lang (en)"))


def test_less_of_each_thing_comes_before_fewer_things():
    rooms = list(onepage.rooms(digest(*report(3, 2, 2))))
    assert rooms[0].details and not rooms[1].details and rooms[1].charts
    assert [(r.tiles, r.decisions, r.doubts) for r in rooms[-2:]] == [(0, 0, 0)] * 2 and rooms[-1].names


HTML = """<!DOCTYPE html><html lang="en"><head><title>T</title><style>p{color:red}</style></head><body class="pack">
<header class="masthead"><strong>Acme</strong></header><main><h1>Report</h1><nav class="book"><ul><li><ol>
<li><a href="#a">One</a></li></ol></li></ul></nav><section class="chapter" id="a"><div class="lede"><h2>One</h2></div>
<details><summary>Method</summary><p>folded words</p></details><button>Copy</button><p class="actions">CSV</p>
<p class="print-none">x</p></section></main></body></html>"""


def boxes(html: str) -> str:
    """Return the words that WeasyPrint lays out, page after page."""
    made = pdf.document(pdf.for_paper(html), pdf.style("pack"))
    return " ".join(
        box.text for page in made.pages for box in page._page_box.descendants() if getattr(box, "text", None)
    )


def test_the_pack_has_page_numbers_contents_with_pages_and_a_running_head():
    said = boxes(HTML)
    assert "1 / 2" in said and "2 / 2" in said
    assert re.search(r"One\s+\.?\s*.*2", said)
    assert "folded words" in said and "Copy" not in said and "CSV" not in said


def test_nothing_but_data_is_fetched(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>secret</text></svg>'
    )
    for source in (secret.as_uri(), "https://example.org/a.png", str(secret)):
        html = HTML.replace(
            "<main>", f'<main><img alt="left out" src="{source}"><link rel="stylesheet" href="{source}">'
        )
        assert b"secret" not in inside(pdf.pack(html)) and "left out" in boxes(html)


def test_warnings_stay_off_the_terminal(capfd, caplog):
    pdf.pack(HTML.replace("p{color:red}", "p{nonsense:1;gap:x}@nothing{}"))
    assert capfd.readouterr() == ("", "")


def test_small_charts_get_the_colours_of_their_pillar():
    tile = '<li class="tile pillar-brand"><svg class="spark" aria-label="12 periods" viewBox="0 0 200 48"><line class="now"/></svg></li>'
    made = BeautifulSoup(pdf.for_paper(f"<ul>{tile}</ul>"), "html.parser").img
    assert made["alt"] == "12 periods" and made["src"].startswith("data:image/svg+xml;base64,")
    assert pdf._accents()["brand"] == "#a23b72"


@pytest.mark.parametrize(
    "error", ["OSError('cannot load library libpango-1.0-0')", "ImportError('No module named weasyprint')"]
)
def test_without_its_libraries_one_sentence_says_what_to_install(tmp_path, error):
    (tmp_path / "weasyprint.py").write_text(f"print('a page of advice')\nraise {error}\n")
    code = (
        "from helpers.report.forward import pdf\nfrom helpers.errors import NotMadeError\n"
        "try: pdf.pack('<p>x</p>')\nexcept NotMadeError as error: print(error)\n"
    )
    source = str(Path(pdf.__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), source])}
    made = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert made.stderr == "" and made.stdout.count("\n") == 1
    assert ("libpango-1.0-0" if "OSError" in error and sys.platform == "linux" else "missing") in made.stdout


def test_clear_changes_come_first_the_largest_before_the_others():
    def row(name: str, verdict: str, change: float) -> dict:
        return pages.kpi(
            id=name,
            verdict=verdict,
            value=1.0,
            comparisons=[{"base": "previous", "period": "x", "value": change, "verdict": verdict}],
        )

    listed = [
        row("same", "no clear change", 0.5),
        row("small", "better", 0.1),
        row("large", "worse", -0.4),
        pages.refusal(),
    ]
    run = pages.run(pages.entry("crm/01-a"))
    found = digest(run, {"notebooks": {"crm/01-a": pages.told(kpis=listed)}})
    assert [one.row["id"] for one in moves(found.headline)] == ["large", "small", "same"]
