"""One person, several ids: which pseudonyms belong together, and how many people are known in two systems."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.privacy.keys import EMAIL

LIMIT = 20  # ids of one system that one person may have; more is an address that many share, such as info@
ALL = "ALL"
TOO_LARGE = ["id", "system", "n_ids", "reason"]


@dataclass(frozen=True)
class Joined:
    """Which id stands for each pseudonym, and what was not joined.

    canonical : id of the group by pseudonym; a pseudonym that stands alone stands for itself.
    not_joined : one row per shared id and per group too large: id, system (whose ids it would have joined), n_ids [count],
        reason ["shared id", "large group"].
    """

    canonical: pd.Series
    not_joined: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=TOO_LARGE))

    def of(self, ids: pd.Series) -> pd.Series:
        """Return the group's id of each pseudonym; one that no pair names stands for itself, empty stays empty."""
        ids = ids.astype("str")
        return ids.map(self.canonical).astype("str").fillna(ids)

    def group(self, one: str) -> set[str]:
        """Return every pseudonym of the group that `one` is in, itself included."""
        if one not in self.canonical.index:
            return {one}
        return set(self.canonical.index[self.canonical == self.canonical[one]])


def canonical(pairs: pd.DataFrame, *, systems: pd.Series | None = None, limit: int = LIMIT) -> Joined:
    """Join pseudonyms that stood in one row into people.

    Parameters
    ----------
    pairs : a, b [pseudonyms that stood in one row]; a pair may come twice, and an id with itself or with nothing.
    systems : by pseudonym, the system whose id it is ("email" for an address); left out, all are of one system.
    limit : how many ids of one system a person may have.

    Returns
    -------
    Joined. The id of a group is its smallest e-mail pseudonym, or else its smallest one, so that the same pairs give the
    same ids in any order. An id that stood beside more than `limit` ids of one system joins nobody: it is shared, as info@
    is. A group that still holds more than `limit` ids of one system is not joined either. Both are listed.
    """
    left, right, ids = _numbered(pairs)
    known = _Systems(ids, systems)
    there = (left >= 0) & (right >= 0) & (left != right)
    edges = _distinct(left[there], right[there], len(ids))
    shared, listed = _shared(edges, known, ids, limit)
    edges = edges[~np.isin(edges, shared).any(axis=1)]
    group, large = _split_large(_components(edges, len(ids)), known, ids, limit)
    frames = [one for one in (listed, large) if len(one)]
    told = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=TOO_LARGE)
    return Joined(pd.Series(ids.take(_first_of(group, known)), index=ids, dtype="str"), told)


def joined(identities: pd.DataFrame, *, limit: int = LIMIT) -> Joined:
    """Join the people of the table `identities` (customer_id, system, system_id), as `canonical`."""
    pairs = identities[["customer_id", "system_id"]].set_axis(["a", "b"], axis=1)
    systems = identities.drop_duplicates("system_id").set_index("system_id")["system"]
    return canonical(pairs, systems=systems, limit=limit)


def match_rate(identities: pd.DataFrame) -> pd.DataFrame:
    """Say of each system how many of its people are known in another one too.

    Parameters
    ----------
    identities : customer_id, system, one row or more a person and system. An address is no system: rows of "email" are
        left out.

    Returns
    -------
    One row per system, by name, and one of all ("ALL"): system, n_people [count], n_also_elsewhere [count of people with two
    systems or more], share [0-1; NaN without people].
    """
    of_systems = identities.loc[identities["system"] != EMAIL, ["customer_id", "system"]].drop_duplicates()
    n_systems = of_systems.groupby("customer_id")["system"].transform("size")
    rows = of_systems.assign(elsewhere=n_systems > 1)
    made = rows.groupby("system")["elsewhere"].agg(n_people="size", n_also_elsewhere="sum").reset_index()
    people = rows.drop_duplicates("customer_id")
    total = {"system": ALL, "n_people": len(people), "n_also_elsewhere": int(people["elsewhere"].sum())}
    made = pd.concat([made, pd.DataFrame([total])], ignore_index=True)
    made = made.astype({"system": "str", "n_people": "int64", "n_also_elsewhere": "int64"})
    return made.assign(share=made["n_also_elsewhere"] / made["n_people"].where(made["n_people"] > 0))


