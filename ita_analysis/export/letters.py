"""What the page font can draw, and how wide it is: a letter it lacks becomes a mark instead of an empty box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ita_analysis.thai import fonts

MM_PER_POINT = 25.4 / 72
# Letters that the page font surely has: nearly every text is made of these alone, and the font need not be opened.
_COMMON = re.compile(
    "[\n -~\u00a0-\u017e\u0e01-\u0e3a\u0e3f-\u0e5b\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2190-\u2193\u2212\u25b2\u25bc]*"
)
_SPACES = re.compile("[\t\x0b\x0c\u1680\u2000-\u2006\u2008-\u200a\u202f\u205f\u3000]")
_STACK = re.compile(
    "(?<=[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2})[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+|(?<=[\u0300-\u036f])[\u0300-\u036f]+"
)
_ALIKE = {"\u2011": "\u2010", "\r": "\n"}


def drawable(text: str) -> str:
    """Return `text` with every letter that the page font lacks as a mark such as `[U+FDFD]`; other blanks become one.

    A third Thai mark on one letter (a second Latin one) is written out too: a reader gets such a pile back doubled.

    >>> drawable("ก\\ufdfd ก้้้")
    'ก[U+FDFD] ก้้[U+0E49]'
    """
    text = _STACK.sub(lambda pile: "".join(f"[U+{ord(letter):04X}]" for letter in pile[0]), text)
    if _COMMON.fullmatch(text):
        return text
    known = _advances()
    return "".join(_shown(letter, known) for letter in _SPACES.sub(" ", text))


def _shown(letter: str, known: Mapping[str, float]) -> str:
    letter = _ALIKE.get(letter, letter)
    return letter if letter in known or letter == "\n" else f"[U+{ord(letter):04X}]"


def width_mm(text: str, size: float) -> float:
    """Return at most how wide `text` stands at `size` points in the bold face; marks above and below take no room."""
    known = _advances()
    return sum(known.get(letter, 1.0) for letter in text) * size * MM_PER_POINT


@lru_cache(maxsize=1)
def _advances() -> dict[str, float]:
    """Return the advance of every letter of the page font in em."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(fonts.font_folder() / fonts.pdf_font_file("Bold"), lazy=True) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return {chr(point): metrics[name][0] / em for point, name in font.getBestCmap().items() if point >= 32}
