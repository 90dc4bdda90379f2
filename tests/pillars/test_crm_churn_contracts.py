"""Accounts under contract on the churn page: by hand, on the sample's law, and where there is too little to tell."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.company import Company, Scope
from helpers.methods.survival import kaplan_meier, survival_at
from helpers.periods import parse
from helpers.pillars.crm import churn_contracts
from helpers.sample.parts import pipeline

HERE = Scope(Company("firm", Path(), "Firm", "EUR", ("FR",), "Europe/Paris"), parse("2025-12"), "ALL", "en")


def relation(table):
    return tables.connect().from_df(table)


def movements(rows):
    """Table `arr_movements`: (account, month, kind, change) a row."""
    table = pd.DataFrame(rows, columns=["account_id", "month", "kind", "arr_delta"])
    table["month"] = pd.to_datetime(table["month"])
    return relation(table).select("* replace (month::date as month)")


def accounts(segments):
    table = pd.DataFrame({"account_id": list(segments), "segment": list(segments.values()), "arr": 1.0})
    return relation(table.assign(as_of=pd.NaT, size_band="s", status="customer"))


def many(*groups):
    """Contracts from January 2022 in groups of (segment, size, months until they leave: 0 where they stay)."""
    rows, segments, start = [], {}, pd.Timestamp("2022-01-01")
    for segment, size, months in groups:
        for _ in range(size):
            name = f"a{len(segments):03d}"
            segments[name] = segment
            rows.append((name, start, "new", 1000.0 + 10 * (len(segments) % 7)))
            if months:
                rows.append((name, start + pd.DateOffset(months=months), "churn", -1000.0))
    return movements(rows), accounts(segments)


def test_five_accounts_by_hand():
    seen = churn_contracts.follow(
        movements(
            [
                ("a", "2023-12-01", "new", 1024.0),  # is there after 24 months
                ("b", "2024-12-01", "new", 2048.0), ("b", "2025-12-01", "churn", -2048.0),  # left after 12
                ("c", "2025-06-01", "new", 512.0), ("c", "2025-09-01", "expansion", 100.0),  # 6 months old
                ("d", "2023-06-01", "new", 1024.0), ("d", "2025-06-01", "churn", -1024.0),  # left after 24
                ("d", "2025-09-01", "reactivation", 900.0),  # and stays ended
                ("e", "2024-10-01", "new", 1024.0),  # is there after 14
            ]
        ),
        None,
        HERE,
    )  # fmt: skip
    assert seen.cases["duration"].tolist() == [24, 12, 6, 24, 14]
    assert seen.cases["event"].tolist() == [0, 1, 0, 1, 0]
    assert seen.cases["doubled"].tolist() == [10, 11, 9, 10, 10]
    left = survival_at(kaplan_meier(seen.cases), [11, 12, 24])["survival"]
    assert left.tolist() == pytest.approx([1, 3 / 4, 3 / 8])
    assert churn_contracts.finding(seen, HERE).startswith("Accounts under contract: 5; how many stay cannot")


def test_the_sample_s_law_lies_inside_the_intervals():
    here = tables.scope("sample", "2026-09", "ALL", "en", grain="month")
    seen = churn_contracts.follow(tables.load("arr_movements", here), tables.load("accounts", here), here)
    # The law of the world: a chance to leave of .09 exp(-h - .18) at the end of each year, h of the account ~ N(0, .6).
    assert ".09 exp(-h - .18)" in pipeline._contracts.__doc__
    h = np.random.default_rng(1).normal(0, 0.6, 200_000)
    stays = 1 - np.clip(0.09 * np.exp(-h - 0.18), 0, 1)
    left = survival_at(kaplan_meier(seen.cases), [12, 24])
    assert (left["low"] <= [stays.mean(), (stays**2).mean()]).all()
    assert (left["high"] >= [stays.mean(), (stays**2).mean()]).all()
    # Nobody leaves sooner for the size of the firm or of the contract there.
    assert ((seen.cox.table["low"] < 1) & (seen.cox.table["high"] > 1)).all()
    said = churn_contracts.finding(seen, here)
    assert "Neither revenue at the start nor the segment tells which of them leave sooner" in said
    assert "are still there after a year" in said and "after two" in said


def test_a_segment_that_leaves_sooner_is_named_with_its_base():
    given = many(("small", 20, 12), ("small", 20, 24), ("small", 20, 0), ("large", 10, 24), ("large", 60, 0))
    seen = churn_contracts.follow(*given, HERE)
    said = churn_contracts.finding(seen, HERE)
    assert "Segment “small” against “large”: " in said and "times as likely to leave in a given month" in said
    row = seen.cox.table.set_index("covariate").loc["segment: small"]
    assert row["low"] > 1


def test_a_segment_of_a_few_accounts_is_not_told_apart():
    given = many(("small", 31, 12), ("small", 31, 0), ("large", 9, 12), ("large", 9, 0))
    seen = churn_contracts.follow(*given, HERE)
    assert set(seen.cases["segment"]) == {"small", ""}
    alone = churn_contracts.follow(given[0], None, HERE)
    assert "Revenue at the start does not tell which of them leave sooner" in churn_contracts.finding(
        alone, HERE
    )


def test_too_little_is_a_designed_refusal_and_no_contracts_are_silence():
    assert churn_contracts.follow(None, None, HERE) is None and churn_contracts.finding(None, HERE) == ""
    stay = churn_contracts.follow(many(("small", 40, 0))[0], None, HERE)
    said = churn_contracts.finding(stay, HERE)
    assert "**100.0%** are still there after a year" in said and "0 have left, need n = 30" in said
    young = churn_contracts.follow(many(("small", 40, 0))[0], None, replace(HERE, period=parse("2022-03")))
    assert "after a year" not in churn_contracts.finding(young, HERE)
