"""What is made to be forwarded: the message, the slides, and a run that goes on when one of them cannot be made."""

import email
import email.policy
import io
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from helpers.report import site
from helpers.report.digest import digest
from helpers.report.forward import extras, mail, pdf, slides

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))
SAID = "Customers who order again, December 2017: 31.4% (90% interval 29.8% to 33.0%, n = 2,310), +2.1 points: better."


def report(**values) -> tuple[dict, dict]:
    rows = pages.told(
        kpis=[pages.kpi(sentence=SAID), pages.kpi(id="b", label="Basket", verdict="no clear change", sentence="Basket."), pages.refusal()],
        decisions=[pages.decision()],
        checks=[pages.check(), pages.check("fail"), pages.check("pass")],
    )  # fmt: skip
    run = pages.run(pages.entry("crm/01-a", pages={}), **values)
    return run, {"notebooks": {"crm/01-a": rows}}


def message(made: bytes):
    return email.message_from_bytes(made, policy=email.policy.default)


def test_the_message_has_five_sentences_computed_from_the_rows():
    run, kpis = report()
    assert mail.sentences(run, digest(run, kpis)) == [
        "3 headline figures against the period before: 1 better (Customers who order again), 1 without clear change and 1 that cannot be judged. "
        "One decision waits.",
        SAID,
        "Basket.",
        "First decision: Move $40,000 to the welcome series; expected effect +$61,000 (90% interval $22,000 to $103,000); "
        "Head of CRM, by January 31, 2018.",
        "2 of 3 checks ask for care, the first: A fail was found.",
    ]


def test_the_message_is_a_draft_with_both_bodies_and_the_one_page():
    made = message(mail.make(*report(), page_pdf=b"%PDF-1.7 page"))
    assert made["X-Unsent"] == "1" and made["Date"] is None
    assert made["Subject"] == "Complete Journey: marketing report, December 2017, All markets"
    kinds = [part.get_content_type() for part in made.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    (attached,) = made.iter_attachments()
    assert attached.get_content() == b"%PDF-1.7 page" and attached.get_filename() == "cj-2017-12.pdf"
    for kind in ("plain", "html"):
        body = made.get_body((kind,)).get_content()
        words = BeautifulSoup(body, "html.parser").get_text() if kind == "html" else body
        assert SAID in words and "90% interval 29.8% to 33.0%" in words and "Cannot tell" in words


def test_the_html_of_the_message_is_what_mail_programs_show():
    soup = BeautifulSoup(message(mail.make(*report())).get_body(("html",)).get_content(), "html.parser")
    assert not soup.select("style, link, script, img, svg, div, details, [class], [src], [href]")
    assert all(table["role"] == "presentation" for table in soup.select("table"))
    assert all(
        "style" in cell.attrs for cell in soup.select("td") if cell.get_text(strip=True) and not cell.table
    )


def test_equal_reports_give_equal_messages():
    assert mail.make(*report(), page_pdf=b"x") == mail.make(*report(), page_pdf=b"x")
    assert mail.make(*report()) != mail.make(*report(period="2018-01"))


def test_hostile_text_cannot_add_a_head_or_a_tag():
    made = message(mail.make(*report(company_title=f"A\r\nBcc: x@example.org {pages.HOSTILE}")))
    assert made["Bcc"] is None and "Bcc: x@example.org" in made["Subject"]
    soup = BeautifulSoup(made.get_body(("html",)).get_content(), "html.parser")
    assert not soup.select("script, b") and pages.HOSTILE in soup.get_text()


def test_an_empty_report_is_a_message_and_slides_all_the_same():
    run, kpis = pages.run(), {"notebooks": {}}
    assert (
        "No page of this run gives a headline figure."
        in message(mail.make(run, kpis)).get_body(("plain",)).get_content()
    )
    assert len(show(slides.make(run, kpis)).slides) == 1


def show(made: bytes):
    return pytest.importorskip("pptx").Presentation(io.BytesIO(made))


def titles(made: bytes) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in show(made).slides]


def test_the_slides_are_title_tiles_a_figure_each_decisions_and_doubts():
    assert titles(slides.make(*report())) == [
        "How did marketing do in December 2017?", "Headline figures", "Customers who order again", "Basket",
        "Decisions to take", "Read with care",
    ]  # fmt: skip


def test_a_chart_can_be_edited_and_holds_value_and_bounds():
    slide = show(slides.make(*report())).slides[2]
    (shape,) = [shape for shape in slide.shapes if shape.has_chart]
    plot = shape.chart.plots[0]
    assert [series.name for series in plot.series] == [
        "Customers who order again",
        "Interval from",
        "Interval to",
    ]
    for series, key in zip(plot.series, ("value", "low", "high"), strict=True):
        assert list(series.values) == pytest.approx([point[key] for point in pages.HISTORY])
    assert list(plot.categories)[-1] and shape.chart.value_axis.tick_labels.number_format == "0.0%"
    assert shape.chart.part.chart_workbook.xlsx_part is not None
    alt = shape._element.nvGraphicFramePr.cNvPr.get("descr")
    assert alt == "Customers who order again: 12 periods to December 2017, from 28.3% to 31.0%."


def test_every_slide_has_its_source_in_the_notes_and_a_figure_its_sentence():
    made = show(slides.make(*report())).slides
    notes = [slide.notes_slide.notes_text_frame.text for slide in made]
    assert all(
        "Source: Complete Journey, marketing report. Data until December 31, 2017" in note for note in notes
    )
    assert "90% interval 29.8% to 33.0%, n = 2,310" in notes[2]


