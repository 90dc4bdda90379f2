import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from helpers.report import changes, companions

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))


def row(period: str = "2026-09", value: float | None = 0.3, **values) -> dict:
    history = [{"period": "2026-08", "value": 0.25}, {"period": "2026-09", "value": value}]
    return {
        "id": "rate",
        "segment": "all",
        "definition_version": 1,
        "period": period,
        "value": value,
        "history": history,
        **values,
    }


def publish(
    reports, period: str, *rows: dict, market: str = "ALL", language: str = "en",
    at: str = "2026-09-05T06:00:00", **kept,
):  # fmt: skip
    folder = reports / "acme" / period / market / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps({"finished_at": at}))
    (folder / "kpis.json").write_text(json.dumps({"notebooks": {"crm/a": {"kpis": list(rows)}}, **kept}))
    return folder


def run(reports, period: str, *rows: dict, at: str, **where) -> changes.Changes:
    """Publish a report as a run does: compared with what is there, and with what it keeps for the next."""
    language = where.get("language", "en")
    found = changes.since_last(list(rows), reports / "acme" / period / "ALL" / language, made_at=at)
    publish(reports, period, *rows, at=at, first_published=list(found.first), **where)
    return found


def said(found: changes.Changes) -> list[tuple]:
    return [(one.period, one.then, one.now, one.published_at) for one in found.restated]


@pytest.fixture
def report(tmp_path):
    return tmp_path / "acme" / "2026-09" / "ALL" / "en"


def test_the_last_report_is_that_of_the_nearest_earlier_period_of_the_same_grain_and_market(tmp_path, report):
    publish(tmp_path, "2026-07", row())
    nearest = publish(tmp_path, "2026-08", row())
    publish(tmp_path, "2026-Q2", row())
    publish(tmp_path, "2026-10", row())
    publish(tmp_path, "2026-08", row(), market="FR")
    publish(tmp_path, "2026-08", row(), language="fr")
    assert changes.last_report(report) == nearest


def test_without_an_earlier_report_there_is_nothing_to_compare(report):
    found = changes.since_last([row()], report)
    assert (found.period, found.before, found.restated) == ("", (), ())


def test_a_figure_of_the_last_report_that_has_another_value_now_is_restated(tmp_path, report):
    publish(tmp_path, "2026-08", row("2026-08", 0.24))
    found = changes.since_last([row()], report)
    assert (found.period, found.published_at[:10], len(found.before)) == ("2026-08", "2026-09-05", 1)
    (one,) = found.restated
    assert (one.period, one.then, one.now) == ("2026-08", 0.24, 0.25)


def test_the_same_value_is_not_restated(tmp_path, report):
    publish(tmp_path, "2026-08", row("2026-08", 0.25))
    assert changes.since_last([row()], report).restated == ()


def test_a_rerun_of_the_same_period_on_corrected_data_restates_it(tmp_path, report):
    publish(tmp_path, "2026-09", row(value=0.31))
    (one,) = changes.since_last([row()], report).restated
    assert (one.period, one.then, one.now) == ("2026-09", 0.31, 0.3)


def test_a_new_definition_is_another_figure_and_a_value_that_appears_is_restated(tmp_path, report):
    publish(tmp_path, "2026-08", row("2026-08", 0.2, definition_version=2), row("2026-08", None, id="new"))
    found = changes.since_last([row(), row(id="new")], report)
    assert [(one.row["id"], one.then, one.now) for one in found.restated] == [("new", None, 0.25)]


def history(**values: float) -> list[dict]:
    return [{"period": period.replace("_", "-")[1:], "value": value} for period, value in values.items()]


def test_a_restated_figure_stays_so_in_every_later_run_and_shows_what_was_published_first(tmp_path):
    first, second, third = (f"2026-10-0{day}T06:00:00" for day in (1, 2, 3))
    assert said(run(tmp_path, "2026-09", row(value=0.31), at=first)) == []
    assert said(run(tmp_path, "2026-09", row(value=0.30), at=second)) == [("2026-09", 0.31, 0.30, first)]
    assert said(run(tmp_path, "2026-09", row(value=0.30), at=third)) == [("2026-09", 0.31, 0.30, first)]
    assert said(run(tmp_path, "2026-09", row(value=0.29), at=third)) == [("2026-09", 0.31, 0.29, first)]
    assert said(run(tmp_path, "2026-09", row(value=0.31), at=third)) == []
    assert said(run(tmp_path, "2026-09", row(value=0.29), at=third)) == [("2026-09", 0.31, 0.29, first)]


def test_each_period_of_the_history_is_held_against_the_report_of_that_very_period(tmp_path, report):
    publish(tmp_path, "2026-07", row("2026-07", 0.20))
    publish(tmp_path, "2026-08", row("2026-08", 0.25))
    now = row(history=history(_2026_07=0.22, _2026_08=0.25, _2026_09=0.3))
    assert [one[:3] for one in said(changes.since_last([now], report))] == [("2026-07", 0.20, 0.22)]


def test_a_month_that_a_quarter_published_is_restated_in_the_next_quarter(tmp_path):
    publish(tmp_path, "2026-Q2", row("2026-06", 0.20))
    now = row(history=history(_2026_06=0.22, _2026_09=0.3))
    found = changes.since_last([now], tmp_path / "acme" / "2026-Q3" / "ALL" / "en")
    assert [one[:3] for one in said(found)] == [("2026-06", 0.20, 0.22)]


