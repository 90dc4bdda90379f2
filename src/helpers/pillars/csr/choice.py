"""Is the responsible option chosen, and what follows for those who take what keeps goods longer in use?

Offers are read in `choice_offers`, services and those who took them in `choice_taken`, displaced purchases in `choice_displaced`; figures,
checks, decisions and words stand in modules of their own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from helpers import kpi
from helpers.company import Scope
from helpers.methods.intervals import Estimate, wilson
from helpers.periods import Period
from helpers.pillars.csr import choice_displaced, choice_offers, choice_taken
from helpers.pillars.csr.choice_displaced import Displaced
from helpers.pillars.csr.choice_offers import Offered
from helpers.pillars.csr.choice_taken import REPAIR, USED, Back, Service, Taken


class Tables(NamedTuple):
    """Tables of the page as they are loaded; those that a company lacks are None."""

    offers: Any
    services: Any = None
    orders: Any = None
    customers: Any = None
    returns: Any = None
    surveys: Any = None
    experiments: Any = None
    factors: Any = None


class Page(NamedTuple):
    """What the page shows. taken : None where services, orders or customers are not known."""

    offered: Offered
    taken: Taken | None
    displaced: Displaced
    quarters: list[Period]

    @property
    def services(self) -> list[Service]:
        """Services that somebody took in the months looked at."""
        return self.taken.services if self.taken else []

    @property
    def back(self) -> Back | None:
        """Returns of second-hand goods; of refurbished ones where there are none."""
        return next(iter(self.taken.returns), None) if self.taken else None


def page(
    loaded: Tables, scope: Scope, *, tests: str = "", months: int = 24, asked_of: str = "refurbished", new_factor: str = "", used_factor: str = ""
) -> Page:  # fmt: skip
    """Compute what the page shows.

    Parameters
    ----------
    loaded : the tables.
    tests : "choice = experiment; …", where contribution an order of a default by lot stands in `experiments`.
    months : months of first days of a service that are looked at. asked_of, new_factor, used_factor : see `choice_displaced.displaced`.

    Raises
    ------
    NothingToReportError : nothing was offered in the period. DataError : a column or a figure is missing. ValueError : months is below 12.
    """
    if months < 12:
        raise ValueError(
            f"service_months must be 12 or more, not {months}: half of a shorter span is not yet followed up."
        )
    quarters = list(kpi.history(scope))
    offers = choice_offers.offered(choice_offers.read(loaded.offers), loaded.experiments, scope, tests=tests)
    known = None
    if loaded.services is not None and loaded.orders is not None and loaded.customers is not None:
        known = choice_taken.taken(
            loaded.services, loaded.orders, loaded.customers, loaded.returns, loaded.surveys, scope, months=months, quarters=quarters
        )  # fmt: skip
    sold = tuple(one.name for one in known.services) if known else ()
    asked = choice_displaced.displaced(loaded.surveys, loaded.factors, scope, sold=sold, asked_of=asked_of, new_factor=new_factor, used_factor=used_factor)  # fmt: skip
    return Page(offers, known, asked, quarters)


def used_share(taken: Taken, period: Period) -> Estimate | None:
    """Paid orders of a period in which used goods were bought, over all; None where the period is not counted whole, or services are not yet."""
    first = 12 * period.start.year + period.start.month - 1
    last = 12 * period.end.year + period.end.month - 1
    begin = max(12 * taken.since.year + taken.since.month - 1, taken.people["month"].min())
    if taken.orders.empty or begin > first:
        return None
    own = taken.orders[taken.orders["month"].between(first, last)]
    return _share(float(own.loc[own["service"].isin(USED), "n_orders"].sum()), float(own["n_orders"].sum()))


def repair_share(taken: Taken, period: Period) -> Estimate | None:
    """Customers with a repair in a period over customers with a purchase in the twelve months to its end."""
    first = 12 * period.start.year + period.start.month - 1
    last = 12 * period.end.year + period.end.month - 1
    own = taken.people[(taken.people["service"] == REPAIR) & taken.people["month"].between(first, last)]
    if taken.people["month"].min() > first:
        return None
    n = taken.active.get(period.code, 0)
    return _share(float(min(own["customer_id"].nunique(), n)), float(n))


def _share(k: float, n: float) -> Estimate | None:
    if not n:
        return None
    low, high = wilson(k, n, level=kpi.LEVEL)
    return Estimate(k / n, low, high, kpi.LEVEL, int(n))
