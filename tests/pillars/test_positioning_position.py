"""The page on the market position: what it starts from, its figures, checks, decisions and words, on markets small enough to see."""

from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from helpers import charts, kpi
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.positioning import (
    KPIS,
    position,
    position_buying,
    position_checks,
    position_decisions,
    position_figures,
    position_launches,
    position_line,
    position_market,
    position_seen,
)
from helpers.pillars.positioning import position_telling as telling
from helpers.pillars.positioning import position_told as told
from helpers.pillars.positioning.definitions import position as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris")
HERE = Scope(SHOP, parse("2026-Q3"), "FR", "en")
FRENCH = Scope(SHOP, parse("2026-Q3"), "FR", "fr")
OWN = "House, House Small"
BRANDS = ("House", "Big", "Middle", "Little", "Other one")
SHARES = np.array((0.18, 0.36, 0.24, 0.14, 0.08))
ATTRIBUTES = ("modern", "cheap", "trusted", "green")
POINTS = np.array(((0.6, 0.2), (-0.7, 0.1), (0.0, 0.5), (0.4, -0.6)))
PLACES = np.array(((0.8, 0.3), (-0.6, 0.1), (0.1, -0.7), (-0.6, 0.1), (0.2, 0.6)))


def sales(*, launch="2026-01-01", months=36, house=0.20, takes=0.5, market="FR") -> pd.DataFrame:
    """Sales of a market of 1,000 units a month; the launch sells 60 of them and takes a part of that from the house."""
    days, rows = pd.date_range("2023-10-01", periods=months, freq="MS"), []
    rng = np.random.default_rng(3)
    for day in days:
        new = 60.0 if launch and day >= pd.Timestamp(launch) else 0.0
        units = {
            "House": 1000 * house - takes * new,
            "House Small": new,
            "Big": 400.0 - (1 - takes) * new,
            "Middle": 250.0,
            "Little": 150.0,
        }
        rows += [
            (day, market, name, 100.0 * v, v * rng.uniform(0.98, 1.02)) for name, v in units.items() if v
        ]
    return pd.DataFrame(rows, columns=["month", "market", "brand", "sales_value", "units"]).assign(
        category="c", currency="EUR", source="panel"
    )


def prices(n=156) -> pd.DataFrame:
    """Weekly prices; that of the house moves."""
    rng, days = np.random.default_rng(4), pd.date_range("2023-10-02", periods=n, freq="7D")
    rows = [
        (day, "FR", seller, 100.0 * (rng.choice([0.9, 1.0]) if seller == "own" else 1.0))
        for day in days
        for seller in ("own", "Big")
    ]
    return pd.DataFrame(rows, columns=["observed_on", "market", "seller", "price"]).assign(
        regular_price=100.0
    )


def usage(
    survey="usage-2026-09",
    day="2026-09-10",
    n=900,
    seed=0,
    brands=BRANDS,
    shares=SHARES,
    launch=True,
    new=0.4,
) -> pd.DataFrame:
    """People of an NBD-Dirichlet market, each brand one row; some bought the house first and say what they used before."""
    rng = np.random.default_rng(seed)
    total = rng.poisson(rng.gamma(0.9, 3.0 / 0.9, n))
    drawn = rng.gamma(1.5 * shares, size=(n, len(brands)))
    bought = rng.multinomial(total, drawn / drawn.sum(axis=1, keepdims=True))
    tables = [
        _rows(
            survey, "usage", day, n, question="purchases_12m", brand=name, score=bought[:, at].astype(float)
        )
        for at, name in enumerate(brands)
    ]
    if launch:
        tables.append(
            _rows(
                survey,
                "usage",
                day,
                n,
                question="purchases_12m",
                brand="House Small",
                score=(rng.random(n) < 0.06) * rng.integers(1, 3, n) * 1.0,
            )
        )
    first = (bought[:, 0] > 0) & (rng.random(n) < new)
    before = np.where(
        rng.random(n) < 0.3, "none", rng.choice(["Big", "Middle", "Little"], n, p=[0.2, 0.6, 0.2])
    )
    tables.append(
        _rows(survey, "usage", day, n, question="previous_brand", brand="House", choice=before)[first]
    )
    return pd.concat(tables, ignore_index=True)