def test_a_period_whose_own_report_was_made_again_is_restated_in_later_reports_too(tmp_path):
    july, again, september = "2026-08-01T06:00:00", "2026-08-20T06:00:00", "2026-10-01T06:00:00"
    run(tmp_path, "2026-07", row("2026-07", 0.20, history=[]), at=july)
    run(tmp_path, "2026-07", row("2026-07", 0.22, history=[]), at=again)
    found = run(tmp_path, "2026-09", row(history=history(_2026_07=0.22, _2026_09=0.3)), at=september)
    assert said(found) == [("2026-07", 0.20, 0.22, july)]


def test_what_a_failed_page_had_published_is_not_forgotten(tmp_path):
    first, second = "2026-10-01T06:00:00", "2026-10-02T06:00:00"
    run(tmp_path, "2026-09", row(value=0.31), at=first)
    run(tmp_path, "2026-09", at=second)
    assert said(run(tmp_path, "2026-09", row(value=0.30), at=second)) == [("2026-09", 0.31, 0.30, first)]


def test_a_restated_figure_has_the_words_of_the_report_that_says_so(tmp_path):
    first, second = "2026-10-01T06:00:00", "2026-10-02T06:00:00"
    run(tmp_path, "2026-09", row(value=0.31, label="Rate"), at=first)
    found = run(tmp_path, "2026-09", row(value=0.30, label="Taux"), at=second, language="fr")
    assert said(found) == [("2026-09", 0.31, 0.30, first)] and found.restated[0].row["label"] == "Taux"


def test_a_group_that_is_hidden_now_is_not_restated_and_its_old_figure_is_not_kept(tmp_path):
    run(tmp_path, "2026-09", row(value=0.31, n=12, segment="old"), at="2026-10-01T06:00:00")
    hidden = row(value=None, n=None, segment="old", history=[])
    found = run(tmp_path, "2026-09", hidden, at="2026-10-02T06:00:00")
    assert found.restated == found.first == ()


def test_a_link_that_a_killed_process_left_is_no_report(tmp_path, report):
    nearest = publish(tmp_path, "2026-08", row("2026-08", 0.25))
    (nearest.parent / ".en.4711").symlink_to(nearest)
    (nearest.parent / ".zz.4711").symlink_to(nearest)
    assert changes.last_report(report.with_name(".zz.4711")) == nearest
    assert len(companions.published(report)) == 1


def figure(period: str, value: float, half: float, **values) -> dict:
    """A row as kpis.json holds it: an interval of twice `half`, on 1,000 customers."""
    bounds = {"low": value - half, "high": value + half, "n": 1000}
    defined = {"better": "up", "materiality": 0.01, "relative": False, "unit": "share", "label": "Rate"}
    return {**row(period, value, history=[]), **bounds, **defined, **values}


def page(now: dict, then: dict) -> str:
    told = {
        "period": "2026-09",
        "period_label": "September 2026",
        "language": "en",
        "finished_at": "2026-10-01T06:00:00",
    }
    since = changes.Changes("2026-07", "2026-08-01T06:00:00", (then,))
    return companions.history(
        pages.run(**told), {"notebooks": {"crm/a": {"kpis": [now]}}}, changed=since, reports=[]
    )


def test_a_figure_that_rose_on_the_month_and_fell_since_the_last_report_is_worse():
    then = figure("2026-07", 0.40, 0.01)
    risen = [{"base": "previous", "period": "2026-08", "value": 0.05, "verdict": "better"}]
    now = figure("2026-09", 0.30, 0.01, verdict="better", comparisons=risen)
    html = page(now, then)
    assert "0 better, 1 worse, 0 without clear change, 0 that cannot be judged" in html
    text = BeautifulSoup(html, "html.parser").find("main").get_text(" ", strip=True)
    assert "Worse than Jul 2026" in text and "−10" in text and "Better than" not in text


@pytest.mark.parametrize("bare", ["materiality", "n"])
def test_a_row_of_a_run_that_kept_too_little_to_judge_it_cannot_be_judged(bare):
    then, now = figure("2026-07", 0.40, 0.01), figure("2026-09", 0.30, 0.01, verdict="better")
    del now[bare]
    assert "0 better, 0 worse, 0 without clear change, 1 that cannot be judged" in page(now, then)


def test_reports_are_listed_by_the_end_of_their_period_and_not_by_the_data_they_saw():
    told = {"market": "ALL", "language": "en", "failed": 0, "data_until": "2027-01-31"}
    others = [
        {**told, "period": code, "finished_at": f"2027-02-0{day}T06:00:00"}
        for day, code in enumerate(("2026-10", "2026-Q3", "2026-W45"), start=1)
    ]
    run = pages.run(period="2026-12", period_label="December 2026", data_until="2026-12-31")
    html = companions.history(run, {"notebooks": {}}, changed=changes.Changes(), reports=others)
    links = BeautifulSoup(html, "html.parser").select("main tbody a")
    listed = [link["href"].replace("../", "").split("/")[0] for link in links]
    assert listed == ["index.html", "2026-W45", "2026-10", "2026-Q3"]
