"""One CSV file as a header and rows of text, or the problems why it is none; nothing is guessed or dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ita_analysis.errors import Problem
from ita_analysis.scores import csv_stream
from ita_analysis.scores.bounded import BOM, InputFile
from ita_analysis.thai.text import printable


@dataclass(frozen=True)
class CsvTable:
    """The rows under a header, each with its number as Excel counts (the header is row 1); blank rows are left out."""

    rows: tuple[tuple[int, dict[str, str]], ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class CsvText:
    """All rows of a CSV file as they stand, blank ones too, or the problem why it is none, and what was recognised."""

    rows: list[list[str]]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def csv_rows(file: InputFile) -> CsvText:
    """Return the rows of `file`: UTF-8 with or without BOM, or TIS-620/CP874; commas, semicolons or tabs between cells."""
    data = file.data.removeprefix(BOM)
    notes = []
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        thai = _in_thai_code_page(data) if not file.data.startswith(BOM) else None
        if thai is None:
            return CsvText([], (csv_stream.encoding_fault(file.shown, csv_stream.row_at([data], error.start)),))
        text = thai
        notes.append(f"{file.shown}: ไม่ใช่ UTF-8 อ่านเป็นรหัสอักษรไทย TIS-620/CP874")
    if "\x00" in text:
        row = csv_stream.row_at([text[: text.index("\x00")].encode()], len(data) * 3)
        return CsvText([], (csv_stream.nul_fault(file.shown, row),))
    between = _delimiter(text)
    if between != ",":
        notes.append(f"{file.shown}: คั่นเซลล์ด้วย{'แท็บ' if between == chr(9) else 'อัฒภาค (;)'} แทนจุลภาค")
    table: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=between):
            table.append(cells)  # row by row: what was read before a fault gives its row
    except csv.Error as error:
        return CsvText([], (csv_stream.form_fault(file.shown, error, len(table) + 1),))
    return CsvText(table, (), tuple(notes))


def read_table(file: InputFile, required: Sequence[str]) -> CsvTable:
    """Return the table in `file` whose header is its first row.

    Args:
        file: the bytes.
        required: columns that the header must name; the order is free, further columns are kept.
    """
    read = csv_rows(file)
    if read.problems:
        return CsvTable((), read.problems)
    table = read.rows
    header = [cell.strip() for cell in table[0]] if table else []
    if faults := tuple(_header_faults(file, header, required)):
        return CsvTable((), faults)
    rows, problems = [], []
    for number, cells in enumerate(table[1:], start=2):
        if len(cells) == len(header) and any(cell.strip() for cell in cells):
            rows.append((number, dict(zip(header, cells, strict=True))))
        elif any(cell.strip() for cell in cells):
            found, expected = f"{len(cells)} คอลัมน์", f"{len(header)} คอลัมน์"
            problems.append(_fault(file, "row-width", found, expected, "เติมหรือลบเซลล์ให้ครบตามหัวตาราง", number))
    return CsvTable(tuple(rows), tuple(problems))


def _in_thai_code_page(data: bytes) -> str | None:
    """Return the text if all of it can be Thai in CP874, or None: UTF-8 with a wrong byte is no CP874."""
    if csv_stream.is_mostly_utf8([data]):
        return None
    try:
        text = data.decode("cp874")
    except UnicodeDecodeError:
        return None
    return None if any("\x80" <= letter <= "\x9f" for letter in text) else text


def _delimiter(text: str) -> str:
    """Return what stands between the cells: the sign in the first line that holds one, a comma before the others."""
    for line in text[:100_000].splitlines():
        for sign in ",\t;":
            if sign in line:
                return sign
    return ","


def _header_faults(file: InputFile, header: Sequence[str], required: Sequence[str]) -> Iterator[Problem]:
    expected = f"หัวตาราง {' '.join(required)}"
    for name in required:
        if name not in header:
            yield _fault(file, "header", f"ไม่มีคอลัมน์ {name}", expected, "เพิ่มคอลัมน์นี้ในแถวแรก", 1)
    for name in dict.fromkeys(header):
        if name and header.count(name) > 1:
            yield _fault(file, "header", f"คอลัมน์ {printable(name)[:60]} ซ้ำ", expected, "เหลือไว้คอลัมน์เดียว", 1)


def _fault(file: InputFile, code: str, found: str, expected: str, fix: str, row: int) -> Problem:
    return Problem(code=code, file=file.shown, row=row, found=found, expected=expected, fix=fix)
