import json

import pytest

from helpers.report import changes


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


def publish(reports, period: str, *rows: dict, market: str = "ALL", language: str = "en"):
    folder = reports / "acme" / period / market / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps({"finished_at": "2026-09-05T06:00:00"}))
    (folder / "kpis.json").write_text(json.dumps({"notebooks": {"crm/a": {"kpis": list(rows)}}}))
    return folder


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
    assert changes.since_last([row()], report) == changes.Changes()


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
