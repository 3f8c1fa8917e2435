"""The rows of a register as plain text cells by table and key: the one form that files, workbooks and types share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ita_analysis.errors import Problem
from ita_analysis.measures import cells, model
from ita_analysis.measures.ranges import item_order
from ita_analysis.measures.schema import HEAD, Column, Table, tables
from ita_analysis.measures.words import Place, problem

Cells = dict[str, str]  # column -> stored text, an empty text where nothing stands
Rows = dict[str, dict[str, Cells]]  # table -> key -> cells
KEY_MARK = "|"  # between the parts of a key of several columns

_PIECES = re.compile(r"(\d+)")


class Typed(NamedTuple):
    """A cell as a file holds it: its text, and what its reader says of it (`cells.taken`)."""

    text: str
    mark: str = ""


@dataclass
class Collected:
    """The rows of one table with the row each stands in; `problems` are all faults of its cells and keys."""

    rows: dict[str, Cells] = field(default_factory=dict)
    row_of: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[tuple[str, Place]] = field(default_factory=list)


def empty_rows() -> Rows:
    """Return tables without rows."""
    return {name: {} for name in tables()}


def collect(
    table: Table,
    raw: Iterable[tuple[int, Mapping[str, Typed]]],
    place: Callable[[int, str], Place],
    *,
    starts_1904: bool = False,
) -> Collected:
    """Return the rows of `table` in their stored form.

    Args:
        table: which table it is.
        raw: row number and typed cells by column name; a column that is not there counts as empty.
        place: where a row and column stand, for problems.
        starts_1904: as `cells.taken`.
    """
    done = Collected()
    for number, typed in raw:
        found = _row(table, number, typed, place, starts_1904, done)
        if not any(typed[name].text.strip() for name in typed):
            continue
        key = KEY_MARK.join(found[name] for name in table.key)
        if not key.replace(KEY_MARK, ""):
            if all(found[name] or not _text(typed, name).strip() for name in table.key):  # else its fault was said
                done.problems.append(problem("key-missing", place(number, table.key[0])))
        elif key in done.rows:
            done.problems.append(problem("key-twice", place(number, table.key[0]), key, row=done.row_of[key]))
        else:
            done.rows[key], done.row_of[key] = found, number
    return done


def _row(
    table: Table,
    number: int,
    typed: Mapping[str, Typed],
    place: Callable[[int, str], Place],
    starts_1904: bool,
    done: Collected,
) -> Cells:
    found: Cells = {}
    for column in table.columns:
        cell = typed.get(column.name, Typed(""))
        try:
            taken = cells.taken(column, cell.text, mark=cell.mark, starts_1904=starts_1904)
        except cells.CellFault as fault:
            labels = " · ".join(column.choices.values())
            done.problems.append(problem(fault.code, place(number, column.name), fault.found, choices=labels))
            found[column.name] = ""
            continue
        found[column.name] = taken.text
        if taken.note:
            done.notes.append((taken.note, place(number, column.name)))
    return found


def _text(typed: Mapping[str, Typed], name: str) -> str:
    return typed[name].text if name in typed else ""


def is_used(table: Table, found: Cells) -> bool:
    """Return whether a row says anything beside its key; a row of several key columns always does."""
    return len(table.key) > 1 or any(text for name, text in found.items() if name not in table.key)


def used(rows: Rows) -> Rows:
    """Return `rows` without those that hold nothing but their key."""
    return {
        name: {key: found for key, found in rows.get(name, {}).items() if is_used(table, found)}
        for name, table in tables().items()
    }


def natural(key: str) -> tuple[tuple[int, int, str], ...]:
    """Return the sort key of a key: letters as letters, numbers as numbers (M2 before M10)."""
    return tuple((0, int(one), "") if one.isdecimal() else (1, 0, one) for one in _PIECES.split(key) if one)


def in_order(table: Table, rows: Mapping[str, Cells]) -> list[str]:
    """Return the keys of `rows` in the order of their file: by position, then by key."""
    if table.name == "items":
        return sorted(rows, key=item_order)
    if "position" in table.names:
        return sorted(rows, key=lambda key: (int(rows[key]["position"] or 10**9), natural(key)))
    if "row_kind" in table.names:
        kinds = list(table.column("row_kind").choices)
        return sorted(rows, key=lambda key: _in_table(rows[key], kinds))
    return sorted(rows, key=natural)


def _in_table(found: Cells, kinds: list[str]) -> tuple[Any, ...]:
    kind = kinds.index(found["row_kind"]) if found["row_kind"] in kinds else len(kinds)
    return natural(found["table_id"]), kind, found["month"]


# --- between text and types


def as_register(rows: Rows) -> model.Register:
    """Return checked rows as a register (contract: `checks.problems_of` found nothing)."""
    head = next(iter(rows[HEAD].values()))
    made: dict[str, Any] = {}
    withdrawn = []
    for name, table in tables().items():
        if name == HEAD:
            continue
        ordered = [(key, rows[name][key]) for key in in_order(table, rows[name])]
        made[name] = tuple(_typed_row(table, found) for _, found in ordered if is_used(table, found))
        withdrawn += [(name, key) for key, found in ordered if not is_used(table, found)]
    return model.Register(head=_typed_row(tables()[HEAD], head), withdrawn=tuple(withdrawn), **made)


def as_rows(register: model.Register) -> Rows:
    """Return a register as rows of text; `as_register` gives the same register back, in the order of the tables."""
    rows = empty_rows()
    for name, table in tables().items():
        for one in (register.head,) if name == HEAD else getattr(register, name):
            found = {column.name: _as_text(column, getattr(one, column.field)) for column in table.columns}
            rows[name][KEY_MARK.join(found[part] for part in table.key)] = found
    for name, key in register.withdrawn:
        table = tables()[name]
        rows[name].setdefault(key, dict.fromkeys(table.names, "") | {table.key[0]: key})
    return rows


def _typed_row(table: Table, found: Cells) -> Any:
    values = {column.field: _as_value(column, found[column.name]) for column in table.columns}
    return model.ROWS[table.name](**values)


def _as_value(column: Column, text: str) -> Any:
    if column.kind in ("keys", "codes"):
        return tuple(text.split())
    if column.kind in ("number", "score"):
        return Decimal(text) if text else None
    if column.kind in ("whole", "year", "round"):
        return int(text) if text else None
    if column.kind == "date":
        return date.fromisoformat(text) if text else None
    return text == "true" if column.kind == "flag" else text


def _as_text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return cells.shortest(value, places=2 if column.kind == "score" else 0)
    return value.isoformat() if isinstance(value, date) else str(value)
