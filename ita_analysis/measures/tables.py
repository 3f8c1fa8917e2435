"""The tables of a register as CSV files that Thai Excel opens and git compares: UTF-8 with BOM, all text, one order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ita_analysis.errors import Problem
from ita_analysis.measures.rows import Collected, Rows, Typed, collect, empty_rows, in_order
from ita_analysis.measures.schema import HEAD, SCHEMA, Table, tables
from ita_analysis.measures.words import Place, problem
from ita_analysis.scores.bounded import BOM, InputFile, read_input
from ita_analysis.scores.csv_table import csv_rows

_CODE_BEGINS = ("=", "+", "-", "@", "\t", "\r", "'")  # what a spreadsheet would run, and our own guard against it
_GUARD = "'"
_GUARDED = ("text", "line", "url")  # the other kinds can't begin with any of these


@dataclass
class Stored:
    """The rows of a folder of tables, where each stands, the files they came from, and all faults of their cells."""

    rows: Rows = field(default_factory=empty_rows)
    row_of: dict[tuple[str, str], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: tuple[InputFile, ...] = ()
    shown: str = ""

    def place(self, table: str, key: str, column: str = "") -> Place:
        """Return where a cell stands: file, row, column."""
        name = f"{self.shown}/{tables()[table].file}" if self.shown else tables()[table].file
        return Place(file=name, row=self.row_of.get((table, key)), column=column)


def encoded(rows: Rows) -> dict[str, bytes]:
    """Return every table as the bytes of its file, by file name; the same rows give the same bytes."""
    return {table.file: _table_bytes(table, rows.get(name, {})) for name, table in tables().items()}


def _table_bytes(table: Table, rows: Mapping[str, Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.names)
    for key in in_order(table, dict(rows)):  # type: ignore[arg-type]
        writer.writerow([guarded(rows[key][column.name], column.kind) for column in table.columns])
    return BOM + text.getvalue().encode("utf-8")


def guarded(text: str, kind: str) -> str:
    """Return a cell with an apostrophe before what a spreadsheet would run."""
    is_code = kind in _GUARDED and len(text) > 1 and text.startswith(_CODE_BEGINS)
    return _GUARD + text if is_code else text


def unguarded(text: str) -> str:
    """Return a cell without the apostrophe that `guarded` put before it."""
    return text[1:] if len(text) > 2 and text[0] == _GUARD and text[1] in _CODE_BEGINS else text


def read(folder: Path, shown: str) -> Stored:
    """Return the rows of the tables in `folder`; what is wrong with their cells stands in `problems`, all at once.

    Args:
        folder: `data/registers/<agency>/<year>`.
        shown: how problems name the folder.
    """
    stored = Stored(shown=shown)
    files = []
    for table in tables().values():
        found = read_input(folder / table.file)
        if isinstance(found, Problem):
            code = "table-missing" if found.code == "file-missing" else ""
            stored.problems.append(problem(code, stored.place(table.name, "")) if code else found)
            continue
        files.append(found)
        collected = _collected(table, found, stored)
        stored.rows[table.name] = collected.rows
        stored.problems += collected.problems
        stored.row_of |= {(table.name, key): row for key, row in collected.row_of.items()}
    stored.files = tuple(files)
    stored.problems += _head_problems(stored)
    return stored


def _collected(table: Table, file: InputFile, stored: Stored) -> Collected:
    read = csv_rows(file)
    if read.problems:
        return Collected(problems=list(read.problems))
    header = [cell.strip() for cell in read.rows[0]] if read.rows else []
    place = stored.place(table.name, "")
    faults = [
        *(problem("column-missing", place, name, head=1) for name in table.names if name not in header),
        *(problem("column-twice", place, name, head=1) for name in table.names if header.count(name) > 1),
    ]
    if faults:
        return Collected(problems=faults)
    done = collect(
        table, _typed(header, read.rows[1:], table), lambda row, column: Place(file=place.file, row=row, column=column)
    )
    for number, line in enumerate(read.rows[1:], start=2):
        if extra := [name for name, _ in _extra(header, line, table)]:
            done.problems.append(problem("column-unknown", Place(file=place.file, row=number), " ".join(extra)))
    return done


def _typed(header: list[str], lines: list[list[str]], table: Table) -> Iterator[tuple[int, dict[str, Typed]]]:
    at = {name: header.index(name) for name in table.names}
    for number, line in enumerate(lines, start=2):
        yield number, {name: Typed(unguarded(line[place])) for name, place in at.items() if place < len(line)}


def _extra(header: list[str], line: list[str], table: Table) -> Iterator[tuple[str, str]]:
    for place, text in enumerate(line):
        name = header[place] if place < len(header) else f"#{place + 1}"
        if name not in table.names and text.strip():
            yield name or f"#{place + 1}", text


def _head_problems(stored: Stored) -> Iterator[Problem]:
    if any(HEAD in one.file and one.row is None for one in stored.problems):
        return  # the file itself is wrong, and said to be
    rows = stored.rows[HEAD]
    if len(rows) != 1:
        yield problem("head-rows", stored.place(HEAD, ""), str(len(rows)))
        return
    key, head = next(iter(rows.items()))
    if head["schema"] != SCHEMA:
        yield problem("schema-other", stored.place(HEAD, key, "schema"), head["schema"], wanted=SCHEMA)
