"""The decisions of the page on the market position: how to grow, whom to win, what to stand for, what to do with the last launch."""

from __future__ import annotations

import math

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import interval, listed, number, text
from helpers.pillars.positioning import position_launches, position_seen, position_telling, position_told
from helpers.pillars.positioning.position_figures import Page, own_part
from helpers.pillars.positioning.words import level, trait


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions, those that the data cannot carry as what not to decide."""
    common = {
        "owner": owner or text("CMO and strategy director", scope.language),
        "due": scope.next_review,
    }
    out = [_route(made, scope, common), _whom(made, scope, common), _stand(made, scope, common)]
    if made.draws:
        out.append(_launch(made, scope, common))
    return out


def _route(made: Page, scope: Scope, common: dict) -> Decision:
    lang, seen = scope.language, position_telling.verdict(made)
    told = {
        "below": (text("Find out why", lang), text("before more is spent on reach", lang)), "": (text("Do not decide", lang), text("reach or loyalty", lang)),
    }.get(seen, (text("Win more buyers", lang), text("reach before loyalty", lang)))  # fmt: skip
    return Decision(
        id="route", verb=told[0], amount=told[1], sentence=position_telling.route(made, scope).replace("**", ""),
        reverse_if=text("in the next wave buyers of {house} buy it clearly less often than its size lets expect", lang, house=made.found.house), **common,
    )  # fmt: skip


def _whom(made: Page, scope: Scope, common: dict) -> Decision:
    lang, table = scope.language, made.buying.sources
    named = list(table.index[table["verdict"] == "more"]) if len(table) else []
    if not named:
        said = text("Aim at no rival by name.", lang) + " " + position_told.source_finding(made, scope) + "."
        return Decision(
            id="whom", verb=text("Aim at no rival by name", lang), amount=text("all rivals by size", lang), sentence=said,
            reverse_if=text("the next wave shows one rival that loses clearly more to us than its size", lang), **common,
        )  # fmt: skip
    row = table.loc[named[0]]
    facts = {
        "rival": named[0], "index": number(row["index"], "ratio", decimals=1, language=lang), "level": level(scope),
        "bounds": interval(row["index_low"], row["index_high"], "ratio", decimals=1, language=lang), "share": number(row["share"], "share", language=lang),
    }  # fmt: skip
    said = text(
        "Aim comparisons at {rival}: {share} of first buyers come from it, {index} times what its size lets expect ({level} interval for all rivals "
        "together {bounds}).", lang, **facts,
    )  # fmt: skip
    return Decision(
        id="whom", verb=text("Aim at {rival}", lang, rival=named[0]), amount=text("comparisons and offers for switching", lang), sentence=said,
        reverse_if=text("the next wave shows no more than its size", lang), **common,
    )  # fmt: skip


def _stand(made: Page, scope: Scope, common: dict) -> Decision:
    lang, house = scope.language, made.found.house
    more = [trait(one, lang) for one in position_seen.stands_for(made.seen, house)]
    if not more:
        why = position_told.map_finding(made, scope)
        return Decision(
            id="stand", verb=text("Do not reposition", lang), amount=text("on these answers", lang), sentence=text("Do not reposition {house} on these answers. {why}.", lang, house=house, why=why.rstrip(".")),
            reverse_if=text("a larger wave shows what people say of it more than of others", lang), **common,
        )  # fmt: skip
    said = text(
        "Keep saying what people already hold {house} for more than its rivals: {traits}.",
        lang,
        house=house,
        traits=listed(more, lang),
    )
    rivals = position_seen.rivals(made.seen, house)
    if len(rivals):
        said += " " + position_telling.apart_from(made, scope) + "."
    return Decision(
        id="stand", verb=text("Keep saying", lang), amount=listed(more, lang), sentence=said,
        reverse_if=text("the next wave no longer tells {house} from its nearest rival", lang, house=house), **common,
    )  # fmt: skip


def _launch(made: Page, scope: Scope, common: dict) -> Decision:
    lang, last = scope.language, made.draws[-1]
    part, _ = own_part(last)
    fair, line = position_launches.fair(made), last.launch.line
    told = position_launches.launch_said(made, scope)
    reverse = text("its first full year shows that own lines lose no more than by their share", lang)
    if not math.isfinite(part.low) or not math.isfinite(fair) or part.low <= fair <= part.high:
        verb, said = (
            text("Do not judge yet", lang),
            text("Do not judge {line} by what it takes from own lines yet.", lang, line=line),
        )
        reverse = text("months to come show more or less than by their share", lang)
    elif part.low > fair:
        verb, said = (
            text("Set apart", lang),
            text(
                "Set {line} apart from {house} in offer and price before more is spent on it.",
                lang,
                line=line,
                house=made.found.house,
            ),
        )
    else:
        verb, said = (
            text("Go on", lang),
            text("Go on with {line}: own lines lose less to it than by their share.", lang, line=line),
        )
        reverse = text("own lines lose more to it than by their share", lang)
    return Decision(
        id="launch", verb=verb, amount=line, sentence=f"{said} {told}", reverse_if=reverse, **common
    )
