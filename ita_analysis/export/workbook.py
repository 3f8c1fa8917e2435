"""The Excel annex of a brief: cover, contents, notes, what the columns mean, then one tidy table a sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from ita_analysis.brief.blocks import Cover, Value
from ita_analysis.errors import MachineError
from ita_analysis.export.document import Document
from ita_analysis.export.sheets import ABOUT, Sheet, notes_of, rows_that_fit, sheets_of
from ita_analysis.export.tidy_sheet import Plain, TidySheet
from ita_analysis.export.words import say
from ita_analysis.thai.dates import thai_date_long

FONT = "Tahoma"  # has Thai and comes with every Excel
NARROWEST, WIDEST, WIDEST_PROSE = 9.0, 46.0, 96.0  # letters that a column is wide
LINE, HIGHEST = 14.0, 409.0  # points of a line, and of the highest row that Excel takes
MEASURED = 300  # rows that a column's width is taken from
_MARKS = dict.fromkeys([0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)])  # Thai marks take no room

Rows = Iterable[Sequence[Value]]


def render(document: Document) -> bytes:
    """Return the workbook of `document`; the same document gives the same bytes."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(
        data,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": 10, "valign": "top"},
        },
    )
    cover = document.cover
    book.set_properties(_properties(cover))
    pen = _Pen(book)
    names = [say(f"annex.{part}") for part in ("cover", "contents", "notes", "columns")]
    sheets = sheets_of(document, names)
    notes = notes_of(document, sheets)
    _cover(pen, names[0], document)
    contents: list[Sequence[Value]] = [
        (name, say(f"annex.about_{part}"), None) for name, part in zip(names[2:], ("notes", "columns"), strict=True)
    ]
    contents += [(sheet.name, sheet.description, len(sheet.rows)) for sheet in sheets]
    pen.table(names[1], say("annex.contents_columns"), ("text", "text", "whole"), contents, links=True)
    pen.table(names[2], say("annex.notes_columns"), ("text", "text"), notes)
    pen.table(names[3], say("annex.columns_columns"), ("text",) * 5, _meanings(sheets))
    for sheet in sheets:
        kinds = [column.kind for column in sheet.columns]
        pen.table(sheet.name, [column.label for column in sheet.columns], kinds, sheet.rows, badge=cover.badge)
    book.close()
    made = data.getvalue()
    data.close()  # the library's objects, which hold each other, hold it too
    return made


def _properties(cover: Cover) -> dict[str, Any]:
    """Return the document's properties; its date is that of the data, never the clock's."""
    made = datetime.fromisoformat(cover.document_date)
    return {
        "title": cover.running_head or cover.title,
        "keywords": cover.page_key,
        "author": "",
        "created": made,
    }


def _cover(pen: _Pen, name: str, document: Document) -> None:
    """Write the cover sheet: what this is, of whom, of when, and its key."""
    cover = document.cover
    about = next((given for given in document.datasets if given.role == ABOUT), None)
    pairs: list[tuple[Value, Value]] = [
        (say("annex.what"), say("annex.what_it_is" if document.datasets else "annex.what_tables")),
        (say("annex.badge"), cover.badge),
        (say("annex.brief"), cover.eyebrow),
        (say("annex.headline"), cover.title),
        (say("annex.summary"), cover.subtitle),
    ]
    if about is not None:
        pairs += [(row[0], row[-1]) for row in about.rows]
    if cover.page_key:
        pairs.append((say("annex.document_date"), thai_date_long(date.fromisoformat(cover.document_date))))
        pairs.append((say("annex.page_key"), cover.page_key))
    pairs.append((say("annex.source"), cover.footer))
    kept = [pair for pair in pairs if pair[1]]
    pen.table(name, say("annex.cover_columns"), ("text", "text"), kept, is_form=True)


def _meanings(sheets: Sequence[Sheet]) -> list[Sequence[Value]]:
    """Return per sheet and column its head, its name for programs, its unit and what it means."""
    return [
        (sheet.name, column.label, column.name, column.unit, column.about)
        for sheet in sheets
        for column in sheet.columns
    ]


