"""Items and printed ranges of items such as `O1-O22`: their one form and their natural order."""

from __future__ import annotations

import re

from ita_analysis.framework import codes
from ita_analysis.thai.digits import to_arabic_digits

_RANGE = re.compile(r"([IEO])([1-9][0-9]{0,2})-\1?([1-9][0-9]{0,2})")
_DASH = re.compile(r"\s*[-–—]\s*")


def item_order(code: str) -> tuple[int, int, int, int]:
    """Return the sort key of items and printed ranges in natural order; a range stands after its first item."""
    if match := _RANGE.fullmatch(code):
        return (*codes.order_key(match[1] + match[2]), int(match[3]))
    return (*codes.order_key(code), 0)


def is_range(code: str) -> bool:
    """Return whether `code` is a printed range such as `O1-O22`."""
    return _RANGE.fullmatch(code) is not None


def range_of(text: str) -> str:
    """Return the one form of a printed range, or an empty string where `text` is none.

    >>> range_of("O1–O22"), range_of("o๑ - o๒๒"), range_of("O1")
    ('O1-O22', 'O1-O22', '')
    """
    match = _RANGE.fullmatch(with_plain_dashes(to_arabic_digits(text.strip())).upper())
    if match is None or int(match[2]) >= int(match[3]):
        return ""
    return f"{match[1]}{match[2]}-{match[1]}{match[3]}"


def with_plain_dashes(text: str) -> str:
    """Return `text` with every dash as a hyphen without white space around it."""
    return _DASH.sub("-", text)
