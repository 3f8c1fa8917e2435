"""A filled workbook: what stands in it now, what stood in it when it was written, and every fault with sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ita_analysis.errors import Problem
from ita_analysis.measures import workbook_sheets
from ita_analysis.measures.form_plan import FIRST_ROW, HEAD_ROW
from ita_analysis.measures.register import digest
from ita_analysis.measures.rows import KEY_MARK, Cells, Rows, Typed, collect, empty_rows
from ita_analysis.measures.schema import HEAD, SCHEMA, Table, sheets, tables
from ita_analysis.measures.words import Place, problem, say
from ita_analysis.measures.workbook_sheets import ABOUT, BASE
from ita_analysis.scores import isolated
from ita_analysis.scores.archive import DAMAGED, Refused, open_archive
from ita_analysis.scores.bounded import InputFile
from ita_analysis.scores.files import sheet_of
from ita_analysis.scores.sheets import Sheet, letter
from ita_analysis.thai.text import printable

READER = workbook_sheets.__name__
_MOST_OF_BOOK = 1_000_000  # bytes that say which sheets there are
_MOST_NOTES = 3  # cells that one note names


@dataclass
class Filled:
    """One workbook: `rows` as they stand in its sheets, `base` as they were written into it."""

    shown: str
    head: Cells = field(default_factory=dict)
    base: Rows = field(default_factory=empty_rows)
    rows: Rows = field(default_factory=empty_rows)
    row_of: dict[tuple[str, str], int] = field(default_factory=dict)
    column_of: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def place(self, table: str, key: str, column: str = "") -> Place:
        """Return where a cell stands: file, sheet, row, column with its letter and label."""
        row = self.row_of.get((table, key))
        return Place(self.shown, tables()[table].sheet, row, self.column_of.get((table, column), column))


def is_register(file: InputFile) -> bool:
    """Return whether `file` is a workbook that carries the mark of a register; a file that can't be read is none."""
    try:
        with open_archive(file.data) as archive, archive.open("xl/workbook.xml") as book:
            return f'name="{ABOUT}"'.encode() in book.read(_MOST_OF_BOOK)
    except (Refused, *DAMAGED):
        return False


def read(file: InputFile) -> Filled:
    """Return what the workbook holds; what is wrong stands in `problems`, all at once, and nothing is guessed."""
    filled = Filled(file.shown)
    try:
        answer = isolated.parse(READER, file.data)
    except Refused as no:
        expected, fix = say("form", "readable"), say("form", "readable_fix")
        is_unparsed = no.code in ("file-unparsed", "file-damaged", "file-memory")
        filled.problems.append(
            Problem(
                code=no.code,
                file=file.shown,
                sheet=no.sheet,
                found=printable(no.found) if not is_unparsed else say("form", "unreadable"),
                expected=expected if is_unparsed else no.expected,
                fix=fix if is_unparsed else no.fix,
            )
        )
        return filled
    found = {one["name"]: one for one in answer["sheets"]}
    if not _read_about(filled, found):
        return filled
    for name, table in sheets().items():
        if found.get(name, {}).get("kind") != "sheet":
            code = "sheet-hidden" if name in found else "sheet-missing"
            filled.problems.append(problem(code, Place(file.shown, name), name))
            continue
        _read_sheet(filled, table, sheet_of(found[name]), starts_1904=bool(answer["starts_1904"]))
    if extra := [name for name in found if name not in sheets() and name not in (ABOUT, BASE)]:
        filled.notes.append(say("form", "not_read", names=printable(" · ".join(extra))))
    if answer["has_macros"]:
        filled.notes.append(say("form", "macros"))
    return filled


def _read_about(filled: Filled, found: Mapping[str, Any]) -> bool:
    """Read whose register it is and the rows it was written with; return whether the rest is worth reading."""
    place = Place(filled.shown)
    if ABOUT not in found or BASE not in found:
        filled.problems.append(problem("not-a-register", place))
        return False
    pairs = {cells[0]: cells[1] for _, cells in sheet_of(found[ABOUT]).rows if len(cells) > 1}
    filled.head = {name: pairs.get(name, "") for name in tables()[HEAD].names}
    if filled.head["schema"] != SCHEMA:
        filled.problems.append(problem("schema-other", place, filled.head["schema"], wanted=SCHEMA))
        return False
    for _, cells in sheet_of(found[BASE]).rows:
        table = tables().get(cells[0])
        if table is None:
            continue
        texts = [*cells[1:], *[""] * len(table.columns)]
        row = dict(zip(table.names, texts, strict=False))
        filled.base[table.name][KEY_MARK.join(row[name] for name in table.key)] = row
    if digest(filled.base) != pairs.get("digest") or filled.head not in filled.base[HEAD].values():
        filled.problems.append(problem("base-damaged", place))
        return False
    return True


def _read_sheet(filled: Filled, table: Table, sheet: Sheet, *, starts_1904: bool) -> None:
    at = _columns(filled, table, sheet)
    if at is None:
        return
    filled.column_of |= {
        (table.name, name): say("said", "column", letter=letter(place), label=table.column(name).label)
        for name, place in at.items()
    }

    def place(row: int, column: str) -> Place:
        return Place(filled.shown, table.sheet, row, filled.column_of.get((table.name, column), column))

    done = collect(table, _typed(sheet, at), place, starts_1904=starts_1904)
    filled.rows[table.name] = done.rows
    filled.row_of |= {(table.name, key): row for key, row in done.row_of.items()}
    filled.problems += done.problems
    for note in dict.fromkeys(name for name, _ in done.notes):
        cells = [f"{where.column.split()[0]}{where.row}" for name, where in done.notes if name == note]
        said = " ".join(cells[:_MOST_NOTES]) + (" …" if len(cells) > _MOST_NOTES else "")
        filled.notes.append(say("form", note, sheet=table.sheet, cells=said, count=len(cells)))


def _columns(filled: Filled, table: Table, sheet: Sheet) -> dict[str, int] | None:
    """Return where each column stands, by the labels of the head row; None where it can't be told."""
    rows = dict(sheet.rows)
    labels = [" ".join(text.split()) for text in rows.get(HEAD_ROW, ())]
    where = Place(filled.shown, table.sheet, HEAD_ROW)
    wanted = {column.label: column.name for column in table.columns}
    faults = [problem("column-missing", where, label, head=HEAD_ROW) for label in wanted if label not in labels]
    faults += [problem("column-twice", where, label, head=HEAD_ROW) for label in wanted if labels.count(label) > 1]
    filled.problems += faults
    if faults:
        return None
    at = {name: labels.index(label) for label, name in wanted.items()}
    known = {*at.values(), *(place for place, label in enumerate(labels) if label in table.shown_only)}
    for number, cells in sheet.rows:
        ours = known if number >= HEAD_ROW else {0}
        if extra := [letter(place) for place, text in enumerate(cells) if place not in ours and text.strip()]:
            filled.problems.append(problem("column-unknown", Place(filled.shown, table.sheet, number), " ".join(extra)))
    return at


def _typed(sheet: Sheet, at: Mapping[str, int]) -> Iterator[tuple[int, dict[str, Typed]]]:
    merged = {}
    for first, left, last, right in sheet.merged:
        if (last, right) > (first, left):
            merged[first, left] = "merged"
    for number, cells in sheet.rows:
        if number >= FIRST_ROW:
            yield (
                number,
                {
                    name: Typed(cells[place], merged.get((number, place)) or sheet.marks.get((number, place), ""))
                    for name, place in at.items()
                    if place < len(cells)
                },
            )
