"""The page of the brand tracker: small worlds with a known truth, hand-worked figures, thin cases, bad input of every kind, the sample."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.company import Company, Scope
from helpers.errors import DataError, NothingToReportError
from helpers.i18n import untranslated
from helpers.periods import parse
from helpers.pillars.brand import (
    KPIS,
    tracker,
    tracker_answers,
    tracker_checks,
    tracker_decisions,
    tracker_figures,
    tracker_moves,
    tracker_places,
    tracker_tables,
    tracker_telling,
    tracker_told,
    tracker_words,
)
from helpers.pillars.brand.definitions import tracker as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris")
HERE = Scope(SHOP, parse("2026-Q3"), "ALL", "en")
STEPS = ("aided_awareness", "consideration", "preference")
# brand: share that knows it, considers among these, prefers among these, uses among those who know it
BRANDS = {
    "House": (0.55, 0.60, 0.40, 0.35),
    "Big": (0.85, 0.62, 0.42, 0.45),
    "Mid": (0.65, 0.60, 0.38, 0.40),
    "Low": (0.50, 0.58, 0.35, 0.34),
    "Tiny": (0.40, 0.55, 0.33, 0.30),
    "Dwarf": (0.35, 0.55, 0.30, 0.28),
}
WAVES = ("2024-12", "2025-03", "2025-06", "2025-09", "2025-12", "2026-03", "2026-06", "2026-09")


def survey(
    brands=BRANDS,
    *,
    waves=WAVES,
    n=600,
    house=None,
    seed=1,
    market="FR",
    jump=None,
    weights=True,
    regions=None,
):
    """Answers of `n` people a wave; `house` gives the house's own chances by wave, `jump` a wave from which more consider every brand."""
    rng, parts = np.random.default_rng(seed), []
    for wave in waves:
        region = rng.choice(["north", "south"], n, p=[0.3, 0.7])
        base = pd.DataFrame({
            "survey_id": f"tracker-{wave}", "survey_type": "brand_tracker", "respondent_id": [f"{market}{wave}-{i}" for i in range(n)],
            "answered_on": pd.Timestamp(f"{wave}-12"), "market": market, "region": region, "age_band": rng.choice(["18-49", "50+"], n),
            "sex": rng.choice(["F", "M"], n), "sample_source": "random", "weight": np.exp(0.4 * rng.standard_normal(n)) if weights else np.nan,
        })  # fmt: skip
        for brand, chances in brands.items():
            knows, considers, prefers, uses = (
                (house or {}).get(wave, chances) if brand == "House" else chances
            )
            extra = 0.15 if jump and wave >= jump else 0.0
            aware = rng.random(n) < (
                knows if regions is None else np.where(region == "north", regions, knows)
            )
            would = aware & (rng.random(n) < considers + extra)
            answers = {
                "aided_awareness": aware,
                "consideration": would,
                "preference": would & (rng.random(n) < prefers),
                "usage_12m": aware & (rng.random(n) < uses),
            }
            for question, yes in answers.items():
                asked = np.ones(n, dtype=bool) if question == "aided_awareness" else aware
                wording = "v2" if jump and question == "consideration" and wave >= jump else "v1"
                parts.append(
                    base[asked].assign(
                        question=question, brand=brand, score=yes[asked] * 1.0, wording=wording
                    )
                )
    return pd.concat(parts, ignore_index=True)


def trust(
    means, *, waves=("2026-03", "2026-06", "2026-09"), n=400, seed=2, items=("trust_a", "trust_b", "trust_c")
):
    """One factor behind statements from 1 to 5; `means` by brand, or by brand and wave."""
    rng, parts = np.random.default_rng(seed), []
    for wave in waves:
        for brand, mean in means.items():
            factor = (mean[wave] if isinstance(mean, dict) else mean) + 0.8 * rng.standard_normal(n)
            base = pd.DataFrame({
                "survey_id": f"trust-{wave}", "survey_type": "trust", "respondent_id": [f"t{wave}-{i}" for i in range(n)],
                "answered_on": pd.Timestamp(f"{wave}-10"), "market": "FR", "brand": brand, "weight": 1.0, "wording": "v1",
                "scale_min": 1.0, "scale_max": 5.0,
            })  # fmt: skip
            noise = 0.4 * rng.standard_normal((len(items), n))
            parts += [base.assign(question=item, score=np.clip(np.round(factor + one), 1, 5)) for item, one in zip(items, noise, strict=True)]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def margins(north=0.3):
    shares = {
        "region": {"north": north, "south": 1 - north},
        "age_band": {"18-49": 0.5, "50+": 0.5},
        "sex": {"F": 0.5, "M": 0.5},
    }
    rows = [
        ("FR", pd.Timestamp("2026-01-01"), name, level, share, "office")
        for name, levels in shares.items()
        for level, share in levels.items()
    ]
    return pd.DataFrame(rows, columns=["market", "as_of", "dimension", "level", "share", "source"])


