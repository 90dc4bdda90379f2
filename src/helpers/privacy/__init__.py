"""Personal data: what stops at the door, what a person may ask for, and how long anything is kept.

`small_groups` hides groups too small to show; `keys` makes pseudonyms and `identities` joins those of one person; `consent`
says who may be used for what; `suppression`, `forget` and `purge` take people and old rows out.
Importing this package brings in `small_groups` alone, which every page needs; the parts that read files are imported by name.
"""

from helpers.privacy.small_groups import SMALL_GROUP, hidden

__all__ = ["SMALL_GROUP", "hidden"]
