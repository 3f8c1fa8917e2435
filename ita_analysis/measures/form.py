"""The workbook that an officer fills in: one sheet a table, keys given and locked, what is missing said on top."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from unicodedata import category

import xlsxwriter  # type: ignore[import-untyped]

from ita_analysis.measures import form_rules
from ita_analysis.measures.cells import MOST_LETTERS, shown
from ita_analysis.measures.form_plan import FIRST_ROW, HEAD_ROW, Form, Plan
from ita_analysis.measures.register import digest
from ita_analysis.measures.rows import in_order, used
from ita_analysis.measures.schema import Column, Table, tables
from ita_analysis.measures.words import say
from ita_analysis.measures.workbook_sheets import ABOUT, BASE
from ita_analysis.thai.dates import fiscal_year_end

FONT = "Tahoma"  # has Thai and comes with every Excel
A4 = 9
LINE_POINTS, TALLEST_POINTS = 15, 405  # of a row: one line, and what Excel takes
PREVIOUS_WIDTH = 40

_NUMBERS = ("number", "score", "whole")


def render(form: Form) -> bytes:
    """Return the workbook as bytes; the same register gives the same bytes."""
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(data, {**options, "default_format_properties": {"font_name": FONT, "font_size": 10}})
    year = form.head["fiscal_year_be"]
    made = datetime.combine(fiscal_year_end(int(year)), time())  # of the year, never of the clock
    book.set_properties({"title": say("form", "title", name=form.name_th, year=year), "author": "", "created": made})
    look = _Looks(book)
    plans = {name: Plan(table, form) for name, table in tables().items() if table.sheet}
    for plan in plans.values():
        _write_sheet(book.add_worksheet(plan.table.sheet), plan, plans, form, look)
    _write_about(book.add_worksheet(ABOUT), form)
    _write_base(book.add_worksheet(BASE), form)
    book.close()
    return data.getvalue()


class _Looks:
    """The few formats of the workbook; what is typed into is yellow and open, all else is locked."""

    def __init__(self, book: Any) -> None:
        box = {"border": 1, "border_color": "#9AA5AB", "valign": "top", "text_wrap": True}
        locked, opened = {**box, "bg_color": "#F3F5F6"}, {**box, "bg_color": "#FFF7D6", "locked": False}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.hint = book.add_format({"font_color": "#44515A"})
        self.missing = book.add_format({"bold": True, "font_color": "#7A4F00"})
        self.head = book.add_format({**box, "bold": True, "bg_color": "#E8EDF0"})
        self.key = book.add_format({**locked, "bold": True, "num_format": "@"})
        self.locked = book.add_format({**locked, "num_format": "@"})
        self.locked_score = book.add_format({**locked, "num_format": "0.00"})
        self.text = book.add_format({**opened, "num_format": "@"})
        self.number = book.add_format({**opened, "num_format": "General"})

    def of(self, column: Column, table: Table) -> Any:
        """Return the format of a column's cells."""
        if column.locked:
            if column.kind == "score":
                return self.locked_score
            return self.key if column.name in table.key else self.locked
        return self.number if column.kind in _NUMBERS else self.text


def _write_sheet(sheet: Any, plan: Plan, plans: Mapping[str, Plan], form: Form, look: _Looks) -> None:
    table, year = plan.table, form.head["fiscal_year_be"]
    sheet.write_string(0, 0, f"{table.sheet} · {form.name_th} · {say('form', 'year', year=year)}", look.title)
    sheet.write_string(1, 0, table.hint, look.hint)
    sheet.write_formula(
        2, 0, form_rules.missing_formula(table, plans), look.missing, form_rules.missing_now(table, plans)
    )
    for at, column in enumerate(table.columns):
        sheet.write_string(HEAD_ROW - 1, at, column.label, look.head)
        sheet.set_column(at, at, column.width)
    sheet.set_row(HEAD_ROW - 1, 3 * LINE_POINTS)
    more = table.shown_only if form.previous_th else ()
    for at, label in enumerate(more, start=len(table.columns)):
        sheet.write_string(HEAD_ROW - 1, at, label, look.head)
        sheet.set_column(at, at, PREVIOUS_WIDTH)
    blank = dict.fromkeys(table.names, "")
    for down, key in enumerate([*plan.keys, *plan.blank], start=FIRST_ROW - 1):
        found = plan.rows.get(key) or {**blank, table.key[0]: key}
        for at, column in enumerate(table.columns):
            _write_cell(sheet, down, at, shown(column, found[column.name]), column.kind, look.of(column, table))
        before = form.previous_th.get(key, "")[:MOST_LETTERS] if more else ""
        for at, _ in enumerate(more, start=len(table.columns)):
            sheet.write_string(down, at, before, look.locked)
        lines = max(lines_of(found[column.name], column.width) for column in table.columns)
        lines = max(lines, lines_of(before, PREVIOUS_WIDTH))
        if lines > 1:
            sheet.set_row(down, min(lines * LINE_POINTS, TALLEST_POINTS))
    form_rules.add_choices(sheet, plan, plans, form)
    _set_page(sheet, plan, len(table.columns) + len(more))


def lines_of(text: str, width: int) -> int:
    """Return about how many lines `text` takes in a column of `width` letters; marks above and below take no room.

    >>> lines_of("น้ำ", 3), lines_of("one line and more", 10), lines_of("a\\nb", 10)
    (1, 2, 2)
    """
    shown_letters = [sum(category(one) != "Mn" for one in line) for line in text.split("\n")]
    return sum(max(1, -(-count // width)) for count in shown_letters)


def _write_cell(sheet: Any, down: int, at: int, text: str, kind: str, look: Any) -> None:
    if not text:
        sheet.write_blank(down, at, None, look)
    elif kind in _NUMBERS and form_rules.is_exact(text):
        sheet.write_number(down, at, float(text), look)
    else:
        sheet.write_string(down, at, text, look)


def _set_page(sheet: Any, plan: Plan, width: int) -> None:
    sheet.freeze_panes(HEAD_ROW, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW - 1)
    sheet.print_area(0, 0, plan.last - 1, width - 1)
    sheet.set_footer("&L&A&R&P / &N")


def _write_about(sheet: Any, form: Form) -> None:
    sheet.hide()
    for down, (name, text) in enumerate({**form.head, "digest": digest(form.rows)}.items()):
        sheet.write_string(down, 0, name)
        sheet.write_string(down, 1, text)


def _write_base(sheet: Any, form: Form) -> None:
    sheet.hide()
    down = 0
    for name, table in tables().items():
        rows = used(form.rows)[name]
        for key in in_order(table, rows):
            for at, text in enumerate((name, *(rows[key][column] for column in table.names))):
                if text:
                    sheet.write_string(down, at, text)
            down += 1
