"""What customers write: language, tone and step of the journey, counted; never a sentence of theirs on a page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import COUNTS_ONLY, NO_TREND, Check, check
from helpers.company import Scope
from helpers.i18n import number, plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import labelled
from helpers.methods.intervals import wilson
from helpers.methods.text import OTHER as OTHER_LANGUAGE
from helpers.methods.text import SCORED, UNCLEAR, language, themes, tone
from helpers.periods import Period
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.voice_steps import NAMES, OTHER, STEMS
from helpers.privacy import SMALL_GROUP, hidden

LABEL = "tone"  # question under which people's own reading of a comment stands in the table of answers
NEGATIVE_WORDS = ("negative", "négatif", "négative")
NOT_NEGATIVE_WORDS = ("neutral", "positive", "neutre", "positif", "positive", "mixed")
MOST_UNREAD = 0.10
FEWEST_LABELS = 200  # texts that a first labelling should have


class Read(NamedTuple):
    """Comments as a machine read them: answered_on, language, is_read, is_negative, step, label (by people, else empty)."""

    comments: pd.DataFrame
    labels: labelled.Labels
    agreement: float


def read(answers: pd.DataFrame, scope: Scope) -> Read:
    """Read the comments to the score of the page's history.

    Parameters
    ----------
    answers : rollup `survey_answers`; comments are the `verbatim` of rows of type "nps", labels the `choice` of rows whose
        question is "tone" and whose survey and respondent are those of the comment.
    """
    first = pd.Timestamp(kpi.history(scope)[0].start)
    if "verbatim" not in answers:
        answers = answers.assign(verbatim=None)
    here = (answers["survey_type"] == "nps") & (answers["answered_on"] >= first)
    said = answers.loc[here, "verbatim"].astype("str").str.strip()
    rows = answers[here][(said != "") & answers.loc[here, "verbatim"].notna()]
    texts = rows["verbatim"].astype("str").tolist()
    seen = {one: _reading(one) for one in dict.fromkeys(texts)}  # many people write the same few words
    tongues, tones, steps = zip(*(seen[one] for one in texts), strict=True) if texts else ((), (), ())
    made = pd.DataFrame(
        {
            "answered_on": rows["answered_on"].to_numpy(), "language": pd.array(tongues, dtype="str"),
            "is_read": np.array([at in SCORED for at in tongues], dtype=bool),
            "is_negative": np.array([one == "negative" for one in tones], dtype=bool), "step": pd.array(steps, dtype="str"),
            "label": _labels(answers, rows),
        }
    )  # fmt: skip
    both = made[made["is_read"] & made["label"].notna()]
    true = both["label"].to_numpy(dtype=bool)
    return Read(made, labelled.labels(both["is_negative"], true), labelled.kappa(both["is_negative"], true))


def _reading(comment: str) -> tuple[str, str, str]:
    """Language, tone (empty where it is not read) and step of a comment."""
    tongue = language(comment)
    step = (themes(comment, STEMS) or [OTHER])[0]
    return tongue, tone(comment, tongue) if tongue in SCORED else "", step


def _labels(answers: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """What people say of each comment: True where negative, False where not, None where nobody read it."""
    key = ["survey_id", "respondent_id"]
    if "choice" not in answers:
        return np.full(len(rows), None, dtype=object)
    given = answers[(answers["question"] == LABEL) & answers["choice"].notna()].drop_duplicates(key)
    word = given["choice"].astype("str").str.strip().str.lower()
    known = {**dict.fromkeys(NOT_NEGATIVE_WORDS, False), **dict.fromkeys(NEGATIVE_WORDS, True)}
    found = dict(zip(zip(given[key[0]], given[key[1]], strict=True), word.map(known), strict=True))
    wanted = [found.get(at) for at in zip(rows[key[0]], rows[key[1]], strict=True)]
    return np.array([None if one is None or one != one else bool(one) for one in wanted], dtype=object)


def within(known: Read, period: Period) -> pd.DataFrame:
    """Comments of a period."""
    day = known.comments["answered_on"]
    return known.comments[(day >= pd.Timestamp(period.start)) & (day <= pd.Timestamp(period.end))]


def row(known: Read, scope: Scope, period: Period) -> KpiRow:
    """The share of negative comments of a period, corrected where labels allow and marked where they do not."""
    lang, comments = scope.language, within(known, period)
    n, flagged = int(comments["is_read"].sum()), int(comments["is_negative"].sum())
    definition = KPIS["negative_verbatim_share"]
    if n < COUNTS_ONLY:
        reason = text(
            "{n} comments could be read; a percentage needs n = {need}.", lang, n=n, need=COUNTS_ONLY
        )
        return kpi.row(definition, scope, None, n=n, period=period, reason=reason)
    made = labelled.corrected_share(flagged, n, known.labels, level=LEVEL)
    if made.value == made.value:
        reason = text(
            "Corrected by {n_labelled} labelled comments.", lang,
            n_labelled=number(known.labels.positives + known.labels.negatives, "count", language=lang),
        )  # fmt: skip
        return kpi.row(
            definition, scope, made.value, low=made.low, high=made.high, n=n, period=period, reason=reason
        )
    low, high = wilson(flagged, n, level=LEVEL)
    reason = text("Uncalibrated: a machine's count, whose mistakes the interval leaves out.", lang)
    return kpi.row(definition, scope, flagged / n, low=low, high=high, n=n, period=period, reason=reason)


def languages(known: Read, scope: Scope) -> pd.DataFrame:
    """Comments of the period by language: language, comments, read; small groups are hidden."""
    lang, comments = scope.language, within(known, scope.period)
    names = {
        "fr": text("French", lang), "en": text("English", lang), OTHER_LANGUAGE: text("another language", lang),
        UNCLEAR: text("too short or unclear", lang),
    }  # fmt: skip
    counts = comments.groupby("language").size().reindex(list(names)).fillna(0).astype(int)
    gone = hidden(counts.tolist())
    shown = pd.Series(counts.to_numpy(), dtype="Int64").mask(pd.Series(gone))
    is_read = [at in SCORED for at in counts.index]
    return pd.DataFrame({"language": [names[at] for at in counts.index], "comments": shown, "read": is_read})


def by_step(known: Read, scope: Scope) -> pd.DataFrame:
    """Negative comments of the period by step of the journey, most first.

    Returns
    -------
    One row a step that enough people complain of: step [in the reader's language], code, n_negative, n_comments, share [of
    all negative comments that were read], low, high [Wilson]. Steps with fewer than 10 negative comments are one row, with
    the next larger one where they are fewer than 10 together.
    """
    comments = within(known, scope.period)
    comments = comments[comments["is_read"]]
    total = int(comments["is_negative"].sum())
    counts = comments.groupby("step").agg(n_negative=("is_negative", "sum"), n_comments=("step", "size"))
    counts = counts.reset_index().sort_values(
        ["n_negative", "step"], ascending=[False, True], ignore_index=True
    )
    big = int((counts["n_negative"] >= SMALL_GROUP).sum())
    # What is left over must not be small either: the total is known, so it could be had by subtraction.
    while big and 0 < counts["n_negative"].iloc[big:].sum() < SMALL_GROUP:
        big -= 1
    lang, rest = scope.language, counts.iloc[big:]
    table = counts.iloc[:big]
    table = table.assign(code=table["step"], step=[text(NAMES[code], lang) for code in table["step"]])
    if rest["n_negative"].sum() >= SMALL_GROUP:
        sums = {name: int(rest[name].sum()) for name in ("n_negative", "n_comments")}
        joined = pd.DataFrame([{"step": text("smaller ones together", lang), "code": "", **sums}])
        table = pd.concat([table, joined], ignore_index=True)
    low, high = wilson(table["n_negative"], max(total, 1), level=LEVEL)
    return table.assign(share=table["n_negative"] / max(total, 1), low=low, high=high)


def step_finding(table: pd.DataFrame, scope: Scope) -> str:
    """Say in words which step most negative comments are about."""
    lang, named = scope.language, table[~table["code"].isin(["", OTHER])]
    if named.empty:
        return text("Which step customers complain of: cannot tell yet", lang)
    first = named.iloc[0]
    share = number(first["share"], "share", language=lang)
    return text("{share} of negative comments are about: {step}", lang, share=share, step=first["step"])


def step_subtitle(known: Read, scope: Scope) -> str:
    """Say under the chart of steps what is drawn."""
    lang, comments = scope.language, within(known, scope.period)
    n = int(comments["is_negative"].sum())
    return text(
        "share of negative comments in French and English, by machine, {level} interval; {period}, n = {n}", lang,
        level=number(LEVEL, "share", language=lang), period=scope.period.label(lang), n=number(n, "count", language=lang),
    )  # fmt: skip


def checks(known: Read, scope: Scope) -> list[Check]:
    """What could make the reading of comments wrong: those nobody can read, and a machine that nobody checked."""
    lang, comments = scope.language, within(known, scope.period)
    n, unread = len(comments), int((~comments["is_read"]).sum())
    facts = {
        "n": number(n, "count", language=lang), "unread": number(unread, "count", language=lang),
        "share": number(unread / max(n, 1), "share", language=lang),
    }  # fmt: skip
    known_by_people = known.labels.positives + known.labels.negatives
    if known.labels.is_enough:
        said = text(
            "People labelled {n} comments; the machine finds {found} of the negative ones and clears {cleared} of the others "
            "(agreement beyond chance {kappa}).", lang, n=number(known_by_people, "count", language=lang),
            found=number(known.labels.sensitivity, "share", language=lang), cleared=number(known.labels.specificity, "share", language=lang),
            kappa=number(known.agreement, "ratio", decimals=2, language=lang),
        )  # fmt: skip
    else:
        said = plural(
            "The tone is uncalibrated: people labelled {n} comment.", "The tone is uncalibrated: people labelled {n} comments.",
            known_by_people, lang,
        )  # fmt: skip
    return [
        check(
            "comments", int(comments["is_read"].sum()) >= NO_TREND,
            text("{n} comments came with the score; {unread} of them ({share}) could not be read.", lang, **facts),
            remedy=text("Cannot tell a trend below n = {need} comments read.", lang, need=NO_TREND),
        ),
        check(
            "languages", unread <= MOST_UNREAD * max(n, 1),
            text("{share} of comments are in another language, too short or unclear, and have no tone.", lang, **facts),
            remedy=text("Do not compare markets on the part that is read: who writes in a language that is not read is not in it.", lang),
        ),
        check(
            "calibration", known.labels.is_enough, said,
            remedy=text(
                "Let two people label {need} comments drawn by lot: rows of the survey's long file with the question tone and the "
                "answer negative, neutral or positive.", lang, need=FEWEST_LABELS,
            ),
        ),
    ]  # fmt: skip
