import itertools
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from helpers.report import frame, notes, prose, sentences, site, wording

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))


def index(
    entries: dict[str, dict] | None = None, rows: dict[str, dict] | None = None, **values
) -> BeautifulSoup:
    entries = entries if entries is not None else {"crm/01-a": {}}
    listed = [pages.entry(name, **entry) for name, entry in entries.items()]
    return BeautifulSoup(site.index(pages.run(*listed, **values), {"notebooks": rows or {}}), "html.parser")


def full() -> BeautifulSoup:
    rows = {
        "crm/01-a": pages.told(
            kpis=[pages.kpi(), pages.refusal(), pages.kpi(id="quiet", label="Quiet", headline=False)],
            checks=[pages.check("review"), pages.check("pass"), pages.check("fail")],
            decisions=[pages.decision()],
        ),
        "crm/02-b": pages.told(title="What is one worth?", stale_since="2026-10-12"),
    }
    entries = {
        "crm/02-b": {
            "status": "failed",
            "error": "cell 9 of 24: 14 rows have no customer_id.",
            "pages": {
                "leadership": "crm/02-b.html",
                "analyst": "crm/02-b.analyst.html",
                "teaching": "crm/02-b.teaching.html",
            },
        },
        "crm/01-a": {},
        "activation/05-budget": {
            "status": "skipped",
            "error": "Needs ad_spend; the Google Ads export opens it.",
        },
        "crm/03-c": {"status": "timeout", "error": "cell 3 of 8: over 120 s."},
    }
    return index(entries, rows)


def text(element) -> str:
    return " ".join(element.get_text(" ").split())


def page_of(soup: BeautifulSoup, question: str):
    return next(item for item in soup.select(".pages > li") if item.p.get_text() == question)


def test_headline_figures_are_tiles_linked_to_their_page():
    tiles = full().select(".tile")
    assert [text(tile.select_one(".name")) for tile in tiles] == ["Customers who order again", "Repurchase"]
    assert tiles[0].a["href"] == "crm/01-a.html"
    said = text(tiles[0])
    for part in (
        "31.4%",
        "90% interval 29.8% to 33.0%",
        "Better than Nov 2017 (+2.1 points)",
        "Worse than the target, 35.0% (−3.6 points)",
    ):
        assert part in said
    assert tiles[0].svg["aria-label"] == "12 periods to December 2017: from 28.3% to 31.0%."


def test_the_sparkline_marks_the_last_point_and_the_target():
    spark = full().select_one(".tile svg")
    assert len(spark.select(".now")) == len(spark.select(".target")) == len(spark.select(".band")) == 1
    assert (
        spark.select_one(".past")["points"].split()[-1]
        == f"{spark.select_one('.now')['x1']},{spark.select_one('.now')['y1']}"
    )


def test_a_refusal_stands_among_the_tiles_with_its_reason():
    tile = full().select_one(".tile.told-nothing")
    tile.select_one(".keep").decompose()
    assert text(tile) == "Repurchase Cannot tell Only 24 customers; a percentage needs 30."


def test_the_first_sentence_counts_what_moved():
    headline = [
        pages.kpi(),
        pages.kpi(label="Awareness", verdict="worse"),
        pages.kpi(verdict="no clear change"),
        pages.refusal(),
    ]
    assert sentences.summary(headline, [pages.decision()] * 2, language="en") == (
        "4 headline figures against the period before: 1 better (Customers who order again), 1 worse (Awareness), 1 without clear change and "
        "1 that cannot be judged. 2 decisions wait."
    )
    assert sentences.summary([pages.kpi()], [], language="en") == (
        "One headline figure against the period before: 1 better (Customers who order again). No decision waits."
    )


def test_the_first_sentence_says_how_many_decisions_have_a_clear_effect():
    unclear = pages.decision(low=-1.0, high=2.0)
    for some, said in (
        ([pages.decision(), unclear, unclear], "3 decisions wait, one of them with a clear effect."),
        ([pages.decision(), pages.decision(), unclear], "3 decisions wait, 2 of them with a clear effect."),
        ([unclear, unclear], "2 decisions wait."),
        ([pages.decision()], "One decision waits."),
    ):
        assert sentences.summary([pages.kpi()], some, language="en").endswith(said)


