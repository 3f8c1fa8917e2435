"""The forms that the contract takes in a cell: a score, a count of people, a year, an agency's code."""

from __future__ import annotations

import re

from ita_analysis.thai.text import printable

YEAR = re.compile(r"\d{4}")
AGENCY = re.compile(r"[A-Za-z0-9]{1,16}")

_NUMBER = re.compile(r"\d{1,3}(\.\d{1,17})?")  # as many decimals as a number in Excel can need
_COUNT = re.compile(r"\d{1,9}")


def found_text(value: str) -> str:
    """Return a cell's text as a problem shows it: quoted, short, with nothing invisible."""
    text = printable(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'" if text else "เซลล์ว่าง"


def score_of(text: str) -> float | None:
    """Return the score, 0–100, that a cell in the contract's form holds; None where it has another form."""
    if not _NUMBER.fullmatch(text) or not text.isascii() or not 0 <= float(text) <= 100:
        return None
    return float(text)


def count_of(text: str) -> int | None:
    """Return the number of people, 1 or more, that a cell in the contract's form holds; None where it has another form."""
    return whole_of(text) or None


def whole_of(text: str) -> int | None:
    """Return the whole number, 0 or more, that a cell in the contract's form holds; None where it has another form."""
    return int(text) if _COUNT.fullmatch(text) and text.isascii() else None


def is_agency_code(text: str) -> bool:
    """Return whether `text` has the form of an agency's code."""
    return AGENCY.fullmatch(text) is not None
