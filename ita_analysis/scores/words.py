"""The words of score tables, from their data file: headers, units, titles, each by the one form in which they compare."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from ita_analysis.thai.catalogue import catalogue
from ita_analysis.thai.digits import to_arabic_digits

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_FILLERS = re.compile(r"[\s._\-:*()\[\]/\\,'\"|–—]+")


def words() -> dict[str, Any]:
    """Return the tables of `headers.toml`."""
    return catalogue("scores", "headers.toml")


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """Return the form in which two labels compare: no spaces, marks or capitals, Arabic digits, usual Thai slips mended.

    >>> key("ปีงบประมาณ พ.ศ. ") == key("ปีงบประมาณ พศ")
    True
    """
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).replace("เเ", "แ").replace("ํา", "ำ")
    return _FILLERS.sub("", to_arabic_digits(text).lower())


@cache
def by_key(table: str) -> dict[str, str]:
    """Return label -> name of a table of `headers.toml` such as `columns`, labels by `key`."""
    return {key(label) or label: name for name, labels in words()[table].items() for label in labels}


@cache
def keys(name: str) -> frozenset[str]:
    """Return the words of `[words]` under `name`, by `key` (a word of marks only stays as it is)."""
    return frozenset(key(word) or word for word in words()["words"][name])


@cache
def any_of(name: str) -> str:
    """Return a pattern that matches one of the words under `name`, longest first."""
    found = sorted(words()["words"][name], key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word) for word in found) + ")"


def other_assessment(text: str) -> str:
    """Return the Thai name of the other assessment that `text` speaks of, or an empty string."""
    plain = _UNSEEN.sub("", text).lower()
    return next((one["name_th"] for one in words()["other_assessments"] if re.search(one["pattern"], plain)), "")
