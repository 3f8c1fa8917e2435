"""What stands above a table and holds for all its rows: whose scores, which year, whether it is our own form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ita_analysis.scores.figures import years_in
from ita_analysis.scores.headings import ROWS_LOOKED_AT, Header, role_of
from ita_analysis.scores.sheets import Sheet, letter
from ita_analysis.scores.words import key, words

COLUMNS = ("agency_code", "agency_name_th", "fiscal_year_be", "framework", "is_synthetic")


@dataclass(frozen=True)
class Fact:
    """A value above the table and the cell it stands in."""

    text: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Return the cell's address as Excel writes it."""
        return f"{letter(self.column)}{self.row}"


@dataclass(frozen=True)
class Surroundings:
    """The facts above a table by contract column, every year that a title names, and whether it is the score form."""

    facts: dict[str, Fact] = field(default_factory=dict)
    years: tuple[Fact, ...] = ()
    is_form: bool = False


def titles(sheet: Sheet, header: Header | None) -> Iterator[tuple[str, int, int]]:
    """Yield the filled cells above the header: text, row, column."""
    for number, cells in sheet.rows[:ROWS_LOOKED_AT]:
        if header is None or number >= header.row:
            return
        for at, cell in enumerate(cells):
            if text := cell.strip():
                yield text, number, at


def above(sheet: Sheet, header: Header) -> Surroundings:
    """Return what the rows above the header say."""
    facts: dict[str, Fact] = {}
    years: dict[str, Fact] = {}
    form = key(words()["form"]["title"])
    is_form = False
    cells = list(titles(sheet, header))
    for at, (text, row, column) in enumerate(cells):
        is_form = is_form or key(text).startswith(form)
        label, colon, tail = text.partition(":")
        kind, name = role_of(label)
        after = cells[at + 1] if at + 1 < len(cells) and cells[at + 1][1] == row else None
        if kind == "column" and name in COLUMNS and (tail.strip() or after):
            value = Fact(tail.strip(), row, column) if colon and tail.strip() else Fact(*after) if after else None
            if value is not None and role_of(value.text).kind == "unknown":
                facts.setdefault(name, value)
                continue
        for year in years_in(text):
            years.setdefault(year, Fact(year, row, column))
    return Surroundings(facts, tuple(years.values()), is_form)
