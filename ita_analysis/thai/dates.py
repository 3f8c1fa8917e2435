"""Dates as Thai offices count and write them: Buddhist Era, fiscal years from October, two rounds of measures."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from ita_analysis.errors import InputError
from ita_analysis.thai.digits import to_arabic_digits

BUDDHIST_OFFSET = 543
FIRST_BUDDHIST_YEAR = 2400  # from here a year in a file is Buddhist, below it is Gregorian
FIRST_FISCAL_MONTH = 10
MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
SHORT_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def year_be(day: date) -> int:
    """Return the Buddhist calendar year of `day`."""
    return day.year + BUDDHIST_OFFSET


def fiscal_year_be(day: date) -> int:
    """Return the fiscal year (Buddhist Era) that `day` lies in; it starts on 1 October of the year before.

    >>> fiscal_year_be(date(2023, 9, 30)), fiscal_year_be(date(2023, 10, 1))
    (2566, 2567)
    """
    return year_be(day) + (day.month >= FIRST_FISCAL_MONTH)


def fiscal_year_start(fiscal_year_be: int) -> date:
    """Return 1 October, the first day of the fiscal year."""
    return date(fiscal_year_be - BUDDHIST_OFFSET - 1, FIRST_FISCAL_MONTH, 1)


def fiscal_year_end(fiscal_year_be: int) -> date:
    """Return 30 September, the last day of the fiscal year."""
    return date(fiscal_year_be - BUDDHIST_OFFSET, 9, 30)


def round_end(measures_year_be: int, round_number: Literal[1, 2]) -> date:
    """Return the last day of a round of measures: 31 March (round 1) or 30 September (round 2)."""
    if round_number == 1:
        return date(measures_year_be - BUDDHIST_OFFSET, 3, 31)
    return fiscal_year_end(measures_year_be)


def thai_date(day: date) -> str:
    """Return `day` in the short form of tables.

    >>> thai_date(date(2024, 3, 31))
    '31 มี.ค. 2567'
    """
    return f"{day.day} {SHORT_MONTHS[day.month - 1]} {year_be(day)}"


def thai_date_long(day: date) -> str:
    """Return `day` in the long form of running text.

    >>> thai_date_long(date(2024, 3, 31))
    '31 มีนาคม 2567'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {year_be(day)}"


def parse_iso(text: str) -> date:
    """Return the day that an ISO date names; its year is Buddhist from 2400 on, else Gregorian.

    Args:
        text: "2567-03-31" or "2024-03-31", in Arabic or Thai digits; white space around it doesn't count.

    Raises:
        InputError: another form, or a day that the calendar doesn't have.

    >>> parse_iso("2567-02-29") == parse_iso("2024-02-29")
    True
    """
    if match := _ISO.fullmatch(to_arabic_digits(text.strip())):
        year, month, day = map(int, match.groups())
        try:
            return date(year - BUDDHIST_OFFSET if year >= FIRST_BUDDHIST_YEAR else year, month, day)
        except ValueError:
            pass
    raise InputError(
        f"อ่านวันที่ไม่ได้: {text!r}",
        todo="เขียนเป็น ปี-เดือน-วัน เช่น 2567-03-31 (พ.ศ.) หรือ 2024-03-31 (ค.ศ.) และเป็นวันที่มีจริง",
    )
