"""What a company of each profile begins with: exports to fetch, in order, and tables kept by hand. Read from `profiles.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROFILES = Path(__file__).parent / "profiles.toml"


@dataclass(frozen=True)
class Export:
    """An export to fetch: any one of `folders` under raw/, its `sections` of docs/exporting.md, the `tables` it feeds.

    `name`, `take` and `why` are English messages.
    """

    name: str
    folders: tuple[str, ...]
    sections: tuple[str, ...]
    take: str
    why: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """What a company begins with: `exports` in the order to fetch them, `tables` that people keep by hand."""

    name: str
    exports: tuple[Export, ...]
    tables: tuple[str, ...]

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders under raw/, each once, in order."""
        return tuple(dict.fromkeys(folder for export in self.exports for folder in export.folders))


@cache
def profiles() -> dict[str, Profile]:
    """Return every profile by its name."""
    given = tomllib.loads(PROFILES.read_text(encoding="utf-8"))
    exports = {
        key: Export(
            name=one["name"],
            folders=tuple(one["folders"]),
            sections=tuple(one.get("sections", one["folders"])),
            take=one["take"],
            why=one["why"],
            tables=tuple(one["tables"]),
        )
        for key, one in given["exports"].items()
    }
    return {
        name: Profile(name, tuple(exports[key] for key in one["exports"]), tuple(one["tables"]))
        for name, one in given["profiles"].items()
    }


def kept_by_hand() -> tuple[str, ...]:
    """Return the tables that people of any profile keep by hand, each once."""
    return tuple(dict.fromkeys(table for one in profiles().values() for table in one.tables))


def messages() -> list[str]:
    """Return the English messages of `profiles.toml`, for the catalogues."""
    exports = dict.fromkeys(export for one in profiles().values() for export in one.exports)
    return list(dict.fromkeys(text for one in exports for text in (one.name, one.take, one.why)))
