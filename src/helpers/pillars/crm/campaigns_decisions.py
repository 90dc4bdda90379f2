"""What to do with each tested campaign: send it to all like those tested, to the top of its ranking, to nobody, or test it again."""

from __future__ import annotations

from scipy.special import ndtr

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import capital, interval, month, number, plural, text, translate
from helpers.kpi import LEVEL, Z
from helpers.pillars.crm.campaigns import Frequency, signed
from helpers.pillars.crm.campaigns_uplift import Trial, is_readable, is_sound
from helpers.pillars.crm.next_action import Action, Base

SENT = ("all", "top")


def decisions(
    found: list[Trial],
    made: list[Action],
    now: Base,
    scope: Scope,
    *,
    cost_per_contact: float,
    owner: str = "",
) -> list[Decision]:
    """One decision a tested campaign, those that send something first; without a test, the decision to make one.

    Parameters
    ----------
    found, made, now : campaigns of the page, what `next_action.actions` chose, and the customers it chose from.
    cost_per_contact : money a message takes.
    """
    owner = owner or text("CRM manager", scope.language)
    common = {"owner": owner, "due": scope.next_review, "currency": scope.currency}
    if not found:
        return [_first_test(scope, common)]
    by_id = {one.trial.id: one for one in made}
    sends = [one for one in reversed(found) if one.policy and one.policy.verdict in SENT]
    ordered = [*sends, *(one for one in reversed(found) if one not in sends)]
    return [_decision(one, by_id.get(one.id), now, scope, cost_per_contact, common) for one in ordered]


def _first_test(scope: Scope, common: dict) -> Decision:
    lang = scope.language
    said = text(
        "Leave every tenth customer out of the next campaign, by lot: no campaign so far can be told from what would have come anyhow.", lang
    )  # fmt: skip
    return Decision(
        id="test", verb=text("Leave some alone", lang), amount=text("one customer in ten", lang), sentence=said,
        reverse_if=text("a campaign with customers left alone is over", lang), **common,
    )  # fmt: skip


def _decision(
    trial: Trial, action: Action | None, now: Base, scope: Scope, cost: float, common: dict
) -> Decision:
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "decimals": 2, "language": lang}
    facts: dict = {"campaign": trial.name, "n": number(trial.n, "count", language=lang)}
    common = {
        **common, "id": f"send_{trial.id}", "amount": text("{n} customers in the test", lang, **facts),
        "reverse_if": text("a larger test with customers left alone is above zero with its whole interval", lang),
    }  # fmt: skip
    if not is_sound(trial):
        said = text(
            "Do not use the test of “{campaign}”: its groups are not those that a lot would make. Repeat it.",
            lang, **facts,
        )  # fmt: skip
        return Decision(**common, verb=text("Repeat the test", lang), sentence=said)
    if trial.policy is None or not is_readable(trial):
        small = text("Its groups are too small, or not those that a lot would make.", lang)
        reason = capital(translate(trial.refused, lang)) or small
        said = text(
            "Whether to send “{campaign}” again cannot be told. {reason}", lang, **facts, reason=reason
        )
        return Decision(**common, verb=text("Test again", lang), sentence=said)
    whole = trial.policy.table.set_index("policy").loc["all"]
    facts |= {
        "each": number(whole["value"], **money),
        "bounds": interval(whole["low"], whole["high"], **money),
        "level": number(LEVEL, "share", language=lang),
        "cost": number(cost, **money),
    }
    if trial.policy.verdict in SENT:
        return _send(trial, action, now, scope, facts, common)
    if trial.policy.verdict == "none":
        said = text(
            "Stop “{campaign}”: after the cost of {cost} a message it loses money, {each} a customer addressed ({level} interval {bounds}; "
            "n = {n}).", lang, **facts,
        )  # fmt: skip
        worth = _worth(*(-trial.n * whole[name] for name in ("value", "high", "low")))
        return Decision(**common, verb=text("Stop", lang), sentence=said, **worth)
    need = trial.policy.needed
    if need is None or need > len(now.people):
        said = text(
            "Do not send “{campaign}” as it is: {each} a customer addressed after a cost of {cost} a message ({level} interval {bounds}; n = {n}) is "
            "not told from nothing, and no test of the customers at hand would tell it. Change the message before testing again.", lang, **facts,
        )  # fmt: skip
        return Decision(**common, verb=text("Do not send", lang), sentence=said)
    said = text(
        "Test “{campaign}” again before sending it to all: {each} a customer addressed after a cost of {cost} a message ({level} interval {bounds}; "
        "n = {n}) is not told from nothing; if it is what it seems, a test of n = {need} would tell.", lang, **facts,
        need=number(need, "count", language=lang),
    )  # fmt: skip
    return Decision(**common, verb=text("Test again", lang), sentence=said)