def totals_of(share, *, markets=("FR",), months=36, n=400, brands=("House", "Big"), seed=3):
    rng, rows = np.random.default_rng(seed), []
    for market in markets:
        for t in range(months):
            month = (pd.Period("2026-09", "M") - (months - 1 - t)).end_time.normalize()
            for brand in brands:
                for metric, chance in (
                    ("aided_awareness", 0.55),
                    ("consideration", 0.33),
                    ("preference", share),
                ):
                    rows.append(
                        (
                            month,
                            market,
                            brand,
                            metric,
                            "",
                            rng.binomial(n * 4 // 5, chance) / (n * 4 // 5),
                            n,
                            n / 1.25,
                        )
                    )
    return pd.DataFrame(
        rows, columns=["wave_on", "market", "brand", "metric", "segment", "share", "n", "n_effective"]
    )


def read(frame, *, kind="brand_tracker", scope=HERE, most=8, market=""):
    names = {"brand_tracker": {"questions": tracker.QUESTIONS}, "trust": {"begins": "trust_"}}[kind]
    return tracker_answers.asked(frame, scope, kind=kind, most=most, market=market, **names)


def page_of(frame=None, trusted=None, totals=None, *, known=None, scope=HERE, choices=None, **more):
    frame = survey() if frame is None else frame
    asked = read(frame, scope=scope)
    scale = read(
        trust({"House": 3.6, "Big": 3.2}) if trusted is None else trusted, kind="trust", market=asked.market
    )
    options = {"own": "House", "steps": STEPS, "size": "usage_12m", "region_question": "aided_awareness", "points": 0.03, **more}  # fmt: skip
    return tracker.page(asked, scale, tracker_answers.totals(totals, scope), scope, margins=margins() if known is None else known, choices=choices, **options)  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return page_of()


def shown(page, scope=HERE):
    return {one.id: one for one in tracker_checks.checks(page, scope)}


def rows_of(page, scope=HERE):
    return {one.id: one for one in tracker_figures.kpis(page, scope)}


def decided(page, scope=HERE):
    return {one.id: one for one in tracker_decisions.decisions(page, scope)}


# hand-worked


def test_a_share_is_that_of_all_people_weighted_and_who_does_not_know_a_brand_is_a_no(made):
    frame = survey()
    last = frame[frame["survey_id"] == "tracker-2026-09"]
    people = last.drop_duplicates("respondent_id").set_index("respondent_id")["weight"]
    yes = last[(last["brand"] == "House") & (last["question"] == "preference") & (last["score"] == 1)][
        "respondent_id"
    ]
    by_hand = people[yes].sum() / people.sum()
    assert made.share("preference")["value"] == pytest.approx(by_hand)
    assert made.share("preference")["n"] == 600 and 400 < made.share("preference")["n_effective"] < 600


def test_people_needed_are_those_of_the_formula():
    row = pd.Series({"value": 0.2, "deff": 1.25, "n_effective": 800.0})
    need = tracker_moves.need(row, 0.03)
    spread = 0.2 * 0.8 + 0.23 * 0.77
    # 6.18 is (1.645 + 0.842)²; the classical formula without the pooling of the null
    assert need.each == pytest.approx(1.25 * 6.18 * spread / 0.03**2, rel=0.03)
    assert need.seen == pytest.approx(2.487 * math.sqrt(2 * 0.16 / 800), abs=1e-4)
    assert math.isinf(need.next)  # 800 answers behind it are fewer than half of what a known share would need


def test_a_larger_next_wave_alone_will_do_where_the_last_one_is_large():
    row = pd.Series({"value": 0.2, "deff": 1.0, "n_effective": 5000.0})
    need = tracker_moves.need(row, 0.03)
    assert need.next == math.ceil(1 / (0.03**2 / (2.4865**2 * 0.16) - 1 / 5000)) and need.next < need.each


def test_the_wave_of_a_year_before_is_found_by_its_month_and_not_by_counting():
    assert tracker_moves.year_before(["2025-09", "2026-03", "2026-09"]) == "2025-09"
    assert tracker_moves.year_before(["2025-10", "2026-09"]) == "2025-10"
    assert tracker_moves.year_before(["2025-05", "2026-09"]) == ""
    assert tracker_moves.year_before(["2026-09"]) == "" and tracker_moves.year_before([]) == ""


def test_a_change_that_is_clear_alone_is_taken_back_among_many():
    found = pd.DataFrame({"verdict": ["higher", *["no clear change"] * 9], "p": [0.03, *[0.5] * 9]})
    told = tracker_moves.together(found)
    assert told["told"].iloc[0] == "alone" and told["p_all"].iloc[0] == pytest.approx(0.3)
    assert tracker_moves.together(found.head(1))["told"].iloc[0] == "higher"


def test_waves_are_named_by_month_or_by_day_where_a_month_has_two():
    frame = survey(waves=("2026-06", "2026-09"), n=40)
    assert sorted(read(frame).days) == ["2026-06", "2026-09"]
    other = frame[frame["survey_id"] == "tracker-2026-09"].assign(
        survey_id="tracker-late", answered_on=pd.Timestamp("2026-09-25")
    )
    assert sorted(read(pd.concat([frame, other])).days) == ["2026-06-12", "2026-09-12", "2026-09-25"]
    assert tracker_words.wave("2026-09", "fr") == "septembre 2026"


# known truth


def test_nothing_is_told_where_nothing_moved(made):
    assert not made.moved["told"].isin(["higher", "lower"]).any() and made.stood_out.empty
    assert set(decided(made)) >= {"hold", "reach", "ask"} and "explain" not in decided(made)
    assert tracker_told.answer(made, HERE).startswith("Test a wider reach and mend no step")


def test_a_real_fall_of_preference_comes_first():
    page = page_of(survey(house={"2026-09": (0.55, 0.60, 0.12, 0.35)}))
    said = tracker_told.answer(page, HERE)
    assert said.startswith("Find out why preference fell") and "against June 2026" in said
    assert "explain" in decided(page) and rows_of(page)["tracker_preference"].verdict == "worse"
    assert page.stood_out.query("question == 'preference'")["told"].tolist() == ["lower"]
    smooth = page.stood_out.query("question == 'preference'").iloc[0]
    assert smooth["change"] < smooth["smooth"] < 0


def test_a_rise_is_kept():
    page = page_of(survey(house={"2026-09": (0.55, 0.60, 0.85, 0.35)}))
    assert tracker_told.answer(page, HERE).startswith("Keep what was done") and "explain" in decided(page)


def test_a_leak_against_size_is_found_and_mended():
    brands = {**BRANDS, "House": (0.80, 0.15, 0.40, 0.42)}
    page = page_of(survey(brands, n=1500))
    assert page.funnel.iloc[0]["step"] == "consideration" and page.funnel.iloc[0]["told"] == "below"
    assert tracker_told.answer(page, HERE).startswith(
        "Mend the funnel between prompted awareness and consideration first"
    )
    mend = decided(page)["mend"]
    assert mend.low < mend.effect < mend.high and mend.low > 0 and "reach" not in decided(page)
    assert rows_of(page)["tracker_weakest_step"].high < 1
    assert "We lose most against size" in tracker_telling.funnel_finding(page, HERE)


def test_no_change_is_told_over_a_changed_text_and_the_bridge_is_asked_for():
    page = page_of(survey(jump="2026-03", n=1000))
    year = page.moved.query("question == 'consideration' and against == 'year'").iloc[0]
    assert math.isnan(year["change"]) and year["told"] == "cannot tell"
    assert page.breaks == {"consideration": "2026-03"} and shown(page)["texts"].status == "review"
    assert "bridge" in decided(page)
    assert "new text of the question" in tracker_tables.moves_table(page, HERE).loc["consideration"].tolist()
    assert page.course["consideration"].jumps["2026-03"].low > 0  # 15 points among those who know it
    row = rows_of(page)["tracker_consideration"]
    assert [one.base for one in row.comparisons] == ["previous"] and len(row.history) == 3
    assert "The text of consideration changed in March 2026" in tracker_telling.breaks_said(page, HERE)


def test_a_region_that_stands_apart_is_named():
    page = page_of(survey(regions=0.20, n=1200))
    assert tracker_places.apart(page.regions) == (["south"], ["north"])
    assert "Begin in north." in decided(page)["reach"].sentence
    by = page.regions.table.set_index("region")["value"]
    assert by["north"] == pytest.approx(0.2, abs=0.06) and by["south"] == pytest.approx(0.55, abs=0.05)


def test_trust_moves_and_stands_ahead_as_made():
    fell = {"2026-03": 3.6, "2026-06": 3.6, "2026-09": 3.1}
    page = page_of(trusted=trust({"House": fell, "Big": 2.6}))
    assert page.trust.changes.set_index("wave")["told"]["2026-09"] == "lower"
    assert page.trust.ahead["told"].tolist() == ["higher"] and page.trust.ahead["change"].iloc[
        0
    ] == pytest.approx(0.5, abs=0.15)
    assert (
        page.trust.held["House"].alpha.value > 0.85
        and rows_of(page)["tracker_trust"].comparisons[0].verdict == "worse"
    )


def test_two_surveys_agree_only_where_the_gap_over_all_quarters_is_surely_small():
    frame = survey(n=2500)
    own = page_of(frame).waves.table.query("brand == 'House' and question == 'preference'")["value"].mean()
    shares = {"aided_awareness": 0.55, "consideration": 0.33, "preference": own}
    totals = totals_of(own, markets=("FR", "BE"), n=2500)
    near = page_of(frame, totals=totals)
    assert near.agency.table["market"].tolist() == ["BE", "FR"] and set(near.agency.agree["question"]) == set(shares)  # fmt: skip
    assert set(near.agency.agree["told"]) == {"agrees"} and near.agency.agree["quarters"].tolist() == [8] * 3
    assert near.agency.table.set_index("market").loc["FR", "smoothed"] == pytest.approx(own, abs=0.03)
    assert shown(near)["agency"].status == "pass"
    assert "8 shared quarters" in shown(near)["agency"].text and "to within 3.0 points" in shown(near)["agency"].text  # fmt: skip


def test_two_small_surveys_are_not_told_apart_and_not_said_to_agree():
    page = page_of(survey(n=120), totals=totals_of(0.13, n=100))
    assert "not told apart" in set(page.agency.agree["told"])
    check = shown(page)["agency"]
    assert check.status == "review" and "not told apart" in check.text and "too few to say" in check.text


def test_surveys_that_differ_over_all_quarters_or_in_one_are_said_to():
    share = float(page_of().share("preference")["value"])
    far = shown(page_of(totals=totals_of(share + 0.08)))["agency"]
    assert far.status == "review" and "differs from the agency barometer" in far.text and "preference" in far.text  # fmt: skip
    totals = totals_of(share, n=2000)
    jump = totals["metric"].eq("preference") & totals["wave_on"].between("2026-01-01", "2026-03-31")
    one = page_of(totals=totals.assign(share=totals["share"] + 0.12 * jump))
    assert one.agency.agree.set_index("question").loc["preference", "apart"] == ("2026-03",)


def test_the_gap_of_the_two_surveys_is_the_mean_over_quarters_by_hand():
    theirs = pd.DataFrame({"wave": ["2026-04", "2026-05", "2026-06", "2026-09", "2025-01"], "question": "preference", "value": [0.1, 0.2, 0.3, 0.4, 0.9], "n_effective": [100.0, 100, 100, 400, 50]})  # fmt: skip
    ours = pd.DataFrame({"wave": ["2026-06", "2026-09"], "brand": "House", "question": "preference", "value": [0.25, 0.35], "error": [0.03, 0.04]})  # fmt: skip
    one = tracker_places._agree(theirs, ours, "House", 0.03).iloc[0]
    error = math.sqrt(0.03**2 + 0.2 * 0.8 / 300 + 0.04**2 + 0.4 * 0.6 / 400) / 2
    assert one["quarters"] == 2 and one["change"] == pytest.approx((0.05 - 0.05) / 2)
    assert one["high"] == pytest.approx(1.6449 * error, abs=1e-5) and one["told"] == "not told apart"


def test_a_gap_of_three_points_is_called_agreement_in_one_case_of_twenty_at_most():
    rng, told = np.random.default_rng(12), []
    for _ in range(150):
        ours = pd.DataFrame({"wave": WAVES, "brand": "House", "question": "preference", "value": 0.23 + 0.013 * rng.standard_normal(8), "error": 0.013})  # fmt: skip
        theirs = pd.DataFrame({"wave": WAVES, "question": "preference", "value": rng.binomial(1000, 0.20, 8) / 1000, "n_effective": 1000.0})  # fmt: skip
        told.append(tracker_places._agree(theirs, ours, "House", 0.03)["told"].iloc[0])
    assert told.count("agrees") <= 14 and told.count("differs") > 100  # 5 % of 150, and two simulation errors


def test_false_alarms_on_preference_keep_to_their_level():
    alarms = 0
    for seed in range(40):
        frame = survey({"House": BRANDS["House"]}, waves=("2026-06", "2026-09"), n=300, seed=100 + seed)
        waves = tracker.waves_of.wave_shares(read(frame).rows, of="all")
        alarms += tracker_moves.moved(waves, ["House"])["told"].isin(["higher", "lower"]).any()
    assert alarms <= 9  # 10 % of 40, and two simulation errors


# limits


def test_one_wave_has_figures_and_no_change():
    page = page_of(survey(waves=("2026-09",)))
    assert page.moved["p"].notna().sum() == 0 and page.stood_out.empty and page.year == ""
    assert shown(page)["last_wave"].status == "review"
    assert "no such wave" in tracker_tables.moves_table(page, HERE).to_string()
    assert tracker_told.naive(page, HERE) == "There is no earlier wave to compare with."
    assert "Too few waves" in tracker_telling.course_finding(page, HERE)
    assert rows_of(page)["tracker_preference_year"].value is None


def test_forty_answers_are_no_trend_and_twenty_no_percentage():
    frame = survey()
    last = frame["survey_id"] == "tracker-2026-09"
    some = lambda n: frame[~last | frame["respondent_id"].isin([f"FR2026-09-{i}" for i in range(n)])]  # noqa: E731
    forty = page_of(some(48))
    assert shown(forty)["answers"].status == "review" and "no trend" in shown(forty)["answers"].text
    assert (
        set(forty.moved["told"]) == {"cannot tell"} and rows_of(forty)["tracker_preference"].comparisons == []
    )
    twenty = page_of(some(20))
    assert rows_of(twenty)["tracker_preference"].value is None
    assert "need n = 30" in rows_of(twenty)["tracker_preference"].reason
    assert tracker_told.answer(twenty, HERE).startswith("Decide nothing on this wave")
    assert list(decided(twenty)) == ["ask"] and tracker_tables.brands_frame(twenty, HERE).empty
    assert "Too few answers" in tracker_telling.brands_finding(twenty, HERE)


def test_an_earlier_thin_wave_is_named():
    frame = survey()
    first = frame["survey_id"] == "tracker-2025-09"
    page = page_of(frame[~first | frame["respondent_id"].isin([f"FR2025-09-{i}" for i in range(60)])])
    assert "September 2025" in shown(page)["thin_waves"].text


def test_four_brands_draw_no_line():
    few = {name: BRANDS[name] for name in ("House", "Big", "Mid", "Low")}
    page = page_of(survey(few))
    assert shown(page)["norm"].status == "review" and rows_of(page)["tracker_weakest_step"].value is None
    assert "where the funnel leaks cannot be told" in tracker_told.answer(
        page, HERE
    ) or "Test a wider reach" not in tracker_told.answer(page, HERE)
    assert tracker_tables.funnel_frame(page, HERE).empty


def test_without_trust_margins_choices_or_totals_each_says_what_is_missing(made):
    page = page_of(trusted=trust({"Big": 3.2}), known=margins().iloc[:0])
    for name in ("trust", "regions", "premium"):
        assert shown(page)[name].status == "review" and shown(page)[name].remedy
    assert "agency" not in shown(page) and tracker_tables.markets_table(page, HERE).empty
    assert tracker_tables.trust_table(page, HERE).empty and tracker_tables.regions_frame(page, HERE).empty
    assert (
        rows_of(page)["tracker_trust"].value is None
        and rows_of(page)["tracker_trust"].reason == "Nobody was asked about trust."
    )
    assert (
        "cannot be told" in tracker_telling.trust_said(page, HERE)
        and tracker_telling.name_finding(page, HERE) == "What the name is worth cannot be told"
    )


def test_nobody_prefers_us_and_nothing_breaks():
    brands = {**BRANDS, "House": (0.55, 0.60, 0.0, 0.35)}
    page = page_of(survey(brands))
    row = rows_of(page)["tracker_need"]
    assert row.value is None and row.reason == "Nobody, or everybody, said yes."
    assert page.share("preference")["value"] == 0 and "ask" not in decided(page)
    assert tracker_told.answer(page, HERE)


def test_totals_of_an_agency_stand_in_where_there_are_no_answers():
    page = page_of(survey(n=30).iloc[:0], totals=totals_of(0.16, markets=("FR", "BE"), brands=tuple(BRANDS)))
    assert page.market == "BE" or page.market == "FR"
    assert page.asked.rows.empty and page.share("preference")["n"] == 400 and page.year == "2025-09"
    assert page.agency.agree.empty and shown(page)["regions"].status == "review"
    assert tracker_told.answer(page, HERE) and decided(page)


def test_the_last_wave_of_an_earlier_quarter_is_said():
    page = page_of(survey(waves=WAVES[:-1]))
    assert (
        shown(page)["last_wave"].status == "review" and "before the period" in shown(page)["last_wave"].text
    )
    assert rows_of(page)["tracker_preference"].reason == "The last wave is of June 2026."


# bad input


def test_a_wave_without_weights_is_said_and_everybody_counts_alike():
    frame = survey()
    page = page_of(frame.assign(weight=frame["weight"].where(frame["survey_id"] != "tracker-2026-06")))
    assert shown(page)["weights"].status == "review" and "June 2026" in shown(page)["weights"].text
    assert page.waves.table.query("wave == '2026-06'")["deff"].max() < 1.2


def test_a_last_wave_without_weights_has_no_verdict_and_no_tile_that_says_better():
    frame = survey(house={"2026-09": (0.55, 0.60, 0.85, 0.35)})
    bare = page_of(frame.assign(weight=frame["weight"].where(frame["survey_id"] != "tracker-2026-09")))
    own = bare.moved[bare.moved["question"] == "preference"]
    assert set(own["told"]) == {"cannot tell"} and own["change"].isna().all()
    said = tracker_told.answer(bare, HERE)
    assert "preference cannot be compared with June 2026 (only one of the two waves has weights)" in said
    assert (
        "not shown to have moved" not in said and "after weighting" not in said and "has no weights" in said
    )
    assert "explain" not in decided(bare) and "after weighting" not in shown(bare)["answers"].text
    rows = rows_of(bare)
    for name in tracker_figures.SHARES:
        assert rows[name].comparisons == [] and rows[name].verdict is None
    assert rows["tracker_preference_year"].reason == "Only one of the two waves has weights."
    assert "only one of the waves has weights" in tracker_tables.moves_table(bare, HERE).to_string()
    assert "no change is told" in shown(bare)["weights"].text


def test_two_waves_without_weights_are_compared():
    frame = survey(house={"2026-09": (0.55, 0.60, 0.85, 0.35)}, weights=False)
    page = page_of(frame)
    assert "explain" in decided(page) and "without weights" in tracker_told.answer(page, HERE)


def test_a_new_text_of_preference_is_said_in_the_answer_and_not_read_as_no_move():
    frame = survey()
    new = frame["question"].eq("preference") & frame["survey_id"].isin(["tracker-2026-09"])
    said = tracker_told.answer(page_of(frame.assign(wording=frame["wording"].mask(new, "v2"))), HERE)
    assert "preference cannot be compared with June 2026 (the text of its question is new)" in said
    assert "not shown to have moved" not in said
    older = frame["question"].eq("preference") & frame["survey_id"].ge("tracker-2026-03")
    said = tracker_told.answer(page_of(frame.assign(wording=frame["wording"].mask(older, "v2"))), HERE)
    assert "is not shown to have moved against June 2026, and cannot be compared with September 2025" in said


def test_a_first_wave_is_not_said_to_stand_still():
    said = tracker_told.answer(page_of(survey(waves=("2026-09",))), HERE)
    assert "preference has no earlier wave to be compared with" in said


def test_people_without_a_weight_in_a_weighted_wave_are_said():
    frame = survey()
    lost = frame["respondent_id"].isin([f"FR2026-09-{i}" for i in range(25)])
    page = page_of(frame.assign(weight=frame["weight"].where(~lost)))
    assert shown(page)["weights"].status == "review" and "25 of 600" in shown(page)["weights"].text


def test_answers_that_are_neither_yes_nor_no_are_refused():
    frame = survey(waves=("2026-09",), n=50)
    with pytest.raises(DataError, match="neither 0 nor 1"):
        page_of(frame.assign(score=frame["score"] * 10))
    with pytest.raises(DataError, match="negative"):
        page_of(frame.assign(weight=-1.0))


def test_a_brand_or_a_step_that_was_not_asked_is_refused_with_its_name():
    with pytest.raises(DataError, match="no answer on Nobody"):
        page_of(own="Nobody")
    with pytest.raises(DataError, match="did not ask purchase"):
        page_of(steps=("aided_awareness", "purchase"))
    with pytest.raises(DataError, match=r"points is 2"):
        page_of(points=2.0)
    with pytest.raises(NothingToReportError):
        page_of(survey(n=30).iloc[:0])


def test_a_size_that_was_not_asked_gives_way_to_the_first_step():
    assert page_of(size="market_share").size == "aided_awareness"


def test_two_markets_are_not_added_up():
    both = pd.concat([survey(n=400), survey(n=200, market="BE", seed=9)], ignore_index=True)
    page = page_of(both)
    assert page.market == "FR" and page.share("preference")["n"] == 400
    assert shown(page)["markets"].status == "review" and "BE" in shown(page)["markets"].text
    belgium = page_of(
        both, scope=Scope(SHOP, parse("2026-Q3"), "BE", "en"), known=margins().assign(market="BE")
    )
    assert belgium.market == "BE" and belgium.share("preference")["n"] == 200


def test_two_favourites_of_one_person_are_counted():
    frame = survey()
    assert (
        shown(page_of(frame))["favourites"].status == "review"
    )  # this small world lets people prefer several
    both = frame["question"].eq("preference") & frame["brand"].ne("House")
    assert shown(page_of(frame.assign(score=frame["score"].where(~both, 0.0))))["favourites"].status == "pass"


def test_levels_that_the_census_does_not_have_are_a_check_and_no_exception():
    known = margins()
    page = page_of(known=known.assign(level=known["level"].replace({"north": "nord"})))
    assert shown(page)["regions"].status == "review" and "Rename levels" in shown(page)["regions"].text


def test_texts_that_are_not_recorded_are_not_said_to_be_the_same():
    frame = survey(n=200)
    check = shown(page_of(frame.assign(wording="")))["texts"]
    assert check.status == "review" and "not recorded" in check.text and check.remedy
    some = frame["wording"].mask(frame["question"] == "preference", "")
    check = shown(page_of(frame.assign(wording=some)))["texts"]
    assert check.status == "review" and "not recorded of preference" in check.text
    assert shown(page_of(frame))["texts"].status == "pass"


def test_regions_pass_where_official_shares_fit_and_the_chart_says_what_is_assumed(made):
    assert shown(made)["regions"].status == "pass"
    assert "known one by one only" in tracker_telling.regions_subtitle(made, HERE)


def test_the_verdict_stands_in_the_second_column_and_heads_are_plain(made):
    moves = tracker_tables.moves_table(made, HERE)
    assert moves.columns[0] == "on the wave before, points"
    assert moves.iloc[0, 0].split(":")[0] in {"cannot tell", "no clear change", "rise", "fall", "noise among so many looks"}  # fmt: skip
    assert tracker_tables.funnel_table(made, HERE).columns[0] == "verdict"
    assert tracker_tables.trust_table(made, HERE).columns[0] == "ours less it"
    heads = [*moves.columns, *tracker_tables.course_table(made, HERE).columns, *tracker_tables.funnel_table(made, HERE).columns]  # fmt: skip
    assert not any("worth" in head or head == "own part" for head in heads)
    needs = tracker_tables.needs_table(made, HERE).to_string()
    assert "none will do" not in needs


def test_no_value_with_an_interval_beyond_it_is_called_a_most(made):
    assert "at most" not in decided(made)["reach"].sentence


def test_a_trust_survey_of_one_statement_is_no_scale():
    page = page_of(trusted=trust({"House": 3.5}, items=("trust_a",)))
    assert page.trust.reason and "two or more" in shown(page)["trust"].text


def test_a_loose_trust_scale_is_said():
    rng = np.random.default_rng(5)
    frame = trust({"House": 3.5, "Big": 3.2})
    page = page_of(trusted=frame.assign(score=rng.integers(1, 6, len(frame)).astype(float)))
    assert shown(page)["trust"].status == "review" and "House" in shown(page)["trust"].text


# the whole page


def test_every_declared_figure_has_a_row_and_one_is_the_headline(made):
    rows = tracker_figures.kpis(made, HERE)
    assert [one.id for one in rows] == [one.id for one in definitions.KPIS]
    assert all(KPIS[one.id] for one in rows) and [one.id for one in rows if one.headline] == [
        "tracker_preference"
    ]
    assert set(tracker_figures.DRAWN) <= {one.id for one in rows}


def test_a_tile_says_no_more_than_the_page():
    moved = pd.DataFrame({"question": ["aided_awareness"], "against": ["year"], "told": ["alone"]})
    page = page_of(survey(house={"2025-09": (0.47, 0.60, 0.40, 0.35)}))
    row = rows_of(page._replace(moved=moved))["tracker_aided_awareness"]
    assert {one.base: one.verdict for one in row.comparisons}["year"] == "no clear change"


def test_no_figure_of_the_text_is_left_untranslated(made):
    french = Scope(SHOP, parse("2026-Q3"), "ALL", "fr")
    before = set(untranslated("fr"))
    page = page_of(survey(jump="2026-03"), totals=totals_of(0.13))
    said = [tracker_told.answer(page, french), tracker_told.naive(page, french), tracker_telling.stood_out_said(page, french), tracker_telling.breaks_said(page, french)]  # fmt: skip
    said += [one.text + one.remedy for one in tracker_checks.checks(page, french)] + [
        one.sentence for one in tracker_decisions.decisions(page, french)
    ]
    assert all(said) and set(untranslated("fr")) == before
    assert "préférence" in tracker_told.answer(page, french)


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "2026-Q3", "ALL", "en", grain="quarter")
    surveys = tables.load("surveys", here)
    asked = tracker_answers.asked(surveys, here, kind="brand_tracker", most=8, questions=tracker.QUESTIONS)
    trusted = tracker_answers.asked(surveys, here, kind="trust", most=8, begins="trust_", market=asked.market)
    totals = tracker_answers.totals(tables.optional("brand_tracker", here), here)
    return here, tracker.page(
        asked, trusted, totals, here, margins=tables.optional("population_margins", here), choices=tables.optional("choices", here),
        own="Maison Brévane", steps=STEPS, size="usage_12m", region_question="aided_awareness", points=0.03,
    )  # fmt: skip


