"""JSON: records of an API's answer or of a file of lines, flattened to heads such as "properties.amount".

A list of objects that name themselves becomes heads such as "actions[purchase].value". Answers whose values stand apart from
their names ("dimensionHeaders" beside "dimensionValues") are put together. A file that `cmo pull` saved holds its pages in "pages".
A head that begins with "/" stands beside the records, not in them: "/metadata.currencyCode" in the page, or "/settings.account_id"
in what the pull wrote above its pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import DataError
from helpers.sources.batches import RecordRows, Rows
from helpers.sources.opening import File

if TYPE_CHECKING:
    from helpers.sources.mapping import Map

BESIDE = "/"
NAMES = ("action_type", "name", "key", "type", "id")  # what an object in a list calls itself by


def rows(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give the records of each JSON file at the map's path."""
    beside = tuple(name for one in chosen.columns.values() for name in one.names if name.startswith(BESIDE))
    opened = ((file, _flattened(file, chosen.path, beside)) for file in files if file.kind == "json")
    return [_rows(file, records, chosen) for file, records in opened if records]


_last: tuple[tuple[File, str, tuple[str, ...]], list[dict[str, str]]] | None = None


def _flattened(file: File, path: str, beside: tuple[str, ...]) -> list[dict[str, str]]:
    """The records of a file as texts by head; the last ones are kept, as several maps look at one path."""
    global _last
    if _last is None or _last[0] != (file, path, beside):
        _last = (file, path, beside), [flat(one) for one in _records(loaded(file), path, beside)]
    return _last[1]


def is_empty_pull(path: Path) -> bool:
    """Whether a file is a pull that brought no rows: it was fetched right, and there was nothing."""
    if path.suffix != ".json":
        return False
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not _is_pull(content):
        return False
    pages = [one for page in content["pages"] for one in (page if isinstance(page, list) else [page])]
    return not any(_lists(page) for page in pages)


def _lists(value: Any) -> bool:
    """Whether a list with something in it stands anywhere in a value, heads of columns apart."""
    if isinstance(value, list):
        return bool(value)
    return isinstance(value, dict) and any(
        _lists(one) for key, one in value.items() if not key.endswith("Headers")
    )


def _is_pull(content: Any) -> bool:
    return isinstance(content, dict) and isinstance(content.get("pages"), list) and "pull" in content


KEPT = 64 << 20  # bytes of files whose content is kept, as many maps are tried on it
_kept: dict[File, Any] = {}


def loaded(file: File) -> Any:
    """Return the content of a file.

    Raises
    ------
    DataError : it is no valid JSON.
    """
    if file not in _kept:
        if sum(one.stamp[0] for one in _kept) + file.stamp[0] > KEPT:
            _kept.clear()
        _kept[file] = _parsed(file)
    return _kept[file]


def _parsed(file: File) -> Any:
    with file.text() as text:
        content = text.read()
    try:
        return json.loads(content)
    except ValueError as fault:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) < 2:
            raise DataError(f"{file.shown}: not valid JSON ({fault}). Fetch it again.") from fault
    made = []
    for number, line in enumerate(lines, start=1):
        try:
            made.append(json.loads(line))
        except ValueError as fault:
            raise DataError(
                f"{file.shown}, line {number:,}: not valid JSON ({fault}). Fetch it again."
            ) from fault
    return made


def _records(content: Any, path: str, beside: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Give the objects at a path such as "results[]" of each page, with the values that stand beside them."""
    is_pull = _is_pull(content)
    for page in content["pages"] if is_pull else [content]:
        shared: dict[str, Any] = {}
        for name in beside:
            places = [page, content] if is_pull else [page]
            found = [one for place in places for one in _at(place, name.removeprefix(BESIDE).split("."))]
            if found:
                shared[name] = found[0]
        for one in _at(_headed(page), [part for part in path.split(".") if part]):
            if isinstance(one, dict):
                yield {**one, **shared}


def _at(value: Any, parts: list[str]) -> Iterator[Any]:
    if isinstance(value, list) and not (parts and parts[0] == "[]"):
        for one in value:
            yield from _at(one, parts)
    elif not parts:
        yield value
    elif isinstance(value, dict):
        name = parts[0].removesuffix("[]")
        if name in value:
            yield from _at(value[name], parts[1:])
    elif isinstance(value, list):
        for one in value:
            yield from _at(one, parts[1:])


def _headed(page: Any) -> Any:
    """Put values and the names that stand apart from them together: {"xHeaders": [{name}], "rows": [{"xValues": [{value}]}]}."""
    if not isinstance(page, dict):
        return page
    heads = {
        key.removesuffix("Headers"): [one.get("name", "") for one in value]
        for key, value in page.items()
        if key.endswith("Headers") and isinstance(value, list)
    }
    if not heads or not isinstance(page.get("rows"), list):
        return page
    made = []
    for row in page["rows"]:
        flat = {}
        for kind, names in heads.items():
            for name, cell in zip(names, row.get(f"{kind}Values", []), strict=False):
                flat[name] = cell.get("value")
        made.append(flat)
    return {**page, "rows": made}


def flat(value: Any, before: str = "") -> dict[str, str]:
    """Flatten a record to texts by head; a list of plain values is joined by ";", a year, month and day make a day.

    >>> flat({"a": {"b": 1}, "c": [{"name": "x", "value": 2}], "d": [3, 4]})
    {'a.b': '1', 'c[x].value': '2', 'd': '3;4'}
    """
    if isinstance(value, dict):
        if value.keys() == {"year", "month", "day"}:
            return {before: "-".join(str(value[key]).zfill(2) for key in ("year", "month", "day"))}
        made: dict[str, str] = {}
        for key, one in value.items():
            made |= flat(one, f"{before}.{key}" if before else key)
        return made
    if isinstance(value, list):
        if not any(isinstance(one, dict) for one in value):
            return {before: ";".join(_text(one) for one in value)}
        made = {}
        for number, one in enumerate(value):
            name = next(
                (
                    str(one[key])
                    for key in NAMES
                    if isinstance(one, dict) and isinstance(one.get(key), str | int)
                ),
                str(number),
            )
            rest = (
                {key: cell for key, cell in one.items() if str(cell) != name or key not in NAMES}
                if isinstance(one, dict)
                else one
            )
            made |= flat(rest, f"{before}[{name}]")
        return made
    return {before: _text(value)}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _rows(file: File, made: list[dict[str, str]], chosen: Map) -> RecordRows:
    heads = list(dict.fromkeys(head for one in made for head in one))
    # what an API leaves out where it is 0, a map says with `absent`
    absent = {name: one.absent for one in chosen.columns.values() if one.absent for name in one.names[:1]}
    heads += [name for name in absent if name not in heads]
    cells = [[one.get(head, absent.get(head, "")) for head in heads] for one in made]
    return RecordRows(file, [heads, *cells])
