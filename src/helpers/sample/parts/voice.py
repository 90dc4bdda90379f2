"""What customers say and send back: cases, returns, NPS, effort, and why they leave.

Trust is a common cause: it moves what is said here and, in `customers`, how soon a customer leaves. Nothing that is said
here acts on leaving, so a bad answer foretells a departure without causing it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.sample.chunk import Chunk
from helpers.sample.parts import words
from helpers.sample.parts.calendar import FAMILIES
from helpers.sample.parts.words import CASE_TOPICS, COMMENT_TOPICS
from helpers.sample.setting import LAST, MARKETS, N_DATA, NEED_CLASSES, dates, day_number, pick, utc
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
QUARTER, LEAVING = day_number("2026-07-01"), "2025-06-01"  # the last quarter; since when leavers are asked
# Cases of each topic that a repeat order brings, and how many times more a first order does; mean days until they come.
CASES, FIRST_CASES = (0.0141, 0.0052, 0.0063, 0.0084, 0.0094, 0.0037, 0.0021), (1.4, 2.5, 1.5, 1.2, 3.0, 1.2, 1.5)
CASE_DAYS = (3, 12, 20, 15, 4, 8, 6)
DECEMBER_CASES, BACK_CASES, NOT_DONE_CASES, TRUST_CASES = 2.6, 0.178, 2.0, -0.25
CASE_SHARE = (0.34, 0.27, 0.27, 0.07, 0.05)  # of telephone, chat, form, store, social; then medians
ANSWER_HOURS, SOLUTION_HOURS = (0.08, 0.20, 14.0, 0.05, 5.0), (9.0, 8.0, 26.0, 12.0, 20.0)
HOURS_SPREAD, DECEMBER_QUEUE, CONTACTS = (0.9, 1.1), 1.6, 0.45
COMPENSATED = (0.30, 0.35, 0.05, 0.15, 0.03, 0.02, 0.05)  # share of solved cases, by topic
GIVEN, GIVEN_SHARE = (5.0, 10.0, 15.0, 20.0), (0.40, 0.35, 0.15, 0.10)  # units of the local currency
FAMILY_BACK = ((0.03, 0.17, 0.32, 0.24, 0.24), (0.62, 0.12, 0.08, 0.08, 0.10))  # of repeat and of first orders
REASON_BACK = ((0.34, 0.12, 0.24, 0.04, 0.26), (0.14, 0.16, 0.20, 0.28, 0.22))  # of machines, of the rest
MACHINE_FROM = 60.0  # list value of an order that can hold a machine
RESOLD = (0.55, 0.30, 0.0, 0.0, 0.10)  # of what was sent back in order
NPS_SHARE = (0.030, 0.010, 0.014, 0.018, 0.022, 0.050, 0.060, 0.130, 0.226, 0.200, 0.240)  # when nothing weighs
DRIVERS = {"trust": 0.70, "recent cases": -0.90, "onboarding": -0.80, "delivery": -1.60, "December": -0.35}
RESPONSE = (0.50, 0.47, 0.43, 0.37, 0.31, 0.24, 0.19, 0.14, 0.13, 0.19, 0.28)  # chance to answer, by score
MAIL_AFTER, MAIL_GAP, RECENT, SPAN = 21, 180, 90, 2000  # days; SPAN keeps customers apart in sorted keys
COMMENTED = 0.45
TONE = np.repeat([[0.82, 0.15, 0.03], [0.17, 0.51, 0.32], [0.03, 0.13, 0.84]], (7, 2, 2), axis=0)  # by score
ABOUT = ((0.19, 0.12, 0.10, 0.15, 0.13, 0.15, 0.07, 0.09), (0.12, 0.08, 0.12, 0.14, 0.14, 0.20, 0.12, 0.08),
         (0.10, 0.06, 0.09, 0.11, 0.09, 0.14, 0.29, 0.12))  # topic, by tone
ABOUT_DELIVERY, ABOUT_DECEMBER = 8.0, 2.0  # more about delivery after a delivery case, and in December
CES_SHARE = (0.03, 0.04, 0.06, 0.11, 0.22, 0.32, 0.22)  # after one contact and no wait
CES_CONTACTS, CES_HOURS, CES_TRUST, CES_RESPONSE = -0.55, -0.40, 0.30, 0.31
REASON = (0.20, -0.30, 0.10, -0.20, 0.15, -0.50)  # utility of each reason to leave, and its slopes
REASON_BY = {
    "price class": (0.7, 0.0, 0.2, 0.0, 0.0, 0.0), "taste": (0.0, 0.6, 0.0, 0.0, 0.0, 0.0),
    "convenience": (0.0, 0.0, 0.0, 0.2, 0.5, 0.0), "trust": (0.0, 0.0, -0.2, -0.3, 0.1, -0.5),
    "onboarding": (0.0, 0.0, 0.0, 0.9, 0.2, 0.3),
}
LEFT_SHARE = (
    (0.12, 0.28, 0.08, 0.10, 0.42), (0.15, 0.05, 0.15, 0.50, 0.15), (0.46, 0.30, 0.20, 0.02, 0.02),
    (0.30, 0.22, 0.14, 0.14, 0.20), (0.03, 0.03, 0.02, 0.22, 0.70), (0.36, 0.20, 0.22, 0.10, 0.12),
)  # of what they left for, by reason
LEAVING_RESPONSE = 0.20
RESPONDENTS = {"nps": 0, "ces": 3_000_000, "leaving": 6_000_000}  # first numbers, so that surveys never mix
# fmt: on


def ordered(base: tuple[float, ...], eta: np.ndarray) -> np.ndarray:
    """Chances of each answer [row, answer] when `eta` moves the answers of `base` up or down.

    Formula: P(answer <= k) = 1 / (1 + exp(eta - cut k)), cut k = logit of the running sum of base.
    Source: McCullagh (1980), Regression models for ordinal data, JRSS B 42(2).
    """
    return np.diff(expit(logit(np.cumsum(base)[:-1]) - eta[:, None]), axis=1, prepend=0, append=1)


def case_rates(chunk: Chunk) -> np.ndarray:
    """Cases that each order of `chunk.sales` is expected to bring [order, topic].

    Formula: (CASES x FIRST_CASES if it is a first order x DECEMBER_CASES for delivery x NOT_DONE_CASES for an app never
        set up + BACK_CASES for "return" if goods came back) x exp(t trust - t^2 / 2), t = TRUST_CASES. A store delivers
        nothing.
    """
    sales = chunk.sales
    known = chunk.people[["trust", "has_app", "is_done"]].iloc[sales["customer"]].reset_index(drop=True)
    rate = np.array(CASES) * np.where(sales["is_first"].to_numpy()[:, None], FIRST_CASES, 1.0)
    peak = np.where(dates(sales["day"]).month == 12, DECEMBER_CASES, 1.0)
    rate[:, CASE_TOPICS.index("delivery")] *= np.where(sales["delivery_mode"] == "store", 0.0, peak)
    setup = known["has_app"] * np.where(known["is_done"], 1.0, NOT_DONE_CASES)
    rate[:, CASE_TOPICS.index("app pairing")] *= setup
    back = (sales["returned_value"] > 0) | (sales["status"] == "refunded")
    rate[:, CASE_TOPICS.index("return")] += BACK_CASES * back
    return rate * np.exp(TRUST_CASES * known["trust"].to_numpy() - TRUST_CASES**2 / 2)[:, None]


def cases(chunk: Chunk) -> pd.DataFrame:
    """Table `support_cases`, with order [row in sales], customer [row in people], day and second of opening.

    Formula: Poisson counts of `case_rates`; lognormal hours by channel, those to the first answer DECEMBER_QUEUE times
        as long in December; contacts = 1 + Poisson(CONTACTS x root of the days to the solution, at most 3).
    Source: lognormal service times, Brown et al. (2005), Statistical analysis of a telephone call center, JASA 100.
    """
    rng, sales = chunk.rng("voice cases"), chunk.sales
    drawn = rng.poisson(case_rates(chunk))
    order, topic = (np.repeat(at, drawn[drawn > 0]) for at in np.nonzero(drawn))
    day = sales["day"].to_numpy()[order] + 1 + rng.exponential(np.array(CASE_DAYS)[topic]).astype(int)
    second = rng.integers(8 * 3600, 20 * 3600, len(day))
    made = pd.DataFrame({"order": order, "code": topic, "day": day, "second": second})
    made = made[made["day"] < N_DATA].sort_values(["day", "second", "order"], ignore_index=True)
    n, some, topic = len(made), sales.iloc[made["order"]], made["code"].to_numpy()
    opened = utc(made["day"], made["second"])
    age = (chunk.closed - opened) / pd.Timedelta(hours=1)
    channel, noise = rng.choice(len(CASE_SHARE), n, p=CASE_SHARE), rng.standard_normal((n, 2))
    wait, work = np.array([ANSWER_HOURS, SOLUTION_HOURS])[:, channel] * np.exp(noise * HOURS_SPREAD).T
    answered = np.round(wait * np.where(dates(made["day"]).month == 12, DECEMBER_QUEUE, 1.0), 2)
    solved = np.round(answered + work, 2)
    given = (rng.random(n) < np.array(COMPENSATED)[topic]) & (solved < age)
    columns = ["customer", "customer_id", "market", "order_id", "currency"]
    return made.assign(
        case_id=np.char.mod("k%09d", chunk.first_id + np.arange(n)),
        **{name: some[name].to_numpy() for name in columns},
        opened_at=opened,
        opened_on=dates(made["day"]),
        channel=np.array(words.CASE_CHANNELS)[channel],
        topic=np.array(CASE_TOPICS)[topic],
        hours_to_first_answer=np.where(answered < age, answered, np.nan),
        hours_to_solution=np.where(solved < age, solved, np.nan),
        n_contacts=1 + rng.poisson(CONTACTS * np.minimum(np.sqrt(solved / 24), 3.0)),
        compensation=np.where(given, rng.choice(GIVEN, n, p=GIVEN_SHARE), np.nan),
    )


def returns(chunk: Chunk) -> pd.DataFrame:
    """Table `returns`: a paid order with returns at its `returned_value`, a refunded one at its whole value.

    The day is 4 to 25 days after the order, but never after `LAST`: the order already shows the value by then.
    """
    rng, sales = chunk.rng("voice returns"), chunk.sales
    whole = (sales["status"] == "refunded").to_numpy()
    value = np.where(whole, sales["revenue_excl_vat"], sales["returned_value"])
    some, whole, n = sales[value > 0], whole[value > 0], (value > 0).sum()
    family = pick(rng, np.array(FAMILY_BACK)[some["is_first"].astype(int)])
    family = np.where(
        (family == 0) & (some["list_value"] < MACHINE_FROM), 4, family
    )  # too cheap for a machine
    reason = pick(rng, np.array(REASON_BACK)[np.minimum(family, 1)])
    return some[["order_id", "market", "currency"]].assign(
        product_id=np.array(FAMILIES)[family],
        returned_on=dates(np.minimum(some["day"] + rng.integers(4, 26, n), N_DATA - 1)),
        quantity=np.where(whole, some["n_items"], 1),
        returned_value=value[value > 0],
        reason=np.array(words.RETURN_REASONS)[reason],
        is_resold=(reason > 1) & (rng.random(n) < np.array(RESOLD)[family]),
    )


def mailed(chunk: Chunk, known: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Mails that ask for the NPS, and the chances of each score [mail, 11]; `known` is as `cases`.

    Returns
    -------
    One row a mail: customer [row in people], day, and what each of DRIVERS adds to the answer [logits].

    Formula: ordered logit of eta = sum of DRIVERS x (trust, cases opened in the last 90 days (at most 3), app never set
        up, a delivery case about the order, mailed in December). A mail goes out 21 days after a paid order, at most once
        in 180 days, to those who take e-mail.
    Source: the question, Reichheld (2003), The one number you need to grow, HBR 81(12).
    """
    sales, people = chunk.sales, chunk.people
    who, day = sales["customer"].to_numpy(), sales["day"].to_numpy() + MAIL_AFTER
    reached = people["takes_email"].to_numpy()[who] & (people["leaves_list"].to_numpy()[who] > day)
    rows = np.flatnonzero(reached & (sales["status"] == "paid").to_numpy() & (day < N_DATA))
    rows = rows[np.lexsort((day[rows], who[rows]))]
    key, since, chosen = who[rows] * SPAN + day[rows], np.arange(len(people)) * SPAN, [rows[:0]]
    while len(since) and len(
        key
    ):  # a round a mail: each customer's next order once the last mail is old enough
        at = np.searchsorted(key, since)
        at = at[(at < len(key)) & (key[np.minimum(at, len(key) - 1)] // SPAN == since // SPAN)]
        chosen.append(rows[at])
        since = key[at] + MAIL_GAP
    rows = np.sort(np.concatenate(chosen))
    who, day = who[rows], day[rows]
    opened = np.sort(known["customer"].to_numpy() * SPAN + known["day"].to_numpy())
    recent = np.diff(np.searchsorted(opened, who * SPAN + np.maximum([day - RECENT, day], 0)), axis=0)[0]
    early = known["day"].to_numpy() < sales["day"].to_numpy()[known["order"]] + MAIL_AFTER
    undone = (people["has_app"] & ~people["is_done"]).to_numpy()[who]
    late = np.isin(rows, known["order"][early & (known["topic"] == "delivery")])
    felt = (people["trust"].to_numpy()[who], np.minimum(recent, 3), undone, late, dates(day).month == 12)
    made = {name: weight * x for (name, weight), x in zip(DRIVERS.items(), felt, strict=True)}
    return pd.DataFrame({"customer": who, "day": day, **made}), ordered(NPS_SHARE, sum(made.values()))


def topics(chunk: Chunk, mails: pd.DataFrame, tone: np.ndarray) -> np.ndarray:
    """Chances of each of COMMENT_TOPICS in a comment of the given tone [mail, topic]."""
    shares = np.array(ABOUT)[tone]
    for driver, more in (("delivery", ABOUT_DELIVERY), ("December", ABOUT_DECEMBER)):
        shares[:, COMMENT_TOPICS.index("delivery")] *= np.where(mails[driver] != 0, more, 1.0)
    shares[:, COMMENT_TOPICS.index("app pairing")] *= chunk.people["has_app"].to_numpy()[mails["customer"]]
    return shares / shares.sum(axis=1, keepdims=True)


def nps(chunk: Chunk, known: pd.DataFrame) -> pd.DataFrame:
    """Answers to the NPS, each with the tone and topic that its comment truly has.

    Formula: who would give score s answers with chance RESPONSE[s], so that the extremes are heard more often; a share
        COMMENTED of the answers has a comment, with a tone by score (TONE) and a topic by tone (ABOUT).
    Source: Hu, Zhang & Pavlou (2009), Overcoming the J-shaped distribution of product reviews, CACM 52(10).
    """
    rng, (mails, chance) = chunk.rng("voice nps"), mailed(chunk, known)
    score = pick(rng, chance)
    day = mails["day"].to_numpy() + rng.exponential(2.5, len(mails)).astype(int)
    here = (rng.random(len(mails)) < np.array(RESPONSE)[score]) & (day < N_DATA)
    mails, score, day = mails[here], score[here], day[here]
    tone = pick(rng, TONE[score])
    topic = np.array(COMMENT_TOPICS)[pick(rng, topics(chunk, mails, tone))]
    places = chunk.world.demand.regions["region"]
    spoken = np.array([words.SPOKEN.get(place, words.SPOKEN["FR"]) for place in places])
    language = pick(rng, spoken[chunk.people["region"].to_numpy()[mails["customer"]]])
    language = np.where(rng.random(len(mails)) < COMMENTED, np.array(words.LANGUAGES)[language], None)
    lots = zip(language, topic, tone, rng.random((len(mails), 2)), strict=True)
    texts = [
        _one(words.SAID[one][about][t], a) + _one(words.ADDED[one][t], b) if one else None
        for one, about, t, (a, b) in lots
    ]
    made = _answers(chunk, "nps", mails["customer"].to_numpy(), mails["day"].to_numpy(), day)
    made = made.assign(score=score.astype(float), scale_min=0.0, scale_max=10.0, verbatim=texts)
    return made.assign(language=language, tone=np.array(words.TONES)[tone], topic=topic)


def solved(chunk: Chunk, known: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Solved cases with the day of the solution, and the chances of each effort score 1 to 7 [case, 7].

    Formula: ordered logit of eta = CES_CONTACTS (contacts - 1) + CES_HOURS log(1 + days to the solution) + CES_TRUST
        trust; a high score is an easy one. Trust stands here and in the hazard of leaving, the score in neither.
    Source: the question, Dixon, Freeman & Toman (2010), Stop trying to delight your customers, HBR 88(7).
    """
    done = known[known["hours_to_solution"].notna()]
    days, trust = done["hours_to_solution"] / 24, chunk.people["trust"].to_numpy()[done["customer"]]
    eta = CES_CONTACTS * (done["n_contacts"] - 1) + CES_HOURS * np.log1p(days) + CES_TRUST * trust
    day = done["day"] + (done["second"] / 86_400 + days).astype(int)
    return pd.DataFrame({"customer": done["customer"], "day": day}), ordered(CES_SHARE, eta.to_numpy())


def ces(chunk: Chunk, known: pd.DataFrame) -> pd.DataFrame:
    """Answers on effort after a solved case; a share CES_RESPONSE answers, whatever they think."""
    rng, (asked, chance) = chunk.rng("voice ces"), solved(chunk, known)
    score, asked_on = 1.0 + pick(rng, chance), asked["day"].to_numpy()
    day = asked_on + 1 + rng.exponential(1.5, len(asked)).astype(int)
    here = (rng.random(len(asked)) < CES_RESPONSE) & (day < N_DATA)
    made = _answers(chunk, "ces", asked["customer"].to_numpy()[here], asked_on[here], day[here])
    return made.assign(score=score[here], scale_min=1.0, scale_max=7.0)


def gone(chunk: Chunk) -> tuple[np.ndarray, np.ndarray]:
    """Customers [row in people] who left since LEAVING and can be asked, and chances of each reason [row, 6].

    Formula: multinomial logit, utility = REASON + sum of REASON_BY x (price class - 1, taste and convenience as need,
        trust, app never set up).
    Source: McFadden (1974), Conditional logit analysis of qualitative choice behavior.
    """
    known = chunk.people
    reached = known["has_app"] | (known["takes_email"] & (known["leaves_list"] > known["death"]))
    who = np.flatnonzero(reached & (known["death"] >= day_number(LEAVING)) & (known["death"] < N_DATA))
    some = known.iloc[who]
    needs = [some["need_class"] == NEED_CLASSES.index(name) for name in ("taste", "convenience")]
    felt = [some["price_class"] - 1, *needs, some["trust"], some["has_app"] & ~some["is_done"]]
    weight = np.exp(np.array(REASON) + np.array(felt, float).T @ np.array(list(REASON_BY.values())))
    return who, weight / weight.sum(axis=1, keepdims=True)


def leaving(chunk: Chunk) -> pd.DataFrame:
    """Answers of those who left, two rows each: reason_for_leaving and left_for; a share LEAVING_RESPONSE answers."""
    rng, (who, chance) = chunk.rng("voice leaving"), gone(chunk)
    reason = pick(rng, chance)
    left_for = pick(rng, np.array(LEFT_SHARE)[reason])
    asked_on = chunk.people["death"].to_numpy()[who].astype(int)
    day = asked_on + 1 + rng.exponential(4.0, len(who)).astype(int)
    here = (rng.random(len(who)) < LEAVING_RESPONSE) & (day < N_DATA)
    made = _answers(chunk, "leaving", who[here], asked_on[here], day[here])
    choices = np.array(words.LEAVING_REASONS)[reason[here]], np.array(words.LEFT_FOR)[left_for[here]]
    asked = zip(("reason_for_leaving", "left_for"), choices, strict=True)
    return pd.concat([made.assign(question=name, choice=choice) for name, choice in asked])


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `support_cases`, `returns` and `surveys`, by day."""
    known = cases(chunk)
    yield "support_cases", known
    yield "returns", returns(chunk).sort_values(["returned_on", "order_id"], ignore_index=True)
    answers = pd.concat([nps(chunk, known), ces(chunk, known), leaving(chunk)], ignore_index=True)
    yield "surveys", answers.sort_values(["answered_on", "respondent_id", "question"], ignore_index=True)


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Expected answers, asked and unasked, of the last quarter; moments of the NPS drivers; reasons to leave."""
    known = cases(chunk)
    mails, chance = mailed(chunk, known)
    now = (mails["day"] >= QUARTER).to_numpy()
    answers = chance[now] * RESPONSE
    negative = answers @ TONE[:, 0]
    delivery = topics(chunk, mails[now], np.zeros(now.sum(), int))[:, COMMENT_TOPICS.index("delivery")]
    felt = np.column_stack([np.ones(len(mails)), mails[list(DRIVERS)]])
    asked, effort = solved(chunk, known)
    orders = chunk.sales["day"].to_numpy() >= QUARTER
    return {
        "voice_mailed": chance[now].sum(axis=0),
        "voice_answers": answers.sum(axis=0),
        "voice_negative": np.array([negative.sum(), negative @ delivery]),
        "voice_drivers": felt.T @ felt,
        "voice_effort": effort[asked["day"] >= QUARTER].sum(axis=0),
        "voice_reasons": gone(chunk)[1].sum(axis=0),
        "voice_cases": np.append(case_rates(chunk)[orders].sum(axis=0), orders.sum()),
    }


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """What all customers would say, what is heard of it, what drives it, and why they leave."""
    asked, heard, quarter = totals["voice_mailed"], totals["voice_answers"], "2026-Q3"
    for counts, whom in ((asked, "all customers mailed"), (heard, "those who answer")):
        up, down = counts[9:].sum() / counts.sum(), counts[:7].sum() / counts.sum()
        spread = 100 * np.sqrt(up + down - (up - down) ** 2)
        about = f"NPS expected of {whom} in the quarter"
        yield Estimand("nps", float(100 * (up - down)), "points", about + ".", quarter, segment=whom)
        about = f"Standard deviation of one answer (100, 0 or -100) to the {about}."
        yield Estimand("nps_spread", float(spread), "points", about, quarter, segment=whom)
    n, *sums = totals["voice_drivers"][0]
    spread = totals["voice_drivers"][1:, 1:] / n - np.outer(sums, sums) / n**2
    negative, delivery = totals["voice_negative"]
    effort, (*topic, orders) = totals["voice_effort"], totals["voice_cases"]
    reasons, leavers = totals["voice_reasons"] / totals["voice_reasons"].sum(), f"{LEAVING}/{LAST}"
    lists = (
        ("nps_response", "share", quarter, [""], [heard.sum() / asked.sum()], "Mails expected to be answered."),
        ("nps_driver_share", "share", "", DRIVERS, spread.sum(axis=1) / spread.sum(),
         "Covariance of a driver with the sum of all, over the variance of the sum, all mails (Pratt, 1987)."),
        ("negative_verbatims", "share", quarter, [""], [negative / heard.sum()],
         "Comments to the NPS that are expected to be negative, of all comments of the quarter."),
        ("negative_verbatims_topic", "share", quarter, ["delivery"], [delivery / negative],
         "Negative comments of the quarter that are expected to be about the topic."),
        ("ces", "score", quarter, [""], [effort @ np.arange(1, 8) / effort.sum()],
         "Mean effort score (1 hard to 7 easy) expected over all cases solved in the quarter."),
        ("cases_per_order", "cases an order", quarter, CASE_TOPICS, np.array(topic) / orders,
         "Cases that an order of the quarter is expected to bring, whenever they open."),
        ("leaving_reason", "share", leavers, words.LEAVING_REASONS, reasons,
         "Customers who left and can be asked, by the reason expected."),
        ("left_for", "share", leavers, words.LEFT_FOR, reasons @ np.array(LEFT_SHARE),
         "Customers who left and can be asked, by what they are expected to have left for."),
    )  # fmt: skip
    for name, unit, period, segments, values, about in lists:
        for segment, value in zip(segments, values, strict=True):
            yield Estimand(name, float(value), unit, about, period, segment=segment)


def _one(fragments: tuple[str, ...], lot: float) -> str:
    return fragments[int(lot * len(fragments))]


def _answers(chunk: Chunk, kind: str, who: np.ndarray, asked_on: np.ndarray, day: np.ndarray) -> pd.DataFrame:
    """Rows of `surveys` without the answers, for customers asked and answering on the given days."""
    number = chunk.first_id + RESPONDENTS[kind] + np.arange(len(who))
    return pd.DataFrame(
        {
            "survey_id": f"{kind}-" + dates(asked_on).strftime("%Y-%m"),
            "survey_type": "other" if kind == "leaving" else kind,
            "respondent_id": np.char.mod("r%09d", number),
            "customer_id": chunk.people["customer_id"].to_numpy()[who],
            "answered_on": dates(day),
            "market": np.array(MARKETS)[chunk.market[who]],
            "question": kind,
            "brand": "Maison Brévane",
            "sample_source": "customers",
        }
    )
