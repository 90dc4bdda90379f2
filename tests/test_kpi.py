from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from helpers import kpi
from helpers.company import Company, Scope
from helpers.kpi import Kpi
from helpers.methods.intervals import wilson
from helpers.periods import parse

RATE = Kpi(
    "rate", "Repeat rate", "crm", "share", "up", "estimated", "Share who return.", "a / b", 0.01, decimals=1
)
COUNT = Kpi(
    "count", "Customers", "crm", "customers", "up", "counted", "How many.", "count", 0.05, relative=True
)


def scope(code: str = "2026-02") -> Scope:
    shop = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris")
    return Scope(shop, parse(code), "ALL", "en")


def rate(value, low, high, *, n=1000, code="2026-02"):
    return kpi.row(RATE, scope(code), value, low=low, high=high, n=n)


def test_a_row_says_value_interval_n_and_period_in_one_sentence():
    assert (
        rate(0.25, 0.23, 0.27).sentence
        == "Repeat rate, February 2026: 25.0% (90% interval 23.0% to 27.0%, n = 1,000)."
    )


def test_a_missing_value_keeps_its_row_and_says_why():
    made = kpi.row(RATE, scope(), float("nan"), n=12, reason="Need n = 30.")
    assert made.value is None and made.low is None
    assert made.sentence == "Repeat rate, February 2026: cannot tell. Need n = 30."


def test_an_estimate_without_bounds_is_refused():
    with pytest.raises(ValueError, match="needs both bounds"):
        kpi.row(RATE, scope(), 0.5, n=10)


def test_bounds_that_leave_the_value_out_are_refused():
    with pytest.raises(ValueError, match="lies outside"):
        kpi.row(RATE, scope(), 0.5, low=0.6, high=0.7, n=10)


def test_the_interval_of_a_difference_by_hand():
    # d = .30 - .20; low = .10 - sqrt(.02^2 + .03^2), high = .10 + sqrt(.03^2 + .02^2)
    now, then = rate(0.30, 0.28, 0.33), rate(0.20, 0.18, 0.23, code="2026-01")
    made = kpi.compare(RATE, now, then, "previous")
    assert made.value == pytest.approx(0.10)
    assert made.low == pytest.approx(0.10 - np.hypot(0.02, 0.03))
    assert made.high == pytest.approx(0.10 + np.hypot(0.03, 0.02))
    assert made.verdict == "better"


def test_the_interval_of_a_difference_covers_its_truth():
    rng, hits, n = np.random.default_rng(5), 0, 400
    for _ in range(400):
        a, b = rng.binomial(n, 0.30), rng.binomial(n, 0.24)
        (la, ha), (lb, hb) = wilson(a, n), wilson(b, n)
        made = kpi.compare(
            RATE, rate(a / n, la, ha, n=n), rate(b / n, lb, hb, n=n, code="2026-01"), "previous"
        )
        hits += made.low <= 0.06 <= made.high
    assert 0.86 <= hits / 400 <= 0.94


@pytest.mark.parametrize(
    ("change", "low", "high", "better", "n", "expected"),
    [
        (0.05, 0.02, 0.08, "up", 500, "better"),
        (0.05, 0.02, 0.08, "down", 500, "worse"),
        (-0.05, -0.08, -0.02, "up", 500, "worse"),
        (0.005, 0.001, 0.009, "up", 500, "no clear change"),  # real but too small to act on
        (0.008, -0.005, 0.021, "up", 500, "no clear change"),
        (0.01, -0.06, 0.08, "up", 500, "cannot tell"),  # allows a material change both ways
        (0.05, 0.02, 0.08, "up", 99, "cannot tell"),  # under 100 no trend is judged
    ],
)
def test_a_verdict_needs_a_clear_and_material_change(change, low, high, better, n, expected):
    assert kpi.verdict(change, low, high, 0.01, better=better, n=n) == expected


