"""What could make the mix model wrong: the data that went in, whether the draws agree, and the risk panel in sentences."""

from __future__ import annotations

from helpers.checks import Check, check
from helpers.company import Scope
from helpers.i18n import day, listed, month, number, p_value, parted, plural, text
from helpers.methods import mix
from helpers.methods.mix_risk import Row
from helpers.pillars.activation.mix_figures import refusal
from helpers.pillars.activation.mix_model import YEAR_WEEKS, Model
from helpers.pillars.activation.naming import TOGETHER

UNMAPPED_MOST = 0.01
FEW_SILENT = 2  # weeks without spend that look like a missing export, not like a pause


def checks(model: Model, scope: Scope) -> list[Check]:
    """Checks of the data and of the model, before any result."""
    return [
        *data_checks(model, scope),
        *_fitted(model, scope),
        *panel_checks(model.rows, scope),
        *_unused(model, scope),
    ]


def data_checks(model: Model, scope: Scope) -> list[Check]:
    """Weeks, gaps, negative sales, spend without a channel, spend that never varies, too many channels, missing controls."""
    lang, known = scope.language, model.known
    n = len(known.table)
    made = [
        check("weeks", n >= 2 * YEAR_WEEKS, plural("One whole week with sales and media.", "{n} whole weeks in a row with sales and media.", n, lang),
              remedy=text("Import more history: a model needs {least} weeks, and two years to part season from media.", lang, least=mix.LEAST_WEEKS),
              otherwise="fail" if n < mix.LEAST_WEEKS else "review"),
        check("no_gap", not known.gaps, text("No week lacks sales.", lang) if not known.gaps
              else plural("One week has no paid order (the first: {first}); only the longest run of weeks without a gap is used.",
                          "{n} weeks have no paid order (the first: {first}); only the longest run of weeks without a gap is used.",
                          len(known.gaps), lang, first=day(known.gaps[0], lang, style="medium")),
              remedy=text("Import the orders of these weeks.", lang)),
        check("unmapped", known.unmapped <= UNMAPPED_MOST,
              text("{share} of all media cost in the data fits no channel of the taxonomy and is in no figure here.", lang,
                   share=number(known.unmapped, "share", decimals=1, language=lang)),
              remedy=text("Name these campaigns by the taxonomy, or map them in campaign_map.", lang)),
        check("controls", bool(known.controls),
              plural("One other cause is held: {names}.", "{n} other causes are held: {names}.", len(known.controls), lang,
                     names=listed([control(one, lang) for one in known.controls], lang)) if known.controls
              else text("No holiday, sales season or promotion is known to the model.", lang),
              remedy=text("Fill the tables calendar and promotions: what they leave out, media are credited with.", lang)),
    ]  # fmt: skip
    if known.negative:
        made.append(
            check("negative_sales", False,
                  plural("In one week returns exceed sales (the first: {first}); it is treated as a gap.",
                         "In {n} weeks returns exceed sales (the first: {first}); they are treated as gaps.",
                         len(known.negative), lang, first=day(known.negative[0], lang, style="medium")),
                  remedy=text("Book returns on the day of their order.", lang))
        )  # fmt: skip
    silent = [name for name, weeks in known.silent.items() if 0 < weeks <= FEW_SILENT]
    if silent:
        made.append(
            check("silent", False, text("{channels}: one or two weeks without any cost, taken as nothing spent.", lang, channels=listed(silent, lang)),
                  remedy=text("If an export is missing, import it: a false pause looks like a test.", lang))
        )  # fmt: skip
    if model.data is not None and model.data.left_out:
        made.append(
            check("steady", False, text("{channels}: the spend is zero or never varies, so its return cannot be told.", lang,
                                        channels=listed(list(model.data.left_out), lang)),
                  remedy=text("Vary it by region or by week on purpose, as a test.", lang))
        )  # fmt: skip
    if model.merged:
        made.append(
            check("too_many", False, text("{weeks} weeks do not carry all channels: {channels} share one column.", lang, weeks=n,
                                          channels=listed(list(model.merged), lang)),
                  remedy=text("Group channels in the taxonomy, or wait for more weeks.", lang))
        )  # fmt: skip
    return made


def panel_checks(rows: tuple[Row, ...], scope: Scope) -> list[Check]:
    """The risk panel as checks; what cannot be made is a review with what it would take."""
    return [made for row in rows if (made := _SAID[row.name](row, scope)) is not None]


