"""What could make the page on the market position wrong."""

from __future__ import annotations

import math

from helpers.checks import NO_TREND, Check, check, guard_refusal, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import listed, number, plural, text
from helpers.methods import survey
from helpers.pillars.positioning.position import Known
from helpers.pillars.positioning.position_figures import Page


def checks(made: Page, scope: Scope) -> list[Check]:
    """What could make this page wrong."""
    lang, found = scope.language, made.found
    return [*_names(found, lang), *_people(made, lang), *_map(made, lang), *_launches(made, lang)]


def _names(found: Known, lang: str) -> list[Check]:
    fine = text("All own lines of the page stand in the tables.", lang)
    bad = text("These own lines stand in no table: {names}.", lang, names=listed(list(found.unknown), lang))
    sold = text("Sales of the category are known for {n} months.", lang, n=found.months["month"].nunique())
    return [
        check("names", not found.unknown, bad if found.unknown else fine, remedy=text("Write own_brands as the sales and the surveys do.", lang)),
        check("market", bool(found.markets), sold if found.markets else text("The sales of the category hold no own line.", lang), otherwise="fail",
              remedy=text("Import the panel's figures of the own lines, or mend own_brands.", lang)),
    ]  # fmt: skip


def _people(made: Page, lang: str) -> list[Check]:
    found, out = made.found, []
    waves = [one for one in ((found.usage[-1] if found.usage else None), found.image) if one is not None]
    if not found.usage:
        out.append(
            check(
                "usage",
                False,
                text("No wave of a survey on purchases is there.", lang),
                remedy=text("Ask people what they bought of each brand in twelve months.", lang),
            )
        )
    asked = sorted({one.market for one in waves})
    if waves and set(found.markets) - set(asked):
        said = text("People were asked in {asked}; what they say stands for no other market.", lang, asked=listed(asked, lang))  # fmt: skip
        out.append(Check("asked", "review", said, text("Ask in {markets}, too, before a decision is taken there.", lang, markets=listed(sorted(set(found.markets) - set(asked)), lang))))  # fmt: skip
    for wave in waves:
        what = text("people of {survey}, for what their weights leave of them", lang, survey=wave.survey)
        out.append(sample_check(f"sample_{wave.survey}", wave.raked.n_effective, what, language=lang))
        if wave.why:
            said = text(
                "The answers of {survey} are not weighted: {why}.", lang, survey=wave.survey, why=wave.why
            )
            out.append(
                check(
                    f"weights_{wave.survey}",
                    False,
                    said,
                    remedy=text(
                        "Mend the margins of the population or the groups of the survey; until then shares are those of the people asked.",
                        lang,
                    ),
                )
            )
        else:
            said = text(
                "{survey} is weighted to the {margins}.", lang, survey=wave.survey, margins=wave.margins
            )
            out.append(check(f"weights_{wave.survey}", True, said, remedy=""))
        told = survey.indicative(wave.people["sample_source"])
        if told is not None:
            out.append(
                check(
                    f"quota_{wave.survey}",
                    False,
                    sentence(told, lang),
                    remedy=text(
                        "Compare a figure that is known from elsewhere, such as the share by units.", lang
                    ),
                )
            )
    return out


def _map(made: Page, lang: str) -> list[Check]:
    if made.seen is None:
        return [
            check(
                "map",
                False,
                text("No wave of a survey on how brands are seen is there.", lang),
                remedy=text("Ask people which attributes fit each brand that they know.", lang),
            )
        ]
    refused = guard_refusal(made.seen.guards, lang)
    if refused:
        return [
            check(
                "map",
                False,
                refused,
                remedy=text(
                    "Do not place brands on this wave; ask at least {need} people.", lang, need=NO_TREND
                ),
            )
        ]
    others = [sentence(one, lang) for one in made.seen.guards]
    out = [
        check(f"map_{at}", False, one, remedy=text("Read nothing of it from the map.", lang))
        for at, one in enumerate(others)
    ]
    shown = float(made.seen.map.share[:2].sum())
    said = text(
        "Two axes show {share} of what sets brands apart.", lang, share=number(shown, "share", language=lang)
    )
    return [
        *out,
        check(
            "map_axes",
            shown >= 0.7,
            said,
            remedy=text("Read pairs of brands from the table, which counts all axes.", lang),
        ),
    ]


def _launches(made: Page, lang: str) -> list[Check]:
    out = []
    for guard in made.buying.line.guards if made.buying.line else ():
        out.append(
            check(
                f"line_{len(out)}",
                False,
                sentence(guard, lang),
                remedy=text("Leave the brand out of what you conclude.", lang),
            )
        )
    told = [one for one in made.draws if math.isfinite(one.from_house.value)]
    if made.draws:
        fine = text(
            "What launches took is told at an unchanged price of {house}.", lang, house=made.found.house
        )
        bad = text(
            "Without prices of {house} and its rivals, what launches took holds changes of price, too.",
            lang,
            house=made.found.house,
        )
        out.append(
            check("price", bool(told), fine if told else bad, remedy=text("Import prices by week.", lang))
        )
    for guard in dict.fromkeys(
        guard for one in made.draws for guard in one.taken.guards if not guard.startswith("cannot tell")
    ):
        remedy = text(
            "What it lost to a launch counts on this page only as far as the house had lost it before.", lang
        )
        out.append(check(f"young_{len(out)}", False, sentence(guard, lang), remedy=remedy))
    for one in made.draws:
        few = one.taken.months < 12
        said = plural(
            "{line} is told from {n} month.",
            "{line} is told from {n} months.",
            one.taken.months,
            lang,
            line=one.launch.line,
        )
        out.append(
            check(
                f"months_{one.launch.line}",
                not few,
                said,
                remedy=text("Judge it again when its first year is over.", lang),
            )
        )
    return out
