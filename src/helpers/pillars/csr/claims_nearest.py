"""For claims without proof in force: the documents whose words are nearest, for whoever looks for a proof."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.methods.claim_ledger import PROVED
from helpers.methods.proof_search import nearest_proofs
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_words import named, quoted, short_day

MOST = 10  # claims that the table shows


def _found(made: Page) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Live claims without a proof that holds, the first to be dealt with first, and the proofs nearest to each."""
    live = made.live
    bare = live[
        ~live["standing"].isin(PROVED) & (live["wording"].astype("string").fillna("").str.strip() != "")
    ]
    return bare, nearest_proofs(bare, made.read.proofs)


def said(made: Page, scope: Scope) -> str:
    """Say for how many claims a document of the register is near, and that nearness is no proof."""
    lang, (bare, found) = scope.language, _found(made)
    if bare.empty:
        return text("Every live claim has a proof that holds, so none is looked for.", lang)
    n = found["claim_id"].nunique()
    head = plural("For {n} live claim without a proof that holds, the register has documents whose words are near.",
                  "For {n} live claims without a proof that holds, the register has documents whose words are near.", n, lang)  # fmt: skip
    return f"{head} {text('They are where to look first: near words are no proof, and what is near may belong to another claim.', lang)}"


def table(made: Page, scope: Scope) -> pd.DataFrame:
    """The nearest documents of each such claim: the nearest with what it shows and until when, and the codes of the next."""
    lang, (bare, found) = scope.language, _found(made)
    about = made.read.proofs.set_index("proof_id")
    rows = []
    for claim in bare.itertuples():
        codes = found.loc[found["claim_id"] == claim.claim_id, "proof_id"].tolist()
        if codes:
            first = about.loc[codes[0]]
            rows.append((named(claim, lang), _document(codes[0], first, lang), short_day(first["valid_until"], lang), _of(first, claim, lang), ", ".join(codes[1:]) or "–"))  # fmt: skip
    heads = [
        text("nearest document", lang),
        text("valid until", lang),
        text("filed under", lang),
        text("next ones", lang),
    ]
    made_of = pd.DataFrame(
        [row[1:] for row in rows[:MOST]], index=[row[0] for row in rows[:MOST]], columns=heads
    )
    return made_of.rename_axis(columns=text("claim", lang))


def _document(code: str, row: pd.Series, lang: str) -> str:
    return code if pd.isna(row["summary"]) else f"{code} {quoted(row['summary'], lang)}"


def _of(row: pd.Series, claim, lang: str) -> str:
    """The claim that a document is filed under."""
    return text("this claim", lang) if row["claim_id"] == claim.claim_id else str(row["claim_id"])
