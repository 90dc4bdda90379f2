import re
import runpy
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.report import changes, companions, editions, notes, site

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))
browser = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("browser.py"))))
AXE = browser.axe_source()
NAMES = (
    *("index", "leadership", "analyst", "teaching", "failed", "hostile", "glossary", "history"),
    *("hostile_index", "hostile_glossary", "hostile_history", "french_index", "french_leadership"),
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browser.missing() is not None, reason=str(browser.missing())),
]


@pytest.fixture(scope="module")
def chromium():
    with browser.Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    nb, hostile = pages.notebook(), pages.HOSTILE * 40
    made = {edition: editions.render(nb, edition=edition, page=pages.page()) for edition in editions.EDITIONS}
    failure = {"cell": 9, "error": "DataError: 14 of 2,310 rows have no customer_id"}
    made["failed"] = editions.render(
        pages.failed_notebook(), edition="analyst", page=pages.page(status="failed", failure=failure)
    )
    shouted = pages.rows(
        pages.KPI, pages.kpi(label=hostile), *[pages.kpi(segment=f"x{'y' * 80}{i}") for i in range(5)]
    )
    more = [
        pages.md(hostile, "leadership"),
        pages.code("x", [shouted], "leadership"),
        pages.code("x" * 400, [pages.words("z" * 900)], "leadership"),
    ]
    made["hostile"] = editions.render(
        pages.notebook(*more), edition="leadership", page=pages.page(title=hostile, company_title=hostile)
    )
    rows = pages.told(
        kpis=[pages.kpi(), pages.refusal()], checks=[pages.check("fail")], decisions=[pages.decision()]
    )
    entries = [pages.entry("crm/01-a"), pages.entry("brand/01-b", "failed", error="cell 3 of 9: stopped.")]
    made |= fronts("", rows, entries)
    made["french_index"] = site.index(
        pages.run(*entries, language="fr", pillars=["crm"]), {"notebooks": {"crm/01-a": rows}}
    )
    made["french_leadership"] = editions.render(nb, edition="leadership", page=pages.page(language="fr"))
    wild = dict.fromkeys(("label", "segment", "definition", "formula", "sentence"), hostile + pages.LONG)
    bad = pages.told(
        title=hostile + pages.LONG,
        answer=hostile,
        kpis=[pages.kpi(**wild), pages.refusal(label=hostile, reason=hostile)],
        checks=[pages.check("fail", text=hostile + pages.LONG, remedy=hostile)],
        decisions=[pages.decision(sentence=hostile, owner=hostile, reverse_if=pages.LONG)],
    )
    made |= fronts("hostile_", bad, entries, company_title=hostile + pages.LONG, period_label=hostile)
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in NAMES}


def fronts(prefix: str, rows: dict, entries: list[dict], **values) -> dict[str, str]:
    """The pages of a run as a whole, with an earlier report to compare with and a note above the figures."""
    run, kpis = pages.run(*entries, pillars=["crm"], **values), {"notebooks": {"crm/01-a": rows}}
    row = rows["kpis"][0]
    restated = changes.Restated(row, "2017-11", 0.29, 0.3, "2017-12-05T06:00:00")
    since = changes.Changes("2017-11", "2017-12-05T06:00:00", (row,), (restated,))
    words = f"All **well**.\n\n{pages.HOSTILE} [link](javascript:alert(1)) {pages.LONG if prefix else ''}"
    note = notes.Notes(words, "en", "Approved by Jo on December 5, 2017", True, pages.HOSTILE)
    return {
        f"{prefix}index": site.index(run, kpis, note=note, changed=since),
        f"{prefix}glossary": companions.glossary(run, kpis),
        f"{prefix}history": companions.history(run, kpis, changed=since, reports=[]),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_page_opens_from_a_file_with_the_network_off(chromium, report, name):
    chromium.open(report[name])
    assert [url for url in chromium.requests() if not url.startswith(("file:", "data:"))] == []
    assert chromium.complaints() == []
    assert chromium.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "600"
    assert chromium.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious(chromium, report, name, dark, width):
    if AXE is None:
        pytest.skip("the package axe-core-python is not installed")
    chromium.open(report[name], width=width, dark=dark)
    assert chromium.axe(AXE) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("hostile")])