def test_decisions_show_effect_certainty_owner_and_their_page():
    said = text(full().select_one(".decisions"))
    for part in ("Move $40,000 to the welcome series", "+$61,000 90% interval $22,000 to $103,000", "93%", "Head of CRM",
                 "January 31, 2018", "Repurchase stays under 30%.", "Do customers come back?"):  # fmt: skip
        assert part in said


def test_only_checks_that_are_not_green_are_listed_the_worst_first():
    soup = full()
    assert [text(status) for status in soup.select(".checks .status")] == ["Fail", "Review"]
    assert "The other 1 checks pass." not in text(soup) and "The other check passes." in text(soup)


def test_each_page_says_its_status_and_links_what_there_is():
    soup = full()
    stale = page_of(soup, "What is one worth?")
    assert "Failed. Not updated since October 12, 2026. cell 9 of 24: 14 rows have no customer_id." in text(
        stale
    )
    assert stale.a["href"] == "crm/02-b.html"
    closed = page_of(soup, "Title of activation/05-budget")
    assert "Not opened yet. Needs ad_spend; the Google Ads export opens it." in text(closed) and not closed.a
    stopped = page_of(soup, "Title of crm/03-c")
    assert [link["href"] for link in stopped.select("a")] == ["crm/03-c.analyst.html"]
    assert "2 of 4 pages could not be made." in text(soup.select_one(".notice"))


def test_links_follow_run_json_where_it_lists_the_pages():
    soup = index({"crm/01-a": {"pages": {"teaching": "crm/01-a.teaching.html"}}})
    assert [link["href"] for link in soup.select(".pages a")] == ["crm/01-a.teaching.html"]


def test_pillars_stand_in_the_order_of_the_report():
    soup = index({"crm/01-a": {}, "scorecard/01-s": {}, "activation/01-b": {}})
    assert [head.get_text() for head in soup.select(".pillars h3")] == ["Scorecard", "Activation", "CRM"]


def test_an_empty_run_is_still_a_page():
    said = text(index({}))
    for part in (
        "No page of this run gives a headline figure.",
        "No page proposes a decision",
        "No page of this run made a check.",
    ):
        assert part in said


@pytest.mark.parametrize("soup", [full(), index({})], ids=["full", "empty"])
def test_the_index_is_sound_html(soup):
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
    assert soup.html["lang"] == "en" and not soup.select("link, [style], img:not([alt])")
    assert all(head["scope"] for head in soup.select("th")) and all(
        table.caption for table in soup.select("table")
    )
    assert len(str(soup).encode()) < 100_000


def test_hostile_text_shows_as_text():
    hostile = pages.HOSTILE
    rows = pages.told(
        title=hostile, answer=hostile, kpis=[pages.kpi(label=hostile, segment=hostile), pages.refusal(sentence=hostile)],
        checks=[pages.check(text=hostile)], decisions=[pages.decision(sentence=hostile)],
    )  # fmt: skip
    soup = index(
        {"crm/01-a": {"error": hostile, "status": "failed"}}, {"crm/01-a": rows}, company_title=hostile
    )
    assert [tag.string for tag in soup.select("script")] == [frame.script("copy")]
    assert soup.get_text().count('<script>alert("x")</script>') >= 7


def test_ten_thousand_characters_are_no_harm():
    assert "x" * 10_000 in index(rows={"crm/01-a": pages.told(title="x" * 10_000)}).get_text()


