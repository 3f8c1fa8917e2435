"""One CSV file as a header and rows of text, or the problems why it is none; nothing is guessed or dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ita_analysis.errors import Problem
from ita_analysis.scores.bounded import BOM, InputFile
from ita_analysis.thai.text import printable


@dataclass(frozen=True)
class CsvTable:
    """The rows under a header, each with its number as Excel counts (the header is row 1); blank rows are left out."""

    rows: tuple[tuple[int, dict[str, str]], ...]
    problems: tuple[Problem, ...] = ()


def read_table(file: InputFile, required: Sequence[str]) -> CsvTable:
    """Return the table in `file`, UTF-8 with or without BOM.

    Args:
        file: the bytes.
        required: columns that the header must name; the order is free, further columns are kept.
    """
    data = file.data.removeprefix(BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = _row_at(data[: error.start].decode("utf-8"))
        return _refused(file, "encoding", "ตัวอักษรที่ไม่ใช่ UTF-8", "ไฟล์ CSV แบบ UTF-8", "บันทึกใหม่เป็น CSV UTF-8", row)
    if "\x00" in text:
        row = _row_at(text[: text.index("\x00")])
        return _refused(file, "control-character", "อักขระ NUL", "ข้อความ", "บันทึกไฟล์ใหม่จากต้นฉบับ", row)
    table: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            table.append(cells)  # row by row: what was read before a fault gives its row
    except csv.Error as error:
        found = f"รูปแบบ CSV ผิด ({error})"
        return _refused(file, "csv-form", found, "ไฟล์ CSV ที่สมบูรณ์", "ตรวจเครื่องหมายคำพูดและความยาวของเซลล์", len(table) + 1)
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


def _header_faults(file: InputFile, header: Sequence[str], required: Sequence[str]) -> Iterator[Problem]:
    expected = f"หัวตาราง {' '.join(required)}"
    for name in required:
        if name not in header:
            yield _fault(file, "header", f"ไม่มีคอลัมน์ {name}", expected, "เพิ่มคอลัมน์นี้ในแถวแรก", 1)
    for name in dict.fromkeys(header):
        if name and header.count(name) > 1:
            yield _fault(file, "header", f"คอลัมน์ {printable(name)[:60]} ซ้ำ", expected, "เหลือไว้คอลัมน์เดียว", 1)


def _row_at(text: str) -> int:
    """Return the row in which `text` breaks off, as Excel counts: a line end inside quotes begins no row."""
    outside = text.split('"')[::2]
    return 1 + sum(part.count("\n") + part.count("\r") - part.count("\r\n") for part in outside)


def _refused(file: InputFile, code: str, found: str, expected: str, fix: str, row: int) -> CsvTable:
    return CsvTable((), (_fault(file, code, found, expected, fix, row),))


def _fault(file: InputFile, code: str, found: str, expected: str, fix: str, row: int) -> Problem:
    return Problem(code=code, file=file.shown, row=row, found=found, expected=expected, fix=fix)
