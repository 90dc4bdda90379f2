import base64
import copy
import hashlib
import itertools
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from helpers.errors import DataError
from helpers.report import editions, fragments, frame, prose

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))


def rendered(edition: str = "leadership", notebook=None, **values) -> str:
    return editions.render(notebook or pages.notebook(), edition=edition, page=pages.page(**values))


def soup(edition: str = "leadership", notebook=None, **values) -> BeautifulSoup:
    return BeautifulSoup(rendered(edition, notebook, **values), "html.parser")


@pytest.fixture(scope="module", params=editions.EDITIONS)
def every(request) -> BeautifulSoup:
    return soup(request.param)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    """The colour variables of the sheet: light, and dark on top of light."""
    light, dark = (
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", frame.sheet(), re.DOTALL)
    )
    return {"light": light, "dark": {**light, **dark}}


def test_black_on_white_has_contrast_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_has_a_contrast_of_4_5_on_both_grounds(scheme):
    colours = palettes()[scheme]
    text = [name for name in colours if name not in ("paper", "wash", "rule")]
    assert len(text) == 9
    low = {(name, on): contrast(colours[name], colours[on]) for name in text for on in ("paper", "wash")}
    assert not {pair: round(ratio, 2) for pair, ratio in low.items() if ratio < 4.5}


def test_the_sheet_uses_five_sizes_two_weights_and_no_decoration():
    sheet = frame.sheet()
    sizes = set(re.findall(r"font-size: ([^;]+);", sheet)) | set(re.findall(r"font: \d+ ([^/ ]+)/", sheet))
    assert {size for size in sizes if size.startswith("var")} == {f"var(--s{n})" for n in range(1, 6)}
    assert {size for size in sizes if not size.startswith("var")} <= {"0.94em", "1em", "9.5pt"}
    assert set(re.findall(r"font(?:-weight)?: (\d{3})\b", sheet)) == {"400", "600"}
    assert not re.search(r"shadow|gradient|animation|transition|@import|url\(", sheet)


def test_no_code_and_no_parameter_reaches_leadership():
    page = rendered()
    for secret in (
        pages.CANARY,
        "73519",
        "min_orders",
        pages.CODE_LINE,
        "import pandas",
        "checks.show",
        "kpi.show",
    ):
        assert secret not in page
    assert not BeautifulSoup(page, "html.parser").select(".highlight, .code")


def test_streams_and_errors_never_reach_leadership():
    page = rendered()
    assert "UserWarning" not in page and "a printed line" not in page
    broken = rendered(notebook=pages.failed_notebook(), status="failed")
    assert "customer_id" not in broken and "Traceback" not in broken


def test_only_tagged_cells_reach_leadership():
    page = rendered()
    assert "What the data hold" not in page and "The naive answer" not in page and "assert found" not in page
    assert "A cohort too young is left out." in page and "A card is not a person." in page


def test_the_answer_stands_under_the_title_once():
    page = soup()
    assert page.h1.get_text() == "Do customers come back?"
    assert page.h1.find_next_sibling("p").get_text() == "31.4% of customers order again."
    assert str(page.main).count("of customers order again") == 1


def test_method_cells_are_folded_in_one_element():
    folds = soup().select("details.method")
    assert len(folds) == 1
    assert folds[0].summary.get_text() == "Method and limits"
    assert "A card is not a person." in folds[0].get_text()
    assert not folds[0].find(["h2", "h3"])


def test_definitions_of_the_figures_shown_are_listed():
    assert (
        "Customers with a further purchase day, over all."
        in soup().select_one("details .definitions").get_text()
    )


def test_the_analyst_sees_everything_with_the_code_folded():
    page = soup("analyst")
    for text in (pages.CODE_LINE, "UserWarning", "a printed line", "The naive answer", "assert found"):
        assert text in page.get_text()
    assert all(block.find_parent("details") is not None for block in page.select(".highlight"))
    assert not page.select("details.code[open]")


