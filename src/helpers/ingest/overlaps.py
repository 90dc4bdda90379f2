"""Which days of which import count, where several exports speak of the same ones. Pure: frames and facts in, decisions out.

Figures move for up to 90 days, so a later export of the same kind takes the place of each day that it covers. What cannot be the
same figures seen later (another account without a name, another report, part of the campaigns) is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import pandas as pd

from helpers import tables
from helpers.errors import DataError
from helpers.ingest.facts import Fed, Import

# Text columns of keys that say where or by whom something was counted, not what it was.
ASIDE = {
    *("account_id", "platform", "network", "market", "system", "source", "tool", "site"),
    *("channel", "device", "page", "kind"),
}
HALF = 0.5  # of private ids (orders, leads), some may go because people ask to be forgotten; so many do not


@dataclass(frozen=True)
class Cut:
    """Days of an earlier import that a later one replaces, with the totals before and after."""

    table: str
    map: str
    earlier: str
    later: str
    earlier_file: str
    later_file: str
    starts_on: date
    ends_on: date
    measure: str
    before: float
    after: float
    days: frozenset[pd.Timestamp]

    def __str__(self) -> str:
        """The line that the command prints."""
        return (
            f"{self.table}: {self.later_file} takes the place of {self.earlier_file} from {self.starts_on} to {self.ends_on}: "
            f"{self.measure} {self.before:,.2f} becomes {self.after:,.2f}"
        )


@dataclass(frozen=True)
class Days:
    """What overlaps are judged by: the rows of one import and table by day, and who they are about.

    `rows` has the columns day, ends_on, entity (a campaign, an order; may be empty), whose (the platform, or the market where
    nothing else tells what the rows are about; may be empty) and amount.
    """

    by: Import
    fed: Fed
    rows: pd.DataFrame

    @property
    def whose(self) -> set[str]:
        """The platforms or markets that the rows are of."""
        return {*self.rows["whose"].dropna()}


def resolve(
    given: Sequence[Days], *, replace: bool = False, accepted: Collection[tuple[str, str]] = ()
) -> list[Cut]:
    """Return the cuts, in the order of the imports; `given` are all imports of one table, the earliest first.

    `accepted` are pairs (earlier, later) of import ids that were let through before; they need no --replace again.

    Raises
    ------
    DataError : two imports speak of the same days and it cannot be told which is right; `replace` lets the later one win.
    """
    cuts: list[Cut] = []
    for at, later in enumerate(given):
        for earlier in given[:at]:
            if earlier.whose and later.whose and earlier.whose.isdisjoint(later.whose):
                continue
            if _differ(earlier.fed, later.fed):
                continue
            if earlier.fed.system != later.fed.system:
                if "platform" in tables.contract(later.fed.table).names:
                    _refuse_second_way(earlier, later)
            else:
                allowed = replace or (earlier.by.id, later.by.id) in accepted
                cut = _judge(earlier, later, replace=allowed)
                if cut:
                    cuts.append(cut)
    return cuts


def _differ(one: Fed, two: Fed) -> bool:
    """Whether two imports are of different accounts, markets, networks, sources or surveys, or in different currencies: both say which."""
    if any(set(one.apart[name]).isdisjoint(two.apart[name]) for name in one.apart.keys() & two.apart.keys()):
        return True
    if _are_other_accounts(one.account, two.account):
        return True
    return bool(
        one.currency and two.currency and not set(one.currency.split(", ")) & set(two.currency.split(", "))
    )


def _are_other_accounts(one: str, two: str) -> bool:
    """Whether two lists of accounts have none in common. A number is no other account than a name: one file may give the one, one the other."""
    first, second = (
        {re.sub(r"[\s-]", "", name) for name in named.split(", ") if name} for named in (one, two)
    )
    if not first or not second or first & second:
        return False
    return any(name.isdigit() for name in first) == any(name.isdigit() for name in second)


def _judge(earlier: Days, later: Days, *, replace: bool) -> Cut | None:
    first, last = later.fed.starts_on, later.fed.ends_on
    if first is None or last is None or earlier.by.id == later.by.id:
        return None
    inside = earlier.rows["day"].between(pd.Timestamp(first), pd.Timestamp(last))
    touched = (earlier.rows["day"] <= pd.Timestamp(last)) & (earlier.rows["ends_on"] >= pd.Timestamp(first))
    if not touched.any():
        return None
    if earlier.fed.map in later.fed.beside or later.fed.map in earlier.fed.beside:
        return None
    if earlier.fed.map != later.fed.map:
        if later.fed.yields and not earlier.fed.yields:
            return _cut(later, earlier, _covered(later.rows, earlier))
        if not earlier.fed.yields and not replace:
            raise DataError(
                f"{later.by.file}: {earlier.by.file} already gives {later.fed.table} of {later.fed.system} for {_span(earlier.rows['day'][touched])}, by another export "
                f"({earlier.fed.name}; this one is {later.fed.name}), and both would count twice. Keep one of them in raw/, or let the later one count with --replace."
            )
        within = inside & (earlier.rows["ends_on"] <= pd.Timestamp(last))
        return _cut(earlier, later, within if earlier.fed.yields and not later.fed.yields else touched)
    over = inside & (earlier.rows["ends_on"] > pd.Timestamp(last))
    under = (
        ~inside
        & (earlier.rows["ends_on"] >= pd.Timestamp(first))
        & (earlier.rows["day"] < pd.Timestamp(first))
    )
    if (over | under).any() and not replace:
        raise DataError(
            f"{later.by.file}: its days ({first} to {last}) cut through rows of {earlier.by.file} that cover several days. Export by day, or the same span again, or let the later one count with --replace."
        )
    _refuse_partial(earlier, later, inside, replace=replace)
    return _cut(earlier, later, inside | over | under)


def _refuse_second_way(earlier: Days, later: Days) -> None:
    """Refuse days of a platform that two systems give, such as its own export and a warehouse."""
    for platform in sorted(earlier.whose & later.whose):
        before, after = (one.rows[one.rows["whose"] == platform] for one in (earlier, later))
        touched = (before["day"] <= after["ends_on"].max()) & (before["ends_on"] >= after["day"].min())
        if touched.any():
            raise DataError(
                f"{later.by.file}: {earlier.by.file} already gives {later.fed.table} of {platform} for {_span(before['day'][touched])} "
                f"({earlier.fed.name}; this one is {later.fed.name}), and both would count twice. Keep one of them in raw/; if they are of "
                'two accounts, say account_id = "…" for both under [[exports]] in company.toml.'
            )


def two_tools(given: Sequence[Days]) -> list[str]:
    """Return a sentence for each market of which two tools count the same days, in a table where the tool is part of the key."""
    days: dict[str, dict[str, set[pd.Timestamp]]] = {}
    for one in given if given and "tool" in tables.contract(given[0].fed.table).key else ():
        for market, rows in one.rows.groupby("whose"):
            days.setdefault(str(market), {}).setdefault(one.fed.system, set()).update(rows["day"])
    return [
        f"{given[0].fed.table} of {market}: {first} and {second} both count {len(found[first] & found[second]):,} days; figures take the one that "
        'knows more days. If they count two sites, say account_id = "…" for both under [[exports]] in company.toml'
        for market, found in sorted(days.items())
        for first, second in combinations(sorted(found), 2)
        if found[first] & found[second]
    ]


def _covered(rows: pd.DataFrame, by: Days) -> pd.Series:
    """Which rows another import has too: those of a day that it has, and those of several days that its period holds in whole."""
    first, last = pd.Timestamp(by.fed.starts_on), pd.Timestamp(by.fed.ends_on)
    whole = (rows["day"] >= first) & (rows["ends_on"] <= last)
    return rows["day"].isin(by.rows["day"]).where(rows["ends_on"] <= rows["day"], whole)


def _refuse_partial(earlier: Days, later: Days, inside: pd.Series, *, replace: bool) -> None:
    """Refuse a later export that leaves out what the earlier one had on the same days: it is filtered, or of another account."""
    before = set(earlier.rows.loc[inside, "entity"].dropna())
    gone = before - set(later.rows["entity"].dropna())
    if not gone or replace:
        return
    is_public = tables.contract(later.fed.table).column(entity_of(later.fed.table)).public
    if not is_public and len(gone) <= HALF * len(before):
        return
    names = f", such as {sorted(gone)[0]}" if is_public else ""
    raise DataError(
        f"{later.by.file}: it covers {_span(earlier.rows['day'][inside])} again and lacks {len(gone):,} of {len(before):,} {entity_of(later.fed.table)} of {earlier.by.file}{names}. "
        'If it is another account, say account_id = "…" for both under [[exports]] in company.toml; if it is right, let it count with --replace.'
    )


def entity_of(table: str) -> str:
    """The column that says what a row is about besides its day, "" where the table has none."""
    contract = tables.contract(table)
    return next(
        (name for name in contract.key if contract.column(name).type == "text" and name not in ASIDE),
        "",
    )


def _cut(earlier: Days, later: Days, which: pd.Series) -> Cut | None:
    if not which.any():
        return None
    days = earlier.rows["day"][which]
    same = later.rows["day"].between(days.min(), days.max())
    return Cut(
        table=earlier.fed.table,
        map=earlier.fed.map,
        earlier=earlier.by.id,
        later=later.by.id,
        earlier_file=earlier.by.file,
        later_file=later.by.file,
        starts_on=days.min().date(),
        ends_on=days.max().date(),
        measure=earlier.fed.measure,
        before=float(earlier.rows["amount"][which].sum()),
        after=float(later.rows["amount"][same].sum()),
        days=frozenset(days),
    )


def _span(days: pd.Series) -> str:
    first, last = days.min().date(), days.max().date()
    return f"{first}" if first == last else f"{first} to {last}"