def _truth(name, **where):
    import json

    found = json.loads((Path(tables.scope("sample", grain="quarter").company.folder) / "truth.json").read_text())["estimands"]  # fmt: skip
    return {
        one["segment"]: one["value"]
        for one in found
        if one["name"] == name and all(one[key] == value for key, value in where.items())
    }


def test_the_sample_holds_its_true_shares(sample):
    _, page = sample
    true = {tuple(name.split(": ")): value for name, value in _truth("tracker_share", period="2026-Q3").items()}  # fmt: skip
    rows = page.shares[page.shares["question"] != "consideration"]  # its text changed
    inside = [row.low <= true[row.brand, row.question] <= row.high for row in rows.itertuples()]
    assert len(inside) == 35 and sum(inside) >= 28
    own = page.share("preference")
    assert own["low"] <= true["Maison Brévane", "preference"] <= own["high"]


def test_the_sample_shows_the_crisis_in_preference_and_in_trust(sample):
    _, page = sample
    told = page.stood_out.set_index(["question", "wave"])["told"].to_dict()
    assert told == {("preference", "2026-03"): "lower", ("preference", "2026-06"): "higher"}
    moved = page.trust.changes.set_index("wave")["told"]
    assert moved["2026-03"] == "lower" and moved["2026-06"] == "higher" and moved["2026-09"] == "cannot tell"


