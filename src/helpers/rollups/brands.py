"""Brands on their market: answers on brands, and sales by month, brought to small tables."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import picked

PEOPLE = ("age_band", "sex", "region", "sample_source", "weight")


def brand_answers(surveys: Any, *, types: tuple[str, ...] = ("brand_image", "usage")) -> Any:
    """Answers on brands: how they are seen, and what was bought.

    Parameters
    ----------
    surveys : table `surveys`. types : values of survey_type that are kept.

    Returns
    -------
    One row an answer: survey_id, survey_type, respondent_id, answered_on, market, question, brand, score, choice and what is known of
    the respondent (age_band, sex, region, sample_source, weight).

    Raises
    ------
    DataError : a column that every row must have is missing.
    """
    needed = ("survey_id", "survey_type", "respondent_id", "answered_on", "question")
    frame = picked(surveys, "surveys", *needed, maybe=("market", "brand", "score", "choice", *PEOPLE))
    return (
        frame.filter(nw.col("survey_type").is_in(types))
        .sort("survey_id", "question", "brand", "respondent_id")
        .to_native()
    )


def brand_months(market_sales: Any) -> Any:
    """Sales of each brand a month and market, over all categories.

    Returns
    -------
    One row per month, market and brand: sales_value [money], units; empty figures count as 0.

    Raises
    ------
    DataError : a column that every row must have is missing.
    """
    frame = picked(market_sales, "market_sales", "month", "market", "brand", maybe=("sales_value", "units"))
    numbers = [nw.col(name).cast(nw.Float64) for name in ("sales_value", "units")]
    sums = [nw.col(name).sum() for name in ("sales_value", "units")]
    by = ("month", "market", "brand")
    return frame.with_columns(*numbers).group_by(*by).agg(*sums).sort(*by).to_native()
