"""New tidy tables without those who asked to be forgotten, the opens nobody agreed to, and what is too old to keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from helpers import tables
from helpers.company import Company
from helpers.errors import DataError
from helpers.privacy import consent, cutting, identities, keys, purge, suppression, writing
from helpers.privacy.marking import Gone
from helpers.privacy.ties import PERSON

NEW_ID = "another id of someone who asked to be forgotten"
CONSENT_COLUMNS = [PERSON, "purpose", "legal_basis", "status", "recorded_at", "recorded_on"]
EVENT_COLUMNS = (PERSON, "event", "happened_at", "happened_on")


@dataclass(frozen=True)
class Swept:
    """Rows taken out of new tables, by table: of people who asked to be forgotten, opens without consent, and old rows."""

    forgotten: dict[str, int] = field(default_factory=dict)
    opens: dict[str, int] = field(default_factory=dict)
    old: dict[str, int] = field(default_factory=dict)
    n_listed: int = 0


def sweep(made: Company, company: Company, *, last_day: date | None = None) -> Swept:
    """Take out of new tidy tables what may not be in them. An import calls it before its tables take the place of the old.

    Parameters
    ----------
    made : the company with the folder in which the new tables lie; they are changed.
    company : the company with its own folder, where the suppression list is. A new id of someone on it is put on it too.
    last_day : the day that months are counted back from; left out, the last day of the new tables.

    Returns
    -------
    Swept, with the rows that went [counts by table].

    Raises
    ------
    DataError : the suppression list is damaged or was made with another key, `[retention_months]` is wrong, or a file cannot
        be read or replaced.
    """
    people, n_listed = _suppressed(made, company)
    forgotten = _take_out(made, cutting.search(cutting.files(made), Gone(people))) if people else {}
    found = cutting.files(made)
    opens = {}
    if any(one.table == "crm_events" for one in found):
        opens = _take_out(made, cutting.search(found, Gone(), why={"crm_events": _opens(found)}))
        found = cutting.files(made)
    last_day = last_day or _last_day(made)
    aged = purge.too_old(made, found, last_day) if last_day else []
    return Swept(forgotten, opens, _take_out(made, aged), n_listed)


def _last_day(made: Company) -> date | None:
    """Last day of the new tables; None where no table has a day, and nothing can be old."""
    try:
        return tables.data_until(made)
    except DataError:
        return None


def _suppressed(made: Company, company: Company) -> tuple[set[str], int]:
    """Everybody on the list, with the ids that the new tables know of them; and how many of those are new."""
    listed = suppression.read(company)
    if listed.empty:
        return set(), 0
    key = keys.fingerprint(keys.key_of(company)) if listed["key"].notna().any() else ""
    suppression.check_key(listed, key, company)
    paths = [one.path for one in cutting.files(made) if one.table == "identities"]
    people = set(listed["pseudonym"])
    if paths:
        columns = [PERSON, "system", "system_id"]
        rows = pd.concat([pq.read_table(path, columns=columns).to_pandas() for path in paths])
        people = suppression.widened(people, identities.joined(rows.astype("str")))
    new = people - set(listed["pseudonym"])
    if new:
        suppression.add(company, new, on=datetime.now(UTC).date(), reason=NEW_ID, key=key)
    return people, len(new)


def _opens(found: Iterable[cutting.Found]) -> cutting.Reason:
    """Why an event goes: an open that nobody agreed to."""
    paths = [one.path for one in found if one.table == "consents"]
    read = [pq.read_table(path, columns=CONSENT_COLUMNS).to_pandas(date_as_object=False) for path in paths]
    consents = pd.concat(read) if read else pd.DataFrame(columns=CONSENT_COLUMNS)

    def without_consent(events: pd.DataFrame) -> np.ndarray:
        kept = consent.drop_opens(events, consents).events.index
        return ~events.index.isin(kept)

    return cutting.Reason(EVENT_COLUMNS, without_consent)


def _take_out(made: Company, cuts: list[cutting.Cut]) -> dict[str, int]:
    writing.apply(made, cuts)
    rows = Counter()
    for cut in cuts:
        rows[cut.found.table] += cut.n_rows
    return {table: n for table, n in sorted(rows.items()) if n}