def test_the_sample_tells_no_change_over_the_new_wording_and_holds_what_it_added(sample):
    here, page = sample
    jump = page.course["consideration"].jumps["2026-03"]
    assert jump.low <= _truth("tracker_wording_jump")["consideration"] <= jump.high
    year = page.moved.query("question == 'consideration' and against == 'year'").iloc[0]
    assert year["told"] == "cannot tell" and "bridge" in decided(page, here)


def test_the_sample_reads_a_chance_difference_of_awareness_as_chance(sample):
    _, page = sample
    assert (
        page.moved.query("question == 'unaided_awareness' and against == 'year'")["told"].iloc[0] == "alone"
    )


def test_the_sample_holds_regions_trust_and_the_worth_of_the_name(sample):
    _, page = sample
    true = {name.split(": ")[0]: value for name, value in _truth("tracker_share_region").items() if name.endswith(": aided_awareness")}  # fmt: skip
    assert all(row.low <= true[row.region] <= row.high for row in page.regions.table.itertuples())
    assert tracker_places.apart(page.regions) == (["capital"], [])
    inside = []
    for row in page.trust.waves.table.itertuples():
        period = str(pd.Period(row.wave, "M").asfreq("Q")).replace("Q", "-Q")
        inside.append(row.low <= _truth("trust", period=period)[row.brand] <= row.high)
    assert len(inside) == 12 and sum(inside) >= 9
    alphas = _truth("trust_alpha")
    assert sum(held.alpha.low <= alphas[brand] <= held.alpha.high for brand, held in page.trust.held.items()) >= 2  # fmt: skip
    worth = {"Clairpont": 0.0} | {
        name: value for name, value in _truth("willingness_to_pay").items() if name in page.brands
    }
    mean = np.mean([value for name, value in worth.items() if name != page.own])
    own = page.premium.table.iloc[0]
    assert own["brand"] == page.own and own["low"] <= worth[page.own] - mean <= own["high"]


def test_the_name_is_worth_what_the_page_on_prices_says(sample):
    from helpers.pillars.positioning import price_choices

    here, page = sample
    scenario = "Maison Brévane = 139, glass, 5 years, quiet; Ostrelle = 119, recycled, 5 years, usual"
    other = price_choices.of_table(tables.load("choices", here), here, scenario=scenario, vat_rate=0.2)
    assert page.premium.table.iloc[0][["value", "low", "high"]].tolist() == pytest.approx(
        list(other.premium[:3])
    )
