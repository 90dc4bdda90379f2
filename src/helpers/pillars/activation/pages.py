"""Where a decision on a channel is taken: other pages that come to it repeat it, and a report counts it once."""

BUDGET = "activation/05-budget"  # how much money moves, and which channel is tested next
TESTS = "activation/03-incrementality"  # what a test of a channel decided