def control(name: str, language: str) -> str:
    """Name a control or a column of the base as a reader knows it."""
    if name.startswith(("season_", "trend_")):
        return text("the season", language) if name.startswith("season_") else text("the trend", language)
    known = {
        "public_holidays": text("public holidays", language),
        "school_holidays": text("school holidays", language),
        "soldes": text("sales seasons", language),
        "own_launches": text("launches", language),
        "discount": text("discounts", language),
        "after_discount": text("weeks after discounts", language),
    }
    return known.get(name, name)


def _fitted(model: Model, scope: Scope) -> list[Check]:
    lang = scope.language
    if model.fit is None:
        reason = refusal(model, scope)
        return [
            check(
                "fitted",
                False,
                reason,
                remedy=text("Until then only spend and sales can be told, and no return.", lang),
                otherwise="fail",
            )
        ]
    facts = {
        "rhat": number(model.fit.rhat, "ratio", decimals=2, language=lang),
        "ess": number(model.fit.ess, "count", language=lang),
    }
    return [
        check("converged", model.is_told, text("Four chains agree: R-hat {rhat}, {ess} effective draws.", lang, **facts) if model.is_told
              else text("Four chains do not agree: R-hat {rhat}, {ess} effective draws. Nothing of the model is published.", lang, **facts),
              remedy=text("Use more weeks or fewer channels.", lang), otherwise="fail")
    ]  # fmt: skip


def _planted(row: Row, scope: Scope) -> Check:
    lang = scope.language
    facts = {
        "n": row.values["n"],
        "found": row.values["found"],
        "size": number(row.values["size"], "share", language=lang),
    }
    return check("planted", bool(row.passed),
                 text("An effect of {size} of sales was planted in these data {n} times; the model finds it {found} times.", lang, **facts),
                 remedy=text("Do not use the model: it does not find what is there.", lang), otherwise="fail")  # fmt: skip


def _shuffled(row: Row, scope: Scope) -> Check:
    lang = scope.language
    return check("shuffled", bool(row.passed),
                 text("A channel whose weeks are shuffled was added {n} times; the model finds nothing in it {nothing} times.", lang,
                      n=row.values["n"], nothing=row.values["nothing"]),
                 remedy=text("Do not use the model: it finds what is not there.", lang), otherwise="fail")  # fmt: skip


def _same_week(row: Row, scope: Scope) -> Check:
    lang = scope.language
    return check("same_week", bool(row.passed),
                 text("No channel's spend goes with sales of its own week more than its carry-over allows.", lang) if row.passed
                 else text("{channels}: sales go with the spend of the very week more than an advertisement can do. It is bought when people "
                           "look for you anyhow.", lang, channels=listed(list(row.channels), lang)),
                 remedy=text("Do not use the model's return of it; switch it off in some regions to learn it.", lang), otherwise="fail")  # fmt: skip


def _next_week(row: Row, scope: Scope) -> Check:
    lang = scope.language
    return check("next_week", bool(row.passed),
                 text("Spend of next week says nothing of sales of this week.", lang) if row.passed
                 else text("{channels}: spend of next week goes with sales of this week. It follows demand.", lang, channels=listed(list(row.channels), lang)),
                 remedy=text("Do not use the model's return of it; switch it off in some regions to learn it.", lang), otherwise="fail")  # fmt: skip


def _break(row: Row, scope: Scope) -> Check:
    lang = scope.language
    if row.passed is None:
        return check("break", False, text("Whether the base broke cannot be told from {n} weeks.", lang, n=row.values["n"]),
                     remedy=text("Import more history.", lang))  # fmt: skip
    facts = {"month": month(row.values["day"], lang), "p": p_value(row.values["p"], lang)}
    return check("break", bool(row.passed), text("No break of level or trend that the model does not know ({p}).", lang, **facts) if row.passed
                 else text("Level or trend of sales broke in {month} without a cause that the model knows ({p}).", lang, **facts),
                 remedy=text("Find out what happened and add it to the table calendar.", lang), otherwise="fail")  # fmt: skip


def _years(row: Row, scope: Scope) -> Check:
    lang = scope.language
    if row.passed is None:
        return check("years", False, text("With less than two years no year can be left out to see whether the figures hold.", lang),
                     remedy=text("Import more history.", lang))  # fmt: skip
    return check("years", bool(row.passed), text("The figures hold when any year is left out.", lang) if row.passed
                 else text("{channels}: another figure when a year is left out.", lang, channels=listed(list(row.channels), lang)),
                 remedy=text("Ask what changed in that year; do not use one figure for all of them.", lang), otherwise="fail")  # fmt: skip