def test_the_analyst_sees_the_failing_cell_opened_under_a_banner():
    page = soup(
        "analyst",
        pages.failed_notebook(),
        status="failed",
        failure={"cell": 9, "error": "DataError: 14 rows"},
    )
    notice = page.select_one(".notice.failed")
    assert "Failed in cell 9." in notice.get_text() and "DataError: 14 rows" in notice.get_text()
    opened = page.select("details.code[open]")
    assert len(opened) == 1 and pages.CODE_LINE in opened[0].get_text()
    assert notice.a["href"] == "#failure" and "\x1b" not in page.select_one("#failure").get_text()
    assert "Code, not run" in page.get_text()


def test_learners_see_the_code_but_no_solution():
    page = soup("teaching")
    assert "assert found" not in page.get_text() and "The naive answer" in page.get_text()
    shown = [block for block in page.select(".highlight") if block.find_parent("details") is None]
    assert any(pages.CODE_LINE in block.get_text() for block in shown)
    assert not page.select(".answer")


def test_a_stale_page_says_since_when():
    assert (
        "Not updated since October 12, 2026."
        in soup(stale_since="2026-10-12T08:00:00+00:00", status="failed").get_text()
    )


def test_unknown_edition_is_refused_with_the_list():
    with pytest.raises(ValueError, match="leadership, analyst, teaching"):
        rendered("board")


def test_rows_are_shown_from_their_data_and_not_from_the_notebooks_html():
    page = soup()
    assert "in the notebook" not in page.get_text()
    text = " ".join(page.main.get_text(" ").split())
    for said in (
        "31.4%",
        "29.8% to 33.0%",
        "2,310",
        "Better than Nov 2017",
        "(+2.1 points)",
        "−3.6 points",
        "$61,000",
        "93%",
        "January 31, 2018",
    ):
        assert said in text


def test_a_refusal_keeps_its_tile_and_says_what_would_tell():
    tile = soup().select_one(".tile.told-nothing")
    assert tile.select_one(".value").get_text() == "Cannot tell"
    assert tile.select_one(".facts").get_text() == "Only 24 customers; a percentage needs 30."


def test_extract_reads_rows_answer_and_title():
    found = editions.extract(pages.notebook())
    assert [row["id"] for row in found["kpis"]] == ["repurchase", "thin"]
    assert [row["status"] for row in found["checks"]] == ["fail", "pass"]
    assert [row["id"] for row in found["decisions"]] == ["move"]
    assert (found["title"], found["answer"]) == ("Do customers come back?", "31.4% of customers order again.")


def test_extract_of_a_notebook_without_rows_is_empty():
    bare = pages.notebook()
    bare.cells = [pages.md("## No title")]
    assert editions.extract(bare) == {"kpis": [], "checks": [], "decisions": [], "answer": None, "title": ""}


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ({"text/plain": "'Two in three stay.'"}, "Two in three stay."),
        ({"text/html": "<p>Two in <b>three</b></p>", "text/plain": "x"}, "Two in three"),
    ],
)
def test_the_answer_may_be_html_or_a_plain_string(data, answer):
    nb = pages.notebook()
    nb.cells = [
        pages.code("answer", [pages.v4.new_output("execute_result", data=data, execution_count=1)], "answer")
    ]
    assert editions.extract(nb)["answer"] == answer


def test_rendering_leaves_the_notebook_as_it_was():
    nb = pages.notebook()
    before = copy.deepcopy(nb)
    rendered(notebook=nb)
    assert nb == before


def test_rendering_twice_gives_the_same_bytes():
    nb = pages.notebook()
    assert rendered(notebook=nb) == rendered(notebook=nb)