def _send(
    trial: Trial, action: Action | None, now: Base, scope: Scope, facts: dict, common: dict
) -> Decision:
    """Send a campaign that brings money to all like those tested, or to the top of its ranking."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    to = text("all customers like those tested", lang)
    if trial.policy.verdict == "top":
        share = number(trial.policy.share, "share", language=lang)
        to = text("the top {share} of the customers like those tested", lang, share=share)
    facts |= {"to": to, "month": month(trial.starts_on, lang)}
    common["reverse_if"] = text("those left alone next time buy as much", lang)
    verb = text("Send", lang)
    if action is None or not action.chosen:
        reason = now.lacking or text("nobody is left after legal basis, cap and budget.", lang)
        said = text(
            "Send “{campaign}” to {to}: {each} each after a cost of {cost} a message ({level} interval {bounds}; n = {n}, {month}). To how many now "
            "cannot be told: {reason}", lang, **facts, reason=reason,
        )  # fmt: skip
        return Decision(**{**common, "amount": to}, verb=verb, sentence=said)
    chosen = plural("{n} customer", "{n} customers", action.chosen, lang)
    said = text(
        "Send “{campaign}” to {chosen} now: {to} who may be written to, within cap and budget. Expected: {value} after a cost of {cost} a message "
        "({level} interval {range}), if it works as in {month}. Leave one in ten of them alone, by lot, to see whether it does.", lang, **facts,
        chosen=chosen, value=number(action.value, **money), range=interval(action.low, action.high, **money),
    )  # fmt: skip
    return Decision(
        **{**common, "amount": chosen},
        verb=verb,
        sentence=said,
        **_worth(action.value, action.low, action.high),
    )


def _worth(effect: float, low: float, high: float) -> dict:
    """The effect of a decision that a lot has tested, and the chance that it is above zero, by the normal law of its interval."""
    half = (high - low) / 2
    chance = min(float(ndtr(Z * effect / half)), SUREST) if half > 0 else None
    return {"effect": effect, "low": low, "high": high, "probability": chance}


def how_often(found: Frequency | None, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Whether to write as often as to the half that got more; nothing to decide without a test of frequency.

    More is proposed where clicks a person rise with their whole interval and nobody can be seen to leave for it, less where clicks a
    person do not rise. Money is not in it: what a click is worth is not measured here.
    """
    if found is None:
        return []
    lang, whole = scope.language, found.per_person.relative
    facts = {
        "often": number(found.messages[0], "count", decimals=1, language=lang),
        "seldom": number(found.messages[1], "count", decimals=1, language=lang),
        "clicks": signed(whole.value, lang),
        "bounds": interval(whole.low, whole.high, "share", language=lang),
        "more": interval(
            100 * found.left_more.low, 100 * found.left_more.high, "points", decimals=2, language=lang
        ),
        "level": number(LEVEL, "share", language=lang),
    }
    if found.per_person.absolute.low > 0 and not found.left_more.low > 0:
        verb = text("Write more often", lang)
        said = text(
            "Write to all as often as to the half that got more ({often} messages in place of {seldom}): clicks per person {clicks} ({level} interval "
            "{bounds}), and no more of them are seen to leave ({more}).", lang, **facts,
        )  # fmt: skip
    elif found.per_person.absolute.high <= 0:
        verb = text("Write less often", lang)
        said = text(
            "Go back to the lower frequency: {often} messages in place of {seldom} bring no more clicks per person, {clicks} ({level} interval {bounds}).",
            lang, **facts,
        )  # fmt: skip
    else:
        verb = text("Go on testing", lang)
        said = text(
            "Go on testing how often to write: clicks per person {clicks} ({level} interval {bounds}), people who leave {more}; which weighs more "
            "cannot be told.", lang, **facts,
        )  # fmt: skip
    return [
        Decision(
            id="how_often", verb=verb, amount=text("{often} messages in place of {seldom}", lang, **facts), sentence=said,
            reverse_if=text("more people leave the list, or the clicks bring no orders", lang), due=scope.next_review,
            owner=owner or text("CRM manager", lang), currency=scope.currency,
        )
    ]  # fmt: skip
