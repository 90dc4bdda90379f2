"""Choice tasks: coded, fitted by a conditional logit, read as worths, importance and money. Shares are in `choice_simulator`."""

from __future__ import annotations

from helpers.methods.choice_coding import Coded, coded
from helpers.methods.choice_fit import FEWEST, Fit, fit
from helpers.methods.choice_tastes import Mixed
from helpers.methods.choice_worth import draws_of, importance, part_worths, price_refusal, willingness

__all__ = [
    "FEWEST", "Coded", "Fit", "Mixed", "coded", "draws_of", "fit", "importance", "part_worths", "price_refusal", "willingness",
]  # fmt: skip