def test_more_than_fits_goes_on_another_slide():
    run, kpis = report()
    kpis["notebooks"]["crm/01-a"]["kpis"] = [pages.kpi(id=f"k{i}", history=[]) for i in range(9)]
    assert titles(slides.make(run, kpis)).count("Headline figures") == 2


def test_equal_reports_give_equal_slides():
    first, clock = slides.make(*report()), zipfile.ZipFile
    with clock(io.BytesIO(first)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert first == slides.make(*report())


def test_a_figure_in_french_has_its_number_format():
    rows = report(language="fr")
    rows[1]["notebooks"]["crm/01-a"]["kpis"] = [
        pages.kpi(unit="currency", currency="EUR", decimals=0, value=12.0)
    ]
    chart = next(shape.chart for shape in show(slides.make(*rows)).slides[2].shapes if shape.has_chart)
    assert chart.value_axis.tick_labels.number_format == '#,##0 "€"'


@pytest.fixture
def index() -> str:
    return site.index(*report())


def test_every_file_is_made_and_listed(tmp_path, index):
    said = []
    made = extras.make(tmp_path, *report(), index, eml=True, pptx=True, warn=said.append)
    assert said == [] and set(made) == {"page.pdf", "pack.html", "pack.pdf", "report.eml", "report.pptx"}
    for name, entry in made.items():
        assert entry["status"] == "made" and entry["bytes"] == (tmp_path / name).stat().st_size
    assert message((tmp_path / "report.eml").read_bytes()).get_body(("plain",))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(made)


def test_message_and_slides_are_made_only_when_asked_for(tmp_path, index):
    assert set(extras.make(tmp_path, *report(), index)) == {"page.pdf", "pack.html", "pack.pdf"}


def test_the_front_page_links_what_was_made_and_nothing_else():
    run, kpis = report()
    run["extras"] = {
        "page.pdf": {"status": "made"},
        "pack.pdf": {"status": "failed", "reason": "x"},
        "pack.html": {"status": "made"},
    }
    links = BeautifulSoup(site.index(run, kpis), "html.parser").select(".forward a")
    assert [link["href"] for link in links] == ["page.pdf", "pack.html"]


BROKEN = """
import sys
from helpers.report.forward import extras
import runpy
pages = runpy.run_path(sys.argv[1])
run = pages["run"](pages["entry"]("crm/01-a", pages={}))
made = extras.make(__import__("pathlib").Path(sys.argv[2]), run, {"notebooks": {}}, "<main></main>" if len(sys.argv) > 3 else
                   __import__("helpers.report.site").report.site.index(run, {"notebooks": {}}), eml=True, pptx=True, warn=print)
print({name: entry["status"] for name, entry in made.items()})
"""


def broken(tmp_path: Path, **stubs: str) -> list[str]:
    """Return what is said where these modules cannot be imported."""
    (tmp_path / "stubs").mkdir()
    (tmp_path / "out").mkdir()
    for name, error in stubs.items():
        (tmp_path / "stubs" / f"{name}.py").write_text(f"raise {error}\n")
    path = [str(tmp_path / "stubs"), str(Path(pdf.__file__).parents[2])]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{BROKEN}"]
    told = [str(Path(__file__).with_name("pages.py")), str(tmp_path / "out")]
    made = subprocess.run([*command, *told], capture_output=True, text=True, check=True)
    return made.stdout.splitlines()


def test_a_run_without_the_libraries_of_pdf_makes_the_rest_and_says_it_once(tmp_path):
    *said, statuses = broken(tmp_path, weasyprint="OSError('cannot load library')")
    assert len(said) == 1 and "no PDF was made" in said[0]
    assert "'page.pdf': 'failed', 'pack.html': 'made', 'pack.pdf': 'failed', 'report.eml': 'made'" in statuses
    assert not (tmp_path / "out" / "page.pdf").exists()
    assert not list(message((tmp_path / "out" / "report.eml").read_bytes()).iter_attachments())


def test_a_run_without_python_pptx_makes_the_rest_and_says_how_to_get_it(tmp_path):
    *said, statuses = broken(tmp_path, pptx="ImportError('no pptx')")
    assert said == ['no slides were made: python-pptx is missing; install it with pip install "python-pptx".']
    assert "'report.eml': 'made', 'report.pptx': 'failed'" in statuses


def test_an_error_that_is_not_ours_is_told_without_its_message(tmp_path, index, monkeypatch):
    said, (run, kpis) = [], report()
    kpis["notebooks"]["crm/01-a"]["kpis"][0]["value"] = "anna@example.org"
    monkeypatch.delenv("CMO_DEBUG", raising=False)
    made = extras.make(tmp_path, run, kpis, index, warn=said.append)
    assert [entry["status"] for entry in made.values()] == ["failed", "made", "made"]
    assert said == [made["page.pdf"]["reason"]] and "anna" not in said[0]
    assert re.fullmatch(r"page.pdf could not be made: \w+; set CMO_DEBUG=1 to see more\.", said[0])


def test_a_run_makes_the_files_before_it_is_published_and_says_so_in_run_json(project):
    project.notebook("crm/01-a")
    assert project.run(eml=True).exit_code == 0
    made = project.run_json()["extras"]
    assert {name for name, entry in made.items() if entry["status"] == "made"} == set(made)
    assert set(made) == {"page.pdf", "pack.html", "pack.pdf", "report.eml"}
    front = BeautifulSoup((project.report / "index.html").read_text(), "html.parser")
    linked = [link["href"] for link in front.select(".forward a")]
    assert set(linked) == set(made) and all((project.report / name).is_file() for name in linked)
    pack = BeautifulSoup((project.report / "pack.html").read_text(), "html.parser")
    assert pack.find(id="page-crm-01-a") and not pack.select(".forward")
