"""How good a company's data are: freshness, gaps, duplicates, totals, consent, from its ledger and its tidy tables.

`gather` computes, `judge` makes checks of it, `answer` says it in a sentence; the page is laid out in helpers.report.quality.
Nothing here knows a person: people are only counted, and small groups hidden.
"""

from helpers.quality.facts import Facts, gather
from helpers.quality.judging import count, judge
from helpers.quality.saying import answer

__all__ = ["Facts", "answer", "count", "gather", "judge"]