def image(n=700, seed=1, places=PLACES, known=(0.7, 0.9, 0.6, 0.6, 0.5)) -> pd.DataFrame:
    """Who knows what, and what they say of it."""
    rng = np.random.default_rng(seed)
    knows = rng.random((n, len(BRANDS))) < known
    says = rng.random((n, len(BRANDS), len(ATTRIBUTES))) < 0.35 * np.exp(places @ POINTS.T)
    tables = []
    for at, name in enumerate(BRANDS):
        tables.append(
            _rows(
                "image-2026-09",
                "brand_image",
                "2026-09-08",
                n,
                question="knows",
                brand=name,
                score=knows[:, at] * 1.0,
            )
        )
        tables += [
            _rows("image-2026-09", "brand_image", "2026-09-08", n, question=f"attr_{one}", brand=name, score=says[:, at, j] * 1.0)[knows[:, at]]
            for j, one in enumerate(ATTRIBUTES)
        ]  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def _rows(survey, kind, day, n, **more) -> pd.DataFrame:
    rng = np.random.default_rng(n)
    about = {
        "survey_id": survey, "survey_type": kind, "respondent_id": [f"{survey}-{at:04}" for at in range(n)], "answered_on": day, "market": "FR",
        "brand": None, "score": np.nan, "choice": None, "age_band": rng.choice(["18-34", "35+"], n, p=[0.6, 0.4]), "sex": rng.choice(["F", "M"], n),
        "region": "all", "sample_source": "panel, quotas", "weight": np.nan,
    }  # fmt: skip
    return pd.DataFrame({**about, **more})


def margins(young=0.3, total=1.0) -> pd.DataFrame:
    rows = [
        ("age_band", "18-34", young),
        ("age_band", "35+", total - young),
        ("sex", "F", 0.5),
        ("sex", "M", 0.5),
    ]
    return pd.DataFrame(rows, columns=["dimension", "level", "share"]).assign(
        market="FR", as_of="2026-01-01", source="office"
    )


EARLIER = {"survey": "usage-2025-09", "day": "2025-09-10", "seed": 5, "launch": False}


def known(*, own=OWN, month_rows=None, answers=None, official=None, scope=HERE) -> position.Known:
    asked = pd.concat([usage(), usage(**EARLIER), image()]) if answers is None else answers
    return position.known(
        sales() if month_rows is None else month_rows,
        asked,
        margins() if official is None else official,
        scope,
        own_brands=own,
    )


@pytest.fixture(autouse=True)
def theme():
    charts.theme("positioning")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def page() -> position_figures.Page:
    return position_figures.page(known(), prices())


def test_each_declared_figure_has_one_row_with_its_bounds(page):
    rows = position_figures.kpis(page, HERE)
    assert [row.id for row in rows] == [one.id for one in definitions.KPIS]
    assert all(row.value is not None for row in rows) and all(
        KPIS[row.id].kind == "counted" or row.low <= row.value <= row.high for row in rows
    )
    assert 5 <= len(rows) <= 8 and sum(one.headline for one in definitions.KPIS) in (1, 2)


def test_the_market_share_is_total_over_total_by_hand(page):
    """In July to September the house sells 170 and the small line 60 of 1,000 a month, all at one price: 23 %."""
    value, n = position_market.share_of(page.found, HERE.period, "sales_value")
    assert value == pytest.approx(0.23) and n == pytest.approx(690, rel=0.02)
    row = kpi.pick(position_figures.kpis(page, HERE), "market_share_value")
    assert len(row.history) == 12 and row.comparisons[-1].value == pytest.approx(0.03)
    assert page.year.value == pytest.approx(0.03 * 9 / 12)


def test_what_the_launch_took_of_the_house_is_found(page):
    (draw,) = page.draws
    assert draw.launch.line == "House Small" and draw.taken.months == 9
    assert draw.from_house.low < 0.5 < draw.from_house.high and draw.taken.own.low < 0.5 < draw.taken.own.high
    without = position_figures.page(page.found, None)
    assert np.isnan(without.draws[0].from_house.value)
    row = kpi.pick(position_figures.kpis(without, HERE), "launch_own_share")
    assert "year on year" in row.reason
    assert any(one.id == "price" and one.status == "review" for one in position_checks.checks(without, HERE))


def test_people_are_weighted_to_the_margins():
    wave = known().usage[-1]
    young = wave.people["age_band"] == "18-34"
    assert np.average(young, weights=wave.raked.weights) == pytest.approx(0.3, abs=1e-6) and not wave.why
    assert wave.n == 900 and wave.raked.n_effective < 900


