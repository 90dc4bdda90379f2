"""For claims without proof in force: the documents whose words are nearest, for whoever looks for a proof."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.methods.claim_ledger import PROVED
from helpers.pillars.csr.claims import Page


def said(made: Page, scope: Scope) -> str:
    """STAND-IN."""
    bare = made.live[~made.live["standing"].isin(PROVED)]
    return plural("{n} claim", "{n} claims", len(bare), scope.language)


def table(made: Page, scope: Scope) -> pd.DataFrame:
    """STAND-IN."""
    return pd.DataFrame({text("claim", scope.language): ["–"]})
