"""Reads an .xlsx as plain data: texts, numbers, what is a formula, an error, a date; nothing is calculated or followed.

Runs in the process of `isolated`: it takes bytes, returns plain lists, and imports nothing but the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from ita_analysis.scores.archive import Refused, open_archive, parts_of
from ita_analysis.scores.number_formats import Style, built_in, number_text, of_code
from ita_analysis.scores.sheets import LAST_ROW
from ita_analysis.scores.workbook_xml import CELL, cell_range, column_number, elements, is_true, local, whole

MAX_CELLS = 3_000_000  # cells up to the last filled one of each row
MAX_MERGED = 20_000  # merged ranges of a sheet
MAX_ARRAY_CELLS = 500_000  # cells that array formulas of a sheet fill

_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read(data: bytes, *, hidden: Collection[str] = ()) -> dict[str, Any]:
    """Return the sheets of the workbook `data` in their order; hidden ones and other kinds by name only.

    Args:
        data: the bytes of the file.
        hidden: names of sheets that are read though they are hidden.

    Raises:
        Refused: the container or a part breaks a limit or its form.
    """
    with open_archive(data) as archive:
        book = parts_of(archive, "", "officeDocument")
        if not book:
            raise Refused("workbook-form", "ไฟล์ zip ที่ไม่ใช่สมุดงาน Excel", "ไฟล์ .xlsx", "บันทึกใหม่เป็น .xlsx จาก Excel")
        path = next(iter(book.values()))
        strings = [
            text for part in parts_of(archive, path, "sharedStrings").values() for text in _strings(archive, part)
        ]
        styles = [style for part in parts_of(archive, path, "styles").values() for style in _styles(archive, part)]
        worksheets = parts_of(archive, path, "worksheet")
        sheets = []
        cells = 0
        for name, state, link in _sheet_names(archive, path):
            if (state != "visible" and name not in hidden) or link not in worksheets:
                kind = "hidden" if link in worksheets else "other"
                sheets.append({"name": name, "kind": kind})
                continue
            sheet = _Sheet(name, strings, styles, MAX_CELLS - cells)
            sheet.read(archive, worksheets[link])
            cells += sheet.cells
            sheets.append(sheet.as_record())
        has_macros = any("vbaproject" in name.lower() for name in archive.namelist())
        return {"sheets": sheets, "has_macros": has_macros, "starts_1904": _starts_1904(archive, path)}


def _sheet_names(archive: ZipFile, path: str) -> Iterator[tuple[str, str, str]]:
    for element in elements(archive, path, "sheet"):
        link = next((value for name, value in element.attrib.items() if local(name) == "id"), "")
        yield element.get("name", ""), element.get("state", "visible"), link


def _starts_1904(archive: ZipFile, path: str) -> bool:
    return any(is_true(element.get("date1904")) for element in elements(archive, path, "workbookPr"))


def _strings(archive: ZipFile, path: str) -> Iterator[str]:
    for element in elements(archive, path, "si"):
        yield _text_of(element)


def _text_of(element: ElementTree.Element) -> str:
    """Return the text of a string: its own and that of its runs, without the reading aids of East Asian scripts."""
    pieces = []
    for child in element:
        if local(child.tag) == "t":
            pieces.append(child.text or "")
        elif local(child.tag) == "r":
            pieces += [part.text or "" for part in child if local(part.tag) == "t"]
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        number = int(match[1], 16)
        return match[0] if 0xD800 <= number <= 0xDFFF else chr(number)

    return _ESCAPED.sub(letter, text) if "_x" in text else text


def _styles(archive: ZipFile, path: str) -> Iterator[Style]:
    own: dict[str, str] = {}
    for element in elements(archive, path, "numFmts", "cellXfs"):
        if local(element.tag) == "numFmts":
            own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in element}
            continue
        for one in element:
            number = one.get("numFmtId", "0")
            yield of_code(own[number]) if number in own else built_in(number)


class _Sheet:
    """The cells of one worksheet as they stream past."""

    def __init__(self, name: str, strings: list[str], styles: list[Style], room: int) -> None:
        self.name, self.strings, self.styles, self.room = name, strings, styles, room
        self.rows: list[tuple[int, list[str]]] = []
        self.marks: list[tuple[int, int, str]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.arrays: list[tuple[int, int, int, int]] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.last, self.cells = 0, 0

    def as_record(self) -> dict[str, Any]:
        """Return what was read as plain lists."""
        return {
            "name": self.name,
            "kind": "sheet",
            "rows": self.rows,
            "marks": self.marks,
            "merged": self.merged,
            "hidden_rows": self.hidden_rows,
            "hidden_columns": self.hidden_columns,
        }

    def read(self, archive: ZipFile, path: str) -> None:
        """Read the rows one by one."""
        for element in elements(archive, path, "row", "mergeCell", "col"):
            tag = local(element.tag)
            if tag == "row":
                self._row(element)
            elif tag == "col" and is_true(element.get("hidden")):
                self.hidden_columns.append((whole(element.get("min"), 1) - 1, whole(element.get("max"), 1) - 1))
            elif tag == "mergeCell":
                self.merged.append(cell_range(element.get("ref", "")))
                if len(self.merged) > MAX_MERGED:
                    raise self._too_much("เซลล์ผสานมากเกินไป", f"ไม่เกิน {MAX_MERGED:,} ช่วง")
        self._mark_arrays()

    def _mark_arrays(self) -> None:
        """Mark every cell that an array formula fills: only its first one says so itself."""
        widths = {row: len(texts) for row, texts in self.rows}
        room = MAX_ARRAY_CELLS
        for first, left, last, right in self.arrays:
            for row in range(first, min(last, self.last) + 1):
                filled = range(left, min(right + 1, widths.get(row, 0)))
                room -= 1 + len(filled)
                if room < 0:
                    raise self._too_much("สูตรแบบอาร์เรย์มากเกินไป", "ค่าที่พิมพ์")
                self.marks += [(row, column, "formula") for column in filled]

    def _too_much(self, found: str, expected: str) -> Refused:
        return Refused("file-cells", found, expected, "คัดลอกเฉพาะตารางคะแนนเป็นค่าไปไว้ในสมุดงานใหม่", self.name)

    def _row(self, element: ElementTree.Element) -> None:
        number = whole(element.get("r"), self.last + 1)
        if number <= self.last or number > LAST_ROW:
            raise Refused("file-damaged", f"แถวที่ {number} ผิดลำดับ", "สมุดงานที่สมบูรณ์", "เปิดใน Excel แล้วบันทึกใหม่", self.name)
        self.last = number
        texts: list[str] = []
        for cell in element:
            if local(cell.tag) != "c":
                continue
            column = self._column(cell, number, len(texts))
            text, mark = self._cell(cell, number, column)
            if mark:
                self.marks.append((number, column, mark))
            if text or mark:
                texts += [""] * (column - len(texts)) + [text]
        if any(texts):
            self.cells += len(texts)
            if self.cells > self.room:
                raise Refused(
                    "file-cells", "เซลล์มากเกินไป", f"ไม่เกิน {MAX_CELLS:,} เซลล์", "แบ่งไฟล์ หรือบันทึกเป็น CSV", self.name
                )
            self.rows.append((number, texts))
            if is_true(element.get("hidden")):
                self.hidden_rows.append(number)

    def _column(self, cell: ElementTree.Element, row: int, count: int) -> int:
        name = cell.get("r")
        if name is None:
            return count
        match = CELL.fullmatch(name)
        column = column_number(match[1]) if match else -1
        if match is None or int(match[2]) != row or column < count:
            raise Refused("file-damaged", f"เซลล์ {name[:20]} ผิดที่", "สมุดงานที่สมบูรณ์", "เปิดใน Excel แล้วบันทึกใหม่", self.name)
        return column

    def _cell(self, cell: ElementTree.Element, row: int, column: int) -> tuple[str, str]:
        """Return the cell's text, and what it is where it is no typed text or number."""
        value, formula, inline = "", None, None
        for child in cell:
            tag = local(child.tag)
            if tag == "v":
                value = child.text or ""
            elif tag == "f":
                formula = child
            elif tag == "is":
                inline = child
        kind = cell.get("t", "n")
        if formula is not None:
            if formula.get("ref") and formula.get("t") in ("array", "dataTable"):
                self.arrays.append(cell_range(formula.get("ref", "")))
            return f"={formula.text or ''}", "formula"
        if kind == "inlineStr":
            return (_text_of(inline) if inline is not None else "", "")
        if kind == "s":
            return self._shared(value), ""
        if kind == "str":
            return _unescaped(value), ""
        if kind == "b" and value in ("0", "1"):
            return ("true" if value == "1" else "false"), "boolean"
        if kind == "e":
            return value or "#", "error"
        if kind == "d" and value:
            return value, "date"
        return self._number(value, cell.get("s"))

    def _shared(self, value: str) -> str:
        if not value.strip().isdecimal() or len(value) > 9 or int(value) >= len(self.strings):
            raise Refused("file-damaged", "ข้อความที่ขาดหาย", "สมุดงานที่สมบูรณ์", "เปิดใน Excel แล้วบันทึกใหม่", self.name)
        return self.strings[int(value)]

    def _number(self, value: str, style: str | None) -> tuple[str, str]:
        if not value.strip():
            return "", ""
        if not _NUMBER.fullmatch(value.strip()):
            return value, "error"
        at = int(style) if style and style.isdecimal() and len(style) < 6 else 0
        look = self.styles[at] if at < len(self.styles) else Style()
        text = number_text(float(value), percent=look.is_percent)
        return text, "date" if look.is_date else ""
