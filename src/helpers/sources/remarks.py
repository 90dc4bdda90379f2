"""What is worth telling of a file once its rows are shaped: what no table took, and what was made or taken otherwise than it stood."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Remarks:
    """Counts of what was noted on the way.

    `left` counts lines that no table takes, by reason; `notes` rows by what is said of them, `worth` what these are worth. `nobody` counts rows that name no
    person where the table needs one, `lost` adds up what they are worth. `unlisted` keeps the words that a map does not know, by
    column and what they count as; `made` the numbers that had to be made, and of what.
    """

    left: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    worth: dict[str, float] = field(default_factory=dict)
    nobody: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: dict[tuple[str, str, str], float] = field(default_factory=dict)
    unlisted: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    def note(self, what: str, n: int) -> None:
        """Count rows of which something is to be said."""
        self.notes[what] = self.notes.get(what, 0) + n

    def leave(self, reason: str, n: int = 1) -> None:
        """Count lines that no table takes."""
        self.left[reason] = self.left.get(reason, 0) + n

    def told(self) -> list[str]:
        """Say what was noted on the way, a sentence each."""
        said = [
            f"{n:,} {what}" + (f", worth {self.worth[what]:,.2f}" if what in self.worth else "")
            for what, n in self.notes.items()
        ]
        for (table, name), n in self.nobody.items():
            worth = [
                f"{total:,.2f} {currency} of {column}"
                for (of, column, currency), total in self.lost.items()
                if of == table
            ]
            said.append(
                f"{n:,} rows name nobody and {table} needs a {name}: left out"
                + (f", worth {' and '.join(worth)}" if worth else "")
            )
        for (name, otherwise), words in self.unlisted.items():
            listed = [f"'{word}'" for word, _ in words.most_common(8)] + ["…"] * (len(words) > 8)
            said.append(f"{name}: the map does not list {', '.join(listed)}; it counts as {otherwise}")
        said += [
            f"{name}: made of {of} where the file has none, so it changes when they do"
            for name, of in self.made.items()
        ]
        return said
