"""What a filled workbook changes in a register: three-way by cell, so that two workbooks of one base lose nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ita_analysis.errors import Problem
from ita_analysis.measures.cells import shown
from ita_analysis.measures.filled import Filled
from ita_analysis.measures.rows import Cells, Rows, empty_rows, is_used
from ita_analysis.measures.schema import HEAD, Column, Table, tables
from ita_analysis.measures.words import problem, quoted, say

Kind = Literal["added", "replaced", "removed"]
PICTURE = ("sha256", "source_sha256")  # what belongs to the file of a piece of evidence and goes when it goes


@dataclass(frozen=True)
class Change:
    """One cell that taking in would change: from `old` to `new`, as stored."""

    kind: Kind
    table: str
    key: str
    column: str
    old: str
    new: str

    def line_th(self) -> str:
        """Return the change as one Thai line: sheet, key, column, from, to."""
        table = tables()[self.table]
        column = table.column(self.column)
        values = {"old": quoted(shown(column, self.old)), "new": quoted(shown(column, self.new))}
        key = self.key.replace("|", " ")
        return say("change", self.kind, sheet=table.sheet, key=key, column=column.label, **values)


@dataclass
class Merged:
    """The rows after taking in, what that changes, and what stands in the way."""

    rows: Rows = field(default_factory=empty_rows)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def needs_accept(self) -> bool:
        """Return whether a value would be replaced or removed."""
        return any(change.kind != "added" for change in self.changes)


def merged(filled: Filled, stored: Rows, fresh_items: Mapping[str, Cells] | None = None) -> Merged:
    """Return `stored` with what was typed into the workbook since it was written.

    Args:
        filled: the workbook, without problems of its own.
        stored: the tables as they are now; empty tables where there is no register yet.
        fresh_items: what today's scores say of the items, by code: these columns only are taken from them.

    A cell that was typed into since the workbook was written is taken; one that was not stays as stored. A cell
    that was changed on both sides is a problem that names both values.
    """
    done = Merged()
    done.rows[HEAD] = dict(stored[HEAD] or filled.base[HEAD])
    for name, table in tables().items():
        if name != HEAD:
            fresh = dict(fresh_items or {}) if name == "items" else {}
            for key in dict.fromkeys([*stored[name], *filled.base[name], *filled.rows[name], *fresh]):
                _merge_row(done, table, key, filled, stored, fresh.get(key))
    return done


def overlaid(new: Rows, stored: Rows) -> Merged:
    """Return `stored` with every cell of `new` that says something; nothing is ever removed."""
    done = Merged()
    done.rows[HEAD] = dict(stored[HEAD] or new[HEAD])
    for name, table in tables().items():
        if name == HEAD:
            continue
        for key in dict.fromkeys([*stored[name], *new[name]]):
            old = stored[name].get(key)
            said = {column: text for column, text in new[name].get(key, {}).items() if text}
            row = {**dict.fromkeys(table.names, ""), **(old or {}), **said}
            done.rows[name][key] = row
            done.changes += _changes(table, key, old, row)
    return done


def _merge_row(done: Merged, table: Table, key: str, filled: Filled, stored: Rows, fresh: Cells | None) -> None:
    blank = dict.fromkeys(table.names, "") | dict(zip(table.key, key.split("|"), strict=True))
    base = filled.base[table.name].get(key, blank)
    now = stored[table.name].get(key, blank)
    typed = filled.rows[table.name].get(key)
    if typed is None:  # its row is not in the sheet: taken out there, or put into the register by someone else since
        is_taken_out = key in filled.base[table.name] and table.name != "items"
        typed = blank if is_taken_out else base
    else:
        done.problems += _locked_faults(table, key, base, typed, filled)
    row = dict(now)
    for column in table.columns:
        if column.name in table.key:
            continue
        if column.locked:
            source = now if key in stored[table.name] else base
            row[column.name] = (fresh or source).get(column.name, source[column.name])
            continue
        before, mine, theirs = base[column.name], typed[column.name], now[column.name]
        if mine in (before, theirs):
            continue
        if theirs != before:
            place = filled.place(table.name, key, column.name)
            wanted = quoted(shown(column, theirs))
            done.problems.append(problem("conflict", place, shown(column, mine), wanted=wanted))
            continue
        row[column.name] = mine
    _forget_picture(table, row, now)
    is_kept = _is_kept(table, key, row, filled, stored)
    if is_kept:
        done.rows[table.name][key] = row
    done.changes += _changes(table, key, stored[table.name].get(key), row if is_kept else None)


def _is_kept(table: Table, key: str, row: Cells, filled: Filled, stored: Rows) -> bool:
    """Return whether the register has this row now; an emptied one stays for its key, unless its key is typed."""
    if len(table.key) == 1:
        return is_used(table, row) or key in stored[table.name]
    if any(row[column.name] for column in table.typed):
        return True
    was_written, is_stored = key in filled.base[table.name], key in stored[table.name]
    if key in filled.rows[table.name]:
        return is_stored or not was_written
    return is_stored and not was_written


def _locked_faults(table: Table, key: str, base: Cells, typed: Cells, filled: Filled) -> Iterator[Problem]:
    for column in table.columns:
        if column.locked and column.name not in table.key and typed[column.name] != base[column.name]:
            place = filled.place(table.name, key, column.name)
            wanted = quoted(shown(column, base[column.name]))
            yield problem("locked-changed", place, shown(column, typed[column.name]), wanted=wanted)


def _forget_picture(table: Table, row: Cells, now: Cells) -> None:
    """Clear what is known of a picture whose file is another one now, or none."""
    if table.name == "evidence" and row["file"] != now["file"]:
        row |= dict.fromkeys(PICTURE, "")


def _changes(table: Table, key: str, old: Cells | None, new: Cells | None) -> Iterator[Change]:
    before, after = old or {}, new or {}
    found = [
        Change(
            _kind(before.get(name, ""), after.get(name, "")),
            table.name,
            key,
            name,
            before.get(name, ""),
            after.get(name, ""),
        )
        for name in table.names
        if name not in table.key and name not in PICTURE and before.get(name, "") != after.get(name, "")
    ]
    if not found and (old is None) != (new is None):  # a row of nothing but its key
        column: Column = table.column(table.key[0])
        kind: Kind = "added" if old is None else "removed"
        found = [Change(kind, table.name, key, column.name, before.get(column.name, ""), after.get(column.name, ""))]
    yield from found


def _kind(old: str, new: str) -> Kind:
    if not old:
        return "added"
    return "replaced" if new else "removed"
