"""Choice tasks: coded, fitted by a conditional logit, read as worths, importance and money, with tastes of all or of classes. Shares are in `choice_simulator`."""

from __future__ import annotations

from helpers.methods.choice_classes import Classes, by_bic, class_table, fit_classes
from helpers.methods.choice_coding import Coded, coded
from helpers.methods.choice_fit import FEWEST, Fit, fit
from helpers.methods.choice_tastes import Mixed
from helpers.methods.choice_worth import draws_of, importance, part_worths, price_refusal, willingness

__all__ = [
    "FEWEST", "Classes", "Coded", "Fit", "Mixed", "by_bic", "class_table", "coded", "draws_of", "fit", "fit_classes", "importance",
    "part_worths", "price_refusal", "willingness",
]  # fmt: skip