def test_a_count_is_judged_by_materiality_relative_to_what_it_was():
    was = kpi.row(COUNT, scope("2026-01"), 1000, n=1000)
    for value, expected in ((1049, "no clear change"), (1051, "better"), (900, "worse")):
        assert (
            kpi.compare(COUNT, kpi.row(COUNT, scope(), value, n=value), was, "previous").verdict == expected
        )


def test_a_row_is_compared_with_the_month_the_year_and_the_target():
    rows = [
        rate(0.20, 0.19, 0.21, code="2025-02"),
        rate(0.25, 0.24, 0.26, code="2026-01"),
        rate(0.30, 0.29, 0.31),
    ]
    compared = kpi.compared(RATE, rows, scope())
    (made,) = kpi.with_targets([compared], {"rate": 0.35, "other_page": 1.0}, {"rate": RATE})
    assert [(c.base, c.period, c.verdict) for c in made.comparisons] == [
        ("previous", "2026-01", "better"),
        ("year", "2025-02", "better"),
        ("target", "target", "worse"),
    ]
    assert made.verdict == "better" and len(made.history) == 3 and made.target == 0.35
    assert made.sentence.endswith("n = 1,000), +5.0 points on January 2026: better.")


def test_a_figure_that_cannot_be_told_keeps_its_target_and_gets_no_verdict():
    unknown = kpi.row(RATE, scope(), None, n=3)
    (made,) = kpi.with_targets([unknown], {"rate": 0.35}, {"rate": RATE})
    assert made.target == 0.35 and made.comparisons == []


def test_a_period_without_a_row_is_not_compared():
    made = kpi.compared(RATE, [rate(0.20, 0.19, 0.21, code="2025-11"), rate(0.30, 0.29, 0.31)], scope())
    assert made.comparisons == [] and made.verdict is None


def test_rows_leave_the_notebook_as_data_table_and_text():
    bundle = kpi.show([rate(0.25, 0.23, 0.27)])._repr_mimebundle_()
    assert bundle[kpi.MIME]["rows"][0]["value"] == 0.25
    assert "<table" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Repeat rate, February 2026")


def test_plain_text_pins_the_digits_of_a_figure_but_of_a_drawn_one_only_that_it_is_told():
    told, unknown = rate(0.25, 0.23, 0.27), kpi.row(RATE, scope(), None, n=3)
    assert "25" in kpi.plain([told])
    assert kpi.plain([told], drawn=["rate"]) == "Repeat rate, February 2026: told"
    assert kpi.plain([unknown], drawn=["rate"]) == "Repeat rate, February 2026: cannot tell"
    with pytest.raises(ValueError, match='"other" is not among the rows'):
        kpi.plain([told], drawn=["other"])


def test_a_row_has_every_field_of_the_contract():
    wanted = [
        "id",
        "pillar",
        "kind",
        "value",
        "low",
        "high",
        "level",
        "n",
        "unit",
        "currency",
        "period",
        "market",
        "segment",
        "better",
        "target",
        "definition_version",
        "materiality",
        "relative",
    ]
    assert set(wanted) <= set(kpi.show([rate(0.25, 0.23, 0.27)]).rows[0])
    assert date(2026, 2, 28) == scope().period.end


def test_a_small_segment_is_hidden_with_its_neighbour_and_may_not_be_shown_otherwise():
    counts = {"all": 95, "young": 50, "old": 41, "oldest": 4}
    rows = [kpi.row(RATE, scope(), 0.5, low=0.4, high=0.6, n=n, segment=name) for name, n in counts.items()]
    with pytest.raises(ValueError, match="oldest: fewer than 10 people"):
        kpi.show(rows)
    made = {row.segment: row for row in kpi.protected(rows, scope())}
    assert [name for name, row in made.items() if row.value is None] == ["old", "oldest"]
    assert made["oldest"].n is None and "fewer than 10 people" in made["oldest"].sentence
    assert "worked out from it" in made["old"].reason and made["young"] == rows[1]
    assert len(kpi.show(list(made.values())).rows) == 4