def test_margins_that_do_not_add_up_are_said_and_people_stay_unweighted():
    made = position_figures.page(known(official=margins(total=0.9)), None)
    assert (made.found.usage[-1].raked.weights == 1).all()
    found = {one.id: one for one in position_checks.checks(made, HERE)}
    assert (
        found["weights_usage-2026-09"].status == "review"
        and "add up to 0.9" in found["weights_usage-2026-09"].text
    )


def test_the_waves_are_in_order_and_the_last_one_counts(page):
    assert [one.survey for one in page.found.usage] == ["usage-2025-09", "usage-2026-09"]
    row = kpi.pick(position_figures.kpis(page, HERE), "brand_penetration")
    assert [one.base for one in row.comparisons] == ["year"] and row.n == 900
    own = position_buying.own_purchases(page.found, page.found.usage[-1])
    assert row.value == pytest.approx(np.average(own > 0, weights=page.found.usage[-1].raked.weights))


def test_the_rival_that_loses_more_than_its_size_is_named(page):
    table = page.buying.sources
    assert table.loc["Middle", "verdict"] == "more" and table.loc["Big", "verdict"] == "less"
    assert "Middle" in told.source_finding(page, HERE)
    decision = position_decisions.decisions(page, HERE)[1]
    assert "Aim comparisons at Middle" in decision.sentence
    rows = told.source_rows(page, HERE)
    assert (
        rows["share"].sum() == pytest.approx(1) and rows["fair"].sum() < 1
    )  # nobody came from one of the rivals


def test_the_map_places_the_house_apart_and_twins_together(page):
    rivals = position_seen.rivals(page.seen, "House")
    assert len(rivals) == 4 and rivals["apart"].all()
    assert [(row.first, row.second) for row in position_seen.alike(page.seen).itertuples()] == [
        ("Big", "Little")
    ]
    assert set(position_seen.points(page.seen, "en")["kind"]) == {"brand", "attribute"}
    assert "modern" in telling.apart_said(page, HERE) and "Big and Little" in told.alike_said(page, HERE)


def test_the_answer_begins_with_the_decision(page):
    said = telling.answer(page, HERE)
    assert (
        said.startswith(("**Grow by winning more buyers", "**Find out why"))
        and "market share by value grew" in said
    )
    decisions = position_decisions.decisions(page, HERE)
    assert [one.id for one in decisions] == ["route", "whom", "stand", "launch"] and all(
        one.reverse_if and one.due == "2026-12-31" for one in decisions
    )
    assert "Set House Small apart" in decisions[-1].sentence


@pytest.mark.parametrize(("verdict", "begins"), [
    ("above", "**Grow by winning more buyers:**"), ("below", "**Find out why"), ("as expected", "**Grow by winning more buyers, not"),
    ("cannot tell", "**Grow by winning more buyers; do not pay"),
])  # fmt: skip
def test_the_route_follows_from_the_verdict(page, verdict, begins):
    table = page.buying.line.table.assign(verdict=verdict)
    made = page._replace(buying=page.buying._replace(line=page.buying.line._replace(table=table)))
    assert telling.route(made, HERE).startswith(begins)
    assert telling.route(made, FRENCH).startswith("**") and telling.route(made, FRENCH) != telling.route(
        made, HERE
    )


def test_all_brands_rated_alike_have_no_map_and_no_decision_on_the_stand():
    answers = pd.concat([usage(), usage(**EARLIER), image(places=PLACES * 0)])
    made = position_figures.page(known(answers=answers), None)
    assert made.seen.map is None and "seen alike" in told.map_finding(made, HERE)
    assert told.rivals_table(made, HERE).empty and position_seen.points(made.seen, "en").empty
    assert "Do not reposition" in position_decisions.decisions(made, HERE)[2].sentence
    assert next(one for one in position_checks.checks(made, HERE) if one.id == "map").status == "review"
    assert charts.positions(position_seen.points(made.seen, "en"), title="t", subtitle="s").figure.caption[
        "is_empty"
    ]


def test_a_brand_that_nobody_knows_is_named_and_left_out():
    answers = pd.concat([usage(), image(known=(0.7, 0.9, 0.6, 0.6, 0.0))])
    made = position_figures.page(known(answers=answers), None)
    assert made.seen.map is not None and any(
        "nobody knows Other one" in one.text.lower() or "Nobody knows Other one" in one.text
        for one in position_checks.checks(made, HERE)
    )


