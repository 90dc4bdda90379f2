"""Two simple rivals of the screen of claims: a list of words as a first consultant would write it, and a classifier of texts.

Each takes the labelled texts and returns, for each, the set of banned rules that it finds.
"""

from __future__ import annotations

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

SEED = 0
NOTHING = "none"
# Ten a language, each with the rules that a reader would think of; the French rules only where they apply.
WORDS = {
    "en": {
        "eco-friendly": ("generic", "agec"),
        "green": ("generic",),
        "sustainable": ("generic", "whole"),
        "biodegradable": ("generic", "agec"),
        "environmentally friendly": ("generic", "agec"),
        "carbon neutral": ("offset", "neutral_ads", "future"),
        "offset": ("offset", "neutral_ads"),
        "net zero": ("future", "offset", "neutral_ads"),
        "100 %": ("whole",),
        "label": ("label",),
    },
    "fr": {
        "écologique": ("generic", "whole"),
        "éco-responsable": ("generic", "whole"),
        "vert": ("generic",),
        "durable": ("generic", "whole"),
        "biodégradable": ("generic", "agec"),
        "respectueux de l'environnement": ("generic", "agec"),
        "neutre en carbone": ("offset", "neutral_ads", "future"),
        "compensé": ("offset", "neutral_ads"),
        "100 %": ("whole",),
        "label": ("label",),
    },
}
MEDIUM = {"agec": {"packaging", "site"}, "neutral_ads": {"advertising"}}


def plain(text: str) -> str:
    """Small letters, one kind of apostrophe and of space, a space before the per cent sign."""
    spaced = text.casefold().replace("’", "'").replace("%", " %")
    return " ".join(spaced.split())


def keywords(labelled: pd.DataFrame) -> list[set[str]]:
    """Rules of the listed words that stand in each text, as pieces of words too."""
    found = []
    for row in labelled.itertuples():
        rules = {
            rule for word, rules in WORDS[row.language].items() if word in plain(row.text) for rule in rules
        }
        found.append({rule for rule in rules if rule not in MEDIUM or (row.market == "FR" and row.medium in MEDIUM[rule])})  # fmt: skip
    return found


def classifier(development: pd.DataFrame, labelled: pd.DataFrame) -> list[set[str]]:
    """One rule or none for each text, by logistic regression on words and pieces of words, learnt on the development set."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(
        make_union(words, letters),
        LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000, random_state=SEED),
    )
    model.fit(described(development), development["rule"].where(development["is_finding"] == 1, NOTHING))
    return [{rule} - {NOTHING} for rule in model.predict(described(labelled))]


def described(texts: pd.DataFrame) -> pd.Series:
    """The text with its market and medium as words, which the law looks at too."""
    return texts["text"].map(plain) + " market" + texts["market"] + " medium" + texts["medium"]