class _Pen:
    """Writes sheets in the few formats that the workbook has."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        text = {"text_wrap": True, "indent": 1}
        head = {**text, "bold": True, "bottom": 1, "bg_color": "#E8EDF0"}
        self.heads = {False: book.add_format(head), True: book.add_format({**head, "align": "right", "indent": 0})}
        self.bold = book.add_format({**text, "bold": True})
        self.link = book.add_format({"font_color": "#0B5C8A", "underline": 1, "indent": 1})
        self.kinds: dict[str, Format] = {
            "text": book.add_format(text),
            "number": book.add_format({"num_format": "0.00"}),
            "whole": book.add_format({"num_format": "0"}),
            "flag": book.add_format({"indent": 1}),
        }

    def table(
        self,
        name: str,
        labels: Sequence[str],
        kinds: Sequence[str],
        rows: Rows,
        *,
        badge: str = "",
        links: bool = False,
        is_form: bool = False,
    ) -> None:
        """Write one sheet: a header row that stays in sight, a filter on it, then the rows.

        Args:
            badge: what every printed page of the sheet says about its data.
            links: the first column leads to the sheet that it names.
            is_form: the first column is a label, bold, and there is nothing to filter.
        """
        sheet = self.book.add_worksheet(name, None if links else TidySheet)
        values = [made for row in rows for made in rows_that_fit(row)]
        self._row(sheet, 0, labels, [self.heads[kind in ("number", "whole")] for kind in kinds])
        formats = [self.kinds[kind] for kind in kinds]
        if is_form:
            formats[0] = self.bold
        for down, row in enumerate(values, start=1):
            self._row(sheet, down, [None if value == "" else value for value in row], formats)
            if links and row[0]:
                sheet.write_url(down, 0, f"internal:'{row[0]}'!A1", self.link, str(row[0]))
        widest = WIDEST_PROSE if len(labels) < 4 else WIDEST
        measured = (
            zip(labels, zip(*values[:MEASURED], strict=True), strict=True) if values else ((one, ()) for one in labels)
        )
        widths = [_width(label, held, widest) for label, held in measured]
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        for down, row in enumerate([labels, *values]):
            if (lines := _lines(row, widths)) > 1:
                sheet.set_row(down, min(HIGHEST, lines * LINE + 2))
        sheet.freeze_panes(1, 0)
        if not is_form:
            sheet.autofilter(0, 0, max(1, len(values)), len(labels) - 1)
        _print_setup(sheet, badge)

    def _row(self, sheet: Worksheet, down: int, values: Sequence[Value], formats: Sequence[Format]) -> None:
        """Write one row, each value by its type: a text is text whatever it begins with, nothing is cut."""
        plain = [_plain(value) for value in values]
        if isinstance(sheet, TidySheet):
            done = sheet.put(plain, formats)
        else:
            done = not any(
                sheet.write_string(down, at, value, form)
                if isinstance(value, str)
                else sheet.write_number(down, at, value, form)
                for at, (value, form) in enumerate(zip(plain, formats, strict=True))
                if value is not None
            )
        if not done:
            raise MachineError(f"เขียนแผ่นงาน {sheet.name} ไม่ครบ", todo="แบ่งตารางของสมุดงานให้เล็กลง")


def _plain(value: Value) -> Plain:
    """Return a value as a cell holds it: a flag in words, no minus before a nought."""
    if isinstance(value, bool):
        return str(say("annex.yes") if value else say("annex.no"))
    return value or 0 if isinstance(value, int | float) else value


def _print_setup(sheet: Worksheet, badge: str) -> None:
    """Print on A4 across, as wide as the page, the header row on each page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")
    if badge:
        sheet.set_header("&R" + badge[:100].replace("&", "&&"))


def _width(label: str, values: Sequence[Value], widest: float) -> float:
    """Return how wide a column is: its longest word of the head, its longest text up to a limit."""
    longest = max((_letters(str(value)) for value in set(values) if value is not None), default=0)
    head = max(map(_letters, label.split()), default=0)
    return min(widest, max(NARROWEST, head + 4.0, longest + 3.0))


def _letters(text: str) -> int:
    """Return how many letters of `text` take room."""
    return len(text) if text.isascii() else len(text.translate(_MARKS))


def _lines(values: Sequence[Value], widths: Sequence[float]) -> int:
    """Return how many lines the fullest cell of a row takes; a break between words leaves some of each unused."""
    most = 1
    for value, width in zip(values, widths, strict=True):
        if isinstance(value, str) and (len(value) > width or "\n" in value):
            parts = [_letters(part) for part in value.splitlines()]
            most = max(most, sum(1 + int(part * 1.08 // width) for part in parts))
    return most
