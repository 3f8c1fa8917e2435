"""The parts that a report falls into: items, the blocks of measures they share, what is shown beside them, other tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ita_analysis.measures.published.codes import Printed, token_at_start
from ita_analysis.measures.published.lists import Paragraph, marker_of
from ita_analysis.measures.published.markup import Cell
from ita_analysis.measures.published.pages import Heading, pattern
from ita_analysis.measures.published.scores import Figure, figures_in

_TOKEN_LETTERS = 40  # a code is shorter
_LATIN = re.compile(r"[A-Za-z]{2,}")


@dataclass
class Shown:
    """What stands in the column of pictures beside a block, on one row of it."""

    line: int
    last: int
    cell: Cell

    @property
    def basis(self) -> str:
        """Return on what the evidence rests: text (a table), description, tag or blank."""
        if self.cell.tables:
            return "text"
        if len(_LATIN.findall(self.cell.text)) > 5:
            return "description"
        return "tag" if self.cell.picture == "tag" else "blank"


@dataclass
class Block:
    """Measures, results and evidence that stand beside one item, or beside several that share them; `why` they do."""

    drafts: list[Draft] = field(default_factory=list)
    measure: list[Paragraph] = field(default_factory=list)
    result: list[Paragraph] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    why: dict[int, str] = field(default_factory=dict)  # place of an item that joined -> reason
    copied: list[tuple[int, str]] = field(default_factory=list)  # column and line of texts that stood twice
    is_bare: bool = False


@dataclass
class Draft:
    """One item as far as it was met."""

    printed: Printed
    block: Block
    heading: Heading | None = None
    item: list[Paragraph] = field(default_factory=list)
    issue: list[Paragraph] = field(default_factory=list)
    figures: list[tuple[int, Figure]] = field(default_factory=list)
    whys: dict[str, str] = field(default_factory=dict)  # field -> reason of a doubt
    lines: set[int] = field(default_factory=set)
    is_on_page_of_heading: bool = True  # else a heading may have been lost between them


@dataclass
class Inner:
    """A table that is not the report's own: its rows with the lines they stand on, and whether it fills lines itself."""

    rows: list[tuple[int, tuple[str, ...]]]
    is_loose: bool
    block: Block | None = None


def without_own(cell: Cell) -> Cell:
    """Return a cell without the lines that a report of this workbench adds to it."""
    own = pattern("own", "line")
    return replace(cell, paragraphs=tuple(text for text in cell.paragraphs if not own.search(text)))


def segments(paragraphs: Sequence[str]) -> Iterator[tuple[str, str, Figure | None]]:
    """Yield the pieces of an item cell: the code a piece begins with ("" where it goes on), its text, its score."""
    for paragraph in paragraphs:
        figures = figures_in(paragraph)
        at = 0
        while at < len(paragraph):
            token = token_at_start(paragraph[at : at + _TOKEN_LETTERS])
            at += len(token)
            while figures and figures[0].start < at:
                figures.pop(0)
            figure = figures.pop(0) if figures else None
            yield token, paragraph[at : figure.start if figure else None].strip(), figure
            at = figure.end if figure else len(paragraph)
            at += len(paragraph[at:]) - len(paragraph[at:].lstrip())


def extend(paragraphs: list[Paragraph], line: int, texts: Sequence[str]) -> None:
    """Add texts to paragraphs: one that begins no list goes on with the sentence before, in the first place only."""
    for place, text in enumerate(texts):
        if not text:
            continue
        if place == 0 and paragraphs and not marker_of(text):
            paragraphs[-1].add(line, text)
        else:
            paragraphs.append(Paragraph(line, text))
