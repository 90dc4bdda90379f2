"""The page on a company's data in a browser: no network, no finding of axe, no overflow, on a desk, a phone and paper."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers import tables
from helpers.report import quality as page

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))
browser = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "report" / "browser.py")))
AXE = browser.axe_source()
NAMES = ("en", "fr", "long")
LONG = "x" * 300

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browser.missing() is not None, reason=str(browser.missing())),
]


@pytest.fixture(scope="module")
def chromium():
    with browser.Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    """The small company in both languages, and one whose names are far too long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CMO_COMPANIES", raising=False)
        found = {}
        for name in ("small", "long"):
            root = tmp_path_factory.mktemp(name)
            patch.setenv("CMO_HOME", str(root))
            acme = made.make(root)
            if name == "long":
                rows = made.ledger().assign(system=LONG, export=LONG, notes=LONG)
                rows.to_parquet(acme.folder / "ledger.parquet", index=False)
                tables.write(
                    made.spend().assign(campaign=LONG, channel=None, platform=LONG), "media_spend", acme
                )
                path = acme.tidy / "stores" / "part-0.parquet"
                path.parent.mkdir()
                pd.DataFrame({"store_id": ["s1"], "market": [LONG]}).to_parquet(path)
            _, paths = page.write_all(acme)
            found |= {"long": paths[0]} if name == "long" else {"en": paths[0], "fr": paths[1]}
        return found


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_from_a_file_with_the_network_off(chromium, written, name):
    chromium.open(written[name], width=1280)
    assert [url for url in chromium.requests() if not url.startswith(("file:", "data:"))] == []
    assert chromium.complaints() == []
    assert chromium.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_window(chromium, written, name, dark, width):
    if AXE is None:
        pytest.skip("the package axe-core-python is not installed")
    chromium.open(written[name], width=width, dark=dark)
    assert chromium.axe(AXE) == []
    assert chromium.overflow() <= 0


@pytest.mark.parametrize("name", ["en", "fr"])
def test_tables_fit_on_paper_and_what_is_folded_is_printed(chromium, written, name, tmp_path):
    chromium.open(written[name], width=658)  # what A4 leaves between its margins
    chromium.send("Emulation.setEmulatedMedia", media="print")
    assert chromium.overflow() <= 0
    assert (
        chromium.evaluate("document.querySelector('#sums ~ details table').getBoundingClientRect().height")
        > 20
    )
    assert chromium.pdf(tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_the_first_screen_of_a_phone_holds_the_answer(chromium, written):
    chromium.open(written["fr"], width=390, height=844)
    assert chromium.evaluate("document.querySelector('.answer').getBoundingClientRect().bottom") < 844
    assert chromium.evaluate("document.querySelector('#first').getBoundingClientRect().top") < 844


def test_links_to_the_evidence_lead_to_a_heading(chromium, written):
    chromium.open(written["en"], width=1280)
    assert chromium.evaluate(
        "[...document.querySelectorAll('main a[href^=\"#\"]')].every(a => document.querySelector(a.getAttribute('href')))"
    )
