"""Names of choices and services, and figures in points, as the page on responsible choice writes them."""

from __future__ import annotations

from helpers.i18n import interval, mark_term, number, signed, term
from helpers.methods.intervals import Estimate

CHOICES = {
    "grouped delivery": mark_term("a choice that was offered", "grouped delivery"),
    "refurbished machine": mark_term("a choice that was offered", "refurbished machine"),
    "refilled cylinder": mark_term("a choice that was offered", "refilled cylinder"),
    "less packaging": mark_term("a choice that was offered", "less packaging"),
}
SERVICES = {
    "second-hand": mark_term("a service that was taken", "second-hand"),
    "refurbished": mark_term("a service that was taken", "refurbished"),
    "repair": mark_term("a service that was taken", "repair"),
    "take-back": mark_term("a service that was taken", "take-back"),
    "subscription": mark_term("a service that was taken", "subscription"),
    "longer guarantee": mark_term("a service that was taken", "longer guarantee"),
}
GOODS = {
    "second-hand": mark_term("goods that were used before", "second-hand goods"),
    "refurbished": mark_term("goods that were used before", "refurbished goods"),
}
INSTEAD = {
    "new one": mark_term("what buyers would have done instead", "a new one"),
    "other second-hand": mark_term("what buyers would have done instead", "another second-hand one"),
    "nothing": mark_term("what buyers would have done instead", "nothing"),
    "kept the old one": mark_term("what buyers would have done instead", "kept the old one"),
}
TRAITS = {
    "n_before": mark_term("what is known of customers", "purchases in the year before"),
    "spend_before": mark_term("what is known of customers", "revenue in the year before"),
    "silence": mark_term("what is known of customers", "days since the last purchase"),
    "tenure": mark_term("what is known of customers", "days since the first order"),
    "age_band": mark_term("what is known of customers", "age"),
    "acquisition_channel": mark_term("what is known of customers", "channel that brought them"),
    "density_class": mark_term("what is known of customers", "kind of place"),
    "market": mark_term("what is known of customers", "market"),
    "month": mark_term("what is known of customers", "month"),
    "is_order_day": mark_term("what is known of customers", "whether they bought on the day"),
}


def _named(names: dict[str, tuple[str, str]], name: str, language: str) -> str:
    return term(*names[name], language) if name in names else name


def choice(name: str, language: str) -> str:
    """A choice in words; one that is not known as the table calls it."""
    return _named(CHOICES, name, language)


def service(name: str, language: str) -> str:
    """A service in words."""
    return _named(SERVICES, name, language)


def goods(name: str, language: str) -> str:
    """Used goods in words."""
    return _named(GOODS, name, language)


def instead(name: str, language: str) -> str:
    """An answer in words; one that is not known as it was given."""
    return _named(INSTEAD, name, language)


def trait(name: str, language: str) -> str:
    """What is known of customers, in words."""
    return _named(TRAITS, name, language)


def share(value: float, language: str, *, decimals: int = 1) -> str:
    """A share as percent."""
    return number(value, "share", decimals=decimals, language=language)


def share_with(value: float, low: float, high: float, language: str, *, decimals: int = 1) -> str:
    """A share with its interval; a dash where it is not told."""
    if value != value:
        return "–"
    shown = {"decimals": decimals, "language": language}
    return f"{number(value, 'share', **shown)} ({interval(low, high, 'share', **shown)})"


def points(found: Estimate, language: str) -> str:
    """A difference of shares in points, with its sign and its interval; a dash where it is not told."""
    if found.value != found.value:
        return "–"
    if found.low != found.low:
        return signed(100 * found.value, "points", decimals=1, language=language)
    return f"{signed(100 * found.value, 'points', decimals=1, language=language)} ({bounds(found, language)})"


def size(found: Estimate, language: str) -> str:
    """The size of a difference of shares in points, with its interval, for sentences that say which way it goes."""
    return f"{number(100 * found.value, 'points', decimals=1, language=language)} ({bounds(found, language)})"


def opposite(found: Estimate) -> Estimate:
    """The same difference the other way round, for sentences that say that something falls."""
    return found._replace(value=-found.value, low=-found.high, high=-found.low)


def bounds(found: Estimate, language: str) -> str:
    """The interval of a difference of shares, in points."""
    return interval(100 * found.low, 100 * found.high, "points", decimals=1, language=language)


def bare(found: Estimate, language: str, *, scale: float = 100, decimals: int = 1) -> str:
    """A figure with its interval for a column whose head says the unit; a dash where it is not told."""
    if found.value != found.value or found.low != found.low:
        return "–"
    shown = {"decimals": decimals, "language": language}
    return f"{signed(scale * found.value, 'ratio', **shown)} ({interval(scale * found.low, scale * found.high, 'ratio', **shown)})"


def money(found: Estimate, currency: str, language: str, *, decimals: int = 2) -> str:
    """An amount with its sign and its interval; a dash where it is not told."""
    if found.value != found.value or found.low != found.low:
        return "–"
    shown = {"currency": currency, "decimals": decimals, "language": language}
    return (
        f"{signed(found.value, 'currency', **shown)} ({interval(found.low, found.high, 'currency', **shown)})"
    )
