"""What each channel brings: the figures of the page."""

from helpers.i18n import mark
from helpers.kpi import Kpi

P = "activation"
KPIS: tuple[Kpi, ...] = (
    Kpi("media_spend", mark("Media spend"), P, "currency", "down", "counted",
        mark("Media cost before tax as the platforms export it, in the currency of the page; fees of agencies and tools are not in it."),
        mark("sum of spend"), 0.05, relative=True, headline=True),
    Kpi("roas", mark("Return on ad spend, number to use"), P, "ratio", "up", "modelled",
        mark("Revenue without VAT, returns taken off, that the media of the last twelve months brought, over their spend before tax; only channels whose whole "
             "spend rests on a test, a model held to one, or a pair."),
        mark("sum of return x spend / sum of spend, over these channels; draws of each channel's interval, channels taken as independent"),
        0.2, decimals=2, headline=True),
    Kpi("roas_incl_vat", mark("Return on ad spend, VAT included"), P, "ratio", "up", "modelled",
        mark("The same return with VAT in the revenue and none in the spend; for comparison with figures that platforms and shops show, never for a decision."),
        mark("return x revenue with VAT / revenue without VAT, of paid orders of the twelve months"), 0.2, decimals=2),
    Kpi("media_efficiency", mark("Revenue per euro of media (MER)"), P, "ratio", "up", "counted",
        mark("All paid revenue without VAT, returns taken off, over all media spend of the month. It says nothing of what media caused."),
        mark("revenue / media spend"), 0.05, relative=True, decimals=2),
    Kpi("cac_loaded", mark("Cost of winning a customer, fully loaded"), P, "currency", "down", "estimated",
        mark("Media, fees, production, tools and people as booked in the last twelve months, over the customers whose first purchase lies in them."),
        mark("sum of the five natures in the accounts / customers won; interval of the Poisson count"), 0.05, relative=True, decimals=2),
    Kpi("budget_pacing", mark("Media spend off its plan"), P, "share", "down", "counted",
        mark("Distance between what the campaigns that ran in the month have spent and what an even spread of their budget would have spent by its end, over the "
             "latter; over and under do not cancel."),
        mark("sum over campaigns of |spent - planned| / sum of planned"), 0.05, decimals=1),
    Kpi("budget_tested", mark("Share of budget backed by a test"), P, "share", "up", "counted",
        mark("Spend of the last twelve months in channels whose number to use is a test of their whole spend, or a model held to one, over all media spend."),
        mark("spend of these channels / media spend"), 0.05, decimals=0),
    Kpi("viewable_share", mark("Viewable impressions"), P, "share", "up", "counted",
        mark("Impressions that met the viewability standard among those whose viewability could be measured."),
        mark("viewable impressions / measurable impressions"), 0.02, decimals=1),
    Kpi("invalid_traffic", mark("Invalid traffic"), P, "share", "down", "counted",
        mark("Impressions found to be fraud or robots among those that were checked."),
        mark("invalid impressions / impressions checked"), 0.005, decimals=1),
    Kpi("useful_reach", mark("Useful reach"), P, "people", "up", "modelled",
        mark("Different people of the target group who saw at least the set number of contacts in the month; a contact that no one could see or that was "
             "invalid does not count."),
        mark("population x tail of the negative binomial with the reach and the contacts told, each contact seen with the viewable and valid share; bounds from how "
             "contacts that are seen may fall on people, and from how platforms may overlap where no panel counts them together"),
        0.05, relative=True),
    Kpi("contact_frequency", mark("Contacts per person reached"), P, "ratio", "down", "counted",
        mark("Impressions over different people reached in the month; of platforms together where someone counted them together, else of the largest platform."),
        mark("impressions / people reached"), 0.1, relative=True, decimals=2),
    Kpi("click_through_rate", mark("Click-through rate (CTR)"), P, "share", "up", "counted",
        mark("Clicks that lead to the site over impressions, of advertisements that can be clicked."), mark("clicks / impressions"), 0.1, relative=True, decimals=2),
    Kpi("view_through_rate", mark("Video seen to the end (VTR)"), P, "share", "up", "counted",
        mark("Plays that reached the end over impressions of the same video advertisements, whatever a platform calls a view."),
        mark("plays to the end / impressions"), 0.05, relative=True, decimals=1),
    Kpi("viewing_time", mark("Seconds watched per impression"), P, "ratio", "up", "counted",
        mark("Total time watched over impressions of the same video advertisements."), mark("seconds watched / impressions"), 0.05, relative=True, decimals=1),
    Kpi("claims_per_order", mark("Purchases claimed per order in the books"), P, "ratio", "down", "counted",
        mark("Purchases that all platforms credit themselves with over all paid orders of the month; of each platform the window that claims most. Above 1 more is "
             "claimed than was sold."),
        mark("sum over platforms of purchases claimed / paid orders"), 0.05, decimals=2),
    Kpi("agency_fee_share", mark("Agency fee over what media brought"), P, "share", "down", "modelled",
        mark("Fees booked in the last twelve months, as far as they fall on channels whose return is known, over the contribution margin that these channels "
             "brought; revenue where no margin is stated."),
        mark("fees x share of these channels in spend / (sum of return x spend x margin rate)"), 0.02, decimals=1),
    Kpi("unmapped_spend", mark("Spend without a channel"), P, "share", "down", "counted",
        mark("Media spend whose campaign no rule of the taxonomy names, over all media spend of the month."), mark("spend without a channel / media spend"),
        0.01, decimals=1),
)  # fmt: skip