def segmented(sizes: dict[str, list[int]]) -> list[kpi.KpiRow]:
    """One row a segment, compared over the three months to February 2026 with these many customers in each."""
    months = ("2025-12", "2026-01", "2026-02")
    return [
        kpi.compared(
            RATE,
            [
                kpi.row(RATE, scope(), 0.5, low=0.4, high=0.6, n=n, segment=name, period=parse(code))
                for code, n in zip(months, counts, strict=True)
            ],
            scope(),
        )
        for name, counts in sizes.items()
    ]


def test_a_segment_that_was_small_in_a_past_month_shows_nothing_of_that_month():
    rows = segmented({"young": [3, 150, 200], "old": [90, 120, 130], "oldest": [300, 310, 320]})
    with pytest.raises(ValueError, match="young: fewer than 10 people"):
        kpi.show(rows)
    made = {row.segment: row for row in kpi.protected(rows, scope())}
    shown = {name: [point["n"] for point in row.history] for name, row in made.items()}
    assert shown == {"young": [None, 150, 200], "old": [None, 120, 130], "oldest": [300, 310, 320]}
    first = made["young"].history[0]
    assert (first["value"], first["low"], first["high"]) == (None, None, None)
    assert "fewer than 10 people" in first["reason"]
    assert "worked out from it" in made["old"].history[0]["reason"]
    assert made["oldest"] == rows[2] and [c.base for c in made["young"].comparisons] == ["previous"]
    assert len(kpi.show(list(made.values())).rows) == 3


def test_a_change_against_a_month_that_is_hidden_is_left_out():
    rows = segmented({"young": [150, 3, 200], "old": [90, 120, 130], "oldest": [300, 310, 320]})
    assert rows[0].comparisons and "January 2026" in rows[0].sentence
    young, old, oldest = made = kpi.protected(rows, scope())
    for row in (young, old):
        assert row.comparisons == [] and row.verdict is None and "January 2026" not in row.sentence
    assert oldest == rows[2]
    assert kpi.protected(made, scope()) == made  # what is hidden stays so, and nothing more goes


def test_two_published_rows_are_compared_by_the_rule_of_rows_in_the_making():
    now, then = rate(0.30, 0.28, 0.33), rate(0.20, 0.18, 0.23, code="2025-11")
    assert kpi.between(asdict(now), asdict(then)) == kpi.compare(RATE, now, then, "previous")
    was = asdict(kpi.row(COUNT, scope("2025-11"), 1000, n=1000))
    assert kpi.between(asdict(kpi.row(COUNT, scope(), 1049, n=1049)), was).verdict == "no clear change"
    assert kpi.between(asdict(kpi.row(COUNT, scope(), 1051, n=1051)), was).verdict == "better"
    assert kpi.between(asdict(kpi.row(RATE, scope(), None, n=3)), asdict(then)) is None


def test_a_count_over_all_there_are_is_judged_however_few_they_are():
    was, now = (
        asdict(kpi.row(COUNT, scope(code), value, n=12)) for code, value in (("2025-11", 20), ("2026-02", 40))
    )
    assert kpi.between(now, was).verdict == "cannot tell"
    every = replace(COUNT, whole=True)
    was, now = (
        asdict(kpi.row(every, scope(code), value, n=12)) for code, value in (("2025-11", 20), ("2026-02", 40))
    )
    assert kpi.between(now, was).verdict == "better"


def test_a_row_that_was_published_without_its_materiality_cannot_be_judged():
    now, then = asdict(rate(0.30, 0.29, 0.31)), asdict(rate(0.20, 0.19, 0.21, code="2025-11"))
    assert kpi.between(now, then).verdict == "better"
    bare = {name: value for name, value in now.items() if name not in ("materiality", "relative")}
    made = kpi.between(bare, then)
    assert made.verdict == "cannot tell" and made.value == pytest.approx(0.10)
