"""Thai and Arabic digits: the same number in the digit style of the document."""

from __future__ import annotations

ARABIC = "0123456789"
THAI = "๐๑๒๓๔๕๖๗๘๙"

_TO_THAI = str.maketrans(ARABIC, THAI)
_TO_ARABIC = str.maketrans(THAI, ARABIC)


def to_thai_digits(text: str) -> str:
    """Return `text` with every Arabic digit as a Thai one, item codes too: leave codes out of `text`.

    >>> to_thai_digits("89.47 คะแนน")
    '๘๙.๔๗ คะแนน'
    """
    return text.translate(_TO_THAI)


def to_arabic_digits(text: str) -> str:
    """Return `text` with every Thai digit as an Arabic one.

    >>> to_arabic_digits("ปี ๒๕๖๖")
    'ปี 2566'
    """
    return text.translate(_TO_ARABIC)
