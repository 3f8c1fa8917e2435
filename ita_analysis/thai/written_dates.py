"""Dates as people write them: `31 มี.ค. 2567`, `31/3/2567`, `วันพฤหัสบดีที่ ๑๕ กุมภาพันธ์ ๒๕๖๗`, months alone too."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from ita_analysis.thai.dates import BUDDHIST_OFFSET, FIRST_BUDDHIST_YEAR, MONTHS, SHORT_MONTHS
from ita_analysis.thai.digits import to_arabic_digits

WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")  # Monday first, as `date.weekday` counts

_NUMBER_OF = {name: number for names in (MONTHS, SHORT_MONTHS) for number, name in enumerate(names, start=1)}
_NUMBER_OF |= {name.replace(".", ""): number for name, number in list(_NUMBER_OF.items())}
_MONTH = "|".join(re.escape(name) for name in sorted(_NUMBER_OF, key=len, reverse=True))
_ERA = r"(?:พ\.?\s?ศ\.?\s*|ค\.?\s?ศ\.?\s*)?"
_WEEKDAY = rf"(?:วัน)?(?P<weekday>{'|'.join(WEEKDAYS)})\s*(?:ที่)?\s*"
_NAMED = re.compile(
    rf"(?:{_WEEKDAY})?(?P<day>[0-9]{{1,2}})\s*(?P<month>{_MONTH})\s*{_ERA}(?P<year>[0-9]{{4}})(?![0-9])"
)
_SLASHED = re.compile(r"(?P<day>[0-9]{1,2})([/.-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})")
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_MONTH_NAMED = re.compile(rf"(?:เดือน)?\s*(?P<month>{_MONTH})\s*{_ERA}(?P<year>[0-9]{{4}})")
_MONTH_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")


class WrittenDate(NamedTuple):
    """A date as a text prints it: its day, and the weekday it names (0 is Monday, None where it names none)."""

    day: date
    weekday: int | None


def day_of(text: str) -> date | None:
    """Return the day that the whole of `text` names, or None where it names none that the calendar has.

    >>> day_of("๓๑ มี.ค. ๒๕๖๗") == day_of("31/3/2567") == day_of("2024-03-31")
    True
    >>> day_of("31 มี.ค. 67") is None
    True
    """
    plain = to_arabic_digits(" ".join(text.split()))
    for form in (_ISO, _SLASHED, _NAMED):
        if match := form.fullmatch(plain):
            return _day(match)
    return None


def find(text: str) -> WrittenDate | None:
    """Return the first date with a named month in a running text, with the weekday printed before it."""
    match = _NAMED.search(to_arabic_digits(" ".join(text.split())))
    day = _day(match) if match else None
    if match is None or day is None:
        return None
    return WrittenDate(day, WEEKDAYS.index(match["weekday"]) if match["weekday"] else None)


def month_of(text: str) -> str | None:
    """Return the month that the whole of `text` names as year (Buddhist Era) and month, or None.

    >>> month_of("ต.ค. ๒๕๖๖"), month_of("2023-10"), month_of("ตุลา")
    ('2566-10', '2566-10', None)
    """
    plain = to_arabic_digits(" ".join(text.split()))
    match = _MONTH_ISO.fullmatch(plain) or _MONTH_NAMED.fullmatch(plain)
    if match is None:
        return None
    month = int(match["month"]) if match["month"].isdecimal() else _NUMBER_OF[match["month"]]
    year = int(match["year"])
    year += 0 if year >= FIRST_BUDDHIST_YEAR else BUDDHIST_OFFSET
    return f"{year}-{month:02d}" if 1 <= month <= 12 else None


def thai_month(month: str) -> str:
    """Return a month such as `2566-10` in the short form of tables.

    >>> thai_month("2566-10")
    'ต.ค. 2566'
    """
    year, _, number = month.partition("-")
    return f"{SHORT_MONTHS[int(number) - 1]} {year}"


def _day(match: re.Match[str]) -> date | None:
    year = int(match["year"])
    month = int(match["month"]) if match["month"].isdecimal() else _NUMBER_OF[match["month"]]
    try:
        return date(year - BUDDHIST_OFFSET if year >= FIRST_BUDDHIST_YEAR else year, month, int(match["day"]))
    except ValueError:
        return None
