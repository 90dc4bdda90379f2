"""Business customers: leads, deals by stage, and yearly contracts for water fountains in offices.

The arm was launched two years before `FIRST`: its ledger is whole, its CRM is exported from `FIRST` on. Traps:
the CRM is too sure of its deals; a lead that LinkedIn caused is often recorded as direct; nobody qualifies a lead
that was never answered; a deal that is being lost lingers; who took more leaves less, yet taking more keeps nobody.
The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.sample import setting
from helpers.sample.demand import MARKET_SHARE
from helpers.sample.parts import effects
from helpers.sample.setting import FIRST, LAST, MARKETS, N_DATA, N_DAYS, dates, day_number
from helpers.sample.truth import Estimand
from helpers.sample.world import World

START, SPAN = day_number("2021-10-01"), f"{FIRST}/{LAST}"  # launch of the arm; what the exports cover
FAR, DAY, ROW = 10**6, 86_400, setting.CHANNELS.index("linkedin")  # a day that never comes; seconds
BASE, LINKEDIN, FIELD, EVENT = (0, 1, 2, 3)  # causes; FIELD: firms that field sales find, who are no leads
A_DAY = np.array([1.20, 0.68, 0.16])  # contacts a day at mean spend, in a world of scale 1, without events
OFFICE_WEEK = np.array([1.35, 1.40, 1.35, 1.30, 1.20, 0.22, 0.18])  # Monday first
AUGUST, YEAR_END = 0.42, 0.35  # of the offices are at work
RECORDED = (
    {"direct": 0.35, "organic search": 0.40, "referral": 0.19, "linkedin": 0.06},
    {"linkedin": 0.65, "direct": 0.20, "organic search": 0.15}, {"field sales": 1.0}, {"event": 1.0},
)  # fmt: skip
EVENTS = (  # code, name, type, market, region, month and day, days, leads, cost in euro or francs, visitors
    ("fair_paris", "Salon des bureaux Paris", "fair", "FR", "75", "03-18", 3, 38, 21_000, 2_600),
    ("fair_lyon", "Salon des bureaux Lyon", "fair", "FR", "69", "10-07", 2, 22, 11_000, 1_300),
    ("fair_brussels", "Salon de l'entreprise Bruxelles", "fair", "BE", "BE-BRU", "05-22", 2, 18, 9_500, 1_000),
    ("fair_lausanne", "Salon romand du travail", "fair", "CH", "CH-VD", "06-10", 2, 13, 12_500, 700),
    ("webinar_winter", "Water at work, winter", "webinar", "FR", None, "01-22", 1, 7, 900, 90),
    ("webinar_spring", "Water at work, spring", "webinar", "FR", None, "04-16", 1, 7, 900, 90),
    ("webinar_autumn", "Water at work, autumn", "webinar", "FR", None, "09-10", 1, 7, 900, 90),
)  # fmt: skip
INDUSTRIES = np.array(["services", "industry", "public sector", "health", "hospitality", "construction"])
SIZES, TACIT = np.array(["10-49", "50-249", "250-999", "1000+"]), 2  # people; the first two renew tacitly
SIZE_SHARE = np.array([[0.50, 0.34, 0.12, 0.04], [0.20, 0.45, 0.24, 0.11]])  # of leads; of those sales find
SIZE_ARR, SPREAD, FRANC_PRICES = np.array([1_750, 3_700, 8_400, 17_500]), 0.45, 1.10  # euro a year
SIZE_CYCLE, SIZE_WIN = np.array([55, 68, 90, 118]), np.array([1.10, 1.0, 0.85, 0.75])  # days to close; factor
FIELD_SHARE = np.array([0.15, 0.40, 0.75, 0.95])  # of leads that field sales follow up; inside sales the rest
FAST_HOURS, FAST_FACTOR, QUALIFIED, FIT, NEVER_ANSWERED = 4, 1.35, 0.29, 0.35, 0.12
OPENS, CLOSES, DELAY, DELAY_SPREAD = 8, 19, 5.0, 1.6  # local hours; median hours to an answer, log spread
STAGES, ENDS, LINGER = ("discovery", "demo", "proposal", "negotiation"), ("closed won", "closed lost"), 1.5
PASS, STAGE_TIME = np.array([0.74, 0.72, 0.74, 0.76]), np.array([0.20, 0.24, 0.30, 0.26])
CRM_CHANCE, CRM_RENEWAL = np.array([0.45, 0.60, 0.75, 0.90, 1.0, 0.0]), 0.97  # what the CRM believes
MEETING, WIN_FIT = 1.30, 0.25  # a digital lead that field sales follow up; a point of fit
LOSS_REASONS = np.array(["no need", "no decision", "timing", "price", "competitor", "no budget"])
CHURN, ASKS, AGREES, SHRINKS, RETURNS, HEALTH = 0.09, 0.32, 0.60, 0.08, 0.15, 0.6  # shares a year; log effect


class Arm(NamedTuple):
    """The arm as it truly goes on to the end of the world; days are numbers from FIRST, FAR is never.

    contacts : one row a lead, or a firm that field sales found. deals : one row an opportunity.
    ledger : account, day, kind, cents. terms : account, first day and end of its contract as known at LAST.
    """

    contacts: pd.DataFrame
    deals: pd.DataFrame
    ledger: pd.DataFrame
    terms: pd.DataFrame


def intensity(world: World, linkedin: np.ndarray) -> np.ndarray:
    """Expected contacts a day [cause: base, LinkedIn, field; market; day from START], in a world of scale 1.

    `linkedin` : effect of the channel relative to that of its mean spend [region, day], as `media.shape` has it.

    Formula: rate x share of the market x office days x (exp(shock) | effect | 1). The effect is additive, so no
        spend takes away just what it caused. Source: superposed Poisson processes (Kingman, Poisson Processes, 1993).
    """
    days, regions = dates(np.arange(START, N_DAYS)), world.demand.regions
    season = np.select([days.month == 8, (days.month == 12) & (days.day > 19)], [AUGUST, YEAR_END], 1.0)
    office = OFFICE_WEEK[days.day_of_week] * season
    office /= office[:-START].mean()
    weeks = (np.arange(START, N_DAYS) + 6) // 7 - (START + 6) // 7
    shock = setting.autoregression(world.rng("pipeline shock"), weeks[-1] + 1, 0.6, 0.12)[0, weeks]
    course = np.ones((3, len(MARKETS), len(days)))
    course[BASE] = np.exp(shock)
    for code, rows in regions.groupby("market_code").indices.items():
        course[LINKEDIN, code, -START:] = np.average(linkedin[rows], 0, regions["weight"].to_numpy()[rows])
    share = np.array([MARKET_SHARE[name] for name in MARKETS])
    return A_DAY[:, None, None] * share[:, None] * course * office


def events() -> pd.DataFrame:
    """Fairs and webinars by first day, one row each: columns of `EVENTS`, event_id and first [day]."""
    names = ["code", "name", "type", "market", "region", "on", "n_days", "leads", "cost", "visitors"]
    years = [pd.DataFrame(EVENTS, columns=names).assign(year=str(year)) for year in range(2021, 2028)]
    made = pd.concat(years, ignore_index=True)
    first = pd.to_datetime(made["year"] + "-" + made["on"]) - pd.Timestamp(FIRST)
    made["first"] = _weekday(first.dt.days.to_numpy())
    made["event_id"] = "b2b_" + made["code"] + "_" + made["year"]
    return made[made["first"].between(START, N_DAYS - 1)].sort_values(
        "first", kind="stable", ignore_index=True
    )


@lru_cache(maxsize=1)
def arm(world: World) -> Arm:
    """Draw the arm from its launch to the end of the world; nobody may change its frames."""
    contacts = _contacts(world)
    new = _new_deals(world, contacts)
    ledger, more, terms = _contracts(world, new[new["won"]])
    deals = pd.concat([new, more]).sort_values(["created", "account"], kind="stable", ignore_index=True)
    deals["opportunity_id"] = _ids("d", deals.index)
    deals["reason"] = world.rng("pipeline reasons").integers(0, 3, len(deals))
    return Arm(contacts, deals, ledger, terms)


def _contacts(world: World) -> pd.DataFrame:
    """Contacts by moment, with causes, traits, answers [seconds of local time from FIRST] and what became of them.

    Formula: P(qualified | answered) = .29 exp(.35 fit - .06) x 1.35 if answered within 4 hours. The delay is
        lognormal, moved into office hours, and knows nothing of the fit. Sources: Oldroyd, McElheran & Elkington,
        Harvard Business Review 89(3), 2011, whose factor is larger; Sabnis et al., Journal of Marketing 77(1), 2013,
        for leads left lying.
    """
    rng, made = world.rng("pipeline traits"), _arrivals(world)
    cause, day, n = made["cause"].to_numpy(), made["day"].to_numpy(), len(made)
    is_field = cause == FIELD
    made["size"] = setting.pick(rng, SIZE_SHARE[is_field.astype(int)])
    made["industry"], fit = rng.integers(0, len(INDUSTRIES), n), rng.standard_normal(n)
    made["by_field"] = is_field | (rng.random(n) < FIELD_SHARE[made["size"]])
    made["fit"], made["score"] = fit, np.clip(50 + 12 * fit + 14 * rng.standard_normal(n), 0, 100).round(1)
    names = np.array(sorted({name for share in RECORDED for name in share}))
    shares = np.array([[share.get(name, 0.0) for name in names] for share in RECORDED])
    made["channel"] = names[setting.pick(rng, shares[cause])]
    delay = 3600 * DELAY * np.exp(DELAY_SPREAD * rng.standard_normal(n))
    on, second = np.divmod(made["created"].to_numpy() + delay.astype(int), DAY)
    worked = _weekday(on + (second >= CLOSES * 3600))
    waits = (worked > on) | (second < OPENS * 3600)
    answer = worked * DAY + np.where(waits, OPENS * 3600 + rng.integers(0, 7200, n), second)
    fast = answer - made["created"].to_numpy() <= FAST_HOURS * 3600
    chance = np.minimum(QUALIFIED * np.exp(FIT * fit - FIT**2 / 2), 0.7) * np.where(fast, FAST_FACTOR, 1.0)
    is_answered = rng.random(n) >= NEVER_ANSWERED
    qualified = is_answered & (rng.random(n) < chance)
    accepted = qualified & (rng.random(n) < 1 / (1 + np.exp(-0.8 - 0.6 * fit)))
    becomes = is_field | (accepted & (rng.random(n) < 0.8))
    steps = np.cumsum(rng.exponential([[3.0], [4.0], [5.0]], (3, n)), axis=0).astype(int)
    checked, decided, opened = _weekday(worked + steps)
    made["answered"] = np.where(is_answered, answer, FAR * DAY)
    made["qualified"] = np.where(qualified, checked, FAR)
    made["accepted"] = np.where(accepted, decided, FAR)
    made["rejected"] = np.where(qualified & ~accepted, decided, FAR)
    made["opened"] = np.where(is_field, _weekday(day), np.where(becomes, opened, FAR))
    # A fourth of the leads that come to nothing is one more contact at a firm that is known already.
    again, first = ~becomes & (rng.random(n) < 0.25), (rng.random(n) * np.arange(n)).astype(int)
    firm = made[["market", "event"]].to_numpy()
    again &= (firm[first] == firm).all(axis=1) & ~again[first] & ~is_field[first]
    made["account"] = np.where(again, first, np.arange(n))
    return made


def _arrivals(world: World) -> pd.DataFrame:
    """Cause, event [row of `events`, -1 for none], market, day and second of each contact, by second."""
    rng, fairs, scale = world.rng("pipeline arrivals"), events(), world.setting.scale
    cells = rng.poisson(intensity(world, world.media.shape[ROW]) * scale)
    cause, market, day = np.unravel_index(np.repeat(np.arange(cells.size), cells.ravel()), cells.shape)
    fair = np.repeat(np.arange(len(fairs)), rng.poisson(fairs["leads"] * scale))
    n, length = len(fair), fairs["n_days"].to_numpy()[fair]
    after = np.where(rng.random(n) < 0.65, rng.random(n) * length, length + rng.exponential(4, n)).astype(int)
    made = pd.DataFrame({
        "cause": np.r_[cause, np.full(n, EVENT)], "event": np.r_[np.full(len(day), -1), fair],
        "market": np.r_[market, fairs["market"].map(MARKETS.index).to_numpy()[fair]],
        "day": np.r_[day + START, _weekday(fairs["first"].to_numpy()[fair] + after)],
    })  # fmt: skip
    made["created"] = made["day"] * DAY + rng.integers(OPENS * 3600, CLOSES * 3600, len(made))
    return made[made["day"] < N_DAYS].sort_values("created", kind="stable", ignore_index=True)


def _new_deals(world: World, contacts: pd.DataFrame) -> pd.DataFrame:
    """New business: contact, account, created, day of entering each stage, closed, won, chance, cents a year.

    Formula: chance = W x size x exp(.25 fit - .03) x 1.3 where field sales follow up a digital lead, W = product of
        PASS; a stage is passed with p ^ (log chance / log W), so that the product is the chance. The cycle is
        lognormal, longer for large firms; the stage in which a deal is lost lasts 1.5 times as long. Source of two
        contacts that complement each other: Smith, Gopalakrishna & Smith, International Journal of Research in
        Marketing 21(1), 2004.
    """
    rng, firms = world.rng("pipeline deals"), contacts[contacts["opened"] < FAR]
    n, size, created = len(firms), firms["size"].to_numpy(), firms["opened"].to_numpy()
    meets = (firms["by_field"] & firms["cause"].isin([BASE, LINKEDIN])).to_numpy()
    calm = np.prod(PASS)
    win = calm * SIZE_WIN[size] * np.exp(WIN_FIT * firms["fit"].to_numpy() - WIN_FIT**2 / 2)
    chance = np.minimum(win, 0.7) * np.where(meets, MEETING, 1.0)
    passes = rng.random((n, 4)) < PASS ** (np.log(chance) / np.log(calm))[:, None]
    won = passes.all(axis=1)
    last = np.where(won, 3, passes.argmin(axis=1))
    spread = np.exp(0.40 * rng.standard_normal((n, 1)) + 0.35 * rng.standard_normal((n, 4)))
    days = SIZE_CYCLE[size, None] * STAGE_TIME * spread
    days[~won, last[~won]] *= LINGER
    left = _weekday(created[:, None] + np.ceil(np.cumsum(days, axis=1)).astype(int))
    value = SIZE_ARR[size] * np.exp(SPREAD * rng.standard_normal(n))
    made = firms[["account", "market", "size", "event"]].rename_axis("contact").reset_index()
    made[list(STAGES)] = np.where(np.arange(4) <= last[:, None], np.c_[created, left[:, :3]], FAR)
    made["source"], made["type"], made["created"] = firms["channel"].to_numpy(), "new", created
    made["closed"], made["won"], made["chance"] = left[np.arange(n), last], won, chance
    made["cents"] = np.round(100 * value * np.where(made["market"] == 2, FRANC_PRICES, 1.0)).astype(int)
    return made


def _contracts(world: World, won: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Contracts year by year: the ledger, the deals of renewal and expansion, and the terms known at LAST.

    Formula: P(churn at the end of a year) = .09 exp(-h - .18), P(asks for more) = .32 exp(h - .18), h ~ N(0, .6) of
        the account: the common cause of both. Firms below 250 people renew tacitly, without a deal. Source of churn
        that differs between customers: Fader & Hardie, How to project customer retention, 2007.
    """
    rng, fixed = world.rng("pipeline contracts"), won[["account", "market", "size"]].reset_index(drop=True)
    begin, cents, n = won["closed"].to_numpy().copy(), won["cents"].to_numpy().copy(), len(won)
    health, called = HEALTH * rng.standard_normal(n), fixed["size"].to_numpy() >= TACIT
    spell, term = begin.copy(), begin.copy()
    ledger, deals = [pd.DataFrame({"row": np.arange(n), "kind": "new", "day": begin, "cents": cents})], []
    while (n := len(who := np.flatnonzero(begin < N_DAYS))) or not deals:
        start, paid, h, end = begin[who], cents[who], health[who], begin[who] + 365
        term[who] = np.where(start < N_DATA, end - 1, term[who])
        asks, agrees = rng.random(n) < ASKS * np.exp(h - HEALTH**2 / 2), rng.random(n) < AGREES
        close, grows = _weekday(start + rng.integers(45, 301, n)), asks & agrees
        extra = np.round(paid * rng.uniform(0.15, 0.50, n)).astype(int)
        less = np.round(paid * rng.uniform(0.10, 0.35, n)).astype(int)
        after = paid + extra * grows
        leaves = rng.random(n) < CHURN * np.exp(-h - HEALTH**2 / 2)
        shrinks, returns = ~leaves & (rng.random(n) < SHRINKS), leaves & (rng.random(n) < RETURNS)
        again = _weekday(end + rng.integers(90, 420, n))
        cents[who] = np.where(leaves, after * 85 // 100, after - less * shrinks)
        begin[who] = np.where(leaves, np.where(returns, again, FAR), end)
        spell[who] = np.where(returns & (again < N_DATA), again, spell[who])
        for kind, rows, day, change in (
            ("expansion", grows, close, extra), ("churn", leaves, end, -after),
            ("contraction", shrinks, end, -less), ("reactivation", returns, again, cents[who]),
        ):  # fmt: skip
            ledger.append(pd.DataFrame({"row": who, "kind": kind, "day": day, "cents": change})[rows])
        for kind, rows, day, is_won, value, least in (
            ("expansion", asks, close, agrees, extra, 15), ("renewal", called[who], end, ~leaves, after, 60),
        ):  # fmt: skip
            made = {"row": who, "type": kind, "closed": day, "won": is_won, "cents": value}
            made["created"] = day - rng.integers(least, 2 * least - 5, n)
            deals.append(pd.DataFrame(made)[rows])
    moves, more = (pd.concat(frames, ignore_index=True) for frames in (ledger, deals))
    moves = moves[moves["day"] < N_DAYS].sort_values(["day", "row"], kind="stable", ignore_index=True)
    moves["account"] = fixed["account"].to_numpy()[moves["row"]]
    more = more.join(fixed, on="row").assign(source="customer success", event=-1, contact=-1)
    more["discovery"], more["demo"], more["proposal"] = FAR, FAR, more["created"]
    more["negotiation"] = more["created"] + (more["closed"] - more["created"]) * 3 // 5
    return moves, more, fixed.assign(spell=spell, term=term)


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Accounts, leads, opportunities and their stages, movements of yearly revenue, and events, up to LAST."""
    made, fairs = arm(world), events()
    contacts, deals = made.contacts, made.deals
    deals = deals[(deals["closed"] >= 0) & (deals["created"] < N_DATA)]
    leads = contacts[(contacts["cause"] != FIELD) & contacts["day"].between(0, N_DATA - 1)]
    moves = made.ledger[made.ledger["day"] < N_DATA]
    listed = np.unique(np.r_[leads["account"], deals["account"], moves["account"]])
    yield "accounts", _accounts(contacts.loc[listed], moves, made.terms)
    yield "leads", _leads(leads, deals, fairs)
    yield "opportunities", _lists(deals, fairs)
    yield "opportunity_stages", _stages(deals)
    yield "arr_movements", movements(world)
    yield "events", _events(world, fairs, np.bincount(leads["event"] + 1, minlength=len(fairs) + 1)[1:])


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """What is true of leads, deals and contracts; amounts in euro at the rates of LAST."""
    contacts, deals, ledger, _ = arm(world)
    euros = world.demand.euros[contacts["market"], N_DATA - 1] / 100
    now, before, later = (
        np.bincount(some["account"], some["cents"], len(contacts)) * euros
        for some in (ledger[ledger["day"] <= day] for day in (N_DATA - 1, N_DATA - 366, N_DATA + 90))
    )
    new = deals[(deals["type"] == "new") & deals["created"].between(0, N_DATA - 1)]
    cycle = (new["closed"] - new["created"])[new["won"]].median()
    unspent = world.media.changed("linkedin", since=effects.SINCE, factor=0.0)
    expected, without = (
        intensity(world, effect)[:FIELD, :, effects.SINCE - START : N_DATA - START].sum()
        for effect in (world.media.shape[ROW], unspent)
    )
    fairs, caused = events(), expected - without
    brought = expected + fairs.loc[fairs["first"].between(effects.SINCE, N_DATA - 1), "leads"].sum()
    spend = world.media.national[ROW, :, effects.SINCE : N_DATA].sum()
    for name, value, unit, period, about in (
        ("win_rate_new_business", new["chance"].mean(), "share", SPAN,
         "Mean chance, at their creation, that new business deals created in the span are won; open ones count too."),
        ("win_factor_digital_meets_field", MEETING, "ratio", SPAN,
         "Chance to win new business where field sales follow up a lead that no event brought, over that of other deals of the same size and fit."),
        ("qualification_factor_fast_answer", FAST_FACTOR, "ratio", SPAN,
         f"Chance that an answered lead is qualified when sales answer within {FAST_HOURS} hours, over that when they answer later."),
        ("lead_share_linkedin", caused / brought, "share", effects.SPAN,
         "Expected leads of the span that would be missing had nothing been spent on linkedin in it, over all expected leads."),
        ("cost_per_caused_lead_linkedin", spend / caused, "EUR", effects.SPAN,
         "Spend on linkedin before fees over the leads that would be missing had nothing been spent on it in the span."),
        ("sales_cycle_median_days", cycle, "days", SPAN,
         "Median days from creation to closing of the new business deals created in the span and won, up to the last day or later."),
        ("arr", now.sum(), "EUR", str(LAST), "Yearly recurring revenue under contract at the end of the last day, at its rates."),
        ("net_revenue_retention_12m", now[before > 0].sum() / (before.sum() or np.nan), "ratio", str(LAST),
         "Yearly recurring revenue on the last day of the accounts that had some 12 months before, over theirs then; both at the rates of that day."),
        ("arr_in_13w", later.sum(), "EUR", str(LAST), "Yearly recurring revenue 13 weeks after the last day, as it came, at the rates of that day."),
    ):  # fmt: skip
        if np.isfinite(value):  # a tiny world may have no deal or no contract yet
            yield Estimand(name, float(value), unit, about, period)
    soon = deals[(deals["created"] < N_DATA) & deals["closed"].between(N_DATA, N_DATA + 90) & deals["won"]]
    about = "Deals of this type open on the last day and won in the 13 weeks after it, as it came"
    for kind, some in ((kind, soon[soon["type"] == kind]) for kind in ("new", "renewal", "expansion")):
        value = float((some["cents"] * euros[some["account"]]).sum())
        yield Estimand("wins_next_13w", float(len(some)), "count", f"{about}.", str(LAST), segment=kind)
        about_arr = f"{about}: their yearly recurring revenue at the rates of that day."
        yield Estimand("won_arr_next_13w", value, "EUR", about_arr, str(LAST), segment=kind)


def _accounts(firms: pd.DataFrame, moves: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Table `accounts`: one list, as of LAST."""
    paid = moves.groupby("account")["cents"].sum().reindex(firms.index)
    known = terms.set_index("account").reindex(firms.index).where(paid.notna()).fillna(FAR).astype(int)
    return pd.DataFrame({
        "account_id": _ids("a", firms.index), **_place(firms["market"]), "industry": INDUSTRIES[firms["industry"]],
        "size_band": SIZES[firms["size"]], "segment": np.where(firms["size"] >= TACIT, "key account", "standard"),
        "status": np.select([paid > 0, paid == 0], ["customer", "former customer"], "prospect"),
        "arr": paid.fillna(0).to_numpy() / 100, "contract_starts_on": _days(known["spell"]),
        "contract_ends_on": _days(known["term"], N_DAYS), "owner": np.where(firms["by_field"], "field sales", "inside sales"),
    })  # fmt: skip


def _leads(leads: pd.DataFrame, deals: pd.DataFrame, fairs: pd.DataFrame) -> pd.DataFrame:
    """Table `leads`; what happened after LAST is not in it."""
    became = deals[deals["contact"] >= 0].set_index("contact")["opportunity_id"].reindex(leads.index)
    year = "linkedin_" + dates(leads["day"]).year.astype(str)
    campaign = np.where(leads["channel"] == "linkedin", year, _event_ids(leads, fairs))
    return pd.DataFrame({
        "lead_id": _ids("l", leads.index), "account_id": _ids("a", leads["account"]), **_place(leads["market"]),
        "created_at": _moments(leads["created"]), "created_on": dates(leads["day"]), "channel": leads["channel"].to_numpy(),
        "campaign_id": campaign, "score": leads["score"].to_numpy(), "first_answered_at": _moments(leads["answered"]),
        **{f"{step}_on": _days(leads[step]) for step in ("qualified", "accepted", "rejected")}, "opportunity_id": became.to_numpy(),
    })  # fmt: skip


def _lists(deals: pd.DataFrame, fairs: pd.DataFrame) -> pd.DataFrame:
    """Table `opportunities`: at each month end the deals open then and those closed in the month."""
    created, closed, entered = (deals[name].to_numpy() for name in ("created", "closed", list(STAGES)))
    ends = np.array([day_number(month.end_time.date()) for month in setting.MONTHS])
    begins = np.r_[0, ends[:-1] + 1]
    at, row = np.nonzero((created <= ends[:, None]) & (closed >= begins[:, None]))
    day, known, created, closed = ends[at], deals.iloc[row], created[row], closed[row]
    won, kind, arr, is_closed = known["won"].to_numpy(), known["type"], known["cents"] / 100, closed <= day
    reached = 3 - (entered[row, ::-1] <= day[:, None]).argmax(axis=1)
    stage = np.where(is_closed, np.where(won, 4, 5), reached)
    # Sellers plan a fifth too early, and move a day that has passed three weeks on; a renewal has its day.
    planned = created + (0.8 * SIZE_CYCLE[known["size"]]).astype(int)
    planned = np.where((kind == "renewal") | is_closed, closed, np.where(planned > day, planned, day + 21))
    reason = LOSS_REASONS[known["reason"] + np.where(entered[row, 2] < FAR, 3, 0)]
    return pd.DataFrame({
        "opportunity_id": known["opportunity_id"].to_numpy(), "as_of": dates(day), "account_id": _ids("a", known["account"]),
        "created_on": dates(created), **_place(known["market"]), "type": kind.to_numpy(), "stage": np.array([*STAGES, *ENDS])[stage],
        "stage_order": stage + 1, "probability": np.where((kind == "renewal") & ~is_closed, CRM_RENEWAL, CRM_CHANCE[stage]),
        "amount": (arr * np.where(kind == "new", 1.15, 1.0)).round(2).to_numpy(), "arr": arr.to_numpy(),  # with installation
        "closes_on": dates(planned), "is_closed": is_closed, "is_won": pd.Series(won, dtype="boolean").where(is_closed),
        "lead_source": known["source"].to_numpy(), "campaign_id": _event_ids(known, fairs),
        "loss_reason": np.where(is_closed & ~won, reason, None),
    })  # fmt: skip


def _stages(deals: pd.DataFrame) -> pd.DataFrame:
    """Table `opportunity_stages`: entries up to LAST."""
    entered = deals[[*STAGES, "closed"]].to_numpy()
    row, stage = np.nonzero(entered < N_DATA)
    later = np.minimum.accumulate(np.c_[entered[:, 1:], np.full(len(deals), FAR)][:, ::-1], axis=1)[:, ::-1]
    name = stage + ((stage == 4) & ~deals["won"].to_numpy()[row])
    return pd.DataFrame({
        "opportunity_id": deals["opportunity_id"].to_numpy()[row], "stage": np.array([*STAGES, *ENDS])[name],
        "entered_on": dates(entered[row, stage]), "left_on": _days(later[row, stage]), "market": _place(deals["market"].to_numpy()[row])["market"],
    })  # fmt: skip


def movements(world: World) -> pd.DataFrame:
    """Table `arr_movements`, from the launch on: the sum of an account's rows is its yearly revenue."""
    made = arm(world)
    moves = made.ledger[made.ledger["day"] < N_DATA]
    market = made.contacts["market"].to_numpy()[moves["account"]]
    month = dates(moves["day"]).to_period("M").to_timestamp()
    return pd.DataFrame({
        "month": month, "account_id": _ids("a", moves["account"]), "kind": moves["kind"].to_numpy(),
        **_place(market), "arr_delta": moves["cents"].to_numpy() / 100,
    })  # fmt: skip


def _events(world: World, fairs: pd.DataFrame, n_leads: np.ndarray) -> pd.DataFrame:
    """Table `events`; contacts made at the stand are more than the leads that come of them."""
    rng, scale = world.rng("pipeline events"), world.setting.scale
    made = fairs.assign(**_place(fairs["market"].map(MARKETS.index)), starts_on=dates(fairs["first"]))
    made["ends_on"] = dates(fairs["first"] + fairs["n_days"] - 1)
    made["cost"] = np.round(fairs["cost"] * scale * rng.uniform(0.9, 1.1, len(fairs)), 2)
    made["visitors"] = rng.poisson(fairs["visitors"] * scale)
    made["leads"] = n_leads + rng.poisson(1.2 * fairs["leads"] * scale)
    return made[made["first"].between(0, N_DATA - 1)]


def _weekday(day: np.ndarray) -> np.ndarray:
    """The day itself, or the Monday after a Saturday or Sunday; day 0 is a Sunday."""
    return day + np.array([1, 0, 0, 0, 0, 0, 2])[day % 7]


def _days(day: pd.Series | np.ndarray, until: int = N_DATA) -> pd.DatetimeIndex:
    """Days as dates; empty from `until` on."""
    return dates(np.minimum(day, until)).where(np.asarray(day) < until)


def _moments(second: pd.Series) -> pd.DatetimeIndex:
    """Seconds of local time from FIRST as moments in UTC; empty after LAST."""
    made = setting.utc(np.minimum(second // DAY, N_DATA), second % DAY)
    return made.where(second.to_numpy() < N_DATA * DAY)


def _ids(letter: str, numbers: np.ndarray | pd.Index | pd.Series) -> np.ndarray:
    return np.char.mod(letter + "%07d", np.asarray(numbers))


def _event_ids(rows: pd.DataFrame, fairs: pd.DataFrame) -> np.ndarray:
    return np.where(rows["event"] >= 0, fairs["event_id"].to_numpy(dtype=object)[rows["event"]], None)


def _place(market: np.ndarray | pd.Series) -> dict[str, np.ndarray]:
    """Market and currency from codes of markets."""
    return {"market": np.array(MARKETS)[market], "currency": np.array(setting.CURRENCIES)[market]}
