"""The XML of a workbook as a stream of elements, and the few forms of its attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import ZipFile

from ita_analysis.scores.archive import stream

CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def elements(archive: ZipFile, path: str, *tags: str) -> Iterator[ElementTree.Element]:
    """Yield the elements of one part that are called one of `tags`, each forgotten once it was looked at."""
    for _, element in ElementTree.iterparse(stream(archive, path)):
        if local(element.tag) in tags:
            yield element
            element.clear()


def local(tag: str) -> str:
    """Return a tag without its namespace: the strict form of the format has others."""
    return tag.rpartition("}")[2]


def is_true(value: str | None) -> bool:
    """Return whether an attribute says yes."""
    return value in ("1", "true")


def whole(value: str | None, default: int) -> int:
    """Return the whole number of an attribute, 0 where it is none."""
    if value is None:
        return default
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else 0


def column_number(letters: str) -> int:
    """Return the column of its letters, counted from 0."""
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number - 1


def cell_range(text: str) -> tuple[int, int, int, int]:
    """Return first row, first column, last row, last column of a range such as "A1:B2"; an empty one where it is none."""
    ends = [CELL.fullmatch(one) for one in (text.split(":") * 2)[:2]]
    first, last = ends[0], ends[-1] if ":" in text else ends[0]
    if first is None or last is None:
        return (0, 0, -1, -1)
    return (int(first[2]), column_number(first[1]), int(last[2]), column_number(last[1]))
