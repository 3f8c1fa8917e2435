"""The codes of the assessment: their form, their level and the one order in which they stand everywhere."""

from __future__ import annotations

import re
from functools import lru_cache

TOTAL = "total"
INSTRUMENT_LETTERS = "IEO"  # order of the instruments IIT, EIT, OIT on every page
LEVELS = ("total", "instrument", "indicator", "sub_indicator", "item")

_FORMS = {
    "total": re.compile(r"total"),
    "instrument": re.compile(r"IIT|EIT[12]?|OIT"),
    "indicator": re.compile(r"[1-9]\d?", re.ASCII),
    "sub_indicator": re.compile(r"[1-9]\d?\.[1-9]\d?", re.ASCII),
    "item": re.compile(r"[IEO][1-9]\d{0,2}", re.ASCII),
}


@lru_cache(maxsize=4096)
def level_of(code: str) -> str | None:
    """Return the level whose form `code` has, or None where it has none."""
    return next((level for level, form in _FORMS.items() if form.fullmatch(code)), None)


def order_key(code: str) -> tuple[int, int, int]:
    """Return the sort key of natural code order: total, instruments, indicators, items; I, E, O, then the number."""
    level = level_of(code)
    if level is None:
        return (9, 0, 0)
    rank = LEVELS.index(level)
    if level == "total":
        return (rank, 0, 0)
    if level == "instrument":
        return (rank, INSTRUMENT_LETTERS.index(code[0]), int(code[3:] or 0))
    if level == "item":
        return (rank, INSTRUMENT_LETTERS.index(code[0]), int(code[1:]))
    number, _, part = code.partition(".")
    return (2, int(number), int(part or 0))
