"""One strict reading of what a cell says: a score, a count, a year, a code; what is not certain stays as it was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from ita_analysis.framework import codes
from ita_analysis.scores.answer_counts import COUNTED
from ita_analysis.scores.words import any_of, by_key, key
from ita_analysis.thai.digits import to_arabic_digits

THAI_DIGITS = "เลขไทย"
WITH_WORDS = "มีคำหรือหน่วยกำกับ"
DECIMAL_COMMA = "จุลภาคแทนจุดทศนิยม"
PERCENT = "เครื่องหมายร้อยละ"
THOUSANDS = "จุลภาคคั่นหลักพัน"
LOWER_CASE = "ตัวพิมพ์เล็ก"


class Recognised(NamedTuple):
    """A cell in the form that the contract takes, and how it was recognised (Thai; empty: it stood there as it is).

    Where it could not be recognised `text` is the cell unchanged, and `fix` may say what was probably meant.
    """

    text: str
    how: str = ""
    fix: str = ""


_PLAIN_SCORE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,17})?")
_PLAIN_COUNT = re.compile(r"[0-9]{1,9}")
_PLAIN_YEAR = re.compile(r"[0-9]{4}")
_COMMA = re.compile(r"[0-9]{1,3},[0-9]{1,2}")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_RANGE = re.compile(r"([IEO])[0-9]{1,3}\s*[-–—]\s*\1?[0-9]{1,3}", re.IGNORECASE)
_NUMBERED = r"[1-9][0-9]?(?:\.[1-9][0-9]?)?(?!\s*(?:[-–—,/]|และ|ถึง)?\s*[0-9]|\.[0-9])"  # no range, no list
_ALIKE = str.maketrans("ІЇӀЕОΙΕΟιοεіеоΌ", "IIIEOIEOIOEIEOO")  # Cyrillic and Greek letters that look like I, E, O
_ALIKE_FIRST = {"1": "I", "L": "I", "|": "I", "!": "I", "0": "O"}
_ALIKE_DIGIT = str.maketrans("OIL|", "0111")


def read_score(text: str) -> Recognised:
    """Return a score such as "83.52" from "๘๓.๕๒", "(๘๓.๕๒ คะแนน)", "83,52", "83.52%"; "1,234" stays as it is.

    >>> read_score("(๘๓.๕๒ คะแนน)").text
    '83.52'
    """
    value = text.strip()
    if _PLAIN_SCORE.fullmatch(value):
        return Recognised(value)
    number = to_arabic_digits(value)
    how = [THAI_DIGITS] if number != value else []
    match = _score_form().fullmatch(number)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return Recognised(text)
    if match["open"] and not (match["unit"] or match["before"]):
        return Recognised(text, fix="วงเล็บอาจหมายถึงค่าลบ พิมพ์เฉพาะตัวเลขคะแนน")
    if match["unit"] == "%":
        how.append(PERCENT)
    elif match["unit"] or match["before"]:
        how.append(WITH_WORDS)
    number = match["number"]
    if "," in number:
        if not _COMMA.fullmatch(number):
            return Recognised(text, fix="จุลภาคกำกวม ใช้จุดเป็นจุดทศนิยม เช่น 83.52")
        number = number.replace(",", ".")
        how.append(DECIMAL_COMMA)
    return Recognised(number, " · ".join(how)) if _PLAIN_SCORE.fullmatch(number) else Recognised(text)


@cache
def _score_form() -> re.Pattern[str]:
    before, unit = any_of("score_before"), any_of("score_units")
    form = rf"(?P<open>\(?)\s*(?P<before>{before})?\s*(?P<number>[0-9.,]+)\s*(?P<unit>{unit})?\s*(?P<close>\)?)"
    return re.compile(form, re.IGNORECASE)


def read_count(text: str) -> Recognised:
    """Return a number of people such as "1234" from "๑,๒๓๔ คน"."""
    value = text.strip()
    if not value or _PLAIN_COUNT.fullmatch(value):
        return Recognised(value)
    number = to_arabic_digits(value)
    how = [THAI_DIGITS] if number != value else []
    bare = re.sub(rf"\s*{any_of('people_units')}$", "", number)
    if bare != number:
        how.append(WITH_WORDS)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
        how.append(THOUSANDS)
    return Recognised(bare, " · ".join(how)) if _PLAIN_COUNT.fullmatch(bare) else Recognised(text)


def read_year(text: str) -> Recognised:
    """Return a year of four digits from "ปีงบประมาณ พ.ศ. ๒๕๖๖"; an era that contradicts the year stays as it is."""
    value = text.strip()
    if _PLAIN_YEAR.fullmatch(value):
        return Recognised(value)
    number = to_arabic_digits(value)
    how = [THAI_DIGITS] if number != value else []
    match = _year_form().fullmatch(number)
    if match is None or (match["be"] and int(match["year"]) < 2400) or (match["ad"] and int(match["year"]) >= 2400):
        return Recognised(text)
    if match["year"] != number:
        how.append(WITH_WORDS)
    return Recognised(match["year"], " · ".join(how))


@cache
def _year_form() -> re.Pattern[str]:
    before, be, ad = any_of("year_before"), any_of("buddhist"), any_of("gregorian")
    form = rf"(?:{before}\s*)?(?:(?P<be>{be})|(?P<ad>{ad}))?\s*(?P<year>[0-9]{{4}})"
    return re.compile(form, re.IGNORECASE)


def years_in(text: str) -> list[str]:
    """Return every year that `text` names with a word before it, such as the 2566 of "ผลประเมิน ปีงบประมาณ พ.ศ. ๒๕๖๖"."""
    words = f"{any_of('year_before')}|{any_of('buddhist')}|{any_of('gregorian')}"
    form = re.compile(rf"(?:(?:{words})\s*)+([0-9]{{4}})(?![0-9])", re.IGNORECASE)
    return list(dict.fromkeys(form.findall(to_arabic_digits(text))))


def read_code(text: str) -> Recognised:
    """Return a code in upper case with Arabic digits; letters that only look right are refused with the right code.

    >>> read_code("e๑๒").text, read_code("ตัวชี้วัดที่ ๑ การปฏิบัติหน้าที่").text
    ('E12', '1')
    """
    value = text.strip()
    if value.isascii() and codes.level_of(value):
        return Recognised(value)
    number = to_arabic_digits(value)
    how = [THAI_DIGITS] if number != value else []
    for form in (number.upper(), number.lower()):
        if number.isascii() and codes.level_of(form):
            return Recognised(form, " · ".join([*how, LOWER_CASE] if form != number else how))
    if named := by_key("codes").get(key(value)):
        return Recognised(named, WITH_WORDS)
    match = _indicator_form().match(number)
    if match and not years_in(number) and not re.search(any_of("not_scores"), number[match.end() :]):
        return Recognised(match["code"], " · ".join([*how, WITH_WORDS]))
    return Recognised(text, fix=_meant(number))


@cache
def _indicator_form() -> re.Pattern[str]:
    return re.compile(rf"{any_of('indicator')}\s*(?P<code>{_NUMBERED})", re.IGNORECASE)


def _meant(text: str) -> str:
    """Return what to write instead of a code that only looks like one, or an empty string."""
    if _RANGE.fullmatch(text):
        return "ช่วงของข้อไม่ใช่รหัส ใช้รหัสตัวชี้วัดของช่วงนั้น และเขียนช่วงไว้ใน note_th"
    shape = unicodedata.normalize("NFKC", text).translate(_ALIKE).upper()
    shape = re.sub("[\\s_\u00ad\u200b-\u200f\u2060\ufeff–—-]", "", shape)
    joined = shape.replace(".", "")
    tail = joined[1:].translate(_ALIKE_DIGIT).lstrip("0")
    for right in (shape, joined, _ALIKE_FIRST.get(joined[:1], joined[:1]) + tail):
        if right.isascii() and right != text and codes.level_of(right):
            return f"พิมพ์รหัสใหม่เป็น {right} (ตัวอักษรอังกฤษและเลขอารบิก)"
    return ""


def read_level(text: str) -> Recognised:
    """Return the level's English name from its Thai one."""
    value = text.strip()
    if value in codes.LEVELS or not value:
        return Recognised(value)
    named = by_key("levels").get(key(value)) or next((one for one in codes.LEVELS if one == value.lower()), "")
    return Recognised(named, WITH_WORDS) if named else Recognised(text)


def read_digits(text: str) -> Recognised:
    """Return `text` with Arabic digits (an agency's code, a framework's name)."""
    value = text.strip()
    number = to_arabic_digits(value)
    return Recognised(number, THAI_DIGITS if number != value else "")


READERS: dict[str, Callable[[str], Recognised]] = {
    "agency_code": read_digits,
    "fiscal_year_be": read_year,
    "framework": read_digits,
    "level": read_level,
    "code": read_code,
    "score": read_score,
    **dict.fromkeys(("respondents", *COUNTED), read_count),
}
