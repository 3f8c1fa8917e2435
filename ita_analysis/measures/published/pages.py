"""Which row of a report is what: the table's head in any spelling, headings, rules, copies of an inner table, contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from ita_analysis.measures.published.markup import Cell
from ita_analysis.measures.published.source import Row, words
from ita_analysis.thai.digits import to_arabic_digits

_RULE = re.compile(r"[-–—=_:*.\s]*")
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?%?")
_SHORT = 60  # letters of a cell in an inner table's row


class Heading(NamedTuple):
    """A heading over items: an instrument, or an indicator with its number and name, or both."""

    line: int
    instrument: str = ""
    indicator_no: str = ""
    name_th: str = ""


def letters(text: str) -> str:
    """Return `text` without white space and with Arabic digits: the form in which texts of a report compare."""
    return "".join(to_arabic_digits(text).replace("\u200b", "").split())


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """Return a pattern of `published.toml`, compiled once."""
    return re.compile(words()[section][name])


def columns_of(row: Row) -> dict[str, int]:
    """Return column -> place of its cell where the row is a head of the table, else an empty dict."""
    if not row.is_table:
        return {}
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        if len(cell.text) > words()["head"]["letters"]:
            return {}
        plain = letters(cell.text)
        name = next((name for name, said in words()["columns"].items() if any(word in plain for word in said)), "")
        if name and name not in found:
            found[name] = place
    return found if all(name in found for name in words()["head"]["needed"]) else {}


def heading_of(row: Row) -> Heading | None:
    """Return the heading that fills the row, or None."""
    filled = list(dict.fromkeys(cell.text for cell in row.cells if not cell.is_empty))
    if len(filled) != 1 or len(filled[0]) > words()["head"]["letters"]:
        return None
    text = to_arabic_digits(filled[0])
    instrument = pattern("heading", "instrument").search(text)
    indicator = pattern("heading", "indicator").search(text)
    if instrument is None and indicator is None:
        return None
    name = next(filter(None, instrument.groups()), "") if instrument else ""
    number, said = (indicator[1], indicator[2].strip()) if indicator else ("", "")
    return Heading(row.line, name, number, said)


def is_rule(row: Row) -> bool:
    """Return whether nothing stands in the row but dashes and white space."""
    return all(_RULE.fullmatch(cell.text) and not cell.tables and cell.picture != "tag" for cell in row.cells)


@dataclass
class Pages:
    """Tells the rows of the table from those of other tables, page by page."""

    columns: dict[str, int] = field(default_factory=dict)
    head: str = ""
    inner: set[tuple[str, ...]] = field(default_factory=set)

    def is_head(self, row: Row) -> bool:
        """Return whether the row is the table's head, which begins a page; its columns hold from here on."""
        if found := columns_of(row):
            self.columns, self.head = found, self.head or letters(row.text)
            self.inner.clear()
            return True
        if not (self.head and row.is_table and len(row.text) <= 2 * len(self.head)):
            return False
        text = letters(row.text)
        if abs(len(text) - len(self.head)) * 4 > len(self.head):
            return False
        return SequenceMatcher(None, text, self.head, autojunk=False).ratio() >= float(words()["head"]["alike"])

    def is_content(self, row: Row) -> bool:
        """Return whether a table's row belongs to the report's own table, not to one that stands inside or below it."""
        if not row.is_table or len(row.cells) <= max(self.columns.values()):
            return False
        texts = _texts(row.cells)
        if texts in self.inner or not any(texts):
            return False
        filled = [text for name in self.columns if (text := self.cell(row, name).text)]
        has_numbers = any(_NUMBER.fullmatch(to_arabic_digits(text)) for text in filled)
        return not (len(filled) > 1 and has_numbers and all(len(text) <= _SHORT for text in filled))

    def is_copy(self, row: Row) -> bool:
        """Return whether the row gives again what a table inside a row above gave."""
        return row.is_table and _texts(row.cells) in self.inner

    def cell(self, row: Row, column: str) -> Cell:
        """Return the cell of a column, an empty one where the table has no such column."""
        place = self.columns.get(column)
        return Cell() if place is None or place >= len(row.cells) else row.cells[place]

    def remember_inner(self, row: Row) -> None:
        """Keep the rows of tables inside a row: the lines below may give them again, as may cells past the last column."""
        for cell in row.cells:
            for table in cell.tables:
                self.inner.update(_filled(texts) for texts in table)
        past = _texts(row.cells[max(self.columns.values()) + 1 :])
        width = 1
        while width <= 4 and past:
            self.inner.update(past[at : at + width] for at in range(0, len(past), width))
            width += 1


def _texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    return _filled([cell.text for cell in cells])


def _filled(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the texts without the empty ones at the end."""
    found = list(texts)
    while found and not found[-1]:
        found.pop()
    return tuple(found)