def test_forty_answers_give_no_verdicts_and_say_what_is_needed():
    answers = pd.concat([usage(n=40), image(n=40)])
    made = position_figures.page(known(answers=answers), None)
    rows = {row.id: row for row in position_figures.kpis(made, HERE)}
    assert rows["excess_loyalty"].value is None and "30" in rows["excess_loyalty"].reason
    assert rows["conquest_share"].value is None and "need n = 30" in rows["conquest_share"].reason
    assert made.seen.map is None and "100" in told.map_finding(made, HERE)
    assert telling.answer(made, HERE).startswith(
        "Whether to grow by more buyers or by more loyal ones cannot be told."
    )
    assert position_decisions.decisions(made, HERE)[0].verb == "Do not decide"


def test_a_company_without_surveys_on_brands_keeps_its_market_share():
    made = position_figures.page(known(answers=usage().head(0)), prices())
    rows = {row.id: row for row in position_figures.kpis(made, HERE)}
    assert rows["market_share_value"].value is not None and rows["brand_penetration"].value is None
    assert rows["launch_trial"].value is None and made.seen is None and made.buying.line is None
    for say in (
        telling.answer,
        telling.split_said,
        position_line.line_finding,
        position_line.duplication_said,
        position_line.naive,
        told.map_finding,
        told.source_finding,
    ):
        assert say(made, HERE)
    assert (
        position_line.line_rows(made).empty
        and told.source_rows(made, HERE).empty
        and position_checks.checks(made, HERE)
    )
    assert len(position_decisions.decisions(made, HERE)) == 4


def test_own_lines_that_nobody_sells_are_said():
    made = position_figures.page(known(own="House, Hause Small"), None)
    found = {one.id: one for one in position_checks.checks(made, HERE)}
    assert found["names"].status == "review" and "Hause Small" in found["names"].text
    nobody = position_figures.page(known(own="Nobody"), None)
    assert {one.id: one for one in position_checks.checks(nobody, HERE)}["market"].status == "fail"
    assert kpi.pick(position_figures.kpis(nobody, HERE), "market_share_value").value is None
    assert known(own=" , ").own == HERE.company.own_brands()


def test_without_a_launch_there_is_nothing_to_tell_of_one():
    made = position_figures.page(known(month_rows=sales(launch=None), own="House"), prices())
    assert made.draws == () and "No own line came on sale" in position_launches.launch_said(made, HERE)
    rows = {row.id: row for row in position_figures.kpis(made, HERE)}
    assert rows["launch_own_share"].value is None and position_launches.launch_table(made, HERE).empty
    assert len(position_decisions.decisions(made, HERE)) == 3


def test_two_launches_are_held_against_each_other_at_one_age():
    month_rows = pd.concat(
        [
            sales(launch="2026-02-01"),
            sales(launch="2025-03-01").query("brand == 'House Small'").assign(brand="House First"),
        ]
    )
    old = usage(**EARLIER).assign(brand=lambda t: t["brand"].replace({"Other one": "House First"}))
    new = usage().assign(brand=lambda t: t["brand"].replace({"Other one": "House First"}))
    made = position_figures.page(
        known(month_rows=month_rows, answers=pd.concat([old, new]), own="House, House First, House Small"),
        None,
    )
    first, second = made.buying.tried
    assert (first.launch.line, second.launch.line) == (
        "House First",
        "House Small",
    ) and first.wave.survey == "usage-2025-09"
    assert (
        first.same_age.at == pytest.approx(min(first.own_age.age, second.own_age.age)) == second.same_age.at
    )
    assert list(position_launches.launch_table(made, HERE).columns) == [
        "House First",
        "House Small",
    ] and "House First" in position_launches.launch_said(made, HERE)


def test_every_sentence_has_its_french(page):
    for say in (telling.answer, telling.split_said, position_line.line_finding, position_line.duplication_said, position_line.naive, told.map_finding,
                told.alike_said, told.source_finding, told.source_subtitle, position_launches.launch_said):  # fmt: skip
        assert say(page, FRENCH) != say(page, HERE)
    for one in (*position_checks.checks(page, FRENCH), *position_decisions.decisions(page, FRENCH)):
        assert getattr(one, "text", None) or one.sentence


def test_pages_are_the_same_twice():
    one, other = (position_figures.page(known(), prices()) for _ in range(2))
    assert position_figures.kpis(one, HERE) == position_figures.kpis(other, HERE)