def test_every_page_has_one_h1_and_headings_in_order(every):
    levels = [int(tag.name[1]) for tag in every.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_every_page_has_its_landmarks_language_and_skip_link(every):
    assert every.html["lang"] == "en"
    assert all(len(every.find_all(name)) == 1 for name in ("header", "main", "footer"))
    assert every.find("nav") is not None
    skip = every.select_one("body > a.skip")
    assert every.select_one(skip["href"]).name == "main"


def test_every_image_has_a_real_alt(every):
    assert every.select("img")
    for image in every.select("img"):
        assert image["alt"].strip().lower() not in editions.NO_ALT


def test_every_head_has_a_scope_and_every_table_a_caption_and_a_region(every):
    assert all(head["scope"] in ("col", "row") for head in every.select("th"))
    for table in every.select("table"):
        assert table.caption.get_text(strip=True)
        region = table.find_parent(class_="scroll")
        assert region["tabindex"] == "0" and region["role"] == "region" and region["aria-label"]


def test_nothing_is_asked_of_the_network_and_no_script_runs_but_ours(every):
    assert not every.select("link, iframe, object, embed, base, form")
    assert [script.string for script in every.select("script")] in ([], [frame.script("copy")])
    assert not every.select("[style], [onclick], [onerror], [onload]")
    sources = [
        tag[name]
        for tag in every.find_all(True)
        for name in ("src", "srcset", "data", "poster", "action")
        if tag.has_attr(name)
    ]
    assert all(source.startswith("data:image/") for source in sources)
    assert not re.search(r"https?:|@import|url\(", every.style.string)


def test_the_policy_allows_only_the_sheet_and_the_scripts_of_the_page(every):
    policy = every.select_one('meta[http-equiv="Content-Security-Policy"]')["content"]

    def digest(tag) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(tag.string.encode()).digest()).decode()}'"

    scripts = "".join(f"; script-src {digest(script)}" for script in every.select("script"))
    assert (
        policy
        == f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src {digest(every.style)}{scripts}"
    )


def test_a_page_without_charts_has_at_most_100_kb():
    nb = pages.notebook()
    nb.cells = [cell for cell in nb.cells if "charts.show" not in cell.source]
    assert all(len(rendered(edition, nb).encode()) <= 100_000 for edition in editions.EDITIONS)


def test_provenance_names_data_commit_and_versions():
    footer = " ".join(soup().footer.get_text(" ").split())
    for said in ("December 31, 2017", "1,469,307", "9f2c4b7d1e9f", "1f0c2ab9d9e7", "python 3.11.7", "12.4 s"):
        assert said in footer


def test_hostile_text_shows_as_text_everywhere():
    hostile = pages.HOSTILE
    more = [
        pages.md(f"Our shop {hostile}", "leadership"),
        pages.code(
            "x",
            [
                pages.words(f"said {hostile}"),
                pages.table(f"<p onclick='x()'>{hostile}</p><img src='https://x.example/a.png' alt='a'>"),
            ],
            "leadership",
        ),
        pages.code(
            "x",
            [
                pages.rows(
                    pages.KPI, pages.kpi(label=hostile, segment=hostile, sentence=hostile, definition=hostile)
                )
            ],
            "leadership",
        ),
        pages.code("x", [pages.rows(pages.CHECK, pages.check(text=hostile, remedy=hostile))], "leadership"),
        pages.code(
            "x",
            [pages.rows(pages.DECISION, pages.decision(sentence=hostile, owner=hostile, reverse_if=hostile))],
            "leadership",
        ),
        pages.code("x", [pages.chart(alt=hostile)], "leadership"),
    ]
    page = soup(
        "leadership", pages.notebook(*more), company_title=hostile, title=hostile, period_label=hostile
    )
    assert (
        [tag.string for tag in page.select("script")] == [frame.script("copy")]
        and not page.select("[onclick]")
        and not page.select('[src^="http"]')
    )
    assert page.h1.get_text() == hostile
    assert page.get_text().count('<script>alert("x")</script>') >= 10


def test_a_chart_without_description_is_an_error_for_leadership():
    for alt in (None, "", "No description has been provided for this image"):
        with pytest.raises(DataError, match=r"crm/01-a: the chart of cell .* has no description"):
            rendered(notebook=pages.notebook(pages.code("x", [pages.chart(alt=alt)], "leadership")))


def test_a_chart_without_description_does_not_stop_the_analyst():
    page = soup("analyst", pages.notebook(pages.code("x", [pages.chart(alt=None)])))
    assert "its author wrote no description" in page.select("img")[-1]["alt"]


