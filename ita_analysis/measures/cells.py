"""One cell of a register in its one stored form: what was typed is recognised, or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ita_analysis.framework import codes
from ita_analysis.measures.ranges import is_range, range_of, with_plain_dashes
from ita_analysis.measures.schema import Column
from ita_analysis.scores.figures import read_code
from ita_analysis.thai.dates import BUDDHIST_OFFSET, FIRST_BUDDHIST_YEAR, thai_date
from ita_analysis.thai.digits import to_arabic_digits
from ita_analysis.thai.written_dates import day_of, month_of, thai_month

MOST_LETTERS = 32_767  # of a cell of Excel, as it counts them (UTF-16)

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,12})?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_SHA = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"https?://[^\s/.]+\.[^\s]+", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no file of ours can hold these
_BETWEEN = re.compile(r"[\s,;·]+")
_LAST_SERIAL = 2_958_465  # 31 December 9999


class CellFault(Exception):
    """A cell that can't be taken: `code` names the sentence in `words.toml`, `found` what stands there."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code, self.found = code, found


class Taken(NamedTuple):
    """A cell in its stored form, and the note (of `words.toml`) on how it was recognised; mostly there is none."""

    text: str
    note: str = ""


def taken(column: Column, text: str, *, mark: str = "", starts_1904: bool = False) -> Taken:
    """Return the stored form of a cell.

    Args:
        column: what the cell should hold.
        text: the cell as text; a number as its shortest decimals.
        mark: what the workbook says of it: formula, error, boolean, date, merged, or nothing.
        starts_1904: the workbook counts its days from 1904.

    Raises:
        CellFault: nothing is guessed.
    """
    if mark == "date" and column.kind in ("date", "month"):
        return _of_serial(column, text, starts_1904)
    if mark:
        raise CellFault(f"cell-{mark}", text)
    plain = clean(text)
    if len(plain.encode("utf-16-le", "surrogatepass")) > 2 * MOST_LETTERS:
        raise CellFault("cell-long", plain)
    if _UNWRITABLE.search(plain):
        raise CellFault("cell-control", plain)
    return _READERS[column.kind](column, plain) if plain else Taken("")


def clean(text: str) -> str:
    """Return `text` with one kind of line end and no white space around it; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def shown(column: Column, text: str) -> str:
    """Return a stored cell as the sheet shows it: a Thai date, the label of a choice."""
    if text and column.kind == "date":
        return thai_date(date.fromisoformat(text))
    if text and column.kind == "month":
        return thai_month(text)
    return column.shown(text)


def shortest(number: Decimal, *, places: int = 0) -> str:
    """Return a number as its shortest decimals, at least `places` of them.

    >>> shortest(Decimal("90.00")), shortest(Decimal("1042")), shortest(Decimal("90"), places=2)
    ('90', '1042', '90.00')
    """
    text = format(number, "f")
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole


def _of_serial(column: Column, text: str, starts_1904: bool) -> Taken:
    """Return the day of a date cell; one in the year 2567 A.D. is the Buddhist year (CONTRACT: Dates)."""
    try:
        serial = int(Decimal(text)) + (1462 if starts_1904 else 0)
        if not 61 <= serial <= _LAST_SERIAL:  # before March 1900 the calendar of Excel is wrong
            raise CellFault("cell-date-form", text)
        day = date(1899, 12, 30) + timedelta(days=serial)
        is_buddhist = day.year >= FIRST_BUDDHIST_YEAR
        if is_buddhist:
            day = day.replace(year=day.year - BUDDHIST_OFFSET)
    except (ArithmeticError, ValueError) as error:
        raise CellFault("cell-date-form", text) from error
    note = "buddhist-cell" if is_buddhist else ""
    if column.kind == "month":
        return Taken(f"{day.year + BUDDHIST_OFFSET}-{day.month:02d}", note)
    return Taken(day.isoformat(), note)


def _text(column: Column, text: str) -> Taken:
    return Taken(text)


def _line(column: Column, text: str) -> Taken:
    return Taken(" ".join(text.split("\n")))


def _key(column: Column, text: str) -> Taken:
    key = with_plain_dashes(to_arabic_digits(text))
    if not _KEY.fullmatch(key):
        raise CellFault("key-form", text)
    return Taken(key)


def _keys(column: Column, text: str) -> Taken:
    return Taken(" ".join(dict.fromkeys(_key(column, one).text for one in _BETWEEN.split(text) if one)))


def _code(column: Column, text: str) -> Taken:
    code = range_of(text) or read_code(text).text
    if codes.level_of(code) != "item" and not is_range(code):
        raise CellFault("code-form", text)
    return Taken(code)


def _codes(column: Column, text: str) -> Taken:
    pieces = [one for one in _BETWEEN.split(with_plain_dashes(text)) if one]
    return Taken(" ".join(dict.fromkeys(_code(column, one).text for one in pieces)))


def _number(column: Column, text: str) -> Taken:
    number = to_arabic_digits(text)
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    if not _NUMBER.fullmatch(number):
        raise CellFault("number-form", text)
    return Taken(shortest(Decimal(number), places=2 if column.kind == "score" else 0))


def _whole(column: Column, text: str) -> Taken:
    number = to_arabic_digits(text)
    if _GROUPED.fullmatch(number) and "." not in number:
        number = number.replace(",", "")
    if not _WHOLE.fullmatch(number):
        raise CellFault("whole-form", text)
    return Taken(str(int(number)))


def _year(column: Column, text: str) -> Taken:
    number = to_arabic_digits(text)
    if not (number.isascii() and number.isdecimal() and FIRST_BUDDHIST_YEAR <= int(number) < 2800):
        raise CellFault("year-form", text)
    return Taken(number)


def _date(column: Column, text: str) -> Taken:
    day = day_of(text)
    if day is None:
        raise CellFault("date-form", text)
    return Taken(day.isoformat())


def _month(column: Column, text: str) -> Taken:
    month = month_of(text)
    if month is None:
        raise CellFault("month-form", text)
    return Taken(month)


def _choice(column: Column, text: str) -> Taken:
    plain = to_arabic_digits(" ".join(text.split()))
    for value, label in column.choices.items():
        if plain in (value, label):
            return Taken(value)
    raise CellFault("choice-form", text)


def _flag(column: Column, text: str) -> Taken:
    if text.lower() not in ("true", "false"):
        raise CellFault("flag-form", text)
    return Taken(text.lower())


def _sha256(column: Column, text: str) -> Taken:
    if not _SHA.fullmatch(text):
        raise CellFault("sha-form", text)
    return Taken(text)


def _url(column: Column, text: str) -> Taken:
    if not _URL.fullmatch(text):
        raise CellFault("url-form", text)
    return Taken(text)


_READERS: dict[str, Callable[[Column, str], Taken]] = {
    "text": _text,
    "line": _line,
    "key": _key,
    "keys": _keys,
    "code": _code,
    "codes": _codes,
    "number": _number,
    "score": _number,
    "whole": _whole,
    "year": _year,
    "date": _date,
    "month": _month,
    "choice": _choice,
    "round": _choice,
    "flag": _flag,
    "sha256": _sha256,
    "url": _url,
}
