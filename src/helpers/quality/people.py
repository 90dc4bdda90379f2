"""People, counted and never named: how many are known in several systems, and what they agreed to."""

from __future__ import annotations

import pandas as pd

from helpers import privacy
from helpers.company import Company
from helpers.quality.sums import query

CHOICES = ("granted", "denied", "withdrawn", "unknown")


def matches(company: Company, names: list[str]) -> pd.DataFrame:
    """Return how many people are known in two systems or more.

    Returns
    -------
    One row for all (system empty), then one a system: n_people, n_matched [of them, known in another system too].
    """
    sql = """
        WITH seen AS (SELECT DISTINCT customer_id, system FROM {ids}),
        wide AS (SELECT customer_id, count(*) AS n FROM seen GROUP BY ALL)
        SELECT '' AS system, count(*) AS n_people, count(*) FILTER (n > 1) AS n_matched FROM wide
        UNION ALL
        SELECT system, count(*), count(*) FILTER (n > 1) FROM seen JOIN wide USING (customer_id) GROUP BY system
        ORDER BY system"""
    return query(company, names, sql, columns=["system", "n_people", "n_matched"], ids="identities")


def consents(company: Company, names: list[str]) -> pd.DataFrame:
    """Return what customers agreed to, by purpose: granted, denied, withdrawn, unknown [people], n_people.

    Each person's last choice counts. A consent that no file states is unknown. Forgotten people are left out.
    """
    sql = """
        WITH people AS (
            SELECT customer_id FROM {customers} GROUP BY customer_id HAVING NOT coalesce(bool_or(is_erased), FALSE)
        ),
        last AS (
            SELECT purpose, customer_id, arg_max(status, recorded_at) AS status FROM {consents}
            SEMI JOIN people USING (customer_id) GROUP BY ALL
        )
        SELECT purpose, count(*) FILTER (status = 'granted') AS granted, count(*) FILTER (status = 'denied') AS denied,
            count(*) FILTER (status = 'withdrawn') AS withdrawn,
            (SELECT count(*) FROM people) - count(*) FILTER (status IN ('granted', 'denied', 'withdrawn')) AS unknown,
            (SELECT count(*) FROM people) AS n_people
        FROM last GROUP BY purpose ORDER BY purpose"""
    columns = ["purpose", *CHOICES, "n_people"]
    return query(company, names, sql, columns=columns, customers="customers", consents="consents")


def protected(counts: pd.DataFrame, *, groups: list[str]) -> pd.DataFrame:
    """Return counts with small groups hidden: each row is one partition of people, `groups` its columns.

    Returns
    -------
    The frame with `groups` as Int64; a hidden count is empty, and so is the one that would give it away.
    """
    made = counts.copy()
    hidden = [privacy.hidden([float(row[name]) for name in groups]) for _, row in counts.iterrows()]
    for at, name in enumerate(groups):
        made[name] = counts[name].astype("Int64").mask([row[at] for row in hidden])
    return made
