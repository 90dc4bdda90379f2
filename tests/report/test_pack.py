"""pack.html: one file with all of the report, sound HTML, and never too large for a mail."""

import base64
import itertools
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from helpers.errors import NotMadeError
from helpers.report import editions, frame, site
from helpers.report.forward import pack

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))
NAMES = ("crm/01-a", "crm/02-b", "brand/01-c")


def report(folder: Path, *, kpis: dict | None = None) -> tuple[dict, dict, str]:
    """Write the pages of a report and return its run, its rows and its front page."""
    run = pages.run(*(pages.entry(name, pages={"leadership": f"{name}.html"}) for name in NAMES))
    rows = {name: pages.told(title=f"Question of {name}", kpis=[pages.kpi()]) for name in NAMES}
    rows["crm/02-b"]["decisions"] = [pages.decision()]
    rows["brand/01-c"]["kpis"] = []
    told = {"notebooks": {**rows, **(kpis or {})}}
    for name in NAMES:
        (folder / name).parent.mkdir(exist_ok=True)
        more = [
            pages.md(
                f"## Of {name}\n\nSee [the other](02-b.html#section-1) or [the code](01-a.analyst.html).",
                "leadership",
            )
        ]
        page = pages.page(notebook=name, title=f"Question of {name}")
        html = editions.render(pages.notebook(*more), edition="leadership", page=page)
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return run, told, site.index(run, told)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("pack")
    return pack.build(folder, *report(folder))


@pytest.fixture
def soup(made) -> BeautifulSoup:
    return BeautifulSoup(made, "html.parser")


def test_the_pack_holds_the_front_page_and_every_leadership_page(soup):
    chapters = soup.select("section.chapter")
    assert len(chapters) == 3 and soup.find(id="figures") is not None
    assert {chapter.h2.get_text() for chapter in chapters} == {f"Question of {name}" for name in NAMES}


def test_every_id_is_there_once_and_every_link_leads_to_one(soup):
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    links = [link["href"] for link in soup.select("a[href]") if not link.has_attr("download")]
    assert links and all(href.startswith("#") and href[1:] in ids for href in links)
    for name in ("aria-labelledby", "aria-describedby", "for"):
        assert all(one in ids for tag in soup.select(f"[{name}]") for one in tag[name].split())


def test_a_link_between_pages_becomes_one_inside_the_pack(soup):
    chapter = soup.find(id="page-crm-01-a")
    assert chapter.find("a", string="the other")["href"] == "#crm-02-b-section-1"
    assert chapter.find("a", string="the code") is None and "the code" in chapter.get_text()
    assert soup.select_one("#figures ~ ul.tiles .name a")["href"] == "#page-crm-01-a"


def test_headings_go_one_step_at_a_time_under_one_title(soup):
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_the_contents_list_every_page_by_pillar(soup):
    listed = soup.select("nav.book li li a")
    assert [link.get_text() for link in listed] == [
        chapter.h2.get_text() for chapter in soup.select(".chapter")
    ]
    assert [p.get_text() for p in soup.select("nav.book > ul > li > p")] == ["CRM", "Brand"]


def test_the_policy_allows_its_own_sheet_and_its_scripts_only(soup):
    policy = soup.select_one("meta[http-equiv]")["content"]
    assert policy == frame.policy(("copy",), style=soup.style.string)
    assert [tag.string for tag in soup.select("script")] == [frame.script("copy")]
    assert not soup.select("link, iframe, [style], [onclick]")


def test_the_method_is_folded_and_charts_keep_their_alt_texts(soup):
    assert len(soup.select(".chapter details.method")) == 3
    assert all(image["alt"] for image in soup.select("img")) and soup.select("figure img")


def test_pictures_go_first_from_the_pages_that_carry_no_decision_and_no_headline(tmp_path):
    run, kpis, index = report(tmp_path)
    heavy = base64.b64encode(b"x" * 40_000).decode()
    for name in NAMES:
        path = tmp_path / f"{name}.html"
        path.write_text(path.read_text().replace(base64.b64encode(pages.SVG.encode()).decode(), heavy))
    whole = len(pack.build(tmp_path, run, kpis, index).encode())

    def described(limit: int) -> list[str]:
        made = pack.build(tmp_path, run, kpis, index, limit=limit)
        assert len(made.encode()) <= limit
        return [
            p.find_parent("section")["id"] for p in BeautifulSoup(made, "html.parser").select(".described")
        ]

    assert described(whole) == []
    assert described(whole - 1) == ["page-brand-01-c"]
    assert described(whole - 60_000) == ["page-crm-01-a", "page-brand-01-c"]
    assert described(whole - 110_000) == ["page-crm-01-a", "page-crm-02-b", "page-brand-01-c"]


def test_a_page_without_its_pictures_says_so_and_keeps_their_descriptions():
    html = '<section aria-labelledby="t"><h2 id="t">T</h2><img alt="Line up." src="data:,"></section>'
    chapter = BeautifulSoup(html, "html.parser").section
    assert pack._drop_pictures(chapter, 8_000_000, "en")
    assert "under 8 MB" in chapter.select_one(".notice").get_text()
    assert chapter.select_one(".described").get_text() == "Line up." and not chapter.img
    assert not pack._drop_pictures(chapter, 8_000_000, "en")


def test_a_pack_that_is_too_large_even_without_pictures_is_refused_in_one_sentence(tmp_path):
    run, kpis, index = report(tmp_path)
    with pytest.raises(NotMadeError, match=r"pack.html: .* MB without pictures, over its 0.01 MB"):
        pack.build(tmp_path, run, kpis, index, limit=10_000)


def test_the_same_report_gives_the_same_pack(tmp_path):
    run, kpis, index = report(tmp_path)
    assert pack.build(tmp_path, run, kpis, index) == pack.build(tmp_path, run, kpis, index)


def test_a_report_without_pages_is_a_pack_all_the_same(tmp_path):
    run, told = pages.run(pages.entry("crm/01-a", "skipped", pages={})), {"notebooks": {}}
    made = BeautifulSoup(pack.build(tmp_path, run, told, site.index(run, told)), "html.parser")
    assert made.h1 and not made.select(".chapter, nav.book li")
