"""Make the folder of a new company, whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from helpers import company, i18n, tables
from helpers.company import Company
from helpers.errors import DataError, UsageError
from helpers.start import settings, templates
from helpers.start.profiles import profiles

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def make(
    name: str,
    *,
    profile: str,
    title: str = "",
    currency: str = "",
    markets: tuple[str, ...] = ("FR",),
    time_zone: str = "",
    language: str = i18n.SOURCE,
) -> Company:
    """Make the folder of a new company and return the company.

    It holds `company.toml`, raw/ with a folder for each tool of the profile, notes/, a CSV with heads for each table kept by
    hand, and a text that explains their columns. It is written beside its place and moved there in one step.

    Parameters
    ----------
    name : the folder in data/companies: lower-case letters, digits, - and _.
    profile : one of `company.PROFILES`.
    title : as people write the company's name; left out, made from `name`.
    currency, time_zone : left out, those of the markets where they have only one.
    markets : ISO country codes.
    language : of the pages, and of what is written for people here.

    Raises
    ------
    UsageError : a bad name or value, or a company of this name exists. Nothing has been written.
    DataError : the folder cannot be written. Nothing is left behind.
    """
    folder = _free(name)
    given = {"profile": profile, "title": title, "currency": currency, "markets": markets}
    chosen = settings.settle(name, folder, {**given, "time_zone": time_zone, "language": language})
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # One level down, so that a folder half made is no company for a command that runs meanwhile.
        aside = Path(tempfile.mkdtemp(prefix=".start-", dir=folder.parent))
        try:
            _write(chosen, aside / name)
            (aside / name).rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as fault:
        _free(name)  # where somebody else has made it in the meantime, that is what is wrong
        raise DataError(
            f"{name}: its folder cannot be written in {folder.parent} ({fault.strerror or fault}). "
            "Check the place and its rights, then start again."
        ) from fault
    return chosen


def _free(name: str) -> Path:
    """The folder of this name, which does not exist yet."""
    if not NAME.fullmatch(name):
        raise UsageError(
            f"start: {name!r} cannot be the name of a company. Use lower-case letters, digits, - and _, such as petit-moulin."
        )
    folder = company.companies_dir() / name
    if folder.exists() or folder.is_symlink() or name in company.names():
        raise UsageError(
            f"start: {name} exists already and is left as it is. Choose another name, or move it away."
        )
    return folder


def _write(chosen: Company, folder: Path) -> None:
    profile = profiles()[chosen.profile]
    for path in ("notes", *(f"raw/{one}" for one in profile.folders)):
        (folder / path).mkdir(parents=True)
    separator = templates.separator(chosen.language)
    for name in profile.tables:
        text = templates.heads(tables.contract(name), separator=separator)
        (folder / f"{name}.csv").write_bytes(text.encode())
    guide = templates.guide(profile.tables, chosen.language)
    (folder / guide_name(chosen.language)).write_text(guide, encoding="utf-8")
    (folder / "company.toml").write_text(settings.text(chosen), encoding="utf-8")


def guide_name(language: str) -> str:
    """Return the name of the file that explains the tables: README.txt, or as readers of the language call it."""
    return i18n.text("README", language) + ".txt"
