"""One score file of any kind as sheets: CSV here, Excel and Parquet in a process of their own; what it is shows in its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ita_analysis.errors import Problem
from ita_analysis.scores import isolated
from ita_analysis.scores.archive import Refused
from ita_analysis.scores.bounded import InputFile
from ita_analysis.scores.csv_table import csv_rows
from ita_analysis.scores.inputs import ENDINGS, OLD_ENDINGS
from ita_analysis.scores.sheets import Sheet
from ita_analysis.thai.text import printable

KINDS = dict(zip(ENDINGS, ("text", "workbook", "workbook", "parquet"), strict=True))

MAGIC = ((b"PK", "workbook"), (b"PAR1", "parquet"), (b"\xd0\xcf\x11\xe0", "old"))
_NAMES = {
    "text": "ไฟล์ข้อความ",
    "workbook": "สมุดงาน Excel (.xlsx)",
    "parquet": "ไฟล์ Parquet",
    "old": "สมุดงาน Excel รุ่นเก่า หรือไฟล์ที่มีรหัสผ่าน",
}


@dataclass(frozen=True)
class Sheets:
    """The sheets of a file that can hold scores, the problems why it can't be read, and what of it isn't read."""

    sheets: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def sheets_of(file: InputFile) -> Sheets:
    """Return the visible sheets of `file`; the ending must fit the contents."""
    ending = PurePath(file.path.name).suffix.lower()
    wanted = KINDS.get(ending, "old" if ending in OLD_ENDINGS else "text")
    is_kind = next((kind for magic, kind in MAGIC if file.data.startswith(magic)), "text")
    if is_kind == "old" or wanted == "old":
        return _refused(
            file,
            Refused("file-old", _NAMES["old"], "ไฟล์ .xlsx ไม่มีรหัสผ่าน", "เปิดใน Excel แล้วบันทึกเป็น .xlsx โดยไม่ใส่รหัสผ่าน"),
        )
    if is_kind != wanted:
        fits = next(one for one, kind in KINDS.items() if kind == is_kind)
        return _refused(
            file,
            Refused(
                "file-ending",
                f"{_NAMES[is_kind]}ที่ชื่อลงท้ายด้วย {ending}",
                _NAMES[wanted],
                f"เปลี่ยนชื่อให้ลงท้ายด้วย {fits} หรือขอไฟล์ใหม่",
            ),
        )
    if is_kind == "text":
        text = csv_rows(file)
        rows = [(number, cells) for number, cells in enumerate(text.rows, start=1)]
        return Sheets((Sheet("", rows, is_ragged_wrong=True),) if not text.problems else (), text.problems, text.notes)
    try:
        answer = isolated.parse(is_kind, file.data)
    except Refused as no:
        return _refused(file, no)
    return _sheets(file, answer)


def _sheets(file: InputFile, answer: dict[str, Any]) -> Sheets:
    notes = [f"{file.shown}: มีมาโคร ไม่ได้รัน อ่านเฉพาะข้อมูล"] if answer["has_macros"] else []
    for kind, why in (("hidden", "แผ่นที่ซ่อนอยู่"), ("other", "แผ่นที่ไม่ใช่ตาราง")):
        if names := [one["name"] for one in answer["sheets"] if one["kind"] == kind]:
            notes.append(f"{file.shown}: ไม่อ่าน{why}: {printable(' · '.join(names))}")
    return Sheets(tuple(sheet_of(one) for one in answer["sheets"] if one["kind"] == "sheet"), (), tuple(notes))


def sheet_of(record: dict[str, Any]) -> Sheet:
    """Return a sheet from the plain data that the bounded reader hands over."""
    marks = {(row, column): mark for row, column, mark in record["marks"]}
    return Sheet(
        record["name"],
        [(row, cells) for row, cells in record["rows"]],
        marks=marks,
        merged=[(first, left, last, right) for first, left, last, right in record.get("merged", ())],
        hidden_rows=frozenset(record.get("hidden_rows", ())),
        hidden_columns=frozenset(
            column for first, last in record.get("hidden_columns", ()) for column in range(first, min(last, 1_000) + 1)
        ),
    )


def refusal(shown: str, no: Refused) -> Problem:
    """Return the problem of a file that its reader refuses."""
    return Problem(
        code=no.code, file=shown, sheet=no.sheet, found=printable(no.found), expected=no.expected, fix=no.fix
    )


def _refused(file: InputFile, no: Refused) -> Sheets:
    return Sheets(problems=(refusal(file.shown, no),))
