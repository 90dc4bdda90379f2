"""The learners that compete in `scoring`, and what they take: numbers and words with gaps, in the order of the index."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from helpers.errors import DataError
from helpers.methods.scoring_measures import pairs

RARE = 10  # cases of a category under this are pooled


def _encoded(x: pd.DataFrame, *numbers) -> Pipeline:
    """Text as one column a category, rare ones pooled; numbers through the steps given."""
    is_text = [name for name in x if not pd.api.types.is_numeric_dtype(x[name])]
    rest = [name for name in x if name not in is_text]
    words = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RARE, sparse_output=False)
    return make_column_transformer(
        (words, is_text), (make_pipeline(*numbers) if numbers else "passthrough", rest)
    )


def _logistic(x: pd.DataFrame, seed: int) -> Pipeline:
    gaps = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(_encoded(x, gaps, StandardScaler()), LogisticRegression(C=1.0, max_iter=2000))


def _boosting(x: pd.DataFrame, seed: int) -> Pipeline:
    trees = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.08, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=1.0,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    return make_pipeline(_encoded(x), trees)


LEARNERS = {"logistic": _logistic, "boosting": _boosting}


def n_parameters(x: pd.DataFrame) -> int:
    """Coefficients of a logistic regression on the features: a number has one, text one a frequent category but the first."""
    return sum(
        1
        if pd.api.types.is_numeric_dtype(x[name])
        else max(int((x[name].value_counts() >= RARE).sum()) - 1, 1)
        for name in x
    )


def plain(features: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats and everything else as text, gaps kept as a word of their own."""
    made = {}
    for name in features:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            made[name] = column.to_numpy(dtype=float, na_value=np.nan)
        else:
            made[name] = column.astype(object).where(column.notna(), "").astype(str).to_numpy(dtype=object)
    return pd.DataFrame(made, index=features.index)


def checked(features: pd.DataFrame, target: pd.Series) -> tuple[pd.DataFrame, np.ndarray]:
    """Features and targets in the order of the index, constant columns left out."""
    if not features.index.is_unique:
        raise DataError("scoring: a case stands twice in the index of the features. Give one row a case.")
    if len(features) != len(target) or len(features.index.difference(target.index)):
        raise DataError(
            f"scoring: {len(features)} cases with features and {len(target)} with an outcome are not the same cases. "
            "Join them by their index first."
        )
    x = plain(features).sort_index(kind="stable")
    y, _ = pairs(target.loc[x.index], np.zeros(len(x)))
    for name in x.select_dtypes("number"):
        if np.isinf(x[name]).any():
            raise DataError(f"scoring: the feature {name} has an infinite value. Leave it empty instead.")
    return x[[name for name in x if x[name].nunique(dropna=False) > 1]], y