class _Systems:
    """The system of each id, as a number into `names`."""

    def __init__(self, ids: pd.Index, systems: pd.Series | None) -> None:
        given = pd.Series(dtype="str") if systems is None else systems
        codes, names = pd.factorize(given)
        self.names = np.array([*names, ""], dtype=object)  # the last is of ids whose system nobody says
        at = (
            pc.index_in(_arrow(ids), value_set=_arrow(given.index))
            .fill_null(-1)
            .to_numpy(zero_copy_only=False)
        )
        self.codes = np.append(codes, -1)[at] % len(self.names)

    @property
    def is_email(self) -> np.ndarray:
        """Whether each id is of an address."""
        return (self.names == EMAIL)[self.codes]

    def over(self, owners: np.ndarray, members: np.ndarray, limit: int) -> pd.DataFrame:
        """Owners with more than `limit` members of one system: owner, system, n_ids."""
        pairs, counts = np.unique(owners * len(self.names) + self.codes[members], return_counts=True)
        owner, system = np.divmod(pairs[counts > limit], len(self.names))
        return pd.DataFrame({"owner": owner, "system": self.names[system], "n_ids": counts[counts > limit]})


def _numbered(pairs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, pd.Index]:
    """Both sides as numbers into the sorted ids; -1 where a side is empty."""
    both = _arrow(pd.concat([pairs["a"], pairs["b"]], ignore_index=True)).dictionary_encode()
    order = pc.array_sort_indices(both.dictionary).to_numpy()
    place = np.empty(len(order) + 1, dtype="int64")
    place[order], place[-1] = np.arange(len(order)), -1
    codes = place[both.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    ids = pd.Index(both.dictionary.take(order).to_pandas(), dtype="str")
    return codes[: len(pairs)], codes[len(pairs) :], ids


def _arrow(values: pd.Series | pd.Index) -> pa.Array:
    made = pa.array(values.astype("str"), from_pandas=True, type=pa.large_string())
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _distinct(left: np.ndarray, right: np.ndarray, n: int) -> np.ndarray:
    """Each pair of numbers below `n` once, whichever side they stand on."""
    one = np.unique(np.minimum(left, right) * n + np.maximum(left, right))
    return np.column_stack(np.divmod(one, max(n, 1)))


def _shared(edges: np.ndarray, known: _Systems, ids: pd.Index, limit: int) -> tuple[np.ndarray, pd.DataFrame]:
    """Ids that stand beside more than `limit` ids of one system, with the list of them."""
    both = np.vstack([edges, edges[:, ::-1]])
    over = known.over(both[:, 0], both[:, 1], limit)
    told = over.assign(id=ids.take(over["owner"]), reason="shared id")[TOO_LARGE]
    return over["owner"].unique(), told


def _components(edges: np.ndarray, n: int) -> np.ndarray:
    """Number of the group of each of `n` ids."""
    from scipy.sparse import coo_array  # .4 s, which a command that joins nobody need not wait for
    from scipy.sparse.csgraph import connected_components

    matrix = coo_array((np.ones(len(edges), dtype="int8"), (edges[:, 0], edges[:, 1])), shape=(n, n))
    return connected_components(matrix, directed=False)[1].astype("int64")


def _split_large(
    group: np.ndarray, known: _Systems, ids: pd.Index, limit: int
) -> tuple[np.ndarray, pd.DataFrame]:
    """Take groups with more than `limit` ids of one system apart, and list them by their smallest id."""
    over = known.over(group, np.arange(len(group)), limit)
    first = [ids[int(np.argmax(group == one))] for one in over["owner"]]
    told = over.assign(id=pd.Series(first, dtype="str"), reason="large group")[TOO_LARGE]
    large, apart = np.isin(group, over["owner"]), group.copy()
    apart[large] = group.max(initial=-1) + 1 + np.arange(large.sum())
    return apart, told


def _first_of(group: np.ndarray, known: _Systems) -> np.ndarray:
    """Number of the id that stands for each id's group: the smallest e-mail, or else the smallest; ids are sorted."""
    n = len(group)
    if n == 0:
        return group
    rank = np.arange(n) + n * ~known.is_email
    best = np.full(group.max() + 1, 2 * n)
    np.minimum.at(best, group, rank)
    return best[group] % n
