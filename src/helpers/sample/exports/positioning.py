"""Surveys of an institute's panel, a choice study, official margins, and the tables of a sales panel and a price watch.

The needs survey and the margins are saved by a French Excel (semicolons, decimal commas, days as 30/09/2026, a BOM), the others
as UTF-8 with commas. The institute squeezes the answers, one file a survey, the last wave of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import squeezed, table
from helpers.sample.exports.tidy import RECENT, Export, Truth, email, read
from helpers.sample.setting import FIRST

ENGLISH = {
    name: name
    for name in (
        "survey_id", "survey_type", "respondent_id", "answered_on", "market", "question", "brand", "score", "scale_min", "scale_max",
        "choice", "age_band", "sex", "region", "sample_source",
    )
}  # fmt: skip
FRENCH = {
    "survey_id": "Enquête", "survey_type": "Type d'enquête", "respondent_id": "Répondant", "customer_id": "ID client",
    "answered_on": "Date de réponse", "market": "Pays", "question": "Question", "score": "Note", "scale_min": "Échelle min",
    "scale_max": "Échelle max", "choice": "Choix", "age_band": "Tranche d'âge", "sex": "Sexe", "region": "Région",
    "sample_source": "Source de l'échantillon",
}  # fmt: skip
CHOICES = {
    "study_id": "Study", "respondent_id": "Respondent", "answered_on": "Date", "market": "Country", "task": "Task",
    "alternative": "Alternative", "attribute": "Attribute", "level": "Level", "is_chosen": "Chosen",
}  # fmt: skip
MARGINS = {
    "market": "Pays", "as_of": "Date de référence", "dimension": "Critère", "level": "Modalité", "share": "Part", "source": "Source",
}  # fmt: skip
SALES = {
    "month": "Mois", "market": "Pays", "category": "Catégorie", "brand": "Marque", "sales_value": "Ventes en valeur",
    "units": "Ventes en unités", "buyers_share": "buyers_share", "currency": "Devise", "source": "Panel",
}  # fmt: skip
PRICES = {
    "observed_on": "Date", "market": "Country", "seller": "Seller", "product_id": "Product", "price": "Price",
    "regular_price": "Regular price", "is_promotion": "Promotion", "currency": "Currency", "source": "Source",
}  # fmt: skip
EXCEL = {"date_order": "dmy", "decimal": ","}


def answers(folder: Path, kind: str) -> pd.DataFrame:
    """Answers of one type of survey in its last wave; who is a customer is an address."""
    found = read(folder, "surveys", "answered_on", since=RECENT, survey_type=kind)
    found = found.assign(customer_id=found["customer_id"].map(email, na_action="ignore"))
    return found[list(FRENCH if kind == "needs" else ENGLISH)]


def choices(folder: Path) -> pd.DataFrame:
    """Answers of the choice study."""
    return read(folder, "choices", "answered_on")[list(CHOICES)]


def margins(folder: Path) -> pd.DataFrame:
    """Official margins."""
    return read(folder, "population_margins")[list(MARGINS)]


def sales(folder: Path) -> pd.DataFrame:
    """Sales by brand of the three years."""
    return read(folder, "market_sales", "month", since=pd.Timestamp(FIRST))[list(SALES)]


def prices(folder: Path) -> pd.DataFrame:
    """Prices seen in the three years."""
    return read(folder, "prices", "observed_on", since=pd.Timestamp(FIRST))[list(PRICES)]


def _sheet(folder: Path, frame: partial, heads: Mapping[str, str], *, french: bool) -> str:
    """The rows under the heads of a tool; months stand as 2026-09."""
    found = frame(folder)
    cells = {name: _cells(name, found[name], french=french) for name in heads}
    rows = zip(*cells.values(), strict=True)
    return table([list(heads.values()), *rows], separator=";" if french else ",")


def _cells(name: str, values: pd.Series, *, french: bool) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime(
            "%Y-%m" if name == "month" else "%d/%m/%Y" if french else "%Y-%m-%d"
        ).tolist()
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.map({True: "yes", False: "no"}).tolist()
    if pd.api.types.is_float_dtype(values.dtype):
        said = values.map(lambda one: "" if pd.isna(one) else f"{one:.8f}".rstrip("0").rstrip("."))
        return [one.replace(".", ",") for one in said] if french else said.tolist()
    return values.astype(object).where(values.notna(), "").tolist()


def _squeezed(folder: Path, sheet: partial, encoding: str) -> bytes:
    return squeezed(sheet(folder).encode(encoding))


def _told(folder: Path, name: str, frame: partial) -> Truth:
    return {name: frame(folder)}


def export(
    name: str, frame: partial, heads: Mapping[str, str], *, french: bool = False, small: bool = True
) -> Export:
    """One file; a large one is squeezed."""
    sheet = partial(_sheet, frame=frame, heads=heads, french=french)
    encoding, told = "utf-8-sig" if french else "utf-8", partial(_told, name=name, frame=frame)
    said = EXCEL if french else {}
    if small:
        return Export(sheet, encoding, told, said)
    return Export(partial(_squeezed, sheet=sheet, encoding=encoding), "", told, said)


EXPORTS = {
    "survey/needs.csv.gz": export(
        "surveys", partial(answers, kind="needs"), FRENCH, french=True, small=False
    ),
    "survey/brand_image.csv.gz": export(
        "surveys", partial(answers, kind="brand_image"), ENGLISH, small=False
    ),
    "survey/usage.csv.gz": export("surveys", partial(answers, kind="usage"), ENGLISH, small=False),
    "survey/price_questions.csv.gz": export("surveys", partial(answers, kind="price"), ENGLISH, small=False),
    "survey/choices.csv.gz": export("choices", partial(choices), CHOICES, small=False),
    "official/margins.csv": export("population_margins", partial(margins), MARGINS, french=True),
    "panel/sales_by_brand.csv": export("market_sales", partial(sales), SALES, french=True),
    "panel/price_watch.csv": export("prices", partial(prices), PRICES),
}
