"""Fills in a register's workbook as an officer does, by openpyxl: `fill(data, {("2 มาตรการ", "M001", "หน่วย"): "ฝ่ายโยธา"})`."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from ita_analysis.measures import filled, form
from ita_analysis.measures.cells import shown
from ita_analysis.measures.form_plan import FIRST_ROW, HEAD_ROW, Form
from ita_analysis.measures.rows import Rows, as_rows, empty_rows
from ita_analysis.measures.schema import HEAD, tables
from ita_analysis.scores import isolated
from ita_analysis.scores.bounded import InputFile

NAME = "สำนักงานเขตสาทร"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4}_)")


def empty_form(made, blank=0.2) -> bytes:
    """The workbook of a register that has its items only."""
    rows = {**empty_rows(), HEAD: as_rows(made)[HEAD], "items": as_rows(made)["items"]}
    for found in rows["items"].values():
        found["issue_th"] = ""
    return form.render(Form(NAME, rows, blank=blank))


def full_form(made, blank=0.2) -> bytes:
    return form.render(Form(NAME, as_rows(made), blank=blank))


def read(data: bytes) -> filled.Filled:
    """Read a workbook in this process, for speed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolated, "parse", isolated.answer)
        return filled.read(InputFile(Path("1028-2567.xlsx"), "1028-2567.xlsx", "", len(data), data))


def put(cell, text) -> None:
    """Type into a cell; text stays text, whatever it looks like."""
    cell.value = text
    if isinstance(text, str):
        cell.data_type = "s"


def opened(data: bytes, **how: bool):
    return openpyxl.load_workbook(io.BytesIO(data), **how)


def saved(book) -> bytes:
    """Return the workbook as bytes; openpyxl reads escaped letters and writes them bare, which Excel never does."""
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str) and cell.data_type == "s":
                    cell.value = _ESCAPE.sub(r"_x005F_x\1", cell.value)
                    cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def columns_of(sheet) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[HEAD_ROW] if cell.value}


def row_of(sheet, key: str) -> int:
    return next(row for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, 1).value == key)


def fill(data: bytes, typed: Mapping[tuple[str, str, str], object]) -> bytes:
    """Type values into cells named by table, key and column."""
    book = opened(data)
    for (table, key, column), value in typed.items():
        sheet = book[tables()[table].sheet]
        at = columns_of(sheet)[tables()[table].column(column).label]
        put(sheet.cell(row_of(sheet, key), at), value)
    return saved(book)


def fill_in(data: bytes, rows: Rows) -> bytes:
    """Type whole tables into an empty workbook, in the words of the sheets."""
    book = opened(data)
    for table in tables().values():
        if not table.sheet:
            continue
        sheet = book[table.sheet]
        at = columns_of(sheet)
        for number, (key, found) in enumerate(rows[table.name].items(), start=FIRST_ROW):
            row = row_of(sheet, key) if table.letter or table.name == "items" else number
            for column in table.columns:
                if not column.locked and found[column.name]:
                    put(sheet.cell(row, at[column.label]), shown(column, found[column.name]))
    return saved(book)