@pytest.mark.parametrize(
    ("row", "value", "shown"),
    [
        ({"unit": "share", "decimals": 1}, -0.036, "−3.6 points"),
        ({"unit": "currency", "currency": "EUR", "decimals": 0}, 1234.4, "+€1,234"),
        ({"unit": "orders", "decimals": 0}, 3, "+3 orders"),
        ({"unit": "ratio", "decimals": 2}, 0, "0.00"),
    ],
)
def test_changes_carry_their_sign_and_unit(row, value, shown):
    assert wording.signed(row, value, language="en") == shown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Keep the top tenth first: 247 customers bring a third.",
            ("Keep the top tenth first", "247 customers bring a third."),
        ),
        ("Move $1.5M to search. it pays 2.1 times.", ("Move $1.5M to search", "It pays 2.1 times.")),
        ("Tester une relance\u00a0: 26\u00a0% reviennent.", ("Tester une relance", "26\u00a0% reviennent.")),
        ("Move $40,000 to the welcome series", ("Move $40,000 to the welcome series", "")),
        ("Mend “return: wrong item” first: 994 waited.", ("Mend “return: wrong item” first", "994 waited.")),
        (
            "Corrigez «\u00a0retour\u00a0: erreur\u00a0»\u00a0: 994.",
            ("Corrigez «\u00a0retour\u00a0: erreur\u00a0»", "994."),
        ),
    ],
)
def test_a_decision_is_headed_by_its_first_sentence(text, parts):
    assert wording.first_sentence(text) == parts


def test_an_interval_names_its_noun_once():
    row = {"unit": "orders", "decimals": 0, "low": 31.0, "high": 1042.0}
    assert wording.interval(row, language="en") == "31 to 1,042 orders"


def test_french_numbers_keep_their_spaces():
    row = {"unit": "currency", "currency": "EUR", "decimals": 2}
    assert wording.figure(row, 1234.5, language="fr") == "1\u202f234,50\u00a0€"
    assert wording.figure({"unit": "share", "decimals": 1}, 0.314, language="fr") == "31,4\u00a0%"


def test_a_period_is_named_and_anything_else_left_alone():
    assert wording.period("2017-11", language="en") == "November 2017"
    assert wording.period("2017-11", language="en", short=True) == "Nov 2017"
    assert wording.period("target", language="en") == "target"


def test_a_count_stays_on_one_line_with_its_name():
    rows = {"crm/01-a": pages.told(decisions=[pages.decision(sentence="Wait: n = 25 is too few.")])}
    assert "Wait: n\u00a0=\u00a025 is too few" in index(rows=rows).get_text()


def test_a_heading_in_a_note_stands_under_the_heading_of_its_section():
    note = notes.Notes("# Mine\n\nText.\n\n###### Small", "en", "Draft, not approved", False, "team")
    run = pages.run(pages.entry("crm/01-a"))
    soup = BeautifulSoup(site.index(run, {"notebooks": {}}, note=note), "html.parser")
    assert len(soup.find_all("h1")) == 1
    assert [tag.get_text() for tag in soup.select(".said h3")] == ["Mine", "Small"]


def test_figures_of_a_month_in_a_report_of_a_quarter_say_of_which_month_they_are():
    rows = {"crm/01-a": pages.told(kpis=[pages.kpi(), pages.kpi(id="b")])}
    soup = index(rows=rows, period="2017-Q4", period_label="Q4 2017")
    assert text(soup.select_one(".answer")).startswith(
        "2 headline figures, all of December 2017, against the period before"
    )
    assert [one.p.get_text() for one in soup.select(".tile .facts")] == ["December 2017"] * 2
    same = index(rows=rows)
    assert (
        "all of" not in text(same.select_one(".answer"))
        and same.select_one(".tile .facts p").get_text() != "December 2017"
    )


def test_controls_of_tiles_and_pages_are_told_apart_by_name():
    rows = {"crm/01-a": pages.told(kpis=[pages.kpi(), pages.kpi(id="b", label="Second")])}
    soup = index(rows=rows)
    names = [tag["aria-label"] for tag in soup.select("button.copy, .actions a, .links a")]
    assert len(names) == len(set(names)) and "Copy: Second" in names


def test_a_minus_stays_on_the_line_of_its_currency_in_what_is_read_and_nowhere_else():
    copied = '<p class="quote">Margin −€0.22.</p>'
    hidden = '<script>const said = "−€1";</script><!-- −€2 --><pre>−€3</pre><p title="−€4">−5</p>'
    made = prose.together(
        f"<html><body>{hidden}{copied}<p>From −€0.22 to −<b>€1</b>, −$3, −£4 and −6 %.</p></body></html>"
    )
    assert hidden in made and copied in made
    assert (
        "From −\u2060€0.22 to −<b>€1</b>, −\u2060$3, −\u2060£4 and −6 %." in made
        and made.count("\u2060") == 3
    )
