"""What could make the page of channels wrong: said before any result."""

from __future__ import annotations

from helpers.checks import Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import listed, number, parted, plural, signed, text
from helpers.pillars.activation import channels_claims, channels_known, channels_spend, channels_watch
from helpers.pillars.activation.channels import Page
from helpers.pillars.activation.naming import listed_channels

UNMAPPED = 0.01  # share of spend
APART = 0.01  # of exported spend; invoices that differ by more are asked for


def checks(made: Page, scope: Scope) -> list[Check]:
    """What could make the page wrong: evidence, data, tracking and books, in this order."""
    return [*_evidence(made, scope), *_data(made, scope), *_tracking(made, scope), *_books(made, scope)]


def _evidence(made: Page, scope: Scope) -> list[Check]:
    lang, frames = scope.language, {"tests": made.tests, "model": made.model, "paths": made.paths}
    names = {
        "tests": text("tests", lang),
        "model": text("the mix model", lang),
        "paths": text("paths before orders", lang),
    }
    absent = [names[name] for name, frame in frames.items() if frame is None or frame.empty]
    claimed = channels_claims.per_order(made.known, made.months)
    ratio = number(claimed.sum(), "ratio", decimals=2, language=lang)
    rows = [
        check("sources", not absent, text("Tests, model and paths all speak.", lang) if not absent
              else text("Nothing is known from {absent}: fewer channels have a number to use.", lang, absent=listed(absent, lang)),
              remedy=text("See which table the pages on tests, mix and attribution lack.", lang)),
    ]  # fmt: skip
    if len(claimed):
        rows.append(
            check("claims", claimed.sum() <= 1, text("Platforms claim {ratio} purchases for each paid order.", lang, ratio=ratio),
                  remedy=text("Do not add them up, and do not move budget by them: they steer inside one platform.", lang)),
        )  # fmt: skip
    else:
        why = made.known.lacking.get("media_conversions") or text(
            "Platforms told no purchases for the month.", lang
        )
        rows.append(check("claims", False, text("What platforms claim is not known.", lang), remedy=why))
    windows = channels_claims.platform_says(made.known, made.months)["attribution_window"].nunique()
    if windows > 1:
        rows.append(
            check("windows", False, plural("Platforms claim by {n} window.", "Platforms claim by {n} different windows.", windows, lang),
                  remedy=text("Compare claims of one window only; no total is shown.", lang)),
        )  # fmt: skip
    return rows


def _data(made: Page, scope: Scope) -> list[Check]:
    lang, now = scope.language, channels_known.of(made.known.months, [scope.period])
    spent = now.groupby("channel")["spend"].sum()
    silent = [
        one for one in made.spend.loc[made.spend["spend"] > 0, "channel"] if not spent.get(one, 0.0) > 0
    ]
    shown_now = now.groupby("channel")[["spend", "impressions"]].sum()
    blind = [
        one for one in shown_now.index[(shown_now["spend"] > 0) & ~(shown_now["impressions"] > 0)] if one
    ]
    total = made.spend["spend"].sum()
    bare = float(made.spend.loc[made.spend["channel"] == channels_known.UNNAMED, "spend"].sum())
    share = number(bare / total if total else 0.0, "share", decimals=1, language=lang)
    n = len(made.months)
    rows = [
        check("year", n == channels_known.YEAR, text("Media spend covers {n} of the last twelve months.", lang, n=n),
              remedy=text("Import the missing cost reports: with fewer months a season passes for the work of a channel.", lang)),
        check("all_spend", not silent, text("Every channel of the year spent money this month.", lang) if not silent
              else text("No spend this month: {names}.", lang, names=_names(silent, lang)),
              remedy=text("See whether they were paused or their export is missing.", lang)),
        check("impressions", not blind, text("Every channel with spend tells its impressions.", lang) if not blind
              else text("Spend without impressions: {names}.", lang, names=_names(blind, lang)),
              remedy=text("Add impressions to the export; without them there is no CTR, viewability or frequency.", lang)),
        check("unmapped", bare <= UNMAPPED * total, text("{share} of spend has no channel.", lang, share=share),
              remedy=text("Add a rule to taxonomy.csv for these campaigns, or rename them.", lang)),
    ]  # fmt: skip
    orders = channels_known.sold(made.known, made.months)
    rows.append(
        sample_check(
            "orders",
            0 if orders is None else int(orders["n_orders"]),
            text("paid orders", lang),
            language=lang,
        )
    )
    at = made.reach
    if at is not None:
        odd = list(at.table.loc[at.table["useful"].isna(), "platform"])
        rows.append(
            check("reach", not odd, text("Reach and impressions of each platform agree.", lang) if not odd
                  else text("Reach and impressions contradict each other: {names}.", lang, names=listed(odd, lang)),
                  remedy=text("Compare what the columns count; how often people were met cannot be told for them.", lang)),
        )  # fmt: skip
        rows.append(
            check("panel", at.panel == at.panel, text("Somebody counted people over platforms, each once.", lang) if at.panel == at.panel
                  else text("Nobody counted people over platforms: their reach overlaps by an unknown part.", lang),
                  remedy=text("Read the range, not the sum; ask the agency for a cross-media measure.", lang)),
        )  # fmt: skip
    return rows


def _tracking(made: Page, scope: Scope) -> list[Check]:
    lang = scope.language
    clicks = channels_watch.without_clicks(made.known, made.months)
    jumps = channels_watch.unusual_spend(made.known, scope.period)
    return [
        check("clicks", clicks.empty, channels_watch.clicks_said(clicks, scope),
              remedy=text("Look at the link and the platform's own count; leave these days out of any rate.", lang)),
        check("jumps", jumps.empty, channels_watch.spend_said(jumps, scope),
              remedy=text("Ask who changed it; add it to the plan, or correct it.", lang)),
    ]  # fmt: skip


def _books(made: Page, scope: Scope) -> list[Check]:
    lang = scope.language
    if made.known.books is None:
        why = made.known.lacking.get("finance_actuals") or text("Import the accounts.", lang)
        return [check("invoices", False, text("Spend cannot be held against invoices.", lang), remedy=why)]
    rows = channels_spend.bridge(made.known, made.months)
    if rows.empty:
        said = channels_spend.bridge_said(made.known, made.months, scope)
        return [check("invoices", False, said, remedy=text("Import the accounts.", lang))]
    odd = rows[rows["gap"].abs() > APART * rows["exported"].abs()]
    each = [_gap(row, scope) for row in odd.itertuples()]
    return [
        check("invoices", odd.empty, text("Invoices and exports of media agree within {share}.", lang, share=number(APART, "share", language=lang))
              if odd.empty else text("Invoices differ from exports: {gaps}.", lang, gaps=parted(each, lang)),
              remedy=text("Ask the supplier: a platform fee, a credit note or a month that is booked late.", lang)),
    ]  # fmt: skip


def _gap(row, scope: Scope) -> str:
    name = row.platform or text("other suppliers", scope.language)
    return f"{name} {signed(row.gap, 'currency', currency=scope.currency, language=scope.language)}"


def _names(channels: list[str], lang: str) -> str:
    return listed_channels(channels, lang)
