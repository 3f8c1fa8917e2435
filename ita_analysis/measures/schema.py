"""The tables of a register as data: their files, sheets, keys and columns, read from `tables.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ita_analysis.thai.catalogue import catalogue

SCHEMA = "1"  # the form of the tables; a register of another one is refused
HEAD = "register"  # the table of one row that says what register this is


@dataclass(frozen=True)
class Column:
    """One column: what it holds (`kind`), how the sheet calls it, and what is asked of it (see `tables.toml`)."""

    name: str
    kind: str
    label: str
    width: int = 12
    locked: bool = False
    required: bool = False
    wanted: str = ""
    within: str = ""
    list: str = ""
    suggest: str = ""
    help: str = ""
    attribute: str = ""
    refers: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def field(self) -> str:
        """Return the name of the column in our rows."""
        return self.attribute or self.name

    def shown(self, value: str) -> str:
        """Return a stored value as the sheet shows it."""
        return self.choices.get(value, value)


@dataclass(frozen=True)
class Table:
    """One table: its file is `<name>.csv`, its sheet `sheet` (none where empty); `key` names the columns of its key."""

    name: str
    sheet: str
    hint: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    blank_rows: int = 0
    letter: str = ""
    shown_only: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Return the name of the table's file."""
        return f"{self.name}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def typed(self) -> tuple[Column, ...]:
        """Return the columns that an officer types into, without those of the key."""
        return tuple(column for column in self.columns if not column.locked and column.name not in self.key)

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)

    def at(self, name: str) -> int:
        """Return the place of the column `name`, counted from 0."""
        return self.names.index(name)


@cache
def tables() -> dict[str, Table]:
    """Return every table by name: the head first, then in the order of the sheets."""
    said = catalogue("measures", "tables.toml")["table"]
    made = {name: _table(name, said[name]) for name in said}
    return {HEAD: made.pop(HEAD), **made}


@cache
def sheets() -> dict[str, Table]:
    """Return the tables that have a sheet, by the name of the sheet."""
    return {table.sheet: table for table in tables().values() if table.sheet}


def suggestions(name: str) -> list[str]:
    """Return what a drop-down offers beside free text."""
    return list(catalogue("measures", "tables.toml")["suggest"].get(name, ()))


def _table(name: str, said: dict[str, Any]) -> Table:
    columns = tuple(Column(**{**one, "refers": tuple(one.get("refers", ()))}) for one in said["columns"])
    plain = {key: said[key] for key in ("sheet", "hint", "blank_rows", "letter") if key in said}
    shown_only = tuple(said.get("shown_only", ()))
    return Table(name=name, key=tuple(said["key"]), columns=columns, shown_only=shown_only, **plain)
