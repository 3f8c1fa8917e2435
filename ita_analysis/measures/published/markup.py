"""What one cell of a report holds: its paragraphs, the tables in it, and the traces of a picture; tags are never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

_BREAKS = ("p", "br", "div", "li", "caption", "h1", "h2", "h3", "h4", "ul", "ol")
_SILENT = ("b", "strong", "i", "em", "u", "span", "font", "thead", "tbody", "tfoot", "sup", "sub", "a")
_CELLS = ("td", "th")
_KNOWN = (*_BREAKS, *_SILENT, *_CELLS, "tr", "table", "img")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})\b[^<>]{0,1000}>")
_EMPHASIS = re.compile(r"\*\*|__")
_BREAK = "\n"


@dataclass(frozen=True)
class Cell:
    """A cell: its paragraphs on one line each, tables in it (rows of texts), and what a picture left.

    `picture` is "tag" (an empty picture tag), "blank" (nothing but white space) or "" (nothing).
    """

    paragraphs: tuple[str, ...] = ()
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    picture: str = ""

    @property
    def text(self) -> str:
        """Return the paragraphs on one line."""
        return " ".join(self.paragraphs)

    @property
    def is_empty(self) -> bool:
        """Return whether there is no text and no table."""
        return not (self.paragraphs or self.tables)


@dataclass
class _Reader:
    """Collects text outside tables as paragraphs, and tables as rows of texts, tag by tag in one pass."""

    text: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    has_picture: bool = False
    depth: int = 0

    def tag(self, whole: str, name: str, *, is_end: bool) -> None:
        if name not in _KNOWN:
            self.say(whole)
        elif name == "table":
            self.depth = max(0, self.depth - 1) if is_end else self.depth + 1
            if not is_end:
                self.tables.append([])
        elif not is_end and self.depth and name == "tr":
            self.tables[-1].append([])
        elif not is_end and self.depth and name in _CELLS and self.tables[-1]:
            self.tables[-1][-1].append("")
        elif not is_end and (name == "img" or (name == "div" and "image" in whole.lower())):
            self.has_picture = True
        if name in _BREAKS:
            self.say(_BREAK)

    def say(self, text: str) -> None:
        if not self.depth:
            self.text.append(text)
        elif self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += text


def _read(text: str) -> _Reader:
    reader = _Reader()
    at = 0
    for match in _TAG.finditer(text):
        reader.say(unescape(text[at : match.start()]))
        reader.tag(match[0], match[2].lower(), is_end=bool(match[1]))
        at = match.end()
    reader.say(unescape(text[at:]))
    return reader


def cell_of(text: str) -> Cell:
    """Return what the text of one cell holds.

    >>> cell_of("<p>๑. ก</p> <p>๒. ข</p>").paragraphs
    ('๑. ก', '๒. ข')
    """
    if "<" not in text and "&" not in text:
        return Cell(_paragraphs(text), (), "blank" if text and not text.strip() else "")
    reader = _read(text)
    tables = tuple(tuple(tuple(one_line(cell) for cell in row) for row in table if row) for table in reader.tables)
    return Cell(_paragraphs("".join(reader.text)), tables, "tag" if reader.has_picture else "")


def table_rows(lines: Sequence[str]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the rows of an HTML table that fills whole lines: the offset of the line a row begins on, and its cells."""
    parts = re.split(r"(?i)<tr\b[^>]{0,200}>", _BREAK.join(lines))
    offset = parts[0].count(_BREAK)
    for part in parts[1:]:
        body = re.split(r"(?i)</tr>|</table>", part)[0]
        cells = re.split(r"(?i)<t[dh]\b[^>]{0,200}>", body)[1:]
        yield offset, tuple(cell_of(re.sub(r"(?i)</t[dh]>\s*$", "", cell)) for cell in cells)
        offset += part.count(_BREAK)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one_line(part) for part in _EMPHASIS.sub("", text).split(_BREAK))))


def one_line(text: str) -> str:
    """Return `text` with each run of white space as one space."""
    return " ".join(text.split())
