"""What each sheet of an annex holds: datasets as they are, tables of anyone's notebook made tidy, names that Excel takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ita_analysis.brief.blocks import Cell, DataColumn, Dataset, Table, Text, Value, text_of
from ita_analysis.export.document import Document
from ita_analysis.export.words import say

LONGEST_NAME = 31  # UTF-16 units of a sheet's name
LONGEST_CELL = 32_767  # UTF-16 units of a cell
ABOUT = "about"  # the dataset that the cover sheet shows

_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z\u0e00-\u0e7f\u00c0-\u024f ().,%_–-]+")
_NUMBER = re.compile(r"[+−-]?(?:0|[1-9]\d{0,14}|[1-9]\d{0,2}(?:,\d{3}){1,4})(?:\.\d{1,10})?")
_RESERVED = {"history"}  # Excel keeps it for itself


@dataclass(frozen=True)
class Sheet:
    """One sheet of tidy rows under one header row."""

    name: str
    title: str
    description: str
    note: str
    columns: tuple[DataColumn, ...]
    rows: tuple[tuple[Value, ...], ...]


def sheets_of(document: Document, taken: Sequence[str]) -> list[Sheet]:
    """Return the sheets of a document: its datasets, then every table that no dataset of the same role stands for.

    Args:
        document: what the notebook shows.
        taken: sheet names that are in use already.
    """
    roles = {given.role for given in document.datasets if given.role}
    tables = [block for block in document.blocks if isinstance(block, Table) and block.role not in roles - {""}]
    made: list[Sheet] = []
    names = {name.casefold() for name in taken}
    everything: list[Dataset | Table] = [*document.datasets, *tables]
    for given in everything:
        if isinstance(given, Dataset) and given.role == ABOUT:
            continue
        name = sheet_name(given.title, names)
        names.add(name.casefold())
        made.append(_of_dataset(name, given) if isinstance(given, Dataset) else _of_table(name, given))
    return made


def notes_of(document: Document, sheets: Sequence[Sheet]) -> list[tuple[str, str]]:
    """Return the prose of a document and the notes under its tables as pairs of heading and sentence."""
    made = []
    for block in document.blocks:
        if isinstance(block, Text):
            lines = [text_of(runs) for runs in (*block.paragraphs, *block.bullets)]
            made += [(block.title, text) for text in lines if text.strip()]
    return made + [(sheet.title, sheet.note) for sheet in sheets if sheet.note]


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a name for a sheet that Excel takes and that is not `taken` (casefolded).

    >>> sheet_name("=คะแนน/ปี[2567]", {"คะแนน ปี 2567"})
    'คะแนน ปี 2567 (2)'
    """
    bare = " ".join(_NOT_IN_NAMES.sub(" ", title).split()).strip(" '-+.,") or say("annex.sheet")
    for number in range(1, len(taken) + 3):
        ending = f" ({number})" if number > 1 else ""
        name = bare[: LONGEST_NAME - len(ending)].rstrip(" '-+.,") + ending
        if name.casefold() not in taken | _RESERVED:
            return name
    raise AssertionError("one of these is free")


def rows_that_fit(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Yield the row; a text longer than a cell goes on in further rows, whose other cells stay empty."""
    if all(not isinstance(value, str) or len(value) <= LONGEST_CELL // 2 for value in values):
        yield values
        return
    parts = [_parts(value) if isinstance(value, str) else [value] for value in values]
    for at in range(max(map(len, parts))):
        yield [part[at] if at < len(part) else None for part in parts]


def _parts(text: str) -> list[Value]:
    """Return `text` in parts that a cell holds, even were each letter two units long."""
    most = LONGEST_CELL // 2
    return [text[start : start + most] for start in range(0, len(text), most)] or [""]


def _of_dataset(name: str, given: Dataset) -> Sheet:
    return Sheet(name, given.title, given.description, given.note, given.columns, given.rows)


def _of_table(name: str, table: Table) -> Sheet:
    """Return a page's table as tidy rows: a heading over rows becomes their first column, right-aligned figures numbers."""
    has_groups = any(row.group for row in table.rows)
    labels = _unique([*([say("annex.group")] if has_groups else []), *(column.label for column in table.columns)])
    rights = [*([False] if has_groups else []), *(column.align == "right" for column in table.columns)]
    rows: list[tuple[Value, ...]] = []
    group, is_bare = "", False
    for row in table.rows:
        if row.group:
            if is_bare:
                rows.append((group, *[None] * len(table.columns)))
            group, is_bare = row.cells[0].text, True
            continue
        texts: list[Cell | str] = [*([group] if has_groups else []), *row.cells]
        rows.append(tuple(_value(text, right) for text, right in zip(texts, rights, strict=True)))
        is_bare = False
    if is_bare:
        rows.append((group, *[None] * len(table.columns)))
    columns = tuple(
        DataColumn(name=f"column_{at}", label=label, kind="number" if right else "text")
        for at, (label, right) in enumerate(zip(labels, rights, strict=True), start=1)
    )
    return Sheet(name, table.title, table.title, table.note, columns, tuple(rows))


def _value(given: Cell | str, right: bool) -> Value:
    text = given if isinstance(given, str) else given.text
    if right and _NUMBER.fullmatch(text):
        return float(text.replace(",", "").replace("−", "-"))
    return text or None


def _unique(labels: Sequence[str]) -> list[str]:
    """Return the labels, each different and none empty: a filter needs a name for every column."""
    made: list[str] = []
    for at, label in enumerate(labels, start=1):
        label = label[:180] if label.strip() else f"{say('annex.column')} {at}"
        made.append(label if label not in made else f"{label} ({at})")
    return made