def test_a_hostile_text_shows_as_text_and_breaks_nothing(chromium, report, name):
    chromium.open(report[name])
    bad = "main script, main b b, a[href^=javascript], meta[http-equiv=refresh], base, form"
    assert chromium.evaluate(f"document.querySelectorAll('{bad}').length") == 0
    assert chromium.evaluate("location.protocol") == "file:"
    assert "<script>alert(" in chromium.evaluate("document.body.innerText")
    assert chromium.evaluate("document.querySelectorAll('h1, footer.provenance').length") == 2
    assert chromium.complaints() == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_a_phone(chromium, report, name):
    chromium.open(report[name], width=390, height=844)
    assert chromium.overflow() <= 0


def test_axe_would_find_a_fault(chromium, tmp_path):
    if AXE is None:
        pytest.skip("the package axe-core-python is not installed")
    (tmp_path / "bad.html").write_text("<p style='color:#ccc'>pale</p><img src='data:,'>", encoding="utf-8")
    chromium.open(tmp_path / "bad.html")
    found = " ".join(chromium.axe(AXE))
    assert "image-alt" in found and "color-contrast" in found


def test_a_request_and_a_refused_style_would_be_seen(chromium, tmp_path):
    policy = "<meta http-equiv='Content-Security-Policy' content=\"style-src 'none'\">"
    (tmp_path / "bad.html").write_text(
        policy + "<p style='color:red'>x</p><img src='https://example.org/a.png'>", encoding="utf-8"
    )
    chromium.open(tmp_path / "bad.html")
    assert any(url.startswith("https:") for url in chromium.requests())
    assert chromium.complaints()


def test_dark_mode_and_paper_are_different_pages(chromium, report):
    ground = "getComputedStyle(document.body).backgroundColor"
    chromium.open(report["leadership"], dark=True)
    assert chromium.evaluate(ground) == "rgb(20, 22, 26)"
    chromium.open(report["leadership"])
    assert chromium.evaluate(ground) == "rgb(255, 255, 255)"


def test_print_shows_what_is_folded(chromium, report, tmp_path):
    chromium.open(report["leadership"])
    height = "document.querySelector('details.method').getBoundingClientRect().height"
    folded = chromium.evaluate(height)
    chromium.send("Emulation.setEmulatedMedia", media="print")
    assert chromium.evaluate(height) > folded + 40
    assert chromium.pdf(tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_screenshot_can_be_taken(chromium, report, tmp_path):
    chromium.open(report["index"])
    assert chromium.screenshot(tmp_path / "index.png").stat().st_size > 10_000


def test_the_copy_button_copies_the_sentence_and_says_so(chromium, report):
    chromium.open(report["index"])
    copy = """(() => {
        const fold = document.querySelector(".keep");
        fold.open = true;
        fold.querySelector("button").click();
        return new Promise(done => setTimeout(() => done(
            [fold.querySelector("[role=status]").textContent, getSelection().toString()]), 300));
    })()"""

    def click() -> list[str]:
        answer = chromium.send(
            "Runtime.evaluate", expression=copy, awaitPromise=True, returnByValue=True, userGesture=True
        )
        return answer["result"]["value"]

    assert click()[0] == "Copied"
    chromium.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined}); 1")
    said, selected = click()
    assert said == "Copied" and selected == chromium.evaluate("document.querySelector('.quote').textContent")
    chromium.evaluate("document.execCommand = () => false; 1")
    assert click() == ["Selected: copy it with Ctrl+C", selected]


def test_without_scripts_the_button_is_hidden_and_one_click_selects_the_sentence(chromium, report, tmp_path):
    mute = tmp_path / "mute.html"
    mute.write_text(re.sub("<script>.*?</script>", "", report["index"].read_text(), flags=re.DOTALL))
    chromium.open(mute)
    assert chromium.evaluate("getComputedStyle(document.querySelector('button.copy')).display") == "none"
    assert chromium.evaluate("getComputedStyle(document.querySelector('.quote')).userSelect") == "all"


def test_a_file_of_a_tile_is_saved_under_its_name(chromium, report, tmp_path):
    chromium.open(report["index"])
    chromium.send("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    chromium.evaluate("document.querySelector('a[download$=xlsx]').click()")
    saved = tmp_path / "repurchase-2017-12-all.xlsx"
    deadline = time.monotonic() + 10
    while not saved.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert saved.read_bytes().startswith(b"PK")