def _omitted(row: Row, scope: Scope) -> Check | None:
    lang = scope.language
    told = row.table[row.table["is_told"]]
    if told.empty:
        return None
    weakest = told.loc[told["robustness"].idxmin()]
    facts = {"channel": weakest["channel"], "share": number(weakest["robustness"], "share", language=lang),
             "cause": control(weakest["strongest"], lang), "channels": listed(list(row.channels), lang)}  # fmt: skip
    return check("omitted", bool(row.passed),
                 text("A hidden cause would have to explain {share} of what is left of both spend and sales to bring “{channel}” to nothing, the "
                      "weakest of those that are told.", lang, **facts) if row.passed
                 else text("{channels}: a hidden cause as strong as {cause} would bring the effect to nothing.", lang, **facts),
                 remedy=text("Treat it as not told until a test says more.", lang))  # fmt: skip


def _told(row: Row, scope: Scope) -> Check:
    lang = scope.language
    negative = row.values["negative"]
    if negative:
        return check("told", False, text("{channels}: the model says that it lowers sales. More often the model is wrong than the advertisement.", lang,
                                         channels=listed(list(negative), lang)),
                     remedy=text("Look for what else happened in its weeks.", lang))  # fmt: skip
    return check("told", bool(row.passed), text("Each channel's effect is told from nothing.", lang) if row.passed
                 else text("Not told from nothing by the model alone: {channels}.", lang, channels=listed(list(row.channels), lang)),
                 remedy=text("An interval that holds zero is no proof of no effect; a test tells.", lang))  # fmt: skip


def _learnt(row: Row, scope: Scope) -> Check:
    lang = scope.language
    return check("learnt", bool(row.passed), text("The data say more of each channel than was assumed before.", lang) if row.passed
                 else text("{channels}: the data say no more than was assumed before; the spend varies too little.", lang,
                           channels=listed(list(row.channels), lang)),
                 remedy=text("Switch it off or double it in some regions: only that would tell.", lang))  # fmt: skip


def _split(row: Row, scope: Scope) -> Check:
    lang = scope.language
    named = parted((TOGETHER.join(group) for group in row.values["groups"]), lang)
    return check("split", bool(row.passed), text("Each channel has variation of its own.", lang) if row.passed
                 else text("{groups}: booked together, so only the sum is known.", lang, groups=named),
                 remedy=text("Publish the sum; book one of them alone in some regions to part them.", lang))  # fmt: skip


def _twins(row: Row, scope: Scope) -> Check:
    lang = scope.language
    facts = {"n": row.values["n"], "share": number(row.values["coverage"], "share", language=lang)}
    return check("twins", bool(row.passed), text("In {n} twins of these data with known effects, {share} of the 90% intervals hold them.", lang, **facts),
                 remedy=text("Read the intervals as too narrow.", lang), otherwise="fail")  # fmt: skip


def _tests(row: Row, scope: Scope) -> Check:
    lang = scope.language
    n, untested = row.values["n"], list(row.values["untested"])
    remedy = text("Test the channels by region, the largest first.", lang)
    if row.passed is False:
        return check("tests", False, text("{channels}: test and model contradict each other; the figure follows the test.", lang,
                                          channels=listed(list(row.channels), lang)),
                     remedy=text("Look for a cause that moves its spend and sales alike.", lang), otherwise="fail")  # fmt: skip
    said = (
        plural("One test agrees with the model.", "{n} tests agree with the model.", n, lang)
        if n
        else text("No test stands beside the model.", lang)
    )
    if untested:
        said += " " + text("Untested: {channels}.", lang, channels=listed(untested, lang))
    return check("tests", bool(row.passed), said, remedy=remedy)


def _unused(model: Model, scope: Scope) -> list[Check]:
    lang = scope.language
    why = {
        "channel": text("it names no channel of the model", lang),
        "figures": text("its figures are not complete", lang),
        "weeks": text("its weeks are not in the data", lang),
        "start": text("its channel had no spend before", lang),
        "spend": text("its change of spend does not fit the spend of these weeks", lang),
        "places": text("its share of sales is not known", lang),
    }
    return [
        check(f"unused_{name}", False, text("Test {test} cannot be held against the model: {why}.", lang, test=name, why=why[reason]),
              remedy=text("Correct its row in the table experiments.", lang))
        for name, reason in model.unused
    ]  # fmt: skip


_SAID = {
    "planted": _planted, "shuffled": _shuffled, "same_week": _same_week, "next_week": _next_week, "break": _break, "years": _years,
    "omitted": _omitted, "told": _told, "learnt": _learnt, "split": _split, "twins": _twins, "tests": _tests,
}  # fmt: skip
