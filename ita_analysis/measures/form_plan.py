"""What stands in the register's workbook: which rows each sheet has, in which order, and the keys of its blank rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ita_analysis.measures.ranges import item_order
from ita_analysis.measures.rows import Cells, Rows, in_order, used
from ita_analysis.measures.schema import HEAD, Table, tables
from ita_analysis.scores.sheets import letter

HEAD_ROW, FIRST_ROW = 4, 5  # as Excel counts


@dataclass(frozen=True)
class Form:
    """What goes into a workbook.

    `rows` are all tables as stored, the items with what the scores say today. `previous_th` holds, by item, the text
    of last year's measures; `document_codes` the items that ask for a document; `blank` stretches the blank rows.
    """

    name_th: str
    rows: Rows
    previous_th: Mapping[str, str] = field(default_factory=dict)
    document_codes: tuple[str, ...] = ()
    blank: float = 1.0

    @property
    def head(self) -> Cells:
        """Return the one row that says what register it is."""
        return next(iter(self.rows[HEAD].values()))


class Plan:
    """The keys of one sheet in their order: the rows there are, then blank ones that already have their key."""

    def __init__(self, table: Table, form: Form) -> None:
        self.table = table
        self.rows = used(form.rows)[table.name]
        self.keys = _weak_first(self.rows) if table.name == "items" else in_order(table, self.rows)
        count = max(int(table.blank_rows * form.blank), 1) if table.blank_rows else 0
        self.blank = _new_keys(table, form.rows[table.name], count)
        self.first, self.last = FIRST_ROW, FIRST_ROW + max(len(self.keys) + len(self.blank), 1) - 1

    def range_of(self, column: str) -> str:
        """Return the cells of a column as a formula names them."""
        name = letter(self.table.at(column))
        return f"${name}${self.first}:${name}${self.last}"


def _weak_first(rows: Mapping[str, Cells]) -> list[str]:
    reasons = list(tables()["items"].column("reason").choices)

    def place(code: str) -> tuple[Any, ...]:
        found = rows[code]
        reason = reasons.index(found["reason"]) if found["reason"] in reasons else len(reasons)
        is_listed = reason >= reasons.index("listed")
        return reason, 0 if is_listed else float(found["score"] or 0), item_order(code)

    return sorted(rows, key=place)


def _new_keys(table: Table, rows: Mapping[str, Cells], count: int) -> list[str]:
    """Return keys that no row of `table` ever had; a sheet whose key is typed has rows without one."""
    if not table.letter:
        return [""] * count
    taken = [
        int(key[len(table.letter) :]) for key in rows if key[len(table.letter) :].isdecimal() and key[0] == table.letter
    ]
    first = max(taken, default=0) + 1
    return [f"{table.letter}{number:03d}" for number in range(first, first + count)]
