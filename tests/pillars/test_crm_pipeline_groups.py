"""Recurring revenue by group of accounts: by hand, the sample's law, small groups out, and nothing to tell."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import rollups, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.crm import pipeline_groups
from helpers.rollups import deals
from helpers.sample.parts import pipeline as sample_pipeline
from helpers.sample.setting import N_DATA, Setting
from helpers.sample.world import World

HERE = Scope(
    Company("firm", Path(), "Firm", "EUR", ("FR",), "Europe/Paris"),
    parse("2026-03"),
    "ALL",
    "en",
    currency="EUR",
)


def firm(*groups):
    """Movements and list of accounts; a group is (segment, size of firm, accounts, of them gone, of them grown by half)."""
    moves, listed = [], []
    for segment, size, n, gone, grown in groups:
        for k in range(n):
            name = f"a{len(listed):03d}"
            listed.append((name, segment, size))
            moves.append((pd.Timestamp("2024-01-01"), name, "new", 100.0))
            if k < gone:
                moves.append((pd.Timestamp("2025-09-01"), name, "churn", -100.0))
            elif k < gone + grown:
                moves.append((pd.Timestamp("2025-10-01"), name, "expansion", 50.0))
    return (
        pd.DataFrame(moves, columns=["month", "account", "kind", "delta"]),
        pd.DataFrame(listed, columns=["account", "segment", "size"]),
    )


def test_groups_by_hand_the_least_retention_first():
    table = pipeline_groups.by_group(*firm(("big", "L", 40, 2, 20), ("small", "S", 50, 30, 0)), HERE)
    assert table["group"].tolist() == ["small", "big"] and table["n"].tolist() == [50, 40]
    assert table["value"].tolist() == pytest.approx([20 / 50, (38 + 10) / 40])
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert pipeline_groups.finding(table, HERE) == "small keeps 40.0% of its recurring revenue, big 120.0%"
    assert "by segment" in pipeline_groups.subtitle(table, HERE) and "n = 90" in pipeline_groups.subtitle(
        table, HERE
    )


def test_groups_that_may_be_alike_are_not_ranked():
    table = pipeline_groups.by_group(*firm(("big", "L", 40, 5, 2), ("small", "S", 40, 7, 2)), HERE)
    assert pipeline_groups.finding(table, HERE).startswith("No group of accounts surely keeps less")


def test_a_small_group_is_hidden_with_the_one_it_could_be_worked_out_from():
    groups = [("big", "L", 60, 5, 2), ("mid", "L", 50, 5, 2), ("small", "L", 40, 5, 2)]
    whole = pipeline_groups.by_group(*firm(*groups), HERE)
    assert set(whole["group"]) == {"big", "mid", "small"}
    less = pipeline_groups.by_group(*firm(*groups, ("tiny", "L", 4, 1, 0)), HERE)
    assert set(less["group"]) == {"big", "mid"}
    unlisted = pipeline_groups.by_group(*firm(*groups, (None, "L", 40, 4, 1)), HERE)
    assert "other" in set(unlisted["group"])


def test_sizes_stand_in_where_segments_are_too_small_or_one():
    table = pipeline_groups.by_group(*firm(("all", "L", 40, 5, 2), ("all", "S", 40, 7, 2)), HERE)
    assert set(table["by"]) == {"size"} and set(table["group"]) == {"L", "S"}


def test_without_two_groups_of_thirty_nothing_is_told():
    moves, listed = firm(("big", "L", 40, 5, 2), ("small", "S", 29, 7, 2))
    for given in (
        (moves, listed),
        (None, listed),
        (moves, None),
        (moves.head(0), listed),
        (moves, listed.head(0)),
    ):
        table = pipeline_groups.by_group(*given, HERE)
        assert table.empty and pipeline_groups.finding(table, HERE).endswith("cannot tell yet")
    assert "n = 0 accounts" in pipeline_groups.subtitle(table, HERE)
    assert pipeline_groups.finding(table, replace(HERE, language="fr")) != pipeline_groups.finding(
        table, HERE
    )


def test_the_intervals_hold_what_accounts_of_the_sample_keep_in_the_long_run():
    here = tables.scope("sample", "2026-09", "ALL", "en", grain="month")
    moves, listed = (
        rollups.collect(read(tables.load(name, here)))
        for read, name in ((deals.movements, "arr_movements"), (deals.accounts, "accounts"))
    )
    table = pipeline_groups.by_group(moves, listed, here).set_index("group")
    world = sample_pipeline.arm(World(Setting(102, 3.0)))  # the same law, other draws
    then, now = (
        np.bincount(own["account"], own["cents"], len(world.contacts))
        for own in (world.ledger[world.ledger["day"] <= day] for day in (N_DATA - 366, N_DATA - 1))
    )
    is_key = world.contacts["size"].to_numpy() >= sample_pipeline.TACIT
    for group, own in (("key account", is_key), ("standard", ~is_key)):
        had = own & (then > 0)
        assert table.loc[group, "low"] <= now[had].sum() / then[had].sum() <= table.loc[group, "high"]
