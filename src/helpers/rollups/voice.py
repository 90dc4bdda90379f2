"""What customers answer and send in, brought to small tables: answers, cases, who was asked, what those touched spend."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, day_number, having, money, paid

ROUNDS = 3  # earlier invitations that are followed back, so that who was asked lately is known
ANSWERS = (
    "survey_id", "survey_type", "respondent_id", "customer_id", "answered_on", "question", "score", "scale_min", "scale_max",
    "choice", "verbatim", "language", "weight",
)  # fmt: skip
CASES = ("customer_id", "opened_on", "topic", "order_id", "hours_to_solution", "n_contacts")


def survey_answers(surveys: Any, *, types: tuple[str, ...] = ("nps", "ces", "other")) -> Any:
    """Answers to surveys of some types, with the columns that a page needs.

    Parameters
    ----------
    surveys : table `surveys`, one row per survey, respondent and question.
    types : values of survey_type that are kept.

    Returns
    -------
    One row an answer, the columns of `ANSWERS`; a column that the table lacks is absent.

    Raises
    ------
    DataError : a column that every row must have is missing.
    """
    frame = having(surveys, "surveys", "survey_id", "survey_type", "respondent_id", "answered_on", "question")
    there = [name for name in ANSWERS if name in frame.collect_schema().names()]
    return frame.filter(nw.col("survey_type").is_in(types)).select(there).to_native()


def case_list(cases: Any, *, since: date) -> Any:
    """Cases opened since a day, with the columns of `CASES` that the table has; one row a case.

    Raises
    ------
    DataError : a column that every row must have is missing.
    """
    frame = having(cases, "support_cases", "opened_on")
    there = [name for name in CASES if name in frame.collect_schema().names()]
    return frame.filter(nw.col("opened_on") >= nw.lit(since)).select(there).to_native()


def unfinished(product_events: Any) -> Any:
    """Customers who began the onboarding and never reached its last step.

    Parameters
    ----------
    product_events : table `product_events`, one row per event; steps are those of the event "onboarding".

    Returns
    -------
    One row a customer: customer_id, first_on [day of the first step]. The last step is the one that fewest reached of those
    that half of all reached; steps that fewer see are optional ones.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = having(product_events, "product_events", "customer_id", "event", "step", "happened_on")
    begun = frame.filter(nw.col("event") == "onboarding", ~nw.col("customer_id").is_null())
    people = begun.group_by("customer_id").agg(first_on=nw.col("happened_on").min())
    steps = begun.filter(~nw.col("step").is_null()).select("customer_id", "step").unique()
    reached = steps.group_by("step").agg(n=nw.len()).join(people.select(n_people=nw.len()), how="cross")
    usual = reached.filter(nw.col("n") * 2 >= nw.col("n_people"))
    last = usual.join(usual.select(nw.col("n").min()), on="n").select(nw.col("step").min())
    done = steps.join(last, on="step").select("customer_id")
    return people.join(done, on="customer_id", how="anti").to_native()


def askable_days(orders: Any, consents: Any | None, *, start: date, end: date, after: int, gap: int) -> Any:
    """Days on which a rule may ask customers, of those it may ask between two days.

    Parameters
    ----------
    orders : table `orders`.
    consents : table `consents`: who does not take e-mail on the day is not asked; None asks everyone.
    start, end : first and last day of the invitations that count.
    after : days from a paid order to its invitation.
    gap : least days between two invitations of a customer; days are followed back over `ROUNDS` of them before `start`.

    Returns
    -------
    One row per (customer_id, day [number, as `date.toordinal` counts]).

    Raises
    ------
    DataError : a column is missing.
    """
    begin = start - timedelta(days=ROUNDS * gap + after)
    mails = paid(orders).filter(nw.col("ordered_on") >= nw.lit(begin))
    mails = mails.select("customer_id", (day_number("ordered_on") + after).alias("day")).unique()
    mails = mails.filter(nw.col("day") <= end.toordinal())
    mails = mails.with_columns(last=nw.col("day").max().over("customer_id"))
    mails = mails.filter(nw.col("last") >= start.toordinal()).drop("last")
    return (mails if consents is None else _consenting(mails, consents)).to_native()


def touched_by_cases(cases: Any, *, start: date, end: date) -> Any:
    """Customers with a case opened in some days: one row per (customer_id, topic).

    Raises
    ------
    DataError : a column is missing.
    """
    frame = having(cases, "support_cases", "customer_id", "opened_on", "topic")
    days = (nw.col("opened_on") >= nw.lit(start)) & (nw.col("opened_on") <= nw.lit(end))
    known = ~nw.col("customer_id").is_null() & ~nw.col("topic").is_null()
    return frame.filter(days & known).select("customer_id", "topic").unique().to_native()


def touched_by_setup(product_events: Any, *, topic: str, start: date, end: date) -> Any:
    """Customers who began the onboarding in some days and never ended it: one row per customer_id, with the topic given."""
    begun = nw.from_native(unfinished(product_events)).lazy()
    days = (nw.col("first_on") >= nw.lit(start)) & (nw.col("first_on") <= nw.lit(end))
    return begun.filter(days).select("customer_id", nw.lit(topic).alias("topic")).to_native()


def touched_spend(orders: Any, touched: Any, *, since: date, end: date) -> Any:
    """What customers whom something touched spent in some time.

    Parameters
    ----------
    orders : table `orders`.
    touched : one row per (customer_id, topic), as `touched_by_cases` makes them.
    since, end : first and last day of the spend.

    Returns
    -------
    One row per topic: n_customers, spend and spend_squared [money and its square, sums over those customers].

    Raises
    ------
    DataError : a column is missing.
    """
    bought = paid(orders).filter(nw.col("ordered_on") >= nw.lit(since), nw.col("ordered_on") <= nw.lit(end))
    spend = bought.group_by("customer_id").agg(spend=nw.col("spend").sum())
    joined = nw.from_native(touched).lazy().join(spend, on="customer_id", how="left")
    # Sums of whole numbers are exact: cents, so that their squares stay below 2^53 for long.
    joined = joined.with_columns(
        nw.col("spend").fill_null(0), cents=(nw.col("spend").fill_null(0) / 100).round(0)
    )
    topics = joined.group_by("topic").agg(
        n_customers=nw.len(),
        spend=nw.col("spend").sum(),
        spend_squared=(nw.col("cents") * nw.col("cents")).sum(),
    )
    squared = (nw.col("spend_squared") / (SCALE / 100) ** 2).alias("spend_squared")
    return topics.select("topic", "n_customers", money("spend"), squared).to_native()


def _consenting(mails: nw.LazyFrame, consents: Any) -> nw.LazyFrame:
    """Days on which the customer takes e-mail: the last word before it, and of two words of a day the one that refuses."""
    frame = having(consents, "consents", "customer_id", "purpose", "status", "recorded_on")
    words = frame.filter(nw.col("purpose") == "email").select(
        "customer_id",
        # Twice the number of the day, and one more where it refuses: the largest is the last word.
        (2 * day_number("recorded_on") + (nw.col("status") != "granted").cast(nw.Int64)).alias("word"),
    )
    heard = mails.join(words, on="customer_id").filter(nw.col("word") < 2 * nw.col("day"))
    last = heard.group_by("customer_id", "day").agg(word=nw.col("word").max())
    return last.filter(nw.col("word") % 2 == 0).select("customer_id", "day")
