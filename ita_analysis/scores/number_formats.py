"""What Excel's number formats make of a number: a percentage, a date, or just its shortest decimals."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_QUOTED = re.compile(r"\"[^\"]*\"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)}
_PERCENT_FORMATS = {9, 10, 67, 68}


class Style(NamedTuple):
    """What a cell's number format makes of its number."""

    is_percent: bool = False
    is_date: bool = False


def built_in(number: str) -> Style:
    """Return the style of one of the formats that every Excel knows by number."""
    known = int(number) if number.isdecimal() and len(number) < 4 else 0
    return Style(known in _PERCENT_FORMATS, known in _DATE_FORMATS)


def of_code(code: str) -> Style:
    """Return the style of a format code such as `0.00%` or `d/m/yyyy`; quoted words and colours don't count.

    >>> of_code('0.00%').is_percent, of_code('[$-41E]d mmm yyyy').is_date, of_code('#,##0.00"y"').is_date
    (True, True, False)
    """
    plain = _QUOTED.sub("", code).lower().replace("general", "")
    return Style("%" in plain, any(mark in plain for mark in ("y", "d", "h", "s", "m", "ป", "ว/", "ด/")))


def number_text(number: float, *, percent: bool = False) -> str:
    """Return a number as its shortest decimals, whole numbers without a point; a share of 1 as percent where it shows so.

    >>> number_text(1028.0), number_text(88.69), number_text(0.8352, percent=True)
    ('1028', '88.69', '83.52%')
    """
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    exact = Decimal(repr(number)) * (100 if percent else 1)
    whole = exact == exact.to_integral_value() and abs(exact) < Decimal(10) ** 15
    text = format(exact.quantize(Decimal(1)) if whole else exact.normalize(), "f")
    return f"{text}%" if percent else text