def test_a_links_scheme_must_be_known():
    cleaned = prose.clean(
        '<a href="javascript:x()">a</a><a href=" JAVASCRIPT:x">b</a><a href="https://a.example">c</a><a href="#d">d</a>'
    )
    assert re.findall(r'href="([^"]*)"', cleaned) == ["https://a.example", "#d"]


def test_prices_in_dollars_are_no_formula():
    assert prose.clean("<p>from $5,000 to $6,000, or $5-$6</p>") == "<p>from $5,000 to $6,000, or $5-$6</p>"


def test_many_checks_that_pass_are_folded_and_a_doubt_stands_open():
    rows = [pages.check("pass", id=f"p{i}", text=f"Fine {i}.") for i in range(4)] + [pages.check("review")]
    made = BeautifulSoup(fragments.checks(rows, language="en"), "html.parser")
    assert made.summary.get_text() == "4 checks pass"
    assert [one.get_text() for one in made.select("details .status")] == ["Pass"] * 4
    assert "A review was found." in made.ul.get_text() and made.ul.find_parent("details") is None
    few = BeautifulSoup(fragments.checks(rows[2:], language="en"), "html.parser")
    assert few.details is None and len(few.select("li")) == 3


def test_a_page_fills_its_tiles_with_its_next_figures_and_the_headline_ones_come_first():
    rows = [pages.kpi(id=name, label=name, headline=name == "c") for name in "abcde"]
    by_segment = pages.kpi(id="s", label="s", headline=False, segment="devoted")
    cell = pages.code("kpi.show(rows)", [pages.rows(pages.KPI, by_segment, *rows)], "leadership")
    page = soup(notebook=pages.v4.new_notebook(cells=[pages.md("# Why?", "leadership"), cell]))
    assert [tile.get_text() for tile in page.select(".tile .name")] == ["c", "a", "b", "d"]


def test_a_page_without_a_headline_figure_has_no_tiles():
    cell = pages.code("kpi.show(rows)", [pages.rows(pages.KPI, pages.kpi(headline=False))], "leadership")
    page = soup(notebook=pages.v4.new_notebook(cells=[pages.md("# Why?", "leadership"), cell]))
    assert not page.select(".tile")


def test_a_figure_that_cannot_be_told_may_break_its_line_in_a_table():
    cells = soup().select(".figures td.strong")
    assert [cell["class"] for cell in cells] == [["num", "strong"], ["num", "strong", "untold"]]


def test_the_owner_of_a_decision_begins_with_a_capital():
    made = fragments.decisions([pages.decision(owner="product manager")], language="en")
    assert "<dd>Product manager</dd>" in made


def test_n_and_its_number_stay_on_one_line_but_in_code():
    page = soup("analyst", pages.notebook(pages.md("Asked of n = 1,352.\n\n    n = 5", "leadership")))
    assert "Asked of n\u00a0=\u00a01,352." in page.get_text()
    assert "n = 5" in page.select(".article pre")[-1].get_text()


def test_a_column_of_numbers_keeps_its_dash_and_its_interval_on_the_right():
    _is_a_column_of_numbers("7,512", "4,197", "2,081", "–", "1,743 to 4,855")


def test_a_chance_under_a_hundredth_stands_with_the_others():
    _is_a_column_of_numbers("under 1%", "under 1%", "89%", "moins de 1\u00a0%", "11%")


def _is_a_column_of_numbers(*cells):
    lines = "".join(f"<tr><td>row</td><td>{cell}</td><td>word</td></tr>" for cell in cells)
    head = "<thead><tr><th>a</th><th>b</th><th>c</th></tr></thead>"
    table = BeautifulSoup(prose.clean(f"<table>{head}<tbody>{lines}</tbody></table>"), "html.parser")
    assert ["num" in (th.get("class") or ()) for th in table.select("th")] == [False, True, False]
    assert ["num" in (td.get("class") or ()) for td in table.select("td")] == [False, True, False] * len(
        cells
    )
