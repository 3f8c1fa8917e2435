"""The empty score form of one agency and year: an Excel sheet with every known code, ready to type into and to read."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter  # type: ignore[import-untyped]

from ita_analysis.errors import InputError, MachineError, UnknownNameError, nearest
from ita_analysis.framework import codes, loader
from ita_analysis.framework.model import Framework
from ita_analysis.scores import agencies
from ita_analysis.scores.agencies import Agency
from ita_analysis.scores.missing_keys import codes_by_name
from ita_analysis.scores.words import words
from ita_analysis.thai.dates import fiscal_year_end

FONT = "Tahoma"  # has Thai and comes with every Excel
BLANK_ROWS = {"complete": 0, "partial": 10, "none": 30}  # rows for codes that the rules don't list, per instrument
A4 = 9
COLUMNS = ("code", "topic", "score", "respondents", "note")
WIDTHS = (12, 62, 16, 14, 40)  # letters, of each
STEPS = 6  # of the longest answer scale known so far; an item with fewer leaves the last ones blank
COUNT_WIDTH = (
    12  # letters: people who could have answered, then answers by step, all optional, right of the printed part
)
LONGEST_LIST = 250  # characters that a drop-down of Excel takes


class Line(NamedTuple):
    """One row of the form: a code with what it is about, or (`code` empty) a row for a code of instrument `letter`."""

    code: str
    topic_th: str
    letter: str = ""

    @property
    def is_asked(self) -> bool:
        """Return whether people answer it, as far as its letter says: an item that is no document."""
        is_item = bool(self.letter) or codes.level_of(self.code) == "item"
        return is_item and (self.letter or self.code[0]) in codes.INSTRUMENT_LETTERS[:-1]


def find(wanted: str) -> Agency:
    """Return the listed agency that `wanted` names by code, name or alias.

    Raises:
        UnknownNameError: none does; it lists the nearest names.
    """
    known = agencies.known_agencies()
    code = wanted.strip() if wanted.strip() in known else codes_by_name().get(" ".join(wanted.split()), "")
    if code:
        return known[code]
    close = " · ".join(f"{name} ({codes_by_name()[name]})" for name in nearest(wanted, codes_by_name()))
    raise UnknownNameError(
        f"ไม่พบหน่วยงาน '{wanted}'", todo=f"ใกล้เคียง: {close}" if close else "ตรวจรหัสใน data/agencies.csv"
    )


def lines(agency: Agency, fiscal_year_be: int, *, rules: Sequence[Path] = ()) -> list[Line]:
    """Return the rows of the form in natural code order; where the list of items is not known, rows without a code.

    Raises:
        UnknownNameError, RuleFileError: the scheme's rules can't be had.
    """
    framework = loader.load(f"{agency.scheme}-{fiscal_year_be}", rules=rules)
    known = sorted(_known(framework), key=lambda line: codes.order_key(line.code))
    return [*known, *_blank(framework, known)]


def _known(rules: Framework | None) -> Iterator[Line]:
    yield Line(codes.TOTAL, words()["form"]["total"])
    if rules is None:
        yield from (Line(f"{letter}IT", "") for letter in codes.INSTRUMENT_LETTERS)
        return
    for instrument in rules.instruments:
        yield Line(instrument.code, instrument.name_th)
        yield from (Line(part.code, part.name_th) for part in instrument.parts)
    yield from (Line(indicator.code, indicator.name_th) for indicator in rules.indicators)
    yield from (Line(part.code, part.name_th) for part in rules.sub_indicators)
    for item in rules.items:
        yield Line(item.code, item.topic_th)


def _blank(rules: Framework | None, known: list[Line]) -> Iterator[Line]:
    listed = {one.code[0]: one.items_listed for one in rules.instruments} if rules else {}
    for letter in codes.INSTRUMENT_LETTERS:
        name = next((line.code for line in known if line.code == f"{letter}IT"), f"{letter}IT")
        topic = words()["form"]["more"].format(name=name)
        yield from (Line("", topic, letter) for _ in range(BLANK_ROWS[listed.get(letter, "none")]))


def render(agency: Agency, fiscal_year_be: int, *, rules: Sequence[Path] = ()) -> bytes:
    """Return the form as the bytes of an .xlsx; the same agency, year and rules give the same bytes."""
    said = words()["form"]
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(data, {**options, "default_format_properties": {"font_name": FONT, "font_size": 10}})
    made = datetime.combine(fiscal_year_end(fiscal_year_be), time())  # of the year, never of the clock
    book.set_properties({"title": f"{said['title']} {agency.name_th} {fiscal_year_be}", "author": "", "created": made})
    sheet = book.add_worksheet(said["sheet"])
    look = _Looks(book)
    sheet.write_string(0, 0, said["title"], look.title)
    facts = [
        ("agency_code", agency.code),
        ("agency_name_th", agency.name_th),
        ("fiscal_year_be", str(fiscal_year_be)),
        ("framework", f"{agency.scheme}-{fiscal_year_be}"),
    ]
    if agencies.is_synthetic_code(agency.code):
        facts.append(("is_synthetic", "true"))
    for down, (name, text) in enumerate(facts, start=1):
        sheet.write_string(down, 0, said[name], look.label)
        sheet.write_string(down, 1, text, look.key)
    for down, text in enumerate(said["guide"], start=len(facts) + 1):
        sheet.write_string(down, 0, text, look.guide)
    head = len(facts) + len(said["guide"]) + 1
    steps = [said["answers"].format(step=step) for step in range(STEPS)]
    for at, name in enumerate([*(said[name] for name in COLUMNS), said["population"], *steps]):
        sheet.write_string(head, at, name, look.head)
        sheet.set_column(at, at, WIDTHS[at] if at < len(WIDTHS) else COUNT_WIDTH)
    rows = lines(agency, fiscal_year_be, rules=rules)
    for down, line in enumerate(rows, start=head + 1):
        _write_line(sheet, down, line, look)
    last = head + len(rows)
    _set_limits(sheet, head + 1, last, rows)
    sheet.freeze_panes(head + 1, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.print_area(0, 0, last, len(WIDTHS) - 1)
    sheet.set_footer("&L&A&R&P / &N")
    book.close()
    return data.getvalue()


class _Looks:
    """The few formats of the form; what is typed into is yellow and open, all else is locked."""

    def __init__(self, book: Any) -> None:
        box = {"border": 1, "border_color": "#9AA5AB", "valign": "top"}
        open_cell = {**box, "bg_color": "#FFF7D6", "locked": False}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.label = book.add_format({"bold": True})
        self.key = book.add_format({"num_format": "@"})
        self.guide = book.add_format({"font_color": "#44515A"})
        self.head = book.add_format({**box, "bold": True, "bg_color": "#E8EDF0", "text_wrap": True})
        self.code = book.add_format({**box, "bold": True, "num_format": "@"})
        self.topic = book.add_format({**box, "text_wrap": True})
        self.open_code = book.add_format({**open_cell, "bold": True, "num_format": "@"})
        self.score = book.add_format({**open_cell, "num_format": "General"})
        self.people = book.add_format({**open_cell, "num_format": "0"})
        self.note = book.add_format({**open_cell, "num_format": "@", "text_wrap": True})


def _write_line(sheet: Any, down: int, line: Line, look: _Looks) -> None:
    if line.code:
        sheet.write_string(down, 0, line.code, look.code)
    else:
        sheet.write_blank(down, 0, None, look.open_code)
    sheet.write_string(down, 1, line.topic_th, look.topic)
    for at, form in ((2, look.score), (3, look.people), (4, look.note)):
        sheet.write_blank(down, at, None, form)
    if line.is_asked:
        for at in range(len(COLUMNS), len(COLUMNS) + 1 + STEPS):
            sheet.write_blank(down, at, None, look.people)


def _set_limits(sheet: Any, first: int, last: int, rows: list[Line]) -> None:
    """Add limits and drop-downs: help while typing; reading checks everything again."""
    said = words()["form"]
    number = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    sheet.data_validation(
        first, 2, last, 2, {**number, "input_message": said["score_help"], "error_message": said["score_help"]}
    )
    said_people = {"input_message": said["respondents_help"], "error_message": said["respondents_help"]}
    sheet.data_validation(first, 3, last, 3, {"validate": "integer", "criteria": ">=", "value": 1, **said_people})
    whole = {"validate": "integer", "criteria": ">=", "value": 0}
    whole |= {"input_message": said["counts_help"], "error_message": said["counts_help"]}
    sheet.data_validation(first, len(COLUMNS), last, len(COLUMNS) + STEPS, whole)
    for letter in codes.INSTRUMENT_LETTERS:
        blank = [first + at for at, row in enumerate(rows) if row.letter == letter]
        if blank:
            choices = {"validate": "list", "source": _choices(letter, rows), "error_type": "warning"}
            choices |= {"input_message": said["code_help"], "error_message": said["code_help"]}
            sheet.data_validation(blank[0], 0, blank[-1], 0, choices)


def _choices(letter: str, rows: list[Line]) -> list[str]:
    known = {row.code for row in rows}
    found: list[str] = []
    for number in range(1, 100):
        code = f"{letter}{number}"
        if code not in known and len(",".join([*found, code])) <= LONGEST_LIST:
            found.append(code)
    return found


def write(agency: Agency, fiscal_year_be: int, folder: Path, *, rules: Sequence[Path] = ()) -> Path:
    """Write the form into `folder` and return its path; a file of that name that is not this empty form is never touched.

    Args:
        agency: whose form.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        folder: where it is put.
        rules: folders with own rule files, used before the shipped ones.

    Raises:
        MachineError: the folder can't be written.
    """
    name = f"score-form-{agency.code}-{fiscal_year_be}"
    return put_beside(folder, name, render(agency, fiscal_year_be, rules=rules))


def put_beside(folder: Path, name: str, data: bytes) -> Path:
    """Write `<name>.xlsx` into `folder` and return its path: under `<name>-2.xlsx` and so on where others stand there.

    A file with these very bytes is returned as it is; no other file is ever touched.

    Raises:
        MachineError: the folder can't be written.
        InputError: too many files of that name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for count in range(1, 1_000):
            path = folder / f"{name}{f'-{count}' if count > 1 else ''}.xlsx"
            if os.path.lexists(path):
                if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
                    return path
                continue
            with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{name}-", delete=False) as stream:
                stream.write(data)
            Path(stream.name).chmod(0o644)
            os.rename(stream.name, path)
            return path
    except OSError as error:
        raise MachineError(
            f"เขียนแบบกรอกใน {folder} ไม่ได้ ({error.strerror})", todo="ตรวจสิทธิ์และเนื้อที่ หรือเลือก --output"
        ) from error
    raise InputError(f"มีแบบกรอก {name} มากเกินไปใน {folder}", todo="ย้ายแบบเก่าออก")
